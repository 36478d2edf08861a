/* AP settings that came by WPS, on their way into the configuration: what is refused, how it is
 * written, what becomes of a file. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "hostapd/wps_settings.h"
#include "utils/file.h"

#define HEX64 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct wps_credential credential(
	const char *ssid, unsigned auth, unsigned encr, const char *key)
{
	struct wps_credential c = {.auth_type = (uint16_t)auth, .encr_type = (uint16_t)encr};

	c.ssid_len = strlen(ssid);
	memcpy(c.ssid, ssid, c.ssid_len);
	c.key_len = strlen(key);
	memcpy(c.key, key, c.key_len);
	return c;
}

static struct wps_lines lines_of(struct wps_credential c, bool sae)
{
	struct wps_lines l;
	const char *why;

	assert_int_equal(wps_settings_normalise(&c, &why), 0);
	wps_settings_lines(&c, sae, &l);
	return l;
}

static const char *value_of(const struct wps_lines *l, const char *key)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->line[i].key, key) == 0)
			return l->line[i].value;
	return NULL;
}

#define REWRITE_MAX (2u << 20)
/* Text behind the rewriting of `text`; to be freed. */
static char *rewrite(const char *text, const struct wps_lines *const *lines, size_t count)
{
	struct bytes in = {0}, out = {0};

	assert_int_equal(bytes_set(&in, text, strlen(text)), 0);
	assert_int_equal(wps_settings_rewrite(&in, lines, count, &out), 0);
	char *copy = strndup((char *)out.data, out.len);
	bytes_clear(&in);
	bytes_clear(&out);
	return copy;
}

#define BLOCK                                                                                      \
	"# WPS configuration - START\nwps_state=2\nssid=new\nwpa=3\nwpa_key_mgmt=WPA-PSK\n"        \
	"wpa_pairwise=CCMP TKIP\nwpa_passphrase=new secret\nauth_algs=1\n"                         \
	"# WPS configuration - END\n"

static struct wps_lines mixed(void)
{
	return lines_of(credential("new", WPS_AUTH_WPAPSK, WPS_ENCR_TKIP, "new secret"), false);
}

static void what_cannot_be_used_is_refused(void **state)
{
	static const struct {
		const char *ssid;
		unsigned auth, encr;
		const char *key, *why;
	} bad[] = {
		{"", WPS_AUTH_OPEN, WPS_ENCR_NONE, "", "SSID"},
		{"n", WPS_AUTH_SHARED, WPS_ENCR_NONE, "", "authentication type"},
		{"n", WPS_AUTH_WPA2, WPS_ENCR_AES, "", "authentication type"},
		{"n", WPS_AUTH_OPEN, WPS_ENCR_WEP, "12345", "WEP"},
		{"n", WPS_AUTH_OPEN, WPS_ENCR_AES, "", "open"},
		{"n", WPS_AUTH_WPA2PSK, WPS_ENCR_NONE, "12345678", "AES"},
		{"n", WPS_AUTH_WPA2PSK, WPS_ENCR_AES, "1234567", "8..63"},
		{"n", WPS_AUTH_WPA2PSK, WPS_ENCR_AES, "", "8..63"},
		{"n", WPS_AUTH_WPA2PSK, WPS_ENCR_AES, "12345678\nssid=evil", "8..63"},
		{"n", WPS_AUTH_WPA2PSK, WPS_ENCR_AES, "12345678\r", "8..63"},
		{"n", WPS_AUTH_WPA2PSK, WPS_ENCR_AES,
			"g0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
			"64 hex"},
	};
	const char *why;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct wps_credential c =
			credential(bad[i].ssid, bad[i].auth, bad[i].encr, bad[i].key);
		assert_int_equal(wps_settings_normalise(&c, &why), -EINVAL);
		assert_non_null(strstr(why, bad[i].why));
	}
	/* A NUL inside would cut the line. */
	struct wps_credential c = credential("n", WPS_AUTH_WPA2PSK, WPS_ENCR_AES, "12345678");
	c.key[3] = 0;
	assert_int_equal(wps_settings_normalise(&c, &why), -EINVAL);
}

static void weak_types_never_stand_alone(void **state)
{
	struct wps_lines l = mixed();

	assert_string_equal(value_of(&l, "wpa"), "3");
	assert_string_equal(value_of(&l, "wpa_pairwise"), "CCMP TKIP");
	l = lines_of(credential("n", WPS_AUTH_WPA2PSK, WPS_ENCR_AES, "12345678"), false);
	assert_string_equal(value_of(&l, "wpa"), "2");
	assert_string_equal(value_of(&l, "wpa_pairwise"), "CCMP");
	assert_null(value_of(&l, "ieee80211w"));
}

