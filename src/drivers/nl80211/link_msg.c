/* Authentication, association and keys. */
#include <endian.h>
#include <errno.h>

#include "drivers/nl80211/msg_i.h"

static void put_suites(struct nl_req *r, int attr, unsigned mask, uint32_t (*suite)(unsigned))
{
	uint32_t list[32];
	size_t n = 0;
	for (unsigned bit = 0; bit < 32; bit++) {
		uint32_t s = mask & 1u << bit ? suite(1u << bit) : 0;
		if (s)
			list[n++] = s;
	}
	req_put_if(r, attr, list, n * sizeof(list[0]));
}

/* The kernel wants the selectors of RSN whatever the protocol. */
void crypto_build(
	struct nl_req *r, unsigned protos, unsigned pairwise, unsigned group, unsigned akm)
{
	if (!pairwise && !group)
		return;
	req_u32(r, NL80211_ATTR_WPA_VERSIONS,
		(protos & PROTO_WPA ? NL80211_WPA_VERSION_1 : 0) |
			(protos & PROTO_RSN ? NL80211_WPA_VERSION_2 : 0));
	put_suites(r, NL80211_ATTR_CIPHER_SUITES_PAIRWISE, pairwise, cipher_suite);
	if (cipher_suite(group))
		req_u32(r, NL80211_ATTR_CIPHER_SUITE_GROUP, cipher_suite(group));
	put_suites(r, NL80211_ATTR_AKM_SUITES, akm, akm_suite);
}

static uint32_t auth_type(unsigned alg)
{
	switch (alg) {
	case AUTH_SHARED:
		return NL80211_AUTHTYPE_SHARED_KEY;
	case AUTH_FT:
		return NL80211_AUTHTYPE_FT;
	case AUTH_SAE:
		return NL80211_AUTHTYPE_SAE;
	}
	return NL80211_AUTHTYPE_OPEN_SYSTEM;
}

void auth_build(struct nl_req *r, const struct drv_auth *a)
{
	req_put(r, NL80211_ATTR_MAC, a->bssid, MAC_LEN);
	req_u32(r, NL80211_ATTR_WIPHY_FREQ, a->freq);
	req_put(r, NL80211_ATTR_SSID, a->ssid, a->ssid_len);
	req_u32(r, NL80211_ATTR_AUTH_TYPE, auth_type(a->alg));
	req_put_if(r, NL80211_ATTR_AUTH_DATA, a->data, a->data_len);
}

void control_port_build(struct nl_req *r, const struct control_port *c)
{
	if (c->tell_ethertype || c->over_nl80211)
		req_u16(r, NL80211_ATTR_CONTROL_PORT_ETHERTYPE, ETH_P_EAPOL);
	if (!c->over_nl80211)
		return;
	req_flag(r, NL80211_ATTR_CONTROL_PORT_OVER_NL80211);
	req_flag(r, NL80211_ATTR_CONTROL_PORT_NO_PREAUTH);
}

static void put_network(struct nl_req *r, const struct drv_assoc *a, const struct control_port *c)
{
	req_put(r, NL80211_ATTR_SSID, a->ssid, a->ssid_len);
	req_put_if(r, NL80211_ATTR_IE, a->ies, a->ies_len);
	if (a->prev_bssid)
		req_put(r, NL80211_ATTR_PREV_BSSID, a->prev_bssid, MAC_LEN);
	crypto_build(r, a->proto, a->pairwise, a->group, a->akm);
	if (a->privacy)
		req_flag(r, NL80211_ATTR_PRIVACY);
	if (a->mfp)
		req_u32(r, NL80211_ATTR_USE_MFP, NL80211_MFP_REQUIRED);
	if (a->disable_ht)
		req_flag(r, NL80211_ATTR_DISABLE_HT);
	/* The kernel ends the association when this socket closes: a killed daemon leaves none. */
	req_flag(r, NL80211_ATTR_SOCKET_OWNER);
	if (!a->control_port)
		return;
	req_flag(r, NL80211_ATTR_CONTROL_PORT);
	control_port_build(r, c);
}

void assoc_build(struct nl_req *r, const struct drv_assoc *a, const struct control_port *c)
{
	req_put(r, NL80211_ATTR_MAC, a->bssid, MAC_LEN);
	req_u32(r, NL80211_ATTR_WIPHY_FREQ, a->freq);
	put_network(r, a, c);
}

