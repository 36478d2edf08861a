/* Registrar of an AP: push button window, PINs, session overlap, status, and the WPS elements of
 * beacon and probe response. One per BSS with WPS enabled. */
#ifndef WPS_REGISTRAR_H
#define WPS_REGISTRAR_H

#include "wps/wps.h"

enum wps_pbc_status { WPS_PBC_DISABLED, WPS_PBC_ACTIVE, WPS_PBC_TIMED_OUT, WPS_PBC_OVERLAP };
enum wps_last_result { WPS_LAST_NONE, WPS_LAST_SUCCESS, WPS_LAST_FAILED };

enum wps_reg_event_kind {
	WPS_REG_PBC_ACTIVE,  /* window opened */
	WPS_REG_PBC_DISABLE, /* closed by success or stop */
	WPS_REG_PBC_TIMEOUT, /* walk time over */
	WPS_REG_CANCEL,
	WPS_REG_OVERLAP,
	WPS_REG_PIN_NEEDED,    /* peer */
	WPS_REG_ENROLLEE_SEEN, /* mac, info of a probe request */
	WPS_REG_SETUP_LOCKED,  /* AP PIN: from the third failure on, each time */
	WPS_REG_SETUP_UNLOCKED,
	WPS_REG_AP_PIN_DISABLED, /* its time is over */
	WPS_REG_AP_PIN_FAILED, /* a registrar had the wrong one; other BSSs of the process are told
				  with wps_registrar_ap_pin_failed() */
};

/* What makes a registrar the Selected Registrar, as beacons and SetSelectedRegistrar say it. */
struct wps_selection {
	bool selected;
	uint16_t dev_password_id, methods;
	uint8_t macs[5][MAC_LEN]; /* AuthorizedMACs */
	unsigned mac_count;
};

struct wps_registrar_ops {
	/* Elements changed: rebuild beacon and probe response. */
	void (*elements_changed)(void *ctx);
	void (*reg_event)(void *ctx, enum wps_reg_event_kind kind, const struct wps_peer *peer,
		const uint8_t *mac, const struct wps_info *info);
	/* Events of the runs (success, fail, reg success, credential sent). */
	void (*run_event)(void *ctx, const struct wps_event *ev);
	/* The credential for this enrollee (its M1 as parsed: multi_ap tells a backhaul station).
	 * Returns 0 or negative. */
	int (*credential)(void *ctx, const struct wps_peer *peer, struct wps_credential *out);
	/* Settings of this AP for M7; comes with the registrar's address in out->mac (zeros:
	 * unknown). NULL: not an AP. */
	int (*ap_settings)(void *ctx, struct wps_credential *out);
	/* A message of an enrollee for external registrars (UPnP WLANEvent). False: nobody
	 * subscribed. NULL: no UPnP. */
	bool (*forward)(void *ctx, const uint8_t mac[MAC_LEN], const uint8_t *msg, size_t len);
	/* An enrollee's probe request, whole WPS attributes, for external registrars. NULL: no UPnP
	 */
	void (*forward_probe)(
		void *ctx, const uint8_t mac[MAC_LEN], const uint8_t *data, size_t len);
};

struct wps_registrar_config {
	struct wps_device dev;           /* the AP; the registrar copies the texts */
	uint16_t auth_types, encr_types; /* offered in M2 */
	bool dual_band;                  /* RF Bands attribute in elements */
	bool setup_locked;
	const struct bytes *extra_cred; /* for M8, copied; NULL none */
	bool skip_cred_build;
	const struct bytes
		*raw_ap_settings; /* for M7 instead of ops->ap_settings; copied; NULL none */
	const struct bytes *application_ext; /* content of the Application Extension attribute for
						elements; copied; NULL none */
	bool pbc_in_m1;                      /* keep push button bits in M1's Config Methods */
	bool er;                             /* external registrar on a station, not an AP */
};

struct wps_registrar *wps_registrar_new(struct timers *timers,
	const struct wps_registrar_config *cfg, const struct wps_registrar_ops *ops, void *ctx);
/* Free its runs (EAP servers) first. */
void wps_registrar_free(struct wps_registrar *r);
/* Other settings from now on; windows, PINs, AP PIN, lock and status stay. Free its runs first. */
int wps_registrar_set_config(struct wps_registrar *r, const struct wps_registrar_config *cfg);

