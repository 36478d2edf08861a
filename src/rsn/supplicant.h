/* Supplicant: 4-way and group key handshake of a station (IEEE 802.11-2020, 12.7.6, 12.7.7).
 *
 * One per station interface, reused over associations. Keys are not reinstalled when message 3 or
 * group message 1 is repeated (their replay counters and nonces are remembered). */
#ifndef RSN_SUPPLICANT_H
#define RSN_SUPPLICANT_H

#include "rsn/keys.h"
#include "rsn/pmksa.h"
#include "utils/timer.h"

struct rsn_supp;

struct rsn_supp_ops {
	void (*send_eapol)(void *ctx, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len,
		bool encrypt);
	/* Pairwise key; len 0 never happens. Called after message 4 was sent. Negative result →
	 * disconnect. Keys of TKIP, here and in set_gtk, come as a station uses them: temporal key,
	 * MIC key for sending, MIC key for receiving. */
	int (*set_ptk)(void *ctx, unsigned cipher, const uint8_t *tk, size_t len);
	int (*set_gtk)(void *ctx, unsigned cipher, unsigned index, const uint8_t *gtk, size_t len,
		uint64_t rsc, bool tx); /* with a group management cipher: an IGTK */
	/* The state moved: message 1 seen, message 3 seen (waiting for the group key), all keys in
	 * place. The first two only in the first handshake of an association: while keys are in
	 * place, message 1 may be a forgery. */
	void (*on_4way)(void *ctx);
	void (*on_group_wait)(void *ctx);
	/* Keys in place: open the port. first: not a rekey. */
	void (*on_done)(void *ctx, bool first);
	void (*on_group_rekeyed)(void *ctx, unsigned group_cipher);
	void (*disconnect)(void *ctx, unsigned reason);
	/* May be NULL. Message 1 named another PMKSA than the cached one set: the AP does not have
	 * ours. Once per association, never while a pairwise key is in place; such a message 1 gets
	 * no answer. The owner drops the PMKSA and has the PMK made anew (802.1X: EAPOL-Start). */
	void (*pmkid_mismatch)(void *ctx);
};

/* What one association is about; pointers are copied. */
struct rsn_supp_assoc {
	uint8_t own[MAC_LEN], bssid[MAC_LEN];
	enum rsn_proto proto; /* 0 means PROTO_RSN */
	unsigned akm, pairwise, group;
	unsigned group_mgmt;     /* not 0: CIPHER_BIP, management frames are protected */
	const uint8_t *assoc_ie; /* RSN or WPA element we sent in the association request, whole */
	size_t assoc_ie_len;
	const uint8_t *ap_ie; /* the AP's in beacon or probe response, whole; NULL = unknown */
	size_t ap_ie_len;
	const uint8_t *ap_rsnx; /* RSNX element, whole, NULL if none */
	size_t ap_rsnx_len;
	const uint8_t *ap_wpa; /* WPA element beside the RSN element, whole, NULL if none */
	size_t ap_wpa_len;
	uint8_t eapol_version; /* 0 means 2 */
	unsigned ptk_rekey;    /* seconds after which to ask for a new pairwise key, 0 never */
};

struct rsn_supp *rsn_supp_new(struct timers *timers, const struct rsn_supp_ops *ops, void *ctx);
void rsn_supp_free(struct rsn_supp *s);
/* A PSK, or a PMK that was just made: the PMKID in message 1 is not looked at. NULL: none. */
void rsn_supp_set_pmk(struct rsn_supp *s, const uint8_t *pmk, size_t len);
/* The PMK of a cached PMKSA, copied: message 1 must name it, if it names any (12.7.6.2). */
void rsn_supp_set_pmksa(struct rsn_supp *s, const struct pmksa *e);
/* A new association: forgets keys, nonces, counters. NULL: left the AP. */
int rsn_supp_associated(struct rsn_supp *s, const struct rsn_supp_assoc *a);
/* What a handshake leaves behind: the confirmation and encryption keys of the pairwise key and the
 * replay counter. Views. */
struct rsn_supp_keys {
	const uint8_t *kck, *kek; /* NULL: not known */
	size_t kck_len, kek_len;
	bool has_replay;
	uint64_t replay; /* used last */
};
/* The driver roamed and ran the handshake of this association itself: as rsn_supp_associated(), but
 * all keys are in place, nothing is installed and on_done is not called. Keys k does not tell stay
 * unknown: group messages cannot be verified then and are dropped and counted. Without counter the
 * next one with a right MIC is taken. The PMK set before serves a later rekeying. Returns 0,
 * -EINVAL (lengths that do not fit the AKM; the keys are taken as not told), -ENOMEM. */
int rsn_supp_synced(
	struct rsn_supp *s, const struct rsn_supp_assoc *a, const struct rsn_supp_keys *k);
/* The driver ran a group handshake with bssid up to this counter. False: another AP, no pairwise
 * key yet, or not ahead of what is known; nothing changed. */
bool rsn_supp_rekeyed(struct rsn_supp *s, const uint8_t bssid[MAC_LEN], uint64_t replay);
/* Views that hold until the next call. False: there is no pairwise key. */
bool rsn_supp_keys(const struct rsn_supp *s, struct rsn_supp_keys *out);
/* Key frames of this association that could not be verified for want of a key. */
unsigned rsn_supp_unverified(const struct rsn_supp *s);
/* The PMK in use; NULL with length 0 when there is none. */
const uint8_t *rsn_supp_pmk(const struct rsn_supp *s, size_t *len);
/* A received EAPOL packet of type EAPOL_KEY from src. */
void rsn_supp_rx(struct rsn_supp *s, const uint8_t src[MAC_LEN], const uint8_t *packet, size_t len);
/* EAPOL-Key request (rekey). */
void rsn_supp_request(struct rsn_supp *s, bool pairwise);
/* The driver found a wrong Michael MIC in a received frame: tells the AP, if the keys are known
 * here. True when it was the second within 60 s (12.5.2.4): the caller leaves the AP, reason 14,
 * and stays away for 60 s. */
bool rsn_supp_mic_failure(struct rsn_supp *s, bool pairwise);
unsigned rsn_supp_pairwise(const struct rsn_supp *s);
unsigned rsn_supp_group(const struct rsn_supp *s);
bool rsn_supp_has_ptk(const struct rsn_supp *s);
/* dot11RSNA… lines of MIB. */
struct rsn_supp_limits {
	unsigned pmk_lifetime, pmk_threshold, sa_timeout; /* s, percent, s: the owner's */
};
void rsn_supp_mib(
	const struct rsn_supp *s, const struct rsn_supp_limits *limits, struct strbuf *out);

#endif
