#include "wpa_supplicant/bss.h"

#include <stdlib.h>
#include <string.h>

#define NOISE_DBM -92 /* assumed where the driver does not say */

void wpas_bss_init(struct wpas_bss_table *t)
{
	TAILQ_INIT(&t->list);
}

static void bss_free(struct wpas_bss *b)
{
	bytes_clear(&b->ies);
	bytes_clear(&b->beacon_ies);
	free(b);
}

static void bss_remove(struct wpas_bss_table *t, struct wpas_bss *b)
{
	if (t->removed)
		t->removed(t->ctx, b);
	TAILQ_REMOVE(&t->list, b, link);
	HASH_DELETE(hh, t->by_key, b);
	t->count--;
	bss_free(b);
}

void wpas_bss_clear(struct wpas_bss_table *t)
{
	struct wpas_bss *b;
	while ((b = TAILQ_FIRST(&t->list)) != NULL)
		bss_remove(t, b);
}

static struct wpas_bss_key key_of(const uint8_t *bssid, const uint8_t *ssid, size_t ssid_len)
{
	struct wpas_bss_key k;

	memset(&k, 0, sizeof(k));
	mac_copy(k.bssid, bssid);
	k.ssid_len = (uint8_t)ssid_len;
	if (ssid_len)
		memcpy(k.ssid, ssid, ssid_len);
	return k;
}

static struct wpas_bss *find_key(const struct wpas_bss_table *t, const struct wpas_bss_key *k)
{
	struct wpas_bss *b;
	HASH_FIND(hh, t->by_key, k, sizeof(*k), b);
	return b;
}

struct wpas_bss *wpas_bss_get(const struct wpas_bss_table *t, const uint8_t bssid[MAC_LEN],
	const uint8_t *ssid, size_t ssid_len)
{
	if (ssid_len > SSID_MAX_LEN)
		return NULL;
	struct wpas_bss_key k = key_of(bssid, ssid, ssid_len);
	return find_key(t, &k);
}

/* Room for one more: the oldest entry goes. With all in use the table grows. */
static void make_room(struct wpas_bss_table *t, unsigned max)
{
	struct wpas_bss *b, *oldest = NULL;

	if (t->count < max)
		return;
	TAILQ_FOREACH (b, &t->list, link)
		if (!b->in_use && (!oldest || b->seen < oldest->seen))
			oldest = b;
	if (oldest)
		bss_remove(t, oldest);
}

static struct wpas_bss *bss_new(struct wpas_bss_table *t, const struct wpas_bss_key *k)
{
	struct wpas_bss *b = calloc(1, sizeof(*b));
	if (!b)
		return NULL;
	b->key = *k;
	b->id = t->next_id++;
	TAILQ_INSERT_TAIL(&t->list, b, link);
	HASH_ADD(hh, t->by_key, key, sizeof(b->key), b);
	t->count++;
	return b;
}

static void parse_security(struct wpas_bss *b)
{
	size_t len;
	const uint8_t *e = element_find(b->ies.data, b->ies.len, EID_RSN, 0, &len);

	b->has_rsn = e && rsn_ie_parse(e, len, &b->rsn) == 0;
	e = element_find(b->ies.data, b->ies.len, EID_VENDOR, VENDOR_WPA, &len);
	b->has_wpa = e && rsn_ie_parse(e, len, &b->wpa) == 0;
	b->has_wps = element_find(b->ies.data, b->ies.len, EID_VENDOR, VENDOR_WPS, &len) != NULL;
}

/* Elements of a kind (several may follow each other) are in both, with the same content. */
static bool same_elements(
	const struct bytes *a, const uint8_t *b, size_t b_len, uint8_t id, uint32_t vendor)
{
	const uint8_t *ea, *eb, *at_a = a->data, *at_b = b;
	size_t la, lb;

	do {
		ea = element_find(at_a, a->len - (size_t)(at_a - a->data), id, vendor, &la);
		eb = element_find(at_b, b_len - (size_t)(at_b - b), id, vendor, &lb);
		if (!ea || !eb)
			return !ea && !eb;
		at_a = ea + la;
		at_b = eb + lb;
	} while (la == lb && memcmp(ea, eb, la) == 0);
	return false;
}

