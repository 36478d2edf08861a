/* Access points whose firmware is the authenticator (DRV_AP_PSK), or answers authentication and
 * association frames, between whole daemons. */
#include "crypto/crypto.h"
#include "net.h"
#include "offload_rig.h"

#define MISMATCH "AP-STA-POSSIBLE-PSK-MISMATCH"

struct bss {
	struct net *n;
	struct net_ap *ap;
	struct drv_if *radio;
};

static struct bss start(void **state, const char *conf, const char *params)
{
	struct bss b = {.n = *state};
	b.ap = net_ap_on(b.n, "ap", conf, params);
	b.radio = net_radio(b.n, "ap");
	return b;
}

static struct net_sta *join(struct bss *b, const char *ifname)
{
	struct net_sta *s = net_sta(b->n, ifname, STA_PSK);
	unsigned before = events_count(&b->ap->events, "AP-STA-CONNECTED");

	assert_true(net_wait(b->n, &s->events, CONNECTED, 1, 10));
	assert_true(net_wait(b->n, &b->ap->events, "AP-STA-CONNECTED", before + 1, 3));
	return s;
}

static void data_passes(struct bss *b, struct net_sta *s)
{
	static const uint8_t host[MAC_LEN] = {2, 0, 0, 0, 0xee, 1};
	uint8_t own[MAC_LEN];

	sta_address(s, own);
	assert_true(net_data_passes(b->n, s->ifname, own, "br0", host));
}

static void by_firmware(const struct bss *b)
{
	uint8_t psk[PMK_LEN];
	const struct sim_fw_record *r = sim_fw_asked(b->radio, SIM_FW_AP_START, 0);

	assert_non_null(r);
	assert_int_equal(psk_from_passphrase("twelve words", (const uint8_t *)"net", 3, psk), 0);
	assert_int_equal(r->pmk.len, PMK_LEN);
	assert_memory_equal(r->pmk.data, psk, PMK_LEN);
	assert_int_equal(sim_fw_count(b->radio, SIM_FW_SEND_EAPOL), 0);
	assert_int_equal(sim_fw_count(b->radio, SIM_FW_KEY_NEW), 0);
}

static void leave_and_return(struct bss *b, struct net_sta *s)
{
	unsigned gone = events_count(&b->ap->events, "AP-STA-DISCONNECTED");

	assert_string_equal(sta_command(s, "DISCONNECT"), "OK\n");
	assert_true(net_wait(b->n, &b->ap->events, "AP-STA-DISCONNECTED", gone + 1, 3));
	assert_string_equal(sta_command(s, "RECONNECT"), "OK\n");
	assert_true(net_wait(b->n, &b->ap->events, "AP-STA-CONNECTED", gone + 2, 10));
	assert_true(net_wait(b->n, &s->events, CONNECTED, 2, 3));
	data_passes(b, s);
}

static void thrown_out(struct bss *b, struct net_sta *s)
{
	unsigned joined = events_count(&b->ap->events, "AP-STA-CONNECTED");
	uint8_t own[MAC_LEN];
	char cmd[64];

	sta_address(s, own);
	snprintf(cmd, sizeof(cmd), "DEAUTHENTICATE " MACSTR, MAC2STR(own));
	assert_string_equal(ap_command(b->ap, 0, cmd), "OK\n");
	assert_true(net_wait(b->n, &s->events, DISCONNECTED, 1, 1));
	assert_true(net_wait(b->n, &b->ap->events, "AP-STA-CONNECTED", joined + 1, 60));
	data_passes(b, s);
}

/* Two stations, whose handshakes are the firmware's, also when they come back. */
static void serve(void **state, const char *words)
{
	struct bss b = start(state, AP_PSK, words);
	struct net_sta *s = join(&b, "sta"), *t = join(&b, "sta1");

	data_passes(&b, s);
	data_passes(&b, t);
	thrown_out(&b, s);
	leave_and_return(&b, t);
	by_firmware(&b);
}

static void test_psk(void **state)
{
	serve(state, "offload=appsk");
}

static void test_psk_and_sme(void **state)
{
	serve(state, "offload=appsk+apsme");
}

