/* What a user orders for the link and its scans, by command or over D-Bus. */
#include "wpa_supplicant/supplicant_i.h"

#include <errno.h>
#include <stdio.h>

/* --- the link --- */

void wpas_order_disconnect(struct wpas_if *w)
{
	w->conn.user_disconnected = true;
	wpas_scan_cancel(w);
	w->scan.restart = false;
	wpas_scan_abort(w);
	wpas_leave(w, REASON_DEAUTH_LEAVING);
	w->conn.attempted = false;
	if (w->state == WPAS_SCANNING)
		wpas_idle(w, "disconnected by command");
}

void wpas_order_remove_network(struct wpas_if *w, struct wpas_network *n)
{
	bool current = w->conn.net == n;

	wpas_networks_remove(w, n);
	if (current && wpas_any_network(w) && !w->conn.user_disconnected)
		wpas_scan_schedule(w, 0);
}

void wpas_order_remove_networks(struct wpas_if *w)
{
	while (w->conf->net_count)
		wpas_networks_remove(w, w->conf->nets[w->conf->net_count - 1]);
	wpas_pmksa_flush(w);
}

int wpas_order_reconnect(struct wpas_if *w)
{
	if (w->state == WPAS_INTERFACE_DISABLED)
		return -ENETDOWN;
	if (w->conn.user_disconnected)
		wpas_reconnect(w);
	return 0;
}

int wpas_order_reassociate(struct wpas_if *w)
{
	if (w->state == WPAS_INTERFACE_DISABLED)
		return -ENETDOWN;
	if (w->conf->reassoc_same_bss_optim && wpas_order_reattach(w) == 0)
		return 0;
	w->conn.reassociate_wanted = true;
	wpas_reconnect(w);
	return 0;
}

int wpas_order_reattach(struct wpas_if *w)
{
	if (!w->conn.net || !w->conn.associated)
		return -ENOTCONN;
	w->conn.user_disconnected = false;
	wpas_connect(w, w->conn.bss, w->conn.net);
	return 0;
}

int wpas_order_roam(struct wpas_if *w, const uint8_t bssid[MAC_LEN])
{
	const struct wpas_connect *c = &w->conn;

	if (!c->net || !c->associated)
		return -ENOTCONN;
	struct wpas_bss *b = wpas_bss_get(&w->bss, bssid, c->bss->key.ssid, c->bss->key.ssid_len);
	if (!b)
		return -ENOENT;
	w->conn.user_disconnected = false;
	wpas_connect(w, b, c->net);
	return 0;
}

void wpas_order_logon(struct wpas_if *w, bool on)
{
	if (!w->conn.associated || !(w->conn.akm & WPAS_AKMS_1X))
		wpas_log(w, LOG_DBG, "%s: there is no 802.1X link", on ? "LOGON" : "LOGOFF");
	else if (!on)
		eapol_supp_logoff(w->eapol);
	else if (eapol_supp_logged_off(w->eapol)) /* else nothing was ended: a new link, perhaps */
		wpas_dot1x_restart(w);
}

void wpas_expect_disconnect(struct wpas_if *w)
{
	w->conn.disconnect_expected = w->state >= WPAS_ASSOCIATED;
}

bool wpas_link_info(const struct wpas_if *w, struct drv_sta_info *info)
{
	return w->conn.associated && w->ops->sta_info &&
	       w->ops->sta_info(w->drv, w->conn.bssid, info) == 0;
}

const char *wpas_width_text(const struct drv_sta_info *i, char out[WPAS_WIDTH_CAP])
{
	if (i->width == 20 && !i->ht)
		return "20 MHz (no HT)";
	snprintf(out, WPAS_WIDTH_CAP, "%u MHz", i->width);
	return out;
}

/* --- scans --- */

bool wpas_scan_refused(const struct wpas_if *w)
{
	bool connecting = w->state >= WPAS_AUTHENTICATING && w->state <= WPAS_GROUP;

	return !w->drv || w->state == WPAS_INTERFACE_DISABLED || wpas_scan_busy(w) || connecting;
}

int wpas_set_ap_scan(struct wpas_if *w, unsigned n)
{
	if (n > 2)
		return -EINVAL;
	bool changed = w->conf->ap_scan != (int)n;
	w->conf->ap_scan = w->ap_scan = (int)n;
	if (changed)
		wpas_dbus_changed(w, "ApScan");
	return 0;
}

int wpas_set_expire_age(struct wpas_if *w, int64_t seconds)
{
	if (seconds < 10 || seconds > INT32_MAX)
		return -EINVAL;
	w->conf->bss_expiration_age = (int)seconds;
	return 0;
}

int wpas_set_expire_count(struct wpas_if *w, int64_t scans)
{
	if (scans < 1 || scans > INT32_MAX)
		return -EINVAL;
	w->conf->bss_expiration_scan_count = (int)scans;
	return 0;
}

int wpas_set_scan_interval(struct wpas_if *w, int64_t seconds)
{
	if (seconds < 0 || seconds > INT32_MAX)
		return -EINVAL;
	w->scan.interval = (int)seconds;
	return 0;
}

void wpas_flush_bsss(struct wpas_if *w, uint64_t age)
{
	wpas_bss_expire(&w->bss, timers_now(w->s->timers), age);
	if (age == 0)
		w->scan.flush_next = true;
}
