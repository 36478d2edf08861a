/* The text of STATUS-DRIVER: names and order as users' scripts know them, as far as the facts exist
 * here. */
#include "drivers/nl80211/nl80211_i.h"

static unsigned enc_bits(const struct drv_caps *c)
{
	static const unsigned order[] = {CIPHER_WEP40, CIPHER_WEP104, CIPHER_TKIP, CIPHER_CCMP};
	unsigned bits = 0;
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (c->ciphers & order[i])
			bits |= 1u << i;
	return bits;
}

static void add_iface(struct drv_if *i, struct strbuf *out)
{
	struct rt_link link = {0};
	struct nl_iface now = {0};
	/* What cannot be read is shown as 0. */
	(void)netdev_get(i->drv, i->ifindex, &now);
	(void)rt_link_get(&i->drv->rt, i->ifindex, &link);
	strbuf_add(out, "ifindex=%d\nifname=%s\nbrname=%s\n", i->ifindex, i->ifname, i->bridge);
	strbuf_add(out, "addr=" MACSTR "\nfreq=%u\n", MAC2STR(i->addr), now.freq);
	if (i->beaconing)
		strbuf_add(out, "beacon_set=1\n");
	if (i->added_to_bridge)
		strbuf_add(out, "added_if_into_bridge=1\n");
	strbuf_add(
		out, "phyname=%s\nperm_addr=" MACSTR "\n", i->phy->caps.phy, MAC2STR(i->phy->addr));
	strbuf_add(out, "operstate=%d\n", link.operstate == RT_OPER_UP);
}

static void add_link(struct drv_if *i, struct strbuf *out)
{
	static const uint8_t none[MAC_LEN];
	bool up = i->sta.state == LINK_UP;
	bool authed = up || i->sta.state == LINK_AUTHED || i->sta.state == LINK_ASSOC_SENT;
	strbuf_add(out, "scan_state=%s\n", i->scan_state);
	strbuf_add(out, "auth_bssid=" MACSTR "\n", MAC2STR(authed ? i->sta.bssid : none));
	strbuf_add(out, "bssid=" MACSTR "\n", MAC2STR(up ? i->sta.bssid : none));
	strbuf_add(out, "associated=%d\nassoc_freq=%u\n", up, up ? i->sta.freq : 0);
}

static void add_capabilities(struct drv_if *i, struct strbuf *out)
{
	const struct drv_caps *c = &i->phy->caps;
	/* Key management is user space's: all of WPA, WPA2, WPA-PSK, WPA2-PSK. */
	strbuf_add(out, "capa.key_mgmt=0xf\ncapa.enc=0x%x\ncapa.auth=0x1\n", enc_bits(c));
	strbuf_add(out, "capa.flags=0x%llx\ncapa.flags2=0x0\n",
		(unsigned long long)driver_flag_bits(c->flags));
	strbuf_add(out, "capa.max_scan_ssids=%u\ncapa.sched_scan_supported=0\n", c->max_scan_ssids);
	strbuf_add(out, "capa.max_remain_on_chan=%u\n", c->max_remain_on_channel);
	/* Counted only from two on: radios that can be on one channel at a time say 0. */
	strbuf_add(out, "capa.num_multichan_concurrent=%u\n",
		i->phy->chan_contexts > 1 ? i->phy->chan_contexts : 0);
}

bool nl_status(struct drv_if *i, struct strbuf *out)
{
	char country[3];
	add_iface(i, out);
	add_link(i, out);
	add_capabilities(i, out);
	if (driver_nl80211.get_country(i->drv, country) == 0)
		strbuf_add(out, "country=%s\n", country);
	return true;
}
