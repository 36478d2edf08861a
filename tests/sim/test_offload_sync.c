/* Roams of the firmware of a station that keeps the host in step (doc/offload.md, HOST_SYNC),
 * between whole daemons. */
#include "crypto/crypto.h"
#include "offload_rig.h"
#include "common/eapol_key.h"
#include "rsn/supplicant.h"

#define KEY_ERRORS_PASS "no_disconnect_on_group_keyerror=1\n"
/* Seconds a roam takes: the firmware scans all channels first. */
#define ROAM_TIME 4

/* Connected to the first AP; the other one is there. */
static struct link start(void **state, const char *words, const char *other_conf)
{
	struct link l = link_up(state, AP_PSK, STA_PSK, words);
	link_other(&l, other_conf);
	status_has(l.sta, "runner=HOST_SYNC\n");
	status_has(l.sta, "handshake=host\n");
	return l;
}

static const char *bssid_line(const struct link *l, unsigned which)
{
	static char line[40];

	snprintf(line, sizeof(line), "bssid=" MACSTR "\n", MAC2STR(l->bssid[which]));
	return line;
}

struct keys_asked {
	unsigned set, deleted, eapol;
};

static struct keys_asked asked(const struct link *l)
{
	return (struct keys_asked){sim_fw_count(l->radio, SIM_FW_KEY_NEW),
		sim_fw_count(l->radio, SIM_FW_KEY_DEL), sim_fw_count(l->radio, SIM_FW_SEND_EAPOL)};
}

/* After a roam the firmware completed: nothing installed, deleted or sent by the host. */
static void check_taken_over(const struct link *l, struct keys_asked before)
{
	struct keys_asked now = asked(l);

	assert_int_equal(now.set, before.set);
	assert_int_equal(now.deleted, before.deleted);
	assert_int_equal(now.eapol, before.eapol);
	status_has(l->sta, "handshake=driver\n");
	assert_int_equal(events_count(&l->sta->events, FALLBACK), 0);
	assert_int_equal(events_count(&l->sta->events, CONNECTED), 2);
	assert_int_equal(events_count(&l->sta->events, DISCONNECTED), 0);
	link_works(l, 1);
}

static void test_pmk_before_connect(void **state)
{
	struct link l = link_up(state, AP_PSK, STA_PSK, "sync");
	uint8_t psk[PMK_LEN];
	const struct sim_fw_record *pmk = sim_fw_asked(l.radio, SIM_FW_SYNC_PMK, 0),
				   *c = sim_fw_asked(l.radio, SIM_FW_CONNECT, 0),
				   *may = sim_fw_asked(l.radio, SIM_FW_ALLOW_ROAMING, 0);

	assert_non_null(pmk);
	assert_non_null(c);
	assert_non_null(may);
	assert_true(pmk < c); /* in the order they came */
	assert_true(may->flag);
	assert_int_equal(psk_from_passphrase("twelve words", (const uint8_t *)"net", 3, psk), 0);
	assert_int_equal(pmk->pmk.len, PMK_LEN);
	assert_memory_equal(pmk->pmk.data, psk, PMK_LEN);
	assert_int_equal(c->pmk.len, 0);
	link_works(&l, 0);
}

static void test_pinned_bssid(void **state)
{
	struct link l = link_new(state, AP_PSK, "", "sync");
	char cmd[64];

	sta_command(l.sta, "ADD_NETWORK");
	sta_command(l.sta, "SET_NETWORK 0 ssid \"net\"");
	sta_command(l.sta, "SET_NETWORK 0 psk \"twelve words\"");
	snprintf(cmd, sizeof(cmd), "SET_NETWORK 0 bssid " MACSTR, MAC2STR(l.bssid[0]));
	assert_string_equal(sta_command(l.sta, cmd), "OK\n");
	assert_string_equal(sta_command(l.sta, "ENABLE_NETWORK 0"), "OK\n");
	link_await(&l);
	assert_false(sim_fw_asked(l.radio, SIM_FW_ALLOW_ROAMING, 0)->flag);
	link_other(&l, AP_OTHER);
	assert_int_equal(sim_fw_roam(l.radio, l.bssid[1]), -EPERM);
}

