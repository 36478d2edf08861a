/* HTTP requests in our event loop through libcurl's multi interface: IPv4 literals only, no
 * redirects, no proxies, no other protocols, bounded answers. */
#ifndef UPNP_HTTP_CLIENT_H
#define UPNP_HTTP_CLIENT_H

#include "upnp/net.h"
#include "utils/bytes.h"
#include "utils/eloop.h"

#define HTTP_CLIENT_MAX 16 /* transfers at a time; more are refused */
#define HTTP_ANSWER_MAX 65536
#define HTTP_ANSWER_HEADERS_MAX 8192

struct http_client;
struct http_transfer; /* one request under way */

struct http_answer {
	int err; /* 0, or why there is no answer: -ETIMEDOUT, -ECONNREFUSED, -EMSGSIZE, -EIO */
	unsigned status;  /* 200 … */
	const char *body; /* NUL-terminated besides its length; lives until the callback returns */
	size_t body_len;
	const char *headers; /* lines of the header block, NUL-terminated */
};
/* Value of the first header of this name (any case) in an answer, copied without blanks around it.
 * False: absent, or longer than cap allows. */
bool http_answer_header(const struct http_answer *a, const char *name, char *out, size_t cap);

/* The transfer is gone when this is called; new ones may be started from here, and the client may
 * not be freed. */
typedef void (*http_answer_fn)(void *ctx, const struct http_answer *answer);

struct http_send {
	const char *method;         /* GET, POST, NOTIFY, SUBSCRIBE, UNSUBSCRIBE … */
	struct http_url url;        /* copied */
	const char *const *headers; /* "Name: value" lines, ends with NULL; copied; NULL = none */
	const void *body;           /* copied */
	size_t body_len;
	unsigned timeout; /* seconds for the whole of it, 0 = 30 */
	http_answer_fn done;
	void *ctx;
};

/* Costs nothing until the first request. NULL: out of memory. */
struct http_client *http_client_new(struct eloop *loop);
/* Cancels what is under way without calling anybody. */
void http_client_free(struct http_client *c);
/* NULL: too many under way, or out of memory. */
struct http_transfer *http_client_send(struct http_client *c, const struct http_send *req);
/* `done` is not called any more. NULL is fine; not from inside its own `done`. */
void http_transfer_cancel(struct http_transfer *t);

#endif
