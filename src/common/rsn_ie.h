/* RSN element and suite selectors (IEEE 802.11-2020, 9.4.2.24). */
#ifndef COMMON_RSN_IE_H
#define COMMON_RSN_IE_H

#include "common/elements.h"
#include "utils/text.h"

enum cipher {
	CIPHER_NONE = 1 << 0,
	CIPHER_WEP40 = 1 << 1,
	CIPHER_WEP104 = 1 << 2,
	CIPHER_TKIP = 1 << 3,
	CIPHER_CCMP = 1 << 4,
	CIPHER_GCMP = 1 << 5,
	CIPHER_GCMP256 = 1 << 6,
	CIPHER_CCMP256 = 1 << 7,
	CIPHER_BIP = 1 << 8, /* AES-128-CMAC */
	CIPHER_GTK_NOT_USED = 1 << 9,
	CIPHER_BIP_GMAC128 = 1 << 10,
	CIPHER_BIP_GMAC256 = 1 << 11,
	CIPHER_BIP_CMAC256 = 1 << 12,
};
enum akm {
	AKM_NONE = 1 << 0,
	AKM_WPS = 1 << 1,
	AKM_8021X = 1 << 2,
	AKM_PSK = 1 << 3,
	AKM_FT_8021X = 1 << 4,
	AKM_FT_PSK = 1 << 5,
	AKM_8021X_SHA256 = 1 << 6,
	AKM_PSK_SHA256 = 1 << 7,
	AKM_SAE = 1 << 8,
	AKM_FT_SAE = 1 << 9,
	AKM_OWE = 1 << 10,
	AKM_SAE_EXT = 1 << 11,
	AKM_SUITE_B = 1 << 12,
	AKM_SUITE_B_192 = 1 << 13,
	AKM_OTHER = 1 << 14, /* present but unknown to us */
	AKM_FT_8021X_SHA384 = 1 << 15,
	AKM_FILS_SHA256 = 1 << 16,
	AKM_FILS_SHA384 = 1 << 17,
	AKM_FT_FILS_SHA256 = 1 << 18,
	AKM_FT_FILS_SHA384 = 1 << 19,
	AKM_FT_SAE_EXT = 1 << 30, /* the bits between are key_mgmt words of wpa_supplicant */
};
enum rsn_proto { PROTO_WPA = 1, PROTO_RSN = 2 };

#define RSN_CAP_PREAUTH 0x0001
#define RSN_CAP_MFPR 0x0040
#define RSN_CAP_MFPC 0x0080

struct rsn_ie {
	enum rsn_proto proto;
	unsigned group;      /* one enum cipher */
	unsigned pairwise;   /* mask of enum cipher */
	unsigned akm;        /* mask of enum akm */
	unsigned group_mgmt; /* one enum cipher; 0 = not stated */
	uint16_t capab;
	uint8_t pmkid_count;
	const uint8_t *pmkids; /* 16 bytes each, view */
};
/* `raw` is the whole element with id and length (RSN, or vendor WPA). Truncation after any complete
 * field is legal and means defaults. Returns 0 or -EBADMSG (and out is unspecified). */
int rsn_ie_parse(const uint8_t *raw, size_t len, struct rsn_ie *out);
/* Writes a whole RSN element from masks (all AKMs and pairwise ciphers in it); proto WPA writes the
 * vendor element. */
void rsn_ie_write(struct writer *w, const struct rsn_ie *ie);
/* 32-bit selectors as on the wire (OUI<<8|type); 0 when the suite has none. */
uint32_t cipher_suite(unsigned cipher);
uint32_t akm_suite(unsigned akm);
/* The same in the WPA element; 0 when it has none. */
uint32_t cipher_suite_wpa(unsigned cipher);
uint32_t akm_suite_wpa(unsigned akm);
unsigned cipher_from_suite(uint32_t suite); /* 0 when unknown */
unsigned akm_from_suite(uint32_t suite);    /* AKM_OTHER when unknown */
size_t cipher_key_len(unsigned cipher);
/* "CCMP"; as in STATUS and events. */
const char *cipher_name(unsigned cipher);
/* "WPA2-PSK" as in STATUS key_mgmt. */
const char *akm_name(unsigned akm, enum rsn_proto proto);
/* "[WPA2-PSK-CCMP]" as in scan results, appended. */
void rsn_ie_flags(struct strbuf *s, const struct rsn_ie *ie);

#endif
