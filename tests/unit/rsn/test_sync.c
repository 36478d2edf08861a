/* A driver that runs handshakes itself: what the host takes over lets it go on. The driver's part
 * is played by a supplicant of its own, whose keys are then handed to the host's. */
#include "world.h"

#include <errno.h>

#include "rsn/supp_i.h"

static const uint8_t other_ap[MAC_LEN] = {2, 0, 0, 0, 9, 9};

/* The host leaves its counts of before behind. */
static void forget_counts(struct station *s)
{
	s->ptk_sets = s->gtk_sets = s->on_4way = s->on_group_wait = 0;
	s->done_first = s->done_rekey = s->group_rekeys = 0;
}

/* The driver joins; what it knows then is told to `host`, or to a new one. Changes k as the test
 * wants before that. Returns what rsn_supp_synced() does. */
static int hand_over(struct station *s, struct rsn_supp *host, const struct rsn_supp_assoc *assoc,
	struct rsn_supp_keys *k)
{
	struct rsn_supp *driver = s->supp;
	struct rsn_supp_assoc right = station_assoc(s, NULL, NULL);

	s->supp = host;
	if (!s->supp)
		s->supp = rsn_supp_new(s->w->timers, &world_st_ops, s);
	assert_non_null(s->supp);
	int err = rsn_supp_synced(s->supp, assoc ? assoc : &right, k);
	rsn_supp_free(driver);
	forget_counts(s);
	return err;
}

static struct rsn_supp_keys keys_of(const struct station *s)
{
	struct rsn_supp_keys k;
	assert_true(rsn_supp_keys(s->supp, &k));
	assert_int_equal(k.kck_len, 16);
	assert_int_equal(k.kek_len, 16);
	assert_true(k.has_replay);
	return k;
}

static struct station *roam(struct world *w)
{
	struct station *s = world_join(w);
	struct rsn_supp_keys k = keys_of(s);
	assert_int_equal(hand_over(s, NULL, NULL, &k), 0);
	return s;
}

/* Nothing but a group handshake happened. */
static void expect_group_only(const struct station *s, unsigned group_rekeys)
{
	assert_int_equal(s->group_rekeys, group_rekeys);
	assert_int_equal(s->ptk_sets + s->on_4way + s->on_group_wait, 0);
	assert_int_equal(s->done_first + s->done_rekey + s->disconnects, 0);
}

static void rekey(struct world *w)
{
	rsn_auth_rekey_group(w->auth);
	pump(w);
}

static bool keep(struct world *w, struct packet *p)
{
	if ((p->kind == M3 || p->kind == G1) && w->n_kept < ARRAY_SIZE(w->kept))
		w->kept[w->n_kept++] = *p;
	return true;
}

static void test_group_rekeys(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = roam(&w);
	uint64_t before = keys_of(s).replay;

	expect_connected(s);
	expect_group_only(s, 0);
	for (unsigned i = 1; i <= 3; i++) {
		rekey(&w);
		expect_connected(s); /* the AP's group key among other things */
		expect_group_only(s, i);
		assert_int_equal(s->gtk_sets, i);
		assert_int_equal(keys_of(s).replay, before + i);
	}
	assert_int_equal(w.lost_keys, 0);
	assert_int_equal(rsn_supp_unverified(s->supp), 0);
	world_free(&w);
}

/* The frames of the driver's time have valid MICs, so only the counter keeps them out. */
static void test_old_counters(void **state)
{
	for (unsigned told = 0; told <= 1; told++) {
		struct world w;
		world_new(&w, NULL);
		w.filter = keep;
		struct station *s = world_join(&w);
		rekey(&w);
		assert_int_equal(w.n_kept, 2);
		struct rsn_supp_keys k = keys_of(s);
		k.has_replay = told;
		assert_int_equal(hand_over(s, NULL, NULL, &k), 0);
		unsigned answers = w.seen[M4] + w.seen[G2];
		assert_true(rsn_supp_keys(s->supp, &k));
		assert_int_equal(k.has_replay, told);
		memset(s->gtk, 0, sizeof(s->gtk)); /* so that the test's own check is no bar */
		give(s, false, w.kept[1].data, w.kept[1].len);
		give(s, false, w.kept[1].data, w.kept[1].len);
		give(s, false, w.kept[0].data, w.kept[0].len);
		/* Without a counter the next valid one is taken, and counts from then on. */
		assert_int_equal(w.seen[M4] + w.seen[G2] - answers, told ? 0 : 1);
		expect_group_only(s, told ? 0 : 1);
		pump(&w);
		rekey(&w);
		expect_group_only(s, told ? 1 : 2);
		expect_connected(s);
		world_free(&w);
	}
}

