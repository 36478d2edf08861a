/* 802.1X with the handshakes of a driver: DRV_1X, and PMKSAs under HOST_SYNC (doc/offload.md). The
 * daemon is ours, the access points are scripted. */
#include "dot1x_ap.h"
#include "offload_rig.h"

#define SYNC "sync+pmksa+rekey"
#define HOST_STA "key_mgmt_offload=0\n" DOT1X_STA

struct world {
	struct net *n;
	struct dot1x_ap ap[2];
	struct net_sta *sta;
	struct drv_if *radio;
	struct sim_fw_knobs *fw;
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	void *n;

	assert_non_null(w);
	net_setup(&n);
	w->n = n;
	dot1x_ap_start(w->n, &w->ap[0], "ap");
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	void *n = w->n;

	dot1x_ap_stop(&w->ap[0]);
	dot1x_ap_stop(&w->ap[1]);
	net_teardown(&n);
	free(w);
	return 0;
}

static void start(struct world *w, const char *conf, const char *words)
{
	char params[64];

	snprintf(params, sizeof(params), "offload=%s", words);
	w->sta = net_sta_on(w->n, "sta", conf, params);
	w->radio = net_radio(w->n, "sta");
	w->fw = sim_fw_knobs(w->radio);
}

static void await(struct world *w, unsigned count)
{
	assert_true(net_wait(w->n, &w->sta->events, CONNECTED, count, 30));
	net_run(w->n, 0.1);
}

static void works(struct world *w, unsigned which)
{
	static const uint8_t host[MAC_LEN] = {2, 0, 0, 0, 0xee, 1};
	uint8_t own[MAC_LEN];
	char line[64];

	snprintf(line, sizeof(line), "bssid=" MACSTR "\n", MAC2STR(w->ap[which].bssid));
	status_has(w->sta, line);
	status_has(w->sta, "wpa_state=COMPLETED\n");
	sta_address(w->sta, own);
	assert_true(net_data_passes(w->n, "sta", own, which ? "ap1" : "ap", host));
}

static void roam(struct world *w, unsigned which)
{
	assert_int_equal(sim_fw_roam(w->radio, w->ap[which].bssid), 0);
	net_run(w->n, 5);
}

static const struct sim_fw_record *asked(struct world *w, enum sim_fw_ask what, unsigned n)
{
	const struct sim_fw_record *r = sim_fw_asked(w->radio, what, n);
	assert_non_null(r);
	return r;
}

static void pmk_is(const struct sim_fw_record *r, const struct dot1x_ap *a)
{
	assert_int_equal(r->pmk.len, PMK_LEN);
	assert_memory_equal(r->pmk.data, a->eap.keys.msk, PMK_LEN);
	assert_memory_equal(r->addr, a->bssid, MAC_LEN);
}

/* --- DRV_1X --- */

static void test_drv_1x(void **state)
{
	struct world *w = *state;

	start(w, DOT1X_STA, "1x+pmksa");
	await(w, 1);
	assert_true(asked(w, SIM_FW_CONNECT, 0)->flag);
	assert_int_equal(asked(w, SIM_FW_CONNECT, 0)->pmk.len, 0);
	assert_int_equal(sim_fw_count(w->radio, SIM_FW_SET_PMK), 1);
	pmk_is(asked(w, SIM_FW_SET_PMK, 0), &w->ap[0]);
	assert_int_equal(w->ap[0].eap_runs, 1);
	assert_int_equal(w->ap[0].handshakes, 1);
	assert_int_equal(sim_fw_count(w->radio, SIM_FW_KEY_NEW), 0);
	assert_int_equal(sim_fw_count(w->radio, SIM_FW_PMKSA_SET), 0);
	status_has(w->sta, "runner=DRV_1X\n");
	status_has(w->sta, "handshake=driver\n");
	works(w, 0);
	dot1x_ap_rekey(&w->ap[0]);
	net_run(w->n, 1);
	assert_int_equal(w->ap[0].group_handshakes, 1);
	works(w, 0);
}

