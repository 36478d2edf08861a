/* Replayed, forged, flipped and truncated frames: nothing crashes, no key is installed or
 * installed again, and a handshake under way survives. */
#include "world.h"

static bool keep_all(struct world *w, struct packet *p)
{
	if (w->n_kept < ARRAY_SIZE(w->kept))
		w->kept[w->n_kept++] = *p;
	return true;
}

static struct packet *kept(struct world *w, enum kind k)
{
	for (unsigned i = 0; i < w->n_kept; i++)
		if (w->kept[i].kind == k)
			return &w->kept[i];
	fail_msg("no packet of kind %d", k);
	return NULL;
}

/* The installs of world.h fail the test when a key comes twice; here also nothing may come at all.
 */
struct counts {
	unsigned ap_ptk, ptk, gtk, done, ap_done, group, disconnects;
};
static struct counts counts_of(const struct station *s)
{
	return (struct counts){s->ap_ptk_sets, s->ptk_sets, s->gtk_sets,
		s->done_first + s->done_rekey, s->ap_4way, s->group_rekeys,
		s->disconnects + s->ap_disconnects};
}

static void expect_same(const struct station *s, const struct counts *before)
{
	struct counts now = counts_of(s);
	assert_memory_equal(&now, before, sizeof(now));
}

static void test_replay_everything(void **state)
{
	struct world w;
	world_new(&w, NULL);
	w.filter = keep_all;
	struct station *s = world_join(&w);
	rsn_auth_rekey_group(w.auth);
	pump(&w);
	rsn_supp_request(s->supp, true);
	pump(&w);
	expect_connected(s);
	w.filter = NULL;
	struct counts before = counts_of(s);
	unsigned requests = w.seen[REQ], m1 = w.seen[M1], m4 = w.seen[M4], g2 = w.seen[G2];
	for (unsigned round = 0; round < 3; round++)
		for (unsigned i = 0; i < w.n_kept; i++) {
			give(s, w.kept[i].to_ap, w.kept[i].data, w.kept[i].len);
			pump(&w);
		}
	expect_same(s, &before);
	expect_connected(s);
	/* nothing was even answered */
	assert_int_equal(w.seen[REQ], requests);
	assert_int_equal(w.seen[M1], m1);
	assert_int_equal(w.seen[M4], m4);
	assert_int_equal(w.seen[G2], g2);
	world_free(&w);
}

/* Message 3 repeated by the AP because message 4 got lost: answered, nothing installed again. */
static bool lose_m4_once(struct world *w, struct packet *p)
{
	keep_all(w, p);
	return p->kind != M4 || w->count++ > 0;
}

static void test_m3_repeated(void **state)
{
	struct world w;
	world_new(&w, NULL);
	w.filter = lose_m4_once;
	struct station *s = world_join(&w);
	assert_int_equal(s->ptk_sets, 1);
	assert_int_equal(s->ap_ptk_sets, 0);
	run(&w, USEC_PER_SEC);
	expect_connected(s);
	assert_int_equal(w.seen[M3], 2);
	assert_int_equal(w.seen[M4], 2);
	assert_int_equal(s->ptk_sets, 1);
	assert_int_equal(s->gtk_sets, 1);
	assert_int_equal(s->done_first, 1);
	/* both message 4 again, in either order */
	struct counts before = counts_of(s);
	for (unsigned i = w.n_kept; i-- > 0;)
		if (w.kept[i].kind == M4)
			give(s, true, w.kept[i].data, w.kept[i].len);
	expect_same(s, &before);
	world_free(&w);
}

/* An answer to any transmission of the message under way counts, also a late one. */
static bool hold_m2(struct world *w, struct packet *p)
{
	if (p->kind != M2 || w->count >= 3)
		return true;
	w->count++;
	w->kept[w->n_kept++] = *p;
	return false;
}

static void test_late_answers(void **state)
{
	for (unsigned which = 0; which < 3; which++) {
		struct world w;
		world_new(&w, NULL);
		w.filter = hold_m2;
		struct station *s = world_join(&w);
		run(&w, 1500 * USEC_PER_MSEC); /* three transmissions of message 1 */
		assert_int_equal(w.n_kept, 3);
		deliver(&w.kept[which]);
		pump(&w);
		expect_connected(s);
		struct counts before = counts_of(s);
		for (unsigned i = 0; i < 3; i++)
			deliver(&w.kept[i]);
		pump(&w);
		expect_same(s, &before);
		world_free(&w);
	}
}

