/* EAP-WSC of a peer: which run identity and phase1 ask for. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/elements.h"
#include "eap_peer/eap_peer_i.h"
#include "utils/log.h"

#define PHASE1_WORDS_MAX 16

struct phase1 {
	bool pbc;
	const char *pin;
	int64_t pw_id; /* -1 = not given */
	int64_t multi_ap;
	bool has_pk_hash;
	uint8_t pk_hash[WPS_PK_HASH_LEN];
	/* registrar: new settings */
	bool configures;
	struct wps_credential settings;
};

static int parse_pbc(const char *value, struct phase1 *out)
{
	out->pbc = true;
	return strcmp(value, "1") ? -EINVAL : 0;
}

static int parse_pin(const char *value, struct phase1 *out)
{
	out->pin = value; /* empty: an AP PIN that is not known; the AP says what it thinks of it */
	return 0;
}

static int parse_pw_id(const char *value, struct phase1 *out)
{
	return parse_int(value, 10, 0, 65535, &out->pw_id);
}

static int parse_multi_ap(const char *value, struct phase1 *out)
{
	return parse_int(value, 10, 0, 255, &out->multi_ap);
}

static int parse_pk_hash(const char *value, struct phase1 *out)
{
	out->has_pk_hash = true;
	int n = hex_decode(value, strlen(value), out->pk_hash, sizeof(out->pk_hash));
	return n == WPS_PK_HASH_LEN ? 0 : -EINVAL;
}

static int parse_ssid(const char *value, struct phase1 *out)
{
	int n = hex_decode(value, strlen(value), out->settings.ssid, sizeof(out->settings.ssid));
	if (n <= 0)
		return -EINVAL;
	out->settings.ssid_len = (size_t)n;
	out->configures = true;
	return 0;
}

static int parse_key(const char *value, struct phase1 *out)
{
	int n = hex_decode(value, strlen(value), out->settings.key, sizeof(out->settings.key));
	if (n < 0)
		return -EINVAL;
	out->settings.key_len = (size_t)n;
	return 0;
}

struct name_row {
	const char *name;
	uint16_t value;
};

static int find_name(const struct name_row *rows, size_t count, const char *name, uint16_t *out)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(rows[i].name, name) != 0)
			continue;
		*out = rows[i].value;
		return 0;
	}
	return -EINVAL;
}

static int parse_auth(const char *value, struct phase1 *out)
{
	static const struct name_row names[] = {{"OPEN", WPS_AUTH_OPEN},
		{"WPAPSK", WPS_AUTH_WPAPSK}, {"WPA2PSK", WPS_AUTH_WPA2PSK}};

	return find_name(names, ARRAY_SIZE(names), value, &out->settings.auth_type);
}

static int parse_encr(const char *value, struct phase1 *out)
{
	static const struct name_row names[] = {
		{"NONE", WPS_ENCR_NONE}, {"TKIP", WPS_ENCR_TKIP}, {"CCMP", WPS_ENCR_AES}};

	return find_name(names, ARRAY_SIZE(names), value, &out->settings.encr_type);
}

static const struct {
	const char *key, *allowed;
	int (*parse)(const char *value, struct phase1 *out);
} words[] = {
	{"pbc=", "1", parse_pbc},
	{"pin=", "a PIN or nfc-pw", parse_pin},
	{"dev_pw_id=", "0..65535", parse_pw_id},
	{"multi_ap=", "0..255", parse_multi_ap},
	{"pkhash=", "40 hex digits", parse_pk_hash},
	{"new_ssid=", "2..64 hex digits", parse_ssid},
	{"new_auth=", "OPEN, WPAPSK or WPA2PSK", parse_auth},
	{"new_encr=", "NONE, TKIP or CCMP", parse_encr},
	{"new_key=", "0..128 hex digits", parse_key},
};

static int parse_word(const char *word, struct phase1 *out)
{
	const char *value;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!str_starts(word, words[i].key, &value))
			continue;
		int err = words[i].parse(value, out);
		if (err)
			log_msg(LOG_WARN, "EAP-WSC: phase1 %s allows %s", words[i].key,
				words[i].allowed);
		return err;
	}
	/* Not the word itself: it may hold a PIN with a typing error in front. */
	log_msg(LOG_WARN,
		"EAP-WSC: unknown word in phase1, known: pbc= pin= dev_pw_id= multi_ap= pkhash= "
		"new_ssid= new_auth= new_encr= new_key=");
	return -EINVAL;
}

/* text is cut into words in place. */
static int parse(char *text, struct phase1 *out)
{
	char *word[PHASE1_WORDS_MAX];
	int n = split_words(text, word, PHASE1_WORDS_MAX);

	*out = (struct phase1){.pw_id = -1};
	for (int i = 0; i < n; i++)
		if (parse_word(word[i], out) < 0)
			return -EINVAL;
	return 0;
}

