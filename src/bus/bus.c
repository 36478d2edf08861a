/* The connection: joining the bus, owning the name, and joining again when the bus went away. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bus/bus_i.h"
#include "utils/bytes.h"
#include "utils/log.h"

#define RETRY_FIRST (250 * USEC_PER_MSEC)
#define RETRY_MAX (5 * USEC_PER_SEC)
#define SYSTEM_BUS "unix:path=/var/run/dbus/system_bus_socket"
#define REPLY_MS 25000
#define FAREWELL_MS 500
#define STEP_MS 50

static void on_retry(struct timer *t, void *ctx);

static void enter(struct bus *b, enum bus_state state, const char *reason)
{
	static const char *const names[] = {[BUS_AWAY] = "away",
		[BUS_HELLO] = "hello",
		[BUS_NAMING] = "naming",
		[BUS_UP] = "up"};

	log_msg(LOG_DBG, "D-Bus: %s -> %s (%s)", names[b->state], names[state], reason);
	b->state = state;
}

void bus_forget_call(DBusPendingCall **p)
{
	if (!*p)
		return;
	dbus_pending_call_cancel(*p);
	dbus_pending_call_unref(*p);
	*p = NULL;
}

static void drop_connection(struct bus *b)
{
	bus_forget_call(&b->pending);
	if (!b->conn)
		return;
	bus_objects_unregister(b);
	bus_loop_free(b->io);
	b->io = NULL;
	dbus_connection_close(b->conn);
	dbus_connection_unref(b->conn);
	b->conn = NULL;
}

/* The same trouble again is nothing to tell the user every few seconds. */
static void log_lost(const struct bus *b, int err, const char *why)
{
	if (b->state == BUS_UP)
		log_msg(LOG_WARN, "D-Bus: the bus is gone (%s); joining again when it is back",
			why);
	else
		log_msg(b->error == err ? LOG_DBG : LOG_ERR, "D-Bus: cannot join the bus %s: %s",
			b->address, why);
}

void bus_lost(struct bus *b, int err, const char *why)
{
	log_lost(b, err, why);
	b->error = err;
	enter(b, BUS_AWAY, why);
	timer_start(b->timers, &b->retry, b->retry_delay, on_retry, b);
	b->retry_delay = b->retry_delay * 2 > RETRY_MAX ? RETRY_MAX : b->retry_delay * 2;
	bus_clients_gone(b);
}

/* --- joining --- */

static int error_of(const char *name)
{
	return name && strcmp(name, DBUS_ERROR_ACCESS_DENIED) == 0 ? -EACCES : -EIO;
}

/* Sends a call of ours to the bus itself. Takes over msg. */
static void ask(struct bus *b, DBusMessage *msg, DBusPendingCallNotifyFunction fn)
{
	bool sent = msg && dbus_connection_send_with_reply(b->conn, msg, &b->pending, REPLY_MS) &&
		    b->pending && dbus_pending_call_set_notify(b->pending, fn, b, NULL);

	if (msg)
		dbus_message_unref(msg);
	if (!sent)
		bus_lost(b, -ENOTCONN, "no message can be sent");
}

/* The answer to ask(), NULL when it was an error (handled). Unreference it. */
static DBusMessage *answer(struct bus *b, DBusPendingCall *pending)
{
	DBusMessage *reply = dbus_pending_call_steal_reply(pending);
	DBusError err = DBUS_ERROR_INIT;

	dbus_pending_call_unref(b->pending);
	b->pending = NULL;
	if (!reply || !dbus_set_error_from_message(&err, reply))
		return reply;
	bus_lost(b, error_of(err.name), err.message ? err.message : err.name);
	dbus_error_free(&err);
	dbus_message_unref(reply);
	return NULL;
}

static void on_name(DBusPendingCall *pending, void *ctx)
{
	struct bus *b = ctx;
	DBusMessage *reply = answer(b, pending);
	dbus_uint32_t result = 0;

	if (!reply)
		return;
	dbus_message_get_args(reply, NULL, DBUS_TYPE_UINT32, &result, DBUS_TYPE_INVALID);
	dbus_message_unref(reply);
	if (result != DBUS_REQUEST_NAME_REPLY_PRIMARY_OWNER &&
		result != DBUS_REQUEST_NAME_REPLY_ALREADY_OWNER) {
		bus_lost(b, -EEXIST, "another program owns the name");
		return;
	}
	b->error = 0;
	b->retry_delay = RETRY_FIRST;
	enter(b, BUS_UP, b->name);
}

