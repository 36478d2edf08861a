/* AP core: one radio with its BSSs on a driver. A library: hostapd uses it, the station daemon's AP
 * mode will.
 *
 * The daemon owns configuration, control sockets and logging of events; the core owns netdevs,
 * beacons, stations, keys, WPS. */
#ifndef AP_AP_H
#define AP_AP_H

#include "ap/ap_config.h"
#include "drivers/driver.h"
#include "utils/eloop.h"
#include "utils/log.h"
#include "wps/registrar.h"

struct ap_radio;
struct ap_bss;
struct ap_sta;
struct pmksa; /* rsn/pmksa.h */

enum ap_state {
	AP_UNINITIALIZED,
	AP_DISABLED,
	AP_COUNTRY_UPDATE,
	AP_ENABLED,
};
const char *ap_state_text(enum ap_state s); /* as in STATUS */

/* Facts about the process that WPS of one BSS depends on. */
struct ap_wps_env {
	bool has_uuid; /* the UUID all WPS BSSs of the process share */
	uint8_t uuid[WPS_UUID_LEN];
	bool dual_band;                    /* more than one radio */
	uint8_t version2;                  /* ours comes in; a test build may change it */
	const struct wps_testing *testing; /* NULL: nothing is falsified */
};

/* Settings this access point is to take over: from a registrar that knows the AP PIN, or those the
 * first enrollee of an unconfigured access point was given. */
struct ap_wps_settings {
	const struct wps_credential *cred;
	const uint8_t *raw; /* attributes as received, for programs; NULL: none */
	size_t raw_len;
	bool first_enrollee; /* meant for unconfigured BSSs only */
};

/* In terms of the configuration. */
struct ap_channel_choice {
	unsigned number; /* in the band the radio is in */
	int secondary;   /* HT40: -1, +1; else 0 */
	bool ht;
};

struct ap_ops {
	/* A control event of this BSS, text as in the reference. flag: 0, or AP_MONITOR_PROBE for
	 * opt-in monitors. */
	void (*event)(void *ctx, struct ap_bss *bss, enum log_level level, unsigned flag,
		const char *text);
	/* The radio reached ENABLED, or setup failed late (country). */
	void (*setup_done)(void *ctx, struct ap_radio *radio, bool ok);
	/* The radio went to another channel: that of the next start, too. May be NULL. */
	void (*channel_switched)(
		void *ctx, struct ap_radio *radio, const struct ap_channel_choice *chan);
	/* The BSS of the process with this interface name, NULL = none. May be NULL. */
	struct ap_bss *(*bss_of)(void *ctx, const char *ifname);
	/* May be NULL: then the BSS stands alone. */
	void (*wps_env)(void *ctx, struct ap_bss *bss, struct ap_wps_env *env);
	/* WPS added a station's key to the wpa_psk_file of this BSS: other BSSs with the same file
	 * want ap_bss_psk_stored(). May be NULL. */
	void (*psk_stored)(
		void *ctx, struct ap_bss *bss, const uint8_t addr[MAC_LEN], const uint8_t pmk[32]);
	/* To be stored and applied; a reload must come later: the run that brought them is not
	 * over. May be NULL: then they are dropped. */
	void (*wps_settings)(void *ctx, struct ap_bss *bss, const struct ap_wps_settings *settings);
	/* A registrar had the wrong AP PIN: BSSs that share it count that, too. May be NULL. */
	void (*wps_ap_pin_failed)(void *ctx, struct ap_bss *bss);
	/* An enrollee has its credential: window and PIN of BSSs that share them are used up, too
	 * (wps_registrar_completed_elsewhere()). May be NULL. */
	void (*wps_completed)(void *ctx, struct ap_bss *bss, const struct wps_peer *peer);
	/* External registrars (UPnP); each may be NULL. The BSS's registrar was set up, or set up
	 * anew after a reload: 0, or negative errno and one sentence, which fails the setup. */
	int (*wps_up)(void *ctx, struct ap_bss *bss, struct strbuf *reason);
	/* Runs on the registrar are to be freed now; gone: the registrar goes, too. Also after a
	 * failed wps_up(). */
	void (*wps_down)(void *ctx, struct ap_bss *bss, bool gone);
	/* A message of an enrollee (wps_registrar_ops.forward, forward_probe). */
	bool (*wps_forward)(void *ctx, struct ap_bss *bss, const uint8_t mac[MAC_LEN],
		const uint8_t *msg, size_t len);
	void (*wps_forward_probe)(void *ctx, struct ap_bss *bss, const uint8_t mac[MAC_LEN],
		const uint8_t *data, size_t len);
	/* Diversions of test builds, each may be NULL: true when the frame was taken, so that it is
	 * not sent, or not handled (events MGMT_RX and MGMT_TX_STATUS). */
	bool (*divert_eapol_tx)(void *ctx, struct ap_bss *bss, const uint8_t dst[MAC_LEN],
		const uint8_t *packet, size_t len);
	bool (*divert_mgmt)(void *ctx, struct ap_bss *bss, const struct drv_event *ev);
	/* For a daemon that is not only an access point; each may be NULL. A station's port was
	 * opened or is closed again; a Probe Request (event MGMT_RX); an event the core has no use
	 * for (scans), or one of the netdev after the core saw to it (IF_UP, IF_DOWN, IF_REMOVED).
	 */
	void (*sta_authorized)(void *ctx, struct ap_bss *bss, const struct ap_sta *s, bool on);
	void (*probe_req)(void *ctx, struct ap_bss *bss, const struct drv_event *ev);
	void (*driver_event)(void *ctx, struct ap_bss *bss, const struct drv_event *ev);
};
#define AP_MONITOR_PROBE 1u

