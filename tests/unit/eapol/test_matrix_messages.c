/* Every message of a run replaced or changed as a whole: nonces, type, op code, order,
 * Authenticator, Encrypted Settings, public keys, device password; NACK, ACK and Done at each
 * step. */
#include <openssl/bn.h>

#include "matrix.h"

/* One case: which message, and what is done to it. */
struct spoilt {
	const struct scenario *scenario;
	unsigned type;
	bool to_ap;
	unsigned detail; /* of the change */
	enum wps_attr nonce;
	struct bytes *earlier; /* replays: messages seen, by type */
};

static bool is_plain(unsigned type)
{
	return type >= WPS_WSC_ACK;
}

static bool is_relayed(const struct spoilt *p)
{
	return p->scenario->external && p->to_ap && p->type != WPS_M1;
}

static const struct {
	const struct scenario *scenario;
	unsigned type;
	bool to_ap;
} rest[] = {
	{&ap_enrollee, WPS_WSC_ACK, true},
	{&no_password, WPS_M2D, false},
	{&no_password, WPS_WSC_ACK, true},
	{&wrong_pin, WPS_WSC_NACK, true},
	{&wrong_ap_pin, WPS_WSC_NACK, false},
	{&wrong_ap_pin, WPS_WSC_NACK, true},
};

/* For each message of each scenario. */
static void for_all(void (*fn)(const struct spoilt *p))
{
	static const struct scenario *const scenarios[] = {
		&sta_enrollee, &ap_enrollee, &relayed, &handed_over};
	static const unsigned types[] = {
		WPS_M1, WPS_M2, WPS_M3, WPS_M4, WPS_M5, WPS_M6, WPS_M7, WPS_M8, WPS_WSC_DONE};

	for (size_t s = 0; s < ARRAY_SIZE(scenarios); s++)
		for (size_t i = 0; i < ARRAY_SIZE(types); i++)
			if (!scenarios[s]->handover || types[i] <= WPS_M2 || is_plain(types[i]))
				fn(&(struct spoilt){.scenario = scenarios[s],
					.type = types[i],
					.to_ap = goes_to_ap(scenarios[s], types[i])});
	for (size_t i = 0; i < ARRAY_SIZE(rest); i++)
		fn(&(struct spoilt){.scenario = rest[i].scenario,
			.type = rest[i].type,
			.to_ap = rest[i].to_ap});
	print_message("%u runs\n", matrix_runs);
	assert_int_equal(matrix_wrong, 0);
	matrix_runs = 0;
}

/* Receiver and sender by their words. */
static struct outcome ends(
	const struct spoilt *p, const char *rule, const char *receiver, const char *sender)
{
	return (struct outcome){.rule = rule,
		.sta = p->to_ap ? sender : receiver,
		.ap = p->to_ap ? receiver : sender};
}

static const char m2d_of_pbc[] = "m2d dev_password_id=4 config_error=0";
static const char m2d_of_nfc[] = "m2d dev_password_id=7 config_error=0";
static const char m2d_of_pin[] = "m2d dev_password_id=0 config_error=0";

/* Both have their end before the message, or the receiver waits for it in vain. */
static struct outcome dropped(const struct spoilt *p, const char *rule)
{
	const struct scenario *sc = p->scenario;
	bool waits = p->type != WPS_WSC_ACK &&
		     !(p->type == WPS_WSC_NACK && sc == &wrong_ap_pin && p->to_ap);
	bool sender_ended = is_plain(p->type);
	const char *receiver = waits ? "" : p->to_ap ? sc->ap : sc->sta;
	const char *sender = sender_ended ? (p->to_ap ? sc->sta : sc->ap) : "";

	if (p->type == WPS_M2D)
		sender = NULL;
	if (p->type == WPS_M1 && p->to_ap)
		receiver = NULL; /* nothing has begun */
	if (p->type == WPS_M2 && sc->external)
		receiver = m2d_of_pin; /* that is all it heard */
	return ends(p, rule, receiver, sender);
}

