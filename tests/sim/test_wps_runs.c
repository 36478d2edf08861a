/* A station's WPS runs over minutes: which access point when, back-off, walk time, and the old
 * connection afterwards. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "net.h"

#define AP_PIN_OK "eap_server=1\nwps_state=2\nconfig_methods=label keypad push_button\n"
#define AP_ONE "ssid=one\n" AP_WPA2 "wpa_passphrase=secret of one\n" AP_PIN_OK
#define AP_TWO "ssid=two\n" AP_WPA2 "wpa_passphrase=secret of two\n" AP_PIN_OK
#define STA_HOME "network={\nssid=\"net\"\npsk=\"twelve words\"\n}\n"

static double now(const struct net *n)
{
	return (double)timers_now(eloop_timers(n->loop)) / SEC;
}

static void ok(struct net_sta *s, const char *cmd)
{
	assert_string_equal(sta_command(s, cmd), "OK\n");
}

/* Nobody knows the PIN: both access points are tried in turn, ever less often, until the walk time
 * is over. */
static void test_back_off(void **state)
{
	struct net *n = *state;
	net_ap(n, "ap1", AP_ONE);
	net_ap(n, "ap2", AP_TWO "channel=11\n");
	struct net_sta *s = net_sta(n, "sta", STA_WPS);
	double start = now(n), last_gap = 0;

	sta_command(s, "WPS_PIN any 12345670");
	net_run(n, 130);
	double lasted = events_time(&s->events, "WPS-TIMEOUT", 0) - start;
	assert_true(lasted > 119 && lasted < 122);
	assert_true(events_time(&s->events, "Associated with", 0) - start >= 5);
	unsigned tries = events_count(&s->events, "WPS-M2D");
	assert_in_range(tries, 8, 24); /* not every second */
	assert_int_equal(events_count(&s->events, "SSID='one'") / 2, (tries + 1) / 2);
	assert_int_equal(events_count(&s->events, "SSID='two'") / 2, tries / 2);
	for (unsigned i = 0; i + 2 < tries; i += 2) { /* of one access point */
		double gap = events_time(&s->events, "WPS-M2D", i + 2) -
			     events_time(&s->events, "WPS-M2D", i);
		assert_true(gap + 2 > last_gap);
		last_gap = gap;
	}
	assert_true(last_gap >= 19);
	assert_int_equal(events_count(&s->events, "CTRL-EVENT-NETWORK-REMOVED"), 1);
	assert_int_equal(events_count(&s->events, "WPS-FAIL"), 0);
	assert_non_null(strstr(sta_command(s, "STATUS"), "wpa_state=INACTIVE\n"));
	assert_string_equal(sta_command(s, "LIST_NETWORKS"), "network id / ssid / bssid / flags\n");
}

/* An access point held off is taken at once when its registrar becomes active. */
static void test_late_registrar(void **state)
{
	struct net *n = *state;
	struct net_ap *a = net_ap(n, "ap1", AP_ONE);
	struct net_sta *s = net_sta(n, "sta", STA_WPS);

	sta_command(s, "WPS_PIN any 12345670");
	assert_true(net_wait(n, &s->events, "WPS-M2D", 4, 60));
	double start = now(n);
	ap_command(a, 0, "WPS_PIN any 12345670");
	assert_true(net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", 1, 30));
	assert_true(now(n) - start < 8);
}

/* The connection there was comes back by itself, whatever ended the run. */
static void test_old_connection(void **state)
{
	static const char *const starts[] = {"WPS_PBC", "WPS_PIN any 12345670"};
	struct net *n = *state;
	net_ap(n, "ap", AP_PSK);
	struct net_sta *s = net_sta(n, "sta", STA_WPS STA_HOME);
	unsigned connected = 1;

	assert_true(net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", connected, 30));
	for (size_t i = 0; i < 2; i++) {
		sta_command(s, starts[i]);
		net_run(n, 10);
		ok(s, "WPS_CANCEL");
		assert_true(net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", ++connected, 15));
		sta_command(s, starts[i]);
		assert_true(net_wait(n, &s->events, "WPS-TIMEOUT", (unsigned)i + 1, 125));
		assert_true(net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", ++connected, 15));
		assert_null(strstr(sta_command(s, "LIST_NETWORKS"), "DISABLED"));
	}
}

/* The old connection is back after a refused PIN, too. */
static void test_refused_pin(void **state)
{
	struct net *n = *state;
	net_ap(n, "ap", AP_PSK);
	struct net_ap *a = net_ap(n, "ap1", AP_ONE);
	struct net_sta *s = net_sta(n, "sta", STA_WPS STA_HOME);

	assert_true(net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", 1, 30));
	ap_command(a, 0, "WPS_PIN any 12345670");
	sta_command(s, "WPS_PIN any 87654325");
	assert_true(net_wait(n, &s->events, "config_error=18", 1, 60));
	assert_true(net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", 2, 20));
	assert_int_equal(events_count(&s->events, "WPS-FAIL"), 1);
}

/* A second press elsewhere within the walk time is an overlap, even when the first window was
 * closed by then; long after it is not. */
static void test_overlap_window(void **state)
{
	struct net *n = *state;
	struct net_ap *a = net_ap(n, "ap1", AP_ONE "uuid=21111111-2222-3333-4444-555555555555\n");
	struct net_ap *b = net_ap(n, "ap2", AP_TWO "uuid=31111111-2222-3333-4444-555555555555\n");
	struct net_sta *s = net_sta(n, "sta", STA_WPS);

	ap_command(a, 0, "WPS_PBC");
	ap_command(b, 0, "WPS_PBC");
	net_run(n, 1);
	ok(s, "WPS_PBC");
	assert_true(net_wait(n, &s->events, "WPS-OVERLAP-DETECTED", 1, 10));
	assert_true(net_wait(n, &s->events, "WPS-CANCEL", 1, 1));
	ap_command(a, 0, "WPS_CANCEL");
	net_run(n, 3);
	ok(s, "WPS_PBC");
	assert_true(net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", 1, 30));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, net_setup, net_teardown)
	const struct CMUnitTest tests[] = {T(test_back_off), T(test_late_registrar),
		T(test_old_connection), T(test_refused_pin), T(test_overlap_window)};
	return cmocka_run_group_tests_name("WPS runs of a station", tests, NULL, NULL);
}
