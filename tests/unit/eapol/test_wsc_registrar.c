/* Through EAPOL and EAP: a station as registrar of the AP, NFC runs, and external registrars behind
 * the AP's relay. */
#include <errno.h>

#include "world.h"

/* --- a station as registrar of the AP --- */

static void as_registrar(struct world *w, const char *phase1)
{
	assert_int_equal(wps_registrar_set_ap_pin(w->l->reg, PIN, 0), 0);
	link_up_as(w->l, WSC_IDENTITY_REGISTRAR, phase1, NULL);
	link_deliver(w->l);
}

static void test_learn(void **state)
{
	struct world w;
	world_up(&w);
	as_registrar(&w, "pin=" PIN);
	assert_true(link_has(w.l, "sta:ap-settings front\nsta:fail msg=11 config_error=0"));
	assert_true(link_has(w.l, "ap:fail msg=11 config_error=0"));
	assert_true(w.l->supp_over);
	assert_true(w.l->auth_over);
	world_down(&w);
}

static void test_configure(void **state)
{
	const size_t fragment[] = {0, 100};
	for (size_t i = 0; i < ARRAY_SIZE(fragment); i++) {
		struct world w;
		world_up(&w);
		w.l->fragment_size = fragment[i];
		as_registrar(&w, "pin=" PIN " new_ssid=6e6577 new_auth=WPA2PSK new_encr=CCMP "
				 "new_key=6e65772070617373");
		assert_true(link_has(w.l, "ap:ap-settings new\nap:success\nsta:success\n"));
		assert_true(w.l->supp_over);
		assert_true(w.l->auth_over);
		world_down(&w);
	}
}

static void test_registrar_phase1(void **state)
{
	static const char *const bad[] = {"pbc=1", "",
		"pin=" PIN " new_ssid=6e new_auth=WEP new_encr=CCMP new_key=",
		"pin=" PIN " new_ssid=6e new_auth=OPEN new_encr=WEP new_key=",
		"pin=" PIN " new_ssid=6e new_key=", "pin=nfc-pw", "pin=" PIN " new_ssid=6"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct world w;
		world_up(&w);
		as_registrar(&w, bad[i]);
		assert_true(link_has(w.l, "-> NAK"));
		assert_true(w.l->auth_over);
		world_down(&w);
	}
}

static void test_wrong_ap_pin(void **state)
{
	struct world w;
	world_up(&w);
	as_registrar(&w, "pin=99995670");
	assert_true(link_has(w.l, "sta:fail msg=8 config_error=18"));
	assert_true(link_has(w.l, "ap:ap-pin-failed\nap:fail msg=8 config_error=18"));
	assert_true(w.l->auth_over);
	world_down(&w);
}

/* --- external registrars --- */

static void test_relay(void **state)
{
	struct world w;
	world_up(&w);
	world_add_pin(w.er);
	link_up(w.l, "pin=" PIN);
	link_pass(w.l, 2 * USEC_PER_SEC);
	assert_int_equal(w.l->got_count, 1);
	assert_int_equal(w.l->got.key_len, strlen("front passphrase"));
	assert_int_equal(w.er_success, 1);
	/* M1, ACK of our own M2D is not theirs, M3, M5, M7, Done */
	assert_int_equal(w.forwarded, 5);
	assert_true(link_has(w.l, "ap:reg-success\nap:success\n"));
	assert_true(link_has(w.l, "sta:m2d"));
	assert_true(w.l->auth_over);
	world_down(&w);
}

/* The answer to M1 is there before the station acknowledged M2D. */
static void test_relay_at_once(void **state)
{
	struct world w;
	world_up(&w);
	w.delay = 0;
	world_add_pin(w.er);
	link_up(w.l, "pin=" PIN);
	for (unsigned i = 0; i < 100; i++) {
		timers_run(w.l->timers);
		link_deliver(w.l);
	}
	assert_int_equal(w.l->got_count, 1);
	world_down(&w);
}

static void test_relay_wrong_pin(void **state)
{
	struct world w;
	world_up(&w);
	world_add_pin(w.er);
	link_up(w.l, "pin=99995670");
	link_pass(w.l, 2 * USEC_PER_SEC);
	assert_true(link_has(w.l, "sta:fail msg=8 config_error=18"));
	assert_true(link_has(w.l, "ap:fail msg=8 config_error=18"));
	assert_int_equal(w.er_fail, 1);
	assert_true(w.l->auth_over);
	world_down(&w);
}

