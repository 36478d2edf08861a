// SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause
/* The vendor interface of the second design: the firmware roams and tells the keys. */
#include <linux/slab.h>
#include <net/netlink.h>

#include "puppet.h"

#define OUI 0x001374
enum { SUBCMD_ROAMING = 9, SUBCMD_SET_KEY = 50, SUBCMD_ROAM_AUTH = 51, SUBCMD_FEATURES = 55 };
enum { ATTR_FEATURE_FLAGS = 7, ATTR_ROAMING_POLICY = 5, ATTR_ROAMING_MAC = 6, ATTR_ROAMING_MAX };
enum {
	ROAM_BSSID = 1,
	ROAM_REQ_IE,
	ROAM_RESP_IE,
	ROAM_AUTHORIZED,
	ROAM_CTR,
	ROAM_KCK,
	ROAM_KEK,
	ROAM_SUBNET,
	ROAM_PMK = 11,
	ROAM_PMKID = 12,
	ROAM_REASON = 14,
};

static int get_features(struct wiphy *wiphy, struct wireless_dev *wdev, const void *data, int len)
{
	static const u8 flags[] = {1}; /* bit 0: key management offload */
	struct sk_buff *reply;
	int rc = puppet_log(puppet_of(wiphy), line_new("qca_features"));

	if (rc)
		return rc;
	reply = cfg80211_vendor_cmd_alloc_reply_skb(wiphy, 64);
	if (!reply)
		return -ENOMEM;
	if (nla_put(reply, ATTR_FEATURE_FLAGS, sizeof(flags), flags)) {
		kfree_skb(reply);
		return -EMSGSIZE;
	}
	return cfg80211_vendor_cmd_reply(reply);
}

static int set_key(struct wiphy *wiphy, struct wireless_dev *wdev, const void *data, int len)
{
	struct line *l = line_new("qca_set_key");

	line_hex(l, "pmk", data, len);
	return puppet_log(puppet_of(wiphy), l);
}

static int roaming(struct wiphy *wiphy, struct wireless_dev *wdev, const void *data, int len)
{
	const struct nlattr *policy = nla_find(data, len, ATTR_ROAMING_POLICY);
	struct line *l = line_new("qca_roaming");

	line_add(l, " policy=%u", policy ? nla_get_u32(policy) : ~0u);
	return puppet_log(puppet_of(wiphy), l);
}

static const struct nla_policy roaming_policy[ATTR_ROAMING_MAX] = {
	[ATTR_ROAMING_POLICY] = {.type = NLA_U32},
	[ATTR_ROAMING_MAC] = {.type = NLA_BINARY, .len = ETH_ALEN},
};
static const struct wiphy_vendor_command commands[] = {
	{
		.info = {.vendor_id = OUI, .subcmd = SUBCMD_FEATURES},
		.flags = WIPHY_VENDOR_CMD_NEED_WDEV | WIPHY_VENDOR_CMD_NEED_NETDEV,
		.doit = get_features,
		.policy = VENDOR_CMD_RAW_DATA,
	},
	{
		.info = {.vendor_id = OUI, .subcmd = SUBCMD_SET_KEY},
		.flags = WIPHY_VENDOR_CMD_NEED_WDEV | WIPHY_VENDOR_CMD_NEED_NETDEV |
			 WIPHY_VENDOR_CMD_NEED_RUNNING,
		.doit = set_key,
		.policy = VENDOR_CMD_RAW_DATA,
	},
	{
		.info = {.vendor_id = OUI, .subcmd = SUBCMD_ROAMING},
		.flags = WIPHY_VENDOR_CMD_NEED_WDEV | WIPHY_VENDOR_CMD_NEED_NETDEV |
			 WIPHY_VENDOR_CMD_NEED_RUNNING,
		.doit = roaming,
		.policy = roaming_policy,
		.maxattr = ATTR_ROAMING_MAX - 1,
	},
};
static const struct nl80211_vendor_cmd_info events[] = {
	{.vendor_id = OUI, .subcmd = SUBCMD_ROAM_AUTH},
};

void puppet_vendor_init(struct wiphy *wiphy)
{
	wiphy->vendor_commands = commands;
	wiphy->n_vendor_commands = ARRAY_SIZE(commands);
	wiphy->vendor_events = events;
	wiphy->n_vendor_events = ARRAY_SIZE(events);
}

static int put_hex(struct sk_buff *skb, int attr, const struct args *args, const char *name)
{
	size_t len;
	u8 *data;
	int rc = arg_hex(args, name, &data, &len);

	if (!rc && data)
		rc = nla_put(skb, attr, len, data);
	kfree(data);
	return rc;
}

/* Only what args name is in the event: a test may leave out what must be there. */
static int put_roam_auth(struct sk_buff *skb, const struct args *args)
{
	static const struct {
		const char *name;
		int attr;
	} octets[] = {
		{"req_ies", ROAM_REQ_IE},
		{"resp_ies", ROAM_RESP_IE},
		{"ctr", ROAM_CTR},
		{"kck", ROAM_KCK},
		{"kek", ROAM_KEK},
		{"pmk", ROAM_PMK},
		{"pmkid", ROAM_PMKID},
	};
	u8 bssid[ETH_ALEN];
	int i, rc;

	rc = arg_mac(args, "bssid", bssid);
	if (!rc)
		rc = nla_put(skb, ROAM_BSSID, ETH_ALEN, bssid);
	else if (rc == -ENODATA)
		rc = 0;
	for (i = 0; !rc && i < ARRAY_SIZE(octets); i++)
		rc = put_hex(skb, octets[i].attr, args, octets[i].name);
	if (!rc && arg_text(args, "authorized"))
		rc = nla_put_u8(skb, ROAM_AUTHORIZED, arg_num(args, "authorized", 0));
	if (!rc && arg_text(args, "subnet"))
		rc = nla_put_u8(skb, ROAM_SUBNET, arg_num(args, "subnet", 0));
	if (!rc && arg_text(args, "reason"))
		rc = nla_put_u16(skb, ROAM_REASON, arg_num(args, "reason", 0));
	return rc;
}

int puppet_roam_auth(struct puppet *p, const struct args *args)
{
	struct sk_buff *skb;
	int rc;

	if (!p->wiphy->n_vendor_events)
		return -EOPNOTSUPP;
	skb = cfg80211_vendor_event_alloc(p->wiphy, &p->wdev, 4096, 0, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	rc = put_roam_auth(skb, args);
	if (rc)
		kfree_skb(skb);
	else
		cfg80211_vendor_event(skb, GFP_KERNEL);
	return rc;
}
