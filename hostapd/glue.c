/* What the AP core reports: events to control sockets and log, setup results, facts for WPS. */
#include "hostapd/hostapd_i.h"

#include <stdio.h>

#define HT_CAP_40MHZ 0x0002

/* Meant for programs only: a log full of them helps nobody. */
static bool is_logged(const char *text, unsigned flag)
{
	return flag == 0 && !str_starts(text, "WPS-ENROLLEE-SEEN ", NULL) &&
	       !str_starts(text, "AP-MGMT-FRAME-RECEIVED ", NULL);
}

static void to_monitors(
	struct hostapd_bss *b, enum log_level level, unsigned flag, const char *text)
{
	struct hostapd *h = b->iface->h;
	char prefix[IFNAMSIZ + 16];

	if (b->ctrl)
		ctrl_event(b->ctrl, level, NULL, flag, text);
	if (!h->global)
		return;
	snprintf(prefix, sizeof(prefix), "IFNAME=%s ", b->ifname);
	ctrl_event(h->global, level, prefix, flag, text);
}

void hostapd_bss_event(struct hostapd_bss *b, enum log_level level, unsigned flag, const char *text)
{
	if (is_logged(text, flag))
		log_msg(level, "%s: %s", b->ifname, text);
	to_monitors(b, level, flag, text);
}

void hostapd_bss_event_secret(
	struct hostapd_bss *b, enum log_level level, const char *logged, const char *text)
{
	log_msg(level, "%s: %s", b->ifname, logged);
	to_monitors(b, level, 0, text);
}

static void on_event(
	void *ctx, struct ap_bss *bss, enum log_level level, unsigned flag, const char *text)
{
	hostapd_bss_event(ap_bss_user(bss), level, flag, text);
}

static void on_setup_done(void *ctx, struct ap_radio *radio, bool ok)
{
	struct hostapd_iface *i = ctx;

	if (!ok && i->essential)
		eloop_stop(i->h->loop);
	if (ok)
		hostapd_iface_remember(i);
	i->essential = false;
}

static void store_channel(struct ap_radio_config *cfg, const struct ap_channel_choice *chan)
{
	cfg->channel = (int)chan->number;
	cfg->ieee80211n = chan->ht;
	cfg->secondary_channel = chan->secondary;
	if (chan->secondary)
		cfg->ht_capab |= HT_CAP_40MHZ;
}

/* The next ENABLE is to find the stations where they are. */
static void on_channel_switched(
	void *ctx, struct ap_radio *radio, const struct ap_channel_choice *chan)
{
	struct hostapd_iface *i = ctx;

	store_channel(&i->conf->radio, chan);
	if (i->applied)
		store_channel(&i->applied->radio, chan);
}

static struct ap_bss *on_bss_of(void *ctx, const char *ifname)
{
	const struct hostapd_iface *i = ctx;
	struct hostapd_bss *b = hostapd_bss_find(i->h, ifname);

	return b ? b->ap : NULL;
}

/* One UUID for all WPS BSSs of the process, so that they are one device to others (WSC 2.0, 6.2).
 */
static void on_wps_env(void *ctx, struct ap_bss *bss, struct ap_wps_env *env)
{
	struct hostapd_iface *i = ctx;
	struct hostapd *h = i->h;
	struct hostapd_bss *b, *tmp;

	hostapd_testing_wps_env(h, env);
	env->dual_band = TAILQ_FIRST(&h->ifaces) && TAILQ_NEXT(TAILQ_FIRST(&h->ifaces), link);
	if (hostapd_bss_conf(ap_bss_user(bss))->wps_independent)
		return;
	HASH_ITER (hh, h->by_ifname, b, tmp) {
		if (b->ap == bss || !b->ap || hostapd_bss_conf(b)->wps_independent)
			continue;
		if (ap_bss_wps_uuid(b->ap, env->uuid)) {
			env->has_uuid = true;
			return;
		}
	}
}

/* The radios of an access point often share one wpa_psk_file: a device let in by one may come back
 * on the other. */
