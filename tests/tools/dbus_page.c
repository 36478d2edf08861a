/* The D-Bus page: objects, methods, properties and signals from the rows that answer them. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/tools/option_reference.h"
#include "wpa_supplicant/dbus/dbus_i.h"

/* `name:type` words as `name type, …` in code. */
static void put_args(const char *args)
{
	size_t at = 0;
	char text[512];

	for (; *args && at + 3 < sizeof(text); args++) {
		if (*args == ' ') {
			text[at++] = ',';
			text[at++] = ' ';
		} else {
			text[at++] = *args == ':' ? ' ' : *args;
		}
	}
	text[at] = '\0';
	if (at)
		put_code(text);
}

static void put_help(const char *help)
{
	fputs(" | ", stdout);
	if (help)
		put_plain(help);
	fputs(" |\n", stdout);
}

static void put_methods(const struct bus_method *m)
{
	if (!m || !m->name)
		return;
	puts("| method | arguments | reply | meaning |\n|---|---|---|---|");
	for (; m->name; m++) {
		printf("| `%s` | ", m->name);
		put_args(m->in);
		fputs(" | ", stdout);
		put_args(m->out);
		put_help(m->help);
	}
	putchar('\n');
}

static void put_properties(const struct bus_property *p)
{
	if (!p || !p->name)
		return;
	puts("| property | type | access | changes are signalled | meaning "
	     "|\n|---|---|---|---|---|");
	for (; p->name; p++) {
		printf("| `%s` | `%s` | %s%s | %s", p->name, p->type, p->get ? "r" : "",
			p->set ? "w" : "", p->flags & BUS_SIGNALLED ? "yes" : "");
		if (p->flags & BUS_AT_ONCE)
			fputs(", at once", stdout);
		put_help(p->help);
	}
	putchar('\n');
}

static void put_signals(const struct bus_signal *s)
{
	if (!s || !s->name)
		return;
	puts("| signal | arguments | meaning |\n|---|---|---|");
	for (; s->name; s++) {
		printf("| `%s` | ", s->name);
		put_args(s->args);
		fputs(" | ", stdout);
		if (s->hidden)
			fputs("(*not in the introspection data*) ", stdout);
		if (s->help)
			put_plain(s->help);
		fputs(" |\n", stdout);
	}
	putchar('\n');
}

static void put_interface(const char *where, const struct bus_interface *i)
{
	printf("## `%s`\n\nObject `%s`.\n\n", i->name, where);
	put_methods(i->methods);
	put_properties(i->properties);
	put_signals(i->signals);
}

/* More properties are made when the daemon starts: one per global key. */
static void put_key_properties(void)
{
	struct eloop *loop = eloop_new(ELOOP_VIRTUAL);
	struct wpas_dbus d = {.s = supplicant_new(loop, &(struct supplicant_params){0})};

	if (!d.s || wpas_dbus_make_if_properties(&d) < 0)
		abort();
	const struct bus_property *own = d.if_properties;
	for (const struct bus_property *p = wpas_dbus_if_fixed_properties; p->name; p++)
		own++;
	puts("### Global keys\n\nThey hold text as it stands in the file.\n");
	put_properties(own);
	wpas_dbus_free_if_properties(&d);
	supplicant_free(d.s);
	eloop_free(loop);
}

void dbus_page(void)
{
	printf("# D-Bus: %s\n\n%s"
	       "Every object also has `org.freedesktop.DBus.Properties` (`Get`, `Set`, `GetAll`) "
	       "and `org.freedesktop.DBus.Introspectable`.\nTypes are those of the D-Bus "
	       "specification. How it is made, which errors there are and where we differ from "
	       "others:\n[dbus.md](../dbus.md).\n\n",
		WPAS_BUS_NAME, generated);
	put_interface(WPAS_BUS_PATH, &wpas_dbus_root_rows);
	put_interface(WPAS_BUS_PATH "/Interfaces/<n>",
		&(struct bus_interface){WPAS_BUS_IF, wpas_dbus_if_methods,
			wpas_dbus_if_fixed_properties, wpas_dbus_if_signals});
	put_key_properties();
	put_interface(WPAS_BUS_PATH "/Interfaces/<n>", &wpas_dbus_wps_rows);
	put_interface(WPAS_BUS_PATH "/Interfaces/<n>/Networks/<id>", &wpas_dbus_network_rows);
	put_interface(WPAS_BUS_PATH "/Interfaces/<n>/BSSs/<id>", &wpas_dbus_bss_rows);
	put_interface(WPAS_BUS_PATH "/Interfaces/<n>/Stations/<mac>", &wpas_dbus_station_rows);
}
