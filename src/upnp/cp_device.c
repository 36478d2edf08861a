/* One device of the control point: description, subscription and its renewal, the end. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "upnp/cp_i.h"
#include "utils/log.h"

#define DESCRIBE_TIMEOUT 10u  /* s */
#define SUBSCRIBE_TIMEOUT 10u /* s */
#define FAREWELL_TIMEOUT 3u   /* s */
#define WANTED_PERIOD 1800    /* s of a subscription */
#define MIN_PERIOD 10
#define RETRY_HOLD (5 * USEC_PER_SEC) /* a device that failed is left alone this long */

static const char *const state_names[] = {
	[CP_DESCRIBING] = "DESCRIBING",
	[CP_SUBSCRIBING] = "SUBSCRIBING",
	[CP_READY] = "READY",
	[CP_FAILED] = "FAILED",
};

static void enter(struct upnp_cp_device *d, enum cp_state state, const char *reason)
{
	char url[HTTP_URL_TEXT_LEN];

	log_msg(LOG_DBG, "UPnP device %s: %s -> %s (%s)", http_url_text(&d->location, url),
		state_names[d->state], state_names[state], reason);
	d->state = state;
}

static void on_hold_over(struct timer *t, void *ctx)
{
}

static void fail(struct upnp_cp_device *d, const char *reason)
{
	enter(d, CP_FAILED, reason);
	timer_start(eloop_timers(d->cp->loop), &d->retry_hold, RETRY_HOLD, on_hold_over, d);
}

static struct http_transfer *ask(struct upnp_cp_device *d, const char *method,
	const struct http_url *url, const char *const *headers, unsigned timeout,
	http_answer_fn done)
{
	const struct http_send req = {
		.method = method,
		.url = *url,
		.headers = headers,
		.timeout = timeout,
		.done = done,
		.ctx = d,
	};
	return d->cp->http.send(d->cp->http.ctx, &req);
}

const char *cp_event_path(const struct upnp_cp_device *d, char *out, size_t cap)
{
	snprintf(out, cap, "/event/%u/%u", d->cp->event_id, d->id);
	return out;
}

static void set_texts(struct upnp_cp_device *d)
{
	const char *texts[CP_TEXT_COUNT];

	for (size_t i = 0; i < CP_TEXT_COUNT; i++)
		texts[i] = d->description.texts[i] ? d->description.texts[i] : "";
	d->info.friendly_name = texts[CP_FRIENDLY_NAME];
	d->info.manufacturer = texts[CP_MANUFACTURER];
	d->info.manufacturer_url = texts[CP_MANUFACTURER_URL];
	d->info.model_description = texts[CP_MODEL_DESCRIPTION];
	d->info.model_name = texts[CP_MODEL_NAME];
	d->info.model_number = texts[CP_MODEL_NUMBER];
	d->info.model_url = texts[CP_MODEL_URL];
	d->info.serial_number = texts[CP_SERIAL_NUMBER];
}

struct upnp_cp_device *cp_device_new(struct upnp_cp *cp, const struct http_url *location)
{
	struct upnp_cp_device *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->cp = cp;
	d->id = cp->next_device++;
	d->location = *location;
	d->info.addr = location->addr;
	d->state = CP_FAILED;
	TAILQ_INIT(&d->actions);
	set_texts(d);
	LIST_INSERT_HEAD(&cp->devices, d, link);
	cp->device_count++;
	return d;
}

/* --- subscription, 4.1 --- */

static void subscribe(struct upnp_cp_device *d);

/* "Second-1800", "Second-infinite". */
static uint64_t period_of(const struct http_answer *a)
{
	char text[32];
	int64_t n = WANTED_PERIOD;

	if (!http_answer_header(a, "TIMEOUT", text, sizeof(text)) ||
		strncasecmp(text, "Second-", 7) != 0 ||
		parse_int(text + 7, 10, MIN_PERIOD, WANTED_PERIOD, &n) < 0)
		return WANTED_PERIOD;
	return (uint64_t)n;
}

static void on_renewed(void *ctx, const struct http_answer *a);

