/* libdbus in our event loop: its watches, its timeouts, and messages in small portions, so that a
 * client that floods us does not keep the loop from anything else. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "bus/bus_i.h"
#include "utils/bytes.h"
#include "utils/log.h"

#define MESSAGES_PER_TURN 16

struct watch {
	TAILQ_ENTRY(watch) link;
	struct bus_loop *loop;
	DBusWatch *watch;
	struct eloop_fd *fd; /* NULL while switched off */
	int own_fd;          /* libdbus has two watches for one descriptor, epoll takes it once */
};

struct timeout {
	TAILQ_ENTRY(timeout) link;
	struct bus_loop *loop;
	DBusTimeout *timeout;
	struct timer timer;
};

struct bus_loop {
	struct eloop *loop;
	struct timers *timers;
	DBusConnection *conn;
	struct timer dispatch;
	TAILQ_HEAD(, watch) watches;
	TAILQ_HEAD(, timeout) timeouts;
};

/* --- watches --- */

static void handle(struct watch *w, unsigned flags)
{
	dbus_watch_handle(w->watch, flags);
}

static void on_input(int fd, void *ctx)
{
	handle(ctx, DBUS_WATCH_READABLE);
}

static void on_output(int fd, void *ctx)
{
	handle(ctx, DBUS_WATCH_WRITABLE);
}

static void watch_off(struct watch *w)
{
	eloop_del_fd(w->fd);
	w->fd = NULL;
	closep(&w->own_fd);
}

static int watch_on(struct watch *w)
{
	bool writes = dbus_watch_get_flags(w->watch) & DBUS_WATCH_WRITABLE;

	w->own_fd = fcntl(dbus_watch_get_unix_fd(w->watch), F_DUPFD_CLOEXEC, 0);
	if (w->own_fd < 0)
		return -errno;
	w->fd = eloop_add_fd(w->loop->loop, w->own_fd, writes ? NULL : on_input, w);
	if (!w->fd)
		return -ENOMEM;
	if (writes)
		eloop_want_output(w->fd, on_output);
	return 0;
}

static void watch_apply(struct watch *w)
{
	bool wanted = dbus_watch_get_enabled(w->watch);

	if (wanted == (w->fd != NULL))
		return;
	if (!wanted) {
		watch_off(w);
		return;
	}
	int err = watch_on(w);
	if (err < 0) {
		log_msg(LOG_ERR, "D-Bus: the connection cannot be watched: %s", strerror(-err));
		watch_off(w);
	}
}

static dbus_bool_t add_watch(DBusWatch *watch, void *ctx)
{
	struct bus_loop *l = ctx;
	struct watch *w = calloc(1, sizeof(*w));

	if (!w)
		return FALSE;
	*w = (struct watch){.loop = l, .watch = watch, .own_fd = -1};
	TAILQ_INSERT_TAIL(&l->watches, w, link);
	dbus_watch_set_data(watch, w, NULL);
	watch_apply(w);
	return TRUE;
}

static void remove_watch(DBusWatch *watch, void *ctx)
{
	struct bus_loop *l = ctx;
	struct watch *w = dbus_watch_get_data(watch);

	if (!w)
		return;
	watch_off(w);
	TAILQ_REMOVE(&l->watches, w, link);
	free(w);
}

static void toggle_watch(DBusWatch *watch, void *ctx)
{
	struct watch *w = dbus_watch_get_data(watch);
	if (w)
		watch_apply(w);
}

/* --- timeouts --- */

static void on_timeout(struct timer *timer, void *ctx)
{
	struct timeout *t = ctx;
	uint64_t every = (uint64_t)dbus_timeout_get_interval(t->timeout) * USEC_PER_MSEC;

	timer_start(t->loop->timers, timer, every, on_timeout, t);
	dbus_timeout_handle(t->timeout);
}

static void timeout_apply(struct timeout *t)
{
	uint64_t every = (uint64_t)dbus_timeout_get_interval(t->timeout) * USEC_PER_MSEC;

	if (dbus_timeout_get_enabled(t->timeout))
		timer_start(t->loop->timers, &t->timer, every, on_timeout, t);
	else
		timer_stop(&t->timer);
}

static dbus_bool_t add_timeout(DBusTimeout *timeout, void *ctx)
{
	struct bus_loop *l = ctx;
	struct timeout *t = calloc(1, sizeof(*t));

	if (!t)
		return FALSE;
	t->loop = l;
	t->timeout = timeout;
	TAILQ_INSERT_TAIL(&l->timeouts, t, link);
	dbus_timeout_set_data(timeout, t, NULL);
	timeout_apply(t);
	return TRUE;
}

static void remove_timeout(DBusTimeout *timeout, void *ctx)
{
	struct bus_loop *l = ctx;
	struct timeout *t = dbus_timeout_get_data(timeout);

	if (!t)
		return;
	timer_stop(&t->timer);
	TAILQ_REMOVE(&l->timeouts, t, link);
	free(t);
}

static void toggle_timeout(DBusTimeout *timeout, void *ctx)
{
	struct timeout *t = dbus_timeout_get_data(timeout);
	if (t)
		timeout_apply(t);
}

/* --- messages --- */

static void on_dispatch(struct timer *timer, void *ctx)
{
	struct bus_loop *l = ctx;

	for (unsigned n = 0; n < MESSAGES_PER_TURN; n++)
		if (dbus_connection_dispatch(l->conn) != DBUS_DISPATCH_DATA_REMAINS)
			return;
	timer_start(l->timers, timer, 0, on_dispatch, l);
}

static void on_status(DBusConnection *conn, DBusDispatchStatus status, void *ctx)
{
	struct bus_loop *l = ctx;

	if (status == DBUS_DISPATCH_DATA_REMAINS && !timer_running(&l->dispatch))
		timer_start(l->timers, &l->dispatch, 0, on_dispatch, l);
}

struct bus_loop *bus_loop_new(struct eloop *loop, DBusConnection *conn)
{
	struct bus_loop *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->loop = loop;
	l->timers = eloop_timers(loop);
	l->conn = conn;
	TAILQ_INIT(&l->watches);
	TAILQ_INIT(&l->timeouts);
	if (!dbus_connection_set_watch_functions(
		    conn, add_watch, remove_watch, toggle_watch, l, NULL) ||
		!dbus_connection_set_timeout_functions(
			conn, add_timeout, remove_timeout, toggle_timeout, l, NULL)) {
		bus_loop_free(l);
		return NULL;
	}
	dbus_connection_set_dispatch_status_function(conn, on_status, l, NULL);
	on_status(conn, dbus_connection_get_dispatch_status(conn), l);
	return l;
}

void bus_loop_free(struct bus_loop *l)
{
	if (!l)
		return;
	timer_stop(&l->dispatch);
	dbus_connection_set_dispatch_status_function(l->conn, NULL, NULL, NULL);
	dbus_connection_set_watch_functions(l->conn, NULL, NULL, NULL, NULL, NULL);
	dbus_connection_set_timeout_functions(l->conn, NULL, NULL, NULL, NULL, NULL);
	free(l);
}
