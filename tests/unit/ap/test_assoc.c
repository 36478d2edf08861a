/* Authentication and association as a station meets them: status codes, TX status, Multi-AP matrix.
 */
#include "rig.h"

/* What the core does with driver events; the driver would hold this pointer. */
#include "ap/ap_i.h"

static const uint8_t rsne[] = {
	0x30, 0x14, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0, 0x0f, 0xac, 2, 0, 0};
static const uint8_t wps_elem[] = {
	0xdd, 14, 0, 0x50, 0xf2, 4, 0x10, 0x4a, 0, 1, 0x10, 0x10, 0x3a, 0, 1, 1};
static const uint8_t bh_profile1[] = {0xdd, 7, 0x50, 0x6f, 0x9a, 0x1b, 6, 1, 0x80};
static const uint8_t bh_profile2[] = {0xdd, 10, 0x50, 0x6f, 0x9a, 0x1b, 6, 1, 0x80, 7, 1, 2};
static const uint8_t bh_profile7[] = {0xdd, 10, 0x50, 0x6f, 0x9a, 0x1b, 6, 1, 0x80, 7, 1, 7};
static const uint8_t bh_broken[] = {0xdd, 5, 0x50, 0x6f, 0x9a, 0x1b, 6};
static const uint8_t no_bit[] = {0xdd, 7, 0x50, 0x6f, 0x9a, 0x1b, 6, 1, 0x00};

static void rx(const struct writer *w)
{
	struct drv_event ev = {
		.kind = DRV_EV_MGMT_RX, .mgmt = {.frame = w->buf, .len = w->len, .freq = 2437}};
	assert_true(writer_ok(w));
	ap_on_driver_event(rig.bss, &ev);
}

static void tx_status(bool ack, uint64_t cookie)
{
	struct drv_event ev = {.kind = DRV_EV_MGMT_TX_STATUS,
		.mgmt = {.frame = rig.frame, .len = rig.frame_len, .ack = ack, .cookie = cookie}};
	ap_on_driver_event(rig.bss, &ev);
}

static uint16_t at16(size_t at)
{
	return (uint16_t)(rig.frame[at] | rig.frame[at + 1] << 8);
}
static uint16_t auth_status(void)
{
	return rig.frame_len >= 30 && rig.frame[0] == 0xb0 ? at16(28) : 0xffff;
}
static uint16_t assoc_status(void)
{
	return rig.frame_len >= 30 && (rig.frame[0] == 0x10 || rig.frame[0] == 0x30) ? at16(26)
										     : 0xffff;
}

static void send_auth(uint16_t alg, uint16_t seq)
{
	uint8_t buf[64];
	struct writer w = writer_over(buf, sizeof(buf));
	mgmt_write(&w, STYPE_AUTH, rig_bssid, rig_sta, rig_bssid);
	writer_le16(&w, alg);
	writer_le16(&w, seq);
	writer_le16(&w, 0);
	rx(&w);
}

struct extra {
	const uint8_t *data;
	size_t len;
};
#define E(x)                                                                                       \
	{                                                                                          \
		x, sizeof(x)                                                                       \
	}

static void send_assoc(const char *ssid, uint16_t listen, const struct extra *extras, size_t n)
{
	static const uint8_t rates[] = {1, 8, 0x82, 0x84, 0x8b, 0x96, 12, 24, 48, 108};
	uint8_t buf[512];
	struct writer w = writer_over(buf, sizeof(buf));
	mgmt_write(&w, STYPE_ASSOC_REQ, rig_bssid, rig_sta, rig_bssid);
	writer_le16(&w, CAP_ESS | CAP_PRIVACY | CAP_SHORT_SLOT | CAP_SHORT_PREAMBLE);
	writer_le16(&w, listen);
	element_put(&w, EID_SSID, ssid, strlen(ssid));
	writer_bytes(&w, rates, sizeof(rates));
	for (size_t i = 0; i < n; i++)
		writer_bytes(&w, extras[i].data, extras[i].len);
	rx(&w);
}

