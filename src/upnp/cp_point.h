/* UPnP control point for the service WFAWLANConfig: finds access points that offer external
 * registration, subscribes to their events and calls their actions (UPnP Device Architecture 1.0).
 *
 * Life of a device: found by SSDP, described, subscribed (`ready`), renewed, and gone by
 * ssdp:byebye, at the end of its max-age, or by upnp_cp_stop(). Everything it says is bounded, and
 * only addresses of our own subnet are contacted. */
#ifndef UPNP_CP_POINT_H
#define UPNP_CP_POINT_H

#include <netinet/in.h>

#include "upnp/net.h"
#include "utils/eloop.h"

#define UPNP_UUID_LEN 16

struct upnp_cp;
struct upnp_cp_device;

/* Texts of the device description; empty when absent, never NULL. */
struct upnp_cp_info {
	uint8_t uuid[UPNP_UUID_LEN]; /* of USN, else of UDN; zero when neither was one */
	struct in_addr addr;
	const char *friendly_name, *manufacturer, *manufacturer_url, *model_description,
		*model_name, *model_number, *model_url, *serial_number;
};

/* What a WLANEvent is about (WFAWLANConfig:1, 2.2). */
enum upnp_wlan_event { UPNP_WLAN_PROBE = 1, UPNP_WLAN_EAP = 2 };

struct upnp_cp_ops {
	/* Described and subscribed: actions may be called. */
	void (*ready)(void *ctx, struct upnp_cp_device *d);
	/* The device is forgotten, whether it was ready or not. Its actions are dropped without
	 * their `done`. The pointer is invalid afterwards. */
	void (*gone)(void *ctx, struct upnp_cp_device *d);
	/* Of a ready device; type is not checked. */
	void (*wlan_event)(void *ctx, struct upnp_cp_device *d, unsigned type, const uint8_t mac[6],
		const uint8_t *msg, size_t len);
	/* upnp_cp_stop() is through: free the control point now. */
	void (*stopped)(void *ctx);
};

/* Listens and searches on this interface. filter: only devices at this address; 0.0.0.0 = all.
 * NULL and *err = -errno on failure (logged). */
struct upnp_cp *upnp_cp_new(struct eloop *loop, const struct upnp_if *iface, struct in_addr filter,
	const struct upnp_cp_ops *ops, void *ctx, int *err);
/* Forgets every device (`gone`), unsubscribes, and calls `stopped` when that is done or after 3 s;
 * not from inside. */
void upnp_cp_stop(struct upnp_cp *cp);
/* At once, without callbacks. Not from inside a callback except `stopped`. NULL is fine. */
void upnp_cp_free(struct upnp_cp *cp);
/* Asks for devices once more. */
void upnp_cp_search(struct upnp_cp *cp);

const struct upnp_cp_info *upnp_cp_info(const struct upnp_cp_device *d);
void upnp_cp_set_user(struct upnp_cp_device *d, void *user);
void *upnp_cp_user(const struct upnp_cp_device *d); /* NULL at first */

/* Actions of one device are done one after the other. err: 0, or negative (-ETIMEDOUT, -EREMOTEIO:
 * the device refused, -EBADMSG …); msg: the answer's message, len 0 when it has none. */
typedef void (*upnp_cp_done_fn)(void *ctx, int err, const uint8_t *msg, size_t len);

/* Queue an action. Return 0, -ENOSYS (the device has no control URL), -ENOBUFS (too many waiting)
 * or -ENOMEM; `done` is called later, not from inside. done NULL: nobody waits. */
int upnp_cp_get_device_info(struct upnp_cp_device *d, upnp_cp_done_fn done, void *ctx);
int upnp_cp_put_message(
	struct upnp_cp_device *d, const uint8_t *msg, size_t len, upnp_cp_done_fn done, void *ctx);
/* An answer to the message of the station at mac. */
int upnp_cp_put_wlan_response(struct upnp_cp_device *d, const uint8_t mac[6], const uint8_t *msg,
	size_t len, upnp_cp_done_fn done, void *ctx);
int upnp_cp_set_selected_registrar(
	struct upnp_cp_device *d, const uint8_t *msg, size_t len, upnp_cp_done_fn done, void *ctx);
/* Sent at once and beside the others, upnp_cp_stop() waits for it. 0 or negative. */
int upnp_cp_last_selected_registrar(struct upnp_cp_device *d, const uint8_t *msg, size_t len);
/* Those with this ctx are not reported any more; one not sent yet is dropped. */
void upnp_cp_forget(struct upnp_cp_device *d, const void *ctx);

#endif