static void test_roam(void **state)
{
	struct link l = start(state, "sync+rekey", AP_OTHER);
	struct keys_asked before = asked(&l);

	link_roam(&l);
	check_taken_over(&l, before);
	link_rekeys(&l, 1);
	link_rekeys(&l, 1);
	net_run(l.n, 60);
	link_works(&l, 1);
	/* And back. */
	assert_int_equal(sim_fw_roam(l.radio, l.bssid[0]), 0);
	net_run(l.n, ROAM_TIME);
	assert_int_equal(events_count(&l.sta->events, CONNECTED), 3);
	link_works(&l, 0);
	link_rekeys(&l, 0);
}

static void test_roam_auth_first(void **state)
{
	struct link l = start(state, "sync", AP_OTHER);
	struct keys_asked before = asked(&l);

	l.fw->roam_auth_first = true;
	link_roam(&l);
	check_taken_over(&l, before);
	link_rekeys(&l, 1);
}

static void roam_with_gap(void **state, bool roam_auth_first)
{
	struct link l = start(state, "sync", AP_OTHER);
	struct keys_asked before = asked(&l);

	l.fw->roam_auth_first = roam_auth_first;
	l.fw->second_delay_ms = 800;
	link_roam(&l);
	check_taken_over(&l, before);
	link_rekeys(&l, 1);
}

static void test_gap_before_roam_auth(void **state)
{
	roam_with_gap(state, false);
}

static void test_gap_before_roam(void **state)
{
	roam_with_gap(state, true);
}

static void test_repeated_and_foreign(void **state)
{
	for (unsigned order = 0; order < 2; order++) {
		struct link l;

		if (order) {
			net_teardown(state);
			net_setup(state);
		}
		l = start(state, "sync", AP_OTHER);
		struct keys_asked before = asked(&l);
		l.fw->roam_auth_twice = l.fw->roam_auth_foreign = true;
		l.fw->roam_auth_first = order == 1;
		link_roam(&l);
		check_taken_over(&l, before);
		net_run(l.n, 10); /* a deadline for what was foreign is over */
		link_works(&l, 1);
		link_rekeys(&l, 1);
	}
}

/* --- the host completes --- */

static void check_host_handshake(const struct link *l, const char *why)
{
	assert_int_equal(events_count(&l->sta->events, why), 1);
	assert_int_equal(events_count(&l->sta->events, DISCONNECTED), 0);
	assert_int_equal(events_count(&l->sta->events, CONNECTED), 2);
	status_has(l->sta, "handshake=host\n");
	link_works(l, 1);
	link_rekeys(l, 1);
}

static void test_not_authorized(void **state)
{
	for (unsigned order = 0; order < 2; order++) {
		if (order) {
			net_teardown(state);
			net_setup(state);
		}
		struct link l = start(state, "sync", AP_OTHER);
		l.fw->roam_assoc_only = true;
		l.fw->roam_auth_first = order == 1;
		link_roam(&l);
		check_host_handshake(&l, "reason=not-authorized");
	}
}

/* The vendor event never comes: after the deadline the handshake is ours. */
static void test_bare_roam(void **state)
{
	struct link l = start(state, "sync", AP_OTHER);

	l.fw->roam_assoc_only = l.fw->no_roam_auth = true;
	link_roam(&l);
	check_host_handshake(&l, "reason=no-roam-auth");
}

/* Keys for a roam that never is told: the link goes on. */
static void test_bare_roam_auth(void **state)
{
	struct link l = start(state, "sync", AP_OTHER);
	const struct drv_event ev = {.kind = DRV_EV_ROAM_AUTH,
		.addr = {2, 9, 9, 9, 9, 9},
		.roam_auth = {.authorized = true, .has_replay = true, .replay = 99}};

	sim_fw_emit(l.radio, &ev);
	net_run(l.n, 20);
	assert_int_equal(events_count(&l.sta->events, DISCONNECTED), 0);
	link_works(&l, 0);
	link_rekeys(&l, 0);
}

/* The firmware ran the handshake but cannot say so. There is nothing left that an AP would do with
 * us: the link ends in time, and comes back. */
static void test_bare_roam_of_completed(void **state)
{
	struct link l = start(state, "sync", AP_OTHER);

	l.fw->no_roam_auth = true;
	link_roam(&l);
	assert_true(net_wait(l.n, &l.sta->events, "timed out", 1, 20));
	assert_true(net_wait(l.n, &l.sta->events, CONNECTED, 2, 60));
}

