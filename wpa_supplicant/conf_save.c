/* Writing the configuration: the user's text stays, only what changed is rewritten.
 *
 * Blocks of the file are matched to networks by their number (file_block). A line that still says
 * what is configured is kept as it stands, comments and blanks included. */
#include "wpa_supplicant/conf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "utils/file.h"
#include "wpa_supplicant/conf_lines.h"

#define VALUE_MAX 4096

struct saver {
	const struct wpas_conf *conf;
	struct writer *out;
	bool *written; /* by row: the key has its line */
	void *scratch; /* defaults; what a line of the file alone says */
	int scope;
};

static void put(struct writer *w, const char *text)
{
	writer_bytes(w, text, strlen(text));
}

static void put_raw(struct writer *w, const struct conf_line *l)
{
	writer_bytes(w, l->raw, l->raw_len);
	writer_u8(w, '\n');
}

static size_t row_index(const struct wpas_conf *c, const struct cfg_key *key)
{
	return (size_t)(key - cfg_at(c->keys, 0));
}

/* The row a line is about, aliases resolved; NULL. */
static const struct cfg_key *row_of(const struct saver *s, const char *name)
{
	const struct cfg_key *key = cfg_find(s->conf->keys, name, s->scope);

	if (!key || !(key->flags & CFG_ALIAS))
		return key;
	for (size_t i = 0; i < cfg_count(s->conf->keys); i++) {
		const struct cfg_key *k = cfg_at(s->conf->keys, i);
		if (k->scope == s->scope && k->offset == key->offset && !(k->flags & CFG_ALIAS) &&
			k->type != CFG_IGNORED && k->parse == key->parse)
			return k;
	}
	return key;
}

static bool value_text(const struct cfg_key *key, const void *obj, char *buf)
{
	struct strbuf v = strbuf_over(buf, VALUE_MAX);
	return cfg_print(key, obj, &v) && !v.full;
}

/* Does this line alone give the configured value? */
static bool says_same(
	struct saver *s, const struct cfg_key *key, const void *obj, const char *value)
{
	char now[VALUE_MAX], line[VALUE_MAX];
	struct cfg_error err;
	bool same = false;

	if (key->flags & CFG_APPENDS)
		same = true;
	else if (cfg_set(key, s->scratch, value, &err) >= 0)
		same = value_text(key, obj, now) && value_text(key, s->scratch, line) &&
		       strcmp(now, line) == 0;
	wipe(now, sizeof(now));
	wipe(line, sizeof(line));
	return same;
}

/* A string that readers would cut is written without quotes: as hex, a passphrase as the key that
 * follows from it. */
static bool without_quotes(const struct cfg_key *key, const struct wpas_network *n, char *value)
{
	char *quoted = strdup(value);
	struct strbuf out = strbuf_over(value, VALUE_MAX);
	uint8_t psk[PMK_LEN];
	size_t len = quoted ? strlen(quoted) : 0;

	bool ok = len >= 2 && quoted[0] == '"';
	if (ok && strcmp(key->name, "psk") != 0) {
		ok = strbuf_add_hex(&out, quoted + 1, len - 2);
	} else if (ok) {
		ok = n->ssid.len &&
		     psk_from_passphrase(n->passphrase, n->ssid.data, n->ssid.len, psk) == 0 &&
		     strbuf_add_hex(&out, psk, sizeof(psk));
		wipe(psk, sizeof(psk));
	}
	str_wipe_free(quoted);
	return ok;
}

/* mem_only_psk=1: the passphrase was given by a client, for now. */
static bool not_to_be_saved(const struct cfg_key *key, const struct wpas_network *n)
{
	return n->mem_only_psk && strcmp(key->name, "psk") == 0;
}

static bool saved_text(
	const struct saver *s, const struct cfg_key *key, const void *obj, char value[VALUE_MAX])
{
	if (s->scope == WPAS_NETWORK && not_to_be_saved(key, obj))
		return false;
	if (!value_text(key, obj, value))
		return false;
	return s->scope != WPAS_NETWORK || !conf_value_is_cut(value) ||
	       without_quotes(key, obj, value);
}

