/* EAP-GPSK: known answers, a run, malformed and wrong messages at every step. */
#include <stddef.h>
#include <stdint.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eap_peer/eap_peer.h"
#include "gpsk_server.h"
#include "utils/text.h"

/* What Debian's wpa_supplicant and hostapd 2.10 said to each other on a wire, and their keys, with
 * identity "user", server "hostapd" and GPSK_PASSWORD. The RFC has no examples. Messages begin
 * behind the op code. */
static const struct {
	unsigned suite;
	const char *rand_peer, *rand_server, *msk, *sk, *session, *message_2, *message_3,
		*message_4;
} recorded[] = {
	{
		.suite = 0,
		.rand_peer = "fac4a526abe2f5d1efd47e9cf41d62bb730c98761fbb893e55f5329522f9949c",
		.rand_server = "f1cc7d7b093e3d3cf623020bb8ddbf3106030b7c6ae27c7e50b2307b5e4aeec8",
		.msk = "51716ca412aaff6a96f220934ac7c90599d6445ecbfdb403df9f2da5d2a5f113"
		       "b24c36aecb0230b1fd091dba7f72b357ae5d86035aba7017092e65e41ea02ec1",
		.sk = "a1971e08a3a21d8c4048421bc837a91fbf5f588623335ee5e23733ea04fd3926",
		.session = "339bdc43a383269a8dcccc7e19ce58293f",
		.message_2 = "0004757365720007686f7374617064fac4a526abe2f5d1efd47e9cf41d62bb73"
			     "0c98761fbb893e55f5329522f9949cf1cc7d7b093e3d3cf623020bb8ddbf3106"
			     "030b7c6ae27c7e50b2307b5e4aeec8000c000000000001000000000002000000"
			     "00000200006cf3f8fe94f180cc3ef06ca14e433262a4ab3e0728c346e9ce0c1a"
			     "b52874422b",
		.message_3 = "fac4a526abe2f5d1efd47e9cf41d62bb730c98761fbb893e55f5329522f9949c"
			     "f1cc7d7b093e3d3cf623020bb8ddbf3106030b7c6ae27c7e50b2307b5e4aeec8"
			     "0007686f73746170640000000000020000e178f87684fd629b5ce2f04bc05f2d"
			     "d2820305e4480c05f52134c52303ebfa9e",
		.message_4 = "00003c80f57f5b1d7dff89dbd1743cfcaa2415c74aaf63fa984a20d99b33fccb"
			     "7978",
	},
	{
		.suite = 1,
		.rand_peer = "6ef4ebd45701eaaa9cad5614faa44d11c6d3f1a1c852bf162d884aeebd180823",
		.rand_server = "86b6afb8f491982d34768746839b47c6356196c0db1a915a3767caac7306ab01",
		.msk = "2763bdc9ac997f503472c919a24e6b930605129817e4b571882b1d1317f5b44d"
		       "ed3f44a7e20aa65dd0c64436039671cca9b4a6b27c777a95131855381febc74c",
		.sk = "9d2fad53b4f0b7dbfd727015eab3fa45",
		.session = "33dcae2f47c935ed7af34a46bee75abba2",
		.message_2 = "0004757365720007686f73746170646ef4ebd45701eaaa9cad5614faa44d11c6"
			     "d3f1a1c852bf162d884aeebd18082386b6afb8f491982d34768746839b47c635"
			     "6196c0db1a915a3767caac7306ab01000c000000000001000000000002000000"
			     "00000100004e865f2a9d7c0933e0ab0a03695eaf1e",
		.message_3 = "6ef4ebd45701eaaa9cad5614faa44d11c6d3f1a1c852bf162d884aeebd180823"
			     "86b6afb8f491982d34768746839b47c6356196c0db1a915a3767caac7306ab01"
			     "0007686f73746170640000000000010000db3049a02cc185bc5e75e78ce5ea81"
			     "9f",
		.message_4 = "0000037c1cf75fcf3262c19122a9bebb0e41",
	},
};

