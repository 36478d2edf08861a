/* Joining, PropertiesChanged on the virtual clock, and joining again: the test plays the bus. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "bus/bus_i.h"
#include "utils/bytes.h"
#include "utils/log.h"
#include "utils/text.h"

#define PATH "/org/example/thing"
#define THING "org.example.Thing"
#define NAME "org.example"
#define SEEN_MAX 64

/* --- an object --- */

static int get_count(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	bus_put_u32(out, *(const uint32_t *)ctx);
	return 0;
}

static int get_failing(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	return -EIO;
}

static void set(void *ctx, struct bus_call *call)
{
	bus_get_u32(bus_args(call), ctx);
}

static const struct bus_method methods[] = {{"Set", "value:u", "", set, "h"}, {0}};
static const struct bus_property properties[] = {
	{"A", "u", get_count, NULL, BUS_SIGNALLED, NULL, "h"},
	{"B", "u", get_count, NULL, BUS_SIGNALLED, NULL, "h"},
	{"Now", "u", get_count, NULL, BUS_SIGNALLED | BUS_AT_ONCE, NULL, "h"},
	{"Silent", "u", get_count, NULL, 0, NULL, "h"},
	{"Failing", "u", get_failing, NULL, BUS_SIGNALLED, NULL, "h"}, {0}};
static const struct bus_interface rows = {THING, methods, properties, NULL};
static const struct bus_interface *const interfaces[] = {&rows, NULL};

/* --- the bus --- */

struct fixture {
	struct eloop *loop;
	struct bus *bus;
	struct bus_object *object;
	uint32_t count;
	char dir[32], address[96], socket[64];
	DBusServer *server;
	DBusWatch *accepting;
	DBusConnection *peer;
	dbus_uint32_t name_reply; /* to RequestName; 0: refused */
	bool deaf;                /* the bus neither reads nor answers */
	DBusMessage *seen[SEEN_MAX];
	size_t seen_count;
	bool has_client; /* for NameHasOwner */
	unsigned left;
};

static dbus_bool_t add_watch(DBusWatch *w, void *ctx)
{
	((struct fixture *)ctx)->accepting = w;
	return TRUE;
}

static void remove_watch(DBusWatch *w, void *ctx)
{
	((struct fixture *)ctx)->accepting = NULL;
}

static void toggle_watch(DBusWatch *w, void *ctx)
{
}

static void hang_up(struct fixture *f)
{
	if (!f->peer)
		return;
	dbus_connection_close(f->peer);
	dbus_connection_unref(f->peer);
	f->peer = NULL;
}

static void on_connection(DBusServer *server, DBusConnection *conn, void *ctx)
{
	struct fixture *f = ctx;

	hang_up(f); /* what it gave up before */
	f->peer = dbus_connection_ref(conn);
}

static void reply_to(struct fixture *f, DBusMessage *m, int type, const void *value)
{
	DBusMessage *r = dbus_message_new_method_return(m);

	assert_true(dbus_message_append_args(r, type, value, DBUS_TYPE_INVALID));
	assert_true(dbus_connection_send(f->peer, r, NULL));
	dbus_message_unref(r);
}

static void answer(struct fixture *f, DBusMessage *m)
{
	const char *name = dbus_message_get_member(m), *unique = ":1.7";

	if (strcmp(name, "Hello") == 0) {
		reply_to(f, m, DBUS_TYPE_STRING, &unique);
	} else if (strcmp(name, "NameHasOwner") == 0) {
		reply_to(f, m, DBUS_TYPE_BOOLEAN, &(dbus_bool_t){f->has_client});
	} else if (strcmp(name, "RequestName") == 0 && f->name_reply) {
		reply_to(f, m, DBUS_TYPE_UINT32, &f->name_reply);
	} else if (strcmp(name, "RequestName") == 0) {
		DBusMessage *r = dbus_message_new_error(m, DBUS_ERROR_ACCESS_DENIED, "not you");
		dbus_connection_send(f->peer, r, NULL);
		dbus_message_unref(r);
	}
}

