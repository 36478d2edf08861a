/* Inside of the external registrar. */
#ifndef WPA_SUPPLICANT_ER_I_H
#define WPA_SUPPLICANT_ER_I_H

#include <sys/queue.h>

#include "upnp/cp_point.h"
#include "wpa_supplicant/er.h"
#include "wpa_supplicant/supplicant_i.h"

#define ER_ENROLLEES_MAX 32 /* of one access point; the oldest makes room */
#define ER_SETTINGS_MAX 32
#define ER_PIN_TIME 300 /* s */

/* What we know of an access point's network; kept when the access point goes, for its return. */
struct er_settings {
	TAILQ_ENTRY(er_settings) link;
	uint8_t uuid[WPS_UUID_LEN];
	struct wps_credential cred;
};

struct er_enrollee {
	TAILQ_ENTRY(er_enrollee) link;
	struct er_ap *ap;
	uint8_t mac[MAC_LEN];
	bool m1; /* it has sent M1, not just probe requests */
	struct wps_info info;
	struct timer expire;
	struct wps_run *run;
	struct timer run_timeout;
	bool heard; /* it has answered us */
	bool has_nonce;
	uint8_t nonce[16];          /* ours, of this run */
	struct bytes first, answer; /* its M1 and what we answered last: M1 may come again */
};

enum er_job_state {
	ER_JOB_NONE,
	ER_JOB_INFO,   /* GetDeviceInfo is on its way: M1 */
	ER_JOB_ANSWER, /* a PutMessage is */
	ER_JOB_LAST,   /* the last one, whatever the answer */
};

/* Learning or writing the settings of an access point. */
struct er_job {
	enum er_job_state state;
	struct wps_run *run;
	char *pin;
	struct wps_credential settings; /* to write */
	bool write;
};

struct er_ap {
	TAILQ_ENTRY(er_ap) link;
	struct wpas_er *er;
	struct upnp_cp_device *dev;
	uint8_t uuid[WPS_UUID_LEN], mac[MAC_LEN];
	bool announced; /* M1 seen: mac, type and state are known */
	unsigned tries;
	struct timer again; /* next GetDeviceInfo */
	uint8_t primary_type[8];
	enum wps_state wps_state;
	TAILQ_HEAD(er_enrollee_list, er_enrollee) enrollees; /* newest first */
	unsigned enrollee_count;
	struct er_job job;
	bool told; /* it believes that we are the Selected Registrar */
};

struct wpas_er {
	struct wpas_if *w;
	struct upnp_cp *cp;
	struct wps_registrar *reg;
	bool stopping;
	TAILQ_HEAD(, er_ap) aps;
	TAILQ_HEAD(er_settings_list, er_settings) settings; /* newest first */
	unsigned settings_count;
	const struct er_enrollee *current; /* whose message is being processed */
	struct timer select;
	uint8_t pbc_uuid[WPS_UUID_LEN]; /* the access point push button is for */
};

/* er.c. The running one, NULL when there is none. */
struct wpas_er *wpas_er_of(const struct wpas_if *w);
struct er_ap *wpas_er_find_ap(const struct wpas_er *er, const uint8_t *uuid, const uint8_t *mac);
/* "uuid" or "MAC": exactly one of the two is set. 0 or -EINVAL. */
struct er_target {
	const uint8_t *uuid, *mac;
	uint8_t uuid_bytes[WPS_UUID_LEN], mac_bytes[MAC_LEN];
};
int wpas_er_target(const char *text, struct er_target *out);
void wpas_er_emit_fail(struct wpas_if *w, const struct wps_event *ev);

/* er_msg.c. What we look at in a WSC message before a run gets it. */
struct er_msg {
	unsigned type; /* 0 = none */
	bool has_mac, has_nonce;
	uint8_t mac[MAC_LEN];
	uint8_t nonce[16]; /* the registrar's */
	struct wps_info info;
};
/* 0 or -EBADMSG. */
int er_msg_read(const uint8_t *msg, size_t len, struct er_msg *out);
/* UPnP carries messages without the op code of EAP-WSC. */
enum wsc_op er_msg_op(unsigned type);

/* er_settings.c */
const struct wps_credential *er_settings_of(const struct wpas_er *er, const uint8_t *uuid);
/* Copies; replaces what was known. 0 or -ENOMEM. */
int er_settings_set(struct wpas_er *er, const uint8_t *uuid, const struct wps_credential *cred);
void er_settings_clear(struct wpas_er *er);
/* A configured network as settings. 0, or -EINVAL: WPS cannot express it. */
int er_settings_of_network(const struct wpas_network *n, struct wps_credential *out);

/* er_job.c. pin is copied; settings NULL: learn. 0, -EBUSY, -errno. */
int er_job_start(struct er_ap *ap, const char *pin, const struct wps_credential *settings);
void er_job_clear(struct er_ap *ap); /* without event */
void er_job_abort(struct er_ap *ap); /* the access point is gone: WPS-FAIL */

/* er_enrollee.c */
void er_enrollee_event(struct er_ap *ap, unsigned type, const uint8_t mac[MAC_LEN],
	const uint8_t *msg, size_t len);
struct er_enrollee *er_enrollee_find(
	const struct wpas_er *er, const uint8_t *uuid, const uint8_t *mac);
void er_enrollees_announce(struct er_ap *ap);
void er_enrollees_clear(struct er_ap *ap, bool silent);
extern const struct wps_registrar_ops er_registrar_ops; /* ctx: struct wpas_er */

/* er_select.c */
void er_select_changed(struct wpas_er *er); /* later, from a timer */
void er_select_tell_new(struct er_ap *ap);  /* an access point came while we are selected */
/* We stop: access points that tie the selection to nothing else are told now. */
void er_select_end(struct wpas_er *er);

#endif
