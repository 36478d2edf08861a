/* Authenticator: 4-way and group key handshake of an AP (IEEE 802.11-2020, 12.7.6, 12.7.7).
 *
 * One rsn_auth per BSS owns the group keys; one rsn_auth_sta per associated station runs the
 * handshakes. No I/O: frames, keys and events go through ops. Keys are installed once per
 * handshake, never reinstalled on a retransmitted message 4. */
#ifndef RSN_AUTHENTICATOR_H
#define RSN_AUTHENTICATOR_H

#include "rsn/keys.h"
#include "utils/timer.h"

struct rsn_auth;
struct rsn_auth_sta;

/* One PSK candidate for a station. The authenticator tries them in order against message 2. */
struct rsn_psk {
	const uint8_t *pmk; /* PMK_LEN bytes, the store's memory */
	const char *keyid;  /* NULL if none */
	unsigned vlanid;
	void *entry; /* the store's own handle, handed back by on_psk */
};

struct rsn_auth_ops {
	/* Sends a whole EAPOL packet to the station (Ethernet type EAPOL). */
	void (*send_eapol)(
		void *ctx, void *sta_ctx, const uint8_t *packet, size_t len, bool encrypt);
	/* The n-th PSK (0..) that may belong to the station; false when there are no more. */
	bool (*psk)(void *ctx, void *sta_ctx, unsigned n, struct rsn_psk *out);
	/* Installs the pairwise key. Returns 0 or a negative error (then the station is
	 * disconnected). */
	int (*set_ptk)(void *ctx, void *sta_ctx, unsigned cipher, const uint8_t *tk, size_t len);
	/* Installs a group key for transmission; with a cipher of group management frames, an IGTK
	 * (index 4, 5). */
	int (*set_gtk)(void *ctx, unsigned cipher, unsigned index, const uint8_t *gtk, size_t len);
	/* Current transmit sequence counter of the group key (little-endian number as in the RSC
	 * field). */
	uint64_t (*gtk_rsc)(void *ctx, unsigned index);
	/* First 4-way done: open the port (AP-STA-CONNECTED). Called before on_4way_done. psk: the
	 * one that matched. */
	void (*authorized)(void *ctx, void *sta_ctx, const struct rsn_psk *psk);
	/* Every completed 4-way (EAPOL-4WAY-HS-COMPLETED). */
	void (*on_4way_done)(void *ctx, void *sta_ctx);
	/* MIC of message 2 fits no PSK. */
	void (*psk_mismatch)(void *ctx, void *sta_ctx);
	/* Give up on the station: deauthenticate with this reason. The callee may free the
	 * rsn_auth_sta from within. */
	void (*disconnect)(void *ctx, void *sta_ctx, unsigned reason);
	/* TKIP countermeasures begin: every station has to go (reason 14). For 60 s
	 * rsn_auth_check_ie() refuses everybody. */
	void (*countermeasures)(void *ctx);
};

struct rsn_auth_config {
	uint8_t bssid[MAC_LEN];
	struct rsn_ie ie; /* what the beacon says; group_mgmt not 0: CIPHER_BIP, there is an IGTK */
	const uint8_t *raw_ie; /* that element as in the beacon, copied */
	size_t raw_ie_len;
	struct rsn_ie wpa_ie; /* the WPA element beside an RSN element; raw_wpa_len 0: none */
	const uint8_t *raw_wpa;
	size_t raw_wpa_len;
	uint8_t eapol_version;                    /* 2 */
	unsigned pairwise_retries, group_retries; /* tries per message, 4 by default */
	bool disable_retries;                     /* wpa_disable_eapol_key_retries */
	unsigned group_rekey;                     /* seconds, 0 off */
	unsigned ptk_rekey;                       /* seconds, 0 off */
	bool strict_rekey;                        /* rekey the group when a station leaves */
	bool no_disconnect_on_group_keyerror;
};

struct rsn_auth *rsn_auth_new(struct timers *timers, const struct rsn_auth_config *cfg,
	const struct rsn_auth_ops *ops, void *ctx);
void rsn_auth_free(struct rsn_auth *a); /* its stations must be gone */
/* Makes and installs the first GTK; call once the BSS beacons. Returns 0 or negative. */
int rsn_auth_start(struct rsn_auth *a);
/* Rekey the group now (REKEY_GTK). */
void rsn_auth_rekey_group(struct rsn_auth *a);
/* The MIB/STA text parts of this BSS and station: `name=value` lines. */
void rsn_auth_mib(const struct rsn_auth *a, struct strbuf *out);

/* The driver found a wrong Michael MIC in a frame of this station (NULL: of none we know). The
 * second one within 60 s starts the countermeasures, 12.5.2.4. */
void rsn_auth_mic_failure(struct rsn_auth *a, struct rsn_auth_sta *s);

/* Checks the RSN or WPA element of an association request. raw = whole element. Returns 0 and
 * remembers it, or the positive status code for the response. */
int rsn_auth_check_ie(
	const struct rsn_auth *a, const uint8_t *raw, size_t len, struct rsn_ie *chosen);

/* What the station chose includes protected management frames on both sides. */
bool rsn_auth_mfp(const struct rsn_auth *a, const struct rsn_ie *chosen);

/* addr is copied. raw_ie: the RSN or WPA element of the association request (must equal that of
 * message 2). */
struct rsn_auth_sta *rsn_auth_sta_new(struct rsn_auth *a, const uint8_t addr[MAC_LEN],
	const uint8_t *raw_ie, size_t len, void *sta_ctx);
void rsn_auth_sta_free(struct rsn_auth_sta *s); /* NULL is fine; wipes keys */
/* Association done: start the 4-way handshake. */
void rsn_auth_sta_start(struct rsn_auth_sta *s);
/* A received EAPOL packet of type EAPOL_KEY. May lead to disconnect (see ops). */
void rsn_auth_sta_rx(struct rsn_auth_sta *s, const uint8_t *packet, size_t len);
void rsn_auth_sta_rekey_ptk(struct rsn_auth_sta *s);
bool rsn_auth_sta_authorized(const struct rsn_auth_sta *s);
/* PMK in use, NULL before message 2 was verified. */
const uint8_t *rsn_auth_sta_pmk(const struct rsn_auth_sta *s);
const char *rsn_auth_sta_keyid(const struct rsn_auth_sta *s);
void rsn_auth_sta_mib(const struct rsn_auth_sta *s, struct strbuf *out);

#endif
