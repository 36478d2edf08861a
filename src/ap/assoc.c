/* (Re)association: checks, answer, and what follows once the answer is acknowledged. */
#include "ap/ap_i.h"

#include <errno.h>

#define RESP_MAX 3072 /* with 2048 bytes of assocresp_elements */
#define WMM_SUBTYPE_INFO 0

static size_t merge_rates(const struct elements *e, uint8_t *out)
{
	const struct elem_view *views[] = {&e->supp_rates, &e->ext_supp_rates};
	size_t n = 0;

	for (size_t v = 0; v < ARRAY_SIZE(views); v++)
		for (size_t i = 0; i < views[v]->len && n < AP_MAX_RATES; i++)
			out[n++] = views[v]->data[i] & (uint8_t)~RATE_BASIC;
	return n;
}

static void find_rsne(struct assoc_req *req)
{
	req->rsne.data =
		element_find(req->elems.all, req->elems.all_len, EID_RSN, 0, &req->rsne.len);
	if (!req->rsne.data)
		req->rsne.data = element_find(
			req->elems.all, req->elems.all_len, EID_VENDOR, VENDOR_WPA, &req->rsne.len);
}

/* That the station comes for WPS is all we have to know: M1 tells the rest, so attributes that
 * cannot be read do no harm. */
static void parse_wps(struct assoc_req *req)
{
	_cleanup_(bytes_clear) struct bytes content = {0};
	struct wps_info info;

	req->wps = req->elems.wps_count > 0;
	if (!req->wps)
		return;
	if (elements_wps(req->elems.all, req->elems.all_len, &content) == 0 &&
		wps_info_parse(content.data, content.len, &info) == 0)
		req->wps2 = info.version2 != 0;
	else
		log_msg(LOG_DBG, "malformed WPS element in the association request of " MACSTR,
			MAC2STR(req->sa));
}

static int parse_multi_ap(struct assoc_req *req)
{
	if (!req->elems.multi_ap.data)
		return 0;
	int status = elements_multi_ap(&req->elems, &req->multi_ap);
	req->has_multi_ap = status == 0;
	return status;
}

/* Returns 0, a status code, or -EBADMSG for a frame that deserves no answer. */
static int parse_req(const struct ap_bss *b, const struct mgmt_hdr *h, struct reader *body,
	bool reassoc, struct assoc_req *req)
{
	*req = (struct assoc_req){.sa = h->sa, .reassoc = reassoc};
	req->capab = reader_le16(body);
	req->listen_interval = reader_le16(body);
	if (reassoc)
		reader_skip(body, MAC_LEN); /* current AP: no roaming protocol needs it */
	size_t len = reader_left(body);
	const uint8_t *ies = reader_bytes(body, len);
	return reader_ok(body) ? ap_assoc_parse(b, ies, len, req) : -EBADMSG;
}

int ap_assoc_parse(const struct ap_bss *b, const uint8_t *ies, size_t len, struct assoc_req *req)
{
	if (elements_parse(ies, len, &req->elems) < 0)
		return STATUS_UNSPECIFIED;
	req->rate_count = merge_rates(&req->elems, req->rates);
	find_rsne(req);
	parse_wps(req);
	/* A BSS without Multi-AP does not look at the element, so it cannot be wrong either. */
	return b->cfg->multi_ap ? parse_multi_ap(req) : 0;
}

static bool has_basic_rates(const struct ap_bss *b, const struct assoc_req *req)
{
	for (size_t i = 0; i < b->rate_count; i++) {
		if (!(b->rates[i] & RATE_BASIC))
			continue;
		uint8_t rate = b->rates[i] & (uint8_t)~RATE_BASIC;
		if (!memchr(req->rates, rate, req->rate_count))
			return false;
	}
	return true;
}

static int check_ssid(const struct ap_bss *b, const struct assoc_req *req)
{
	const struct elem_view *ssid = &req->elems.ssid;
	return ssid->data && bytes_equal(&b->cfg->ssid, ssid->data, ssid->len) ? 0
									       : STATUS_UNSPECIFIED;
}

static int check_rates(const struct ap_bss *b, const struct assoc_req *req)
{
	if (req->rate_count == 0)
		return STATUS_UNSPECIFIED;
	return has_basic_rates(b, req) ? 0 : STATUS_RATES;
}

