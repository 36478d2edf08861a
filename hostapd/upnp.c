/* UPnP devices of the process: the BSSs on one upnp_iface are one device, unless wps_independent
 * keeps a BSS by itself. */
#include "hostapd/hostapd_i.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "upnp/device.h"

struct hostapd_upnp {
	LIST_ENTRY(hostapd_upnp) link;
	char ifname[IFNAMSIZ];
	bool shared;
	struct upnp_device *device;
};

static void device_info(const struct hostapd_bss *b, struct upnp_device_info *info)
{
	const struct ap_bss_config *cfg = hostapd_bss_conf(b);

	*info = (struct upnp_device_info){
		.friendly_name = cfg->friendly_name,
		.manufacturer = cfg->manufacturer,
		.manufacturer_url = cfg->manufacturer_url,
		.model_description = cfg->model_description,
		.model_name = cfg->model_name,
		.model_number = cfg->model_number,
		.model_url = cfg->model_url,
		.serial_number = cfg->serial_number,
		.upc = cfg->upc,
	};
	ap_bss_wps_uuid(b->ap, info->uuid);
}

static struct hostapd_upnp *find(struct hostapd *h, const char *ifname)
{
	struct hostapd_upnp *u;

	LIST_FOREACH (u, &h->upnp, link)
		if (u->shared && strcmp(u->ifname, ifname) == 0)
			return u;
	return NULL;
}

static void free_if_unused(struct hostapd_upnp *u)
{
	if (u->device && !upnp_device_empty(u->device))
		return;
	upnp_device_free(u->device);
	LIST_REMOVE(u, link);
	free(u);
}

static struct hostapd_upnp *new_device(struct hostapd_bss *b, int *err, struct strbuf *reason)
{
	const struct ap_bss_config *cfg = hostapd_bss_conf(b);
	struct hostapd *h = b->iface->h;
	struct upnp_device_info info;
	struct hostapd_upnp *u = calloc(1, sizeof(*u));

	*err = -ENOMEM;
	if (!u)
		return NULL;
	snprintf(u->ifname, sizeof(u->ifname), "%s", cfg->upnp_iface);
	u->shared = !cfg->wps_independent;
	LIST_INSERT_HEAD(&h->upnp, u, link);
	device_info(b, &info);
	u->device = upnp_device_new(h->loop, u->ifname, &info, err, reason);
	if (!u->device) {
		free_if_unused(u);
		return NULL;
	}
	return u;
}

static int join(struct hostapd_bss *b, struct strbuf *reason)
{
	const struct ap_bss_config *cfg = hostapd_bss_conf(b);
	struct hostapd_upnp *u = cfg->wps_independent ? NULL : find(b->iface->h, cfg->upnp_iface);
	int err = 0;

	if (!u)
		u = new_device(b, &err, reason);
	if (!u)
		return err;
	err = upnp_device_add(u->device, ap_bss_registrar(b->ap));
	if (err == 0)
		b->upnp = u;
	else
		free_if_unused(u);
	return err;
}

static bool still_fits(const struct hostapd_bss *b)
{
	const struct ap_bss_config *cfg = hostapd_bss_conf(b);

	return cfg->upnp_iface && strcmp(cfg->upnp_iface, b->upnp->ifname) == 0 &&
	       b->upnp->shared == !cfg->wps_independent;
}

static int update(struct hostapd_bss *b)
{
	struct upnp_device *d = b->upnp->device;
	struct upnp_device_info info;

	if (upnp_device_first(d) != ap_bss_registrar(b->ap))
		return 0;
	device_info(b, &info);
	return upnp_device_update(d, &info);
}

int hostapd_upnp_up(struct hostapd_bss *b, struct strbuf *reason)
{
	const struct ap_bss_config *cfg = hostapd_bss_conf(b);

	if (b->upnp && !still_fits(b))
		hostapd_upnp_down(b, true);
	if (b->upnp)
		return update(b);
	if (!cfg->upnp_iface || !cfg->upnp_iface[0])
		return 0;
	return join(b, reason);
}

void hostapd_upnp_down(struct hostapd_bss *b, bool gone)
{
	struct hostapd_upnp *u = b->upnp;

	if (!u)
		return;
	if (!gone) {
		upnp_device_end_runs(u->device, ap_bss_registrar(b->ap));
		return;
	}
	b->upnp = NULL;
	upnp_device_remove(u->device, ap_bss_registrar(b->ap));
	free_if_unused(u);
}

bool hostapd_upnp_forward(
	struct hostapd_bss *b, const uint8_t mac[MAC_LEN], const uint8_t *msg, size_t len)
{
	return b->upnp && upnp_device_forward(b->upnp->device, mac, msg, len);
}

void hostapd_upnp_forward_probe(
	struct hostapd_bss *b, const uint8_t mac[MAC_LEN], const uint8_t *data, size_t len)
{
	if (b->upnp)
		upnp_device_forward_probe(b->upnp->device, mac, data, len);
}
