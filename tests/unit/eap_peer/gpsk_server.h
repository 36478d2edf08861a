/* The server end of EAP-GPSK, as small as a test needs it. Its keys come from gpsk_derive(), which
 * test_gpsk.c checks against values of another implementation. */
#ifndef TESTS_EAP_PEER_GPSK_SERVER_H
#define TESTS_EAP_PEER_GPSK_SERVER_H

#include <string.h>

#include "common/eap.h"
#include "eap_peer/eap_gpsk_i.h"

#define GPSK_PASSWORD "abcdefghijklmnop0123456789abcdef"
#define GPSK_BOTH_SUITES "\0\0\0\0\0\1\0\0\0\0\0\2"

struct gpsk_server {
	const char *password;
	const char *list;
	size_t list_len;
	uint8_t rand[GPSK_RAND_LEN], rand_peer[GPSK_RAND_LEN];
	const struct gpsk_suite *suite;
	struct gpsk_keys keys;
	uint8_t out[512]; /* what it says last */
	size_t out_len;
};

static inline void gpsk_server_init(struct gpsk_server *s)
{
	*s = (struct gpsk_server){
		.password = GPSK_PASSWORD, .list = GPSK_BOTH_SUITES, .list_len = 12};
	memset(s->rand, 0x5a, sizeof(s->rand));
}

static inline void gpsk_server_end(
	struct gpsk_server *s, struct writer *w, struct writer_mark m, size_t from)
{
	if (from) {
		struct crypto_part part = {w->buf + from, w->len - from};
		uint8_t mac[GPSK_KEY_MAX];
		assert_int_equal(s->suite->mac(s->keys.sk, &part, 1, mac), 0);
		writer_bytes(w, mac, s->suite->key_len);
	}
	eap_end(w, m);
	assert_true(writer_ok(w));
	s->out_len = w->len;
}

static inline void gpsk_server_1(struct gpsk_server *s, uint8_t id)
{
	struct writer w = writer_over(s->out, sizeof(s->out));
	struct writer_mark m = eap_begin(&w, EAP_REQUEST, id, EAP_TYPE_GPSK);
	writer_u8(&w, 1);
	writer_be16(&w, 3);
	writer_bytes(&w, "srv", 3);
	writer_bytes(&w, s->rand, GPSK_RAND_LEN);
	writer_be16(&w, (uint16_t)s->list_len);
	writer_bytes(&w, s->list, s->list_len);
	gpsk_server_end(s, &w, m, 0);
}

static inline bool gpsk_server_mac_right(const struct gpsk_server *s, struct reader body)
{
	uint8_t mac[GPSK_KEY_MAX];
	size_t len = reader_left(&body);

	if (len < s->suite->key_len)
		return false;
	struct crypto_part part = {body.p, len - s->suite->key_len};
	assert_int_equal(s->suite->mac(s->keys.sk, &part, 1, mac), 0);
	return memcmp(mac, body.p + part.len, s->suite->key_len) == 0;
}

/* Takes GPSK-2 of the identity. Returns whether its MAC is right. */
static inline bool gpsk_server_rx_2(
	struct gpsk_server *s, const char *identity, const uint8_t *packet, size_t len)
{
	struct eap_packet p;
	uint8_t selector[GPSK_SUITE_LEN];

