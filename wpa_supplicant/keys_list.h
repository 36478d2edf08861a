/* The plain configuration keys, one line each, in the order in which a file is written. The
 * structs of conf.h and the rows of keys_global.c and keys_network.c are both made from these
 * lists, so a key cannot have one without the other. */
#ifndef WPA_SUPPLICANT_KEYS_LIST_H
#define WPA_SUPPLICANT_KEYS_LIST_H

/* INT(name, min, max, default, help); TEXT(name, min, max, help); HEX(name, min, max, help);
 * CUSTOM(type, name, kind, default, help): kind names the row's functions. */
#define WPAS_GLOBAL_KEYS(INT, TEXT, HEX, CUSTOM)                                                   \
	TEXT(ctrl_interface, 0, 0, "Directory of the control sockets, or DIR=path GROUP=group.")   \
	TEXT(ctrl_interface_group, 0, 0, "Group of the control socket (old form of GROUP=).")      \
	INT(eapol_version, 1, 3, 1, "EAPOL version we send.")                                      \
	INT(ap_scan, 0, 0, 1, "1: we scan and select; 0 and 2: the driver selects.")               \
	INT(disable_scan_offload, 0, 0, 0, "Do not use periodic scans of the driver.")             \
	INT(fast_reauth, 0, 0, 1, "EAP fast re-authentication.")                                   \
	TEXT(opensc_engine_path, 0, 0, "OpenSC engine for smart cards.")                           \
	TEXT(pkcs11_engine_path, 0, 0, "PKCS#11 engine.")                                          \
	TEXT(pkcs11_module_path, 0, 0, "PKCS#11 module.")                                          \
	TEXT(openssl_ciphers, 0, 0, "TLS cipher list.")                                            \
	TEXT(pcsc_reader, 0, 0, "Smart card reader.")                                              \
	TEXT(pcsc_pin, 0, 0, "PIN of the smart card.")                                             \
	INT(external_sim, 0, 0, 0, "SIM operations are answered by a control client.")             \
	TEXT(driver_param, 0, 0, "Words handed to the driver.")                                    \
	INT(dot11RSNAConfigPMKLifetime, 0, 0, 0, "PMK lifetime in seconds, 0 = 43200.")            \
	INT(dot11RSNAConfigPMKReauthThreshold, 0, 100, 0, "Percent of it before renewal, 0 = 70.") \
	INT(dot11RSNAConfigSATimeout, 0, 0, 0, "Security association timeout, s, 0 = 60.")         \
	INT(update_config, 0, 0, 0, "1: the daemon may rewrite this file.")                        \
	CUSTOM(struct wpas_uuid, uuid, uuid, NULL, "WPS UUID; unset: derived from the MAC.")       \
	INT(auto_uuid, 0, 1, 0, "Without uuid: 0 from the MAC address, 1 random per start.")       \
	TEXT(device_name, 0, 32, "WPS device name.")                                               \
	TEXT(manufacturer, 0, 64, "WPS manufacturer.")                                             \
	TEXT(model_name, 0, 32, "WPS model name.")                                                 \
	TEXT(model_number, 0, 32, "WPS model number.")                                             \
	TEXT(serial_number, 0, 32, "WPS serial number.")                                           \
	CUSTOM(struct wpas_dev_type, device_type, dev_type, "0-00000000-0",                        \
		"WPS primary device type, category-OUI-subcategory.")                              \
	HEX(os_version, 4, 4, "WPS OS version.")                                                   \
	TEXT(config_methods, 0, 0, "WPS configuration methods, blank-separated words.")            \
	INT(wps_cred_processing, 0, 2, 0, "Credentials go to: 0 daemon, 1 client, 2 both.")        \
	INT(wps_cred_add_sae, 0, 1, 0, "A WPA2-PSK credential also allows SAE.")                   \
	HEX(wps_vendor_ext_m1, 1, 0, "Vendor extension attribute for M1.")                         \
	CUSTOM(struct wpas_dev_types, sec_device_type, dev_types, NULL,                            \
		"WPS secondary device type; may be repeated (5).")                                 \
	INT(wps_priority, 0, 0, 0, "Priority of networks made by WPS.")                            \
	CUSTOM(struct wpas_country, country, country, NULL, "Regulatory domain, two letters.")     \
	INT(bss_max_count, 1, 100000, 1000, "Size of the BSS table.")                              \
	INT(bss_expiration_age, 0, 0x7fffffff, 180, "Seconds until an unseen BSS is dropped.")     \
	INT(bss_expiration_scan_count, 0, 0x7fffffff, 2, "Missed scans until a BSS is dropped.")   \
	INT(filter_ssids, 0, 1, 0, "Keep only BSSs whose SSID is configured.")                     \
	INT(filter_rssi, -100, 0, 0, "Drop BSSs weaker than this, dBm; 0 = off.")                  \
	INT(max_num_sta, 0, 0, 128, "AP mode: stations.")                                          \
	INT(ap_isolate, 0, 0, 0, "AP mode: no traffic between stations.")                          \
	INT(disassoc_low_ack, 0, 0, 0, "AP mode: drop stations that do not acknowledge.")          \
	INT(pbc_in_m1, 0, 1, 0, "AP mode: push button among M1's methods.")                        \
	CUSTOM(int, wps_nfc_dev_pw_id, nfc_id, NULL, "NFC token: its id, 16..65535.")              \
	HEX(wps_nfc_dh_pubkey, 0, 0, "NFC token: public key.")                                     \
	HEX(wps_nfc_dh_privkey, 0, 0, "NFC token: private key.")                                   \
	HEX(wps_nfc_dev_pw, 0, 0, "NFC token: password.")                                          \
	TEXT(ext_password_backend, 0, 0, "Where ext:NAME secrets come from: file:/path.")          \
	INT(okc, 0, 0, 0, "Default of proactive_key_caching.")                                     \
	INT(pmf, 0, 2, 0, "Default of ieee80211w: 0 off, 1 optional, 2 required.")                 \
	INT(dtim_period, 0, 0, 0, "AP mode: DTIM period.")                                         \
	INT(beacon_int, 0, 0, 0, "AP mode: beacon interval.")                                      \
	INT(sae_check_mfp, 0, 1, 0, "No SAE where management frame protection would be off.")      \
	CUSTOM(struct wpas_ints, sae_groups, hidden_ints, NULL,                                    \
		"SAE groups in order of preference.")                                              \
	INT(sae_pwe, 0, 3, 0, "SAE: 0 loop, 1 hash to element, 2 both.")                           \
	INT(sae_pmkid_in_assoc, 0, 1, 0, "PMKID in the association request after SAE.")            \
	HEX(ap_vendor_elements, 0, 0, "AP mode: extra elements.")                                  \
	HEX(ap_assocresp_elements, 0, 0, "AP mode: extra association response elements.")          \
	INT(ignore_old_scan_res, 0, 1, 0, "Drop results older than the scan.")                     \
	CUSTOM(struct wpas_ints, freq_list, ints, NULL, "Frequencies allowed, MHz.")               \
	CUSTOM(struct wpas_ints, initial_freq_list, hidden_ints, NULL,                             \
		"Frequencies of the first scan.")                                                  \
	INT(scan_cur_freq, 0, 0, 0, "1: scan only the channel the radio is on.")                   \
	INT(scan_res_valid_for_connect, 0, 0x7fffffff, 5, "Seconds results are good enough.")      \
	INT(sched_scan_interval, 0, 0, 0, "Seconds between scheduled scans.")                      \
	INT(sched_scan_start_delay, 0, 0, 0, "Seconds before scheduled scans start.")              \
	INT(cert_in_cb, 0, 1, 1, "Certificates in events.")                                        \
	TEXT(wowlan_triggers, 0, 0, "Wake-on-WLAN triggers.")                                      \
	INT(wowlan_disconnect_on_deinit, 0, 0, 0, "Disconnect at the end in spite of WoWLAN.")     \
	TEXT(bgscan, 0, 0, "Background scans, default for networks.")                              \
	TEXT(autoscan, 0, 0, "Scan plan while not connected.")                                     \
	INT(mac_addr, 0, 2, 0, "0 permanent address, 1 random per network, 2 random keeping OUI.") \
	INT(rand_addr_lifetime, 0, 0, 60, "Seconds a random address lives.")                       \
	INT(preassoc_mac_addr, 0, 2, 0, "Same as mac_addr, while not connected.")                  \
	INT(key_mgmt_offload, 0, 1, 1, "Use key management of the driver.")                        \
	INT(extended_key_id, 0, 1, 0, "Extended key IDs.")                                         \
	INT(passive_scan, 0, 0, 0, "1: passive scans unless SSIDs are given.")                     \
	INT(reassoc_same_bss_optim, 0, 0, 0, "No scan for a reassociation to the same BSS.")       \
	TEXT(sched_scan_plans, 0, 0, "Scan plans, interval:iterations.")                           \
	INT(no_ctrl_interface, 0, 0, 0, "No control socket.")                                      \
	TEXT(load_dynamic_eap, 0, 0, "EAP method to load.")

