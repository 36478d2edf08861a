/* Registrar of an access point (WSC 2.0, 7.1): learns its settings from M7 or writes new ones with
 * M8. */
#include <errno.h>

#include "utils/log.h"
#include "wps/registrar_side_i.h"

/* What a registrar may give an AP. */
#define AUTH_TYPES (WPS_AUTH_OPEN | WPS_AUTH_WPAPSK | WPS_AUTH_WPA2PSK)
#define ENCR_TYPES (WPS_ENCR_NONE | WPS_ENCR_TKIP | WPS_ENCR_AES)

static int on_m1(struct wps_run *run, const struct wps_in *in)
{
	enum wps_dev_password_id ours = run->pw_id;

	int err = wps_take_enrollee(run, in);
	/* M1 names the AP's token when that is enabled; M2 says which password we have. */
	run->pw_id = ours;
	if (!err)
		err = wps_send_m2(run, NULL);
	if (!err)
		wps_run_enter(run, RUN_AWAIT_M3, "M1");
	return err;
}

static int send_m8(struct wps_run *run)
{
	struct wps_msg m;
	struct writer plain = writer_new(256);

	mac_copy(run->settings.mac, run->mac_e);
	/* Access points of the field hand the index on to programs that look for it. */
	int err = wps_ap_settings_write(&plain, &run->settings, true);
	if (err) {
		writer_free(&plain);
		return err;
	}
	wps_run_begin(run, &m, WPS_M8);
	return wps_run_send_settings(run, WPS_M8, &m, &plain);
}

static int report(struct wps_run *run, const struct bytes *plain, const struct wps_msg *m)
{
	struct wps_credential c;

	int err = wps_ap_settings_read(m, &c);
	if (!err)
		err = wps_run_emit_settings(run, &c, plain);
	wipe(&c, sizeof(c));
	return err;
}

static int on_m7(struct wps_run *run, const struct wps_in *in)
{
	struct bytes plain = {0};
	struct wps_msg m;

	int err = wps_run_verify(run, in);
	if (!err)
		err = wps_run_open_half(run, in, WT_SETTINGS_M7_AP, WA_E_SNONCE2, run->psk2,
			run->peer_hash2, &plain, &m);
	if (!err)
		err = report(run, &plain, &m);
	bytes_clear(&plain);
	if (err)
		return err;
	if (!run->configures) {
		log_msg(LOG_DBG, "WPS: settings learnt, nothing to change");
		return -ECANCELED; /* NACK with config_error 0, 7.1 */
	}
	err = send_m8(run);
	if (!err)
		wps_run_enter(run, RUN_AWAIT_DONE, "M7: new settings sent");
	return err;
}

static enum wps_result on_nack(struct wps_run *run, unsigned config_error)
{
	if (run->state == RUN_AWAIT_M1)
		return WPS_R_IGNORED;
	return wps_run_nacked(run, config_error);
}

static enum wps_result on_done(struct wps_run *run)
{
	if (run->state != RUN_AWAIT_DONE)
		return WPS_R_IGNORED;
	int err = wps_run_send_plain(run, WPS_WSC_ACK, WSC_OP_ACK);
	wps_run_enter(run, RUN_AWAIT_END, "Done: the AP has its new settings");
	wps_run_emit(run, &(struct wps_event){.kind = WPS_EVENT_SUCCESS});
	return err ? WPS_R_DONE : WPS_R_CONTINUE;
}

static const struct wps_step steps[] = {
	{RUN_AWAIT_M1, WPS_M1, on_m1},
	{RUN_AWAIT_M3, WPS_M3, wps_on_m3},
	{RUN_AWAIT_M5, WPS_M5, wps_on_m5},
	{RUN_AWAIT_M7, WPS_M7, on_m7},
};
static const struct wps_role role = {
	.name = "AP Registrar",
	.steps = steps,
	.step_count = ARRAY_SIZE(steps),
	.nack = on_nack,
	.done = on_done,
	.refused = RUN_AWAIT_END,
};

struct wps_run *wps_ap_registrar_new(const struct wps_ap_registrar_params *p)
{
	if (!p->password)
		return NULL;
	struct wps_run *run = wps_run_alloc(&role, p->dev, RUN_AWAIT_M1, p->event, p->ctx);
	if (!run)
		return NULL;
	run->pw_id = p->pw_id;
	run->auth_types = AUTH_TYPES;
	run->encr_types = ENCR_TYPES;
	if (p->peer_mac)
		mac_copy(run->peer.mac, p->peer_mac);
	if (p->settings) {
		run->settings = *p->settings;
		run->configures = true;
	}
	const struct bytes *key = p->private_key;
	if (bytes_set(&run->password, p->password, p->password_len) < 0 ||
		(key && bytes_set(&run->private_key, key->data, key->len) < 0)) {
		wps_run_free(run);
		return NULL;
	}
	return run;
}
