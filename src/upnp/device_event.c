/* Events (GENA, UPnP DA 1.0, clause 4): subscriptions of external registrars, and the delivery of
 * what enrollees send. */
#include "upnp/device_i.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "utils/log.h"
#include "utils/writer.h"

#define SUBSCRIPTION_TIME 1801u /* seconds, whatever is asked for */
#define MAX_SUBSCRIPTIONS 10
#define MAX_CALLBACKS 4 /* addresses kept of one subscription */
#define MAX_QUEUE 20    /* events waiting for one subscriber */
#define MAX_FAILURES 10 /* events in a row that reached no address */
#define DELIVERY_TIMEOUT 10u
#define RETRY_DELAY (1 * USEC_PER_SEC) /* while all transfers are taken */

#define NS_EVENT "urn:schemas-upnp-org:event-1-0"

enum wlan_event { WLAN_EVENT_PROBE = 1, WLAN_EVENT_EAP = 2 };
enum gena_status { GENA_BAD_REQUEST = 400, GENA_PRECONDITION = 412, GENA_NO_CALLBACK = 500 };

struct event {
	TAILQ_ENTRY(event) link;
	struct bytes body; /* property set */
};

struct subscription {
	TAILQ_ENTRY(subscription) link;
	struct upnp_device *device;
	char sid[UDN_TEXT_LEN];
	struct in_addr owner;
	struct http_url callbacks[MAX_CALLBACKS];
	unsigned callback_count;
	unsigned next_callback; /* to try for the first event of the queue */
	uint32_t seq;
	unsigned failures;
	TAILQ_HEAD(event_queue, event) queue;
	unsigned queued;
	struct http_transfer *transfer; /* delivers the first of the queue */
	struct timer expiry, deliver;
};

static void deliver(struct subscription *s);

static void on_deliver(struct timer *t, void *ctx)
{
	deliver(ctx);
}

static void drop_first(struct subscription *s)
{
	struct event *e = TAILQ_FIRST(&s->queue);

	TAILQ_REMOVE(&s->queue, e, link);
	s->queued--;
	bytes_clear(&e->body);
	free(e);
	/* 0 is the initial event's alone. */
	if (++s->seq == 0)
		s->seq = 1;
	s->next_callback = 0;
}

static void free_subscription(struct subscription *s)
{
	struct upnp_device *d = s->device;
	struct in_addr owner = s->owner;

	http_transfer_cancel(s->transfer);
	timer_stop(&s->expiry);
	timer_stop(&s->deliver);
	while (!TAILQ_EMPTY(&s->queue))
		drop_first(s);
	TAILQ_REMOVE(&d->subscriptions, s, link);
	d->subscription_count--;
	free(s);
	/* Its selection must not outlive it: nobody would answer the enrollees. */
	if (!upnp_device_knows(d, owner))
		upnp_device_deselect(d, owner);
}

static void end_subscription(struct subscription *s, const char *why)
{
	log_msg(LOG_INF, "UPnP: %s: subscription %s ends: %s", s->device->iface.name, s->sid, why);
	free_subscription(s);
}

void upnp_device_subscriptions_free(struct upnp_device *d)
{
	struct subscription *s;

	while ((s = TAILQ_FIRST(&d->subscriptions)))
		free_subscription(s);
}

bool upnp_device_knows(const struct upnp_device *d, struct in_addr addr)
{
	const struct subscription *s;

	TAILQ_FOREACH (s, &d->subscriptions, link)
		if (s->owner.s_addr == addr.s_addr)
			return true;
	return false;
}

/* --- delivery --- */

static void event_failed(struct subscription *s)
{
	if (++s->next_callback < s->callback_count) {
		deliver(s);
		return;
	}
	drop_first(s);
	if (++s->failures == MAX_FAILURES)
		end_subscription(s, "none of its addresses can be reached");
	else
		deliver(s);
}

static void on_delivered(void *ctx, const struct http_answer *a)
{
	struct subscription *s = ctx;

	s->transfer = NULL;
	if (a->err == 0 && a->status == GENA_PRECONDITION) {
		end_subscription(s, "the subscriber does not know it");
		return;
	}
	if (a->err < 0 || a->status < 200 || a->status > 299) {
		log_msg(LOG_DBG, "UPnP: %s: event for %s not delivered: %s, status %u",
			s->device->iface.name, s->sid, strerror(-a->err), a->status);
		event_failed(s);
		return;
	}
	s->failures = 0;
	drop_first(s);
	deliver(s);
}

