/* The cache of PMK security associations, on virtual time. This program compiles the cache itself,
 * so that it sees what is freed: no PMK may be left in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "common/rsn_ie.h"

static void checked_free(void *p);
#define free checked_free
#include "../../../src/rsn/pmksa.c"
#undef free

#define NETWORK 3
#define FULL 32

static unsigned freed;

/* The PMKs of these tests are runs of one octet with the high bit set. */
static void checked_free(void *p)
{
	const uint8_t *b = p;
	size_t run = 0;

	for (size_t i = 0; p && i < malloc_usable_size(p) && run < 16; i++)
		run = (b[i] & 0x80) && i && b[i] == b[i - 1] ? run + 1 : 0;
	freed++;
	free(p);
	assert_true(run < 16);
}

struct owner {
	struct timers *timers;
	struct pmksa_cache *cache;
	struct pmksa last_added, last_due, last_removed;
	unsigned added, due, removed, expired;
	bool flush_from_within, flush_when_due;
};

static void on_added(void *ctx, const struct pmksa *e)
{
	struct owner *o = ctx;
	o->added++;
	o->last_added = *e;
	assert_ptr_equal(pmksa_find_id(o->cache, e->pmkid), e);
}

static void on_due(void *ctx, const struct pmksa *e)
{
	struct owner *o = ctx;
	o->due++;
	o->last_due = *e;
	assert_int_equal(pmksa_reauth_in(o->cache, e), 0);
	if (o->flush_when_due)
		pmksa_flush(o->cache);
}

static void on_removed(void *ctx, const struct pmksa *e, bool expired)
{
	struct owner *o = ctx;
	o->removed++;
	o->expired += expired;
	o->last_removed = *e;
	assert_null(pmksa_find_id(o->cache, e->pmkid));
	assert_null(pmksa_find(o->cache, e->aa, e->network, ~0u));
	if (o->flush_from_within)
		pmksa_flush(o->cache);
}

static const struct pmksa_ops ops = {.added = on_added, .due = on_due, .removed = on_removed};

static void owner_new(struct owner *o)
{
	*o = (struct owner){.timers = timers_new()};
	timers_set_now(o->timers, 5 * USEC_PER_SEC);
	o->cache = pmksa_cache_new(o->timers, &ops, o);
	assert_non_null(o->cache);
}

static void owner_free(struct owner *o)
{
	unsigned removed = o->removed;
	pmksa_cache_free(o->cache);
	assert_int_equal(o->removed, removed);
	assert_int_equal(timers_next(o->timers), UINT64_MAX);
	timers_free(o->timers);
}

static void run(struct owner *o, uint64_t usec)
{
	timers_set_now(o->timers, timers_now(o->timers) + usec);
	timers_run(o->timers);
}

/* Number n: AP, PMKID and PMK of its own. */
static struct pmksa number(unsigned n)
{
	struct pmksa e = {.aa = {2, 0, 0, 0, 0, (uint8_t)n},
		.pmkid = {(uint8_t)n, 0xaa},
		.pmk_len = PMK_LEN,
		.akm = AKM_8021X,
		.network = NETWORK,
		.lifetime = 100,
		.reauth = 70};
	memset(e.pmk, 0x80 | (int)n, e.pmk_len);
	return e;
}

static unsigned count(const struct owner *o)
{
	unsigned n = 0;
	for (const struct pmksa *e = NULL; (e = pmksa_next(o->cache, e));)
		n++;
	return n;
}

static void test_find(void **state)
{
	struct owner o;
	struct pmksa a = number(1), b = number(2);

	owner_new(&o);
	assert_null(pmksa_next(o.cache, NULL));
	assert_null(pmksa_find(o.cache, a.aa, NETWORK, AKM_8021X));
	const struct pmksa *x = pmksa_add(o.cache, &a), *y = pmksa_add(o.cache, &b);
	assert_int_equal(o.added, 2);
	assert_int_equal(x->made, 5 * USEC_PER_SEC);
	assert_memory_equal(x->pmk, a.pmk, PMK_LEN);
	assert_ptr_equal(pmksa_find(o.cache, a.aa, NETWORK, AKM_8021X | AKM_SAE), x);
	assert_ptr_equal(pmksa_find(o.cache, b.aa, NETWORK, ~0u), y);
	assert_null(pmksa_find(o.cache, a.aa, NETWORK, AKM_SAE));
	assert_null(pmksa_find(o.cache, a.aa, NETWORK + 1, AKM_8021X));
	assert_ptr_equal(pmksa_find_id(o.cache, b.pmkid), y);
	a.pmkid[15] = 1;
	assert_null(pmksa_find_id(o.cache, a.pmkid));
	assert_ptr_equal(pmksa_next(o.cache, NULL), x);
	assert_ptr_equal(pmksa_next(o.cache, x), y);
	assert_null(pmksa_next(o.cache, y));
	pmksa_remove(o.cache, x);
	assert_int_equal(o.removed, 1);
	assert_int_equal(o.last_removed.aa[5], 1);
	assert_ptr_equal(pmksa_next(o.cache, NULL), y);
	owner_free(&o);
}

