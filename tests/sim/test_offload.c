/* Handshakes by the firmware of a station (doc/offload.md, DRV_PSK), between whole daemons. */
#include "crypto/crypto.h"
#include "common/eapol_key.h"
#include "offload_rig.h"

#define WRONG_PSK "network={\nssid=\"net\"\npsk=\"other words\"\n}\n"

static void no_host_handshake(const struct link *l)
{
	assert_int_equal(sim_fw_count(l->radio, SIM_FW_KEY_NEW), 0);
	assert_int_equal(sim_fw_count(l->radio, SIM_FW_KEY_DEL), 0);
	assert_int_equal(sim_fw_count(l->radio, SIM_FW_SEND_EAPOL), 0);
	assert_int_equal(sim_fw_count(l->radio, SIM_FW_SET_REKEY), 0);
}

static const struct sim_fw_record *connect_asked(const struct link *l, unsigned n)
{
	const struct sim_fw_record *r = sim_fw_asked(l->radio, SIM_FW_CONNECT, n);
	assert_non_null(r);
	return r;
}

static void test_psk(void **state)
{
	struct link l = link_up(state, AP_PSK, STA_PSK, "psk");
	uint8_t psk[PMK_LEN];

	assert_true(net_wait(l.n, &l.ap->events, "AP-STA-CONNECTED", 1, 1));
	assert_int_equal(psk_from_passphrase("twelve words", (const uint8_t *)"net", 3, psk), 0);
	const struct sim_fw_record *r = connect_asked(&l, 0);
	assert_int_equal(r->pmk.len, PMK_LEN);
	assert_memory_equal(r->pmk.data, psk, PMK_LEN);
	assert_false(r->flag);
	assert_false(r->hint);
	assert_int_equal(events_count(&l.sta->events, FALLBACK), 0);
	status_has(l.sta, "handshake=driver\n");
	status_has(l.sta, "runner=DRV_PSK\n");
	assert_true(events_gap(&l.sta->events, "Associated with", CONNECTED) < 0.5);
	link_works(&l, 0);
	/* Group keys are the firmware's as well. */
	assert_string_equal(ap_command(l.ap, 0, "REKEY_GTK"), "OK\n");
	net_run(l.n, 5);
	link_works(&l, 0);
	no_host_handshake(&l);
}

/* The handshake is over before the association is reported, and nothing else ever comes. */
static void test_no_port_event(void **state)
{
	struct link l = link_new(state, AP_PSK, STA_PSK, "psk");

	l.fw->handshake_first = l.fw->port_never = true;
	link_await(&l);
	assert_int_equal(events_count(&l.sta->events, "reason=no-port-event"), 1);
	assert_true(events_gap(&l.sta->events, "Associated with", CONNECTED) < 2);
	link_works(&l, 0);
	net_run(l.n, 30);
	link_works(&l, 0);
	no_host_handshake(&l);
}

static void test_port_flag_not_told(void **state)
{
	struct link l = link_new(state, AP_PSK, STA_PSK, "psk");

	l.fw->port_never = l.fw->port_unreported = true;
	link_await(&l);
	link_works(&l, 0);
	no_host_handshake(&l);
}

/* One for another AP does not complete the link; one that comes late finds it complete. */
static void test_port_event_foreign_and_late(void **state)
{
	struct link l = link_new(state, AP_PSK, STA_PSK, "psk");

	l.fw->port_foreign = true;
	l.fw->port_delay_ms = 500;
	link_await(&l);
	assert_true(events_gap(&l.sta->events, "Associated with", CONNECTED) >= 0.5);
	assert_int_equal(events_count(&l.sta->events, FALLBACK), 0);
	link_works(&l, 0);

	l.fw->port_delay_ms = 3000;
	assert_string_equal(sta_command(l.sta, "REASSOCIATE"), "OK\n");
	assert_true(net_wait(l.n, &l.sta->events, CONNECTED, 2, 20));
	assert_true(events_gap(&l.sta->events, "Associated with", CONNECTED) < 2);
	assert_int_equal(events_count(&l.sta->events, "reason=no-port-event"), 1);
	net_run(l.n, 10);
	assert_int_equal(events_count(&l.sta->events, CONNECTED), 2);
	link_works(&l, 0);
}

