/* The D-Bus side as a whole: start, stop, and the objects of interfaces. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "wpa_supplicant/dbus/dbus_i.h"

#define BUS_START_MS 30000

static const struct bus_interface *const root_interfaces[] = {&wpas_dbus_root_rows, NULL};

static int make_objects(struct wpas_dbus *d)
{
	const struct bus_params p = {.name = WPAS_BUS_NAME};
	int err = wpas_dbus_make_if_properties(d);

	if (err < 0)
		return err;
	d->if_rows = (struct bus_interface){.name = WPAS_BUS_IF,
		.methods = wpas_dbus_if_methods,
		.properties = d->if_properties,
		.signals = wpas_dbus_if_signals};
	d->if_interfaces[0] = &d->if_rows;
	d->if_interfaces[1] = &wpas_dbus_wps_rows;
	d->bus = bus_new(d->s->loop, &p);
	d->root = d->bus ? bus_object_new(d->bus, WPAS_BUS_PATH, root_interfaces, d->s) : NULL;
	return d->root ? 0 : -ENOMEM;
}

int wpas_dbus_new(struct supplicant *s)
{
	struct wpas_dbus *d = calloc(1, sizeof(*d));

	if (!d)
		return -ENOMEM;
	d->s = s;
	s->dbus = d;
	int err = make_objects(d);
	if (err < 0)
		wpas_dbus_stop(s);
	return err;
}

int wpas_dbus_start(struct supplicant *s)
{
	int err = wpas_dbus_new(s);

	if (err < 0)
		return err;
	err = bus_wait(s->dbus->bus, BUS_START_MS);
	if (err < 0)
		wpas_dbus_stop(s);
	return err;
}

void wpas_dbus_stop(struct supplicant *s)
{
	struct wpas_dbus *d = s->dbus;

	if (!d)
		return;
	bus_object_free(d->root);
	bus_free(d->bus);
	wpas_dbus_free_if_properties(d);
	free(d);
	s->dbus = NULL;
}

const char *wpas_dbus_path(const struct bus_object *o)
{
	return o ? bus_object_path(o) : "/";
}

void wpas_dbus_bad_args(struct bus_call *call, const char *detail)
{
	bus_fail_detail(
		call, WPAS_E("InvalidArgs"), "Did not receive correct message arguments.", detail);
}

/* --- interfaces --- */

static void tell_added(struct wpas_dbus *d, struct wpas_dbus_if *i)
{
	struct bus_message m;

	if (!bus_signal_begin(d->root, WPAS_BUS_NAME, "InterfaceAdded", &m))
		return;
	bus_put_path(&m.out, bus_object_path(i->object));
	bus_put_properties(i->object, WPAS_BUS_IF, &m.out);
	bus_signal_send(&m);
}

void wpas_dbus_if_added(struct wpas_if *w)
{
	struct wpas_dbus *d = w->s->dbus;
	char path[WPAS_PATH_CAP];

	if (!d)
		return;
	struct wpas_dbus_if *i = calloc(1, sizeof(*i));
	if (!i)
		return;
	*i = (struct wpas_dbus_if){.w = w, .state = w->state, .bss = "/", .network = "/"};
	snprintf(path, sizeof(path), WPAS_BUS_PATH "/Interfaces/%u", d->next_if++);
	i->object = bus_object_new(d->bus, path, d->if_interfaces, i);
	if (!i->object) {
		free(i);
		return;
	}
	w->dbus = i;
	tell_added(d, i);
	for (size_t n = 0; n < w->conf->net_count; n++)
		wpas_dbus_network_added(w, w->conf->nets[n]);
}

void wpas_dbus_if_removed(struct wpas_if *w)
{
	struct wpas_dbus_if *i = w->dbus;
	char path[WPAS_PATH_CAP];
	struct bus_message m;
	struct wpas_bss *b;

	if (!i)
		return;
	for (size_t n = 0; n < w->conf->net_count; n++)
		wpas_dbus_network_removed(w, w->conf->nets[n]);
	TAILQ_FOREACH (b, &w->bss.list, link)
		wpas_dbus_bss_removed(w, b);
	snprintf(path, sizeof(path), "%s", bus_object_path(i->object));
	bus_client_unwatch(i->probe_client);
	bus_object_free(i->object);
	w->dbus = NULL;
	free(i);
	if (!bus_signal_begin(w->s->dbus->root, WPAS_BUS_NAME, "InterfaceRemoved", &m))
		return;
	bus_put_path(&m.out, path);
	bus_signal_send(&m);
}

/* --- networks and BSSs --- */

static struct bus_object *item_new(struct wpas_if *w, const char *folder, unsigned id,
	const struct bus_interface *const *interfaces, const struct wpas_dbus_item *item)
{
	char path[WPAS_PATH_CAP];

	if (!w->dbus)
		return NULL;
	struct wpas_dbus_item *own = malloc(sizeof(*own));
	if (!own)
		return NULL;
	*own = *item;
	snprintf(path, sizeof(path), "%s/%s/%u", bus_object_path(w->dbus->object), folder, id);
	struct bus_object *o = bus_object_new(w->s->dbus->bus, path, interfaces, own);
	if (!o)
		free(own);
	return o;
}

struct bus_object *wpas_dbus_item_add(struct wpas_if *w, const char *folder, unsigned id,
	const struct bus_interface *const *interfaces, const struct wpas_dbus_item *item,
	const char *signal)
{
	struct bus_object *o = item_new(w, folder, id, interfaces, item);
	struct bus_message m;

	if (!o || !bus_signal_begin(w->dbus->object, WPAS_BUS_IF, signal, &m))
		return o;
	bus_put_path(&m.out, bus_object_path(o));
	bus_put_properties(o, interfaces[0]->name, &m.out);
	bus_signal_send(&m);
	return o;
}

void wpas_dbus_item_remove(struct wpas_if *w, struct bus_object **o, const char *signal)
{
	char path[WPAS_PATH_CAP];

	if (!*o)
		return;
	void *item = bus_object_ctx(*o);
	snprintf(path, sizeof(path), "%s", bus_object_path(*o));
	bus_object_free(steal_ptr(o));
	free(item);
	wpas_dbus_tell_path(w, signal, path);
}

void wpas_dbus_tell_path(struct wpas_if *w, const char *signal, const char *path)
{
	struct bus_message m;

	if (!w->dbus || !bus_signal_begin(w->dbus->object, WPAS_BUS_IF, signal, &m))
		return;
	bus_put_path(&m.out, path);
	bus_signal_send(&m);
}
