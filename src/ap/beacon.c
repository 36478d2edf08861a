/* Beacon, and the elements it shares with probe and association responses. */
#include "ap/ap_i.h"

#include <errno.h>

#define SUPP_RATES_MAX 8
#define SELECTOR_HT 127 /* BSS membership selector, IEEE 802.11-2020, 9.4.2.3 */
#define ERP_NON_ERP_PRESENT 0x01
#define ERP_USE_PROTECTION 0x02
#define ERP_BARKER_PREAMBLE 0x04
#define HT_OP_ANY_WIDTH 0x04
#define EXT_CAPAB_LEN 8
#define EXT_CAPAB_BSS_TRANSITION 19
#define EXT_CAPAB_UTF8_SSID 48

void ap_write_rates(const struct ap_bss *b, struct writer *w, bool extended)
{
	uint8_t all[AP_MAX_RATES];
	size_t n = b->rate_count;

	memcpy(all, b->rates, n);
	if (b->ht && b->radio->cfg->require_ht)
		all[n++] = RATE_BASIC | SELECTOR_HT;
	size_t first = n < SUPP_RATES_MAX ? n : SUPP_RATES_MAX;
	if (!extended)
		element_put(w, EID_SUPP_RATES, all, first);
	else if (n > first)
		element_put(w, EID_EXT_SUPP_RATES, all + first, n - first);
}

uint16_t ap_capability(const struct ap_bss *b)
{
	const struct ap_radio *r = b->radio;
	uint16_t cap = CAP_ESS;

	if (b->rsn)
		cap |= CAP_PRIVACY;
	if (r->cfg->preamble && r->chan.band == DRV_BAND_2G && r->no_short_preamble == 0)
		cap |= CAP_SHORT_PREAMBLE;
	if (r->chan.band == DRV_BAND_2G && r->cfg->hw_mode != HW_MODE_B && r->no_short_slot == 0)
		cap |= CAP_SHORT_SLOT;
	if (r->cfg->spectrum_mgmt_required)
		cap |= CAP_SPECTRUM_MGMT;
	return cap;
}

static void write_ssid(const struct ap_bss *b, struct writer *w, bool beacon)
{
	static const uint8_t zeros[SSID_MAX_LEN];
	const struct bytes *ssid = &b->cfg->ssid;

	if (!beacon || b->cfg->ignore_broadcast_ssid == 0)
		element_put(w, EID_SSID, ssid->data, ssid->len);
	else
		element_put(w, EID_SSID, zeros, b->cfg->ignore_broadcast_ssid == 2 ? ssid->len : 0);
}

static void write_ds_params(const struct ap_bss *b, struct writer *w)
{
	if (b->radio->chan.band == DRV_BAND_2G)
		element_put(w, EID_DS_PARAMS, &b->radio->chan.number, 1);
}

/* Runs of neighbouring channels with the same power, IEEE 802.11-2020, 9.4.2.8. */
static void write_country_triplets(const struct drv_band *band, struct writer *w)
{
	unsigned step = band->channel_count && band->channels[0].number <= 14 ? 1 : 4;
	uint8_t first = 0, count = 0;
	int power = 0;

	for (size_t i = 0; i < band->channel_count; i++) {
		const struct drv_channel *c = &band->channels[i];
		if (c->flags & DRV_CHAN_DISABLED)
			continue;
		if (count && c->number == first + count * step && c->max_power == power) {
			count++;
			continue;
		}
		if (count) {
			const uint8_t triplet[] = {first, count, (uint8_t)power};
			writer_bytes(w, triplet, sizeof(triplet));
		}
		first = c->number;
		count = 1;
		power = c->max_power;
	}
	const uint8_t triplet[] = {first, count, (uint8_t)power};
	if (count)
		writer_bytes(w, triplet, sizeof(triplet));
}

