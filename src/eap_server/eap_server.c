#include "eap_server/eap_server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "eap_server/eap_server_i.h"
#include "utils/log.h"

#define RETRANSMITS_MAX 5
#define IDENTITY_MAX 255
/* An external registrar's time to answer: less than the peer's patience. */
#define PENDING_SEC 5
#define CROSSED_USEC 200000 /* the answer of a station that has our request is here by then */
#define REQUESTS_MAX 1000   /* a run takes some 10, with tiny fragments a few hundred */

static const struct eap_server_method *const methods[] = {&eap_server_wsc};

/* RFC 4137, 5.1, without its transient states. */
enum eap_server_state { SERVER_INITIALIZE, SERVER_IDENTITY, SERVER_METHOD, SERVER_FAILURE };

struct eap_server {
	struct timers *timers;
	struct eap_server_config cfg;
	char *identity_message; /* ours: the setting may change while we run */
	const struct eap_server_ops *ops;
	void *ctx;
	enum eap_server_state state;

	struct timer retransmit; /* or, while pending, the limit of the wait */
	bool pending;
	bool crossed; /* retransmit is the short wait after an EAPOL-Start */
	unsigned retransmits;
	unsigned requests;
	uint8_t id; /* of the last request */
	struct bytes request;

	uint64_t session_id;
	char *identity;
	const struct eap_server_method *row;
	void *method;
};

static void enter(struct eap_server *s, enum eap_server_state next, const char *reason)
{
	static const char *const names[] = {"INITIALIZE", "IDENTITY", "METHOD", "FAILURE"};
	log_msg(LOG_DBG, "EAP server " MACSTR ": %s -> %s (%s)", MAC2STR(s->cfg.peer_mac),
		names[s->state], names[next], reason);
	s->state = next;
}

struct eap_server *eap_server_new(struct timers *timers, const struct eap_server_config *cfg,
	const struct eap_server_ops *ops, void *ctx)
{
	struct eap_server *s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->timers = timers;
	s->cfg = *cfg;
	if (str_replace(&s->identity_message, cfg->identity_message) < 0) {
		free(s);
		return NULL;
	}
	s->cfg.identity_message = s->identity_message;
	s->ops = ops;
	s->ctx = ctx;
	random_bytes(&s->id, 1);
	return s;
}

static void drop_method(struct eap_server *s)
{
	if (s->method)
		s->row->free(s->method);
	s->pending = false;
	s->method = NULL;
	s->row = NULL;
}

void eap_server_free(struct eap_server *s)
{
	if (!s)
		return;
	timer_stop(&s->retransmit);
	drop_method(s);
	bytes_clear(&s->request);
	str_wipe_free(s->identity);
	free(s->identity_message);
	free(s);
}

const char *eap_server_identity(const struct eap_server *s)
{
	return s->identity;
}

uint64_t eap_server_session_id(const struct eap_server *s)
{
	return s->session_id;
}

/* --- sending --- */

static void fail(struct eap_server *s, bool timeout, const char *reason)
{
	uint8_t packet[8];
	struct writer w = writer_over(packet, sizeof(packet));

	timer_stop(&s->retransmit);
	enter(s, SERVER_FAILURE, reason);
	eap_end(&w, eap_begin(&w, EAP_FAILURE, s->id, 0));
	s->ops->send_eap(s->ctx, packet, w.len);
	s->ops->finished(s->ctx, false, timeout);
}

static void on_retransmit(struct timer *t, void *ctx);

/* 3, 6, 12, 20, 20 … seconds, RFC 3748, 4.3. */
static void arm_retransmit(struct eap_server *s)
{
	unsigned sec = s->retransmits < 3 ? 3u << s->retransmits : 20;
	timer_start(s->timers, &s->retransmit, sec * USEC_PER_SEC, on_retransmit, s);
}

static void on_retransmit(struct timer *t, void *ctx)
{
	struct eap_server *s = ctx;

	if (s->retransmits++ == RETRANSMITS_MAX) {
		if (s->method)
			s->row->aborted(s->method);
		fail(s, true, "no answer");
		return;
	}
	arm_retransmit(s);
	s->ops->retransmit(s->ctx);
	s->ops->send_eap(s->ctx, s->request.data, s->request.len);
}

static void on_crossed(struct timer *t, void *ctx)
{
	struct eap_server *s = ctx;

	s->crossed = false;
	arm_retransmit(s);
	s->ops->send_eap(s->ctx, s->request.data, s->request.len);
}

static void send_request(struct eap_server *s, struct writer *w)
{
	bytes_clear(&s->request);
	if (writer_steal(w, &s->request) < 0 || ++s->requests > REQUESTS_MAX) {
		if (s->method)
			s->row->aborted(s->method);
		fail(s, false, "too many requests or no memory");
		return;
	}
	s->retransmits = 0;
	s->pending = s->crossed = false;
	arm_retransmit(s);
	s->ops->send_eap(s->ctx, s->request.data, s->request.len);
}

static void send_identity_request(struct eap_server *s)
{
	struct writer w = writer_new(64);
	struct writer_mark m = eap_begin(&w, EAP_REQUEST, ++s->id, EAP_TYPE_IDENTITY);
	if (s->cfg.identity_message)
		writer_bytes(&w, s->cfg.identity_message, strlen(s->cfg.identity_message));
	eap_end(&w, m);
	send_request(s, &w);
}