static void renew(struct timer *t, void *ctx)
{
	struct upnp_cp_device *d = ctx;
	char sid[CP_SID_MAX + 8], period[32];
	const char *const headers[] = {sid, period, NULL};

	snprintf(sid, sizeof(sid), "SID: %s", d->sid);
	snprintf(period, sizeof(period), "TIMEOUT: Second-%u", WANTED_PERIOD);
	d->transfer = ask(d, "SUBSCRIBE", &d->event, headers, SUBSCRIBE_TIMEOUT, on_renewed);
	if (!d->transfer)
		timer_start(eloop_timers(d->cp->loop), &d->renew, USEC_PER_SEC, renew, d);
}

static void plan_renewal(struct upnp_cp_device *d, const struct http_answer *a)
{
	timer_start(eloop_timers(d->cp->loop), &d->renew, period_of(a) * USEC_PER_SEC * 3 / 4,
		renew, d);
}

/* A device that does not know our subscription any more was restarted: it is met anew. */
static void on_renewed(void *ctx, const struct http_answer *a)
{
	struct upnp_cp_device *d = ctx;
	struct upnp_cp *cp = d->cp;

	d->transfer = NULL;
	if (a->err == 0 && a->status == 200) {
		plan_renewal(d, a);
		return;
	}
	log_msg(LOG_INF, "UPnP: %s does not renew the subscription (HTTP status %u)",
		d->info.friendly_name, a->status);
	cp_device_remove(d, false, false);
	upnp_cp_search(cp);
}

static void on_subscribed(void *ctx, const struct http_answer *a)
{
	struct upnp_cp_device *d = ctx;

	d->transfer = NULL;
	if (a->err < 0 || a->status != 200) {
		fail(d, a->err < 0 ? strerror(-a->err) : "subscription refused");
		return;
	}
	if (!http_answer_header(a, "SID", d->sid, sizeof(d->sid)) ||
		strncasecmp(d->sid, "uuid:", 5) != 0) {
		d->sid[0] = '\0';
		log_msg(LOG_INF, "UPnP: %s names no subscription: it is not renewed",
			d->info.friendly_name);
	} else {
		plan_renewal(d, a);
	}
	enter(d, CP_READY, "subscribed");
	d->cp->ops->ready(d->cp->ctx, d);
}

static void subscribe(struct upnp_cp_device *d)
{
	char host[INET_ADDRSTRLEN], path[64], callback[128], period[32];
	const char *const headers[] = {callback, "NT: upnp:event", period, NULL};

	inet_ntop(AF_INET, &d->cp->iface.addr, host, sizeof(host));
	snprintf(callback, sizeof(callback), "CALLBACK: <http://%s:%u%s>", host, d->cp->port,
		cp_event_path(d, path, sizeof(path)));
	snprintf(period, sizeof(period), "TIMEOUT: Second-%u", WANTED_PERIOD);
	enter(d, CP_SUBSCRIBING, "described");
	d->transfer = ask(d, "SUBSCRIBE", &d->event, headers, SUBSCRIBE_TIMEOUT, on_subscribed);
	if (!d->transfer)
		fail(d, "too many requests under way");
}

/* --- description, clause 2 --- */

/* An address of the device's own words must be of our subnet like the device (CVE-2020-12695). */
static bool resolve(const struct upnp_cp_device *d, const char *text, struct http_url *out)
{
	return text && http_url_join(&d->location, text, out) == 0 &&
	       upnp_if_near(&d->cp->iface, out->addr);
}

static bool known_elsewhere(const struct upnp_cp_device *d)
{
	const struct upnp_cp_device *other;

	LIST_FOREACH (other, &d->cp->devices, link)
		if (other != d && other->has_uuid &&
			memcmp(other->info.uuid, d->info.uuid, UPNP_UUID_LEN) == 0)
			return true;
	return false;
}