/* One event at a time and subscriber: their order counts (4.2). */
static void deliver(struct subscription *s)
{
	const struct event *e = TAILQ_FIRST(&s->queue);
	char sid[UDN_TEXT_LEN + 8], seq[24], server[SERVER_TEXT_MAX + 16];

	if (!e || s->transfer)
		return;
	snprintf(sid, sizeof(sid), "SID: %s", s->sid);
	snprintf(seq, sizeof(seq), "SEQ: %u", s->seq);
	snprintf(server, sizeof(server), "SERVER: %s", s->device->server);
	const char *const headers[] = {server, "Content-Type: " SOAP_CONTENT_TYPE, "NT: upnp:event",
		"NTS: upnp:propchange", sid, seq, NULL};
	const struct http_send req = {
		.method = "NOTIFY",
		.url = s->callbacks[s->next_callback],
		.headers = headers,
		.body = e->body.data,
		.body_len = e->body.len,
		.timeout = DELIVERY_TIMEOUT,
		.done = on_delivered,
		.ctx = s,
	};
	s->transfer = http_client_send(s->device->client, &req);
	if (!s->transfer)
		timer_start(s->device->timers, &s->deliver, RETRY_DELAY, on_deliver, s);
}

static bool is_last_queued(const struct subscription *s, const struct bytes *body)
{
	const struct event *last = TAILQ_LAST(&s->queue, event_queue);

	return last && bytes_equal(&last->body, body->data, body->len);
}

static void enqueue(struct subscription *s, const struct bytes *body)
{
	/* The same again (a probe request on several channels) says nothing new. */
	if (s->queued == MAX_QUEUE || is_last_queued(s, body))
		return;
	struct event *e = calloc(1, sizeof(*e));
	if (!e || bytes_set(&e->body, body->data, body->len) < 0) {
		free(e);
		return;
	}
	TAILQ_INSERT_TAIL(&s->queue, e, link);
	s->queued++;
	deliver(s);
}

/* --- what is delivered --- */

static void begin_set(struct writer *w)
{
	xml_write(w, "<?xml version=\"1.0\"?>\n<e:propertyset xmlns:e=\"" NS_EVENT "\">\n");
}

static void end_set(struct writer *w)
{
	xml_write(w, "</e:propertyset>\n");
}

static void write_property(struct writer *w, const char *name, const char *value)
{
	xml_write(w, "<e:property>");
	xml_write_element(w, name, value);
	xml_write(w, "</e:property>\n");
}

/* base64 of event type, MAC address as text of 17 characters, message. */
static void write_wlan_event(
	struct writer *w, enum wlan_event type, const uint8_t *mac, const void *msg, size_t len)
{
	struct writer raw = writer_new(len + 32);
	char text[MAC_TEXT_LEN];

	snprintf(text, sizeof(text), MACSTR, MAC2STR(mac));
	writer_u8(&raw, (uint8_t)type);
	writer_bytes(&raw, text, MAC_TEXT_LEN - 1);
	writer_bytes(&raw, msg, len);
	xml_write(w, "<e:property><WLANEvent>");
	base64_write(w, raw.buf, raw.len);
	xml_write(w, "</WLANEvent></e:property>\n");
	w->bad |= raw.bad;
	writer_free(&raw);
}

static bool forward(struct upnp_device *d, enum wlan_event type, const uint8_t *mac,
	const void *msg, size_t len)
{
	struct bytes body = {0};
	struct subscription *s, *next;

	if (TAILQ_EMPTY(&d->subscriptions))
		return false;
	struct writer w = writer_new(512);
	write_wlan_event(&w, type, mac, msg, len);
	bytes_clear(&d->last_event);
	if (writer_steal(&w, &d->last_event) < 0)
		return false;
	w = writer_new(512);
	begin_set(&w);
	writer_bytes(&w, d->last_event.data, d->last_event.len);
	end_set(&w);
	if (writer_steal(&w, &body) < 0)
		return false;
	for (s = TAILQ_FIRST(&d->subscriptions); s; s = next) {
		next = TAILQ_NEXT(s, link);
		enqueue(s, &body);
	}
	bytes_clear(&body);
	return true;
}

bool upnp_device_forward(
	struct upnp_device *d, const uint8_t mac[MAC_LEN], const uint8_t *msg, size_t len)
{
	return forward(d, WLAN_EVENT_EAP, mac, msg, len);
}

bool upnp_device_forward_probe(
	struct upnp_device *d, const uint8_t mac[MAC_LEN], const uint8_t *data, size_t len)
{
	return forward(d, WLAN_EVENT_PROBE, mac, data, len);
}

static int send_initial(struct subscription *s)
{
	const struct bytes *last = &s->device->last_event;
	struct writer w = writer_new(512);
	struct bytes body = {0};

	begin_set(&w);
	write_property(&w, "STAStatus", "1");
	write_property(&w, "APStatus", "1");
	writer_bytes(&w, last->data, last->len);
	end_set(&w);
	if (writer_steal(&w, &body) < 0)
		return -ENOMEM;
	enqueue(s, &body);
	bytes_clear(&body);
	return 0;
}

/* --- requests --- */

static struct subscription *find(struct upnp_device *d, const char *sid)
{
	struct subscription *s;

