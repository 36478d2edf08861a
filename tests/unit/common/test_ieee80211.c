#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/ieee80211.h"

static const uint8_t da[6] = {2, 0, 0, 0, 0, 1}, sa[6] = {2, 0, 0, 0, 0, 2},
		     bssid[6] = {2, 0, 0, 0, 0, 3};

static void test_mgmt_round(void **state)
{
	uint8_t buf[64];
	struct writer w = writer_over(buf, sizeof(buf));
	mgmt_write(&w, STYPE_AUTH, da, sa, bssid);
	writer_le16(&w, 0x1234);
	assert_true(writer_ok(&w));
	assert_int_equal(w.len, 26);

	struct reader r = reader_of(buf, w.len);
	struct mgmt_hdr h;
	assert_true(mgmt_parse(&r, &h));
	assert_int_equal(FC_STYPE(h.fc), STYPE_AUTH);
	assert_memory_equal(h.da, da, 6);
	assert_memory_equal(h.sa, sa, 6);
	assert_memory_equal(h.bssid, bssid, 6);
	assert_int_equal(reader_le16(&r), 0x1234);
	assert_true(reader_at_end(&r));

	for (size_t n = 0; n < 24; n++) {
		r = reader_of(buf, n);
		assert_false(mgmt_parse(&r, &h));
	}
}

static void test_mgmt_kinds(void **state)
{
	uint8_t buf[30] = {0};
	struct mgmt_hdr h;
	struct reader r = reader_of(buf, 24);
	buf[0] = FTYPE_DATA << 2;
	assert_false(mgmt_parse(&r, &h));
	/* +HTC: the body begins four octets later */
	buf[0] = 0xd0;
	buf[1] = 0x80;
	buf[28] = 0xab;
	r = reader_of(buf, sizeof(buf));
	assert_true(mgmt_parse(&r, &h));
	assert_int_equal(reader_u8(&r), 0xab);
	r = reader_of(buf, 27);
	assert_false(mgmt_parse(&r, &h));
}

static void test_channels(void **state)
{
	static const struct {
		unsigned freq, channel;
	} rows[] = {{2412, 1}, {2437, 6}, {2472, 13}, {2484, 14}, {5180, 36}, {5825, 165},
		{5885, 177}, {4920, 184}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(freq_to_channel(rows[i].freq), rows[i].channel);
		assert_int_equal(channel_to_freq(rows[i].channel), rows[i].freq);
	}
	assert_int_equal(freq_to_channel(5955), 1);
	assert_int_equal(freq_to_channel(5935), 2);
	assert_int_equal(freq_to_channel(7115), 233);
	static const unsigned none[] = {0, 1, 2411, 2413, 2477, 5181, 5900, 7120, 60000};
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(freq_to_channel(none[i]), 0);
	assert_int_equal(channel_to_freq(0), 0);
	assert_int_equal(channel_to_freq(197), 0);
}

static void test_texts(void **state)
{
	for (unsigned i = 0; i < 70000; i++) {
		assert_non_null(reason_text(i));
		assert_non_null(status_text(i));
	}
	assert_string_equal(
		reason_text(REASON_DISASSOC_INACTIVITY), "disassociated due to inactivity");
	assert_string_equal(status_text(STATUS_AKMP), "invalid key management");
	assert_string_equal(reason_text(0), reason_text(60000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mgmt_round),
		cmocka_unit_test(test_mgmt_kinds),
		cmocka_unit_test(test_channels),
		cmocka_unit_test(test_texts),
	};
	return cmocka_run_group_tests_name("ieee80211", tests, NULL, NULL);
}
