/* Commands of hostapd_cli, in the order in which help and ambiguity messages list them. */
#include "hostapd/cli_words.h"

static const char *const mib_parts[] = {"dot11", "dot1x", "radius", NULL};
static const char *const levels[] = {
	"EXCESSIVE", "MSGDUMP", "DEBUG", "INFO", "WARNING", "ERROR", NULL};
static const char *const status_parts[] = {"driver", NULL};
static const char *const ap_pin_verbs[] = {"disable", "random", "get", "set", NULL};
static const char *const token_forms[] = {"WPS", "NDEF", NULL};
static const char *const token_verbs[] = {"WPS", "NDEF", "enable", "disable", NULL};
static const char *const acl_verbs[] = {"ADD_MAC", "DEL_MAC", "SHOW", "CLEAR", NULL};
static const char *const readable[] = {"version", "tls_library", NULL};
static const char *const settable[] = {"deny_mac_file", "accept_mac_file", "ssid", "wpa_passphrase",
	"wps_version_number", "multi_ap", "multi_ap_backhaul_ssid",
	"multi_ap_backhaul_wpa_passphrase", "multi_ap_profile", "channel", "hw_mode",
	"vendor_elements", "disassoc_low_ack", "ignore_broadcast_ssid", NULL};

#define STATION .offer = OFFER_STATIONS
#define VALUES(list) .offer = OFFER_VALUES, .values = list
#define MISSING(text) .missing = text
#define ONE_STATION(word)                                                                          \
	MISSING("Invalid '" word "' command - exactly one argument, STA address, is required.")
#define ONE_ARGUMENT(word) MISSING("Invalid '" word "' command - one argument is required.")

