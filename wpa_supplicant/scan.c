/* Scanning: when, what for, and what a finished scan leads to. */
#include "wpa_supplicant/ap.h"
#include "wpa_supplicant/supplicant_i.h"

#include <errno.h>
#include <stdlib.h>

#define RETRY_BUSY USEC_PER_SEC
#define GUARD_TIME (60 * USEC_PER_SEC) /* the longest scan a radio may take */
#define EXPIRE_PERIOD (10 * USEC_PER_SEC)
#define WPS_INTERVAL                                                                               \
	1 /* s between scans of a WPS run: the AP's button may be pressed any moment               \
	   */

static void on_timer(struct timer *t, void *ctx);
static void on_guard(struct timer *t, void *ctx);

static void on_expire(struct timer *t, void *ctx)
{
	struct wpas_if *w = ctx;

	wpas_bss_expire(&w->bss, timers_now(w->s->timers),
		(uint64_t)w->conf->bss_expiration_age * USEC_PER_SEC);
	timer_start(w->s->timers, t, EXPIRE_PERIOD, on_expire, w);
}

void wpas_scan_init(struct wpas_if *w)
{
	timer_start(w->s->timers, &w->scan.expire, EXPIRE_PERIOD, on_expire, w);
}

static void forget_current(struct wpas_if *w)
{
	free(w->scan.current);
	w->scan.current = NULL;
	w->scan.running = w->scan.aborting = w->scan.discard = w->scan.restart = false;
}

void wpas_scan_stop(struct wpas_if *w)
{
	timer_stop(&w->scan.timer);
	timer_stop(&w->scan.guard);
	timer_stop(&w->scan.expire);
	if (w->scan.running && w->drv && w->ops->scan_abort)
		w->ops->scan_abort(w->drv);
	if (w->scan.running)
		wpas_dbus_changed(w, "Scanning");
	forget_current(w);
}

bool wpas_scan_busy(const struct wpas_if *w)
{
	return w->scan.running;
}

void wpas_scan_schedule(struct wpas_if *w, uint64_t delay)
{
	if (timer_running(&w->scan.timer) && timer_left(&w->scan.timer) <= delay)
		return;
	timer_start(w->s->timers, &w->scan.timer, delay, on_timer, w);
}

void wpas_scan_cancel(struct wpas_if *w)
{
	timer_stop(&w->scan.timer);
}

bool wpas_scan_results_fresh(const struct wpas_if *w)
{
	uint64_t limit = (uint64_t)w->conf->scan_res_valid_for_connect * USEC_PER_SEC;
	return w->scan.last_done && !w->scan.flush_next &&
	       timers_now(w->s->timers) - w->scan.last_done < limit;
}

/* --- the request --- */

static void add_freq(struct wpas_scan_request *r, int freq)
{
	if (r->params.freq_count == ARRAY_SIZE(r->freqs) || freq <= 0 || freq > UINT16_MAX)
		return;
	for (size_t i = 0; i < r->params.freq_count; i++)
		if (r->freqs[i] == freq)
			return;
	r->freqs[r->params.freq_count++] = (uint16_t)freq;
}

void wpas_scan_freqs(struct wpas_scan_request *r, const struct wpas_ints *list)
{
	for (size_t i = 0; i < list->count; i++)
		add_freq(r, list->items[i]);
}

static void add_ssid(struct wpas_scan_request *r, const struct bytes *ssid)
{
	struct drv_scan *p = &r->params;

	if (p->ssid_count == ARRAY_SIZE(p->ssids) || ssid->len > SSID_MAX_LEN)
		return;
	if (ssid->len)
		memcpy(p->ssids[p->ssid_count].ssid, ssid->data, ssid->len);
	p->ssids[p->ssid_count++].len = ssid->len;
}

/* Hidden networks by name, as many as the radio takes, and the wildcard. */
static void connect_ssids(struct wpas_if *w, struct wpas_scan_request *r)
{
	static const struct bytes wildcard = {NULL, 0};
	unsigned max = wpas_if_caps(w)->max_scan_ssids;

	for (size_t i = 0; i < w->conf->net_count; i++) {
		const struct wpas_network *n = w->conf->nets[i];
		if ((n->scan_ssid || n->probe_ssid) && n->ssid.len && wpas_network_usable(w, n) &&
			r->params.ssid_count + 1 < (max ? max : 1))
			add_ssid(r, &n->ssid);
	}
	if (!w->conf->passive_scan || r->params.ssid_count)
		add_ssid(r, &wildcard);
}

void wpas_scan_order_defaults(struct wpas_if *w, struct wpas_scan_request *r)
{
	static const struct bytes wildcard = {NULL, 0};

	if (!r->params.ssid_count && r->purpose == WPAS_SCAN_COMMAND && !r->params.bssid)
		connect_ssids(w, r); /* its results may connect */
	else if (!r->params.ssid_count && !w->conf->passive_scan)
		add_ssid(r, &wildcard);
	if (!r->params.freq_count)
		wpas_scan_freqs(r, &w->conf->freq_list);
}

