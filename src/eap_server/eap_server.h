/* EAP server (RFC 3748, RFC 4137 state names) with a method table; Identity and WSC for now. One
 * per station. */
#ifndef EAP_SERVER_EAP_SERVER_H
#define EAP_SERVER_EAP_SERVER_H

#include "common/eap.h"
#include "utils/timer.h"
#include "wps/registrar.h"

struct eap_server;

struct eap_server_ops {
	void (*send_eap)(void *ctx, const uint8_t *packet, size_t len);
	void (*started)(void *ctx); /* CTRL-EVENT-EAP-STARTED */
	void (*proposed_method)(
		void *ctx, uint32_t vendor, uint32_t method); /* CTRL-EVENT-EAP-PROPOSED-METHOD */
	void (*retransmit)(void *ctx);
	/* timeout: the peer never answered (CTRL-EVENT-EAP-TIMEOUT-FAILURE). The server may be
	 * freed here. */
	void (*finished)(void *ctx, bool success, bool timeout);
};

struct eap_server_config {
	struct wps_registrar *registrar; /* NULL: WSC identities are refused */
	uint8_t peer_mac[MAC_LEN];
	const char *identity_message; /* text of the Identity request, NULL = none */
	size_t fragment_size;         /* 0 = 1398 */
};

struct eap_server *eap_server_new(struct timers *timers, const struct eap_server_config *cfg,
	const struct eap_server_ops *ops, void *ctx);
void eap_server_free(struct eap_server *s);
/* Identity request. Called again while that is unanswered it repeats it; later it starts anew. */
void eap_server_start(struct eap_server *s);
void eap_server_rx(struct eap_server *s, const uint8_t *packet, size_t len);
/* Random number of the conversation begun by the last start, for the STA record. */
uint64_t eap_server_session_id(const struct eap_server *s);
const char *eap_server_identity(const struct eap_server *s); /* NULL before the response */

#endif