static void test_expiry(void **state)
{
	struct owner o;
	struct pmksa a = number(1), b = number(2);

	owner_new(&o);
	a.lifetime = 10;
	a.reauth = 7;
	const struct pmksa *x = pmksa_add(o.cache, &a);
	assert_non_null(pmksa_add(o.cache, &b));
	assert_int_equal(pmksa_remaining(o.cache, x), 10);
	assert_int_equal(pmksa_reauth_in(o.cache, x), 7);
	run(&o, 7 * USEC_PER_SEC - 1);
	assert_int_equal(pmksa_reauth_in(o.cache, x), 1);
	assert_int_equal(o.due, 0);
	run(&o, 1);
	assert_int_equal(o.due, 1);
	assert_int_equal(o.last_due.aa[5], 1);
	assert_int_equal(pmksa_reauth_in(o.cache, x), 0);
	assert_int_equal(pmksa_remaining(o.cache, x), 3);
	run(&o, 3 * USEC_PER_SEC - 1);
	assert_int_equal(pmksa_remaining(o.cache, x), 1);
	assert_ptr_equal(pmksa_find_id(o.cache, a.pmkid), x);
	/* over, but the loop has not come to its timer */
	timers_set_now(o.timers, timers_now(o.timers) + 1);
	assert_null(pmksa_find_id(o.cache, a.pmkid));
	assert_null(pmksa_find(o.cache, a.aa, NETWORK, ~0u));
	assert_int_equal(o.removed, 0);
	timers_run(o.timers);
	assert_int_equal(o.removed, 1);
	assert_int_equal(o.last_removed.aa[5], 1);
	assert_int_equal(count(&o), 1);
	run(&o, 100 * USEC_PER_SEC); /* so late that it is not due any more */
	assert_int_equal(o.removed, 2);
	assert_int_equal(o.expired, 2);
	assert_int_equal(o.due, 1);
	assert_null(pmksa_next(o.cache, NULL));
	owner_free(&o);
}

/* What is due may go from within; what was due before it came is not due again. */
static void test_due(void **state)
{
	struct owner o;
	struct pmksa a = number(1), b = number(2);

	owner_new(&o);
	o.flush_when_due = true;
	assert_non_null(pmksa_add(o.cache, &a));
	b.reauth = 0;
	assert_non_null(pmksa_add(o.cache, &b));
	run(&o, 70 * USEC_PER_SEC);
	assert_int_equal(o.due, 1);
	assert_int_equal(o.removed, 2);
	assert_int_equal(o.expired, 0);
	assert_non_null(pmksa_add(o.cache, &b));
	run(&o, 100 * USEC_PER_SEC);
	assert_int_equal(o.due, 1);
	assert_int_equal(o.expired, 1);
	owner_free(&o);
}

/* `made` of the owner: an entry that is older than its coming into the cache. */
static void test_made(void **state)
{
	struct owner o;
	struct pmksa a = number(1);

	owner_new(&o);
	a.made = 2 * USEC_PER_SEC;
	a.reauth = 200; /* not before it ends */
	const struct pmksa *x = pmksa_add(o.cache, &a);
	assert_int_equal(pmksa_remaining(o.cache, x), 97);
	assert_int_equal(pmksa_reauth_in(o.cache, x), 97);
	a.made = 1000 * USEC_PER_SEC; /* not yet */
	x = pmksa_add(o.cache, &a);
	assert_int_equal(x->made, 5 * USEC_PER_SEC);
	a = number(2);
	a.made = USEC_PER_SEC;
	a.lifetime = 4;
	assert_null(pmksa_add(o.cache, &a)); /* over this moment */
	a.lifetime = 5;
	assert_non_null(pmksa_add(o.cache, &a));
	owner_free(&o);
}

static void test_hostile(void **state)
{
	struct owner o;
	struct pmksa a = number(1);

	owner_new(&o);
	a.pmk_len = 0;
	assert_null(pmksa_add(o.cache, &a));
	a.pmk_len = PMK_MAX_LEN + 1;
	assert_null(pmksa_add(o.cache, &a));
	a.pmk_len = SIZE_MAX;
	assert_null(pmksa_add(o.cache, &a));
	a.pmk_len = PMK_MAX_LEN;
	a.lifetime = 0;
	assert_null(pmksa_add(o.cache, &a));
	assert_int_equal(o.added, 0);
	a.lifetime = UINT32_MAX;
	a.reauth = UINT32_MAX;
	const struct pmksa *x = pmksa_add(o.cache, &a);
	assert_int_equal(pmksa_remaining(o.cache, x), UINT32_MAX);
	assert_int_equal(pmksa_reauth_in(o.cache, x), UINT32_MAX);
	owner_free(&o);
}

