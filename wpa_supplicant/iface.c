/* Interfaces: taken into use, driven by driver events, given back. */
#include "wpa_supplicant/supplicant_i.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>

#include "common/events.h"
#include "wpa_supplicant/ap.h"
#include "wpa_supplicant/ctrl_iface.h"
#include "wpa_supplicant/er.h"

const uint8_t *wpas_if_addr(const struct wpas_if *w)
{
	static const uint8_t none[MAC_LEN];

	return w->drv ? w->ops->addr(w->drv) : none;
}

const struct drv_caps *wpas_if_caps(const struct wpas_if *w)
{
	static const struct drv_caps none;

	return w->drv ? w->ops->caps(w->drv) : &none;
}

struct wpas_if *wpas_if_find(struct supplicant *s, const char *ifname)
{
	struct wpas_if *w;
	TAILQ_FOREACH (w, &s->ifs, link)
		if (strcmp(w->name, ifname) == 0)
			return w;
	return NULL;
}

/* --- driver events --- */

static void went_down(struct wpas_if *w, const char *why)
{
	if (!w->up)
		return;
	w->up = false;
	wpas_log(w, LOG_INF, "%s", why);
	wpas_wps_clear(w);
	wpas_conn_stop(w);
	wpas_scan_stop(w);
	wpas_bss_clear(&w->bss);
	wpas_enter(w, WPAS_INTERFACE_DISABLED, why);
}

static void came_up(struct wpas_if *w)
{
	if (w->up)
		return;
	w->up = true;
	if (w->ap) {
		wpas_ap_netdev_up(w);
		return;
	}
	wpas_scan_init(w);
	wpas_wps_init(w);
	wpas_enter(w, WPAS_DISCONNECTED, "interface is up");
	wpas_if_start(w);
}

#define REPLUG_PERIOD USEC_PER_SEC
#define REPLUG_RETRY (10 * USEC_PER_SEC) /* it is there but cannot be used */

/* One of the same name, in place of ours that has gone. */
static bool take_netdev(struct wpas_if *w)
{
	struct drv_if *old = w->drv;

	if (wpas_if_reopen_driver(w) < 0) {
		w->drv = old;
		return false;
	}
	w->ops->if_close(old);
	return true;
}

/* An adapter that is plugged in again, or a driver that was loaded anew, makes a new netdev. */
static void on_replug(struct timer *t, void *ctx)
{
	struct wpas_if *w = ctx;

	if (!if_nametoindex(w->name)) {
		timer_start(w->s->timers, t, REPLUG_PERIOD, on_replug, w);
		return;
	}
	if (w->ap) {
		wpas_leave(w, REASON_DEAUTH_LEAVING); /* opens it as a station, to begin with */
		if (!w->up)
			return;
		w->up = false; /* not yet, for the rest */
	} else if (!take_netdev(w)) {
		timer_start(w->s->timers, t, REPLUG_RETRY, on_replug, w);
		return;
	}
	wpas_log(w, LOG_INF, "the interface is back");
	/* It may be another device now. */
	w->offload.rekey_unsupported = w->pmksa.driver_refused = false;
	wpas_if_apply_country(w);
	wpas_offload_announce(w);
	wpas_dbus_changed(w, "MACAddress");
	came_up(w);
}

static void was_removed(struct wpas_if *w)
{
	went_down(w, "interface was removed");
	if (!w->created) /* one of ours that is deleted is not to come back */
		timer_start(w->s->timers, &w->replug, REPLUG_PERIOD, on_replug, w);
}

static void on_regdom(struct wpas_if *w, const struct drv_event *ev)
{
	static const char *const initiators[] = {"CORE", "USER", "DRIVER", "COUNTRY_IE"};
	static const char *const types[] = {"COUNTRY", "WORLD", "CUSTOM_WORLD", "INTERSECTION"};
	bool alpha2 = ev->regdom.alpha2[0] != '\0';

	wpas_event(w, "CTRL-EVENT-REGDOM-CHANGE init=%s type=%s%s%s",
		ev->regdom.initiator < ARRAY_SIZE(initiators) ? initiators[ev->regdom.initiator]
							      : "UNKNOWN",
		ev->regdom.type < ARRAY_SIZE(types) ? types[ev->regdom.type] : "UNKNOWN",
		alpha2 ? " alpha2=" : "", alpha2 ? ev->regdom.alpha2 : "");
}