static void test_no_port_event(void **state)
{
	struct world *w = *state;

	start(w, DOT1X_STA, "1x");
	w->fw->port_never = true;
	await(w, 1);
	works(w, 0);
	net_run(w->n, 60);
	works(w, 0);
	assert_int_equal(w->ap[0].eap_runs, 1);
}

/* The driver does not take the PMK: no way but to leave. */
static void test_set_pmk_fails(void **state)
{
	struct world *w = *state;

	start(w, DOT1X_STA, "1x");
	sim_fw_fail_next(w->radio, SIM_FW_SET_PMK, -EINVAL);
	assert_true(net_wait(w->n, &w->sta->events, "CTRL-EVENT-HANDSHAKE-FAILED", 1, 10));
	net_run(w->n, 0.1);
	assert_int_equal(events_count(&w->sta->events, CONNECTED), 0);
	assert_int_equal(events_count(&w->sta->events, "runner=DRV_1X"), 1);
	assert_false(status_says(w->sta, "wpa_state=COMPLETED\n"));
	assert_int_equal(w->ap[0].handshakes, 0);
	assert_true(net_wait(w->n, &w->sta->events, CONNECTED, 1, 120));
	works(w, 0);
}

static void test_reauthentication(void **state)
{
	struct world *w = *state;

	start(w, DOT1X_STA, "1x");
	await(w, 1);
	dot1x_ap_reauth(&w->ap[0]);
	net_run(w->n, 3);
	assert_int_equal(w->ap[0].eap_runs, 2);
	assert_int_equal(sim_fw_count(w->radio, SIM_FW_SET_PMK), 2);
	pmk_is(asked(w, SIM_FW_SET_PMK, 1), &w->ap[0]);
	assert_int_equal(w->ap[0].handshakes, 2);
	assert_int_equal(events_count(&w->sta->events, DISCONNECTED), 0);
	works(w, 0);
}

static void test_roam(void **state)
{
	struct world *w = *state;

	start(w, DOT1X_STA, "1x+roam");
	await(w, 1);
	dot1x_ap_start(w->n, &w->ap[1], "ap1");
	roam(w, 1);
	assert_int_equal(w->ap[1].eap_runs, 1);
	assert_int_equal(w->ap[1].handshakes, 1);
	pmk_is(asked(w, SIM_FW_SET_PMK, 1), &w->ap[1]);
	works(w, 1);
	assert_int_equal(events_count(&w->sta->events, DISCONNECTED), 0);
}

/* … in the middle of EAP with the first AP. */
static void test_roam_in_eap(void **state)
{
	struct world *w = *state;

	dot1x_ap_start(w->n, &w->ap[1], "ap1");
	sim_air_set_signal(w->n->air, w->ap[1].bssid, -80);
	start(w, DOT1X_STA, "1x+roam");
	w->fw->withhold_eapol = true;
	assert_true(net_wait(w->n, &w->sta->events, "Associated with", 1, 20));
	net_run(w->n, 2);
	status_has(w->sta, "wpa_state=ASSOCIATED\n");
	w->fw->withhold_eapol = false;
	roam(w, 1);
	assert_int_equal(w->ap[1].eap_runs, 1);
	assert_int_equal(w->ap[0].eap_runs, 0);
	assert_int_equal(sim_fw_count(w->radio, SIM_FW_SET_PMK), 1);
	pmk_is(asked(w, SIM_FW_SET_PMK, 0), &w->ap[1]);
	assert_int_equal(events_count(&w->sta->events, DISCONNECTED), 0);
	works(w, 1);
}

