/* Inside of the configuration: tables of rows and the functions custom rows share. */
#ifndef WPA_SUPPLICANT_KEYS_H
#define WPA_SUPPLICANT_KEYS_H

#include "wpa_supplicant/conf.h"

extern const struct cfg_key wpas_global_keys[];
extern const size_t wpas_global_key_count;
extern const struct cfg_key wpas_network_keys[];
extern const size_t wpas_network_key_count;
extern const char *const wpas_ignored_globals[]; /* end with NULL */
extern const char *const wpas_ignored_networks[];

/* Blank-separated numbers; a first 0 means unset. */
int wpas_ints_parse(void *obj, const struct cfg_key *key, const char *value, struct cfg_error *err);
bool wpas_ints_print(const void *obj, const struct cfg_key *key, struct strbuf *out);
void wpas_ints_free(void *obj, const struct cfg_key *key);

#endif
