// SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause
/* A radio: its wiphy, its netdev, the wire behind it, and the log. */
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "puppet.h"

static const u32 ciphers[] = {
	WLAN_CIPHER_SUITE_TKIP,
	WLAN_CIPHER_SUITE_CCMP,
	WLAN_CIPHER_SUITE_GCMP,
	WLAN_CIPHER_SUITE_GCMP_256,
	WLAN_CIPHER_SUITE_CCMP_256,
	WLAN_CIPHER_SUITE_AES_CMAC,
	WLAN_CIPHER_SUITE_BIP_GMAC_128,
	WLAN_CIPHER_SUITE_BIP_GMAC_256,
	WLAN_CIPHER_SUITE_BIP_CMAC_256,
};
static struct ieee80211_rate rates[] = {
	{.bitrate = 10},
	{.bitrate = 20},
	{.bitrate = 55},
	{.bitrate = 110},
	{.bitrate = 60},
	{.bitrate = 120},
	{.bitrate = 240},
};
static const struct ieee80211_channel channels[] = {
	{.band = NL80211_BAND_2GHZ, .center_freq = 2412, .hw_value = 1, .max_power = 20},
	{.band = NL80211_BAND_2GHZ, .center_freq = 2437, .hw_value = 6, .max_power = 20},
	{.band = NL80211_BAND_2GHZ, .center_freq = 2462, .hw_value = 11, .max_power = 20},
};

#define STYPE(s) BIT(IEEE80211_STYPE_##s >> 4)
static const struct ieee80211_txrx_stypes frames[NUM_NL80211_IFTYPES] = {
	[NL80211_IFTYPE_STATION] =
		{
			.tx = 0xffff,
			.rx = STYPE(AUTH) | STYPE(ACTION) | STYPE(PROBE_REQ),
		},
	[NL80211_IFTYPE_AP] =
		{
			.tx = 0xffff,
			.rx = STYPE(AUTH) | STYPE(ASSOC_REQ) | STYPE(REASSOC_REQ) |
			      STYPE(DISASSOC) | STYPE(DEAUTH) | STYPE(ACTION) | STYPE(PROBE_REQ),
		},
};

int puppet_log(struct puppet *p, struct line *l)
{
	int rc = 0;

	if (!l)
		return -ENOMEM;
	spin_lock_bh(&p->log_lock);
	/* the verb ends at the first blank */
	if (*p->fail_verb && !strncmp(l->text, p->fail_verb, strlen(p->fail_verb)) &&
		strchr(" ", l->text[strlen(p->fail_verb)])) {
		rc = p->fail_error;
		line_add(l, " result=%d", rc);
		*p->fail_verb = '\0';
	}
	if (p->log_len + l->len + 1 < LOG_MAX) {
		memcpy(p->log + p->log_len, l->text, l->len);
		p->log_len += l->len;
		p->log[p->log_len++] = '\n';
	}
	spin_unlock_bh(&p->log_lock);
	kfree_sensitive(l);
	return rc;
}

void puppet_inform(struct puppet *p)
{
	struct puppet_bss *b;

	mutex_lock(&p->lock);
	list_for_each_entry(b, &p->bsss, list)
	{
		struct cfg80211_bss *known = cfg80211_inform_bss(p->wiphy, b->channel,
			CFG80211_BSS_FTYPE_PRESP, b->bssid, 0, b->capability, 100, b->ies,
			b->ies_len, b->signal, GFP_KERNEL);

		cfg80211_put_bss(p->wiphy, known);
	}
	mutex_unlock(&p->lock);
}

void puppet_link_up(struct puppet *p, const u8 *bssid)
{
	memcpy(p->bssid, bssid, ETH_ALEN);
	p->link = LINK_UP;
	netif_carrier_on(p->dev);
}

void puppet_link_down(struct puppet *p)
{
	p->link = LINK_IDLE;
	netif_carrier_off(p->dev);
}

/* --- the frames ------------------------------------------------------------------------------ */

void puppet_eapol_out(struct puppet *p, const struct sk_buff *skb, const char *way)
{
	struct line *l = line_new("eapol_tx");

	line_add(l, " way=%s", way);
	line_mac(l, "dst", eth_hdr(skb)->h_dest);
	line_hex(l, "data", skb->data + ETH_HLEN, skb_headlen(skb) - ETH_HLEN);
	puppet_log(p, l);
}

