/* Events: from the kernel's messages to the daemon's callback. */
#include <errno.h>

#include "drivers/nl80211/nl80211_i.h"

void if_emit(struct drv_if *i, const struct drv_event *ev)
{
	if (!i->closed)
		i->event(i->ctx, ev);
}

static void emit_kind(struct drv_if *i, enum drv_event_kind kind, const uint8_t *addr)
{
	struct drv_event e = {.kind = kind};
	if (addr)
		mac_copy(e.addr, addr);
	if_emit(i, &e);
}

/* --- frames --- */

static void emit_mgmt(struct drv_if *i, enum drv_event_kind kind, const struct nl_event *ev)
{
	struct reader r = reader_of(ev->frame, ev->frame_len);
	struct mgmt_hdr h;
	struct drv_event e = {.kind = kind};
	if (!mgmt_parse(&r, &h)) {
		log_msg(LOG_DBG,
			"nl80211: %s: frame of %zu octets without management header dropped",
			i->ifname, ev->frame_len);
		return;
	}
	mac_copy(e.addr, kind == DRV_EV_MGMT_RX ? h.sa : h.da);
	e.mgmt.frame = ev->frame;
	e.mgmt.len = ev->frame_len;
	e.mgmt.freq = ev->freq;
	e.mgmt.signal_dbm = ev->signal;
	e.mgmt.ack = ev->ack;
	e.mgmt.cookie = ev->cookie;
	if_emit(i, &e);
}

static void on_frame(struct drv_if *i, const struct nl_event *ev)
{
	emit_mgmt(i, DRV_EV_MGMT_RX, ev);
}

static void on_tx_status(struct drv_if *i, const struct nl_event *ev)
{
	emit_mgmt(i, DRV_EV_MGMT_TX_STATUS, ev);
}

static void on_unexpected(struct drv_if *i, const struct nl_event *ev)
{
	if (ev->has_mac)
		emit_kind(i, DRV_EV_RX_SPURIOUS, ev->mac);
}

static void on_unexpected_4addr(struct drv_if *i, const struct nl_event *ev)
{
	if (ev->has_mac)
		emit_kind(i, DRV_EV_RX_4ADDR, ev->mac);
}

static void on_probe_client(struct drv_if *i, const struct nl_event *ev)
{
	if (ev->ack && ev->has_mac)
		emit_kind(i, DRV_EV_POLL_OK, ev->mac);
}

/* --- scanning, radio --- */

static void on_scan_start(struct drv_if *i, const struct nl_event *ev)
{
	(void)ev;
	scan_started(i);
}

static void on_scan_results(struct drv_if *i, const struct nl_event *ev)
{
	(void)ev;
	scan_ended(i, false);
}

static void on_scan_aborted(struct drv_if *i, const struct nl_event *ev)
{
	(void)ev;
	scan_ended(i, true);
}

static void on_cqm(struct drv_if *i, const struct nl_event *ev)
{
	if (ev->cqm_loss && ev->has_mac)
		emit_kind(i, DRV_EV_LOW_ACK, ev->mac);
	if (ev->cqm_beacon_loss)
		emit_kind(i, DRV_EV_BEACON_LOSS, i->sta.bssid);
	if (ev->cqm_rssi) {
		struct drv_event e = {.kind = DRV_EV_SIGNAL_CHANGE};
		e.signal.signal_dbm = ev->cqm_level;
		e.signal.above = ev->cqm_rssi_high;
		if_emit(i, &e);
	}
}

static void on_channel_switch(struct drv_if *i, const struct nl_event *ev)
{
	struct drv_event e = {.kind = DRV_EV_CHANNEL_SWITCH, .chan = ev->chan};
	i->freq = ev->freq;
	if_emit(i, &e);
}

static void on_channel_switch_started(struct drv_if *i, const struct nl_event *ev)
{
	struct drv_event e = {.kind = DRV_EV_CHANNEL_SWITCH_STARTED, .chan = ev->chan};
	if_emit(i, &e);
}

static void on_ap_stopped(struct drv_if *i, const struct nl_event *ev)
{
	(void)ev;
	if (!i->beaconing)
		return;
	i->beaconing = false;
	emit_kind(i, DRV_EV_AP_STOPPED, NULL);
}

