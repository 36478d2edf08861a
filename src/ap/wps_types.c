/* Authentication and encryption types of a BSS in the words of WPS, and the key of a BSS that is
 * not configured yet. */
#include "ap/ap_i.h"
#include "crypto/crypto.h"

#define PSK_AKMS                                                                                   \
	((unsigned)(AKM_PSK | AKM_PSK_SHA256 | AKM_FT_PSK | AKM_SAE | AKM_SAE_EXT | AKM_FT_SAE))
#define AES_CIPHERS ((unsigned)(CIPHER_CCMP | CIPHER_GCMP | CIPHER_CCMP256 | CIPHER_GCMP256))

bool ap_wps_unconfigured(const struct ap_bss *b)
{
	return b->cfg->wps_state == WPS_STATE_UNCONFIGURED;
}

/* Ciphers of stations with and without RSN. */
static unsigned all_ciphers(const struct ap_bss_config *cfg)
{
	return (cfg->wpa & PROTO_RSN ? ap_bss_pairwise(cfg) : 0) |
	       (cfg->wpa & PROTO_WPA ? cfg->wpa_pairwise : 0);
}

/* WPS has no word for SAE: its password is that of WPA2-PSK. */
static uint16_t present_auth(const struct ap_bss_config *cfg)
{
	bool psk = (cfg->wpa_key_mgmt & PSK_AKMS) != 0;
	unsigned mask = 0;

	if (!cfg->wpa)
		return WPS_AUTH_OPEN;
	if (cfg->wpa & PROTO_RSN)
		mask |= psk ? WPS_AUTH_WPA2PSK : WPS_AUTH_WPA2;
	if (cfg->wpa & PROTO_WPA)
		mask |= psk ? WPS_AUTH_WPAPSK : WPS_AUTH_WPA;
	return (uint16_t)mask;
}

static uint16_t present_encr(const struct ap_bss_config *cfg)
{
	unsigned ciphers = all_ciphers(cfg), mask = 0;

	if (!cfg->wpa)
		return WPS_ENCR_NONE;
	if (ciphers & AES_CIPHERS)
		mask |= WPS_ENCR_AES;
	if (ciphers & CIPHER_TKIP)
		mask |= WPS_ENCR_TKIP;
	return (uint16_t)mask;
}

uint16_t ap_wps_auth_types(const struct ap_bss *b)
{
	return ap_wps_unconfigured(b) ? WPS_AUTH_WPAPSK | WPS_AUTH_WPA2PSK : present_auth(b->cfg);
}

uint16_t ap_wps_encr_types(const struct ap_bss *b)
{
	return ap_wps_unconfigured(b) ? WPS_ENCR_TKIP | WPS_ENCR_AES : present_encr(b->cfg);
}

/* WPS 2 wants one type each in a credential, the strongest both sides know (12, "Credential"). An
 * enrollee that tells none is taken to know all. */
void ap_wps_best_types(
	uint16_t auth, uint16_t encr, const struct wps_peer *peer, struct wps_credential *out)
{
	static const uint16_t by_strength[] = {
		WPS_AUTH_WPA2PSK, WPS_AUTH_WPAPSK, WPS_AUTH_WPA2, WPS_AUTH_WPA, WPS_AUTH_OPEN};
	uint16_t known = peer ? auth & peer->auth_types : 0;

	if (!known)
		known = auth;
	out->auth_type = WPS_AUTH_OPEN;
	for (size_t i = 0; i < ARRAY_SIZE(by_strength); i++) {
		if (known & by_strength[i]) {
			out->auth_type = by_strength[i];
			break;
		}
	}
	if (out->auth_type == WPS_AUTH_OPEN)
		out->encr_type = WPS_ENCR_NONE;
	else
		out->encr_type = encr & WPS_ENCR_AES ? WPS_ENCR_AES : WPS_ENCR_TKIP;
}

void ap_wps_present_types(const struct ap_bss_config *cfg, struct wps_credential *out)
{
	ap_wps_best_types(present_auth(cfg), present_encr(cfg), NULL, out);
}

/* One key for all runs until somebody has finished: two enrollees at once end up in one network.
 * Somebody may have to type it: no letters and digits that look alike. */
static void make_key(char *out)
{
	static const char symbols[] = "abcdefghijkmnpqrstuvwxyz23456789";
	uint8_t raw[AP_WPS_KEY_LEN];

	_Static_assert(sizeof(symbols) == 32 + 1, "5 bits a symbol");
	random_bytes(raw, sizeof(raw));
	for (size_t i = 0; i < AP_WPS_KEY_LEN; i++)
		out[i] = symbols[raw[i] & 31];
	out[AP_WPS_KEY_LEN] = '\0';
	wipe(raw, sizeof(raw));
}

void ap_wps_first_credential(
	struct ap_bss *b, const struct wps_peer *peer, struct wps_credential *c)
{
	if (!b->first.key[0])
		make_key(b->first.key);
	mac_copy(b->first.mac, peer->mac);
	c->ssid_len = b->cfg->ssid.len;
	if (c->ssid_len)
		memcpy(c->ssid, b->cfg->ssid.data, c->ssid_len);
	c->key_len = AP_WPS_KEY_LEN;
	memcpy(c->key, b->first.key, AP_WPS_KEY_LEN);
}
