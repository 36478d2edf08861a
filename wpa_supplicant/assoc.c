/* Association: the elements of the request and the meaning of the answer. */
#include "wpa_supplicant/supplicant_i.h"

#include <errno.h>

#define EAPOL_TIMEOUT 10              /* s until the first EAPOL frame */
#define EARLY_TIME (2 * USEC_PER_SEC) /* of EAPOL frames before their association */
#define IES_MAX 1024

static int write_rsn(struct wpas_if *w, struct writer *out)
{
	struct wpas_connect *c = &w->conn;
	struct rsn_ie ie = {
		.proto = c->proto, .group = c->group, .pairwise = c->pairwise, .akm = c->akm};
	size_t start = out->len;

	if (c->akm == AKM_NONE || c->akm == AKM_WPS)
		return 0;
	if (c->mfp) {
		ie.capab = RSN_CAP_MFPC | (c->mfp == 2 ? RSN_CAP_MFPR : 0);
		ie.group_mgmt = CIPHER_BIP;
	}
	ie.pmkids = wpas_pmksa_request(w);
	if (!c->net) /* whoever heard of a new entry may have left */
		return -ECANCELED;
	ie.pmkid_count = ie.pmkids ? 1 : 0;
	rsn_ie_write(out, &ie);
	if (!writer_ok(out))
		return -EMSGSIZE;
	return bytes_set(&c->rsn_ie, out->buf + start, out->len - start);
}

static int write_request(struct wpas_if *w, struct writer *out)
{
	const struct bytes *extra = &w->vendor[WPAS_ELEM_ASSOC_REQ].ies;
	int err = write_rsn(w, out);

	if (err < 0)
		return err;
	if (w->conn.akm == AKM_WPS)
		wpas_wps_assoc_req(w, out);
	wpas_multi_ap_request(w->conn.net, out);
	writer_bytes(out, extra->data, extra->len);
	return writer_ok(out) ? 0 : -EMSGSIZE;
}

/* The driver's own SME takes only BSSs with this privacy bit. */
static bool demand_privacy(const struct wpas_connect *c, bool rsn)
{
	return rsn || (c->by_driver && c->akm == AKM_WPS && c->bss && c->bss->capab & CAP_PRIVACY);
}

int wpas_assoc_request(struct wpas_if *w)
{
	struct wpas_connect *c = &w->conn;
	const struct wpas_bss *b = c->bss;
	bool open = c->akm == AKM_NONE, rsn = !open && c->akm != AKM_WPS;
	uint8_t buf[IES_MAX];
	struct writer ies = writer_over(buf, sizeof(buf));
	struct drv_assoc a = {.ssid = b ? b->key.ssid : c->net->ssid.data,
		.ssid_len = b ? b->key.ssid_len : c->net->ssid.len,
		.freq = b ? b->freq : 0,
		.ies = buf,
		.privacy = demand_privacy(c, rsn),
		.control_port = !open,
		.disable_ht = c->net->disable_ht};
	int err = write_request(w, &ies);

	if (err < 0)
		return err;
	mac_copy(a.bssid, b ? c->bssid : c->net->bssid);
	a.prev_bssid = c->reassociating ? c->prev_bssid : NULL;
	a.ies_len = ies.len;
	if (rsn) {
		a.pairwise = c->pairwise;
		a.group = c->group;
		a.akm = c->akm;
		a.proto = c->proto;
		a.mfp = c->mfp != 0;
	}
	if (!c->by_driver)
		return w->ops->associate(w->drv, &a);
	err = wpas_offload_request(w, &a);
	return err < 0 ? err : w->ops->connect(w->drv, &a);
}

static void rejected(struct wpas_if *w, unsigned status)
{
	wpas_event(w, "CTRL-EVENT-ASSOC-REJECT bssid=" MACSTR " status_code=%u",
		MAC2STR(w->conn.bssid), status);
	wpas_attempt_failed(w);
}

static void deliver_early_eapol(struct wpas_if *w)
{
	struct bytes early = w->conn.early_eapol;
	struct drv_event ev = {.kind = DRV_EV_EAPOL_RX};

	w->conn.early_eapol = (struct bytes){NULL, 0};
	if (early.len && mac_equal(w->conn.early_from, w->conn.bssid) &&
		timers_now(w->s->timers) - w->conn.early_at <= EARLY_TIME) {
		mac_copy(ev.addr, w->conn.bssid);
		ev.eapol.packet = early.data;
		ev.eapol.len = early.len;
		wpas_glue_rx_eapol(w, &ev);
	}
	bytes_clear(&early);
}

void wpas_assoc_status(struct wpas_if *w, unsigned status)
{
	w->conn.assoc_status = status;
	if (status == STATUS_INVALID_PMKID)
		wpas_pmksa_forget_sent(w);
	wpas_dbus_changed(w, "AssocStatusCode");
}

void wpas_associated(struct wpas_if *w, const uint8_t *ies, size_t len)
{
	struct wpas_connect *c = &w->conn;

	c->associated = true;
	if (wpas_multi_ap_response(w, ies, len) < 0) {
		wpas_attempt_failed(w);
		return;
	}
	wpas_enter(w, WPAS_ASSOCIATED, "association accepted");
	wpas_event(w, "Associated with " MACSTR, MAC2STR(c->bssid));
	if (!c->associated) /* whoever heard that may have left */
		return;
	if (c->akm == AKM_NONE) {
		wpas_conn_completed(w);
		return;
	}
	c->eapol_seen = false;
	wpas_conn_start_timer(w, EAPOL_TIMEOUT);
	if (wpas_offload_joined(w))
		return;
	wpas_glue_associated(w);
	if (w->conn.associated)
		deliver_early_eapol(w);
}

void wpas_assoc_response(struct wpas_if *w, const struct drv_event *ev)
{
	struct reader r = reader_of(ev->mgmt.frame, ev->mgmt.len);
	struct mgmt_hdr h;

	if (w->state != WPAS_ASSOCIATING || !mgmt_parse(&r, &h) || !mac_equal(h.sa, w->conn.bssid))
		return;
	reader_skip(&r, 2); /* Capability Information */
	unsigned status = reader_le16(&r);
	reader_skip(&r, 2); /* AID */
	if (!reader_ok(&r)) {
		wpas_log(w, LOG_DBG, "association response too short, dropped");
		return;
	}
	if (status != STATUS_SUCCESS || w->conn.assoc_status != status)
		wpas_assoc_status(w, status);
	if (status != STATUS_SUCCESS) {
		rejected(w, status);
		return;
	}
	struct reader ies = reader_rest(&r);
	wpas_associated(w, ies.p, reader_left(&ies));
}
