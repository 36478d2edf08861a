#include <errno.h>
#include <string.h>

#include "common/eap.h"
#include "eap_peer/eap_gpsk_i.h"

/* MSK, EMSK, SK, PK of a suite with 16-octet keys; MSK, EMSK, SK of one with 32: it does not
 * encrypt. */
#define BLOCK_LEN 160
#define SK_AT 128

static int mac_cmac(const uint8_t *key, const struct crypto_part *parts, size_t n, uint8_t *out)
{
	return aes_cmac(key, parts, n, out);
}

static int mac_sha256(const uint8_t *key, const struct crypto_part *parts, size_t n, uint8_t *out)
{
	return hmac_sha256(key, SHA256_LEN, parts, n, out);
}

const struct gpsk_suite gpsk_suites[2] = {
	{.specifier = 2, .key_len = 32, .mac = mac_sha256},
	{.specifier = 1, .key_len = 16, .mac = mac_cmac},
};

void gpsk_suite_selector(const struct gpsk_suite *suite, uint8_t out[GPSK_SUITE_LEN])
{
	memset(out, 0, GPSK_SUITE_LEN);
	out[4] = (uint8_t)(suite->specifier >> 8);
	out[5] = (uint8_t)suite->specifier;
}

#define SEED_PARTS 4
#define PARTS_MAX (SEED_PARTS + 4)

static void add_seed(struct crypto_part parts[SEED_PARTS], const struct gpsk_input *in)
{
	parts[0] = (struct crypto_part){in->rand_peer, GPSK_RAND_LEN};
	parts[1] = (struct crypto_part){in->id_peer, in->id_peer_len};
	parts[2] = (struct crypto_part){in->rand_server, GPSK_RAND_LEN};
	parts[3] = (struct crypto_part){in->id_server, in->id_server_len};
}

/* GKDF-len(key, parts), section 5.1 (5.2): MACs of a counter and the data. parts[0] is for the
 * counter. */
static int gkdf(const struct gpsk_suite *suite, const uint8_t *key, struct crypto_part *parts,
	size_t n, uint8_t *out, size_t len)
{
	uint8_t block[GPSK_KEY_MAX];
	int err = 0;

	for (unsigned i = 1; len && !err; i++) {
		uint8_t counter[2] = {(uint8_t)(i >> 8), (uint8_t)i};
		size_t take = len < suite->key_len ? len : suite->key_len;

		parts[0] = (struct crypto_part){counter, sizeof(counter)};
		err = suite->mac(key, parts, n, block);
		memcpy(out, block, take);
		out += take;
		len -= take;
	}
	wipe(block, sizeof(block));
	return err;
}

/* MK = GKDF-KS(PSK[0..KS-1], PL || PSK || CSuite_Sel || seed) */
static int master_key(const struct gpsk_suite *suite, const struct gpsk_input *in, uint8_t *mk)
{
	uint8_t psk_len[2] = {(uint8_t)(in->psk_len >> 8), (uint8_t)in->psk_len};
	uint8_t selector[GPSK_SUITE_LEN];
	struct crypto_part parts[PARTS_MAX] = {
		[1] = {psk_len, sizeof(psk_len)},
		[2] = {in->psk, in->psk_len},
		[3] = {selector, sizeof(selector)},
	};

	gpsk_suite_selector(suite, selector);
	add_seed(parts + 4, in);
	return gkdf(suite, in->psk, parts, PARTS_MAX, mk, suite->key_len);
}

/* Method-ID = GKDF-16(PSK[0..KS-1], "Method ID" || EAP_Method_Type || CSuite_Sel || seed) */
static int session_id(const struct gpsk_suite *suite, const struct gpsk_input *in, uint8_t *out)
{
	uint8_t selector[GPSK_SUITE_LEN];
	struct crypto_part parts[PARTS_MAX] = {
		[1] = {"Method ID", strlen("Method ID")},
		[2] = {out, 1},
		[3] = {selector, sizeof(selector)},
	};

	out[0] = EAP_TYPE_GPSK;
	gpsk_suite_selector(suite, selector);
	add_seed(parts + 4, in);
	return gkdf(suite, in->psk, parts, PARTS_MAX, out + 1, GPSK_SESSION_LEN - 1);
}

int gpsk_derive(const struct gpsk_suite *suite, const struct gpsk_input *in, struct gpsk_keys *out)
{
	struct crypto_part parts[1 + SEED_PARTS] = {0};
	uint8_t mk[GPSK_KEY_MAX], block[BLOCK_LEN];

	if (in->psk_len < suite->key_len || in->psk_len > UINT16_MAX)
		return -EINVAL;
	int err = master_key(suite, in, mk);
	if (!err) {
		add_seed(parts + 1, in);
		err = gkdf(suite, mk, parts, ARRAY_SIZE(parts), block, sizeof(block));
	}
	if (!err)
		err = session_id(suite, in, out->session);
	if (!err) {
		memcpy(out->msk, block, sizeof(out->msk));
		memcpy(out->sk, block + SK_AT, suite->key_len);
	}
	wipe(mk, sizeof(mk));
	wipe(block, sizeof(block));
	return err;
}
