/* AP mode: the AP core on the netdev of this interface, in place of the station. */
#include "wpa_supplicant/ap.h"

#include <errno.h>
#include <stdlib.h>

#include "wpa_supplicant/supplicant_i.h"

struct wpas_ap {
	struct wpas_if *w;
	struct ap_radio *radio;
	struct ap_bss *bss;
	struct ap_radio_config radio_conf;
	struct ap_bss_config bss_conf;
	bool has_netdev; /* the station side is closed */
	struct timer scanned, useless;
	struct drv_event scan_done;
};

struct ap_bss *wpas_ap_bss(const struct wpas_if *w)
{
	return w->ap ? w->ap->bss : NULL;
}

unsigned wpas_ap_freq(const struct wpas_if *w)
{
	return w->ap ? ap_radio_freq(w->ap->radio) : 0;
}

static bool may_run(const struct wpas_if *w, const struct wpas_network *n)
{
	return n->mode == WPAS_MODE_AP && n->ssid.len && !wpas_network_disabled(n) &&
	       n->disabled_until <= timers_now(w->s->timers);
}

struct wpas_network *wpas_ap_network(const struct wpas_if *w)
{
	struct wpas_network *best = NULL;

	for (size_t i = 0; i < w->conf->net_count; i++) {
		struct wpas_network *n = w->conf->nets[i];
		if (may_run(w, n) && (!best || n->priority > best->priority))
			best = n;
	}
	return best;
}

/* --- what the AP core reports --- */

static void on_event(
	void *ctx, struct ap_bss *bss, enum log_level level, unsigned flag, const char *text)
{
	struct wpas_ap *ap = ctx;

	if (flag == 0)
		wpas_event_at(ap->w, level, "%s", text);
}

static void on_setup_done(void *ctx, struct ap_radio *radio, bool ok)
{
	struct wpas_ap *ap = ctx;
	struct wpas_if *w = ap->w;

	if (!ok || !w->up || w->state == WPAS_COMPLETED)
		return;
	w->drv = ap_bss_drv_if(ap->bss);
	mac_copy(w->conn.bssid, ap_bss_addr(ap->bss));
	wpas_enter(w, WPAS_COMPLETED, "access point is up");
	wpas_event(w, "CTRL-EVENT-CONNECTED - Connection to " MACSTR " completed [id=%u id_str=]",
		MAC2STR(w->conn.bssid), w->conn.net->id);
}

static void on_useless(struct timer *t, void *ctx)
{
	struct wpas_if *w = ctx;

	wpas_leave(w, REASON_DEAUTH_LEAVING);
	if (w->up)
		wpas_if_start(w);
}

void wpas_ap_netdev_up(struct wpas_if *w)
{
	struct wpas_ap *ap = w->ap;

	wpas_scan_init(w);
	on_setup_done(ap, ap->radio, ap_bss_beaconing(ap->bss));
	if (w->state == WPAS_COMPLETED)
		return;
	wpas_enter(w, WPAS_ASSOCIATING, "interface is up");
	if (ap_radio_state(ap->radio) == AP_ENABLED) /* else it tells when it is */
		timer_start(w->s->timers, &ap->useless, 0, on_useless, w);
}

static void on_scanned(struct timer *t, void *ctx)
{
	const struct wpas_ap *ap = ctx;
	const struct drv_event ev = ap->scan_done;

	wpas_scan_driver_event(ap->w, &ev); /* the access point may be gone now */
}

static void on_driver_event(void *ctx, struct ap_bss *bss, const struct drv_event *ev)
{
	struct wpas_ap *ap = ctx;

	if (ev->kind == DRV_EV_SCAN_STARTED) {
		wpas_scan_driver_event(ap->w, ev);
	} else if (ev->kind == DRV_EV_SCAN_DONE) {
		/* Not from here: results that lead to another network end the access point, and
		 * with it the driver that is calling us. */
		ap->scan_done = *ev;
		timer_start(ap->w->s->timers, &ap->scanned, 0, on_scanned, ap);
	} else {
		wpas_if_netdev_event(ap->w, ev);
	}
}

static void on_sta_authorized(void *ctx, struct ap_bss *bss, const struct ap_sta *s, bool on)
{
	struct wpas_ap *ap = ctx;
	wpas_dbus_sta_authorized(ap->w, s, on);
}

static void on_probe_req(void *ctx, struct ap_bss *bss, const struct drv_event *ev)
{
	struct wpas_ap *ap = ctx;
	wpas_dbus_probe_req(ap->w, ev);
}