/* --- radio and BSSs --- */

/* The configuration structs are borrowed: the daemon keeps them alive and changes them only between
 * the calls below. The driver is cfg->driver at the time of enabling, fallback when that is unset.
 */
struct ap_radio *ap_radio_new(struct eloop *loop, const struct driver *fallback,
	const struct ap_radio_config *cfg, const struct ap_ops *ops, void *ctx);
void ap_radio_free(struct ap_radio *r); /* disables first */
/* The first BSS added is the radio's main one. user: the daemon's own pointer, see ap_bss_user().
 */
struct ap_bss *ap_bss_add(struct ap_radio *r, const struct ap_bss_config *cfg, void *user);
void ap_bss_remove(struct ap_bss *b); /* stops it; stations are deauthenticated; NULL is fine */
void *ap_bss_user(const struct ap_bss *b);
struct ap_radio *ap_bss_radio(const struct ap_bss *b);
/* After the daemon replaced the configuration objects; takes effect with the next reload. */
void ap_radio_set_config(struct ap_radio *r, const struct ap_radio_config *cfg);
void ap_bss_set_config(struct ap_bss *b, const struct ap_bss_config *cfg);
const uint8_t *ap_bss_addr(const struct ap_bss *b); /* zeros before the netdev is open */
bool ap_bss_beaconing(const struct ap_bss *b);
/* The netdev in use, NULL while the radio is not active; and the channel in MHz, 0 before. */
struct drv_if *ap_bss_drv_if(const struct ap_bss *b);
unsigned ap_radio_freq(const struct ap_radio *r);

/* Bring up: driver, channel, BSSs. Synchronous failure: negative errno and `reason` one sentence
 * naming the cause; AP-DISABLED was emitted. May complete later (country) through
 * ops->setup_done, which is called in the synchronous case too. */
int ap_radio_enable(struct ap_radio *r, struct strbuf *reason);
/* AP-DISABLED, stations deauthenticated (reason 3), driver closed; the configuration stays. */
void ap_radio_disable(struct ap_radio *r);
enum ap_state ap_radio_state(const struct ap_radio *r);
/* The driver is initialised (ENABLE would fail). */
bool ap_radio_active(const struct ap_radio *r);
/* Name of the phy, "" while the radio is not active. */
const char *ap_radio_phy(const struct ap_radio *r);
/* Starts one BSS added while the radio is ENABLED. */
int ap_bss_start(struct ap_bss *b, struct strbuf *reason);
/* Whether this BSS could run with cfg, as far as its radio's key management goes: 0 also while the
 * radio is down, and where only the secret is missing yet. Else -EINVAL and one sentence. */
int ap_bss_key_mgmt_check(
	const struct ap_bss *b, const struct ap_bss_config *cfg, struct strbuf *reason);
/* What can be told beforehand about ap_bss_reload(): negative errno and one sentence when it is
 * going to fail. Nothing is touched. */
int ap_bss_reload_check(const struct ap_bss *b, struct strbuf *reason);
/* Applies a changed configuration: stations deauthenticated (reason 2), keys, beacon, WPS
 * rebuilt. What fails that check changes nothing; after a later failure, which only the driver
 * knows of, the BSS is down until a reload or start succeeds. */
