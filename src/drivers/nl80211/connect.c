/* CONNECT: the kernel (or the firmware) looks for the BSS, authenticates and associates. */
#include <errno.h>

#include "drivers/nl80211/nl80211_i.h"

int send_disconnect(struct drv_if *i, unsigned reason)
{
	struct nl_req r = if_req(i, NL80211_CMD_DISCONNECT);
	req_u16(&r, NL80211_ATTR_REASON_CODE, (uint16_t)reason);
	return chan_request(&i->own, &r, NULL, NULL);
}

static int send_connect(struct drv_if *i, const struct drv_assoc *a)
{
	struct nl_req r = if_req(i, NL80211_CMD_CONNECT);
	connect_build(&r, a, &i->control);
	/* From the interface's own socket: the kernel delivers EAPOL to the one that asked. */
	return chan_request(&i->own, &r, NULL, NULL);
}

int nl_sta_connect(struct drv_if *i, const struct drv_assoc *a)
{
	struct sta_link *l = &i->sta;
	int err = send_connect(i, a);

	if (err == -EALREADY || err == -EINPROGRESS || err == -EBUSY) { /* an older link */
		l->state = LINK_IDLE;
		(void)send_disconnect(i, REASON_PREV_AUTH_NOT_VALID);
		err = send_connect(i, a);
	}
	if (err)
		return err;
	l->auth_waits = l->expect_own_deauth = l->deauth_unanswered = false;
	timer_stop(&l->deauth_timer);
	l->kernel_sme = true;
	l->state = LINK_CONNECTING;
	mac_copy(l->bssid, a->bssid);
	l->freq = a->freq;
	return 0;
}

static enum drv_connect_phase phase_of(uint32_t timeout_reason)
{
	switch (timeout_reason) {
	case NL80211_TIMEOUT_SCAN:
		return DRV_PHASE_SCAN;
	case NL80211_TIMEOUT_AUTH:
		return DRV_PHASE_AUTH;
	case NL80211_TIMEOUT_ASSOC:
		return DRV_PHASE_ASSOC;
	}
	return DRV_PHASE_UNKNOWN;
}

static void emit_conn(struct drv_if *i, enum drv_event_kind kind, const struct nl_event *ev)
{
	struct drv_event e = {.kind = kind};

	mac_copy(e.addr, i->sta.bssid);
	e.conn.status = ev->status;
	e.conn.timed_out = ev->timed_out;
	e.conn.phase = phase_of(ev->timeout_reason);
	e.conn.req_ies = ev->req_ies;
	e.conn.req_ies_len = ev->req_ies_len;
	e.conn.resp_ies = ev->resp_ies;
	e.conn.resp_ies_len = ev->resp_ies_len;
	if_emit(i, &e);
}

/* A BSS of the kernel's list: the one of that address, or the one it is associated with. */
struct bss_search {
	const uint8_t *bssid; /* NULL = the associated one */
	bool found;
	uint8_t addr[MAC_LEN];
	unsigned freq;
};

static void on_bss(void *ctx, const struct drv_scan_result *r)
{
	struct bss_search *s = ctx;
	if (s->bssid ? !mac_equal(r->bssid, s->bssid) : !r->associated)
		return;
	s->found = true;
	mac_copy(s->addr, r->bssid);
	s->freq = r->freq;
}

/* The link's BSS as an event names it; the event does not tell the channel. */
static void follow(struct drv_if *i, const uint8_t bssid[MAC_LEN])
{
	struct bss_search s = {.bssid = bssid};
	if (mac_equal(i->sta.bssid, bssid) && i->sta.freq)
		return;
	mac_copy(i->sta.bssid, bssid);
	(void)nl_scan_results(i, on_bss, &s);
	i->sta.freq = s.freq; /* 0: the list does not have it */
}

void sta_connect_event(struct drv_if *i, const struct nl_event *ev)
{
	/* The kernel also tells it of associations that were asked for frame by frame. */
	if (!i->sta.kernel_sme || i->sta.state != LINK_CONNECTING)
		return;
	/* Some drivers name no AP where there is no link. */
	if (ev->has_mac && !mac_is_zero(ev->mac))
		follow(i, ev->mac);
	i->sta.state = ev->status == STATUS_SUCCESS && !ev->timed_out ? LINK_UP : LINK_IDLE;
	emit_conn(i, DRV_EV_CONNECT, ev);
}

void sta_roam_event(struct drv_if *i, const struct nl_event *ev)
{
	if (i->sta.state != LINK_UP || !ev->has_mac)
		return;
	follow(i, ev->mac);
	emit_conn(i, DRV_EV_ROAM, ev);
}

void sta_connect_resync(struct drv_if *i)
{
	struct bss_search s = {.bssid = NULL};
	struct nl_event ev = {.cmd = NL80211_CMD_ROAM, .has_mac = true};
	struct drv_sta_info info;
	if (nl_scan_results(i, on_bss, &s) < 0)
		return;
	if (!s.found) {
		/* A list that changed while it was read may lack one. */
		if (nl_sta_info(i, i->sta.bssid, &info) < 0)
			sta_emit_disconnected(i, i->sta.bssid, REASON_UNSPECIFIED, true, true);
	} else if (!mac_equal(s.addr, i->sta.bssid)) {
		mac_copy(ev.mac, s.addr);
		sta_roam_event(i, &ev);
	}
}

void sta_connect_lost(struct drv_if *i)
{
	const struct nl_event ev = {.status = STATUS_UNSPECIFIED, .timed_out = true};

	/* Whatever became of it: from the beginning. */
	(void)send_disconnect(i, REASON_PREV_AUTH_NOT_VALID);
	i->sta.state = LINK_IDLE;
	emit_conn(i, DRV_EV_CONNECT, &ev);
}