/* SET setband: what names no channel stays in these bands. */
static void band_freqs(struct wpas_if *w, struct wpas_scan_request *r)
{
	const struct drv_caps *caps = wpas_if_caps(w);

	for (size_t b = 0; b < DRV_BANDS; b++)
		for (size_t i = 0; w->scan.bands & 1u << b && i < caps->bands[b].channel_count; i++)
			if (!(caps->bands[b].channels[i].flags & DRV_CHAN_DISABLED))
				add_freq(r, (int)caps->bands[b].channels[i].freq);
}

/* Only where every usable network names its channels the scan can be narrowed. */
static void connect_freqs(struct wpas_if *w, struct wpas_scan_request *r)
{
	bool all_named = true;

	if (!w->scan.initial_done && w->conf->initial_freq_list.count) {
		wpas_scan_freqs(r, &w->conf->initial_freq_list);
		w->scan.initial_done = true;
		return;
	}
	if (w->scan.once_count) {
		for (size_t i = 0; i < w->scan.once_count; i++)
			add_freq(r, w->scan.once[i]);
		w->scan.once_count = 0;
		return;
	}
	if (w->scan.hint_freq) {
		add_freq(r, (int)w->scan.hint_freq);
		w->scan.hint_freq = 0;
		return;
	}
	for (size_t i = 0; i < w->conf->net_count; i++)
		if (wpas_network_usable(w, w->conf->nets[i]))
			all_named &= w->conf->nets[i]->scan_freq.count > 0;
	for (size_t i = 0; all_named && i < w->conf->net_count; i++)
		if (wpas_network_usable(w, w->conf->nets[i]))
			wpas_scan_freqs(r, &w->conf->nets[i]->scan_freq);
	if (!r->params.freq_count)
		wpas_scan_freqs(r, &w->conf->freq_list);
}

/* PBKDF2 while the radio scans: not in the way of the connection later. */
static void derive_keys(struct wpas_if *w)
{
	for (size_t i = 0; i < w->conf->net_count; i++)
		if (wpas_network_usable(w, w->conf->nets[i]) &&
			w->conf->nets[i]->key_mgmt & (AKM_PSK | AKM_PSK_SHA256))
			wpas_network_pmk(w->conf->nets[i]);
}

static void build_ies(struct wpas_if *w, const struct wpas_scan_request *r, struct writer *ies)
{
	const struct bytes *extra = &w->vendor[WPAS_ELEM_PROBE_REQ].ies;

	if (w->wps.net)
		wpas_wps_probe_req(w, ies);
	writer_bytes(ies, extra->data, extra->len);
	writer_bytes(ies, r->extra, r->extra_len);
}

static int trigger(struct wpas_if *w, struct wpas_scan_request *r)
{
	uint8_t buf[1024];
	struct writer ies = writer_over(buf, sizeof(buf));

	if (!r->params.freq_count)
		band_freqs(w, r);
	r->params.freqs = r->params.freq_count ? r->freqs : NULL;
	r->params.flush = w->scan.flush_next || r->params.flush;
	build_ies(w, r, &ies);
	if (!r->passive && writer_ok(&ies)) {
		r->params.ies = buf;
		r->params.ies_len = ies.len;
	}
	if (r->passive)
		r->params.ssid_count = 0;
	wpas_mac_rand_scan(w, &r->params);
	int ret = w->ops->scan(w->drv, &r->params);
	r->params.ies = NULL; /* buf ends here */
	r->params.ies_len = 0;
	return ret;
}

int wpas_scan_start(struct wpas_if *w, const struct wpas_scan_request *request)
{
	if (w->scan.running)
		return -EBUSY;
	struct wpas_scan_request *r = malloc(sizeof(*r));
	if (!r)
		return -ENOMEM;
	*r = *request;
	if (r->params.bssid)
		r->params.bssid = r->bssid;
	int ret = trigger(w, r);
	if (ret < 0) {
		free(r);
		return ret;
	}
	if (r->purpose != WPAS_SCAN_ONLY) /* its results do not connect: the planned one stays */
		timer_stop(&w->scan.timer);
	w->scan.current = r;
	w->scan.running = true;
	wpas_dbus_changed(w, "Scanning");
	if (r->only_6ghz)
		wpas_dbus_changed(w, "ScanInProgress6GHz");
	w->scan.aborting = false;
	w->scan.flush_next = false;
	w->scan.started = timers_now(w->s->timers);
	timer_start(w->s->timers, &w->scan.guard, GUARD_TIME, on_guard, w);
	if (w->state == WPAS_DISCONNECTED || w->state == WPAS_INACTIVE)
		wpas_enter(w, WPAS_SCANNING, "scan requested");
	return 0;
}

