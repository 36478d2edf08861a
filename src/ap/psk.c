/* PSK store: wpa_psk_file, wpa_psk, wpa_passphrase. */
#include "ap/psk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "ap/passphrase.h"
#include "utils/file.h"
#include "utils/log.h"
#include "utils/mac.h"
#include "utils/text.h"

#define PSK_FILE_MAX (4u << 20)
#define PSK_LINE_MAX 127
#define MAX_VLAN_ID 4094

struct list {
	struct ap_psk *keys;
	size_t count, cap;
};

struct by_mac {
	UT_hash_handle hh;
	uint8_t addr[MAC_LEN];
	struct list list;
};

struct ap_psks {
	struct by_mac *stations;
	struct list any;
	struct ap_passphrases *passphrases;
};

/* A load in progress; old: what the last one derived. */
struct loading {
	struct ap_psks *p;
	const struct ap_passphrases *old;
	const struct ap_bss_config *cfg;
};

/* One line of the file under construction. */
struct parsed {
	uint8_t addr[MAC_LEN];
	struct ap_psk key;
};

struct ap_psks *ap_psks_new(void)
{
	return calloc(1, sizeof(struct ap_psks));
}

static void list_clear(struct list *l)
{
	if (l->keys)
		wipe(l->keys, l->cap * sizeof(*l->keys));
	free(l->keys);
	*l = (struct list){0};
}

static void stations_clear(struct by_mac **stations)
{
	struct by_mac *e, *tmp;
	HASH_ITER (hh, *stations, e, tmp) {
		HASH_DEL(*stations, e);
		list_clear(&e->list);
		free(e);
	}
}

static void clear(struct ap_psks *p)
{
	stations_clear(&p->stations);
	list_clear(&p->any);
	ap_passphrases_free(p->passphrases);
}

void ap_psks_free(struct ap_psks *p)
{
	if (!p)
		return;
	clear(p);
	free(p);
}

static int list_add(struct list *l, const struct ap_psk *key)
{
	if (l->count == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 4;
		struct ap_psk *bigger = calloc(cap, sizeof(*bigger));
		if (!bigger)
			return -ENOMEM;
		if (l->keys)
			memcpy(bigger, l->keys, l->count * sizeof(*bigger));
		size_t count = l->count;
		list_clear(l);
		*l = (struct list){bigger, count, cap};
	}
	l->keys[l->count++] = *key;
	return 0;
}

static struct list *list_for(struct ap_psks *p, const uint8_t *addr)
{
	struct by_mac *e;

	if (mac_is_zero(addr))
		return &p->any;
	HASH_FIND(hh, p->stations, addr, MAC_LEN, e);
	if (e)
		return &e->list;
	e = calloc(1, sizeof(*e));
	if (!e)
		return NULL;
	mac_copy(e->addr, addr);
	HASH_ADD(hh, p->stations, addr, MAC_LEN, e);
	return &e->list;
}

static int set_passphrase(struct loading *l, const char *text, struct ap_psk *key)
{
	key->passphrase = ap_passphrases_add(l->p->passphrases, text, l->old);
	return key->passphrase ? 0 : -ENOMEM;
}

/* wpa_psk or wpa_passphrase, tried last. */
static int add_configured(struct loading *l)
{
	const struct ap_bss_config *cfg = l->cfg;
	struct ap_psk key = {0};
	int err = 0;

	if (cfg->wpa_psk.len == PMK_LEN)
		memcpy(key.pmk, cfg->wpa_psk.data, PMK_LEN);
	else if (cfg->wpa_passphrase)
		err = set_passphrase(l, cfg->wpa_passphrase, &key);
	else
		return 0;
	if (err == 0)
		err = list_add(&l->p->any, &key);
	wipe(&key, sizeof(key));
	return err;
}

static int parse_option(const char *word, struct ap_psk *key, const char **problem)
{
	const char *value;
	int64_t n;

	*problem = "Unrecognized";
	if (str_starts(word, "keyid=", &value)) {
		if (strlen(value) >= sizeof(key->keyid)) {
			*problem = "keyid is longer than 31 characters:";
			return -EINVAL;
		}
		memcpy(key->keyid, value, strlen(value) + 1);
		return 0;
	}
	if (str_starts(word, "vlanid=", &value) && parse_int(value, 10, 0, MAX_VLAN_ID, &n) == 0) {
		key->vlan_id = (unsigned)n;
		return 0;
	}
	if (str_starts(word, "wps=", &value) && parse_int(value, 10, 0, 1, &n) == 0) {
		key->wps = n == 1;
		return 0;
	}
	return -EINVAL;
}

static int parse_secret(const char *text, struct loading *l, struct ap_psk *key)
{
	size_t len = strlen(text);

	if (len == 2 * PMK_LEN && hex_decode(text, len, key->pmk, PMK_LEN) == PMK_LEN)
		return 0;
	if (len < 8 || len > 63)
		return -EINVAL;
	return set_passphrase(l, text, key);
}

static int bad_line(
	const struct ap_bss_config *cfg, unsigned number, const char *what, const char *word)
{
	log_msg(LOG_ERR, "%s%s%s%s on line %u in '%s'", what, word ? " '" : "", word ? word : "",
		word ? "'" : "", number, cfg->wpa_psk_file);
	return -EINVAL;
}

