/* The AP side: beacons, BSS parameters, stations. */
#include <errno.h>

#include "drivers/nl80211/msg_i.h"

static void beacon_parts(struct nl_req *r, const struct drv_ap *ap)
{
	req_put(r, NL80211_ATTR_BEACON_HEAD, ap->head, ap->head_len);
	req_put_if(r, NL80211_ATTR_BEACON_TAIL, ap->tail, ap->tail_len);
	req_put_if(r, NL80211_ATTR_IE, ap->beacon_ies, ap->beacon_ies_len);
	req_put_if(r, NL80211_ATTR_IE_PROBE_RESP, ap->proberesp_ies, ap->proberesp_ies_len);
	req_put_if(r, NL80211_ATTR_IE_ASSOC_RESP, ap->assocresp_ies, ap->assocresp_ies_len);
	req_put_if(r, NL80211_ATTR_PROBE_RESP, ap->probe_resp, ap->probe_resp_len);
}

static void channel_build(struct nl_req *r, const struct drv_ap *ap)
{
	uint32_t width = NL80211_CHAN_WIDTH_20_NOHT;
	if (ap->ht)
		width = ap->sec_channel ? NL80211_CHAN_WIDTH_40 : NL80211_CHAN_WIDTH_20;
	/* Center of a 40 MHz channel: half way to the secondary one. */
	int center = (int)ap->freq + (ap->ht ? 10 * ap->sec_channel : 0);
	req_u32(r, NL80211_ATTR_WIPHY_FREQ, ap->freq);
	req_u32(r, NL80211_ATTR_CHANNEL_WIDTH, width);
	req_u32(r, NL80211_ATTR_CENTER_FREQ1, (uint32_t)center);
}

static uint32_t hidden_ssid(unsigned ignore_broadcast)
{
	switch (ignore_broadcast) {
	case 0:
		return NL80211_HIDDEN_SSID_NOT_IN_USE;
	case 1:
		return NL80211_HIDDEN_SSID_ZERO_LEN;
	}
	return NL80211_HIDDEN_SSID_ZERO_CONTENTS;
}

void ap_start_build(struct nl_req *r, const struct drv_ap *ap, const struct control_port *c)
{
	beacon_parts(r, ap);
	req_u32(r, NL80211_ATTR_BEACON_INTERVAL, ap->beacon_int);
	req_u32(r, NL80211_ATTR_DTIM_PERIOD, ap->dtim_period);
	req_put(r, NL80211_ATTR_SSID, ap->ssid, ap->ssid_len);
	req_u32(r, NL80211_ATTR_HIDDEN_SSID, hidden_ssid(ap->hide_ssid));
	req_u32(r, NL80211_ATTR_AUTH_TYPE, NL80211_AUTHTYPE_OPEN_SYSTEM);
	if (ap->privacy)
		req_flag(r, NL80211_ATTR_PRIVACY);
	crypto_build(r, ap->protos, ap->pairwise, ap->group, ap->akm);
	req_put_if(r, NL80211_ATTR_PMK, ap->pmk, PSK_PMK_LEN);
	channel_build(r, ap);
	if (ap->inactivity)
		req_u16(r, NL80211_ATTR_INACTIVITY_TIMEOUT,
			(uint16_t)(ap->inactivity > UINT16_MAX ? UINT16_MAX : ap->inactivity));
	/* The kernel stops the AP when this socket closes: a killed daemon leaves none on the air.
	 */
	req_flag(r, NL80211_ATTR_SOCKET_OWNER);
	control_port_build(r, c);
}

void ap_beacon_build(struct nl_req *r, const struct drv_ap *ap)
{
	beacon_parts(r, ap);
}

