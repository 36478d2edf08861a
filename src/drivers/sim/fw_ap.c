/* Firmware of an access point: authenticator for one PMK, and the answers to authentication and
 * association frames. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/sim/fw_i.h"
#include "utils/log.h"

static bool is_sme(const struct drv_if *i)
{
	return i->fw && i->type == DRV_IF_AP && i->caps.flags & DRV_CAP_AP_SME;
}

static void send_deauth(struct drv_if *i, const uint8_t *addr, unsigned reason)
{
	struct writer w = writer_new(32);
	mgmt_write(&w, STYPE_DEAUTH, addr, i->port.addr, i->port.addr);
	writer_le16(&w, (uint16_t)reason);
	sim_transmit(i, &w, 0, false, TX_OTHER, 0);
}

static void emit_addr(struct drv_if *i, enum drv_event_kind kind, const uint8_t *addr)
{
	struct drv_event ev = {.kind = kind};
	mac_copy(ev.addr, addr);
	sim_emit(i, &ev);
}

/* --- authenticator --- */

static void on_send_eapol(void *ctx, void *sta_ctx, const uint8_t *packet, size_t len, bool encrypt)
{
	const struct sim_peer *p = sta_ctx;
	data_send_eapol(ctx, p->addr, packet, len, encrypt, TX_OTHER);
}

static bool on_psk(void *ctx, void *sta_ctx, unsigned n, struct rsn_psk *out)
{
	const struct drv_if *i = ctx;
	*out = (struct rsn_psk){.pmk = i->fw->ap_pmk};
	return n == 0;
}

static int on_set_ptk(void *ctx, void *sta_ctx, unsigned cipher, const uint8_t *tk, size_t len)
{
	const struct sim_peer *p = sta_ctx;
	struct drv_key k = {.cipher = cipher, .addr = p->addr, .key = tk, .key_len = len};
	return sim_set_key(ctx, &k);
}

static int on_set_gtk(void *ctx, unsigned cipher, unsigned index, const uint8_t *gtk, size_t len)
{
	struct drv_key k = {
		.cipher = cipher, .index = index, .key = gtk, .key_len = len, .set_tx = true};
	return sim_set_key(ctx, &k);
}

static uint64_t on_gtk_rsc(void *ctx, unsigned index)
{
	uint64_t rsc = 0;
	return sim_group_rsc(ctx, index, &rsc) < 0 ? 0 : rsc;
}

static void on_authorized(void *ctx, void *sta_ctx, const struct rsn_psk *psk)
{
	struct drv_if *i = ctx;
	struct sim_peer *p = sta_ctx;

	p->flags |= DRV_STA_AUTHORIZED;
	if (i->fw->knobs.port_foreign) {
		uint8_t other[MAC_LEN];
		mac_copy(other, p->addr);
		other[5] ^= 0xff;
		emit_addr(i, DRV_EV_PORT_AUTHORIZED, other);
	}
	if (!i->fw->knobs.port_never)
		emit_addr(i, DRV_EV_PORT_AUTHORIZED, p->addr);
}

static void on_nothing(void *ctx, void *sta_ctx)
{
}

static void on_disconnect(void *ctx, void *sta_ctx, unsigned reason)
{
	struct drv_if *i = ctx;
	struct sim_peer *p = sta_ctx;

	send_deauth(i, p->addr, reason);
	if (!is_sme(i))
		return; /* the daemon will see to it */
	emit_addr(i, DRV_EV_STA_GONE, p->addr);
	peer_free(i, p);
}

static void on_countermeasures(void *ctx)
{
}

static const struct rsn_auth_ops auth_ops = {
	.send_eapol = on_send_eapol,
	.psk = on_psk,
	.set_ptk = on_set_ptk,
	.set_gtk = on_set_gtk,
	.gtk_rsc = on_gtk_rsc,
	.authorized = on_authorized,
	.on_4way_done = on_nothing,
	.psk_mismatch = on_nothing,
	.disconnect = on_disconnect,
	.countermeasures = on_countermeasures,
};

int fw_ap_update(struct drv_if *i, const struct drv_ap *ap)
{
	struct sim_fw *fw = i->fw;
	int err = 0;

	if (fw)
		err = bytes_set(&fw->assoc_ies, ap->assocresp_ies, ap->assocresp_ies_len);
	if (fw && err == 0)
		err = bytes_set(&fw->probe_resp, ap->probe_resp, ap->probe_resp_len);
	return err;
}

