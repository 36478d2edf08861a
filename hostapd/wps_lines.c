/* Settings that came by WPS as lines of the configuration language, in memory and in a file. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "hostapd/wps_settings.h"
#include "utils/reader.h"
#include "utils/writer.h"

#define BLOCK_START "# WPS configuration - START"
#define BLOCK_END "# WPS configuration - END"
#define REPLACED "#WPS# "
#define PSK_HEX_LEN 64
#define AUTH_PSK (WPS_AUTH_WPAPSK | WPS_AUTH_WPA2PSK)

/* --- what was received --- */

/* One line of the file and one value of SET: no byte may end it or hide in it. */
static bool is_passphrase(const uint8_t *key, size_t len)
{
	if (len < 8 || len >= PSK_HEX_LEN)
		return false;
	for (size_t i = 0; i < len; i++)
		if (iscntrl(key[i]))
			return false;
	return true;
}

static bool is_psk(const uint8_t *key, size_t len)
{
	size_t digits = 0;

	while (digits < len && isxdigit(key[digits]))
		digits++;
	return len == PSK_HEX_LEN && digits == len;
}

static int normalise_psk(struct wps_credential *c, const char **why)
{
	if (c->encr_type & WPS_ENCR_TKIP)
		c->encr_type |= WPS_ENCR_AES;
	if (c->auth_type & WPS_AUTH_WPAPSK)
		c->auth_type |= WPS_AUTH_WPA2PSK;
	*why = !(c->encr_type & WPS_ENCR_AES) ? "WPA needs AES (CCMP) or TKIP"
	       : !is_passphrase(c->key, c->key_len) && !is_psk(c->key, c->key_len)
		       ? "the key is neither a passphrase of 8..63 printable characters nor 64 "
			 "hex digits"
		       : NULL;
	return *why ? -EINVAL : 0;
}

int wps_settings_normalise(struct wps_credential *c, const char **why)
{
	*why = NULL;
	if (c->ssid_len == 0 || c->ssid_len > SSID_MAX_LEN)
		*why = "the SSID does not have 1..32 bytes";
	else if (c->encr_type & WPS_ENCR_WEP)
		*why = "WEP is forbidden in WPS 2";
	else if (!(c->auth_type & (AUTH_PSK | WPS_AUTH_OPEN)))
		*why = "the authentication type is neither open nor WPA-PSK nor WPA2-PSK";
	if (*why)
		return -EINVAL;
	if (c->auth_type & AUTH_PSK)
		return normalise_psk(c, why);
	if (c->encr_type & WPS_ENCR_NONE)
		return 0;
	*why = "an open network has no encryption";
	return -EINVAL;
}

/* --- as lines --- */

static struct strbuf next_value(struct wps_lines *l, const char *key)
{
	l->line[l->count].key = key;
	return strbuf_over(l->line[l->count++].value, WPS_VALUE_MAX);
}

static void add(struct wps_lines *l, const char *key, const char *value)
{
	struct strbuf v = next_value(l, key);

	strbuf_add(&v, "%s", value);
}

/* Readable where that is exact, else with escapes. */
static void add_ssid(struct wps_lines *l, const struct wps_credential *c)
{
	bool plain = is_printable(c->ssid, c->ssid_len);
	struct strbuf v = next_value(l, plain ? "ssid" : "ssid2");

	if (plain) {
		strbuf_add(&v, "%.*s", (int)c->ssid_len, (const char *)c->ssid);
		return;
	}
	strbuf_add(&v, "P\"");
	strbuf_add_escaped(&v, c->ssid, c->ssid_len);
	strbuf_add(&v, "\"");
}

static void add_psk(struct wps_lines *l, const struct wps_credential *c, bool sae)
{
	struct strbuf v;

	add(l, "wpa_key_mgmt", sae ? "WPA-PSK SAE" : "WPA-PSK");
	if (sae) {
		add(l, "ieee80211w", "1");
		add(l, "sae_require_mfp", "1");
	}
	add(l, "wpa_pairwise", c->encr_type & WPS_ENCR_TKIP ? "CCMP TKIP" : "CCMP");
	v = next_value(l, c->key_len == PSK_HEX_LEN ? "wpa_psk" : "wpa_passphrase");
	strbuf_add(&v, "%.*s", (int)c->key_len, (const char *)c->key);
}

void wps_settings_lines(const struct wps_credential *c, bool add_sae, struct wps_lines *out)
{
	static const char *const wpa[] = {"0", "1", "2", "3"};
	unsigned protos = (c->auth_type & WPS_AUTH_WPAPSK ? 1u : 0) |
			  (c->auth_type & WPS_AUTH_WPA2PSK ? 2u : 0);

	out->count = 0;
	add(out, "wps_state", "2");
	add_ssid(out, c);
	add(out, "wpa", wpa[protos]);
	if (protos)
		add_psk(out, c, add_sae && (protos & 2) && c->key_len != PSK_HEX_LEN);
	add(out, "auth_algs", "1");
}