static void on_channel_switch(struct wpas_if *w, const struct drv_event *ev)
{
	bool done = ev->kind == DRV_EV_CHANNEL_SWITCH;
	char text[128];
	struct strbuf s = strbuf_over(text, sizeof(text));

	if (done && w->conn.bss)
		w->conn.bss->freq = ev->chan.freq;
	drv_chan_text(&ev->chan, &s);
	wpas_event(w, "%s%s", done ? EV_CHANNEL_SWITCH : EV_CHANNEL_SWITCH_STARTED, text);
}

static void on_signal(struct wpas_if *w, const struct drv_event *ev)
{
	struct drv_sta_info info;
	unsigned rate = 0;

	if (wpas_link_info(w, &info)) {
		rate = info.has_rates ? info.tx_rate * 100 : 0;
		wpas_dbus_signal_changed(w, &info);
	}
	wpas_bgscan_signal(w, ev->signal.above);
	wpas_event_ctrl(w, "CTRL-EVENT-SIGNAL-CHANGE above=%d signal=%d noise=9999 txrate=%u",
		ev->signal.above, ev->signal.signal_dbm, rate);
}

bool wpas_if_netdev_event(struct wpas_if *w, const struct drv_event *ev)
{
	if (ev->kind == DRV_EV_IF_UP)
		came_up(w);
	else if (ev->kind == DRV_EV_IF_DOWN)
		went_down(w, "interface is down");
	else if (ev->kind == DRV_EV_IF_REMOVED)
		was_removed(w);
	else
		return false;
	return true;
}

static void on_driver_event(void *ctx, const struct drv_event *ev)
{
	struct wpas_if *w = ctx;

	switch (ev->kind) {
	case DRV_EV_SCAN_STARTED:
	case DRV_EV_SCAN_DONE:
		wpas_scan_driver_event(w, ev);
		break;
	case DRV_EV_AUTH:
	case DRV_EV_AUTH_TIMEOUT:
	case DRV_EV_ASSOC:
	case DRV_EV_ASSOC_TIMEOUT:
	case DRV_EV_CONNECT:
	case DRV_EV_DISCONNECTED:
		if (w->up)
			wpas_conn_driver_event(w, ev);
		break;
	case DRV_EV_EAPOL_RX:
		wpas_glue_rx_eapol(w, ev);
		break;
	case DRV_EV_IF_UP:
	case DRV_EV_IF_DOWN:
	case DRV_EV_IF_REMOVED:
		wpas_if_netdev_event(w, ev);
		break;
	case DRV_EV_REGDOM:
		on_regdom(w, ev);
		break;
	case DRV_EV_CHANNEL_SWITCH_STARTED:
	case DRV_EV_CHANNEL_SWITCH:
		on_channel_switch(w, ev);
		break;
	case DRV_EV_BEACON_LOSS:
		wpas_event_ctrl(w, "CTRL-EVENT-BEACON-LOSS ");
		break;
	case DRV_EV_SIGNAL_CHANGE:
		on_signal(w, ev);
		break;
	case DRV_EV_ROAM:
	case DRV_EV_PORT_AUTHORIZED:
	case DRV_EV_ROAM_AUTH:
	case DRV_EV_REKEYED:
	case DRV_EV_PMKSA_CANDIDATE:
		if (w->up)
			wpas_offload_event(w, ev);
		break;
	case DRV_EV_MICHAEL:
		wpas_glue_mic_failure(w, ev->michael.pairwise);
		break;
	case DRV_EV_UNPROT_LEAVE:
		wpas_sa_query_unprotected(w, ev);
		break;
	case DRV_EV_MGMT_RX:
		wpas_sa_query_rx(w, ev);
		break;
	case DRV_EV_MGMT_TX_STATUS: /* the rest concerns access points */
	case DRV_EV_EAPOL_TX_STATUS:
	case DRV_EV_STA_NEW:
	case DRV_EV_STA_GONE:
	case DRV_EV_POLL_OK:
	case DRV_EV_LOW_ACK:
	case DRV_EV_RX_4ADDR:
	case DRV_EV_RX_SPURIOUS:
	case DRV_EV_AP_STOPPED:
		break;
	}
}

/* --- drivers --- */

