/* Registrar of one registration protocol run towards an enrollee (WSC 2.0, 7.1 and 7.2). */
#include "wps/run_i.h"

#include <errno.h>
#include <string.h>

#include "utils/log.h"
#include "wps/registrar_i.h"

static void take_enrollee(struct wps_run *run, const struct wps_in *in)
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
}

static void begin_m2(struct wps_run *run, struct wps_msg *m, unsigned type)
{
	const struct wps_registrar_config *cfg = wps_registrar_cfg(run->registrar);

	wps_run_begin(run, m, type);
	wps_run_set_common(run, m);
	wps_set_data(m, WA_UUID_R, run->dev->uuid, WPS_UUID_LEN);
	wps_set(m, WA_AUTH_FLAGS, cfg->auth_types);
	wps_set(m, WA_ENCR_FLAGS, cfg->encr_types);
	wps_set(m, WA_CONFIG_METHODS, run->dev->config_methods);
	wps_set(m, WA_CONFIG_ERROR, run->config_error);
}

static int send_m2(struct wps_run *run)
{
	uint8_t pub[DH5_LEN];
	struct wps_msg m;

	run->dh = dh5_new();
	if (!run->dh)
		return -EIO;
	dh5_public(run->dh, pub);
	int err = bytes_set(&run->pk_r, pub, sizeof(pub));
	if (!err)
		err = wps_run_derive(run, &run->pk_e);
	if (err)
		return err;
	begin_m2(run, &m, WPS_M2);
	wps_set_data(&m, WA_PUBLIC_KEY, run->pk_r.data, run->pk_r.len);
	wps_set(&m, WA_DEV_PW_ID, run->pw_id);
	return wps_run_send(run, WPS_M2, &m);
}

static int send_m2d(struct wps_run *run)
{
	struct wps_msg m;
	begin_m2(run, &m, WPS_M2D);
	return wps_run_send(run, WPS_M2D, &m);
}

static int refuse_m1(struct wps_run *run, enum wps_password_answer why)
{
	run->config_error =
		why == WPS_PASSWORD_OVERLAP ? WPS_CFG_MULTIPLE_PBC_DETECTED : WPS_CFG_NO_ERROR;
	int err = send_m2d(run);
	if (err)
		return err;
	if (why == WPS_PASSWORD_OVERLAP)
		wps_run_fail(run, WPS_M1, run->config_error, WPS_EI_NO_ERROR);
	run->reported = true; /* no password (yet) is no failure */
	wps_run_enter(run, RUN_AWAIT_M2D_ACK,
		why == WPS_PASSWORD_OVERLAP ? "session overlap" : "no device password");
	return 0;
}

static int on_m1(struct wps_run *run, const struct wps_in *in)
{
	take_enrollee(run, in);
	int err = bytes_set(&run->pk_e, in->m.v[WA_PUBLIC_KEY].data, in->m.v[WA_PUBLIC_KEY].len);
	if (!err)
		err = bytes_set(&run->last, in->data, in->len);
	if (err)
		return err;
	enum wps_password_answer answer =
		wps_registrar_password(run->registrar, &run->peer, &run->password, &run->holds_pin);
	if (answer != WPS_PASSWORD_OK)
		return refuse_m1(run, answer);
	err = send_m2(run);
	if (!err)
		wps_run_enter(run, RUN_AWAIT_M3, "M1");
	return err;
}

static int on_m3(struct wps_run *run, const struct wps_in *in)
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

static int on_m5(struct wps_run *run, const struct wps_in *in)
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

/* Credentials into the plain settings of M8. */
static int write_credentials(struct wps_run *run, struct writer *plain, struct wps_credential *c)
{
	const struct wps_registrar_config *cfg = wps_registrar_cfg(run->registrar);
	void *ctx;
	const struct wps_registrar_ops *ops = wps_registrar_ops_of(run->registrar, &ctx);

	if (!cfg->skip_cred_build) {
		int err = ops->credential(ctx, &run->peer, c);
		if (err) {
			log_msg(LOG_WARN, "WPS: no credential for " MACSTR ": %s",
				MAC2STR(run->peer.mac), strerror(-err));
			return err;
		}
		mac_copy(c->mac, run->mac_e);
		err = wps_credential_write(plain, c);
		if (err)
			return err;
	}
	if (cfg->extra_cred)
		writer_bytes(plain, cfg->extra_cred->data, cfg->extra_cred->len);
	if (writer_ok(plain) && plain->len)
		return 0;
	log_msg(LOG_WARN, "WPS: skip_cred_build without extra_cred leaves nothing for M8");
	return -ENODATA;
}

