/* IEEE 802.11 numbers and management frame layout (IEEE 802.11-2020, clause 9). */
#ifndef COMMON_IEEE80211_H
#define COMMON_IEEE80211_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "utils/mac.h"
#include "utils/reader.h"
#include "utils/writer.h"

#define SSID_MAX_LEN 32
#define ETH_P_EAPOL 0x888e

enum ieee80211_ftype { FTYPE_MGMT = 0, FTYPE_CTRL = 1, FTYPE_DATA = 2 };
enum ieee80211_mgmt_stype {
	STYPE_ASSOC_REQ = 0,
	STYPE_ASSOC_RESP = 1,
	STYPE_REASSOC_REQ = 2,
	STYPE_REASSOC_RESP = 3,
	STYPE_PROBE_REQ = 4,
	STYPE_PROBE_RESP = 5,
	STYPE_BEACON = 8,
	STYPE_ATIM = 9,
	STYPE_DISASSOC = 10,
	STYPE_AUTH = 11,
	STYPE_DEAUTH = 12,
	STYPE_ACTION = 13,
};
#define FC_MGMT(stype) ((uint16_t)((stype) << 4))
#define FC_TYPE(fc) (((fc) >> 2) & 3)
#define FC_STYPE(fc) (((fc) >> 4) & 15)
#define FC_TO_DS 0x0100
#define FC_FROM_DS 0x0200
#define FC_RETRY 0x0800
#define FC_PROTECTED 0x4000

/* Capability Information, 9.4.1.4. */
#define CAP_ESS 0x0001
#define CAP_IBSS 0x0002
#define CAP_PRIVACY 0x0010
#define CAP_SHORT_PREAMBLE 0x0020
#define CAP_SPECTRUM_MGMT 0x0100
#define CAP_SHORT_SLOT 0x0400

/* Authentication algorithms, 9.4.1.1. */
enum { AUTH_OPEN = 0, AUTH_SHARED = 1, AUTH_FT = 2, AUTH_SAE = 3 };

/* Reason codes, 9.4.1.7. */
enum reason_code {
	REASON_UNSPECIFIED = 1,
	REASON_PREV_AUTH_NOT_VALID = 2,
	REASON_DEAUTH_LEAVING = 3,
	REASON_DISASSOC_INACTIVITY = 4,
	REASON_AP_FULL = 5,
	REASON_CLASS2 = 6,
	REASON_CLASS3 = 7,
	REASON_DISASSOC_LEAVING = 8,
	REASON_STA_NOT_AUTHENTICATED = 9,
	REASON_BSS_TRANSITION = 12,
	REASON_INVALID_IE = 13,
	REASON_MIC_FAILURE = 14,
	REASON_4WAY_TIMEOUT = 15,
	REASON_GROUP_KEY_TIMEOUT = 16,
	REASON_IE_DIFFERENT = 17,
	REASON_GROUP_CIPHER = 18,
	REASON_PAIRWISE_CIPHER = 19,
	REASON_AKMP = 20,
	REASON_RSN_VERSION = 21,
	REASON_RSN_CAPAB = 22,
	REASON_8021X_FAILED = 23,
	REASON_CIPHER_REJECTED = 24,
	REASON_DISASSOC_LOW_ACK = 34,
};

/* Status codes, 9.4.1.9. */
enum status_code {
	STATUS_SUCCESS = 0,
	STATUS_UNSPECIFIED = 1,
	STATUS_CAPS_MISMATCH = 10,
	STATUS_REASSOC_NO_ASSOC = 11,
	STATUS_DENIED = 12, /* association denied for a reason outside the standard */
	STATUS_AUTH_ALG = 13,
	STATUS_AUTH_SEQ = 14,
	STATUS_CHALLENGE = 15,
	STATUS_AUTH_TIMEOUT = 16,
	STATUS_AP_FULL = 17,
	STATUS_RATES = 18,
	STATUS_NO_HT = 27,
	STATUS_TRY_LATER = 30,
	STATUS_INVALID_IE = 40,
	STATUS_GROUP_CIPHER = 41,
	STATUS_PAIRWISE_CIPHER = 42,
	STATUS_AKMP = 43,
	STATUS_RSN_VERSION = 44,
	STATUS_RSN_CAPAB = 45,
	STATUS_CIPHER_REJECTED = 46,
	STATUS_LISTEN_INTERVAL = 51,
	STATUS_INVALID_PMKID = 53,
	STATUS_SUGGESTED_BSS = 82, /* a Neighbor Report says which */
};

#define TIMEOUT_COMEBACK 3 /* type of the Timeout Interval element, 9.4.2.48 */

/* Action frames, 9.4.1.11, 9.6.2 and 9.6.9. */
#define CATEGORY_SPECTRUM 0
#define SPECTRUM_CHANNEL_SWITCH 4
#define CATEGORY_SA_QUERY 8
#define CATEGORY_WNM 10
enum sa_query_action { SA_QUERY_REQUEST = 0, SA_QUERY_RESPONSE = 1 };
/* 9.6.13 */
enum wnm_action { WNM_BTM_QUERY = 6, WNM_BTM_REQUEST = 7, WNM_BTM_RESPONSE = 8 };

/* The 24-byte management header. */
struct mgmt_hdr {
	uint16_t fc;
	const uint8_t *da, *sa, *bssid; /* views into the frame */
	uint16_t seq;
};
/* Reads the header; r then stands at the body. False when short or not a management frame. */
bool mgmt_parse(struct reader *r, struct mgmt_hdr *h);
/* Writes header with sequence control 0 (the driver numbers frames). */
void mgmt_write(struct writer *w, enum ieee80211_mgmt_stype stype, const uint8_t *da,
	const uint8_t *sa, const uint8_t *bssid);

/* Text for logs, e.g. "Disassociated due to inactivity". Never NULL. */
const char *reason_text(unsigned reason);
const char *status_text(unsigned status);

/* 2.4/5/6 GHz: channel number of a center frequency in MHz, 0 when none; and back (band by number:
 * 1..14 2.4 GHz, above 5 GHz). */
unsigned freq_to_channel(unsigned freq);
unsigned channel_to_freq(unsigned channel);

#endif
