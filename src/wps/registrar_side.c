#include "wps/registrar_side_i.h"

#include <errno.h>
#include <string.h>

#include "utils/log.h"

int wps_take_enrollee(struct wps_run *run, const struct wps_in *in)
{
	const uint8_t *mac = in->m.v[WA_MAC].data;

	if (!mac_equal(run->peer.mac, mac))
		log_msg(LOG_DBG, "WPS: M1 from " MACSTR " speaks of " MACSTR,
			MAC2STR(run->peer.mac), MAC2STR(mac));
	mac_copy(run->mac_e, mac);
	mac_copy(run->peer.mac, mac);
	memcpy(run->nonce_e, in->m.v[WA_ENROLLEE_NONCE].data, WPS_NONCE_LEN);
	memcpy(run->peer.uuid, in->m.v[WA_UUID_E].data, WPS_UUID_LEN);
	wps_peer_read(&in->m, &run->peer);
	random_bytes(run->nonce_r, WPS_NONCE_LEN);
	run->pw_id = (enum wps_dev_password_id)run->peer.dev_password_id;
	int err = bytes_set(&run->pk_e, in->m.v[WA_PUBLIC_KEY].data, in->m.v[WA_PUBLIC_KEY].len);
	return err ? err : bytes_set(&run->last, in->data, in->len);
}

static void begin_m2(struct wps_run *run, struct wps_msg *m, unsigned type)
{
	wps_run_begin(run, m, type);
	wps_run_set_common(run, m);
	wps_set_data(m, WA_UUID_R, run->dev->uuid, WPS_UUID_LEN);
	wps_run_set_types(run, m, run->auth_types, run->encr_types);
	wps_set(m, WA_CONFIG_METHODS, run->dev->config_methods);
	wps_set(m, WA_CONFIG_ERROR, run->config_error);
}

int wps_send_m2(struct wps_run *run, struct writer *plain)
{
	struct wps_msg m;

	int err = wps_run_make_key(run, &run->pk_r);
	if (!err)
		err = wps_run_derive(run, &run->pk_e);
	if (err) {
		if (plain)
			writer_free(plain);
		return err;
	}
	begin_m2(run, &m, WPS_M2);
	wps_set_data(&m, WA_PUBLIC_KEY, run->pk_r.data, run->pk_r.len);
	wps_set(&m, WA_DEV_PW_ID, run->pw_id);
	return plain ? wps_run_send_settings(run, WPS_M2, &m, plain)
		     : wps_run_send(run, WPS_M2, &m);
}

int wps_send_m2d(struct wps_run *run)
{
	struct wps_msg m;
	begin_m2(run, &m, WPS_M2D);
	return wps_run_send(run, WPS_M2D, &m);
}

int wps_on_m3(struct wps_run *run, const struct wps_in *in)
{
	uint8_t hash1[WPS_HASH_LEN], hash2[WPS_HASH_LEN];
	struct wps_msg m;

	int err = wps_run_verify(run, in);
	if (err)
		return err;
	memcpy(run->peer_hash1, in->m.v[WA_E_HASH1].data, WPS_HASH_LEN);
	memcpy(run->peer_hash2, in->m.v[WA_E_HASH2].data, WPS_HASH_LEN);
	random_bytes(run->snonce1, WPS_NONCE_LEN);
	random_bytes(run->snonce2, WPS_NONCE_LEN);
	err = wps_run_own_half(run, run->snonce1, run->psk1, hash1);
	if (!err)
		err = wps_run_own_half(run, run->snonce2, run->psk2, hash2);
	if (err)
		return err;
	struct writer plain = writer_new(64);
	wps_attr_write(&plain, WA_R_SNONCE1, run->snonce1, WPS_NONCE_LEN);
	wps_run_begin(run, &m, WPS_M4);
	wps_set_data(&m, WA_R_HASH1, hash1, sizeof(hash1));
	wps_set_data(&m, WA_R_HASH2, hash2, sizeof(hash2));
	err = wps_run_send_settings(run, WPS_M4, &m, &plain);
	if (!err)
		wps_run_enter(run, RUN_AWAIT_M5, "M3");
	return err;
}

int wps_on_m5(struct wps_run *run, const struct wps_in *in)
{
	struct wps_msg m;

	int err = wps_run_verify(run, in);
	if (!err)
		err = wps_run_check_half(
			run, in, WT_SETTINGS_M5, WA_E_SNONCE1, run->psk1, run->peer_hash1);
	if (err)
		return err;
	struct writer plain = writer_new(64);
	wps_attr_write(&plain, WA_R_SNONCE2, run->snonce2, WPS_NONCE_LEN);
	wps_run_begin(run, &m, WPS_M6);
	run->pin_revealed = true;
	err = wps_run_send_settings(run, WPS_M6, &m, &plain);
	if (!err)
		wps_run_enter(run, RUN_AWAIT_M7, "M5: first half proven");
	return err;
}
