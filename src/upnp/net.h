/* The network interface UPnP works on, and http:// addresses with an IPv4 literal. */
#ifndef UPNP_NET_H
#define UPNP_NET_H

#include <net/if.h>
#include <netinet/in.h>

#include "utils/text.h"

struct upnp_if {
	char name[IFNAMSIZ];
	unsigned index;
	struct in_addr addr, mask;
};

/* First IPv4 address of the interface. Returns 0 or -errno; `reason` then has one sentence naming
 * the cause. */
int upnp_if_get(const char *name, struct upnp_if *out, struct strbuf *reason);
/* The address belongs to the interface's subnet. */
bool upnp_if_near(const struct upnp_if *i, struct in_addr addr);
/* A TCP socket listening at the interface's address: the first free port from 49152 up (IANA's
 * dynamic ones, as UPnP DA 1.0 suggests). Returns the descriptor or -errno. */
int upnp_listen(const struct upnp_if *i, uint16_t *port);

#define HTTP_PATH_MAX 255
/* Only what UPnP needs: no names to look up, no other protocol (CVE-2020-12695). */
struct http_url {
	struct in_addr addr;
	uint16_t port;                /* host byte order; 80 by default */
	char path[HTTP_PATH_MAX + 1]; /* starts with '/'; may have a query */
};
#define HTTP_URL_TEXT_LEN (HTTP_PATH_MAX + 32)

/* "http://a.b.c.d[:port][/path]", nothing else. Returns 0 or -EINVAL. */
int http_url_parse(const char *text, size_t len, struct http_url *out);
/* As above, or relative to base: "/path", or "path" beside base's last component. */
int http_url_join(const struct http_url *base, const char *text, struct http_url *out);
/* out needs HTTP_URL_TEXT_LEN. */
const char *http_url_text(const struct http_url *u, char *out);

#endif
