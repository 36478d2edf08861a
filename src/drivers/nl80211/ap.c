/* Access point: beacons and BSS parameters. */
#include <errno.h>

#include "drivers/nl80211/nl80211_i.h"

static int register_frame(struct drv_if *i, enum ieee80211_mgmt_stype stype)
{
	struct nl_req r = if_req(i, NL80211_CMD_REGISTER_FRAME);
	req_u16(&r, NL80211_ATTR_FRAME_TYPE, FC_MGMT(stype));
	req_put(&r, NL80211_ATTR_FRAME_MATCH, NULL, 0);
	return chan_request(&i->own, &r, NULL, NULL);
}

int ap_register(struct drv_if *i)
{
	static const enum ieee80211_mgmt_stype wanted[] = {STYPE_AUTH, STYPE_ASSOC_REQ,
		STYPE_REASSOC_REQ, STYPE_DISASSOC, STYPE_DEAUTH, STYPE_ACTION, STYPE_PROBE_REQ};
	for (size_t n = 0; n < ARRAY_SIZE(wanted); n++) {
		int err = register_frame(i, wanted[n]);
		bool taken = err == -EALREADY || err == -EBUSY;
		/* A driver that answers the frames itself need not hand them over. */
		if (err && (taken || !i->phy->ap_sme))
			return err;
	}
	/* Class 3 frames from strangers, 4-address frames. Radios without it still work as AP. */
	struct nl_req r = if_req(i, NL80211_CMD_UNEXPECTED_FRAME);
	int err = chan_request(&i->own, &r, NULL, NULL);
	if (err)
		log_msg(LOG_DBG, "nl80211: %s: no reports of unexpected frames: %s", i->ifname,
			strerror(-err));
	return 0;
}

static struct nl_req big_req(struct drv_if *i, uint8_t cmd, size_t size)
{
	struct nl_req r = req_genl(i->drv->family.id, cmd, 0, size);
	req_u32(&r, NL80211_ATTR_IFINDEX, (uint32_t)i->ifindex);
	return r;
}

static struct bss_params bss_of(const struct drv_ap *ap)
{
	struct bss_params b = {.basic_rate_count = ap->basic_rate_count,
		.isolate = ap->ap_isolate,
		.short_slot = ap->short_slot,
		.short_preamble = ap->short_preamble};
	if (b.basic_rate_count > sizeof(b.basic_rates))
		b.basic_rate_count = sizeof(b.basic_rates);
	if (b.basic_rate_count)
		memcpy(b.basic_rates, ap->basic_rates, b.basic_rate_count);
	return b;
}

static bool bss_equal(const struct bss_params *a, const struct bss_params *b)
{
	return a->isolate == b->isolate && a->short_slot == b->short_slot &&
	       a->short_preamble == b->short_preamble &&
	       a->basic_rate_count == b->basic_rate_count &&
	       memcmp(a->basic_rates, b->basic_rates, a->basic_rate_count) == 0;
}

static int send_bss(struct drv_if *i, const struct drv_ap *ap)
{
	/* Drivers that answer stations themselves mostly have no such parameters. */
	if (!wiphy_has_cmd(i->phy, NL80211_CMD_SET_BSS)) {
		if (ap->ap_isolate)
			log_msg(LOG_WARN,
				"nl80211: %s: ap_isolate=1 has no effect, the driver cannot be "
				"told: stations of this AP reach each other",
				i->ifname);
		return 0;
	}
	struct nl_req r = if_req(i, NL80211_CMD_SET_BSS);
	ap_bss_build(&r, ap);
	return drv_ask(i->drv, &r, NULL, NULL);
}

static int set_bss(struct drv_if *i, const struct drv_ap *ap)
{
	struct bss_params now = bss_of(ap);
	if (i->bss_known && bss_equal(&i->bss, &now))
		return 0;
	int err = send_bss(i, ap);
	if (!err) {
		i->bss = now;
		i->bss_known = true;
	}
	return err;
}