static void test_wrong_passphrase(void **state)
{
	struct link l = link_new(state, AP_PSK, WRONG_PSK, "psk");

	assert_true(net_wait(l.n, &l.ap->events, "AP-STA-POSSIBLE-PSK-MISMATCH", 1, 20));
	assert_true(net_wait(l.n, &l.sta->events, "pre-shared key may be incorrect", 1, 20));
	assert_true(net_wait(l.n, &l.sta->events, "CTRL-EVENT-SSID-TEMP-DISABLED", 1, 20));
	assert_int_equal(events_count(&l.sta->events, "reason=WRONG_KEY"), 1);
	net_run(l.n, 30); /* never without offload after that */
	assert_true(sim_fw_count(l.radio, SIM_FW_CONNECT) >= 2);
	for (unsigned n = 0; n < sim_fw_count(l.radio, SIM_FW_CONNECT); n++)
		assert_int_equal(connect_asked(&l, n)->pmk.len, PMK_LEN);
	assert_int_equal(events_count(&l.sta->events, CONNECTED), 0);
	/* Corrected: works. */
	assert_string_equal(sta_command(l.sta, "SET_NETWORK 0 psk \"twelve words\""), "OK\n");
	assert_string_equal(sta_command(l.sta, "SELECT_NETWORK 0"), "OK\n");
	link_await(&l);
	link_works(&l, 0);
}

static void test_wrong_passphrase_as_status_16(void **state)
{
	struct link l = link_new(state, AP_PSK, WRONG_PSK, "psk");

	l.fw->handshake_first = true;
	assert_true(net_wait(l.n, &l.sta->events, "CTRL-EVENT-ASSOC-REJECT", 1, 20));
	assert_int_equal(events_count(&l.sta->events, "status_code=16 hint="), 1);
	assert_int_equal(events_count(&l.sta->events, "CTRL-EVENT-HANDSHAKE-FAILED"), 1);
	net_run(l.n, 60);
	assert_int_equal(events_count(&l.sta->events, CONNECTED), 0);
	assert_string_equal(sta_command(l.sta, "SET_NETWORK 0 psk \"twelve words\""), "OK\n");
	assert_string_equal(sta_command(l.sta, "SELECT_NETWORK 0"), "OK\n");
	link_await(&l);
	link_works(&l, 0);
}

/* The AP vanishes in the middle of the firmware's handshake. */
static bool lose_data(void *ctx, const uint8_t *frame, size_t len)
{
	return FC_TYPE(frame[0]) == FTYPE_DATA;
}

static void test_handshake_stuck(void **state)
{
	struct link l = link_new(state, AP_PSK, STA_PSK, "psk");

	sim_air_set_filter(l.n->air, lose_data, NULL);
	net_run(l.n, 60);
	assert_int_equal(events_count(&l.sta->events, CONNECTED), 0);
	assert_true(events_count(&l.sta->events, "Associated with") >= 2);
	sim_air_set_filter(l.n->air, NULL, NULL);
	assert_true(net_wait(l.n, &l.sta->events, CONNECTED, 1, 120));
	link_works(&l, 0);
}

/* Message 3 comes again: the firmware's business, too. */
static bool lose_first_4(void *ctx, const uint8_t *frame, size_t len)
{
	unsigned *tries = ctx;
	struct reader r = reader_of(frame, len);
	struct eapol_key k;

	reader_skip(&r, 24 + 6); /* header, SNAP */
	if (FC_TYPE(frame[0]) != FTYPE_DATA || !(frame[1] & FC_TO_DS >> 8) ||
		reader_be16(&r) != ETH_P_EAPOL)
		return false;
	reader_skip(&r, EAPOL_HDR_LEN);
	return eapol_key_parse(r, &k) == 0 && k.data_len == 0 && (*tries)++ < 8;
}

static void test_message_4_lost(void **state)
{
	struct link l = link_new(state, AP_PSK, STA_PSK, "psk");
	unsigned tries = 0;

	sim_air_set_filter(l.n->air, lose_first_4, &tries);
	link_await(&l);
	assert_true(net_wait(l.n, &l.ap->events, "AP-STA-CONNECTED", 1, 3));
	assert_int_equal(tries, 9);
	link_works(&l, 0);
	no_host_handshake(&l);
}

