/* Server and client over real sockets in a temporary directory, on the virtual clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ctrl/client.h"
#include "ctrl/ctrl.h"
#include "utils/bytes.h"

#define FLAG_PROBES 1u

struct fixture {
	char tmp[32], dir[64], path[96];
	struct eloop *loop;
	struct ctrl_server *server;
	struct ctrl_params params;
	bool close_on_bye;
	unsigned handled;
};

static void on_request(void *ctx, struct ctrl_request *req)
{
	struct fixture *f = ctx;
	int ret = 0;

	f->handled++;
	if (strcmp(req->cmd, "ATTACH") == 0)
		ret = ctrl_attach(req);
	else if (strcmp(req->cmd, "DETACH") == 0)
		ret = ctrl_detach(req);
	else if (strcmp(req->cmd, "LEVEL 2") == 0)
		ret = ctrl_monitor_level(req, LOG_DBG);
	else if (strcmp(req->cmd, "PROBES") == 0)
		ret = ctrl_monitor_set_flag(req, FLAG_PROBES, true);
	else if (strcmp(req->cmd, "EMPTY") == 0)
		return;
	else if (strcmp(req->cmd, "BYE") == 0)
		ctrl_server_close(req->server);
	else if (strcmp(req->cmd, "EVENT") == 0)
		ctrl_event(req->server, LOG_INF, NULL, 0, "CAUSED ");
	else {
		strbuf_add(req->reply, "%zu:%.20s\n", strlen(req->cmd), req->cmd);
		return;
	}
	strbuf_add(req->reply, ret == 0 ? "OK\n" : "FAIL\n");
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	if (!f)
		return -1;
	strcpy(f->tmp, "/tmp/test_ctrl_XXXXXX");
	if (!mkdtemp(f->tmp))
		return -1;
	snprintf(f->dir, sizeof(f->dir), "%s/run", f->tmp);
	snprintf(f->path, sizeof(f->path), "%s/wlan0", f->dir);
	f->loop = eloop_new(ELOOP_VIRTUAL);
	f->params = (struct ctrl_params){.dir = f->dir,
		.name = "wlan0",
		.socket_mode = 0770,
		.max_request = 64,
		.max_reply = 256,
		.request = on_request,
		.ctx = f};
	f->server = ctrl_server_open(f->loop, &f->params, NULL);
	*state = f;
	return f->server ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	ctrl_server_close(f->server);
	eloop_free(f->loop);
	int gone = access(f->dir, F_OK) < 0;
	rmdir(f->tmp);
	free(f);
	return gone ? 0 : -1;
}

static struct ctrl_client *client(struct fixture *f)
{
	struct ctrl_client *c = ctrl_client_open(f->path, f->tmp);
	assert_non_null(c);
	return c;
}

/* The client blocks, the loop runs in the same thread: send, let the server run, receive. */
static int ask(struct fixture *f, struct ctrl_client *c, const char *cmd, char *reply, size_t cap)
{
	assert_int_equal(send(ctrl_client_fd(c), cmd, strlen(cmd), 0), strlen(cmd));
	eloop_advance(f->loop, 0);
	return ctrl_client_recv(c, reply, cap);
}

static void assert_reply(
	struct fixture *f, struct ctrl_client *c, const char *cmd, const char *want)
{
	char reply[256];
	assert_int_equal(ask(f, c, cmd, reply, sizeof(reply)), strlen(want));
	assert_string_equal(reply, want);
}

static void assert_next(struct ctrl_client *c, const char *want)
{
	char text[256];
	assert_int_equal(ctrl_client_recv(c, text, sizeof(text)), strlen(want));
	assert_string_equal(text, want);
}

static void test_request_and_rights(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	struct ctrl_client *c = client(f);
	assert_string_equal(ctrl_server_path(f->server), f->path);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0770);
	assert_reply(f, c, "hello", "5:hello\n");
	assert_reply(f, c, "EMPTY", "");
	assert_reply(f, c, "", "0:\n");
	ctrl_client_close(c);
}

static void test_long_requests(void **state)
{
	struct fixture *f = *state;
	struct ctrl_client *c = client(f);
	char text[256];
	memset(text, 'x', 100);
	text[100] = '\0';
	assert_reply(f, c, text, "64:xxxxxxxxxxxxxxxxxxxx\n"); /* cut */
	ctrl_server_close(f->server);
	f->params.drop_long = true;
	f->server = ctrl_server_open(f->loop, &f->params, NULL);
	assert_non_null(f->server);
	ctrl_client_close(c);
	c = client(f);
	unsigned before = f->handled;
	assert_int_equal(ask(f, c, text, text, sizeof(text)), 0);
	assert_int_equal(f->handled, before); /* dropped */
	assert_reply(f, c, "hello", "5:hello\n");
	ctrl_client_close(c);
}

static void test_unbound_client_gets_nothing_and_breaks_nothing(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	strcpy(a.sun_path, f->path);
	assert_int_equal(sendto(fd, "ATTACH", 6, 0, (struct sockaddr *)&a, sizeof(a)), 6);
	eloop_advance(f->loop, 0);
	assert_int_equal(f->handled, 1);
	assert_false(ctrl_has_monitors(f->server, 0));
	close(fd);
}

