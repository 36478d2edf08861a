/* Selection: which BSS for which network. */
#include "wpa_supplicant/supplicant_i.h"

#include <errno.h>

#define MFP_AS_GLOBAL 3            /* ieee80211w: what pmf says */
#define OLDEST (60 * USEC_PER_SEC) /* a BSS not seen for longer is not worth an attempt */

bool wpas_network_disabled(const struct wpas_network *n)
{
	return n->disabled || n->held;
}

bool wpas_network_usable(const struct wpas_if *w, const struct wpas_network *n)
{
	return !wpas_network_disabled(n) && n->mode == 0 && !wpas_network_unusable(n) &&
	       n->disabled_until <= timers_now(w->s->timers) &&
	       !(n->secret_asked && wpas_network_lacks_secret(n));
}

static bool any_of_mode(const struct wpas_if *w, int mode)
{
	for (size_t i = 0; i < w->conf->net_count; i++) {
		const struct wpas_network *n = w->conf->nets[i];
		if (!wpas_network_disabled(n) && n->mode == mode && !wpas_network_unusable(n))
			return true;
	}
	return false;
}

bool wpas_any_station_network(const struct wpas_if *w)
{
	return any_of_mode(w, WPAS_MODE_STATION);
}

bool wpas_any_network(const struct wpas_if *w)
{
	return wpas_any_station_network(w) || any_of_mode(w, WPAS_MODE_AP);
}

/* --- security --- */

static unsigned strongest(unsigned mask)
{
	static const unsigned order[] = {
		CIPHER_CCMP256, CIPHER_GCMP256, CIPHER_CCMP, CIPHER_GCMP, CIPHER_TKIP, CIPHER_NONE};
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (mask & order[i])
			return order[i];
	return 0;
}

unsigned wpas_mfp_wanted(const struct wpas_if *w, const struct wpas_network *n)
{
	int wanted = n->ieee80211w == MFP_AS_GLOBAL ? w->conf->pmf : n->ieee80211w;

	return wanted < 0 ? 0 : wanted > 2 ? 2 : (unsigned)wanted;
}

/* SAE and OWE do not go without (WPA3 specification, 2.3). */
unsigned wpas_mfp_for(const struct wpas_if *w, const struct wpas_network *n, unsigned akm)
{
	return akm & (AKM_SAE | AKM_OWE) ? 2 : wpas_mfp_wanted(w, n);
}

/* Protected management frames. 0, or -ENOTSUP: one side insists, the other has none. */
static int negotiate_mfp(const struct wpas_if *w, const struct rsn_ie *ie,
	const struct wpas_network *n, struct wpas_security *out)
{
	unsigned wanted = wpas_mfp_for(w, n, out->akm);
	bool both = wanted && ie->proto == PROTO_RSN && ie->capab & RSN_CAP_MFPC &&
		    (!ie->group_mgmt || ie->group_mgmt == CIPHER_BIP) &&
		    wpas_if_caps(w)->ciphers & CIPHER_BIP;

	if (!both && (wanted == 2 || ie->capab & RSN_CAP_MFPR))
		return -ENOTSUP;
	out->mfp = both ? wanted : 0;
	return 0;
}

/* The strongest key management of those both sides have. 0: none. */
static unsigned best_akm(const struct wpas_if *w, const struct wpas_network *n, unsigned akms)
{
	static const unsigned order[] = {
		AKM_8021X_SHA256, AKM_8021X, AKM_SAE, AKM_OWE, AKM_PSK_SHA256, AKM_PSK};

	if (!wpas_network_eap_able(n))
		akms &= ~WPAS_AKMS_1X;
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (akms & order[i] && wpas_offload_can(w, n, order[i]))
			return order[i];
	return 0;
}

static int negotiate_ie(const struct wpas_if *w, const struct rsn_ie *ie,
	const struct wpas_network *n, struct wpas_security *out)
{
	const unsigned with_group =
		CIPHER_TKIP | CIPHER_CCMP | CIPHER_GCMP | CIPHER_GCMP256 | CIPHER_CCMP256;
	unsigned pairwise = strongest(ie->pairwise & n->pairwise);

	out->akm = best_akm(w, n, ie->akm & n->key_mgmt);
	if (!(n->proto & ie->proto) || negotiate_mfp(w, ie, n, out) < 0)
		return -ENOTSUP;
	if (!out->akm || !pairwise || pairwise == CIPHER_NONE ||
		!(ie->group & n->group & with_group))
		return -ENOTSUP;
	out->proto = ie->proto;
	out->pairwise = pairwise;
	out->group = ie->group;
	return 0;
}

int wpas_negotiate(const struct wpas_if *w, const struct wpas_bss *b, const struct wpas_network *n,
	struct wpas_security *out)
{
	*out = (struct wpas_security){.proto = PROTO_RSN};
	if (n->key_mgmt & AKM_WPS) {
		out->akm = AKM_WPS;
		out->pairwise = out->group = CIPHER_NONE;
		return 0;
	}
	if (b->has_rsn && negotiate_ie(w, &b->rsn, n, out) == 0)
		return 0;
	if (b->has_wpa && negotiate_ie(w, &b->wpa, n, out) == 0)
		return 0;
	if (n->key_mgmt & WPAS_KM_NONE && !b->has_rsn && !b->has_wpa && !(b->capab & CAP_PRIVACY)) {
		out->akm = AKM_NONE;
		out->pairwise = out->group = CIPHER_NONE;
		return 0;
	}
	return -ENOTSUP;
}

/* --- matching --- */