static void set_threshold(struct drv_if *i, int attr, int octets, const char *key)
{
	struct nl_req r = if_req(i, NL80211_CMD_SET_WIPHY);

	if (octets <= DRV_NO_THRESHOLD) {
		req_free(&r);
		return;
	}
	req_u32(&r, attr, (uint32_t)octets);
	int err = drv_ask(i->drv, &r, NULL, NULL);
	if (err && octets >= 0)
		log_msg(LOG_WARN, "nl80211: %s: the radio does not take %s=%d: %s", i->ifname, key,
			octets, strerror(-err));
}

static void set_multicast(struct drv_if *i, bool to_unicast)
{
	struct nl_req r = if_req(i, NL80211_CMD_SET_MULTICAST_TO_UNICAST);

	if (to_unicast)
		req_flag(&r, NL80211_ATTR_MULTICAST_TO_UNICAST_ENABLED);
	int err = drv_ask(i->drv, &r, NULL, NULL);
	if (err && to_unicast)
		log_msg(LOG_WARN, "nl80211: %s: multicast_to_unicast=1 has no effect: %s",
			i->ifname, strerror(-err));
}

static void set_radio(struct drv_if *i, const struct drv_ap *ap)
{
	set_multicast(i, ap->multicast_to_unicast);
	set_threshold(i, NL80211_ATTR_WIPHY_RTS_THRESHOLD, ap->rts_threshold, "rts_threshold");
	set_threshold(i, NL80211_ATTR_WIPHY_FRAG_THRESHOLD, ap->fragm_threshold, "fragm_threshold");
	if (!ap->queues)
		return;
	struct nl_req r = if_req(i, NL80211_CMD_SET_WIPHY);
	ap_queues_build(&r, ap->queues);
	int err = drv_ask(i->drv, &r, NULL, NULL);
	if (err)
		log_msg(LOG_DBG, "nl80211: %s: no settings for its queues (tx_queue_*): %s",
			i->ifname, strerror(-err));
}

static int start(struct drv_if *i, const struct drv_ap *ap)
{
	struct nl_req r = big_req(i, NL80211_CMD_START_AP, NL_REQ_SIZE_AP);
	ap_start_build(&r, ap, &i->control);
	return chan_request(&i->own, &r, NULL, NULL);
}

int nl_ap_start(struct drv_if *i, const struct drv_ap *ap)
{
	i->bss_known = false;
	int err = start(i, ap);
	if (err == -EALREADY) {
		(void)nl_ap_stop(i);
		err = start(i, ap);
	}
	if (err)
		return err;
	i->beaconing = true;
	i->freq = ap->freq;
	err = set_bss(i, ap);
	if (err)
		(void)nl_ap_stop(i);
	else
		set_radio(i, ap);
	return err;
}

int nl_ap_update(struct drv_if *i, const struct drv_ap *ap)
{
	if (!i->beaconing)
		return -ENOTCONN;
	struct nl_req r = big_req(i, NL80211_CMD_SET_BEACON, NL_REQ_SIZE_AP);
	ap_beacon_build(&r, ap);
	int err = drv_ask(i->drv, &r, NULL, NULL);
	return err ? err : set_bss(i, ap);
}

int nl_channel_switch(struct drv_if *i, const struct drv_csa *c)
{
	if (!i->beaconing)
		return -ENOTCONN;
	struct nl_req r = big_req(i, NL80211_CMD_CHANNEL_SWITCH, NL_REQ_SIZE_CSA);
	ap_csa_build(&r, c);
	return drv_ask(i->drv, &r, NULL, NULL);
}

int nl_ap_stop(struct drv_if *i)
{
	struct nl_req r = if_req(i, NL80211_CMD_STOP_AP);
	i->beaconing = i->bss_known = false;
	int err = drv_ask(i->drv, &r, NULL, NULL);
	return err == -ENOENT || err == -ENETDOWN || err == -ENOTCONN ? 0 : err;
}
