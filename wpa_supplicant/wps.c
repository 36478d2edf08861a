/* WPS runs: a temporary network whose EAP-WSC brings the credential of a real one. */
#include "wpa_supplicant/ap.h"
#include "wpa_supplicant/supplicant_i.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "wpa_supplicant/wps_cred.h"

#define GIVE_BACK_TIME (10 * USEC_PER_SEC)
#define RETRY_TIME USEC_PER_SEC
#define GOODBYE_TIME USEC_PER_SEC /* for the other side's EAP-Failure after our Done or NACK */

/* --- who we are --- */

static uint8_t rf_bands(const struct wpas_if *w)
{
	const struct drv_caps *caps = wpas_if_caps(w);
	uint8_t bands = 0;

	if (caps->bands[DRV_BAND_2G].channel_count)
		bands |= WPS_RF_24GHZ;
	if (caps->bands[DRV_BAND_5G].channel_count)
		bands |= WPS_RF_50GHZ;
	if (caps->bands[DRV_BAND_60G].channel_count)
		bands |= WPS_RF_60GHZ;
	return bands;
}

static bool has_uuid(const uint8_t *uuid)
{
	static const uint8_t zero[WPS_UUID_LEN];
	return memcmp(uuid, zero, sizeof(zero)) != 0;
}

static void make_uuid(struct wpas_if *w)
{
	struct wps_device *d = &w->wps.dev;
	const struct wpas_if *first = TAILQ_LAST(&w->s->ifs, wpas_if_list);

	if (first && first != w) {
		memcpy(d->uuid, first->wps.dev.uuid, WPS_UUID_LEN);
	} else if (w->conf->auto_uuid) {
		random_bytes(d->uuid, WPS_UUID_LEN);
		d->uuid[6] = (uint8_t)(0x40 | (d->uuid[6] & 0x0f)); /* RFC 4122, version 4 */
		d->uuid[8] = (uint8_t)(0x80 | (d->uuid[8] & 0x3f));
	} else {
		wps_uuid_from_mac(d->mac, d->uuid);
	}
}

void wpas_wps_init(struct wpas_if *w)
{
	struct wps_device *d = &w->wps.dev;
	const struct wpas_conf *c = w->conf;

	mac_copy(d->mac, wpas_if_addr(w));
	if (has_uuid(c->uuid.uuid))
		memcpy(d->uuid, c->uuid.uuid, WPS_UUID_LEN);
	else if (!has_uuid(d->uuid))
		make_uuid(w);
	d->device_name = c->device_name;
	d->manufacturer = c->manufacturer;
	d->model_name = c->model_name;
	d->model_number = c->model_number;
	d->serial_number = c->serial_number;
	memcpy(d->primary_type, c->device_type.type, sizeof(d->primary_type));
	memset(d->os_version, 0, sizeof(d->os_version));
	if (c->os_version.len == sizeof(d->os_version))
		memcpy(d->os_version, c->os_version.data, sizeof(d->os_version));
	d->config_methods = c->config_methods ? wps_config_methods_parse(c->config_methods)
					      : WPS_METHODS_DEFAULT;
	d->rf_bands = rf_bands(w);
	d->wps_state = WPS_STATE_UNCONFIGURED;
	d->version2 = 0x20;
	d->vendor_ext_m1 = c->wps_vendor_ext_m1.len ? &c->wps_vendor_ext_m1 : NULL;
	wpas_testing_wps(w, d);
}

/* --- begin and end of a run --- */

static void on_finish(struct timer *t, void *ctx);

static void hold_networks(struct wpas_if *w, bool hold)
{
	for (size_t i = 0; i < w->conf->net_count; i++) {
		struct wpas_network *n = w->conf->nets[i];
		bool before = wpas_network_disabled(n);
		n->held = hold && n != w->wps.net;
		if (before != wpas_network_disabled(n))
			wpas_dbus_network_enabled(w, n);
	}
}

static void on_give_back(struct timer *t, void *ctx)
{
	struct wpas_if *w = ctx;

	hold_networks(w, false);
	/* The new network may be gone or disabled by now: back to the others. */
	if (w->up && w->state < WPAS_AUTHENTICATING && wpas_any_network(w) &&
		!w->conn.user_disconnected)
		wpas_scan_schedule(w, 0);
}

