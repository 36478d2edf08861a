/* What WPS says about this BSS, and the credential an enrollee gets. */
#include "ap/ap_i.h"

#include <errno.h>
#include <stdlib.h>

#define ROLE_FRONTHAUL 2

const char *ap_wps_off_reason(const struct ap_bss_config *cfg)
{
	if (cfg->wps_state == 0)
		return NULL;
	if (cfg->ignore_broadcast_ssid)
		return "the SSID is hidden (ignore_broadcast_ssid), so enrollees cannot find it";
	if (cfg->wpa && !(cfg->wpa & PROTO_RSN))
		return "wpa=1 is WPA without WPA2, which WPS 2 forbids: set wpa=2";
	if (cfg->wpa && !(ap_bss_pairwise(cfg) & ~(unsigned)CIPHER_TKIP))
		return "rsn_pairwise has no CCMP: TKIP alone is forbidden by WPS 2";
	if (cfg->multi_ap == 1)
		return "multi_ap=1 is a backhaul-only BSS: run WPS on a fronthaul BSS";
	return NULL;
}

static uint8_t rf_bands(const struct ap_bss *b)
{
	if (b->cfg->wps_rf_bands)
		return (uint8_t)b->cfg->wps_rf_bands;
	switch (b->radio->chan.band) {
	case DRV_BAND_2G:
		return WPS_RF_24GHZ;
	case DRV_BAND_60G:
		return WPS_RF_60GHZ;
	case DRV_BAND_5G:
	case DRV_BAND_6G:
	case DRV_BANDS:
		break;
	}
	return WPS_RF_50GHZ;
}

/* Texts are borrowed from the configuration. */
void ap_wps_device(struct ap_bss *b, struct wps_device *dev)
{
	const struct ap_bss_config *cfg = b->cfg;

	*dev = (struct wps_device){
		.device_name = cfg->device_name,
		.manufacturer = cfg->manufacturer,
		.model_name = cfg->model_name,
		.model_number = cfg->model_number,
		.serial_number = cfg->serial_number,
		.config_methods = cfg->config_methods
					  ? wps_config_methods_parse(cfg->config_methods)
					  : WPS_METHODS_DEFAULT,
		.rf_bands = rf_bands(b),
		.ap = true,
		.wps_state = (enum wps_state)cfg->wps_state,
		.version2 = b->wps_version2,
		.testing = b->wps_testing,
	};
	mac_copy(dev->mac, b->addr);
	memcpy(dev->uuid, b->uuid, WPS_UUID_LEN);
	memcpy(dev->primary_type, cfg->device_type, sizeof(dev->primary_type));
	memcpy(dev->os_version, cfg->os_version, sizeof(dev->os_version));
}

static void set_ssid(struct wps_credential *c, const struct bytes *ssid)
{
	c->ssid_len = ssid->len < SSID_MAX_LEN ? ssid->len : SSID_MAX_LEN;
	memcpy(c->ssid, ssid->data, c->ssid_len);
}

/* The passphrase as text, else the PSK as 64 hex digits; no terminating NUL. */
static void set_key(struct wps_credential *c, const char *passphrase, const struct bytes *psk)
{
	char hex[2 * PMK_LEN + 1];

	if (passphrase) {
		c->key_len = strlen(passphrase);
		memcpy(c->key, passphrase, c->key_len);
	} else if (psk->len == PMK_LEN) {
		hex_encode(psk->data, psk->len, hex, sizeof(hex));
		c->key_len = 2 * PMK_LEN;
		memcpy(c->key, hex, c->key_len);
		wipe(hex, sizeof(hex));
	}
}

static void backhaul_credential(const struct ap_bss_config *cfg, struct wps_credential *c)
{
	set_ssid(c, &cfg->multi_ap_backhaul_ssid);
	c->auth_type = WPS_AUTH_WPA2PSK;
	c->encr_type = WPS_ENCR_AES;
	set_key(c, cfg->multi_ap_backhaul_wpa_passphrase, &cfg->multi_ap_backhaul_wpa_psk);
	c->backhaul = true;
}

