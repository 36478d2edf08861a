/* Enrollee against registrar, message by message; each message damaged in many ways. */
#include "pair.h"

#define MESSAGES 8 /* M1 … M8 */

static void pbc(struct pair *p)
{
	pair_init(p);
	pair_registrar(p);
	assert_int_equal(wps_registrar_pbc(p->reg), 0);
	pair_runs(p, NULL, MULTI_AP_BACKHAUL_STA);
}

static void test_good(void **state)
{
	struct pair p;
	pbc(&p);
	pair_play(&p);
	assert_int_equal(p.creds, 1);
	assert_int_equal(p.sta_success, 1);
	assert_int_equal(p.ap_success, 1);
	assert_int_equal(p.sta_fail + p.ap_fail, 0);
	assert_int_equal(p.sent, 9);
	assert_memory_equal(p.got.key, "passphrase", 10);
	/* The enrollee as M1 describes it; control bytes cannot forge an event line. */
	assert_string_equal(p.seen.device_name, "station_FORGED");
	assert_string_equal(p.seen.manufacturer, "maker");
	assert_memory_equal(p.seen.mac, p.sta.mac, MAC_LEN);
	assert_memory_equal(p.seen.uuid, p.sta.uuid, WPS_UUID_LEN);
	assert_int_equal(p.seen.multi_ap, MULTI_AP_BACKHAUL_STA);
	assert_int_equal(p.seen.version2, 0x20);
	assert_int_equal(p.seen.dev_password_id, DEV_PW_PUSHBUTTON);
	pair_clear(&p);
}

static void flip(struct pair *p, struct bytes *msg)
{
	p->last_len = msg->len;
	if (p->detail / 8 < msg->len)
		msg->data[p->detail / 8] ^= (uint8_t)(1u << p->detail % 8);
}

static void cut(struct pair *p, struct bytes *msg)
{
	p->last_len = msg->len;
	if (p->detail < msg->len)
		msg->len = p->detail;
}

static void lengthen(struct pair *p, struct bytes *msg)
{
	/* A well-formed unknown attribute behind the Authenticator. */
	static const uint8_t extra[] = {0x7f, 0xff, 0, 1, 0x55};
	uint8_t *more = malloc(msg->len + sizeof(extra));
	memcpy(more, msg->data, msg->len);
	memcpy(more + msg->len, extra, sizeof(extra));
	free(msg->data);
	msg->data = more;
	msg->len += sizeof(extra);
}

/* Returns the length of the message before it was changed. */
static size_t damaged(
	unsigned target, void (*change)(struct pair *, struct bytes *), unsigned detail)
{
	struct pair p;
	size_t len;

	pbc(&p);
	p.target = target;
	p.change = change;
	p.detail = detail;
	wps_run_process(p.enrollee, WSC_OP_START, NULL, 0);
	while (pair_carry(&p, p.enrollee, p.registrar) && p.sent <= target)
		if (!pair_carry(&p, p.registrar, p.enrollee) || p.sent > target)
			break;
	len = p.last_len;
	for (bool more = true; more;) {
		more = pair_carry(&p, p.registrar, p.enrollee);
		more |= pair_carry(&p, p.enrollee, p.registrar);
		assert_true(p.sent < 40);
	}
	wps_run_aborted(p.enrollee);
	wps_run_aborted(p.registrar);
	/* M1 is covered by M2's Authenticator, the others by their own: nothing gets through. */
	assert_int_equal(p.creds, 0);
	assert_int_equal(p.sta_success + p.ap_success, 0);
	assert_true(p.sta_fail <= 1);
	assert_true(p.ap_fail <= 1);
	/* Neither fails when the damage made it an M1 for which there is no password, or an M2D. */
	if (target > 1)
		assert_true(p.ap_fail + p.sta_fail >= 1);
	pair_clear(&p);
	return len;
}

static void test_flipped(void **state)
{
	for (unsigned m = 0; m < MESSAGES; m++) {
		/* One bit of every byte, another one each byte. */
		unsigned byte = 0;
		size_t len;
		do
			len = damaged(m, flip, byte * 8 + (byte * 5 + m) % 8);
		while (++byte < len);
	}
}

static void test_truncated(void **state)
{
	for (unsigned m = 0; m < MESSAGES; m++) {
		unsigned to = 0;
		size_t len;
		do
			len = damaged(m, cut, to);
		while (++to < len);
	}
}

static void test_extra_attribute(void **state)
{
	for (unsigned m = 1; m < MESSAGES; m++)
		damaged(m, lengthen, 0);
}

static void test_done_damaged(void **state)
{
	for (unsigned bit = 0; bit < 8 * 60; bit++) {
		struct pair p;
		pbc(&p);
		p.target = 8;
		p.change = flip;
		p.detail = bit;
		pair_play(&p);
		assert_int_equal(p.creds, 1); /* the station has it already */
		assert_true(p.ap_success + p.ap_fail == 1);
		pair_clear(&p);
	}
}