/* The driver knew a PMKSA after all, and says so while EAP is under way: that is over. */
static void test_port_event_in_eap(void **state)
{
	struct world *w = *state;
	struct drv_event port = {.kind = DRV_EV_PORT_AUTHORIZED};

	start(w, DOT1X_STA, "1x");
	w->fw->withhold_eapol = true;
	assert_true(net_wait(w->n, &w->sta->events, "Associated with", 1, 20));
	net_run(w->n, 0.5);
	mac_copy(port.addr, w->ap[0].bssid);
	sim_fw_emit(w->radio, &port);
	net_run(w->n, 0.1);
	status_has(w->sta, "wpa_state=COMPLETED\n");
	status_has(w->sta, "handshake=driver\n");
	status_has(w->sta, "Supplicant PAE state=AUTHENTICATED\n");
	unsigned sent = sim_fw_count(w->radio, SIM_FW_SEND_EAPOL);
	net_run(w->n, 60); /* neither EAPOL-Start nor a time limit */
	assert_int_equal(sim_fw_count(w->radio, SIM_FW_SEND_EAPOL), sent);
	assert_int_equal(events_count(&w->sta->events, "timed out"), 0);
}

static void test_disabled(void **state)
{
	struct world *w = *state;

	start(w, HOST_STA, "1x");
	await(w, 1);
	status_has(w->sta, "runner=HOST\n");
	assert_false(asked(w, SIM_FW_CONNECT, 0)->flag);
	assert_int_equal(sim_fw_count(w->radio, SIM_FW_SET_PMK), 0);
	works(w, 0);
}

/* REAUTHENTICATE makes new keys, at once, whatever the access point is doing. */
static void test_by_order(void **state)
{
	struct world *w = *state;

	start(w, HOST_STA, "1x");
	await(w, 1);
	status_has(w->sta, "runner=HOST\n");
	assert_string_equal(sta_command(w->sta, "REAUTHENTICATE"), "OK\n");
	net_run(w->n, 0.5);
	assert_int_equal(w->ap[0].eap_runs, 2);
	assert_int_equal(w->ap[0].handshakes, 2);
	assert_string_equal(sta_command(w->sta, "LOGON"), "OK\n"); /* nobody has logged off */
	net_run(w->n, 3);
	assert_int_equal(w->ap[0].eap_runs, 2);

	w->ap[0].keep_keys = true;
	dot1x_ap_reauth(&w->ap[0]);
	net_run(w->n, 0.0005);
	assert_string_equal(sta_command(w->sta, "REAUTHENTICATE"), "OK\n");
	net_run(w->n, 3);
	assert_int_equal(w->ap[0].handshakes, 3);
	assert_int_equal(events_count(&w->sta->events, DISCONNECTED), 0);
	works(w, 0);
}

/* At the threshold EAP runs again; where it does not, the link ends with its PMKSA. */
static void test_old_pmk(void **state)
{
	struct world *w = *state;

	start(w, "dot11RSNAConfigPMKLifetime=100\n" HOST_STA, "1x");
	await(w, 1);
	net_run(w->n, 69);
	assert_int_equal(w->ap[0].eap_runs, 1);
	net_run(w->n, 1);
	assert_int_equal(w->ap[0].eap_runs, 2);
	assert_int_equal(w->ap[0].handshakes, 2);
	net_run(w->n, 40); /* past the end of the first one */
	assert_int_equal(events_count(&w->sta->events, DISCONNECTED), 0);
	works(w, 0);

	w->ap[0].deaf = true;
	net_run(w->n, 57); /* 97 s after the second */
	assert_int_equal(events_count(&w->sta->events, DISCONNECTED), 0);
	w->ap[0].has_pmk = false;
	net_run(w->n, 4);
	assert_int_equal(events_count(&w->sta->events, "DISCONNECTED bssid="), 1);
	assert_true(net_wait(w->n, &w->sta->events, CONNECTED, 2, 60));
	assert_int_equal(w->ap[0].eap_runs, 3);
	works(w, 0);
}

/* An access point that says nothing to EAPOL-Start does not lose the link before the lifetime is
 * over; it may ask by itself. */
