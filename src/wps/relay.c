/* A registrar run as relay: an external registrar (UPnP) and the station talk, we carry (WSC 2.0,
 * clause 7, and the proxy function of the UPnP device). */
#include <errno.h>
#include <string.h>

#include "utils/log.h"
#include "wps/registrar_i.h"

static void drop_queue(struct wps_relay *y)
{
	for (unsigned i = 0; i < y->count; i++)
		bytes_clear(&y->queue[i]);
	y->count = 0;
}

void wps_relay_stop(struct wps_run *run)
{
	struct wps_relay *y = &run->relay;

	if (y->listed)
		HASH_DELETE(relay.hh, run->registrar->relays, run);
	y->listed = y->active = false;
	drop_queue(y);
}

static struct wps_run *find(struct wps_registrar *r, const uint8_t mac[MAC_LEN])
{
	struct wps_run *run;

	HASH_FIND(relay.hh, r->relays, mac, MAC_LEN, run);
	return run;
}

static void list(struct wps_run *run)
{
	struct wps_registrar *r = run->registrar;
	struct wps_run *old = find(r, run->peer.mac);

	if (old)
		wps_relay_stop(old);
	mac_copy(run->relay.mac, run->peer.mac);
	run->relay.listed = true;
	HASH_ADD(relay.hh, r->relays, relay.mac, MAC_LEN, run);
}

bool wps_relay_forward(struct wps_run *run, const uint8_t *msg, size_t len)
{
	struct wps_registrar *r = run->registrar;
	bool fresh = !run->relay.listed;

	if (!r->ops->forward)
		return false;
	/* Listed before: the answer may come from inside forward(). */
	if (fresh)
		list(run);
	if (r->ops->forward(r->ctx, run->peer.mac, msg, len))
		return true;
	if (fresh)
		wps_relay_stop(run);
	return false;
}

enum wsc_op wps_op_of(unsigned type)
{
	return type == WPS_WSC_ACK    ? WSC_OP_ACK
	       : type == WPS_WSC_NACK ? WSC_OP_NACK
	       : type == WPS_WSC_DONE ? WSC_OP_DONE
				      : WSC_OP_MSG;
}

/* The first message of the queue becomes ours to send. */
static void give_word(struct wps_run *run)
{
	struct wps_relay *y = &run->relay;
	struct bytes *first = &y->queue[0];
	struct wps_msg m;

	y->active = true;
	bytes_clear(&run->out);
	run->out = *first;
	y->count--;
	memmove(&y->queue[0], &y->queue[1], y->count * sizeof(y->queue[0]));
	/* It was read when it came in. */
	if (wps_msg_read(run->out.data, run->out.len, &m) < 0)
		return;
	unsigned type = m.v[WA_MSG_TYPE].num;
	if (wps_has(&m, WA_REGISTRAR_NONCE))
		memcpy(run->nonce_r, m.v[WA_REGISTRAR_NONCE].data, WPS_NONCE_LEN);
	if (type == WPS_M2) {
		y->answered = true;
		drop_queue(y);         /* the other registrars' M2 and M2D come too late */
		run->reported = false; /* from here on a failure is one */
	}
	if (type == WPS_WSC_NACK) {
		/* Of what the enrollee said, M1 when it was all; its own NACK closes the run. */
		run->reported &= y->answered;
		wps_run_fail(run, y->heard ? y->heard : WPS_M1, m.v[WA_CONFIG_ERROR].num,
			WPS_EI_NO_ERROR);
	} else {
		run->last_sent = type;
	}
	run->out_op = wps_op_of(type);
	run->has_out = true;
	log_msg(LOG_DBG, "WPS: %s of an external registrar goes to " MACSTR, wps_msg_name(type),
		MAC2STR(run->peer.mac));
}

enum wps_result wps_relay_wait(struct wps_run *run, const char *reason)
{
	wps_run_enter(run, RUN_AWAIT_EXTERNAL, reason);
	run->relay.active = true;
	if (!run->relay.count)
		return WPS_R_PENDING;
	give_word(run);
	return WPS_R_CONTINUE;
}

/* The enrollee's word is the external registrar's to judge; we see only how it ends. */
enum wps_result wps_relay_message(struct wps_run *run, const struct wps_in *in)
{
	if (run->has_out)
		return WPS_R_IGNORED;
	log_msg(LOG_DBG, "WPS: %s of " MACSTR " goes to external registrars",
		wps_msg_name(in->type), MAC2STR(run->peer.mac));
	run->relay.heard = in->type;
	bool heard = wps_relay_forward(run, in->data, in->len);
	if (in->type == WPS_WSC_DONE && run->last_sent == WPS_M8) {
		wps_relay_stop(run);
		wps_registrar_run_completed(run);
		return WPS_R_DONE;
	}
	if (in->type == WPS_WSC_NACK || !heard) {
		unsigned error = in->m.v[WA_CONFIG_ERROR].num;
		wps_run_fail(run, run->last_sent, error, WPS_EI_NO_ERROR);
		wps_relay_stop(run);
		wps_run_enter(run, RUN_ENDED, heard ? "NACK" : "no external registrar left");
		return WPS_R_FAILED;
	}
	return wps_relay_wait(run, "the external registrar's turn");
}

/* Could this be the answer to what the enrollee said last? */
static bool fits(const struct wps_run *run, const struct wps_msg *m)
{
	unsigned type = m->v[WA_MSG_TYPE].num;
	bool begins = type == WPS_M2 || type == WPS_M2D;
	bool goes_on = type == WPS_M4 || type == WPS_M6 || type == WPS_M8 || type == WPS_WSC_NACK ||
		       type == WPS_WSC_ACK;

	if (!wps_has(m, WA_ENROLLEE_NONCE) ||
		memcmp(m->v[WA_ENROLLEE_NONCE].data, run->nonce_e, WPS_NONCE_LEN) != 0)
		return false;
	return run->relay.answered ? goes_on : begins || type == WPS_WSC_NACK;
}

int wps_registrar_external_msg(
	struct wps_registrar *r, const uint8_t mac[MAC_LEN], const uint8_t *msg, size_t len)
{
	struct wps_run *run = find(r, mac);
	struct wps_msg m;

	if (!run)
		return -ENOENT;
	struct wps_relay *y = &run->relay;
	if (wps_msg_read(msg, len, &m) < 0 || !fits(run, &m) || y->count == WPS_RELAY_MAX) {
		log_msg(LOG_DBG, "WPS: an external registrar's message for " MACSTR " is dropped",
			MAC2STR(mac));
		return -EBUSY;
	}
	y->queue[y->count] = (struct bytes){NULL, 0};
	int err = bytes_set(&y->queue[y->count], msg, len);
	if (err)
		return err;
	y->count++;
	if (run->state != RUN_AWAIT_EXTERNAL || !y->active || run->has_out || y->count > 1)
		return 0;
	give_word(run);
	if (y->wake)
		y->wake(y->wake_ctx);
	return 0;
}
