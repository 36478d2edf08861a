/* 4-ary heap: shallower than a binary one, and its siblings share cache lines. */
#include "utils/timer.h"

#include <stdlib.h>

#include "utils/log.h"

#define FANOUT 4

struct timers {
	struct timer **slot;
	size_t count, cap;
	uint64_t now;
	uint64_t next_order;
};

struct timers *timers_new(void)
{
	return calloc(1, sizeof(struct timers));
}

void timers_free(struct timers *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->count; i++)
		h->slot[i]->index = 0;
	free(h->slot);
	free(h);
}

uint64_t timers_now(const struct timers *h)
{
	return h->now;
}

void timers_set_now(struct timers *h, uint64_t now)
{
	if (now > h->now)
		h->now = now;
}

uint64_t timers_next(const struct timers *h)
{
	if (!h->count)
		return UINT64_MAX;
	uint64_t due = h->slot[0]->due;
	return due > h->now ? due - h->now : 0;
}

static bool before(const struct timer *a, const struct timer *b)
{
	return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void place(struct timers *h, size_t i, struct timer *t)
{
	h->slot[i] = t;
	t->index = i + 1;
}

static void sift_up(struct timers *h, size_t i)
{
	struct timer *t = h->slot[i];
	while (i > 0) {
		size_t parent = (i - 1) / FANOUT;
		if (!before(t, h->slot[parent]))
			break;
		place(h, i, h->slot[parent]);
		i = parent;
	}
	place(h, i, t);
}

static void sift_down(struct timers *h, size_t i)
{
	struct timer *t = h->slot[i];
	for (;;) {
		size_t first = i * FANOUT + 1, least = first;
		if (first >= h->count)
			break;
		for (size_t c = first + 1; c < first + FANOUT && c < h->count; c++)
			if (before(h->slot[c], h->slot[least]))
				least = c;
		if (!before(h->slot[least], t))
			break;
		place(h, i, h->slot[least]);
		i = least;
	}
	place(h, i, t);
}

/* Out of memory here is the end: a daemon that silently forgets a timer would keep a
 * station, key or push-button run alive for ever. */
static void ensure_room(struct timers *h)
{
	if (h->count < h->cap)
		return;
	size_t cap = h->cap ? h->cap * 2 : 64;
	struct timer **slot = realloc(h->slot, cap * sizeof(struct timer *));
	if (!slot) {
		log_msg(LOG_ERR, "out of memory for %zu timers, giving up", cap);
		abort();
	}
	h->slot = slot;
	h->cap = cap;
}

void timer_start(struct timers *h, struct timer *t, uint64_t delay, timer_fn fn, void *ctx)
{
	timer_stop(t);
	ensure_room(h);
	t->fn = fn;
	t->ctx = ctx;
	t->heap = h;
	t->due = delay > UINT64_MAX - h->now ? UINT64_MAX : h->now + delay;
	t->order = h->next_order++;
	place(h, h->count++, t);
	sift_up(h, t->index - 1);
}

void timer_stop(struct timer *t)
{
	if (!t->index)
		return;
	struct timers *h = t->heap;
	size_t i = t->index - 1;
	struct timer *last = h->slot[--h->count];
	t->index = 0;
	if (last == t)
		return;
	place(h, i, last);
	sift_up(h, i);
	sift_down(h, last->index - 1);
}

uint64_t timer_left(const struct timer *t)
{
	if (!t->index || t->due <= t->heap->now)
		return 0;
	return t->due - t->heap->now;
}

size_t timers_run(struct timers *h)
{
	uint64_t limit = h->next_order; /* what callbacks start now waits for the next call */
	size_t fired = 0;

	while (h->count) {
		struct timer *t = h->slot[0];
		if (t->due > h->now || t->order >= limit)
			break;
		timer_stop(t);
		fired++;
		t->fn(t, t->ctx);
	}
	return fired;
}
