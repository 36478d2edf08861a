#include "eap_peer/eap_peer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "eap_peer/eap_peer_i.h"
#include "utils/log.h"

#define CLIENT_TIMEOUT_SEC 60
/* A run takes some 10 requests and a few hundred with small fragments; nobody talks for ever. */
#define REQUESTS_MAX 1000

static const struct eap_peer_method *const methods[] = {&eap_peer_wsc, &eap_peer_gpsk};

/* RFC 4137, 4.1; its transient states are steps of eap_peer_rx(). */
enum eap_peer_state { PEER_DISABLED, PEER_INITIALIZE, PEER_IDLE, PEER_SUCCESS, PEER_FAILURE };

struct eap_peer {
	struct timers *timers;
	const struct eap_peer_ops *ops;
	void *ctx;
	enum eap_peer_state state;
	struct timer client_timeout;

	struct eap_peer_config cfg;
	/* what cfg points to */
	char *identity, *anonymous_identity, *phase1, *methods;
	struct bytes password;

	const struct eap_peer_method *row; /* selected method */
	void *method;
	struct bytes last_request, last_response; /* a repeated request gets its old answer */
	unsigned requests;
	bool started;
	unsigned last_type;
};

static const char *state_name(enum eap_peer_state s)
{
	static const char *const names[] = {"DISABLED", "INITIALIZE", "IDLE", "SUCCESS", "FAILURE"};
	return names[s];
}

static void enter(struct eap_peer *p, enum eap_peer_state next, const char *reason)
{
	log_msg(LOG_DBG, "EAP peer: %s -> %s (%s)", state_name(p->state), state_name(next), reason);
	p->state = next;
}

struct eap_peer *eap_peer_new(struct timers *timers, const struct eap_peer_ops *ops, void *ctx)
{
	struct eap_peer *p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->timers = timers;
	p->ops = ops;
	p->ctx = ctx;
	return p;
}

static void drop_method(struct eap_peer *p)
{
	if (p->method)
		p->row->free(p->method);
	p->method = NULL;
	p->row = NULL;
}

/* Tells a method that is not over yet that it will not be. */
static void abort_method(struct eap_peer *p)
{
	if (p->method && p->row->aborted)
		p->row->aborted(p->method);
}

static void forget_config(struct eap_peer *p)
{
	char **const texts[] = {&p->identity, &p->anonymous_identity, &p->phase1, &p->methods};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		str_wipe_free(*texts[i]);
		*texts[i] = NULL;
	}
	bytes_clear(&p->password);
	p->cfg = (struct eap_peer_config){0};
}

static void forget_run(struct eap_peer *p)
{
	drop_method(p);
	bytes_clear(&p->last_request);
	bytes_clear(&p->last_response);
}

static void reset(struct eap_peer *p)
{
	timer_stop(&p->client_timeout);
	forget_run(p);
	forget_config(p);
	p->requests = 0;
	p->started = false;
	p->last_type = 0;
}

void eap_peer_free(struct eap_peer *p)
{
	if (!p)
		return;
	reset(p);
	free(p);
}

/* Failure of the conversation; the method hears of it first, so its event precedes ours. */
static void fail(struct eap_peer *p, const char *reason)
{
	timer_stop(&p->client_timeout);
	enter(p, PEER_FAILURE, reason);
	abort_method(p);
	p->ops->status(p->ctx, "completion", "failure");
	p->ops->finished(p->ctx, false);
}

static void on_client_timeout(struct timer *t, void *ctx)
{
	fail(ctx, "the authenticator is silent");
}

static void restart_timeout(struct eap_peer *p)
{
	timer_start(p->timers, &p->client_timeout, CLIENT_TIMEOUT_SEC * USEC_PER_SEC,
		on_client_timeout, p);
}