static void test_old_pmk_silence(void **state)
{
	struct world *w = *state;

	start(w, "dot11RSNAConfigPMKLifetime=400\n" HOST_STA, "1x");
	await(w, 1);
	w->ap[0].deaf = true;
	net_run(w->n, 395);
	assert_int_equal(events_count(&w->sta->events, DISCONNECTED), 0);
	works(w, 0);
	dot1x_ap_reauth(&w->ap[0]);
	net_run(w->n, 270);
	assert_int_equal(w->ap[0].eap_runs, 2);
	assert_int_equal(events_count(&w->sta->events, DISCONNECTED), 0);
	net_run(w->n, 129); /* 399 s after that */
	works(w, 0);
	w->ap[0].has_pmk = false;
	net_run(w->n, 4); /* the end, and the next link begins at once */
	assert_int_equal(events_count(&w->sta->events, DISCONNECTED), 1);
	works(w, 0);
}

/* After LOGOFF nobody logs on by himself. */
static void test_old_pmk_logoff(void **state)
{
	struct world *w = *state;

	start(w, "dot11RSNAConfigPMKLifetime=100\n" HOST_STA, "1x");
	await(w, 1);
	assert_string_equal(sta_command(w->sta, "LOGOFF"), "OK\n");
	net_run(w->n, 90);
	assert_int_equal(w->ap[0].eap_runs, 1);
	status_has(w->sta, "Supplicant PAE state=LOGOFF\n");
	assert_string_equal(sta_command(w->sta, "LOGON"), "OK\n");
	net_run(w->n, 0.5);
	assert_int_equal(w->ap[0].eap_runs, 2);
}

/* What is cached of this AP is not always what the link stands on. */
static void test_other_pmk(void **state)
{
	struct world *w = *state;
	char cmd[200];

	start(w, HOST_STA, "1x");
	await(w, 1);
	snprintf(cmd, sizeof(cmd), "PMKSA_ADD 0 " MACSTR " %s %s%s 5 10 1 0",
		MAC2STR(w->ap[0].bssid), "00112233445566778899aabbccddeeff",
		"00112233445566778899aabbccddeeff", "00112233445566778899aabbccddeeff");
	assert_string_equal(sta_command(w->sta, cmd), "OK\n");
	net_run(w->n, 20);
	assert_int_equal(w->ap[0].eap_runs, 1);
	assert_int_equal(events_count(&w->sta->events, "PMKSA-CACHE-REMOVED"), 2);
	assert_int_equal(events_count(&w->sta->events, DISCONNECTED), 0);
	works(w, 0);
}

static const char *order_at_end;

static void on_removed(struct net_sta *s, const char *text)
{
	if (!strstr(text, "PMKSA-CACHE-REMOVED"))
		return;
	s->hook = NULL;
	sta_command(s, order_at_end);
}

/* Orders at the moment the PMK ends. */
static void test_old_pmk_orders(void **state)
{
	static const struct {
		const char *order;
		bool again; /* a link follows */
	} rows[] = {{"PMKSA_FLUSH", true}, {"REASSOCIATE", true}, {"REATTACH", true},
		{"DISCONNECT", false}, {"REMOVE_NETWORK all", false}};
	struct world *w = *state;

	start(w, "dot11RSNAConfigPMKLifetime=10\n" HOST_STA, "1x");
	await(w, 1);
	w->ap[0].deaf = true;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		w->ap[0].has_pmk = false;
		events_clear(&w->sta->events);
		order_at_end = rows[i].order;
		w->sta->hook = on_removed;
		net_run(w->n, 12);
		assert_null(w->sta->hook);
		if (rows[i].again) {
			works(w, 0);
			continue;
		}
		assert_int_equal(events_count(&w->sta->events, "DISCONNECTED bssid="), 1);
		assert_int_equal(events_count(&w->sta->events, CONNECTED), 0);
		assert_string_equal(sta_command(w->sta, "RECONNECT"), "OK\n");
		net_run(w->n, 2);
	}
	status_has(w->sta, "wpa_state=INACTIVE\n");
}

