/* Inside of the authenticator: authenticator.c (BSS), auth_sta.c (4-way handshake), auth_group.c
 * (group key), auth_mic.c (TKIP countermeasures), auth_mib.c (texts). */
#ifndef RSN_AUTH_I_H
#define RSN_AUTH_I_H

#include <sys/queue.h>

#include "rsn/authenticator.h"
#include "rsn/frame_i.h"

#define IGTK_LEN 16 /* of BIP-CMAC-128, the one group management cipher here */

/* Group keys are numbered; number g lies in slot g % 2 and is key index 1 + g % 2, so the key in
 * use and the next one never share an index. The IGTK of number g has key index 4 + g % 2. */
struct rsn_auth_group {
	uint8_t gtk[2][32];
	size_t gtk_len;
	uint8_t igtk[2][IGTK_LEN]; /* of frame protection, with the GTK of the same number */
	uint64_t active;           /* the one we transmit with */
	uint64_t newest;           /* active + 1 while stations are told about the next */
	bool again;                /* asked to rekey while doing so */
	bool failed;               /* the driver refused the key */
	bool started;
	size_t waiting; /* stations that hold up the switch */
	struct timer timer;
};

/* In place of a group key's number: the station knows none. */
#define GTK_NONE UINT64_MAX

enum auth_state {
	AUTH_IDLE,
	AUTH_WAIT_M2,
	AUTH_WAIT_M4,
	AUTH_DONE,
	AUTH_WAIT_GROUP,
	AUTH_DISCONNECTED,
};

/* Replay counters of the transmissions of one message: any of them may be answered. Empty when
 * first > last. */
struct auth_window {
	uint64_t first, last;
};

struct rsn_auth_sta {
	TAILQ_ENTRY(rsn_auth_sta) link;
	struct rsn_auth *bss;
	void *ctx;
	uint8_t addr[MAC_LEN];
	struct bytes raw_ie;
	struct rsn_ie ie; /* what it chose */

	enum auth_state state;
	unsigned tries;  /* transmissions of the message under way */
	uint64_t replay; /* of the last message sent */
	struct auth_window m1, m3, group;
	uint64_t request_replay; /* last EAPOL-Key request */
	bool requested;
	struct timer retry, rekey;

	uint8_t anonce[NONCE_LEN], snonce[NONCE_LEN];
	struct ptk ptk;  /* installed */
	struct ptk tptk; /* being negotiated */
	bool installed;
	bool authorized;

	uint8_t pmk[PMK_LEN];
	bool has_pmk;
	char *keyid;
	struct rsn_psk psk; /* points to pmk and keyid above */

	uint64_t gtk_sent;  /* group key in the first message 3, or in group message 1, under way */
	uint64_t gtk_known; /* group key the station confirmed */
	bool holds_switch;  /* counted in group.waiting */
	unsigned local_mic_failures, remote_mic_failures;
};

TAILQ_HEAD(auth_stas, rsn_auth_sta);

struct rsn_auth {
	struct timers *timers;
	struct rsn_auth_config cfg;
	struct bytes raw_ie, raw_wpa;
	const struct rsn_auth_ops *ops;
	void *ctx;
	struct auth_stas stas;
	struct rsn_auth_group group;
	/* for the MIB */
	unsigned handshake_failures, countermeasures_invoked;
	struct rsn_ie last_requested;
	struct timer mic_window;      /* runs after a Michael MIC failure */
	struct timer countermeasures; /* runs while they are in force */
};

/* auth_sta.c */
void auth_enter(struct rsn_auth_sta *s, enum auth_state state, const char *reason);
/* Tells the daemon to drop the station; s may be gone afterwards. */
void auth_disconnect(struct rsn_auth_sta *s, unsigned reason, const char *why);
/* Sends k under the next replay counter, which goes into the window. The MIC is made when kck is
 * given; the link encrypts when the pairwise key is installed. */
void auth_send(struct rsn_auth_sta *s, struct eapol_key *k, const uint8_t *kck,
	struct auth_window *window);
/* Waits for the answer; max: transmissions in all. */
void auth_await(struct rsn_auth_sta *s, unsigned max, uint64_t first_delay);
bool auth_tries_left(const struct rsn_auth_sta *s, unsigned max);
bool auth_window_has(const struct auth_window *w, uint64_t counter);
void auth_window_close(struct auth_window *w);

/* auth_group.c */
/* Both sides protect management frames. */
bool auth_mfp(const struct rsn_auth_sta *s);
/* The GTK as encrypted key data of k: in RSN as KDE behind the elements of message 3 (`with_ies`),
 * in WPA the bare key. out holds the data. Returns 0 or negative errno. */
int auth_put_gtk(const struct rsn_auth_sta *s, uint64_t number, bool with_ies, const uint8_t *kek,
	struct eapol_key *k, uint8_t out[RSN_FRAME_MAX]);
/* Receive counter to tell with a GTK. */
uint64_t auth_gtk_rsc(const struct rsn_auth *a, uint64_t number);
/* Starts the group handshake when the station does not know the newest key, else lets the key
 * switch go on. False: the station was given up and may be gone. */
bool auth_group_check(struct rsn_auth_sta *s);
void auth_group_rx(struct rsn_auth_sta *s, const struct rsn_frame *f);
void auth_group_retry(struct rsn_auth_sta *s);
/* The station no longer holds up a key switch. */
void auth_group_release(struct rsn_auth_sta *s);
/* A station that knew the group key has left. */
void auth_group_sta_left(struct rsn_auth *a);

/* auth_mic.c */
void auth_mic_reported(struct rsn_auth_sta *s);
bool auth_countermeasures(const struct rsn_auth *a);
void auth_mic_stop(struct rsn_auth *a);

#endif