/* A station that takes a new nonce for each message 1: the second message 2 wins. */
static void test_new_snonce(void **state)
{
	struct world w;
	world_new(&w, NULL);
	w.filter = hold_m2;
	struct station *s = world_join(&w); /* message 2 to the first message 1 is held */
	struct packet first = w.kept[0];
	/* the station starts over with another nonce ... */
	struct rsn_supp_assoc assoc = {.akm = AKM_PSK,
		.pairwise = CIPHER_CCMP,
		.group = CIPHER_CCMP,
		.assoc_ie = w.raw,
		.assoc_ie_len = w.raw_len};
	mac_copy(assoc.own, s->addr);
	mac_copy(assoc.bssid, world_bssid);
	assert_int_equal(rsn_supp_associated(s->supp, &assoc), 0);
	/* ... the AP repeats message 1, but gets the answer to the first one before */
	w.count = 0;
	w.n_kept = 0;
	run(&w, 200 * USEC_PER_MSEC);
	assert_int_equal(w.n_kept, 1);
	struct packet *second = &w.kept[0];
	assert_memory_not_equal(first.data + 17, second->data + 17, NONCE_LEN);
	w.count = 3;
	deliver(&first); /* message 3 made with the old nonce: the station cannot use it */
	pump(&w);
	assert_int_equal(s->ptk_sets, 0);
	deliver(second);
	deliver(&first); /* an older answer does not bring the old nonce back */
	pump(&w);
	expect_connected(s);
	assert_int_equal(w.seen[M3], 2);
	world_free(&w);
}

static void test_fresh_nonces(void **state)
{
	struct world w;
	world_new(&w, NULL);
	w.filter = keep_all;
	struct station *s = world_join(&w);
	struct packet m1 = *kept(&w, M1), m2 = *kept(&w, M2);
	w.n_kept = 0;
	rsn_auth_sta_rekey_ptk(s->as);
	pump(&w);
	assert_int_equal(s->done_rekey, 1);
	assert_memory_not_equal(m1.data + 17, kept(&w, M1)->data + 17, NONCE_LEN);
	assert_memory_not_equal(m2.data + 17, kept(&w, M2)->data + 17, NONCE_LEN);
	world_free(&w);
}

/* --- forged message 1 */
static void forge_m1(struct station *s, uint64_t replay, uint8_t fill)
{
	uint8_t buf[128];
	struct writer w = writer_over(buf, sizeof(buf));
	struct eapol_key k = {.descriptor = KEY_DESC_RSN,
		.info = KEY_INFO_PAIRWISE | KEY_INFO_ACK | KEY_VERSION_AES_SHA1,
		.key_len = 16,
		.replay = replay};
	memset(k.nonce, fill, NONCE_LEN);
	eapol_key_write(&w, 2, &k);
	give(s, false, buf, w.len);
}

static bool forge_before_m3(struct world *w, struct packet *p)
{
	if (p->kind == M3)
		for (unsigned i = 0; i < 5; i++)
			forge_m1(p->sta, UINT64_MAX - i, (uint8_t)i);
	return true;
}

static void test_forged_m1(void **state)
{
	struct world w;
	world_new(&w, NULL);
	w.filter = forge_before_m3;
	struct station *s = world_join(&w);
	expect_connected(s); /* at the first try */
	assert_int_equal(w.seen[M3], 1);
	/* again while connected, and before a rekeying */
	w.filter = NULL;
	struct counts before = counts_of(s);
	unsigned states = s->on_4way;
	forge_m1(s, 1000, 0x55);
	pump(&w);
	expect_same(s, &before);
	assert_int_equal(s->on_4way, states);
	w.filter = forge_before_m3;
	rsn_auth_sta_rekey_ptk(s->as);
	pump(&w);
	expect_connected(s);
	assert_int_equal(s->done_rekey, 1);
	rsn_auth_rekey_group(w.auth);
	pump(&w);
	expect_connected(s);
	world_free(&w);
}

