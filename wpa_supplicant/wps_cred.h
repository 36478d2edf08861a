/* From a WPS credential to a network block. */
#ifndef WPA_SUPPLICANT_WPS_CRED_H
#define WPA_SUPPLICANT_WPS_CRED_H

#include "wpa_supplicant/supplicant_i.h"

/* Writes the credential into n (the network of the run), or into a new network when n is NULL.
 * NULL when the credential cannot be used (logged). */
struct wpas_network *wpas_wps_store(
	struct wpas_if *w, const struct wps_credential *cred, struct wpas_network *n);

#endif
