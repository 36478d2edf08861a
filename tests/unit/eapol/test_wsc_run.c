/* Whole WPS runs through EAPOL and EAP, core to core. */
#include "link.h"

#include <errno.h>

static struct link *up(const char *phase1, bool pbc)
{
	struct link *l = link_new();
	link_registrar(l);
	if (pbc)
		assert_int_equal(wps_registrar_pbc(l->reg), 0);
	link_up(l, phase1);
	return l;
}

static void assert_got(const struct link *l, const char *ssid, const char *key)
{
	assert_int_equal(l->got_count, 1);
	assert_int_equal(l->got.ssid_len, strlen(ssid));
	assert_memory_equal(l->got.ssid, ssid, l->got.ssid_len);
	assert_int_equal(l->got.key_len, strlen(key));
	assert_memory_equal(l->got.key, key, l->got.key_len);
	assert_int_equal(l->got.auth_type, WPS_AUTH_WPA2PSK);
	assert_int_equal(l->got.encr_type, WPS_ENCR_AES);
	assert_memory_equal(l->got.mac, l->sta_dev.mac, MAC_LEN);
}

static void test_pbc(void **state)
{
	struct link *l = up("pbc=1", true);
	unsigned ei;
	uint8_t mac[MAC_LEN];

	assert_int_equal(wps_registrar_last(l->reg, &ei, mac), WPS_LAST_NONE);
	link_deliver(l);
	assert_got(l, "front", "front passphrase");
	assert_int_equal(l->cred_sent_own, 1);
	assert_int_equal(l->cred_sent_backhaul, 0);
	assert_int_equal(l->peer_multi_ap, 0);
	assert_string_equal(l->text, "ap:pbc-active\n"
				     "ap:eap-started\n"
				     "sta:eap-started\n"
				     "sta:status='started' parameter=''\n"
				     "ap:proposed vendor=14122 method=1\n"
				     "sta:proposed vendor=14122 method=1\n"
				     "sta:status='accept proposed method' parameter='WSC'\n"
				     "sta:selected 14122 1 (WSC)\n"
				     "ap:cred-sent\n"
				     "sta:cred\n"
				     "sta:success\n"
				     "ap:reg-success\n"
				     "ap:pbc-disable\n"
				     "ap:success\n"
				     "sta:status='completion' parameter='failure'\n");
	assert_true(l->supp_over);
	assert_true(l->auth_over);
	assert_int_equal(wps_registrar_pbc_status(l->reg), WPS_PBC_DISABLED);
	assert_int_equal(wps_registrar_last(l->reg, &ei, mac), WPS_LAST_SUCCESS);
	assert_memory_equal(mac, l->sta_dev.mac, MAC_LEN);
	link_free(l);
}

static void test_multi_ap(void **state)
{
	struct link *l = up("pbc=1 multi_ap=1", true);
	link_deliver(l);
	assert_int_equal(l->peer_multi_ap, MULTI_AP_BACKHAUL_STA);
	assert_got(l, "back", "back passphrase");
	assert_int_equal(l->cred_sent_backhaul, 1);
	link_free(l);
}

static void add_pin(struct link *l, const uint8_t *uuid, const char *pin)
{
	assert_int_equal(
		wps_registrar_add_pin(l->reg, uuid, (const uint8_t *)pin, strlen(pin), 0, NULL), 0);
}

static void test_pin(void **state)
{
	const uint8_t *uuids[] = {NULL, NULL};
	for (unsigned i = 0; i < 2; i++) {
		struct link *l = link_new();
		uuids[1] = l->sta_dev.uuid;
		link_registrar(l);
		add_pin(l, uuids[i], "12345670");
		link_up(l, "pin=12345670 dev_pw_id=0");
		link_deliver(l);
		assert_got(l, "front", "front passphrase");
		assert_true(link_has(l, "ap:reg-success\nap:success\n"));
		link_down(l);
		/* It had its one use. */
		link_up(l, "pin=12345670 dev_pw_id=0");
		link_deliver(l);
		assert_int_equal(l->got_count, 1);
		assert_true(link_has(l, "ap:pin-needed\n"));
		link_free(l);
	}
}

