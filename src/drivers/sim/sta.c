/* Station: authentication, association, and how a link ends. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/sim/fw_i.h"
#include "utils/log.h"

#define ANSWER_WAIT (200 * USEC_PER_MSEC)
#define MAX_TRIES 3
#define NULL_DELAY (10 * USEC_PER_MSEC)
#define LISTEN_INTERVAL 5
#define BEACON_ELEMENTS (24 + 12) /* behind header, timestamp, interval, capability */

const char *sta_state_name(enum sta_state s)
{
	static const char *const names[] = {[STA_IDLE] = "idle",
		[STA_AUTHENTICATING] = "authenticating",
		[STA_AUTHENTICATED] = "authenticated",
		[STA_ASSOCIATING] = "associating",
		[STA_ASSOCIATED] = "associated"};
	return names[s];
}

static void on_answer_timeout(struct timer *t, void *ctx);

static void enter(struct drv_if *i, enum sta_state state, const char *reason)
{
	struct sim_sta *s = &i->sta;

	log_msg(LOG_DBG, "sim: %s: %s -> %s (%s)", i->port.name, sta_state_name(s->state),
		sta_state_name(state), reason);
	s->state = state;
	if (state == STA_AUTHENTICATING || state == STA_ASSOCIATING)
		timer_start(i->d->timers, &s->timer, ANSWER_WAIT, on_answer_timeout, i);
	else
		timer_stop(&s->timer);
	if (state == STA_ASSOCIATED)
		air_watch(&i->port, s->bssid);
	else if (i->port.watching)
		air_watch(&i->port, NULL);
}

/* Forgets the AP with its keys. */
static void go_idle(struct drv_if *i, const char *reason)
{
	struct sim_sta *s = &i->sta;

	if (s->peer)
		peer_free(i, s->peer);
	s->peer = NULL;
	for (size_t n = 0; n < GROUP_KEYS; n++)
		key_clear(&i->group[n]);
	timer_stop(&s->null_timer);
	csa_stop(i);
	bytes_clear(&s->request);
	fw_link_down(i);
	air_set_home(&i->port, 0);
	if (s->state != STA_IDLE)
		enter(i, STA_IDLE, reason);
}

void sta_reset(struct drv_if *i)
{
	connect_cancel(i);
	go_idle(i, "interface closed");
}

const uint8_t *sim_told_bssid(const struct drv_if *i)
{
	const struct sim_connect *c = &i->sta.connect;

	return c->roam || c->untold ? c->told : i->sta.bssid;
}

void sim_emit_disconnected(struct drv_if *i, unsigned reason, bool local, bool deauth)
{
	struct drv_event ev = {.kind = DRV_EV_DISCONNECTED,
		.disc = {.reason = reason, .locally_generated = local, .deauth = deauth}};
	mac_copy(ev.addr, sim_told_bssid(i));
	sim_emit(i, &ev);
}

static void send_deauth(struct drv_if *i, unsigned reason)
{
	struct writer w = writer_new(32);
	mgmt_write(&w, STYPE_DEAUTH, i->sta.bssid, i->port.addr, i->sta.bssid);
	writer_le16(&w, (uint16_t)reason);
	sim_transmit(i, &w, 0, false, TX_OTHER, 0);
}

/* --- requests --- */

static void send_request(struct drv_if *i)
{
	struct writer w = writer_new(i->sta.request.len);
	writer_bytes(&w, i->sta.request.data, i->sta.request.len);
	i->sta.tries++;
	sim_transmit(i, &w, 0, false, TX_OTHER, 0);
}

static void on_answer_timeout(struct timer *t, void *ctx)
{
	struct drv_if *i = ctx;
	struct sim_sta *s = &i->sta;
	bool auth = s->state == STA_AUTHENTICATING;

	if (s->tries < MAX_TRIES) {
		timer_start(i->d->timers, &s->timer, ANSWER_WAIT, on_answer_timeout, i);
		send_request(i);
		return;
	}
	struct drv_event ev = {.kind = auth ? DRV_EV_AUTH_TIMEOUT : DRV_EV_ASSOC_TIMEOUT};
	mac_copy(ev.addr, s->bssid);
	go_idle(i, "no answer");
	if (!connect_timed_out(i, auth ? DRV_PHASE_AUTH : DRV_PHASE_ASSOC))
		sim_emit(i, &ev);
}

