/* nl80211 codecs against messages recorded from mac80211_hwsim on Linux 6.1
 * (recorded/nl80211-*.bin, netlink messages one after the other), requests read back attribute by
 * attribute, and the netlink channel against this machine's rtnetlink. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <linux/rtnetlink.h>

#include "drivers/nl80211/rtnl_i.h"
#include "utils/file.h"

static const uint8_t ap_addr[MAC_LEN] = {2};
static const uint8_t sta_addr[MAC_LEN] = {2, 0, 0, 0, 1, 0};

typedef void (*each_fn)(void *ctx, const struct nlmsghdr *h);

static void each_message(const char *name, each_fn fn, void *ctx)
{
	char path[128];
	struct bytes b = {0};
	snprintf(path, sizeof(path), "tests/unit/drivers/recorded/nl80211-%s.bin", name);
	assert_int_equal(file_read(path, 1 << 20, &b), 0);
	int left = (int)b.len;
	for (struct nlmsghdr *h = (void *)b.data; nlmsg_ok(h, left); h = nlmsg_next(h, &left))
		fn(ctx, h);
	bytes_clear(&b);
}

/* --- recorded answers --- */

static void take_family(void *ctx, const struct nlmsghdr *h)
{
	assert_int_equal(family_parse(h, ctx), 0);
}

static void test_family(void **state)
{
	struct nl_family f = {0};
	each_message("family", take_family, &f);
	assert_true(f.id >= 16);
	assert_true(f.scan && f.mlme && f.regulatory && f.vendor);
	assert_true(f.scan != f.mlme && f.mlme != f.regulatory);
}

static void take_wiphy(void *ctx, const struct nlmsghdr *h)
{
	assert_int_equal(wiphy_parse(h, ctx), 0);
}

static void test_wiphy(void **state)
{
	struct nl_phy phy = {0};
	each_message("wiphy", take_wiphy, &phy);
	wiphy_finish(&phy);
	const struct drv_caps *c = &phy.caps;
	assert_string_equal(c->phy, "phy0");
	assert_int_equal(c->flags, DRV_CAP_AP | DRV_CAP_STATION | DRV_CAP_SME | DRV_CAP_AP_VLAN |
					   DRV_CAP_4ADDR_STA | DRV_CAP_CONTROL_PORT |
					   DRV_CAP_EAPOL_TX_STATUS | DRV_CAP_RANDOM_SCAN |
					   DRV_CAP_PROBE_CLIENT | DRV_CAP_HOST_KEYS);
	assert_true(
		c->ciphers & CIPHER_CCMP && c->ciphers & CIPHER_TKIP && c->ciphers & CIPHER_BIP);
	assert_int_equal(c->max_scan_ssids, 4);
	assert_true(c->max_scan_ies > 100);
	assert_int_equal(c->max_remain_on_channel, 5000);
	assert_true(c->ext_capab_len > 0);
	assert_true(phy.features & NL80211_FEATURE_FULL_AP_CLIENT_STATE);
	assert_true(wiphy_has_cmd(&phy, NL80211_CMD_START_AP));
	assert_true(wiphy_has_cmd(&phy, NL80211_CMD_SET_BSS));
	assert_true(wiphy_has_cmd(&phy, NL80211_CMD_DEAUTHENTICATE));
	assert_false(phy.ap_sme);
	assert_true(phy.control_port_proto);
	assert_int_equal(phy.chan_contexts, 1);
	assert_memory_equal(phy.addr, ap_addr, MAC_LEN);
	const struct drv_band *b = &c->bands[DRV_BAND_2G];
	assert_int_equal(b->channel_count, 14);
	assert_int_equal(b->channels[0].freq, 2412);
	assert_int_equal(b->channels[0].number, 1);
	assert_int_equal(b->channels[0].flags & DRV_CHAN_NO_HT40_MINUS, DRV_CHAN_NO_HT40_MINUS);
	assert_int_equal(b->channels[0].max_power, 20);
	assert_int_equal(b->channels[13].freq, 2484);
	assert_int_equal(b->rate_count, 12);
	assert_int_equal(b->rates[0], 10);
	assert_int_equal(b->rates[11], 540);
	assert_true(b->ht);
	assert_true(c->bands[DRV_BAND_5G].vht);
	assert_int_equal(c->bands[DRV_BAND_60G].channel_count, 0);
	wiphy_clear(&phy);
}

struct scan_seen {
	unsigned bss, other;
};

static void take_scan(void *ctx, const struct nlmsghdr *h)
{
	struct scan_seen *s = ctx;
	struct drv_scan_result r;
	struct elements e;
	int err = scan_result_parse(h, &r);
	assert_int_equal(err, 0);
	assert_int_equal(r.freq, 2437);
	assert_int_equal(r.level_dbm, -30);
	assert_int_equal(r.beacon_int, 100);
	assert_int_equal(r.capab, CAP_ESS);
	assert_true(r.tsf > 0);
	assert_int_equal(elements_parse(r.ies, r.ies_len, &e), 0);
	/* A passive scan: no probe response. */
	assert_int_equal(r.ies_len, r.beacon_ies_len);
	assert_memory_equal(r.ies, r.beacon_ies, r.ies_len);
	if (r.bssid[5] == 0) {
		assert_memory_equal(r.bssid, ap_addr, MAC_LEN);
		assert_memory_equal(e.ssid.data, "try", 3);
		s->bss++;
	} else {
		assert_memory_equal(e.ssid.data, "try-2", 5);
		assert_false(r.associated);
		s->other++;
	}
}