static void test_own_password_first(void **state)
{
	struct world w;
	world_up(&w);
	world_add_pin(w.l->reg);
	link_up(w.l, "pin=" PIN);
	link_pass(w.l, 2 * USEC_PER_SEC);
	assert_int_equal(w.l->got_count, 1);
	assert_int_equal(w.er_success, 0);
	assert_int_equal(w.forwarded, 1);
	assert_int_equal(
		wps_registrar_external_msg(w.l->reg, w.l->sta_dev.mac, w.heard.data, w.heard.len),
		-ENOENT);
	world_down(&w);
}

static void test_silent_external(void **state)
{
	struct world w;
	world_up(&w);
	w.deaf = true;
	link_up(w.l, "pin=" PIN);
	link_pass(w.l, 4 * USEC_PER_SEC);
	assert_false(w.l->auth_over);
	link_pass(w.l, 2 * USEC_PER_SEC);
	assert_true(w.l->auth_over);
	assert_false(link_has(w.l, "ap:fail"));
	/* Nobody subscribed: the AP does not wait. */
	link_down(w.l);
	w.subscribed = false;
	link_up(w.l, "pin=" PIN);
	link_deliver(w.l);
	assert_true(w.l->auth_over);
	world_down(&w);
}

static void read_beacon(const struct world *w, struct wps_info *info)
{
	uint8_t buf[512];
	struct writer out = writer_over(buf, sizeof(buf));
	assert_int_equal(wps_registrar_write_beacon(w->l->reg, &out), 0);
	assert_int_equal(wps_info_parse(buf + 6, out.len - 6, info), 0);
}

static void test_selected(void **state)
{
	static const uint8_t mac[MAC_LEN] = {2, 1, 1, 1, 1, 1};
	struct wps_selection s;
	struct wps_info info;
	uint8_t buf[256];
	struct world w;

	world_up(&w);
	assert_int_equal(wps_registrar_add_pin(w.er, NULL, (const uint8_t *)PIN, 8, 0, mac), 0);
	wps_registrar_selection(w.er, &s);
	assert_true(s.selected);
	struct writer out = writer_over(buf, sizeof(buf));
	assert_int_equal(wps_write_set_selected(&out, &w.er_cfg.dev, &s), 0);
	assert_int_equal(wps_registrar_external_selected(w.l->reg, 1, buf, out.len), 0);
	assert_int_equal(wps_registrar_external_selected(w.l->reg, 1, buf, 7), -EBADMSG);
	read_beacon(&w, &info);
	assert_true(info.selected_registrar);
	assert_int_equal(info.dev_password_id, DEV_PW_DEFAULT);
	assert_int_equal(info.authorized_count, 1);
	assert_true(wps_info_authorized(&info, mac));
	/* Ours beside it. */
	assert_int_equal(wps_registrar_pbc(w.l->reg), 0);
	read_beacon(&w, &info);
	assert_true(wps_info_pbc_active(&info));
	assert_int_equal(info.authorized_count, 2);
	link_pass(w.l, WPS_WALK_TIME);
	read_beacon(&w, &info);
	assert_false(info.selected_registrar);
	/* Taken back. */
	assert_int_equal(wps_registrar_external_selected(w.l->reg, 1, buf, out.len), 0);
	s.selected = false;
	out = writer_over(buf, sizeof(buf));
	assert_int_equal(wps_write_set_selected(&out, &w.er_cfg.dev, &s), 0);
	assert_int_equal(wps_registrar_external_selected(w.l->reg, 1, buf, out.len), 0);
	read_beacon(&w, &info);
	assert_false(info.selected_registrar);
	world_down(&w);
}

static void test_probes(void **state)
{
	struct world w;
	uint8_t buf[512];
	struct writer out = writer_over(buf, sizeof(buf));

	world_up(&w);
	assert_int_equal(
		wps_write_probe_req(&out, &w.l->sta_dev, DEV_PW_DEFAULT, WPS_REQ_ENROLLEE), 0);
	wps_registrar_probe_req(w.l->reg, w.l->sta_dev.mac, buf + 6, out.len - 6);
	assert_int_equal(w.probes, 1);
	world_down(&w);
}

/* --- NFC --- */

struct token {
	struct wps_oob oob;
	uint8_t pk_hash[WPS_PK_HASH_LEN];
};

