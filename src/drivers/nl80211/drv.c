/* The driver instance: sockets, radios, regulatory domain, and the table of operations. */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>

#include "drivers/nl80211/nl80211_i.h"

struct nl_req drv_req(struct drv *d, uint8_t cmd)
{
	return req_genl(d->family.id, cmd, 0, NL_REQ_SIZE);
}

struct nl_req if_req(struct drv_if *i, uint8_t cmd)
{
	struct nl_req r = drv_req(i->drv, cmd);
	req_u32(&r, NL80211_ATTR_IFINDEX, (uint32_t)i->ifindex);
	return r;
}

int drv_ask(struct drv *d, struct nl_req *r, nl_msg_fn fn, void *ctx)
{
	return chan_request(&d->req, r, fn, ctx);
}

/* --- radios --- */

struct phy_answer {
	struct nl_phy *phy;
	int err;
};

static void on_wiphy(void *ctx, const struct nlmsghdr *h)
{
	struct phy_answer *a = ctx;
	if (!a->err)
		a->err = wiphy_parse(h, a->phy);
}

static int phy_read(struct drv *d, uint32_t index, struct nl_phy *phy)
{
	struct nl_req r = req_genl(d->family.id, NL80211_CMD_GET_WIPHY, NLM_F_DUMP, NL_REQ_SIZE);
	struct phy_answer a = {phy, 0};
	req_flag(&r, NL80211_ATTR_SPLIT_WIPHY_DUMP);
	req_u32(&r, NL80211_ATTR_WIPHY, index);
	int err = drv_ask(d, &r, on_wiphy, &a);
	if (!err)
		err = a.err;
	if (err)
		return err;
	wiphy_finish(phy);
	if (d->force_connect)
		phy->caps.flags &= ~(unsigned)DRV_CAP_SME;
	if (d->no_control_port)
		phy->caps.flags &= ~(unsigned)(DRV_CAP_CONTROL_PORT | DRV_CAP_EAPOL_TX_STATUS);
	return 0;
}

struct nl_phy *phy_get(struct drv *d, uint32_t index, int *err)
{
	for (struct nl_phy *p = d->phys; p; p = p->next)
		if (p->index == index) {
			p->refs++;
			return p;
		}
	struct nl_phy *phy = calloc(1, sizeof(*phy));
	*err = phy ? phy_read(d, index, phy) : -ENOMEM;
	if (*err) {
		if (phy)
			wiphy_clear(phy);
		free(phy);
		return NULL;
	}
	phy->refs = 1;
	phy->next = d->phys;
	d->phys = phy;
	return phy;
}

void phy_put(struct drv *d, struct nl_phy *phy)
{
	if (!phy || --phy->refs)
		return;
	for (struct nl_phy **at = &d->phys; *at; at = &(*at)->next)
		if (*at == phy) {
			*at = phy->next;
			break;
		}
	wiphy_clear(phy);
	free(phy);
}

int phy_reread(struct drv *d, struct nl_phy *phy)
{
	struct nl_phy now = {.key_mgmt_sync = phy->key_mgmt_sync};
	int err = phy_read(d, phy->index, &now);
	if (err) {
		wiphy_clear(&now);
		return err;
	}
	now.refs = phy->refs;
	now.next = phy->next;
	for (size_t i = 0; i < DRV_BANDS; i++)
		free(phy->caps.bands[i].channels);
	*phy = now;
	return 0;
}

void phy_refresh(struct drv *d, struct nl_phy *phy)
{
	bool stale = phy->stale;
	phy->stale = false; /* a radio that does not answer is not asked for each frame */
	int err = stale ? phy_reread(d, phy) : 0;
	if (err)
		log_msg(LOG_WARN, "nl80211: %s: cannot read the channels again: %s", phy->caps.phy,
			strerror(-err));
}

static const struct drv_caps *nl_caps(struct drv_if *i)
{
	phy_refresh(i->drv, i->phy);
	return &i->phy->caps;
}

static const uint8_t *nl_addr(const struct drv_if *i)
{
	return i->addr;
}

/* --- regulatory domain --- */

static int nl_set_country(struct drv *d, const char alpha2[2])
{
	const char text[3] = {alpha2[0], alpha2[1], 0};
	struct nl_req r = drv_req(d, NL80211_CMD_REQ_SET_REG);
	req_str(&r, NL80211_ATTR_REG_ALPHA2, text);
	return drv_ask(d, &r, NULL, NULL);
}

static void on_reg(void *ctx, const struct nlmsghdr *h)
{
	struct nl_event ev;
	if (event_parse(h, &ev) == 0)
		memcpy(ctx, ev.alpha2, 3);
}

static int nl_get_country(struct drv *d, char alpha2[3])
{
	struct nl_req r = drv_req(d, NL80211_CMD_GET_REG);
	alpha2[0] = 0;
	int err = drv_ask(d, &r, on_reg, alpha2);
	return err || alpha2[0] ? err : -ENODATA;
}

/* --- init --- */

struct family_answer {
	struct nl_family *family;
	int err;
};

static void on_family(void *ctx, const struct nlmsghdr *h)
{
	struct family_answer *a = ctx;
	a->err = family_parse(h, a->family);
}

static int family_resolve(struct drv *d)
{
	struct nl_req r = req_genl(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0, NL_REQ_SIZE);
	struct family_answer a = {&d->family, -EBADMSG};
	req_str(&r, CTRL_ATTR_FAMILY_NAME, NL80211_GENL_NAME);
	int err = drv_ask(d, &r, on_family, &a);
	return err ? err : a.err;
}

static void on_resync(struct timer *t, void *ctx)
{
	(void)t;
	resync(ctx);
}

