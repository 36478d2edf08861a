/* SOAP 1.1 as UPnP control uses it: one action (or its response, or a fault) with text
 * arguments, for the service WFAWLANConfig. */
#ifndef UPNP_SOAP_H
#define UPNP_SOAP_H

#include "upnp/xml.h"
#include "utils/bytes.h"

#define WFA_SERVICE "urn:schemas-wifialliance-org:service:WFAWLANConfig:1"
#define WFA_DEVICE "urn:schemas-wifialliance-org:device:WFADevice:1"
#define SOAP_CONTENT_TYPE "text/xml; charset=\"utf-8\""

/* Errors of UPnP Device Architecture 1.0, 3.2.2, and what existing access points use when a
 * message cannot be processed. */
enum upnp_error {
	UPNP_INVALID_ACTION = 401,
	UPNP_INVALID_ARGS = 402,
	UPNP_MESSAGE_FAILED = 500,
	UPNP_ACTION_FAILED = 501,
	UPNP_INVALID_VALUE = 600,
};
const char *upnp_error_text(enum upnp_error e);

#define SOAP_ARGS_MAX 8
#define SOAP_NAME_MAX 64
struct soap_arg {
	char name[SOAP_NAME_MAX];
	char *value; /* owned, never NULL */
};
struct soap_msg {
	char name[SOAP_NAME_MAX]; /* "PutMessage", "PutMessageResponse", "Fault" */
	struct soap_arg args[SOAP_ARGS_MAX];
	unsigned arg_count;
	unsigned error_code; /* of a fault: UPnP error code, 0 = not told */
};
/* Returns 0, -EBADMSG (not XML, or not a SOAP message) or -ENOMEM; out is empty then. Arguments
 * beyond SOAP_ARGS_MAX and names too long are left out. */
int soap_parse(const char *data, size_t len, struct soap_msg *out);
void soap_clear(struct soap_msg *m);
const char *soap_arg(const struct soap_msg *m, const char *name); /* NULL when absent */
/* A base64 argument. Returns 0, -ENOENT (absent), -EBADMSG, -ENOMEM. */
int soap_arg_bytes(const struct soap_msg *m, const char *name, struct bytes *out);

/* Writing: begin, arguments, end. name: "PutMessage" or "PutMessageResponse". */
void soap_write_begin(struct writer *w, const char *name);
void soap_write_text(struct writer *w, const char *arg, const char *value);
void soap_write_bytes(struct writer *w, const char *arg, const void *data, size_t len); /* base64 */
void soap_write_end(struct writer *w, const char *name);
void soap_write_fault(struct writer *w, enum upnp_error e);
/* Action of a SOAPACTION header ("urn:…:WFAWLANConfig:1#Action" in quotes) into out. Returns 0 or
 * -EINVAL: another service, no quotes, too long. */
int soap_action_parse(const char *header, char out[SOAP_NAME_MAX]);

#endif