int ap_bss_reload(struct ap_bss *b, struct strbuf *reason);
/* Reads PSKs again; stations whose PMK is no longer valid are deauthenticated (reason 2). */
int ap_bss_reload_psk(struct ap_bss *b);
/* Rebuilds beacon and answers. -ENOTCONN while not beaconing. */
int ap_bss_update_beacon(struct ap_bss *b);
int ap_radio_stop_beaconing(struct ap_radio *r);
/* Goes to another channel together with the stations, after `count` beacons; silent: they are not
 * to send until then. 0: at least one BSS announces it; ops->channel_switched() follows. Else
 * negative errno and one sentence: -ENOTCONN, -EBUSY (one is under way), -EINVAL, -EPERM,
 * -EOPNOTSUPP. */
struct ap_csa {
	unsigned count, freq; /* beacons, 0..255; MHz, in the band the radio is in */
	int secondary;
	bool ht, silent;
};
int ap_radio_channel_switch(struct ap_radio *r, const struct ap_csa *c, struct strbuf *reason);
/* Disconnects stations that the access lists no longer let in (reason 1). */
void ap_bss_apply_acl(struct ap_bss *b);
int ap_bss_rekey_group(struct ap_bss *b); /* -EOPNOTSUPP (logged): the driver has the keys */
/* Handles a frame or transmission status as the driver's, without asking divert_mgmt(). */
void ap_bss_handle(struct ap_bss *b, const struct drv_event *ev);
int ap_bss_send_eapol(struct ap_bss *b, const uint8_t dst[MAC_LEN], const uint8_t *packet,
	size_t len, bool encrypt);
int ap_bss_send_mgmt(struct ap_bss *b, const uint8_t *frame, size_t len);
/* Asks wps_env() again: for WPS runs from now on and for the elements. */
void ap_bss_wps_refresh(struct ap_bss *b);

/* PMK security associations somebody else made with stations. -EOPNOTSUPP: without RSN, or
 * disable_pmksa_caching; -EINVAL: nothing to keep; -ENOMEM. They last as long as the BSS is up. */
int ap_bss_pmksa_add(struct ap_bss *b, const struct pmksa *e);
void ap_bss_pmksa_flush(struct ap_bss *b);
void ap_bss_pmksa_list(const struct ap_bss *b, struct strbuf *out); /* nothing without RSN */
/* The one with a station, NULL: none. */
const struct pmksa *ap_bss_pmksa_find(const struct ap_bss *b, const uint8_t addr[MAC_LEN]);

/* --- stations --- */

struct ap_sta *ap_sta_find(const struct ap_bss *b, const uint8_t addr[MAC_LEN]);
struct ap_sta *ap_sta_first(const struct ap_bss *b);
struct ap_sta *ap_sta_next(const struct ap_sta *s);
const uint8_t *ap_sta_addr(const struct ap_sta *s);
uint16_t ap_sta_aid(const struct ap_sta *s);
uint16_t ap_sta_capab(const struct ap_sta *s); /* Capability Information of its request */
/* Its pairwise master key, NULL before one is known. */
const uint8_t *ap_sta_pmk(const struct ap_sta *s);
int ap_sta_rekey_ptk(struct ap_sta *s); /* -ENOENT without RSN */
/* BSS Transition Management Request, 9.6.13.9. */
enum ap_btm_mode {
	BTM_CANDIDATES = 1 << 0,
	BTM_ABRIDGED = 1 << 1,
	BTM_DISASSOC = 1 << 2, /* the station has to go, after timer */
	BTM_TERMINATION = 1 << 3,
	BTM_ESS_DISASSOC = 1 << 4, /* … from the whole network; url says why */
	BTM_LINK_REMOVAL = 1 << 5,
};
struct ap_btm {
	uint8_t token, mode, validity; /* enum ap_btm_mode; beacons the candidates stay valid */
	uint16_t timer;                /* beacons; 0: no word of when */
	uint64_t termination_tsf;      /* of the BSS, BTM_TERMINATION */
	uint16_t termination_min;
	const char *url;           /* up to 255 octets, BTM_ESS_DISASSOC */
	const uint8_t *candidates; /* Neighbor Report elements */
	size_t candidates_len;
};
/* Where a timer is set together with BTM_DISASSOC or BTM_ESS_DISASSOC, the station is disassociated
 * when it is over. -ENOTCONN: it is not associated; -EMSGSIZE: too much to say. */