static unsigned changes_of(const struct wpas_bss *b, const struct drv_scan_result *r)
{
	static const struct {
		uint8_t id;
		uint32_t vendor;
		unsigned change;
	} kinds[] = {{EID_RSN, 0, WPAS_BSS_RSN}, {EID_VENDOR, VENDOR_WPA, WPAS_BSS_WPA},
		{EID_VENDOR, VENDOR_WPS, WPAS_BSS_WPS}, {EID_SUPP_RATES, 0, WPAS_BSS_RATES},
		{EID_EXT_SUPP_RATES, 0, WPAS_BSS_RATES}, {EID_MESH_ID, 0, WPAS_BSS_MODE}};
	unsigned capab = b->capab ^ r->capab;
	unsigned changes = (b->freq != r->freq ? WPAS_BSS_FREQ : 0u) |
			   (b->level != r->level_dbm ? WPAS_BSS_SIGNAL : 0u) |
			   (capab & CAP_PRIVACY ? WPAS_BSS_PRIVACY : 0u) |
			   (capab & CAP_IBSS ? WPAS_BSS_MODE : 0u);

	if (bytes_equal(&b->ies, r->ies, r->ies_len))
		return changes;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!same_elements(&b->ies, r->ies, r->ies_len, kinds[i].id, kinds[i].vendor))
			changes |= kinds[i].change;
	return changes | WPAS_BSS_IES;
}

static int store(struct wpas_bss_table *t, struct wpas_bss *b, const struct drv_scan_result *r,
	uint64_t now, unsigned *changes)
{
	uint64_t age = (uint64_t)r->age_ms * USEC_PER_MSEC;

	*changes = changes_of(b, r);
	bool changed = *changes & WPAS_BSS_IES;
	b->freq = r->freq;
	b->level = r->level_dbm;
	b->beacon_int = r->beacon_int;
	b->capab = r->capab;
	b->tsf = r->tsf;
	b->seen = age < now ? now - age : 0;
	b->missed = 0;
	b->update_idx = ++t->update_idx;
	if (changed && bytes_set(&b->ies, r->ies, r->ies_len) < 0)
		return -1;
	if (changed)
		parse_security(b);
	if (!bytes_equal(&b->beacon_ies, r->beacon_ies, r->beacon_ies_len) &&
		bytes_set(&b->beacon_ies, r->beacon_ies, r->beacon_ies_len) < 0)
		return -1;
	return 0;
}

struct wpas_bss *wpas_bss_update(
	struct wpas_bss_table *t, const struct drv_scan_result *r, uint64_t now, unsigned max)
{
	struct elements e;

	elements_parse(r->ies, r->ies_len, &e); /* a damaged tail does not hide what came before */
	if (!e.ssid.data || e.ssid.len > SSID_MAX_LEN)
		return NULL;
	struct wpas_bss_key k = key_of(r->bssid, e.ssid.data, e.ssid.len);
	struct wpas_bss *b = find_key(t, &k);
	bool fresh = !b;
	unsigned changes;
	if (fresh) {
		make_room(t, max);
		b = bss_new(t, &k);
		if (!b)
			return NULL;
	}
	if (store(t, b, r, now, &changes) < 0) {
		if (!b->in_use)
			bss_remove(t, b);
		return NULL;
	}
	if (fresh && t->added)
		t->added(t->ctx, b);
	else if (!fresh && t->seen)
		t->seen(t->ctx, b, changes);
	return b;
}

static bool covered(const struct wpas_bss *b, const struct wpas_scan_scope *scope)
{
	if (!scope->wildcard)
		return false;
	for (size_t i = 0; i < scope->freq_count; i++)
		if (scope->freqs[i] == b->freq)
			return true;
	return scope->freq_count == 0;
}

void wpas_bss_scan_done(struct wpas_bss_table *t, const struct wpas_scan_scope *scope,
	uint64_t start, unsigned limit)
{
	struct wpas_bss *b = TAILQ_FIRST(&t->list), *next;

	for (; b; b = next) {
		next = TAILQ_NEXT(b, link);
		if (b->in_use || b->seen >= start || !covered(b, scope))
			continue;
		if (++b->missed >= limit)
			bss_remove(t, b);
	}
}

void wpas_bss_expire(struct wpas_bss_table *t, uint64_t now, uint64_t max_age)
{
	struct wpas_bss *b = TAILQ_FIRST(&t->list), *next;

	for (; b; b = next) {
		next = TAILQ_NEXT(b, link);
		if (!b->in_use && now - b->seen >= max_age)
			bss_remove(t, b);
	}
}

struct wpas_bss *wpas_bss_by_id(const struct wpas_bss_table *t, unsigned id)
{
	struct wpas_bss *b;
	TAILQ_FOREACH (b, &t->list, link)
		if (b->id == id)
			return b;
	return NULL;
}

struct wpas_bss *wpas_bss_by_addr(const struct wpas_bss_table *t, const uint8_t bssid[MAC_LEN])
{
	struct wpas_bss *b, *last = NULL;
	TAILQ_FOREACH (b, &t->list, link)
		if (mac_equal(b->key.bssid, bssid) && (!last || b->update_idx > last->update_idx))
			last = b;
	return last;
}

