#include "rsn/keys.h"

#include <errno.h>
#include <string.h>

#include "rsn/frame_i.h"

typedef int expand_fn(const uint8_t *key, size_t key_len, const char *label, const void *data,
	size_t data_len, uint8_t *out, size_t out_len);
typedef int hmac_fn(const uint8_t *key, size_t key_len, const struct crypto_part *parts, size_t n,
	uint8_t *out);

enum mic_kind { MIC_BY_VERSION, MIC_CMAC, MIC_SHA256 };

/* IEEE 802.11-2020, Table 12-10; OWE: RFC 8110, 4.4, for group 19. */
static const struct akm_row {
	unsigned akms;
	expand_fn *expand;
	hmac_fn *pmkid; /* NULL: not made from the PMK */
	unsigned version;
	enum mic_kind mic;
	size_t kck_len, kek_len;
} akm_rows[] = {
	/* the version of these goes by the cipher */
	{AKM_PSK | AKM_8021X, prf_sha1, hmac_sha1, KEY_VERSION_AES_SHA1, MIC_BY_VERSION, 16, 16},
	{AKM_PSK_SHA256 | AKM_8021X_SHA256, kdf_sha256, hmac_sha256, KEY_VERSION_AES_CMAC,
		MIC_BY_VERSION, 16, 16},
	{AKM_SAE, kdf_sha256, NULL, KEY_VERSION_AKM_DEFINED, MIC_CMAC, 16, 16},
	{AKM_OWE, kdf_sha256, NULL, KEY_VERSION_AKM_DEFINED, MIC_SHA256, 16, 16},
};

static const struct akm_row *akm_row(unsigned akm)
{
	for (size_t i = 0; i < ARRAY_SIZE(akm_rows); i++)
		if (akm_rows[i].akms & akm)
			return &akm_rows[i];
	return NULL;
}

bool akm_key_lens(unsigned akm, size_t *kck_len, size_t *kek_len)
{
	const struct akm_row *row = akm_row(akm);

	*kck_len = row ? row->kck_len : 0;
	*kek_len = row ? row->kek_len : 0;
	return row != NULL;
}

void ptk_wipe(struct ptk *p)
{
	wipe(p, sizeof(*p));
}

/* The smaller one first, so that both sides get the same text whoever is who. */
static void put_ordered(struct writer *w, const uint8_t *a, const uint8_t *b, size_t len)
{
	bool a_first = memcmp(a, b, len) < 0;
	writer_bytes(w, a_first ? a : b, len);
	writer_bytes(w, a_first ? b : a, len);
}

int ptk_derive(const uint8_t *pmk, size_t pmk_len, unsigned akm, unsigned cipher,
	const uint8_t aa[MAC_LEN], const uint8_t spa[MAC_LEN], const uint8_t anonce[NONCE_LEN],
	const uint8_t snonce[NONCE_LEN], struct ptk *out)
{
	static const char label[] = "Pairwise key expansion";
	uint8_t data[2 * MAC_LEN + 2 * NONCE_LEN];
	uint8_t raw[sizeof(out->kck) + sizeof(out->kek) + sizeof(out->tk)];
	struct writer w = writer_over(data, sizeof(data));
	size_t tk_len = cipher_key_len(cipher);
	size_t len = sizeof(out->kck) + sizeof(out->kek) + tk_len;
	const struct akm_row *row = akm_row(akm);

	if (!row)
		return -ENOTSUP;
	if (!tk_len || len > sizeof(raw))
		return -EINVAL;
	put_ordered(&w, aa, spa, MAC_LEN);
	put_ordered(&w, anonce, snonce, NONCE_LEN);
	int err = row->expand(pmk, pmk_len, label, data, sizeof(data), raw, len);
	if (err)
		return err;
	struct reader r = reader_of(raw, len);
	reader_copy(&r, out->kck, sizeof(out->kck));
	reader_copy(&r, out->kek, sizeof(out->kek));
	reader_copy(&r, out->tk, tk_len);
	out->tk_len = tk_len;
	wipe(raw, sizeof(raw));
	return 0;
}

unsigned eapol_key_version(unsigned akm, unsigned pairwise)
{
	const struct akm_row *row = akm_row(akm);

	if (!row)
		return KEY_VERSION_AKM_DEFINED;
	if (row->version == KEY_VERSION_AES_SHA1 && pairwise == CIPHER_TKIP)
		return KEY_VERSION_RC4_MD5;
	return row->version;
}

static int hmac_cut(hmac_fn *hmac, const uint8_t *key, size_t key_len,
	const struct crypto_part *parts, size_t n, uint8_t out[16])
{
	uint8_t whole[SHA256_LEN];
	int err = hmac(key, key_len, parts, n, whole);

	if (!err)
		memcpy(out, whole, 16);
	wipe(whole, sizeof(whole));
	return err;
}

static int mic_of_parts(const uint8_t *kck, unsigned akm, unsigned version,
	const struct crypto_part *parts, size_t n, uint8_t mic[KEY_MIC_LEN])
{
	const struct akm_row *row = akm_row(akm);

	switch (version) {
	case KEY_VERSION_AKM_DEFINED:
		if (row && row->mic == MIC_CMAC)
			return aes_cmac(kck, parts, n, mic);
		if (row && row->mic == MIC_SHA256)
			return hmac_cut(hmac_sha256, kck, row->kck_len, parts, n, mic);
		return -ENOTSUP;
	case KEY_VERSION_RC4_MD5:
		return hmac_md5(kck, 16, parts, n, mic);
	case KEY_VERSION_AES_SHA1:
		return hmac_cut(hmac_sha1, kck, 16, parts, n, mic);
	case KEY_VERSION_AES_CMAC:
		return aes_cmac(kck, parts, n, mic);
	}
	return -ENOTSUP;
}

