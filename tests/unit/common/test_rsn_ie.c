#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/rsn_ie.h"

static uint8_t *exact(const uint8_t *data, size_t len)
{
	uint8_t *p = malloc(len ? len : 1);
	assert_non_null(p);
	memcpy(p, data, len);
	return p;
}

/* Example 1 of IEEE 802.11-2020, 9.4.2.24.1: 802.1X, CCMP both, with a PMKID and no group
 * management cipher. */
static const uint8_t full[] = {0x30, 0x26, 1, 0, 0x00, 0x0f, 0xac, 4, 1, 0, 0x00, 0x0f, 0xac, 4, 1,
	0, 0x00, 0x0f, 0xac, 1, 0, 0, 1, 0, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8,
	0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf};

static void test_parse_full(void **state)
{
	struct rsn_ie ie;
	assert_int_equal(rsn_ie_parse(full, sizeof(full), &ie), 0);
	assert_int_equal(ie.proto, PROTO_RSN);
	assert_int_equal(ie.group, CIPHER_CCMP);
	assert_int_equal(ie.pairwise, CIPHER_CCMP);
	assert_int_equal(ie.akm, AKM_8021X);
	assert_int_equal(ie.capab, 0);
	assert_int_equal(ie.pmkid_count, 1);
	assert_ptr_equal(ie.pmkids, full + 24);
	assert_int_equal(ie.group_mgmt, 0);
}

static void test_truncation(void **state)
{
	/* Content lengths at which a field is complete. */
	static const uint8_t legal[] = {2, 6, 12, 18, 20, 22 + 16};
	for (size_t n = 0; n <= sizeof(full) - 2; n++) {
		uint8_t buf[sizeof(full)];
		memcpy(buf, full, sizeof(buf));
		buf[1] = (uint8_t)n;
		_cleanup_(freep) uint8_t *copy = exact(buf, n + 2);
		struct rsn_ie ie;
		bool want = memchr(legal, (int)n, sizeof(legal)) != NULL;
		assert_int_equal(rsn_ie_parse(copy, n + 2, &ie), want ? 0 : -EBADMSG);
		if (want) {
			assert_int_equal(ie.group, CIPHER_CCMP);
			assert_int_equal(ie.pairwise, CIPHER_CCMP);
			assert_int_equal(ie.akm, AKM_8021X);
		}
		/* The same bytes under a length that says more. */
		copy[1] = sizeof(full) - 2;
		if (n < sizeof(full) - 2)
			assert_int_equal(rsn_ie_parse(copy, n + 2, &ie), -EBADMSG);
	}
}

static void test_bad(void **state)
{
	static const struct {
		uint8_t data[24];
		size_t len;
	} rows[] = {
		{{0x30, 2, 2, 0}, 4},                          /* version */
		{{0x30, 8, 1, 0, 0, 0x0f, 0xac, 4, 0, 0}, 10}, /* count 0 */
		{{0x30, 12, 1, 0, 0, 0x0f, 0xac, 4, 0xff, 0xff, 0, 0x0f, 0xac, 4}, 14}, /* count */
		{{0x31, 2, 1, 0}, 4},
		{{0xdd, 6, 0x00, 0x50, 0xf2, 2, 1, 0}, 8}, /* WMM */
		{{0x30}, 1},
		{{0}, 0},
	};
	struct rsn_ie ie;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(freep) uint8_t *copy = exact(rows[i].data, rows[i].len);
		assert_int_equal(rsn_ie_parse(copy, rows[i].len, &ie), -EBADMSG);
	}
	uint8_t longer[sizeof(full) + 1] = {0};
	memcpy(longer, full, sizeof(full));
	assert_int_equal(rsn_ie_parse(longer, sizeof(longer), &ie), -EBADMSG); /* trailing byte */
	assert_int_equal(rsn_ie_parse(full, sizeof(full) - 1, &ie), -EBADMSG);
}

static void test_unknown_suites(void **state)
{
	static const uint8_t odd[] = {0x30, 0x1c, 1, 0, 0xaa, 0xbb, 0xcc, 1, 2, 0, 0xaa, 0xbb, 0xcc,
		2, 0x00, 0x0f, 0xac, 4, 2, 0, 0xaa, 0xbb, 0xcc, 3, 0x00, 0x0f, 0xac, 2, 0xc0, 0};
	struct rsn_ie ie;
	assert_int_equal(rsn_ie_parse(odd, sizeof(odd), &ie), 0);
	assert_int_equal(ie.group, 0);
	assert_int_equal(ie.pairwise, CIPHER_CCMP);
	assert_int_equal(ie.akm, AKM_OTHER | AKM_PSK);
	assert_int_equal(ie.capab, RSN_CAP_MFPC | RSN_CAP_MFPR);
}

