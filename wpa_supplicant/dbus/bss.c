/* W.BSS. */
#include <stdlib.h>

#include "wpa_supplicant/dbus/dbus_i.h"

static const struct wpas_bss *bss_of(void *ctx)
{
	const struct wpas_dbus_item *item = ctx;
	return item->b;
}

static int get_ssid(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	bus_put_bytes(out, bss_of(ctx)->key.ssid, bss_of(ctx)->key.ssid_len);
	return 0;
}

static int get_bssid(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	bus_put_bytes(out, bss_of(ctx)->key.bssid, MAC_LEN);
	return 0;
}

static int get_privacy(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	bus_put_bool(out, bss_of(ctx)->capab & CAP_PRIVACY);
	return 0;
}

static int get_mode(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_bss *b = bss_of(ctx);
	size_t len;

	if (element_find(b->ies.data, b->ies.len, EID_MESH_ID, 0, &len))
		bus_put_str(out, "mesh");
	else
		bus_put_str(out, b->capab & CAP_IBSS ? "ad-hoc" : "infrastructure");
	return 0;
}

static int get_signal(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	bus_put_i16(out, (int16_t)bss_of(ctx)->level);
	return 0;
}

static int get_frequency(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	bus_put_u16(out, (uint16_t)bss_of(ctx)->freq);
	return 0;
}

static int get_age(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_dbus_item *item = ctx;
	uint64_t now = timers_now(item->w->s->timers);

	bus_put_u32(out, (uint32_t)((now - item->b->seen) / USEC_PER_SEC));
	return 0;
}

static int get_ies(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	bus_put_bytes(out, bss_of(ctx)->ies.data, bss_of(ctx)->ies.len);
	return 0;
}

static int get_anqp(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	struct bus_dict d; /* nothing is asked: no 802.11u in this build */

	bus_dict_open(out, &d);
	bus_dict_close(&d);
	return 0;
}

/* --- rates --- */

#define RATES_MAX 64
#define FIRST_SELECTOR 122 /* from here on no rates but features a member must have, 9.4.2.3 */

static int rate_compare(const void *a, const void *b)
{
	return (int)*(const uint8_t *)b - (int)*(const uint8_t *)a;
}

static size_t add_rates(const struct wpas_bss *b, uint8_t id, uint8_t *rates, size_t n)
{
	size_t len;
	const uint8_t *e = element_find(b->ies.data, b->ies.len, id, 0, &len);

	for (size_t i = 2; e && i < len && n < RATES_MAX; i++)
		if ((e[i] & 0x7f) < FIRST_SELECTOR)
			rates[n++] = e[i] & 0x7f;
	return n;
}

static int get_rates(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	uint8_t rates[RATES_MAX];
	size_t n = add_rates(bss_of(ctx), EID_SUPP_RATES, rates, 0);
	struct bus_out list;

	n = add_rates(bss_of(ctx), EID_EXT_SUPP_RATES, rates, n);
	qsort(rates, n, 1, rate_compare);
	bus_open(out, &list, DBUS_TYPE_ARRAY, "u");
	for (size_t i = 0; i < n; i++)
		if (i == 0 || rates[i] != rates[i - 1])
			bus_put_u32(&list, rates[i] * 500000u);
	bus_close(out, &list);
	return 0;
}

/* --- security --- */

