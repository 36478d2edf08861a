/* The PMKSA cache of an interface: what EAP brought, for the next association with the same AP,
 * and for the driver. */
#include <errno.h>

#include "wpa_supplicant/supplicant_i.h"

#define LIFETIME 43200 /* s, dot11RSNAConfigPMKLifetime */
#define THRESHOLD 70   /* %, dot11RSNAConfigPMKReauthThreshold */
#define SA_TIMEOUT 60  /* s, dot11RSNAConfigSATimeout */

/* --- the driver's own cache --- */

static bool driver_takes(const struct wpas_if *w)
{
	return w->drv && w->ops->pmksa_set && wpas_driver_connects(w) &&
	       !wpas_runner_is_driver(w->offload.runner) && !w->pmksa.driver_refused;
}

static void note_driver(struct wpas_if *w, const char *what, int err)
{
	if (err == -EOPNOTSUPP) {
		w->pmksa.driver_refused = true;
		wpas_log(w, LOG_DBG, "the driver keeps no PMKSAs");
	} else if (err < 0) {
		wpas_log(w, LOG_DBG, "PMKSA not %s in the driver: %s", what, strerror(-err));
	}
}

/* What remains, and which part of that until a full authentication is due. An entry that is due
 * is of no use to it. */
static void tell_driver(struct wpas_if *w, const struct pmksa *e)
{
	unsigned left = pmksa_remaining(w->pmksa.cache, e),
		 fresh = pmksa_reauth_in(w->pmksa.cache, e);
	struct drv_pmksa p = {.pmk = e->pmk, .pmk_len = e->pmk_len, .lifetime = left};

	if (!driver_takes(w) || !left || !fresh)
		return;
	p.threshold = fresh >= left ? 100 : (unsigned)((uint64_t)fresh * 100 / left);
	if (!p.threshold)
		return;
	mac_copy(p.bssid, e->aa);
	memcpy(p.pmkid, e->pmkid, PMKID_LEN);
	int err = w->ops->pmksa_set(w->drv, &p);
	note_driver(w, "set", err);
	w->pmksa.driver_has |= err == 0;
}

static void on_added(void *ctx, const struct pmksa *e)
{
	struct wpas_if *w = ctx;

	wpas_event(w, "PMKSA-CACHE-ADDED " MACSTR " %u", MAC2STR(e->aa), e->network);
	tell_driver(w, e);
}

/* The link stands on it. */
static bool in_use(const struct wpas_if *w, const struct pmksa *e)
{
	const struct wpas_connect *c = &w->conn;
	size_t len;
	const uint8_t *pmk = rsn_supp_pmk(w->rsn, &len);

	return c->associated && c->net && e->network == c->net->id && mac_equal(e->aa, c->bssid) &&
	       e->akm == c->akm && !wpas_runner_is_driver(w->offload.runner) && len == e->pmk_len &&
	       bytes_equal_ct(pmk, e->pmk, len);
}

static void on_due(void *ctx, const struct pmksa *e)
{
	struct wpas_if *w = ctx;

	/* Not while EAP runs, or after LOGOFF. */
	if (!in_use(w, e) || w->state != WPAS_COMPLETED || !eapol_supp_authenticated(w->eapol))
		return;
	wpas_log(w, LOG_INF, "the PMK of this link is getting old");
	wpas_dot1x_restart(w);
}

/* 12.6.8.3: with the PMKSA its PTKSA ends. */
static void end_link(struct wpas_if *w)
{
	wpas_log(w, LOG_INF, "the PMK of this link is too old");
	wpas_leave(w, REASON_PREV_AUTH_NOT_VALID);
	if (w->autoconnect)
		wpas_scan_schedule(w, 0);
}

static bool driver_has(const struct wpas_if *w)
{
	return w->drv && w->pmksa.driver_has && !w->pmksa.driver_refused;
}

static void on_removed(void *ctx, const struct pmksa *e, bool expired)
{
	struct wpas_if *w = ctx;

	wpas_event(w, "PMKSA-CACHE-REMOVED " MACSTR " %u", MAC2STR(e->aa), e->network);
	if (driver_has(w) && w->ops->pmksa_del)
		note_driver(w, "removed", w->ops->pmksa_del(w->drv, e->aa, e->pmkid));
	if (expired && in_use(w, e))
		end_link(w);
}

/* --- life --- */

int wpas_pmksa_init(struct wpas_if *w)
{
	static const struct pmksa_ops ops = {
		.added = on_added, .due = on_due, .removed = on_removed};

	w->pmksa.cache = pmksa_cache_new(w->s->timers, &ops, w);
	return w->pmksa.cache ? 0 : -ENOMEM;
}

