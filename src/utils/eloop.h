/* Event loop: epoll, signalfd and a timer heap. With the virtual clock it never
 * sleeps: eloop_advance() steps through timers and ready descriptors. */
#ifndef UTILS_ELOOP_H
#define UTILS_ELOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "utils/timer.h"

enum eloop_clock { ELOOP_REAL, ELOOP_VIRTUAL };

struct eloop;
struct eloop_fd; /* one watched descriptor */
typedef void (*eloop_fd_fn)(int fd, void *ctx);
typedef void (*eloop_signal_fn)(int signo, void *ctx);

/* NULL when the kernel gives no epoll. */
struct eloop *eloop_new(enum eloop_clock clock);
void eloop_free(struct eloop *l);
struct timers *eloop_timers(struct eloop *l);

/* Watches fd for input. The fd stays the caller's. NULL on failure. */
struct eloop_fd *eloop_add_fd(struct eloop *l, int fd, eloop_fd_fn fn, void *ctx);
/* Also call fn_out when fd takes output; NULL switches that off again. */
void eloop_want_output(struct eloop_fd *w, eloop_fd_fn fn_out);
/* May be called from its own callback. NULL is fine. */
void eloop_del_fd(struct eloop_fd *w);

/* Delivers the signal through the loop; replaces the default action. Returns 0 or -errno. */
int eloop_add_signal(struct eloop *l, int signo, eloop_signal_fn fn, void *ctx);

/* Runs until eloop_stop(). Only for ELOOP_REAL. */
void eloop_run(struct eloop *l);
void eloop_stop(struct eloop *l);
bool eloop_stopping(const struct eloop *l);

/* Virtual clock: lets `usec` pass, firing timers in order and polling
 * descriptors (without waiting) between them. */
void eloop_advance(struct eloop *l, uint64_t usec);

/* Things that users of one loop find by name instead of through a global (the simulated air). The
 * thing stays the caller's, the name is copied. NULL takes the name away. Returns 0, -EEXIST or
 * -ENOMEM. */
int eloop_share(struct eloop *l, const char *name, void *thing);
void *eloop_shared(const struct eloop *l, const char *name); /* NULL when unknown */

#endif
