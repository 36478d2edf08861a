/* What a BSS puts on NFC tags and into handover messages. */
#ifndef AP_WPS_NFC_H
#define AP_WPS_NFC_H

#include "ap/ap.h"
#include "wps/nfc.h"

/* Attributes of a configuration token with the network of this BSS. An unconfigured BSS
 * (wps_state=1) becomes configured by it: whoever reads the tag can come at any time. Returns 0,
 * -EOPNOTSUPP (WPS does not run here), -ENOKEY (logged: no passphrase to give). */
int ap_bss_nfc_config(struct ap_bss *b, struct writer *w);
/* Attributes of a password token of this BSS. 0 or -errno. */
int ap_bss_nfc_password(struct ap_bss *b, const struct wps_nfc_token *t, struct writer *w);
/* Carrier record of a Handover Select that points to this BSS. Returns 0, -EOPNOTSUPP. */
int ap_bss_nfc_select(struct ap_bss *b, const struct wps_nfc_token *t, struct writer *w);

#endif