static struct bytes hex(const char *text)
{
	struct bytes b = {0};
	assert_int_equal(hex_decode_bytes(text, &b), 0);
	return b;
}

static void assert_mac(const struct gpsk_suite *suite, const struct gpsk_keys *keys, const char *m)
{
	struct bytes b = hex(m);
	uint8_t mac[GPSK_KEY_MAX];
	struct crypto_part part = {b.data, b.len - suite->key_len};

	assert_int_equal(suite->mac(keys->sk, &part, 1, mac), 0);
	assert_memory_equal(mac, b.data + part.len, suite->key_len);
	bytes_clear(&b);
}

static void test_recorded(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(recorded); i++) {
		const struct gpsk_suite *suite = &gpsk_suites[recorded[i].suite];
		struct bytes rand_peer = hex(recorded[i].rand_peer),
			     rand_server = hex(recorded[i].rand_server), msk = hex(recorded[i].msk),
			     sk = hex(recorded[i].sk), session = hex(recorded[i].session);
		struct gpsk_input in = {.psk = (const uint8_t *)GPSK_PASSWORD,
			.psk_len = 32,
			.rand_peer = rand_peer.data,
			.rand_server = rand_server.data,
			.id_peer = (const uint8_t *)"user",
			.id_peer_len = 4,
			.id_server = (const uint8_t *)"hostapd",
			.id_server_len = 7};
		struct gpsk_keys keys;

		assert_int_equal(gpsk_derive(suite, &in, &keys), 0);
		assert_memory_equal(keys.msk, msk.data, GPSK_MSK_LEN);
		assert_int_equal(sk.len, suite->key_len);
		assert_memory_equal(keys.sk, sk.data, sk.len);
		assert_int_equal(session.len, GPSK_SESSION_LEN);
		assert_memory_equal(keys.session, session.data, session.len);
		assert_mac(suite, &keys, recorded[i].message_2);
		assert_mac(suite, &keys, recorded[i].message_3);
		assert_mac(suite, &keys, recorded[i].message_4);
		in.psk_len = suite->key_len - 1u;
		assert_int_not_equal(gpsk_derive(suite, &in, &keys), 0);
		bytes_clear(&rand_peer);
		bytes_clear(&rand_server);
		bytes_clear(&msk);
		bytes_clear(&sk);
		bytes_clear(&session);
	}
}

/* --- the method in the EAP peer --- */

struct fixture {
	struct timers *timers;
	struct eap_peer *peer;
	struct gpsk_server server;
	uint8_t sent[1024];
	size_t sent_len;
	unsigned sends, started, good, bad;
	char text[512];
};

