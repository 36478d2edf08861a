/* NFC commands of WPS (reference, 3.6). */
#include <errno.h>

#include "wpa_supplicant/er.h"
#include "wpa_supplicant/supplicant_i.h"

static bool has_form(const char *word, bool *ndef)
{
	*ndef = strcmp(word, "NDEF") == 0;
	return *ndef || strcmp(word, "WPS") == 0;
}

static enum ctrl_result result(int err)
{
	return err < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result reply(
	struct ctrl_request *req, const struct writer *attributes, bool ndef, int err)
{
	if (err < 0 || wps_nfc_reply(attributes, ndef, req->reply) < 0)
		return CTRL_FAIL;
	return CTRL_REPLIED;
}

/* `[BSSID]` */
static enum ctrl_result cmd_start(void *ctx, char *args, struct ctrl_request *req)
{
	uint8_t mac[MAC_LEN];

	if (*args && mac_parse_all(args, mac) < 0)
		return CTRL_FAIL;
	return result(wpas_nfc_start(ctx, *args ? mac : NULL));
}

/* `WPS|NDEF` */
static enum ctrl_result cmd_token(void *ctx, char *args, struct ctrl_request *req)
{
	_cleanup_(writer_free) struct writer w = writer_new(128);
	struct wpas_if *wi = ctx;
	bool ndef;

	if (!has_form(args, &ndef))
		return CTRL_FAIL;
	int err = wpas_nfc_new_token(wi);
	if (!err)
		err = wps_nfc_write_password(&w, &wi->nfc.token, wi->wps.dev.testing);
	return reply(req, &w, ndef, err);
}

/* `WPS|NDEF <network id>`; without the id it is about an access point of our own, which there is
 * none of. */
static enum ctrl_result cmd_config_token(void *ctx, char *args, struct ctrl_request *req)
{
	_cleanup_(writer_free) struct writer w = writer_new(256);
	const struct wpas_if *wi = ctx;
	const struct wpas_network *n;
	struct wps_credential cred;
	char *word[3];
	int64_t id;
	bool ndef;

	if (split_words(args, word, 3) != 2 || !has_form(word[0], &ndef) ||
		parse_int(word[1], 10, 0, INT32_MAX, &id) < 0)
		return CTRL_FAIL;
	n = wpas_conf_network(wi->conf, (unsigned)id);
	if (!n)
		return CTRL_FAIL;
	int err = wpas_network_credential(n, &cred);
	if (err < 0)
		wpas_log(wi, LOG_ERR, "network %u has no SSID or no key that a token can hold",
			n->id);
	else
		err = wps_nfc_write_config(&w, &cred, NULL);
	wipe(&cred, sizeof(cred));
	return reply(req, &w, ndef, err);
}

static enum ctrl_result cmd_tag_read(void *ctx, char *args, struct ctrl_request *req)
{
	struct bytes data = {0};
	int err = hex_decode_bytes(args, &data);

	if (!err)
		err = wpas_nfc_tag(ctx, data.data, data.len);
	bytes_clear(&data);
	return result(err);
}

/* Second word of the handover commands; `WPS` is its old name. */
static bool is_carrier_record(const char *word)
{
	return strcmp(word, "WPS-CR") == 0 || strcmp(word, "WPS") == 0;
}

/* `NDEF WPS-CR` */
static enum ctrl_result cmd_handover_req(void *ctx, char *args, struct ctrl_request *req)
{
	_cleanup_(writer_free) struct writer w = writer_new(128);
	struct wpas_if *wi = ctx;
	char *word[3];

	if (split_words(args, word, 3) != 2 || strcmp(word[0], "NDEF") != 0 ||
		!is_carrier_record(word[1]))
		return CTRL_FAIL;
	int err = wpas_nfc_need_token(wi);
	if (!err)
		err = wps_nfc_write_request(
			&w, &wi->nfc.token, wi->wps.dev.uuid, wi->wps.dev.testing);
	return reply(req, &w, true, err);
}

/* `NDEF WPS-CR <UUID or address>`: for an access point that our external registrar manages. */
static enum ctrl_result cmd_handover_sel(void *ctx, char *args, struct ctrl_request *req)
{
	_cleanup_(writer_free) struct writer w = writer_new(128);
	struct wpas_if *wi = ctx;
	char *word[4];

	if (split_words(args, word, 4) != 3 || strcmp(word[0], "NDEF") != 0 ||
		!is_carrier_record(word[1]))
		return CTRL_FAIL;
	const struct wps_credential *c = wpas_er_settings(wi, word[2]);
	if (!c) {
		wpas_log(wi, LOG_ERR,
			"no settings of access point %s are known: WPS_ER_LEARN or "
			"WPS_ER_SET_CONFIG first",
			word[2]);
		return CTRL_FAIL;
	}
	int err = wpas_nfc_need_token(wi);
	if (!err)
		err = wps_nfc_write_select(
			&w, &wi->nfc.token, c->ssid, c->ssid_len, NULL, wi->wps.dev.testing);
	return reply(req, &w, true, err);
}

static int report(struct wpas_if *w, const char *role, const struct bytes *request,
	const struct bytes *select)
{
	if (strcmp(role, "INIT") == 0)
		return wpas_nfc_selected(w, select->data, select->len);
	if (strcmp(role, "RESP") == 0)
		return wpas_nfc_requested(w, request->data, request->len);
	return -EINVAL;
}

/* `INIT|RESP WPS <request> <select>` */
static enum ctrl_result cmd_report_handover(void *ctx, char *args, struct ctrl_request *req)
{
	struct bytes request = {0}, select = {0};
	char *word[5];

	if (split_words(args, word, 5) != 4 || strcmp(word[1], "WPS") != 0)
		return CTRL_FAIL;
	int err = hex_decode_bytes(word[2], &request);
	if (!err)
		err = hex_decode_bytes(word[3], &select);
	if (!err)
		err = report(ctx, word[0], &request, &select);
	bytes_clear(&request);
	bytes_clear(&select);
	return result(err);
}

const struct ctrl_command wpas_cmds_nfc[] = {
	{"WPS_NFC", CTRL_OPT, 0, cmd_start, "[bssid] = WPS with our NFC password token"},
	{"WPS_NFC_TOKEN", CTRL_ARGS, 0, cmd_token, "<WPS|NDEF> = our NFC password token"},
	{"WPS_NFC_CONFIG_TOKEN", CTRL_ARGS, 0, cmd_config_token,
		"<WPS|NDEF> <network id> = NFC configuration token with this network"},
	{"WPS_NFC_TAG_READ", CTRL_ARGS, CTRL_SECRET, cmd_tag_read,
		"<hex> = an NFC tag with a network or a password was read"},
	{"NFC_GET_HANDOVER_REQ", CTRL_ARGS, 0, cmd_handover_req,
		"NDEF WPS-CR = carrier record of an NFC handover request"},
	{"NFC_GET_HANDOVER_SEL", CTRL_ARGS, 0, cmd_handover_sel,
		"NDEF WPS-CR <uuid|bssid> = carrier record of an NFC handover select"},
	{"NFC_REPORT_HANDOVER", CTRL_ARGS, CTRL_SECRET, cmd_report_handover,
		"<INIT|RESP> WPS <request> <select> = an NFC connection handover took place"},
	{NULL, CTRL_EXACT, 0, NULL, NULL}};
