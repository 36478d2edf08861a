/* The UPnP device of access points: WFADevice with the service WFAWLANConfig, through which
 * external registrars configure them and hear of enrollees (WSC 2.0, UPnP DA 1.0). */
#ifndef UPNP_DEVICE_H
#define UPNP_DEVICE_H

#include "utils/eloop.h"
#include "utils/text.h"
#include "wps/registrar.h"

struct upnp_device;

/* What the description says; NULL = left out. */
struct upnp_device_info {
	uint8_t uuid[WPS_UUID_LEN];
	const char *friendly_name, *manufacturer, *manufacturer_url, *model_description,
		*model_name, *model_number, *model_url, *serial_number, *upc;
};

/* Announces a device on the interface. info is copied. NULL on failure, with one sentence in
 * `reason` and *err = -errno. */
struct upnp_device *upnp_device_new(struct eloop *loop, const char *ifname,
	const struct upnp_device_info *info, int *err, struct strbuf *reason);
void upnp_device_free(struct upnp_device *d); /* says good-bye; NULL is fine */

/* Other texts from now on; another UUID is announced. Returns 0 or -ENOMEM. */
int upnp_device_update(struct upnp_device *d, const struct upnp_device_info *info);
/* The BSS that describes the device; NULL when there is none. */
struct wps_registrar *upnp_device_first(const struct upnp_device *d);

/* A BSS of the device; the first one is the enrollee of registrars that configure the AP. Returns
 * 0 or -ENOMEM. */
int upnp_device_add(struct upnp_device *d, struct wps_registrar *reg);
/* Its protocol runs end. */
void upnp_device_end_runs(struct upnp_device *d, struct wps_registrar *reg);
/* As above, and it leaves. Before the registrar is freed. */
void upnp_device_remove(struct upnp_device *d, struct wps_registrar *reg);
bool upnp_device_empty(const struct upnp_device *d); /* no registrar left */

/* A message of an enrollee (EAP) or its probe request to all subscribers. False: there are none.
 */
bool upnp_device_forward(
	struct upnp_device *d, const uint8_t mac[MAC_LEN], const uint8_t *msg, size_t len);
bool upnp_device_forward_probe(
	struct upnp_device *d, const uint8_t mac[MAC_LEN], const uint8_t *data, size_t len);

#endif
