/* The handshake is the driver's: what it is given, and how we learn of its end. */
#include "wpa_supplicant/offload.h"

#include <errno.h>

#include "wpa_supplicant/offload_i.h"

/* For PORT_AUTHORIZED, which drivers that finish before they report the association never send.
 * Less than until our first EAPOL-Start. */
#define GRACE (900 * USEC_PER_MSEC)
#define HANDSHAKE_TIMEOUT 10 /* s */
#define STATUS_DRIVER_FAILED 16

static void enter(struct wpas_if *w, enum wpas_offload_state state, const char *reason)
{
	static const char *const names[] = {[OFFLOAD_NONE] = "NONE",
		[OFFLOAD_EAP] = "EAP",
		[OFFLOAD_WAIT] = "WAIT",
		[OFFLOAD_DONE] = "DONE"};
	struct wpas_offload *o = &w->offload;

	if (o->state == state)
		return;
	wpas_log(w, LOG_DBG, "offload: %s -> %s (%s)", names[o->state], names[state], reason);
	o->state = state;
}

void wpas_offload_fallback(struct wpas_if *w, const uint8_t bssid[MAC_LEN], const char *reason)
{
	wpas_event(w, "CTRL-EVENT-HANDSHAKE-FALLBACK bssid=" MACSTR " runner=%s reason=%s",
		MAC2STR(bssid), wpas_runner_name(w->offload.runner), reason);
}

/* --- the decision --- */

/* Password for SAE: a password identifier cannot be told to a driver. */
static const uint8_t *sae_secret(const struct wpas_network *n, size_t *len)
{
	const uint8_t *secret = n->sae_password.data;

	*len = n->sae_password.len;
	if (!*len && n->passphrase) {
		secret = (const uint8_t *)n->passphrase;
		*len = strlen(n->passphrase);
	}
	return *len && *len <= 128 && !n->sae_password_id.len ? secret : NULL;
}

static bool allowed(const struct wpas_if *w, const struct wpas_network *n)
{
	return w->conf->key_mgmt_offload && n->key_mgmt_offload;
}

static struct wpas_runner_facts facts(
	const struct wpas_if *w, const struct wpas_network *n, unsigned akm, bool by_driver)
{
	size_t len;
	struct wpas_runner_facts f = {.caps = wpas_if_caps(w)->flags,
		.akm = akm,
		.by_driver = by_driver,
		.allowed = allowed(w, n),
		.sae_password = sae_secret(n, &len) != NULL};

	return f;
}

static void choose(struct wpas_if *w)
{
	struct wpas_connect *c = &w->conn;
	struct wpas_offload *o = &w->offload;
	struct wpas_runner_facts f = facts(w, c->net, c->akm, c->by_driver);

	f.refused = o->refused;
	/* The host's own handshake needs it later, when the frames are under way. */
	f.pmk = f.by_driver && f.caps & DRV_CAP_PSK_OFFLOAD && wpas_network_pmk(c->net) == 0;
	struct wpas_runner_choice choice = wpas_runner_choose(&f);
	o->runner = choice.runner;
	wpas_log(w, LOG_INF, "handshake with " MACSTR " (%s): runner %s: %s", MAC2STR(c->bssid),
		akm_name(c->akm, c->proto), wpas_runner_name(choice.runner), choice.why);
}

void wpas_offload_choose(struct wpas_if *w)
{
	wpas_offload_left(w);
	choose(w);
}

bool wpas_offload_can(const struct wpas_if *w, const struct wpas_network *n, unsigned akm)
{
	struct wpas_runner_facts f = facts(w, n, akm, wpas_driver_connects(w));

	return !(akm & (AKM_SAE | AKM_OWE)) || wpas_runner_is_driver(wpas_runner_choose(&f).runner);
}

/* --- the request --- */

/* Firmware adds an RSNX element with hash-to-element by itself: it must also be let do that. */
static unsigned sae_pwe(const struct wpas_if *w)
{
	const struct wpas_bss *b = w->conn.bss;
	int own = w->conn.net->sae_pwe == 4 ? w->conf->sae_pwe : w->conn.net->sae_pwe;

	return own == 0 && b && wpas_bss_rsnx(b, RSNX_SAE_H2E) ? 2 : (unsigned)own;
}

