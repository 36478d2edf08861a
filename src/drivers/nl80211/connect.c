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
	assoc_build(&r, a, &i->control);
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

void sta_connect_event(struct drv_if *i, const struct nl_event *ev)
{
	/* The kernel also tells it of associations that were asked for frame by frame. */
	if (!i->sta.kernel_sme || i->sta.state != LINK_CONNECTING)
		return;
	if (ev->has_mac)
		mac_copy(i->sta.bssid, ev->mac);
	i->sta.state = ev->status == STATUS_SUCCESS && !ev->timed_out ? LINK_UP : LINK_IDLE;
	emit_conn(i, DRV_EV_CONNECT, ev);
}

void sta_roam_event(struct drv_if *i, const struct nl_event *ev)
{
	if (i->sta.state != LINK_UP || !ev->has_mac)
		return;
	mac_copy(i->sta.bssid, ev->mac);
	emit_conn(i, DRV_EV_ROAM, ev);
}

void sta_connect_lost(struct drv_if *i)
{
	const struct nl_event ev = {.status = STATUS_UNSPECIFIED, .timed_out = true};

	/* Whatever became of it: from the beginning. */
	(void)send_disconnect(i, REASON_PREV_AUTH_NOT_VALID);
	i->sta.state = LINK_IDLE;
	emit_conn(i, DRV_EV_CONNECT, &ev);
}
