#include "upnp/http_client.h"

/* As functions, not as macros that check types. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>

#include "utils/lazy.h"
#include "utils/log.h"
#include "utils/writer.h"

#define DEFAULT_TIMEOUT 30u /* seconds */
#define CONNECT_TIMEOUT 10l

/* Functions of libcurl, see lazy.h. */
struct curl_lib {
	__typeof__(curl_multi_socket_action) *multi_socket_action;
	__typeof__(curl_multi_assign) *multi_assign;
	__typeof__(curl_multi_remove_handle) *multi_remove_handle;
	__typeof__(curl_easy_cleanup) *easy_cleanup;
	__typeof__(curl_slist_free_all) *slist_free_all;
	__typeof__(curl_easy_getinfo) *easy_getinfo;
	__typeof__(curl_multi_info_read) *multi_info_read;
	__typeof__(curl_multi_cleanup) *multi_cleanup;
	__typeof__(curl_global_cleanup) *global_cleanup;
	__typeof__(curl_global_init) *global_init;
	__typeof__(curl_multi_init) *multi_init;
	__typeof__(curl_multi_setopt) *multi_setopt;
	__typeof__(curl_slist_append) *slist_append;
	__typeof__(curl_easy_setopt) *easy_setopt;
	__typeof__(curl_easy_init) *easy_init;
	__typeof__(curl_multi_add_handle) *multi_add_handle;
};

#define SYMBOL(fn)                                                                                 \
	{                                                                                          \
		"curl_" #fn, offsetof(struct curl_lib, fn)                                         \
	}
static const struct lazy_symbol curl_symbols[] = {
	SYMBOL(multi_socket_action),
	SYMBOL(multi_assign),
	SYMBOL(multi_remove_handle),
	SYMBOL(easy_cleanup),
	SYMBOL(slist_free_all),
	SYMBOL(easy_getinfo),
	SYMBOL(multi_info_read),
	SYMBOL(multi_cleanup),
	SYMBOL(global_cleanup),
	SYMBOL(global_init),
	SYMBOL(multi_init),
	SYMBOL(multi_setopt),
	SYMBOL(slist_append),
	SYMBOL(easy_setopt),
	SYMBOL(easy_init),
	SYMBOL(multi_add_handle),
};

/* One socket of libcurl; it owns the descriptor, we own the watch. */
struct watch {
	LIST_ENTRY(watch) link;
	struct http_client *client;
	struct eloop_fd *fd;
};

struct http_transfer {
	LIST_ENTRY(http_transfer) link;
	struct http_client *client;
	CURL *easy;
	struct curl_slist *headers;
	struct writer body, answer_headers;
	http_answer_fn done;
	void *ctx;
};

struct http_client {
	struct eloop *loop;
	struct curl_lib lib; /* loaded with the first request */
	CURLM *multi;        /* NULL before the first request */
	struct timer timer, collect;
	unsigned count;
	LIST_HEAD(, http_transfer) transfers;
	LIST_HEAD(, watch) watches;
};

/* Finished transfers are reported from a timer: libcurl must not be entered again from its own
 * callbacks, nor from http_client_send(). */
static void on_collect(struct timer *t, void *ctx);

static void drive(struct http_client *c, curl_socket_t fd, int events)
{
	int running;

	c->lib.multi_socket_action(c->multi, fd, events, &running);
	timer_start(eloop_timers(c->loop), &c->collect, 0, on_collect, c);
}

static void on_input(int fd, void *ctx)
{
	struct watch *w = ctx;

	drive(w->client, fd, CURL_CSELECT_IN);
}

static void on_output(int fd, void *ctx)
{
	struct watch *w = ctx;

	drive(w->client, fd, CURL_CSELECT_OUT);
}

static void free_watch(struct watch *w)
{
	eloop_del_fd(w->fd);
	LIST_REMOVE(w, link);
	free(w);
}

/* libcurl says what it waits for on a socket. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *per_socket)
{
	struct http_client *c = ctx;
	struct watch *w = per_socket;

	if (w)
		free_watch(w);
	c->lib.multi_assign(c->multi, fd, NULL);
	if (what == CURL_POLL_REMOVE || what == CURL_POLL_NONE)
		return 0;
	w = calloc(1, sizeof(*w));
	if (!w)
		return -1;
	w->client = c;
	LIST_INSERT_HEAD(&c->watches, w, link);
	w->fd = eloop_add_fd(c->loop, fd, what & CURL_POLL_IN ? on_input : NULL, w);
	if (!w->fd) {
		free_watch(w);
		return -1;
	}
	if (what & CURL_POLL_OUT)
		eloop_want_output(w->fd, on_output);
	c->lib.multi_assign(c->multi, fd, w);
	return 0;
}

static void on_timeout(struct timer *t, void *ctx)
{
	drive(ctx, CURL_SOCKET_TIMEOUT, 0);
}

/* libcurl sets its one timer; -1 stops it. */
static int on_timer(CURLM *multi, long msec, void *ctx)
{
	struct http_client *c = ctx;

	if (msec < 0)
		timer_stop(&c->timer);
	else
		timer_start(eloop_timers(c->loop), &c->timer, (uint64_t)msec * USEC_PER_MSEC,
			on_timeout, c);
	return 0;
}

