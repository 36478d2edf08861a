/* NFC commands of WPS: tokens of this BSS, tags read, connection handover. */
#include <errno.h>

#include "ap/wps_nfc.h"
#include "hostapd/hostapd_i.h"

static bool has_form(const char *word, bool *ndef)
{
	*ndef = strcmp(word, "NDEF") == 0;
	return *ndef || strcmp(word, "WPS") == 0;
}

static bool is_configured(const struct ap_bss_config *c)
{
	return c->wps_nfc_dev_pw_id || c->wps_nfc_dh_pubkey.len || c->wps_nfc_dh_privkey.len ||
	       c->wps_nfc_dev_pw.len;
}

/* The configured token, if there is one. Returns 0, -ENOENT, -EINVAL (logged). */
static int load_token(struct hostapd_bss *b)
{
	const struct ap_bss_config *c = hostapd_bss_conf(b);
	const char *why;

	if (!is_configured(c))
		return -ENOENT;
	int err = wps_nfc_token_set(&b->nfc, (unsigned)c->wps_nfc_dev_pw_id, &c->wps_nfc_dev_pw,
		&c->wps_nfc_dh_privkey, &c->wps_nfc_dh_pubkey, &why);
	if (err < 0)
		log_msg(LOG_ERR, "%s: the configured NFC password token is unusable: %s", b->ifname,
			why);
	return err;
}

static enum ctrl_result reply(
	struct ctrl_request *req, const struct writer *attributes, bool ndef, int err)
{
	if (err < 0 || wps_nfc_reply(attributes, ndef, req->reply) < 0)
		return CTRL_FAIL;
	return CTRL_REPLIED;
}

static enum ctrl_result show_token(struct hostapd_bss *b, bool ndef, struct ctrl_request *req)
{
	_cleanup_(writer_free) struct writer w = writer_new(128);
	int err = load_token(b);

	if (err == -ENOENT)
		err = wps_nfc_token_make(&b->nfc);
	if (err == 0)
		err = ap_bss_nfc_password(b->ap, &b->nfc, &w);
	return reply(req, &w, ndef, err);
}

static enum ctrl_result enable_token(struct hostapd_bss *b, struct ctrl_request *req)
{
	struct wps_registrar *r = ap_bss_registrar(b->ap);
	char text[WPS_OOB_TEXT_LEN];
	int err = load_token(b);

	if (err == -EINVAL)
		return CTRL_FAIL;
	if (!b->nfc.id) {
		log_msg(LOG_ERR, "%s: there is no NFC password token yet: WPS_NFC_TOKEN WPS first",
			b->ifname);
		return CTRL_FAIL;
	}
	if (!r) {
		hostapd_explain_no_wps(b);
		return CTRL_FAIL;
	}
	wps_oob_text(b->nfc.password.data, b->nfc.password.len, text);
	err = wps_registrar_set_own_token(
		r, b->nfc.id, (const uint8_t *)text, strlen(text), &b->nfc.private_key);
	wipe(text, sizeof(text));
	return err < 0 ? CTRL_FAIL : CTRL_REPLIED; /* success is an empty reply */
}

static enum ctrl_result disable_token(struct hostapd_bss *b)
{
	struct wps_registrar *r = ap_bss_registrar(b->ap);

	if (!r) {
		hostapd_explain_no_wps(b);
		return CTRL_FAIL;
	}
	return wps_registrar_set_own_token(r, 0, NULL, 0, NULL) < 0 ? CTRL_FAIL : CTRL_REPLIED;
}

/* "WPS", "NDEF", "enable" or "disable". */
static enum ctrl_result cmd_token(void *ctx, char *args, struct ctrl_request *req)
{
	bool ndef;

	if (has_form(args, &ndef))
		return show_token(ctx, ndef, req);
	if (strcmp(args, "enable") == 0)
		return enable_token(ctx, req);
	return strcmp(args, "disable") == 0 ? disable_token(ctx) : CTRL_FAIL;
}

static enum ctrl_result cmd_config_token(void *ctx, char *args, struct ctrl_request *req)
{
	_cleanup_(writer_free) struct writer w = writer_new(256);
	struct hostapd_bss *b = ctx;
	bool ndef;

	if (!has_form(args, &ndef))
		return CTRL_FAIL;
	int err = ap_bss_nfc_config(b->ap, &w);
	if (err == -EOPNOTSUPP)
		hostapd_explain_no_wps(b);
	return reply(req, &w, ndef, err);
}

static int add_password(struct ap_bss *ap, const void *arg)
{
	const struct wps_oob_password *p = arg;
	char text[WPS_OOB_TEXT_LEN];

	wps_oob_text(p->data, p->len, text);
	int err = wps_registrar_add_oob(
		ap_bss_registrar(ap), p->pk_hash, p->id, (const uint8_t *)text, strlen(text), NULL);
	wipe(text, sizeof(text));
	return err;
}