static int copy_config(struct eap_peer *p, const struct eap_peer_config *cfg)
{
	if (str_replace(&p->identity, cfg->identity) < 0 ||
		str_replace(&p->anonymous_identity, cfg->anonymous_identity) < 0 ||
		str_replace(&p->phase1, cfg->phase1) < 0 ||
		str_replace(&p->methods, cfg->methods) < 0 ||
		bytes_set(&p->password, cfg->password, cfg->password_len) < 0)
		return -ENOMEM;
	p->cfg = *cfg;
	p->cfg.identity = p->identity;
	p->cfg.anonymous_identity = p->anonymous_identity;
	p->cfg.phase1 = p->phase1;
	p->cfg.methods = p->methods;
	p->cfg.password = p->password.data;
	return 0;
}

int eap_peer_start(struct eap_peer *p, const struct eap_peer_config *cfg)
{
	reset(p);
	if (copy_config(p, cfg) < 0) {
		forget_config(p);
		enter(p, PEER_DISABLED, "no memory");
		return -ENOMEM;
	}
	enter(p, PEER_INITIALIZE, "start");
	restart_timeout(p);
	return 0;
}

void eap_peer_restart(struct eap_peer *p)
{
	if (p->state != PEER_IDLE && p->state != PEER_SUCCESS)
		return;
	bool over = p->state == PEER_SUCCESS;
	enter(p, PEER_INITIALIZE, "once more");
	if (over) { /* a conversation of its own */
		p->started = false;
		p->requests = 0;
		restart_timeout(p);
	} else {
		abort_method(p);
	}
	forget_run(p);
}

void eap_peer_skip(struct eap_peer *p)
{
	if (p->state != PEER_INITIALIZE)
		return;
	timer_stop(&p->client_timeout);
	enter(p, PEER_SUCCESS, "not needed");
}

void eap_peer_abort(struct eap_peer *p)
{
	if (p->state == PEER_DISABLED)
		return;
	bool over = p->state == PEER_SUCCESS;
	enter(p, PEER_DISABLED, "link gone");
	if (!over)
		abort_method(p);
	reset(p);
}

/* --- requests --- */

static void send_response(struct eap_peer *p, struct writer *w)
{
	if (writer_steal(w, &p->last_response) < 0) {
		log_msg(LOG_ERR, "EAP peer: no memory for a response");
		return;
	}
	p->ops->send_eap(p->ctx, p->last_response.data, p->last_response.len);
}

static int answer_identity(struct eap_peer *p, const struct eap_packet *req, struct writer *w)
{
	struct writer_mark m = eap_begin(w, EAP_RESPONSE, req->id, EAP_TYPE_IDENTITY);
	const char *text = p->anonymous_identity ? p->anonymous_identity : p->identity;
	if (text)
		writer_bytes(w, text, strlen(text));
	eap_end(w, m);
	return 0;
}

static int answer_notification(struct eap_peer *p, const struct eap_packet *req, struct writer *w)
{
	eap_end(w, eap_begin(w, EAP_RESPONSE, req->id, EAP_TYPE_NOTIFICATION));
	return 0;
}

static bool allowed(const struct eap_peer *p, const struct eap_peer_method *row)
{
	size_t len = strlen(row->name);

	for (const char *at = p->methods; at && *at;) {
		at += strspn(at, " ");
		size_t word = strcspn(at, " ");
		if (word == len && strncmp(at, row->name, len) == 0)
			return true;
		at += word;
	}
	return !p->methods;
}

static bool may_run(const struct eap_peer *p, const struct eap_peer_method *row)
{
	return allowed(p, row) && row->fits(&p->cfg);
}

/* The types we would rather have, 0 for none at all. */
static void write_types(const struct eap_peer *p, struct writer *w)
{
	size_t before = w->len;

	for (size_t i = 0; i < ARRAY_SIZE(methods); i++)
		if (may_run(p, methods[i]))
			writer_u8(w, methods[i]->type);
	if (w->len == before)
		writer_u8(w, 0);
}

static void write_expanded_types(const struct eap_peer *p, struct writer *w)
{
	size_t before = w->len;

	for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
		if (!may_run(p, methods[i]))
			continue;
		writer_u8(w, EAP_TYPE_EXPANDED);
		writer_be24(w, methods[i]->vendor);
		writer_be32(w, methods[i]->vendor_type);
	}
	if (w->len == before) {
		writer_u8(w, EAP_TYPE_EXPANDED);
		writer_zeros(w, 3 + 4);
	}
}

