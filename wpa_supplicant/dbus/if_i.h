/* Handlers of W.Interface: what its tables name. */
#ifndef WPA_SUPPLICANT_DBUS_IF_I_H
#define WPA_SUPPLICANT_DBUS_IF_I_H

#include "wpa_supplicant/dbus/dbus_i.h"

static inline struct wpas_if *wpas_dbus_if_of(void *ctx)
{
	const struct wpas_dbus_if *i = ctx;
	return i->w;
}

typedef void wpas_dbus_method(void *ctx, struct bus_call *call);
typedef int wpas_dbus_getter(void *ctx, const struct bus_property *p, struct bus_out *out);
typedef int wpas_dbus_setter(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call);

/* if_scan.c */
wpas_dbus_method wpas_dbus_scan, wpas_dbus_abort_scan, wpas_dbus_flush_bss, wpas_dbus_autoscan;
/* if_signal.c */
wpas_dbus_method wpas_dbus_signal_poll;
wpas_dbus_getter wpas_dbus_get_signal_change;
/* if_link.c */
wpas_dbus_method wpas_dbus_disconnect, wpas_dbus_reassociate, wpas_dbus_reconnect,
	wpas_dbus_reattach, wpas_dbus_roam, wpas_dbus_logoff, wpas_dbus_logon;
/* if_network.c */
wpas_dbus_method wpas_dbus_add_network, wpas_dbus_remove_network, wpas_dbus_remove_all_networks,
	wpas_dbus_select_network, wpas_dbus_network_reply;
/* if_config.c */
wpas_dbus_method wpas_dbus_save_config, wpas_dbus_set_pkcs11;
/* if_blob.c */
wpas_dbus_method wpas_dbus_add_blob, wpas_dbus_get_blob, wpas_dbus_remove_blob;
wpas_dbus_getter wpas_dbus_get_blobs;
/* if_elem.c */
wpas_dbus_method wpas_dbus_elem_add, wpas_dbus_elem_get, wpas_dbus_elem_remove;
/* if_capabilities.c */
wpas_dbus_getter wpas_dbus_get_capabilities, wpas_dbus_get_eap_methods,
	wpas_dbus_get_root_capabilities;

/* if_settings.c */
wpas_dbus_setter wpas_dbus_set_ap_scan, wpas_dbus_set_expire_age, wpas_dbus_set_expire_count,
	wpas_dbus_set_scan_interval, wpas_dbus_set_fast_reauth, wpas_dbus_set_country,
	wpas_dbus_set_bridge, wpas_dbus_set_random_masks;
/* if_state.c */
const char *wpas_dbus_auth_mode(const struct wpas_if *w, char out[WPAS_AUTH_MODE_CAP]);

/* Sends a signal of the interface with this one text or path as its argument. */
void wpas_dbus_tell_str(struct wpas_if *w, const char *signal, const char *text);

#endif
