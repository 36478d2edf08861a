/* From the air to the daemon: the work queue and the event queue of an interface. */
#include <stdlib.h>
#include <string.h>

#include "drivers/sim/sim_i.h"
#include "utils/log.h"

#define LOW_ACK_FRAMES 50 /* lost in a row, as mac80211 counts */

static void on_pump(struct timer *t, void *ctx);

static void wake(struct drv_if *i)
{
	if (!timer_running(&i->pump))
		timer_start(i->d->timers, &i->pump, 0, on_pump, i);
}

static uint8_t *copy(const void *data, size_t len)
{
	uint8_t *c = data && len ? malloc(len) : NULL;
	if (c)
		memcpy(c, data, len);
	return c;
}

static void event_free(struct queued_event *q)
{
	for (unsigned n = 0; n < q->count; n++)
		bytes_clear(&q->owned[n]);
	free(q);
}

/* Replaces a view in the event by a copy. */
static void keep(struct queued_event *q, const uint8_t **view, size_t *len)
{
	struct bytes *b = &q->owned[q->count++];

	if (!*view || bytes_set(b, *view, *len) < 0)
		*len = 0;
	*view = b->data;
}

static void keep_roam_auth(struct queued_event *q)
{
	struct drv_event *ev = &q->ev;
	size_t pmkid_len = 16;

	keep(q, &ev->roam_auth.req_ies, &ev->roam_auth.req_ies_len);
	keep(q, &ev->roam_auth.resp_ies, &ev->roam_auth.resp_ies_len);
	keep(q, &ev->roam_auth.kck, &ev->roam_auth.kck_len);
	keep(q, &ev->roam_auth.kek, &ev->roam_auth.kek_len);
	keep(q, &ev->roam_auth.pmk, &ev->roam_auth.pmk_len);
	keep(q, &ev->roam_auth.pmkid, &pmkid_len);
}

static void push(struct drv_if *i, struct queued_event *q)
{
	STAILQ_INSERT_TAIL(&i->events, q, link);
	wake(i);
}

void sim_emit(struct drv_if *i, const struct drv_event *ev)
{
	struct queued_event *q = calloc(1, sizeof(*q));
	if (!q)
		return;
	q->ev = *ev;
	if (ev->kind == DRV_EV_EAPOL_RX || ev->kind == DRV_EV_EAPOL_TX_STATUS)
		keep(q, &q->ev.eapol.packet, &q->ev.eapol.len);
	if (ev->kind == DRV_EV_CONNECT || ev->kind == DRV_EV_ROAM) {
		keep(q, &q->ev.conn.req_ies, &q->ev.conn.req_ies_len);
		keep(q, &q->ev.conn.resp_ies, &q->ev.conn.resp_ies_len);
	}
	if (ev->kind == DRV_EV_STA_NEW)
		keep(q, &q->ev.mgmt.req_ies, &q->ev.mgmt.req_ies_len);
	if (ev->kind == DRV_EV_ROAM_AUTH)
		keep_roam_auth(q);
	push(i, q);
}

/* about: frequency and signal (received), or cookie (sent; ack is set by the caller through cookie
 * != 0). */
void sim_emit_mgmt(struct drv_if *i, enum drv_event_kind kind, const uint8_t *frame, size_t len,
	const struct air_tx *about)
{
	struct queued_event *q = calloc(1, sizeof(*q));
	if (!q)
		return;
	q->ev.kind = kind;
	mac_copy(q->ev.addr, kind == DRV_EV_MGMT_TX_STATUS ? frame + 4 : frame + 10);
	q->ev.mgmt.frame = frame;
	q->ev.mgmt.len = len;
	keep(q, &q->ev.mgmt.frame, &q->ev.mgmt.len);
	if (!q->ev.mgmt.frame) {
		event_free(q);
		return;
	}
	q->ev.mgmt.freq = about->freq;
	q->ev.mgmt.signal_dbm = about->signal_dbm;
	q->ev.mgmt.ack = about->want_ack;
	q->ev.mgmt.cookie = about->cookie;
	if (kind == DRV_EV_ASSOC) {
		size_t off = i->sta.request_ies, have = i->sta.request.len;
		q->ev.mgmt.req_ies = i->sta.request.data + off;
		q->ev.mgmt.req_ies_len = have - off;
		keep(q, &q->ev.mgmt.req_ies, &q->ev.mgmt.req_ies_len);
	}
	push(i, q);
}

/* --- from the air --- */

static void port_rx(void *ctx, const uint8_t *frame, size_t len, unsigned freq, int signal_dbm)
{
	struct drv_if *i = ctx;
	struct work *w = calloc(1, sizeof(*w));
	if (!w || !(w->tx.frame = copy(frame, len))) {
		free(w);
		return;
	}
	w->kind = WORK_RX;
	w->tx.len = len;
	w->tx.freq = freq;
	w->tx.signal_dbm = signal_dbm;
	STAILQ_INSERT_TAIL(&i->work, w, link);
	wake(i);
}