/* --- what the firmware does not tell --- */

static void test_counter_not_told(void **state)
{
	struct link l = start(state, "sync", AP_OTHER);
	struct keys_asked before = asked(&l);

	l.fw->hide_counter = true;
	link_roam(&l);
	check_taken_over(&l, before);
	link_rekeys(&l, 1);
}

/* Group messages cannot be verified then. The AP gets no answer; the link stays. */
static void test_keys_not_told(void **state)
{
	struct link l = start(state, "sync", AP_OTHER KEY_ERRORS_PASS);
	struct keys_asked before = asked(&l);

	l.fw->hide_keys = true;
	link_roam(&l);
	check_taken_over(&l, before);
	assert_string_equal(ap_command(l.other, 0, "REKEY_GTK"), "OK\n");
	net_run(l.n, 60);
	assert_int_equal(events_count(&l.sta->events, REKEYED), 0);
	assert_int_equal(events_count(&l.sta->events, DISCONNECTED), 0);
	assert_int_equal(events_count(&l.sta->events, "timed out"), 0);
	status_has(l.sta, "wpa_state=COMPLETED\n");
}

/* The firmware's counter is one ahead of the AP's: the AP's next message is an old one, that
 * behind it (its retry) is taken. */
static void test_old_counter_dropped(void **state)
{
	struct link l = start(state, "sync", AP_OTHER);

	l.fw->counter_ahead = 1;
	link_roam(&l);
	double asked_at = (double)timers_now(eloop_timers(l.n->loop)) / SEC;
	link_rekeys(&l, 1);
	double took = events_time(&l.sta->events, REKEYED, 0) - asked_at;
	assert_true(took > 0.4 && took < 2);
}

static void test_right_counter_taken(void **state)
{
	struct link l = start(state, "sync", AP_OTHER);

	link_roam(&l);
	double asked_at = (double)timers_now(eloop_timers(l.n->loop)) / SEC;
	link_rekeys(&l, 1);
	assert_true(events_time(&l.sta->events, REKEYED, 0) - asked_at < 0.4);
}

/* --- another cipher, another AKM --- */

#define AP_OTHER_WPA                                                                               \
	"ssid=net\nwpa=1\nwpa_key_mgmt=WPA-PSK\nwpa_pairwise=TKIP\nwpa_passphrase=twelve words\n"  \
	"bridge=br1\n"
#define AP_OTHER_SHA256                                                                            \
	"ssid=net\nwpa=2\nwpa_key_mgmt=WPA-PSK-SHA256\nrsn_pairwise=CCMP\n"                        \
	"wpa_passphrase=twelve words\nbridge=br1\n"
#define STA_ANY                                                                                    \
	"network={\nssid=\"net\"\npsk=\"twelve words\"\nkey_mgmt=WPA-PSK WPA-PSK-SHA256\n"         \
	"proto=WPA RSN\npairwise=CCMP TKIP\ngroup=CCMP TKIP\n}\n"

static void roam_across(
	void **state, const char *other, const char *cipher, const char *key_mgmt, bool host_runs)
{
	struct link l = link_up(state, AP_PSK, STA_ANY, "sync+rekey");

	link_other(&l, other);
	struct keys_asked before = asked(&l);
	l.fw->roam_assoc_only = host_runs;
	link_roam(&l);
	if (!host_runs)
		check_taken_over(&l, before);
	status_has(l.sta, cipher);
	status_has(l.sta, key_mgmt);
	link_rekeys(&l, 1);
	/* With the old suites again. */
	assert_int_equal(sim_fw_roam(l.radio, l.bssid[0]), 0);
	net_run(l.n, ROAM_TIME);
	status_has(l.sta, "pairwise_cipher=CCMP\n");
	link_rekeys(&l, 0);
}

static void test_across_ciphers(void **state)
{
	roam_across(state, AP_OTHER_WPA, "pairwise_cipher=TKIP\n", "key_mgmt=WPA-PSK\n", false);
}

static void test_across_ciphers_host(void **state)
{
	roam_across(state, AP_OTHER_WPA, "pairwise_cipher=TKIP\n", "key_mgmt=WPA-PSK\n", true);
}

