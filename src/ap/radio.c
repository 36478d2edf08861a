/* One radio: driver, country, channel, and bringing its BSSs up in order. */
#include "ap/ap_i.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNTRY_TIMEOUT (5 * USEC_PER_SEC)
#define EVENT_MAX 4096

const char *ap_state_text(enum ap_state s)
{
	switch (s) {
	case AP_UNINITIALIZED:
		return "UNINITIALIZED";
	case AP_DISABLED:
		return "DISABLED";
	case AP_COUNTRY_UPDATE:
		return "COUNTRY_UPDATE";
	case AP_ENABLED:
		return "ENABLED";
	}
	return "UNKNOWN";
}

void ap_event(struct ap_bss *b, enum log_level level, const char *fmt, ...)
{
	char text[EVENT_MAX];
	struct strbuf s = strbuf_over(text, sizeof(text));
	va_list ap;

	va_start(ap, fmt);
	strbuf_vadd(&s, fmt, ap);
	va_end(ap);
	b->radio->ops->event(b->radio->ctx, b, level, 0, text);
}

struct ap_radio *ap_radio_new(struct eloop *loop, const struct driver *fallback,
	const struct ap_radio_config *cfg, const struct ap_ops *ops, void *ctx)
{
	struct ap_radio *r = calloc(1, sizeof(*r));
	if (!r)
		return NULL;
	r->loop = loop;
	r->timers = eloop_timers(loop);
	r->fallback = fallback;
	r->cfg = cfg;
	r->ops = ops;
	r->ctx = ctx;
	TAILQ_INIT(&r->bsses);
	TAILQ_INIT(&r->track_order);
	return r;
}

void ap_radio_free(struct ap_radio *r)
{
	if (!r)
		return;
	ap_radio_disable(r);
	while (!TAILQ_EMPTY(&r->bsses))
		ap_bss_remove(TAILQ_LAST(&r->bsses, ap_bss_list));
	timer_stop(&r->country_wait);
	ap_tracks_clear(r);
	free(r);
}

void ap_radio_set_config(struct ap_radio *r, const struct ap_radio_config *cfg)
{
	r->cfg = cfg;
}

enum ap_state ap_radio_state(const struct ap_radio *r)
{
	return r->state;
}

bool ap_radio_active(const struct ap_radio *r)
{
	return r->drv != NULL;
}

unsigned ap_radio_freq(const struct ap_radio *r)
{
	return r->chan.freq;
}

const char *ap_radio_phy(const struct ap_radio *r)
{
	const struct ap_bss *b = TAILQ_FIRST(&r->bsses);
	return b && b->drv_if ? r->driver->caps(b->drv_if)->phy : "";
}

static void radio_enter(struct ap_radio *r, enum ap_state state, const char *reason)
{
	const struct ap_bss *b = TAILQ_FIRST(&r->bsses);

	log_msg(LOG_INF, "%s: interface state %s -> %s (%s)", b ? b->cfg->interface : "radio",
		ap_state_text(r->state), ap_state_text(state), reason);
	r->state = state;
}

static void close_all(struct ap_radio *r, unsigned reason)
{
	struct ap_bss *b;

	timer_stop(&r->country_wait);
	timer_stop(&r->csa.guard);
	TAILQ_FOREACH_REVERSE(b, &r->bsses, ap_bss_list, link)
	ap_bss_stop(b, reason);
	TAILQ_FOREACH_REVERSE(b, &r->bsses, ap_bss_list, link)
	ap_bss_close(b);
	if (r->drv)
		r->driver->deinit(r->drv);
	r->drv = NULL;
}

/* culprit: the BSS the reason is about, NULL: the radio. */
static void fail(struct ap_radio *r, const struct ap_bss *culprit, const char *reason)
{
	struct ap_bss *b = TAILQ_FIRST(&r->bsses);

	log_msg(LOG_ERR, "%s: %s", (culprit ? culprit : b)->cfg->interface, reason);
	close_all(r, REASON_DEAUTH_LEAVING);
	radio_enter(r, AP_DISABLED, "setup failed");
	ap_event(b, LOG_INF, EV_AP_DISABLED);
	r->ops->setup_done(r->ctx, r, false);
}

