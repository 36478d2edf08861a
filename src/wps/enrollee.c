/* Enrollee of a registration protocol run (WSC 2.0, 7.1 and 7.2). */
#include "wps/run_i.h"

#include <errno.h>
#include <string.h>

#include "utils/log.h"

/* What a station can use. */
#define STA_AUTH_TYPES (WPS_AUTH_OPEN | WPS_AUTH_WPAPSK | WPS_AUTH_WPA2PSK)
#define STA_ENCR_TYPES (WPS_ENCR_NONE | WPS_ENCR_TKIP | WPS_ENCR_AES)

static int send_m1(struct wps_run *run)
{
	const struct wps_device *dev = run->dev;
	struct wps_msg m;

	wps_run_begin(run, &m, WPS_M1);
	wps_run_set_common(run, &m);
	wps_set_data(&m, WA_UUID_E, dev->uuid, WPS_UUID_LEN);
	wps_set_data(&m, WA_MAC, dev->mac, MAC_LEN);
	wps_set_data(&m, WA_PUBLIC_KEY, run->pk_e.data, run->pk_e.len);
	wps_set(&m, WA_AUTH_FLAGS, STA_AUTH_TYPES);
	wps_set(&m, WA_ENCR_FLAGS, STA_ENCR_TYPES);
	wps_set(&m, WA_CONFIG_METHODS, dev->config_methods);
	wps_set(&m, WA_WPS_STATE,
		dev->wps_state == WPS_STATE_OFF ? WPS_STATE_UNCONFIGURED : dev->wps_state);
	wps_set(&m, WA_DEV_PW_ID, run->pw_id);
	wps_set(&m, WA_CONFIG_ERROR, WPS_CFG_NO_ERROR);
	if (run->multi_ap)
		wps_set(&m, WA_MULTI_AP, run->multi_ap);
	if (dev->vendor_ext_m1 && dev->vendor_ext_m1->len)
		wps_set_data(&m, WA_VENDOR_EXT, dev->vendor_ext_m1->data, dev->vendor_ext_m1->len);
	return wps_run_send(run, WPS_M1, &m);
}

static int enrollee_start(struct wps_run *run)
{
	uint8_t pub[DH5_LEN];

	random_bytes(run->nonce_e, WPS_NONCE_LEN);
	run->dh = dh5_new();
	if (!run->dh)
		return -EIO;
	dh5_public(run->dh, pub);
	int err = bytes_set(&run->pk_e, pub, sizeof(pub));
	if (!err)
		err = send_m1(run);
	if (!err)
		wps_run_enter(run, RUN_AWAIT_M2, "M1 sent");
	return err;
}

static int send_m3(struct wps_run *run)
{
	uint8_t hash1[WPS_HASH_LEN], hash2[WPS_HASH_LEN];
	struct wps_msg m;

	random_bytes(run->snonce1, WPS_NONCE_LEN);
	random_bytes(run->snonce2, WPS_NONCE_LEN);
	int err = wps_run_own_half(run, run->snonce1, run->psk1, hash1);
	if (!err)
		err = wps_run_own_half(run, run->snonce2, run->psk2, hash2);
	if (err)
		return err;
	wps_run_begin(run, &m, WPS_M3);
	wps_set_data(&m, WA_E_HASH1, hash1, sizeof(hash1));
	wps_set_data(&m, WA_E_HASH2, hash2, sizeof(hash2));
	return wps_run_send(run, WPS_M3, &m);
}

/* The registrar as M2 and M2D describe it. */
static void take_registrar(struct wps_run *run, const struct wps_in *in)
{
	memcpy(run->nonce_r, in->m.v[WA_REGISTRAR_NONCE].data, WPS_NONCE_LEN);
	memcpy(run->peer.uuid, in->m.v[WA_UUID_R].data, WPS_UUID_LEN);
	wps_peer_read(&in->m, &run->peer);
}

