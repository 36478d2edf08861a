/* W.Interface.WPS: runs, what they report, and who we are in them. */
#include <errno.h>
#include <stdio.h>

#include "wpa_supplicant/dbus/dbus_i.h"

static struct wpas_if *if_of(void *ctx)
{
	const struct wpas_dbus_if *i = ctx;
	return i->w;
}

/* --- Start --- */

enum role { NO_ROLE, ENROLLEE, REGISTRAR };
enum type { NO_TYPE, BY_BUTTON, BY_PIN };

struct start {
	enum role role;
	enum type type;
	const uint8_t *bssid, *p2p;
	const char *pin;
	bool multi_ap;
};

static int bad(struct bus_call *call, const char *detail)
{
	wpas_dbus_bad_args(call, detail);
	return -EINVAL;
}

static int take_role(struct start *s, DBusMessageIter *in, struct bus_call *call)
{
	const char *word;

	if (bus_get_str(in, &word) < 0)
		return bad(call, "Role must be a string");
	s->role = strcmp(word, "enrollee") == 0    ? ENROLLEE
		  : strcmp(word, "registrar") == 0 ? REGISTRAR
						   : NO_ROLE;
	return s->role == NO_ROLE ? bad(call, word) : 0;
}

static int take_type(struct start *s, DBusMessageIter *in, struct bus_call *call)
{
	const char *word;

	if (bus_get_str(in, &word) < 0)
		return bad(call, "Type must be a string");
	s->type = strcmp(word, "pbc") == 0   ? BY_BUTTON
		  : strcmp(word, "pin") == 0 ? BY_PIN
					     : NO_TYPE;
	return s->type == NO_TYPE ? bad(call, word) : 0;
}

static int take_bssid(struct start *s, DBusMessageIter *in, struct bus_call *call)
{
	size_t len;

	if (bus_get_bytes(in, &s->bssid, &len) < 0)
		return bad(call, "Bssid must be a byte array");
	return len == MAC_LEN ? 0 : bad(call, "Bssid is wrong length");
}

static int take_p2p(struct start *s, DBusMessageIter *in, struct bus_call *call)
{
	size_t len;

	if (bus_get_bytes(in, &s->p2p, &len) < 0)
		return bad(call, "P2PDeviceAddress must be a byte array");
	return len == MAC_LEN ? 0 : bad(call, "P2PDeviceAddress has wrong length");
}

static int take_pin(struct start *s, DBusMessageIter *in, struct bus_call *call)
{
	return bus_get_str(in, &s->pin) < 0 ? bad(call, "Pin must be a string") : 0;
}

static int take_multi_ap(struct start *s, DBusMessageIter *in, struct bus_call *call)
{
	return bus_get_bool(in, &s->multi_ap) < 0 ? bad(call, "MultiAp must be a boolean") : 0;
}

static const struct {
	const char *key;
	int (*take)(struct start *s, DBusMessageIter *in, struct bus_call *call);
} start_keys[] = {{"Role", take_role}, {"Type", take_type}, {"Bssid", take_bssid},
	{"Pin", take_pin}, {"P2PDeviceAddress", take_p2p}, {"MultiAp", take_multi_ap}};

static int take(struct start *s, const char *key, DBusMessageIter *in, struct bus_call *call)
{
	for (size_t i = 0; i < ARRAY_SIZE(start_keys); i++)
		if (strcmp(key, start_keys[i].key) == 0)
			return start_keys[i].take(s, in, call);
	return bad(call, key);
}

/* 0, or -EINVAL with the error set. */
static int read_start(struct bus_call *call, struct start *s)
{
	DBusMessageIter dict, value;
	const char *key;

	bus_get_array(bus_args(call), "{sv}", &dict);
	while (bus_dict_next(&dict, &key, &value))
		if (take(s, key, &value, call) < 0)
			return -EINVAL;
	if (s->role == NO_ROLE)
		return bad(call, "Role not specified");
	if (s->role == ENROLLEE && s->type == NO_TYPE)
		return bad(call, "Type not specified");
	if (s->role == REGISTRAR && !s->pin)
		return bad(call, "Pin required for registrar role.");
	if (s->multi_ap && (s->role != ENROLLEE || s->type != BY_BUTTON))
		return bad(call, "MultiAp needs PBC enrollee");
	return 0;
}

static void start(void *ctx, struct bus_call *call)
{
	struct start s = {0};
	char made[16] = "";
	struct bus_dict reply;

	if (read_start(call, &s) < 0)
		return;
	if (s.type == BY_PIN && !s.pin) {
		snprintf(made, sizeof(made), "%08u", wps_pin_generate());
		s.pin = made;
	}
	const struct wpas_wps_request run = {.kind = s.role == REGISTRAR   ? WPAS_WPS_REG
						     : s.type == BY_BUTTON ? WPAS_WPS_PBC
									   : WPAS_WPS_PIN,
		.bssid = s.bssid,
		.pin = s.role == ENROLLEE && s.type == BY_BUTTON ? NULL : s.pin,
		.multi_ap = s.multi_ap};
	int err = wpas_wps_start(if_of(ctx), &run);
	if (err < 0) {
		bool no_4addr = s.multi_ap && (err == -EBUSY || err == -EOPNOTSUPP);
		bus_fail_detail(call, WPAS_E("UnknownError"), "WPS start failed",
			no_4addr ? wpas_multi_ap_obstacle(err) : strerror(-err));
		return;
	}
	bus_dict_open(bus_reply(call), &reply);
	if (made[0])
		bus_dict_str(&reply, "Pin", made);
	bus_dict_close(&reply);
	wipe(made, sizeof(made));
}

