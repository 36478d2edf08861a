/* The nl80211 driver's own structures. */
#ifndef DRIVERS_NL80211_NL80211_I_H
#define DRIVERS_NL80211_NL80211_I_H

#include <sys/queue.h>

#include "drivers/nl80211/rtnl_i.h"
#include "utils/log.h"

/* What the kernel is doing with our station link, as far as events and requests told us. */
enum link_state {
	LINK_IDLE,
	LINK_AUTH_SENT,
	LINK_AUTHED,
	LINK_ASSOC_SENT,
	LINK_CONNECTING, /* CONNECT: the kernel's own SME is at it */
	LINK_UP
};

/* EAPOL through a packet socket, where the kernel has no nl80211 control port. */
struct packet {
	int fd; /* -1 = closed */
	struct eloop_fd *watch;
	struct drv_if *owner;
	int ifindex;
};

/* An AP_VLAN netdev that carries one 4-address station. */
struct wds {
	LIST_ENTRY(wds) link;
	uint8_t addr[MAC_LEN];
	int ifindex;
	char ifname[IFNAMSIZ];
	struct packet packet;
};
LIST_HEAD(wds_list, wds);

/* The parameters of SET_BSS, to send them only when they change. */
struct bss_params {
	uint8_t basic_rates[32];
	size_t basic_rate_count;
	bool isolate, short_slot, short_preamble;
};

struct sta_link {
	enum link_state state;
	uint8_t bssid[MAC_LEN];
	unsigned freq;
	bool kernel_sme;        /* the link was asked for by CONNECT: its frames are no events */
	bool expect_own_deauth; /* we cleared an old authentication ourselves: do not tell */
	bool deauth_unanswered; /* deauthenticate() was called, no event yet */
	unsigned deauth_reason;
	uint8_t deauth_bssid[MAC_LEN];
	struct timer deauth_timer;
	/* Authentication waits for a scan that puts the BSS back into the kernel's list. */
	bool auth_waits;
	struct drv_auth auth;
	uint8_t auth_ssid[SSID_MAX_LEN];
	struct bytes auth_data;
};

struct drv_if {
	LIST_ENTRY(drv_if) link;
	struct drv *drv;
	drv_event_fn event;
	void *ctx;
	enum drv_iftype type;
	char ifname[IFNAMSIZ];
	int ifindex;
	uint8_t addr[MAC_LEN];
	struct nl_phy *phy;
	bool closed;
	bool created; /* the netdev is ours */
	bool touched; /* its state may differ from what we found */
	bool was_up, up;
	bool was_4addr;
	struct nl_chan own; /* owns AP, association, frame registrations */
	struct control_port control;
	struct packet packet;
	char bridge[IFNAMSIZ];
	bool added_to_bridge;
	bool created_bridge;
	/* scan */
	bool scanning;          /* ours runs */
	bool scan_internal;     /* and the daemon did not ask for it */
	const char *scan_state; /* for STATUS-DRIVER */
	struct timer scan_timer;
	struct sta_link sta;
	/* AP */
	bool beaconing;
	unsigned freq;
	struct bss_params bss;
	bool bss_known;
	struct wds_list wds;
};
LIST_HEAD(drv_if_list, drv_if);

struct drv {
	struct eloop *loop;
	struct nl_family family;
	struct nl_chan req;       /* requests */
	struct nl_chan events;    /* multicast: scan, mlme, regulatory */
	struct nl_chan rt;        /* rtnetlink requests */
	struct nl_chan rt_events; /* link changes */
	struct nl_phy *phys;
	bool no_control_port; /* parameter control_port=0 */
	bool force_connect;   /* parameter force_connect_cmd=1 */
	struct drv_if_list ifs;
	struct drv_if_list dead; /* closed, maybe still on the call stack */
	struct timer reap;
	struct timer resync;
};

/* --- drv.c --- */