static void send_psk_assoc(void)
{
	const struct extra x[] = {E(rsne)};
	send_assoc("net", 5, x, 1);
}

static void start(void)
{
	rig_enable();
	rig_forget();
}

static void test_enable(void **state)
{
	rig_enable();
	assert_int_equal(ap_radio_state(rig.radio), AP_ENABLED);
	assert_true(rig_has_event("AP-ENABLED \n"));
	assert_int_equal(rig.ap_starts, 1);
	assert_int_equal(rig.group_keys, 1);
	ap_radio_disable(rig.radio);
	assert_true(rig_has_event("AP-DISABLED \n"));
	assert_int_equal(ap_radio_state(rig.radio), AP_DISABLED);
}

static void test_auth_status(void **state)
{
	start();
	send_auth(AUTH_SHARED, 1);
	assert_int_equal(auth_status(), STATUS_AUTH_ALG);
	send_auth(AUTH_OPEN, 2);
	assert_int_equal(auth_status(), STATUS_AUTH_SEQ);
	assert_null(ap_sta_find(rig.bss, rig_sta));
	send_auth(AUTH_OPEN, 1);
	assert_int_equal(auth_status(), STATUS_SUCCESS);
	assert_non_null(ap_sta_find(rig.bss, rig_sta));
	/* It never goes on: forgotten. */
	eloop_advance(rig.loop, 11 * USEC_PER_SEC);
	assert_null(ap_sta_find(rig.bss, rig_sta));
}

static void test_assoc_before_auth(void **state)
{
	start();
	send_psk_assoc();
	assert_int_equal(rig.frame[0], 0xc0);
	assert_int_equal(at16(24), REASON_CLASS2);
}

static void test_assoc_refusals(void **state)
{
	static const uint8_t rsne_tkip[] = {0x30, 0x14, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0, 0x0f, 0xac,
		2, 1, 0, 0, 0x0f, 0xac, 2, 0, 0};
	const struct extra good[] = {E(rsne)}, tkip[] = {E(rsne_tkip)};

	rig.cfg.max_listen_interval = 100;
	start();
	send_auth(AUTH_OPEN, 1);
	send_assoc("other", 5, good, 1);
	assert_int_equal(assoc_status(), STATUS_UNSPECIFIED);
	send_assoc("net", 101, good, 1);
	assert_int_equal(assoc_status(), STATUS_LISTEN_INTERVAL);
	send_assoc("net", 5, NULL, 0);
	assert_int_equal(assoc_status(), STATUS_INVALID_IE);
	send_assoc("net", 5, tkip, 1);
	assert_int_equal(assoc_status(), STATUS_PAIRWISE_CIPHER);
	assert_int_equal(rig.sta_sets, 0);
	send_assoc("net", 5, good, 1);
	assert_int_equal(assoc_status(), STATUS_SUCCESS);
	assert_int_equal(at16(28), 0xc001);
	assert_int_equal(rig.sta_sets, 1);
}

static void test_acked_response_starts_handshake(void **state)
{
	start();
	send_auth(AUTH_OPEN, 1);
	send_psk_assoc();
	assert_int_equal(rig.eapols, 0);
	assert_int_equal(ap_bss_sta_count(rig.bss), 0);
	tx_status(true, rig.cookie - 1); /* of an earlier frame */
	assert_int_equal(ap_bss_sta_count(rig.bss), 0);
	tx_status(true, rig.cookie);
	assert_int_equal(ap_bss_sta_count(rig.bss), 1);
	assert_int_equal(rig.eapols, 1);
	tx_status(true, rig.cookie); /* twice changes nothing */
	assert_int_equal(rig.eapols, 1);
}

