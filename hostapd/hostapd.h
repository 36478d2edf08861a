/* The AP daemon as an object: radios with their BSSs, control sockets, configuration. main.c only
 * reads options; a test can hold several of these in one process. */
#ifndef HOSTAPD_HOSTAPD_H
#define HOSTAPD_HOSTAPD_H

#include "utils/eloop.h"

struct hostapd;

/* NULL when out of memory or no driver is built in. */
struct hostapd *hostapd_new(struct eloop *loop);
/* Radios go down in reverse order, their events included. */
void hostapd_free(struct hostapd *h);
/* Group of control sockets whose configuration names none; borrowed. */
void hostapd_set_group(struct hostapd *h, const char *group);

/* One radio from a configuration file, not yet enabled. ifname: overrides the name of its first
 * BSS, NULL = as in the file. Returns 0 or negative (errors were logged). */
int hostapd_add_file(struct hostapd *h, const char *path, const char *ifname);
/* `<phy>:<file>`: one BSS for the radio with that phy, or a new radio. -EINVAL: no colon. */
int hostapd_add_bss_file(struct hostapd *h, const char *spec);
/* Control sockets and setup of all radios added so far. A synchronous failure returns negative.
 * Later failures stop the loop. */
int hostapd_start(struct hostapd *h);
/* path: directory/name. Returns 0 or negative. */
int hostapd_open_global(struct hostapd *h, const char *path);
/* SIGHUP: every radio reads its file again; errors are logged, the old configuration stays. */
void hostapd_reload(struct hostapd *h);

#endif
