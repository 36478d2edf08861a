/* The PMKSA cache of an interface: what the driver is told of it, the commands, and which keys of a
 * network it hangs on. */
#include "rig.h"

static void store(struct rig *r, const uint8_t *bssid, uint8_t fill)
{
	uint8_t pmk[PMK_LEN];

	memset(pmk, fill, sizeof(pmk));
	mac_copy(r->w.conn.bssid, bssid);
	wpas_pmksa_store(&r->w, pmk, sizeof(pmk), NULL);
}

/* The answer of a command; its result. */
static enum ctrl_result command(struct rig *r, const char *verb, const char *text, char reply[512])
{
	struct strbuf out = strbuf_over(reply, 512);
	struct ctrl_request req = {.reply = &out};
	char args[512];
	const struct ctrl_command *c = wpas_cmds_pmksa;

	snprintf(args, sizeof(args), "%s", text);
	while (strcmp(c->verb, verb) != 0)
		c++;
	return c->handler(&r->w, args, &req);
}

static void test_driver_told(void **state)
{
	struct rig *r = up();
	uint8_t pmkid[16], pmk[PMK_LEN];

	store(r, ap1, 7);
	assert_events(r, "PMKSA-CACHE-ADDED 02:00:00:00:00:01 0\n");
	assert_int_equal(r->sets, 1);
	memset(pmk, 7, sizeof(pmk));
	assert_int_equal(pmkid_derive(pmk, sizeof(pmk), ap1, own, AKM_8021X, pmkid), 0);
	assert_memory_equal(r->last.bssid, ap1, MAC_LEN);
	assert_memory_equal(r->last.pmkid, pmkid, 16);
	assert_int_equal(r->last.pmk_len, PMK_LEN);
	assert_memory_equal(r->last_pmk, pmk, PMK_LEN);
	assert_int_equal(r->last.lifetime, 43200);
	assert_int_equal(r->last.threshold, 70);
	store(r, ap2, 8);
	wpas_pmksa_flush_network(&r->w, r->w.conn.net);
	assert_int_equal(r->sets, 2);
	assert_int_equal(r->dels, 2);
	assert_memory_equal(r->last.bssid, ap2, MAC_LEN);
	store(r, ap1, 9);
	r->events[0] = '\0';
	wpas_pmksa_flush(&r->w);
	assert_events(r, "PMKSA-CACHE-REMOVED 02:00:00:00:00:01 0\n");
	assert_int_equal(r->dels, 2);
	assert_int_equal(r->flushes, 1);
	wpas_pmksa_flush(&r->w); /* it has none of ours any more */
	assert_int_equal(r->flushes, 1);
	down(r);
}

/* What a driver that ran SAE or OWE may keep has no names here: all goes with the network, and ours
 * of the other networks come back. */
static void test_of_the_driver(void **state)
{
	struct rig *r = up();
	struct wpas_network *first = r->w.conn.net, *second = add_network(r);
	const struct drv_event port = {
		.kind = DRV_EV_PORT_AUTHORIZED, .addr = {ap1[0], 0, 0, 0, 0, 1}};

	store(r, ap2, 7);
	r->w.conn.net = second;
	mac_copy(r->w.conn.bssid, ap1);
	r->w.conn.akm = AKM_SAE;
	r->w.conn.associated = true;
	r->w.offload.runner = RUNNER_DRV_SAE;
	assert_true(wpas_offload_joined(&r->w));
	wpas_pmksa_flush_network(&r->w, second); /* nothing is known to be there yet */
	assert_int_equal(r->flushes, 0);
	wpas_offload_event(&r->w, &port);
	assert_int_equal(r->w.state, WPAS_COMPLETED);
	wpas_pmksa_flush_network(&r->w, first);
	assert_int_equal(r->flushes, 0);
	wpas_offload_left(&r->w);
	r->w.conn.net = first;
	r->w.conn.akm = AKM_8021X;
	store(r, ap2, 8);
	assert_int_equal(r->sets, 2);
	wpas_pmksa_flush_network(&r->w, second);
	assert_int_equal(r->flushes, 1);
	assert_int_equal(r->sets, 3);
	assert_memory_equal(r->last.bssid, ap2, MAC_LEN);
	wpas_pmksa_flush_network(&r->w, second); /* once */
	assert_int_equal(r->flushes, 1);
	second->driver_pmksas = true;
	wpas_pmksa_flush(&r->w);
	assert_int_equal(r->flushes, 2);
	assert_int_equal(r->sets, 3);
	r->w.conn.associated = false;
	down(r);
}

