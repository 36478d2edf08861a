/* Key hierarchy. The expected values come from another implementation (Python's hmac and hashlib)
 * of WSC 2.0, 7.3 and 7.4. */
#include <stddef.h>
#include <stdint.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wps/keys_i.h"

static void assert_hex(const uint8_t *data, size_t len, const char *hex)
{
	uint8_t expect[64];
	assert_int_equal(hex_decode(hex, strlen(hex), expect, sizeof(expect)), len);
	assert_memory_equal(data, expect, len);
}

static struct wps_keys keys(void)
{
	static const uint8_t mac[MAC_LEN] = {2, 0, 0, 0, 1, 0};
	uint8_t secret[DH5_LEN], nonce_e[16], nonce_r[16];
	struct wps_keys k;

	for (unsigned i = 0; i < sizeof(secret); i++)
		secret[i] = (uint8_t)i;
	memset(nonce_e, 0x11, 16);
	memset(nonce_r, 0x22, 16);
	assert_int_equal(wps_keys_derive(secret, nonce_e, mac, nonce_r, &k), 0);
	return k;
}

static void test_derive(void **state)
{
	struct wps_keys k = keys();
	assert_hex(k.auth, 32, "5969c6390cca0a2043be5fbf62cc636b4a295851bb8f14148b7019c8003774a0");
	assert_hex(k.wrap, 16, "14e587a08b7932289db1987ba936638e");
	assert_hex(k.emsk, 32, "9e689ebacf81b1fabc1ff977d745c3819c19d0e74e9f472a35286027f2ab5002");
}

static void test_halves(void **state)
{
	struct wps_keys k = keys();
	uint8_t psk1[16], psk2[16], snonce[16], hash[32], e[192], r[192];
	const struct bytes pk_e = {e, 192}, pk_r = {r, 192};

	assert_int_equal(wps_keys_psk(&k, (const uint8_t *)"12345670", 8, psk1, psk2), 0);
	assert_hex(psk1, 16, "fceeb0eb7d077aa2cea46a26e1174f06");
	assert_hex(psk2, 16, "92022dc3f20891b3ba07683d2ea1d14e");
	memset(snonce, 0x33, 16);
	memset(e, 'E', 192);
	memset(r, 'R', 192);
	assert_int_equal(wps_keys_half_hash(&k, snonce, psk1, &pk_e, &pk_r, hash), 0);
	assert_hex(hash, 32, "f40192d21998834d333a4ff335bd66fb49f4a90908fef27ba90137672a2b9111");
}

static void test_settings(void **state)
{
	struct wps_keys k = keys();
	uint8_t nonce[16] = {9};

	struct writer w = writer_new(64);
	struct bytes sealed = {0}, plain = {0};
	struct wps_msg m;
	wps_attr_write(&w, WA_R_SNONCE1, nonce, 16);
	assert_int_equal(wps_settings_encrypt(&k, &w, &sealed), 0);
	assert_int_equal(sealed.len % 16, 0);
	struct wps_value v = {.data = sealed.data, .len = sealed.len};
	assert_int_equal(wps_settings_decrypt(&k, &v, WT_SETTINGS_M4, &plain, &m), 0);
	assert_memory_equal(m.v[WA_R_SNONCE1].data, nonce, 16);
	/* Content of another message. */
	assert_int_equal(wps_settings_decrypt(&k, &v, WT_SETTINGS_M5, &plain, &m), -EINVAL);
	for (size_t bit = 0; bit < sealed.len * 8; bit++) {
		sealed.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(
			wps_settings_decrypt(&k, &v, WT_SETTINGS_M4, &plain, &m), -EBADMSG);
		sealed.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (v.len = 0; v.len < sealed.len; v.len++)
		assert_int_equal(
			wps_settings_decrypt(&k, &v, WT_SETTINGS_M4, &plain, &m), -EBADMSG);
	bytes_clear(&sealed);
	bytes_clear(&plain);
	writer_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_derive),
		cmocka_unit_test(test_halves),
		cmocka_unit_test(test_settings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