static void run_case(const struct spoilt *p, middle_change change, bool seals, const char *what,
	const struct outcome *o)
{
	char text[96];

	snprintf(text, sizeof(text), "%s: %s", wps_msg_name(p->type), what);
	matrix_spoil(p->scenario, p->type, p->to_ap, change, seals, p, text, o);
}

/* --- nonces --- */

static void flip_nonce(struct middle *s, struct bytes *msg, uint8_t *op)
{
	const struct spoilt *p = s->how;
	const struct wps_msg m = middle_read(msg);

	msg->data[m.v[p->nonce].data - msg->data] ^= 1;
}

static struct outcome nonce_outcome(const struct spoilt *p, struct outcome_text *t)
{
	bool first = p->nonce == WA_ENROLLEE_NONCE ? p->type == WPS_M1 : p->type == WPS_M2;
	struct outcome o = refused(t, p->type, 0, "7.2: not a message of this run");

	if (p->type == WPS_M2D)
		return p->nonce == WA_REGISTRAR_NONCE
			       ? (struct outcome){.rule = "M2D brings it", .as_usual = true}
			       : ends(p, "7.2: not of this run; the AP was done with it",
					 "fail msg=5 config_error=0 reason=0", NULL);
	if (is_plain(p->type))
		return dropped(p, "7.2: not of this run, and nothing proves who sent it");
	if (is_relayed(p))
		return dropped(p, "a relay carries what belongs to the run");
	if (!first)
		return o;
	/* The one who brought the nonce does not know the other's NACK as his. */
	refused(t, WPS_M2, 0, "");
	if (p->type == WPS_M2)
		return ends(p, "other keys, and a NACK for somebody else", t->text, "");
	return ends(p, "M2 is not for this enrollee, nor is its NACK for that registrar",
		p->scenario->external ? NULL : "", t->text);
}

static void nonce_cases(const struct spoilt *p)
{
	struct spoilt one = *p;
	struct wps_row row;

	for (size_t i = 0; wps_table_row((enum wps_table)wps_table_of(p->type), i, &row); i++) {
		struct outcome_text t;
		if (row.attr != WA_ENROLLEE_NONCE && row.attr != WA_REGISTRAR_NONCE)
			continue;
		one.nonce = row.attr;
		struct outcome o = nonce_outcome(&one, &t);
		run_case(&one, flip_nonce, true,
			row.attr == WA_ENROLLEE_NONCE ? "wrong enrollee nonce"
						      : "wrong registrar nonce",
			&o);
	}
}

static void test_nonces(void **state)
{
	for_all(nonce_cases);
}

/* --- types and op codes --- */

static void set_type(struct middle *s, struct bytes *msg, uint8_t *op)
{
	const struct spoilt *p = s->how;
	const struct wps_msg m = middle_read(msg);

	msg->data[m.v[WA_MSG_TYPE].data - msg->data] = (uint8_t)p->detail;
}

/* M2 has all that M2D has. Its ACK comes where M3 is awaited. */
static struct outcome m2_as_m2d(const struct spoilt *p, struct outcome_text *t)
{
	static const char rule[] = "M2D is answered with ACK, which ends a run that awaits M3";

	refused(t, p->scenario->handover ? WPS_M2 : WPS_M3, 0, "");
	const char *m2d = p->scenario->handover               ? m2d_of_nfc
			  : p->scenario->station_is_registrar ? m2d_of_pin
							      : m2d_of_pbc;
	return ends(p, rule, m2d, p->scenario->external ? "" : t->text);
}

/* The relay carries what has the attributes of its type; the external registrar judges. */
static struct outcome relayed_type(const struct spoilt *p, struct outcome_text t[2])
{
	if (!((p->type == WPS_M5 && p->detail == WPS_M7) ||
		    (p->type == WPS_M7 && p->detail == WPS_M5)))
		return dropped(p, "a relay carries what it can read");
	refused(&t[0], p->detail, 0, "");
	refused(&t[1], p->type, 0, "");
	return ends(p, "the relay tells of the message it saw", t[0].text, t[1].text);
}

