/* What a registrar run asks of the BSS-wide registrar. */
#ifndef WPS_REGISTRAR_I_H
#define WPS_REGISTRAR_I_H

#include "wps/registrar.h"

enum wps_password_answer {
	WPS_PASSWORD_OK,
	WPS_PASSWORD_NONE,
	WPS_PASSWORD_OVERLAP, /* session overlap: more than one enrollee has its button pressed */
};

const struct wps_registrar_config *wps_registrar_cfg(const struct wps_registrar *r);
const struct wps_registrar_ops *wps_registrar_ops_of(const struct wps_registrar *r, void **ctx);
/* The device password for the enrollee of this M1, copied to out. A PIN is locked for this run
 * (*holds_pin) until wps_registrar_pin_done(). */
enum wps_password_answer wps_registrar_password(
	struct wps_registrar *r, const struct wps_peer *peer, struct bytes *out, bool *holds_pin);
/* More than one enrollee in push button mode within the walk time? */
bool wps_registrar_overlap(const struct wps_registrar *r);
/* used: the PIN has had its one use, or the peer may know it. */
void wps_registrar_pin_done(struct wps_registrar *r, const uint8_t uuid[WPS_UUID_LEN], bool used);
/* WSC_Done came: closes window or PIN. */
void wps_registrar_completed(struct wps_registrar *r, const struct wps_peer *peer, bool pbc);
/* Result for WPS_GET_STATUS. */
void wps_registrar_note(struct wps_registrar *r, const uint8_t mac[MAC_LEN],
	enum wps_last_result result, unsigned error_indication);

#endif