static void test_scan_results(void **state)
{
	struct scan_seen s = {0};
	each_message("scan", take_scan, &s);
	assert_int_equal(s.bss, 1);
	assert_int_equal(s.other, 1);
}

static void take_station(void *ctx, const struct nlmsghdr *h)
{
	assert_int_equal(sta_info_parse(h, ctx), 0);
}

static void test_station(void **state)
{
	struct drv_sta_info s = {0};
	each_message("station", take_station, &s);
	assert_true(s.has_signal);
	assert_int_equal(s.signal_dbm, -30);
	assert_true(s.has_rates);
	assert_true(s.rx_packets > 0 && s.rx_bytes > s.rx_packets);
}

static void take_iface(void *ctx, const struct nlmsghdr *h)
{
	assert_int_equal(iface_parse(h, ctx), 0);
}

static void test_iface(void **state)
{
	struct nl_iface i = {0};
	each_message("iface", take_iface, &i);
	assert_string_equal(i.ifname, "try.sta1");
	assert_int_equal(i.iftype, NL80211_IFTYPE_AP_VLAN);
	assert_true(i.four_addr);
	assert_int_equal(i.wiphy, 0);
	assert_memory_equal(i.addr, ap_addr, MAC_LEN);
}

struct events_seen {
	unsigned by_cmd[NL80211_CMD_MAX + 1], acked;
	uint16_t deauth_reason, disconnect_reason;
	char alpha2[3];
};

static void take_event(void *ctx, const struct nlmsghdr *h)
{
	struct events_seen *s = ctx;
	struct nl_event ev;
	struct mgmt_hdr m;
	assert_int_equal(event_parse(h, &ev), 0);
	assert_int_equal(ev.cmd, genl_cmd(h));
	uint32_t ifindex = 0;
	assert_int_equal(genl_peek_u32(h, NL80211_ATTR_IFINDEX, &ifindex), ev.has_ifindex);
	assert_int_equal(ifindex, ev.ifindex);
	s->by_cmd[ev.cmd]++;
	struct reader r = reader_of(ev.frame, ev.frame_len);
	if (ev.cmd == NL80211_CMD_FRAME_TX_STATUS || ev.cmd == NL80211_CMD_AUTHENTICATE ||
		ev.cmd == NL80211_CMD_ASSOCIATE || ev.cmd == NL80211_CMD_DEAUTHENTICATE) {
		assert_true(mgmt_parse(&r, &m));
		assert_memory_equal(m.bssid, ap_addr, MAC_LEN);
	}
	if (ev.cmd == NL80211_CMD_FRAME_TX_STATUS) {
		assert_true(ev.cookie != 0);
		assert_memory_equal(m.da, sta_addr, MAC_LEN);
		s->acked += ev.ack;
	}
	if (ev.cmd == NL80211_CMD_ASSOCIATE)
		assert_true(ev.req_ies_len > 0);
	if (ev.cmd == NL80211_CMD_DEAUTHENTICATE && !s->deauth_reason)
		s->deauth_reason = reader_le16(&r);
	if (ev.cmd == NL80211_CMD_DISCONNECT && !s->disconnect_reason) {
		s->disconnect_reason = ev.reason;
		assert_true(ev.by_ap);
	}
	if (ev.cmd == NL80211_CMD_REG_CHANGE)
		memcpy(s->alpha2, ev.alpha2, sizeof(s->alpha2));
}

static void test_events(void **state)
{
	struct events_seen s = {.acked = 0};
	each_message("events", take_event, &s);
	assert_int_equal(s.by_cmd[NL80211_CMD_TRIGGER_SCAN], 1);
	assert_int_equal(s.by_cmd[NL80211_CMD_NEW_SCAN_RESULTS], 1);
	assert_int_equal(s.by_cmd[NL80211_CMD_AUTHENTICATE], 2);
	assert_int_equal(s.by_cmd[NL80211_CMD_ASSOCIATE], 2);
	assert_int_equal(s.by_cmd[NL80211_CMD_DEAUTHENTICATE], 2);
	assert_int_equal(s.by_cmd[NL80211_CMD_CONTROL_PORT_FRAME_TX_STATUS], 6);
	assert_int_equal(s.by_cmd[NL80211_CMD_PROBE_CLIENT], 1);
	assert_int_equal(s.acked, s.by_cmd[NL80211_CMD_FRAME_TX_STATUS]);
	assert_int_equal(s.deauth_reason, 23);
	assert_int_equal(s.disconnect_reason, 23);
	assert_string_equal(s.alpha2, "DE");
}

/* --- damaged messages: never read outside, under the sanitizers --- */

