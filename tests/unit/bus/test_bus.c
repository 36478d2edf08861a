/* Rows, calls and values without a bus: the answer to a call is a message like any other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>

#include "bus/bus_i.h"
#include "utils/bytes.h"
#include "utils/log.h"

#define PATH "/org/example/thing"
#define THING "org.example.Thing"
#define OTHER "org.example.Other"

struct thing {
	int32_t number;
	int error; /* what the getter of Number gives */
	unsigned calls;
	struct bus_object *extra;
};

/* --- rows --- */

static void add(void *ctx, struct bus_call *call)
{
	int32_t a = 0;
	uint32_t b = 0;

	((struct thing *)ctx)->calls++;
	assert_int_equal(bus_get_i32(bus_args(call), &a), 0);
	dbus_message_iter_next(bus_args(call));
	assert_int_equal(bus_get_u32(bus_args(call), &b), 0);
	bus_put_i32(bus_reply(call), a + (int32_t)b);
}

static void fail_twice(void *ctx, struct bus_call *call)
{
	bus_put_i32(bus_reply(call), 1);
	bus_fail(call, "org.example.Error.First", "first %d", 1);
	bus_fail(call, "org.example.Error.Second", "second");
	assert_true(bus_failed(call));
}

static void fail_detail(void *ctx, struct bus_call *call)
{
	bus_fail_detail(call, "org.example.Error.Detail", "text", "d\xe9tail");
}

static void fail_odd(void *ctx, struct bus_call *call)
{
	bus_fail(call, "org.example.Error.Odd", "caf\xe9 %s", "x");
}

static void spoil(void *ctx, struct bus_call *call)
{
	bus_put_path(bus_reply(call), "no path");
}

static void echo(void *ctx, struct bus_call *call)
{
	const char *text = "";

	bus_get_str(bus_args(call), &text);
	bus_put_str(bus_reply(call), text);
}

static void nothing(void *ctx, struct bus_call *call)
{
}

static void go(void *ctx, struct bus_call *call)
{
	struct thing *t = ctx;

	bus_object_free(t->extra);
	t->extra = NULL;
}

static const struct bus_method methods[] = {{"Add", "a:i b:u", "sum:i", add, "h"},
	{"FailTwice", "", "", fail_twice, "h"}, {"FailDetail", "", "", fail_detail, "h"},
	{"FailOdd", "", "", fail_odd, "h"}, {"Spoil", "", "path:o", spoil, "h"},
	{"Echo", "text:s", "text:s", echo, "h"},
	{"Many", "a:a{sv} b:a(uu) c:aay", "", nothing, "h"}, {"Go", "", "", go, "h"}, {0}};

static int get_number(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct thing *t = ctx;

	if (t->error == 0)
		bus_put_i32(out, t->number);
	return t->error;
}

static int set_number(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call)
{
	struct thing *t = ctx;

	assert_int_equal(bus_get_i32(in, &t->number), 0);
	if (t->number == 13)
		return -EINVAL;
	if (t->number == 14)
		bus_fail(call, "org.example.Error.Fourteen", "no");
	return t->number == 14 ? -EINVAL : 0;
}

static int get_names(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	static const char *const names[] = {"a", "b"};
	bus_put_strs(out, names, 2);
	return 0;
}

static int set_bytes(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call)
{
	const uint8_t *data;
	size_t len;

	assert_int_equal(bus_get_bytes(in, &data, &len), 0);
	((struct thing *)ctx)->number = (int32_t)len;
	return 0;
}

static const struct bus_property properties[] = {
	{"Number", "i", get_number, set_number, BUS_SIGNALLED, NULL, "h"},
	{"Names", "as", get_names, NULL, 0, NULL, "h"},
	{"Bytes", "ay", NULL, set_bytes, 0, NULL, "h"}, {0}};
