/* Inside of the supplicant: supplicant.c (association, requests), supp_rx.c (handshakes),
 * supp_sync.c (handshakes the driver ran), supp_mib.c (texts). */
#ifndef RSN_SUPP_I_H
#define RSN_SUPP_I_H

#include "rsn/frame_i.h"
#include "rsn/supplicant.h"

enum supp_state {
	SUPP_IDLE,       /* no association */
	SUPP_ASSOCIATED, /* no message 1 yet */
	SUPP_WAIT_M3,
	SUPP_WAIT_GROUP, /* WPA: the group key comes in a handshake of its own */
	SUPP_DONE,
};

#define GTK_SLOTS 4 /* key indices 0..3 */
#define IGTK_FIRST 4
#define IGTK_SLOTS 2

struct supp_gtk {
	uint8_t key[32];
	size_t len; /* 0: none installed */
};

struct rsn_supp {
	struct timers *timers;
	const struct rsn_supp_ops *ops;
	void *ctx;
	enum supp_state state;

	uint8_t pmk[PMK_MAX_LEN];
	size_t pmk_len;
	uint8_t pmkid[PMKID_LEN]; /* of the cached PMKSA the PMK is from */
	bool have_pmkid;
	bool mismatch_told; /* ops->pmkid_mismatch, of this association */

	struct rsn_supp_assoc assoc; /* its pointers lead to the copies below */
	struct bytes assoc_ie, ap_ie, ap_rsnx, ap_wpa;

	/* One SNonce per handshake, whatever ANonces come in: message 1 is not authenticated, so a
	 * forged one must not take away the nonce the real message 3 was made with. */
	uint8_t snonce[NONCE_LEN];
	bool have_snonce;
	struct ptk tptk; /* for tptk_anonce */
	uint8_t tptk_anonce[NONCE_LEN];
	bool have_tptk;

	/* A pairwise key is in place. One the driver agreed on (synced) may be unknown here, and
	 * its nonces are. */
	bool keyed, synced;
	struct ptk ptk; /* installed; of a synced one KCK and KEK */
	uint8_t ptk_anonce[NONCE_LEN];
	bool have_ptk;
	unsigned unverified; /* frames nobody here has the key for */
	bool was_rekey;      /* ptk came from a rekeying: its handshake ran encrypted */
	struct supp_gtk gtk[GTK_SLOTS], igtk[IGTK_SLOTS];

	uint64_t replay; /* highest of an authenticated frame */
	bool have_replay;
	uint64_t request_replay; /* of our next request */
	struct timer rekey;
	unsigned handshake_failures;
	uint64_t mic_failed_at; /* 0: not in this association */
};

void supp_enter(struct rsn_supp *s, enum supp_state state, const char *reason);
/* Forgets all keys, nonces and counters of the association. */
void supp_forget_keys(struct rsn_supp *s);
/* Builds and sends a key frame; see rsn_frame_write(). */
void supp_send(struct rsn_supp *s, struct eapol_key *k, const uint8_t *kck, bool encrypt);
/* (Re)starts the timer that asks for a new pairwise key. */
void supp_arm_rekey(struct rsn_supp *s);

#endif
