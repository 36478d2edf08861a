/* The simulated radio behind the driver ops: interfaces, peers, keys. */
#ifndef DRIVERS_SIM_SIM_I_H
#define DRIVERS_SIM_SIM_I_H

#include <sys/queue.h>
#include <uthash.h>

#include "common/eapol_key.h"
#include "drivers/sim/air_i.h"
#include "drivers/sim/hub_i.h"

#define GROUP_KEYS 8
#define SIM_CHANNELS_2G 13
#define SIM_CHANNELS_5G 9

struct sim_key {
	bool set;
	unsigned cipher;
	uint8_t key[32];
	size_t len;
	uint64_t tx_pn, rx_pn;
};

/* AP_VLAN: the netdev of one 4-address station. */
struct sim_vlan {
	struct drv_if *i;
	char name[IFNAMSIZ];
	struct sim_peer *peer; /* NULL once the station is gone */
	struct hub_port plug;
	struct sim_hub *own; /* when it is in no bridge */
	struct sim_key group[GROUP_KEYS];
	LIST_ENTRY(sim_vlan) link;
};

/* The other end of a link: a station of the AP, or the AP of a station. */
struct sim_peer {
	uint8_t addr[MAC_LEN];
	unsigned flags; /* enum drv_sta_flags */
	struct sim_key key;
	struct sim_vlan *vlan;
	bool told_4addr;      /* DRV_EV_RX_4ADDR went out */
	unsigned lost_in_row; /* frames without acknowledgement */
	uint64_t heard, since;
	int signal_dbm;
	struct drv_sta_info count; /* the counters of it */
	struct rsn_auth_sta *rsn;  /* AP: handshake of the firmware with it */
	UT_hash_handle hh;
};

/* What happened and waits for its turn: the daemon's events go first, then what came off the air.
 * One at a time from a timer, so that a callback may close the interface. */
enum work_kind { WORK_RX, WORK_TX_DONE };
struct work {
	enum work_kind kind;
	struct air_tx tx; /* frame and where it was heard; TX_DONE: what was sent */
	bool acked;
	STAILQ_ENTRY(work) link;
};
struct queued_event {
	struct drv_event ev;
	struct bytes owned[6]; /* what ev points to */
	unsigned count;
	STAILQ_ENTRY(queued_event) link;
};

enum tx_kind { TX_OTHER, TX_MGMT, TX_EAPOL, TX_POLL };

struct bss {
	uint8_t bssid[MAC_LEN];
	unsigned freq;
	int signal_dbm;
	uint16_t beacon_int, capab;
	uint64_t tsf;
	uint64_t seen, beacon_seen, probe_seen; /* 0 = never */
	struct bytes beacon, probe;             /* elements */
	UT_hash_handle hh;
};

struct sim_scan {
	bool running;
	bool quiet;          /* the firmware's, for a roam: the daemon does not hear of it */
	struct drv_scan req; /* ies, freqs, bssid point into the copies below */
	struct bytes ies;
	uint16_t freqs[SIM_CHANNELS_2G + SIM_CHANNELS_5G];
	uint8_t bssid[MAC_LEN];
	size_t at;
	bool probed; /* the probe requests of this channel went out */
	uint64_t started;
	struct timer timer;
};

enum sta_state {
	STA_IDLE,
	STA_AUTHENTICATING,
	STA_AUTHENTICATED,
	STA_ASSOCIATING,
	STA_ASSOCIATED,
};
/* connect(): the radio does what the daemon asks for step by step otherwise. */
struct sim_connect {
	bool on;               /* under way; its frames are no events */
	bool scanning;         /* looking for the network first */
	bool roam;             /* the firmware goes to another BSS of the network */
	uint8_t prev[MAC_LEN]; /* … from this one */
	bool untold;           /* the daemon was not told of a roam that is over */
	uint8_t told[MAC_LEN]; /* roam, untold: where it thinks to be */
	struct drv_assoc want; /* points into the copies below */
	uint8_t ssid[SSID_MAX_LEN];
	struct bytes ies;
};
struct sim_sta {
	struct sim_connect connect;
	enum sta_state state;
	uint8_t bssid[MAC_LEN];
	struct sim_peer *peer; /* in drv_if.peers; NULL when idle */
	struct bytes request;  /* the frame under way, for retries and DRV_EV_ASSOC */
	size_t request_ies;    /* offset of its elements */
	unsigned tries;
	bool control_port, privacy, mfp, use_4addr, operstate_up;
	uint16_t aid;
	int monitor_threshold, monitor_hysteresis;
	bool monitored_above;
	struct timer timer;      /* retry */
	struct timer null_timer; /* 4-address null frame after association */
};