const struct cli_word hostapd_cli_words[] = {
	W("ping", 0, 0, "= ask whether hostapd answers"),
	W("mib", 0, 1, "[dot1x|dot11|radius] = show MIB variables", VALUES(mib_parts)),
	W("relog", 0, 0, "= open the log file again"),
	W("close_log", 0, 0, "= close the log file"),
	W("status", 0, 1, "[driver] = show the state of the interface", .flags = CLI_SUFFIX,
		VALUES(status_parts)),
	W("sta", 1, 2, "<addr> [driver|eapol] = show a station", STATION,
		MISSING("Invalid 'sta' command - at least one argument, STA address, is "
			"required.")),
	W("all_sta", 0, 0, "= show all stations", .run = cli_all_sta),
	W("list_sta", 0, 0, "= list the addresses of all stations", .run = cli_list_sta),
	W("new_sta", 1, 1, "<addr> = add a station", .flags = CLI_STRICT, ONE_STATION("new_sta")),
	W("deauthenticate", 1, 2, "<addr> [reason=] = deauthenticate a station", STATION,
		ONE_STATION("deauthenticate")),
	W("disassociate", 1, 2, "<addr> [reason=] = disassociate a station", STATION,
		ONE_STATION("disassociate")),
	W("signature", 1, 1, "<addr> = show the signature of a station", STATION),
	W("sa_query", 1, 1, "<addr> = send an SA Query to a station", STATION, .flags = CLI_STRICT,
		ONE_STATION("sa_query")),
	W("wps_pin", 2, 4, "<uuid> <pin> [timeout] [addr] = add the PIN of a WPS device",
		.flags = CLI_SECRET,
		MISSING("Invalid 'wps_pin' command - at least two arguments, UUID and PIN, are "
			"required.")),
	W("wps_check_pin", 1, 2, "<pin> = check the checksum of a PIN",
		.flags = CLI_SECRET | CLI_STRICT,
		MISSING("Invalid WPS_CHECK_PIN command: needs one argument:\n- PIN to be "
			"verified")),
	W("wps_pbc", 0, 0, "= press the WPS push button"),
	W("wps_cancel", 0, 0, "= end the running WPS operation"),
	W("wps_nfc_tag_read", 1, 1, "<hexdump> = report an NFC tag with WPS data",
		.flags = CLI_STRICT | CLI_SECRET, ONE_ARGUMENT("wps_nfc_tag_read")),
	W("wps_nfc_config_token", 1, 1, "<WPS|NDEF> = build an NFC configuration token",
		.flags = CLI_STRICT, VALUES(token_forms), ONE_ARGUMENT("wps_nfc_config_token")),
	W("wps_nfc_token", 1, 1, "<WPS|NDEF|enable|disable> = manage the NFC password token",
		.flags = CLI_STRICT, VALUES(token_verbs), ONE_ARGUMENT("wps_nfc_token")),
	W("nfc_get_handover_sel", 2, 2, "<WPS|NDEF> WPS-CR = build an NFC handover select",
		VALUES(token_forms)),
	W("wps_ap_pin", 1, 3, "<disable|random|get|set> [pin] [timeout] = manage the AP PIN",
		.flags = CLI_SECRET, VALUES(ap_pin_verbs),
		MISSING("Invalid 'wps_ap_pin' command - at least one argument is required.")),
	W("wps_config", 2, 4, "<ssid> <auth> [encr] [key] = configure this access point",
		.flags = CLI_SECRET, .hex = 1 << 0 | 1 << 3,
		MISSING("Invalid 'wps_config' command - at least two arguments are required.")),
	W("wps_get_status", 0, 0, "= show the state of WPS"),
	W("disassoc_imminent", 2, 2, "<addr> <timer> = announce a disassociation to a station",
		STATION,
		MISSING("Invalid 'disassoc_imminent' command - two arguments (STA addr and "
			"Disassociation Timer) are needed")),
	W("ess_disassoc", 3, 3, "<addr> <timer> <url> = announce an ESS disassociation", STATION,
		MISSING("Invalid 'ess_disassoc' command - three arguments (STA addr, disassoc "
			"timer, and URL) are needed")),
	W("bss_tm_req", 1, CLI_ANY, "<addr> [options] = ask a station to change the BSS", STATION,
		MISSING("Invalid 'bss_tm_req' command - at least one argument (STA addr) is "
			"needed")),
	W("get_config", 0, 0, "= show the configuration of the BSS"),
	W("help", 0, 1, "[prefix] = show the commands", .run = cli_help, .offer = OFFER_COMMANDS),
	W("interface", 0, 1, "[ifname] = list or select interfaces", .run = cli_select_interface,
		.offer = OFFER_INTERFACES),
	W("fst", 0, CLI_ANY, "<arguments> = fast session transfer", .verb = "FST-MANAGER"),
	W("raw", 1, CLI_ANY, "<command> = send this as it is", .run = cli_raw, .flags = CLI_SECRET),
	W("level", 1, 1, "<level> = lowest level of events shown here", .flags = CLI_STRICT,
		MISSING("Invalid LEVEL command: needs one argument (debug level)")),
	W("license", 0, 0, "= show the license", .run = cli_license),
	W("quit", 0, 0, "= leave", .run = cli_quit),
	W("set", 2, 2, "<name> <value> = set a configuration value", .flags = CLI_SET | CLI_STRICT,
		VALUES(settable),
		MISSING("Invalid SET command: needs two arguments (variable name and value)")),
	W("get", 1, 1, "<name> = get a value", .flags = CLI_STRICT, VALUES(readable),
		MISSING("Invalid GET command: needs one argument (variable name)")),
	W("set_qos_map_set", 1, 1, "<n,n,...> = set the QoS map", .flags = CLI_STRICT),
	W("send_qos_map_conf", 1, 1, "<addr> = send the QoS map to a station", STATION,
		.flags = CLI_STRICT),
	W("chan_switch", 2, CLI_ANY,
		"<count> <freq> [sec_channel_offset=] [center_freq1=] [center_freq2=]\n"
		"    [bandwidth=] [blocktx] [ht|vht|he|eht] = move to another channel",
		MISSING("Invalid chan_switch command: needs at least two arguments (count and "
			"freq)\n"
			"usage: <cs_count> <freq> [sec_channel_offset=] [center_freq1=] "
			"[center_freq2=] [bandwidth=] [blocktx] [ht|vht|he|eht]")),
	W("vendor", 2, 4, "<vendor id> <command> [<hex data>] [nested=<0|1>] = vendor command"),
	W("enable", 0, 0, "= start the interface"),
	W("reload", 0, 0, "= apply changed settings"),
	W("reload_bss", 0, 0, "= apply changed settings of this BSS"),
	W("reload_config", 0, 0, "= read the configuration file again"),
	W("disable", 0, 0, "= stop the interface"),
	W("update_beacon", 0, 0, "= build the beacon anew"),
	W("stop_ap", 0, 0, "= stop beaconing"),
	W("erp_flush", 0, 0, "= drop all ERP keys"),
	W("log_level", 0, 2, "[level] [timestamp] = show or set the log level", VALUES(levels)),
	W("pmksa", 0, 0, "= list cached PMKSAs"),
	W("pmksa_flush", 0, 0, "= drop cached PMKSAs"),
	W("set_neighbor", 3, 6, "<addr> <ssid=> <nr=> [lci=] [civic=] [stat] = add a neighbor"),
	W("show_neighbor", 0, 0, "= list neighbors"),
	W("remove_neighbor", 1, CLI_ANY, "<addr> [ssid=<hex>] = remove a neighbor"),
	W("req_lci", 1, 1, "<addr> = ask a station for its location", STATION, .flags = CLI_STRICT),
	W("req_range", 4, CLI_ANY, "<addr> <interval> <count> <AP addr>.. = ask for ranging",
		STATION),
	W("req_beacon", 2, CLI_ANY, "<addr> [req_mode=] <hexdump> = ask for a beacon report",
		STATION),
	W("req_link_measurement", 1, CLI_ANY, "<addr> = ask for a link measurement", STATION),
	W("driver_flags", 0, 0, "= list what the driver can do"),
	W("driver_flags2", 0, 0, "= list more of what the driver can do"),
	W("accept_acl", 1, CLI_ANY, "<ADD_MAC|DEL_MAC|SHOW|CLEAR> [addr] = manage the accept list",
		VALUES(acl_verbs)),
	W("deny_acl", 1, CLI_ANY, "<ADD_MAC|DEL_MAC|SHOW|CLEAR> [addr] = manage the deny list",
		VALUES(acl_verbs)),
	W("poll_sta", 1, CLI_ANY, "<addr> = check whether a station is still there", STATION),
	W("reload_wpa_psk", 0, 0, "= read wpa_psk_file again"),
	W("color_change", 1, CLI_ANY, "<color> = change the BSS color"),
	W("notify_cw_change", 1, CLI_ANY, "<width> = announce a channel width"),
	W("hs20_wnm_notif", 2, 2, "<addr> <url> = send a WNM notification", STATION),
	W("hs20_deauth_req", 3, 4, "<addr> <code> <delay> [url] = announce a deauthentication",
		STATION),
	W(NULL, 0, 0, NULL),
};