static const char *take_description(struct upnp_cp_device *d)
{
	const struct cp_description *desc = &d->description;
	const char *udn = desc->texts[CP_UDN];

	set_texts(d);
	if (!d->has_uuid && udn && cp_uuid_parse(udn, d->info.uuid) == 0) {
		if (known_elsewhere(d))
			return "same UDN as another device";
		d->has_uuid = true;
	}
	if (!resolve(d, desc->event_url, &d->event))
		return "no usable eventSubURL";
	d->has_control = resolve(d, desc->control_url, &d->control);
	return NULL;
}

static void on_described(void *ctx, const struct http_answer *a)
{
	struct upnp_cp_device *d = ctx;

	d->transfer = NULL;
	if (a->err < 0 || a->status != 200) {
		fail(d, a->err < 0 ? strerror(-a->err) : "no description");
		return;
	}
	cp_description_clear(&d->description);
	set_texts(d);
	int err = cp_describe(a->body, a->body_len, &d->description);
	const char *problem = err == -ENOENT ? "description of something else"
			      : err < 0      ? strerror(-err)
					     : take_description(d);
	if (problem)
		fail(d, problem);
	else
		subscribe(d);
}

void cp_device_start(struct upnp_cp_device *d)
{
	if (timer_running(&d->retry_hold))
		return;
	enter(d, CP_DESCRIBING, "advertised");
	d->transfer = ask(d, "GET", &d->location, NULL, DESCRIBE_TIMEOUT, on_described);
	if (!d->transfer)
		fail(d, "too many requests under way");
}

/* --- the end --- */

static void farewell_free(struct cp_farewell *f)
{
	LIST_REMOVE(f, link);
	free(f);
}

static void on_farewell(void *ctx, const struct http_answer *a)
{
	struct cp_farewell *f = ctx;
	struct upnp_cp *cp = f->cp;

	farewell_free(f);
	cp_stop_check(cp);
}

int cp_farewell_send(struct upnp_cp *cp, const struct http_send *what)
{
	struct cp_farewell *f = calloc(1, sizeof(*f));
	struct http_send req = *what;

	if (!f)
		return -ENOMEM;
	f->cp = cp;
	LIST_INSERT_HEAD(&cp->farewells, f, link);
	req.timeout = FAREWELL_TIMEOUT;
	req.done = on_farewell;
	req.ctx = f;
	f->transfer = cp->http.send(cp->http.ctx, &req);
	if (f->transfer)
		return 0;
	farewell_free(f);
	return -ENOBUFS;
}

static void unsubscribe(struct upnp_cp_device *d)
{
	char sid[CP_SID_MAX + 8];
	const char *const headers[] = {sid, NULL};
	const struct http_send req = {.method = "UNSUBSCRIBE", .url = d->event, .headers = headers};

	snprintf(sid, sizeof(sid), "SID: %s", d->sid);
	if (cp_farewell_send(d->cp, &req) < 0)
		log_msg(LOG_DBG, "UPnP: %s is not told that we unsubscribe", d->info.friendly_name);
}

void cp_farewells_clear(struct upnp_cp *cp)
{
	struct cp_farewell *f;

	while ((f = LIST_FIRST(&cp->farewells))) {
		cp->http.cancel(cp->http.ctx, f->transfer);
		farewell_free(f);
	}
}

void cp_device_remove(struct upnp_cp_device *d, bool tell, bool silent)
{
	struct upnp_cp *cp = d->cp;

	if (!silent)
		cp->ops->gone(cp->ctx, d);
	if (d->transfer)
		cp->http.cancel(cp->http.ctx, steal_ptr(&d->transfer));
	cp_actions_clear(d);
	if (tell && d->sid[0])
		unsubscribe(d);
	timer_stop(&d->expire);
	timer_stop(&d->renew);
	timer_stop(&d->retry_hold);
	timer_stop(&d->call_again);
	cp_description_clear(&d->description);
	LIST_REMOVE(d, link);
	cp->device_count--;
	free(d);
}

const struct upnp_cp_info *upnp_cp_info(const struct upnp_cp_device *d)
{
	return &d->info;
}

void upnp_cp_set_user(struct upnp_cp_device *d, void *user)
{
	d->user = user;
}

void *upnp_cp_user(const struct upnp_cp_device *d)
{
	return d->user;
}