static void parse_as_all(const struct nlmsghdr *h)
{
	struct nl_phy phy = {0};
	struct nl_family family;
	struct nl_iface iface;
	struct nl_event event;
	struct drv_scan_result scan;
	struct drv_sta_info sta;
	struct rt_link link;
	struct drv_event roam;
	const char *why;
	bool sync;
	uint64_t seq;
	uint32_t v;
	(void)wiphy_parse(h, &phy);
	wiphy_finish(&phy);
	wiphy_clear(&phy);
	(void)family_parse(h, &family);
	(void)iface_parse(h, &iface);
	(void)event_parse(h, &event);
	(void)scan_result_parse(h, &scan);
	(void)sta_info_parse(h, &sta);
	(void)link_parse(h, &link);
	(void)key_seq_parse(h, &seq);
	(void)genl_peek_u32(h, NL80211_ATTR_IFINDEX, &v);
	(void)vendor_features_parse(h, &sync);
	(void)roam_auth_parse(nlmsg_data(h), h->nlmsg_len - NLMSG_HDRLEN, &roam, &why);
}

static void damage(void *ctx, const struct nlmsghdr *h)
{
	for (uint32_t len = NLMSG_HDRLEN; len < h->nlmsg_len; len++) {
		/* Exactly as long, so that the sanitizer sees each octet too many. */
		struct nlmsghdr *cut = malloc(len);
		assert_non_null(cut);
		memcpy(cut, h, len);
		cut->nlmsg_len = len;
		parse_as_all(cut);
		free(cut);
	}
	for (uint32_t at = NLMSG_HDRLEN; at < h->nlmsg_len; at++) {
		uint8_t *flipped = malloc(h->nlmsg_len);
		assert_non_null(flipped);
		memcpy(flipped, h, h->nlmsg_len);
		flipped[at] ^= (uint8_t)(1u << (at % 8));
		parse_as_all((struct nlmsghdr *)flipped);
		free(flipped);
	}
}

static void test_damaged(void **state)
{
	static const char *const names[] = {
		"family", "wiphy", "events", "scan", "station", "iface"};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		each_message(names[i], damage, NULL);
}

/* --- requests --- */

static void attrs_of(const struct nl_req *r, struct nlattr **tb)
{
	assert_int_equal(r->err, 0);
	assert_int_equal(genl_attrs(nlmsg_hdr(r->msg), tb, NL80211_ATTR_MAX), 0);
}

static struct nlattr *nested(struct nlattr *outer, int type)
{
	struct nlattr *a;
	int left;
	assert_non_null(outer);
	nla_for_each_nested(a, outer, left) if (nla_type(a) == type) return a;
	return NULL;
}

static void assert_attr(const struct nlattr *a, const void *data, size_t len)
{
	assert_non_null(a);
	assert_int_equal(nla_len(a), len);
	assert_memory_equal(nla_data(a), data, len);
}

static struct nl_req new_req(void)
{
	return req_genl(30, NL80211_CMD_UNSPEC, 0, NL_REQ_SIZE_AP);
}

static unsigned u32_of(const struct nlattr *a)
{
	assert_non_null(a);
	assert_int_equal(nla_len(a), 4);
	return nla_get_u32(a);
}

/* A channel switch: from when on, and what is beaconed before and behind it. */
static void test_channel_switch(void **state)
{
	static const uint8_t head[] = {1}, before[] = {37, 3, 0, 11, 7}, after[] = {2, 3},
			     resp[] = {9, 9, 37, 3, 0, 11, 7};
	const struct drv_ap until = {.head = head,
		.head_len = 1,
		.tail = before,
		.tail_len = sizeof(before),
		.probe_resp = resp,
		.probe_resp_len = sizeof(resp)};
	const struct drv_ap then = {.freq = 2462,
		.ht = true,
		.sec_channel = -1,
		.head = head,
		.head_len = 1,
		.tail = after,
		.tail_len = sizeof(after)};
	const struct drv_csa c = {.count = 7,
		.block_tx = true,
		.until = &until,
		.after = &then,
		.tail_counter = 4,
		.probe_resp_counter = 6};
	const uint16_t four = 4, six = 6;
	struct nlattr *tb[NL80211_ATTR_MAX + 1], *csa[NL80211_ATTR_MAX + 1];
	struct nl_req r = new_req();

	ap_csa_build(&r, &c);
	assert_int_equal(r.err, 0);
	assert_int_equal(genl_attrs(nlmsg_hdr(r.msg), tb, NL80211_ATTR_MAX), 0);
	assert_int_equal(u32_of(tb[NL80211_ATTR_CH_SWITCH_COUNT]), 7);
	assert_non_null(tb[NL80211_ATTR_CH_SWITCH_BLOCK_TX]);
	assert_int_equal(u32_of(tb[NL80211_ATTR_WIPHY_FREQ]), 2462);
	assert_int_equal(u32_of(tb[NL80211_ATTR_CHANNEL_WIDTH]), NL80211_CHAN_WIDTH_40);
	assert_int_equal(u32_of(tb[NL80211_ATTR_CENTER_FREQ1]), 2452);
	assert_attr(tb[NL80211_ATTR_BEACON_TAIL], after, sizeof(after));
	assert_int_equal(
		nla_parse_nested(csa, NL80211_ATTR_MAX, tb[NL80211_ATTR_CSA_IES], NULL), 0);
	assert_attr(csa[NL80211_ATTR_BEACON_TAIL], before, sizeof(before));
	assert_attr(csa[NL80211_ATTR_PROBE_RESP], resp, sizeof(resp));
	assert_attr(csa[NL80211_ATTR_CSA_C_OFF_BEACON], &four, 2);
	assert_attr(csa[NL80211_ATTR_CSA_C_OFF_PRESP], &six, 2);
	req_free(&r);
}

