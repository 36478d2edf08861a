/* Clients that are watched: who asked for it is told when one leaves the bus. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/bus_i.h"
#include "utils/bytes.h"

#define OWNER_RULE                                                                                 \
	"type='signal',sender='" DBUS_SERVICE_DBUS "',interface='" DBUS_INTERFACE_DBUS             \
	"',member='NameOwnerChanged',arg0='%s'"
#define REPLY_MS 25000

struct bus_client {
	LIST_ENTRY(bus_client) link;
	struct bus *bus;
	char *name;
	void (*left)(void *ctx);
	void *ctx;
	DBusPendingCall *present; /* "is it still there?" */
};

static void match(const struct bus_client *c, bool on)
{
	char rule[512];

	if (c->bus->state != BUS_UP)
		return;
	snprintf(rule, sizeof(rule), OWNER_RULE, c->name);
	if (on)
		dbus_bus_add_match(c->bus->conn, rule, NULL);
	else
		dbus_bus_remove_match(c->bus->conn, rule, NULL);
}

void bus_client_unwatch(struct bus_client *c)
{
	if (!c)
		return;
	bus_forget_call(&c->present);
	match(c, false);
	LIST_REMOVE(c, link);
	free(c->name);
	free(c);
}

const char *bus_client_name(const struct bus_client *c)
{
	return c->name;
}

static void gone(struct bus_client *c)
{
	void (*left)(void *ctx) = c->left;
	void *ctx = c->ctx;

	bus_client_unwatch(c);
	left(ctx);
}

void bus_clients_gone(struct bus *b)
{
	struct bus_client *c;

	while ((c = LIST_FIRST(&b->clients)))
		gone(c);
}

static struct bus_client *find(const struct bus *b, const char *name)
{
	struct bus_client *c;

	LIST_FOREACH (c, &b->clients, link)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

void bus_client_changed(struct bus *b, DBusMessage *msg)
{
	const char *name, *before, *now;
	struct bus_client *c;

	if (!dbus_message_get_args(msg, NULL, DBUS_TYPE_STRING, &name, DBUS_TYPE_STRING, &before,
		    DBUS_TYPE_STRING, &now, DBUS_TYPE_INVALID) ||
		*now)
		return;
	while ((c = find(b, name)))
		gone(c);
}

static void on_present(DBusPendingCall *pending, void *ctx)
{
	struct bus_client *c = ctx;
	DBusMessage *reply = dbus_pending_call_steal_reply(pending);
	dbus_bool_t there = TRUE;

	bus_forget_call(&c->present);
	if (!reply)
		return;
	if (dbus_message_get_args(reply, NULL, DBUS_TYPE_BOOLEAN, &there, DBUS_TYPE_INVALID) &&
		!there)
		gone(c);
	dbus_message_unref(reply);
}

/* It may have left before the bus knew that we want to be told: the call is handled after that. */
static void ask_whether_present(struct bus_client *c)
{
	DBusMessage *msg;

	if (c->bus->state != BUS_UP)
		return;
	msg = dbus_message_new_method_call(
		DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, "NameHasOwner");
	if (!msg)
		return;
	if (dbus_message_append_args(msg, DBUS_TYPE_STRING, &c->name, DBUS_TYPE_INVALID) &&
		dbus_connection_send_with_reply(c->bus->conn, msg, &c->present, REPLY_MS) &&
		c->present)
		dbus_pending_call_set_notify(c->present, on_present, c, NULL);
	dbus_message_unref(msg);
}

struct bus_client *bus_client_watch(
	struct bus *b, const char *name, void (*left)(void *ctx), void *ctx)
{
	struct bus_client *c = calloc(1, sizeof(*c));

	if (!c || str_replace(&c->name, name) < 0) {
		free(c);
		return NULL;
	}
	c->bus = b;
	c->left = left;
	c->ctx = ctx;
	LIST_INSERT_HEAD(&b->clients, c, link);
	match(c, true);
	ask_whether_present(c);
	return c;
}