static void test_lost_response(void **state)
{
	start();
	send_auth(AUTH_OPEN, 1);
	send_psk_assoc();
	tx_status(false, rig.cookie);
	assert_int_equal(ap_bss_sta_count(rig.bss), 0);
	assert_int_equal(rig.sta_removes, 1);
	/* The station tries again and gets in. */
	send_psk_assoc();
	tx_status(true, rig.cookie);
	assert_int_equal(ap_bss_sta_count(rig.bss), 1);
}

static void test_associates_anew(void **state)
{
	start();
	send_auth(AUTH_OPEN, 1);
	send_psk_assoc();
	tx_status(true, rig.cookie);
	send_auth(AUTH_OPEN, 1);
	assert_int_equal(auth_status(), STATUS_SUCCESS);
	/* A forged authentication frame does not cut it off, nor does a bad request. */
	assert_int_equal(ap_bss_sta_count(rig.bss), 1);
	send_assoc("net", 5, NULL, 0);
	assert_int_equal(assoc_status(), STATUS_INVALID_IE);
	assert_int_equal(ap_bss_sta_count(rig.bss), 1);
	assert_int_equal(rig.sta_removes, 0);
	/* A good one begins from nothing: the kernel's entry, and its keys with it, is new. */
	send_psk_assoc();
	assert_int_equal(at16(28), 0xc001);
	assert_int_equal(rig.sta_removes, 1);
	assert_int_equal(rig.sta_sets, 2);
	tx_status(true, rig.cookie);
	assert_int_equal(ap_bss_sta_count(rig.bss), 1);
}

static void test_wrong_answers_end_in_deauth(void **state)
{
	start();
	send_auth(AUTH_OPEN, 1);
	send_psk_assoc();
	tx_status(true, rig.cookie);
	eloop_advance(rig.loop, 10 * USEC_PER_SEC);
	assert_int_equal(rig.eapols, 4);
	assert_int_equal(rig.frame[0], 0xc0);
	assert_int_equal(at16(24), REASON_4WAY_TIMEOUT);
	assert_null(ap_sta_find(rig.bss, rig_sta));
	assert_false(rig_has_event("AP-STA-DISCONNECTED"));
}

static void open_bss(void)
{
	rig.cfg.wpa = 0;
	start();
}

static void join_open(void)
{
	send_auth(AUTH_OPEN, 1);
	send_assoc("net", 5, NULL, 0);
	tx_status(true, rig.cookie);
}

static void test_open(void **state)
{
	open_bss();
	join_open();
	assert_true(rig_has_event("AP-STA-CONNECTED 02:00:00:00:05:00\n"));
	ap_bss_disconnect(rig.bss, rig_sta, AP_DEAUTH, 2, true);
	assert_true(rig_has_event("AP-STA-DISCONNECTED 02:00:00:00:05:00\n"));
	assert_int_equal(rig.sta_removes, 1);
}

static void test_full(void **state)
{
	rig.cfg.max_num_sta = 0;
	open_bss();
	send_auth(AUTH_OPEN, 1);
	assert_int_equal(auth_status(), STATUS_AP_FULL);
}

static void test_access_lists(void **state)
{
	struct ap_acl_entry entry = {.addr = RIG_STA};
	rig.cfg.deny = (struct ap_acl){&entry, 1};
	open_bss();
	send_auth(AUTH_OPEN, 1);
	assert_int_equal(auth_status(), STATUS_UNSPECIFIED);
	rig.cfg.accept = rig.cfg.deny; /* accept list wins */
	send_auth(AUTH_OPEN, 1);
	assert_int_equal(auth_status(), STATUS_SUCCESS);
	rig.cfg.accept = (struct ap_acl){0};
	rig.cfg.deny = (struct ap_acl){0};
	rig.cfg.macaddr_acl = 1;
	ap_bss_apply_acl(rig.bss);
	assert_null(ap_sta_find(rig.bss, rig_sta));
}

