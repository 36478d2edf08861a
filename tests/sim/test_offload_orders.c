/* Orders of a user at every point of what a driver does by itself (doc/offload.md): the daemon
 * follows them, and nothing that was pending acts later. */
#include "offload_rig.h"

/* Points at which an order comes. */
enum point {
	IN_HANDSHAKE,    /* the driver's, PORT_AUTHORIZED is to come */
	OPEN,            /* the link stands by the driver's word */
	AFTER_ROAM,      /* … of the driver, with its handshake */
	ROAM_HALF,       /* ROAM came, its keys did not */
	AUTH_HALF,       /* the other way round */
	HOST_AFTER_ROAM, /* the handshake after the roam is the host's */
	POINTS,
};

static const struct {
	const char *words;
	struct sim_fw_knobs fw;
	bool roams;
} points[POINTS] = {
	[IN_HANDSHAKE] = {"psk+roam", {.port_delay_ms = 800}, false},
	[OPEN] = {"psk+roam", {0}, false},
	[AFTER_ROAM] = {"psk+roam", {0}, true},
	[ROAM_HALF] = {"sync+rekey", {.second_delay_ms = 900}, true},
	[AUTH_HALF] = {"sync+rekey", {.second_delay_ms = 900, .roam_auth_first = true}, true},
	[HOST_AFTER_ROAM] = {"sync+rekey", {.roam_assoc_only = true, .withhold_eapol = true}, true},
};

/* The firmware is with the other AP. */
static void await_roam(struct link *l)
{
	unsigned n;

	assert_int_equal(sim_fw_roam(l->radio, l->bssid[1]), 0);
	for (n = 0; n < 600 && sim_fw_roam(l->radio, l->bssid[1]) != -EALREADY; n++)
		net_run(l->n, 0.01);
	assert_true(n < 600);
	net_run(l->n, 0.1);
}

static struct link at_point(void **state, enum point p)
{
	struct link l = link_new(state, AP_PSK, STA_PSK, points[p].words);

	if (!points[p].roams)
		*l.fw = points[p].fw;
	if (p == IN_HANDSHAKE) {
		assert_true(net_wait(l.n, &l.sta->events, "Associated with", 1, 20));
		net_run(l.n, 0.1);
		status_has(l.sta, "wpa_state=4WAY_HANDSHAKE\n");
		return l;
	}
	link_await(&l);
	if (!points[p].roams)
		return l;
	link_other(&l, AP_OTHER);
	*l.fw = points[p].fw;
	await_roam(&l);
	return l;
}

static void comes_back(struct link *l)
{
	*l->fw = (struct sim_fw_knobs){0};
	events_clear(&l->sta->events);
	net_run(l->n, 60);
	status_has(l->sta, "wpa_state=COMPLETED\n");
	char line[64];
	snprintf(line, sizeof(line), "bssid=" MACSTR "\n", MAC2STR(l->bssid[0]));
	link_works(l, !status_says(l->sta, line));
	assert_int_equal(events_count(&l->sta->events, FALLBACK), 0);
}

static void stays_away(struct link *l, const char *wpa_state)
{
	events_clear(&l->sta->events);
	net_run(l->n, 30);
	status_has(l->sta, wpa_state);
	assert_int_equal(events_count(&l->sta->events, FALLBACK), 0);
	assert_int_equal(events_count(&l->sta->events, CONNECTED), 0);
	assert_int_equal(events_count(&l->sta->events, "timed out"), 0);
}

static void order(struct link *l, const char *cmd)
{
	assert_string_equal(sta_command(l->sta, cmd), "OK\n");
}

static void disconnect(struct link *l)
{
	order(l, "DISCONNECT");
	stays_away(l, "wpa_state=DISCONNECTED\n");
	order(l, "RECONNECT");
	comes_back(l);
}

static void reassociate(struct link *l)
{
	order(l, "REASSOCIATE");
	comes_back(l);
}

static void roam(struct link *l)
{
	char cmd[64];

	snprintf(cmd, sizeof(cmd), "ROAM " MACSTR, MAC2STR(l->bssid[0]));
	order(l, cmd);
	comes_back(l);
}

static void select_network(struct link *l)
{
	order(l, "SELECT_NETWORK 0");
	comes_back(l);
}

static void disable(struct link *l)
{
	order(l, "DISABLE_NETWORK 0");
	stays_away(l, "wpa_state=INACTIVE\n");
	order(l, "ENABLE_NETWORK 0");
	comes_back(l);
}

static void remove_network(struct link *l)
{
	order(l, "REMOVE_NETWORK 0");
	stays_away(l, "wpa_state=INACTIVE\n");
}

static void flush(struct link *l)
{
	order(l, "FLUSH");
	stays_away(l, "wpa_state=INACTIVE\n");
}

static void reconfigure(struct link *l)
{
	order(l, "RECONFIGURE");
	comes_back(l);
}

static void reauthenticate(struct link *l)
{
	order(l, "REAUTHENTICATE");
	comes_back(l);
}

static void at_every_point(void **state, void (*what)(struct link *l))
{
	for (enum point p = 0; p < POINTS; p++) {
		if (p) {
			net_teardown(state);
			net_setup(state);
		}
		struct link l = at_point(state, p);
		what(&l);
	}
}

#define ORDER(f)                                                                                   \
	static void test_##f(void **state)                                                         \
	{                                                                                          \
		at_every_point(state, f);                                                          \
	}
ORDER(disconnect)
ORDER(reassociate)
ORDER(roam)
ORDER(select_network)
ORDER(disable)
ORDER(remove_network)
ORDER(flush)
ORDER(reconfigure)

/* Between the halves, or in a handshake, it has nothing to act on. */
static void test_reauthenticate(void **state)
{
	struct link l = at_point(state, OPEN);

	reauthenticate(&l);
	net_teardown(state);
	net_setup(state);
	l = at_point(state, AUTH_HALF);
	reauthenticate(&l);
}

/* The daemon ends with all of that pending: the teardown finds timers and memory that are left. */
static void test_terminate(void **state)
{
	for (enum point p = 0; p < POINTS; p++) {
		if (p) {
			net_teardown(state);
			net_setup(state);
		}
		struct link l = at_point(state, p);
		assert_non_null(l.sta);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, net_setup, net_teardown)
	const struct CMUnitTest tests[] = {T(test_disconnect), T(test_reassociate), T(test_roam),
		T(test_select_network), T(test_disable), T(test_remove_network), T(test_flush),
		T(test_reconfigure), T(test_reauthenticate), T(test_terminate)};
	return cmocka_run_group_tests_name("orders", tests, NULL, NULL);
}