/* --- opportunistic key caching --- */

static void roam_order(struct world *w, unsigned which)
{
	char cmd[40];

	snprintf(cmd, sizeof(cmd), "ROAM " MACSTR, MAC2STR(w->ap[which].bssid));
	sta_command(w->sta, "SCAN TYPE=ONLY freq=2437");
	net_run(w->n, 2);
	assert_string_equal(sta_command(w->sta, cmd), "OK\n");
	net_run(w->n, 5);
	works(w, which);
}

/* The row of PMKSA with this AP: `1 MAC PMKID 43200 0`. */
static const char *pmksa_row(struct world *w, unsigned which)
{
	char aa[MAC_TEXT_LEN + 1];

	snprintf(aa, sizeof(aa), MACSTR, MAC2STR(w->ap[which].bssid));
	return strstr(sta_command(w->sta, "PMKSA"), aa);
}

static void two_aps(struct world *w, const char *conf)
{
	dot1x_ap_start(w->n, &w->ap[1], "ap1");
	start(w, conf, "rekey");
	assert_true(net_wait(w->n, &w->sta->events, CONNECTED, 1, 30));
	if (!w->ap[0].keyed)
		roam_order(w, 0);
	sta_command(w->sta, "PMKSA_FLUSH");
	sta_command(w->sta, "REAUTHENTICATE");
	net_run(w->n, 5);
	w->ap[1].has_pmk = false;
	w->ap[0].eap_runs = w->ap[1].eap_runs = w->ap[1].named = 0;
}

/* The other AP has the PMK, too: no EAP with it. */
static void test_okc(void **state)
{
	struct world *w = *state;

	two_aps(w, "okc=1\n" DOT1X_STA);
	w->ap[1].shares = &w->ap[0];
	assert_null(pmksa_row(w, 1));
	roam_order(w, 1);
	assert_int_equal(w->ap[1].eap_runs, 0);
	assert_int_equal(w->ap[1].cached, 1);
	assert_non_null(strstr(pmksa_row(w, 1), " 0\n")); /* not a guess any more */

	/* A new PMK: that of before is nothing to offer to others that share. */
	sta_command(w->sta, "REAUTHENTICATE");
	net_run(w->n, 5);
	assert_int_equal(w->ap[1].eap_runs, 1);
	assert_null(pmksa_row(w, 0));
	w->ap[0].shares = &w->ap[1];
	roam_order(w, 0);
	assert_int_equal(w->ap[0].eap_runs, 0);
	assert_int_equal(w->ap[0].cached, 1);
}

/* It has not: EAP, and what is cached after that is no guess. */
static void test_okc_not_shared(void **state)
{
	struct world *w = *state;

	two_aps(w, DOT1X_STA);
	assert_string_equal(sta_command(w->sta, "SET okc 1"), "OK\n");
	roam_order(w, 1);
	assert_int_equal(w->ap[1].named, 1);
	assert_int_equal(w->ap[1].cached, 0);
	assert_int_equal(w->ap[1].eap_runs, 1);
	assert_non_null(strstr(pmksa_row(w, 1), " 0\n"));
	roam_order(w, 0);
	roam_order(w, 1);
	assert_int_equal(w->ap[0].cached + w->ap[1].cached, 2);
	assert_int_equal(w->ap[0].eap_runs, 0);
	assert_int_equal(w->ap[1].eap_runs, 1);
}

/* Not asked for, in the network. */
static void test_okc_off(void **state)
{
	struct world *w = *state;

	two_aps(w, "okc=1\n" DOT1X_STA_WITH("proactive_key_caching=0\n"));
	w->ap[1].shares = &w->ap[0];
	roam_order(w, 1);
	assert_int_equal(w->ap[1].named, 0);
	assert_int_equal(w->ap[1].eap_runs, 1);
}

/* --- HOST_SYNC --- */

