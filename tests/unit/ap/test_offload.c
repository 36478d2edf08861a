/* A driver that is the authenticator: when it is, what it gets, how its word opens a port, and what
 * becomes of stations it says nothing about. */
#include "rig.h"

#include <errno.h>

#include "ap/ap_i.h"
#include "common/eapol_key.h"

#define OFFLOAD ((unsigned)DRV_CAP_AP_PSK_OFFLOAD)
#define KEYS ((unsigned)DRV_CAP_HOST_KEYS)

static const uint8_t rsne[] = {
	0x30, 0x14, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0, 0x0f, 0xac, 2, 0, 0};
static const uint8_t wps_elem[] = {
	0xdd, 14, 0, 0x50, 0xf2, 4, 0x10, 0x4a, 0, 1, 0x10, 0x10, 0x3a, 0, 1, 1};
/* PBKDF2("password", "IEEE"), IEEE 802.11-2020, J.4.2 */
static const uint8_t pmk_password_ieee[] = {0xf4, 0x2c, 0x6f, 0xc5, 0x2d, 0xf0, 0xeb, 0xef, 0x9e,
	0xbb, 0x4b, 0x90, 0xb3, 0x8a, 0x5f, 0x90, 0x2e, 0x83, 0xfe, 0x1b, 0x13, 0x5a, 0x70, 0xe2,
	0x3a, 0xed, 0x76, 0x2e, 0x97, 0x10, 0xa1, 0x2e};

/* --- the decision --- */

