/* Methods of the EAP server. */
#ifndef EAP_SERVER_EAP_SERVER_I_H
#define EAP_SERVER_EAP_SERVER_I_H

#include "eap_server/eap_server.h"

enum eap_server_next {
	EAP_NEXT_REQUEST, /* build_request() has one */
	EAP_NEXT_WAIT,    /* the response was dropped */
	EAP_NEXT_FAILURE,
};

/* One row per method. */
struct eap_server_method {
	const char *name;
	uint32_t vendor, vendor_type;
	/* Is it for this identity and configuration? */
	bool (*fits)(const struct eap_server_config *cfg, const char *identity);
	void *(*init)(const struct eap_server_config *cfg);    /* NULL on failure */
	void (*build_request)(void *method, struct writer *w); /* type data */
	enum eap_server_next (*process)(void *method, struct reader data);
	void (*aborted)(void *method); /* the peer fell silent */
	void (*free)(void *method);
};
extern const struct eap_server_method eap_server_wsc;

#endif
