/* The schema engine: every type, unsetting, defaults, errors, lines of a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "config/config.h"

struct obj {
	int number, any, flag, mode;
	unsigned methods, caps;
	char *name;
	struct bytes ssid, blob;
	uint8_t mac[6];
	int parsed;
};

enum { SCOPE_A, SCOPE_B };

static int twice_parse(void *o, const struct cfg_key *key, const char *value, struct cfg_error *err)
{
	int64_t n;
	if (parse_int(value, 10, 0, 50, &n) < 0)
		return cfg_fail(err, "expected half of an even number");
	((struct obj *)o)->parsed = (int)n * 2;
	return 0;
}

static bool twice_print(const void *o, const struct cfg_key *key, struct strbuf *out)
{
	int n = ((const struct obj *)o)->parsed;
	return n && strbuf_add(out, "%d", n / 2);
}

static void twice_free(void *o, const struct cfg_key *key)
{
	((struct obj *)o)->parsed = 0;
}

static const struct cfg_word modes[] = {{"open", 0}, {"wpa2", 2}, {"rsn", 2}, {NULL, 0}};
static const struct cfg_word methods[] = {
	{"push_button", 0x80}, {"label", 0x4}, {"both", 0x84}, {NULL, 0}};

#define F(m) .offset = offsetof(struct obj, m)
static const struct cfg_key keys[] = {
	{"number", SCOPE_A, CFG_INT, F(number), -5, 20, .def = "7"},
	{"any", SCOPE_A, CFG_INT, F(any)},
	{"flag", SCOPE_A, CFG_BOOL, F(flag), .def = "1"},
	{"name", SCOPE_A, CFG_TEXT, F(name), 1, 5, .def = "dev", .flags = CFG_EMPTY_UNSETS},
	{"ssid", SCOPE_A, CFG_STRING, F(ssid), 1, 32, .flags = CFG_UNSET_NULL | CFG_SECRET},
	{"blob", SCOPE_A, CFG_HEX, F(blob), 2, 2},
	{"mac", SCOPE_A, CFG_MAC, F(mac)},
	{"mode", SCOPE_A, CFG_ENUM, F(mode), .words = modes, .def = "wpa2"},
	{"methods", SCOPE_A, CFG_FLAGS, F(methods), .words = methods},
	{"caps", SCOPE_A, CFG_FLAGS, F(caps), .words = methods, .flags = CFG_APPENDS},
	{"twice", SCOPE_A, CFG_CUSTOM, .parse = twice_parse, .print = twice_print,
		.free = twice_free, .def = "3", .flags = CFG_EMPTY_UNSETS},
	{"old", SCOPE_A, CFG_IGNORED, .def = NULL},
	{"nombre", SCOPE_A, CFG_INT, F(number), -5, 20, .flags = CFG_ALIAS},
	{"number", SCOPE_B, CFG_INT, F(any), 0, 1},
};

struct fixture {
	struct cfg_table *t;
	struct obj o;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	if (!f)
		return -1;
	f->t = cfg_table_new(keys, ARRAY_SIZE(keys));
	cfg_set_defaults(f->t, SCOPE_A, &f->o);
	*state = f;
	return f->t ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	cfg_free_fields(f->t, SCOPE_A, &f->o);
	cfg_table_free(f->t);
	int leaks = f->o.name || f->o.ssid.data || f->o.blob.data || f->o.parsed;
	free(f);
	return leaks;
}

static int set(struct fixture *f, const char *name, const char *value, char *why, size_t cap)
{
	struct cfg_error err;
	const struct cfg_key *key = cfg_find(f->t, name, SCOPE_A);
	assert_non_null(key);
	int ret = cfg_set(key, &f->o, value, &err);
	if (why)
		snprintf(why, cap, "%s", err.text);
	return ret;
}

static void assert_value(struct fixture *f, const char *name, const char *want)
{
	char text[200];
	struct strbuf s = strbuf_over(text, sizeof(text));
	bool there = cfg_print(cfg_find(f->t, name, SCOPE_A), &f->o, &s);
	assert_int_equal(there, want != NULL);
	assert_string_equal(text, want ? want : "");
}

static void test_lookup(void **state)
{
	struct fixture *f = *state;
	assert_ptr_equal(cfg_find(f->t, "number", SCOPE_A), &keys[0]);
	assert_ptr_equal(cfg_find(f->t, "number", SCOPE_B), &keys[ARRAY_SIZE(keys) - 1]);
	assert_ptr_equal(cfg_find(f->t, "number", -1), &keys[0]);
	assert_null(cfg_find(f->t, "mode", SCOPE_B));
	assert_null(cfg_find(f->t, "Number", -1));
	assert_int_equal(cfg_count(f->t), ARRAY_SIZE(keys));
	assert_ptr_equal(cfg_at(f->t, 1), &keys[1]);
	assert_null(cfg_at(f->t, ARRAY_SIZE(keys)));
}

static void test_defaults(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(f->o.number, 7);
	assert_int_equal(f->o.flag, 1);
	assert_string_equal(f->o.name, "dev");
	assert_int_equal(f->o.mode, 2);
	assert_int_equal(f->o.parsed, 6);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].scope == SCOPE_A && !(keys[i].flags & CFG_ALIAS))
			assert_true(cfg_is_default(&keys[i], &f->o));
	assert_int_equal(set(f, "number", "8", NULL, 0), 0);
	assert_int_equal(set(f, "twice", "4", NULL, 0), 0);
	assert_int_equal(set(f, "mac", "02:00:00:00:00:01", NULL, 0), 0);
	assert_false(cfg_is_default(cfg_find(f->t, "number", SCOPE_A), &f->o));
	assert_false(cfg_is_default(cfg_find(f->t, "twice", SCOPE_A), &f->o));
	assert_false(cfg_is_default(cfg_find(f->t, "mac", SCOPE_A), &f->o));
}

/* {key, text to set, result, printed afterwards (NULL = unset)} */
static const struct {
	const char *key, *text;
	int result;
	const char *printed;
} cases[] = {
	{"number", "20", 0, "20"},
	{"number", "-5", 0, "-5"},
	{"number", "0x0A", 0, "10"},
	{"number", "010", 0, "10"},
	{"number", "7", 1, "7"},
	{"number", "21", -EINVAL, "7"},
	{"number", "7 ", -EINVAL, "7"},
	{"number", "", -EINVAL, "7"},
	{"any", "2147483647", 0, "2147483647"},
	{"any", "2147483648", -EINVAL, "0"},
	{"flag", "0", 0, "0"},
	{"flag", "2", -EINVAL, "1"},
	{"name", "a b", 0, "a b"},
	{"name", "sixsix", -EINVAL, "dev"},
	{"name", "", 1, "dev"},
	{"ssid", "\"home\"", 0, "\"home\""},
	{"ssid", "\"a\"b\"", 0, "\"a\"b\""},
	{"ssid", "P\"a\\x01\\n\"", 0, "61010a"},
	{"ssid", "616263", 0, "\"abc\""},
	{"ssid", "c3a9", 0, "c3a9"},
	{"ssid", "abc", -EINVAL, NULL},
	{"ssid", "\"", -EINVAL, NULL},
	{"ssid", "\"abc\" #", -EINVAL, NULL},
	{"ssid", "\"\"", -EINVAL, NULL},
	{"ssid", "\"123456789012345678901234567890123\"", -EINVAL, NULL},
	{"ssid", "NULL", 1, NULL},
	{"blob", "0aFF", 0, "0aff"},
	{"blob", "0a", -EINVAL, NULL},
	{"mac", "02:00:00:00:00:AB", 0, "02:00:00:00:00:ab"},
	{"mac", "02:00:00:00:00:ab x", -EINVAL, NULL},
	{"mode", "rsn", 1, "wpa2"},
	{"mode", "open", 0, "open"},
	{"mode", "ope", -EINVAL, "wpa2"},
	{"methods", "label  push_button", 0, "push_button label"},
	{"methods", "both", 0, "push_button label"},
	{"methods", "label bell", -EINVAL, NULL},
	{"methods", " ", -EINVAL, NULL},
	{"twice", "25", 0, "25"},
	{"twice", "99", -EINVAL, "3"},
	{"twice", "", 0, "3"},
	{"nombre", "9", 0, NULL}, /* an alias is never printed */
	{"old", "whatever", 0, NULL},
};