/* The keys of the configuration, and an entry brought back whose time is partly over. */
static void test_lifetimes(void **state)
{
	static const struct {
		const char *row;
		unsigned lifetime, threshold;
	} rows[] = {
		{"0 02:00:00:00:00:01 00112233445566778899aabbccddeeff %s 70 100 1 0", 100, 70},
		{"0 02:00:00:00:00:01 00112233445566778899aabbccddeeff %s 30 60 128 0", 60, 50},
		{"0 02:00:00:00:00:01 00112233445566778899aabbccddeeff %s 60 60 1 0", 60, 100},
		{"0 02:00:00:00:00:01 00112233445566778899aabbccddeeff %s 90 60 1 0", 60, 100},
		/* due, or as good as: not for the driver */
		{"0 02:00:00:00:00:01 00112233445566778899aabbccddeeff %s 0 60 1 0", 0, 0},
		{"0 02:00:00:00:00:01 00112233445566778899aabbccddeeff %s 1 200 1 0", 0, 0},
	};
	char pmk[2 * PMK_LEN + 1], reply[512], text[512];
	struct rig *r = up();

	r->w.conf->dot11RSNAConfigPMKLifetime = 1000;
	r->w.conf->dot11RSNAConfigPMKReauthThreshold = 25;
	store(r, ap1, 7);
	assert_int_equal(r->last.lifetime, 1000);
	assert_int_equal(r->last.threshold, 25);
	memset(pmk, '5', sizeof(pmk) - 1);
	pmk[sizeof(pmk) - 1] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *at = strstr(rows[i].row, "%s");
		snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - rows[i].row), rows[i].row, pmk,
			at + 2);
		r->sets = 0;
		assert_int_equal(command(r, "PMKSA_ADD", text, reply), CTRL_OK);
		assert_int_equal(r->sets, rows[i].lifetime ? 1 : 0);
		if (!r->sets)
			continue;
		assert_int_equal(r->last.lifetime, rows[i].lifetime);
		assert_int_equal(r->last.threshold, rows[i].threshold);
	}
	r->dels = 0;
	r->events[0] = '\0';
	pass(r, 200); /* it goes when its time is over, there too */
	assert_events(r, "PMKSA-CACHE-REMOVED 02:00:00:00:00:01 0\n");
	assert_int_equal(r->dels, 1);
	down(r);
}

static void test_driver_without(void **state)
{
	struct rig *r = up();

	r->answer = -EOPNOTSUPP;
	store(r, ap1, 7);
	store(r, ap2, 7);
	assert_int_equal(r->sets, 1);
	wpas_pmksa_flush(&r->w);
	assert_int_equal(r->dels + r->flushes, 0);
	down(r);
	r = up();
	r->answer = -EINVAL; /* of this entry; another may be taken */
	store(r, ap1, 7);
	store(r, ap2, 7);
	assert_int_equal(r->sets, 2);
	down(r);
}

/* Where the association is ours, or the driver makes its own keys, it needs none from us. */
static void test_not_for_the_driver(void **state)
{
	struct rig *r = up();

	r->caps.flags = DRV_CAP_SME;
	store(r, ap1, 7);
	r->caps.flags = 0;
	r->w.offload.runner = RUNNER_DRV_1X;
	store(r, ap2, 7);
	assert_int_equal(r->sets, 0);
	r->w.offload.runner = RUNNER_HOST_SYNC;
	store(r, ap2, 8);
	assert_int_equal(r->sets, 1);
	down(r);
}

static void send_element(struct rig *r, const uint8_t *pmkid)
{
	uint8_t buf[128];
	struct writer w = writer_over(buf, sizeof(buf));
	struct rsn_ie ie = {.proto = PROTO_RSN,
		.group = CIPHER_CCMP,
		.pairwise = CIPHER_CCMP,
		.akm = AKM_8021X,
		.pmkids = pmkid,
		.pmkid_count = pmkid ? 1 : 0};

	rsn_ie_write(&w, &ie);
	assert_int_equal(bytes_set(&r->w.conn.rsn_ie, buf, w.len), 0);
}

