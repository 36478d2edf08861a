/* The station's link: authentication, association, leaving, 4-address mode. */
#include <errno.h>

#include "drivers/nl80211/nl80211_i.h"

static void set_state(struct drv_if *i, enum link_state state)
{
	i->sta.state = state;
}

void sta_emit_disconnected(
	struct drv_if *i, const uint8_t *bssid, unsigned reason, bool local, bool deauth)
{
	struct drv_event e = {.kind = DRV_EV_DISCONNECTED};
	mac_copy(e.addr, bssid);
	e.disc.reason = reason;
	e.disc.locally_generated = local;
	e.disc.deauth = deauth;
	set_state(i, LINK_IDLE);
	i->sta.deauth_unanswered = false;
	timer_stop(&i->sta.deauth_timer);
	if_emit(i, &e);
}

static void emit_timeout(struct drv_if *i, enum drv_event_kind kind)
{
	struct drv_event e = {.kind = kind};
	mac_copy(e.addr, i->sta.bssid);
	set_state(i, LINK_IDLE);
	if_emit(i, &e);
}

/* --- authentication --- */

static int send_auth(struct drv_if *i, const struct drv_auth *a)
{
	struct nl_req r = if_req(i, NL80211_CMD_AUTHENTICATE);
	auth_build(&r, a);
	return drv_ask(i->drv, &r, NULL, NULL);
}

static int send_deauth(struct drv_if *i, const uint8_t bssid[MAC_LEN], unsigned reason)
{
	struct nl_req r = if_req(i, NL80211_CMD_DEAUTHENTICATE);
	req_put(&r, NL80211_ATTR_MAC, bssid, MAC_LEN);
	req_u16(&r, NL80211_ATTR_REASON_CODE, (uint16_t)reason);
	/* Only the socket that associated may end it. */
	return chan_request(&i->own, &r, NULL, NULL);
}

/* The kernel still holds an older link to this BSS. */
static bool old_link_in_way(int err)
{
	return err == -EALREADY || err == -EEXIST || err == -EBUSY;
}

static int keep_auth(struct drv_if *i, const struct drv_auth *a)
{
	struct sta_link *l = &i->sta;
	if (a->ssid_len > sizeof(l->auth_ssid))
		return -EINVAL;
	int err = bytes_set(&l->auth_data, a->data, a->data_len);
	if (err)
		return err;
	memcpy(l->auth_ssid, a->ssid, a->ssid_len);
	l->auth = *a;
	l->auth.ssid = l->auth_ssid;
	l->auth.data = l->auth_data.data;
	l->auth_waits = true;
	return 0;
}

/* The kernel forgets a BSS it has not heard for 30 s: look for it, then go on. */
static int auth_after_scan(struct drv_if *i, const struct drv_auth *a)
{
	int err = keep_auth(i, a);
	if (!err && !i->scanning)
		err = scan_for_bss(i, a);
	if (err == -EBUSY)
		err = 0; /* somebody else's scan will do */
	if (err)
		i->sta.auth_waits = false;
	else
		log_msg(LOG_DBG, "nl80211: %s: looking for " MACSTR " before authentication",
			i->ifname, MAC2STR(a->bssid));
	return err ? -ENOENT : 0;
}

int nl_authenticate(struct drv_if *i, const struct drv_auth *a)
{
	struct sta_link *l = &i->sta;
	l->auth_waits = l->kernel_sme = false;
	int err = send_auth(i, a);
	if (old_link_in_way(err)) {
		l->expect_own_deauth = true;
		(void)send_deauth(i, a->bssid, REASON_PREV_AUTH_NOT_VALID);
		err = send_auth(i, a);
	}
	if (err == -ENOENT)
		err = auth_after_scan(i, a);
	if (err)
		return err;
	mac_copy(l->bssid, a->bssid);
	l->freq = a->freq;
	set_state(i, LINK_AUTH_SENT);
	return 0;
}

