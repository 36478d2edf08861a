/* AP mode: a network with mode=2 makes this interface an access point. */
#ifndef WPA_SUPPLICANT_AP_H
#define WPA_SUPPLICANT_AP_H

#include <stdbool.h>

#include "ap/ap.h"

struct wpas_if;
struct wpas_network;
struct wpas_wps_request;

/* The access point of this interface, NULL: none runs. */
struct ap_bss *wpas_ap_bss(const struct wpas_if *w);
/* Of the enabled networks with mode=2 the one to run; NULL: none. */
struct wpas_network *wpas_ap_network(const struct wpas_if *w);
/* The interface stops being a station; COMPLETED once the beacon is out. 0, or -errno (logged;
 * the interface is a station again and the network temporarily disabled). */
int wpas_ap_start(struct wpas_if *w, struct wpas_network *n);
/* A station again; fine when no access point runs. */
void wpas_ap_stop(struct wpas_if *w);

/* The netdev under the access point is up again, and the core has begun again if it could:
 * COMPLETED, or a station again. */
void wpas_ap_netdev_up(struct wpas_if *w);

/* A WPS request while this is an access point: push button and PIN open its registrar for an
 * enrollee. 0 or -errno: -EBUSY session overlap, -EOPNOTSUPP no WPS here, -EINVAL not for access
 * points. */
int wpas_ap_wps(struct wpas_if *w, const struct wpas_wps_request *r);
/* MHz of the channel, 0: no access point. */
unsigned wpas_ap_freq(const struct wpas_if *w);

/* ap_conf.c: the AP core's configuration from the network and the global keys. Texts and bytes are
 * owned by *bss: free them with wpas_ap_conf_free(). 0, -ENOMEM, or -EINVAL with one sentence. */
int wpas_ap_conf(const struct wpas_if *w, const struct wpas_network *n,
	struct ap_radio_config *radio, struct ap_bss_config *bss, struct strbuf *reason);
void wpas_ap_conf_free(struct ap_bss_config *bss);

#endif
