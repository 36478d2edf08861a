/* hostapd configuration: one radio with its BSSs, from a file or made by ADD and SET. */
#ifndef HOSTAPD_CONF_H
#define HOSTAPD_CONF_H

#include "ap/ap_config.h"
#include "config/config.h"

struct hostapd_conf {
	struct ap_radio_config radio;
	struct ap_bss_config **bss; /* bss[0] is the radio's main one */
	size_t bss_count;
	size_t added;       /* of them, the last ones: from other files (-b, ADD bss_config=) */
	char *path;         /* of the file, for RELOAD_CONFIG; NULL when made by ADD */
	char *given_ifname; /* of -i or ADD, whatever the file says; else NULL */
	struct cfg_table *keys;
};

/* Names in the same order as written by SET and files. Scopes of the rows. */
enum hostapd_scope { HOSTAPD_RADIO, HOSTAPD_BSS };

/* One BSS named ifname, everything at its default. NULL when out of memory. */
struct hostapd_conf *hostapd_conf_new_default(const char *ifname);
void hostapd_conf_free(struct hostapd_conf *c); /* wipes secrets */
/* NULL when out of memory. */
struct hostapd_conf *hostapd_conf_copy(const struct hostapd_conf *c);

/* Reads and fully checks a file; every error is logged (`Line <n>: …`). ifname: name of the first
 * BSS instead of the file's, or NULL. NULL when there is any error; *errors (may be NULL) gets the
 * count, or -errno when the file cannot be read. */
struct hostapd_conf *hostapd_conf_load(const char *path, const char *ifname, int *errors);

/* One `key=value` for BSS `bss` (radio keys act on the radio, `interface` on the first BSS). On
 * error nothing is stored. Returns 0 or -EINVAL. */
int hostapd_conf_set(struct hostapd_conf *c, size_t bss, const char *key, const char *value,
	struct cfg_error *err);
/* Consistency of the whole configuration. full: as for ENABLE and files; else only what SET checks.
 * Returns 0 or -EINVAL; adjusts nothing: derived switches (WPS off with a hidden SSID …) are
 * computed where they are used. */
int hostapd_conf_check(const struct hostapd_conf *c, bool full, struct cfg_error *err);

/* A BSS with defaults; goes into a conf by hostapd_conf_bss_append() (ownership moves). */
struct ap_bss_config *hostapd_conf_bss_new(void);
void hostapd_conf_bss_free(const struct hostapd_conf *c, struct ap_bss_config *b);
int hostapd_conf_bss_append(struct hostapd_conf *c, struct ap_bss_config *b);
struct ap_bss_config *hostapd_conf_bss_copy(
	const struct hostapd_conf *c, const struct ap_bss_config *b);
/* The BSSs of `from` that its file knows nothing of, as they are; behind those of a newly read
 * file. Returns 0, -EINVAL (the file has one of them now), -ENOMEM. */
int hostapd_conf_keep_added(
	struct hostapd_conf *to, const struct hostapd_conf *from, struct cfg_error *err);
/* Takes BSS i out (the caller frees it). */
struct ap_bss_config *hostapd_conf_bss_take(struct hostapd_conf *c, size_t i);
/* Copies one value between BSSs (DUP_NETWORK). Returns 0, -ENOENT (unset), -EINVAL (key not
 * allowed). */
int hostapd_conf_copy_key(const struct hostapd_conf *from, size_t from_bss, struct hostapd_conf *to,
	size_t to_bss, const char *key);

#endif
