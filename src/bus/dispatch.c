/* Method calls of clients, and org.freedesktop.DBus.Properties over the property rows. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/bus_i.h"
#include "utils/log.h"

DBusMessageIter *bus_args(struct bus_call *call)
{
	return &call->args;
}

struct bus_out *bus_reply(struct bus_call *call)
{
	if (!call->has_out) {
		call->reply = dbus_message_new_method_return(call->msg);
		call->out.bad = !call->reply;
		if (call->reply)
			dbus_message_iter_init_append(call->reply, &call->out.it);
		call->has_out = true;
	}
	return &call->out;
}

const char *bus_sender(const struct bus_call *call)
{
	const char *name = dbus_message_get_sender(call->msg);
	return name ? name : "-";
}

bool bus_failed(const struct bus_call *call)
{
	return call->failed;
}

/* The first error counts: it is the one closest to the cause. */
static DBusMessage *new_error(struct bus_call *call, const char *error, const char *text)
{
	if (call->failed)
		return NULL;
	if (call->reply)
		dbus_message_unref(call->reply);
	call->failed = true;
	call->has_out = false;
	call->reply = dbus_message_new_error(call->msg, error, text);
	return call->reply;
}

void bus_fail(struct bus_call *call, const char *error, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (!fmt) {
		new_error(call, error, NULL);
		return;
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	bus_valid_text(text);
	new_error(call, error, text);
}

void bus_fail_detail(struct bus_call *call, const char *error, const char *text, const char *detail)
{
	DBusMessage *reply = new_error(call, error, text);
	struct bus_out out = {0};

	if (!reply)
		return;
	dbus_message_iter_init_append(reply, &out.it);
	bus_put_str(&out, detail);
}

/* --- org.freedesktop.DBus.Properties --- */

static const char *next_str(DBusMessageIter *it)
{
	const char *text = "";

	dbus_message_iter_get_basic(it, &text);
	dbus_message_iter_next(it);
	return text;
}

static const struct bus_property *find_property(struct bus_object *o, struct bus_call *call)
{
	const char *interface = next_str(&call->args), *name = next_str(&call->args);
	const struct bus_interface_state *s = bus_object_interface(o, interface);

	for (size_t i = 0; s && i < s->property_count; i++)
		if (strcmp(s->rows->properties[i].name, name) == 0)
			return &s->rows->properties[i];
	bus_fail(call, BUS_ERROR_INVALID_ARGS, "No such property");
	return NULL;
}

static void do_get(void *ctx, struct bus_call *call)
{
	struct bus_object *o = ctx;
	const struct bus_property *p = find_property(o, call);
	struct bus_out value, *out;

	if (!p)
		return;
	if (!p->get) {
		bus_fail(call, BUS_ERROR_INVALID_ARGS, "Property is write-only");
		return;
	}
	out = bus_reply(call);
	bus_open(out, &value, DBUS_TYPE_VARIANT, p->type);
	int err = p->get(o->ctx, p, &value);
	if (err < 0)
		value.bad = true;
	bus_close(out, &value);
	if (err < 0)
		bus_fail(call, BUS_ERROR_FAILED, "%s cannot be read: %s", p->name, strerror(-err));
}

static void do_set(void *ctx, struct bus_call *call)
{
	struct bus_object *o = ctx;
	const struct bus_property *p = find_property(o, call);
	DBusMessageIter value;

	if (!p)
		return;
	if (!p->set) {
		bus_fail(call, BUS_ERROR_INVALID_ARGS, "Property is read-only");
		return;
	}
	dbus_message_iter_recurse(&call->args, &value);
	if (!(p->flags & BUS_ANY_TYPE) && !bus_is(&value, p->type)) {
		if (dbus_type_is_basic(p->type[0]) && !bus_is(&value, "v"))
			bus_fail(call, BUS_ERROR_FAILED, "wrong property type");
		else
			bus_fail(call, BUS_ERROR_INVALID_ARGS, "invalid message format");
		return;
	}
	if (p->set(o->ctx, p, &value, call) < 0)
		bus_fail(call, BUS_ERROR_FAILED, "Failed to set property");
}

static void do_get_all(void *ctx, struct bus_call *call)
{
	struct bus_object *o = ctx;
	const char *interface = next_str(&call->args);
	struct bus_dict d;

	if (!bus_object_interface(o, interface)) {
		bus_dict_open(bus_reply(call), &d);
		bus_dict_close(&d);
		return;
	}
	int err = bus_put_properties(o, interface, bus_reply(call));
	if (err < 0)
		bus_fail(call, BUS_ERROR_FAILED, "the properties cannot be read: %s",
			strerror(-err));
}

static void do_introspect(void *ctx, struct bus_call *call)
{
	char *xml = bus_introspect(ctx);

	if (xml)
		bus_put_str(bus_reply(call), xml);
	else
		bus_fail(call, DBUS_ERROR_NO_MEMORY, "no memory");
	free(xml);
}

/* --- calls --- */

static const struct bus_method properties_methods[] = {
	{"Get", "interface:s property:s", "value:v", do_get, NULL},
	{"GetAll", "interface:s", "properties:a{sv}", do_get_all, NULL},
	{"Set", "interface:s property:s value:v", "", do_set, NULL}, {0}};
static const struct bus_method introspectable_methods[] = {
	{"Introspect", "", "data:s", do_introspect, NULL}, {0}};

static const struct bus_method *find_in(const struct bus_method *rows, const char *name)
{
	for (; rows && rows->name; rows++)
		if (strcmp(rows->name, name) == 0)
			return rows;
	return NULL;
}

/* interface NULL: whichever has it. *ctx: the handler's. */
static const struct bus_method *find_method(
	struct bus_object *o, const char *interface, const char *name, void **ctx)
{
	const struct bus_method *m = NULL;

	*ctx = o;
	if (!interface || strcmp(interface, BUS_PROPERTIES) == 0)
		m = find_in(properties_methods, name);
	if (!m && (!interface || strcmp(interface, BUS_INTROSPECTABLE) == 0))
		m = find_in(introspectable_methods, name);
	if (m)
		return m;
	*ctx = o->ctx;
	for (size_t i = 0; !m && i < o->interface_count; i++)
		if (!interface || strcmp(interface, o->interfaces[i].rows->name) == 0)
			m = find_in(o->interfaces[i].rows->methods, name);
	return m;
}

/* The finished reply; the caller's. */
static DBusMessage *take_reply(struct bus_call *call)
{
	if (call->failed)
		return call->reply;
	if (bus_reply(call)->bad && call->reply) {
		dbus_message_unref(call->reply);
		call->reply = dbus_message_new_error(
			call->msg, BUS_ERROR_FAILED, "the answer cannot be put into a message");
	}
	return call->reply;
}

DBusMessage *bus_answer(struct bus_object *o, DBusMessage *msg, bool *known)
{
	struct bus_call call = {.bus = o->bus, .msg = msg};
	char signature[BUS_SIGNATURE_CAP];
	void *ctx;

	*known = false;
	if (dbus_message_get_type(msg) != DBUS_MESSAGE_TYPE_METHOD_CALL)
		return NULL;
	const char *name = dbus_message_get_member(msg),
		   *interface = dbus_message_get_interface(msg);
	const struct bus_method *m = find_method(o, interface, name, &ctx);
	if (!m)
		return NULL;
	*known = true;
	log_msg(LOG_DBG, "D-Bus: %s.%s of %s from %s", interface ? interface : "-", name, o->path,
		bus_sender(&call));
	bus_args_signature(m->in, signature, sizeof(signature));
	if (dbus_message_has_signature(msg, signature)) {
		dbus_message_iter_init(msg, &call.args);
		m->handle(ctx, &call); /* the object may be gone now */
	} else {
		bus_fail(&call, BUS_ERROR_INVALID_ARGS, NULL);
	}
	return take_reply(&call);
}

DBusHandlerResult bus_dispatch(DBusConnection *conn, DBusMessage *msg, void *object)
{
	struct bus *b = ((struct bus_object *)object)->bus;
	bool known;
	DBusMessage *reply = bus_answer(object, msg, &known);

	if (!known)
		return DBUS_HANDLER_RESULT_NOT_YET_HANDLED;
	if (!dbus_message_get_no_reply(msg) && (!reply || !dbus_connection_send(conn, reply, NULL)))
		log_msg(LOG_ERR, "D-Bus: no memory to answer %s", dbus_message_get_member(msg));
	if (reply)
		dbus_message_unref(reply);
	bus_flush_all(b);
	return DBUS_HANDLER_RESULT_HANDLED;
}