static void write_country(const struct ap_bss *b, struct writer *w)
{
	const struct ap_radio_config *cfg = b->radio->cfg;

	if (!cfg->ieee80211d || !cfg->country_code[0])
		return;
	struct writer_mark m = element_begin(w, EID_COUNTRY);
	size_t start = w->len;
	writer_bytes(w, cfg->country_code, 2);
	writer_u8(w, (uint8_t)cfg->country3);
	write_country_triplets(ap_bss_band(b), w);
	if ((w->len - start) % 2)
		writer_u8(w, 0);
	element_end(w, m);
	if (cfg->local_pwr_constraint >= 0) {
		uint8_t v = (uint8_t)cfg->local_pwr_constraint;
		element_put(w, EID_POWER_CONSTRAINT, &v, 1);
	}
}

static void write_erp(const struct ap_bss *b, struct writer *w)
{
	const struct ap_radio *r = b->radio;
	uint8_t erp = 0;

	if (r->chan.band != DRV_BAND_2G || r->cfg->hw_mode == HW_MODE_B)
		return;
	if (r->non_erp)
		erp |= ERP_NON_ERP_PRESENT | ERP_USE_PROTECTION;
	if (!r->cfg->preamble || r->no_short_preamble)
		erp |= ERP_BARKER_PREAMBLE;
	element_put(w, EID_ERP_INFO, &erp, 1);
}

static void write_ht_operation(const struct ap_bss *b, struct writer *w)
{
	const struct ap_radio *r = b->radio;
	uint8_t info = 0;
	/* Protection (9.4.2.57): 3 = non-HT station here, 2 = 20 MHz station in a 40 MHz BSS. */
	uint8_t protection = r->no_ht ? 3 : r->chan.secondary && r->ht20 ? 2 : 0;

	if (r->chan.secondary)
		info = HT_OP_ANY_WIDTH | (r->chan.secondary > 0 ? 1 : 3);
	struct writer_mark m = element_begin(w, EID_HT_OPERATION);
	writer_u8(w, r->chan.number);
	writer_u8(w, info);
	writer_u8(w, protection);
	writer_zeros(w, 3);
	writer_zeros(w, 16);
	element_end(w, m);
}

void ap_write_ht(const struct ap_bss *b, struct writer *w)
{
	const struct drv_band *band = ap_bss_band(b);

	if (!b->ht)
		return;
	struct writer_mark m = element_begin(w, EID_HT_CAP);
	writer_le16(w, b->radio->chan.ht_cap_info);
	writer_u8(w, band->ht_ampdu);
	writer_bytes(w, band->ht_mcs, sizeof(band->ht_mcs));
	writer_zeros(w, 2 + 4 + 1); /* extended, beamforming, antenna selection: none */
	element_end(w, m);
	write_ht_operation(b, w);
}

static void set_bit(uint8_t *bits, unsigned bit, bool on)
{
	if (on)
		bits[bit / 8] |= (uint8_t)(1 << (bit % 8));
}

void ap_write_ext_capab(const struct ap_bss *b, struct writer *w)
{
	const struct drv_caps *caps = b->radio->driver->caps(b->drv_if);
	uint8_t bits[EXT_CAPAB_LEN] = {0};
	size_t n = EXT_CAPAB_LEN;

	memcpy(bits, caps->ext_capab, caps->ext_capab_len < n ? caps->ext_capab_len : n);
	set_bit(bits, EXT_CAPAB_BSS_TRANSITION, b->cfg->bss_transition != 0);
	set_bit(bits, EXT_CAPAB_UTF8_SSID, b->cfg->utf8_ssid > 0);
	while (n && bits[n - 1] == 0)
		n--;
	if (n)
		element_put(w, EID_EXT_CAPAB, bits, n);
}

/* WMM Parameter element, WMM specification 2.2.2. */
void ap_write_wmm(const struct ap_bss *b, struct writer *w)
{
	struct writer_mark m = element_begin_vendor(w, VENDOR_WMM);

	writer_u8(w, 1); /* parameter element */
	writer_u8(w, 1); /* version */
	writer_u8(w, b->cfg->uapsd_advertisement_enabled ? 0x80 : 0);
	writer_u8(w, 0);
	for (unsigned i = 0; i < 4; i++) {
		const struct ap_wmm_ac *ac = &b->radio->cfg->wmm_ac[i];
		writer_u8(w, (uint8_t)(i << 5 | (ac->acm ? 0x10 : 0) | (ac->aifs & 0x0f)));
		writer_u8(w, (uint8_t)(ac->cwmax << 4 | (ac->cwmin & 0x0f)));
		writer_le16(w, (uint16_t)ac->txop_limit);
	}
	element_end(w, m);
}

