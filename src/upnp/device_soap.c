/* Actions of WFAWLANConfig: external registrars run the registration protocol with the AP as
 * enrollee, answer stations' messages, and tell that they are selected. */
#include "upnp/device_i.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "utils/log.h"
#include "utils/reader.h"
#include "utils/writer.h"

#define MAX_RUNS 8                    /* the oldest gives way */
#define RUN_TIME (120 * USEC_PER_SEC) /* longest silence of a registrar */
#define ATTR_MESSAGE_TYPE 0x1022      /* WSC 2.0, table 28 */
#define WLAN_EVENT_EAP 2

/* One registration protocol run with the host at addr. */
struct device_run {
	TAILQ_ENTRY(device_run) link;
	struct upnp_device *device;
	struct in_addr addr;
	struct wps_registrar *reg;
	struct wps_run *run;
	struct timer timer;
};

static void free_run(struct device_run *r)
{
	timer_stop(&r->timer);
	TAILQ_REMOVE(&r->device->runs, r, link);
	r->device->run_count--;
	wps_run_free(r->run);
	free(r);
}

void upnp_device_end_runs(struct upnp_device *d, struct wps_registrar *reg)
{
	struct device_run *r, *next;

	for (r = TAILQ_FIRST(&d->runs); r; r = next) {
		next = TAILQ_NEXT(r, link);
		if (r->reg == reg)
			free_run(r);
	}
}

static void on_run_timeout(struct timer *t, void *ctx)
{
	struct device_run *r = ctx;

	log_msg(LOG_INF, "UPnP: %s: a registrar went silent in the middle of the protocol",
		r->device->iface.name);
	wps_run_aborted(r->run);
	free_run(r);
}

static struct device_run *find_run(struct upnp_device *d, struct in_addr addr)
{
	struct device_run *r;

	TAILQ_FOREACH (r, &d->runs, link)
		if (r->addr.s_addr == addr.s_addr)
			return r;
	return NULL;
}

static struct device_run *new_run(struct upnp_device *d, struct in_addr addr)
{
	static const uint8_t no_mac[MAC_LEN];
	struct device_bss *b = LIST_FIRST(&d->bsses);
	struct device_run *r = b ? calloc(1, sizeof(*r)) : NULL;

	if (!r)
		return NULL;
	r->run = wps_ap_enrollee_new(b->reg, no_mac);
	if (!r->run) {
		free(r);
		return NULL;
	}
	if (d->run_count == MAX_RUNS)
		free_run(TAILQ_FIRST(&d->runs));
	r->device = d;
	r->addr = addr;
	r->reg = b->reg;
	TAILQ_INSERT_TAIL(&d->runs, r, link);
	d->run_count++;
	timer_start(d->timers, &r->timer, RUN_TIME, on_run_timeout, r);
	return r;
}

/* Each action: arguments in, arguments written to `out` between begin and end. Returns 0 or an
 * enum upnp_error. */

/* Every call starts anew: M1 with fresh nonce and key. */
static unsigned get_device_info(
	struct upnp_device *d, struct in_addr client, const struct soap_msg *in, struct writer *out)
{
	struct device_run *r = find_run(d, client);
	struct bytes m1 = {0};
	enum wsc_op op;

	if (r)
		free_run(r);
	r = new_run(d, client);
	if (!r)
		return UPNP_MESSAGE_FAILED;
	if (wps_run_next(r->run, &op, &m1) < 0) {
		free_run(r);
		return UPNP_MESSAGE_FAILED;
	}
	soap_write_bytes(out, "NewDeviceInfo", m1.data, m1.len);
	bytes_clear(&m1);
	return 0;
}

/* UPnP has no operation codes: the message type tells (WSC 2.0, 7.7.1). */
static enum wsc_op op_of(const struct bytes *msg)
{
	struct reader r = reader_of(msg->data, msg->len);

	while (reader_left(&r) > 0) {
		uint16_t id = reader_be16(&r), len = reader_be16(&r);
		struct reader value = reader_sub(&r, len);
		if (id != ATTR_MESSAGE_TYPE)
			continue;
		switch (reader_u8(&value)) {
		case WPS_WSC_ACK:
			return WSC_OP_ACK;
		case WPS_WSC_NACK:
			return WSC_OP_NACK;
		case WPS_WSC_DONE:
			return WSC_OP_DONE;
		}
		break;
	}
	return WSC_OP_MSG;
}

static unsigned run_message(struct device_run *r, const struct bytes *msg, struct writer *out)
{
	struct bytes answer = {0};
	enum wsc_op op;
	enum wps_result result = wps_run_process(r->run, op_of(msg), msg->data, msg->len);

	if (result == WPS_R_IGNORED)
		return UPNP_MESSAGE_FAILED;
	/* Nothing to say (the last message was the registrar's): an empty argument. */
	int err = wps_run_next(r->run, &op, &answer);
	soap_write_bytes(out, "NewOutMessage", answer.data, err < 0 ? 0 : answer.len);
	bytes_clear(&answer);
	if (result == WPS_R_DONE || result == WPS_R_FAILED)
		free_run(r);
	else
		timer_start(r->device->timers, &r->timer, RUN_TIME, on_run_timeout, r);
	return 0;
}

