/* Simple Service Discovery Protocol: messages, and its multicast socket on one interface (UPnP
 * Device Architecture 1.0, clause 1). */
#ifndef UPNP_SSDP_H
#define UPNP_SSDP_H

#include <netinet/in.h>
#include <sys/types.h>

#include "upnp/net.h"

#define SSDP_GROUP "239.255.255.250"
#define SSDP_PORT 1900
#define SSDP_MAX 1536 /* longest message we read or write */

enum ssdp_kind { SSDP_NOTIFY, SSDP_SEARCH, SSDP_RESPONSE };
struct ssdp_msg {
	enum ssdp_kind kind;
	/* Values without blanks around, NULL when absent; they live in `text`. The first of a name
	 * counts. */
	const char *host, *man, *mx, *st, *nt, *nts, *usn, *location, *cache_control, *server;
	unsigned max_age; /* of cache_control in seconds, 0 = not told */
	char text[SSDP_MAX + 1];
};
/* One datagram. Returns 0 or -EBADMSG: not an SSDP start line, or a line without colon, or no
 * empty line at the end. `out` must not be moved afterwards. */
int ssdp_parse(const char *data, size_t len, struct ssdp_msg *out);
/* Fields a device needs to answer a search (clause 1.2.2): HOST, MAN "ssdp:discover", MX 0 …; *mx
 * in seconds, at most 120. False: no answer is due. */
bool ssdp_search_valid(const struct ssdp_msg *m, unsigned *mx);

/* Whole messages, headers after the start line as "Name: value" appended by ssdp_header(). */
void ssdp_begin(struct strbuf *s, enum ssdp_kind kind);
void ssdp_header(struct strbuf *s, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void ssdp_end(struct strbuf *s);
/* "Linux/<release>, UPnP/1.0, <us>" for SERVER. */
const char *ssdp_server_text(char *out, size_t cap);

/* Receives what is sent to the group on this interface; several processes may. Returns a
 * non-blocking descriptor or -errno. */
int ssdp_open_listener(const struct upnp_if *i);
/* For sending to the group and to hosts from the interface's address (and for answers to searches
 * sent from it). Returns a non-blocking descriptor or -errno. */
int ssdp_open_sender(const struct upnp_if *i);
/* to NULL: the group. Returns 0 or -errno. */
int ssdp_send(int fd, const struct sockaddr_in *to, const struct strbuf *s);
/* One datagram; -EAGAIN when there is none. */
ssize_t ssdp_recv(int fd, char *buf, size_t cap, struct sockaddr_in *from);

#endif