void ap_queues_build(struct nl_req *r, const struct drv_queue queues[DRV_QUEUES])
{
	static const uint8_t acs[DRV_QUEUES] = {
		NL80211_AC_VO, NL80211_AC_VI, NL80211_AC_BE, NL80211_AC_BK};
	struct nlattr *list = req_nest(r, NL80211_ATTR_WIPHY_TXQ_PARAMS);

	for (int n = 0; n < DRV_QUEUES; n++) {
		struct nlattr *nest = req_nest(r, n + 1);
		req_u8(r, NL80211_TXQ_ATTR_AC, acs[n]);
		req_u16(r, NL80211_TXQ_ATTR_TXOP, queues[n].txop);
		req_u16(r, NL80211_TXQ_ATTR_CWMIN, queues[n].cwmin);
		req_u16(r, NL80211_TXQ_ATTR_CWMAX, queues[n].cwmax);
		req_u8(r, NL80211_TXQ_ATTR_AIFS, queues[n].aifs);
		req_nest_end(r, nest);
	}
	req_nest_end(r, list);
}

void ap_csa_build(struct nl_req *r, const struct drv_csa *c)
{
	const uint16_t beacon = (uint16_t)c->tail_counter, resp = (uint16_t)c->probe_resp_counter;

	channel_build(r, c->after);
	req_u32(r, NL80211_ATTR_CH_SWITCH_COUNT, c->count);
	if (c->block_tx)
		req_flag(r, NL80211_ATTR_CH_SWITCH_BLOCK_TX);
	beacon_parts(r, c->after);
	struct nlattr *nest = req_nest(r, NL80211_ATTR_CSA_IES);
	beacon_parts(r, c->until);
	req_put(r, NL80211_ATTR_CSA_C_OFF_BEACON, &beacon, sizeof(beacon));
	if (c->until->probe_resp_len)
		req_put(r, NL80211_ATTR_CSA_C_OFF_PRESP, &resp, sizeof(resp));
	req_nest_end(r, nest);
}

void ap_bss_build(struct nl_req *r, const struct drv_ap *ap)
{
	req_put_if(r, NL80211_ATTR_BSS_BASIC_RATES, ap->basic_rates, ap->basic_rate_count);
	req_u8(r, NL80211_ATTR_BSS_SHORT_PREAMBLE, ap->short_preamble);
	req_u8(r, NL80211_ATTR_BSS_SHORT_SLOT_TIME, ap->short_slot);
	req_u8(r, NL80211_ATTR_AP_ISOLATE, ap->ap_isolate);
}

static uint32_t sta_flag_bits(unsigned flags)
{
	static const struct {
		unsigned flag;
		unsigned nl;
	} map[] = {
		{DRV_STA_AUTHENTICATED, NL80211_STA_FLAG_AUTHENTICATED},
		{DRV_STA_ASSOCIATED, NL80211_STA_FLAG_ASSOCIATED},
		{DRV_STA_AUTHORIZED, NL80211_STA_FLAG_AUTHORIZED},
		{DRV_STA_WMM, NL80211_STA_FLAG_WME},
		{DRV_STA_SHORT_PREAMBLE, NL80211_STA_FLAG_SHORT_PREAMBLE},
		{DRV_STA_MFP, NL80211_STA_FLAG_MFP},
	};
	uint32_t bits = 0;
	for (size_t i = 0; i < ARRAY_SIZE(map); i++)
		if (flags & map[i].flag)
			bits |= 1u << map[i].nl;
	return bits;
}

void sta_flags_build(struct nl_req *r, unsigned flags, unsigned mask)
{
	struct nl80211_sta_flag_update u = {sta_flag_bits(mask), sta_flag_bits(flags & mask)};
	req_put(r, NL80211_ATTR_STA_FLAGS2, &u, sizeof(u));
}

static void sta_wme_build(struct nl_req *r, uint8_t qosinfo)
{
	/* QoS Info of a station, 9.4.1.17: U-APSD flags per access category, Max SP Length. */
	struct nlattr *nest = req_nest(r, NL80211_ATTR_STA_WME);
	req_u8(r, NL80211_STA_WME_UAPSD_QUEUES, qosinfo & 0x0f);
	req_u8(r, NL80211_STA_WME_MAX_SP, (qosinfo >> 5) & 3);
	req_nest_end(r, nest);
}