static bool is_encrypted(struct world *w, struct packet *p)
{
	assert_true(p->encrypted);
	return true;
}

/* The AP asks in vain, but the link stays and nothing ticks. */
static void test_no_keys(void **state)
{
	struct world w;
	struct rsn_auth_config cfg = {.no_disconnect_on_group_keyerror = true};
	world_new(&w, &cfg);
	struct station *s = world_join(&w);
	struct rsn_supp_keys none = {0}, k;

	assert_int_equal(hand_over(s, NULL, NULL, &none), 0);
	assert_false(rsn_supp_has_ptk(s->supp));
	assert_false(rsn_supp_keys(s->supp, &k));
	unsigned answers = w.seen[G2];
	w.filter = is_encrypted;
	rsn_auth_rekey_group(w.auth);
	run(&w, 60 * USEC_PER_SEC);
	assert_int_equal(timers_next(w.timers), UINT64_MAX);
	assert_int_equal(w.seen[G1], 4);
	assert_int_equal(w.seen[G2], answers);
	assert_int_equal(rsn_supp_unverified(s->supp), 4);
	expect_group_only(s, 0);
	assert_int_equal(s->gtk_sets, 0);
	assert_int_equal(s->ap_disconnects, 0);

	/* A pairwise rekeying gives the host keys again. */
	rsn_supp_set_pmk(s->supp, world_pmk, PMK_LEN);
	rsn_auth_sta_rekey_ptk(s->as);
	pump(&w);
	assert_int_equal(w.lost_keys, 0);
	assert_int_equal(s->done_rekey, 1);
	assert_int_equal(s->done_first + s->on_4way + s->on_group_wait, 0);
	expect_connected(s);
	rekey(&w);
	expect_connected(s);
	assert_int_equal(s->group_rekeys, 1);
	assert_int_equal(rsn_supp_unverified(s->supp), 4);
	world_free(&w);
}

/* Message 3 for keys unknown here is one more frame nobody can verify. */
static void test_no_keys_m3(void **state)
{
	struct world w;
	world_new(&w, NULL);
	w.filter = keep;
	struct station *s = world_join(&w);
	struct rsn_supp_keys none = {0};
	unsigned answers = w.seen[M4];

	assert_int_equal(hand_over(s, NULL, NULL, &none), 0);
	rsn_supp_set_pmk(s->supp, world_pmk, PMK_LEN);
	give(s, false, w.kept[0].data, w.kept[0].len);
	assert_int_equal(rsn_supp_unverified(s->supp), 1);
	assert_int_equal(w.seen[M4], answers);
	expect_group_only(s, 0);
	/* The count is of one association. */
	rsn_supp_associated(s->supp, NULL);
	assert_int_equal(rsn_supp_unverified(s->supp), 0);
	world_free(&w);
}

static void test_wrong_lengths(void **state)
{
	static const uint8_t longer[64] = {1};
	static const struct {
		size_t kck, kek;
		unsigned akm;
	} rows[] = {
		{24, 32, AKM_PSK}, {16, 32, AKM_PSK}, {0, 16, AKM_PSK}, {16, 0, AKM_PSK},
		{15, 17, AKM_PSK}, {64, 64, AKM_SAE}, {SIZE_MAX, SIZE_MAX, AKM_OWE},
		{16, 16, AKM_SUITE_B_192}, /* not one we know */
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct world w;
		world_new(&w, NULL);
		struct station *s = world_join(&w);
		struct rsn_supp_keys k = {.kck = longer,
			.kek = longer,
			.kck_len = rows[i].kck,
			.kek_len = rows[i].kek};
		struct rsn_supp_assoc a = station_assoc(s, NULL, NULL);
		a.akm = rows[i].akm;
		assert_int_equal(hand_over(s, NULL, &a, &k), -EINVAL);
		assert_false(rsn_supp_has_ptk(s->supp));
		assert_false(rsn_supp_keys(s->supp, &k));
		if (a.akm == AKM_PSK) {
			rekey(&w);
			assert_int_equal(rsn_supp_unverified(s->supp), 1);
		}
		expect_group_only(s, 0);
		world_free(&w);
	}
}

