#include "wps/keys_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "utils/log.h"

#define AES_BLOCK 16
#define SEAL_TLV_LEN (4 + WPS_AUTH_LEN)
static const char kdf_label[] = "Wi-Fi Easy and Secure Key Derivation";

/* The WSC key derivation function: like IEEE 802.11's KDF, but big-endian and without context. */
static int wsc_kdf(const uint8_t key[SHA256_LEN], uint8_t *out, size_t len)
{
	uint8_t hash[SHA256_LEN];
	uint32_t bits = (uint32_t)len * 8;
	const uint8_t tail[4] = {bits >> 24, bits >> 16 & 0xff, bits >> 8 & 0xff, bits & 0xff};

	for (uint8_t i = 1; len; i++) {
		const uint8_t head[4] = {0, 0, 0, i};
		const struct crypto_part parts[] = {
			{head, 4}, {kdf_label, strlen(kdf_label)}, {tail, 4}};
		int err = hmac_sha256(key, SHA256_LEN, parts, ARRAY_SIZE(parts), hash);
		if (err)
			return err;
		size_t n = len < sizeof(hash) ? len : sizeof(hash);
		memcpy(out, hash, n);
		out += n;
		len -= n;
	}
	wipe(hash, sizeof(hash));
	return 0;
}

int wps_keys_derive(const uint8_t secret[DH5_LEN], const uint8_t nonce_e[WPS_NONCE_LEN],
	const uint8_t mac_e[MAC_LEN], const uint8_t nonce_r[WPS_NONCE_LEN], struct wps_keys *out)
{
	uint8_t dh_key[SHA256_LEN], kdk[SHA256_LEN], all[32 + 16 + 32];
	const struct crypto_part dh_part = {secret, DH5_LEN};
	const struct crypto_part parts[] = {
		{nonce_e, WPS_NONCE_LEN}, {mac_e, MAC_LEN}, {nonce_r, WPS_NONCE_LEN}};

	int err = sha256(&dh_part, 1, dh_key);
	if (!err)
		err = hmac_sha256(dh_key, sizeof(dh_key), parts, ARRAY_SIZE(parts), kdk);
	if (!err)
		err = wsc_kdf(kdk, all, sizeof(all));
	if (!err) {
		struct reader r = reader_of(all, sizeof(all));
		reader_copy(&r, out->auth, sizeof(out->auth));
		reader_copy(&r, out->wrap, sizeof(out->wrap));
		reader_copy(&r, out->emsk, sizeof(out->emsk));
		log_hexdump_key(LOG_DBG, "WPS: AuthKey", out->auth, sizeof(out->auth));
		log_hexdump_key(LOG_DBG, "WPS: KeyWrapKey", out->wrap, sizeof(out->wrap));
	}
	wipe(dh_key, sizeof(dh_key));
	wipe(kdk, sizeof(kdk));
	wipe(all, sizeof(all));
	return err;
}

static int psk_of_half(
	const struct wps_keys *k, const uint8_t *half, size_t len, uint8_t psk[WPS_PSK_LEN])
{
	uint8_t hash[SHA256_LEN];
	const struct crypto_part part = {half, len};
	int err = hmac_sha256(k->auth, sizeof(k->auth), &part, 1, hash);
	if (!err)
		memcpy(psk, hash, WPS_PSK_LEN);
	wipe(hash, sizeof(hash));
	return err;
}

int wps_keys_psk(const struct wps_keys *k, const uint8_t *password, size_t len,
	uint8_t psk1[WPS_PSK_LEN], uint8_t psk2[WPS_PSK_LEN])
{
	size_t first = (len + 1) / 2;
	int err = psk_of_half(k, password, first, psk1);
	return err ? err : psk_of_half(k, password + first, len - first, psk2);
}

int wps_keys_half_hash(const struct wps_keys *k, const uint8_t snonce[WPS_NONCE_LEN],
	const uint8_t psk[WPS_PSK_LEN], const struct bytes *pk_e, const struct bytes *pk_r,
	uint8_t out[WPS_HASH_LEN])
{
	const struct crypto_part parts[] = {{snonce, WPS_NONCE_LEN}, {psk, WPS_PSK_LEN},
		{pk_e->data, pk_e->len}, {pk_r->data, pk_r->len}};
	return hmac_sha256(k->auth, sizeof(k->auth), parts, ARRAY_SIZE(parts), out);
}

int wps_seal(const struct wps_keys *k, const struct bytes *previous, struct writer *w)
{
	uint8_t hash[SHA256_LEN];
	const struct crypto_part parts[] = {{previous->data, previous->len}, {w->buf, w->len}};
	int err = hmac_sha256(k->auth, sizeof(k->auth), parts, ARRAY_SIZE(parts), hash);
	if (!err)
		wps_attr_write(w, WA_AUTHENTICATOR, hash, WPS_AUTH_LEN);
	return err;
}

