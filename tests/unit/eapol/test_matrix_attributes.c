/* Every mandatory attribute of every message missing, twice, empty, too long: made from the tables
 * the parser works with. */
#include "matrix.h"

struct spoilt {
	const struct scenario *scenario;
	unsigned type;
	bool to_ap;
	struct wps_row row;
	enum fault fault;
	enum { IN_MESSAGE, IN_SETTINGS, IN_CREDENTIAL } where;
};

static bool is_plain(unsigned type)
{
	return type >= WPS_WSC_ACK;
}

/* --- what must come of it --- */

static bool relay_reads(const struct spoilt *p)
{
	return p->scenario->external && p->to_ap && p->type != WPS_M1;
}

/* ACK, NACK, Done: nothing proves who sent them, so the wrong ones are dropped (7.2: not of this
 * conversation). Who waits for one gives up after a while; who sent it has its end already. */
static struct outcome plain_outcome(const struct spoilt *p)
{
	struct outcome o = {.rule = "malformed ACK, NACK, Done are dropped", .as_usual = true};
	bool ap_waits = p->to_ap && (p->type == WPS_WSC_DONE || p->scenario == &wrong_pin);
	bool sta_waits = !p->to_ap && (p->type == WPS_WSC_DONE || p->scenario == &wrong_ap_pin);

	if (p->fault == TWICE || !(ap_waits || sta_waits))
		return o;
	return (struct outcome){.rule = o.rule,
		.sta = sta_waits ? "" : p->scenario->sta,
		.ap = ap_waits ? "" : p->scenario->ap};
}

static bool is_first_nonce(const struct spoilt *p)
{
	return (p->type == WPS_M1 && p->row.attr == WA_ENROLLEE_NONCE) ||
	       (p->type == WPS_M2 && p->row.attr == WA_REGISTRAR_NONCE);
}

static struct outcome message_outcome(const struct spoilt *p, struct outcome_text *t)
{
	const struct outcome usual = {
		.rule = "the first of two counts; texts have any length", .as_usual = true};
	bool seal = p->row.attr == WA_AUTHENTICATOR;
	bool text = p->row.min == 0, length = p->fault == EMPTY || p->fault == TOO_LONG;
	bool accepted = p->fault == TWICE ? !seal : length && text;
	unsigned error = p->fault == TOO_LONG && p->row.attr == WA_ENCR_SETTINGS
				 ? WPS_CFG_DECRYPTION_CRC_FAILURE
				 : WPS_CFG_NO_ERROR;

	if (accepted)
		return usual;
	if (relay_reads(p) && !(seal && p->fault == TWICE) && !error)
		return (struct outcome){
			.rule = "what a relay cannot read it does not carry", .sta = "", .ap = ""};
	if (p->type == WPS_M2D)
		return (struct outcome){.rule = "M2D is refused like M2; the AP was done with it",
			.sta = "fail msg=5 config_error=0 reason=0"};
	struct outcome o = refused(t, p->type, error,
		"clause 8: required attributes and their lengths; 7.1: NACK; 2 for what does not "
		"decrypt");
	/* The NACK has no nonce by which the sender would know it (7.2): it waits in vain. */
	if (is_first_nonce(p))
		*(p->to_ap ? &o.sta : &o.ap) = "";
	return o;
}

static struct outcome settings_outcome(const struct spoilt *p, struct outcome_text *t)
{
	const struct outcome usual = {
		.rule = "the first of two counts, credentials may be many", .as_usual = true};
	bool ap_settings = p->scenario->station_is_registrar;

	if (p->row.attr == WA_KEY_WRAP_AUTH)
		return refused(t, p->type, WPS_CFG_DECRYPTION_CRC_FAILURE,
			"7.5: the last attribute proves that the settings are whole");
	if (p->fault == TWICE)
		return usual;
	/* A network key may be empty where nobody uses it at once (M7); without a name there is no
	 * network to connect to, which is not wrong; an AP must have one. */
	if (p->fault == EMPTY && p->row.attr == WA_NETWORK_KEY && p->type == WPS_M7)
		return usual;
	if (p->fault == EMPTY && p->row.attr == WA_SSID && !ap_settings)
		return usual;
	return refused(
		t, p->type, WPS_CFG_NO_ERROR, "clause 8: required attributes and their lengths");
}

/* --- the spoiling --- */

static void spoil_message(struct middle *s, struct bytes *msg, uint8_t *op)
{
	const struct spoilt *p = s->how;
	bool seal = p->row.attr == WA_AUTHENTICATOR;

	if (!seal && is_sealed(p->type))
		middle_unseal(msg);
	list_spoil(msg, &p->row, p->fault);
}

static void spoil_settings(struct middle *s, struct bytes *msg, uint8_t *op)
{
	const struct spoilt *p = s->how;
	struct bytes plain = settings_open(s, msg), value = {0};
	bool wrap = p->row.attr == WA_KEY_WRAP_AUTH;

	if (!wrap)
		plain.len -= SEAL_LEN;
	if (p->where == IN_CREDENTIAL) {
		struct wps_msg m = middle_read(&plain);
		const struct wps_value *c = &m.v[WA_CREDENTIAL];
		assert_int_equal(bytes_set(&value, c->data, c->len), 0);
		list_spoil(&value, &p->row, p->fault);
		list_replace(&plain, WPS_ID_CREDENTIAL, value.data, value.len);
		bytes_clear(&value);
	} else {
		list_spoil(&plain, &p->row, p->fault);
	}
	if (!wrap)
		settings_wrap(s, &plain);
	settings_close(s, msg, &plain);
}