void wpas_pmksa_free(struct wpas_if *w)
{
	pmksa_cache_free(w->pmksa.cache);
	w->pmksa.cache = NULL;
}

static unsigned value_of(int configured, unsigned otherwise)
{
	return configured > 0 ? (unsigned)configured : otherwise;
}

struct rsn_supp_limits wpas_pmksa_limits(const struct wpas_if *w)
{
	const struct wpas_conf *c = w->conf;

	return (struct rsn_supp_limits){
		.pmk_lifetime = value_of(c->dot11RSNAConfigPMKLifetime, LIFETIME),
		.pmk_threshold = value_of(c->dot11RSNAConfigPMKReauthThreshold, THRESHOLD),
		.sa_timeout = value_of(c->dot11RSNAConfigSATimeout, SA_TIMEOUT)};
}

static bool shares(const struct wpas_if *w, const struct wpas_network *n)
{
	return n->proactive_key_caching < 0 ? w->conf->okc : n->proactive_key_caching;
}

static bool same_pmk(const struct pmksa *a, const struct pmksa *b)
{
	return a->pmk_len == b->pmk_len && bytes_equal_ct(a->pmk, b->pmk, a->pmk_len);
}

/* Access points that share PMKs have a new one: what is kept of the old one, which is e's, is not
 * worth much with the others. */
static void drop_shared(struct wpas_if *w, const struct pmksa *e)
{
	struct pmksa old = *e;

	for (const struct pmksa *i = pmksa_next(w->pmksa.cache, NULL), *next; i; i = next) {
		next = pmksa_next(w->pmksa.cache, i);
		if (i != e && i->network == old.network && same_pmk(i, &old))
			pmksa_remove(w->pmksa.cache, i);
	}
	wipe(&old, sizeof(old));
}

/* It takes the place of what there is with this AP. */
static const struct pmksa *put(struct wpas_if *w, const struct pmksa *e)
{
	const struct pmksa *old = pmksa_find(w->pmksa.cache, e->aa, e->network, e->akm);

	if (old && !old->opportunistic && shares(w, w->conn.net) && !same_pmk(old, e))
		drop_shared(w, old);
	return pmksa_add(w->pmksa.cache, e);
}

void wpas_pmksa_store(struct wpas_if *w, const uint8_t *pmk, size_t len, const uint8_t *pmkid)
{
	const struct wpas_connect *c = &w->conn;
	const struct rsn_supp_limits limits = wpas_pmksa_limits(w);
	struct pmksa e = {.akm = c->akm,
		.network = c->net->id,
		.pmk_len = len,
		.lifetime = limits.pmk_lifetime,
		.reauth = (unsigned)((uint64_t)limits.pmk_lifetime * limits.pmk_threshold / 100)};
	int err = 0;

	if (pmkid)
		memcpy(e.pmkid, pmkid, PMKID_LEN);
	else
		err = pmkid_derive(pmk, len, c->bssid, wpas_if_addr(w), c->akm, e.pmkid);
	if (err == 0 && c->proto == PROTO_RSN) { /* WPA has no field for the PMKID */
		mac_copy(e.aa, c->bssid);
		memcpy(e.pmk, pmk, len);
		if (!put(w, &e))
			err = -ENOMEM;
	}
	if (err < 0)
		wpas_log(w, LOG_WARN, "the PMK is not cached: %s", strerror(-err));
	wipe(&e, sizeof(e));
}

/* --- the association request --- */

/* The youngest of this network that an AP had, too. */
static const struct pmksa *youngest(const struct wpas_if *w)
{
	const struct pmksa_cache *c = w->pmksa.cache;
	const struct pmksa *best = NULL;

	for (const struct pmksa *e = pmksa_next(c, NULL); e; e = pmksa_next(c, e))
		if (e->network == w->conn.net->id && e->akm == w->conn.akm && !e->opportunistic &&
			pmksa_reauth_in(c, e) && (!best || e->made >= best->made))
			best = e;
	return best;
}

/* Opportunistic key caching: the PMK may be known to all access points of the network. An entry
 * under the name it would have with this one. */
static const struct pmksa *opportunistic(struct wpas_if *w)
{
	const struct wpas_connect *c = &w->conn;
	const struct pmksa *from = NULL, *entry = NULL;

	if (shares(w, c->net) && !mac_equal(c->bssid, w->pmksa.stranger))
		from = youngest(w);
	if (!from)
		return NULL;
	struct pmksa e = *from;
	mac_copy(e.aa, c->bssid);
	e.opportunistic = true;
	if (pmkid_derive(e.pmk, e.pmk_len, e.aa, wpas_if_addr(w), e.akm, e.pmkid) == 0)
		entry = pmksa_add(w->pmksa.cache, &e);
	wipe(&e, sizeof(e));
	return entry;
}