static void let_go(struct wpas_if *w)
{
	wipe(&w->wps.settings, sizeof(w->wps.settings));
	timer_stop(&w->wps.walk);
	timer_stop(&w->wps.give_back);
	timer_stop(&w->wps.finish);
}

/* The link, or what is to become one, is of the run: it may be of another order since. */
static bool has_link(const struct wpas_if *w)
{
	return w->wps.net && w->conn.net == w->wps.net && w->conn.akm == AKM_WPS;
}

/* Forgets the run; a network that holds no credential goes with it. */
static void end_run(struct wpas_if *w)
{
	bool linked = has_link(w);
	struct wpas_network *n = steal_ptr(&w->wps.net);

	let_go(w);
	if (linked)
		wpas_leave(w, REASON_DEAUTH_LEAVING);
	if (n && !w->wps.stored)
		wpas_networks_remove(w, n);
	hold_networks(w, false);
}

bool wpas_wps_searching(const struct wpas_if *w)
{
	return w->wps.net || timer_running(&w->wps.give_back);
}

void wpas_wps_clear(struct wpas_if *w)
{
	end_run(w);
}

void wpas_wps_free(struct wpas_if *w)
{
	let_go(w);
	w->wps.net = NULL;
}

void wpas_wps_network_gone(struct wpas_if *w, const struct wpas_network *n)
{
	if (w->wps.net != n)
		return;
	w->wps.net = NULL;
	let_go(w);
	hold_networks(w, false);
}

static void back_to_work(struct wpas_if *w)
{
	if (w->state >= WPAS_AUTHENTICATING)
		return;
	wpas_idle(w, "WPS run over");
	if (wpas_any_network(w) && !w->conn.user_disconnected)
		wpas_scan_restart(w);
}

void wpas_wps_cancel(struct wpas_if *w)
{
	bool running = w->wps.net != NULL;

	if (w->ap)
		ap_bss_wps_cancel(wpas_ap_bss(w));
	end_run(w);
	wpas_event(w, "WPS-CANCEL ");
	if (running)
		back_to_work(w);
}

static void on_walk_timeout(struct timer *t, void *ctx)
{
	struct wpas_if *w = ctx;

	wpas_event(w, "WPS-TIMEOUT Requested operation timed out");
	wpas_dbus_wps_fail(w, 0, WPS_CFG_MSG_TIMEOUT, 0);
	end_run(w);
	back_to_work(w);
}

static const char *active_event(const struct wpas_wps_request *r)
{
	switch (r->kind) {
	case WPAS_WPS_PBC:
		return "WPS-PBC-ACTIVE ";
	case WPAS_WPS_PIN:
		return "WPS-PIN-ACTIVE ";
	case WPAS_WPS_NFC: /* with the password of a token, not after a handover */
		return r->pin ? "WPS-PIN-ACTIVE " : NULL;
	case WPAS_WPS_REG:
		break;
	}
	return NULL;
}

static void begin_run(struct wpas_if *w, struct wpas_network *n, const struct wpas_wps_request *r)
{
	const char *event = active_event(r);

	n->temporary = true;
	w->wps.net = n;
	w->wps.kind = r->kind;
	w->wps.pw_id = r->kind == WPAS_WPS_PBC ? DEV_PW_PUSHBUTTON : r->pw_id;
	w->wps.configure = r->settings != NULL;
	if (r->settings)
		w->wps.settings = *r->settings;
	n->wps_run = ++w->wps.run;
	w->wps.tried_count = 0;
	memset(w->wps.bssid, 0, MAC_LEN);
	w->wps.stored = w->wps.success = w->wps.failed = false;
	w->wps.began = timers_now(w->s->timers);
	w->wps.scans = 0;
	memset(w->wps.seen, 0, sizeof(w->wps.seen));
	wpas_event_ctrl(w, "CTRL-EVENT-NETWORK-ADDED %u", n->id);
	wpas_dbus_network_added(w, n);
	if (event)
		wpas_event(w, "%s", event);
	hold_networks(w, true);
	timer_start(w->s->timers, &w->wps.walk, WPS_WALK_TIME, on_walk_timeout, w);
}

