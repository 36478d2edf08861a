/* 4-way handshake, authenticator against supplicant. */
#include "world.h"

static void test_success(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = world_join(&w);
	expect_connected(s);
	assert_int_equal(s->ap_ptk_sets, 1);
	assert_int_equal(s->ptk_sets, 1);
	assert_int_equal(s->gtk_sets, 1);
	assert_int_equal(s->gtk[1].rsc, 0x1001); /* what the driver said */
	assert_int_equal(s->authorized, 1);
	assert_int_equal(s->ap_4way, 1);
	assert_int_equal(s->on_4way, 1);
	assert_int_equal(s->on_group_wait, 1);
	assert_int_equal(s->done_first, 1);
	for (enum kind k = M1; k <= M4; k++)
		assert_int_equal(w.seen[k], 1);
	assert_memory_equal(rsn_auth_sta_pmk(s->as), world_pmk, PMK_LEN);
	assert_null(rsn_auth_sta_keyid(s->as));
	assert_int_equal(rsn_supp_pairwise(s->supp), CIPHER_CCMP);
	assert_int_equal(rsn_supp_group(s->supp), CIPHER_CCMP);
	assert_int_equal(timers_next(w.timers), UINT64_MAX); /* nothing left to wait for */
	world_free(&w);
}

static void test_suites(void **state)
{
	static const struct {
		unsigned akm, pairwise, group;
		size_t tk, gtk;
	} rows[] = {
		{AKM_PSK_SHA256, CIPHER_CCMP, CIPHER_CCMP, 16, 16},
		{AKM_PSK, CIPHER_GCMP, CIPHER_GCMP, 16, 16},
		{AKM_PSK, CIPHER_CCMP256, CIPHER_CCMP, 32, 16},
		{AKM_PSK_SHA256, CIPHER_GCMP256, CIPHER_GCMP256, 32, 32},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct world w;
		struct rsn_auth_config cfg = {.ie = {.proto = PROTO_RSN,
						      .group = rows[i].group,
						      .pairwise = rows[i].pairwise,
						      .akm = rows[i].akm}};
		world_new(&w, &cfg);
		struct station *s = world_join(&w);
		expect_connected(s);
		assert_int_equal(s->tk_len, rows[i].tk);
		assert_int_equal(s->gtk[1].len, rows[i].gtk);
		world_free(&w);
	}
}

/* Loses the first `count` packets of kind `arg`. */
static bool lose(struct world *w, struct packet *p)
{
	return p->kind != (enum kind)w->arg || w->count-- <= 0;
}

static void test_lost_message(void **state)
{
	for (enum kind k = M1; k <= M4; k++) {
		for (int n = 1; n <= 3; n++) {
			struct world w;
			world_new(&w, NULL);
			w.filter = lose;
			w.arg = k;
			w.count = n;
			struct station *s = world_join(&w);
			run(&w, 5 * USEC_PER_SEC);
			expect_connected(s);
			/* repeated messages, but every key once */
			assert_int_equal(s->ap_ptk_sets, 1);
			assert_int_equal(s->ptk_sets, 1);
			assert_int_equal(s->gtk_sets, 1);
			assert_int_equal(s->done_first, 1);
			assert_int_equal(s->ap_4way, 1);
			assert_int_equal(w.seen[k], n + 1);
			assert_int_equal(w.lost_keys, 0);
			world_free(&w);
		}
	}
}

/* First repetition after 100 ms, then every second. */
static void test_retry_timing(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = world_station(&w);
	s->gone = true;
	station_associate(s, NULL, NULL);
	static const struct {
		uint64_t msec;
		unsigned sent;
	} rows[] = {{0, 1}, {99, 1}, {1, 2}, {999, 2}, {1, 3}, {1000, 4}, {999, 4}};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		run(&w, rows[i].msec * USEC_PER_MSEC);
		assert_int_equal(w.seen[M1], rows[i].sent);
	}
	assert_int_equal(s->ap_disconnects, 0);
	run(&w, USEC_PER_MSEC);
	assert_int_equal(w.seen[M1], 4);
	assert_int_equal(s->ap_disconnects, 1);
	assert_int_equal(s->ap_reason, REASON_4WAY_TIMEOUT);
	world_free(&w);
}

