/* Whole WPS runs through EAPOL and EAP, core to core. */
#include "link.h"

static struct link *up(const char *phase1, bool pbc)
{
	struct link *l = link_new();
	link_registrar(l);
	if (pbc)
		assert_int_equal(wps_registrar_pbc(l->reg), 0);
	link_up(l, phase1);
	return l;
}

static void assert_got(const struct link *l, const char *ssid, const char *key)
{
	assert_int_equal(l->got_count, 1);
	assert_int_equal(l->got.ssid_len, strlen(ssid));
	assert_memory_equal(l->got.ssid, ssid, l->got.ssid_len);
	assert_int_equal(l->got.key_len, strlen(key));
	assert_memory_equal(l->got.key, key, l->got.key_len);
	assert_int_equal(l->got.auth_type, WPS_AUTH_WPA2PSK);
	assert_int_equal(l->got.encr_type, WPS_ENCR_AES);
	assert_memory_equal(l->got.mac, l->sta_dev.mac, MAC_LEN);
}

static void test_pbc(void **state)
{
	struct link *l = up("pbc=1", true);
	unsigned ei;
	uint8_t mac[MAC_LEN];

	assert_int_equal(wps_registrar_last(l->reg, &ei, mac), WPS_LAST_NONE);
	link_deliver(l);
	assert_got(l, "front", "front passphrase");
	assert_int_equal(l->cred_sent_own, 1);
	assert_int_equal(l->cred_sent_backhaul, 0);
	assert_int_equal(l->peer_multi_ap, 0);
	assert_string_equal(l->text, "ap:pbc-active\n"
				     "ap:eap-started\n"
				     "sta:eap-started\n"
				     "sta:status='started' parameter=''\n"
				     "ap:proposed vendor=14122 method=1\n"
				     "sta:proposed vendor=14122 method=1\n"
				     "sta:status='accept proposed method' parameter='WSC'\n"
				     "sta:selected 14122 1 (WSC)\n"
				     "ap:cred-sent\n"
				     "sta:cred\n"
				     "sta:success\n"
				     "ap:reg-success\n"
				     "ap:pbc-disable\n"
				     "ap:success\n"
				     "sta:status='completion' parameter='failure'\n");
	assert_true(l->supp_over);
	assert_true(l->auth_over);
	assert_int_equal(wps_registrar_pbc_status(l->reg), WPS_PBC_DISABLED);
	assert_int_equal(wps_registrar_last(l->reg, &ei, mac), WPS_LAST_SUCCESS);
	assert_memory_equal(mac, l->sta_dev.mac, MAC_LEN);
	link_free(l);
}

static void test_multi_ap(void **state)
{
	struct link *l = up("pbc=1 multi_ap=1", true);
	link_deliver(l);
	assert_int_equal(l->peer_multi_ap, MULTI_AP_BACKHAUL_STA);
	assert_got(l, "back", "back passphrase");
	assert_int_equal(l->cred_sent_backhaul, 1);
	link_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pbc),
		cmocka_unit_test(test_multi_ap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