static const struct bus_signal signals[] = {{"Plain", "", "h", false},
	{"Full", "path:o values:a{sv}", "h", false}, {"Secret", "", "h", true}, {0}};
static const struct bus_interface thing_rows = {THING, methods, properties, signals},
				  empty_rows = {OTHER, NULL, NULL, NULL};
static const struct bus_interface *const interfaces[] = {&thing_rows, &empty_rows, NULL};

/* --- a bus that is away --- */

struct fixture {
	struct eloop *loop;
	struct bus *bus;
	struct bus_object *object;
	struct thing thing;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const struct bus_params p = {
		.address = "unix:path=/nonexistent/bus", .name = "org.example"};

	log_set_level(LOG_ERR + 1);
	f->loop = eloop_new(ELOOP_VIRTUAL);
	f->bus = bus_new(f->loop, &p);
	assert_non_null(f->bus);
	f->object = bus_object_new(f->bus, PATH, interfaces, &f->thing);
	assert_non_null(f->object);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	bus_object_free(f->thing.extra);
	bus_object_free(f->object);
	bus_free(f->bus);
	eloop_free(f->loop);
	free(f);
	return 0;
}

static DBusMessage *new_call(const char *interface, const char *name)
{
	DBusMessage *m = dbus_message_new_method_call(NULL, PATH, interface, name);

	assert_non_null(m);
	dbus_message_set_serial(m, 7);
	return m;
}

/* Takes the call; the answer is the caller's. */
static DBusMessage *answer(struct fixture *f, DBusMessage *m)
{
	bool known;
	DBusMessage *reply = bus_answer(f->object, m, &known);

	assert_true(known);
	assert_non_null(reply);
	assert_int_equal(dbus_message_get_reply_serial(reply), 7);
	dbus_message_unref(m);
	return reply;
}

/* The call ends with this error and these texts (NULL: not that many). */
static void fails(
	struct fixture *f, DBusMessage *m, const char *error, const char *text, const char *detail)
{
	const char *const want[] = {text, detail};
	DBusMessage *reply = answer(f, m);
	DBusMessageIter it;

	assert_string_equal(dbus_message_get_error_name(reply), error);
	dbus_message_iter_init(reply, &it);
	for (size_t i = 0; i < ARRAY_SIZE(want) && want[i]; i++) {
		const char *got = NULL;
		assert_int_equal(bus_get_str(&it, &got), 0);
		assert_string_equal(got, want[i]);
		dbus_message_iter_next(&it);
	}
	assert_int_equal(dbus_message_iter_get_arg_type(&it), DBUS_TYPE_INVALID);
	dbus_message_unref(reply);
}

#define APPEND(m, ...) assert_true(dbus_message_append_args(m, __VA_ARGS__, DBUS_TYPE_INVALID))

/* --- calls --- */

static void test_call(void **state)
{
	struct fixture *f = *state;
	DBusMessage *m = new_call(THING, "Add");
	dbus_int32_t a = -5, sum = 0;
	dbus_uint32_t b = 7;

	APPEND(m, DBUS_TYPE_INT32, &a, DBUS_TYPE_UINT32, &b);
	m = answer(f, m);
	assert_true(dbus_message_get_args(m, NULL, DBUS_TYPE_INT32, &sum, DBUS_TYPE_INVALID));
	assert_int_equal(sum, 2);
	dbus_message_unref(m);
	assert_int_equal(f->thing.calls, 1);
	/* the signature is another one: the method is not called */
	m = new_call(THING, "Add");
	APPEND(m, DBUS_TYPE_INT32, &a, DBUS_TYPE_INT32, &a);
	fails(f, m, BUS_ERROR_INVALID_ARGS, NULL, NULL);
	fails(f, new_call(THING, "Add"), BUS_ERROR_INVALID_ARGS, NULL, NULL);
	assert_int_equal(f->thing.calls, 1);
}