static void on_michael(struct drv_if *i, const struct nl_event *ev)
{
	struct drv_event e = {.kind = DRV_EV_MICHAEL, .michael = {.pairwise = ev->pairwise_key}};
	if (ev->has_mac)
		mac_copy(e.addr, ev->mac);
	if_emit(i, &e);
}

static const struct {
	uint8_t cmd;
	void (*handle)(struct drv_if *i, const struct nl_event *ev);
} if_events[] = {
	{NL80211_CMD_FRAME, on_frame},
	{NL80211_CMD_FRAME_TX_STATUS, on_tx_status},
	{NL80211_CMD_CONTROL_PORT_FRAME, eapol_received},
	{NL80211_CMD_CONTROL_PORT_FRAME_TX_STATUS, eapol_tx_status},
	{NL80211_CMD_AUTHENTICATE, sta_auth_event},
	{NL80211_CMD_ASSOCIATE, sta_assoc_event},
	{NL80211_CMD_DEAUTHENTICATE, sta_leave_event},
	{NL80211_CMD_DISASSOCIATE, sta_leave_event},
	{NL80211_CMD_UNPROT_DEAUTHENTICATE, sta_unprotected_event},
	{NL80211_CMD_UNPROT_DISASSOCIATE, sta_unprotected_event},
	{NL80211_CMD_CONNECT, sta_connect_event},
	{NL80211_CMD_ROAM, sta_roam_event},
	{NL80211_CMD_DISCONNECT, sta_disconnect_event},
	{NL80211_CMD_TRIGGER_SCAN, on_scan_start},
	{NL80211_CMD_NEW_SCAN_RESULTS, on_scan_results},
	{NL80211_CMD_SCAN_ABORTED, on_scan_aborted},
	{NL80211_CMD_UNEXPECTED_FRAME, on_unexpected},
	{NL80211_CMD_UNEXPECTED_4ADDR_FRAME, on_unexpected_4addr},
	{NL80211_CMD_PROBE_CLIENT, on_probe_client},
	{NL80211_CMD_NOTIFY_CQM, on_cqm},
	{NL80211_CMD_CH_SWITCH_NOTIFY, on_channel_switch},
	{NL80211_CMD_CH_SWITCH_STARTED_NOTIFY, on_channel_switch_started},
	{NL80211_CMD_STOP_AP, on_ap_stopped},
	{NL80211_CMD_MICHAEL_MIC_FAILURE, on_michael},
	{NL80211_CMD_PORT_AUTHORIZED, port_authorized_event},
	{NL80211_CMD_SET_REKEY_OFFLOAD, rekeyed_event},
	{NL80211_CMD_PMKSA_CANDIDATE, candidate_event},
	{NL80211_CMD_VENDOR, vendor_event},
	{NL80211_CMD_NEW_STATION, sta_new_event},
	{NL80211_CMD_DEL_STATION, sta_gone_event},
};

static void if_event(struct drv_if *i, const struct nlmsghdr *h)
{
	struct nl_event ev;
	uint8_t cmd = genl_cmd(h);
	for (size_t n = 0; n < ARRAY_SIZE(if_events); n++)
		if (if_events[n].cmd == cmd) {
			if (event_parse(h, &ev) == 0)
				if_events[n].handle(i, &ev);
			return;
		}
}

/* Calls fn for each interface, though fn's callback may close any of them. */
static void for_each_if(struct drv *d, void (*fn)(struct drv_if *i, void *arg), void *arg)
{
	int index[64];
	size_t n = 0;
	struct drv_if *i;
	LIST_FOREACH (i, &d->ifs, link)
		if (n < ARRAY_SIZE(index))
			index[n++] = i->ifindex;
	while (n--)
		if ((i = if_by_index(d, index[n])))
			fn(i, arg);
}

static void emit_regdom(struct drv_if *i, void *arg)
{
	const struct nl_event *ev = arg;
	struct drv_event e = {.kind = DRV_EV_REGDOM};
	if (ev->has_wiphy && ev->wiphy != i->phy->index)
		return;
	e.regdom.initiator = ev->reg_initiator;
	e.regdom.type = ev->reg_type;
	memcpy(e.regdom.alpha2, ev->alpha2, sizeof(e.regdom.alpha2));
	if_emit(i, &e);
}

