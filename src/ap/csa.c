/* Channel switch: announced in beacons and probe responses, carried out by the driver, IEEE
 * 802.11-2020, 11.8.8. */
#include "ap/ap_i.h"

#include <errno.h>
#include <stdlib.h>

#define TU_USEC 1024
#define GUARD_TIME (5 * USEC_PER_SEC) /* behind the last announced beacon */
#define CSA_COUNTER 4                 /* of the element: id, length, mode, channel, count */
#define PROBE_RESP_FIXED (24 + 12)    /* header, timestamp, interval, capability */
#define HT_CAP_HT40 0x0002

static uint64_t interval(const struct ap_radio *r)
{
	return (uint64_t)r->cfg->beacon_int * TU_USEC;
}

/* A count of 0 says "any moment now". */
static uint8_t beacons_left(const struct ap_radio *r)
{
	uint64_t gone = (timers_now(r->timers) - r->csa.began) / interval(r);

	return (uint8_t)(gone >= r->csa.count ? 0 : r->csa.count - gone);
}

void ap_write_csa(const struct ap_bss *b, struct writer *w)
{
	const struct ap_radio *r = b->radio;

	if (!b->switching)
		return;
	const uint8_t csa[] = {r->csa.silent, r->csa.to.number, beacons_left(r)};
	element_put(w, EID_CHANNEL_SWITCH, csa, sizeof(csa));
}

void ap_write_csa_secondary(const struct ap_bss *b, struct writer *w)
{
	const struct ap_channel *to = &b->radio->csa.to;
	/* 9.4.2.20: 0 none, 1 above, 3 below */
	uint8_t where = to->secondary > 0 ? 1 : to->secondary < 0 ? 3 : 0;

	if (b->switching && b->ht)
		element_put(w, EID_SECONDARY_CHANNEL, &where, 1);
}

static bool any_switching(const struct ap_radio *r)
{
	const struct ap_bss *b;

	TAILQ_FOREACH (b, &r->bsses, link)
		if (b->switching)
			return true;
	return false;
}

void ap_csa_stop(struct ap_bss *b)
{
	b->switching = false;
	if (!any_switching(b->radio))
		timer_stop(&b->radio->csa.guard);
}

static void on_guard(struct timer *t, void *ctx)
{
	struct ap_radio *r = ctx;
	struct ap_bss *b;

	TAILQ_FOREACH (b, &r->bsses, link) {
		if (!b->switching)
			continue;
		log_msg(LOG_ERR, "%s: the driver did not go to channel %u", b->cfg->interface,
			r->csa.to.number);
		b->switching = false;
		ap_beacon_refresh(b);
	}
}

/* --- start --- */

/* As if the BSS were there already. */
static int build_after(struct ap_bss *b, struct ap_frames *f)
{
	struct ap_radio *r = b->radio;
	const struct ap_channel now = r->chan;
	bool ht = b->ht;

	b->ht = ap_bss_ht_on(b, &r->csa.to);
	r->chan = r->csa.to;
	int err = ap_frames_build(b, f);
	r->chan = now;
	b->ht = ht;
	return err;
}

static size_t counter_at(const uint8_t *data, size_t len, size_t from)
{
	size_t whole;
	const uint8_t *e = element_find(data + from, len - from, EID_CHANNEL_SWITCH, 0, &whole);

	return e ? (size_t)(e - data) + CSA_COUNTER : 0;
}

static int announce(struct ap_bss *b)
{
	const struct ap_radio *r = b->radio;
	struct ap_frames until, after;
	struct drv_csa c = {.count = r->csa.count,
		.block_tx = r->csa.silent,
		.after = &after.p,
		.until = &until.p};
	int err = build_after(b, &after);

	b->switching = true;
	if (err == 0)
		err = ap_frames_build(b, &until);
	if (err == 0) {
		c.tail_counter = counter_at(until.p.tail, until.p.tail_len, 0);
		c.probe_resp_counter =
			counter_at(until.p.probe_resp, until.p.probe_resp_len, PROBE_RESP_FIXED);
		err = r->driver->channel_switch(b->drv_if, &c);
	}
	if (err < 0) {
		b->switching = false;
		log_msg(LOG_ERR, "%s: the driver refused to go to channel %u: %s",
			b->cfg->interface, r->csa.to.number, strerror(-err));
	}
	return err;
}

static unsigned number_of(const struct drv_band *band, unsigned freq)
{
	for (size_t i = 0; i < band->channel_count; i++)
		if (band->channels[i].freq == freq)
			return band->channels[i].number;
	return 0;
}

