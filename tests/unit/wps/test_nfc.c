/* NFC tokens and handover records. The expected bytes are those of another implementation (Debian's
 * hostapd and wpa_supplicant 2.10), which was given the same key, password and network. */
#include <stddef.h>
#include <stdint.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wps/ndef.h"
#include "wps/nfc.h"

static const char public_key[] =
	"3ccd8b448d56cdc429633933449ca2e44504ebd64d44e1c4b2bb737f5167aa09a3525e9d72ac89f4"
	"fea9144ba926112a62c2ec741dcad9e5f4f006629b0988d0b46706d0bec7efe5204860e11a7ca27a"
	"dc41e3b9d400f8299a16c7140903b666c48d6a46980bf195b2f35a02f3dced72056e90ab2e86712b"
	"7fcf1a36690ec8179114fc0dfdb130a97d629b826ed262349819e335b0d5b512663b0420ef745991"
	"0f16c65f4ec4a3776f2f2f4014867a3a98d45ba1b49544411a086dbc813c725a";
static const uint8_t ap_mac[MAC_LEN] = {2, 0, 0, 0, 0, 0};
static const struct wps_nfc_ap channel1 = {WPS_RF_24GHZ, 1, ap_mac};

#define PASSWORD "9F521A7482FF848CAF35E4683131FDE56D6DF80CC15CBB22FF9C710569D07BC0"
#define TOKEN "102C00368D0F8563C78D25BF8F32419721587E0B8D9B5A5AB861" PASSWORD "1049000600372A000120"
#define HEAD(flags, len) flags "17" len "6170706C69636174696F6E2F766E642E7766612E777363"
#define REQUEST                                                                                    \
	"0038102C00168D0F8563C78D25BF8F32419721587E0B8D9B5A5A0007"                                 \
	"10470010572CF82FC95756539B16B5CFB298ABF11049000600372A000120"
#define SELECT                                                                                     \
	"0042102C00168D0F8563C78D25BF8F32419721587E0B8D9B5A5A0007104500056E66636170103C000101"     \
	"100100020001102000060200000000001049000600372A000120"
#define CREDENTIAL                                                                                 \
	"100E00301026000101104500056E66636170100300020020100F000200081027000831323334353637381020" \
	"0006000000000000"
#define CONFIG CREDENTIAL "103C000101100100020001102000060200000000001049000600372A000120"

static struct bytes unhex(const char *hex)
{
	struct bytes b = {0};

	assert_int_equal(hex_decode_bytes(hex, &b), 0);
	return b;
}

static struct wps_nfc_token known_token(void)
{
	struct wps_nfc_token t = {.id = 47201, .password = unhex(PASSWORD)};

	assert_int_equal(
		hex_decode(public_key, strlen(public_key), t.public_key, DH5_LEN), DH5_LEN);
	return t;
}

static void assert_reply(struct writer *w, bool ndef, const char *expect)
{
	char text[2048];
	struct strbuf s = strbuf_over(text, sizeof(text));

	assert_int_equal(wps_nfc_reply(w, ndef, &s), 0);
	assert_string_equal(text, expect);
	writer_free(w);
}

