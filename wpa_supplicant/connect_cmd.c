/* Connecting through a driver that looks for the access point, authenticates and associates itself:
 * one without separate commands for that (or told so by force_connect_cmd=1), and ap_scan=0 and 2,
 * where our networks are given to the driver by name. */
#include "wpa_supplicant/ap.h"
#include "wpa_supplicant/ctrl_iface.h"

#include <errno.h>

#define ASSOC_TIMEOUT 10
#define ASSOC_TIMEOUT_BY_NAME 60 /* with the driver's scans */

bool wpas_driver_connects(const struct wpas_if *w)
{
	return w->ops->connect && (w->ap_scan != 1 || !(wpas_if_caps(w)->flags & DRV_CAP_SME));
}

bool wpas_connects_by_name(const struct wpas_if *w)
{
	/* The AP of a WPS run is known by its elements, not by its name. */
	return w->ap_scan != 1 && !w->wps.net && w->ops->connect;
}

/* --- request --- */

int wpas_connect_request(struct wpas_if *w)
{
	const struct wpas_connect *c = &w->conn;
	const struct bytes *name = &c->net->ssid;
	char ssid[SSID_TEXT_CAP];

	if (c->bss)
		wpas_event(w, "Trying to associate with " MACSTR " (SSID='%s' freq=%u MHz)",
			MAC2STR(c->bssid),
			ssid_text(c->bss->key.ssid, c->bss->key.ssid_len, ssid, sizeof(ssid)),
			c->bss->freq);
	else
		wpas_event(w, "Trying to associate with SSID '%s'",
			ssid_text(name->data, name->len, ssid, sizeof(ssid)));
	wpas_enter(w, WPAS_ASSOCIATING, "handed to the driver");
	wpas_conn_start_timer(w, c->bss ? ASSOC_TIMEOUT : ASSOC_TIMEOUT_BY_NAME);
	int err = wpas_assoc_request(w);
	return err < 0 && wpas_offload_refused(w, err) ? wpas_assoc_request(w) : err;
}

/* --- by name --- */

static unsigned assumed_akm(unsigned key_mgmt)
{
	static const unsigned order[] = {
		AKM_PSK, AKM_PSK_SHA256, AKM_8021X, AKM_8021X_SHA256, AKM_SAE, AKM_OWE};

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (key_mgmt & order[i])
			return order[i];
	return 0;
}

/* What access points have nearly always, where nothing is known about this one. */
static int assume_security(
	const struct wpas_if *w, const struct wpas_network *n, struct wpas_security *out)
{
	const unsigned psk = AKM_PSK | AKM_PSK_SHA256;
	struct rsn_ie usual = {.proto = n->proto & PROTO_RSN ? PROTO_RSN : PROTO_WPA,
		.akm = assumed_akm(n->key_mgmt),
		.pairwise = n->pairwise & CIPHER_CCMP ? CIPHER_CCMP : n->pairwise,
		.group = n->group & CIPHER_CCMP ? CIPHER_CCMP : n->group & CIPHER_TKIP};
	struct wpas_bss b = {.has_rsn = usual.proto == PROTO_RSN,
		.has_wpa = usual.proto == PROTO_WPA,
		.rsn = usual,
		.wpa = usual};

	if (wpas_mfp_for(w, n, usual.akm) == 2) /* or there will be no link: settle_mfp() */
		b.rsn.capab = RSN_CAP_MFPC;
	if (n->key_mgmt & WPAS_KM_NONE && !(n->key_mgmt & psk))
		b.has_rsn = b.has_wpa = false;
	return wpas_negotiate(w, &b, n, out);
}

static struct wpas_bss *best_known(struct wpas_if *w, struct wpas_network *n)
{
	struct wpas_bss *b, *best = NULL;

	TAILQ_FOREACH (b, &w->bss.list, link)
		if (!b->missed && wpas_select_matches(w, b, n) && (!best || b->level > best->level))
			best = b;
	return best;
}

static bool comes_before(const struct wpas_network *a, const struct wpas_network *b)
{
	return a->priority != b->priority ? a->priority > b->priority : a->id < b->id;
}

/* The one behind `last` in the order of priority; NULL last: the first. */
static struct wpas_network *next_network(struct wpas_if *w, const struct wpas_network *last)
{
	struct wpas_network *best = NULL;

	for (size_t i = 0; i < w->conf->net_count; i++) {
		struct wpas_network *n = w->conf->nets[i];
		if (!wpas_network_usable(w, n) || !n->ssid.len || n == last ||
			(last && comes_before(n, last)) || (best && comes_before(best, n)))
			continue;
		best = n;
	}
	return best;
}

static struct wpas_network *choose_network(struct wpas_if *w)
{
	const struct wpas_connect *c = &w->conn;
	const struct wpas_network *last = c->failures && c->last_by_name
						  ? wpas_conf_network(w->conf, c->last_by_name - 1)
						  : NULL;
	struct wpas_network *n = last ? next_network(w, last) : NULL;