static int request_sync(struct wpas_if *w)
{
	const struct wpas_network *n = w->conn.net;
	int err = 0;

	if (w->conn.akm & (AKM_PSK | AKM_PSK_SHA256)) {
		err = wpas_network_pmk(w->conn.net);
		if (err == 0)
			err = w->ops->sync_pmk ? w->ops->sync_pmk(w->drv, n->pmk, PMK_LEN)
					       : -EOPNOTSUPP;
	}
	int policy =
		w->ops->allow_roaming ? w->ops->allow_roaming(w->drv, mac_is_zero(n->bssid)) : 0;
	if (policy < 0)
		wpas_log(w, LOG_DBG, "roaming policy not taken: %s", strerror(-policy));
	if (err < 0) {
		wpas_log(w, LOG_WARN, "the driver does not take the PMK for roams: %s",
			strerror(-err));
		wpas_offload_fallback(w, w->conn.bssid, "pmk-not-taken");
	}
	return w->conn.net ? 0 : -ECANCELED;
}

int wpas_offload_request(struct wpas_if *w, struct drv_assoc *a)
{
	const struct wpas_connect *c = &w->conn;

	a->bssid_is_hint = c->by_driver && wpas_if_caps(w)->flags & DRV_CAP_ROAMING &&
			   c->akm != AKM_WPS && mac_is_zero(c->net->bssid);
	switch (w->offload.runner) {
	case RUNNER_HOST:
	case RUNNER_DRV_OWE:
		return 0;
	case RUNNER_DRV_PSK:
		a->pmk = c->net->pmk;
		return wpas_network_pmk(c->net);
	case RUNNER_DRV_SAE:
		a->sae_password = sae_secret(c->net, &a->sae_password_len);
		a->sae_pwe = sae_pwe(w);
		return 0;
	case RUNNER_DRV_1X:
		a->offload_1x = true;
		return 0;
	case RUNNER_HOST_SYNC:
		return request_sync(w);
	}
	return 0;
}

/* Errors that speak of the interface or of an older link: the same without offload. */
static bool about_link(int err)
{
	static const int errors[] = {
		ENETDOWN, ENODEV, EBUSY, EALREADY, EINPROGRESS, ENOTCONN, ENOMEM, ECANCELED};

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (err == -errors[i])
			return true;
	return false;
}

bool wpas_offload_refused(struct wpas_if *w, int err)
{
	struct wpas_offload *o = &w->offload;

	if (!wpas_runner_is_driver(o->runner) || o->refused || about_link(err) ||
		w->conn.akm & (AKM_SAE | AKM_OWE))
		return false;
	wpas_log(w, LOG_WARN, "the driver refused to connect with offload (%s)", strerror(-err));
	if (err == -EINVAL && w->ops->refresh_caps) /* its capabilities are not what we think */
		w->ops->refresh_caps(w->drv);
	o->refused = true;
	wpas_offload_fallback(w, w->conn.bssid, "connect-refused");
	if (!w->conn.net)
		return false;
	choose(w);
	return true;
}

/* --- waiting for the driver --- */

void wpas_offload_open_port(struct wpas_if *w)
{
	/* Some open the port themselves and have no such request. */
	int err = w->ops->set_authorized ? w->ops->set_authorized(w->drv, w->conn.bssid, true) : 0;

	w->offload.driver_keys = true;
	if (err < 0)
		wpas_log(w, LOG_DBG, "set_authorized: %s", strerror(-err));
}

/* For MIB and the countermeasures of TKIP: there are keys, which nobody tells us. */
static void note_keys(struct wpas_if *w)
{
	const struct rsn_supp_keys none = {0};
	struct rsn_supp_assoc a;

	wpas_glue_describe(w, &a);
	int err = rsn_supp_synced(w->rsn, &a, &none);
	if (err < 0)
		wpas_log(w, LOG_ERR, "cannot note the driver's handshake: %s", strerror(-err));
}

static void done(struct wpas_if *w, const char *why)
{
	struct wpas_connect *c = &w->conn;

	timer_stop(&w->offload.grace);
	enter(w, OFFLOAD_DONE, why);
	note_keys(w);
	if (c->akm & (AKM_SAE | AKM_OWE))
		c->net->driver_pmksas = true;
	wpas_offload_open_port(w);
	wpas_event(w, "WPA: Key negotiation completed with " MACSTR " [PTK=%s GTK=%s]",
		MAC2STR(c->bssid), cipher_name(c->pairwise), cipher_name(c->group));
	if (c->associated) /* whoever heard that may have left */
		wpas_conn_completed(w);
}

