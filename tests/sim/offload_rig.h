/* A station with firmware between one or two access points of a network. */
#ifndef TESTS_SIM_OFFLOAD_RIG_H
#define TESTS_SIM_OFFLOAD_RIG_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "net.h"

#define CONNECTED "CTRL-EVENT-CONNECTED"
#define DISCONNECTED "CTRL-EVENT-DISCONNECTED"
#define FALLBACK "CTRL-EVENT-HANDSHAKE-FALLBACK"
#define REKEYED "Group rekeying completed"
/* The other access point of the network; its wire is br1. */
#define AP_OTHER "ssid=net\n" AP_WPA2 "wpa_passphrase=twelve words\nbridge=br1\n"

struct link {
	struct net *n;
	struct net_ap *ap, *other; /* br0, br1; other: NULL until link_other() */
	struct net_sta *sta;
	struct drv_if *radio; /* of the station */
	struct sim_fw_knobs *fw;
	uint8_t bssid[2][MAC_LEN]; /* of ap and other */
};

/* words: of offload=. The station has not begun to connect on return: set the knobs now. */
struct link link_new(void **state, const char *ap_conf, const char *sta_conf, const char *words);
/* … and is connected. */
struct link link_up(void **state, const char *ap_conf, const char *sta_conf, const char *words);
void link_await(const struct link *l);
void link_other(struct link *l, const char *conf);
/* The firmware roams to the other AP; the link stands on return, as far as the firmware goes. */
void link_roam(const struct link *l);
/* COMPLETED with this AP (0 or 1), and frames pass both ways, broadcast too. */
void link_works(const struct link *l, unsigned which);
bool status_says(struct net_sta *s, const char *line);
void status_has(struct net_sta *s, const char *line);
/* Group keys of the station and this AP (0 or 1) are the same: rekeys, and awaits that the station
 * says so. */
void link_rekeys(const struct link *l, unsigned which);
/* Of the key this AP sends with: it changes when all stations have answered. */
unsigned link_group_index(const struct link *l, unsigned which);
/* Seconds between these two events of the station (the last ones). */
double events_gap(const struct events *e, const char *from, const char *to);

#endif
