/* The station daemon as an object: several can live in one process, on a real or a virtual clock.
 */
#ifndef WPA_SUPPLICANT_SUPPLICANT_H
#define WPA_SUPPLICANT_SUPPLICANT_H

#include <stdbool.h>
#include <stdint.h>

#include "utils/eloop.h"
#include "utils/text.h"

struct supplicant;
struct wpas_if;

/* Texts are copied; NULL where not wanted. */
struct supplicant_params {
	const char *global_ctrl;     /* -g: path or @abstract:NAME */
	const char *global_group;    /* -G */
	const char *override_ctrl;   /* -O: ctrl_interface of interfaces added later */
	const char *override_driver; /* -o */
	bool wait_monitor;           /* -W: interfaces start at the first ATTACH */
	bool dbus;                   /* -u: on the system bus */
	/* Every event, as monitors get it, without level and prefix. For tests; may be NULL. */
	void (*event)(void *ctx, const char *ifname, const char *text);
	/* TERMINATE was asked for: stop the loop. May be NULL. */
	void (*terminate)(void *ctx);
	void *ctx;
};

struct supplicant_if_params {
	const char *ifname;
	const char *conf;   /* -c */
	const char *conf2;  /* -I */
	const char *ctrl;   /* -C: ctrl_interface where there is no -c */
	const char *driver; /* -D: names separated by commas, the first that works; NULL = first
			       built in */
	const char *driver_param; /* -p */
	const char *bridge;       /* -b */
	bool created;             /* make the netdev on the radio of the first interface */
	const uint8_t *addr;      /* its MAC address, NULL = the driver's choice */
};

/* NULL on failure (logged). The loop is borrowed. */
struct supplicant *supplicant_new(struct eloop *loop, const struct supplicant_params *p);
/* Disconnects, removes every interface, sends CTRL-EVENT-TERMINATING. */
void supplicant_free(struct supplicant *s);
/* Takes an interface into use. Returns 0 or -errno (logged). */
int supplicant_add_interface(struct supplicant *s, const struct supplicant_if_params *p);
int supplicant_remove_interface(struct supplicant *s, const char *ifname); /* 0, -ENOENT */
/* SIGHUP: reads every interface's file again. Returns 0, or -EINVAL when one was refused. */
int supplicant_reload(struct supplicant *s);
/* One control command as if it came in by socket; ifname NULL: global socket. */
void supplicant_command(struct supplicant *s, const char *ifname, char *cmd, struct strbuf *reply);

#endif
