/* Joins the RSN and 802.1X cores with the driver and the connection machine. */
#include "wpa_supplicant/supplicant_i.h"

#include <errno.h>

#include "common/eapol_key.h"

#define COUNTERMEASURES_TIME (60 * USEC_PER_SEC)

/* --- RSN supplicant --- */

static void send_key_frame(
	void *ctx, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len, bool encrypt)
{
	struct wpas_if *w = ctx;

	if (wpas_testing_eapol_tx(w, dst, packet, len))
		return;
	int err = w->ops->send_eapol(w->drv, dst, packet, len, encrypt);
	if (err < 0)
		wpas_log(w, LOG_WARN, "cannot send an EAPOL frame: %s", strerror(-err));
}

static int set_ptk(void *ctx, unsigned cipher, const uint8_t *tk, size_t len)
{
	struct wpas_if *w = ctx;
	struct drv_key k = {
		.cipher = cipher, .addr = w->conn.bssid, .key = tk, .key_len = len, .set_tx = true};
	int err = w->ops->set_key(w->drv, &k);
	if (err < 0)
		wpas_log(w, LOG_WARN, "the driver refused the pairwise key: %s", strerror(-err));
	return err;
}

static int set_gtk(void *ctx, unsigned cipher, unsigned index, const uint8_t *gtk, size_t len,
	uint64_t rsc, bool tx)
{
	struct wpas_if *w = ctx;
	struct drv_key k = {.cipher = cipher,
		.index = index,
		.key = gtk,
		.key_len = len,
		.rsc = rsc,
		.set_tx = tx};
	int err = w->ops->set_key(w->drv, &k);
	if (err < 0)
		wpas_log(w, LOG_WARN, "the driver refused the group key: %s", strerror(-err));
	return err;
}

static void on_4way(void *ctx)
{
	struct wpas_if *w = ctx;

	wpas_conn_start_timer(w, 10);
	if (w->state == WPAS_ASSOCIATED)
		wpas_enter(w, WPAS_4WAY, "message 1");
}

static void on_group_wait(void *ctx)
{
	wpas_enter(ctx, WPAS_GROUP, "message 3");
}

static void on_done(void *ctx, bool first)
{
	struct wpas_if *w = ctx;
	int err = w->ops->set_authorized(w->drv, w->conn.bssid, true);

	if (err < 0) {
		wpas_log(w, LOG_WARN, "the driver did not open the port: %s", strerror(-err));
		wpas_attempt_failed(w);
		return;
	}
	timer_stop(&w->conn.timeout);
	wpas_event(w, "WPA: Key negotiation completed with " MACSTR " [PTK=%s GTK=%s]",
		MAC2STR(w->conn.bssid), cipher_name(rsn_supp_pairwise(w->rsn)),
		cipher_name(rsn_supp_group(w->rsn)));
	if (!w->conn.associated) /* whoever heard that may have left */
		return;
	wpas_offload_keyed(w);
	wpas_conn_completed(w);
}

static void on_group_rekeyed(void *ctx, unsigned group_cipher)
{
	struct wpas_if *w = ctx;
	wpas_event(w, "%s: Group rekeying completed with " MACSTR " [GTK=%s]",
		w->conn.proto == PROTO_RSN ? "RSN" : "WPA", MAC2STR(w->conn.bssid),
		cipher_name(group_cipher));
	if (w->conn.associated)
		wpas_offload_keyed(w);
}

static void on_rsn_disconnect(void *ctx, unsigned reason)
{
	struct wpas_if *w = ctx;

	wpas_log(w, LOG_INF, "leaving the access point: reason %u (%s)", reason,
		reason_text(reason));
	struct wpas_network *n = w->conn.net;
	uint8_t bssid[MAC_LEN];
	mac_copy(bssid, w->conn.bssid);
	wpas_leave(w, reason);
	if (!n)
		return;
	wpas_ignore_add(w, bssid);
	w->conn.failures++;
	if (w->autoconnect)
		wpas_scan_retry(w);
}

static void on_pmkid_mismatch(void *ctx)
{
	wpas_dot1x_pmkid_mismatch(ctx);
}

static const struct rsn_supp_ops rsn_ops = {
	.send_eapol = send_key_frame,
	.set_ptk = set_ptk,
	.set_gtk = set_gtk,
	.on_4way = on_4way,
	.on_group_wait = on_group_wait,
	.on_done = on_done,
	.on_group_rekeyed = on_group_rekeyed,
	.disconnect = on_rsn_disconnect,
	.pmkid_mismatch = on_pmkid_mismatch,
};

/* --- 802.1X and EAP --- */

/* 12.7.2: once there are keys, EAPOL frames are data like others. */
static bool keyed(const struct wpas_if *w)
{
	return rsn_supp_has_ptk(w->rsn) || w->offload.driver_keys;
}

static void send_eapol(void *ctx, const uint8_t *packet, size_t len)
{
	struct wpas_if *w = ctx;

	send_key_frame(w, w->conn.bssid, packet, len, keyed(w));
}

