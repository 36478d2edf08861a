/* Drivers: what the daemons ask of a radio, and the events it sends back.
 *
 * A `drv` is one driver instance in a daemon (its sockets); a `drv_if` is one network interface in
 * use. User-space MLME on the AP (the daemon answers authentication and association frames),
 * user-space SME on the station (authenticate, associate as separate requests). Ops return 0 or a
 * negative errno unless said otherwise; the error was not logged yet. An op that is NULL in the
 * table is not supported. Events come from the event loop, never from inside an op. */
#ifndef DRIVERS_DRIVER_H
#define DRIVERS_DRIVER_H

#include <net/if.h>

#include "common/elements.h"
#include "common/rsn_ie.h"
#include "utils/eloop.h"
#include "utils/text.h"

struct drv;
struct drv_if;

/* --- capabilities --- */

enum drv_cap_flags {
	DRV_CAP_AP = 1 << 0,
	DRV_CAP_STATION = 1 << 1,
	DRV_CAP_SME = 1 << 2,          /* separate authenticate / associate commands */
	DRV_CAP_AP_VLAN = 1 << 3,      /* AP_VLAN interfaces, so 4-address stations on an AP */
	DRV_CAP_4ADDR_STA = 1 << 4,    /* 4-address mode on a station interface */
	DRV_CAP_CONTROL_PORT = 1 << 5, /* EAPOL through nl80211 */
	DRV_CAP_EAPOL_TX_STATUS = 1 << 6,
	DRV_CAP_RANDOM_SCAN = 1 << 7,
	DRV_CAP_PROBE_CLIENT = 1 << 8, /* poll_sta */
	/* Key management the driver can take over (doc/offload.md). */
	DRV_CAP_PSK_OFFLOAD = 1 << 9,     /* station: 4-way and group handshake of PSK AKMs */
	DRV_CAP_1X_OFFLOAD = 1 << 10,     /* … of 802.1X AKMs; EAP stays here, set_pmk */
	DRV_CAP_SAE_OFFLOAD = 1 << 11,    /* … and SAE before it */
	DRV_CAP_OWE_OFFLOAD = 1 << 12,    /* … and the Diffie-Hellman exchange before it */
	DRV_CAP_AP_PSK_OFFLOAD = 1 << 13, /* AP: the authenticator for one PMK */
	DRV_CAP_KEY_MGMT_SYNC = 1 << 14,  /* station: roams, and tells keys and counters after it;
					     other handshakes are ours */
	DRV_CAP_ROAMING = 1 << 15,        /* connect(): picks the BSS and roams by itself */
	DRV_CAP_HOST_KEYS = 1 << 16,      /* takes keys of ours (set_key) */
	DRV_CAP_AP_SME = 1 << 17, /* AP: answers authentication and association frames by itself:
				     DRV_EV_STA_NEW, DRV_EV_STA_GONE */
	DRV_CAP_EXTERNAL_AUTH = 1 << 18, /* station: would leave SAE frames to us (not built) */
	DRV_CAP_PMKSA = 1 << 19,         /* pmksa_set … */
};
enum drv_chan_flags {
	DRV_CHAN_DISABLED = 1 << 0,
	DRV_CHAN_NO_IR = 1 << 1,
	DRV_CHAN_RADAR = 1 << 2,
	DRV_CHAN_NO_HT40_PLUS = 1 << 3,
	DRV_CHAN_NO_HT40_MINUS = 1 << 4,
};
struct drv_channel {
	uint16_t freq; /* MHz */
	uint8_t number;
	unsigned flags; /* enum drv_chan_flags */
	int max_power;  /* dBm */
};
enum drv_band_id { DRV_BAND_2G, DRV_BAND_5G, DRV_BAND_60G, DRV_BAND_6G, DRV_BANDS };
struct drv_band {
	struct drv_channel *channels;
	size_t channel_count;
	uint16_t rates[24]; /* units of 100 kb/s */
	size_t rate_count;
	bool ht;
	uint16_t ht_cap_info;
	uint8_t ht_mcs[16];
	uint8_t ht_ampdu; /* A-MPDU Parameters octet */
	bool vht;
	uint32_t vht_cap_info;
	uint8_t vht_mcs[8];
};
struct drv_caps {
	char phy[32];
	unsigned flags;   /* enum drv_cap_flags */
	unsigned iftypes; /* bit n = NL80211_IFTYPE n is supported */
	unsigned ciphers; /* mask of enum cipher */
	unsigned max_scan_ssids;
	unsigned max_scan_ies;
	uint16_t max_remain_on_channel; /* ms */
	uint8_t ext_capab[16];
	size_t ext_capab_len;
	uint8_t ext_capab_mask[16];
	struct drv_band bands[DRV_BANDS]; /* channel_count 0 = band absent */
};