/* `[keyid=..] [vlanid=..] [wps=..] <mac> <secret>`: exactly one blank before the secret, which is
 * the rest of the line. */
static int parse_line(char *line, unsigned number, struct loading *l, struct parsed *out)
{
	const struct ap_bss_config *cfg = l->cfg;
	const char *problem = NULL;
	char *at = line;

	for (;;) {
		at += strspn(at, " \t");
		size_t len = strcspn(at, " \t");
		char *behind = at[len] ? at + len + 1 : at + len;
		at[len] = '\0';
		if (!strchr(at, '=')) {
			const char *end;
			if (mac_parse(at, out->addr, &end) < 0 || *end)
				return bad_line(cfg, number, "Invalid MAC address", at);
			if (!*behind)
				return bad_line(cfg, number, "No PSK", NULL);
			/* The text is a secret: it stays out of the message. */
			if (parse_secret(behind, l, &out->key) < 0)
				return bad_line(cfg, number,
					"Invalid PSK (64 hex digits or 8..63 characters)", NULL);
			return 0;
		}
		if (parse_option(at, &out->key, &problem) < 0)
			return bad_line(cfg, number, problem, at);
		at = behind;
	}
}

static int add_line(struct loading *l, char *line, unsigned number)
{
	struct parsed entry = {0};
	size_t len = strlen(line);

	if (len && line[len - 1] == '\r')
		line[--len] = '\0';
	if (len == 0 || line[0] == '#')
		return 0;
	if (len > PSK_LINE_MAX)
		return bad_line(l->cfg, number, "More than 127 characters", NULL);
	int err = parse_line(line, number, l, &entry);
	struct list *list = err == 0 ? list_for(l->p, entry.addr) : NULL;
	if (err == 0)
		err = list ? list_add(list, &entry.key) : -ENOMEM;
	wipe(&entry, sizeof(entry));
	return err;
}

static int read_file(struct loading *l)
{
	const struct ap_bss_config *cfg = l->cfg;
	struct bytes content = {0};
	unsigned number = 0;
	int err = file_read(cfg->wpa_psk_file, PSK_FILE_MAX, &content);

	if (err < 0) {
		log_msg(LOG_ERR, "WPA PSK file '%s' %s", cfg->wpa_psk_file,
			err == -ENOENT ? "not found." : strerror(-err));
		return err;
	}
	if (content.len && memchr(content.data, '\0', content.len))
		err = bad_line(cfg, 0, "A NUL byte somewhere:", NULL);
	for (char *line = (char *)content.data, *next; err == 0 && line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		err = add_line(l, line, ++number);
	}
	bytes_clear(&content);
	return err;
}

static void reverse(struct list *l)
{
	for (size_t i = 0, j = l->count; i + 1 < j; i++) {
		j--;
		struct ap_psk tmp = l->keys[i];
		l->keys[i] = l->keys[j];
		l->keys[j] = tmp;
		wipe(&tmp, sizeof(tmp));
	}
}

static int load(struct loading *l)
{
	struct ap_psks *p = l->p;
	struct by_mac *e, *tmp;
	int err = p->passphrases ? 0 : -ENOMEM;

	if (err == 0 && l->cfg->wpa_psk_file)
		err = read_file(l);
	HASH_ITER (hh, p->stations, e, tmp)
		reverse(&e->list);
	reverse(&p->any);
	return err < 0 ? err : add_configured(l);
}

int ap_psks_load(struct ap_psks *p, const struct ap_bss_config *cfg)
{
	struct ap_psks old = *p;
	struct loading l = {p, old.passphrases, cfg};

	*p = (struct ap_psks){.passphrases = ap_passphrases_new(&cfg->ssid)};
	int err = load(&l);
	if (err < 0) {
		clear(p);
		*p = old;
	} else {
		clear(&old);
	}
	return err;
}

/* The key in full. */
static const struct ap_psk *ready(struct ap_psk *k)
{
	if (!k->passphrase)
		return k;
	const uint8_t *psk = ap_passphrase_psk(k->passphrase);
	if (!psk) {
		log_msg(LOG_ERR, "a PSK could not be derived from its passphrase");
		return NULL;
	}
	memcpy(k->pmk, psk, PMK_LEN);
	return k;
}

bool ap_psks_derive_one(struct ap_psks *p)
{
	return p->passphrases && ap_passphrases_derive_one(p->passphrases);
}

const struct ap_psk *ap_psks_get(const struct ap_psks *p, const uint8_t addr[MAC_LEN], size_t n)
{
	struct by_mac *e;

	HASH_FIND(hh, p->stations, addr, MAC_LEN, e);
	if (e && n < e->list.count)
		return ready(&e->list.keys[n]);
	if (e)
		n -= e->list.count;
	return n < p->any.count ? ready(&p->any.keys[n]) : NULL;
}

bool ap_psks_valid(const struct ap_psks *p, const uint8_t addr[MAC_LEN], const uint8_t *pmk)
{
	const struct ap_psk *k;

	for (size_t n = 0; (k = ap_psks_get(p, addr, n)) != NULL; n++)
		if (bytes_equal_ct(k->pmk, pmk, PMK_LEN))
			return true;
	return false;
}
