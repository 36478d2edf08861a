/* Device description documents, UPnP Device Architecture 1.0, 2.1. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "upnp/cp_i.h"
#include "upnp/soap.h"

#define TEXT_MAX 256 /* longer ones are cut */

static const struct {
	const char *element;
	enum cp_text text;
} text_names[] = {
	{"friendlyName", CP_FRIENDLY_NAME},
	{"manufacturer", CP_MANUFACTURER},
	{"manufacturerURL", CP_MANUFACTURER_URL},
	{"modelDescription", CP_MODEL_DESCRIPTION},
	{"modelName", CP_MODEL_NAME},
	{"modelNumber", CP_MODEL_NUMBER},
	{"modelURL", CP_MODEL_URL},
	{"serialNumber", CP_SERIAL_NUMBER},
	{"UDN", CP_UDN},
};

struct reading {
	struct cp_description *out;
	unsigned device;  /* depth of the innermost <device> so far, 0 = none */
	unsigned service; /* depth of the <service> we are in, 0 = none */
	bool wfa_device, wfa_service, done;
	char *control, *event; /* of this service */
};

/* Versions after 1 must be compatible with it (2.1). */
static bool is_type(const char *text, const char *ours)
{
	return strncmp(text, ours, strlen(ours) - 1) == 0;
}

static int keep_text(char **dst, const char *text)
{
	char *copy = strndup(text, TEXT_MAX);

	free(*dst);
	*dst = copy;
	return copy ? 0 : -ENOMEM;
}

static int on_open(void *ctx, unsigned depth, const char *ns, const char *name)
{
	struct reading *r = ctx;

	if (r->done)
		return 0;
	if (strcmp(name, "device") == 0) {
		cp_description_clear(r->out);
		r->device = depth;
		r->wfa_device = false;
	} else if (strcmp(name, "service") == 0) {
		r->service = depth;
		r->wfa_service = false;
	}
	return 0;
}

static int device_text(struct reading *r, const char *name, const char *text)
{
	if (strcmp(name, "deviceType") == 0)
		r->wfa_device = is_type(text, WFA_DEVICE);
	for (size_t i = 0; i < ARRAY_SIZE(text_names); i++)
		if (strcmp(text_names[i].element, name) == 0)
			return keep_text(&r->out->texts[text_names[i].text], text);
	return 0;
}

static int service_text(struct reading *r, const char *name, const char *text)
{
	if (strcmp(name, "serviceType") == 0)
		r->wfa_service = is_type(text, WFA_SERVICE);
	if (strcmp(name, "controlURL") == 0)
		return keep_text(&r->control, text);
	if (strcmp(name, "eventSubURL") == 0)
		return keep_text(&r->event, text);
	return 0;
}

/* The first service of the kind counts. */
static void service_end(struct reading *r)
{
	char *control = steal_ptr(&r->control), *event = steal_ptr(&r->event);

	r->service = 0;
	if (r->wfa_service && !r->out->control_url && !r->out->event_url) {
		r->out->control_url = steal_ptr(&control);
		r->out->event_url = steal_ptr(&event);
	}
	free(control);
	free(event);
}

static int on_close(void *ctx, unsigned depth, const char *name, const char *text)
{
	struct reading *r = ctx;

	if (r->done || !r->device)
		return 0;
	if (r->service && depth == r->service + 1)
		return service_text(r, name, text);
	if (r->service && depth == r->service)
		service_end(r);
	else if (depth == r->device + 1)
		return device_text(r, name, text);
	else if (depth == r->device)
		r->done = r->wfa_device;
	return 0;
}

int cp_describe(const char *data, size_t len, struct cp_description *out)
{
	static const struct xml_handler handler = {.open = on_open, .close = on_close};
	struct reading r = {.out = out};

	*out = (struct cp_description){0};
	int err = xml_parse(data, len, &handler, &r);
	if (err == 0 && !r.done)
		err = -ENOENT;
	free(r.control);
	free(r.event);
	if (err < 0)
		cp_description_clear(out);
	return err;
}

void cp_description_clear(struct cp_description *d)
{
	for (size_t i = 0; i < ARRAY_SIZE(d->texts); i++)
		free(d->texts[i]);
	free(d->control_url);
	free(d->event_url);
	*d = (struct cp_description){0};
}

int cp_uuid_parse(const char *text, uint8_t uuid[UPNP_UUID_LEN])
{
	static const uint8_t group[] = {4, 2, 2, 2, 6};
	uint8_t out[UPNP_UUID_LEN];
	size_t at = 0;

	if (strncasecmp(text, "uuid:", 5) != 0)
		return -EINVAL;
	text += 5;
	for (size_t i = 0; i < ARRAY_SIZE(group); i++) {
		if (i > 0 && *text++ != '-')
			return -EINVAL;
		size_t digits = 2u * group[i];
		if (strnlen(text, digits) < digits ||
			hex_decode(text, digits, out + at, group[i]) != group[i])
			return -EINVAL;
		text += digits;
		at += group[i];
	}
	memcpy(uuid, out, sizeof(out));
	return 0;
}