static void test_written(void **state)
{
	struct wps_nfc_token t = known_token();
	static const uint8_t uuid[WPS_UUID_LEN] = {0x57, 0x2c, 0xf8, 0x2f, 0xc9, 0x57, 0x56, 0x53,
		0x9b, 0x16, 0xb5, 0xcf, 0xb2, 0x98, 0xab, 0xf1};
	const struct wps_credential c = {.ssid = "nfcap",
		.ssid_len = 5,
		.auth_type = WPS_AUTH_WPA2PSK,
		.encr_type = WPS_ENCR_AES,
		.key = "12345678",
		.key_len = 8};
	struct writer w = writer_new(64);

	assert_int_equal(wps_nfc_write_password(&w, &t, NULL), 0);
	assert_reply(&w, false, TOKEN "\n");
	w = writer_new(64);
	assert_int_equal(wps_nfc_write_password(&w, &t, NULL), 0);
	assert_reply(&w, true, HEAD("D2", "44") TOKEN "\n");
	w = writer_new(64);
	assert_int_equal(wps_nfc_write_request(&w, &t, uuid, NULL), 0);
	assert_reply(&w, true, HEAD("D2", "3A") REQUEST "\n");
	w = writer_new(64);
	assert_int_equal(
		wps_nfc_write_select(&w, &t, (const uint8_t *)"nfcap", 5, &channel1, NULL), 0);
	assert_reply(&w, true, HEAD("D2", "44") SELECT "\n");
	w = writer_new(64);
	assert_int_equal(wps_nfc_write_config(&w, &c, &channel1), 0);
	assert_reply(&w, true, HEAD("D2", "53") CONFIG "\n");
	w = writer_new(64);
	assert_int_equal(wps_nfc_write_config(&w, &c, NULL), 0);
	assert_reply(&w, false, CREDENTIAL "1049000600372A000120\n");
	wps_nfc_token_clear(&t);
}

static void test_reply_full(void **state)
{
	struct wps_nfc_token t = known_token();
	struct writer w = writer_new(64);
	char text[32];
	struct strbuf s = strbuf_over(text, sizeof(text));

	assert_int_equal(wps_nfc_write_password(&w, &t, NULL), 0);
	assert_int_equal(wps_nfc_reply(&w, true, &s), -EMSGSIZE);
	assert_int_equal(s.len, 0);
	writer_free(&w);
	wps_nfc_token_clear(&t);
}

static int read_tag(const char *hex, struct wps_nfc_data *d)
{
	struct bytes b = unhex(hex);
	int err = wps_nfc_read_tag(b.data, b.len, d);

	bytes_clear(&b);
	return err;
}

static int read_carrier(const char *hex, struct wps_nfc_data *d)
{
	struct bytes b = unhex(hex);
	int err = wps_nfc_read_carrier(b.data, b.len, d);

	bytes_clear(&b);
	return err;
}

static void assert_known_password(const struct wps_nfc_data *d)
{
	struct wps_nfc_token t = known_token();
	char text[WPS_OOB_TEXT_LEN];

	assert_true(d->has_password);
	assert_int_equal(d->password.id, t.id);
	assert_string_equal(wps_oob_text(d->password.data, d->password.len, text), PASSWORD);
	assert_int_equal(d->password.pk_hash[0], 0x8d);
	assert_int_equal(d->password.pk_hash[19], 0x5a);
	wps_nfc_token_clear(&t);
}

static void test_read_password(void **state)
{
	struct wps_nfc_data d;

	assert_int_equal(read_tag(TOKEN, &d), 0);
	assert_known_password(&d);
	assert_int_equal(d.credentials, 0);
	assert_int_equal(read_tag(HEAD("D2", "44") TOKEN, &d), 0);
	assert_known_password(&d);
	/* A long record, an id, the type in other letters, behind a text record. */
	assert_int_equal(read_tag("910102540161"
				  "4A170000004401"
				  "4150504C49434154494F4E2F766E642E7766612E777363"
				  "41" TOKEN,
				 &d),
		0);
	assert_known_password(&d);
}

static void test_read_config(void **state)
{
	struct bytes b = unhex(HEAD("D2", "53") CONFIG);
	struct wps_nfc_data d;
	struct wps_credential c;
	const uint8_t *raw;
	size_t len;

	assert_int_equal(wps_nfc_read_tag(b.data, b.len, &d), 0);
	assert_int_equal(d.credentials, 1);
	assert_int_equal(d.freq, 2412);
	assert_true(d.has_mac);
	assert_memory_equal(d.mac, ap_mac, MAC_LEN);
	struct reader r = d.attributes;
	assert_true(wps_nfc_next_credential(&r, &c, &raw, &len));
	assert_int_equal(c.ssid_len, 5);
	assert_int_equal(c.key_len, 8);
	assert_memory_equal(c.key, "12345678", 8);
	assert_int_equal(len, 0x30 + 4);
	assert_int_equal(raw[0], 0x10);
	assert_int_equal(raw[1], 0x0e);
	assert_false(wps_nfc_next_credential(&r, &c, &raw, &len));
	assert_true(reader_ok(&r));
	bytes_clear(&b);
	assert_int_equal(read_tag(CREDENTIAL CREDENTIAL, &d), 0);
	assert_int_equal(d.credentials, 2);
}

