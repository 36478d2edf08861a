/* Roams of the driver: following it, and keeping keys and counters in step (HOST_SYNC).
 *
 * Under HOST_SYNC two events tell of a roam, in any order: ROAM, which the kernel queues, and
 * ROAM_AUTH with the state of the keys. Both are kept until the other one is in; a ROAM whose
 * ROAM_AUTH never comes ends in a handshake of ours. */
#include <errno.h>

#include "wpa_supplicant/offload_i.h"

#define HALF_DEADLINE USEC_PER_SEC

/* --- security of the new association --- */

static bool one_bit(unsigned mask)
{
	return mask && !(mask & (mask - 1));
}

/* The driver chooses, but only among what the network allows. */
static bool permitted(const struct wpas_network *n, const struct rsn_ie *ie)
{
	return n->proto & ie->proto && n->key_mgmt & ie->akm && n->pairwise & ie->pairwise &&
	       n->group & ie->group;
}

/* AKM, version and ciphers as the driver told the new AP. False: not what the network allows. */
static bool adopt_security(struct wpas_if *w, const struct bytes *req)
{
	struct wpas_connect *c = &w->conn;
	size_t len;
	const uint8_t *raw = element_find(req->data, req->len, EID_RSN, 0, &len);
	struct rsn_ie ie;

	if (!raw)
		raw = element_find(req->data, req->len, EID_VENDOR, VENDOR_WPA, &len);
	if (!raw)
		return true; /* not told, or an open network */
	if (rsn_ie_parse(raw, len, &ie) < 0 || !one_bit(ie.akm) || !one_bit(ie.pairwise)) {
		wpas_log(w, LOG_WARN,
			"the driver's association request has an element for its security "
			"that is malformed or not known here; taken as before");
		return true;
	}
	if (!permitted(c->net, &ie))
		return false;
	if (c->akm != ie.akm || c->pairwise != ie.pairwise || c->group != ie.group)
		wpas_log(w, LOG_INF, "security after the roam: %s pairwise=%s group=%s",
			akm_name(ie.akm, ie.proto), cipher_name(ie.pairwise),
			cipher_name(ie.group));
	c->proto = ie.proto;
	c->akm = ie.akm;
	c->pairwise = ie.pairwise;
	c->group = ie.group;
	c->mfp = ie.capab & RSN_CAP_MFPR ? 2 : ie.capab & RSN_CAP_MFPC ? 1 : 0;
	if (bytes_set(&c->rsn_ie, raw, len) < 0)
		wpas_log(w, LOG_ERR, "no memory for the element of the association request");
	return true;
}

/* Makes the AP of the roam the current one. False: it must not be, or is not known; left. */
static bool adopt(struct wpas_if *w, const struct wpas_roam_half *to)
{
	if (adopt_security(w, &to->req_ies))
		return wpas_take_bss(w, to->bssid);
	wpas_log(w, LOG_WARN,
		"the driver roamed to " MACSTR " with security this network does not allow",
		MAC2STR(to->bssid));
	mac_copy(w->conn.bssid, to->bssid);
	wpas_attempt_failed(w);
	return false;
}

/* --- following --- */

/* All that was about the old AP goes; the host runs what is to be run with the new one. */
static void follow(struct wpas_if *w, const struct wpas_roam_half *to)
{
	struct wpas_offload *o = &w->offload;
	enum wpas_runner runner = o->runner;
	struct bytes early = w->conn.early_eapol;

	w->conn.early_eapol = (struct bytes){NULL, 0};
	wpas_link_moved(w);
	w->conn.early_eapol = early;
	o->runner = runner;        /* of the association, which went on */
	w->conn.associated = true; /* also when we do not like where: programs hear that it ends */
	w->conn.eapol_seen = false;
	if (adopt(w, to))
		wpas_associated(w, to->resp_ies.data, to->resp_ies.len);
}

/* A group handshake with this AP was reported before the roam to it. */
static void catch_up(struct wpas_if *w)
{
	const struct wpas_offload *o = &w->offload;

	if (o->ahead.at && timers_now(w->s->timers) - o->ahead.at <= HALF_DEADLINE)
		rsn_supp_rekeyed(w->rsn, o->ahead.bssid, o->ahead.replay);
}

/* The PMK of the association: a later handshake of ours starts from it. */
static void adopt_pmk(struct wpas_if *w, const struct wpas_roam_keys *k)
{
	struct wpas_connect *c = &w->conn;

	wpas_dot1x_taken_over(w);
	if (c->akm & (AKM_PSK | AKM_PSK_SHA256) && wpas_network_pmk(c->net) == 0) {
		rsn_supp_set_pmk(w->rsn, c->net->pmk, PMK_LEN);
	} else if (c->akm & WPAS_AKMS_1X && k->pmk.len == PMK_LEN) {
		rsn_supp_set_pmk(w->rsn, k->pmk.data, PMK_LEN);
		wpas_pmksa_store(w, k->pmk.data, PMK_LEN, k->pmkid.len ? k->pmkid.data : NULL);
	}
}