	assert_int_equal(eap_parse(packet, len, &p), 0);
	assert_int_equal(p.code, EAP_RESPONSE);
	assert_int_equal(p.type, EAP_TYPE_GPSK);
	assert_int_equal(reader_u8(&p.data), 2);
	struct reader body = p.data, r = p.data;
	struct reader id = reader_sub(&r, reader_be16(&r));
	assert_int_equal(reader_left(&id), strlen(identity));
	assert_memory_equal(id.p, identity, strlen(identity));
	struct reader srv = reader_sub(&r, reader_be16(&r));
	assert_int_equal(reader_left(&srv), 3);
	reader_copy(&r, s->rand_peer, GPSK_RAND_LEN);
	assert_memory_equal(reader_bytes(&r, GPSK_RAND_LEN), s->rand, GPSK_RAND_LEN);
	struct reader list = reader_sub(&r, reader_be16(&r));
	assert_int_equal(reader_left(&list), s->list_len);
	assert_memory_equal(list.p, s->list, s->list_len);
	const uint8_t *suite = reader_bytes(&r, GPSK_SUITE_LEN);
	assert_int_equal(reader_be16(&r), 0);
	for (size_t i = 0; i < ARRAY_SIZE(gpsk_suites); i++) {
		gpsk_suite_selector(&gpsk_suites[i], selector);
		if (memcmp(suite, selector, GPSK_SUITE_LEN) == 0)
			s->suite = &gpsk_suites[i];
	}
	struct gpsk_input in = {.psk = (const uint8_t *)s->password,
		.psk_len = strlen(s->password),
		.rand_peer = s->rand_peer,
		.rand_server = s->rand,
		.id_peer = (const uint8_t *)identity,
		.id_peer_len = strlen(identity),
		.id_server = (const uint8_t *)"srv",
		.id_server_len = 3};
	assert_int_equal(gpsk_derive(s->suite, &in, &s->keys), 0);
	assert_int_equal(reader_left(&r), s->suite->key_len);
	return gpsk_server_mac_right(s, body);
}

/* What a field of GPSK-3 is bent to; the MAC fits. */
enum gpsk_wrong {
	GPSK_RIGHT,
	GPSK_RAND_PEER,
	GPSK_RAND_SERVER,
	GPSK_ID,
	GPSK_SUITE,
	GPSK_PAYLOAD_LEN,
	GPSK_MORE,
	GPSK_WITH_PAYLOAD /* which is right */
};

static inline void gpsk_server_3(struct gpsk_server *s, uint8_t id, enum gpsk_wrong wrong)
{
	struct writer w = writer_over(s->out, sizeof(s->out));
	struct writer_mark m = eap_begin(&w, EAP_REQUEST, id, EAP_TYPE_GPSK);
	uint8_t selector[GPSK_SUITE_LEN];

	gpsk_suite_selector(s->suite, selector);
	writer_u8(&w, 3);
	size_t from = w.len;
	writer_bytes(&w, s->rand_peer, GPSK_RAND_LEN);
	writer_bytes(&w, s->rand, GPSK_RAND_LEN);
	writer_be16(&w, 3);
	writer_bytes(&w, wrong == GPSK_ID ? "srx" : "srv", 3);
	writer_bytes(&w, selector, GPSK_SUITE_LEN);
	writer_be16(&w, wrong == GPSK_PAYLOAD_LEN || wrong == GPSK_WITH_PAYLOAD ? 4 : 0);
	if (wrong == GPSK_MORE || wrong == GPSK_WITH_PAYLOAD)
		writer_be32(&w, 0x01020304);
	w.buf[from] ^= wrong == GPSK_RAND_PEER;
	w.buf[from + GPSK_RAND_LEN] ^= wrong == GPSK_RAND_SERVER;
	w.buf[from + 2 * GPSK_RAND_LEN + 5 + 5] ^= wrong == GPSK_SUITE ? 3 : 0;
	gpsk_server_end(s, &w, m, from);
}

/* GPSK-Fail, or with the suite GPSK-Protected-Fail. */
static inline void gpsk_server_fail(struct gpsk_server *s, uint8_t id, bool protect, uint32_t code)
{
	struct writer w = writer_over(s->out, sizeof(s->out));
	struct writer_mark m = eap_begin(&w, EAP_REQUEST, id, EAP_TYPE_GPSK);
	writer_u8(&w, protect ? 6 : 5);
	size_t from = w.len;
	writer_be32(&w, code);
	gpsk_server_end(s, &w, m, protect ? from : 0);
}

static inline bool gpsk_server_rx_4(const struct gpsk_server *s, const uint8_t *packet, size_t len)
{
	struct eap_packet p;

	assert_int_equal(eap_parse(packet, len, &p), 0);
	assert_int_equal(p.type, EAP_TYPE_GPSK);
	assert_int_equal(reader_u8(&p.data), 4);
	assert_int_equal(reader_left(&p.data), 2u + s->suite->key_len);
	assert_int_equal(p.data.p[0] | p.data.p[1], 0);
	return gpsk_server_mac_right(s, p.data);
}

#endif