static void test_across_akms(void **state)
{
	roam_across(state, AP_OTHER_SHA256, "pairwise_cipher=CCMP\n", "key_mgmt=WPA2-PSK-SHA256\n",
		false);
}

static void test_across_akms_host(void **state)
{
	roam_across(state, AP_OTHER_SHA256, "pairwise_cipher=CCMP\n", "key_mgmt=WPA2-PSK-SHA256\n",
		true);
}

/* --- group handshakes while the host sleeps --- */

/* The firmware can answer with what the host gave it last: those are the AP's keys and counter. */
static void rekey_asleep(const struct link *l, unsigned which)
{
	struct net_ap *a = which ? l->other : l->ap;
	unsigned eapol = sim_fw_count(l->radio, SIM_FW_SEND_EAPOL),
		 told = events_count(&l->sta->events, REKEYED), index = link_group_index(l, which);

	assert_int_equal(sim_fw_sleep(l->radio, true), 0);
	assert_string_equal(ap_command(a, 0, "REKEY_GTK"), "OK\n");
	net_run(l->n, 0.4); /* the first message was good */
	assert_int_equal(sim_fw_sleep(l->radio, false), 0);
	assert_int_equal(sim_fw_count(l->radio, SIM_FW_SEND_EAPOL), eapol);
	assert_int_equal(events_count(&l->sta->events, REKEYED), told);
	assert_int_not_equal(link_group_index(l, which), index);
	link_works(l, which);
}

static void test_rekey_data(void **state)
{
	struct link l = start(state, "sync+rekey", AP_OTHER);
	const struct sim_fw_record *r = sim_fw_asked(l.radio, SIM_FW_SET_REKEY, 0);

	assert_non_null(r);
	assert_int_equal(r->akm, AKM_PSK);
	assert_int_equal(r->kck.len, 16);
	assert_int_equal(r->kek.len, 16);
	rekey_asleep(&l, 0);
	rekey_asleep(&l, 0);
	/* The host goes on from there: an old counter of its own would be no harm, but one that it
	 * would have to drop is. */
	link_rekeys(&l, 0);
	assert_int_equal(sim_fw_count(l.radio, SIM_FW_SET_REKEY), 2);
	rekey_asleep(&l, 0);
	/* After a roam the firmware has its own keys. */
	link_roam(&l);
	rekey_asleep(&l, 1);
	link_rekeys(&l, 1);
	rekey_asleep(&l, 1);
	assert_int_equal(events_count(&l.sta->events, DISCONNECTED), 0);
}

/* Two roams and rekeyings of the firmware in a row. */
static void test_two_roams_and_rekeys(void **state)
{
	struct link l = start(state, "sync+rekey", AP_OTHER);

	link_roam(&l);
	rekey_asleep(&l, 1);
	assert_int_equal(sim_fw_roam(l.radio, l.bssid[0]), 0);
	net_run(l.n, ROAM_TIME);
	rekey_asleep(&l, 0);
	rekey_asleep(&l, 0);
	assert_int_equal(events_count(&l.sta->events, CONNECTED), 3);
	link_rekeys(&l, 0);
	assert_int_equal(events_count(&l.sta->events, DISCONNECTED), 0);
}

static void emit_rekeyed(const struct link *l, const uint8_t *bssid, uint64_t replay)
{
	struct drv_event ev = {.kind = DRV_EV_REKEYED, .replay = replay};
	mac_copy(ev.addr, bssid);
	sim_fw_emit(l->radio, &ev);
	net_run(l->n, 0.1);
}

/* Seconds until the station has the AP's next group key. */
static double rekey_time(const struct link *l)
{
	double from = (double)timers_now(eloop_timers(l->n->loop)) / SEC;
	unsigned n = events_count(&l->sta->events, REKEYED);

	link_rekeys(l, 0);
	return events_time(&l->sta->events, REKEYED, n) - from;
}

/* The last EAPOL packet on the air that was protected and sent by an AP. */
struct capture {
	uint8_t packet[512];
	size_t len;
};

static void on_air(void *ctx, const struct sim_frame_info *info, const uint8_t *frame, size_t len)
{
	struct capture *c = ctx;
	struct reader r = reader_of(frame, len);
	uint16_t fc = reader_le16(&r);

	reader_skip(&r, 22 + 8 + 6); /* header, that of CCMP, SNAP */
	if (FC_TYPE(fc) != FTYPE_DATA || !(fc & FC_PROTECTED) || !(fc & FC_FROM_DS) ||
		reader_be16(&r) != ETH_P_EAPOL || reader_left(&r) < 8)
		return;
	c->len = reader_left(&r) - 8; /* check value */
	assert_true(c->len <= sizeof(c->packet));
	reader_copy(&r, c->packet, c->len);
}

