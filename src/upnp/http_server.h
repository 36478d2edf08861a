/* A small HTTP server in our event loop: libmicrohttpd parses, a handler answers at once. Every
 * answer closes its connection, requests are bounded in every direction. */
#ifndef UPNP_HTTP_SERVER_H
#define UPNP_HTTP_SERVER_H

#include <netinet/in.h>

#include "upnp/net.h"
#include "utils/bytes.h"
#include "utils/eloop.h"

#define HTTP_BODY_MAX 20480         /* of a request whose length is told */
#define HTTP_CHUNKED_BODY_MAX 16384 /* of one sent in chunks */

struct http_server;

struct http_request {
	const char *method, *path; /* path as sent; the query is apart and not shown */
	struct in_addr client;
	const char *body; /* NUL-terminated besides its length */
	size_t body_len;
	/* For http_request_header(). */
	const struct http_server *server;
	void *connection;
};
/* Value of the first header of this name (any case) without blanks around it; NULL when absent. */
const char *http_request_header(const struct http_request *r, const char *name);

#define HTTP_RESPONSE_HEADERS 6
#define HTTP_HEADER_MAX 160
struct http_response {
	unsigned status;          /* 100..999 */
	const char *content_type; /* NULL: none */
	struct bytes body;        /* moved out by the server */
	struct {
		const char *name;
		char value[HTTP_HEADER_MAX];
	} headers[HTTP_RESPONSE_HEADERS];
	unsigned header_count;
};
void http_response_header(struct http_response *r, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Fills the answer (status 200 without a body when it does nothing). It must not free the
 * server. */
typedef void (*http_handler_fn)(
	void *ctx, const struct http_request *req, struct http_response *resp);

/* Serves at the interface's address, port http_server_port(). NULL and *err = -errno on failure. */
struct http_server *http_server_new(struct eloop *loop, const struct upnp_if *iface,
	http_handler_fn handler, void *ctx, int *err);
void http_server_free(struct http_server *s); /* NULL is fine; not from the handler */
uint16_t http_server_port(const struct http_server *s);

#endif