int fw_auth_start(struct drv_if *i, const struct drv_ap *ap)
{
	struct sim_fw *fw = i->fw;
	struct rsn_auth_config cfg = {0};
	int err = fw_ap_update(i, ap);

	if (!fw || err < 0 || !ap->pmk)
		return err;
	cfg.raw_ie = element_find(ap->tail, ap->tail_len, EID_RSN, 0, &cfg.raw_ie_len);
	if (!cfg.raw_ie || rsn_ie_parse(cfg.raw_ie, cfg.raw_ie_len, &cfg.ie) < 0)
		return -EINVAL;
	if (cfg.ie.capab & RSN_CAP_MFPC && !cfg.ie.group_mgmt)
		cfg.ie.group_mgmt = CIPHER_BIP;
	cfg.ie.pmkids = NULL;
	mac_copy(cfg.bssid, i->port.addr);
	memcpy(fw->ap_pmk, ap->pmk, sizeof(fw->ap_pmk));
	fw->auth = rsn_auth_new(i->d->timers, &cfg, &auth_ops, i);
	return fw->auth ? rsn_auth_start(fw->auth) : -ENOMEM;
}

void fw_auth_stop(struct drv_if *i)
{
	struct sim_fw *fw = i->fw;

	if (!fw)
		return;
	rsn_auth_free(fw->auth);
	fw->auth = NULL;
	bytes_clear(&fw->assoc_ies);
	bytes_clear(&fw->probe_resp);
	for (size_t n = 0; n < FW_SEEN; n++)
		bytes_clear(&fw->seen[n].rsn_ie);
	wipe(fw->ap_pmk, sizeof(fw->ap_pmk));
}

void fw_peer_free(struct drv_if *i, struct sim_peer *p)
{
	rsn_auth_sta_free(p->rsn);
	p->rsn = NULL;
}

static struct fw_seen *seen(struct sim_fw *fw, const uint8_t *addr)
{
	for (size_t n = 0; n < FW_SEEN; n++)
		if (mac_equal(fw->seen[n].addr, addr))
			return &fw->seen[n];
	return NULL;
}

void fw_peer_associated(struct drv_if *i, struct sim_peer *p)
{
	struct sim_fw *fw = i->fw;

	if (!fw || !fw->auth)
		return;
	const struct fw_seen *s = seen(fw, p->addr);
	rsn_auth_sta_free(p->rsn);
	p->rsn = s ? rsn_auth_sta_new(fw->auth, p->addr, s->rsn_ie.data, s->rsn_ie.len, p) : NULL;
	if (p->rsn)
		rsn_auth_sta_start(p->rsn);
	else
		log_msg(LOG_ERR,
			"sim: %s: no handshake with " MACSTR ": its element was not seen or "
			"does not fit",
			i->port.name, MAC2STR(p->addr));
}

/* --- SME --- */

static void answer_auth(struct drv_if *i, const uint8_t *sa, struct reader *body)
{
	uint16_t alg = reader_le16(body), transaction = reader_le16(body);
	struct sim_peer *p = peer_find(i, sa);
	struct writer w = writer_new(32);
	unsigned status = STATUS_SUCCESS;

	if (!reader_ok(body) || transaction != 1) {
		writer_free(&w);
		return;
	}
	if (alg != AUTH_OPEN)
		status = STATUS_AUTH_ALG;
	else if (!p && !(p = peer_add(i, sa)))
		status = STATUS_AP_FULL;
	if (!status && !(p->flags & DRV_STA_AUTHENTICATED))
		p->flags = DRV_STA_AUTHENTICATED;
	mgmt_write(&w, STYPE_AUTH, sa, i->port.addr, i->port.addr);
	writer_le16(&w, alg);
	writer_le16(&w, 2);
	writer_le16(&w, (uint16_t)status);
	sim_transmit(i, &w, 0, false, TX_OTHER, 0);
}

static unsigned check_assoc(const struct drv_if *i, const struct sim_peer *p)
{
	const struct fw_seen *s = seen(i->fw, p->addr);
	struct rsn_ie chosen;

	if (!s || !(p->flags & DRV_STA_AUTHENTICATED))
		return STATUS_DENIED;
	if (!i->fw->auth)
		return STATUS_SUCCESS; /* the daemon looks at it */
	return (unsigned)rsn_auth_check_ie(i->fw->auth, s->rsn_ie.data, s->rsn_ie.len, &chosen);
}

static void send_assoc_resp(
	struct drv_if *i, const struct sim_peer *p, unsigned stype, unsigned status)
{
	struct writer w = writer_new(256);