/* Is the AP's last message, come again, taken for a new one? */
static bool replay_is_taken(const struct link *l, const struct capture *c)
{
	struct drv_event ev = {
		.kind = DRV_EV_EAPOL_RX, .eapol = {.packet = c->packet, .len = c->len}};
	unsigned sent = sim_fw_count(l->radio, SIM_FW_SEND_EAPOL);

	assert_true(c->len > 0);
	mac_copy(ev.addr, l->bssid[0]);
	sim_fw_emit(l->radio, &ev);
	net_run(l->n, 0.1);
	return sim_fw_count(l->radio, SIM_FW_SEND_EAPOL) > sent;
}

static void test_rekeyed_event(void **state)
{
	struct link l = start(state, "sync+rekey", AP_OTHER);
	struct capture c = {0};
	sim_air_set_monitor(l.n->air, on_air, &c);
	uint64_t at = sim_fw_asked(l.radio, SIM_FW_SET_REKEY, 0)->replay;

	emit_rekeyed(&l, l.bssid[1], at + 1000); /* another AP's */
	assert_true(rekey_time(&l) < 0.4);
	assert_false(replay_is_taken(&l, &c));
	emit_rekeyed(&l, l.bssid[0], 0); /* back: never */
	assert_false(replay_is_taken(&l, &c));
	at = sim_fw_asked(l.radio, SIM_FW_SET_REKEY, 1)->replay;
	assert_true(rekey_time(&l) < 0.4);
	/* Ours and ahead: the AP's next message is an old one, its retry is not. */
	emit_rekeyed(&l, l.bssid[0], at + 2);
	assert_true(rekey_time(&l) > 0.4);
	assert_int_equal(events_count(&l.sta->events, DISCONNECTED), 0);
}

/* Not in the queue of the other events: it may come before the ROAM to its AP. */
static void test_rekeyed_before_roam(void **state)
{
	struct link l = start(state, "sync+rekey", AP_OTHER);
	struct rsn_supp_keys k;

	l.fw->roam_auth_first = true;
	l.fw->second_delay_ms = 500;
	assert_int_equal(sim_fw_roam(l.radio, l.bssid[1]), 0);
	for (unsigned n = 0; n < 400 && !sim_fw_keys(l.radio, &k); n++)
		net_run(l.n, 0.01);
	net_run(l.n, 0.1);
	assert_int_equal(events_count(&l.sta->events, CONNECTED), 1); /* no ROAM yet */
	assert_true(sim_fw_keys(l.radio, &k));
	emit_rekeyed(&l, l.bssid[1], k.replay + 1);
	net_run(l.n, 1);
	assert_int_equal(events_count(&l.sta->events, CONNECTED), 2);
	double from = (double)timers_now(eloop_timers(l.n->loop)) / SEC;
	link_rekeys(&l, 1);
	assert_true(events_time(&l.sta->events, REKEYED, 0) - from > 0.4);
}

/* Message 4 of the firmware is lost. The AP repeats message 3, to the host by now: that knows the
 * keys and answers, and installs nothing. */
static bool lose_message_4(void *ctx, const uint8_t *frame, size_t len)
{
	struct reader r = reader_of(frame, len);
	struct eapol_key k;

	reader_skip(&r, 24 + 6); /* header, SNAP */
	if (FC_TYPE(frame[0]) != FTYPE_DATA || memcmp(frame + 4, ctx, MAC_LEN) != 0 ||
		reader_be16(&r) != ETH_P_EAPOL)
		return false;
	reader_skip(&r, EAPOL_HDR_LEN);
	return eapol_key_parse(r, &k) == 0 && k.info & KEY_INFO_PAIRWISE && k.data_len == 0;
}

