/* Bringing a radio up: what is refused names the cause; what the beacon says. */
#include "rig.h"

#include "ap/ap_i.h"

static const char *enable_fails(void)
{
	static char text[256];
	struct strbuf reason = strbuf_over(text, sizeof(text));
	log_set_level(LOG_ERR + 1);
	assert_true(ap_radio_enable(rig.radio, &reason) < 0);
	assert_int_equal(ap_radio_state(rig.radio), AP_DISABLED);
	assert_true(rig_has_event("AP-DISABLED \n"));
	assert_false(ap_radio_active(rig.radio));
	return text;
}

static void assert_says(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' does not say '%s'", text, part);
}

static void test_no_channel(void **state)
{
	rig.radio_cfg.channel = 0;
	assert_says(enable_fails(), "set channel=");
}

static void test_wrong_band(void **state)
{
	rig.radio_cfg.hw_mode = HW_MODE_A;
	rig.radio_cfg.channel = 36;
	assert_says(enable_fails(), "hw_mode=a needs the 5 GHz band, which this radio (phy9)");
}

static void test_wrong_channel(void **state)
{
	rig.radio_cfg.channel = 36;
	assert_says(enable_fails(), "channel 36 does not exist in the 2.4 GHz band of hw_mode=g");
}

static void test_forbidden_channel(void **state)
{
	memcpy(rig.country, "00", 3);
	rig.channels[5].flags = DRV_CHAN_DISABLED;
	assert_says(enable_fails(), "channel 6 is not allowed in the regulatory domain '00'");
}

static void test_no_ir(void **state)
{
	rig.channels[5].flags = DRV_CHAN_NO_IR;
	assert_says(enable_fails(), "does not allow an access point");
}

static void test_not_an_ap(void **state)
{
	rig.caps.flags = DRV_CAP_STATION;
	assert_says(enable_fails(), "cannot be an access point: phy9");
}

static void test_ht_capab(void **state)
{
	rig.radio_cfg.ht_capab = 0x0001;
	assert_says(enable_fails(), "LDPC");
}

static void test_no_secondary(void **state)
{
	rig.radio_cfg.channel = 1;
	rig.radio_cfg.ht_capab = 0x0002;
	rig.radio_cfg.secondary_channel = -1;
	assert_says(enable_fails(), "no usable secondary channel for HT40-");
}

static void test_no_basic_rate(void **state)
{
	rig.cfg.basic_rates[0] = 70;
	rig.cfg.basic_rate_count = 1;
	assert_says(enable_fails(), "no basic rate is left");
}

static void test_driver_unknown(void **state)
{
	rig.radio_cfg.driver = (char *)"nosuch";
	assert_says(enable_fails(), "driver 'nosuch' is not built in");
}

static void test_country_waits(void **state)
{
	char text[64] = "";
	struct strbuf reason = strbuf_over(text, sizeof(text));
	struct drv_event ev = {.kind = DRV_EV_REGDOM, .regdom = {.alpha2 = "FI"}};

	memcpy(rig.radio_cfg.country_code, "DE", 3);
	memcpy(rig.country, "00", 3);
	assert_int_equal(ap_radio_enable(rig.radio, &reason), 0);
	assert_int_equal(ap_radio_state(rig.radio), AP_COUNTRY_UPDATE);
	ap_on_driver_event(rig.bss, &ev);
	assert_int_equal(ap_radio_state(rig.radio), AP_COUNTRY_UPDATE);
	memcpy(ev.regdom.alpha2, "DE", 3);
	ap_on_driver_event(rig.bss, &ev);
	eloop_advance(rig.loop, 0); /* setup goes on outside the driver's callback */
	assert_int_equal(ap_radio_state(rig.radio), AP_ENABLED);
}

static void test_country_timeout(void **state)
{
	char text[64] = "";
	struct strbuf reason = strbuf_over(text, sizeof(text));

	memcpy(rig.radio_cfg.country_code, "DE", 3);
	assert_int_equal(ap_radio_enable(rig.radio, &reason), 0);
	eloop_advance(rig.loop, 6 * USEC_PER_SEC);
	assert_int_equal(ap_radio_state(rig.radio), AP_ENABLED);
}

static void test_country_same(void **state)
{
	memcpy(rig.radio_cfg.country_code, "DE", 3);
	memcpy(rig.country, "DE", 3);
	rig_enable();
	assert_int_equal(ap_radio_state(rig.radio), AP_ENABLED);
}

