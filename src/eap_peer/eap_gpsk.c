/* EAP-GPSK, peer side (RFC 5433): both ends prove that they know a shared key. No protected
 * payloads are sent; those received are skipped. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "eap_peer/eap_gpsk_i.h"
#include "eap_peer/eap_peer_i.h"
#include "utils/log.h"
#include "utils/text.h"

/* More than an NAI (RFC 7542) and far more suites than there are: nothing sane is longer. */
#define ID_MAX 255
#define LIST_MAX (32 * GPSK_SUITE_LEN)

enum gpsk_op {
	GPSK_1 = 1,
	GPSK_2 = 2,
	GPSK_3 = 3,
	GPSK_4 = 4,
	GPSK_FAIL = 5,
	GPSK_PROTECTED_FAIL = 6
};
enum gpsk_failure { FAILURE_PSK_NOT_FOUND = 1, FAILURE_AUTHENTICATION = 2 };

enum gpsk_state { GPSK_WAIT_1, GPSK_WAIT_3, GPSK_DONE };

struct eap_gpsk {
	enum gpsk_state state;
	const struct eap_peer_config *cfg;
	const struct gpsk_suite *suite;
	uint16_t only_suite; /* specifier, 0 = any */
	uint8_t rand_peer[GPSK_RAND_LEN], rand_server[GPSK_RAND_LEN];
	struct bytes id_server;
	struct gpsk_keys keys;
};

static const char *state_name(enum gpsk_state s)
{
	static const char *const names[] = {"WAIT_1", "WAIT_3", "DONE"};
	return names[s];
}

static void enter(struct eap_gpsk *m, enum gpsk_state next, const char *reason)
{
	if (m->state != next)
		log_msg(LOG_DBG, "EAP-GPSK: %s -> %s (%s)", state_name(m->state), state_name(next),
			reason);
	m->state = next;
}

static size_t id_peer_len(const struct eap_gpsk *m)
{
	return m->cfg->identity ? strlen(m->cfg->identity) : 0;
}

static bool gpsk_fits(const struct eap_peer_config *cfg)
{
	return cfg->password_len > 0 && cfg->identity && *cfg->identity;
}

/* "cipher=1" or "cipher=2" takes one suite only; other words are other methods'. */
static uint16_t suite_wanted(const char *phase1)
{
	const char *at = phase1 ? strstr(phase1, "cipher=") : NULL;

	if (!at || (at > phase1 && at[-1] != ' '))
		return 0;
	char digit = at[strlen("cipher=")];
	return digit == '1' || digit == '2' ? (uint16_t)(digit - '0') : 0;
}

static void gpsk_free(void *method)
{
	struct eap_gpsk *m = method;

	bytes_clear(&m->id_server);
	wipe(m, sizeof(*m));
	free(m);
}

static void *gpsk_init(const struct eap_peer_config *cfg)
{
	if (!gpsk_fits(cfg)) {
		log_msg(LOG_WARN, "EAP-GPSK: needs identity and password");
		return NULL;
	}
	struct eap_gpsk *m = calloc(1, sizeof(*m));
	if (!m)
		return NULL;
	m->cfg = cfg;
	m->only_suite = suite_wanted(cfg->phase1);
	return m;
}

static int mac(const struct eap_gpsk *m, const uint8_t *data, size_t len, uint8_t *out)
{
	struct crypto_part part = {data, len};
	return m->suite->mac(m->keys.sk, &part, 1, out);
}

/* What was written to w from `from` on, behind the op code, is signed. */
static int write_mac(const struct eap_gpsk *m, struct writer *w, size_t from)
{
	uint8_t out[GPSK_KEY_MAX];

	if (!writer_ok(w))
		return -ENOMEM;
	int err = mac(m, w->buf + from, w->len - from, out);
	if (!err)
		writer_bytes(w, out, m->suite->key_len);
	return err;
}

static int write_failure(struct eap_gpsk *m, struct writer *w, enum gpsk_failure code)
{
	enter(m, GPSK_WAIT_1, "failure sent");
	writer_u8(w, GPSK_FAIL);
	writer_be32(w, code);
	return 0;
}

/* --- GPSK-1, answered by GPSK-2 --- */

struct gpsk_1 {
	struct reader id_server, list;
	const uint8_t *rand_server;
};