int eapol_key_mic(const uint8_t kck[16], unsigned akm, unsigned version, const uint8_t *frame,
	size_t len, uint8_t mic[KEY_MIC_LEN])
{
	const struct crypto_part part = {frame, len};
	return mic_of_parts(kck, akm, version, &part, 1, mic);
}

int pmkid_derive(const uint8_t *pmk, size_t pmk_len, const uint8_t aa[MAC_LEN],
	const uint8_t spa[MAC_LEN], unsigned akm, uint8_t out[16])
{
	const struct crypto_part parts[] = {{"PMK Name", 8}, {aa, MAC_LEN}, {spa, MAC_LEN}};
	const struct akm_row *row = akm_row(akm);

	if (!row || !row->pmkid)
		return -ENOTSUP;
	return hmac_cut(row->pmkid, pmk, pmk_len, parts, ARRAY_SIZE(parts), out);
}

int rsn_frame_parse(const uint8_t *packet, size_t len, struct rsn_frame *out)
{
	struct eapol_hdr h;
	struct reader body;

	if (!eapol_parse(packet, len, &h, &body) || h.type != EAPOL_KEY)
		return -EBADMSG;
	out->packet = packet;
	out->len = EAPOL_HDR_LEN + (size_t)h.len;
	return eapol_key_parse(body, &out->k);
}

bool rsn_frame_mic_ok(const struct rsn_frame *f, unsigned akm, const uint8_t kck[16])
{
	static const uint8_t zeros[KEY_MIC_LEN];
	struct reader r = reader_of(f->packet, f->len);
	struct crypto_part parts[3];
	uint8_t mic[KEY_MIC_LEN];

	parts[0] =
		(struct crypto_part){reader_bytes(&r, EAPOL_KEY_MIC_OFFSET), EAPOL_KEY_MIC_OFFSET};
	reader_skip(&r, KEY_MIC_LEN);
	parts[1] = (struct crypto_part){zeros, sizeof(zeros)};
	parts[2] = (struct crypto_part){r.p, reader_left(&r)};
	if (!reader_ok(&r))
		return false;
	if (mic_of_parts(
		    kck, akm, f->k.info & KEY_INFO_VERSION_MASK, parts, ARRAY_SIZE(parts), mic))
		return false;
	return bytes_equal_ct(mic, f->k.mic, KEY_MIC_LEN);
}

int rsn_frame_write(struct writer *w, uint8_t eapol_version, const struct eapol_key *k,
	unsigned akm, const uint8_t *kck)
{
	eapol_key_write(w, eapol_version, k);
	if (!writer_ok(w))
		return -EMSGSIZE;
	if (!kck)
		return 0;
	return eapol_key_mic(kck, akm, k->info & KEY_INFO_VERSION_MASK, w->buf, w->len,
		w->buf + EAPOL_KEY_MIC_OFFSET);
}

/* 12.7.2 j): RC4 under IV and KEK, the first 256 octets of key stream thrown away. */
static void rc4_key_data(
	const uint8_t iv[16], const uint8_t kek[16], const uint8_t *in, size_t len, uint8_t *out)
{
	uint8_t key[32];

	memcpy(key, iv, 16);
	memcpy(key + 16, kek, 16);
	rc4_skip(key, sizeof(key), 256, in, len, out);
	wipe(key, sizeof(key));
}

int rsn_frame_unwrap(const struct rsn_frame *f, const uint8_t kek[16], uint8_t *plain)
{
	/* WPA has no such flag: what is to be encrypted there is. */
	if (f->k.descriptor == KEY_DESC_RSN && !(f->k.info & KEY_INFO_ENCRYPTED))
		return -EBADMSG;
	if ((f->k.info & KEY_INFO_VERSION_MASK) == KEY_VERSION_RC4_MD5) {
		rc4_key_data(f->k.iv, kek, f->k.data, f->k.data_len, plain);
		return f->k.data_len;
	}
	if (aes_unwrap(kek, 16, f->k.data, f->k.data_len, plain))
		return -EBADMSG;
	return f->k.data_len - 8;
}

int rsn_frame_wrap(struct eapol_key *k, unsigned version, const uint8_t kek[16],
	const uint8_t *plain, size_t len, uint8_t out[RSN_FRAME_MAX])
{
	bool rc4 = version == KEY_VERSION_RC4_MD5;
	size_t wrapped = rc4 ? len : len + 8;
	int err = 0;

	if (wrapped > RSN_FRAME_MAX - EAPOL_KEY_MIN_LEN)
		return -EMSGSIZE;
	if (rc4) {
		random_bytes(k->iv, sizeof(k->iv));
		rc4_key_data(k->iv, kek, plain, len, out);
	} else {
		err = aes_wrap(kek, 16, plain, len, out);
	}
	k->data = out;
	k->data_len = (uint16_t)wrapped;
	return err;
}
