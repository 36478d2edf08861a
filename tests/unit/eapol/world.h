/* An access point, a station, and an external registrar that hears of the access point's stations.
 */
#ifndef TESTS_EAPOL_WORLD_H
#define TESTS_EAPOL_WORLD_H

#include <string.h>

#include "crypto/crypto.h"
#include "link.h"

#define PIN "12345670"

struct world {
	struct link *l;
	struct wps_registrar *er;
	struct wps_run *er_run;
	struct wps_registrar_config er_cfg;
	struct wps_registrar_ops ap_ops, er_ops;
	struct timer answer; /* the network between AP and external registrar */
	uint64_t delay;
	struct bytes heard;
	bool subscribed, deaf;
	unsigned forwarded, er_success, er_fail, probes;
	struct wps_credential er_credential;
	void *middle; /* who changes frames, if somebody does */
};

/* The ops know the link only. */
static struct world *world_of(void *ctx)
{
	return ((struct link *)ctx)->owner;
}

static int settings(void *ctx, struct wps_credential *out)
{
	*out = ((struct link *)ctx)->own;
	return 0;
}

static void er_event(void *ctx, const struct wps_event *ev)
{
	struct world *w = ctx;
	w->er_success += ev->kind == WPS_EVENT_SUCCESS;
	w->er_fail += ev->kind == WPS_EVENT_FAIL;
}
static void er_reg_event(void *ctx, enum wps_reg_event_kind kind, const struct wps_peer *peer,
	const uint8_t *mac, const struct wps_info *info)
{
}
static void er_changed(void *ctx)
{
}
static int er_give(void *ctx, const struct wps_peer *peer, struct wps_credential *out)
{
	*out = ((struct world *)ctx)->er_credential;
	return 0;
}

static enum wsc_op op_of(const struct bytes *m)
{
	uint8_t type = m->data[9]; /* behind Version (5 bytes) and the head of Message Type */
	return type == WPS_WSC_ACK    ? WSC_OP_ACK
	       : type == WPS_WSC_NACK ? WSC_OP_NACK
	       : type == WPS_WSC_DONE ? WSC_OP_DONE
				      : WSC_OP_MSG;
}

static void er_answer(struct timer *t, void *ctx)
{
	struct world *w = ctx;
	struct bytes msg = {0};
	enum wsc_op op;

	wps_run_process(w->er_run, op_of(&w->heard), w->heard.data, w->heard.len);
	if (wps_run_next(w->er_run, &op, &msg) < 0)
		return;
	wps_registrar_external_msg(w->l->reg, w->l->sta_dev.mac, msg.data, msg.len);
	bytes_clear(&msg);
}

static bool forward(void *ctx, const uint8_t mac[MAC_LEN], const uint8_t *msg, size_t len)
{
	struct world *w = world_of(ctx);

	if (!w->subscribed)
		return false;
	w->forwarded++;
	assert_memory_equal(mac, w->l->sta_dev.mac, MAC_LEN);
	assert_int_equal(bytes_set(&w->heard, msg, len), 0);
	if (!w->er_run)
		w->er_run = wps_registrar_run_new(w->er, mac);
	if (!w->deaf)
		timer_start(w->l->timers, &w->answer, w->delay, er_answer, w);
	return true;
}

static void forward_probe(void *ctx, const uint8_t mac[MAC_LEN], const uint8_t *data, size_t len)
{
	world_of(ctx)->probes++;
}

static inline void world_up(struct world *w)
{
	*w = (struct world){.subscribed = true, .delay = 1000};
	w->l = link_new();
	w->l->owner = w;
	w->ap_ops = ap_reg_ops;
	w->ap_ops.ap_settings = settings;
	w->ap_ops.forward = forward;
	w->ap_ops.forward_probe = forward_probe;
	w->l->reg = wps_registrar_new(w->l->timers, &w->l->reg_cfg, &w->ap_ops, w->l);
	w->er_cfg = w->l->reg_cfg;
	w->er_cfg.er = true;
	w->er_cfg.dev.ap = false;
	w->er_cfg.dev.mac[5] = 77;
	w->er_ops = (struct wps_registrar_ops){.elements_changed = er_changed,
		.reg_event = er_reg_event,
		.run_event = er_event,
		.credential = er_give};
	w->er = wps_registrar_new(w->l->timers, &w->er_cfg, &w->er_ops, w);
	credential(&w->er_credential, "front", "front passphrase", false);
}

static inline void world_down(struct world *w)
{
	timer_stop(&w->answer);
	link_down(w->l);
	wps_run_free(w->er_run);
	wps_registrar_free(w->er);
	bytes_clear(&w->heard);
	link_free(w->l);
}

static inline void world_add_pin(struct wps_registrar *r)
{
	assert_int_equal(
		wps_registrar_add_pin(r, NULL, (const uint8_t *)PIN, strlen(PIN), 0, NULL), 0);
}

#endif
