/* What configuration and test builds change in runs and elements; public keys and password ids that
 * a peer must not choose. */
#include "pair.h"

#include <errno.h>

#define PIN "12345670"

static void add_pin(struct pair *p)
{
	assert_int_equal(wps_registrar_add_pin(p->reg, NULL, (const uint8_t *)PIN, 8, 0, NULL), 0);
}

static void play(struct pair *p)
{
	pair_registrar(p);
	add_pin(p);
	pair_runs(p, PIN, 0);
	pair_play(p);
}

/* Where the attribute's value is in a list; NULL = not there. */
static uint8_t *find(struct bytes *msg, uint16_t id, size_t *len)
{
	for (size_t at = 0; at + 4 <= msg->len;) {
		*len = (size_t)(msg->data[at + 2] << 8 | msg->data[at + 3]);
		if (msg->data[at] == id >> 8 && msg->data[at + 1] == (id & 0xff))
			return msg->data + at + 4;
		at += 4 + *len;
	}
	return NULL;
}

static bool element_has(const struct pair *p, bool beacon, uint16_t id, const char *value)
{
	uint8_t buf[600];
	struct writer w = writer_over(buf, sizeof(buf));
	size_t len;

	assert_int_equal(beacon ? wps_registrar_write_beacon(p->reg, &w)
				: wps_registrar_write_probe_resp(p->reg, &w),
		0);
	struct bytes content = {buf + 6, w.len - 6};
	const uint8_t *at = find(&content, id, &len);
	return at && len == strlen(value) && !memcmp(at, value, len);
}

/* A peer of version 1.0, ours, and one to come. */
static void test_versions(void **state)
{
	static const uint8_t versions[] = {0, 0x10, 0x20, 0x30, 0xff};
	for (size_t s = 0; s < ARRAY_SIZE(versions); s++) {
		for (size_t a = 0; a < ARRAY_SIZE(versions); a++) {
			struct pair p;
			pair_init(&p);
			p.sta.version2 = versions[s];
			p.cfg.dev.version2 = versions[a];
			play(&p);
			assert_int_equal(p.creds, 1);
			assert_int_equal(p.seen.version2, versions[s] >= 0x20 ? versions[s] : 0);
			pair_clear(&p);
		}
	}
}

static void test_forced_types(void **state)
{
	const struct wps_testing t = {.force_auth = true,
		.force_auth_types = 0x1234,
		.force_encr = true,
		.force_encr_types = 0x4321};
	struct pair p;

	pair_init(&p);
	p.sta.testing = &t;
	play(&p);
	assert_int_equal(p.seen.auth_types, 0x1234);
	assert_int_equal(p.seen.encr_types, 0x4321);
	assert_int_equal(p.creds, 1);
	pair_clear(&p);
}

static void test_stub_credential(void **state)
{
	const struct wps_testing t = {.stub_cred = true};
	struct pair p;

	pair_init(&p);
	p.cfg.dev.testing = &t;
	play(&p);
	assert_int_equal(p.creds, 2);
	assert_int_equal(p.sta_success, 1);
	assert_memory_equal(p.got.ssid, "net", 3); /* the last one */
	pair_clear(&p);
}

static void test_elements_and_new_settings(void **state)
{
	struct bytes ext = {0};
	struct pair p;

	pair_init(&p);
	assert_int_equal(bytes_set(&ext, "application", 11), 0);
	p.cfg.application_ext = &ext;
	p.cfg.dev.config_methods = WPS_METHOD_VIRT_PUSHBUTTON;
	pair_registrar(&p);
	ext.data[0] = 'X'; /* the registrar has its own */
	assert_true(element_has(&p, true, 0x1058, "application"));
	assert_true(element_has(&p, false, 0x1058, "application"));
	assert_true(element_has(&p, false, 0x1011, "ap"));
	assert_false(element_has(&p, false, 0x1008, "\x02\x80"));
	/* Other settings; the PIN stays. */
	add_pin(&p);
	p.cfg.application_ext = NULL;
	p.cfg.dev.device_name = "renamed";
	p.cfg.pbc_in_m1 = true;
	assert_int_equal(wps_registrar_set_config(p.reg, &p.cfg), 0);
	assert_false(element_has(&p, true, 0x1058, "application"));
	assert_true(element_has(&p, false, 0x1011, "renamed"));
	assert_true(element_has(&p, false, 0x1008, "\x02\x80"));
	pair_runs(&p, PIN, 0);
	pair_play(&p);
	assert_int_equal(p.creds, 1);
	bytes_clear(&ext);
	pair_clear(&p);
}

/* wps_vendor_ext_m1: a vendor extension of its own in M1, the Version2 one beside it. */
static void see_vendor_ext(struct pair *p, struct bytes *msg)
{
	static const uint8_t theirs[] = {0x10, 0x49, 0, 6, 0xaa, 0xbb, 0xcc, 1, 2, 3};

	assert_non_null(memmem(msg->data, msg->len, theirs, sizeof(theirs)));
	assert_non_null(memmem(msg->data, msg->len, "\x00\x37\x2a\x00\x01\x20", 6));
	p->detail = 1;
}

