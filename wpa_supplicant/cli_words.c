/* Commands of wpa_cli, in the order in which help and ambiguity messages list them. */
#include "wpa_supplicant/cli_words.h"

#include "wpa_supplicant/cli_bss.h"

static const char *const levels[] = {
	"EXCESSIVE", "MSGDUMP", "DEBUG", "INFO", "WARNING", "ERROR", NULL};
static const char *const status_parts[] = {"verbose", "wps", "driver", "no_events", NULL};
static const char *const network_keys[] = {"ssid", "bssid", "psk", "key_mgmt", "proto", "pairwise",
	"group", "auth_alg", "scan_ssid", "priority", "id_str", "disabled", "mode", "frequency",
	"ieee80211w", "eap", "identity", "password", "ca_cert", "client_cert", "private_key",
	"phase1", "phase2", "multi_ap_backhaul_sta", "multi_ap_profile", "enable_4addr_mode", NULL};
static const char *const settings[] = {"country", "ap_scan", "update_config", "device_name",
	"config_methods", "wps_cred_processing", "wps_priority", "autoscan", "uapsd", "ps",
	"bssid_filter", "disallow_aps", "fast_reauth", "uuid", NULL};
static const char *const readable[] = {"version", "tls_library", "max_command_len", "country",
	"ap_scan", "update_config", "device_name", "uuid", NULL};
static const char *const capabilities[] = {"eap", "pairwise", "group", "group_mgmt", "key_mgmt",
	"proto", "auth_alg", "modes", "channels", "freq", "sae", "multibss", NULL};
static const char *const pbc_arguments[] = {"any", "multi_ap=1", NULL};
static const char *const token_forms[] = {"WPS", "NDEF", NULL};
static const char *const all_networks[] = {"all", NULL};

static const char set_network_help[] =
	"set_network variables:\n"
	"  ssid (name of the network)\n"
	"  psk (passphrase or pre-shared key)\n"
	"  key_mgmt (key management)\n"
	"  identity, password (EAP)\n"
	"  ...\n"
	"\n"
	"Values are written as in the configuration file: texts in double quotes, e.g.\n"
	"  set_network 0 ssid \"my network\"\n"
	"The reference of the configuration file names all variables.";

static const char reg_arguments[] =
	"Invalid WPS_REG command: need two arguments:\n"
	"- BSSID of the target AP\n"
	"- AP PIN\n"
	"Alternatively, six arguments can be used to reconfigure the AP:\n"
	"- BSSID of the target AP\n"
	"- AP PIN\n"
	"- new SSID\n"
	"- new auth (OPEN, WPAPSK, WPA2PSK)\n"
	"- new encr (NONE, TKIP, CCMP)\n"
	"- new key";

static const char er_config_arguments[] = "Invalid WPS_ER_CONFIG command: need six arguments:\n"
					  "- AP UUID\n"
					  "- AP PIN\n"
					  "- new SSID\n"
					  "- new auth (OPEN, WPAPSK, WPA2PSK)\n"
					  "- new encr (NONE, TKIP, CCMP)\n"
					  "- new key";

static const char er_pin_arguments[] = "Invalid WPS_ER_PIN command: need at least two arguments:\n"
				       "- UUID: use 'any' to select any\n"
				       "- PIN: Enrollee PIN\n"
				       "optional: - Enrollee MAC address";

static const char pin_arguments[] = "Invalid WPS_PIN command: need one or two arguments:\n"
				    "- BSSID: use 'any' to select any\n"
				    "- PIN: optional, used only with devices that have no display";

static const char add_arguments[] =
	"Invalid INTERFACE_ADD command: needs at least one argument (interface name)\n"
	"All arguments: ifname confname driver ctrl_interface driver_param bridge_name create type";

#define VALUES(list) .offer = OFFER_VALUES, .values = list
#define NETWORK .offer = OFFER_NETWORKS
#define BSS .offer = OFFER_BSSIDS
#define STATION .offer = OFFER_STATIONS
#define MISSING(text) .missing = text
#define ANY CLI_ANY
/* An answer to CTRL-REQ-<FIELD>. */
#define ANSWER(word, field, what, help)                                                            \
	W(word, 2, ANY, "<network id> " help, .verb = "CTRL-RSP-" field "-",                       \
		.flags = CLI_SECRET | CLI_ANSWER, NETWORK,                                         \
		MISSING("Invalid " field " command: needs two arguments (network id and " what     \
			")"))