static size_t keep(struct writer *w, const char *data, size_t len, size_t limit)
{
	if (w->len + len > limit)
		return 0; /* ends the transfer */
	writer_bytes(w, data, len);
	return len;
}

static size_t on_body(char *data, size_t size, size_t n, void *ctx)
{
	struct http_transfer *t = ctx;

	return keep(&t->body, data, size * n, HTTP_ANSWER_MAX);
}

static size_t on_header(char *data, size_t size, size_t n, void *ctx)
{
	struct http_transfer *t = ctx;

	return keep(&t->answer_headers, data, size * n, HTTP_ANSWER_HEADERS_MAX);
}

static void free_transfer(struct http_transfer *t)
{
	if (t->easy) {
		t->client->lib.multi_remove_handle(t->client->multi, t->easy);
		t->client->lib.easy_cleanup(t->easy);
	}
	t->client->lib.slist_free_all(t->headers);
	writer_free(&t->body);
	writer_free(&t->answer_headers);
	LIST_REMOVE(t, link);
	t->client->count--;
	free(t);
}

static int error_of(CURLcode code)
{
	if (code == CURLE_OK)
		return 0;
	if (code == CURLE_OPERATION_TIMEDOUT)
		return -ETIMEDOUT;
	if (code == CURLE_COULDNT_CONNECT)
		return -ECONNREFUSED;
	return code == CURLE_WRITE_ERROR ? -EMSGSIZE : -EIO;
}

static void report(struct http_transfer *t, CURLcode code)
{
	long status = 0;
	struct http_answer a = {.err = error_of(code)};
	http_answer_fn done = t->done;
	void *ctx = t->ctx;
	struct bytes body = {0}, headers = {0};

	t->client->lib.easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	a.status = (unsigned)status;
	a.body_len = t->body.len;
	writer_u8(&t->body, 0);
	writer_u8(&t->answer_headers, 0);
	if (writer_steal(&t->body, &body) < 0 || writer_steal(&t->answer_headers, &headers) < 0) {
		a.err = -ENOMEM;
		a.body_len = 0;
	}
	a.body = body.data ? (const char *)body.data : "";
	a.headers = headers.data ? (const char *)headers.data : "";
	free_transfer(t);
	done(ctx, &a);
	bytes_clear(&body);
	bytes_clear(&headers);
}

static void on_collect(struct timer *timer, void *ctx)
{
	struct http_client *c = ctx;
	CURLMsg *msg;
	int left;

	while ((msg = c->lib.multi_info_read(c->multi, &left))) {
		char *private = NULL;
		CURLcode code = msg->data.result;
		if (msg->msg != CURLMSG_DONE)
			continue;
		c->lib.easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &private);
		report((struct http_transfer *)(void *)private, code);
	}
}

struct http_client *http_client_new(struct eloop *loop)
{
	struct http_client *c = calloc(1, sizeof(*c));

	if (c)
		c->loop = loop;
	return c;
}

void http_client_free(struct http_client *c)
{
	struct http_transfer *t;
	struct watch *w;

	if (!c)
		return;
	while ((t = LIST_FIRST(&c->transfers)))
		free_transfer(t);
	if (c->multi) {
		c->lib.multi_cleanup(c->multi);
		c->lib.global_cleanup();
	}
	while ((w = LIST_FIRST(&c->watches)))
		free_watch(w);
	timer_stop(&c->timer);
	timer_stop(&c->collect);
	free(c);
}

static int open_multi(struct http_client *c)
{
	if (c->multi)
		return 0;
	if (lazy_load(CURL_SONAME, curl_symbols, ARRAY_SIZE(curl_symbols), &c->lib) < 0)
		return -ELIBACC;
	/* No TLS, no name resolver: the plain minimum. */
	if (c->lib.global_init(CURL_GLOBAL_NOTHING) != CURLE_OK)
		return -ENOMEM;
	c->multi = c->lib.multi_init();
	if (!c->multi) {
		c->lib.global_cleanup();
		return -ENOMEM;
	}
	c->lib.multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	c->lib.multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
	c->lib.multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	c->lib.multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
	return 0;
}