static void test_message_4_lost(void **state)
{
	struct link l = start(state, "sync+rekey", AP_OTHER);
	struct keys_asked before = asked(&l), after;

	sim_air_set_filter(l.n->air, lose_message_4, l.bssid[1]);
	assert_int_equal(sim_fw_roam(l.radio, l.bssid[1]), 0);
	assert_true(net_wait(l.n, &l.sta->events, CONNECTED, 2, 5));
	net_run(l.n, 0.05);
	assert_int_equal(events_count(&l.other->events, "AP-STA-CONNECTED"), 0);
	sim_air_set_filter(l.n->air, NULL, NULL);
	assert_true(net_wait(l.n, &l.other->events, "AP-STA-CONNECTED", 1, 3));
	after = asked(&l);
	assert_int_equal(after.set, before.set);
	assert_int_equal(after.deleted, before.deleted);
	assert_int_equal(after.eapol, before.eapol + 1);
	link_works(&l, 1);
	link_rekeys(&l, 1);
	assert_int_equal(events_count(&l.sta->events, DISCONNECTED), 0);
}

static void test_rekey_not_supported(void **state)
{
	struct link l = start(state, "sync", AP_OTHER);

	assert_int_equal(sim_fw_count(l.radio, SIM_FW_SET_REKEY), 1);
	assert_int_equal(sim_fw_asked(l.radio, SIM_FW_SET_REKEY, 0)->result, -EOPNOTSUPP);
	link_rekeys(&l, 0);
	link_roam(&l);
	link_rekeys(&l, 1);
	sta_command(l.sta, "REASSOCIATE");
	assert_true(net_wait(l.n, &l.sta->events, CONNECTED, 3, 20));
	assert_int_equal(sim_fw_count(l.radio, SIM_FW_SET_REKEY), 1);
}

/* Keys of that length are nothing for this driver: other ones may be. */
static void test_rekey_of_wrong_length(void **state)
{
	struct link l = link_new(state, AP_PSK, STA_PSK, "sync+rekey");

	sim_fw_fail_next(l.radio, SIM_FW_SET_REKEY, -ERANGE);
	link_await(&l);
	link_rekeys(&l, 0);
	assert_int_equal(sim_fw_count(l.radio, SIM_FW_SET_REKEY), 2);
	assert_int_equal(sim_fw_asked(l.radio, SIM_FW_SET_REKEY, 1)->result, 0);
}

/* --- no answer, and leaving at the wrong moment --- */

static void test_eapol_withheld(void **state)
{
	struct link l = link_new(state, AP_PSK, STA_PSK, "sync");

	l.fw->withhold_eapol = true;
	net_run(l.n, 40);
	assert_int_equal(events_count(&l.sta->events, CONNECTED), 0);
	assert_int_equal(events_count(&l.sta->events, "WRONG_KEY"), 0);
	l.fw->withhold_eapol = false;
	assert_true(net_wait(l.n, &l.sta->events, CONNECTED, 1, 120));
	link_works(&l, 0);
}

static void test_eapol_withheld_after_roam(void **state)
{
	struct link l = start(state, "sync", AP_OTHER);

	l.fw->withhold_eapol = l.fw->roam_assoc_only = true;
	link_roam(&l);
	assert_true(net_wait(l.n, &l.sta->events, DISCONNECTED, 1, 20));
	l.fw->withhold_eapol = l.fw->roam_assoc_only = false;
	assert_true(net_wait(l.n, &l.sta->events, CONNECTED, 2, 60));
}

/* Keys for other APs, again and again, do not put off the deadline of a ROAM. */
static void test_deadline_kept(void **state)
{
	struct link l = start(state, "sync", AP_OTHER);
	const struct drv_event foreign = {.kind = DRV_EV_ROAM_AUTH,
		.addr = {2, 9, 9, 9, 9, 9},
		.roam_auth = {.authorized = true}};

	l.fw->roam_assoc_only = l.fw->no_roam_auth = true;
	assert_int_equal(sim_fw_roam(l.radio, l.bssid[1]), 0);
	for (unsigned n = 0; n < 12; n++) {
		net_run(l.n, 0.4);
		sim_fw_emit(l.radio, &foreign);
	}
	check_host_handshake(&l, "reason=no-roam-auth");
}

