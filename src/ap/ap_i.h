/* Inside of the AP core. */
#ifndef AP_AP_I_H
#define AP_AP_I_H

#include <sys/queue.h>
#include <uthash.h>

#include "ap/ap.h"
#include "ap/psk.h"
#include "common/events.h"
#include "eapol/eapol_auth.h"
#include "rsn/authenticator.h"

#define AP_MAX_AID 2007
#define AP_MAX_RATES 32
#define HT_CAP_LEN 26
#define RATE_BASIC 0x80
#define AP_WPS_KEY_LEN 26  /* 130 bits in base 32 */
#define MGMT_TEXT_MAX 8192 /* event with a whole frame in hex */

/* Who runs the key handshakes with the stations of a BSS. */
enum ap_runner {
	AP_RUNNER_HOST,
	AP_RUNNER_DRV_PSK, /* the driver, from the PMK it got with ap_start() */
};

/* What the channel settings of the radio come to on this hardware. */
struct ap_channel {
	enum drv_band_id band;
	unsigned freq;
	uint8_t number;
	int secondary; /* HT40: -1, +1; else 0 */
	bool ht;
	uint16_t ht_cap_info;
	int max_power; /* dBm */
};

struct ap_radio {
	struct eloop *loop;
	struct timers *timers;
	const struct driver *fallback, *driver;
	struct drv *drv;
	const struct ap_radio_config *cfg;
	const struct ap_ops *ops;
	void *ctx;
	enum ap_state state;
	TAILQ_HEAD(ap_bss_list, ap_bss) bsses;           /* first = main */
	struct ap_track *tracks;                         /* by address */
	TAILQ_HEAD(ap_track_list, ap_track) track_order; /* heard last first */
	struct timer country_wait;
	struct ap_channel chan;
	struct {
		struct ap_channel to;
		unsigned count;
		bool silent; /* stations are not to send until then */
		uint64_t began;
		struct timer guard; /* for drivers that never get there */
	} csa;                      /* while a BSS is switching */
	/* Associated stations on all BSSs that cannot do something: protection follows them. */
	unsigned non_erp, no_short_slot, no_short_preamble, no_ht, ht20;
};

struct ap_bss {
	TAILQ_ENTRY(ap_bss) link;
	struct ap_radio *radio;
	const struct ap_bss_config *cfg;
	void *user;
	struct drv_if *drv_if; /* NULL = not open */
	uint8_t addr[MAC_LEN];
	bool beaconing, if_down;
	bool switching;        /* announces another channel, see csa.c */
	enum ap_runner runner; /* of the key handshakes, from start to stop */

	uint8_t rates[AP_MAX_RATES]; /* 500 kb/s units, RATE_BASIC set on basic ones */
	size_t rate_count;
	bool ht, wmm; /* effective for this BSS */

	struct ap_sta *stations; /* by address */
	TAILQ_HEAD(ap_half_open, ap_sta)
	half_open; /* authenticated, not associated; oldest first */
	unsigned half_open_count, assoc_count;
	uint8_t aids[AP_MAX_AID / 8 + 1]; /* bitmap of those in use */

	struct ap_psks *psks;
	struct pmksa_cache *pmksa;    /* NULL: nothing was put into it */
	struct timer psk_timer;       /* derives the keys of passphrases after the start */
	struct rsn_auth *rsn;         /* NULL = open */
	struct rsn_ie rsn_ie, wpa_ie; /* proto 0: not offered */
	uint8_t rsn_raw[64], wpa_raw[64];
	size_t rsn_raw_len, wpa_raw_len;

