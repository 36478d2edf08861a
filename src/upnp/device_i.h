/* Inside of the UPnP device. */
#ifndef UPNP_DEVICE_I_H
#define UPNP_DEVICE_I_H

#include <sys/queue.h>

#include "upnp/device.h"
#include "upnp/http_client.h"
#include "upnp/http_server.h"
#include "upnp/soap.h"
#include "upnp/ssdp.h"

#define PATH_DEVICE "/wps_device.xml"
#define PATH_SCPD "/wps_scpd.xml"
#define PATH_CONTROL "/wps_control"
#define PATH_EVENT "/wps_event"

#define SERVER_TEXT_MAX 96
#define UDN_TEXT_LEN (5 + WPS_UUID_TEXT_LEN) /* "uuid:…" */

struct subscription; /* device_event.c */
struct search;       /* device_ssdp.c */
struct device_run;   /* device_soap.c */

struct device_bss {
	LIST_ENTRY(device_bss) link;
	struct wps_registrar *reg;
};

struct upnp_device {
	struct eloop *loop;
	struct timers *timers;
	struct upnp_if iface;
	struct http_server *http;
	struct http_client *client;
	char server[SERVER_TEXT_MAX];
	char udn[UDN_TEXT_LEN];
	struct bytes description, scpd; /* whole documents */
	LIST_HEAD(, device_bss) bsses;

	int ssdp_in, ssdp_out;
	struct eloop_fd *ssdp_watch;
	struct timer announce;
	unsigned announced; /* rounds of the first burst */
	LIST_HEAD(, search) searches;
	unsigned search_count;

	TAILQ_HEAD(device_subscriptions, subscription) subscriptions; /* oldest first */
	unsigned subscription_count;
	struct bytes last_event; /* property set of the last WLANEvent */

	TAILQ_HEAD(device_runs, device_run) runs; /* oldest first */
	unsigned run_count;
};

/* device.c */
/* The registrar of these runs and selections is told to forget the external one at addr. */
void upnp_device_deselect(struct upnp_device *d, struct in_addr addr);

/* device_desc.c */
int upnp_device_describe(struct upnp_device *d, const struct upnp_device_info *info);

/* device_ssdp.c */
void upnp_device_ssdp_start(struct upnp_device *d); /* announces, from the loop */
void upnp_device_ssdp_byebye(struct upnp_device *d);
int upnp_device_ssdp_open(struct upnp_device *d);
void upnp_device_ssdp_close(struct upnp_device *d); /* says good-bye */

/* device_soap.c */
/* The action of a SOAPACTION header (may be NULL) and a body that repeats it. Returns 0 and a SOAP
 * message in `out`, or an enum upnp_error. */
unsigned upnp_device_action(struct upnp_device *d, struct in_addr client, const char *header,
	const char *body, size_t len, struct writer *out);
void upnp_device_control(
	struct upnp_device *d, const struct http_request *req, struct http_response *resp);

/* device_event.c */
void upnp_device_subscribe(
	struct upnp_device *d, const struct http_request *req, struct http_response *resp);
void upnp_device_unsubscribe(
	struct upnp_device *d, const struct http_request *req, struct http_response *resp);
/* A host with at least one subscription: a registrar we know of. */
bool upnp_device_knows(const struct upnp_device *d, struct in_addr addr);
void upnp_device_subscriptions_free(struct upnp_device *d);

#endif