const uint8_t *wpas_pmksa_request(struct wpas_if *w)
{
	const struct wpas_connect *c = &w->conn;
	const struct pmksa *e;

	if (!(c->akm & WPAS_AKMS_1X) || c->proto != PROTO_RSN || !c->bss ||
		wpas_runner_is_driver(w->offload.runner))
		return NULL;
	e = pmksa_find(w->pmksa.cache, c->bssid, c->net->id, c->akm);
	if (!e || !pmksa_reauth_in(w->pmksa.cache, e))
		e = opportunistic(w);
	return e ? e->pmkid : NULL;
}

const struct pmksa *wpas_pmksa_sent(const struct wpas_if *w)
{
	const struct wpas_connect *c = &w->conn;
	struct rsn_ie ie;

	if (!c->rsn_ie.len || rsn_ie_parse(c->rsn_ie.data, c->rsn_ie.len, &ie) < 0)
		return NULL;
	for (size_t i = 0; i < ie.pmkid_count; i++) {
		const struct pmksa *e = pmksa_find_id(w->pmksa.cache, ie.pmkids + i * PMKID_LEN);
		if (e && mac_equal(e->aa, c->bssid) && e->akm == c->akm && e->network == c->net->id)
			return e;
	}
	return NULL;
}

void wpas_pmksa_forget_sent(struct wpas_if *w)
{
	const struct pmksa *e = wpas_pmksa_sent(w);

	if (!e)
		return;
	if (e->opportunistic)
		mac_copy(w->pmksa.stranger, e->aa);
	pmksa_remove(w->pmksa.cache, e);
}

void wpas_pmksa_proven(struct wpas_if *w)
{
	const struct pmksa *e = wpas_pmksa_sent(w);

	if (e)
		pmksa_proven(w->pmksa.cache, e);
}

void wpas_pmksa_left(struct wpas_if *w)
{
	const struct wpas_connect *c = &w->conn;

	if (c->associated && !c->was_completed && c->net && c->akm & WPAS_AKMS_1X && c->eapol_seen)
		wpas_pmksa_forget_sent(w);
}

/* --- changes of networks --- */

bool wpas_pmksa_bound_to(const char *key)
{
	static const char *const free_of[] = {"bssid", "bssid_hint", "bssid_ignore", "bssid_accept",
		"bssid_blacklist", "bssid_whitelist", "scan_freq", "priority"};

	for (size_t i = 0; i < ARRAY_SIZE(free_of); i++)
		if (strcmp(key, free_of[i]) == 0)
			return false;
	return true;
}

/* All it keeps, of our making or its own. */
static void flush_driver(struct wpas_if *w)
{
	if (!w->drv || !w->ops->pmksa_flush)
		return;
	note_driver(w, "flushed", w->ops->pmksa_flush(w->drv));
	w->pmksa.driver_has = false;
	for (size_t i = 0; i < w->conf->net_count; i++)
		w->conf->nets[i]->driver_pmksas = false;
}

/* PMKSAs of the driver's own making have no names here: all go, and it gets ours once more. */
void wpas_pmksa_flush_network(struct wpas_if *w, const struct wpas_network *n)
{
	bool unnamed = n->driver_pmksas;

	if (unnamed)
		flush_driver(w);
	pmksa_flush_network(w->pmksa.cache, n->id);
	if (!unnamed)
		return;
	for (const struct pmksa *e = pmksa_next(w->pmksa.cache, NULL); e;
		e = pmksa_next(w->pmksa.cache, e))
		tell_driver(w, e);
}

void wpas_pmksa_flush(struct wpas_if *w)
{
	bool driver = driver_has(w);

	for (size_t i = 0; i < w->conf->net_count; i++)
		driver |= w->conf->nets[i]->driver_pmksas;
	if (driver)
		flush_driver(w); /* not one by one as well */
	pmksa_flush(w->pmksa.cache);
}

/* --- commands --- */

static enum ctrl_result cmd_list(void *ctx, char *args, struct ctrl_request *req)
{
	const struct wpas_if *w = ctx;
	unsigned index = 0;

