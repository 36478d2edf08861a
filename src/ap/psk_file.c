/* wpa_psk_file: `[keyid=..] [vlanid=..] [wps=..] <mac> <secret>` lines. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ap/psk_i.h"
#include "utils/file.h"
#include "utils/log.h"
#include "utils/mac.h"

#define PSK_LINE_MAX 127
#define KEYID_MAX 31
#define MAX_VLAN_ID 4094

/* A line of the file being read. */
struct line {
	struct psk_loading *l;
	unsigned number;
	struct ap_psk key;
};

static int bad_line(const struct line *in, const char *what, const char *word)
{
	log_msg(LOG_ERR, "%s%s%s%s on line %u in '%s'", what, word ? " '" : "", word ? word : "",
		word ? "'" : "", in->number, in->l->cfg->wpa_psk_file);
	return -EINVAL;
}

static int parse_option(struct line *in, const char *word)
{
	const char *value;
	int64_t n;

	if (str_starts(word, "keyid=", &value)) {
		if (strlen(value) > KEYID_MAX)
			return bad_line(in, "PSK keyid too long (31 characters at most):", word);
		if (in->key.keyid && in->key.keyid[0])
			return bad_line(in, "A second keyid", word);
		in->key.keyid = *value ? strdup(value) : "";
		return in->key.keyid ? 0 : -ENOMEM;
	}
	if (str_starts(word, "vlanid=", &value) && parse_int(value, 10, 0, MAX_VLAN_ID, &n) == 0) {
		in->key.vlan_id = (uint16_t)n;
		return 0;
	}
	if (str_starts(word, "wps=", &value) && parse_int(value, 10, 0, 1, &n) == 0) {
		in->key.wps = n == 1;
		return 0;
	}
	return bad_line(in, "Unrecognized", word);
}

/* The text is a secret: it stays out of the message. */
static int parse_secret(struct line *in, const char *text)
{
	size_t len = strlen(text);
	uint8_t pmk[PMK_LEN];

	if (len == 2 * PMK_LEN && hex_decode(text, len, pmk, PMK_LEN) == PMK_LEN) {
		in->key.pmk = psk_copy(pmk);
		wipe(pmk, sizeof(pmk));
		return in->key.pmk ? 0 : -ENOMEM;
	}
	if (len < 8 || len > 63)
		return bad_line(in, "Invalid PSK (64 hex digits or 8..63 characters)", NULL);
	in->key.passphrase = ap_passphrases_add(in->l->p->passphrases, text, in->l->old);
	return in->key.passphrase ? 0 : -ENOMEM;
}

/* Exactly one blank before the secret, which is the rest of the line. */
static int parse_line(struct line *in, char *at)
{
	for (;;) {
		at += strspn(at, " \t");
		size_t len = strcspn(at, " \t");
		char *behind = at[len] ? at + len + 1 : at + len;
		at[len] = '\0';
		if (!strchr(at, '=')) {
			if (mac_parse_all(at, in->key.addr) < 0)
				return bad_line(in, "Invalid MAC address", at);
			return *behind ? parse_secret(in, behind) : bad_line(in, "No PSK", NULL);
		}
		int err = parse_option(in, at);
		if (err < 0)
			return err;
		at = behind;
	}
}

static int add_line(struct psk_loading *l, char *text, unsigned number)
{
	struct line in = {.l = l, .number = number, .key = {.line = number}};
	size_t len = strlen(text);

	if (len && text[len - 1] == '\r')
		text[--len] = '\0';
	if (len == 0 || text[0] == '#')
		return 0;
	if (len > PSK_LINE_MAX)
		return bad_line(&in, "More than 127 characters", NULL);
	int err = parse_line(&in, text);
	if (err == 0)
		return psk_append(l->p, &in.key);
	if (in.key.keyid && in.key.keyid[0])
		free((char *)in.key.keyid);
	return err;
}

int psk_file_load(struct psk_loading *l)
{
	const struct ap_bss_config *cfg = l->cfg;
	struct bytes content = {0};
	unsigned number = 0;

	psk_file_stamp(l->p, cfg); /* before reading: what changes meanwhile is seen as a change */
	int err = file_read(cfg->wpa_psk_file, PSK_FILE_MAX, &content);
	if (err < 0) {
		log_msg(LOG_ERR, "WPA PSK file '%s' %s", cfg->wpa_psk_file,
			err == -ENOENT ? "not found." : strerror(-err));
		return err;
	}
	if (content.len && memchr(content.data, '\0', content.len)) {
		log_msg(LOG_ERR, "A NUL byte in '%s': not a text file", cfg->wpa_psk_file);
		err = -EINVAL;
	}
	for (char *line = (char *)content.data, *next; err == 0 && line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		err = add_line(l, line, ++number);
	}
	bytes_clear(&content);
	return err;
}

void psk_file_stamp(struct ap_psks *p, const struct ap_bss_config *cfg)
{
	if (!cfg->wpa_psk_file || stat(cfg->wpa_psk_file, &p->stamp) < 0)
		p->stamp = (struct stat){0};
}

bool psk_file_changed(const struct ap_psks *p, const struct ap_bss_config *cfg)
{
	const struct stat *old = &p->stamp;
	struct stat now = {0};

	if (stat(cfg->wpa_psk_file, &now) < 0)
		return true;
	return now.st_dev != old->st_dev || now.st_ino != old->st_ino ||
	       now.st_size != old->st_size || now.st_mtim.tv_sec != old->st_mtim.tv_sec ||
	       now.st_mtim.tv_nsec != old->st_mtim.tv_nsec;
}
