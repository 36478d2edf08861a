/* Records of the control interface about radio and BSS: STATUS, GET_CONFIG, MIB, driver. */
#include "ap/ap_i.h"

static unsigned flag(bool on)
{
	return on ? 1 : 0;
}

static void status_counters(const struct ap_radio *r, struct strbuf *out)
{
	strbuf_add(out,
		"num_sta_non_erp=%u\nnum_sta_no_short_slot_time=%u\n"
		"num_sta_no_short_preamble=%u\nolbc=0\nnum_sta_ht_no_gf=0\nnum_sta_no_ht=%u\n"
		"num_sta_ht_20_mhz=%u\nnum_sta_ht40_intolerant=0\nolbc_ht=0\nht_op_mode=0x%x\n",
		r->non_erp, r->no_short_slot, r->no_short_preamble, r->no_ht, r->ht20,
		r->no_ht                       ? 3u
		: r->chan.secondary && r->ht20 ? 2u
					       : 0u);
}

static void status_channel(const struct ap_bss *b, struct strbuf *out)
{
	static const char *const modes[] = {"b", "g", "a", "ad", "any"};
	const struct ap_radio *r = b->radio;
	bool up = r->state == AP_ENABLED;

	if (r->drv)
		strbuf_add(out, "hw_mode=%s\n", modes[r->cfg->hw_mode]);
	if (r->cfg->country_code[0])
		strbuf_add(out, "country_code=%s\ncountry3=0x%X\n", r->cfg->country_code,
			(unsigned)r->cfg->country3);
	strbuf_add(out,
		"cac_time_seconds=0\ncac_time_left_seconds=N/A\nchannel=%d\n"
		"edmg_enable=0\nedmg_channel=0\nsecondary_channel=%d\n",
		r->cfg->channel, up && b->ht ? r->chan.secondary : 0);
	strbuf_add(out,
		"ieee80211n=%u\nieee80211ac=0\nieee80211ax=0\nieee80211be=0\n"
		"ieee80211bn=0\n",
		flag(up ? b->ht : r->cfg->ieee80211n && !b->cfg->disable_11n));
	strbuf_add(out, "beacon_int=%d\ndtim_period=%d\n", r->cfg->beacon_int, b->cfg->dtim_period);
}

static void status_rates(const struct ap_bss *b, struct strbuf *out)
{
	const struct ap_radio *r = b->radio;

	if (r->state != AP_ENABLED)
		return;
	if (b->ht) {
		const struct drv_band *band = ap_bss_band(b);
		strbuf_add(out, "ht_caps_info=%04x\nht_mcs_bitmask=", r->chan.ht_cap_info);
		strbuf_add_hex(out, band->ht_mcs, 10);
		strbuf_add(out, "\n");
	}
	strbuf_add(out, "supported_rates=");
	for (size_t i = 0; i < b->rate_count; i++)
		strbuf_add(out, "%s%02x", i ? " " : "", b->rates[i] & ~RATE_BASIC);
	strbuf_add(out, "\nmax_txpower=%d\n", r->chan.max_power);
}

static void status_bsses(const struct ap_radio *r, struct strbuf *out)
{
	char ssid[SSID_TEXT_CAP];
	const struct ap_bss *b;
	unsigned i = 0;

	TAILQ_FOREACH (b, &r->bsses, link) {
		strbuf_add(out, "bss[%u]=%s\nbssid[%u]=" MACSTR "\nssid[%u]=%s\nnum_sta[%u]=%u\n",
			i, b->cfg->interface, i, MAC2STR(b->addr), i,
			ssid_text(b->cfg->ssid.data, b->cfg->ssid.len, ssid, sizeof(ssid)), i,
			b->assoc_count);
		i++;
	}
}

/* Ours, behind everything that clients of the field know. */
static void status_multi_ap(const struct ap_radio *r, struct strbuf *out)
{
	const struct ap_bss *b;
	unsigned i = 0;

	TAILQ_FOREACH (b, &r->bsses, link) {
		if (b->cfg->multi_ap)
			strbuf_add(out, "multi_ap[%u]=%s\n", i, ap_multi_ap_role(b->cfg->multi_ap));
		i++;
	}
}

/* Ours, too: the cause, where WPS was asked for and cannot run or refuses registrars. */
static void status_wps(const struct ap_radio *r, struct strbuf *out)
{
	const struct ap_bss *b;
	unsigned i = 0;

	TAILQ_FOREACH (b, &r->bsses, link) {
		const char *off = ap_wps_off_reason(b->cfg);
		if (off)
			strbuf_add(out, "wps_off_reason[%u]=%s\n", i, off);
		if (b->registrar && wps_registrar_locked(b->registrar))
			strbuf_add(out, "wps_ap_setup_locked[%u]=1\n", i);
		i++;
	}
}

void ap_status(const struct ap_bss *b, struct strbuf *out)
{
	const struct ap_radio *r = b->radio;

	strbuf_add(out, "state=%s\nphy=%s\nfreq=%u\n", ap_state_text(r->state), ap_radio_phy(r),
		r->state == AP_ENABLED ? r->chan.freq : 0);
	status_counters(r, out);
	status_channel(b, out);
	status_rates(b, out);
	status_bsses(r, out);
	status_multi_ap(r, out);
	status_wps(r, out);
	if (ap_bss_driver_keys(b))
		strbuf_add(out, "handshake=driver\n");
}

struct name {
	unsigned bit;
	const char *text;
};

static void add_names(
	struct strbuf *out, const char *key, unsigned mask, const struct name *names, size_t count)
{
	const char *sep = "";

