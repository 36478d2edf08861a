/* PSK store: file format, order, reload. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ap/psk.h"
#include "utils/log.h"
#include "utils/mac.h"

static const uint8_t a[MAC_LEN] = {2, 0, 0, 0, 0, 0xa}, b[MAC_LEN] = {2, 0, 0, 0, 0, 0xb};

struct fixture {
	struct ap_bss_config cfg;
	struct ap_psks *psks;
	char path[64];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	log_set_level(LOG_ERR + 1);
	strcpy(f->path, "/tmp/test-psk-XXXXXX");
	close(mkstemp(f->path));
	f->psks = ap_psks_new();
	bytes_set(&f->cfg.ssid, "IEEE", 4);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	unlink(f->path);
	ap_psks_free(f->psks);
	bytes_clear(&f->cfg.ssid);
	bytes_clear(&f->cfg.wpa_psk);
	free(f);
	return 0;
}

static int load(struct fixture *f, const char *content)
{
	FILE *file = fopen(f->path, "w");
	fputs(content, file);
	fclose(file);
	f->cfg.wpa_psk_file = f->path;
	return ap_psks_load(f->psks, &f->cfg);
}

#define HEX(d) d d d d d d d d d d d d d d d d d d d d d d d d d d d d d d d d
#define AA HEX("aa")
#define BB HEX("bb")
#define CC HEX("cc")

static uint8_t first(const struct ap_psk *k)
{
	return k ? k->pmk[0] : 0;
}

/* IEEE 802.11-2020, J.4.2. */
static void test_passphrase(void **state)
{
	static const uint8_t expected[] = {0xf4, 0x2c, 0x6f, 0xc5};
	struct fixture *f = *state;
	f->cfg.wpa_passphrase = (char *)"password";
	assert_int_equal(ap_psks_load(f->psks, &f->cfg), 0);
	assert_memory_equal(ap_psks_get(f->psks, a, 0)->pmk, expected, 4);
	assert_null(ap_psks_get(f->psks, a, 1));
	/* Another SSID, another key. */
	bytes_set(&f->cfg.ssid, "other", 5);
	assert_int_equal(ap_psks_load(f->psks, &f->cfg), 0);
	assert_memory_not_equal(ap_psks_get(f->psks, a, 0)->pmk, expected, 4);
}

/* A key is derived when asked for, or one at a time in quiet moments, and never twice. */
static void test_derived_once(void **state)
{
	struct fixture *f = *state;
	uint8_t first_key[PMK_LEN];

	f->cfg.wpa_passphrase = (char *)"password";
	assert_int_equal(load(f, "00:00:00:00:00:00 another secret\n"
				 "02:00:00:00:00:0a another secret\n"),
		0);
	/* "another secret" and "password". */
	assert_true(ap_psks_derive_one(f->psks));
	assert_false(ap_psks_derive_one(f->psks));
	assert_false(ap_psks_derive_one(f->psks));
	memcpy(first_key, ap_psks_get(f->psks, a, 0)->pmk, PMK_LEN);
	assert_memory_equal(ap_psks_get(f->psks, a, 1)->pmk, first_key, PMK_LEN);
	/* A reload keeps what is known: nothing waits. */
	assert_int_equal(ap_psks_load(f->psks, &f->cfg), 0);
	assert_false(ap_psks_derive_one(f->psks));
	assert_memory_equal(ap_psks_get(f->psks, a, 0)->pmk, first_key, PMK_LEN);
}

/* In quiet moments only what any station may need; the key of one station when it is expected. */
static void test_expected(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(load(f, "02:00:00:00:00:0a secret of a\n"
				 "02:00:00:00:00:0b secret of b\n"),
		0);
	assert_false(ap_psks_derive_one(f->psks));
	ap_psks_expect(f->psks, a);
	ap_psks_expect(f->psks, mac_broadcast);
	assert_non_null(ap_psks_get(f->psks, a, 0)->pmk);
	assert_string_equal(ap_psks_get(f->psks, a, 0)->keyid, "");
}