struct sim_ap {
	bool running, privacy, isolate;
	uint16_t beacon_int;
	uint8_t dtim_period, dtim_count;
	struct bytes head, tail;
	bool ht;
};

/* A channel switch: an access point announces it, a station has heard of it. */
struct sim_csa {
	bool on;
	struct drv_chan to;
	uint64_t due;
	struct timer timer;
	/* Access point: what it beacons and answers from then on; where the count stands in the
	 * tail of the beacon until then. */
	struct drv_ap after; /* points into the copies */
	struct bytes head, tail, assocresp_ies, probe_resp;
	size_t counter;
};

struct drv {
	struct eloop *loop;
	struct timers *timers;
	struct sim_air *air;
	bool owns_air;
	char country[3];
	int signal_dbm;
	bool no_4addr, force_connect;
	unsigned offload; /* enum fw_word */
	LIST_HEAD(, drv_if) ifs;
};

struct drv_if {
	struct drv *d;
	struct air_port port;
	char phy[32];
	enum drv_iftype type;
	drv_event_fn event;
	void *ctx;
	struct drv_caps caps;
	struct drv_channel channels_2g[SIM_CHANNELS_2G], channels_5g[SIM_CHANNELS_5G];
	struct sim_hub *own_hub;
	char bridge[IFNAMSIZ];
	struct hub_port plug;
	struct sim_peer *peers; /* hash */
	LIST_HEAD(, sim_vlan) vlans;
	struct sim_key group[GROUP_KEYS];
	unsigned group_tx;
	uint16_t seq;
	uint64_t cookies;
	struct timer off_timer;
	struct sim_sta sta;
	struct sim_ap ap;
	struct sim_csa csa;
	struct sim_scan scan;
	struct bss *bsses; /* hash */
	struct sim_drops drops;
	struct sim_fw *fw; /* NULL: none */
	STAILQ_HEAD(, queued_event) events;
	STAILQ_HEAD(, work) work;
	struct timer pump;
	LIST_ENTRY(drv_if) link;
};

/* sim.c */
/* mfp.c. Protects a frame on its way out; is one to be ignored? Then the daemon of a station may
 * want to know. Answers an SA Query Request: false, it is none. */
void mfp_protect(const struct drv_if *i, uint8_t *frame, size_t len);
bool mfp_refuses(const struct drv_if *i, const struct mgmt_hdr *h);
void mfp_unprotected(struct drv_if *i, const struct mgmt_hdr *h, struct reader *body);
bool mfp_answer(struct drv_if *i, const struct mgmt_hdr *h, struct reader body);

struct sim_peer *peer_find(const struct drv_if *i, const uint8_t *addr);
struct sim_peer *peer_add(struct drv_if *i, const uint8_t *addr);
void peer_free(struct drv_if *i, struct sim_peer *p);
/* Numbers and sends the frame in w (freed here). freq 0: home channel. */
int sim_transmit(struct drv_if *i, struct writer *w, unsigned freq, bool no_ack, enum tx_kind kind,
	uint64_t cookie);

/* queue.c: events are copied. */
extern const struct air_port_ops sim_port_ops;
void sim_emit(struct drv_if *i, const struct drv_event *ev);
void sim_emit_mgmt(struct drv_if *i, enum drv_event_kind kind, const uint8_t *frame, size_t len,
	const struct air_tx *about);
void sim_queue_clear(struct drv_if *i);

/* regdom.c */
void sim_caps_init(struct drv_if *i);
void sim_caps_update(struct drv_if *i); /* channel flags of d->country */
const struct drv_channel *sim_channel(const struct drv_if *i, unsigned freq); /* NULL: none such */
void write_rates(struct writer *w, unsigned freq);
void write_ht_cap(struct writer *w, const struct drv_if *i, unsigned freq);

/* keys.c */
int sim_set_key(struct drv_if *i, const struct drv_key *k);
int sim_group_rsc(struct drv_if *i, unsigned key_index, uint64_t *rsc);
void key_clear(struct sim_key *k);
/* Appends the body, protected when key is not NULL: 8-octet CCMP header in front, check value
 * behind. */
void key_protect(struct writer *w, struct sim_key *key, unsigned index, const uint8_t *ta,
	const void *body, size_t len);
enum key_result { KEY_FINE, KEY_NONE, KEY_WRONG, KEY_REPLAY };
/* Key index of a protected body. */
unsigned key_index(const uint8_t *body, size_t len);
/* Checks a protected body; *r then reads the plain part. */
enum key_result key_unprotect(struct sim_key *key, const uint8_t *ta, struct reader *r);

/* data.c */
void data_rx(struct drv_if *i, const uint8_t *frame, size_t len, int signal_dbm);
/* kind: TX_EAPOL (the daemon hears what became of it) or TX_OTHER (firmware). */
int data_send_eapol(struct drv_if *i, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len,
	bool encrypt, enum tx_kind kind);
