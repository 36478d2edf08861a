/* Peers: the kernel's station table, and frames to them. */
#include <errno.h>

#include "drivers/nl80211/nl80211_i.h"

static struct nl_req sta_req(struct drv_if *i, uint8_t cmd, const uint8_t addr[MAC_LEN])
{
	struct nl_req r = if_req(i, cmd);
	req_put(&r, NL80211_ATTR_MAC, addr, MAC_LEN);
	return r;
}

static int sta_send(struct drv_if *i, const struct drv_sta *s)
{
	struct nl_req r = if_req(i, s->change ? NL80211_CMD_SET_STATION : NL80211_CMD_NEW_STATION);
	sta_build(&r, s, i->phy->features & NL80211_FEATURE_FULL_AP_CLIENT_STATE);
	return drv_ask(i->drv, &r, NULL, NULL);
}

int nl_sta_set(struct drv_if *i, const struct drv_sta *s)
{
	int err = sta_send(i, s);
	/* Left over from an association we did not see end. */
	if (err == -EEXIST && !s->change) {
		(void)nl_sta_remove(i, s->addr);
		err = sta_send(i, s);
	}
	return err;
}

int nl_sta_remove(struct drv_if *i, const uint8_t addr[MAC_LEN])
{
	struct nl_req r = sta_req(i, NL80211_CMD_DEL_STATION, addr);
	int err = drv_ask(i->drv, &r, NULL, NULL);
	return err == -ENOENT ? 0 : err;
}

int nl_sta_flush(struct drv_if *i)
{
	struct nl_req r = if_req(i, NL80211_CMD_DEL_STATION);
	return drv_ask(i->drv, &r, NULL, NULL);
}

void sta_new_event(struct drv_if *i, const struct nl_event *ev)
{
	struct drv_event e = {.kind = DRV_EV_STA_NEW};
	/* Otherwise it is but the echo of a request of ours. */
	if (!i->phy->ap_sme || !i->beaconing || !ev->has_mac)
		return;
	mac_copy(e.addr, ev->mac);
	e.mgmt.req_ies = ev->ies;
	e.mgmt.req_ies_len = ev->ies_len;
	if_emit(i, &e);
}

void sta_gone_event(struct drv_if *i, const struct nl_event *ev)
{
	struct drv_event e = {.kind = DRV_EV_STA_GONE};
	if (!i->phy->ap_sme || !i->beaconing || !ev->has_mac)
		return;
	mac_copy(e.addr, ev->mac);
	if_emit(i, &e);
}

#define RESYNC_MAX 2007 /* associations, 9.4.1.8 */

static void on_member(void *ctx, const struct nlmsghdr *h)
{
	struct writer *list = ctx;
	struct nl_event ev;
	if (event_parse(h, &ev) == 0 && ev.has_mac)
		writer_bytes(list, ev.mac, MAC_LEN);
}

void ap_resync(struct drv_if *i)
{
	uint8_t addrs[RESYNC_MAX * MAC_LEN];
	struct writer list = writer_over(addrs, sizeof(addrs));
	if (!i->phy->ap_sme || !i->beaconing)
		return;
	struct nl_req r =
		req_genl(i->drv->family.id, NL80211_CMD_GET_STATION, NLM_F_DUMP, NL_REQ_SIZE);
	req_u32(&r, NL80211_ATTR_IFINDEX, (uint32_t)i->ifindex);
	if (drv_ask(i->drv, &r, on_member, &list) < 0 || !writer_ok(&list))
		return;
	for (size_t at = 0; at < list.len; at += MAC_LEN) {
		struct drv_event e = {.kind = DRV_EV_RX_SPURIOUS};
		mac_copy(e.addr, &addrs[at]);
		if_emit(i, &e);
	}
}

int nl_set_authorized(struct drv_if *i, const uint8_t addr[MAC_LEN], bool authorized)
{
	struct nl_req r = sta_req(i, NL80211_CMD_SET_STATION, addr);
	sta_flags_build(&r, authorized ? DRV_STA_AUTHORIZED : 0, DRV_STA_AUTHORIZED);
	return drv_ask(i->drv, &r, NULL, NULL);
}

int nl_poll_sta(struct drv_if *i, const uint8_t addr[MAC_LEN], bool qos)
{
	/* The kernel knows itself whether the station does QoS. */
	(void)qos;
	struct nl_req r = sta_req(i, NL80211_CMD_PROBE_CLIENT, addr);
	return drv_ask(i->drv, &r, NULL, NULL);
}

struct info_answer {
	struct drv_sta_info *out;
	int err;
};

static void on_info(void *ctx, const struct nlmsghdr *h)
{
	struct info_answer *a = ctx;
	a->err = sta_info_parse(h, a->out);
}

static unsigned width_mhz(uint32_t nl_width)
{
	switch (nl_width) {
	case NL80211_CHAN_WIDTH_40:
		return 40;
	case NL80211_CHAN_WIDTH_80:
		return 80;
	case NL80211_CHAN_WIDTH_80P80:
	case NL80211_CHAN_WIDTH_160:
		return 160;
	}
	return 20;
}

int nl_sta_info(struct drv_if *i, const uint8_t addr[MAC_LEN], struct drv_sta_info *out)
{
	struct nl_req r = sta_req(i, NL80211_CMD_GET_STATION, addr);
	struct info_answer a = {out, -EBADMSG};
	struct nl_iface now;
	int err = drv_ask(i->drv, &r, on_info, &a);
	if (!err)
		err = a.err;
	if (err)
		return err;
	if (i->type == DRV_IF_AP) {
		out->freq = i->freq;
	} else if (netdev_get(i->drv, i->ifindex, &now) == 0) {
		out->freq = now.freq;
		out->width = width_mhz(now.width);
		out->center[0] = now.center[0];
		out->center[1] = now.center[1];
	}
	return 0;
}

static void on_cookie(void *ctx, const struct nlmsghdr *h)
{
	struct nl_event ev;
	if (event_parse(h, &ev) == 0)
		*(uint64_t *)ctx = ev.cookie;
}

int nl_send_mgmt(struct drv_if *i, const struct drv_tx *tx)
{
	struct nl_req r = if_req(i, NL80211_CMD_FRAME);
	uint64_t cookie = 0;
	req_put(&r, NL80211_ATTR_FRAME, tx->frame, tx->len);
	if (tx->freq)
		req_u32(&r, NL80211_ATTR_WIPHY_FREQ, tx->freq);
	if (tx->wait_ms) {
		req_u32(&r, NL80211_ATTR_DURATION, tx->wait_ms);
		req_flag(&r, NL80211_ATTR_OFFCHANNEL_TX_OK);
	}
	if (tx->no_cck)
		req_flag(&r, NL80211_ATTR_TX_NO_CCK_RATE);
	if (tx->no_ack)
		req_flag(&r, NL80211_ATTR_DONT_WAIT_FOR_ACK);
	int err = drv_ask(i->drv, &r, on_cookie, &cookie);
	if (!err && tx->cookie)
		*tx->cookie = cookie;
	return err;
}