static void test_wrong_source(void **state)
{
	static const uint8_t other[MAC_LEN] = {2, 9, 9, 9, 9, 9};
	struct world w;
	world_new(&w, NULL);
	w.filter = keep_all;
	struct station *s = world_station(&w);
	station_associate(s, NULL, NULL);
	rsn_supp_rx(s->supp, other, w.kept[0].data, w.kept[0].len);
	assert_int_equal(w.seen[M2], 0);
	rsn_supp_associated(s->supp, NULL); /* nor without an association */
	rsn_supp_rx(s->supp, world_bssid, w.kept[0].data, w.kept[0].len);
	assert_int_equal(w.seen[M2], 0);
	world_free(&w);
}

/* Every bit of every message, one at a time, in place of the real message: the real one sent
 * afterwards still completes what is under way. */
struct mutation {
	enum kind kind;
	size_t at; /* bit to flip, or length to cut to */
	bool cut;
};
static struct mutation mutation;

static bool mutate(struct world *w, struct packet *p)
{
	if (p->kind != mutation.kind || w->count++ > 0)
		return true;
	struct packet real = *p;
	if (mutation.cut)
		p->len = mutation.at;
	else
		p->data[mutation.at / 8] ^= (uint8_t)(1 << mutation.at % 8);
	give(p->sta, p->to_ap, p->data, p->len);
	*p = real;
	return true;
}

/* Bits the MIC does not cover or that nobody looks at: EAPOL version, and for the
 * unauthenticated message 1 all that has no meaning there. Flipping them may not do harm either. */
static void run_mutation(bool group)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s;
	if (group) {
		s = world_join(&w);
		w.filter = mutate;
		rsn_auth_rekey_group(w.auth);
		pump(&w);
	} else {
		w.filter = mutate;
		s = world_join(&w);
	}
	run(&w, 8 * USEC_PER_SEC);
	expect_connected(s);
	assert_int_equal(s->ap_ptk_sets, 1);
	assert_int_equal(s->ptk_sets, 1);
	assert_int_equal(s->gtk_sets, group ? 2 : 1);
	assert_int_equal(s->done_first, 1);
	assert_int_equal(s->ap_4way, 1);
	world_free(&w);
}

static size_t length_of(enum kind k)
{
	struct world w;
	world_new(&w, NULL);
	w.filter = keep_all;
	world_join(&w);
	rsn_auth_rekey_group(w.auth);
	pump(&w);
	size_t len = kept(&w, k)->len;
	world_free(&w);
	return len;
}

static void test_every_bit(void **state)
{
	for (enum kind k = M1; k <= G2; k++) {
		size_t bits = length_of(k) * 8;
		for (size_t bit = 0; bit < bits; bit++) {
			mutation = (struct mutation){k, bit, false};
			run_mutation(k >= G1);
		}
	}
}

static void test_every_length(void **state)
{
	for (enum kind k = M1; k <= G2; k++) {
		size_t len = length_of(k);
		for (size_t n = 0; n < len; n++) {
			mutation = (struct mutation){k, n, true};
			run_mutation(k >= G1);
		}
	}
}

/* A flipped frame alone, the real one never coming: no key anywhere. */
static bool only_mutated(struct world *w, struct packet *p)
{
	if (p->kind != mutation.kind)
		return true;
	p->data[mutation.at / 8] ^= (uint8_t)(1 << mutation.at % 8);
	return true;
}

static void test_no_key_from_flipped(void **state)
{
	/* From the descriptor on; the MIC covers the rest too, which test_every_bit shows. */
	static const enum kind kinds[] = {M2, M3, M4};
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t len = length_of(kinds[i]);
		for (size_t bit = 0; bit < len * 8; bit += 3) {
			struct world w;
			world_new(&w, NULL);
			w.filter = only_mutated;
			mutation = (struct mutation){kinds[i], bit, false};
			struct station *s = world_join(&w);
			run(&w, 10 * USEC_PER_SEC);
			assert_int_equal(s->ap_ptk_sets, 0);
			assert_int_equal(s->authorized, 0);
			if (kinds[i] != M4)
				assert_int_equal(s->ptk_sets + s->gtk_sets, 0);
			assert_int_equal(s->ap_reason, REASON_4WAY_TIMEOUT);
			assert_int_equal(s->disconnects, 0);
			world_free(&w);
		}
	}
}

