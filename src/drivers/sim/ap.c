/* Access point: beacon, station table, AP_VLANs. The daemon answers management frames itself. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/sim/fw_i.h"
#include "utils/log.h"

#define TU 1024 /* microseconds, 802.11-2020 3.1 */
#define TIMESTAMP_AT 24

/* --- beacon --- */

int ap_keep(struct drv_if *i, const struct drv_ap *p)
{
	struct sim_ap *ap = &i->ap;
	int err;

	if (p->head_len < TIMESTAMP_AT + 12 || p->beacon_int == 0 || p->dtim_period == 0)
		return -EINVAL;
	err = bytes_set(&ap->head, p->head, p->head_len);
	if (err == 0)
		err = bytes_set(&ap->tail, p->tail, p->tail_len);
	if (err < 0)
		return err;
	ap->beacon_int = p->beacon_int;
	ap->dtim_period = p->dtim_period;
	ap->privacy = p->privacy;
	ap->isolate = p->ap_isolate;
	ap->ht = p->ht;
	return 0;
}

int sim_ap_start(struct drv_if *i, const struct drv_ap *p)
{
	const struct drv_channel *c = sim_channel(i, p->freq);

	if (i->type != DRV_IF_AP || !c || (c->flags & (DRV_CHAN_DISABLED | DRV_CHAN_NO_IR)))
		return -EINVAL;
	if (i->ap.running)
		return -EALREADY;
	int err = ap_keep(i, p);
	if (err < 0)
		return err;
	i->ap.running = true;
	air_set_home(&i->port, p->freq);
	air_set_beacon(&i->port, (uint64_t)p->beacon_int * TU);
	return 0;
}

int sim_ap_update(struct drv_if *i, const struct drv_ap *p)
{
	if (!i->ap.running)
		return -ENOENT;
	if (i->csa.on)
		return -EBUSY; /* as mac80211 */
	int err = ap_keep(i, p);
	if (err == 0)
		err = fw_ap_update(i, p);
	if (err == 0)
		air_set_beacon(&i->port, (uint64_t)p->beacon_int * TU);
	return err;
}

int sim_ap_stop(struct drv_if *i)
{
	if (!i->ap.running)
		return -ENOENT;
	i->ap.running = false;
	csa_stop(i);
	air_set_beacon(&i->port, 0);
	sim_sta_flush(i);
	fw_auth_stop(i);
	air_set_home(&i->port, 0);
	for (size_t n = 0; n < GROUP_KEYS; n++)
		key_clear(&i->group[n]);
	return 0;
}

void ap_write_beacon(struct drv_if *i, struct writer *w)
{
	struct sim_ap *ap = &i->ap;

	if (!ap->running)
		return;
	ap->dtim_count = (uint8_t)((ap->dtim_count + ap->dtim_period - 1) % ap->dtim_period);
	writer_bytes(w, ap->head.data, TIMESTAMP_AT);
	writer_le64(w, timers_now(i->d->timers));
	writer_bytes(w, ap->head.data + TIMESTAMP_AT + 8, ap->head.len - TIMESTAMP_AT - 8);
	struct writer_mark m = element_begin(w, EID_TIM);
	writer_u8(w, ap->dtim_count);
	writer_u8(w, ap->dtim_period);
	writer_zeros(w, 2); /* nothing is ever buffered */
	element_end(w, m);
	size_t tail = w->len;
	writer_bytes(w, ap->tail.data, ap->tail.len);
	if (i->csa.on && writer_ok(w))
		w->buf[tail + i->csa.counter] = csa_count(i);
	uint8_t *seq = writer_ok(w) ? w->buf + 22 : NULL;
	if (seq) {
		i->seq++;
		seq[0] = (uint8_t)(i->seq << 4);
		seq[1] = (uint8_t)(i->seq >> 4);
	}
}

void ap_rx_mgmt(struct drv_if *i, const uint8_t *frame, size_t len, unsigned freq, int signal_dbm)
{
	struct air_tx rx = {
		.frame = (uint8_t *)frame, .len = len, .freq = freq, .signal_dbm = signal_dbm};
	struct reader r = reader_of(frame, len);
	struct mgmt_hdr h;

	if (!mgmt_parse(&r, &h) || !(mac_is_broadcast(h.da) || mac_equal(h.da, i->port.addr)))
		return;
	unsigned stype = FC_STYPE(h.fc);
	if (stype == STYPE_BEACON || stype == STYPE_PROBE_RESP) {
		scan_rx(i, frame, len, freq, signal_dbm);
		return;
	}
	if (!i->ap.running || !(mac_is_broadcast(h.bssid) || mac_equal(h.bssid, i->port.addr)))
		return;
	struct sim_peer *p = peer_find(i, h.sa);
	if (p) {
		p->heard = timers_now(i->d->timers);
		p->signal_dbm = signal_dbm;
	}
	if (!mfp_refuses(i, &h) && !fw_takes_mgmt(i, &h, r))
		sim_emit_mgmt(i, DRV_EV_MGMT_RX, frame, len, &rx);
}