/* --- scans to connect --- */

static bool may_connect(const struct wpas_if *w)
{
	return w->up && !w->suspended && !w->conn.user_disconnected &&
	       (w->state <= WPAS_SCANNING || w->state == WPAS_COMPLETED);
}

static void scan_failed(struct wpas_if *w, int err)
{
	if (w->ap && err == -EOPNOTSUPP) { /* and will not before the access point ends */
		wpas_event(w, "CTRL-EVENT-SCAN-FAILED ret=%d", err);
		return;
	}
	wpas_event(w, "CTRL-EVENT-SCAN-FAILED ret=%d retry=1", err);
	wpas_scan_schedule(w, RETRY_BUSY);
}

static void on_timer(struct timer *t, void *ctx)
{
	struct wpas_if *w = ctx;
	struct wpas_scan_request r = {.purpose = WPAS_SCAN_CONNECT};

	if (!may_connect(w))
		return;
	if (!wpas_any_network(w)) {
		wpas_idle(w, "no enabled network");
		return;
	}
	struct wpas_network *ap = wpas_any_station_network(w) ? NULL : wpas_ap_network(w);
	if (ap && !w->ap) {
		wpas_ap_start(w, ap);
		return;
	}
	if (wpas_connects_by_name(w)) {
		wpas_connect_by_name(w);
		return;
	}
	if (w->scan.running) { /* unless it is TYPE=ONLY, its results will do */
		if (w->scan.current->purpose == WPAS_SCAN_ONLY)
			wpas_scan_schedule(w, RETRY_BUSY);
		return;
	}
	connect_ssids(w, &r);
	connect_freqs(w, &r);
	int err = wpas_scan_start(w, &r);
	if (err < 0)
		scan_failed(w, err);
	else
		derive_keys(w);
}

static uint64_t until_first_enabled(const struct wpas_if *w)
{
	uint64_t now = timers_now(w->s->timers), best = UINT64_MAX;

	for (size_t i = 0; i < w->conf->net_count; i++) {
		const struct wpas_network *n = w->conf->nets[i];
		if (wpas_network_disabled(n))
			continue;
		uint64_t wait = n->disabled_until > now ? n->disabled_until - now : 0;
		if (wait < best)
			best = wait;
	}
	return best;
}

void wpas_scan_retry(struct wpas_if *w)
{
	unsigned interval = wpas_wps_searching(w)
				    ? WPS_INTERVAL
				    : wpas_autoscan_interval(w, (unsigned)w->scan.interval);
	uint64_t delay = interval * USEC_PER_SEC, held = until_first_enabled(w);

	if (held != UINT64_MAX && held > delay)
		delay = held; /* nothing may be used before */
	wpas_scan_schedule(w, delay);
}

int wpas_scan_abort(struct wpas_if *w)
{
	if (!w->scan.running || !w->drv || !w->ops->scan_abort)
		return -ENOENT;
	if (w->scan.aborting) /* its end is on the way */
		return 0;
	int ret = w->ops->scan_abort(w->drv);
	w->scan.aborting = ret == 0;
	return ret;
}

/* --- results --- */

struct intake {
	struct wpas_if *w;
	uint64_t now, since; /* what was seen before is not wanted */
};

static bool known_ssid(const struct wpas_if *w, const struct drv_scan_result *r)
{
	struct elements e;

	elements_parse(r->ies, r->ies_len, &e);
	for (size_t i = 0; i < w->conf->net_count; i++)
		if (e.ssid.data && bytes_equal(&w->conf->nets[i]->ssid, e.ssid.data, e.ssid.len))
			return true;
	return false;
}

static void on_result(void *ctx, const struct drv_scan_result *r)
{
	struct intake *in = ctx;
	struct wpas_if *w = in->w;

	if (in->now - (uint64_t)r->age_ms * USEC_PER_MSEC < in->since)
		return;
	if (w->conf->filter_rssi && r->level_dbm && r->level_dbm < w->conf->filter_rssi)
		return;
	if (w->conf->filter_ssids && !known_ssid(w, r))
		return;
	if (wpas_bssid_hidden(w, r->bssid))
		return;
	wpas_bss_update(&w->bss, r, in->now, (unsigned)w->conf->bss_max_count);
}

static bool take_results(struct wpas_if *w, uint64_t since)
{
	struct intake in = {w, timers_now(w->s->timers), since};
	int ret = w->ops->scan_results(w->drv, on_result, &in);

	if (ret < 0)
		wpas_log(w, LOG_WARN, "the driver gave no scan results: %s", strerror(-ret));
	return ret >= 0;
}