	struct wps_registrar *registrar; /* NULL = no WPS */
	uint8_t uuid[WPS_UUID_LEN];
	char *ap_pin;      /* the one without timeout; the registrar knows the others */
	char *ap_pin_conf; /* the configuration's when it was looked at last */
	struct ap_wps_first {
		char key[AP_WPS_KEY_LEN + 1]; /* of an unconfigured BSS; "" = none yet */
		uint8_t mac[MAC_LEN];         /* who was given it last */
		bool done;                    /* that one has finished */
	} first;
	struct ap_wps_peer *wps_peers;           /* by address */
	uint8_t wps_version2;                    /* of ap_wps_env */
	const struct wps_testing *wps_testing;   /* same */
	struct bytes wps_beacon, wps_probe_resp; /* whole elements */
	struct bytes beacon_head, beacon_tail;   /* as last given to the driver */
};

enum ap_sta_state {
	STA_AUTHENTICATED,
	STA_ASSOC_SENT, /* response on the air, not acknowledged yet */
	STA_ASSOCIATED,
	STA_AUTHORIZED, /* port open */
};

/* What the inactivity timer does when it fires. */
enum ap_sta_timeout { STA_POLL, STA_DISASSOC, STA_DEAUTH, STA_REMOVE };

struct ap_sta {
	UT_hash_handle hh;
	TAILQ_ENTRY(ap_sta) half_open;
	struct ap_bss *bss;
	uint8_t addr[MAC_LEN];
	enum ap_sta_state state;
	unsigned auth_alg;
	uint16_t aid; /* 0 = none yet */
	uint16_t capab, listen_interval;
	uint8_t rates[AP_MAX_RATES]; /* 500 kb/s units without RATE_BASIC */
	size_t rate_count;
	bool in_driver, counted;
	bool wmm, has_ht, non_erp;
	uint8_t ht_cap[HT_CAP_LEN];
	uint8_t qosinfo;
	bool reassoc;
	uint64_t response_cookie;
	struct bytes early_eapol; /* came before the TX status of the response */

	struct bytes rsne; /* of the association request, whole */
	struct rsn_auth_sta *rsn;
	unsigned vlan_id;

	bool mfp; /* management frames are protected on both sides */
	struct {
		struct timer timer; /* runs while the station is asked */
		uint64_t began;
		unsigned sent;
		uint16_t transaction; /* of the last one */
		bool failed;          /* not answered: the next association request is taken */
	} sa_query;

	struct {
		bool by_driver; /* its handshake is the driver's; s->rsn is NULL */
		bool early;     /* done before the TX status of the response */
		unsigned questions, strays;
		struct timer timer; /* runs until the driver says that it is done */
	} port;

	bool wps, maybe_wps, wps2;
	struct eapol_auth *eapol;

	bool has_multi_ap;
	struct multi_ap multi_ap;
	char wds_ifname[IFNAMSIZ]; /* "" = no 4-address interface */

	struct timer idle;
	enum ap_sta_timeout timeout_next;
	bool poll_pending;
	struct timer leave; /* delayed deauthentication */
	unsigned leave_reason;
	enum ap_disconnect leave_how;
	uint64_t associated_at;
};

/* wnm.c */
void ap_rx_wnm(struct ap_sta *s, struct reader *body); /* behind the category */

/* sa_query.c */
void ap_sa_query_start(struct ap_sta *s); /* goes on when one is under way */
void ap_sa_query_stop(struct ap_sta *s);
void ap_rx_sa_query(struct ap_sta *s, struct reader *body); /* behind the category */

/* A parsed (re)association request. */
struct assoc_req {
	const uint8_t *sa;
	bool reassoc;
	uint16_t capab, listen_interval;
	struct elements elems;
	struct elem_view rsne; /* whole, data NULL when absent */
	bool wps, wps2;
	bool has_multi_ap;
	struct multi_ap multi_ap;
	uint8_t rates[AP_MAX_RATES];
	size_t rate_count;
};