static void test_channel_of_event(void **state)
{
	static const struct {
		uint32_t width, center[2];
		struct drv_chan want;
		const char *text;
	} rows[] = {
		{NL80211_CHAN_WIDTH_20_NOHT, {2462, 0}, {2462, false, 0, 20, {2462, 0}},
			"freq=2462 ht_enabled=0 ch_offset=0 ch_width=20 MHz (no HT) cf1=2462 "
			"cf2=0"},
		{NL80211_CHAN_WIDTH_20, {0, 0}, {2462, true, 0, 20, {2462, 0}},
			"freq=2462 ht_enabled=1 ch_offset=0 ch_width=20 MHz cf1=2462 cf2=0"},
		{NL80211_CHAN_WIDTH_40, {2452, 0}, {2462, true, -1, 40, {2452, 0}},
			"freq=2462 ht_enabled=1 ch_offset=-1 ch_width=40 MHz cf1=2452 cf2=0"},
		{NL80211_CHAN_WIDTH_40, {2472, 0}, {2462, true, 1, 40, {2472, 0}},
			"freq=2462 ht_enabled=1 ch_offset=1 ch_width=40 MHz cf1=2472 cf2=0"},
		{NL80211_CHAN_WIDTH_160, {5250, 0}, {2462, true, 0, 160, {5250, 0}},
			"freq=2462 ht_enabled=1 ch_offset=0 ch_width=160 MHz cf1=5250 cf2=0"},
		{NL80211_CHAN_WIDTH_80P80, {5210, 5775}, {2462, true, 0, 80, {5210, 5775}},
			"freq=2462 ht_enabled=1 ch_offset=0 ch_width=80+80 MHz cf1=5210 cf2=5775"},
		{99, {2462, 0}, {2462, true, 0, 0, {2462, 0}},
			"freq=2462 ht_enabled=1 ch_offset=0 ch_width=0 MHz cf1=2462 cf2=0"},
	};
	struct nl_event ev;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct nl_req r = new_req();
		char buf[160];
		struct strbuf s = strbuf_over(buf, sizeof(buf));
		req_u32(&r, NL80211_ATTR_WIPHY_FREQ, 2462);
		req_u32(&r, NL80211_ATTR_CHANNEL_WIDTH, rows[i].width);
		if (rows[i].center[0])
			req_u32(&r, NL80211_ATTR_CENTER_FREQ1, rows[i].center[0]);
		if (rows[i].center[1])
			req_u32(&r, NL80211_ATTR_CENTER_FREQ2, rows[i].center[1]);
		assert_int_equal(event_parse(nlmsg_hdr(r.msg), &ev), 0);
		assert_int_equal(ev.chan.freq, 2462);
		assert_int_equal(ev.chan.ht, rows[i].want.ht);
		assert_int_equal(ev.chan.offset, rows[i].want.offset);
		assert_int_equal(ev.chan.width, rows[i].want.width);
		drv_chan_text(&ev.chan, &s);
		assert_string_equal(buf, rows[i].text);
		req_free(&r);
	}
}

/* The access point's own queues, VO first. */
static void test_queues(void **state)
{
	static const struct drv_queue q[DRV_QUEUES] = {
		{1, 3, 7, 47}, {1, 7, 15, 94}, {3, 15, 63, 0}, {7, 15, 1023, 0}};
	struct nlattr *tb[NL80211_ATTR_MAX + 1], *one[NL80211_TXQ_ATTR_MAX + 1], *a;
	struct nl_req r = new_req();
	unsigned n = 0;
	int left;

	ap_queues_build(&r, q);
	assert_int_equal(genl_attrs(nlmsg_hdr(r.msg), tb, NL80211_ATTR_MAX), 0);
	nla_for_each_nested(a, tb[NL80211_ATTR_WIPHY_TXQ_PARAMS], left)
	{
		assert_int_equal(nla_parse_nested(one, NL80211_TXQ_ATTR_MAX, a, NULL), 0);
		assert_int_equal(attr_u8(one[NL80211_TXQ_ATTR_AC]), n);
		assert_int_equal(attr_u8(one[NL80211_TXQ_ATTR_AIFS]), q[n].aifs);
		assert_int_equal(attr_u16(one[NL80211_TXQ_ATTR_CWMIN]), q[n].cwmin);
		assert_int_equal(attr_u16(one[NL80211_TXQ_ATTR_CWMAX]), q[n].cwmax);
		assert_int_equal(attr_u16(one[NL80211_TXQ_ATTR_TXOP]), q[n].txop);
		n++;
	}
	assert_int_equal(n, 4);
	req_free(&r);
}

