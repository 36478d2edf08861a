/* The OpenSSL objects the other files share. Fetching an algorithm by name costs more than a whole
 * EAPOL-Key MIC, so each is fetched once per thread and its context is reused. */
#ifndef CRYPTO_OPENSSL_I_H
#define CRYPTO_OPENSSL_I_H

#include <openssl/evp.h>

#include "crypto/crypto.h"

enum crypto_hash { HASH_SHA1, HASH_SHA256, N_HASHES };
enum crypto_mac { MAC_HMAC_SHA1, MAC_HMAC_SHA256, MAC_CMAC_AES128, MAC_HMAC_MD5, N_MACS };
enum crypto_cipher { CIPH_AES128_WRAP, CIPH_AES256_WRAP, CIPH_AES128_CBC, N_CIPHERS };

/* A context that belongs to the cache; NULL when OpenSSL lacks the algorithm or memory. */
EVP_MD_CTX *openssl_md_ctx(enum crypto_hash h);
EVP_MAC_CTX *openssl_mac_ctx(enum crypto_mac m);
EVP_CIPHER_CTX *openssl_cipher_ctx(void);
const EVP_MD *openssl_md(enum crypto_hash h);
const EVP_CIPHER *openssl_cipher(enum crypto_cipher c);

/* One MAC over the parts with a cached context. key NULL: the key of the call before. */
int openssl_mac(enum crypto_mac m, const uint8_t *key, size_t key_len,
	const struct crypto_part *parts, size_t n, uint8_t *out, size_t out_len);

#endif
