#include "upnp/http_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "upnp/http_relay.h"
#include "utils/lazy.h"
#include "utils/log.h"
#include "utils/writer.h"

#define MAX_CONNECTIONS 32u
#define MAX_CONNECTIONS_PER_HOST 16u
#define CONNECTION_MEMORY 16384 /* request line and headers */
#define CONNECTION_TIMEOUT 30u  /* seconds without progress */
#define MAX_PATH 4096

/* Functions of libmicrohttpd, see lazy.h. */
struct mhd_lib {
	__typeof__(MHD_lookup_connection_value) *lookup_connection_value;
	__typeof__(MHD_create_response_from_buffer) *create_response_from_buffer;
	__typeof__(MHD_add_response_header) *add_response_header;
	__typeof__(MHD_queue_response) *queue_response;
	__typeof__(MHD_destroy_response) *destroy_response;
	__typeof__(MHD_get_connection_info) *get_connection_info;
	__typeof__(MHD_run) *run;
	__typeof__(MHD_get_timeout) *get_timeout;
	__typeof__(MHD_start_daemon) *start_daemon;
	__typeof__(MHD_add_connection) *add_connection;
	__typeof__(MHD_get_daemon_info) *get_daemon_info;
	__typeof__(MHD_stop_daemon) *stop_daemon;
};

#define SYMBOL(fn)                                                                                 \
	{                                                                                          \
		"MHD_" #fn, offsetof(struct mhd_lib, fn)                                           \
	}
static const struct lazy_symbol mhd_symbols[] = {
	SYMBOL(lookup_connection_value),
	SYMBOL(create_response_from_buffer),
	SYMBOL(add_response_header),
	SYMBOL(queue_response),
	SYMBOL(destroy_response),
	SYMBOL(get_connection_info),
	SYMBOL(run),
	SYMBOL(get_timeout),
	SYMBOL(start_daemon),
	SYMBOL(add_connection),
	SYMBOL(get_daemon_info),
	SYMBOL(stop_daemon),
};

struct http_server {
	struct eloop *loop;
	struct mhd_lib lib;
	struct MHD_Daemon *mhd;
	struct http_relay *relay;
	struct eloop_fd *watch;
	struct timer timer;
	http_handler_fn handler;
	void *ctx;
	struct in_addr addr;
	uint16_t port;
};

/* One request whose body comes in pieces. */
struct incoming {
	struct writer body;
	size_t limit;
};