static const uint8_t *beacon_element(uint8_t id, uint32_t vendor, size_t *len)
{
	const struct bytes *head = &rig.bss->beacon_head, *tail = &rig.bss->beacon_tail;
	const uint8_t *e = element_find(head->data + 36, head->len - 36, id, vendor, len);
	return e ? e : element_find(tail->data, tail->len, id, vendor, len);
}

static void test_beacon(void **state)
{
	static const uint8_t rates[] = {1, 8, 0x82, 0x84, 0x8b, 0x96, 12, 18, 24, 36};
	static const uint8_t ext[] = {50, 4, 48, 72, 96, 108};
	size_t len;

	rig_enable();
	const uint8_t *e = beacon_element(EID_SSID, 0, &len);
	assert_memory_equal(e, "\0\3net", 5);
	e = beacon_element(EID_SUPP_RATES, 0, &len);
	assert_memory_equal(e, rates, sizeof(rates));
	e = beacon_element(EID_EXT_SUPP_RATES, 0, &len);
	assert_memory_equal(e, ext, sizeof(ext));
	e = beacon_element(EID_DS_PARAMS, 0, &len);
	assert_memory_equal(e, "\3\1\6", 3);
	assert_non_null(beacon_element(EID_RSN, 0, &len));
	assert_non_null(beacon_element(EID_HT_CAP, 0, &len));
	assert_int_equal(len, 28);
	assert_non_null(beacon_element(EID_HT_OPERATION, 0, &len));
	assert_int_equal(len, 24);
	assert_non_null(beacon_element(EID_VENDOR, VENDOR_WMM, &len));
	assert_null(beacon_element(EID_VENDOR, VENDOR_MULTI_AP, &len));
	assert_null(beacon_element(EID_VENDOR, VENDOR_WPS, &len));
}

static void test_hidden(void **state)
{
	size_t len;

	rig.cfg.ignore_broadcast_ssid = 2;
	rig.cfg.wps_state = 2;
	rig_enable();
	assert_memory_equal(beacon_element(EID_SSID, 0, &len), "\0\3\0\0\0", 5);
	assert_null(ap_bss_registrar(rig.bss));
	assert_non_null(strstr(ap_wps_off_reason(&rig.cfg), "ignore_broadcast_ssid"));
}

static void test_mode_b(void **state)
{
	static const uint8_t rates[] = {1, 4, 0x82, 0x84, 0x0b, 0x16};
	size_t len;

	rig.radio_cfg.hw_mode = HW_MODE_B;
	rig_enable();
	assert_memory_equal(beacon_element(EID_SUPP_RATES, 0, &len), rates, sizeof(rates));
	assert_null(beacon_element(EID_ERP_INFO, 0, &len));
	assert_null(beacon_element(EID_HT_CAP, 0, &len));
}

static void test_country_element(void **state)
{
	static const uint8_t expected[] = {7, 6, 'D', 'E', 0x20, 1, 13, 20};
	size_t len;

	memcpy(rig.radio_cfg.country_code, "DE", 3);
	memcpy(rig.country, "DE", 3);
	rig.radio_cfg.ieee80211d = 1;
	rig_enable();
	assert_memory_equal(beacon_element(EID_COUNTRY, 0, &len), expected, sizeof(expected));
}

static void test_wps_element(void **state)
{
	size_t len, longer;

	rig.cfg.wps_state = 2;
	rig_enable();
	assert_non_null(beacon_element(EID_VENDOR, VENDOR_WPS, &len));
	assert_int_equal(ap_bss_wps_pbc(rig.bss), 0);
	assert_true(rig_has_event("WPS-PBC-ACTIVE \n"));
	assert_non_null(beacon_element(EID_VENDOR, VENDOR_WPS, &longer));
	assert_true(longer > len);
	assert_true(rig.ap_updates > 0);
	eloop_advance(rig.loop, 121 * USEC_PER_SEC);
	assert_true(rig_has_event("WPS-TIMEOUT \n"));
	assert_non_null(beacon_element(EID_VENDOR, VENDOR_WPS, &longer));
	assert_int_equal(longer, len);
}

