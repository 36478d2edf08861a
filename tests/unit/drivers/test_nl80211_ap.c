/* nl80211, access point: what goes to the radio with the start, channel switches; on a fake kernel.
 */
#include "nl80211_bench.h"

static const uint8_t head[36] = {0x80}, tail[] = {37, 3, 0, 11, 5};

static struct drv_ap plain(void)
{
	return (struct drv_ap){.freq = 2437,
		.beacon_int = 100,
		.dtim_period = 2,
		.ssid = (const uint8_t *)"home",
		.ssid_len = 4,
		.head = head,
		.head_len = sizeof(head),
		.tail = tail,
		.tail_len = sizeof(tail),
		.rts_threshold = DRV_NO_THRESHOLD,
		.fragm_threshold = DRV_NO_THRESHOLD};
}

static void start(struct bench *b, const struct drv_ap *ap)
{
	open_if(b, DRV_IF_AP);
	assert_int_equal(drv->ap_start(b->i, ap), 0);
}

/* Nothing is said: nothing is set, but what an access point before may have left. */
static void test_no_settings(void **state)
{
	struct bench *b = *state;
	const struct drv_ap ap = plain();

	start(b, &ap);
	assert_int_equal(fk_times(NL80211_CMD_SET_WIPHY), 0);
	request(NL80211_CMD_SET_MULTICAST_TO_UNICAST, 0);
	assert_only((const int[]){0});
}

static void test_settings(void **state)
{
	static const struct drv_queue queues[DRV_QUEUES] = {{1, 3, 7, 47}};
	struct bench *b = *state;
	struct drv_ap ap = plain();

	ap.multicast_to_unicast = true;
	ap.rts_threshold = 500;
	ap.fragm_threshold = -1;
	ap.queues = queues;
	start(b, &ap);
	request(NL80211_CMD_SET_MULTICAST_TO_UNICAST, 0);
	ONLY(NL80211_ATTR_MULTICAST_TO_UNICAST_ENABLED);
	request(NL80211_CMD_SET_WIPHY, 0);
	ONLY(NL80211_ATTR_WIPHY_RTS_THRESHOLD);
	assert_int_equal(attr_u32(tb[NL80211_ATTR_WIPHY_RTS_THRESHOLD]), 500);
	request(NL80211_CMD_SET_WIPHY, 1);
	ONLY(NL80211_ATTR_WIPHY_FRAG_THRESHOLD);
	assert_int_equal(attr_u32(tb[NL80211_ATTR_WIPHY_FRAG_THRESHOLD]), UINT32_MAX);
	request(NL80211_CMD_SET_WIPHY, 2);
	ONLY(NL80211_ATTR_WIPHY_TXQ_PARAMS);
}

/* A radio without any of it is an access point all the same. */
static void test_settings_refused(void **state)
{
	struct bench *b = *state;
	struct drv_ap ap = plain();

	ap.multicast_to_unicast = true;
	ap.rts_threshold = 500;
	fk_fail(NL80211_CMD_SET_MULTICAST_TO_UNICAST, -EOPNOTSUPP, 1);
	fk_fail(NL80211_CMD_SET_WIPHY, -EINVAL, 9);
	start(b, &ap);
	assert_int_equal(fk_times(NL80211_CMD_STOP_AP), 0);
}

static void tell_switch(struct bench *b, uint8_t cmd, enum drv_event_kind kind)
{
	struct nl_req r = fk_if_event(cmd);

	req_u32(&r, NL80211_ATTR_WIPHY_FREQ, 2462);
	req_u32(&r, NL80211_ATTR_CHANNEL_WIDTH, NL80211_CHAN_WIDTH_40);
	req_u32(&r, NL80211_ATTR_CENTER_FREQ1, 2452);
	assert_true(tell(b, FK_MLME, &r));
	assert_int_equal(b->last.kind, kind);
	assert_int_equal(b->last.chan.freq, 2462);
	assert_int_equal(b->last.chan.offset, -1);
	assert_int_equal(b->last.chan.width, 40);
}

static void test_switch(void **state)
{
	struct bench *b = *state;
	const struct drv_ap until = plain();
	struct drv_ap after = plain();
	struct drv_csa c = {.count = 5, .until = &until, .after = &after, .tail_counter = 4};

	after.freq = 2462;
	open_if(b, DRV_IF_AP);
	assert_int_equal(drv->channel_switch(b->i, &c), -ENOTCONN); /* it does not beacon */
	assert_int_equal(drv->ap_start(b->i, &until), 0);
	assert_int_equal(drv->channel_switch(b->i, &c), 0);
	request(NL80211_CMD_CHANNEL_SWITCH, 0);
	assert_int_equal(attr_u32(tb[NL80211_ATTR_WIPHY_FREQ]), 2462);
	assert_null(tb[NL80211_ATTR_CH_SWITCH_BLOCK_TX]);
	tell_switch(b, NL80211_CMD_CH_SWITCH_STARTED_NOTIFY, DRV_EV_CHANNEL_SWITCH_STARTED);
	tell_switch(b, NL80211_CMD_CH_SWITCH_NOTIFY, DRV_EV_CHANNEL_SWITCH);
	fk_fail(NL80211_CMD_CHANNEL_SWITCH, -EOPNOTSUPP, 1);
	assert_int_equal(drv->channel_switch(b->i, &c), -EOPNOTSUPP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_no_settings),
		CASE(test_settings),
		CASE(test_settings_refused),
		CASE(test_switch),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
