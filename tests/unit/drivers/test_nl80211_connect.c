/* The link of a station whose driver associates by itself: requests and events in every order,
 * events that got lost, interfaces closed from within an event. */
#include "nl80211_bench.h"

static const uint8_t peer[MAC_LEN] = {2, 0, 0, 0, 9, 9};

static void start(struct bench *b, const uint8_t *bssid)
{
	struct drv_assoc a = assoc_of(AKM_PSK);
	mac_copy(a.bssid, bssid);
	assert_int_equal(drv->connect(b->i, &a), 0);
	assert_int_equal(b->i->sta.state, LINK_CONNECTING);
}

/* --- answers to CONNECT --- */

static void test_result(void **state)
{
	static const uint8_t zero[MAC_LEN];
	static const struct {
		const uint8_t *mac;
		uint16_t status;
		int timeout; /* -1: an answer came */
		const uint8_t *addr;
		unsigned freq;
		enum drv_connect_phase phase;
	} rows[] = {
		{bss_a, 0, -1, bss_a, 2437, DRV_PHASE_UNKNOWN},
		/* Another BSS of the network than the one that was hinted at. */
		{bss_b, 0, -1, bss_b, 5180, DRV_PHASE_UNKNOWN},
		{NULL, 0, -1, bss_a, 2437, DRV_PHASE_UNKNOWN},
		{bss_a, 16, -1, bss_a, 2437, DRV_PHASE_UNKNOWN},
		/* Drivers that do not name the AP of a failure. */
		{zero, 16, -1, bss_a, 2437, DRV_PHASE_UNKNOWN},
		{NULL, 1, NL80211_TIMEOUT_SCAN, bss_a, 2437, DRV_PHASE_SCAN},
		{bss_a, 1, NL80211_TIMEOUT_AUTH, bss_a, 2437, DRV_PHASE_AUTH},
		{bss_a, 0, NL80211_TIMEOUT_ASSOC, bss_a, 2437, DRV_PHASE_ASSOC},
	};
	struct bench *b = *state;
	open_if(b, DRV_IF_STATION);
	struct nl_req r = connect_result(bss_a, 0);
	assert_false(tell(b, FK_MLME, &r)); /* nobody asked */
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool good = rows[i].status == 0 && rows[i].timeout < 0;
		start(b, bss_a);
		r = connect_result(rows[i].mac, rows[i].status);
		if (rows[i].timeout >= 0) {
			req_flag(&r, NL80211_ATTR_TIMED_OUT);
			req_u32(&r, NL80211_ATTR_TIMEOUT_REASON, (uint32_t)rows[i].timeout);
		}
		assert_true(tell(b, FK_MLME, &r));
		assert_int_equal(b->last.kind, DRV_EV_CONNECT);
		assert_memory_equal(b->last.addr, rows[i].addr, MAC_LEN);
		assert_int_equal(b->last.conn.status, rows[i].status);
		assert_int_equal(b->last.conn.timed_out, rows[i].timeout >= 0);
		assert_int_equal(b->last.conn.phase, rows[i].phase);
		assert_int_equal(b->i->sta.state, good ? LINK_UP : LINK_IDLE);
		assert_int_equal(b->i->sta.freq, rows[i].freq);
		/* One answer to one request. */
		r = connect_result(bss_a, 16);
		assert_false(tell(b, FK_MLME, &r));
		assert_int_equal(b->i->sta.state, good ? LINK_UP : LINK_IDLE);
	}
}

/* An older link is in the way: it ends, through the socket that owns it. */
static void test_in_the_way(void **state)
{
	static const int errors[] = {-EALREADY, -EINPROGRESS, -EBUSY};
	struct bench *b = *state;
	struct drv_assoc a = assoc_of(AKM_PSK);
	open_if(b, DRV_IF_STATION);
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		link_up(b);
		fk_forget();
		fk_fail(NL80211_CMD_CONNECT, errors[i], 1);
		start(b, bss_b);
		assert_int_equal(fk_times(NL80211_CMD_CONNECT), 2);
		assert_int_equal(request(NL80211_CMD_DISCONNECT, 0)->sock, b->i->own.fd);
		fk_fail(NL80211_CMD_CONNECT, errors[i], 9);
		assert_int_equal(drv->connect(b->i, &a), errors[i]);
		assert_int_equal(b->i->sta.state, LINK_IDLE);
		fk_fail(0, 0, 0);
	}
	/* What has another reason is not tried again. */
	fk_forget();
	fk_fail(NL80211_CMD_CONNECT, -EINVAL, 1);
	assert_int_equal(drv->connect(b->i, &a), -EINVAL);
	assert_int_equal(fk_times(NL80211_CMD_CONNECT), 1);
	assert_int_equal(fk_times(NL80211_CMD_DISCONNECT), 0);
}

