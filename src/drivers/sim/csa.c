/* Channel switch, both ends (IEEE 802.11-2020, 11.8.8). The access point says so in its beacons,
 * and once in an action frame: in the air in memory, beacons reach visitors only. */
#include <errno.h>
#include <string.h>

#include "drivers/sim/fw_i.h"
#include "utils/log.h"

#define TU 1024
#define USUAL_INTERVAL 100 /* TU */

void csa_stop(struct drv_if *i)
{
	struct sim_csa *c = &i->csa;

	timer_stop(&c->timer);
	bytes_clear(&c->head);
	bytes_clear(&c->tail);
	bytes_clear(&c->assocresp_ies);
	bytes_clear(&c->probe_resp);
	c->on = false;
}

static void emit(struct drv_if *i, enum drv_event_kind kind)
{
	struct drv_event ev = {.kind = kind, .chan = i->csa.to};
	sim_emit(i, &ev);
}

static void begin(struct drv_if *i, uint64_t wait, timer_fn on_time)
{
	i->csa.on = true;
	i->csa.due = timers_now(i->d->timers) + wait;
	timer_start(i->d->timers, &i->csa.timer, wait, on_time, i);
	emit(i, DRV_EV_CHANNEL_SWITCH_STARTED);
}

static void set_width(struct drv_chan *c, bool ht, int offset)
{
	c->ht = ht;
	c->offset = ht ? offset : 0;
	c->width = c->offset ? 40 : 20;
	c->center[0] = (unsigned)((int)c->freq + 10 * c->offset);
}

/* --- access point --- */

uint8_t csa_count(const struct drv_if *i)
{
	uint64_t now = timers_now(i->d->timers), left = i->csa.due > now ? i->csa.due - now : 0;
	return (uint8_t)(left / ((uint64_t)i->ap.beacon_int * TU));
}

static void on_ap_time(struct timer *t, void *ctx)
{
	struct drv_if *i = ctx;

	air_set_home(&i->port, i->csa.to.freq);
	if (ap_keep(i, &i->csa.after) < 0 || fw_ap_update(i, &i->csa.after) < 0)
		log_msg(LOG_ERR, "sim: %s: no memory for the beacon of the new channel",
			i->port.name);
	emit(i, DRV_EV_CHANNEL_SWITCH);
	csa_stop(i);
}

static void send_action(struct drv_if *i, const struct drv_csa *c)
{
	const uint8_t *e = c->until->tail + c->tail_counter - 4;
	struct writer w = writer_new(64);

	mgmt_write(&w, STYPE_ACTION, mac_broadcast, i->port.addr, i->port.addr);
	writer_u8(&w, CATEGORY_SPECTRUM);
	writer_u8(&w, SPECTRUM_CHANNEL_SWITCH);
	writer_bytes(&w, e, 5);
	const uint8_t where = c->after->sec_channel > 0 ? 1 : c->after->sec_channel < 0 ? 3 : 0;
	element_put(&w, EID_SECONDARY_CHANNEL, &where, 1);
	sim_transmit(i, &w, 0, true, TX_OTHER, 0);
}

static int copy_after(struct sim_csa *c, const struct drv_ap *after)
{
	int err = bytes_set(&c->head, after->head, after->head_len);

	if (err == 0)
		err = bytes_set(&c->tail, after->tail, after->tail_len);
	if (err == 0)
		err = bytes_set(&c->assocresp_ies, after->assocresp_ies, after->assocresp_ies_len);
	if (err == 0)
		err = bytes_set(&c->probe_resp, after->probe_resp, after->probe_resp_len);
	c->after = *after;
	c->after.head = c->head.data;
	c->after.tail = c->tail.data;
	c->after.assocresp_ies = c->assocresp_ies.data;
	c->after.probe_resp = c->probe_resp.data;
	return err;
}

int sim_channel_switch(struct drv_if *i, const struct drv_csa *c)
{
	const struct drv_channel *to = sim_channel(i, c->after->freq);
	const struct drv_ap *until = c->until;

	if (!i->ap.running)
		return -ENOENT;
	if (i->csa.on)
		return -EBUSY;
	/* As the kernel checks it. */
	if (!to || (to->flags & (DRV_CHAN_DISABLED | DRV_CHAN_NO_IR)) || c->tail_counter < 4 ||
		c->tail_counter >= until->tail_len || until->tail[c->tail_counter] != c->count)
		return -EINVAL;
	int err = copy_after(&i->csa, c->after);
	if (err == 0)
		err = ap_keep(i, until);
	if (err == 0)
		err = fw_ap_update(i, until);
	if (err < 0) {
		csa_stop(i);
		return err;
	}
	i->csa.counter = c->tail_counter;
	i->csa.to = (struct drv_chan){.freq = to->freq};
	set_width(&i->csa.to, c->after->ht, c->after->sec_channel);
	send_action(i, c);
	begin(i, c->count > 1 ? (uint64_t)c->count * i->ap.beacon_int * TU : 0, on_ap_time);
	return 0;
}

/* --- station --- */

static void on_sta_time(struct timer *t, void *ctx)
{
	struct drv_if *i = ctx;
	struct bss *b = bss_find(i, i->sta.bssid);

	if (b)
		b->freq = i->csa.to.freq;
	air_set_home(&i->port, i->csa.to.freq);
	emit(i, DRV_EV_CHANNEL_SWITCH);
	csa_stop(i);
}

static int secondary_of(const uint8_t *ies, size_t len)
{
	size_t whole;
	const uint8_t *e = element_find(ies, len, EID_SECONDARY_CHANNEL, 0, &whole);

	if (!e || whole < 3)
		return 0;
	return e[2] == 1 ? 1 : e[2] == 3 ? -1 : 0;
}

static bool has_ht(const struct bss *b)
{
	struct elements e = {0};

	if (b)
		elements_parse(bss_elements(b)->data, bss_elements(b)->len, &e);
	return e.ht_cap.data != NULL;
}

void csa_heard(struct drv_if *i, const uint8_t *ies, size_t len)
{
	size_t whole;
	const uint8_t *e = element_find(ies, len, EID_CHANNEL_SWITCH, 0, &whole);
	const struct bss *b = bss_find(i, i->sta.bssid);

	if (!e || whole < 5 || i->csa.on || i->sta.state != STA_ASSOCIATED)
		return;
	unsigned freq = channel_to_freq(e[3]);
	if (!sim_channel(i, freq) || freq == i->port.home)
		return;
	i->csa.to = (struct drv_chan){.freq = freq};
	set_width(&i->csa.to, has_ht(b), secondary_of(ies, len));
	uint64_t tu = b && b->beacon_int ? b->beacon_int : USUAL_INTERVAL;
	begin(i, e[4] > 1 ? e[4] * tu * TU : 0, on_sta_time);
}

bool csa_action(struct drv_if *i, struct reader body)
{
	if (reader_u8(&body) != CATEGORY_SPECTRUM || reader_u8(&body) != SPECTRUM_CHANNEL_SWITCH ||
		!reader_ok(&body))
		return false;
	csa_heard(i, body.p, reader_left(&body));
	return true;
}
