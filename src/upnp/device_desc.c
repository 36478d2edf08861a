/* The two documents: description of the device (UPnP DA 1.0, 2.1) and of its service (2.3). */
#include "upnp/device_i.h"

#include <stdio.h>

#define DEFAULT_NAME "WPS Access Point"

struct action_arg {
	const char *action, *name, *direction, *variable;
};

/* Arguments of an action stand together. */
static const struct action_arg args[] = {
	{"GetDeviceInfo", "NewDeviceInfo", "out", "DeviceInfo"},
	{"PutMessage", "NewInMessage", "in", "InMessage"},
	{"PutMessage", "NewOutMessage", "out", "OutMessage"},
	{"PutWLANResponse", "NewMessage", "in", "Message"},
	{"PutWLANResponse", "NewWLANEventType", "in", "WLANEventType"},
	{"PutWLANResponse", "NewWLANEventMAC", "in", "WLANEventMAC"},
	{"SetSelectedRegistrar", "NewMessage", "in", "Message"},
};

static const struct {
	const char *name, *type;
	bool evented;
} variables[] = {
	{"DeviceInfo", "bin.base64", false},
	{"InMessage", "bin.base64", false},
	{"OutMessage", "bin.base64", false},
	{"Message", "bin.base64", false},
	{"WLANEventType", "ui1", false},
	{"WLANEventMAC", "string", false},
	{"STAStatus", "ui1", true},
	{"APStatus", "ui1", true},
	{"WLANEvent", "bin.base64", true},
};

static void write_version(struct writer *w)
{
	xml_write(w, "<specVersion>\n<major>1</major>\n<minor>0</minor>\n</specVersion>\n");
}

static void write_service(struct writer *w)
{
	xml_write(w, "<serviceList>\n<service>\n");
	xml_write_element(w, "serviceType", WFA_SERVICE);
	xml_write_element(w, "serviceId", "urn:wifialliance-org:serviceId:WFAWLANConfig1");
	xml_write_element(w, "SCPDURL", PATH_SCPD);
	xml_write_element(w, "controlURL", PATH_CONTROL);
	xml_write_element(w, "eventSubURL", PATH_EVENT);
	xml_write(w, "</service>\n</serviceList>\n");
}

static void write_device(
	struct writer *w, const struct upnp_device *d, const struct upnp_device_info *i)
{
	const char *name =
		i->friendly_name && i->friendly_name[0] ? i->friendly_name : DEFAULT_NAME;

	xml_write(w, "<?xml version=\"1.0\"?>\n<root xmlns=\"urn:schemas-upnp-org:device-1-0\">\n");
	write_version(w);
	xml_write(w, "<device>\n");
	xml_write_element(w, "deviceType", WFA_DEVICE);
	xml_write_element(w, "friendlyName", name);
	/* Required, if only as empty elements. */
	xml_write_element(w, "manufacturer", i->manufacturer ? i->manufacturer : "");
	xml_write_element(w, "manufacturerURL", i->manufacturer_url);
	xml_write_element(w, "modelDescription", i->model_description);
	xml_write_element(w, "modelName", i->model_name ? i->model_name : "");
	xml_write_element(w, "modelNumber", i->model_number);
	xml_write_element(w, "modelURL", i->model_url);
	xml_write_element(w, "serialNumber", i->serial_number);
	xml_write_element(w, "UDN", d->udn);
	xml_write_element(w, "UPC", i->upc);
	write_service(w);
	xml_write(w, "</device>\n</root>\n");
}

static void write_arg(struct writer *w, const struct action_arg *a)
{
	xml_write(w, "<argument>\n");
	xml_write_element(w, "name", a->name);
	xml_write_element(w, "direction", a->direction);
	xml_write_element(w, "relatedStateVariable", a->variable);
	xml_write(w, "</argument>\n");
}

static void write_actions(struct writer *w)
{
	xml_write(w, "<actionList>\n");
	for (size_t i = 0; i < ARRAY_SIZE(args);) {
		const char *action = args[i].action;
		xml_write(w, "<action>\n");
		xml_write_element(w, "name", action);
		xml_write(w, "<argumentList>\n");
		for (; i < ARRAY_SIZE(args) && args[i].action == action; i++)
			write_arg(w, &args[i]);
		xml_write(w, "</argumentList>\n</action>\n");
	}
	xml_write(w, "</actionList>\n");
}

static void write_scpd(struct writer *w)
{
	xml_write(
		w, "<?xml version=\"1.0\"?>\n<scpd xmlns=\"urn:schemas-upnp-org:service-1-0\">\n");
	write_version(w);
	write_actions(w);
	xml_write(w, "<serviceStateTable>\n");
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
		xml_write(w, variables[i].evented ? "<stateVariable sendEvents=\"yes\">\n"
						  : "<stateVariable sendEvents=\"no\">\n");
		xml_write_element(w, "name", variables[i].name);
		xml_write_element(w, "dataType", variables[i].type);
		xml_write(w, "</stateVariable>\n");
	}
	xml_write(w, "</serviceStateTable>\n</scpd>\n");
}

int upnp_device_describe(struct upnp_device *d, const struct upnp_device_info *info)
{
	struct writer w = writer_new(2048), scpd = writer_new(2048);
	char uuid[WPS_UUID_TEXT_LEN];

	snprintf(d->udn, sizeof(d->udn), "uuid:%s", wps_uuid_text(info->uuid, uuid));
	write_device(&w, d, info);
	write_scpd(&scpd);
	int err = writer_steal(&w, &d->description), err2 = writer_steal(&scpd, &d->scpd);
	return err < 0 ? err : err2;
}