/* What comes late from the old link is no news about the new one. */
static void test_late(void **state)
{
	struct bench *b = *state;
	open_if(b, DRV_IF_STATION);
	link_up(b);
	start(b, bss_b);
	struct nl_req r = disconnected(3);
	assert_false(tell(b, FK_MLME, &r));
	r = roamed(peer);
	assert_false(tell(b, FK_MLME, &r));
	assert_int_equal(b->i->sta.state, LINK_CONNECTING);
	assert_memory_equal(b->i->sta.bssid, bss_b, MAC_LEN);
	r = connect_result(bss_b, 0);
	assert_true(tell(b, FK_MLME, &r));
	r = disconnected(0);
	assert_true(tell(b, FK_MLME, &r));
	assert_int_equal(b->last.kind, DRV_EV_DISCONNECTED);
	assert_memory_equal(b->last.addr, bss_b, MAC_LEN);
	assert_int_equal(b->last.disc.reason, REASON_UNSPECIFIED); /* 0 is none */
	r = disconnected(3);
	assert_false(tell(b, FK_MLME, &r));
}

/* --- leaving --- */

static void leave(struct bench *b, uint16_t reason)
{
	fk_forget();
	assert_int_equal(drv->deauthenticate(b->i, bss_a, reason), 0);
	request(NL80211_CMD_DISCONNECT, 0);
	ONLY(NL80211_ATTR_REASON_CODE);
	assert_int_equal(attr_u16(tb[NL80211_ATTR_REASON_CODE]), reason);
}

static void test_leave(void **state)
{
	struct bench *b = *state;
	open_if(b, DRV_IF_STATION);
	link_up(b);
	leave(b, 3);
	unsigned before = b->events;
	/* The driver's own event, and nothing behind it. */
	struct nl_req r = disconnected(8);
	assert_true(tell(b, FK_MLME, &r));
	assert_int_equal(b->last.kind, DRV_EV_DISCONNECTED);
	assert_int_equal(b->last.disc.reason, 8);
	/* One that tells nothing. */
	link_up(b);
	leave(b, 3);
	eloop_advance(b->loop, 0);
	assert_int_equal(b->events, before + 3);
	assert_int_equal(b->last.disc.reason, 3);
	assert_true(b->last.disc.locally_generated);
	/* While the answer to CONNECT is awaited, which then comes too late. */
	start(b, bss_a);
	leave(b, 3);
	eloop_advance(b->loop, 0);
	assert_int_equal(b->events, before + 4);
	r = connect_result(bss_a, 16);
	assert_false(tell(b, FK_MLME, &r));
	/* Somewhere else at once: the end of the first is no end of the second. */
	link_up(b);
	leave(b, 3);
	start(b, bss_b);
	r = connect_result(bss_b, 0);
	assert_true(tell(b, FK_MLME, &r));
	assert_int_equal(b->last.kind, DRV_EV_CONNECT);
	assert_int_equal(b->i->sta.state, LINK_UP);
	/* The link is gone already, in whatever words. */
	static const int gone[] = {-ENOTCONN, -ENOLINK, -ENETDOWN};
	for (size_t i = 0; i < ARRAY_SIZE(gone); i++) {
		fk_fail(NL80211_CMD_DISCONNECT, gone[i], 1);
		leave(b, 3);
		eloop_advance(b->loop, 0);
		assert_int_equal(b->last.kind, DRV_EV_DISCONNECTED);
	}
	before = b->events;
	fk_fail(NL80211_CMD_DISCONNECT, -EPERM, 1);
	assert_int_equal(drv->deauthenticate(b->i, bss_a, 3), -EPERM);
	eloop_advance(b->loop, 0);
	assert_int_equal(b->events, before);
}

/* --- events that got lost --- */

static void test_lost(void **state)
{
	struct bench *b = *state;
	open_if(b, DRV_IF_STATION);
	start(b, bss_a);
	fk_forget();
	resync(b->d);
	assert_int_equal(b->events, 1);
	assert_int_equal(b->last.kind, DRV_EV_CONNECT);
	assert_true(b->last.conn.timed_out);
	assert_int_equal(b->i->sta.state, LINK_IDLE);
	assert_int_equal(fk_times(NL80211_CMD_DISCONNECT), 1);
	resync(b->d);
	assert_int_equal(b->events, 1);
}