/* radio.c */
void ap_event(struct ap_bss *b, enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static inline bool ap_bss_is_main(const struct ap_bss *b)
{
	return TAILQ_FIRST(&b->radio->bsses) == b;
}

/* events.c: what a driver interface reports; ctx is the struct ap_bss. */
void ap_on_driver_event(void *ctx, const struct drv_event *ev);
void ap_radio_on_regdom(struct ap_radio *r, const char *alpha2);

/* channel.c */
/* Pure; *out only on success. */
int ap_channel_resolve(const struct ap_radio *r, const struct ap_radio_config *cfg,
	const struct drv_caps *caps, struct ap_channel *out, struct strbuf *reason);
int ap_channel_select(struct ap_radio *r, const struct drv_caps *caps, struct strbuf *reason);
int ap_bss_select_rates(struct ap_bss *b, const struct drv_band *band, struct strbuf *reason);

/* bss.c */
int ap_bss_open(struct ap_bss *b, struct strbuf *reason);
bool ap_bss_ht_on(const struct ap_bss *b, const struct ap_channel *chan);
int ap_bss_bring_up(struct ap_bss *b, struct strbuf *reason);
void ap_bss_stop(struct ap_bss *b, unsigned reason); /* keeps the netdev open */
void ap_bss_close(struct ap_bss *b);
const struct drv_band *ap_bss_band(const struct ap_bss *b);

/* pmksa.c */
void ap_pmksa_free(struct ap_bss *b);

/* csa.c */
/* Count, mode and channel in a beacon or probe response; nothing unless the BSS is switching. */
void ap_write_csa(const struct ap_bss *b, struct writer *w);
void ap_write_csa_secondary(const struct ap_bss *b, struct writer *w);
void ap_on_channel_switch_started(struct ap_bss *b, const struct drv_chan *c);
void ap_on_channel_switch(struct ap_bss *b, const struct drv_chan *c);
void ap_csa_stop(struct ap_bss *b); /* the BSS goes down */

/* beacon.c */
#define AP_BEACON_MAX 3072 /* with 2048 bytes of vendor_elements */
/* Everything the driver wants to know of the BSS as it is now. */
struct ap_frames {
	uint8_t head_buf[512], tail_buf[AP_BEACON_MAX], resp_buf[AP_BEACON_MAX],
		ext_buf[AP_BEACON_MAX], basic[AP_MAX_RATES];
	struct drv_queue queues[DRV_QUEUES];
	struct drv_ap p; /* points into the buffers */
};
int ap_frames_build(struct ap_bss *b, struct ap_frames *f);
/* Start or update; while switching, the update waits for the end. */
int ap_beacon_set(struct ap_bss *b);
void ap_beacon_refresh(struct ap_bss *b);
void ap_write_rates(const struct ap_bss *b, struct writer *w, bool extended);
void ap_write_common_tail(const struct ap_bss *b, struct writer *w);
void ap_write_ht(const struct ap_bss *b, struct writer *w);
void ap_write_ext_capab(const struct ap_bss *b, struct writer *w);
void ap_write_wmm(const struct ap_bss *b, struct writer *w);
uint16_t ap_capability(const struct ap_bss *b);
int ap_write_probe_resp(const struct ap_bss *b, const uint8_t *da, struct writer *w);

/* probe.c */
void ap_rx_probe_req(struct ap_bss *b, const struct mgmt_hdr *h, struct reader *body,
	const struct drv_event *ev);

/* mlme.c */
void ap_mgmt_rx(struct ap_bss *b, const struct drv_event *ev);
void ap_mgmt_tx_status(struct ap_bss *b, const struct drv_event *ev);
void ap_send_deauth(struct ap_bss *b, const uint8_t *da, enum ap_disconnect how, unsigned reason);
int ap_send_frame(struct ap_bss *b, const struct writer *w, uint64_t *cookie, bool no_ack);
bool ap_acl_allows(const struct ap_bss *b, const uint8_t addr[MAC_LEN], int *vlan_id);

/* assoc.c */
void ap_rx_assoc_req(struct ap_bss *b, const struct mgmt_hdr *h, struct reader *body, bool reassoc);
void ap_assoc_resp_acked(struct ap_sta *s, bool ack);
bool ap_sta_kernel_add(struct ap_sta *s);
/* The elements of a request: 0, or a status code. */
int ap_assoc_parse(const struct ap_bss *b, const uint8_t *ies, size_t len, struct assoc_req *req);
/* The checks of a request that the device cannot have made: 0, or a status code. */
int ap_assoc_check_driver(const struct ap_bss *b, const struct assoc_req *req);
void ap_write_wps_resp(struct ap_bss *b, struct writer *w);
/* A checked request begins a new association, with an AID. Returns a status code. */
uint16_t ap_assoc_begin(struct ap_sta *s, const struct assoc_req *req);
/* The station knows that it is associated: security begins. */
void ap_assoc_done(struct ap_sta *s, const char *why);

/* sta.c */
struct ap_sta *ap_sta_add(struct ap_bss *b, const uint8_t addr[MAC_LEN]);
void ap_sta_free(struct ap_sta *s); /* drops the association first */
void ap_sta_enter(struct ap_sta *s, enum ap_sta_state state, const char *reason);
/* Back to AUTHENTICATED: keys, interfaces, kernel entry gone. */
void ap_sta_drop_association(struct ap_sta *s, const char *reason);
void ap_sta_authorize(struct ap_sta *s, const char *keyid);
/* Sends the frame and frees the station. */
void ap_sta_disconnect(struct ap_sta *s, enum ap_disconnect how, unsigned reason);
void ap_sta_leave_later(struct ap_sta *s, uint64_t usec, enum ap_disconnect how, unsigned reason);
void ap_sta_free_all(struct ap_bss *b);
bool ap_aid_assign(struct ap_sta *s);
void ap_sta_count(struct ap_sta *s, bool on);

/* driver_sta.c */
bool ap_driver_mlme(const struct ap_bss *b); /* the device answers stations: no frames of ours */
void ap_driver_remove(struct ap_bss *b, const uint8_t addr[MAC_LEN]);
void ap_on_sta_new(struct ap_bss *b, const struct drv_event *ev);
void ap_on_sta_gone(struct ap_bss *b, const uint8_t addr[MAC_LEN]);

/* offload.c */
/* The driver runs the key handshakes of this BSS (as decided when it started). */
bool ap_bss_driver_keys(const struct ap_bss *b);
struct ap_runner_choice {
	enum ap_runner runner;
	bool possible; /* else the BSS cannot start: the driver takes no keys of ours */
	char why[192]; /* configuration keys that the driver's handshake does not go with; "" none
			*/
};
/* Pure. caps: enum drv_cap_flags. */
struct ap_runner_choice ap_runner_choose(const struct ap_bss_config *cfg, unsigned caps);
/* The configuration can run on this driver: 0, or -EINVAL and one sentence. */
int ap_runner_check(const struct ap_bss *b, struct strbuf *reason);
int ap_runner_decide(struct ap_bss *b, struct strbuf *reason); /* … and keeps the choice */
const uint8_t *ap_runner_pmk(const struct ap_bss *b);          /* for all stations; NULL: none */
void ap_port_start(struct ap_sta *s); /* waits for the driver's handshake */
void ap_port_stop(struct ap_sta *s);
void ap_on_port_authorized(struct ap_bss *b, const uint8_t addr[MAC_LEN]);
/* The station went, not we: before the driver's handshake was done, that is how a wrong passphrase
 * looks. */
void ap_sta_left(const struct ap_sta *s);
/* … and associates anew instead of leaving. At once, that may be for a lost frame. */
void ap_sta_returns(const struct ap_sta *s);
void ap_stray_key(struct ap_sta *s);

/* track.c */
void ap_track_heard(struct ap_radio *r, const uint8_t addr[MAC_LEN], int signal_dbm);
void ap_tracks_clear(struct ap_radio *r);
/* The BSS of the process with this name (NULL: none) when its radio has heard the station. */
struct ap_bss *ap_seen_elsewhere(
	const struct ap_bss *b, const char *ifname, const uint8_t addr[MAC_LEN]);

/* inactivity.c */
void ap_inactivity_start(struct ap_sta *s);
void ap_half_open_start(struct ap_sta *s);
void ap_sta_alive(struct ap_sta *s);

/* multi_ap.c */
int ap_multi_ap_check(const struct ap_bss *b, struct assoc_req *req);
void ap_write_multi_ap(const struct ap_bss *b, struct writer *w);
bool ap_multi_ap_wants_wds(const struct ap_sta *s);
const char *ap_multi_ap_role(int multi_ap);
const char *ap_multi_ap_sta_role(const struct ap_sta *s);
void ap_wds_add(struct ap_sta *s);
void ap_wds_remove(struct ap_sta *s);
void ap_rx_4addr(struct ap_bss *b, const uint8_t addr[MAC_LEN]);

/* wpa_glue.c */
/* The keys of the configuration can be loaded; those in use stay. */
int ap_wpa_check_psks(const struct ap_bss *b, struct strbuf *reason);
int ap_wpa_setup(struct ap_bss *b, struct strbuf *reason);
int ap_wpa_start(struct ap_bss *b, struct strbuf *reason);
void ap_wpa_derive_psks(struct ap_bss *b);
void ap_wpa_free(struct ap_bss *b);
int ap_wpa_sta_new(struct ap_sta *s);
unsigned ap_bss_pairwise(const struct ap_bss_config *cfg);
unsigned ap_bss_group(const struct ap_bss_config *cfg);
/* Every EAPOL packet of the BSS goes out here. */
void ap_send_eapol(struct ap_bss *b, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len,
	bool encrypt);
void ap_wpa_mic_failure(struct ap_bss *b, const uint8_t addr[MAC_LEN]);

/* wps_glue.c */
int ap_wps_setup(struct ap_bss *b, struct strbuf *reason);
void ap_wps_free(struct ap_bss *b);
/* BSS goes away: what outlives the registrar, too. */
void ap_wps_forget(struct ap_bss *b);
/* wps_events.c */
extern const struct wps_registrar_ops ap_wps_registrar_ops;
void ap_wps_update_elements(struct ap_bss *b);
/* wps_cred.c */
int ap_wps_credential(void *ctx, const struct wps_peer *peer, struct wps_credential *out);
int ap_wps_ap_settings(void *ctx, struct wps_credential *out);
void ap_wps_device(struct ap_bss *b, struct wps_device *dev);
/* The random key of an unconfigured BSS, which somebody has now, is its network's from now on. */
void ap_wps_become_configured(struct ap_bss *b);
/* wps_peers.c */
void ap_wps_peers_add(struct ap_bss *b, const struct wps_peer *device);
const struct wps_peer *ap_wps_peers_find(const struct ap_bss *b, const uint8_t mac[MAC_LEN]);
void ap_wps_peers_clear(struct ap_bss *b);
/* wps_types.c */
bool ap_wps_unconfigured(const struct ap_bss *b);
/* What enrollees are offered: masks of enum wps_auth_type and wps_encr_type. */
uint16_t ap_wps_auth_types(const struct ap_bss *b);
uint16_t ap_wps_encr_types(const struct ap_bss *b);
/* One type of each mask for a credential; peer NULL = knows them all. */
void ap_wps_best_types(
	uint16_t auth, uint16_t encr, const struct wps_peer *peer, struct wps_credential *out);
void ap_wps_present_types(const struct ap_bss_config *cfg, struct wps_credential *out);
/* SSID and random key for the first enrollee of an unconfigured BSS. */
void ap_wps_first_credential(
	struct ap_bss *b, const struct wps_peer *peer, struct wps_credential *c);

/* eapol_glue.c */
int ap_eapol_sta_start(struct ap_sta *s);
void ap_eapol_rx(struct ap_bss *b, const uint8_t addr[MAC_LEN], const uint8_t *packet, size_t len);

#endif
