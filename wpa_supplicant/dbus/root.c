/* The daemon: /fi/w1/wpa_supplicant1. */
#include <errno.h>
#include <strings.h>

#include "wpa_supplicant/dbus/if_i.h"

/* --- methods --- */

struct new_interface {
	struct supplicant_if_params p;
	const char *type;
	uint8_t addr[MAC_LEN];
};

static int take_create(struct new_interface *n, const char *key, DBusMessageIter *v)
{
	const struct {
		const char *key;
		const char **to;
	} texts[] = {{"Ifname", &n->p.ifname}, {"Driver", &n->p.driver}, {"ConfigFile", &n->p.conf},
		{"BridgeIfname", &n->p.bridge}, {"Type", &n->type}};
	const char *text;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (strcmp(key, texts[i].key) == 0)
			return bus_get_str(v, texts[i].to);
	if (strcmp(key, "Create") == 0)
		return bus_get_bool(v, &n->p.created);
	if (strcmp(key, "Address") != 0 || bus_get_str(v, &text) < 0 ||
		mac_parse_all(text, n->addr) < 0)
		return -EINVAL;
	n->p.addr = n->addr;
	return 0;
}

/* False: the error is set. */
static bool read_create(struct bus_call *call, struct new_interface *n)
{
	DBusMessageIter dict, value;
	const char *key;

	bus_get_array(bus_args(call), "{sv}", &dict);
	while (bus_dict_next(&dict, &key, &value)) {
		if (take_create(n, key, &value) < 0) {
			wpas_dbus_bad_args(call, key);
			return false;
		}
	}
	if (!n->p.ifname) {
		wpas_dbus_bad_args(call, "Ifname");
		return false;
	}
	if (n->type && strcmp(n->type, "sta") != 0 && strcmp(n->type, "ap") != 0) {
		wpas_dbus_bad_args(call, "Type");
		return false;
	}
	return true;
}

static void create_interface(void *ctx, struct bus_call *call)
{
	struct supplicant *s = ctx;
	struct new_interface n = {0};

	if (!read_create(call, &n))
		return;
	if (wpas_if_find(s, n.p.ifname)) {
		bus_fail(call, WPAS_E("InterfaceExists"),
			"wpa_supplicant already controls this interface.");
		return;
	}
	struct wpas_if *w =
		supplicant_add_interface(s, &n.p) == 0 ? wpas_if_find(s, n.p.ifname) : NULL;
	if (!w || !w->dbus) {
		bus_fail(call, WPAS_E("UnknownError"),
			"wpa_supplicant couldn't grab this interface.");
		return;
	}
	bus_put_path(bus_reply(call), bus_object_path(w->dbus->object));
}

static void unknown_interface(struct bus_call *call)
{
	bus_fail(call, WPAS_E("InterfaceUnknown"),
		"wpa_supplicant knows nothing about this interface.");
}

static struct wpas_if *if_by_path(struct supplicant *s, const char *path)
{
	struct wpas_if *w;

	TAILQ_FOREACH (w, &s->ifs, link)
		if (w->dbus && strcmp(bus_object_path(w->dbus->object), path) == 0)
			return w;
	return NULL;
}

static void remove_interface(void *ctx, struct bus_call *call)
{
	const char *path = "";

	bus_get_path(bus_args(call), &path);
	struct wpas_if *w = if_by_path(ctx, path);
	if (!w)
		unknown_interface(call);
	else
		wpas_if_remove(w, false);
}

static void get_interface(void *ctx, struct bus_call *call)
{
	const char *name = "";

	bus_get_str(bus_args(call), &name);
	struct wpas_if *w = wpas_if_find(ctx, name);
	if (!w || !w->dbus)
		unknown_interface(call);
	else
		bus_put_path(bus_reply(call), bus_object_path(w->dbus->object));
}

static void expect_disconnect(void *ctx, struct bus_call *call)
{
	struct supplicant *s = ctx;
	struct wpas_if *w;

	TAILQ_FOREACH (w, &s->ifs, link)
		wpas_expect_disconnect(w);
}

