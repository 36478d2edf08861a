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
#define WAITING_BYTES (1024 * 1024)
#define WAITING_FDS 16
#define NO_MEMORY_PAUSE (100 * USEC_PER_MSEC)

struct watch {
	struct bus_loop *loop;
	DBusWatch *watch;
	struct eloop_fd *fd; /* NULL while switched off */
	int own_fd;          /* a duplicate: libdbus has two watches for one descriptor, epoll takes
				it once */
};

struct timeout {
	struct bus_loop *loop;
	DBusTimeout *timeout;
	struct timer timer;
};

struct bus_loop {
	struct eloop *loop;
	struct timers *timers;
	DBusConnection *conn;
	struct timer dispatch;
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
}

static bool watch_on(struct watch *w)
{
	bool writes = dbus_watch_get_flags(w->watch) & DBUS_WATCH_WRITABLE;

	w->fd = eloop_add_fd(w->loop->loop, w->own_fd, writes ? NULL : on_input, w);
	if (w->fd && writes)
		eloop_want_output(w->fd, on_output);
	return w->fd != NULL;
}

static bool watch_apply(struct watch *w)
{
	bool wanted = dbus_watch_get_enabled(w->watch);

	if (wanted && !w->fd)
		return watch_on(w);
	if (!wanted)
		watch_off(w);
	return true;
}

static void watch_free(struct watch *w)
{
	watch_off(w);
	closep(&w->own_fd);
	free(w);
}

static dbus_bool_t add_watch(DBusWatch *watch, void *ctx)
{
	struct bus_loop *l = ctx;
	struct watch *w = calloc(1, sizeof(*w));

	if (!w)
		return FALSE;
	*w = (struct watch){.loop = l, .watch = watch};
	w->own_fd = fcntl(dbus_watch_get_unix_fd(watch), F_DUPFD_CLOEXEC, 0);
	if (w->own_fd < 0 || !watch_apply(w)) {
		log_msg(LOG_ERR, "D-Bus: the connection cannot be watched: %s", strerror(errno));
		watch_free(w);
		return FALSE;
	}
	dbus_watch_set_data(watch, w, NULL);
	return TRUE;
}

static void remove_watch(DBusWatch *watch, void *ctx)
{
	struct watch *w = dbus_watch_get_data(watch);

	if (!w)
		return;
	watch_free(w);
	dbus_watch_set_data(watch, NULL, NULL);
}

static void toggle_watch(DBusWatch *watch, void *ctx)
{
	struct watch *w = dbus_watch_get_data(watch);
	if (w && !watch_apply(w))
		log_msg(LOG_ERR, "D-Bus: the connection cannot be watched: %s", strerror(errno));
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
	dbus_timeout_set_data(timeout, t, NULL);
	timeout_apply(t);
	return TRUE;
}

static void remove_timeout(DBusTimeout *timeout, void *ctx)
{
	struct timeout *t = dbus_timeout_get_data(timeout);

	if (!t)
		return;
	timer_stop(&t->timer);
	free(t);
	dbus_timeout_set_data(timeout, NULL, NULL);
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

	DBusDispatchStatus status = DBUS_DISPATCH_DATA_REMAINS;

	for (unsigned n = 0; n < MESSAGES_PER_TURN && status == DBUS_DISPATCH_DATA_REMAINS; n++)
		status = dbus_connection_dispatch(l->conn);
	if (status != DBUS_DISPATCH_COMPLETE)
		timer_start(l->timers, timer,
			status == DBUS_DISPATCH_NEED_MEMORY ? NO_MEMORY_PAUSE : 0, on_dispatch, l);
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
	/* More is left in the socket until these were handled. */
	dbus_connection_set_max_received_size(conn, WAITING_BYTES);
	dbus_connection_set_max_received_unix_fds(conn, WAITING_FDS);
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