static void start_grace(struct wpas_if *w);

/* No word from the driver: the station flag of the AP decides. */
static void on_grace(struct timer *t, void *ctx)
{
	struct wpas_if *w = ctx;
	struct wpas_offload *o = &w->offload;
	struct drv_sta_info info;
	bool told = w->ops->sta_info && w->ops->sta_info(w->drv, w->conn.bssid, &info) == 0 &&
		    info.known & DRV_STA_PORT;

	if (o->state == OFFLOAD_EAP) {
		if (!told || !info.authorized)
			return; /* EAP it is */
		eapol_supp_no_start(w->eapol);
	} else if (told && !info.authorized) {
		if (!o->grace_told)
			wpas_log(w, LOG_DBG, "the driver has not opened the port yet");
		o->grace_told = true;
		start_grace(w);
		return;
	}
	wpas_offload_fallback(w, w->conn.bssid, "no-port-event");
	if (o->state != OFFLOAD_NONE) /* whoever heard that may have left */
		done(w, told ? "the station flag says so" : "the driver tells nothing of its port");
}

static void start_grace(struct wpas_if *w)
{
	timer_start(w->s->timers, &w->offload.grace, GRACE, on_grace, w);
}

static void wait_for_driver(struct wpas_if *w, const char *why)
{
	enter(w, OFFLOAD_WAIT, why);
	w->offload.grace_told = false;
	wpas_conn_start_timer(w, HANDSHAKE_TIMEOUT);
	wpas_enter(w, WPAS_4WAY, "handshake of the driver");
	start_grace(w);
}

bool wpas_offload_joined(struct wpas_if *w)
{
	struct wpas_offload *o = &w->offload;

	o->driver_keys = false;
	if (!wpas_runner_is_driver(o->runner)) {
		enter(w, OFFLOAD_NONE, "the handshake is ours");
		return false;
	}
	if (o->runner == RUNNER_DRV_1X) {
		enter(w, OFFLOAD_EAP, "associated");
		start_grace(w); /* with a PMKSA of its own it needs no EAP of ours */
		return false;
	}
	wait_for_driver(w, "associated");
	return true;
}

static void pmk_refused(struct wpas_if *w, const char *why)
{
	wpas_event_at(w, LOG_ERR,
		"CTRL-EVENT-HANDSHAKE-FAILED bssid=" MACSTR " runner=DRV_1X reason=%s",
		MAC2STR(w->conn.bssid), why);
	wpas_attempt_failed(w);
}

void wpas_offload_msk(struct wpas_if *w, const uint8_t *msk, size_t len)
{
	int err = w->ops->set_pmk ? 0 : -EOPNOTSUPP;

	if (len < PMK_LEN) {
		pmk_refused(w, "the EAP method gave no key of 32 octets");
		return;
	}
	if (err == 0)
		err = w->ops->set_pmk(w->drv, w->conn.bssid, msk, PMK_LEN);
	if (err < 0) {
		pmk_refused(w, strerror(-err));
		return;
	}
	if (w->offload.state != OFFLOAD_DONE) /* else the AP asked for a reauthentication */
		wait_for_driver(w, "the driver has the PMK");
}

void wpas_offload_port(struct wpas_if *w, const uint8_t addr[MAC_LEN])
{
	struct wpas_offload *o = &w->offload;

	if (!mac_equal(addr, w->conn.bssid) ||
		(o->state != OFFLOAD_WAIT && o->state != OFFLOAD_EAP)) {
		wpas_log(w, LOG_DBG, "port of " MACSTR " authorized: not what we wait for",
			MAC2STR(addr));
		return;
	}
	if (o->state == OFFLOAD_EAP)
		eapol_supp_no_start(w->eapol);
	done(w, "the driver says so");
}

bool wpas_offload_stray(struct wpas_if *w, const uint8_t src[MAC_LEN])
{
	if (!wpas_runner_is_driver(w->offload.runner))
		return false;
	wpas_log(w, LOG_DBG, "EAPOL-Key frame of " MACSTR " dropped: the handshake is the driver's",
		MAC2STR(src));
	return true;
}

