/* Radios that answer authentication and association frames themselves: their stations become ours,
 * those we refuse are removed, and no frame of ours is on the air. */
#include "rig.h"

#include <errno.h>

#include "ap/acl.h"
#include "ap/ap_i.h"

#define SSID_RATES 0, 3, 'n', 'e', 't', 1, 8, 0x82, 0x84, 0x8b, 0x96, 12, 24, 48, 108
#define RSNE_PSK                                                                                   \
	0x30, 0x14, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0, 0x0f, 0xac, 2, 0, 0
#define WPS 0xdd, 14, 0, 0x50, 0xf2, 4, 0x10, 0x4a, 0, 1, 0x10, 0x10, 0x3a, 0, 1, 1
#define BACKHAUL 0xdd, 7, 0x50, 0x6f, 0x9a, 0x1b, 6, 1, 0x80

static const uint8_t psk_ies[] = {SSID_RATES, RSNE_PSK};
static const uint8_t bare_ies[] = {RSNE_PSK};
static const uint8_t open_ies[] = {SSID_RATES};
static const uint8_t wps_ies[] = {SSID_RATES, WPS};
static const uint8_t backhaul_ies[] = {SSID_RATES, RSNE_PSK, BACKHAUL};
static const uint8_t tkip_ies[] = {SSID_RATES, 0x30, 0x14, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0, 0x0f,
	0xac, 2, 1, 0, 0, 0x0f, 0xac, 2, 0, 0};
static const uint8_t cut_ies[] = {SSID_RATES, 0x30, 0x14, 1, 0};

static void sta_new(const uint8_t *ies, size_t len)
{
	/* Exactly as long, so that a read beyond is seen. */
	uint8_t *copy = len ? malloc(len) : NULL;
	struct drv_event ev = {
		.kind = DRV_EV_STA_NEW, .mgmt = {.req_ies = copy, .req_ies_len = len}};

	if (len)
		memcpy(copy, ies, len);
	mac_copy(ev.addr, rig_sta);
	ap_on_driver_event(rig.bss, &ev);
	free(copy);
}
#define NEW(ies) sta_new(ies, sizeof(ies))

static void event(enum drv_event_kind kind)
{
	struct drv_event ev = {.kind = kind};
	mac_copy(ev.addr, rig_sta);
	ap_on_driver_event(rig.bss, &ev);
}

static struct ap_sta *sta(void)
{
	return ap_sta_find(rig.bss, rig_sta);
}

static void start(unsigned caps)
{
	log_set_level(LOG_ERR + 1);
	rig.caps.flags |= DRV_CAP_AP_SME | caps;
	rig_enable();
	rig_forget();
}

static void assert_refused(void)
{
	assert_null(sta());
	assert_int_equal(rig.sta_removes, 1);
	assert_memory_equal(rig.removed, rig_sta, MAC_LEN);
	assert_int_equal(rig.frames, 0);
	assert_int_equal(rig.eapols, 0);
	rig.sta_removes = 0;
}

/* The keys are ours: message 1 at once. */
static void test_host_handshake(void **state)
{
	start(DRV_CAP_HOST_KEYS);
	assert_int_equal(rig.group_keys, 1);
	NEW(psk_ies);
	assert_non_null(sta());
	assert_int_equal(sta()->state, STA_ASSOCIATED);
	assert_int_equal(sta()->aid, 1);
	assert_int_equal(rig.eapols, 1);
	assert_int_equal(rig.sta_sets, 0); /* the driver knows it */
	assert_int_equal(rig.sta_removes, 0);
	/* Associates anew: from the beginning, and its entry in the driver stays. */
	NEW(psk_ies);
	assert_int_equal(ap_bss_sta_count(rig.bss), 1);
	assert_int_equal(sta()->aid, 1);
	assert_int_equal(rig.eapols, 2);
	assert_int_equal(rig.sta_removes, 0);
	event(DRV_EV_STA_GONE);
	assert_null(sta());
	assert_int_equal(rig.sta_removes, 0); /* nothing to remove any more */
	assert_false(rig_has_event("MISMATCH"));
	assert_int_equal(rig.frames, 0);
	event(DRV_EV_STA_GONE);
}

