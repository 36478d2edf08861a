/* WPA, TKIP and mixed networks, authenticator against supplicant. */
#include "rsn/frame_i.h"
#include "world.h"

#define MIXED_CIPHERS (CIPHER_CCMP | CIPHER_TKIP)

/* The AP offers both elements, or the one of `only`. */
static void mixed_world(struct world *w, enum rsn_proto only, unsigned group, unsigned pairwise)
{
	struct rsn_auth_config cfg = {
		.ie = {.proto = PROTO_RSN, .group = group, .pairwise = pairwise, .akm = AKM_PSK}};
	if (only)
		cfg.ie.proto = only;
	else {
		cfg.wpa_ie = cfg.ie;
		cfg.wpa_ie.proto = PROTO_WPA;
	}
	world_new(w, &cfg);
}

static struct station *join_as(
	struct world *w, enum rsn_proto proto, unsigned group, unsigned pairwise)
{
	struct station *s = world_station(w);
	s->ie = (struct rsn_ie){
		.proto = proto, .group = group, .pairwise = pairwise, .akm = AKM_PSK};
	station_associate(s, NULL, NULL);
	pump(w);
	return s;
}

static const struct {
	enum rsn_proto proto;
	unsigned pairwise, group;
} kinds[] = {
	{PROTO_WPA, CIPHER_TKIP, CIPHER_TKIP},
	{PROTO_WPA, CIPHER_CCMP, CIPHER_TKIP},
	{PROTO_WPA, CIPHER_CCMP, CIPHER_CCMP},
	{PROTO_RSN, CIPHER_TKIP, CIPHER_TKIP},
	{PROTO_RSN, CIPHER_CCMP, CIPHER_TKIP},
};

static void check_joined(const struct world *w, const struct station *s, size_t i)
{
	bool wpa = kinds[i].proto == PROTO_WPA;

	expect_connected(s);
	assert_int_equal(s->tk_len, cipher_key_len(kinds[i].pairwise));
	assert_int_equal(s->gtk[1].len, cipher_key_len(kinds[i].group));
	assert_int_equal(s->gtk[1].rsc, 0x1001);
	assert_int_equal(s->ptk_sets + s->ap_ptk_sets + s->gtk_sets, 3);
	assert_int_equal(s->on_4way, 1);
	assert_int_equal(s->on_group_wait, 1);
	assert_int_equal(s->done_first, 1);
	assert_int_equal(s->group_rekeys, 0);
	assert_int_equal(s->authorized, 1);
	assert_int_equal(w->seen[G1], wpa); /* WPA: the group key comes in its own handshake */
	assert_int_equal(w->seen[G2], wpa);
}

static void test_every_kind(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		for (int both = 0; both < 2; both++) {
			struct world w;
			if (both)
				mixed_world(&w, 0, kinds[i].group, MIXED_CIPHERS);
			else
				mixed_world(&w, kinds[i].proto, kinds[i].group, kinds[i].pairwise);
			struct station *s =
				join_as(&w, kinds[i].proto, kinds[i].group, kinds[i].pairwise);
			check_joined(&w, s, i);
			assert_int_equal(timers_next(w.timers), UINT64_MAX);
			world_free(&w);
		}
}

/* Rekeying of the group and of the pair, for all kinds at one AP. */
static void test_rekeying(void **state)
{
	struct world w;
	mixed_world(&w, 0, CIPHER_TKIP, MIXED_CIPHERS);
	struct station *s[4];
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].group == CIPHER_TKIP)
			s[n++] = join_as(&w, kinds[i].proto, CIPHER_TKIP, kinds[i].pairwise);
	assert_int_equal(n, 4);
	rsn_auth_rekey_group(w.auth);
	pump(&w);
	for (size_t i = 0; i < n; i++) {
		expect_connected(s[i]);
		assert_int_equal(s[i]->gtk_sets, 2);
		rsn_auth_sta_rekey_ptk(s[i]->as);
		pump(&w);
		expect_connected(s[i]);
		assert_int_equal(s[i]->ptk_sets, 2);
		assert_int_equal(s[i]->done_rekey, 1);
		assert_int_equal(s[i]->gtk_sets, 2);
	}
	assert_int_equal(w.lost_keys, 0);
	world_free(&w);
}

static bool lose(struct world *w, struct packet *p)
{
	return p->kind != (enum kind)w->arg || w->count-- <= 0;
}

static void test_loss(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		for (enum kind k = M1; k <= G2; k++) {
			struct world w;
			mixed_world(&w, kinds[i].proto, kinds[i].group, kinds[i].pairwise);
			w.filter = lose;
			w.arg = k;
			w.count = 2;
			struct station *s =
				join_as(&w, kinds[i].proto, kinds[i].group, kinds[i].pairwise);
			run(&w, 6 * USEC_PER_SEC);
			expect_connected(s);
			assert_int_equal(s->ptk_sets + s->gtk_sets + s->ap_ptk_sets, 3);
			assert_int_equal(s->done_first, 1);
			world_free(&w);
		}
}