static void cancel(void *ctx, struct bus_call *call)
{
	wpas_wps_cancel(if_of(ctx));
}

/* --- properties --- */

static int get_process(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	bus_put_bool(out, if_of(ctx)->conf->wps_cred_processing != 1);
	return 0;
}

static int set_process(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call)
{
	const struct wpas_dbus_if *i = ctx;
	struct cfg_error err;
	bool before = i->w->conf->wps_cred_processing != 1, on;

	bus_get_bool(in, &on);
	int ret = wpas_set_key(i->w, "wps_cred_processing", on ? "2" : "1", &err);
	if (on != before)
		bus_changed(i->object, WPAS_BUS_WPS, p->name);
	return ret;
}

/* Properties that are configuration keys; p->arg is the name of the key. */
static int get_text(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_conf *c = if_of(ctx)->conf;

	wpas_dbus_put_key(out, cfg_find(c->keys, p->arg, WPAS_GLOBAL), c);
	return 0;
}

static int set_text(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call)
{
	const char *text = "";
	struct cfg_error err;

	bus_get_str(in, &text);
	return wpas_set_key(if_of(ctx), p->arg, text, &err);
}

static int get_device_type(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_dev_type *t = &if_of(ctx)->conf->device_type;
	bus_put_bytes(out, t->type, sizeof(t->type));
	return 0;
}

static int set_device_type(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call)
{
	const uint8_t *type;
	size_t len;
	char text[WPS_TYPE_TEXT_LEN];
	struct cfg_error err;

	if (bus_get_bytes(in, &type, &len) < 0 || len != 8)
		return -EINVAL;
	return wpas_set_key(if_of(ctx), "device_type", wps_type_text(type, text), &err);
}

/* --- rows --- */

static const struct bus_method methods[] = {
	{"Start", "args:a{sv}", "output:a{sv}", start,
		"Begins a run. Keys: `Role` s (`enrollee`, `registrar`), `Type` s (`pbc`, `pin`; "
		"enrollee), `Bssid` ay (only this AP), `Pin` s (absent: made, and in the reply; "
		"registrar: that of the AP), `P2PDeviceAddress` ay (whom an AP of ours waits for), "
		"`MultiAp` b (`enrollee` with `pbc`: onboarding as a backhaul station)."},
	{"Cancel", "", "", cancel, "Ends the run, if there is one."}, {0}};

static const struct bus_property properties[] = {
	{"ProcessCredentials", "b", get_process, set_process, BUS_SIGNALLED, NULL,
		"The daemon makes networks of credentials. Set, to either value: they are told, "
		"too."},
	{"ConfigMethods", "s", get_text, set_text, 0, "config_methods", "Key config_methods."},
	{"DeviceName", "s", get_text, set_text, 0, "device_name", "Key device_name."},
	{"Manufacturer", "s", get_text, set_text, 0, "manufacturer", "Key manufacturer."},
	{"ModelName", "s", get_text, set_text, 0, "model_name", "Key model_name."},
	{"ModelNumber", "s", get_text, set_text, 0, "model_number", "Key model_number."},
	{"SerialNumber", "s", get_text, set_text, 0, "serial_number", "Key serial_number."},
	{"DeviceType", "ay", get_device_type, set_device_type, 0, NULL,
		"Key device_type, 8 bytes."},
	{0}};

static const struct bus_signal signals[] = {
	{"Event", "name:s args:a{sv}",
		"`success`; `fail` with `msg` i, `config_error` i (16: nobody came in time, 12: "
		"several buttons were pushed), `error_indication` i; `pbc-overlap`; `m2d` with "
		"what the registrar says of itself; `multi-ap-failed` with `bssid` ay, `reason` s: "
		"that access point, or our radio, does not allow the backhaul link.",
		false},
	{"Credentials", "credentials:a{sv}",
		"What a run brought, unless the daemon keeps it to itself (wps_cred_processing=0): "
		"`BSSID` ay, `SSID` ay, `AuthType` as, `EncrType` as, `Key` ay, `KeyIndex` u, "
		"`MultiAp` b (true: of a backhaul; else absent).",
		false},
	{"PropertiesChanged", "properties:a{sv}", "Deprecated form.", false}, {0}};

const struct bus_interface wpas_dbus_wps_rows = {
	.name = WPAS_BUS_WPS, .methods = methods, .properties = properties, .signals = signals};

/* --- hooks --- */

