/* Requests and events of drivers that take part in key management. */
#include <endian.h>
#include <errno.h>

#include "drivers/nl80211/msg_i.h"

void set_pmk_build(
	struct nl_req *r, const uint8_t bssid[MAC_LEN], const uint8_t *pmk, size_t pmk_len)
{
	req_put(r, NL80211_ATTR_MAC, bssid, MAC_LEN);
	req_put(r, NL80211_ATTR_PMK, pmk, pmk_len);
}

void pmksa_build(struct nl_req *r, const struct drv_pmksa *p)
{
	req_put(r, NL80211_ATTR_MAC, p->bssid, MAC_LEN);
	req_put(r, NL80211_ATTR_PMKID, p->pmkid, sizeof(p->pmkid));
	req_put_if(r, NL80211_ATTR_PMK, p->pmk, p->pmk_len);
	/* The kernel refuses 0 in both, and more than 100 percent. */
	if (p->lifetime)
		req_u32(r, NL80211_ATTR_PMK_LIFETIME, p->lifetime);
	if (p->threshold)
		req_u8(r, NL80211_ATTR_PMK_REAUTH_THRESHOLD,
			(uint8_t)(p->threshold < 100 ? p->threshold : 100));
}

void rekey_build(struct nl_req *r, const struct drv_rekey *k)
{
	uint64_t replay = htobe64(k->replay); /* as in EAPOL-Key frames */
	struct nlattr *nest = req_nest(r, NL80211_ATTR_REKEY_DATA);
	req_put(r, NL80211_REKEY_DATA_KEK, k->kek, k->kek_len);
	req_put(r, NL80211_REKEY_DATA_KCK, k->kck, k->kck_len);
	req_put(r, NL80211_REKEY_DATA_REPLAY_CTR, &replay, sizeof(replay));
	if (akm_suite(k->akm))
		req_u32(r, NL80211_REKEY_DATA_AKM, akm_suite(k->akm));
	req_nest_end(r, nest);
}

/* --- the vendor's interface --- */

void vendor_build(struct nl_req *r, unsigned subcmd)
{
	req_u32(r, NL80211_ATTR_VENDOR_ID, QCA_OUI);
	req_u32(r, NL80211_ATTR_VENDOR_SUBCMD, subcmd);
}

void vendor_pmk_build(struct nl_req *r, const uint8_t *pmk, size_t len)
{
	vendor_build(r, QCA_KEY_MGMT_SET_KEY);
	req_put(r, NL80211_ATTR_VENDOR_DATA, pmk, len);
}

void vendor_roaming_build(struct nl_req *r, bool allowed, bool nested)
{
	vendor_build(r, QCA_ROAMING);
	struct nlattr *nest = req_nest(r, NL80211_ATTR_VENDOR_DATA);
	if (nest)
		nest->nla_type = NL80211_ATTR_VENDOR_DATA | (nested ? NLA_F_NESTED : 0);
	req_u32(r, QCA_ROAMING_POLICY, allowed ? QCA_ROAMING_WITHIN_ESS : QCA_ROAMING_NOT_ALLOWED);
	req_nest_end(r, nest);
}

int vendor_features_parse(const struct nlmsghdr *h, bool *key_mgmt_sync)
{
	struct nlattr *tb[NL80211_ATTR_MAX + 1], *v[QCA_FEATURES_ATTR_MAX + 1];
	if (genl_attrs(h, tb, NL80211_ATTR_MAX) < 0 || !tb[NL80211_ATTR_VENDOR_DATA] ||
		nla_parse_nested(v, QCA_FEATURES_ATTR_MAX, tb[NL80211_ATTR_VENDOR_DATA], NULL) < 0)
		return -EBADMSG;
	/* Octets, the lowest bits in the first: one is enough for the feature we know. */
	uint8_t first = attr_u8(v[QCA_FEATURES_FLAGS]);
	*key_mgmt_sync = first & 1u << QCA_FEATURE_KEY_MGMT_OFFLOAD;
	return 0;
}

