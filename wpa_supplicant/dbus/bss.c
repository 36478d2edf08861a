/* W.BSS. */
#include "wpa_supplicant/dbus/dbus_i.h"

static const struct wpas_bss *bss_of(void *ctx)
{
	const struct wpas_dbus_item *item = ctx;
	return item->b;
}

static int get_ssid(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	bus_put_bytes(out, bss_of(ctx)->key.ssid, bss_of(ctx)->key.ssid_len);
	return 0;
}

static int get_bssid(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	bus_put_bytes(out, bss_of(ctx)->key.bssid, MAC_LEN);
	return 0;
}

static const struct bus_property properties[] = {
	{"SSID", "ay", get_ssid, NULL, 0, NULL, "Name of the network."},
	{"BSSID", "ay", get_bssid, NULL, 0, NULL, "Address."}, {0}};
static const struct bus_signal signals[] = {
	{"PropertiesChanged", "properties:a{sv}", "Deprecated form.", false}, {0}};
const struct bus_interface wpas_dbus_bss_rows = {
	.name = WPAS_BUS_BSS, .properties = properties, .signals = signals};
static const struct bus_interface *const interfaces[] = {&wpas_dbus_bss_rows, NULL};

/* --- hooks --- */

void wpas_dbus_bss_added(struct wpas_if *w, struct wpas_bss *b)
{
	const struct wpas_dbus_item item = {.w = w, .b = b};

	b->object = wpas_dbus_item_new(w, "BSSs", b->id, interfaces, &item);
}

void wpas_dbus_bss_removed(struct wpas_if *w, struct wpas_bss *b)
{
	wpas_dbus_item_free(b->object);
	b->object = NULL;
}

void wpas_dbus_bss_seen(struct wpas_if *w, struct wpas_bss *b, unsigned changes)
{
}
