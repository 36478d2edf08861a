/* Inside of the AP daemon. */
#ifndef HOSTAPD_HOSTAPD_I_H
#define HOSTAPD_HOSTAPD_I_H

#include <sys/queue.h>
#include <uthash.h>

#include "ap/ap.h"
#include "ctrl/ctrl.h"
#include "hostapd/conf.h"
#include "hostapd/hostapd.h"
#include "hostapd/testing.h"
#include "wps/nfc.h"

struct hostapd_iface;

struct hostapd_bss {
	UT_hash_handle hh; /* by ifname */
	TAILQ_ENTRY(hostapd_bss) link;
	struct hostapd_iface *iface;
	struct ap_bss *ap;
	struct ctrl_server *ctrl; /* NULL = no socket */
	char ifname[IFNAMSIZ];
	struct wps_nfc_token nfc; /* commands_nfc.c */
	struct hostapd_bss_testing testing;
	struct hostapd_upnp *upnp; /* device it belongs to, NULL = none; upnp.c */
};

/* One radio. Its BSSs stand in the order of conf->bss. */
struct hostapd_iface {
	TAILQ_ENTRY(hostapd_iface) link;
	struct hostapd *h;
	struct hostapd_conf *conf;
	struct ap_radio *radio;
	char phy[32];   /* asked for with -b or ADD bss_config=, else "" */
	bool essential; /* from the command line and not up yet: its late failure ends the process
			 */
	struct {
		struct timer timer;
		unsigned polls;
		bool from_file;
	} wps_reload; /* of settings that came by WPS */
	struct timer recreate;
	struct hostapd_conf *next_conf; /* waits for recreate */
	/* Copy of what the radio came up with or took by a reload: there is a way back when it
	 * refuses the next one. NULL before the first ENABLE; reload.c */
	struct hostapd_conf *applied;
	TAILQ_HEAD(hostapd_bss_list, hostapd_bss) bsses;
};

struct hostapd {
	struct eloop *loop;
	const struct driver *fallback;
	const char *group;
	struct hostapd_bss *by_ifname;
	TAILQ_HEAD(, hostapd_iface) ifaces;
	struct ctrl_server *global;
	struct ctrl_table *bss_commands, *global_commands;
	struct hostapd_testing testing;
	LIST_HEAD(, hostapd_upnp) upnp; /* upnp.c */
};

/* iface.c */
struct hostapd_iface *hostapd_iface_new(struct hostapd *h, struct hostapd_conf *conf);
void hostapd_iface_remove(struct hostapd_iface *i);
int hostapd_iface_open_sockets(struct hostapd_iface *i);
/* Full check, then bring up. `reason` names the cause of a failure; it was logged too. */
int hostapd_iface_enable(struct hostapd_iface *i, struct strbuf *reason);
struct hostapd_iface *hostapd_iface_by_phy(struct hostapd *h, const char *phy);
struct hostapd_bss *hostapd_bss_find(struct hostapd *h, const char *ifname);
struct hostapd_bss *hostapd_bss_first(const struct hostapd_iface *i);
size_t hostapd_bss_index(const struct hostapd_bss *b);
struct ap_bss_config *hostapd_bss_conf(const struct hostapd_bss *b);
void hostapd_bss_remove(struct hostapd_bss *b);
/* Only while the radio is down, and nothing real is renamed: the books follow the configuration. */
bool hostapd_bss_can_rename(const struct hostapd_bss *b, const char *ifname);
void hostapd_bss_rename(struct hostapd_bss *b);
/* Adds the BSS of a loaded one-BSS file (conf is consumed) and starts it if the radio is up. */
int hostapd_iface_add_bss(struct hostapd_iface *i, struct hostapd_conf *conf);
/* `<phy>:<file>` of -b and ADD bss_config=. enable: bring a new radio up. */
int hostapd_add_phy_bss(struct hostapd *h, const char *spec, bool enable);