/* RFC 3748, 5.3.1 for a request of a plain type, 5.3.2 for an expanded one. */
static int answer_nak(struct eap_peer *p, const struct eap_packet *req, struct writer *w)
{
	struct writer_mark m;

	if (req->type != EAP_TYPE_EXPANDED) {
		m = eap_begin(w, EAP_RESPONSE, req->id, EAP_TYPE_NAK);
		write_types(p, w);
	} else {
		m = eap_begin_expanded(w, EAP_RESPONSE, req->id, 0, EAP_TYPE_NAK);
		write_expanded_types(p, w);
	}
	eap_end(w, m);
	return 0;
}

static const struct eap_peer_method *find_method(const struct eap_packet *req)
{
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
		const struct eap_peer_method *row = methods[i];
		if (row->type == req->type &&
			(row->type != EAP_TYPE_EXPANDED ||
				(row->vendor == req->vendor &&
					row->vendor_type == req->vendor_type)))
			return row;
	}
	return NULL;
}

/* GET_METHOD, RFC 4137, 4.4. Whoever hears of it may abort: false then, too. */
static bool select_method(struct eap_peer *p, const struct eap_packet *req)
{
	bool expanded = req->type == EAP_TYPE_EXPANDED;
	uint32_t vendor = expanded ? req->vendor : 0;
	uint32_t type = expanded ? req->vendor_type : req->type;
	const struct eap_peer_method *row = find_method(req);
	void *method = row && allowed(p, row) ? row->init(&p->cfg) : NULL;

	p->row = method ? row : NULL;
	p->method = method;
	p->ops->proposed_method(p->ctx, vendor, type, !method);
	if (!method) {
		p->ops->status(p->ctx, "refuse proposed method", row ? row->name : "");
		return false;
	}
	p->ops->status(p->ctx, "accept proposed method", row->name);
	p->ops->method_selected(p->ctx, vendor, type, row->name);
	return p->method != NULL;
}

static int answer_method(struct eap_peer *p, const struct eap_packet *req, struct writer *w)
{
	if (p->method && find_method(req) != p->row) {
		log_msg(LOG_DBG, "EAP peer: request of another method than %s dropped",
			p->row->name);
		return -EBADMSG;
	}
	if (!p->method && !select_method(p, req))
		return answer_nak(p, req, w);
	struct writer_mark m = p->row->type == EAP_TYPE_EXPANDED
				       ? eap_begin_expanded(w, EAP_RESPONSE, req->id, req->vendor,
						 req->vendor_type)
				       : eap_begin(w, EAP_RESPONSE, req->id, req->type);
	int err = p->row->process(p->method, req->data, w);
	eap_end(w, m);
	return err;
}

static int answer(struct eap_peer *p, const struct eap_packet *req, struct writer *w)
{
	switch (req->type) {
	case EAP_TYPE_IDENTITY:
		return answer_identity(p, req, w);
	case EAP_TYPE_NOTIFICATION:
		return answer_notification(p, req, w);
	case EAP_TYPE_NAK:
		return -EBADMSG; /* never a request */
	}
	return answer_method(p, req, w);
}

static void on_request(
	struct eap_peer *p, const struct eap_packet *req, const uint8_t *packet, size_t len)
{
	if (p->last_response.len && bytes_equal(&p->last_request, packet, len)) {
		log_msg(LOG_DBG, "EAP peer: request %u repeated, so is its answer", req->id);
		p->ops->send_eap(p->ctx, p->last_response.data, p->last_response.len);
		return;
	}
	if (++p->requests > REQUESTS_MAX) {
		fail(p, "too many requests");
		return;
	}
	if (!p->started) {
		p->started = true;
		p->ops->started(p->ctx);
		p->ops->status(p->ctx, "started", "");
	}
	if (p->state == PEER_DISABLED) /* whoever heard that ended it */
		return;
	if (p->state == PEER_INITIALIZE)
		enter(p, PEER_IDLE, "first request");
	p->last_type = req->type;
	_cleanup_(writer_free) struct writer w = writer_new(512);
	int err = answer(p, req, &w);
	if (err == -ECONNABORTED)
		fail(p, "the method is over");
	if (err || !writer_ok(&w) || p->state == PEER_DISABLED)
		return;
	restart_timeout(p);
	bytes_clear(&p->last_response);
	if (bytes_set(&p->last_request, packet, len) == 0)
		send_response(p, &w);
}