static int check_listen(const struct ap_bss *b, const struct assoc_req *req)
{
	return req->listen_interval > b->cfg->max_listen_interval ? STATUS_LISTEN_INTERVAL : 0;
}

static bool comes_for_wps(const struct ap_bss *b, const struct assoc_req *req)
{
	return b->registrar && (req->wps || (b->rsn && !req->rsne.data));
}

static int check_security(const struct ap_bss *b, const struct assoc_req *req)
{
	struct rsn_ie chosen;

	if (!b->rsn || comes_for_wps(b, req))
		return 0;
	if (!req->rsne.data) {
		log_msg(LOG_DBG, "%s: STA " MACSTR " without RSN element", b->cfg->interface,
			MAC2STR(req->sa));
		return STATUS_INVALID_IE;
	}
	return rsn_auth_check_ie(b->rsn, req->rsne.data, req->rsne.len, &chosen);
}

/* 11.3.5.3: a member whose frames are protected is asked first. */
static int check_sa_query(const struct ap_bss *b, const struct assoc_req *req)
{
	struct ap_sta *s = ap_sta_find(b, req->sa);

	if (!s || !s->mfp || s->state != STA_AUTHORIZED || s->sa_query.failed)
		return 0;
	ap_sa_query_start(s);
	return STATUS_TRY_LATER;
}

static int check_ht(const struct ap_bss *b, const struct assoc_req *req)
{
	if (!b->ht || !b->radio->cfg->require_ht)
		return 0;
	return req->elems.ht_cap.len >= HT_CAP_LEN ? 0 : STATUS_NO_HT;
}

static int check_room(const struct ap_bss *b, const struct assoc_req *req)
{
	const struct ap_sta *s = ap_sta_find(b, req->sa);
	bool is_member = s && (s->state == STA_ASSOCIATED || s->state == STA_AUTHORIZED);

	return !is_member && b->assoc_count >= (unsigned)b->cfg->max_num_sta ? STATUS_AP_FULL : 0;
}

static int check_multi_ap(const struct ap_bss *b, const struct assoc_req *req)
{
	struct assoc_req with_wps = *req;
	with_wps.wps = comes_for_wps(b, req);
	return ap_multi_ap_check(b, &with_wps);
}

typedef int (*check_fn)(const struct ap_bss *b, const struct assoc_req *req);

static int check_all(
	const struct ap_bss *b, const struct assoc_req *req, const check_fn *checks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int status = checks[i](b, req);
		if (status)
			return status < 0 ? STATUS_UNSPECIFIED : status;
	}
	return 0;
}

int ap_assoc_check_driver(const struct ap_bss *b, const struct assoc_req *req)
{
	static const check_fn checks[] = {check_room, check_ht, check_multi_ap, check_security};

	return check_all(b, req, checks, ARRAY_SIZE(checks));
}

static int check_req(const struct ap_bss *b, const struct assoc_req *req)
{
	static const check_fn checks[] = {
		check_ssid,
		check_rates,
		check_listen,
		check_room,
		check_ht,
		check_multi_ap,
		check_security,
		check_sa_query,
	};
	return check_all(b, req, checks, ARRAY_SIZE(checks));
}

static void take_wmm(struct ap_sta *s, const struct assoc_req *req)
{
	struct reader r = reader_of(req->elems.wmm.data, req->elems.wmm.len);

	s->wmm = false;
	if (!s->bss->wmm || !req->elems.wmm.data)
		return;
	reader_skip(&r, 4); /* OUI and type */
	uint8_t subtype = reader_u8(&r);
	reader_skip(&r, 1);
	s->qosinfo = reader_u8(&r);
	s->wmm = reader_ok(&r) && subtype == WMM_SUBTYPE_INFO;
}

static bool has_mfp(const struct ap_bss *b, const struct assoc_req *req)
{
	struct rsn_ie chosen;

	return b->rsn && !comes_for_wps(b, req) && req->rsne.data &&
	       rsn_auth_check_ie(b->rsn, req->rsne.data, req->rsne.len, &chosen) == 0 &&
	       rsn_auth_mfp(b->rsn, &chosen);
}