	return n ? n : next_network(w, NULL);
}

void wpas_connect_by_name(struct wpas_if *w)
{
	struct wpas_connect *c = &w->conn;
	struct wpas_network *n = choose_network(w);
	struct wpas_security sec;

	if (w->state >= WPAS_AUTHENTICATING && !c->reassociate_wanted)
		return;
	if (!n) {
		n = wpas_ap_network(w);
		if (n)
			wpas_ap_start(w, n);
		else
			wpas_scan_retry(w);
		return;
	}
	if (wpas_network_lacks_secret(n)) {
		wpas_secret_request(w, n);
		wpas_scan_retry(w);
		return;
	}
	wpas_scan_refresh(w);
	const struct wpas_bss *b = best_known(w, n);
	c->last_by_name = n->id + 1;
	if ((b ? wpas_negotiate(w, b, n, &sec) : assume_security(w, n, &sec)) < 0) {
		wpas_log(w, LOG_WARN, "network %u: no security the driver could be told", n->id);
		c->failures++;
		wpas_scan_retry(w);
		return;
	}
	if (c->net)
		wpas_leave(w, REASON_DEAUTH_LEAVING);
	if (!w->up) /* the netdev of AP mode has gone */
		return;
	c->reassociate_wanted = c->reassociating = false;
	wpas_use_security(w, &sec);
	c->by_driver = true;
	wpas_set_target(w, NULL, n);
	wpas_offload_choose(w);
	int err = wpas_connect_request(w);
	if (err < 0) {
		wpas_log(w, LOG_WARN, "the driver refused to connect: %s", strerror(-err));
		wpas_attempt_failed(w);
	}
}

/* --- answers --- */

static void rejected(struct wpas_if *w, const struct drv_event *ev)
{
	static const char *const phases[] = {[DRV_PHASE_UNKNOWN] = "",
		[DRV_PHASE_SCAN] = "=scan",
		[DRV_PHASE_AUTH] = "=auth",
		[DRV_PHASE_ASSOC] = "=assoc"};
	char bssid[MAC_TEXT_LEN + 8] = "";
	struct strbuf b = strbuf_over(bssid, sizeof(bssid));

	wpas_assoc_status(w, ev->conn.status);
	if (!mac_is_zero(ev->addr))
		strbuf_add(&b, "bssid=" MACSTR " ", MAC2STR(ev->addr));
	wpas_event(w, "CTRL-EVENT-ASSOC-REJECT %sstatus_code=%u%s%s", bssid, ev->conn.status,
		ev->conn.timed_out ? " timeout" : "",
		ev->conn.timed_out ? phases[ev->conn.phase] : "");
	wpas_offload_explain(w, ev->conn.status);
	wpas_attempt_failed(w);
}

/* The BSS the driver chose, as its table has it. */
static struct wpas_bss *chosen(struct wpas_if *w, const uint8_t bssid[MAC_LEN])
{
	const struct bytes *name = &w->conn.net->ssid;
	struct wpas_bss *b = w->conn.bss;

	if (b && mac_equal(b->key.bssid, bssid))
		return b;
	wpas_scan_refresh(w);
	b = wpas_bss_get(&w->bss, bssid, name->data, name->len);
	return b ? b : wpas_bss_by_addr(&w->bss, bssid);
}

/* Management frames are protected when the AP the driver chose has that, too. False: it has not,
 * and must. */
static bool settle_mfp(struct wpas_if *w)
{
	struct wpas_connect *c = &w->conn;
	bool rsn = c->proto == PROTO_RSN && !(c->akm & (AKM_NONE | AKM_WPS));
	bool must = rsn && wpas_mfp_for(w, c->net, c->akm) == 2;

	if (rsn && c->bss->has_rsn && !(c->bss->rsn.capab & RSN_CAP_MFPC))
		c->mfp = 0;
	return c->mfp || !must;
}

bool wpas_take_bss(struct wpas_if *w, const uint8_t bssid[MAC_LEN])
{
	struct wpas_network *n = w->conn.net;
	struct wpas_bss *b = chosen(w, bssid);
	const char *why = "does not know it";

	if (b) {
		wpas_set_target(w, b, n);
		if (settle_mfp(w))
			return true;
		why = "without the protection of management frames that is demanded";
	}
	wpas_log(w, LOG_WARN, "the driver joined " MACSTR ", %s", MAC2STR(bssid), why);
	mac_copy(w->conn.bssid, bssid);
	wpas_attempt_failed(w);
	return false;
}

void wpas_connect_event(struct wpas_if *w, const struct drv_event *ev)
{
	if (!w->conn.net || !w->conn.by_driver || w->state != WPAS_ASSOCIATING)
		return;
	if (ev->conn.status != STATUS_SUCCESS || ev->conn.timed_out)
		rejected(w, ev);
	else if (wpas_take_bss(w, ev->addr))
		wpas_associated(w, ev->conn.resp_ies, ev->conn.resp_ies_len);
}
