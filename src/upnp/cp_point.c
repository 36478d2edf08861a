#include "upnp/cp_point.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "upnp/cp_i.h"
#include "upnp/soap.h"
#include "upnp/ssdp.h"
#include "utils/log.h"

#define SEARCH_MX 3 /* s */
/* The search is one datagram that may be lost. */
#define SEARCH_AGAIN (2 * USEC_PER_SEC)
#define STOP_MAX (3 * USEC_PER_SEC)
#define DATAGRAMS_AT_ONCE 32

/* --- requests --- */

static struct http_transfer *client_send(void *ctx, const struct http_send *req)
{
	return http_client_send(ctx, req);
}

static void client_cancel(void *ctx, struct http_transfer *t)
{
	http_transfer_cancel(t);
}

static void on_http_request(void *ctx, const struct http_request *req, struct http_response *resp)
{
	resp->status =
		cp_event_input(ctx, req->method, req->path, req->client, req->body, req->body_len);
}

/* --- discovery, clause 1 --- */

static struct upnp_cp_device *by_uuid(struct upnp_cp *cp, const uint8_t *uuid)
{
	struct upnp_cp_device *d;

	LIST_FOREACH (d, &cp->devices, link)
		if (d->has_uuid && memcmp(d->info.uuid, uuid, UPNP_UUID_LEN) == 0)
			return d;
	return NULL;
}

static bool same_url(const struct http_url *a, const struct http_url *b)
{
	return a->addr.s_addr == b->addr.s_addr && a->port == b->port &&
	       strcmp(a->path, b->path) == 0;
}

static struct upnp_cp_device *by_location(struct upnp_cp *cp, const struct http_url *location)
{
	struct upnp_cp_device *d;

	LIST_FOREACH (d, &cp->devices, link)
		if (same_url(&d->location, location))
			return d;
	return NULL;
}

static void on_expired(struct timer *t, void *ctx)
{
	struct upnp_cp_device *d = ctx;

	log_msg(LOG_DBG, "UPnP: max-age of %s is over", d->info.friendly_name);
	cp_device_remove(d, true, false);
}

static bool is_ours(const char *type)
{
	return type && (strcmp(type, WFA_DEVICE) == 0 || strcmp(type, WFA_SERVICE) == 0);
}

static void on_byebye(struct upnp_cp *cp, const uint8_t *uuid, struct in_addr from)
{
	struct upnp_cp_device *d = uuid ? by_uuid(cp, uuid) : NULL;

	/* Nobody else may say good-bye for it. */
	if (d && d->info.addr.s_addr == from.s_addr)
		cp_device_remove(d, false, false);
}

static void on_alive(
	struct upnp_cp *cp, const struct http_url *location, const uint8_t *uuid, unsigned max_age)
{
	struct upnp_cp_device *d = uuid ? by_uuid(cp, uuid) : by_location(cp, location);

	if (!d && uuid) /* met by location first */
		d = by_location(cp, location);
	if (d && (!same_url(&d->location, location) ||
			 (uuid && d->has_uuid && memcmp(d->info.uuid, uuid, UPNP_UUID_LEN)))) {
		cp_device_remove(d, true, false); /* moved, or another one at its place */
		d = NULL;
	}
	if (!d && cp->device_count == CP_DEVICES_MAX) {
		log_msg(LOG_WARN, "UPnP: more than %d access points, the next is ignored",
			CP_DEVICES_MAX);
		return;
	}
	if (!d)
		d = cp_device_new(cp, location);
	if (!d)
		return;
	if (uuid) {
		memcpy(d->info.uuid, uuid, UPNP_UUID_LEN);
		d->has_uuid = true;
	}
	max_age = max_age < CP_MAX_AGE_MAX ? max_age : CP_MAX_AGE_MAX;
	timer_start(eloop_timers(cp->loop), &d->expire, max_age * USEC_PER_SEC, on_expired, d);
	if (d->state == CP_FAILED)
		cp_device_start(d);
}

void cp_ssdp_input(struct upnp_cp *cp, const char *data, size_t len, struct in_addr from)
{
	struct ssdp_msg m;
	struct http_url location;
	uint8_t uuid[UPNP_UUID_LEN];

	if (ssdp_parse(data, len, &m) < 0 || m.kind == SSDP_SEARCH ||
		!is_ours(m.kind == SSDP_RESPONSE ? m.st : m.nt))
		return;
	if (!upnp_if_near(&cp->iface, from) ||
		(cp->filter.s_addr && cp->filter.s_addr != from.s_addr))
		return;
	bool has_uuid = m.usn && cp_uuid_parse(m.usn, uuid) == 0;
	if (m.kind == SSDP_NOTIFY && m.nts && strcmp(m.nts, "ssdp:byebye") == 0) {
		on_byebye(cp, has_uuid ? uuid : NULL, from);
		return;
	}
	if (!m.max_age || !m.location ||
		http_url_parse(m.location, strlen(m.location), &location) < 0 ||
		!upnp_if_near(&cp->iface, location.addr)) {
		log_msg(LOG_DBG, "UPnP: advertisement without max-age or a location near us");
		return;
	}
	on_alive(cp, &location, has_uuid ? uuid : NULL, m.max_age);
}