void sta_scan_ended(struct drv_if *i)
{
	struct sta_link *l = &i->sta;
	if (!l->auth_waits)
		return;
	l->auth_waits = false;
	int err = send_auth(i, &l->auth);
	if (!err)
		return;
	log_msg(LOG_DBG, "nl80211: %s: authentication with " MACSTR " failed: %s", i->ifname,
		MAC2STR(l->bssid), strerror(-err));
	emit_timeout(i, DRV_EV_AUTH_TIMEOUT);
}

static bool from_our_ap(const struct drv_if *i, const uint8_t *bssid)
{
	return mac_equal(bssid, i->sta.bssid);
}

static void emit_frame(struct drv_if *i, enum drv_event_kind kind, const struct nl_event *ev)
{
	struct drv_event e = {.kind = kind};
	mac_copy(e.addr, i->sta.bssid);
	e.mgmt.frame = ev->frame;
	e.mgmt.len = ev->frame_len;
	e.mgmt.freq = i->sta.freq;
	e.mgmt.req_ies = ev->req_ies;
	e.mgmt.req_ies_len = ev->req_ies_len;
	if_emit(i, &e);
}

void sta_auth_event(struct drv_if *i, const struct nl_event *ev)
{
	struct reader r = reader_of(ev->frame, ev->frame_len);
	struct mgmt_hdr h;
	/* Events are in order: one for the old link would have come before. */
	i->sta.expect_own_deauth = false;
	if (i->sta.kernel_sme)
		return;
	if (ev->timed_out) {
		if (i->sta.state == LINK_AUTH_SENT && ev->has_mac && from_our_ap(i, ev->mac))
			emit_timeout(i, DRV_EV_AUTH_TIMEOUT);
		return;
	}
	if (!mgmt_parse(&r, &h) || !from_our_ap(i, h.bssid) || i->sta.state == LINK_IDLE)
		return;
	if (i->sta.state == LINK_AUTH_SENT)
		set_state(i, LINK_AUTHED);
	emit_frame(i, DRV_EV_AUTH, ev);
}

/* --- association --- */

int nl_associate(struct drv_if *i, const struct drv_assoc *a)
{
	struct nl_req r = if_req(i, NL80211_CMD_ASSOCIATE);
	assoc_build(&r, a, &i->control);
	/* From the interface's own socket: the kernel delivers EAPOL to the one that asked. */
	int err = chan_request(&i->own, &r, NULL, NULL);
	if (err)
		return err;
	mac_copy(i->sta.bssid, a->bssid);
	i->sta.freq = a->freq;
	set_state(i, LINK_ASSOC_SENT);
	return 0;
}

void sta_assoc_event(struct drv_if *i, const struct nl_event *ev)
{
	struct reader r = reader_of(ev->frame, ev->frame_len);
	struct mgmt_hdr h;
	if (i->sta.kernel_sme)
		return;
	if (ev->timed_out) {
		if (i->sta.state == LINK_ASSOC_SENT && ev->has_mac && from_our_ap(i, ev->mac))
			emit_timeout(i, DRV_EV_ASSOC_TIMEOUT);
		return;
	}
	if (!mgmt_parse(&r, &h) || !from_our_ap(i, h.bssid) || i->sta.state == LINK_IDLE)
		return;
	reader_skip(&r, 2); /* capability information */
	uint16_t status = reader_le16(&r);
	set_state(i, reader_ok(&r) && status == STATUS_SUCCESS ? LINK_UP : LINK_IDLE);
	emit_frame(i, DRV_EV_ASSOC, ev);
}

/* --- leaving --- */

static void deauth_missing(struct timer *t, void *ctx)
{
	struct drv_if *i = ctx;
	struct sta_link *l = &i->sta;
	(void)t;
	/* The kernel's own event, if there is one, was queued before the request was answered. */
	chan_drain(&i->drv->events);
	if (!i->closed && l->deauth_unanswered)
		sta_emit_disconnected(i, l->deauth_bssid, l->deauth_reason, true, true);
}