static const struct ap_ops ops = {
	.event = on_event,
	.setup_done = on_setup_done,
	.driver_event = on_driver_event,
	.sta_authorized = on_sta_authorized,
	.probe_req = on_probe_req,
};

/* --- WPS --- */

int wpas_ap_wps(struct wpas_if *w, const struct wpas_wps_request *r)
{
	struct ap_bss *b = wpas_ap_bss(w);
	struct wps_registrar *registrar = ap_bss_registrar(b);

	if (!registrar)
		return -EOPNOTSUPP;
	if (r->kind == WPAS_WPS_PBC && !r->multi_ap)
		return ap_bss_wps_pbc(b);
	if (r->kind == WPAS_WPS_PIN && r->pin)
		return wps_registrar_add_pin(registrar, NULL, (const uint8_t *)r->pin,
			strlen(r->pin), r->timeout, r->bssid);
	return -EINVAL;
}

/* --- start and stop --- */

static void free_ap(struct wpas_if *w)
{
	struct wpas_ap *ap = w->ap;

	timer_stop(&ap->scanned);
	timer_stop(&ap->useless);
	ap_radio_free(ap->radio);
	wpas_ap_conf_free(&ap->bss_conf);
	w->ap = NULL;
	free(ap);
}

static int bring_up(struct wpas_ap *ap, const struct wpas_network *n, struct strbuf *reason)
{
	struct wpas_if *w = ap->w;
	int err = wpas_ap_conf(w, n, &ap->radio_conf, &ap->bss_conf, reason);

	if (err < 0)
		return err;
	ap->radio = ap_radio_new(w->s->loop, w->ops, &ap->radio_conf, &ops, ap);
	ap->bss = ap->radio ? ap_bss_add(ap->radio, &ap->bss_conf, w) : NULL;
	if (!ap->bss)
		return -ENOMEM;
	wpas_if_close_driver(w);
	ap->has_netdev = true;
	err = ap_radio_enable(ap->radio, reason);
	if (err == 0)
		w->drv = ap_bss_drv_if(ap->bss);
	return err;
}

int wpas_ap_start(struct wpas_if *w, struct wpas_network *n)
{
	char text[256] = "";
	struct strbuf reason = strbuf_over(text, sizeof(text));

	wpas_leave(w, REASON_DEAUTH_LEAVING); /* the link, or the access point, of before */
	if (!w->up)
		return -ENETDOWN;
	struct wpas_ap *ap = calloc(1, sizeof(*ap));
	if (!ap)
		return -ENOMEM;
	w->conn.reassociate_wanted = false;
	wpas_scan_stop(w);
	wpas_set_target(w, NULL, n);
	w->conn.akm = n->key_mgmt & WPAS_KM_NONE ? AKM_NONE : AKM_PSK;
	w->conn.mfp = 0;
	wpas_enter(w, WPAS_ASSOCIATING, "becoming an access point");
	ap->w = w;
	w->ap = ap;
	int err = bring_up(ap, n, &reason);
	if (err == 0)
		return 0;
	wpas_log(w, LOG_ERR, "no access point: %s", text[0] ? text : strerror(-err));
	wpas_ap_stop(w);
	wpas_set_target(w, NULL, NULL);
	wpas_network_failed(w, n, "CONN_FAILED");
	wpas_idle(w, "no access point");
	if (w->up)
		wpas_scan_retry(w);
	return err;
}

static void on_gone(struct timer *t, void *ctx)
{
	wpas_if_remove(ctx, false);
}

void wpas_ap_stop(struct wpas_if *w)
{
	if (!w->ap)
		return;
	bool reopen = w->ap->has_netdev;
	wpas_scan_stop(w);
	if (reopen)
		w->drv = NULL; /* was the AP core's */
	free_ap(w);
	if (reopen && wpas_if_reopen_driver(w) < 0) {
		/* The netdev has gone meanwhile, and the interface goes, too, once who calls us is
		 * through. */
		wpas_log(w, LOG_ERR, "cannot be a station again: the interface is given up");
		w->up = false;
		wpas_enter(w, WPAS_INTERFACE_DISABLED, "the netdev has gone");
		wpas_dbus_if_removed(w);
		timer_start(w->s->timers, &w->gone, 0, on_gone, w);
		return;
	}
	wpas_scan_init(w);
	if (!w->up) { /* it was down; who opens it brings it up */
		w->up = true;
		timer_stop(&w->replug);
		wpas_wps_init(w);
		wpas_enter(w, WPAS_DISCONNECTED, "interface is up");
	}
}