static void test_choice(void **state)
{
	const struct ap_bss_config good = {.wpa = PROTO_RSN,
		.wpa_passphrase = (char *)"12345678",
		.wpa_key_mgmt = AKM_PSK | AKM_PSK_SHA256,
		.wpa_group_rekey = -1,
		.wpa_gmk_rekey = 86400,
		.wps_state = 2,
		.key_mgmt_offload = 1};
	struct ap_bss_config psk = good, open = good, wpa1 = good, mixed = good, file = good,
			     none = good, group = good, off_group = good, ptk = good, strict = good,
			     gmk = good, no_gmk = good, off = good, two = good, sae = good;
	uint8_t bytes[32] = {0};
	const char *path = "/nowhere";

	psk.wpa_passphrase = NULL;
	psk.wpa_psk = (struct bytes){bytes, sizeof(bytes)};
	open.wpa = 0;
	wpa1.wpa = PROTO_WPA;
	mixed.wpa = PROTO_WPA | PROTO_RSN;
	file.wpa_psk_file = (char *)path;
	none.wpa_passphrase = NULL;
	group.wpa_group_rekey = 600;
	off_group.wpa_group_rekey = 0;
	ptk.wpa_ptk_rekey = 600;
	strict.wpa_strict_rekey = 1;
	gmk.wpa_gmk_rekey = 600;
	no_gmk.wpa_gmk_rekey = 0;
	off.key_mgmt_offload = 0;
	two.wpa_psk_file = (char *)path;
	two.wpa_ptk_rekey = 1;
	sae.wpa_key_mgmt |= AKM_SAE; /* not offered */
	const struct {
		const struct ap_bss_config *cfg;
		unsigned caps;
		enum ap_runner runner;
		bool possible;
		const char *why;
	} rows[] = {
		{&good, 0, AP_RUNNER_HOST, true, ""},
		{&good, KEYS, AP_RUNNER_HOST, true, ""},
		{&file, KEYS, AP_RUNNER_HOST, true, ""},
		{&good, OFFLOAD, AP_RUNNER_DRV_PSK, true, ""},
		{&good, OFFLOAD | KEYS, AP_RUNNER_DRV_PSK, true, ""},
		/* That of stations is another one. */
		{&good, DRV_CAP_PSK_OFFLOAD | KEYS, AP_RUNNER_HOST, true, ""},
		{&psk, OFFLOAD, AP_RUNNER_DRV_PSK, true, ""},
		{&sae, OFFLOAD, AP_RUNNER_DRV_PSK, true, ""},
		{&no_gmk, OFFLOAD, AP_RUNNER_DRV_PSK, true, ""},
		{&open, OFFLOAD, AP_RUNNER_HOST, true, ""},
		{&wpa1, OFFLOAD, AP_RUNNER_HOST, false, "wpa (only 2 is possible)"},
		{&mixed, OFFLOAD | KEYS, AP_RUNNER_HOST, true, "wpa (only 2 is possible)"},
		{&file, OFFLOAD, AP_RUNNER_HOST, false, "wpa_psk_file"},
		{&file, OFFLOAD | KEYS, AP_RUNNER_HOST, true, "wpa_psk_file"},
		{&none, OFFLOAD, AP_RUNNER_HOST, false, "wpa_passphrase (there is none)"},
		{&group, OFFLOAD, AP_RUNNER_HOST, false, "wpa_group_rekey"},
		{&off_group, OFFLOAD | KEYS, AP_RUNNER_HOST, true, "wpa_group_rekey"},
		{&ptk, OFFLOAD, AP_RUNNER_HOST, false, "wpa_ptk_rekey"},
		{&strict, OFFLOAD, AP_RUNNER_HOST, false, "wpa_strict_rekey"},
		{&gmk, OFFLOAD, AP_RUNNER_HOST, false, "wpa_gmk_rekey"},
		{&off, OFFLOAD, AP_RUNNER_HOST, false, "key_mgmt_offload=0"},
		{&off, OFFLOAD | KEYS, AP_RUNNER_HOST, true, "key_mgmt_offload=0"},
		{&two, OFFLOAD, AP_RUNNER_HOST, false, "wpa_psk_file, wpa_ptk_rekey"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct ap_runner_choice c = ap_runner_choose(rows[i].cfg, rows[i].caps);
		if (c.runner != rows[i].runner || c.possible != rows[i].possible ||
			strcmp(c.why, rows[i].why) != 0)
			fail_msg("row %zu: runner %u possible %d '%s'", i, c.runner, c.possible,
				c.why);
	}
}

/* Everything at once still makes a whole sentence. */
static void test_refused_start(void **state)
{
	char text[256];
	struct strbuf reason = strbuf_over(text, sizeof(text));

	log_set_level(LOG_ERR + 1);
	rig.caps.flags |= OFFLOAD;
	rig.cfg.wpa = PROTO_WPA | PROTO_RSN;
	rig.cfg.wpa_psk_file = (char *)"/nowhere";
	rig.cfg.wpa_group_rekey = 1;
	rig.cfg.wpa_ptk_rekey = 1;
	rig.cfg.wpa_strict_rekey = 1;
	rig.cfg.wpa_gmk_rekey = 1;
	rig.cfg.key_mgmt_offload = 0;
	assert_int_equal(ap_radio_enable(rig.radio, &reason), -EINVAL);
	assert_string_equal(text,
		"the driver runs the handshakes and takes no keys of ours; it cannot do that "
		"with: key_mgmt_offload=0, wpa (only 2 is possible), wpa_psk_file, "
		"wpa_group_rekey, wpa_ptk_rekey, wpa_strict_rekey, wpa_gmk_rekey");
	assert_true(rig_has_event("AP-DISABLED \n"));
	assert_int_equal(rig.ap_starts, 0);
}

/* --- stations --- */

static void rx(const struct writer *w)
{
	struct drv_event ev = {
		.kind = DRV_EV_MGMT_RX, .mgmt = {.frame = w->buf, .len = w->len, .freq = 2437}};
	assert_true(writer_ok(w));
	ap_on_driver_event(rig.bss, &ev);
}

static void event(enum drv_event_kind kind)
{
	struct drv_event ev = {.kind = kind};
	mac_copy(ev.addr, rig_sta);
	ap_on_driver_event(rig.bss, &ev);
}

static void send_assoc(const uint8_t *extra, size_t len)
{
	static const uint8_t rates[] = {1, 8, 0x82, 0x84, 0x8b, 0x96, 12, 24, 48, 108};
	uint8_t buf[256];
	struct writer w = writer_over(buf, sizeof(buf));

	mgmt_write(&w, STYPE_AUTH, rig_bssid, rig_sta, rig_bssid);
	writer_le16(&w, AUTH_OPEN);
	writer_le16(&w, 1);
	writer_le16(&w, 0);
	rx(&w);
	w = writer_over(buf, sizeof(buf));
	mgmt_write(&w, STYPE_ASSOC_REQ, rig_bssid, rig_sta, rig_bssid);
	writer_le16(&w, CAP_ESS | CAP_PRIVACY | CAP_SHORT_SLOT | CAP_SHORT_PREAMBLE);
	writer_le16(&w, 5);
	element_put(&w, EID_SSID, "IEEE", 4);
	writer_bytes(&w, rates, sizeof(rates));
	writer_bytes(&w, extra, len);
	rx(&w);
}

static void acknowledge(void)
{
	struct drv_event ev = {.kind = DRV_EV_MGMT_TX_STATUS,
		.mgmt = {.frame = rig.frame,
			.len = rig.frame_len,
			.ack = true,
			.cookie = rig.cookie}};
	ap_on_driver_event(rig.bss, &ev);
}

static void associate(const uint8_t *extra, size_t len)
{
	send_assoc(extra, len);
	acknowledge();
	assert_int_equal(ap_bss_sta_count(rig.bss), 1);
}

static void start(void)
{
	rig.caps.flags |= OFFLOAD;
	rig_set(&rig.cfg.ssid, "IEEE");
	bytes_clear(&rig.cfg.wpa_psk);
	rig.cfg.wpa_passphrase = (char *)"password";
	rig_enable();
	rig_forget();
}

static const char *sta_record(void)
{
	static char text[4096];
	struct strbuf s = strbuf_over(text, sizeof(text));
	ap_sta_record(ap_sta_find(rig.bss, rig_sta), &s);
	return text;
}

static void assert_connected(void)
{
	const char *text = strstr(rig.events, "AP-STA-CONNECTED 02:00:00:00:05:00\n"
					      "EAPOL-4WAY-HS-COMPLETED 02:00:00:00:05:00\n");

	assert_non_null(text);
	assert_null(strstr(text + 1, "AP-STA-CONNECTED"));
	assert_int_equal(rig.authorizes, 1);
	assert_int_equal(rig.eapols, 0);
	assert_int_equal(rig.pair_keys, 0);
	assert_int_equal(rig.group_keys, 0);
}

static void test_pmk(void **state)
{
	char text[4096];
	struct strbuf s = strbuf_over(text, sizeof(text));

	start();
	assert_true(rig.has_pmk);
	assert_memory_equal(rig.pmk, pmk_password_ieee, sizeof(rig.pmk));
	ap_bss_update_beacon(rig.bss);
	ap_status(rig.bss, &s);
	assert_non_null(strstr(text, "\nhandshake=driver\n"));
	/* A day later there is still no group key of ours. */
	eloop_advance(rig.loop, 90000 * USEC_PER_SEC);
	assert_int_equal(rig.group_keys, 0);
}

static void test_declined(void **state)
{
	char text[4096];
	struct strbuf s = strbuf_over(text, sizeof(text));

	rig.caps.flags |= KEYS;
	rig.cfg.wpa_group_rekey = 600;
	start();
	assert_false(rig.has_pmk);
	assert_int_equal(rig.group_keys, 1);
	ap_status(rig.bss, &s);
	assert_null(strstr(text, "handshake="));
	associate(rsne, sizeof(rsne));
	assert_int_equal(rig.eapols, 1);
	/* The driver's word is for handshakes of its own. */
	event(DRV_EV_PORT_AUTHORIZED);
	assert_false(rig_has_event("AP-STA-CONNECTED"));
	assert_int_equal(rig.authorizes, 0);
}

static void test_event_opens(void **state)
{
	start();
	associate(rsne, sizeof(rsne));
	assert_false(rig_has_event("AP-STA-CONNECTED"));
	event(DRV_EV_PORT_AUTHORIZED);
	assert_connected();
	event(DRV_EV_PORT_AUTHORIZED); /* its next rekeying */
	eloop_advance(rig.loop, 30 * USEC_PER_SEC);
	assert_connected();
	assert_int_equal(rig.infos, 0);
	assert_non_null(strstr(sta_record(), "[AUTHORIZED]"));
	assert_non_null(strstr(sta_record(), "\nwpa=2\nAKMSuiteSelector=00-0f-ac-2\n"));
	assert_non_null(strstr(sta_record(), "PairwiseCipher=00-0f-ac-4\n"));
	assert_null(strstr(sta_record(), "hostapdWPAPTKState"));
}

/* The event overtakes the acknowledgement of the response. */
static void test_event_early(void **state)
{
	start();
	send_assoc(rsne, sizeof(rsne));
	event(DRV_EV_PORT_AUTHORIZED);
	assert_false(rig_has_event("AP-STA-CONNECTED"));
	acknowledge();
	assert_connected();
	/* It says nothing about the next association. */
	rig_forget();
	associate(rsne, sizeof(rsne));
	assert_false(rig_has_event("AP-STA-CONNECTED"));
	assert_true(rig_has_event("AP-STA-DISCONNECTED"));
}

static void test_event_unknown(void **state)
{
	start();
	event(DRV_EV_PORT_AUTHORIZED);
	assert_null(ap_sta_find(rig.bss, rig_sta));
	assert_int_equal(rig.authorizes, 0);
}

/* Kernels before 6.12: no event, but the flag. */
static void test_flag_opens(void **state)
{
	rig.sta_known = DRV_STA_PORT;
	start();
	associate(rsne, sizeof(rsne));
	eloop_advance(rig.loop, USEC_PER_SEC - 1);
	assert_int_equal(rig.infos, 0);
	eloop_advance(rig.loop, 1);
	assert_int_equal(rig.infos, 1);
	assert_false(rig_has_event("AP-STA-CONNECTED"));
	eloop_advance(rig.loop, 3 * USEC_PER_SEC);
	assert_int_equal(rig.infos, 4);
	rig.sta_authorized = true;
	eloop_advance(rig.loop, USEC_PER_SEC);
	assert_connected();
	eloop_advance(rig.loop, 20 * USEC_PER_SEC);
	assert_int_equal(rig.infos, 5);
}

static void test_no_flag_opens(void **state)
{
	start();
	associate(rsne, sizeof(rsne));
	eloop_advance(rig.loop, USEC_PER_SEC);
	assert_connected();
}

static void test_no_record_opens(void **state)
{
	rig.sta_info_error = -EOPNOTSUPP;
	start();
	associate(rsne, sizeof(rsne));
	eloop_advance(rig.loop, USEC_PER_SEC);
	assert_connected();
}

/* Firmware that opened the port itself need not know the request. */
static void test_authorize_not_supported(void **state)
{
	rig.authorize_error = -EOPNOTSUPP;
	start();
	associate(rsne, sizeof(rsne));
	event(DRV_EV_PORT_AUTHORIZED);
	assert_connected();
}

static void test_authorize_fails(void **state)
{
	rig.authorize_error = -EIO;
	start();
	log_set_level(LOG_ERR + 1);
	associate(rsne, sizeof(rsne));
	event(DRV_EV_PORT_AUTHORIZED);
	assert_null(ap_sta_find(rig.bss, rig_sta));
	assert_int_equal(rig.frame[0], 0xc0);
	assert_string_equal(rig.events, "");
}

static void assert_gives_up(void)
{
	associate(rsne, sizeof(rsne));
	eloop_advance(rig.loop, 10 * USEC_PER_SEC - 1);
	assert_non_null(ap_sta_find(rig.bss, rig_sta));
	rig_forget();
	eloop_advance(rig.loop, 1);
	assert_null(ap_sta_find(rig.bss, rig_sta));
	assert_int_equal(rig.frames, 1);
	assert_int_equal(rig.frame[0], 0xc0);
	assert_int_equal(rig.frame[24], REASON_4WAY_TIMEOUT);
	assert_string_equal(rig.events, "AP-STA-POSSIBLE-PSK-MISMATCH 02:00:00:00:05:00\n");
	assert_int_equal(rig.authorizes, 0);
}

static void test_gives_up(void **state)
{
	rig.sta_known = DRV_STA_PORT;
	start();
	assert_gives_up();
	assert_int_equal(rig.infos, 10);
}

static void test_gives_up_without_record(void **state)
{
	rig.sta_info_error = -ENOENT;
	start();
	assert_gives_up();
}

/* Each association has its ten seconds. */
static void test_patience_anew(void **state)
{
	rig.sta_known = DRV_STA_PORT;
	start();
	associate(rsne, sizeof(rsne));
	eloop_advance(rig.loop, 8 * USEC_PER_SEC);
	assert_gives_up();
}

static void send_leave(uint16_t subtype)
{
	uint8_t buf[64];
	struct writer w = writer_over(buf, sizeof(buf));

	mgmt_write(&w, subtype, rig_bssid, rig_sta, rig_bssid);
	writer_le16(&w, REASON_4WAY_TIMEOUT);
	rx(&w);
}

static void test_mismatch(void **state)
{
	rig.sta_known = DRV_STA_PORT;
	start();
	associate(rsne, sizeof(rsne));
	send_leave(STYPE_DEAUTH);
	assert_string_equal(rig.events, "AP-STA-POSSIBLE-PSK-MISMATCH 02:00:00:00:05:00\n");
	assert_null(ap_sta_find(rig.bss, rig_sta));
	rig_forget();
	associate(rsne, sizeof(rsne));
	send_leave(STYPE_DISASSOC);
	assert_string_equal(rig.events, "AP-STA-POSSIBLE-PSK-MISMATCH 02:00:00:00:05:00\n");
	rig_forget();
	/* Nothing of it left. */
	eloop_advance(rig.loop, 30 * USEC_PER_SEC);
	assert_string_equal(rig.events, "");
	assert_int_equal(rig.infos, 0);
}

/* Deauthenticated by the firmware, which told us nothing, it tries again. */
static void test_mismatch_returns(void **state)
{
	rig.sta_known = DRV_STA_PORT;
	start();
	associate(rsne, sizeof(rsne));
	eloop_advance(rig.loop, USEC_PER_SEC - 1);
	associate(rsne, sizeof(rsne));
	assert_string_equal(rig.events, "");
	eloop_advance(rig.loop, USEC_PER_SEC);
	associate(rsne, sizeof(rsne));
	assert_string_equal(rig.events, "AP-STA-POSSIBLE-PSK-MISMATCH 02:00:00:00:05:00\n");
	event(DRV_EV_PORT_AUTHORIZED);
	rig_forget();
	associate(rsne, sizeof(rsne));
	assert_string_equal(rig.events, "AP-STA-DISCONNECTED 02:00:00:00:05:00\n");
}

static void test_no_mismatch(void **state)
{
	start();
	associate(rsne, sizeof(rsne));
	event(DRV_EV_PORT_AUTHORIZED);
	send_leave(STYPE_DEAUTH);
	assert_false(rig_has_event("MISMATCH"));
	assert_true(rig_has_event("AP-STA-DISCONNECTED"));
	/* Sent away by us: its passphrase may be right. */
	associate(rsne, sizeof(rsne));
	ap_bss_disconnect(rig.bss, rig_sta, AP_DEAUTH, 1, true);
	assert_false(rig_has_event("MISMATCH"));
}

static void rx_eapol(uint8_t type)
{
	uint8_t packet[99] = {2, type, 0, type == EAPOL_KEY ? 95 : 0};
	struct drv_event ev = {.kind = DRV_EV_EAPOL_RX,
		.eapol = {.packet = packet, .len = type == EAPOL_KEY ? sizeof(packet) : 4}};

	mac_copy(ev.addr, rig_sta);
	ap_on_driver_event(rig.bss, &ev);
}

static void test_stray_key(void **state)
{
	start();
	associate(rsne, sizeof(rsne));
	rx_eapol(EAPOL_KEY);
	rx_eapol(EAPOL_KEY);
	assert_int_equal(rig.eapols, 0);
	event(DRV_EV_PORT_AUTHORIZED);
	rx_eapol(EAPOL_KEY);
	assert_connected();
}

/* Whoever comes for WPS has no handshake to wait for. */
static void test_wps(void **state)
{
	rig.cfg.wps_state = 2;
	rig.cfg.device_name = (char *)"ap";
	start();
	associate(wps_elem, sizeof(wps_elem));
	assert_int_equal(rig.eapols, 1); /* Identity request */
	assert_int_equal(rig.eapol[1], EAPOL_EAP);
	event(DRV_EV_PORT_AUTHORIZED);
	rx_eapol(EAPOL_KEY);
	assert_false(rig_has_event("AP-STA-CONNECTED"));
	eloop_advance(rig.loop, 2 * USEC_PER_SEC);
	assert_int_equal(rig.authorizes, 0);
	assert_int_equal(rig.infos, 0);
	/* The same, with what it learned. */
	rig_forget();
	associate(rsne, sizeof(rsne));
	event(DRV_EV_PORT_AUTHORIZED);
	assert_connected();
}

/* A file that is set meanwhile is nothing to the driver: enrollees get the key it has. */
static void test_wps_key(void **state)
{
	struct wps_peer peer = {.mac = RIG_STA};
	struct wps_credential cred;

	rig.cfg.wps_state = 2;
	rig.cfg.device_name = (char *)"ap";
	start();
	log_set_level(LOG_ERR + 1);
	rig.cfg.wpa_psk_file = (char *)"/nowhere";
	assert_int_equal(ap_bss_wps_ready(rig.bss), 0);
	assert_int_equal(ap_wps_credential(rig.bss, &peer, &cred), 0);
	assert_int_equal(cred.key_len, 8);
	assert_memory_equal(cred.key, "password", 8);
}

/* Reports about TKIP keys that are not ours: the countermeasures are the driver's, too. */
static void test_michael(void **state)
{
	uint8_t tkip[sizeof(rsne)];

	rig.caps.ciphers |= CIPHER_TKIP;
	rig.cfg.wpa_pairwise = CIPHER_CCMP | CIPHER_TKIP;
	start();
	memcpy(tkip, rsne, sizeof(tkip));
	tkip[7] = 2; /* group */
	associate(tkip, sizeof(tkip));
	event(DRV_EV_PORT_AUTHORIZED);
	log_set_level(LOG_ERR + 1);
	for (int i = 0; i < 3; i++)
		event(DRV_EV_MICHAEL);
	assert_non_null(ap_sta_find(rig.bss, rig_sta));
	assert_connected();
}

static void test_rekey_refused(void **state)
{
	start();
	log_set_level(LOG_ERR + 1);
	assert_int_equal(ap_bss_rekey_group(rig.bss), -EOPNOTSUPP);
	associate(rsne, sizeof(rsne));
	assert_true(ap_sta_rekey_ptk(ap_sta_find(rig.bss, rig_sta)) < 0);
	assert_null(ap_sta_pmk(ap_sta_find(rig.bss, rig_sta)));
	assert_int_equal(rig.group_keys, 0);
}

static void test_reload(void **state)
{
	char text[256];
	struct strbuf reason = strbuf_over(text, sizeof(text));

	rig.caps.flags |= KEYS;
	start();
	associate(rsne, sizeof(rsne));
	assert_int_equal(ap_bss_reload_psk(rig.bss), 0);
	assert_int_equal(rig.ap_starts, 1);
	assert_int_equal(ap_bss_sta_count(rig.bss), 1);
	/* Another PMK is another start. */
	rig.cfg.wpa_passphrase = (char *)"other password";
	assert_int_equal(ap_bss_reload_psk(rig.bss), 0);
	assert_int_equal(rig.ap_starts, 2);
	assert_true(rig.has_pmk);
	assert_memory_not_equal(rig.pmk, pmk_password_ieee, sizeof(rig.pmk));
	assert_int_equal(ap_bss_sta_count(rig.bss), 0);
	/* What cannot be leaves everything as it is. */
	associate(rsne, sizeof(rsne));
	rig.caps.flags &= ~KEYS;
	rig.cfg.wpa_ptk_rekey = 600;
	assert_int_equal(ap_bss_reload(rig.bss, &reason), -EINVAL);
	assert_non_null(strstr(text, "wpa_ptk_rekey"));
	assert_int_equal(rig.ap_starts, 2);
	assert_int_equal(ap_bss_sta_count(rig.bss), 1);
	assert_true(ap_bss_driver_keys(rig.bss));
	/* With keys of ours it becomes the host's; which the same PMK does not hide. */
	rig.caps.flags |= KEYS;
	assert_int_equal(ap_bss_reload_psk(rig.bss), 0);
	assert_false(rig.has_pmk);
	assert_int_equal(rig.group_keys, 1);
	assert_false(ap_bss_driver_keys(rig.bss));
}

/* Without security there is nothing left to run. */
static void test_reload_open(void **state)
{
	char text[256];
	struct strbuf reason = strbuf_over(text, sizeof(text));

	start();
	rig.cfg.wpa = 0;
	assert_int_equal(ap_bss_reload(rig.bss, &reason), 0);
	assert_false(rig.has_pmk);
	assert_false(ap_bss_driver_keys(rig.bss));
	associate(NULL, 0);
	assert_true(rig_has_event("AP-STA-CONNECTED"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_choice),
		T(test_refused_start),
		T(test_pmk),
		T(test_declined),
		T(test_event_opens),
		T(test_event_early),
		T(test_event_unknown),
		T(test_flag_opens),
		T(test_no_flag_opens),
		T(test_no_record_opens),
		T(test_authorize_not_supported),
		T(test_authorize_fails),
		T(test_gives_up),
		T(test_gives_up_without_record),
		T(test_patience_anew),
		T(test_mismatch),
		T(test_mismatch_returns),
		T(test_no_mismatch),
		T(test_stray_key),
		T(test_wps),
		T(test_wps_key),
		T(test_michael),
		T(test_rekey_refused),
		T(test_reload),
		T(test_reload_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
