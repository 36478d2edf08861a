/* A little world for the tests: one authenticator, some supplicants, an air that queues, drops and
 * changes packets, and virtual time. A packet sent encrypted arrives only where the same pairwise
 * key is installed, as on a real radio. */
#ifndef TESTS_RSN_WORLD_H
#define TESTS_RSN_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "rsn/authenticator.h"
#include "rsn/supplicant.h"
#include "utils/log.h"

enum kind { M1, M2, M3, M4, G1, G2, REQ };

struct world;
struct packet {
	TAILQ_ENTRY(packet) link;
	struct station *sta;
	bool to_ap;
	bool encrypted;
	uint8_t tk[32];
	enum kind kind;
	uint8_t data[512];
	size_t len;
};

struct gtk {
	uint8_t key[32];
	size_t len;
	uint64_t rsc;
};

struct station {
	struct world *w;
	uint8_t addr[MAC_LEN];
	struct rsn_auth_sta *as;
	struct rsn_supp *supp;
	/* what it asks for: by default what the first element of the AP has */
	struct rsn_ie ie;
	uint8_t raw[64];
	size_t raw_len;
	bool gone; /* does not answer */
	struct rsn_psk psks[4];
	unsigned n_psks;
	/* what happened, AP side */
	unsigned ap_ptk_sets, authorized, ap_4way, mismatches, ap_disconnects, ap_reason;
	uint8_t ap_tk[32];
	size_t ap_tk_len;
	const char *keyid;
	unsigned vlanid;
	void *entry;
	/* and station side */
	unsigned ptk_sets, gtk_sets, on_4way, on_group_wait, done_first, done_rekey, group_rekeys;
	unsigned disconnects, reason;
	uint8_t tk[32];
	size_t tk_len;
	struct gtk gtk[6]; /* from 4: IGTK */
};

TAILQ_HEAD(air, packet);

#define MAX_STATIONS 8
struct world {
	struct timers *timers;
	struct rsn_auth *auth;
	struct air air;
	struct station sta[MAX_STATIONS];
	unsigned n;
	struct rsn_ie ie;
	uint8_t raw[64];
	size_t raw_len;
	struct rsn_ie wpa_ie; /* beside it; proto 0: none */
	uint8_t raw_wpa[64];
	size_t raw_wpa_len;
	unsigned countermeasures;
	/* false: the packet is lost; may change it */
	bool (*filter)(struct world *w, struct packet *p);
	unsigned seen[REQ + 1]; /* packets put on air */
	unsigned lost_keys;     /* arrived but could not be decrypted */
	int arg, count;         /* of the filter */
	struct packet kept[16]; /* copies the filter keeps */
	unsigned n_kept;
	/* AP's group keys */
	struct gtk gtk[6]; /* from 4: IGTK */
	unsigned gtk_sets, gtk_index, igtk_index;
	bool lazy_disconnect; /* the AP does not free the station at once */
	int fail_set_ptk, fail_set_gtk, fail_supp_ptk, fail_supp_gtk;
};

static const uint8_t world_bssid[MAC_LEN] = {2, 0, 0, 0, 1, 0};
static const uint8_t world_pmk[PMK_LEN] = {1, 2, 3, 4, 5};
static const uint8_t wrong_pmk[PMK_LEN] = {9, 9, 9};

static inline enum kind kind_of(const uint8_t *packet, bool to_ap)
{
	unsigned info = (unsigned)packet[5] << 8 | packet[6];
	bool pairwise = info & KEY_INFO_PAIRWISE;
	if (info & KEY_INFO_REQUEST)
		return REQ;
	if (!pairwise)
		return to_ap ? G2 : G1;
	if (!to_ap)
		return info & KEY_INFO_MIC ? M3 : M1;
	return packet[97] || packet[98] ? M2 : M4; /* length of the key data */
}

