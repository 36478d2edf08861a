// SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause
/* Requests to a station: each is a line in the log. */
#include "puppet.h"

/* It takes its time: of what is seen within a tick of the clock the kernel cannot tell whether it
 * was before the scan. */
#define SCAN_TIME msecs_to_jiffies(20)

void puppet_scan_end(struct puppet *p, bool aborted)
{
	struct cfg80211_scan_request *request = xchg(&p->scan, NULL);
	struct cfg80211_scan_info info = {.aborted = aborted};

	if (request)
		cfg80211_scan_done(request, &info);
}

void puppet_scan_work(struct work_struct *work)
{
	struct puppet *p = container_of(to_delayed_work(work), struct puppet, scan_work);

	puppet_inform(p);
	puppet_scan_end(p, false);
}

static int scan(struct wiphy *wiphy, struct cfg80211_scan_request *request)
{
	struct puppet *p = puppet_of(wiphy);
	struct line *l = line_new("scan");
	int rc;

	line_add(l, " channels=%u", request->n_channels);
	rc = puppet_log(p, l);
	if (rc)
		return rc;
	p->scan = request;
	schedule_delayed_work(&p->scan_work, SCAN_TIME);
	return 0;
}

/* The secrets and suites, the same for stations and access points. */
static void log_crypto(struct line *l, const struct cfg80211_crypto_settings *c)
{
	int i;

	line_add(l, " wpa=%u group=%08x", c->wpa_versions, c->cipher_group);
	for (i = 0; i < c->n_ciphers_pairwise; i++)
		line_add(l, "%s%08x", i ? "," : " pairwise=", c->ciphers_pairwise[i]);
	for (i = 0; i < c->n_akm_suites; i++)
		line_add(l, "%s%08x", i ? "," : " akm=", c->akm_suites[i]);
	line_hex(l, "psk", c->psk, 32);
	line_hex(l, "sae_password", c->sae_pwd, c->sae_pwd_len);
	line_add(l, " sae_pwe=%d port=%d port_nl80211=%d no_preauth=%d", c->sae_pwe,
		c->control_port, c->control_port_over_nl80211, c->control_port_no_preauth);
}

static struct line *connect_line(const char *verb, const struct cfg80211_connect_params *c)
{
	struct line *l = line_new(verb);

	line_mac(l, "bssid", c->bssid);
	line_mac(l, "bssid_hint", c->bssid_hint);
	line_mac(l, "prev_bssid", c->prev_bssid);
	line_hex(l, "ssid", c->ssid, c->ssid_len);
	if (c->channel)
		line_add(l, " freq=%u", c->channel->center_freq);
	if (c->channel_hint)
		line_add(l, " freq_hint=%u", c->channel_hint->center_freq);
	line_hex(l, "ies", c->ie, c->ie_len);
	line_add(l, " auth_type=%d mfp=%d want_1x=%d ext_auth=%d", c->auth_type, c->mfp, c->want_1x,
		!!(c->flags & CONNECT_REQ_EXTERNAL_AUTH_SUPPORT));
	line_hex(l, "erp_rrk", c->fils_erp_rrk, c->fils_erp_rrk_len);
	log_crypto(l, &c->crypto);
	return l;
}

static int connect(struct wiphy *wiphy, struct net_device *dev, struct cfg80211_connect_params *c)
{
	struct puppet *p = puppet_of(wiphy);
	const u8 *bssid = c->bssid ? c->bssid : c->bssid_hint;
	int rc = puppet_log(p, connect_line("connect", c));

	if (rc)
		return rc;
	if (p->link == LINK_UP)
		netif_carrier_off(dev); /* with prev_bssid: from one AP to another */
	p->link = LINK_CONNECTING;
	p->port_nl80211 = c->crypto.control_port_over_nl80211;
	eth_zero_addr(p->bssid);
	if (bssid)
		memcpy(p->bssid, bssid, ETH_ALEN);
	return 0;
}

static int update_connect_params(
	struct wiphy *wiphy, struct net_device *dev, struct cfg80211_connect_params *c, u32 changed)
{
	struct line *l = connect_line("update_connect_params", c);

