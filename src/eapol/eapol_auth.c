#include "eapol/eapol_auth.h"

#include <stdlib.h>

#include "common/eapol_key.h"
#include "utils/log.h"

#define QUIET_PERIOD_SEC 60
#define SERVER_TIMEOUT_SEC 30

/* Authenticator PAE, IEEE 802.1X-2004, 8.2.4; the numbers are those of dot1xAuthPaeState. Without
 * AUTHENTICATED: the methods there are end in failure by design. */
enum auth_pae {
	PAE_INITIALIZE = 1,
	PAE_DISCONNECTED = 2,
	PAE_CONNECTING = 3, /* waits for EAPOL-Start */
	PAE_AUTHENTICATING = 4,
	PAE_HELD = 7,
};

struct eapol_auth {
	struct timers *timers;
	const struct eapol_auth_ops *ops;
	const struct eap_server_ops *eap_ops; /* the owner's */
	struct eap_server_ops inner;          /* what the EAP server calls */
	void *ctx;
	struct eap_server *eap;
	uint8_t version;
	enum auth_pae state;
	struct timer quiet;
	uint64_t started;
	/* dot1xAuth counters */
	unsigned rx, tx, rx_start, rx_logoff, rx_resp_id, rx_resp, tx_req_id, tx_req, rx_invalid,
		rx_len_error;
	unsigned last_version;
	unsigned enters_connecting, enters_authenticating, fails, timeouts, starts_while_auth,
		logoffs_while_auth;
};

static const char *pae_name(enum auth_pae s)
{
	switch (s) {
	case PAE_INITIALIZE:
		return "INITIALIZE";
	case PAE_DISCONNECTED:
		return "DISCONNECTED";
	case PAE_CONNECTING:
		return "CONNECTING";
	case PAE_AUTHENTICATING:
		return "AUTHENTICATING";
	case PAE_HELD:
		return "HELD";
	}
	return "?";
}

static void enter(struct eapol_auth *a, enum auth_pae next, const char *reason)
{
	log_msg(LOG_DBG, "EAPOL authenticator: %s -> %s (%s)", pae_name(a->state), pae_name(next),
		reason);
	a->state = next;
	if (next != PAE_HELD)
		timer_stop(&a->quiet);
}

static void send_eapol(struct eapol_auth *a, const uint8_t *eap, size_t len)
{
	_cleanup_(writer_free) struct writer w = writer_new(EAPOL_HDR_LEN + len);
	eapol_write(&w, a->version, EAPOL_EAP, eap, len);
	if (!writer_ok(&w)) {
		log_msg(LOG_ERR, "EAPOL authenticator: no memory to send a frame of %zu bytes",
			len);
		return;
	}
	a->tx++;
	a->ops->send_eapol(a->ctx, w.buf, w.len);
}

/* --- what the EAP server calls; its ctx is the port entity --- */

static void eap_send(void *ctx, const uint8_t *packet, size_t len)
{
	struct eapol_auth *a = ctx;
	struct eap_packet p;

	if (eap_parse(packet, len, &p) == 0 && p.code == EAP_REQUEST) {
		if (p.type == EAP_TYPE_IDENTITY)
			a->tx_req_id++;
		else
			a->tx_req++;
	}
	send_eapol(a, packet, len);
}

static void eap_started(void *ctx)
{
	struct eapol_auth *a = ctx;
	a->eap_ops->started(a->ctx);
}

static void eap_proposed(void *ctx, uint32_t vendor, uint32_t method)
{
	struct eapol_auth *a = ctx;
	a->eap_ops->proposed_method(a->ctx, vendor, method);
}

static void eap_retransmit(void *ctx)
{
	struct eapol_auth *a = ctx;
	a->eap_ops->retransmit(a->ctx);
}

static void quiet_over(struct timer *t, void *ctx)
{
	enter(ctx, PAE_CONNECTING, "quiet period over");
}

static void eap_finished(void *ctx, bool success, bool timeout)
{
	struct eapol_auth *a = ctx;

	a->fails++;
	if (timeout)
		a->timeouts++;
	enter(a, PAE_HELD, timeout ? "the station is silent" : "EAP over");
	timer_start(a->timers, &a->quiet, QUIET_PERIOD_SEC * USEC_PER_SEC, quiet_over, a);
	if (a->eap_ops->finished)
		a->eap_ops->finished(a->ctx, success, timeout);
	a->ops->result(a->ctx, success);
}

struct eapol_auth *eapol_auth_new(struct timers *timers, const struct eap_server_config *cfg,
	uint8_t eapol_version, const struct eapol_auth_ops *ops,
	const struct eap_server_ops *eap_ops, void *ctx)
{
	struct eapol_auth *a = calloc(1, sizeof(*a));
	if (!a)
		return NULL;
	a->timers = timers;
	a->ops = ops;
	a->eap_ops = eap_ops;
	a->ctx = ctx;
	a->version = eapol_version;
	a->state = PAE_INITIALIZE;
	a->started = timers_now(timers);
	a->inner = (struct eap_server_ops){
		.send_eap = eap_send,
		.started = eap_started,
		.proposed_method = eap_proposed,
		.retransmit = eap_retransmit,
		.finished = eap_finished,
	};
	a->eap = eap_server_new(timers, cfg, &a->inner, a);
	if (!a->eap) {
		free(a);
		return NULL;
	}
	return a;
}

void eapol_auth_free(struct eapol_auth *a)
{
	if (!a)
		return;
	timer_stop(&a->quiet);
	eap_server_free(a->eap);
	free(a);
}