struct name {
	unsigned bit;
	const char *text;
};
static const struct name akms[] = {{AKM_PSK, "wpa-psk"}, {AKM_PSK_SHA256, "wpa-psk-sha256"},
	{AKM_FT_PSK, "wpa-ft-psk"}, {AKM_8021X, "wpa-eap"}, {AKM_8021X_SHA256, "wpa-eap-sha256"},
	{AKM_FT_8021X, "wpa-ft-eap"}, {AKM_SUITE_B, "wpa-eap-suite-b"},
	{AKM_SUITE_B_192, "wpa-eap-suite-b-192"}, {AKM_FT_8021X_SHA384, "wpa-ft-eap-sha384"},
	{AKM_FILS_SHA256, "wpa-fils-sha256"}, {AKM_FILS_SHA384, "wpa-fils-sha384"},
	{AKM_FT_FILS_SHA256, "wpa-fils-ft-sha256"}, {AKM_FT_FILS_SHA384, "wpa-fils-ft-sha384"},
	{AKM_SAE, "sae"}, {AKM_SAE_EXT, "sae-ext-key"}, {AKM_FT_SAE, "ft-sae"},
	{AKM_FT_SAE_EXT, "ft-sae-ext-key"}, {AKM_OWE, "owe"}, {AKM_NONE, "wpa-none"}, {0, NULL}};
static const struct name pairwise_ciphers[] = {{CIPHER_TKIP, "tkip"}, {CIPHER_CCMP, "ccmp"},
	{CIPHER_GCMP, "gcmp"}, {CIPHER_CCMP256, "ccmp-256"}, {CIPHER_GCMP256, "gcmp-256"},
	{0, NULL}};
static const struct name group_ciphers[] = {{CIPHER_WEP40, "wep40"}, {CIPHER_WEP104, "wep104"},
	{CIPHER_TKIP, "tkip"}, {CIPHER_CCMP, "ccmp"}, {CIPHER_GCMP, "gcmp"},
	{CIPHER_CCMP256, "ccmp-256"}, {CIPHER_GCMP256, "gcmp-256"}, {0, NULL}};
static const struct name mgmt_ciphers[] = {{CIPHER_BIP, "aes128cmac"},
	{CIPHER_BIP_GMAC128, "bip-gmac-128"}, {CIPHER_BIP_GMAC256, "bip-gmac-256"},
	{CIPHER_BIP_CMAC256, "bip-cmac-256"}, {0, NULL}};

static void put_names(struct bus_dict *d, const char *key, const struct name *names, unsigned mask)
{
	const char *list[ARRAY_SIZE(akms)];
	size_t n = 0;

	for (; names->text; names++)
		if (mask & names->bit)
			list[n++] = names->text;
	bus_dict_strs(d, key, list, n);
}

static void put_name(struct bus_dict *d, const char *key, const struct name *names, unsigned bit)
{
	while (names->text && names->bit != bit)
		names++;
	bus_dict_str(d, key, names->text ? names->text : "");
}

/* ie NULL: there is none. */
static void put_security(struct bus_out *out, const struct rsn_ie *ie, bool rsn)
{
	static const struct rsn_ie none;
	struct bus_dict d;

	if (!ie)
		ie = &none;
	bus_dict_open(out, &d);
	put_names(&d, "KeyMgmt", akms, ie->akm);
	put_names(&d, "Pairwise", pairwise_ciphers, ie->pairwise);
	put_name(&d, "Group", group_ciphers, ie->group);
	if (rsn) /* not stated is AES-128-CMAC, management frames protected or not */
		put_name(&d, "MgmtGroup", mgmt_ciphers,
			ie != &none && !ie->group_mgmt ? CIPHER_BIP : ie->group_mgmt);
	bus_dict_close(&d);
}

static int get_wpa(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	put_security(out, bss_of(ctx)->has_wpa ? &bss_of(ctx)->wpa : NULL, false);
	return 0;
}

static int get_rsn(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	put_security(out, bss_of(ctx)->has_rsn ? &bss_of(ctx)->rsn : NULL, true);
	return 0;
}

static int get_wps(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_bss *b = bss_of(ctx);
	struct wps_info i;
	const char *type = "";
	struct bus_dict d;

	if (wpas_bss_wps(b, &i))
		type = wps_info_pbc_active(&i) ? "pbc" : i.selected_registrar ? "pin" : "";
	bus_dict_open(out, &d);
	if (b->has_wps)
		bus_dict_str(&d, "Type", type);
	bus_dict_close(&d);
	return 0;
}