/* False: nobody to tell. Else fill the dictionary and end with event_end(). */
static bool event_begin(
	struct wpas_if *w, const char *name, struct bus_message *m, struct bus_dict *d)
{
	if (!w->dbus || !bus_signal_begin(w->dbus->object, WPAS_BUS_WPS, "Event", m))
		return false;
	bus_put_str(&m->out, name);
	bus_dict_open(&m->out, d);
	return true;
}

static void event_end(struct bus_message *m, struct bus_dict *d)
{
	bus_dict_close(d);
	bus_signal_send(m);
}

void wpas_dbus_wps_success(struct wpas_if *w)
{
	struct bus_message m;
	struct bus_dict d;

	if (event_begin(w, "success", &m, &d))
		event_end(&m, &d);
}

void wpas_dbus_wps_fail(
	struct wpas_if *w, unsigned msg, unsigned config_error, unsigned error_indication)
{
	struct bus_message m;
	struct bus_dict d;

	if (!event_begin(w, "fail", &m, &d))
		return;
	bus_dict_i32(&d, "msg", (int32_t)msg);
	bus_dict_i32(&d, "config_error", (int32_t)config_error);
	bus_dict_i32(&d, "error_indication", (int32_t)error_indication);
	event_end(&m, &d);
}

void wpas_dbus_wps_overlap(struct wpas_if *w)
{
	struct bus_message m;
	struct bus_dict d;

	if (event_begin(w, "pbc-overlap", &m, &d))
		event_end(&m, &d);
	wpas_dbus_wps_fail(w, 0, WPS_CFG_MULTIPLE_PBC_DETECTED, 0);
}

void wpas_dbus_multi_ap_failed(struct wpas_if *w, const char *why)
{
	struct bus_message m;
	struct bus_dict d;

	if (!event_begin(w, "multi-ap-failed", &m, &d))
		return;
	bus_dict_bytes(&d, "bssid", w->conn.bssid, MAC_LEN);
	bus_dict_str(&d, "reason", why);
	event_end(&m, &d);
}

static void put_text(struct bus_dict *d, const char *key, const char *text)
{
	bus_dict_bytes(d, key, text, strlen(text));
}

void wpas_dbus_wps_m2d(struct wpas_if *w, const struct wps_event *ev)
{
	static const struct wps_peer unknown;
	const struct wps_peer *p = ev->peer ? ev->peer : &unknown;
	struct bus_message m;
	struct bus_dict d;

	if (!event_begin(w, "m2d", &m, &d))
		return;
	bus_dict_u16(&d, "config_methods", p->config_methods);
	put_text(&d, "manufacturer", p->manufacturer);
	put_text(&d, "model_name", p->model_name);
	put_text(&d, "model_number", p->model_number);
	put_text(&d, "serial_number", p->serial_number);
	put_text(&d, "dev_name", p->device_name);
	bus_dict_bytes(&d, "primary_dev_type", p->primary_type, sizeof(p->primary_type));
	bus_dict_u16(&d, "config_error", ev->peer ? p->config_error : (uint16_t)ev->config_error);
	bus_dict_u16(&d, "dev_password_id", p->dev_password_id);
	event_end(&m, &d);
}

struct word {
	unsigned bit;
	const char *text;
};
static const struct word auth_words[] = {{WPS_AUTH_OPEN, "open"}, {WPS_AUTH_WPAPSK, "wpa-psk"},
	{WPS_AUTH_WPA, "wpa-eap"}, {WPS_AUTH_WPA2, "wpa2-eap"}, {WPS_AUTH_WPA2PSK, "wpa2-psk"},
	{0, NULL}};
static const struct word encr_words[] = {
	{WPS_ENCR_NONE, "none"}, {WPS_ENCR_TKIP, "tkip"}, {WPS_ENCR_AES, "aes"}, {0, NULL}};

static void put_words(struct bus_dict *d, const char *key, const struct word *words, unsigned mask)
{
	const char *list[ARRAY_SIZE(auth_words)];
	size_t n = 0;

	for (; words->text; words++)
		if (mask & words->bit)
			list[n++] = words->text;
	bus_dict_strs(d, key, list, n);
}

void wpas_dbus_wps_credential(struct wpas_if *w, const struct wps_credential *c)
{
	struct bus_message m;
	struct bus_dict d;

	if (!w->dbus || !bus_signal_begin(w->dbus->object, WPAS_BUS_WPS, "Credentials", &m))
		return;
	bus_dict_open(&m.out, &d);
	if (w->conn.bss)
		bus_dict_bytes(&d, "BSSID", w->conn.bss->key.bssid, MAC_LEN);
	bus_dict_bytes(&d, "SSID", c->ssid, c->ssid_len);
	put_words(&d, "AuthType", auth_words, c->auth_type);
	put_words(&d, "EncrType", encr_words, c->encr_type);
	bus_dict_bytes(&d, "Key", c->key, c->key_len);
	bus_dict_u32(&d, "KeyIndex", 0); /* WEP had several */
	if (w->wps.net && w->wps.net->multi_ap_backhaul_sta)
		bus_dict_bool(&d, "MultiAp", true);
	bus_dict_close(&d);
	bus_signal_send(&m);
}
