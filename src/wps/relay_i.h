/* A registrar run as relay between a station and external registrars. */
#ifndef WPS_RELAY_I_H
#define WPS_RELAY_I_H

#include <uthash.h>

#include "wps/wps.h"

struct wps_registrar;
struct wps_in;

#define WPS_RELAY_MAX 4 /* messages waiting: external registrars that answer M1 all at once */

struct wps_relay {
	UT_hash_handle hh;    /* among the runs that external registrars know, by address */
	uint8_t mac[MAC_LEN]; /* the key */
	bool listed;
	bool active;    /* one of them has the word: no message is ours any more */
	bool answered;  /* M2 went through: no second registrar may begin */
	unsigned heard; /* type of the enrollee's last message */
	struct bytes queue[WPS_RELAY_MAX];
	unsigned count;
	void (*wake)(void *ctx);
	void *wake_ctx;
};

/* Tells external registrars of an enrollee's message; from the first one that somebody hears of the
 * run can be found by wps_registrar_external_msg(). False: nobody listens. */
bool wps_relay_forward(struct wps_run *run, const uint8_t *msg, size_t len);
/* The external registrars' turn: the first message of the queue, or the wait for one. */
enum wps_result wps_relay_wait(struct wps_run *run, const char *reason);
/* Op code of a message type. */
enum wsc_op wps_op_of(unsigned type);
/* Any message of the enrollee once the relay is active. */
enum wps_result wps_relay_message(struct wps_run *run, const struct wps_in *in);
/* Our own registrar goes on, or the run is over: nothing of theirs is wanted. */
void wps_relay_stop(struct wps_run *run);

#endif