/* What has arrived at the bus: calls to it are answered, the rest is kept. */
static void serve(struct fixture *f)
{
	DBusMessage *m;

	if (f->deaf)
		return;
	if (f->accepting && dbus_watch_get_enabled(f->accepting))
		dbus_watch_handle(f->accepting, DBUS_WATCH_READABLE);
	if (!f->peer)
		return;
	dbus_connection_read_write(f->peer, 0);
	while ((m = dbus_connection_pop_message(f->peer))) {
		bool call = dbus_message_get_type(m) == DBUS_MESSAGE_TYPE_METHOD_CALL;
		if (call)
			answer(f, m);
		if (call || f->seen_count == SEEN_MAX)
			dbus_message_unref(m);
		else
			f->seen[f->seen_count++] = m;
	}
	dbus_connection_read_write(f->peer, 0);
}

static void forget_seen(struct fixture *f)
{
	for (size_t i = 0; i < f->seen_count; i++)
		dbus_message_unref(f->seen[i]);
	f->seen_count = 0;
}

/* Both sides, without time. */
static void settle(struct fixture *f)
{
	for (int i = 0; i < 20; i++) {
		eloop_advance(f->loop, 0);
		serve(f);
	}
}

static void pass(struct fixture *f, uint64_t usec)
{
	eloop_advance(f->loop, usec);
	settle(f);
}