/* Counters that not every driver has, and the rates of all generations. */
static void test_station_counters(void **state)
{
	const uint64_t beacons = 77, drops = 3;
	struct drv_sta_info i;
	struct nl_req r = new_req();
	struct nlattr *info = req_nest(&r, NL80211_ATTR_STA_INFO), *rate;

	req_put(&r, NL80211_STA_INFO_BEACON_RX, &beacons, sizeof(beacons));
	req_put(&r, NL80211_STA_INFO_RX_DROP_MISC, &drops, sizeof(drops));
	req_u32(&r, NL80211_STA_INFO_BEACON_LOSS, 5);
	req_u32(&r, NL80211_STA_INFO_EXPECTED_THROUGHPUT, 6000);
	rate = req_nest(&r, NL80211_STA_INFO_TX_BITRATE);
	req_u8(&r, NL80211_RATE_INFO_VHT_MCS, 9);
	req_u8(&r, NL80211_RATE_INFO_VHT_NSS, 2);
	req_nest_end(&r, rate);
	rate = req_nest(&r, NL80211_STA_INFO_RX_BITRATE);
	req_u8(&r, NL80211_RATE_INFO_MCS, 7);
	req_nest_end(&r, rate);
	req_nest_end(&r, info);
	assert_int_equal(sta_info_parse(nlmsg_hdr(r.msg), &i), 0);
	assert_int_equal(i.known,
		DRV_STA_BEACONS | DRV_STA_BEACON_LOSSES | DRV_STA_THROUGHPUT | DRV_STA_RX_DROPS);
	assert_true(i.beacons == beacons && i.rx_drops == drops);
	assert_int_equal(i.beacon_losses, 5);
	assert_int_equal(i.throughput, 6000);
	assert_int_equal(i.tx_mcs.kind, DRV_MCS_VHT);
	assert_int_equal(i.tx_mcs.mcs, 9);
	assert_int_equal(i.tx_mcs.nss, 2);
	assert_int_equal(i.rx_mcs.kind, DRV_MCS_HT);
	assert_int_equal(i.rx_mcs.mcs, 7);
	req_free(&r);
}

static void test_build_scan(void **state)
{
	static const uint8_t ies[] = {221, 4, 0, 0x50, 0xf2, 4};
	const uint16_t freqs[] = {2412, 5180};
	struct nlattr *tb[NL80211_ATTR_MAX + 1];
	struct drv_scan s = {.ssids = {{"home", 4}, {"", 0}},
		.ssid_count = 2,
		.freqs = freqs,
		.freq_count = 2,
		.ies = ies,
		.ies_len = sizeof(ies),
		.bssid = ap_addr,
		.flush = true};
	struct nl_req r = new_req();
	scan_build(&r, &s);
	attrs_of(&r, tb);
	assert_attr(nested(tb[NL80211_ATTR_SCAN_SSIDS], 1), "home", 4);
	assert_attr(nested(tb[NL80211_ATTR_SCAN_SSIDS], 2), "", 0);
	assert_int_equal(nla_get_u32(nested(tb[NL80211_ATTR_SCAN_FREQUENCIES], 2)), 5180);
	assert_attr(tb[NL80211_ATTR_IE], ies, sizeof(ies));
	assert_attr(tb[NL80211_ATTR_MAC], ap_addr, MAC_LEN);
	assert_int_equal(attr_u32(tb[NL80211_ATTR_SCAN_FLAGS]), NL80211_SCAN_FLAG_FLUSH);
	req_free(&r);

	/* From a random address: ATTR_MAC is that one. */
	static const uint8_t mask[MAC_LEN] = {0xff, 0xff, 0xff};
	static const uint8_t from[MAC_LEN] = {2, 1, 2, 3, 4, 5};
	s.rand_addr = from;
	s.rand_mask = mask;
	r = new_req();
	scan_build(&r, &s);
	attrs_of(&r, tb);
	assert_attr(tb[NL80211_ATTR_MAC], from, MAC_LEN);
	assert_attr(tb[NL80211_ATTR_MAC_MASK], mask, MAC_LEN);
	assert_attr(tb[NL80211_ATTR_BSSID], ap_addr, MAC_LEN);
	assert_int_equal(attr_u32(tb[NL80211_ATTR_SCAN_FLAGS]),
		NL80211_SCAN_FLAG_FLUSH | NL80211_SCAN_FLAG_RANDOM_ADDR);
	req_free(&r);

	s = (struct drv_scan){0};
	r = new_req();
	scan_build(&r, &s);
	attrs_of(&r, tb);
	assert_null(tb[NL80211_ATTR_SCAN_SSIDS]); /* passive */
	assert_null(tb[NL80211_ATTR_SCAN_FLAGS]);
	req_free(&r);
}

