/* Inside of the station daemon: the daemon, an interface, and what its parts offer each other.
 * Each part of struct wpas_if belongs to the file named at it; others use its functions. */
#ifndef WPA_SUPPLICANT_SUPPLICANT_I_H
#define WPA_SUPPLICANT_SUPPLICANT_I_H

#include "ctrl/ctrl.h"
#include "drivers/driver.h"
#include "eapol/eapol_supp.h"
#include "rsn/supplicant.h"
#include "utils/log.h"
#include "wpa_supplicant/bss.h"
#include "wpa_supplicant/conf.h"
#include "wpa_supplicant/dbus/dbus.h"
#include "wpa_supplicant/ignore.h"
#include "wpa_supplicant/nfc.h"
#include "wpa_supplicant/offload.h"
#include "wpa_supplicant/roam.h"
#include "wpa_supplicant/supplicant.h"
#include "wpa_supplicant/testing.h"

/* In the order and with the names of STATUS wpa_state. */
enum wpas_state {
	WPAS_DISCONNECTED,
	WPAS_INTERFACE_DISABLED,
	WPAS_INACTIVE,
	WPAS_SCANNING,
	WPAS_AUTHENTICATING,
	WPAS_ASSOCIATING,
	WPAS_ASSOCIATED,
	WPAS_4WAY,
	WPAS_GROUP,
	WPAS_COMPLETED,
};

struct wpas_driver {
	TAILQ_ENTRY(wpas_driver) link;
	const struct driver *ops;
	struct drv *drv;
	char *param; /* it was made with; NULL: none */
	unsigned users;
};

struct wpas_er;
struct wpas_dbus;
struct wpas_dbus_if;
struct wpas_ap;

struct supplicant {
	struct eloop *loop;
	struct timers *timers;
	struct supplicant_params params; /* texts owned */
	struct wpas_keys *keys;
	struct ctrl_server *global;
	struct ctrl_table *if_table, *global_table;
	TAILQ_HEAD(wpas_if_list, wpas_if) ifs; /* newest first */
	TAILQ_HEAD(, wpas_driver) drivers;
	unsigned next_network_id; /* of blocks read from files */
	bool waiting_monitor;     /* -W and nobody attached yet */
	struct wpas_dbus *dbus;   /* NULL: not on a bus */
	struct timer terminate;
};

/* --- scan.c --- */

enum wpas_scan_purpose {
	WPAS_SCAN_CONNECT, /* ours, to find something to connect to */
	WPAS_SCAN_COMMAND, /* SCAN: report, and select when not connected */
	WPAS_SCAN_ONLY,    /* SCAN TYPE=ONLY */
};
struct wpas_scan_request {
	enum wpas_scan_purpose purpose;
	struct drv_scan params; /* freqs and bssid point into this struct */
	uint16_t freqs[128];
	uint8_t bssid[MAC_LEN];
	bool passive, use_id, only_6ghz;
	unsigned id;
	uint8_t extra[512]; /* elements for its probe requests */
	size_t extra_len;
};
struct wpas_scan {
	struct timer timer;  /* next scan to connect */
	struct timer expire; /* BSS table */
	struct timer guard;  /* a driver that never reports the end */
	bool running;        /* ours */
	bool external;       /* somebody else's */
	bool aborting;
	bool discard;                      /* its results are not wanted any more */
	bool restart;                      /* it is to be followed by one with today's parameters */
	struct wpas_scan_request *current; /* of the one running */
	uint64_t started, last_done;       /* timers_now(); 0 = never */
	unsigned last_id;                  /* of use_id=1 */
	bool flush_next;                   /* BSS_FLUSH 0 */
	bool initial_done;                 /* initial_freq_list was used */
	int interval;                      /* s between failed selections */
#define WPAS_SCAN_INTERVAL 5
	unsigned autoscan_last; /* s, of an exponential plan; 0 = begins */
	unsigned bands;         /* 1 << DRV_BAND_…, of SET setband; 0 = all */
	unsigned hint_freq;     /* MHz: look here first; 0 = nowhere special */
	uint16_t once[128];     /* MHz: the next scan to connect, of SELECT_NETWORK */
	size_t once_count;
};