static void test_association(void **state)
{
	struct rig *r = up();

	assert_null(wpas_pmksa_request(&r->w));
	store(r, ap1, 7);
	const uint8_t *pmkid = wpas_pmksa_request(&r->w);
	assert_non_null(pmkid);
	assert_null(wpas_pmksa_sent(&r->w));
	send_element(r, NULL);
	assert_null(wpas_pmksa_sent(&r->w));
	send_element(r, pmkid);
	assert_ptr_equal(wpas_pmksa_sent(&r->w)->pmkid, pmkid);
	r->w.conn.akm = AKM_8021X_SHA256; /* none of what it was made for */
	assert_null(wpas_pmksa_request(&r->w));
	assert_null(wpas_pmksa_sent(&r->w));
	r->w.conn.akm = AKM_8021X;
	mac_copy(r->w.conn.bssid, ap2);
	assert_null(wpas_pmksa_request(&r->w));
	assert_null(wpas_pmksa_sent(&r->w));
	mac_copy(r->w.conn.bssid, ap1);
	r->w.conn.net = add_network(r);
	assert_null(wpas_pmksa_request(&r->w));
	assert_null(wpas_pmksa_sent(&r->w));
	r->w.conn.net = r->w.conf->nets[0];
	pass(r, 43200 / 10 * 7); /* a full authentication is due */
	assert_null(wpas_pmksa_request(&r->w));
	assert_non_null(wpas_pmksa_sent(&r->w));
	down(r);
}

/* A PMKSA that was tried and led to no keys is not tried again. */
static void test_association_failed(void **state)
{
	struct rig *r = up();

	store(r, ap1, 7);
	send_element(r, wpas_pmksa_request(&r->w));
	r->w.conn.associated = true;
	wpas_pmksa_left(&r->w); /* the AP did not even begin */
	assert_non_null(wpas_pmksa_request(&r->w));
	r->w.conn.eapol_seen = true;
	r->w.conn.was_completed = true;
	wpas_pmksa_left(&r->w);
	assert_non_null(wpas_pmksa_request(&r->w));
	r->w.conn.was_completed = false;
	wpas_pmksa_left(&r->w);
	assert_null(wpas_pmksa_request(&r->w));
	down(r);
}

