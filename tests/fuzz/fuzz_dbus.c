/* Method calls of D-Bus clients to the objects of a station on simulated air. The input is a row of
 * calls: made of the rows of methods and properties with arguments of the right types and odd
 * values, or (first byte 'r') one message as it comes from the socket. No bus: the answers are
 * looked at and dropped. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/bus_i.h"
#include "drivers/sim/sim.h"
#include "utils/log.h"
#include "wpa_supplicant/dbus/dbus_i.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DEPTH_MAX 6
#define TEXT_MAX 64

struct input {
	const uint8_t *at, *end;
};

static uint8_t take(struct input *in)
{
	return in->at < in->end ? *in->at++ : 0;
}

static uint64_t take_number(struct input *in, size_t bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | take(in);
	return v;
}

/* What clients say. */
static const char *const words[] = {"", "Type", "active", "passive", "SSIDs", "IEs", "Channels",
	"AllowRoam", "NonColoc6GHz", "6GHzOnly", "ssid", "psk", "key_mgmt", "WPA-PSK", "NONE",
	"mode", "frequency", "scan_freq", "2412 5180", "bssid", "02:00:00:00:00:01", "freq_list",
	"multi_ap_backhaul_sta", "priority", "disabled", "Role", "enrollee", "registrar", "pbc",
	"pin", "Pin", "12345670", "Bssid", "P2PDeviceAddress", "MultiAp", "scan", "sched_scan",
	"pno", "info", "debug", "DE", "00", "correct horse", "push_button", "6-0050F204-1",
	"exponential:3:30", "periodic:2", "1", "0", "PSK_PASSPHRASE", "wlan0", "blob",
	"simple:30:-70:86400"};

/* --- values --- */

static void put_text(struct input *in, struct bus_out *out)
{
	uint8_t n = take(in);
	char text[TEXT_MAX + 1];

	if (n < 0xc0) {
		bus_put_str(out, words[n % ARRAY_SIZE(words)]);
		return;
	}
	n &= TEXT_MAX - 1;
	for (size_t i = 0; i < n; i++)
		text[i] = (char)take(in);
	text[n] = '\0';
	bus_put_str(out, text);
}

static struct bus_object *pick_object(struct bus *b, uint8_t n)
{
	struct bus_object *o = b->objects;

	for (unsigned left = n % HASH_COUNT(b->objects); left; left--)
		o = o->hh.next;
	return o;
}

static void put_path(struct input *in, struct bus *b, struct bus_out *out)
{
	uint8_t n = take(in);
	char path[WPAS_PATH_CAP];

	if (n < 0xe0) {
		bus_put_path(out, bus_object_path(pick_object(b, n)));
		return;
	}
	snprintf(path, sizeof(path), "%s/Networks/%u", bus_object_path(pick_object(b, take(in))),
		n & 3);
	bus_put_path(out, n == 0xff ? "/" : path);
}

static void put_value(
	struct input *in, struct bus *b, struct bus_out *out, DBusSignatureIter *type, int depth);

static void put_variant(struct input *in, struct bus *b, struct bus_out *out, int depth)
{
	static const char *const types[] = {"s", "i", "u", "b", "ay", "aay", "as", "o", "a{sv}",
		"a(uu)", "a{say}", "v", "d", "q", "y", "x", "t", "n"};
	const char *type = types[take(in) % (depth > DEPTH_MAX ? 4 : ARRAY_SIZE(types))];
	DBusSignatureIter inner;
	struct bus_out v;

	dbus_signature_iter_init(&inner, type);
	bus_open(out, &v, DBUS_TYPE_VARIANT, type);
	put_value(in, b, &v, &inner, depth + 1);
	bus_close(out, &v);
}

static void put_members(struct input *in, struct bus *b, struct bus_out *out, int kind,
	DBusSignatureIter *type, int depth)
{
	DBusSignatureIter inner;
	struct bus_out members;

	dbus_signature_iter_recurse(type, &inner);
	bus_open(out, &members, kind, NULL);
	do
		put_value(in, b, &members, &inner, depth + 1);
	while (dbus_signature_iter_next(&inner));
	bus_close(out, &members);
}

static void put_array(
	struct input *in, struct bus *b, struct bus_out *out, DBusSignatureIter *type, int depth)
{
	DBusSignatureIter inner;
	struct bus_out a;
	uint8_t n = take(in);

	dbus_signature_iter_recurse(type, &inner);
	char *contents = dbus_signature_iter_get_signature(&inner);
	bus_open(out, &a, DBUS_TYPE_ARRAY, contents);
	for (n %= contents[0] == 'y' ? 64 : 6; n && depth <= DEPTH_MAX; n--)
		put_value(in, b, &a, &inner, depth + 1);
	bus_close(out, &a);
	dbus_free(contents);
}

static void put_basic(struct input *in, struct bus_out *out, int type)
{
	uint64_t v = type == DBUS_TYPE_BOOLEAN ? take(in) & 1 : take_number(in, 1 + (take(in) & 7));

	if (!out->bad && !dbus_message_iter_append_basic(&out->it, type, &v))
		out->bad = true;
}

static void put_value(
	struct input *in, struct bus *b, struct bus_out *out, DBusSignatureIter *type, int depth)
{
	int kind = dbus_signature_iter_get_current_type(type);

	if (kind == DBUS_TYPE_STRING)
		put_text(in, out);
	else if (kind == DBUS_TYPE_OBJECT_PATH)
		put_path(in, b, out);
	else if (kind == DBUS_TYPE_VARIANT)
		put_variant(in, b, out, depth);
	else if (kind == DBUS_TYPE_ARRAY)
		put_array(in, b, out, type, depth);
	else if (kind == DBUS_TYPE_STRUCT || kind == DBUS_TYPE_DICT_ENTRY)
		put_members(in, b, out, kind, type, depth);
	else
		put_basic(in, out, kind);
}

