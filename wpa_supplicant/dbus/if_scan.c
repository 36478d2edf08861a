/* W.Interface: scanning. */
#include <errno.h>

#include "wpa_supplicant/dbus/if_i.h"

#define SCAN_ERROR WPAS_BUS_IF ".ScanError"
#define BAND_6G_FIRST 5945 /* MHz */
#define BAND_6G_LAST 7125

struct scan_order {
	struct wpas_if *w;
	struct wpas_scan_request r;
	const char *type;
	bool no_roam;
};

/* --- the dictionary: each reader returns 0, or -EINVAL for a value of another type or content ---
 */

static int take_type(struct scan_order *s, DBusMessageIter *in)
{
	return bus_get_str(in, &s->type);
}

static int take_ssids(struct scan_order *s, DBusMessageIter *in)
{
	struct drv_scan *p = &s->r.params;
	DBusMessageIter it;
	const uint8_t *ssid;
	size_t len;

	if (bus_get_array(in, "ay", &it) < 0)
		return -EINVAL;
	for (; bus_get_bytes(&it, &ssid, &len) == 0; dbus_message_iter_next(&it)) {
		if (p->ssid_count == ARRAY_SIZE(p->ssids) || len > SSID_MAX_LEN)
			return -EINVAL;
		if (len)
			memcpy(p->ssids[p->ssid_count].ssid, ssid, len);
		p->ssids[p->ssid_count++].len = len;
	}
	return 0;
}

static int take_ies(struct scan_order *s, DBusMessageIter *in)
{
	struct wpas_scan_request *r = &s->r;
	DBusMessageIter it;
	const uint8_t *ies;
	size_t len;

	if (bus_get_array(in, "ay", &it) < 0)
		return -EINVAL;
	for (; bus_get_bytes(&it, &ies, &len) == 0; dbus_message_iter_next(&it)) {
		if (len > sizeof(r->extra) - r->extra_len)
			return -EINVAL;
		if (len)
			memcpy(r->extra + r->extra_len, ies, len);
		r->extra_len += len;
	}
	return 0;
}

static int add_freq(struct scan_order *s, unsigned freq)
{
	if (s->r.params.freq_count == ARRAY_SIZE(s->r.freqs) || !freq || freq > UINT16_MAX)
		return -EINVAL;
	s->r.freqs[s->r.params.freq_count++] = (uint16_t)freq;
	return 0;
}

/* The channels of 20 MHz the radio has between these two. */
static int add_channels(struct scan_order *s, unsigned from, unsigned to)
{
	const struct drv_caps *caps = wpas_if_caps(s->w);

	for (size_t b = 0; b < DRV_BANDS; b++) {
		const struct drv_band *band = &caps->bands[b];
		for (size_t i = 0; i < band->channel_count; i++) {
			const struct drv_channel *c = &band->channels[i];
			if (c->freq >= from && c->freq <= to && !(c->flags & DRV_CHAN_DISABLED) &&
				add_freq(s, c->freq) < 0)
				return -EINVAL;
		}
	}
	return 0;
}

static int take_channels(struct scan_order *s, DBusMessageIter *in)
{
	DBusMessageIter it, pair;
	uint32_t centre, width;

	if (bus_get_array(in, "(uu)", &it) < 0)
		return -EINVAL;
	for (; dbus_message_iter_get_arg_type(&it) == DBUS_TYPE_STRUCT;
		dbus_message_iter_next(&it)) {
		dbus_message_iter_recurse(&it, &pair);
		bus_get_u32(&pair, &centre);
		dbus_message_iter_next(&pair);
		bus_get_u32(&pair, &width);
		if (centre > UINT16_MAX || width > 320)
			return -EINVAL;
		unsigned half = width > 20 ? (width - 20) / 2 : 0;
		int err = half && centre > half ? add_channels(s, centre - half, centre + half)
						: add_freq(s, centre);
		if (err < 0)
			return err;
	}
	return 0;
}

static int take_allow_roam(struct scan_order *s, DBusMessageIter *in)
{
	bool allow;

	if (bus_get_bool(in, &allow) < 0)
		return -EINVAL;
	s->no_roam = !allow;
	return 0;
}

/* Our scans of the band always visit every channel. */
static int take_non_coloc(struct scan_order *s, DBusMessageIter *in)
{
	bool all;
	return bus_get_bool(in, &all);
}