static void send_eap(void *ctx, const uint8_t *packet, size_t len)
{
	struct fixture *f = ctx;
	assert_true(len <= sizeof(f->sent));
	memcpy(f->sent, packet, len);
	f->sent_len = len;
	f->sends++;
}
static void started(void *ctx)
{
	((struct fixture *)ctx)->started++;
}
static void note(struct fixture *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void note(struct fixture *f, const char *fmt, ...)
{
	size_t len = strlen(f->text);
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(f->text + len, sizeof(f->text) - len, fmt, ap);
	va_end(ap);
}
static void proposed(void *ctx, uint32_t vendor, uint32_t method, bool nak)
{
	note(ctx, "proposed %u %u%s;", vendor, method, nak ? " NAK" : "");
}
static void selected(void *ctx, uint32_t vendor, uint32_t method, const char *name)
{
	note(ctx, "selected %u %u %s;", vendor, method, name);
}
static void status(void *ctx, const char *s, const char *parameter)
{
	note(ctx, "%s=%s;", s, parameter);
}
static void finished(void *ctx, bool success)
{
	struct fixture *f = ctx;
	*(success ? &f->good : &f->bad) += 1;
}
static const struct eap_peer_ops ops = {send_eap, started, proposed, selected, status, finished};

static const struct eap_peer_config user = {.identity = "user",
	.password = (const uint8_t *)GPSK_PASSWORD,
	.password_len = 32,
	.methods = "GPSK"};

static void up(struct fixture *f, const struct eap_peer_config *cfg)
{
	*f = (struct fixture){.timers = timers_new()};
	gpsk_server_init(&f->server);
	f->peer = eap_peer_new(f->timers, &ops, f);
	assert_int_equal(eap_peer_start(f->peer, cfg), 0);
}

static void down(struct fixture *f)
{
	eap_peer_free(f->peer);
	assert_int_equal(timers_next(f->timers), UINT64_MAX);
	timers_free(f->timers);
}

static void rx(struct fixture *f, const void *packet, size_t len)
{
	f->sent_len = 0;
	eap_peer_rx(f->peer, packet, len);
}
#define RX(f, ...) rx(f, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))
#define ASSERT_SENT(f, ...)                                                                        \
	do {                                                                                       \
		const uint8_t expect_[] = {__VA_ARGS__};                                           \
		assert_int_equal((f)->sent_len, sizeof(expect_));                                  \
		assert_memory_equal((f)->sent, expect_, sizeof(expect_));                          \
	} while (0)

static void rx_server(struct fixture *f)
{
	rx(f, f->server.out, f->server.out_len);
}

static void to_wait_3(struct fixture *f, uint8_t id)
{
	gpsk_server_1(&f->server, id);
	rx_server(f);
	assert_true(gpsk_server_rx_2(&f->server, "user", f->sent, f->sent_len));
}

static void to_done(struct fixture *f, uint8_t id)
{
	to_wait_3(f, id);
	gpsk_server_3(&f->server, (uint8_t)(id + 1), GPSK_RIGHT);
	rx_server(f);
	assert_true(gpsk_server_rx_4(&f->server, f->sent, f->sent_len));
}

static void assert_msk(const struct fixture *f)
{
	size_t len = 0;
	const uint8_t *msk = eap_peer_msk(f->peer, &len);

	assert_non_null(msk);
	assert_int_equal(len, GPSK_MSK_LEN);
	assert_memory_equal(msk, f->server.keys.msk, len);
}

static void test_run(void **state)
{
	static const struct {
		const char *list, *phase1;
		size_t len;
		uint16_t suite;
	} rows[] = {
		{GPSK_BOTH_SUITES, NULL, 12, 2},
		{GPSK_BOTH_SUITES, "cipher=1", 12, 1},
		{GPSK_BOTH_SUITES, "x=1 cipher=2", 12, 2},
		{GPSK_BOTH_SUITES, NULL, 6, 1},
		{"\0\0\0\1\0\2\0\0\0\0\0\2", NULL, 12, 2},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture f;
		struct eap_peer_config cfg = user;
		size_t len;

		cfg.phase1 = rows[i].phase1;
		up(&f, &cfg);
		f.server.list = rows[i].list;
		f.server.list_len = rows[i].len;
		RX(&f, 1, 1, 0, 5, 1);
		ASSERT_SENT(&f, 2, 1, 0, 9, 1, 'u', 's', 'e', 'r');
		to_done(&f, 2);
		assert_int_equal(f.server.suite->specifier, rows[i].suite);
		assert_null(eap_peer_msk(f.peer, &len)); /* not before the EAP-Success */
		RX(&f, 3, 3, 0, 4);
		assert_int_equal(f.good, 1);
		assert_msk(&f);
		assert_string_equal(f.text, "started=;proposed 0 51;accept proposed method=GPSK;"
					    "selected 0 51 GPSK;completion=success;");
		down(&f);
	}
}

/* An EAP-Success is believed after GPSK-4 only, with the identifier of GPSK-3 or the next. */
static void test_success_early_and_late(void **state)
{
	struct fixture f;

	up(&f, &user);
	RX(&f, 3, 0, 0, 4);
	RX(&f, 1, 1, 0, 5, 1);
	RX(&f, 3, 1, 0, 4);
	to_wait_3(&f, 2);
	RX(&f, 3, 2, 0, 4);
	gpsk_server_3(&f.server, 3, GPSK_RIGHT);
	rx_server(&f);
	RX(&f, 3, 2, 0, 4);
	RX(&f, 3, 5, 0, 4);
	assert_int_equal(f.good + f.bad, 0);
	RX(&f, 3, 4, 0, 4);
	assert_int_equal(f.good, 1);
	RX(&f, 4, 4, 0, 4); /* over is over */
	assert_int_equal(f.bad, 0);
	down(&f);
	up(&f, &user);
	to_done(&f, 2);
	RX(&f, 4, 3, 0, 4); /* the server did not like GPSK-4 */
	assert_int_equal(f.bad, 1);
	RX(&f, 3, 3, 0, 4);
	assert_int_equal(f.good, 0);
	down(&f);
}

static void test_wrong_password(void **state)
{
	struct fixture f;

	up(&f, &user);
	f.server.password = "another password of some 32 bytes";
	gpsk_server_1(&f.server, 1);
	rx_server(&f);
	assert_false(gpsk_server_rx_2(&f.server, "user", f.sent, f.sent_len));
	gpsk_server_fail(&f.server, 2, false, 2);
	rx_server(&f);
	ASSERT_SENT(&f, 2, 2, 0, 10, 51, 5, 0, 0, 0, 2);
	/* One that goes on without knowing the password is found out. */
	gpsk_server_1(&f.server, 3);
	rx_server(&f);
	gpsk_server_rx_2(&f.server, "user", f.sent, f.sent_len);
	gpsk_server_3(&f.server, 4, GPSK_RIGHT);
	rx_server(&f);
	ASSERT_SENT(&f, 2, 4, 0, 10, 51, 5, 0, 0, 0, 2);
	RX(&f, 3, 4, 0, 4);
	assert_int_equal(f.good, 0);
	RX(&f, 4, 4, 0, 4);
	assert_int_equal(f.bad, 1);
	down(&f);
}

static void test_gpsk_1_malformed(void **state)
{
	struct fixture f;

	up(&f, &user);
	f.server.list_len = 11;
	gpsk_server_1(&f.server, 1);
	rx_server(&f);
	f.server.list_len = 0;
	gpsk_server_1(&f.server, 1);
	rx_server(&f);
	f.server.list_len = 12;
	gpsk_server_1(&f.server, 1);
	for (size_t cut = 5; cut < f.server.out_len; cut++) {
		uint8_t packet[512];
		memcpy(packet, f.server.out, cut);
		packet[3] = (uint8_t)cut;
		rx(&f, packet, cut);
	}
	f.server.out[3]++; /* a byte behind */
	f.server.out_len++;
	rx_server(&f);
	RX(&f, 1, 2, 0, 6, 51, 2); /* the peer's own messages, and none */
	RX(&f, 1, 2, 0, 6, 51, 4);
	RX(&f, 1, 2, 0, 6, 51, 0);
	RX(&f, 1, 2, 0, 6, 51, 7);
	assert_int_equal(f.sends, 0);
	to_done(&f, 3);
	down(&f);
}

/* Nothing too long for what it says is copied. */
static void test_gpsk_1_large(void **state)
{
	struct fixture f;
	uint8_t packet[2000] = {1, 1, 0, 0, 51, 1, 0x01, 0x00}; /* identity of 256 octets */
	static const char many[33 * 6];
	size_t len = 8 + 256 + 32 + 2 + 6;

	up(&f, &user);
	packet[2] = (uint8_t)(len >> 8);
	packet[3] = (uint8_t)len;
	packet[8 + 256 + 32 + 1] = 6;
	packet[len - 1] = 1;
	rx(&f, packet, len);
	f.server.list = many; /* 33 suites */
	f.server.list_len = sizeof(many);
	gpsk_server_1(&f.server, 2);
	rx_server(&f);
	assert_int_equal(f.sends, 0);
	down(&f);
}

static void test_no_suite(void **state)
{
	static const struct {
		size_t password_len;
		const char *list, *phase1;
		bool fits;
	} rows[] = {
		{32, "\0\0\0\0\0\3", NULL, false},
		{15, GPSK_BOTH_SUITES, NULL, false},
		{16, GPSK_BOTH_SUITES, "cipher=2", false},
		{16, GPSK_BOTH_SUITES, NULL, true},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture f;
		struct eap_peer_config cfg = user;

		cfg.password_len = rows[i].password_len;
		cfg.phase1 = rows[i].phase1;
		up(&f, &cfg);
		f.server.password = "abcdefghijklmnop";
		f.server.list = rows[i].list;
		f.server.list_len = i == 0 ? 6 : 12;
		gpsk_server_1(&f.server, 9);
		rx_server(&f);
		if (rows[i].fits)
			assert_true(gpsk_server_rx_2(&f.server, "user", f.sent, f.sent_len));
		else
			ASSERT_SENT(&f, 2, 9, 0, 10, 51, 5, 0, 0, 0, 1);
		down(&f);
	}
}

static void test_gpsk_3_wrong(void **state)
{
	struct fixture f;

	for (enum gpsk_wrong wrong = GPSK_RAND_PEER; wrong <= GPSK_MORE; wrong++) {
		up(&f, &user);
		to_wait_3(&f, 1);
		gpsk_server_3(&f.server, 2, wrong);
		rx_server(&f);
		assert_int_equal(f.sent_len, 0);
		gpsk_server_3(&f.server, 2, GPSK_RIGHT); /* it did no harm */
		rx_server(&f);
		assert_true(gpsk_server_rx_4(&f.server, f.sent, f.sent_len));
		down(&f);
	}
	up(&f, &user);
	to_wait_3(&f, 1);
	gpsk_server_3(&f.server, 2, GPSK_WITH_PAYLOAD);
	rx_server(&f);
	assert_true(gpsk_server_rx_4(&f.server, f.sent, f.sent_len));
	gpsk_server_3(&f.server, 3, GPSK_RIGHT); /* another one is not expected any more */
	rx_server(&f);
	assert_int_equal(f.sent_len, 0);
	down(&f);
}

/* Each octet of GPSK-3 is covered by the MAC, and each length too short is refused. */
static void test_gpsk_3_changed(void **state)
{
	struct fixture f;
	struct gpsk_server s;

	up(&f, &user);
	to_wait_3(&f, 1);
	gpsk_server_3(&f.server, 2, GPSK_RIGHT);
	s = f.server;
	for (size_t at = 6; at < s.out_len; at++) {
		eap_peer_restart(f.peer);
		to_wait_3(&f, 1);
		gpsk_server_3(&f.server, 2, GPSK_RIGHT);
		f.server.out[at] ^= 0x40;
		rx_server(&f);
		ASSERT_SENT(&f, 2, 2, 0, 10, 51, 5, 0, 0, 0, 2);
		eap_peer_restart(f.peer);
		to_wait_3(&f, 1);
		gpsk_server_3(&f.server, 2, GPSK_RIGHT);
		f.server.out[3] = (uint8_t)at;
		rx(&f, f.server.out, at);
		ASSERT_SENT(&f, 2, 2, 0, 10, 51, 5, 0, 0, 0, 2);
	}
	RX(&f, 3, 2, 0, 4);
	assert_int_equal(f.good, 0);
	down(&f);
}

static void test_failure_messages(void **state)
{
	struct fixture f;

	up(&f, &user);
	to_wait_3(&f, 1);
	gpsk_server_fail(&f.server, 2, true, 3);
	f.server.out[8] ^= 1; /* forged */
	rx_server(&f);
	assert_int_equal(f.sent_len, 0);
	gpsk_server_fail(&f.server, 2, true, 3);
	rx_server(&f);
	assert_int_equal(f.sent_len, f.server.out_len);
	assert_memory_equal(f.sent + 4, f.server.out + 4, f.sent_len - 4);
	rx(&f, f.server.out, f.server.out_len); /* repeated, so is the answer */
	assert_int_equal(f.sent_len, f.server.out_len);
	gpsk_server_fail(&f.server, 3, true, 3); /* no key any more that could verify it */
	rx_server(&f);
	RX(&f, 1, 4, 0, 9, 51, 5, 0, 0, 1);
	RX(&f, 1, 4, 0, 11, 51, 5, 0, 0, 0, 1, 0);
	assert_int_equal(f.sent_len, 0);
	RX(&f, 1, 4, 0, 10, 51, 5, 0, 0, 0, 1);
	ASSERT_SENT(&f, 2, 4, 0, 10, 51, 5, 0, 0, 0, 1);
	gpsk_server_3(&f.server, 5, GPSK_RIGHT);
	rx_server(&f);
	assert_int_equal(f.sent_len, 0);
	down(&f);
}

/* What is offered instead of a method we do not have (RFC 3748, 5.3). */
static void test_nak(void **state)
{
	struct wps_device dev = {0};
	static const struct {
		const char *identity, *methods, *phase1;
		size_t password_len;
		bool wps;
		uint8_t n, types[2];
	} rows[] = {
		{"user", "GPSK", NULL, 32, true, 1, {51}},
		{"user", " PEAP  GPSK ", NULL, 32, true, 1, {51}},
		{"user", NULL, NULL, 32, false, 1, {51}},
		{"user", NULL, NULL, 0, true, 1, {254}},
		{"user", "WSC", NULL, 32, true, 1, {254}},
		{"user", "GPSK", NULL, 0, true, 1, {0}},
		{"", "GPSK", NULL, 32, true, 1, {0}},
		{"user", "GPSKX", NULL, 32, true, 1, {0}},
		{"user", "", NULL, 32, true, 1, {0}},
		{"user", NULL, NULL, 32, true, 2, {254, 51}},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture f;
		struct eap_peer_config cfg = user;
		uint8_t want[7] = {2, 7, 0, (uint8_t)(5 + rows[i].n), 3};

		cfg.identity = rows[i].identity;
		cfg.methods = rows[i].methods;
		cfg.password_len = rows[i].password_len;
		cfg.wps_dev = rows[i].wps ? &dev : NULL;
		up(&f, &cfg);
		memcpy(want + 5, rows[i].types, rows[i].n);
		RX(&f, 1, 7, 0, 6, 25, 0x20);
		assert_int_equal(f.sent_len, want[3]);
		assert_memory_equal(f.sent, want, f.sent_len);
		down(&f);
	}
}

static void test_nak_of_what_we_could(void **state)
{
	struct fixture f;
	struct eap_peer_config cfg = user;

	cfg.methods = "WSC";
	up(&f, &cfg);
	gpsk_server_1(&f.server, 4);
	rx_server(&f);
	ASSERT_SENT(&f, 2, 4, 0, 6, 3, 0);
	assert_string_equal(f.text, "started=;proposed 0 51 NAK;refuse proposed method=GPSK;");
	down(&f);
	up(&f, &user);
	RX(&f, 1, 5, 0, 12, 254, 0, 0x37, 0x2a, 0, 0, 0, 1);
	ASSERT_SENT(&f, 2, 5, 0, 20, 254, 0, 0, 0, 0, 0, 0, 3, 254, 0, 0, 0, 0, 0, 0, 51);
	down(&f);
	cfg.methods = "MD5";
	up(&f, &cfg);
	RX(&f, 1, 5, 0, 12, 254, 0, 0x37, 0x2a, 0, 0, 0, 1);
	ASSERT_SENT(&f, 2, 5, 0, 20, 254, 0, 0, 0, 0, 0, 0, 3, 254, 0, 0, 0, 0, 0, 0, 0);
	down(&f);
}

static void test_anonymous_identity(void **state)
{
	struct fixture f;
	struct eap_peer_config cfg = user;

	cfg.anonymous_identity = "@x";
	up(&f, &cfg);
	RX(&f, 1, 1, 0, 5, 1);
	ASSERT_SENT(&f, 2, 1, 0, 7, 1, '@', 'x');
	to_done(&f, 2); /* with the real one */
	down(&f);
}

/* The server begins anew in the middle, and after success. */
static void test_again(void **state)
{
	struct fixture f;
	uint8_t first[GPSK_RAND_LEN];
	size_t len;

	up(&f, &user);
	to_wait_3(&f, 1);
	memcpy(first, f.server.rand_peer, sizeof(first));
	RX(&f, 1, 2, 0, 5, 1);
	to_wait_3(&f, 3);
	assert_memory_not_equal(first, f.server.rand_peer, sizeof(first));
	gpsk_server_3(&f.server, 4, GPSK_RIGHT);
	rx_server(&f);
	RX(&f, 3, 4, 0, 4);
	assert_int_equal(f.good, 1);
	eap_peer_restart(f.peer);
	assert_null(eap_peer_msk(f.peer, &len));
	RX(&f, 1, 1, 0, 5, 1);
	to_done(&f, 2);
	RX(&f, 3, 3, 0, 4);
	assert_int_equal(f.good, 2);
	assert_int_equal(f.started, 2);
	assert_msk(&f);
	eap_peer_abort(f.peer);
	assert_null(eap_peer_msk(f.peer, &len));
	down(&f);
}

static void test_lower_success(void **state)
{
	struct fixture f;

	up(&f, &user);
	assert_false(eap_peer_lower_success(f.peer));
	to_wait_3(&f, 1);
	assert_false(eap_peer_lower_success(f.peer));
	gpsk_server_3(&f.server, 2, GPSK_RIGHT);
	rx_server(&f);
	assert_true(eap_peer_lower_success(f.peer));
	assert_int_equal(f.good, 1);
	assert_msk(&f);
	assert_false(eap_peer_lower_success(f.peer));
	down(&f);
}

static void test_silence(void **state)
{
	struct fixture f;

	up(&f, &user);
	to_done(&f, 1);
	timers_set_now(f.timers, 60 * USEC_PER_SEC);
	timers_run(f.timers);
	assert_int_equal(f.bad, 1); /* nobody said that the server agrees */
	down(&f);
}

static void test_status(void **state)
{
	struct fixture f;
	char text[512];
	struct strbuf out = strbuf_over(text, sizeof(text));

	up(&f, &user);
	to_done(&f, 1);
	RX(&f, 3, 2, 0, 4);
	eap_peer_status(f.peer, true, &out);
	static const char want[] = "EAP state=SUCCESS\nselectedMethod=51 (EAP-GPSK)\nreqMethod=51\n"
				   "methodState=DONE\ndecision=COND_SUCC\nClientTimeout=60\n"
				   "eap_session_id=33";
	assert_memory_equal(text, want, strlen(want));
	assert_int_equal(out.len, strlen(want) + 2 * 16 + 1);
	down(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded),
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_success_early_and_late),
		cmocka_unit_test(test_wrong_password),
		cmocka_unit_test(test_gpsk_1_malformed),
		cmocka_unit_test(test_gpsk_1_large),
		cmocka_unit_test(test_no_suite),
		cmocka_unit_test(test_gpsk_3_wrong),
		cmocka_unit_test(test_gpsk_3_changed),
		cmocka_unit_test(test_failure_messages),
		cmocka_unit_test(test_nak),
		cmocka_unit_test(test_nak_of_what_we_could),
		cmocka_unit_test(test_anonymous_identity),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_lower_success),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_status),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
