/* The steps an enrollee takes, and what differs between a station and an access point. */
#ifndef WPS_ENROLLEE_I_H
#define WPS_ENROLLEE_I_H

#include "wps/run_i.h"

struct wps_enrollee_kind {
	/* The part of M1 that tells what we are. */
	void (*describe)(const struct wps_run *run, struct wps_msg *m);
	/* May this registrar go on (M2, M4, M6)? Negative with run->config_error. NULL: always. */
	int (*admit)(struct wps_run *run);
	/* Both halves are proven. NULL: nothing to do. */
	void (*proven)(struct wps_run *run);
	/* More for M7's settings. NULL: nothing. */
	int (*tell)(struct wps_run *run, struct writer *plain);
	/* M8's settings, read by the table; negative refuses them all. */
	enum wps_table settings;
	int (*check)(struct wps_run *run, const struct bytes *plain, const struct wps_msg *m);
	void (*take)(struct wps_run *run, const struct bytes *plain, const struct wps_msg *m);
	enum wps_run_state done; /* state after our Done */
};

/* Key, nonce, M1; the state is AWAIT_M2 then. */
int wps_enrollee_start(struct wps_run *run);
#define WPS_ENROLLEE_STEPS 5
extern const struct wps_step wps_enrollee_steps[WPS_ENROLLEE_STEPS];
/* WEP, which WSC 2.0 forbids? Sets run->error_indication. */
bool wps_is_prohibited(struct wps_run *run, uint16_t encr_type);

#endif
