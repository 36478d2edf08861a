/* Methods of the EAP peer. */
#ifndef EAP_PEER_EAP_PEER_I_H
#define EAP_PEER_EAP_PEER_I_H

#include "eap_peer/eap_peer.h"

/* One row per method. `type` is EAP_TYPE_EXPANDED for methods with a vendor. */
struct eap_peer_method {
	const char *name;
	uint8_t type;
	uint32_t vendor, vendor_type;
	/* NULL when the configuration does not fit (logged). cfg lives as long as the method. */
	void *(*init)(const struct eap_peer_config *cfg);
	/* Type data of a request; the answer's type data goes to w. Returns 0, -ECONNABORTED when
	 * the conversation is over without an answer, another negative to drop the request. */
	int (*process)(void *method, struct reader data, struct writer *w);
	/* EAP ended or was cut off. */
	void (*aborted)(void *method);
	void (*free)(void *method); /* wipes */
};
extern const struct eap_peer_method eap_peer_wsc;

/* The run that identity and phase1 ask for. NULL when they do not fit (logged). */
struct wps_run *eap_wsc_new_run(const struct eap_peer_config *cfg);

#endif