static bool parse_1(struct reader *r, struct gpsk_1 *out)
{
	out->id_server = reader_sub(r, reader_be16(r));
	out->rand_server = reader_bytes(r, GPSK_RAND_LEN);
	out->list = reader_sub(r, reader_be16(r));
	if (!reader_at_end(r))
		return false;
	size_t list = reader_left(&out->list);
	return list && list % GPSK_SUITE_LEN == 0 && list <= LIST_MAX &&
	       reader_left(&out->id_server) <= ID_MAX;
}

static bool offered(struct reader list, const struct gpsk_suite *suite)
{
	uint8_t selector[GPSK_SUITE_LEN];

	gpsk_suite_selector(suite, selector);
	while (!reader_at_end(&list)) {
		const uint8_t *at = reader_bytes(&list, GPSK_SUITE_LEN);
		if (at && memcmp(at, selector, GPSK_SUITE_LEN) == 0)
			return true;
	}
	return false;
}

/* The best suite the server offers and the password is long enough for. */
static const struct gpsk_suite *choose(const struct eap_gpsk *m, struct reader list)
{
	for (size_t i = 0; i < ARRAY_SIZE(gpsk_suites); i++) {
		const struct gpsk_suite *s = &gpsk_suites[i];
		if (m->only_suite && s->specifier != m->only_suite)
			continue;
		if (s->key_len <= m->cfg->password_len && offered(list, s))
			return s;
	}
	return NULL;
}

static int derive(struct eap_gpsk *m)
{
	struct gpsk_input in = {
		.psk = m->cfg->password,
		.psk_len = m->cfg->password_len,
		.rand_peer = m->rand_peer,
		.rand_server = m->rand_server,
		.id_peer = (const uint8_t *)m->cfg->identity,
		.id_peer_len = id_peer_len(m),
		.id_server = m->id_server.data,
		.id_server_len = m->id_server.len,
	};
	return gpsk_derive(m->suite, &in, &m->keys);
}

static void write_text(struct writer *w, const void *data, size_t len)
{
	writer_be16(w, (uint16_t)len);
	writer_bytes(w, data, len);
}

static int write_2(struct eap_gpsk *m, struct reader list, struct writer *w)
{
	uint8_t selector[GPSK_SUITE_LEN];

	gpsk_suite_selector(m->suite, selector);
	writer_u8(w, GPSK_2);
	size_t from = w->len;
	write_text(w, m->cfg->identity, id_peer_len(m));
	write_text(w, m->id_server.data, m->id_server.len);
	writer_bytes(w, m->rand_peer, GPSK_RAND_LEN);
	writer_bytes(w, m->rand_server, GPSK_RAND_LEN);
	write_text(w, list.p, reader_left(&list));
	writer_bytes(w, selector, sizeof(selector));
	writer_be16(w, 0); /* no protected payload */
	return write_mac(m, w, from);
}

/* Also in the middle of a run: the server begins anew. */
static int on_1(struct eap_gpsk *m, struct reader *r, struct writer *w)
{
	struct gpsk_1 in;

	if (!parse_1(r, &in))
		return -EBADMSG;
	m->suite = choose(m, in.list);
	if (!m->suite) {
		log_msg(LOG_WARN,
			"EAP-GPSK: no ciphersuite fits: AES needs a password of 16 octets, SHA256 "
			"of "
			"32, ours has %zu",
			m->cfg->password_len);
		return write_failure(m, w, FAILURE_PSK_NOT_FOUND);
	}
	memcpy(m->rand_server, in.rand_server, GPSK_RAND_LEN);
	random_bytes(m->rand_peer, GPSK_RAND_LEN);
	int err = bytes_set(&m->id_server, in.id_server.p, reader_left(&in.id_server));
	if (!err)
		err = derive(m);
	if (!err)
		err = write_2(m, in.list, w);
	if (!err)
		enter(m, GPSK_WAIT_3, "GPSK-1");
	return err;
}

/* --- GPSK-3, answered by GPSK-4 --- */

/* Splits the MAC off the end and verifies it. */
static bool mac_right(const struct eap_gpsk *m, struct reader *body)
{
	uint8_t want[GPSK_KEY_MAX];
	size_t all = reader_left(body), ks = m->suite->key_len;

	if (all < ks || mac(m, body->p, all - ks, want) < 0)
		return false;
	body->end -= ks;
	return bytes_equal_ct(want, body->end, ks);
}

