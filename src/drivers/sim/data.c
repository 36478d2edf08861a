/* Data frames (IEEE 802.11-2020, 9.3.2.1), 3-address and 4-address, with LLC/SNAP; EAPOL among
 * them. */
#include <errno.h>
#include <string.h>

#include "drivers/sim/fw_i.h"
#include "utils/log.h"

#define ETH_HLEN 14
#define ETH_TYPE_AT 12
#define FC_DATA 0x0008
#define FC_NULL 0x0048
#define STYPE_NO_DATA 4
#define STYPE_QOS 8

static const uint8_t snap[6] = {0xaa, 0xaa, 0x03, 0, 0, 0};
static const uint8_t pae_group[MAC_LEN] = {0x01, 0x80, 0xc2, 0x00, 0x00, 0x03};

/* --- out --- */

struct out {
	uint16_t fc;
	const uint8_t *ra, *ta, *a3, *a4; /* a4 NULL: three addresses */
	struct sim_key *key;              /* NULL: in the clear */
	unsigned key_index;
	const uint8_t *body; /* from the Ethernet type on; NULL: null frame */
	size_t len;
	enum tx_kind kind;
};

static int send_out(struct drv_if *i, const struct out *o)
{
	struct writer w = writer_new(o->len + 64);
	_cleanup_(writer_free) struct writer body = writer_new(o->len + 8);

	writer_le16(&w, (uint16_t)(o->fc | (o->key && o->body ? FC_PROTECTED : 0)));
	writer_le16(&w, 0);
	writer_bytes(&w, o->ra, MAC_LEN);
	writer_bytes(&w, o->ta, MAC_LEN);
	writer_bytes(&w, o->a3, MAC_LEN);
	writer_le16(&w, 0);
	if (o->a4)
		writer_bytes(&w, o->a4, MAC_LEN);
	if (o->body) {
		writer_bytes(&body, snap, sizeof(snap));
		writer_bytes(&body, o->body, o->len);
		key_protect(&w, o->key, o->key_index, o->ta, body.buf, body.len);
	}
	return sim_transmit(i, &w, 0, false, o->kind, 0);
}

static struct sim_key *usable(struct sim_key *k)
{
	return k->set ? k : NULL;
}

static void count_tx(struct sim_peer *p, size_t len)
{
	p->count.tx_packets++;
	p->count.tx_bytes += len;
}

static bool is_eapol(const uint8_t *eth)
{
	return (eth[ETH_TYPE_AT] << 8 | eth[ETH_TYPE_AT + 1]) == ETH_P_EAPOL;
}

/* An Ethernet frame to one peer. four: 4-address. EAPOL of the netdev never goes this way. */
static void send_unicast(
	struct drv_if *i, struct sim_peer *p, const uint8_t *eth, size_t len, bool four)
{
	const uint8_t *da = eth, *sa = eth + MAC_LEN;
	bool sta = i->type == DRV_IF_STATION;

	if (!(p->flags & DRV_STA_ASSOCIATED) || !(p->flags & DRV_STA_AUTHORIZED)) {
		i->drops.unauthorized++;
		return;
	}
	struct out o = {.fc = FC_DATA | (four         ? FC_TO_DS | FC_FROM_DS
						: sta ? FC_TO_DS
						      : FC_FROM_DS),
		.ra = p->addr,
		.ta = i->port.addr,
		.a3 = four || sta ? da : sa,
		.a4 = four ? sa : NULL,
		.key = usable(&p->key),
		.body = eth + ETH_TYPE_AT,
		.len = len - ETH_TYPE_AT};
	if (send_out(i, &o) == 0)
		count_tx(p, len);
}

/* To all 3-address stations of the BSS. */
static void send_group(struct drv_if *i, const uint8_t *eth, size_t len)
{
	struct sim_key *key = usable(&i->group[i->group_tx]);

	if (!i->ap.running || !i->peers)
		return;
	if (i->ap.privacy && !key) {
		i->drops.no_key++;
		return;
	}
	struct out o = {.fc = FC_DATA | FC_FROM_DS,
		.ra = eth,
		.ta = i->port.addr,
		.a3 = eth + MAC_LEN,
		.key = key,
		.key_index = i->group_tx,
		.body = eth + ETH_TYPE_AT,
		.len = len - ETH_TYPE_AT};
	send_out(i, &o);
}

static void from_station(struct drv_if *i, const uint8_t *eth, size_t len)
{
	/* A station without 4-address mode can only speak for itself. */
	if (i->sta.state != STA_ASSOCIATED ||
		(!i->sta.use_4addr && !mac_equal(eth + MAC_LEN, i->port.addr)))
		return;
	send_unicast(i, i->sta.peer, eth, len, i->sta.use_4addr);
}

