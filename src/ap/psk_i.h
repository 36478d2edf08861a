/* Inside of the PSK store: psk.c (store), psk_file.c (format), psk_wps.c (lines for enrollees). */
#ifndef AP_PSK_I_H
#define AP_PSK_I_H

#include <sys/stat.h>

#include "ap/passphrase.h"
#include "ap/psk.h"

#define PSK_FILE_MAX (4u << 20)

struct ap_psks {
	/* Sorted by address, so those for any station come first; of one address the last line
	 * first. */
	struct ap_psk *keys;
	size_t count, cap;
	size_t any;     /* how many are for any station */
	size_t derived; /* of these, how many need no derivation any more */
	struct ap_passphrases *passphrases;
	struct stat stamp; /* of the file when it was read; st_ino 0: no file */
};

/* A load in progress; old: what the last one derived. */
struct psk_loading {
	struct ap_psks *p;
	const struct ap_passphrases *old;
	const struct ap_bss_config *cfg;
};

/* psk.c */
/* Takes the key over, with its keyid and pmk if it has no passphrase, also when it fails: -ENOMEM.
 */
int psk_append(struct ap_psks *p, struct ap_psk *key);
/* As ap_psks_get(), but the key may not be derived yet. */
struct ap_psk *psk_peek(const struct ap_psks *p, const uint8_t addr[MAC_LEN], size_t n);
/* The key with its pmk; NULL when it cannot be derived (logged). */
const struct ap_psk *psk_ready(const struct ap_psks *p, struct ap_psk *k);
uint8_t *psk_copy(const uint8_t pmk[PMK_LEN]); /* NULL when out of memory */

/* psk_file.c */
/* Every line of cfg->wpa_psk_file into the store. 0; negative errno, logged with file and line. */
int psk_file_load(struct psk_loading *l);
/* The file is another one, or has changed, since it was read. */
bool psk_file_changed(const struct ap_psks *p, const struct ap_bss_config *cfg);
/* What the file is now is what the store knows. */
void psk_file_stamp(struct ap_psks *p, const struct ap_bss_config *cfg);

#endif
