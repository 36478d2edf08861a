/* One BSS: netdev, security, beacon; start, stop, reload. */
#include "ap/ap_i.h"

#include <errno.h>
#include <stdlib.h>

struct ap_bss *ap_bss_add(struct ap_radio *r, const struct ap_bss_config *cfg, void *user)
{
	struct ap_bss *b = calloc(1, sizeof(*b));
	if (!b)
		return NULL;
	b->radio = r;
	b->cfg = cfg;
	b->user = user;
	TAILQ_INIT(&b->half_open);
	TAILQ_INSERT_TAIL(&r->bsses, b, link);
	return b;
}

void ap_bss_remove(struct ap_bss *b)
{
	if (!b)
		return;
	ap_bss_stop(b, REASON_DEAUTH_LEAVING);
	ap_bss_close(b);
	ap_wps_forget(b);
	TAILQ_REMOVE(&b->radio->bsses, b, link);
	ap_psks_free(b->psks);
	ap_pmksa_free(b);
	free(b);
}

void *ap_bss_user(const struct ap_bss *b)
{
	return b->user;
}

struct ap_radio *ap_bss_radio(const struct ap_bss *b)
{
	return b->radio;
}

void ap_bss_set_config(struct ap_bss *b, const struct ap_bss_config *cfg)
{
	b->cfg = cfg;
}

const uint8_t *ap_bss_addr(const struct ap_bss *b)
{
	return b->addr;
}

bool ap_bss_beaconing(const struct ap_bss *b)
{
	return b->beaconing;
}

const struct drv_band *ap_bss_band(const struct ap_bss *b)
{
	return &b->radio->driver->caps(b->drv_if)->bands[b->radio->chan.band];
}

static int join_bridges(struct ap_bss *b, struct strbuf *reason)
{
	const struct driver *d = b->radio->driver;

	if (!b->cfg->bridge || !d->bridge_add)
		return 0;
	int err = d->bridge_add(b->drv_if, b->cfg->bridge);
	if (err < 0)
		strbuf_add(
			reason, "cannot be put into bridge %s: %s", b->cfg->bridge, strerror(-err));
	return err;
}

/* Takes the netdev into use; secondary BSSs are made on the radio of the main one. */
int ap_bss_open(struct ap_bss *b, struct strbuf *reason)
{
	struct ap_bss *main_bss = TAILQ_FIRST(&b->radio->bsses);
	const struct driver *d = b->radio->driver;
	int err = -EIO;
	struct drv_if_params p = {
		.ifname = b->cfg->interface,
		.type = DRV_IF_AP,
		.create_on = b == main_bss ? NULL : main_bss->drv_if,
		.addr = mac_is_zero(b->cfg->bssid) ? NULL : b->cfg->bssid,
		.event = ap_on_driver_event,
		.ctx = b,
	};

	b->if_down = false;
	b->drv_if = d->if_open(b->radio->drv, &p, &err, reason);
	if (!b->drv_if) {
		if (reason->len == 0)
			strbuf_add(reason, "cannot be opened: %s", strerror(-err));
		return err;
	}
	mac_copy(b->addr, d->addr(b->drv_if));
	if (!(d->caps(b->drv_if)->flags & DRV_CAP_AP)) {
		strbuf_add(reason, "this radio cannot be an access point: %s does not offer it",
			d->caps(b->drv_if)->phy);
		return -EOPNOTSUPP;
	}
	return join_bridges(b, reason);
}

struct drv_if *ap_bss_drv_if(const struct ap_bss *b)
{
	return b->drv_if;
}

void ap_bss_close(struct ap_bss *b)
{
	if (b->drv_if)
		b->radio->driver->if_close(b->drv_if);
	b->drv_if = NULL;
	memset(b->addr, 0, sizeof(b->addr));
}

static bool ccmp_or_gcmp(const struct ap_bss_config *cfg)
{
	return (ap_bss_pairwise(cfg) &
		       (CIPHER_CCMP | CIPHER_GCMP | CIPHER_CCMP256 | CIPHER_GCMP256)) != 0;
}

