/* The connection: joining the bus, owning the name, and joining again when the bus went away. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/bus_i.h"
#include "utils/bytes.h"
#include "utils/log.h"

#define RETRY_FIRST USEC_PER_SEC
#define RETRY_MAX (30 * USEC_PER_SEC)
#define SYSTEM_BUS "unix:path=/var/run/dbus/system_bus_socket"
#define REPLY_MS 25000

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

static void forget_client(struct bus *b, bool tell)
{
	void (*fn)(void *ctx) = b->client_left;

	b->client_left = NULL;
	str_replace(&b->watched, NULL);
	if (tell && fn)
		fn(b->client_ctx);
}

static void drop_connection(struct bus *b)
{
	if (b->pending) {
		dbus_pending_call_cancel(b->pending);
		dbus_pending_call_unref(b->pending);
		b->pending = NULL;
	}
	if (!b->conn)
		return;
	bus_objects_unregister(b);
	bus_loop_free(b->io);
	b->io = NULL;
	dbus_connection_close(b->conn);
	dbus_connection_unref(b->conn);
	b->conn = NULL;
}

/* The connection is of no use any more; from a timer, for libdbus may be calling us. */
static void lost(struct bus *b, int err, const char *why)
{
	if (b->state == BUS_UP)
		log_msg(LOG_WARN, "D-Bus: the bus is gone (%s); joining again when it is back",
			why);
	else
		log_msg(LOG_ERR, "D-Bus: cannot join the bus %s: %s", b->address, why);
	b->error = err;
	enter(b, BUS_AWAY, why);
	timer_start(b->timers, &b->retry, b->retry_delay, on_retry, b);
	b->retry_delay = b->retry_delay * 2 > RETRY_MAX ? RETRY_MAX : b->retry_delay * 2;
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
		lost(b, -ENOTCONN, "no message can be sent");
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
	lost(b, error_of(err.name), err.message ? err.message : err.name);
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
		lost(b, -EEXIST, "another program owns the name");
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

static void on_owner_change(struct bus *b, DBusMessage *msg)
{
	const char *name, *before, *now;

	if (dbus_message_get_args(msg, NULL, DBUS_TYPE_STRING, &name, DBUS_TYPE_STRING, &before,
		    DBUS_TYPE_STRING, &now, DBUS_TYPE_INVALID) &&
		!*now && b->watched && strcmp(name, b->watched) == 0)
		forget_client(b, true);
}

static DBusHandlerResult on_message(DBusConnection *conn, DBusMessage *msg, void *ctx)
{
	struct bus *b = ctx;

	if (dbus_message_is_signal(msg, DBUS_INTERFACE_LOCAL, "Disconnected") &&
		b->state != BUS_AWAY) {
		lost(b, -ENOTCONN, "connection closed");
		forget_client(b, true);
	} else if (dbus_message_is_signal(msg, DBUS_INTERFACE_DBUS, "NameOwnerChanged") &&
		   dbus_message_has_sender(msg, DBUS_SERVICE_DBUS)) {
		on_owner_change(b, msg);
	}
	return DBUS_HANDLER_RESULT_NOT_YET_HANDLED;
}

static void join(struct bus *b)
{
	DBusError err = DBUS_ERROR_INIT;

	b->conn = dbus_connection_open_private(b->address, &err);
	if (!b->conn) {
		lost(b, -ECONNREFUSED, err.message);
		dbus_error_free(&err);
		return;
	}
	dbus_connection_set_exit_on_disconnect(b->conn, FALSE);
	b->io = bus_loop_new(b->loop, b->conn);
	if (!b->io || !dbus_connection_add_filter(b->conn, on_message, b, NULL)) {
		lost(b, -ENOMEM, "no memory");
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
	struct bus *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->loop = loop;
	b->timers = eloop_timers(loop);
	b->retry_delay = RETRY_FIRST;
	TAILQ_INIT(&b->dirty);
	if (str_replace(&b->address, address) < 0 || str_replace(&b->name, p->name) < 0) {
		bus_free(b);
		return NULL;
	}
	join(b);
	return b;
}

int bus_wait(struct bus *b, unsigned milliseconds)
{
	unsigned step = 50;

	for (unsigned waited = 0; b->state != BUS_UP && b->state != BUS_AWAY; waited += step) {
		if (waited > milliseconds) {
			log_msg(LOG_ERR, "D-Bus: the bus %s does not answer", b->address);
			return -ETIMEDOUT;
		}
		dbus_connection_read_write_dispatch(b->conn, (int)step);
	}
	return b->state == BUS_UP ? 0 : b->error;
}

void bus_free(struct bus *b)
{
	if (!b)
		return;
	timer_stop(&b->retry);
	timer_stop(&b->flush);
	if (b->conn)
		dbus_connection_flush(b->conn);
	drop_connection(b);
	forget_client(b, false);
	free(b->address);
	free(b->name);
	free(b);
}

#define OWNER_RULE                                                                                 \
	"type='signal',sender='" DBUS_SERVICE_DBUS "',interface='" DBUS_INTERFACE_DBUS             \
	"',member='NameOwnerChanged',arg0='%s'"

static void match(struct bus *b, bool on)
{
	char rule[512];

	if (b->state != BUS_UP || !b->watched)
		return;
	snprintf(rule, sizeof(rule), OWNER_RULE, b->watched);
	if (on)
		dbus_bus_add_match(b->conn, rule, NULL);
	else
		dbus_bus_remove_match(b->conn, rule, NULL);
}

int bus_watch_client(struct bus *b, const char *name, void (*fn)(void *ctx), void *ctx)
{
	match(b, false);
	b->client_left = NULL;
	if (str_replace(&b->watched, name) < 0)
		return -ENOMEM;
	if (name) {
		b->client_left = fn;
		b->client_ctx = ctx;
	}
	match(b, true);
	return 0;
}