static void test_foreign_oui(void **state)
{
	/* The RSN element's CCMP in a WPA element, and the reverse. */
	static const uint8_t wpa[] = {0xdd, 10, 0x00, 0x50, 0xf2, 1, 1, 0, 0x00, 0x0f, 0xac, 4};
	static const uint8_t rsn[] = {0x30, 6, 1, 0, 0x00, 0x50, 0xf2, 4};
	struct rsn_ie ie;
	assert_int_equal(rsn_ie_parse(wpa, sizeof(wpa), &ie), 0);
	assert_int_equal(ie.group, 0);
	assert_int_equal(rsn_ie_parse(rsn, sizeof(rsn), &ie), 0);
	assert_int_equal(ie.group, 0);
}

static void test_write(void **state)
{
	uint8_t buf[64];
	struct writer w = writer_over(buf, sizeof(buf));
	struct rsn_ie ie = {
		.proto = PROTO_RSN, .group = CIPHER_CCMP, .pairwise = CIPHER_CCMP, .akm = AKM_PSK};
	rsn_ie_write(&w, &ie);
	assert_int_equal(w.len, 22);
	assert_memory_equal(buf,
		"\x30\x14\x01\x00\x00\x0f\xac\x04\x01\x00\x00\x0f\xac\x04\x01\x00\x00\x0f\xac\x02"
		"\x00"
		"\x00",
		22);
	w = writer_over(buf, sizeof(buf));
	ie.proto = PROTO_WPA;
	ie.group = ie.pairwise = CIPHER_TKIP;
	rsn_ie_write(&w, &ie);
	assert_int_equal(w.len, 24);
	assert_memory_equal(buf,
		"\xdd\x16\x00\x50\xf2\x01\x01\x00\x00\x50\xf2\x02\x01\x00\x00\x50\xf2\x02\x01\x00"
		"\x00"
		"\x50\xf2\x02",
		24);
}

/* The standard's example with a PMKID, and with a group management cipher behind it. */
static void test_write_pmkids(void **state)
{
	static const uint8_t many[16 * 16];
	uint8_t buf[512];
	struct rsn_ie ie;
	assert_int_equal(rsn_ie_parse(full, sizeof(full), &ie), 0);
	struct writer w = writer_over(buf, sizeof(buf));
	rsn_ie_write(&w, &ie);
	assert_true(writer_ok(&w));
	assert_int_equal(w.len, sizeof(full));
	assert_memory_equal(buf, full, sizeof(full));
	ie.group_mgmt = CIPHER_BIP;
	w = writer_over(buf, sizeof(buf));
	rsn_ie_write(&w, &ie);
	assert_int_equal(w.len, sizeof(full) + 4);
	assert_int_equal(buf[1], full[1] + 4);
	assert_memory_equal(buf + 2, full + 2, sizeof(full) - 2);
	assert_memory_equal(buf + sizeof(full), "\x00\x0f\xac\x06", 4);
	ie.pmkids = many; /* more than an element holds */
	ie.pmkid_count = 16;
	w = writer_over(buf, sizeof(buf));
	rsn_ie_write(&w, &ie);
	assert_false(writer_ok(&w));
}

static void test_round(void **state)
{
	static const uint8_t pmkids[32] = {1, 2, 3};
	const struct rsn_ie rows[] = {
		{PROTO_RSN, CIPHER_TKIP, CIPHER_TKIP | CIPHER_CCMP,
			AKM_PSK | AKM_PSK_SHA256 | AKM_SAE, CIPHER_BIP, RSN_CAP_MFPC, 2, pmkids},
		{PROTO_RSN, CIPHER_GCMP256, CIPHER_GCMP256 | CIPHER_CCMP256, AKM_OWE | AKM_FT_PSK,
			0, 0x1234, 0, NULL},
		{PROTO_RSN, CIPHER_CCMP, CIPHER_CCMP, AKM_PSK, CIPHER_BIP_GMAC256, 0, 0, NULL},
		{PROTO_WPA, CIPHER_TKIP, CIPHER_TKIP | CIPHER_CCMP, AKM_8021X | AKM_PSK, 0, 0, 0,
			NULL},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t buf[128];
		struct rsn_ie got;
		struct writer w = writer_over(buf, sizeof(buf));
		rsn_ie_write(&w, &rows[i]);
		assert_true(writer_ok(&w));
		assert_int_equal(rsn_ie_parse(buf, w.len, &got), 0);
		assert_int_equal(got.proto, rows[i].proto);
		assert_int_equal(got.group, rows[i].group);
		assert_int_equal(got.pairwise, rows[i].pairwise);
		assert_int_equal(got.akm, rows[i].akm);
		assert_int_equal(got.group_mgmt, rows[i].group_mgmt);
		assert_int_equal(got.capab, rows[i].capab);
		assert_int_equal(got.pmkid_count, rows[i].pmkid_count);
		if (got.pmkid_count)
			assert_memory_equal(got.pmkids, pmkids, 32);
	}
}