static void on_psk_stored(
	void *ctx, struct ap_bss *bss, const uint8_t addr[MAC_LEN], const uint8_t pmk[32])
{
	struct hostapd_iface *i = ctx;
	const char *path = hostapd_bss_conf(ap_bss_user(bss))->wpa_psk_file;
	struct hostapd_bss *b, *tmp;

	HASH_ITER (hh, i->h->by_ifname, b, tmp) {
		const char *file = b->ap ? hostapd_bss_conf(b)->wpa_psk_file : NULL;
		if (b->ap != bss && file && strcmp(file, path) == 0)
			ap_bss_psk_stored(b->ap, addr, pmk);
	}
}

static void on_wps_settings(void *ctx, struct ap_bss *bss, const struct ap_wps_settings *settings)
{
	hostapd_wps_settings(ap_bss_user(bss), settings);
}

/* Windows, PINs and the AP PIN are those of all WPS BSSs a command reaches: what happens to them on
 * one happens on all. */
static void on_other_registrars(struct ap_bss *bss,
	void (*fn)(struct wps_registrar *r, const struct wps_peer *peer),
	const struct wps_peer *peer)
{
	const struct hostapd_bss *from = ap_bss_user(bss);
	struct hostapd_bss *b, *tmp;

	HASH_ITER (hh, from->iface->h->by_ifname, b, tmp)
		if (b != from && ap_bss_registrar(b->ap) && hostapd_wps_reaches(from, b))
			fn(ap_bss_registrar(b->ap), peer);
}

static void on_wps_completed(void *ctx, struct ap_bss *bss, const struct wps_peer *peer)
{
	on_other_registrars(bss, wps_registrar_completed_elsewhere, peer);
}

static void ap_pin_failed(struct wps_registrar *r, const struct wps_peer *peer)
{
	wps_registrar_ap_pin_failed(r);
}

static void on_wps_ap_pin_failed(void *ctx, struct ap_bss *bss)
{
	on_other_registrars(bss, ap_pin_failed, NULL);
}

static int on_wps_up(void *ctx, struct ap_bss *bss, struct strbuf *reason)
{
	return hostapd_upnp_up(ap_bss_user(bss), reason);
}

static void on_wps_down(void *ctx, struct ap_bss *bss, bool gone)
{
	hostapd_upnp_down(ap_bss_user(bss), gone);
}

static bool on_wps_forward(
	void *ctx, struct ap_bss *bss, const uint8_t mac[MAC_LEN], const uint8_t *msg, size_t len)
{
	return hostapd_upnp_forward(ap_bss_user(bss), mac, msg, len);
}

static void on_wps_forward_probe(
	void *ctx, struct ap_bss *bss, const uint8_t mac[MAC_LEN], const uint8_t *data, size_t len)
{
	hostapd_upnp_forward_probe(ap_bss_user(bss), mac, data, len);
}

static bool on_eapol_tx(void *ctx, struct ap_bss *bss, const uint8_t dst[MAC_LEN],
	const uint8_t *packet, size_t len)
{
	return hostapd_testing_eapol_tx(ap_bss_user(bss), dst, packet, len);
}

static bool on_mgmt(void *ctx, struct ap_bss *bss, const struct drv_event *ev)
{
	return hostapd_testing_mgmt(ap_bss_user(bss), ev);
}

const struct ap_ops hostapd_ap_ops = {
	.event = on_event,
	.setup_done = on_setup_done,
	.channel_switched = on_channel_switched,
	.bss_of = on_bss_of,
	.wps_env = on_wps_env,
	.wps_settings = on_wps_settings,
	.wps_completed = on_wps_completed,
	.wps_ap_pin_failed = on_wps_ap_pin_failed,
	.psk_stored = on_psk_stored,
	.wps_up = on_wps_up,
	.wps_down = on_wps_down,
	.wps_forward = on_wps_forward,
	.wps_forward_probe = on_wps_forward_probe,
	.divert_eapol_tx = on_eapol_tx,
	.divert_mgmt = on_mgmt,
};
