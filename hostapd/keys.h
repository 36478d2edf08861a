/* Rows of hostapd's configuration keys (private to the configuration files of hostapd/). */
#ifndef HOSTAPD_KEYS_H
#define HOSTAPD_KEYS_H

#include "hostapd/conf.h"

/* All rows; the radio's and the BSS's defaults come from here. */
extern const struct cfg_key hostapd_keys[];
size_t hostapd_keys_count(void);
/* Keys known but out of scope: accepted, logged, not stored. Ends with NULL. */
extern const char *const hostapd_keys_ignored[];

/* Parsers of the CUSTOM rows, see keys_parse.c. `key->offset` is the field in the scope's struct.
 */
#define HOSTAPD_PARSER(name)                                                                       \
	int name(void *obj, const struct cfg_key *key, const char *value, struct cfg_error *err)
#define HOSTAPD_PRINTER(name)                                                                      \
	bool name(const void *obj, const struct cfg_key *key, struct strbuf *out)

HOSTAPD_PARSER(hostapd_parse_ifname);
HOSTAPD_PRINTER(hostapd_print_ifname);
HOSTAPD_PARSER(hostapd_parse_country);
HOSTAPD_PRINTER(hostapd_print_country);
HOSTAPD_PARSER(hostapd_parse_ssid);
HOSTAPD_PRINTER(hostapd_print_ssid);
HOSTAPD_PARSER(hostapd_parse_passphrase);
HOSTAPD_PRINTER(hostapd_print_passphrase);
HOSTAPD_PARSER(hostapd_parse_psk);
HOSTAPD_PRINTER(hostapd_print_psk);
HOSTAPD_PARSER(hostapd_parse_backhaul_passphrase);
HOSTAPD_PARSER(hostapd_parse_backhaul_psk);
HOSTAPD_PARSER(hostapd_parse_rates);
HOSTAPD_PRINTER(hostapd_print_rates);
HOSTAPD_PARSER(hostapd_parse_channel);
HOSTAPD_PRINTER(hostapd_print_channel);
HOSTAPD_PARSER(hostapd_parse_ht_capab);
HOSTAPD_PRINTER(hostapd_print_ht_capab);
HOSTAPD_PARSER(hostapd_parse_acl_file);
HOSTAPD_PARSER(hostapd_parse_uuid);
HOSTAPD_PRINTER(hostapd_print_uuid);
HOSTAPD_PARSER(hostapd_parse_device_type);
HOSTAPD_PRINTER(hostapd_print_device_type);
HOSTAPD_PARSER(hostapd_parse_os_version);
HOSTAPD_PRINTER(hostapd_print_os_version);
HOSTAPD_PARSER(hostapd_parse_file_bytes);
HOSTAPD_PARSER(hostapd_parse_rf_bands);
HOSTAPD_PRINTER(hostapd_print_rf_bands);
HOSTAPD_PARSER(hostapd_parse_wep_key);
/* nfc_keys.c */
HOSTAPD_PARSER(hostapd_parse_nfc_hex);
HOSTAPD_PRINTER(hostapd_print_nfc_hex);
HOSTAPD_PARSER(hostapd_parse_cw);
HOSTAPD_PARSER(hostapd_parse_burst);
HOSTAPD_PRINTER(hostapd_print_int);
HOSTAPD_PARSER(hostapd_parse_list_words);
HOSTAPD_PRINTER(hostapd_print_list_words);
void hostapd_free_acl(void *obj, const struct cfg_key *key);
void hostapd_free_bytes(void *obj, const struct cfg_key *key);
void hostapd_free_text(void *obj, const struct cfg_key *key);
int hostapd_copy_acl(void *dst, const void *src, const struct cfg_key *key);
int hostapd_copy_bytes(void *dst, const void *src, const struct cfg_key *key);
int hostapd_copy_text(void *dst, const void *src, const struct cfg_key *key);

#endif
