/* EAPOL-Key frames, KDEs and EAP packets. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/eap.h"
#include "common/eapol_key.h"

static uint8_t *exact(const uint8_t *data, size_t len)
{
	uint8_t *p = malloc(len ? len : 1);
	assert_non_null(p);
	memcpy(p, data, len);
	return p;
}

static void test_eapol_header(void **state)
{
	uint8_t buf[16];
	struct eapol_hdr h;
	struct reader body;
	struct writer w = writer_over(buf, sizeof(buf));
	eapol_write(&w, 2, EAPOL_EAP, "abcde", 5);
	assert_int_equal(w.len, 9);
	assert_memory_equal(buf,
		"\x02\x00\x00\x05"
		"abcde",
		9);
	writer_zeros(&w, 7); /* Ethernet padding */
	assert_true(eapol_parse(buf, w.len, &h, &body));
	assert_int_equal(h.version, 2);
	assert_int_equal(h.type, EAPOL_EAP);
	assert_int_equal(reader_left(&body), 5);
	for (size_t n = 0; n < 9; n++) {
		_cleanup_(freep) uint8_t *copy = exact(buf, n);
		assert_false(eapol_parse(copy, n, &h, &body));
	}
}

static void test_key_frame(void **state)
{
	struct eapol_key k = {.descriptor = KEY_DESC_RSN,
		.info = KEY_INFO_PAIRWISE | KEY_INFO_ACK | KEY_VERSION_AES_SHA1,
		.key_len = 16,
		.replay = 0x0102030405060708,
		.rsc = 0x060504030201,
		.data = (const uint8_t *)"xyz",
		.data_len = 3};
	memset(k.nonce, 0x11, sizeof(k.nonce));
	memset(k.iv, 0x22, sizeof(k.iv));
	memset(k.mic, 0x33, sizeof(k.mic));
	uint8_t buf[128];
	struct writer w = writer_over(buf, sizeof(buf));
	eapol_key_write(&w, 2, &k);
	assert_true(writer_ok(&w));
	assert_int_equal(w.len, EAPOL_KEY_MIN_LEN + 3);
	assert_memory_equal(buf, "\x02\x03\x00\x62\x02\x00\x8a\x00\x10\x01\x02\x03", 12);
	assert_memory_equal(buf + 65, "\x01\x02\x03\x04\x05\x06\x00\x00", 8); /* RSC */
	assert_int_equal(buf[EAPOL_KEY_MIC_OFFSET], 0x33);
	assert_int_equal(buf[EAPOL_KEY_MIC_OFFSET - 1], 0);

	struct eapol_hdr h;
	struct reader body;
	struct eapol_key got;
	assert_true(eapol_parse(buf, w.len, &h, &body));
	assert_int_equal(eapol_key_parse(body, &got), 0);
	assert_int_equal(got.info, k.info);
	assert_int_equal(got.replay, k.replay);
	assert_int_equal(got.rsc, k.rsc);
	assert_memory_equal(got.nonce, k.nonce, NONCE_LEN);
	assert_memory_equal(got.mic, k.mic, KEY_MIC_LEN);
	assert_int_equal(got.data_len, 3);
	assert_memory_equal(got.data, "xyz", 3);
	for (size_t n = 0; n < w.len - 4; n++) {
		_cleanup_(freep) uint8_t *copy = exact(buf + 4, n);
		assert_int_equal(eapol_key_parse(reader_of(copy, n), &got), -EBADMSG);
	}
}

static void test_kdes(void **state)
{
	uint8_t buf[128], gtk[16], pmkid[16];
	struct kdes k;
	memset(gtk, 0xaa, sizeof(gtk));
	memset(pmkid, 0xbb, sizeof(pmkid));
	struct writer w = writer_over(buf, sizeof(buf));
	writer_bytes(&w, "\x30\x02\x01\x00", 4);
	writer_bytes(&w, "\x30\x03\x01\x00\x00", 5); /* a second one does not count */
	writer_bytes(&w, "\xf4\x01\x20", 3);
	kde_write_gtk(&w, 2, true, gtk, sizeof(gtk));
	kde_write_pmkid(&w, pmkid);
	writer_bytes(&w, "\xdd\x06\x00\x0f\xac\x63\x01\x02", 8); /* unknown KDE */
	writer_bytes(&w, "\xdd\x02\x01\x02", 4);                 /* short vendor element */
	size_t end = w.len;
	kde_pad(&w, 0);
	assert_int_equal(w.len % 8, 0);
	assert_int_equal(kdes_parse(buf, w.len, &k), 0);
	assert_ptr_equal(k.rsn, buf);
	assert_int_equal(k.rsn_len, 4);
	assert_int_equal(k.rsnx_len, 3);
	assert_int_equal(k.gtk_len, 16);
	assert_memory_equal(k.gtk, gtk, 16);
	assert_int_equal(k.gtk_index, 2);
	assert_true(k.gtk_tx);
	assert_memory_equal(k.pmkid, pmkid, 16);
	assert_null(k.mac);
	for (size_t n = 0; n < end; n++) {
		_cleanup_(freep) uint8_t *copy = exact(buf, n);
		(void)kdes_parse(copy, n, &k); /* ASan is the judge */
		if (k.gtk)
			assert_true(k.gtk + k.gtk_len <= copy + n);
	}
}

