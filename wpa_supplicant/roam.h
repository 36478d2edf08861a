/* Better access points for a link that stands: background scans, and what their results lead to. */
#ifndef WPA_SUPPLICANT_ROAM_H
#define WPA_SUPPLICANT_ROAM_H

#include <stdbool.h>

#include "utils/timer.h"

struct wpas_if;

/* roam.c. Results are in while the link stands: goes to a network of higher priority, or to a BSS
 * of this one that is clearly better. Events CTRL-EVENT-DO-ROAM, CTRL-EVENT-SKIP-ROAM. */
void wpas_roam_consider(struct wpas_if *w);
/* The driver picks the BSS of this link by itself. */
bool wpas_roam_by_driver(const struct wpas_if *w);

/* bgscan.c. The plan of the current link; all zero = none. */
struct wpas_bgscan {
	struct timer timer;
	bool active;
	bool has_threshold, weak; /* weak: the signal was below the threshold when last told */
	int threshold;            /* dBm */
	unsigned short_s, long_s; /* between scans, below the threshold and above it */
};

/* The state of the connection changed, or the plan: starts and ends it as it is due. */
void wpas_bgscan_update(struct wpas_if *w);
void wpas_bgscan_restart(struct wpas_if *w);
void wpas_bgscan_stop(struct wpas_if *w);
/* DRV_EV_SIGNAL_CHANGE */
void wpas_bgscan_signal(struct wpas_if *w, bool above);

#endif