static void test_disabled(void **state)
{
	struct link l = link_up(state, AP_PSK,
		"network={\nssid=\"net\"\npsk=\"twelve words\"\nkey_mgmt_offload=0\n}\n", "psk");

	assert_int_equal(connect_asked(&l, 0)->pmk.len, 0);
	assert_int_equal(sim_fw_count(l.radio, SIM_FW_KEY_NEW), 2);
	status_has(l.sta, "handshake=host\n");
	status_has(l.sta, "runner=HOST\n");
	link_works(&l, 0);
}

static void test_disabled_globally(void **state)
{
	struct link l = link_up(state, AP_PSK, "key_mgmt_offload=0\n" STA_PSK, "psk+sync+rekey");

	assert_int_equal(connect_asked(&l, 0)->pmk.len, 0);
	assert_int_equal(sim_fw_count(l.radio, SIM_FW_SYNC_PMK), 0);
	assert_int_equal(sim_fw_count(l.radio, SIM_FW_SET_REKEY), 0);
	status_has(l.sta, "runner=HOST\n");
	link_works(&l, 0);
}

/* The capabilities were wrong: they are read again, and the host does it. */
static void test_connect_refused(void **state)
{
	struct link l = link_new(state, AP_PSK, STA_PSK, "psk");

	l.fw->lost_caps = DRV_CAP_PSK_OFFLOAD;
	sim_fw_fail_next(l.radio, SIM_FW_CONNECT, -EINVAL);
	link_await(&l);
	assert_int_equal(sim_fw_count(l.radio, SIM_FW_REFRESH_CAPS), 1);
	assert_int_equal(connect_asked(&l, 0)->result, -EINVAL);
	assert_int_equal(connect_asked(&l, 0)->pmk.len, PMK_LEN);
	assert_int_equal(connect_asked(&l, 1)->pmk.len, 0);
	assert_int_equal(events_count(&l.sta->events, "reason=connect-refused"), 1);
	status_has(l.sta, "runner=HOST\n");
	link_works(&l, 0);
}

/* An error that has nothing to do with it: no reason to go without. */
static void test_connect_busy(void **state)
{
	struct link l = link_new(state, AP_PSK, STA_PSK, "psk");

	sim_fw_fail_next(l.radio, SIM_FW_CONNECT, -EBUSY);
	link_await(&l);
	assert_int_equal(connect_asked(&l, 0)->result, -EBUSY);
	assert_int_equal(connect_asked(&l, 1)->pmk.len, PMK_LEN);
	assert_int_equal(events_count(&l.sta->events, FALLBACK), 0);
	status_has(l.sta, "runner=DRV_PSK\n");
}

/* --- roams --- */

static void test_roam(void **state)
{
	struct link l = link_up(state, AP_PSK, STA_PSK, "psk+roam");

	assert_true(connect_asked(&l, 0)->hint);
	link_other(&l, AP_OTHER);
	link_roam(&l);
	assert_int_equal(events_count(&l.sta->events, CONNECTED), 2);
	assert_int_equal(events_count(&l.sta->events, FALLBACK), 0);
	status_has(l.sta, "handshake=driver\n");
	link_works(&l, 1);
	no_host_handshake(&l);
	assert_int_equal(events_count(&l.sta->events, DISCONNECTED), 0);
}

static void test_roam_without_port_event(void **state)
{
	struct link l = link_up(state, AP_PSK, STA_PSK, "psk+roam");

	l.fw->port_never = l.fw->port_foreign = true;
	link_other(&l, AP_OTHER);
	link_roam(&l);
	assert_int_equal(events_count(&l.sta->events, "reason=no-port-event"), 1);
	link_works(&l, 1);
	net_run(l.n, 30);
	link_works(&l, 1);
	no_host_handshake(&l);
}