static int take_only_6ghz(struct scan_order *s, DBusMessageIter *in)
{
	return bus_get_bool(in, &s->r.only_6ghz);
}

static const struct {
	const char *key, *wanted;
	int (*take)(struct scan_order *s, DBusMessageIter *in);
} keys[] = {{"Type", "Wrong Type value type. String required", take_type},
	{"SSIDs",
		"Wrong SSIDs value. Array of arrays of bytes required, at most 16 of at most 32 "
		"bytes",
		take_ssids},
	{"IEs", "Wrong IEs value. Array of arrays of bytes required, at most 512 bytes in all",
		take_ies},
	{"Channels",
		"Wrong Channels value. Array of structs of two UINT32s required: centre and width "
		"in MHz",
		take_channels},
	{"AllowRoam", "Wrong AllowRoam value type. Boolean required", take_allow_roam},
	{"NonColoc6GHz", "Wrong NonColoc6GHz value type. Boolean required", take_non_coloc},
	{"6GHzOnly", "Wrong 6GHzOnly value type. Boolean required", take_only_6ghz}};

/* What is wrong with the entry; NULL: nothing. */
static const char *take(struct scan_order *s, const char *key, DBusMessageIter *in)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (strcmp(keys[i].key, key) == 0)
			return keys[i].take(s, in) < 0 ? keys[i].wanted : NULL;
	return key;
}

static const char *read_order(struct scan_order *s, DBusMessageIter *args)
{
	DBusMessageIter dict, value;
	const char *key, *wrong;

	bus_get_array(args, "{sv}", &dict);
	while (bus_dict_next(&dict, &key, &value)) {
		wrong = take(s, key, &value);
		if (wrong)
			return wrong;
	}
	if (!s->type)
		return "Scan type not specified";
	s->r.passive = strcmp(s->type, "passive") == 0;
	if (!s->r.passive && strcmp(s->type, "active") != 0)
		return s->type;
	if (s->r.passive && (s->r.params.ssid_count || s->r.extra_len))
		return "You can specify only Channels in passive scan";
	return NULL;
}

/* --- methods --- */

static bool start(struct scan_order *s)
{
	struct drv_scan *p = &s->r.params;

	s->r.purpose = s->no_roam ? WPAS_SCAN_ONLY : WPAS_SCAN_COMMAND;
	if (!s->r.passive && !p->ssid_count)
		p->ssid_count = 1; /* the wildcard */
	if (s->r.only_6ghz && !p->freq_count)
		add_channels(s, BAND_6G_FIRST, BAND_6G_LAST);
	if (s->r.only_6ghz && !p->freq_count)
		return false; /* the radio cannot be there */
	return !wpas_scan_refused(s->w) && wpas_scan_start(s->w, &s->r) == 0;
}

void wpas_dbus_scan(void *ctx, struct bus_call *call)
{
	struct scan_order s = {.w = wpas_dbus_if_of(ctx)};
	const char *wrong = read_order(&s, bus_args(call));

	if (wrong)
		wpas_dbus_bad_args(call, wrong);
	else if (!start(&s))
		bus_fail(call, SCAN_ERROR, "Scan request rejected");
}

void wpas_dbus_abort_scan(void *ctx, struct bus_call *call)
{
	if (wpas_scan_abort(wpas_dbus_if_of(ctx)) < 0)
		bus_fail(call, SCAN_ERROR, "Abort failed or no scan in progress");
}

void wpas_dbus_flush_bss(void *ctx, struct bus_call *call)
{
	uint32_t age = 0;

	bus_get_u32(bus_args(call), &age);
	wpas_flush_bsss(wpas_dbus_if_of(ctx), age * USEC_PER_SEC);
}

void wpas_dbus_autoscan(void *ctx, struct bus_call *call)
{
	const char *plan = "";
	struct cfg_error err;

	bus_get_str(bus_args(call), &plan);
	if (wpas_set_autoscan(wpas_dbus_if_of(ctx), plan, &err) < 0)
		wpas_dbus_bad_args(call, err.text);
}

/* --- signal --- */

void wpas_dbus_scan_done(struct wpas_if *w, bool success)
{
	struct bus_message m;

	if (w->dbus && bus_signal_begin(w->dbus->object, WPAS_BUS_IF, "ScanDone", &m)) {
		bus_put_bool(&m.out, success);
		bus_signal_send(&m);
	}
	wpas_dbus_changed(w, "Scanning");
}
