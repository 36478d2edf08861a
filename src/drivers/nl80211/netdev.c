/* Wireless netdevs: read, make, change, delete. */
#include <errno.h>

#include "drivers/nl80211/nl80211_i.h"

struct iface_answer {
	struct nl_iface *out;
	int err;
};

static void on_iface(void *ctx, const struct nlmsghdr *h)
{
	struct iface_answer *a = ctx;
	a->err = iface_parse(h, a->out);
}

int netdev_get(struct drv *d, int ifindex, struct nl_iface *out)
{
	struct nl_req r = drv_req(d, NL80211_CMD_GET_INTERFACE);
	struct iface_answer a = {out, -EBADMSG};
	req_u32(&r, NL80211_ATTR_IFINDEX, (uint32_t)ifindex);
	int err = drv_ask(d, &r, on_iface, &a);
	return err ? err : a.err;
}

int netdev_delete(struct drv *d, int ifindex)
{
	struct nl_req r = drv_req(d, NL80211_CMD_DEL_INTERFACE);
	req_u32(&r, NL80211_ATTR_IFINDEX, (uint32_t)ifindex);
	return drv_ask(d, &r, NULL, NULL);
}

int netdev_set_type(struct drv *d, int ifindex, enum nl80211_iftype type)
{
	struct nl_req r = drv_req(d, NL80211_CMD_SET_INTERFACE);
	req_u32(&r, NL80211_ATTR_IFINDEX, (uint32_t)ifindex);
	req_u32(&r, NL80211_ATTR_IFTYPE, type);
	return drv_ask(d, &r, NULL, NULL);
}

int netdev_set_4addr(struct drv *d, int ifindex, bool on)
{
	struct nl_req r = drv_req(d, NL80211_CMD_SET_INTERFACE);
	req_u32(&r, NL80211_ATTR_IFINDEX, (uint32_t)ifindex);
	req_u8(&r, NL80211_ATTR_4ADDR, on);
	return drv_ask(d, &r, NULL, NULL);
}

/* --- creation --- */

struct addr_search {
	uint32_t wiphy;
	const uint8_t *want;
	bool used;
};

static void on_used_addr(void *ctx, const struct nlmsghdr *h)
{
	struct addr_search *s = ctx;
	struct nl_iface i;
	if (iface_parse(h, &i) == 0 && i.wiphy == s->wiphy && mac_equal(i.addr, s->want))
		s->used = true;
}

static int pick_addr(struct drv *d, const struct nl_phy *phy, uint8_t out[MAC_LEN])
{
	for (unsigned n = 1; n < 255; n++) {
		wiphy_nth_addr(phy->addr, phy->addr_mask, n, out);
		struct addr_search s = {phy->index, out, false};
		struct nl_req r =
			req_genl(d->family.id, NL80211_CMD_GET_INTERFACE, NLM_F_DUMP, NL_REQ_SIZE);
		req_u32(&r, NL80211_ATTR_WIPHY, phy->index);
		int err = drv_ask(d, &r, on_used_addr, &s);
		if (err || !s.used)
			return err;
	}
	return -EADDRNOTAVAIL;
}

static int create_once(struct drv *d, struct nl_phy *phy, const struct netdev_new *n,
	const uint8_t addr[MAC_LEN], struct nl_iface *out)
{
	struct nl_req r = drv_req(d, NL80211_CMD_NEW_INTERFACE);
	struct iface_answer a = {out, -EBADMSG};
	req_u32(&r, NL80211_ATTR_WIPHY, phy->index);
	req_str(&r, NL80211_ATTR_IFNAME, n->ifname);
	req_u32(&r, NL80211_ATTR_IFTYPE, n->type);
	req_put(&r, NL80211_ATTR_MAC, addr, MAC_LEN);
	if (n->four_addr)
		req_u8(&r, NL80211_ATTR_4ADDR, 1);
	/* The kernel deletes it when our request socket closes: a killed daemon leaves none. */
	req_flag(&r, NL80211_ATTR_SOCKET_OWNER);
	int err = drv_ask(d, &r, on_iface, &a);
	return err ? err : a.err;
}

/* The netdev of that name is a left-over on the same radio that none of our interfaces uses. */
static bool replaceable(
	struct drv *d, const struct nl_phy *phy, const struct netdev_new *n, int ifindex)
{
	struct nl_iface old;
	return !if_by_index(d, ifindex) && netdev_get(d, ifindex, &old) == 0 &&
	       old.wiphy == phy->index &&
	       (old.iftype == (uint32_t)n->type || old.iftype == NL80211_IFTYPE_AP_VLAN);
}

int netdev_create(
	struct drv *d, struct nl_phy *phy, const struct netdev_new *n, struct nl_iface *out)
{
	uint8_t addr[MAC_LEN];
	int err = 0, old = (int)if_nametoindex(n->ifname);
	if (old) {
		if (!replaceable(d, phy, n, old))
			return -EEXIST;
		log_msg(LOG_INF, "nl80211: %s is left over from an earlier run, replacing it",
			n->ifname);
		err = netdev_delete(d, old);
	}
	if (n->addr)
		mac_copy(addr, n->addr);
	else if (!err)
		err = pick_addr(d, phy, addr);
	if (!err)
		err = create_once(d, phy, n, addr, out);
	if (err)
		return err == -ENFILE ? -EEXIST : err;
	if (!mac_equal(out->addr, addr)) {
		/* Radios without "MAC on create". */
		err = rt_set_addr(&d->rt, (int)out->ifindex, addr);
		if (err)
			(void)netdev_delete(d, (int)out->ifindex);
		else
			mac_copy(out->addr, addr);
	}
	return err;
}