/* --- events --- */

enum drv_event_kind {
	DRV_EV_SCAN_STARTED, /* ours or somebody else's */
	DRV_EV_SCAN_DONE,    /* scan: aborted, external */
	DRV_EV_AUTH,         /* station: authentication response; mgmt */
	DRV_EV_AUTH_TIMEOUT, /* addr */
	DRV_EV_ASSOC, /* station: (re)association response; mgmt plus the request's elements */
	DRV_EV_ASSOC_TIMEOUT, /* addr */
	DRV_EV_CONNECT,       /* station: what became of connect(); conn, addr: the BSS if known */
	DRV_EV_ROAM, /* station: the driver went to another BSS of the network; conn, addr */
	DRV_EV_DISCONNECTED,    /* station: deauthenticated / disassociated; disc */
	DRV_EV_UNPROT_LEAVE,    /* station: the same without protection, where it is due: the
				   link stands; disc, addr: the sender */
	DRV_EV_MGMT_RX,         /* received frame; mgmt (station: SA Query answers) */
	DRV_EV_MGMT_TX_STATUS,  /* mgmt (the frame sent), ack */
	DRV_EV_EAPOL_RX,        /* eapol */
	DRV_EV_EAPOL_TX_STATUS, /* eapol, ack */
	DRV_EV_POLL_OK,         /* AP: station addr acknowledged a poll */
	DRV_EV_LOW_ACK,         /* AP: station addr does not acknowledge any more */
	DRV_EV_RX_4ADDR,    /* AP: 4-address frame from station addr that is not set up for it */
	DRV_EV_RX_SPURIOUS, /* AP: class 3 frame from a station that is not associated; addr */
	DRV_EV_IF_UP,
	DRV_EV_IF_DOWN,
	DRV_EV_IF_REMOVED,
	DRV_EV_REGDOM,                 /* regdom */
	DRV_EV_CHANNEL_SWITCH_STARTED, /* the BSS is about to go there (11.8.8); chan */
	DRV_EV_CHANNEL_SWITCH,         /* it is there; chan */
	DRV_EV_BEACON_LOSS,
	DRV_EV_AP_STOPPED,      /* the kernel stopped our AP */
	DRV_EV_MICHAEL,         /* wrong Michael MIC in a frame from addr; michael */
	DRV_EV_SIGNAL_CHANGE,   /* station: signal monitor threshold crossed; signal_dbm, above */
	DRV_EV_PORT_AUTHORIZED, /* the driver's handshake with addr (station: the BSSID) is done */
	DRV_EV_ROAM_AUTH,       /* station: state of the keys after a roam of the driver; addr: the
				   new BSSID, roam_auth. Comes before or after DRV_EV_ROAM */
	DRV_EV_REKEYED,         /* station: the driver ran a group handshake with addr; replay */
	DRV_EV_PMKSA_CANDIDATE, /* station: addr is worth a pre-authentication; candidate */
	DRV_EV_STA_NEW,  /* AP with DRV_CAP_AP_SME: addr associated; mgmt.req_ies of its request */
	DRV_EV_STA_GONE, /* AP with DRV_CAP_AP_SME: addr left */
};

