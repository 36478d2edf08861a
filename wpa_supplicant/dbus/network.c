/* W.Network, and configuration keys of networks as clients give and get them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "utils/log.h"
#include "wpa_supplicant/dbus/dbus_i.h"
#include "wpa_supplicant/keys.h"

#define VALUE_MAX 4096                /* bytes of one value */
#define VALUE_CAP (2 * VALUE_MAX + 4) /* as hex, or in quotes */

/* --- a{sv} to keys --- */

/* Texts of these are words, numbers or addresses; of all others they are put into quotes. */
static const char *const bare[] = {"key_mgmt", "proto", "pairwise", "auth_alg", "group",
	"group_mgmt", "eap", "bssid", "bssid_hint", "bssid_ignore", "bssid_accept",
	"bssid_blacklist", "bssid_whitelist", "scan_freq", "freq_list", "scan_ssid",
	"ignore_broadcast_ssid", "mesh_basic_rates", "mac_value", "go_p2p_dev_addr",
	"p2p_client_list", "psk_list"};

static bool is_bare(const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(bare); i++)
		if (strcmp(key, bare[i]) == 0)
			return true;
	return false;
}

static int hex_value(DBusMessageIter *in, struct strbuf *out)
{
	const uint8_t *data;
	size_t len;

	if (bus_get_bytes(in, &data, &len) < 0 || !len || len > VALUE_MAX)
		return -EINVAL;
	return strbuf_add_hex(out, data, len) ? 0 : -EMSGSIZE;
}

static int text_value(const char *key, DBusMessageIter *in, struct strbuf *out)
{
	const char *text;

	if (bus_get_str(in, &text) < 0 || strlen(text) > VALUE_MAX)
		return -EINVAL;
	if (is_bare(key))
		return strbuf_add(out, "%s", text) ? 0 : -EMSGSIZE;
	return *text && strbuf_add(out, "\"%s\"", text) ? 0 : -EINVAL;
}

/* A value of a client in file syntax. 0 or -errno: it has none of the types, or is empty. */
static int file_value(const char *key, DBusMessageIter *in, struct strbuf *out)
{
	uint32_t u;
	int32_t i;

	if (bus_get_u32(in, &u) == 0)
		return strbuf_add(out, "%u", u) ? 0 : -EMSGSIZE;
	if (bus_get_i32(in, &i) == 0)
		return strbuf_add(out, "%d", i) ? 0 : -EMSGSIZE;
	return bus_is(in, "s") ? text_value(key, in, out) : hex_value(in, out);
}

static int apply_one(struct wpas_if *w, struct wpas_network *n, const char *key,
	DBusMessageIter *in, struct cfg_error *err)
{
	char value[VALUE_CAP];
	struct strbuf text = strbuf_over(value, sizeof(value));
	int ret = file_value(key, in, &text);

	if (ret < 0)
		cfg_fail(err, "expected bytes, a text or a number, not empty, of at most %d bytes",
			VALUE_MAX);
	else
		ret = wpas_networks_set(w, n, key, value, err);
	wipe(value, sizeof(value));
	return ret;
}

int wpas_dbus_network_apply(
	struct wpas_if *w, struct wpas_network *n, DBusMessageIter *dict, struct bus_call *call)
{
	struct cfg_error err;
	DBusMessageIter entries, value;
	char detail[sizeof(err.text) + 80];
	const char *key;

	bus_get_array(dict, "{sv}", &entries);
	while (bus_dict_next(&entries, &key, &value)) {
		if (apply_one(w, n, key, &value, &err) >= 0)
			continue;
		snprintf(detail, sizeof(detail), "%.64s: %s", key, err.text);
		wpas_log(w, LOG_DBG, "D-Bus: network %u: %s", n->id, detail);
		bus_fail_detail(call, BUS_ERROR_INVALID_ARGS, "invalid message format", detail);
		return -EINVAL;
	}
	return 0;
}

/* --- properties --- */

