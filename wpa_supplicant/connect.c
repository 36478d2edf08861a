/* The connection machine: from a selected BSS to COMPLETED, and what happens when it breaks.
 * States and transitions are drawn in doc/station.md. */
#include "wpa_supplicant/ap.h"
#include "wpa_supplicant/ctrl_iface.h"

#include <errno.h>

#define AUTH_TIMEOUT 5 /* s, for the authentication and the association exchange each */
#define ASSOC_TIMEOUT 10
#define ECHO_WINDOW                                                                                \
	(USEC_PER_SEC) /* the kernel reports our own deauthentication back within this */
#define FAST_RECONNECT_GAP (10 * USEC_PER_SEC)
#define ATTEMPTS_BEFORE_DISABLING 3

void wpas_conn_init(struct wpas_if *w)
{
	w->state = WPAS_DISCONNECTED;
}

/* --- states --- */

static void set_operstate(struct wpas_if *w, bool up)
{
	if (w->drv && w->ops->set_operstate)
		w->ops->set_operstate(w->drv, up);
}

void wpas_enter(struct wpas_if *w, enum wpas_state state, const char *reason)
{
	enum wpas_state old = w->state;

	if (old == state)
		return;
	wpas_log(w, LOG_DBG, "%s -> %s (%s)", wpas_state_name(old), wpas_state_name(state), reason);
	w->state = state;
	wpas_dbus_link(w);
	if (state == WPAS_COMPLETED)
		set_operstate(w, true);
	else if (old == WPAS_COMPLETED)
		set_operstate(w, false);
	wpas_bgscan_update(w);
}

static void end_roam(struct wpas_if *w, bool success)
{
	struct wpas_connect *c = &w->conn;

	if (!c->roam_began)
		return;
	c->roamed = success;
	c->roam_ms =
		success ? (unsigned)((timers_now(w->s->timers) - c->roam_began) / USEC_PER_MSEC)
			: 0;
	c->roam_began = 0;
	wpas_dbus_changed(w, "RoamTime");
	wpas_dbus_changed(w, "RoamComplete");
}

void wpas_idle(struct wpas_if *w, const char *reason)
{
	if (w->state == WPAS_INTERFACE_DISABLED)
		return;
	end_roam(w, false);
	w->conn.attempted &= wpas_any_network(w);
	wpas_enter(w, wpas_any_network(w) ? WPAS_DISCONNECTED : WPAS_INACTIVE, reason);
}

static void on_timeout(struct timer *t, void *ctx);

void wpas_conn_start_timer(struct wpas_if *w, unsigned seconds)
{
	timer_start(w->s->timers, &w->conn.timeout, seconds * USEC_PER_SEC, on_timeout, w);
}

/* --- the target of an attempt --- */

void wpas_set_target(struct wpas_if *w, struct wpas_bss *b, struct wpas_network *n)
{
	struct wpas_connect *c = &w->conn;

	if (c->bss)
		c->bss->in_use = false;
	c->bss = b;
	c->net = n;
	c->attempted |= n != NULL;
	if (b) {
		b->in_use = true;
		mac_copy(c->bssid, b->key.bssid);
	} else {
		memset(c->bssid, 0, MAC_LEN);
	}
	wpas_dbus_link(w);
}

static void ssid_of(const struct wpas_bss *b, char text[SSID_TEXT_CAP])
{
	ssid_text(b->key.ssid, b->key.ssid_len, text, SSID_TEXT_CAP);
}

/* --- starting an attempt --- */

static int authenticate(struct wpas_if *w)
{
	struct wpas_connect *c = &w->conn;
	struct drv_auth a = {.ssid = c->bss->key.ssid,
		.ssid_len = c->bss->key.ssid_len,
		.freq = c->bss->freq,
		.alg = AUTH_OPEN};
	char ssid[SSID_TEXT_CAP];

	mac_copy(a.bssid, c->bssid);
	ssid_of(c->bss, ssid);
	wpas_event(w, "SME: Trying to authenticate with " MACSTR " (SSID='%s' freq=%u MHz)",
		MAC2STR(c->bssid), ssid, c->bss->freq);
	wpas_enter(w, WPAS_AUTHENTICATING, "network selected");
	wpas_conn_start_timer(w, AUTH_TIMEOUT);
	int err = w->ops->authenticate(w->drv, &a);
	/* PBKDF2, if it is still to be done, while the frames are under way. */
	if (err == 0 && c->net->key_mgmt & (AKM_PSK | AKM_PSK_SHA256))
		wpas_network_pmk(c->net);
	return err;
}

