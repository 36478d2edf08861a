/* bgscan: scans while connected, `simple:S:R:L`: every S seconds while the signal is below R dBm,
 * else every L. What they find is for roam.c. */
#include <errno.h>

#include "wpa_supplicant/roam.h"
#include "wpa_supplicant/supplicant_i.h"

#define DEFAULT_INTERVAL 30 /* s */
#define HYSTERESIS 4        /* dB */
#define SCAN_GAP (10 * USEC_PER_SEC)

static void on_timer(struct timer *t, void *ctx);

/* --- the plan --- */

/* The text between the quotes, "" = none. */
static void plan_text(const struct wpas_if *w, char *out, size_t cap)
{
	const char *text = w->conn.net->bgscan ? w->conn.net->bgscan : w->conf->bgscan;
	struct strbuf s = strbuf_over(out, cap);
	size_t len = text ? strlen(text) : 0;

	out[0] = '\0';
	if (len >= 2 && text[0] == '"')
		strbuf_add(&s, "%.*s", (int)(len - 2), text + 1);
}

/* Fields that are missing or empty keep their default; the fourth one counts queries for BSS
 * transition management, which this version does not send. */
static int parse_fields(char *fields, struct wpas_bgscan *g)
{
	int64_t n;
	int i = 0;

	for (char *f = strsep(&fields, ":"); f; f = strsep(&fields, ":"), i++) {
		if (!*f)
			continue;
		if (parse_int(f, 10, i == 1 ? -120 : 1, i == 1 ? 0 : INT32_MAX / 1000, &n) < 0 ||
			i > 3)
			return -EINVAL;
		if (i == 0)
			g->short_s = (unsigned)n;
		else if (i == 1)
			g->threshold = (int)n;
		else if (i == 2)
			g->long_s = (unsigned)n;
	}
	g->has_threshold = g->threshold != 0;
	return 0;
}

/* Where learning its channels is asked for, all are scanned. */
static int parse_plan(char *plan, struct wpas_bgscan *g)
{
	char *fields = plan;
	const char *name = strsep(&fields, ":");

	g->short_s = g->long_s = DEFAULT_INTERVAL;
	g->threshold = 0;
	if (strcmp(name, "learn") == 0) {
		char *file = fields;
		for (int i = 0; file && i < 3; i++)
			strsep(&file, ":");
		if (file)
			file[-1] = '\0'; /* its file is not for us */
	} else if (strcmp(name, "simple") != 0) {
		return -EINVAL;
	}
	return fields ? parse_fields(fields, g) : 0;
}

/* --- scans --- */

static void plan_next(struct wpas_if *w)
{
	struct wpas_bgscan *g = &w->bgscan;
	unsigned seconds = g->has_threshold && !g->weak ? g->long_s : g->short_s;

	timer_start(w->s->timers, &g->timer, seconds * USEC_PER_SEC, on_timer, w);
}

/* Drivers do not always tell of every change. */
static void look_at_signal(struct wpas_if *w)
{
	struct wpas_bgscan *g = &w->bgscan;
	struct drv_sta_info info;

	if (g->has_threshold && wpas_link_info(w, &info) && info.has_signal)
		g->weak = info.signal_dbm < g->threshold;
}

static void scan_now(struct wpas_if *w)
{
	const struct wpas_network *n = w->conn.net;
	struct wpas_scan_request r = {.purpose = WPAS_SCAN_COMMAND};

	if (w->suspended || wpas_scan_refused(w))
		return;
	wpas_scan_freqs(&r, n->scan_freq.count ? &n->scan_freq : &n->freq_list);
	wpas_scan_order_defaults(w, &r);
	int err = wpas_scan_start(w, &r);
	if (err < 0)
		wpas_log(w, LOG_DBG, "background scan: %s", strerror(-err));
}

static void on_timer(struct timer *t, void *ctx)
{
	struct wpas_if *w = ctx;

	look_at_signal(w);
	plan_next(w);
	scan_now(w);
}

void wpas_bgscan_signal(struct wpas_if *w, bool above)
{
	struct wpas_bgscan *g = &w->bgscan;
	bool was_weak = g->weak;

	if (!g->active || !g->has_threshold)
		return;
	g->weak = !above;
	if (g->weak == was_weak)
		return;
	plan_next(w);
	if (g->weak && timers_now(w->s->timers) - w->scan.last_done > SCAN_GAP)
		scan_now(w);
}

/* --- start and end --- */

static void start(struct wpas_if *w)
{
	struct wpas_bgscan *g = &w->bgscan;
	char plan[256];

	plan_text(w, plan, sizeof(plan));
	if (!*plan || wpas_roam_by_driver(w))
		return;
	if (parse_plan(plan, g) < 0) {
		wpas_log(w, LOG_WARN, "bgscan: expected simple:S:R:L; no background scans");
		return;
	}
	g->active = true;
	g->weak = false;
	if (g->has_threshold && w->ops->signal_monitor)
		w->ops->signal_monitor(w->drv, g->threshold, HYSTERESIS);
	look_at_signal(w);
	plan_next(w);
	wpas_log(w, LOG_DBG, "background scans every %u s below %d dBm, else every %u s",
		g->short_s, g->threshold, g->has_threshold ? g->long_s : g->short_s);
}

void wpas_bgscan_stop(struct wpas_if *w)
{
	struct wpas_bgscan *g = &w->bgscan;

	if (!g->active)
		return;
	g->active = false;
	timer_stop(&g->timer);
	if (g->has_threshold && w->drv && w->up && w->ops->signal_monitor)
		w->ops->signal_monitor(w->drv, 0, 0);
}

void wpas_bgscan_update(struct wpas_if *w)
{
	const struct wpas_connect *c = &w->conn;

	if (w->state < WPAS_ASSOCIATED)
		wpas_bgscan_stop(w);
	else if (w->state == WPAS_COMPLETED && !w->bgscan.active && c->associated && c->net)
		start(w);
}

void wpas_bgscan_restart(struct wpas_if *w)
{
	wpas_bgscan_stop(w);
	wpas_bgscan_update(w);
}