/* The password: pin=nfc-pw is our token's. NULL when there is none. */
static const uint8_t *password_of(
	const struct eap_peer_config *cfg, const struct phase1 *p, size_t *len)
{
	if (!p->pin || strcmp(p->pin, "nfc-pw") != 0) {
		*len = p->pin ? strlen(p->pin) : 0;
		return (const uint8_t *)p->pin;
	}
	*len = cfg->oob ? cfg->oob->password.len : 0;
	if (!*len)
		log_msg(LOG_WARN, "EAP-WSC: phase1 pin=nfc-pw, but there is no NFC password token");
	return *len ? cfg->oob->password.data : NULL;
}

static unsigned password_id(const struct eap_peer_config *cfg, const struct phase1 *p)
{
	if (p->pbc)
		return DEV_PW_PUSHBUTTON;
	if (p->pin && strcmp(p->pin, "nfc-pw") == 0 && cfg->oob)
		return cfg->oob->id;
	return p->pw_id < 0 ? DEV_PW_DEFAULT : (unsigned)p->pw_id;
}

/* The token's key goes with its id: its hash is what the peer knows. */
static const struct bytes *key_of(const struct eap_peer_config *cfg, unsigned pw_id)
{
	bool ours = cfg->oob && cfg->oob->id == pw_id && cfg->oob->private_key.len;

	return ours ? &cfg->oob->private_key : NULL;
}

static bool check_enrollee(const struct phase1 *p)
{
	bool handover = !p->pbc && p->pw_id == DEV_PW_NFC_HANDOVER;

	if (handover && !p->has_pk_hash) {
		log_msg(LOG_WARN, "EAP-WSC: phase1 dev_pw_id=7 needs pkhash=");
		return false;
	}
	if (!handover && p->pbc == (p->pin != NULL)) {
		log_msg(LOG_WARN, "EAP-WSC: phase1 needs either pbc=1 or pin=");
		return false;
	}
	if (p->pbc && p->pw_id >= 0 && p->pw_id != DEV_PW_PUSHBUTTON) {
		log_msg(LOG_WARN, "EAP-WSC: phase1 pbc=1 allows dev_pw_id=4 only");
		return false;
	}
	return true;
}

static struct wps_run *new_enrollee(const struct eap_peer_config *cfg, const struct phase1 *p)
{
	unsigned pw_id = password_id(cfg, p);
	struct wps_enrollee_params params = {
		.dev = cfg->wps_dev,
		.pw_id = (enum wps_dev_password_id)pw_id,
		.multi_ap = p->multi_ap ? MULTI_AP_BACKHAUL_STA : 0,
		.private_key = key_of(cfg, pw_id),
		.registrar_pk_hash = p->has_pk_hash ? p->pk_hash : NULL,
		.peer_mac = cfg->bssid,
		.event = cfg->wps_event,
		.ctx = cfg->wps_ctx,
	};

	if (!check_enrollee(p))
		return NULL;
	params.password = password_of(cfg, p, &params.password_len);
	return wps_enrollee_new(&params);
}

static bool check_settings(const struct wps_credential *s)
{
	if (s->auth_type && s->encr_type)
		return true;
	log_msg(LOG_WARN, "EAP-WSC: phase1 new_ssid= needs new_auth= and new_encr=");
	return false;
}

static struct wps_run *new_registrar(const struct eap_peer_config *cfg, const struct phase1 *p)
{
	unsigned pw_id = password_id(cfg, p);
	struct wps_ap_registrar_params params = {
		.dev = cfg->wps_dev,
		.pw_id = (enum wps_dev_password_id)pw_id,
		.settings = p->configures ? &p->settings : NULL,
		.private_key = key_of(cfg, pw_id),
		.peer_mac = cfg->bssid,
		.event = cfg->wps_event,
		.ctx = cfg->wps_ctx,
	};

	params.password = password_of(cfg, p, &params.password_len);
	if (!params.password) {
		log_msg(LOG_WARN, "EAP-WSC: phase1 of a registrar needs pin=");
		return NULL;
	}
	if (p->configures && !check_settings(&p->settings))
		return NULL;
	return wps_ap_registrar_new(&params);
}

struct wps_run *eap_wsc_new_run(const struct eap_peer_config *cfg)
{
	bool registrar = cfg->identity && strcmp(cfg->identity, WSC_IDENTITY_REGISTRAR) == 0;
	struct wps_run *run = NULL;
	struct phase1 p;
	char *text = NULL;
	size_t len = cfg->phase1 ? strlen(cfg->phase1) : 0;

	if (str_replace(&text, cfg->phase1 ? cfg->phase1 : "") < 0)
		return NULL;
	if (parse(text, &p) == 0)
		run = registrar ? new_registrar(cfg, &p) : new_enrollee(cfg, &p);
	wipe(&p, sizeof(p));
	wipe(text, len); /* the cut words hide the rest from str_wipe_free() */
	free(text);
	return run;
}
