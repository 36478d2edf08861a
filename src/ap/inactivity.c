/* Stations that fell silent: asked first, then told, then forgotten. */
#include "ap/ap_i.h"

#include <errno.h>

#define HALF_OPEN_TIMEOUT (10 * USEC_PER_SEC)
#define POLL_WAIT (1 * USEC_PER_SEC)
#define DEAUTH_DELAY (1 * USEC_PER_SEC)

static void on_idle(struct timer *t, void *ctx);

static void arm(struct ap_sta *s, uint64_t usec, enum ap_sta_timeout what)
{
	s->timeout_next = what;
	timer_start(s->bss->radio->timers, &s->idle, usec, on_idle, s);
}

void ap_half_open_start(struct ap_sta *s)
{
	arm(s, HALF_OPEN_TIMEOUT, STA_REMOVE);
}

void ap_inactivity_start(struct ap_sta *s)
{
	s->poll_pending = false;
	timer_stop(&s->idle); /* that of the half-open time too, when there is no limit */
	if (s->bss->cfg->ap_max_inactivity > 0)
		arm(s, (uint64_t)s->bss->cfg->ap_max_inactivity * USEC_PER_SEC, STA_POLL);
}

void ap_sta_alive(struct ap_sta *s)
{
	if (s->state == STA_ASSOCIATED || s->state == STA_AUTHORIZED)
		ap_inactivity_start(s);
}

/* Asks the driver when the station was heard last. True: it was lately, and the timer runs again.
 * A device that answers stations and tells nothing about them removes silent ones itself. */
static bool heard_lately(struct ap_sta *s)
{
	const struct driver *d = s->bss->radio->driver;
	uint64_t limit = (uint64_t)s->bss->cfg->ap_max_inactivity * 1000;
	struct drv_sta_info info = {0};
	int err = d->sta_info ? d->sta_info(s->bss->drv_if, s->addr, &info) : -EOPNOTSUPP;

	if (err < 0 && (err != -EOPNOTSUPP || !ap_driver_mlme(s->bss)))
		return false;
	if (info.inactive_ms >= limit)
		return false;
	arm(s, (limit - info.inactive_ms) * USEC_PER_MSEC, STA_POLL);
	return true;
}

static void poll_or_drop(struct ap_sta *s)
{
	struct ap_bss *b = s->bss;
	const struct driver *d = b->radio->driver;

	if (heard_lately(s))
		return;
	bool can_poll = d->poll_sta && (d->caps(b->drv_if)->flags & DRV_CAP_PROBE_CLIENT);
	if (can_poll && !b->cfg->skip_inactivity_poll) {
		ap_event(b, LOG_DBG, "STA " MACSTR " has been inactive too long: polling it",
			MAC2STR(s->addr));
		s->poll_pending = true;
		if (d->poll_sta(b->drv_if, s->addr, s->wmm) == 0) {
			arm(s, POLL_WAIT, STA_DISASSOC);
			return;
		}
	}
	arm(s, 0, STA_DISASSOC);
}

static void on_idle(struct timer *t, void *ctx)
{
	struct ap_sta *s = ctx;

	switch (s->timeout_next) {
	case STA_POLL:
		poll_or_drop(s);
		return;
	case STA_DISASSOC:
		ap_event(s->bss, LOG_DBG, "STA " MACSTR " disassociated due to inactivity",
			MAC2STR(s->addr));
		ap_send_deauth(s->bss, s->addr, AP_DISASSOC, REASON_DISASSOC_INACTIVITY);
		ap_sta_drop_association(s, "inactivity");
		arm(s, DEAUTH_DELAY, STA_DEAUTH);
		return;
	case STA_DEAUTH:
		ap_sta_disconnect(s, AP_DEAUTH, REASON_PREV_AUTH_NOT_VALID);
		return;
	case STA_REMOVE:
		ap_sta_free(s);
		return;
	}
}