static void test_build_assoc(void **state)
{
	struct nlattr *tb[NL80211_ATTR_MAX + 1];
	const struct control_port nl = {true, true, true}, packet = {true, true, false};
	struct drv_assoc a = {.ssid = (const uint8_t *)"home",
		.ssid_len = 4,
		.freq = 2437,
		.pairwise = CIPHER_CCMP,
		.group = CIPHER_TKIP,
		.akm = AKM_PSK,
		.control_port = true,
		.privacy = true};
	struct nl_req r = new_req();
	assoc_build(&r, &a, &nl);
	attrs_of(&r, tb);
	assert_int_equal(attr_u32(tb[NL80211_ATTR_CIPHER_SUITES_PAIRWISE]), 0x000fac04);
	assert_int_equal(attr_u32(tb[NL80211_ATTR_CIPHER_SUITE_GROUP]), 0x000fac02);
	assert_int_equal(attr_u32(tb[NL80211_ATTR_AKM_SUITES]), 0x000fac02);
	assert_int_equal(attr_u16(tb[NL80211_ATTR_CONTROL_PORT_ETHERTYPE]), 0x888e);
	assert_non_null(tb[NL80211_ATTR_CONTROL_PORT]);
	assert_non_null(tb[NL80211_ATTR_CONTROL_PORT_OVER_NL80211]);
	assert_non_null(tb[NL80211_ATTR_CONTROL_PORT_NO_PREAUTH]);
	assert_non_null(tb[NL80211_ATTR_SOCKET_OWNER]);
	assert_null(tb[NL80211_ATTR_PREV_BSSID]);
	assert_null(tb[NL80211_ATTR_CONTROL_PORT_NO_ENCRYPT]); /* rekeying is encrypted */
	req_free(&r);

	r = new_req();
	assoc_build(&r, &a, &packet);
	attrs_of(&r, tb);
	assert_non_null(tb[NL80211_ATTR_CONTROL_PORT]);
	assert_null(tb[NL80211_ATTR_CONTROL_PORT_OVER_NL80211]);
	req_free(&r);

	a.control_port = false;
	a.pairwise = a.group = a.akm = 0;
	a.prev_bssid = ap_addr;
	r = new_req();
	assoc_build(&r, &a, &nl);
	attrs_of(&r, tb);
	assert_null(tb[NL80211_ATTR_CONTROL_PORT]);
	assert_null(tb[NL80211_ATTR_CONTROL_PORT_ETHERTYPE]);
	assert_null(tb[NL80211_ATTR_WPA_VERSIONS]);
	assert_attr(tb[NL80211_ATTR_PREV_BSSID], ap_addr, MAC_LEN);
	req_free(&r);
}

static void test_build_key(void **state)
{
	static const uint8_t key[16] = {1}, seq[6] = {6, 5, 4, 3, 2, 1};
	struct nlattr *tb[NL80211_ATTR_MAX + 1];
	struct drv_key k = {.cipher = CIPHER_CCMP,
		.index = 2,
		.key = key,
		.key_len = 16,
		.rsc = 0x010203040506,
		.set_tx = true};
	struct nl_req r = new_req();
	key_new_build(&r, &k);
	attrs_of(&r, tb);
	assert_null(tb[NL80211_ATTR_MAC]);
	assert_attr(nested(tb[NL80211_ATTR_KEY], NL80211_KEY_DATA), key, 16);
	assert_attr(nested(tb[NL80211_ATTR_KEY], NL80211_KEY_SEQ), seq, 6);
	assert_int_equal(attr_u8(nested(tb[NL80211_ATTR_KEY], NL80211_KEY_IDX)), 2);
	assert_int_equal(
		attr_u32(nested(tb[NL80211_ATTR_KEY], NL80211_KEY_TYPE)), NL80211_KEYTYPE_GROUP);
	/* The answer to GET_KEY has the same nest. */
	uint64_t rsc = 0;
	assert_int_equal(key_seq_parse(nlmsg_hdr(r.msg), &rsc), 0);
	assert_int_equal(rsc, k.rsc);
	req_free(&r);

	r = new_req();
	key_default_build(&r, &k);
	attrs_of(&r, tb);
	assert_non_null(nested(tb[NL80211_ATTR_KEY], NL80211_KEY_DEFAULT));
	struct nlattr *types = nested(tb[NL80211_ATTR_KEY], NL80211_KEY_DEFAULT_TYPES);
	assert_non_null(nested(types, NL80211_KEY_DEFAULT_TYPE_MULTICAST));
	assert_null(nested(types, NL80211_KEY_DEFAULT_TYPE_UNICAST));
	req_free(&r);

	k.addr = sta_addr;
	k.key = NULL;
	r = new_req();
	key_del_build(&r, &k);
	attrs_of(&r, tb);
	assert_attr(tb[NL80211_ATTR_MAC], sta_addr, MAC_LEN);
	assert_int_equal(
		attr_u32(nested(tb[NL80211_ATTR_KEY], NL80211_KEY_TYPE)), NL80211_KEYTYPE_PAIRWISE);
	req_free(&r);
}