/* A RSN element as of a request with this AKM and these capabilities. */
static void roam_told(
	const struct link *l, uint8_t akm, uint8_t capab, bool in_roam, bool authorized)
{
	const uint8_t ie[] = {EID_RSN, 20, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0,
		0x0f, 0xac, akm, capab, 0};
	struct drv_event roam = {.kind = DRV_EV_ROAM}, auth = {.kind = DRV_EV_ROAM_AUTH};

	assert_string_equal(sta_command(l->sta, "SCAN"), "OK\n");
	net_run(l->n, ROAM_TIME);
	mac_copy(roam.addr, l->bssid[1]);
	mac_copy(auth.addr, l->bssid[1]);
	if (in_roam) {
		roam.conn.req_ies = ie;
		roam.conn.req_ies_len = sizeof(ie);
	}
	auth.roam_auth.req_ies = ie;
	auth.roam_auth.req_ies_len = sizeof(ie);
	auth.roam_auth.authorized = authorized;
	sim_fw_emit(l->radio, &roam);
	sim_fw_emit(l->radio, &auth);
	net_run(l->n, 0.1);
}

static void test_elements_in_vendor_event(void **state)
{
	struct link l = link_up(state, AP_PSK, STA_ANY, "sync");

	link_other(&l, AP_OTHER_SHA256);
	roam_told(&l, 6, 0, false, true);
	status_has(l.sta, bssid_line(&l, 1));
	status_has(l.sta, "key_mgmt=WPA2-PSK-SHA256\n");
}

/* The firmware goes where the network does not allow to go: it is left. */
static void test_not_permitted(void **state)
{
	for (unsigned way = 0; way < 2; way++) {
		if (way) {
			net_teardown(state);
			net_setup(state);
		}
		struct link l = link_up(state, AP_PSK,
			"network={\nssid=\"net\"\npsk=\"twelve words\"\nproto=RSN\n"
			"pairwise=CCMP\n}\n",
			"sync");
		link_other(&l, AP_OTHER_WPA);
		l.fw->roam_assoc_only = way;
		link_roam(&l);
		assert_true(net_wait(l.n, &l.sta->events, DISCONNECTED, 1, 1));
		assert_int_equal(events_count(&l.sta->events, "pairwise=TKIP"), 0);
		assert_true(net_wait(l.n, &l.sta->events, CONNECTED, 2, 30));
		link_works(&l, 0);
	}
}

#define STA_MFP(w)                                                                                 \
	"network={\nssid=\"net\"\npsk=\"twelve words\"\nkey_mgmt=WPA-PSK\nieee80211w=" w "\n}\n"

/* Protected management frames are so with both ends only, whatever the firmware asked for. */
static void test_mfp_of_the_new_ap(void **state)
{
	struct link l = link_up(state, AP_PSK "ieee80211w=1\n", STA_MFP("1"), "sync");

	status_has(l.sta, "pmf=1\n");
	link_other(&l, AP_OTHER);
	roam_told(&l, 2, 0x80, true, true);
	status_has(l.sta, bssid_line(&l, 1));
	assert_false(status_says(l.sta, "pmf="));
}

static void test_mfp_required(void **state)
{
	struct link l =
		link_up(state, AP_PSK "ieee80211w=2\nwpa_key_mgmt=WPA-PSK\n", STA_MFP("2"), "sync");

	status_has(l.sta, "pmf=2\n");
	link_other(&l, AP_OTHER);
	link_roam(&l);
	assert_true(net_wait(l.n, &l.sta->events, DISCONNECTED, 1, 1));
	assert_int_equal(events_count(&l.sta->events, CONNECTED), 1);
	assert_true(net_wait(l.n, &l.sta->events, CONNECTED, 2, 30));
	status_has(l.sta, "pmf=2\n");
	link_works(&l, 0);
}

/* Disconnecting from within what a program hears about the roam. */
static void leave(struct net_sta *s, const char *text)
{
	if (!strstr(text, "Associated with") && !strstr(text, FALLBACK))
		return;
	s->hook = NULL;
	assert_string_equal(sta_command(s, "DISCONNECT"), "OK\n");
}

static void test_leave_inside_the_roam(void **state)
{
	for (unsigned way = 0; way < 4; way++) {
		if (way) {
			net_teardown(state);
			net_setup(state);
		}
		struct link l = start(state, "sync+rekey", AP_OTHER);
		l.fw->roam_auth_first = way & 1;
		l.fw->roam_assoc_only = way & 2;
		l.sta->hook = leave;
		link_roam(&l);
		assert_null(l.sta->hook);
		net_run(l.n, 20);
		assert_int_equal(events_count(&l.sta->events, CONNECTED), 1);
		status_has(l.sta, "wpa_state=DISCONNECTED\n");
		assert_string_equal(sta_command(l.sta, "RECONNECT"), "OK\n");
		assert_true(net_wait(l.n, &l.sta->events, CONNECTED, 2, 60));
	}
}