static int on_m2(struct wps_run *run, const struct wps_in *in)
{
	if (!run->dh)
		return -EBADMSG;
	run->reported = false;
	take_registrar(run, in);
	int err = bytes_set(&run->pk_r, in->m.v[WA_PUBLIC_KEY].data, in->m.v[WA_PUBLIC_KEY].len);
	if (!err)
		err = wps_run_derive(run, &run->pk_r);
	if (!err)
		err = wps_run_verify(run, in);
	if (!err)
		err = send_m3(run);
	if (!err)
		wps_run_enter(run, RUN_AWAIT_M4, "M2");
	return err;
}

/* The registrar has no device password for us (yet), 7.2.3. */
static int on_m2d(struct wps_run *run, const struct wps_in *in)
{
	take_registrar(run, in);
	run->reported = true;
	wps_run_emit(run,
		&(struct wps_event){.kind = WPS_EVENT_M2D, .config_error = run->peer.config_error});
	int err = wps_run_send_plain(run, WPS_WSC_ACK, WSC_OP_ACK);
	wps_run_enter(run, RUN_AWAIT_M2, "M2D: registrar has no password for us");
	return err;
}

static int send_proof(
	struct wps_run *run, unsigned type, enum wps_attr nonce, const uint8_t *snonce)
{
	struct wps_msg m;
	struct writer plain = writer_new(64);

	wps_run_begin(run, &m, type);
	wps_attr_write(&plain, nonce, snonce, WPS_NONCE_LEN);
	return wps_run_send_settings(run, type, &m, &plain);
}

static int on_m4(struct wps_run *run, const struct wps_in *in)
{
	int err = wps_run_verify(run, in);
	if (err)
		return err;
	memcpy(run->peer_hash1, in->m.v[WA_R_HASH1].data, WPS_HASH_LEN);
	memcpy(run->peer_hash2, in->m.v[WA_R_HASH2].data, WPS_HASH_LEN);
	err = wps_run_check_half(run, in, WT_SETTINGS_M4, WA_R_SNONCE1, run->psk1, run->peer_hash1);
	if (!err)
		err = send_proof(run, WPS_M5, WA_E_SNONCE1, run->snonce1);
	if (!err)
		wps_run_enter(run, RUN_AWAIT_M6, "M4: first half proven");
	return err;
}

static int on_m6(struct wps_run *run, const struct wps_in *in)
{
	int err = wps_run_verify(run, in);
	if (!err)
		err = wps_run_check_half(
			run, in, WT_SETTINGS_M6, WA_R_SNONCE2, run->psk2, run->peer_hash2);
	if (!err)
		err = send_proof(run, WPS_M7, WA_E_SNONCE2, run->snonce2);
	if (!err)
		wps_run_enter(run, RUN_AWAIT_M8, "M6: second half proven");
	return err;
}

/* WSC 2.0 forbids WEP and TKIP alone. Sets error_indication. */
static bool is_prohibited(struct wps_run *run, const struct wps_credential *c)
{
	if (c->encr_type == WPS_ENCR_WEP)
		run->error_indication = WPS_EI_WEP;
	else if (c->encr_type == WPS_ENCR_TKIP)
		run->error_indication = WPS_EI_TKIP_ONLY;
	else
		return false;
	log_msg(LOG_INF, "WPS: credential refused: %s",
		wps_error_indication_text(run->error_indication));
	return true;
}

/* One pass to check all credentials, one to hand them out: nothing of an M8 that is partly bad is
 * used. */
static int take_credentials(struct wps_run *run, const struct bytes *plain, bool emit)
{
	struct reader r = reader_of(plain->data, plain->len), value;
	struct wps_credential c;
	uint16_t id;
	int err = 0;

	while (!err && wps_tlv_next(&r, &id, &value)) {
		if (id != WPS_ID_CREDENTIAL)
			continue;
		err = wps_credential_read(value.p, reader_left(&value), &c);
		if (!err && is_prohibited(run, &c))
			err = -EPERM;
		if (!err && emit)
			wps_run_emit(run, &(struct wps_event){.kind = WPS_EVENT_CREDENTIAL,
						  .cred = &c,
						  .raw = value.p - 4,
						  .raw_len = reader_left(&value) + 4});
	}
	wipe(&c, sizeof(c));
	return err;
}