	strbuf_add(req->reply, "Index / AA / PMKID / expiration (in seconds) / opportunistic\n");
	for (const struct pmksa *e = pmksa_next(w->pmksa.cache, NULL); e;
		e = pmksa_next(w->pmksa.cache, e)) {
		char id[2 * PMKID_LEN + 1];
		strbuf_add(req->reply, "%u " MACSTR " %s %u %d\n", ++index, MAC2STR(e->aa),
			hex_encode(e->pmkid, PMKID_LEN, id, sizeof(id)),
			pmksa_remaining(w->pmksa.cache, e), e->opportunistic);
	}
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_flush(void *ctx, char *args, struct ctrl_request *req)
{
	wpas_pmksa_flush(ctx);
	return CTRL_OK;
}

/* Numbers of the AKMs in rows of PMKSA_GET, as programs that keep them know them. */
static const struct {
	unsigned akm, number;
} numbers[] = {{AKM_8021X, 1}, {AKM_8021X_SHA256, 1 << 7}, {AKM_SAE, 1 << 10}};

static unsigned number_of(unsigned akm)
{
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (numbers[i].akm == akm)
			return numbers[i].number;
	return 0;
}

static struct wpas_network *network_of(const struct wpas_if *w, const char *text)
{
	int64_t id;

	return parse_int(text, 10, 0, INT32_MAX, &id) < 0
		       ? NULL
		       : wpas_conf_network(w->conf, (unsigned)id);
}

/* MAC PMKID PMK reauth expire akmp opportunistic */
static enum ctrl_result cmd_get(void *ctx, char *args, struct ctrl_request *req)
{
	const struct wpas_if *w = ctx;
	const struct wpas_network *n = network_of(w, args);
	const struct pmksa_cache *c = w->pmksa.cache;

	if (!n)
		return CTRL_FAIL;
	for (const struct pmksa *e = pmksa_next(c, NULL); e; e = pmksa_next(c, e)) {
		char id[2 * PMKID_LEN + 1], pmk[2 * PMK_MAX_LEN + 1];
		if (e->network != n->id)
			continue;
		strbuf_add(req->reply, MACSTR " %s %s %u %u %u %d\n", MAC2STR(e->aa),
			hex_encode(e->pmkid, PMKID_LEN, id, sizeof(id)),
			hex_encode(e->pmk, e->pmk_len, pmk, sizeof(pmk)), pmksa_reauth_in(c, e),
			pmksa_remaining(c, e), number_of(e->akm), e->opportunistic);
		wipe(pmk, sizeof(pmk));
	}
	return CTRL_REPLIED;
}

enum { ARG_NETWORK, ARG_AA, ARG_PMKID, ARG_PMK, ARG_REAUTH, ARG_EXPIRE, ARG_AKM, ARG_OPP, N_ARGS };

static bool parse_entry(char *const word[N_ARGS], struct pmksa *e)
{
	int64_t reauth, expire, number, opp;
	int len = hex_decode(word[ARG_PMK], strlen(word[ARG_PMK]), e->pmk, sizeof(e->pmk));

	if (mac_parse_all(word[ARG_AA], e->aa) < 0 || len <= 0 ||
		hex_decode(word[ARG_PMKID], strlen(word[ARG_PMKID]), e->pmkid, PMKID_LEN) !=
			PMKID_LEN ||
		parse_int(word[ARG_REAUTH], 10, 0, INT32_MAX, &reauth) < 0 ||
		parse_int(word[ARG_EXPIRE], 10, 1, INT32_MAX, &expire) < 0 ||
		parse_int(word[ARG_AKM], 10, 0, INT32_MAX, &number) < 0 ||
		parse_int(word[ARG_OPP], 10, 0, 1, &opp) < 0)
		return false;
	e->pmk_len = (size_t)len;
	e->reauth = (unsigned)reauth;
	e->lifetime = (unsigned)expire;
	e->opportunistic = opp;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (numbers[i].number == (unsigned)number)
			e->akm = numbers[i].akm;
	return e->akm != 0;
}

static enum ctrl_result cmd_add(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	char *word[N_ARGS + 1];
	struct pmksa e = {0};
	bool ok = split_words(args, word, N_ARGS + 1) == N_ARGS;
	const struct wpas_network *n = ok ? network_of(w, word[ARG_NETWORK]) : NULL;

	if (n)
		e.network = n->id;
	ok = n && parse_entry(word, &e) && pmksa_add(w->pmksa.cache, &e);
	wipe(&e, sizeof(e));
	return ok ? CTRL_OK : CTRL_FAIL;
}

const struct ctrl_command wpas_cmds_pmksa[] = {{"PMKSA", CTRL_EXACT, 0, cmd_list, "= cached keys"},
	{"PMKSA_FLUSH", CTRL_EXACT, 0, cmd_flush, "= drop cached keys"},
	{"PMKSA_GET", CTRL_ARGS, CTRL_SECRET, cmd_get, "<id> = cached keys of a network"},
	{"PMKSA_ADD", CTRL_ARGS, CTRL_SECRET, cmd_add,
		"<id> <bssid> <pmkid> <pmk> <reauth> <expire> <akmp> <opp> = put a key into the "
		"cache"},
	{NULL, CTRL_EXACT, 0, NULL, NULL}};
