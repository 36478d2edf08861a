/* Events of subscribed devices: NOTIFY with a property set (UPnP Device Architecture 1.0, 4.2). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "upnp/cp_i.h"
#include "upnp/soap.h"
#include "upnp/xml.h"
#include "utils/log.h"
#include "utils/mac.h"
#include "utils/reader.h"

/* propertyset / property / variable */
#define DEPTH_VARIABLE 3

struct reading {
	struct bytes wlan;
	bool found;
};

static int on_close(void *ctx, unsigned depth, const char *name, const char *text)
{
	struct reading *r = ctx;

	if (depth != DEPTH_VARIABLE || r->found || strcmp(name, "WLANEvent") != 0)
		return 0;
	r->found = true;
	return base64_decode(text, &r->wlan);
}

/* Type, MAC address as text, message (WFAWLANConfig:1, 2.2.7). */
static void deliver(struct upnp_cp_device *d, const struct bytes *event)
{
	struct reader r = reader_of(event->data, event->len);
	char text[MAC_TEXT_LEN] = "";
	uint8_t mac[MAC_LEN];
	unsigned type = reader_u8(&r);

	reader_copy(&r, text, sizeof(text) - 1);
	if (!reader_ok(&r) || mac_parse_all(text, mac) < 0) {
		log_msg(LOG_DBG, "UPnP: WLANEvent of %s without type and MAC address ignored",
			d->info.friendly_name);
		return;
	}
	size_t len = reader_left(&r);
	d->cp->ops->wlan_event(d->cp->ctx, d, type, mac, reader_bytes(&r, len), len);
}

/* Our event URLs are /event/<number of this control point>/<device>. */
static struct upnp_cp_device *device_of(struct upnp_cp *cp, const char *path)
{
	char ours[64];
	struct upnp_cp_device *d;

	LIST_FOREACH (d, &cp->devices, link)
		if (strcmp(cp_event_path(d, ours, sizeof(ours)), path) == 0)
			return d;
	return NULL;
}

unsigned cp_event_input(struct upnp_cp *cp, const char *method, const char *path,
	struct in_addr from, const char *body, size_t len)
{
	static const struct xml_handler handler = {.close = on_close};
	struct reading r = {0};

	if (strcmp(method, "NOTIFY") != 0)
		return 501;
	struct upnp_cp_device *d = device_of(cp, path);
	if (!d || cp->stopping)
		return 404;
	if (!upnp_if_near(&cp->iface, from) || d->state != CP_READY)
		return 200;
	int err = xml_parse(body, len, &handler, &r);
	if (err < 0)
		log_msg(LOG_DBG, "UPnP: event of %s ignored: %s", d->info.friendly_name,
			strerror(-err));
	else if (r.wlan.len > 0)
		deliver(d, &r.wlan);
	bytes_clear(&r.wlan);
	return 200;
}