	line_add(l, " changed=%u", changed);
	return puppet_log(puppet_of(wiphy), l);
}

static int disconnect(struct wiphy *wiphy, struct net_device *dev, u16 reason)
{
	struct puppet *p = puppet_of(wiphy);
	enum puppet_link was = p->link;
	struct line *l = line_new("disconnect");

	line_add(l, " reason=%u", reason);
	puppet_link_down(p);
	if (was == LINK_UP)
		cfg80211_disconnected(dev, reason, NULL, 0, true, GFP_KERNEL);
	return puppet_log(p, l);
}

static int set_pmk(struct wiphy *wiphy, struct net_device *dev, const struct cfg80211_pmk_conf *c)
{
	struct line *l = line_new("set_pmk");

	line_mac(l, "bssid", c->aa);
	line_hex(l, "pmk", c->pmk, c->pmk_len);
	line_hex(l, "pmk_r0_name", c->pmk_r0_name, 16);
	return puppet_log(puppet_of(wiphy), l);
}

static int del_pmk(struct wiphy *wiphy, struct net_device *dev, const u8 *aa)
{
	struct line *l = line_new("del_pmk");

	line_mac(l, "bssid", aa);
	return puppet_log(puppet_of(wiphy), l);
}

static int log_pmksa(struct wiphy *wiphy, const char *verb, const struct cfg80211_pmksa *s)
{
	struct line *l = line_new(verb);

	line_mac(l, "bssid", s->bssid);
	line_hex(l, "pmkid", s->pmkid, WLAN_PMKID_LEN);
	line_hex(l, "pmk", s->pmk, s->pmk_len);
	line_hex(l, "ssid", s->ssid, s->ssid_len);
	line_hex(l, "cache_id", s->cache_id, 2);
	line_add(l, " lifetime=%u threshold=%u", s->pmk_lifetime, s->pmk_reauth_threshold);
	return puppet_log(puppet_of(wiphy), l);
}

static int set_pmksa(struct wiphy *wiphy, struct net_device *dev, struct cfg80211_pmksa *s)
{
	return log_pmksa(wiphy, "set_pmksa", s);
}

static int del_pmksa(struct wiphy *wiphy, struct net_device *dev, struct cfg80211_pmksa *s)
{
	return log_pmksa(wiphy, "del_pmksa", s);
}

static int flush_pmksa(struct wiphy *wiphy, struct net_device *dev)
{
	return puppet_log(puppet_of(wiphy), line_new("flush_pmksa"));
}

static int set_rekey_data(
	struct wiphy *wiphy, struct net_device *dev, struct cfg80211_gtk_rekey_data *d)
{
	struct line *l = line_new("set_rekey_data");

	line_hex(l, "kek", d->kek, d->kek_len);
	line_hex(l, "kck", d->kck, d->kck_len);
	line_hex(l, "ctr", d->replay_ctr, NL80211_REPLAY_CTR_LEN);
	line_add(l, " akm=%08x", d->akm);
	return puppet_log(puppet_of(wiphy), l);
}

static int external_auth(
	struct wiphy *wiphy, struct net_device *dev, struct cfg80211_external_auth_params *e)
{
	struct line *l = line_new("external_auth");

	line_mac(l, "bssid", e->bssid);
	line_hex(l, "ssid", e->ssid.ssid, e->ssid.ssid_len);
	line_hex(l, "pmkid", e->pmkid, WLAN_PMKID_LEN);
	line_add(l, " status=%u", e->status);
	return puppet_log(puppet_of(wiphy), l);
}

/* Two addresses, type, payload. */
static struct sk_buff *frame_of(
	struct net_device *dev, const u8 *dest, __be16 proto, const u8 *buf, size_t len)
{
	struct sk_buff *skb = dev_alloc_skb(ETH_HLEN + len);

	if (!skb)
		return NULL;
	skb_put_data(skb, dest, ETH_ALEN);
	skb_put_data(skb, dev->dev_addr, ETH_ALEN);
	skb_put_data(skb, &proto, sizeof(proto));
	skb_put_data(skb, buf, len);
	skb_reset_mac_header(skb);
	skb->dev = dev;
	return skb;
}