enum drv_connect_phase {
	DRV_PHASE_UNKNOWN,
	DRV_PHASE_SCAN, /* the network was not found */
	DRV_PHASE_AUTH,
	DRV_PHASE_ASSOC,
};

/* Where a BSS is. */
struct drv_chan {
	unsigned freq; /* MHz, of the primary channel */
	bool ht;
	int offset;         /* of the secondary one: -1, +1; 0 none, or wider than 40 MHz */
	unsigned width;     /* MHz */
	unsigned center[2]; /* MHz; [1] 0 unless 80+80 */
};

struct drv_event {
	enum drv_event_kind kind;
	uint8_t addr[MAC_LEN];
	union {
		struct {
			bool aborted, external;
		} scan;
		struct {
			const uint8_t *frame; /* whole 802.11 frame from the header on; view */
			size_t len;
			unsigned freq;
			int signal_dbm; /* 0 unknown */
			bool ack;       /* TX_STATUS */
			uint64_t cookie;
			const uint8_t *req_ies; /* ASSOC: elements of our request */
			size_t req_ies_len;
		} mgmt;
		struct {
			unsigned status; /* enum of 802.11 status codes; 0 = associated */
			bool timed_out;
			enum drv_connect_phase phase; /* in which one it timed out */
			const uint8_t *req_ies,
				*resp_ies; /* elements of the association frames; views */
			size_t req_ies_len, resp_ies_len;
		} conn;
		struct {
			unsigned reason;
			bool locally_generated, deauth; /* deauth: else disassociation */
		} disc;
		struct {
			const uint8_t
				*packet; /* EAPOL packet without Ethernet header; source is addr */
			size_t len;
			bool ack;
			bool encrypted; /* known to have come so … */
			bool in_clear;  /* … or not; neither: the driver does not tell */
		} eapol;
		struct {
			uint8_t initiator; /* enum nl80211_reg_initiator */
			uint8_t type;      /* enum nl80211_reg_type */
			char alpha2[3];    /* "" if none */
		} regdom;
		struct drv_chan chan;
		struct {
			bool pairwise; /* the key of the frame; else the group's */
		} michael;
		struct {
			int signal_dbm;
			bool above;
		} signal;
		struct {
			const uint8_t *req_ies, *resp_ies; /* views */
			size_t req_ies_len, resp_ies_len;
			bool authorized;          /* the handshake was run, too */
			bool has_replay;          /* else: not told */
			uint64_t replay;          /* Key Replay Counter used last */
			const uint8_t *kck, *kek; /* NULL: not told */
			size_t kck_len, kek_len;
			const uint8_t *pmk, *pmkid; /* NULL: as before; pmkid: 16 octets */
			size_t pmk_len;
			unsigned why; /* reason for the roam as the driver numbers it; 0 not told */
		} roam_auth;
		uint64_t replay; /* Key Replay Counter used last */
		struct {
			unsigned index; /* the smaller the better */
			bool preauth;
		} candidate;
	};
};
typedef void (*drv_event_fn)(void *ctx, const struct drv_event *ev);

/* --- parameters --- */

enum drv_iftype { DRV_IF_STATION, DRV_IF_AP };

struct drv_if_params {
	const char *ifname;
	enum drv_iftype type;
	struct drv_if *create_on; /* not NULL: make this netdev on the radio of that interface
				     (second BSS); removed by if_close */
	const uint8_t *addr; /* wanted MAC address, NULL = keep (create_on: the driver picks the
				next of the radio's block) */
	const char *bridge;  /* station: the bridge ifname sits in (EAPOL may arrive there); AP: use
				bridge_add */
	drv_event_fn event;
	void *ctx;
};