static void test_suites(void **state)
{
	assert_int_equal(cipher_suite(CIPHER_CCMP), 0x000fac04);
	assert_int_equal(cipher_suite(CIPHER_GCMP256), 0x000fac09);
	assert_int_equal(akm_suite(AKM_PSK), 0x000fac02);
	assert_int_equal(akm_suite(AKM_PSK_SHA256), 0x000fac06);
	assert_int_equal(akm_suite(AKM_WPS), 0);
	assert_int_equal(akm_suite(AKM_OTHER), 0);
	assert_int_equal(cipher_from_suite(0x000fac04), CIPHER_CCMP);
	assert_int_equal(cipher_from_suite(0x0050f202), CIPHER_TKIP);
	assert_int_equal(cipher_from_suite(0), 0);
	assert_int_equal(akm_from_suite(0), AKM_OTHER);
	assert_int_equal(cipher_key_len(CIPHER_CCMP), 16);
	assert_int_equal(cipher_key_len(CIPHER_CCMP256), 32);
	assert_int_equal(cipher_key_len(CIPHER_TKIP), 32);
	for (unsigned bit = 1; bit <= CIPHER_BIP_CMAC256; bit <<= 1)
		assert_int_equal(cipher_from_suite(cipher_suite(bit)), bit);
}

static void test_names(void **state)
{
	assert_string_equal(cipher_name(CIPHER_CCMP), "CCMP");
	assert_string_equal(cipher_name(CIPHER_CCMP | CIPHER_TKIP), "CCMP+TKIP");
	assert_string_equal(cipher_name(CIPHER_WEP40), "WEP-40");
	assert_string_equal(akm_name(AKM_PSK, PROTO_RSN), "WPA2-PSK");
	assert_string_equal(akm_name(AKM_PSK, PROTO_WPA), "WPA-PSK");
	assert_string_equal(akm_name(AKM_8021X, PROTO_RSN), "WPA2/IEEE 802.1X/EAP");
	assert_string_equal(akm_name(AKM_8021X, 0), "IEEE 802.1X (no WPA)");
	assert_string_equal(akm_name(AKM_WPS, 0), "WPS");
	assert_string_equal(akm_name(AKM_NONE, 0), "NONE");
}

static void test_flags(void **state)
{
	char buf[128];
	struct strbuf s = strbuf_over(buf, sizeof(buf));
	struct rsn_ie ie = {.proto = PROTO_RSN, .pairwise = CIPHER_CCMP, .akm = AKM_PSK};
	rsn_ie_flags(&s, &ie);
	assert_string_equal(buf, "[WPA2-PSK-CCMP]");
	ie = (struct rsn_ie){.proto = PROTO_WPA,
		.pairwise = CIPHER_CCMP | CIPHER_TKIP,
		.akm = AKM_PSK | AKM_8021X};
	rsn_ie_flags(&s, &ie);
	assert_string_equal(buf, "[WPA2-PSK-CCMP][WPA-EAP+PSK-CCMP+TKIP]");
	s = strbuf_over(buf, sizeof(buf));
	ie = (struct rsn_ie){.proto = PROTO_RSN,
		.pairwise = CIPHER_CCMP,
		.akm = AKM_PSK | AKM_PSK_SHA256 | AKM_SAE,
		.capab = RSN_CAP_PREAUTH};
	rsn_ie_flags(&s, &ie);
	assert_string_equal(buf, "[WPA2-PSK+SAE+PSK-SHA256-CCMP-preauth]");
	for (size_t cap = 1; cap < 39; cap++) { /* whole or nothing */
		s = strbuf_over(buf, cap);
		rsn_ie_flags(&s, &ie);
		assert_string_equal(buf, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_full),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_unknown_suites),
		cmocka_unit_test(test_foreign_oui),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_write_pmkids),
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_suites),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_flags),
	};
	return cmocka_run_group_tests_name("rsn_ie", tests, NULL, NULL);
}
