/* What a radio can do: the split wiphy dump of NL80211_CMD_GET_WIPHY. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "drivers/nl80211/msg_i.h"

static bool bit_get(const uint8_t *bits, size_t len, unsigned n)
{
	return n / 8 < len && (bits[n / 8] & (1u << (n % 8)));
}

bool wiphy_has_ext(const struct nl_phy *phy, unsigned feature)
{
	return bit_get(phy->ext_features, sizeof(phy->ext_features), feature);
}

bool wiphy_has_cmd(const struct nl_phy *phy, unsigned cmd)
{
	return bit_get(phy->commands, sizeof(phy->commands), cmd);
}

static void copy_upto(void *dst, size_t cap, const struct nlattr *a, size_t *len)
{
	size_t n = (size_t)nla_len(a) < cap ? (size_t)nla_len(a) : cap;
	memcpy(dst, nla_data(a), n);
	if (len)
		*len = n;
}

static int parse_channel(struct drv_band *band, struct nlattr *freq)
{
	static const struct {
		int attr;
		unsigned flag;
	} flags[] = {
		{NL80211_FREQUENCY_ATTR_DISABLED, DRV_CHAN_DISABLED},
		{NL80211_FREQUENCY_ATTR_NO_IR, DRV_CHAN_NO_IR},
		{NL80211_FREQUENCY_ATTR_RADAR, DRV_CHAN_RADAR},
		{NL80211_FREQUENCY_ATTR_NO_HT40_PLUS, DRV_CHAN_NO_HT40_PLUS},
		{NL80211_FREQUENCY_ATTR_NO_HT40_MINUS, DRV_CHAN_NO_HT40_MINUS},
	};
	struct nlattr *tb[NL80211_FREQUENCY_ATTR_MAX + 1];
	if (nla_parse_nested(tb, NL80211_FREQUENCY_ATTR_MAX, freq, NULL) < 0)
		return -EBADMSG;
	struct drv_channel c = {.freq = (uint16_t)attr_u32(tb[NL80211_FREQUENCY_ATTR_FREQ])};
	if (!c.freq)
		return 0;
	c.number = (uint8_t)freq_to_channel(c.freq);
	c.max_power = (int)attr_u32(tb[NL80211_FREQUENCY_ATTR_MAX_TX_POWER]) / 100;
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (tb[flags[i].attr])
			c.flags |= flags[i].flag;
	struct drv_channel *more =
		realloc(band->channels, (band->channel_count + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	band->channels = more;
	band->channels[band->channel_count++] = c;
	return 0;
}

static int parse_rates(struct drv_band *band, struct nlattr *rates)
{
	struct nlattr *rate;
	int left;
	band->rate_count = 0;
	nla_for_each_nested(rate, rates, left)
	{
		struct nlattr *tb[NL80211_BITRATE_ATTR_MAX + 1];
		if (nla_parse_nested(tb, NL80211_BITRATE_ATTR_MAX, rate, NULL) < 0)
			return -EBADMSG;
		if (tb[NL80211_BITRATE_ATTR_RATE] && band->rate_count < ARRAY_SIZE(band->rates))
			band->rates[band->rate_count++] =
				(uint16_t)attr_u32(tb[NL80211_BITRATE_ATTR_RATE]);
	}
	return 0;
}

static int parse_band(struct drv_band *band, struct nlattr *attr)
{
	struct nlattr *tb[NL80211_BAND_ATTR_MAX + 1], *freq;
	int left, err = 0;
	if (nla_parse_nested(tb, NL80211_BAND_ATTR_MAX, attr, NULL) < 0)
		return -EBADMSG;
	if (tb[NL80211_BAND_ATTR_RATES])
		err = parse_rates(band, tb[NL80211_BAND_ATTR_RATES]);
	if (tb[NL80211_BAND_ATTR_HT_CAPA]) {
		band->ht = true;
		band->ht_cap_info = attr_u16(tb[NL80211_BAND_ATTR_HT_CAPA]);
	}
	if (tb[NL80211_BAND_ATTR_HT_MCS_SET])
		copy_upto(
			band->ht_mcs, sizeof(band->ht_mcs), tb[NL80211_BAND_ATTR_HT_MCS_SET], NULL);
	if (tb[NL80211_BAND_ATTR_HT_AMPDU_FACTOR])
		band->ht_ampdu =
			(uint8_t)((attr_u8(tb[NL80211_BAND_ATTR_HT_AMPDU_FACTOR]) & 3) |
				  (attr_u8(tb[NL80211_BAND_ATTR_HT_AMPDU_DENSITY]) & 7) << 2);
	if (tb[NL80211_BAND_ATTR_VHT_CAPA]) {
		band->vht = true;
		band->vht_cap_info = attr_u32(tb[NL80211_BAND_ATTR_VHT_CAPA]);
	}
	if (tb[NL80211_BAND_ATTR_VHT_MCS_SET])
		copy_upto(band->vht_mcs, sizeof(band->vht_mcs), tb[NL80211_BAND_ATTR_VHT_MCS_SET],
			NULL);
	if (tb[NL80211_BAND_ATTR_FREQS])
		nla_for_each_nested(freq, tb[NL80211_BAND_ATTR_FREQS], left)
		{
			if (!err)
				err = parse_channel(band, freq);
		}
	return err;
}

static int parse_bands(struct nl_phy *phy, struct nlattr *bands)
{
	struct nlattr *band;
	int left, err = 0;
	nla_for_each_nested(band, bands, left)
	{
		if (!err && nla_type(band) < DRV_BANDS)
			err = parse_band(&phy->caps.bands[nla_type(band)], band);
	}
	return err;
}

static void parse_iftypes(struct nl_phy *phy, struct nlattr *types)
{
	struct nlattr *type;
	int left;
	nla_for_each_nested(type, types, left)
	{
		if (nla_type(type) < 32)
			phy->caps.iftypes |= 1u << nla_type(type);
	}
}

static void parse_commands(struct nl_phy *phy, struct nlattr *commands)
{
	struct nlattr *cmd;
	int left;
	nla_for_each_nested(cmd, commands, left)
	{
		uint32_t n = attr_u32(cmd);
		if (n / 8 < sizeof(phy->commands))
			phy->commands[n / 8] |= (uint8_t)(1u << (n % 8));
	}
}

static void parse_ciphers(struct nl_phy *phy, const struct nlattr *suites)
{
	const uint8_t *p = nla_data(suites);
	for (int at = 0; at + 4 <= nla_len(suites); at += 4) {
		uint32_t suite;
		memcpy(&suite, p + at, sizeof(suite));
		phy->caps.ciphers |= cipher_from_suite(suite);
	}
}

static void parse_combinations(struct nl_phy *phy, struct nlattr *combinations)
{
	struct nlattr *one, *tb[MAX_NL80211_IFACE_COMB + 1];
	int left;
	nla_for_each_nested(one, combinations, left)
	{
		if (nla_parse_nested(tb, MAX_NL80211_IFACE_COMB, one, NULL) < 0)
			continue;
		uint32_t channels = attr_u32(tb[NL80211_IFACE_COMB_NUM_CHANNELS]);
		if (channels > phy->chan_contexts)
			phy->chan_contexts = channels;
	}
}

static void parse_vendor_commands(struct nl_phy *phy, struct nlattr *list)
{
	struct nl80211_vendor_cmd_info info;
	struct nlattr *one;
	int left;
	nla_for_each_nested(one, list, left)
	{
		if (nla_len(one) < (int)sizeof(info))
			continue;
		memcpy(&info, nla_data(one), sizeof(info));
		if (info.vendor_id == QCA_OUI && info.subcmd == QCA_GET_FEATURES)
			phy->has_vendor_query = true;
	}
}

static void parse_limits(struct nl_phy *phy, struct nlattr **tb)
{
	struct drv_caps *c = &phy->caps;
	if (tb[NL80211_ATTR_MAX_NUM_SCAN_SSIDS])
		c->max_scan_ssids = attr_u8(tb[NL80211_ATTR_MAX_NUM_SCAN_SSIDS]);
	if (tb[NL80211_ATTR_MAX_SCAN_IE_LEN])
		c->max_scan_ies = attr_u16(tb[NL80211_ATTR_MAX_SCAN_IE_LEN]);
	if (tb[NL80211_ATTR_MAX_REMAIN_ON_CHANNEL_DURATION])
		c->max_remain_on_channel =
			(uint16_t)attr_u32(tb[NL80211_ATTR_MAX_REMAIN_ON_CHANNEL_DURATION]);
	if (tb[NL80211_ATTR_FEATURE_FLAGS])
		phy->features = attr_u32(tb[NL80211_ATTR_FEATURE_FLAGS]);
	if (tb[NL80211_ATTR_EXT_FEATURES])
		copy_upto(phy->ext_features, sizeof(phy->ext_features),
			tb[NL80211_ATTR_EXT_FEATURES], NULL);
	if (tb[NL80211_ATTR_EXT_CAPA])
		copy_upto(c->ext_capab, sizeof(c->ext_capab), tb[NL80211_ATTR_EXT_CAPA],
			&c->ext_capab_len);
	if (tb[NL80211_ATTR_EXT_CAPA_MASK])
		copy_upto(c->ext_capab_mask, sizeof(c->ext_capab_mask),
			tb[NL80211_ATTR_EXT_CAPA_MASK], NULL);
	if (tb[NL80211_ATTR_DEVICE_AP_SME])
		phy->ap_sme = true;
	if (tb[NL80211_ATTR_ROAM_SUPPORT])
		phy->roams = true;
	if (tb[NL80211_ATTR_CONTROL_PORT_ETHERTYPE])
		phy->control_port_proto = true;
	attr_mac(tb[NL80211_ATTR_MAC], phy->addr);
	attr_mac(tb[NL80211_ATTR_MAC_MASK], phy->addr_mask);
}

int wiphy_parse(const struct nlmsghdr *h, struct nl_phy *phy)
{
	struct nlattr *tb[NL80211_ATTR_MAX + 1];
	int err = 0;
	if (genl_attrs(h, tb, NL80211_ATTR_MAX) < 0 || !tb[NL80211_ATTR_WIPHY])
		return -EBADMSG;
	phy->index = attr_u32(tb[NL80211_ATTR_WIPHY]);
	const struct nlattr *name = tb[NL80211_ATTR_WIPHY_NAME];
	if (name && nla_len(name) > 0)
		snprintf(phy->caps.phy, sizeof(phy->caps.phy), "%.*s", nla_len(name),
			(const char *)nla_data(name));
	parse_limits(phy, tb);
	if (tb[NL80211_ATTR_SUPPORTED_IFTYPES])
		parse_iftypes(phy, tb[NL80211_ATTR_SUPPORTED_IFTYPES]);
	if (tb[NL80211_ATTR_SUPPORTED_COMMANDS])
		parse_commands(phy, tb[NL80211_ATTR_SUPPORTED_COMMANDS]);
	if (tb[NL80211_ATTR_CIPHER_SUITES])
		parse_ciphers(phy, tb[NL80211_ATTR_CIPHER_SUITES]);
	if (tb[NL80211_ATTR_INTERFACE_COMBINATIONS])
		parse_combinations(phy, tb[NL80211_ATTR_INTERFACE_COMBINATIONS]);
	if (tb[NL80211_ATTR_VENDOR_DATA])
		parse_vendor_commands(phy, tb[NL80211_ATTR_VENDOR_DATA]);
	if (tb[NL80211_ATTR_WIPHY_BANDS])
		err = parse_bands(phy, tb[NL80211_ATTR_WIPHY_BANDS]);
	return err;
}

static unsigned key_mgmt_flags(const struct nl_phy *phy)
{
	static const struct {
		unsigned feature, flag;
	} offloads[] = {
		{NL80211_EXT_FEATURE_4WAY_HANDSHAKE_STA_PSK, DRV_CAP_PSK_OFFLOAD},
		{NL80211_EXT_FEATURE_4WAY_HANDSHAKE_STA_1X, DRV_CAP_1X_OFFLOAD},
		{NL80211_EXT_FEATURE_SAE_OFFLOAD, DRV_CAP_SAE_OFFLOAD},
		{NLX_FEATURE_OWE_OFFLOAD, DRV_CAP_OWE_OFFLOAD},
		{NL80211_EXT_FEATURE_4WAY_HANDSHAKE_AP_PSK, DRV_CAP_AP_PSK_OFFLOAD},
	};
	const struct {
		bool have;
		unsigned flag;
	} others[] = {
		{phy->key_mgmt_sync, DRV_CAP_KEY_MGMT_SYNC},
		{phy->roams, DRV_CAP_ROAMING},
		{phy->ap_sme, DRV_CAP_AP_SME},
		{wiphy_has_cmd(phy, NL80211_CMD_NEW_KEY), DRV_CAP_HOST_KEYS},
		{wiphy_has_cmd(phy, NL80211_CMD_SET_PMKSA), DRV_CAP_PMKSA},
		/* Without AUTHENTICATE it can only mean that SAE frames are left to us. */
		{phy->features & NL80211_FEATURE_SAE &&
				!wiphy_has_cmd(phy, NL80211_CMD_AUTHENTICATE),
			DRV_CAP_EXTERNAL_AUTH},
	};
	unsigned flags = 0;
	for (size_t i = 0; i < ARRAY_SIZE(offloads); i++)
		if (wiphy_has_ext(phy, offloads[i].feature))
			flags |= offloads[i].flag;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (others[i].have)
			flags |= others[i].flag;
	return flags;
}