	TAILQ_FOREACH (s, &d->subscriptions, link)
		if (strcasecmp(s->sid, sid) == 0)
			return s;
	return NULL;
}

/* "<url><url>…": the ones in our subnet (CVE-2020-12695: nobody else is reached through us). */
static void take_callbacks(struct subscription *s, const char *text)
{
	const char *open, *close;

	for (; s->callback_count < MAX_CALLBACKS && (open = strchr(text, '<')); text = close) {
		struct http_url *u = &s->callbacks[s->callback_count];
		close = strchr(open, '>');
		if (!close)
			return;
		if (http_url_parse(open + 1, (size_t)(close - open - 1), u) == 0 &&
			upnp_if_near(&s->device->iface, u->addr))
			s->callback_count++;
	}
}

static void on_expiry(struct timer *t, void *ctx)
{
	end_subscription(ctx, "it was not renewed");
}

static void start_expiry(struct subscription *s)
{
	timer_start(s->device->timers, &s->expiry, SUBSCRIPTION_TIME * USEC_PER_SEC, on_expiry, s);
}

/* A host that subscribes again and again pushes out its own subscriptions first. */
static void make_room(struct upnp_device *d, struct in_addr owner)
{
	struct subscription *s, *victim = TAILQ_FIRST(&d->subscriptions);

	if (d->subscription_count < MAX_SUBSCRIPTIONS)
		return;
	TAILQ_FOREACH (s, &d->subscriptions, link) {
		if (s->owner.s_addr != owner.s_addr)
			continue;
		victim = s;
		break;
	}
	end_subscription(victim, "there are too many");
}

static void make_sid(struct subscription *s)
{
	uint8_t uuid[WPS_UUID_LEN];
	char text[WPS_UUID_TEXT_LEN];

	random_bytes(uuid, sizeof(uuid));
	uuid[6] = (uuid[6] & 0x0f) | 0x40; /* version 4, RFC 4122 */
	uuid[8] = (uuid[8] & 0x3f) | 0x80;
	snprintf(s->sid, sizeof(s->sid), "uuid:%s", wps_uuid_text(uuid, text));
}

static struct subscription *new_subscription(
	struct upnp_device *d, struct in_addr owner, const char *callbacks)
{
	struct subscription *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->device = d;
	s->owner = owner;
	TAILQ_INIT(&s->queue);
	take_callbacks(s, callbacks);
	if (s->callback_count == 0) {
		free(s);
		return NULL;
	}
	make_room(d, owner);
	make_sid(s);
	TAILQ_INSERT_TAIL(&d->subscriptions, s, link);
	d->subscription_count++;
	start_expiry(s);
	/* Delivered from the loop, hence behind the answer that tells the SID. */
	if (send_initial(s) < 0) {
		free_subscription(s);
		return NULL;
	}
	return s;
}

/* A well-formed SID header, or none. */
static bool sid_ok(const char *sid)
{
	uint8_t uuid[WPS_UUID_LEN];
	const char *text;

	return !sid || (str_starts(sid, "uuid:", &text) && wps_uuid_parse(text, uuid) == 0);
}

static struct subscription *renew(struct upnp_device *d, const char *sid)
{
	struct subscription *s = find(d, sid);

	if (s)
		start_expiry(s);
	return s;
}

void upnp_device_subscribe(
	struct upnp_device *d, const struct http_request *req, struct http_response *resp)
{
	const char *sid = http_request_header(req, "SID"),
		   *callback = http_request_header(req, "CALLBACK"),
		   *nt = http_request_header(req, "NT");
	struct subscription *s;

	/* NT beside SID is against the letter of the standard, but existing ones send it. */
	if ((nt && strcmp(nt, "upnp:event") != 0) || !sid_ok(sid) || (sid && callback)) {
		resp->status = GENA_BAD_REQUEST;
		return;
	}
	if (!http_request_header(req, "HOST") || (!sid && (!nt || !callback))) {
		resp->status = GENA_PRECONDITION;
		return;
	}
	s = sid ? renew(d, sid) : new_subscription(d, req->client, callback);
	if (!s) {
		resp->status = sid ? GENA_PRECONDITION : GENA_NO_CALLBACK;
		return;
	}
	http_response_header(resp, "SID", "%s", s->sid);
	http_response_header(resp, "TIMEOUT", "Second-%u", SUBSCRIPTION_TIME);
}

void upnp_device_unsubscribe(
	struct upnp_device *d, const struct http_request *req, struct http_response *resp)
{
	const char *sid = http_request_header(req, "SID");

	if (!sid_ok(sid) || http_request_header(req, "NT") ||
		http_request_header(req, "CALLBACK")) {
		resp->status = GENA_BAD_REQUEST;
		return;
	}
	struct subscription *s = sid ? find(d, sid) : NULL;
	if (!s) {
		resp->status = GENA_PRECONDITION;
		return;
	}
	end_subscription(s, "the subscriber ended it");
}
