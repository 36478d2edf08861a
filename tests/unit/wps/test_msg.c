#include <stddef.h>
#include <stdint.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wps/msg_i.h"

static void test_unknown_skipped_first_counts(void **state)
{
	static const uint8_t data[] = {0x10, 0x4a, 0, 1, 0x10, 0x7e, 0xee, 0, 3, 1, 2, 3, 0x10,
		0x12, 0, 2, 0, 4, 0x10, 0x12, 0, 2, 0, 9};
	struct wps_msg m;
	assert_int_equal(wps_msg_read(data, sizeof(data), &m), 0);
	assert_int_equal(m.v[WA_VERSION].num, 0x10);
	assert_int_equal(m.v[WA_DEV_PW_ID].num, 4);
	assert_false(wps_has(&m, WA_UUID_E));
}

static void test_wfa_extension(void **state)
{
	/* Version2, an unknown sub-element, AuthorizedMACs (1), Multi-AP; then a vendor extension
	 * of somebody else. */
	static const uint8_t data[] = {0x10, 0x49, 0, 20, 0, 0x37, 0x2a, 0, 1, 0x20, 99, 1, 7, 1, 6,
		2, 0, 0, 0, 0, 1, 6, 1, 0x80, 0x10, 0x49, 0, 4, 1, 2, 3, 4};
	struct wps_msg m;
	assert_int_equal(wps_msg_read(data, sizeof(data), &m), 0);
	assert_int_equal(m.v[WA_VERSION2].num, 0x20);
	assert_int_equal(m.v[WA_AUTHORIZED_MACS].len, 6);
	assert_int_equal(m.v[WA_MULTI_AP].num, 0x80);
	assert_int_equal(m.v[WA_VENDOR_EXT].len, 4);
}

static void test_malformed(void **state)
{
	static const struct {
		const char *hex;
		int err;
	} rows[] = {
		{"", 0},
		{"104a000110", 0},
		{"104a00011000000000", 0},        /* padded with zeros: met in the field */
		{"104a00011000000001", -EBADMSG}, /* unknown attribute 0 of length 0, a byte left */
		{"104a0001100000", 0},            /* zeros, shorter than a header */
		{"104a00011010", -EBADMSG},       /* a header cut off */
		{"104a000210", -EBADMSG},         /* runs past the end */
		{"104a00021010", -EBADMSG},       /* too long for Version */
		{"10120001ff", -EBADMSG},         /* too short for a number of two bytes */
		{"1049000500372a0002", -EBADMSG}, /* sub-element cut off */
		{"1049000600372a000220", -EBADMSG},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct bytes b = {0};
		struct wps_msg m;
		assert_int_equal(hex_decode_bytes(rows[i].hex, &b), 0);
		int err = wps_msg_read(b.data, b.len, &m);
		assert_int_equal(err, rows[i].err);
		bytes_clear(&b);
	}
}

/* Every required attribute of a table is missed, in writing and in reading. */
static void test_required(void **state)
{
	static const uint8_t some[32];
	static const enum wps_attr required[] = {
		WA_VERSION, WA_MSG_TYPE, WA_REGISTRAR_NONCE, WA_E_HASH1, WA_E_HASH2};
	for (size_t left_out = 0; left_out <= ARRAY_SIZE(required); left_out++) {
		struct wps_msg m = {0};
		uint8_t buf[256];
		struct writer w = writer_over(buf, sizeof(buf));
		wps_set(&m, WA_VERSION, 0x10);
		wps_set(&m, WA_MSG_TYPE, WPS_M3);
		wps_set_data(&m, WA_REGISTRAR_NONCE, some, 16);
		wps_set_data(&m, WA_E_HASH1, some, 32);
		wps_set_data(&m, WA_E_HASH2, some, 32);
		wps_set_data(&m, WA_AUTHENTICATOR, some, 8);
		bool whole = left_out == ARRAY_SIZE(required);
		if (!whole)
			m.present &= ~(1ull << required[left_out]);
		assert_int_equal(wps_msg_check(&m, WT_M3), whole ? 0 : -EBADMSG);
		assert_int_equal(wps_msg_write(&w, WT_M3, &m), whole ? 0 : -EINVAL);
	}
}

