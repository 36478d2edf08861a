/* One nl80211 event message as a plain structure. */
#include <errno.h>

#include "drivers/nl80211/msg_i.h"

static int parse_cqm(struct nlattr *attr, struct nl_event *ev)
{
	struct nlattr *c[NL80211_ATTR_CQM_MAX + 1];
	if (nla_parse_nested(c, NL80211_ATTR_CQM_MAX, attr, NULL) < 0)
		return -EBADMSG;
	ev->cqm_loss = c[NL80211_ATTR_CQM_PKT_LOSS_EVENT] != NULL;
	ev->cqm_beacon_loss = c[NL80211_ATTR_CQM_BEACON_LOSS_EVENT] != NULL;
	if (c[NL80211_ATTR_CQM_RSSI_THRESHOLD_EVENT]) {
		ev->cqm_rssi = true;
		ev->cqm_rssi_high = attr_u32(c[NL80211_ATTR_CQM_RSSI_THRESHOLD_EVENT]) ==
				    NL80211_CQM_RSSI_THRESHOLD_EVENT_HIGH;
		ev->cqm_level = (int)attr_u32(c[NL80211_ATTR_CQM_RSSI_LEVEL]);
	}
	return 0;
}

static void parse_regdom(struct nlattr **tb, struct nl_event *ev)
{
	const struct nlattr *alpha2 = tb[NL80211_ATTR_REG_ALPHA2];
	ev->reg_initiator = attr_u8(tb[NL80211_ATTR_REG_INITIATOR]);
	ev->reg_type = attr_u8(tb[NL80211_ATTR_REG_TYPE]);
	if (alpha2 && nla_len(alpha2) >= 2)
		memcpy(ev->alpha2, nla_data(alpha2), 2);
}

static void view(const struct nlattr *a, const uint8_t **data, size_t *len)
{
	if (!a)
		return;
	*data = nla_data(a);
	*len = (size_t)nla_len(a);
}

static int parse_rekey(struct nlattr *attr, struct nl_event *ev)
{
	struct nlattr *d[MAX_NL80211_REKEY_DATA + 1];
	if (nla_parse_nested(d, MAX_NL80211_REKEY_DATA, attr, NULL) < 0)
		return -EBADMSG;
	const struct nlattr *ctr = d[NL80211_REKEY_DATA_REPLAY_CTR];
	if (ctr && nla_len(ctr) == NL80211_REPLAY_CTR_LEN) {
		/* As in EAPOL-Key frames: the first octet is the highest. */
		struct reader r = reader_of(nla_data(ctr), NL80211_REPLAY_CTR_LEN);
		ev->replay = reader_be64(&r);
		ev->has_replay = true;
	}
	return 0;
}

static int parse_candidate(struct nlattr *attr, struct nl_event *ev)
{
	struct nlattr *c[MAX_NL80211_PMKSA_CANDIDATE + 1];
	if (nla_parse_nested(c, MAX_NL80211_PMKSA_CANDIDATE, attr, NULL) < 0)
		return -EBADMSG;
	ev->has_candidate = attr_mac(c[NL80211_PMKSA_CANDIDATE_BSSID], ev->candidate);
	ev->candidate_index = attr_u32(c[NL80211_PMKSA_CANDIDATE_INDEX]);
	ev->candidate_preauth = c[NL80211_PMKSA_CANDIDATE_PREAUTH] != NULL;
	return 0;
}

/* Channel definition; of kernels that tell no width, the frequency alone. */
static void parse_chan(struct nlattr **tb, struct drv_chan *c)
{
	static const unsigned widths[] = {[NL80211_CHAN_WIDTH_20_NOHT] = 20,
		[NL80211_CHAN_WIDTH_20] = 20,
		[NL80211_CHAN_WIDTH_40] = 40,
		[NL80211_CHAN_WIDTH_80] = 80,
		[NL80211_CHAN_WIDTH_80P80] = 80,
		[NL80211_CHAN_WIDTH_160] = 160};
	uint32_t width = attr_u32(tb[NL80211_ATTR_CHANNEL_WIDTH]);

	c->freq = attr_u32(tb[NL80211_ATTR_WIPHY_FREQ]);
	c->ht = width != NL80211_CHAN_WIDTH_20_NOHT;
	c->width = width < ARRAY_SIZE(widths) ? widths[width] : 0;
	c->center[0] = attr_u32(tb[NL80211_ATTR_CENTER_FREQ1]);
	c->center[1] = attr_u32(tb[NL80211_ATTR_CENTER_FREQ2]);
	if (!c->center[0])
		c->center[0] = c->freq;
	if (c->width == 40)
		c->offset = c->center[0] > c->freq ? 1 : -1;
}

