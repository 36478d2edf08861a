/* Text helpers and MAC addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>

#include "utils/mac.h"
#include "utils/text.h"

static void test_strbuf_keeps_records_whole(void **state)
{
	char buf[8];
	struct strbuf s = strbuf_over(buf, sizeof(buf));
	assert_true(strbuf_add(&s, "%s", "abcd"));
	assert_false(strbuf_add(&s, "%s", "efgh"));
	assert_true(s.full);
	assert_string_equal(buf, "abcd");
	assert_true(strbuf_add(&s, "%s", "efg"));
	assert_string_equal(buf, "abcdefg");
	strbuf_truncate(&s, 2);
	assert_string_equal(buf, "ab");
	assert_false(strbuf_add_hex(&s, "\x01\x02\x03", 3));
	assert_true(strbuf_add_hex(&s, "\xab\xcd", 2));
	assert_string_equal(buf, "ababcd");
	strbuf_truncate(&s, 0);
	assert_true(strbuf_add_hex_upper(&s, "\xab", 1));
	assert_string_equal(buf, "AB");
}

static void test_strbuf_without_room(void **state)
{
	struct strbuf s = strbuf_over(NULL, 0);
	assert_false(strbuf_add(&s, "x"));
	assert_false(strbuf_add_hex(&s, "x", 1));
	strbuf_truncate(&s, 0);
}

static void test_escapes(void **state)
{
	char buf[64];
	struct strbuf s = strbuf_over(buf, sizeof(buf));
	assert_true(strbuf_add_escaped(&s, "a\"\\\033\n\r\t\xc3\x7f\0~", 11));
	assert_string_equal(buf, "a\\\"\\\\\\e\\n\\r\\t\\xc3\\x7f\\x00~");
	uint8_t raw[16];
	int n = unescape(buf, strlen(buf), raw, sizeof(raw));
	assert_int_equal(n, 11);
	assert_memory_equal(raw, "a\"\\\033\n\r\t\xc3\x7f\0~", 11);

	struct strbuf small = strbuf_over(buf, 4);
	assert_false(strbuf_add_escaped(&small, "ab\x01", 3));
	assert_string_equal(buf, "");
}

static void test_unescape_oddities(void **state)
{
	uint8_t raw[8];
	assert_int_equal(unescape("\\x4\\101\\q", 9, raw, sizeof(raw)), 3);
	assert_memory_equal(raw,
		"\x04"
		"Aq",
		3);
	assert_int_equal(unescape("a\\", 2, raw, sizeof(raw)), 1);
	assert_int_equal(unescape("\\xg", 3, raw, sizeof(raw)), 2);
	assert_int_equal(unescape("123456789", 9, raw, sizeof(raw)), -EMSGSIZE);
}

static void test_ssid_text_always_fits(void **state)
{
	uint8_t ssid[32];
	char out[SSID_TEXT_CAP];
	memset(ssid, 0xff, sizeof(ssid));
	assert_int_equal(strlen(ssid_text(ssid, sizeof(ssid), out, sizeof(out))), 128);
}

static void test_hex(void **state)
{
	uint8_t out[4];
	char text[9];
	assert_int_equal(hex_decode("0aFf", 4, out, 4), 2);
	assert_memory_equal(out, "\x0a\xff", 2);
	assert_int_equal(hex_decode("0aF", 3, out, 4), -EINVAL);
	assert_int_equal(hex_decode("0g", 2, out, 4), -EINVAL);
	assert_int_equal(hex_decode("0102030405", 10, out, 4), -EMSGSIZE);
	assert_string_equal(hex_encode("\x01\xfe", 2, text, sizeof(text)), "01fe");
	struct bytes b = {NULL, 0};
	assert_int_equal(hex_decode_bytes("c0ffee", &b), 0);
	assert_true(bytes_equal(&b, "\xc0\xff\xee", 3));
	assert_int_equal(hex_decode_bytes("xy", &b), -EINVAL);
	assert_int_equal(b.len, 3);
	assert_int_equal(hex_decode_bytes("", &b), 0);
	assert_int_equal(b.len, 0);
}

static void test_parse_int_is_strict(void **state)
{
	int64_t v = 77;
	assert_int_equal(parse_int("42", 10, 0, 100, &v), 0);
	assert_int_equal(v, 42);
	assert_int_equal(parse_int("-5", 10, -9, 9, &v), 0);
	assert_int_equal(v, -5);
	assert_int_equal(parse_int("0x1f", 0, 0, 100, &v), 0);
	assert_int_equal(v, 31);
	static const char *const junk[] = {"", " 1", "1 ", "1x", "x", "-", "--1", "0x", "1.5"};
	for (size_t i = 0; i < ARRAY_SIZE(junk); i++)
		assert_int_equal(parse_int(junk[i], 10, -1000, 1000, &v), -EINVAL);
	assert_int_equal(parse_int("101", 10, 0, 100, &v), -ERANGE);
	assert_int_equal(parse_int("99999999999999999999", 10, INT64_MIN, INT64_MAX, &v), -ERANGE);
	assert_int_equal(v, 31);
}

static void test_words(void **state)
{
	char line[] = "  one two\t three  four";
	char *words[3];
	assert_int_equal(split_words(line, words, 3), 3);
	assert_string_equal(words[0], "one");
	assert_string_equal(words[1], "two");
	assert_string_equal(words[2], "three  four");
	char blank[] = " \t ";
	assert_int_equal(split_words(blank, words, 3), 0);
	const char *rest = NULL;
	assert_true(str_starts("SET x", "SET ", &rest));
	assert_string_equal(rest, "x");
	assert_false(str_starts("SE", "SET", NULL));
}

static void test_mac(void **state)
{
	uint8_t mac[6] = {1};
	const char *end;
	assert_int_equal(mac_parse("02:00:00:aA:bB:01 rest", mac, &end), 0);
	assert_memory_equal(mac, "\x02\x00\x00\xaa\xbb\x01", 6);
	assert_string_equal(end, " rest");
	static const char *const bad[] = {"", "02", "02:00:00:00:00", "02:00:00:00:00:0",
		"02-00-00-00-00-01", "2:0:0:0:0:1", "02:00:00:00:00:0g"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(mac_parse(bad[i], mac, NULL), -EINVAL);
	assert_int_equal(mac_parse_all("02:00:00:aA:bB:01", mac), 0);
	assert_int_equal(mac[3], 0xaa);
	assert_int_equal(mac_parse_all("02:00:00:00:00:01 ", mac), -EINVAL);
	assert_int_equal(mac[3], 0xaa);
	assert_memory_equal(mac, "\x02\x00\x00\xaa\xbb\x01", 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strbuf_keeps_records_whole),
		cmocka_unit_test(test_strbuf_without_room),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_unescape_oddities),
		cmocka_unit_test(test_ssid_text_always_fits),
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_parse_int_is_strict),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_mac),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
