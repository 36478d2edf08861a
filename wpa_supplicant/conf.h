/* Configuration of one station interface: global keys, networks, and the text they came from. */
#ifndef WPA_SUPPLICANT_CONF_H
#define WPA_SUPPLICANT_CONF_H

#include "common/rsn_ie.h"
#include "config/config.h"
#include "crypto/crypto.h"
#include "utils/bytes.h"
#include "utils/writer.h"
#include "wpa_supplicant/keys_list.h"
#include "wps/wps.h"

struct bus_object;

enum wpas_scope { WPAS_GLOBAL, WPAS_NETWORK };
/* Rows GET and DUMP cannot read (reference, 2.2). Above the flags of config.h. */
#define WPAS_NOT_READABLE (1u << 16)

/* Field types of custom rows. */
struct wpas_ints {
	int *items;
	size_t count;
};
struct wpas_uuid {
	uint8_t uuid[WPS_UUID_LEN]; /* all zero = unset */
};
struct wpas_dev_type {
	uint8_t type[8];
};
#define WPAS_SEC_TYPES 5
struct wpas_dev_types {
	struct wpas_dev_type items[WPAS_SEC_TYPES];
	size_t count;
};
struct wpas_country {
	char code[3]; /* "" = unset */
};
struct wpas_macs {
	struct wpas_mac_mask {
		uint8_t addr[MAC_LEN], mask[MAC_LEN];
	} * items;
	size_t count;
};

/* Values of mode. */
enum wpas_mode { WPAS_MODE_STATION = 0, WPAS_MODE_AP = 2 };

/* One network={} block. Fields named like keys are written through rows only. */
struct wpas_network {
	unsigned id;
	int file_block;            /* number of its block in the file, -1 = not in the file */
	bool read_only;            /* from -I: neither changed nor saved */
	bool temporary;            /* of a WPS run */
	bool probe_ssid;           /* ask for it by name like scan_ssid=1: from WPS, not yet seen */
	bool driver_pmksas;        /* a driver ran SAE or OWE: it may keep PMKSAs of its own */
	bool secret_asked;         /* the PSK it lacks; it waits for the answer */
	unsigned wps_run;          /* number of the WPS run it came from; 0 = none */
	bool held;                 /* held back while a WPS run is on; never saved */
	unsigned failures;         /* authentication failures in a row */
	uint64_t disabled_until;   /* temporarily disabled, timers_now(); 0 = not */
	struct bus_object *object; /* of D-Bus; NULL = none */

	struct bytes ssid;
	int scan_ssid;
	uint8_t bssid[MAC_LEN], bssid_hint[MAC_LEN]; /* zero = any */
	struct wpas_macs bssid_ignore, bssid_accept;
	/* psk: at most one of the three forms; pmk is derived from them once. */
	char *passphrase, *psk_ext;
	uint8_t psk_hex[PMK_LEN], pmk[PMK_LEN];
	bool has_psk_hex, has_pmk;
	int mem_only_psk;
	struct bytes sae_password, sae_password_id, password, machine_password;
	int sae_pwe, sae_password_id_change;
	unsigned proto, key_mgmt, pairwise, group, group_mgmt, auth_alg; /* masks */
	int bg_scan_period;
	struct wpas_ints scan_freq, freq_list;
	char *bgscan; /* with its quotes: "" is not the same as none */
	char *eap, *alt_sae_password_ids, *mac_value;
	int multi_ap_profile;

#define WPAS_FIELD_INT(name, min, max, def, help) int name;
#define WPAS_FIELD_STR(name, min, max, help) struct bytes name;
#define CUSTOM_PROFILE
	WPAS_NET_KEYS_TAIL(WPAS_FIELD_INT, WPAS_FIELD_STR, WPAS_FIELD_STR)
#undef CUSTOM_PROFILE
};

struct wpas_blob {
	char *name;
	struct bytes data;
	bool in_file; /* as it is here */
};

struct wpas_conf {
	const struct cfg_table *keys; /* shared by all interfaces */
	char *path, *path2;           /* -c and -I; NULL = none */
	struct bytes text;            /* content of path as last read or written */
	struct wpas_network **nets;   /* in order of ids */
	size_t net_count;
	struct wpas_blob *blobs;
	size_t blob_count;

#define WPAS_FIELD_TEXT(name, min, max, help) char *name;
#define WPAS_FIELD_CUSTOM(type, name, kind, def, help) type name;
	WPAS_GLOBAL_KEYS(WPAS_FIELD_INT, WPAS_FIELD_TEXT, WPAS_FIELD_STR, WPAS_FIELD_CUSTOM)
};

/* key_mgmt words that are not AKMs of common/rsn_ie.h go into the high bits. */
enum wpas_key_mgmt {
	WPAS_KM_NONE = AKM_NONE,
	WPAS_KM_IEEE8021X = 1 << 20,
	WPAS_KM_WPA_NONE = 1 << 21,
	WPAS_KM_FT_EAP_SHA384 = 1 << 22,
	WPAS_KM_EAP_SHA384 = 1 << 23,
	WPAS_KM_FT_SAE_EXT = 1 << 24,
	WPAS_KM_FILS256 = 1 << 25,
	WPAS_KM_FILS384 = 1 << 26,
	WPAS_KM_FT_FILS256 = 1 << 27,
	WPAS_KM_FT_FILS384 = 1 << 28,
	WPAS_KM_DPP = 1 << 29,
};

