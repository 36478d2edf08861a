/* Diffie-Hellman over the 1536-bit MODP group (RFC 3526, section 2), as WSC asks for.
 *
 * With BN instead of an EVP_PKEY on purpose: EVP checks a peer key by a full-length exponentiation,
 * several times the cost of the agreement itself. In this group (safe prime) the range check is
 * enough: only 1 and p-1 lie in small subgroups. */
#include <errno.h>
#include <stdlib.h>

#include <openssl/bn.h>

#include "crypto/crypto.h"

/* Exponent bytes. RFC 3526, section 8, asks for at most 240 bits in this group. */
#define DH5_PRIV_LEN 32

struct dh5 {
	BIGNUM *p, *priv;
	BN_MONT_CTX *mont;
	BN_CTX *ctx;
	uint8_t pub[DH5_LEN];
};

/* out = base^priv mod p, in time that does not depend on priv. */
static int dh5_power(const struct dh5 *dh, const BIGNUM *base, uint8_t out[DH5_LEN])
{
	BIGNUM *r = BN_secure_new();
	if (!r)
		return -ENOMEM;
	int err = BN_mod_exp_mont_consttime(r, base, dh->priv, dh->p, dh->ctx, dh->mont) &&
				  BN_bn2binpad(r, out, DH5_LEN) == DH5_LEN
			  ? 0
			  : -EIO;
	BN_clear_free(r);
	return err;
}

static int dh5_make_public(struct dh5 *dh)
{
	BIGNUM *g = BN_new();
	int err = g && BN_set_word(g, 2) ? dh5_power(dh, g, dh->pub) : -ENOMEM;
	BN_free(g);
	return err;
}

struct dh5 *dh5_from_private(const uint8_t *priv, size_t priv_len)
{
	if (!priv_len || priv_len > DH5_LEN)
		return NULL;
	struct dh5 *dh = calloc(1, sizeof(*dh));
	if (!dh)
		return NULL;
	dh->p = BN_get_rfc3526_prime_1536(NULL);
	dh->ctx = BN_CTX_new();
	dh->mont = BN_MONT_CTX_new();
	dh->priv = BN_bin2bn(priv, (int)priv_len, BN_secure_new());
	if (!dh->p || !dh->ctx || !dh->mont || !dh->priv || BN_is_zero(dh->priv) ||
		BN_cmp(dh->priv, dh->p) >= 0 || !BN_MONT_CTX_set(dh->mont, dh->p, dh->ctx)) {
		dh5_free(dh);
		return NULL;
	}
	BN_set_flags(dh->priv, BN_FLG_CONSTTIME);
	if (dh5_make_public(dh)) {
		dh5_free(dh);
		return NULL;
	}
	return dh;
}

struct dh5 *dh5_new(void)
{
	uint8_t priv[DH5_PRIV_LEN];
	random_bytes(priv, sizeof(priv));
	priv[0] |= 0x80; /* all exponents equally long */
	struct dh5 *dh = dh5_from_private(priv, sizeof(priv));
	wipe(priv, sizeof(priv));
	return dh;
}

void dh5_free(struct dh5 *dh)
{
	if (!dh)
		return;
	BN_clear_free(dh->priv);
	BN_free(dh->p);
	BN_MONT_CTX_free(dh->mont);
	BN_CTX_free(dh->ctx);
	free(dh);
}

void dh5_public(const struct dh5 *dh, uint8_t pub[DH5_LEN])
{
	for (size_t i = 0; i < DH5_LEN; i++)
		pub[i] = dh->pub[i];
}

int dh5_private(const struct dh5 *dh, struct bytes *priv)
{
	uint8_t buf[DH5_LEN];
	int len = BN_bn2bin(dh->priv, buf);
	int err = len > 0 ? bytes_set(priv, buf, (size_t)len) : -EIO;
	wipe(buf, sizeof(buf));
	return err;
}

/* 2 <= y <= p-2 */
static bool dh5_peer_ok(const struct dh5 *dh, const BIGNUM *y)
{
	if (BN_is_zero(y) || BN_is_one(y))
		return false;
	BIGNUM *top = BN_dup(dh->p);
	bool ok = top && BN_sub_word(top, 1) && BN_cmp(y, top) < 0;
	BN_free(top);
	return ok;
}

int dh5_shared(const struct dh5 *dh, const uint8_t *peer, size_t peer_len, uint8_t out[DH5_LEN])
{
	if (!peer_len || peer_len > DH5_LEN)
		return -EINVAL;
	BIGNUM *y = BN_bin2bn(peer, (int)peer_len, NULL);
	if (!y)
		return -ENOMEM;
	int err = dh5_peer_ok(dh, y) ? dh5_power(dh, y, out) : -EINVAL;
	BN_free(y);
	return err;
}