static int tx_control_port(struct wiphy *wiphy, struct net_device *dev, const u8 *buf, size_t len,
	const u8 *dest, const __be16 proto, const bool noencrypt, int link_id, u64 *cookie)
{
	struct puppet *p = puppet_of(wiphy);
	struct sk_buff *skb = frame_of(dev, dest, proto, buf, len);

	if (!skb)
		return -ENOMEM;
	puppet_eapol_out(p, skb, "nl80211");
	local_bh_disable();
	dev_forward_skb(p->wire, skb);
	local_bh_enable();
	if (cookie) {
		*cookie = ++p->cookie;
		cfg80211_control_port_tx_status(&p->wdev, *cookie, buf, len, true, GFP_KERNEL);
	}
	return 0;
}

static int mgmt_tx(struct wiphy *wiphy, struct wireless_dev *wdev,
	struct cfg80211_mgmt_tx_params *params, u64 *cookie)
{
	struct puppet *p = puppet_of(wiphy);
	struct line *l = line_new("mgmt_tx");
	int rc;

	line_hex(l, "frame", params->buf, params->len);
	rc = puppet_log(p, l);
	if (rc)
		return rc;
	*cookie = ++p->cookie;
	cfg80211_mgmt_tx_status(wdev, *cookie, params->buf, params->len, true, GFP_KERNEL);
	return 0;
}

static int get_station(
	struct wiphy *wiphy, struct net_device *dev, const u8 *mac, struct station_info *info)
{
	struct puppet *p = puppet_of(wiphy);
	struct line *l = line_new("get_station");
	int rc;

	line_mac(l, "mac", mac);
	rc = puppet_log(p, l);
	if (rc)
		return rc;
	if (p->wdev.iftype == NL80211_IFTYPE_STATION &&
		(p->link != LINK_UP || !ether_addr_equal(mac, p->bssid)))
		return -ENOENT;
	info->filled = BIT_ULL(NL80211_STA_INFO_SIGNAL);
	info->signal = -50;
	if (p->sta_flag >= 0) {
		info->filled |= BIT_ULL(NL80211_STA_INFO_STA_FLAGS);
		info->sta_flags.mask = BIT(NL80211_STA_FLAG_AUTHORIZED);
		info->sta_flags.set = p->sta_flag ? BIT(NL80211_STA_FLAG_AUTHORIZED) : 0;
	}
	return 0;
}

static int change_virtual_intf(struct wiphy *wiphy, struct net_device *dev,
	enum nl80211_iftype type, struct vif_params *params)
{
	struct line *l = line_new("iftype");

	line_add(l, " type=%d", type);
	dev->ieee80211_ptr->iftype = type;
	return puppet_log(puppet_of(wiphy), l);
}

static int start_ap(
	struct wiphy *wiphy, struct net_device *dev, struct cfg80211_ap_settings *settings)
{
	struct puppet *p = puppet_of(wiphy);
	struct line *l = line_new("start_ap");
	int rc;

	line_hex(l, "ssid", settings->ssid, settings->ssid_len);
	line_add(l, " freq=%u privacy=%d", settings->chandef.chan->center_freq, settings->privacy);
	log_crypto(l, &settings->crypto);
	rc = puppet_log(p, l);
	if (!rc) {
		p->port_nl80211 = settings->crypto.control_port_over_nl80211;
		puppet_link_up(p, dev->dev_addr);
	}
	return rc;
}

void puppet_sta_ops(struct cfg80211_ops *ops)
{
	ops->scan = scan;
	ops->connect = connect;
	ops->update_connect_params = update_connect_params;
	ops->disconnect = disconnect;
	ops->set_pmk = set_pmk;
	ops->del_pmk = del_pmk;
	ops->set_pmksa = set_pmksa;
	ops->del_pmksa = del_pmksa;
	ops->flush_pmksa = flush_pmksa;
	ops->set_rekey_data = set_rekey_data;
	ops->external_auth = external_auth;
	ops->tx_control_port = tx_control_port;
	ops->mgmt_tx = mgmt_tx;
	ops->get_station = get_station;
	ops->change_virtual_intf = change_virtual_intf;
	ops->start_ap = start_ap;
}
