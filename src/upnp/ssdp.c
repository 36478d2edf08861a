#include "upnp/ssdp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/utsname.h>

#include "utils/bytes.h"
#include "utils/version.h"

#define MX_MAX 120
#define TTL 4 /* UPnP DA 1.0, 1.1.2 */

static const struct {
	const char *line;
	enum ssdp_kind kind;
} start_lines[] = {
	{"NOTIFY * HTTP/1.1", SSDP_NOTIFY},
	{"M-SEARCH * HTTP/1.1", SSDP_SEARCH},
	{"HTTP/1.1 200 OK", SSDP_RESPONSE},
};

static const struct {
	const char *name;
	size_t offset;
} fields[] = {
	{"HOST", offsetof(struct ssdp_msg, host)},
	{"MAN", offsetof(struct ssdp_msg, man)},
	{"MX", offsetof(struct ssdp_msg, mx)},
	{"ST", offsetof(struct ssdp_msg, st)},
	{"NT", offsetof(struct ssdp_msg, nt)},
	{"NTS", offsetof(struct ssdp_msg, nts)},
	{"USN", offsetof(struct ssdp_msg, usn)},
	{"LOCATION", offsetof(struct ssdp_msg, location)},
	{"CACHE-CONTROL", offsetof(struct ssdp_msg, cache_control)},
	{"SERVER", offsetof(struct ssdp_msg, server)},
};

/* Takes one line that ends in CR LF off the text, NUL-terminated. NULL: no whole line left. */
static char *next_line(char **at)
{
	char *line = *at, *end = strstr(line, "\r\n");

	if (!end)
		return NULL;
	*end = '\0';
	*at = end + 2;
	return line;
}

static int start_kind(const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(start_lines); i++)
		if (strcmp(line, start_lines[i].line) == 0)
			return (int)start_lines[i].kind;
	return -EBADMSG;
}

static int take_header(struct ssdp_msg *m, char *line)
{
	char *value = strchr(line, ':');

	if (!value || value == line)
		return -EBADMSG;
	*value++ = '\0';
	value += strspn(value, " \t");
	for (size_t n = strlen(value); n > 0 && strchr(" \t", value[n - 1]); n--)
		value[n - 1] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const char **field = (const char **)(void *)((char *)m + fields[i].offset);
		if (strcasecmp(line, fields[i].name) == 0 && !*field)
			*field = value;
	}
	return 0;
}

static unsigned parse_max_age(const char *cache_control)
{
	const char *at = strcasestr(cache_control, "max-age");
	int64_t v;
	char digits[12];

	if (!at)
		return 0;
	at += strlen("max-age");
	at += strspn(at, " \t");
	if (*at != '=')
		return 0;
	at++;
	at += strspn(at, " \t");
	snprintf(digits, sizeof(digits), "%.*s", (int)strspn(at, "0123456789"), at);
	return parse_int(digits, 10, 1, INT32_MAX, &v) == 0 ? (unsigned)v : 0;
}

int ssdp_parse(const char *data, size_t len, struct ssdp_msg *out)
{
	*out = (struct ssdp_msg){0};
	if (len > SSDP_MAX || memchr(data, '\0', len))
		return -EBADMSG;
	memcpy(out->text, data, len);
	char *at = out->text, *line = next_line(&at);
	int kind = line ? start_kind(line) : -EBADMSG;
	if (kind < 0)
		return -EBADMSG;
	out->kind = (enum ssdp_kind)kind;
	while ((line = next_line(&at)) && *line)
		if (take_header(out, line) < 0)
			return -EBADMSG;
	if (!line)
		return -EBADMSG;
	if (out->cache_control)
		out->max_age = parse_max_age(out->cache_control);
	return 0;
}

bool ssdp_search_valid(const struct ssdp_msg *m, unsigned *mx)
{
	const char *port;
	int64_t v;

	if (m->kind != SSDP_SEARCH || !m->host || !m->man || !m->mx || !m->st)
		return false;
	if (!str_starts(m->host, SSDP_GROUP, &port) || (*port && strcmp(port, ":1900") != 0))
		return false;
	if (strcmp(m->man, "\"ssdp:discover\"") != 0)
		return false;
	if (parse_int(m->mx, 10, 0, INT32_MAX, &v) < 0)
		return false;
	*mx = v > MX_MAX ? MX_MAX : (unsigned)v;
	return true;
}