static void put_key(struct saver *s, const struct cfg_key *key, const void *obj, const char *indent)
{
	char value[VALUE_MAX];

	if (saved_text(s, key, obj, value)) {
		put(s->out, indent);
		put(s->out, key->name);
		put(s->out, "=");
		put(s->out, value);
		put(s->out, "\n");
	}
	wipe(value, sizeof(value));
}

/* One key=value line of the file. */
static void keep_or_rewrite(struct saver *s, const struct conf_line *l, const void *obj)
{
	char *value = strchr(l->text, '=');

	if (!value) {
		put_raw(s->out, l);
		return;
	}
	*value++ = '\0';
	const struct cfg_key *key = row_of(s, l->text);
	if (!key || key->type == CFG_IGNORED) {
		put_raw(s->out, l);
		return;
	}
	bool *written = &s->written[row_index(s->conf, key)];
	if (says_same(s, key, obj, value) && (!*written || key->flags & CFG_APPENDS))
		put_raw(s->out, l);
	else if (!*written && !cfg_is_default(key, obj))
		put_key(s, key, obj, s->scope == WPAS_NETWORK ? "\t" : "");
	*written = true;
}

/* Keys that differ from their default and have no line yet. */
static void put_missing(struct saver *s, const void *obj, const char *indent)
{
	for (size_t i = 0; i < cfg_count(s->conf->keys); i++) {
		const struct cfg_key *key = cfg_at(s->conf->keys, i);
		if (key->scope == s->scope && !s->written[i] &&
			!(key->flags & (CFG_NO_SAVE | CFG_ALIAS)) && key->type != CFG_IGNORED &&
			!cfg_is_default(key, obj))
			put_key(s, key, obj, indent);
	}
}

static bool saved(const struct wpas_network *n)
{
	return !n->temporary && !n->read_only && n->key_mgmt != AKM_WPS && !wpas_network_problem(n);
}

static int begin_network(struct saver *s, const struct wpas_conf *c, struct writer *out)
{
	*s = (struct saver){.conf = c, .out = out, .scope = WPAS_NETWORK};
	s->written = calloc(cfg_count(c->keys), sizeof(*s->written));
	s->scratch = wpas_network_new(c->keys);
	return s->written && s->scratch ? 0 : -ENOMEM;
}

static void end_network(struct saver *s)
{
	free(s->written);
	wpas_network_free(s->conf->keys, s->scratch);
}

static int new_block(const struct wpas_conf *c, const struct wpas_network *n, struct writer *out)
{
	struct saver s;
	int err = begin_network(&s, c, out);

	if (err == 0) {
		put(out, "\nnetwork={\n");
		put_missing(&s, n, "\t");
		put(out, "}\n");
	}
	end_network(&s);
	return err;
}

/* --- the walk over the old text --- */

struct walk {
	const struct wpas_conf *conf;
	struct writer *out;
	struct saver globals;
	struct conf_lines it;
	int block;         /* number of the next network block */
	bool globals_done; /* missing globals were put in front of the first block */
	int err;
};

static const struct wpas_network *network_of_block(const struct wpas_conf *c, int block)
{
	for (size_t i = 0; i < c->net_count; i++)
		if (c->nets[i]->file_block == block)
			return c->nets[i];
	return NULL;
}

/* The empty line in front of a block goes with it, or files of those who onboard often would grow
 * by one each time. */
static void drop_empty_line(struct writer *out)
{
	if (writer_ok(out) && out->len >= 2 && memcmp(out->buf + out->len - 2, "\n\n", 2) == 0)
		out->len--;
}

/* A block that cannot be used now (no psk) but is the user's stays as it is. */
static void walk_network(struct walk *w, const struct conf_line *open)
{
	const struct wpas_network *n = network_of_block(w->conf, w->block++);
	struct saver s;
	struct conf_line l;

	if (n && begin_network(&s, w->conf, w->out) < 0) {
		w->err = -ENOMEM;
		end_network(&s);
		return;
	}
	if (n)
		put_raw(w->out, open);
	while (conf_lines_next(&w->it, &l) && strcmp(l.text, "}") != 0)
		if (n)
			keep_or_rewrite(&s, &l, n);
	if (!n) {
		drop_empty_line(w->out);
		return;
	}
	put_missing(&s, n, "\t");
	put_raw(w->out, &l);
	end_network(&s);
}