static struct wpas_driver *driver_get(struct supplicant *s, const char *name, const char *param)
{
	const struct driver *ops = driver_find(name);
	struct wpas_driver *d;

	if (!ops)
		return NULL;
	TAILQ_FOREACH (d, &s->drivers, link) {
		if (d->ops == ops && !param) {
			d->users++;
			return d;
		}
	}
	d = calloc(1, sizeof(*d));
	if (!d)
		return NULL;
	d->ops = ops;
	int err = str_replace(&d->param, param);
	d->drv = err == 0 ? ops->init(s->loop, param) : NULL;
	if (!d->drv) {
		free(d->param);
		free(d);
		return NULL;
	}
	d->users = 1;
	TAILQ_INSERT_TAIL(&s->drivers, d, link);
	return d;
}

static void driver_put(struct supplicant *s, struct wpas_driver *d)
{
	if (!d || --d->users)
		return;
	TAILQ_REMOVE(&s->drivers, d, link);
	d->ops->deinit(d->drv);
	free(d->param);
	free(d);
}

/* Whose radio a new netdev is made on: the oldest interface of the same driver. */
static struct drv_if *radio_of(const struct wpas_if *w)
{
	const struct wpas_if *i;
	struct drv_if *first = NULL;

	TAILQ_FOREACH (i, &w->s->ifs, link)
		if (i != w && i->driver == w->driver)
			first = i->drv;
	return first;
}

static int open_netdev(struct wpas_if *w, const uint8_t *addr)
{
	char why[256] = "";
	struct strbuf reason = strbuf_over(why, sizeof(why));
	const struct drv_if_params p = {.ifname = w->name,
		.type = DRV_IF_STATION,
		.bridge = w->bridge,
		.addr = addr,
		.create_on = w->created ? radio_of(w) : NULL,
		.event = on_driver_event,
		.ctx = w};
	int err = 0;

	w->drv = w->ops->if_open(w->driver->drv, &p, &err, &reason);
	if (w->drv)
		return 0;
	log_msg(LOG_ERR, "%s: driver %s: %s", w->name, w->ops->name, why[0] ? why : strerror(-err));
	return err ? err : -ENODEV;
}

static int try_driver(struct wpas_if *w, const char *name, const struct supplicant_if_params *c,
	const char *param)
{
	if (!driver_find(name)) {
		log_msg(LOG_ERR, "%s: Unsupported driver '%s'", w->name, name);
		return -EINVAL;
	}
	w->driver = driver_get(w->s, name, param);
	if (!w->driver)
		return -ENODEV;
	w->ops = w->driver->ops;
	int err = open_netdev(w, c->addr);
	if (err == 0)
		return 0;
	driver_put(w->s, w->driver);
	w->driver = NULL;
	return err;
}

void wpas_if_close_driver(struct wpas_if *w)
{
	w->ops->if_close(w->drv);
	w->drv = NULL;
}

int wpas_if_reopen_driver(struct wpas_if *w)
{
	return open_netdev(w, NULL);
}

/* The first of the comma-separated names that works. */
static int open_driver(struct wpas_if *w, const struct supplicant_if_params *p)
{
	const char *wanted =
		w->s->params.override_driver ? w->s->params.override_driver : p->driver;
	_cleanup_(freep) char *names = strdup(wanted && *wanted ? wanted
					      : driver_table[0] ? driver_table[0]->name
								: "");
	const char *param = p->driver_param ? p->driver_param : w->conf->driver_param;
	char *save = NULL;
	int err = -EINVAL;

	if (!names)
		return -ENOMEM;
	for (char *n = strtok_r(names, ",", &save); n; n = strtok_r(NULL, ",", &save)) {
		err = try_driver(w, n, p, param && *param ? param : NULL);
		if (err == 0)
			return 0;
	}
	return err;
}

/* --- add, remove --- */

static int load_conf(struct wpas_if *w, const struct supplicant_if_params *p)
{
	const char *ctrl = w->s->params.override_ctrl ? w->s->params.override_ctrl : NULL;
	struct cfg_error cfg_err;
	int err;

	w->conf = wpas_conf_load(
		wpas_keys_table(w->s->keys), p->conf, p->conf2, &w->s->next_network_id, &err);
	if (!w->conf)
		return err;
	if (!ctrl && !p->conf)
		ctrl = p->ctrl;
	if (ctrl && wpas_conf_set(w->conf, "ctrl_interface", ctrl, &cfg_err) < 0)
		return -EINVAL;
	return 0;
}