static void test_unknown(void **state)
{
	struct fixture *f = *state;
	const struct {
		const char *interface, *name;
	} unknown[] = {{THING, "Nothing"}, {OTHER, "Add"}, {"org.example.None", "Add"},
		{NULL, "Nothing"}, {BUS_PROPERTIES, "Introspect"}, {BUS_INTROSPECTABLE, "Get"}};

	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
		DBusMessage *m = new_call(unknown[i].interface, unknown[i].name);
		bool known = true;
		assert_null(bus_answer(f->object, m, &known));
		assert_false(known);
		dbus_message_unref(m);
	}
	DBusMessage *signal = dbus_message_new_signal(PATH, THING, "Add");
	bool known = true;
	assert_null(bus_answer(f->object, signal, &known));
	assert_false(known);
	dbus_message_unref(signal);
}

static void test_errors(void **state)
{
	struct fixture *f = *state;
	const char *text = "caf\xc3\xa9";

	fails(f, new_call(THING, "FailTwice"), "org.example.Error.First", "first 1", NULL);
	fails(f, new_call(THING, "FailDetail"), "org.example.Error.Detail", "text", "d?tail");
	fails(f, new_call(THING, "FailOdd"), "org.example.Error.Odd", "caf? x", NULL);
	fails(f, new_call(THING, "Spoil"), BUS_ERROR_FAILED,
		"the answer cannot be put into a message", NULL);
	DBusMessage *m = new_call(NULL, "Echo");
	APPEND(m, DBUS_TYPE_STRING, &text);
	m = answer(f, m);
	assert_true(dbus_message_get_args(m, NULL, DBUS_TYPE_STRING, &text, DBUS_TYPE_INVALID));
	assert_string_equal(text, "caf\xc3\xa9");
	dbus_message_unref(m);
}

/* The object may go while it answers. */
static void test_object_goes(void **state)
{
	struct fixture *f = *state;
	bool known;
	DBusMessage *m = new_call(THING, "Go");

	f->thing.extra = bus_object_new(f->bus, PATH "/extra", interfaces, &f->thing);
	assert_ptr_equal(bus_object_find(f->bus, PATH "/extra"), f->thing.extra);
	bus_changed(f->thing.extra, THING, "Number");
	DBusMessage *reply = bus_answer(f->thing.extra, m, &known);
	assert_int_equal(dbus_message_get_type(reply), DBUS_MESSAGE_TYPE_METHOD_RETURN);
	assert_string_equal(dbus_message_get_signature(reply), "");
	dbus_message_unref(reply);
	dbus_message_unref(m);
	assert_null(bus_object_find(f->bus, PATH "/extra"));
}

static void test_paths(void **state)
{
	struct fixture *f = *state;
	static const char *const bad[] = {"", "x", "/x/", "//", "/a-b", PATH};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_null(bus_object_new(f->bus, bad[i], interfaces, NULL));
	bus_object_free(NULL);
	bus_changed(NULL, THING, "Number");
	bus_flush(NULL);
}

/* --- properties --- */

static DBusMessage *properties_call(const char *name, const char *interface, const char *property)
{
	DBusMessage *m = new_call(BUS_PROPERTIES, name);

	APPEND(m, DBUS_TYPE_STRING, &interface);
	if (property)
		APPEND(m, DBUS_TYPE_STRING, &property);
	return m;
}

static DBusMessage *set_call(const char *property, const char *type, int basic, const void *value)
{
	DBusMessage *m = properties_call("Set", THING, property);
	struct bus_out out = {0}, v, a;

	dbus_message_iter_init_append(m, &out.it);
	bus_open(&out, &v, DBUS_TYPE_VARIANT, type);
	if (type[0] == DBUS_TYPE_ARRAY) {
		bus_open(&v, &a, DBUS_TYPE_ARRAY, type + 1);
		bus_close(&v, &a);
	} else if (type[0] == DBUS_TYPE_VARIANT) {
		bus_open(&v, &a, DBUS_TYPE_VARIANT, "i");
		bus_put_i32(&a, 1);
		bus_close(&v, &a);
	} else {
		dbus_message_iter_append_basic(&v.it, basic, value);
	}
	bus_close(&out, &v);
	assert_false(out.bad);
	return m;
}