static struct outcome type_outcome(const struct spoilt *p, struct outcome_text t[2])
{
	if (is_plain(p->type))
		return dropped(p, "type and op code must agree");
	if (p->type == WPS_M2 && p->detail == WPS_M2D)
		return m2_as_m2d(p, t);
	if (is_relayed(p))
		return relayed_type(p, t);
	if (p->type == WPS_M2D)
		return ends(p, "not what is awaited; the AP was done with it",
			"fail msg=5 config_error=0 reason=0", NULL);
	return refused(t, p->type, 0, "7.1: only the message awaited");
}

static void type_cases(const struct spoilt *p)
{
	struct spoilt one = *p;

	for (one.detail = 0; one.detail <= WPS_WSC_DONE + 1; one.detail++) {
		struct outcome_text t[2];
		char what[32];
		if (one.detail == p->type)
			continue;
		struct outcome o = type_outcome(&one, t);
		snprintf(what, sizeof(what), "type %u", one.detail);
		run_case(&one, set_type, true, what, &o);
	}
}

static void test_types(void **state)
{
	for_all(type_cases);
}

static uint8_t op_of_type(unsigned type)
{
	return type == WPS_WSC_ACK    ? WSC_OP_ACK
	       : type == WPS_WSC_NACK ? WSC_OP_NACK
	       : type == WPS_WSC_DONE ? WSC_OP_DONE
				      : WSC_OP_MSG;
}

static void set_op(struct middle *s, struct bytes *msg, uint8_t *op)
{
	*op = (uint8_t)((const struct spoilt *)s->how)->detail;
}

static void op_cases(const struct spoilt *p)
{
	struct spoilt one = *p;
	bool nack_in_run = p->type == WPS_WSC_NACK && (p->scenario == &wrong_pin || !p->to_ap);

	for (one.detail = 0; one.detail <= WSC_OP_FRAG_ACK + 1; one.detail++) {
		struct outcome_text t;
		char what[32];
		if (one.detail == op_of_type(p->type))
			continue;
		struct outcome o = dropped(&one, "7.7: type and op code must agree");
		refused(&t, WPS_M5, 0, "");
		if (nack_in_run && one.detail == WSC_OP_MSG)
			o = ends(&one, "7.1: a message, but not the one awaited", t.text,
				p->to_ap ? p->scenario->sta : p->scenario->ap);
		snprintf(what, sizeof(what), "op code %u", one.detail);
		run_case(&one, set_op, true, what, &o);
	}
}

static void test_op_codes(void **state)
{
	for_all(op_cases);
}

/* --- order --- */

static unsigned before(const struct spoilt *p, unsigned type)
{
	return type == WPS_M3 || (type == WPS_WSC_DONE && p->scenario->handover) ? WPS_M2
	       : type == WPS_WSC_DONE                                            ? WPS_M8
										 : type - 1;
}

/* The message before of the same sender instead. */
static unsigned replay_filter(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	struct spoilt *p = ((struct world *)l->owner)->middle;
	struct bytes msg = {0};

	if (to_ap != p->to_ap || *len <= MESSAGE_AT || frame[1] != 0 ||
		frame[8] != EAP_TYPE_EXPANDED)
		return 1;
	assert_int_equal(bytes_set(&msg, frame + WSC_AT, *len - WSC_AT), 0);
	unsigned type = frame[MESSAGE_AT + 9];
	if (type != p->type && !is_plain(type)) {
		bytes_clear(p->earlier);
		*p->earlier = msg;
		return 1;
	}
	bytes_clear(&msg);
	if (type != p->type)
		return 1;
	*len = WSC_AT + p->earlier->len;
	memcpy(frame + WSC_AT, p->earlier->data, p->earlier->len);
	struct writer w = writer_over(frame + 2, 2), eap = writer_over(frame + 6, 2);
	writer_be16(&w, (uint16_t)(*len - 4));
	writer_be16(&eap, (uint16_t)(*len - 4));
	return 1;
}