static void eap_result(void *ctx, bool success)
{
	struct wpas_if *w = ctx;
	if (w->conn.net && w->conn.net == w->wps.net)
		wpas_wps_eap_done(w);
	else if (w->conn.akm & WPAS_AKMS_1X)
		wpas_dot1x_result(w, success);
}

static void eap_started(void *ctx)
{
	wpas_event(ctx, "CTRL-EVENT-EAP-STARTED EAP authentication started");
}

static void eap_proposed(void *ctx, uint32_t vendor, uint32_t method, bool nak)
{
	wpas_event(ctx, "CTRL-EVENT-EAP-PROPOSED-METHOD vendor=%u method=%u%s", vendor, method,
		nak ? " -> NAK" : "");
}

static void eap_selected(void *ctx, uint32_t vendor, uint32_t method, const char *name)
{
	wpas_event(ctx, "CTRL-EVENT-EAP-METHOD EAP vendor %u method %u (%s) selected", vendor,
		method, name);
}

static void eap_status(void *ctx, const char *status, const char *parameter)
{
	wpas_event_ctrl(ctx, "CTRL-EVENT-EAP-STATUS status='%s' parameter='%s'", status, parameter);
	wpas_dbus_eap_status(ctx, status, parameter);
}

static void eap_finished(void *ctx, bool success)
{
	wpas_event(ctx, "%s",
		success ? "CTRL-EVENT-EAP-SUCCESS EAP authentication completed successfully"
			: "CTRL-EVENT-EAP-FAILURE EAP authentication failed");
}

static const struct eapol_supp_ops eapol_ops = {.send_eapol = send_eapol, .result = eap_result};
static const struct eap_peer_ops eap_ops = {
	.started = eap_started,
	.proposed_method = eap_proposed,
	.method_selected = eap_selected,
	.status = eap_status,
	.finished = eap_finished,
};

/* --- life of an association --- */

int wpas_glue_init(struct wpas_if *w)
{
	w->rsn = rsn_supp_new(w->s->timers, &rsn_ops, w);
	w->eapol = eapol_supp_new(w->s->timers, &eapol_ops, &eap_ops, w);
	return w->rsn && w->eapol ? wpas_pmksa_init(w) : -ENOMEM;
}

void wpas_glue_free(struct wpas_if *w)
{
	timer_stop(&w->conn.countermeasures);
	rsn_supp_free(w->rsn);
	eapol_supp_free(w->eapol);
	wpas_pmksa_free(w);
	w->rsn = NULL;
	w->eapol = NULL;
}

void wpas_glue_describe(const struct wpas_if *w, struct rsn_supp_assoc *a)
{
	const struct wpas_connect *c = &w->conn;
	const struct bytes *ies = &c->bss->ies;
	bool rsn = c->proto == PROTO_RSN;

	*a = (struct rsn_supp_assoc){.proto = c->proto,
		.akm = c->akm,
		.pairwise = c->pairwise,
		.group = c->group,
		.group_mgmt = c->mfp ? CIPHER_BIP : 0,
		.assoc_ie = c->rsn_ie.data,
		.assoc_ie_len = c->rsn_ie.len,
		.eapol_version = (uint8_t)w->conf->eapol_version};
	mac_copy(a->own, wpas_if_addr(w));
	mac_copy(a->bssid, c->bssid);
	a->ap_ie = element_find(ies->data, ies->len, rsn ? EID_RSN : EID_VENDOR,
		rsn ? 0 : VENDOR_WPA, &a->ap_ie_len);
	if (rsn)
		a->ap_wpa =
			element_find(ies->data, ies->len, EID_VENDOR, VENDOR_WPA, &a->ap_wpa_len);
	a->ap_rsnx = element_find(ies->data, ies->len, EID_RSNX, 0, &a->ap_rsnx_len);
}

static int start_handshake(struct wpas_if *w)
{
	struct rsn_supp_assoc a;
	int err = wpas_network_pmk(w->conn.net);

	if (err < 0)
		return err;
	wpas_glue_describe(w, &a);
	rsn_supp_set_pmk(w->rsn, w->conn.net->pmk, PMK_LEN);
	return rsn_supp_associated(w->rsn, &a);
}

static int start_eap(struct wpas_if *w)
{
	const struct wpas_network *n = w->conn.net;
	char identity[128] = "", phase1[WPAS_WPS_PHASE1_MAX] = "";
	struct eap_peer_config cfg = {.identity = identity,
		.phase1 = phase1,
		.wps_dev = &w->wps.dev,
		.wps_event = wpas_wps_event,
		.wps_ctx = w,
		.oob = wpas_nfc_oob(w),
		.fragment_size =
			(size_t)(w->wps_fragment_size ? w->wps_fragment_size : n->fragment_size)};

	if (n->identity.len >= sizeof(identity) || n->phase1.len >= sizeof(phase1))
		return -EMSGSIZE;
	if (n->identity.len)
		memcpy(identity, n->identity.data, n->identity.len);
	if (n->phase1.len)
		memcpy(phase1, n->phase1.data, n->phase1.len);
	mac_copy(cfg.bssid, w->conn.bssid);
	int err = eapol_supp_start(w->eapol, &cfg, (uint8_t)w->conf->eapol_version);
	wipe(phase1, sizeof(phase1));
	return err;
}

