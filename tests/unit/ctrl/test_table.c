/* The command table: matching, replies, arguments. No socket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <stdio.h>

#include "ctrl/ctrl.h"
#include "utils/bytes.h"

static enum ctrl_result echo(void *ctx, char *args, struct ctrl_request *req)
{
	strbuf_add(req->reply, "%s[%s]", (const char *)ctx, args);
	return CTRL_REPLIED;
}

static enum ctrl_result other(void *ctx, char *args, struct ctrl_request *req)
{
	strbuf_add(req->reply, "other[%s]", args);
	return CTRL_REPLIED;
}

static enum ctrl_result quiet_ok(void *ctx, char *args, struct ctrl_request *req)
{
	return CTRL_OK;
}

static enum ctrl_result spoken_ok(void *ctx, char *args, struct ctrl_request *req)
{
	strbuf_add(req->reply, "text\n");
	return CTRL_OK;
}

static enum ctrl_result fails(void *ctx, char *args, struct ctrl_request *req)
{
	strbuf_add(req->reply, "half an answer");
	return CTRL_FAIL;
}

static enum ctrl_result empty(void *ctx, char *args, struct ctrl_request *req)
{
	return CTRL_REPLIED;
}

static const struct ctrl_command first[] = {
	{"PING", CTRL_EXACT, 0, echo, NULL},
	{"SET", CTRL_ARGS, CTRL_SECRET, echo, NULL},
	{"WPS_PBC", CTRL_OPT, 0, echo, NULL},
	{"OK", CTRL_EXACT, CTRL_QUIET, quiet_ok, NULL},
	{"SPOKEN", CTRL_EXACT, 0, spoken_ok, NULL},
	{"FAILS", CTRL_EXACT, 0, fails, NULL},
	{"EMPTY", CTRL_EXACT, 0, empty, NULL},
	{.verb = NULL},
};
static const struct ctrl_command second[] = {
	{"RELOG", CTRL_PREFIX, 0, echo, NULL},
	{"STATUS", CTRL_PREFIX, 0, echo, NULL},
	{"STATUS-DRIVER", CTRL_PREFIX, 0, other, NULL},
	{"MIB", CTRL_EXACT, 0, echo, NULL},
	{"MIB", CTRL_ARGS, 0, other, NULL},
	{.verb = NULL},
};

static const struct {
	const char *cmd, *reply; /* NULL: unknown */
} cases[] = {
	{"PING", "c[]"},
	{"PING ", NULL},
	{"PING\n", NULL},
	{"ping", NULL},
	{"PIN", NULL},
	{"PINGS", NULL},
	{"", NULL},
	{" PING", NULL},
	{"SET", NULL},
	{"SET ", "c[]"},
	{"SET a  b ", "c[a  b ]"},
	{"WPS_PBC", "c[]"},
	{"WPS_PBC x", "c[x]"},
	{"OK", "OK\n"},
	{"SPOKEN", "text\n"},
	{"FAILS", "FAIL\n"},
	{"EMPTY", ""},
	{"RELOG", "c[]"},
	{"RELOGxyz", "c[xyz]"},
	{"RELOG 1", "c[ 1]"},
	{"STATUS-VERBOSE", "c[-VERBOSE]"},
	{"STATUS-DRIVER", "other[]"},
	{"MIB", "c[]"},
	{"MIB radius", "other[radius]"},
};

static void test_matching(void **state)
{
	static const struct ctrl_command *const tables[] = {first, second};
	struct ctrl_table *t = ctrl_table_new(tables, 2);
	assert_non_null(t);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char cmd[64], text[64], ctx[] = "c";
		struct strbuf reply = strbuf_over(text, sizeof(text));
		struct ctrl_request req = {.cmd = cmd, .reply = &reply};
		snprintf(cmd, sizeof(cmd), "%s", cases[i].cmd);
		bool found = ctrl_dispatch(t, ctx, &req);
		if (found != (cases[i].reply != NULL))
			fail_msg("'%s' found: %d", cases[i].cmd, found);
		assert_string_equal(text, found ? cases[i].reply : "");
	}
	ctrl_table_free(t);
}

static void test_args(void **state)
{
	char v[8];
	assert_true(ctrl_arg("any multi_ap=1 bssid=x", "multi_ap", v, sizeof(v)));
	assert_string_equal(v, "1");
	assert_true(ctrl_arg("freq=2412", "freq", v, sizeof(v)));
	assert_string_equal(v, "2412");
	assert_false(ctrl_arg("xfreq=2412", "freq", v, sizeof(v)));
	assert_false(ctrl_arg("freq", "freq", v, sizeof(v)));
	assert_true(ctrl_arg("freq=", "freq", v, sizeof(v)));
	assert_string_equal(v, "");
	assert_true(ctrl_arg("freq=12345678", "freq", v, sizeof(v)));
	assert_string_equal(v, ""); /* does not fit */
	assert_false(ctrl_arg("", "freq", v, sizeof(v)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matching),
		cmocka_unit_test(test_args),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