/* --- connect.c --- */

struct wpas_sa_query {
	struct timer timer; /* runs while the AP is asked */
	uint64_t began;
	unsigned sent;
	uint16_t transaction; /* of the last one */
};

struct wpas_connect {
	struct timer timeout;
	struct wpas_bss *bss; /* being connected to, or connected; in_use */
	struct wpas_network *net;
	uint8_t bssid[MAC_LEN]; /* zero = none */
	bool associated;
	bool was_completed;    /* of this association */
	bool session_over;     /* session_ms is not told yet */
	bool by_driver;        /* the driver authenticates and associates (connect_cmd.c) */
	unsigned last_by_name; /* id + 1 of the network connected to by name last; 0 = none */
	bool reassociating;    /* the request was a reassociation */
	uint8_t prev_bssid[MAC_LEN];
	struct timer deferred; /* connect once the driver has let go of the old link */
	unsigned deferred_bss, deferred_net;
	unsigned akm, pairwise, group;
	unsigned mfp; /* of the association: 0 no, 1 management frames are protected, 2 and that was
			 demanded */
	enum rsn_proto proto;
	struct bytes rsn_ie;    /* sent in the association request */
	unsigned failures;      /* consecutive, for the back-off */
	bool attempted;         /* since then there was an attempt to connect */
	bool user_disconnected; /* DISCONNECT until RECONNECT … */
	bool reassociate_wanted;
	bool four_addr;              /* switched on by us */
	struct multi_ap ap_multi_ap; /* what the AP's answer said */
	bool has_ap_multi_ap;
	struct bytes early_eapol; /* came before the event of the association or the roam */
	uint8_t early_from[MAC_LEN];
	uint64_t early_at;
	bool eapol_seen;               /* since the association */
	uint8_t eapol_source[MAC_LEN]; /* MIB */
	uint64_t left_at;              /* our own deauthentication, whose echo is to be swallowed */
	uint8_t left_bssid[MAC_LEN];
	uint64_t last_fast_reconnect;
	unsigned reason;                    /* of the last disconnection */
	int signed_reason;                  /* … negative when it was ours */
	unsigned auth_status, assoc_status; /* of the last answers */
	uint64_t completed_at;
	bool disconnect_expected; /* ExpectDisconnect: the coming loss is no failure */
	uint64_t roam_began;      /* timers_now(); 0 = none under way */
	bool roamed;              /* the last roam succeeded */
	unsigned roam_ms,
		session_ms; /* of the last roam (0: none, or it failed), of the last link */
	struct timer countermeasures; /* of TKIP are in force while it runs */
	unsigned handshake_failures;  /* MIB */
};

/* --- wps.c --- */

enum wpas_wps_kind {
	WPAS_WPS_PBC,
	WPAS_WPS_PIN,
	WPAS_WPS_REG, /* registrar of the AP: learns or writes its settings */
	WPAS_WPS_NFC, /* enrollee with a token's password or after a handover */
};
/* What a run is to do; everything is copied. */
struct wpas_wps_request {
	enum wpas_wps_kind kind;
	const uint8_t *bssid; /* NULL = any (not for REG) */
	const char *pin;   /* PIN, REG: the PIN ("" allowed for REG). NFC: the password as hex text,
			      NULL = of our own token ("nfc-pw") */
	unsigned timeout;  /* PIN in AP mode: s it can be used; 0 = until it is used */
	unsigned pw_id;    /* PIN, NFC: Device Password ID; 0 = DEV_PW_DEFAULT */
	unsigned multi_ap; /* backhaul profile; 0 = no backhaul */
	const uint8_t *pk_hash; /* WPS_PK_HASH_LEN, of the registrar's key; NULL = any */
	const struct wps_credential *settings; /* REG: new settings of the AP; NULL = learn */
	/* Where to look (out-of-band data may tell): the scan asks for this name and is on this
	 * channel, and only such an AP is tried, its registrar active or not. 0 = not known. */
	const uint8_t *ssid;
	size_t ssid_len;
	unsigned freq; /* MHz */
};
#define WPAS_WPS_PHASE1_MAX 384 /* words of the longest request */

