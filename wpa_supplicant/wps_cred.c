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
	unsigned has = wpas_if_caps(w)->ciphers;
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
	/* Access points in mixed mode name the old half alone, and those of WPS 2 that are told to
	 * use TKIP become mixed: the better half is allowed, too. */
	if (!aes)
		strbuf_add(&pairwise, " CCMP");
	strbuf_add(&group, "%s%s", v->pairwise, strstr(v->pairwise, "TKIP") ? "" : " TKIP");
	v->proto = rsn ? "RSN" : "WPA RSN";
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

static bool same_key(const struct wpas_network *a, const struct wpas_network *b)
{
	bool same = a->passphrase && b->passphrase ? strcmp(a->passphrase, b->passphrase) == 0
						   : a->passphrase == b->passphrase;
	return same && a->has_psk_hex == b->has_psk_hex &&
	       bytes_equal_ct(a->psk_hex, b->psk_hex, PMK_LEN);
}

/* The same network of the same access point; its key may have changed since. */
static bool same_network(const struct wpas_network *a, const struct wpas_network *b)
{
	return bytes_equal(&a->ssid, b->ssid.data, b->ssid.len) && a->key_mgmt == b->key_mgmt &&
	       a->auth_alg == b->auth_alg && a->proto == b->proto && a->pairwise == b->pairwise &&
	       a->group == b->group && mac_equal(a->bssid, b->bssid) &&
	       a->multi_ap_backhaul_sta == b->multi_ap_backhaul_sta;
}

static void remove_older(struct wpas_if *w, const struct wpas_network *n)
{
	for (size_t i = w->conf->net_count; i-- > 0;) {
		struct wpas_network *old = w->conf->nets[i];
		if (old == n || old->read_only || old->temporary || !same_network(old, n))
			continue;
		if (old == w->wps.net) /* of the run that calls us: it must go on to its end */
			continue;
		wpas_log(w, LOG_DBG, "network %u is the same as the new one, removed", old->id);
		wpas_networks_remove(w, old);
	}
}

/* --- several credentials in one M8 --- */

/* Access points in mixed mode send one credential for WPA with TKIP and one for RSN with AES: that
 * is one network. The one of this run n belongs to; NULL. */
static struct wpas_network *sibling(const struct wpas_if *w, const struct wpas_network *n)
{
	const unsigned psk = AKM_PSK | AKM_PSK_SHA256;

	for (size_t i = 0; i < w->conf->net_count; i++) {
		struct wpas_network *o = w->conf->nets[i];
		if (o != n && o->wps_run == n->wps_run && same_key(o, n) &&
			bytes_equal(&o->ssid, n->ssid.data, n->ssid.len) &&
			(o->key_mgmt & psk) == (n->key_mgmt & psk))
			return o;
	}
	return NULL;
}

static void merge(const struct wpas_if *w, struct wpas_network *into, const struct wpas_network *n)
{
	wpas_log(w, LOG_DBG, "credential joined with that of network %u", into->id);
	into->proto |= n->proto;
	into->key_mgmt |= n->key_mgmt;
	into->pairwise |= n->pairwise;
	into->group |= n->group;
	if (n->ieee80211w == 1)
		into->ieee80211w = 1;
}

static int store(struct wpas_if *w, struct wpas_network *n, const struct wps_credential *cred)
{
	struct values v;
	int err = make_values(w, cred, &v);

	if (err == 0)
		err = set_values(w, n, &v);
	wipe(&v, sizeof(v));
	return err;
}

/* What a backhaul run brings are backhaul credentials, all of them. */
static void inherit(const struct wpas_if *w, struct wpas_network *n)
{
	const struct wpas_network *run = w->wps.net;

	if (!run || run == n)
		return;
	n->multi_ap_backhaul_sta = run->multi_ap_backhaul_sta;
	n->multi_ap_profile = run->multi_ap_profile;
	n->wps_run = run->wps_run;
}

static void refused(struct wpas_if *w, const struct wps_credential *cred)
{
	wpas_log(w, LOG_WARN,
		"WPS credential not used: authentication type 0x%x, encryption 0x%x, key of %zu "
		"bytes",
		cred->auth_type, cred->encr_type, cred->key_len);
}

/* One more network. It becomes visible only when it is a network of its own. */
static struct wpas_network *store_further(struct wpas_if *w, const struct wps_credential *cred)
{
	struct wpas_network *n = wpas_conf_add_network(w->conf, wpas_conf_free_id(w->conf));

	if (!n)
		return NULL;
	inherit(w, n);
	int err = store(w, n, cred);
	struct wpas_network *known = err == 0 && n->wps_run ? sibling(w, n) : NULL;
	if (known)
		merge(w, known, n);
	if (err < 0 || known) {
		wpas_conf_remove_network(w->conf, n);
		if (err < 0)
			refused(w, cred);
		return known;
	}
	wpas_event_ctrl(w, "CTRL-EVENT-NETWORK-ADDED %u", n->id);
	wpas_dbus_network_added(w, n);
	return n;
}

struct wpas_network *wpas_wps_store(
	struct wpas_if *w, const struct wps_credential *cred, struct wpas_network *n)
{
	if (!n) {
		n = store_further(w, cred);
		if (!n)
			return NULL;
	} else if (store(w, n, cred) < 0) {
		refused(w, cred);
		return NULL;
	}
	n->temporary = false;
	n->probe_ssid = true;
	remove_older(w, n);
	return n;
}
