/* Management frames of stations: authentication, leaving, TX status (IEEE 802.11-2020, 11.3). */
#include "ap/ap_i.h"

#include <errno.h>

#include "ap/acl.h"

#define AUTH_ALG_BIT_OPEN 1 /* of auth_algs */
#define PHY_TYPE_HT 7

bool ap_acl_allows(const struct ap_bss *b, const uint8_t addr[MAC_LEN], int *vlan_id)
{
	const struct ap_acl_entry *e = ap_acl_find(&b->cfg->accept, addr);

	*vlan_id = 0;
	if (e) {
		*vlan_id = e->vlan_id;
		return true;
	}
	return !ap_acl_find(&b->cfg->deny, addr) && b->cfg->macaddr_acl == 0;
}

int ap_send_frame(struct ap_bss *b, const struct writer *w, uint64_t *cookie, bool no_ack)
{
	struct drv_tx tx = {.frame = w->buf, .len = w->len, .no_ack = no_ack, .cookie = cookie};

	if (!writer_ok(w))
		return -EMSGSIZE;
	if (ap_driver_mlme(b))
		return -EOPNOTSUPP;
	int err = b->radio->driver->send_mgmt(b->drv_if, &tx);
	if (err < 0)
		log_msg(LOG_DBG, "%s: management frame not sent: %s", b->cfg->interface,
			strerror(-err));
	return err;
}

int ap_bss_send_mgmt(struct ap_bss *b, const uint8_t *frame, size_t len)
{
	struct drv_tx tx = {.frame = frame, .len = len};

	return b->drv_if ? b->radio->driver->send_mgmt(b->drv_if, &tx) : -ENOTCONN;
}

void ap_send_deauth(struct ap_bss *b, const uint8_t *da, enum ap_disconnect how, unsigned reason)
{
	uint8_t buf[32];
	struct writer w = writer_over(buf, sizeof(buf));

	if (!b->beaconing)
		return;
	log_msg(LOG_DBG, "%s: %s to " MACSTR " reason %u (%s)", b->cfg->interface,
		how == AP_DEAUTH ? "deauthentication" : "disassociation", MAC2STR(da), reason,
		reason_text(reason));
	if (ap_driver_mlme(b)) {
		/* The device tells a station that is removed, as those we know are next. */
		if (!mac_is_group(da) && !ap_sta_find(b, da))
			ap_driver_remove(b, da);
		return;
	}
	mgmt_write(&w, how == AP_DEAUTH ? STYPE_DEAUTH : STYPE_DISASSOC, da, b->addr, b->addr);
	writer_le16(&w, (uint16_t)reason);
	ap_send_frame(b, &w, NULL, mac_is_group(da));
}

void ap_bss_send_disconnect(
	struct ap_bss *b, const uint8_t addr[MAC_LEN], enum ap_disconnect how, unsigned reason)
{
	if (b->drv_if)
		ap_send_deauth(b, addr, how, reason);
}

/* Global operating class (IEEE 802.11-2020, Annex E) of a 20 MHz channel. */
static uint8_t operating_class(unsigned channel)
{
	static const struct {
		uint8_t first, last, class;
	} classes[] = {{1, 13, 81}, {14, 14, 82}, {36, 48, 115}, {52, 64, 118}, {100, 144, 121},
		{149, 161, 124}, {165, 177, 125}};

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		if (channel >= classes[i].first && channel <= classes[i].last)
			return classes[i].class;
	return 0;
}

/* 9.4.2.36, without subelements. */
static void write_neighbor(const struct ap_bss *other, struct writer *w)
{
	struct writer_mark m = element_begin(w, EID_NEIGHBOR_REPORT);

	writer_bytes(w, other->addr, MAC_LEN);
	writer_le32(w, 0); /* BSSID Information: nothing promised */
	writer_u8(w, operating_class(other->radio->chan.number));
	writer_u8(w, other->radio->chan.number);
	writer_u8(w, other->ht ? PHY_TYPE_HT : 0);
	element_end(w, m);
}

/* better: the BSS where the station should go instead, NULL = nothing to say. */
static void send_auth(struct ap_bss *b, const uint8_t *da, uint16_t alg, uint16_t seq,
	uint16_t status, const struct ap_bss *better)
{
	uint8_t buf[64];
	struct writer w = writer_over(buf, sizeof(buf));

	log_msg(LOG_DBG, "%s: authentication of " MACSTR " answered with status %u (%s)",
		b->cfg->interface, MAC2STR(da), status, status_text(status));
	mgmt_write(&w, STYPE_AUTH, da, b->addr, b->addr);
	writer_le16(&w, alg);
	writer_le16(&w, seq);
	writer_le16(&w, status);
	if (better)
		write_neighbor(better, &w);
	ap_send_frame(b, &w, NULL, false);
}

static uint16_t check_auth(const struct ap_bss *b, const uint8_t *sa, uint16_t alg, uint16_t seq)
{
	if (alg != AUTH_OPEN || !(b->cfg->auth_algs & AUTH_ALG_BIT_OPEN))
		return STATUS_AUTH_ALG;
	if (seq != 1)
		return STATUS_AUTH_SEQ;
	if (b->assoc_count >= (unsigned)b->cfg->max_num_sta && !ap_sta_find(b, sa))
		return STATUS_AP_FULL;
	return STATUS_SUCCESS;
}