void wpas_scan_refresh(struct wpas_if *w)
{
	take_results(w, 0);
}

static bool has_wildcard(const struct wpas_scan_request *r)
{
	for (unsigned i = 0; i < r->params.ssid_count; i++)
		if (r->params.ssids[i].len == 0)
			return true;
	return r->params.ssid_count == 0;
}

static void count_misses(struct wpas_if *w, const struct wpas_scan_request *r)
{
	struct wpas_scan_scope scope = {
		r->freqs, r->params.freq_count, has_wildcard(r) && !r->params.bssid};
	wpas_bss_scan_done(
		&w->bss, &scope, w->scan.started, (unsigned)w->conf->bss_expiration_scan_count);
}

static void announce(struct wpas_if *w, const struct wpas_scan_request *r)
{
	if (r && r->use_id)
		wpas_event_ctrl(w, "CTRL-EVENT-SCAN-RESULTS id=%u", r->id);
	else
		wpas_event_ctrl(w, "CTRL-EVENT-SCAN-RESULTS ");
}

static void use_results(struct wpas_if *w, enum wpas_scan_purpose purpose)
{
	if (!may_connect(w) || purpose == WPAS_SCAN_ONLY) {
		if (w->state == WPAS_SCANNING && !timer_running(&w->scan.timer))
			wpas_idle(w, "scan done");
		return;
	}
	if (w->wps.net && !wpas_wps_scan_results(w))
		return;
	if (wpas_connects_by_name(w)) { /* the results are for others */
		if (w->state == WPAS_SCANNING)
			wpas_idle(w, "scan done");
		if (w->state < WPAS_AUTHENTICATING && wpas_any_network(w))
			wpas_scan_schedule(w, 0);
		return;
	}
	if (w->state == WPAS_COMPLETED && !w->conn.reassociate_wanted)
		wpas_roam_consider(w);
	else
		wpas_select_and_connect(w);
}

static void scan_done(struct wpas_if *w, const struct drv_event *ev)
{
	struct wpas_scan_request *r = w->scan.running ? steal_ptr(&w->scan.current) : NULL;
	enum wpas_scan_purpose purpose = r ? r->purpose : WPAS_SCAN_ONLY;
	bool cut_short = ev->scan.aborted && !w->scan.aborting;
	bool discard = w->scan.discard;

	w->scan.external = w->scan.running = w->scan.aborting = w->scan.discard = false;
	timer_stop(&w->scan.guard);
	uint64_t since = r && w->conf->ignore_old_scan_res ? w->scan.started : 0;
	bool taken = !discard && take_results(w, since);
	if (r && !ev->scan.aborted) {
		count_misses(w, r);
		w->scan.last_done = timers_now(w->s->timers);
	}
	announce(w, r);
	if (r && r->only_6ghz)
		wpas_dbus_changed(w, "ScanInProgress6GHz");
	wpas_dbus_scan_done(w, taken);
	wpas_wps_announce(w);
	free(r);
	/* Most often by an attempt to connect, which plans the next one where it fails. */
	if (cut_short && purpose == WPAS_SCAN_CONNECT && w->state < WPAS_AUTHENTICATING)
		wpas_scan_schedule(w, RETRY_BUSY);
	if (w->scan.restart) {
		w->scan.restart = false;
		wpas_scan_schedule(w, 0);
		return;
	}
	use_results(w, purpose);
}

static void on_guard(struct timer *t, void *ctx)
{
	static const struct drv_event over = {.kind = DRV_EV_SCAN_DONE, .scan = {.aborted = true}};
	struct wpas_if *w = ctx;

	wpas_log(w, LOG_WARN, "the driver does not end its scan; going on with what there is");
	w->scan.aborting = false; /* or it was to no effect */
	wpas_scan_abort(w);
	scan_done(w, &over);
}

void wpas_scan_restart(struct wpas_if *w)
{
	w->scan.restart = w->scan.running && wpas_scan_abort(w) == 0;
	if (!w->scan.restart)
		wpas_scan_schedule(w, 0);
}

void wpas_scan_discard(struct wpas_if *w)
{
	w->scan.restart = false;
	w->scan.discard = w->scan.running && wpas_scan_abort(w) == 0;
}

void wpas_scan_driver_event(struct wpas_if *w, const struct drv_event *ev)
{
	const struct wpas_scan_request *r = w->scan.current;

	if (ev->kind == DRV_EV_SCAN_DONE) {
		scan_done(w, ev);
		return;
	}
	w->scan.external = !w->scan.running;
	if (w->scan.external)
		wpas_dbus_changed(w, "Scanning");
	if (r && r->use_id)
		wpas_event_ctrl(w, "CTRL-EVENT-SCAN-STARTED id=%u", r->id);
	else
		wpas_event_ctrl(w, "CTRL-EVENT-SCAN-STARTED ");
}
