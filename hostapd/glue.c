/* What the AP core reports: events to control sockets and log, setup results, facts for WPS. */
#include "hostapd/hostapd_i.h"

#include <stdio.h>

/* Meant for programs only: a log full of them helps nobody. */
static bool is_logged(const char *text, unsigned flag)
{
	return flag == 0 && !str_starts(text, "WPS-ENROLLEE-SEEN ", NULL) &&
	       !str_starts(text, "AP-MGMT-FRAME-RECEIVED ", NULL);
}

void hostapd_bss_event(struct hostapd_bss *b, enum log_level level, unsigned flag, const char *text)
{
	struct hostapd *h = b->iface->h;
	char prefix[IFNAMSIZ + 16];

	if (is_logged(text, flag))
		log_msg(level, "%s: %s", b->ifname, text);
	if (b->ctrl)
		ctrl_event(b->ctrl, level, NULL, flag, text);
	if (!h->global)
		return;
	snprintf(prefix, sizeof(prefix), "IFNAME=%s ", b->ifname);
	ctrl_event(h->global, level, prefix, flag, text);
}

static void on_event(
	void *ctx, struct ap_bss *bss, enum log_level level, unsigned flag, const char *text)
{
	hostapd_bss_event(ap_bss_user(bss), level, flag, text);
}

static void on_setup_done(void *ctx, struct ap_radio *radio, bool ok)
{
	struct hostapd_iface *i = ctx;

	if (!ok && i->essential)
		eloop_stop(i->h->loop);
	i->essential = false;
}

/* One UUID for all WPS BSSs of the process, so that they are one device to others (WSC 2.0, 6.2).
 */
static void on_wps_env(void *ctx, struct ap_bss *bss, struct ap_wps_env *env)
{
	struct hostapd_iface *i = ctx;
	struct hostapd *h = i->h;
	struct hostapd_bss *b, *tmp;

	env->dual_band = TAILQ_FIRST(&h->ifaces) && TAILQ_NEXT(TAILQ_FIRST(&h->ifaces), link);
	if (hostapd_bss_conf(ap_bss_user(bss))->wps_independent)
		return;
	HASH_ITER (hh, h->by_ifname, b, tmp) {
		if (b->ap == bss || !b->ap || hostapd_bss_conf(b)->wps_independent)
			continue;
		if (ap_bss_wps_uuid(b->ap, env->uuid)) {
			env->has_uuid = true;
			return;
		}
	}
}

const struct ap_ops hostapd_ap_ops = {
	.event = on_event,
	.setup_done = on_setup_done,
	.wps_env = on_wps_env,
};
