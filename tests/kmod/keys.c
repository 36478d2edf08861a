// SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause
/* Requests about keys and stations, and those of an access point but its start. */
#include "puppet.h"

static void log_key(struct line *l, u8 index, bool pairwise, const u8 *mac)
{
	line_add(l, " index=%u pairwise=%d", index, pairwise);
	line_mac(l, "mac", mac);
}

static int add_key(struct wiphy *wiphy, struct net_device *dev, int link_id, u8 index,
	bool pairwise, const u8 *mac, struct key_params *params)
{
	struct line *l = line_new("add_key");

	log_key(l, index, pairwise, mac);
	line_add(l, " cipher=%08x", params->cipher);
	line_hex(l, "key", params->key, params->key_len);
	line_hex(l, "seq", params->seq, params->seq_len);
	return puppet_log(puppet_of(wiphy), l);
}

static int del_key(struct wiphy *wiphy, struct net_device *dev, int link_id, u8 index,
	bool pairwise, const u8 *mac)
{
	struct line *l = line_new("del_key");

	log_key(l, index, pairwise, mac);
	return puppet_log(puppet_of(wiphy), l);
}

static int set_default_key(struct wiphy *wiphy, struct net_device *dev, int link_id, u8 index,
	bool unicast, bool multicast)
{
	struct line *l = line_new("set_default_key");

	line_add(l, " index=%u", index);
	return puppet_log(puppet_of(wiphy), l);
}

static int set_default_mgmt_key(struct wiphy *wiphy, struct net_device *dev, int link_id, u8 index)
{
	struct line *l = line_new("set_default_mgmt_key");

	line_add(l, " index=%u", index);
	return puppet_log(puppet_of(wiphy), l);
}

static int change_station(struct wiphy *wiphy, struct net_device *dev, const u8 *mac,
	struct station_parameters *params)
{
	const u32 bit = BIT(NL80211_STA_FLAG_AUTHORIZED);
	struct line *l = line_new("change_station");

	line_mac(l, "mac", mac);
	line_add(l, " mask=%x set=%x", params->sta_flags_mask, params->sta_flags_set);
	if (params->sta_flags_mask & bit)
		line_add(l, " authorized=%d", !!(params->sta_flags_set & bit));
	return puppet_log(puppet_of(wiphy), l);
}

static int add_station(struct wiphy *wiphy, struct net_device *dev, const u8 *mac,
	struct station_parameters *params)
{
	struct line *l = line_new("add_station");

	line_mac(l, "mac", mac);
	return puppet_log(puppet_of(wiphy), l);
}

static int del_station(
	struct wiphy *wiphy, struct net_device *dev, struct station_del_parameters *params)
{
	struct line *l = line_new("del_station");

	line_mac(l, "mac", params->mac);
	line_add(l, " reason=%u", params->reason_code);
	return puppet_log(puppet_of(wiphy), l);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
static int change_beacon(
	struct wiphy *wiphy, struct net_device *dev, struct cfg80211_ap_update *update)
#else
static int change_beacon(
	struct wiphy *wiphy, struct net_device *dev, struct cfg80211_beacon_data *update)
#endif
{
	return puppet_log(puppet_of(wiphy), line_new("change_beacon"));
}

static int stop_ap(struct wiphy *wiphy, struct net_device *dev, unsigned int link_id)
{
	struct puppet *p = puppet_of(wiphy);

	puppet_link_down(p);
	return puppet_log(p, line_new("stop_ap"));
}

void puppet_ap_ops(struct cfg80211_ops *ops)
{
	ops->add_key = add_key;
	ops->del_key = del_key;
	ops->set_default_key = set_default_key;
	ops->set_default_mgmt_key = set_default_mgmt_key;
	ops->change_station = change_station;
	ops->add_station = add_station;
	ops->del_station = del_station;
	ops->change_beacon = change_beacon;
	ops->stop_ap = stop_ap;
}
