/* Elements (IEEE 802.11-2020, 9.4.2): id, length, content. */
#ifndef COMMON_ELEMENTS_H
#define COMMON_ELEMENTS_H

#include "common/ieee80211.h"

enum element_id {
	EID_SSID = 0,
	EID_SUPP_RATES = 1,
	EID_DS_PARAMS = 3,
	EID_TIM = 5,
	EID_COUNTRY = 7,
	EID_POWER_CONSTRAINT = 32,
	EID_SUPPORTED_CHANNELS = 36,
	EID_CHANNEL_SWITCH = 37,
	EID_ERP_INFO = 42,
	EID_HT_CAP = 45,
	EID_RSN = 48,
	EID_EXT_SUPP_RATES = 50,
	EID_NEIGHBOR_REPORT = 52,
	EID_TIMEOUT_INTERVAL = 56,
	EID_SUPP_OPER_CLASSES = 59,
	EID_HT_OPERATION = 61,
	EID_SECONDARY_CHANNEL = 62,
	EID_BSS_MAX_IDLE = 90,
	EID_MESH_ID = 114,
	EID_EXT_CAPAB = 127,
	EID_MULTI_BAND = 158,
	EID_VHT_CAP = 191,
	EID_VHT_OPERATION = 192,
	EID_VENDOR = 221,
	EID_FILS_INDICATION = 240,
	EID_RSNX = 244,
	EID_EXTENSION = 255,
};

#define OUI_MICROSOFT 0x0050f2 /* types: 1 WPA, 2 WMM, 4 WPS */
#define OUI_WFA 0x506f9a       /* types: 0x09 P2P, 0x10 Hotspot 2.0, 0x1b Multi-AP, 0x1c OWE */
#define OUI_RSN 0x000fac
#define VENDOR_WPA ((OUI_MICROSOFT << 8) | 1)
#define VENDOR_WMM ((OUI_MICROSOFT << 8) | 2)
#define VENDOR_WPS ((OUI_MICROSOFT << 8) | 4)
#define VENDOR_P2P ((OUI_WFA << 8) | 0x09)
#define VENDOR_HS20 ((OUI_WFA << 8) | 0x10)
#define VENDOR_MULTI_AP ((OUI_WFA << 8) | 0x1b)
#define VENDOR_OWE ((OUI_WFA << 8) | 0x1c)

/* Bits of the RSN Extension element (9.4.2.240); the lowest four are its length. */
enum { RSNX_SAE_H2E = 5, RSNX_SAE_PK = 6 };

struct element {
	uint8_t id;
	uint8_t len;
	const uint8_t *data; /* len bytes, view */
};
/* Next element; false at the end and on malformed rest (then r->bad is set). */
bool element_next(struct reader *r, struct element *e);
/* OUI and type of a vendor element as (oui << 8) | type, 0 when too short. */
uint32_t element_vendor(const struct element *e);

/* What our daemons look at, from one pass. Views into the frame: `data` is the content without id
 * and length; so for vendor elements (wpa, wmm, multi_ap) it begins with OUI and type.
 * element_find() gives an element whole, with its id. First one of a kind counts. */
struct elem_view {
	const uint8_t *data;
	size_t len;
};
struct elements {
	struct elem_view ssid, supp_rates, ext_supp_rates, ds_params, country, rsn, rsnx, wpa, wmm,
		ht_cap, ht_operation, vht_cap, ext_capab, multi_ap, supp_oper_classes, tim;
	unsigned wps_count; /* WPS elements present (content: elements_wps()) */
	const uint8_t *all; /* the parsed bytes */
	size_t all_len;
};
/* Returns 0, or -EBADMSG when a length runs past the end (fields found so far are filled in). */
int elements_parse(const uint8_t *data, size_t len, struct elements *out);
/* Concatenated content of all WPS elements (a WPS message longer than one element is split over
 * several, WSC 2.0.x section 8.2), OUI and type removed. Returns 0 (empty when none) or -ENOMEM. */
int elements_wps(const uint8_t *data, size_t len, struct bytes *out);
/* Whole element (from the id byte) of this id, or vendor type (for EID_VENDOR); NULL when absent.
 */
const uint8_t *element_find(
	const uint8_t *data, size_t len, uint8_t id, uint32_t vendor, size_t *whole_len);

/* m = element_begin(w, id); ...content...; element_end(w, m); */
struct writer_mark element_begin(struct writer *w, uint8_t id);
void element_end(struct writer *w, struct writer_mark m);
void element_put(struct writer *w, uint8_t id, const void *data, size_t len);
struct writer_mark element_begin_vendor(struct writer *w, uint32_t vendor);
/* Payload as vendor elements, several when longer than 251 bytes (WPS). */
void element_put_vendor_fragmented(struct writer *w, uint32_t vendor, const void *data, size_t len);

/* Multi-AP element (Wi-Fi Multi-AP 2.0/R2, table "Multi-AP IE"). */
enum multi_ap_flags {
	MULTI_AP_BACKHAUL_STA = 0x80,
	MULTI_AP_BACKHAUL_BSS = 0x40,
	MULTI_AP_FRONTHAUL_BSS = 0x20,
	MULTI_AP_TEAR_DOWN = 0x10,
	MULTI_AP_PROFILE1_DISALLOWED = 0x08,
	MULTI_AP_PROFILE2_DISALLOWED = 0x04,
};
struct multi_ap {
	uint8_t flags;
	uint8_t profile; /* 1 when the sub-element is absent */
	uint16_t vlanid; /* 0 = none */
};
/* From the element content behind OUI and type. Returns 0 or the (positive) status code the AP
 * should answer with: STATUS_INVALID_IE, STATUS_DENIED (profile above 6). Unknown sub-elements are
 * skipped. */
int multi_ap_parse(const uint8_t *data, size_t len, struct multi_ap *out);
/* The same for the one elements_parse() found; call only when e->multi_ap.data is set. */
int elements_multi_ap(const struct elements *e, struct multi_ap *out);
/* Whole element: sub-element 6 always, 7 when profile >= 2, 8 (VLAN) when vlanid and profile >= 2.
 */
void multi_ap_write(struct writer *w, const struct multi_ap *m);

#endif
