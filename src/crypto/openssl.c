#include "crypto/openssl_i.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

/* A cache of immutable algorithm objects, not state: what it holds never changes a result. */
struct cache {
	EVP_MD *md[N_HASHES];
	EVP_MD_CTX *md_ctx[N_HASHES];
	EVP_MAC_CTX *mac_ctx[N_MACS];
	EVP_CIPHER *cipher[N_CIPHERS];
	EVP_CIPHER_CTX *cipher_ctx;
};
static _Thread_local struct cache cache;

static const char *const hash_names[N_HASHES] = {
	[HASH_SHA1] = "SHA1",
	[HASH_SHA256] = "SHA256",
};

static const char *const cipher_names[N_CIPHERS] = {
	[CIPH_AES128_WRAP] = "AES-128-WRAP",
	[CIPH_AES256_WRAP] = "AES-256-WRAP",
	[CIPH_AES128_CBC] = "AES-128-CBC",
};

static const struct {
	const char *mac, *param, *value;
} mac_kinds[N_MACS] = {
	[MAC_HMAC_SHA1] = {"HMAC", OSSL_MAC_PARAM_DIGEST, "SHA1"},
	[MAC_HMAC_SHA256] = {"HMAC", OSSL_MAC_PARAM_DIGEST, "SHA256"},
	[MAC_CMAC_AES128] = {"CMAC", OSSL_MAC_PARAM_CIPHER, "AES-128-CBC"},
	[MAC_HMAC_MD5] = {"HMAC", OSSL_MAC_PARAM_DIGEST, "MD5"},
};

const EVP_MD *openssl_md(enum crypto_hash h)
{
	if (!cache.md[h])
		cache.md[h] = EVP_MD_fetch(NULL, hash_names[h], NULL);
	return cache.md[h];
}

EVP_MD_CTX *openssl_md_ctx(enum crypto_hash h)
{
	if (cache.md_ctx[h])
		return cache.md_ctx[h];
	const EVP_MD *md = openssl_md(h);
	EVP_MD_CTX *c = md ? EVP_MD_CTX_new() : NULL;
	if (c && !EVP_DigestInit_ex2(c, md, NULL)) {
		EVP_MD_CTX_free(c);
		c = NULL;
	}
	cache.md_ctx[h] = c;
	return c;
}

EVP_MAC_CTX *openssl_mac_ctx(enum crypto_mac m)
{
	if (cache.mac_ctx[m])
		return cache.mac_ctx[m];
	EVP_MAC *mac = EVP_MAC_fetch(NULL, mac_kinds[m].mac, NULL);
	EVP_MAC_CTX *c = mac ? EVP_MAC_CTX_new(mac) : NULL;
	EVP_MAC_free(mac); /* the context holds its own reference */
	/* The digest or cipher is looked up here, once; later calls set only the key. */
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(
			mac_kinds[m].param, (char *)(uintptr_t)mac_kinds[m].value, 0),
		OSSL_PARAM_END,
	};
	if (c && !EVP_MAC_CTX_set_params(c, params)) {
		EVP_MAC_CTX_free(c);
		c = NULL;
	}
	cache.mac_ctx[m] = c;
	return c;
}

const EVP_CIPHER *openssl_cipher(enum crypto_cipher c)
{
	if (!cache.cipher[c])
		cache.cipher[c] = EVP_CIPHER_fetch(NULL, cipher_names[c], NULL);
	return cache.cipher[c];
}

EVP_CIPHER_CTX *openssl_cipher_ctx(void)
{
	if (!cache.cipher_ctx)
		cache.cipher_ctx = EVP_CIPHER_CTX_new();
	return cache.cipher_ctx;
}

void crypto_warm_up(void)
{
	uint8_t out[SHA1_LEN];

	for (unsigned h = 0; h < N_HASHES; h++)
		(void)openssl_md_ctx(h);
	for (unsigned m = 0; m < N_MACS; m++)
		(void)openssl_mac_ctx(m);
	for (unsigned c = 0; c < N_CIPHERS; c++)
		(void)openssl_cipher(c);
	/* PBKDF2 is found by name inside this call, for the first time slowly. */
	(void)PKCS5_PBKDF2_HMAC("", 0, out, 0, 1, openssl_md(HASH_SHA1), sizeof(out), out);
}