int nl_deauthenticate(struct drv_if *i, const uint8_t bssid[MAC_LEN], unsigned reason)
{
	struct sta_link *l = &i->sta;
	l->auth_waits = l->expect_own_deauth = false;
	bool disconnect = l->kernel_sme || !wiphy_has_cmd(i->phy, NL80211_CMD_DEAUTHENTICATE);
	int err = disconnect ? send_disconnect(i, reason) : send_deauth(i, bssid, reason);
	/* There was no link, or it is gone with the interface: as wanted. */
	if (err == -ENOTCONN || err == -ENOLINK || err == -ENETDOWN)
		err = 0;
	if (err || i->closed)
		return err;
	l->deauth_unanswered = true;
	l->deauth_reason = reason;
	mac_copy(l->deauth_bssid, bssid);
	timer_start(eloop_timers(i->drv->loop), &l->deauth_timer, 0, deauth_missing, i);
	return 0;
}

void sta_leave_event(struct drv_if *i, const struct nl_event *ev)
{
	struct sta_link *l = &i->sta;
	struct reader r = reader_of(ev->frame, ev->frame_len);
	struct mgmt_hdr h;
	if (!mgmt_parse(&r, &h) || l->kernel_sme) /* DISCONNECT or CONNECT will tell */
		return;
	uint16_t reason = reader_le16(&r);
	bool local = mac_equal(h.sa, i->addr);
	bool deauth = ev->cmd == NL80211_CMD_DEAUTHENTICATE;
	if (local && l->expect_own_deauth && from_our_ap(i, h.bssid)) {
		l->expect_own_deauth = false;
		return;
	}
	bool asked = l->deauth_unanswered && mac_equal(h.bssid, l->deauth_bssid);
	if (asked || (l->state != LINK_IDLE && from_our_ap(i, h.bssid)))
		sta_emit_disconnected(
			i, h.bssid, reader_ok(&r) ? reason : REASON_UNSPECIFIED, local, deauth);
}

void sta_unprotected_event(struct drv_if *i, const struct nl_event *ev)
{
	struct reader r = reader_of(ev->frame, ev->frame_len);
	struct mgmt_hdr h;
	struct drv_event e = {.kind = DRV_EV_UNPROT_LEAVE,
		.disc = {.deauth = ev->cmd == NL80211_CMD_UNPROT_DEAUTHENTICATE}};

	if (!mgmt_parse(&r, &h))
		return;
	e.disc.reason = reader_le16(&r);
	mac_copy(e.addr, h.sa);
	if (reader_ok(&r))
		if_emit(i, &e);
}

/* Answers to our SA Queries; the kernel itself answers those of the AP. */
int sta_register(struct drv_if *i)
{
	static const uint8_t match[] = {CATEGORY_SA_QUERY, SA_QUERY_RESPONSE};
	struct nl_req r = if_req(i, NL80211_CMD_REGISTER_FRAME);

	req_u16(&r, NL80211_ATTR_FRAME_TYPE, FC_MGMT(STYPE_ACTION));
	req_put(&r, NL80211_ATTR_FRAME_MATCH, match, sizeof(match));
	return chan_request(&i->own, &r, NULL, NULL);
}

void sta_disconnect_event(struct drv_if *i, const struct nl_event *ev)
{
	/* Comes after the frame's own event, which ended the link already; alone only when there
	 * was no frame. */
	if (i->sta.state == LINK_UP)
		sta_emit_disconnected(i, i->sta.bssid, ev->reason ? ev->reason : REASON_UNSPECIFIED,
			!ev->by_ap, true);
}