static void test_kdes_bad(void **state)
{
	static const struct {
		uint8_t data[12];
		size_t len;
		int result;
	} rows[] = {
		{{0xdd, 5, 0x00, 0x0f, 0xac, 1, 0}, 7, -EBADMSG}, /* GTK without key header */
		{{0xdd, 6, 0x00, 0x0f, 0xac, 1, 1, 0}, 8, 0},     /* empty GTK: judged later */
		{{0xdd, 8, 0x00, 0x0f, 0xac, 4, 1, 2, 3, 4}, 10, -EBADMSG}, /* PMKID */
		{{0xdd, 6, 0x00, 0x0f, 0xac, 9, 4, 0}, 8, -EBADMSG},        /* IGTK */
		{{0x30, 5, 1, 0}, 4, -EBADMSG}, {{0x30}, 1, -EBADMSG},
		{{0xdd}, 1, 0},                /* padding of one octet */
		{{0xdd, 0, 0xff, 0xff}, 4, 0}, /* whatever is behind padding */
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct kdes k;
		_cleanup_(freep) uint8_t *copy = exact(rows[i].data, rows[i].len);
		assert_int_equal(kdes_parse(copy, rows[i].len, &k), rows[i].result);
	}
}

static void test_pad(void **state)
{
	for (size_t n = 0; n <= 40; n++) {
		uint8_t buf[64];
		struct writer w = writer_over(buf, sizeof(buf));
		writer_u8(&w, 0); /* something before the key data */
		for (size_t i = 0; i < n; i++)
			writer_u8(&w, 0x55);
		kde_pad(&w, 1);
		size_t want = n <= 16 ? 16 : (n + 7) / 8 * 8;
		assert_int_equal(w.len - 1, want);
		if (want > n)
			assert_int_equal(buf[1 + n], 0xdd);
		for (size_t i = n + 1; i < want; i++)
			assert_int_equal(buf[1 + i], 0);
	}
}

static void test_eap_build(void **state)
{
	uint8_t buf[32];
	struct writer w = writer_over(buf, sizeof(buf));
	struct writer_mark m = eap_begin(&w, EAP_REQUEST, 7, EAP_TYPE_IDENTITY);
	eap_end(&w, m);
	assert_int_equal(w.len, 5);
	assert_memory_equal(buf, "\x01\x07\x00\x05\x01", 5);
	w = writer_over(buf, sizeof(buf));
	m = eap_begin(&w, EAP_SUCCESS, 9, 0);
	eap_end(&w, m);
	assert_int_equal(w.len, 4);
	assert_memory_equal(buf, "\x03\x09\x00\x04", 4);
	w = writer_over(buf, sizeof(buf));
	writer_u8(&w, 0xee); /* not at the start of the buffer */
	m = eap_begin_expanded(&w, EAP_RESPONSE, 1, EAP_VENDOR_WFA, EAP_VENDOR_TYPE_WSC);
	writer_u8(&w, WSC_OP_MSG);
	eap_end(&w, m);
	assert_memory_equal(buf + 1, "\x02\x01\x00\x0d\xfe\x00\x37\x2a\x00\x00\x00\x01\x04", 13);
	struct eap_packet p;
	assert_int_equal(eap_parse(buf + 1, w.len - 1, &p), 0);
	assert_int_equal(p.type, EAP_TYPE_EXPANDED);
	assert_int_equal(p.vendor, EAP_VENDOR_WFA);
	assert_int_equal(p.vendor_type, EAP_VENDOR_TYPE_WSC);
	assert_int_equal(reader_left(&p.data), 1);
}

static void test_eap_parse(void **state)
{
	static const struct {
		uint8_t data[16];
		size_t len;
		int result;
		uint8_t type;
		size_t left;
	} rows[] = {
		{{1, 2, 0, 5, 1}, 5, 0, 1, 0},
		{{2, 2, 0, 7, 1, 'a', 'b'}, 7, 0, 1, 2},
		{{2, 2, 0, 6, 1, 'a', 0, 0}, 8, 0, 1, 1}, /* bytes behind the length */
		{{3, 2, 0, 4}, 4, 0, 0, 0},
		{{4, 2, 0, 4}, 4, 0, 0, 0},
		{{1, 2, 0, 4}, 4, -EBADMSG, 0, 0}, /* no type */
		{{1, 2, 0, 6, 1}, 5, -EBADMSG, 0, 0},
		{{1, 2, 0, 3, 1}, 5, -EBADMSG, 0, 0},
		{{0, 2, 0, 5, 1}, 5, -EBADMSG, 0, 0},
		{{5, 2, 0, 5, 1}, 5, -EBADMSG, 0, 0},
		{{1, 2, 0, 11, 254, 0, 0x37, 0x2a, 0, 0, 0}, 11, -EBADMSG, 0, 0},
		{{1, 2}, 2, -EBADMSG, 0, 0},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct eap_packet p;
		_cleanup_(freep) uint8_t *copy = exact(rows[i].data, rows[i].len);
		assert_int_equal(eap_parse(copy, rows[i].len, &p), rows[i].result);
		if (rows[i].result)
			continue;
		assert_int_equal(p.type, rows[i].type);
		assert_int_equal(reader_left(&p.data), rows[i].left);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_eapol_header),
		cmocka_unit_test(test_key_frame),
		cmocka_unit_test(test_kdes),
		cmocka_unit_test(test_kdes_bad),
		cmocka_unit_test(test_pad),
		cmocka_unit_test(test_eap_build),
		cmocka_unit_test(test_eap_parse),
	};
	return cmocka_run_group_tests_name("eapol", tests, NULL, NULL);
}