int wps_unseal(const struct wps_keys *k, const struct bytes *previous, const uint8_t *msg,
	size_t len, const struct wps_msg *m)
{
	uint8_t hash[SHA256_LEN];
	const uint8_t *seal = m->v[WA_AUTHENTICATOR].data;

	if (!seal || len < SEAL_TLV_LEN || seal != msg + len - WPS_AUTH_LEN) {
		log_msg(LOG_DBG, "WPS: the message does not end in its Authenticator");
		return -EBADMSG;
	}
	const struct crypto_part parts[] = {
		{previous->data, previous->len}, {msg, len - SEAL_TLV_LEN}};
	int err = hmac_sha256(k->auth, sizeof(k->auth), parts, ARRAY_SIZE(parts), hash);
	if (err)
		return err;
	if (!bytes_equal_ct(hash, seal, WPS_AUTH_LEN)) {
		log_msg(LOG_DBG, "WPS: Authenticator is wrong");
		return -EBADMSG;
	}
	return 0;
}

int wps_settings_encrypt(const struct wps_keys *k, const struct writer *plain, struct bytes *out)
{
	uint8_t hash[SHA256_LEN];
	const struct crypto_part part = {plain->buf, plain->len};
	int err = hmac_sha256(k->auth, sizeof(k->auth), &part, 1, hash);
	if (err || !writer_ok(plain))
		return err ? err : -EMSGSIZE;

	_cleanup_(writer_free) struct writer w = writer_new(plain->len + 64);
	uint8_t iv[AES_BLOCK];
	random_bytes(iv, sizeof(iv));
	writer_bytes(&w, iv, sizeof(iv));
	writer_bytes(&w, plain->buf, plain->len);
	wps_attr_write(&w, WA_KEY_WRAP_AUTH, hash, WPS_AUTH_LEN);
	/* PKCS #5 padding: 1 to 16 bytes that tell their number. */
	uint8_t pad = (uint8_t)(AES_BLOCK - w.len % AES_BLOCK);
	for (unsigned i = 0; i < pad; i++)
		writer_u8(&w, pad);
	if (!writer_ok(&w))
		return -ENOMEM;
	uint8_t *text = w.buf + AES_BLOCK;
	err = aes128_cbc_encrypt(k->wrap, iv, text, w.len - AES_BLOCK, text);
	return err ? err : writer_steal(&w, out);
}

/* Strips the padding; false when it is malformed. */
static bool unpad(struct bytes *plain)
{
	uint8_t pad = plain->data[plain->len - 1];
	if (pad < 1 || pad > AES_BLOCK)
		return false;
	for (unsigned i = 0; i < pad; i++)
		if (plain->data[plain->len - 1 - i] != pad)
			return false;
	plain->len -= pad;
	return true;
}

/* The last attribute, looked for at its place: nothing is read of what the key holder did not
 * write. */
static int check_key_wrap(const struct wps_keys *k, const struct bytes *plain)
{
	uint8_t hash[SHA256_LEN];

	if (plain->len < SEAL_TLV_LEN)
		return -EBADMSG;
	size_t covered = plain->len - SEAL_TLV_LEN;
	struct reader r = reader_of(plain->data + covered, SEAL_TLV_LEN);
	if (reader_be16(&r) != WPS_ID_KEY_WRAP_AUTH || reader_be16(&r) != WPS_AUTH_LEN)
		return -EBADMSG;
	const struct crypto_part part = {plain->data, covered};
	int err = hmac_sha256(k->auth, sizeof(k->auth), &part, 1, hash);
	if (err)
		return err;
	const uint8_t *seal = reader_bytes(&r, WPS_AUTH_LEN);
	return bytes_equal_ct(hash, seal, WPS_AUTH_LEN) ? 0 : -EBADMSG;
}

int wps_settings_decrypt(const struct wps_keys *k, const struct wps_value *v, enum wps_table t,
	struct bytes *plain, struct wps_msg *m)
{
	if (v->len < 2 * AES_BLOCK || v->len % AES_BLOCK)
		return -EBADMSG;
	int err = bytes_set(plain, v->data + AES_BLOCK, v->len - AES_BLOCK);
	if (!err)
		err = aes128_cbc_decrypt(k->wrap, v->data, plain->data, plain->len, plain->data);
	if (err)
		return err;
	if (!unpad(plain) || check_key_wrap(k, plain) < 0) {
		log_msg(LOG_DBG, "WPS: Encrypted Settings are not what the key holder wrote");
		return -EBADMSG;
	}
	if (wps_msg_read(plain->data, plain->len, m) < 0 || wps_msg_check(m, t) < 0)
		return -EINVAL;
	return 0;
}