	mgmt_write(&w, stype, p->addr, i->port.addr, i->port.addr);
	writer_le16(&w, (uint16_t)(CAP_ESS | (i->ap.privacy ? CAP_PRIVACY : 0)));
	writer_le16(&w, (uint16_t)status);
	writer_le16(&w, (uint16_t)(0xc000 | HASH_COUNT(i->peers)));
	write_rates(&w, i->port.home);
	writer_bytes(&w, i->fw->assoc_ies.data, i->fw->assoc_ies.len);
	sim_transmit(i, &w, 0, false, TX_OTHER, 0);
}

static void answer_assoc(struct drv_if *i, struct sim_peer *p, bool again, struct reader body)
{
	unsigned status = check_assoc(i, p);

	send_assoc_resp(i, p, again ? STYPE_REASSOC_RESP : STYPE_ASSOC_RESP, status);
	if (status)
		return;
	key_clear(&p->key);
	p->flags = DRV_STA_AUTHENTICATED | DRV_STA_ASSOCIATED |
		   (i->ap.privacy ? 0 : DRV_STA_AUTHORIZED);
	p->since = p->heard = timers_now(i->d->timers);
	struct drv_event ev = {.kind = DRV_EV_STA_NEW};
	mac_copy(ev.addr, p->addr);
	ev.mgmt.req_ies = body.p;
	ev.mgmt.req_ies_len = reader_left(&body);
	sim_emit(i, &ev);
	fw_peer_associated(i, p);
}

static void keep_element(struct sim_fw *fw, const uint8_t *sa, struct reader body)
{
	struct fw_seen *s = seen(fw, sa);
	size_t len;
	const uint8_t *raw = element_find(body.p, reader_left(&body), EID_RSN, 0, &len);

	if (!raw)
		raw = element_find(body.p, reader_left(&body), EID_VENDOR, VENDOR_WPA, &len);
	if (!s)
		s = &fw->seen[fw->seen_next++ % FW_SEEN];
	mac_copy(s->addr, sa);
	bytes_set(&s->rsn_ie, raw, raw ? len : 0);
}

static void rx_assoc(struct drv_if *i, const uint8_t *sa, bool again, struct reader body)
{
	struct sim_peer *p = peer_find(i, sa);

	reader_skip(&body, again ? 4 + MAC_LEN : 4); /* capability, interval, AP before */
	if (!reader_ok(&body))
		return;
	keep_element(i->fw, sa, body);
	if (p && is_sme(i))
		answer_assoc(i, p, again, body);
}

/* The template has everything but receiver and time. */
static void answer_probe(struct drv_if *i, const uint8_t *sa, struct reader body)
{
	const struct bytes *t = &i->fw->probe_resp;
	struct elements asked, ours;
	const size_t fixed = 24 + 12;

	if (t->len < fixed)
		return;
	elements_parse(body.p, reader_left(&body), &asked);
	elements_parse(t->data + fixed, t->len - fixed, &ours);
	if (asked.ssid.len && (asked.ssid.len != ours.ssid.len ||
				      memcmp(asked.ssid.data, ours.ssid.data, ours.ssid.len) != 0))
		return;
	struct writer w = writer_new(t->len);
	mgmt_write(&w, STYPE_PROBE_RESP, sa, i->port.addr, i->port.addr);
	writer_le64(&w, timers_now(i->d->timers));
	writer_bytes(&w, t->data + 24 + 8, t->len - 24 - 8);
	sim_transmit(i, &w, 0, true, TX_OTHER, 0);
}

bool fw_takes_mgmt(struct drv_if *i, const struct mgmt_hdr *h, struct reader body)
{
	unsigned stype = FC_STYPE(h->fc);
	struct sim_peer *p = peer_find(i, h->sa);

	if (!i->fw)
		return false;
	if (stype == STYPE_ASSOC_REQ || stype == STYPE_REASSOC_REQ) {
		rx_assoc(i, h->sa, stype == STYPE_REASSOC_REQ, body);
		return is_sme(i);
	}
	if (!is_sme(i))
		return false;
	if (stype == STYPE_PROBE_REQ) {
		answer_probe(i, h->sa, body);
		return false; /* the daemon may learn from it */
	}
	if (stype == STYPE_AUTH) {
		answer_auth(i, h->sa, &body);
		return true;
	}
	if (stype != STYPE_DEAUTH && stype != STYPE_DISASSOC)
		return false;
	if (p && p->flags & DRV_STA_ASSOCIATED)
		emit_addr(i, DRV_EV_STA_GONE, h->sa);
	if (p)
		peer_free(i, p);
	return true;
}

void fw_removes(struct drv_if *i, const struct sim_peer *p)
{
	if (is_sme(i) && p->flags & DRV_STA_ASSOCIATED)
		send_deauth(i, p->addr, REASON_PREV_AUTH_NOT_VALID);
}
