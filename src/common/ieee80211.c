#include "common/ieee80211.h"

#include "utils/bytes.h"

#define FC_HTC 0x8000 /* +HTC: a 4-octet HT Control field follows the header, 9.2.4.1.10 */

bool mgmt_parse(struct reader *r, struct mgmt_hdr *h)
{
	h->fc = reader_le16(r);
	reader_skip(r, 2); /* duration */
	h->da = reader_bytes(r, MAC_LEN);
	h->sa = reader_bytes(r, MAC_LEN);
	h->bssid = reader_bytes(r, MAC_LEN);
	h->seq = reader_le16(r);
	if (h->fc & FC_HTC)
		reader_skip(r, 4);
	return reader_ok(r) && FC_TYPE(h->fc) == FTYPE_MGMT;
}

void mgmt_write(struct writer *w, enum ieee80211_mgmt_stype stype, const uint8_t *da,
	const uint8_t *sa, const uint8_t *bssid)
{
	writer_le16(w, FC_MGMT(stype));
	writer_le16(w, 0); /* duration: the radio's */
	writer_bytes(w, da, MAC_LEN);
	writer_bytes(w, sa, MAC_LEN);
	writer_bytes(w, bssid, MAC_LEN);
	writer_le16(w, 0);
}

static const char *const reason_texts[] = {
	[REASON_UNSPECIFIED] = "unspecified reason",
	[REASON_PREV_AUTH_NOT_VALID] = "the earlier authentication is no longer valid",
	[REASON_DEAUTH_LEAVING] = "deauthenticated because the sender is leaving",
	[REASON_DISASSOC_INACTIVITY] = "disassociated due to inactivity",
	[REASON_AP_FULL] = "the AP cannot serve all its stations",
	[REASON_CLASS2] = "frame from a station that is not authenticated",
	[REASON_CLASS3] = "frame from a station that is not associated",
	[REASON_DISASSOC_LEAVING] = "disassociated because the sender is leaving",
	[REASON_STA_NOT_AUTHENTICATED] = "association asked for without authentication",
	[10] = "power capability not acceptable",
	[11] = "supported channels not acceptable",
	[12] = "BSS transition",
	[REASON_INVALID_IE] = "invalid element",
	[REASON_MIC_FAILURE] = "message integrity check failed",
	[REASON_4WAY_TIMEOUT] = "4-way handshake timed out (often a wrong passphrase)",
	[REASON_GROUP_KEY_TIMEOUT] = "group key handshake timed out",
	[REASON_IE_DIFFERENT] = "security element of the handshake differs from the announced one",
	[REASON_GROUP_CIPHER] = "invalid group cipher",
	[REASON_PAIRWISE_CIPHER] = "invalid pairwise cipher",
	[REASON_AKMP] = "invalid key management",
	[REASON_RSN_VERSION] = "unsupported RSN version",
	[REASON_RSN_CAPAB] = "invalid RSN capabilities",
	[REASON_8021X_FAILED] = "IEEE 802.1X authentication failed",
	[REASON_CIPHER_REJECTED] = "cipher rejected by policy",
	[25] = "TDLS peer unreachable",
	[26] = "TDLS torn down",
	[32] = "QoS: unspecified",
	[33] = "QoS: not enough bandwidth",
	[REASON_DISASSOC_LOW_ACK] = "too many frames were not acknowledged",
	[35] = "QoS: sent outside the granted time",
	[36] = "the station is leaving",
	[37] = "the station no longer uses this",
	[38] = "the station used an agreement that was not set up",
	[39] = "timed out",
	[45] = "the peer does not support the cipher",
	[46] = "the peer caused a denial of service",
};

static const char *const status_texts[] = {
	[STATUS_SUCCESS] = "success",
	[STATUS_UNSPECIFIED] = "unspecified failure",
	[STATUS_CAPS_MISMATCH] = "capabilities not supported",
	[STATUS_REASSOC_NO_ASSOC] = "reassociation without an association",
	[STATUS_DENIED] = "denied for a reason outside the standard",
	[STATUS_AUTH_ALG] = "authentication algorithm not supported",
	[STATUS_AUTH_SEQ] = "authentication frame out of sequence",
	[STATUS_CHALLENGE] = "challenge failed",
	[STATUS_AUTH_TIMEOUT] = "authentication timed out",
	[STATUS_AP_FULL] = "the AP cannot serve another station",
	[STATUS_RATES] = "a basic rate is not supported",
	[STATUS_NO_HT] = "HT is required",
	[STATUS_TRY_LATER] = "refused for now, try later",
	[31] = "management frame protection is required",
	[37] = "declined",
	[38] = "invalid parameters",
	[STATUS_INVALID_IE] = "invalid element",
	[STATUS_GROUP_CIPHER] = "invalid group cipher",
	[STATUS_PAIRWISE_CIPHER] = "invalid pairwise cipher",
	[STATUS_AKMP] = "invalid key management",
	[STATUS_RSN_VERSION] = "unsupported RSN version",
	[STATUS_RSN_CAPAB] = "invalid RSN capabilities",
	[STATUS_CIPHER_REJECTED] = "cipher rejected by policy",
	[STATUS_LISTEN_INTERVAL] = "listen interval too large",
	[53] = "invalid PMKID",
	[72] = "unsupported group for key agreement",
	[76] = "anti-clogging token required",
	[77] = "unsupported finite cyclic group",
	[STATUS_SUGGESTED_BSS] = "another access point is suggested",
};

const char *reason_text(unsigned reason)
{
	const char *t = reason < ARRAY_SIZE(reason_texts) ? reason_texts[reason] : NULL;
	return t ? t : "reason unknown to us";
}

const char *status_text(unsigned status)
{
	const char *t = status < ARRAY_SIZE(status_texts) ? status_texts[status] : NULL;
	return t ? t : "status unknown to us";
}

/* Channel starting frequencies, Annex E. Channel n lies at start + 5 n MHz. */
static const struct {
	unsigned first, last, start; /* MHz */
} bands[] = {
	{2412, 2472, 2407},
	{4915, 4980, 4000},
	{5005, 5895, 5000},
	{5955, 7115, 5950},
};

unsigned freq_to_channel(unsigned freq)
{
	if (freq == 2484)
		return 14;
	if (freq == 5935)
		return 2; /* operating class 136 */
	for (size_t i = 0; i < ARRAY_SIZE(bands); i++)
		if (freq >= bands[i].first && freq <= bands[i].last)
			return (freq - bands[i].start) % 5 ? 0 : (freq - bands[i].start) / 5;
	return 0;
}

unsigned channel_to_freq(unsigned channel)
{
	if (channel == 0 || channel > 196)
		return 0;
	if (channel < 14)
		return 2407 + 5 * channel;
	if (channel == 14)
		return 2484;
	return (channel >= 183 ? 4000 : 5000) + 5 * channel;
}
