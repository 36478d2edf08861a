/* BSS-wide registrar: elements, windows, PINs, cancel. */
#include "pair.h"

#include <errno.h>

static void parse_elements(const uint8_t *data, size_t len, struct wps_info *out)
{
	struct bytes content;
	assert_int_equal(elements_wps(data, len, &content), 0);
	assert_true(content.len > 0);
	assert_int_equal(wps_info_parse(content.data, content.len, out), 0);
	bytes_clear(&content);
}

static struct wps_info beacon(const struct pair *p)
{
	uint8_t buf[1024];
	struct wps_info i;
	struct writer w = writer_over(buf, sizeof(buf));
	assert_int_equal(wps_registrar_write_beacon(p->reg, &w), 0);
	parse_elements(buf, w.len, &i);
	return i;
}

static struct wps_info probe_resp(const struct pair *p)
{
	uint8_t buf[1024];
	struct wps_info i;
	struct writer w = writer_over(buf, sizeof(buf));
	assert_int_equal(wps_registrar_write_probe_resp(p->reg, &w), 0);
	parse_elements(buf, w.len, &i);
	return i;
}

static void pass(struct pair *p, uint64_t usec)
{
	timers_set_now(p->timers, timers_now(p->timers) + usec);
	timers_run(p->timers);
}

static void test_elements(void **state)
{
	struct pair p;
	uint8_t other[MAC_LEN] = {2, 9, 9, 9, 9, 9};

	pair_init(&p);
	pair_registrar(&p);
	struct wps_info i = beacon(&p);
	assert_int_equal(i.version, 0x10);
	assert_int_equal(i.version2, 0x20);
	assert_int_equal(i.state, WPS_STATE_CONFIGURED);
	assert_false(i.selected_registrar);
	assert_false(i.has_password_id);
	assert_false(i.has_uuid);
	assert_int_equal(i.authorized_count, 0);

	wps_registrar_pbc(p.reg);
	assert_int_equal(p.changed, 1);
	i = beacon(&p);
	assert_true(wps_info_pbc_active(&i));
	assert_true(wps_info_authorized(&i, other));
	/* The button is virtual although config_methods names none. */
	assert_int_equal(i.sel_reg_methods,
		WPS_METHOD_VIRT_DISPLAY | WPS_METHOD_KEYPAD | WPS_METHOD_VIRT_PUSHBUTTON);

	i = probe_resp(&p);
	assert_true(wps_info_pbc_active(&i));
	assert_int_equal(i.response_type, WPS_RESP_AP);
	assert_true(i.has_uuid);
	assert_memory_equal(i.uuid, p.cfg.dev.uuid, WPS_UUID_LEN);
	assert_string_equal(i.device_name, "ap");
	assert_string_equal(i.manufacturer, " ");
	assert_int_equal(i.config_methods, WPS_METHOD_VIRT_DISPLAY | WPS_METHOD_KEYPAD);
	assert_memory_equal(i.primary_type, p.cfg.dev.primary_type, 8);

	pass(&p, WPS_WALK_TIME);
	i = beacon(&p);
	assert_false(i.selected_registrar);
	assert_int_equal(p.changed, 2);
	pair_clear(&p);
}

static void test_long_elements_and_dual_band(void **state)
{
	struct pair p;
	char text[65];

	memset(text, 'x', 64);
	text[64] = '\0';
	pair_init(&p);
	p.cfg.dual_band = true;
	p.cfg.setup_locked = true;
	p.cfg.dev.rf_bands = WPS_RF_24GHZ | WPS_RF_50GHZ;
	p.cfg.dev.manufacturer = p.cfg.dev.model_name = p.cfg.dev.model_number =
		p.cfg.dev.serial_number = p.cfg.dev.device_name = text;
	pair_registrar(&p);
	struct wps_info i = beacon(&p);
	assert_true(i.has_uuid);
	assert_true(i.ap_setup_locked);
	assert_int_equal(i.rf_bands, 3);
	i = probe_resp(&p); /* more than 255 bytes: several elements */
	assert_int_equal(strlen(i.manufacturer), 64);
	assert_int_equal(strlen(i.serial_number), 32);
	assert_int_equal(i.rf_bands, 3);
	pair_clear(&p);
}

static void test_pin_selection(void **state)
{
	struct pair p;
	const uint8_t mac1[] = {2, 0, 0, 0, 0, 0x11}, mac2[] = {2, 0, 0, 0, 0, 0x22};

	pair_init(&p);
	pair_registrar(&p);
	wps_registrar_add_pin(p.reg, p.sta.uuid, (const uint8_t *)"12345670", 8, 0, mac1);
	struct wps_info i = beacon(&p);
	assert_true(i.selected_registrar);
	assert_false(wps_info_pbc_active(&i));
	assert_int_equal(i.dev_password_id, DEV_PW_DEFAULT);
	assert_true(wps_info_authorized(&i, mac1));
	assert_false(wps_info_authorized(&i, mac2));
	/* Selected for the walk time only; the PIN stays until used. */
	pass(&p, WPS_WALK_TIME);
	i = beacon(&p);
	assert_false(i.selected_registrar);
	assert_int_equal(i.authorized_count, 0);
	assert_int_equal(p.reg_events[WPS_REG_PBC_TIMEOUT], 0);
	pair_runs(&p, "12345670", 0);
	pair_play(&p);
	assert_int_equal(p.creds, 1);
	pair_clear(&p);
}

