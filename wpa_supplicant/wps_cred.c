#include "wpa_supplicant/wps_cred.h"

#include <errno.h>
#include <stdio.h>

#define KEY_TEXT_CAP (2 * PMK_LEN + 3)

/* Values of one network in file syntax. */
struct values {
	char ssid[2 * SSID_MAX_LEN + 1], psk[KEY_TEXT_CAP], pairwise[64], group[80], priority[16];
	const char *proto, *key_mgmt, *auth_alg, *ieee80211w;
};

static bool add_cipher(const struct wpas_if *w, unsigned cipher)
{
	unsigned has = w->ops->caps(w->drv)->ciphers;
	return cipher == CIPHER_CCMP || (has & cipher);
}

static void aes_ciphers(const struct wpas_if *w, struct strbuf *out)
{
	static const struct {
		unsigned cipher;
		const char *name;
	} all[] = {{CIPHER_CCMP256, "CCMP-256"}, {CIPHER_GCMP256, "GCMP-256"},
		{CIPHER_CCMP, "CCMP"}, {CIPHER_GCMP, "GCMP"}};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (add_cipher(w, all[i].cipher))
			strbuf_add(out, "%s%s", out->len ? " " : "", all[i].name);
}

static int key_value(const struct wps_credential *c, struct values *v)
{
	uint8_t raw[PMK_LEN];

	if (c->key_len == 2 * PMK_LEN) {
		if (hex_decode((const char *)c->key, c->key_len, raw, sizeof(raw)) < 0)
			return -EINVAL;
		wipe(raw, sizeof(raw));
		snprintf(v->psk, sizeof(v->psk), "%.64s", (const char *)c->key);
		return 0;
	}
	if (c->key_len < 8 || c->key_len > 63)
		return -EINVAL;
	snprintf(v->psk, sizeof(v->psk), "\"%.*s\"", (int)c->key_len, (const char *)c->key);
	return 0;
}

static int psk_values(const struct wpas_if *w, const struct wps_credential *c, struct values *v)
{
	struct strbuf pairwise = strbuf_over(v->pairwise, sizeof(v->pairwise));
	struct strbuf group = strbuf_over(v->group, sizeof(v->group));
	bool aes = c->encr_type & WPS_ENCR_AES, tkip = c->encr_type & WPS_ENCR_TKIP;
	bool rsn = c->auth_type & WPS_AUTH_WPA2PSK;

	if (!aes && !tkip)
		return -EINVAL;
	if (aes)
		aes_ciphers(w, &pairwise);
	if (tkip && (!aes || !rsn))
		strbuf_add(&pairwise, "%sTKIP", pairwise.len ? " " : "");
	strbuf_add(&group, "%s%s", v->pairwise, strstr(v->pairwise, "TKIP") ? "" : " TKIP");
	v->proto = rsn ? "RSN" : "WPA";
	v->key_mgmt = "WPA-PSK";
	v->auth_alg = "OPEN";
	if (rsn && w->conf->wps_cred_add_sae && c->key_len != 2 * PMK_LEN) {
		v->key_mgmt = "WPA-PSK SAE";
		v->auth_alg = NULL;
		v->ieee80211w = "1";
	}
	return key_value(c, v);
}

static int make_values(const struct wpas_if *w, const struct wps_credential *c, struct values *v)
{
	*v = (struct values){.proto = "WPA RSN", .key_mgmt = "NONE", .auth_alg = "OPEN"};
	hex_encode(c->ssid, c->ssid_len, v->ssid, sizeof(v->ssid));
	snprintf(v->priority, sizeof(v->priority), "%d", w->conf->wps_priority);
	if (!c->ssid_len)
		return -EINVAL;
	if (c->auth_type & (WPS_AUTH_WPAPSK | WPS_AUTH_WPA2PSK))
		return psk_values(w, c, v);
	return c->auth_type & WPS_AUTH_OPEN && !(c->encr_type & WPS_ENCR_WEP) ? 0 : -ENOTSUP;
}

static int set_values(const struct wpas_if *w, struct wpas_network *n, const struct values *v)
{
	const struct {
		const char *key, *value;
	} set[] = {{"ssid", v->ssid}, {"psk", v->psk[0] ? v->psk : NULL}, {"proto", v->proto},
		{"key_mgmt", v->key_mgmt}, {"pairwise", v->pairwise[0] ? v->pairwise : NULL},
		{"group", v->group[0] ? v->group : NULL}, {"auth_alg", v->auth_alg},
		{"ieee80211w", v->ieee80211w}, {"priority", v->priority}, {"disabled", "0"},
		{"eap", "NULL"}, {"identity", "NULL"}, {"phase1", "NULL"}, {"bssid", "any"}};
	struct cfg_error err;

	for (size_t i = 0; i < ARRAY_SIZE(set); i++) {
		if (!set[i].value ||
			wpas_network_set(w->conf, n, set[i].key, set[i].value, &err) >= 0)
			continue;
		wpas_log(w, LOG_WARN, "WPS credential: %s: %s", set[i].key, err.text);
		return -EINVAL;
	}
	return 0;
}

static bool same_credential(const struct wpas_network *a, const struct wpas_network *b)
{
	bool same_key = a->passphrase && b->passphrase ? strcmp(a->passphrase, b->passphrase) == 0
						       : a->passphrase == b->passphrase;
	return bytes_equal(&a->ssid, b->ssid.data, b->ssid.len) && a->key_mgmt == b->key_mgmt &&
	       same_key && a->has_psk_hex == b->has_psk_hex &&
	       bytes_equal_ct(a->psk_hex, b->psk_hex, PMK_LEN) &&
	       a->multi_ap_backhaul_sta == b->multi_ap_backhaul_sta;
}

static void remove_older(struct wpas_if *w, const struct wpas_network *n)
{
	for (size_t i = w->conf->net_count; i-- > 0;) {
		struct wpas_network *old = w->conf->nets[i];
		if (old == n || old->read_only || old->temporary || !same_credential(old, n))
			continue;
		if (old == w->conn.net) /* of the run that calls us: it must go on to its end */
			continue;
		wpas_log(w, LOG_DBG, "network %u is the same as the new one, removed", old->id);
		wpas_networks_remove(w, old);
	}
}

struct wpas_network *wpas_wps_store(
	struct wpas_if *w, const struct wps_credential *cred, struct wpas_network *n)
{
	struct values v;
	int err = make_values(w, cred, &v);
	struct wpas_network *fresh = NULL;

	if (err == 0 && !n)
		n = fresh = wpas_networks_add(w);
	if (err == 0)
		err = n ? set_values(w, n, &v) : -ENOMEM;
	wipe(&v, sizeof(v));
	if (err < 0) {
		wpas_log(w, LOG_WARN,
			"WPS credential not used: authentication type 0x%x, encryption 0x%x, key "
			"of "
			"%zu bytes",
			cred->auth_type, cred->encr_type, cred->key_len);
		if (fresh)
			wpas_networks_remove(w, fresh);
		return NULL;
	}
	n->temporary = false;
	n->probe_ssid = true;
	remove_older(w, n);
	return n;
}