static void put_args(struct input *in, struct bus *b, DBusMessage *m, const char *signature)
{
	struct bus_out out = {0};
	DBusSignatureIter type;

	if (!*signature)
		return;
	dbus_message_iter_init_append(m, &out.it);
	dbus_signature_iter_init(&type, signature);
	do
		put_value(in, b, &out, &type, 0);
	while (dbus_signature_iter_next(&type));
}

/* --- calls --- */

static DBusMessage *method_call(
	struct input *in, struct bus_object *o, const struct bus_interface *i)
{
	char signature[BUS_SIGNATURE_CAP];
	size_t count = 0;

	while (i->methods && i->methods[count].name)
		count++;
	if (!count)
		return NULL;
	const struct bus_method *row = &i->methods[take(in) % count];
	DBusMessage *m = dbus_message_new_method_call(NULL, o->path, i->name, row->name);
	bus_args_signature(row->in, signature, sizeof(signature));
	put_args(in, o->bus, m, signature);
	return m;
}

static DBusMessage *set_call(
	struct input *in, struct bus_object *o, const struct bus_interface_state *s)
{
	struct bus_out out = {0}, v;
	DBusSignatureIter type;

	if (!s->property_count)
		return NULL;
	const struct bus_property *p = &s->rows->properties[take_number(in, 2) % s->property_count];
	if (strstr(p->name, "CtrlInterface")) /* makes folders */
		return NULL;
	DBusMessage *m = dbus_message_new_method_call(NULL, o->path, BUS_PROPERTIES, "Set");
	dbus_message_iter_init_append(m, &out.it);
	bus_put_str(&out, s->rows->name);
	bus_put_str(&out, p->name);
	bus_open(&out, &v, DBUS_TYPE_VARIANT, p->type);
	dbus_signature_iter_init(&type, p->type);
	put_value(in, o->bus, &v, &type, 0);
	bus_close(&out, &v);
	return m;
}

static DBusMessage *get_call(struct bus_object *o, const struct bus_interface *i)
{
	DBusMessage *m = dbus_message_new_method_call(NULL, o->path, BUS_PROPERTIES, "GetAll");

	dbus_message_append_args(m, DBUS_TYPE_STRING, &i->name, DBUS_TYPE_INVALID);
	return m;
}

/* It would take devices of the machine into use. */
static bool is_allowed(DBusMessage *m)
{
	const char *name = dbus_message_get_member(m), *interface = NULL, *property = NULL;

	if (!name || strcmp(name, "CreateInterface") == 0)
		return false;
	if (strcmp(name, "Set") != 0)
		return true;
	dbus_message_get_args(m, NULL, DBUS_TYPE_STRING, &interface, DBUS_TYPE_STRING, &property,
		DBUS_TYPE_INVALID);
	return !property || !strstr(property, "CtrlInterface");
}

/* Takes over m. */
static void call(struct bus_object *o, DBusMessage *m)
{
	struct bus *b = o->bus;
	bool known;

	if (!m)
		return;
	if (!dbus_message_get_serial(m))
		dbus_message_set_serial(m, 7);
	log_set_level(LOG_ERR); /* a level there is, which DebugLevel tells */
	DBusMessage *reply = is_allowed(m) ? bus_answer(o, m, &known) : NULL;
	log_set_level(LOG_ERR + 1);
	if (reply) {
		dbus_message_get_signature(reply);
		dbus_message_unref(reply);
	}
	dbus_message_unref(m);
	bus_flush_all(b);
}

static void step(struct input *in, struct bus *b, struct eloop *loop)
{
	uint8_t what = take(in);
	struct bus_object *o = pick_object(b, take(in));
	const struct bus_interface_state *s = &o->interfaces[take(in) % o->interface_count];

	if (what < 0x90)
		call(o, method_call(in, o, s->rows));
	else if (what < 0xd0)
		call(o, set_call(in, o, s));
	else if (what < 0xe8)
		call(o, get_call(o, s->rows));
	else
		eloop_advance(loop, (what & 7) * USEC_PER_SEC / 4);
}

static void raw(struct input *in, struct bus *b)
{
	struct bus_object *o = pick_object(b, take(in));
	DBusMessage *m =
		dbus_message_demarshal((const char *)in->at, (int)(in->end - in->at), NULL);

	if (m && dbus_message_get_serial(m))
		call(o, m);
	else if (m)
		dbus_message_unref(m);
	in->at = in->end;
}

static void play(struct input *in, struct bus *b, struct eloop *loop)
{
	if (take(in) == 'r')
		raw(in, b);
	for (int n = 0; n < 64 && in->at < in->end; n++)
		step(in, b, loop);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, data + size};
	struct eloop *loop = eloop_new(ELOOP_VIRTUAL);
	struct sim_air *air = sim_air_new(loop, "fuzz");
	struct supplicant_params p = {0};
	struct supplicant_if_params i = {
		.ifname = "wlan0", .driver = "sim", .driver_param = "air=inproc:fuzz"};

	log_set_level(LOG_ERR + 1);
	setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
	struct supplicant *s = supplicant_new(loop, &p);
	if (!s || wpas_dbus_new(s) < 0 || supplicant_add_interface(s, &i) < 0)
		abort();
	play(&in, s->dbus->bus, loop);
	supplicant_free(s);
	sim_air_free(air);
	eloop_free(loop);
	return 0;
}