static void test_inactivity(void **state)
{
	struct drv_event ok = {.kind = DRV_EV_POLL_OK, .addr = RIG_STA};
	rig.cfg.ap_max_inactivity = 60;
	open_bss();
	join_open();
	/* Heard 10 s ago: no poll. */
	rig.inactive_ms = 10000;
	eloop_advance(rig.loop, 61 * USEC_PER_SEC);
	assert_int_equal(rig.polls, 0);
	rig.inactive_ms = 70000;
	eloop_advance(rig.loop, 49 * USEC_PER_SEC + 500 * USEC_PER_MSEC);
	assert_int_equal(rig.polls, 1);
	ap_on_driver_event(rig.bss, &ok);
	assert_true(rig_has_event("AP-STA-POLL-OK 02:00:00:00:05:00\n"));
	eloop_advance(rig.loop, 59 * USEC_PER_SEC);
	assert_int_equal(ap_bss_sta_count(rig.bss), 1);
	eloop_advance(rig.loop, 4 * USEC_PER_SEC);
	assert_int_equal(rig.polls, 2);
	assert_int_equal(ap_bss_sta_count(rig.bss), 0);
	assert_true(rig_has_event("AP-STA-DISCONNECTED"));
	assert_null(ap_sta_find(rig.bss, rig_sta));
}

/* --- Multi-AP --- */

static const struct {
	int multi_ap;
	struct extra element;
	bool wps;
	int disallow;
	unsigned status;
	bool wds, element_back;
} matrix[] = {
	/* 0: the element is not looked at, even a broken one */
	{0, {0}, false, 0, 0, false, false},
	{0, E(bh_profile1), false, 0, 0, false, false},
	{0, E(bh_broken), false, 0, 0, false, false},
	/* 1, backhaul only */
	{1, {0}, false, 0, STATUS_DENIED, false, false},
	{1, E(no_bit), false, 0, STATUS_DENIED, false, true},
	{1, E(bh_profile1), false, 0, 0, true, true},
	{1, E(bh_profile2), false, 0, 0, true, true},
	{1, E(bh_profile1), false, 1, STATUS_DENIED, false, true},
	{1, E(bh_profile2), false, 1, 0, true, true},
	{1, E(bh_profile2), false, 2, STATUS_DENIED, false, true},
	{1, E(bh_profile7), false, 0, STATUS_DENIED, false, false},
	{1, E(bh_broken), false, 0, STATUS_INVALID_IE, false, false},
	/* 2, fronthaul only */
	{2, {0}, false, 0, 0, false, false},
	{2, E(no_bit), false, 0, 0, false, true},
	{2, E(bh_profile1), false, 0, STATUS_DENIED, false, true},
	{2, E(bh_profile1), true, 0, 0, false, true},
	/* 3, both */
	{3, {0}, false, 0, 0, false, false},
	{3, E(bh_profile1), false, 0, 0, true, true},
	{3, E(bh_profile1), true, 0, 0, false, true},
	{3, E(bh_profile2), false, 2, STATUS_DENIED, false, true},
	{3, {0}, false, 3, 0, false, false},
};

static void run_row(size_t i)
{
	struct extra x[2];
	size_t n = 0, len;

	rig.cfg.multi_ap = matrix[i].multi_ap;
	rig.cfg.multi_ap_client_disallow = matrix[i].disallow;
	rig.cfg.wps_state = matrix[i].multi_ap > 1 ? 2 : 0;
	rig.cfg.bridge = (char *)"br0";
	start();
	send_auth(AUTH_OPEN, 1);
	if (matrix[i].wps)
		x[n++] = (struct extra)E(wps_elem);
	else
		x[n++] = (struct extra)E(rsne);
	if (matrix[i].element.data)
		x[n++] = matrix[i].element;
	send_assoc("net", 5, x, n);
	if (assoc_status() != matrix[i].status)
		fail_msg("row %zu: status %u, expected %u", i, assoc_status(), matrix[i].status);
	bool back = element_find(rig.frame + 30, rig.frame_len - 30, EID_VENDOR, VENDOR_MULTI_AP,
			    &len) != NULL;
	if (back != matrix[i].element_back)
		fail_msg("row %zu: element in the response: %d", i, back);
	if (matrix[i].status)
		return;
	tx_status(true, rig.cookie);
	if ((rig.wds_on == 1) != matrix[i].wds)
		fail_msg("row %zu: 4-address interface: %u", i, rig.wds_on);
}

