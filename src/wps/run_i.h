/* One registration protocol run, what both roles share (WSC 2.0, clause 7). */
#ifndef WPS_RUN_I_H
#define WPS_RUN_I_H

#include "wps/keys_i.h"
#include "wps/relay_i.h"

enum wps_run_state {
	RUN_AWAIT_START, /* enrollee: WSC_Start */
	RUN_AWAIT_M1,
	RUN_AWAIT_M2, /* also after M2D: another registrar may take over */
	RUN_AWAIT_M2D_ACK,
	RUN_AWAIT_M3,
	RUN_AWAIT_M4,
	RUN_AWAIT_M5,
	RUN_AWAIT_M6,
	RUN_AWAIT_M7,
	RUN_AWAIT_M8,
	RUN_AWAIT_DONE,
	RUN_AWAIT_ACK,      /* AP as enrollee: of our Done */
	RUN_AWAIT_EXTERNAL, /* an external registrar has the word */
	RUN_AWAIT_NACK,     /* registrar: we refused, the enrollee's NACK closes the run */
	RUN_AWAIT_END,      /* our last message is on its way; EAP-Failure follows */
	RUN_ENDED,
};

struct wps_run;

/* A received M message that passed the checks common to all. */
struct wps_in {
	const uint8_t *data;
	size_t len;
	unsigned type;
	struct wps_msg m;
};

/* Which message a state takes and who handles it. The handler leaves the answer in run->out and
 * enters the next state. Negative: the run is refused with run->config_error. */
struct wps_step {
	enum wps_run_state state;
	unsigned msg;
	int (*handle)(struct wps_run *run, const struct wps_in *in);
};

struct wps_role {
	const char *name;
	const struct wps_step *steps;
	size_t step_count;
	int (*start)(struct wps_run *run); /* WSC_Start; NULL = does not take it */
	/* WPS_R_IGNORED when none is due; NULL: never. */
	enum wps_result (*ack)(struct wps_run *run);
	enum wps_result (*done)(struct wps_run *run);
	enum wps_result (*nack)(struct wps_run *run, unsigned config_error);
	enum wps_run_state refused; /* state after we sent NACK */
	/* SUCCESS or FAIL is about to be told; NULL = nothing else to do then. */
	void (*ended)(struct wps_run *run, const struct wps_event *ev);
	void (*cleanup)(struct wps_run *run); /* NULL: nothing */
};

struct wps_run {
	const struct wps_role *role;
	enum wps_run_state state;
	const struct wps_device *dev; /* ours */
	struct wps_peer peer;
	wps_event_fn event;
	void *ctx;

	struct bytes out; /* the message to send */
	enum wsc_op out_op;
	bool has_out;
	struct bytes last;  /* the last M message sent or received, for the next Authenticator */
	unsigned last_sent; /* its type, for WPS-FAIL */
	uint16_t config_error;
	unsigned error_indication;
	bool reported; /* success or failure is out, or M2D was the answer */

	uint8_t nonce_e[WPS_NONCE_LEN], nonce_r[WPS_NONCE_LEN];
	uint8_t mac_e[MAC_LEN];
	struct dh5 *dh;
	struct bytes pk_e, pk_r;
	uint8_t os_version[4]; /* as sent */
	struct wps_keys keys;
	uint8_t psk1[WPS_PSK_LEN], psk2[WPS_PSK_LEN];
	uint8_t snonce1[WPS_NONCE_LEN], snonce2[WPS_NONCE_LEN]; /* ours */
	uint8_t peer_hash1[WPS_HASH_LEN], peer_hash2[WPS_HASH_LEN];
	struct bytes password;
	enum wps_dev_password_id pw_id;

	struct bytes private_key; /* for dh; none = fresh */

	/* enrollee */
	const struct wps_enrollee_kind *kind;
	uint8_t multi_ap;
	bool knows_registrar; /* its key must have this hash */
	uint8_t registrar_pk_hash[WPS_PK_HASH_LEN];
	struct bytes alt_password; /* AP with its token enabled: its AP PIN */