static inline void put_on_air(
	struct station *sta, bool to_ap, const uint8_t *data, size_t len, bool encrypt)
{
	struct world *w = sta->w;
	struct packet p = {.sta = sta, .to_ap = to_ap, .encrypted = encrypt, .len = len};

	assert_true(len <= sizeof(p.data) && len >= EAPOL_KEY_MIN_LEN);
	memcpy(p.data, data, len);
	p.kind = kind_of(data, to_ap);
	w->seen[p.kind]++;
	if (encrypt) {
		assert_true((to_ap ? sta->tk_len : sta->ap_tk_len) > 0);
		memcpy(p.tk, to_ap ? sta->tk : sta->ap_tk, sizeof(p.tk));
	}
	if (w->filter && !w->filter(w, &p))
		return;
	struct packet *copy = malloc(sizeof(*copy));
	assert_non_null(copy);
	*copy = p;
	TAILQ_INSERT_TAIL(&w->air, copy, link);
}

/* Hands the bytes over in an exact heap copy: ASan sees every read past the end. */
static inline void give(struct station *sta, bool to_ap, const uint8_t *data, size_t len)
{
	uint8_t *exact = malloc(len ? len : 1);
	assert_non_null(exact);
	memcpy(exact, data, len);
	if (!to_ap)
		rsn_supp_rx(sta->supp, world_bssid, exact, len);
	else if (sta->as)
		rsn_auth_sta_rx(sta->as, exact, len);
	free(exact);
}

static inline void deliver(struct packet *p)
{
	struct station *sta = p->sta;
	if (p->encrypted && memcmp(p->tk, p->to_ap ? sta->ap_tk : sta->tk, sizeof(p->tk))) {
		sta->w->lost_keys++;
		return;
	}
	if (!p->to_ap && sta->gone)
		return;
	give(sta, p->to_ap, p->data, p->len);
}

static inline void pump(struct world *w)
{
	struct packet *p;
	while ((p = TAILQ_FIRST(&w->air))) {
		TAILQ_REMOVE(&w->air, p, link);
		deliver(p);
		free(p);
	}
}

/* Lets time pass. */
static inline void run(struct world *w, uint64_t usec)
{
	uint64_t end = timers_now(w->timers) + usec;
	pump(w);
	while (timers_next(w->timers) <= end - timers_now(w->timers)) {
		timers_set_now(w->timers, timers_now(w->timers) + timers_next(w->timers));
		timers_run(w->timers);
		pump(w);
	}
	timers_set_now(w->timers, end);
}

/* --- authenticator's callbacks */
static inline void ap_send(void *ctx, void *sta_ctx, const uint8_t *p, size_t len, bool encrypt)
{
	put_on_air(sta_ctx, false, p, len, encrypt);
}

static inline bool ap_psk(void *ctx, void *sta_ctx, unsigned n, struct rsn_psk *out)
{
	struct station *s = sta_ctx;
	if (n >= s->n_psks)
		return false;
	*out = s->psks[n];
	return true;
}

static inline int ap_set_ptk(
	void *ctx, void *sta_ctx, unsigned cipher, const uint8_t *tk, size_t len)
{
	struct station *s = sta_ctx;
	if (s->w->fail_set_ptk)
		return s->w->fail_set_ptk;
	assert_int_equal(cipher, s->ie.pairwise);
	/* A key must never be installed twice: that would reset its packet number. */
	assert_true(len != s->ap_tk_len || memcmp(s->ap_tk, tk, len) != 0);
	s->ap_ptk_sets++;
	memcpy(s->ap_tk, tk, len);
	s->ap_tk_len = len;
	return 0;
}

