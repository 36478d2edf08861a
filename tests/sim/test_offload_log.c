/* No key reaches the log, not at its highest level: handshakes of host and driver, roams, rekeys.
 */
#include <ctype.h>

#include "common/eapol_key.h"
#include "dot1x_ap.h"
#include "offload_rig.h"
#include "rsn/supplicant.h"
#include "utils/log.h"

#define PART 8 /* octets that are enough to give a key away */

static char *log_path(struct net *n)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/log", n->dir);
	return path;
}

static int setup(void **state)
{
	net_setup(state);
	assert_int_equal(log_open_file(log_path(*state)), 0);
	log_set_level(LOG_EXCESSIVE);
	return 0;
}

static int teardown(void **state)
{
	log_set_level(LOG_ERR);
	log_close_file();
	return net_teardown(state);
}

/* What was logged, in small letters and without what may stand between two octets. */
static char *logged(struct net *n)
{
	FILE *f = fopen(log_path(n), "r");
	char *text = calloc(1, 4 << 20), *to = text;
	int c;

	assert_non_null(f);
	assert_non_null(text);
	while ((c = fgetc(f)) != EOF && to < text + (4 << 20) - 1)
		if (!strchr(" :-\n", c))
			*to++ = (char)tolower(c);
	assert_int_equal(c, EOF);
	fclose(f);
	return text;
}

static void absent(const char *log, const char *what, const uint8_t *key, size_t len)
{
	char hex[2 * PART + 1];

	for (size_t at = 0; at + PART <= len; at += PART) {
		hex_encode(key + at, PART, hex, sizeof(hex));
		if (strstr(log, hex))
			fail_msg("%s (octets from %zu) is in the log", what, at);
	}
}

/* All that passed between a daemon and its radio, and what the firmware made. */
static void check_radio(const char *log, struct drv_if *i)
{
	static const enum sim_fw_ask asks[] = {SIM_FW_CONNECT, SIM_FW_SET_PMK, SIM_FW_SYNC_PMK,
		SIM_FW_PMKSA_SET, SIM_FW_SET_REKEY, SIM_FW_KEY_NEW, SIM_FW_AP_START};
	const struct sim_fw_record *r;
	struct rsn_supp_keys k;

	for (size_t n = 0; n < ARRAY_SIZE(asks); n++)
		for (unsigned m = 0; (r = sim_fw_asked(i, asks[n], m)); m++) {
			absent(log, "a PMK", r->pmk.data, r->pmk.len);
			absent(log, "a KCK", r->kck.data, r->kck.len);
			absent(log, "a KEK", r->kek.data, r->kek.len);
			absent(log, "a temporal key", r->key.data, r->key.len);
		}
	if (sim_fw_keys(i, &k)) {
		absent(log, "the firmware's KCK", k.kck, k.kck_len);
		absent(log, "the firmware's KEK", k.kek, k.kek_len);
	}
}

static void check_log(struct net *n, const char *must_have)
{
	static const char *const ifs[] = {"sta", "ap", "other", "ap1"};
	char *log = logged(n);

	/* It is a log of what we think of. */
	if (!strstr(log, must_have))
		fail_msg("the log has no '%s'", must_have);
	assert_null(strstr(log, "twelvewords"));
	assert_null(strstr(log, GPSK_PASSWORD));
	for (size_t k = 0; k < ARRAY_SIZE(ifs); k++) {
		struct drv_if *i = sim_if_find(n->air, ifs[k]);
		if (i)
			check_radio(log, i);
	}
	free(log);
}

static void test_driver(void **state)
{
	struct link l = link_up(state, AP_PSK, STA_PSK, "psk+roam");

	link_other(&l, AP_OTHER);
	link_roam(&l);
	link_works(&l, 1);
	assert_int_equal(sim_fw_asked(l.radio, SIM_FW_CONNECT, 0)->pmk.len, PMK_LEN);
	check_log(l.n, "runnerdrv_psk");
}

/* A key frame that comes although the handshakes are the driver's: said, not answered. */
static void test_stray_key_frame(void **state)
{
	struct link l = link_up(state, AP_PSK, STA_PSK, "psk");
	struct eapol_key k = {.descriptor = KEY_DESC_RSN,
		.info = KEY_INFO_PAIRWISE | KEY_INFO_ACK | KEY_VERSION_AES_SHA1,
		.key_len = 16,
		.replay = 1};
	uint8_t packet[128];
	struct writer w = writer_over(packet, sizeof(packet));
	struct drv_event ev = {.kind = DRV_EV_EAPOL_RX};

	eapol_key_write(&w, 2, &k);
	mac_copy(ev.addr, l.bssid[0]);
	ev.eapol.packet = packet;
	ev.eapol.len = w.len;
	sim_fw_emit(l.radio, &ev);
	net_run(l.n, 0.1);
	assert_int_equal(sim_fw_count(l.radio, SIM_FW_SEND_EAPOL), 0);
	check_log(l.n, "droppedthehandshakeisthedriver's");
}

static void test_sync(void **state)
{
	struct link l = link_up(state, AP_PSK, STA_PSK, "sync+rekey");

	link_other(&l, AP_OTHER);
	link_rekeys(&l, 0);
	link_roam(&l);
	link_rekeys(&l, 1);
	assert_int_equal(sim_fw_sleep(l.radio, true), 0);
	ap_command(l.other, 0, "REKEY_GTK");
	net_run(l.n, 1);
	l.fw->roam_assoc_only = true;
	assert_int_equal(sim_fw_roam(l.radio, l.bssid[0]), 0);
	net_run(l.n, 5);
	link_works(&l, 0);
	assert_true(sim_fw_count(l.radio, SIM_FW_SET_REKEY) >= 3);
	check_log(l.n, "keystold,replaycountertold");
}

static void test_access_point(void **state)
{
	struct net *n = *state;
	net_ap_on(n, "ap", AP_PSK, "offload=appsk+apsme");
	struct net_sta *s = net_sta_on(n, "sta", STA_PSK, "offload=psk");

	assert_true(net_wait(n, &s->events, CONNECTED, 1, 10));
	net_run(n, 2);
	check_log(n, "handshakedonebythedriver");
}

static void test_8021x(void **state)
{
	struct net *n = *state;
	struct dot1x_ap ap = {0};

	dot1x_ap_start(n, &ap, "ap");
	struct net_sta *s = net_sta_on(n, "sta", DOT1X_STA, "offload=1x");
	bool up = net_wait(n, &s->events, CONNECTED, 1, 10);
	assert_string_equal(sta_command(s, "SET_NETWORK 0 key_mgmt_offload 0"), "OK\n");
	assert_string_equal(sta_command(s, "REASSOCIATE"), "OK\n");
	up = up && net_wait(n, &s->events, CONNECTED, 2, 10);
	char *log = logged(n);
	absent(log, "the MSK", ap.eap.keys.msk, sizeof(ap.eap.keys.msk));
	absent(log, "the PTK", ap.ptk.kck, sizeof(ap.ptk.kck));
	free(log);
	check_log(n, "runnerdrv_1x");
	dot1x_ap_stop(&ap);
	assert_true(up);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_driver), T(test_stray_key_frame), T(test_sync),
		T(test_access_point), T(test_8021x)};
	return cmocka_run_group_tests_name("keys in the log", tests, NULL, NULL);
}
