#include "upnp/http_relay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "utils/bytes.h"
#include "utils/writer.h"

#define MAX_CONNECTIONS 32
#define PIECE 4096
#define MAX_BLANKS 64 /* kept inside of a line; a longer run is cut to that */

/* State of the request's header block. */
struct filter {
	char blanks[MAX_BLANKS]; /* held back until it is known what follows */
	size_t blank_count;
	size_t line_len;
	bool begun, in_body;
};

struct connection {
	LIST_ENTRY(connection) link;
	struct http_relay *relay;
	int client, server; /* the network's socket, our end of the pair */
	struct eloop_fd *client_watch, *server_watch;
	struct filter filter;
	size_t received;
	struct writer down; /* waits for the client to take it */
	bool client_done, server_gone;
};

struct http_relay {
	struct eloop *loop;
	int listener;
	struct eloop_fd *watch;
	http_relay_fn fn;
	void *ctx;
	LIST_HEAD(, connection) connections;
	unsigned count;
};

static void filter_byte(struct filter *f, char c, struct writer *out)
{
	if (c == ' ' || c == '\t') {
		if (f->blank_count < MAX_BLANKS)
			f->blanks[f->blank_count++] = c;
		return;
	}
	if (c != '\r' && c != '\n') {
		writer_bytes(out, f->blanks, f->blank_count);
		f->line_len++;
		f->begun = true;
	}
	f->blank_count = 0;
	writer_u8(out, (uint8_t)c);
	if (c != '\n')
		return;
	f->in_body = f->begun && f->line_len == 0;
	f->line_len = 0;
}

static void filter_bytes(struct filter *f, const char *data, size_t len, struct writer *out)
{
	size_t i = 0;

	while (i < len && !f->in_body)
		filter_byte(f, data[i++], out);
	writer_bytes(out, data + i, len - i);
}

static void close_connection(struct connection *c)
{
	eloop_del_fd(c->client_watch);
	eloop_del_fd(c->server_watch);
	closep(&c->client);
	closep(&c->server);
	writer_free(&c->down);
	LIST_REMOVE(c, link);
	c->relay->count--;
	free(c);
}

static void on_client_output(int fd, void *ctx);

/* The client's socket is watched for what it says until it is done, and for room while something
 * waits; false when that cannot be. */
static bool watch_client(struct connection *c)
{
	bool waits = c->down.len > 0;

	if (c->client_done && !waits)
		eloop_del_fd(steal_ptr(&c->client_watch));
	else if (!c->client_watch)
		c->client_watch = eloop_add_fd(c->relay->loop, c->client, NULL, c);
	if (c->client_watch)
		eloop_want_output(c->client_watch, waits ? on_client_output : NULL);
	return c->client_watch || !waits;
}

/* Sends what waits; closes when the server's answer is out. */
static void flush(struct connection *c)
{
	ssize_t n = c->down.len ? send(c->client, c->down.buf, c->down.len, MSG_NOSIGNAL) : 0;

	if (n > 0) {
		c->down.len -= (size_t)n;
		memmove(c->down.buf, c->down.buf + n, c->down.len);
	}
	bool failed = n < 0 && errno != EAGAIN;
	bool over = c->down.len == 0 && c->server_gone;
	if (failed || over || !watch_client(c))
		close_connection(c);
}

static void on_client_output(int fd, void *ctx)
{
	flush(ctx);
}

/* The client has no more to say; it still takes the answer. */
static void stop_reading(struct connection *c)
{
	c->client_done = true;
	eloop_del_fd(steal_ptr(&c->client_watch));
	shutdown(c->server, SHUT_WR);
	flush(c);
}

static void on_client_input(int fd, void *ctx)
{
	struct connection *c = ctx;
	char buf[PIECE];
	uint8_t filtered[PIECE + MAX_BLANKS];
	struct writer w = writer_over(filtered, sizeof(filtered));
	ssize_t n = recv(fd, buf, sizeof(buf), 0);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n == 0) {
		stop_reading(c);
		return;
	}
	c->received += n > 0 ? (size_t)n : 0;
	if (n < 0 || c->received > HTTP_RELAY_IN_MAX) {
		close_connection(c);
		return;
	}
	filter_bytes(&c->filter, buf, (size_t)n, &w);
	/* The server reads at once: what does not fit the pair's buffer is a flood of tiny pieces.
	 */
	if (!writer_ok(&w) ||
		(w.len && send(c->server, w.buf, w.len, MSG_NOSIGNAL) != (ssize_t)w.len))
		close_connection(c);
}

static void on_server_input(int fd, void *ctx)
{
	struct connection *c = ctx;
	uint8_t buf[PIECE];
	ssize_t n = recv(fd, buf, sizeof(buf), 0);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n > 0)
		writer_bytes(&c->down, buf, (size_t)n);
	if (n <= 0 || !writer_ok(&c->down)) {
		c->server_gone = true;
		eloop_del_fd(c->server_watch);
		c->server_watch = NULL;
	}
	flush(c);
}

static int open_pair(struct connection *c, const struct sockaddr_in *from)
{
	struct http_relay *r = c->relay;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	c->server = pair[0];
	if (r->fn(r->ctx, pair[1], from) < 0)
		return -ECONNREFUSED;
	c->client_watch = eloop_add_fd(r->loop, c->client, on_client_input, c);
	c->server_watch = eloop_add_fd(r->loop, c->server, on_server_input, c);
	return c->client_watch && c->server_watch ? 0 : -ENOMEM;
}

static void take(struct http_relay *r, int fd, const struct sockaddr_in *from)
{
	struct connection *c = r->count < MAX_CONNECTIONS ? calloc(1, sizeof(*c)) : NULL;

	if (!c) {
		close(fd);
		return;
	}
	c->relay = r;
	c->client = fd;
	c->server = -1;
	c->down = writer_new(PIECE);
	LIST_INSERT_HEAD(&r->connections, c, link);
	r->count++;
	if (open_pair(c, from) < 0)
		close_connection(c);
}

static void on_connection(int listener, void *ctx)
{
	struct sockaddr_in from = {0};
	socklen_t len = sizeof(from);
	int fd = accept4(listener, (void *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0)
		take(ctx, fd, &from);
}

struct http_relay *http_relay_new(struct eloop *loop, int listener, http_relay_fn fn, void *ctx)
{
	struct http_relay *r = calloc(1, sizeof(*r));

	if (!r) {
		close(listener);
		return NULL;
	}
	*r = (struct http_relay){.loop = loop, .listener = listener, .fn = fn, .ctx = ctx};
	r->watch = eloop_add_fd(loop, listener, on_connection, r);
	if (!r->watch) {
		http_relay_free(r);
		return NULL;
	}
	return r;
}

void http_relay_free(struct http_relay *r)
{
	struct connection *c;

	if (!r)
		return;
	while ((c = LIST_FIRST(&r->connections)))
		close_connection(c);
	eloop_del_fd(r->watch);
	closep(&r->listener);
	free(r);
}