bool ap_bss_ht_on(const struct ap_bss *b, const struct ap_channel *chan)
{
	return chan->ht && !b->cfg->disable_11n && (!b->cfg->wpa || ccmp_or_gcmp(b->cfg));
}

/* HT demands WMM and, with security, a modern cipher (IEEE 802.11-2020, 12.5). */
static void effective_modes(struct ap_bss *b)
{
	const struct ap_bss_config *cfg = b->cfg;
	bool weak = cfg->wpa && !ccmp_or_gcmp(cfg);

	b->wmm = cfg->wmm_enabled < 0 ? b->radio->cfg->ieee80211n != 0 : cfg->wmm_enabled != 0;
	b->ht = ap_bss_ht_on(b, &b->radio->chan);
	if (b->radio->chan.ht && weak)
		log_msg(LOG_INF, "%s: HT is off: it needs CCMP or GCMP", cfg->interface);
}

static void greet(struct ap_bss *b)
{
	/* Stations that still believe in an association with an earlier run learn the truth. */
	if (b->cfg->broadcast_deauth)
		ap_send_deauth(b, mac_broadcast, AP_DEAUTH, REASON_PREV_AUTH_NOT_VALID);
}

/* Everything behind an open netdev, up to the beacon. */
int ap_bss_bring_up(struct ap_bss *b, struct strbuf *reason)
{
	const struct driver *d = b->radio->driver;
	int err = ap_bss_select_rates(b, ap_bss_band(b), reason);

	effective_modes(b);
	if (err == 0)
		err = ap_wpa_setup(b, reason);
	if (err == 0)
		err = ap_wps_setup(b, reason);
	if (err < 0)
		return err;
	if (d->sta_flush)
		d->sta_flush(b->drv_if);
	if (b->cfg->start_disabled)
		return 0;
	err = ap_beacon_set(b);
	if (err < 0) {
		strbuf_add(reason, "the driver refused to start the access point on channel %u: %s",
			b->radio->chan.number, strerror(-err));
		return err;
	}
	greet(b);
	err = ap_wpa_start(b, reason);
	if (err < 0)
		return err;
	char ssid[SSID_TEXT_CAP];
	log_msg(LOG_INF, "%s: BSS " MACSTR " \"%s\" is up on %u MHz", b->cfg->interface,
		MAC2STR(b->addr),
		ssid_text(b->cfg->ssid.data, b->cfg->ssid.len, ssid, sizeof(ssid)),
		b->radio->chan.freq);
	return 0;
}

/* Without the WPS registrar: a reload is not to end what it does. */
static void take_down(struct ap_bss *b)
{
	ap_sta_free_all(b);
	ap_wpa_free(b);
	bytes_clear(&b->beacon_head);
	bytes_clear(&b->beacon_tail);
}

static void deauth_all(struct ap_bss *b, unsigned reason)
{
	struct ap_sta *s, *tmp;

	if (b->cfg->broadcast_deauth && b->beaconing)
		ap_send_deauth(b, mac_broadcast, AP_DEAUTH, reason);
	HASH_ITER (hh, b->stations, s, tmp)
		ap_sta_disconnect(s, AP_DEAUTH, reason);
}

void ap_bss_stop(struct ap_bss *b, unsigned reason)
{
	if (!b->drv_if)
		return;
	deauth_all(b, reason);
	ap_csa_stop(b);
	take_down(b);
	ap_pmksa_free(b);
	ap_wps_free(b);
	if (b->beaconing)
		b->radio->driver->ap_stop(b->drv_if);
	b->beaconing = false;
}

int ap_bss_start(struct ap_bss *b, struct strbuf *reason)
{
	if (b->radio->state != AP_ENABLED) {
		strbuf_add(reason, "the radio is not enabled");
		return -ENOTCONN;
	}
	int err = b->drv_if ? 0 : ap_bss_open(b, reason);
	if (err == 0)
		err = ap_bss_bring_up(b, reason);
	if (err < 0) {
		ap_bss_stop(b, REASON_DEAUTH_LEAVING);
		ap_bss_close(b);
	}
	return err;
}

