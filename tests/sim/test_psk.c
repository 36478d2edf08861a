/* WPA2-PSK between whole daemons. */
#include <stdio.h>
#include <string.h>

#include "conf.h"
#include "ap/ap_i.h"
#include "common/eapol_key.h"
#include "hostapd/hostapd_i.h"
#include "net.h"

static const uint8_t host[MAC_LEN] = {2, 0, 0, 0, 0xee, 1};

static void join(struct net *n, struct net_ap **a, struct net_sta **s)
{
	*a = net_ap(n, "ap", AP_PSK);
	*s = net_sta(n, "sta", STA_PSK);
	assert_true(net_wait(n, &(*s)->events, "CTRL-EVENT-CONNECTED", 1, 10));
	assert_true(net_wait(n, &(*a)->events, "AP-STA-CONNECTED", 1, 1));
}

static void check_data(struct net *n, struct net_sta *s)
{
	uint8_t own[MAC_LEN];
	sta_address(s, own);
	assert_true(net_data_passes(n, "sta", own, "br0", host));
}

static void test_join(void **state)
{
	struct net *n = *state;
	struct net_ap *a;
	struct net_sta *s;

	join(n, &a, &s);
	check_data(n, s);
	assert_non_null(strstr(sta_command(s, "STATUS"), "wpa_state=COMPLETED"));
	assert_int_equal(events_count(&a->events, "EAPOL-4WAY-HS-COMPLETED"), 1);
}

static void test_wrong_psk(void **state)
{
	struct net *n = *state;
	struct net_ap *a = net_ap(n, "ap", AP_PSK);
	struct net_sta *s = net_sta(n, "sta", "network={\nssid=\"net\"\npsk=\"other words\"\n}\n");

	assert_true(net_wait(n, &a->events, "AP-STA-POSSIBLE-PSK-MISMATCH", 1, 20));
	assert_true(net_wait(n, &s->events, "pre-shared key may be incorrect", 1, 20));
	net_run(n, 60);
	assert_int_equal(events_count(&s->events, "CTRL-EVENT-CONNECTED"), 0);
	assert_int_equal(events_count(&a->events, "AP-STA-CONNECTED"), 0);
}

static void test_deauth_and_return(void **state)
{
	struct net *n = *state;
	struct net_ap *a;
	struct net_sta *s;
	uint8_t own[MAC_LEN];
	char cmd[64];

	join(n, &a, &s);
	sta_address(s, own);
	snprintf(cmd, sizeof(cmd), "DEAUTHENTICATE " MACSTR, MAC2STR(own));
	assert_string_equal(ap_command(a, 0, cmd), "OK\n");
	assert_true(net_wait(n, &s->events, "CTRL-EVENT-DISCONNECTED", 1, 1));
	assert_true(net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", 2, 30));
	check_data(n, s);
}

/* The access point is gone without a word, and comes back. */
static void test_ap_restarts(void **state)
{
	struct net *n = *state;
	struct net_ap *a;
	struct net_sta *s;

	join(n, &a, &s);
	net_ap_stop(a);
	assert_true(net_wait(n, &s->events, "CTRL-EVENT-DISCONNECTED", 1, 5));
	net_run(n, 30);
	net_ap(n, "ap", AP_PSK);
	assert_true(net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", 2, 120));
	check_data(n, s);
}

/* A station that vanishes is polled and thrown out. */
static void test_inactivity(void **state)
{
	struct net *n = *state;
	struct net_ap *a = net_ap(n, "ap", AP_PSK "ap_max_inactivity=30\n");
	struct net_sta *s = net_sta(n, "sta", STA_PSK);
	uint8_t own[MAC_LEN];

	assert_true(net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", 1, 10));
	sta_address(s, own);
	net_run(n, 300); /* answers polls */
	assert_int_equal(events_count(&a->events, "AP-STA-DISCONNECTED"), 0);
	sim_air_set_loss(n->air, 1, 1);
	assert_true(net_wait(n, &a->events, "AP-STA-DISCONNECTED", 1, 120));
	sim_air_set_loss(n->air, 0, 1);
}

static void test_hidden(void **state)
{
	struct net *n = *state;
	net_ap(n, "ap", AP_PSK "ignore_broadcast_ssid=1\n");
	struct net_sta *s = net_sta(
		n, "sta", "network={\nssid=\"net\"\nscan_ssid=1\npsk=\"twelve words\"\n}\n");
	assert_true(net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", 1, 20));
}

/* Group keys change all day long; everybody stays, and the last key works. */
/* Message 1 carries no MIC: one that anybody sent must not end a link in use. */
static void test_forged_message_1(void **state)
{
	struct net *n = *state;
	struct net_ap *a;
	struct net_sta *s;
	uint8_t sta[MAC_LEN], packet[256];
	struct writer w = writer_over(packet, sizeof(packet));
	const struct eapol_key forged = {
		.descriptor = KEY_DESC_RSN,
		.info = KEY_VERSION_AES_SHA1 | KEY_INFO_PAIRWISE | KEY_INFO_ACK,
		.key_len = 16,
		.replay = 1000,
		.nonce = {1, 2, 3},
	};

	join(n, &a, &s);
	sta_address(s, sta);
	eapol_key_write(&w, 2, &forged);
	struct ap_bss *b = hostapd_bss_first(TAILQ_FIRST(&a->daemon->ifaces))->ap;
	assert_int_equal(b->radio->driver->send_eapol(b->drv_if, sta, packet, w.len, true), 0);
	net_run(n, 30);
	assert_int_equal(events_count(&s->events, "CTRL-EVENT-DISCONNECTED"), 0);
	assert_int_equal(events_count(&s->events, "timed out"), 0);
	assert_non_null(strstr(sta_command(s, "STATUS"), "wpa_state=COMPLETED"));
	check_data(n, s);
}

static void test_rekey_for_a_day(void **state)
{
	struct net *n = *state;
	struct net_ap *a = net_ap(n, "ap", AP_PSK "wpa_group_rekey=600\n");
	struct net_sta *s[4];

	for (unsigned i = 0; i < ARRAY_SIZE(s); i++) {
		char name[16];
		snprintf(name, sizeof(name), i ? "sta%u" : "sta", i);
		s[i] = net_sta(n, name, STA_PSK);
	}
	for (unsigned i = 0; i < ARRAY_SIZE(s); i++)
		assert_true(net_wait(n, &s[i]->events, "CTRL-EVENT-CONNECTED", 1, 10));
	net_run(n, 86400);
	assert_int_equal(events_count(&a->events, "AP-STA-DISCONNECTED"), 0);
	for (unsigned i = 0; i < ARRAY_SIZE(s); i++) {
		unsigned rekeys = events_count(&s[i]->events, "Group rekeying completed");
		assert_in_range(rekeys, 142, 145);
		assert_int_equal(events_count(&s[i]->events, "CTRL-EVENT-DISCONNECTED"), 0);
	}
	check_data(n, s[0]);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, net_setup, net_teardown)
	const struct CMUnitTest tests[] = {T(test_join), T(test_wrong_psk),
		T(test_deauth_and_return), T(test_ap_restarts), T(test_inactivity), T(test_hidden),
		T(test_forged_message_1), T(test_rekey_for_a_day)};
	return cmocka_run_group_tests_name("WPA2-PSK", tests, NULL, NULL);
}