/* --- failures --- */

bool wpas_offload_wrong_key(const struct wpas_if *w, unsigned reason)
{
	return w->offload.state == OFFLOAD_WAIT && w->offload.runner == RUNNER_DRV_PSK &&
	       (reason == REASON_4WAY_TIMEOUT || reason == REASON_PREV_AUTH_NOT_VALID);
}

void wpas_offload_explain(struct wpas_if *w, unsigned status)
{
	if (status != STATUS_DRIVER_FAILED || !wpas_runner_is_driver(w->offload.runner))
		return;
	wpas_event(w,
		"CTRL-EVENT-HANDSHAKE-FAILED bssid=" MACSTR " runner=%s status_code=%u "
		"hint=\"the driver reports a wrong passphrase, a network that is gone and a "
		"refusal of SAE alike\"",
		MAC2STR(w->conn.bssid), wpas_runner_name(w->offload.runner), status);
}

/* --- after a handshake of ours --- */

void wpas_offload_keyed(struct wpas_if *w)
{
	struct wpas_offload *o = &w->offload;
	struct rsn_supp_keys k;

	o->driver_keys = false;
	if (!w->ops->set_rekey || o->rekey_unsupported || !allowed(w, w->conn.net) ||
		!rsn_supp_keys(w->rsn, &k))
		return;
	struct drv_rekey r = {.kck = k.kck,
		.kek = k.kek,
		.kck_len = k.kck_len,
		.kek_len = k.kek_len,
		.replay = k.replay,
		.akm = w->conn.akm};
	int err = w->ops->set_rekey(w->drv, &r);
	if (err == -EOPNOTSUPP) {
		o->rekey_unsupported = true;
		wpas_log(w, LOG_DBG, "the driver runs no group handshakes for us");
	} else if (err < 0 && err != -ERANGE) { /* another AKM's keys may fit */
		wpas_log(w, LOG_DBG, "keys for group handshakes not taken: %s", strerror(-err));
	}
}

/* --- life --- */

void wpas_offload_left(struct wpas_if *w)
{
	struct wpas_offload *o = &w->offload;

	timer_stop(&o->grace);
	wpas_offload_forget_roam(w);
	enter(w, OFFLOAD_NONE, "no link");
	o->runner = RUNNER_HOST;
	o->driver_keys = o->refused = false;
	o->ahead.at = 0;
}

/* --- texts --- */

static const struct {
	unsigned cap;
	const char *name;
	bool built;
} offers[] = {
	{DRV_CAP_PSK_OFFLOAD, "psk", true},
	{DRV_CAP_1X_OFFLOAD, "1x", true},
	{DRV_CAP_SAE_OFFLOAD, "sae", true},
	{DRV_CAP_OWE_OFFLOAD, "owe", true},
	{DRV_CAP_KEY_MGMT_SYNC, "sync", true},
	{DRV_CAP_ROAMING, "roaming", true},
	{DRV_CAP_PMKSA, "pmksa", true},
	{DRV_CAP_EXTERNAL_AUTH, "external_auth", false},
};

void wpas_offload_announce(struct wpas_if *w)
{
	for (size_t i = 0; i < ARRAY_SIZE(offers); i++)
		if (wpas_if_caps(w)->flags & offers[i].cap && !offers[i].built)
			wpas_log(w, LOG_INF,
				"the driver leaves SAE to the daemon (external authentication), "
				"which is not built: no WPA3 networks here");
}

void wpas_offload_capability(const struct wpas_if *w, struct strbuf *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(offers); i++) {
		bool has = w && wpas_if_caps(w)->flags & offers[i].cap;
		const char *state = !has                         ? "no"
				    : !offers[i].built           ? "unsupported"
				    : !w->conf->key_mgmt_offload ? "off"
								 : "yes";
		strbuf_add(out, "%s%s=%s", i ? " " : "", offers[i].name, state);
	}
}

void wpas_offload_status(const struct wpas_if *w, struct strbuf *out)
{
	const struct wpas_offload *o = &w->offload;

	if (w->conn.akm & (AKM_NONE | AKM_WPS))
		return;
	strbuf_add(out, "handshake=%s\nrunner=%s\n",
		o->driver_keys || o->state == OFFLOAD_WAIT ? "driver" : "host",
		wpas_runner_name(o->runner));
}