/* Handover Request message, Connection Handover 1.2: Hr record with collision resolution and one
 * alternative carrier, then the carrier. */
#define HR                                                                                         \
	"9102"                                                                                     \
	"11"                                                                                       \
	"4872"                                                                                     \
	"12"                                                                                       \
	"9102"                                                                                     \
	"02"                                                                                       \
	"6372"                                                                                     \
	"1234"                                                                                     \
	"5102"                                                                                     \
	"04"                                                                                       \
	"6163"                                                                                     \
	"01013000"

static void test_read_carriers(void **state)
{
	struct wps_nfc_data d;

	assert_int_equal(read_carrier(HEAD("D2", "3A") REQUEST, &d), 0);
	assert_true(d.has_uuid);
	assert_int_equal(d.password.id, DEV_PW_NFC_HANDOVER);
	assert_int_equal(d.password.len, 0);
	assert_int_equal(read_carrier(HEAD("D2", "44") SELECT, &d), 0);
	assert_int_equal(d.ssid_len, 5);
	assert_int_equal(d.freq, 2412);
	assert_memory_equal(d.mac, ap_mac, MAC_LEN);
	assert_int_equal(read_carrier(HR "5A173A01"
					 "6170706C69636174696F6E2F766E642E7766612E777363"
					 "30" REQUEST,
				 &d),
		0);
	assert_true(d.has_uuid);
	/* The length in front says more than there is. */
	assert_int_equal(read_carrier(HEAD("D2", "04") "00031022", &d), -EBADMSG);
	assert_int_equal(read_carrier(HEAD("D2", "01") "00", &d), -EBADMSG);
	assert_int_equal(read_carrier(HR, &d), -ENOENT);
}

static void test_freq(void **state)
{
	static const struct {
		const char *attributes;
		unsigned freq;
	} rows[] = {
		{"103C000101"
		 "10010002000E",
			2484},
		{"103C000102"
		 "100100020024",
			5180},
		{"100100020006", 2437},
		{"103C000103"
		 "100100020024",
			5180},
		{"103C000102"
		 "100100020001",
			0},
		{"103C000104"
		 "100100020001",
			0},
		{"103C000101"
		 "100100020024",
			0},
		{"103C000101"
		 "100100020000",
			0},
		{"1001000201F4", 0},
	};
	struct wps_nfc_data d;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(read_tag(rows[i].attributes, &d), 0);
		assert_int_equal(d.freq, rows[i].freq);
	}
}

static void test_malformed(void **state)
{
	static const char *const records[] = {"11223344", "00112233", "0000112233445566",
		"0800112233445566", "080011223344", "18000000", "18010000", "90000050",
		"9000005000", "9001013344", "98010101334455", "0017ffffffe3", "D0", "D200",
		/* chunked */
		"B217"
		"0A6170706C69636174696F6E2F766E642E7766612E777363"
		"1049000600372A000120",
		/* attributes */
		"10", "102C", "102C0036", "102C0003010203", "102C0037", "102000051122334455",
		"100E0000", "100E000410260001"};
	struct wps_nfc_data d;

	for (size_t i = 0; i < ARRAY_SIZE(records); i++)
		assert_true(read_tag(records[i], &d) < 0);
	assert_int_equal(wps_nfc_read_tag(NULL, 0, &d), -ENOENT);
}