/* With wpa_psk_file every device has a key of its own. M1 can name any address: one that does not
 * come for WPS here gets nothing, so that nobody is handed another device's key. Nobody's address
 * (zeros) may have what is for all. */
static int device_key(struct ap_bss *b, const uint8_t mac[MAC_LEN], struct wps_credential *c)
{
	const struct ap_sta *s = ap_sta_find(b, mac);
	uint8_t pmk[PMK_LEN];
	bool made;

	if (!mac_is_zero(mac) && (!s || !(s->wps || s->maybe_wps))) {
		log_msg(LOG_WARN,
			"%s: M1 speaks of " MACSTR ", which is not the enrollee: no key for it",
			b->cfg->interface, MAC2STR(mac));
		return -EADDRNOTAVAIL;
	}
	int err = ap_psks_wps_key(b->psks, b->cfg, mac, pmk, &made);
	if (err < 0)
		return err;
	set_key(c, NULL, &(struct bytes){pmk, PMK_LEN});
	if (made && b->radio->ops->psk_stored)
		b->radio->ops->psk_stored(b->radio->ctx, b, mac, pmk);
	wipe(pmk, sizeof(pmk));
	return 0;
}

static int own_credential(struct ap_bss *b, const struct wps_peer *peer, struct wps_credential *c)
{
	const struct ap_bss_config *cfg = b->cfg;

	set_ssid(c, &cfg->ssid);
	if (!cfg->wpa)
		return 0;
	/* A file set meanwhile counts from the next start. */
	if (cfg->wpa_psk_file && b->psks && !ap_bss_driver_keys(b))
		return device_key(b, peer->mac, c);
	set_key(c, cfg->wpa_passphrase, &cfg->wpa_psk);
	return 0;
}

int ap_wps_credential(void *ctx, const struct wps_peer *peer, struct wps_credential *out)
{
	struct ap_bss *b = ctx;
	const struct ap_bss_config *cfg = b->cfg;
	int err = 0;

	*out = (struct wps_credential){0};
	mac_copy(out->mac, peer->mac);
	if (peer->multi_ap == MULTI_AP_BACKHAUL_STA && (cfg->multi_ap & ROLE_FRONTHAUL) &&
		cfg->multi_ap_backhaul_ssid.len)
		backhaul_credential(cfg, out);
	else if (ap_wps_unconfigured(b))
		ap_wps_first_credential(b, peer, out);
	else
		err = own_credential(b, peer, out);
	if (!out->backhaul)
		ap_wps_best_types(ap_wps_auth_types(b), ap_wps_encr_types(b), peer, out);
	if (err < 0)
		return err;
	if (out->auth_type != WPS_AUTH_OPEN && out->key_len == 0) {
		log_msg(LOG_ERR, "%s: no key to give to WPS enrollee " MACSTR ": set %s",
			cfg->interface, MAC2STR(peer->mac),
			out->backhaul ? "multi_ap_backhaul_wpa_passphrase" : "wpa_passphrase");
		return -ENOKEY;
	}
	return 0;
}

/* What this BSS is now, also while it waits for its first enrollee (WSC 2.0, 7.4.1: AP Settings).
 */
int ap_wps_ap_settings(void *ctx, struct wps_credential *out)
{
	struct ap_bss *b = ctx;
	const struct ap_bss_config *cfg = b->cfg;
	uint8_t registrar[MAC_LEN];

	mac_copy(registrar, out->mac);
	*out = (struct wps_credential){0};
	mac_copy(out->mac, b->addr);
	set_ssid(out, &cfg->ssid);
	ap_wps_present_types(cfg, out);
	if (out->auth_type == WPS_AUTH_OPEN)
		return 0;
	/* For a registrar, the key that every station can use comes first. */
	set_key(out, cfg->wpa_passphrase, &cfg->wpa_psk);
	if (out->key_len)
		return 0;
	int err = cfg->wpa_psk_file && b->psks ? device_key(b, registrar, out) : -ENOKEY;
	if (err < 0)
		log_msg(LOG_ERR, "%s: no key to tell a WPS registrar: set wpa_passphrase",
			cfg->interface);
	return err;
}