int wpas_wps_start(struct wpas_if *w, const struct wpas_wps_request *r)
{
	if (w->ap)
		return wpas_ap_wps(w, r);
	if (!w->up)
		return -ENETDOWN;
	int err = r->multi_ap ? wpas_multi_ap_probe(w) : 0;
	if (err < 0)
		return err;
	end_run(w);
	struct wpas_network *n = wpas_conf_add_network(w->conf, wpas_conf_free_id(w->conf));
	if (!n)
		return -ENOMEM;
	err = wpas_wps_fill_network(w, n, r);
	if (err < 0) {
		wpas_conf_remove_network(w->conf, n);
		return err;
	}
	begin_run(w, n, r);
	wpas_leave(w, REASON_DEAUTH_LEAVING);
	wpas_ignore_release(w);
	w->conn.user_disconnected = false;
	w->conn.failures = 0;
	w->scan.hint_freq = r->freq;
	w->scan.once_count = 0;
	wpas_scan_restart(w);
	return 0;
}

/* --- the run itself --- */

/* The Credential attribute as hex for programs that keep credentials themselves; "" when there is
 * no room. */
static void credential_hex(const struct wps_event *ev, char *hex, size_t cap)
{
	bool whole = ev->raw_len >= 4 && ev->raw[0] == 0x10 && ev->raw[1] == 0x0e;
	size_t head = 0;

	hex[0] = '\0';
	if (!ev->raw_len || ev->raw_len > 512)
		return;
	if (!whole) { /* AP settings of an M7: the same attributes without the wrapper */
		snprintf(hex, cap, "100e%04zx", ev->raw_len);
		head = 8;
	}
	hex_encode(ev->raw, ev->raw_len, hex + head, cap - head);
}

static void on_credential(struct wpas_if *w, const struct wps_event *ev)
{
	char hex[2 * (4 + 512) + 1] = "";
	int processing = w->conf->wps_cred_processing;

	if (processing) {
		credential_hex(ev, hex, sizeof(hex));
		wpas_dbus_wps_credential(w, ev->cred);
	}
	/* Monitors alone: the text may hold the key. */
	wpas_log(w, LOG_INF, "WPS-CRED-RECEIVED");
	wpas_event_ctrl_secret(w, "WPS-CRED-RECEIVED ", hex);
	wipe(hex, sizeof(hex));
	if (processing == 1)
		return;
	struct wpas_network *n = wpas_wps_store(w, ev->cred, w->wps.stored ? NULL : w->wps.net);
	if (!n)
		return;
	w->wps.stored = true;
	if (w->conf->update_config)
		wpas_save_config(w);
}

static void on_fail(struct wpas_if *w, const struct wps_event *ev)
{
	/* Cut off by the link or by EAP: says nothing about the registration, another attempt
	 * follows within the walk time. */
	if (!ev->msg)
		return;
	w->wps.failed = true;
	if (ev->error_indication)
		wpas_event(w, "WPS-FAIL msg=%u config_error=%u reason=%u (%s)", ev->msg,
			ev->config_error, ev->error_indication,
			wps_error_indication_text(ev->error_indication));
	else
		wpas_event(w, "WPS-FAIL msg=%u config_error=%u", ev->msg, ev->config_error);
	wpas_dbus_wps_fail(w, ev->msg, ev->config_error, ev->error_indication);
	timer_start(w->s->timers, &w->wps.finish, GOODBYE_TIME, on_finish, w);
}

static void on_success(struct wpas_if *w)
{
	const struct wps_event ours = {.kind = WPS_EVENT_CREDENTIAL, .cred = &w->wps.settings};

	/* The AP took our settings: they are the credential. */
	if (w->wps.configure)
		on_credential(w, &ours);
	w->wps.success = true;
	timer_stop(&w->wps.walk);
	wpas_event(w, "WPS-SUCCESS ");
	wpas_dbus_wps_success(w);
	timer_start(w->s->timers, &w->wps.finish, GOODBYE_TIME, on_finish, w);
}

