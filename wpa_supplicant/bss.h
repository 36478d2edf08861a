/* Table of access points seen: by BSSID and SSID, ids never reused. */
#ifndef WPA_SUPPLICANT_BSS_H
#define WPA_SUPPLICANT_BSS_H

#include <sys/queue.h>

#include <uthash.h>

#include "common/rsn_ie.h"
#include "drivers/driver.h"
#include "utils/bytes.h"
#include "wps/wps.h"

struct wpas_bss_key {
	uint8_t bssid[MAC_LEN];
	uint8_t ssid_len;
	uint8_t ssid[SSID_MAX_LEN]; /* zeros behind */
};

struct bus_object;

/* What another scan may find changed. */
enum wpas_bss_change {
	WPAS_BSS_FREQ = 1 << 0,
	WPAS_BSS_SIGNAL = 1 << 1,
	WPAS_BSS_PRIVACY = 1 << 2,
	WPAS_BSS_MODE = 1 << 3,
	WPAS_BSS_RATES = 1 << 4,
	WPAS_BSS_WPA = 1 << 5,
	WPAS_BSS_RSN = 1 << 6,
	WPAS_BSS_WPS = 1 << 7,
	WPAS_BSS_IES = 1 << 8, /* any element */
};

struct wpas_bss {
	TAILQ_ENTRY(wpas_bss) link; /* in order of ids */
	UT_hash_handle hh;
	struct wpas_bss_key key;
	unsigned id, freq, update_idx;
	int level; /* dBm */
	uint16_t beacon_int, capab;
	uint64_t tsf, seen; /* seen: timers_now() */
	unsigned missed;    /* complete scans that covered it and did not see it */
	struct bytes ies, beacon_ies;
	bool has_rsn, has_wpa, has_wps; /* element present and well-formed */
	bool in_use;                    /* current or being connected to: never expires */
	struct rsn_ie rsn, wpa;         /* views into ies */
	struct bus_object *object;      /* of D-Bus; NULL = none */
};

TAILQ_HEAD(wpas_bss_list, wpas_bss);

struct wpas_bss_table {
	struct wpas_bss_list list;
	struct wpas_bss *by_key;
	unsigned count, next_id, update_idx;
	/* Monitors are told; removed BSSs are freed right after. */
	void (*added)(void *ctx, struct wpas_bss *b);
	void (*removed)(void *ctx, struct wpas_bss *b);
	/* Seen again; changes: WPAS_BSS_… */
	void (*seen)(void *ctx, struct wpas_bss *b, unsigned changes);
	void *ctx;
};

void wpas_bss_init(struct wpas_bss_table *t);
/* drop everything, those in use too. */
void wpas_bss_clear(struct wpas_bss_table *t);
/* A scan result at time `now`; max: size of the table. NULL when it is not worth keeping. */
struct wpas_bss *wpas_bss_update(
	struct wpas_bss_table *t, const struct drv_scan_result *r, uint64_t now, unsigned max);
/* What a finished scan covered: freqs NULL = all channels; ssids 0 = wildcard or passive. */
struct wpas_scan_scope {
	const uint16_t *freqs;
	size_t freq_count;
	bool wildcard;
};
/* After a complete scan that began at `start`: counts misses, drops those missed `limit` times. */
void wpas_bss_scan_done(struct wpas_bss_table *t, const struct wpas_scan_scope *scope,
	uint64_t start, unsigned limit);
/* Drops what was not seen for max_age microseconds; not those in use. */
void wpas_bss_expire(struct wpas_bss_table *t, uint64_t now, uint64_t max_age);

struct wpas_bss *wpas_bss_by_id(const struct wpas_bss_table *t, unsigned id);
/* Of this address; the most recently updated one. */
struct wpas_bss *wpas_bss_by_addr(const struct wpas_bss_table *t, const uint8_t bssid[MAC_LEN]);
struct wpas_bss *wpas_bss_get(const struct wpas_bss_table *t, const uint8_t bssid[MAC_LEN],
	const uint8_t *ssid, size_t ssid_len);
/* An RSNXE capability bit (enum in common/elements.h; 9.4.2.240). */
bool wpas_bss_rsnx(const struct wpas_bss *b, unsigned bit);
/* Its WPS elements. False when it has none that are well-formed. */
bool wpas_bss_wps(const struct wpas_bss *b, struct wps_info *out);
/* Column "flags" of SCAN_RESULTS; own: our address, for WPS-AUTH. */
void wpas_bss_flags(const struct wpas_bss *b, const uint8_t own[MAC_LEN], struct strbuf *out);
/* Estimated throughput in kb/s from signal and rates. */
unsigned wpas_bss_throughput(const struct wpas_bss *b);

#endif
