/* Configurations the tests share. */
#ifndef TESTS_SIM_CONF_H
#define TESTS_SIM_CONF_H

#define AP_WPA2 "wpa=2\nwpa_key_mgmt=WPA-PSK\nrsn_pairwise=CCMP\n"
#define AP_PSK "ssid=net\n" AP_WPA2 "wpa_passphrase=twelve words\nbridge=br0\n"
#define AP_WPS                                                                                     \
	"ssid=home\n" AP_WPA2 "wpa_passphrase=fronthaul secret\nbridge=br0\nwps_state=2\n"         \
	"eap_server=1\nconfig_methods=push_button\n"
/* Fronthaul and backhaul BSS of the access point `ap`. */
#define AP_MULTI_AP                                                                                \
	AP_WPS "multi_ap=2\nmulti_ap_backhaul_ssid=\"backhaul\"\n"                                 \
	       "multi_ap_backhaul_wpa_passphrase=backhaul secret\n"                                \
	       "bss=ap_bh\nbridge=br0\nssid=backhaul\n" AP_WPA2                                    \
	       "wpa_passphrase=backhaul secret\nmulti_ap=1\n"

#define STA_PSK "network={\nssid=\"net\"\npsk=\"twelve words\"\n}\n"
#define STA_WPS "config_methods=push_button\n"

#endif