static void test_get(void **state)
{
	struct fixture *f = *state;
	DBusMessageIter it, value;
	int32_t number = 0;

	f->thing.number = 42;
	DBusMessage *reply = answer(f, properties_call("Get", THING, "Number"));
	assert_string_equal(dbus_message_get_signature(reply), "v");
	dbus_message_iter_init(reply, &it);
	dbus_message_iter_recurse(&it, &value);
	assert_int_equal(bus_get_i32(&value, &number), 0);
	assert_int_equal(number, 42);
	dbus_message_unref(reply);
	fails(f, properties_call("Get", THING, "None"), BUS_ERROR_INVALID_ARGS, "No such property",
		NULL);
	fails(f, properties_call("Get", OTHER, "Number"), BUS_ERROR_INVALID_ARGS,
		"No such property", NULL);
	fails(f, properties_call("Get", THING, "Bytes"), BUS_ERROR_INVALID_ARGS,
		"Property is write-only", NULL);
	fails(f, properties_call("Get", THING, NULL), BUS_ERROR_INVALID_ARGS, NULL, NULL);
	f->thing.error = -ENODEV;
	fails(f, properties_call("Get", THING, "Number"), BUS_ERROR_FAILED,
		"Number cannot be read: No such device", NULL);
}

static void test_set(void **state)
{
	struct fixture *f = *state;

	DBusMessage *reply = answer(f, set_call("Number", "i", DBUS_TYPE_INT32, &(int32_t){5}));
	assert_string_equal(dbus_message_get_signature(reply), "");
	dbus_message_unref(reply);
	assert_int_equal(f->thing.number, 5);
	dbus_message_unref(answer(f, set_call("Bytes", "ay", 0, NULL)));
	assert_int_equal(f->thing.number, 0);
	fails(f, set_call("Number", "i", DBUS_TYPE_INT32, &(int32_t){13}), BUS_ERROR_FAILED,
		"Failed to set property", NULL);
	fails(f, set_call("Number", "i", DBUS_TYPE_INT32, &(int32_t){14}),
		"org.example.Error.Fourteen", "no", NULL);
	fails(f, set_call("Number", "u", DBUS_TYPE_UINT32, &(uint32_t){5}), BUS_ERROR_FAILED,
		"wrong property type", NULL);
	fails(f, set_call("Number", "v", 0, NULL), BUS_ERROR_INVALID_ARGS, "invalid message format",
		NULL);
	fails(f, set_call("Bytes", "as", 0, NULL), BUS_ERROR_INVALID_ARGS, "invalid message format",
		NULL);
	fails(f, set_call("Names", "as", 0, NULL), BUS_ERROR_INVALID_ARGS, "Property is read-only",
		NULL);
	fails(f, set_call("None", "as", 0, NULL), BUS_ERROR_INVALID_ARGS, "No such property", NULL);
}

static void test_get_all(void **state)
{
	struct fixture *f = *state;
	DBusMessageIter it, dict, value;
	const char *key, *seen[4] = {NULL};
	size_t n = 0;

	DBusMessage *reply = answer(f, properties_call("GetAll", THING, NULL));
	dbus_message_iter_init(reply, &it);
	assert_int_equal(bus_get_array(&it, "{sv}", &dict), 0);
	while (bus_dict_next(&dict, &key, &value))
		seen[n++] = key;
	assert_int_equal(n, 2);
	assert_string_equal(seen[0], "Number");
	assert_string_equal(seen[1], "Names");
	dbus_message_unref(reply);
	reply = answer(f, properties_call("GetAll", "org.example.None", NULL));
	dbus_message_iter_init(reply, &it);
	assert_int_equal(bus_get_array(&it, "{sv}", &dict), 0);
	assert_false(bus_dict_next(&dict, &key, &value));
	dbus_message_unref(reply);
	/* one that fails spoils the whole */
	f->thing.error = -EIO;
	fails(f, properties_call("GetAll", THING, NULL), BUS_ERROR_FAILED,
		"the properties cannot be read: Input/output error", NULL);
}