/* msg and config_error on both sides: reference 3.6, wrong first or second half. */
static void test_pin_wrong(void **state)
{
	static const struct {
		const char *phase1, *sta, *ap;
	} rows[] = {
		{"pin=99995670", "sta:fail msg=8 config_error=18", "ap:fail msg=8 config_error=18"},
		{"pin=12349999", "sta:fail msg=10 config_error=18",
			"ap:fail msg=10 config_error=18"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct link *l = link_new();
		unsigned ei;
		uint8_t mac[MAC_LEN];
		link_registrar(l);
		add_pin(l, l->sta_dev.uuid, "12345670");
		link_up(l, rows[i].phase1);
		link_deliver(l);
		assert_int_equal(l->got_count, 0);
		assert_true(link_has(l, rows[i].sta));
		assert_true(link_has(l, rows[i].ap));
		assert_true(l->supp_over && l->auth_over);
		assert_int_equal(wps_registrar_last(l->reg, &ei, mac), WPS_LAST_FAILED);
		assert_int_equal(ei, WPS_EI_AUTH_FAILURE);
		link_down(l);
		/* After the first half another try is allowed; once the second half went out the
		 * PIN is burnt. */
		link_up(l, "pin=12345670");
		link_deliver(l);
		assert_int_equal(l->got_count, i == 0);
		link_free(l);
	}
}

static void test_m2d(void **state)
{
	struct link *l = up("pbc=1", false);
	link_deliver(l);
	assert_true(l->supp_over && l->auth_over);
	assert_true(link_has(l, "sta:m2d dev_password_id=0 config_error=0\n"));
	assert_false(link_has(l, "fail msg")); /* nobody pressed yet: no failure of either side */
	assert_int_equal(l->got_count, 0);
	link_down(l);
	assert_int_equal(wps_registrar_pbc(l->reg), 0);
	link_up(l, "pbc=1");
	link_deliver(l);
	assert_got(l, "front", "front passphrase");
	link_free(l);
}

/* Another station in push button mode, seen by its probe request. */
static void other_presses(struct link *l, uint8_t last)
{
	uint8_t buf[512];
	struct writer w = writer_over(buf, sizeof(buf));
	struct wps_device other = l->sta_dev;
	struct bytes content;

	other.mac[5] = last;
	wps_uuid_from_mac(other.mac, other.uuid);
	assert_int_equal(wps_write_probe_req(&w, &other, DEV_PW_PUSHBUTTON, WPS_REQ_ENROLLEE), 0);
	assert_int_equal(elements_wps(buf, w.len, &content), 0);
	wps_registrar_probe_req(l->reg, other.mac, content.data, content.len);
	bytes_clear(&content);
}

static void test_overlap_at_m1(void **state)
{
	struct link *l = up("pbc=1", true);
	other_presses(l, 0x77);
	link_deliver(l);
	assert_int_equal(l->got_count, 0);
	assert_true(link_has(l, "ap:seen\n"));
	assert_true(link_has(l, "ap:overlap\nap:fail msg=4 config_error=12 reason=0\n"));
	assert_true(link_has(l, "sta:m2d dev_password_id=0 config_error=12\n"));
	assert_int_equal(wps_registrar_pbc_status(l->reg), WPS_PBC_OVERLAP);
	assert_true(l->supp_over && l->auth_over);
	/* Both are remembered for the walk time, then the button works again. */
	link_down(l);
	assert_int_equal(wps_registrar_pbc(l->reg), -EBUSY);
	link_pass(l, WPS_WALK_TIME + 1);
	assert_int_equal(wps_registrar_pbc(l->reg), 0);
	link_up(l, "pbc=1");
	link_deliver(l);
	assert_got(l, "front", "front passphrase");
	link_free(l);
}

/* The second enrollee comes while the first is between M1 and M8. */
static unsigned press_before_m7(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	if (to_ap && ++l->detail == 5) /* Identity, M1, M3, M5, M7 */
		other_presses(l, 0x78);
	return 1;
}

static void test_overlap_during_run(void **state)
{
	struct link *l = link_new();
	link_registrar(l);
	assert_int_equal(wps_registrar_pbc(l->reg), 0);
	l->filter = press_before_m7;
	link_up(l, "pbc=1");
	link_deliver(l);
	assert_int_equal(l->got_count, 0);
	assert_true(link_has(l, "ap:fail msg=11 config_error=12"));
	assert_true(link_has(l, "sta:fail msg=11 config_error=12"));
	assert_true(l->supp_over && l->auth_over);
	link_free(l);
}

static void test_walk_time(void **state)
{
	struct link *l = link_new();
	link_registrar(l);
	assert_int_equal(wps_registrar_pbc(l->reg), 0);
	link_pass(l, WPS_WALK_TIME - 1);
	assert_int_equal(wps_registrar_pbc_status(l->reg), WPS_PBC_ACTIVE);
	link_pass(l, 2);
	assert_int_equal(wps_registrar_pbc_status(l->reg), WPS_PBC_TIMED_OUT);
	assert_string_equal(l->text, "ap:pbc-active\nap:timeout\n");
	link_up(l, "pbc=1");
	link_deliver(l);
	assert_true(link_has(l, "sta:m2d"));
	assert_int_equal(l->got_count, 0);
	link_free(l);
}

static void test_cancel(void **state)
{
	struct link *l = up("pbc=1", true);
	wps_registrar_cancel(l->reg);
	assert_int_equal(wps_registrar_pbc_status(l->reg), WPS_PBC_TIMED_OUT);
	assert_true(link_has(l, "ap:timeout\nap:cancel\n"));
	link_deliver(l);
	assert_int_equal(l->got_count, 0);
	link_free(l);
}

/* One session per press: a second station finds the button released. */
static void test_one_session_per_press(void **state)
{
	struct link *l = up("pbc=1", true);
	link_deliver(l);
	assert_int_equal(l->got_count, 1);
	link_down(l);
	l->sta_dev.mac[5] = 0x55;
	wps_uuid_from_mac(l->sta_dev.mac, l->sta_dev.uuid);
	link_up(l, "pbc=1");
	link_deliver(l);
	assert_int_equal(l->got_count, 1);
	assert_true(link_has(l, "sta:m2d"));
	link_free(l);
}

static unsigned lose_one(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	return l->frames == l->target ? 0 : 1;
}

static unsigned twice_each(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	return 2;
}

static unsigned run_frames(size_t fragment_size)
{
	struct link *l = link_new();
	l->fragment_size = fragment_size;
	link_registrar(l);
	assert_int_equal(wps_registrar_pbc(l->reg), 0);
	link_up(l, "pbc=1");
	link_deliver(l);
	assert_got(l, "front", "front passphrase");
	unsigned n = l->frames;
	link_free(l);
	return n;
}

static void test_loss(void **state)
{
	unsigned n = run_frames(0);
	/* Identity twice, WSC_Start, M1 … M8, Done, Failure */
	assert_int_equal(n, 13);
	for (unsigned lost = 0; lost < n; lost++) {
		struct link *l = link_new();
		link_registrar(l);
		assert_int_equal(wps_registrar_pbc(l->reg), 0);
		l->filter = lose_one;
		l->target = lost;
		link_up(l, "pbc=1");
		link_pass(l, 10 * USEC_PER_SEC);
		assert_got(l, "front", "front passphrase");
		assert_true(l->auth_over);
		/* EAP-Failure is not repeated: without it the station's own patience ends the wait.
		 */
		link_pass(l, 180 * USEC_PER_SEC);
		assert_true(l->supp_over);
		assert_true(link_has(l, "sta:success"));
		link_free(l);
	}
}

static void test_duplicates(void **state)
{
	struct link *l = link_new();
	link_registrar(l);
	assert_int_equal(wps_registrar_pbc(l->reg), 0);
	l->filter = twice_each;
	link_up(l, "pbc=1");
	link_deliver(l);
	assert_got(l, "front", "front passphrase");
	assert_int_equal(l->cred_sent_own, 1);
	assert_true(l->supp_over && l->auth_over);
	link_free(l);
}

static void test_fragments(void **state)
{
	assert_true(run_frames(300) > 13);
	assert_true(run_frames(100) > 30);
	assert_true(run_frames(17) > 200);
	assert_int_equal(run_frames(1398), 13);
}

static unsigned swallow(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	return l->frames < l->target ? 1 : 0;
}

/* The other side dies at any point: both ends finish by themselves and nothing is left over. */
static void test_silence(void **state)
{
	for (unsigned n = 0; n < 12; n++) {
		struct link *l = link_new();
		link_registrar(l);
		assert_int_equal(wps_registrar_pbc(l->reg), 0);
		l->filter = swallow;
		l->target = n;
		link_up(l, "pbc=1");
		link_pass(l, 300 * USEC_PER_SEC);
		assert_true(l->supp_over);
		assert_true(l->auth_over);
		assert_true(l->auth_timeout);
		assert_int_equal(wps_registrar_pbc_status(l->reg), WPS_PBC_TIMED_OUT);
		link_free(l);
	}
}

/* The access point is deaf and dumb in the middle of a run, then there again: the station asks it
 * to begin anew, and does so itself. */
static void test_begins_anew(void **state)
{
	for (unsigned n = 0; n < 10; n++) {
		struct link *l = link_new();
		link_registrar(l);
		assert_int_equal(wps_registrar_pbc(l->reg), 0);
		l->filter = swallow;
		l->target = n;
		link_up(l, "pbc=1");
		link_pass(l, 29 * USEC_PER_SEC);
		assert_int_equal(l->got_count, 0);
		l->filter = NULL;
		/* The first Start comes after a second, the others 30 s after the last. */
		link_pass(l, 3 * USEC_PER_SEC);
		assert_got(l, "front", "front passphrase");
		assert_true(l->supp_over && l->auth_over);
		link_free(l);
	}
}

static unsigned flip_bit(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	if (l->frames == l->target && l->detail / 8 < *len)
		frame[l->detail / 8] ^= (uint8_t)(1 << l->detail % 8);
	return 1;
}

static unsigned cut_short(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	if (l->frames == l->target && l->detail < *len)
		*len = l->detail;
	return 1;
}

/* A damaged frame may be lost, refused or repeated whole, but a credential that arrives is the
 * right one and both ends come to an end. */
static void one_damaged_run(link_filter filter, unsigned frame, unsigned detail)
{
	struct link *l = link_new();
	link_registrar(l);
	assert_int_equal(wps_registrar_pbc(l->reg), 0);
	l->filter = filter;
	l->target = frame;
	l->detail = detail;
	link_up(l, "pbc=1");
	link_pass(l, 300 * USEC_PER_SEC);
	if (l->got_count)
		assert_got(l, "front", "front passphrase");
	assert_true(l->supp_over);
	assert_true(l->auth_over);
	link_free(l);
}

/* EAPOL, EAP and WSC headers: all bits, all lengths (the messages themselves:
 * tests/unit/wps/test_run.c). */
static void test_damaged_headers(void **state)
{
	for (unsigned frame = 0; frame < 14; frame++)
		for (unsigned bit = 0; bit < 20 * 8; bit += 3)
			one_damaged_run(flip_bit, frame, bit);
	for (unsigned frame = 0; frame < 14; frame++)
		for (unsigned len = 0; len < 22; len += 2)
			one_damaged_run(cut_short, frame, len);
}

static void test_mib_and_status(void **state)
{
	char buf[4096];
	struct link *l = up("pbc=1", true);
	struct strbuf s = strbuf_over(buf, sizeof(buf));

	eapol_supp_status(l->supp, true, &s);
	assert_string_equal(buf,
		"Supplicant PAE state=CONNECTING\nsuppPortStatus=Unauthorized\n"
		"heldPeriod=60\nauthPeriod=30\nstartPeriod=30\nmaxStart=3\n"
		"portControl=Auto\nSupplicant Backend state=IDLE\n"
		"EAP state=INITIALIZE\n"
		"reqMethod=0\nmethodState=NONE\ndecision=FAIL\nClientTimeout=60\n");
	link_deliver(l);
	s = strbuf_over(buf, sizeof(buf));
	eapol_supp_mib(l->supp, &s);
	assert_non_null(strstr(buf, "dot1xSuppPaeState=7\n"));
	assert_non_null(strstr(buf, "dot1xSuppEapolStartFramesTx=0\n"));
	assert_non_null(strstr(buf, "dot1xSuppEapolReqIdFramesRx=1\n"));
	s = strbuf_over(buf, sizeof(buf));
	eapol_auth_mib(l->auth, &s);
	assert_false(s.full);
	assert_non_null(strstr(buf, "dot1xAuthPaeState=7\n"));
	assert_non_null(strstr(buf, "dot1xAuthSessionId="));
	assert_non_null(strstr(buf, "dot1xAuthSessionUserName=WFA-SimpleConfig-Enrollee-1-0\n"));
	link_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pbc),
		cmocka_unit_test(test_multi_ap),
		cmocka_unit_test(test_pin),
		cmocka_unit_test(test_pin_wrong),
		cmocka_unit_test(test_m2d),
		cmocka_unit_test(test_overlap_at_m1),
		cmocka_unit_test(test_overlap_during_run),
		cmocka_unit_test(test_walk_time),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_one_session_per_press),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_begins_anew),
		cmocka_unit_test(test_damaged_headers),
		cmocka_unit_test(test_mib_and_status),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
