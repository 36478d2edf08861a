/* Our HTTP client against our HTTP server, in one loop over the loopback. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "upnp/http_client.h"
#include "upnp/http_relay.h"
#include "upnp/http_server.h"

struct world {
	struct eloop *loop;
	struct upnp_if lo;
	struct http_server *server;
	struct http_client *client;
	unsigned asked, answered, want;
	char method[16], path[64], body[64], nt[32];
	size_t body_len, answer_len;
	int err;
	unsigned status;
	char ext[32];
	struct timer deadline;
};

static void on_request(void *ctx, const struct http_request *req, struct http_response *resp)
{
	struct world *w = ctx;
	const char *nt = http_request_header(req, "nt");

	w->asked++;
	snprintf(w->method, sizeof(w->method), "%s", req->method);
	snprintf(w->path, sizeof(w->path), "%s", req->path);
	snprintf(w->body, sizeof(w->body), "%s", req->body);
	snprintf(w->nt, sizeof(w->nt), "%s", nt ? nt : "");
	w->body_len = req->body_len;
	assert_int_equal(ntohl(req->client.s_addr), INADDR_LOOPBACK);
	assert_null(http_request_header(req, "x-absent"));
	if (strcmp(req->path, "/big") == 0) {
		resp->body.len = HTTP_ANSWER_MAX + 1;
		resp->body.data = calloc(1, resp->body.len);
		return;
	}
	resp->status = strcmp(req->path, "/600") == 0 ? 600 : 200;
	resp->content_type = "text/plain";
	http_response_header(resp, "EXT", "%s %d", "value", 7);
	bytes_set(&resp->body, "hello", 5);
}

static void on_deadline(struct timer *t, void *ctx)
{
	fail_msg("no answer in time");
}

static void on_answer(void *ctx, const struct http_answer *a)
{
	struct world *w = ctx;

	w->answered++;
	w->err = a->err;
	w->status = a->status;
	w->answer_len = a->body_len;
	if (!http_answer_header(a, "ext", w->ext, sizeof(w->ext)))
		w->ext[0] = '\0';
	if (w->answered == w->want)
		eloop_stop(w->loop);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	char text[128];
	struct strbuf reason = strbuf_over(text, sizeof(text));
	int err;

	w->loop = eloop_new(ELOOP_REAL);
	assert_int_equal(upnp_if_get("lo", &w->lo, &reason), 0);
	w->server = http_server_new(w->loop, &w->lo, on_request, w, &err);
	assert_non_null(w->server);
	assert_true(http_server_port(w->server) >= 49152);
	w->client = http_client_new(w->loop);
	w->want = 1;
	timer_start(eloop_timers(w->loop), &w->deadline, 20 * USEC_PER_SEC, on_deadline, w);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	timer_stop(&w->deadline);
	http_client_free(w->client);
	http_server_free(w->server);
	eloop_free(w->loop);
	free(w);
	return 0;
}

static struct http_send request(struct world *w, const char *method, const char *path)
{
	struct http_send r = {
		.method = method,
		.url = {.addr = w->lo.addr, .port = http_server_port(w->server)},
		.done = on_answer,
		.ctx = w,
		.timeout = 10,
	};
	snprintf(r.url.path, sizeof(r.url.path), "%s", path);
	return r;
}

static void test_request_and_answer(void **state)
{
	static const char *const headers[] = {"NT: upnp:event", NULL};
	struct world *w = *state;
	struct http_send r = request(w, "NOTIFY", "/event?x=1");

	r.body = "some body";
	r.body_len = 9;
	r.headers = headers;
	assert_non_null(http_client_send(w->client, &r));
	assert_int_equal(w->asked, 0); /* nothing happens before the loop */
	eloop_run(w->loop);
	assert_int_equal(w->asked, 1);
	assert_string_equal(w->method, "NOTIFY");
	assert_string_equal(w->path, "/event");
	assert_string_equal(w->body, "some body");
	assert_string_equal(w->nt, "upnp:event");
	assert_int_equal(w->err, 0);
	assert_int_equal(w->status, 200);
	assert_int_equal(w->answer_len, 5);
	assert_string_equal(w->ext, "value 7");
}

static void test_status_of_its_own(void **state)
{
	struct world *w = *state;
	struct http_send r = request(w, "GET", "/600");

	assert_non_null(http_client_send(w->client, &r));
	eloop_run(w->loop);
	assert_string_equal(w->method, "GET");
	assert_int_equal(w->status, 600);
}

static void test_many_at_once(void **state)
{
	struct world *w = *state;
	struct http_send r = request(w, "GET", "/");

	for (w->want = 0; w->want < HTTP_CLIENT_MAX; w->want++)
		assert_non_null(http_client_send(w->client, &r));
	assert_null(http_client_send(w->client, &r));
	eloop_run(w->loop);
	assert_int_equal(w->asked, HTTP_CLIENT_MAX);
}

static void test_longest_body(void **state)
{
	struct world *w = *state;
	struct http_send r = request(w, "POST", "/x");
	char *body = calloc(1, HTTP_BODY_MAX);

	r.body = body;
	r.body_len = HTTP_BODY_MAX;
	assert_non_null(http_client_send(w->client, &r));
	eloop_run(w->loop);
	assert_int_equal(w->body_len, HTTP_BODY_MAX);
	assert_int_equal(w->asked, 1);
	free(body);
}

static void test_answer_too_long(void **state)
{
	struct world *w = *state;
	struct http_send big = request(w, "GET", "/big");

	assert_non_null(http_client_send(w->client, &big));
	eloop_run(w->loop);
	assert_int_equal(w->err, -EMSGSIZE);
}