int event_parse(const struct nlmsghdr *h, struct nl_event *out)
{
	struct nlattr *tb[NL80211_ATTR_MAX + 1];
	*out = (struct nl_event){.cmd = genl_cmd(h)};
	if (genl_attrs(h, tb, NL80211_ATTR_MAX) < 0)
		return -EBADMSG;
	out->has_ifindex = tb[NL80211_ATTR_IFINDEX] != NULL;
	out->ifindex = attr_u32(tb[NL80211_ATTR_IFINDEX]);
	out->has_wiphy = tb[NL80211_ATTR_WIPHY] != NULL;
	out->wiphy = attr_u32(tb[NL80211_ATTR_WIPHY]);
	out->has_mac = attr_mac(tb[NL80211_ATTR_MAC], out->mac);
	view(tb[NL80211_ATTR_FRAME], &out->frame, &out->frame_len);
	view(tb[NL80211_ATTR_REQ_IE], &out->req_ies, &out->req_ies_len);
	view(tb[NL80211_ATTR_RESP_IE], &out->resp_ies, &out->resp_ies_len);
	out->freq = attr_u32(tb[NL80211_ATTR_WIPHY_FREQ]);
	parse_chan(tb, &out->chan);
	out->signal = (int)attr_u32(tb[NL80211_ATTR_RX_SIGNAL_DBM]);
	out->cookie = attr_u64(tb[NL80211_ATTR_COOKIE]);
	out->ack = tb[NL80211_ATTR_ACK] != NULL;
	out->timed_out = tb[NL80211_ATTR_TIMED_OUT] != NULL;
	out->by_ap = tb[NL80211_ATTR_DISCONNECTED_BY_AP] != NULL;
	out->no_encrypt = tb[NL80211_ATTR_CONTROL_PORT_NO_ENCRYPT] != NULL;
	out->reason = attr_u16(tb[NL80211_ATTR_REASON_CODE]);
	out->status = attr_u16(tb[NL80211_ATTR_STATUS_CODE]);
	out->timeout_reason = attr_u32(tb[NL80211_ATTR_TIMEOUT_REASON]);
	out->ethertype = attr_u16(tb[NL80211_ATTR_CONTROL_PORT_ETHERTYPE]);
	out->pairwise_key = tb[NL80211_ATTR_KEY_TYPE] &&
			    attr_u32(tb[NL80211_ATTR_KEY_TYPE]) == NL80211_KEYTYPE_PAIRWISE;
	view(tb[NL80211_ATTR_IE], &out->ies, &out->ies_len);
	view(tb[NL80211_ATTR_VENDOR_DATA], &out->vendor_data, &out->vendor_len);
	out->vendor_id = attr_u32(tb[NL80211_ATTR_VENDOR_ID]);
	out->vendor_subcmd = attr_u32(tb[NL80211_ATTR_VENDOR_SUBCMD]);
	parse_regdom(tb, out);
	if (tb[NL80211_ATTR_REKEY_DATA] && parse_rekey(tb[NL80211_ATTR_REKEY_DATA], out) < 0)
		return -EBADMSG;
	if (tb[NL80211_ATTR_PMKSA_CANDIDATE] &&
		parse_candidate(tb[NL80211_ATTR_PMKSA_CANDIDATE], out) < 0)
		return -EBADMSG;
	return tb[NL80211_ATTR_CQM] ? parse_cqm(tb[NL80211_ATTR_CQM], out) : 0;
}