struct drv_scan {
	struct {
		uint8_t ssid[SSID_MAX_LEN];
		size_t len; /* 0 = wildcard */
	} ssids[16];
	unsigned ssid_count;   /* 0 = passive */
	const uint16_t *freqs; /* MHz; NULL = all */
	size_t freq_count;
	const uint8_t *ies; /* appended to probe requests */
	size_t ies_len;
	const uint8_t *bssid; /* NULL = any */
	bool flush;           /* only results of this scan */
	/* Probe requests come from a random address, new with each scan: where a bit of rand_mask
	 * is set, the bit of rand_addr. NULL: from our own. Only without a link
	 * (DRV_CAP_RANDOM_SCAN). */
	const uint8_t *rand_addr, *rand_mask;
};
struct drv_scan_result {
	uint8_t bssid[MAC_LEN];
	unsigned freq;
	int level_dbm;
	uint16_t beacon_int, capab;
	uint64_t tsf;
	unsigned age_ms;
	const uint8_t *ies; /* probe response if there was one, else beacon; view */
	size_t ies_len;
	const uint8_t *beacon_ies;
	size_t beacon_ies_len;
	bool associated;
};
typedef void (*drv_scan_result_fn)(void *ctx, const struct drv_scan_result *r);

struct drv_auth {
	uint8_t bssid[MAC_LEN];
	const uint8_t *ssid;
	size_t ssid_len;
	unsigned freq;
	unsigned alg;        /* AUTH_OPEN … */
	const uint8_t *data; /* SAE: from the transaction number on; NULL */
	size_t data_len;
};
struct drv_assoc {
	uint8_t bssid[MAC_LEN];
	const uint8_t *prev_bssid; /* not NULL: reassociation */
	const uint8_t *ssid;
	size_t ssid_len;
	unsigned freq;
	const uint8_t *ies; /* RSNE, WPS, Multi-AP … ; the driver adds rates, HT/VHT, WMM */
	size_t ies_len;
	unsigned pairwise, group, akm; /* one of enum cipher / akm each; 0 = open or WPS */
	enum rsn_proto proto;
	bool privacy;      /* demand it in the AP's capability */
	bool control_port; /* keep data blocked until set_authorized (WPA, 802.1X, WPS) */
	bool mfp;
	bool disable_ht;
	/* connect() alone. What the driver needs to run the handshake: at most one of them. */
	const uint8_t *pmk;          /* 32 octets; DRV_CAP_PSK_OFFLOAD */
	bool offload_1x;             /* set_pmk follows; DRV_CAP_1X_OFFLOAD */
	const uint8_t *sae_password; /* 1..128 octets; DRV_CAP_SAE_OFFLOAD */
	size_t sae_password_len;
	unsigned sae_pwe;   /* 0 hunting and pecking, 1 hash to element, 2 both */
	bool bssid_is_hint; /* the driver may take another BSS; DRV_CAP_ROAMING */
};

/* A PMK security association for the driver (12.6.8.3); pmk may be missing. */
struct drv_pmksa {
	uint8_t bssid[MAC_LEN], pmkid[16];
	const uint8_t *pmk;
	size_t pmk_len;
	unsigned lifetime;  /* s that remain; 0 = not told */
	unsigned threshold; /* percent of it after which a full authentication is due; 0 = not told
			     */
};
/* For group handshakes of the driver while the host sleeps. */
struct drv_rekey {
	const uint8_t *kck, *kek;
	size_t kck_len, kek_len;
	uint64_t replay; /* Key Replay Counter used last */
	unsigned akm;    /* one enum akm */
};

struct drv_key {
	unsigned cipher;
	unsigned index;
	const uint8_t *addr; /* pairwise: the peer; NULL = group key */
	const uint8_t
		*key; /* NULL = delete. TKIP: temporal key, MIC key for sending, for receiving */
	size_t key_len;
	uint64_t rsc;       /* receive sequence counter, RSC field as little-endian number */
	bool set_tx;        /* make it the default transmit key */
	const char *ifname; /* AP: install the group key on this AP_VLAN instead; NULL = the
			       interface itself */
};

/* One of an access point's own transmit queues. */
struct drv_queue {
	uint8_t aifs;
	uint16_t cwmin, cwmax, txop; /* txop: units of 32 microseconds */
};