/* What the request says about the station; it was checked before. */
static int take(struct ap_sta *s, const struct assoc_req *req)
{
	s->reassoc = req->reassoc;
	s->capab = req->capab;
	s->listen_interval = req->listen_interval;
	memcpy(s->rates, req->rates, req->rate_count);
	s->rate_count = req->rate_count;
	s->non_erp = true;
	for (size_t i = 0; i < s->rate_count; i++)
		if (s->rates[i] == 12) /* 6 Mb/s: every ERP station has it */
			s->non_erp = false;
	take_wmm(s, req);
	/* HT frames are QoS frames: no WMM, no HT. */
	s->has_ht = s->bss->ht && s->wmm && req->elems.ht_cap.len >= HT_CAP_LEN;
	if (s->has_ht)
		memcpy(s->ht_cap, req->elems.ht_cap.data, HT_CAP_LEN);
	s->wps = s->bss->registrar && req->wps;
	s->wps2 = s->wps && req->wps2;
	s->maybe_wps = !s->wps && comes_for_wps(s->bss, req);
	s->mfp = has_mfp(s->bss, req);
	s->has_multi_ap = req->has_multi_ap;
	s->multi_ap = req->multi_ap;
	return bytes_set(&s->rsne, req->rsne.data, req->rsne.data ? req->rsne.len : 0);
}

/* The kernel must know the station before the answer is on the air: its first data frame may follow
 * at once. Keys of an earlier association went away with the old entry. */
bool ap_sta_kernel_add(struct ap_sta *s)
{
	struct drv_sta p = {
		.aid = s->aid,
		.capab = s->capab,
		.listen_interval = s->listen_interval,
		.rates = s->rates,
		.rate_count = s->rate_count,
		.ht_cap = s->has_ht ? s->ht_cap : NULL,
		.flags = DRV_STA_AUTHENTICATED | DRV_STA_ASSOCIATED,
		.flags_mask = DRV_STA_AUTHENTICATED | DRV_STA_ASSOCIATED | DRV_STA_AUTHORIZED |
			      DRV_STA_WMM | DRV_STA_SHORT_PREAMBLE | DRV_STA_MFP,
		.qosinfo = s->qosinfo,
	};
	mac_copy(p.addr, s->addr);
	if (s->wmm)
		p.flags |= DRV_STA_WMM;
	if (s->mfp)
		p.flags |= DRV_STA_MFP;
	if (s->capab & CAP_SHORT_PREAMBLE)
		p.flags |= DRV_STA_SHORT_PREAMBLE;
	int err = s->bss->radio->driver->sta_set(s->bss->drv_if, &p);
	s->in_driver = err == 0;
	if (err < 0)
		log_msg(LOG_ERR, "%s: the driver does not take station " MACSTR ": %s",
			s->bss->cfg->interface, MAC2STR(s->addr), strerror(-err));
	return err == 0;
}

void ap_write_wps_resp(struct ap_bss *b, struct writer *w)
{
	struct wps_device dev;

	ap_wps_device(b, &dev);
	wps_write_assoc_resp(w, &dev);
}

/* Timeout Interval element: when to ask again, 9.4.2.48. */
static void write_comeback(const struct ap_bss *b, struct writer *w)
{
	struct writer_mark m = element_begin(w, EID_TIMEOUT_INTERVAL);

	writer_u8(w, TIMEOUT_COMEBACK);
	writer_le32(w, (uint32_t)b->cfg->assoc_sa_query_max_timeout);
	element_end(w, m);
}

static int send_resp(
	struct ap_bss *b, const struct assoc_req *req, struct ap_sta *s, uint16_t status)
{
	uint8_t buf[RESP_MAX];
	struct writer w = writer_over(buf, sizeof(buf));

	log_msg(LOG_DBG, "%s: %sassociation of " MACSTR " answered with status %u (%s)",
		b->cfg->interface, req->reassoc ? "re" : "", MAC2STR(req->sa), status,
		status_text(status));
	mgmt_write(&w, req->reassoc ? STYPE_REASSOC_RESP : STYPE_ASSOC_RESP, req->sa, b->addr,
		b->addr);
	writer_le16(&w, ap_capability(b));
	writer_le16(&w, status);
	writer_le16(&w, status == STATUS_SUCCESS ? s->aid | 0xc000 : 0);
	ap_write_rates(b, &w, false);
	ap_write_rates(b, &w, true);
	if (s && s->has_ht)
		ap_write_ht(b, &w);
	ap_write_ext_capab(b, &w);
	if (s && s->wmm)
		ap_write_wmm(b, &w);
	if (s && s->wps)
		ap_write_wps_resp(b, &w);
	if (status == STATUS_TRY_LATER)
		write_comeback(b, &w);
	if (req->has_multi_ap)
		ap_write_multi_ap(b, &w);
	writer_bytes(&w, b->cfg->assocresp_elements.data, b->cfg->assocresp_elements.len);
	return ap_send_frame(b, &w, s ? &s->response_cookie : NULL, false);
}

