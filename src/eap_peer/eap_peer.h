/* EAP peer (RFC 3748, RFC 4137 state names) with a method table: WSC, GPSK. */
#ifndef EAP_PEER_EAP_PEER_H
#define EAP_PEER_EAP_PEER_H

#include "common/eap.h"
#include "utils/timer.h"
#include "wps/wps.h"

struct eap_peer;

struct eap_peer_ops {
	void (*send_eap)(void *ctx, const uint8_t *packet, size_t len);
	/* Texts of the control events, see reference 4.3. */
	void (*started)(void *ctx);
	void (*proposed_method)(void *ctx, uint32_t vendor, uint32_t method, bool nak);
	void (*method_selected)(void *ctx, uint32_t vendor, uint32_t method, const char *name);
	void (*status)(void *ctx, const char *status, const char *parameter);
	void (*finished)(void *ctx, bool success); /* the peer may be freed here */
};

struct eap_peer_config {
	const char *identity; /* copied; tells the role of EAP-WSC */
	/* What an identity request gets, as it goes out in clear; NULL: identity. Copied. */
	const char *anonymous_identity;
	/* "pbc=1 multi_ap=1", "pin=12345670 dev_pw_id=0", "dev_pw_id=7 pkhash=<40 hex>"; as
	 * registrar (identity) "pin=… new_ssid=<hex> new_auth= new_encr= new_key=<hex>"; copied,
	 * wiped */
	const char *phase1;
	const struct wps_device *wps_dev; /* borrowed for the connection */
	/* Borrowed for the connection: what pin=nfc-pw stands for, and the key of a run with its
	 * id. NULL = none. */
	const struct wps_oob *oob;
	wps_event_fn wps_event;
	void *wps_ctx;
	uint8_t bssid[MAC_LEN];
	size_t fragment_size; /* 0 = 1398 */
	/* Methods with a password; copied, wiped. */
	const uint8_t *password;
	size_t password_len;
	/* Methods allowed (names as in eap= of the configuration, e.g. "WSC GPSK"); copied. NULL:
	 * all that fit the rest. */
	const char *methods;
};

struct eap_peer *eap_peer_new(struct timers *timers, const struct eap_peer_ops *ops, void *ctx);
void eap_peer_free(struct eap_peer *p);
int eap_peer_start(struct eap_peer *p, const struct eap_peer_config *cfg);
/* The conversation is to begin once more: what has begun, or was over with success, is cut off. */
void eap_peer_restart(struct eap_peer *p);
/* The lower layer needs no conversation now (cached key): as after success, without MSK. */
void eap_peer_skip(struct eap_peer *p);
/* The lower layer goes on as after an EAP-Success, which was lost (altAccept of RFC 4137): the same
 * when the method is over by itself. Returns whether it is. */
bool eap_peer_lower_success(struct eap_peer *p);
void eap_peer_abort(struct eap_peer *p);
void eap_peer_rx(struct eap_peer *p, const uint8_t *packet, size_t len);
/* MSK of a method that succeeded; NULL: none. A view until the next start or abort. */
const uint8_t *eap_peer_msk(const struct eap_peer *p, size_t *len);
/* Name of the method in use, or used last, as in configurations; NULL: none yet. */
const char *eap_peer_method(const struct eap_peer *p);
void eap_peer_status(const struct eap_peer *p, bool verbose, struct strbuf *out);

#endif