/* Behind the TIM element (or, in a probe response, behind the DS parameters). */
void ap_write_common_tail(const struct ap_bss *b, struct writer *w)
{
	write_country(b, w);
	ap_write_csa(b, w);
	write_erp(b, w);
	ap_write_rates(b, w, true);
	writer_bytes(w, b->rsn_raw, b->rsn_raw_len);
	ap_write_ht(b, w);
	ap_write_csa_secondary(b, w);
	ap_write_ext_capab(b, w);
	writer_bytes(w, b->wpa_raw, b->wpa_raw_len);
	if (b->wmm)
		ap_write_wmm(b, w);
}

static void write_fixed(const struct ap_bss *b, struct writer *w, bool beacon)
{
	writer_zeros(w, 8); /* timestamp: the hardware's */
	writer_le16(w, (uint16_t)b->radio->cfg->beacon_int);
	writer_le16(w, ap_capability(b));
	write_ssid(b, w, beacon);
	ap_write_rates(b, w, false);
	write_ds_params(b, w);
}

static int write_beacon(const struct ap_bss *b, struct writer *head, struct writer *tail)
{
	mgmt_write(head, STYPE_BEACON, mac_broadcast, b->addr, b->addr);
	write_fixed(b, head, true);
	ap_write_common_tail(b, tail);
	writer_bytes(tail, b->wps_beacon.data, b->wps_beacon.len);
	writer_bytes(tail, b->cfg->vendor_elements.data, b->cfg->vendor_elements.len);
	return writer_ok(head) && writer_ok(tail) ? 0 : -EMSGSIZE;
}

int ap_write_probe_resp(const struct ap_bss *b, const uint8_t *da, struct writer *w)
{
	mgmt_write(w, STYPE_PROBE_RESP, da, b->addr, b->addr);
	write_fixed(b, w, false);
	ap_write_common_tail(b, w);
	writer_bytes(w, b->wps_probe_resp.data, b->wps_probe_resp.len);
	writer_bytes(w, b->cfg->vendor_elements.data, b->cfg->vendor_elements.len);
	return writer_ok(w) ? 0 : -EMSGSIZE;
}

static size_t basic_rates(const struct ap_bss *b, uint8_t *out)
{
	size_t n = 0;
	for (size_t i = 0; i < b->rate_count; i++)
		if (b->rates[i] & RATE_BASIC)
			out[n++] = b->rates[i] & (uint8_t)~RATE_BASIC;
	return n;
}

/* Of answers to associations that the device writes: it knows no station from another. */
static void answer_elements(struct ap_bss *b, struct writer *w)
{
	if (b->registrar)
		ap_write_wps_resp(b, w);
	if (b->cfg->multi_ap)
		ap_write_multi_ap(b, w);
	writer_bytes(w, b->cfg->assocresp_elements.data, b->cfg->assocresp_elements.len);
}

/* Elements a driver that answers by itself must add; others ignore them. */
static void offload_elements(struct ap_bss *b, struct drv_ap *p, struct writer *ext)
{
	ap_write_ext_capab(b, ext);
	if (ap_driver_mlme(b))
		answer_elements(b, ext);
	p->assocresp_ies = ext->buf;
	p->assocresp_ies_len = writer_ok(ext) ? ext->len : 0;
	p->beacon_ies = b->wps_beacon.data;
	p->beacon_ies_len = b->wps_beacon.len;
	p->proberesp_ies = b->wps_probe_resp.data;
	p->proberesp_ies_len = b->wps_probe_resp.len;
}

