/* One AP radio on a driver that records what it is asked to do; tests play the stations. */
#ifndef TESTS_UNIT_AP_RIG_H
#define TESTS_UNIT_AP_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ap/ap.h"

#define RIG_BSSID "\x02\0\0\0\0\x01"
#define RIG_STA "\x02\0\0\0\x05\0"
static const uint8_t rig_bssid[MAC_LEN] = RIG_BSSID, rig_sta[MAC_LEN] = RIG_STA;

/* The last of each kind, and counters. The driver ops have only their drv_if, so it is a global. */
static struct rig {
	struct eloop *loop;
	struct ap_radio_config radio_cfg;
	struct ap_bss_config cfg;
	struct ap_radio *radio;
	struct ap_bss *bss;
	struct drv_caps caps;
	struct drv_channel channels[13];

	char events[8192];
	uint8_t frame[2048];
	size_t frame_len;
	unsigned frames, eapols, sta_sets, sta_removes, wds_on, wds_off, ap_starts, ap_updates;
	unsigned polls, group_keys, pair_keys;
	uint64_t cookie;
	uint8_t eapol[2048];
	size_t eapol_len;
	char wds_ifname[IFNAMSIZ], wds_bridge[IFNAMSIZ];
	unsigned inactive_ms, sta_known; /* of sta_info; enum drv_sta_known */
	bool sta_authorized;
	int sta_info_error, authorize_error;
	unsigned authorizes, infos;
	uint8_t removed[MAC_LEN], pmk[32]; /* of the last ap_start() */
	bool has_pmk;
	uint8_t answer_ies[256]; /* of the last ap_start(): for answers to associations */
	size_t answer_ies_len;
	char country[3];
	int wds_error;
} rig;

static struct drv *rig_init(struct eloop *loop, const char *params)
{
	return (struct drv *)&rig;
}
static void rig_deinit(struct drv *d)
{
}
static struct drv_if *rig_if_open(
	struct drv *d, const struct drv_if_params *p, int *err, struct strbuf *reason)
{
	return (struct drv_if *)&rig;
}
static void rig_if_close(struct drv_if *i)
{
}
static const uint8_t *rig_addr(const struct drv_if *i)
{
	return rig_bssid;
}
static const struct drv_caps *rig_get_caps(struct drv_if *i)
{
	return &rig.caps;
}
static int rig_set_country(struct drv *d, const char alpha2[2])
{
	return 0;
}
static int rig_get_country(struct drv *d, char alpha2[3])
{
	memcpy(alpha2, rig.country, 3);
	return 0;
}
static int rig_set_authorized(struct drv_if *i, const uint8_t *addr, bool authorized)
{
	rig.authorizes++;
	return rig.authorize_error;
}
static int rig_set_key(struct drv_if *i, const struct drv_key *k)
{
	*(k->addr ? &rig.pair_keys : &rig.group_keys) += 1;
	return 0;
}
static int rig_send_eapol(
	struct drv_if *i, const uint8_t *dst, const uint8_t *packet, size_t len, bool encrypt)
{
	assert_true(len <= sizeof(rig.eapol));
	memcpy(rig.eapol, packet, len);
	rig.eapol_len = len;
	rig.eapols++;
	return 0;
}
static int rig_send_mgmt(struct drv_if *i, const struct drv_tx *tx)
{
	assert_true(tx->len <= sizeof(rig.frame));
	memcpy(rig.frame, tx->frame, tx->len);
	rig.frame_len = tx->len;
	rig.frames++;
	rig.cookie++;
	if (tx->cookie)
		*tx->cookie = rig.cookie;
	return 0;
}
static int rig_sta_info(struct drv_if *i, const uint8_t *addr, struct drv_sta_info *out)
{
	*out = (struct drv_sta_info){.inactive_ms = rig.inactive_ms,
		.known = rig.sta_known,
		.authorized = rig.sta_authorized};
	rig.infos++;
	return rig.sta_info_error;
}
static int rig_ap_start(struct drv_if *i, const struct drv_ap *ap)
{
	rig.ap_starts++;
	rig.has_pmk = ap->pmk != NULL;
	if (ap->pmk)
		memcpy(rig.pmk, ap->pmk, sizeof(rig.pmk));
	assert_true(ap->assocresp_ies_len <= sizeof(rig.answer_ies));
	memcpy(rig.answer_ies, ap->assocresp_ies, ap->assocresp_ies_len);
	rig.answer_ies_len = ap->assocresp_ies_len;
	return 0;
}
static int rig_ap_update(struct drv_if *i, const struct drv_ap *ap)
{
	rig.ap_updates++;
	assert_null(ap->pmk); /* a beacon needs none */
	return 0;
}
static int rig_ap_stop(struct drv_if *i)
{
	return 0;
}
static int rig_sta_set(struct drv_if *i, const struct drv_sta *s)
{
	rig.sta_sets++;
	return 0;
}
static int rig_sta_remove(struct drv_if *i, const uint8_t *addr)
{
	rig.sta_removes++;
	memcpy(rig.removed, addr, MAC_LEN);
	return 0;
}
static int rig_poll_sta(struct drv_if *i, const uint8_t *addr, bool qos)
{
	rig.polls++;
	return 0;
}
static int rig_wds_sta(
	struct drv_if *i, const uint8_t *addr, const char *ifname, const char *bridge, bool on)
{
	if (rig.wds_error)
		return rig.wds_error;
	*(on ? &rig.wds_on : &rig.wds_off) += 1;
	strncpy(rig.wds_ifname, ifname, IFNAMSIZ - 1);
	strncpy(rig.wds_bridge, bridge ? bridge : "", IFNAMSIZ - 1);
	return 0;
}
static int rig_bridge_add(struct drv_if *i, const char *bridge)
{
	return 0;
}