static inline int ap_set_gtk(
	void *ctx, unsigned cipher, unsigned index, const uint8_t *gtk, size_t len)
{
	struct world *w = ctx;
	if (w->fail_set_gtk)
		return w->fail_set_gtk;
	if (cipher == CIPHER_BIP) {
		assert_true(index == 4 || index == 5);
		memcpy(w->gtk[index].key, gtk, len);
		w->gtk[index].len = len;
		w->igtk_index = index;
		return 0;
	}
	assert_true(index == 1 || index == 2);
	assert_int_not_equal(index, w->gtk_index); /* alternates */
	w->gtk_sets++;
	w->gtk_index = index;
	memcpy(w->gtk[index].key, gtk, len);
	w->gtk[index].len = len;
	return 0;
}

static inline uint64_t ap_gtk_rsc(void *ctx, unsigned index)
{
	return 0x1000 + index;
}

static inline void ap_authorized(void *ctx, void *sta_ctx, const struct rsn_psk *psk)
{
	struct station *s = sta_ctx;
	s->authorized++;
	s->keyid = psk->keyid;
	s->vlanid = psk->vlanid;
	s->entry = psk->entry;
}

static inline void ap_4way_done(void *ctx, void *sta_ctx)
{
	struct station *s = sta_ctx;
	assert_true(s->authorized > 0);
	s->ap_4way++;
}

static inline void ap_mismatch(void *ctx, void *sta_ctx)
{
	((struct station *)sta_ctx)->mismatches++;
}

static inline void ap_disconnect(void *ctx, void *sta_ctx, unsigned reason)
{
	struct station *s = sta_ctx;
	s->ap_disconnects++;
	s->ap_reason = reason;
	if (s->w->lazy_disconnect)
		return;
	rsn_auth_sta_free(s->as); /* allowed from within */
	s->as = NULL;
}

static inline void ap_countermeasures(void *ctx)
{
	struct world *w = ctx;
	w->countermeasures++;
	for (unsigned i = 0; i < w->n; i++) {
		rsn_auth_sta_free(w->sta[i].as);
		w->sta[i].as = NULL;
	}
}

static const struct rsn_auth_ops world_ap_ops = {
	.send_eapol = ap_send,
	.psk = ap_psk,
	.set_ptk = ap_set_ptk,
	.set_gtk = ap_set_gtk,
	.gtk_rsc = ap_gtk_rsc,
	.authorized = ap_authorized,
	.on_4way_done = ap_4way_done,
	.psk_mismatch = ap_mismatch,
	.disconnect = ap_disconnect,
	.countermeasures = ap_countermeasures,
};

/* --- supplicant's callbacks */
static inline void st_send(
	void *ctx, const uint8_t *dst, const uint8_t *p, size_t len, bool encrypt)
{
	assert_memory_equal(dst, world_bssid, MAC_LEN);
	put_on_air(ctx, true, p, len, encrypt);
}

/* As the air sees it: what the AP sends with, the station receives with. */
static inline void as_ap(unsigned cipher, const uint8_t *key, size_t len, uint8_t *out)
{
	memcpy(out, key, len);
	if (cipher != CIPHER_TKIP)
		return;
	memcpy(out + 16, key + 24, 8);
	memcpy(out + 24, key + 16, 8);
}

static inline int st_set_ptk(void *ctx, unsigned cipher, const uint8_t *tk, size_t len)
{
	struct station *s = ctx;
	if (s->w->fail_supp_ptk)
		return s->w->fail_supp_ptk;
	uint8_t key[32];
	as_ap(cipher, tk, len, key);
	assert_true(len != s->tk_len || memcmp(s->tk, key, len) != 0);
	s->ptk_sets++;
	memcpy(s->tk, key, len);
	s->tk_len = len;
	return 0;
}

static inline int st_set_gtk(void *ctx, unsigned cipher, unsigned index, const uint8_t *gtk,
	size_t len, uint64_t rsc, bool tx)
{
	struct station *s = ctx;
	if (s->w->fail_supp_gtk)
		return s->w->fail_supp_gtk;
	assert_false(tx);
	assert_true(cipher == CIPHER_BIP ? index == 4 || index == 5 : index < 4);
	uint8_t key[32];
	as_ap(cipher, gtk, len, key);
	assert_true(len != s->gtk[index].len || memcmp(s->gtk[index].key, key, len) != 0);
	s->gtk_sets += cipher != CIPHER_BIP;
	memcpy(s->gtk[index].key, key, len);
	s->gtk[index].len = len;
	s->gtk[index].rsc = rsc;
	return 0;
}

