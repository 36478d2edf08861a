/* Actions of WFAWLANConfig: one after the other for each device, so that an access point that does
 * one thing at a time gets the messages of a run in order. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "upnp/cp_i.h"
#include "upnp/soap.h"
#include "utils/log.h"
#include "utils/mac.h"

#define ACTION_TIMEOUT 10u /* s */

static void run_queue(struct upnp_cp_device *d);

static void action_free(struct cp_action *a)
{
	bytes_clear(&a->body);
	free(a);
}

void cp_actions_clear(struct upnp_cp_device *d)
{
	struct cp_action *a;

	if (d->calling)
		d->cp->http.cancel(d->cp->http.ctx, steal_ptr(&d->calling));
	while ((a = TAILQ_FIRST(&d->actions))) {
		TAILQ_REMOVE(&d->actions, a, link);
		action_free(a);
	}
}

/* Returns 0 or negative; *out is empty when the answer has no message. */
static int read_answer(
	const struct cp_action *a, const struct http_answer *answer, struct bytes *out)
{
	char expected[SOAP_NAME_MAX];
	struct soap_msg m;

	if (answer->err < 0)
		return answer->err;
	if (answer->status != 200)
		return -EREMOTEIO;
	if (!a->result)
		return 0;
	int err = soap_parse(answer->body, answer->body_len, &m);
	if (err < 0)
		return err;
	snprintf(expected, sizeof(expected), "%sResponse", a->name);
	err = strcmp(m.name, expected) == 0 ? soap_arg_bytes(&m, a->result, out) : -EBADMSG;
	soap_clear(&m);
	return err == -ENOENT ? 0 : err;
}

static void on_answer(void *ctx, const struct http_answer *answer)
{
	struct upnp_cp_device *d = ctx;
	struct cp_action *a = TAILQ_FIRST(&d->actions);
	struct bytes msg = {0};

	d->calling = NULL;
	int err = read_answer(a, answer, &msg);
	if (err < 0)
		log_msg(LOG_DBG, "UPnP: %s of %s: %s (HTTP status %u)", a->name,
			d->info.friendly_name, strerror(-err), answer->status);
	TAILQ_REMOVE(&d->actions, a, link);
	/* The next one first: `done` may end with the device gone. */
	run_queue(d);
	if (a->done)
		a->done(a->ctx, err, msg.data, msg.len);
	bytes_clear(&msg);
	action_free(a);
}

#define ACTION_HEADER_MAX (sizeof("SOAPACTION: ") + sizeof(WFA_SERVICE) + SOAP_NAME_MAX + 4)

static const char *action_header(const char *name, char out[ACTION_HEADER_MAX])
{
	snprintf(out, ACTION_HEADER_MAX, "SOAPACTION: \"%s#%s\"", WFA_SERVICE, name);
	return out;
}

static struct http_transfer *send_action(struct upnp_cp_device *d, const struct cp_action *a)
{
	char action[ACTION_HEADER_MAX];
	const char *const headers[] = {
		"Content-Type: " SOAP_CONTENT_TYPE, action_header(a->name, action), NULL};
	const struct http_send req = {
		.method = "POST",
		.url = d->control,
		.headers = headers,
		.body = a->body.data,
		.body_len = a->body.len,
		.timeout = ACTION_TIMEOUT,
		.done = on_answer,
		.ctx = d,
	};
	return d->cp->http.send(d->cp->http.ctx, &req);
}

static void run_queue(struct upnp_cp_device *d)
{
	struct cp_action *a = TAILQ_FIRST(&d->actions);

	if (d->calling || !a)
		return;
	d->calling = send_action(d, a);
	if (!d->calling)
		timer_start(eloop_timers(d->cp->loop), &d->call_again, USEC_PER_SEC / 5,
			cp_actions_resume, d);
}

void cp_actions_resume(struct timer *t, void *ctx)
{
	run_queue(ctx);
}