static void test_pin_timeout_and_replacement(void **state)
{
	struct pair p;

	pair_init(&p);
	pair_registrar(&p);
	wps_registrar_add_pin(p.reg, NULL, (const uint8_t *)"12345670", 8, 30, NULL);
	wps_registrar_add_pin(p.reg, p.sta.uuid, (const uint8_t *)"12345670", 8, 10, NULL);
	pass(&p, 29 * USEC_PER_SEC);
	assert_true(beacon(&p).selected_registrar);
	pass(&p, USEC_PER_SEC);
	assert_false(beacon(&p).selected_registrar);
	pair_runs(&p, "12345670", 0);
	pair_play(&p);
	assert_int_equal(p.creds, 0);
	assert_int_equal(p.reg_events[WPS_REG_PIN_NEEDED], 1);
	pair_end_runs(&p);
	/* A new wildcard PIN takes the place of the old. */
	wps_registrar_add_pin(p.reg, NULL, (const uint8_t *)"11111111", 8, 0, NULL);
	wps_registrar_add_pin(p.reg, NULL, (const uint8_t *)"12345670", 8, 0, NULL);
	pair_runs(&p, "11111111", 0);
	pair_play(&p);
	assert_int_equal(p.creds, 0);
	assert_int_equal(p.sta_error, WPS_CFG_DEV_PASSWORD_AUTH_FAILURE);
	pair_end_runs(&p);
	/* And it had its one use: a guess costs it. */
	pair_runs(&p, "12345670", 0);
	pair_play(&p);
	assert_int_equal(p.creds, 0);
	assert_int_equal(p.reg_events[WPS_REG_PIN_NEEDED], 2);
	struct wps_info i = beacon(&p);
	assert_false(i.selected_registrar);
	pair_clear(&p);
}

/* A PIN set while a run still has the one before: it is there for the next run. */
static void test_pin_replaced_during_run(void **state)
{
	struct pair p;

	pair_init(&p);
	pair_registrar(&p);
	wps_registrar_add_pin(p.reg, p.sta.uuid, (const uint8_t *)"11111111", 8, 0, NULL);
	pair_runs(&p, "11111111", 0);
	wps_run_process(p.enrollee, WSC_OP_START, NULL, 0);
	while (pair_carry(&p, p.enrollee, p.registrar) && p.sent < 5 /* M5 */)
		assert_true(pair_carry(&p, p.registrar, p.enrollee));
	wps_registrar_add_pin(p.reg, p.sta.uuid, (const uint8_t *)"12345670", 8, 0, NULL);
	wps_run_aborted(p.enrollee);
	wps_run_aborted(p.registrar);
	pair_end_runs(&p);
	assert_true(beacon(&p).selected_registrar);
	pair_runs(&p, "12345670", 0);
	p.sent = 0;
	pair_play(&p);
	assert_int_equal(p.creds, 1);
	pair_clear(&p);
}

static void test_cancel(void **state)
{
	struct pair p;

	pair_init(&p);
	pair_registrar(&p);
	wps_registrar_cancel(p.reg); /* idle: the event all the same */
	assert_int_equal(p.reg_events[WPS_REG_CANCEL], 1);
	assert_int_equal(wps_registrar_pbc_status(p.reg), WPS_PBC_DISABLED);
	wps_registrar_add_pin(p.reg, NULL, (const uint8_t *)"12345670", 8, 0, NULL);
	wps_registrar_cancel(p.reg);
	assert_int_equal(p.reg_events[WPS_REG_CANCEL], 2);
	assert_int_equal(p.reg_events[WPS_REG_PBC_TIMEOUT], 0);
	pair_runs(&p, "12345670", 0);
	pair_play(&p);
	assert_int_equal(p.creds, 0);
	pair_end_runs(&p);
	wps_registrar_pbc(p.reg);
	wps_registrar_cancel(p.reg);
	assert_int_equal(p.reg_events[WPS_REG_PBC_TIMEOUT], 1);
	assert_int_equal(wps_registrar_pbc_status(p.reg), WPS_PBC_TIMED_OUT);
	pair_clear(&p);
}

