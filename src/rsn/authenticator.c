/* The authenticator of one BSS. */
#include "rsn/authenticator.h"

#include <errno.h>
#include <stdlib.h>

#include "rsn/auth_i.h"
#include "utils/log.h"

/* What this implementation can run a handshake for. */
#define HANDSHAKE_AKMS (AKM_PSK | AKM_PSK_SHA256)
#define HANDSHAKE_CIPHERS                                                                          \
	(CIPHER_TKIP | CIPHER_CCMP | CIPHER_GCMP | CIPHER_CCMP256 | CIPHER_GCMP256)
#define DEFAULT_TRIES 4
#define DEFAULT_EAPOL_VERSION 2
/* The standard's "robust management frame policy violation". */
#define STATUS_MFP_POLICY 31

struct rsn_auth *rsn_auth_new(struct timers *timers, const struct rsn_auth_config *cfg,
	const struct rsn_auth_ops *ops, void *ctx)
{
	struct rsn_auth *a = calloc(1, sizeof(*a));
	if (!a)
		return NULL;
	TAILQ_INIT(&a->stas);
	a->timers = timers;
	a->cfg = *cfg;
	a->ops = ops;
	a->ctx = ctx;
	if (bytes_set(&a->raw_ie, cfg->raw_ie, cfg->raw_ie_len) ||
		bytes_set(&a->raw_wpa, cfg->raw_wpa, cfg->raw_wpa_len)) {
		rsn_auth_free(a);
		return NULL;
	}
	a->cfg.raw_ie = a->raw_ie.data;
	a->cfg.raw_wpa = a->raw_wpa.data;
	if (!a->cfg.pairwise_retries)
		a->cfg.pairwise_retries = DEFAULT_TRIES;
	if (!a->cfg.group_retries)
		a->cfg.group_retries = DEFAULT_TRIES;
	if (!a->cfg.eapol_version)
		a->cfg.eapol_version = DEFAULT_EAPOL_VERSION;
	a->group.gtk_len = cipher_key_len(cfg->ie.group);
	return a;
}

void rsn_auth_free(struct rsn_auth *a)
{
	if (!a)
		return;
	timer_stop(&a->group.timer);
	auth_mic_stop(a);
	bytes_clear(&a->raw_ie);
	bytes_clear(&a->raw_wpa);
	wipe(a, sizeof(*a));
	free(a);
}

/* The strongest bit of a mask, by the order of preference below. */
static unsigned pick(unsigned mask, const unsigned *order, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (mask & order[i])
			return order[i];
	return 0;
}

static unsigned pick_cipher(unsigned mask)
{
	static const unsigned order[] = {
		CIPHER_GCMP256, CIPHER_CCMP256, CIPHER_GCMP, CIPHER_CCMP, CIPHER_TKIP};
	return pick(mask & HANDSHAKE_CIPHERS, order, ARRAY_SIZE(order));
}

static unsigned pick_akm(unsigned mask)
{
	static const unsigned order[] = {AKM_PSK_SHA256, AKM_PSK};
	return pick(mask & HANDSHAKE_AKMS, order, ARRAY_SIZE(order));
}

/* Version field of an element that did not parse: another version is another answer. */
static bool other_version(const uint8_t *raw, size_t len)
{
	struct reader r = reader_of(raw, len);
	uint8_t id = reader_u8(&r);
	reader_skip(&r, 1);
	uint16_t version = reader_le16(&r);
	return reader_ok(&r) && id == EID_RSN && version != 1;
}

static int mfp_status(uint16_t ours, uint16_t theirs)
{
	bool required_here = (ours & RSN_CAP_MFPR) && !(theirs & RSN_CAP_MFPC);
	bool required_there = (theirs & RSN_CAP_MFPR) && !(ours & RSN_CAP_MFPC);
	return required_here || required_there ? STATUS_MFP_POLICY : 0;
}

/* What the BSS offers under this protocol; NULL: nothing. */
static const struct rsn_ie *offer(const struct rsn_auth *a, enum rsn_proto proto)
{
	if (a->cfg.ie.proto == proto)
		return &a->cfg.ie;
	return a->raw_wpa.len && a->cfg.wpa_ie.proto == proto ? &a->cfg.wpa_ie : NULL;
}

int rsn_auth_check_ie(
	const struct rsn_auth *a, const uint8_t *raw, size_t len, struct rsn_ie *chosen)
{
	struct rsn_ie ie;

	if (rsn_ie_parse(raw, len, &ie))
		return other_version(raw, len) ? STATUS_RSN_VERSION : STATUS_INVALID_IE;
	const struct rsn_ie *ours = offer(a, ie.proto);
	if (!ours)
		return STATUS_INVALID_IE;
	if (auth_countermeasures(a))
		return STATUS_UNSPECIFIED;
	if (ie.group != ours->group)
		return STATUS_GROUP_CIPHER;
	ie.pairwise = pick_cipher(ie.pairwise & ours->pairwise);
	if (!ie.pairwise)
		return STATUS_PAIRWISE_CIPHER;
	ie.akm = pick_akm(ie.akm & ours->akm);
	if (!ie.akm)
		return STATUS_AKMP;
	*chosen = ie;
	if (rsn_auth_mfp(a, &ie) && ie.group_mgmt && ie.group_mgmt != ours->group_mgmt)
		return STATUS_CIPHER_REJECTED;
	return mfp_status(ours->capab, ie.capab);
}

bool rsn_auth_mfp(const struct rsn_auth *a, const struct rsn_ie *chosen)
{
	return chosen->proto == PROTO_RSN && a->cfg.ie.group_mgmt &&
	       a->cfg.ie.capab & chosen->capab & RSN_CAP_MFPC;
}

struct rsn_auth_sta *rsn_auth_sta_new(struct rsn_auth *a, const uint8_t addr[MAC_LEN],
	const uint8_t *raw_ie, size_t len, void *sta_ctx)
{
	struct rsn_ie ie;
	if (rsn_auth_check_ie(a, raw_ie, len, &ie))
		return NULL;
	struct rsn_auth_sta *s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	if (bytes_set(&s->raw_ie, raw_ie, len)) {
		free(s);
		return NULL;
	}
	s->bss = a;
	s->ctx = sta_ctx;
	s->ie = ie;
	s->ie.pmkids = NULL; /* a view into the caller's frame */
	s->ie.pmkid_count = 0;
	mac_copy(s->addr, addr);
	a->last_requested = s->ie;
	TAILQ_INSERT_TAIL(&a->stas, s, link);
	return s;
}

void rsn_auth_sta_free(struct rsn_auth_sta *s)
{
	if (!s)
		return;
	struct rsn_auth *a = s->bss;
	bool had_keys = s->authorized;

	timer_stop(&s->retry);
	timer_stop(&s->rekey);
	TAILQ_REMOVE(&a->stas, s, link);
	auth_group_release(s);
	bytes_clear(&s->raw_ie);
	free(s->keyid);
	wipe(s, sizeof(*s));
	free(s);
	if (had_keys)
		auth_group_sta_left(a);
}

bool rsn_auth_sta_authorized(const struct rsn_auth_sta *s)
{
	return s->authorized;
}

const uint8_t *rsn_auth_sta_pmk(const struct rsn_auth_sta *s)
{
	return s->has_pmk ? s->pmk : NULL;
}

const char *rsn_auth_sta_keyid(const struct rsn_auth_sta *s)
{
	return s->keyid;
}
