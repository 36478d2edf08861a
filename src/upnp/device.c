/* Life of the device, and who answers which HTTP request. */
#include "upnp/device_i.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utils/log.h"
#include "utils/writer.h"

enum http_status {
	HTTP_OK = 200,
	HTTP_FORBIDDEN = 403,
	HTTP_NOT_FOUND = 404,
	HTTP_PRECONDITION = 412,
	HTTP_NO_METHOD = 501
};

static void send_document(const struct bytes *doc, struct http_response *resp)
{
	resp->content_type = SOAP_CONTENT_TYPE;
	if (bytes_set(&resp->body, doc->data, doc->len) < 0)
		resp->status = 500;
}

static void get_description(
	struct upnp_device *d, const struct http_request *req, struct http_response *resp)
{
	send_document(&d->description, resp);
}

static void get_scpd(
	struct upnp_device *d, const struct http_request *req, struct http_response *resp)
{
	send_document(&d->scpd, resp);
}

static const struct {
	const char *method, *path;
	enum http_status elsewhere; /* for other paths */
	void (*fn)(
		struct upnp_device *d, const struct http_request *req, struct http_response *resp);
} resources[] = {
	{"GET", PATH_DEVICE, HTTP_NOT_FOUND, get_description},
	{"GET", PATH_SCPD, HTTP_NOT_FOUND, get_scpd},
	{"POST", PATH_CONTROL, HTTP_NOT_FOUND, upnp_device_control},
	{"SUBSCRIBE", PATH_EVENT, HTTP_PRECONDITION, upnp_device_subscribe},
	{"UNSUBSCRIBE", PATH_EVENT, HTTP_PRECONDITION, upnp_device_unsubscribe},
};

static void on_request(void *ctx, const struct http_request *req, struct http_response *resp)
{
	struct upnp_device *d = ctx;

	http_response_header(resp, "Server", "%s", d->server);
	if (!upnp_if_near(&d->iface, req->client)) {
		resp->status = HTTP_FORBIDDEN;
		return;
	}
	resp->status = HTTP_NO_METHOD;
	for (size_t i = 0; i < ARRAY_SIZE(resources); i++) {
		if (strcmp(req->method, resources[i].method) != 0)
			continue;
		if (strcmp(req->path, resources[i].path) == 0) {
			resp->status = HTTP_OK;
			resources[i].fn(d, req, resp);
			return;
		}
		resp->status = resources[i].elsewhere;
	}
}

static int open_all(struct upnp_device *d, const char *ifname, const struct upnp_device_info *info,
	struct strbuf *reason)
{
	int err = upnp_if_get(ifname, &d->iface, reason);

	if (err < 0)
		return err;
	err = upnp_device_describe(d, info);
	if (err == 0)
		d->http = http_server_new(d->loop, &d->iface, on_request, d, &err);
	if (d->http)
		d->client = http_client_new(d->loop);
	if (d->http && !d->client)
		err = -ENOMEM;
	if (err == 0)
		err = upnp_device_ssdp_open(d);
	if (err < 0)
		strbuf_add(reason, "UPnP cannot be served on interface '%s': %s", ifname,
			strerror(-err));
	return err;
}

struct upnp_device *upnp_device_new(struct eloop *loop, const char *ifname,
	const struct upnp_device_info *info, int *err, struct strbuf *reason)
{
	struct upnp_device *d = calloc(1, sizeof(*d));

	*err = -ENOMEM;
	if (!d)
		return NULL;
	d->loop = loop;
	d->timers = eloop_timers(loop);
	d->ssdp_in = d->ssdp_out = -1;
	TAILQ_INIT(&d->subscriptions);
	TAILQ_INIT(&d->runs);
	ssdp_server_text(d->server, sizeof(d->server));
	*err = open_all(d, ifname, info, reason);
	if (*err < 0) {
		upnp_device_free(d);
		return NULL;
	}
	log_msg(LOG_INF, "UPnP: device %s serves on %s, port %u", d->udn, ifname,
		http_server_port(d->http));
	return d;
}

void upnp_device_free(struct upnp_device *d)
{
	struct device_bss *b;

	if (!d)
		return;
	upnp_device_ssdp_close(d);
	upnp_device_subscriptions_free(d);
	while ((b = LIST_FIRST(&d->bsses)))
		upnp_device_remove(d, b->reg);
	http_client_free(d->client);
	http_server_free(d->http);
	bytes_clear(&d->description);
	bytes_clear(&d->scpd);
	bytes_clear(&d->last_event);
	free(d);
}

int upnp_device_add(struct upnp_device *d, struct wps_registrar *reg)
{
	struct device_bss *b = calloc(1, sizeof(*b)), *last;

	if (!b)
		return -ENOMEM;
	b->reg = reg;
	if (LIST_EMPTY(&d->bsses)) {
		LIST_INSERT_HEAD(&d->bsses, b, link);
		return 0;
	}
	for (last = LIST_FIRST(&d->bsses); LIST_NEXT(last, link); last = LIST_NEXT(last, link))
		;
	LIST_INSERT_AFTER(last, b, link);
	return 0;
}

void upnp_device_remove(struct upnp_device *d, struct wps_registrar *reg)
{
	struct device_bss *b;

	upnp_device_end_runs(d, reg);
	LIST_FOREACH (b, &d->bsses, link)
		if (b->reg == reg)
			break;
	if (!b)
		return;
	LIST_REMOVE(b, link);
	free(b);
}

struct wps_registrar *upnp_device_first(const struct upnp_device *d)
{
	const struct device_bss *b = LIST_FIRST(&d->bsses);

	return b ? b->reg : NULL;
}

int upnp_device_update(struct upnp_device *d, const struct upnp_device_info *info)
{
	char uuid[WPS_UUID_TEXT_LEN];

	if (strcmp(d->udn + strlen("uuid:"), wps_uuid_text(info->uuid, uuid)) != 0) {
		upnp_device_ssdp_byebye(d);
		upnp_device_ssdp_start(d);
	}
	bytes_clear(&d->description);
	bytes_clear(&d->scpd);
	return upnp_device_describe(d, info);
}

bool upnp_device_empty(const struct upnp_device *d)
{
	return LIST_EMPTY(&d->bsses);
}

void upnp_device_deselect(struct upnp_device *d, struct in_addr addr)
{
	static const struct wps_device nobody = {.version2 = 0x20};
	static const struct wps_selection none;
	uint8_t buf[256];
	struct writer w = writer_over(buf, sizeof(buf));
	struct device_bss *b;

	if (wps_write_set_selected(&w, &nobody, &none) < 0 || !writer_ok(&w))
		return;
	LIST_FOREACH (b, &d->bsses, link)
		wps_registrar_external_selected(b->reg, ntohl(addr.s_addr), buf, w.len);
}