static void send_method_request(struct eap_server *s)
{
	struct writer w = writer_new(512);
	struct writer_mark m =
		eap_begin_expanded(&w, EAP_REQUEST, ++s->id, s->row->vendor, s->row->vendor_type);
	s->row->build_request(s->method, &w);
	eap_end(&w, m);
	send_request(s, &w);
}

void eap_server_start(struct eap_server *s)
{
	if (s->state == SERVER_IDENTITY) {
		/* Our request and the station's EAPOL-Start crossed; or it missed ours, then it
		 * shall not wait long. */
		if (!s->crossed)
			timer_start(s->timers, &s->retransmit, CROSSED_USEC, on_crossed, s);
		s->crossed = true;
		return;
	}
	if (s->method)
		s->row->aborted(s->method);
	drop_method(s);
	s->requests = 0;
	random_bytes(&s->session_id, sizeof(s->session_id));
	s->ops->started(s->ctx);
	enter(s, SERVER_IDENTITY, "start");
	send_identity_request(s);
}

/* --- responses --- */

static int store_identity(struct eap_server *s, struct reader data)
{
	char text[IDENTITY_MAX + 1];
	size_t len = reader_left(&data);

	/* It ends up in events and STATUS lines. */
	if (len > IDENTITY_MAX || !is_printable(data.p, len))
		return -EBADMSG;
	reader_copy(&data, text, len);
	text[len] = '\0';
	return str_replace(&s->identity, text);
}

static void on_pending_over(struct timer *t, void *ctx)
{
	struct eap_server *s = ctx;

	s->row->aborted(s->method);
	fail(s, false, "no external registrar answered");
}

static void go_on(struct eap_server *s, enum eap_server_next next)
{
	switch (next) {
	case EAP_NEXT_REQUEST:
		send_method_request(s);
		break;
	case EAP_NEXT_WAIT:
		break;
	case EAP_NEXT_PENDING:
		s->pending = true;
		timer_start(
			s->timers, &s->retransmit, PENDING_SEC * USEC_PER_SEC, on_pending_over, s);
		break;
	case EAP_NEXT_FAILURE:
		fail(s, false, "the method is over");
		break;
	}
}

/* From the method's waker. */
static void on_wake(void *ctx)
{
	struct eap_server *s = ctx;

	if (s->pending)
		go_on(s, s->row->resume(s->method));
}

static void on_identity(struct eap_server *s, const struct eap_packet *resp)
{
	if (resp->type != EAP_TYPE_IDENTITY || store_identity(s, resp->data) < 0) {
		log_msg(LOG_DBG, "EAP server: no usable identity from " MACSTR ", dropped",
			MAC2STR(s->cfg.peer_mac));
		return;
	}
	timer_stop(&s->retransmit);
	for (size_t i = 0; i < ARRAY_SIZE(methods) && !s->method; i++) {
		if (!methods[i]->fits(&s->cfg, s->identity))
			continue;
		s->row = methods[i];
		s->method =
			s->row->init(&s->cfg, s->identity, (struct eap_server_waker){on_wake, s});
	}
	if (!s->method) {
		fail(s, false, "no method for this identity");
		return;
	}
	s->ops->proposed_method(s->ctx, s->row->vendor, s->row->vendor_type);
	enter(s, SERVER_METHOD, s->row->name);
	send_method_request(s);
}

static void on_method(struct eap_server *s, const struct eap_packet *resp)
{
	bool ours = resp->type == EAP_TYPE_EXPANDED && resp->vendor == s->row->vendor &&
		    resp->vendor_type == s->row->vendor_type;
	bool nak = resp->type == EAP_TYPE_NAK ||
		   (resp->type == EAP_TYPE_EXPANDED && resp->vendor == 0 &&
			   resp->vendor_type == EAP_TYPE_NAK);

	if (nak) {
		s->row->aborted(s->method);
		fail(s, false, "the peer refuses the method");
		return;
	}
	if (!ours) {
		log_msg(LOG_DBG, "EAP server: response of type %u dropped", resp->type);
		return;
	}
	if (s->pending) {
		log_msg(LOG_DBG, "EAP server: response while the answer is awaited, dropped");
		return;
	}
	go_on(s, s->row->process(s->method, resp->data));
}

void eap_server_rx(struct eap_server *s, const uint8_t *packet, size_t len)
{
	struct eap_packet resp;

	if (eap_parse(packet, len, &resp) < 0 || resp.code != EAP_RESPONSE) {
		log_msg(LOG_DBG, "EAP server: packet of %zu bytes is no response, dropped", len);
		return;
	}
	if (resp.id != s->id) {
		log_msg(LOG_DBG, "EAP server: response to request %u, not %u, dropped", resp.id,
			s->id);
		return;
	}
	switch (s->state) {
	case SERVER_IDENTITY:
		on_identity(s, &resp);
		break;
	case SERVER_METHOD:
		on_method(s, &resp);
		break;
	case SERVER_INITIALIZE:
	case SERVER_FAILURE:
		break;
	}
}