static void on_bss_added(void *ctx, struct wpas_bss *b)
{
	wpas_event_ctrl(ctx, "CTRL-EVENT-BSS-ADDED %u " MACSTR, b->id, MAC2STR(b->key.bssid));
	wpas_dbus_bss_added(ctx, b);
}

static void on_bss_seen(void *ctx, struct wpas_bss *b, unsigned changes)
{
	wpas_dbus_bss_seen(ctx, b, changes);
}

static void on_bss_removed(void *ctx, struct wpas_bss *b)
{
	wpas_dbus_bss_removed(ctx, b);
	wpas_event_ctrl(ctx, "CTRL-EVENT-BSS-REMOVED %u " MACSTR, b->id, MAC2STR(b->key.bssid));
}

void wpas_if_apply_country(struct wpas_if *w)
{
	const char *code = w->conf->country.code;

	if (!code[0] || !w->ops->set_country)
		return;
	int err = w->ops->set_country(w->driver->drv, code);
	if (err < 0)
		wpas_log(w, LOG_WARN, "cannot set country %s: %s", code, strerror(-err));
}

int wpas_if_set_bridge(struct wpas_if *w, const char *bridge)
{
	if (strlen(bridge) >= IFNAMSIZ || strchr(bridge, '/'))
		return -EINVAL;
	if (w->state > WPAS_SCANNING)
		return -EBUSY;
	if (str_replace(&w->bridge, *bridge ? bridge : NULL) < 0)
		return -ENOMEM;
	if (w->drv && w->ops->set_bridge)
		w->ops->set_bridge(w->drv, bridge);
	return 0;
}

static int start_parts(struct wpas_if *w)
{
	int err = wpas_glue_init(w);

	if (err < 0)
		return err;
	w->up = true;
	w->autoconnect = true;
	w->ap_scan = w->conf->ap_scan;
	w->bss.added = on_bss_added;
	w->bss.removed = on_bss_removed;
	w->bss.seen = on_bss_seen;
	w->bss.ctx = w;
	wpas_conn_init(w);
	w->scan.interval = WPAS_SCAN_INTERVAL;
	wpas_scan_init(w);
	wpas_if_apply_country(w);
	wpas_offload_announce(w);
	wpas_set_warn(w);
	if (w->ops->set_operstate)
		w->ops->set_operstate(w->drv, false);
	return wpas_if_open_ctrl(w);
}

static void if_free(struct wpas_if *w)
{
	struct supplicant *s = w->s;

	wpas_dbus_if_removed(w);
	TAILQ_REMOVE(&s->ifs, w, link);
	timer_stop(&w->gone);
	timer_stop(&w->replug);
	wpas_conn_stop_timers(w);
	wpas_bgscan_stop(w);
	wpas_wps_free(w);
	wpas_er_free(w);
	wpas_nfc_clear(&w->nfc);
	wpas_scan_stop(w);
	wpas_radio_work_clear(w);
	wpas_glue_free(w);
	ctrl_server_close(w->ctrl);
	if (w->drv)
		w->ops->if_close(w->drv);
	driver_put(s, w->driver);
	w->bss.removed = NULL;
	wpas_bss_clear(&w->bss);
	wpas_ignore_free(&w->ignore);
	wpas_set_free(w);
	wpas_conf_free(w->conf);
	bytes_clear(&w->conn.rsn_ie);
	bytes_clear(&w->conn.early_eapol);
	free(w->bridge);
	free(w);
}

int wpas_if_add(struct supplicant *s, const struct supplicant_if_params *p)
{
	if (wpas_if_find(s, p->ifname))
		return -EEXIST;
	if (!*p->ifname || strlen(p->ifname) >= IFNAMSIZ || strchr(p->ifname, '/'))
		return -EINVAL; /* sockets are named after it */
	struct wpas_if *w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->s = s;
	w->created = p->created;
	strbuf_add(&(struct strbuf){w->name, 0, sizeof(w->name), false}, "%s", p->ifname);
	wpas_bss_init(&w->bss);
	wpas_ignore_init(&w->ignore);
	TAILQ_INIT(&w->works);
	TAILQ_INSERT_HEAD(&s->ifs, w, link);
	int err = p->bridge && *p->bridge ? str_replace(&w->bridge, p->bridge) : 0;
	if (err == 0)
		err = load_conf(w, p);
	if (err == 0)
		err = open_driver(w, p);
	if (err == 0)
		err = start_parts(w);
	if (err < 0) {
		log_msg(LOG_ERR, "%s: cannot be used: %s", w->name, strerror(-err));
		if_free(w);
		return err;
	}
	wpas_wps_init(w);
	wpas_dbus_if_added(w);
	if (!s->waiting_monitor)
		wpas_if_start(w);
	return 0;
}

