/* Configuration of the AP core: plain data, filled by the daemon's key rows (hostapd/keys.c; the
 * station daemon's AP mode later). Names are those of the configuration keys. Texts are owned by
 * the struct (freed by the daemon's rows). */
#ifndef AP_AP_CONFIG_H
#define AP_AP_CONFIG_H

#include <net/if.h>

#include "common/elements.h"
#include "common/rsn_ie.h"
#include "utils/bytes.h"

/* One entry of accept_mac_file / deny_mac_file. */
struct ap_acl_entry {
	uint8_t addr[MAC_LEN];
	int vlan_id;
};
struct ap_acl {
	struct ap_acl_entry *entries; /* sorted by address, no repeats: bsearch */
	size_t count;
};

struct ap_wmm_ac { /* told to stations */
	int aifs, cwmin, cwmax, txop_limit, acm;
};
struct ap_tx_queue {                   /* the AP's own */
	int aifs, cwmin, cwmax, burst; /* burst in 0.1 ms */
};

/* Whole radio. */
struct ap_radio_config {
	char *driver, *driver_params;
	char country_code[3];
	int country3, ieee80211d, ieee80211h, local_pwr_constraint, spectrum_mgmt_required;
	int hw_mode; /* enum ap_hw_mode */
	int channel, op_class, beacon_int;
	int rts_threshold, fragm_threshold, preamble;
	int ieee80211n, ieee80211ac, ieee80211ax, require_ht;
	unsigned ht_capab;     /* HT Capability Info bits asked for */
	int secondary_channel; /* from [HT40+] / [HT40-] */
	int use_driver_iface_addr;
	int track_sta_max_num, track_sta_max_age; /* age in s */
	struct ap_wmm_ac wmm_ac[4];               /* be bk vi vo */
	struct ap_tx_queue tx_queue[4];
};
enum ap_hw_mode { HW_MODE_B, HW_MODE_G, HW_MODE_A, HW_MODE_AD, HW_MODE_ANY };

/* One BSS. */
struct ap_bss_config {
	char interface[IFNAMSIZ];
	char *bridge, *wds_bridge;
	uint8_t bssid[MAC_LEN]; /* zeros: the driver's choice */
	char *ctrl_interface, *ctrl_interface_group;
	char *no_probe_resp_if_seen_on, *no_auth_if_seen_on;
	char *config_id;
	int start_disabled, disable_pmksa_caching, bss_transition;
	int multicast_to_unicast;

	struct bytes ssid;
	int utf8_ssid, ignore_broadcast_ssid, auth_algs, max_num_sta, no_probe_resp_if_max_sta;
	int send_probe_response, ap_max_inactivity, skip_inactivity_poll, disassoc_low_ack;
	int max_listen_interval, broadcast_deauth, notify_mgmt_frames, ap_isolate;
	int dtim_period, wmm_enabled /* -1 = with HT */, uapsd_advertisement_enabled, disable_11n;
	struct bytes vendor_elements, assocresp_elements;
	uint16_t supported_rates[16], basic_rates[16]; /* 100 kb/s; none = the band's default */
	size_t supported_rate_count, basic_rate_count;

	int macaddr_acl;
	struct ap_acl accept, deny;

	int wds_sta;  /* -1 (default) = wherever multi_ap accepts a backhaul station; 0 never; 1 for
			 every 4-address station */
	int multi_ap; /* bit 0 backhaul BSS, bit 1 fronthaul BSS */
	int multi_ap_profile, multi_ap_client_disallow, multi_ap_vlanid;
	struct bytes multi_ap_backhaul_ssid;
	char *multi_ap_backhaul_wpa_passphrase;
	struct bytes multi_ap_backhaul_wpa_psk; /* 32 octets or empty */

	int wpa; /* mask of enum rsn_proto */
	char *wpa_passphrase;
	struct bytes wpa_psk; /* 32 octets or empty */
	char *wpa_psk_file;
	unsigned wpa_key_mgmt;               /* mask of enum akm */
	unsigned wpa_pairwise, rsn_pairwise; /* masks of enum cipher; rsn 0 = as wpa_pairwise */
	unsigned group_cipher;               /* 0 = automatic */
	int wpa_group_rekey /* -1 = default */, wpa_strict_rekey, wpa_gmk_rekey, wpa_ptk_rekey;
	unsigned wpa_group_update_count, wpa_pairwise_update_count;
	int wpa_disable_eapol_key_retries, no_disconnect_on_group_keyerror;
	int group_mgmt_cipher;                                                    /* CIPHER_BIP */
	int ieee80211w, assoc_sa_query_max_timeout, assoc_sa_query_retry_timeout; /* TU */
	int wpa_deny_ptk0_rekey;
	int key_mgmt_offload; /* 1: the driver may run the handshakes */

	int ieee8021x, eap_server, eapol_version, fragment_size;
	char *eap_message;

	int wps_state, wps_independent, ap_setup_locked;
	uint8_t uuid[16]; /* zeros: derived */
	char *wps_pin_requests, *device_name, *manufacturer, *model_name, *model_number,
		*serial_number;
	uint8_t device_type[8];
	uint8_t os_version[4];
	char *config_methods;
	char *ap_pin;
	int skip_cred_build, wps_cred_processing, wps_cred_add_sae, pbc_in_m1;
	struct bytes extra_cred, ap_settings;
	unsigned wps_rf_bands; /* mask of enum wps_rf_band; 0 = from hw_mode */
	struct bytes wps_application_ext;
	int wps_nfc_dev_pw_id; /* 0 = none */
	struct bytes wps_nfc_dh_pubkey, wps_nfc_dh_privkey, wps_nfc_dev_pw;
	char *upnp_iface, *friendly_name, *manufacturer_url, *model_description, *model_url, *upc;
};

#endif
