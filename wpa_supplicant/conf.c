/* Configuration files of the station: lines, blocks, networks (reference, section 1). */
#include "wpa_supplicant/conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utils/file.h"
#include "utils/log.h"
#include "wpa_supplicant/conf_lines.h"
#include "wpa_supplicant/keys.h"

#define FILE_MAX (16u << 20)

/* --- the table of rows --- */

static void add_ignored(struct cfg_key *rows, size_t *n, const char *const *names, int scope)
{
	for (; *names; names++)
		rows[(*n)++] = (struct cfg_key){
			.name = *names, .scope = (uint8_t)scope, .type = CFG_IGNORED};
}

static size_t count_names(const char *const *names)
{
	size_t n = 0;
	while (names[n])
		n++;
	return n;
}

/* cfg_table borrows its rows; the ignored ones are made here and live as long as the table. */
struct wpas_keys {
	struct cfg_table *table;
	struct cfg_key rows[];
};

struct wpas_keys *wpas_keys_new(void)
{
	size_t total = wpas_global_key_count + wpas_network_key_count +
		       count_names(wpas_ignored_globals) + count_names(wpas_ignored_networks);
	struct wpas_keys *k = calloc(1, sizeof(*k) + total * sizeof(k->rows[0]));
	size_t n = wpas_global_key_count;

	if (!k)
		return NULL;
	memcpy(k->rows, wpas_global_keys, n * sizeof(k->rows[0]));
	memcpy(k->rows + n, wpas_network_keys, wpas_network_key_count * sizeof(k->rows[0]));
	n += wpas_network_key_count;
	add_ignored(k->rows, &n, wpas_ignored_globals, WPAS_GLOBAL);
	add_ignored(k->rows, &n, wpas_ignored_networks, WPAS_NETWORK);
	k->table = cfg_table_new(k->rows, n);
	if (!k->table) {
		free(k);
		return NULL;
	}
	return k;
}

void wpas_keys_free(struct wpas_keys *k)
{
	if (!k)
		return;
	cfg_table_free(k->table);
	free(k);
}

const struct cfg_table *wpas_keys_table(const struct wpas_keys *k)
{
	return k->table;
}

/* --- configurations and networks --- */

struct wpas_conf *wpas_conf_new(const struct cfg_table *keys)
{
	struct wpas_conf *c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->keys = keys;
	cfg_set_defaults(keys, WPAS_GLOBAL, c);
	return c;
}

void wpas_conf_free(struct wpas_conf *c)
{
	if (!c)
		return;
	while (c->net_count)
		wpas_conf_remove_network(c, c->nets[c->net_count - 1]);
	free(c->nets);
	wpas_conf_clear_blobs(c);
	cfg_free_fields(c->keys, WPAS_GLOBAL, c);
	bytes_clear(&c->text);
	free(c->path);
	free(c->path2);
	free(c);
}

struct wpas_network *wpas_network_new(const struct cfg_table *keys)
{
	struct wpas_network *n = calloc(1, sizeof(*n));
	if (!n)
		return NULL;
	n->file_block = -1;
	cfg_set_defaults(keys, WPAS_NETWORK, n);
	return n;
}

void wpas_network_free(const struct cfg_table *keys, struct wpas_network *n)
{
	if (!n)
		return;
	cfg_free_fields(keys, WPAS_NETWORK, n);
	wipe(n, sizeof(*n));
	free(n);
}

static int attach_network(struct wpas_conf *c, struct wpas_network *n)
{
	struct wpas_network **nets = realloc(c->nets, (c->net_count + 1) * sizeof(*nets));
	if (!nets)
		return -ENOMEM;
	c->nets = nets;
	nets[c->net_count++] = n;
	return 0;
}

struct wpas_network *wpas_conf_add_network(struct wpas_conf *c, unsigned id)
{
	struct wpas_network *n = wpas_network_new(c->keys);
	if (!n)
		return NULL;
	n->id = id;
	if (attach_network(c, n) < 0) {
		wpas_network_free(c->keys, n);
		return NULL;
	}
	return n;
}

void wpas_conf_remove_network(struct wpas_conf *c, struct wpas_network *n)
{
	for (size_t i = 0; i < c->net_count; i++) {
		if (c->nets[i] != n)
			continue;
		memmove(c->nets + i, c->nets + i + 1, (c->net_count - i - 1) * sizeof(*c->nets));
		c->net_count--;
		wpas_network_free(c->keys, n);
		return;
	}
}

struct wpas_network *wpas_conf_network(const struct wpas_conf *c, unsigned id)
{
	for (size_t i = 0; i < c->net_count; i++)
		if (c->nets[i]->id == id)
			return c->nets[i];
	return NULL;
}

unsigned wpas_conf_free_id(const struct wpas_conf *c)
{
	unsigned id = 0;
	for (size_t i = 0; i < c->net_count; i++)
		if (c->nets[i]->id >= id)
			id = c->nets[i]->id + 1;
	return id;
}

/* --- values --- */

/* By control command; in a saved file it would start a line of its own. */
static bool has_newline(const char *value)
{
	return strpbrk(value, "\r\n") != NULL;
}