static void test_driver_handshake(void **state)
{
	start(DRV_CAP_AP_PSK_OFFLOAD);
	assert_true(rig.has_pmk);
	NEW(psk_ies);
	event(DRV_EV_PORT_AUTHORIZED);
	assert_string_equal(rig.events, "AP-STA-CONNECTED 02:00:00:00:05:00\n"
					"EAPOL-4WAY-HS-COMPLETED 02:00:00:00:05:00\n");
	/* Associates anew: waits for the driver again, without a word of ours. */
	rig_forget();
	NEW(psk_ies);
	assert_string_equal(rig.events, "AP-STA-DISCONNECTED 02:00:00:00:05:00\n");
	assert_int_equal(sta()->state, STA_ASSOCIATED);
	event(DRV_EV_PORT_AUTHORIZED);
	assert_true(rig_has_event("AP-STA-CONNECTED"));
	rig_forget();
	event(DRV_EV_STA_GONE);
	assert_string_equal(rig.events, "AP-STA-DISCONNECTED 02:00:00:00:05:00\n");
	assert_int_equal(rig.eapols, 0);
	assert_int_equal(rig.frames, 0);
	assert_int_equal(rig.sta_removes, 0);
	assert_int_equal(rig.pair_keys + rig.group_keys, 0);
}

static void test_wrong_passphrase(void **state)
{
	start(DRV_CAP_AP_PSK_OFFLOAD);
	NEW(psk_ies);
	event(DRV_EV_STA_GONE);
	assert_string_equal(rig.events, "AP-STA-POSSIBLE-PSK-MISMATCH 02:00:00:00:05:00\n");
	assert_int_equal(rig.sta_removes, 0);
	eloop_advance(rig.loop, 30 * USEC_PER_SEC);
	assert_int_equal(rig.infos, 0);
	/* One that is not told to have gone. */
	rig_forget();
	rig.sta_known = DRV_STA_PORT;
	NEW(psk_ies);
	eloop_advance(rig.loop, USEC_PER_SEC);
	NEW(psk_ies);
	assert_string_equal(rig.events, "AP-STA-POSSIBLE-PSK-MISMATCH 02:00:00:00:05:00\n");
	/* The driver neither finishes nor gives up. */
	NEW(psk_ies);
	eloop_advance(rig.loop, 10 * USEC_PER_SEC);
	assert_refused();
}

static void test_refused(void **state)
{
	start(DRV_CAP_AP_PSK_OFFLOAD);
	NEW(open_ies);
	assert_refused();
	NEW(tkip_ies);
	assert_refused();
	NEW(cut_ies);
	assert_refused();
	sta_new(NULL, 0);
	assert_refused();
	/* A member that comes again with something else is one no more. */
	NEW(psk_ies);
	NEW(tkip_ies);
	assert_refused();
	assert_string_equal(rig.events, "");
}

static void test_room(void **state)
{
	rig.cfg.max_num_sta = 0;
	start(DRV_CAP_AP_PSK_OFFLOAD);
	NEW(psk_ies);
	assert_refused();
}

static void test_acl(void **state)
{
	struct ap_acl_entry entry = {.addr = RIG_STA};

	rig.cfg.deny = (struct ap_acl){&entry, 1};
	start(DRV_CAP_AP_PSK_OFFLOAD);
	NEW(psk_ies);
	assert_refused();
	rig.cfg.deny = (struct ap_acl){0};
	NEW(psk_ies);
	assert_non_null(sta());
	rig.cfg.deny = (struct ap_acl){&entry, 1};
	ap_bss_apply_acl(rig.bss);
	assert_refused();
}

static void test_require_ht(void **state)
{
	rig.radio_cfg.require_ht = 1;
	start(DRV_CAP_AP_PSK_OFFLOAD);
	assert_true(rig.bss->ht);
	NEW(psk_ies);
	assert_refused();
	rig.bss->ht = false;
	NEW(psk_ies);
	assert_non_null(sta());
}

