/* Key derivation: PRF and KDF of IEEE 802.11, passphrase to PSK. */
#include <errno.h>
#include <string.h>

#include "crypto/openssl_i.h"

/* The longest outputs anyone derives are below this; it keeps counters within their fields. */
#define KDF_OUT_MAX 256
#define PASSPHRASE_MIN 8
#define PASSPHRASE_MAX 63
#define PSK_ROUNDS 4096

/* Fills out with blocks MAC(key, parts) where *counter (a view inside parts) goes up by one a
 * block. */
static int expand(enum crypto_mac mac, size_t mac_len, const uint8_t *key, size_t key_len,
	const struct crypto_part *parts, size_t n, uint8_t *counter, uint8_t *out, size_t out_len)
{
	uint8_t last[SHA256_LEN];
	int err = 0;

	for (size_t at = 0; !err && at < out_len; at += mac_len, ++*counter) {
		bool whole = out_len - at >= mac_len;
		err = openssl_mac(mac, at ? NULL : key, at ? 0 : key_len, parts, n,
			whole ? out + at : last, mac_len);
		if (!err && !whole)
			memcpy(out + at, last, out_len - at);
	}
	wipe(last, sizeof(last));
	if (err)
		wipe(out, out_len);
	return err;
}

int prf_sha1(const uint8_t *key, size_t key_len, const char *label, const void *data,
	size_t data_len, uint8_t *out, size_t out_len)
{
	uint8_t counter = 0;
	const struct crypto_part parts[] = {
		{label, strlen(label) + 1}, /* the label is followed by a zero octet */
		{data, data_len},
		{&counter, 1},
	};
	if (!key || out_len > KDF_OUT_MAX)
		return -EINVAL;
	return expand(MAC_HMAC_SHA1, SHA1_LEN, key, key_len, parts, ARRAY_SIZE(parts), &counter,
		out, out_len);
}

int kdf_sha256(const uint8_t *key, size_t key_len, const char *label, const void *data,
	size_t data_len, uint8_t *out, size_t out_len)
{
	uint8_t counter[2] = {1, 0}; /* 16 bits, least significant octet first, from 1 */
	const uint8_t bits[2] = {(uint8_t)(out_len * 8), (uint8_t)(out_len * 8 >> 8)};
	const struct crypto_part parts[] = {
		{counter, sizeof(counter)},
		{label, strlen(label)},
		{data, data_len},
		{bits, sizeof(bits)},
	};
	if (!key || out_len > KDF_OUT_MAX)
		return -EINVAL;
	return expand(MAC_HMAC_SHA256, SHA256_LEN, key, key_len, parts, ARRAY_SIZE(parts), counter,
		out, out_len);
}

int psk_from_passphrase(
	const char *passphrase, const uint8_t *ssid, size_t ssid_len, uint8_t psk[PMK_LEN])
{
	size_t len = strlen(passphrase);
	if (len < PASSPHRASE_MIN || len > PASSPHRASE_MAX)
		return -EINVAL;
	const EVP_MD *md = openssl_md(HASH_SHA1);
	if (!md)
		return -ENOMEM;
	return PKCS5_PBKDF2_HMAC(
		       passphrase, (int)len, ssid, (int)ssid_len, PSK_ROUNDS, md, PMK_LEN, psk)
		       ? 0
		       : -EIO;
}