static void reg_event(struct drv *d, const struct nlmsghdr *h)
{
	struct nl_event ev;
	if (event_parse(h, &ev) < 0)
		return;
	for (struct nl_phy *p = d->phys; p; p = p->next)
		if (!ev.has_wiphy || ev.wiphy == p->index)
			p->stale = true;
	if (ev.cmd != NL80211_CMD_REG_BEACON_HINT)
		for_each_if(d, emit_regdom, &ev);
}

/* Some drivers send their own events for the radio. */
static void radio_event(struct drv *d, const struct nlmsghdr *h)
{
	uint32_t wiphy;
	struct drv_if *i, *only = NULL;
	if (!genl_peek_u32(h, NL80211_ATTR_WIPHY, &wiphy))
		return;
	LIST_FOREACH (i, &d->ifs, link)
		if (i->phy && i->phy->index == wiphy && i->type == DRV_IF_STATION) {
			if (only) /* nobody can know whose it is */
				return;
			only = i;
		}
	if (only)
		if_event(only, h);
}

void on_nl_event(void *ctx, const struct nlmsghdr *h)
{
	struct drv *d = ctx;
	uint32_t ifindex;
	uint8_t cmd = genl_cmd(h);
	if (h->nlmsg_type != d->family.id)
		return;
	if (cmd == NL80211_CMD_REG_CHANGE || cmd == NL80211_CMD_WIPHY_REG_CHANGE ||
		cmd == NL80211_CMD_REG_BEACON_HINT) {
		reg_event(d, h);
		return;
	}
	/* Multicast tells of every radio of the machine. */
	if (!genl_peek_u32(h, NL80211_ATTR_IFINDEX, &ifindex)) {
		if (cmd == NL80211_CMD_VENDOR)
			radio_event(d, h);
		return;
	}
	struct drv_if *i = if_by_index(d, (int)ifindex);
	if (i)
		if_event(i, h);
}

void on_own_event(void *ctx, const struct nlmsghdr *h)
{
	struct drv_if *i = ctx;
	/* "Associated" and "the answer was acknowledged" come on the other socket, but before the
	 * first EAPOL frame. */
	if (genl_cmd(h) == NL80211_CMD_CONTROL_PORT_FRAME)
		chan_drain(&i->drv->events);
	if (h->nlmsg_type == i->drv->family.id && !i->closed)
		if_event(i, h);
}

/* --- link state --- */

static void link_now(struct drv_if *i, bool up)
{
	if (i->up == up)
		return;
	i->up = up;
	log_msg(LOG_DBG, "nl80211: %s is %s", i->ifname, up ? "up" : "down");
	emit_kind(i, up ? DRV_EV_IF_UP : DRV_EV_IF_DOWN, NULL);
}

static void link_refresh(struct drv_if *i)
{
	struct rt_link now;
	int err = rt_link_get(&i->drv->rt, i->ifindex, &now);
	if (err == -ENODEV)
		emit_kind(i, DRV_EV_IF_REMOVED, NULL);
	if (err)
		return;
	if (!mac_is_zero(now.addr))
		mac_copy(i->addr, now.addr);
	link_now(i, now.flags & IFF_UP);
}

void on_rt_event(void *ctx, const struct nlmsghdr *h)
{
	struct drv *d = ctx;
	struct rt_link link;
	if (link_parse(h, &link) < 0)
		return;
	struct drv_if *i = if_by_index(d, link.ifindex);
	if (!i || i->ifindex != link.ifindex)
		return;
	if (link.removed) {
		emit_kind(i, DRV_EV_IF_REMOVED, NULL);
		return;
	}
	/* The message may be older than what an op did meanwhile (down and up again). */
	if (i->up != !!(link.flags & IFF_UP) || !mac_equal(i->addr, link.addr))
		link_refresh(i);
}

static void resync_if(struct drv_if *i, void *arg)
{
	(void)arg;
	int ifindex = i->ifindex;
	struct drv *d = i->drv;
	link_refresh(i);
	if (if_by_index(d, ifindex) == i && i->scanning)
		scan_ended(i, false);
	if (if_by_index(d, ifindex) == i)
		(i->type == DRV_IF_STATION ? sta_resync : ap_resync)(i);
}

void resync(struct drv *d)
{
	/* Of those that did not get lost some may wait yet. */
	chan_drain(&d->events);
	for (struct nl_phy *p = d->phys; p; p = p->next)
		p->stale = true;
	for_each_if(d, resync_if, NULL);
}