static void port_tx_done(void *ctx, struct air_tx *tx, bool acked)
{
	struct drv_if *i = ctx;
	if (!tx->want_ack && tx->kind == TX_OTHER)
		return;
	struct work *w = calloc(1, sizeof(*w));
	if (!w)
		return;
	w->kind = WORK_TX_DONE;
	w->tx = *tx;
	tx->frame = NULL;
	w->acked = acked;
	STAILQ_INSERT_TAIL(&i->work, w, link);
	wake(i);
}

static void port_lost(void *ctx)
{
	sta_beacon_loss(ctx);
}

static void port_beacon(void *ctx, struct writer *w)
{
	ap_write_beacon(ctx, w);
}

const struct air_port_ops sim_port_ops = {port_rx, port_tx_done, port_lost, port_beacon};

/* --- work --- */

static void do_rx(struct drv_if *i, const struct air_tx *rx)
{
	uint16_t fc = (uint16_t)(rx->frame[0] | rx->frame[1] << 8);

	if (FC_TYPE(fc) == FTYPE_DATA)
		data_rx(i, rx->frame, rx->len, rx->signal_dbm);
	else if (FC_TYPE(fc) != FTYPE_MGMT)
		i->drops.malformed++;
	else if (i->type == DRV_IF_AP)
		ap_rx_mgmt(i, rx->frame, rx->len, rx->freq, rx->signal_dbm);
	else
		sta_rx_mgmt(i, rx->frame, rx->len, rx->freq, rx->signal_dbm);
}

static void count_sent(struct drv_if *i, const struct air_tx *tx, bool acked)
{
	struct sim_peer *p = peer_find(i, tx->frame + 4);

	if (!p || !tx->want_ack)
		return;
	if (acked) {
		p->heard = timers_now(i->d->timers);
		p->lost_in_row = 0;
		return;
	}
	p->count.tx_failed++;
	if (i->type != DRV_IF_AP || ++p->lost_in_row < LOW_ACK_FRAMES)
		return;
	p->lost_in_row = 0;
	struct drv_event ev = {.kind = DRV_EV_LOW_ACK};
	mac_copy(ev.addr, p->addr);
	sim_emit(i, &ev);
}

static void do_tx_done(struct drv_if *i, const struct work *w)
{
	const struct air_tx *tx = &w->tx;
	struct drv_event ev = {.kind = DRV_EV_EAPOL_TX_STATUS};

	count_sent(i, tx, w->acked);
	mac_copy(ev.addr, tx->frame + 4);
	switch ((enum tx_kind)tx->kind) {
	case TX_OTHER:
		break;
	case TX_MGMT: {
		struct air_tx about = *tx;
		about.want_ack = w->acked;
		sim_emit_mgmt(i, DRV_EV_MGMT_TX_STATUS, tx->frame, tx->len, &about);
		break;
	}
	case TX_EAPOL:
		ev.eapol.packet = data_eapol(tx->frame, tx->len, &ev.eapol.len);
		ev.eapol.ack = w->acked;
		ev.eapol.encrypted = (tx->frame[1] & (FC_PROTECTED >> 8)) != 0;
		if (ev.eapol.packet)
			sim_emit(i, &ev);
		break;
	case TX_POLL:
		ev = (struct drv_event){.kind = DRV_EV_POLL_OK};
		mac_copy(ev.addr, tx->frame + 4);
		if (w->acked)
			sim_emit(i, &ev);
		break;
	}
}

static void work_free(struct work *w)
{
	free(w->tx.frame);
	free(w);
}

static bool queue_empty(const struct drv_if *i)
{
	return STAILQ_EMPTY(&i->events) && STAILQ_EMPTY(&i->work);
}

static void on_pump(struct timer *t, void *ctx)
{
	struct drv_if *i = ctx;
	struct queued_event *q = STAILQ_FIRST(&i->events);
	struct work *w = STAILQ_FIRST(&i->work);

	if (q) {
		STAILQ_REMOVE_HEAD(&i->events, link);
		if (!queue_empty(i))
			wake(i);
		/* The callback may close the interface: nothing of it is touched behind the call.
		 */
		i->event(i->ctx, &q->ev);
		event_free(q);
		return;
	}
	STAILQ_REMOVE_HEAD(&i->work, link);
	if (w->kind == WORK_RX)
		do_rx(i, &w->tx);
	else
		do_tx_done(i, w);
	work_free(w);
	if (!queue_empty(i))
		wake(i);
}

void sim_queue_clear(struct drv_if *i)
{
	while (!STAILQ_EMPTY(&i->events)) {
		struct queued_event *q = STAILQ_FIRST(&i->events);
		STAILQ_REMOVE_HEAD(&i->events, link);
		event_free(q);
	}
	while (!STAILQ_EMPTY(&i->work)) {
		struct work *w = STAILQ_FIRST(&i->work);
		STAILQ_REMOVE_HEAD(&i->work, link);
		work_free(w);
	}
	timer_stop(&i->pump);
}