void wpas_use_security(struct wpas_if *w, const struct wpas_security *sec)
{
	struct wpas_connect *c = &w->conn;

	c->proto = sec->proto;
	c->akm = sec->akm;
	c->pairwise = sec->pairwise;
	c->group = sec->group;
	c->mfp = sec->mfp;
}

static void start_attempt(struct wpas_if *w, struct wpas_bss *b, struct wpas_network *n)
{
	struct wpas_connect *c = &w->conn;
	struct wpas_security sec;

	if (wpas_negotiate(w, b, n, &sec) < 0) {
		wpas_scan_retry(w);
		return;
	}
	c->reassociating = c->associated;
	mac_copy(c->prev_bssid, c->bssid);
	if (c->associated && c->net == n && c->bss != b)
		c->roam_began = timers_now(w->s->timers);
	if (c->associated)
		wpas_drop_link(w);
	c->reassociate_wanted = false;
	wpas_use_security(w, &sec);
	wpas_set_target(w, b, n);
	if (n == w->wps.net)
		wpas_wps_attempt(w, b);
	c->by_driver = wpas_driver_connects(w);
	wpas_offload_choose(w);
	int err = c->by_driver ? wpas_connect_request(w) : authenticate(w);
	if (err < 0) {
		wpas_log(w, LOG_WARN, "the driver refused to connect: %s", strerror(-err));
		wpas_attempt_failed(w);
	}
}

static void on_deferred(struct timer *t, void *ctx)
{
	struct wpas_if *w = ctx;
	struct wpas_bss *b = wpas_bss_by_id(&w->bss, w->conn.deferred_bss);
	struct wpas_network *n = wpas_conf_network(w->conf, w->conn.deferred_net);

	if (!w->up || w->conn.user_disconnected || w->state >= WPAS_AUTHENTICATING)
		return;
	if (b && n && wpas_network_usable(w, n) && wpas_select_matches(w, b, n))
		start_attempt(w, b, n);
	else
		wpas_scan_schedule(w, 0);
}

/* The driver still has to report that the old link is gone; a new one before would be mixed up
 * with it. Its timer was started earlier, so ours fires behind. */
static bool must_defer(const struct wpas_if *w)
{
	return w->conn.left_at && timers_now(w->s->timers) - w->conn.left_at < ECHO_WINDOW;
}

void wpas_connect(struct wpas_if *w, struct wpas_bss *b, struct wpas_network *n)
{
	struct wpas_connect *c = &w->conn;

	wpas_scan_cancel(w);
	if (wpas_network_lacks_secret(n)) {
		wpas_secret_request(w, n);
		wpas_scan_retry(w);
		return;
	}
	if (c->net && (c->net != n || !c->associated))
		wpas_leave(w, REASON_DEAUTH_LEAVING);
	if (!w->up) /* the netdev of AP mode has gone */
		return;
	if (!must_defer(w)) {
		start_attempt(w, b, n);
		return;
	}
	c->deferred_bss = b->id;
	c->deferred_net = n->id;
	timer_start(w->s->timers, &c->deferred, 0, on_deferred, w);
}

void wpas_select_and_connect(struct wpas_if *w)
{
	struct wpas_choice choice;

	if (!wpas_any_network(w)) {
		wpas_idle(w, "no enabled network");
		return;
	}
	if (!wpas_select(w, &choice)) {
		if (!wpas_wps_searching(w))
			wpas_event_ctrl(w, "CTRL-EVENT-NETWORK-NOT-FOUND ");
		if (w->state == WPAS_COMPLETED)
			return;
		struct wpas_network *n = wpas_ap_network(w);
		if (n)
			wpas_ap_start(w, n);
		else
			wpas_scan_retry(w);
		return;
	}
	if (w->state == WPAS_COMPLETED && w->conn.bss == choice.bss && w->conn.net == choice.net &&
		!w->conn.reassociate_wanted)
		return;
	wpas_connect(w, choice.bss, choice.net);
}

