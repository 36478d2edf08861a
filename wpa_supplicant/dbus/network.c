/* W.Network. */
#include "wpa_supplicant/dbus/dbus_i.h"

static int get_enabled(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_dbus_item *item = ctx;
	bus_put_bool(out, !wpas_network_disabled(item->n));
	return 0;
}

static const struct bus_property properties[] = {
	{"Enabled", "b", get_enabled, NULL, BUS_SIGNALLED, NULL, "May be connected to."}, {0}};
static const struct bus_signal signals[] = {
	{"PropertiesChanged", "properties:a{sv}", "Deprecated form.", false}, {0}};
const struct bus_interface wpas_dbus_network_rows = {
	.name = WPAS_BUS_NETWORK, .properties = properties, .signals = signals};
static const struct bus_interface *const interfaces[] = {&wpas_dbus_network_rows, NULL};

/* --- hooks --- */

void wpas_dbus_network_added(struct wpas_if *w, struct wpas_network *n)
{
	const struct wpas_dbus_item item = {.w = w, .n = n};

	n->object = wpas_dbus_item_new(w, "Networks", n->id, interfaces, &item);
}

void wpas_dbus_network_removed(struct wpas_if *w, struct wpas_network *n)
{
	wpas_dbus_item_free(n->object);
	n->object = NULL;
}

void wpas_dbus_network_selected(struct wpas_if *w, struct wpas_network *n)
{
}

void wpas_dbus_network_enabled(struct wpas_if *w, struct wpas_network *n)
{
	bus_changed(n->object, WPAS_BUS_NETWORK, "Enabled");
}