static void test_every_type(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		void *s = NULL;
		assert_int_equal(setup(&s), 0);
		int ret = set(s, cases[i].key, cases[i].text, NULL, 0);
		if (ret != cases[i].result)
			fail_msg("%s=%s gave %d", cases[i].key, cases[i].text, ret);
		assert_value(s, cases[i].key, cases[i].printed);
		assert_int_equal(teardown(&s), 0);
	}
}

static void test_unset_and_append(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(set(f, "name", "x", NULL, 0), 0);
	assert_int_equal(set(f, "name", "", NULL, 0), 0);
	assert_value(f, "name", "dev");
	assert_int_equal(set(f, "ssid", "\"x\"", NULL, 0), 0);
	assert_int_equal(set(f, "ssid", "NULL", NULL, 0), 0);
	assert_value(f, "ssid", NULL);
	assert_int_equal(set(f, "caps", "label", NULL, 0), 0);
	assert_int_equal(set(f, "caps", "push_button", NULL, 0), 0);
	assert_value(f, "caps", "push_button label");
	assert_int_equal(set(f, "nombre", "3", NULL, 0), 0);
	assert_value(f, "number", "3");
}

static void test_errors_name_what_is_allowed(void **state)
{
	struct fixture *f = *state;
	char why[256];
	set(f, "number", "x", why, sizeof(why));
	assert_string_equal(why, "expected a number -5..20");
	set(f, "flag", "yes", why, sizeof(why));
	assert_string_equal(why, "expected 0 or 1");
	set(f, "name", "toolong", why, sizeof(why));
	assert_string_equal(why, "expected text of 1..5 bytes, got 7");
	set(f, "blob", "001122", why, sizeof(why));
	assert_string_equal(why, "expected hex digits of 2 bytes, got 3");
	set(f, "mode", "wep", why, sizeof(why));
	assert_string_equal(why, "expected one of open, wpa2, rsn");
	set(f, "twice", "x", why, sizeof(why));
	assert_string_equal(why, "expected half of an even number");
	set(f, "ssid", "\"x", why, sizeof(why));
	assert_non_null(strstr(why, "closing quote"));
}