static struct outcome replay_outcome(const struct spoilt *p, struct outcome_text t[2])
{
	if (is_plain(p->type))
		return dropped(p, "no message is awaited any more");
	refused(&t[0], before(p, before(p, p->type)), 0, "");
	refused(&t[1], p->type, 0, "");
	if (is_relayed(p))
		return ends(p, "the relay tells of the message it saw", t[0].text, t[1].text);
	return refused(&t[1], p->type, 0, "7.1: only the message awaited");
}

static void replay_case(const struct spoilt *p)
{
	struct bytes earlier = {0};
	struct spoilt one = *p;
	struct outcome_text t[2];
	char what[64];

	if (p->type == WPS_M1 || p->type == WPS_M2 || p->type == WPS_M2D || p->scenario->pin ||
		p->scenario == &wrong_ap_pin || p->scenario == &no_password)
		return;
	one.earlier = &earlier;
	struct outcome o = replay_outcome(&one, t);
	snprintf(what, sizeof(what), "the one before %s again", wps_msg_name(p->type));
	matrix_run(p->scenario, replay_filter, &one, what, &o);
	bytes_clear(&earlier);
}

static void test_replay(void **state)
{
	for_all(replay_case);
}

/* --- Authenticator and Encrypted Settings --- */

static void flip_last(struct middle *s, struct bytes *msg, uint8_t *op)
{
	msg->data[msg->len - 1] ^= 1;
}

static void seal_case(const struct spoilt *p)
{
	struct outcome_text t;

	if (!is_sealed(p->type))
		return;
	struct outcome o = refused(&t, p->type, 0, "7.2: Authenticator");
	run_case(p, flip_last, false, "wrong Authenticator", &o);
}

static void test_authenticator(void **state)
{
	for_all(seal_case);
}

enum settings_fault {
	PAD_ZERO,
	PAD_TOO_MUCH,
	PAD_UNEVEN,
	PAD_ALL,
	WRAP_WRONG,
	HALF_BLOCK,
	SETTINGS_FAULTS
};

static void spoil_settings(struct middle *s, struct bytes *msg, uint8_t *op)
{
	const struct spoilt *p = s->how;
	struct bytes plain = settings_open(s, msg);
	struct writer w = writer_new(plain.len + BLOCK);
	uint8_t pad = (uint8_t)(BLOCK - plain.len % BLOCK);

	if (p->detail == WRAP_WRONG)
		plain.data[plain.len - 1] ^= 1;
	writer_bytes(&w, plain.data, plain.len);
	for (unsigned i = 0; i < pad; i++)
		writer_u8(&w, pad);
	uint8_t *last = &w.buf[w.len - 1];
	if (p->detail == PAD_ZERO)
		*last = 0;
	else if (p->detail == PAD_TOO_MUCH)
		*last = BLOCK + 1;
	else if (p->detail == PAD_UNEVEN)
		*last = pad == 1 ? 2 : (uint8_t)(pad - 1);
	else if (p->detail == PAD_ALL)
		memset(w.buf, BLOCK, w.len);
	settings_put(s, msg, &w);
	if (p->detail == HALF_BLOCK) {
		const struct wps_msg m = middle_read(msg);
		uint8_t value[1024];
		size_t len = m.v[WA_ENCR_SETTINGS].len - BLOCK / 2;
		memcpy(value, m.v[WA_ENCR_SETTINGS].data, len);
		list_replace(msg, ID_ENCR_SETTINGS, value, len);
	}
	writer_free(&w);
	bytes_clear(&plain);
}

static void settings_case(const struct spoilt *p)
{
	static const char *const names[] = {"padding of 0", "padding of 17", "uneven padding",
		"nothing but padding", "wrong Key Wrap Authenticator", "settings of half a block"};
	struct spoilt one = *p;

	bool has_settings = p->type >= WPS_M4 && p->type <= WPS_M8;
	if (!has_settings && !(p->type == WPS_M2 && p->scenario->handover))
		return;
	for (one.detail = 0; one.detail < SETTINGS_FAULTS; one.detail++) {
		struct outcome_text t;
		struct outcome o = refused(&t, p->type, WPS_CFG_DECRYPTION_CRC_FAILURE,
			"7.5: Encrypted Settings that are not whole");
		run_case(&one, spoil_settings, true, names[one.detail], &o);
	}
}