static unsigned put_message(
	struct upnp_device *d, struct in_addr client, const struct soap_msg *in, struct writer *out)
{
	struct device_run *r = find_run(d, client);
	struct bytes msg = {0};

	if (soap_arg_bytes(in, "NewInMessage", &msg) < 0)
		return UPNP_INVALID_VALUE;
	unsigned error = r ? run_message(r, &msg, out) : UPNP_MESSAGE_FAILED;
	bytes_clear(&msg);
	return error;
}

/* An external registrar's message for a station that runs EAP with us. No error when the station
 * is gone meanwhile: there is nothing a registrar could do about it. */
static unsigned put_wlan_response(
	struct upnp_device *d, struct in_addr client, const struct soap_msg *in, struct writer *out)
{
	const char *type_text = soap_arg(in, "NewWLANEventType"),
		   *mac_text = soap_arg(in, "NewWLANEventMAC");
	uint8_t mac[MAC_LEN];
	int64_t type;
	struct bytes msg = {0};
	struct device_bss *b;
	unsigned error = 0;

	if (!type_text || !mac_text || mac_parse_all(mac_text, mac) < 0 ||
		soap_arg_bytes(in, "NewMessage", &msg) < 0)
		return UPNP_INVALID_VALUE;
	if (parse_int(type_text, 10, WLAN_EVENT_EAP, WLAN_EVENT_EAP, &type) < 0)
		error = UPNP_MESSAGE_FAILED;
	for (b = LIST_FIRST(&d->bsses); b && !error; b = LIST_NEXT(b, link)) {
		int err = wps_registrar_external_msg(b->reg, mac, msg.data, msg.len);
		if (err < 0 && err != -ENOENT)
			error = UPNP_MESSAGE_FAILED;
	}
	bytes_clear(&msg);
	return error;
}

/* Only who is subscribed could act on what the selection brings. */
static unsigned set_selected_registrar(
	struct upnp_device *d, struct in_addr client, const struct soap_msg *in, struct writer *out)
{
	struct bytes msg = {0};
	struct device_bss *b;
	unsigned error = 0;

	if (!upnp_device_knows(d, client))
		return UPNP_ACTION_FAILED;
	if (soap_arg_bytes(in, "NewMessage", &msg) < 0)
		return UPNP_INVALID_VALUE;
	LIST_FOREACH (b, &d->bsses, link)
		if (wps_registrar_external_selected(
			    b->reg, ntohl(client.s_addr), msg.data, msg.len) < 0)
			error = UPNP_MESSAGE_FAILED;
	bytes_clear(&msg);
	return error;
}

static const struct {
	const char *name;
	unsigned (*fn)(struct upnp_device *d, struct in_addr client, const struct soap_msg *in,
		struct writer *out);
} actions[] = {
	{"GetDeviceInfo", get_device_info},
	{"PutMessage", put_message},
	{"PutWLANResponse", put_wlan_response},
	{"SetSelectedRegistrar", set_selected_registrar},
};

static unsigned run_action(struct upnp_device *d, struct in_addr client, const char *name,
	const struct soap_msg *in, struct writer *out)
{
	char response[SOAP_NAME_MAX + sizeof("Response")];
	struct strbuf s = strbuf_over(response, sizeof(response));

	strbuf_add(&s, "%sResponse", name);
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (strcmp(name, actions[i].name) != 0)
			continue;
		soap_write_begin(out, response);
		unsigned error = actions[i].fn(d, client, in, out);
		soap_write_end(out, response);
		return error;
	}
	return UPNP_INVALID_ACTION;
}

/* The header decides, the body is there for the arguments: existing control points leave out what
 * has none. But it must not say something else: whoever filters looks at one of them. */
unsigned upnp_device_action(struct upnp_device *d, struct in_addr client, const char *header,
	const char *body, size_t len, struct writer *out)
{
	char name[SOAP_NAME_MAX];
	struct soap_msg in;

	if (!header || soap_action_parse(header, name) < 0)
		return UPNP_INVALID_ACTION;
	if (soap_parse(body, len, &in) == 0 && strcmp(name, in.name) != 0) {
		soap_clear(&in);
		return UPNP_INVALID_ACTION;
	}
	unsigned error = run_action(d, client, name, &in, out);
	soap_clear(&in);
	return error;
}

/* The UPnP error is the HTTP status, too, as existing registrars expect of this service; the
 * fault of UPnP DA 1.0, 3.2.2 is in the body. */
void upnp_device_control(
	struct upnp_device *d, const struct http_request *req, struct http_response *resp)
{
	struct writer w = writer_new(1024);
	unsigned error = upnp_device_action(d, req->client, http_request_header(req, "SOAPAction"),
		req->body, req->body_len, &w);

	if (error) {
		char host[INET_ADDRSTRLEN];
		log_msg(LOG_DBG, "UPnP: %s: action of %s refused: %u %s", d->iface.name,
			inet_ntop(AF_INET, &req->client, host, sizeof(host)), error,
			upnp_error_text((enum upnp_error)error));
		w.len = 0;
		soap_write_fault(&w, (enum upnp_error)error);
		resp->status = error;
	}
	resp->content_type = SOAP_CONTENT_TYPE;
	if (writer_steal(&w, &resp->body) < 0)
		resp->status = 500;
}