bool wpas_bss_wps(const struct wpas_bss *b, struct wps_info *out)
{
	struct bytes wps = {NULL, 0};
	bool ok = b->has_wps && elements_wps(b->ies.data, b->ies.len, &wps) == 0 && wps.len &&
		  wps_info_parse(wps.data, wps.len, out) == 0;
	bytes_clear(&wps);
	return ok;
}

bool wpas_bss_rsnx(const struct wpas_bss *b, unsigned bit)
{
	size_t len;
	const uint8_t *e = element_find(b->ies.data, b->ies.len, EID_RSNX, 0, &len);

	return e && e[1] > bit / 8 && e[2 + bit / 8] & 1u << bit % 8;
}

static bool has_element(const struct wpas_bss *b, uint8_t id, uint32_t vendor)
{
	size_t len;
	return element_find(b->ies.data, b->ies.len, id, vendor, &len) != NULL;
}

static void sae_flags(const struct wpas_bss *b, struct strbuf *out)
{
	if (wpas_bss_rsnx(b, RSNX_SAE_H2E))
		strbuf_add(out, "[SAE-H2E]");
	if (wpas_bss_rsnx(b, RSNX_SAE_PK))
		strbuf_add(out, "[SAE-PK]");
	if (has_element(b, EID_VENDOR, VENDOR_OWE))
		strbuf_add(out, b->has_rsn ? "[OWE-TRANS]" : "[OWE-TRANS-OPEN]");
}

static void wps_flag(const struct wpas_bss *b, const uint8_t *own, struct strbuf *out)
{
	struct wps_info i;

	if (!b->has_wps)
		return;
	if (!wpas_bss_wps(b, &i))
		strbuf_add(out, "[WPS]");
	else if (wps_info_pbc_active(&i))
		strbuf_add(out, "[WPS-PBC]");
	else if (wps_info_authorized(&i, own))
		strbuf_add(out, "[WPS-AUTH]");
	else if (i.selected_registrar)
		strbuf_add(out, "[WPS-PIN]");
	else
		strbuf_add(out, "[WPS]");
}

void wpas_bss_flags(const struct wpas_bss *b, const uint8_t own[MAC_LEN], struct strbuf *out)
{
	static const struct {
		uint8_t id;
		uint32_t vendor;
		const char *flag;
	} behind[] = {{EID_VENDOR, VENDOR_P2P, "[P2P]"}, {EID_VENDOR, VENDOR_HS20, "[HS20]"},
		{EID_FILS_INDICATION, 0, "[FILS]"}, {EID_MULTI_BAND, 0, "[FST]"}};
	size_t len;
	const uint8_t *ext = element_find(b->ies.data, b->ies.len, EID_EXT_CAPAB, 0, &len);

	if (b->has_wpa)
		rsn_ie_flags(out, &b->wpa);
	if (b->has_rsn)
		rsn_ie_flags(out, &b->rsn);
	else if (element_find(b->ies.data, b->ies.len, EID_RSN, 0, &len))
		strbuf_add(out, "[WPA2-?]");
	sae_flags(b, out);
	wps_flag(b, own, out);
	if (b->capab & CAP_PRIVACY && !b->has_rsn && !b->has_wpa)
		strbuf_add(out, "[WEP]");
	if (has_element(b, EID_MESH_ID, 0))
		strbuf_add(out, "[MESH]");
	if (b->capab & CAP_IBSS)
		strbuf_add(out, "[IBSS]");
	if (b->capab & CAP_ESS)
		strbuf_add(out, "[ESS]");
	for (size_t i = 0; i < ARRAY_SIZE(behind); i++)
		if (has_element(b, behind[i].id, behind[i].vendor))
			strbuf_add(out, "%s", behind[i].flag);
	if (ext && ext[1] >= 7 && ext[2 + 6] & 0x01) /* bit 48: UTF-8 SSID, 9.4.2.26 */
		strbuf_add(out, "[UTF-8]");
}

unsigned wpas_bss_throughput(const struct wpas_bss *b)
{
	/* MCS 0..7 of HT20, one stream: SNR needed, and kb/s. */
	static const struct {
		int snr;
		unsigned ht, legacy;
	} steps[] = {{25, 65000, 54000}, {23, 58500, 48000}, {21, 52000, 48000}, {17, 39000, 36000},
		{13, 26000, 24000}, {9, 19500, 18000}, {7, 13000, 12000}, {0, 6500, 6000}};
	size_t len;
	bool ht = element_find(b->ies.data, b->ies.len, EID_HT_CAP, 0, &len) != NULL;
	int snr = b->level - NOISE_DBM;

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		if (snr >= steps[i].snr)
			return ht ? steps[i].ht : steps[i].legacy;
	return 1000;
}