void wpas_glue_associated(struct wpas_if *w)
{
	bool eap = w->conn.akm & (AKM_WPS | WPAS_AKMS_1X);
	int err = w->conn.akm == AKM_WPS ? start_eap(w)
		  : eap                  ? wpas_dot1x_start(w)
					 : start_handshake(w);

	if (err == 0)
		return;
	if (err == -ENOENT)
		wpas_network_failed(w, w->conn.net, "NO_PSK_AVAILABLE");
	wpas_log(w, LOG_ERR, "cannot start %s: %s", eap ? "EAP" : "the 4-way handshake",
		strerror(-err));
	wpas_attempt_failed(w);
}

void wpas_glue_left(struct wpas_if *w)
{
	wpas_pmksa_left(w);
	if (w->rsn) {
		rsn_supp_associated(w->rsn, NULL);
		rsn_supp_set_pmk(w->rsn, NULL, 0);
	}
	if (w->eapol)
		eapol_supp_stop(w->eapol);
}

static void on_countermeasures_end(struct timer *t, void *ctx)
{
	wpas_event(ctx, "WPA: TKIP countermeasures stopped");
}

/* 12.5.2.4: report both failures, then stay away from the AP. */
void wpas_glue_mic_failure(struct wpas_if *w, bool pairwise)
{
	uint8_t bssid[MAC_LEN];

	wpas_event_at(w, LOG_WARN, "Michael MIC failure detected");
	if (!rsn_supp_mic_failure(w->rsn, pairwise))
		return;
	mac_copy(bssid, w->conn.bssid);
	wpas_event_at(w, LOG_WARN, "TKIP countermeasures started");
	timer_start(w->s->timers, &w->conn.countermeasures, COUNTERMEASURES_TIME,
		on_countermeasures_end, w);
	wpas_leave(w, REASON_MIC_FAILURE);
	wpas_ignore_add(w, bssid);
	if (w->autoconnect)
		wpas_scan_retry(w);
}

/* A frame may overtake the event of the association, or one of those of a roam: of an AP that the
 * driver chose we know nothing yet. */
static bool is_early(const struct wpas_if *w, const uint8_t from[MAC_LEN])
{
	const struct wpas_connect *c = &w->conn;
	bool ours = mac_equal(from, c->bssid);

	if (!c->associated)
		return w->state == WPAS_ASSOCIATING && (ours || c->by_driver);
	return (c->by_driver && !ours) || wpas_offload_roaming_to(w, from);
}

void wpas_glue_rx_eapol(struct wpas_if *w, const struct drv_event *ev)
{
	struct wpas_connect *c = &w->conn;
	struct eapol_hdr h;
	struct reader body;

	wpas_testing_eapol_rx(w, ev->addr, ev->eapol.len);
	if (is_early(w, ev->addr)) {
		bytes_set(&c->early_eapol, ev->eapol.packet, ev->eapol.len);
		mac_copy(c->early_from, ev->addr);
		c->early_at = timers_now(w->s->timers);
		return;
	}
	if (!c->associated)
		return;
	if (!eapol_parse(ev->eapol.packet, ev->eapol.len, &h, &body)) {
		wpas_log(w, LOG_DBG, "EAPOL frame of %zu bytes is malformed, dropped",
			ev->eapol.len);
		return;
	}
	mac_copy(c->eapol_source, ev->addr);
	if (!c->eapol_seen && c->akm == AKM_WPS)
		wpas_conn_start_timer(w, wpas_wps_exchange_time(w));
	/* not on a link the driver completed before: there it only is a reauthentication */
	if (!c->eapol_seen && c->akm & WPAS_AKMS_1X && !c->was_completed)
		wpas_dot1x_begins(w);
	c->eapol_seen = true;
	if (h.type == EAPOL_KEY && wpas_offload_stray(w, ev->addr))
		return;
	bool eap = c->akm & (AKM_WPS | WPAS_AKMS_1X) && mac_equal(ev->addr, c->bssid);
	if (h.type == EAPOL_KEY && c->akm != AKM_WPS) {
		if (eap)
			eapol_supp_lower_success(w->eapol);
		rsn_supp_rx(w->rsn, ev->addr, ev->eapol.packet, ev->eapol.len);
	} else if (h.type == EAPOL_EAP && eap && ev->eapol.in_clear && keyed(w)) {
		/* anybody could have sent it, to end the link */
		wpas_log(w, LOG_DBG, "EAP packet in clear on a protected link dropped");
	} else if (h.type == EAPOL_EAP && eap) {
		eapol_supp_rx(w->eapol, ev->eapol.packet, ev->eapol.len);
	}
}
