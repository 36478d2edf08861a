/* RC4 as EAPOL-Key frames of TKIP use it. OpenSSL keeps it in a provider that is seldom installed.
 */
#include "crypto/crypto.h"

struct rc4 {
	uint8_t s[256];
	uint8_t i, j;
};

static void swap(uint8_t *a, uint8_t *b)
{
	uint8_t t = *a;
	*a = *b;
	*b = t;
}

static void set_key(struct rc4 *r, const uint8_t *key, size_t key_len)
{
	uint8_t j = 0;

	for (unsigned i = 0; i < sizeof(r->s); i++)
		r->s[i] = (uint8_t)i;
	for (unsigned i = 0; i < sizeof(r->s); i++) {
		j = (uint8_t)(j + r->s[i] + key[i % key_len]);
		swap(&r->s[i], &r->s[j]);
	}
	r->i = r->j = 0;
}

static uint8_t next(struct rc4 *r)
{
	r->i++;
	r->j = (uint8_t)(r->j + r->s[r->i]);
	swap(&r->s[r->i], &r->s[r->j]);
	return r->s[(uint8_t)(r->s[r->i] + r->s[r->j])];
}

void rc4_skip(const uint8_t *key, size_t key_len, size_t skip, const uint8_t *in, size_t len,
	uint8_t *out)
{
	struct rc4 r;

	set_key(&r, key, key_len);
	while (skip--)
		(void)next(&r);
	for (size_t i = 0; i < len; i++)
		out[i] = in[i] ^ next(&r);
	wipe(&r, sizeof(r));
}