static void test_settings(void **state)
{
	for_all(settings_case);
}

/* --- public keys --- */

enum key_fault {
	KEY_0,
	KEY_1,
	KEY_P_1,
	KEY_P,
	KEY_MAX,
	KEY_LONGER,
	KEY_SHORTER,
	KEY_BYTE,
	KEY_FAULTS
};

static void spoil_key(struct middle *s, struct bytes *msg, uint8_t *op)
{
	const struct spoilt *p = s->how;
	const struct wps_msg m = middle_read(msg);
	uint8_t key[DH5_LEN + 1] = {0};
	size_t len = DH5_LEN;
	BIGNUM *prime = BN_get_rfc3526_prime_1536(NULL);

	switch ((enum key_fault)p->detail) {
	case KEY_0:
		break;
	case KEY_1:
		key[DH5_LEN - 1] = 1;
		break;
	case KEY_P_1:
		BN_sub_word(prime, 1);
		BN_bn2bin(prime, key);
		break;
	case KEY_P:
		BN_bn2bin(prime, key);
		break;
	case KEY_MAX:
		memset(key, 0xff, len);
		break;
	case KEY_LONGER:
		memcpy(key + 1, m.v[WA_PUBLIC_KEY].data, len++);
		break;
	case KEY_SHORTER:
		memcpy(key, m.v[WA_PUBLIC_KEY].data, --len);
		break;
	case KEY_BYTE:
		len = 1;
		break;
	case KEY_FAULTS:
		break;
	}
	BN_free(prime);
	if (is_sealed(p->type))
		middle_unseal(msg);
	list_replace(msg, 0x1032, key, len);
}

static void key_case(const struct spoilt *p)
{
	static const char *const names[] = {"key 0", "key 1", "key p-1", "key p", "key of ones",
		"key with a zero in front", "key without its last byte", "key of one byte 0"};
	struct spoilt one = *p;

	if (p->type != WPS_M1 && p->type != WPS_M2)
		return;
	for (one.detail = 0; one.detail < KEY_FAULTS; one.detail++) {
		struct outcome_text t;
		struct outcome o = refused(&t, p->type, 0, "7.3: 2..p-2 in 192 bytes");
		bool read_by_ap = one.detail == KEY_LONGER;
		if (p->scenario->handover && !read_by_ap)
			o = refused(&t, p->type, WPS_CFG_PUBLIC_KEY_HASH_MISMATCH,
				"10.1: not the key that was handed over");
		else if (one.detail == KEY_SHORTER && p->type == WPS_M1)
			o = refused(
				&t, WPS_M3, 0, "another key: the first sealed message is wrong");
		else if (p->scenario->external && p->type == WPS_M1 && !read_by_ap)
			o = refused(&t, WPS_M1, 0, "the external registrar's NACK after our M2D");
		run_case(&one, spoil_key, true, names[one.detail], &o);
	}
}

static void test_public_keys(void **state)
{
	for_all(key_case);
}

/* --- device password --- */

static void set_password_id(struct middle *s, struct bytes *msg, uint8_t *op)
{
	const struct spoilt *p = s->how;
	const struct wps_msg m = middle_read(msg);

	msg->data[m.v[WA_DEV_PW_ID].data - msg->data + 1] = (uint8_t)p->detail;
}

static void password_case(const struct spoilt *p)
{
	struct outcome o = {
		.rule = "a registrar of an AP says which password it has", .as_usual = true};
	struct outcome_text t;
	struct spoilt one = *p;

	if (p->type != WPS_M1 && p->type != WPS_M2)
		return;
	one.detail = p->scenario->pw_id ? DEV_PW_DEFAULT : DEV_PW_PUSHBUTTON;
	if (p->type == WPS_M2)
		o = refused(&t, WPS_M2, 0, "7.4: the password M1 named");
	else if (!p->scenario->station_is_registrar)
		o = ends(p, "no password of this kind: M2D", NULL, m2d_of_pin);
	run_case(&one, set_password_id, true, "other device password id", &o);
	one.detail = 0x77;
	if (p->type == WPS_M2 || p->scenario->station_is_registrar)
		run_case(&one, set_password_id, true, "unknown device password id", &o);
}