/* --- introspection --- */

static void test_introspect(void **state)
{
	struct fixture *f = *state;
	char *xml = bus_introspect(f->object);
	static const char *const parts[] = {
		"<interface name=\"" THING "\"><method name=\"Add\">"
		"<arg name=\"a\" type=\"i\" direction=\"in\"/><arg name=\"b\" type=\"u\" "
		"direction=\"in\"/><arg name=\"sum\" type=\"i\" direction=\"out\"/></method>"
		"<method name=\"FailTwice\"/>",
		"<arg name=\"b\" type=\"a(uu)\" direction=\"in\"/>", "<signal name=\"Plain\"/>",
		"<signal name=\"Full\"><arg name=\"path\" type=\"o\"/><arg name=\"values\" "
		"type=\"a{sv}\"/></signal><property name=\"Number\" type=\"i\" "
		"access=\"readwrite\"/><property name=\"Names\" type=\"as\" "
		"access=\"read\"/><property name=\"Bytes\" type=\"ay\" access=\"write\"/>"
		"</interface><interface name=\"" OTHER "\"></interface></node>\n"};

	assert_non_null(xml);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (!strstr(xml, parts[i]))
			fail_msg("%s\nis not in\n%s", parts[i], xml);
	assert_null(strstr(xml, "Secret"));
	assert_null(strstr(xml, "PropertiesChanged"));
	free(xml);
}

static void test_args(void **state)
{
	const char *at = " a:s  long_name:a{sv} ";
	struct bus_arg a;
	char sig[BUS_SIGNATURE_CAP];

	assert_true(bus_arg_next(&at, &a));
	assert_int_equal(a.name_len, 1);
	assert_memory_equal(a.type, "s", 1);
	assert_true(bus_arg_next(&at, &a));
	assert_memory_equal(a.name, "long_name", (size_t)a.name_len);
	assert_int_equal(a.type_len, 5);
	assert_false(bus_arg_next(&at, &a));
	bus_args_signature("x:i y:a(uu) z:aay", sig, sizeof(sig));
	assert_string_equal(sig, "ia(uu)aay");
	bus_args_signature("", sig, sizeof(sig));
	assert_string_equal(sig, "");
}

/* --- values --- */