	/* registrar */
	uint16_t auth_types, encr_types; /* offered in M2 */
	struct wps_credential settings;  /* of an AP: what M8 sets */
	bool configures;                 /* there are some; else we learn */

	/* registrar and AP as enrollee */
	struct wps_registrar *registrar;
	struct wps_relay relay;
	bool holds_pin;
	unsigned token;    /* number of the OOB password in use, 0 = none */
	bool pin_revealed; /* a peer that cheats knows the second half from here on */
};

struct wps_run *wps_run_alloc(const struct wps_role *role, const struct wps_device *dev,
	enum wps_run_state first, wps_event_fn event, void *ctx);
void wps_run_enter(struct wps_run *run, enum wps_run_state next, const char *reason);

/* Fills in version, type and the nonces the table asks for. */
void wps_run_begin(struct wps_run *run, struct wps_msg *m, unsigned type);
/* Builds the message of this type from m into run->out, sealed when the table wants an
 * Authenticator. */
int wps_run_send(struct wps_run *run, unsigned type, struct wps_msg *m);
/* ACK, NACK, Done: without more content. */
int wps_run_send_plain(struct wps_run *run, unsigned type, enum wsc_op op);
/* Sends a message whose only content is encrypted settings: `plain` (wiped and freed). */
int wps_run_send_settings(
	struct wps_run *run, unsigned type, struct wps_msg *m, struct writer *plain);
/* Key pair from run->private_key, or a fresh one; its public key goes to pub. */
int wps_run_make_key(struct wps_run *run, struct bytes *pub);
/* Is the hash of this public key the one handed over? */
bool wps_run_key_is(const struct wps_value *key, const uint8_t hash[WPS_PK_HASH_LEN]);
/* Encrypted settings opened and checked against the table; what does not decrypt sets config_error.
 * plain is to be cleared, also after an error. */
int wps_run_open_settings(struct wps_run *run, const struct wps_value *v, enum wps_table settings,
	struct bytes *plain, struct wps_msg *m);
/* The secret nonce of the peer's encrypted settings proves its half hash. Returns 0; -EBADMSG sets
 * config_error. */
int wps_run_check_half(struct wps_run *run, const struct wps_in *in, enum wps_table settings,
	enum wps_attr nonce, const uint8_t psk[WPS_PSK_LEN], const uint8_t hash[WPS_HASH_LEN]);
/* The same, handing out the settings: plain (to be cleared, also after an error) and m, whose views
 * live in it. */
int wps_run_open_half(struct wps_run *run, const struct wps_in *in, enum wps_table settings,
	enum wps_attr nonce, const uint8_t psk[WPS_PSK_LEN], const uint8_t hash[WPS_HASH_LEN],
	struct bytes *plain, struct wps_msg *m);
/* Our hash of one half. */
int wps_run_own_half(struct wps_run *run, const uint8_t snonce[WPS_NONCE_LEN],
	const uint8_t psk[WPS_PSK_LEN], uint8_t out[WPS_HASH_LEN]);
/* Keys of the run from our DH key and the peer's public key. */
int wps_run_derive(struct wps_run *run, const struct bytes *peer_key);
/* Is the Authenticator of this message right (against the one before)? It becomes the one before
 * for our answer. */
int wps_run_verify(struct wps_run *run, const struct wps_in *in);

void wps_run_emit(struct wps_run *run, struct wps_event *ev);
/* AP_SETTINGS: c, and of the plain text of Encrypted Settings what stands for it. Returns 0 or
 * -ENOMEM. */
int wps_run_emit_settings(
	struct wps_run *run, const struct wps_credential *c, const struct bytes *plain);
void wps_run_fail(struct wps_run *run, unsigned msg, unsigned config_error, unsigned indication);
/* The run answers a NACK of the peer with one of its own and is over (FAIL, unless reported). */
enum wps_result wps_run_nacked(struct wps_run *run, unsigned config_error);
/* Authentication and Encryption Type Flags, unless testing forces others. */
void wps_run_set_types(const struct wps_run *run, struct wps_msg *m, uint16_t auth, uint16_t encr);
/* M2 and M1 share these. */
void wps_run_set_common(struct wps_run *run, struct wps_msg *m);

#endif
