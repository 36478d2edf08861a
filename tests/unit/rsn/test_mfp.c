/* Protected management frames: who gets an IGTK, and when it changes (IEEE 802.11-2020, 12.6.19,
 * 12.7.6). */
#include "world.h"

static const struct rsn_ie protecting = {.proto = PROTO_RSN,
	.group = CIPHER_CCMP,
	.pairwise = CIPHER_CCMP,
	.akm = AKM_PSK | AKM_PSK_SHA256,
	.group_mgmt = CIPHER_BIP,
	.capab = RSN_CAP_MFPC};

static void protecting_world(struct world *w, uint16_t more)
{
	struct rsn_auth_config cfg = {.ie = protecting};
	cfg.ie.capab |= more;
	world_new(w, &cfg);
}

static struct station *join_as(struct world *w, unsigned akm, uint16_t capab, unsigned group_mgmt)
{
	struct station *s = world_station(w);
	s->ie.akm = akm;
	s->ie.capab = capab;
	s->ie.group_mgmt = group_mgmt;
	station_associate(s, NULL, NULL);
	pump(w);
	return s;
}

static void expect_igtk(const struct station *s)
{
	const struct world *w = s->w;
	expect_connected(s);
	assert_int_equal(s->gtk[w->igtk_index].len, 16);
	assert_memory_equal(s->gtk[w->igtk_index].key, w->gtk[w->igtk_index].key, 16);
}

static void test_both(void **state)
{
	struct world w;
	protecting_world(&w, 0);
	struct station *a = join_as(&w, AKM_PSK_SHA256, RSN_CAP_MFPC, CIPHER_BIP);
	struct station *b = join_as(&w, AKM_PSK, RSN_CAP_MFPC | RSN_CAP_MFPR, CIPHER_BIP);
	struct station *plain = join_as(&w, AKM_PSK, 0, 0);

	expect_igtk(a);
	expect_igtk(b);
	assert_int_equal(a->gtk[w.igtk_index].rsc, 0x1000 + w.igtk_index);
	expect_connected(plain);
	assert_int_equal(plain->gtk[4].len + plain->gtk[5].len, 0);
	for (unsigned i = 0; i < 3; i++) {
		unsigned before = w.igtk_index;
		rsn_auth_rekey_group(w.auth);
		pump(&w);
		assert_int_not_equal(w.igtk_index, before);
		expect_igtk(a);
		expect_igtk(b);
		assert_int_equal(a->gtk[w.igtk_index].rsc, 0); /* fresh key */
	}
	rsn_auth_sta_rekey_ptk(a->as); /* message 3 has the same IGTK again: not installed twice */
	pump(&w);
	expect_igtk(a);
	world_free(&w);
}

static int check(struct world *w, const struct rsn_ie *ie, struct rsn_ie *chosen)
{
	uint8_t raw[64];
	struct writer wr = writer_over(raw, sizeof(raw));
	rsn_ie_write(&wr, ie);
	return rsn_auth_check_ie(w->auth, raw, wr.len, chosen);
}

static void test_policy(void **state)
{
	struct world w;
	struct rsn_ie with = protecting, without = protecting, chosen;

	with.akm = without.akm = AKM_PSK;
	without.capab = 0;
	without.group_mgmt = 0;
	protecting_world(&w, RSN_CAP_MFPR);
	assert_int_equal(check(&w, &with, &chosen), 0);
	assert_true(rsn_auth_mfp(w.auth, &chosen));
	assert_int_equal(check(&w, &without, &chosen), 31);
	with.group_mgmt = CIPHER_BIP_GMAC256;
	assert_int_equal(check(&w, &with, &chosen), STATUS_CIPHER_REJECTED);
	world_free(&w);

	world_new(&w, NULL); /* an AP without protection */
	with.group_mgmt = CIPHER_BIP;
	assert_int_equal(check(&w, &with, &chosen), 0);
	assert_false(rsn_auth_mfp(w.auth, &chosen));
	with.capab |= RSN_CAP_MFPR;
	assert_int_equal(check(&w, &with, &chosen), 31);
	world_free(&w);
}

/* The AP forgets the IGTK: the station expects one. */
static void test_missing(void **state)
{
	struct world w;
	protecting_world(&w, 0);
	struct station *s = world_station(&w);

	s->ie.akm = AKM_PSK;
	s->ie.capab = 0; /* to the AP it is one without protection */
	s->ie.group_mgmt = CIPHER_BIP;
	station_associate(s, NULL, NULL);
	pump(&w);
	assert_int_equal(s->done_first, 0);
	assert_int_equal(s->ptk_sets, 0);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both),
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_missing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
