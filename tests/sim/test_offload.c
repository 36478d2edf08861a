/* Key management by the firmware of a station (doc/offload.md), between whole daemons. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "conf.h"
#include "crypto/crypto.h"
#include "net.h"

static const uint8_t host[MAC_LEN] = {2, 0, 0, 0, 0xee, 1};

#define CONNECTED "CTRL-EVENT-CONNECTED"
#define DISCONNECTED "CTRL-EVENT-DISCONNECTED"

struct link {
	struct net *n;
	struct net_ap *ap;
	struct net_sta *sta;
	struct drv_if *radio;
	struct sim_fw_knobs *fw;
};

static void status_has(struct net_sta *s, const char *line)
{
	const char *status = sta_command(s, "STATUS");
	if (!strstr(status, line))
		fail_msg("no '%s' in STATUS:\n%s", line, status);
}

static void check_data(const struct link *l, const char *bridge)
{
	uint8_t own[MAC_LEN];
	sta_address(l->sta, own);
	assert_true(net_data_passes(l->n, "sta", own, bridge, host));
}

/* Station with firmware; the radio is there before the first scan is over. */
static struct link start(void **state, const char *ap_conf, const char *sta_conf, const char *words)
{
	struct link l = {.n = *state};
	char params[64];

	snprintf(params, sizeof(params), "offload=%s", words);
	l.ap = net_ap(l.n, "ap", ap_conf);
	l.sta = net_sta_on(l.n, "sta", sta_conf, params);
	l.radio = net_radio(l.n, "sta");
	l.fw = sim_fw_knobs(l.radio);
	assert_non_null(l.fw);
	return l;
}

static void await_link(const struct link *l)
{
	assert_true(net_wait(l->n, &l->sta->events, CONNECTED, 1, 20));
}

static void test_psk(void **state)
{
	struct link l = start(state, AP_PSK, STA_PSK, "psk");
	uint8_t psk[PMK_LEN];

	await_link(&l);
	assert_true(net_wait(l.n, &l.ap->events, "AP-STA-CONNECTED", 1, 1));
	const struct sim_fw_record *r = sim_fw_asked(l.radio, SIM_FW_CONNECT, 0);
	assert_non_null(r);
	assert_int_equal(psk_from_passphrase("twelve words", (const uint8_t *)"net", 3, psk), 0);
	assert_int_equal(r->pmk.len, PMK_LEN);
	assert_memory_equal(r->pmk.data, psk, PMK_LEN);
	assert_int_equal(sim_fw_count(l.radio, SIM_FW_KEY_NEW), 0);
	assert_int_equal(sim_fw_count(l.radio, SIM_FW_SEND_EAPOL), 0);
	status_has(l.sta, "wpa_state=COMPLETED");
	check_data(&l, "br0");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, net_setup, net_teardown)
	const struct CMUnitTest tests[] = {T(test_psk)};
	return cmocka_run_group_tests_name("offload", tests, NULL, NULL);
}