static void test_timeout_m3(void **state)
{
	struct world w;
	struct rsn_auth_config cfg = {.pairwise_retries = 2};
	world_new(&w, &cfg);
	w.filter = lose;
	w.arg = M4;
	w.count = 100;
	struct station *s = world_join(&w);
	run(&w, 10 * USEC_PER_SEC);
	assert_int_equal(w.seen[M3], 2);
	assert_int_equal(s->ap_reason, REASON_4WAY_TIMEOUT);
	assert_int_equal(s->ap_ptk_sets + s->authorized, 0);
	char buf[2000];
	struct strbuf text = strbuf_over(buf, sizeof(buf));
	rsn_auth_mib(w.auth, &text);
	assert_non_null(strstr(buf, "dot11RSNA4WayHandshakeFailures=1\n"));
	world_free(&w);
}

static void test_disable_retries(void **state)
{
	struct world w;
	struct rsn_auth_config cfg = {.disable_retries = true};
	world_new(&w, &cfg);
	w.filter = lose;
	w.arg = M4;
	w.count = 1;
	struct station *s = world_join(&w);
	run(&w, 10 * USEC_PER_SEC);
	assert_int_equal(w.seen[M3], 1); /* KRACK countermeasure of the AP */
	assert_int_equal(s->ap_reason, REASON_4WAY_TIMEOUT);
	world_free(&w);
}

static void test_wrong_psk(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = world_station(&w);
	rsn_supp_set_pmk(s->supp, wrong_pmk, PMK_LEN);
	station_associate(s, NULL, NULL);
	run(&w, 10 * USEC_PER_SEC);
	assert_int_equal(s->mismatches, 4); /* one for each repetition of message 1 */
	assert_int_equal(s->ap_reason, REASON_4WAY_TIMEOUT);
	assert_int_equal(w.seen[M3], 0);
	expect_no_keys(s);
	world_free(&w);
}

static void test_no_psk(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = world_station(&w);
	s->n_psks = 0;
	station_associate(s, NULL, NULL);
	run(&w, 10 * USEC_PER_SEC);
	assert_int_equal(s->mismatches, 4);
	expect_no_keys(s);
	/* and a supplicant without one stays silent */
	s = world_station(&w);
	rsn_supp_set_pmk(s->supp, NULL, 0);
	w.seen[M2] = 0;
	station_associate(s, NULL, NULL);
	run(&w, 10 * USEC_PER_SEC);
	assert_int_equal(w.seen[M2], 0);
	expect_no_keys(s);
	world_free(&w);
}

/* The PSK corrected while the AP still repeats message 1 is good enough. */
static void test_psk_corrected(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = world_station(&w);
	rsn_supp_set_pmk(s->supp, wrong_pmk, PMK_LEN);
	station_associate(s, NULL, NULL);
	pump(&w);
	assert_int_equal(s->mismatches, 1);
	rsn_supp_set_pmk(s->supp, world_pmk, PMK_LEN);
	run(&w, USEC_PER_SEC);
	expect_connected(s);
	world_free(&w);
}

