#include "ap/wps_nfc.h"

#include <errno.h>

#include "ap/ap_i.h"

static void place(const struct ap_bss *b, struct wps_nfc_ap *out)
{
	static const uint8_t bands[DRV_BANDS] = {[DRV_BAND_2G] = WPS_RF_24GHZ,
		[DRV_BAND_5G] = WPS_RF_50GHZ,
		[DRV_BAND_60G] = WPS_RF_60GHZ};

	*out = (struct wps_nfc_ap){bands[b->radio->chan.band], b->radio->chan.number, b->addr};
}

/* Nobody's address: the token is for whoever reads it. */
static int token_credential(struct ap_bss *b, struct wps_credential *c)
{
	static const struct wps_peer nobody;

	*c = (struct wps_credential){0};
	if (ap_wps_unconfigured(b)) {
		ap_wps_first_credential(b, &nobody, c);
		ap_wps_best_types(ap_wps_auth_types(b), ap_wps_encr_types(b), NULL, c);
		return 0;
	}
	int err = ap_wps_ap_settings(b, c);
	memset(c->mac, 0, MAC_LEN);
	return err;
}

int ap_bss_nfc_config(struct ap_bss *b, struct writer *w)
{
	struct wps_credential c;
	struct wps_nfc_ap where;

	if (!b->registrar)
		return -EOPNOTSUPP;
	int err = token_credential(b, &c);
	place(b, &where);
	if (!err)
		err = wps_nfc_write_config(w, &c, &where);
	wipe(&c, sizeof(c));
	if (!err && ap_wps_unconfigured(b))
		ap_wps_become_configured(b);
	return err;
}

int ap_bss_nfc_password(struct ap_bss *b, const struct wps_nfc_token *t, struct writer *w)
{
	struct wps_device dev;

	ap_wps_device(b, &dev);
	return wps_nfc_write_password(w, t, dev.testing);
}

int ap_bss_nfc_select(struct ap_bss *b, const struct wps_nfc_token *t, struct writer *w)
{
	struct wps_nfc_ap where;
	struct wps_device dev;

	if (!b->registrar)
		return -EOPNOTSUPP;
	place(b, &where);
	ap_wps_device(b, &dev);
	return wps_nfc_write_select(w, t, b->cfg->ssid.data, b->cfg->ssid.len, &where, dev.testing);
}
