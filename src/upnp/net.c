#include "upnp/net.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST_PORT 49152
#define BACKLOG 16

static int ask(int fd, unsigned long what, struct ifreq *req, struct in_addr *out)
{
	if (ioctl(fd, what, req) < 0)
		return -errno;
	const struct sockaddr_in *sin = (const void *)&req->ifr_addr;
	*out = sin->sin_addr;
	return 0;
}

int upnp_if_get(const char *name, struct upnp_if *out, struct strbuf *reason)
{
	struct ifreq req = {0};
	_cleanup_(closep) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	*out = (struct upnp_if){.index = if_nametoindex(name)};
	if (!out->index) {
		strbuf_add(reason, "interface '%s' for UPnP does not exist", name);
		return -ENODEV;
	}
	snprintf(out->name, sizeof(out->name), "%s", name);
	memcpy(req.ifr_name, out->name, sizeof(req.ifr_name));
	int err = ask(fd, SIOCGIFADDR, &req, &out->addr);
	if (err == 0)
		err = ask(fd, SIOCGIFNETMASK, &req, &out->mask);
	if (err < 0)
		strbuf_add(reason,
			"interface '%s' for UPnP has no IPv4 address (%s): give it one first", name,
			strerror(-err));
	return err;
}

bool upnp_if_near(const struct upnp_if *i, struct in_addr addr)
{
	return ((addr.s_addr ^ i->addr.s_addr) & i->mask.s_addr) == 0;
}

static int listen_at(const struct sockaddr_in *at)
{
	static const int on = 1;
	_cleanup_(closep) int fd =
		socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
		bind(fd, (const void *)at, sizeof(*at)) < 0 || listen(fd, BACKLOG) < 0)
		return -errno;
	int result = fd;
	fd = -1;
	return result;
}

int upnp_listen(const struct upnp_if *i, uint16_t *port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = i->addr};
	int fd = -EADDRINUSE;

	for (unsigned p = FIRST_PORT; fd == -EADDRINUSE && p <= UINT16_MAX; p++) {
		at.sin_port = htons((uint16_t)p);
		fd = listen_at(&at);
		*port = (uint16_t)p;
	}
	return fd;
}

static bool path_ok(const char *path, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (path[i] <= ' ' || path[i] > '~')
			return false;
	return len <= HTTP_PATH_MAX;
}

static int parse_port(const char *text, size_t len, uint16_t *out)
{
	char digits[6];
	int64_t value;

	if (len == 0 || len >= sizeof(digits))
		return -EINVAL;
	memcpy(digits, text, len);
	digits[len] = '\0';
	if (!isdigit((unsigned char)digits[0]) || parse_int(digits, 10, 1, UINT16_MAX, &value) < 0)
		return -EINVAL;
	*out = (uint16_t)value;
	return 0;
}

static size_t span_until(const char *text, size_t len, const char *stop)
{
	size_t n = 0;

	while (n < len && !strchr(stop, text[n]))
		n++;
	return n;
}

int http_url_parse(const char *text, size_t len, struct http_url *out)
{
	static const char scheme[] = "http://";
	const size_t skip = sizeof(scheme) - 1;
	char host[INET_ADDRSTRLEN];

	*out = (struct http_url){.port = 80};
	if (len <= skip || strncasecmp(text, scheme, skip) != 0)
		return -EINVAL;
	text += skip;
	len -= skip;
	size_t authority = span_until(text, len, "/?#"),
	       host_len = span_until(text, authority, ":");
	if (host_len >= sizeof(host))
		return -EINVAL;
	memcpy(host, text, host_len);
	host[host_len] = '\0';
	if (inet_pton(AF_INET, host, &out->addr) != 1)
		return -EINVAL;
	if (host_len < authority &&
		parse_port(text + host_len + 1, authority - host_len - 1, &out->port) < 0)
		return -EINVAL;
	text += authority;
	len -= authority;
	len = span_until(text, len, "#");
	bool slash = len == 0 || text[0] != '/';
	if (!path_ok(text, len) || len + slash > HTTP_PATH_MAX)
		return -EINVAL;
	snprintf(out->path, sizeof(out->path), "%s%.*s", slash ? "/" : "", (int)len, text);
	return 0;
}

int http_url_join(const struct http_url *base, const char *text, struct http_url *out)
{
	size_t keep = 0, len = strlen(text);

	if (strstr(text, "://"))
		return http_url_parse(text, len, out);
	if (text[0] != '/') {
		size_t end = strcspn(base->path, "?");
		for (keep = end; keep > 0 && base->path[keep - 1] != '/'; keep--)
			;
	}
	if (!path_ok(text, len) || keep + len > HTTP_PATH_MAX)
		return -EINVAL;
	struct http_url u = *base;
	memcpy(u.path + keep, text, len + 1);
	*out = u;
	return 0;
}

const char *http_url_text(const struct http_url *u, char *out)
{
	char host[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &u->addr, host, sizeof(host));
	snprintf(out, HTTP_URL_TEXT_LEN, "http://%s:%u%s", host, u->port, u->path);
	return out;
}