static void rx_auth(struct ap_bss *b, const struct mgmt_hdr *h, struct reader *body)
{
	uint16_t alg = reader_le16(body), seq = reader_le16(body);
	int vlan;

	reader_skip(body, 2); /* status: only answers use it */
	if (!reader_ok(body)) {
		log_msg(LOG_DBG, "%s: short authentication frame from " MACSTR " ignored",
			b->cfg->interface, MAC2STR(h->sa));
		return;
	}
	if (!ap_acl_allows(b, h->sa, &vlan)) {
		ap_event(b, LOG_DBG, "STA " MACSTR " not allowed to authenticate (access list)",
			MAC2STR(h->sa));
		send_auth(b, h->sa, alg, (uint16_t)(seq + 1), STATUS_UNSPECIFIED, NULL);
		return;
	}
	const struct ap_bss *other = ap_seen_elsewhere(b, b->cfg->no_auth_if_seen_on, h->sa);
	if (other) {
		send_auth(b, h->sa, alg, (uint16_t)(seq + 1), STATUS_SUGGESTED_BSS, other);
		return;
	}
	uint16_t status = check_auth(b, h->sa, alg, seq);
	/* A station that is associated stays so until it associates anew: a forged authentication
	 * frame must not cut it off (IEEE 802.11-2020, 11.3.4.3). */
	struct ap_sta *s = ap_sta_find(b, h->sa);
	if (status == STATUS_SUCCESS && !s)
		s = ap_sta_add(b, h->sa);
	if (status == STATUS_SUCCESS && !s)
		status = STATUS_UNSPECIFIED;
	if (status == STATUS_SUCCESS) {
		s->auth_alg = alg;
		if (s->state == STA_AUTHENTICATED)
			ap_half_open_start(s);
	}
	send_auth(b, h->sa, alg, (uint16_t)(seq + 1), status, NULL);
	/* While the station makes its association request. */
	if (status == STATUS_SUCCESS && b->psks)
		ap_psks_expect(b->psks, h->sa);
}

static void rx_leave(struct ap_bss *b, const struct mgmt_hdr *h, struct reader *body, bool deauth)
{
	struct ap_sta *s = ap_sta_find(b, h->sa);
	uint16_t reason = reader_le16(body);

	if (!reader_ok(body) || !s)
		return;
	ap_event(b, LOG_DBG, "STA " MACSTR " %s (reason %u)", MAC2STR(h->sa),
		deauth ? "deauthenticated" : "disassociated", reason);
	ap_sta_left(s);
	if (deauth) {
		ap_sta_free(s);
		return;
	}
	ap_sta_drop_association(s, "station disassociated");
	ap_half_open_start(s);
}

static void notify_frame(struct ap_bss *b, const struct drv_event *ev)
{
	char text[MGMT_TEXT_MAX];
	struct strbuf s = strbuf_over(text, sizeof(text));

	if (!b->cfg->notify_mgmt_frames)
		return;
	strbuf_add(&s, "AP-MGMT-FRAME-RECEIVED buf=");
	if (strbuf_add_hex(&s, ev->mgmt.frame, ev->mgmt.len))
		b->radio->ops->event(b->radio->ctx, b, LOG_INF, 0, text);
}

static void rx_action(struct ap_bss *b, const struct mgmt_hdr *h, struct reader *body)
{
	struct ap_sta *s = ap_sta_find(b, h->sa);
	uint8_t category = reader_u8(body);

	if (s && category == CATEGORY_SA_QUERY)
		ap_rx_sa_query(s, body);
	else if (s && category == CATEGORY_WNM)
		ap_rx_wnm(s, body);
}

void ap_mgmt_rx(struct ap_bss *b, const struct drv_event *ev)
{
	struct reader body = reader_of(ev->mgmt.frame, ev->mgmt.len);
	struct mgmt_hdr h;

	if (!b->beaconing || !mgmt_parse(&body, &h) || mac_is_group(h.sa))
		return;
	unsigned stype = FC_STYPE(h.fc);
	ap_track_heard(b->radio, h.sa, ev->mgmt.signal_dbm);
	if (stype == STYPE_PROBE_REQ) {
		ap_rx_probe_req(b, &h, &body, ev);
		return;
	}
	if (ap_driver_mlme(b))
		return;
	if (!mac_equal(h.da, b->addr) || !mac_equal(h.bssid, b->addr) || mac_equal(h.sa, b->addr))
		return;
	notify_frame(b, ev);
	if (stype == STYPE_AUTH)
		rx_auth(b, &h, &body);
	else if (stype == STYPE_ASSOC_REQ || stype == STYPE_REASSOC_REQ)
		ap_rx_assoc_req(b, &h, &body, stype == STYPE_REASSOC_REQ);
	else if (stype == STYPE_DEAUTH || stype == STYPE_DISASSOC)
		rx_leave(b, &h, &body, stype == STYPE_DEAUTH);
	else if (stype == STYPE_ACTION)
		rx_action(b, &h, &body);
}

void ap_mgmt_tx_status(struct ap_bss *b, const struct drv_event *ev)
{
	struct reader r = reader_of(ev->mgmt.frame, ev->mgmt.len);
	struct mgmt_hdr h;

	if (!mgmt_parse(&r, &h))
		return;
	unsigned stype = FC_STYPE(h.fc);
	if (stype != STYPE_ASSOC_RESP && stype != STYPE_REASSOC_RESP)
		return;
	struct ap_sta *s = ap_sta_find(b, h.da);
	if (!s || s->state != STA_ASSOC_SENT)
		return;
	/* The status of an earlier response says nothing about this one. */
	if (s->response_cookie && ev->mgmt.cookie && s->response_cookie != ev->mgmt.cookie)
		return;
	ap_assoc_resp_acked(s, ev->mgmt.ack);
}