static void make_token(struct token *t, uint16_t id, const char *password)
{
	uint8_t pub[DH5_LEN], hash[SHA256_LEN];
	const struct crypto_part part = {pub, sizeof(pub)};
	struct dh5 *dh = dh5_new();

	*t = (struct token){.oob.id = id};
	assert_int_equal(dh5_private(dh, &t->oob.private_key), 0);
	dh5_public(dh, pub);
	dh5_free(dh);
	assert_int_equal(sha256(&part, 1, hash), 0);
	memcpy(t->pk_hash, hash, WPS_PK_HASH_LEN);
	assert_int_equal(bytes_set(&t->oob.password, password, password ? strlen(password) : 0), 0);
}

static void drop_token(struct token *t)
{
	bytes_clear(&t->oob.password);
	bytes_clear(&t->oob.private_key);
}

static void test_password_token(void **state)
{
	struct token t;
	struct world w;

	world_up(&w);
	make_token(&t, 0x1001, "00112233445566778899AABBCCDDEEFF");
	assert_int_equal(wps_registrar_add_oob(w.l->reg, t.pk_hash, t.oob.id, t.oob.password.data,
				 t.oob.password.len, NULL),
		0);
	struct wps_info info;
	read_beacon(&w, &info);
	assert_true(info.selected_registrar);
	assert_int_equal(info.dev_password_id, 0x1001);
	assert_true(wps_info_authorized(&info, w.l->sta_dev.mac));
	link_up_as(w.l, WSC_IDENTITY_ENROLLEE, "pin=nfc-pw", &t.oob);
	link_deliver(w.l);
	assert_int_equal(w.l->got_count, 1);
	read_beacon(&w, &info);
	assert_false(info.selected_registrar);
	/* One use. */
	link_down(w.l);
	w.subscribed = false;
	link_up_as(w.l, WSC_IDENTITY_ENROLLEE, "pin=nfc-pw", &t.oob);
	link_deliver(w.l);
	assert_int_equal(w.l->got_count, 1);
	assert_true(link_has(w.l, "ap:pin-needed"));
	drop_token(&t);
	world_down(&w);
}

static void handover(struct world *w, const struct token *sta, const uint8_t *sta_hash,
	const struct token *ap, const uint8_t *ap_hash)
{
	char phase1[96], hex[2 * WPS_PK_HASH_LEN + 1];

	assert_int_equal(wps_registrar_add_oob(w->l->reg, sta_hash, DEV_PW_NFC_HANDOVER, NULL, 0,
				 &ap->oob.private_key),
		0);
	snprintf(phase1, sizeof(phase1), "dev_pw_id=7 pkhash=%s",
		hex_encode(ap_hash, WPS_PK_HASH_LEN, hex, sizeof(hex)));
	link_up_as(w->l, WSC_IDENTITY_ENROLLEE, phase1, &sta->oob);
	link_deliver(w->l);
}

static void test_handover(void **state)
{
	for (unsigned wrong = 0; wrong < 3; wrong++) {
		struct token sta, ap;
		struct world w;
		world_up(&w);
		w.subscribed = false;
		make_token(&sta, DEV_PW_NFC_HANDOVER, NULL);
		make_token(&ap, DEV_PW_NFC_HANDOVER, NULL);
		sta.pk_hash[3] ^= wrong == 1;
		ap.pk_hash[3] ^= wrong == 2;
		handover(&w, &sta, sta.pk_hash, &ap, ap.pk_hash);
		assert_int_equal(w.l->got_count, wrong == 0);
		assert_int_equal(w.l->auth_over, true);
		if (wrong == 0)
			assert_true(link_has(w.l, "ap:cred-sent\nsta:cred\nsta:success\n"
						  "ap:reg-success\nap:success\n"));
		if (wrong == 1) {
			assert_true(link_has(w.l, "ap:fail msg=4 config_error=20"));
			assert_true(link_has(w.l, "sta:fail msg=4 config_error=20"));
		}
		if (wrong == 2) {
			assert_true(link_has(w.l, "sta:fail msg=5 config_error=20"));
			assert_true(link_has(w.l, "ap:fail msg=5 config_error=20"));
		}
		drop_token(&sta);
		drop_token(&ap);
		world_down(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_learn),
		cmocka_unit_test(test_configure),
		cmocka_unit_test(test_registrar_phase1),
		cmocka_unit_test(test_wrong_ap_pin),
		cmocka_unit_test(test_relay),
		cmocka_unit_test(test_relay_at_once),
		cmocka_unit_test(test_relay_wrong_pin),
		cmocka_unit_test(test_own_password_first),
		cmocka_unit_test(test_silent_external),
		cmocka_unit_test(test_selected),
		cmocka_unit_test(test_probes),
		cmocka_unit_test(test_password_token),
		cmocka_unit_test(test_handover),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