struct wpas_wps {
	struct wps_device dev;    /* texts borrowed from conf */
	struct wpas_network *net; /* of the run; NULL = no run */
	enum wpas_wps_kind kind;
	unsigned pw_id;
	unsigned run;   /* number of the run, to know the networks of one M8 */
	bool configure; /* REG: the AP gets these settings */
	struct wps_credential settings;
	uint8_t bssid[MAC_LEN]; /* of the last attempt; zero = none yet */
	unsigned fitness;       /* of its AP: wpas_wps_match() */
	struct wpas_wps_try {
		uint8_t bssid[MAC_LEN];
		unsigned count, fitness;
		uint64_t until; /* timers_now(); held off before, unless it fits better now */
	} tried[16];
	unsigned tried_count;
	bool stored;    /* a credential replaced the network of the run */
	bool success;   /* the registrar was told, EAP is about to end */
	bool failed;    /* WPS-FAIL was sent */
	uint64_t began; /* timers_now() */
	unsigned scans; /* finished since the run began */
	struct timer walk, give_back, finish;
	struct wpas_wps_seen {
		uint8_t uuid[WPS_UUID_LEN], bssid[MAC_LEN];
		uint64_t at;
		bool used;
	} seen[8]; /* PBC registrars active within the window */
};

struct wpas_radio_work {
	TAILQ_ENTRY(wpas_radio_work) link;
	unsigned id;
	char name[32];
	unsigned freq, timeout;
	bool started;
	uint64_t since;
	struct timer timer;
	struct wpas_if *w;
};

struct wpas_vendor_elem {
	struct bytes ies;
};
#define WPAS_VENDOR_ELEMS 15
enum { WPAS_ELEM_ASSOC_REQ = 13, WPAS_ELEM_PROBE_REQ = 14 };

/* mac_rand.c */
struct wpas_mac_rand {
	bool on;
	uint8_t addr[MAC_LEN], mask[MAC_LEN];
};

/* pmksa.c */
struct wpas_pmksa {
	struct pmksa_cache *cache;
	bool driver_has;           /* something of it */
	bool driver_refused;       /* it keeps none; never asked again */
	uint8_t stranger[MAC_LEN]; /* AP that did not share the last opportunistic one */
};

struct wpas_if {
	TAILQ_ENTRY(wpas_if) link;
	struct supplicant *s;
	char name[IFNAMSIZ];
	char *bridge;
	bool created; /* INTERFACE_ADD made the netdev */
	struct wpas_driver *driver;
	const struct driver *ops;
	struct drv_if *drv;
	struct wpas_conf *conf;
	struct ctrl_server *ctrl;
	struct wpas_testing testing;
	enum wpas_state state;
	bool up, suspended;

	struct wpas_bss_table bss;
	struct wpas_ignore ignore;
	struct wpas_scan scan;
	struct wpas_bgscan bgscan;
	struct wpas_connect conn;
	struct wpas_offload offload;
	struct wpas_sa_query sa_query;
	struct wpas_wps wps;
	struct wpas_nfc nfc;
	struct wpas_er *er; /* er.c; NULL = not started */
	struct wpas_dbus_if *dbus;
	struct wpas_ap *ap; /* ap.c; NULL: not an access point */
	struct timer gone;  /* its netdev vanished, drv is NULL: removed at once */
	struct timer
		replug; /* its netdev vanished: looks whether there is one of this name again */
	struct rsn_supp *rsn;
	struct eapol_supp *eapol;
	struct wpas_pmksa pmksa;

	bool autoconnect; /* STA_AUTOCONNECT */
	int ap_scan;
	struct wpas_macs bssid_filter, disallow_bssid;
	struct bytes *disallow_ssid;
	size_t disallow_ssid_count;
	struct wpas_vendor_elem vendor[WPAS_VENDOR_ELEMS];
	TAILQ_HEAD(, wpas_radio_work) works;
	unsigned next_work;
	int wps_fragment_size;
	int signal_threshold, signal_hysteresis;
	struct wpas_mac_rand mac_rand;
};

