/* Methods of the EAP peer. */
#ifndef EAP_PEER_EAP_PEER_I_H
#define EAP_PEER_EAP_PEER_I_H

#include "eap_peer/eap_peer.h"

/* One row per method. `type` is EAP_TYPE_EXPANDED for methods with a vendor. */
struct eap_peer_method {
	const char *name;
	uint8_t type;
	uint32_t vendor, vendor_type;
	/* The configuration has what the method needs at least: it may be named in a NAK. */
	bool (*fits)(const struct eap_peer_config *cfg);
	/* NULL when the configuration does not fit (logged). cfg lives as long as the method. */
	void *(*init)(const struct eap_peer_config *cfg);
	/* Type data of a request; the answer's type data goes to w. Returns 0, -ECONNABORTED when
	 * the conversation is over without an answer, another negative to drop the request. */
	int (*process)(void *method, struct reader data, struct writer *w);
	/* The key of a method that is over and for which an EAP-Success may be believed
	 * (methodState DONE and decision COND_SUCC of RFC 4137), else NULL. A method without this
	 * one never ends in success. */
	const uint8_t *(*msk)(const void *method, size_t *len);
	/* Session-Id (RFC 5247), of a method with a key only; NULL function: it has none. */
	const uint8_t *(*session_id)(const void *method, size_t *len);
	/* EAP ended or was cut off; may be NULL. */
	void (*aborted)(void *method);
	void (*free)(void *method); /* wipes */
};
extern const struct eap_peer_method eap_peer_wsc, eap_peer_gpsk;

/* The run that identity and phase1 ask for. NULL when they do not fit (logged). */
struct wps_run *eap_wsc_new_run(const struct eap_peer_config *cfg);

#endif