static void test_roam_handshake_first(void **state)
{
	struct link l = link_new(state, AP_PSK, STA_PSK, "psk+roam");

	l.fw->handshake_first = l.fw->port_never = true;
	link_await(&l);
	link_other(&l, AP_OTHER);
	link_roam(&l);
	link_works(&l, 1);
	no_host_handshake(&l);
}

/* The other AP has another passphrase: the roam costs the link, and the station comes back. */
static void test_roam_fails(void **state)
{
	struct link l = link_up(state, AP_PSK, STA_PSK, "psk+roam");

	link_other(&l, "ssid=net\n" AP_WPA2 "wpa_passphrase=other words\nbridge=br1\n");
	link_roam(&l);
	assert_true(net_wait(l.n, &l.sta->events, DISCONNECTED, 1, 10));
	net_ap_stop(l.other);
	assert_true(net_wait(l.n, &l.sta->events, CONNECTED, 2, 120));
	link_works(&l, 0);
	no_host_handshake(&l);
}

/* A driver that roams, with the handshakes in the host. */
static void test_roam_of_host_link(void **state)
{
	struct link l = link_up(state, AP_PSK, STA_PSK, "roam");

	status_has(l.sta, "runner=HOST\n");
	link_other(&l, AP_OTHER);
	link_roam(&l);
	status_has(l.sta, "handshake=host\n");
	link_works(&l, 1);
	link_rekeys(&l, 1);
}

static void test_pinned_bssid(void **state)
{
	struct link l = link_new(state, AP_PSK, "", "psk+roam");
	char cmd[64];

	assert_string_equal(sta_command(l.sta, "ADD_NETWORK"), "0\n");
	assert_string_equal(sta_command(l.sta, "SET_NETWORK 0 ssid \"net\""), "OK\n");
	assert_string_equal(sta_command(l.sta, "SET_NETWORK 0 psk \"twelve words\""), "OK\n");
	snprintf(cmd, sizeof(cmd), "SET_NETWORK 0 bssid " MACSTR, MAC2STR(l.bssid[0]));
	assert_string_equal(sta_command(l.sta, cmd), "OK\n");
	assert_string_equal(sta_command(l.sta, "ENABLE_NETWORK 0"), "OK\n");
	link_await(&l);
	assert_false(connect_asked(&l, 0)->hint);
}

/* --- leaving at the wrong moment --- */

static const char *leave_at;

static void leave(struct net_sta *s, const char *text)
{
	if (!strstr(text, leave_at))
		return;
	s->hook = NULL;
	assert_string_equal(sta_command(s, "DISCONNECT"), "OK\n");
}

/* Disconnecting from within what a program hears, whoever runs the handshakes. */
static void test_leave_inside_events(void **state)
{
	static const char *const texts[] = {"Key negotiation completed", CONNECTED, REKEYED},
				 *const words[] = {"psk", "sync+rekey"};

	for (unsigned n = 0; n < 2 * ARRAY_SIZE(words); n++) {
		if (n) {
			net_teardown(state);
			net_setup(state);
		}
		struct link l = link_new(state, AP_PSK, STA_PSK, words[n / 2]);
		leave_at = texts[n % 2];
		l.sta->hook = leave;
		net_run(l.n, 20);
		assert_null(l.sta->hook);
		status_has(l.sta, "wpa_state=DISCONNECTED\n");
		assert_string_equal(sta_command(l.sta, "RECONNECT"), "OK\n");
		assert_true(net_wait(l.n, &l.sta->events, CONNECTED, 1 + n % 2, 20));
		net_run(l.n, 0.1);
		link_works(&l, 0);
		if (n != 2)
			continue;
		leave_at = texts[2];
		l.sta->hook = leave;
		assert_string_equal(ap_command(l.ap, 0, "REKEY_GTK"), "OK\n");
		net_run(l.n, 2);
		assert_null(l.sta->hook);
		status_has(l.sta, "wpa_state=DISCONNECTED\n");
	}
}

/* --- what the host shows and does with keys it does not have --- */