int wpas_conf_set(struct wpas_conf *c, const char *key, const char *value, struct cfg_error *err)
{
	const struct cfg_key *row = cfg_find(c->keys, key, WPAS_GLOBAL);

	if (has_newline(value))
		return cfg_fail(err, "expected one line");
	if (row)
		return cfg_set(row, c, value, err);
	if (str_starts(key, "tx_queue_", NULL) || str_starts(key, "wmm_ac_", NULL))
		return 0; /* AP mode queue parameters */
	return cfg_fail(err, "unknown key '%s'", key);
}

int wpas_network_set(const struct wpas_conf *c, struct wpas_network *n, const char *key,
	const char *value, struct cfg_error *err)
{
	const struct cfg_key *row = cfg_find(c->keys, key, WPAS_NETWORK);

	if (!row)
		return cfg_fail(err, "unknown network key '%s'", key);
	if (has_newline(value) && value[0] != '"') /* quoted ones are saved as hex */
		return cfg_fail(err, "expected one line");
	int ret = cfg_set(row, n, value, err);
	if (ret == 0 && row->offset == offsetof(struct wpas_network, ssid) &&
		row->type == CFG_STRING)
		wpas_network_forget_pmk(n);
	return ret;
}

bool wpas_network_get(const struct wpas_conf *c, const struct wpas_network *n, const char *key,
	bool secrets, struct strbuf *out)
{
	const struct cfg_key *row = cfg_find(c->keys, key, WPAS_NETWORK);
	size_t start = out->len;

	if (!row || !cfg_print(row, n, out)) {
		strbuf_truncate(out, start);
		return false;
	}
	if (row->flags & CFG_SECRET && !secrets) {
		wipe(out->buf + start, out->len - start);
		strbuf_truncate(out, start);
		strbuf_add(out, "*");
	}
	return true;
}

void wpas_network_forget_pmk(struct wpas_network *n)
{
	wipe(n->pmk, sizeof(n->pmk));
	n->has_pmk = false;
}

int wpas_network_pmk(struct wpas_network *n)
{
	if (n->has_pmk)
		return 0;
	if (n->has_psk_hex) {
		memcpy(n->pmk, n->psk_hex, PMK_LEN);
	} else if (n->passphrase && n->ssid.len) {
		if (psk_from_passphrase(n->passphrase, n->ssid.data, n->ssid.len, n->pmk) < 0)
			return -EIO;
	} else {
		return -ENOENT;
	}
	n->has_pmk = true;
	return 0;
}

const char *wpas_network_problem(const struct wpas_network *n)
{
	bool psk = n->passphrase || n->psk_ext || n->has_psk_hex || n->mem_only_psk;
	const unsigned psk_akms = AKM_PSK | AKM_PSK_SHA256 | AKM_FT_PSK;
	const unsigned sae_akms = AKM_SAE | AKM_SAE_EXT | AKM_FT_SAE | WPAS_KM_FT_SAE_EXT;

	if (n->key_mgmt & psk_akms && !(n->key_mgmt & ~(psk_akms | sae_akms)) && !psk &&
		!n->sae_password.len)
		return "key_mgmt asks for a pre-shared key, but there is no psk";
	return NULL;
}

bool wpas_network_lacks_psk(const struct wpas_network *n)
{
	const unsigned psk_akms = AKM_PSK | AKM_PSK_SHA256 | AKM_FT_PSK;

	return n->mem_only_psk && n->key_mgmt & psk_akms && !n->passphrase && !n->psk_ext &&
	       !n->has_psk_hex;
}

/* --- files --- */

struct parser {
	struct wpas_conf *conf;
	const char *file;
	bool read_only;
	unsigned *next_id;
	int errors;
	int blocks;               /* network blocks seen */
	struct wpas_network *net; /* the open block; NULL */
	unsigned net_line;
	bool net_psk, net_hex; /* both forms of psk in one block is an error */
	bool other;            /* inside cred or identity: kept as text */
	char *blob;            /* name of the open blob; NULL */
	struct writer blob_text;
	unsigned other_line;
};

static void fail_line(struct parser *p, unsigned line, const char *what, const char *why)
{
	log_msg(LOG_ERR, "Line %u: %s: '%s': %s", line, p->file, what, why);
	p->errors++;
}

static void end_network(struct parser *p, unsigned line)
{
	struct wpas_network *n = steal_ptr(&p->net);

	if (p->net_psk && p->net_hex)
		fail_line(p, line, "psk", "expected one of passphrase and 64 hex digits, not both");
	const char *problem = wpas_network_unusable(n);
	if (problem)
		log_msg(LOG_WARN, "Line %u: %s: this network cannot be used: %s", p->net_line,
			p->file, problem);
	n->read_only = p->read_only;
	n->file_block = p->read_only ? -1 : p->blocks;
	p->blocks++;
	n->id = (*p->next_id)++;
	if (attach_network(p->conf, n) < 0) {
		wpas_network_free(p->conf->keys, n);
		fail_line(p, line, "network", "out of memory");
	}
}

