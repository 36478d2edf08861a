#include <stddef.h>
#include <stdint.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eap_peer/eap_peer.h"

struct fixture {
	struct timers *timers;
	struct eap_peer *peer;
	struct wps_device dev;
	uint8_t sent[2048];
	size_t sent_len;
	unsigned sends, finished, started;
	const char *abort_at; /* from within the event with this text */
	char text[512];
};

static void note(struct fixture *f, const char *line)
{
	strncat(f->text, line, sizeof(f->text) - strlen(f->text) - 1);
	if (!f->abort_at || !strstr(line, f->abort_at))
		return;
	f->abort_at = NULL;
	eap_peer_abort(f->peer);
}
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
static void proposed(void *ctx, uint32_t vendor, uint32_t method, bool nak)
{
	char line[64];
	snprintf(line, sizeof(line), "proposed %u %u%s;", vendor, method, nak ? " NAK" : "");
	note(ctx, line);
}
static void selected(void *ctx, uint32_t vendor, uint32_t method, const char *name)
{
	note(ctx, "selected;");
}
static void status(void *ctx, const char *s, const char *parameter)
{
	note(ctx, s);
	note(ctx, "=");
	note(ctx, parameter);
	note(ctx, ";");
}
static void finished(void *ctx, bool success)
{
	assert_false(success);
	((struct fixture *)ctx)->finished++;
}
static void wps_event(void *ctx, const struct wps_event *ev)
{
	note(ctx, ev->kind == WPS_EVENT_FAIL ? "wps-fail;" : "wps-other;");
}
static const struct eap_peer_ops ops = {send_eap, started, proposed, selected, status, finished};

static void up(struct fixture *f, const char *phase1)
{
	struct eap_peer_config cfg = {.identity = "me",
		.phase1 = phase1,
		.wps_dev = &f->dev,
		.wps_event = wps_event,
		.wps_ctx = f};
	*f = (struct fixture){.timers = timers_new(), .dev = {.version2 = 0x20}};
	f->peer = eap_peer_new(f->timers, &ops, f);
	assert_int_equal(eap_peer_start(f->peer, &cfg), 0);
}

static void down(struct fixture *f)
{
	eap_peer_free(f->peer);
	assert_int_equal(timers_next(f->timers), UINT64_MAX);
	timers_free(f->timers);
}

static void rx(struct fixture *f, const void *packet, size_t len)
{
	eap_peer_rx(f->peer, packet, len);
}
#define RX(f, ...) rx(f, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))
#define ASSERT_SENT(f, ...)                                                                        \
	do {                                                                                       \
		const uint8_t expect_[] = {__VA_ARGS__};                                           \
		assert_int_equal((f)->sent_len, sizeof(expect_));                                  \
		assert_memory_equal((f)->sent, expect_, sizeof(expect_));                          \
	} while (0)
#define WSC 254, 0, 0x37, 0x2a, 0, 0, 0, 1

static void test_identity_and_repeat(void **state)
{
	struct fixture f;
	up(&f, "pbc=1");
	RX(&f, 1, 7, 0, 5, 1);
	ASSERT_SENT(&f, 2, 7, 0, 7, 1, 'm', 'e');
	RX(&f, 1, 7, 0, 5, 1);
	assert_int_equal(f.sends, 2);
	assert_int_equal(f.started, 1);
	RX(&f, 1, 8, 0, 7, 2, 'h', 'i'); /* notification */
	ASSERT_SENT(&f, 2, 8, 0, 5, 2);
	assert_string_equal(f.text, "started=;");
	down(&f);
}

static void test_nak(void **state)
{
	struct fixture f;
	up(&f, "pbc=1");
	RX(&f, 1, 1, 0, 6, 25, 0x20); /* PEAP: a plain type gets a plain NAK */
	ASSERT_SENT(&f, 2, 1, 0, 6, 3, 254);
	RX(&f, 1, 2, 0, 12, 254, 0, 0, 9, 0, 0, 0, 5);
	ASSERT_SENT(&f, 2, 2, 0, 20, 254, 0, 0, 0, 0, 0, 0, 3, WSC);
	assert_string_equal(f.text, "started=;proposed 0 25 NAK;refuse proposed method=;"
				    "proposed 9 5 NAK;refuse proposed method=;");
	down(&f);
}

static void test_wsc_start(void **state)
{
	struct fixture f;
	up(&f, "pbc=1 multi_ap=1");
	RX(&f, 1, 3, 0, 14, WSC, WSC_OP_START, 0);
	assert_true(f.sent_len > 300);
	const uint8_t head[] = {2, 3};
	assert_memory_equal(f.sent, head, 2);
	assert_int_equal(f.sent[12], WSC_OP_MSG);
	assert_string_equal(
		f.text, "started=;proposed 14122 1;accept proposed method=WSC;selected;");
	/* Another method in the middle, and broken framing: dropped. */
	RX(&f, 1, 4, 0, 6, 25, 0);
	RX(&f, 1, 4, 0, 13, WSC, WSC_OP_MSG);
	RX(&f, 1, 4, 0, 14, WSC, 77, 0);
	RX(&f, 1, 4, 0, 15, WSC, WSC_OP_MSG, WSC_FLAG_LENGTH, 0xff);
	assert_int_equal(f.sends, 1);
	RX(&f, 4, 4, 0, 4);
	assert_int_equal(f.finished, 1);
	assert_non_null(strstr(f.text, "wps-fail;completion=failure;"));
	RX(&f, 1, 5, 0, 5, 1); /* over */
	assert_int_equal(f.sends, 1);
	down(&f);
}