#define DRV_QUEUES 4          /* VO VI BE BK */
#define DRV_NO_THRESHOLD (-2) /* leave it to the driver */

struct drv_ap {
	unsigned freq;
	int sec_channel; /* HT40: -1, 0, +1 */
	bool ht;
	uint16_t beacon_int;
	uint8_t dtim_period;
	const uint8_t *ssid;
	size_t ssid_len;
	unsigned hide_ssid;         /* ignore_broadcast_ssid */
	const uint8_t *head, *tail; /* beacon up to and behind the TIM element */
	size_t head_len, tail_len;
	const uint8_t *beacon_ies, *proberesp_ies,
		*assocresp_ies; /* elements the kernel adds in offloaded answers; for information */
	size_t beacon_ies_len, proberesp_ies_len, assocresp_ies_len;
	const uint8_t *probe_resp; /* whole template for offloading drivers; NULL */
	size_t probe_resp_len;
	bool privacy;
	unsigned pairwise, group, akm; /* masks; 0 = open */
	unsigned protos;               /* mask of enum rsn_proto */
	const uint8_t *basic_rates;    /* units of 500 kb/s */
	size_t basic_rate_count;
	bool ap_isolate;
	unsigned inactivity; /* seconds; 0 = driver's own */
	bool short_slot, short_preamble;
	/* ap_start() alone. Octets, -1 off, or DRV_NO_THRESHOLD; no queues: NULL. Drivers that have
	 * no such settings go on without. */
	bool multicast_to_unicast; /* group frames go to each station by itself */
	int rts_threshold, fragm_threshold;
	const struct drv_queue *queues;
	const uint8_t *pmk; /* 32 octets: the driver is the authenticator; NULL. Needs
			       DRV_CAP_AP_PSK_OFFLOAD */
};

/* Channel switch of an access point, 11.8.8. */
struct drv_csa {
	unsigned count;             /* target beacon transmission times from now; 0, 1: at once */
	bool block_tx;              /* stations are to be silent until then */
	const struct drv_ap *after; /* beacon, answers and channel from then on */
	const struct drv_ap *until; /* … before, with the announcement */
	size_t tail_counter, probe_resp_counter; /* offset of the count in until's tail and
						    probe_resp */
};

enum drv_sta_flags {
	DRV_STA_AUTHENTICATED = 1 << 0,
	DRV_STA_ASSOCIATED = 1 << 1,
	DRV_STA_AUTHORIZED = 1 << 2,
	DRV_STA_WMM = 1 << 3,
	DRV_STA_SHORT_PREAMBLE = 1 << 4,
	DRV_STA_MFP = 1 << 5,
};
struct drv_sta {
	uint8_t addr[MAC_LEN];
	bool change; /* false: new station */
	uint16_t aid, capab, listen_interval;
	const uint8_t *rates; /* 500 kb/s units */
	size_t rate_count;
	const uint8_t *ht_cap;      /* 26 octets, NULL */
	const uint8_t *vht_cap;     /* 12 octets, NULL */
	unsigned flags, flags_mask; /* enum drv_sta_flags to set, and which are meant */
	uint8_t qosinfo;
};
enum drv_mcs_kind { DRV_MCS_NONE, DRV_MCS_HT, DRV_MCS_VHT, DRV_MCS_HE };
struct drv_mcs {
	enum drv_mcs_kind kind;
	unsigned mcs, nss; /* nss 0 = not told */
};
/* Which of the fields that not every driver has are filled in. */
enum drv_sta_known {
	DRV_STA_BEACONS = 1 << 0,
	DRV_STA_BEACON_LOSSES = 1 << 1,
	DRV_STA_THROUGHPUT = 1 << 2,
	DRV_STA_RX_DROPS = 1 << 3,
	DRV_STA_PORT = 1 << 4,
};
struct drv_sta_info {
	uint64_t rx_packets, tx_packets, rx_bytes, tx_bytes;
	uint64_t tx_failed, tx_retries;
	unsigned inactive_ms, connected_s;
	int signal_dbm, avg_signal_dbm, beacon_signal_dbm;
	unsigned rx_rate, tx_rate; /* 100 kb/s */
	bool has_signal, has_rates, has_beacon_signal;
	unsigned freq;
	unsigned width;     /* MHz; 0 unknown */
	unsigned center[2]; /* MHz; 0 unknown */
	bool ht;
	struct drv_mcs rx_mcs, tx_mcs;
	unsigned known; /* enum drv_sta_known */
	uint64_t beacons, rx_drops;
	unsigned beacon_losses, throughput; /* throughput: expected, kbit/s */
	bool authorized;                    /* DRV_STA_PORT: the controlled port is open */
};

