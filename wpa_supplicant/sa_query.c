/* SA Query of a station (IEEE 802.11-2020, 11.13): a deauthentication without protection may be a
 * forgery, or an AP that was started anew and has forgotten us. The AP is asked under our keys; no
 * answer means that the association is gone. */
#include "common/ieee80211.h"
#include "wpa_supplicant/supplicant_i.h"

#define TU_USEC 1024ull
#define MAX_TIME (1000 * TU_USEC)
#define RETRY_TIME (201 * TU_USEC)

static void ask(struct wpas_if *w);

static void on_timer(struct timer *t, void *ctx)
{
	struct wpas_if *w = ctx;
	struct wpas_network *n = w->conn.net;
	struct wpas_bss *b = w->conn.bss;

	if (timers_now(w->s->timers) - w->sa_query.began < MAX_TIME) {
		ask(w);
		return;
	}
	wpas_log(w, LOG_INF, "the access point does not answer the SA Query: it has forgotten us");
	wpas_leave(w, REASON_PREV_AUTH_NOT_VALID);
	if (b && n && w->autoconnect && !w->conn.user_disconnected && wpas_network_usable(w, n))
		wpas_connect(w, b, n);
}

static void ask(struct wpas_if *w)
{
	uint8_t buf[64];
	struct writer out = writer_over(buf, sizeof(buf));
	struct drv_tx tx = {.frame = buf};

	if (w->sa_query.sent++ == 0)
		random_bytes(&w->sa_query.transaction, sizeof(w->sa_query.transaction));
	else
		w->sa_query.transaction++;
	mgmt_write(&out, STYPE_ACTION, w->conn.bssid, wpas_if_addr(w), w->conn.bssid);
	writer_u8(&out, CATEGORY_SA_QUERY);
	writer_u8(&out, SA_QUERY_REQUEST);
	writer_le16(&out, w->sa_query.transaction);
	tx.len = out.len;
	timer_start(w->s->timers, &w->sa_query.timer, RETRY_TIME, on_timer, w);
	int err = w->ops->send_mgmt(w->drv, &tx);
	if (err < 0)
		wpas_log(w, LOG_DBG, "SA Query not sent: %s", strerror(-err));
}

void wpas_sa_query_unprotected(struct wpas_if *w, const struct drv_event *ev)
{
	bool lost = ev->disc.reason == REASON_CLASS2 || ev->disc.reason == REASON_CLASS3;

	wpas_log(w, LOG_DBG, "unprotected %s of " MACSTR " (reason %u) not obeyed",
		ev->disc.deauth ? "deauthentication" : "disassociation", MAC2STR(ev->addr),
		ev->disc.reason);
	if (w->state != WPAS_COMPLETED || !w->conn.mfp || !mac_equal(ev->addr, w->conn.bssid) ||
		!lost || timer_running(&w->sa_query.timer) ||
		wpas_runner_is_driver(w->offload.runner)) /* its keys, its query */
		return;
	w->sa_query.sent = 0;
	w->sa_query.began = timers_now(w->s->timers);
	ask(w);
}

void wpas_sa_query_rx(struct wpas_if *w, const struct drv_event *ev)
{
	struct reader r = reader_of(ev->mgmt.frame, ev->mgmt.len);
	struct mgmt_hdr h;

	if (!timer_running(&w->sa_query.timer) || !mgmt_parse(&r, &h) ||
		FC_STYPE(h.fc) != STYPE_ACTION || !mac_equal(h.sa, w->conn.bssid))
		return;
	uint8_t category = reader_u8(&r), action = reader_u8(&r);
	uint16_t transaction = reader_le16(&r);
	if (!reader_ok(&r) || category != CATEGORY_SA_QUERY || action != SA_QUERY_RESPONSE ||
		(uint16_t)(w->sa_query.transaction - transaction) >= w->sa_query.sent)
		return;
	wpas_log(w, LOG_DBG, "the access point answered the SA Query: the association stands");
	wpas_sa_query_stop(w);
}

void wpas_sa_query_stop(struct wpas_if *w)
{
	timer_stop(&w->sa_query.timer);
}