/* What the driver needs to run the handshake by itself. */
static void put_secret(struct nl_req *r, const struct drv_assoc *a)
{
	req_put_if(r, NL80211_ATTR_PMK, a->pmk, PSK_PMK_LEN);
	if (a->offload_1x)
		req_flag(r, NL80211_ATTR_WANT_1X_4WAY_HS);
	if (!a->sae_password)
		return;
	req_u32(r, NL80211_ATTR_AUTH_TYPE, NL80211_AUTHTYPE_SAE);
	req_put(r, NL80211_ATTR_SAE_PASSWORD, a->sae_password, a->sae_password_len);
	/* The kernel counts from 1: hunting and pecking, hash to element, both. */
	req_u8(r, NL80211_ATTR_SAE_PWE, (uint8_t)(NL80211_SAE_PWE_HUNT_AND_PECK + a->sae_pwe));
}

void connect_build(struct nl_req *r, const struct drv_assoc *a, const struct control_port *c)
{
	bool hint = a->bssid_is_hint;
	/* Neither: any BSS of the network, on any channel. */
	if (!mac_is_zero(a->bssid))
		req_put(r, hint ? NL80211_ATTR_MAC_HINT : NL80211_ATTR_MAC, a->bssid, MAC_LEN);
	if (a->freq)
		req_u32(r, hint ? NL80211_ATTR_WIPHY_FREQ_HINT : NL80211_ATTR_WIPHY_FREQ, a->freq);
	put_network(r, a, c);
	put_secret(r, a);
}

static bool is_bip(unsigned cipher)
{
	return cipher & (CIPHER_BIP | CIPHER_BIP_GMAC128 | CIPHER_BIP_GMAC256 | CIPHER_BIP_CMAC256);
}

void key_new_build(struct nl_req *r, const struct drv_key *k)
{
	/* KEY_SEQ wants the 6 octets of the packet number in transmission order. */
	uint64_t rsc = htole64(k->rsc);
	if (k->addr)
		req_put(r, NL80211_ATTR_MAC, k->addr, MAC_LEN);
	struct nlattr *nest = req_nest(r, NL80211_ATTR_KEY);
	req_put(r, NL80211_KEY_DATA, k->key, k->key_len);
	req_u8(r, NL80211_KEY_IDX, (uint8_t)k->index);
	req_u32(r, NL80211_KEY_CIPHER, cipher_suite(k->cipher));
	if (k->rsc)
		req_put(r, NL80211_KEY_SEQ, &rsc, 6);
	req_u32(r, NL80211_KEY_TYPE, k->addr ? NL80211_KEYTYPE_PAIRWISE : NL80211_KEYTYPE_GROUP);
	req_nest_end(r, nest);
}

void key_default_build(struct nl_req *r, const struct drv_key *k)
{
	bool wep = k->cipher & (CIPHER_WEP40 | CIPHER_WEP104);
	struct nlattr *nest = req_nest(r, NL80211_ATTR_KEY);
	req_u8(r, NL80211_KEY_IDX, (uint8_t)k->index);
	req_flag(r, is_bip(k->cipher) ? NL80211_KEY_DEFAULT_MGMT : NL80211_KEY_DEFAULT);
	if (!is_bip(k->cipher)) {
		struct nlattr *types = req_nest(r, NL80211_KEY_DEFAULT_TYPES);
		if (wep)
			req_flag(r, NL80211_KEY_DEFAULT_TYPE_UNICAST);
		req_flag(r, NL80211_KEY_DEFAULT_TYPE_MULTICAST);
		req_nest_end(r, types);
	}
	req_nest_end(r, nest);
}

void key_del_build(struct nl_req *r, const struct drv_key *k)
{
	if (k->addr)
		req_put(r, NL80211_ATTR_MAC, k->addr, MAC_LEN);
	struct nlattr *nest = req_nest(r, NL80211_ATTR_KEY);
	req_u8(r, NL80211_KEY_IDX, (uint8_t)k->index);
	req_u32(r, NL80211_KEY_TYPE, k->addr ? NL80211_KEYTYPE_PAIRWISE : NL80211_KEYTYPE_GROUP);
	req_nest_end(r, nest);
}

int key_seq_parse(const struct nlmsghdr *h, uint64_t *seq)
{
	struct nlattr *tb[NL80211_ATTR_MAX + 1], *key[NL80211_KEY_MAX + 1];
	if (genl_attrs(h, tb, NL80211_ATTR_MAX) < 0)
		return -EBADMSG;
	const struct nlattr *a = tb[NL80211_ATTR_KEY_SEQ];
	if (!a && tb[NL80211_ATTR_KEY]) {
		if (nla_parse_nested(key, NL80211_KEY_MAX, tb[NL80211_ATTR_KEY], NULL) < 0)
			return -EBADMSG;
		a = key[NL80211_KEY_SEQ];
	}
	if (!a)
		return -EBADMSG;
	struct reader rd = reader_of(nla_data(a), (size_t)nla_len(a));
	*seq = reader_uint(&rd, nla_len(a) < 8 ? (unsigned)nla_len(a) : 8, false);
	return 0;
}