void wiphy_finish(struct nl_phy *phy)
{
	struct drv_caps *c = &phy->caps;
	bool port = wiphy_has_ext(phy, NL80211_EXT_FEATURE_CONTROL_PORT_OVER_NL80211);
	bool sme = wiphy_has_cmd(phy, NL80211_CMD_AUTHENTICATE) &&
		   wiphy_has_cmd(phy, NL80211_CMD_ASSOCIATE);
	const struct {
		bool have;
		unsigned flag;
	} flags[] = {
		{c->iftypes & 1u << NL80211_IFTYPE_AP, DRV_CAP_AP},
		{c->iftypes & 1u << NL80211_IFTYPE_STATION, DRV_CAP_STATION},
		{sme, DRV_CAP_SME},
		{c->iftypes & 1u << NL80211_IFTYPE_AP_VLAN, DRV_CAP_AP_VLAN},
		/* The kernel does not say; mac80211 always can and is what has AUTHENTICATE. */
		{sme && c->iftypes & 1u << NL80211_IFTYPE_STATION, DRV_CAP_4ADDR_STA},
		{port, DRV_CAP_CONTROL_PORT},
		{port && wiphy_has_ext(
				 phy, NL80211_EXT_FEATURE_CONTROL_PORT_OVER_NL80211_TX_STATUS),
			DRV_CAP_EAPOL_TX_STATUS},
		{phy->features & NL80211_FEATURE_SCAN_RANDOM_MAC_ADDR, DRV_CAP_RANDOM_SCAN},
		{wiphy_has_cmd(phy, NL80211_CMD_PROBE_CLIENT), DRV_CAP_PROBE_CLIENT},
	};
	c->flags = key_mgmt_flags(phy);
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (flags[i].have)
			c->flags |= flags[i].flag;
}

