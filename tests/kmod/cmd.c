// SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause
/* What the test makes the firmware say: one line written to "cmd" is one event or one setting. */
#include <linux/debugfs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "puppet.h"

/* Elements of an event; to be freed. */
struct ies {
	u8 *req, *resp;
	size_t req_len, resp_len;
};

static void ies_free(struct ies *i)
{
	kfree(i->req);
	kfree(i->resp);
}

static int ies_get(const struct args *args, struct ies *i)
{
	int rc;

	memset(i, 0, sizeof(*i));
	rc = arg_hex(args, "req_ies", &i->req, &i->req_len);
	if (!rc)
		rc = arg_hex(args, "resp_ies", &i->resp, &i->resp_len);
	if (rc)
		ies_free(i);
	return rc;
}

/* bssid of args, else of the link. */
static int get_bssid(struct puppet *p, const struct args *args, u8 bssid[ETH_ALEN])
{
	int rc = arg_mac(args, "bssid", bssid);

	if (rc == -ENODATA) {
		memcpy(bssid, p->bssid, ETH_ALEN);
		rc = 0;
	}
	return rc;
}

static void remove_bss(struct puppet *p, const u8 *bssid)
{
	struct puppet_bss *b, *next;

	list_for_each_entry_safe(b, next, &p->bsss, list)
	{
		if (ether_addr_equal(b->bssid, bssid)) {
			list_del(&b->list);
			kfree(b);
		}
	}
}

/* A BSS that scans find: bssid freq ies [capability signal]. Replaces the one there was. */
static int do_bss(struct puppet *p, const struct args *args)
{
	struct ieee80211_channel *channel =
		ieee80211_get_channel(p->wiphy, arg_num(args, "freq", 2412));
	struct puppet_bss *b;
	u8 bssid[ETH_ALEN], *ies;
	size_t len;
	int rc = arg_mac(args, "bssid", bssid);

	if (rc || !channel)
		return -EINVAL;
	rc = arg_hex(args, "ies", &ies, &len);
	if (rc)
		return rc;
	b = kzalloc(sizeof(*b) + len, GFP_KERNEL);
	if (b) {
		memcpy(b->bssid, bssid, ETH_ALEN);
		memcpy(b->ies, ies, len);
		b->ies_len = len;
		b->channel = channel;
		b->capability = arg_num(args, "capability", 0x11);
		b->signal = arg_num(args, "signal", -5000);
		mutex_lock(&p->lock);
		remove_bss(p, bssid);
		list_add_tail(&b->list, &p->bsss);
		mutex_unlock(&p->lock);
	}
	kfree(ies);
	return b ? 0 : -ENOMEM;
}

static int do_bss_gone(struct puppet *p, const struct args *args)
{
	u8 bssid[ETH_ALEN];
	int rc = arg_mac(args, "bssid", bssid);

	if (rc)
		return rc;
	mutex_lock(&p->lock);
	remove_bss(p, bssid);
	mutex_unlock(&p->lock);
	return 0;
}

/* Answer to the connect request: [status bssid req_ies resp_ies]; timeout: no AP answered. */
static int do_connect_done(struct puppet *p, const struct args *args)
{
	struct cfg80211_connect_resp_params resp = {.timeout_reason = NL80211_TIMEOUT_UNSPECIFIED};
	struct ies ies;
	u8 bssid[ETH_ALEN];
	int rc;

	if (p->link != LINK_CONNECTING)
		return -ENOTCONN;
	rc = get_bssid(p, args, bssid);
	if (!rc)
		rc = ies_get(args, &ies);
	if (rc)
		return rc;
	puppet_inform(p); /* old results are forgotten, but it wants the BSS to be known */
	resp.status = arg_flag(args, "timeout") ? -1 : arg_num(args, "status", 0);
	resp.links[0].bssid = bssid;
	resp.req_ie = ies.req;
	resp.req_ie_len = ies.req_len;
	resp.resp_ie = ies.resp;
	resp.resp_ie_len = ies.resp_len;
	if (resp.status)
		puppet_link_down(p);
	else
		puppet_link_up(p, bssid);
	cfg80211_connect_done(p->dev, &resp, GFP_KERNEL);
	ies_free(&ies);
	return 0;
}