int ap_sta_btm_request(struct ap_sta *s, const struct ap_btm *r);
/* Asks the station whether it is still associated. -ENOTCONN: its frames are not protected. */
int ap_sta_sa_query(struct ap_sta *s);
unsigned ap_bss_sta_count(const struct ap_bss *b);
enum ap_disconnect { AP_DEAUTH, AP_DISASSOC };
/* Sends the frame (unless tx is false), then drops the station's state if it is known. The
 * broadcast address means all stations. */
void ap_bss_disconnect(struct ap_bss *b, const uint8_t addr[MAC_LEN], enum ap_disconnect how,
	unsigned reason, bool tx);
/* The frame only: no state changes. */
void ap_bss_send_disconnect(
	struct ap_bss *b, const uint8_t addr[MAC_LEN], enum ap_disconnect how, unsigned reason);
/* Adds a station as if it were associated (NEW_STA). Existing: 0. */
int ap_bss_new_sta(struct ap_bss *b, const uint8_t addr[MAC_LEN]);
int ap_bss_poll_sta(struct ap_bss *b, const uint8_t addr[MAC_LEN]); /* -ENOENT unknown */

/* --- WPS --- */

/* Why WPS cannot run on a BSS although wps_state asks for it, one clause naming the key; NULL when
 * it can, or wps_state is 0. */
const char *ap_wps_off_reason(const struct ap_bss_config *cfg);
/* NULL while WPS does not run on this BSS. */
struct wps_registrar *ap_bss_registrar(const struct ap_bss *b);
bool ap_bss_wps_uuid(const struct ap_bss *b, uint8_t uuid[WPS_UUID_LEN]);
/* Before a window is opened or a PIN taken: with wpa_psk_file, the key of an enrollee can be
 * stored. Else negative errno, and an event says what is in the way. -EOPNOTSUPP: WPS does not run
 * here. */
int ap_bss_wps_ready(struct ap_bss *b);
/* A key in the wpa_psk_file this BSS shares with the one that made it. */
void ap_bss_psk_stored(struct ap_bss *b, const uint8_t addr[MAC_LEN], const uint8_t pmk[32]);
/* Window opens. -EBUSY: session overlap (event emitted). -EOPNOTSUPP: WPS does not run here. */
int ap_bss_wps_pbc(struct ap_bss *b);
/* Also deauthenticates stations in the middle of WPS. */
int ap_bss_wps_cancel(struct ap_bss *b);
void ap_bss_wps_status(const struct ap_bss *b, struct strbuf *out);
/* The AP PIN from now on, NULL = none; timeout in seconds, 0 = for ever. Unlocks the AP setup.
 * Holds over RELOAD, without timeout over DISABLE, too; a changed ap_pin of the configuration
 * replaces it. -EOPNOTSUPP: WPS does not run here. */
int ap_bss_wps_set_ap_pin(struct ap_bss *b, const char *pin, unsigned timeout);
/* Takes over ap_pin of the configuration if it is another one now. */
int ap_bss_wps_take_ap_pin(struct ap_bss *b);
/* A station is in the middle of WPS, or has just finished and waits for its deauthentication. */
bool ap_bss_wps_busy(const struct ap_bss *b);

/* --- records of the control interface: `key=value` lines --- */

void ap_status(const struct ap_bss *b, struct strbuf *out);
void ap_get_config(const struct ap_bss *b, struct strbuf *out);
/* "<addr> <age in s> <signal in dBm>" of the stations its radio heard (track_sta_max_num), the last
 * one first. */
void ap_track_list(struct ap_bss *b, struct strbuf *out);
void ap_mib(const struct ap_bss *b, struct strbuf *out);
void ap_sta_record(const struct ap_sta *s, struct strbuf *out);
bool ap_sta_eapol(const struct ap_sta *s, struct strbuf *out); /* false: no 802.1X state */
bool ap_driver_status(const struct ap_bss *b, struct strbuf *out);
/* Capability flags of the driver (enum drv_cap_flags); false while not active. */
bool ap_driver_flags(const struct ap_bss *b, unsigned *flags);
/* Beacon as given to the driver, hex; false while there is none. */
bool ap_dump_beacon(const struct ap_bss *b, struct strbuf *out);

#endif
