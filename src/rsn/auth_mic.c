/* TKIP countermeasures of the AP (IEEE 802.11-2020, 12.5.2.4): two Michael MIC failures within a
 * minute, found here or reported by stations, mean an active attack. */
#include "rsn/auth_i.h"
#include "utils/log.h"

#define WINDOW (60 * USEC_PER_SEC)

static void on_window(struct timer *t, void *ctx)
{
	/* The failure is forgotten: only whether this runs matters. */
}

static void on_end(struct timer *t, void *ctx)
{
	log_msg(LOG_INF, "TKIP countermeasures ended: stations are let in again");
}

bool auth_countermeasures(const struct rsn_auth *a)
{
	return timer_running(&a->countermeasures);
}

void auth_mic_stop(struct rsn_auth *a)
{
	timer_stop(&a->mic_window);
	timer_stop(&a->countermeasures);
}

static bool uses_tkip(const struct rsn_auth *a)
{
	return (a->cfg.ie.group | a->cfg.ie.pairwise | a->cfg.wpa_ie.pairwise) & CIPHER_TKIP;
}

static void count(struct rsn_auth *a)
{
	if (auth_countermeasures(a))
		return;
	if (!timer_running(&a->mic_window)) {
		timer_start(a->timers, &a->mic_window, WINDOW, on_window, a);
		return;
	}
	timer_stop(&a->mic_window);
	log_msg(LOG_WARN, "second Michael MIC failure within 60 s: TKIP countermeasures, no "
			  "station is let in for 60 s");
	a->countermeasures_invoked++;
	timer_start(a->timers, &a->countermeasures, WINDOW, on_end, a);
	a->ops->countermeasures(a->ctx);
	rsn_auth_rekey_group(a); /* nobody is left who knows the next one */
}

void rsn_auth_mic_failure(struct rsn_auth *a, struct rsn_auth_sta *s)
{
	if (!uses_tkip(a))
		return;
	if (s)
		s->local_mic_failures++;
	log_msg(LOG_WARN, "Michael MIC failure in a received frame");
	count(a);
}

void auth_mic_reported(struct rsn_auth_sta *s)
{
	if (!uses_tkip(s->bss)) {
		log_msg(LOG_INF,
			"RSN: " MACSTR " reports a Michael MIC failure, though no TKIP "
			"is in use; ignored",
			MAC2STR(s->addr));
		return;
	}
	s->remote_mic_failures++;
	log_msg(LOG_WARN, "RSN: " MACSTR " reports a Michael MIC failure", MAC2STR(s->addr));
	count(s->bss);
}
