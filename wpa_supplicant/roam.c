/* Scan results while a link stands: is there something better? */
#include "wpa_supplicant/roam.h"

#include "wpa_supplicant/supplicant_i.h"

#define OLDEST (10 * USEC_PER_SEC) /* a BSS heard before that is no reason to leave */

bool wpas_roam_by_driver(const struct wpas_if *w)
{
	return w->conn.by_driver && wpas_if_caps(w)->flags & DRV_CAP_ROAMING;
}

/* How much stronger another BSS has to be: a weak link is left for little, a good one only for
 * much, so that two equal ones do not take turns. dB */
static int needed_gain(int level)
{
	static const struct {
		int above, gain; /* dBm, dB */
	} steps[] = {{-60, 10}, {-65, 7}, {-70, 5}, {-75, 4}, {-80, 3}};

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		if (level > steps[i].above)
			return steps[i].gain;
	return 2;
}

static struct wpas_bss *best_other(struct wpas_if *w)
{
	const struct wpas_connect *c = &w->conn;
	uint64_t now = timers_now(w->s->timers);
	struct wpas_bss *b, *best = NULL;
	unsigned best_est = 0;

	TAILQ_FOREACH (b, &w->bss.list, link) {
		if (b == c->bss || b->missed || now - b->seen > OLDEST ||
			wpas_ignore_has(w, b->key.bssid) || !wpas_select_matches(w, b, c->net))
			continue;
		unsigned est = wpas_bss_throughput(b);
		if (best && (est < best_est || (est == best_est && b->level <= best->level)))
			continue;
		best = b;
		best_est = est;
	}
	return best;
}

/* The link as it is now: the last scan may not have heard it, or long ago. */
static struct wpas_bss current(const struct wpas_if *w)
{
	struct wpas_bss now = *w->conn.bss;
	struct drv_sta_info info;

	if (wpas_link_info(w, &info) && info.has_signal)
		now.level = info.signal_dbm;
	return now;
}

static bool worth_it(struct wpas_if *w, const struct wpas_bss *other)
{
	const struct wpas_bss cur = current(w);
	unsigned cur_est = wpas_bss_throughput(&cur), est = wpas_bss_throughput(other);
	bool roam = est > cur_est && other->level - cur.level >= needed_gain(cur.level);

	wpas_event_ctrl(w,
		"CTRL-EVENT-%s-ROAM cur_bssid=" MACSTR " cur_freq=%u cur_level=%d cur_est=%u "
		"sel_bssid=" MACSTR " sel_freq=%u sel_level=%d sel_est=%u",
		roam ? "DO" : "SKIP", MAC2STR(cur.key.bssid), cur.freq, cur.level, cur_est,
		MAC2STR(other->key.bssid), other->freq, other->level, est);
	return roam;
}

void wpas_roam_consider(struct wpas_if *w)
{
	struct wpas_connect *c = &w->conn;
	struct wpas_choice choice;

	if (w->ap || w->wps.net || !c->net || !c->bss || !c->associated)
		return;
	if (wpas_select(w, &choice) && choice.net != c->net &&
		choice.net->priority > c->net->priority) {
		wpas_connect(w, choice.bss, choice.net);
		return;
	}
	if (wpas_roam_by_driver(w))
		return;
	struct wpas_bss *other = best_other(w);
	if (other && worth_it(w, other))
		wpas_connect(w, other, c->net);
}