static void fill_params(const struct ap_bss *b, struct drv_ap *p)
{
	const struct ap_radio *r = b->radio;

	p->freq = r->chan.freq;
	p->ht = b->ht;
	p->sec_channel = b->ht ? r->chan.secondary : 0;
	p->beacon_int = (uint16_t)r->cfg->beacon_int;
	p->dtim_period = (uint8_t)b->cfg->dtim_period;
	p->ssid = b->cfg->ssid.data;
	p->ssid_len = b->cfg->ssid.len;
	p->hide_ssid = (unsigned)b->cfg->ignore_broadcast_ssid;
	p->privacy = b->rsn != NULL;
	if (b->rsn) {
		p->pairwise = b->rsn_ie.pairwise | b->wpa_ie.pairwise;
		p->group = ap_bss_group(b->cfg);
		p->akm = b->rsn_ie.akm | b->wpa_ie.akm;
		p->protos = (unsigned)b->rsn_ie.proto | (unsigned)b->wpa_ie.proto;
	}
	p->ap_isolate = b->cfg->ap_isolate != 0;
	p->multicast_to_unicast = b->cfg->multicast_to_unicast != 0;
	p->short_slot = (ap_capability(b) & CAP_SHORT_SLOT) != 0;
	p->short_preamble = (ap_capability(b) & CAP_SHORT_PREAMBLE) != 0;
	p->pmk = ap_bss_driver_keys(b) && !b->beaconing ? ap_runner_pmk(b) : NULL;
}

/* Burst: 0.1 ms to units of 32 microseconds, rounded. */
static void fill_radio(
	const struct ap_radio_config *cfg, struct drv_ap *p, struct drv_queue queues[DRV_QUEUES])
{
	p->rts_threshold = cfg->rts_threshold;
	p->fragm_threshold = cfg->fragm_threshold;
	p->queues = queues;
	for (size_t i = 0; i < DRV_QUEUES; i++) {
		const struct ap_tx_queue *q = &cfg->tx_queue[i];
		queues[i] = (struct drv_queue){.aifs = (uint8_t)q->aifs,
			.cwmin = (uint16_t)q->cwmin,
			.cwmax = (uint16_t)q->cwmax,
			.txop = (uint16_t)((q->burst * 100 + 16) / 32)};
	}
}

int ap_frames_build(struct ap_bss *b, struct ap_frames *f)
{
	struct writer head = writer_over(f->head_buf, sizeof(f->head_buf));
	struct writer tail = writer_over(f->tail_buf, sizeof(f->tail_buf));
	struct writer resp = writer_over(f->resp_buf, sizeof(f->resp_buf));
	struct writer ext = writer_over(f->ext_buf, sizeof(f->ext_buf));
	struct drv_ap *p = &f->p;

	*p = (struct drv_ap){0};
	int err = write_beacon(b, &head, &tail);
	if (err == 0)
		err = ap_write_probe_resp(b, mac_broadcast, &resp);
	if (err < 0)
		return err;
	fill_params(b, p);
	fill_radio(b->radio->cfg, p, f->queues);
	if (ap_bss_driver_keys(b) && !b->beaconing && !p->pmk)
		return -ENOKEY;
	offload_elements(b, p, &ext);
	p->head = head.buf;
	p->head_len = head.len;
	p->tail = tail.buf;
	p->tail_len = tail.len;
	p->probe_resp = resp.buf;
	p->probe_resp_len = resp.len;
	p->basic_rates = f->basic;
	p->basic_rate_count = basic_rates(b, f->basic);
	return 0;
}

int ap_beacon_set(struct ap_bss *b)
{
	const struct driver *d = b->radio->driver;
	struct ap_frames f;

	if (b->switching)
		return 0;
	int err = ap_frames_build(b, &f);
	if (err < 0)
		return err;
	err = b->beaconing ? d->ap_update(b->drv_if, &f.p) : d->ap_start(b->drv_if, &f.p);
	if (err < 0)
		return err;
	b->beaconing = true;
	bytes_set(&b->beacon_head, f.p.head, f.p.head_len);
	bytes_set(&b->beacon_tail, f.p.tail, f.p.tail_len);
	return 0;
}

void ap_beacon_refresh(struct ap_bss *b)
{
	int err = b->beaconing ? ap_beacon_set(b) : 0;
	if (err < 0)
		log_msg(LOG_WARN, "%s: the driver refused the new beacon: %s", b->cfg->interface,
			strerror(-err));
}
