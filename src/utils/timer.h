/* Timer heap. Timers are embedded in their owner; starting, stopping and firing
 * cost O(log n). The heap knows the current time, set by the event loop (real
 * or virtual), so protocol cores get time and timers without a clock or a loop. */
#ifndef UTILS_TIMER_H
#define UTILS_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define USEC_PER_SEC 1000000ull
#define USEC_PER_MSEC 1000ull

struct timers;
struct timer;
typedef void (*timer_fn)(struct timer *t, void *ctx);

/* Zero-initialised = idle. Do not touch the fields. */
struct timer {
	timer_fn fn;
	void *ctx;
	struct timers *heap;
	uint64_t due;   /* absolute, microseconds */
	uint64_t order; /* equal due times fire in start order */
	size_t index;   /* position in the heap plus one; 0 = not running */
};

struct timers *timers_new(void);
void timers_free(struct timers *h); /* running timers become idle */

/* Monotonic microseconds. */
uint64_t timers_now(const struct timers *h);
/* Advances the time (never backwards) without firing. */
void timers_set_now(struct timers *h, uint64_t now);
/* Microseconds to the first timer, 0 when overdue; UINT64_MAX when none runs. */
uint64_t timers_next(const struct timers *h);
/* Fires what is due at the current time; returns how many fired. Timers started
 * by a callback with delay 0 fire in the next call. */
size_t timers_run(struct timers *h);

/* (Re)starts t; fires once after `delay` microseconds. */
void timer_start(struct timers *h, struct timer *t, uint64_t delay, timer_fn fn, void *ctx);
/* Fine on an idle timer. */
void timer_stop(struct timer *t);
static inline bool timer_running(const struct timer *t)
{
	return t->index != 0;
}
/* Microseconds until it fires; 0 when idle or due. */
uint64_t timer_left(const struct timer *t);

#endif
