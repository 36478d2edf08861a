/* Networks as commands see them, with the effects on the connection. */
#include "wpa_supplicant/supplicant_i.h"

#include <errno.h>

struct wpas_network *wpas_networks_add(struct wpas_if *w)
{
	struct wpas_network *n = wpas_conf_add_network(w->conf, wpas_conf_free_id(w->conf));

	if (!n)
		return NULL;
	n->disabled = 1;
	wpas_event_ctrl(w, "CTRL-EVENT-NETWORK-ADDED %u", n->id);
	wpas_dbus_network_added(w, n);
	return n;
}

void wpas_networks_remove(struct wpas_if *w, struct wpas_network *n)
{
	unsigned id = n->id;

	if (w->conn.net == n) {
		wpas_leave(w, REASON_DEAUTH_LEAVING);
		w->conn.net = NULL;
		wpas_dbus_flush(w); /* "disconnected", before "inactive" may follow */
	}
	wpas_wps_network_gone(w, n);
	wpas_pmksa_flush_network(w, n);
	wpas_dbus_network_removed(w, n);
	wpas_conf_remove_network(w->conf, n);
	wpas_event_ctrl(w, "CTRL-EVENT-NETWORK-REMOVED %u", id);
	if (w->state == WPAS_DISCONNECTED || w->state == WPAS_SCANNING) {
		if (!w->scan.running)
			wpas_idle(w, "network removed");
	}
}

/* What 802.1X brought was for the network as it was. */
static void on_changed(struct wpas_if *w, struct wpas_network *n)
{
	wpas_pmksa_flush_network(w, n);
	if (w->conn.net != n || !w->conn.associated || !(w->conn.akm & WPAS_AKMS_1X))
		return;
	wpas_leave(w, REASON_UNSPECIFIED);
	if (!w->conn.user_disconnected && w->autoconnect)
		wpas_scan_schedule(w, 0);
}

int wpas_networks_set(struct wpas_if *w, struct wpas_network *n, const char *key, const char *value,
	struct cfg_error *err)
{
	bool before = wpas_network_disabled(n);

	if (n->read_only)
		return cfg_fail(err, "the file it is from is only read");
	int ret = wpas_network_set(w->conf, n, key, value, err);
	if (ret == 0 && wpas_pmksa_bound_to(key))
		on_changed(w, n);
	if (ret == 0 && w->conn.net == n && strcmp(key, "bgscan") == 0)
		wpas_bgscan_restart(w);
	if (before != wpas_network_disabled(n))
		wpas_dbus_network_enabled(w, n);
	return ret;
}

static void log_unusable(const struct wpas_if *w, const struct wpas_network *n)
{
	const char *why = wpas_network_unusable(n);

	if (why)
		wpas_log(w, LOG_WARN, "network %u cannot be used: %s", n->id, why);
	if (n->mac_addr > 0)
		wpas_log(w, LOG_WARN,
			"network %u: mac_addr=%d is not in this version, it is joined with our "
			"permanent address",
			n->id, n->mac_addr);
}

void wpas_networks_select(struct wpas_if *w, struct wpas_network *n)
{
	bool already = n && w->conn.net == n && w->state >= WPAS_ASSOCIATED;

	if (w->wps.net && n != w->wps.net) { /* a choice ends the run, which holds the others */
		wpas_event(w, "WPS-CANCEL ");
		wpas_wps_clear(w);
	}

	for (size_t i = 0; i < w->conf->net_count; i++) {
		struct wpas_network *o = w->conf->nets[i];
		bool before = wpas_network_disabled(o);
		if (o->disabled != 2)
			o->disabled = n && o != n;
		o->held = false;
		if (before != wpas_network_disabled(o))
			wpas_dbus_network_enabled(w, o);
	}
	if (n) {
		log_unusable(w, n);
		n->secret_asked = false; /* a choice asks again */
		wpas_network_reenable(w, n);
		wpas_dbus_network_selected(w, n);
	}
	if (n && w->conn.net && w->conn.net != n)
		wpas_leave(w, REASON_DEAUTH_LEAVING);
	if (!already)
		w->conn.failures = 0;
	if (already || w->state >= WPAS_AUTHENTICATING) {
		w->conn.user_disconnected = false;
		return;
	}
	wpas_reconnect(w);
}

void wpas_networks_enable(struct wpas_if *w, struct wpas_network *n, bool connect)
{
	bool held = n->held && !w->wps.net; /* after a run; during one it stays */

	if (n->disabled != 1 && !held)
		return;
	if (held)
		n->held = false;
	n->disabled = 0;
	log_unusable(w, n);
	wpas_dbus_network_enabled(w, n);
	wpas_network_reenable(w, n);
	if (connect && !w->conn.net && !w->conn.user_disconnected && w->up)
		wpas_reconnect(w);
}

void wpas_networks_disable(struct wpas_if *w, struct wpas_network *n)
{
	if (!wpas_network_disabled(n))
		wpas_dbus_network_enabled(w, n);
	n->disabled = 1;
	if (w->conn.net == n)
		wpas_leave(w, REASON_DEAUTH_LEAVING);
	if (w->state < WPAS_AUTHENTICATING && !wpas_any_network(w)) {
		wpas_scan_cancel(w);
		if (!w->scan.running)
			wpas_idle(w, "no enabled network");
	} else if (w->state < WPAS_AUTHENTICATING && !w->conn.user_disconnected && w->up) {
		wpas_scan_schedule(w, 0);
	}
}

int wpas_save_config(struct wpas_if *w)
{
	if (!w->conf->update_config)
		return -EPERM;
	int err = wpas_conf_save(w->conf);
	if (err < 0)
		wpas_event_at(w, LOG_ERR, "CONFIG-SAVE-FAILED %s: %s",
			w->conf->path ? w->conf->path : "no file", strerror(-err));
	return err;
}