/* An enrollee's password token; a configuration token is of no use to an access point. */
static int take_tag(struct hostapd_bss *b, const struct wps_nfc_data *tag)
{
	if (tag->has_password && tag->password.len && tag->password.id >= DEV_PW_OOB_FIRST)
		return hostapd_for_wps(b, add_password, &tag->password);
	log_msg(LOG_ERR, "%s: the NFC tag holds no password token", b->ifname);
	return -EINVAL;
}

static enum ctrl_result cmd_tag_read(void *ctx, char *args, struct ctrl_request *req)
{
	struct bytes data = {0};
	struct wps_nfc_data tag = {0};
	int err = hex_decode_bytes(args, &data);

	if (!err)
		err = wps_nfc_read_tag(data.data, data.len, &tag);
	if (err)
		log_msg(LOG_ERR,
			"WPS_NFC_TAG_READ: neither WPS attributes nor an NDEF record with them");
	else
		err = take_tag(ctx, &tag);
	wipe(&tag, sizeof(tag));
	bytes_clear(&data);
	return err < 0 ? CTRL_FAIL : CTRL_OK;
}

/* The key pair of the handover is that of the token, whatever became of its password. */
static int need_token(struct hostapd_bss *b)
{
	int err = load_token(b);

	if (err != -ENOENT)
		return err;
	return b->nfc.id ? 0 : wps_nfc_token_make(&b->nfc);
}

/* "<WPS|NDEF> WPS-CR" */
static enum ctrl_result cmd_handover_sel(void *ctx, char *args, struct ctrl_request *req)
{
	_cleanup_(writer_free) struct writer w = writer_new(256);
	struct hostapd_bss *b = ctx;
	char *words[3];
	bool ndef;

	if (split_words(args, words, 3) != 2 || !has_form(words[0], &ndef) ||
		strcmp(words[1], "WPS-CR") != 0)
		return CTRL_FAIL;
	int err = need_token(b);
	if (err == 0)
		err = ap_bss_nfc_select(b->ap, &b->nfc, &w);
	if (err == -EOPNOTSUPP)
		hostapd_explain_no_wps(b);
	return reply(req, &w, ndef, err);
}

/* The station of this Handover Request may come: with the key whose hash it told, to ours. */
static int take_request(struct hostapd_bss *b, const struct wps_nfc_data *d)
{
	struct wps_registrar *r = ap_bss_registrar(b->ap);

	if (!d->has_password || !d->has_uuid || d->password.id != DEV_PW_NFC_HANDOVER) {
		log_msg(LOG_ERR,
			"%s: the handover request lacks UUID-E or a device password with id %d",
			b->ifname, DEV_PW_NFC_HANDOVER);
		return -EINVAL;
	}
	if (!r) {
		hostapd_explain_no_wps(b);
		return -EOPNOTSUPP;
	}
	if (!b->nfc.id) {
		log_msg(LOG_ERR, "%s: no handover select was made here: NFC_GET_HANDOVER_SEL first",
			b->ifname);
		return -ENOENT;
	}
	return wps_registrar_add_oob(
		r, d->password.pk_hash, DEV_PW_NFC_HANDOVER, NULL, 0, &b->nfc.private_key);
}

/* "RESP WPS <carrier of the request> <carrier of the select>": the latter is ours. */
static enum ctrl_result cmd_report_handover(void *ctx, char *args, struct ctrl_request *req)
{
	struct bytes request = {0}, select = {0};
	struct wps_nfc_data d = {0};
	char *words[5];

	if (split_words(args, words, 5) != 4 || strcmp(words[0], "RESP") != 0 ||
		strcmp(words[1], "WPS") != 0)
		return CTRL_FAIL;
	int err = hex_decode_bytes(words[2], &request);
	if (!err)
		err = hex_decode_bytes(words[3], &select);
	if (!err)
		err = wps_nfc_read_carrier(request.data, request.len, &d);
	if (err)
		log_msg(LOG_ERR, "NFC_REPORT_HANDOVER: no WPS carrier record in the request");
	else
		err = take_request(ctx, &d);
	bytes_clear(&request);
	bytes_clear(&select);
	return err < 0 ? CTRL_FAIL : CTRL_OK;
}

const struct ctrl_command hostapd_commands_nfc[] = {
	{"WPS_NFC_TOKEN", CTRL_ARGS, 0, cmd_token,
		"<WPS|NDEF|enable|disable> = this access point's NFC password token"},
	{"WPS_NFC_CONFIG_TOKEN", CTRL_ARGS, 0, cmd_config_token,
		"<WPS|NDEF> = NFC configuration token with this network"},
	{"WPS_NFC_TAG_READ", CTRL_ARGS, CTRL_SECRET, cmd_tag_read,
		"<hex> = a station's NFC password token was read"},
	{"NFC_GET_HANDOVER_SEL", CTRL_ARGS, 0, cmd_handover_sel,
		"<WPS|NDEF> WPS-CR = carrier record of an NFC handover select"},
	{"NFC_REPORT_HANDOVER", CTRL_ARGS, 0, cmd_report_handover,
		"RESP WPS <request> <select> = an NFC connection handover took place"},
	{0},
};