static struct rsn_supp_keys told(const struct wpas_roam_keys *k)
{
	return (struct rsn_supp_keys){.kck = k->kck.len ? k->kck.data : NULL,
		.kek = k->kek.len ? k->kek.data : NULL,
		.kck_len = k->kck.len,
		.kek_len = k->kek.len,
		.has_replay = k->has_replay,
		.replay = k->replay};
}

/* The driver did it all: neither handshake nor keys from us. */
static void take_over(
	struct wpas_if *w, const struct wpas_roam_half *to, const struct wpas_roam_keys *k)
{
	struct wpas_connect *c = &w->conn;
	const struct rsn_supp_keys keys = told(k);
	struct rsn_supp_assoc a;

	wpas_sa_query_stop(w);
	bytes_clear(&c->early_eapol);
	if (!adopt(w, to))
		return;
	if (wpas_multi_ap_response(w, to->resp_ies.data, to->resp_ies.len) < 0) {
		wpas_attempt_failed(w);
		return;
	}
	wpas_glue_describe(w, &a);
	adopt_pmk(w, k);
	int err = rsn_supp_synced(w->rsn, &a, &keys);
	if (err < 0)
		wpas_log(w, LOG_WARN, "the keys of the roam cannot be used: %s", strerror(-err));
	catch_up(w);
	wpas_offload_open_port(w);
	c->was_completed = false; /* programs are to hear of the new AP */
	wpas_event(w, "Associated with " MACSTR, MAC2STR(c->bssid));
	if (c->associated) /* whoever heard that may have left */
		wpas_conn_completed(w);
}

/* --- the two halves --- */

static void half_clear(struct wpas_roam_half *h)
{
	bytes_clear(&h->req_ies);
	bytes_clear(&h->resp_ies);
	*h = (struct wpas_roam_half){0};
}

static bool half_set(struct wpas_roam_half *h, const uint8_t bssid[MAC_LEN], const uint8_t *req,
	size_t req_len, const uint8_t *resp, size_t resp_len)
{
	half_clear(h);
	if (bytes_set(&h->req_ies, req, req_len) < 0 || bytes_set(&h->resp_ies, resp, resp_len) < 0)
		return false;
	mac_copy(h->bssid, bssid);
	h->in = true;
	return true;
}

void wpas_offload_forget_roam(struct wpas_if *w)
{
	struct wpas_offload *o = &w->offload;

	timer_stop(&o->deadline);
	half_clear(&o->roam);
	half_clear(&o->auth);
	wipe(&o->keys, sizeof(o->keys));
}

bool wpas_offload_roaming_to(const struct wpas_if *w, const uint8_t bssid[MAC_LEN])
{
	const struct wpas_offload *o = &w->offload;

	return (o->roam.in && mac_equal(o->roam.bssid, bssid)) ||
	       (o->auth.in && mac_equal(o->auth.bssid, bssid));
}

/* Acts on the pending ROAM. What is kept about it is taken away first: acting may end the link. */
static void settle(struct wpas_if *w, bool authorized)
{
	struct wpas_offload *o = &w->offload;
	struct wpas_roam_half to = o->roam;
	struct wpas_roam_keys k = o->keys;

	o->roam = (struct wpas_roam_half){0};
	wpas_offload_forget_roam(w);
	if (authorized)
		take_over(w, &to, &k);
	else
		follow(w, &to);
	wipe(&k, sizeof(k));
	half_clear(&to);
}

static void on_deadline(struct timer *t, void *ctx)
{
	struct wpas_if *w = ctx;
	struct wpas_offload *o = &w->offload;

	if (!o->roam.in) {
		wpas_log(w, LOG_WARN, "keys for a roam to " MACSTR " that did not happen, dropped",
			MAC2STR(o->auth.bssid));
		wpas_offload_forget_roam(w);
		return;
	}
	wpas_offload_fallback(w, o->roam.bssid, "no-roam-auth");
	if (o->roam.in) /* whoever heard that may have left */
		settle(w, false);
}

static void move_if_none(struct bytes *to, struct bytes *from)
{
	if (to->len)
		return;
	bytes_clear(to);
	*to = *from;
	*from = (struct bytes){NULL, 0};
}

/* Some drivers tell the elements in the vendor's event only. */
static void share_ies(struct wpas_offload *o)
{
	move_if_none(&o->roam.req_ies, &o->auth.req_ies);
	move_if_none(&o->roam.resp_ies, &o->auth.resp_ies);
}