static inline void st_4way(void *ctx)
{
	((struct station *)ctx)->on_4way++;
}

static inline void st_group_wait(void *ctx)
{
	((struct station *)ctx)->on_group_wait++;
}

static inline void st_done(void *ctx, bool first)
{
	struct station *s = ctx;
	if (first)
		s->done_first++;
	else
		s->done_rekey++;
}

static inline void st_group_rekeyed(void *ctx, unsigned cipher)
{
	struct station *s = ctx;
	assert_int_equal(cipher, s->w->ie.group);
	s->group_rekeys++;
}

static inline void st_disconnect(void *ctx, unsigned reason)
{
	struct station *s = ctx;
	s->disconnects++;
	s->reason = reason;
	rsn_supp_associated(s->supp, NULL);
}

static const struct rsn_supp_ops world_st_ops = {
	.send_eapol = st_send,
	.set_ptk = st_set_ptk,
	.set_gtk = st_set_gtk,
	.on_4way = st_4way,
	.on_group_wait = st_group_wait,
	.on_done = st_done,
	.on_group_rekeyed = st_group_rekeyed,
	.disconnect = st_disconnect,
};

/* --- setting up. cfg: suites, timing; NULL for WPA2-PSK with CCMP. */
static inline void world_new(struct world *w, struct rsn_auth_config *cfg)
{
	struct rsn_auth_config defaults = {0};
	memset(w, 0, sizeof(*w));
	TAILQ_INIT(&w->air);
	w->timers = timers_new();
	if (!cfg)
		cfg = &defaults;
	if (!cfg->ie.proto)
		cfg->ie = (struct rsn_ie){.proto = PROTO_RSN,
			.group = CIPHER_CCMP,
			.pairwise = CIPHER_CCMP,
			.akm = AKM_PSK};
	w->ie = cfg->ie;
	struct writer wr = writer_over(w->raw, sizeof(w->raw));
	rsn_ie_write(&wr, &w->ie);
	w->raw_len = wr.len;
	w->wpa_ie = cfg->wpa_ie;
	if (w->wpa_ie.proto) {
		wr = writer_over(w->raw_wpa, sizeof(w->raw_wpa));
		rsn_ie_write(&wr, &w->wpa_ie);
		w->raw_wpa_len = wr.len;
		cfg->raw_wpa = w->raw_wpa;
		cfg->raw_wpa_len = w->raw_wpa_len;
	}
	memcpy(cfg->bssid, world_bssid, MAC_LEN);
	cfg->raw_ie = w->raw;
	cfg->raw_ie_len = w->raw_len;
	w->auth = rsn_auth_new(w->timers, cfg, &world_ap_ops, w);
	assert_non_null(w->auth);
}

static inline struct station *world_station(struct world *w)
{
	assert_true(w->n < MAX_STATIONS);
	struct station *s = &w->sta[w->n];
	memset(s, 0, sizeof(*s));
	s->w = w;
	s->ie = w->ie;
	s->addr[0] = 2;
	s->addr[5] = (uint8_t)++w->n;
	s->psks[0].pmk = world_pmk;
	s->n_psks = 1;
	s->supp = rsn_supp_new(w->timers, &world_st_ops, s);
	assert_non_null(s->supp);
	rsn_supp_set_pmk(s->supp, world_pmk, PMK_LEN);
	return s;
}

