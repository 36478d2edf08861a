#include <string.h>

#include "drivers/driver.h"

const struct driver *driver_find(const char *name)
{
	for (size_t i = 0; driver_table[i]; i++)
		if (strcmp(driver_table[i]->name, name) == 0)
			return driver_table[i];
	return NULL;
}

void driver_names(struct strbuf *out)
{
	for (size_t i = 0; driver_table[i]; i++)
		strbuf_add(out, "%s%s", i ? ", " : "", driver_table[i]->name);
}

void drv_chan_text(const struct drv_chan *c, struct strbuf *out)
{
	strbuf_add(out, "freq=%u ht_enabled=%d ch_offset=%d ch_width=", c->freq, c->ht, c->offset);
	if (c->center[1])
		strbuf_add(out, "80+80 MHz");
	else
		strbuf_add(out, "%u MHz%s", c->width, c->ht ? "" : " (no HT)");
	strbuf_add(out, " cf1=%u cf2=%u", c->center[0], c->center[1]);
}

/* Bit numbers are those clients of this interface know. */
struct flag_name {
	unsigned cap, bit;
	const char *name;
	unsigned unless; /* not with this capability */
};
static const struct flag_name flag_names[] = {
	{DRV_CAP_1X_OFFLOAD, 3, "4WAY_HANDSHAKE_8021X", 0},
	{DRV_CAP_SME, 5, "SME", 0},
	{DRV_CAP_AP, 6, "AP", 0},
	{DRV_CAP_EAPOL_TX_STATUS, 16, "EAPOL_TX_STATUS", 0},
	{DRV_CAP_ROAMING, 18, "BSS_SELECTION", 0},
	{DRV_CAP_AP, 24, "AP_MLME", DRV_CAP_AP_SME},
	{DRV_CAP_KEY_MGMT_SYNC, 34, "KEY_MGMT_OFFLOAD", 0},
	{DRV_CAP_AP, 40, "FULL_AP_CLIENT_STATE", DRV_CAP_AP_SME},
	{DRV_CAP_PSK_OFFLOAD, 57, "4WAY_HANDSHAKE_PSK", 0},
	{DRV_CAP_CONTROL_PORT, 58, "CONTROL_PORT", 0},
};

static bool has_flag(unsigned caps, const struct flag_name *f)
{
	return caps & f->cap && !(caps & f->unless);
}

uint64_t driver_flag_bits(unsigned caps)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++)
		if (has_flag(caps, &flag_names[i]))
			bits |= 1ull << flag_names[i].bit;
	return bits;
}

void driver_flags_text(unsigned caps, struct strbuf *out)
{
	strbuf_add(out, "%016llX:\n", (unsigned long long)driver_flag_bits(caps));
	for (size_t i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++)
		if (has_flag(caps, &flag_names[i]))
			strbuf_add(out, "%s\n", flag_names[i].name);
}