void wpas_reconnect(struct wpas_if *w)
{
	struct wpas_choice choice;

	w->conn.user_disconnected = false;
	if (!w->up || w->state == WPAS_INTERFACE_DISABLED)
		return;
	if (!wpas_any_station_network(w) && wpas_ap_network(w) && !w->ap) {
		wpas_ap_start(w, wpas_ap_network(w));
		return;
	}
	if (!wpas_any_network(w)) {
		wpas_idle(w, "no enabled network");
		return;
	}
	if (!wpas_connects_by_name(w) && wpas_scan_results_fresh(w) && wpas_select(w, &choice))
		wpas_connect(w, choice.bss, choice.net);
	else
		wpas_scan_schedule(w, 0);
}

/* --- leaving --- */

static void forget_link(struct wpas_if *w)
{
	struct wpas_connect *c = &w->conn;
	uint64_t now = timers_now(w->s->timers);

	if (c->was_completed) {
		c->session_ms = (unsigned)((now - c->completed_at) / USEC_PER_MSEC);
		c->session_over = true;
	}
	timer_stop(&c->timeout);
	wpas_sa_query_stop(w);
	wpas_glue_left(w);
	wpas_multi_ap_left(w);
	wpas_offload_left(w);
	c->associated = false;
	c->was_completed = false;
	bytes_clear(&c->early_eapol);
}

/* Forgets the association in all parts but does not talk to the AP. */
void wpas_drop_link(struct wpas_if *w)
{
	if (w->conn.associated && w->ops->set_authorized)
		w->ops->set_authorized(w->drv, w->conn.bssid, false);
	forget_link(w);
	bytes_clear(&w->conn.rsn_ie);
}

void wpas_link_moved(struct wpas_if *w)
{
	forget_link(w); /* the elements of our request also went to the new AP */
}

static void report_disconnect(struct wpas_if *w, unsigned reason, bool local)
{
	w->conn.reason = reason;
	w->conn.signed_reason = local ? -(int)reason : (int)reason;
	wpas_dbus_changed(w, "DisconnectReason");
	if (w->conn.session_over)
		wpas_dbus_changed(w, "SessionLength");
	w->conn.session_over = false;
	wpas_event(w, "CTRL-EVENT-DISCONNECTED bssid=" MACSTR " reason=%u%s",
		MAC2STR(w->conn.bssid), reason, local ? " locally_generated=1" : "");
}

static void leave_ap_mode(struct wpas_if *w)
{
	bool was_up = w->state == WPAS_COMPLETED;

	wpas_ap_stop(w);
	if (was_up)
		report_disconnect(w, REASON_DEAUTH_LEAVING, true);
	wpas_set_target(w, NULL, NULL);
	wpas_idle(w, "the access point was stopped");
}

void wpas_leave(struct wpas_if *w, unsigned reason)
{
	struct wpas_connect *c = &w->conn;
	bool report = c->associated;

	if (mac_is_zero(c->bssid) && !c->net)
		return;
	if (w->ap) {
		leave_ap_mode(w);
		return;
	}
	if (w->drv && w->state >= WPAS_AUTHENTICATING) {
		int err = w->ops->deauthenticate(w->drv, c->bssid, reason);
		if (err < 0)
			wpas_log(w, LOG_DBG, "deauthenticate: %s", strerror(-err));
		c->left_at = timers_now(w->s->timers);
		mac_copy(c->left_bssid, c->bssid);
	}
	wpas_drop_link(w);
	if (report)
		report_disconnect(w, reason, true);
	wpas_set_target(w, NULL, NULL);
	wpas_idle(w, "left the access point");
}

void wpas_conn_stop(struct wpas_if *w)
{
	timer_stop(&w->conn.timeout);
	timer_stop(&w->conn.deferred);
	bool linked = w->conn.associated || (w->ap && w->state == WPAS_COMPLETED);
	if (!w->ap) /* it waits for its netdev */
		wpas_drop_link(w);
	if (linked)
		report_disconnect(w, REASON_DEAUTH_LEAVING, true);
	if (!w->ap)
		wpas_set_target(w, NULL, NULL);
}

