#include "rsn/pmksa.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <uthash.h>

#include "utils/log.h"

#define STATION_CAPACITY 32

/* Hashed octet by octet: no padding. */
struct place {
	uint8_t aa[MAC_LEN];
	uint16_t zero;
	uint32_t network;
};

struct node {
	struct pmksa e;
	struct place place;
	UT_hash_handle by_place, by_id;
	TAILQ_ENTRY(node) link;
	struct timer timer; /* until a full authentication is due, then until the end */
	struct pmksa_cache *cache;
};

TAILQ_HEAD(nodes, node);

struct pmksa_cache {
	struct timers *timers;
	const struct pmksa_ops *ops;
	void *ctx;
	struct node *places, *ids; /* the hash tables */
	struct nodes order;
	unsigned count, capacity;
};

static struct place place_of(const uint8_t aa[MAC_LEN], unsigned network)
{
	struct place p = {.network = network};
	mac_copy(p.aa, aa);
	return p;
}

static const struct node *node_of(const struct pmksa *e)
{
	return (const struct node *)((const char *)e - offsetof(struct node, e));
}

struct pmksa_cache *pmksa_cache_new(struct timers *timers, const struct pmksa_ops *ops, void *ctx)
{
	struct pmksa_cache *c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->timers = timers;
	c->ops = ops;
	c->ctx = ctx;
	c->capacity = STATION_CAPACITY;
	TAILQ_INIT(&c->order);
	return c;
}

void pmksa_cache_set_capacity(struct pmksa_cache *c, unsigned entries)
{
	c->capacity = entries;
}

static void unlink_node(struct pmksa_cache *c, struct node *n)
{
	timer_stop(&n->timer);
	HASH_DELETE(by_place, c->places, n);
	HASH_DELETE(by_id, c->ids, n);
	TAILQ_REMOVE(&c->order, n, link);
	c->count--;
}

static void free_node(struct node *n)
{
	wipe(n, sizeof(*n));
	free(n);
}

/* Out of the cache before the owner hears of it: what it asks from within is answered right. */
static void remove_node(struct pmksa_cache *c, struct node *n, const char *why, bool expired)
{
	unlink_node(c, n);
	log_msg(LOG_DBG, "RSN: PMKSA of " MACSTR " removed: %s", MAC2STR(n->e.aa), why);
	if (c->ops->removed)
		c->ops->removed(c->ctx, &n->e, expired);
	free_node(n);
}

static void drop(struct pmksa_cache *c, struct node *n, const char *why)
{
	remove_node(c, n, why, false);
}

void pmksa_cache_free(struct pmksa_cache *c)
{
	struct node *n;

	if (!c)
		return;
	while ((n = TAILQ_FIRST(&c->order))) {
		unlink_node(c, n);
		free_node(n);
	}
	free(c);
}

static uint64_t expires_at(const struct pmksa *e)
{
	return e->made + e->lifetime * USEC_PER_SEC;
}

/* Seconds from now to `at`, begun ones as whole. */
static unsigned seconds_to(const struct pmksa_cache *c, uint64_t at)
{
	uint64_t now = timers_now(c->timers);

	return at <= now ? 0 : (unsigned)((at - now + USEC_PER_SEC - 1) / USEC_PER_SEC);
}

static uint64_t due_at(const struct pmksa *e)
{
	return e->made + (e->reauth < e->lifetime ? e->reauth : e->lifetime) * USEC_PER_SEC;
}

static void on_timer(struct timer *t, void *ctx);

static void start_timer(struct node *n)
{
	uint64_t now = timers_now(n->cache->timers), at = due_at(&n->e);

	if (at <= now)
		at = expires_at(&n->e);
	timer_start(n->cache->timers, &n->timer, at - now, on_timer, n);
}

static void on_timer(struct timer *t, void *ctx)
{
	struct node *n = ctx;
	struct pmksa_cache *c = n->cache;

	if (expires_at(&n->e) <= timers_now(c->timers)) {
		remove_node(c, n, "its lifetime is over", true);
		return;
	}
	start_timer(n); /* before `due`, which may remove it */
	if (c->ops->due)
		c->ops->due(c->ctx, &n->e);
}

static struct node *find_place(
	const struct pmksa_cache *c, const uint8_t aa[MAC_LEN], unsigned network)
{
	struct place key = place_of(aa, network);
	struct node *n;

	HASH_FIND(by_place, c->places, &key, sizeof(key), n);
	return n;
}

