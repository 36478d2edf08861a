/* The BSS-wide registrar: its parts, and what a run asks of it. */
#ifndef WPS_REGISTRAR_I_H
#define WPS_REGISTRAR_I_H

#include <sys/queue.h>

#include "wps/registrar.h"
#include "wps/run_i.h"

#define WPS_SEEN_MAX                                                                               \
	32 /* enrollees in push button mode remembered; a flood pushes out the oldest */
#define WPS_AUTHORIZED_MAX 5
#define WPS_EXTERNAL_MAX 8 /* external registrars that are selected at a time */
#define WPS_PBC_METHODS (WPS_METHOD_VIRT_PUSHBUTTON | WPS_METHOD_PHY_PUSHBUTTON)

enum wps_password_answer {
	WPS_PASSWORD_OK,
	WPS_PASSWORD_NONE,
	WPS_PASSWORD_OVERLAP, /* session overlap: more than one enrollee has its button pressed */
	WPS_PASSWORD_KEY_MISMATCH, /* not the public key that was handed over out of band */
};

struct wps_pin {
	TAILQ_ENTRY(wps_pin) next;
	uint8_t uuid[WPS_UUID_LEN];
	uint8_t mac[MAC_LEN]; /* for AuthorizedMACs */
	bool wildcard;        /* for any enrollee, still unused */
	bool one_use;         /* was added as wildcard: gone after its run */
	bool locked;          /* a run uses it: parallel runs must not guess halves */
	uint64_t expires;     /* 0 = never */
	struct bytes digits;
};

/* Handed over out of band (NFC). */
struct wps_token {
	TAILQ_ENTRY(wps_token) next;
	unsigned number; /* names it towards runs */
	uint16_t id;
	uint8_t pk_hash[WPS_PK_HASH_LEN];
	struct bytes password, private_key;
};

struct wps_pbc_seen {
	uint8_t uuid[WPS_UUID_LEN];
	uint8_t mac[MAC_LEN];
	uint64_t at;
};

/* What makes us the Selected Registrar. */
enum wps_selected_by { SELECTED_NOT, SELECTED_PBC, SELECTED_PIN, SELECTED_TOKEN };

/* This AP as enrollee: its PIN, and the lock against guessing. */
struct wps_ap_pin {
	char *pin;
	struct timer expiry, unlock;
	unsigned failures; /* since the last success */
	uint64_t lock_time;
	bool locked;       /* by failures */
	bool setup_locked; /* by configuration */
	struct wps_oob own_token;
};

struct wps_external {
	struct wps_registrar *registrar;
	uint32_t er; /* its key */
	bool used;
	struct wps_selection selection;
	struct timer expiry;
};

struct wps_registrar {
	struct timers *timers;
	struct wps_registrar_config
		cfg; /* points to the copies below: settings change while we run */
	char *texts[5];
	struct bytes extra_cred, raw_ap_settings, application_ext, vendor_ext_m1;
	const struct wps_registrar_ops *ops;
	void *ctx;

	enum wps_selected_by selection;
	struct timer window; /* runs while selected */
	enum wps_pbc_status pbc_status;
	struct wps_pbc_seen seen[WPS_SEEN_MAX];
	unsigned seen_count;
	uint8_t done_uuid[WPS_UUID_LEN];
	uint64_t done_until;

	TAILQ_HEAD(, wps_pin) pins;
	TAILQ_HEAD(wps_token_list, wps_token) tokens;
	unsigned token_count, token_number;

	struct wps_ap_pin ap_pin;
	struct wps_external external[WPS_EXTERNAL_MAX];
	struct wps_run *relays; /* hash by address: runs that external registrars know */

	enum wps_last_result last;
	unsigned last_indication;
	uint8_t last_mac[MAC_LEN];
};

void wps_registrar_emit(struct wps_registrar *r, enum wps_reg_event_kind kind);
/* Selected from now on for the walk time, or (SELECTED_NOT) no longer. */
void wps_registrar_select(struct wps_registrar *r, enum wps_selected_by next, const char *reason);
/* A PIN or token takes the place of the push button. */
void wps_registrar_end_pbc(struct wps_registrar *r);

const struct wps_registrar_config *wps_registrar_cfg(const struct wps_registrar *r);
const struct wps_registrar_ops *wps_registrar_ops_of(const struct wps_registrar *r, void **ctx);
/* The device password (and our key, if that was handed over) for the enrollee of this M1 with this
 * public key, into the run. PIN or token are the run's until wps_registrar_release(). */
enum wps_password_answer wps_registrar_password(
	struct wps_registrar *r, struct wps_run *run, const struct wps_value *key);
/* The run needs its PIN or token no longer. used: it has had its one use, or the peer may know it.
 */
void wps_registrar_release(struct wps_registrar *r, struct wps_run *run, bool used);
/* More than one enrollee in push button mode within the walk time? */
bool wps_registrar_overlap(const struct wps_registrar *r);
/* WSC_Done came: closes window or PIN. */
void wps_registrar_completed(struct wps_registrar *r, const struct wps_peer *peer, bool pbc);
/* Success or failure, for WPS_GET_STATUS. */
void wps_registrar_note(struct wps_registrar *r, const struct wps_event *ev);
/* The enrollee's Done, for a run of ours or through an external registrar: ends the run well. */
void wps_registrar_run_completed(struct wps_run *run);

/* token.c */
enum wps_password_answer wps_token_password(
	struct wps_registrar *r, struct wps_run *run, const struct wps_value *key);
void wps_token_release(struct wps_registrar *r, unsigned number, bool used);
/* Handovers stay: each has a key of its own. */
void wps_token_used_elsewhere(struct wps_registrar *r, uint16_t id);
void wps_tokens_clear(struct wps_registrar *r);
bool wps_is_token_id(uint16_t pw_id);

/* ap_pin.c: this AP as enrollee. */
/* Password and key for M1 of this AP into the run; no password when there is none. Returns 0 or
 * -ENOMEM. */
int wps_registrar_own_password(struct wps_registrar *r, struct wps_run *run);
/* The registrar of a run proved the whole AP PIN, or had a wrong half. */
void wps_registrar_ap_pin_proven(struct wps_registrar *r);
void wps_registrar_ap_pin_wrong(struct wps_registrar *r, const struct wps_peer *peer);
void wps_ap_pin_clear(struct wps_registrar *r);

/* external.c */
/* Our selection and those of external registrars in one. */
void wps_registrar_union(const struct wps_registrar *r, struct wps_selection *out);
void wps_externals_clear(struct wps_registrar *r);

#endif