/* While the radio still waits for its country, or the netdev is down, the start that is to come
 * uses the new values. */
static bool reloads(const struct ap_bss *b)
{
	return b->drv_if && b->radio->state == AP_ENABLED && !b->if_down;
}

int ap_bss_reload_check(const struct ap_bss *b, struct strbuf *reason)
{
	if (!reloads(b))
		return 0;
	int err = ap_runner_check(b, reason);
	return err < 0 ? err : ap_wpa_check_psks(b, reason);
}

int ap_bss_reload(struct ap_bss *b, struct strbuf *reason)
{
	if (!reloads(b))
		return 0;
	int err = ap_bss_reload_check(b, reason);
	if (err < 0)
		return err;
	deauth_all(b, REASON_PREV_AUTH_NOT_VALID);
	ap_csa_stop(b);
	take_down(b);
	if (b->beaconing)
		b->radio->driver->ap_stop(b->drv_if);
	b->beaconing = false;
	return ap_bss_bring_up(b, reason);
}

/* Loads them; true: it is the one the driver got. */
static bool load_same_psk(struct ap_bss *b, int *err)
{
	const uint8_t *pmk = ap_runner_pmk(b);
	uint8_t old[PMK_LEN] = {0};

	if (pmk)
		memcpy(old, pmk, sizeof(old));
	*err = ap_psks_load(b->psks, b->cfg);
	pmk = *err == 0 ? ap_runner_pmk(b) : NULL;
	bool same = pmk && bytes_equal_ct(pmk, old, PMK_LEN);
	wipe(old, sizeof(old));
	return same;
}

/* The driver got its PMK at the start: another one is another start. */
static int reload_driver_psk(struct ap_bss *b)
{
	char text[256];
	struct strbuf reason = strbuf_over(text, sizeof(text));
	unsigned caps = b->radio->driver->caps(b->drv_if)->flags;
	int err = 0;

	if (ap_runner_choose(b->cfg, caps).runner == b->runner && load_same_psk(b, &err))
		return 0;
	if (err < 0)
		return err;
	err = ap_bss_reload(b, &reason);
	if (err < 0)
		log_msg(LOG_ERR, "%s: %s", b->cfg->interface, text);
	return err;
}

int ap_bss_reload_psk(struct ap_bss *b)
{
	struct ap_sta *s, *tmp;

	if (!b->rsn)
		return 0;
	if (ap_bss_driver_keys(b))
		return reload_driver_psk(b);
	int err = ap_psks_load(b->psks, b->cfg);
	if (err < 0)
		return err;
	ap_wpa_derive_psks(b);
	HASH_ITER (hh, b->stations, s, tmp) {
		const uint8_t *pmk = s->rsn ? rsn_auth_sta_pmk(s->rsn) : NULL;
		if (pmk && !ap_psks_valid(b->psks, s->addr, pmk))
			ap_sta_disconnect(s, AP_DEAUTH, REASON_PREV_AUTH_NOT_VALID);
	}
	return 0;
}

int ap_bss_update_beacon(struct ap_bss *b)
{
	return b->beaconing ? ap_beacon_set(b) : -ENOTCONN;
}

void ap_bss_apply_acl(struct ap_bss *b)
{
	struct ap_sta *s, *tmp;
	int vlan;

	HASH_ITER (hh, b->stations, s, tmp)
		if (!ap_acl_allows(b, s->addr, &vlan))
			ap_sta_disconnect(s, AP_DEAUTH, REASON_UNSPECIFIED);
}

int ap_bss_rekey_group(struct ap_bss *b)
{
	if (!b->rsn)
		return -ENOENT;
	if (ap_bss_driver_keys(b)) {
		log_msg(LOG_ERR,
			"%s: the driver runs the handshakes and renews the group key itself: "
			"key_mgmt_offload=0 and RELOAD take that from it, where it lets us",
			b->cfg->interface);
		return -EOPNOTSUPP;
	}
	rsn_auth_rekey_group(b->rsn);
	return 0;
}