/* Takes over the writer. */
static int enqueue(struct upnp_cp_device *d, struct writer *w, const struct cp_action *what)
{
	unsigned waiting = 0;
	struct cp_action *a;

	TAILQ_FOREACH (a, &d->actions, link)
		waiting++;
	a = d->has_control && waiting < CP_ACTIONS_MAX ? calloc(1, sizeof(*a)) : NULL;
	if (!a) {
		writer_free(w);
		return !d->has_control ? -ENOSYS : waiting < CP_ACTIONS_MAX ? -ENOMEM : -ENOBUFS;
	}
	*a = *what;
	if (writer_steal(w, &a->body) < 0) {
		free(a);
		return -ENOMEM;
	}
	TAILQ_INSERT_TAIL(&d->actions, a, link);
	run_queue(d);
	return 0;
}

int upnp_cp_get_device_info(struct upnp_cp_device *d, upnp_cp_done_fn done, void *ctx)
{
	struct writer w = writer_new(512);

	soap_write_begin(&w, "GetDeviceInfo");
	soap_write_end(&w, "GetDeviceInfo");
	return enqueue(d, &w,
		&(struct cp_action){.name = "GetDeviceInfo",
			.result = "NewDeviceInfo",
			.done = done,
			.ctx = ctx});
}

int upnp_cp_put_message(
	struct upnp_cp_device *d, const uint8_t *msg, size_t len, upnp_cp_done_fn done, void *ctx)
{
	struct writer w = writer_new(1024);

	soap_write_begin(&w, "PutMessage");
	soap_write_bytes(&w, "NewInMessage", msg, len);
	soap_write_end(&w, "PutMessage");
	return enqueue(d, &w,
		&(struct cp_action){
			.name = "PutMessage", .result = "NewOutMessage", .done = done, .ctx = ctx});
}

int upnp_cp_put_wlan_response(struct upnp_cp_device *d, const uint8_t mac[6], const uint8_t *msg,
	size_t len, upnp_cp_done_fn done, void *ctx)
{
	struct writer w = writer_new(1024);
	char text[MAC_TEXT_LEN], type[4];

	snprintf(text, sizeof(text), MACSTR, MAC2STR(mac));
	snprintf(type, sizeof(type), "%d", UPNP_WLAN_EAP);
	soap_write_begin(&w, "PutWLANResponse");
	soap_write_bytes(&w, "NewMessage", msg, len);
	soap_write_text(&w, "NewWLANEventType", type);
	soap_write_text(&w, "NewWLANEventMAC", text);
	soap_write_end(&w, "PutWLANResponse");
	return enqueue(
		d, &w, &(struct cp_action){.name = "PutWLANResponse", .done = done, .ctx = ctx});
}

static const char selected[] = "SetSelectedRegistrar";

static void write_selected(struct writer *w, const uint8_t *msg, size_t len)
{
	*w = writer_new(512);
	soap_write_begin(w, selected);
	soap_write_bytes(w, "NewMessage", msg, len);
	soap_write_end(w, selected);
}

int upnp_cp_set_selected_registrar(
	struct upnp_cp_device *d, const uint8_t *msg, size_t len, upnp_cp_done_fn done, void *ctx)
{
	struct writer w;

	write_selected(&w, msg, len);
	return enqueue(d, &w, &(struct cp_action){.name = selected, .done = done, .ctx = ctx});
}

int upnp_cp_last_selected_registrar(struct upnp_cp_device *d, const uint8_t *msg, size_t len)
{
	char action[ACTION_HEADER_MAX];
	const char *const headers[] = {
		"Content-Type: " SOAP_CONTENT_TYPE, action_header(selected, action), NULL};
	struct writer w;

	if (!d->has_control)
		return -ENOSYS;
	write_selected(&w, msg, len);
	const struct http_send req = {.method = "POST",
		.url = d->control,
		.headers = headers,
		.body = w.buf,
		.body_len = w.len};
	int err = writer_ok(&w) ? cp_farewell_send(d->cp, &req) : -ENOMEM;
	writer_free(&w);
	return err;
}

void upnp_cp_forget(struct upnp_cp_device *d, const void *ctx)
{
	struct cp_action *a = TAILQ_FIRST(&d->actions), *next;

	for (; a; a = next) {
		next = TAILQ_NEXT(a, link);
		if (a->ctx != ctx)
			continue;
		a->done = NULL;
		if (d->calling && a == TAILQ_FIRST(&d->actions))
			continue; /* let the device hear it to its end */
		TAILQ_REMOVE(&d->actions, a, link);
		action_free(a);
	}
}
