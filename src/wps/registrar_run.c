/* Registrar of one registration protocol run towards an enrollee (WSC 2.0, 7.1 and 7.2). */
#include "wps/run_i.h"

#include <errno.h>
#include <string.h>

#include "utils/log.h"
#include "wps/registrar_i.h"
#include "wps/registrar_side_i.h"

/* Testing: a network that is nowhere. */
static int write_stub(struct writer *plain)
{
	struct wps_credential stub = {.auth_type = WPS_AUTH_WPA2PSK,
		.encr_type = WPS_ENCR_AES,
		.ssid_len = 16,
		.key_len = 16};
	uint8_t name[8];

	random_bytes(name, sizeof(name));
	struct writer text = writer_over(stub.ssid, sizeof(stub.ssid));
	for (size_t i = 0; i < sizeof(name); i++) {
		writer_u8(&text, 'a' + (name[i] >> 4));
		writer_u8(&text, 'a' + (name[i] & 15));
	}
	memcpy(stub.key, stub.ssid, stub.key_len);
	return wps_credential_write(plain, &stub);
}

/* Credentials into the plain settings of M8. */
static int write_credentials(struct wps_run *run, struct writer *plain, struct wps_credential *c)
{
	const struct wps_registrar_config *cfg = wps_registrar_cfg(run->registrar);
	void *ctx;
	const struct wps_registrar_ops *ops = wps_registrar_ops_of(run->registrar, &ctx);

	if (cfg->dev.testing && cfg->dev.testing->stub_cred) {
		int err = write_stub(plain);
		if (err)
			return err;
	}
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

static int refuse_m1(struct wps_run *run, enum wps_password_answer why)
{
	static const struct {
		uint16_t config_error;
		const char *reason;
	} whys[] = {
		[WPS_PASSWORD_OK] = {WPS_CFG_NO_ERROR, "no memory"},
		[WPS_PASSWORD_NONE] = {WPS_CFG_NO_ERROR, "no device password"},
		[WPS_PASSWORD_OVERLAP] = {WPS_CFG_MULTIPLE_PBC_DETECTED, "session overlap"},
		[WPS_PASSWORD_KEY_MISMATCH] = {WPS_CFG_PUBLIC_KEY_HASH_MISMATCH, "public key"},
	};

	run->config_error = whys[why].config_error;
	if (why == WPS_PASSWORD_KEY_MISMATCH) {
		log_msg(LOG_INF, "WPS: " MACSTR " has not the public key that was handed over",
			MAC2STR(run->peer.mac));
		return -EPERM;
	}
	int err = wps_send_m2d(run);
	if (err)
		return err;
	if (why == WPS_PASSWORD_OVERLAP) {
		wps_relay_stop(run);
		wps_run_fail(run, WPS_M1, run->config_error, WPS_EI_NO_ERROR);
	}
	run->reported = true; /* no password (yet) is no failure */
	wps_run_enter(run, RUN_AWAIT_M2D_ACK, whys[why].reason);
	return 0;
}

/* Both keys are known from the tap: M2 has the credential, M3 to M8 are not needed. */
static int send_handover(struct wps_run *run)
{
	struct wps_credential c = {0};
	struct writer plain = writer_new(256);

	int err = write_credentials(run, &plain, &c);
	if (!err)
		err = wps_send_m2(run, &plain);
	if (!err)
		wps_run_emit(run, &(struct wps_event){.kind = WPS_EVENT_CRED_SENT, .cred = &c});
	writer_free(&plain);
	wipe(&c, sizeof(c));
	if (!err)
		wps_run_enter(run, RUN_AWAIT_DONE, "M1: handover");
	return err;
}

static int on_m1(struct wps_run *run, const struct wps_in *in)
{
	int err = wps_take_enrollee(run, in);
	if (err)
		return err;
	(void)wps_relay_forward(run, in->data, in->len);
	enum wps_password_answer answer =
		wps_registrar_password(run->registrar, run, &in->m.v[WA_PUBLIC_KEY]);
	if (answer != WPS_PASSWORD_OK)
		return refuse_m1(run, answer);
	wps_relay_stop(run);
	if (run->pw_id == DEV_PW_NFC_HANDOVER)
		return send_handover(run);
	err = wps_send_m2(run, NULL);
	if (!err)
		wps_run_enter(run, RUN_AWAIT_M3, "M1");
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
	if (run->relay.listed)
		return wps_relay_wait(run, "ACK of M2D: external registrars may know it");
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

void wps_registrar_run_completed(struct wps_run *run)
{
	wps_run_enter(run, RUN_ENDED, "Done");
	wps_run_emit(run, &(struct wps_event){.kind = WPS_EVENT_REG_SUCCESS});
	wps_registrar_release(run->registrar, run, true);
	wps_registrar_completed(run->registrar, &run->peer, run->pw_id == DEV_PW_PUSHBUTTON);
	wps_run_emit(run, &(struct wps_event){.kind = WPS_EVENT_SUCCESS});
}

static enum wps_result on_done(struct wps_run *run)
{
	if (run->state != RUN_AWAIT_DONE)
		return WPS_R_IGNORED;
	wps_registrar_run_completed(run);
	return WPS_R_DONE;
}

static void on_ended(struct wps_run *run, const struct wps_event *ev)
{
	wps_registrar_note(run->registrar, ev);
}

static void cleanup(struct wps_run *run)
{
	wps_registrar_release(run->registrar, run, run->pin_revealed);
	wps_relay_stop(run);
}

static const struct wps_step steps[] = {
	{RUN_AWAIT_M1, WPS_M1, on_m1},
	{RUN_AWAIT_M3, WPS_M3, wps_on_m3},
	{RUN_AWAIT_M5, WPS_M5, wps_on_m5},
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
	.ended = on_ended,
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
	run->auth_types = wps_registrar_cfg(reg)->auth_types;
	run->encr_types = wps_registrar_cfg(reg)->encr_types;
	mac_copy(run->peer.mac, mac);
	return run;
}