static void on_datagrams(int fd, void *ctx)
{
	struct upnp_cp *cp = ctx;
	struct sockaddr_in from;
	char data[SSDP_MAX];

	for (int i = 0; i < DATAGRAMS_AT_ONCE && !cp->stopping; i++) {
		ssize_t n = ssdp_recv(fd, data, sizeof(data), &from);
		if (n == -EMSGSIZE)
			continue;
		if (n < 0)
			return;
		cp_ssdp_input(cp, data, (size_t)n, from.sin_addr);
	}
}

static void send_search(struct upnp_cp *cp)
{
	char text[SSDP_MAX];
	struct strbuf s = strbuf_over(text, sizeof(text));

	ssdp_begin(&s, SSDP_SEARCH);
	ssdp_header(&s, "MAN", "\"ssdp:discover\"");
	ssdp_header(&s, "MX", "%d", SEARCH_MX);
	ssdp_header(&s, "ST", "%s", WFA_DEVICE);
	ssdp_end(&s);
	int err = ssdp_send(cp->search_fd, NULL, &s);
	if (err < 0)
		log_msg(LOG_WARN, "%s: UPnP search cannot be sent: %s", cp->iface.name,
			strerror(-err));
}

static void on_search_again(struct timer *t, void *ctx)
{
	send_search(ctx);
}

void upnp_cp_search(struct upnp_cp *cp)
{
	if (cp->search_fd < 0)
		return;
	send_search(cp);
	timer_start(eloop_timers(cp->loop), &cp->search_again, SEARCH_AGAIN, on_search_again, cp);
}

/* --- begin and end --- */

struct upnp_cp *cp_alloc(struct eloop *loop, const struct upnp_if *iface, struct in_addr filter,
	const struct upnp_cp_ops *ops, void *ctx)
{
	struct upnp_cp *cp = calloc(1, sizeof(*cp));
	uint32_t id;

	if (!cp)
		return NULL;
	cp->loop = loop;
	cp->iface = *iface;
	cp->filter = filter;
	cp->ops = ops;
	cp->ctx = ctx;
	cp->listen_fd = cp->search_fd = -1;
	LIST_INIT(&cp->devices);
	LIST_INIT(&cp->farewells);
	random_bytes(&id, sizeof(id)); /* event URLs are not to be guessed */
	cp->event_id = id;
	cp->next_device = 1;
	return cp;
}

static int open_sockets(struct upnp_cp *cp)
{
	int err;

	cp->client = http_client_new(cp->loop);
	if (!cp->client)
		return -ENOMEM;
	cp->http = (struct cp_http){client_send, client_cancel, cp->client};
	cp->server = http_server_new(cp->loop, &cp->iface, on_http_request, cp, &err);
	if (!cp->server)
		return err;
	cp->port = http_server_port(cp->server);
	cp->listen_fd = ssdp_open_listener(&cp->iface);
	if (cp->listen_fd < 0)
		return cp->listen_fd;
	cp->search_fd = ssdp_open_sender(&cp->iface);
	if (cp->search_fd < 0)
		return cp->search_fd;
	cp->listen_watch = eloop_add_fd(cp->loop, cp->listen_fd, on_datagrams, cp);
	cp->search_watch = eloop_add_fd(cp->loop, cp->search_fd, on_datagrams, cp);
	return cp->listen_watch && cp->search_watch ? 0 : -ENOMEM;
}

struct upnp_cp *upnp_cp_new(struct eloop *loop, const struct upnp_if *iface, struct in_addr filter,
	const struct upnp_cp_ops *ops, void *ctx, int *err)
{
	struct upnp_cp *cp = cp_alloc(loop, iface, filter, ops, ctx);

	*err = cp ? open_sockets(cp) : -ENOMEM;
	if (*err < 0) {
		log_msg(LOG_ERR, "%s: UPnP control point cannot be started: %s", iface->name,
			strerror(-*err));
		upnp_cp_free(cp);
		return NULL;
	}
	upnp_cp_search(cp);
	return cp;
}

static void on_stopped(struct timer *t, void *ctx)
{
	struct upnp_cp *cp = ctx;

	cp->ops->stopped(cp->ctx);
}

void cp_stop_check(struct upnp_cp *cp)
{
	if (cp->stopping && LIST_EMPTY(&cp->farewells))
		timer_start(eloop_timers(cp->loop), &cp->stop, 0, on_stopped, cp);
}

static void close_sockets(struct upnp_cp *cp)
{
	timer_stop(&cp->search_again);
	eloop_del_fd(steal_ptr(&cp->listen_watch));
	eloop_del_fd(steal_ptr(&cp->search_watch));
	if (cp->listen_fd >= 0)
		closep(&cp->listen_fd);
	if (cp->search_fd >= 0)
		closep(&cp->search_fd);
	cp->listen_fd = cp->search_fd = -1;
}

void upnp_cp_stop(struct upnp_cp *cp)
{
	struct upnp_cp_device *d;

	if (cp->stopping)
		return;
	cp->stopping = true;
	close_sockets(cp);
	while ((d = LIST_FIRST(&cp->devices)))
		cp_device_remove(d, true, false);
	timer_start(eloop_timers(cp->loop), &cp->stop, STOP_MAX, on_stopped, cp);
	cp_stop_check(cp);
}

void upnp_cp_free(struct upnp_cp *cp)
{
	struct upnp_cp_device *d;

	if (!cp)
		return;
	while ((d = LIST_FIRST(&cp->devices)))
		cp_device_remove(d, false, true);
	cp_farewells_clear(cp);
	timer_stop(&cp->stop);
	close_sockets(cp);
	http_server_free(cp->server);
	http_client_free(cp->client);
	free(cp);
}