static void authenticate(struct eapol_auth *a, const char *reason)
{
	if (a->state != PAE_AUTHENTICATING) {
		a->enters_authenticating++;
		enter(a, PAE_AUTHENTICATING, reason);
	}
	eap_server_start(a->eap);
}

void eapol_auth_start(struct eapol_auth *a, bool wait_start)
{
	a->enters_connecting++;
	enter(a, PAE_CONNECTING, "associated");
	if (!wait_start)
		authenticate(a, "identity request");
}

static void on_start(struct eapol_auth *a)
{
	a->rx_start++;
	switch (a->state) {
	case PAE_CONNECTING:
		authenticate(a, "EAPOL-Start");
		break;
	case PAE_AUTHENTICATING:
		a->starts_while_auth++;
		authenticate(a, "EAPOL-Start");
		break;
	case PAE_INITIALIZE:
	case PAE_DISCONNECTED:
	case PAE_HELD:
		break;
	}
}

static void on_eap(struct eapol_auth *a, struct reader body)
{
	struct eap_packet packet;

	if (eap_parse(body.p, reader_left(&body), &packet) < 0) {
		a->rx_len_error++;
		return;
	}
	if (packet.type == EAP_TYPE_IDENTITY)
		a->rx_resp_id++;
	else
		a->rx_resp++;
	if (a->state == PAE_AUTHENTICATING)
		eap_server_rx(a->eap, body.p, reader_left(&body));
}

void eapol_auth_rx(struct eapol_auth *a, const uint8_t *packet, size_t len)
{
	struct eapol_hdr hdr;
	struct reader body;

	a->rx++;
	if (!eapol_parse(packet, len, &hdr, &body)) {
		a->rx_len_error++;
		log_msg(LOG_DBG, "EAPOL authenticator: frame of %zu bytes is cut off, dropped",
			len);
		return;
	}
	a->last_version = hdr.version;
	switch (hdr.type) {
	case EAPOL_EAP:
		on_eap(a, body);
		break;
	case EAPOL_START:
		on_start(a);
		break;
	case EAPOL_LOGOFF:
		/* Unprotected, so anybody may have sent it: counted, not obeyed. The port is closed
		 * anyhow. */
		a->rx_logoff++;
		if (a->state == PAE_AUTHENTICATING)
			a->logoffs_while_auth++;
		break;
	default:
		a->rx_invalid++;
		break;
	}
}

void eapol_auth_mib(const struct eapol_auth *a, struct strbuf *out)
{
	const char *identity = eap_server_identity(a->eap);

	strbuf_add(out,
		"dot1xPaePortProtocolVersion=%u\ndot1xPaePortCapabilities=1\n"
		"dot1xPaePortInitialize=%s\ndot1xPaePortReauthenticate=FALSE\n"
		"dot1xAuthPaeState=%d\ndot1xAuthBackendAuthState=%d\n",
		a->version, a->state == PAE_INITIALIZE ? "TRUE" : "FALSE", a->state,
		a->state == PAE_AUTHENTICATING ? 2 /* response */ : 6 /* idle */);
	strbuf_add(out,
		"dot1xAuthAdminControlledDirections=0\ndot1xAuthOperControlledDirections=0\n"
		"dot1xAuthAuthControlledPortStatus=2\ndot1xAuthAuthControlledPortControl=2\n"
		"dot1xAuthQuietPeriod=%u\ndot1xAuthServerTimeout=%u\ndot1xAuthReAuthPeriod=3600\n"
		"dot1xAuthReAuthEnabled=FALSE\ndot1xAuthKeyTxEnabled=FALSE\n",
		QUIET_PERIOD_SEC, SERVER_TIMEOUT_SEC);
	strbuf_add(out,
		"dot1xAuthEapolFramesRx=%u\ndot1xAuthEapolFramesTx=%u\ndot1xAuthEapolStartFramesRx="
		"%u\n"
		"dot1xAuthEapolLogoffFramesRx=%u\ndot1xAuthEapolRespIdFramesRx=%u\n"
		"dot1xAuthEapolRespFramesRx=%u\ndot1xAuthEapolReqIdFramesTx=%u\n"
		"dot1xAuthEapolReqFramesTx=%u\ndot1xAuthInvalidEapolFramesRx=%u\n"
		"dot1xAuthEapLengthErrorFramesRx=%u\ndot1xAuthLastEapolFrameVersion=%u\n",
		a->rx, a->tx, a->rx_start, a->rx_logoff, a->rx_resp_id, a->rx_resp, a->tx_req_id,
		a->tx_req, a->rx_invalid, a->rx_len_error, a->last_version);
	strbuf_add(out,
		"dot1xAuthEntersConnecting=%u\ndot1xAuthEntersAuthenticating=%u\n"
		"dot1xAuthAuthFailWhileAuthenticating=%u\ndot1xAuthAuthTimeoutsWhileAuthenticating="
		"%u\n"
		"dot1xAuthAuthEapStartsWhileAuthenticating=%u\n"
		"dot1xAuthAuthEapLogoffWhileAuthenticating=%u\n",
		a->enters_connecting, a->enters_authenticating, a->fails, a->timeouts,
		a->starts_while_auth, a->logoffs_while_auth);
	strbuf_add(out,
		"dot1xAuthSessionId=%016llX\ndot1xAuthSessionAuthenticMethod=2\n"
		"dot1xAuthSessionTime=%llu\ndot1xAuthSessionTerminateCause=999\n"
		"dot1xAuthSessionUserName=%s\n",
		(unsigned long long)eap_server_session_id(a->eap),
		(unsigned long long)((timers_now(a->timers) - a->started) / USEC_PER_SEC),
		identity ? identity : "N/A");
}