static const struct bus_method methods[] = {
	{"CreateInterface", "args:a{sv}", "path:o", create_interface,
		"Takes a network interface into use. Keys: `Ifname` s (required), `Driver` s, "
		"`ConfigFile` "
		"s, `BridgeIfname` s, `Create` b (make the netdev), `Type` s (`sta`, `ap`), "
		"`Address` s."},
	{"RemoveInterface", "path:o", "", remove_interface, "Gives an interface back."},
	{"GetInterface", "ifname:s", "path:o", get_interface, "The object of an interface in use."},
	{"ExpectDisconnect", "", "", expect_disconnect,
		"The coming loss of the links is wanted, and no failure."},
	{0}};

/* --- properties --- */

static int get_debug_level(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	static const char *const names[] = {
		"excessive", "msgdump", "debug", "info", "warning", "error"};
	bus_put_str(out, names[log_get_level()]);
	return 0;
}

static int set_debug_level(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call)
{
	struct supplicant *s = ctx;
	const char *name = "";

	bus_get_str(in, &name);
	int level = log_level_parse(name);
	if (level < 0) {
		bus_fail(call, BUS_ERROR_FAILED, "wrong debug level value");
		return level;
	}
	log_set_level((enum log_level)level);
	bus_changed(s->dbus->root, WPAS_BUS_NAME, p->name);
	return 0;
}

struct flag {
	bool (*get)(void);
	void (*set)(bool on);
};
static const struct flag timestamps = {log_get_timestamps, log_set_timestamps},
			 show_keys = {log_get_show_keys, log_set_show_keys};

static int get_flag(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct flag *f = p->arg;
	bus_put_bool(out, f->get());
	return 0;
}

static int set_flag(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call)
{
	struct supplicant *s = ctx;
	const struct flag *f = p->arg;
	bool on;

	bus_get_bool(in, &on);
	f->set(on);
	bus_changed(s->dbus->root, WPAS_BUS_NAME, p->name);
	return 0;
}

static int get_interfaces(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	struct supplicant *s = ctx;
	struct bus_out paths;
	struct wpas_if *w;

	bus_open(out, &paths, DBUS_TYPE_ARRAY, "o");
	TAILQ_FOREACH (w, &s->ifs, link)
		if (w->dbus)
			bus_put_path(&paths, bus_object_path(w->dbus->object));
	bus_close(out, &paths);
	return 0;
}

static const struct bus_property properties[] = {
	{"DebugLevel", "s", get_debug_level, set_debug_level, BUS_SIGNALLED, NULL,
		"`excessive` `msgdump` `debug` `info` `warning` `error`"},
	{"DebugTimestamp", "b", get_flag, set_flag, BUS_SIGNALLED, &timestamps,
		"Log lines begin with the time."},
	{"DebugShowKeys", "b", get_flag, set_flag, BUS_SIGNALLED, &show_keys,
		"Keys go to the log."},
	{"Interfaces", "ao", get_interfaces, NULL, 0, NULL, "Interfaces in use."},
	{"EapMethods", "as", wpas_dbus_get_eap_methods, NULL, 0, NULL, "EAP methods built in."},
	{"Capabilities", "as", wpas_dbus_get_root_capabilities, NULL, 0, NULL,
		"Features built in: `ap` `ibss-rsn` `p2p` `pmf` `mesh` `fils` `ft` `sha384` `owe` "
		"`suiteb192` `wep_disabled`."},
	{0}};

static const struct bus_signal signals[] = {
	{"InterfaceAdded", "path:o properties:a{sv}", "An interface was taken into use.", false},
	{"InterfaceRemoved", "path:o", "An interface was given back; its object is gone.", false},
	{"PropertiesChanged", "properties:a{sv}", "Deprecated form.", false}, {0}};

const struct bus_interface wpas_dbus_root_rows = {
	.name = WPAS_BUS_NAME, .methods = methods, .properties = properties, .signals = signals};
