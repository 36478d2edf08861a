/* The configuration keys of hostapd: a key is a row. Facts of names, ranges and defaults:
 * doc/option-reference. */
#include "hostapd/keys.h"

#include "common/ieee80211.h"
#include "wps/nfc.h"

#define UPNP_TEXT_MAX 1000 /* bytes of a text in the device description */
#define R(f) HOSTAPD_RADIO, .offset = offsetof(struct ap_radio_config, f)
#define B(f) HOSTAPD_BSS, .offset = offsetof(struct ap_bss_config, f)

#define ROW(n, where, ...)                                                                         \
	{                                                                                          \
		.name = n, .scope = where, __VA_ARGS__                                             \
	}
#define INT(n, where, lo, hi, d, h)                                                                \
	{                                                                                          \
		.name = n, .scope = where, .type = CFG_INT, .min = lo, .max = hi, .def = d,        \
		.help = h                                                                          \
	}
/* The field takes any number for a switch and means "not zero". */
#define SWITCH(n, where, d, h)                                                                     \
	{                                                                                          \
		.name = n, .scope = where, .type = CFG_INT, .min = 0, .max = 255, .def = d,        \
		.help = h                                                                          \
	}
/* One that may be empty means nothing when it is: SET can take it back. */
#define TEXT(n, where, lo, hi, h)                                                                  \
	{                                                                                          \
		.name = n, .scope = where, .type = CFG_TEXT, .min = lo, .max = hi, .help = h,      \
		.flags = (lo) == 0 ? CFG_EMPTY_UNSETS : 0                                          \
	}
#define HEX(n, where, hi, h)                                                                       \
	{                                                                                          \
		.name = n, .scope = where, .type = CFG_HEX, .min = 0, .max = hi,                   \
		.flags = CFG_EMPTY_UNSETS, .help = h                                               \
	}
#define CUSTOM(n, where, parser, printer, h, ...)                                                  \
	{                                                                                          \
		.name = n, .scope = where, .type = CFG_CUSTOM, .parse = parser, .print = printer,  \
		.help = h, __VA_ARGS__                                                             \
	}

#define OWNS_BYTES .free = hostapd_free_bytes, .copy = hostapd_copy_bytes
#define OWNS_TEXT .free = hostapd_free_text, .copy = hostapd_copy_text
#define OWNS_ACL .free = hostapd_free_acl, .copy = hostapd_copy_acl

static const struct cfg_word hw_modes[] = {
	{"a", HW_MODE_A},
	{"b", HW_MODE_B},
	{"g", HW_MODE_G},
	{"ad", HW_MODE_AD},
	{"any", HW_MODE_ANY},
	{NULL, 0},
};

/* In the order GET_CONFIG and this language print them. */
static const struct cfg_word key_mgmts[] = {
	{"WPA-PSK", AKM_PSK},
	{"WPA-EAP", AKM_8021X},
	{"FT-PSK", AKM_FT_PSK},
	{"FT-EAP", AKM_FT_8021X},
	{"FT-SAE", AKM_FT_SAE},
	{"WPA-PSK-SHA256", AKM_PSK_SHA256},
	{"WPA-EAP-SHA256", AKM_8021X_SHA256},
	{"SAE", AKM_SAE},
	{"SAE-EXT-KEY", AKM_SAE_EXT},
	{"WPA-EAP-SUITE-B", AKM_SUITE_B},
	{"WPA-EAP-SUITE-B-192", AKM_SUITE_B_192},
	{"OWE", AKM_OWE},
	{NULL, 0},
};

static const struct cfg_word pairwise_ciphers[] = {
	{"CCMP-256", CIPHER_CCMP256},
	{"GCMP-256", CIPHER_GCMP256},
	{"CCMP", CIPHER_CCMP},
	{"GCMP", CIPHER_GCMP},
	{"TKIP", CIPHER_TKIP},
	{NULL, 0},
};

