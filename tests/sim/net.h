/* Networks in one process: whole hostapd and wpa_supplicant instances on one simulated air and one
 * virtual clock. */
#ifndef TESTS_SIM_NET_H
#define TESTS_SIM_NET_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "drivers/sim/sim.h"
#include "hostapd/hostapd.h"
#include "wpa_supplicant/supplicant.h"

#define SEC USEC_PER_SEC

/* Events of a daemon in order, one line each: "<seconds> <ifname> <event>". */
struct events {
	char *text;
	size_t len, cap;
};

struct net;
struct net_ap {
	struct net *net;
	struct hostapd *daemon;
	char ifname[IFNAMSIZ];
	int ctrl[2], monitor[2]; /* by BSS: ifname, ifname_bh */
	unsigned bss_count;
	struct eloop_fd *watch[2];
	struct events events;
};
struct net_sta {
	struct net *net;
	struct supplicant *daemon;
	char ifname[IFNAMSIZ], conf[128];
	struct events events;
	/* NULL, or called from within each event of the daemon. */
	void (*hook)(struct net_sta *s, const char *text);
};

struct net {
	struct eloop *loop;
	struct sim_air *air;
	char dir[64];
	struct net_ap *aps[4];
	unsigned ap_count, sta_count, sta_cap;
	struct net_sta **stas;
};

/* cmocka setup and teardown; *state is the net. */
int net_setup(void **state);
int net_teardown(void **state);

/* Starts hostapd on ifname with this configuration (interface, driver, channel and sockets are
 * added in front). Second BSS, if any, is called <ifname>_bh: write `bss=<ifname>_bh`. */
struct net_ap *net_ap(struct net *n, const char *ifname, const char *conf);
/* The same with more driver parameters. */
struct net_ap *net_ap_on(struct net *n, const char *ifname, const char *conf, const char *params);
/* As net_ap, for a configuration that must be refused. */
void net_ap_refused(struct net *n, const char *ifname, const char *conf);
void net_ap_refused_on(struct net *n, const char *ifname, const char *conf, const char *params);
/* Takes the daemon down as TERMINATE does. */
void net_ap_stop(struct net_ap *a);
/* Starts wpa_supplicant with this configuration file. */
struct net_sta *net_sta(struct net *n, const char *ifname, const char *conf);
/* The same with more driver parameters. */
struct net_sta *net_sta_on(struct net *n, const char *ifname, const char *conf, const char *params);

/* The radio under a daemon's interface. */
struct drv_if *net_radio(struct net *n, const char *ifname);

/* A command; the reply, valid until the next command. bss: 0 or 1. */
const char *ap_command(struct net_ap *a, unsigned bss, const char *cmd);
const char *sta_command(struct net_sta *s, const char *cmd);

/* Lines that contain the text. */
unsigned events_count(const struct events *e, const char *text);
/* Virtual seconds of the nth line (0 first) with this text; fails the test when there is none. */
double events_time(const struct events *e, const char *text, unsigned nth);
void events_clear(struct events *e);

void net_run(struct net *n, double seconds);
/* Runs until the text is seen `count` times, at most `seconds`. False with the events printed when
 * it is not. */
bool net_wait(
	struct net *n, const struct events *e, const char *text, unsigned count, double seconds);

/* Hosts that send each other a broadcast and a unicast frame through the two ports (netdev or
 * bridge names); true when both frames arrive in both directions. */
bool net_data_passes(struct net *n, const char *port_a, const uint8_t mac_a[MAC_LEN],
	const char *port_b, const uint8_t mac_b[MAC_LEN]);
/* `address=` of STATUS. */
void sta_address(struct net_sta *s, uint8_t mac[MAC_LEN]);

#endif
