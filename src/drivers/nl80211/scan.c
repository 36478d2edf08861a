#include <errno.h>

#include "drivers/nl80211/nl80211_i.h"

/* Longer than any complete scan; then its end got lost. */
#define SCAN_LIMIT (30 * USEC_PER_SEC)

static void on_limit(struct timer *t, void *ctx)
{
	struct drv_if *i = ctx;
	(void)t;
	log_msg(LOG_WARN, "nl80211: %s: the scan does not end, giving it up", i->ifname);
	(void)nl_scan_abort(i);
	scan_ended(i, true);
}

static int trigger(struct drv_if *i, const struct drv_scan *s, bool internal)
{
	struct nl_req r = if_req(i, NL80211_CMD_TRIGGER_SCAN);
	scan_build(&r, s);
	int err = drv_ask(i->drv, &r, NULL, NULL);
	if (err)
		return err;
	i->scanning = true;
	i->scan_internal = internal;
	i->scan_state = "SCAN_REQUESTED";
	timer_start(eloop_timers(i->drv->loop), &i->scan_timer, SCAN_LIMIT, on_limit, i);
	return 0;
}

int nl_scan(struct drv_if *i, const struct drv_scan *s)
{
	return trigger(i, s, false);
}

int scan_for_bss(struct drv_if *i, const struct drv_auth *a)
{
	const uint16_t freq = (uint16_t)a->freq;
	struct drv_scan s = {.freqs = &freq, .freq_count = 1, .bssid = a->bssid, .ssid_count = 1};
	if (a->ssid_len > SSID_MAX_LEN)
		return -EINVAL;
	memcpy(s.ssids[0].ssid, a->ssid, a->ssid_len);
	s.ssids[0].len = a->ssid_len;
	return trigger(i, &s, true);
}

int nl_scan_abort(struct drv_if *i)
{
	struct nl_req r = if_req(i, NL80211_CMD_ABORT_SCAN);
	return drv_ask(i->drv, &r, NULL, NULL);
}

void scan_started(struct drv_if *i)
{
	struct drv_event e = {.kind = DRV_EV_SCAN_STARTED};
	i->scan_state = "SCAN_STARTED";
	e.scan.external = !i->scanning || i->scan_internal;
	if_emit(i, &e);
}

void scan_ended(struct drv_if *i, bool aborted)
{
	struct drv_event e = {.kind = DRV_EV_SCAN_DONE};
	i->scan_state = aborted ? "SCAN_ABORTED" : "SCAN_COMPLETED";
	e.scan.aborted = aborted;
	e.scan.external = !i->scanning || i->scan_internal;
	i->scanning = i->scan_internal = false;
	timer_stop(&i->scan_timer);
	sta_scan_ended(i);
	if_emit(i, &e);
}

struct dump {
	drv_scan_result_fn fn;
	void *ctx;
};

static void on_result(void *ctx, const struct nlmsghdr *h)
{
	struct dump *d = ctx;
	struct drv_scan_result r;
	int err = scan_result_parse(h, &r);
	if (!err)
		d->fn(d->ctx, &r);
	else if (err == -EBADMSG)
		log_msg(LOG_DBG, "nl80211: scan result without BSSID skipped");
}

int nl_scan_results(struct drv_if *i, drv_scan_result_fn fn, void *ctx)
{
	struct nl_req r =
		req_genl(i->drv->family.id, NL80211_CMD_GET_SCAN, NLM_F_DUMP, NL_REQ_SIZE);
	struct dump d = {fn, ctx};
	req_u32(&r, NL80211_ATTR_IFINDEX, (uint32_t)i->ifindex);
	return drv_ask(i->drv, &r, on_result, &d);
}
