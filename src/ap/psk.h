/* Pre-shared keys of one BSS: those for one station by its address, those for any station apart. */
#ifndef AP_PSK_H
#define AP_PSK_H

#include "ap/ap_config.h"
#include "crypto/crypto.h"

struct ap_psks;
struct ap_passphrase;

struct ap_psk {
	uint8_t pmk[PMK_LEN];             /* as handed out by ap_psks_get() */
	struct ap_passphrase *passphrase; /* where it comes from; NULL: configured as such */
	char keyid[32];                   /* "" = none */
	unsigned vlan_id;
	bool wps; /* may be handed out by WPS */
};

/* Empty store. NULL when out of memory. */
struct ap_psks *ap_psks_new(void);
void ap_psks_free(struct ap_psks *p); /* wipes */
/* Reads configuration and wpa_psk_file anew. Keys of passphrases are derived later, each once;
 * those known for the same SSID are kept. Returns 0; -EINVAL or -errno (logged with file and line):
 * then the old content stays. */
int ap_psks_load(struct ap_psks *p, const struct ap_bss_config *cfg);
/* The n-th key (0..) a station may use: its own first, then those for all, last line of the file
 * first, configuration last. NULL when there are no more. */
const struct ap_psk *ap_psks_get(const struct ap_psks *p, const uint8_t addr[MAC_LEN], size_t n);
/* Derives one of the keys that wait for it; false when none is left. For quiet moments. */
bool ap_psks_derive_one(struct ap_psks *p);
/* Any of the station's keys equals this one. */
bool ap_psks_valid(const struct ap_psks *p, const uint8_t addr[MAC_LEN], const uint8_t *pmk);

#endif