static void open_network_has_no_key_lines(void **state)
{
	struct wps_lines l = lines_of(credential("n", WPS_AUTH_OPEN, WPS_ENCR_NONE, ""), true);

	assert_string_equal(value_of(&l, "wpa"), "0");
	assert_string_equal(value_of(&l, "wps_state"), "2");
	assert_null(value_of(&l, "wpa_passphrase"));
	assert_null(value_of(&l, "wpa_key_mgmt"));
}

static void sae_only_with_a_passphrase(void **state)
{
	struct wps_lines l =
		lines_of(credential("n", WPS_AUTH_WPA2PSK, WPS_ENCR_AES, "12345678"), true);

	assert_string_equal(value_of(&l, "wpa_key_mgmt"), "WPA-PSK SAE");
	assert_string_equal(value_of(&l, "ieee80211w"), "1");
	assert_string_equal(value_of(&l, "sae_require_mfp"), "1");
	l = lines_of(credential("n", WPS_AUTH_WPA2PSK, WPS_ENCR_AES, HEX64), true);
	assert_string_equal(value_of(&l, "wpa_key_mgmt"), "WPA-PSK");
	assert_string_equal(value_of(&l, "wpa_psk"), HEX64);
	assert_null(value_of(&l, "ieee80211w"));
}

/* Every SSID reads back as it was, through a file. */
static void any_ssid_survives_the_file(void **state)
{
	static const char *const ssids[] = {"plain", " lead", "trail ", "#hash", "a=b", "q\"uote",
		"line\nssid=evil", "back\\slash", "\xc3\xa9t\xc3\xa9", "\r", "P\"x\"",
		"\x01\xff\x7f", "12345678901234567890123456789012",
		"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
		"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"};
	char path[] = "/tmp/test_wps_settings.XXXXXX";

	close(mkstemp(path));
	for (size_t i = 0; i < ARRAY_SIZE(ssids); i++) {
		struct wps_lines l = lines_of(
			credential(ssids[i], WPS_AUTH_WPA2PSK, WPS_ENCR_AES, "pass # \"word\" "),
			false);
		const struct wps_lines *lines[] = {&l};
		char *text = rewrite("interface=w\nssid=old", lines, 1);
		assert_int_equal(file_write_atomic(path, text, strlen(text)), 0);
		struct hostapd_conf *c = hostapd_conf_load(path, NULL, NULL);
		assert_non_null(c);
		assert_int_equal(c->bss_count, 1);
		assert_true(bytes_equal(&c->bss[0]->ssid, ssids[i], strlen(ssids[i])));
		assert_string_equal(c->bss[0]->wpa_passphrase, "pass # \"word\" ");
		hostapd_conf_free(c);
		free(text);
	}
	unlink(path);
}

static void old_lines_become_comments(void **state)
{
	struct wps_lines l = mixed();
	const struct wps_lines *lines[] = {&l};
	char *text =
		rewrite("# my AP\n\ninterface=wlan0\nssid=old\n#ssid=older\nssid2=\"x\"\n"
			"wpa=2\nwpa_psk_file=/f\nwpa_passphrase=old secret\nrsn_pairwise=CCMP\n"
			"wep_key0=1234567890\nwps_state=1\nieee80211w=1\nchannel=6 # six\n"
			"auth_algs=1",
			lines, 1);

	assert_string_equal(text,
		BLOCK "# my AP\n\ninterface=wlan0\n#WPS# ssid=old\n#ssid=older\n#WPS# ssid2=\"x\"\n"
		      "#WPS# wpa=2\nwpa_psk_file=/f\n#WPS# wpa_passphrase=old secret\n"
		      "#WPS# rsn_pairwise=CCMP\n#WPS# wep_key0=1234567890\n#WPS# wps_state=1\n"
		      "ieee80211w=1\nchannel=6 # six\n#WPS# auth_algs=1\n");
	free(text);
}

static void only_its_section_is_touched(void **state)
{
	struct wps_lines l = mixed();
	const struct wps_lines *first[] = {&l, NULL}, *second[] = {NULL, &l};
	const char *old = "interface=a\nssid=1\nbss=b\nssid=2\nbss=c\nssid=3\n";
	char *text = rewrite(old, first, 2);

	assert_string_equal(
		text, BLOCK "interface=a\n#WPS# ssid=1\nbss=b\nssid=2\nbss=c\nssid=3\n");
	free(text);
	text = rewrite(old, second, 2);
	assert_string_equal(
		text, "interface=a\nssid=1\nbss=b\n" BLOCK "#WPS# ssid=2\nbss=c\nssid=3\n");
	free(text);
}