static void walk_other(struct walk *w, const struct conf_line *open)
{
	struct conf_line l;

	put_raw(w->out, open);
	while (conf_lines_next(&w->it, &l)) {
		put_raw(w->out, &l);
		if (strcmp(l.text, "}") == 0)
			return;
	}
}

/* One that was changed is written behind the networks, one that was removed is not. */
static void walk_blob(struct walk *w, const struct conf_line *open)
{
	_cleanup_(freep) char *name = conf_blob_name(open->text);
	const struct wpas_blob *b = name ? wpas_conf_blob(w->conf, name) : NULL;
	struct conf_line l;

	if (!name)
		w->err = -ENOMEM;
	if (b && b->in_file) {
		walk_other(w, open);
		return;
	}
	while (conf_lines_next(&w->it, &l) && strcmp(l.text, "}") != 0)
		;
}

static void globals_before_block(struct walk *w)
{
	if (!w->globals_done)
		put_missing(&w->globals, w->conf, "");
	w->globals_done = true;
}

static void walk_text(struct walk *w)
{
	struct conf_line l;

	while (conf_lines_next(&w->it, &l)) {
		switch (conf_block_kind(l.text)) {
		case CONF_BLOCK_NETWORK:
			globals_before_block(w);
			walk_network(w, &l);
			break;
		case CONF_BLOCK_BLOB:
			globals_before_block(w);
			walk_blob(w, &l);
			break;
		case CONF_BLOCK_OTHER:
			globals_before_block(w);
			walk_other(w, &l);
			break;
		case CONF_BLOCK_NONE:
			keep_or_rewrite(&w->globals, &l, w->conf);
			break;
		}
	}
	globals_before_block(w);
}

int wpas_conf_render(const struct wpas_conf *c, struct writer *out)
{
	struct wpas_conf *defaults = wpas_conf_new(c->keys);
	struct walk w = {.conf = c,
		.out = out,
		.globals = {.conf = c, .out = out, .scope = WPAS_GLOBAL, .scratch = defaults}};

	w.globals.written = calloc(cfg_count(c->keys), sizeof(bool));
	w.err = w.globals.written && defaults ? 0 : -ENOMEM;
	if (w.err == 0) {
		w.it = conf_lines_of((const char *)c->text.data, c->text.len);
		walk_text(&w);
		conf_lines_free(&w.it);
	}
	for (size_t i = 0; i < c->net_count && w.err == 0; i++)
		if (c->nets[i]->file_block < 0 && saved(c->nets[i]))
			w.err = new_block(c, c->nets[i], out);
	for (size_t i = 0; i < c->blob_count && w.err == 0; i++)
		if (!c->blobs[i].in_file)
			wpas_conf_write_blob(&c->blobs[i], out);
	free(w.globals.written);
	wpas_conf_free(defaults);
	return w.err == 0 && !writer_ok(out) ? -ENOMEM : w.err;
}

/* The text just written is the file from now on: blocks get their numbers anew. */
static void renumber(struct wpas_conf *c)
{
	int block = 0, old_blocks = 0;

	for (size_t i = 0; i < c->net_count; i++)
		if (c->nets[i]->file_block >= old_blocks)
			old_blocks = c->nets[i]->file_block + 1;
	for (int b = 0; b < old_blocks; b++)
		for (size_t i = 0; i < c->net_count; i++)
			if (c->nets[i]->file_block == b) {
				c->nets[i]->file_block = block++;
				break;
			}
	for (size_t i = 0; i < c->net_count; i++)
		if (c->nets[i]->file_block < 0 && saved(c->nets[i]))
			c->nets[i]->file_block = block++;
}

int wpas_conf_save(struct wpas_conf *c)
{
	struct writer w = writer_new(4096);
	struct bytes text = {NULL, 0};

	if (!c->path) {
		writer_free(&w);
		return -ENOENT;
	}
	int err = wpas_conf_render(c, &w);
	if (err == 0)
		err = writer_steal(&w, &text);
	writer_free(&w);
	if (err == 0)
		err = file_write_atomic(c->path, text.data, text.len);
	if (err < 0) {
		bytes_clear(&text);
		return err;
	}
	renumber(c);
	for (size_t i = 0; i < c->blob_count; i++)
		c->blobs[i].in_file = true;
	bytes_clear(&c->text);
	c->text = text;
	return 0;
}