static int resolve(struct ap_radio *r, const struct ap_csa *c, struct strbuf *reason)
{
	const struct ap_bss *first = TAILQ_FIRST(&r->bsses);
	struct ap_radio_config cfg = *r->cfg;
	unsigned number = number_of(ap_bss_band(first), c->freq);

	if (number == 0) {
		strbuf_add(reason,
			"%u MHz is no channel of the band the radio is in: DISABLE, SET hw_mode "
			"and channel, ENABLE move it to another one",
			c->freq);
		return -EINVAL;
	}
	cfg.channel = (int)number;
	cfg.ieee80211n = c->ht;
	cfg.secondary_channel = c->secondary;
	if (c->secondary)
		cfg.ht_capab |= HT_CAP_HT40;
	return ap_channel_resolve(r, &cfg, r->driver->caps(first->drv_if), &r->csa.to, reason);
}

static int may_switch(const struct ap_radio *r, struct strbuf *reason)
{
	if (r->state != AP_ENABLED) {
		strbuf_add(reason, "the radio is not enabled");
		return -ENOTCONN;
	}
	if (!r->driver->channel_switch) {
		strbuf_add(reason, "driver %s cannot do it", r->driver->name);
		return -EOPNOTSUPP;
	}
	if (any_switching(r)) {
		strbuf_add(reason, "one is under way");
		return -EBUSY;
	}
	return 0;
}

int ap_radio_channel_switch(struct ap_radio *r, const struct ap_csa *c, struct strbuf *reason)
{
	struct ap_bss *b;
	int err = may_switch(r, reason), first_err = -ENOTCONN;
	bool one = false;

	if (err == 0)
		err = resolve(r, c, reason);
	if (err < 0)
		return err;
	r->csa.count = c->count;
	r->csa.silent = c->silent;
	r->csa.began = timers_now(r->timers);
	TAILQ_FOREACH (b, &r->bsses, link) {
		if (!b->beaconing)
			continue;
		err = announce(b);
		one |= err == 0;
		if (err < 0 && first_err == -ENOTCONN)
			first_err = err;
	}
	if (!one) {
		strbuf_add(reason, "no BSS could announce it: %s", strerror(-first_err));
		return first_err;
	}
	timer_start(r->timers, &r->csa.guard, r->csa.count * interval(r) + GUARD_TIME, on_guard, r);
	return 0;
}

/* --- end --- */

static void tell(struct ap_bss *b, const char *event, const struct drv_chan *c)
{
	char text[128];
	struct strbuf s = strbuf_over(text, sizeof(text));

	drv_chan_text(c, &s);
	ap_event(b, LOG_INF, "%s%s is_dfs0=0 dfs=0 puncturing_bitmap=0x0000", event, text);
}

void ap_on_channel_switch_started(struct ap_bss *b, const struct drv_chan *c)
{
	tell(b, EV_CHANNEL_SWITCH_STARTED, c);
}

/* The kernel went there, on its own account or on ours. */
static void move(struct ap_radio *r, const struct drv_chan *c)
{
	const struct ap_bss *first = TAILQ_FIRST(&r->bsses);
	struct ap_channel to = r->chan;

	to.number = (uint8_t)number_of(ap_bss_band(first), c->freq);
	to.freq = c->freq;
	to.ht = c->ht;
	to.secondary = c->offset;
	if (any_switching(r) && c->freq == r->csa.to.freq)
		to = r->csa.to;
	if (to.number == 0) {
		log_msg(LOG_ERR, "%s: the kernel went to %u MHz, which is no channel of this band",
			first->cfg->interface, c->freq);
		return;
	}
	r->chan = to;
	const struct ap_channel_choice choice = {to.number, to.secondary, to.ht};
	if (r->ops->channel_switched)
		r->ops->channel_switched(r->ctx, r, &choice);
}

void ap_on_channel_switch(struct ap_bss *b, const struct drv_chan *c)
{
	struct ap_radio *r = b->radio;
	bool announced = b->switching;

	if (!b->beaconing || !b->drv_if)
		return;
	tell(b, EV_CHANNEL_SWITCH, c);
	move(r, c);
	b->ht = ap_bss_ht_on(b, &r->chan);
	ap_csa_stop(b);
	if (announced)
		ap_event(b, LOG_INF, EV_AP_CSA_FINISHED "freq=%u dfs=0", c->freq);
	ap_beacon_refresh(b);
}