/* Acts when both halves are in; else waits for the other one. */
static void pair(struct wpas_if *w)
{
	struct wpas_offload *o = &w->offload;

	if (!o->roam.in || !o->auth.in || !mac_equal(o->roam.bssid, o->auth.bssid))
		return;
	share_ies(o);
	wpas_log(w, LOG_INF,
		"the driver roamed to " MACSTR ": authorized %s, keys %s, replay counter %s",
		MAC2STR(o->auth.bssid), o->keys.authorized ? "yes" : "no",
		o->keys.kck.len && o->keys.kek.len ? "told" : "not told",
		o->keys.has_replay ? "told" : "not told");
	if (!o->keys.authorized)
		wpas_offload_fallback(w, o->roam.bssid, "not-authorized");
	if (o->roam.in)
		settle(w, o->keys.authorized);
}

static void on_roam(struct wpas_if *w, const struct drv_event *ev)
{
	struct wpas_offload *o = &w->offload;
	bool kept = half_set(&o->roam, ev->addr, ev->conn.req_ies, ev->conn.req_ies_len,
		ev->conn.resp_ies, ev->conn.resp_ies_len);

	if (!kept) {
		wpas_log(w, LOG_ERR, "no memory to follow a roam");
		wpas_attempt_failed(w);
	} else if (o->runner == RUNNER_HOST_SYNC) {
		timer_start(w->s->timers, &o->deadline, HALF_DEADLINE, on_deadline, w);
		pair(w);
	} else {
		settle(w, false);
	}
}

static void keep_key(struct wpas_if *w, const char *which, struct wpas_roam_key *to,
	const uint8_t *key, size_t len)
{
	if (len > sizeof(to->data)) {
		wpas_log(w, LOG_WARN, "a %s of %zu octets after a roam is dropped", which, len);
		return;
	}
	to->len = key ? len : 0;
	if (to->len)
		memcpy(to->data, key, len);
}

static void on_roam_auth(struct wpas_if *w, const struct drv_event *ev)
{
	struct wpas_offload *o = &w->offload;

	if (o->runner != RUNNER_HOST_SYNC) {
		wpas_log(w, LOG_DBG, "keys after a roam to " MACSTR " were not asked for, dropped",
			MAC2STR(ev->addr));
		return;
	}
	wipe(&o->keys, sizeof(o->keys));
	if (!half_set(&o->auth, ev->addr, ev->roam_auth.req_ies, ev->roam_auth.req_ies_len,
		    ev->roam_auth.resp_ies, ev->roam_auth.resp_ies_len)) {
		wpas_log(w, LOG_ERR, "no memory for the keys of a roam");
		return;
	}
	o->keys.authorized = ev->roam_auth.authorized;
	o->keys.has_replay = ev->roam_auth.has_replay;
	o->keys.replay = ev->roam_auth.replay;
	keep_key(w, "KCK", &o->keys.kck, ev->roam_auth.kck, ev->roam_auth.kck_len);
	keep_key(w, "KEK", &o->keys.kek, ev->roam_auth.kek, ev->roam_auth.kek_len);
	keep_key(w, "PMK", &o->keys.pmk, ev->roam_auth.pmk, ev->roam_auth.pmk_len);
	keep_key(w, "PMKID", &o->keys.pmkid, ev->roam_auth.pmkid, PMKID_LEN);
	if (!o->roam.in) /* keys for another AP do not put off what is due for the ROAM */
		timer_start(w->s->timers, &o->deadline, HALF_DEADLINE, on_deadline, w);
	pair(w);
}

static void on_rekeyed(struct wpas_if *w, const struct drv_event *ev)
{
	bool taken = rsn_supp_rekeyed(w->rsn, ev->addr, ev->replay);

	if (!mac_equal(ev->addr, w->conn.bssid)) {
		mac_copy(w->offload.ahead.bssid, ev->addr);
		w->offload.ahead.replay = ev->replay;
		w->offload.ahead.at = timers_now(w->s->timers);
	}
	wpas_log(w, LOG_DBG, "group handshake of the driver with " MACSTR ": replay counter %s",
		MAC2STR(ev->addr), taken ? "taken over" : "not ahead of ours, or of another AP");
}

void wpas_offload_event(struct wpas_if *w, const struct drv_event *ev)
{
	if (!w->conn.net || !w->conn.associated) {
		wpas_log(
			w, LOG_DBG, "event of the driver's key management without a link, dropped");
		return;
	}
	if (ev->kind == DRV_EV_ROAM && w->conn.by_driver)
		on_roam(w, ev);
	else if (ev->kind == DRV_EV_ROAM_AUTH)
		on_roam_auth(w, ev);
	else if (ev->kind == DRV_EV_PORT_AUTHORIZED)
		wpas_offload_port(w, ev->addr);
	else if (ev->kind == DRV_EV_REKEYED)
		on_rekeyed(w, ev);
	else if (ev->kind == DRV_EV_PMKSA_CANDIDATE)
		wpas_log(w, LOG_DBG, "the driver may roam to " MACSTR " (candidate %u%s)",
			MAC2STR(ev->addr), ev->candidate.index,
			ev->candidate.preauth ? ", takes pre-authentication" : "");
}