static int on_m8(struct wps_run *run, const struct wps_in *in)
{
	struct bytes plain = {0};
	struct wps_msg m;

	int err = wps_run_verify(run, in);
	if (err)
		return err;
	err = wps_settings_decrypt(
		&run->keys, &in->m.v[WA_ENCR_SETTINGS], WT_SETTINGS_M8, &plain, &m);
	if (err)
		run->config_error = WPS_CFG_DECRYPTION_CRC_FAILURE;
	if (!err)
		err = take_credentials(run, &plain, false);
	if (!err)
		err = wps_run_send_plain(run, WPS_WSC_DONE, WSC_OP_DONE);
	if (!err) {
		wps_run_enter(run, RUN_AWAIT_END, "M8: credential received");
		take_credentials(run, &plain, true);
		wps_run_emit(run, &(struct wps_event){.kind = WPS_EVENT_SUCCESS});
	}
	bytes_clear(&plain);
	return err;
}

static enum wps_result on_ack(struct wps_run *run)
{
	return WPS_R_IGNORED; /* only an AP as enrollee gets one (for its Done) */
}

static enum wps_result on_nack(struct wps_run *run, unsigned config_error)
{
	if (run->state == RUN_AWAIT_END)
		return WPS_R_IGNORED;
	log_msg(LOG_DBG, "WPS Enrollee: the registrar gives up, config_error=%u", config_error);
	wps_run_fail(run, run->last_sent, config_error, WPS_EI_NO_ERROR);
	run->config_error = WPS_CFG_NO_ERROR;
	if (wps_run_send_plain(run, WPS_WSC_NACK, WSC_OP_NACK) < 0)
		log_msg(LOG_DBG, "WPS Enrollee: NACK could not be built");
	wps_run_enter(run, RUN_AWAIT_END, "NACK");
	return WPS_R_FAILED;
}

static enum wps_result on_done(struct wps_run *run)
{
	return WPS_R_IGNORED; /* Done goes from enrollee to registrar */
}

static void on_failed(struct wps_run *run, unsigned config_error)
{
}

static void cleanup(struct wps_run *run)
{
}

static const struct wps_step steps[] = {
	{RUN_AWAIT_M2, WPS_M2, on_m2},
	{RUN_AWAIT_M2, WPS_M2D, on_m2d},
	{RUN_AWAIT_M4, WPS_M4, on_m4},
	{RUN_AWAIT_M6, WPS_M6, on_m6},
	{RUN_AWAIT_M8, WPS_M8, on_m8},
};
static const struct wps_role enrollee_role = {
	.name = "Enrollee",
	.steps = steps,
	.step_count = ARRAY_SIZE(steps),
	.start = enrollee_start,
	.ack = on_ack,
	.nack = on_nack,
	.done = on_done,
	.refused = RUN_AWAIT_END,
	.failed = on_failed,
	.cleanup = cleanup,
};

struct wps_run *wps_enrollee_new(const struct wps_enrollee_params *p)
{
	static const char pbc_password[] = "00000000";
	const void *password = p->password;
	size_t len = p->password_len;

	if (p->pw_id == DEV_PW_PUSHBUTTON && !password) {
		password = pbc_password;
		len = strlen(pbc_password);
	}
	if (!password || !len)
		return NULL;
	struct wps_run *run =
		wps_run_alloc(&enrollee_role, p->dev, RUN_AWAIT_START, p->event, p->ctx);
	if (!run)
		return NULL;
	run->pw_id = p->pw_id;
	run->multi_ap = p->multi_ap;
	mac_copy(run->mac_e, p->dev->mac);
	if (p->peer_mac)
		mac_copy(run->peer.mac, p->peer_mac);
	if (bytes_set(&run->password, password, len) < 0) {
		wps_run_free(run);
		return NULL;
	}
	return run;
}
