/* Group key: rekeying, its handshake, its place among joins and leaves. */
#include "world.h"

#define HOUR (3600 * USEC_PER_SEC)

static void test_rekey(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *a = world_join(&w), *b = world_join(&w);
	for (unsigned i = 1; i <= 4; i++) {
		rsn_auth_rekey_group(w.auth);
		assert_int_equal(w.gtk_sets, i); /* not before the stations have it */
		pump(&w);
		assert_int_equal(w.gtk_sets, i + 1);
		expect_connected(a);
		expect_connected(b);
		assert_int_equal(a->group_rekeys, i);
		assert_int_equal(a->gtk_sets, i + 1);
		assert_int_equal(a->gtk[w.gtk_index].rsc, 0); /* fresh key */
	}
	assert_int_equal(w.seen[G1], 8);
	world_free(&w);
}

static void test_rekey_before_start(void **state)
{
	struct world w;
	world_new(&w, NULL);
	rsn_auth_rekey_group(w.auth);
	assert_int_equal(w.gtk_sets, 0);
	assert_int_equal(rsn_auth_start(w.auth), 0);
	assert_int_equal(w.gtk_sets, 1);
	assert_int_equal(rsn_auth_start(w.auth), 0); /* only once */
	assert_int_equal(w.gtk_sets, 1);
	rsn_auth_rekey_group(w.auth); /* nobody to tell */
	assert_int_equal(w.gtk_sets, 2);
	world_free(&w);
}

static void test_simulated_day(void **state)
{
	struct world w;
	struct rsn_auth_config cfg = {.group_rekey = 600, .ptk_rekey = 3500};
	world_new(&w, &cfg);
	struct station *s[5];
	for (unsigned i = 0; i < 5; i++) {
		s[i] = world_join(&w);
		run(&w, 17 * USEC_PER_SEC);
	}
	run(&w, 24 * HOUR);
	for (unsigned i = 0; i < 5; i++) {
		expect_connected(s[i]);
		assert_in_range(s[i]->group_rekeys, 143, 145);
		assert_in_range(s[i]->done_rekey, 24, 25);
		assert_int_equal(s[i]->gtk_sets, s[i]->group_rekeys + 1);
		assert_int_equal(s[i]->ap_ptk_sets, s[i]->done_rekey + 1);
		assert_int_equal(s[i]->authorized, 1);
	}
	assert_in_range(w.gtk_sets, 144, 146);
	assert_int_equal(w.lost_keys, 0);
	world_free(&w);
}

static bool lose(struct world *w, struct packet *p)
{
	return p->kind != (enum kind)w->arg || w->count-- <= 0;
}

static void test_lost(void **state)
{
	for (enum kind k = G1; k <= G2; k++) {
		for (int n = 1; n <= 3; n++) {
			struct world w;
			world_new(&w, NULL);
			struct station *a = world_join(&w), *b = world_join(&w);
			w.filter = lose;
			w.arg = k;
			w.count = n;
			rsn_auth_rekey_group(w.auth);
			run(&w, 4 * USEC_PER_SEC);
			expect_connected(a);
			expect_connected(b);
			assert_int_equal(a->gtk_sets, 2); /* repetitions install nothing */
			assert_int_equal(b->gtk_sets, 2);
			assert_int_equal(w.gtk_sets, 2);
			world_free(&w);
		}
	}
}

/* A silent station holds up the switch only until it is given up. */
static void test_silent_station(void **state)
{
	struct world w;
	struct rsn_auth_config cfg = {.group_retries = 3};
	world_new(&w, &cfg);
	struct station *a = world_join(&w), *b = world_join(&w);
	b->gone = true;
	rsn_auth_rekey_group(w.auth);
	run(&w, 2499 * USEC_PER_MSEC); /* 0.5 s, then 1 s twice */
	assert_int_equal(w.gtk_sets, 1);
	assert_int_equal(w.seen[G1], 4);
	run(&w, USEC_PER_MSEC);
	assert_int_equal(w.gtk_sets, 2);
	assert_int_equal(b->ap_disconnects, 1);
	assert_int_equal(b->ap_reason, REASON_GROUP_KEY_TIMEOUT);
	expect_connected(a);
	world_free(&w);
}

static void test_no_disconnect(void **state)
{
	struct world w;
	struct rsn_auth_config cfg = {.no_disconnect_on_group_keyerror = true};
	world_new(&w, &cfg);
	struct station *a = world_join(&w);
	a->gone = true;
	rsn_auth_rekey_group(w.auth);
	run(&w, 10 * USEC_PER_SEC);
	assert_int_equal(a->ap_disconnects, 0);
	assert_int_equal(w.gtk_sets, 2);
	a->gone = false; /* back from sleep: the next rekeying reaches it */
	rsn_auth_rekey_group(w.auth);
	pump(&w);
	expect_connected(a);
	world_free(&w);
}