/* Its association as the daemon tells it; the elements may be others than the right ones. */
static inline struct rsn_supp_assoc station_assoc(
	struct station *s, const uint8_t *sent_ie, const uint8_t *ap_ie)
{
	struct world *w = s->w;
	struct writer wr = writer_over(s->raw, sizeof(s->raw));
	rsn_ie_write(&wr, &s->ie);
	s->raw_len = wr.len;
	bool second = s->ie.proto != w->ie.proto;
	struct rsn_supp_assoc assoc = {.proto = s->ie.proto,
		.akm = s->ie.akm,
		.pairwise = s->ie.pairwise,
		.group = s->ie.group,
		.group_mgmt = s->ie.group_mgmt,
		.assoc_ie = sent_ie ? sent_ie : s->raw,
		.assoc_ie_len = s->raw_len,
		.ap_ie = ap_ie    ? ap_ie
			 : second ? w->raw_wpa
				  : w->raw,
		.ap_ie_len = second ? w->raw_wpa_len : w->raw_len,
		.ap_wpa = second || !w->raw_wpa_len ? NULL : w->raw_wpa,
		.ap_wpa_len = second ? 0 : w->raw_wpa_len,
		.eapol_version = 1};
	mac_copy(assoc.own, s->addr);
	mac_copy(assoc.bssid, world_bssid);
	return assoc;
}

/* Association as the daemons do it: both sides get the elements, the AP starts the handshake. */
static inline void station_associate(
	struct station *s, const uint8_t *sent_ie, const uint8_t *ap_ie)
{
	struct world *w = s->w;
	struct rsn_supp_assoc assoc = station_assoc(s, sent_ie, ap_ie);

	s->tk_len = s->ap_tk_len = 0;
	memset(s->tk, 0, sizeof(s->tk));
	memset(s->ap_tk, 0, sizeof(s->ap_tk));
	memset(s->gtk, 0, sizeof(s->gtk));
	assert_int_equal(rsn_supp_associated(s->supp, &assoc), 0);
	if (!s->as)
		s->as = rsn_auth_sta_new(w->auth, s->addr, s->raw, s->raw_len, s);
	assert_non_null(s->as);
	rsn_auth_sta_start(s->as);
}

/* A station and its whole first handshake. */
static inline struct station *world_join(struct world *w)
{
	struct station *s = world_station(w);
	station_associate(s, NULL, NULL);
	pump(w);
	return s;
}

static inline void station_leave(struct station *s)
{
	rsn_supp_associated(s->supp, NULL);
	rsn_auth_sta_free(s->as);
	s->as = NULL;
	s->gone = true;
}

static inline void world_free(struct world *w)
{
	struct packet *p;
	for (unsigned i = 0; i < w->n; i++) {
		rsn_auth_sta_free(w->sta[i].as);
		rsn_supp_free(w->sta[i].supp);
	}
	while ((p = TAILQ_FIRST(&w->air))) {
		TAILQ_REMOVE(&w->air, p, link);
		free(p);
	}
	rsn_auth_free(w->auth);
	timers_free(w->timers);
}

/* Both sides have the same pairwise key, and the station the group key in use. */
static inline void expect_connected(const struct station *s)
{
	const struct gtk *ap = &s->w->gtk[s->w->gtk_index], *st = &s->gtk[s->w->gtk_index];
	assert_non_null(s->as);
	assert_true(rsn_auth_sta_authorized(s->as));
	assert_true(rsn_supp_has_ptk(s->supp));
	assert_true(s->tk_len > 0);
	assert_int_equal(s->tk_len, s->ap_tk_len);
	assert_memory_equal(s->tk, s->ap_tk, s->tk_len);
	assert_int_equal(st->len, ap->len);
	assert_memory_equal(st->key, ap->key, ap->len);
	assert_int_equal(s->disconnects + s->ap_disconnects, 0);
}

static inline void expect_no_keys(const struct station *s)
{
	assert_int_equal(s->ptk_sets + s->gtk_sets + s->ap_ptk_sets, 0);
	assert_int_equal(s->authorized + s->done_first, 0);
}

#endif