/* What goes over the air in WPA: descriptor, version and flags. */
static void test_frames(void **state)
{
	static const struct {
		unsigned pairwise;
		uint16_t info[REQ];
	} rows[] = {
		{CIPHER_TKIP, {0x0089, 0x0109, 0x01c9, 0x0109, 0x03a1, 0x0321}},
		{CIPHER_CCMP, {0x008a, 0x010a, 0x01ca, 0x010a, 0x03a2, 0x0322}},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct world w;
		mixed_world(&w, PROTO_WPA, CIPHER_TKIP, rows[i].pairwise);
		struct station *s = world_station(&w);
		station_associate(s, NULL, NULL);
		/* group key 1 has index 1 in a fresh BSS: bits 4 and 5 */
		for (unsigned k = M1; k < REQ; k++) {
			struct packet *p = TAILQ_FIRST(&w.air);
			assert_non_null(p);
			TAILQ_REMOVE(&w.air, p, link);
			assert_int_equal(p->kind, k);
			assert_int_equal(p->data[4], KEY_DESC_WPA);
			assert_int_equal(p->data[5] << 8 | p->data[6],
				k < G1 ? rows[i].info[k] : (rows[i].info[k] & ~0x30) | 0x10);
			assert_int_equal(p->encrypted, k >= G1);
			deliver(p);
			free(p);
		}
		expect_connected(s);
		world_free(&w);
	}
}

/* Key Descriptor Version 1: RC4 under IV and KEK with 256 octets thrown away. */
static void test_rc4_key_data(void **state)
{
	uint8_t kek[16], gtk[32], out[RSN_FRAME_MAX];
	struct eapol_key k = {.descriptor = KEY_DESC_WPA, .info = KEY_VERSION_RC4_MD5};
	for (size_t i = 0; i < sizeof(gtk); i++)
		gtk[i] = (uint8_t)(i + 1);
	memset(kek, 0x5a, sizeof(kek));
	assert_int_equal(rsn_frame_wrap(&k, KEY_VERSION_RC4_MD5, kek, gtk, sizeof(gtk), out), 0);
	assert_int_equal(k.data_len, sizeof(gtk)); /* no padding, no check value */
	assert_memory_not_equal(out, gtk, sizeof(gtk));
	uint8_t key[32], plain[32];
	memcpy(key, k.iv, 16);
	memcpy(key + 16, kek, 16);
	rc4_skip(key, 32, 256, out, 32, plain);
	assert_memory_equal(plain, gtk, 32);
}

/* A station of one protocol at an AP of the other, or with ciphers that are not offered. */
static void test_refused(void **state)
{
	static const struct {
		enum rsn_proto ap;
		enum rsn_proto sta;
		unsigned pairwise, group;
		int status;
	} rows[] = {
		{PROTO_RSN, PROTO_WPA, CIPHER_TKIP, CIPHER_TKIP, STATUS_INVALID_IE},
		{PROTO_WPA, PROTO_RSN, CIPHER_TKIP, CIPHER_TKIP, STATUS_INVALID_IE},
		{PROTO_WPA, PROTO_WPA, CIPHER_CCMP, CIPHER_TKIP, STATUS_PAIRWISE_CIPHER},
		{PROTO_WPA, PROTO_WPA, CIPHER_TKIP, CIPHER_CCMP, STATUS_GROUP_CIPHER},
		{PROTO_WPA, PROTO_WPA, CIPHER_TKIP, CIPHER_TKIP, 0},
		{0, PROTO_WPA, CIPHER_TKIP, CIPHER_TKIP, 0},
		{0, PROTO_RSN, CIPHER_TKIP, CIPHER_TKIP, 0},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct world w;
		struct rsn_ie chosen, ie = {.proto = rows[i].sta,
					      .group = rows[i].group,
					      .pairwise = rows[i].pairwise,
					      .akm = AKM_PSK};
		uint8_t raw[64];
		struct writer wr = writer_over(raw, sizeof(raw));
		rsn_ie_write(&wr, &ie);
		mixed_world(&w, rows[i].ap, CIPHER_TKIP, CIPHER_TKIP);
		assert_int_equal(rsn_auth_check_ie(w.auth, raw, wr.len, &chosen), rows[i].status);
		world_free(&w);
	}
}

/* Somebody took the RSN element out of the beacon: message 3 tells. */
static void test_downgrade(void **state)
{
	struct world w;
	mixed_world(&w, 0, CIPHER_TKIP, MIXED_CIPHERS);
	uint8_t other[64];
	memcpy(other, w.raw_wpa, w.raw_wpa_len);
	other[w.raw_wpa_len - 1] ^= 1;
	struct station *s = world_station(&w);
	s->ie = (struct rsn_ie){
		.proto = PROTO_WPA, .group = CIPHER_TKIP, .pairwise = CIPHER_TKIP, .akm = AKM_PSK};
	station_associate(s, NULL, other);
	pump(&w);
	assert_int_equal(s->disconnects, 1);
	assert_int_equal(s->reason, REASON_IE_DIFFERENT);
	expect_no_keys(s);
	/* The WPA element beside an RSN element is protected as well. */
	struct station *r = world_station(&w);
	r->ie = (struct rsn_ie){
		.proto = PROTO_RSN, .group = CIPHER_TKIP, .pairwise = CIPHER_CCMP, .akm = AKM_PSK};
	memcpy(w.raw_wpa, other, w.raw_wpa_len); /* what r heard; the AP keeps a copy of its own */
	station_associate(r, NULL, NULL);
	pump(&w);
	assert_int_equal(r->reason, REASON_IE_DIFFERENT);
	world_free(&w);
}

