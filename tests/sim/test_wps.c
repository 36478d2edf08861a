/* Push button between whole daemons: onboarding, walk time, overlap, cancel. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "net.h"
#include "utils/file.h"

static const uint8_t host_a[MAC_LEN] = {2, 0, 0, 0, 0xee, 1},
		     host_b[MAC_LEN] = {2, 0, 0, 0, 0xee, 2},
		     host_c[MAC_LEN] = {2, 0, 0, 0, 0xee, 3};

static void press_ap(struct net_ap *a)
{
	assert_string_equal(ap_command(a, 0, "WPS_PBC"), "OK\n");
}

static void press_sta(struct net_sta *s, const char *args)
{
	char cmd[64];
	snprintf(cmd, sizeof(cmd), "WPS_PBC%s", args);
	assert_string_equal(sta_command(s, cmd), "OK\n");
}

static void assert_conf(struct net_sta *s, const char *text, bool there)
{
	struct bytes b = {0};
	assert_int_equal(file_read(s->conf, 100000, &b), 0);
	if (!strstr((char *)b.data, text) == there)
		fail_msg("'%s' is %s in:\n%s", text, there ? "not" : "there", (char *)b.data);
	bytes_clear(&b);
}

static void test_onboarding(void **state)
{
	struct net *n = *state;
	struct net_ap *a = net_ap(n, "ap", AP_MULTI_AP);
	struct net_sta *s = net_sta(n, "sta", STA_WPS);

	press_ap(a);
	press_sta(s, " multi_ap=1");
	assert_true(net_wait(n, &s->events, "WPS-CRED-RECEIVED", 1, 10));
	assert_true(net_wait(n, &s->events, "WPS-SUCCESS", 1, 1));
	assert_true(net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", 1, 10));
	assert_true(net_wait(n, &a->events, "WDS-STA-INTERFACE-ADDED", 1, 1));
	assert_int_equal(events_count(&a->events, "WPS-CRED-SENT"), 1);
	assert_int_equal(events_count(&a->events, "WPS-REG-SUCCESS"), 1);
	assert_true(net_data_passes(n, "sta", host_a, "br0", host_b));
	assert_conf(s, "ssid=\"backhaul\"", true);
	assert_conf(s, "multi_ap_backhaul_sta=1", true);

	/* Hosts behind the station are gone with it, the interface too. */
	sta_command(s, "DISCONNECT");
	assert_true(net_wait(n, &a->events, "WDS-STA-INTERFACE-REMOVED", 1, 2));
	sta_command(s, "RECONNECT");
	assert_true(net_wait(n, &a->events, "WDS-STA-INTERFACE-ADDED", 2, 20));
	assert_true(net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", 2, 20));
	assert_true(net_data_passes(n, "sta", host_a, "br0", host_b));
}