const struct cli_word wpa_cli_words[] = {
	W("status", 0, 1, "[verbose|wps|driver] = show the state of the connection",
		.flags = CLI_SUFFIX, VALUES(status_parts)),
	W("ifname", 0, 0, "= show the name of the interface"),
	W("ping", 0, 0, "= ask whether wpa_supplicant answers"),
	W("relog", 0, 0, "= open the log file again"),
	W("note", 1, ANY, "<text> = write a note into the log"),
	W("mib", 0, 0, "= show MIB variables"),
	W("help", 0, 1, "[prefix] = show the commands", .run = cli_help, .offer = OFFER_COMMANDS),
	W("interface", 0, 1, "[ifname] = list or select interfaces", .run = cli_select_interface,
		.offer = OFFER_INTERFACES),
	W("level", 1, ANY, "<level> = lowest level of events shown here"),
	W("license", 0, 0, "= show the license", .run = cli_license),
	W("quit", 0, 0, "= leave", .run = cli_quit),
	W("set", 1, ANY, "<name> [value] = set a global variable", .flags = CLI_SET | CLI_SPACE,
		VALUES(settings),
		MISSING("Invalid SET command - at least 2 arguments are required.")),
	W("dump", 0, 0, "= show all global variables"),
	W("get", 1, ANY, "<name> = get a global variable", VALUES(readable)),
	W("driver_flags", 0, 0, "= list what the driver can do"),
	W("driver_flags2", 0, 0, "= list more of what the driver can do"),
	W("logon", 0, 0, "= EAPOL logon"),
	W("logoff", 0, 0, "= EAPOL logoff"),
	W("pmksa", 0, 0, "= list cached PMKSAs"),
	W("pmksa_flush", 0, 0, "= drop cached PMKSAs"),
	W("pmksa_get", 1, ANY, "<network id> = PMKSAs of a network for keeping elsewhere", NETWORK),
	W("pmksa_add", 8, ANY,
		"<network id> <bssid> <pmkid> <pmk> <reauth s> <expiry s> <akmp> <opportunistic>\n"
		"    = put a PMKSA into the cache",
		.flags = CLI_SECRET, NETWORK),
	W("reassociate", 0, 0, "= connect anew"),
	W("reattach", 0, 0, "= connect anew to the same BSS"),
	W("preauthenticate", 1, ANY, "<bssid> = preauthenticate", .verb = "PREAUTH", BSS),
	ANSWER("identity", "IDENTITY", "identity", "<identity> = answer the request for it"),
	ANSWER("password", "PASSWORD", "password", "<password> = answer the request for it"),
	ANSWER("new_password", "NEW_PASSWORD", "password", "<password> = change the password"),
	ANSWER("pin", "PIN", "pin", "<pin> = answer the request for it"),
	ANSWER("otp", "OTP", "password", "<password> = answer with a one-time password"),
	ANSWER("psk_passphrase", "PSK_PASSPHRASE", "PSK/passphrase", "<psk> = answer with it"),
	ANSWER("passphrase", "PASSPHRASE", "passphrase", "<text> = unlock the private key"),
	ANSWER("sim", "SIM", "SIM operation response", "<response> = result of a SIM operation"),
	W("bssid", 2, ANY, "<network id> <bssid> = prefer a BSS", NETWORK,
		MISSING("Invalid BSSID command: needs two arguments (network id and BSSID)")),
	W("bssid_ignore", 0, ANY, "[bssid|clear] = list, add to or clear the ignored BSSs", BSS),
	W("blacklist", 0, ANY, "= old name of bssid_ignore", .verb = "BSSID_IGNORE", BSS),
	W("log_level", 0, ANY, "[level] [timestamp] = show or set the log level", VALUES(levels)),
	W("list_networks", 0, ANY, "= list configured networks"),
	W("select_network", 1, ANY, "<network id> = use only this network", NETWORK),
	W("enable_network", 1, ANY, "<network id|all> = allow a network", NETWORK),
	W("disable_network", 1, ANY, "<network id|all> = do not use a network", NETWORK),
	W("add_network", 0, 0, "= add a network, shows its id"),
	W("remove_network", 1, ANY, "<network id|all> = remove a network", NETWORK,
		.values = all_networks),
	W("set_network", 3, ANY, "<network id> <name> <value> = set a variable of a network",
		.flags = CLI_SET, NETWORK, .values = network_keys, .overview = set_network_help,
		MISSING("Invalid SET_NETWORK command: needs three arguments\n"
			"(network id, variable name, and value)")),
	W("get_network", 2, 2, "<network id> <name> = get a variable of a network",
		.flags = CLI_STRICT, NETWORK, .values = network_keys, .overview = set_network_help,
		MISSING("Invalid GET_NETWORK command: needs two arguments\n"
			"(network id and variable name)")),
	W("dup_network", 3, ANY, "<from id> <to id> <name> = copy a variable", NETWORK,
		.overview = set_network_help,
		MISSING("Invalid DUP_NETWORK command: needs three arguments\n"
			"(src netid, dest netid, and variable name)")),
	W("list_creds", 0, 0, "= list credentials"),
	W("add_cred", 0, 0, "= add a credential"),
	W("remove_cred", 1, ANY, "<id> = remove a credential"),
	W("set_cred", 3, ANY, "<id> <name> <value> = set a variable of a credential",
		.flags = CLI_SET,
		MISSING("Invalid SET_CRED command: needs three arguments\n"
			"(cred id, variable name, and value)")),
	W("get_cred", 2, 2, "<id> <name> = get a variable of a credential", .flags = CLI_STRICT,
		MISSING("Invalid GET_CRED command: needs two arguments\n"
			"(cred id, variable name)")),
	W("save_config", 0, 0, "= write the configuration file"),
	W("disconnect", 0, 0, "= disconnect and stay so until reconnect or reassociate"),
	W("reconnect", 0, 0, "= connect again after disconnect"),
	W("scan", 0, ANY, "[options] = scan"),
	W("scan_results", 0, 0, "= show what was found"),
	W("abort_scan", 0, 0, "= stop a running scan"),
	W("bss", 1, ANY, "<number|bssid> = show one BSS", BSS),
	W("all_bss", 0, 0, "= show all BSSs", .run = wpa_cli_all_bss),
	W("get_capability", 1, 3, "<what> [strict] = what is supported", VALUES(capabilities),
		.flags = CLI_STRICT,
		MISSING("Invalid GET_CAPABILITY command: need at least one argument and max three "
			"arguments")),
	W("reconfigure", 0, 0, "= read the configuration file again"),
	W("terminate", 0, 0, "= end wpa_supplicant"),
	W("interface_add", 1, 9,
		"<ifname> [config] [driver] [ctrl_interface] [driver_param] [bridge]\n"
		"    [create] [type] = add an interface",
		.flags = CLI_TABS, MISSING(add_arguments)),
	W("interface_remove", 1, ANY, "<ifname> = remove an interface", .offer = OFFER_INTERFACES),
	W("interface_list", 0, 0, "= list interfaces the drivers know"),
	W("ap_scan", 1, ANY, "<0|1|2> = who selects the access point"),
	W("scan_interval", 1, ANY, "<seconds> = time between scans"),
	W("bss_expire_age", 1, ANY, "<seconds> = forget BSSs after this time"),
	W("bss_expire_count", 1, ANY, "<scans> = forget BSSs not seen in so many scans"),
	W("bss_flush", 0, 1, "[seconds] = forget BSSs older than this (0: all)", .absent = "0"),
	W("ft_ds", 1, ANY, "<addr> = fast transition over the DS", BSS),
	W("wps_pbc", 0, ANY, "[bssid|any] [multi_ap=1] = press the WPS push button",
		VALUES(pbc_arguments)),
	W("wps_pin", 1, ANY, "<bssid|any> [pin] = WPS with a PIN", .flags = CLI_SECRET, BSS,
		MISSING(pin_arguments)),
	W("wps_check_pin", 1, ANY, "<pin> = check the checksum of a PIN", .flags = CLI_SECRET),
	W("wps_cancel", 0, 0, "= end the running WPS operation"),
	W("wps_nfc", 0, ANY, "[bssid] = WPS with the NFC password token", BSS),
	W("wps_nfc_config_token", 1, ANY, "<WPS|NDEF> = build a configuration token",
		VALUES(token_forms)),
	W("wps_nfc_token", 1, ANY, "<WPS|NDEF> = make a password token", VALUES(token_forms)),
	W("wps_nfc_tag_read", 1, 1, "<hexdump> = report an NFC tag with WPS data",
		.flags = CLI_SECRET | CLI_STRICT,
		MISSING("Invalid 'wps_nfc_tag_read' command - one argument is required.")),
	W("nfc_get_handover_req", 2, ANY, "<NDEF> <WPS-CR> = build a handover request"),
	W("nfc_get_handover_sel", 2, ANY, "<NDEF> <WPS-CR> = build a handover select"),
	W("nfc_report_handover", 4, ANY, "<role> WPS <req> <sel> = report a handover"),
	W("wps_reg", 2, 6, "<bssid> <AP PIN> [ssid auth encr key] = read or set an access point",
		.flags = CLI_SECRET | CLI_STRICT, .hex = 1 << 2 | 1 << 5, .gap = 1 << 3 | 1 << 4,
		BSS, MISSING(reg_arguments)),
	W("wps_ap_pin", 1, ANY, "<disable|random|get|set> [pin] [timeout] = manage the AP PIN",
		.flags = CLI_SECRET),
	W("wps_er_start", 0, ANY, "[address] = start an external registrar"),
	W("wps_er_stop", 0, 0, "= stop it"),
	W("wps_er_pin", 2, ANY, "<uuid|any> <pin> [addr] = add the PIN of a device",
		.flags = CLI_SECRET, MISSING(er_pin_arguments)),
	W("wps_er_pbc", 1, ANY, "<uuid> = accept a device that pressed its button"),
	W("wps_er_learn", 2, 2, "<uuid> <pin> = learn the settings of an access point",
		.flags = CLI_SECRET | CLI_STRICT,
		MISSING("Invalid WPS_ER_LEARN command: need two arguments:\n"
			"- UUID: specify which AP to use\n- PIN: AP PIN")),
	W("wps_er_set_config", 2, 2, "<uuid> <network id> = settings for new devices",
		.flags = CLI_STRICT,
		MISSING("Invalid WPS_ER_SET_CONFIG command: need two arguments:\n"
			"- UUID: specify which AP to use\n- Network configuration id")),
	W("wps_er_config", 5, 6, "<uuid> <pin> <ssid> <auth> <encr> [key] = set an access point",
		.flags = CLI_SECRET | CLI_STRICT, .hex = 1 << 2 | 1 << 5,
		MISSING(er_config_arguments)),
	W("wps_er_nfc_config_token", 2, 2, "<WPS|NDEF> <uuid> = build a configuration token",
		.flags = CLI_STRICT,
		MISSING("Invalid WPS_ER_NFC_CONFIG_TOKEN command: need two arguments:\n"
			"- WPS/NDEF: token format\n- UUID: specify which AP to use")),
	W("ibss_rsn", 1, ANY, "<addr> = RSN authentication with a peer"),
	W("sta", 1, ANY, "<addr> = show a station (access point)", STATION),
	W("all_sta", 0, 0, "= show all stations (access point)", .run = cli_all_sta),
	W("list_sta", 0, 0, "= list all stations (access point)", .run = cli_list_sta),
	W("deauthenticate", 1, ANY, "<addr> = deauthenticate a station", STATION),
	W("disassociate", 1, ANY, "<addr> = disassociate a station", STATION),
	W("chan_switch", 2, ANY, "<count> <freq> [options] = move to another channel"),
	W("update_beacon", 0, 0, "= build the beacon anew"),
	W("suspend", 0, 0, "= the system goes to sleep"),
	W("resume", 0, 0, "= the system woke up"),
	W("roam", 1, ANY, "<bssid> = move to another BSS of the network", BSS),
	W("vendor_elem_add", 2, ANY, "<frame> <hexdump> = add elements to frames"),
	W("vendor_elem_get", 1, ANY, "<frame> = show added elements"),
	W("vendor_elem_remove", 2, ANY, "<frame> <hexdump|*> = remove added elements"),
	W("sta_autoconnect", 1, ANY, "<0|1> = connect again after a loss"),
	W("signal_poll", 0, 0, "= show the signal"),
	W("signal_monitor", 0, ANY, "[THRESHOLD=] [HYSTERESIS=] = watch the signal"),
	W("pktcnt_poll", 0, 0, "= show packet counters"),
	W("reauthenticate", 0, 0, "= start EAP anew"),
	W("autoscan", 0, ANY, "[parameters] = set or unset autoscan", .flags = CLI_SPACE),
	W("wnm_sleep", 0, ANY, "<enter|exit> [interval=] = WNM sleep mode"),
	W("wnm_bss_query", 1, ANY, "<reason> [list] = ask for another BSS"),
	W("neighbor_rep_request", 0, ANY, "[ssid=] = ask for neighbors"),
	W("raw", 1, ANY, "<command> = send this as it is", .run = cli_raw, .flags = CLI_SECRET),
	W("flush", 0, 0, "= forget all state"),
	W("radio_work", 1, ANY, "<show|add|done> = reserve the radio"),
	W("vendor", 1, ANY, "<vendor id> <command> [<hex data>] = vendor command"),
	W("erp_flush", 0, 0, "= drop ERP keys"),
	W("mac_rand_scan", 1, ANY,
		"<scan|sched|pno|all> enable=<0|1> [addr= mask=]\n"
		"    = random address while scanning"),
	W("get_pref_freq_list", 1, ANY, "<interface type> = preferred frequencies"),
	W(NULL, 0, 0, NULL),
};