/* --- rows --- */

static const struct bus_property properties[] = {
	{"SSID", "ay", get_ssid, NULL, 0, NULL, "Name of the network."},
	{"BSSID", "ay", get_bssid, NULL, 0, NULL, "Address."},
	{"Privacy", "b", get_privacy, NULL, BUS_SIGNALLED, NULL, "Data is encrypted."},
	{"Mode", "s", get_mode, NULL, BUS_SIGNALLED, NULL, "`infrastructure` `ad-hoc` `mesh`"},
	{"Signal", "n", get_signal, NULL, BUS_SIGNALLED, NULL, "Strength in dBm."},
	{"Frequency", "q", get_frequency, NULL, BUS_SIGNALLED, NULL, "Channel in MHz."},
	{"Rates", "au", get_rates, NULL, BUS_SIGNALLED, NULL,
		"Legacy rates in bit/s, highest first."},
	{"WPA", "a{sv}", get_wpa, NULL, BUS_SIGNALLED, NULL,
		"WPA element: `KeyMgmt` as, `Pairwise` as, `Group` s; empty without the element."},
	{"RSN", "a{sv}", get_rsn, NULL, BUS_SIGNALLED, NULL,
		"RSN element: as WPA, and `MgmtGroup` s."},
	{"WPS", "a{sv}", get_wps, NULL, BUS_SIGNALLED, NULL,
		"Empty without WPS; else `Type` s: `pbc` a push button is on, `pin` a registrar "
		"waits for a PIN, or empty."},
	{"IEs", "ay", get_ies, NULL, BUS_SIGNALLED, NULL,
		"Elements of the probe response, or of the beacon."},
	{"Age", "u", get_age, NULL, BUS_SIGNALLED, NULL, "Seconds since it was seen."},
	{"ANQP", "a{sv}", get_anqp, NULL, BUS_SIGNALLED, NULL, "Always empty."}, {0}};
static const struct bus_signal signals[] = {
	{"PropertiesChanged", "properties:a{sv}", "Deprecated form.", false}, {0}};
const struct bus_interface wpas_dbus_bss_rows = {
	.name = WPAS_BUS_BSS, .properties = properties, .signals = signals};
static const struct bus_interface *const interfaces[] = {&wpas_dbus_bss_rows, NULL};

/* --- hooks --- */

void wpas_dbus_bss_added(struct wpas_if *w, struct wpas_bss *b)
{
	const struct wpas_dbus_item item = {.w = w, .b = b};

	b->object = wpas_dbus_item_add(w, "BSSs", b->id, interfaces, &item, "BSSAdded");
	wpas_dbus_changed(w, "BSSs");
}

void wpas_dbus_bss_removed(struct wpas_if *w, struct wpas_bss *b)
{
	wpas_dbus_item_remove(w, &b->object, "BSSRemoved");
	wpas_dbus_changed(w, "BSSs");
}

void wpas_dbus_bss_seen(struct wpas_if *w, struct wpas_bss *b, unsigned changes)
{
	static const struct {
		unsigned change;
		const char *property;
	} rows[] = {{WPAS_BSS_FREQ, "Frequency"}, {WPAS_BSS_SIGNAL, "Signal"},
		{WPAS_BSS_PRIVACY, "Privacy"}, {WPAS_BSS_MODE, "Mode"}, {WPAS_BSS_RATES, "Rates"},
		{WPAS_BSS_WPA, "WPA"}, {WPAS_BSS_RSN, "RSN"}, {WPAS_BSS_WPS, "WPS"},
		{WPAS_BSS_IES, "IEs"}};

	for (size_t i = 0; b->object && i < ARRAY_SIZE(rows); i++)
		if (changes & rows[i].change)
			bus_changed(b->object, WPAS_BUS_BSS, rows[i].property);
	bus_changed(b->object, WPAS_BUS_BSS, "Age");
}
