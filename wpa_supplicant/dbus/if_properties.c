/* W.Interface: properties that are no configuration keys. */
#include <ctype.h>
#include <stdio.h>

#include "wpa_supplicant/dbus/dbus_i.h"

static struct wpas_if *if_of(void *ctx)
{
	const struct wpas_dbus_if *i = ctx;
	return i->w;
}

static int get_state(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	char text[32];
	size_t n = 0;

	for (const char *s = wpas_state_name(if_of(ctx)->state); *s && n + 1 < sizeof(text); s++)
		text[n++] = (char)tolower((unsigned char)*s);
	text[n] = '\0';
	bus_put_str(out, text);
	return 0;
}

static int get_scanning(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	bus_put_bool(out, wpas_scan_busy(if_of(ctx)));
	return 0;
}

static int get_ifname(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	bus_put_str(out, if_of(ctx)->name);
	return 0;
}

static int get_current_bss(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_if *w = if_of(ctx);
	bus_put_path(out, wpas_dbus_path(w->conn.bss ? w->conn.bss->object : NULL));
	return 0;
}

static int get_current_network(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_if *w = if_of(ctx);
	bus_put_path(out, wpas_dbus_path(w->conn.net ? w->conn.net->object : NULL));
	return 0;
}

static int get_bsss(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	struct wpas_if *w = if_of(ctx);
	struct bus_out paths;
	struct wpas_bss *b;

	bus_open(out, &paths, DBUS_TYPE_ARRAY, "o");
	TAILQ_FOREACH (b, &w->bss.list, link)
		if (b->object)
			bus_put_path(&paths, bus_object_path(b->object));
	bus_close(out, &paths);
	return 0;
}

static int get_networks(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_if *w = if_of(ctx);
	struct bus_out paths;

	bus_open(out, &paths, DBUS_TYPE_ARRAY, "o");
	for (size_t n = 0; n < w->conf->net_count; n++)
		if (w->conf->nets[n]->object)
			bus_put_path(&paths, bus_object_path(w->conf->nets[n]->object));
	bus_close(out, &paths);
	return 0;
}

static int get_disconnect_reason(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	bus_put_i32(out, if_of(ctx)->conn.signed_reason);
	return 0;
}

const struct bus_property wpas_dbus_if_fixed_properties[] = {
	{"State", "s", get_state, NULL, BUS_SIGNALLED, NULL, "wpa_state in lower case."},
	{"Scanning", "b", get_scanning, NULL, BUS_SIGNALLED, NULL, "A scan is under way."},
	{"Ifname", "s", get_ifname, NULL, 0, NULL, "Name of the network interface."},
	{"CurrentBSS", "o", get_current_bss, NULL, BUS_SIGNALLED, NULL, "`/` without one."},
	{"CurrentNetwork", "o", get_current_network, NULL, BUS_SIGNALLED, NULL, "`/` without one."},
	{"BSSs", "ao", get_bsss, NULL, BUS_SIGNALLED, NULL, "What scans found."},
	{"Networks", "ao", get_networks, NULL, 0, NULL, "Configured networks."},
	{"DisconnectReason", "i", get_disconnect_reason, NULL, BUS_SIGNALLED | BUS_AT_ONCE, NULL,
		"Reason code of the last disconnection, negative when it was ours."},
	{0}};

void wpas_dbus_changed(struct wpas_if *w, const char *property)
{
	if (w->dbus)
		bus_changed(w->dbus->object, WPAS_BUS_IF, property);
}

/* Marks a path property when it is another one than was told. */
static void note_path(struct wpas_if *w, char told[WPAS_PATH_CAP], const struct bus_object *o,
	const char *property)
{
	const char *path = wpas_dbus_path(o);

	if (strcmp(told, path) == 0)
		return;
	snprintf(told, WPAS_PATH_CAP, "%s", path);
	wpas_dbus_changed(w, property);
}

void wpas_dbus_link(struct wpas_if *w)
{
	struct wpas_dbus_if *i = w->dbus;

	if (!i)
		return;
	if (i->state != w->state)
		wpas_dbus_changed(w, "State");
	i->state = w->state;
	note_path(w, i->bss, w->conn.bss ? w->conn.bss->object : NULL, "CurrentBSS");
	note_path(w, i->network, w->conn.net ? w->conn.net->object : NULL, "CurrentNetwork");
}