static void test_rekey_while_rekeying(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *a = world_join(&w);
	rsn_auth_rekey_group(w.auth);
	rsn_auth_rekey_group(w.auth);
	rsn_auth_rekey_group(w.auth); /* all after the first count as one more */
	pump(&w);
	assert_int_equal(w.gtk_sets, 3);
	assert_int_equal(a->group_rekeys, 2);
	expect_connected(a);
	world_free(&w);
}

static void test_leave_while_rekeying(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *a = world_join(&w), *b = world_join(&w);
	b->gone = true;
	rsn_auth_rekey_group(w.auth);
	pump(&w);
	assert_int_equal(w.gtk_sets, 1);
	station_leave(b);
	assert_int_equal(w.gtk_sets, 2); /* it was the last to wait for */
	expect_connected(a);
	world_free(&w);
}

/* A station that joins while another one holds up the switch. */
static void test_join_while_rekeying(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *a = world_join(&w), *slow = world_join(&w);
	slow->gone = true;
	rsn_auth_rekey_group(w.auth);
	pump(&w);
	struct station *c = world_join(&w);
	/* It can read what is sent now ... */
	assert_int_equal(w.gtk_index, 1);
	assert_memory_equal(c->gtk[1].key, w.gtk[1].key, 16);
	/* ... and what will be sent after the switch. */
	slow->gone = false;
	run(&w, USEC_PER_SEC);
	assert_int_equal(w.gtk_sets, 2);
	assert_int_equal(w.gtk_index, 2);
	expect_connected(a);
	expect_connected(slow);
	expect_connected(c);
	world_free(&w);
}

/* The switch happens between message 3 and message 4 of a joining station. */
static bool hold_m4(struct world *w, struct packet *p)
{
	if (p->kind != M4 || w->n_kept)
		return true;
	w->kept[w->n_kept++] = *p;
	return false;
}

static void test_switch_between_m3_and_m4(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *a = world_join(&w);
	w.filter = hold_m4;
	struct station *b = world_join(&w);
	assert_int_equal(w.n_kept, 1);
	rsn_auth_rekey_group(w.auth);
	pump(&w);
	assert_int_equal(w.gtk_sets, 2);
	assert_false(rsn_auth_sta_authorized(b->as));
	deliver(&w.kept[0]);
	pump(&w);
	expect_connected(a);
	expect_connected(b);
	assert_int_equal(b->group_rekeys, 1);
	world_free(&w);
}

/* The same with message 3 repeated: the answer was to the first one, with the old key. */
static bool lose_m3_repeats(struct world *w, struct packet *p)
{
	if (p->kind == M3 && w->seen[M3] > (unsigned)w->arg)
		return false;
	return hold_m4(w, p);
}

static void test_switch_between_m3_repeats(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *a = world_join(&w);
	w.filter = lose_m3_repeats;
	w.arg = 2;
	struct station *b = world_join(&w);
	rsn_auth_rekey_group(w.auth);
	run(&w, 200 * USEC_PER_MSEC);
	assert_int_equal(w.gtk_sets, 2);
	assert_int_equal(w.seen[M3], 3);
	deliver(&w.kept[0]);
	pump(&w);
	expect_connected(a);
	expect_connected(b);
	world_free(&w);
}

/* A late answer about one key while the next is on its way already. */
static bool hold_g2(struct world *w, struct packet *p)
{
	if (p->kind != G2 || p->sta != &w->sta[w->arg] || w->n_kept)
		return true;
	w->kept[w->n_kept++] = *p;
	return false;
}

static void test_answer_to_older_key(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *slow = world_join(&w);
	slow->gone = true;
	rsn_auth_rekey_group(w.auth);
	pump(&w);
	w.filter = hold_g2;
	w.arg = 1;
	struct station *b = world_join(&w); /* learns the next key, but its answer is late */
	assert_int_equal(w.n_kept, 1);
	station_leave(slow); /* the switch */
	assert_int_equal(w.gtk_sets, 2);
	rsn_auth_rekey_group(w.auth);
	deliver(&w.kept[0]);
	pump(&w);
	assert_int_equal(w.gtk_sets, 3);
	expect_connected(b);
	world_free(&w);
}