static int add_header(struct http_transfer *t, const char *line)
{
	struct curl_slist *list = t->client->lib.slist_append(t->headers, line);

	if (!list)
		return -ENOMEM;
	t->headers = list;
	return 0;
}

static int set_headers(struct http_transfer *t, const char *const *headers)
{
	/* No waiting for a "100 Continue" that small devices never send. */
	int err = add_header(t, "Expect:");

	for (; err == 0 && headers && *headers; headers++)
		err = add_header(t, *headers);
	return err;
}

static bool set_limits(struct http_transfer *t, const struct http_send *req)
{
	const struct curl_lib *lib = &t->client->lib;
	CURL *e = t->easy;
	long timeout = (long)(req->timeout ? req->timeout : DEFAULT_TIMEOUT);

	return lib->easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http") == CURLE_OK &&
	       lib->easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0l) == CURLE_OK &&
	       lib->easy_setopt(e, CURLOPT_PROXY, "") == CURLE_OK &&
	       lib->easy_setopt(e, CURLOPT_NOSIGNAL, 1l) == CURLE_OK &&
	       lib->easy_setopt(e, CURLOPT_TIMEOUT, timeout) == CURLE_OK &&
	       lib->easy_setopt(e, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT) == CURLE_OK &&
	       lib->easy_setopt(e, CURLOPT_FRESH_CONNECT, 1l) == CURLE_OK &&
	       lib->easy_setopt(e, CURLOPT_FORBID_REUSE, 1l) == CURLE_OK &&
	       lib->easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK;
}

static bool set_request(struct http_transfer *t, const struct http_send *req)
{
	char url[HTTP_URL_TEXT_LEN];
	const struct curl_lib *lib = &t->client->lib;
	CURL *e = t->easy;

	if (req->body_len > 0 || strcmp(req->method, "POST") == 0) {
		lib->easy_setopt(e, CURLOPT_POSTFIELDSIZE, (long)req->body_len);
		if (lib->easy_setopt(e, CURLOPT_COPYPOSTFIELDS, req->body ? req->body : "") !=
			CURLE_OK)
			return false;
	}
	return lib->easy_setopt(e, CURLOPT_URL, http_url_text(&req->url, url)) == CURLE_OK &&
	       lib->easy_setopt(e, CURLOPT_PATH_AS_IS, 1l) == CURLE_OK &&
	       lib->easy_setopt(e, CURLOPT_CUSTOMREQUEST, req->method) == CURLE_OK &&
	       lib->easy_setopt(e, CURLOPT_HTTPHEADER, t->headers) == CURLE_OK &&
	       lib->easy_setopt(e, CURLOPT_PRIVATE, t) == CURLE_OK &&
	       lib->easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
	       lib->easy_setopt(e, CURLOPT_WRITEDATA, t) == CURLE_OK &&
	       lib->easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK &&
	       lib->easy_setopt(e, CURLOPT_HEADERDATA, t) == CURLE_OK;
}

struct http_transfer *http_client_send(struct http_client *c, const struct http_send *req)
{
	if (c->count >= HTTP_CLIENT_MAX || open_multi(c) < 0)
		return NULL;
	struct http_transfer *t = calloc(1, sizeof(*t));
	if (!t)
		return NULL;
	t->client = c;
	t->done = req->done;
	t->ctx = req->ctx;
	t->body = writer_new(256);
	t->answer_headers = writer_new(256);
	LIST_INSERT_HEAD(&c->transfers, t, link);
	c->count++;
	t->easy = c->lib.easy_init();
	if (!t->easy || set_headers(t, req->headers) < 0 || !set_limits(t, req) ||
		!set_request(t, req) || c->lib.multi_add_handle(c->multi, t->easy) != CURLM_OK) {
		free_transfer(t);
		return NULL;
	}
	return t;
}

void http_transfer_cancel(struct http_transfer *t)
{
	if (t)
		free_transfer(t);
}

static const char *skip_blanks(const char *p)
{
	return p + strspn(p, " \t");
}

bool http_answer_header(const struct http_answer *a, const char *name, char *out, size_t cap)
{
	const char *line = a->headers;
	size_t n = strlen(name);

	for (; line && *line; line = strchr(line, '\n'), line = line ? line + 1 : NULL) {
		if (strncasecmp(line, name, n) != 0 || line[n] != ':')
			continue;
		const char *value = skip_blanks(line + n + 1);
		size_t len = strcspn(value, "\r\n");
		while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'))
			len--;
		if (len >= cap)
			return false;
		memcpy(out, value, len);
		out[len] = '\0';
		return true;
	}
	return false;
}
