/* The text of STATUS-DRIVER. */
#include "drivers/nl80211/nl80211_i.h"

/* Who may listen to `capa.flags`: bits of the STATUS-DRIVER interface that are true of this driver.
 */
static void add_iface(struct drv_if *i, struct strbuf *out)
{
	struct rt_link link;
	struct nl_iface now;
	strbuf_add(out, "ifindex=%d\nifname=%s\n", i->ifindex, i->ifname);
	if (i->bridge[0])
		strbuf_add(out, "brname=%s%s\n", i->bridge,
			i->added_to_bridge ? "\nadded_if_into_bridge=1" : "");
	strbuf_add(out, "addr=" MACSTR "\n", MAC2STR(i->addr));
	if (netdev_get(i->drv, i->ifindex, &now) == 0 && now.freq)
		strbuf_add(out, "freq=%u\n", now.freq);
	if (i->beaconing)
		strbuf_add(out, "beacon_set=1\n");
	if (i->created)
		strbuf_add(out, "added_if=1\n");
	strbuf_add(
		out, "phyname=%s\nperm_addr=" MACSTR "\n", i->phy->caps.phy, MAC2STR(i->phy->addr));
	if (rt_link_get(&i->drv->rt, i->ifindex, &link) == 0)
		strbuf_add(out, "operstate=%u\n", link.operstate);
}

static void add_link(struct drv_if *i, struct strbuf *out)
{
	bool up = i->sta.state == LINK_UP;
	strbuf_add(out, "scan_state=%s\n", i->scan_state);
	if (i->sta.state != LINK_IDLE)
		strbuf_add(out, "bssid=" MACSTR "\n", MAC2STR(i->sta.bssid));
	strbuf_add(out, "associated=%d\nassoc_freq=%u\n", up, up ? i->sta.freq : 0);
}

bool nl_status(struct drv_if *i, struct strbuf *out)
{
	const struct drv_caps *c = &i->phy->caps;
	char country[3];
	add_iface(i, out);
	if (i->type == DRV_IF_STATION)
		add_link(i, out);
	strbuf_add(out, "capa.enc=0x%x\ncapa.auth=0x1\ncapa.flags=0x%x\ncapa.flags2=0x0\n",
		c->ciphers, c->flags);
	strbuf_add(out, "capa.max_scan_ssids=%u\ncapa.sched_scan_supported=0\n", c->max_scan_ssids);
	strbuf_add(out, "capa.num_multichan_concurrent=%u\n", i->phy->chan_contexts);
	if (driver_nl80211.get_country(i->drv, country) == 0)
		strbuf_add(out, "country=%s\n", country);
	return true;
}