static bool in_list(const struct wpas_macs *list, const uint8_t *addr)
{
	for (size_t i = 0; i < list->count; i++) {
		bool equal = true;
		for (size_t k = 0; k < MAC_LEN; k++)
			equal &= ((list->items[i].addr[k] ^ addr[k]) & list->items[i].mask[k]) == 0;
		if (equal)
			return true;
	}
	return false;
}

bool wpas_bssid_hidden(const struct wpas_if *w, const uint8_t bssid[MAC_LEN])
{
	return w->bssid_filter.count && !in_list(&w->bssid_filter, bssid);
}

static bool freq_in(const struct wpas_ints *list, unsigned freq)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i] == (int)freq)
			return true;
	return list->count == 0;
}

static bool disallowed(const struct wpas_if *w, const struct wpas_bss *b)
{
	if (wpas_bssid_hidden(w, b->key.bssid))
		return true;
	if (in_list(&w->disallow_bssid, b->key.bssid))
		return true;
	for (size_t i = 0; i < w->disallow_ssid_count; i++)
		if (bytes_equal(&w->disallow_ssid[i], b->key.ssid, b->key.ssid_len))
			return true;
	return false;
}

static bool address_fits(const struct wpas_bss *b, const struct wpas_network *n)
{
	if (!mac_is_zero(n->bssid) && !mac_equal(n->bssid, b->key.bssid))
		return false;
	if (in_list(&n->bssid_ignore, b->key.bssid))
		return false;
	return !n->bssid_accept.count || in_list(&n->bssid_accept, b->key.bssid);
}

static bool ssid_fits(
	const struct wpas_if *w, const struct wpas_bss *b, const struct wpas_network *n)
{
	if (n == w->wps.net)
		return wpas_wps_match(w, b) > 0;
	if (!n->ssid.len)
		return n->key_mgmt & WPAS_KM_NONE;
	return bytes_equal(&n->ssid, b->key.ssid, b->key.ssid_len);
}

static bool countered(const struct wpas_if *w, const struct wpas_security *sec)
{
	return timer_running(&w->conn.countermeasures) &&
	       (sec->pairwise | sec->group) & CIPHER_TKIP;
}

bool wpas_select_matches(struct wpas_if *w, struct wpas_bss *b, struct wpas_network *n)
{
	struct wpas_security sec;

	return b->capab & CAP_ESS && ssid_fits(w, b, n) && address_fits(b, n) &&
	       freq_in(&n->freq_list, b->freq) && freq_in(&w->conf->freq_list, b->freq) &&
	       !disallowed(w, b) && wpas_negotiate(w, b, n, &sec) == 0 && !countered(w, &sec);
}

/* --- ranking --- */

struct rank {
	int priority;
	unsigned wps;      /* how well it fits the WPS run */
	unsigned tries;    /* of this run; the least tried first */
	unsigned security; /* RSN before WPA before open */
	bool hint;
	unsigned throughput;
	int level;
};

static struct rank rank_of(
	const struct wpas_if *w, const struct wpas_bss *b, const struct wpas_network *n)
{
	struct wpas_security sec;
	struct rank r = {.priority = n->priority,
		.level = b->level,
		.throughput = wpas_bss_throughput(b),
		.hint = mac_equal(n->bssid_hint, b->key.bssid)};

	wpas_negotiate(w, b, n, &sec);
	r.security = sec.akm == AKM_NONE ? 0 : sec.proto == PROTO_WPA ? 1 : 2;
	r.wps = n == w->wps.net ? wpas_wps_match(w, b) : 0;
	r.tries = n == w->wps.net ? wpas_wps_tries(w, b->key.bssid) : 0;
	return r;
}

static bool better(const struct rank *a, const struct rank *b)
{
	if (a->priority != b->priority)
		return a->priority > b->priority;
	if (a->wps != b->wps)
		return a->wps > b->wps;
	if (a->tries != b->tries)
		return a->tries < b->tries;
	if (a->security != b->security)
		return a->security > b->security;
	if (a->hint != b->hint)
		return a->hint;
	if (a->throughput != b->throughput)
		return a->throughput > b->throughput;
	return a->level > b->level;
}

static void reenable_due(struct wpas_if *w)
{
	uint64_t now = timers_now(w->s->timers);

	for (size_t i = 0; i < w->conf->net_count; i++)
		if (w->conf->nets[i]->disabled_until && w->conf->nets[i]->disabled_until <= now)
			wpas_network_reenable(w, w->conf->nets[i]);
}

static bool search(struct wpas_if *w, struct wpas_choice *out)
{
	struct wpas_bss *b;
	struct rank best = {0};
	uint64_t now = timers_now(w->s->timers);

	out->bss = NULL;
	TAILQ_FOREACH (b, &w->bss.list, link) {
		if (b->missed || now - b->seen > OLDEST || wpas_ignore_has(w, b->key.bssid))
			continue;
		for (size_t i = 0; i < w->conf->net_count; i++) {
			struct wpas_network *n = w->conf->nets[i];
			if (!wpas_network_usable(w, n) || !wpas_select_matches(w, b, n))
				continue;
			struct rank r = rank_of(w, b, n);
			if (out->bss && !better(&r, &best))
				continue;
			best = r;
			out->bss = b;
			out->net = n;
		}
	}
	return out->bss != NULL;
}

bool wpas_select(struct wpas_if *w, struct wpas_choice *out)
{
	reenable_due(w);
	wpas_ignore_expire(w);
	if (search(w, out))
		return true;
	/* Better one that failed lately than none. */
	return wpas_ignore_release(w) && search(w, out);
}