static int send_m8(struct wps_run *run)
{
	struct wps_credential c = {0};
	struct wps_msg m;
	struct writer plain = writer_new(256);

	int err = write_credentials(run, &plain, &c);
	if (!err) {
		wps_run_begin(run, &m, WPS_M8);
		err = wps_run_send_settings(run, WPS_M8, &m, &plain);
	}
	if (!err)
		wps_run_emit(run, &(struct wps_event){.kind = WPS_EVENT_CRED_SENT, .cred = &c});
	writer_free(&plain);
	wipe(&c, sizeof(c));
	return err;
}

static int on_m7(struct wps_run *run, const struct wps_in *in)
{
	int err = wps_run_verify(run, in);
	if (!err)
		err = wps_run_check_half(
			run, in, WT_SETTINGS_M7, WA_E_SNONCE2, run->psk2, run->peer_hash2);
	/* A second enrollee may have pressed its button since M1, 11.3. */
	if (!err && run->pw_id == DEV_PW_PUSHBUTTON && wps_registrar_overlap(run->registrar)) {
		run->config_error = WPS_CFG_MULTIPLE_PBC_DETECTED;
		err = -EBUSY;
	}
	if (!err)
		err = send_m8(run);
	if (!err)
		wps_run_enter(run, RUN_AWAIT_DONE, "M7: second half proven");
	return err;
}

static enum wps_result on_ack(struct wps_run *run)
{
	if (run->state != RUN_AWAIT_M2D_ACK)
		return WPS_R_IGNORED;
	wps_run_enter(run, RUN_ENDED, "ACK of M2D");
	return WPS_R_FAILED;
}

static enum wps_result on_nack(struct wps_run *run, unsigned config_error)
{
	if (run->state == RUN_AWAIT_M1)
		return WPS_R_IGNORED;
	log_msg(LOG_DBG, "WPS Registrar: the enrollee gives up, config_error=%u", config_error);
	wps_run_fail(run, run->last_sent, config_error, WPS_EI_NO_ERROR);
	wps_run_enter(run, RUN_ENDED, "NACK");
	return WPS_R_FAILED;
}

static enum wps_result on_done(struct wps_run *run)
{
	if (run->state != RUN_AWAIT_DONE)
		return WPS_R_IGNORED;
	wps_run_enter(run, RUN_ENDED, "Done");
	wps_registrar_note(run->registrar, run->peer.mac, WPS_LAST_SUCCESS, WPS_EI_NO_ERROR);
	wps_run_emit(run, &(struct wps_event){.kind = WPS_EVENT_REG_SUCCESS});
	if (run->holds_pin)
		wps_registrar_pin_done(run->registrar, run->peer.uuid, true);
	run->holds_pin = false;
	wps_registrar_completed(run->registrar, &run->peer, run->pw_id == DEV_PW_PUSHBUTTON);
	wps_run_emit(run, &(struct wps_event){.kind = WPS_EVENT_SUCCESS});
	return WPS_R_DONE;
}

static void on_failed(struct wps_run *run, unsigned config_error)
{
	wps_registrar_note(run->registrar, run->peer.mac, WPS_LAST_FAILED,
		config_error == WPS_CFG_DEV_PASSWORD_AUTH_FAILURE ? WPS_EI_AUTH_FAILURE
								  : WPS_EI_NO_ERROR);
}

static void cleanup(struct wps_run *run)
{
	if (run->holds_pin)
		wps_registrar_pin_done(run->registrar, run->peer.uuid, run->pin_revealed);
}

static const struct wps_step steps[] = {
	{RUN_AWAIT_M1, WPS_M1, on_m1},
	{RUN_AWAIT_M3, WPS_M3, on_m3},
	{RUN_AWAIT_M5, WPS_M5, on_m5},
	{RUN_AWAIT_M7, WPS_M7, on_m7},
};
static const struct wps_role registrar_role = {
	.name = "Registrar",
	.steps = steps,
	.step_count = ARRAY_SIZE(steps),
	.ack = on_ack,
	.nack = on_nack,
	.done = on_done,
	.refused = RUN_AWAIT_NACK,
	.failed = on_failed,
	.cleanup = cleanup,
};

struct wps_run *wps_registrar_run_new(struct wps_registrar *reg, const uint8_t mac[MAC_LEN])
{
	void *ctx;
	const struct wps_registrar_ops *ops = wps_registrar_ops_of(reg, &ctx);
	struct wps_run *run = wps_run_alloc(
		&registrar_role, &wps_registrar_cfg(reg)->dev, RUN_AWAIT_M1, ops->run_event, ctx);
	if (!run)
		return NULL;
	run->registrar = reg;
	mac_copy(run->peer.mac, mac);
	return run;
}
