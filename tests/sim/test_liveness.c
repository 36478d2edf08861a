/* Whatever was ordered before, in whatever order and at whatever moment: a network that is selected
 * is joined.
 *
 *     LIVENESS_SEED=7 LIVENESS_RUNS=1000 build-san/tests/sim/test_liveness
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "drivers/sim/sim_i.h"
#include "net.h"

#define RUNS 60
#define ORDERS 14
#define JOIN_TIME 30 /* s: a scan or two in vain, and one that a radio puts off */
#define NETS                                                                                       \
	"network={\nssid=\"home\"\npsk=\"fronthaul secret\"\n}\n"                                  \
	"network={\nssid=\"open\"\nkey_mgmt=NONE\ndisabled=1\n}\n"                                 \
	"network={\nssid=\"nowhere\"\nkey_mgmt=NONE\ndisabled=1\nscan_ssid=1\n}\n"                 \
	"network={\nssid=\"home\"\npsk=\"wrong secret\"\ndisabled=1\n}\n"                          \
	"network={\nssid=\"spot\"\nmode=2\nfrequency=2412\nkey_mgmt=NONE\ndisabled=1\n}\n"
#define CONNECTED "CTRL-EVENT-CONNECTED"

static const char *const orders[] = {"SCAN", "SCAN TYPE=ONLY", "SCAN freq=2437", "SCAN passive=1",
	"SCAN ssid 686f6d65", "ABORT_SCAN", "SELECT_NETWORK 0", "SELECT_NETWORK 1",
	"SELECT_NETWORK 2", "SELECT_NETWORK 3", "SELECT_NETWORK 4", "SELECT_NETWORK any",
	"SELECT_NETWORK 0 freq=2412", "ENABLE_NETWORK 0", "ENABLE_NETWORK 1", "ENABLE_NETWORK 2",
	"ENABLE_NETWORK 3", "ENABLE_NETWORK all", "DISABLE_NETWORK 0", "DISABLE_NETWORK 1",
	"DISABLE_NETWORK all", "DISCONNECT", "RECONNECT", "REASSOCIATE", "REATTACH", "SUSPEND",
	"RESUME", "RECONFIGURE", "WPS_PBC", "WPS_PIN any", "WPS_CANCEL", "BSS_FLUSH 0",
	"BSSID_IGNORE clear", "AP_SCAN 0", "AP_SCAN 1", "AP_SCAN 2", "SCAN_INTERVAL 1",
	"STA_AUTOCONNECT 0", "STA_AUTOCONNECT 1", "SET disallow_aps ssid 686f6d65",
	"SET disallow_aps ", "SET_NETWORK 0 bssid 02:00:00:00:00:99", "SET_NETWORK 0 bssid any",
	"SET_NETWORK 0 priority 3", "SET bgscan \"simple:1:-30:2\"", "SET bgscan ",
	"REAUTHENTICATE", "SAVE_CONFIG", "PMKSA_FLUSH", "SET scan_cur_freq 1",
	"DUP_NETWORK 0 2 ssid", "AUTOSCAN exponential:2:8", "AUTOSCAN "};
/* What an access point does to its stations. */
static const char *const ap_orders[] = {"DEAUTHENTICATE ff:ff:ff:ff:ff:ff",
	"DISASSOCIATE ff:ff:ff:ff:ff:ff", "DISABLE", "ENABLE", "WPS_PBC", "WPS_CANCEL", "RELOAD"};

static const char *const drivers[] = {
	"", "force_connect_cmd=1", "offload=psk", "offload=sync+pmksa+rekey"};

struct story {
	const struct drv_if *down; /* told that its netdev went down */
	char text[4096];
	size_t len;
};

static void note(struct story *s, double now, const char *order, const char *reply)
{
	int len = snprintf(s->text + s->len, sizeof(s->text) - s->len, "%9.3f %s => %.20s\n", now,
		order, reply);

	if (len > 0 && (size_t)len < sizeof(s->text) - s->len)
		s->len += (size_t)len;
}

static double now(const struct net *n)
{
	return (double)timers_now(eloop_timers(n->loop)) / SEC;
}

static void order(struct net *n, struct net_sta *s, struct story *story, const char *cmd)
{
	double at = now(n);

	note(story, at, cmd, sta_command(s, cmd));
}

