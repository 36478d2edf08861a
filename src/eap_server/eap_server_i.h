/* Methods of the EAP server. */
#ifndef EAP_SERVER_EAP_SERVER_I_H
#define EAP_SERVER_EAP_SERVER_I_H

#include "eap_server/eap_server.h"

enum eap_server_next {
	EAP_NEXT_REQUEST, /* build_request() has one */
	EAP_NEXT_WAIT,    /* the response was dropped */
	EAP_NEXT_PENDING, /* the request comes later: the waker tells, resume() has it */
	EAP_NEXT_FAILURE,
};

/* How a method that answered EAP_NEXT_PENDING gets the server's attention. */
struct eap_server_waker {
	void (*wake)(void *ctx);
	void *ctx;
};

/* One row per method. */
struct eap_server_method {
	const char *name;
	uint32_t vendor, vendor_type;
	/* Is it for this identity and configuration? */
	bool (*fits)(const struct eap_server_config *cfg, const char *identity);
	/* NULL on failure */
	void *(*init)(const struct eap_server_config *cfg, const char *identity,
		struct eap_server_waker waker);
	void (*build_request)(void *method, struct writer *w); /* type data */
	enum eap_server_next (*process)(void *method, struct reader data);
	enum eap_server_next (*resume)(void *method); /* after the waker was called */
	void (*aborted)(void *method);                /* the peer fell silent */
	void (*free)(void *method);
};
extern const struct eap_server_method eap_server_wsc;

#endif