struct nl_req drv_req(struct drv *d, uint8_t cmd);
/* A request about this interface. */
struct nl_req if_req(struct drv_if *i, uint8_t cmd);
/* Sends it on the request socket and waits for the acknowledgement. */
int drv_ask(struct drv *d, struct nl_req *r, nl_msg_fn fn, void *ctx);
/* The radio, read once; NULL with *err. */
struct nl_phy *phy_get(struct drv *d, uint32_t index, int *err);
void phy_put(struct drv *d, struct nl_phy *phy);
/* Reads the channels again if the regulatory domain changed. */
void phy_refresh(struct drv *d, struct nl_phy *phy);
/* Reads all of it again; on error it stays as it is. */
int phy_reread(struct drv *d, struct nl_phy *phy);

/* --- netdev.c: wireless netdevs --- */

int netdev_get(struct drv *d, int ifindex, struct nl_iface *out);
struct netdev_new {
	const char *ifname;
	enum nl80211_iftype type;
	const uint8_t *addr; /* NULL = next free one of the radio */
	bool four_addr;
};
/* A netdev left over under that name on the same radio is replaced. Returns 0, -EEXIST (the name
 * belongs to something else), -errno. */
int netdev_create(
	struct drv *d, struct nl_phy *phy, const struct netdev_new *n, struct nl_iface *out);
int netdev_delete(struct drv *d, int ifindex);
int netdev_set_type(struct drv *d, int ifindex, enum nl80211_iftype type);
int netdev_set_4addr(struct drv *d, int ifindex, bool on);

/* --- iface.c --- */

struct drv_if *nl_if_open(
	struct drv *d, const struct drv_if_params *p, int *err, struct strbuf *reason);
void nl_if_close(struct drv_if *i);
int nl_set_addr(struct drv_if *i, const uint8_t addr[MAC_LEN]);
int nl_bridge_add(struct drv_if *i, const char *bridge);
void nl_set_bridge(struct drv_if *i, const char *bridge);
/* The interface or the AP that owns this AP_VLAN; NULL when it is none of ours. */
struct drv_if *if_by_index(struct drv *d, int ifindex);

/* --- events.c --- */

void if_emit(struct drv_if *i, const struct drv_event *ev);
void on_nl_event(void *ctx, const struct nlmsghdr *h);  /* ctx: struct drv */
void on_rt_event(void *ctx, const struct nlmsghdr *h);  /* ctx: struct drv */
void on_own_event(void *ctx, const struct nlmsghdr *h); /* ctx: struct drv_if */
/* After lost events: finds out what changed. Never called from inside an op. */
void resync(struct drv *d);

/* --- scan.c --- */

int nl_scan(struct drv_if *i, const struct drv_scan *s);
int nl_scan_abort(struct drv_if *i);
int nl_scan_results(struct drv_if *i, drv_scan_result_fn fn, void *ctx);
/* Looks for one BSS for the driver's own needs. */
int scan_for_bss(struct drv_if *i, const struct drv_auth *a);
void scan_started(struct drv_if *i);
void scan_ended(struct drv_if *i, bool aborted);

/* --- station.c --- */

int nl_authenticate(struct drv_if *i, const struct drv_auth *a);
int nl_associate(struct drv_if *i, const struct drv_assoc *a);
int nl_deauthenticate(struct drv_if *i, const uint8_t bssid[MAC_LEN], unsigned reason);
int nl_set_4addr(struct drv_if *i, bool on);
int nl_probe_4addr(struct drv_if *i);
int nl_set_operstate(struct drv_if *i, bool up);
int nl_signal_monitor(struct drv_if *i, int threshold, int hysteresis);
void sta_auth_event(struct drv_if *i, const struct nl_event *ev);
void sta_assoc_event(struct drv_if *i, const struct nl_event *ev);
void sta_leave_event(
	struct drv_if *i, const struct nl_event *ev); /* deauthentication, disassociation */
void sta_disconnect_event(struct drv_if *i, const struct nl_event *ev);
/* A scan ended: authentication that waited for it goes on. */
void sta_scan_ended(struct drv_if *i);
void sta_resync(struct drv_if *i);
/* Ends timers and frees what the link holds. */
void sta_link_close(struct drv_if *i);

/* Tells of the end of the link, once. */
void sta_emit_disconnected(
	struct drv_if *i, const uint8_t *bssid, unsigned reason, bool local, bool deauth);

/* --- connect.c: association by the kernel's SME --- */

