/* Enrollee of a registration protocol run (WSC 2.0, 7.1 and 7.2). */
#include "wps/enrollee_i.h"

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
	wps_set(&m, WA_CONFIG_METHODS, dev->config_methods);
	wps_set(&m, WA_WPS_STATE,
		dev->wps_state == WPS_STATE_OFF ? WPS_STATE_UNCONFIGURED : dev->wps_state);
	wps_set(&m, WA_DEV_PW_ID, run->pw_id);
	wps_set(&m, WA_CONFIG_ERROR, WPS_CFG_NO_ERROR);
	run->kind->describe(run, &m);
	if (dev->vendor_ext_m1 && dev->vendor_ext_m1->len)
		wps_set_data(&m, WA_VENDOR_EXT, dev->vendor_ext_m1->data, dev->vendor_ext_m1->len);
	return wps_run_send(run, WPS_M1, &m);
}

int wps_enrollee_start(struct wps_run *run)
{
	random_bytes(run->nonce_e, WPS_NONCE_LEN);
	int err = wps_run_make_key(run, &run->pk_e);
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

static int admit(struct wps_run *run)
{
	return run->kind->admit ? run->kind->admit(run) : 0;
}

/* The hash that came with the token or the handover, clause 10. */
static int check_registrar_key(struct wps_run *run, const struct wps_in *in)
{
	if (!run->knows_registrar ||
		wps_run_key_is(&in->m.v[WA_PUBLIC_KEY], run->registrar_pk_hash))
		return 0;
	log_msg(LOG_INF, "WPS: M2 has not the public key that was handed over");
	run->config_error = WPS_CFG_PUBLIC_KEY_HASH_MISMATCH;
	return -EPERM;
}

/* The registrar names the password it means. It is ours, or (an AP whose token is enabled) its
 * AP PIN. */
static int choose_password(struct wps_run *run, unsigned id)
{
	if (id == run->pw_id)
		return 0;
	if (!run->alt_password.len || id != DEV_PW_DEFAULT) {
		log_msg(LOG_DBG, "WPS: M2 speaks of device password %u, ours is %u", id,
			run->pw_id);
		return -EBADMSG;
	}
	bytes_clear(&run->password);
	run->password = run->alt_password;
	run->alt_password = (struct bytes){NULL, 0};
	run->pw_id = DEV_PW_DEFAULT;
	return 0;
}

/* Settings checked as a whole before anything of them is used. */
static int finish(struct wps_run *run, const struct wps_value *settings, const char *reason)
{
	struct bytes plain = {0};
	struct wps_msg m;

	int err = wps_run_open_settings(run, settings, run->kind->settings, &plain, &m);
	if (!err)
		err = run->kind->check(run, &plain, &m);
	if (!err)
		err = wps_run_send_plain(run, WPS_WSC_DONE, WSC_OP_DONE);
	if (!err) {
		wps_run_enter(run, run->kind->done, reason);
		run->kind->take(run, &plain, &m);
		wps_run_emit(run, &(struct wps_event){.kind = WPS_EVENT_SUCCESS});
	}
	bytes_clear(&plain);
	return err;
}

/* Connection handover: both know the other's key from the tap, so M2 has the settings already. */
static int finish_handover(struct wps_run *run, const struct wps_in *in)
{
	if (!run->knows_registrar || !wps_has(&in->m, WA_ENCR_SETTINGS))
		return -EBADMSG;
	return finish(run, &in->m.v[WA_ENCR_SETTINGS], "M2: handover, credential received");
}

static int on_m2(struct wps_run *run, const struct wps_in *in)
{
	if (!run->dh)
		return -EBADMSG;
	run->reported = false;
	take_registrar(run, in);
	int err = admit(run);
	if (!err)
		err = check_registrar_key(run, in);
	if (!err)
		err = choose_password(run, in->m.v[WA_DEV_PW_ID].num);
	if (!err)
		err = bytes_set(
			&run->pk_r, in->m.v[WA_PUBLIC_KEY].data, in->m.v[WA_PUBLIC_KEY].len);
	if (!err)
		err = wps_run_derive(run, &run->pk_r);
	if (!err)
		err = wps_run_verify(run, in);
	if (!err && run->pw_id == DEV_PW_NFC_HANDOVER)
		return finish_handover(run, in);
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

static int send_m5(struct wps_run *run)
{
	struct wps_msg m;
	struct writer plain = writer_new(64);

	wps_run_begin(run, &m, WPS_M5);
	wps_attr_write(&plain, WA_E_SNONCE1, run->snonce1, WPS_NONCE_LEN);
	return wps_run_send_settings(run, WPS_M5, &m, &plain);
}

static int send_m7(struct wps_run *run)
{
	struct wps_msg m;
	struct writer plain = writer_new(256);

	wps_run_begin(run, &m, WPS_M7);
	wps_attr_write(&plain, WA_E_SNONCE2, run->snonce2, WPS_NONCE_LEN);
	int err = run->kind->tell ? run->kind->tell(run, &plain) : 0;
	if (err) {
		writer_free(&plain);
		return err;
	}
	return wps_run_send_settings(run, WPS_M7, &m, &plain);
}

static int on_m4(struct wps_run *run, const struct wps_in *in)
{
	int err = wps_run_verify(run, in);
	if (!err)
		err = admit(run);
	if (err)
		return err;
	memcpy(run->peer_hash1, in->m.v[WA_R_HASH1].data, WPS_HASH_LEN);
	memcpy(run->peer_hash2, in->m.v[WA_R_HASH2].data, WPS_HASH_LEN);
	err = wps_run_check_half(run, in, WT_SETTINGS_M4, WA_R_SNONCE1, run->psk1, run->peer_hash1);
	if (!err)
		err = send_m5(run);
	if (!err)
		wps_run_enter(run, RUN_AWAIT_M6, "M4: first half proven");
	return err;
}

static int on_m6(struct wps_run *run, const struct wps_in *in)
{
	int err = wps_run_verify(run, in);
	if (!err)
		err = admit(run);
	if (!err)
		err = wps_run_check_half(
			run, in, WT_SETTINGS_M6, WA_R_SNONCE2, run->psk2, run->peer_hash2);
	if (!err && run->kind->proven)
		run->kind->proven(run);
	if (!err)
		err = send_m7(run);
	if (!err)
		wps_run_enter(run, RUN_AWAIT_M8, "M6: second half proven");
	return err;
}

static int on_m8(struct wps_run *run, const struct wps_in *in)
{
	int err = wps_run_verify(run, in);
	return err ? err : finish(run, &in->m.v[WA_ENCR_SETTINGS], "M8: settings received");
}

bool wps_is_prohibited(struct wps_run *run, uint16_t encr_type)
{
	if (encr_type != WPS_ENCR_WEP)
		return false;
	run->error_indication = WPS_EI_WEP;
	log_msg(LOG_INF, "WPS: settings refused: %s",
		wps_error_indication_text(run->error_indication));
	return true;
}

const struct wps_step wps_enrollee_steps[WPS_ENROLLEE_STEPS] = {
	{RUN_AWAIT_M2, WPS_M2, on_m2},
	{RUN_AWAIT_M2, WPS_M2D, on_m2d},
	{RUN_AWAIT_M4, WPS_M4, on_m4},
	{RUN_AWAIT_M6, WPS_M6, on_m6},
	{RUN_AWAIT_M8, WPS_M8, on_m8},
};

/* --- a station --- */

static void describe(const struct wps_run *run, struct wps_msg *m)
{
	wps_run_set_types(run, m, STA_AUTH_TYPES, STA_ENCR_TYPES);
	if (run->multi_ap)
		wps_set(m, WA_MULTI_AP, run->multi_ap);
}

/* A passphrase, or the key as hex digits. */
static bool key_fits(const struct wps_credential *c)
{
	return !(c->auth_type & (WPS_AUTH_WPAPSK | WPS_AUTH_WPA2PSK)) ||
	       (c->key_len >= 8 && c->key_len <= 64);
}

/* One pass to check all credentials, one to hand them out: nothing of an M8 that is partly
 * malformed is used. Credentials for WEP are left out; access points in mixed mode send those for
 * TKIP alone beside others. */
static int take_credentials(struct wps_run *run, const struct bytes *plain, bool emit)
{
	struct reader r = reader_of(plain->data, plain->len), value;
	struct wps_credential c;
	unsigned usable = 0;
	uint16_t id;
	int err = 0;

	while (!err && wps_tlv_next(&r, &id, &value)) {
		if (id != WPS_ID_CREDENTIAL)
			continue;
		err = wps_credential_read(value.p, reader_left(&value), &c);
		if (err == -ENODATA) { /* names no network: nothing to connect to, nor wrong */
			err = 0;
			continue;
		}
		if (err || wps_is_prohibited(run, c.encr_type))
			continue;
		if (!key_fits(&c)) {
			log_msg(LOG_WARN, "WPS: credential with a key of %zu bytes, refused",
				c.key_len);
			err = -EBADMSG;
			continue;
		}
		usable++;
		if (emit)
			wps_run_emit(run, &(struct wps_event){.kind = WPS_EVENT_CREDENTIAL,
						  .cred = &c,
						  .raw = value.p - 4,
						  .raw_len = reader_left(&value) + 4});
	}
	wipe(&c, sizeof(c));
	if (usable)
		run->error_indication = WPS_EI_NO_ERROR;
	return !err && !usable && run->error_indication ? -EPERM : err;
}

static int check(struct wps_run *run, const struct bytes *plain, const struct wps_msg *m)
{
	return take_credentials(run, plain, false);
}

static void take(struct wps_run *run, const struct bytes *plain, const struct wps_msg *m)
{
	take_credentials(run, plain, true);
}

static const struct wps_enrollee_kind station = {
	.describe = describe,
	.settings = WT_SETTINGS_M8,
	.check = check,
	.take = take,
	.done = RUN_AWAIT_END,
};
static const struct wps_role enrollee_role = {
	.name = "Enrollee",
	.steps = wps_enrollee_steps,
	.step_count = WPS_ENROLLEE_STEPS,
	.start = wps_enrollee_start,
	.nack = wps_run_nacked,
	.refused = RUN_AWAIT_END,
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
	if ((!password || !len) && p->pw_id != DEV_PW_NFC_HANDOVER)
		return NULL;
	struct wps_run *run =
		wps_run_alloc(&enrollee_role, p->dev, RUN_AWAIT_START, p->event, p->ctx);
	if (!run)
		return NULL;
	run->kind = &station;
	run->pw_id = p->pw_id;
	run->multi_ap = p->multi_ap;
	mac_copy(run->mac_e, p->dev->mac);
	if (p->peer_mac)
		mac_copy(run->peer.mac, p->peer_mac);
	if (p->registrar_pk_hash) {
		run->knows_registrar = true;
		memcpy(run->registrar_pk_hash, p->registrar_pk_hash, WPS_PK_HASH_LEN);
	}
	const struct bytes *key = p->private_key;
	if (bytes_set(&run->password, password, len) < 0 ||
		(key && bytes_set(&run->private_key, key->data, key->len) < 0)) {
		wps_run_free(run);
		return NULL;
	}
	return run;
}
