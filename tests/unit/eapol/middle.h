/* A man in the middle between station and access point, who changes the messages of one type. He
 * has the station's private key, so he can open and seal again what he changed: behind the
 * Authenticator is a peer that knows the keys and does not keep to the protocol. */
#ifndef TESTS_EAPOL_MIDDLE_H
#define TESTS_EAPOL_MIDDLE_H

#include "world.h"
#include "wps/keys_i.h"

#define WSC_AT 16 /* op code, flags and message in an EAPOL frame */
#define MESSAGE_AT (WSC_AT + 2)
#define SEAL_LEN (4 + WPS_AUTH_LEN)

struct middle;
/* Changes a message and, if it likes, its op code. What it leaves is sealed again if s->seals. */
typedef void (*middle_change)(struct middle *s, struct bytes *msg, uint8_t *op);

struct middle {
	unsigned type; /* of the messages to change, and their direction */
	bool to_ap;
	middle_change change;
	bool seals;
	unsigned hits;
	const void *how; /* for change */

	const struct bytes *private_key; /* the station's */
	bool station_is_registrar, knows;
	struct wps_keys keys;
	uint8_t nonce_e[WPS_NONCE_LEN], nonce_r[WPS_NONCE_LEN], mac_e[MAC_LEN];
	struct bytes pk_e;
	struct bytes last[2];       /* the message the station, the access point sent or got last */
	struct bytes in[2], out[2]; /* by direction: a repeated frame is changed as it was before */
};

static inline void middle_clear(struct middle *s)
{
	bytes_clear(&s->pk_e);
	for (unsigned i = 0; i < 2; i++) {
		bytes_clear(&s->last[i]);
		bytes_clear(&s->in[i]);
		bytes_clear(&s->out[i]);
	}
}

static inline struct wps_msg middle_read(const struct bytes *msg)
{
	struct wps_msg m;
	assert_int_equal(wps_msg_read(msg->data, msg->len, &m), 0);
	return m;
}

static inline void middle_learn(struct middle *s, const struct bytes *msg, unsigned type)
{
	uint8_t secret[DH5_LEN];
	struct wps_msg m = middle_read(msg);
	const struct wps_value *pk = &m.v[WA_PUBLIC_KEY];

	if (type == WPS_M1) {
		memcpy(s->nonce_e, m.v[WA_ENROLLEE_NONCE].data, WPS_NONCE_LEN);
		memcpy(s->mac_e, m.v[WA_MAC].data, MAC_LEN);
		assert_int_equal(bytes_set(&s->pk_e, pk->data, pk->len), 0);
		s->knows = false;
	}
	if (type == WPS_M2 || type == WPS_M2D)
		memcpy(s->nonce_r, m.v[WA_REGISTRAR_NONCE].data, WPS_NONCE_LEN);
	if (type != WPS_M2)
		return;
	struct dh5 *dh = dh5_from_private(s->private_key->data, s->private_key->len);
	const uint8_t *peer = s->station_is_registrar ? s->pk_e.data : pk->data;
	assert_int_equal(dh5_shared(dh, peer, DH5_LEN, secret), 0);
	dh5_free(dh);
	assert_int_equal(wps_keys_derive(secret, s->nonce_e, s->mac_e, s->nonce_r, &s->keys), 0);
	s->knows = true;
}

static inline bool is_sealed(unsigned type)
{
	return type >= WPS_M2 && type <= WPS_M8 && type != WPS_M2D;
}

/* Takes the Authenticator off, if there is one at the end. */
static inline void middle_unseal(struct bytes *msg)
{
	if (msg->len > SEAL_LEN && !memcmp(msg->data + msg->len - SEAL_LEN, "\x10\x05\0\x08", 4))
		msg->len -= SEAL_LEN;
}

static inline void middle_seal(struct middle *s, const struct bytes *previous, struct bytes *msg)
{
	struct writer w = writer_new(msg->len + SEAL_LEN);

	middle_unseal(msg);
	writer_bytes(&w, msg->data, msg->len);
	assert_int_equal(wps_seal(&s->keys, previous, &w), 0);
	bytes_clear(msg);
	assert_int_equal(writer_steal(&w, msg), 0);
}

static inline void middle_message(struct middle *s, bool to_ap, struct bytes *msg, uint8_t *op)
{
	unsigned type = middle_read(msg).v[WA_MSG_TYPE].num;
	bool ours = type == s->type && to_ap == s->to_ap;
	bool counts = type >= WPS_M1 && type <= WPS_M8 && type != WPS_M2D;

	middle_learn(s, msg, type);
	if (counts)
		assert_int_equal(bytes_set(&s->last[!to_ap], msg->data, msg->len), 0);
	if (ours) {
		s->hits++;
		s->change(s, msg, op);
	}
	/* From the first change on the two sides do not remember the same messages. */
	if (s->hits && s->knows && is_sealed(type) && (s->seals || !ours))
		middle_seal(s, &s->last[to_ap], msg);
	if (counts)
		assert_int_equal(bytes_set(&s->last[to_ap], msg->data, msg->len), 0);
}

static inline unsigned middle_filter(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	struct middle *s = ((struct world *)l->owner)->middle;
	struct bytes msg = {0};

	if (*len <= MESSAGE_AT || frame[1] != 0 || frame[8] != EAP_TYPE_EXPANDED)
		return 1;
	if (!bytes_equal(&s->in[to_ap], frame, *len)) {
		assert_int_equal(bytes_set(&s->in[to_ap], frame, *len), 0);
		assert_int_equal(bytes_set(&msg, frame + MESSAGE_AT, *len - MESSAGE_AT), 0);
		middle_message(s, to_ap, &msg, &frame[WSC_AT]);
		assert_true(msg.len <= *len - MESSAGE_AT + LINK_ROOM);
		memcpy(frame + MESSAGE_AT, msg.data, msg.len);
		*len = MESSAGE_AT + msg.len;
		struct writer w = writer_over(frame + 2, 2), eap = writer_over(frame + 6, 2);
		writer_be16(&w, (uint16_t)(*len - 4));
		writer_be16(&eap, (uint16_t)(*len - 4));
		bytes_clear(&msg);
		assert_int_equal(bytes_set(&s->out[to_ap], frame, *len), 0);
	}
	*len = s->out[to_ap].len;
	memcpy(frame, s->out[to_ap].data, *len);
	return 1;
}