/* Opens the 120 s window. -EBUSY when two enrollees pressed theirs within the last 120 s (overlap;
 * event emitted). */
int wps_registrar_pbc(struct wps_registrar *r);
/* uuid NULL = any enrollee (wildcard, one use). timeout in seconds, 0 = until used. mac NULL =
 * broadcast. */
int wps_registrar_add_pin(struct wps_registrar *r, const uint8_t *uuid, const uint8_t *pin,
	size_t pin_len, unsigned timeout, const uint8_t *mac);
/* Password of an NFC token (pw_id from DEV_PW_OOB_FIRST) or of a connection handover
 * (DEV_PW_NFC_HANDOVER, password_len 0): M1's public key must have this hash. private_key: ours,
 * whose hash the enrollee was told; NULL = fresh. An equal id is replaced. One use. */
int wps_registrar_add_oob(struct wps_registrar *r, const uint8_t pk_hash[WPS_PK_HASH_LEN],
	uint16_t pw_id, const uint8_t *password, size_t password_len,
	const struct bytes *private_key);
/* This AP's own password token is enabled: as enrollee (M1) it uses id, password and key. NULL
 * private_key: disabled. */
int wps_registrar_set_own_token(struct wps_registrar *r, uint16_t pw_id, const uint8_t *password,
	size_t password_len, const struct bytes *private_key);
/* An enrollee got its credential from another BSS that shares window, PINs and tokens with this
 * one: they are used up here, too (events as there). */
void wps_registrar_completed_elsewhere(struct wps_registrar *r, const struct wps_peer *peer);
/* Ends window and wildcard PIN; events as the reference has them (WPS_CANCEL). */
void wps_registrar_cancel(struct wps_registrar *r);
enum wps_pbc_status wps_registrar_pbc_status(const struct wps_registrar *r);
enum wps_last_result wps_registrar_last(
	const struct wps_registrar *r, unsigned *error_indication, uint8_t mac[MAC_LEN]);

/* --- AP PIN: this AP as enrollee of registrars (WSC 2.0, 7.4.1) --- */

/* NULL pin: off. timeout in seconds, 0 = for ever. Zeroes the failure counters and ends the lock
 * they caused; that of the configuration stays. */
int wps_registrar_set_ap_pin(struct wps_registrar *r, const char *pin, unsigned timeout);
const char *wps_registrar_ap_pin(const struct wps_registrar *r); /* NULL = off */
/* A failure on this BSS or one that shares its AP PIN: counts, locks: 60 s from the third on,
 * doubled at every third further one, for good after ten in a row. */
void wps_registrar_ap_pin_failed(struct wps_registrar *r);
/* ap_setup_locked of the configuration. Whatever leaves neither lock is an event. */
void wps_registrar_lock(struct wps_registrar *r, bool locked);
bool wps_registrar_locked(const struct wps_registrar *r);

/* --- external registrars --- */

/* Our own selection (for SetSelectedRegistrar of an external registrar). */
void wps_registrar_selection(const struct wps_registrar *r, struct wps_selection *out);
/* SetSelectedRegistrar of the external registrar with this key (its address): attributes of the
 * message. Holds for the walk time. -EBADMSG: malformed. */
int wps_registrar_external_selected(
	struct wps_registrar *r, uint32_t er, const uint8_t *msg, size_t len);
/* Attributes of a SetSelectedRegistrar message. */
int wps_write_set_selected(
	struct writer *w, const struct wps_device *dev, const struct wps_selection *s);
/* PutWLANResponse: an external registrar's message for the enrollee at mac. -ENOENT: it has no
 * run. -EBUSY: not a message the run waits for. */
int wps_registrar_external_msg(
	struct wps_registrar *r, const uint8_t mac[MAC_LEN], const uint8_t *msg, size_t len);

/* A received probe request's WPS content; feeds overlap detection and ENROLLEE_SEEN. */
void wps_registrar_probe_req(
	struct wps_registrar *r, const uint8_t sa[MAC_LEN], const uint8_t *data, size_t len);
/* Whole elements to append to beacon and probe response. Return 0 or negative. */
int wps_registrar_write_beacon(const struct wps_registrar *r, struct writer *w);
int wps_registrar_write_probe_resp(const struct wps_registrar *r, struct writer *w);

#endif