/* Configured again and again: no heap of dead blocks, and nobody's own lines are lost. */
static void earlier_block_is_replaced(void **state)
{
	struct wps_lines l = mixed();
	const struct wps_lines *lines[] = {&l};
	char *once = rewrite("interface=a\nssid=1\n", lines, 1);
	char *twice = rewrite(once, lines, 1);

	assert_string_equal(once, twice);
	free(once);
	free(twice);
	struct wps_lines sae =
		lines_of(credential("n", WPS_AUTH_WPA2PSK, WPS_ENCR_AES, "12345678"), true);
	const struct wps_lines *with_sae[] = {&sae};
	once = rewrite("interface=a\n", with_sae, 1);
	assert_non_null(strstr(once, "sae_require_mfp=1\n"));
	twice = rewrite(once, lines, 1);
	assert_string_equal(twice, BLOCK "interface=a\n");
	free(once);
	free(twice);
	/* An end that somebody removed does not swallow the file. */
	twice = rewrite(
		"# WPS configuration - START\nssid=x\n# mine\nssid=y\nchannel=1\n", lines, 1);
	assert_string_equal(twice, BLOCK "# mine\n#WPS# ssid=y\nchannel=1\n");
	free(twice);
}

static void memory_gets_the_same(void **state)
{
	struct hostapd_conf *c = hostapd_conf_new_default("w");
	struct wps_lines l = mixed();
	struct cfg_error err;

	assert_int_equal(hostapd_conf_set(c, 0, "rsn_pairwise", "GCMP", &err), 0);
	assert_int_equal(hostapd_conf_set(c, 0, "wpa_psk", HEX64, &err), 0);
	assert_int_equal(wps_settings_store(c, 0, &l, &err), 0);
	const struct ap_bss_config *b = c->bss[0];
	assert_true(bytes_equal(&b->ssid, "new", 3));
	assert_int_equal(b->wpa, PROTO_WPA | PROTO_RSN);
	assert_string_equal(b->wpa_passphrase, "new secret");
	assert_int_equal(b->wpa_psk.len, 0);
	assert_int_equal(b->rsn_pairwise, 0);
	assert_int_equal(b->wpa_pairwise, CIPHER_CCMP | CIPHER_TKIP);
	assert_int_equal(b->wps_state, 2);
	assert_int_equal(hostapd_conf_check(c, true, &err), 0);
	/* To open: no key stays behind. */
	l = lines_of(credential("o", WPS_AUTH_OPEN, WPS_ENCR_NONE, ""), false);
	assert_int_equal(wps_settings_store(c, 0, &l, &err), 0);
	assert_int_equal(b->wpa, 0);
	assert_null(b->wpa_passphrase);
	hostapd_conf_free(c);
}

static void huge_files_and_odd_line_ends(void **state)
{
	struct wps_lines l = mixed();
	const struct wps_lines *lines[] = {&l};
	char *big = malloc(REWRITE_MAX);
	size_t len = 0;

	while (len + 32 < REWRITE_MAX)
		len += (size_t)snprintf(big + len, 32, "# %zu\nssid=x\n", len);
	char *text = rewrite(big, lines, 1);
	assert_null(strstr(text, "\nssid=x"));
	assert_true(strlen(text) > len);
	free(text);
	free(big);
	text = rewrite("", lines, 1);
	assert_string_equal(text, BLOCK);
	free(text);
	text = rewrite("ssid=x\r\nchannel=1\r\n", lines, 1);
	assert_string_equal(text, BLOCK "#WPS# ssid=x\r\nchannel=1\r\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cannot_be_used_is_refused),
		cmocka_unit_test(weak_types_never_stand_alone),
		cmocka_unit_test(open_network_has_no_key_lines),
		cmocka_unit_test(sae_only_with_a_passphrase),
		cmocka_unit_test(any_ssid_survives_the_file),
		cmocka_unit_test(old_lines_become_comments),
		cmocka_unit_test(only_its_section_is_touched),
		cmocka_unit_test(earlier_block_is_replaced),
		cmocka_unit_test(memory_gets_the_same),
		cmocka_unit_test(huge_files_and_odd_line_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
