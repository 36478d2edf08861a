/* One client of ours is watched: we are told when it leaves the bus. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bus/bus_i.h"
#include "utils/bytes.h"

#define OWNER_RULE                                                                                 \
	"type='signal',sender='" DBUS_SERVICE_DBUS "',interface='" DBUS_INTERFACE_DBUS             \
	"',member='NameOwnerChanged',arg0='%s'"
#define REPLY_MS 25000

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

static void forget(struct bus *b)
{
	bus_forget_call(&b->present);
	match(b, false);
	b->client_left = NULL;
	str_replace(&b->watched, NULL);
}

void bus_client_gone(struct bus *b)
{
	void (*fn)(void *ctx) = b->client_left;

	forget(b);
	if (fn)
		fn(b->client_ctx);
}

void bus_client_changed(struct bus *b, DBusMessage *msg)
{
	const char *name, *before, *now;

	if (dbus_message_get_args(msg, NULL, DBUS_TYPE_STRING, &name, DBUS_TYPE_STRING, &before,
		    DBUS_TYPE_STRING, &now, DBUS_TYPE_INVALID) &&
		!*now && b->watched && strcmp(name, b->watched) == 0)
		bus_client_gone(b);
}

static void on_present(DBusPendingCall *pending, void *ctx)
{
	struct bus *b = ctx;
	DBusMessage *reply = dbus_pending_call_steal_reply(pending);
	dbus_bool_t there = TRUE;

	bus_forget_call(&b->present);
	if (!reply)
		return;
	if (dbus_message_get_args(reply, NULL, DBUS_TYPE_BOOLEAN, &there, DBUS_TYPE_INVALID) &&
		!there)
		bus_client_gone(b);
	dbus_message_unref(reply);
}

/* It may have left before the bus knew that we want to be told: the call is handled after that. */
static void ask_whether_present(struct bus *b)
{
	DBusMessage *msg;

	if (b->state != BUS_UP)
		return;
	msg = dbus_message_new_method_call(
		DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, "NameHasOwner");
	if (!msg)
		return;
	if (dbus_message_append_args(msg, DBUS_TYPE_STRING, &b->watched, DBUS_TYPE_INVALID) &&
		dbus_connection_send_with_reply(b->conn, msg, &b->present, REPLY_MS) && b->present)
		dbus_pending_call_set_notify(b->present, on_present, b, NULL);
	dbus_message_unref(msg);
}

int bus_watch_client(struct bus *b, const char *name, void (*fn)(void *ctx), void *ctx)
{
	forget(b);
	if (!name)
		return 0;
	if (str_replace(&b->watched, name) < 0)
		return -ENOMEM;
	b->client_left = fn;
	b->client_ctx = ctx;
	match(b, true);
	ask_whether_present(b);
	return 0;
}