/* A message out of turn is refused, not obeyed. */
static void test_replayed_m2(void **state)
{
	struct pair p;
	enum wsc_op op;
	struct bytes m2 = {0}, out = {0};

	pbc(&p);
	wps_run_process(p.enrollee, WSC_OP_START, NULL, 0);
	assert_true(pair_carry(&p, p.enrollee, p.registrar));
	assert_int_equal(wps_run_next(p.registrar, &op, &m2), 0);
	assert_int_equal(wps_run_process(p.enrollee, op, m2.data, m2.len), WPS_R_CONTINUE);
	assert_int_equal(wps_run_process(p.enrollee, op, m2.data, m2.len), WPS_R_FAILED);
	assert_int_equal(wps_run_next(p.enrollee, &op, &out), 0);
	assert_int_equal(op, WSC_OP_NACK);
	assert_int_equal(p.sta_msg, WPS_M4);
	bytes_clear(&m2);
	bytes_clear(&out);
	pair_clear(&p);
}

static void test_prohibited_security(void **state)
{
	struct pair p;

	pbc(&p);
	p.give.encr_type = WPS_ENCR_WEP;
	pair_play(&p);
	assert_int_equal(p.creds, 0);
	assert_int_equal(p.sta_fail, 1);
	assert_int_equal(p.sta_msg, WPS_M8);
	assert_int_equal(p.sta_indication, WPS_EI_WEP);
	assert_int_equal(p.ap_msg, WPS_M8);
	assert_int_equal(p.ap_fail, 1);
	pair_clear(&p);
	/* Mixed mode: a credential for TKIP alone, beside others. */
	pbc(&p);
	p.give.encr_type = WPS_ENCR_TKIP;
	pair_play(&p);
	assert_int_equal(p.creds, 1);
	assert_int_equal(p.sta_fail, 0);
	pair_clear(&p);
}

/* extra_cred goes behind our own credential, or instead of it. */
static void test_extra_cred(void **state)
{
	/* Credential: SSID "x", WPA2-PSK, AES, key "12345678", MAC. */
	static uint8_t raw[] = {0x10, 0x0e, 0, 43, 0x10, 0x45, 0, 1, 'x', 0x10, 0x03, 0, 2, 0, 0x20,
		0x10, 0x0f, 0, 2, 0, 8, 0x10, 0x27, 0, 8, '1', '2', '3', '4', '5', '6', '7', '8',
		0x10, 0x20, 0, 6, 2, 0, 0, 0, 1, 0};
	struct bytes extra = {raw, sizeof(raw)};

	raw[3] = sizeof(raw) - 4;
	for (unsigned skip = 0; skip < 2; skip++) {
		struct pair p;
		pair_init(&p);
		p.cfg.extra_cred = &extra;
		p.cfg.skip_cred_build = skip;
		pair_registrar(&p);
		wps_registrar_pbc(p.reg);
		pair_runs(&p, NULL, 0);
		pair_play(&p);
		assert_int_equal(p.creds, skip ? 1 : 2);
		assert_int_equal(p.got.ssid_len, 1);
		assert_memory_equal(p.got.key, "12345678", 8);
		pair_clear(&p);
	}
}

/* A locked PIN: two runs of one enrollee must not share it (each would guess a half). */
static void test_pin_is_locked(void **state)
{
	struct pair p;
	struct wps_run *second;
	enum wsc_op op;
	struct bytes m1 = {0}, answer = {0};

	pair_init(&p);
	pair_registrar(&p);
	wps_registrar_add_pin(p.reg, p.sta.uuid, (const uint8_t *)"12345670", 8, 0, NULL);
	pair_runs(&p, "12345670", 0);
	wps_run_process(p.enrollee, WSC_OP_START, NULL, 0);
	assert_int_equal(wps_run_next(p.enrollee, &op, &m1), 0);
	wps_run_process(p.registrar, op, m1.data, m1.len);
	assert_int_equal(wps_run_next(p.registrar, &op, &answer), 0);
	size_t m2_len = answer.len;
	second = wps_registrar_run_new(p.reg, p.sta.mac);
	wps_run_process(second, op, m1.data, m1.len);
	assert_int_equal(wps_run_next(second, &op, &answer), 0);
	assert_true(answer.len + 192 < m2_len); /* M2D has no public key */
	/* Existing enrollees do not keep the nonce of M2D: their ACK ends the run all the same. */
	enum { NONCE_LEN = 16 };
	uint8_t ack[18 + 2 * NONCE_LEN] = {
		0x10, 0x4a, 0, 1, 0x10, 0x10, 0x22, 0, 1, 0x0d, 0x10, 0x1a, 0, NONCE_LEN};
	static const uint8_t nonce_r[] = {0x10, 0x39, 0, NONCE_LEN};
	const uint8_t *nonce_e = memmem(m1.data, m1.len, ack + 10, 4);
	assert_non_null(nonce_e);
	memcpy(ack + 10, nonce_e, 4 + NONCE_LEN);
	memcpy(ack + 14 + NONCE_LEN, nonce_r, sizeof(nonce_r));
	assert_int_equal(wps_run_process(second, WSC_OP_ACK, ack, sizeof(ack)), WPS_R_FAILED);
	wps_run_free(second);
	bytes_clear(&m1);
	bytes_clear(&answer);
	pair_clear(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_flipped),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_extra_attribute),
		cmocka_unit_test(test_done_damaged),
		cmocka_unit_test(test_replayed_m2),
		cmocka_unit_test(test_prohibited_security),
		cmocka_unit_test(test_extra_cred),
		cmocka_unit_test(test_pin_is_locked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