static void test_half_told(void **state)
{
	for (unsigned i = 0; i < 2; i++) {
		struct world w;
		world_new(&w, NULL);
		struct station *s = world_join(&w);
		struct rsn_supp_keys k = keys_of(s);
		if (i)
			k.kck = NULL;
		else
			k.kek = NULL;
		assert_int_equal(hand_over(s, NULL, NULL, &k), 0);
		assert_false(rsn_supp_has_ptk(s->supp));
		rekey(&w);
		assert_int_equal(rsn_supp_unverified(s->supp), 1);
		world_free(&w);
	}
}

/* Forged frames for a link taken over, with keys, without, and without a counter: no answer, no
 * key, and the counter stays where it was. */
static void test_forged(void **state)
{
	for (unsigned told = 0; told < 3; told++) {
		struct world w;
		world_new(&w, NULL);
		struct station *s = world_join(&w);
		struct rsn_supp_keys k = keys_of(s), none = {0};
		k.has_replay = told != 1;
		assert_int_equal(hand_over(s, NULL, NULL, told == 2 ? &none : &k), 0);
		w.filter = keep;
		rsn_auth_rekey_group(w.auth);
		struct packet *g1 = TAILQ_FIRST(&w.air);
		unsigned answers = w.seen[G2] + w.seen[M2] + w.seen[M4];
		for (size_t bit = 0; bit < 8 * g1->len; bit++) {
			g1->data[bit / 8] ^= (uint8_t)(1 << bit % 8);
			give(s, false, g1->data, g1->len);
			g1->data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		for (size_t len = 0; len < g1->len; len++)
			give(s, false, g1->data, len);
		assert_int_equal(w.seen[G2] + w.seen[M2] + w.seen[M4], answers);
		expect_group_only(s, 0);
		assert_int_equal(s->gtk_sets, 0);
		pump(&w); /* the right one */
		expect_group_only(s, told == 2 ? 0 : 1);
		world_free(&w);
	}
}

/* --- roams to an AP with other suites */

struct suites {
	enum rsn_proto proto;
	unsigned akm, pairwise, group;
};

/* The host's link before the roam: to some AP, synced too, which is all the same to it. */
static struct rsn_supp *host_at_old_ap(struct station *s, const struct suites *old)
{
	static const uint8_t old_keys[32] = {7, 7, 7};
	struct rsn_supp *host = rsn_supp_new(s->w->timers, &world_st_ops, s);
	struct rsn_supp_assoc a = {.proto = old->proto,
		.akm = old->akm,
		.pairwise = old->pairwise,
		.group = old->group};
	struct rsn_supp_keys k = {.kck = old_keys,
		.kek = old_keys + 16,
		.kck_len = 16,
		.kek_len = 16,
		.has_replay = true,
		.replay = 1000000};

	mac_copy(a.own, s->addr);
	mac_copy(a.bssid, other_ap);
	assert_int_equal(rsn_supp_synced(host, &a, &k), 0);
	assert_int_equal(rsn_supp_pairwise(host), old->pairwise);
	return host;
}

static void cross(const struct suites *old, const struct suites *new, bool stale)
{
	struct world w;
	struct rsn_auth_config cfg = {.ie = {.proto = new->proto,
					      .akm = new->akm,
					      .pairwise = new->pairwise,
					      .group = new->group}};
	world_new(&w, &cfg);
	struct station *s = world_join(&w);
	expect_connected(s);
	struct rsn_supp_keys k = keys_of(s);
	struct rsn_supp_assoc a = station_assoc(s, NULL, NULL);
	if (stale) {
		a.proto = old->proto;
		a.akm = old->akm;
		a.pairwise = old->pairwise;
		a.group = old->group;
	}
	struct rsn_supp *host = host_at_old_ap(s, old);
	assert_int_equal(hand_over(s, host, &a, &k), 0);
	unsigned answers = w.seen[G2];
	rekey(&w);
	if (stale) {
		assert_int_equal(w.seen[G2], answers);
		expect_group_only(s, 0);
	} else {
		expect_group_only(s, 1);
		expect_connected(s);
		assert_int_equal(rsn_supp_group(s->supp), new->group);
		rsn_supp_set_pmk(s->supp, world_pmk, PMK_LEN);
		rsn_auth_sta_rekey_ptk(s->as);
		pump(&w);
		assert_int_equal(s->done_rekey, 1);
		assert_int_equal(s->done_first + s->on_4way, 0);
		expect_connected(s);
	}
	world_free(&w);
}

static void test_other_suites(void **state)
{
	static const struct suites ccmp = {PROTO_RSN, AKM_PSK, CIPHER_CCMP, CIPHER_CCMP},
				   tkip = {PROTO_RSN, AKM_PSK, CIPHER_TKIP, CIPHER_TKIP},
				   mixed = {PROTO_RSN, AKM_PSK, CIPHER_CCMP, CIPHER_TKIP},
				   gcmp256 = {PROTO_RSN, AKM_PSK, CIPHER_GCMP256, CIPHER_GCMP256},
				   wpa = {PROTO_WPA, AKM_PSK, CIPHER_TKIP, CIPHER_TKIP},
				   sha256 = {PROTO_RSN, AKM_PSK_SHA256, CIPHER_CCMP, CIPHER_CCMP},
				   sae = {PROTO_RSN, AKM_SAE, CIPHER_CCMP, CIPHER_CCMP},
				   owe = {PROTO_RSN, AKM_OWE, CIPHER_CCMP, CIPHER_CCMP},
				   eap = {PROTO_RSN, AKM_8021X_SHA256, CIPHER_CCMP, CIPHER_CCMP};
	static const struct {
		const struct suites *old, *new;
	} rows[] = {
		{&ccmp, &tkip},
		{&tkip, &ccmp},
		{&ccmp, &mixed},
		{&mixed, &ccmp},
		{&ccmp, &gcmp256},
		{&ccmp, &wpa},
		{&wpa, &ccmp},
		{&ccmp, &sha256},
		{&sha256, &ccmp},
		{&sha256, &tkip},
		{&sae, &ccmp},
		{&sae, &sha256},
		{&owe, &ccmp},
		{&eap, &ccmp},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cross(rows[i].old, rows[i].new, false);
		cross(rows[i].old, rows[i].new, true); /* else the test proves nothing */
	}
}

/* --- what is remembered of installed keys */

static void test_igtk(void **state)
{
	struct world w;
	struct rsn_auth_config cfg = {.ie = {.proto = PROTO_RSN,
					      .group = CIPHER_CCMP,
					      .pairwise = CIPHER_CCMP,
					      .akm = AKM_PSK_SHA256,
					      .group_mgmt = CIPHER_BIP,
					      .capab = RSN_CAP_MFPC}};
	world_new(&w, &cfg);
	struct station *s = roam(&w);
	rekey(&w);
	expect_connected(s);
	assert_int_equal(s->gtk[w.igtk_index].len, 16);
	assert_memory_equal(s->gtk[w.igtk_index].key, w.gtk[w.igtk_index].key, 16);
	world_free(&w);
}

/* The host had these very group keys before; meanwhile the driver had others. */
static void test_reinstall_memory(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = world_join(&w);
	struct rsn_supp_keys k = keys_of(s);
	struct rsn_supp_assoc a = station_assoc(s, NULL, NULL);

	/* k are views of the very keys that are forgotten */
	assert_int_equal(rsn_supp_synced(s->supp, &a, &k), 0);
	forget_counts(s);
	memset(s->gtk, 0, sizeof(s->gtk));
	rsn_auth_sta_rekey_ptk(s->as); /* message 3 tells the same group key again */
	pump(&w);
	assert_int_equal(s->gtk_sets, 1);
	expect_connected(s);
	rsn_auth_sta_rekey_ptk(s->as);
	pump(&w);
	assert_int_equal(s->gtk_sets, 1); /* and from then on it is remembered */
	world_free(&w);
}

/* --- the driver's own group handshakes */

static void test_rekeyed(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = roam(&w);
	uint64_t n = keys_of(s).replay;

	assert_false(rsn_supp_rekeyed(s->supp, other_ap, n + 100));
	assert_false(rsn_supp_rekeyed(s->supp, world_bssid, n - 1));
	assert_false(rsn_supp_rekeyed(s->supp, world_bssid, n));
	assert_int_equal(keys_of(s).replay, n);
	assert_true(rsn_supp_rekeyed(s->supp, world_bssid, n + 1));
	assert_int_equal(keys_of(s).replay, n + 1);
	assert_false(rsn_supp_rekeyed(s->supp, world_bssid, n + 1));
	/* The AP of the test knows nothing of it: its first frame is dropped, its second fits. */
	rsn_auth_rekey_group(w.auth);
	pump(&w);
	expect_group_only(s, 0);
	run(&w, USEC_PER_SEC);
	expect_group_only(s, 1);
	expect_connected(s);
	assert_int_equal(keys_of(s).replay, n + 2);
	world_free(&w);
}

static void test_rekeyed_when(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = world_station(&w);

	assert_false(rsn_supp_rekeyed(s->supp, world_bssid, 100)); /* no association */
	station_associate(s, NULL, NULL);
	assert_false(rsn_supp_rekeyed(s->supp, world_bssid, 100)); /* an event of before */
	pump(&w);
	expect_connected(s);
	assert_true(rsn_supp_rekeyed(s->supp, world_bssid, 100)); /* also of a host-run one */
	struct rsn_supp_keys k = keys_of(s);
	assert_int_equal(k.replay, 100);
	k.has_replay = false;
	assert_int_equal(hand_over(s, NULL, NULL, &k), 0);
	assert_true(rsn_supp_rekeyed(s->supp, world_bssid, 3)); /* there was none */
	assert_false(rsn_supp_rekeyed(s->supp, world_bssid, 2));
	assert_int_equal(keys_of(s).replay, 3);
	rsn_supp_associated(s->supp, NULL);
	assert_false(rsn_supp_rekeyed(s->supp, world_bssid, 200));
	world_free(&w);
}

/* --- pairwise rekeying of a link the driver made: its message 3 tells a group key that may be the
 * one the driver installed. The host cannot know and installs it. */

static void forget_group_keys(struct station *s)
{
	memset(s->gtk, 0, sizeof(s->gtk));
}

static void test_ptk_rekey(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = roam(&w);

	forget_group_keys(s);
	rsn_auth_sta_rekey_ptk(s->as);
	pump(&w);
	assert_int_equal(w.seen[M2], 1); /* the driver's; without PMK there is no answer */
	expect_group_only(s, 0);
	rsn_supp_set_pmk(s->supp, world_pmk, PMK_LEN);
	for (unsigned i = 1; i <= 2; i++) {
		run(&w, USEC_PER_SEC);
		assert_int_equal(s->done_rekey, i);
		assert_int_equal(s->ptk_sets, i);
		assert_int_equal(s->done_first + s->on_4way + s->on_group_wait, 0);
		expect_connected(s);
		assert_false(s->supp->synced); /* its keys are the host's own now */
		rsn_auth_sta_rekey_ptk(s->as);
	}
	assert_int_equal(w.lost_keys, 0);
	world_free(&w);
}

/* Asked for by the station: by its timer, and by command. */
static void test_ptk_request(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = world_join(&w);
	struct rsn_supp_keys k = keys_of(s);
	struct rsn_supp_assoc a = station_assoc(s, NULL, NULL);

	a.ptk_rekey = 60;
	assert_int_equal(hand_over(s, NULL, &a, &k), 0);
	forget_group_keys(s);
	rsn_supp_set_pmk(s->supp, world_pmk, PMK_LEN);
	run(&w, 61 * USEC_PER_SEC);
	assert_int_equal(s->done_rekey, 1);
	rsn_supp_request(s->supp, true);
	pump(&w);
	assert_int_equal(s->done_rekey, 2);
	expect_connected(s);
	world_free(&w);
}

static bool lose_first_m4(struct world *w, struct packet *p)
{
	return p->kind != M4 || w->count++ > 0;
}

/* Message 4 of the driver's handshake was lost: the host answers the repeated message 3, as openly
 * as the first was, and touches no key, for it does not know what the driver installed. */
static void test_m3_repeated(void **state)
{
	struct world w;
	world_new(&w, NULL);
	w.filter = lose_first_m4;
	struct station *s = world_join(&w);
	assert_false(rsn_auth_sta_authorized(s->as));
	struct rsn_supp_keys k = keys_of(s);
	assert_int_equal(hand_over(s, NULL, NULL, &k), 0);
	run(&w, USEC_PER_SEC);
	expect_connected(s);
	expect_group_only(s, 0);
	assert_int_equal(s->gtk_sets, 0);
	rekey(&w);
	expect_connected(s);
	world_free(&w);
}

/* --- before and after */

static void test_next_association(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = roam(&w);
	size_t len;

	rsn_supp_set_pmk(s->supp, world_pmk, PMK_LEN);
	assert_memory_equal(rsn_supp_pmk(s->supp, &len), world_pmk, PMK_LEN);
	assert_int_equal(len, PMK_LEN);
	rsn_supp_set_pmk(s->supp, rsn_supp_pmk(s->supp, &len), PMK_LEN); /* its own memory */
	rsn_supp_associated(s->supp, NULL);
	rsn_auth_sta_free(s->as);
	s->as = NULL;
	station_associate(s, NULL, NULL);
	pump(&w);
	expect_connected(s);
	assert_int_equal(s->done_first, 1);
	assert_int_equal(s->on_4way, 1);
	rsn_supp_set_pmk(s->supp, NULL, 0);
	assert_null(rsn_supp_pmk(s->supp, &len));
	assert_int_equal(len, 0);
	world_free(&w);
}

static bool contains(const void *where, size_t len, const uint8_t key[16])
{
	return memmem(where, len, key, 16) != NULL;
}

static void test_wiped(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *s = roam(&w);
	struct rsn_supp_keys k = keys_of(s);
	uint8_t kck[16], kek[16];

	memcpy(kck, k.kck, 16);
	memcpy(kek, k.kek, 16);
	assert_true(contains(s->supp, sizeof(*s->supp), kck));
	assert_true(contains(s->supp, sizeof(*s->supp), kek));
	rsn_supp_set_pmk(s->supp, world_pmk, PMK_LEN);
	rsn_supp_associated(s->supp, NULL);
	assert_false(contains(s->supp, sizeof(*s->supp), kck));
	assert_false(contains(s->supp, sizeof(*s->supp), kek));
	assert_true(contains(s->supp, sizeof(*s->supp), world_pmk));
	rsn_supp_set_pmk(s->supp, NULL, 0);
	assert_false(contains(s->supp, sizeof(*s->supp), world_pmk));
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_group_rekeys),
		cmocka_unit_test(test_old_counters),
		cmocka_unit_test(test_no_keys),
		cmocka_unit_test(test_no_keys_m3),
		cmocka_unit_test(test_wrong_lengths),
		cmocka_unit_test(test_half_told),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_other_suites),
		cmocka_unit_test(test_igtk),
		cmocka_unit_test(test_reinstall_memory),
		cmocka_unit_test(test_rekeyed),
		cmocka_unit_test(test_rekeyed_when),
		cmocka_unit_test(test_ptk_rekey),
		cmocka_unit_test(test_ptk_request),
		cmocka_unit_test(test_m3_repeated),
		cmocka_unit_test(test_next_association),
		cmocka_unit_test(test_wiped),
	};
	return cmocka_run_group_tests_name("driver's handshakes", tests, NULL, NULL);
}
