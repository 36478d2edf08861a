/* Debug aids of test builds (CONFIG_TESTING=y: testing.c, else testing_none.c). */
#ifndef WPA_SUPPLICANT_TESTING_H
#define WPA_SUPPLICANT_TESTING_H

#include "common/elements.h"
#include "ctrl/ctrl.h"
#include "wps/wps.h"

struct wpas_if;

struct wpas_testing {
	bool ext_eapol_frame_io;
	uint8_t wps_version; /* 0 = our own */
	struct wps_testing wps;
};

extern const struct ctrl_command wpas_cmds_testing[];
/* SET of a name that is no configuration key. Returns 0, -EINVAL, or -ENOENT: not one of these. */
int wpas_testing_set(struct wpas_if *w, const char *name, const char *value);
/* FLUSH. */
void wpas_testing_flush(struct wpas_if *w);
/* What a test wants to be falsified in our WPS messages. */
void wpas_testing_wps(struct wpas_if *w, struct wps_device *dev);
/* Whether the packet was taken: it is not sent. */
bool wpas_testing_eapol_tx(
	struct wpas_if *w, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len);
void wpas_testing_eapol_rx(struct wpas_if *w, const uint8_t src[MAC_LEN], size_t len);

#endif
