/* A copy of a configuration is a whole one and shares nothing with its original. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "hostapd/keys.h"
#include "utils/log.h"

#define TEXT_CAP 8192

static const char *const settings[][2] = {
	{"interface", "w0"},
	{"driver", "sim"},
	{"driver_params", "offload=psk"},
	{"ctrl_interface", "/run/x"},
	{"bridge", "br0"},
	{"ssid", "network"},
	{"vendor_elements", "dd0411223301"},
	{"basic_rates", "10 20"},
	{"wpa", "2"},
	{"wpa_passphrase", "12345678"},
	{"wpa_psk_file", "/etc/psks"},
	{"multi_ap_backhaul_ssid", "\"back\""},
	{"multi_ap_backhaul_wpa_psk",
		"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"},
	{"ap_pin", "12345670"},
	{"wps_nfc_dev_pw", "0011"},
	{"beacon_int", "200"},
};

static struct hostapd_conf *filled(void)
{
	struct hostapd_conf *c = hostapd_conf_new_default(NULL);
	struct ap_bss_config *second = hostapd_conf_bss_new();
	struct cfg_error err;

	assert_non_null(c);
	assert_non_null(second);
	assert_int_equal(hostapd_conf_bss_append(c, second), 0);
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		assert_int_equal(hostapd_conf_set(c, 0, settings[i][0], settings[i][1], &err), 0);
	assert_int_equal(hostapd_conf_set(c, 1, "ssid", "second", &err), 0);
	assert_int_equal(str_replace(&c->path, "/etc/file"), 0);
	c->bss[0]->deny.entries = calloc(1, sizeof(*c->bss[0]->deny.entries));
	c->bss[0]->deny.count = 1;
	c->bss[0]->deny.entries[0].vlan_id = 7;
	return c;
}

/* All values, one a line. */
static void print(const struct hostapd_conf *c, char text[TEXT_CAP])
{
	struct strbuf out = strbuf_over(text, TEXT_CAP);

	for (size_t i = 0; i < hostapd_keys_count(); i++) {
		const struct cfg_key *key = &hostapd_keys[i];
		size_t objects = key->scope == HOSTAPD_RADIO ? 1 : c->bss_count;
		for (size_t n = 0; n < objects; n++) {
			const void *obj =
				key->scope == HOSTAPD_RADIO ? (const void *)&c->radio : c->bss[n];
			strbuf_add(&out, "%s[%zu]=", key->name, n);
			cfg_print(key, obj, &out);
			assert_true(strbuf_add(&out, "\n"));
		}
	}
}

static void test_copy(void **state)
{
	static char before[TEXT_CAP], after[TEXT_CAP];
	struct hostapd_conf *c = filled();
	struct hostapd_conf *copy = hostapd_conf_copy(c);

	assert_non_null(copy);
	print(c, before);
	assert_non_null(strstr(before, "ssid[1]=second\n"));
	hostapd_conf_free(c); /* what was shared is gone */
	print(copy, after);
	assert_string_equal(before, after);
	assert_string_equal(copy->path, "/etc/file");
	assert_null(copy->given_ifname);
	assert_int_equal(copy->bss[0]->deny.entries[0].vlan_id, 7);
	hostapd_conf_free(copy);
}

/* A row that owns memory says how it is copied. */
static void test_rows(void **state)
{
	for (size_t i = 0; i < hostapd_keys_count(); i++)
		assert_true(!hostapd_keys[i].free == !hostapd_keys[i].copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
