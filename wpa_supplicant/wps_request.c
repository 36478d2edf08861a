/* From what a command asks for to the network block of the run: EAP identity and phase1 words. */
#include "wpa_supplicant/supplicant_i.h"

#include <errno.h>
#include <stdio.h>

static const struct {
	const char *name;
	uint16_t value;
} auth_words[] = {{"OPEN", WPS_AUTH_OPEN}, {"WPAPSK", WPS_AUTH_WPAPSK},
	{"WPA2PSK", WPS_AUTH_WPA2PSK}},
  encr_words[] = {{"NONE", WPS_ENCR_NONE}, {"TKIP", WPS_ENCR_TKIP}, {"CCMP", WPS_ENCR_AES}};

int wpas_wps_auth_parse(const char *word, uint16_t *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(auth_words); i++)
		if (strcmp(word, auth_words[i].name) == 0) {
			*type = auth_words[i].value;
			return 0;
		}
	return -EINVAL;
}

int wpas_wps_encr_parse(const char *word, uint16_t *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(encr_words); i++)
		if (strcmp(word, encr_words[i].name) == 0) {
			*type = encr_words[i].value;
			return 0;
		}
	return -EINVAL;
}

/* The strongest word of what the credential allows. */
static const char *auth_word(uint16_t types)
{
	for (size_t i = ARRAY_SIZE(auth_words); i-- > 0;)
		if (types & auth_words[i].value)
			return auth_words[i].name;
	return NULL;
}

static const char *encr_word(uint16_t types)
{
	for (size_t i = ARRAY_SIZE(encr_words); i-- > 0;)
		if (types & encr_words[i].value)
			return encr_words[i].name;
	return NULL;
}

static void add_hex(struct strbuf *out, const char *word, const uint8_t *data, size_t len)
{
	char hex[2 * 64 + 1];

	if (len > 64)
		len = 64;
	hex_encode(data, len, hex, sizeof(hex));
	strbuf_add(out, " %s=%s", word, hex);
	wipe(hex, sizeof(hex));
}

static int add_settings(struct strbuf *out, const struct wps_credential *c)
{
	const char *auth = auth_word(c->auth_type), *encr = encr_word(c->encr_type);

	if (!auth || !encr)
		return -EINVAL;
	add_hex(out, "new_ssid", c->ssid, c->ssid_len);
	strbuf_add(out, " new_auth=%s new_encr=%s", auth, encr);
	add_hex(out, "new_key", c->key, c->key_len);
	return 0;
}

static void add_password(struct strbuf *out, const struct wpas_wps_request *r)
{
	switch (r->kind) {
	case WPAS_WPS_PBC:
		strbuf_add(out, "pbc=1");
		break;
	case WPAS_WPS_PIN:
		strbuf_add(out, "pin=%s dev_pw_id=%u", r->pin, r->pw_id);
		break;
	case WPAS_WPS_REG:
		strbuf_add(out, "pin=%s", r->pin);
		break;
	case WPAS_WPS_NFC:
		if (r->pin || r->pw_id != DEV_PW_NFC_HANDOVER) /* a handover has no password */
			strbuf_add(out, "pin=%s ", r->pin ? r->pin : "nfc-pw");
		strbuf_add(out, "dev_pw_id=%u", r->pw_id);
		break;
	}
}

/* Quoted text of phase1. */
static int phase1_text(const struct wpas_wps_request *r, struct strbuf *out)
{
	int err = 0;

	strbuf_add(out, "\"");
	add_password(out, r);
	if (r->pk_hash) {
		strbuf_add(out, " pkhash=");
		strbuf_add_hex_upper(out, r->pk_hash, WPS_PK_HASH_LEN);
	}
	if (r->settings)
		err = add_settings(out, r->settings);
	if (r->multi_ap)
		strbuf_add(out, " multi_ap=%u", r->multi_ap);
	strbuf_add(out, "\"");
	return out->full ? -EMSGSIZE : err;
}

static bool pin_writable(const char *pin)
{
	for (; pin && *pin; pin++)
		if (*pin <= ' ' || *pin > '~' || *pin == '"' || *pin == '\\')
			return false;
	return true;
}

int wpas_wps_fill_network(
	struct wpas_if *w, struct wpas_network *n, const struct wpas_wps_request *r)
{
	char phase1[WPAS_WPS_PHASE1_MAX + 2], profile[16], addr[MAC_TEXT_LEN];
	struct strbuf p = strbuf_over(phase1, sizeof(phase1));
	bool reg = r->kind == WPAS_WPS_REG;
	struct cfg_error err;

	if ((r->kind != WPAS_WPS_PBC && r->kind != WPAS_WPS_NFC && !r->pin) ||
		!pin_writable(r->pin))
		return -EINVAL;
	int ret = phase1_text(r, &p);
	snprintf(profile, sizeof(profile), "%u", r->multi_ap);
	if (r->bssid)
		snprintf(addr, sizeof(addr), MACSTR, MAC2STR(r->bssid));
	const struct {
		const char *key, *value;
	} values[] = {{"key_mgmt", "WPS"}, {"eap", "WSC"},
		{"identity",
			reg ? "\"" WSC_IDENTITY_REGISTRAR "\"" : "\"" WSC_IDENTITY_ENROLLEE "\""},
		{"phase1", phase1}, {"pbss", reg ? "0" : "2"}, {"disabled", "0"},
		{"bssid", r->bssid ? addr : "any"},
		{"multi_ap_backhaul_sta", r->multi_ap ? "1" : NULL},
		{"multi_ap_profile", r->multi_ap ? profile : NULL}};

	for (size_t i = 0; i < ARRAY_SIZE(values) && ret >= 0; i++)
		if (values[i].value) {
			ret = wpas_network_set(w->conf, n, values[i].key, values[i].value, &err);
			if (ret < 0)
				wpas_log(w, LOG_WARN, "WPS run refused: %s", err.text);
		}
	if (ret >= 0 && r->ssid_len)
		ret = bytes_set(&n->ssid, r->ssid, r->ssid_len);
	n->probe_ssid = r->ssid_len > 0;
	wipe(phase1, sizeof(phase1));
	return ret < 0 ? ret : 0;
}
