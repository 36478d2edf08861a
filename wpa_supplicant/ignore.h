/* BSSIDs not to be tried for a while after a failed attempt. */
#ifndef WPA_SUPPLICANT_IGNORE_H
#define WPA_SUPPLICANT_IGNORE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "utils/mac.h"

struct wpas_ignored {
	TAILQ_ENTRY(wpas_ignored) link;
	uint8_t bssid[MAC_LEN];
	unsigned count;
	uint64_t since, until; /* timers_now() */
};
struct wpas_ignore {
	TAILQ_HEAD(, wpas_ignored) list;
};
struct wpas_if;

void wpas_ignore_init(struct wpas_ignore *g);
void wpas_ignore_add(struct wpas_if *w, const uint8_t bssid[MAC_LEN]);
bool wpas_ignore_has(struct wpas_if *w, const uint8_t bssid[MAC_LEN]); /* and not yet over */
void wpas_ignore_remove(struct wpas_if *w, const uint8_t bssid[MAC_LEN]);
bool wpas_ignore_clear(struct wpas_if *w); /* false: it was empty */
/* Lifts the holds that are over, so that events name them. */
void wpas_ignore_expire(struct wpas_if *w);
/* Makes the held ones eligible again, remembering their counts. False: none was held. */
bool wpas_ignore_release(struct wpas_if *w);

#endif
