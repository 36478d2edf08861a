#include "wpa_supplicant/nfc.h"

#include <errno.h>

#include "wpa_supplicant/er.h"
#include "wpa_supplicant/supplicant_i.h"
#include "wpa_supplicant/wps_cred.h"

#define RAW_MAX 512
#define PSK_AKMS                                                                                   \
	((unsigned)(AKM_PSK | AKM_PSK_SHA256 | AKM_FT_PSK | AKM_SAE | AKM_SAE_EXT | AKM_FT_SAE))

/* --- our token --- */

/* Returns 0, -ENOENT (nothing is configured), -EINVAL (logged). */
static int load_token(struct wpas_if *w)
{
	const struct wpas_conf *c = w->conf;
	const char *why;

	if (!c->wps_nfc_dev_pw_id && !c->wps_nfc_dh_pubkey.len && !c->wps_nfc_dh_privkey.len &&
		!c->wps_nfc_dev_pw.len)
		return -ENOENT;
	int err = wps_nfc_token_set(&w->nfc.token, (unsigned)c->wps_nfc_dev_pw_id,
		&c->wps_nfc_dev_pw, &c->wps_nfc_dh_privkey, &c->wps_nfc_dh_pubkey, &why);
	if (err < 0)
		wpas_log(w, LOG_ERR, "the configured NFC password token is unusable: %s", why);
	return err;
}

int wpas_nfc_new_token(struct wpas_if *w)
{
	int err = load_token(w);

	return err == -ENOENT ? wps_nfc_token_make(&w->nfc.token) : err;
}

int wpas_nfc_need_token(struct wpas_if *w)
{
	int err = load_token(w);

	if (err != -ENOENT)
		return err;
	return w->nfc.token.id ? 0 : wps_nfc_token_make(&w->nfc.token);
}

int wpas_nfc_have_token(struct wpas_if *w)
{
	int err = load_token(w);

	if (err != -ENOENT || w->nfc.token.id)
		return err == -ENOENT ? 0 : err;
	wpas_log(w, LOG_ERR,
		"there is no NFC token yet: WPS_NFC_TOKEN or NFC_GET_HANDOVER_REQ first");
	return -ENOENT;
}

static void clear_oob(struct wps_oob *o)
{
	o->id = 0;
	bytes_clear(&o->password);
	bytes_clear(&o->private_key);
}

static int set_password(struct wps_oob *o, uint16_t id, const uint8_t *password, size_t len)
{
	char text[WPS_OOB_TEXT_LEN];

	o->id = id;
	wps_oob_text(password, len, text);
	int err = bytes_set(&o->password, text, strlen(text));
	wipe(text, sizeof(text));
	return err;
}

static int set_own(struct wps_oob *o, const struct wps_nfc_token *t, bool handover)
{
	int err = bytes_set(&o->private_key, t->private_key.data, t->private_key.len);

	if (!err && !handover)
		err = set_password(o, t->id, t->password.data, t->password.len);
	if (handover)
		o->id = DEV_PW_NFC_HANDOVER;
	return err;
}

void wpas_nfc_clear(struct wpas_nfc *nfc)
{
	wps_nfc_token_clear(&nfc->token);
	clear_oob(&nfc->run);
	wipe(nfc, sizeof(*nfc));
}

const struct wps_oob *wpas_nfc_oob(struct wpas_if *w)
{
	struct wps_oob *o = &w->nfc.run;
	const struct wps_oob_password *read = &w->nfc.read;
	int err = -ENOENT;

	clear_oob(o);
	if (w->wps.kind == WPAS_WPS_NFC && w->nfc.token.id)
		err = set_own(o, &w->nfc.token, w->wps.pw_id == DEV_PW_NFC_HANDOVER);
	else if (w->wps.kind == WPAS_WPS_REG && read->len)
		err = set_password(o, read->id, read->data, read->len);
	return err ? NULL : o;
}

int wpas_nfc_start(struct wpas_if *w, const uint8_t *bssid)
{
	char text[WPS_OOB_TEXT_LEN];
	int err = wpas_nfc_have_token(w);

	if (err)
		return err;
	err = wpas_wps_start(w, &(struct wpas_wps_request){.kind = WPAS_WPS_NFC,
					.bssid = bssid,
					.pin = wps_oob_text(w->nfc.token.password.data,
						w->nfc.token.password.len, text),
					.pw_id = w->nfc.token.id});
	wipe(text, sizeof(text));
	return err;
}

/* --- networks --- */

static int psk_credential(const struct wpas_network *n, struct wps_credential *out)
{
	char hex[2 * PMK_LEN + 1];
	bool rsn = !n->proto || (n->proto & PROTO_RSN);
	bool aes = !n->pairwise || (n->pairwise & ~(unsigned)CIPHER_TKIP);

	out->auth_type = rsn ? WPS_AUTH_WPA2PSK : WPS_AUTH_WPAPSK;
	out->encr_type = aes ? WPS_ENCR_AES : WPS_ENCR_TKIP;
	if (n->passphrase) {
		out->key_len = strnlen(n->passphrase, sizeof(out->key));
		memcpy(out->key, n->passphrase, out->key_len);
		return 0;
	}
	if (!n->has_psk_hex)
		return -EINVAL;
	hex_encode(n->psk_hex, PMK_LEN, hex, sizeof(hex));
	out->key_len = 2 * PMK_LEN;
	memcpy(out->key, hex, out->key_len);
	wipe(hex, sizeof(hex));
	return 0;
}