/* The firmware is at another AP now: bssid [req_ies resp_ies]. */
static int do_roamed(struct puppet *p, const struct args *args)
{
	struct cfg80211_roam_info info = {};
	struct ies ies;
	u8 bssid[ETH_ALEN];
	int rc;

	if (p->link != LINK_UP)
		return -ENOTCONN;
	rc = arg_mac(args, "bssid", bssid);
	if (!rc)
		rc = ies_get(args, &ies);
	if (rc)
		return rc;
	puppet_inform(p);
	info.links[0].bssid = bssid;
	info.req_ie = ies.req;
	info.req_ie_len = ies.req_len;
	info.resp_ie = ies.resp;
	info.resp_ie_len = ies.resp_len;
	puppet_link_up(p, bssid);
	cfg80211_roamed(p->dev, &info, GFP_KERNEL);
	ies_free(&ies);
	return 0;
}

/* [bssid], or of an access point: mac of the station */
static int do_port_auth(struct puppet *p, const struct args *args)
{
	u8 peer[ETH_ALEN];
	int rc = arg_mac(args, "mac", peer);

	if (p->link != LINK_UP)
		return -ENOTCONN;
	if (rc == -ENODATA)
		rc = get_bssid(p, args, peer);
	if (!rc)
		cfg80211_port_authorized(p->dev, peer, NULL, 0, GFP_KERNEL);
	return rc;
}

static int do_disconnected(struct puppet *p, const struct args *args)
{
	if (p->link != LINK_UP)
		return -ENOTCONN;
	puppet_link_down(p);
	cfg80211_disconnected(
		p->dev, arg_num(args, "reason", 3), NULL, 0, arg_flag(args, "local"), GFP_KERNEL);
	return 0;
}

/* The firmware ran a group handshake: ctr [bssid]. */
static int do_rekey(struct puppet *p, const struct args *args)
{
	u8 bssid[ETH_ALEN], *ctr;
	size_t len;
	int rc = get_bssid(p, args, bssid);

	if (!rc)
		rc = arg_hex(args, "ctr", &ctr, &len);
	if (rc)
		return rc;
	if (len == NL80211_REPLAY_CTR_LEN)
		cfg80211_gtk_rekey_notify(p->dev, bssid, ctr, GFP_KERNEL);
	kfree(ctr);
	return len == NL80211_REPLAY_CTR_LEN ? 0 : -EINVAL;
}

static int do_pmksa_cand(struct puppet *p, const struct args *args)
{
	u8 bssid[ETH_ALEN];
	int rc = arg_mac(args, "bssid", bssid);

	if (!rc)
		cfg80211_pmksa_candidate_notify(p->dev, arg_num(args, "index", 0), bssid,
			arg_flag(args, "preauth"), GFP_KERNEL);
	return rc;
}

/* The daemon is to authenticate: ssid [bssid action akm] */
static int do_extauth(struct puppet *p, const struct args *args)
{
	struct cfg80211_external_auth_params e = {
		.action = arg_num(args, "action", NL80211_EXTERNAL_AUTH_START),
		.key_mgmt_suite = arg_num(args, "akm", WLAN_AKM_SUITE_SAE),
	};
	size_t len;
	u8 *ssid;
	int rc = get_bssid(p, args, e.bssid);

	if (!rc)
		rc = arg_hex(args, "ssid", &ssid, &len);
	if (rc)
		return rc;
	e.ssid.ssid_len = min_t(size_t, len, IEEE80211_MAX_SSID_LEN);
	memcpy(e.ssid.ssid, ssid, e.ssid.ssid_len);
	kfree(ssid);
	return cfg80211_external_auth_request(p->dev, &e, GFP_KERNEL);
}

