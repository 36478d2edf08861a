/* Digests and message authentication codes. */
#include <errno.h>

#include "crypto/openssl_i.h"

static int digest(enum crypto_hash h, const struct crypto_part *parts, size_t n, uint8_t *out)
{
	EVP_MD_CTX *c = openssl_md_ctx(h);
	if (!c)
		return -ENOMEM;
	bool ok = EVP_DigestInit_ex2(c, NULL, NULL);
	for (size_t i = 0; ok && i < n; i++)
		ok = EVP_DigestUpdate(c, parts[i].data, parts[i].len);
	return ok && EVP_DigestFinal_ex(c, out, NULL) ? 0 : -EIO;
}

int sha1(const struct crypto_part *parts, size_t n, uint8_t out[SHA1_LEN])
{
	return digest(HASH_SHA1, parts, n, out);
}

int sha256(const struct crypto_part *parts, size_t n, uint8_t out[SHA256_LEN])
{
	return digest(HASH_SHA256, parts, n, out);
}

int openssl_mac(enum crypto_mac m, const uint8_t *key, size_t key_len,
	const struct crypto_part *parts, size_t n, uint8_t *out, size_t out_len)
{
	EVP_MAC_CTX *c = openssl_mac_ctx(m);
	if (!c)
		return -ENOMEM;
	size_t got;
	bool ok = EVP_MAC_init(c, key, key_len, NULL);
	for (size_t i = 0; ok && i < n; i++)
		ok = EVP_MAC_update(c, parts[i].data, parts[i].len);
	return ok && EVP_MAC_final(c, out, &got, out_len) && got == out_len ? 0 : -EIO;
}

/* OpenSSL reads "no key pointer" as "the key before", HMAC allows the empty key. */
static const uint8_t *key_or_empty(const uint8_t *key)
{
	static const uint8_t none[1];
	return key ? key : none;
}

int hmac_sha1(const uint8_t *key, size_t key_len, const struct crypto_part *parts, size_t n,
	uint8_t out[SHA1_LEN])
{
	return openssl_mac(MAC_HMAC_SHA1, key_or_empty(key), key_len, parts, n, out, SHA1_LEN);
}

int hmac_sha256(const uint8_t *key, size_t key_len, const struct crypto_part *parts, size_t n,
	uint8_t out[SHA256_LEN])
{
	return openssl_mac(MAC_HMAC_SHA256, key_or_empty(key), key_len, parts, n, out, SHA256_LEN);
}

int hmac_md5(const uint8_t *key, size_t key_len, const struct crypto_part *parts, size_t n,
	uint8_t out[MD5_LEN])
{
	return openssl_mac(MAC_HMAC_MD5, key_or_empty(key), key_len, parts, n, out, MD5_LEN);
}

int aes_cmac(const uint8_t key[16], const struct crypto_part *parts, size_t n, uint8_t out[16])
{
	return openssl_mac(MAC_CMAC_AES128, key, 16, parts, n, out, 16);
}