/* Stations of a device that answers them: who came meanwhile is to be heard of. */
static void test_lost_stations(void **state)
{
	static const uint8_t head[36] = {0x80};
	const struct drv_ap ap = {.freq = 2437,
		.beacon_int = 100,
		.dtim_period = 2,
		.ssid = head,
		.ssid_len = 1,
		.head = head,
		.head_len = sizeof(head)};
	struct bench *b = *state;
	fk.stations = 3;
	for (int sme = 0; sme < 2; sme++) {
		fk.ap_sme = sme;
		open_if(b, DRV_IF_AP);
		unsigned before = b->events;
		resync(b->d);
		assert_int_equal(b->events, before); /* not on the air */
		assert_int_equal(drv->ap_start(b->i, &ap), 0);
		resync(b->d);
		assert_int_equal(b->events, before + (sme ? 3 : 0));
		close_if(b);
	}
	assert_int_equal(b->last.kind, DRV_EV_RX_SPURIOUS);
	assert_memory_equal(b->last.addr, "\2\0\0\0\11\2", MAC_LEN);
	open_if(b, DRV_IF_AP);
	assert_int_equal(drv->ap_start(b->i, &ap), 0);
	unsigned before = b->events;
	fk_fail(NL80211_CMD_GET_STATION, -EOPNOTSUPP, 1);
	resync(b->d);
	assert_int_equal(b->events, before);
	b->close_inside = true;
	resync(b->d);
	assert_int_equal(b->events, before + 1);
	assert_null(b->i);
}

/* A radio that does not answer is asked once for its new channels. */
static void test_radio_silent(void **state)
{
	struct bench *b = *state;
	open_if(b, DRV_IF_STATION);
	unsigned flags = caps(b);
	resync(b->d);
	fk_forget();
	fk_fail(NL80211_CMD_GET_WIPHY, -ENODEV, 9);
	for (int i = 0; i < 3; i++)
		assert_int_equal(caps(b), flags);
	assert_int_equal(fk_times(NL80211_CMD_GET_WIPHY), 1);
	fk_fail(0, 0, 0);
	resync(b->d);
	assert_int_equal(caps(b), flags);
	assert_int_equal(fk_times(NL80211_CMD_GET_WIPHY), 2);
}

/* --- closed from within an event --- */

static struct nl_req about(uint8_t cmd)
{
	struct nl_req r = fk_if_event(cmd);
	req_put(&r, NL80211_ATTR_MAC, bss_a, MAC_LEN);
	return r;
}

static struct nl_req rekeyed(void)
{
	struct nl_req r = about(NL80211_CMD_SET_REKEY_OFFLOAD);
	struct nlattr *nest = req_nest(&r, NL80211_ATTR_REKEY_DATA);
	req_put(&r, NL80211_REKEY_DATA_REPLAY_CTR, "\0\0\0\0\0\0\0\1", 8);
	req_nest_end(&r, nest);
	return r;
}

static struct nl_req roam_auth(void)
{
	struct nl_req r = fk_if_event(NL80211_CMD_VENDOR);
	req_u32(&r, NL80211_ATTR_VENDOR_ID, QCA_OUI);
	req_u32(&r, NL80211_ATTR_VENDOR_SUBCMD, QCA_KEY_MGMT_ROAM_AUTH);
	struct nlattr *nest = req_nest(&r, NL80211_ATTR_VENDOR_DATA);
	req_put(&r, QCA_ROAM_BSSID, bss_b, MAC_LEN);
	req_put(&r, QCA_ROAM_REQ_IE, NULL, 0);
	req_put(&r, QCA_ROAM_RESP_IE, NULL, 0);
	req_u8(&r, QCA_ROAM_AUTHORIZED, 1);
	req_nest_end(&r, nest);
	return r;
}

static void test_closed_inside(void **state)
{
	struct bench *b = *state;
	for (int kind = 0; kind < 5; kind++) {
		open_if(b, DRV_IF_STATION);
		link_up(b);
		b->close_inside = true;
		unsigned before = b->events;
		/* One more behind it, which nobody hears. */
		struct nl_req r = kind == 0   ? roamed(bss_b)
				  : kind == 1 ? about(NL80211_CMD_PORT_AUTHORIZED)
				  : kind == 2 ? rekeyed()
				  : kind == 3 ? roam_auth()
					      : disconnected(3),
			      behind = disconnected(15);
		fk_event(kind == 3 ? FK_VENDOR : FK_MLME, &r);
		fk_event(FK_MLME, &behind);
		eloop_advance(b->loop, 0);
		assert_int_equal(b->events, before + 1);
		assert_null(b->i);
		close_if(b);
	}
}

/* Also where it is the driver that goes through its interfaces. */
static void test_closed_in_resync(void **state)
{
	struct bench *b = *state;
	for (int associated = -1; associated < 2; associated += 2) {
		open_if(b, DRV_IF_STATION);
		link_up(b);
		fk.bss_associated = associated;
		fk_fail(NL80211_CMD_GET_STATION, -ENOENT, 1);
		b->close_inside = true;
		resync(b->d);
		assert_null(b->i);
		eloop_advance(b->loop, USEC_PER_SEC);
		fk_fail(0, 0, 0);
		close_if(b);
	}
	open_if(b, DRV_IF_STATION);
	start(b, bss_a);
	b->close_inside = true;
	resync(b->d);
	assert_null(b->i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_result),
		CASE(test_in_the_way),
		CASE(test_late),
		CASE(test_leave),
		CASE(test_lost),
		CASE(test_lost_stations),
		CASE(test_radio_silent),
		CASE(test_closed_inside),
		CASE(test_closed_in_resync),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
