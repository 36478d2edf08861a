/* Configuration of the station: language, keys, and rewriting that keeps the user's text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "utils/file.h"
#include "utils/log.h"
#include "wpa_supplicant/conf.h"

struct fixture {
	struct wpas_keys *keys;
	struct wpas_conf *conf;
	unsigned next_id;
	char path[64];
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	log_set_level(LOG_ERR + 1);
	f->keys = wpas_keys_new();
	f->conf = wpas_conf_new(wpas_keys_table(f->keys));
	snprintf(f->path, sizeof(f->path), "/tmp/wpas-conf-%d", (int)getpid());
	*state = f;
	return f->keys && f->conf ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	unlink(f->path);
	wpas_conf_free(f->conf);
	wpas_keys_free(f->keys);
	free(f);
	return 0;
}

static int parse(struct fixture *f, const char *text)
{
	bytes_set(&f->conf->text, text, strlen(text));
	return wpas_conf_parse(f->conf, "test", text, strlen(text), false, &f->next_id);
}

static void assert_renders(struct fixture *f, const char *expected)
{
	struct writer w = writer_new(64);
	struct bytes text = {NULL, 0};

	assert_int_equal(wpas_conf_render(f->conf, &w), 0);
	assert_int_equal(writer_steal(&w, &text), 0);
	char *got = strndup((const char *)text.data, text.len);
	assert_string_equal(got, expected);
	free(got);
	bytes_clear(&text);
}

static void assert_network_value(struct fixture *f, size_t i, const char *key, const char *expected)
{
	char buf[512];
	struct strbuf s = strbuf_over(buf, sizeof(buf));
	assert_true(wpas_network_get(f->conf, f->conf->nets[i], key, true, &s));
	assert_string_equal(buf, expected);
}

static void language(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(parse(f, "# c\r\n  update_config=1 # why\n"
				  "device_name=Dev #1\n\n"
				  "network={\n\tssid=\"a # b\" # c\n\tkey_mgmt=NONE\n}\n"
				  "network={\nssid=616263\nkey_mgmt=NONE\n}\n"
				  "network={\nssid=P\"t\\ta\\x00\"\nkey_mgmt=NONE\n}\n"
				  "cred={\n\tanything at all\n}\n"),
		0);
	assert_int_equal(f->conf->update_config, 1);
	assert_string_equal(f->conf->device_name, "Dev"); /* unquoted values end at # */
	assert_int_equal(f->conf->net_count, 3);
	assert_network_value(f, 0, "ssid", "\"a # b\"");
	assert_network_value(f, 1, "ssid", "\"abc\"");
	assert_network_value(f, 2, "ssid", "74096100");
	assert_int_equal(f->conf->nets[2]->id, 2);
}

static void bad_lines(void **state)
{
	static const char *const bad[] = {"nonsense\n", "nosuchkey=1\n", "network={\nssid=\"a\"\n",
		"network={\nnosuch=1\n}\n", "network={\nssid=abc\n}\n", "eapol_version=9\n",
		"network={\npsk=\"short\"\n}\n", "network={\nssid=\"unclosed\n}\n",
		"network={\nmulti_ap_profile=7\n}\n", "network={\nmulti_ap_profile=0\n}\n",
		"network={\nmulti_ap_backhaul_sta=2\n}\n", "network={\nkey_mgmt=WPA-PSK BAD\n}\n",
		"network={\nbssid=02:00\n}\n", "blob-base64-x={\nAA\n", "uuid=12\n", "country=D\n",
		"network={\nssid=\"a\"\npsk=\"12345678\"\npsk="
		"0000000000000000000000000000000000000000000000000000000000000000\n}\n"};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (parse(f, bad[i]) != 1)
			fail_msg("'%s' should give one error", bad[i]);
}

static void defaults(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(parse(f, "network={\nssid=\"a\"\npsk=\"12345678\"\n}\n"), 0);
	assert_network_value(f, 0, "key_mgmt", "WPA-PSK WPA-EAP");
	assert_network_value(f, 0, "proto", "WPA RSN");
	assert_network_value(f, 0, "pairwise", "CCMP TKIP");
	assert_network_value(f, 0, "ieee80211w", "3");
	assert_network_value(f, 0, "sae_pwe", "4");
	assert_network_value(f, 0, "proactive_key_caching", "-1");
	assert_network_value(f, 0, "multi_ap_profile", "0");
	assert_int_equal(f->conf->bss_max_count, 1000);
}

static void secrets_read_as_star(void **state)
{
	struct fixture *f = *state;
	char buf[64];
	struct strbuf s = strbuf_over(buf, sizeof(buf));

	assert_int_equal(parse(f, "network={\nssid=\"a\"\npsk=\"12345678\"\n}\n"), 0);
	assert_true(wpas_network_get(f->conf, f->conf->nets[0], "psk", false, &s));
	assert_string_equal(buf, "*");
	assert_false(wpas_network_get(f->conf, f->conf->nets[0], "password", false, &s));
	assert_null(strstr(buf, "1234"));
}