static void test_password_id(void **state)
{
	for_all(password_case);
}

/* --- NACK, ACK and Done at each step --- */

static void become_plain(struct middle *s, struct bytes *msg, uint8_t *op)
{
	const struct spoilt *p = s->how;
	struct writer w = writer_new(128);
	struct wps_msg m = {0};

	wps_set(&m, WA_VERSION, 0x10);
	wps_set(&m, WA_MSG_TYPE, p->detail);
	wps_set_data(&m, WA_ENROLLEE_NONCE, s->nonce_e, WPS_NONCE_LEN);
	wps_set_data(&m, WA_REGISTRAR_NONCE, s->nonce_r, WPS_NONCE_LEN);
	wps_set(&m, WA_CONFIG_ERROR, WPS_CFG_SIGNAL_TOO_WEAK);
	assert_int_equal(wps_msg_write(&w, (enum wps_table)wps_table_of(p->detail), &m), 0);
	bytes_clear(msg);
	assert_int_equal(writer_steal(&w, msg), 0);
	*op = op_of_type(p->detail);
}

static const char cut_off[] = "fail msg=0 config_error=0 reason=0";

static struct outcome nack_outcome(const struct spoilt *p, struct outcome_text t[2])
{
	const struct scenario *sc = p->scenario;
	bool done = p->type == WPS_WSC_DONE;

	if (p->type == WPS_M1 || p->type == WPS_WSC_ACK)
		return dropped(p, "no run has begun, or it is over");
	refused(&t[0], before(p, p->type), WPS_CFG_SIGNAL_TOO_WEAK, "");
	refused(&t[1], p->type, 0, "");
	if (done)
		return ends(p, "7.1: NACK", t[0].text, p->to_ap ? sc->sta : sc->ap);
	if (p->to_ap)
		return ends(p, "7.1: NACK; EAP-Failure ends the station's run", t[0].text, cut_off);
	return ends(p, "7.1: NACK, answered with NACK", t[0].text, t[1].text);
}

/* By their nonces ACK and Done belong to a run from M3 on (to an enrollee: M4). */
static struct outcome plain_outcome(const struct spoilt *p, struct outcome_text *t)
{
	const struct scenario *sc = p->scenario;
	bool done = p->type == WPS_WSC_DONE;

	if (p->type == WPS_M1 || p->type == WPS_M2 || p->type == WPS_M2D)
		return dropped(p, "7.2: not of this run");
	if (is_relayed(p))
		return ends(p, "the external registrar has nothing to say to that", "",
			done ? sc->sta : "");
	refused(t, done ? before(p, p->type) : p->type, 0, "");
	return ends(p, "ACK or Done out of turn", t->text,
		done       ? (p->to_ap ? sc->sta : sc->ap)
		: p->to_ap ? cut_off
			   : "");
}

static void plain_cases(const struct spoilt *p)
{
	static const unsigned types[] = {WPS_WSC_ACK, WPS_WSC_NACK, WPS_WSC_DONE};
	struct spoilt one = *p;

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		struct outcome_text t[2];
		char what[32];
		one.detail = types[i];
		if (one.detail == p->type || p->scenario == &no_password ||
			p->type == WPS_WSC_ACK || p->type == WPS_WSC_NACK)
			continue;
		struct outcome o =
			types[i] == WPS_WSC_NACK ? nack_outcome(&one, t) : plain_outcome(&one, t);
		snprintf(what, sizeof(what), "%s instead", wps_msg_name(types[i]));
		run_case(&one, become_plain, false, what, &o);
	}
}

static void test_plain(void **state)
{
	for_all(plain_cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nonces),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_op_codes),
		cmocka_unit_test(test_replay),
		cmocka_unit_test(test_authenticator),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_public_keys),
		cmocka_unit_test(test_password_id),
		cmocka_unit_test(test_plain),
	};
	return cmocka_run_group_tests(tests, matrix_setup, matrix_teardown);
}
