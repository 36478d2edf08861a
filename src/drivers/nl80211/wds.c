/* AP_VLAN netdevs, each carrying one 4-address station. */
#include <errno.h>
#include <stdlib.h>

#include "drivers/nl80211/nl80211_i.h"

static struct wds *wds_find(struct drv_if *i, const uint8_t addr[MAC_LEN])
{
	struct wds *w;
	LIST_FOREACH (w, &i->wds, link)
		if (mac_equal(w->addr, addr))
			return w;
	return NULL;
}

static int move_sta(struct drv_if *i, const uint8_t addr[MAC_LEN], int to)
{
	struct nl_req r = if_req(i, NL80211_CMD_SET_STATION);
	req_put(&r, NL80211_ATTR_MAC, addr, MAC_LEN);
	req_u32(&r, NL80211_ATTR_STA_VLAN, (uint32_t)to);
	return drv_ask(i->drv, &r, NULL, NULL);
}

static void wds_free(struct drv_if *i, struct wds *w)
{
	int err;
	packet_close(&w->packet);
	err = netdev_delete(i->drv, w->ifindex);
	if (err && err != -ENODEV)
		log_msg(LOG_WARN, "nl80211: cannot remove %s: %s", w->ifname, strerror(-err));
	LIST_REMOVE(w, link);
	free(w);
}

/* Everything between the netdev's creation and the station in it. */
static int wds_connect(struct drv_if *i, struct wds *w, const char *bridge)
{
	int master = bridge ? (int)if_nametoindex(bridge) : 0;
	int err = bridge && !master ? -ENOENT : 0;
	if (!err)
		err = rt_set_up(&i->drv->rt, w->ifindex, true);
	if (!err && master)
		err = rt_set_master(&i->drv->rt, w->ifindex, master);
	if (!err && !i->control.over_nl80211)
		err = packet_open(&w->packet, i, w->ifindex);
	return err ? err : move_sta(i, w->addr, w->ifindex);
}

static int wds_on(
	struct drv_if *i, const uint8_t addr[MAC_LEN], const char *ifname, const char *bridge)
{
	const struct netdev_new n = {ifname, NL80211_IFTYPE_AP_VLAN, i->addr, true};
	struct nl_iface netdev;
	struct wds *w = wds_find(i, addr);
	/* The station came back before the old netdev was given up. */
	if (w && strcmp(w->ifname, ifname) == 0)
		return move_sta(i, addr, w->ifindex);
	if (w)
		wds_free(i, w);
	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	int err = netdev_create(i->drv, i->phy, &n, &netdev);
	if (err) {
		free(w);
		return err;
	}
	mac_copy(w->addr, addr);
	w->ifindex = (int)netdev.ifindex;
	w->packet.fd = -1;
	snprintf(w->ifname, sizeof(w->ifname), "%s", ifname);
	LIST_INSERT_HEAD(&i->wds, w, link);
	err = wds_connect(i, w, bridge);
	if (err)
		wds_free(i, w);
	return err;
}

int nl_wds_sta(struct drv_if *i, const uint8_t addr[MAC_LEN], const char *ifname,
	const char *bridge, bool on)
{
	if (on)
		return strlen(ifname) < IFNAMSIZ ? wds_on(i, addr, ifname, bridge) : -ENAMETOOLONG;
	struct wds *w = wds_find(i, addr);
	if (!w)
		return -ENOENT;
	/* The station may be gone already. */
	(void)move_sta(i, addr, i->ifindex);
	wds_free(i, w);
	return 0;
}

void wds_remove_all(struct drv_if *i)
{
	struct wds *w;
	while ((w = LIST_FIRST(&i->wds)))
		wds_free(i, w);
}