/* iface.c */
struct wpas_if *wpas_if_find(struct supplicant *s, const char *ifname);
/* Returns 0 or -errno. */
int wpas_if_add(struct supplicant *s, const struct supplicant_if_params *p);
void wpas_if_remove(struct wpas_if *w, bool terminating);
void wpas_if_start(struct wpas_if *w);      /* first scan */
int wpas_if_reconfigure(struct wpas_if *w); /* 0, -errno */
const uint8_t *wpas_if_addr(const struct wpas_if *w);
const struct drv_caps *wpas_if_caps(const struct wpas_if *w); /* none while there is no driver */
/* While the AP core has the netdev. The second: 0 or -errno (logged). */
void wpas_if_close_driver(struct wpas_if *w);
int wpas_if_reopen_driver(struct wpas_if *w);
/* IF_UP, IF_DOWN, IF_REMOVED; others: false. */
bool wpas_if_netdev_event(struct wpas_if *w, const struct drv_event *ev);
int wpas_if_open_ctrl(struct wpas_if *w);
void wpas_if_apply_country(struct wpas_if *w);
/* The bridge 4-address mode makes it a port of; "" none. 0, -EINVAL no name of an interface, -EBUSY
 * while connected, -ENOMEM. */
int wpas_if_set_bridge(struct wpas_if *w, const char *bridge);
void wpas_if_flush(struct wpas_if *w);

