/* 802.1X: EAP from the association to the PMK. */
#include <errno.h>

#include "wpa_supplicant/supplicant_i.h"

#define PHASE1_CAP 512
#define EXCHANGE_TIME 70 /* s for EAP with its repetitions and the handshake behind it */

/* Longer ones were refused with the network, but for phase1. */
static int copy_text(char *to, size_t cap, const struct bytes *from)
{
	if (from->len >= cap)
		return -EMSGSIZE;
	if (from->len)
		memcpy(to, from->data, from->len);
	to[from->len] = '\0';
	return 0;
}

static int start_eap(struct wpas_if *w)
{
	const struct wpas_network *n = w->conn.net;
	char identity[WPAS_IDENTITY_CAP], anonymous[WPAS_IDENTITY_CAP], phase1[PHASE1_CAP];
	struct eap_peer_config cfg = {.identity = identity,
		.anonymous_identity = n->anonymous_identity.len ? anonymous : NULL,
		.phase1 = phase1,
		.methods = n->eap ? n->eap : "GPSK",
		.password = n->password.data,
		.password_len = n->password.len,
		.fragment_size = (size_t)n->fragment_size};

	if (copy_text(identity, sizeof(identity), &n->identity) < 0 ||
		copy_text(anonymous, sizeof(anonymous), &n->anonymous_identity) < 0 ||
		copy_text(phase1, sizeof(phase1), &n->phase1) < 0)
		return -EMSGSIZE;
	mac_copy(cfg.bssid, w->conn.bssid);
	int err = eapol_supp_start(w->eapol, &cfg, (uint8_t)w->conf->eapol_version);
	wipe(phase1, sizeof(phase1));
	return err;
}

int wpas_dot1x_start(struct wpas_if *w)
{
	const struct pmksa *cached = wpas_pmksa_sent(w);
	struct rsn_supp_assoc a;
	int err = start_eap(w);

	if (err < 0)
		return err;
	if (wpas_runner_is_driver(w->offload.runner))
		return 0;
	if (cached) {
		wpas_log(w, LOG_DBG, "the cached PMK may do without EAP");
		rsn_supp_set_pmksa(w->rsn, cached);
		eapol_supp_no_start(w->eapol);
	} else {
		rsn_supp_set_pmk(w->rsn, NULL, 0);
	}
	wpas_glue_describe(w, &a);
	return rsn_supp_associated(w->rsn, &a);
}

void wpas_dot1x_begins(struct wpas_if *w)
{
	wpas_conn_start_timer(w, EXCHANGE_TIME);
}

static void failed(struct wpas_if *w)
{
	struct wpas_network *n = w->conn.net;

	wpas_leave(w, REASON_8021X_FAILED);
	wpas_network_failed(w, n, "AUTH_FAILED");
	w->conn.failures++;
	if (w->autoconnect)
		wpas_scan_retry(w);
}

/* For roams of the driver, which runs the handshake with this PMK by itself then. */
static void tell_driver(struct wpas_if *w, const uint8_t *pmk)
{
	if (w->offload.runner != RUNNER_HOST_SYNC || !w->ops->sync_pmk)
		return;
	int err = w->ops->sync_pmk(w->drv, pmk, PMK_LEN);
	if (err < 0)
		wpas_log(w, LOG_WARN, "the driver does not take the PMK for roams: %s",
			strerror(-err));
}

/* EAP is not under way; the AP may ask for it. */
static void await_request(struct wpas_if *w)
{
	int err = start_eap(w);

	if (err < 0)
		wpas_log(w, LOG_ERR, "cannot prepare EAP: %s", strerror(-err));
	eapol_supp_no_start(w->eapol);
}

void wpas_dot1x_result(struct wpas_if *w, bool success)
{
	size_t len = 0;
	const uint8_t *msk = success ? eapol_supp_msk(w->eapol, &len) : NULL;

	if (!success && w->state == WPAS_COMPLETED && eapol_supp_silent(w->eapol)) {
		wpas_log(w, LOG_INF, "no answer to EAP: the keys stay as they are");
		await_request(w);
		return;
	}
	if (!success) {
		failed(w);
		return;
	}
	if (w->offload.runner == RUNNER_DRV_1X) {
		wpas_offload_msk(w, msk, len);
		return;
	}
	if (len < PMK_LEN) {
		wpas_log(w, LOG_ERR, "the EAP method gave no key of 32 octets");
		failed(w);
		return;
	}
	rsn_supp_set_pmk(w->rsn, msk, PMK_LEN); /* 12.7.1.3: the first octets of the MSK */
	tell_driver(w, msk);
	wpas_pmksa_store(w, msk, PMK_LEN, NULL);
}

void wpas_dot1x_restart(struct wpas_if *w)
{
	int err;

	if (!w->conn.associated || !(w->conn.akm & WPAS_AKMS_1X))
		return;
	err = start_eap(w);
	if (err < 0) {
		wpas_log(w, LOG_ERR, "cannot start EAP: %s", strerror(-err));
		return;
	}
	/* Even where the access point begins by itself just now: not every one makes new keys then.
	 */
	eapol_supp_ask(w->eapol);
}

void wpas_dot1x_taken_over(struct wpas_if *w)
{
	const struct pmksa *e;

	if (!(w->conn.akm & WPAS_AKMS_1X))
		return;
	e = wpas_pmksa_sent(w);
	if (e)
		rsn_supp_set_pmk(w->rsn, e->pmk, e->pmk_len);
	await_request(w); /* a run with the old AP is over */
}

void wpas_dot1x_pmkid_mismatch(struct wpas_if *w)
{
	wpas_log(w, LOG_INF, "the access point does not know the cached PMK: EAP again");
	wpas_pmksa_forget_sent(w);
	rsn_supp_set_pmk(w->rsn, NULL, 0);
	wpas_dot1x_restart(w);
	wpas_dot1x_begins(w);
}
