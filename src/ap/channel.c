/* Channel, HT and rates: what the configuration asks for against what the radio can do here. */
#include "ap/ap_i.h"

#include <errno.h>

#define HT_CAP_LDPC 0x0001
#define HT_CAP_HT40 0x0002
#define HT_CAP_SMPS 0x000c
#define HT_CAP_RX_STBC 0x0300
#define HT_CAP_DELAYED_BA 0x0400
#define HT_CAP_40_INTOLERANT 0x4000

static const char *const band_names[DRV_BANDS] = {"2.4 GHz", "5 GHz", "60 GHz", "6 GHz"};
static const char *const mode_names[] = {"b", "g", "a", "ad", "any"};

static const struct {
	uint16_t bit;
	const char *name;
} ht_words[] = {
	{HT_CAP_LDPC, "LDPC"},
	{HT_CAP_HT40, "HT40"},
	{0x0010, "GF"},
	{0x0020, "SHORT-GI-20"},
	{0x0040, "SHORT-GI-40"},
	{0x0080, "TX-STBC"},
	{HT_CAP_DELAYED_BA, "DELAYED-BA"},
	{0x0800, "MAX-AMSDU-7935"},
	{0x1000, "DSSS_CCK-40"},
	{0x8000, "LSIG-TXOP-PROT"},
};

static enum drv_band_id wanted_band(const struct ap_radio_config *cfg)
{
	switch ((enum ap_hw_mode)cfg->hw_mode) {
	case HW_MODE_B:
	case HW_MODE_G:
		return DRV_BAND_2G;
	case HW_MODE_A:
		return cfg->op_class >= 131 && cfg->op_class <= 137 ? DRV_BAND_6G : DRV_BAND_5G;
	case HW_MODE_AD:
		return DRV_BAND_60G;
	case HW_MODE_ANY:
		break;
	}
	return cfg->channel <= 14 ? DRV_BAND_2G : DRV_BAND_5G;
}

static const struct drv_channel *find_channel(const struct drv_band *band, unsigned number)
{
	for (size_t i = 0; i < band->channel_count; i++)
		if (band->channels[i].number == number)
			return &band->channels[i];
	return NULL;
}

static int check_usable(
	const struct ap_radio *r, const struct drv_channel *c, struct strbuf *reason)
{
	char country[3] = "";

	if (r->driver->get_country)
		r->driver->get_country(r->drv, country);
	if (c->flags & DRV_CHAN_DISABLED)
		strbuf_add(reason,
			"channel %u is not allowed in the regulatory domain '%s': set "
			"country_code or another channel",
			c->number, country);
	else if (c->flags & DRV_CHAN_RADAR)
		strbuf_add(reason,
			"channel %u needs radar detection (DFS), which is not "
			"supported: choose another channel",
			c->number);
	else if (c->flags & DRV_CHAN_NO_IR)
		strbuf_add(reason,
			"channel %u does not allow an access point to transmit first "
			"in the regulatory domain '%s': set country_code or another "
			"channel",
			c->number, country);
	else
		return 0;
	return -EPERM;
}

static int check_ht_capab(
	const struct ap_radio_config *cfg, const struct drv_band *band, struct strbuf *reason)
{
	unsigned asked =
		cfg->ht_capab & ~(unsigned)(HT_CAP_SMPS | HT_CAP_RX_STBC | HT_CAP_40_INTOLERANT);
	unsigned missing = asked & ~(unsigned)band->ht_cap_info;

	for (size_t i = 0; i < ARRAY_SIZE(ht_words); i++)
		if (missing & ht_words[i].bit) {
			strbuf_add(reason, "ht_capab asks for %s, which this radio does not have",
				ht_words[i].name);
			return -EOPNOTSUPP;
		}
	if ((cfg->ht_capab & HT_CAP_RX_STBC) > (band->ht_cap_info & HT_CAP_RX_STBC)) {
		strbuf_add(reason, "ht_capab asks for more RX-STBC streams than this radio has");
		return -EOPNOTSUPP;
	}
	return 0;
}

static int select_secondary(struct ap_channel *chan, const struct ap_radio_config *cfg,
	const struct drv_band *band, const struct drv_channel *c, struct strbuf *reason)
{
	int dir = cfg->secondary_channel;
	const struct drv_channel *second = find_channel(band, c->number + 4 * (unsigned)dir);
	unsigned flag = dir > 0 ? DRV_CHAN_NO_HT40_PLUS : DRV_CHAN_NO_HT40_MINUS;

	if (dir == 0)
		return 0;
	if (!second || (second->flags & (DRV_CHAN_DISABLED | DRV_CHAN_NO_IR | DRV_CHAN_RADAR)) ||
		(c->flags & flag)) {
		strbuf_add(reason,
			"channel %u has no usable secondary channel for HT40%c: use "
			"the other side or drop it from ht_capab",
			c->number, dir > 0 ? '+' : '-');
		return -EINVAL;
	}
	chan->secondary = dir;
	return 0;
}