static void test_many_psks(void **state)
{
	struct world w;
	static const uint8_t others[2][PMK_LEN] = {{7}, {8}};
	int entry;
	char keyid[] = "guest";
	world_new(&w, NULL);
	struct station *s = world_station(&w);
	s->psks[0].pmk = others[0];
	s->psks[1].pmk = others[1];
	s->psks[2] = (struct rsn_psk){world_pmk, keyid, 17, &entry};
	s->psks[3].pmk = wrong_pmk;
	s->n_psks = 4;
	station_associate(s, NULL, NULL);
	pump(&w);
	expect_connected(s);
	assert_int_equal(s->mismatches, 0);
	assert_int_equal(s->vlanid, 17);
	assert_ptr_equal(s->entry, &entry);
	keyid[0] = 'X'; /* the store's memory is not relied on later */
	assert_string_equal(rsn_auth_sta_keyid(s->as), "guest");
	assert_string_equal(s->keyid, "guest");
	/* A rekeying uses the key found, even if the store lost it. */
	s->n_psks = 0;
	rsn_auth_sta_rekey_ptk(s->as);
	pump(&w);
	assert_int_equal(s->done_rekey, 1);
	expect_connected(s);
	world_free(&w);
}

static void test_ie_differs_m2(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = world_station(&w);
	uint8_t other[64];
	memcpy(other, w.raw, w.raw_len);
	other[w.raw_len - 1] ^= 1; /* capabilities */
	station_associate(s, other, NULL);
	run(&w, 10 * USEC_PER_SEC);
	assert_int_equal(s->ap_reason, REASON_IE_DIFFERENT);
	assert_int_equal(w.seen[M3], 0);
	expect_no_keys(s);
	world_free(&w);
}

static void test_ie_differs_m3(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = world_station(&w);
	uint8_t other[64];
	memcpy(other, w.raw, w.raw_len);
	other[w.raw_len - 1] ^= 1;
	station_associate(s, NULL, other);
	pump(&w);
	assert_int_equal(s->disconnects, 1);
	assert_int_equal(s->reason, REASON_IE_DIFFERENT);
	assert_int_equal(w.seen[M4], 0);
	expect_no_keys(s);
	world_free(&w);
}

/* A beacon with RSNX and a message 3 without (or the reverse) is a downgrade. */
static void test_rsnx_differs(void **state)
{
	static const uint8_t rsnx[] = {EID_RSNX, 1, 0x20};
	struct world w;
	world_new(&w, NULL);
	struct station *s = world_station(&w);
	struct rsn_supp_assoc assoc = {.akm = AKM_PSK,
		.pairwise = CIPHER_CCMP,
		.group = CIPHER_CCMP,
		.assoc_ie = w.raw,
		.assoc_ie_len = w.raw_len,
		.ap_ie = w.raw,
		.ap_ie_len = w.raw_len,
		.ap_rsnx = rsnx,
		.ap_rsnx_len = sizeof(rsnx)};
	mac_copy(assoc.own, s->addr);
	mac_copy(assoc.bssid, world_bssid);
	assert_int_equal(rsn_supp_associated(s->supp, &assoc), 0);
	s->as = rsn_auth_sta_new(w.auth, s->addr, w.raw, w.raw_len, s);
	rsn_auth_sta_start(s->as);
	pump(&w);
	assert_int_equal(s->reason, REASON_IE_DIFFERENT);
	expect_no_keys(s);
	world_free(&w);
}

static void test_unknown_ap_ie(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = world_station(&w);
	struct rsn_supp_assoc assoc = {.akm = AKM_PSK,
		.pairwise = CIPHER_CCMP,
		.group = CIPHER_CCMP,
		.assoc_ie = w.raw,
		.assoc_ie_len = w.raw_len};
	mac_copy(assoc.own, s->addr);
	mac_copy(assoc.bssid, world_bssid);
	assert_int_equal(rsn_supp_associated(s->supp, &assoc), 0);
	s->as = rsn_auth_sta_new(w.auth, s->addr, w.raw, w.raw_len, s);
	rsn_auth_sta_start(s->as);
	pump(&w);
	expect_connected(s);
	world_free(&w);
}