/* The AP throws the station out between the two events. */
static void test_lost_between_the_events(void **state)
{
	struct link l = start(state, "sync", AP_OTHER);
	struct drv_event gone = {.kind = DRV_EV_DISCONNECTED,
		.disc = {.reason = REASON_UNSPECIFIED, .deauth = true}};

	l.fw->second_delay_ms = 900;
	assert_int_equal(sim_fw_roam(l.radio, l.bssid[1]), 0);
	for (unsigned n = 0; n < 400 && sim_fw_roam(l.radio, l.bssid[1]) != -EALREADY; n++)
		net_run(l.n, 0.01);
	net_run(l.n, 0.05);
	mac_copy(gone.addr, l.bssid[1]);
	sim_fw_emit(l.radio, &gone);
	net_run(l.n, 0.1);
	assert_int_equal(events_count(&l.sta->events, DISCONNECTED), 1);
	net_run(l.n, 60);
	status_has(l.sta, "wpa_state=COMPLETED\n");
}

/* Many roams of firmware that behaves in every way, with losses and group keys that change: the
 * link always comes back, and at the end it works. */
static void test_storm(void **state)
{
	struct link l = link_up(state, AP_PSK "wpa_group_rekey=7\n", STA_PSK, "sync+rekey");
	uint32_t x = 12345;

	link_other(&l, AP_OTHER "wpa_group_rekey=5\n");
	sim_air_set_loss(l.n->air, 0.2, 7);
	for (unsigned n = 0; n < 150; n++) {
		x = x * 1664525u + 1013904223u;
		const uint32_t b = x >> 16;
		*l.fw = (struct sim_fw_knobs){.roam_assoc_only = b & 1,
			.no_roam_auth = (b & 6) == 6,
			.no_roam_event = (b & 0x18) == 0x18,
			.roam_auth_first = b & 0x20,
			.roam_auth_twice = b & 0x40,
			.roam_auth_foreign = b & 0x80,
			.second_delay_ms = b & 0x100   ? 1500
					   : b & 0x200 ? 700
						       : 0,
			.hide_keys = (b & 0xc00) == 0xc00,
			.hide_counter = b & 0x1000};
		(void)sim_fw_roam(l.radio, l.bssid[n & 1]);
		net_run(l.n, 2 + (b & 7));
	}
	assert_true(events_count(&l.sta->events, CONNECTED) > 50);
	sim_air_set_loss(l.n->air, 0, 7);
	*l.fw = (struct sim_fw_knobs){0};
	net_run(l.n, 180);
	link_works(&l, status_says(l.sta, bssid_line(&l, 1)));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, net_setup, net_teardown)
	const struct CMUnitTest tests[] = {T(test_pmk_before_connect), T(test_pinned_bssid),
		T(test_roam), T(test_roam_auth_first), T(test_gap_before_roam_auth),
		T(test_gap_before_roam), T(test_repeated_and_foreign), T(test_not_authorized),
		T(test_bare_roam), T(test_bare_roam_auth), T(test_bare_roam_of_completed),
		T(test_counter_not_told), T(test_keys_not_told), T(test_old_counter_dropped),
		T(test_right_counter_taken), T(test_across_ciphers), T(test_across_ciphers_host),
		T(test_across_akms), T(test_across_akms_host), T(test_rekey_data),
		T(test_two_roams_and_rekeys), T(test_rekeyed_event), T(test_rekeyed_before_roam),
		T(test_message_4_lost), T(test_rekey_not_supported), T(test_rekey_of_wrong_length),
		T(test_eapol_withheld), T(test_eapol_withheld_after_roam), T(test_deadline_kept),
		T(test_elements_in_vendor_event), T(test_not_permitted), T(test_mfp_of_the_new_ap),
		T(test_mfp_required), T(test_leave_inside_the_roam),
		T(test_lost_between_the_events), T(test_storm)};
	return cmocka_run_group_tests_name("roams of the driver", tests, NULL, NULL);
}
