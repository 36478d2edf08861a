/* Control sockets of the daemon, and what commands leave behind in an interface. */
#ifndef WPA_SUPPLICANT_CTRL_IFACE_H
#define WPA_SUPPLICANT_CTRL_IFACE_H

#include "wpa_supplicant/supplicant_i.h"

/* The global socket. Returns 0 or -errno. */
int wpas_open_global(struct supplicant *s);
struct ctrl_table *wpas_if_table_new(void);
struct ctrl_table *wpas_global_table_new(void);
/* Address lists, vendor elements and the like, set by SET and VENDOR_ELEM_ADD. */
void wpas_set_free(struct wpas_if *w);
void wpas_conn_stop_timers(struct wpas_if *w);
void wpas_ignore_free(struct wpas_ignore *g);

#endif