static void test_key_refused(void **state)
{
	struct world w;
	world_new(&w, NULL);
	w.fail_set_ptk = -5;
	struct station *s = world_join(&w);
	assert_int_equal(s->ap_reason, REASON_UNSPECIFIED);
	assert_int_equal(s->authorized, 0);
	world_free(&w);

	world_new(&w, NULL);
	w.fail_supp_ptk = -5;
	s = world_join(&w);
	assert_int_equal(s->reason, REASON_UNSPECIFIED);
	assert_int_equal(s->done_first, 0);
	world_free(&w);

	world_new(&w, NULL);
	w.fail_supp_gtk = -5;
	s = world_join(&w);
	assert_int_equal(s->reason, REASON_UNSPECIFIED);
	assert_int_equal(s->done_first, 0);
	world_free(&w);

	world_new(&w, NULL);
	w.fail_set_gtk = -5;
	assert_int_equal(rsn_auth_start(w.auth), -5);
	s = world_join(&w);
	assert_int_equal(s->ap_disconnects, 1);
	expect_no_keys(s);
	w.fail_set_gtk = 0; /* the driver recovered */
	station_associate(s, NULL, NULL);
	pump(&w);
	assert_int_equal(s->authorized, 1);
	world_free(&w);
}

static void test_reassociation(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = world_join(&w);
	uint8_t old[16];
	memcpy(old, s->tk, 16);
	/* without leaving before: the same station state starts again */
	station_associate(s, NULL, NULL);
	assert_false(rsn_auth_sta_authorized(s->as));
	assert_null(rsn_auth_sta_pmk(s->as));
	pump(&w);
	expect_connected(s);
	assert_int_equal(s->authorized, 2);
	assert_int_equal(s->done_first, 2);
	assert_memory_not_equal(old, s->tk, 16);
	station_leave(s);
	assert_false(rsn_supp_has_ptk(s->supp));
	world_free(&w);
}

static void test_ptk_rekey(void **state)
{
	struct world w;
	struct rsn_auth_config cfg = {.ptk_rekey = 600};
	world_new(&w, &cfg);
	struct station *s = world_join(&w);
	for (unsigned i = 1; i <= 5; i++) {
		run(&w, 600 * USEC_PER_SEC);
		expect_connected(s);
		assert_int_equal(s->done_rekey, i);
		assert_int_equal(s->ap_ptk_sets, 1 + i);
		assert_int_equal(s->ptk_sets, 1 + i);
		assert_int_equal(s->ap_4way, 1 + i);
	}
	assert_int_equal(s->done_first, 1);
	assert_int_equal(s->authorized, 1);
	assert_int_equal(s->gtk_sets, 1); /* the same group key is not installed again */
	assert_int_equal(s->on_4way, 1);
	assert_int_equal(w.lost_keys, 0);
	/* the station stops answering */
	s->gone = true;
	run(&w, 610 * USEC_PER_SEC);
	assert_int_equal(s->ap_reason, REASON_4WAY_TIMEOUT);
	world_free(&w);
}

/* A lost message in a rekeying. Message 4 is the hard one: the station has the new key, the AP
 * the old, and cannot decrypt each other; that cannot be cured without extended key ids. */
static void test_ptk_rekey_lost(void **state)
{
	for (enum kind k = M1; k <= M3; k++) {
		struct world w;
		world_new(&w, NULL);
		struct station *s = world_join(&w);
		w.filter = lose;
		w.arg = k;
		w.count = 1;
		rsn_auth_sta_rekey_ptk(s->as);
		run(&w, 5 * USEC_PER_SEC);
		expect_connected(s);
		assert_int_equal(s->ptk_sets, 2);
		assert_int_equal(s->ap_ptk_sets, 2);
		world_free(&w);
	}
}

static void test_requests(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = world_station(&w);
	rsn_supp_request(s->supp, true); /* no key yet: nothing happens */
	assert_int_equal(w.seen[REQ], 0);
	station_associate(s, NULL, NULL);
	pump(&w);
	rsn_supp_request(s->supp, true);
	pump(&w);
	assert_int_equal(s->done_rekey, 1);
	expect_connected(s);
	rsn_supp_request(s->supp, false);
	pump(&w);
	assert_int_equal(s->group_rekeys, 1);
	expect_connected(s);
	rsn_supp_request(s->supp, true);
	pump(&w);
	assert_int_equal(s->done_rekey, 2);
	world_free(&w);
}

