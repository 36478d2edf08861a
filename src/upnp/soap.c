#include "upnp/soap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utils/text.h"

#define NS_ENVELOPE "http://schemas.xmlsoap.org/soap/envelope/"
#define NS_ENCODING "http://schemas.xmlsoap.org/soap/encoding/"

/* Envelope / Body / action / argument; a fault has its code deeper. */
enum soap_depth { DEPTH_ENVELOPE = 1, DEPTH_BODY, DEPTH_ACTION, DEPTH_ARG };

struct soap_reading {
	struct soap_msg *msg;
	bool in_body, done;
};

const char *upnp_error_text(enum upnp_error e)
{
	switch (e) {
	case UPNP_INVALID_ACTION:
		return "Invalid Action";
	case UPNP_INVALID_ARGS:
		return "Invalid Args";
	case UPNP_MESSAGE_FAILED:
		return "Message Not Processed";
	case UPNP_ACTION_FAILED:
		return "Action Failed";
	case UPNP_INVALID_VALUE:
		return "Argument Value Invalid";
	}
	return "Action Failed";
}

static int on_open(void *ctx, unsigned depth, const char *ns, const char *name)
{
	struct soap_reading *r = ctx;
	bool envelope = strcmp(ns, NS_ENVELOPE) == 0;

	if (depth == DEPTH_ENVELOPE)
		return envelope && strcmp(name, "Envelope") == 0 ? 0 : -EBADMSG;
	if (depth == DEPTH_BODY)
		r->in_body = envelope && strcmp(name, "Body") == 0;
	if (depth != DEPTH_ACTION || !r->in_body)
		return 0;
	bool ours = strcmp(ns, WFA_SERVICE) == 0 || (envelope && strcmp(name, "Fault") == 0);
	if (!ours || r->msg->name[0] || strlen(name) >= sizeof(r->msg->name))
		return -EBADMSG;
	snprintf(r->msg->name, sizeof(r->msg->name), "%s", name);
	return 0;
}

static int add_arg(struct soap_msg *m, const char *name, const char *value)
{
	struct soap_arg *a = &m->args[m->arg_count];

	if (m->arg_count == SOAP_ARGS_MAX || strlen(name) >= sizeof(a->name))
		return 0;
	a->value = strdup(value);
	if (!a->value)
		return -ENOMEM;
	snprintf(a->name, sizeof(a->name), "%s", name);
	m->arg_count++;
	return 0;
}

static int on_close(void *ctx, unsigned depth, const char *name, const char *text)
{
	struct soap_reading *r = ctx;
	int64_t code;

	if (!r->in_body || r->done)
		return 0;
	if (depth == DEPTH_ACTION)
		r->done = true;
	else if (depth == DEPTH_ARG)
		return add_arg(r->msg, name, text);
	else if (strcmp(name, "errorCode") == 0 && parse_int(text, 10, 1, UINT16_MAX, &code) == 0)
		r->msg->error_code = (unsigned)code;
	return 0;
}

int soap_parse(const char *data, size_t len, struct soap_msg *out)
{
	static const struct xml_handler handler = {on_open, on_close};
	struct soap_reading r = {.msg = out};

	*out = (struct soap_msg){0};
	int err = xml_parse(data, len, &handler, &r);
	if (err == 0 && !out->name[0])
		err = -EBADMSG;
	if (err < 0)
		soap_clear(out);
	return err;
}

void soap_clear(struct soap_msg *m)
{
	for (unsigned i = 0; i < m->arg_count; i++)
		str_wipe_free(m->args[i].value);
	*m = (struct soap_msg){0};
}

const char *soap_arg(const struct soap_msg *m, const char *name)
{
	for (unsigned i = 0; i < m->arg_count; i++)
		if (strcmp(m->args[i].name, name) == 0)
			return m->args[i].value;
	return NULL;
}

int soap_arg_bytes(const struct soap_msg *m, const char *name, struct bytes *out)
{
	const char *text = soap_arg(m, name);

	return text ? base64_decode(text, out) : -ENOENT;
}

static void write_head(struct writer *w)
{
	xml_write(w, "<?xml version=\"1.0\"?>\n<s:Envelope xmlns:s=\"" NS_ENVELOPE
		     "\" s:encodingStyle=\"" NS_ENCODING "\">\n<s:Body>\n");
}

static void write_foot(struct writer *w)
{
	xml_write(w, "</s:Body>\n</s:Envelope>\n");
}

void soap_write_begin(struct writer *w, const char *name)
{
	write_head(w);
	xml_write(w, "<u:");
	xml_write(w, name);
	xml_write(w, " xmlns:u=\"" WFA_SERVICE "\">\n");
}

void soap_write_text(struct writer *w, const char *arg, const char *value)
{
	xml_write_element(w, arg, value);
}

void soap_write_bytes(struct writer *w, const char *arg, const void *data, size_t len)
{
	xml_write(w, "<");
	xml_write(w, arg);
	xml_write(w, ">");
	base64_write(w, data, len);
	xml_write(w, "</");
	xml_write(w, arg);
	xml_write(w, ">\n");
}

void soap_write_end(struct writer *w, const char *name)
{
	xml_write(w, "</u:");
	xml_write(w, name);
	xml_write(w, ">\n");
	write_foot(w);
}

void soap_write_fault(struct writer *w, enum upnp_error e)
{
	char code[16];

	snprintf(code, sizeof(code), "%u", (unsigned)e);
	write_head(w);
	xml_write(w, "<s:Fault>\n<faultcode>s:Client</faultcode>\n"
		     "<faultstring>UPnPError</faultstring>\n<detail>\n"
		     "<UPnPError xmlns=\"urn:schemas-upnp-org:control-1-0\">\n");
	xml_write_element(w, "errorCode", code);
	xml_write_element(w, "errorDescription", upnp_error_text(e));
	xml_write(w, "</UPnPError>\n</detail>\n</s:Fault>\n");
	write_foot(w);
}

int soap_action_parse(const char *header, char out[SOAP_NAME_MAX])
{
	const char *name;

	if (!str_starts(header, "\"" WFA_SERVICE "#", &name))
		return -EINVAL;
	size_t len = strcspn(name, "\"");
	if (len == 0 || len >= SOAP_NAME_MAX || strcmp(name + len, "\"") != 0)
		return -EINVAL;
	snprintf(out, SOAP_NAME_MAX, "%.*s", (int)len, name);
	return 0;
}