void wpas_if_start(struct wpas_if *w)
{
	if (wpas_any_network(w))
		wpas_scan_schedule(w, 0);
	else
		wpas_idle(w, "no enabled network");
}

void wpas_if_remove(struct wpas_if *w, bool terminating)
{
	w->conn.user_disconnected = true;
	wpas_er_stop(w);
	wpas_wps_clear(w);
	wpas_scan_cancel(w);
	wpas_leave(w, REASON_DEAUTH_LEAVING);
	if (terminating)
		wpas_event(w, "CTRL-EVENT-TERMINATING ");
	if_free(w);
}

/* --- reset, reload --- */

void wpas_if_flush(struct wpas_if *w)
{
	wpas_scan_cancel(w);
	wpas_er_stop(w);
	wpas_wps_cancel(w);
	wpas_nfc_clear(&w->nfc);
	wpas_leave(w, REASON_DEAUTH_LEAVING);
	while (w->conf->net_count)
		wpas_networks_remove(w, w->conf->nets[w->conf->net_count - 1]);
	wpas_pmksa_flush(w);
	wpas_scan_cancel(w);
	wpas_scan_discard(w);
	w->scan.interval = WPAS_SCAN_INTERVAL;
	w->scan.hint_freq = 0;
	w->scan.once_count = 0;
	wpas_ignore_clear(w);
	wpas_conf_clear_blobs(w->conf);
	wpas_bss_clear(&w->bss);
	w->scan.flush_next = true;
	w->scan.last_done = 0;
	wpas_radio_work_clear(w);
	wpas_set_free(w);
	wpas_testing_flush(w);
	wpas_mac_rand_off(w, "all");
	w->conn.attempted = false;
	w->autoconnect = true;
	w->ap_scan = w->conf->ap_scan;
	w->conf->okc = w->conf->ignore_old_scan_res = 0;
	w->conn.user_disconnected = false;
	w->conn.failures = 0;
	wpas_idle(w, "flushed");
}

static bool text_differs(const char *a, const char *b)
{
	return (a && b) ? strcmp(a, b) != 0 : a != b;
}

int wpas_if_reconfigure(struct wpas_if *w)
{
	struct wpas_conf *old = w->conf;
	int err;

	if (!old->path)
		return -ENOENT;
	struct wpas_conf *fresh =
		wpas_conf_load(old->keys, old->path, old->path2, &w->s->next_network_id, &err);
	if (!fresh)
		return err;
	struct cfg_error cfg_err;
	if (w->s->params.override_ctrl)
		wpas_conf_set(fresh, "ctrl_interface", w->s->params.override_ctrl, &cfg_err);
	bool reopen = text_differs(old->ctrl_interface, fresh->ctrl_interface) ||
		      text_differs(old->ctrl_interface_group, fresh->ctrl_interface_group);
	wpas_wps_clear(w);
	wpas_leave(w, REASON_DEAUTH_LEAVING);
	wpas_pmksa_flush(w);
	for (size_t i = 0; i < old->net_count; i++)
		wpas_dbus_network_removed(w, old->nets[i]);
	w->conf = fresh;
	wpas_conf_free(old);
	for (size_t i = 0; i < fresh->net_count; i++)
		wpas_dbus_network_added(w, fresh->nets[i]);
	if (w->ap_scan != fresh->ap_scan)
		wpas_dbus_changed(w, "ApScan");
	w->ap_scan = fresh->ap_scan;
	w->conn.user_disconnected = false;
	w->conn.failures = 0;
	wpas_wps_init(w);
	wpas_if_apply_country(w);
	if (reopen) {
		ctrl_server_close(steal_ptr(&w->ctrl));
		wpas_if_open_ctrl(w);
	}
	if (w->up)
		wpas_if_start(w);
	return 0;
}