const char *http_request_header(const struct http_request *r, const char *name)
{
	return r->server->lib.lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

void http_response_header(struct http_response *r, const char *name, const char *fmt, ...)
{
	va_list ap;

	if (r->header_count == HTTP_RESPONSE_HEADERS)
		return;
	va_start(ap, fmt);
	int n = vsnprintf(r->headers[r->header_count].value, HTTP_HEADER_MAX, fmt, ap);
	va_end(ap);
	if (n < 0 || n >= HTTP_HEADER_MAX)
		return;
	r->headers[r->header_count++].name = name;
}

/* A name in Host: would be a page from elsewhere that a browser was made to believe is ours (DNS
 * rebinding). */
static bool host_is_ours(const struct http_server *s, const struct http_request *r)
{
	const char *host = http_request_header(r, "Host");
	char ours[INET_ADDRSTRLEN + 8];

	if (!host)
		return true;
	inet_ntop(AF_INET, &s->addr, ours, sizeof(ours));
	if (strcmp(host, ours) == 0)
		return true;
	size_t n = strlen(ours);
	snprintf(ours + n, sizeof(ours) - n, ":%u", s->port);
	return strcmp(host, ours) == 0;
}

static enum MHD_Result answer(
	const struct http_server *s, struct MHD_Connection *c, struct http_response *resp)
{
	struct MHD_Response *out = s->lib.create_response_from_buffer(
		resp->body.len, resp->body.data, MHD_RESPMEM_MUST_COPY);

	bytes_clear(&resp->body);
	if (!out)
		return MHD_NO;
	s->lib.add_response_header(out, "Connection", "close");
	if (resp->content_type)
		s->lib.add_response_header(out, "Content-Type", resp->content_type);
	for (unsigned i = 0; i < resp->header_count; i++)
		s->lib.add_response_header(out, resp->headers[i].name, resp->headers[i].value);
	enum MHD_Result result = s->lib.queue_response(c, resp->status, out);
	s->lib.destroy_response(out);
	return result;
}

static struct in_addr client_of(const struct http_server *s, struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
		s->lib.get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct in_addr none = {0};

	if (!info || info->client_addr->sa_family != AF_INET)
		return none;
	return ((const struct sockaddr_in *)(const void *)info->client_addr)->sin_addr;
}

/* What UPnP knows; anything else is refused before its body comes. */
static bool method_known(const char *method)
{
	static const char *const known[] = {"GET", "POST", "SUBSCRIBE", "UNSUBSCRIBE", "NOTIFY"};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (strcmp(method, known[i]) == 0)
			return true;
	return false;
}

static enum MHD_Result refuse(
	const struct http_server *s, struct MHD_Connection *c, unsigned status)
{
	struct http_response resp = {.status = status};

	return answer(s, c, &resp);
}

/* Headers are complete, the body is to come. */
static enum MHD_Result begin(const struct http_server *s, struct MHD_Connection *c,
	const char *method, const char *path, void **state)
{
	const char *length = s->lib.lookup_connection_value(c, MHD_HEADER_KIND, "Content-Length");
	int64_t announced = 0;

	if (strlen(path) > MAX_PATH)
		return MHD_NO;
	struct incoming *in = calloc(1, sizeof(*in));
	if (!in)
		return MHD_NO;
	*state = in;
	in->body = writer_new(256);
	in->limit = length ? HTTP_BODY_MAX : HTTP_CHUNKED_BODY_MAX;
	if (!method_known(method))
		return refuse(s, c, MHD_HTTP_NOT_IMPLEMENTED);
	if (length && parse_int(length, 10, 0, HTTP_BODY_MAX, &announced) < 0)
		return refuse(s, c, MHD_HTTP_CONTENT_TOO_LARGE);
	return MHD_YES;
}

static enum MHD_Result add_body(struct incoming *in, const char *data, size_t *len)
{
	if (in->body.len + *len > in->limit)
		return MHD_NO; /* closes the connection */
	writer_bytes(&in->body, data, *len);
	*len = 0;
	return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url,
	const char *method, const char *version, const char *data, size_t *len, void **state)
{
	struct http_server *s = cls;
	struct incoming *in = *state;
	struct http_response resp = {.status = MHD_HTTP_OK};

	if (!in)
		return begin(s, c, method, url, state);
	if (*len)
		return add_body(in, data, len);
	writer_u8(&in->body, 0);
	if (!writer_ok(&in->body))
		return MHD_NO;
	const struct http_request req = {
		.method = method,
		.path = url,
		.client = client_of(s, c),
		.body = (const char *)in->body.buf,
		.body_len = in->body.len - 1,
		.server = s,
		.connection = c,
	};
	if (host_is_ours(s, &req))
		s->handler(s->ctx, &req, &resp);
	else
		resp.status = MHD_HTTP_BAD_REQUEST;
	return answer(s, c, &resp);
}

static void on_completed(
	void *cls, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode code)
{
	struct incoming *in = *state;

	if (in)
		writer_free(&in->body);
	free(in);
	*state = NULL;
}

static void run(struct http_server *s);

static void on_timer(struct timer *t, void *ctx)
{
	run(ctx);
}

static void on_ready(int fd, void *ctx)
{
	run(ctx);
}

static void run(struct http_server *s)
{
	MHD_UNSIGNED_LONG_LONG msec;

	s->lib.run(s->mhd);
	if (s->lib.get_timeout(s->mhd, &msec) == MHD_YES)
		timer_start(eloop_timers(s->loop), &s->timer, msec * USEC_PER_MSEC, on_timer, s);
	else
		timer_stop(&s->timer);
}

static int on_connection(void *ctx, int fd, const struct sockaddr_in *client)
{
	struct http_server *s = ctx;
	enum MHD_Result result =
		s->lib.add_connection(s->mhd, fd, (const void *)client, sizeof(*client));

	run(s);
	return result == MHD_YES ? 0 : -ECONNREFUSED;
}

static int start(struct http_server *s, const struct upnp_if *iface)
{
	s->mhd = s->lib.start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL,
		on_request, s, MHD_OPTION_CONNECTION_LIMIT, MAX_CONNECTIONS,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, MAX_CONNECTIONS_PER_HOST,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_CONNECTION_TIMEOUT, CONNECTION_TIMEOUT, MHD_OPTION_NOTIFY_COMPLETED,
		on_completed, s, MHD_OPTION_END);
	if (!s->mhd)
		return -EIO;
	const union MHD_DaemonInfo *info = s->lib.get_daemon_info(s->mhd, MHD_DAEMON_INFO_EPOLL_FD);
	s->watch = info ? eloop_add_fd(s->loop, info->epoll_fd, on_ready, s) : NULL;
	if (!s->watch)
		return -ENOMEM;
	int listener = upnp_listen(iface, &s->port);
	if (listener < 0)
		return listener;
	s->relay = http_relay_new(s->loop, listener, on_connection, s);
	return s->relay ? 0 : -ENOMEM;
}

struct http_server *http_server_new(struct eloop *loop, const struct upnp_if *iface,
	http_handler_fn handler, void *ctx, int *err)
{
	struct http_server *s = calloc(1, sizeof(*s));

	*err = -ENOMEM;
	if (!s)
		return NULL;
	s->loop = loop;
	s->handler = handler;
	s->ctx = ctx;
	s->addr = iface->addr;
	*err = lazy_load(MHD_SONAME, mhd_symbols, ARRAY_SIZE(mhd_symbols), &s->lib);
	if (*err == 0)
		*err = start(s, iface);
	if (*err < 0) {
		http_server_free(s);
		return NULL;
	}
	return s;
}

void http_server_free(struct http_server *s)
{
	if (!s)
		return;
	timer_stop(&s->timer);
	eloop_del_fd(s->watch);
	if (s->mhd)
		s->lib.stop_daemon(s->mhd);
	http_relay_free(s->relay);
	free(s);
}

uint16_t http_server_port(const struct http_server *s)
{
	return s->port;
}