static void one_case(const struct spoilt *p)
{
	static const char *const places[] = {"", " in the settings", " in the credential"};
	struct outcome_text t;
	char what[128];
	struct outcome o = p->where            ? settings_outcome(p, &t)
			   : is_plain(p->type) ? plain_outcome(p)
					       : message_outcome(p, &t);

	snprintf(what, sizeof(what), "%s of %s%s is %s", p->row.name, wps_msg_name(p->type),
		places[p->where], fault_names[p->fault]);
	matrix_spoil(p->scenario, p->type, p->to_ap, p->where ? spoil_settings : spoil_message,
		p->where || p->row.attr != WA_AUTHENTICATOR, p, what, &o);
}

static void table_cases(struct spoilt *p, enum wps_table table)
{
	for (size_t i = 0; wps_table_row(table, i, &p->row); i++) {
		bool needed = p->row.required || p->row.attr == WA_NETWORK_KEY ||
			      (p->row.attr == WA_ENCR_SETTINGS && p->scenario->handover);
		if (!needed)
			continue;
		for (p->fault = 0; p->fault < FAULTS; p->fault++)
			one_case(p);
	}
}

static void message_cases(const struct scenario *sc, unsigned type, bool to_ap)
{
	struct spoilt p = {.scenario = sc, .type = type, .to_ap = to_ap};

	table_cases(&p, (enum wps_table)wps_table_of(type));
}

static void run_cases(const struct scenario *sc)
{
	static const unsigned types[] = {
		WPS_M1, WPS_M2, WPS_M3, WPS_M4, WPS_M5, WPS_M6, WPS_M7, WPS_M8, WPS_WSC_DONE};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		message_cases(sc, types[i], goes_to_ap(sc, types[i]));
}

static void settings_cases(const struct scenario *sc)
{
	const struct {
		unsigned type;
		enum wps_table table;
	} rows[] = {
		{WPS_M4, WT_SETTINGS_M4},
		{WPS_M5, WT_SETTINGS_M5},
		{WPS_M6, WT_SETTINGS_M6},
		{WPS_M7, sc->station_is_registrar ? WT_SETTINGS_M7_AP : WT_SETTINGS_M7},
		{WPS_M8, sc->station_is_registrar ? WT_SETTINGS_M8_AP : WT_SETTINGS_M8},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct spoilt p = {.scenario = sc,
			.type = rows[i].type,
			.to_ap = goes_to_ap(sc, rows[i].type),
			.where = IN_SETTINGS};
		table_cases(&p, rows[i].table);
	}
}

static void credential_cases(const struct scenario *sc, unsigned type)
{
	struct spoilt p = {.scenario = sc, .type = type, .where = IN_CREDENTIAL};

	table_cases(&p, WT_CREDENTIAL);
}

static void assert_all(void)
{
	print_message("%u runs\n", matrix_runs);
	assert_int_equal(matrix_wrong, 0);
	matrix_runs = 0;
}

static void test_station(void **state)
{
	run_cases(&sta_enrollee);
	settings_cases(&sta_enrollee);
	credential_cases(&sta_enrollee, WPS_M8);
	assert_all();
}

static void test_access_point(void **state)
{
	run_cases(&ap_enrollee);
	message_cases(&ap_enrollee, WPS_WSC_ACK, true);
	settings_cases(&ap_enrollee);
	assert_all();
}

static void test_relayed(void **state)
{
	run_cases(&relayed);
	settings_cases(&relayed);
	credential_cases(&relayed, WPS_M8);
	assert_all();
}

static void test_handover(void **state)
{
	struct spoilt p = {.scenario = &handed_over, .type = WPS_M2, .where = IN_SETTINGS};

	message_cases(&handed_over, WPS_M1, true);
	message_cases(&handed_over, WPS_M2, false);
	message_cases(&handed_over, WPS_WSC_DONE, true);
	table_cases(&p, WT_SETTINGS_M8);
	credential_cases(&handed_over, WPS_M2);
	assert_all();
}

static void test_refusals(void **state)
{
	message_cases(&no_password, WPS_M2D, false);
	message_cases(&no_password, WPS_WSC_ACK, true);
	message_cases(&wrong_pin, WPS_WSC_NACK, true);
	message_cases(&wrong_ap_pin, WPS_WSC_NACK, false);
	message_cases(&wrong_ap_pin, WPS_WSC_NACK, true);
	assert_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_station),
		cmocka_unit_test(test_access_point),
		cmocka_unit_test(test_relayed),
		cmocka_unit_test(test_handover),
		cmocka_unit_test(test_refusals),
	};
	return cmocka_run_group_tests(tests, matrix_setup, matrix_teardown);
}
