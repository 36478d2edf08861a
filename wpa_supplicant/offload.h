/* Key management of the driver: what it gets, what it reports, and what we take over when it does
 * not report (doc/offload.md). One per interface, about the current association. */
#ifndef WPA_SUPPLICANT_OFFLOAD_H
#define WPA_SUPPLICANT_OFFLOAD_H

#include "rsn/supplicant.h"
#include "wpa_supplicant/runner.h"

struct wpas_if;
struct wpas_network;
struct drv_assoc;
struct drv_event;

enum wpas_offload_state {
	OFFLOAD_NONE, /* no association, or its handshakes are ours */
	OFFLOAD_EAP,  /* DRV_1X: our part runs; the driver may still know a PMKSA */
	OFFLOAD_WAIT, /* the driver's handshake is under way, or done unheard */
	OFFLOAD_DONE, /* the port is open by the driver's word */
};

/* One of the two events of a roam under HOST_SYNC; the other is to follow. */
struct wpas_roam_half {
	bool in;
	uint8_t bssid[MAC_LEN];
	struct bytes req_ies, resp_ies;
};

/* What the driver told of the keys after a roam; a length of 0: not told. */
struct wpas_roam_keys {
	bool authorized, has_replay;
	uint64_t replay;
	struct wpas_roam_key {
		uint8_t data[64];
		size_t len;
	} kck, kek, pmk, pmkid;
};

struct wpas_offload {
	enum wpas_runner runner;
	enum wpas_offload_state state;
	bool driver_keys;   /* the handshake in force was run by the driver */
	bool refused;       /* the attempt goes without offload: the driver refused it */
	struct timer grace; /* for PORT_AUTHORIZED, then between looks at the station flag */
	bool grace_told;
	struct wpas_roam_half roam, auth;
	struct wpas_roam_keys keys; /* of auth */
	/* The last group handshake of the driver with an AP that is not ours (yet): its event may
	 * overtake those of the roam. */
	struct {
		uint8_t bssid[MAC_LEN];
		uint64_t replay, at; /* at: timers_now() */
	} ahead;
	struct timer deadline;  /* of the half that is missing; a ROAM's is not put off */
	bool rekey_unsupported; /* by this driver, for good */
};

/* Before connecting to the target: decides who runs the handshakes, in one line of the log. */
void wpas_offload_choose(struct wpas_if *w);
/* connect(): what the runner needs. Returns 0 or -errno. */
int wpas_offload_request(struct wpas_if *w, struct drv_assoc *a);
/* The driver refused connect() with err: true when it is worth one try without offload (event; the
 * runner is chosen anew). */
bool wpas_offload_refused(struct wpas_if *w, int err);
/* The association stands. True: nothing is left to do for us but to wait for the driver. */
bool wpas_offload_joined(struct wpas_if *w);
/* DRV_1X: EAP succeeded. */
void wpas_offload_msk(struct wpas_if *w, const uint8_t *msk, size_t len);
/* A handshake of ours left new keys or counters: for the driver's group handshakes. */
void wpas_offload_keyed(struct wpas_if *w);
/* EAPOL-Key frames are the driver's; logs a stray one. */
bool wpas_offload_stray(struct wpas_if *w, const uint8_t src[MAC_LEN]);
/* HOST_SYNC: the driver roams to this BSS, an event about it is missing yet. */
bool wpas_offload_roaming_to(const struct wpas_if *w, const uint8_t bssid[MAC_LEN]);
/* Events PORT_AUTHORIZED, ROAM, ROAM_AUTH, REKEYED, PMKSA_CANDIDATE. */
void wpas_offload_event(struct wpas_if *w, const struct drv_event *ev);
/* The AP's reason for ending the link, before it was authorized, speaks of a wrong passphrase. */
bool wpas_offload_wrong_key(const struct wpas_if *w, unsigned reason);
/* Association refused with this status: what it may mean when the driver ran the handshake. */
void wpas_offload_explain(struct wpas_if *w, unsigned status);
void wpas_offload_left(struct wpas_if *w);
/* May a network of this AKM be used: in the host, or by the driver? (SAE, OWE) */
bool wpas_offload_can(const struct wpas_if *w, const struct wpas_network *n, unsigned akm);
/* At the opening of the interface: says what the driver leaves to us that is not built. */
void wpas_offload_announce(struct wpas_if *w);
void wpas_offload_status(const struct wpas_if *w, struct strbuf *out);
void wpas_offload_capability(const struct wpas_if *w, struct strbuf *out);

#endif