static void test_dict(void **state)
{
	static const char *const strs[] = {"one", "\xff", "three"};
	DBusMessage *m = dbus_message_new_signal(PATH, THING, "Full");
	struct bus_out out = {0};
	struct bus_dict d;
	DBusMessageIter it, dict, v, inner;
	const char *key, *text;
	const uint8_t *bytes;
	size_t len, n = 0;
	bool yes = false;
	uint32_t u = 0;
	static const char *const types[] = {"s", "o", "b", "q", "i", "u", "t", "ay", "ay", "as"};

	dbus_message_iter_init_append(m, &out.it);
	bus_dict_open(&out, &d);
	bus_dict_str(&d, "str", "text");
	bus_dict_path(&d, "path", PATH);
	bus_dict_bool(&d, "bool", true);
	bus_dict_u16(&d, "u16", 65535);
	bus_dict_i32(&d, "i32", -1);
	bus_dict_u32(&d, "u32", 4000000000u);
	bus_dict_u64(&d, "u64", UINT64_MAX);
	bus_dict_bytes(&d, "bytes", "\1\2\3", 3);
	bus_dict_bytes(&d, "none", NULL, 0);
	bus_dict_strs(&d, "strs", strs, 3);
	bus_dict_close(&d);
	assert_false(out.bad);
	assert_string_equal(dbus_message_get_signature(m), "a{sv}");
	dbus_message_iter_init(m, &it);
	assert_int_equal(bus_get_array(&it, "{ss}", &dict), -EINVAL);
	assert_int_equal(bus_get_array(&it, "{sv}", &dict), 0);
	while (bus_dict_next(&dict, &key, &v)) {
		assert_true(bus_is(&v, types[n]));
		assert_int_equal(bus_get_str(&v, &text), n == 0 ? 0 : -EINVAL);
		assert_int_equal(bus_get_path(&v, &text), n == 1 ? 0 : -EINVAL);
		assert_int_equal(bus_get_bool(&v, &yes), n == 2 ? 0 : -EINVAL);
		assert_int_equal(bus_get_u32(&v, &u), n == 5 ? 0 : -EINVAL);
		assert_int_equal(bus_get_bytes(&v, &bytes, &len), n == 7 || n == 8 ? 0 : -EINVAL);
		if (n == 2)
			assert_true(yes);
		if (n == 7)
			assert_memory_equal(bytes, "\1\2\3", len);
		if (n == 9) {
			assert_int_equal(bus_get_array(&v, "s", &inner), 0);
			dbus_message_iter_next(&inner);
			assert_int_equal(bus_get_str(&inner, &text), 0);
			assert_string_equal(text, "?");
		}
		n++;
	}
	assert_int_equal(n, ARRAY_SIZE(types));
	assert_int_equal(u, 4000000000u);
	dbus_message_unref(m);
}

/* A value that cannot be put spoils everything around it, and what follows does no harm. */
static void test_bad(void **state)
{
	DBusMessage *m = dbus_message_new_signal(PATH, THING, "Full");
	struct bus_out out = {0}, more;
	struct bus_dict d;

	dbus_message_iter_init_append(m, &out.it);
	bus_dict_open(&out, &d);
	bus_dict_str(&d, "good", "text");
	bus_dict_path(&d, "bad", "no path");
	bus_dict_str(&d, "after", "text");
	bus_dict_strs(&d, "list", NULL, 0);
	bus_dict_close(&d);
	assert_true(out.bad);
	bus_put_str(&out, "x");
	bus_open(&out, &more, DBUS_TYPE_ARRAY, "s");
	bus_put_str(&more, "x");
	bus_close(&out, &more);
	bus_put_bytes(&out, "x", 1);
	assert_true(out.bad);
	dbus_message_unref(m);
}

/* --- without a bus --- */

/* Changes while the bus is away are told to nobody and kept nowhere. */
static void test_away(void **state)
{
	struct fixture *f = *state;
	struct bus_message m;

	assert_false(bus_signal_begin(f->object, THING, "Plain", &m));
	assert_false(bus_signal_begin(NULL, THING, "Plain", &m));
	for (int i = 0; i < 100; i++)
		bus_changed(f->object, THING, "Number");
	bus_changed(f->object, THING, "Names");
	bus_changed(f->object, "org.example.None", "Number");
	assert_true(f->object->dirty);
	eloop_advance(f->loop, 5 * USEC_PER_MSEC);
	assert_false(f->object->dirty);
	assert_true(TAILQ_EMPTY(&f->bus->dirty));
	assert_int_equal(bus_wait(f->bus, 1000), -ECONNREFUSED);
	eloop_advance(f->loop, 3600 * USEC_PER_SEC);
	assert_int_equal(f->bus->state, BUS_AWAY);
	assert_true(timer_left(&f->bus->retry) <= 5 * USEC_PER_SEC);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_call), T(test_unknown), T(test_errors),
		T(test_object_goes), T(test_paths), T(test_get), T(test_set), T(test_get_all),
		T(test_introspect), T(test_args), T(test_dict), T(test_bad), T(test_away)};

	if (libdbus_load() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