static void test_vendor_extension_in_m1(void **state)
{
	struct bytes ext = {0};
	struct pair p;

	pair_init(&p);
	assert_int_equal(bytes_set(&ext, "\xaa\xbb\xcc\x01\x02\x03", 6), 0);
	p.sta.vendor_ext_m1 = &ext;
	p.target = 0; /* M1 */
	p.change = see_vendor_ext;
	play(&p);
	assert_int_equal(p.detail, 1);
	assert_int_equal(p.creds, 1);
	bytes_clear(&ext);
	pair_clear(&p);
}

/* --- what a peer must not choose --- */

static void other_password_id(struct pair *p, struct bytes *msg)
{
	size_t len;
	uint8_t *id = find(msg, 0x1012, &len);
	assert_non_null(id);
	id[1] = (uint8_t)p->detail;
}

/* M2 speaks of another password than M1. */
static void test_password_id_changes(void **state)
{
	static const unsigned ids[] = {DEV_PW_PUSHBUTTON, DEV_PW_NFC_HANDOVER, 0x11};
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		struct pair p;
		pair_init(&p);
		p.target = 1;
		p.change = other_password_id;
		p.detail = ids[i];
		play(&p);
		assert_int_equal(p.creds, 0);
		assert_int_equal(p.sta_msg, WPS_M2);
		assert_int_equal(p.sta_error, WPS_CFG_NO_ERROR);
		assert_int_equal(p.ap_fail, 1);
		pair_clear(&p);
	}
}

/* The prime of group 5 is all ones in its first and last 8 bytes. */
static void bad_key(struct pair *p, struct bytes *msg)
{
	size_t len;
	uint8_t *key = find(msg, 0x1032, &len);

	assert_non_null(key);
	assert_int_equal(len, DH5_LEN);
	switch (p->detail) {
	case 0:
	case 1:
		memset(key, 0, len);
		key[len - 1] = (uint8_t)p->detail;
		break;
	case 2: /* above the prime */
		memset(key, 0xff, len);
		break;
	}
}

static void test_bad_public_keys(void **state)
{
	for (unsigned target = 0; target < 2; target++) {
		for (unsigned detail = 0; detail < 3; detail++) {
			struct pair p;
			pair_init(&p);
			p.target = target;
			p.change = bad_key;
			p.detail = detail;
			play(&p);
			assert_int_equal(p.creds, 0);
			assert_int_equal(p.sta_success + p.ap_success, 0);
			assert_int_equal(target ? p.sta_msg : p.ap_msg, target ? WPS_M2 : WPS_M1);
			assert_int_equal(p.ap_fail, 1);
			assert_int_equal(p.sta_fail, 1);
			pair_end_runs(&p);
			/* The next one is served at once. */
			p.target = 99;
			p.sent = 0;
			add_pin(&p);
			pair_runs(&p, PIN, 0);
			pair_play(&p);
			assert_int_equal(p.creds, 1);
			pair_clear(&p);
		}
	}
}

/* An ordinary PIN run gets no settings without proof, whatever M2 carries. */
static void test_handover_needs_both_keys(void **state)
{
	static const uint8_t hash[WPS_PK_HASH_LEN] = {1};
	struct wps_enrollee_params params;
	struct pair p;

	pair_init(&p);
	pair_registrar(&p);
	params = (struct wps_enrollee_params){
		.dev = &p.sta, .pw_id = DEV_PW_NFC_HANDOVER, .event = pair_sta_event, .ctx = &p};
	assert_int_equal(wps_registrar_add_oob(p.reg, hash, DEV_PW_NFC_HANDOVER, NULL, 0, NULL), 0);
	assert_int_equal(wps_registrar_add_oob(p.reg, hash, 0x10, NULL, 0, NULL), -EINVAL);
	assert_int_equal(wps_registrar_add_oob(p.reg, hash, 4, hash, 4, NULL), -EINVAL);
	p.enrollee = wps_enrollee_new(&params);
	p.registrar = wps_registrar_run_new(p.reg, p.sta.mac);
	pair_play(&p);
	assert_int_equal(p.creds, 0);
	assert_int_equal(p.ap_error, WPS_CFG_PUBLIC_KEY_HASH_MISMATCH);
	assert_int_equal(p.sta_error, WPS_CFG_PUBLIC_KEY_HASH_MISMATCH);
	pair_clear(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_forced_types),
		cmocka_unit_test(test_stub_credential),
		cmocka_unit_test(test_elements_and_new_settings),
		cmocka_unit_test(test_vendor_extension_in_m1),
		cmocka_unit_test(test_password_id_changes),
		cmocka_unit_test(test_bad_public_keys),
		cmocka_unit_test(test_handover_needs_both_keys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