static bool is_eapol(struct sk_buff *skb)
{
	skb_reset_mac_header(skb);
	return skb_headlen(skb) > ETH_HLEN && eth_hdr(skb)->h_proto == htons(ETH_P_PAE);
}

static netdev_tx_t dev_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct puppet *p = *(struct puppet **)netdev_priv(dev);

	if (is_eapol(skb))
		puppet_eapol_out(p, skb, "socket");
	dev_forward_skb(p->wire, skb);
	return NETDEV_TX_OK;
}

static void give_to_nl80211(struct puppet *p, struct sk_buff *skb)
{
	skb->dev = p->dev;
	skb->protocol = eth_type_trans(skb, p->dev);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	cfg80211_rx_control_port(p->dev, skb, false, -1);
#else
	cfg80211_rx_control_port(p->dev, skb, false);
#endif
	dev_kfree_skb_any(skb);
}

static netdev_tx_t wire_xmit(struct sk_buff *skb, struct net_device *wire)
{
	struct puppet *p = *(struct puppet **)netdev_priv(wire);
	bool eapol = is_eapol(skb);

	if (!netif_carrier_ok(p->dev)) {
		dev_kfree_skb_any(skb);
	} else if (eapol && p->withhold) {
		struct line *l = line_new("eapol_withheld");

		line_mac(l, "src", eth_hdr(skb)->h_source);
		puppet_log(p, l);
		dev_kfree_skb_any(skb);
	} else if (eapol && p->port_nl80211) {
		give_to_nl80211(p, skb);
	} else {
		dev_forward_skb(p->dev, skb);
	}
	return NETDEV_TX_OK;
}

static int dev_stop(struct net_device *dev)
{
	struct puppet *p = *(struct puppet **)netdev_priv(dev);

	cancel_delayed_work_sync(&p->scan_work);
	puppet_scan_end(p, true);
	return 0;
}

static const struct net_device_ops dev_ops = {
	.ndo_stop = dev_stop,
	.ndo_start_xmit = dev_xmit,
	.ndo_set_mac_address = eth_mac_addr,
};
static const struct net_device_ops wire_ops = {
	.ndo_start_xmit = wire_xmit,
	.ndo_set_mac_address = eth_mac_addr,
};

/* --- life ---------------------------------------------------------------------------------- */

/* The netdev, and its wire: "fm0" has the wire "fmw0". */
static int make_netdevs(struct puppet *p, const u8 *addr)
{
	struct net_device **devs[] = {&p->dev, &p->wire};
	u8 mac[ETH_ALEN];
	char name[IFNAMSIZ];
	int i, rc;

	memcpy(mac, addr, ETH_ALEN);
	for (i = 0; i < 2; i++) {
		struct net_device *dev;

		snprintf(name, sizeof(name), i ? "fmw%s" : "fm%s", p->name + 2);
		dev = alloc_netdev(sizeof(p), name, NET_NAME_USER, ether_setup);
		if (!dev)
			return -ENOMEM;
		*(struct puppet **)netdev_priv(dev) = p;
		dev->netdev_ops = i ? &wire_ops : &dev_ops;
		dev->priv_flags |= IFF_NO_QUEUE | IFF_LIVE_ADDR_CHANGE;
		dev->needs_free_netdev = true;
		mac[4] = i; /* the wire differs from the radio */
		eth_hw_addr_set(dev, mac);
		if (!i) {
			SET_NETDEV_DEV(dev, wiphy_dev(p->wiphy));
			dev->ieee80211_ptr = &p->wdev;
			p->wdev.wiphy = p->wiphy;
			p->wdev.netdev = dev;
			p->wdev.iftype = NL80211_IFTYPE_STATION;
			netif_carrier_off(dev);
		}
		rc = register_netdev(dev);
		if (rc) {
			free_netdev(dev);
			return rc;
		}
		*devs[i] = dev;
	}
	return 0;
}

/* "15,16,42" */
static int set_bits(struct wiphy *wiphy, const char *text)
{
	unsigned int bit;
	int used;

	for (; text && sscanf(text, "%u%n", &bit, &used) == 1; text += used + (text[used] == ',')) {
		if (bit >= NUM_NL80211_EXT_FEATURES)
			return -ERANGE; /* this kernel does not know it */
		wiphy_ext_feature_set(wiphy, bit);
	}
	return text && *text ? -EINVAL : 0;
}

