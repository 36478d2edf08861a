#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/elements.h"

/* An exact heap copy, so that ASan sees any read past the end. */
static uint8_t *exact(const uint8_t *data, size_t len)
{
	uint8_t *p = malloc(len ? len : 1);
	assert_non_null(p);
	memcpy(p, data, len);
	return p;
}

static const uint8_t beacon[] = {
	0,
	4,
	't',
	'e',
	's',
	't', /* SSID */
	1,
	2,
	0x82,
	0x84, /* rates */
	3,
	1,
	6, /* channel */
	48,
	2,
	1,
	0, /* RSN */
	0,
	3,
	'b',
	'a',
	'd', /* a second SSID does not count */
	221,
	5,
	0x00,
	0x50,
	0xf2,
	4,
	0xaa, /* WPS */
	200,
	1,
	0, /* unknown */
	221,
	3,
	0x50,
	0x6f,
	0x9a, /* vendor, too short for a type */
	221,
	7,
	0x50,
	0x6f,
	0x9a,
	0x1b,
	6,
	1,
	0x80, /* Multi-AP */
	221,
	6,
	0x00,
	0x50,
	0xf2,
	4,
	0xbb,
	0xcc, /* WPS, second part */
	255,
	0,
};

static void test_parse(void **state)
{
	struct elements e;
	assert_int_equal(elements_parse(beacon, sizeof(beacon), &e), 0);
	assert_int_equal(e.ssid.len, 4);
	assert_memory_equal(e.ssid.data, "test", 4);
	assert_int_equal(e.supp_rates.len, 2);
	assert_int_equal(e.ds_params.data[0], 6);
	assert_int_equal(e.rsn.len, 2);
	assert_null(e.wpa.data);
	assert_null(e.ht_cap.data);
	assert_int_equal(e.wps_count, 2);
	assert_ptr_equal(e.all, beacon);

	struct multi_ap m;
	assert_non_null(e.multi_ap.data);
	assert_int_equal(elements_multi_ap(&e, &m), 0);
	assert_int_equal(m.flags, MULTI_AP_BACKHAUL_STA);
	assert_int_equal(m.profile, 1);

	assert_int_equal(elements_parse(NULL, 0, &e), 0);
	assert_null(e.ssid.data);
}

static void test_parse_truncated(void **state)
{
	bool boundary[sizeof(beacon) + 1] = {false};
	for (size_t at = 0; at < sizeof(beacon); at += 2u + beacon[at + 1])
		boundary[at] = true;
	boundary[sizeof(beacon)] = true;
	for (size_t n = 0; n <= sizeof(beacon); n++) {
		_cleanup_(freep) uint8_t *copy = exact(beacon, n);
		struct elements e;
		assert_int_equal(elements_parse(copy, n, &e), boundary[n] ? 0 : -EBADMSG);
		if (n >= 6)
			assert_int_equal(e.ssid.len, 4); /* found before it broke */
	}
}

static void test_find(void **state)
{
	size_t len;
	const uint8_t *p = element_find(beacon, sizeof(beacon), EID_RSN, 0, &len);
	assert_non_null(p);
	assert_int_equal(len, 4);
	assert_int_equal(p[0], EID_RSN);
	p = element_find(beacon, sizeof(beacon), EID_VENDOR, VENDOR_MULTI_AP, &len);
	assert_non_null(p);
	assert_int_equal(len, 9);
	assert_null(element_find(beacon, sizeof(beacon), EID_VENDOR, VENDOR_WMM, &len));
	assert_int_equal(len, 0);
	assert_null(element_find(beacon, 1, EID_SSID, 0, &len));
}

static void test_wps_fragments(void **state)
{
	struct bytes got = {0};
	assert_int_equal(elements_wps(beacon, sizeof(beacon), &got), 0);
	assert_true(bytes_equal(&got, "\xaa\xbb\xcc", 3));
	bytes_clear(&got);
	assert_int_equal(elements_wps(beacon, 6, &got), 0);
	assert_int_equal(got.len, 0);

	uint8_t payload[600], buf[700];
	for (size_t i = 0; i < sizeof(payload); i++)
		payload[i] = (uint8_t)i;
	static const size_t lens[] = {1, 250, 251, 252, 502, 503, 600};
	for (size_t i = 0; i < ARRAY_SIZE(lens); i++) {
		struct writer w = writer_over(buf, sizeof(buf));
		element_put_vendor_fragmented(&w, VENDOR_WPS, payload, lens[i]);
		assert_true(writer_ok(&w));
		assert_int_equal(w.len, lens[i] + (lens[i] + 250) / 251 * 6);
		assert_int_equal(elements_wps(buf, w.len, &got), 0);
		assert_true(bytes_equal(&got, payload, lens[i]));
		bytes_clear(&got);
	}
}

