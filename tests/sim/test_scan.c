/* Scans that orders of a user cut short. */
#include <string.h>

#include "conf.h"
#include "net.h"

#define CONNECTED "CTRL-EVENT-CONNECTED"

static void start(struct net *n, struct net_sta **s)
{
	net_ap(n, "ap", AP_WPS);
	*s = net_sta(
		n, "sta", "network={\nssid=\"home\"\npsk=\"fronthaul secret\"\ndisabled=1\n}\n");
	assert_string_equal(sta_command(*s, "SCAN freq=2437"), "OK\n");
	assert_true(net_wait(n, &(*s)->events, "SCAN-RESULTS", 1, 5));
	assert_int_equal(events_count(&(*s)->events, "BSS-ADDED"), 1);
}

/* What is heard before FLUSH is gone, also when a run was cancelled by it. */
static void test_flush(void **state)
{
	static const char *const scans[] = {"SCAN", "WPS_PBC", "SELECT_NETWORK 0"};
	struct net *n = *state;
	struct net_sta *s;

	start(n, &s);
	sta_command(s, "BSS_FLUSH 0");
	for (size_t i = 0; i < ARRAY_SIZE(scans); i++) {
		assert_string_equal(sta_command(s, scans[i]), "OK\n");
		net_run(n, 0.7); /* the channel of the access point is done */
		events_clear(&s->events);
		assert_string_equal(sta_command(s, "FLUSH"), "OK\n");
		net_run(n, 3);
		assert_int_equal(events_count(&s->events, "BSS-ADDED"), 0);
		assert_string_equal(sta_command(s, "SCAN_RESULTS"),
			"bssid / frequency / signal level / flags / ssid\n");
		/* what is left to look for keeps the scan going when a run ends */
		sta_command(s, "ADD_NETWORK");
		sta_command(s, "SET_NETWORK 0 ssid \"elsewhere\"");
		sta_command(s, "SET_NETWORK 0 key_mgmt NONE");
		sta_command(s, "ENABLE_NETWORK 0 no-connect");
	}
}

/* The connection that ends a scan makes it superfluous. */
static void test_connect_in_scan(void **state)
{
	struct net *n = *state;
	struct net_sta *s;

	start(n, &s);
	assert_string_equal(sta_command(s, "WPS_PBC"), "OK\n");
	net_run(n, 0.3);
	assert_string_equal(sta_command(s, "SELECT_NETWORK 0"), "OK\n");
	events_clear(&s->events);
	assert_true(net_wait(n, &s->events, CONNECTED, 1, 2));
	net_run(n, 10);
	assert_int_equal(events_count(&s->events, "SCAN-STARTED"), 0);
	assert_string_equal(sta_command(s, "SCAN"), "OK\n");
}

static void test_abort(void **state)
{
	struct net *n = *state;
	struct net_sta *s;

	start(n, &s);
	assert_string_equal(sta_command(s, "ABORT_SCAN"), "FAIL\n");
	assert_string_equal(sta_command(s, "SCAN"), "OK\n");
	events_clear(&s->events);
	assert_string_equal(sta_command(s, "ABORT_SCAN"), "OK\n");
	assert_string_equal(sta_command(s, "ABORT_SCAN"), "OK\n"); /* its end is yet to come */
	net_run(n, 0.1);
	assert_int_equal(events_count(&s->events, "SCAN-RESULTS"), 1);
	assert_string_equal(sta_command(s, "ABORT_SCAN"), "FAIL\n");
	assert_string_equal(sta_command(s, "SCAN"), "OK\n");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, net_setup, net_teardown)
	const struct CMUnitTest tests[] = {T(test_flush), T(test_connect_in_scan), T(test_abort)};
	return cmocka_run_group_tests_name("scans", tests, NULL, NULL);
}
