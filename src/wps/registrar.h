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
};

struct wps_registrar_config {
	struct wps_device dev;           /* the AP; the registrar copies the texts */
	uint16_t auth_types, encr_types; /* offered in M2 */
	bool dual_band;                  /* RF Bands attribute in elements */
	bool setup_locked;
	const struct bytes *extra_cred; /* for M8, copied; NULL none */
	bool skip_cred_build;
};

struct wps_registrar *wps_registrar_new(struct timers *timers,
	const struct wps_registrar_config *cfg, const struct wps_registrar_ops *ops, void *ctx);
/* Free its runs (EAP servers) first. */
void wps_registrar_free(struct wps_registrar *r);

/* Opens the 120 s window. -EBUSY when two enrollees pressed theirs within the last 120 s (overlap;
 * event emitted). */
int wps_registrar_pbc(struct wps_registrar *r);
/* uuid NULL = any enrollee (wildcard, one use). timeout in seconds, 0 = until used. mac NULL =
 * broadcast. */
int wps_registrar_add_pin(struct wps_registrar *r, const uint8_t *uuid, const uint8_t *pin,
	size_t pin_len, unsigned timeout, const uint8_t *mac);
/* Ends window and wildcard PIN; events as the reference has them (WPS_CANCEL). */
void wps_registrar_cancel(struct wps_registrar *r);
enum wps_pbc_status wps_registrar_pbc_status(const struct wps_registrar *r);
enum wps_last_result wps_registrar_last(
	const struct wps_registrar *r, unsigned *error_indication, uint8_t mac[MAC_LEN]);

/* A received probe request's WPS content; feeds overlap detection and ENROLLEE_SEEN. */
void wps_registrar_probe_req(
	struct wps_registrar *r, const uint8_t sa[MAC_LEN], const uint8_t *data, size_t len);
/* Whole elements to append to beacon and probe response. Return 0 or negative. */
int wps_registrar_write_beacon(const struct wps_registrar *r, struct writer *w);
int wps_registrar_write_probe_resp(const struct wps_registrar *r, struct writer *w);

#endif
