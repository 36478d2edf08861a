/* The STA record of the control interface. */
#include "ap/ap_i.h"

#define SUITE_FMT "%02x-%02x-%02x-%u"
#define SUITE_ARG(s) (s) >> 24, (s) >> 16 & 0xff, (s) >> 8 & 0xff, (s)&0xff

static void record_flags(const struct ap_sta *s, struct strbuf *out)
{
	bool assoc = s->state == STA_ASSOCIATED || s->state == STA_AUTHORIZED;
	const struct {
		bool on;
		const char *text;
	} flags[] = {
		{true, "[AUTH]"},
		{assoc, "[ASSOC]"},
		{s->state == STA_AUTHORIZED, "[AUTHORIZED]"},
		{s->poll_pending, "[PENDING_POLL"}, /* sic: clients know it without the bracket */
		{assoc && (s->capab & CAP_SHORT_PREAMBLE), "[SHORT_PREAMBLE]"},
		{s->wmm, "[WMM]"},
		{assoc && s->mfp, "[MFP]"},
		{s->wps, "[WPS]"},
		{s->maybe_wps, "[MAYBE_WPS]"},
		{s->wds_ifname[0] != '\0', "[WDS]"},
		{assoc && s->non_erp, "[NonERP]"},
		{s->wps2, "[WPS2]"},
		{s->has_ht, "[HT]"},
	};

	strbuf_add(out, "flags=");
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (flags[i].on)
			strbuf_add(out, "%s", flags[i].text);
	strbuf_add(out, "\n");
}

static void record_basics(const struct ap_sta *s, struct strbuf *out)
{
	static const char *const next[] = {"NULLFUNC POLL", "DISASSOC", "DEAUTH", "REMOVE"};

	strbuf_add(out, "aid=%u\ncapability=0x%x\nlisten_interval=%u\nsupported_rates=", s->aid,
		s->capab, s->listen_interval);
	for (size_t i = 0; i < s->rate_count; i++)
		strbuf_add(out, "%s%02x", i ? " " : "", s->rates[i]);
	bool told = timer_running(&s->leave) && s->leave_how == AP_DISASSOC;
	strbuf_add(out, "\ntimeout_next=%s\n", told ? "DISASSOC_FROM_CLI" : next[s->timeout_next]);
}

static void record_wps(const struct wps_peer *p, struct strbuf *out)
{
	char uuid[WPS_UUID_TEXT_LEN], type[WPS_TYPE_TEXT_LEN];

	strbuf_add(out, "wpsUuid=%s\nwpsPrimaryDeviceType=%s\n", wps_uuid_text(p->uuid, uuid),
		wps_type_text(p->primary_type, type));
	strbuf_add(out,
		"wpsDeviceName=%s\nwpsManufacturer=%s\nwpsModelName=%s\n"
		"wpsModelNumber=%s\nwpsSerialNumber=%s\n",
		p->device_name, p->manufacturer, p->model_name, p->model_number, p->serial_number);
}

static void record_driver(const struct ap_sta *s, struct strbuf *out)
{
	const struct driver *d = s->bss->radio->driver;
	struct drv_sta_info i = {0};

	if (!s->in_driver || !d->sta_info || d->sta_info(s->bss->drv_if, s->addr, &i) < 0)
		return;
	strbuf_add(out,
		"rx_packets=%llu\ntx_packets=%llu\nrx_bytes=%llu\ntx_bytes=%llu\n"
		"inactive_msec=%u\n",
		(unsigned long long)i.rx_packets, (unsigned long long)i.tx_packets,
		(unsigned long long)i.rx_bytes, (unsigned long long)i.tx_bytes, i.inactive_ms);
	if (i.has_signal)
		strbuf_add(out, "signal=%d\n", i.signal_dbm);
	if (i.has_rates)
		strbuf_add(out, "rx_rate_info=%u\ntx_rate_info=%u\n", i.rx_rate, i.tx_rate);
	strbuf_add(out, "connected_time=%u\n", i.connected_s);
}

/* Where the driver runs the handshake: what the station chose, but none of our states. */
static void record_driver_rsn(const struct ap_sta *s, struct strbuf *out)
{
	struct rsn_ie ie;

	if (!s->bss->rsn || rsn_auth_check_ie(s->bss->rsn, s->rsne.data, s->rsne.len, &ie))
		return;
	uint32_t cipher = cipher_suite(ie.pairwise);
	uint32_t akm = akm_suite(ie.akm);
	strbuf_add(out,
		"dot11RSNAStatsSTAAddress=" MACSTR "\ndot11RSNAStatsVersion=1\n"
		"dot11RSNAStatsSelectedPairwiseCipher=" SUITE_FMT "\nwpa=2\n"
		"AKMSuiteSelector=" SUITE_FMT "\nhostapdMFPR=%d\n",
		MAC2STR(s->addr), SUITE_ARG(cipher), SUITE_ARG(akm),
		(ie.capab & RSN_CAP_MFPR) != 0);
}

static void record_tail(const struct ap_sta *s, struct strbuf *out)
{
	const char *keyid = s->rsn ? rsn_auth_sta_keyid(s->rsn) : NULL;

	if (s->vlan_id)
		strbuf_add(out, "vlan_id=%u\n", s->vlan_id);
	if (s->has_ht)
		strbuf_add(
			out, "ht_caps_info=0x%04x\n", (unsigned)(s->ht_cap[0] | s->ht_cap[1] << 8));
	if (s->wds_ifname[0])
		strbuf_add(out, "wds_sta_ifname=%s\n", s->wds_ifname);
	if (keyid)
		strbuf_add(out, "keyid=%s\n", keyid);
	if (s->has_multi_ap)
		strbuf_add(out, "multi_ap=%s\nmulti_ap_profile=%u\n", ap_multi_ap_sta_role(s),
			s->multi_ap.profile);
}

void ap_sta_record(const struct ap_sta *s, struct strbuf *out)
{
	const struct wps_peer *device = ap_wps_peers_find(s->bss, s->addr);

	strbuf_add(out, MACSTR "\n", MAC2STR(s->addr));
	record_flags(s, out);
	record_basics(s, out);
	strbuf_add(out, "auth_alg=%u\n", s->auth_alg);
	if (s->rsn)
		rsn_auth_sta_mib(s->rsn, out);
	else if (s->port.by_driver)
		record_driver_rsn(s, out);
	if (s->eapol)
		eapol_auth_mib(s->eapol, out);
	if (device)
		record_wps(device, out);
	record_driver(s, out);
	record_tail(s, out);
}

bool ap_sta_eapol(const struct ap_sta *s, struct strbuf *out)
{
	if (s->eapol)
		eapol_auth_mib(s->eapol, out);
	return s->eapol != NULL;
}