/* --- failures --- */

static unsigned disable_seconds(unsigned failures)
{
	static const struct {
		unsigned more_than, seconds;
	} steps[] = {{50, 300}, {10, 120}, {5, 90}, {3, 60}, {2, 30}, {1, 20}, {0, 10}};
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		if (failures > steps[i].more_than)
			return steps[i].seconds;
	return 0;
}

void wpas_network_failed(struct wpas_if *w, struct wpas_network *n, const char *reason)
{
	char ssid[SSID_TEXT_CAP];
	unsigned seconds = disable_seconds(++n->failures);

	if (n == w->wps.net) /* a run has its own end: the walk timer */
		return;
	n->disabled_until = timers_now(w->s->timers) + seconds * USEC_PER_SEC;
	wpas_event(w,
		"CTRL-EVENT-SSID-TEMP-DISABLED id=%u ssid=\"%s\" auth_failures=%u duration=%u "
		"reason=%s",
		n->id, ssid_text(n->ssid.data, n->ssid.len, ssid, sizeof(ssid)), n->failures,
		seconds, reason);
}

void wpas_network_reenable(struct wpas_if *w, struct wpas_network *n)
{
	char ssid[SSID_TEXT_CAP];

	if (!n->disabled_until)
		return;
	n->disabled_until = 0;
	wpas_event(w, "CTRL-EVENT-SSID-REENABLED id=%u ssid=\"%s\"", n->id,
		ssid_text(n->ssid.data, n->ssid.len, ssid, sizeof(ssid)));
}

static void schedule_retry(struct wpas_if *w)
{
	static const unsigned delay_ms[] = {100, 500, 1000, 5000, 10000};
	unsigned n = w->conn.failures;

	if (n >= ARRAY_SIZE(delay_ms))
		n = ARRAY_SIZE(delay_ms);
	if (w->conn.user_disconnected || !w->autoconnect)
		return;
	wpas_scan_schedule(w, delay_ms[n ? n - 1 : 0] * USEC_PER_MSEC);
}

void wpas_attempt_failed(struct wpas_if *w)
{
	struct wpas_network *n = w->conn.net;
	uint8_t bssid[MAC_LEN];

	if (!n)
		return;
	mac_copy(bssid, w->conn.bssid);
	if (w->state >= WPAS_AUTHENTICATING)
		wpas_leave(w, REASON_DEAUTH_LEAVING);
	if (n == w->wps.net) {
		wpas_set_target(w, NULL, NULL);
		wpas_wps_link_lost(w);
		return;
	}
	if (!mac_is_zero(bssid)) /* zero: the driver did not even find the network */
		wpas_ignore_add(w, bssid);
	w->conn.failures++;
	if (w->conn.failures > ATTEMPTS_BEFORE_DISABLING) {
		wpas_network_failed(w, n, "CONN_FAILED");
		w->conn.failures = 0;
	}
	wpas_set_target(w, NULL, NULL);
	wpas_idle(w, "attempt failed");
	schedule_retry(w);
}

static void on_timeout(struct timer *t, void *ctx)
{
	struct wpas_if *w = ctx;

	wpas_event(w, "Authentication with " MACSTR " timed out.", MAC2STR(w->conn.bssid));
	wpas_attempt_failed(w);
}

/* --- driver events --- */

