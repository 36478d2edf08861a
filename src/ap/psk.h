/* Pre-shared keys of one BSS: wpa_psk_file, wpa_psk, wpa_passphrase. Those for one station are
 * found by its address, those for any station are tried after them. */
#ifndef AP_PSK_H
#define AP_PSK_H

#include "ap/ap_config.h"
#include "crypto/crypto.h"
#include "utils/text.h"

struct ap_psks;
struct ap_passphrase;

struct ap_psk {
	const uint8_t *pmk;               /* PMK_LEN octets, in what ap_psks_get() hands out */
	struct ap_passphrase *passphrase; /* where it comes from; NULL: configured as such */
	const char *keyid;                /* "" = none */
	uint32_t line;                    /* of the file; 0: of the configuration itself */
	uint8_t addr[MAC_LEN];            /* zeros: any station's */
	uint16_t vlan_id;
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
 * first, configuration last. NULL when there are no more. What it points to is good until the next
 * call that loads or adds. */
const struct ap_psk *ap_psks_get(const struct ap_psks *p, const uint8_t addr[MAC_LEN], size_t n);
/* Derives the keys that only this station has, unless they are. While it does something else. */
void ap_psks_expect(const struct ap_psks *p, const uint8_t addr[MAC_LEN]);
/* Derives one of the keys for any station that wait for it; false when none is left. For quiet
 * moments. */
bool ap_psks_derive_one(struct ap_psks *p);
/* Any of the station's keys equals this one. */
bool ap_psks_valid(const struct ap_psks *p, const uint8_t addr[MAC_LEN], const uint8_t *pmk);
/* A key of this station's own (copied) that the file has got a line for; it is tried first. 0 or
 * -ENOMEM. */
int ap_psks_add(struct ap_psks *p, const uint8_t addr[MAC_LEN], const uint8_t pmk[PMK_LEN]);

/* --- WPS with wpa_psk_file: every enrollee has a key of its own (psk_wps.c) --- */

/* An enrollee could be given a key now: the file can be read and another line fits into it, or
 * none is needed. Else negative errno, and in `reason` what is in the way. Touches nothing. */
int ap_psks_wps_ready(struct ap_psks *p, const struct ap_bss_config *cfg, struct strbuf *reason);
/* The key for the enrollee at addr: that of its wps=1 line, else of a wps=1 line for any station;
 * else a random one, which is in the file, on the disk, before this returns and then in the store.
 * The file is read anew first when it was changed. Zeros for addr: only what is for any station.
 * *made (may be NULL): it is a new one. Returns 0; negative errno (logged): nothing was changed. */
int ap_psks_wps_key(struct ap_psks *p, const struct ap_bss_config *cfg, const uint8_t addr[MAC_LEN],
	uint8_t pmk[PMK_LEN], bool *made);

#endif