/* A daemon that drops the station later: it must not hold up the others until then. */
static void test_lazy_disconnect(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *a = world_join(&w), *b = world_join(&w);
	w.lazy_disconnect = true;
	b->gone = true;
	rsn_auth_rekey_group(w.auth);
	run(&w, 10 * USEC_PER_SEC);
	assert_int_equal(b->ap_disconnects, 1);
	assert_int_equal(w.gtk_sets, 2);
	rsn_auth_rekey_group(w.auth); /* and takes no part any more */
	pump(&w);
	assert_int_equal(w.gtk_sets, 3);
	expect_connected(a);
	world_free(&w);
}

static void test_rekey_during_ptk_rekey(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *a = world_join(&w);
	rsn_auth_sta_rekey_ptk(a->as);
	rsn_auth_rekey_group(w.auth); /* has to wait for the 4-way handshake */
	pump(&w);
	expect_connected(a);
	assert_int_equal(a->done_rekey, 1);
	assert_int_equal(a->group_rekeys, 1);
	assert_int_equal(w.gtk_sets, 2);
	/* the other way round */
	rsn_auth_rekey_group(w.auth);
	rsn_auth_sta_rekey_ptk(a->as);
	run(&w, 2 * USEC_PER_SEC);
	expect_connected(a);
	assert_int_equal(a->done_rekey, 2);
	assert_int_equal(a->group_rekeys, 2);
	world_free(&w);
}

static void test_strict(void **state)
{
	struct world w;
	struct rsn_auth_config cfg = {.strict_rekey = true, .group_rekey = 600};
	world_new(&w, &cfg);
	struct station *a = world_join(&w), *b = world_join(&w), *c = world_join(&w);
	station_leave(b);
	station_leave(c);
	pump(&w);
	assert_int_equal(w.gtk_sets, 1);
	run(&w, USEC_PER_SEC);
	assert_int_equal(w.gtk_sets, 2); /* one for both */
	expect_connected(a);
	run(&w, 605 * USEC_PER_SEC);
	assert_int_equal(w.gtk_sets, 3); /* the period goes on */
	/* a station that never got the key does not matter */
	struct station *d = world_station(&w);
	d->gone = true;
	station_associate(d, NULL, NULL);
	station_leave(d);
	run(&w, 10 * USEC_PER_SEC);
	assert_int_equal(w.gtk_sets, 3);
	world_free(&w);
}

static void test_not_strict(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *a = world_join(&w);
	station_leave(a);
	run(&w, 24 * HOUR);
	assert_int_equal(w.gtk_sets, 1);
	world_free(&w);
}

static void test_driver_refuses_gtk(void **state)
{
	char buf[3000];
	struct world w;
	world_new(&w, NULL);
	struct station *a = world_join(&w);
	w.fail_set_gtk = -5;
	rsn_auth_rekey_group(w.auth);
	pump(&w);
	struct strbuf text = strbuf_over(buf, sizeof(buf));
	rsn_auth_mib(w.auth, &text);
	assert_non_null(strstr(buf, "hostapdWPAGroupState=3\n"));
	w.fail_set_gtk = 0;
	w.gtk_index = 0; /* the index that failed comes after the one that works */
	rsn_auth_rekey_group(w.auth);
	pump(&w);
	expect_connected(a);
	world_free(&w);
}

static void test_station_refuses_gtk(void **state)
{
	struct world w;
	world_new(&w, NULL);
	struct station *a = world_join(&w);
	w.fail_supp_gtk = -5;
	rsn_auth_rekey_group(w.auth);
	pump(&w);
	assert_int_equal(a->reason, REASON_UNSPECIFIED);
	assert_int_equal(w.seen[G2], 0);
	world_free(&w);
}

int main(void)
{
	log_set_level(LOG_ERR);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rekey),
		cmocka_unit_test(test_rekey_before_start),
		cmocka_unit_test(test_simulated_day),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_silent_station),
		cmocka_unit_test(test_no_disconnect),
		cmocka_unit_test(test_rekey_while_rekeying),
		cmocka_unit_test(test_leave_while_rekeying),
		cmocka_unit_test(test_join_while_rekeying),
		cmocka_unit_test(test_switch_between_m3_and_m4),
		cmocka_unit_test(test_switch_between_m3_repeats),
		cmocka_unit_test(test_answer_to_older_key),
		cmocka_unit_test(test_lazy_disconnect),
		cmocka_unit_test(test_rekey_during_ptk_rekey),
		cmocka_unit_test(test_strict),
		cmocka_unit_test(test_not_strict),
		cmocka_unit_test(test_driver_refuses_gtk),
		cmocka_unit_test(test_station_refuses_gtk),
	};
	return cmocka_run_group_tests_name("group key", tests, NULL, NULL);
}
