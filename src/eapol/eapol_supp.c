#include "eapol/eapol_supp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/eapol_key.h"
#include "utils/log.h"

/* Access points begin by themselves nearly always; a Start at once would make them begin twice. */
#define FIRST_START_SEC 1

static const unsigned defaults[EAPOL_SUPP_TIMES] = {[EAPOL_SUPP_HELD_PERIOD] = 60,
	[EAPOL_SUPP_AUTH_PERIOD] = 30,
	[EAPOL_SUPP_START_PERIOD] = 30,
	[EAPOL_SUPP_MAX_START] = 3};

/* Supplicant PAE, IEEE 802.1X-2004, 8.2.11; the numbers are those of dot1xSuppPaeState. */
enum supp_pae {
	PAE_DISCONNECTED = 1,
	PAE_LOGOFF = 2,
	PAE_CONNECTING = 3,
	PAE_AUTHENTICATING = 4,
	PAE_AUTHENTICATED = 5,
	PAE_HELD = 7
};

struct eapol_supp {
	struct timers *timers;
	const struct eapol_supp_ops *ops;
	const struct eap_peer_ops *eap_ops; /* the owner's */
	struct eap_peer_ops inner;          /* what the EAP peer calls */
	void *ctx;
	struct eap_peer *eap;
	uint8_t version;
	unsigned times[EAPOL_SUPP_TIMES];
	enum supp_pae state;
	struct timer timer;   /* startWhen, authWhile, heldWhile by state */
	unsigned starts_sent; /* or begun by the authenticator */
	bool receiving;       /* the EAP peer has a packet */
	bool silent;          /* the failure is for want of packets */
	/* dot1xSupp counters */
	unsigned rx, tx, tx_start, tx_logoff, tx_resp, rx_req_id, rx_req, rx_invalid, rx_len_error;
	unsigned last_version;
};

static const char *pae_name(enum supp_pae s)
{
	switch (s) {
	case PAE_DISCONNECTED:
		return "DISCONNECTED";
	case PAE_LOGOFF:
		return "LOGOFF";
	case PAE_CONNECTING:
		return "CONNECTING";
	case PAE_AUTHENTICATING:
		return "AUTHENTICATING";
	case PAE_AUTHENTICATED:
		return "AUTHENTICATED";
	case PAE_HELD:
		return "HELD";
	}
	return "?";
}

static void on_timer(struct timer *t, void *ctx);

/* Seconds until on_timer(); -1 for ever. */
static int period_of(const struct eapol_supp *s, enum supp_pae next)
{
	unsigned start = s->times[EAPOL_SUPP_START_PERIOD];

	switch (next) {
	case PAE_DISCONNECTED:
	case PAE_LOGOFF:
	case PAE_AUTHENTICATED:
		break;
	case PAE_CONNECTING:
		return (int)(s->starts_sent || start < FIRST_START_SEC ? start : FIRST_START_SEC);
	case PAE_AUTHENTICATING:
		return (int)s->times[EAPOL_SUPP_AUTH_PERIOD];
	case PAE_HELD:
		return (int)s->times[EAPOL_SUPP_HELD_PERIOD];
	}
	return -1;
}

static void enter(struct eapol_supp *s, enum supp_pae next, const char *reason)
{
	int sec = period_of(s, next);

	if (s->state != next)
		log_msg(LOG_DBG, "EAPOL supplicant: %s -> %s (%s)", pae_name(s->state),
			pae_name(next), reason);
	s->state = next;
	if (sec >= 0)
		timer_start(s->timers, &s->timer, (unsigned)sec * USEC_PER_SEC, on_timer, s);
	else
		timer_stop(&s->timer);
}

static void send_eapol(struct eapol_supp *s, uint8_t type, const uint8_t *body, size_t len)
{
	_cleanup_(writer_free) struct writer w = writer_new(EAPOL_HDR_LEN + len);
	eapol_write(&w, s->version, type, body, len);
	if (!writer_ok(&w)) {
		log_msg(LOG_ERR, "EAPOL supplicant: no memory to send a frame of %zu bytes", len);
		return;
	}
	s->tx++;
	s->ops->send_eapol(s->ctx, w.buf, w.len);
}

static void send_start(struct eapol_supp *s)
{
	s->tx_start++;
	send_eapol(s, EAPOL_START, NULL, 0);
}

static void on_timer(struct timer *t, void *ctx)
{
	struct eapol_supp *s = ctx;

	switch (s->state) {
	case PAE_CONNECTING:
	case PAE_AUTHENTICATING:
		if (s->starts_sent < s->times[EAPOL_SUPP_MAX_START]) {
			/* An authenticator that gets our Start begins anew, so do we. */
			eap_peer_restart(s->eap);
			s->starts_sent++;
			send_start(s);
			enter(s, PAE_CONNECTING, "the authenticator is silent");
			break;
		}
		enter(s, PAE_HELD, "the authenticator stays silent");
		eap_peer_abort(s->eap);
		s->silent = true;
		s->ops->result(s->ctx, false);
		break;
	case PAE_DISCONNECTED:
	case PAE_LOGOFF:
	case PAE_AUTHENTICATED:
	case PAE_HELD:
		enter(s, PAE_DISCONNECTED, "held long enough");
		break;
	}
}

