/* Commands of the external registrar. */
#include <errno.h>

#include "wpa_supplicant/er_i.h"
#include "wps/nfc.h"

static enum ctrl_result result_of(int err)
{
	return err < 0 ? CTRL_FAIL : CTRL_OK;
}

/* The access point a command is about; NULL (logged): not started, malformed, unknown. */
static struct er_ap *target_ap(const struct wpas_if *w, const char *text, const char *verb)
{
	const struct wpas_er *er = wpas_er_of(w);
	struct er_target t;

	if (!er) {
		wpas_log(w, LOG_ERR, "%s: no external registrar: WPS_ER_START first", verb);
		return NULL;
	}
	if (wpas_er_target(text, &t) < 0) {
		wpas_log(w, LOG_ERR, "%s: '%s' is neither a UUID nor a MAC address", verb, text);
		return NULL;
	}
	struct er_ap *ap = wpas_er_find_ap(er, t.uuid, t.mac);
	if (!ap)
		wpas_log(w, LOG_ERR, "%s: access point %s is not known", verb, text);
	return ap;
}

static enum ctrl_result cmd_start(void *ctx, char *args, struct ctrl_request *req)
{
	return result_of(wpas_er_start(ctx, args));
}

static enum ctrl_result cmd_stop(void *ctx, char *args, struct ctrl_request *req)
{
	wpas_er_stop(ctx);
	return CTRL_OK;
}

/* `uuid|any|MAC PIN [MAC]`. */
static enum ctrl_result cmd_pin(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_er *er = wpas_er_of(ctx);
	const struct er_enrollee *e = NULL;
	struct er_target t = {0};
	uint8_t mac[MAC_LEN];
	char *word[4];
	int n = split_words(args, word, 4);
	bool any = n > 0 && strcmp(word[0], "any") == 0;

	if (!er || n < 2 || n > 3 || (n == 3 && mac_parse_all(word[2], mac) < 0) ||
		(!any && wpas_er_target(word[0], &t) < 0))
		return CTRL_FAIL;
	if (t.mac) {
		e = er_enrollee_find(er, NULL, t.mac);
		if (!e) {
			wpas_log(ctx, LOG_ERR, "WPS_ER_PIN: enrollee %s is not known", word[0]);
			return CTRL_FAIL;
		}
		t.uuid = e->info.uuid;
	}
	return result_of(wps_registrar_add_pin(er->reg, t.uuid, (const uint8_t *)word[1],
		strlen(word[1]), ER_PIN_TIME, n == 3 ? mac : t.mac));
}

static enum ctrl_result refuse(struct ctrl_request *req, const char *why)
{
	strbuf_add(req->reply, "FAIL-%s\n", why);
	return CTRL_REPLIED;
}

/* `uuid|MAC` of an enrollee, or of an access point. */
static enum ctrl_result cmd_pbc(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_er *er = wpas_er_of(ctx);
	struct er_target t;

	if (!er || wpas_er_target(args, &t) < 0)
		return CTRL_FAIL;
	const struct er_ap *ap = wpas_er_find_ap(er, t.uuid, t.mac);
	const struct er_enrollee *e = ap ? NULL : er_enrollee_find(er, t.uuid, t.mac);
	if (e)
		ap = e->ap;
	if (!ap)
		return refuse(req, "UNKNOWN-UUID");
	if (!er_settings_of(er, ap->uuid))
		return refuse(req, "NO-AP-SETTINGS");
	memcpy(er->pbc_uuid, ap->uuid, WPS_UUID_LEN);
	int err = wps_registrar_pbc(er->reg);
	return err == -EBUSY ? refuse(req, "PBC-OVERLAP") : result_of(err);
}

static enum ctrl_result start_job(
	struct er_ap *ap, const char *verb, const char *pin, const struct wps_credential *settings)
{
	int err = er_job_start(ap, pin, settings);

	if (err == -EBUSY)
		wpas_log(ap->er->w, LOG_ERR, "%s: another run with this access point is on", verb);
	else if (err < 0)
		wpas_log(ap->er->w, LOG_ERR, "%s: not started: %s", verb, strerror(-err));
	return result_of(err);
}

/* `uuid|MAC PIN`. */
static enum ctrl_result cmd_learn(void *ctx, char *args, struct ctrl_request *req)
{
	char *word[2];

	if (split_words(args, word, 2) != 2)
		return CTRL_FAIL;
	struct er_ap *ap = target_ap(ctx, word[0], "WPS_ER_LEARN");
	return ap ? start_job(ap, "WPS_ER_LEARN", word[1], NULL) : CTRL_FAIL;
}

/* `uuid|MAC network-id`. */
static enum ctrl_result cmd_set_config(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	struct wps_credential cred;
	char *word[2];
	int64_t id;

	if (split_words(args, word, 2) != 2 || parse_int(word[1], 10, 0, UINT32_MAX, &id) < 0)
		return CTRL_FAIL;
	struct er_ap *ap = target_ap(w, word[0], "WPS_ER_SET_CONFIG");
	const struct wpas_network *n = wpas_conf_network(w->conf, (unsigned)id);
	if (!ap || !n)
		return CTRL_FAIL;
	int err = er_settings_of_network(n, &cred);
	if (err < 0)
		wpas_log(w, LOG_ERR,
			"WPS_ER_SET_CONFIG: network %u needs ssid and psk, or key_mgmt=NONE",
			n->id);
	else
		err = er_settings_set(ap->er, ap->uuid, &cred);
	wipe(&cred, sizeof(cred));
	return result_of(err);
}