/* --- a joined object --- */

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	DBusError err = DBUS_ERROR_INIT;

	log_set_level(LOG_ERR + 1);
	f->name_reply = DBUS_REQUEST_NAME_REPLY_PRIMARY_OWNER;
	snprintf(f->dir, sizeof(f->dir), "/tmp/bus.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->socket, sizeof(f->socket), "%s/bus", f->dir);
	snprintf(f->address, sizeof(f->address), "unix:path=%s", f->socket);
	f->server = dbus_server_listen(f->address, &err);
	assert_non_null(f->server);
	dbus_server_set_new_connection_function(f->server, on_connection, f, NULL);
	assert_true(dbus_server_set_watch_functions(
		f->server, add_watch, remove_watch, toggle_watch, f, NULL));
	f->loop = eloop_new(ELOOP_VIRTUAL);
	f->bus = bus_new(f->loop, &(struct bus_params){.address = f->address, .name = NAME});
	f->object = bus_object_new(f->bus, PATH, interfaces, &f->count);
	settle(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	bus_object_free(f->object);
	bus_free(f->bus);
	hang_up(f);
	forget_seen(f);
	dbus_server_disconnect(f->server);
	dbus_server_unref(f->server);
	eloop_free(f->loop);
	unlink(f->socket);
	rmdir(f->dir);
	free(f);
	return 0;
}

/* Names of the properties a PropertiesChanged holds, in order, and the value of the last one. */
static void read_changes(DBusMessage *m, bool old, char *names, size_t cap, uint32_t *value)
{
	struct strbuf s = strbuf_over(names, cap);
	DBusMessageIter it, dict, v;
	const char *text;

	assert_string_equal(dbus_message_get_member(m), "PropertiesChanged");
	assert_string_equal(dbus_message_get_path(m), PATH);
	assert_string_equal(dbus_message_get_interface(m), old ? THING : BUS_PROPERTIES);
	assert_string_equal(dbus_message_get_signature(m), old ? "a{sv}" : "sa{sv}as");
	dbus_message_iter_init(m, &it);
	if (!old) {
		assert_int_equal(bus_get_str(&it, &text), 0);
		assert_string_equal(text, THING);
		dbus_message_iter_next(&it);
	}
	assert_int_equal(bus_get_array(&it, "{sv}", &dict), 0);
	while (bus_dict_next(&dict, &text, &v)) {
		strbuf_add(&s, "%s ", text);
		assert_int_equal(bus_get_u32(&v, value), 0);
	}
}

/* Exactly one change was told, in both forms. */
static void told(struct fixture *f, const char *names, uint32_t value)
{
	char got[128] = "";
	uint32_t v = 0;

	assert_int_equal(f->seen_count, 2);
	for (int old = 0; old < 2; old++) {
		read_changes(f->seen[old], old, got, sizeof(got), &v);
		assert_string_equal(got, names);
		assert_int_equal(v, value);
	}
	forget_seen(f);
}

static void test_join(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(f->bus->state, BUS_UP);
	assert_true(f->object->registered);
	assert_int_equal(bus_wait(f->bus, 0), 0);
}

/* What changes within 5 ms is one signal, with the values of its end, in the order of the rows. */
static void test_batch(void **state)
{
	struct fixture *f = *state;

	f->count = 1;
	bus_changed(f->object, THING, "B");
	pass(f, 4 * USEC_PER_MSEC);
	assert_int_equal(f->seen_count, 0);
	f->count = 2;
	bus_changed(f->object, THING, "A");
	bus_changed(f->object, THING, "B");
	bus_changed(f->object, THING, "Silent");
	bus_changed(f->object, THING, "None");
	bus_changed(f->object, "org.example.None", "A");
	pass(f, 1 * USEC_PER_MSEC);
	told(f, "A B ", 2);
	pass(f, USEC_PER_SEC);
	assert_int_equal(f->seen_count, 0);
}

static void test_at_once(void **state)
{
	struct fixture *f = *state;

	f->count = 3;
	bus_changed(f->object, THING, "A");
	bus_changed(f->object, THING, "Now");
	f->count = 4;
	settle(f);
	told(f, "A Now ", 3);
	bus_changed(f->object, THING, "A");
	bus_flush(f->object);
	settle(f);
	told(f, "A ", 4);
	pass(f, USEC_PER_SEC);
	assert_int_equal(f->seen_count, 0);
}

/* A getter that fails: that signal is lost, the next one comes. */
static void test_failing_getter(void **state)
{
	struct fixture *f = *state;

	bus_changed(f->object, THING, "Failing");
	pass(f, USEC_PER_SEC);
	assert_int_equal(f->seen_count, 0);
	bus_changed(f->object, THING, "A");
	pass(f, USEC_PER_SEC);
	told(f, "A ", 0);
}

/* A call is a moment, too: what it changed is told right after its answer. */
static void test_after_a_call(void **state)
{
	struct fixture *f = *state;
	DBusMessage *m = dbus_message_new_method_call(NULL, PATH, THING, "Set");
	dbus_uint32_t value = 9;

	bus_changed(f->object, THING, "A");
	assert_true(dbus_message_append_args(m, DBUS_TYPE_UINT32, &value, DBUS_TYPE_INVALID));
	assert_true(dbus_connection_send(f->peer, m, NULL));
	dbus_message_unref(m);
	settle(f);
	assert_int_equal(f->seen_count, 3);
	assert_int_equal(dbus_message_get_type(f->seen[0]), DBUS_MESSAGE_TYPE_METHOD_RETURN);
	dbus_message_unref(f->seen[0]);
	f->seen_count--;
	memmove(f->seen, f->seen + 1, f->seen_count * sizeof(f->seen[0]));
	told(f, "A ", 9);
}

static void test_object_ends(void **state)
{
	struct fixture *f = *state;

	bus_changed(f->object, THING, "B");
	bus_object_free(f->object);
	f->object = NULL;
	settle(f);
	told(f, "B ", 0);
	DBusMessage *m = dbus_message_new_method_call(NULL, PATH, THING, "Set");
	assert_true(dbus_connection_send(f->peer, m, NULL));
	dbus_message_unref(m);
	settle(f);
	assert_int_equal(f->seen_count, 1);
	assert_string_equal(dbus_message_get_error_name(f->seen[0]), DBUS_ERROR_UNKNOWN_METHOD);
}

/* The bus goes and comes back: joined again with what there is then. */
static void test_rejoin(void **state)
{
	struct fixture *f = *state;
	uint32_t count = 5;
	struct bus_object *made;

	for (int round = 0; round < 5; round++) {
		hang_up(f);
		eloop_advance(f->loop, 0);
		assert_int_equal(f->bus->state, BUS_AWAY);
		made = bus_object_new(f->bus, PATH "/made", interfaces, &count);
		assert_false(made->registered);
		bus_changed(made, THING, "A");
		pass(f, 250 * USEC_PER_MSEC);
		assert_int_equal(f->bus->state, BUS_UP);
		assert_true(made->registered && f->object->registered);
		assert_int_equal(f->seen_count, 0);
		bus_object_free(made);
	}
	f->deaf = true; /* accepts by the kernel, says nothing */
	hang_up(f);
	pass(f, USEC_PER_SEC);
	assert_int_equal(f->bus->state, BUS_HELLO);
	pass(f, 24300 * USEC_PER_MSEC); /* 25 s after the question */
	assert_int_equal(f->bus->state, BUS_AWAY);
	f->deaf = false;
	for (int i = 0; i < 100 && f->bus->state != BUS_UP; i++)
		pass(f, 100 * USEC_PER_MSEC);
	assert_int_equal(f->bus->state, BUS_UP);
	bus_changed(f->object, THING, "A");
	pass(f, 5 * USEC_PER_MSEC);
	told(f, "A ", 0);
}

static void refused(struct fixture *f, dbus_uint32_t reply, int error)
{
	f->name_reply = reply;
	hang_up(f);
	pass(f, USEC_PER_SEC);
	assert_int_equal(f->bus->state, BUS_AWAY);
	assert_int_equal(bus_wait(f->bus, 0), error);
}

static void test_name_refused(void **state)
{
	struct fixture *f = *state;

	refused(f, 0, -EACCES);
	refused(f, DBUS_REQUEST_NAME_REPLY_EXISTS, -EEXIST);
	f->name_reply = DBUS_REQUEST_NAME_REPLY_PRIMARY_OWNER;
	hang_up(f);
	pass(f, 10 * USEC_PER_SEC);
	assert_int_equal(f->bus->state, BUS_UP);
}

/* A bus that does not read is left before it fills our memory. */
static void test_deaf_bus(void **state)
{
	struct fixture *f = *state;
	static char text[65536];
	struct bus_message m;
	int sent = 0;

	memset(text, 'x', sizeof(text) - 1);
	f->deaf = true;
	while (sent < 1000 && bus_signal_begin(f->object, THING, "Text", &m)) {
		bus_put_str(&m.out, text);
		bus_signal_send(&m);
		sent++;
	}
	assert_int_equal(f->bus->state, BUS_AWAY);
	assert_true(sent >= 250 && sent < 300);
	eloop_advance(f->loop, 250 * USEC_PER_MSEC);
	assert_int_equal(dbus_connection_get_outgoing_size(f->bus->conn) < 4096, true);
}

/* --- clients --- */

static void on_left(void *ctx)
{
	((struct fixture *)ctx)->left++;
}

static void owner_changed(struct fixture *f, const char *sender, const char *name, const char *now)
{
	DBusMessage *m =
		dbus_message_new_signal(DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, "NameOwnerChanged");

	dbus_message_set_sender(m, sender);
	assert_true(dbus_message_append_args(m, DBUS_TYPE_STRING, &name, DBUS_TYPE_STRING, &name,
		DBUS_TYPE_STRING, &now, DBUS_TYPE_INVALID));
	assert_true(dbus_connection_send(f->peer, m, NULL));
	dbus_message_unref(m);
	settle(f);
}

static void test_client_leaves(void **state)
{
	struct fixture *f = *state;
	struct bus_client *c;

	f->has_client = true;
	assert_non_null(bus_client_watch(f->bus, ":1.9", on_left, f));
	settle(f);
	owner_changed(f, ":1.8", ":1.9", ""); /* not the bus says so */
	owner_changed(f, DBUS_SERVICE_DBUS, ":1.8", "");
	owner_changed(f, DBUS_SERVICE_DBUS, ":1.9", ":1.9");
	assert_int_equal(f->left, 0);
	owner_changed(f, DBUS_SERVICE_DBUS, ":1.9", "");
	assert_int_equal(f->left, 1);
	owner_changed(f, DBUS_SERVICE_DBUS, ":1.9", "");
	assert_int_equal(f->left, 1);
	/* no more watched */
	c = bus_client_watch(f->bus, ":1.9", on_left, f);
	bus_client_unwatch(c);
	settle(f);
	owner_changed(f, DBUS_SERVICE_DBUS, ":1.9", "");
	assert_int_equal(f->left, 1);
	/* with the bus everybody is gone */
	bus_client_watch(f->bus, ":1.9", on_left, f);
	bus_client_watch(f->bus, ":1.10", on_left, f);
	settle(f);
	hang_up(f);
	settle(f);
	assert_int_equal(f->left, 3);
}

/* It was gone before we began to watch. */
static void test_client_gone_before(void **state)
{
	struct fixture *f = *state;

	bus_client_watch(f->bus, ":1.9", on_left, f);
	assert_int_equal(f->left, 0);
	settle(f);
	assert_int_equal(f->left, 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_join), T(test_batch), T(test_at_once),
		T(test_failing_getter), T(test_after_a_call), T(test_object_ends), T(test_rejoin),
		T(test_name_refused), T(test_deaf_bus), T(test_client_leaves),
		T(test_client_gone_before)};

	if (libdbus_load() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