static void test_write(void **state)
{
	uint8_t buf[300], big[256] = {0};
	struct writer w = writer_over(buf, sizeof(buf));
	element_put(&w, EID_SSID, "ab", 2);
	struct writer_mark m = element_begin_vendor(&w, VENDOR_WMM);
	writer_u8(&w, 9);
	element_end(&w, m);
	assert_true(writer_ok(&w));
	assert_memory_equal(buf,
		"\x00\x02"
		"ab"
		"\xdd\x05\x00\x50\xf2\x02\x09",
		11);
	element_put(&w, EID_SSID, big, sizeof(big)); /* more than the length octet can say */
	assert_false(writer_ok(&w));
}

static void test_multi_ap_parse(void **state)
{
	static const struct {
		uint8_t data[12];
		size_t len;
		int result;
		struct multi_ap want;
	} rows[] = {
		{{6, 1, 0x80}, 3, 0, {0x80, 1, 0}},
		{{6, 1, 0x60, 7, 1, 2}, 6, 0, {0x60, 2, 0}},
		{{6, 1, 0x40, 7, 1, 2, 8, 2, 0x0a, 0x01}, 10, 0, {0x40, 2, 0x10a}},
		{{9, 2, 1, 1, 6, 1, 0x20}, 7, 0, {0x20, 1, 0}}, /* unknown first */
		{{6, 1, 0x80, 7, 1, 6}, 6, 0, {0x80, 6, 0}},
		{{6, 1, 0x80, 7, 1, 7}, 6, STATUS_DENIED, {0}},
		{{7, 1, 2}, 3, STATUS_INVALID_IE, {0}},       /* no 0x06 */
		{{6, 0}, 2, STATUS_INVALID_IE, {0}},          /* short */
		{{6, 2, 0x80}, 3, STATUS_INVALID_IE, {0}},    /* past the end */
		{{6, 1, 0x80, 7}, 4, STATUS_INVALID_IE, {0}}, /* no length */
		{{6, 1, 0x80, 7, 0}, 5, STATUS_INVALID_IE, {0}},
		{{6, 1, 0x80, 8, 2, 1, 0}, 7, STATUS_INVALID_IE, {0}}, /* VLAN, profile 1 */
		{{6, 1, 0x80, 7, 1, 2, 8, 2, 0, 0}, 10, STATUS_INVALID_IE, {0}},
		{{6, 1, 0x80, 7, 1, 2, 8, 2, 0xff, 0x0f}, 10, STATUS_INVALID_IE, {0}}, /* 4095 */
		{{6, 1, 0x80, 7, 1, 2, 8, 1, 1}, 9, STATUS_INVALID_IE, {0}},
		{{0}, 0, STATUS_INVALID_IE, {0}},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct multi_ap m;
		_cleanup_(freep) uint8_t *copy = exact(rows[i].data, rows[i].len);
		assert_int_equal(multi_ap_parse(copy, rows[i].len, &m), rows[i].result);
		if (rows[i].result)
			continue;
		assert_int_equal(m.flags, rows[i].want.flags);
		assert_int_equal(m.profile, rows[i].want.profile);
		assert_int_equal(m.vlanid, rows[i].want.vlanid);
	}
}

static void test_multi_ap_write(void **state)
{
	static const struct {
		struct multi_ap m;
		const char *want;
		size_t len;
	} rows[] = {
		{{0x80, 1, 0}, "\xdd\x07\x50\x6f\x9a\x1b\x06\x01\x80", 9},
		{{0x60, 2, 0}, "\xdd\x0a\x50\x6f\x9a\x1b\x06\x01\x60\x07\x01\x02", 12},
		{{0x40, 2, 100}, "\xdd\x0e\x50\x6f\x9a\x1b\x06\x01\x40\x07\x01\x02\x08\x02\x64\x00",
			16},
		{{0x40, 1, 100}, "\xdd\x07\x50\x6f\x9a\x1b\x06\x01\x40", 9},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t buf[32];
		struct writer w = writer_over(buf, sizeof(buf));
		multi_ap_write(&w, &rows[i].m);
		assert_true(writer_ok(&w));
		assert_int_equal(w.len, rows[i].len);
		assert_memory_equal(buf, rows[i].want, rows[i].len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_truncated),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_wps_fragments),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_multi_ap_parse),
		cmocka_unit_test(test_multi_ap_write),
	};
	return cmocka_run_group_tests_name("elements", tests, NULL, NULL);
}