static void test_multi_ap_matrix(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(matrix); i++) {
		run_row(i);
		rig_teardown(NULL);
		rig_setup(NULL);
	}
}

static void test_wds_interface(void **state)
{
	const struct extra x[] = {E(rsne), E(bh_profile1)};

	rig.cfg.multi_ap = 1;
	rig.cfg.bridge = (char *)"br0";
	rig.cfg.wds_bridge = (char *)"br1";
	start();
	send_auth(AUTH_OPEN, 1);
	send_assoc("net", 5, x, 2);
	tx_status(true, rig.cookie);
	assert_string_equal(rig.wds_ifname, "wlan0.sta1");
	assert_string_equal(rig.wds_bridge, "br1");
	assert_true(rig_has_event(
		"WDS-STA-INTERFACE-ADDED ifname=wlan0.sta1 sta_addr=02:00:00:00:05:00\n"));
	ap_bss_disconnect(rig.bss, rig_sta, AP_DISASSOC, 8, true);
	assert_int_equal(rig.wds_off, 1);
	assert_true(rig_has_event(
		"WDS-STA-INTERFACE-REMOVED ifname=wlan0.sta1 sta_addr=02:00:00:00:05:00\n"));
}

static void test_wds_off_and_plain(void **state)
{
	const struct extra x[] = {E(rsne), E(bh_profile1)};
	struct drv_event four = {.kind = DRV_EV_RX_4ADDR, .addr = RIG_STA};

	rig.cfg.multi_ap = 1;
	rig.cfg.wds_sta = 0;
	start();
	send_auth(AUTH_OPEN, 1);
	send_assoc("net", 5, x, 2);
	tx_status(true, rig.cookie);
	ap_on_driver_event(rig.bss, &four);
	assert_int_equal(rig.wds_on, 0);
	rig.cfg.wds_sta = 1;
	ap_on_driver_event(rig.bss, &four);
	ap_on_driver_event(rig.bss, &four);
	assert_int_equal(rig.wds_on, 1);
}

static void test_response_element(void **state)
{
	static const uint8_t expected[] = {
		0xdd, 14, 0x50, 0x6f, 0x9a, 0x1b, 6, 1, 0x60, 7, 1, 2, 8, 2, 0x2a, 0};
	const struct extra x[] = {E(rsne), E(bh_profile2)};
	size_t len;

	rig.cfg.multi_ap = 3;
	rig.cfg.multi_ap_vlanid = 42;
	start();
	send_auth(AUTH_OPEN, 1);
	send_assoc("net", 5, x, 2);
	const uint8_t *e =
		element_find(rig.frame + 30, rig.frame_len - 30, EID_VENDOR, VENDOR_MULTI_AP, &len);
	assert_non_null(e);
	assert_int_equal(len, sizeof(expected));
	assert_memory_equal(e, expected, len);
}

static void test_early_eapol(void **state)
{
	static const uint8_t eapol_start[] = {1, EAPOL_START, 0, 0};
	const struct extra x[] = {E(wps_elem)};
	struct drv_event ev = {.kind = DRV_EV_EAPOL_RX,
		.addr = RIG_STA,
		.eapol = {.packet = eapol_start, .len = sizeof(eapol_start)}};

	rig.cfg.wps_state = 2;
	start();
	send_auth(AUTH_OPEN, 1);
	send_assoc("net", 5, x, 1);
	ap_on_driver_event(rig.bss, &ev);
	assert_int_equal(rig.eapols, 0);
	tx_status(true, rig.cookie);
	assert_true(rig.eapols >= 1);
	assert_int_equal(rig.eapol[1], EAPOL_EAP);
	assert_true(rig_has_event("CTRL-EVENT-EAP-STARTED 02:00:00:00:05:00\n"));
}