uint16_t ap_assoc_begin(struct ap_sta *s, const struct assoc_req *req)
{
	ap_sta_returns(s);
	ap_sta_drop_association(s, "associates anew");
	if (take(s, req) < 0)
		return STATUS_UNSPECIFIED;
	return ap_aid_assign(s) ? STATUS_SUCCESS : STATUS_AP_FULL;
}

static uint16_t admit(struct ap_sta *s, const struct assoc_req *req)
{
	uint16_t status = ap_assoc_begin(s, req);

	if (status != STATUS_SUCCESS)
		return status;
	if (!ap_sta_kernel_add(s))
		return STATUS_AP_FULL;
	ap_sta_enter(s, STA_ASSOC_SENT, "request accepted");
	/* If the status of the response never comes, this timer cleans up. */
	ap_half_open_start(s);
	return STATUS_SUCCESS;
}

void ap_rx_assoc_req(struct ap_bss *b, const struct mgmt_hdr *h, struct reader *body, bool reassoc)
{
	struct assoc_req req;
	struct ap_sta *s = ap_sta_find(b, h->sa);
	int status = parse_req(b, h, body, reassoc, &req);

	if (status < 0) {
		log_msg(LOG_DBG, "%s: short association request from " MACSTR " ignored",
			b->cfg->interface, MAC2STR(h->sa));
		return;
	}
	if (!s) {
		/* Class 2 frame before authentication, 11.3.3. */
		ap_send_deauth(b, h->sa, AP_DEAUTH, REASON_CLASS2);
		return;
	}
	if (status == 0)
		status = check_req(b, &req);
	if (status == 0)
		status = admit(s, &req);
	if (status != STATUS_SUCCESS) {
		send_resp(b, &req, NULL, (uint16_t)status);
		return;
	}
	if (send_resp(b, &req, s, STATUS_SUCCESS) < 0)
		ap_sta_free(s);
}

static void start_security(struct ap_sta *s)
{
	struct ap_bss *b = s->bss;
	int err = 0;

	if (s->wps || s->maybe_wps) {
		err = ap_eapol_sta_start(s);
	} else if (b->rsn && ap_bss_driver_keys(b)) {
		ap_port_start(s);
	} else if (b->rsn) {
		err = ap_wpa_sta_new(s);
		if (err == 0)
			rsn_auth_sta_start(s->rsn);
	} else {
		ap_sta_authorize(s, NULL);
	}
	if (err < 0)
		ap_sta_disconnect(s, AP_DEAUTH, REASON_UNSPECIFIED);
}

/* EAPOL that overtook the TX status. */
static void deliver_early(struct ap_bss *b, const uint8_t *addr, struct bytes *early)
{
	if (early->len)
		ap_eapol_rx(b, addr, early->data, early->len);
}

void ap_assoc_resp_acked(struct ap_sta *s, bool ack)
{
	struct ap_bss *b = s->bss;
	uint8_t addr[MAC_LEN];

	mac_copy(addr, s->addr);
	if (!ack) {
		log_msg(LOG_DBG,
			"%s: STA " MACSTR " did not acknowledge the association "
			"response",
			b->cfg->interface, MAC2STR(addr));
		ap_sta_drop_association(s, "response not acknowledged");
		ap_half_open_start(s);
		return;
	}
	ap_assoc_done(s, "response acknowledged");
}

void ap_assoc_done(struct ap_sta *s, const char *why)
{
	struct ap_bss *b = s->bss;
	uint8_t addr[MAC_LEN];
	_cleanup_(bytes_clear) struct bytes early = s->early_eapol;

	mac_copy(addr, s->addr);
	s->early_eapol = (struct bytes){0};
	ap_sta_enter(s, STA_ASSOCIATED, why);
	s->associated_at = timers_now(b->radio->timers);
	ap_sta_count(s, true);
	ap_inactivity_start(s);
	if (ap_multi_ap_wants_wds(s))
		ap_wds_add(s);
	start_security(s);
	deliver_early(b, addr, &early);
}