static void test_credential(void **state)
{
	struct wps_peer peer = {.mac = RIG_STA, .multi_ap = MULTI_AP_BACKHAUL_STA};
	struct wps_credential c;

	rig.cfg.wpa_passphrase = (char *)"front secret";
	rig.cfg.wps_state = 2;
	rig.cfg.multi_ap = 2;
	rig_set(&rig.cfg.multi_ap_backhaul_ssid, "back");
	rig.cfg.multi_ap_backhaul_wpa_passphrase = (char *)"back secret";
	rig_enable();
	assert_int_equal(ap_wps_credential(rig.bss, &peer, &c), 0);
	assert_true(c.backhaul);
	assert_memory_equal(c.ssid, "back", 4);
	assert_int_equal(c.key_len, 11);
	assert_memory_equal(c.key, "back secret", 11);
	peer.multi_ap = 0;
	assert_int_equal(ap_wps_credential(rig.bss, &peer, &c), 0);
	assert_false(c.backhaul);
	assert_memory_equal(c.key, "front secret", 12);
	/* Fronthaul and backhaul at once: its own, when none other is named. */
	peer.multi_ap = MULTI_AP_BACKHAUL_STA;
	rig.cfg.multi_ap = 3;
	bytes_clear(&rig.cfg.multi_ap_backhaul_ssid);
	assert_int_equal(ap_wps_credential(rig.bss, &peer, &c), 0);
	assert_false(c.backhaul);
	assert_memory_equal(c.ssid, "net", 3);
}

static void test_disable_enable(void **state)
{
	rig_enable();
	for (int i = 0; i < 3; i++) {
		ap_radio_disable(rig.radio);
		rig_enable();
	}
	assert_int_equal(rig.ap_starts, 4);
}

static void netdev(enum drv_event_kind kind)
{
	ap_on_driver_event(rig.bss, &(struct drv_event){.kind = kind});
}

/* A reload while the netdev is down is no failure: it comes with the netdev. */
static void test_reload_while_down(void **state)
{
	char text[256];
	struct strbuf reason = strbuf_over(text, sizeof(text));

	assert_int_equal(ap_radio_enable(rig.radio, &reason), 0);
	assert_int_equal(rig.ap_starts, 1);
	netdev(DRV_EV_IF_DOWN);
	assert_false(ap_bss_beaconing(rig.bss));
	rig.cfg.dtim_period = 7;
	assert_int_equal(ap_bss_reload(rig.bss, &reason), 0);
	assert_int_equal(rig.ap_starts, 1);
	netdev(DRV_EV_IF_UP);
	assert_int_equal(rig.ap_starts, 2);
	assert_true(ap_bss_beaconing(rig.bss));
	assert_int_equal(ap_bss_reload(rig.bss, &reason), 0);
	assert_int_equal(rig.ap_starts, 3);
}

static void test_records(void **state)
{
	char text[8192], small[64];
	struct strbuf s = strbuf_over(text, sizeof(text));

	rig.cfg.multi_ap = 3;
	ap_status(rig.bss, &s);
	assert_says(text, "state=UNINITIALIZED\n");
	assert_says(text, "bssid[0]=00:00:00:00:00:00\n");
	rig_enable();
	s = strbuf_over(text, sizeof(text));
	ap_status(rig.bss, &s);
	assert_says(text, "state=ENABLED\nphy=phy9\nfreq=2437\n");
	assert_says(text, "supported_rates=02 04 0b 16 0c 12 18 24 30 48 60 6c\n");
	assert_says(text, "multi_ap[0]=backhaul-bss fronthaul-bss\n");
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		assert_non_null(strchr(line, '='));
	s = strbuf_over(small, sizeof(small));
	ap_status(rig.bss, &s);
	assert_true(s.full);
}

#define T(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_no_channel),
		T(test_wrong_band),
		T(test_wrong_channel),
		T(test_forbidden_channel),
		T(test_no_ir),
		T(test_not_an_ap),
		T(test_ht_capab),
		T(test_no_secondary),
		T(test_no_basic_rate),
		T(test_driver_unknown),
		T(test_country_waits),
		T(test_country_timeout),
		T(test_country_same),
		T(test_beacon),
		T(test_hidden),
		T(test_mode_b),
		T(test_country_element),
		T(test_wps_element),
		T(test_credential),
		T(test_disable_enable),
		T(test_reload_while_down),
		T(test_records),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
