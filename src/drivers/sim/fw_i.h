/* Firmware of a simulated radio: runs key handshakes that are the daemon's otherwise (src/rsn does
 * the work, as it does for the daemons). fw.c: the handshakes of a station. fw_roam.c: how it
 * roams. fw_ap.c: authenticator and SME of an AP. fw_ops.c: what the daemon and tests ask. */
#ifndef DRIVERS_SIM_FW_I_H
#define DRIVERS_SIM_FW_I_H

#include "drivers/sim/sim_i.h"
#include "rsn/authenticator.h"
#include "rsn/supplicant.h"

/* Words of the driver parameter offload=. */
enum fw_word {
	FW_WORD_PSK = 1 << 0,
	FW_WORD_1X = 1 << 1,
	FW_WORD_SYNC = 1 << 2,
	FW_WORD_ROAM = 1 << 3,
	FW_WORD_PMKSA = 1 << 4,
	FW_WORD_REKEY = 1 << 5,
	FW_WORD_AP_PSK = 1 << 6,
	FW_WORD_AP_SME = 1 << 7,
	FW_WORD_NO_KEYS = 1 << 8,
};
#define FW_PMKSAS 16
#define FW_LOG 512

/* Who runs the handshakes of this link. */
enum fw_runner { FW_HOST, FW_PSK, FW_1X, FW_SYNC };
enum fw_state {
	FW_IDLE, /* nothing for the firmware to do */
	FW_HANDSHAKE,
	FW_DONE, /* by the firmware */
};

struct fw_pmksa {
	bool set;
	uint8_t bssid[MAC_LEN], pmkid[16];
	struct sim_fw_secret pmk;
};

/* The last association requests: a daemon that answers them itself makes its station record later.
 */
struct fw_seen {
	uint8_t addr[MAC_LEN];
	struct bytes rsn_ie; /* RSN or WPA element */
};
#define FW_SEEN 32

struct sim_fw {
	struct sim_fw_knobs knobs;
	struct sim_fw_record *log;
	size_t log_len;
	int fail[SIM_FW_ASKS];

	/* station */
	struct rsn_supp *supp;
	enum fw_runner runner;
	enum fw_state state;
	bool unreported; /* associated, but CONNECT or ROAM has not gone out */
	bool reported_roam;
	struct sim_fw_secret pmk; /* of connect(), set_pmk() or sync_pmk() */
	struct fw_pmksa pmksas[FW_PMKSAS];
	bool may_roam;
	bool asleep;
	struct sim_fw_record rekey; /* kck.len 0: none for this link */
	struct bytes resp;          /* elements of the association response */
	struct bytes held;          /* message 1 that came before the PMK */
	struct timer timer;         /* handshake */
	struct timer port_timer;    /* late PORT_AUTHORIZED */
	struct timer second_timer;  /* late second event of a roam */

	/* access point */
	struct rsn_auth *auth;
	uint8_t ap_pmk[PMK_LEN];
	struct fw_seen seen[FW_SEEN];
	unsigned seen_next;
	struct bytes assoc_ies;  /* of its association responses */
	struct bytes probe_resp; /* template of its probe responses */
};

/* fw_ops.c */
int fw_words(const char *text, unsigned *words); /* offload= */
void fw_caps(unsigned words, unsigned *flags);
int fw_new(struct drv_if *i);
void fw_free(struct drv_if *i);
int fw_connect(struct drv_if *i, const struct drv_assoc *a);
int fw_set_pmk(struct drv_if *i, const uint8_t bssid[MAC_LEN], const uint8_t *pmk, size_t len);
int fw_sync_pmk(struct drv_if *i, const uint8_t *pmk, size_t len);
int fw_allow_roaming(struct drv_if *i, bool allowed);
int fw_pmksa_set(struct drv_if *i, const struct drv_pmksa *p);
int fw_pmksa_del(struct drv_if *i, const uint8_t bssid[MAC_LEN], const uint8_t pmkid[16]);
int fw_pmksa_flush(struct drv_if *i);
int fw_set_rekey(struct drv_if *i, const struct drv_rekey *r);
int fw_refresh_caps(struct drv_if *i);
int fw_set_key(struct drv_if *i, const struct drv_key *k);
int fw_send_eapol(struct drv_if *i, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len,
	bool encrypt);
int fw_set_authorized(struct drv_if *i, const uint8_t addr[MAC_LEN], bool authorized);
int fw_ap_start(struct drv_if *i, const struct drv_ap *ap);
const struct fw_pmksa *fw_pmksa(const struct sim_fw *fw, const uint8_t bssid[MAC_LEN]);

/* fw.c. All of these are fine without firmware. */
/* An EAPOL packet came in: true when it is none for the daemon. */
bool fw_takes_eapol(struct drv_if *i, const uint8_t *src, const uint8_t *packet, size_t len);
/* connect() or a roam led to an association: true when the firmware says so to the daemon. */
bool fw_associated(struct drv_if *i, struct reader resp_ies);
/* The link ended, not by the daemon: true when the daemon was told in another way. */
bool fw_link_failed(struct drv_if *i);
void fw_link_down(struct drv_if *i);
void fw_enter(struct drv_if *i, enum fw_state state, const char *reason);
/* What the association under way is about, from its request. */
int fw_assoc(const struct drv_if *i, struct rsn_supp_assoc *a);
/* The PMK for the current BSS, NULL if there is none. */
const struct sim_fw_secret *fw_pmk(const struct drv_if *i);
void fw_pmk_came(struct drv_if *i);
void fw_set_secret(struct sim_fw_secret *s, const uint8_t *data, size_t len);
extern const struct rsn_supp_ops fw_supp_ops;

/* fw_roam.c */
/* The scan for the BSS to roam to is over. */
void fw_roam_found(struct drv_if *i);
/* DRV_EV_ROAM and DRV_EV_ROAM_AUTH, as the knobs say. */
void fw_report_roam(struct drv_if *i);

/* fw_ap.c */
int fw_auth_start(struct drv_if *i, const struct drv_ap *ap);
/* What stations are told has changed. */
int fw_ap_update(struct drv_if *i, const struct drv_ap *ap);
void fw_auth_stop(struct drv_if *i);
/* A management frame came in: true when it is none for the daemon. */
bool fw_takes_mgmt(struct drv_if *i, const struct mgmt_hdr *h, struct reader body);
/* The daemon removes this station. */
void fw_removes(struct drv_if *i, const struct sim_peer *p);
void fw_peer_associated(struct drv_if *i, struct sim_peer *p);
void fw_peer_free(struct drv_if *i, struct sim_peer *p);

#endif
