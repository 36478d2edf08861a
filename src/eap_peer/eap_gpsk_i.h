/* Keys of EAP-GPSK (RFC 5433). */
#ifndef EAP_PEER_EAP_GPSK_I_H
#define EAP_PEER_EAP_GPSK_I_H

#include "crypto/crypto.h"

#define GPSK_RAND_LEN 32
#define GPSK_SUITE_LEN 6
#define GPSK_KEY_MAX 32 /* KS of the largest suite */
#define GPSK_MSK_LEN 64
#define GPSK_SESSION_LEN 17

/* Ciphersuites of vendor 0 (IETF), in order of our preference. */
struct gpsk_suite {
	uint16_t specifier;
	uint8_t key_len; /* KS: of the keys, of the MAC, and least length of the shared key */
	int (*mac)(const uint8_t *key, const struct crypto_part *parts, size_t n, uint8_t *out);
};
extern const struct gpsk_suite gpsk_suites[2];

struct gpsk_input {
	const uint8_t *psk;
	size_t psk_len; /* at least KS, below 65536 */
	const uint8_t *rand_peer, *rand_server;
	const uint8_t *id_peer, *id_server;
	size_t id_peer_len, id_server_len;
};

struct gpsk_keys {
	uint8_t msk[GPSK_MSK_LEN];
	uint8_t sk[GPSK_KEY_MAX];          /* first KS octets */
	uint8_t session[GPSK_SESSION_LEN]; /* Session-Id (RFC 5247): type and Method-ID */
};

/* Section 4. Returns 0, -EINVAL when the shared key is too short or too long, an error of the
 * crypto library. */
int gpsk_derive(const struct gpsk_suite *suite, const struct gpsk_input *in, struct gpsk_keys *out);
/* Selector as in the messages: vendor, specifier. */
void gpsk_suite_selector(const struct gpsk_suite *suite, uint8_t out[GPSK_SUITE_LEN]);

#endif