/* Secrets are read back only where a registrar gave them: its credential is for the client too. */
static bool readable(const struct wpas_network *n, const struct cfg_key *key)
{
	return key->scope == WPAS_NETWORK && (!(key->flags & CFG_SECRET) || n->wps_run);
}

static int get_values(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_dbus_item *item = ctx;
	const struct cfg_table *keys = item->w->conf->keys;
	struct bus_dict d;

	bus_dict_open(out, &d);
	for (size_t k = 0; k < cfg_count(keys); k++) {
		const struct cfg_key *key = cfg_at(keys, k);
		char *text = readable(item->n, key) ? wpas_dbus_key_text(key, item->n) : NULL;
		if (!text)
			continue;
		bus_dict_str(&d, key->name, text);
		wipe(text, strlen(text));
		free(text);
	}
	bus_dict_close(&d);
	return 0;
}

static int set_values(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call)
{
	const struct wpas_dbus_item *item = ctx;
	return wpas_dbus_network_apply(item->w, item->n, in, call);
}

static int get_enabled(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_dbus_item *item = ctx;
	bus_put_bool(out, !wpas_network_disabled(item->n));
	return 0;
}

static int set_enabled(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call)
{
	const struct wpas_dbus_item *item = ctx;
	bool on;

	bus_get_bool(in, &on);
	if (on)
		wpas_networks_enable(item->w, item->n, true);
	else
		wpas_networks_disable(item->w, item->n);
	return 0;
}

static const struct bus_property properties[] = {
	{"Properties", "a{sv}", get_values, set_values, 0, NULL,
		"Configuration keys. Read: every key that is set, as text in the syntax of the "
		"file; secrets only when WPS made the network. Written: keys to change, as for "
		"AddNetwork."},
	{"Enabled", "b", get_enabled, set_enabled, BUS_SIGNALLED, NULL,
		"May be connected to; written, as ENABLE_NETWORK and DISABLE_NETWORK."},
	{0}};
static const struct bus_signal signals[] = {
	{"PropertiesChanged", "properties:a{sv}", "Deprecated form.", false}, {0}};
const struct bus_interface wpas_dbus_network_rows = {
	.name = WPAS_BUS_NETWORK, .properties = properties, .signals = signals};
static const struct bus_interface *const interfaces[] = {&wpas_dbus_network_rows, NULL};

/* --- paths --- */

struct wpas_network *wpas_dbus_network_of(
	struct wpas_if *w, struct bus_call *call, const char *path)
{
	const char *id;
	int64_t n;

	if (!str_starts(path, bus_object_path(w->dbus->object), &id) ||
		!str_starts(id, "/Networks/", &id) || parse_int(id, 10, 0, INT32_MAX, &n) < 0) {
		wpas_dbus_bad_args(call, path);
		return NULL;
	}
	struct wpas_network *net = wpas_conf_network(w->conf, (unsigned)n);
	if (net && strcmp(path, wpas_dbus_path(net->object)) == 0)
		return net;
	bus_fail(call, WPAS_E("NetworkUnknown"), "There is no such a network in this interface.");
	return NULL;
}

/* --- hooks --- */

void wpas_dbus_network_added(struct wpas_if *w, struct wpas_network *n)
{
	const struct wpas_dbus_item item = {.w = w, .n = n};

	n->object = wpas_dbus_item_add(w, "Networks", n->id, interfaces, &item, "NetworkAdded");
}

void wpas_dbus_network_removed(struct wpas_if *w, struct wpas_network *n)
{
	wpas_dbus_item_remove(w, &n->object, "NetworkRemoved");
}

void wpas_dbus_network_selected(struct wpas_if *w, struct wpas_network *n)
{
	if (n->object)
		wpas_dbus_tell_path(w, "NetworkSelected", bus_object_path(n->object));
}

void wpas_dbus_network_enabled(struct wpas_if *w, struct wpas_network *n)
{
	bus_changed(n->object, WPAS_BUS_NETWORK, "Enabled");
}
