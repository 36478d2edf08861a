/* Bytes, reader, writer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include <errno.h>

#include "utils/bytes.h"
#include "utils/reader.h"
#include "utils/writer.h"

static void test_bytes_set_replaces_and_empties(void **state)
{
	struct bytes b = {NULL, 0};
	assert_int_equal(bytes_set(&b, "hello", 5), 0);
	assert_true(bytes_equal(&b, "hello", 5));
	assert_int_equal(bytes_set(&b, b.data + 1, 3), 0); /* from within itself */
	assert_true(bytes_equal(&b, "ell", 3));
	assert_false(bytes_equal(&b, "elk", 3));
	assert_int_equal(bytes_set(&b, NULL, 0), 0);
	assert_null(b.data);
	assert_true(bytes_equal(&b, NULL, 0));
	bytes_clear(&b);
}

static void test_equal_ct(void **state)
{
	assert_true(bytes_equal_ct("abc", "abc", 3));
	assert_false(bytes_equal_ct("abc", "abd", 3));
	assert_false(bytes_equal_ct("abc", "bbc", 3));
	assert_true(bytes_equal_ct("abc", "abd", 2));
}

static void test_str_replace(void **state)
{
	char *s = NULL;
	assert_int_equal(str_replace(&s, "one"), 0);
	assert_string_equal(s, "one");
	assert_int_equal(str_replace(&s, s + 1), 0);
	assert_string_equal(s, "ne");
	assert_int_equal(str_replace(&s, NULL), 0);
	assert_null(s);
}

static void test_reader_reads_both_orders(void **state)
{
	const uint8_t data[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
	struct reader r = reader_of(data, sizeof(data));
	assert_int_equal(reader_u8(&r), 1);
	assert_int_equal(reader_le16(&r), 0x0302);
	assert_int_equal(reader_be24(&r), 0x040506);
	assert_int_equal(reader_be64(&r), 0x0708090a0b0c0d0eull);
	assert_int_equal(reader_left(&r), 1);
	assert_false(reader_at_end(&r));
	assert_int_equal(reader_u8(&r), 15);
	assert_true(reader_at_end(&r));
}

static void test_reader_error_sticks(void **state)
{
	const uint8_t data[] = {1, 2, 3};
	struct reader r = reader_of(data, sizeof(data));
	uint8_t out[4] = {9, 9, 9, 9};
	assert_int_equal(reader_be32(&r), 0);
	assert_false(reader_ok(&r));
	assert_false(reader_at_end(&r));
	assert_int_equal(reader_left(&r), 0);
	assert_int_equal(reader_u8(&r), 0);
	reader_copy(&r, out, 4);
	assert_memory_equal(out, "\0\0\0\0", 4);
}

static void test_reader_sub_view(void **state)
{
	const uint8_t data[] = {1, 2, 3, 4};
	struct reader r = reader_of(data, sizeof(data));
	struct reader sub = reader_sub(&r, 2);
	assert_int_equal(reader_be16(&sub), 0x0102);
	assert_true(reader_at_end(&sub));
	assert_int_equal(reader_u8(&sub), 0); /* not the outer's bytes */
	assert_false(reader_ok(&sub));
	assert_int_equal(reader_left(&r), 2);
	struct reader bad = reader_sub(&r, 3);
	assert_false(reader_ok(&bad));
	assert_false(reader_ok(&r));
}

static void test_writer_values_and_lengths(void **state)
{
	uint8_t buf[32];
	struct writer w = writer_over(buf, sizeof(buf));
	writer_be16(&w, 0x0102);
	struct writer_mark outer = writer_begin(&w, 2, true);
	writer_u8(&w, 9);
	struct writer_mark inner = writer_begin(&w, 1, false);
	writer_le32(&w, 0x01020304);
	writer_end(&w, inner);
	writer_end(&w, outer);
	assert_true(writer_ok(&w));
	assert_int_equal(w.len, 10);
	assert_memory_equal(buf, "\x01\x02\x00\x06\x09\x04\x04\x03\x02\x01", 10);
}

static void test_writer_overflow_sticks(void **state)
{
	uint8_t buf[4] = {0};
	struct writer w = writer_over(buf, 3);
	writer_be32(&w, 0xffffffff);
	assert_false(writer_ok(&w));
	writer_u8(&w, 1);
	assert_false(writer_ok(&w));
	assert_int_equal(w.len, 0);
	assert_memory_equal(buf, "\0\0\0\0", 4);
}

static void test_writer_length_too_large_for_field(void **state)
{
	struct writer w = writer_new(0);
	struct writer_mark m = writer_begin(&w, 1, false);
	writer_zeros(&w, 256);
	writer_end(&w, m);
	assert_false(writer_ok(&w));
	struct bytes out;
	assert_int_equal(writer_steal(&w, &out), -EMSGSIZE);
	assert_int_equal(out.len, 0);
}

static void test_writer_grows_and_is_stolen(void **state)
{
	struct writer w = writer_new(1);
	struct bytes out = {NULL, 0};
	for (unsigned i = 0; i < 1000; i++)
		writer_le24(&w, i);
	assert_int_equal(writer_steal(&w, &out), 0);
	assert_int_equal(out.len, 3000);
	struct reader r = reader_of(out.data, out.len);
	for (unsigned i = 0; i < 1000; i++)
		assert_int_equal(reader_le24(&r), i);
	bytes_clear(&out);
	assert_false(writer_ok(&w)); /* the writer is spent */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_set_replaces_and_empties),
		cmocka_unit_test(test_equal_ct),
		cmocka_unit_test(test_str_replace),
		cmocka_unit_test(test_reader_reads_both_orders),
		cmocka_unit_test(test_reader_error_sticks),
		cmocka_unit_test(test_reader_sub_view),
		cmocka_unit_test(test_writer_values_and_lengths),
		cmocka_unit_test(test_writer_overflow_sticks),
		cmocka_unit_test(test_writer_length_too_large_for_field),
		cmocka_unit_test(test_writer_grows_and_is_stolen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