void ssdp_begin(struct strbuf *s, enum ssdp_kind kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(start_lines); i++)
		if (start_lines[i].kind == kind)
			strbuf_add(s, "%s\r\n", start_lines[i].line);
	if (kind != SSDP_RESPONSE)
		ssdp_header(s, "HOST", "%s:%u", SSDP_GROUP, SSDP_PORT);
}

void ssdp_header(struct strbuf *s, const char *name, const char *fmt, ...)
{
	va_list ap;

	strbuf_add(s, "%s: ", name);
	va_start(ap, fmt);
	strbuf_vadd(s, fmt, ap);
	va_end(ap);
	strbuf_add(s, "\r\n");
}

void ssdp_end(struct strbuf *s)
{
	strbuf_add(s, "\r\n");
}

const char *ssdp_server_text(char *out, size_t cap)
{
	struct utsname u;

	if (uname(&u) < 0)
		snprintf(u.release, sizeof(u.release), "0");
	snprintf(out, cap, "Linux/%.32s, UPnP/1.0, onboard/%s", u.release, VERSION_TEXT);
	return out;
}

static int set_multicast(int fd, const struct upnp_if *i)
{
	static const int ttl = TTL;
	const struct ip_mreqn via = {.imr_address = i->addr, .imr_ifindex = (int)i->index};

	if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &via, sizeof(via)) < 0 ||
		setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof(ttl)) < 0)
		return -errno;
	return 0;
}

static int open_socket(const struct sockaddr_in *at)
{
	static const int on = 1;
	_cleanup_(closep) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (at->sin_port != 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0)
		return -errno;
	if (bind(fd, (const void *)at, sizeof(*at)) < 0)
		return -errno;
	int result = fd;
	fd = -1;
	return result;
}

/* Bound to the group's address: what is sent to the host itself is not for us. Only memberships of
 * this socket count (IP_MULTICAST_ALL off), so other interfaces stay out. */
int ssdp_open_listener(const struct upnp_if *i)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(SSDP_PORT)};
	struct ip_mreqn group = {.imr_address = i->addr, .imr_ifindex = (int)i->index};
	static const int off = 0;

	inet_pton(AF_INET, SSDP_GROUP, &at.sin_addr);
	group.imr_multiaddr = at.sin_addr;
	_cleanup_(closep) int fd = open_socket(&at);
	if (fd < 0)
		return fd;
	if (setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group)) < 0 ||
		setsockopt(fd, IPPROTO_IP, IP_MULTICAST_ALL, &off, sizeof(off)) < 0)
		return -errno;
	int result = fd;
	fd = -1;
	return result;
}

int ssdp_open_sender(const struct upnp_if *i)
{
	const struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = i->addr};
	_cleanup_(closep) int fd = open_socket(&at);

	if (fd < 0)
		return fd;
	int err = set_multicast(fd, i);
	if (err < 0)
		return err;
	int result = fd;
	fd = -1;
	return result;
}

int ssdp_send(int fd, const struct sockaddr_in *to, const struct strbuf *s)
{
	struct sockaddr_in group = {.sin_family = AF_INET, .sin_port = htons(SSDP_PORT)};

	if (s->full)
		return -EMSGSIZE;
	inet_pton(AF_INET, SSDP_GROUP, &group.sin_addr);
	if (!to)
		to = &group;
	return sendto(fd, s->buf, s->len, MSG_NOSIGNAL, (const void *)to, sizeof(*to)) < 0 ? -errno
											   : 0;
}

ssize_t ssdp_recv(int fd, char *buf, size_t cap, struct sockaddr_in *from)
{
	socklen_t from_len = sizeof(*from);
	ssize_t n = recvfrom(fd, buf, cap, MSG_TRUNC, (void *)from, &from_len);

	if (n < 0)
		return -errno;
	return (size_t)n > cap ? -EMSGSIZE : n;
}