static void test_mib(void **state)
{
	struct link l = link_up(state, AP_PSK, STA_PSK, "psk");
	const char *mib = sta_command(l.sta, "MIB");

	assert_non_null(strstr(mib, "dot11RSNAEnabled=TRUE\n"));
	assert_non_null(strstr(mib, "dot11RSNAPairwiseCipherSelected=00-0f-ac-4\n"));
	assert_string_equal(sta_command(l.sta, "DISCONNECT"), "OK\n");
	mib = sta_command(l.sta, "MIB");
	assert_non_null(strstr(mib, "dot11RSNAPairwiseCipherSelected=00-00-00-0\n"));
}

static void test_mic_failures(void **state)
{
	struct link l = link_up(state,
		"ssid=net\nwpa=1\nwpa_key_mgmt=WPA-PSK\nwpa_pairwise=TKIP\n"
		"wpa_passphrase=twelve words\nbridge=br0\n",
		STA_PSK, "psk");
	const struct drv_event wrong_mic = {.kind = DRV_EV_MICHAEL, .michael = {.pairwise = true}};

	status_has(l.sta, "runner=DRV_PSK\n");
	status_has(l.sta, "pairwise_cipher=TKIP\n");
	sim_fw_emit(l.radio, &wrong_mic);
	net_run(l.n, 10);
	assert_int_equal(events_count(&l.sta->events, "countermeasures started"), 0);
	sim_fw_emit(l.radio, &wrong_mic);
	net_run(l.n, 0.1);
	assert_int_equal(events_count(&l.sta->events, "countermeasures started"), 1);
	assert_int_equal(events_count(&l.sta->events, DISCONNECTED " bssid"), 1);
	assert_int_equal(events_count(&l.sta->events, "reason=14"), 1);
}

/* EAPOL frames have a queue of their own: message 1 of the AP may come before the ROAM to it. */
static void test_message_1_before_roam(void **state)
{
	struct link l = link_up(state, AP_PSK, STA_PSK, "roam");
	struct eapol_key k = {.descriptor = KEY_DESC_RSN,
		.info = KEY_INFO_PAIRWISE | KEY_INFO_ACK | KEY_VERSION_AES_SHA1,
		.key_len = 16,
		.replay = 1,
		.nonce = {7}};
	uint8_t packet[128];
	struct writer w = writer_over(packet, sizeof(packet));
	struct drv_event m1 = {.kind = DRV_EV_EAPOL_RX}, roam = {.kind = DRV_EV_ROAM};

	link_other(&l, AP_OTHER);
	assert_string_equal(sta_command(l.sta, "SCAN"), "OK\n");
	net_run(l.n, 4);
	eapol_key_write(&w, 2, &k);
	m1.eapol.packet = packet;
	m1.eapol.len = w.len;
	for (unsigned foreign = 2; foreign--;) { /* one of a third station is nobody's */
		unsigned sent = sim_fw_count(l.radio, SIM_FW_SEND_EAPOL);
		mac_copy(m1.addr, l.bssid[foreign]);
		m1.addr[5] ^= (uint8_t)foreign;
		mac_copy(roam.addr, l.bssid[foreign]);
		sim_fw_emit(l.radio, &m1);
		net_run(l.n, 0.01);
		assert_int_equal(sim_fw_count(l.radio, SIM_FW_SEND_EAPOL), sent);
		sim_fw_emit(l.radio, &roam);
		net_run(l.n, 0.01);
		assert_int_equal(
			sim_fw_count(l.radio, SIM_FW_SEND_EAPOL), sent + (foreign ? 0 : 1));
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, net_setup, net_teardown)
	const struct CMUnitTest tests[] = {T(test_psk), T(test_no_port_event),
		T(test_port_flag_not_told), T(test_port_event_foreign_and_late),
		T(test_wrong_passphrase), T(test_wrong_passphrase_as_status_16),
		T(test_handshake_stuck), T(test_message_4_lost), T(test_disabled),
		T(test_disabled_globally), T(test_connect_refused), T(test_connect_busy),
		T(test_roam), T(test_roam_without_port_event), T(test_roam_handshake_first),
		T(test_roam_fails), T(test_roam_of_host_link), T(test_pinned_bssid),
		T(test_leave_inside_events), T(test_mib), T(test_mic_failures),
		T(test_message_1_before_roam)};
	return cmocka_run_group_tests_name("offload", tests, NULL, NULL);
}