void sta_build(struct nl_req *r, const struct drv_sta *s, bool full_state)
{
	unsigned mask = s->flags_mask;
	if (!full_state)
		mask &= ~(unsigned)(DRV_STA_AUTHENTICATED | DRV_STA_ASSOCIATED);
	req_put(r, NL80211_ATTR_MAC, s->addr, MAC_LEN);
	/* New stations must state their rates, even if not known before association. */
	if (!s->change || s->rate_count)
		req_put(r, NL80211_ATTR_STA_SUPPORTED_RATES, s->rates, s->rate_count);
	if (!s->change || s->listen_interval)
		req_u16(r, NL80211_ATTR_STA_LISTEN_INTERVAL, s->listen_interval);
	/* A new station must have one; the real one comes with the association. */
	if (!s->change || s->aid)
		req_u16(r, NL80211_ATTR_STA_AID, s->aid ? s->aid : 1);
	if (s->capab)
		req_u16(r, NL80211_ATTR_STA_CAPABILITY, s->capab);
	if (s->ht_cap)
		req_put(r, NL80211_ATTR_HT_CAPABILITY, s->ht_cap, 26);
	if (s->vht_cap)
		req_put(r, NL80211_ATTR_VHT_CAPABILITY, s->vht_cap, 12);
	if (s->flags & s->flags_mask & DRV_STA_WMM)
		sta_wme_build(r, s->qosinfo);
	if (mask)
		sta_flags_build(r, s->flags, mask);
}

static struct drv_mcs mcs_of(struct nlattr **tb)
{
	static const struct {
		enum drv_mcs_kind kind;
		int mcs, nss; /* attributes */
	} kinds[] = {{DRV_MCS_HE, NL80211_RATE_INFO_HE_MCS, NL80211_RATE_INFO_HE_NSS},
		{DRV_MCS_VHT, NL80211_RATE_INFO_VHT_MCS, NL80211_RATE_INFO_VHT_NSS},
		{DRV_MCS_HT, NL80211_RATE_INFO_MCS, 0}};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (tb[kinds[i].mcs])
			return (struct drv_mcs){kinds[i].kind, attr_u8(tb[kinds[i].mcs]),
				kinds[i].nss ? attr_u8(tb[kinds[i].nss]) : 0};
	return (struct drv_mcs){DRV_MCS_NONE, 0, 0};
}

static unsigned rate_of(struct nlattr *attr, unsigned *width, bool *ht, struct drv_mcs *mcs)
{
	static const struct {
		int attr;
		unsigned mhz;
	} widths[] = {
		{NL80211_RATE_INFO_40_MHZ_WIDTH, 40},
		{NL80211_RATE_INFO_80_MHZ_WIDTH, 80},
		{NL80211_RATE_INFO_160_MHZ_WIDTH, 160},
	};
	struct nlattr *tb[NL80211_RATE_INFO_MAX + 1];
	if (!attr || nla_parse_nested(tb, NL80211_RATE_INFO_MAX, attr, NULL) < 0)
		return 0;
	*width = 20;
	for (size_t i = 0; i < ARRAY_SIZE(widths); i++)
		if (tb[widths[i].attr])
			*width = widths[i].mhz;
	*ht = tb[NL80211_RATE_INFO_MCS] != NULL;
	*mcs = mcs_of(tb);
	if (tb[NL80211_RATE_INFO_BITRATE32])
		return attr_u32(tb[NL80211_RATE_INFO_BITRATE32]);
	return attr_u16(tb[NL80211_RATE_INFO_BITRATE]);
}

static int signal_of(const struct nlattr *a, bool *have)
{
	if (!a)
		return 0;
	*have = true;
	return (int8_t)attr_u8(a);
}