static void network_line(struct parser *p, const struct conf_line *l)
{
	struct cfg_error err;
	char *value = strchr(l->text, '=');

	if (strcmp(l->text, "}") == 0) {
		end_network(p, l->number);
		return;
	}
	if (!value) {
		fail_line(p, l->number, l->text, "expected key=value or a closing }");
		return;
	}
	*value++ = '\0';
	if (strcmp(l->text, "psk") == 0)
		*(value[0] == '"' ? &p->net_psk : &p->net_hex) = true;
	if (wpas_network_set(p->conf, p->net, l->text, value, &err) < 0)
		fail_line(p, l->number, l->text, err.text);
}

static void open_network(struct parser *p, unsigned line)
{
	p->net = wpas_network_new(p->conf->keys);
	p->net_line = line;
	p->net_psk = p->net_hex = false;
	if (!p->net)
		fail_line(p, line, "network", "out of memory");
}

static void global_line(struct parser *p, const struct conf_line *l)
{
	struct cfg_error err;
	char *value = strchr(l->text, '=');

	switch (conf_block_kind(l->text)) {
	case CONF_BLOCK_NETWORK:
		open_network(p, l->number);
		return;
	case CONF_BLOCK_BLOB:
		p->blob = conf_blob_name(l->text);
		p->other = !p->blob;
		p->blob_text = writer_new(1024);
		p->other_line = l->number;
		return;
	case CONF_BLOCK_OTHER:
		p->other = true;
		p->other_line = l->number;
		return;
	case CONF_BLOCK_NONE:
		break;
	}
	if (!value) {
		fail_line(p, l->number, l->text, "expected key=value or the start of a block");
		return;
	}
	*value++ = '\0';
	if (wpas_conf_set(p->conf, l->text, value, &err) < 0)
		fail_line(p, l->number, l->text, err.text);
}

static void end_blob(struct parser *p)
{
	writer_free(&p->blob_text);
	free(steal_ptr(&p->blob));
}

static void blob_line(struct parser *p, const struct conf_line *l)
{
	if (strcmp(l->text, "}") != 0) {
		writer_bytes(&p->blob_text, l->text, strlen(l->text));
		return;
	}
	writer_u8(&p->blob_text, 0);
	if (!writer_ok(&p->blob_text) ||
		wpas_conf_read_blob(p->conf, p->blob, (const char *)p->blob_text.buf) < 0)
		fail_line(p, p->other_line, p->blob,
			"expected base64 of at most 1 MiB and a printable name");
	end_blob(p);
}

static void one_line(struct parser *p, const struct conf_line *l)
{
	if (l->bad) {
		fail_line(p, l->number, "", "the line holds a NUL byte");
		return;
	}
	if (!*l->text)
		return;
	if (p->net)
		network_line(p, l);
	else if (p->blob)
		blob_line(p, l);
	else if (p->other)
		p->other = strcmp(l->text, "}") != 0;
	else
		global_line(p, l);
}

int wpas_conf_parse(struct wpas_conf *c, const char *file, const char *text, size_t len,
	bool networks_read_only, unsigned *next_id)
{
	struct parser p = {
		.conf = c, .file = file, .read_only = networks_read_only, .next_id = next_id};
	struct conf_lines it = conf_lines_of(text, len);
	struct conf_line l;

	while (conf_lines_next(&it, &l))
		one_line(&p, &l);
	conf_lines_free(&it);
	if (p.net)
		fail_line(&p, p.net_line, "network={", "the block is not closed by }");
	else if (p.other || p.blob)
		fail_line(&p, p.other_line, "block", "not closed by }");
	if (p.blob)
		end_blob(&p);
	wpas_network_free(c->keys, p.net);
	return p.errors;
}

static int load_file(struct wpas_conf *c, const char *path, bool second, unsigned *next_id)
{
	struct bytes text = {NULL, 0};
	int ret = file_read(path, FILE_MAX, &text);

	if (ret < 0) {
		log_msg(LOG_ERR, "%s: cannot read the configuration: %s", path, strerror(-ret));
		return ret;
	}
	int errors = wpas_conf_parse(c, path, (const char *)text.data, text.len, second, next_id);
	if (second) {
		bytes_clear(&text);
	} else {
		c->text = text;
	}
	return errors ? -EINVAL : 0;
}

struct wpas_conf *wpas_conf_load(const struct cfg_table *keys, const char *path, const char *path2,
	unsigned *next_id, int *err)
{
	struct wpas_conf *c = wpas_conf_new(keys);
	int ret = c ? 0 : -ENOMEM;

	/* A daemon in the background has another working directory. */
	if (ret == 0 && ((path && !(c->path = path_absolute(path))) ||
				(path2 && !(c->path2 = path_absolute(path2)))))
		ret = -ENOMEM;
	if (ret == 0 && path)
		ret = load_file(c, path, false, next_id);
	if (ret == 0 && path2)
		ret = load_file(c, path2, true, next_id);
	if (err)
		*err = ret;
	if (ret == 0)
		return c;
	if (path)
		log_msg(LOG_ERR, "Failed to read or parse configuration '%s'.", path);
	wpas_conf_free(c);
	return NULL;
}
