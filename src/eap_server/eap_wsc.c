/* EAP-WSC, server side: a registrar run, or the AP as enrollee of a registrar, behind EAP framing
 * (WSC 2.0, 7.7). */
#include <stdlib.h>
#include <string.h>

#include "eap_server/eap_server_i.h"
#include "utils/log.h"
#include "wps/wsc_frame.h"

enum wsc_pending { PENDING_NOTHING, PENDING_FRAG_ACK, PENDING_MESSAGE };

struct eap_wsc {
	struct wps_run *run;
	struct wsc_frame frame;
	enum wsc_pending pending; /* the next request */
};

static bool wsc_fits(const struct eap_server_config *cfg, const char *identity)
{
	return cfg->registrar && (!strcmp(identity, WSC_IDENTITY_ENROLLEE) ||
					 !strcmp(identity, WSC_IDENTITY_REGISTRAR));
}

static void wsc_free(void *method)
{
	struct eap_wsc *m = method;

	wps_run_free(m->run);
	wsc_frame_clear(&m->frame);
	free(m);
}

/* What the run has to say becomes the next request. */
static enum eap_server_next next_message(struct eap_wsc *m)
{
	enum wsc_op op;
	struct bytes msg = {0};

	if (wps_run_next(m->run, &op, &msg) < 0)
		return EAP_NEXT_FAILURE;
	wsc_frame_queue(&m->frame, op, &msg);
	m->pending = PENDING_MESSAGE;
	return EAP_NEXT_REQUEST;
}

/* An enrollee is asked to begin with M1; for a registrar that is ours. */
static bool first_message(struct eap_wsc *m, bool peer_is_registrar)
{
	struct bytes nothing = {0};

	if (peer_is_registrar)
		return next_message(m) == EAP_NEXT_REQUEST;
	wsc_frame_queue(&m->frame, WSC_OP_START, &nothing);
	m->pending = PENDING_MESSAGE;
	return true;
}

static void *wsc_init(
	const struct eap_server_config *cfg, const char *identity, struct eap_server_waker waker)
{
	bool peer_is_registrar = strcmp(identity, WSC_IDENTITY_REGISTRAR) == 0;
	struct eap_wsc *m = calloc(1, sizeof(*m));
	if (!m)
		return NULL;
	wsc_frame_init(&m->frame, cfg->fragment_size);
	m->run = peer_is_registrar ? wps_ap_enrollee_new(cfg->registrar, cfg->peer_mac)
				   : wps_registrar_run_new(cfg->registrar, cfg->peer_mac);
	if (!m->run || !first_message(m, peer_is_registrar)) {
		wsc_free(m);
		return NULL;
	}
	wps_run_set_wake(m->run, waker.wake, waker.ctx);
	return m;
}

static void wsc_build_request(void *method, struct writer *w)
{
	struct eap_wsc *m = method;

	switch (m->pending) {
	case PENDING_MESSAGE:
		wsc_frame_write(&m->frame, w);
		break;
	case PENDING_FRAG_ACK:
		wsc_frame_write_ack(w);
		break;
	case PENDING_NOTHING:
		break;
	}
	m->pending = PENDING_NOTHING;
}

static enum eap_server_next next_of(struct eap_wsc *m, enum wps_result result)
{
	switch (result) {
	case WPS_R_CONTINUE:
		return next_message(m);
	case WPS_R_PENDING:
		return EAP_NEXT_PENDING;
	case WPS_R_IGNORED:
		return EAP_NEXT_WAIT;
	case WPS_R_DONE: /* EAP-WSC ends in EAP-Failure in any case */
	case WPS_R_FAILED:
		return EAP_NEXT_FAILURE;
	}
	return EAP_NEXT_FAILURE;
}

static enum eap_server_next wsc_resume(void *method)
{
	return next_message(method);
}

static enum eap_server_next wsc_process(void *method, struct reader data)
{
	struct eap_wsc *m = method;
	enum wsc_op op;
	const uint8_t *msg;
	size_t len;

	switch (wsc_frame_rx(&m->frame, data, &op, &msg, &len)) {
	case WSC_RX_BAD:
		log_msg(LOG_DBG, "EAP-WSC: response dropped, its framing is wrong");
		return EAP_NEXT_WAIT;
	case WSC_RX_MORE:
		m->pending = PENDING_FRAG_ACK;
		return EAP_NEXT_REQUEST;
	case WSC_RX_FRAG_ACK:
		m->pending = PENDING_MESSAGE;
		return EAP_NEXT_REQUEST;
	case WSC_RX_MESSAGE:
		return next_of(m, wps_run_process(m->run, op, msg, len));
	}
	return EAP_NEXT_WAIT;
}

static void wsc_aborted(void *method)
{
	struct eap_wsc *m = method;
	wps_run_aborted(m->run);
}

const struct eap_server_method eap_server_wsc = {
	.name = "WSC",
	.vendor = EAP_VENDOR_WFA,
	.vendor_type = EAP_VENDOR_TYPE_WSC,
	.fits = wsc_fits,
	.init = wsc_init,
	.build_request = wsc_build_request,
	.process = wsc_process,
	.resume = wsc_resume,
	.aborted = wsc_aborted,
	.free = wsc_free,
};
