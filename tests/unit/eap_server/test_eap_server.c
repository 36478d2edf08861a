#include <stddef.h>
#include <stdint.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "eap_server/eap_server.h"

struct fixture {
	struct timers *timers;
	struct wps_registrar *reg;
	struct eap_server *server;
	uint8_t sent[2048];
	size_t sent_len;
	unsigned sends, started, proposed, retransmits, finished, wps_fails;
	bool timeout;
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
static void proposed(void *ctx, uint32_t vendor, uint32_t method)
{
	assert_int_equal(vendor, 14122);
	assert_int_equal(method, 1);
	((struct fixture *)ctx)->proposed++;
}
static void retransmit(void *ctx)
{
	((struct fixture *)ctx)->retransmits++;
}
static void finished(void *ctx, bool success, bool timeout)
{
	struct fixture *f = ctx;
	assert_false(success);
	f->finished++;
	f->timeout = timeout;
}
static const struct eap_server_ops ops = {send_eap, started, proposed, retransmit, finished};

static void changed(void *ctx)
{
}
static void reg_event(void *ctx, enum wps_reg_event_kind kind, const struct wps_peer *peer,
	const uint8_t *mac, const struct wps_info *info)
{
}
static void run_event(void *ctx, const struct wps_event *ev)
{
	struct fixture *f = ctx;
	f->wps_fails += ev->kind == WPS_EVENT_FAIL;
}
static int no_credential(void *ctx, const struct wps_peer *peer, struct wps_credential *out)
{
	return -1;
}
static const struct wps_registrar_ops reg_ops = {.elements_changed = changed,
	.reg_event = reg_event,
	.run_event = run_event,
	.credential = no_credential};

static void up(struct fixture *f, bool registrar)
{
	struct wps_registrar_config reg = {.dev.version2 = 0x20};
	struct eap_server_config cfg = {.identity_message = "hello"};

	*f = (struct fixture){.timers = timers_new()};
	f->reg = wps_registrar_new(f->timers, &reg, &reg_ops, f);
	cfg.registrar = registrar ? f->reg : NULL;
	f->server = eap_server_new(f->timers, &cfg, &ops, f);
	assert_non_null(f->server);
	eap_server_start(f->server);
}

static void down(struct fixture *f)
{
	eap_server_free(f->server);
	wps_registrar_free(f->reg);
	assert_int_equal(timers_next(f->timers), UINT64_MAX);
	timers_free(f->timers);
}

static void respond(struct fixture *f, int id_offset, const uint8_t *data, size_t len)
{
	uint8_t buf[256];
	struct writer w = writer_over(buf, sizeof(buf));
	struct writer_mark m =
		eap_begin(&w, EAP_RESPONSE, (uint8_t)(f->sent[1] + id_offset), data[0]);
	writer_bytes(&w, data + 1, len - 1);
	eap_end(&w, m);
	eap_server_rx(f->server, buf, w.len);
}

static void identify(struct fixture *f, const char *identity)
{
	uint8_t buf[300] = {EAP_TYPE_IDENTITY};
	memcpy(buf + 1, identity, strlen(identity));
	respond(f, 0, buf, 1 + strlen(identity));
}

static void assert_failure_sent(const struct fixture *f)
{
	assert_int_equal(f->sent_len, 4);
	assert_int_equal(f->sent[0], EAP_FAILURE);
	assert_int_equal(f->finished, 1);
}

static void test_identity_request(void **state)
{
	struct fixture f;
	up(&f, true);
	assert_int_equal(f.started, 1);
	assert_int_equal(f.sent_len, 10);
	assert_memory_equal(f.sent + 2, "\x00\x0a\x01hello", 8);
	assert_null(eap_server_identity(f.server));
	/* EAPOL-Start that crossed it: the same request again, unless the answer is on its way. */
	eap_server_start(f.server);
	timers_set_now(f.timers, USEC_PER_SEC / 10);
	eap_server_start(f.server);
	timers_run(f.timers);
	assert_int_equal(f.sends, 1);
	timers_set_now(f.timers, USEC_PER_SEC / 5);
	timers_run(f.timers);
	assert_int_equal(f.sends, 2);
	assert_int_equal(f.started, 1);
	assert_int_equal(f.retransmits, 0);
	down(&f);
}

static void test_wsc_start(void **state)
{
	struct fixture f;
	up(&f, true);
	identify(&f, WSC_IDENTITY_ENROLLEE);
	assert_string_equal(eap_server_identity(f.server), WSC_IDENTITY_ENROLLEE);
	assert_int_equal(f.proposed, 1);
	assert_int_equal(f.sent_len, 14);
	assert_memory_equal(f.sent + 4, "\xfe\x00\x37\x2a\x00\x00\x00\x01\x01\x00", 10);
	/* Responses to an older request, of another method, broken: dropped without harm. */
	static const uint8_t other[] = {25, 0};
	static const uint8_t broken[] = {254, 0, 0x37, 0x2a, 0, 0, 0, 1, 4};
	respond(&f, -1, other, sizeof(other));
	respond(&f, 0, other, sizeof(other));
	respond(&f, 0, broken, sizeof(broken));
	assert_int_equal(f.sends, 2);
	assert_int_equal(f.finished, 0);
	static const uint8_t nak[] = {EAP_TYPE_NAK, 0};
	respond(&f, 0, nak, sizeof(nak));
	assert_failure_sent(&f);
	assert_int_equal(f.wps_fails, 0); /* it never said anything of WPS */
	down(&f);
}

static void test_refused_identities(void **state)
{
	static const struct {
		const char *identity;
		bool registrar;
	} rows[] = {{"user@example.org", true}, {WSC_IDENTITY_REGISTRAR, false}, {"", true},
		{WSC_IDENTITY_ENROLLEE, false}};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture f;
		up(&f, rows[i].registrar);
		identify(&f, rows[i].identity);
		assert_failure_sent(&f);
		assert_false(f.timeout);
		down(&f);
	}
}