/* IEEE 802.11-2020, J.4.2: passphrase "password", SSID "IEEE". */
static void pmk_follows_ssid(void **state)
{
	static const uint8_t expected[] = {0xf4, 0x2c, 0x6f, 0xc5, 0x2d, 0xf0, 0xeb, 0xef};
	struct fixture *f = *state;
	struct cfg_error err;

	assert_int_equal(parse(f, "network={\nssid=\"IEEE\"\npsk=\"password\"\n}\n"), 0);
	struct wpas_network *n = f->conf->nets[0];
	assert_int_equal(wpas_network_pmk(n), 0);
	assert_memory_equal(n->pmk, expected, sizeof(expected));
	assert_int_equal(wpas_network_set(f->conf, n, "ssid", "\"IEEE\"", &err), 1);
	assert_true(n->has_pmk);
	assert_int_equal(wpas_network_set(f->conf, n, "ssid", "\"other\"", &err), 0);
	assert_false(n->has_pmk);
}

static const char user_text[] = "# mine\n"
				"update_config=1   # yes\n"
				"p2p_go_intent=3\n"
				"\n"
				"# home\n"
				"network={\n"
				"    ssid=686f6d65     # as hex\n"
				"    psk=\"homepass1\"\n"
				"    # note\n"
				"    key_mgmt=WPA-PSK\n"
				"}\n"
				"cred={\n"
				"    realm=\"x\"\n"
				"}\n"
				"network={\n"
				"    ssid=\"open\"\n"
				"    key_mgmt=NONE\n"
				"}\n";

static void unchanged_stays(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(parse(f, user_text), 0);
	assert_renders(f, user_text);
}

static void only_changes_are_written(void **state)
{
	struct fixture *f = *state;
	struct cfg_error err;

	assert_int_equal(parse(f, user_text), 0);
	assert_int_equal(wpas_conf_set(f->conf, "device_name", "box", &err), 0);
	assert_int_equal(
		wpas_network_set(f->conf, f->conf->nets[0], "psk", "\"newpass22\"", &err), 0);
	assert_int_equal(wpas_network_set(f->conf, f->conf->nets[0], "priority", "5", &err), 0);
	f->conf->nets[0]->held = true; /* held back by a WPS run: not a fact to save */
	wpas_conf_remove_network(f->conf, f->conf->nets[1]);
	struct wpas_network *n = wpas_conf_add_network(f->conf, 7);
	assert_int_equal(wpas_network_set(f->conf, n, "ssid", "\"new\"", &err), 0);
	assert_int_equal(wpas_network_set(f->conf, n, "psk", "\"12345678\"", &err), 0);
	assert_int_equal(wpas_network_set(f->conf, n, "multi_ap_backhaul_sta", "1", &err), 0);
	struct wpas_network *run = wpas_conf_add_network(f->conf, 8);
	assert_int_equal(wpas_network_set(f->conf, run, "key_mgmt", "WPS", &err), 0);
	assert_renders(f, "# mine\n"
			  "update_config=1   # yes\n"
			  "p2p_go_intent=3\n"
			  "\n"
			  "# home\n"
			  "device_name=box\n"
			  "network={\n"
			  "    ssid=686f6d65     # as hex\n"
			  "\tpsk=\"newpass22\"\n"
			  "    # note\n"
			  "    key_mgmt=WPA-PSK\n"
			  "\tpriority=5\n"
			  "}\n"
			  "cred={\n"
			  "    realm=\"x\"\n"
			  "}\n"
			  "\nnetwork={\n"
			  "\tssid=\"new\"\n"
			  "\tpsk=\"12345678\"\n"
			  "\tmulti_ap_backhaul_sta=1\n"
			  "}\n");
}

static void write_file(const char *path, const char *text)
{
	assert_int_equal(file_write_atomic(path, text, strlen(text)), 0);
}

/* Saved twice: blocks keep belonging to their networks. */
static void save_and_save_again(void **state)
{
	struct fixture *f = *state;
	struct cfg_error err;
	struct bytes text = {NULL, 0};

	write_file(f->path, "network={\n\tssid=\"a\"\n\tkey_mgmt=NONE\n}\n"
			    "network={\n\tssid=\"b\"\n\tkey_mgmt=NONE\n}\n");
	wpas_conf_free(f->conf);
	f->conf = wpas_conf_load(wpas_keys_table(f->keys), f->path, NULL, &f->next_id, NULL);
	assert_non_null(f->conf);
	wpas_conf_remove_network(f->conf, f->conf->nets[0]);
	struct wpas_network *n = wpas_conf_add_network(f->conf, 2);
	wpas_network_set(f->conf, n, "ssid", "\"c\"", &err);
	wpas_network_set(f->conf, n, "key_mgmt", "NONE", &err);
	assert_int_equal(wpas_conf_save(f->conf), 0);
	wpas_network_set(f->conf, n, "priority", "1", &err);
	assert_int_equal(wpas_conf_save(f->conf), 0);
	assert_int_equal(file_read(f->path, 4096, &text), 0);
	assert_string_equal((const char *)text.data,
		"network={\n\tssid=\"b\"\n\tkey_mgmt=NONE\n}\n"
		"\nnetwork={\n\tssid=\"c\"\n\tkey_mgmt=NONE\n\tpriority=1\n}\n");
	bytes_clear(&text);
}

static void failed_save_is_an_error(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(wpas_conf_save(f->conf), -ENOENT); /* no file */
	str_replace(&f->conf->path, "/nonexistent/dir/file");
	assert_true(wpas_conf_save(f->conf) < 0);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
	const struct CMUnitTest tests[] = {TEST(language), TEST(bad_lines), TEST(defaults),
		TEST(secrets_read_as_star), TEST(pmk_follows_ssid), TEST(unchanged_stays),
		TEST(only_changes_are_written), TEST(save_and_save_again),
		TEST(failed_save_is_an_error)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