static void optional_counters(struct nlattr **s, struct drv_sta_info *out)
{
	static const struct {
		int attr;
		unsigned known;
	} rows[] = {{NL80211_STA_INFO_BEACON_RX, DRV_STA_BEACONS},
		{NL80211_STA_INFO_BEACON_LOSS, DRV_STA_BEACON_LOSSES},
		{NL80211_STA_INFO_EXPECTED_THROUGHPUT, DRV_STA_THROUGHPUT},
		{NL80211_STA_INFO_RX_DROP_MISC, DRV_STA_RX_DROPS}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		out->known |= s[rows[i].attr] ? rows[i].known : 0;
	out->beacons = attr_u64(s[NL80211_STA_INFO_BEACON_RX]);
	out->beacon_losses = attr_u32(s[NL80211_STA_INFO_BEACON_LOSS]);
	out->throughput = attr_u32(s[NL80211_STA_INFO_EXPECTED_THROUGHPUT]);
	out->rx_drops = attr_u64(s[NL80211_STA_INFO_RX_DROP_MISC]);
}

static void port_of(const struct nlattr *flags, struct drv_sta_info *out)
{
	const uint32_t port = 1u << NL80211_STA_FLAG_AUTHORIZED;
	struct nl80211_sta_flag_update u;
	if (!flags || nla_len(flags) < (int)sizeof(u))
		return;
	memcpy(&u, nla_data(flags), sizeof(u));
	if (u.mask & port)
		out->known |= DRV_STA_PORT;
	out->authorized = u.mask & u.set & port;
}

int sta_info_parse(const struct nlmsghdr *h, struct drv_sta_info *out)
{
	struct nlattr *tb[NL80211_ATTR_MAX + 1], *s[NL80211_STA_INFO_MAX + 1];
	bool have_avg = false;
	unsigned width = 0;
	*out = (struct drv_sta_info){0};
	if (genl_attrs(h, tb, NL80211_ATTR_MAX) < 0 || !tb[NL80211_ATTR_STA_INFO] ||
		nla_parse_nested(s, NL80211_STA_INFO_MAX, tb[NL80211_ATTR_STA_INFO], NULL) < 0)
		return -EBADMSG;
	out->rx_packets = attr_u32(s[NL80211_STA_INFO_RX_PACKETS]);
	out->tx_packets = attr_u32(s[NL80211_STA_INFO_TX_PACKETS]);
	out->rx_bytes = s[NL80211_STA_INFO_RX_BYTES64] ? attr_u64(s[NL80211_STA_INFO_RX_BYTES64])
						       : attr_u32(s[NL80211_STA_INFO_RX_BYTES]);
	out->tx_bytes = s[NL80211_STA_INFO_TX_BYTES64] ? attr_u64(s[NL80211_STA_INFO_TX_BYTES64])
						       : attr_u32(s[NL80211_STA_INFO_TX_BYTES]);
	out->tx_failed = attr_u32(s[NL80211_STA_INFO_TX_FAILED]);
	out->tx_retries = attr_u32(s[NL80211_STA_INFO_TX_RETRIES]);
	out->inactive_ms = attr_u32(s[NL80211_STA_INFO_INACTIVE_TIME]);
	out->connected_s = attr_u32(s[NL80211_STA_INFO_CONNECTED_TIME]);
	out->signal_dbm = signal_of(s[NL80211_STA_INFO_SIGNAL], &out->has_signal);
	out->avg_signal_dbm = signal_of(s[NL80211_STA_INFO_SIGNAL_AVG], &have_avg);
	out->beacon_signal_dbm =
		signal_of(s[NL80211_STA_INFO_BEACON_SIGNAL_AVG], &out->has_beacon_signal);
	out->rx_rate = rate_of(s[NL80211_STA_INFO_RX_BITRATE], &width, &out->ht, &out->rx_mcs);
	out->tx_rate = rate_of(s[NL80211_STA_INFO_TX_BITRATE], &width, &out->ht, &out->tx_mcs);
	out->has_rates = out->rx_rate || out->tx_rate;
	out->width = width;
	optional_counters(s, out);
	port_of(s[NL80211_STA_INFO_STA_FLAGS], out);
	return 0;
}