int data_send_null(struct drv_if *i, const uint8_t *ra, bool four_addr, enum tx_kind kind);
/* The EAPOL packet inside a data frame we sent; NULL when it is none. */
const uint8_t *data_eapol(const uint8_t *frame, size_t len, size_t *packet_len);
void data_from_netdev(void *ctx, const uint8_t *frame, size_t len); /* sim_host_fn of drv_if */
void data_from_vlan(void *ctx, const uint8_t *frame, size_t len);   /* of sim_vlan */

/* scan.c */
int sim_scan(struct drv_if *i, const struct drv_scan *s);
int sim_scan_abort(struct drv_if *i);
int sim_scan_results(struct drv_if *i, drv_scan_result_fn fn, void *ctx);
void scan_rx(struct drv_if *i, const uint8_t *frame, size_t len, unsigned freq, int signal_dbm);
void scan_free(struct drv_if *i);
struct bss *bss_find(const struct drv_if *i, const uint8_t *bssid); /* NULL also when too old */
const struct bytes *bss_elements(const struct bss *b);

/* sta.c */
int sim_authenticate(struct drv_if *i, const struct drv_auth *a);
int sim_associate(struct drv_if *i, const struct drv_assoc *a);
int sim_deauthenticate(struct drv_if *i, const uint8_t bssid[MAC_LEN], unsigned reason);
int sim_set_4addr(struct drv_if *i, bool on);
int sim_probe_4addr(struct drv_if *i);
int sim_signal_monitor(struct drv_if *i, int threshold, int hysteresis);
void sta_rx_mgmt(struct drv_if *i, const uint8_t *frame, size_t len, unsigned freq, int signal_dbm);
void sta_heard_ap(struct drv_if *i, int signal_dbm);
void sta_beacon_loss(struct drv_if *i);
void sta_reset(struct drv_if *i);
const char *sta_state_name(enum sta_state s);

/* What the daemon was told the BSS is: not the one the firmware is about to roam to. */
const uint8_t *sim_told_bssid(const struct drv_if *i);
/* Deauthentication by the radio itself; the daemon is not told. */
void sim_leave(struct drv_if *i, unsigned reason);
void sim_emit_disconnected(struct drv_if *i, unsigned reason, bool local, bool deauth);

/* connect.c */
int sim_connect(struct drv_if *i, const struct drv_assoc *a);
/* The same for a roam: want is filled in and fits this BSS. */
int connect_begin(struct drv_if *i, const struct bss *b);
/* A scan is over; connect() may have waited for it. */
void connect_scan_done(struct drv_if *i);
/* The steps of a connect() under way; false: there is none, the daemon drives them itself. */
bool connect_auth_done(struct drv_if *i, unsigned status);
bool connect_assoc_done(struct drv_if *i, unsigned status, struct reader elements);
bool connect_timed_out(struct drv_if *i, enum drv_connect_phase phase);
void connect_cancel(struct drv_if *i);
void connect_report(
	struct drv_if *i, enum drv_event_kind kind, unsigned status, struct reader resp_ies);

/* csa.c */
int sim_channel_switch(struct drv_if *i, const struct drv_csa *c);
/* The count for the beacon of this moment. */
uint8_t csa_count(const struct drv_if *i);
/* Elements of our access point. */
void csa_heard(struct drv_if *i, const uint8_t *ies, size_t len);
bool csa_action(struct drv_if *i, struct reader body); /* false: it is another action frame */
void csa_stop(struct drv_if *i);

/* ap.c */
int sim_ap_start(struct drv_if *i, const struct drv_ap *ap);
int sim_ap_update(struct drv_if *i, const struct drv_ap *ap);
int sim_ap_stop(struct drv_if *i);
int sim_sta_set(struct drv_if *i, const struct drv_sta *s);
int sim_sta_remove(struct drv_if *i, const uint8_t addr[MAC_LEN]);
int sim_sta_flush(struct drv_if *i);
int sim_poll_sta(struct drv_if *i, const uint8_t addr[MAC_LEN], bool qos);
int sim_wds_sta(struct drv_if *i, const uint8_t addr[MAC_LEN], const char *ifname,
	const char *bridge, bool on);
int ap_keep(struct drv_if *i, const struct drv_ap *p); /* what is beaconed and answered */
struct sim_vlan *vlan_find(const struct drv_if *i, const char *name);
void ap_write_beacon(struct drv_if *i, struct writer *w);
void ap_rx_mgmt(struct drv_if *i, const uint8_t *frame, size_t len, unsigned freq, int signal_dbm);
void ap_free(struct drv_if *i);

#endif