/* First send of a request in w. */
static int start_request(
	struct drv_if *i, struct writer *w, enum sta_state state, const char *reason)
{
	int err = writer_steal(w, &i->sta.request);
	if (err < 0)
		return err;
	i->sta.tries = 0;
	enter(i, state, reason);
	send_request(i);
	return 0;
}

int sim_authenticate(struct drv_if *i, const struct drv_auth *a)
{
	struct sim_sta *s = &i->sta;
	const struct bss *b = bss_find(i, a->bssid);
	const struct drv_channel *c = b ? sim_channel(i, b->freq) : NULL;
	bool next_sae = s->state == STA_AUTHENTICATING && mac_equal(s->bssid, a->bssid) && a->data;

	if (!b || !c || (a->freq && a->freq != b->freq))
		return -ENOENT; /* cfg80211 too wants the AP in its table */
	if (!next_sae && (s->state == STA_AUTHENTICATING || s->state == STA_ASSOCIATING))
		return -EBUSY;
	if (i->scan.running)
		sim_scan_abort(i);
	if (s->state == STA_ASSOCIATED && !s->connect.roam) {
		send_deauth(i, REASON_UNSPECIFIED);
		sim_emit_disconnected(i, REASON_UNSPECIFIED, true, true);
	}
	if (!next_sae) {
		go_idle(i, "another access point");
		mac_copy(s->bssid, a->bssid);
		s->peer = peer_add(i, a->bssid);
		if (!s->peer)
			return -ENOMEM;
		s->peer->signal_dbm = b->signal_dbm;
		air_set_home(&i->port, b->freq);
	}
	bytes_clear(&s->request);
	struct writer w = writer_new(64 + a->data_len);
	mgmt_write(&w, STYPE_AUTH, a->bssid, i->port.addr, a->bssid);
	writer_le16(&w, (uint16_t)a->alg);
	if (a->data) {
		writer_bytes(&w, a->data, a->data_len);
	} else {
		writer_le16(&w, 1);
		writer_le16(&w, STATUS_SUCCESS);
	}
	return start_request(i, &w, STA_AUTHENTICATING, "authentication request sent");
}

static void write_wmm(struct writer *w)
{
	struct writer_mark m = element_begin_vendor(w, VENDOR_WMM);
	writer_u8(w, 0); /* subtype information */
	writer_u8(w, 1); /* version */
	writer_u8(w, 0); /* QoS info: no U-APSD */
	element_end(w, m);
}

static void write_assoc(
	struct drv_if *i, struct writer *w, const struct drv_assoc *a, const struct bss *b)
{
	struct elements ap;
	const struct bytes *ies = bss_elements(b);

	elements_parse(ies->data, ies->len, &ap);
	mgmt_write(w, a->prev_bssid ? STYPE_REASSOC_REQ : STYPE_ASSOC_REQ, a->bssid, i->port.addr,
		a->bssid);
	writer_le16(w, (uint16_t)(CAP_ESS | (b->capab & CAP_PRIVACY) | CAP_SHORT_PREAMBLE |
				  (b->freq < 3000 ? CAP_SHORT_SLOT : 0)));
	writer_le16(w, LISTEN_INTERVAL);
	if (a->prev_bssid)
		writer_bytes(w, a->prev_bssid, MAC_LEN);
	i->sta.request_ies = w->len;
	element_put(w, EID_SSID, a->ssid, a->ssid_len);
	write_rates(w, b->freq);
	writer_bytes(w, a->ies, a->ies_len);
	/* High throughput is not for TKIP (802.11-2020, 12.6.1.1.1). */
	if (ap.ht_cap.data && !a->disable_ht && a->pairwise != CIPHER_TKIP)
		write_ht_cap(w, i, b->freq);
	if (ap.wmm.data)
		write_wmm(w);
}