static void test_commands(void **state)
{
	static const char *const bad[] = {"", "0", "9 02:00:00:00:00:02 00 00 1 2 1 0",
		"0 02:00:00:00:00 00112233445566778899aabbccddeeff 11 1 2 1 0",
		"0 02:00:00:00:00:02 00112233445566778899aabbccddee 11 1 2 1 0",
		"0 02:00:00:00:00:02 00112233445566778899aabbccddeeff 1 1 2 1 0",
		"0 02:00:00:00:00:02 00112233445566778899aabbccddeeff 11 1 0 1 0",
		"0 02:00:00:00:00:02 00112233445566778899aabbccddeeff 11 1 2 2 0",
		"0 02:00:00:00:00:02 00112233445566778899aabbccddeeff 11 1 2 1 2",
		"0 02:00:00:00:00:02 00112233445566778899aabbccddeeff 11 1 2 1 0 0",
		"0 02:00:00:00:00:02 00112233445566778899aabbccddeeff 11 -1 2 1 0"};
	char reply[512], row[512];
	struct rig *r = up();

	assert_int_equal(command(r, "PMKSA", "", reply), CTRL_REPLIED);
	assert_string_equal(
		reply, "Index / AA / PMKID / expiration (in seconds) / opportunistic\n");
	store(r, ap1, 7);
	pass(r, 10);
	assert_int_equal(command(r, "PMKSA_GET", "0", row), CTRL_REPLIED);
	assert_non_null(strstr(row, "02:00:00:00:00:01 "));
	assert_non_null(
		strstr(row, " 0707070707070707070707070707070707070707070707070707070707070707"
			    " 30230 43190 1 0\n"));
	assert_int_equal(command(r, "PMKSA_GET", "1", reply), CTRL_FAIL);
	wpas_pmksa_flush(&r->w);
	r->events[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(command(r, "PMKSA_ADD", bad[i], reply), CTRL_FAIL);
	assert_events(r, "");
	char text[520];
	snprintf(text, sizeof(text), "0 %.*s", (int)strlen(row) - 1, row);
	assert_int_equal(command(r, "PMKSA_ADD", text, reply), CTRL_OK);
	assert_int_equal(command(r, "PMKSA_GET", "0", reply), CTRL_REPLIED);
	assert_string_equal(reply, row);
	assert_int_equal(command(r, "PMKSA", "", reply), CTRL_REPLIED);
	assert_non_null(strstr(reply, "\n1 02:00:00:00:00:01 "));
	assert_non_null(strstr(reply, " 43190 0\n"));
	assert_int_equal(command(r, "PMKSA_FLUSH", "", reply), CTRL_OK);
	assert_int_equal(command(r, "PMKSA_GET", "0", reply), CTRL_REPLIED);
	assert_string_equal(reply, "");
	down(r);
}

static void test_keys(void **state)
{
	assert_true(wpas_pmksa_bound_to("ssid"));
	assert_true(wpas_pmksa_bound_to("password"));
	assert_true(wpas_pmksa_bound_to("key_mgmt"));
	assert_false(wpas_pmksa_bound_to("bssid"));
	assert_false(wpas_pmksa_bound_to("bssid_ignore"));
	assert_false(wpas_pmksa_bound_to("scan_freq"));
	assert_false(wpas_pmksa_bound_to("priority"));
}

/* Which 802.1X networks can be used, and what is asked for. */
static void test_networks(void **state)
{
	static const struct {
		const char *key_mgmt, *eap, *identity, *password, *anonymous;
		const char *unusable, *lacks; /* part of the text; NULL: none */
		bool able;
	} rows[] = {
		{"WPA-EAP", "GPSK", "\"u\"", "\"0123456789abcdef\"", NULL, NULL, NULL, true},
		{"WPA-EAP-SHA256", "PEAP GPSK", "\"u\"", "\"0123456789abcdef\"", "\"a\"", NULL,
			NULL, true},
		{"WPA-EAP", NULL, "\"u\"", "\"0123456789abcdef\"", NULL, NULL, NULL, true},
		{"WPA-EAP", "GPSK", NULL, "\"0123456789abcdef\"", NULL, NULL, "IDENTITY", true},
		{"WPA-EAP", "GPSK", "\"u\"", NULL, NULL, NULL, "PASSWORD", true},
		{"WPA-EAP", "GPSK", NULL, NULL, NULL, NULL, "IDENTITY", true},
		{"WPA-EAP", NULL, NULL, NULL, NULL, "no eap, identity", NULL, false},
		{"WPA-EAP", "TTLS PEAP", "\"u\"", "\"0123456789abcdef\"", NULL, "no method", NULL,
			false},
		{"WPA-EAP", "GPSK", "\"u\"", "\"0123456789abcde\"", NULL, "at least 16", NULL,
			false},
		{"WPA-EAP", "GPSK", "\"u\"", "hash:00112233445566778899aabbccddeeff", NULL,
			"neither hash:", NULL, false},
		{"WPA-EAP", "GPSK", "\"u\"", "ext:name", NULL, "neither hash:", NULL, false},
		{"WPA-EAP", "GPSK", "7500", "\"0123456789abcdef\"", NULL, "none of them zero", NULL,
			false},
		{"WPA-EAP", "GPSK", "\"u\"", "\"0123456789abcdef\"", "7500", "none of them zero",
			NULL, false},
		/* with a PSK there are other ways: nothing to complain of, nothing to ask for */
		{"WPA-PSK WPA-EAP", NULL, NULL, NULL, NULL, NULL, NULL, false},
		{"WPA-PSK WPA-EAP", "GPSK", NULL, NULL, NULL, NULL, NULL, false},
		{"WPA-PSK WPA-EAP", "GPSK", "\"u\"", "\"0123456789abcdef\"", NULL, NULL, NULL,
			true},
	};
	struct wpas_keys *keys = wpas_keys_new();
	struct wpas_conf *c = wpas_conf_new(wpas_keys_table(keys));

	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
		struct wpas_network *n = wpas_conf_add_network(c, i);
		const char *const set[][2] = {{"key_mgmt", rows[i].key_mgmt}, {"eap", rows[i].eap},
			{"identity", rows[i].identity}, {"password", rows[i].password},
			{"anonymous_identity", rows[i].anonymous}, {"psk", "\"twelve words\""}};
		struct cfg_error err;
		for (size_t k = 0; k < ARRAY_SIZE(set); k++)
			if (set[k][1])
				assert_true(
					wpas_network_set(c, n, set[k][0], set[k][1], &err) >= 0);
		const char *why = wpas_network_unusable(n), *lacks = wpas_network_lacks_secret(n);
		if (rows[i].unusable)
			assert_non_null(strstr(why ? why : "", rows[i].unusable));
		else
			assert_null(why);
		if (rows[i].lacks)
			assert_string_equal(lacks ? lacks : "", rows[i].lacks);
		else
			assert_null(lacks);
		assert_int_equal(wpas_network_eap_able(n), rows[i].able);
	}
	wpas_conf_free(c);
	wpas_keys_free(keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_driver_told),
		cmocka_unit_test(test_of_the_driver),
		cmocka_unit_test(test_lifetimes),
		cmocka_unit_test(test_driver_without),
		cmocka_unit_test(test_not_for_the_driver),
		cmocka_unit_test(test_association),
		cmocka_unit_test(test_association_failed),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_networks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