/* reload.c */
int hostapd_iface_reload_config(struct hostapd_iface *i);
/* Same from its file. all: also BSSs whose config_id says that nothing has changed. */
int hostapd_iface_reload_file(struct hostapd_iface *i, bool all);
/* Values of SET. What the driver refuses when it is too late to leave all as it is, is taken back:
 * the radio runs with what it had before, and so says memory. */
int hostapd_iface_reload(struct hostapd_iface *i);
int hostapd_bss_reload(struct hostapd_bss *b);
/* The radio runs with i->conf. */
void hostapd_iface_remember(struct hostapd_iface *i);

/* glue.c */
extern const struct ap_ops hostapd_ap_ops; /* ctx: struct hostapd_iface */
void hostapd_bss_event(
	struct hostapd_bss *b, enum log_level level, unsigned flag, const char *text);

/* Same; the log gets `logged` instead of the text. */
void hostapd_bss_event_secret(
	struct hostapd_bss *b, enum log_level level, const char *logged, const char *text);

/* wps_settings.c */
/* A WPS command on `from`, or what happened there, concerns `to`, too. */
bool hostapd_wps_reaches(const struct hostapd_bss *from, const struct hostapd_bss *to);
/* Takes over settings: events, memory, file; a reload follows within ms. Returns 0 or -EINVAL
 * (they cannot be used), -ENOMEM. */
int hostapd_wps_settings(struct hostapd_bss *from, const struct ap_wps_settings *settings);

/* upnp.c; upnp_none.c in builds without UPnP */
/* The BSS's registrar came up or has a new configuration: it is, becomes or ends being part of a
 * UPnP device. Negative errno and `reason`: upnp_iface cannot be used. */
int hostapd_upnp_up(struct hostapd_bss *b, struct strbuf *reason);
/* Runs of external registrars end; gone: it leaves its device, too. */
void hostapd_upnp_down(struct hostapd_bss *b, bool gone);
/* What an enrollee sent. False: no external registrar listens. */
bool hostapd_upnp_forward(
	struct hostapd_bss *b, const uint8_t mac[MAC_LEN], const uint8_t *msg, size_t len);
void hostapd_upnp_forward_probe(
	struct hostapd_bss *b, const uint8_t mac[MAC_LEN], const uint8_t *data, size_t len);

/* commands*.c */
void hostapd_explain_no_wps(struct hostapd_bss *b);
extern const struct ctrl_command hostapd_commands_general[];
extern const struct ctrl_command hostapd_commands_config[];
extern const struct ctrl_command hostapd_commands_sta[];
extern const struct ctrl_command hostapd_commands_acl[];
extern const struct ctrl_command hostapd_commands_csa[];
extern const struct ctrl_command hostapd_commands_wnm[];
extern const struct ctrl_command hostapd_commands_pmksa[];
extern const struct ctrl_command hostapd_commands_wps[];
extern const struct ctrl_command hostapd_commands_nfc[];
extern const struct ctrl_command hostapd_commands_wps_ap[];
/* Calls fn for every WPS BSS that a WPS command on `from` reaches. Returns 0 when each took it,
 * else the first error; -EOPNOTSUPP when there is none (an event says why). */
int hostapd_for_wps(
	struct hostapd_bss *from, int (*fn)(struct ap_bss *ap, const void *arg), const void *arg);
/* Event: why WPS does not run on this BSS. */
void hostapd_explain_no_wps(struct hostapd_bss *b);
extern const struct ctrl_command hostapd_commands_global[];
void hostapd_on_bss_request(void *ctx, struct ctrl_request *req);
void hostapd_on_global_request(void *ctx, struct ctrl_request *req);
enum ctrl_result hostapd_cmd_attach(struct ctrl_request *req, const char *args);
enum ctrl_result hostapd_cmd_log_level(char *args, struct ctrl_request *req);

#endif