/* Addresses that are nobody's, and a BSS that is not on the air. */
static void test_nobody(void **state)
{
	static const uint8_t addrs[][MAC_LEN] = {{0}, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, {1}};
	start(DRV_CAP_AP_PSK_OFFLOAD);
	for (size_t i = 0; i < ARRAY_SIZE(addrs); i++) {
		struct drv_event ev = {.kind = DRV_EV_STA_NEW,
			.mgmt = {.req_ies = psk_ies, .req_ies_len = sizeof(psk_ies)}};
		mac_copy(ev.addr, addrs[i]);
		ap_on_driver_event(rig.bss, &ev);
		assert_null(rig.bss->stations);
	}
	ap_radio_stop_beaconing(rig.radio);
	rig_forget();
	NEW(psk_ies);
	assert_null(sta());
	assert_int_equal(rig.sta_removes, 0);
}

static bool answers_with(const uint8_t *elem, size_t len)
{
	return memmem(rig.answer_ies, rig.answer_ies_len, elem, len) != NULL;
}

/* The device answers for us: with the elements our answers have. */
static void test_answer_elements(void **state)
{
	static const uint8_t own[] = {0xdd, 4, 0xaa, 0xbb, 0xcc, 1};
	static const uint8_t wps[] = {0x00, 0x50, 0xf2, 4}, map[] = {0x50, 0x6f, 0x9a, 0x1b};
	for (int sme = 0; sme < 2; sme++) {
		rig.cfg.multi_ap = 2;
		rig.cfg.wps_state = 2;
		rig.cfg.assocresp_elements = (struct bytes){(uint8_t *)own, sizeof(own)};
		rig.caps.flags &= ~(unsigned)DRV_CAP_AP_SME;
		rig.caps.flags |= sme ? DRV_CAP_AP_SME : 0;
		rig_enable();
		rig.cfg.assocresp_elements = (struct bytes){0};
		assert_int_equal(answers_with(own, sizeof(own)), sme);
		assert_int_equal(answers_with(wps, sizeof(wps)), sme);
		assert_int_equal(answers_with(map, sizeof(map)), sme);
		ap_radio_disable(rig.radio);
	}
}

/* Elements the device keeps to itself are taken as ours. */
static void test_no_rates(void **state)
{
	start(DRV_CAP_AP_PSK_OFFLOAD);
	NEW(bare_ies);
	assert_non_null(sta());
	assert_int_equal(sta()->rate_count, rig.bss->rate_count);
	assert_false(sta()->non_erp);
}

static void test_multi_ap(void **state)
{
	rig.cfg.multi_ap = 1;
	start(DRV_CAP_AP_PSK_OFFLOAD);
	NEW(psk_ies); /* no backhaul station */
	assert_refused();
	NEW(backhaul_ies);
	assert_non_null(sta());
	assert_int_equal(rig.wds_on, 1);
	event(DRV_EV_STA_GONE);
	assert_int_equal(rig.wds_off, 1);
	/* No AP_VLAN: it is let in as it is. */
	rig.caps.flags &= ~(unsigned)DRV_CAP_AP_VLAN;
	NEW(backhaul_ies);
	assert_non_null(sta());
	assert_int_equal(rig.wds_on, 1);
}

static void test_wps(void **state)
{
	rig.cfg.wps_state = 2;
	start(DRV_CAP_AP_PSK_OFFLOAD);
	NEW(wps_ies);
	assert_non_null(sta());
	assert_true(sta()->wps);
	assert_int_equal(rig.eapols, 1);
	eloop_advance(rig.loop, USEC_PER_SEC);
	assert_int_equal(rig.infos, 0);
	assert_int_equal(rig.authorizes, 0);
	/* No RSN element, no WPS element: it may still come for WPS. */
	NEW(open_ies);
	assert_true(sta()->maybe_wps);
	assert_int_equal(rig.frames, 0);
}

