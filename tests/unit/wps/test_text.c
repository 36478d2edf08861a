#include <stddef.h>
#include <stdint.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wps/wps.h"

static void test_type(void **state)
{
	static const char *const bad[] = {"", "6", "6-0050F204", "6-0050F20-1", "6-0050F204-",
		"6-0050F204-65536", "65536-0050F204-1", "6-0050F2041", "6-0050G204-1",
		"-0050F204-1", "6-0050F204-1 "};
	uint8_t t[8];
	char text[WPS_TYPE_TEXT_LEN];

	assert_int_equal(wps_type_parse("6-0050F204-1", t), 0);
	assert_memory_equal(t, "\x00\x06\x00\x50\xf2\x04\x00\x01", 8);
	assert_string_equal(wps_type_text(t, text), "6-0050F204-1");
	assert_int_equal(wps_type_parse("65535-ffffffff-65535", t), 0);
	assert_string_equal(wps_type_text(t, text), "65535-FFFFFFFF-65535");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(wps_type_parse(bad[i], t), -EINVAL);
}

static void test_uuid(void **state)
{
	static const char good[] = "12345678-9abc-def0-1234-56789abcdef0";
	uint8_t u[WPS_UUID_LEN];
	char text[WPS_UUID_TEXT_LEN];

	assert_int_equal(wps_uuid_parse(good, u), 0);
	assert_string_equal(wps_uuid_text(u, text), good);
	assert_int_equal(wps_uuid_parse("12345678-9abc-def0-1234-56789abcdef", u), -EINVAL);
	assert_int_equal(wps_uuid_parse("12345678+9abc-def0-1234-56789abcdef0", u), -EINVAL);
	assert_int_equal(wps_uuid_parse("1234567g-9abc-def0-1234-56789abcdef0", u), -EINVAL);
	assert_int_equal(wps_uuid_parse("", u), -EINVAL);
}

/* UUID of a MAC: as `hostapd -u 02:00:00:00:00:00` of Debian 12 prints it. */
static void test_uuid_of_mac(void **state)
{
	const uint8_t mac[MAC_LEN] = {2, 0, 0, 0, 0, 0};
	uint8_t u[WPS_UUID_LEN];
	char text[WPS_UUID_TEXT_LEN];

	assert_int_equal(wps_uuid_from_mac(mac, u), 0);
	assert_string_equal(wps_uuid_text(u, text), "362db47b-a53a-5191-88fb-5458b986b2e4");
}

static void test_pin(void **state)
{
	assert_true(wps_pin_valid(12345670));
	assert_true(wps_pin_valid(0));
	assert_false(wps_pin_valid(12345671));
	assert_false(wps_pin_valid(21345670));
	for (int i = 0; i < 1000; i++) {
		uint32_t pin = wps_pin_generate();
		assert_true(pin <= 99999999);
		assert_true(wps_pin_valid(pin));
	}
}

static void test_methods(void **state)
{
	assert_int_equal(wps_config_methods_parse(""), 0);
	assert_int_equal(wps_config_methods_parse("push_button"), WPS_METHOD_VIRT_PUSHBUTTON);
	assert_int_equal(wps_config_methods_parse("display keypad"),
		WPS_METHOD_VIRT_DISPLAY | WPS_METHOD_KEYPAD);
	assert_int_equal(
		wps_config_methods_parse("display physical_display"), WPS_METHOD_PHY_DISPLAY);
	assert_int_equal(wps_config_methods_parse("virtual_push_button nonsense ethernet"),
		WPS_METHOD_VIRT_PUSHBUTTON | WPS_METHOD_ETHERNET);
}

static void test_indications(void **state)
{
	assert_string_equal(
		wps_error_indication_text(WPS_EI_AUTH_FAILURE), "Authentication Failure");
	assert_string_equal(wps_error_indication_text(77), "Unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_type),
		cmocka_unit_test(test_uuid),
		cmocka_unit_test(test_uuid_of_mac),
		cmocka_unit_test(test_pin),
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_indications),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
