/* A station driven by D-Bus calls, on the virtual clock: no bus is needed to answer them. */
#include <malloc.h>
#include <string.h>

#include "bus/bus_i.h"
#include "conf.h"
#include "dot1x_ap.h"
#include "net.h"
#include "wpa_supplicant/dbus/dbus_i.h"

#define ROUNDS 1000
#define WARM 100
/* Room for the heap's own ways; a leak of 20 bytes in each round is more. */
#define GROWTH_MAX 16384

size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t memory_in_use(void)
{
	if (__sanitizer_get_current_allocated_bytes)
		return __sanitizer_get_current_allocated_bytes();
	return mallinfo2().uordblks;
}

struct client {
	struct net *net;
	struct net_sta *sta;
	struct bus_object *object; /* the interface */
	char network[WPAS_PATH_CAP];
};

static void client_init(struct client *c, struct net *n, const char *conf)
{
	c->net = n;
	c->sta = net_sta(n, "sta", conf);
	assert_int_equal(setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1), 0);
	assert_int_equal(wpas_dbus_new(c->sta->daemon), 0);
	struct wpas_if *w = TAILQ_FIRST(&c->sta->daemon->ifs);
	wpas_dbus_if_added(w);
	assert_non_null(w->dbus);
	c->object = w->dbus->object;
}

static DBusMessage *new_call(const char *interface, const char *name)
{
	DBusMessage *m = dbus_message_new_method_call(NULL, "/", interface, name);

	dbus_message_set_serial(m, 1);
	return m;
}

/* The answer, which must not be an error; unreference it. Takes over m. */
static DBusMessage *ask(struct bus_object *o, DBusMessage *m)
{
	bool known;
	DBusMessage *reply = bus_answer(o, m, &known);

	assert_non_null(reply);
	if (dbus_message_get_error_name(reply))
		fail_msg("%s: %s", dbus_message_get_member(m), dbus_message_get_error_name(reply));
	dbus_message_unref(m);
	bus_flush_all(o->bus);
	return reply;
}

static void tell(struct bus_object *o, const char *name)
{
	dbus_message_unref(ask(o, new_call(WPAS_BUS_IF, name)));
}

static void tell_path(struct client *c, const char *name)
{
	DBusMessage *m = new_call(WPAS_BUS_IF, name);
	const char *path = c->network;

	dbus_message_append_args(m, DBUS_TYPE_OBJECT_PATH, &path, DBUS_TYPE_INVALID);
	dbus_message_unref(ask(c->object, m));
}

static void add_network(struct client *c)
{
	DBusMessage *m = new_call(WPAS_BUS_IF, "AddNetwork");
	struct bus_out out = {0};
	struct bus_dict d;
	const char *path;

	dbus_message_iter_init_append(m, &out.it);
	bus_dict_open(&out, &d);
	bus_dict_bytes(&d, "ssid", "net", 3);
	bus_dict_str(&d, "psk", "twelve words");
	bus_dict_str(&d, "key_mgmt", "WPA-PSK");
	bus_dict_close(&d);
	m = ask(c->object, m);
	assert_true(
		dbus_message_get_args(m, NULL, DBUS_TYPE_OBJECT_PATH, &path, DBUS_TYPE_INVALID));
	snprintf(c->network, sizeof(c->network), "%s", path);
	dbus_message_unref(m);
}

static void get_all(struct bus_object *o, const char *interface)
{
	DBusMessage *m = new_call(BUS_PROPERTIES, "GetAll");

	dbus_message_append_args(m, DBUS_TYPE_STRING, &interface, DBUS_TYPE_INVALID);
	dbus_message_unref(ask(o, m));
}

static void round_trip(struct client *c)
{
	add_network(c);
	tell_path(c, "SelectNetwork");
	assert_true(net_wait(c->net, &c->sta->events, "CTRL-EVENT-CONNECTED", 1, 30));
	tell(c->object, "SignalPoll");
	get_all(c->object, WPAS_BUS_IF);
	get_all(bus_object_find(c->object->bus, c->network), WPAS_BUS_NETWORK);
	tell(c->object, "Disconnect");
	net_run(c->net, 1);
	tell_path(c, "RemoveNetwork");
	assert_null(bus_object_find(c->object->bus, c->network));
	events_clear(&c->sta->events);
}

/* Thousand connections: objects and memory are the same at the end. */
static void test_rounds(void **state)
{
	struct client c = {0};
	size_t before = 0;
	unsigned objects = 0;
	struct net_ap *a = net_ap(*state, "ap", AP_PSK);

	client_init(&c, *state, "");
	for (unsigned i = 0; i < ROUNDS; i++) {
		round_trip(&c);
		events_clear(&a->events);
		if (i + 1 != WARM)
			continue;
		before = memory_in_use();
		objects = HASH_COUNT(c.object->bus->objects);
	}
	assert_int_equal(HASH_COUNT(c.object->bus->objects), objects);
	size_t after = memory_in_use();
	if (after > before + GROWTH_MAX)
		fail_msg("%zu bytes more after %d rounds", after - before, ROUNDS - WARM);
}

/* A text property of the interface must be this. */
static void has_text(struct client *c, const char *property, const char *expected)
{
	DBusMessage *m = new_call(BUS_PROPERTIES, "Get");
	const char *interface = WPAS_BUS_IF, *text;
	DBusMessageIter it, value;

	dbus_message_append_args(
		m, DBUS_TYPE_STRING, &interface, DBUS_TYPE_STRING, &property, DBUS_TYPE_INVALID);
	m = ask(c->object, m);
	assert_true(dbus_message_iter_init(m, &it));
	dbus_message_iter_recurse(&it, &value);
	dbus_message_iter_get_basic(&value, &text);
	assert_string_equal(text, expected);
	dbus_message_unref(m);
}

/* CurrentAuthMode of 802.1X names the EAP method, not the key management. */
static void test_auth_mode(void **state)
{
	struct dot1x_ap a = {0};
	struct client c = {0};

	dot1x_ap_start(*state, &a, "ap");
	client_init(&c, *state, DOT1X_STA);
	has_text(&c, "CurrentAuthMode", "INACTIVE");
	assert_true(net_wait(c.net, &c.sta->events, "CTRL-EVENT-CONNECTED", 1, 30));
	has_text(&c, "CurrentAuthMode", "EAP-GPSK");
	tell(c.object, "Disconnect");
	has_text(&c, "CurrentAuthMode", "INACTIVE");
	dot1x_ap_stop(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_auth_mode, net_setup, net_teardown),
		cmocka_unit_test_setup_teardown(test_rounds, net_setup, net_teardown)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
