/* Signals, and PropertiesChanged: changes of an object are collected for a moment, so that clients
 * see what belongs together in one signal. */
#include <errno.h>
#include <string.h>

#include "bus/bus_i.h"
#include "utils/log.h"

#define COLLECT (5 * USEC_PER_MSEC)
/* A bus that has not read this much is stuck; signals must not fill our memory. */
#define UNSENT_MAX (16 * 1024 * 1024)

bool bus_signal_begin(
	struct bus_object *o, const char *interface, const char *name, struct bus_message *m)
{
	if (!o || o->bus->state != BUS_UP)
		return false;
	m->object = o;
	m->msg = dbus_message_new_signal(o->path, interface, name);
	m->out.bad = !m->msg;
	if (m->msg)
		dbus_message_iter_init_append(m->msg, &m->out.it);
	return m->msg != NULL;
}

void bus_signal_to(struct bus_message *m, const char *client)
{
	if (!dbus_message_set_destination(m->msg, client))
		m->out.bad = true;
}

void bus_signal_send(struct bus_message *m)
{
	struct bus *b = m->object->bus;

	if (m->out.bad || !dbus_connection_send(b->conn, m->msg, NULL))
		log_msg(LOG_ERR, "D-Bus: signal %s of %s cannot be put into a message",
			dbus_message_get_member(m->msg), m->object->path);
	dbus_message_unref(m->msg);
	m->msg = NULL;
	if (dbus_connection_get_outgoing_size(b->conn) > UNSENT_MAX)
		bus_lost(b, -ENOBUFS, "it does not read what we send");
}

/* What changed, or (all) what can be read. */
static int put_values(
	struct bus_object *o, const struct bus_interface_state *s, bool all, struct bus_out *out)
{
	struct bus_dict d;
	int err = 0;

	bus_dict_open(out, &d);
	for (size_t i = 0; i < s->property_count && err == 0; i++) {
		const struct bus_property *p = &s->rows->properties[i];
		if (!p->get || !(all || s->dirty[i]))
			continue;
		err = p->get(o->ctx, p, bus_dict_begin(&d, p->name, p->type));
		if (err < 0)
			d.value.bad = true;
		bus_dict_end(&d);
	}
	bus_dict_close(&d);
	return err;
}

int bus_put_properties(struct bus_object *o, const char *interface, struct bus_out *out)
{
	return put_values(o, bus_object_interface(o, interface), true, out);
}

static void tell(struct bus_object *o, struct bus_interface_state *s)
{
	struct bus_message m;
	struct bus_out gone;

	if (bus_signal_begin(o, BUS_PROPERTIES, "PropertiesChanged", &m)) {
		bus_put_str(&m.out, s->rows->name);
		put_values(o, s, false, &m.out);
		bus_open(&m.out, &gone, DBUS_TYPE_ARRAY, "s");
		bus_close(&m.out, &gone);
		bus_signal_send(&m);
	}
	/* The form of before org.freedesktop.DBus.Properties had it. */
	if (bus_signal_begin(o, s->rows->name, "PropertiesChanged", &m)) {
		put_values(o, s, false, &m.out);
		bus_signal_send(&m);
	}
}

void bus_flush(struct bus_object *o)
{
	if (!o || !o->dirty)
		return;
	o->dirty = false;
	TAILQ_REMOVE(&o->bus->dirty, o, dirty_link);
	for (size_t i = 0; i < o->interface_count; i++) {
		struct bus_interface_state *s = &o->interfaces[i];
		if (!s->any_dirty)
			continue;
		tell(o, s);
		s->any_dirty = false;
		memset(s->dirty, 0, s->property_count);
	}
}

void bus_flush_all(struct bus *b)
{
	struct bus_object *o;

	while ((o = TAILQ_FIRST(&b->dirty)))
		bus_flush(o);
	timer_stop(&b->flush);
}

static void on_flush(struct timer *t, void *ctx)
{
	bus_flush_all(ctx);
}

static void mark(struct bus_object *o, struct bus_interface_state *s, size_t property)
{
	s->dirty[property] = 1;
	s->any_dirty = true;
	if (!o->dirty) {
		o->dirty = true;
		TAILQ_INSERT_TAIL(&o->bus->dirty, o, dirty_link);
	}
	if (s->rows->properties[property].flags & BUS_AT_ONCE)
		bus_flush(o);
	else if (!timer_running(&o->bus->flush))
		timer_start(o->bus->timers, &o->bus->flush, COLLECT, on_flush, o->bus);
}

void bus_changed(struct bus_object *o, const char *interface, const char *property)
{
	struct bus_interface_state *s = o ? bus_object_interface(o, interface) : NULL;

	for (size_t i = 0; s && i < s->property_count; i++) {
		const struct bus_property *p = &s->rows->properties[i];
		if (strcmp(p->name, property) != 0)
			continue;
		if (p->flags & BUS_SIGNALLED)
			mark(o, s, i);
		return;
	}
}