/* --- what the EAP peer calls; its ctx is the port entity --- */

static void eap_send(void *ctx, const uint8_t *packet, size_t len)
{
	struct eapol_supp *s = ctx;
	s->tx_resp++;
	send_eapol(s, EAPOL_EAP, packet, len);
}

static void eap_started(void *ctx)
{
	struct eapol_supp *s = ctx;
	s->eap_ops->started(s->ctx);
}

static void eap_proposed(void *ctx, uint32_t vendor, uint32_t method, bool nak)
{
	struct eapol_supp *s = ctx;
	s->eap_ops->proposed_method(s->ctx, vendor, method, nak);
}

static void eap_selected(void *ctx, uint32_t vendor, uint32_t method, const char *name)
{
	struct eapol_supp *s = ctx;
	s->eap_ops->method_selected(s->ctx, vendor, method, name);
}

static void eap_status(void *ctx, const char *status, const char *parameter)
{
	struct eapol_supp *s = ctx;
	s->eap_ops->status(s->ctx, status, parameter);
}

static void eap_finished(void *ctx, bool success)
{
	struct eapol_supp *s = ctx;
	s->silent = !success && !s->receiving;
	enter(s, success ? PAE_AUTHENTICATED : PAE_HELD, "EAP over");
	if (s->eap_ops->finished)
		s->eap_ops->finished(s->ctx, success);
	s->ops->result(s->ctx, success);
}

struct eapol_supp *eapol_supp_new(struct timers *timers, const struct eapol_supp_ops *ops,
	const struct eap_peer_ops *eap_ops, void *ctx)
{
	struct eapol_supp *s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->timers = timers;
	s->ops = ops;
	s->eap_ops = eap_ops;
	s->ctx = ctx;
	s->state = PAE_DISCONNECTED;
	memcpy(s->times, defaults, sizeof(s->times));
	s->inner = (struct eap_peer_ops){
		.send_eap = eap_send,
		.started = eap_started,
		.proposed_method = eap_proposed,
		.method_selected = eap_selected,
		.status = eap_status,
		.finished = eap_finished,
	};
	s->eap = eap_peer_new(timers, &s->inner, s);
	if (!s->eap) {
		free(s);
		return NULL;
	}
	return s;
}

void eapol_supp_free(struct eapol_supp *s)
{
	if (!s)
		return;
	timer_stop(&s->timer);
	eap_peer_free(s->eap);
	free(s);
}

int eapol_supp_start(struct eapol_supp *s, const struct eap_peer_config *cfg, uint8_t eapol_version)
{
	int err = eap_peer_start(s->eap, cfg);
	if (err)
		return err;
	s->version = eapol_version;
	s->starts_sent = 0;
	enter(s, PAE_CONNECTING, "associated");
	return 0;
}

void eapol_supp_set_time(struct eapol_supp *s, enum eapol_supp_time which, unsigned value)
{
	s->times[which] = value;
}

void eapol_supp_ask(struct eapol_supp *s)
{
	if (s->state == PAE_CONNECTING)
		send_start(s);
}

void eapol_supp_stop(struct eapol_supp *s)
{
	enter(s, PAE_DISCONNECTED, "link gone");
	eap_peer_abort(s->eap);
}

void eapol_supp_no_start(struct eapol_supp *s)
{
	if (s->state != PAE_CONNECTING && s->state != PAE_AUTHENTICATING)
		return;
	enter(s, PAE_AUTHENTICATED, "no EAP needed");
	eap_peer_restart(s->eap);
	eap_peer_skip(s->eap);
}

void eapol_supp_logoff(struct eapol_supp *s)
{
	if (s->state == PAE_DISCONNECTED || s->state == PAE_LOGOFF)
		return;
	enter(s, PAE_LOGOFF, "told to");
	eap_peer_abort(s->eap);
	s->tx_logoff++;
	send_eapol(s, EAPOL_LOGOFF, NULL, 0);
}

bool eapol_supp_lower_success(struct eapol_supp *s)
{
	return s->state == PAE_AUTHENTICATING && eap_peer_lower_success(s->eap);
}

const uint8_t *eapol_supp_msk(const struct eapol_supp *s, size_t *len)
{
	return eap_peer_msk(s->eap, len);
}

/* The authenticator wants to know once more who we are. Other packets are late ones of the
 * conversation that is over. */
static bool begins_anew(struct eapol_supp *s, const struct eap_packet *packet)
{
	if (packet->code != EAP_REQUEST || packet->type != EAP_TYPE_IDENTITY)
		return false;
	s->starts_sent = 0;
	eap_peer_restart(s->eap);
	return true;
}

