/* Passphrases of one SSID and the PSKs they stand for. A PSK is derived once (it takes
 * milliseconds), and not before it is needed. */
#ifndef AP_PASSPHRASE_H
#define AP_PASSPHRASE_H

#include <stdbool.h>

#include "utils/bytes.h"

struct ap_passphrases;
struct ap_passphrase;

/* Empty, for this SSID (copied). NULL when out of memory. */
struct ap_passphrases *ap_passphrases_new(const struct bytes *ssid);
void ap_passphrases_free(struct ap_passphrases *p); /* wipes */
/* The entry of a passphrase of 8..63 bytes, made if it is new; lives as long as p. What `old`
 * (NULL: none) has derived for the same SSID is taken over. NULL when out of memory. */
struct ap_passphrase *ap_passphrases_add(
	struct ap_passphrases *p, const char *text, const struct ap_passphrases *old);
/* PMK_LEN octets, derived now if they were not yet. NULL when the derivation fails. */
const uint8_t *ap_passphrase_psk(const struct ap_passphrases *p, struct ap_passphrase *e);
bool ap_passphrase_derived(const struct ap_passphrase *e);

#endif