int sim_associate(struct drv_if *i, const struct drv_assoc *a)
{
	struct sim_sta *s = &i->sta;
	const struct bss *b = bss_find(i, a->bssid);

	if (!b || (a->privacy && !(b->capab & CAP_PRIVACY)))
		return -ENOENT;
	if (s->state == STA_ASSOCIATED)
		return -EALREADY;
	if (s->state != STA_AUTHENTICATED || !mac_equal(s->bssid, a->bssid))
		return -ENOTCONN;
	s->control_port = a->control_port;
	s->mfp = a->mfp;
	s->privacy = a->pairwise && a->pairwise != CIPHER_NONE;
	bytes_clear(&s->request);
	struct writer w = writer_new(256 + a->ies_len);
	write_assoc(i, &w, a, b);
	return start_request(i, &w, STA_ASSOCIATING, "association request sent");
}

int sim_deauthenticate(struct drv_if *i, const uint8_t bssid[MAC_LEN], unsigned reason)
{
	struct sim_sta *s = &i->sta;

	bool ours = mac_equal(sim_told_bssid(i), bssid) || mac_equal(s->bssid, bssid) ||
		    mac_is_zero(bssid);

	if (s->state == STA_IDLE || !ours) {
		connect_cancel(i);
		return -ENOTCONN;
	}
	send_deauth(i, reason);
	sim_emit_disconnected(i, reason, true, true);
	connect_cancel(i);
	go_idle(i, "we left");
	return 0;
}

void sim_leave(struct drv_if *i, unsigned reason)
{
	send_deauth(i, reason);
	go_idle(i, "the radio left");
}

/* --- answers --- */

static void rx_auth(struct drv_if *i, struct reader *r, const struct air_tx *rx)
{
	struct sim_sta *s = &i->sta;
	uint16_t alg = reader_le16(r), transaction = reader_le16(r), status = reader_le16(r);

	if (s->state != STA_AUTHENTICATING || !reader_ok(r))
		return;
	/* SAE: only the confirm of transaction 2 ends it; the daemon drives what is before. */
	bool sae = alg == AUTH_SAE, done = sae ? transaction == 2 : true;
	if (!s->connect.on)
		sim_emit_mgmt(i, DRV_EV_AUTH, rx->frame, rx->len, rx);
	if (status == STATUS_SUCCESS && done)
		enter(i, STA_AUTHENTICATED, "authentication response");
	else if (sae)
		timer_stop(&s->timer);
	else
		go_idle(i, "authentication refused");
	connect_auth_done(i, status);
}

static void on_null_time(struct timer *t, void *ctx)
{
	struct drv_if *i = ctx;
	data_send_null(i, i->sta.bssid, true, TX_OTHER);
}

/* As mac80211: an empty 4-address frame shows the AP what we are. */
static void announce_4addr(struct drv_if *i)
{
	timer_start(i->d->timers, &i->sta.null_timer, NULL_DELAY, on_null_time, i);
}

static void rx_assoc(struct drv_if *i, struct reader *r, const struct air_tx *rx)
{
	struct sim_sta *s = &i->sta;

	reader_skip(r, 2);
	uint16_t status = reader_le16(r), aid = reader_le16(r) & 0x3fff;
	if (s->state != STA_ASSOCIATING || !reader_ok(r))
		return;
	if (status == STATUS_SUCCESS) {
		s->aid = aid;
		s->peer->flags = DRV_STA_AUTHENTICATED | DRV_STA_ASSOCIATED |
				 (s->control_port ? 0 : DRV_STA_AUTHORIZED) |
				 (s->mfp ? DRV_STA_MFP : 0);
		s->peer->since = s->peer->heard = timers_now(i->d->timers);
		enter(i, STA_ASSOCIATED, "association response");
		if (s->use_4addr)
			announce_4addr(i);
	}
	if (!connect_assoc_done(i, status, reader_rest(r)))
		sim_emit_mgmt(i, DRV_EV_ASSOC, rx->frame, rx->len, rx);
	if (status != STATUS_SUCCESS)
		go_idle(i, "association refused");
}

static void rx_leave(struct drv_if *i, struct reader *r, bool deauth)
{
	uint16_t reason = reader_le16(r);
	enum sta_state was = i->sta.state;

	if (!reader_ok(r) || was == STA_IDLE || was == STA_AUTHENTICATING ||
		(!deauth && was != STA_ASSOCIATED))
		return;
	if (!fw_link_failed(i))
		sim_emit_disconnected(i, reason, false, deauth);
	connect_cancel(i);
	go_idle(i, deauth ? "deauthenticated by the AP" : "disassociated by the AP");
}