/* The body repeats what both ends said before. */
static bool repeats_ours(const struct eap_gpsk *m, struct reader r)
{
	uint8_t selector[GPSK_SUITE_LEN];

	gpsk_suite_selector(m->suite, selector);
	const uint8_t *rand_peer = reader_bytes(&r, GPSK_RAND_LEN);
	const uint8_t *rand_server = reader_bytes(&r, GPSK_RAND_LEN);
	struct reader id = reader_sub(&r, reader_be16(&r));
	const uint8_t *suite = reader_bytes(&r, GPSK_SUITE_LEN);
	reader_skip(&r, reader_be16(&r));
	return reader_at_end(&r) && memcmp(rand_peer, m->rand_peer, GPSK_RAND_LEN) == 0 &&
	       memcmp(rand_server, m->rand_server, GPSK_RAND_LEN) == 0 &&
	       bytes_equal(&m->id_server, id.p, reader_left(&id)) &&
	       memcmp(suite, selector, GPSK_SUITE_LEN) == 0;
}

static int on_3(struct eap_gpsk *m, struct reader *r, struct writer *w)
{
	if (m->state != GPSK_WAIT_3)
		return -EBADMSG;
	if (!mac_right(m, r)) {
		log_msg(LOG_WARN, "EAP-GPSK: the server does not know the password");
		return write_failure(m, w, FAILURE_AUTHENTICATION);
	}
	if (!repeats_ours(m, *r)) {
		log_msg(LOG_DBG, "EAP-GPSK: GPSK-3 does not repeat what was said, dropped");
		return -EBADMSG;
	}
	writer_u8(w, GPSK_4);
	size_t from = w->len;
	writer_be16(w, 0); /* no protected payload */
	int err = write_mac(m, w, from);
	if (!err)
		enter(m, GPSK_DONE, "GPSK-3");
	return err;
}

/* --- failure of the server, answered by the same --- */

static int on_failure(struct eap_gpsk *m, struct reader *r, struct writer *w, enum gpsk_op op)
{
	struct reader whole = *r;
	size_t len = reader_left(&whole);

	if (op == GPSK_PROTECTED_FAIL && (m->state == GPSK_WAIT_1 || !mac_right(m, r)))
		return -EBADMSG;
	uint32_t code = reader_be32(r);
	if (!reader_at_end(r))
		return -EBADMSG;
	log_msg(LOG_WARN, "EAP-GPSK: the server reports failure %u (%s)", code,
		code == FAILURE_PSK_NOT_FOUND    ? "identity or password not known there"
		: code == FAILURE_AUTHENTICATION ? "wrong password"
						 : "not authorized");
	enter(m, GPSK_WAIT_1, "failure of the server");
	writer_u8(w, op);
	writer_bytes(w, whole.p, len);
	return 0;
}

static int gpsk_process(void *method, struct reader data, struct writer *w)
{
	struct eap_gpsk *m = method;
	uint8_t op = reader_u8(&data);

	switch (op) {
	case GPSK_1:
		return on_1(m, &data, w);
	case GPSK_3:
		return on_3(m, &data, w);
	case GPSK_FAIL:
	case GPSK_PROTECTED_FAIL:
		return on_failure(m, &data, w, op);
	}
	return -EBADMSG; /* GPSK-2 and GPSK-4 are the peer's */
}

static const uint8_t *gpsk_msk(const void *method, size_t *len)
{
	const struct eap_gpsk *m = method;

	if (m->state != GPSK_DONE)
		return NULL;
	*len = sizeof(m->keys.msk);
	return m->keys.msk;
}

static const uint8_t *gpsk_session_id(const void *method, size_t *len)
{
	const struct eap_gpsk *m = method;

	*len = sizeof(m->keys.session);
	return m->keys.session;
}

const struct eap_peer_method eap_peer_gpsk = {
	.name = "GPSK",
	.type = EAP_TYPE_GPSK,
	.vendor_type = EAP_TYPE_GPSK,
	.fits = gpsk_fits,
	.init = gpsk_init,
	.process = gpsk_process,
	.msk = gpsk_msk,
	.session_id = gpsk_session_id,
	.free = gpsk_free,
};