/* Behind the country: everything that depends on the channel list. */
static int complete(struct ap_radio *r, const struct ap_bss **culprit, struct strbuf *reason)
{
	struct ap_bss *b, *first = TAILQ_FIRST(&r->bsses);
	int err = ap_channel_select(r, r->driver->caps(first->drv_if), reason);

	if (err < 0)
		return err;
	TAILQ_FOREACH (b, &r->bsses, link) {
		*culprit = b;
		if (!b->drv_if)
			err = ap_bss_open(b, reason);
		if (err == 0)
			err = ap_bss_bring_up(b, reason);
		if (err < 0)
			return err;
	}
	radio_enter(r, AP_ENABLED, "all BSSs are up");
	ap_event(first, LOG_INF, EV_AP_ENABLED);
	r->ops->setup_done(r->ctx, r, true);
	return 0;
}

static void complete_late(struct ap_radio *r)
{
	char text[256];
	struct strbuf reason = strbuf_over(text, sizeof(text));
	const struct ap_bss *culprit = NULL;

	timer_stop(&r->country_wait);
	if (complete(r, &culprit, &reason) < 0)
		fail(r, culprit, text);
}

static void on_country_timeout(struct timer *t, void *ctx)
{
	struct ap_radio *r = ctx;
	log_msg(LOG_WARN,
		"the kernel did not confirm country %s in time: going on with the "
		"channels it offers now",
		r->cfg->country_code);
	complete_late(r);
}

static void on_country_confirmed(struct timer *t, void *ctx)
{
	complete_late(ctx);
}

void ap_radio_on_regdom(struct ap_radio *r, const char *alpha2)
{
	if (r->state != AP_COUNTRY_UPDATE)
		return;
	if (strncmp(alpha2, r->cfg->country_code, 2) != 0) {
		log_msg(LOG_DBG, "regulatory domain is '%s', waiting for %s", alpha2,
			r->cfg->country_code);
		return;
	}
	/* Not from here, the driver's callback: a failure takes the driver down. */
	timer_start(r->timers, &r->country_wait, 0, on_country_confirmed, r);
}

/* Returns 1 when setup goes on with the regulatory event. */
static int request_country(struct ap_radio *r, struct strbuf *reason)
{
	char now[3] = "";
	const char *wanted = r->cfg->country_code;

	if (!wanted[0] || !r->driver->set_country)
		return 0;
	if (r->driver->get_country && r->driver->get_country(r->drv, now) == 0 &&
		strncmp(now, wanted, 2) == 0)
		return 0;
	int err = r->driver->set_country(r->drv, wanted);
	if (err < 0) {
		strbuf_add(reason, "cannot set country_code %s: %s", wanted, strerror(-err));
		return err;
	}
	radio_enter(r, AP_COUNTRY_UPDATE, "waiting for the regulatory domain");
	timer_start(r->timers, &r->country_wait, COUNTRY_TIMEOUT, on_country_timeout, r);
	return 1;
}

static int open_driver(struct ap_radio *r, struct strbuf *reason)
{
	r->driver = r->cfg->driver ? driver_find(r->cfg->driver) : r->fallback;
	if (!r->driver) {
		strbuf_add(reason, "driver '%s' is not built in; there are: ",
			r->cfg->driver ? r->cfg->driver : "");
		driver_names(reason);
		return -ENODEV;
	}
	r->drv = r->driver->init(r->loop, r->cfg->driver_params);
	if (!r->drv) {
		strbuf_add(reason, "driver %s could not be initialised (see the lines above)",
			r->driver->name);
		return -EIO;
	}
	return ap_bss_open(TAILQ_FIRST(&r->bsses), reason);
}

int ap_radio_enable(struct ap_radio *r, struct strbuf *reason)
{
	if (r->drv || TAILQ_EMPTY(&r->bsses)) {
		strbuf_add(reason, r->drv ? "already enabled" : "no BSS");
		return -EALREADY;
	}
	const struct ap_bss *culprit = NULL;
	int err = open_driver(r, reason);
	if (err == 0)
		err = request_country(r, reason);
	if (err == 0)
		err = complete(r, &culprit, reason);
	if (err < 0)
		fail(r, culprit, reason->buf);
	return err < 0 ? err : 0;
}

void ap_radio_disable(struct ap_radio *r)
{
	if (!r->drv)
		return;
	ap_event(TAILQ_FIRST(&r->bsses), LOG_INF, EV_AP_DISABLED);
	close_all(r, REASON_DEAUTH_LEAVING);
	radio_enter(r, AP_DISABLED, "disabled");
}

int ap_radio_stop_beaconing(struct ap_radio *r)
{
	struct ap_bss *b;
	int result = r->drv ? 0 : -ENOTCONN;

	TAILQ_FOREACH (b, &r->bsses, link) {
		if (!b->beaconing)
			continue;
		ap_csa_stop(b);
		int err = r->driver->ap_stop(b->drv_if);
		b->beaconing = false;
		if (err < 0)
			result = err;
	}
	return result;
}
