/* What every registrar does in a run, towards a station or towards an access point. */
#ifndef WPS_REGISTRAR_SIDE_I_H
#define WPS_REGISTRAR_SIDE_I_H

#include "wps/run_i.h"

/* Who M1 says it is, its key and nonce; our nonce. Returns 0 or -ENOMEM. */
int wps_take_enrollee(struct wps_run *run, const struct wps_in *in);
/* Our key and the keys of the run; M2. plain: settings already in M2 (handover; wiped and freed),
 * or NULL. */
int wps_send_m2(struct wps_run *run, struct writer *plain);
int wps_send_m2d(struct wps_run *run);
/* Steps: M3 is answered with M4, M5 with M6. */
int wps_on_m3(struct wps_run *run, const struct wps_in *in);
int wps_on_m5(struct wps_run *run, const struct wps_in *in);

#endif
