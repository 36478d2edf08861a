/* AP mode of wpa_supplicant when its netdev goes down and comes up again. */
#include <string.h>

#include "drivers/sim/sim_i.h"
#include "net.h"
#include "wpa_supplicant/supplicant_i.h"

#define SPOT                                                                                       \
	"network={\nssid=\"spot\"\nmode=2\nfrequency=2437\npsk=\"twelve words\"\nproto=RSN\n"      \
	"pairwise=CCMP\n}\n"
#define OTHER "network={\nssid=\"other\"\nmode=2\nfrequency=2412\nkey_mgmt=NONE\ndisabled=1\n}\n"
#define GUEST "network={\nssid=\"spot\"\npsk=\"twelve words\"\n}\n"
#define CONNECTED "CTRL-EVENT-CONNECTED"
#define DISCONNECTED "CTRL-EVENT-DISCONNECTED"

struct world {
	struct net *n;
	struct net_sta *spot, *guest;
};

static int setup(void **state)
{
	static struct world w;

	net_setup(state);
	w = (struct world){.n = *state};
	w.spot = net_sta(w.n, "spot", SPOT OTHER);
	assert_true(net_wait(w.n, &w.spot->events, CONNECTED, 1, 5));
	w.guest = net_sta(w.n, "guest", GUEST);
	assert_true(net_wait(w.n, &w.guest->events, CONNECTED, 1, 10));
	*state = &w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	*state = w->n;
	return net_teardown(state);
}

static void tell(struct world *w, enum drv_event_kind what)
{
	const struct drv_event ev = {.kind = what};

	sim_emit(net_radio(w->n, "spot"), &ev);
	net_run(w->n, 0.01);
}

/* As the kernel: an access point ends with its netdev. */
static void netdev(struct world *w, enum drv_event_kind what)
{
	if (what == DRV_EV_IF_DOWN)
		driver_sim.ap_stop(net_radio(w->n, "spot"));
	tell(w, what);
}

static void status_is(struct world *w, const char *wpa_state)
{
	const char *status = sta_command(w->spot, "STATUS");

	if (!strstr(status, wpa_state))
		fail_msg("%s", status);
}

static void goes_down(struct world *w)
{
	netdev(w, DRV_EV_IF_DOWN);
	status_is(w, "wpa_state=INTERFACE_DISABLED\n");
	assert_null(strstr(sta_command(w->spot, "STATUS"), "bssid="));
	assert_null(strstr(sta_command(w->spot, "LIST_NETWORKS"), "[CURRENT]"));
	assert_int_equal(events_count(&w->spot->events, DISCONNECTED), 1);
	assert_int_equal(events_count(&w->spot->events, " reason=3 locally_generated=1"), 1);
	assert_string_equal(sta_command(w->spot, "SCAN"), "FAIL\n");
	assert_string_equal(sta_command(w->spot, "REASSOCIATE"), "FAIL\n");
	assert_string_equal(sta_command(w->spot, "STA-FIRST"), "");
	netdev(w, DRV_EV_IF_DOWN); /* told twice */
	assert_int_equal(events_count(&w->spot->events, DISCONNECTED), 1);
}

static void serves_again(struct world *w)
{
	assert_int_equal(events_count(&w->spot->events, CONNECTED), 2);
	status_is(w, "wpa_state=COMPLETED\n");
	status_is(w, "mode=AP\n");
	events_clear(&w->guest->events);
	sta_command(w->guest, "REASSOCIATE");
	assert_true(net_wait(w->n, &w->guest->events, CONNECTED, 1, 30));
	assert_non_null(strstr(sta_command(w->spot, "STA-FIRST"), "[AUTHORIZED]"));
}

static void test_down_and_up(void **state)
{
	struct world *w = *state;

	goes_down(w);
	net_run(w->n, 30);
	status_is(w, "wpa_state=INTERFACE_DISABLED\n");
	netdev(w, DRV_EV_IF_UP);
	serves_again(w);
	netdev(w, DRV_EV_IF_DOWN);
	netdev(w, DRV_EV_IF_UP);
	assert_int_equal(events_count(&w->spot->events, DISCONNECTED), 2);
	assert_int_equal(events_count(&w->spot->events, CONNECTED), 3);
}

/* Orders while it is down. A station is opened then, which brings the netdev up. */
static void test_orders(void **state)
{
	struct world *w = *state;

	goes_down(w);
	assert_string_equal(sta_command(w->spot, "DISCONNECT"), "OK\n");
	status_is(w, "wpa_state=DISCONNECTED\n");
	assert_int_equal(events_count(&w->spot->events, "AP-DISABLED"), 1);
	assert_int_equal(events_count(&w->spot->events, DISCONNECTED), 1);
	assert_string_equal(sta_command(w->spot, "RECONNECT"), "OK\n");
	serves_again(w);

	netdev(w, DRV_EV_IF_DOWN);
	assert_string_equal(sta_command(w->spot, "SELECT_NETWORK 0"), "OK\n");
	status_is(w, "wpa_state=INTERFACE_DISABLED\n");
	assert_string_equal(sta_command(w->spot, "SELECT_NETWORK 1"), "OK\n");
	net_run(w->n, 1);
	status_is(w, "ssid=other\n");

	netdev(w, DRV_EV_IF_DOWN);
	assert_string_equal(sta_command(w->spot, "REMOVE_NETWORK all"), "OK\n");
	net_run(w->n, 1);
	status_is(w, "wpa_state=INACTIVE\n");
	assert_string_equal(sta_command(w->spot, "SCAN"), "OK\n");
}

/* Scans end with the netdev; their results do not come later. */
static void test_scan(void **state)
{
	struct world *w = *state;

	assert_string_equal(sta_command(w->spot, "SCAN TYPE=ONLY"), "OK\n");
	net_run(w->n, 0.01);
	netdev(w, DRV_EV_IF_DOWN);
	netdev(w, DRV_EV_IF_UP);
	assert_int_equal(events_count(&w->spot->events, CONNECTED), 2);
	net_run(w->n, 20);
	assert_string_equal(sta_command(w->spot, "SCAN TYPE=ONLY"), "OK\n");
	assert_true(net_wait(w->n, &w->spot->events, "SCAN-RESULTS", 1, 20));
}

/* The core cannot begin again: a station, and then an access point from the start. */
static void test_not_restarted(void **state)
{
	struct world *w = *state;

	tell(w, DRV_EV_IF_DOWN); /* it runs on below: another start is refused */
	tell(w, DRV_EV_IF_UP);
	net_run(w->n, 1);
	assert_int_equal(events_count(&w->spot->events, "AP-DISABLED"), 1);
	assert_int_equal(events_count(&w->spot->events, DISCONNECTED), 1);
	serves_again(w);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_down_and_up), T(test_orders), T(test_scan), T(test_not_restarted)};
	return cmocka_run_group_tests_name("AP mode", tests, NULL, NULL);
}