/* Every cut of a good tag is refused; the allocation ends where the tag does, for ASan. */
static void test_cut(void **state)
{
	static const char *const tags[] = {
		HEAD("D2", "44") TOKEN, HEAD("D2", "53") CONFIG, HEAD("C2", "00000053") CONFIG};
	struct wps_nfc_data d;

	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		struct bytes b = unhex(tags[i]);
		for (size_t len = 0; len < b.len; len++) {
			struct bytes cut = {0};
			assert_int_equal(bytes_set(&cut, b.data, len), 0);
			assert_true(wps_nfc_read_tag(cut.data, cut.len, &d) < 0);
			bytes_clear(&cut);
		}
		assert_int_equal(wps_nfc_read_tag(b.data, b.len, &d), 0);
		bytes_clear(&b);
	}
}

static void test_make(void **state)
{
	struct wps_nfc_token t = {0}, again = {0};
	const char *why;

	assert_int_equal(wps_nfc_token_make(&t), 0);
	assert_true(t.id >= DEV_PW_OOB_FIRST);
	assert_int_equal(t.password.len, WPS_OOB_PASSWORD_MAX);
	struct bytes pub = {t.public_key, DH5_LEN};
	assert_int_equal(
		wps_nfc_token_set(&again, t.id, &t.password, &t.private_key, &pub, &why), 0);
	assert_memory_equal(again.public_key, t.public_key, DH5_LEN);
	uint16_t first = t.id;
	uint8_t key = t.public_key[100];
	unsigned same = 0;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(wps_nfc_token_make(&t), 0);
		same += t.id == first && t.public_key[100] == key;
	}
	assert_int_not_equal(same, 3);
	wps_nfc_token_clear(&t);
	wps_nfc_token_clear(&again);
	assert_int_equal(t.id, 0);
	assert_null(t.private_key.data);
}

static void test_configured(void **state)
{
	struct wps_nfc_token t = {0}, x = {0};
	struct bytes none = {0}, half = {(uint8_t *)"123456789012345", 15};
	const char *why;

	assert_int_equal(wps_nfc_token_make(&t), 0);
	struct bytes pub = {t.public_key, DH5_LEN}, other = {t.public_key, DH5_LEN - 1};
	const struct {
		unsigned id;
		const struct bytes *password, *private, *public;
		const char *why;
	} rows[] = {
		{0, &t.password, &t.private_key, &pub, "wps_nfc_dev_pw_id"},
		{15, &t.password, &t.private_key, &pub, "wps_nfc_dev_pw_id"},
		{65536, &t.password, &t.private_key, &pub, "wps_nfc_dev_pw_id"},
		{16, &none, &t.private_key, &pub, "wps_nfc_dev_pw "},
		{16, &half, &t.private_key, &pub, "wps_nfc_dev_pw "},
		{16, &t.password, &none, &pub, "wps_nfc_dh_privkey"},
		{16, &t.password, &t.private_key, &none, "wps_nfc_dh_pubkey"},
		{16, &t.password, &t.private_key, &other, "wps_nfc_dh_pubkey"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(wps_nfc_token_set(&x, rows[i].id, rows[i].password,
					 rows[i].private, rows[i].public, &why),
			-EINVAL);
		assert_non_null(strstr(why, rows[i].why));
		assert_int_equal(x.id, 0);
	}
	wps_nfc_token_clear(&t);
}

static void test_corrupt(void **state)
{
	struct wps_nfc_token t = known_token();
	const struct wps_testing testing = {.corrupt_pk_hash = true};
	struct writer w = writer_new(64);

	assert_int_equal(
		wps_nfc_write_select(&w, &t, (const uint8_t *)"nfcap", 5, &channel1, &testing), 0);
	assert_int_equal(w.buf[6], 0x8c);
	assert_int_equal(w.buf[7], 0x0f);
	writer_free(&w);
	wps_nfc_token_clear(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_reply_full),
		cmocka_unit_test(test_read_password),
		cmocka_unit_test(test_read_config),
		cmocka_unit_test(test_read_carriers),
		cmocka_unit_test(test_freq),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_make),
		cmocka_unit_test(test_configured),
		cmocka_unit_test(test_corrupt),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