static const struct cfg_word group_mgmt_ciphers[] = {{"AES-128-CMAC", CIPHER_BIP}, {NULL, 0}};

#define WMM_FIELD(alias, ac, i, f, lo, hi, d, h)                                                   \
	INT("wmm_ac_" ac "_" #f, R(wmm_ac[i].f), lo, hi, d, h),                                    \
	{                                                                                          \
		.name = "wme_ac_" ac "_" #f, .scope = R(wmm_ac[i].f), .type = CFG_INT, .min = lo,  \
		.max = hi, .flags = CFG_ALIAS, .def = d, .help = h                                 \
	}
#define WMM_AC(ac, i, cwmin_, cwmax_, aifs_, txop_)                                                \
	WMM_FIELD(1, ac, i, aifs, 1, 255, aifs_, "AIFSN told to stations"),                        \
		WMM_FIELD(1, ac, i, cwmin, 0, 15, cwmin_, "ECWmin told to stations (exponent)"),   \
		WMM_FIELD(1, ac, i, cwmax, 0, 15, cwmax_, "ECWmax told to stations (exponent)"),   \
		WMM_FIELD(1, ac, i, txop_limit, 0, 65535, txop_,                                   \
			"TXOP limit told to stations, units of 32 microseconds"),                  \
		WMM_FIELD(1, ac, i, acm, 0, 1, "0", "admission control mandatory")

#define TX_QUEUE(q, i, aifs_, cwmin_, cwmax_, burst_)                                              \
	INT("tx_queue_" q "_aifs", R(tx_queue[i].aifs), 0, 255, aifs_, "AIFS of the AP's queue"),  \
		CUSTOM("tx_queue_" q "_cwmin", R(tx_queue[i].cwmin), hostapd_parse_cw,             \
			hostapd_print_int, "CWmin of the AP's queue (2^n - 1)", .def = cwmin_),    \
		CUSTOM("tx_queue_" q "_cwmax", R(tx_queue[i].cwmax), hostapd_parse_cw,             \
			hostapd_print_int, "CWmax of the AP's queue (2^n - 1)", .def = cwmax_),    \
		CUSTOM("tx_queue_" q "_burst", R(tx_queue[i].burst), hostapd_parse_burst, NULL,    \
			"longest burst of the AP's queue in ms, one decimal", .def = burst_)

const struct cfg_key hostapd_keys[] = {
	/* Interface and driver */
	CUSTOM("interface", B(interface), hostapd_parse_ifname, hostapd_print_ifname,
		"network interface of the first BSS"),
	TEXT("driver", R(driver), 1, 32, "driver of the radio: nl80211, sim"),
	TEXT("driver_params", R(driver_params), 0, 1024, "text handed to the driver"),
	TEXT("bridge", B(bridge), 0, 15, "bridge the BSS is put into; created if absent"),
	TEXT("wds_bridge", B(wds_bridge), 0, 15,
		"bridge for 4-address stations' interfaces, instead of `bridge`"),
	SWITCH("use_driver_iface_addr", R(use_driver_iface_addr), "0",
		"secondary BSSs keep the address of their netdev"),
	ROW("bssid", B(bssid), .type = CFG_MAC, .help = "own address of the BSS"),
	TEXT("ctrl_interface", B(ctrl_interface), 0, 100, "directory of the control sockets"),
	TEXT("ctrl_interface_group", B(ctrl_interface_group), 0, 64,
		"group (name or number) that may use the control sockets"),
	TEXT("config_id", B(config_id), 0, 64,
		"equal id in old and new file: RELOAD_CONFIG leaves the BSS alone"),
	SWITCH("start_disabled", B(start_disabled), "0", "set the BSS up without beaconing"),

	/* BSS basics */
	CUSTOM("ssid", B(ssid), hostapd_parse_ssid, hostapd_print_ssid,
		"network name, 1..32 bytes as they stand", OWNS_BYTES),
	ROW("ssid2", B(ssid), .type = CFG_STRING, .min = 1, .max = SSID_MAX_LEN, .flags = CFG_ALIAS,
		.help = "network name as \"text\", P\"escaped text\" or hex digits"),
	SWITCH("utf8_ssid", B(utf8_ssid), "0", "tell stations that the SSID is UTF-8"),
	INT("ignore_broadcast_ssid", B(ignore_broadcast_ssid), 0, 2, "0",
		"hide the SSID: 1 zero length, 2 zeros of the same length; turns WPS off"),
	INT("auth_algs", B(auth_algs), 1, 255, "1",
		"authentication algorithms: bit 0 open system, bit 1 shared key"),
	INT("max_num_sta", B(max_num_sta), 0, 2007, "2007", "most associated stations"),
	TEXT("no_probe_resp_if_seen_on", B(no_probe_resp_if_seen_on), 0, IFNAMSIZ - 1,
		"no probe responses to stations this BSS's radio has heard (track_sta_max_num)"),
	TEXT("no_auth_if_seen_on", B(no_auth_if_seen_on), 0, IFNAMSIZ - 1,
		"stations that BSS's radio has heard are sent there"),
	SWITCH("no_probe_resp_if_max_sta", B(no_probe_resp_if_max_sta), "0",
		"no probe responses while full"),
	INT("send_probe_response", B(send_probe_response), 0, 1, "1", "answer probe requests"),
	INT("ap_max_inactivity", B(ap_max_inactivity), 0, INT32_MAX, "300",
		"seconds without a frame before a station is polled and dropped"),
	SWITCH("skip_inactivity_poll", B(skip_inactivity_poll), "0",
		"drop idle stations without polling them first"),
	SWITCH("disassoc_low_ack", B(disassoc_low_ack), "0",
		"drop stations the driver reports as not acknowledging"),
	INT("max_listen_interval", B(max_listen_interval), 0, 65535, "65535",
		"stations with a longer listen interval are refused (status 51)"),
	SWITCH("broadcast_deauth", B(broadcast_deauth), "1",
		"broadcast deauthentication at start and stop"),
	SWITCH("notify_mgmt_frames", B(notify_mgmt_frames), "0",
		"event AP-MGMT-FRAME-RECEIVED for each management frame"),
	SWITCH("ap_isolate", B(ap_isolate), "0", "do not forward between stations"),
	SWITCH("multicast_to_unicast", B(multicast_to_unicast), "0",
		"group frames go to each station by itself, where the driver can do that"),
	HEX("vendor_elements", B(vendor_elements), 2048,
		"elements appended to Beacon and Probe Response"),
	HEX("assocresp_elements", B(assocresp_elements), 2048,
		"elements appended to (Re)Association Response"),
	SWITCH("bss_transition", B(bss_transition), "0",
		"tell stations that they may be asked to go elsewhere (BSS_TM_REQ)"),
	INT("dtim_period", B(dtim_period), 1, 255, "2", "beacons per DTIM"),

	/* Radio */
	CUSTOM("country_code", R(country_code), hostapd_parse_country, hostapd_print_country,
		"regulatory domain, two capital letters"),
	INT("country3", R(country3), 0, 255, "0x20", "third octet of the Country element"),
	SWITCH("ieee80211d", R(ieee80211d), "0", "Country element; needs country_code"),
	SWITCH("ieee80211h", R(ieee80211h), "0", "spectrum management; needs ieee80211d"),
	INT("local_pwr_constraint", R(local_pwr_constraint), 0, 255, NULL,
		"Power Constraint element in dB; needs ieee80211d"),
	SWITCH("spectrum_mgmt_required", R(spectrum_mgmt_required), "0",
		"Spectrum Management capability bit; needs local_pwr_constraint"),
	ROW("hw_mode", R(hw_mode), .type = CFG_ENUM, .words = hw_modes, .def = "b",
		.help = "band and rates"),
	CUSTOM("channel", R(channel), hostapd_parse_channel, hostapd_print_channel,
		"channel number", .def = "0"),
	INT("op_class", R(op_class), 0, 255, "0", "operating class"),
	INT("beacon_int", R(beacon_int), 10, 65535, "100", "beacon interval in TU (1.024 ms)"),
	INT("rts_threshold", R(rts_threshold), -1, 65535, NULL, "RTS threshold, -1 off"),
	INT("fragm_threshold", R(fragm_threshold), -1, 2346, NULL,
		"fragmentation threshold, -1 off"),
	SWITCH("preamble", R(preamble), "0", "1: short preamble"),
	CUSTOM("supported_rates", B(supported_rates), hostapd_parse_rates, hostapd_print_rates,
		"rates in units of 100 kb/s; all of the hardware if absent"),
	CUSTOM("basic_rates", B(basic_rates), hostapd_parse_rates, hostapd_print_rates,
		"rates every station must support, units of 100 kb/s"),
	INT("wmm_enabled", B(wmm_enabled), -1, 1, "-1", "WMM (QoS); -1 follows ieee80211n"),
	{.name = "wme_enabled",
		.scope = B(wmm_enabled),
		.type = CFG_INT,
		.min = -1,
		.max = 1,
		.def = "-1",
		.flags = CFG_ALIAS,
		.help = "old name of wmm_enabled"},
	SWITCH("uapsd_advertisement_enabled", B(uapsd_advertisement_enabled), "0",
		"advertise U-APSD"),
	WMM_AC("be", 0, "4", "10", "3", "0"),
	WMM_AC("bk", 1, "4", "10", "7", "0"),
	WMM_AC("vi", 2, "3", "4", "2", "94"),
	WMM_AC("vo", 3, "2", "3", "2", "47"),
	TX_QUEUE("data0", 0, "1", "3", "7", "1.5"),
	TX_QUEUE("data1", 1, "1", "7", "15", "3.0"),
	TX_QUEUE("data2", 2, "3", "15", "63", "0"),
	TX_QUEUE("data3", 3, "7", "15", "1023", "0"),
	SWITCH("ieee80211n", R(ieee80211n), "0", "HT"),
	SWITCH("ieee80211ac", R(ieee80211ac), "0", "VHT (not built yet: runs as HT)"),
	SWITCH("ieee80211ax", R(ieee80211ax), "0", "HE (not built yet: runs as HT)"),
	SWITCH("disable_11n", B(disable_11n), "0", "no HT on this BSS"),
	SWITCH("require_ht", R(require_ht), "0", "refuse stations without HT (status 27)"),
	CUSTOM("ht_capab", R(ht_capab), hostapd_parse_ht_capab, hostapd_print_ht_capab,
		"HT capabilities in brackets, e.g. [HT40+][SHORT-GI-20]"),
	INT("track_sta_max_num", R(track_sta_max_num), 0, INT32_MAX, "0",
		"entries of the table of probing stations"),
	INT("track_sta_max_age", R(track_sta_max_age), 0, INT32_MAX, "180",
		"seconds an entry of that table stays"),

	/* Access control */
	INT("macaddr_acl", B(macaddr_acl), 0, 2, "0",
		"0 accept unless denied, 1 deny unless accepted, 2 ask RADIUS"),
	CUSTOM("accept_mac_file", B(accept), hostapd_parse_acl_file, NULL,
		"file of accepted addresses", OWNS_ACL, .flags = CFG_APPENDS),
	CUSTOM("deny_mac_file", B(deny), hostapd_parse_acl_file, NULL, "file of refused addresses",
		OWNS_ACL, .flags = CFG_APPENDS),

	/* 4-address stations and Multi-AP */
	INT("wds_sta", B(wds_sta), -1, 1, "-1",
		"per-station interface for 4-address stations: -1 wherever multi_ap accepts a "
		"backhaul station, 0 never, 1 for every 4-address station"),
	INT("multi_ap", B(multi_ap), 0, 3, "0",
		"Multi-AP role: 1 backhaul BSS, 2 fronthaul BSS, 3 both"),
	INT("multi_ap_profile", B(multi_ap_profile), 1, 6, "2", "profile told to stations"),
	INT("multi_ap_client_disallow", B(multi_ap_client_disallow), 0, 3, "0",
		"refuse backhaul stations: bit 0 profile 1, bit 1 profile 2 and up"),
	INT("multi_ap_vlanid", B(multi_ap_vlanid), 0, 4094, "0",
		"default 802.1Q VLAN told to backhaul stations"),
	ROW("multi_ap_backhaul_ssid", B(multi_ap_backhaul_ssid), .type = CFG_STRING, .min = 1,
		.max = SSID_MAX_LEN, .help = "backhaul SSID handed out by WPS"),
	CUSTOM("multi_ap_backhaul_wpa_passphrase", B(multi_ap_backhaul_wpa_passphrase),
		hostapd_parse_backhaul_passphrase, hostapd_print_passphrase,
		"passphrase of the backhaul BSS, handed out by WPS", .flags = CFG_SECRET, OWNS_TEXT,
		.min = 8, .max = 63),
	CUSTOM("multi_ap_backhaul_wpa_psk", B(multi_ap_backhaul_wpa_psk),
		hostapd_parse_backhaul_psk, hostapd_print_psk,
		"PSK of the backhaul BSS as 64 hex digits, handed out by WPS", .flags = CFG_SECRET,
		OWNS_BYTES),

#define WEP_KEY(n)                                                                                 \
	CUSTOM(n, B(wpa), hostapd_parse_wep_key, NULL, "refused: WEP is not supported",            \
		.flags = CFG_SECRET)
	WEP_KEY("wep_key0"),
	WEP_KEY("wep_key1"),
	WEP_KEY("wep_key2"),
	WEP_KEY("wep_key3"),

	/* WPA */
	INT("wpa", B(wpa), 0, 3, "0", "bit 1 (2) WPA2/RSN; bit 0 (1) WPA"),
	CUSTOM("wpa_passphrase", B(wpa_passphrase), hostapd_parse_passphrase,
		hostapd_print_passphrase, "8..63 characters", .flags = CFG_SECRET, OWNS_TEXT,
		.min = 8, .max = 63),
	CUSTOM("wpa_psk", B(wpa_psk), hostapd_parse_psk, hostapd_print_psk, "64 hex digits",
		.flags = CFG_SECRET, OWNS_BYTES),
	TEXT("wpa_psk_file", B(wpa_psk_file), 0, 4000, "file of per-device PSKs, read at setup"),
	CUSTOM("wpa_key_mgmt", B(wpa_key_mgmt), hostapd_parse_list_words, hostapd_print_list_words,
		"key management suites", .words = key_mgmts, .def = "WPA-PSK"),
	CUSTOM("wpa_pairwise", B(wpa_pairwise), hostapd_parse_list_words, hostapd_print_list_words,
		"pairwise ciphers of WPA, and of WPA2 if rsn_pairwise is absent",
		.words = pairwise_ciphers, .def = "TKIP"),
	CUSTOM("rsn_pairwise", B(rsn_pairwise), hostapd_parse_list_words, hostapd_print_list_words,
		"pairwise ciphers of WPA2", .words = pairwise_ciphers),
	ROW("group_cipher", B(group_cipher), .type = CFG_ENUM, .words = pairwise_ciphers,
		.help = "group cipher; by default the weakest pairwise one"),
	INT("wpa_group_rekey", B(wpa_group_rekey), -1, INT32_MAX, "-1",
		"seconds between group key changes, 0 off; -1: 86400, 600 with TKIP"),
	SWITCH("wpa_strict_rekey", B(wpa_strict_rekey), "0", "new group key when a station leaves"),
	INT("wpa_gmk_rekey", B(wpa_gmk_rekey), 0, INT32_MAX, "86400",
		"accepted; group keys are random each time, there is no GMK"),
	INT("wpa_ptk_rekey", B(wpa_ptk_rekey), 0, INT32_MAX, "0",
		"seconds between pairwise key changes, 0 off"),
	INT("wpa_deny_ptk0_rekey", B(wpa_deny_ptk0_rekey), 0, 2, "0",
		"0 allow pairwise rekeying, 1 only if the driver is safe, 2 never"),
	INT("key_mgmt_offload", B(key_mgmt_offload), 0, 1, "1",
		"let the driver run the key handshakes where it can: one PSK, wpa=2, no rekey "
		"settings; 0 for broken firmware"),
	SWITCH("disable_pmksa_caching", B(disable_pmksa_caching), "0", "PMKSA_ADD is refused"),
	INT("wpa_group_update_count", B(wpa_group_update_count), 1, UINT32_MAX, "4",
		"tries of group message 1"),
	INT("wpa_pairwise_update_count", B(wpa_pairwise_update_count), 1, UINT32_MAX, "4",
		"tries of messages 1 and 3"),
	SWITCH("wpa_disable_eapol_key_retries", B(wpa_disable_eapol_key_retries), "0",
		"message 3 and group message 1 are sent once"),
	INT("no_disconnect_on_group_keyerror", B(no_disconnect_on_group_keyerror), 0, 1, "0",
		"keep stations that do not answer the group handshake"),
	INT("ieee80211w", B(ieee80211w), 0, 2, "0",
		"management frame protection: 0 off, 1 for stations that can, 2 required"),
	ROW("group_mgmt_cipher", B(group_mgmt_cipher), .type = CFG_ENUM,
		.words = group_mgmt_ciphers, .def = "AES-128-CMAC",
		.help = "cipher of protected group management frames"),
	INT("assoc_sa_query_max_timeout", B(assoc_sa_query_max_timeout), 1, INT32_MAX, "1000",
		"TU a station with protected frames is asked before it is taken as gone"),
	INT("assoc_sa_query_retry_timeout", B(assoc_sa_query_retry_timeout), 1, INT32_MAX, "201",
		"TU between those questions"),

	/* EAP server */
	SWITCH("ieee8021x", B(ieee8021x), "0", "802.1X with RADIUS (not built yet: refused)"),
	SWITCH("eap_server", B(eap_server), "0", "local EAP server; WPS uses it in any case"),
	INT("eapol_version", B(eapol_version), 1, 2, "2", "version of EAPOL packets sent"),
	INT("fragment_size", B(fragment_size), 0, 65535, "0", "EAP fragment size, 0 = 1398"),
	TEXT("eap_message", B(eap_message), 0, 255, "text of the Identity request"),

	/* WPS */
	INT("wps_state", B(wps_state), 0, 2, "0", "0 off, 1 not configured, 2 configured"),
	SWITCH("wps_independent", B(wps_independent), "0",
		"WPS commands on other BSSs do not act on this one"),
	SWITCH("ap_setup_locked", B(ap_setup_locked), "0", "refuse registrars using the AP PIN"),
	CUSTOM("uuid", B(uuid), hostapd_parse_uuid, hostapd_print_uuid,
		"WPS UUID; derived from the address by default"),
	TEXT("wps_pin_requests", B(wps_pin_requests), 0, 4000,
		"file that WPS-PIN-NEEDED is logged to"),
	TEXT("device_name", B(device_name), 0, 32, "WPS device name"),
	TEXT("manufacturer", B(manufacturer), 0, 64, "WPS manufacturer"),
	TEXT("model_name", B(model_name), 0, 32, "WPS model name"),
	TEXT("model_number", B(model_number), 0, 32, "WPS model number"),
	TEXT("serial_number", B(serial_number), 0, 32, "WPS serial number"),
	CUSTOM("device_type", B(device_type), hostapd_parse_device_type, hostapd_print_device_type,
		"category-OUI-subcategory, e.g. 6-0050F204-1"),
	CUSTOM("os_version", B(os_version), hostapd_parse_os_version, hostapd_print_os_version,
		"8 hex digits"),
	TEXT("config_methods", B(config_methods), 0, 255,
		"words: label display push_button keypad virtual_display …"),
	ROW("ap_pin", B(ap_pin), .type = CFG_TEXT, .min = 0, .max = 32,
		.flags = CFG_SECRET | CFG_EMPTY_UNSETS, .help = "AP PIN"),
	SWITCH("skip_cred_build", B(skip_cred_build), "0", "send extra_cred instead of our own"),
	CUSTOM("extra_cred", B(extra_cred), hostapd_parse_file_bytes, NULL,
		"file of credential attributes for M8", OWNS_BYTES, .flags = CFG_SECRET),
	CUSTOM("ap_settings", B(ap_settings), hostapd_parse_file_bytes, NULL,
		"file of M7 attributes reported to registrars", OWNS_BYTES, .flags = CFG_SECRET),
	INT("wps_cred_processing", B(wps_cred_processing), 0, 2, "0",
		"received AP settings: 0 apply, 1 event only, 2 both"),
	SWITCH("wps_cred_add_sae", B(wps_cred_add_sae), "0", "credentials also enable SAE"),
	SWITCH("pbc_in_m1", B(pbc_in_m1), "0", "keep push button among M1's config methods"),
	CUSTOM("wps_rf_bands", B(wps_rf_bands), hostapd_parse_rf_bands, hostapd_print_rf_bands,
		"bands told in WPS elements: a b g ag ga ad"),
	HEX("wps_application_ext", B(wps_application_ext), 512, "Application Extension attribute"),
	INT("wps_nfc_dev_pw_id", B(wps_nfc_dev_pw_id), DEV_PW_OOB_FIRST, 65535, NULL,
		"NFC password token: its id"),
	CUSTOM("wps_nfc_dh_pubkey", B(wps_nfc_dh_pubkey), hostapd_parse_nfc_hex,
		hostapd_print_nfc_hex, "NFC password token: public key, hex", OWNS_BYTES,
		.max = DH5_LEN),
	CUSTOM("wps_nfc_dh_privkey", B(wps_nfc_dh_privkey), hostapd_parse_nfc_hex,
		hostapd_print_nfc_hex, "NFC password token: private key, hex", .flags = CFG_SECRET,
		OWNS_BYTES, .max = DH5_LEN),
	CUSTOM("wps_nfc_dev_pw", B(wps_nfc_dev_pw), hostapd_parse_nfc_hex, hostapd_print_nfc_hex,
		"NFC password token: password, hex", .flags = CFG_SECRET, OWNS_BYTES,
		.max = WPS_OOB_PASSWORD_MAX),
	TEXT("upnp_iface", B(upnp_iface), 0, IFNAMSIZ - 1,
		"interface on which external registrars find this access point by UPnP"),
	TEXT("friendly_name", B(friendly_name), 0, UPNP_TEXT_MAX,
		"UPnP: short description; WPS Access Point by default"),
	TEXT("manufacturer_url", B(manufacturer_url), 0, UPNP_TEXT_MAX,
		"UPnP: manufacturer's site"),
	TEXT("model_description", B(model_description), 0, UPNP_TEXT_MAX, "UPnP: long description"),
	TEXT("model_url", B(model_url), 0, UPNP_TEXT_MAX, "UPnP: site of the model"),
	TEXT("upc", B(upc), 0, UPNP_TEXT_MAX, "UPnP: Universal Product Code, 12 digits"),
};

size_t hostapd_keys_count(void)
{
	return ARRAY_SIZE(hostapd_keys);
}