static void test_wrong_psk(void **state)
{
	struct world w;
	mixed_world(&w, 0, CIPHER_TKIP, MIXED_CIPHERS);
	struct station *s = world_station(&w);
	rsn_supp_set_pmk(s->supp, wrong_pmk, PMK_LEN);
	s->ie = (struct rsn_ie){
		.proto = PROTO_WPA, .group = CIPHER_TKIP, .pairwise = CIPHER_TKIP, .akm = AKM_PSK};
	station_associate(s, NULL, NULL);
	run(&w, 10 * USEC_PER_SEC);
	assert_true(s->mismatches > 0);
	assert_int_equal(s->ap_reason, REASON_4WAY_TIMEOUT);
	expect_no_keys(s);
	world_free(&w);
}

/* A frame whose bits changed on the way has no effect, whatever the version. */
static bool flip(struct world *w, struct packet *p)
{
	if (p->kind == (enum kind)w->arg && w->count-- > 0)
		p->data[p->len - 1] ^= 1;
	return true;
}

static void test_forged(void **state)
{
	for (enum kind k = M3; k <= G2; k++) {
		struct world w;
		mixed_world(&w, PROTO_WPA, CIPHER_TKIP, CIPHER_TKIP);
		w.filter = flip;
		w.arg = k;
		w.count = 1;
		struct station *s = join_as(&w, PROTO_WPA, CIPHER_TKIP, CIPHER_TKIP);
		assert_int_equal(s->done_first, k == G2);
		run(&w, 3 * USEC_PER_SEC);
		expect_connected(s);
		assert_int_equal(s->ptk_sets + s->gtk_sets + s->ap_ptk_sets, 3);
		world_free(&w);
	}
}

static void test_countermeasures(void **state)
{
	struct world w;
	mixed_world(&w, 0, CIPHER_TKIP, MIXED_CIPHERS);
	struct station *a = join_as(&w, PROTO_WPA, CIPHER_TKIP, CIPHER_TKIP);
	struct rsn_ie chosen;
	char buf[2000];

	/* Failures more than a minute apart are no attack. */
	assert_false(rsn_supp_mic_failure(a->supp, true));
	pump(&w);
	assert_int_equal(w.seen[REQ], 1);
	run(&w, 61 * USEC_PER_SEC);
	rsn_auth_mic_failure(w.auth, a->as);
	struct strbuf text = strbuf_over(buf, sizeof(buf));
	rsn_auth_sta_mib(a->as, &text);
	assert_non_null(strstr(buf, "TKIPLocalMICFailures=1\n"));
	assert_non_null(strstr(buf, "TKIPRemoteMICFailures=1\n"));
	assert_non_null(strstr(buf, "PairwiseCipher=00-50-f2-2\n"));
	assert_int_equal(w.countermeasures, 0);
	/* One found here, one reported. */
	run(&w, 10 * USEC_PER_SEC);
	uint8_t raw[64];
	size_t raw_len = a->raw_len;
	memcpy(raw, a->raw, raw_len);
	assert_false(rsn_supp_mic_failure(a->supp, false)); /* 71 s after the first */
	pump(&w);
	assert_int_equal(w.countermeasures, 1);
	assert_null(a->as);
	assert_int_equal(rsn_auth_check_ie(w.auth, raw, raw_len, &chosen), STATUS_UNSPECIFIED);
	assert_true(rsn_supp_mic_failure(a->supp, false)); /* the station leaves, too */
	text = strbuf_over(buf, sizeof(buf));
	rsn_auth_mib(w.auth, &text);
	assert_non_null(strstr(buf, "dot11RSNATKIPCounterMeasuresInvoked=1\n"));
	run(&w, 60 * USEC_PER_SEC);
	assert_int_equal(rsn_auth_check_ie(w.auth, raw, raw_len, &chosen), 0);
	world_free(&w);
}

/* No TKIP, no countermeasures: anybody could start them. */
static void test_no_countermeasures(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = world_join(&w);
	for (int i = 0; i < 3; i++) {
		assert_false(rsn_supp_mic_failure(s->supp, true));
		rsn_auth_mic_failure(w.auth, s->as);
	}
	pump(&w);
	assert_int_equal(w.countermeasures, 0);
	assert_int_equal(w.seen[REQ], 0);
	expect_connected(s);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind),
		cmocka_unit_test(test_rekeying),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_rc4_key_data),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_downgrade),
		cmocka_unit_test(test_wrong_psk),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_countermeasures),
		cmocka_unit_test(test_no_countermeasures),
	};
	return cmocka_run_group_tests_name("wpa", tests, NULL, NULL);
}