struct drv_tx {
	const uint8_t *frame;
	size_t len;
	unsigned freq;    /* 0 = operating channel */
	unsigned wait_ms; /* off-channel dwell */
	bool no_ack, no_cck;
	uint64_t *cookie; /* NULL, or gets the id for the TX status event */
};

struct driver {
	const char *name; /* as in -D and driver= */
	const char *description;

	/* params: driver_params / driver_param text, may be NULL. NULL on failure (logged). */
	struct drv *(*init)(struct eloop *loop, const char *params);
	void (*deinit)(struct drv *d); /* all interfaces closed before */

	/* Takes the interface into use: type set, up. NULL on failure, *err the negative errno.
	 * `reason` gets one sentence that names the cause for the user, e.g. "this radio cannot be
	 * an access point: phy0 offers only station, monitor". */
	struct drv_if *(*if_open)(
		struct drv *d, const struct drv_if_params *p, int *err, struct strbuf *reason);
	void (*if_close)(struct drv_if *i);
	const uint8_t *(*addr)(const struct drv_if *i);
	int (*set_addr)(struct drv_if *i, const uint8_t addr[MAC_LEN]);
	const struct drv_caps *(*caps)(
		struct drv_if *i); /* current; channel flags follow the regulatory domain */

	int (*set_country)(struct drv *d, const char alpha2[2]);
	int (*get_country)(struct drv *d, char alpha2[3]);

	/* station */
	int (*scan)(struct drv_if *i, const struct drv_scan *s); /* -EBUSY while one runs */
	int (*scan_abort)(struct drv_if *i);
	int (*scan_results)(struct drv_if *i, drv_scan_result_fn fn, void *ctx);
	int (*authenticate)(struct drv_if *i, const struct drv_auth *a);
	int (*associate)(struct drv_if *i, const struct drv_assoc *a);
	/* The driver does it all: looks for the BSS, authenticates, associates; answered by
	 * DRV_EV_CONNECT. bssid zero: any of this SSID; freq 0: any channel. Ends an earlier link.
	 */
	int (*connect)(struct drv_if *i, const struct drv_assoc *a);
	/* Also ends a connect() under way (bssid may then be zero). */
	int (*deauthenticate)(struct drv_if *i, const uint8_t bssid[MAC_LEN], unsigned reason);
	int (*set_4addr)(struct drv_if *i, bool on);
	/* Could 4-address mode be switched on now? 0, or -errno (e.g. -EBUSY: interface in a bridge
	 * without it). Leaves no trace. */
	int (*probe_4addr)(struct drv_if *i);
	/* The bridge 4-address mode makes the interface a port of, from now on; "" none. */
	void (*set_bridge)(struct drv_if *i, const char *bridge);
	int (*set_operstate)(struct drv_if *i, bool up); /* IF_OPER_UP / DORMANT, RFC 2863 */
	int (*signal_monitor)(struct drv_if *i, int threshold, int hysteresis);

