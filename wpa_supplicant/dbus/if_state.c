/* W.Interface: which properties changed with the link. */
#include <stdio.h>

#include "wpa_supplicant/dbus/if_i.h"

void wpas_dbus_changed(struct wpas_if *w, const char *property)
{
	if (w->dbus)
		bus_changed(w->dbus->object, WPAS_BUS_IF, property);
}

void wpas_dbus_flush(struct wpas_if *w)
{
	if (w->dbus)
		bus_flush(w->dbus->object);
}

/* Over the protocols that are configured, not the one in use: so clients know it. */
static const char *key_mgmt_text(const struct wpas_connect *c)
{
	unsigned proto = c->net->proto;

	if (c->akm == AKM_PSK && proto == (PROTO_WPA | PROTO_RSN))
		return "WPA2-PSK+WPA-PSK";
	return akm_name(c->akm, proto == PROTO_WPA ? PROTO_WPA : PROTO_RSN);
}

const char *wpas_dbus_auth_mode(const struct wpas_if *w, char out[WPAS_AUTH_MODE_CAP])
{
	const struct wpas_connect *c = &w->conn;
	const char *text = "UNKNOWN", *method;
	bool eap = w->state > WPAS_SCANNING && c->net && c->akm & WPAS_AKMS_1X;

	if (eap) {
		method = eapol_supp_method(w->eapol);
		text = method ? method : "UNKNOWN-EAP";
	} else if (w->state <= WPAS_SCANNING) {
		text = "INACTIVE";
	} else if (c->net) {
		text = c->akm == AKM_WPS ? "WPS" : key_mgmt_text(c);
	}
	snprintf(out, WPAS_AUTH_MODE_CAP, "%s%s", eap ? "EAP-" : "", text);
	return out;
}

/* Marks a text when it is another one than was told. */
static void note(struct wpas_if *w, char *told, size_t cap, const char *now, const char *property)
{
	if (strcmp(told, now) == 0)
		return;
	snprintf(told, cap, "%s", now);
	wpas_dbus_changed(w, property);
}

static void note_state(struct wpas_if *w)
{
	struct wpas_dbus_if *i = w->dbus;
	char mode[WPAS_AUTH_MODE_CAP];

	if (i->state == w->state)
		return;
	i->state = w->state;
	wpas_dbus_changed(w, "State");
	note(w, i->auth_mode, sizeof(i->auth_mode), wpas_dbus_auth_mode(w, mode),
		"CurrentAuthMode");
	/* Clients get it here, changed or not. */
	if (w->state == WPAS_ASSOCIATED || w->state == WPAS_COMPLETED)
		wpas_dbus_changed(w, "CurrentAuthMode");
	if (w->state == WPAS_COMPLETED)
		wpas_dbus_changed(w, "CurrentBSS");
	if (w->state <= WPAS_SCANNING)
		i->signal_known = false;
}

/* While it roams it is with its old BSS, as far as clients are concerned: they see the new one in
 * the same signal as the state. */
static void note_bss(struct wpas_if *w)
{
	struct wpas_dbus_if *i = w->dbus;
	const struct wpas_connect *c = &w->conn;
	bool roaming = c->reassociating && w->state >= WPAS_AUTHENTICATING && c->net;

	if (c->associated || !roaming)
		note(w, i->bss, sizeof(i->bss),
			wpas_dbus_path(c->associated && c->bss ? c->bss->object : NULL),
			"CurrentBSS");
}

static void note_multi_ap(struct wpas_if *w)
{
	const struct wpas_connect *c = &w->conn;
	struct wpas_dbus_multi_ap now = {.four_addr = c->four_addr}, *told = &w->dbus->multi_ap;

	if (c->associated && c->has_ap_multi_ap) {
		now.backhaul = c->ap_multi_ap.flags & MULTI_AP_BACKHAUL_BSS;
		now.profile = c->ap_multi_ap.profile;
		now.vlan = c->ap_multi_ap.vlanid;
	}
	if (now.backhaul != told->backhaul)
		wpas_dbus_changed(w, "MultiApRole");
	if (now.four_addr != told->four_addr)
		wpas_dbus_changed(w, "FourAddress");
	if (now.profile != told->profile)
		wpas_dbus_changed(w, "MultiApProfile");
	if (now.vlan != told->vlan)
		wpas_dbus_changed(w, "MultiApPrimaryVlan");
	*told = now;
}

void wpas_dbus_link(struct wpas_if *w)
{
	struct wpas_dbus_if *i = w->dbus;

	if (!i)
		return;
	bool lost = i->state >= WPAS_ASSOCIATED && w->state <= WPAS_INACTIVE;
	note_state(w);
	note_bss(w);
	note(w, i->network, sizeof(i->network),
		wpas_dbus_path(w->conn.net ? w->conn.net->object : NULL), "CurrentNetwork");
	note_multi_ap(w);
	/* The next attempt may begin at once; that there was no link is to be seen. */
	if (lost)
		bus_flush(i->object);
}