static void test_station_rekey_timer(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = world_station(&w);
	struct rsn_supp_assoc assoc = {.akm = AKM_PSK,
		.pairwise = CIPHER_CCMP,
		.group = CIPHER_CCMP,
		.assoc_ie = w.raw,
		.assoc_ie_len = w.raw_len,
		.ptk_rekey = 300};
	mac_copy(assoc.own, s->addr);
	mac_copy(assoc.bssid, world_bssid);
	assert_int_equal(rsn_supp_associated(s->supp, &assoc), 0);
	s->as = rsn_auth_sta_new(w.auth, s->addr, w.raw, w.raw_len, s);
	rsn_auth_sta_start(s->as);
	run(&w, 1000 * USEC_PER_SEC);
	assert_int_equal(s->done_rekey, 3);
	expect_connected(s);
	world_free(&w);
}

static void test_mib(void **state)
{
	const struct rsn_supp_limits limits = {43200, 70, 60};
	char buf[3000];
	struct world w;
	world_new(&w, NULL);
	struct strbuf text = strbuf_over(buf, sizeof(buf));
	rsn_auth_mib(w.auth, &text);
	assert_non_null(strstr(buf, "hostapdWPAGroupState=0\n"));
	assert_non_null(strstr(buf, "dot11RSNAPairwiseCipherSelected=00-00-00-0\n"));
	struct station *s = world_station(&w);
	station_associate(s, NULL, NULL);
	text = strbuf_over(buf, sizeof(buf));
	rsn_auth_sta_mib(s->as, &text);
	assert_non_null(strstr(buf, "hostapdWPAPTKState=7\n"));
	pump(&w);
	text = strbuf_over(buf, sizeof(buf));
	rsn_auth_sta_mib(s->as, &text);
	assert_string_equal(buf, "dot11RSNAStatsSTAAddress=02:00:00:00:00:01\n"
				 "dot11RSNAStatsVersion=1\n"
				 "dot11RSNAStatsSelectedPairwiseCipher=00-0f-ac-4\n"
				 "dot11RSNAStatsTKIPLocalMICFailures=0\n"
				 "dot11RSNAStatsTKIPRemoteMICFailures=0\n"
				 "wpa=2\n"
				 "AKMSuiteSelector=00-0f-ac-2\n"
				 "hostapdWPAPTKState=11\n"
				 "hostapdWPAPTKGroupState=0\n"
				 "hostapdMFPR=0\n");
	text = strbuf_over(buf, sizeof(buf));
	rsn_auth_mib(w.auth, &text);
	assert_non_null(strstr(buf, "dot11RSNAConfigGroupCipherSize=128\n"));
	assert_non_null(strstr(buf, "dot11RSNAPMKIDUsed=00000000000000000000000000000000\n"));
	assert_non_null(strstr(buf, "dot11RSNAGroupCipherRequested=00-0f-ac-4\n"));
	assert_non_null(strstr(buf, "hostapdWPAGroupState=2\n"));
	text = strbuf_over(buf, sizeof(buf));
	rsn_supp_mib(s->supp, &limits, &text);
	assert_non_null(strstr(buf, "dot11RSNAEnabled=TRUE\n"));
	assert_non_null(strstr(buf, "dot11RSNAAuthenticationSuiteSelected=00-0f-ac-2\n"));
	world_free(&w);
}