static void test_order(void **state)
{
	struct fixture *f = *state;
	uint8_t own[32];
	memset(own, 0xdd, sizeof(own));
	bytes_set(&f->cfg.wpa_psk, own, sizeof(own));
	assert_int_equal(load(f, "# comment\n\n"
				 "00:00:00:00:00:00 " AA "\n"
				 "keyid=x vlanid=7 wps=1 02:00:00:00:00:0a " BB "\n"
				 "00:00:00:00:00:00 " CC "\r\n"),
		0);
	/* Its own, then the file from below, then the configuration. */
	const struct ap_psk *k = ap_psks_get(f->psks, a, 0);
	assert_int_equal(first(k), 0xbb);
	assert_string_equal(k->keyid, "x");
	assert_int_equal(k->vlan_id, 7);
	assert_true(k->wps);
	assert_int_equal(first(ap_psks_get(f->psks, a, 1)), 0xcc);
	assert_int_equal(first(ap_psks_get(f->psks, a, 2)), 0xaa);
	assert_int_equal(first(ap_psks_get(f->psks, a, 3)), 0xdd);
	assert_null(ap_psks_get(f->psks, a, 4));
	assert_int_equal(first(ap_psks_get(f->psks, b, 0)), 0xcc);
	assert_true(ap_psks_valid(f->psks, b, own));
	memset(own, 0xbb, sizeof(own));
	assert_false(ap_psks_valid(f->psks, b, own));
	assert_true(ap_psks_valid(f->psks, a, own));
}

static void test_blanks_in_passphrase(void **state)
{
	struct fixture *f = *state;
	uint8_t expected[PMK_LEN];
	assert_int_equal(load(f, "00:00:00:00:00:00  two words =x\n"), 0);
	psk_from_passphrase(" two words =x", (const uint8_t *)"IEEE", 4, expected);
	assert_memory_equal(ap_psks_get(f->psks, a, 0)->pmk, expected, PMK_LEN);
}

static void test_bad_files(void **state)
{
	static const char *const bad[] = {
		"02:00:00:00:00:0a\n",
		"02:00:00:00:00:0a short\n",
		"02:00:00:00:00 " AA "\n",
		"02:00:00:00:00:0a " AA AA "\n",
		"vlanid=4095 02:00:00:00:00:0a " AA "\n",
		"wps=2 02:00:00:00:00:0a " AA "\n",
		"color=red 02:00:00:00:00:0a " AA "\n",
		"wps= 02:00:00:00:00:0a " AA "\n",
		"vlanid= 02:00:00:00:00:0a " AA "\n",
		"vlanid=-1 02:00:00:00:00:0a " AA "\n",
		"vlanid=1x 02:00:00:00:00:0a " AA "\n",
		"vlanid=99999999999999999999 02:00:00:00:00:0a " AA "\n",
		"= 02:00:00:00:00:0a " AA "\n",
		"=== === ===\n",
		"keyid=a keyid=b 02:00:00:00:00:0a " AA "\n",
		"WPS=1 02:00:00:00:00:0a " AA "\n",
		"keyid=x 02:00:00:00:00:0a \n",
		"02:00:00:00:00:0a:0b " AA "\n",
		"02:00:00:00:00:0a " AA "a\n",
		"keyid=0123456789012345678901234567890123 02:00:00:00:00:0a " AA "\n",
		"no mac at all\n",
		"keyid=x",
		" ",
	};
	struct fixture *f = *state;
	assert_int_equal(load(f, "02:00:00:00:00:0a " AA "\n"), 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		if (load(f, bad[i]) >= 0)
			fail_msg("row %zu was taken", i);
		/* What was there before stays. */
		assert_int_equal(first(ap_psks_get(f->psks, a, 0)), 0xaa);
	}
	unlink(f->path);
	assert_true(ap_psks_load(f->psks, &f->cfg) < 0);
	assert_int_equal(first(ap_psks_get(f->psks, a, 0)), 0xaa);
}

static void test_many(void **state)
{
	struct fixture *f = *state;
	FILE *file = fopen(f->path, "w");
	uint8_t mac[MAC_LEN] = {2};
	for (unsigned i = 0; i < 5000; i++)
		fprintf(file, "keyid=k%u 02:00:00:00:%02x:%02x " AA "\n", i, i >> 8, i & 0xff);
	fclose(file);
	f->cfg.wpa_psk_file = f->path;
	assert_int_equal(ap_psks_load(f->psks, &f->cfg), 0);
	mac[4] = 4999 >> 8;
	mac[5] = 4999 & 0xff;
	assert_string_equal(ap_psks_get(f->psks, mac, 0)->keyid, "k4999");
	assert_null(ap_psks_get(f->psks, mac, 1));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {T(test_passphrase), T(test_derived_once),
		T(test_expected), T(test_order), T(test_blanks_in_passphrase), T(test_bad_files),
		T(test_many)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
