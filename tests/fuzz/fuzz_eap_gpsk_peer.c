/* EAP-GPSK, peer side. The input is a row of messages, each behind two octets: how it is made (see
 * below) and its length. */
#include <stdlib.h>
#include <string.h>

#include "common/eap.h"
#include "eap_peer/eap_gpsk_i.h"
#include "eap_peer/eap_peer.h"

#define PASSWORD "abcdefghijklmnop0123456789abcdef"
#define IDENTITY "user"

enum { RAW = 1, SIGNED = 2, GIVEN_1 = 4 }; /* bits of the first octet */

struct run {
	struct eap_peer *peer;
	uint8_t sent[1024]; /* its last packet */
	size_t sent_len;
	uint8_t id;
	bool over;
};

static void send_eap(void *ctx, const uint8_t *packet, size_t len)
{
	struct run *r = ctx;
	r->sent_len = len < sizeof(r->sent) ? len : 0;
	memcpy(r->sent, packet, r->sent_len);
}
static void started(void *ctx)
{
}
static void proposed(void *ctx, uint32_t vendor, uint32_t method, bool nak)
{
}
static void selected(void *ctx, uint32_t vendor, uint32_t method, const char *name)
{
}
static void status(void *ctx, const char *s, const char *parameter)
{
}
static void finished(void *ctx, bool success)
{
	((struct run *)ctx)->over = true;
}
static const struct eap_peer_ops ops = {send_eap, started, proposed, selected, status, finished};

/* What a server needs of GPSK-2 to sign as one that knows the password. */
static const struct gpsk_suite *keys_of(const struct run *r, struct gpsk_keys *keys)
{
	struct eap_packet p;
	uint8_t selector[GPSK_SUITE_LEN];

	if (eap_parse(r->sent, r->sent_len, &p) < 0 || reader_u8(&p.data) != 2)
		return NULL;
	struct gpsk_input in = {.psk = (const uint8_t *)PASSWORD, .psk_len = strlen(PASSWORD)};
	in.id_peer_len = reader_be16(&p.data);
	in.id_peer = reader_bytes(&p.data, in.id_peer_len);
	in.id_server_len = reader_be16(&p.data);
	in.id_server = reader_bytes(&p.data, in.id_server_len);
	in.rand_peer = reader_bytes(&p.data, GPSK_RAND_LEN);
	in.rand_server = reader_bytes(&p.data, GPSK_RAND_LEN);
	reader_skip(&p.data, reader_be16(&p.data));
	const uint8_t *suite = reader_bytes(&p.data, GPSK_SUITE_LEN);
	for (size_t i = 0; suite && i < ARRAY_SIZE(gpsk_suites); i++) {
		gpsk_suite_selector(&gpsk_suites[i], selector);
		if (memcmp(suite, selector, GPSK_SUITE_LEN) == 0)
			return gpsk_derive(&gpsk_suites[i], &in, keys) == 0 ? &gpsk_suites[i]
									    : NULL;
	}
	return NULL;
}

static void write_given_1(struct writer *w)
{
	writer_u8(w, 1);
	writer_be16(w, 3);
	writer_bytes(w, "srv", 3);
	writer_zeros(w, GPSK_RAND_LEN);
	writer_be16(w, 2 * GPSK_SUITE_LEN);
	writer_bytes(w, "\0\0\0\0\0\1\0\0\0\0\0\2", 2 * GPSK_SUITE_LEN);
}

static void write_mac(const struct run *r, struct writer *w, size_t from)
{
	struct gpsk_keys keys;
	uint8_t mac[GPSK_KEY_MAX];
	const struct gpsk_suite *suite = keys_of(r, &keys);
	struct crypto_part part = {w->buf + from, w->len - from};

	if (suite && suite->mac(keys.sk, &part, 1, mac) == 0)
		writer_bytes(w, mac, suite->key_len);
}

static void message(struct run *r, unsigned how, struct reader data)
{
	uint8_t packet[1024];
	struct writer w = writer_over(packet, sizeof(packet));
	size_t len = reader_left(&data);

	if (how & RAW) {
		eap_peer_rx(r->peer, data.p, len);
		return;
	}
	struct writer_mark m = eap_begin(&w, EAP_REQUEST, ++r->id, EAP_TYPE_GPSK);
	if (how & GIVEN_1)
		write_given_1(&w);
	else
		writer_bytes(&w, data.p, len);
	if (how & SIGNED && len && writer_ok(&w))
		write_mac(r, &w, 6);
	eap_end(&w, m);
	if (writer_ok(&w))
		eap_peer_rx(r->peer, packet, w.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct timers *timers = timers_new();
	struct run r = {.peer = eap_peer_new(timers, &ops, &r)};
	struct eap_peer_config cfg = {.identity = IDENTITY,
		.password = (const uint8_t *)PASSWORD,
		.password_len = strlen(PASSWORD)};
	struct reader in = reader_of(data, size);
	size_t msk_len;

	if (!timers || !r.peer || eap_peer_start(r.peer, &cfg) < 0)
		abort();
	while (reader_left(&in) >= 2 && !r.over) {
		unsigned how = reader_u8(&in);
		size_t len = reader_u8(&in);
		message(&r, how, reader_sub(&in, len < reader_left(&in) ? len : reader_left(&in)));
	}
	if (eap_peer_msk(r.peer, &msk_len) && msk_len != GPSK_MSK_LEN)
		abort();
	eap_peer_free(r.peer);
	timers_free(timers);
	return 0;
}