static void test_version(void **state)
{
	struct wps_msg m = {0};
	wps_set(&m, WA_REQUEST_TYPE, 1);
	wps_set(&m, WA_VERSION, 0x11);
	assert_int_equal(wps_msg_check(&m, WT_ASSOC_REQ), 0);
	wps_set(&m, WA_VERSION, 0x20);
	assert_int_equal(wps_msg_check(&m, WT_ASSOC_REQ), -EBADMSG);
}

static void test_assoc_req_bytes(void **state)
{
	struct wps_device dev = {.version2 = 0x20};
	uint8_t buf[64];
	struct writer w = writer_over(buf, sizeof(buf));
	static const uint8_t expect[] = {0xdd, 24, 0, 0x50, 0xf2, 4, 0x10, 0x4a, 0, 1, 0x10, 0x10,
		0x3a, 0, 1, 1, 0x10, 0x49, 0, 6, 0, 0x37, 0x2a, 0, 1, 0x20};
	assert_int_equal(wps_write_assoc_req(&w, WPS_REQ_ENROLLEE, &dev), 0);
	assert_int_equal(w.len, sizeof(expect));
	assert_memory_equal(buf, expect, sizeof(expect));
}

static void test_credential(void **state)
{
	const struct wps_credential c = {.ssid = "net",
		.ssid_len = 3,
		.auth_type = WPS_AUTH_WPA2PSK,
		.encr_type = WPS_ENCR_AES,
		.key = "12345678",
		.key_len = 8,
		.mac = {2, 0, 0, 0, 0, 1}};
	struct wps_credential out;
	uint8_t buf[256];
	struct writer w = writer_over(buf, sizeof(buf));

	assert_int_equal(wps_credential_write(&w, &c), 0);
	assert_int_equal(wps_credential_read(buf + 4, w.len - 4, &out), 0);
	assert_memory_equal(out.key, c.key, 8);
	assert_memory_equal(out.mac, c.mac, 6);
	assert_int_equal(out.auth_type, c.auth_type);
	for (size_t len = 0; len < w.len - 4; len++)
		assert_int_equal(wps_credential_read(buf + 4, len, &out), -EBADMSG);
}

/* Credentials as they are met: padded texts, no key for an open network, no name at all. */
static void test_credential_variants(void **state)
{
	static const struct {
		const char *hex;
		int err;
		size_t ssid_len, key_len;
	} rows[] = {
		/* SSID "n" and key "12345678" with a NUL */
		{"104500026e00100300020020100f00020008102700093132333435363738001020000602000000000"
		 "1",
			0, 1, 8},
		/* open: with an empty key, without one */
		{"104500016e100300020001100f000200011027000010200006020000000001", 0, 1, 0},
		{"104500016e100300020001100f0002000110200006020000000001", 0, 1, 0},
		/* WPA2 without a key */
		{"104500016e100300020020100f0002000810200006020000000001", -EBADMSG, 0, 0},
		/* no name, a name of zeros */
		{"10450000100300020001100f0002000110200006020000000001", -ENODATA, 0, 0},
		{"104500020000100300020001100f0002000110200006020000000001", -ENODATA, 0, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct wps_credential c;
		struct bytes b = {0};
		assert_int_equal(hex_decode_bytes(rows[i].hex, &b), 0);
		assert_int_equal(wps_credential_read(b.data, b.len, &c), rows[i].err);
		if (!rows[i].err) {
			assert_int_equal(c.ssid_len, rows[i].ssid_len);
			assert_int_equal(c.key_len, rows[i].key_len);
		}
		bytes_clear(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unknown_skipped_first_counts),
		cmocka_unit_test(test_wfa_extension),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_required),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_assoc_req_bytes),
		cmocka_unit_test(test_credential),
		cmocka_unit_test(test_credential_variants),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