static void on_lost(void *ctx)
{
	struct drv *d = ctx;
	log_msg(LOG_WARN, "nl80211: the kernel dropped events (busy machine); checking the state");
	if (!timer_running(&d->resync))
		timer_start(eloop_timers(d->loop), &d->resync, 0, on_resync, d);
}

static int open_events(struct drv *d)
{
	const struct {
		uint32_t group;
		const char *name;
	} groups[] = {
		{d->family.scan, "scan"},
		{d->family.mlme, "mlme"},
		{d->family.regulatory, "regulatory"},
	};
	int err = chan_open(&d->events, NETLINK_GENERIC);
	if (!err && chan_join(&d->events, d->family.vendor) < 0)
		log_msg(LOG_DBG, "nl80211: no events of vendors");
	for (size_t i = 0; !err && i < ARRAY_SIZE(groups); i++)
		err = chan_join(&d->events, groups[i].group);
	if (!err)
		err = chan_watch(&d->events, d->loop, on_nl_event, on_lost, d);
	if (!err)
		err = chan_open(&d->rt_events, NETLINK_ROUTE);
	if (!err)
		err = chan_join(&d->rt_events, RTNLGRP_LINK);
	if (!err)
		err = chan_watch(&d->rt_events, d->loop, on_rt_event, on_lost, d);
	return err;
}

static void nl_deinit(struct drv *d)
{
	struct drv_if *i;
	if (!d)
		return;
	while ((i = LIST_FIRST(&d->dead))) {
		LIST_REMOVE(i, link);
		free(i);
	}
	timer_stop(&d->reap);
	timer_stop(&d->resync);
	chan_close(&d->rt_events);
	chan_close(&d->rt);
	chan_close(&d->events);
	chan_close(&d->req);
	free(d);
}

/* Words separated by blanks. */
static int take_params(struct drv *d, const char *params)
{
	char text[256], *words[8];
	if (!params)
		return 0;
	if (strlen(params) >= sizeof(text))
		return -EINVAL;
	snprintf(text, sizeof(text), "%s", params);
	int n = split_words(text, words, ARRAY_SIZE(words));
	for (int i = 0; i < n; i++) {
		if (strcmp(words[i], "control_port=0") == 0) {
			d->no_control_port = true;
		} else if (strcmp(words[i], "force_connect_cmd=1") == 0) {
			d->force_connect = true;
		} else if (strcmp(words[i], "control_port=1") != 0 &&
			   strcmp(words[i], "force_connect_cmd=0") != 0) {
			log_msg(LOG_ERR,
				"nl80211: unknown driver parameter '%s'; known are "
				"control_port=0|1 (EAPOL over nl80211), force_connect_cmd=0|1 "
				"(the kernel authenticates and associates)",
				words[i]);
			return -EINVAL;
		}
	}
	return 0;
}

static struct drv *nl_init(struct eloop *loop, const char *params)
{
	struct drv *d = calloc(1, sizeof(*d));
	if (!d)
		return NULL;
	d->loop = loop;
	d->req.fd = d->events.fd = d->rt.fd = d->rt_events.fd = -1;
	LIST_INIT(&d->ifs);
	LIST_INIT(&d->dead);
	int err = take_params(d, params);
	if (!err)
		err = chan_open(&d->req, NETLINK_GENERIC);
	if (!err)
		err = family_resolve(d);
	if (err == -ENOENT)
		log_msg(LOG_ERR, "nl80211: this kernel has no nl80211: load the module cfg80211 or "
				 "the driver of your radio");
	if (!err)
		err = chan_open(&d->rt, NETLINK_ROUTE);
	if (!err)
		err = open_events(d);
	if (err) {
		log_msg(LOG_ERR, "nl80211: cannot start: %s", strerror(-err));
		nl_deinit(d);
		return NULL;
	}
	return d;
}

const struct driver driver_nl80211 = {
	.name = "nl80211",
	.description = "Linux nl80211/cfg80211",
	.init = nl_init,
	.deinit = nl_deinit,
	.if_open = nl_if_open,
	.if_close = nl_if_close,
	.addr = nl_addr,
	.set_addr = nl_set_addr,
	.caps = nl_caps,
	.set_country = nl_set_country,
	.get_country = nl_get_country,
	.scan = nl_scan,
	.scan_abort = nl_scan_abort,
	.scan_results = nl_scan_results,
	.authenticate = nl_authenticate,
	.associate = nl_associate,
	.connect = nl_sta_connect,
	.deauthenticate = nl_deauthenticate,
	.set_4addr = nl_set_4addr,
	.probe_4addr = nl_probe_4addr,
	.set_operstate = nl_set_operstate,
	.signal_monitor = nl_signal_monitor,
	.set_pmk = nl_set_pmk,
	.sync_pmk = nl_sync_pmk,
	.allow_roaming = nl_allow_roaming,
	.pmksa_set = nl_pmksa_set,
	.pmksa_del = nl_pmksa_del,
	.pmksa_flush = nl_pmksa_flush,
	.set_rekey = nl_set_rekey,
	.refresh_caps = nl_refresh_caps,
	.set_authorized = nl_set_authorized,
	.set_key = nl_set_key,
	.send_eapol = nl_send_eapol,
	.send_mgmt = nl_send_mgmt,
	.sta_info = nl_sta_info,
	.ap_start = nl_ap_start,
	.ap_update = nl_ap_update,
	.channel_switch = nl_channel_switch,
	.ap_stop = nl_ap_stop,
	.sta_set = nl_sta_set,
	.sta_remove = nl_sta_remove,
	.sta_flush = nl_sta_flush,
	.poll_sta = nl_poll_sta,
	.wds_sta = nl_wds_sta,
	.bridge_add = nl_bridge_add,
	.set_bridge = nl_set_bridge,
	.group_rsc = nl_group_rsc,
	.status = nl_status,
};