static void on_eap(struct eapol_supp *s, struct reader body)
{
	struct eap_packet packet;
	const uint8_t *data = body.p;
	size_t len = reader_left(&body);

	if (eap_parse(data, len, &packet) < 0) {
		s->rx_len_error++;
		return;
	}
	if (packet.code == EAP_REQUEST && packet.type == EAP_TYPE_IDENTITY)
		s->rx_req_id++;
	else if (packet.code == EAP_REQUEST)
		s->rx_req++;
	if (s->state == PAE_AUTHENTICATED && !begins_anew(s, &packet))
		return;
	if (!s->starts_sent) /* it began by itself: as good as a Start of ours */
		s->starts_sent = 1;
	enter(s, PAE_AUTHENTICATING, "EAP packet");
	s->receiving = true;
	eap_peer_rx(s->eap, data, len);
	s->receiving = false;
}

void eapol_supp_rx(struct eapol_supp *s, const uint8_t *packet, size_t len)
{
	struct eapol_hdr hdr;
	struct reader body;

	s->rx++;
	if (!eapol_parse(packet, len, &hdr, &body)) {
		s->rx_len_error++;
		log_msg(LOG_DBG, "EAPOL supplicant: frame of %zu bytes is cut off, dropped", len);
		return;
	}
	s->last_version = hdr.version;
	if (hdr.type != EAPOL_EAP) {
		s->rx_invalid++;
		return;
	}
	if (s->state == PAE_CONNECTING || s->state == PAE_AUTHENTICATING ||
		s->state == PAE_AUTHENTICATED)
		on_eap(s, body);
}

static const char *port_status(const struct eapol_supp *s)
{
	return s->state == PAE_AUTHENTICATED ? "Authorized" : "Unauthorized";
}

bool eapol_supp_authenticated(const struct eapol_supp *s)
{
	return s->state == PAE_AUTHENTICATED;
}

bool eapol_supp_logged_off(const struct eapol_supp *s)
{
	return s->state == PAE_LOGOFF;
}

bool eapol_supp_silent(const struct eapol_supp *s)
{
	return s->silent;
}

const char *eapol_supp_method(const struct eapol_supp *s)
{
	return s->state == PAE_AUTHENTICATED ? eap_peer_method(s->eap) : NULL;
}

void eapol_supp_status(const struct eapol_supp *s, bool verbose, struct strbuf *out)
{
	strbuf_add(out, "Supplicant PAE state=%s\nsuppPortStatus=%s\n", pae_name(s->state),
		port_status(s));
	if (verbose)
		strbuf_add(out,
			"heldPeriod=%u\nauthPeriod=%u\nstartPeriod=%u\nmaxStart=%u\n"
			"portControl=Auto\nSupplicant Backend state=%s\n",
			s->times[EAPOL_SUPP_HELD_PERIOD], s->times[EAPOL_SUPP_AUTH_PERIOD],
			s->times[EAPOL_SUPP_START_PERIOD], s->times[EAPOL_SUPP_MAX_START],
			s->state == PAE_AUTHENTICATING ? "RECEIVE" : "IDLE");
	eap_peer_status(s->eap, verbose, out);
}

void eapol_supp_mib(const struct eapol_supp *s, struct strbuf *out)
{
	strbuf_add(out,
		"dot1xSuppPaeState=%d\ndot1xSuppHeldPeriod=%u\ndot1xSuppAuthPeriod=%u\n"
		"dot1xSuppStartPeriod=%u\ndot1xSuppMaxStart=%u\n"
		"dot1xSuppSuppControlledPortStatus=%s\ndot1xSuppBackendPaeState=%d\n",
		s->state, s->times[EAPOL_SUPP_HELD_PERIOD], s->times[EAPOL_SUPP_AUTH_PERIOD],
		s->times[EAPOL_SUPP_START_PERIOD], s->times[EAPOL_SUPP_MAX_START], port_status(s),
		s->state == PAE_AUTHENTICATING ? 4 : 2);
	strbuf_add(out,
		"dot1xSuppEapolFramesRx=%u\ndot1xSuppEapolFramesTx=%u\n"
		"dot1xSuppEapolStartFramesTx=%u\ndot1xSuppEapolLogoffFramesTx=%u\n"
		"dot1xSuppEapolRespFramesTx=%u\ndot1xSuppEapolReqIdFramesRx=%u\n"
		"dot1xSuppEapolReqFramesRx=%u\ndot1xSuppInvalidEapolFramesRx=%u\n"
		"dot1xSuppEapLengthErrorFramesRx=%u\ndot1xSuppLastEapolFrameVersion=%u\n",
		s->rx, s->tx, s->tx_start, s->tx_logoff, s->tx_resp, s->rx_req_id, s->rx_req,
		s->rx_invalid, s->rx_len_error, s->last_version);
}