/* What a word of the "new" line changes in operations and wiphy. */
static void set_abilities(struct puppet *p, const struct args *args)
{
	struct cfg80211_ops *o = &p->ops;

	if (!arg_flag(args, "fwroam"))
		o->update_connect_params = NULL;
	if (arg_flag(args, "norekey"))
		o->set_rekey_data = NULL;
	if (arg_flag(args, "nopmksa")) {
		o->set_pmksa = o->del_pmksa = NULL;
		o->flush_pmksa = NULL;
	}
	if (arg_flag(args, "nokeys")) {
		o->add_key = NULL;
		o->del_key = NULL;
		o->set_default_key = NULL;
		o->set_default_mgmt_key = NULL;
	}
}

static int init_wiphy(struct puppet *p, const struct args *args, const u8 *addr)
{
	struct wiphy *w = p->wiphy;

	memcpy(w->perm_addr, addr, ETH_ALEN);
	memcpy(p->channels, channels, sizeof(channels));
	p->band = (struct ieee80211_supported_band){
		.band = NL80211_BAND_2GHZ,
		.channels = p->channels,
		.n_channels = ARRAY_SIZE(channels),
		.bitrates = rates,
		.n_bitrates = ARRAY_SIZE(rates),
	};
	w->bands[NL80211_BAND_2GHZ] = &p->band;
	w->interface_modes = BIT(NL80211_IFTYPE_STATION) | BIT(NL80211_IFTYPE_AP);
	w->signal_type = CFG80211_SIGNAL_TYPE_MBM;
	w->max_scan_ssids = 4;
	w->max_scan_ie_len = 1024;
	w->max_num_pmkids = arg_num(args, "pmkids", 16);
	w->cipher_suites = ciphers;
	w->n_cipher_suites = ARRAY_SIZE(ciphers);
	w->mgmt_stypes = frames;
	w->flags |= WIPHY_FLAG_CONTROL_PORT_PROTOCOL;
	if (arg_flag(args, "fwroam"))
		w->flags |= WIPHY_FLAG_SUPPORTS_FW_ROAM;
	if (arg_flag(args, "extkck"))
		w->flags |= WIPHY_FLAG_SUPPORTS_EXT_KEK_KCK;
	if (arg_flag(args, "apsme"))
		w->flags |= WIPHY_FLAG_HAVE_AP_SME;
	if (arg_flag(args, "sae_ext"))
		w->features |= NL80211_FEATURE_SAE;
	if (arg_flag(args, "qca"))
		puppet_vendor_init(w);
	return set_bits(w, arg_text(args, "bits"));
}

void puppet_free(struct puppet *p)
{
	struct puppet_bss *b, *next;

	/* Each of the two sends into the other: both are closed before one goes. */
	rtnl_lock();
	if (p->dev)
		dev_close(p->dev);
	if (p->wire)
		dev_close(p->wire);
	rtnl_unlock();
	if (p->dev)
		unregister_netdev(p->dev);
	if (p->wire)
		unregister_netdev(p->wire);
	if (p->wiphy) {
		if (p->wiphy->registered)
			wiphy_unregister(p->wiphy);
		wiphy_free(p->wiphy);
	}
	list_for_each_entry_safe(b, next, &p->bsss, list) kfree(b);
	vfree(p->log);
	kfree(p);
}

int puppet_new(const struct args *args)
{
	struct puppet *p;
	u8 addr[ETH_ALEN];
	int rc;

	if (strncmp(args->verb, "fm", 2) || arg_mac(args, "addr", addr))
		return -EINVAL;
	p = kzalloc(sizeof(*p), GFP_KERNEL);
	if (!p)
		return -ENOMEM;
	strscpy(p->name, args->verb, sizeof(p->name));
	mutex_init(&p->lock);
	spin_lock_init(&p->log_lock);
	INIT_LIST_HEAD(&p->bsss);
	INIT_DELAYED_WORK(&p->scan_work, puppet_scan_work);
	p->sta_flag = -1;
	puppet_sta_ops(&p->ops);
	puppet_ap_ops(&p->ops);
	set_abilities(p, args);
	p->log = vmalloc(LOG_MAX);
	p->wiphy = p->log ? wiphy_new(&p->ops, sizeof(p)) : NULL;
	if (!p->wiphy) {
		puppet_free(p);
		return -ENOMEM;
	}
	*(struct puppet **)wiphy_priv(p->wiphy) = p;
	rc = init_wiphy(p, args, addr);
	if (!rc)
		rc = wiphy_register(p->wiphy);
	if (!rc)
		rc = make_netdevs(p, addr);
	if (rc)
		puppet_free(p);
	else
		puppet_show(p);
	return rc;
}