/* --- in memory --- */

/* Values that lines cannot unset. */
static void forget_old(struct ap_bss_config *b)
{
	str_wipe_free(steal_ptr(&b->wpa_passphrase));
	bytes_clear(&b->wpa_psk);
	b->rsn_pairwise = 0;
}

static int set_all(
	struct hostapd_conf *c, size_t n, const struct wps_lines *lines, struct cfg_error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < lines->count; i++)
		rc = hostapd_conf_set(c, n, lines->line[i].key, lines->line[i].value, err);
	return rc;
}

int wps_settings_store(
	struct hostapd_conf *c, size_t n, const struct wps_lines *lines, struct cfg_error *err)
{
	struct hostapd_conf *trial = hostapd_conf_new_default("trial");
	int rc = trial ? set_all(trial, 0, lines, err) : -ENOMEM;

	hostapd_conf_free(trial);
	if (rc < 0)
		return rc;
	forget_old(c->bss[n]);
	return set_all(c, n, lines, err);
}

/* --- in a file --- */

struct rewriting {
	const struct wps_lines *const *lines;
	size_t count;
	size_t section;
	bool in_block; /* directly behind the start of an earlier block */
	struct writer out;
};

struct line {
	const char *text;
	size_t len; /* without line end */
	size_t key_len;
};

static void put(struct rewriting *r, const char *text, size_t len)
{
	writer_bytes(&r->out, text, len);
}

static void put_text(struct rewriting *r, const char *text)
{
	put(r, text, strlen(text));
}

static const struct wps_lines *wanted(const struct rewriting *r)
{
	return r->section < r->count ? r->lines[r->section] : NULL;
}

static void put_block(struct rewriting *r)
{
	const struct wps_lines *l = wanted(r);

	if (!l)
		return;
	put_text(r, BLOCK_START "\n");
	for (size_t i = 0; i < l->count; i++) {
		put_text(r, l->line[i].key);
		put_text(r, "=");
		put_text(r, l->line[i].value);
		put_text(r, "\n");
	}
	put_text(r, BLOCK_END "\n");
}

static bool line_is(const struct line *l, const char *text)
{
	return l->len == strlen(text) && memcmp(l->text, text, l->len) == 0;
}

static bool key_is(const struct line *l, const char *key)
{
	return l->key_len == strlen(key) && memcmp(l->text, key, l->key_len) == 0;
}

/* Keys whose old values would contradict the new ones. */
static bool is_replaced(const struct line *l, const struct wps_lines *new)
{
	static const char *const always[] = {"ssid", "ssid2", "auth_algs", "wps_state", "wpa",
		"wpa_psk", "wpa_pairwise", "rsn_pairwise", "wpa_key_mgmt", "wpa_passphrase"};

	for (size_t i = 0; i < ARRAY_SIZE(always); i++)
		if (key_is(l, always[i]))
			return true;
	for (size_t i = 0; i < new->count; i++)
		if (key_is(l, new->line[i].key))
			return true;
	return l->key_len > 4 && memcmp(l->text, "wep_", 4) == 0;
}

/* What this function wrote at an earlier time. */
static bool is_earlier_block(struct rewriting *r, const struct line *l)
{
	static const char *const sae[] = {"ieee80211w", "sae_require_mfp"};

	if (line_is(l, BLOCK_START) || line_is(l, BLOCK_END)) {
		r->in_block = line_is(l, BLOCK_START);
		return true;
	}
	if (!r->in_block)
		return false;
	r->in_block = is_replaced(l, wanted(r)) || key_is(l, sae[0]) || key_is(l, sae[1]);
	return r->in_block;
}

static void put_line(struct rewriting *r, const struct line *l)
{
	const struct wps_lines *new = wanted(r);

	if (key_is(l, "bss")) {
		put(r, l->text, l->len);
		put_text(r, "\n");
		r->section++;
		r->in_block = false;
		put_block(r);
		return;
	}
	if (new &&is_earlier_block(r, l))
		return;
	if (new &&is_replaced(l, new))
		put_text(r, REPLACED);
	put(r, l->text, l->len);
	put_text(r, "\n");
}

int wps_settings_rewrite(const struct bytes *text, const struct wps_lines *const *lines,
	size_t count, struct bytes *out)
{
	struct rewriting r = {.lines = lines, .count = count, .out = writer_new(text->len + 512)};
	const char *at = (const char *)text->data, *end = at + text->len;

	put_block(&r);
	while (at < end) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));
		struct line l = {at, (size_t)((lf ? lf : end) - at), 0};
		const char *equals = memchr(at, '=', l.len);

		if (equals && *at != '#')
			l.key_len = (size_t)(equals - at);
		put_line(&r, &l);
		at = lf ? lf + 1 : end;
	}
	int err = writer_ok(&r.out) ? writer_steal(&r.out, out) : -ENOMEM;
	writer_free(&r.out);
	return err;
}