void data_from_netdev(void *ctx, const uint8_t *frame, size_t len)
{
	struct drv_if *i = ctx;

	if (len < ETH_HLEN || is_eapol(frame))
		return;
	if (i->type == DRV_IF_STATION) {
		from_station(i, frame, len);
		return;
	}
	struct sim_peer *p = mac_is_group(frame) ? NULL : peer_find(i, frame);
	if (mac_is_group(frame))
		send_group(i, frame, len);
	else if (p && !p->vlan)
		send_unicast(i, p, frame, len, false);
}

void data_from_vlan(void *ctx, const uint8_t *frame, size_t len)
{
	struct sim_vlan *v = ctx;
	if (len >= ETH_HLEN && v->peer && !is_eapol(frame))
		send_unicast(v->i, v->peer, frame, len, true);
}

int data_send_eapol(struct drv_if *i, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len,
	bool encrypt, enum tx_kind kind)
{
	struct sim_peer *p = peer_find(i, dst);
	bool sta = i->type == DRV_IF_STATION;
	_cleanup_(writer_free) struct writer body = writer_new(len + 2);

	if (!p || (sta && i->sta.state != STA_ASSOCIATED))
		return -ENOTCONN;
	writer_be16(&body, ETH_P_EAPOL);
	writer_bytes(&body, packet, len);
	if (!writer_ok(&body))
		return -ENOMEM;
	struct out o = {.fc = FC_DATA | (sta ? FC_TO_DS : FC_FROM_DS),
		.ra = dst,
		.ta = i->port.addr,
		.a3 = sta ? dst : i->port.addr,
		.key = encrypt ? usable(&p->key) : NULL,
		.body = body.buf,
		.len = body.len,
		.kind = kind};
	count_tx(p, len);
	return send_out(i, &o);
}

int data_send_null(struct drv_if *i, const uint8_t *ra, bool four_addr, enum tx_kind kind)
{
	bool sta = i->type == DRV_IF_STATION;
	struct out o = {.fc = FC_NULL | (four_addr    ? FC_TO_DS | FC_FROM_DS
						: sta ? FC_TO_DS
						      : FC_FROM_DS),
		.ra = ra,
		.ta = i->port.addr,
		.a3 = sta ? ra : i->port.addr,
		.a4 = four_addr ? i->port.addr : NULL,
		.kind = kind};
	return send_out(i, &o);
}

/* --- in --- */

struct in {
	uint16_t fc;
	const uint8_t *ra, *ta, *da, *sa;
	bool four, null, protected, group;
	struct reader body; /* protected: with header and check value */
	int signal_dbm;
};

static bool parse(const uint8_t *frame, size_t len, struct in *d)
{
	struct reader r = reader_of(frame, len);
	d->fc = reader_le16(&r);
	reader_skip(&r, 2);
	d->ra = reader_bytes(&r, MAC_LEN);
	d->ta = reader_bytes(&r, MAC_LEN);
	const uint8_t *a3 = reader_bytes(&r, MAC_LEN);
	reader_skip(&r, 2);
	bool to_ds = d->fc & FC_TO_DS, from_ds = d->fc & FC_FROM_DS;
	d->four = to_ds && from_ds;
	const uint8_t *a4 = d->four ? reader_bytes(&r, MAC_LEN) : NULL;
	if (FC_STYPE(d->fc) & STYPE_QOS)
		reader_skip(&r, 2);
	d->null = FC_STYPE(d->fc) & STYPE_NO_DATA;
	d->protected = d->fc & FC_PROTECTED;
	if (!reader_ok(&r) || (!to_ds && !from_ds))
		return false;
	d->group = mac_is_group(d->ra);
	d->da = to_ds ? a3 : d->ra;
	d->sa = d->four ? a4 : from_ds ? a3 : d->ta;
	d->body = reader_rest(&r);
	return true;
}

const uint8_t *data_eapol(const uint8_t *frame, size_t len, size_t *packet_len)
{
	struct in d;
	if (FC_TYPE(frame[0]) != FTYPE_DATA || !parse(frame, len, &d) || d.null)
		return NULL;
	if (d.protected) {
		reader_skip(&d.body, 8);
		size_t left = reader_left(&d.body);
		d.body = reader_sub(&d.body, left < 8 ? 0 : left - 8);
	}
	reader_skip(&d.body, sizeof(snap));
	if (reader_be16(&d.body) != ETH_P_EAPOL)
		return NULL;
	*packet_len = reader_left(&d.body);
	return d.body.p;
}

/* Removes the protection; false when the frame is to be dropped. */
static bool unprotect(struct drv_if *i, struct sim_peer *p, struct in *d)
{
	unsigned index = key_index(d->body.p, reader_left(&d->body));
	struct sim_key *key = d->group ? &i->group[index] : &p->key;

	switch (key_unprotect(key, d->ta, &d->body)) {
	case KEY_FINE:
		return true;
	case KEY_NONE:
		i->drops.no_key++;
		break;
	case KEY_WRONG:
		i->drops.bad_key++;
		break;
	case KEY_REPLAY:
		i->drops.replay++;
		break;
	}
	return false;
}