int nl_sta_connect(struct drv_if *i, const struct drv_assoc *a);
int send_disconnect(struct drv_if *i, unsigned reason);
void sta_connect_event(struct drv_if *i, const struct nl_event *ev);
void sta_roam_event(struct drv_if *i, const struct nl_event *ev);
/* Events were lost while connected: tells of a roam or of the end of the link. */
void sta_connect_resync(struct drv_if *i);
/* Events were lost while connecting. */
void sta_connect_lost(struct drv_if *i);

/* --- offload.c: key management of the driver --- */

/* Finds out whether the driver speaks the vendor's interface for it. */
void vendor_query(struct drv_if *i);
int nl_set_pmk(struct drv_if *i, const uint8_t bssid[MAC_LEN], const uint8_t *pmk, size_t len);
int nl_sync_pmk(struct drv_if *i, const uint8_t *pmk, size_t len);
int nl_allow_roaming(struct drv_if *i, bool allowed);
int nl_pmksa_set(struct drv_if *i, const struct drv_pmksa *p);
int nl_pmksa_del(struct drv_if *i, const uint8_t bssid[MAC_LEN], const uint8_t pmkid[16]);
int nl_pmksa_flush(struct drv_if *i);
int nl_set_rekey(struct drv_if *i, const struct drv_rekey *r);
int nl_refresh_caps(struct drv_if *i);
void port_authorized_event(struct drv_if *i, const struct nl_event *ev);
void rekeyed_event(struct drv_if *i, const struct nl_event *ev);
void candidate_event(struct drv_if *i, const struct nl_event *ev);
void vendor_event(struct drv_if *i, const struct nl_event *ev);

/* --- ap.c, stations.c --- */

int nl_ap_start(struct drv_if *i, const struct drv_ap *ap);
int nl_ap_update(struct drv_if *i, const struct drv_ap *ap);
int nl_channel_switch(struct drv_if *i, const struct drv_csa *c);
int nl_ap_stop(struct drv_if *i);
/* Frames and events an AP wants from the kernel. Returns 0 or -errno. */
int ap_register(struct drv_if *i);
int sta_register(struct drv_if *i);
/* Of an AP whose driver answers the stations itself. */
void sta_new_event(struct drv_if *i, const struct nl_event *ev);
void sta_gone_event(struct drv_if *i, const struct nl_event *ev);
/* Events were lost: names each station as one that believes it is associated. */
void ap_resync(struct drv_if *i);
void sta_unprotected_event(struct drv_if *i, const struct nl_event *ev);
int nl_sta_set(struct drv_if *i, const struct drv_sta *s);
int nl_sta_remove(struct drv_if *i, const uint8_t addr[MAC_LEN]);
int nl_sta_flush(struct drv_if *i);
int nl_poll_sta(struct drv_if *i, const uint8_t addr[MAC_LEN], bool qos);
int nl_sta_info(struct drv_if *i, const uint8_t addr[MAC_LEN], struct drv_sta_info *out);
int nl_set_authorized(struct drv_if *i, const uint8_t addr[MAC_LEN], bool authorized);
int nl_send_mgmt(struct drv_if *i, const struct drv_tx *tx);

/* --- key.c --- */

int nl_set_key(struct drv_if *i, const struct drv_key *k);
int nl_group_rsc(struct drv_if *i, unsigned key_index, uint64_t *rsc);

/* --- wds.c --- */

int nl_wds_sta(struct drv_if *i, const uint8_t addr[MAC_LEN], const char *ifname,
	const char *bridge, bool on);
void wds_remove_all(struct drv_if *i);

/* --- eapol.c --- */

int nl_send_eapol(struct drv_if *i, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len,
	bool encrypt);
int packet_open(struct packet *p, struct drv_if *owner, int ifindex);
void packet_close(struct packet *p);
/* The TX status of a control port frame; frame: with Ethernet header. */
void eapol_tx_status(struct drv_if *i, const struct nl_event *ev);
void eapol_received(struct drv_if *i, const struct nl_event *ev);

/* --- status.c --- */

extern const struct driver driver_nl80211;

bool nl_status(struct drv_if *i, struct strbuf *out);

#endif
