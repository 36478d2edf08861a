/* Objects: ours by path, and registered with libdbus while there is a connection. */
#include <stdlib.h>
#include <string.h>

#include "bus/bus_i.h"
#include "utils/bytes.h"
#include "utils/log.h"

static size_t count_properties(const struct bus_interface *i)
{
	size_t n = 0;
	while (i->properties && i->properties[n].name)
		n++;
	return n;
}

static size_t count_interfaces(const struct bus_interface *const *interfaces)
{
	size_t n = 0;
	while (interfaces[n])
		n++;
	return n;
}

static bool fill(struct bus_object *o, const struct bus_interface *const *interfaces)
{
	o->interface_count = count_interfaces(interfaces);
	o->interfaces = calloc(o->interface_count, sizeof(*o->interfaces));
	if (!o->interfaces)
		return false;
	for (size_t i = 0; i < o->interface_count; i++) {
		struct bus_interface_state *s = &o->interfaces[i];
		s->rows = interfaces[i];
		s->property_count = count_properties(s->rows);
		s->dirty = calloc(s->property_count + 1, 1);
		if (!s->dirty)
			return false;
	}
	return true;
}

static void destroy(struct bus_object *o)
{
	for (size_t i = 0; o->interfaces && i < o->interface_count; i++)
		free(o->interfaces[i].dirty);
	free(o->interfaces);
	free(o->path);
	free(o);
}

static void register_object(struct bus_object *o)
{
	static const DBusObjectPathVTable vtable = {.message_function = bus_dispatch};
	DBusError err = DBUS_ERROR_INIT;

	if (!o->bus->conn || o->bus->state == BUS_AWAY)
		return;
	o->registered =
		dbus_connection_try_register_object_path(o->bus->conn, o->path, &vtable, o, &err);
	if (!o->registered)
		log_msg(LOG_ERR, "D-Bus: object %s cannot be offered: %s", o->path, err.message);
	dbus_error_free(&err);
}

void bus_objects_register(struct bus *b)
{
	struct bus_object *o, *next;

	HASH_ITER (hh, b->objects, o, next)
		if (!o->registered)
			register_object(o);
}

void bus_objects_unregister(struct bus *b)
{
	struct bus_object *o, *next;

	HASH_ITER (hh, b->objects, o, next) {
		if (o->registered)
			dbus_connection_unregister_object_path(b->conn, o->path);
		o->registered = false;
	}
}

struct bus_object *bus_object_new(
	struct bus *b, const char *path, const struct bus_interface *const *interfaces, void *ctx)
{
	struct bus_object *o = NULL;

	if (!dbus_validate_path(path, NULL) || bus_object_find(b, path)) {
		log_msg(LOG_ERR, "D-Bus: %s is no path for a new object", path);
		return NULL;
	}
	o = calloc(1, sizeof(*o));
	if (!o || str_replace(&o->path, path) < 0 || !fill(o, interfaces)) {
		log_msg(LOG_ERR, "D-Bus: no memory for object %s", path);
		if (o)
			destroy(o);
		return NULL;
	}
	o->bus = b;
	o->ctx = ctx;
	HASH_ADD_KEYPTR(hh, b->objects, o->path, strlen(o->path), o);
	register_object(o);
	return o;
}

void bus_object_free(struct bus_object *o)
{
	if (!o)
		return;
	bus_flush(o);
	if (o->registered)
		dbus_connection_unregister_object_path(o->bus->conn, o->path);
	if (o->dirty) /* a getter marked it again */
		TAILQ_REMOVE(&o->bus->dirty, o, dirty_link);
	HASH_DEL(o->bus->objects, o);
	destroy(o);
}

const char *bus_object_path(const struct bus_object *o)
{
	return o->path;
}

void *bus_object_ctx(const struct bus_object *o)
{
	return o->ctx;
}

struct bus_object *bus_object_find(struct bus *b, const char *path)
{
	struct bus_object *o;

	HASH_FIND_STR(b->objects, path, o);
	return o;
}

struct bus_interface_state *bus_object_interface(struct bus_object *o, const char *name)
{
	for (size_t i = 0; i < o->interface_count; i++)
		if (strcmp(o->interfaces[i].rows->name, name) == 0)
			return &o->interfaces[i];
	return NULL;
}