/* event.c: to the log and the monitors; or to the monitors alone. */
void wpas_event(struct wpas_if *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void wpas_event_at(struct wpas_if *w, enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void wpas_event_ctrl(struct wpas_if *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* To monitors: text and a part that is not logged. */
void wpas_event_ctrl_secret(struct wpas_if *w, const char *text, const char *secret);
void wpas_log(const struct wpas_if *w, enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
const char *wpas_state_name(enum wpas_state state);

/* orders.c: what users order. 0 or -errno: -ENETDOWN, -ENOTCONN, -ENOENT no such BSS of this
 * network is known; -EINVAL a number out of range. */
void wpas_order_disconnect(struct wpas_if *w);
void wpas_order_remove_network(struct wpas_if *w, struct wpas_network *n);
void wpas_order_remove_networks(struct wpas_if *w); /* all */
int wpas_order_reconnect(struct wpas_if *w);
int wpas_order_reassociate(struct wpas_if *w);
int wpas_order_reattach(struct wpas_if *w);
int wpas_order_roam(struct wpas_if *w, const uint8_t bssid[MAC_LEN]);
void wpas_order_logon(struct wpas_if *w, bool on);
/* The next loss of the link, if there is one, is no failure. */
void wpas_expect_disconnect(struct wpas_if *w);
/* What the driver knows of the link. False: there is none. */
bool wpas_link_info(const struct wpas_if *w, struct drv_sta_info *info);
#define WPAS_WIDTH_CAP 20
const char *wpas_width_text(const struct drv_sta_info *i, char out[WPAS_WIDTH_CAP]);
/* A scan ordered by a user is not to start now: one is under way, or a connection attempt, or the
 * interface is down. */
bool wpas_scan_refused(const struct wpas_if *w);
int wpas_set_ap_scan(struct wpas_if *w, unsigned n);
int wpas_set_expire_age(struct wpas_if *w, int64_t seconds);
int wpas_set_expire_count(struct wpas_if *w, int64_t scans);
int wpas_set_scan_interval(struct wpas_if *w, int64_t seconds);
void wpas_flush_bsss(struct wpas_if *w, uint64_t age); /* unseen for so long, microseconds; 0 all */

/* vendor_elem.c. The elements added to a kind of frame (WPAS_ELEM_…; NULL: no such kind); whole
 * elements only: -EINVAL. remove: -ENOENT, they are not there in a row. */
struct bytes *wpas_elem_slot(struct wpas_if *w, int64_t frame);
bool wpas_elem_valid(const void *data, size_t len);
int wpas_elem_add(struct bytes *slot, const void *data, size_t len);
int wpas_elem_remove(struct bytes *slot, const void *data, size_t len);

/* scan.c */
void wpas_scan_init(struct wpas_if *w);
void wpas_scan_stop(struct wpas_if *w); /* timers and the scan under way */
/* A scan to connect after this many microseconds (a sooner one that is planned stays). */
void wpas_scan_schedule(struct wpas_if *w, uint64_t delay);
void wpas_scan_cancel(struct wpas_if *w); /* the planned one */
/* `2412,2437` or `2412-2462`: channels this radio has, into the request. 0, or -EINVAL: none. */
int wpas_scan_arg_freqs(struct wpas_if *w, struct wpas_scan_request *r, char *value);
/* What an order of a user leaves open: names and channels as the configuration has them. */
void wpas_scan_order_defaults(struct wpas_if *w, struct wpas_scan_request *r);
void wpas_scan_freqs(struct wpas_scan_request *r, const struct wpas_ints *list); /* adds them */
/* Starts now. Returns 0, -EBUSY or the driver's error. */
int wpas_scan_start(struct wpas_if *w, const struct wpas_scan_request *r);
void wpas_scan_driver_event(struct wpas_if *w, const struct drv_event *ev);
bool wpas_scan_busy(const struct wpas_if *w);
/* Results young enough to select from without a new scan. */
bool wpas_scan_results_fresh(const struct wpas_if *w);
int wpas_scan_abort(struct wpas_if *w); /* 0, -ENOENT */
/* Takes over what the driver knows, without a scan. */
void wpas_scan_refresh(struct wpas_if *w);
/* A scan to connect now, even if one with other parameters is under way. */
void wpas_scan_restart(struct wpas_if *w);
/* Ends the running one and drops its results. */
void wpas_scan_discard(struct wpas_if *w);
/* After a selection that found nothing, or a failed attempt. */
void wpas_scan_retry(struct wpas_if *w);

/* autoscan.c: seconds until the next scan of the plan, `otherwise` without one. */
unsigned wpas_autoscan_interval(struct wpas_if *w, unsigned otherwise);
/* A new plan; "" none. 0, -EINVAL. */
int wpas_set_autoscan(struct wpas_if *w, const char *plan, struct cfg_error *err);

/* select.c */
struct wpas_choice {
	struct wpas_bss *bss;
	struct wpas_network *net;
};
/* The best BSS for the enabled networks. False: none. */
bool wpas_select(struct wpas_if *w, struct wpas_choice *out);
bool wpas_select_matches(struct wpas_if *w, struct wpas_bss *b, struct wpas_network *n);
bool wpas_network_usable(const struct wpas_if *w, const struct wpas_network *n);
bool wpas_any_network(const struct wpas_if *w);         /* enabled, maybe temporarily disabled */
bool wpas_any_station_network(const struct wpas_if *w); /* … and not an AP of our own */
/* bssid_filter leaves it out: of scan results, and of those to connect to. */
bool wpas_bssid_hidden(const struct wpas_if *w, const uint8_t bssid[MAC_LEN]);
/* Protection of management frames a network wants: 0 none, 1 if the other side has it, 2 always. */
unsigned wpas_mfp_wanted(const struct wpas_if *w, const struct wpas_network *n);
/* The same when this AKM is used. */
unsigned wpas_mfp_for(const struct wpas_if *w, const struct wpas_network *n, unsigned akm);
/* AKM and ciphers both sides can do. 0, or -ENOTSUP. */
struct wpas_security {
	enum rsn_proto proto;
	unsigned akm, pairwise, group;
	unsigned mfp; /* as in struct wpas_connect */
};
int wpas_negotiate(const struct wpas_if *w, const struct wpas_bss *b, const struct wpas_network *n,
	struct wpas_security *out);

/* connect.c */
void wpas_conn_init(struct wpas_if *w);
void wpas_enter(struct wpas_if *w, enum wpas_state state, const char *reason);
/* Selects from the table and connects; nothing found: event and a later scan. */
void wpas_select_and_connect(struct wpas_if *w);
void wpas_connect(struct wpas_if *w, struct wpas_bss *b, struct wpas_network *n);
/* Leaves the AP (or the attempt): deauthenticates, clears the driver's state, event. */
void wpas_leave(struct wpas_if *w, unsigned reason);
/* The state without a link: DISCONNECTED or INACTIVE. */
void wpas_idle(struct wpas_if *w, const char *reason);
/* Starts over: connects from fresh results, or scans. */
void wpas_reconnect(struct wpas_if *w);
void wpas_conn_driver_event(struct wpas_if *w, const struct drv_event *ev);
/* An attempt failed for a reason that speaks against this BSS. */
void wpas_attempt_failed(struct wpas_if *w);
void wpas_network_failed(struct wpas_if *w, struct wpas_network *n, const char *reason);
/* Lifts a temporary disabling, with the event. */
void wpas_network_reenable(struct wpas_if *w, struct wpas_network *n);
void wpas_conn_completed(struct wpas_if *w);
void wpas_conn_stop(struct wpas_if *w); /* the interface went down: no requests to the driver */
void wpas_conn_start_timer(struct wpas_if *w, unsigned seconds);

/* For connect_cmd.c and offload_roam.c. Forgets the association in all parts, without a word to the
 * AP; the same when the driver roamed: the old AP has let go already, its port needs no closing. */
void wpas_drop_link(struct wpas_if *w);
void wpas_link_moved(struct wpas_if *w);
/* What was negotiated is that of the attempt. */
void wpas_use_security(struct wpas_if *w, const struct wpas_security *sec);
/* Who we are connecting to (b NULL: the driver will tell). */
void wpas_set_target(struct wpas_if *w, struct wpas_bss *b, struct wpas_network *n);

/* connect_cmd.c: the driver connects by itself, where it wants to or ap_scan is 0 or 2. */
bool wpas_driver_connects(const struct wpas_if *w);
/* Without a scan of ours: the driver looks for the next network by its name. */
bool wpas_connects_by_name(const struct wpas_if *w);
void wpas_connect_by_name(struct wpas_if *w);
/* To the target with the negotiated security. 0 or -errno. */
int wpas_connect_request(struct wpas_if *w);
void wpas_connect_event(struct wpas_if *w, const struct drv_event *ev);
/* The BSS the driver chose becomes the target. False: it is not known, the attempt failed. */
bool wpas_take_bss(struct wpas_if *w, const uint8_t bssid[MAC_LEN]);

/* assoc.c: what the association request carries, and what its answer means. */
int wpas_assoc_request(struct wpas_if *w);
/* The association stands; elements of the answer. */
void wpas_associated(struct wpas_if *w, const uint8_t *ies, size_t len);
void wpas_assoc_status(struct wpas_if *w, unsigned status); /* of the last answer */
void wpas_assoc_response(struct wpas_if *w, const struct drv_event *ev);

/* wpa_glue.c */
int wpas_glue_init(struct wpas_if *w);
void wpas_glue_free(struct wpas_if *w);
void wpas_glue_associated(struct wpas_if *w); /* starts 4-way or EAP */
void wpas_glue_left(struct wpas_if *w);
/* The association as the RSN core wants it; views into w. */
void wpas_glue_describe(const struct wpas_if *w, struct rsn_supp_assoc *a);
/* Wrong Michael MIC in a received frame. */
void wpas_glue_mic_failure(struct wpas_if *w, bool pairwise);
void wpas_glue_rx_eapol(struct wpas_if *w, const struct drv_event *ev);

/* dot1x.c: associations of an 802.1X AKM. */
/* Associated: begins EAP, or lets a cached PMK do. 0 or -errno. */
int wpas_dot1x_start(struct wpas_if *w);
void wpas_dot1x_begins(struct wpas_if *w); /* the first frame is in: time for all of it */
void wpas_dot1x_result(struct wpas_if *w, bool success); /* EAP is over; may leave the AP */
void wpas_dot1x_restart(struct wpas_if *w); /* by EAPOL-Start; nothing without such a link */
void wpas_dot1x_pmkid_mismatch(struct wpas_if *w);
/* The driver roamed with a PMKSA of ours: its PMK serves a later handshake. */
void wpas_dot1x_taken_over(struct wpas_if *w);

/* pmksa.c */
int wpas_pmksa_init(struct wpas_if *w); /* 0, -ENOMEM */
void wpas_pmksa_free(struct wpas_if *w);
/* As configured. */
struct rsn_supp_limits wpas_pmksa_limits(const struct wpas_if *w);
/* The PMK of this association is new: into the cache, and to the driver. pmkid NULL: derived. */
void wpas_pmksa_store(struct wpas_if *w, const uint8_t *pmk, size_t len, const uint8_t *pmkid);
/* PMKID for the association request, NULL: none. A view. Adds an opportunistic entry where that is
 * wanted and may help. */
const uint8_t *wpas_pmksa_request(struct wpas_if *w);
/* The PMKSA the association request named, if it is one of ours with this AP. A view. */
const struct pmksa *wpas_pmksa_sent(const struct wpas_if *w);
void wpas_pmksa_forget_sent(struct wpas_if *w); /* it did not work */
void wpas_pmksa_proven(struct wpas_if *w);      /* it did: the AP has it, too */
/* The association ends; one that came to nothing drops the PMKSA it tried. */
void wpas_pmksa_left(struct wpas_if *w);
/* A network key on which PMKSAs depend. */
bool wpas_pmksa_bound_to(const char *key);
void wpas_pmksa_flush_network(struct wpas_if *w, const struct wpas_network *n);
void wpas_pmksa_flush(struct wpas_if *w);

/* sa_query.c */
void wpas_sa_query_unprotected(struct wpas_if *w, const struct drv_event *ev);
void wpas_sa_query_rx(struct wpas_if *w, const struct drv_event *ev);
void wpas_sa_query_stop(struct wpas_if *w);

/* multi_ap.c */
void wpas_multi_ap_request(const struct wpas_network *n, struct writer *out);
/* Looks at the answer; 0, or -errno: the AP must be left (event sent). */
int wpas_multi_ap_response(struct wpas_if *w, const uint8_t *ies, size_t len);
void wpas_multi_ap_left(struct wpas_if *w);
/* Before a run: 0, or -errno with the event. */
int wpas_multi_ap_probe(struct wpas_if *w);
const char *wpas_multi_ap_obstacle(int err); /* what the user can do about it */
void wpas_multi_ap_status(const struct wpas_if *w, struct strbuf *out);

/* wps.c */
void wpas_wps_init(struct wpas_if *w); /* device description from conf */
void wpas_wps_free(struct wpas_if *w);
/* Ends an older run and starts this one: temporary network, event, scan. 0 or -errno (-EINVAL: PIN
 * that no phase1 can hold; -ENETDOWN; Multi-AP: why 4-address mode is out of reach). */
int wpas_wps_start(struct wpas_if *w, const struct wpas_wps_request *r);
/* Ends the run; event: WPS-CANCEL. */
void wpas_wps_cancel(struct wpas_if *w);
/* A run is on, or its network is new and to be found: scans follow each other soon. */
bool wpas_wps_searching(const struct wpas_if *w);
void wpas_wps_clear(struct wpas_if *w); /* without event: interface going away, FLUSH */
void wpas_wps_event(void *ctx, const struct wps_event *ev); /* ctx: the interface */
void wpas_wps_eap_done(struct wpas_if *w);
/* The association of the run is gone, or could not be made. */
void wpas_wps_link_lost(struct wpas_if *w);
/* The network of the run is being removed. */
void wpas_wps_network_gone(struct wpas_if *w, const struct wpas_network *n);
const char *wpas_wps_check_pin(const char *text, char out[9]); /* NULL bad length, "" checksum */

/* wps_ap.c */
/* Results are in: WPS-AP-AVAILABLE… events. */
void wpas_wps_announce(struct wpas_if *w);
/* Results are in during a run. False: it was cancelled by session overlap. */
bool wpas_wps_scan_results(struct wpas_if *w);
/* May this BSS be used for the run, and how well (0 no)? */
unsigned wpas_wps_match(const struct wpas_if *w, const struct wpas_bss *b);
/* An attempt with this AP begins; the last one led to nothing: others come first, this one again
 * after a time that grows. */
void wpas_wps_attempt(struct wpas_if *w, const struct wpas_bss *b);
void wpas_wps_note_failure(struct wpas_if *w);
unsigned wpas_wps_tries(const struct wpas_if *w, const uint8_t bssid[MAC_LEN]); /* in this run */
unsigned wpas_wps_exchange_time(const struct wpas_if *w); /* s for the EAP exchange */
void wpas_wps_probe_req(struct wpas_if *w, struct writer *out);
void wpas_wps_assoc_req(struct wpas_if *w, struct writer *out);

/* wps_request.c */
/* Keys of the run's network. 0 or -errno (logged when a value was refused). */
int wpas_wps_fill_network(
	struct wpas_if *w, struct wpas_network *n, const struct wpas_wps_request *r);
/* Words of WPS_REG and WPS_ER_CONFIG: OPEN, WPAPSK, WPA2PSK; NONE, TKIP, CCMP. 0, -EINVAL. */
int wpas_wps_auth_parse(const char *word, uint16_t *type);
int wpas_wps_encr_parse(const char *word, uint16_t *type);

/* networks.c: with the events and the connection they concern */
struct wpas_network *wpas_networks_add(struct wpas_if *w);
void wpas_networks_remove(struct wpas_if *w, struct wpas_network *n);
/* One key. As wpas_network_set(). */
int wpas_networks_set(struct wpas_if *w, struct wpas_network *n, const char *key, const char *value,
	struct cfg_error *err);
void wpas_networks_select(struct wpas_if *w, struct wpas_network *n); /* NULL: any */
void wpas_networks_enable(struct wpas_if *w, struct wpas_network *n, bool connect);
void wpas_networks_disable(struct wpas_if *w, struct wpas_network *n);
bool wpas_network_disabled(const struct wpas_network *n); /* as LIST_NETWORKS shows it */
int wpas_save_config(struct wpas_if *w);                  /* -EPERM: update_config=0 */

/* cmd_set.c: one global key, with its effects. As wpas_conf_set(). */
int wpas_set_key(struct wpas_if *w, const char *key, const char *value, struct cfg_error *err);

void wpas_set_warn(const struct wpas_if *w); /* of keys that promise what is not built */

/* cmd_capab.c: what GET_CAPABILITY answers for a field. False: unknown field. w NULL: those that do
 * not depend on the radio. */
bool wpas_capability(const struct wpas_if *w, const char *field, struct strbuf *out);

/* secrets.c: secrets of networks that are asked for when they are needed. */
/* Asks for what wpas_network_lacks_secret() says. */
void wpas_secret_request(struct wpas_if *w, struct wpas_network *n);
/* The answer (CTRL-RSP, NetworkReply); `value` in the syntax of the file where the field is
 * PSK_PASSPHRASE, else plain. 0, -ENOENT unknown field, -EINVAL refused value. */
int wpas_secret_reply(
	struct wpas_if *w, struct wpas_network *n, const char *field, const char *value);

/* mac_rand.c. Probe requests come from random addresses; bits of mask are taken from addr (NULL:
 * local unicast addresses). kind: scan, sched_scan, pno. 0, -EINVAL unknown kind, -EOPNOTSUPP. */
int wpas_mac_rand_on(struct wpas_if *w, const char *kind, const uint8_t *addr, const uint8_t *mask);
int wpas_mac_rand_off(struct wpas_if *w, const char *kind); /* or all; 0, -EINVAL */
void wpas_mac_rand_scan(const struct wpas_if *w, struct drv_scan *s);

/* radio_work.c */
void wpas_radio_work_clear(struct wpas_if *w);

/* Command rows, each table ends with an empty row; ctx of interface commands: struct wpas_if,
 * of global ones: struct supplicant. */
extern const struct ctrl_command wpas_cmds_basic[], wpas_cmds_status[], wpas_cmds_scan[],
	wpas_cmds_network[], wpas_cmds_link[], wpas_cmds_wps[], wpas_cmds_ap[], wpas_cmds_nfc[],
	wpas_cmds_er[], wpas_cmds_set[], wpas_cmds_capab[], wpas_cmds_secrets[], wpas_cmds_pmksa[],
	wpas_cmds_mac_rand[], wpas_cmds_radio[], wpas_cmds_global[];
void wpas_interfaces_list(struct supplicant *s, const char *args, struct strbuf *out);
void wpas_request_interface(void *ctx, struct ctrl_request *req);
void wpas_request_global(void *ctx, struct ctrl_request *req);
void wpas_terminate(struct supplicant *s);

#endif