int wpas_network_credential(const struct wpas_network *n, struct wps_credential *out)
{
	*out = (struct wps_credential){
		.auth_type = WPS_AUTH_OPEN, .encr_type = WPS_ENCR_NONE, .ssid_len = n->ssid.len};
	if (!n->ssid.len || n->ssid.len > SSID_MAX_LEN)
		return -EINVAL;
	memcpy(out->ssid, n->ssid.data, n->ssid.len);
	if (n->key_mgmt & PSK_AKMS)
		return psk_credential(n, out);
	return n->key_mgmt & WPAS_KM_NONE ? 0 : -EINVAL;
}

/* Told to programs and stored as wps_cred_processing says. True: there is a network. */
static bool take_credential(
	struct wpas_if *w, const struct wps_credential *c, const uint8_t *raw, size_t raw_len)
{
	char hex[2 * RAW_MAX + 1] = "";
	int processing = w->conf->wps_cred_processing;

	if (processing && raw_len <= RAW_MAX)
		hex_encode(raw, raw_len, hex, sizeof(hex));
	if (processing)
		wpas_dbus_wps_credential(w, c);
	wpas_log(w, LOG_INF, "WPS-CRED-RECEIVED");
	wpas_event_ctrl_secret(w, "WPS-CRED-RECEIVED ", hex);
	wipe(hex, sizeof(hex));
	return processing == 1 || wpas_wps_store(w, c, NULL) != NULL;
}

static int take_credentials(struct wpas_if *w, const struct wps_nfc_data *d)
{
	struct reader r = d->attributes;
	struct wps_credential c;
	const uint8_t *raw;
	size_t raw_len;
	int err = 0;

	while (!err && wps_nfc_next_credential(&r, &c, &raw, &raw_len))
		err = take_credential(w, &c, raw, raw_len) ? 0 : -EINVAL;
	wipe(&c, sizeof(c));
	if (err || w->conf->wps_cred_processing == 1)
		return err;
	if (w->conf->update_config)
		wpas_save_config(w);
	w->scan.hint_freq = d->freq;
	if (w->state < WPAS_AUTHENTICATING)
		wpas_reconnect(w);
	return 0;
}

/* --- tags and handover --- */

static int take_password(struct wpas_if *w, const struct wps_oob_password *p)
{
	struct wps_registrar *er = wpas_er_registrar(w);
	char text[WPS_OOB_TEXT_LEN];
	int err = 0;

	if (p->id < DEV_PW_OOB_FIRST || !p->len) {
		wpas_log(w, LOG_ERR, "the password token of the tag has id %u and %zu bytes", p->id,
			p->len);
		return -EINVAL;
	}
	w->nfc.read = *p;
	wps_oob_text(p->data, p->len, text);
	if (er)
		err = wps_registrar_add_oob(
			er, p->pk_hash, p->id, (const uint8_t *)text, strlen(text), NULL);
	wipe(text, sizeof(text));
	return err;
}

int wpas_nfc_tag(struct wpas_if *w, const uint8_t *data, size_t len)
{
	struct wps_nfc_data d = {0};
	int err = wps_nfc_read_tag(data, len, &d);

	if (err)
		wpas_log(w, LOG_ERR,
			"the tag holds neither WPS attributes nor an NDEF record with them");
	else if (d.credentials)
		err = take_credentials(w, &d);
	else if (d.has_password)
		err = take_password(w, &d.password);
	else {
		wpas_log(w, LOG_ERR, "the tag holds neither a network nor a password");
		err = -ENOENT;
	}
	wipe(&d, sizeof(d));
	return err;
}

static int start_selected(struct wpas_if *w, const struct wps_nfc_data *d)
{
	if (!d->has_password || d->password.id != DEV_PW_NFC_HANDOVER || !d->ssid_len) {
		wpas_log(w, LOG_ERR,
			"the handover select lacks the SSID or a device password with id %d",
			DEV_PW_NFC_HANDOVER);
		return -EINVAL;
	}
	int err = wpas_nfc_have_token(w);
	if (err)
		return err;
	return wpas_wps_start(
		w, &(struct wpas_wps_request){.kind = WPAS_WPS_NFC,
			   .bssid = d->has_mac && !mac_is_zero(d->mac) ? d->mac : NULL,
			   .pw_id = DEV_PW_NFC_HANDOVER,
			   .pk_hash = d->password.pk_hash,
			   .ssid = d->ssid,
			   .ssid_len = d->ssid_len,
			   .freq = d->freq});
}

int wpas_nfc_selected(struct wpas_if *w, const uint8_t *data, size_t len)
{
	struct wps_nfc_data d = {0};
	int err = wps_nfc_read_carrier(data, len, &d);

	if (err)
		wpas_log(w, LOG_ERR, "the handover select has no WPS carrier record");
	else if (d.credentials)
		err = take_credentials(w, &d);
	else
		err = start_selected(w, &d);
	wipe(&d, sizeof(d));
	return err;
}

int wpas_nfc_requested(struct wpas_if *w, const uint8_t *data, size_t len)
{
	struct wps_registrar *er = wpas_er_registrar(w);
	struct wps_nfc_data d = {0};
	int err = wps_nfc_read_carrier(data, len, &d);

	if (!err && (!d.has_uuid || !d.has_password || d.password.id != DEV_PW_NFC_HANDOVER))
		err = -EINVAL;
	if (err)
		wpas_log(w, LOG_ERR,
			"the handover request has no UUID-E or no device password with id %d",
			DEV_PW_NFC_HANDOVER);
	else if (!er) {
		wpas_log(w, LOG_ERR, "no external registrar runs here: WPS_ER_START first");
		err = -EOPNOTSUPP;
	} else
		err = wpas_nfc_have_token(w);
	if (!err)
		err = wps_registrar_add_oob(er, d.password.pk_hash, DEV_PW_NFC_HANDOVER, NULL, 0,
			&w->nfc.token.private_key);
	return err;
}