/* An attribute, and what is a possible length of it. */
struct rule {
	int attr;
	const char *name;
	int min, max;
	bool required;
};

static const struct rule roam_auth_rules[] = {
	{QCA_ROAM_BSSID, "BSSID", MAC_LEN, MAC_LEN, true},
	{QCA_ROAM_REQ_IE, "request elements", 0, UINT16_MAX, true},
	{QCA_ROAM_RESP_IE, "response elements", 0, UINT16_MAX, true},
	{QCA_ROAM_AUTHORIZED, "authorized flag", 1, 1, true},
	{QCA_ROAM_REPLAY_CTR, "replay counter", 8, 8, false},
	{QCA_ROAM_PTK_KCK, "KCK", 16, 32, false},
	{QCA_ROAM_PTK_KEK, "KEK", 16, 64, false},
	{QCA_ROAM_PMK, "PMK", 16, 64, false},
	{QCA_ROAM_PMKID, "PMKID", 16, 16, false},
	{QCA_ROAM_REASON, "reason", 2, 2, false},
};

/* Drops what is empty where that is as good as missing. */
static int check_rules(struct nlattr **v, const char **why)
{
	for (size_t i = 0; i < ARRAY_SIZE(roam_auth_rules); i++) {
		const struct rule *rule = &roam_auth_rules[i];
		const struct nlattr *a = v[rule->attr];
		*why = rule->name;
		if (a && !rule->required && nla_len(a) == 0)
			v[rule->attr] = NULL;
		else if (a ? nla_len(a) < rule->min || nla_len(a) > rule->max : rule->required)
			return -EBADMSG;
	}
	return 0;
}

static void view(const struct nlattr *a, const uint8_t **data, size_t *len)
{
	*data = a ? nla_data(a) : NULL;
	*len = a ? (size_t)nla_len(a) : 0;
}

int roam_auth_parse(const uint8_t *data, size_t len, struct drv_event *out, const char **why)
{
	struct nlattr *v[QCA_ROAM_ATTR_MAX + 1];
	*out = (struct drv_event){.kind = DRV_EV_ROAM_AUTH};
	*why = "attributes";
	if (len > UINT16_MAX ||
		nla_parse(v, QCA_ROAM_ATTR_MAX, (struct nlattr *)data, (int)len, NULL) < 0 ||
		check_rules(v, why) < 0)
		return -EBADMSG;
	mac_copy(out->addr, nla_data(v[QCA_ROAM_BSSID]));
	view(v[QCA_ROAM_REQ_IE], &out->roam_auth.req_ies, &out->roam_auth.req_ies_len);
	view(v[QCA_ROAM_RESP_IE], &out->roam_auth.resp_ies, &out->roam_auth.resp_ies_len);
	view(v[QCA_ROAM_PTK_KCK], &out->roam_auth.kck, &out->roam_auth.kck_len);
	view(v[QCA_ROAM_PTK_KEK], &out->roam_auth.kek, &out->roam_auth.kek_len);
	view(v[QCA_ROAM_PMK], &out->roam_auth.pmk, &out->roam_auth.pmk_len);
	out->roam_auth.authorized = attr_u8(v[QCA_ROAM_AUTHORIZED]) == 1;
	out->roam_auth.pmkid = v[QCA_ROAM_PMKID] ? nla_data(v[QCA_ROAM_PMKID]) : NULL;
	out->roam_auth.why = attr_u16(v[QCA_ROAM_REASON]);
	if (v[QCA_ROAM_REPLAY_CTR]) {
		struct reader r = reader_of(nla_data(v[QCA_ROAM_REPLAY_CTR]), 8);
		out->roam_auth.replay = reader_be64(&r);
		out->roam_auth.has_replay = true;
	}
	return 0;
}