/* As wpa_supplicant's external registrar writes its headers; in pieces. */
static const char *const pieces[] = {"POST /x HTTP/1.1\r\nHost: 127.0.0.1  \r",
	"\nContent-Length: 4   ", "  \r\nNT:a  b \t\r\n\r\n \r", " \t"};

struct talker {
	struct world *w;
	int fd;
	size_t sent;
	struct timer timer;
};

static void send_piece(struct timer *t, void *ctx)
{
	struct talker *k = ctx;
	const char *piece = pieces[k->sent++];

	assert_int_equal(k->w->asked, 0);
	assert_true(send(k->fd, piece, strlen(piece), 0) > 0);
	if (k->sent < ARRAY_SIZE(pieces))
		timer_start(eloop_timers(k->w->loop), t, USEC_PER_MSEC, send_piece, k);
}

static void on_raw_answer(int fd, void *ctx)
{
	eloop_stop(((struct world *)ctx)->loop);
}

static void test_blanks_behind_values(void **state)
{
	struct world *w = *state;
	struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_addr = w->lo.addr,
		.sin_port = htons(http_server_port(w->server))};
	struct talker k = {.w = w, .fd = socket(AF_INET, SOCK_STREAM, 0)};
	char answer[512] = "";

	assert_int_equal(connect(k.fd, (const void *)&at, sizeof(at)), 0);
	struct eloop_fd *watch = eloop_add_fd(w->loop, k.fd, on_raw_answer, w);
	timer_start(eloop_timers(w->loop), &k.timer, 0, send_piece, &k);
	eloop_run(w->loop);
	assert_int_equal(w->asked, 1);
	assert_string_equal(w->nt, "a  b");
	assert_string_equal(w->body, " \r \t"); /* none of it is lost there */
	assert_true(recv(k.fd, answer, sizeof(answer) - 1, 0) > 0);
	assert_non_null(strstr(answer, "200 OK"));
	eloop_del_fd(watch);
	close(k.fd);
}

/* The end of a connection that the relay hands out. */
static int take_end(void *ctx, int fd, const struct sockaddr_in *client)
{
	*(int *)ctx = fd;
	return 0;
}

struct slow_reader {
	struct world *w;
	int fd, server;
	size_t said, read;
	struct timer timer;
};

static void read_on(struct timer *t, void *ctx)
{
	struct slow_reader *s = ctx;
	char buf[16384];
	ssize_t n = recv(s->fd, buf, sizeof(buf), MSG_DONTWAIT);

	if (n == 0) {
		eloop_stop(s->w->loop);
		return;
	}
	s->read += n > 0 ? (size_t)n : 0;
	timer_start(eloop_timers(s->w->loop), t, USEC_PER_MSEC / 10, read_on, s);
}

static void shut_and_read(struct timer *t, void *ctx)
{
	struct slow_reader *s = ctx;

	shutdown(s->fd, SHUT_WR);
	timer_start(eloop_timers(s->w->loop), t, 20 * USEC_PER_MSEC, read_on, s);
}

/* Says what goes through to the relay until there is enough, then is gone. */
static void say(struct timer *t, void *ctx)
{
	static const char data[65536];
	struct slow_reader *s = ctx;
	ssize_t n = s->server < 0 ? 0 : send(s->server, data, sizeof(data), MSG_NOSIGNAL);

	s->said += n > 0 ? (size_t)n : 0;
	if (s->said < 8u << 20) {
		timer_start(eloop_timers(s->w->loop), t, USEC_PER_MSEC, say, s);
		return;
	}
	close(s->server);
	timer_start(eloop_timers(s->w->loop), t, 20 * USEC_PER_MSEC, shut_and_read, s);
}

/* It says that it has no more to say while much of the answer is still on its way to it. */
static void test_half_close_of_a_slow_reader(void **state)
{
	struct world *w = *state;
	struct slow_reader s = {.w = w, .fd = socket(AF_INET, SOCK_STREAM, 0), .server = -1};
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = w->lo.addr};
	uint16_t port;
	static const int small = 4096;
	int listener = upnp_listen(&w->lo, &port);
	struct http_relay *relay = http_relay_new(w->loop, listener, take_end, &s.server);

	assert_non_null(relay);
	at.sin_port = htons(port);
	setsockopt(s.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	assert_int_equal(connect(s.fd, (const void *)&at, sizeof(at)), 0);
	timer_start(eloop_timers(w->loop), &s.timer, 0, say, &s);
	eloop_run(w->loop);
	assert_int_equal(s.read, s.said);
	close(s.fd);
	http_relay_free(relay);
}

static void test_nobody_there(void **state)
{
	struct world *w = *state;
	struct http_send r = request(w, "GET", "/");

	r.url.port = 1;
	assert_non_null(http_client_send(w->client, &r));
	eloop_run(w->loop);
	assert_int_equal(w->err, -ECONNREFUSED);
}

static void test_cancel(void **state)
{
	struct world *w = *state;
	struct http_send r = request(w, "GET", "/");
	struct http_transfer *t = http_client_send(w->client, &r);

	assert_non_null(t);
	http_transfer_cancel(t);
	assert_non_null(http_client_send(w->client, &r));
	eloop_run(w->loop);
	assert_int_equal(w->answered, 1);
	/* What is under way when the client goes is just gone. */
	assert_non_null(http_client_send(w->client, &r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_request_and_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_status_of_its_own, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_longest_body, setup, teardown),
		cmocka_unit_test_setup_teardown(test_answer_too_long, setup, teardown),
		cmocka_unit_test_setup_teardown(test_blanks_behind_values, setup, teardown),
		cmocka_unit_test_setup_teardown(test_half_close_of_a_slow_reader, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nobody_there, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cancel, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