	strbuf_add(out, "%s=", key);
	for (size_t i = 0; i < count; i++) {
		if (!(mask & names[i].bit))
			continue;
		strbuf_add(out, "%s%s", sep, names[i].text);
		sep = " ";
	}
	strbuf_add(out, "\n");
}

static const struct name akm_names[] = {
	{AKM_PSK, "WPA-PSK"},
	{AKM_8021X, "WPA-EAP"},
	{AKM_FT_PSK, "FT-PSK"},
	{AKM_FT_8021X, "FT-EAP"},
	{AKM_FT_SAE, "FT-SAE"},
	{AKM_PSK_SHA256, "WPA-PSK-SHA256"},
	{AKM_8021X_SHA256, "WPA-EAP-SHA256"},
	{AKM_SAE, "SAE"},
	{AKM_SAE_EXT, "SAE-EXT-KEY"},
	{AKM_SUITE_B, "WPA-EAP-SUITE-B"},
	{AKM_SUITE_B_192, "WPA-EAP-SUITE-B-192"},
	{AKM_OWE, "OWE"},
};
static const struct name cipher_names[] = {
	{CIPHER_CCMP256, "CCMP-256"},
	{CIPHER_GCMP256, "GCMP-256"},
	{CIPHER_CCMP, "CCMP"},
	{CIPHER_GCMP, "GCMP"},
	{CIPHER_TKIP, "TKIP"},
};

static void config_secret(struct strbuf *out, const char *text_key, const char *text,
	const char *hex_key, const struct bytes *psk)
{
	if (text) {
		strbuf_add(out, "%s=%s\n", text_key, text);
	} else if (psk->len) {
		strbuf_add(out, "%s=", hex_key);
		strbuf_add_hex(out, psk->data, psk->len);
		strbuf_add(out, "\n");
	}
}

static void config_multi_ap(const struct ap_bss_config *cfg, struct strbuf *out)
{
	char ssid[SSID_TEXT_CAP];

	if (!cfg->multi_ap)
		return;
	strbuf_add(out, "multi_ap=%d\n", cfg->multi_ap);
	if (cfg->multi_ap_backhaul_ssid.len)
		strbuf_add(out, "multi_ap_backhaul_ssid=%s\n",
			ssid_text(cfg->multi_ap_backhaul_ssid.data, cfg->multi_ap_backhaul_ssid.len,
				ssid, sizeof(ssid)));
	if (cfg->wps_state && cfg->wpa)
		config_secret(out, "multi_ap_backhaul_wpa_passphrase",
			cfg->multi_ap_backhaul_wpa_passphrase, "multi_ap_backhaul_wpa_psk",
			&cfg->multi_ap_backhaul_wpa_psk);
}

static void config_wpa(const struct ap_bss *b, struct strbuf *out)
{
	const struct ap_bss_config *cfg = b->cfg;
	unsigned pairwise = ap_bss_pairwise(cfg);

	if (!cfg->wpa)
		return;
	strbuf_add(out, "wpa=%d\n", cfg->wpa);
	add_names(out, "key_mgmt", cfg->wpa_key_mgmt, akm_names, ARRAY_SIZE(akm_names));
	add_names(out, "group_cipher", ap_bss_group(cfg), cipher_names, ARRAY_SIZE(cipher_names));
	if (cfg->wpa & PROTO_RSN)
		add_names(out, "rsn_pairwise_cipher", pairwise, cipher_names,
			ARRAY_SIZE(cipher_names));
	if (cfg->wpa & PROTO_WPA)
		add_names(out, "wpa_pairwise_cipher", cfg->wpa_pairwise, cipher_names,
			ARRAY_SIZE(cipher_names));
	if (cfg->wpa_deny_ptk0_rekey)
		strbuf_add(out, "wpa_deny_ptk0_rekey=%d\n", cfg->wpa_deny_ptk0_rekey);
}

void ap_get_config(const struct ap_bss *b, struct strbuf *out)
{
	static const char *const wps_states[] = {"disabled", "not configured", "configured"};
	const struct ap_bss_config *cfg = b->cfg;
	char ssid[SSID_TEXT_CAP];

	strbuf_add(out, "bssid=" MACSTR "\nssid=%s\n", MAC2STR(b->addr),
		ssid_text(cfg->ssid.data, cfg->ssid.len, ssid, sizeof(ssid)));
	if (cfg->config_id)
		strbuf_add(out, "config_id=%s\n", cfg->config_id);
	strbuf_add(out, "wps_state=%s\n",
		ap_wps_off_reason(cfg) ? "disabled" : wps_states[cfg->wps_state]);
	if (cfg->wps_state && cfg->wpa)
		config_secret(out, "passphrase", cfg->wpa_passphrase, "psk", &cfg->wpa_psk);
	config_multi_ap(cfg, out);
	config_wpa(b, out);
}

void ap_mib(const struct ap_bss *b, struct strbuf *out)
{
	if (b->rsn)
		rsn_auth_mib(b->rsn, out);
}

bool ap_driver_status(const struct ap_bss *b, struct strbuf *out)
{
	return b->drv_if && b->radio->driver->status && b->radio->driver->status(b->drv_if, out);
}

bool ap_driver_flags(const struct ap_bss *b, unsigned *flags)
{
	if (b->drv_if)
		*flags = b->radio->driver->caps(b->drv_if)->flags;
	return b->drv_if != NULL;
}

bool ap_dump_beacon(const struct ap_bss *b, struct strbuf *out)
{
	return b->beacon_head.len && strbuf_add_hex(out, b->beacon_head.data, b->beacon_head.len) &&
	       strbuf_add_hex(out, b->beacon_tail.data, b->beacon_tail.len);
}