static void test_without_rsne_waits_for_start(void **state)
{
	rig.cfg.wps_state = 2;
	start();
	send_auth(AUTH_OPEN, 1);
	send_assoc("net", 5, NULL, 0);
	assert_int_equal(assoc_status(), 0);
	tx_status(true, rig.cookie);
	assert_int_equal(rig.eapols, 0);
}

/* Everything hostile that fits into a frame: truncated at each length, each bit turned. */
static void test_mangled(void **state)
{
	const struct extra x[] = {E(rsne), E(wps_elem), E(bh_profile2)};
	uint8_t buf[512], copy[512];

	rig.cfg.multi_ap = 3;
	rig.cfg.wps_state = 2;
	start();
	send_auth(AUTH_OPEN, 1);
	struct writer w = writer_over(buf, sizeof(buf));
	mgmt_write(&w, STYPE_ASSOC_REQ, rig_bssid, rig_sta, rig_bssid);
	writer_le32(&w, 0x00050431);
	element_put(&w, EID_SSID, "net", 3);
	element_put(&w, EID_SUPP_RATES, "\x82\x84\x8b\x96\x0c", 5);
	for (size_t i = 0; i < 3; i++)
		writer_bytes(&w, x[i].data, x[i].len);
	for (size_t len = 0; len <= w.len; len++) {
		memcpy(copy, buf, w.len);
		rx(&(struct writer){copy, len, sizeof(copy), false, false});
		send_auth(AUTH_OPEN, 1);
	}
	for (size_t bit = 0; bit < w.len * 8; bit++) {
		memcpy(copy, buf, w.len);
		copy[bit / 8] ^= (uint8_t)(1 << (bit % 8));
		rx(&(struct writer){copy, w.len, sizeof(copy), false, false});
		if (bit % 3 == 0)
			tx_status(true, rig.cookie);
		send_auth(AUTH_OPEN, 1);
	}
	assert_int_equal(ap_radio_state(rig.radio), AP_ENABLED);
	assert_non_null(ap_sta_find(rig.bss, rig_sta));
}

static void test_auth_flood(void **state)
{
	uint8_t sa[MAC_LEN] = RIG_STA, buf[64];
	unsigned n = 0;

	start();
	for (unsigned i = 0; i < 5000; i++) {
		struct writer w = writer_over(buf, sizeof(buf));
		sa[2] = (uint8_t)(i >> 8);
		sa[3] = (uint8_t)i;
		mgmt_write(&w, STYPE_AUTH, rig_bssid, sa, rig_bssid);
		writer_le16(&w, 0);
		writer_le16(&w, 1);
		writer_le16(&w, 0);
		rx(&w);
	}
	for (const struct ap_sta *s = ap_sta_first(rig.bss); s; s = ap_sta_next(s))
		n++;
	assert_int_equal(n, 256);
	/* And a real station still gets in. */
	send_auth(AUTH_OPEN, 1);
	send_psk_assoc();
	assert_int_equal(assoc_status(), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_enable),
		T(test_auth_status),
		T(test_assoc_before_auth),
		T(test_assoc_refusals),
		T(test_acked_response_starts_handshake),
		T(test_lost_response),
		T(test_associates_anew),
		T(test_wrong_answers_end_in_deauth),
		T(test_open),
		T(test_full),
		T(test_access_lists),
		T(test_inactivity),
		T(test_multi_ap_matrix),
		T(test_wds_interface),
		T(test_wds_off_and_plain),
		T(test_response_element),
		T(test_early_eapol),
		T(test_without_rsne_waits_for_start),
		T(test_mangled),
		T(test_auth_flood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