/* The firmware answers stations, the handshakes are ours. */
static void test_sme(void **state)
{
	struct bss b = start(state, AP_PSK, "offload=apsme");
	struct net_sta *s = join(&b, "sta"), *t = join(&b, "sta1");

	data_passes(&b, s);
	data_passes(&b, t);
	assert_true(sim_fw_count(b.radio, SIM_FW_KEY_NEW) >= 3);
	thrown_out(&b, s);
	leave_and_return(&b, t);
}

/* As kernels before 6.12: no event, but the station's flag. */
static void test_no_port_event(void **state)
{
	struct bss b = start(state, AP_PSK, "offload=appsk+apsme");

	sim_fw_knobs(b.radio)->port_never = true;
	data_passes(&b, join(&b, "sta"));
	sim_fw_knobs(b.radio)->port_unreported = true;
	data_passes(&b, join(&b, "sta1"));
	by_firmware(&b);
}

static void wrong_passphrase(void **state, const char *params)
{
	struct bss b = start(state, AP_PSK, params);
	struct net_sta *s =
		net_sta(b.n, "sta", "network={\nssid=\"net\"\npsk=\"other words\"\n}\n");

	assert_true(net_wait(b.n, &b.ap->events, MISMATCH, 1, 30));
	assert_true(net_wait(b.n, &s->events, "reason=WRONG_KEY", 1, 30));
	net_run(b.n, 60);
	assert_int_equal(events_count(&b.ap->events, "AP-STA-CONNECTED"), 0);
	assert_string_equal(sta_command(s, "SET_NETWORK 0 psk \"twelve words\""), "OK\n");
	assert_string_equal(sta_command(s, "SELECT_NETWORK 0"), "OK\n");
	assert_true(net_wait(b.n, &b.ap->events, "AP-STA-CONNECTED", 1, 30));
	data_passes(&b, s);
}

static void test_wrong_passphrase(void **state)
{
	wrong_passphrase(state, "offload=appsk+apsme");
}

static void test_wrong_passphrase_host_sme(void **state)
{
	wrong_passphrase(state, "offload=appsk");
}

/* Both ends have firmware: no daemon sees a key frame. */
static void test_both_ends(void **state)
{
	struct bss b = start(state, AP_PSK, "offload=appsk+apsme");
	struct net_sta *s = net_sta_on(b.n, "sta", STA_PSK, "offload=psk");

	assert_true(net_wait(b.n, &s->events, CONNECTED, 1, 10));
	assert_true(net_wait(b.n, &b.ap->events, "AP-STA-CONNECTED", 1, 3));
	data_passes(&b, s);
	by_firmware(&b);
	assert_int_equal(sim_fw_count(net_radio(b.n, "sta"), SIM_FW_KEY_NEW), 0);
}

/* More than one secret: declined where the driver takes our keys, refused where it does not. */
static void test_several_secrets(void **state)
{
	struct bss b = {.n = *state};
	char file[80], conf[256];

	snprintf(file, sizeof(file), "%s/psks", b.n->dir);
	FILE *f = fopen(file, "w");
	assert_non_null(f);
	fputs("00:00:00:00:00:00 twelve words\n", f);
	fclose(f);
	snprintf(conf, sizeof(conf), "ssid=net\n" AP_WPA2 "wpa_psk_file=%s\nbridge=br0\n", file);
	net_ap_refused_on(b.n, "ap9", conf, "offload=appsk+nokeys");
	b = start(state, conf, "offload=appsk");
	data_passes(&b, join(&b, "sta"));
	assert_int_equal(sim_fw_asked(b.radio, SIM_FW_AP_START, 0)->pmk.len, 0);
	assert_true(sim_fw_count(b.radio, SIM_FW_KEY_NEW) >= 2);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, net_setup, net_teardown)
	const struct CMUnitTest tests[] = {T(test_psk), T(test_psk_and_sme), T(test_sme),
		T(test_no_port_event), T(test_wrong_passphrase), T(test_wrong_passphrase_host_sme),
		T(test_both_ends), T(test_several_secrets)};
	return cmocka_run_group_tests_name("firmware of access points", tests, NULL, NULL);
}