static void test_check_ie(void **state)
{
	struct world w;
	struct rsn_auth_config cfg = {.ie = {.proto = PROTO_RSN,
					      .group = CIPHER_CCMP,
					      .pairwise = CIPHER_CCMP | CIPHER_GCMP256,
					      .akm = AKM_PSK | AKM_PSK_SHA256 | AKM_SAE}};
	world_new(&w, &cfg);
	const struct {
		struct rsn_ie ie;
		int status;
		unsigned pairwise, akm;
	} rows[] = {
		{{PROTO_RSN, CIPHER_CCMP, CIPHER_CCMP, AKM_PSK, 0, 0, 0, NULL}, 0, CIPHER_CCMP,
			AKM_PSK},
		{{PROTO_RSN, CIPHER_CCMP, CIPHER_CCMP | CIPHER_GCMP256, AKM_PSK | AKM_PSK_SHA256, 0,
			 0, 0, NULL},
			0, CIPHER_GCMP256, AKM_PSK_SHA256},
		{{PROTO_RSN, CIPHER_TKIP, CIPHER_CCMP, AKM_PSK, 0, 0, 0, NULL}, STATUS_GROUP_CIPHER,
			0, 0},
		{{PROTO_RSN, CIPHER_CCMP, CIPHER_TKIP, AKM_PSK, 0, 0, 0, NULL},
			STATUS_PAIRWISE_CIPHER, 0, 0},
		{{PROTO_RSN, CIPHER_CCMP, CIPHER_CCMP, AKM_8021X, 0, 0, 0, NULL}, STATUS_AKMP, 0,
			0},
		{{PROTO_RSN, CIPHER_CCMP, CIPHER_CCMP, AKM_PSK, 0, RSN_CAP_MFPR | RSN_CAP_MFPC, 0,
			 NULL},
			31, CIPHER_CCMP, AKM_PSK},
		{{PROTO_WPA, CIPHER_CCMP, CIPHER_CCMP, AKM_PSK, 0, 0, 0, NULL}, STATUS_INVALID_IE,
			0, 0},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t raw[64];
		struct writer wr = writer_over(raw, sizeof(raw));
		struct rsn_ie chosen = {0};
		rsn_ie_write(&wr, &rows[i].ie);
		int status = rsn_auth_check_ie(w.auth, raw, wr.len, &chosen);
		assert_int_equal(status, rows[i].status);
		if (status == 0 || status == 31) {
			assert_int_equal(chosen.pairwise, rows[i].pairwise);
			assert_int_equal(chosen.akm, rows[i].akm);
		} else {
			assert_null(rsn_auth_sta_new(w.auth, world_bssid, raw, wr.len, NULL));
		}
	}
	struct rsn_ie chosen;
	assert_int_equal(rsn_auth_check_ie(w.auth, (const uint8_t *)"\x30\x02\x02\x00", 4, &chosen),
		STATUS_RSN_VERSION);
	assert_int_equal(
		rsn_auth_check_ie(w.auth, (const uint8_t *)"\x30\x03\x01\x00\x00", 5, &chosen),
		STATUS_INVALID_IE);
	assert_int_equal(rsn_auth_check_ie(w.auth, NULL, 0, &chosen), STATUS_INVALID_IE);
	world_free(&w);
}

int main(void)
{
	log_set_level(LOG_ERR);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_success),
		cmocka_unit_test(test_suites),
		cmocka_unit_test(test_lost_message),
		cmocka_unit_test(test_retry_timing),
		cmocka_unit_test(test_timeout_m3),
		cmocka_unit_test(test_disable_retries),
		cmocka_unit_test(test_wrong_psk),
		cmocka_unit_test(test_no_psk),
		cmocka_unit_test(test_psk_corrected),
		cmocka_unit_test(test_many_psks),
		cmocka_unit_test(test_ie_differs_m2),
		cmocka_unit_test(test_ie_differs_m3),
		cmocka_unit_test(test_rsnx_differs),
		cmocka_unit_test(test_unknown_ap_ie),
		cmocka_unit_test(test_key_refused),
		cmocka_unit_test(test_reassociation),
		cmocka_unit_test(test_ptk_rekey),
		cmocka_unit_test(test_ptk_rekey_lost),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_station_rekey_timer),
		cmocka_unit_test(test_mib),
		cmocka_unit_test(test_check_ie),
	};
	return cmocka_run_group_tests_name("4-way handshake", tests, NULL, NULL);
}