	/* station: key management of the driver. Keys are not kept by the caller. */
	/* The PMK (32 or 48 octets) EAP gave, for the handshake of a link with offload_1x. */
	int (*set_pmk)(
		struct drv_if *i, const uint8_t bssid[MAC_LEN], const uint8_t *pmk, size_t len);
	/* The PMK for handshakes after roams; DRV_CAP_KEY_MGMT_SYNC. Before or after connect(). */
	int (*sync_pmk)(struct drv_if *i, const uint8_t *pmk, size_t len);
	/* May the driver leave the BSS we chose? DRV_CAP_KEY_MGMT_SYNC. */
	int (*allow_roaming)(struct drv_if *i, bool allowed);
	int (*pmksa_set)(struct drv_if *i, const struct drv_pmksa *p);
	int (*pmksa_del)(struct drv_if *i, const uint8_t bssid[MAC_LEN], const uint8_t pmkid[16]);
	int (*pmksa_flush)(struct drv_if *i); /* all */
	/* -EOPNOTSUPP: this driver never takes it; -ERANGE: not keys of this length. */
	int (*set_rekey)(struct drv_if *i, const struct drv_rekey *r);
	/* The driver refused what its capabilities offer: reads them again. */
	int (*refresh_caps)(struct drv_if *i);

	/* both */
	int (*set_authorized)(struct drv_if *i, const uint8_t addr[MAC_LEN],
		bool authorized); /* the controlled port of this peer */
	int (*set_key)(struct drv_if *i, const struct drv_key *k);
	int (*send_eapol)(struct drv_if *i, const uint8_t dst[MAC_LEN], const uint8_t *packet,
		size_t len, bool encrypt);
	int (*send_mgmt)(struct drv_if *i, const struct drv_tx *tx);
	int (*sta_info)(struct drv_if *i, const uint8_t addr[MAC_LEN], struct drv_sta_info *out);

	/* AP */
	int (*ap_start)(
		struct drv_if *i, const struct drv_ap *ap); /* also starts the radio's channel */
	int (*ap_update)(
		struct drv_if *i, const struct drv_ap *ap); /* beacon and answers changed */
	int (*ap_stop)(struct drv_if *i);
	/* Answered by DRV_EV_CHANNEL_SWITCH; until then ap_update() fails. */
	int (*channel_switch)(struct drv_if *i, const struct drv_csa *c);
	int (*sta_set)(struct drv_if *i, const struct drv_sta *s);
	int (*sta_remove)(struct drv_if *i, const uint8_t addr[MAC_LEN]);
	int (*sta_flush)(struct drv_if *i);
	int (*poll_sta)(struct drv_if *i, const uint8_t addr[MAC_LEN],
		bool qos); /* answer: DRV_EV_POLL_OK */
	/* AP_VLAN interface for one 4-address station: creates `ifname` (IFNAMSIZ), brings it up,
	 * switches 4-address mode on, puts it into bridge (NULL none; -ENOENT if it does not
	 * exist), moves the station over. Off: moves back, deletes. */
	int (*wds_sta)(struct drv_if *i, const uint8_t addr[MAC_LEN], const char *ifname,
		const char *bridge, bool on);
	int (*bridge_add)(struct drv_if *i,
		const char *bridge); /* created if absent; the port leaves it on if_close */
	int (*group_rsc)(struct drv_if *i, unsigned key_index, uint64_t *rsc);

	/* `key=value` lines of STATUS-DRIVER; false when unknown. */
	bool (*status)(struct drv_if *i, struct strbuf *out);
};

/* Drivers built in, in order of preference; ends with NULL. Generated by the Makefile from
 * CONFIG_DRIVER_*. */
extern const struct driver *const driver_table[];
const struct driver *driver_find(const char *name); /* NULL when unknown */
/* "freq=… ht_enabled=… ch_offset=… ch_width=… cf1=… cf2=…" of channel switch events. */
void drv_chan_text(const struct drv_chan *c, struct strbuf *out);
/* Names as they stand in a sentence: "nl80211, sim". */
void driver_names(struct strbuf *out);
/* The number of DRIVER_FLAGS for capabilities (enum drv_cap_flags). */
uint64_t driver_flag_bits(unsigned caps);
/* The reply of DRIVER_FLAGS for capabilities: 64 bits as the field numbers them, then a name a
 * line. */
void driver_flags_text(unsigned caps, struct strbuf *out);

#endif