static void on_auth(struct wpas_if *w, const struct drv_event *ev)
{
	struct reader r = reader_of(ev->mgmt.frame, ev->mgmt.len);
	struct mgmt_hdr h;

	if (w->state != WPAS_AUTHENTICATING || !mgmt_parse(&r, &h) ||
		!mac_equal(h.sa, w->conn.bssid))
		return;
	unsigned alg = reader_le16(&r), transaction = reader_le16(&r), status = reader_le16(&r);
	if (!reader_ok(&r)) {
		wpas_log(w, LOG_DBG, "authentication response too short, dropped");
		return;
	}
	w->conn.auth_status = status;
	if (status != STATUS_SUCCESS) {
		wpas_dbus_changed(w, "AuthStatusCode");
		wpas_event(w,
			"CTRL-EVENT-AUTH-REJECT " MACSTR
			" auth_type=%u auth_transaction=%u status_code=%u",
			MAC2STR(h.sa), alg, transaction, status);
		wpas_attempt_failed(w);
		return;
	}
	const struct wpas_bss *b = w->conn.bss;
	char ssid[SSID_TEXT_CAP];
	ssid_of(b, ssid);
	wpas_event(w, "Trying to associate with " MACSTR " (SSID='%s' freq=%u MHz)",
		MAC2STR(w->conn.bssid), ssid, b->freq);
	wpas_enter(w, WPAS_ASSOCIATING, "authenticated");
	wpas_dbus_changed(w, "AuthStatusCode");
	wpas_conn_start_timer(w, ASSOC_TIMEOUT);
	int err = wpas_assoc_request(w);
	if (err < 0) {
		wpas_log(w, LOG_WARN, "the driver refused to associate: %s", strerror(-err));
		wpas_attempt_failed(w);
	}
}

static void on_exchange_timeout(struct wpas_if *w, const struct drv_event *ev)
{
	if ((w->state != WPAS_AUTHENTICATING && w->state != WPAS_ASSOCIATING) ||
		(!mac_is_zero(ev->addr) && !mac_equal(ev->addr, w->conn.bssid)))
		return;
	on_timeout(NULL, w);
}

/* Wrong passphrase shows as a deauthentication (or silence) in the 4-way handshake. */
static void psk_mismatch(struct wpas_if *w, struct wpas_network *n, const uint8_t *bssid)
{
	w->conn.handshake_failures++;
	wpas_event(w, "WPA: 4-Way Handshake failed - pre-shared key may be incorrect");
	wpas_ignore_add(w, bssid);
	wpas_network_failed(w, n, "WRONG_KEY");
	schedule_retry(w);
}

static void after_link_loss(struct wpas_if *w, struct wpas_bss *b, struct wpas_network *n)
{
	uint64_t now = timers_now(w->s->timers);
	bool quick = now - w->conn.completed_at > FAST_RECONNECT_GAP ||
		     now - w->conn.last_fast_reconnect > FAST_RECONNECT_GAP;

	if (w->conn.user_disconnected || !w->autoconnect)
		return;
	/* The AP sent us away but is still there: most often it wants us back at once. */
	if (quick && b && n && wpas_network_usable(w, n) && wpas_select_matches(w, b, n)) {
		w->conn.last_fast_reconnect = now;
		wpas_connect(w, b, n);
		return;
	}
	w->conn.failures++;
	schedule_retry(w);
}

static bool is_echo(const struct wpas_if *w, const struct drv_event *ev)
{
	const struct wpas_connect *c = &w->conn;
	return ev->disc.locally_generated && c->left_at &&
	       mac_equal(c->left_bssid, mac_is_zero(ev->addr) ? c->left_bssid : ev->addr) &&
	       timers_now(w->s->timers) - c->left_at < ECHO_WINDOW;
}

/* The driver left the old association because we asked for a new one with the same AP. */
static bool is_makeway(const struct wpas_if *w, const struct drv_event *ev)
{
	const struct wpas_connect *c = &w->conn;
	return ev->disc.locally_generated && w->state == WPAS_AUTHENTICATING && c->reassociating &&
	       mac_equal(c->prev_bssid, c->bssid) && mac_equal(ev->addr, c->bssid);
}

/* Our AP, or the one the driver is roaming to. */
static bool about_us(const struct wpas_if *w, const uint8_t addr[MAC_LEN])
{
	return mac_is_zero(addr) || mac_equal(addr, w->conn.bssid) ||
	       wpas_offload_roaming_to(w, addr);
}

static bool wrong_key(const struct wpas_if *w, unsigned reason)
{
	const struct wpas_connect *c = &w->conn;

	if (wpas_runner_is_driver(w->offload.runner))
		return wpas_offload_wrong_key(w, reason);
	return w->state == WPAS_4WAY && c->akm & (AKM_PSK | AKM_PSK_SHA256);
}