static void test_stale_busy_and_foreign_files(void **state)
{
	struct fixture *f = *state;
	int err = 0;
	assert_null(ctrl_server_open(f->loop, &f->params, &err));
	assert_int_equal(err, -EADDRINUSE);
	assert_int_equal(access(f->path, F_OK), 0); /* the running one keeps its socket */
	ctrl_server_close(f->server);
	assert_true(access(f->dir, F_OK) < 0);

	assert_int_equal(mkdir(f->dir, 0700), 0);
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	strcpy(a.sun_path, f->path);
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	close(fd); /* the file stays: a killed daemon */
	f->server = ctrl_server_open(f->loop, &f->params, &err);
	assert_non_null(f->server);
	ctrl_server_close(f->server);

	assert_int_equal(mkdir(f->dir, 0700), 0);
	fd = open(f->path, O_CREAT | O_WRONLY, 0600);
	close(fd);
	f->server = ctrl_server_open(f->loop, &f->params, &err);
	assert_null(f->server);
	assert_int_equal(err, -EEXIST);
	assert_int_equal(unlink(f->path), 0);
	rmdir(f->dir);
}

static void test_bad_places(void **state)
{
	struct fixture *f = *state;
	struct ctrl_params p = f->params;
	char longname[200];
	int err = 0;
	p.dir = "/nonexistent/dir";
	assert_null(ctrl_server_open(f->loop, &p, &err));
	assert_int_equal(err, -ENOENT);
	p = f->params;
	p.name = "wlan1";
	p.group = "no-such-group-here";
	assert_null(ctrl_server_open(f->loop, &p, &err));
	assert_int_equal(err, -ENOENT);
	memset(longname, 'n', sizeof(longname) - 1);
	longname[sizeof(longname) - 1] = '\0';
	p.group = NULL;
	p.name = longname;
	assert_null(ctrl_server_open(f->loop, &p, &err));
	assert_int_equal(err, -ENAMETOOLONG);
}

