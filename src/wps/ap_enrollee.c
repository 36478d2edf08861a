/* The access point as enrollee of a registrar that knows its AP PIN or its token (WSC 2.0, 7.1):
 * tells its settings in M7, takes new ones from M8. */
#include <errno.h>

#include "utils/log.h"
#include "wps/enrollee_i.h"
#include "wps/registrar_i.h"

/* The token's password is long and random: only the AP PIN can be guessed. */
static bool by_pin(const struct wps_run *run)
{
	return run->pw_id == DEV_PW_DEFAULT;
}

static bool refuses(const struct wps_run *run)
{
	return !run->password.len ||
	       (by_pin(run) && (wps_registrar_locked(run->registrar) ||
				       !wps_registrar_ap_pin(run->registrar)));
}

static void describe(const struct wps_run *run, struct wps_msg *m)
{
	const struct wps_registrar_config *cfg = wps_registrar_cfg(run->registrar);
	uint16_t buttons = cfg->pbc_in_m1 ? 0 : WPS_PBC_METHODS;

	wps_run_set_types(run, m, cfg->auth_types, cfg->encr_types);
	/* Our button is the registrar's: it does not let others configure us. */
	wps_set(m, WA_CONFIG_METHODS, run->dev->config_methods & (uint16_t)~buttons);
	if (refuses(run))
		wps_set(m, WA_CONFIG_ERROR, WPS_CFG_SETUP_LOCKED);
}

/* Asked again with every message: of runs side by side the others must not go on guessing when one
 * has locked us. */
static int admit(struct wps_run *run)
{
	if (!refuses(run))
		return 0;
	run->config_error = WPS_CFG_SETUP_LOCKED;
	return -EPERM;
}

static void proven(struct wps_run *run)
{
	if (by_pin(run))
		wps_registrar_ap_pin_proven(run->registrar);
}

static int tell(struct wps_run *run, struct writer *plain)
{
	const struct wps_registrar_config *cfg = wps_registrar_cfg(run->registrar);
	struct wps_credential c = {0};
	void *ctx;
	const struct wps_registrar_ops *ops = wps_registrar_ops_of(run->registrar, &ctx);

	if (cfg->raw_ap_settings) {
		writer_bytes(plain, cfg->raw_ap_settings->data, cfg->raw_ap_settings->len);
		return writer_ok(plain) ? 0 : -ENOMEM;
	}
	mac_copy(c.mac, run->peer.mac);
	int err = ops->ap_settings ? ops->ap_settings(ctx, &c) : -EOPNOTSUPP;
	if (!err) {
		mac_copy(c.mac, run->dev->mac);
		err = wps_ap_settings_write(plain, &c, false);
	}
	wipe(&c, sizeof(c));
	return err;
}

/* Could a BSS be run with these? */
static bool is_usable(const struct wps_credential *c)
{
	bool psk = c->auth_type & (WPS_AUTH_WPAPSK | WPS_AUTH_WPA2PSK);
	bool cipher = c->encr_type & (WPS_ENCR_TKIP | WPS_ENCR_AES);

	if (psk)
		return cipher && c->key_len >= 8;
	return c->auth_type & WPS_AUTH_OPEN && c->encr_type & WPS_ENCR_NONE;
}

static int check(struct wps_run *run, const struct bytes *plain, const struct wps_msg *m)
{
	struct wps_credential c;

	int err = wps_ap_settings_read(m, &c);
	/* TKIP alone is no reason to refuse: take() adds what makes it good. */
	if (!err && wps_is_prohibited(run, c.encr_type))
		err = -EPERM;
	if (!err && !is_usable(&c)) {
		log_msg(LOG_INF,
			"WPS: new settings refused: authentication 0x%x, encryption 0x%x, key of "
			"%zu bytes; expected open, or WPA with a key of 8..64",
			c.auth_type, c.encr_type, c.key_len);
		err = -EBADMSG;
	}
	wipe(&c, sizeof(c));
	return err;
}

static void take(struct wps_run *run, const struct bytes *plain, const struct wps_msg *m)
{
	struct wps_credential c;

	if (wps_ap_settings_read(m, &c) == 0) {
		/* WSC 2.0 has no WPA or TKIP alone; registrars of version 1.0 ask for them. */
		if (c.auth_type == WPS_AUTH_WPAPSK)
			c.auth_type |= WPS_AUTH_WPA2PSK;
		if (c.encr_type == WPS_ENCR_TKIP)
			c.encr_type |= WPS_ENCR_AES;
		(void)wps_run_emit_settings(run, &c, plain);
	}
	wipe(&c, sizeof(c));
}

static enum wps_result on_ack(struct wps_run *run)
{
	if (run->state != RUN_AWAIT_ACK)
		return WPS_R_IGNORED;
	wps_run_enter(run, RUN_ENDED, "ACK of Done");
	return WPS_R_DONE;
}

/* The registrar has what it wanted (config_error 0: it learnt our settings), or gives up. */
static enum wps_result on_nack(struct wps_run *run, unsigned config_error)
{
	if (run->state != RUN_AWAIT_ACK)
		wps_run_fail(run, run->last_sent, config_error, WPS_EI_NO_ERROR);
	wps_run_enter(run, RUN_ENDED, "NACK");
	return WPS_R_FAILED;
}

static void on_ended(struct wps_run *run, const struct wps_event *ev)
{
	/* Ours, not what a peer's NACK says. */
	bool wrong = run->config_error == WPS_CFG_DEV_PASSWORD_AUTH_FAILURE;

	wps_registrar_note(run->registrar, ev);
	if (ev->kind == WPS_EVENT_FAIL && wrong && by_pin(run))
		wps_registrar_ap_pin_wrong(run->registrar, &run->peer);
}

static const struct wps_enrollee_kind access_point = {
	.describe = describe,
	.admit = admit,
	.proven = proven,
	.tell = tell,
	.settings = WT_SETTINGS_M8_AP,
	.check = check,
	.take = take,
	.done = RUN_AWAIT_ACK,
};
static const struct wps_role role = {
	.name = "AP Enrollee",
	.steps = wps_enrollee_steps,
	.step_count = WPS_ENROLLEE_STEPS,
	.ack = on_ack,
	.nack = on_nack,
	.refused = RUN_AWAIT_NACK,
	.ended = on_ended,
};

struct wps_run *wps_ap_enrollee_new(struct wps_registrar *reg, const uint8_t peer_mac[MAC_LEN])
{
	void *ctx;
	const struct wps_registrar_ops *ops = wps_registrar_ops_of(reg, &ctx);
	const struct wps_device *dev = &wps_registrar_cfg(reg)->dev;
	struct wps_run *run = wps_run_alloc(&role, dev, RUN_AWAIT_M2, ops->run_event, ctx);

	if (!run)
		return NULL;
	run->kind = &access_point;
	run->registrar = reg;
	mac_copy(run->mac_e, dev->mac);
	mac_copy(run->peer.mac, peer_mac);
	if (wps_registrar_own_password(reg, run) < 0 || wps_enrollee_start(run) < 0) {
		log_msg(LOG_ERR, "WPS: M1 could not be built, the run cannot start");
		wps_run_free(run);
		return NULL;
	}
	return run;
}