static unsigned pick(unsigned *seed, unsigned count)
{
	return (unsigned)rand_r(seed) % count;
}

/* As the kernel: an access point ends with its netdev, and who opens one brings it up. */
static void netdev(struct net *n, struct story *story, bool up)
{
	const struct drv_event ev = {.kind = up ? DRV_EV_IF_UP : DRV_EV_IF_DOWN};
	struct drv_if *i = net_radio(n, "sta");

	if (up && story->down != i)
		return;
	story->down = up ? NULL : i;
	note(story, now(n), up ? "netdev up" : "netdev down", "");
	if (!up && i->type == DRV_IF_AP)
		driver_sim.ap_stop(i);
	sim_emit(i, &ev);
	net_run(n, 0);
}

static void random_order(
	struct net *n, struct net_ap *a, struct net_sta *s, struct story *story, unsigned *seed)
{
	static const double pauses[] = {0, 0.0005, 0.003, 0.02, 0.2, 1, 4};
	const char *cmd;

	if (pick(seed, 10) == 0) {
		netdev(n, story, pick(seed, 2));
	} else if (pick(seed, 6) == 0) {
		cmd = ap_orders[pick(seed, ARRAY_SIZE(ap_orders))];
		note(story, now(n), cmd, ap_command(a, 0, cmd));
	} else {
		order(n, s, story, orders[pick(seed, ARRAY_SIZE(orders))]);
	}
	net_run(n, pauses[pick(seed, ARRAY_SIZE(pauses))]);
}

/* Back to what a station that works looks like, and a network that is there. */
static void settle(struct net *n, struct net_ap *a, struct net_sta *s, struct story *story)
{
	static const char *const last[] = {
		"AP_SCAN 1", "STA_AUTOCONNECT 1", "RESUME", "AUTOSCAN ", "SET disallow_aps "};
	char cmd[64];
	unsigned id;

	netdev(n, story, true);
	note(story, now(n), "ENABLE", ap_command(a, 0, "ENABLE"));
	for (size_t i = 0; i < ARRAY_SIZE(last); i++)
		order(n, s, story, last[i]);
	id = (unsigned)strtoul(sta_command(s, "ADD_NETWORK"), NULL, 10);
	snprintf(cmd, sizeof(cmd), "SET_NETWORK %u ssid \"home\"", id);
	order(n, s, story, cmd);
	snprintf(cmd, sizeof(cmd), "SET_NETWORK %u psk \"fronthaul secret\"", id);
	order(n, s, story, cmd);
	snprintf(cmd, sizeof(cmd), "SELECT_NETWORK %u", id);
	order(n, s, story, cmd);
}

static void run(unsigned number)
{
	void *state;
	struct story story = {.len = 0};
	unsigned seed = number;

	net_setup(&state);
	struct net *n = state;
	struct net_ap *a = net_ap(n, "ap", AP_WPS);
	net_ap(n, "ap2", "ssid=open\n");
	struct net_sta *s = net_sta_on(n, "sta", NETS, drivers[number % ARRAY_SIZE(drivers)]);
	for (unsigned i = 0; i < ORDERS; i++)
		random_order(n, a, s, &story, &seed);
	settle(n, a, s, &story);
	for (int i = 0; i < JOIN_TIME; i++) {
		net_run(n, 1);
		const char *status = sta_command(s, "STATUS");
		if (strstr(status, "wpa_state=COMPLETED\n") && strstr(status, "ssid=home\n"))
			goto joined;
	}
	fail_msg("run %u: not joined\n%s%s\n%s%s", number, story.text, sta_command(s, "STATUS"),
		sta_command(s, "LIST_NETWORKS"), s->events.text);
joined:
	net_teardown(&state);
}

static unsigned from_env(const char *name, unsigned otherwise)
{
	const char *text = getenv(name);
	return text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
}

static void test_random(void **state)
{
	unsigned first = from_env("LIVENESS_SEED", 1), runs = from_env("LIVENESS_RUNS", RUNS);

	for (unsigned i = 0; i < runs; i++)
		run(first + i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_random)};
	return cmocka_run_group_tests_name("liveness", tests, NULL, NULL);
}