/* The key when the method is over and an EAP-Success may be believed. */
static const uint8_t *key_of(const struct eap_peer *p, size_t *len)
{
	return p->method && p->row->msk ? p->row->msk(p->method, len) : NULL;
}

static void succeed(struct eap_peer *p, const char *reason)
{
	timer_stop(&p->client_timeout);
	enter(p, PEER_SUCCESS, reason);
	p->ops->status(p->ctx, "completion", "success");
	p->ops->finished(p->ctx, true);
}

/* RFC 3748, 4.2: it has the identifier of our last response; some authenticators count on. Others
 * cannot know it without having heard that. */
static bool ends_ours(const struct eap_peer *p, uint8_t id)
{
	return p->state == PEER_IDLE && p->last_request.len &&
	       (uint8_t)(id - p->last_request.data[1]) <= 1;
}

static void on_success(struct eap_peer *p, uint8_t id)
{
	size_t len;

	if (ends_ours(p, id) && key_of(p, &len))
		succeed(p, "EAP-Success");
	else
		log_msg(LOG_DBG, "EAP peer: EAP-Success before the method is over, dropped");
}

static void on_failure(struct eap_peer *p, uint8_t id)
{
	if (ends_ours(p, id))
		fail(p, "EAP-Failure");
	else
		log_msg(LOG_DBG, "EAP peer: EAP-Failure that answers nothing of ours dropped");
}

bool eap_peer_lower_success(struct eap_peer *p)
{
	size_t len;

	if (p->state != PEER_IDLE || !key_of(p, &len))
		return false;
	succeed(p, "the lower layer goes on");
	return true;
}

void eap_peer_rx(struct eap_peer *p, const uint8_t *packet, size_t len)
{
	struct eap_packet req;

	if (p->state != PEER_INITIALIZE && p->state != PEER_IDLE)
		return;
	if (eap_parse(packet, len, &req) < 0) {
		log_msg(LOG_DBG, "EAP peer: malformed packet of %zu bytes dropped", len);
		return;
	}
	switch (req.code) {
	case EAP_REQUEST:
		on_request(p, &req, packet, len);
		break;
	case EAP_FAILURE:
		on_failure(p, req.id);
		break;
	case EAP_SUCCESS:
		on_success(p, req.id);
		break;
	case EAP_RESPONSE:
		log_msg(LOG_DBG, "EAP peer: a response is not for a peer, dropped");
		break;
	}
}

const uint8_t *eap_peer_msk(const struct eap_peer *p, size_t *len)
{
	return p->state == PEER_SUCCESS ? key_of(p, len) : NULL;
}

static void add_session_id(const struct eap_peer *p, struct strbuf *out)
{
	size_t len;

	if (!eap_peer_msk(p, &len) || !p->row->session_id)
		return;
	const uint8_t *id = p->row->session_id(p->method, &len);
	strbuf_add(out, "eap_session_id=");
	strbuf_add_hex(out, id, len);
	strbuf_add(out, "\n");
}

const char *eap_peer_method(const struct eap_peer *p)
{
	return p->row ? p->row->name : NULL;
}

void eap_peer_status(const struct eap_peer *p, bool verbose, struct strbuf *out)
{
	size_t len;
	bool over = key_of(p, &len);

	strbuf_add(out, "EAP state=%s\n", state_name(p->state));
	if (p->row)
		strbuf_add(out, "selectedMethod=%u (EAP-%s)\n", p->row->type, p->row->name);
	if (verbose)
		strbuf_add(out, "reqMethod=%u\nmethodState=%s\ndecision=%s\nClientTimeout=%u\n",
			p->last_type,
			!p->method ? "NONE"
			: over     ? "DONE"
				   : "MAY_CONT",
			over ? "COND_SUCC" : "FAIL", CLIENT_TIMEOUT_SEC);
	add_session_id(p, out);
}