static void test_build_ap(void **state)
{
	static const uint8_t head[40] = {0x80}, tail[2000] = {48}, basic[] = {2, 4};
	struct nlattr *tb[NL80211_ATTR_MAX + 1];
	const struct control_port nl = {true, true, true};
	struct drv_ap ap = {.freq = 2437,
		.sec_channel = -1,
		.ht = true,
		.beacon_int = 100,
		.dtim_period = 2,
		.ssid = (const uint8_t *)"home",
		.ssid_len = 4,
		.hide_ssid = 2,
		.head = head,
		.head_len = sizeof(head),
		.tail = tail,
		.tail_len = sizeof(tail),
		.probe_resp = tail,
		.probe_resp_len = sizeof(tail),
		.basic_rates = basic,
		.basic_rate_count = 2,
		.ap_isolate = true,
		.privacy = true,
		.inactivity = 300,
		.pairwise = CIPHER_CCMP | CIPHER_TKIP,
		.group = CIPHER_TKIP,
		.akm = AKM_PSK};
	struct nl_req r = new_req();
	ap_start_build(&r, &ap, &nl);
	attrs_of(&r, tb);
	assert_attr(tb[NL80211_ATTR_BEACON_HEAD], head, sizeof(head));
	assert_attr(tb[NL80211_ATTR_BEACON_TAIL], tail, sizeof(tail));
	assert_int_equal(attr_u32(tb[NL80211_ATTR_WIPHY_FREQ]), 2437);
	assert_int_equal(attr_u32(tb[NL80211_ATTR_CHANNEL_WIDTH]), NL80211_CHAN_WIDTH_40);
	assert_int_equal(attr_u32(tb[NL80211_ATTR_CENTER_FREQ1]), 2427);
	assert_int_equal(attr_u32(tb[NL80211_ATTR_HIDDEN_SSID]), NL80211_HIDDEN_SSID_ZERO_CONTENTS);
	assert_int_equal(nla_len(tb[NL80211_ATTR_CIPHER_SUITES_PAIRWISE]), 8);
	assert_int_equal(attr_u16(tb[NL80211_ATTR_INACTIVITY_TIMEOUT]), 300);
	assert_non_null(tb[NL80211_ATTR_CONTROL_PORT_OVER_NL80211]);
	assert_non_null(tb[NL80211_ATTR_SOCKET_OWNER]);
	req_free(&r);

	r = new_req();
	ap_bss_build(&r, &ap);
	attrs_of(&r, tb);
	assert_attr(tb[NL80211_ATTR_BSS_BASIC_RATES], basic, 2);
	assert_int_equal(attr_u8(tb[NL80211_ATTR_AP_ISOLATE]), 1);
	req_free(&r);

	/* More than a message holds is an error, not a short beacon. */
	r = req_genl(30, NL80211_CMD_START_AP, 0, 1024);
	ap_start_build(&r, &ap, &nl);
	assert_int_equal(r.err, -EMSGSIZE);
	req_free(&r);
}

static void test_build_sta(void **state)
{
	static const uint8_t rates[] = {2, 4};
	struct nlattr *tb[NL80211_ATTR_MAX + 1];
	struct nl80211_sta_flag_update u;
	struct drv_sta s = {.listen_interval = 10,
		.flags = DRV_STA_AUTHENTICATED | DRV_STA_WMM,
		.flags_mask = DRV_STA_AUTHENTICATED | DRV_STA_ASSOCIATED | DRV_STA_WMM,
		.qosinfo = 0x65};
	memcpy(s.addr, sta_addr, MAC_LEN);
	struct nl_req r = new_req();
	sta_build(&r, &s, true);
	attrs_of(&r, tb);
	assert_int_equal(attr_u16(tb[NL80211_ATTR_STA_AID]), 1); /* the kernel insists on one */
	assert_attr(tb[NL80211_ATTR_STA_SUPPORTED_RATES], "", 0);
	memcpy(&u, nla_data(tb[NL80211_ATTR_STA_FLAGS2]), sizeof(u));
	assert_int_equal(u.mask, 1 << NL80211_STA_FLAG_AUTHENTICATED |
					 1 << NL80211_STA_FLAG_ASSOCIATED |
					 1 << NL80211_STA_FLAG_WME);
	assert_int_equal(u.set, 1 << NL80211_STA_FLAG_AUTHENTICATED | 1 << NL80211_STA_FLAG_WME);
	assert_int_equal(
		attr_u8(nested(tb[NL80211_ATTR_STA_WME], NL80211_STA_WME_UAPSD_QUEUES)), 5);
	assert_int_equal(attr_u8(nested(tb[NL80211_ATTR_STA_WME], NL80211_STA_WME_MAX_SP)), 3);
	req_free(&r);

	s.change = true;
	s.aid = 7;
	s.rates = rates;
	s.rate_count = 2;
	r = new_req();
	sta_build(&r, &s, false);
	attrs_of(&r, tb);
	assert_int_equal(attr_u16(tb[NL80211_ATTR_STA_AID]), 7);
	memcpy(&u, nla_data(tb[NL80211_ATTR_STA_FLAGS2]), sizeof(u));
	assert_int_equal(u.mask, 1 << NL80211_STA_FLAG_WME);
	req_free(&r);
}

/* --- small things --- */

static void test_addresses(void **state)
{
	static const uint8_t none[MAC_LEN], low4[MAC_LEN] = {0, 0, 0, 0, 0, 0x0f};
	static const uint8_t global[MAC_LEN] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x5f};
	uint8_t out[MAC_LEN];
	wiphy_nth_addr(ap_addr, none, 1, out);
	assert_memory_equal(out, ((uint8_t[]){2, 0, 0, 0, 0, 1}), MAC_LEN);
	wiphy_nth_addr(global, none, 1, out);
	assert_memory_equal(out, ((uint8_t[]){0x02, 0x11, 0x22, 0x33, 0x44, 0x60}), MAC_LEN);
	wiphy_nth_addr(global, low4, 1, out); /* the block is 16 addresses; it wraps inside */
	assert_memory_equal(out, ((uint8_t[]){0x00, 0x11, 0x22, 0x33, 0x44, 0x50}), MAC_LEN);
	wiphy_nth_addr(global, low4, 16, out); /* and beyond it addresses are local ones */
	assert_int_equal(out[0], 0x02);
}

