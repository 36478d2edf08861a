/* What a simulated radio can do, and where: capabilities and regulatory domains. */
#include <stdio.h>
#include <string.h>

#include "drivers/sim/fw_i.h"

enum range { RANGE_2G_LOW, RANGE_2G_12_13, RANGE_5G_LOW, RANGE_5G_HIGH, RANGES };

/* Flags of each range of channels by country; others are as in Europe. */
static const struct {
	const char *countries;
	unsigned flags[RANGES];
} domains[] = {
	{"00", {0, DRV_CHAN_NO_IR, DRV_CHAN_NO_IR, DRV_CHAN_NO_IR}},
	{"US CA MX BR", {0, DRV_CHAN_DISABLED, 0, 0}},
	{"JP", {0, 0, 0, DRV_CHAN_DISABLED}},
	{"CN AU NZ KR IN", {0, 0, 0, 0}},
	{NULL, {0, 0, 0, DRV_CHAN_DISABLED}},
};

static const uint8_t numbers_5g[SIM_CHANNELS_5G] = {36, 40, 44, 48, 149, 153, 157, 161, 165};
static const uint16_t rates[] = {10, 20, 55, 110, 60, 90, 120, 180, 240, 360, 480, 540};

static const unsigned *flags_of(const char *country)
{
	size_t n = 0;
	while (domains[n].countries && !strstr(domains[n].countries, country))
		n++;
	return domains[n].flags;
}

static unsigned ht40_flags(unsigned number)
{
	if (number <= 14)
		return (number > 9 ? DRV_CHAN_NO_HT40_PLUS : 0) |
		       (number < 5 ? DRV_CHAN_NO_HT40_MINUS : 0);
	if (number == 165)
		return DRV_CHAN_NO_HT40_PLUS | DRV_CHAN_NO_HT40_MINUS;
	unsigned nth = (number - (number < 149 ? 36 : 149)) / 4;
	return nth % 2 ? DRV_CHAN_NO_HT40_PLUS : DRV_CHAN_NO_HT40_MINUS;
}

void sim_caps_update(struct drv_if *i)
{
	const unsigned *flags = flags_of(i->d->country);

	for (unsigned n = 0; n < SIM_CHANNELS_2G; n++)
		i->channels_2g[n] = (struct drv_channel){.freq = (uint16_t)(2412 + 5 * n),
			.number = (uint8_t)(n + 1),
			.flags = flags[n < 11 ? RANGE_2G_LOW : RANGE_2G_12_13] | ht40_flags(n + 1),
			.max_power = 20};
	for (unsigned n = 0; n < SIM_CHANNELS_5G; n++) {
		unsigned number = numbers_5g[n];
		i->channels_5g[n] = (struct drv_channel){.freq = (uint16_t)(5000 + 5 * number),
			.number = (uint8_t)number,
			.flags = flags[number < 100 ? RANGE_5G_LOW : RANGE_5G_HIGH] |
				 ht40_flags(number),
			.max_power = 23};
	}
}

static void band_init(
	struct drv_band *b, struct drv_channel *channels, size_t count, size_t first_rate)
{
	*b = (struct drv_band){.channels = channels,
		.channel_count = count,
		.rate_count = ARRAY_SIZE(rates) - first_rate,
		.ht = true,
		.ht_cap_info = 0x006e, /* 20/40 MHz, no SM power save, short guard intervals */
		.ht_mcs = {0xff, 0xff},
		.ht_ampdu = 0x1b};
	memcpy(b->rates, rates + first_rate, b->rate_count * sizeof(rates[0]));
}

void sim_caps_init(struct drv_if *i)
{
	struct drv_caps *c = &i->caps;

	*c = (struct drv_caps){
		.flags = DRV_CAP_AP | DRV_CAP_STATION | DRV_CAP_AP_VLAN |
			 (i->d->force_connect ? 0 : DRV_CAP_SME) | DRV_CAP_CONTROL_PORT |
			 DRV_CAP_HOST_KEYS | DRV_CAP_EAPOL_TX_STATUS | DRV_CAP_PROBE_CLIENT |
			 DRV_CAP_RANDOM_SCAN | (i->d->no_4addr ? 0 : DRV_CAP_4ADDR_STA),
		.iftypes = 1 << 2 | 1 << 3 | 1 << 4, /* station, AP, AP_VLAN */
		.ciphers = CIPHER_CCMP | CIPHER_TKIP | CIPHER_GCMP | CIPHER_GCMP256 |
			   CIPHER_CCMP256 | CIPHER_BIP,
		.max_scan_ssids = ARRAY_SIZE(i->scan.req.ssids),
		.max_scan_ies = 2048,
		.max_remain_on_channel = 5000,
	};
	fw_caps(i->d->offload, &c->flags);
	snprintf(c->phy, sizeof(c->phy), "%s", i->phy);
	band_init(&c->bands[DRV_BAND_2G], i->channels_2g, SIM_CHANNELS_2G, 0);
	band_init(&c->bands[DRV_BAND_5G], i->channels_5g, SIM_CHANNELS_5G, 4);
	sim_caps_update(i);
}

const struct drv_channel *sim_channel(const struct drv_if *i, unsigned freq)
{
	for (size_t n = 0; n < SIM_CHANNELS_2G; n++)
		if (i->channels_2g[n].freq == freq)
			return &i->channels_2g[n];
	for (size_t n = 0; n < SIM_CHANNELS_5G; n++)
		if (i->channels_5g[n].freq == freq)
			return &i->channels_5g[n];
	return NULL;
}

/* Rates as elements, the 802.11b ones basic on 2.4 GHz and 6, 12, 24 Mb/s on 5 GHz. */
void write_rates(struct writer *w, unsigned freq)
{
	uint8_t r[ARRAY_SIZE(rates)];
	size_t first = freq < 3000 ? 0 : 4, count = ARRAY_SIZE(rates) - first;

	for (size_t n = 0; n < count; n++) {
		uint16_t rate = rates[n + first];
		bool basic = first ? rate == 60 || rate == 120 || rate == 240 : n < 4;
		r[n] = (uint8_t)(rate / 5 | (basic ? 0x80 : 0));
	}
	element_put(w, EID_SUPP_RATES, r, 8);
	if (count > 8)
		element_put(w, EID_EXT_SUPP_RATES, r + 8, count - 8);
}

void write_ht_cap(struct writer *w, const struct drv_if *i, unsigned freq)
{
	const struct drv_band *b = &i->caps.bands[freq < 3000 ? DRV_BAND_2G : DRV_BAND_5G];
	struct writer_mark m = element_begin(w, EID_HT_CAP);
	writer_le16(w, b->ht_cap_info);
	writer_u8(w, b->ht_ampdu);
	writer_bytes(w, b->ht_mcs, sizeof(b->ht_mcs));
	writer_zeros(w, 7);
	element_end(w, m);
}