/* --- frames with a right MIC and wrong content, as only a broken peer sends them */
static void signed_frame(struct station *s, bool to_ap, struct eapol_key *k, const struct ptk *ptk,
	const uint8_t *plain, size_t plain_len)
{
	uint8_t buf[512], data[256];
	if (plain_len) {
		assert_int_equal(aes_wrap(ptk->kek, 16, plain, plain_len, data), 0);
		k->data = data;
		k->data_len = (uint16_t)(plain_len + 8);
	}
	k->descriptor = KEY_DESC_RSN;
	k->info |= KEY_VERSION_AES_SHA1 | KEY_INFO_MIC;
	struct writer w = writer_over(buf, sizeof(buf));
	eapol_key_write(&w, 2, k);
	assert_int_equal(eapol_key_mic(ptk->kck, AKM_PSK, KEY_VERSION_AES_SHA1, buf, w.len,
				 buf + EAPOL_KEY_MIC_OFFSET),
		0);
	give(s, to_ap, buf, w.len);
}

/* The key both sides agreed on, derived again from the packets seen. */
static struct ptk agreed_ptk(struct world *w, struct station *s)
{
	struct ptk p;
	assert_int_equal(ptk_derive(world_pmk, PMK_LEN, AKM_PSK, CIPHER_CCMP, world_bssid, s->addr,
				 kept(w, M1)->data + 17, kept(w, M2)->data + 17, &p),
		0);
	return p;
}

static bool keep_lose_m3(struct world *w, struct packet *p)
{
	keep_all(w, p);
	return p->kind != M3;
}

#define M3_INFO                                                                                    \
	(KEY_INFO_PAIRWISE | KEY_INFO_INSTALL | KEY_INFO_ACK | KEY_INFO_SECURE | KEY_INFO_ENCRYPTED)

static void test_bad_m3_content(void **state)
{
	enum {
		GOOD,
		NO_GTK,
		SHORT_GTK,
		INDEX_0,
		NOT_ENCRYPTED,
		NO_INSTALL,
		KEY_LEN,
		MALFORMED,
		OTHER_IE,
		N
	};
	for (int what = N - 1; what >= GOOD; what--) {
		struct world w;
		world_new(&w, NULL);
		w.filter = keep_lose_m3;
		struct station *s = world_join(&w);
		struct ptk ptk = agreed_ptk(&w, s);
		uint8_t plain[128], gtk[16] = {1};
		struct writer wr = writer_over(plain, sizeof(plain));
		struct eapol_key k = {.info = M3_INFO, .key_len = 16, .replay = 100};
		memcpy(k.nonce, kept(&w, M1)->data + 17, NONCE_LEN);
		writer_bytes(&wr, w.raw, w.raw_len);
		if (what == OTHER_IE)
			plain[wr.len - 1] ^= 1;
		if (what != NO_GTK)
			kde_write_gtk(&wr, what == INDEX_0 ? 0 : 1, false, gtk,
				what == SHORT_GTK ? 15 : 16);
		if (what == MALFORMED)
			writer_bytes(&wr, "\x30\xff", 2);
		kde_pad(&wr, 0);
		if (what == NOT_ENCRYPTED)
			k.info &= (uint16_t)~KEY_INFO_ENCRYPTED;
		if (what == NO_INSTALL)
			k.info &= (uint16_t)~KEY_INFO_INSTALL;
		if (what == KEY_LEN)
			k.key_len = 32;
		signed_frame(s, false, &k, &ptk, plain, wr.len);
		assert_int_equal(s->ptk_sets, what == GOOD);
		assert_int_equal(s->gtk_sets, what == GOOD);
		assert_int_equal(w.seen[M4], what == GOOD);
		assert_int_equal(s->disconnects, what == OTHER_IE);
		/* a frame authenticated once cannot come again */
		if (what != OTHER_IE) {
			k.info = M3_INFO | (k.info & KEY_INFO_MIC);
			signed_frame(s, false, &k, &ptk, plain, wr.len);
			assert_int_equal(s->ptk_sets, what == GOOD);
		}
		world_free(&w);
	}
}