/* Keys of network={} that are plain numbers or strings. STR values are "text" or hex;
 * SECRET as STR, but reads back as `*`. Keys with parsing of their own are in keys_network.c. */
#define WPAS_NET_KEYS_TAIL(INT, STR, SECRET)                                                       \
	STR(identity, 0, 0, "EAP identity.")                                                       \
	STR(anonymous_identity, 0, 0, "EAP outer identity.")                                       \
	STR(machine_identity, 0, 0, "EAP machine identity.")                                       \
	STR(imsi_identity, 0, 0, "Permanent SIM identity.")                                        \
	STR(ca_cert, 0, 0, "Trusted CA certificates.")                                             \
	STR(ca_path, 0, 0, "Directory of CA certificates.")                                        \
	STR(client_cert, 0, 0, "Client certificate.")                                              \
	STR(private_key, 0, 0, "Client private key.")                                              \
	SECRET(private_key_passwd, 0, 0, "Password of the private key.")                           \
	STR(subject_match, 0, 0, "Server subject must contain this.")                              \
	STR(check_cert_subject, 0, 0, "Server subject check.")                                     \
	STR(altsubject_match, 0, 0, "Server alternative subject.")                                 \
	STR(domain_suffix_match, 0, 0, "Server domain suffix.")                                    \
	STR(domain_match, 0, 0, "Server domain.")                                                  \
	STR(ca_cert2, 0, 0, "Inner: CA certificates.")                                             \
	STR(ca_path2, 0, 0, "Inner: directory of CA certificates.")                                \
	STR(client_cert2, 0, 0, "Inner: client certificate.")                                      \
	STR(private_key2, 0, 0, "Inner: private key.")                                             \
	SECRET(private_key2_passwd, 0, 0, "Inner: password of the private key.")                   \
	STR(subject_match2, 0, 0, "Inner: subject match.")                                         \
	STR(altsubject_match2, 0, 0, "Inner: alternative subject.")                                \
	STR(domain_suffix_match2, 0, 0, "Inner: domain suffix.")                                   \
	STR(domain_match2, 0, 0, "Inner: domain.")                                                 \
	STR(machine_ca_cert, 0, 0, "Machine: CA certificates.")                                    \
	STR(machine_client_cert, 0, 0, "Machine: certificate.")                                    \
	STR(machine_private_key, 0, 0, "Machine: private key.")                                    \
	SECRET(machine_private_key_passwd, 0, 0, "Machine: password of the private key.")          \
	STR(machine_ca_path, 0, 0, "Machine: directory of CA certificates.")                       \
	STR(machine_subject_match, 0, 0, "Machine: subject match.")                                \
	STR(machine_check_cert_subject, 0, 0, "Machine: server subject check.")                    \
	STR(machine_altsubject_match, 0, 0, "Machine: alternative subject.")                       \
	STR(machine_domain_suffix_match, 0, 0, "Machine: domain suffix.")                          \
	STR(machine_domain_match, 0, 0, "Machine: domain.")                                        \
	STR(machine_phase2, 0, 0, "Machine: inner EAP parameters.")                                \
	STR(machine_engine_id, 0, 0, "Machine: OpenSSL engine.")                                   \
	STR(machine_key_id, 0, 0, "Machine: key in the engine.")                                   \
	STR(machine_cert_id, 0, 0, "Machine: certificate in the engine.")                          \
	STR(machine_ca_cert_id, 0, 0, "Machine: CA certificate in the engine.")                    \
	SECRET(machine_pin, 0, 0, "Machine: PIN.")                                                 \
	INT(machine_engine, 0, 1, 0, "Machine: use the engine.")                                   \
	INT(machine_ocsp, 0, 3, 0, "Machine: OCSP stapling.")                                      \
	INT(ocsp2, 0, 3, 0, "Inner: OCSP stapling.")                                               \
	STR(check_cert_subject2, 0, 0, "Inner: server subject check.")                             \
	STR(imsi_privacy_cert, 0, 0, "Certificate that protects the SIM identity.")                \
	STR(imsi_privacy_attr, 0, 0, "Attribute sent with the protected SIM identity.")            \
	STR(phase1, 0, 0, "Outer EAP parameters.")                                                 \
	STR(phase2, 0, 0, "Inner EAP parameters.")                                                 \
	STR(pcsc, 0, 0, "Smart card.")                                                             \
	SECRET(pin, 0, 0, "PIN of the smart card.")                                                \
	STR(engine_id, 0, 0, "OpenSSL engine.")                                                    \
	STR(key_id, 0, 0, "Key in the engine.")                                                    \
	STR(cert_id, 0, 0, "Certificate in the engine.")                                           \
	STR(ca_cert_id, 0, 0, "CA certificate in the engine.")                                     \
	STR(key_id2, 0, 0, "Inner: key in the engine.")                                            \
	SECRET(pin2, 0, 0, "Inner: PIN.")                                                          \
	STR(engine_id2, 0, 0, "Inner: engine.")                                                    \
	STR(cert_id2, 0, 0, "Inner: certificate in the engine.")                                   \
	STR(ca_cert_id2, 0, 0, "Inner: CA certificate in the engine.")                             \
	INT(engine, 0, 1, 0, "Use the engine.")                                                    \
	INT(engine2, 0, 1, 0, "Inner: use the engine.")                                            \
	INT(eapol_flags, 0, 3, 3, "Dynamic WEP keys wanted (bit field).")                          \
	STR(openssl_ciphers, 0, 0, "TLS cipher list.")                                             \
	INT(erp, 0, 1, 0, "EAP re-authentication protocol.")                                       \
	SECRET(wep_key0, 0, 0, "WEP key (this build has no WEP).")                                 \
	SECRET(wep_key1, 0, 0, "WEP key.")                                                         \
	SECRET(wep_key2, 0, 0, "WEP key.")                                                         \
	SECRET(wep_key3, 0, 0, "WEP key.")                                                         \
	INT(wep_tx_keyidx, 0, 3, 0, "WEP key to send with.")                                       \
	INT(priority, 0, 0, 0, "Higher priority groups are tried first.")                          \
	INT(eap_workaround, 0, 0, -1, "EAP work-arounds.")                                         \
	STR(pac_file, 0, 0, "EAP-FAST PAC file.")                                                  \
	INT(fragment_size, 0, 65535, 1398, "EAP fragment size.")                                   \
	INT(ocsp, 0, 3, 0, "OCSP stapling.")                                                       \
	INT(sim_num, 0, 0, 1, "SIM to use.")                                                       \
	INT(mode, 0, 5, 0, "0 station, 2 access point; others are not supported.")                 \
	INT(frequency, 0, 70200, 0, "Channel of IBSS, AP, mesh, MHz.")                             \
	INT(proactive_key_caching, -1, 1, -1, "Opportunistic key caching; -1 = okc.")              \
	INT(disabled, 0, 2, 0, "1: not used until enabled.")                                       \
	INT(mixed_cell, 0, 1, 0, "Mixed cell.")                                                    \
	INT(vht, 0, 1, 1, "VHT.")                                                                  \
	INT(ht, 0, 1, 1, "HT.")                                                                    \
	INT(ht40, -1, 1, 0, "HT40 channel pair.")                                                  \
	INT(he, 0, 1, 0, "HE.")                                                                    \
	INT(max_oper_chwidth, 0, 0, 0, "Channel width.")                                           \
	INT(vht_center_freq1, 0, 0, 0, "VHT center frequency.")                                    \
	INT(vht_center_freq2, 0, 0, 0, "VHT second center frequency.")                             \
	INT(pbss, 0, 2, 0, "60 GHz: 0 infrastructure, 1 PBSS, 2 either.")                          \
	INT(wps_disabled, 0, 1, 0, "AP mode: no WPS.")                                             \
	INT(fils_dh_group, 0, 65535, 0, "FILS DH group.")                                          \
	INT(ieee80211w, 0, 3, 3,                                                                   \
		"Management frame protection: 0 off 1 optional 2 required 3 pmf.")                 \
	INT(ocv, 0, 1, 0, "Operating channel validation.")                                         \
	STR(id_str, 0, 0, "Text for action scripts.")                                              \
	INT(update_identifier, 0, 0, 0, "Passpoint update identifier.")                            \
	STR(roaming_consortium_selection, 0, 0, "Passpoint roaming consortium.")                   \
	INT(mac_addr, -1, 3, -1, "Address policy of this network; -1 = global.")                   \
	INT(wpa_ptk_rekey, 0, 0x7fffffff, 0, "Ask for new pairwise keys after these seconds.")     \
	INT(wpa_deny_ptk0_rekey, 0, 2, 0, "Pairwise rekey with key 0: 0 allow, 2 reconnect.")      \
	INT(group_rekey, 0, 0x7fffffff, 0, "AP mode: group rekey.")                                \
	INT(ignore_broadcast_ssid, 0, 2, 0, "AP mode: hidden SSID.")                               \
	INT(owe_group, 0, 65535, 0, "OWE group.")                                                  \
	INT(owe_only, 0, 1, 0, "OWE only.")                                                        \
	INT(owe_ptk_workaround, 0, 1, 0, "OWE work-around.")                                       \
	INT(multi_ap_backhaul_sta, 0, 1, 0, "Associate as Multi-AP backhaul station.")             \
	INT(ft_eap_pmksa_caching, 0, 1, 0, "PMKSA caching with FT.")                               \
	CUSTOM_PROFILE                                                                             \
	INT(beacon_prot, 0, 1, 0, "Beacon protection.")                                            \
	INT(transition_disable, 0, 255, 0, "Transition modes switched off by the AP.")             \
	INT(sae_pk, 0, 2, 0, "SAE-PK: 0 automatic, 1 only, 2 off.")                                \
	INT(disable_ht, 0, 1, 0, "No HT.")                                                         \
	INT(disable_ht40, 0, 1, 0, "No 40 MHz.")                                                   \
	INT(disable_sgi, 0, 1, 0, "No short guard interval.")                                      \
	INT(disable_ldpc, 0, 1, 0, "No LDPC.")                                                     \
	INT(ht40_intolerant, 0, 1, 0, "40 MHz intolerant.")                                        \
	INT(tx_stbc, -1, 1, -1, "Send STBC.")                                                      \
	INT(rx_stbc, -1, 3, -1, "Receive STBC.")                                                   \
	INT(disable_max_amsdu, -1, 1, -1, "No maximum A-MSDU.")                                    \
	INT(ampdu_factor, -1, 3, -1, "A-MPDU factor.")                                             \
	INT(ampdu_density, -1, 7, -1, "A-MPDU density.")                                           \
	STR(ht_mcs, 0, 0, "HT rates.")                                                             \
	INT(disable_vht, 0, 1, 0, "No VHT.")                                                       \
	INT(vht_capa, 0, 0, 0, "VHT capabilities to override.")                                    \
	INT(vht_capa_mask, 0, 0, 0, "Bits of vht_capa that count.")                                \
	INT(vht_rx_mcs_nss_1, -1, 3, -1,                                                           \
		"VHT rates received with 1 stream; -1 as the radio has them.")                     \
	INT(vht_rx_mcs_nss_2, -1, 3, -1,                                                           \
		"VHT rates received with 2 streams; -1 as the radio has them.")                    \
	INT(vht_rx_mcs_nss_3, -1, 3, -1,                                                           \
		"VHT rates received with 3 streams; -1 as the radio has them.")                    \
	INT(vht_rx_mcs_nss_4, -1, 3, -1,                                                           \
		"VHT rates received with 4 streams; -1 as the radio has them.")                    \
	INT(vht_rx_mcs_nss_5, -1, 3, -1,                                                           \
		"VHT rates received with 5 streams; -1 as the radio has them.")                    \
	INT(vht_rx_mcs_nss_6, -1, 3, -1,                                                           \
		"VHT rates received with 6 streams; -1 as the radio has them.")                    \
	INT(vht_rx_mcs_nss_7, -1, 3, -1,                                                           \
		"VHT rates received with 7 streams; -1 as the radio has them.")                    \
	INT(vht_rx_mcs_nss_8, -1, 3, -1,                                                           \
		"VHT rates received with 8 streams; -1 as the radio has them.")                    \
	INT(vht_tx_mcs_nss_1, -1, 3, -1,                                                           \
		"VHT rates sent with 1 stream; -1 as the radio has them.")                         \
	INT(vht_tx_mcs_nss_2, -1, 3, -1,                                                           \
		"VHT rates sent with 2 streams; -1 as the radio has them.")                        \
	INT(vht_tx_mcs_nss_3, -1, 3, -1,                                                           \
		"VHT rates sent with 3 streams; -1 as the radio has them.")                        \
	INT(vht_tx_mcs_nss_4, -1, 3, -1,                                                           \
		"VHT rates sent with 4 streams; -1 as the radio has them.")                        \
	INT(vht_tx_mcs_nss_5, -1, 3, -1,                                                           \
		"VHT rates sent with 5 streams; -1 as the radio has them.")                        \
	INT(vht_tx_mcs_nss_6, -1, 3, -1,                                                           \
		"VHT rates sent with 6 streams; -1 as the radio has them.")                        \
	INT(vht_tx_mcs_nss_7, -1, 3, -1,                                                           \
		"VHT rates sent with 7 streams; -1 as the radio has them.")                        \
	INT(vht_tx_mcs_nss_8, -1, 3, -1,                                                           \
		"VHT rates sent with 8 streams; -1 as the radio has them.")                        \
	INT(disable_he, 0, 1, 0, "No HE.")                                                         \
	INT(disable_eht, 0, 1, 0, "No EHT.")                                                       \
	INT(disable_uhr, 0, 1, 0, "No UHR.")                                                       \
	INT(enable_4addr_mode, 0, 1, 0, "4-address mode after association without Multi-AP.")      \
	INT(max_idle, 0, 65535, 0, "BSS maximum idle period asked for.")                           \
	INT(ssid_protection, 0, 1, 0, "SSID check in the 4-way handshake.")                        \
	INT(rsn_overriding, 0, 2, 0, "RSN overriding.")                                            \
	INT(pmksa_privacy, 0, 1, 0, "PMKSA caching privacy.")                                      \
	INT(eap_over_auth_frame, 0, 1, 0, "EAP over authentication frames.")                       \
	INT(key_mgmt_offload, 0, 1, 1,                                                             \
		"The driver may run the key handshakes of this network. 0: never.")                \
	INT(dtim_period, 0, 0, 0, "AP mode: DTIM period.")                                         \
	INT(beacon_int, 0, 0, 0, "AP mode: beacon interval.")                                      \
	INT(ap_max_inactivity, 0, 0, 0, "AP mode: inactivity limit.")                              \
	INT(acs, 0, 1, 0, "AP mode: automatic channel.")                                           \
	INT(fixed_freq, 0, 1, 0, "IBSS: no other channel.")                                        \
	INT(enable_edmg, 0, 1, 0, "60 GHz channel bonding.")                                       \
	INT(edmg_channel, 0, 13, 0, "60 GHz bonded channel.")                                      \
	INT(always_use_proxy_arp, 0, 1, 0, "Passpoint proxy ARP.")                                 \
	INT(drop_unicast_ip_in_l2_multicast, 0, 1, 1, "Passpoint multicast filter.")

#endif
