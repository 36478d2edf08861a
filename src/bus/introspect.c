/* Introspection data from the rows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/bus_i.h"

static void put_args(FILE *f, const char *args, const char *direction)
{
	struct bus_arg a;

	while (bus_arg_next(&args, &a)) {
		fprintf(f, "<arg name=\"%.*s\" type=\"%.*s\"", a.name_len, a.name, a.type_len,
			a.type);
		if (direction)
			fprintf(f, " direction=\"%s\"", direction);
		fputs("/>", f);
	}
}

static void put_method(FILE *f, const struct bus_method *m)
{
	if (!*m->in && !*m->out) {
		fprintf(f, "<method name=\"%s\"/>", m->name);
		return;
	}
	fprintf(f, "<method name=\"%s\">", m->name);
	put_args(f, m->in, "in");
	put_args(f, m->out, "out");
	fputs("</method>", f);
}

static void put_signal(FILE *f, const struct bus_signal *s)
{
	if (s->hidden)
		return;
	if (!*s->args) {
		fprintf(f, "<signal name=\"%s\"/>", s->name);
		return;
	}
	fprintf(f, "<signal name=\"%s\">", s->name);
	put_args(f, s->args, NULL);
	fputs("</signal>", f);
}

static void put_property(FILE *f, const struct bus_property *p)
{
	fprintf(f, "<property name=\"%s\" type=\"%s\" access=\"%s%s\"/>", p->name, p->type,
		p->get ? "read" : "", p->set ? "write" : "");
}

static void put_interface(FILE *f, const struct bus_interface *i)
{
	fprintf(f, "<interface name=\"%s\">", i->name);
	for (const struct bus_method *m = i->methods; m && m->name; m++)
		put_method(f, m);
	for (const struct bus_signal *s = i->signals; s && s->name; s++)
		put_signal(f, s);
	for (const struct bus_property *p = i->properties; p && p->name; p++)
		put_property(f, p);
	fputs("</interface>", f);
}

static void put_children(FILE *f, struct bus_object *o)
{
	char **children = NULL;

	if (!o->registered || !dbus_connection_list_registered(o->bus->conn, o->path, &children))
		return;
	for (char **c = children; *c; c++)
		fprintf(f, "<node name=\"%s\"/>", *c);
	dbus_free_string_array(children);
}

char *bus_introspect(struct bus_object *o)
{
	char *xml = NULL;
	size_t len;
	FILE *f = open_memstream(&xml, &len);

	if (!f)
		return NULL;
	fputs(DBUS_INTROSPECT_1_0_XML_DOCTYPE_DECL_NODE
		"<node>"
		"<interface name=\"" BUS_INTROSPECTABLE "\"><method name=\"Introspect\">"
		"<arg name=\"data\" type=\"s\" direction=\"out\"/></method></interface>"
		"<interface name=\"" BUS_PROPERTIES "\"><method name=\"Get\">"
		"<arg name=\"interface\" type=\"s\" direction=\"in\"/>"
		"<arg name=\"propname\" type=\"s\" direction=\"in\"/>"
		"<arg name=\"value\" type=\"v\" direction=\"out\"/></method>"
		"<method name=\"GetAll\"><arg name=\"interface\" type=\"s\" direction=\"in\"/>"
		"<arg name=\"props\" type=\"a{sv}\" direction=\"out\"/></method>"
		"<method name=\"Set\"><arg name=\"interface\" type=\"s\" direction=\"in\"/>"
		"<arg name=\"propname\" type=\"s\" direction=\"in\"/>"
		"<arg name=\"value\" type=\"v\" direction=\"in\"/></method></interface>",
		f);
	for (size_t i = 0; i < o->interface_count; i++)
		put_interface(f, o->interfaces[i].rows);
	put_children(f, o);
	fputs("</node>\n", f);
	if (fclose(f) != 0) {
		free(xml);
		return NULL;
	}
	return xml;
}
