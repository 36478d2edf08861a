/* Names and selectors of ciphers and key managements (IEEE 802.11-2020, Tables 9-149 and 9-151). */
#include "common/rsn_ie.h"
#include "common/suites_i.h"

#define RSN(type) ((uint32_t)OUI_RSN << 8 | (type))
#define WPA(type) ((uint32_t)OUI_MICROSOFT << 8 | (type))

const struct cipher_row cipher_rows[] = {
	{CIPHER_CCMP256, RSN(10), 0, 32, "CCMP-256"},
	{CIPHER_GCMP256, RSN(9), 0, 32, "GCMP-256"},
	{CIPHER_CCMP, RSN(4), WPA(4), 16, "CCMP"},
	{CIPHER_GCMP, RSN(8), 0, 16, "GCMP"},
	{CIPHER_TKIP, RSN(2), WPA(2), 32, "TKIP"},
	{CIPHER_WEP104, RSN(5), WPA(5), 13, "WEP-104"},
	{CIPHER_WEP40, RSN(1), WPA(1), 5, "WEP-40"},
	{CIPHER_NONE, RSN(0), WPA(0), 0, "NONE"},
	{CIPHER_BIP, RSN(6), 0, 16, "BIP"},
	{CIPHER_GTK_NOT_USED, RSN(7), 0, 0, "GTK_NOT_USED"},
	{CIPHER_BIP_GMAC128, RSN(11), 0, 16, "BIP-GMAC-128"},
	{CIPHER_BIP_GMAC256, RSN(12), 0, 32, "BIP-GMAC-256"},
	{CIPHER_BIP_CMAC256, RSN(13), 0, 32, "BIP-CMAC-256"},
};
const size_t n_cipher_rows = ARRAY_SIZE(cipher_rows);

const struct akm_row akm_rows[] = {
	{AKM_8021X, RSN(1), WPA(1), "EAP", "WPA2/IEEE 802.1X/EAP"},
	{AKM_PSK, RSN(2), WPA(2), "PSK", "WPA2-PSK"},
	{AKM_NONE, RSN(0), WPA(0), "None", "NONE"},
	{AKM_SAE, RSN(8), 0, "SAE", "SAE"},
	{AKM_SAE_EXT, RSN(24), 0, "SAE-EXT-KEY", "SAE-EXT-KEY"},
	{AKM_FT_8021X, RSN(3), 0, "FT/EAP", "FT-EAP"},
	{AKM_FT_PSK, RSN(4), 0, "FT/PSK", "FT-PSK"},
	{AKM_FT_SAE, RSN(9), 0, "FT/SAE", "FT-SAE"},
	{AKM_FT_SAE_EXT, RSN(25), 0, "FT/SAE-EXT-KEY", "FT-SAE-EXT-KEY"},
	{AKM_8021X_SHA256, RSN(5), 0, "EAP-SHA256", "WPA2-EAP-SHA256"},
	{AKM_PSK_SHA256, RSN(6), 0, "PSK-SHA256", "WPA2-PSK-SHA256"},
	{AKM_SUITE_B, RSN(11), 0, "EAP-SUITE-B", "WPA2-EAP-SUITE-B"},
	{AKM_SUITE_B_192, RSN(12), 0, "EAP-SUITE-B-192", "WPA2-EAP-SUITE-B-192"},
	{AKM_FT_8021X_SHA384, RSN(13), 0, NULL, "FT-EAP-SHA384"},
	{AKM_FILS_SHA256, RSN(14), 0, "FILS-SHA256", "FILS-SHA256"},
	{AKM_FILS_SHA384, RSN(15), 0, "FILS-SHA384", "FILS-SHA384"},
	{AKM_FT_FILS_SHA256, RSN(16), 0, "FT/FILS-SHA256", "FT-FILS-SHA256"},
	{AKM_FT_FILS_SHA384, RSN(17), 0, "FT/FILS-SHA384", "FT-FILS-SHA384"},
	{AKM_OWE, RSN(18), 0, "OWE", "OWE"},
	{AKM_WPS, 0, 0, NULL, "WPS"},
};
const size_t n_akm_rows = ARRAY_SIZE(akm_rows);

static const struct cipher_row *cipher_row(unsigned cipher)
{
	for (size_t i = 0; i < n_cipher_rows; i++)
		if (cipher_rows[i].bit == cipher)
			return &cipher_rows[i];
	return NULL;
}

static const struct akm_row *akm_row(unsigned akm)
{
	for (size_t i = 0; i < n_akm_rows; i++)
		if (akm_rows[i].bit == akm)
			return &akm_rows[i];
	return NULL;
}

uint32_t cipher_suite(unsigned cipher)
{
	const struct cipher_row *row = cipher_row(cipher);
	return row ? row->rsn : 0;
}

uint32_t akm_suite(unsigned akm)
{
	const struct akm_row *row = akm_row(akm);
	return row ? row->rsn : 0;
}

uint32_t cipher_suite_wpa(unsigned cipher)
{
	const struct cipher_row *row = cipher_row(cipher);
	return row ? row->wpa : 0;
}

uint32_t akm_suite_wpa(unsigned akm)
{
	const struct akm_row *row = akm_row(akm);
	return row ? row->wpa : 0;
}

unsigned cipher_from_suite(uint32_t suite)
{
	for (size_t i = 0; i < n_cipher_rows; i++)
		if (suite && (cipher_rows[i].rsn == suite || cipher_rows[i].wpa == suite))
			return cipher_rows[i].bit;
	return 0;
}

unsigned akm_from_suite(uint32_t suite)
{
	for (size_t i = 0; i < n_akm_rows; i++)
		if (suite && (akm_rows[i].rsn == suite || akm_rows[i].wpa == suite))
			return akm_rows[i].bit;
	return AKM_OTHER;
}

size_t cipher_key_len(unsigned cipher)
{
	const struct cipher_row *row = cipher_row(cipher);
	return row ? row->key_len : 0;
}

const char *cipher_name(unsigned cipher)
{
	if (cipher == (CIPHER_CCMP | CIPHER_TKIP))
		return "CCMP+TKIP";
	const struct cipher_row *row = cipher_row(cipher);
	return row ? row->name : "UNKNOWN";
}

const char *akm_name(unsigned akm, enum rsn_proto proto)
{
	if (akm == AKM_8021X && proto != PROTO_RSN)
		return proto == PROTO_WPA ? "WPA/IEEE 802.1X/EAP" : "IEEE 802.1X (no WPA)";
	if (akm == AKM_PSK && proto == PROTO_WPA)
		return "WPA-PSK";
	const struct akm_row *row = akm_row(akm);
	return row ? row->status : "UNKNOWN";
}