/* Handshakes of the host with both APs; the driver has the PMKSAs of both. Back at the first one by
 * a roam the firmware completed. */
static void test_sync(void **state)
{
	struct world *w = *state;

	start(w, DOT1X_STA, SYNC);
	await(w, 1);
	status_has(w->sta, "runner=HOST_SYNC\n");
	works(w, 0);
	const struct sim_fw_record *r = asked(w, SIM_FW_PMKSA_SET, 0);
	pmk_is(r, &w->ap[0]);
	assert_memory_equal(r->pmkid, w->ap[0].pmkid, 16);
	assert_int_equal(r->lifetime, 43200);
	assert_int_equal(r->threshold, 70);
	assert_int_equal(asked(w, SIM_FW_SET_REKEY, 0)->akm, AKM_8021X);

	/* No PMKSA for it: EAP, by the host. */
	dot1x_ap_start(w->n, &w->ap[1], "ap1");
	roam(w, 1);
	assert_int_equal(w->ap[1].eap_runs, 1);
	status_has(w->sta, "handshake=host\n");
	works(w, 1);
	pmk_is(asked(w, SIM_FW_PMKSA_SET, 1), &w->ap[1]);

	unsigned keys = sim_fw_count(w->radio, SIM_FW_KEY_NEW),
		 deleted = sim_fw_count(w->radio, SIM_FW_KEY_DEL);
	roam(w, 0);
	assert_int_equal(w->ap[0].cached, 1);
	assert_int_equal(w->ap[0].eap_runs, 1);
	assert_int_equal(w->ap[0].handshakes, 2);
	assert_int_equal(sim_fw_count(w->radio, SIM_FW_KEY_NEW), keys);
	assert_int_equal(sim_fw_count(w->radio, SIM_FW_KEY_DEL), deleted);
	status_has(w->sta, "handshake=driver\n");
	works(w, 0);
	/* The host goes on with the firmware's keys. */
	dot1x_ap_rekey(&w->ap[0]);
	assert_true(net_wait(w->n, &w->sta->events, REKEYED, 1, 1));
	assert_int_equal(w->ap[0].group_handshakes, 1);
	works(w, 0);
	net_run(w->n, 60);
	assert_int_equal(events_count(&w->sta->events, DISCONNECTED), 0);
	assert_int_equal(w->ap[0].eap_runs, 1);
}

/* A firmware that made a PMK of its own for the new AP tells it: the host caches it. */
static void test_learned_pmk(void **state)
{
	struct world *w = *state;
	uint8_t key[32], pmkid[16];
	char row[128];

	memset(key, 0x5a, sizeof(key));
	memset(pmkid, 0xa5, sizeof(pmkid));
	start(w, DOT1X_STA, SYNC);
	await(w, 1);
	dot1x_ap_start(w->n, &w->ap[1], "ap1");
	assert_string_equal(sta_command(w->sta, "SCAN"), "OK\n");
	net_run(w->n, 5);
	struct drv_event ev = {.kind = DRV_EV_ROAM};
	mac_copy(ev.addr, w->ap[1].bssid);
	sim_fw_emit(w->radio, &ev);
	ev = (struct drv_event){.kind = DRV_EV_ROAM_AUTH,
		.roam_auth = {.authorized = true,
			.kck = key,
			.kek = key,
			.kck_len = 16,
			.kek_len = 16,
			.pmk = key,
			.pmk_len = sizeof(key),
			.pmkid = pmkid}};
	mac_copy(ev.addr, w->ap[1].bssid);
	sim_fw_emit(w->radio, &ev);
	net_run(w->n, 1);
	status_has(w->sta, "handshake=driver\n");
	snprintf(row, sizeof(row), " " MACSTR " a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5 4319",
		MAC2STR(w->ap[1].bssid));
	assert_non_null(strstr(sta_command(w->sta, "PMKSA"), row));
}