/* A plain station gets the fronthaul's own credential from the same access point. */
static void test_plain_station(void **state)
{
	struct net *n = *state;
	struct net_ap *a = net_ap(n, "ap", AP_MULTI_AP);
	struct net_sta *s = net_sta(n, "sta", STA_WPS);
	uint8_t own[MAC_LEN];

	press_sta(s, "");
	net_run(n, 20); /* the button at the access point may come later */
	press_ap(a);
	assert_true(net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", 1, 30));
	assert_conf(s, "ssid=\"home\"", true);
	assert_conf(s, "multi_ap_backhaul_sta", false);
	assert_int_equal(events_count(&a->events, "WDS-STA-INTERFACE-ADDED"), 0);
	sta_address(s, own);
	assert_true(net_data_passes(n, "sta", own, "br0", host_b));
}

static void test_walk_time_ap(void **state)
{
	struct net *n = *state;
	struct net_ap *a = net_ap(n, "ap", AP_WPS);

	press_ap(a);
	assert_true(net_wait(n, &a->events, "WPS-PBC-ACTIVE", 1, 1));
	net_run(n, 115);
	assert_int_equal(events_count(&a->events, "WPS-TIMEOUT"), 0);
	net_run(n, 10);
	double lasted = events_time(&a->events, "WPS-TIMEOUT", 0) -
			events_time(&a->events, "WPS-PBC-ACTIVE", 0);
	assert_true(lasted > 119 && lasted < 121);
	/* Too late. */
	struct net_sta *s = net_sta(n, "sta", STA_WPS);
	press_sta(s, "");
	net_run(n, 30);
	assert_int_equal(events_count(&s->events, "WPS-CRED-RECEIVED"), 0);
	/* Another press opens it again. */
	press_ap(a);
	assert_true(net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", 1, 30));
}

static void test_walk_time_sta(void **state)
{
	struct net *n = *state;
	net_ap(n, "ap", AP_WPS);
	struct net_sta *s = net_sta(n, "sta", STA_WPS);

	double start = (double)timers_now(eloop_timers(n->loop)) / SEC;
	press_sta(s, "");
	net_run(n, 115);
	assert_int_equal(events_count(&s->events, "WPS-TIMEOUT"), 0);
	net_run(n, 10);
	double lasted = events_time(&s->events, "WPS-TIMEOUT", 0) - start;
	assert_true(lasted > 119 && lasted < 122);
}

/* Two stations press at one access point. */
static void test_overlap_ap(void **state)
{
	struct net *n = *state;
	struct net_ap *a = net_ap(n, "ap", AP_WPS);
	struct net_sta *s1 =
		net_sta(n, "sta1", STA_WPS "uuid=11111111-2222-3333-4444-555555555555\n");
	struct net_sta *s2 =
		net_sta(n, "sta2", STA_WPS "uuid=11111111-2222-3333-4444-666666666666\n");

	press_sta(s1, "");
	press_sta(s2, "");
	net_run(n, 10);
	assert_string_equal(ap_command(a, 0, "WPS_PBC"), "FAIL\n");
	assert_true(net_wait(n, &a->events, "WPS-OVERLAP-DETECTED", 1, 1));
	net_run(n, 20);
	assert_int_equal(events_count(&s1->events, "WPS-CRED-RECEIVED"), 0);
	assert_int_equal(events_count(&s2->events, "WPS-CRED-RECEIVED"), 0);
}

/* Two access points have their button pressed: the station takes none. */
static void test_overlap_sta(void **state)
{
	struct net *n = *state;
	struct net_ap *a1 = net_ap(n, "ap1", AP_WPS "uuid=21111111-2222-3333-4444-555555555555\n");
	struct net_ap *a2 = net_ap(n, "ap2", AP_WPS "uuid=31111111-2222-3333-4444-555555555555\n");
	struct net_sta *s = net_sta(n, "sta", STA_WPS);

	press_ap(a1);
	press_ap(a2);
	net_run(n, 1);
	press_sta(s, "");
	assert_true(net_wait(n, &s->events, "WPS-OVERLAP-DETECTED", 1, 20));
	net_run(n, 30);
	assert_int_equal(events_count(&s->events, "WPS-CRED-RECEIVED"), 0);
}

static void test_cancel(void **state)
{
	struct net *n = *state;
	struct net_ap *a = net_ap(n, "ap", AP_WPS);
	struct net_sta *s = net_sta(n, "sta", STA_WPS);

	press_ap(a);
	assert_string_equal(ap_command(a, 0, "WPS_CANCEL"), "OK\n");
	press_sta(s, "");
	net_run(n, 20);
	assert_int_equal(events_count(&s->events, "WPS-CRED-RECEIVED"), 0);
	assert_string_equal(sta_command(s, "WPS_CANCEL"), "OK\n");
	press_ap(a);
	net_run(n, 20);
	assert_int_equal(events_count(&s->events, "WPS-CRED-RECEIVED"), 0);
}

static void test_refused(void **state)
{
	struct net *n = *state;
	/* A backhaul-only BSS cannot do WPS. */
	net_ap_refused(n, "ap", AP_WPS "multi_ap=1\n");
	struct net_ap *a = net_ap(n, "ap", AP_WPS "ignore_broadcast_ssid=1\n");
	assert_string_equal(ap_command(a, 0, "WPS_PBC"), "FAIL\n");
}

/* A radio without 4-address mode cannot be a backhaul station; the command says so before anything
 * starts. */
static void test_no_4addr(void **state)
{
	struct net *n = *state;
	struct net_ap *a = net_ap(n, "ap", AP_MULTI_AP);
	struct net_sta *s = net_sta_on(n, "sta", STA_WPS, "no4addr=1");

	press_ap(a);
	assert_string_equal(sta_command(s, "WPS_PBC multi_ap=1"), "FAIL\n");
	net_run(n, 1);
	assert_int_equal(events_count(&s->events, "Operation not supported"), 1);
	assert_int_equal(events_count(&s->events, "WPS-PBC-ACTIVE"), 0);
	/* As a plain station it is welcome. */
	press_sta(s, "");
	assert_true(net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", 1, 30));
}

/* Two nodes, one after the other: each gets an interface, hosts behind them reach each other. */
static void test_two_nodes(void **state)
{
	struct net *n = *state;
	struct net_ap *a = net_ap(n, "ap", AP_MULTI_AP);
	struct net_sta *s[2];

	for (unsigned i = 0; i < 2; i++) {
		s[i] = net_sta(n, i ? "node1" : "node0", STA_WPS);
		press_ap(a);
		press_sta(s[i], " multi_ap=1");
		assert_true(net_wait(n, &s[i]->events, "CTRL-EVENT-CONNECTED", 1, 30));
		net_run(n, 121); /* past the walk time: no overlap with the one before */
	}
	assert_int_equal(events_count(&a->events, "ifname=ap_bh.sta1 "), 1);
	assert_int_equal(events_count(&a->events, "ifname=ap_bh.sta2 "), 1);
	assert_true(net_data_passes(n, "node0", host_a, "node1", host_b));
	assert_true(net_data_passes(n, "node0", host_a, "br0", host_c));
}

/* The station goes away in the middle; the next run works. */
static void test_vanishes(void **state)
{
	struct net *n = *state;
	struct net_ap *a = net_ap(n, "ap", AP_MULTI_AP);
	struct net_sta *s = net_sta(n, "sta", STA_WPS);

	press_ap(a);
	press_sta(s, " multi_ap=1");
	for (unsigned i = 0; i < 40000 && !events_count(&s->events, "CTRL-EVENT-EAP-STARTED"); i++)
		net_run(n, 0.0005);
	assert_int_equal(events_count(&s->events, "CTRL-EVENT-EAP-STARTED"), 1);
	assert_int_equal(events_count(&s->events, "WPS-CRED-RECEIVED"), 0);
	supplicant_free(s->daemon);
	s->daemon = NULL;
	struct net_sta *again = net_sta(n, "again", STA_WPS);
	net_run(n, 130);
	press_ap(a);
	press_sta(again, " multi_ap=1");
	assert_true(net_wait(n, &again->events, "CTRL-EVENT-CONNECTED", 1, 30));
}

/* Backhaul station, fronthaul-only BSS with a PSK of its own: denied or left, never connected. */
static void test_multi_ap_matrix(void **state)
{
	static const struct {
		const char *ap, *sta;
		bool connects;
	} rows[] = {{"multi_ap=0\n", "", true}, {"multi_ap=1\n", "", false},
		{"multi_ap=2\n", "", true}, {"multi_ap=3\n", "", true},
		{"multi_ap=1\n", "multi_ap_backhaul_sta=1\n", true},
		{"multi_ap=2\n", "multi_ap_backhaul_sta=1\n", false},
		{"multi_ap=3\n", "multi_ap_backhaul_sta=1\n", true},
		{"multi_ap=0\n", "multi_ap_backhaul_sta=1\n", false}};

	for (unsigned r = 0; r < ARRAY_SIZE(rows); r++) {
		char ap[512], sta[256];
		void *fresh;
		net_setup(&fresh);
		struct net *n = fresh;
		snprintf(ap, sizeof(ap), AP_PSK "%s", rows[r].ap);
		snprintf(sta, sizeof(sta), "network={\nssid=\"net\"\npsk=\"twelve words\"\n%s}\n",
			rows[r].sta);
		struct net_ap *a = net_ap(n, "ap", ap);
		struct net_sta *s = net_sta(n, "sta", sta);
		net_run(n, 15);
		if (events_count(&s->events, "CTRL-EVENT-CONNECTED") != rows[r].connects)
			fail_msg("%s%s: connected is not %d:\n%s", rows[r].ap, rows[r].sta,
				rows[r].connects, s->events.text);
		bool wds = rows[r].connects && *rows[r].sta;
		assert_int_equal(events_count(&a->events, "WDS-STA-INTERFACE-ADDED"), wds);
		net_teardown(&fresh);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, net_setup, net_teardown)
	const struct CMUnitTest tests[] = {T(test_onboarding), T(test_plain_station),
		T(test_walk_time_ap), T(test_walk_time_sta), T(test_overlap_ap),
		T(test_overlap_sta), T(test_cancel), T(test_refused), T(test_no_4addr),
		T(test_two_nodes), T(test_vanishes), cmocka_unit_test(test_multi_ap_matrix)};
	return cmocka_run_group_tests_name("WPS and Multi-AP", tests, NULL, NULL);
}