/* --- changes of attribute lists --- */

enum fault { MISSING, TWICE, EMPTY, TOO_LONG, FAULTS };
static const char *const fault_names[] = {"missing", "twice", "empty", "too long"};

static inline void put(struct writer *w, uint16_t id, const uint8_t *data, size_t len, size_t more)
{
	writer_be16(w, id);
	writer_be16(w, (uint16_t)(len + more));
	writer_bytes(w, data, len);
	for (size_t i = 0; i < more; i++)
		writer_u8(w, 0xaa);
}

/* The second of a kind, behind all others, has other bytes: it must not count. A credential is the
 * exception, there may be several. */
static inline void put_again(struct writer *w, uint16_t id, const struct reader *value)
{
	uint8_t other[512];
	size_t len = reader_left(value);

	assert_true(len <= sizeof(other));
	for (size_t i = 0; i < len; i++)
		other[i] = value->p[i] ^ (id == WPS_ID_CREDENTIAL ? 0 : 0x5a);
	put(w, id, other, len, 0);
}

/* The list without its Authenticator, one attribute spoilt. */
static inline void list_spoil(struct bytes *list, const struct wps_row *row, enum fault fault)
{
	struct reader r = reader_of(list->data, list->len), value, found = {0};
	struct writer w = writer_new(list->len + 600);
	uint16_t id;

	while (wps_tlv_next(&r, &id, &value)) {
		size_t len = reader_left(&value);
		if (id != row->id) {
			put(&w, id, value.p, len, 0);
			continue;
		}
		found = value;
		if (fault == EMPTY)
			put(&w, id, value.p, 0, 0);
		else if (fault == TOO_LONG)
			put(&w, id, value.p, len, row->max == 0xffff ? 1 : row->max + 1u - len);
		else if (fault == TWICE)
			put(&w, id, value.p, len, 0);
	}
	assert_non_null(found.p);
	if (fault == TWICE)
		put_again(&w, row->id, &found);
	bytes_clear(list);
	assert_int_equal(writer_steal(&w, list), 0);
}

/* The value of one attribute becomes another. */
static inline void list_replace(
	struct bytes *list, uint16_t which, const void *data, size_t data_len)
{
	struct reader r = reader_of(list->data, list->len), value;
	struct writer w = writer_new(list->len + data_len);
	uint16_t id;

	while (wps_tlv_next(&r, &id, &value)) {
		bool it = id == which;
		put(&w, id, it ? data : value.p, it ? data_len : reader_left(&value), 0);
	}
	bytes_clear(list);
	assert_int_equal(writer_steal(&w, list), 0);
}

/* --- Encrypted Settings --- */

#define ID_ENCR_SETTINGS 0x1018
#define BLOCK 16

/* Plain text with Key Wrap Authenticator, without padding. */
static inline struct bytes settings_open(const struct middle *s, const struct bytes *msg)
{
	struct wps_msg m = middle_read(msg);
	const struct wps_value *v = &m.v[WA_ENCR_SETTINGS];
	struct bytes plain = {0};

	assert_int_equal(bytes_set(&plain, v->data + BLOCK, v->len - BLOCK), 0);
	assert_int_equal(
		aes128_cbc_decrypt(s->keys.wrap, v->data, plain.data, plain.len, plain.data), 0);
	plain.len -= plain.data[plain.len - 1];
	return plain;
}

/* Encrypts what is padded already, into the message. */
static inline void settings_put(
	const struct middle *s, struct bytes *msg, const struct writer *padded)
{
	struct writer w = writer_new(padded->len + BLOCK);

	writer_zeros(&w, BLOCK); /* a poor vector, but one */
	writer_bytes(&w, padded->buf, padded->len);
	assert_int_equal(
		aes128_cbc_encrypt(s->keys.wrap, w.buf, w.buf + BLOCK, padded->len, w.buf + BLOCK),
		0);
	list_replace(msg, ID_ENCR_SETTINGS, w.buf, w.len);
	writer_free(&w);
}

static inline void settings_close(const struct middle *s, struct bytes *msg, struct bytes *plain)
{
	struct writer w = writer_new(plain->len + BLOCK);
	uint8_t pad = (uint8_t)(BLOCK - plain->len % BLOCK);

	writer_bytes(&w, plain->data, plain->len);
	for (unsigned i = 0; i < pad; i++)
		writer_u8(&w, pad);
	settings_put(s, msg, &w);
	writer_free(&w);
	bytes_clear(plain);
}

/* Key Wrap Authenticator anew behind these settings. */
static inline void settings_wrap(const struct middle *s, struct bytes *plain)
{
	uint8_t hash[SHA256_LEN];
	const struct crypto_part part = {plain->data, plain->len};
	struct writer w = writer_new(plain->len + SEAL_LEN);

	assert_int_equal(hmac_sha256(s->keys.auth, sizeof(s->keys.auth), &part, 1, hash), 0);
	writer_bytes(&w, plain->data, plain->len);
	put(&w, WPS_ID_KEY_WRAP_AUTH, hash, WPS_AUTH_LEN, 0);
	bytes_clear(plain);
	assert_int_equal(writer_steal(&w, plain), 0);
}

#endif