static struct node *find_id(const struct pmksa_cache *c, const uint8_t pmkid[PMKID_LEN])
{
	struct node *n;

	HASH_FIND(by_id, c->ids, pmkid, PMKID_LEN, n);
	return n;
}

/* What the new entry takes the place of. */
static void make_room(struct pmksa_cache *c, const struct pmksa *e)
{
	struct node *n = find_place(c, e->aa, e->network), *i;

	if (n)
		drop(c, n, "replaced");
	n = find_id(c, e->pmkid);
	if (n)
		drop(c, n, "another has its PMKID");
	if (c->count < c->capacity)
		return;
	n = TAILQ_FIRST(&c->order);
	TAILQ_FOREACH (i, &c->order, link)
		if (expires_at(&i->e) < expires_at(&n->e))
			n = i;
	drop(c, n, "the cache is full");
}

static void insert(struct pmksa_cache *c, struct node *n)
{
	struct pmksa *e = &n->e;

	n->cache = c;
	n->place = place_of(e->aa, e->network);
	HASH_ADD(by_place, c->places, place, sizeof(n->place), n);
	HASH_ADD(by_id, c->ids, e.pmkid, PMKID_LEN, n);
	TAILQ_INSERT_TAIL(&c->order, n, link);
	c->count++;
	start_timer(n);
}

const struct pmksa *pmksa_add(struct pmksa_cache *c, const struct pmksa *e)
{
	uint64_t now = timers_now(c->timers);

	if (!e->pmk_len || e->pmk_len > sizeof(e->pmk))
		return NULL;
	struct node *n = calloc(1, sizeof(*n));
	if (!n)
		return NULL;
	n->e = *e; /* before anything goes: e may be an entry here */
	if (!e->made || e->made > now)
		n->e.made = now;
	if (expires_at(&n->e) <= now) {
		free_node(n);
		return NULL;
	}
	make_room(c, &n->e);
	insert(c, n);
	log_msg(LOG_DBG, "RSN: PMKSA of " MACSTR " cached for %u s", MAC2STR(n->e.aa),
		pmksa_remaining(c, &n->e));
	if (c->ops->added)
		c->ops->added(c->ctx, &n->e);
	return &n->e;
}

/* A timer that is due fires only when the loop comes to it. */
static const struct pmksa *alive(const struct pmksa_cache *c, const struct node *n)
{
	return n && expires_at(&n->e) > timers_now(c->timers) ? &n->e : NULL;
}

const struct pmksa *pmksa_find(
	const struct pmksa_cache *c, const uint8_t aa[MAC_LEN], unsigned network, unsigned akms)
{
	const struct pmksa *e = alive(c, find_place(c, aa, network));

	return e && (e->akm & akms) ? e : NULL;
}

const struct pmksa *pmksa_find_id(const struct pmksa_cache *c, const uint8_t pmkid[PMKID_LEN])
{
	return alive(c, find_id(c, pmkid));
}

void pmksa_remove(struct pmksa_cache *c, const struct pmksa *e)
{
	/* by way of the table: it gives what may be changed */
	drop(c, find_id(c, e->pmkid), "by request");
}

void pmksa_proven(struct pmksa_cache *c, const struct pmksa *e)
{
	find_id(c, e->pmkid)->e.opportunistic = false;
}

void pmksa_flush(struct pmksa_cache *c)
{
	struct node *n;

	while ((n = TAILQ_FIRST(&c->order)))
		drop(c, n, "all are");
}

void pmksa_flush_network(struct pmksa_cache *c, unsigned network)
{
	struct node *n = TAILQ_FIRST(&c->order);

	while (n) {
		if (n->e.network != network) {
			n = TAILQ_NEXT(n, link);
			continue;
		}
		drop(c, n, "its network is gone or changed");
		n = TAILQ_FIRST(&c->order); /* the owner may have removed others */
	}
}

const struct pmksa *pmksa_next(const struct pmksa_cache *c, const struct pmksa *last)
{
	const struct node *n = last ? TAILQ_NEXT(node_of(last), link) : TAILQ_FIRST(&c->order);

	return n ? &n->e : NULL;
}

unsigned pmksa_remaining(const struct pmksa_cache *c, const struct pmksa *e)
{
	return seconds_to(c, expires_at(e));
}

unsigned pmksa_reauth_in(const struct pmksa_cache *c, const struct pmksa *e)
{
	return seconds_to(c, due_at(e));
}