static void rx_about_bss(struct drv_if *i, const struct air_tx *rx, bool our_beacon)
{
	scan_rx(i, rx->frame, rx->len, rx->freq, rx->signal_dbm);
	if (our_beacon && rx->len > BEACON_ELEMENTS)
		csa_heard(i, rx->frame + BEACON_ELEMENTS, rx->len - BEACON_ELEMENTS);
}

void sta_rx_mgmt(struct drv_if *i, const uint8_t *frame, size_t len, unsigned freq, int signal_dbm)
{
	struct air_tx rx = {
		.frame = (uint8_t *)frame, .len = len, .freq = freq, .signal_dbm = signal_dbm};
	struct reader r = reader_of(frame, len);
	struct mgmt_hdr h;

	if (!mgmt_parse(&r, &h) || !(mac_is_broadcast(h.da) || mac_equal(h.da, i->port.addr) ||
					   mac_equal(h.da, i->port.scan_addr)))
		return;
	unsigned stype = FC_STYPE(h.fc);
	bool ours = i->sta.state != STA_IDLE && mac_equal(h.sa, i->sta.bssid);
	if (ours)
		sta_heard_ap(i, signal_dbm);
	if (stype == STYPE_BEACON || stype == STYPE_PROBE_RESP)
		rx_about_bss(i, &rx, ours && stype == STYPE_BEACON);
	else if (mfp_refuses(i, &h))
		mfp_unprotected(i, &h, &r);
	else if (stype == STYPE_ACTION && ours && (mfp_answer(i, &h, r) || csa_action(i, r)))
		return;
	else if (stype == STYPE_ACTION)
		sim_emit_mgmt(i, DRV_EV_MGMT_RX, frame, len, &rx);
	else if (!ours)
		return;
	else if (stype == STYPE_AUTH)
		rx_auth(i, &r, &rx);
	else if (stype == STYPE_ASSOC_RESP || stype == STYPE_REASSOC_RESP)
		rx_assoc(i, &r, &rx);
	else if (stype == STYPE_DEAUTH || stype == STYPE_DISASSOC)
		rx_leave(i, &r, stype == STYPE_DEAUTH);
}

/* --- link --- */

void sta_beacon_loss(struct drv_if *i)
{
	if (i->sta.state != STA_ASSOCIATED)
		return;
	struct drv_event ev = {.kind = DRV_EV_BEACON_LOSS};
	sim_emit(i, &ev);
	send_deauth(i, REASON_DISASSOC_INACTIVITY);
	if (!fw_link_failed(i))
		sim_emit_disconnected(i, REASON_DISASSOC_INACTIVITY, true, true);
	connect_cancel(i);
	go_idle(i, "access point not heard any more");
}

void sta_heard_ap(struct drv_if *i, int signal_dbm)
{
	struct sim_sta *s = &i->sta;
	bool above = signal_dbm >= s->monitor_threshold;

	if (s->peer)
		s->peer->signal_dbm = signal_dbm;
	if (!s->monitor_threshold || s->state != STA_ASSOCIATED || above == s->monitored_above ||
		abs(signal_dbm - s->monitor_threshold) < s->monitor_hysteresis)
		return;
	s->monitored_above = above;
	struct drv_event ev = {
		.kind = DRV_EV_SIGNAL_CHANGE, .signal = {.signal_dbm = signal_dbm, .above = above}};
	sim_emit(i, &ev);
}

int sim_signal_monitor(struct drv_if *i, int threshold, int hysteresis)
{
	i->sta.monitor_threshold = threshold;
	i->sta.monitor_hysteresis = hysteresis;
	i->sta.monitored_above = i->sta.peer && i->sta.peer->signal_dbm >= threshold;
	return 0;
}

int sim_probe_4addr(struct drv_if *i)
{
	return i->d->no_4addr ? -EOPNOTSUPP : 0;
}

int sim_set_4addr(struct drv_if *i, bool on)
{
	if (on && i->d->no_4addr)
		return -EOPNOTSUPP;
	/* A netdev in a bridge must not leave 4-address mode. */
	if (!on && i->sta.use_4addr && i->bridge[0])
		return -EBUSY;
	if (on && !i->sta.use_4addr && i->sta.state == STA_ASSOCIATED)
		announce_4addr(i);
	i->sta.use_4addr = on;
	return 0;
}