static void test_pmksa_removed(void **state)
{
	struct world *w = *state;
	char cmd[256];

	start(w, "dot11RSNAConfigPMKLifetime=100\n" DOT1X_STA, SYNC);
	await(w, 1);
	assert_int_equal(asked(w, SIM_FW_PMKSA_SET, 0)->lifetime, 100);
	/* What remains, and the part of that. */
	snprintf(cmd, sizeof(cmd),
		"PMKSA_ADD 0 02:11:22:33:44:55 000102030405060708090a0b0c0d0e0f "
		"000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f 30 60 1 0");
	assert_string_equal(sta_command(w->sta, cmd), "OK\n");
	const struct sim_fw_record *r = asked(w, SIM_FW_PMKSA_SET, 1);
	assert_int_equal(r->addr[5], 0x55);
	assert_int_equal(r->lifetime, 60);
	assert_int_equal(r->threshold, 50);
	/* At the end of its life. */
	net_run(w->n, 65);
	assert_int_equal(sim_fw_count(w->radio, SIM_FW_PMKSA_DEL), 1);
	assert_int_equal(asked(w, SIM_FW_PMKSA_DEL, 0)->addr[5], 0x55);
	assert_int_equal(asked(w, SIM_FW_PMKSA_DEL, 0)->pmkid[15], 15);
	assert_int_equal(asked(w, SIM_FW_PMKSA_DEL, 0)->result, 0);
	/* With its network. */
	assert_string_equal(sta_command(w->sta, "SET_NETWORK 0 identity \"other\""), "OK\n");
	assert_int_equal(sim_fw_count(w->radio, SIM_FW_PMKSA_DEL), 2);
	assert_memory_equal(asked(w, SIM_FW_PMKSA_DEL, 1)->addr, w->ap[0].bssid, MAC_LEN);
}

static void test_pmksa_flush(void **state)
{
	struct world *w = *state;

	start(w, DOT1X_STA, SYNC);
	await(w, 1);
	assert_string_equal(sta_command(w->sta, "PMKSA_FLUSH"), "OK\n");
	assert_int_equal(sim_fw_count(w->radio, SIM_FW_PMKSA_FLUSH), 1);
	assert_int_equal(sim_fw_count(w->radio, SIM_FW_PMKSA_DEL), 0);
	works(w, 0);
	/* Nothing is there to flush now. */
	assert_string_equal(sta_command(w->sta, "PMKSA_FLUSH"), "OK\n");
	assert_int_equal(sim_fw_count(w->radio, SIM_FW_PMKSA_FLUSH), 1);
}

/* A driver without a cache is asked once. */
static void test_no_pmksa_in_the_driver(void **state)
{
	struct world *w = *state;

	start(w, DOT1X_STA, "sync");
	await(w, 1);
	dot1x_ap_start(w->n, &w->ap[1], "ap1");
	roam(w, 1);
	works(w, 1);
	assert_int_equal(sim_fw_count(w->radio, SIM_FW_PMKSA_SET), 1);
	assert_int_equal(asked(w, SIM_FW_PMKSA_SET, 0)->result, -EOPNOTSUPP);
	assert_string_equal(sta_command(w->sta, "PMKSA_FLUSH"), "OK\n");
	assert_int_equal(sim_fw_count(w->radio, SIM_FW_PMKSA_FLUSH), 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_drv_1x), T(test_no_port_event),
		T(test_set_pmk_fails), T(test_reauthentication), T(test_roam), T(test_roam_in_eap),
		T(test_port_event_in_eap), T(test_disabled), T(test_by_order), T(test_old_pmk),
		T(test_old_pmk_silence), T(test_old_pmk_logoff), T(test_other_pmk),
		T(test_old_pmk_orders), T(test_okc), T(test_okc_not_shared), T(test_okc_off),
		T(test_sync), T(test_learned_pmk), T(test_pmksa_removed), T(test_pmksa_flush),
		T(test_no_pmksa_in_the_driver)};
	return cmocka_run_group_tests_name("802.1X by the driver", tests, NULL, NULL);
}
