/* Between the network and libmicrohttpd: takes blanks off the ends of header lines, which 0.9.75
 * stumbles over ("Content-Length: 482   " is what wpa_supplicant's external registrar sends), and
 * passes everything else on as it is. */
#ifndef UPNP_HTTP_RELAY_H
#define UPNP_HTTP_RELAY_H

#include <netinet/in.h>

#include "utils/eloop.h"

#define HTTP_RELAY_IN_MAX 131072 /* bytes of one connection's request, framing included */

struct http_relay; /* all connections of a server */

/* Takes over the other end (non-blocking) of a new connection, whatever it returns: 0 or negative.
 */
typedef int (*http_relay_fn)(void *ctx, int fd, const struct sockaddr_in *client);

/* listener: listening and non-blocking, becomes the relay's. NULL: out of memory, it is closed. */
struct http_relay *http_relay_new(struct eloop *loop, int listener, http_relay_fn fn, void *ctx);
void http_relay_free(struct http_relay *r); /* NULL is fine */

#endif
