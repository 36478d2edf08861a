/* Supplicant port access entity with its EAP peer (IEEE 802.1X-2020, RFC 4137). */
#ifndef EAPOL_EAPOL_SUPP_H
#define EAPOL_EAPOL_SUPP_H

#include "eap_peer/eap_peer.h"

struct eapol_supp;

struct eapol_supp_ops {
	/* Whole EAPOL packet towards the authenticator. */
	void (*send_eapol)(void *ctx, const uint8_t *packet, size_t len);
	/* EAP ended (EAP-Success / EAP-Failure or timeout). After success once more for each
	 * conversation the authenticator begins on the open port. */
	void (*result)(void *ctx, bool success);
};

/* eap_ops: progress reports of the EAP peer (see eap_peer.h); same ctx. Its send_eap is not used;
 * finished (may be NULL) comes just before result. Only in result may the port entity be freed. */
struct eapol_supp *eapol_supp_new(struct timers *timers, const struct eapol_supp_ops *ops,
	const struct eap_peer_ops *eap_ops, void *ctx);
void eapol_supp_free(struct eapol_supp *s);
/* Associated with an AP that wants EAP: waits for the identity request, sends EAPOL-Start (up to 3
 * times). cfg is copied. */
int eapol_supp_start(
	struct eapol_supp *s, const struct eap_peer_config *cfg, uint8_t eapol_version);
/* Of the supplicant PAE (IEEE 802.1X-2004, 8.2.11): seconds 0..65535 (60, 30, 30), and how many
 * EAPOL-Starts (3). From the next change of the state on, also of later links. */
enum eapol_supp_time {
	EAPOL_SUPP_HELD_PERIOD,
	EAPOL_SUPP_AUTH_PERIOD,
	EAPOL_SUPP_START_PERIOD,
	EAPOL_SUPP_MAX_START,
	EAPOL_SUPP_TIMES
};
void eapol_supp_set_time(struct eapol_supp *s, enum eapol_supp_time which, unsigned value);
/* Just after start: a first EAPOL-Start at once, for an authenticator that will not begin by
 * itself. It may get lost where the authenticator has not installed the keys yet: the next one
 * comes as soon as without it. */
void eapol_supp_ask(struct eapol_supp *s);
/* Link gone; aborts the method. */
void eapol_supp_stop(struct eapol_supp *s);
void eapol_supp_rx(struct eapol_supp *s, const uint8_t *packet, size_t len);
/* The key the successful EAP method gave (RFC 3748, 7.10: MSK, 64 octets); NULL: none. A view until
 * the next start or stop. */
const uint8_t *eapol_supp_msk(const struct eapol_supp *s, size_t *len);
/* The port needs no EAP now: a cached PMK, or the driver, did it. AUTHENTICATED without MSK and
 * without result; an identity request of the authenticator begins a conversation as ever. */
void eapol_supp_no_start(struct eapol_supp *s);
/* Tells the authenticator to close the port, and hears it no more until started again. */
void eapol_supp_logoff(struct eapol_supp *s);
/* A key frame came while EAP is under way: as good as an EAP-Success that was lost, when the method
 * is over. Returns whether it was (result was called). */
bool eapol_supp_lower_success(struct eapol_supp *s);
bool eapol_supp_authenticated(const struct eapol_supp *s); /* by EAP, or without */
bool eapol_supp_logged_off(const struct eapol_supp *s);
/* In ops->result: there was no answer, rather than one that said no. */
bool eapol_supp_silent(const struct eapol_supp *s);
/* Name of the EAP method that opened the port; NULL: it is closed. */
const char *eapol_supp_method(const struct eapol_supp *s);
/* `Supplicant PAE state=` … lines of STATUS, dot1xSupp… lines of MIB. */
void eapol_supp_status(const struct eapol_supp *s, bool verbose, struct strbuf *out);
void eapol_supp_mib(const struct eapol_supp *s, struct strbuf *out);

#endif
