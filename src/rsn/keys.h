/* Key hierarchy shared by both roles (IEEE 802.11-2020, 12.7.1). */
#ifndef RSN_KEYS_H
#define RSN_KEYS_H

#include "common/eapol_key.h"
#include "common/rsn_ie.h"
#include "crypto/crypto.h"

struct ptk {
	uint8_t kck[16], kek[16], tk[32];
	size_t tk_len;
};
void ptk_wipe(struct ptk *p);

/* PTK from PMK, addresses and nonces; AKM picks PRF (SHA-1) or KDF (SHA-256). Returns 0, -ENOTSUP
 * (AKM), -EINVAL (cipher), or what crypto.h says. */
int ptk_derive(const uint8_t *pmk, size_t pmk_len, unsigned akm, unsigned cipher,
	const uint8_t aa[MAC_LEN], const uint8_t spa[MAC_LEN], const uint8_t anonce[NONCE_LEN],
	const uint8_t snonce[NONCE_LEN], struct ptk *out);
/* Lengths of the confirmation and the encryption key of this AKM; false, and zeros: not one whose
 * handshake we know. */
bool akm_key_lens(unsigned akm, size_t *kck_len, size_t *kek_len);
/* MIC of a whole EAPOL-Key frame whose MIC field holds zeros. version: KEY_VERSION_* of the frame;
 * in KEY_VERSION_AKM_DEFINED the AKM says how. Returns 0, -ENOTSUP, or what crypto.h says. */
int eapol_key_mic(const uint8_t kck[16], unsigned akm, unsigned version, const uint8_t *frame,
	size_t len, uint8_t mic[KEY_MIC_LEN]);
/* Key descriptor version for AKM and pairwise cipher. */
unsigned eapol_key_version(unsigned akm, unsigned pairwise);
/* PMKID, 12.7.1.3. -ENOTSUP: with SAE and OWE it comes from their exchange, not from the PMK. */
int pmkid_derive(const uint8_t *pmk, size_t pmk_len, const uint8_t aa[MAC_LEN],
	const uint8_t spa[MAC_LEN], unsigned akm, uint8_t out[16]);

#endif
