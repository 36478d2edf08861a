/* Scanning: the trigger request and the BSS entries of a GET_SCAN dump. */
#include <errno.h>

#include "drivers/nl80211/msg_i.h"

static void build_ssids(struct nl_req *r, const struct drv_scan *s)
{
	struct nlattr *nest = req_nest(r, NL80211_ATTR_SCAN_SSIDS);
	for (unsigned i = 0; i < s->ssid_count && i < ARRAY_SIZE(s->ssids); i++)
		req_put(r, (int)i + 1, s->ssids[i].ssid, s->ssids[i].len);
	req_nest_end(r, nest);
}

void scan_build(struct nl_req *r, const struct drv_scan *s)
{
	if (s->ssid_count)
		build_ssids(r, s);
	if (s->freqs && s->freq_count) {
		struct nlattr *nest = req_nest(r, NL80211_ATTR_SCAN_FREQUENCIES);
		for (size_t i = 0; i < s->freq_count; i++)
			req_u32(r, (int)i + 1, s->freqs[i]);
		req_nest_end(r, nest);
	}
	req_put_if(r, NL80211_ATTR_IE, s->ies, s->ies_len);
	/* The kernel took the BSSID from ATTR_MAC before random addresses needed it. */
	if (s->bssid)
		req_put(r, s->rand_addr ? NL80211_ATTR_BSSID : NL80211_ATTR_MAC, s->bssid, MAC_LEN);
	if (s->rand_addr) {
		req_put(r, NL80211_ATTR_MAC, s->rand_addr, MAC_LEN);
		req_put(r, NL80211_ATTR_MAC_MASK, s->rand_mask, MAC_LEN);
	}
	uint32_t flags = (s->flush ? NL80211_SCAN_FLAG_FLUSH : 0) |
			 (s->rand_addr ? NL80211_SCAN_FLAG_RANDOM_ADDR : 0);
	if (flags)
		req_u32(r, NL80211_ATTR_SCAN_FLAGS, flags);
}

static void attr_view(const struct nlattr *a, const uint8_t **data, size_t *len)
{
	*data = a ? nla_data(a) : NULL;
	*len = a ? (size_t)nla_len(a) : 0;
}

int scan_result_parse(const struct nlmsghdr *h, struct drv_scan_result *out)
{
	struct nlattr *tb[NL80211_ATTR_MAX + 1], *b[NL80211_BSS_MAX + 1];
	*out = (struct drv_scan_result){0};
	if (genl_attrs(h, tb, NL80211_ATTR_MAX) < 0)
		return -EBADMSG;
	if (!tb[NL80211_ATTR_BSS])
		return -ENOENT;
	if (nla_parse_nested(b, NL80211_BSS_MAX, tb[NL80211_ATTR_BSS], NULL) < 0 ||
		!attr_mac(b[NL80211_BSS_BSSID], out->bssid))
		return -EBADMSG;
	out->freq = attr_u32(b[NL80211_BSS_FREQUENCY]);
	out->beacon_int = attr_u16(b[NL80211_BSS_BEACON_INTERVAL]);
	out->capab = attr_u16(b[NL80211_BSS_CAPABILITY]);
	out->tsf = attr_u64(b[NL80211_BSS_TSF]);
	if (attr_u64(b[NL80211_BSS_BEACON_TSF]) > out->tsf)
		out->tsf = attr_u64(b[NL80211_BSS_BEACON_TSF]);
	out->age_ms = attr_u32(b[NL80211_BSS_SEEN_MS_AGO]);
	if (b[NL80211_BSS_SIGNAL_MBM])
		out->level_dbm = (int)attr_u32(b[NL80211_BSS_SIGNAL_MBM]) / 100;
	else
		out->level_dbm = attr_u8(b[NL80211_BSS_SIGNAL_UNSPEC]);
	attr_view(b[NL80211_BSS_INFORMATION_ELEMENTS], &out->ies, &out->ies_len);
	attr_view(b[NL80211_BSS_BEACON_IES], &out->beacon_ies, &out->beacon_ies_len);
	if (!out->ies)
		attr_view(b[NL80211_BSS_BEACON_IES], &out->ies, &out->ies_len);
	out->associated = b[NL80211_BSS_STATUS] &&
			  attr_u32(b[NL80211_BSS_STATUS]) == NL80211_BSS_STATUS_ASSOCIATED;
	return 0;
}