static void test_open(void **state)
{
	rig.cfg.wpa = 0;
	start(DRV_CAP_AP_PSK_OFFLOAD);
	NEW(open_ies);
	assert_true(rig_has_event("AP-STA-CONNECTED"));
	assert_int_equal(rig.authorizes, 1);
	/* There is nothing to open, says the driver. */
	rig_forget();
	rig.authorize_error = -EOPNOTSUPP;
	NEW(open_ies);
	assert_true(rig_has_event("AP-STA-CONNECTED"));
}

/* A port that stays closed is no connection where the handshake is ours. */
static void test_authorize_fails(void **state)
{
	rig.authorize_error = -EIO;
	rig.cfg.wpa = 0;
	start(0);
	NEW(open_ies);
	assert_false(rig_has_event("AP-STA-CONNECTED"));
}

static void test_commands(void **state)
{
	start(DRV_CAP_AP_PSK_OFFLOAD);
	NEW(psk_ies);
	ap_bss_disconnect(rig.bss, rig_sta, AP_DISASSOC, 1, true);
	assert_refused();
	NEW(psk_ies);
	ap_bss_disconnect(rig.bss, mac_broadcast, AP_DEAUTH, 1, true);
	assert_refused();
	/* One we have lost track of, seen by the user or by the driver. */
	ap_bss_disconnect(rig.bss, rig_sta, AP_DEAUTH, 1, true);
	assert_refused();
	event(DRV_EV_RX_SPURIOUS);
	assert_refused();
	NEW(psk_ies);
	event(DRV_EV_RX_SPURIOUS);
	assert_non_null(sta());
	assert_int_equal(rig.sta_removes, 0);
	ap_radio_disable(rig.radio);
	assert_refused();
}

/* Who is not told when a station was heard last cannot know that it is silent. */
static void test_inactivity(void **state)
{
	rig.cfg.ap_max_inactivity = 60;
	start(DRV_CAP_AP_PSK_OFFLOAD);
	rig.sta_info_error = -EOPNOTSUPP;
	NEW(psk_ies);
	eloop_advance(rig.loop, 600 * USEC_PER_SEC);
	assert_non_null(sta());
	assert_int_equal(sta()->state, STA_AUTHORIZED);
	assert_int_equal(rig.sta_removes, 0);
	/* Nor is one that was lost track of kept for ever. */
	rig.sta_info_error = -ENOENT;
	eloop_advance(rig.loop, 70 * USEC_PER_SEC);
	assert_null(sta());
}

/* Frames the device passes on for information are its own to answer. */
static void test_frames(void **state)
{
	uint8_t buf[64];
	struct writer w = writer_over(buf, sizeof(buf));
	struct drv_event ev = {.kind = DRV_EV_MGMT_RX, .mgmt = {.frame = buf, .freq = 2437}};

	start(DRV_CAP_AP_PSK_OFFLOAD);
	mgmt_write(&w, STYPE_AUTH, rig_bssid, rig_sta, rig_bssid);
	writer_le16(&w, AUTH_OPEN);
	writer_le16(&w, 1);
	writer_le16(&w, 0);
	ev.mgmt.len = w.len;
	ap_on_driver_event(rig.bss, &ev);
	assert_null(sta());
	w = writer_over(buf, sizeof(buf));
	mgmt_write(&w, STYPE_PROBE_REQ, mac_broadcast, rig_sta, mac_broadcast);
	element_put(&w, EID_SSID, "net", 3);
	ev.mgmt.len = w.len;
	ap_on_driver_event(rig.bss, &ev);
	assert_int_equal(rig.frames, 0);
}

/* mac80211 announces stations we have made. */
static void test_not_asked(void **state)
{
	rig_enable();
	NEW(psk_ies);
	assert_null(sta());
	event(DRV_EV_STA_GONE);
	assert_int_equal(rig.sta_removes, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_host_handshake),
		T(test_driver_handshake),
		T(test_wrong_passphrase),
		T(test_refused),
		T(test_room),
		T(test_acl),
		T(test_require_ht),
		T(test_nobody),
		T(test_answer_elements),
		T(test_no_rates),
		T(test_multi_ap),
		T(test_wps),
		T(test_open),
		T(test_authorize_fails),
		T(test_inactivity),
		T(test_commands),
		T(test_frames),
		T(test_not_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
