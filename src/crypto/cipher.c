/* AES key wrap and AES-CBC. */
#include <errno.h>
#include <limits.h>

#include "crypto/openssl_i.h"

#define WRAP_BLOCK 8
#define CBC_BLOCK 16

/* One pass over `in`. Returns 0 or -EIO; got must be exactly `expect` bytes. */
static int cipher_run(enum crypto_cipher which, bool encrypt, const uint8_t *key, const uint8_t *iv,
	const uint8_t *in, size_t len, uint8_t *out, size_t expect)
{
	const EVP_CIPHER *cipher = openssl_cipher(which);
	EVP_CIPHER_CTX *c = openssl_cipher_ctx();
	int n = 0, tail = 0;

	if (!cipher || !c)
		return -ENOMEM;
	if (len > INT_MAX)
		return -EINVAL;
	EVP_CIPHER_CTX_set_flags(c, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
	bool ok = EVP_CipherInit_ex2(c, cipher, key, iv, encrypt, NULL) &&
		  EVP_CIPHER_CTX_set_padding(c, 0) && EVP_CipherUpdate(c, out, &n, in, (int)len) &&
		  n >= 0 && EVP_CipherFinal_ex(c, out + n, &tail) && tail >= 0;
	EVP_CIPHER_CTX_reset(c); /* forgets the key */
	return ok && (size_t)n + (size_t)tail == expect ? 0 : -EIO;
}

static int wrap_cipher(size_t kek_len, enum crypto_cipher *which)
{
	if (kek_len != 16 && kek_len != 32)
		return -EINVAL;
	*which = kek_len == 16 ? CIPH_AES128_WRAP : CIPH_AES256_WRAP;
	return 0;
}

int aes_wrap(
	const uint8_t *kek, size_t kek_len, const uint8_t *plain, size_t plain_len, uint8_t *cipher)
{
	enum crypto_cipher which;
	if (wrap_cipher(kek_len, &which) || plain_len < 2 * WRAP_BLOCK || plain_len % WRAP_BLOCK)
		return -EINVAL;
	return cipher_run(which, true, kek, NULL, plain, plain_len, cipher, plain_len + WRAP_BLOCK);
}

int aes_unwrap(const uint8_t *kek, size_t kek_len, const uint8_t *cipher, size_t cipher_len,
	uint8_t *plain)
{
	enum crypto_cipher which;
	if (wrap_cipher(kek_len, &which) || cipher_len < 3 * WRAP_BLOCK || cipher_len % WRAP_BLOCK)
		return -EINVAL;
	int err = cipher_run(
		which, false, kek, NULL, cipher, cipher_len, plain, cipher_len - WRAP_BLOCK);
	if (err == -EIO) {
		wipe(plain, cipher_len - WRAP_BLOCK);
		return -EBADMSG;
	}
	return err;
}

static int cbc(bool encrypt, const uint8_t *key, const uint8_t *iv, const uint8_t *in, size_t len,
	uint8_t *out)
{
	if (len % CBC_BLOCK)
		return -EINVAL;
	return cipher_run(CIPH_AES128_CBC, encrypt, key, iv, in, len, out, len);
}

int aes128_cbc_encrypt(
	const uint8_t key[16], const uint8_t iv[16], const uint8_t *in, size_t len, uint8_t *out)
{
	return cbc(true, key, iv, in, len, out);
}

int aes128_cbc_decrypt(
	const uint8_t key[16], const uint8_t iv[16], const uint8_t *in, size_t len, uint8_t *out)
{
	return cbc(false, key, iv, in, len, out);
}