/* Ended from within what is told of its progress: nothing is sent, nothing runs on. */
static void test_abort_inside_events(void **state)
{
	static const char *const texts[] = {"started", "proposed", "accept", "selected"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct fixture f;
		up(&f, "pbc=1");
		f.abort_at = texts[i];
		RX(&f, 1, 3, 0, 14, WSC, WSC_OP_START, 0);
		assert_null(f.abort_at);
		assert_int_equal(f.sends, 0);
		assert_int_equal(timers_next(f.timers), UINT64_MAX);
		RX(&f, 1, 4, 0, 5, 1);
		assert_int_equal(f.sends, 0);
		down(&f);
	}
}

/* A failure that does not answer our last response is somebody else's guess. */
static void test_forged_failure(void **state)
{
	struct fixture f;
	up(&f, "pbc=1");
	RX(&f, 4, 7, 0, 4); /* nobody has asked anything */
	RX(&f, 1, 7, 0, 5, 1);
	RX(&f, 4, 6, 0, 4);
	RX(&f, 4, 9, 0, 4);
	RX(&f, 4, 135, 0, 4);
	assert_int_equal(f.finished, 0);
	RX(&f, 1, 255, 0, 7, 2, 'h', 'i');
	assert_int_equal(f.sends, 2);
	RX(&f, 4, 0, 0, 4); /* counted on */
	assert_int_equal(f.finished, 1);
	down(&f);
}

/* A message of 50001 bytes announced, or fragments that never end, get no memory. */
static void test_fragment_limits(void **state)
{
	struct fixture f;
	up(&f, "pbc=1");
	RX(&f, 1, 3, 0, 14, WSC, WSC_OP_START, 0);
	RX(&f, 1, 4, 0, 17, WSC, WSC_OP_MSG, WSC_FLAG_LENGTH | WSC_FLAG_MORE, 0xc3, 0x51, 1);
	RX(&f, 1, 4, 0, 15, WSC, WSC_OP_MSG, WSC_FLAG_MORE, 1);
	assert_int_equal(f.sends, 1);
	RX(&f, 1, 5, 0, 17, WSC, WSC_OP_MSG, WSC_FLAG_LENGTH | WSC_FLAG_MORE, 0, 4, 1);
	assert_int_equal(f.sends, 2);
	ASSERT_SENT(&f, 2, 5, 0, 14, WSC, WSC_OP_FRAG_ACK, 0);
	RX(&f, 1, 6, 0, 18, WSC, WSC_OP_MSG, WSC_FLAG_MORE, 1, 1, 1, 1); /* more than announced */
	assert_int_equal(f.sends, 2);
	down(&f);
}

static void test_phase1(void **state)
{
	static const char *const bad[] = {"", "pbc=0", "pbc=2", "pbc=1 pin=1",
		"pin=", "pbc=1 dev_pw_id=0", "pin=12345670 dev_pw_id=70000", "pbc=1 multi_ap=x",
		"pbc", "pbc=1 other=1", "multi_ap=1"};
	static const char *const good[] = {"pbc=1", "pbc=1 multi_ap=1", "pin=12345670 dev_pw_id=0",
		"pin=foo", " pbc=1  dev_pw_id=4 "};
	for (size_t i = 0; i < ARRAY_SIZE(bad) + ARRAY_SIZE(good); i++) {
		bool is_bad = i < ARRAY_SIZE(bad);
		struct fixture f;
		up(&f, is_bad ? bad[i] : good[i - ARRAY_SIZE(bad)]);
		RX(&f, 1, 3, 0, 14, WSC, WSC_OP_START, 0);
		if (is_bad)
			assert_non_null(strstr(f.text, "NAK;refuse proposed method=WSC;"));
		else
			assert_non_null(strstr(f.text, "accept proposed method=WSC;"));
		down(&f);
	}
}

static void test_silence_and_abort(void **state)
{
	struct fixture f;
	up(&f, "pbc=1");
	RX(&f, 1, 7, 0, 5, 1);
	timers_set_now(f.timers, 60 * USEC_PER_SEC);
	timers_run(f.timers);
	assert_int_equal(f.finished, 1);
	down(&f);
	up(&f, "pbc=1");
	RX(&f, 1, 3, 0, 14, WSC, WSC_OP_START, 0);
	eap_peer_abort(f.peer);
	assert_non_null(strstr(f.text, "wps-fail;"));
	assert_int_equal(f.finished, 0);
	eap_peer_abort(f.peer);
	down(&f);
}

static void test_garbage(void **state)
{
	struct fixture f;
	up(&f, "pbc=1");
	rx(&f, NULL, 0);
	RX(&f, 1);
	RX(&f, 1, 1, 0, 4);
	RX(&f, 1, 1, 0, 99, 1);
	RX(&f, 9, 1, 0, 5, 1);
	RX(&f, 2, 1, 0, 5, 1);
	RX(&f, 3, 1, 0, 4); /* success: no method of ours ends so */
	RX(&f, 1, 1, 0, 6, 254, 0);
	assert_int_equal(f.sends + f.finished, 0);
	down(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identity_and_repeat),
		cmocka_unit_test(test_nak),
		cmocka_unit_test(test_wsc_start),
		cmocka_unit_test(test_abort_inside_events),
		cmocka_unit_test(test_forged_failure),
		cmocka_unit_test(test_fragment_limits),
		cmocka_unit_test(test_phase1),
		cmocka_unit_test(test_silence_and_abort),
		cmocka_unit_test(test_garbage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
