/* EAPOL of stations: to the authenticator, to EAP, or kept until the association is complete. */
#include "ap/ap_i.h"

#include <errno.h>

#include "common/eapol_key.h"

/* WPS ends in EAP-Failure by design; the station gets a moment to read it before it is sent away.
 */
#define WPS_LEAVE_DELAY (10 * USEC_PER_MSEC)

static void on_send_eapol(void *ctx, const uint8_t *packet, size_t len)
{
	const struct ap_sta *s = ctx;

	ap_send_eapol(s->bss, s->addr, packet, len, false);
}

static void on_result(void *ctx, bool success)
{
	struct ap_sta *s = ctx;
	ap_sta_leave_later(s, WPS_LEAVE_DELAY, AP_DEAUTH, REASON_8021X_FAILED);
}

static void on_eap_started(void *ctx)
{
	const struct ap_sta *s = ctx;
	ap_event(s->bss, LOG_INF, "CTRL-EVENT-EAP-STARTED " MACSTR, MAC2STR(s->addr));
}

static void on_proposed(void *ctx, uint32_t vendor, uint32_t method)
{
	const struct ap_sta *s = ctx;

	if (vendor)
		ap_event(s->bss, LOG_INF, "CTRL-EVENT-EAP-PROPOSED-METHOD vendor=%u method=%u",
			vendor, method);
	else
		ap_event(s->bss, LOG_INF, "CTRL-EVENT-EAP-PROPOSED-METHOD method=%u", method);
}

static void on_retransmit(void *ctx)
{
	const struct ap_sta *s = ctx;
	ap_event(s->bss, LOG_INF, "CTRL-EVENT-EAP-RETRANSMIT " MACSTR, MAC2STR(s->addr));
}

static void on_finished(void *ctx, bool success, bool timeout)
{
	const struct ap_sta *s = ctx;
	const char *what = success ? "SUCCESS" : timeout ? "TIMEOUT-FAILURE" : "FAILURE";

	ap_event(s->bss, LOG_INF, "CTRL-EVENT-EAP-%s " MACSTR, what, MAC2STR(s->addr));
}

static const struct eapol_auth_ops port_ops = {
	.send_eapol = on_send_eapol,
	.result = on_result,
};
static const struct eap_server_ops eap_ops = {
	.started = on_eap_started,
	.proposed_method = on_proposed,
	.retransmit = on_retransmit,
	.finished = on_finished,
};

int ap_eapol_sta_start(struct ap_sta *s)
{
	struct ap_bss *b = s->bss;
	struct eap_server_config cfg = {
		.registrar = b->registrar,
		.identity_message = b->cfg->eap_message,
		.fragment_size = (size_t)b->cfg->fragment_size,
	};

	mac_copy(cfg.peer_mac, s->addr);
	s->eapol = eapol_auth_new(
		b->radio->timers, &cfg, (uint8_t)b->cfg->eapol_version, &port_ops, &eap_ops, s);
	if (!s->eapol)
		return -ENOMEM;
	/* Without a WPS element the station may be here for something else: it begins. */
	eapol_auth_start(s->eapol, !s->wps);
	return 0;
}

static void keep_early(struct ap_sta *s, const uint8_t *packet, size_t len)
{
	/* The driver reports the acknowledgement of the response after the station's first frame.
	 */
	if (s->early_eapol.len == 0)
		bytes_set(&s->early_eapol, packet, len);
}

void ap_eapol_rx(struct ap_bss *b, const uint8_t addr[MAC_LEN], const uint8_t *packet, size_t len)
{
	struct ap_sta *s = ap_sta_find(b, addr);
	struct eapol_hdr h;
	struct reader body;

	if (!s || s->state == STA_AUTHENTICATED || !eapol_parse(packet, len, &h, &body)) {
		log_msg(LOG_DBG, "%s: EAPOL from " MACSTR " ignored: %s", b->cfg->interface,
			MAC2STR(addr), s ? "not associated, or malformed" : "unknown station");
		return;
	}
	if (s->state == STA_ASSOC_SENT) {
		keep_early(s, packet, len);
		return;
	}
	if (h.type == EAPOL_KEY && s->port.by_driver)
		ap_stray_key(s);
	else if (h.type == EAPOL_KEY && s->rsn)
		rsn_auth_sta_rx(s->rsn, packet, len);
	else if (h.type != EAPOL_KEY && s->eapol)
		eapol_auth_rx(s->eapol, packet, len);
}