static void on_disconnected(struct wpas_if *w, const struct drv_event *ev)
{
	struct wpas_connect *c = &w->conn;
	struct wpas_network *n = c->net;
	struct wpas_bss *b = c->bss;
	enum wpas_state state = w->state;
	uint8_t bssid[MAC_LEN];

	if (is_echo(w, ev)) {
		c->left_at = 0;
		return;
	}
	if (is_makeway(w, ev))
		return;
	if (mac_is_zero(c->bssid) || !about_us(w, ev->addr))
		return;
	mac_copy(bssid, c->bssid);
	bool wps = n && n == w->wps.net, expected = c->disconnect_expected;
	bool mismatch = !wps && !expected && wrong_key(w, ev->disc.reason);
	bool lost_beacon = ev->disc.locally_generated;
	c->disconnect_expected = false;
	if (mismatch)
		wpas_dbus_psk_mismatch(w);
	wpas_drop_link(w);
	report_disconnect(w, ev->disc.reason, ev->disc.locally_generated);
	wpas_set_target(w, NULL, NULL);
	wpas_idle(w, "link lost");
	if (wps)
		wpas_wps_link_lost(w);
	else if (expected)
		schedule_retry(w);
	else if (mismatch)
		psk_mismatch(w, n, bssid);
	else if (state == WPAS_COMPLETED)
		after_link_loss(w, lost_beacon ? NULL : b, n);
	else {
		wpas_set_target(w, NULL, n);
		mac_copy(c->bssid, bssid);
		wpas_attempt_failed(w);
	}
}

void wpas_conn_driver_event(struct wpas_if *w, const struct drv_event *ev)
{
	if (ev->kind == DRV_EV_AUTH)
		on_auth(w, ev);
	else if (ev->kind == DRV_EV_ASSOC)
		wpas_assoc_response(w, ev);
	else if (ev->kind == DRV_EV_CONNECT)
		wpas_connect_event(w, ev);
	else if (ev->kind == DRV_EV_DISCONNECTED)
		on_disconnected(w, ev);
	else
		on_exchange_timeout(w, ev);
}

/* A network from WPS whose AP does not tell its name in beacons has to be asked for by name. */
static void note_hidden(struct wpas_if *w)
{
	const struct bytes *beacon = &w->conn.bss->beacon_ies;
	struct wpas_network *n = w->conn.net;
	struct elements e;

	if (!n->probe_ssid)
		return;
	n->probe_ssid = false;
	if (!beacon->len)
		return;
	elements_parse(beacon->data, beacon->len, &e);
	if (e.ssid.data && !bytes_equal(&n->ssid, e.ssid.data, e.ssid.len)) {
		n->scan_ssid = 1;
		if (w->conf->update_config)
			wpas_save_config(w);
	}
}

void wpas_conn_completed(struct wpas_if *w)
{
	struct wpas_connect *c = &w->conn;
	char id_str[256] = "";

	timer_stop(&c->timeout);
	if (c->net->id_str.len && c->net->id_str.len < sizeof(id_str))
		memcpy(id_str, c->net->id_str.data, c->net->id_str.len);
	bool first = !c->was_completed;
	c->was_completed = true;
	wpas_enter(w, WPAS_COMPLETED, "keys in place");
	if (!first)
		return;
	c->disconnect_expected = false;
	wpas_pmksa_proven(w);
	end_roam(w, true);
	c->failures = 0;
	w->scan.autoscan_last = 0;
	c->completed_at = timers_now(w->s->timers);
	c->net->failures = 0;
	wpas_network_reenable(w, c->net);
	wpas_event(w, "CTRL-EVENT-CONNECTED - Connection to " MACSTR " completed [id=%u id_str=%s]",
		MAC2STR(c->bssid), c->net->id, id_str);
	if (!c->associated) /* whoever heard that may have left */
		return;
	wpas_ignore_remove(w, c->bssid);
	note_hidden(w);
}

void wpas_conn_stop_timers(struct wpas_if *w)
{
	timer_stop(&w->conn.timeout);
	timer_stop(&w->conn.deferred);
	wpas_offload_left(w);
}