/* A management frame from the air: frame [freq] */
static int do_rx_mgmt(struct puppet *p, const struct args *args)
{
	size_t len;
	u8 *frame;
	int rc = arg_hex(args, "frame", &frame, &len);

	if (rc || !frame)
		return rc ? rc : -EINVAL;
	if (!cfg80211_rx_mgmt(&p->wdev, arg_num(args, "freq", 2412), -50, frame, len, 0))
		rc = -ENOENT; /* nobody wants it */
	kfree(frame);
	return rc;
}

/* A station is associated with the access point: mac [req_ies] */
static int do_new_sta(struct puppet *p, const struct args *args)
{
	struct station_info *info = kzalloc(sizeof(*info), GFP_KERNEL);
	struct ies ies;
	u8 mac[ETH_ALEN];
	int rc = info ? arg_mac(args, "mac", mac) : -ENOMEM;

	if (!rc)
		rc = ies_get(args, &ies);
	if (!rc) {
		info->assoc_req_ies = ies.req;
		info->assoc_req_ies_len = ies.req_len;
		cfg80211_new_sta(p->dev, mac, info, GFP_KERNEL);
		ies_free(&ies);
	}
	kfree(info);
	return rc;
}

static int do_del_sta(struct puppet *p, const struct args *args)
{
	u8 mac[ETH_ALEN];
	int rc = arg_mac(args, "mac", mac);

	if (!rc)
		cfg80211_del_sta(p->dev, mac, GFP_KERNEL);
	return rc;
}

static int do_withhold(struct puppet *p, const struct args *args)
{
	p->withhold = arg_num(args, "on", 1);
	return 0;
}

static int do_sta_flag(struct puppet *p, const struct args *args)
{
	p->sta_flag = arg_num(args, "authorized", -1);
	return 0;
}

/* op [errno] */
static int do_fail_next(struct puppet *p, const struct args *args)
{
	const char *op = arg_text(args, "op");

	if (!op)
		return -EINVAL;
	spin_lock_bh(&p->log_lock);
	strscpy(p->fail_verb, op, sizeof(p->fail_verb));
	p->fail_error = -arg_num(args, "errno", EIO);
	spin_unlock_bh(&p->log_lock);
	return 0;
}

static const struct {
	const char *verb;
	int (*run)(struct puppet *p, const struct args *args);
} verbs[] = {
	{"bss", do_bss},
	{"bss_gone", do_bss_gone},
	{"connect_done", do_connect_done},
	{"roamed", do_roamed},
	{"roam_auth", puppet_roam_auth},
	{"port_auth", do_port_auth},
	{"disconnected", do_disconnected},
	{"rekey", do_rekey},
	{"pmksa_cand", do_pmksa_cand},
	{"extauth", do_extauth},
	{"rx_mgmt", do_rx_mgmt},
	{"new_sta", do_new_sta},
	{"del_sta", do_del_sta},
	{"withhold", do_withhold},
	{"sta_flag", do_sta_flag},
	{"fail_next", do_fail_next},
};

static int run(struct puppet *p, char *text)
{
	struct args args;
	int i, rc = args_split(&args, text);

	if (rc)
		return rc;
	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!strcmp(verbs[i].verb, args.verb))
			return verbs[i].run(p, &args);
	return -ENOSYS;
}

static ssize_t cmd_write(struct file *f, const char __user *from, size_t size, loff_t *at)
{
	char *text;
	int rc;

	if (size > LINE_MAX)
		return -E2BIG;
	text = memdup_user_nul(from, size);
	if (IS_ERR(text))
		return PTR_ERR(text);
	rc = puppet_log_full(f->private_data) ? -ENOSPC : run(f->private_data, text);
	kfree_sensitive(text);
	return rc ? rc : size;
}

const struct file_operations puppet_cmd_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = cmd_write,
};