struct lines {
	char text[4096];
	int bad;
};

static int on_line(void *ctx, struct cfg_line *line)
{
	struct lines *l = ctx;
	size_t n = strlen(l->text);
	snprintf(l->text + n, sizeof(l->text) - n, "%u:%s|", line->number,
		line->text ? line->text : line->problem);
	return line->text && strcmp(line->text, "bad") == 0 ? -EINVAL : 0;
}

static void test_lines(void **state)
{
	char path[] = "/tmp/test_config_XXXXXX";
	static const char content[] = "one\r\n\n12345678\n123456789\nbad\nx\0y\nlast";
	struct lines l = {.text = ""};
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, sizeof(content) - 1), sizeof(content) - 1);
	close(fd);
	assert_int_equal(cfg_read_lines(path, 8, on_line, &l), 3);
	assert_string_equal(l.text, "1:one|2:|3:12345678|4:longer than 8 characters|5:bad|"
				    "6:holds a NUL byte|7:last|");
	unlink(path);
	assert_int_equal(cfg_read_lines(path, 8, on_line, &l), -ENOENT);
	assert_true(cfg_read_lines("/tmp", 8, on_line, &l) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lookup, setup, teardown),
		cmocka_unit_test_setup_teardown(test_defaults, setup, teardown),
		cmocka_unit_test(test_every_type),
		cmocka_unit_test_setup_teardown(test_unset_and_append, setup, teardown),
		cmocka_unit_test_setup_teardown(test_errors_name_what_is_allowed, setup, teardown),
		cmocka_unit_test(test_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
