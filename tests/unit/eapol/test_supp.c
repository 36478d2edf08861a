/* The supplicant's port with a method that ends in success. */
#include <stddef.h>
#include <stdint.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "../eap_peer/gpsk_server.h"
#include "common/eapol_key.h"
#include "eapol/eapol_supp.h"

struct fixture {
	struct timers *timers;
	struct eapol_supp *supp;
	struct gpsk_server server;
	uint8_t sent[1024];
	size_t sent_len;
	unsigned sends, starts, begun, good, bad;
};

static void send_eapol(void *ctx, const uint8_t *packet, size_t len)
{
	struct fixture *f = ctx;
	assert_true(len >= 4 && len <= sizeof(f->sent));
	f->sends++;
	f->starts += packet[1] == EAPOL_START;
	memcpy(f->sent, packet, len);
	f->sent_len = len;
}
static void result(void *ctx, bool success)
{
	struct fixture *f = ctx;
	*(success ? &f->good : &f->bad) += 1;
}
static void started(void *ctx)
{
	((struct fixture *)ctx)->begun++;
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
static const struct eapol_supp_ops ops = {send_eapol, result};
static const struct eap_peer_ops eap_ops = {.started = started,
	.proposed_method = proposed,
	.method_selected = selected,
	.status = status};

static void up(struct fixture *f)
{
	struct eap_peer_config cfg = {.identity = "user",
		.password = (const uint8_t *)GPSK_PASSWORD,
		.password_len = 32,
		.methods = "GPSK"};

	*f = (struct fixture){.timers = timers_new()};
	gpsk_server_init(&f->server);
	f->supp = eapol_supp_new(f->timers, &ops, &eap_ops, f);
	assert_int_equal(eapol_supp_start(f->supp, &cfg, 2), 0);
}

static void down(struct fixture *f)
{
	eapol_supp_free(f->supp);
	assert_int_equal(timers_next(f->timers), UINT64_MAX);
	timers_free(f->timers);
}

static void rx(struct fixture *f, const uint8_t *eap, size_t len)
{
	uint8_t frame[600];
	struct writer w = writer_over(frame, sizeof(frame));

	eapol_write(&w, 2, EAPOL_EAP, eap, len);
	assert_true(writer_ok(&w));
	f->sent_len = 0;
	eapol_supp_rx(f->supp, frame, w.len);
}
#define RX(f, ...) rx(f, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void pass(struct fixture *f, unsigned sec)
{
	uint64_t end = timers_now(f->timers) + sec * USEC_PER_SEC;

	while (timers_next(f->timers) <= end - timers_now(f->timers)) {
		timers_set_now(f->timers, timers_now(f->timers) + timers_next(f->timers));
		timers_run(f->timers);
	}
	timers_set_now(f->timers, end);
}

/* From the identity request to GPSK-4. */
static void converse(struct fixture *f)
{
	RX(f, 1, 1, 0, 5, 1);
	gpsk_server_1(&f->server, 2);
	rx(f, f->server.out, f->server.out_len);
	assert_true(f->sent_len > 4);
	assert_true(gpsk_server_rx_2(&f->server, "user", f->sent + 4, f->sent_len - 4));
	gpsk_server_3(&f->server, 3, GPSK_RIGHT);
	rx(f, f->server.out, f->server.out_len);
	assert_true(gpsk_server_rx_4(&f->server, f->sent + 4, f->sent_len - 4));
}

static void assert_status(struct fixture *f, const char *want)
{
	char text[512];
	struct strbuf out = strbuf_over(text, sizeof(text));

	eapol_supp_status(f->supp, false, &out);
	assert_string_equal(text, want);
}

static void assert_mib(struct fixture *f, const char *line)
{
	char text[1024];
	struct strbuf out = strbuf_over(text, sizeof(text));

	eapol_supp_mib(f->supp, &out);
	assert_non_null(strstr(text, line));
}

static void assert_msk(struct fixture *f)
{
	size_t len = 0;
	const uint8_t *msk = eapol_supp_msk(f->supp, &len);

	assert_int_equal(len, 64);
	assert_memory_equal(msk, f->server.keys.msk, len);
}

static void test_success(void **state)
{
	struct fixture f;

	up(&f);
	assert_status(&f, "Supplicant PAE state=CONNECTING\nsuppPortStatus=Unauthorized\n"
			  "EAP state=INITIALIZE\n");
	converse(&f);
	assert_status(&f, "Supplicant PAE state=AUTHENTICATING\nsuppPortStatus=Unauthorized\n"
			  "EAP state=IDLE\nselectedMethod=51 (EAP-GPSK)\n");
	RX(&f, 3, 3, 0, 4);
	assert_int_equal(f.good, 1);
	assert_msk(&f);
	char want[200] = "Supplicant PAE state=AUTHENTICATED\nsuppPortStatus=Authorized\n"
			 "EAP state=SUCCESS\nselectedMethod=51 (EAP-GPSK)\neap_session_id=";
	struct strbuf session = {want, strlen(want), sizeof(want), false};
	strbuf_add_hex(&session, f.server.keys.session, GPSK_SESSION_LEN);
	strbuf_add(&session, "\n");
	assert_status(&f, want);
	assert_mib(&f, "dot1xSuppPaeState=5\n");
	assert_mib(&f, "dot1xSuppSuppControlledPortStatus=Authorized\n");
	pass(&f, 3600);
	assert_int_equal(f.good + f.bad, 1);
	assert_int_equal(f.starts, 0);
	eapol_supp_stop(f.supp);
	size_t len;
	assert_null(eapol_supp_msk(f.supp, &len));
	down(&f);
}

/* The authenticator asks again on the open port; late packets of before do nothing. */
static void test_again(void **state)
{
	struct fixture f;
	uint8_t late[512];

	up(&f);
	converse(&f);
	RX(&f, 3, 3, 0, 4);
	memcpy(late, f.server.out, f.server.out_len);
	rx(&f, late, f.server.out_len);
	RX(&f, 4, 3, 0, 4);
	assert_int_equal(f.sent_len, 0);
	assert_msk(&f);
	converse(&f);
	assert_int_equal(f.begun, 2);
	RX(&f, 3, 3, 0, 4);
	assert_int_equal(f.good, 2);
	assert_msk(&f);
	converse(&f);
	RX(&f, 4, 3, 0, 4);
	assert_int_equal(f.bad, 1);
	assert_status(&f, "Supplicant PAE state=HELD\nsuppPortStatus=Unauthorized\n"
			  "EAP state=FAILURE\nselectedMethod=51 (EAP-GPSK)\n");
	down(&f);
}

/* One that begins anew and then falls silent is asked by a Start, then given up. */
static void test_again_silent(void **state)
{
	struct fixture f;

	up(&f);
	converse(&f);
	RX(&f, 3, 3, 0, 4);
	RX(&f, 1, 9, 0, 5, 1);
	pass(&f, 200);
	assert_true(f.starts > 0);
	assert_int_equal(f.bad, 1);
	assert_true(eapol_supp_silent(f.supp));
	assert_false(eapol_supp_authenticated(f.supp));
	down(&f);
}

/* In the middle of a conversation is silence, too; a word is not. */
static void test_silent(void **state)
{
	struct fixture f;

	up(&f);
	converse(&f);
	pass(&f, 200);
	assert_int_equal(f.bad, 1);
	assert_true(eapol_supp_silent(f.supp));
	down(&f);

	up(&f);
	converse(&f);
	RX(&f, 4, 3, 0, 4);
	assert_int_equal(f.bad, 1);
	assert_false(eapol_supp_silent(f.supp));
	down(&f);
}

static void test_times(void **state)
{
	struct fixture f;

	up(&f);
	eapol_supp_set_time(f.supp, EAPOL_SUPP_START_PERIOD, 2);
	eapol_supp_set_time(f.supp, EAPOL_SUPP_MAX_START, 5);
	eapol_supp_set_time(f.supp, EAPOL_SUPP_HELD_PERIOD, 0);
	assert_mib(&f, "dot1xSuppHeldPeriod=0\ndot1xSuppAuthPeriod=30\ndot1xSuppStartPeriod=2\n"
		       "dot1xSuppMaxStart=5\n");
	pass(&f, 10); /* 1, 3, 5, 7, 9 s */
	assert_int_equal(f.starts, 5);
	assert_int_equal(f.bad, 0);
	pass(&f, 1);
	assert_int_equal(f.bad, 1);
	assert_mib(&f, "dot1xSuppPaeState=1\n"); /* held no longer than that */
	down(&f);
}

/* One Start at once; where that was lost the others follow as ever. */
static void test_ask(void **state)
{
	struct fixture f;

	up(&f);
	eapol_supp_ask(f.supp);
	assert_int_equal(f.starts, 1);
	pass(&f, 2);
	assert_int_equal(f.starts, 2);
	converse(&f);
	RX(&f, 3, 3, 0, 4);
	assert_int_equal(f.good, 1);
	eapol_supp_ask(f.supp); /* not started again */
	pass(&f, 200);
	assert_int_equal(f.starts, 2);
	down(&f);

	up(&f); /* two more until the EAP peer loses patience */
	eapol_supp_ask(f.supp);
	pass(&f, 200);
	assert_int_equal(f.starts, 3);
	assert_int_equal(f.bad, 1);
	down(&f);
}

static void test_no_start(void **state)
{
	struct fixture f;

	up(&f);
	eapol_supp_no_start(f.supp);
	assert_status(&f, "Supplicant PAE state=AUTHENTICATED\nsuppPortStatus=Authorized\n"
			  "EAP state=SUCCESS\n");
	pass(&f, 600);
	assert_int_equal(f.sends + f.good + f.bad, 0);
	size_t len;
	assert_null(eapol_supp_msk(f.supp, &len));
	assert_false(eapol_supp_lower_success(f.supp));
	converse(&f); /* it does not know the key we hold */
	RX(&f, 3, 3, 0, 4);
	assert_int_equal(f.good, 1);
	assert_msk(&f);
	down(&f);
}

/* The driver did it while EAP was under way. */
static void test_no_start_late(void **state)
{
	struct fixture f;

	up(&f);
	RX(&f, 1, 1, 0, 5, 1);
	gpsk_server_1(&f.server, 2);
	rx(&f, f.server.out, f.server.out_len);
	eapol_supp_no_start(f.supp);
	assert_status(&f, "Supplicant PAE state=AUTHENTICATED\nsuppPortStatus=Authorized\n"
			  "EAP state=SUCCESS\n");
	pass(&f, 600);
	assert_int_equal(f.starts + f.good + f.bad, 0);
	down(&f);
}

static void test_logoff(void **state)
{
	struct fixture f;

	up(&f);
	converse(&f);
	RX(&f, 3, 3, 0, 4);
	f.sent_len = 0;
	eapol_supp_logoff(f.supp);
	assert_int_equal(f.sent_len, 4);
	assert_int_equal(f.sent[1], EAPOL_LOGOFF);
	assert_status(&f, "Supplicant PAE state=LOGOFF\nsuppPortStatus=Unauthorized\n"
			  "EAP state=DISABLED\n");
	assert_mib(&f, "dot1xSuppPaeState=2\n");
	assert_mib(&f, "dot1xSuppEapolLogoffFramesTx=1\n");
	RX(&f, 1, 1, 0, 5, 1);
	assert_int_equal(f.sent_len, 0);
	eapol_supp_logoff(f.supp);
	assert_int_equal(f.sent_len, 0);
	down(&f);
}

static void test_lower_success(void **state)
{
	struct fixture f;

	up(&f);
	assert_false(eapol_supp_lower_success(f.supp));
	RX(&f, 1, 1, 0, 5, 1);
	assert_false(eapol_supp_lower_success(f.supp));
	converse(&f);
	assert_true(eapol_supp_lower_success(f.supp));
	assert_int_equal(f.good, 1);
	assert_msk(&f);
	RX(&f, 3, 3, 0, 4); /* late */
	assert_int_equal(f.good, 1);
	down(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_success),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_again_silent),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_ask),
		cmocka_unit_test(test_no_start),
		cmocka_unit_test(test_no_start_late),
		cmocka_unit_test(test_logoff),
		cmocka_unit_test(test_lower_success),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
