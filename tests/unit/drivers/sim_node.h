/* Two-line drivers for tests: an interface with its recorded events, and frames an AP daemon would
 * send. */
#ifndef TESTS_SIM_NODE_H
#define TESTS_SIM_NODE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/sim/sim.h"

#define FREQ 2437
#define MAX_EVENTS 256

struct node {
	struct drv *d;
	struct drv_if *i;
	struct {
		struct drv_event ev;
		uint8_t data[512];
		size_t len;
		size_t req_ies_len;
	} events[MAX_EVENTS];
	unsigned count;
	bool answers; /* an AP that lets everybody in */
	uint16_t assoc_status;
	unsigned flags_on_assoc;
};

static const struct driver *const drv = &driver_sim;

static inline void node_ap_answer(struct node *n, const struct drv_event *ev);

static inline void node_event(void *ctx, const struct drv_event *ev)
{
	struct node *n = ctx;
	const uint8_t *data = NULL;
	size_t len = 0;

	assert_in_range(n->count, 0, MAX_EVENTS - 1);
	if (ev->kind == DRV_EV_EAPOL_RX || ev->kind == DRV_EV_EAPOL_TX_STATUS) {
		data = ev->eapol.packet;
		len = ev->eapol.len;
	} else if (ev->kind == DRV_EV_MGMT_RX || ev->kind == DRV_EV_MGMT_TX_STATUS ||
		   ev->kind == DRV_EV_AUTH || ev->kind == DRV_EV_ASSOC) {
		data = ev->mgmt.frame;
		len = ev->mgmt.len;
		n->events[n->count].req_ies_len = ev->mgmt.req_ies_len;
	}
	assert_in_range(len, 0, sizeof(n->events[0].data));
	n->events[n->count].ev = *ev;
	n->events[n->count].len = len;
	if (data)
		memcpy(n->events[n->count].data, data, len);
	n->count++;
	if (n->answers)
		node_ap_answer(n, ev);
}

/* The nth event of this kind (0 first), -1 when there are fewer. */
static inline int node_find(const struct node *n, enum drv_event_kind kind, unsigned nth)
{
	for (unsigned e = 0; e < n->count; e++)
		if (n->events[e].ev.kind == kind && nth-- == 0)
			return (int)e;
	return -1;
}
static inline unsigned node_count(const struct node *n, enum drv_event_kind kind)
{
	unsigned c = 0;
	while (node_find(n, kind, c) >= 0)
		c++;
	return c;
}

static inline void node_open(struct node *n, struct eloop *loop, const char *params,
	const char *ifname, enum drv_iftype type)
{
	int err = 0;
	n->d = drv->init(loop, params);
	assert_non_null(n->d);
	struct drv_if_params p = {.ifname = ifname, .type = type, .event = node_event, .ctx = n};
	n->i = drv->if_open(n->d, &p, &err, NULL);
	assert_non_null(n->i);
}
static inline void node_close(struct node *n)
{
	if (n->i)
		drv->if_close(n->i);
	drv->deinit(n->d);
}

static inline void node_send(struct node *n, struct writer *w)
{
	struct bytes frame;
	assert_int_equal(writer_steal(w, &frame), 0);
	struct drv_tx tx = {.frame = frame.data, .len = frame.len};
	assert_int_equal(drv->send_mgmt(n->i, &tx), 0);
	bytes_clear(&frame);
}

static inline void node_capab(struct writer *w, bool privacy)
{
	writer_zeros(w, 8);
	writer_le16(w, 100);
	writer_le16(w, CAP_ESS | (privacy ? CAP_PRIVACY : 0));
	element_put(w, EID_SSID, "net", 3);
}

/* What a daemon does for an open network. */
static inline void node_ap_answer(struct node *n, const struct drv_event *ev)
{
	const uint8_t *own = drv->addr(n->i);
	struct writer w = writer_new(128);
	struct drv_sta s = {.aid = 1};

	if (ev->kind == DRV_EV_MGMT_TX_STATUS && ev->mgmt.ack &&
		ev->mgmt.frame[0] == FC_MGMT(STYPE_ASSOC_RESP) && n->assoc_status == 0) {
		mac_copy(s.addr, ev->addr);
		s.change = true;
		s.flags = s.flags_mask = n->flags_on_assoc;
		assert_int_equal(drv->sta_set(n->i, &s), 0);
	}
	if (ev->kind != DRV_EV_MGMT_RX) {
		writer_free(&w);
		return;
	}
	switch (ev->mgmt.frame[0]) {
	case FC_MGMT(STYPE_PROBE_REQ):
		mgmt_write(&w, STYPE_PROBE_RESP, ev->addr, own, own);
		node_capab(&w, false);
		break;
	case FC_MGMT(STYPE_AUTH):
		mgmt_write(&w, STYPE_AUTH, ev->addr, own, own);
		writer_le16(&w, AUTH_OPEN);
		writer_le16(&w, 2);
		writer_le16(&w, 0);
		drv->sta_remove(n->i, ev->addr);
		mac_copy(s.addr, ev->addr);
		s.flags = s.flags_mask = DRV_STA_AUTHENTICATED;
		assert_int_equal(drv->sta_set(n->i, &s), 0);
		break;
	case FC_MGMT(STYPE_ASSOC_REQ):
		mgmt_write(&w, STYPE_ASSOC_RESP, ev->addr, own, own);
		writer_le16(&w, CAP_ESS);
		writer_le16(&w, n->assoc_status);
		writer_le16(&w, 0xc001);
		break;
	default:
		writer_free(&w);
		return;
	}
	node_send(n, &w);
}

static inline void node_start_ap(struct node *n)
{
	const uint8_t *own = drv->addr(n->i);
	struct writer w = writer_new(128);
	mgmt_write(&w, STYPE_BEACON, mac_broadcast, own, own);
	node_capab(&w, false);
	struct bytes head;
	assert_int_equal(writer_steal(&w, &head), 0);
	struct drv_ap ap = {.freq = FREQ,
		.beacon_int = 100,
		.dtim_period = 2,
		.head = head.data,
		.head_len = head.len};
	n->answers = true;
	n->flags_on_assoc = DRV_STA_AUTHENTICATED | DRV_STA_ASSOCIATED;
	assert_int_equal(drv->ap_start(n->i, &ap), 0);
	bytes_clear(&head);
}

#endif