static void on_hello(DBusPendingCall *pending, void *ctx)
{
	struct bus *b = ctx;
	DBusMessage *reply = answer(b, pending);
	const char *unique = NULL;
	dbus_uint32_t flags = DBUS_NAME_FLAG_DO_NOT_QUEUE;

	if (!reply)
		return;
	if (dbus_message_get_args(reply, NULL, DBUS_TYPE_STRING, &unique, DBUS_TYPE_INVALID))
		dbus_bus_set_unique_name(b->conn, unique);
	dbus_message_unref(reply);
	/* The objects are there before the name is, for who waits for it. */
	bus_objects_register(b);
	enter(b, BUS_NAMING, unique ? unique : "no unique name");
	DBusMessage *msg = dbus_message_new_method_call(
		DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, "RequestName");
	if (msg && !dbus_message_append_args(msg, DBUS_TYPE_STRING, &b->name, DBUS_TYPE_UINT32,
			   &flags, DBUS_TYPE_INVALID)) {
		dbus_message_unref(msg);
		msg = NULL;
	}
	ask(b, msg, on_name);
}

static DBusHandlerResult on_message(DBusConnection *conn, DBusMessage *msg, void *ctx)
{
	struct bus *b = ctx;

	if (dbus_message_is_signal(msg, DBUS_INTERFACE_LOCAL, "Disconnected") &&
		b->state != BUS_AWAY) {
		bus_lost(b, -ENOTCONN, "connection closed");
	} else if (dbus_message_is_signal(msg, DBUS_INTERFACE_DBUS, "NameOwnerChanged") &&
		   dbus_message_has_sender(msg, DBUS_SERVICE_DBUS)) {
		bus_client_changed(b, msg);
	}
	return DBUS_HANDLER_RESULT_NOT_YET_HANDLED;
}

static void join(struct bus *b)
{
	DBusError err = DBUS_ERROR_INIT;

	b->conn = dbus_connection_open_private(b->address, &err);
	if (!b->conn) {
		bus_lost(b, -ECONNREFUSED, err.message);
		dbus_error_free(&err);
		return;
	}
	dbus_connection_set_exit_on_disconnect(b->conn, FALSE);
	b->io = bus_loop_new(b->loop, b->conn);
	if (!b->io || !dbus_connection_add_filter(b->conn, on_message, b, NULL)) {
		bus_lost(b, -ENOMEM, "no memory");
		return;
	}
	enter(b, BUS_HELLO, b->address);
	ask(b,
		dbus_message_new_method_call(
			DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, "Hello"),
		on_hello);
}

static void on_retry(struct timer *t, void *ctx)
{
	drop_connection(ctx);
	join(ctx);
}

struct bus *bus_new(struct eloop *loop, const struct bus_params *p)
{
	const char *given = getenv("DBUS_SYSTEM_BUS_ADDRESS");
	const char *address = p->address ? p->address : given && *given ? given : SYSTEM_BUS;
	struct bus *b = libdbus_load() == 0 ? calloc(1, sizeof(*b)) : NULL;

	if (!b)
		return NULL;
	b->loop = loop;
	b->timers = eloop_timers(loop);
	b->retry_delay = RETRY_FIRST;
	TAILQ_INIT(&b->dirty);
	LIST_INIT(&b->clients);
	if (str_replace(&b->address, address) < 0 || str_replace(&b->name, p->name) < 0) {
		bus_free(b);
		return NULL;
	}
	join(b);
	return b;
}

/* The loop's clock stands still while we block. */
static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

int bus_wait(struct bus *b, unsigned milliseconds)
{
	uint64_t end = now_ms() + milliseconds;

	while (b->state != BUS_UP && b->state != BUS_AWAY) {
		if (now_ms() >= end) {
			log_msg(LOG_ERR, "D-Bus: the bus %s does not answer", b->address);
			return -ETIMEDOUT;
		}
		dbus_connection_read_write_dispatch(b->conn, STEP_MS);
	}
	return b->state == BUS_UP ? 0 : b->error;
}

/* The last signals reach the bus, unless it does not read. */
static void farewell(struct bus *b)
{
	uint64_t end = now_ms() + FAREWELL_MS;

	while (b->state == BUS_UP && dbus_connection_has_messages_to_send(b->conn) &&
		now_ms() < end)
		if (!dbus_connection_read_write(b->conn, STEP_MS))
			return;
}

void bus_free(struct bus *b)
{
	if (!b)
		return;
	timer_stop(&b->retry);
	timer_stop(&b->flush);
	bus_clients_gone(b);
	farewell(b);
	drop_connection(b);
	free(b->address);
	free(b->name);
	free(b);
}