void sta_resync(struct drv_if *i)
{
	struct drv_sta_info info;
	switch (i->sta.state) {
	case LINK_AUTH_SENT:
		emit_timeout(i, DRV_EV_AUTH_TIMEOUT);
		break;
	case LINK_ASSOC_SENT:
		emit_timeout(i, DRV_EV_ASSOC_TIMEOUT);
		break;
	case LINK_UP:
		if (i->sta.kernel_sme)
			sta_connect_resync(i);
		else if (nl_sta_info(i, i->sta.bssid, &info) == -ENOENT)
			sta_emit_disconnected(i, i->sta.bssid, REASON_UNSPECIFIED, true, true);
		break;
	case LINK_CONNECTING:
		sta_connect_lost(i);
		break;
	case LINK_IDLE:
	case LINK_AUTHED:
		break;
	}
}

void sta_link_close(struct drv_if *i)
{
	timer_stop(&i->sta.deauth_timer);
	bytes_clear(&i->sta.auth_data);
	i->sta.auth_waits = false;
}

/* --- 4-address mode, monitors --- */

static int join_bridge(struct drv_if *i)
{
	int bridge = (int)if_nametoindex(i->bridge);
	struct rt_link link;
	if (!bridge) {
		log_msg(LOG_WARN, "nl80211: %s: bridge %s does not exist, not joined", i->ifname,
			i->bridge);
		return 0;
	}
	int err = rt_link_get(&i->drv->rt, i->ifindex, &link);
	if (err || link.master == bridge)
		return err;
	err = rt_set_master(&i->drv->rt, i->ifindex, bridge);
	i->added_to_bridge = !err;
	return err;
}

/* Before switching off: out of the bridge we put it into. Returns true when the user's own bridge
 * holds it: cfg80211 refuses to switch 4-address mode off there, and the membership is not ours to
 * end. */
static bool held_by_bridge(struct drv_if *i, int *err)
{
	struct rt_link link;

	*err = 0;
	if (rt_link_get(&i->drv->rt, i->ifindex, &link) != 0 || !link.master)
		return false;
	if (!i->added_to_bridge)
		return true;
	*err = rt_set_master(&i->drv->rt, i->ifindex, 0);
	i->added_to_bridge = *err != 0;
	return false;
}

int nl_set_4addr(struct drv_if *i, bool on)
{
	int err = 0;

	if (!on && held_by_bridge(i, &err)) {
		log_msg(LOG_DBG, "nl80211: %s: 4-address mode stays on, it is in a bridge",
			i->ifname);
		return 0;
	}
	if (err)
		return err;
	err = netdev_set_4addr(i->drv, i->ifindex, on);
	if (!err && on && i->bridge[0])
		err = join_bridge(i);
	return err;
}

int nl_probe_4addr(struct drv_if *i)
{
	struct rt_link link;
	struct nl_iface now;
	int err = netdev_get(i->drv, i->ifindex, &now);
	if (err || now.four_addr)
		return err;
	err = rt_link_get(&i->drv->rt, i->ifindex, &link);
	/* Once on it could not be switched off again inside the bridge. */
	if (!err && link.master)
		return i->phy->caps.flags & DRV_CAP_4ADDR_STA ? 0 : -EOPNOTSUPP;
	if (!err)
		err = netdev_set_4addr(i->drv, i->ifindex, true);
	return err ? err : netdev_set_4addr(i->drv, i->ifindex, false);
}

int nl_set_operstate(struct drv_if *i, bool up)
{
	return rt_set_operstate(&i->drv->rt, i->ifindex, true, up ? RT_OPER_UP : RT_OPER_DORMANT);
}

int nl_signal_monitor(struct drv_if *i, int threshold, int hysteresis)
{
	struct nl_req r = if_req(i, NL80211_CMD_SET_CQM);
	struct nlattr *nest = req_nest(&r, NL80211_ATTR_CQM);
	req_u32(&r, NL80211_ATTR_CQM_RSSI_THOLD, (uint32_t)threshold);
	req_u32(&r, NL80211_ATTR_CQM_RSSI_HYST, (uint32_t)hysteresis);
	req_nest_end(&r, nest);
	return drv_ask(i->drv, &r, NULL, NULL);
}