/* --- stations --- */

int sim_sta_set(struct drv_if *i, const struct drv_sta *s)
{
	struct sim_peer *p = peer_find(i, s->addr);

	if (!i->ap.running || (s->change && !p))
		return -ENOENT;
	if (!s->change && p)
		return -EEXIST;
	if (!p)
		p = peer_add(i, s->addr);
	if (!p)
		return -ENOMEM;
	unsigned old = p->flags;
	p->flags = (p->flags & ~s->flags_mask) | (s->flags & s->flags_mask);
	if (!s->change && !s->flags_mask)
		p->flags = s->flags;
	if (p->flags & ~old & DRV_STA_ASSOCIATED) {
		p->since = p->heard = timers_now(i->d->timers);
		fw_peer_associated(i, p);
	}
	return 0;
}

int sim_sta_remove(struct drv_if *i, const uint8_t addr[MAC_LEN])
{
	struct sim_peer *p = peer_find(i, addr);
	if (!p)
		return -ENOENT;
	fw_removes(i, p);
	peer_free(i, p);
	return 0;
}

int sim_sta_flush(struct drv_if *i)
{
	struct sim_peer *p, *next;
	HASH_ITER (hh, i->peers, p, next)
		peer_free(i, p);
	return 0;
}

int sim_poll_sta(struct drv_if *i, const uint8_t addr[MAC_LEN], bool qos)
{
	const struct sim_peer *p = peer_find(i, addr);
	return p ? data_send_null(i, addr, false, TX_POLL) : -ENOENT;
}

/* --- AP_VLANs --- */

struct sim_vlan *vlan_find(const struct drv_if *i, const char *name)
{
	struct sim_vlan *v;
	LIST_FOREACH (v, &i->vlans, link)
		if (strcmp(v->name, name) == 0)
			return v;
	return NULL;
}

static void vlan_free(struct sim_vlan *v)
{
	LIST_REMOVE(v, link);
	if (v->peer)
		v->peer->vlan = NULL;
	hub_unplug(&v->plug);
	hub_free(v->own);
	wipe(v->group, sizeof(v->group));
	free(v);
}

static int vlan_add(struct drv_if *i, struct sim_peer *p, const char *ifname, const char *bridge)
{
	struct sim_hub *hub = bridge ? hub_find(i->d->air, bridge) : NULL;

	if (!p || (bridge && !hub))
		return -ENOENT;
	if (p->vlan || vlan_find(i, ifname))
		return -EEXIST;
	if (strlen(ifname) >= IFNAMSIZ)
		return -ENAMETOOLONG;
	struct sim_vlan *v = calloc(1, sizeof(*v));
	if (!v)
		return -ENOMEM;
	snprintf(v->name, sizeof(v->name), "%s", ifname);
	if (!hub)
		hub = v->own = hub_get(i->d->air, ifname);
	if (!hub) {
		free(v);
		return -ENOMEM;
	}
	v->i = i;
	v->peer = p;
	v->plug.deliver = data_from_vlan;
	v->plug.ctx = v;
	hub_plug(hub, &v->plug);
	p->vlan = v;
	LIST_INSERT_HEAD(&i->vlans, v, link);
	return 0;
}

int sim_wds_sta(struct drv_if *i, const uint8_t addr[MAC_LEN], const char *ifname,
	const char *bridge, bool on)
{
	if (on)
		return vlan_add(i, peer_find(i, addr), ifname, bridge);
	struct sim_vlan *v = vlan_find(i, ifname);
	if (!v)
		return -ENOENT;
	vlan_free(v);
	return 0;
}

void ap_free(struct drv_if *i)
{
	while (!LIST_EMPTY(&i->vlans))
		vlan_free(LIST_FIRST(&i->vlans));
	bytes_clear(&i->ap.head);
	bytes_clear(&i->ap.tail);
}