static void test_identity_cannot_forge_lines(void **state)
{
	struct fixture f;
	up(&f, true);
	identify(&f, "x\nidentity=y");
	assert_null(eap_server_identity(f.server));
	assert_int_equal(f.finished, 0);
	down(&f);
}

static void test_retransmission(void **state)
{
	static const unsigned at[] = {
		3, 9, 21, 41, 61, 81}; /* 3 6 12 20 20, and 20 until given up */
	struct fixture f;
	up(&f, true);
	identify(&f, WSC_IDENTITY_ENROLLEE);
	for (unsigned i = 0; i < ARRAY_SIZE(at); i++) {
		timers_set_now(f.timers, at[i] * USEC_PER_SEC - 1);
		timers_run(f.timers);
		assert_int_equal(f.sends, 2 + i);
		timers_set_now(f.timers, at[i] * USEC_PER_SEC);
		timers_run(f.timers);
		assert_int_equal(f.sends, 3 + i);
		assert_int_equal(f.retransmits, i < 5 ? i + 1 : 5);
	}
	assert_failure_sent(&f);
	assert_true(f.timeout);
	assert_int_equal(f.wps_fails, 0);
	down(&f);
}

/* Nobody talks for ever: here about EAP-Identity and WSC_Start, again and again. */
static void test_requests_have_an_end(void **state)
{
	static const uint8_t fragment[] = {
		254, 0, 0x37, 0x2a, 0, 0, 0, 1, 4, 3 /* length, more */, 0x27, 0x10, 0};
	static const uint8_t next[] = {254, 0, 0x37, 0x2a, 0, 0, 0, 1, 4, 1, 0};
	struct fixture f;

	up(&f, true);
	identify(&f, WSC_IDENTITY_ENROLLEE);
	respond(&f, 0, fragment, sizeof(fragment));
	for (unsigned i = 0; i < 1100 && !f.finished; i++)
		respond(&f, 0, next, sizeof(next));
	assert_failure_sent(&f);
	assert_int_equal(f.sends, 1001);
	down(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identity_request),
		cmocka_unit_test(test_wsc_start),
		cmocka_unit_test(test_refused_identities),
		cmocka_unit_test(test_identity_cannot_forge_lines),
		cmocka_unit_test(test_retransmission),
		cmocka_unit_test(test_requests_have_an_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