static void test_bad_group_content(void **state)
{
	struct world w;
	world_new(&w, NULL);
	w.filter = keep_all;
	struct station *s = world_join(&w);
	struct ptk ptk = agreed_ptk(&w, s);
	struct counts before = counts_of(s);
	static const uint8_t gtk[32] = {1};
	const struct {
		uint8_t index;
		size_t len;
		uint16_t info;
	} rows[] = {
		{0, 16, KEY_INFO_ENCRYPTED},
		{1, 32, KEY_INFO_ENCRYPTED},
		{1, 5, KEY_INFO_ENCRYPTED},
		{1, 16, 0},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t plain[64];
		struct writer wr = writer_over(plain, sizeof(plain));
		kde_write_gtk(&wr, rows[i].index, false, gtk, rows[i].len);
		kde_pad(&wr, 0);
		struct eapol_key k = {
			.info = (uint16_t)(KEY_INFO_ACK | KEY_INFO_SECURE | rows[i].info),
			.replay = 100 + i};
		signed_frame(s, false, &k, &ptk, plain, wr.len);
		expect_same(s, &before);
		assert_int_equal(w.seen[G2], 0);
	}
	/* the key in place, under a fresh counter: answered, not installed again */
	uint8_t plain[64];
	struct writer wr = writer_over(plain, sizeof(plain));
	kde_write_gtk(&wr, 1, false, w.gtk[1].key, 16);
	kde_pad(&wr, 0);
	struct eapol_key k = {
		.info = KEY_INFO_ACK | KEY_INFO_SECURE | KEY_INFO_ENCRYPTED, .replay = 200};
	signed_frame(s, false, &k, &ptk, plain, wr.len);
	assert_int_equal(w.seen[G2], 1);
	assert_int_equal(s->gtk_sets, before.gtk);
	/* under the other index it would be the same packet numbers again */
	wr = writer_over(plain, sizeof(plain));
	kde_write_gtk(&wr, 2, false, w.gtk[1].key, 16);
	kde_pad(&wr, 0);
	k.replay = 201;
	signed_frame(s, false, &k, &ptk, plain, wr.len);
	assert_int_equal(s->gtk_sets, before.gtk);
	world_free(&w);
}

static void test_bad_requests(void **state)
{
	struct world w;
	world_new(&w, NULL);
	w.filter = keep_all;
	struct station *s = world_join(&w);
	struct ptk ptk = agreed_ptk(&w, s);
	w.filter = NULL;
	struct eapol_key k = {
		.info = KEY_INFO_REQUEST | KEY_INFO_ERROR | KEY_INFO_SECURE, .replay = 5};
	signed_frame(s, true, &k, &ptk, NULL, 0); /* Michael failure without TKIP: noted only */
	pump(&w);
	assert_int_equal(w.seen[G1], 0);
	assert_int_equal(w.gtk_sets, 1);
	k.info = KEY_INFO_REQUEST | KEY_INFO_SECURE; /* same counter again */
	signed_frame(s, true, &k, &ptk, NULL, 0);
	pump(&w);
	assert_int_equal(w.gtk_sets, 1);
	struct ptk other = ptk;
	other.kck[0] ^= 1;
	k.replay = 6;
	signed_frame(s, true, &k, &other, NULL, 0);
	pump(&w);
	assert_int_equal(w.gtk_sets, 1);
	k.replay = 7;
	signed_frame(s, true, &k, &ptk, NULL, 0);
	pump(&w);
	assert_int_equal(w.gtk_sets, 2);
	expect_connected(s);
	world_free(&w);
}

int main(void)
{
	log_set_level(LOG_ERR);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replay_everything),
		cmocka_unit_test(test_m3_repeated),
		cmocka_unit_test(test_late_answers),
		cmocka_unit_test(test_new_snonce),
		cmocka_unit_test(test_fresh_nonces),
		cmocka_unit_test(test_forged_m1),
		cmocka_unit_test(test_wrong_source),
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_every_length),
		cmocka_unit_test(test_no_key_from_flipped),
		cmocka_unit_test(test_bad_m3_content),
		cmocka_unit_test(test_bad_group_content),
		cmocka_unit_test(test_bad_requests),
	};
	return cmocka_run_group_tests_name("hostile frames", tests, NULL, NULL);
}