static int select_ht(struct ap_channel *chan, const struct ap_radio_config *cfg,
	const struct drv_band *band, const struct drv_channel *c, struct strbuf *reason)
{
	if (!cfg->ieee80211n || cfg->hw_mode == HW_MODE_B)
		return 0;
	if (!band->ht) {
		log_msg(LOG_WARN,
			"ieee80211n=1, but this radio has no HT in the %s band: going "
			"on without",
			band_names[chan->band]);
		return 0;
	}
	int err = check_ht_capab(cfg, band, reason);
	if (err < 0)
		return err;
	chan->ht = true;
	/* No spatial multiplexing power save of our own. */
	chan->ht_cap_info = (uint16_t)(cfg->ht_capab | HT_CAP_SMPS);
	return select_secondary(chan, cfg, band, c, reason);
}

int ap_channel_resolve(const struct ap_radio *r, const struct ap_radio_config *cfg,
	const struct drv_caps *caps, struct ap_channel *out, struct strbuf *reason)
{
	struct ap_channel chan = {.band = wanted_band(cfg)};
	const struct drv_band *band = &caps->bands[chan.band];

	if (cfg->channel <= 0) {
		strbuf_add(reason, "no channel is set, and choosing one automatically is not "
				   "supported: set channel=");
		return -EINVAL;
	}
	if (band->channel_count == 0) {
		strbuf_add(reason,
			"hw_mode=%s needs the %s band, which this radio (%s) does not "
			"have",
			mode_names[cfg->hw_mode], band_names[chan.band], caps->phy);
		return -EOPNOTSUPP;
	}
	const struct drv_channel *c = find_channel(band, (unsigned)cfg->channel);
	if (!c) {
		strbuf_add(reason, "channel %d does not exist in the %s band of hw_mode=%s",
			cfg->channel, band_names[chan.band], mode_names[cfg->hw_mode]);
		return -EINVAL;
	}
	int err = check_usable(r, c, reason);
	if (err < 0)
		return err;
	chan.freq = c->freq;
	chan.number = c->number;
	chan.max_power = c->max_power;
	err = select_ht(&chan, cfg, band, c, reason);
	if (err == 0)
		*out = chan;
	return err;
}

int ap_channel_select(struct ap_radio *r, const struct drv_caps *caps, struct strbuf *reason)
{
	return ap_channel_resolve(r, r->cfg, caps, &r->chan, reason);
}

static bool is_cck(unsigned rate)
{
	return rate == 10 || rate == 20 || rate == 55 || rate == 110;
}

static bool listed(const uint16_t *list, size_t count, unsigned rate)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == rate)
			return true;
	return false;
}

static bool is_basic(const struct ap_bss *b, unsigned rate)
{
	static const uint16_t a[] = {60, 120, 240}, g[] = {10, 20, 55, 110}, old[] = {10, 20};

	if (b->cfg->basic_rate_count)
		return listed(b->cfg->basic_rates, b->cfg->basic_rate_count, rate);
	if (b->radio->chan.band != DRV_BAND_2G)
		return listed(a, ARRAY_SIZE(a), rate);
	if (b->radio->cfg->hw_mode == HW_MODE_B)
		return listed(old, ARRAY_SIZE(old), rate);
	return listed(g, ARRAY_SIZE(g), rate);
}

int ap_bss_select_rates(struct ap_bss *b, const struct drv_band *band, struct strbuf *reason)
{
	const struct ap_bss_config *cfg = b->cfg;
	size_t basic = 0;

	b->rate_count = 0;
	for (size_t i = 0; i < band->rate_count && b->rate_count < AP_MAX_RATES - 1; i++) {
		unsigned rate = band->rates[i];
		if (b->radio->cfg->hw_mode == HW_MODE_B && !is_cck(rate))
			continue;
		if (cfg->supported_rate_count &&
			!listed(cfg->supported_rates, cfg->supported_rate_count, rate))
			continue;
		uint8_t value = (uint8_t)(rate / 5);
		if (is_basic(b, rate)) {
			value |= RATE_BASIC;
			basic++;
		}
		b->rates[b->rate_count++] = value;
	}
	if (basic == 0) {
		strbuf_add(reason,
			"no basic rate is left: basic_rates and supported_rates share "
			"none that this radio has on channel %u",
			b->radio->chan.number);
		return -EINVAL;
	}
	return 0;
}