void wiphy_clear(struct nl_phy *phy)
{
	for (size_t i = 0; i < DRV_BANDS; i++)
		free(phy->caps.bands[i].channels);
	*phy = (struct nl_phy){0};
}

void wiphy_iftype_names(unsigned iftypes, struct strbuf *out)
{
	static const char *const names[] = {
		[NL80211_IFTYPE_ADHOC] = "IBSS",
		[NL80211_IFTYPE_STATION] = "station",
		[NL80211_IFTYPE_AP] = "AP",
		[NL80211_IFTYPE_AP_VLAN] = "AP/VLAN",
		[NL80211_IFTYPE_WDS] = "WDS",
		[NL80211_IFTYPE_MONITOR] = "monitor",
		[NL80211_IFTYPE_MESH_POINT] = "mesh point",
		[NL80211_IFTYPE_P2P_CLIENT] = "P2P client",
		[NL80211_IFTYPE_P2P_GO] = "P2P GO",
		[NL80211_IFTYPE_P2P_DEVICE] = "P2P device",
		[NL80211_IFTYPE_OCB] = "OCB",
		[NL80211_IFTYPE_NAN] = "NAN",
	};
	const char *sep = "";
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i] && iftypes & 1u << i) {
			strbuf_add(out, "%s%s", sep, names[i]);
			sep = ", ";
		}
}

void wiphy_nth_addr(
	const uint8_t first[MAC_LEN], const uint8_t mask[MAC_LEN], unsigned n, uint8_t out[MAC_LEN])
{
	uint64_t a = 0, m = 0;
	for (size_t i = 0; i < MAC_LEN; i++) {
		a = a << 8 | first[i];
		m = m << 8 | mask[i];
	}
	/* Only masks of low bits describe a block one can count in. */
	bool block = m && (m & (m + 1)) == 0;
	if (block && n <= m)
		a = (a & ~m) | ((a + n) & m);
	else
		a = (a & ~0xffull) | ((a + n) & 0xff) | 1ull << 41;
	for (size_t i = 0; i < MAC_LEN; i++)
		out[i] = (uint8_t)(a >> (8 * (MAC_LEN - 1 - i)));
}