static void test_group_by_number(void **state)
{
	struct fixture *f = *state;
	struct ctrl_params p = f->params;
	char gid[16];
	struct stat st;
	snprintf(gid, sizeof(gid), "%u", (unsigned)getgid());
	p.name = "wlan1";
	p.group = gid;
	p.dir_mode = 0750;
	struct ctrl_server *s = ctrl_server_open(f->loop, &p, NULL);
	assert_non_null(s);
	assert_int_equal(stat(f->dir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0750);
	assert_int_equal(st.st_gid, getgid());
	ctrl_server_close(s);
	assert_int_equal(access(f->path, F_OK), 0); /* the directory is not empty yet */
}

static void test_abstract(void **state)
{
	struct fixture *f = *state;
	struct ctrl_params p = f->params;
	char name[64], reply[64];
	snprintf(name, sizeof(name), "@abstract:test-ctrl-%d", (int)getpid());
	p.dir = NULL;
	p.name = name;
	struct ctrl_server *s = ctrl_server_open(f->loop, &p, NULL);
	assert_non_null(s);
	int err = 0;
	assert_null(ctrl_server_open(f->loop, &p, &err));
	assert_int_equal(err, -EADDRINUSE);
	struct ctrl_client *c = ctrl_client_open(name, f->tmp);
	assert_non_null(c);
	assert_int_equal(ask(f, c, "hi", reply, sizeof(reply)), 5);
	ctrl_client_close(c);
	ctrl_server_close(s);
}

static void test_monitors(void **state)
{
	struct fixture *f = *state;
	struct ctrl_client *a = client(f), *b = client(f);
	char text[64];
	assert_reply(f, a, "DETACH", "FAIL\n");
	assert_reply(f, a, "LEVEL 2", "FAIL\n");
	assert_false(ctrl_has_monitors(f->server, 0));
	assert_reply(f, a, "ATTACH", "OK\n");
	assert_reply(f, a, "ATTACH", "OK\n");
	assert_reply(f, b, "ATTACH", "OK\n");
	assert_reply(f, b, "LEVEL 2", "OK\n");
	assert_true(ctrl_has_monitors(f->server, 0));
	ctrl_event(f->server, LOG_INF, NULL, 0, "AP-ENABLED ");
	ctrl_event(f->server, LOG_DBG, "IFNAME=wlan0 ", 0, "fine detail");
	assert_next(a, "<3>AP-ENABLED ");
	assert_int_equal(ctrl_client_recv(a, text, sizeof(text)), 0); /* once, and no detail */
	assert_next(b, "<3>AP-ENABLED ");
	assert_next(b, "IFNAME=wlan0 <2>fine detail");
	assert_false(ctrl_has_monitors(f->server, FLAG_PROBES));
	assert_reply(f, b, "PROBES", "OK\n");
	assert_true(ctrl_has_monitors(f->server, FLAG_PROBES));
	ctrl_event(f->server, LOG_INF, NULL, FLAG_PROBES, "RX-PROBE-REQUEST");
	assert_next(b, "<3>RX-PROBE-REQUEST");
	assert_int_equal(ctrl_client_recv(a, text, sizeof(text)), 0);
	assert_reply(f, b, "DETACH", "OK\n");
	ctrl_event(f->server, LOG_INF, NULL, 0, "X");
	assert_int_equal(ctrl_client_recv(b, text, sizeof(text)), 0);
	assert_next(a, "<3>X");
	/* events a command causes come before its reply */
	assert_reply(f, a, "EVENT", "<3>CAUSED ");
	assert_next(a, "OK\n");
	ctrl_client_close(a);
	ctrl_event(f->server, LOG_INF, NULL, 0, "to nobody");
	assert_false(ctrl_has_monitors(f->server, 0)); /* the vanished one was dropped */
	ctrl_client_close(b);
}

/* Counts numbered events in order until none comes; *first gets the first number. */
static int drain(struct fixture *f, struct ctrl_client *c, int *first, int *last)
{
	char text[64];
	int n = 0;
	for (int idle = 0; idle < 3;) {
		if (ctrl_client_recv(c, text, sizeof(text)) <= 0) {
			idle++;
			eloop_advance(f->loop, 2 * USEC_PER_SEC);
			continue;
		}
		idle = 0;
		int number = atoi(text + 3);
		if (n++ == 0)
			*first = number;
		else
			assert_true(number > *last);
		*last = number;
	}
	return n;
}

static void test_slow_monitor_is_queued_for(void **state)
{
	struct fixture *f = *state;
	struct ctrl_client *a = client(f), *b = client(f);
	char text[64];
	int first = -1, last = -1;
	assert_reply(f, a, "ATTACH", "OK\n");
	for (int i = 0; i < 1500; i++) {
		snprintf(text, sizeof(text), "%d", i);
		ctrl_event(f->server, LOG_INF, NULL, 0, text);
	}
	assert_reply(f, b, "hello", "5:hello\n"); /* others are served meanwhile */
	assert_int_equal(drain(f, a, &first, &last), 1500);
	assert_int_equal(first, 0);
	assert_int_equal(last, 1499);

	for (int i = 0; i < 10000; i++) {
		snprintf(text, sizeof(text), "%d", i);
		ctrl_event(f->server, LOG_INF, NULL, 0, text);
	}
	int n = drain(f, a, &first, &last);
	assert_in_range(n, 2000, 9000); /* 2000 queued, and what the kernel held */
	assert_int_equal(last, 9999);
	ctrl_client_close(a);
	ctrl_client_close(b);
}

static void test_reply_waits_behind_events(void **state)
{
	struct fixture *f = *state;
	struct ctrl_client *a = client(f);
	char text[64];
	int events = 0;
	assert_reply(f, a, "ATTACH", "OK\n");
	for (int i = 0; i < 1000; i++)
		ctrl_event(f->server, LOG_INF, NULL, 0, "E");
	assert_int_equal(send(ctrl_client_fd(a), "hello", 5, 0), 5);
	eloop_advance(f->loop, 0);
	for (int tries = 0; tries < 2000; tries++) {
		if (ctrl_client_recv(a, text, sizeof(text)) <= 0)
			eloop_advance(f->loop, USEC_PER_SEC);
		else if (text[0] == '<')
			events++;
		else
			break;
	}
	assert_string_equal(text, "5:hello\n");
	assert_int_equal(events, 1000);
	ctrl_client_close(a);
}

static void test_closing_from_a_request_still_replies(void **state)
{
	struct fixture *f = *state;
	struct ctrl_client *a = client(f);
	assert_reply(f, a, "BYE", "OK\n");
	f->server = NULL;
	assert_true(access(f->path, F_OK) < 0);
	ctrl_client_close(a);
}

static void test_client_failures(void **state)
{
	struct fixture *f = *state;
	char reply[64];
	assert_null(ctrl_client_open("/tmp/no-such-socket", f->tmp));
	assert_int_equal(errno, ENOENT);
	assert_null(ctrl_client_open(f->path, "/no/such/dir"));
	assert_int_equal(errno, ENOENT);
	struct ctrl_client *a = client(f);
	/* nobody runs the loop: no reply */
	assert_int_equal(ctrl_client_request(a, "PING", 4, reply, sizeof(reply), 10, NULL, NULL),
		-ETIMEDOUT);
	ctrl_client_close(a);
	eloop_advance(f->loop, 0);
	assert_int_equal(f->handled, 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_request_and_rights),
		T(test_long_requests),
		T(test_unbound_client_gets_nothing_and_breaks_nothing),
		T(test_stale_busy_and_foreign_files),
		T(test_bad_places),
		T(test_group_by_number),
		T(test_abstract),
		T(test_monitors),
		T(test_slow_monitor_is_queued_for),
		T(test_reply_waits_behind_events),
		T(test_closing_from_a_request_still_replies),
		T(test_client_failures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