static void test_replaced(void **state)
{
	struct owner o;
	struct pmksa a = number(1), b = number(2), c = number(3);

	owner_new(&o);
	pmksa_add(o.cache, &a);
	pmksa_add(o.cache, &b);
	a.pmkid[0] = 77; /* the AP and network of the first */
	const struct pmksa *x = pmksa_add(o.cache, &a);
	assert_int_equal(o.removed, 1);
	assert_int_equal(o.last_removed.pmkid[0], 1);
	assert_ptr_equal(pmksa_find(o.cache, a.aa, NETWORK, ~0u), x);
	assert_int_equal(count(&o), 2);
	a.network = NETWORK + 1; /* the same AP for another network */
	a.pmkid[0] = 78;
	pmksa_add(o.cache, &a);
	assert_int_equal(o.removed, 1);
	assert_int_equal(count(&o), 3);
	memcpy(c.pmkid, b.pmkid, PMKID_LEN); /* somebody else's PMKID */
	x = pmksa_add(o.cache, &c);
	assert_int_equal(o.removed, 2);
	assert_int_equal(o.last_removed.aa[5], 2);
	assert_ptr_equal(pmksa_find_id(o.cache, c.pmkid), x);
	/* one of its own, for a longer time */
	run(&o, 50 * USEC_PER_SEC);
	struct pmksa same = *x;
	same.made = 0;
	same.lifetime = 500;
	x = pmksa_add(o.cache, &same);
	assert_int_equal(pmksa_remaining(o.cache, x), 500);
	x = pmksa_add(o.cache, x); /* its own memory */
	assert_int_equal(pmksa_remaining(o.cache, x), 500);
	assert_memory_equal(x->pmk, same.pmk, PMK_LEN);
	run(&o, 60 * USEC_PER_SEC); /* the timers of the replaced ones are gone */
	assert_int_equal(count(&o), 1);
	owner_free(&o);
}

static void test_full(void **state)
{
	struct owner o;
	struct pmksa e;

	owner_new(&o);
	for (unsigned n = 0; n < FULL; n++) {
		e = number(n);
		e.lifetime = n == 20 ? 99 : 100 + n;
		assert_non_null(pmksa_add(o.cache, &e));
	}
	assert_int_equal(o.removed, 0);
	e = number(40);
	assert_non_null(pmksa_add(o.cache, &e));
	assert_int_equal(o.removed, 1);
	assert_int_equal(o.last_removed.aa[5], 20); /* would have been the first to go */
	e = number(7);                              /* one that is there takes no room */
	assert_non_null(pmksa_add(o.cache, &e));
	assert_int_equal(o.removed, 2);
	assert_int_equal(o.last_removed.aa[5], 7);
	assert_int_equal(count(&o), FULL);
	owner_free(&o);
}

static void test_flush(void **state)
{
	struct owner o;
	struct pmksa e;

	owner_new(&o);
	for (unsigned n = 0; n < 10; n++) {
		e = number(n);
		e.network = n % 3;
		pmksa_add(o.cache, &e);
	}
	pmksa_flush_network(o.cache, 1);
	assert_int_equal(o.removed, 3);
	pmksa_flush_network(o.cache, 9);
	assert_int_equal(o.removed, 3);
	for (const struct pmksa *p = NULL; (p = pmksa_next(o.cache, p));)
		assert_int_not_equal(p->network, 1);
	pmksa_flush(o.cache);
	assert_int_equal(o.removed, 10);
	assert_null(pmksa_next(o.cache, NULL));
	pmksa_flush(o.cache);
	/* an owner that removes others when it hears of one */
	for (unsigned n = 0; n < 10; n++) {
		e = number(n);
		pmksa_add(o.cache, &e);
	}
	o.flush_from_within = true;
	pmksa_flush_network(o.cache, NETWORK);
	assert_int_equal(o.removed, 20);
	owner_free(&o);
}

static void test_no_ops(void **state)
{
	static const struct pmksa_ops none;
	struct timers *timers = timers_new();
	struct pmksa_cache *c = pmksa_cache_new(timers, &none, NULL);
	struct pmksa e = number(1);

	pmksa_remove(c, pmksa_add(c, &e));
	assert_non_null(pmksa_add(c, &e)); /* freed with the cache */
	freed = 0;
	pmksa_cache_free(c);
	assert_true(freed >= 2); /* where checked_free() looks for its PMK */
	pmksa_cache_free(NULL);
	timers_free(timers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_due),
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_flush),
		cmocka_unit_test(test_no_ops),
	};
	return cmocka_run_group_tests_name("PMKSA cache", tests, NULL, NULL);
}