/* All rows of both scopes. Built once per daemon. NULL when out of memory. */
struct wpas_keys;
struct wpas_keys *wpas_keys_new(void);
void wpas_keys_free(struct wpas_keys *k);
const struct cfg_table *wpas_keys_table(const struct wpas_keys *k);

/* An empty configuration with defaults; keys is borrowed. NULL when out of memory. */
struct wpas_conf *wpas_conf_new(const struct cfg_table *keys);
void wpas_conf_free(struct wpas_conf *c); /* wipes secrets */
/* Reads path (NULL: none) and path2 (its networks are read-only; NULL: none). Every error is
 * logged as `Line <n>: …`. *next_id is the counter network ids come from. NULL when there was an
 * error; *err (may be NULL) gets -EINVAL or the -errno of reading. */
struct wpas_conf *wpas_conf_load(const struct cfg_table *keys, const char *path, const char *path2,
	unsigned *next_id, int *err);
/* Adds the lines of a text already in memory; `file` is its name in errors. Returns the number of
 * errors. The text is not kept. */
int wpas_conf_parse(struct wpas_conf *c, const char *file, const char *text, size_t len,
	bool networks_read_only, unsigned *next_id);
/* Writes the file: what did not change keeps its line, comments included. Returns 0 or -errno
 * (-ENOENT: no file to write). */
int wpas_conf_save(struct wpas_conf *c);
/* The text wpas_conf_save() would write. Returns 0 or -ENOMEM. */
int wpas_conf_render(const struct wpas_conf *c, struct writer *out);

/* Networks. add: defaults, owned by c. */
struct wpas_network *wpas_conf_add_network(struct wpas_conf *c, unsigned id);
void wpas_conf_remove_network(struct wpas_conf *c, struct wpas_network *n);
struct wpas_network *wpas_conf_network(const struct wpas_conf *c, unsigned id); /* NULL if none */
unsigned wpas_conf_free_id(const struct wpas_conf *c);                          /* highest + 1 */
struct wpas_network *wpas_network_new(const struct cfg_table *keys);
void wpas_network_free(const struct cfg_table *keys, struct wpas_network *n);
/* One key of a network. Returns 0, 1 (equal to the old value) or -EINVAL with err filled in. */
int wpas_network_set(const struct wpas_conf *c, struct wpas_network *n, const char *key,
	const char *value, struct cfg_error *err);
/* The value in file syntax, secrets as `*` unless `secrets`. False: unknown, unset. */
bool wpas_network_get(const struct wpas_conf *c, const struct wpas_network *n, const char *key,
	bool secrets, struct strbuf *out);
/* mem_only_psk=1, and no client has brought the secret yet. */
bool wpas_network_lacks_psk(const struct wpas_network *n);
/* Why this network cannot be used or saved, NULL when it can. */
const char *wpas_network_problem(const struct wpas_network *n);

/* conf_eap.c. Why it cannot be used by this version (as above, or no EAP method of ours fits), NULL
 * when it can. able: 802.1X may be negotiated for it. lacks: the field of CTRL-REQ that is to be
 * asked for before it is used, NULL when none. */
#define WPAS_AKMS_1X ((unsigned)(AKM_8021X | AKM_8021X_SHA256))
#define WPAS_IDENTITY_CAP 256
const char *wpas_network_unusable(const struct wpas_network *n);
bool wpas_network_eap_able(const struct wpas_network *n);
const char *wpas_network_lacks_secret(const struct wpas_network *n);

/* The PMK of a PSK network, derived at the first call. Returns 0, -ENOENT (no psk), -EIO. */
int wpas_network_pmk(struct wpas_network *n);
/* Secret or SSID changed. */
void wpas_network_forget_pmk(struct wpas_network *n);

/* conf_blob.c. set: replaces one of that name; data is copied. 0, -EINVAL (no name a file can hold,
 * more than 1 MiB), -ENOMEM. remove: -ENOENT. read: base64 from a file, -EBADMSG. */
struct wpas_blob *wpas_conf_blob(const struct wpas_conf *c, const char *name); /* NULL: none */
int wpas_conf_set_blob(struct wpas_conf *c, const char *name, const void *data, size_t len);
int wpas_conf_remove_blob(struct wpas_conf *c, const char *name);
void wpas_conf_clear_blobs(struct wpas_conf *c);
int wpas_conf_read_blob(struct wpas_conf *c, const char *name, const char *text);
void wpas_conf_write_blob(const struct wpas_blob *b, struct writer *out);

/* Global keys, as wpas_network_set(). */
int wpas_conf_set(struct wpas_conf *c, const char *key, const char *value, struct cfg_error *err);

#endif