void wpas_wps_event(void *ctx, const struct wps_event *ev)
{
	struct wpas_if *w = ctx;

	if (!w->wps.net)
		return;
	switch (ev->kind) {
	case WPS_EVENT_CREDENTIAL:
		on_credential(w, ev);
		break;
	case WPS_EVENT_SUCCESS:
		on_success(w);
		break;
	case WPS_EVENT_FAIL:
		on_fail(w, ev);
		break;
	case WPS_EVENT_M2D:
		wpas_event(w, "WPS-M2D dev_password_id=%u config_error=%u",
			ev->peer ? ev->peer->dev_password_id : 0,
			ev->peer ? ev->peer->config_error : ev->config_error);
		wpas_dbus_wps_m2d(w, ev);
		break;
	case WPS_EVENT_AP_SETTINGS: /* learnt; the old ones when we write new ones */
		if (!w->wps.configure)
			on_credential(w, ev);
		break;
	case WPS_EVENT_REG_SUCCESS:
	case WPS_EVENT_CRED_SENT:
		break;
	}
}

/* The network is in place: to it at once, without a scan when it was seen already. */
static void connect_to_new(struct wpas_if *w)
{
	struct wpas_choice choice;

	if (!wpas_connects_by_name(w) && wpas_select(w, &choice))
		wpas_connect(w, choice.bss, choice.net);
	else
		wpas_scan_schedule(w, 0);
}

static void finish_success(struct wpas_if *w)
{
	struct wpas_network *n = w->wps.net;
	bool stored = w->wps.stored;
	unsigned freq = w->conn.bss ? w->conn.bss->freq : 0;

	if (has_link(w))
		wpas_leave(w, REASON_DEAUTH_LEAVING);
	if (!stored) { /* a control client keeps the credential */
		end_run(w);
		back_to_work(w);
		return;
	}
	let_go(w);
	w->wps.net = NULL;
	n->failures = 0;
	w->scan.hint_freq = freq; /* most often the new network is on the same radio */
	timer_start(w->s->timers, &w->wps.give_back, GIVE_BACK_TIME, on_give_back, w);
	if (!w->conn.user_disconnected && w->state < WPAS_AUTHENTICATING)
		connect_to_new(w);
}

/* Not over: other access points, or this one later, until the walk time ends. */
static void try_next(struct wpas_if *w)
{
	wpas_wps_note_failure(w);
	wpas_idle(w, "WPS attempt over");
	if (!w->conn.user_disconnected)
		wpas_scan_schedule(w, RETRY_TIME);
}

static void finish_failed(struct wpas_if *w)
{
	if (w->wps.failed && !mac_is_zero(w->wps.bssid))
		wpas_ignore_add(w, w->wps.bssid);
	if (has_link(w))
		wpas_leave(w, REASON_DEAUTH_LEAVING);
	if (!w->wps.failed) { /* no registrar yet */
		try_next(w);
		return;
	}
	end_run(w);
	back_to_work(w);
}

static void on_finish(struct timer *t, void *ctx)
{
	struct wpas_if *w = ctx;

	if (!w->wps.net)
		return;
	/* The registrar's refusal of M7 after learning is no success of EAP-WSC, either. */
	if (w->wps.kind == WPAS_WPS_REG && !w->wps.success)
		w->wps.failed = true;
	/* The end of the run behind that of the exchange; PIN runs have gone on to the next AP. */
	if (w->wps.failed && w->wps.kind != WPAS_WPS_PIN)
		wpas_event(w, "WPS-FAIL ");
	if (w->wps.success || w->wps.stored)
		finish_success(w);
	else
		finish_failed(w);
}

/* From a timer: the EAP core that reports its end is to be stopped. */
void wpas_wps_eap_done(struct wpas_if *w)
{
	timer_start(w->s->timers, &w->wps.finish, 0, on_finish, w);
}

void wpas_wps_link_lost(struct wpas_if *w)
{
	if (w->wps.success || w->wps.stored || w->wps.failed)
		wpas_wps_eap_done(w);
	else
		try_next(w);
}

const char *wpas_wps_check_pin(const char *text, char out[9])
{
	size_t n = 0;
	int64_t pin;

	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			continue;
		if (n == 8)
			return NULL;
		out[n++] = *text;
	}
	out[n] = '\0';
	if (n != 4 && n != 8)
		return NULL;
	if (n == 8 && (parse_int(out, 10, 0, 99999999, &pin) < 0 || !wps_pin_valid((uint32_t)pin)))
		return "";
	return out;
}