static void emit_addr(struct drv_if *i, enum drv_event_kind kind, const uint8_t *addr)
{
	struct drv_event ev = {.kind = kind};
	mac_copy(ev.addr, addr);
	sim_emit(i, &ev);
}

static void emit_eapol(struct drv_if *i, const struct in *d)
{
	struct drv_event ev = {.kind = DRV_EV_EAPOL_RX};
	mac_copy(ev.addr, d->sa);
	ev.eapol.packet = d->body.p;
	ev.eapol.len = reader_left(&d->body);
	ev.eapol.encrypted = d->protected;
	if (!fw_takes_eapol(i, ev.addr, ev.eapol.packet, ev.eapol.len))
		sim_emit(i, &ev);
}

/* Does the frame's number of addresses fit the link? */
static bool four_addr_fits(struct drv_if *i, struct sim_peer *p, const struct in *d)
{
	bool fits = i->type == DRV_IF_STATION
			    ? d->four ? i->sta.use_4addr : !d->group || !i->sta.use_4addr
			    : d->four == (p->vlan != NULL);

	if (!fits)
		i->drops.not_4addr++;
	if (!fits && d->four && i->type == DRV_IF_AP && !p->told_4addr) {
		p->told_4addr = true;
		emit_addr(i, DRV_EV_RX_4ADDR, p->addr);
	}
	return fits;
}

/* What an AP gets from a 3-address station goes to another one, to the wire, or both. */
static void relay(struct drv_if *i, const uint8_t *eth, size_t len)
{
	struct sim_peer *to = mac_is_group(eth) ? NULL : peer_find(i, eth);

	if (to && !to->vlan) {
		if (!i->ap.isolate)
			send_unicast(i, to, eth, len, false);
		return;
	}
	if (mac_is_group(eth) && !i->ap.isolate)
		send_group(i, eth, len);
	hub_input(&i->plug, eth, len);
}

static void deliver(struct drv_if *i, struct sim_peer *p, const struct in *d)
{
	uint8_t buf[AIR_MAX_FRAME];
	struct writer w = writer_over(buf, sizeof(buf));

	writer_bytes(&w, d->da, MAC_LEN);
	writer_bytes(&w, d->sa, MAC_LEN);
	writer_bytes(&w, d->body.p - 2, reader_left(&d->body) + 2); /* type and payload */
	if (!writer_ok(&w))
		return;
	if (i->type == DRV_IF_STATION)
		hub_input(&i->plug, w.buf, w.len);
	else if (p->vlan)
		hub_input(&p->vlan->plug, w.buf, w.len);
	else
		relay(i, w.buf, w.len);
}

/* The body of a data frame from a peer that may send. */
static void body_rx(struct drv_if *i, struct sim_peer *p, struct in *d)
{
	if (d->protected && !unprotect(i, p, d))
		return;
	const uint8_t *llc = reader_bytes(&d->body, sizeof(snap));
	uint16_t type = reader_be16(&d->body);
	if (!reader_ok(&d->body) || memcmp(llc, snap, sizeof(snap)) != 0) {
		i->drops.malformed++;
		return;
	}
	if (type == ETH_P_EAPOL) {
		if (mac_equal(d->da, i->port.addr) || mac_equal(d->da, pae_group))
			emit_eapol(i, d);
		return;
	}
	if (!d->protected && (p->key.set || (d->group && i->sta.privacy))) {
		i->drops.unprotected++;
		return;
	}
	if (!(p->flags & DRV_STA_AUTHORIZED)) {
		i->drops.unauthorized++;
		return;
	}
	if (four_addr_fits(i, p, d))
		deliver(i, p, d);
}

static bool for_us(const struct drv_if *i, const struct in *d)
{
	if (i->type == DRV_IF_AP)
		return mac_equal(d->ra, i->port.addr) && i->ap.running;
	if (i->sta.state != STA_ASSOCIATED || !mac_equal(d->ta, i->sta.bssid))
		return false;
	/* A group frame that we sent comes back from the AP. */
	return mac_equal(d->ra, i->port.addr) || (d->group && !mac_equal(d->sa, i->port.addr));
}

void data_rx(struct drv_if *i, const uint8_t *frame, size_t len, int signal_dbm)
{
	struct in d = {.signal_dbm = signal_dbm};

	if (!parse(frame, len, &d)) {
		i->drops.malformed++;
		return;
	}
	if (!for_us(i, &d))
		return;
	struct sim_peer *p = peer_find(i, d.ta);
	if (!p || !(p->flags & DRV_STA_ASSOCIATED)) {
		i->drops.class3++;
		emit_addr(i, DRV_EV_RX_SPURIOUS, d.ta);
		return;
	}
	p->heard = timers_now(i->d->timers);
	p->signal_dbm = signal_dbm;
	p->count.rx_packets++;
	p->count.rx_bytes += len;
	if (i->type == DRV_IF_STATION)
		sta_heard_ap(i, signal_dbm);
	if (!d.null)
		body_rx(i, p, &d);
	else if (d.four)
		four_addr_fits(i, p, &d);
}
