/* Management and EAPOL frames as an AP takes them from the air.
 *
 * The input is a series of frames: one octet what it is, two octets length, the frame. Addresses
 * that route it to the BSS are put in, so that every input gets past the header. */
#include <string.h>

#include "ap/ap_i.h"
#include "common/ieee80211.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t bssid[MAC_LEN] = {2, 0, 0, 0, 0, 1}, sta[MAC_LEN] = {2, 0, 0, 0, 5, 0};

static struct drv_channel channel = {.freq = 2437, .number = 6, .max_power = 20};
static uint16_t rates[] = {10, 20, 55, 110, 60, 120, 240};
static struct drv_caps caps = {.phy = "phy0", .flags = DRV_CAP_AP, .ciphers = CIPHER_CCMP};

static struct drv *fz_init(struct eloop *loop, const char *params)
{
	return (struct drv *)&caps;
}
static void fz_deinit(struct drv *d)
{
}
static struct drv_if *fz_if_open(
	struct drv *d, const struct drv_if_params *p, int *err, struct strbuf *reason)
{
	return (struct drv_if *)&caps;
}
static void fz_if_close(struct drv_if *i)
{
}
static const uint8_t *fz_addr(const struct drv_if *i)
{
	return bssid;
}
static const struct drv_caps *fz_caps(struct drv_if *i)
{
	return &caps;
}
static int fz_authorized(struct drv_if *i, const uint8_t *addr, bool authorized)
{
	return 0;
}
static int fz_set_key(struct drv_if *i, const struct drv_key *k)
{
	return 0;
}
static int fz_send_eapol(
	struct drv_if *i, const uint8_t *dst, const uint8_t *packet, size_t len, bool encrypt)
{
	return 0;
}
static int fz_send_mgmt(struct drv_if *i, const struct drv_tx *tx)
{
	return 0;
}
static int fz_ap(struct drv_if *i, const struct drv_ap *ap)
{
	return 0;
}
static int fz_ap_stop(struct drv_if *i)
{
	return 0;
}
static int fz_sta_set(struct drv_if *i, const struct drv_sta *s)
{
	return 0;
}
static int fz_sta_remove(struct drv_if *i, const uint8_t *addr)
{
	return 0;
}
static int fz_wds(
	struct drv_if *i, const uint8_t *addr, const char *ifname, const char *bridge, bool on)
{
	return 0;
}

static const struct driver fz_driver = {
	.name = "fuzz",
	.init = fz_init,
	.deinit = fz_deinit,
	.if_open = fz_if_open,
	.if_close = fz_if_close,
	.addr = fz_addr,
	.caps = fz_caps,
	.set_authorized = fz_authorized,
	.set_key = fz_set_key,
	.send_eapol = fz_send_eapol,
	.send_mgmt = fz_send_mgmt,
	.ap_start = fz_ap,
	.ap_update = fz_ap,
	.ap_stop = fz_ap_stop,
	.sta_set = fz_sta_set,
	.sta_remove = fz_sta_remove,
	.wds_sta = fz_wds,
};

static void on_event(
	void *ctx, struct ap_bss *bss, enum log_level level, unsigned flag, const char *text)
{
}
static void on_setup(void *ctx, struct ap_radio *radio, bool ok)
{
}
static const struct ap_ops ops = {.event = on_event, .setup_done = on_setup};

enum what { MGMT, TX_ACK, TX_LOST, EAPOL, WAIT, WHATS };

static void mgmt(struct ap_bss *b, enum what what, uint8_t *frame, size_t len)
{
	struct drv_event ev = {.kind = what == MGMT ? DRV_EV_MGMT_RX : DRV_EV_MGMT_TX_STATUS,
		.mgmt = {.frame = frame, .len = len, .ack = what == TX_ACK}};

	if (len >= 24) {
		frame[0] &= 0xf3; /* type management */
		memcpy(frame + 4, what == MGMT ? bssid : sta, MAC_LEN);
		memcpy(frame + 10, what == MGMT ? sta : bssid, MAC_LEN);
		memcpy(frame + 16, bssid, MAC_LEN);
	}
	ap_on_driver_event(b, &ev);
}

static void step(struct eloop *loop, struct ap_bss *b, struct reader *in)
{
	static uint8_t frame[4096];
	enum what what = (enum what)(reader_u8(in) % WHATS);
	size_t len = reader_le16(in) % sizeof(frame);

	if (len > reader_left(in))
		len = reader_left(in);
	if (what == WAIT) {
		eloop_advance(loop, len * USEC_PER_MSEC);
		return;
	}
	/* Exactly as long as the heap says, so that a read behind it is seen. */
	_cleanup_(bytes_clear) struct bytes copy = {0};
	if (len == 0 || bytes_set(&copy, reader_bytes(in, len), len) < 0)
		return;
	if (what != EAPOL) {
		mgmt(b, what, copy.data, copy.len);
		return;
	}
	struct drv_event ev = {
		.kind = DRV_EV_EAPOL_RX, .eapol = {.packet = copy.data, .len = copy.len}};
	mac_copy(ev.addr, sta);
	ap_on_driver_event(b, &ev);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader in = reader_of(data, size);
	uint8_t psk[PMK_LEN] = {1}, kind = reader_u8(&in);
	struct ap_radio_config radio_cfg = {.hw_mode = HW_MODE_G,
		.channel = 6,
		.beacon_int = 100,
		.ieee80211n = 1,
		.local_pwr_constraint = -1};
	struct ap_bss_config cfg = {.interface = "wlan0",
		.ssid = {(uint8_t *)"net", 3},
		.auth_algs = 1,
		.max_num_sta = 10,
		.send_probe_response = 1,
		.notify_mgmt_frames = 1,
		.max_listen_interval = 65535,
		.dtim_period = 2,
		.wmm_enabled = 1,
		.wds_sta = -1,
		.multi_ap = kind & 3,
		.multi_ap_profile = 2,
		.wpa = kind & 4 ? 0 : PROTO_RSN,
		.wpa_key_mgmt = AKM_PSK,
		.wpa_pairwise = CIPHER_CCMP,
		.wpa_psk = {psk, sizeof(psk)},
		.wpa_group_update_count = 4,
		.wpa_pairwise_update_count = 4,
		.eapol_version = 2,
		.wps_state = kind & 8 ? 0 : 2};
	char text[256];
	struct strbuf reason = strbuf_over(text, sizeof(text));

	log_set_level(LOG_ERR + 1);
	caps.bands[DRV_BAND_2G] = (struct drv_band){.channels = &channel,
		.channel_count = 1,
		.rate_count = ARRAY_SIZE(rates),
		.ht = true,
		.ht_cap_info = 0x107e};
	memcpy(caps.bands[DRV_BAND_2G].rates, rates, sizeof(rates));
	struct eloop *loop = eloop_new(ELOOP_VIRTUAL);
	struct ap_radio *r = ap_radio_new(loop, &fz_driver, &radio_cfg, &ops, NULL);
	struct ap_bss *b = ap_bss_add(r, &cfg, NULL);
	if (ap_radio_enable(r, &reason) == 0) {
		if (b->registrar)
			ap_bss_wps_pbc(b);
		while (reader_left(&in) > 3)
			step(loop, b, &in);
	}
	ap_radio_free(r);
	eloop_free(loop);
	return 0;
}