static void test_iftype_names(void **state)
{
	char text[64];
	struct strbuf s = strbuf_over(text, sizeof(text));
	wiphy_iftype_names(1u << NL80211_IFTYPE_STATION | 1u << NL80211_IFTYPE_MONITOR, &s);
	assert_string_equal(text, "station, monitor");
}

static void test_driver_flags(void **state)
{
	char text[256];
	struct strbuf s = strbuf_over(text, sizeof(text));
	driver_flags_text(DRV_CAP_AP | DRV_CAP_SME | DRV_CAP_PMKSA, &s);
	assert_string_equal(text, "0000010001000060:\nSME\nAP\nAP_MLME\nFULL_AP_CLIENT_STATE\n");
	/* Management in the device is none of ours. */
	s = strbuf_over(text, sizeof(text));
	driver_flags_text(DRV_CAP_AP | DRV_CAP_AP_SME, &s);
	assert_string_equal(text, "0000000000000040:\nAP\n");
	/* As Debian's daemon numbers them on the same radio. */
	s = strbuf_over(text, sizeof(text));
	driver_flags_text(DRV_CAP_PSK_OFFLOAD | DRV_CAP_1X_OFFLOAD | DRV_CAP_KEY_MGMT_SYNC |
				  DRV_CAP_ROAMING | DRV_CAP_CONTROL_PORT,
		&s);
	assert_string_equal(text, "0600000400040008:\n4WAY_HANDSHAKE_8021X\nBSS_SELECTION\n"
				  "KEY_MGMT_OFFLOAD\n4WAY_HANDSHAKE_PSK\nCONTROL_PORT\n");
}

static void test_link_parse(void **state)
{
	struct ifinfomsg info = {.ifi_index = 5, .ifi_flags = IFF_UP};
	struct rt_link link;
	struct nl_req r = req_rtnl(RTM_NEWLINK, 0, &info, sizeof(info));
	req_put(&r, IFLA_ADDRESS, sta_addr, MAC_LEN);
	req_str(&r, IFLA_IFNAME, "wlan1");
	req_u32(&r, IFLA_MASTER, 9);
	assert_int_equal(link_parse(nlmsg_hdr(r.msg), &link), 0);
	assert_int_equal(link.ifindex, 5);
	assert_int_equal(link.master, 9);
	assert_true(link.flags & IFF_UP);
	assert_string_equal(link.ifname, "wlan1");
	assert_false(link.removed);
	req_free(&r);
	/* A port leaving a bridge is no interface going away. */
	info.ifi_family = AF_BRIDGE;
	r = req_rtnl(RTM_DELLINK, 0, &info, sizeof(info));
	assert_int_equal(link_parse(nlmsg_hdr(r.msg), &link), -ENOENT);
	req_free(&r);
}

static void count_message(void *ctx, const struct nlmsghdr *h)
{
	(*(unsigned *)ctx)++;
}

static void test_channel(void **state)
{
	struct nl_chan c;
	struct rt_link link;
	unsigned links = 0;
	assert_int_equal(chan_open(&c, NETLINK_ROUTE), 0);
	assert_int_equal(rt_link_get(&c, (int)if_nametoindex("lo"), &link), 0);
	assert_string_equal(link.ifname, "lo");
	assert_int_equal(rt_link_get(&c, 0x7ffffff0, &link), -ENODEV);
	const struct ifinfomsg info = {.ifi_family = AF_UNSPEC};
	struct nl_req r = req_rtnl(RTM_GETLINK, NLM_F_DUMP, &info, sizeof(info));
	assert_int_equal(chan_request(&c, &r, count_message, &links), 0);
	assert_true(links >= 1);
	assert_int_equal(chan_join(&c, 0), -ENOENT);
	chan_close(&c);
	chan_close(&c);
	r = req_rtnl(RTM_GETLINK, 0, &info, sizeof(info));
	assert_int_equal(chan_request(&c, &r, NULL, NULL), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_family),
		cmocka_unit_test(test_wiphy),
		cmocka_unit_test(test_scan_results),
		cmocka_unit_test(test_station),
		cmocka_unit_test(test_station_counters),
		cmocka_unit_test(test_channel_switch),
		cmocka_unit_test(test_channel_of_event),
		cmocka_unit_test(test_queues),
		cmocka_unit_test(test_iface),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_build_scan),
		cmocka_unit_test(test_build_assoc),
		cmocka_unit_test(test_build_key),
		cmocka_unit_test(test_build_ap),
		cmocka_unit_test(test_build_sta),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_iftype_names),
		cmocka_unit_test(test_driver_flags),
		cmocka_unit_test(test_link_parse),
		cmocka_unit_test(test_channel),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
