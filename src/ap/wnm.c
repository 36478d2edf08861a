/* BSS transition management (IEEE 802.11-2020, 11.21.7): a program asks stations to go elsewhere;
 * they answer, or ask where to. */
#include "ap/ap_i.h"

#include <errno.h>

#define TU_USEC 1024ull
#define FRAME_CAP 2048
#define TERMINATION_ID 4 /* BSS Termination Duration subelement, 9.4.2.36 */
#define TERMINATION_LEN 10
#define VALIDITY 255

static int write_request(const struct ap_sta *s, const struct ap_btm *r, struct writer *w)
{
	size_t url_len = r->url ? strlen(r->url) : 0;

	if (url_len > UINT8_MAX)
		return -EMSGSIZE;
	mgmt_write(w, STYPE_ACTION, s->addr, s->bss->addr, s->bss->addr);
	writer_u8(w, CATEGORY_WNM);
	writer_u8(w, WNM_BTM_REQUEST);
	writer_u8(w, r->token);
	writer_u8(w, r->mode);
	writer_le16(w, r->timer);
	writer_u8(w, r->validity);
	if (r->mode & BTM_TERMINATION) {
		writer_u8(w, TERMINATION_ID);
		writer_u8(w, TERMINATION_LEN);
		writer_le64(w, r->termination_tsf);
		writer_le16(w, r->termination_min);
	}
	if (r->mode & BTM_ESS_DISASSOC) {
		writer_u8(w, (uint8_t)url_len);
		writer_bytes(w, r->url, url_len);
	}
	writer_bytes(w, r->candidates, r->candidates_len);
	return writer_ok(w) ? 0 : -EMSGSIZE;
}

int ap_sta_btm_request(struct ap_sta *s, const struct ap_btm *r)
{
	uint8_t buf[FRAME_CAP];
	struct writer w = writer_over(buf, sizeof(buf));
	const struct ap_radio *radio = s->bss->radio;

	if (s->state != STA_ASSOCIATED && s->state != STA_AUTHORIZED)
		return -ENOTCONN;
	int err = write_request(s, r, &w);
	if (err == 0)
		err = ap_send_frame(s->bss, &w, NULL, false);
	if (err < 0 || r->timer == 0 || !(r->mode & (BTM_DISASSOC | BTM_ESS_DISASSOC)))
		return err;
	ap_sta_leave_later(s, r->timer * (uint64_t)radio->cfg->beacon_int * TU_USEC, AP_DISASSOC,
		REASON_BSS_TRANSITION);
	return 0;
}

/* Token, reason, candidates of the station. It is owed an answer. */
static void rx_query(struct ap_sta *s, struct reader *body)
{
	const struct ap_btm answer = {.token = reader_u8(body), .validity = VALIDITY};
	char text[FRAME_CAP] = "";
	struct strbuf hex = strbuf_over(text, sizeof(text));
	uint8_t reason = reader_u8(body);

	if (!reader_ok(body))
		return;
	size_t len = reader_left(body);
	if (len) {
		strbuf_add(&hex, " neighbor=");
		strbuf_add_hex(&hex, reader_bytes(body, len), len);
	}
	ap_event(s->bss, LOG_INF, EV_BSS_TM_QUERY MACSTR " reason=%u%s", MAC2STR(s->addr), reason,
		text);
	int err = ap_sta_btm_request(s, &answer);
	if (err < 0)
		log_msg(LOG_DBG, "%s: no answer to the query of " MACSTR ": %s",
			s->bss->cfg->interface, MAC2STR(s->addr), strerror(-err));
}

/* Token, status, delay of the end of the BSS in minutes, where it goes. */
static void rx_response(struct ap_sta *s, struct reader *body)
{
	reader_skip(body, 1);
	uint8_t status = reader_u8(body), delay = reader_u8(body);
	const uint8_t *target =
		status == 0 && reader_left(body) >= MAC_LEN ? reader_bytes(body, MAC_LEN) : NULL;

	if (!reader_ok(body))
		return;
	if (target)
		ap_event(s->bss, LOG_INF,
			EV_BSS_TM_RESP MACSTR " status_code=%u bss_termination_delay=%u "
					      "target_bssid=" MACSTR,
			MAC2STR(s->addr), status, delay, MAC2STR(target));
	else
		ap_event(s->bss, LOG_INF,
			EV_BSS_TM_RESP MACSTR " status_code=%u bss_termination_delay=%u",
			MAC2STR(s->addr), status, delay);
}

void ap_rx_wnm(struct ap_sta *s, struct reader *body)
{
	uint8_t action = reader_u8(body);

	if (s->state != STA_ASSOCIATED && s->state != STA_AUTHORIZED)
		return;
	if (action == WNM_BTM_QUERY)
		rx_query(s, body);
	else if (action == WNM_BTM_RESPONSE)
		rx_response(s, body);
}
