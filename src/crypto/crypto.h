/* Cryptography over OpenSSL 3 EVP: the one backend. Functions return 0 or a
 * negative errno (-EINVAL for bad lengths, -EIO when OpenSSL refuses, -ENOMEM). */
#ifndef CRYPTO_CRYPTO_H
#define CRYPTO_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#include "utils/bytes.h"

#define MD5_LEN 16
#define SHA1_LEN 20
#define SHA256_LEN 32
#define PMK_LEN 32
#define PMK_MAX_LEN 64

/* Part of a scattered message. */
struct crypto_part {
	const void *data;
	size_t len;
};

int sha1(const struct crypto_part *parts, size_t n, uint8_t out[SHA1_LEN]);
int sha256(const struct crypto_part *parts, size_t n, uint8_t out[SHA256_LEN]);
int hmac_sha1(const uint8_t *key, size_t key_len, const struct crypto_part *parts, size_t n,
	uint8_t out[SHA1_LEN]);
int hmac_sha256(const uint8_t *key, size_t key_len, const struct crypto_part *parts, size_t n,
	uint8_t out[SHA256_LEN]);
/* For the key frames of TKIP alone. */
int hmac_md5(const uint8_t *key, size_t key_len, const struct crypto_part *parts, size_t n,
	uint8_t out[MD5_LEN]);
/* AES-128-CMAC (RFC 4493). */
int aes_cmac(const uint8_t key[16], const struct crypto_part *parts, size_t n, uint8_t out[16]);

/* PRF-n of IEEE 802.11-2020, 12.7.1.2 (HMAC-SHA-1). */
int prf_sha1(const uint8_t *key, size_t key_len, const char *label, const void *data,
	size_t data_len, uint8_t *out, size_t out_len);
/* KDF-Hash-Length with SHA-256, IEEE 802.11-2020, 12.7.1.7.2; out_bits a multiple of 8. */
int kdf_sha256(const uint8_t *key, size_t key_len, const char *label, const void *data,
	size_t data_len, uint8_t *out, size_t out_len);

/* Passphrase (8..63 bytes) and SSID to PMK: PBKDF2-HMAC-SHA1, 4096 rounds, IEEE 802.11-2020, J.4.
 * Slow on purpose (milliseconds): callers cache. */
int psk_from_passphrase(
	const char *passphrase, const uint8_t *ssid, size_t ssid_len, uint8_t psk[PMK_LEN]);

/* AES key wrap, RFC 3394. plain_len a multiple of 8, >= 16; cipher is plain_len + 8 bytes. kek_len
 * 16 or 32. Unwrap returns -EBADMSG when the integrity check fails. */
int aes_wrap(const uint8_t *kek, size_t kek_len, const uint8_t *plain, size_t plain_len,
	uint8_t *cipher);
int aes_unwrap(const uint8_t *kek, size_t kek_len, const uint8_t *cipher, size_t cipher_len,
	uint8_t *plain);

/* AES-128-CBC without padding; len a multiple of 16; in place is fine. */
int aes128_cbc_encrypt(
	const uint8_t key[16], const uint8_t iv[16], const uint8_t *in, size_t len, uint8_t *out);
int aes128_cbc_decrypt(
	const uint8_t key[16], const uint8_t iv[16], const uint8_t *in, size_t len, uint8_t *out);

/* RC4 whose first `skip` octets of key stream are thrown away; both directions, in place is fine.
 * key_len 1..256. For the key data of TKIP's key frames alone. */
void rc4_skip(const uint8_t *key, size_t key_len, size_t skip, const uint8_t *in, size_t len,
	uint8_t *out);

/* 1536-bit MODP group 5 (RFC 3526), public keys of 192 bytes, zero-padded in front. */
#define DH5_LEN 192
struct dh5;
struct dh5 *dh5_new(void); /* fresh private key; NULL on failure */
/* From a given pair (NFC tokens); private key big-endian. NULL when they do not match. */
struct dh5 *dh5_from_private(const uint8_t *priv, size_t priv_len);
void dh5_free(struct dh5 *dh);
void dh5_public(const struct dh5 *dh, uint8_t pub[DH5_LEN]);
int dh5_private(const struct dh5 *dh, struct bytes *priv);
/* Shared secret, zero-padded to 192 bytes. -EINVAL for a peer key outside 2..p-2. */
int dh5_shared(const struct dh5 *dh, const uint8_t *peer, size_t peer_len, uint8_t out[DH5_LEN]);

/* Looks up every algorithm now that would be looked up at its first use. The look-ups cost more
 * than the operations: a daemon does them in a quiet moment, not while a peer waits. */
void crypto_warm_up(void);

/* Cryptographic random bytes; the process ends when the kernel gives none. */
void random_bytes(void *out, size_t len);

#endif
