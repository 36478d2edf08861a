/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* A full-MAC radio without hardware: records what cfg80211 asks of it, says what a test tells it.
 */
#ifndef PUPPET_H
#define PUPPET_H

#include <linux/etherdevice.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/spinlock.h>
#include <linux/version.h>
#include <linux/workqueue.h>
#include <net/cfg80211.h>

/* --- one line of text, to or from a test: a verb, then name=value or name ----------------------
 */

#define LINE_MAX (16 * 1024)
struct line {
	size_t len;
	char text[LINE_MAX];
};
/* NULL without memory; the functions below do nothing with NULL. */
struct line *line_new(const char *verb);
__printf(2, 3) void line_add(struct line *l, const char *format, ...);
void line_hex(struct line *l, const char *name, const void *data, size_t len); /* not if NULL */
void line_mac(struct line *l, const char *name, const u8 *addr);               /* not if NULL */

#define ARGS_MAX 24
struct args {
	const char *verb;
	int n;
	struct {
		const char *name, *value; /* value: "" for a bare name */
	} a[ARGS_MAX];
};
/* Splits text (changed by it); views into it. 0 or -E2BIG, -EINVAL. */
int args_split(struct args *args, char *text);
const char *arg_text(const struct args *args, const char *name); /* NULL: not there */
bool arg_flag(const struct args *args, const char *name);        /* there, and not "0" */
long arg_num(const struct args *args, const char *name, long def);
/* 0, -ENODATA (not there), -EINVAL */
int arg_mac(const struct args *args, const char *name, u8 addr[ETH_ALEN]);
/* The octets of a hex value, *data to be freed; NULL and 0 when not there. 0, -EINVAL, -ENOMEM */
int arg_hex(const struct args *args, const char *name, u8 **data, size_t *len);

/* --- radio --------------------------------------------------------------------------------- */

#define LOG_MAX (4 * 1024 * 1024)
struct puppet_bss {
	struct list_head list;
	u8 bssid[ETH_ALEN];
	struct ieee80211_channel *channel;
	u16 capability;
	int signal; /* mBm */
	size_t ies_len;
	u8 ies[];
};

enum puppet_link { LINK_IDLE, LINK_CONNECTING, LINK_UP };

struct puppet {
	struct list_head list;
	char name[IFNAMSIZ];
	struct cfg80211_ops ops;
	struct wiphy *wiphy;
	struct wireless_dev wdev;
	struct net_device *dev;  /* what the daemon uses */
	struct net_device *wire; /* frames out of dev come in here, and back */
	struct ieee80211_supported_band band;
	struct ieee80211_channel channels[3];
	struct dentry *dir;

	struct mutex lock; /* one command at a time; the BSS list */
	struct list_head bsss;
	enum puppet_link link;
	u8 bssid[ETH_ALEN]; /* of the link */
	bool port_nl80211;  /* EAPOL goes the way of nl80211 */
	bool withhold;      /* the firmware keeps EAPOL to itself */
	int sta_flag;       /* get_station: 1 authorized, 0 not, -1 does not tell */
	char fail_verb[24]; /* the next request of this name gets fail_error */
	int fail_error;
	u64 cookie;
	struct cfg80211_scan_request *scan;
	struct delayed_work scan_work;

	spinlock_t log_lock;
	size_t log_len;
	char *log;
};

static inline struct puppet *puppet_of(struct wiphy *wiphy)
{
	return *(struct puppet **)wiphy_priv(wiphy);
}

/* Radio as the words of args say: name addr= bits= and the switches of radio.c. */
int puppet_new(const struct args *args);
void puppet_free(struct puppet *p);
void puppet_show(struct puppet *p); /* a finished radio gets its files */

/* Appends the line to the log and frees it. Returns what the request is to return. */
int puppet_log(struct puppet *p, struct line *l);
/* Something may be missing in the log: the test must end. */
static inline bool puppet_log_full(const struct puppet *p)
{
	return READ_ONCE(p->log_len) + LINE_MAX > LOG_MAX;
}
void puppet_inform(struct puppet *p); /* all BSSs to cfg80211 */
void puppet_scan_work(struct work_struct *work);
void puppet_scan_end(struct puppet *p, bool aborted);
void puppet_link_up(struct puppet *p, const u8 *bssid);
void puppet_link_down(struct puppet *p);
void puppet_eapol_out(struct puppet *p, const struct sk_buff *skb, const char *way);

void puppet_sta_ops(struct cfg80211_ops *ops);
void puppet_ap_ops(struct cfg80211_ops *ops);
void puppet_vendor_init(struct wiphy *wiphy);
int puppet_roam_auth(struct puppet *p, const struct args *args);

extern const struct file_operations puppet_cmd_fops;

#endif