/* `ssidhex auth [encr [keyhex]]`. */
static int parse_settings(char **word, int n, struct wps_credential *out)
{
	*out = (struct wps_credential){.encr_type = WPS_ENCR_NONE};
	int len = hex_decode(word[0], strlen(word[0]), out->ssid, sizeof(out->ssid));
	if (len <= 0 || wpas_wps_auth_parse(word[1], &out->auth_type) < 0 ||
		(n > 2 && wpas_wps_encr_parse(word[2], &out->encr_type) < 0))
		return -EINVAL;
	out->ssid_len = (size_t)len;
	len = n > 3 ? hex_decode(word[3], strlen(word[3]), out->key, sizeof(out->key)) : 0;
	if (len < 0)
		return -EINVAL;
	out->key_len = (size_t)len;
	return 0;
}

/* `uuid|MAC PIN ssidhex auth [encr [keyhex]]`. */
static enum ctrl_result cmd_config(void *ctx, char *args, struct ctrl_request *req)
{
	struct wps_credential settings;
	char *word[7];
	int n = split_words(args, word, 7);

	if (n < 4 || n > 6)
		return CTRL_FAIL;
	struct er_ap *ap = target_ap(ctx, word[0], "WPS_ER_CONFIG");
	if (!ap)
		return CTRL_FAIL;
	enum ctrl_result result = CTRL_FAIL;
	if (parse_settings(word + 2, n - 2, &settings) < 0)
		wpas_log(ctx, LOG_ERR,
			"WPS_ER_CONFIG: expected <uuid|MAC> <PIN> <SSID in hex> "
			"<OPEN|WPAPSK|WPA2PSK> <NONE|TKIP|CCMP> <key in hex>");
	else
		result = start_job(ap, "WPS_ER_CONFIG", word[1], &settings);
	wipe(&settings, sizeof(settings));
	return result;
}

/* `WPS|NDEF uuid|MAC`. */
static enum ctrl_result cmd_nfc_config_token(void *ctx, char *args, struct ctrl_request *req)
{
	static const struct wps_nfc_ap nowhere;
	_cleanup_(writer_free) struct writer token = writer_new(256);
	char *word[2];

	if (split_words(args, word, 2) != 2)
		return CTRL_FAIL;
	bool ndef = strcmp(word[0], "NDEF") == 0;
	if (!ndef && strcmp(word[0], "WPS") != 0)
		return CTRL_FAIL;
	const struct er_ap *ap = target_ap(ctx, word[1], "WPS_ER_NFC_CONFIG_TOKEN");
	const struct wps_credential *c = ap ? er_settings_of(ap->er, ap->uuid) : NULL;
	if (ap && !c)
		wpas_log(ctx, LOG_ERR,
			"WPS_ER_NFC_CONFIG_TOKEN: no settings: WPS_ER_LEARN or WPS_ER_SET_CONFIG "
			"first");
	if (!c || wps_nfc_write_config(&token, c, &nowhere) < 0 ||
		wps_nfc_reply(&token, ndef, req->reply) < 0)
		return CTRL_FAIL;
	return CTRL_REPLIED;
}

const struct ctrl_command wpas_cmds_er[] = {
	{"WPS_ER_START", CTRL_OPT, 0, cmd_start,
		"[ifname=<name>] [address] = start the external registrar"},
	{"WPS_ER_STOP", CTRL_EXACT, 0, cmd_stop, "= stop the external registrar"},
	{"WPS_ER_PIN", CTRL_ARGS, CTRL_SECRET, cmd_pin,
		"<uuid|any|addr> <PIN> [addr] = PIN of an enrollee"},
	{"WPS_ER_PBC", CTRL_ARGS, 0, cmd_pbc, "<uuid|addr> = accept an enrollee by push button"},
	{"WPS_ER_LEARN", CTRL_ARGS, CTRL_SECRET, cmd_learn,
		"<uuid|addr> <AP PIN> = learn the settings of an access point"},
	{"WPS_ER_SET_CONFIG", CTRL_ARGS, 0, cmd_set_config,
		"<uuid|addr> <network id> = settings of an access point"},
	{"WPS_ER_CONFIG", CTRL_ARGS, CTRL_SECRET, cmd_config,
		"<uuid|addr> <AP PIN> <ssid> <auth> [encr [key]] = set up an access point"},
	{"WPS_ER_NFC_CONFIG_TOKEN", CTRL_ARGS, 0, cmd_nfc_config_token,
		"<WPS|NDEF> <uuid|addr> = configuration token with the settings of an access "
		"point"},
	{NULL, CTRL_EXACT, 0, NULL, NULL}};
