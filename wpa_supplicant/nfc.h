/* NFC of a station: its tokens, tags it read, connection handover (WSC 2.0, clause 10). */
#ifndef WPA_SUPPLICANT_NFC_H
#define WPA_SUPPLICANT_NFC_H

#include "wps/nfc.h"

struct wpas_if;
struct wpas_network;

/* Part of struct wpas_if. Ends with FLUSH and with the interface. */
struct wpas_nfc {
	struct wps_nfc_token token;   /* ours, made or from configuration */
	struct wps_oob_password read; /* the password token read last; len 0 = none */
	struct wps_oob run;           /* wpas_nfc_oob() */
};
void wpas_nfc_clear(struct wpas_nfc *nfc);

/* A new token, or the configured one, into w->nfc. Returns 0; -EINVAL: the configured one is
 * unusable (logged). */
int wpas_nfc_new_token(struct wpas_if *w);
/* The one there is, made now if there is none. Same results. */
int wpas_nfc_need_token(struct wpas_if *w);
/* The one there is. -ENOENT (logged): none was made or configured. */
int wpas_nfc_have_token(struct wpas_if *w);

/* What the EAP peer needs for the run that is on: the password and key of our token or of a
 * handover; for a registrar run (`pin=nfc-pw`) the password of the tag read last. Lives until the
 * next call. NULL: none of these. */
const struct wps_oob *wpas_nfc_oob(struct wpas_if *w);

/* WPS_NFC: bssid NULL = any. 0 or -errno (logged). */
int wpas_nfc_start(struct wpas_if *w, const uint8_t *bssid);
/* A tag: its networks are added and connected to; a password is for the registrar. 0 or -errno
 * (logged). */
int wpas_nfc_tag(struct wpas_if *w, const uint8_t *data, size_t len);
/* The carrier record of a Handover Select that answered our request. 0 or -errno (logged). */
int wpas_nfc_selected(struct wpas_if *w, const uint8_t *data, size_t len);
/* The carrier record of a Handover Request that our external registrar answered. Same. */
int wpas_nfc_requested(struct wpas_if *w, const uint8_t *data, size_t len);

/* The network of a block as others may have it. -EINVAL: no key, or enterprise. Wipe *out. */
int wpas_network_credential(const struct wpas_network *n, struct wps_credential *out);

#endif
