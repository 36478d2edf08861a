/* SA Query (IEEE 802.11-2020, 11.13): a request to associate anew in the name of a station whose
 * management frames are protected may be forged. The station is asked, under its keys; only if it
 * does not answer may the next request replace its association. */
#include "ap/ap_i.h"

#include <errno.h>

#define TU_USEC 1024ull

static void send_frame(struct ap_sta *s, enum sa_query_action action, uint16_t transaction)
{
	uint8_t buf[64];
	struct writer w = writer_over(buf, sizeof(buf));

	mgmt_write(&w, STYPE_ACTION, s->addr, s->bss->addr, s->bss->addr);
	writer_u8(&w, CATEGORY_SA_QUERY);
	writer_u8(&w, (uint8_t)action);
	writer_le16(&w, transaction); /* opaque */
	ap_send_frame(s->bss, &w, NULL, false);
}

static void ask(struct ap_sta *s);

static void on_timer(struct timer *t, void *ctx)
{
	struct ap_sta *s = ctx;
	uint64_t most = (uint64_t)s->bss->cfg->assoc_sa_query_max_timeout * TU_USEC;

	if (timers_now(s->bss->radio->timers) - s->sa_query.began < most) {
		ask(s);
		return;
	}
	log_msg(LOG_DBG, "%s: STA " MACSTR " does not answer the SA Query", s->bss->cfg->interface,
		MAC2STR(s->addr));
	s->sa_query.failed = true;
}

static void ask(struct ap_sta *s)
{
	uint64_t every = (uint64_t)s->bss->cfg->assoc_sa_query_retry_timeout * TU_USEC;

	if (s->sa_query.sent++ == 0)
		random_bytes(&s->sa_query.transaction, sizeof(s->sa_query.transaction));
	else
		s->sa_query.transaction++;
	timer_start(s->bss->radio->timers, &s->sa_query.timer, every, on_timer, s);
	send_frame(s, SA_QUERY_REQUEST, s->sa_query.transaction);
}

void ap_sa_query_start(struct ap_sta *s)
{
	if (timer_running(&s->sa_query.timer))
		return;
	s->sa_query.sent = 0;
	s->sa_query.failed = false;
	s->sa_query.began = timers_now(s->bss->radio->timers);
	ask(s);
}

void ap_sa_query_stop(struct ap_sta *s)
{
	timer_stop(&s->sa_query.timer);
	s->sa_query.failed = false;
}

/* One of those sent in this procedure. */
static bool is_ours(const struct ap_sta *s, uint16_t transaction)
{
	return (uint16_t)(s->sa_query.transaction - transaction) < s->sa_query.sent;
}

static void on_response(struct ap_sta *s, uint16_t transaction)
{
	if (!timer_running(&s->sa_query.timer) || !is_ours(s, transaction))
		return;
	log_msg(LOG_DBG, "%s: STA " MACSTR " answered the SA Query: its association stays",
		s->bss->cfg->interface, MAC2STR(s->addr));
	ap_sa_query_stop(s);
}

void ap_rx_sa_query(struct ap_sta *s, struct reader *body)
{
	uint8_t action = reader_u8(body);
	uint16_t transaction = reader_le16(body);

	if (!reader_ok(body) || !s->mfp || s->state != STA_AUTHORIZED)
		return;
	if (action == SA_QUERY_REQUEST)
		send_frame(s, SA_QUERY_RESPONSE, transaction);
	else if (action == SA_QUERY_RESPONSE)
		on_response(s, transaction);
}

int ap_sta_sa_query(struct ap_sta *s)
{
	if (!s->mfp || s->state != STA_AUTHORIZED)
		return -ENOTCONN;
	ap_sa_query_start(s);
	return 0;
}