static const struct driver rig_driver = {
	.name = "rig",
	.init = rig_init,
	.deinit = rig_deinit,
	.if_open = rig_if_open,
	.if_close = rig_if_close,
	.addr = rig_addr,
	.caps = rig_get_caps,
	.set_country = rig_set_country,
	.get_country = rig_get_country,
	.set_authorized = rig_set_authorized,
	.set_key = rig_set_key,
	.send_eapol = rig_send_eapol,
	.send_mgmt = rig_send_mgmt,
	.sta_info = rig_sta_info,
	.ap_start = rig_ap_start,
	.ap_update = rig_ap_update,
	.ap_stop = rig_ap_stop,
	.sta_set = rig_sta_set,
	.sta_remove = rig_sta_remove,
	.poll_sta = rig_poll_sta,
	.wds_sta = rig_wds_sta,
	.bridge_add = rig_bridge_add,
};

static void rig_event(
	void *ctx, struct ap_bss *bss, enum log_level level, unsigned flag, const char *text)
{
	size_t have = strlen(rig.events);
	if (level >= LOG_INF && flag == 0)
		snprintf(rig.events + have, sizeof(rig.events) - have, "%s\n", text);
}
static void rig_setup_done(void *ctx, struct ap_radio *radio, bool ok)
{
}
static const struct ap_ops rig_ops = {.event = rig_event, .setup_done = rig_setup_done};

static void rig_set(struct bytes *b, const char *text)
{
	assert_int_equal(bytes_set(b, text, strlen(text)), 0);
}

/* A WPA2-PSK BSS on channel 6 with HT, not enabled yet. */
static int rig_setup(void **state)
{
	static uint16_t rates[] = {10, 20, 55, 110, 60, 90, 120, 180, 240, 360, 480, 540};
	memset(&rig, 0, sizeof(rig));
	log_set_level(LOG_ERR);
	rig.loop = eloop_new(ELOOP_VIRTUAL);
	for (unsigned i = 0; i < 13; i++)
		rig.channels[i] = (struct drv_channel){.freq = (uint16_t)(2412 + 5 * i),
			.number = (uint8_t)(i + 1),
			.max_power = 20};
	rig.caps = (struct drv_caps){.phy = "phy9",
		.flags = DRV_CAP_AP | DRV_CAP_AP_VLAN | DRV_CAP_PROBE_CLIENT,
		.ciphers = CIPHER_CCMP};
	struct drv_band *g = &rig.caps.bands[DRV_BAND_2G];
	g->channels = rig.channels;
	g->channel_count = 13;
	memcpy(g->rates, rates, sizeof(rates));
	g->rate_count = ARRAY_SIZE(rates);
	g->ht = true;
	g->ht_cap_info = 0x107e;
	rig.radio_cfg = (struct ap_radio_config){.hw_mode = HW_MODE_G,
		.channel = 6,
		.beacon_int = 100,
		.ieee80211n = 1,
		.local_pwr_constraint = -1,
		.country3 = 0x20};
	rig.cfg = (struct ap_bss_config){.interface = "wlan0",
		.auth_algs = 1,
		.max_num_sta = 2007,
		.send_probe_response = 1,
		.ap_max_inactivity = 300,
		.max_listen_interval = 65535,
		.dtim_period = 2,
		.wmm_enabled = -1,
		.wds_sta = -1,
		.multi_ap_profile = 2,
		.wpa = PROTO_RSN,
		.wpa_key_mgmt = AKM_PSK,
		.wpa_pairwise = CIPHER_CCMP,
		.wpa_group_rekey = -1,
		.key_mgmt_offload = 1,
		.wpa_group_update_count = 4,
		.wpa_pairwise_update_count = 4,
		.eapol_version = 2};
	rig_set(&rig.cfg.ssid, "net");
	rig.cfg.wpa_psk.data = calloc(1, 32);
	rig.cfg.wpa_psk.len = 32;
	rig.radio = ap_radio_new(rig.loop, &rig_driver, &rig.radio_cfg, &rig_ops, NULL);
	rig.bss = ap_bss_add(rig.radio, &rig.cfg, NULL);
	return 0;
}

static int rig_teardown(void **state)
{
	ap_radio_free(rig.radio);
	bytes_clear(&rig.cfg.ssid);
	bytes_clear(&rig.cfg.wpa_psk);
	bytes_clear(&rig.cfg.multi_ap_backhaul_ssid);
	eloop_free(rig.loop);
	return 0;
}

static void rig_enable(void)
{
	char text[256] = "";
	struct strbuf reason = strbuf_over(text, sizeof(text));
	assert_int_equal(ap_radio_enable(rig.radio, &reason), 0);
	assert_string_equal(text, "");
}

static inline bool rig_has_event(const char *text)
{
	return strstr(rig.events, text) != NULL;
}
static inline void rig_forget(void)
{
	rig.events[0] = '\0';
	rig.frames = 0;
	rig.frame_len = 0;
	rig.eapols = 0;
}

#endif
