/* Authenticator port access entity of one station, with its EAP server (IEEE 802.1X-2020). */
#ifndef EAPOL_EAPOL_AUTH_H
#define EAPOL_EAPOL_AUTH_H

#include "eap_server/eap_server.h"

struct eapol_auth;

struct eapol_auth_ops {
	/* Whole EAPOL packet to the station. */
	void (*send_eapol)(void *ctx, const uint8_t *packet, size_t len);
	/* EAP ended. After WSC that is always a failure; the WPS outcome came through the
	 * registrar. */
	void (*result)(void *ctx, bool success);
};

/* eap_ops: progress reports; send_eap is taken over by the port entity, the others go to ctx.
 * finished (may be NULL) comes just before result; only in result may the port entity be freed. */
struct eapol_auth *eapol_auth_new(struct timers *timers, const struct eap_server_config *cfg,
	uint8_t eapol_version, const struct eapol_auth_ops *ops,
	const struct eap_server_ops *eap_ops, void *ctx);
void eapol_auth_free(struct eapol_auth *a);
/* Station associated: send the identity request now (or wait for EAPOL-Start with wait_start: some
 * WPS stations that associate without WPS element may run 802.1X or PSK). */
void eapol_auth_start(struct eapol_auth *a, bool wait_start);
/* EAPOL packet of type EAP, START, LOGOFF from the station. */
void eapol_auth_rx(struct eapol_auth *a, const uint8_t *packet, size_t len);
/* dot1x… lines of the STA record, `name=value` dump of `STA x eapol`. */
void eapol_auth_mib(const struct eapol_auth *a, struct strbuf *out);

#endif
