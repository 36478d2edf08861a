/* Debug aids of test builds (CONFIG_TESTING=y: testing.c, else testing_none.c). */
#ifndef HOSTAPD_TESTING_H
#define HOSTAPD_TESTING_H

#include "ap/ap.h"
#include "ctrl/ctrl.h"

struct hostapd;
struct hostapd_bss;

/* Of the process. */
struct hostapd_testing {
	struct wps_testing wps;
	uint8_t wps_version; /* 0 = our own */
};
/* Of a BSS. */
struct hostapd_bss_testing {
	bool ext_eapol_frame_io, ext_mgmt_frame_handling;
};

extern const struct ctrl_command hostapd_commands_testing[];
/* SET of a name that is no configuration key. Returns 0, -EINVAL, or -ENOENT: not one of these. */
int hostapd_testing_set(struct hostapd_bss *b, const char *name, const char *value);
/* Global FLUSH: WPS as it should be. */
void hostapd_testing_flush(struct hostapd *h);
void hostapd_testing_wps_env(const struct hostapd *h, struct ap_wps_env *env);
/* Whether the frame was taken: it is neither sent nor handled. */
bool hostapd_testing_eapol_tx(
	struct hostapd_bss *b, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len);
bool hostapd_testing_mgmt(struct hostapd_bss *b, const struct drv_event *ev);

#endif
