/* EAP-WSC, peer side: an enrollee, or the registrar of an access point, behind EAP framing
 * (WSC 2.0, 7.7). */
#include <errno.h>
#include <stdlib.h>

#include "eap_peer/eap_peer_i.h"
#include "utils/log.h"
#include "wps/wsc_frame.h"

struct eap_wsc {
	struct wps_run *run;
	struct wsc_frame frame;
};

static void wsc_free(void *method)
{
	struct eap_wsc *m = method;

	wps_run_free(m->run);
	wsc_frame_clear(&m->frame);
	free(m);
}

static bool wsc_fits(const struct eap_peer_config *cfg)
{
	return cfg->wps_dev;
}

static void *wsc_init(const struct eap_peer_config *cfg)
{
	struct eap_wsc *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	wsc_frame_init(&m->frame, cfg->fragment_size);
	m->run = cfg->wps_dev ? eap_wsc_new_run(cfg) : NULL;
	if (m->run)
		return m;
	wsc_free(m);
	return NULL;
}

/* What the run wants to say, as the first fragment. */
static int answer(struct eap_wsc *m, struct writer *w)
{
	enum wsc_op op;
	struct bytes msg = {0};

	if (wps_run_next(m->run, &op, &msg) < 0)
		return -ENODATA;
	wsc_frame_queue(&m->frame, op, &msg);
	wsc_frame_write(&m->frame, w);
	return 0;
}

static int wsc_process(void *method, struct reader data, struct writer *w)
{
	struct eap_wsc *m = method;
	enum wsc_op op;
	enum wps_result result;
	const uint8_t *msg;
	size_t len;
	int err;

	switch (wsc_frame_rx(&m->frame, data, &op, &msg, &len)) {
	case WSC_RX_BAD:
		log_msg(LOG_DBG, "EAP-WSC: request dropped, its framing is wrong");
		return -EBADMSG;
	case WSC_RX_MORE:
		wsc_frame_write_ack(w);
		return 0;
	case WSC_RX_FRAG_ACK:
		wsc_frame_write(&m->frame, w);
		return 0;
	case WSC_RX_MESSAGE:
		result = wps_run_process(m->run, op, msg, len);
		err = answer(m, w);
		return err && result == WPS_R_FAILED ? -ECONNABORTED : err;
	}
	return -EBADMSG;
}

static void wsc_aborted(void *method)
{
	struct eap_wsc *m = method;
	wps_run_aborted(m->run);
}

const struct eap_peer_method eap_peer_wsc = {
	.name = "WSC",
	.type = EAP_TYPE_EXPANDED,
	.vendor = EAP_VENDOR_WFA,
	.vendor_type = EAP_VENDOR_TYPE_WSC,
	.fits = wsc_fits,
	.init = wsc_init,
	.process = wsc_process,
	.aborted = wsc_aborted,
	.free = wsc_free,
};
