/* Consistency of a whole configuration: what no single row can see. */
#include <errno.h>
#include <string.h>

#include "hostapd/conf.h"

#define AKM_PSKS ((unsigned)(AKM_PSK | AKM_PSK_SHA256))
#define AKM_SAES ((unsigned)(AKM_SAE | AKM_SAE_EXT))

static bool effective_wpa(const struct ap_bss_config *b)
{
	return b->wpa != 0;
}

static int check_wpa(const struct ap_bss_config *b, struct cfg_error *err)
{
	if (!effective_wpa(b))
		return 0;
	/* Beside WPA-PSK, SAE is another way into the same network: it is not offered. That may
	 * come by WPS (wps_cred_add_sae) and must not stop the access point. */
	unsigned left_out = b->wpa_key_mgmt & AKM_PSKS ? AKM_SAES : 0;
	if (b->wpa_key_mgmt & ~(AKM_PSKS | left_out))
		return cfg_fail(err,
			"%s: wpa_key_mgmt: only WPA-PSK and WPA-PSK-SHA256 are supported by this "
			"version",
			b->interface);
	if (!b->wpa_passphrase && !b->wpa_psk.len && !b->wpa_psk_file)
		return cfg_fail(err,
			"%s: WPA-PSK enabled, but PSK or passphrase is not configured.",
			b->interface);
	return 0;
}

/* Backhaul stations come for WPS to a fronthaul BSS only: a backhaul BSS that says it does WPS
 * would take in stations it then refuses. */
static int check_multi_ap(const struct ap_bss_config *b, struct cfg_error *err)
{
	if (b->multi_ap == 1 && b->wps_state != 0)
		return cfg_fail(err,
			"%s: multi_ap=1 (backhaul only) cannot have WPS: set wps_state=0 here and "
			"run WPS on a fronthaul BSS (multi_ap=2 or 3)",
			b->interface);
	return 0;
}

static int check_unsupported(const struct ap_bss_config *b, struct cfg_error *err)
{
	if (b->ieee8021x)
		return cfg_fail(
			err, "%s: ieee8021x=1 is not supported by this version", b->interface);
	if (b->macaddr_acl == 2)
		return cfg_fail(err, "%s: macaddr_acl=2 (RADIUS) is not supported by this version",
			b->interface);
	return 0;
}

static int check_radio(const struct hostapd_conf *c, struct cfg_error *err)
{
	const struct ap_radio_config *r = &c->radio;

	if (r->ieee80211d && !r->country_code[0])
		return cfg_fail(err, "Cannot set ieee80211d=1 without setting the country_code");
	if (r->ieee80211h && !r->ieee80211d)
		return cfg_fail(err, "Cannot set ieee80211h=1 without setting ieee80211d=1");
	if (r->local_pwr_constraint != -1 && !r->ieee80211d)
		return cfg_fail(err, "Cannot add Power Constraint element without Country element");
	if (r->spectrum_mgmt_required && r->local_pwr_constraint == -1)
		return cfg_fail(
			err, "Cannot set Spectrum Management bit without Power Constraint element");
	return 0;
}

static int check_queues(const struct hostapd_conf *c, struct cfg_error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(c->radio.wmm_ac); i++) {
		if (c->radio.tx_queue[i].cwmin > c->radio.tx_queue[i].cwmax)
			return cfg_fail(err, "tx_queue_data%zu: cwmin %d is larger than cwmax %d",
				i, c->radio.tx_queue[i].cwmin, c->radio.tx_queue[i].cwmax);
		if (c->radio.wmm_ac[i].cwmin > c->radio.wmm_ac[i].cwmax)
			return cfg_fail(err, "wmm_ac (%zu): cwmin %d is larger than cwmax %d", i,
				c->radio.wmm_ac[i].cwmin, c->radio.wmm_ac[i].cwmax);
	}
	return 0;
}

static int check_unique(const struct hostapd_conf *c, size_t i, struct cfg_error *err)
{
	const struct ap_bss_config *b = c->bss[i];

	for (size_t j = 0; j < i; j++) {
		if (strcmp(c->bss[j]->interface, b->interface) == 0)
			return cfg_fail(err, "Duplicated interface name '%s' in configuration",
				b->interface);
		if (!mac_is_zero(b->bssid) && mac_equal(c->bss[j]->bssid, b->bssid))
			return cfg_fail(err,
				"Duplicate BSSID " MACSTR " on interfaces '%s' and '%s'",
				MAC2STR(b->bssid), c->bss[j]->interface, b->interface);
	}
	return 0;
}

int hostapd_conf_check(const struct hostapd_conf *c, bool full, struct cfg_error *err)
{
	if (check_queues(c, err) < 0)
		return -EINVAL;
	if (!full)
		return 0;
	if (check_radio(c, err) < 0)
		return -EINVAL;
	for (size_t i = 0; i < c->bss_count; i++) {
		const struct ap_bss_config *b = c->bss[i];
		if (!b->interface[0])
			return cfg_fail(err, "no interface name: set interface=");
		if (check_unique(c, i, err) < 0 || check_wpa(b, err) < 0 ||
			check_multi_ap(b, err) < 0 || check_unsupported(b, err) < 0)
			return -EINVAL;
	}
	return 0;
}
