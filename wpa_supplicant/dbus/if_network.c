/* W.Interface: its networks. */
#include "wpa_supplicant/dbus/if_i.h"

void wpas_dbus_add_network(void *ctx, struct bus_call *call)
{
	struct wpas_if *w = wpas_dbus_if_of(ctx);
	struct wpas_network *n = wpas_networks_add(w);

	if (!n || !n->object) {
		if (n)
			wpas_networks_remove(w, n);
		bus_fail(call, WPAS_E("UnknownError"),
			"wpa_supplicant could not add a network on this interface.");
		return;
	}
	if (wpas_dbus_network_apply(w, n, bus_args(call), call) < 0)
		wpas_networks_remove(w, n);
	else
		bus_put_path(bus_reply(call), bus_object_path(n->object));
}

/* The network the first argument names; NULL: the error is set. */
static struct wpas_network *first_arg(struct wpas_if *w, struct bus_call *call)
{
	const char *path = "";

	bus_get_path(bus_args(call), &path);
	return wpas_dbus_network_of(w, call, path);
}

void wpas_dbus_remove_network(void *ctx, struct bus_call *call)
{
	struct wpas_if *w = wpas_dbus_if_of(ctx);
	struct wpas_network *n = first_arg(w, call);

	if (n)
		wpas_order_remove_network(w, n);
}

void wpas_dbus_remove_all_networks(void *ctx, struct bus_call *call)
{
	wpas_order_remove_networks(wpas_dbus_if_of(ctx));
}

void wpas_dbus_select_network(void *ctx, struct bus_call *call)
{
	struct wpas_if *w = wpas_dbus_if_of(ctx);
	struct wpas_network *n = first_arg(w, call);

	if (n)
		wpas_networks_select(w, n);
}

static const char *next_str(struct bus_call *call)
{
	const char *text = "";

	dbus_message_iter_next(bus_args(call));
	bus_get_str(bus_args(call), &text);
	return text;
}

void wpas_dbus_network_reply(void *ctx, struct bus_call *call)
{
	struct wpas_if *w = wpas_dbus_if_of(ctx);
	struct wpas_network *n = first_arg(w, call);

	if (!n)
		return;
	const char *field = next_str(call), *value = next_str(call);
	if (wpas_secret_reply(w, n, field, value) < 0)
		wpas_dbus_bad_args(call, field);
}

void wpas_dbus_network_request(
	struct wpas_if *w, struct wpas_network *n, const char *field, const char *text)
{
	struct bus_message m;

	if (!n->object || !bus_signal_begin(w->dbus->object, WPAS_BUS_IF, "NetworkRequest", &m))
		return;
	bus_put_path(&m.out, bus_object_path(n->object));
	bus_put_str(&m.out, field);
	bus_put_str(&m.out, text);
	bus_signal_send(&m);
}