static void probe(struct pair *p, uint8_t mac5, uint8_t uuid5)
{
	uint8_t buf[512], uuid_mac[MAC_LEN] = {2, 0, 0, 0, 0, uuid5};
	struct wps_device dev = p->sta;
	struct writer w = writer_over(buf, sizeof(buf));
	struct bytes content;

	dev.mac[5] = mac5;
	wps_uuid_from_mac(uuid_mac, dev.uuid);
	assert_int_equal(wps_write_probe_req(&w, &dev, DEV_PW_PUSHBUTTON, WPS_REQ_ENROLLEE), 0);
	assert_int_equal(elements_wps(buf, w.len, &content), 0);
	wps_registrar_probe_req(p->reg, dev.mac, content.data, content.len);
	bytes_clear(&content);
}

static void test_overlap(void **state)
{
	struct pair p;

	pair_init(&p);
	pair_registrar(&p);
	probe(&p, 1, 1);
	probe(&p, 2, 1); /* the other radio of the same device */
	assert_int_equal(p.reg_events[WPS_REG_ENROLLEE_SEEN], 2);
	assert_int_equal(wps_registrar_pbc(p.reg), 0);
	probe(&p, 3, 3);
	assert_int_equal(p.reg_events[WPS_REG_OVERLAP], 1);
	probe(&p, 3, 3); /* told once per window */
	assert_int_equal(p.reg_events[WPS_REG_OVERLAP], 1);
	assert_int_equal(wps_registrar_pbc_status(p.reg), WPS_PBC_OVERLAP);
	assert_int_equal(wps_registrar_pbc(p.reg), -EBUSY);
	pass(&p, WPS_WALK_TIME + 1);
	assert_int_equal(wps_registrar_pbc(p.reg), 0);
	pair_clear(&p);
}

static void test_flood_of_enrollees(void **state)
{
	struct pair p;

	pair_init(&p);
	pair_registrar(&p);
	for (unsigned i = 0; i < 1000; i++)
		probe(&p, (uint8_t)i, (uint8_t)i);
	assert_int_equal(wps_registrar_pbc(p.reg), -EBUSY);
	pass(&p, WPS_WALK_TIME + 1);
	assert_int_equal(wps_registrar_pbc(p.reg), 0);
	pair_clear(&p);
}

static void test_malformed_probe(void **state)
{
	static const uint8_t bad[] = {0x10, 0x4a, 0, 9, 1};
	struct pair p;

	pair_init(&p);
	pair_registrar(&p);
	wps_registrar_probe_req(p.reg, p.sta.mac, bad, sizeof(bad));
	wps_registrar_probe_req(p.reg, p.sta.mac, NULL, 0);
	assert_int_equal(p.reg_events[WPS_REG_ENROLLEE_SEEN], 0);
	pair_clear(&p);
}

static bool selected_after(struct pair *p, const struct wps_peer *done)
{
	wps_registrar_completed_elsewhere(p->reg, done);
	return beacon(p).selected_registrar;
}

/* Another BSS had the success: what it used up is used up here. */
static void test_completed_elsewhere(void **state)
{
	static const uint8_t hash[WPS_PK_HASH_LEN] = {1}, password[] = "12345670";
	struct wps_peer done = {.uuid = {7}, .dev_password_id = DEV_PW_PUSHBUTTON};
	struct pair p;

	pair_init(&p);
	pair_registrar(&p);
	wps_registrar_pbc(p.reg);
	assert_false(selected_after(&p, &done));
	assert_int_equal(wps_registrar_pbc_status(p.reg), WPS_PBC_DISABLED);

	/* Its own PIN, then the one for anybody; never both. */
	done.dev_password_id = DEV_PW_DEFAULT;
	wps_registrar_add_pin(p.reg, NULL, password, 8, 0, NULL);
	wps_registrar_add_pin(p.reg, done.uuid, password, 8, 0, NULL);
	assert_true(selected_after(&p, &done));
	assert_false(selected_after(&p, &done));

	/* A push button elsewhere leaves a PIN alone. */
	wps_registrar_add_pin(p.reg, NULL, password, 8, 0, NULL);
	done.dev_password_id = DEV_PW_PUSHBUTTON;
	assert_true(selected_after(&p, &done));
	done.dev_password_id = DEV_PW_DEFAULT;
	assert_false(selected_after(&p, &done));

	/* A token has its number; handovers have one for all. */
	done.dev_password_id = DEV_PW_OOB_FIRST;
	wps_registrar_add_oob(p.reg, hash, DEV_PW_OOB_FIRST, password, 8, NULL);
	assert_false(selected_after(&p, &done));
	wps_registrar_add_oob(p.reg, hash, DEV_PW_NFC_HANDOVER, NULL, 0, NULL);
	assert_true(selected_after(&p, &done));
	done.dev_password_id = DEV_PW_NFC_HANDOVER;
	assert_true(selected_after(&p, &done));
	pair_clear(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_elements),
		cmocka_unit_test(test_long_elements_and_dual_band),
		cmocka_unit_test(test_pin_selection),
		cmocka_unit_test(test_pin_timeout_and_replacement),
		cmocka_unit_test(test_pin_replaced_during_run),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_completed_elsewhere),
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_flood_of_enrollees),
		cmocka_unit_test(test_malformed_probe),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
