/* Between offload.c (the driver's handshake) and offload_roam.c (its roams). */
#ifndef WPA_SUPPLICANT_OFFLOAD_I_H
#define WPA_SUPPLICANT_OFFLOAD_I_H

#include "wpa_supplicant/supplicant_i.h"

/* The event of a fallback; reason: one word. */
void wpas_offload_fallback(struct wpas_if *w, const uint8_t bssid[MAC_LEN], const char *reason);
/* PORT_AUTHORIZED. */
void wpas_offload_port(struct wpas_if *w, const uint8_t addr[MAC_LEN]);
/* The driver completed this association: we open the port, too. */
void wpas_offload_open_port(struct wpas_if *w);
/* Halves of a roam that was not acted on; keys are wiped. */
void wpas_offload_forget_roam(struct wpas_if *w);

#endif
