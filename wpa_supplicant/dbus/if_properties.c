/* W.Interface: properties that are no configuration keys. */
#include <ctype.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>

#include "wpa_supplicant/dbus/if_i.h"

/* --- numbers and texts of the interface --- */

static int get_state(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	char text[32];
	size_t n = 0;

	for (const char *s = wpas_state_name(wpas_dbus_if_of(ctx)->state);
		*s && n + 1 < sizeof(text); s++)
		text[n++] = (char)tolower((unsigned char)*s);
	text[n] = '\0';
	bus_put_str(out, text);
	return 0;
}

static int get_scanning(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_if *w = wpas_dbus_if_of(ctx);
	bus_put_bool(out, w->scan.running || w->scan.external);
	return 0;
}

static int get_scanning_6ghz(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_scan *s = &wpas_dbus_if_of(ctx)->scan;
	bus_put_bool(out, s->running && s->current && s->current->only_6ghz);
	return 0;
}

/* Texts: the row names which. */
enum text { IFNAME, DRIVER, CONFIG_FILE, BRIDGE, PKCS11_ENGINE, PKCS11_MODULE, COUNTRY };

static int get_text(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_if *w = wpas_dbus_if_of(ctx);
	const char *const texts[] = {[IFNAME] = w->name,
		[DRIVER] = w->ops->name,
		[CONFIG_FILE] = w->conf->path,
		[BRIDGE] = w->bridge,
		[PKCS11_ENGINE] = w->conf->pkcs11_engine_path,
		[PKCS11_MODULE] = w->conf->pkcs11_module_path,
		[COUNTRY] = w->conf->country.code};
	const char *text = texts[*(const enum text *)p->arg];

	bus_put_str(out, text ? text : "");
	return 0;
}
static const enum text ifname = IFNAME, driver = DRIVER, config_file = CONFIG_FILE, bridge = BRIDGE,
		       pkcs11_engine = PKCS11_ENGINE, pkcs11_module = PKCS11_MODULE,
		       country = COUNTRY;

/* Numbers: where they are in the interface. */
static int get_int(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_if *w = wpas_dbus_if_of(ctx);
	const size_t *offset = p->arg;
	int value;

	memcpy(&value, (const char *)w + *offset, sizeof(value));
	if (p->type[0] == 'u')
		bus_put_u32(out, (uint32_t)value);
	else
		bus_put_i32(out, value);
	return 0;
}
#define OFFSET(name, field) static const size_t name = offsetof(struct wpas_if, field)
OFFSET(scan_interval, scan.interval);
OFFSET(disconnect_reason, conn.signed_reason);
OFFSET(auth_status, conn.auth_status);
OFFSET(assoc_status, conn.assoc_status);
OFFSET(roam_time, conn.roam_ms);
OFFSET(session_length, conn.session_ms);

/* … or in its configuration. */
static int get_conf_int(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_conf *c = wpas_dbus_if_of(ctx)->conf;
	const size_t *offset = p->arg;
	int value;

	memcpy(&value, (const char *)c + *offset, sizeof(value));
	if (p->type[0] == 'b')
		bus_put_bool(out, value != 0);
	else
		bus_put_u32(out, (uint32_t)value);
	return 0;
}
static const size_t ap_scan = offsetof(struct wpas_conf, ap_scan),
		    expire_age = offsetof(struct wpas_conf, bss_expiration_age),
		    expire_count = offsetof(struct wpas_conf, bss_expiration_scan_count),
		    fast_reauth = offsetof(struct wpas_conf, fast_reauth);

static int get_roam_complete(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	bus_put_bool(out, wpas_dbus_if_of(ctx)->conn.roamed);
	return 0;
}

/* Transitions asked for by the AP (BTM, 11.21.7) are not followed by this build. */
static int get_btm_status(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	bus_put_u32(out, 0);
	return 0;
}

static int get_address(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	bus_put_bytes(out, wpas_if_addr(wpas_dbus_if_of(ctx)), MAC_LEN);
	return 0;
}

static int get_random_masks(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_mac_rand *r = &wpas_dbus_if_of(ctx)->mac_rand;
	struct bus_out dict, entry;

	bus_open(out, &dict, DBUS_TYPE_ARRAY, "{say}");
	if (r->on) {
		bus_open(&dict, &entry, DBUS_TYPE_DICT_ENTRY, NULL);
		bus_put_str(&entry, "scan");
		bus_put_bytes(&entry, r->mask, MAC_LEN);
		bus_close(&dict, &entry);
	}
	bus_close(out, &dict);
	return 0;
}

static int get_auth_mode(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	char text[WPAS_AUTH_MODE_CAP];
	bus_put_str(out, wpas_dbus_auth_mode(wpas_dbus_if_of(ctx), text));
	return 0;
}

/* --- paths --- */

static int get_current_bss(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_dbus_if *i = ctx;
	/* The one roamed away from may be gone by now. */
	bus_put_path(out, bus_object_find(i->w->s->dbus->bus, i->bss) ? i->bss : "/");
	return 0;
}

static int get_current_network(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_if *w = wpas_dbus_if_of(ctx);
	bus_put_path(out, wpas_dbus_path(w->conn.net ? w->conn.net->object : NULL));
	return 0;
}

static int get_bsss(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_if *w = wpas_dbus_if_of(ctx);
	struct bus_out paths;
	const struct wpas_bss *b;

	bus_open(out, &paths, DBUS_TYPE_ARRAY, "o");
	TAILQ_FOREACH (b, &w->bss.list, link)
		if (b->object)
			bus_put_path(&paths, bus_object_path(b->object));
	bus_close(out, &paths);
	return 0;
}

static int get_networks(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_if *w = wpas_dbus_if_of(ctx);
	struct bus_out paths;

	bus_open(out, &paths, DBUS_TYPE_ARRAY, "o");
	for (size_t n = 0; n < w->conf->net_count; n++)
		if (w->conf->nets[n]->object)
			bus_put_path(&paths, bus_object_path(w->conf->nets[n]->object));
	bus_close(out, &paths);
	return 0;
}

static int get_stations(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	wpas_dbus_put_stations(wpas_dbus_if_of(ctx), out);
	return 0;
}

/* --- Multi-AP --- */

static int get_role(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_dbus_if *i = ctx;
	bus_put_str(out, i->multi_ap.backhaul ? "backhaul" : "");
	return 0;
}

static int get_four_addr(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_dbus_if *i = ctx;
	bus_put_bool(out, i->multi_ap.four_addr);
	return 0;
}

static int get_profile(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_dbus_if *i = ctx;
	bus_put_u32(out, i->multi_ap.profile);
	return 0;
}

static int get_vlan(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_dbus_if *i = ctx;
	bus_put_u32(out, i->multi_ap.vlan);
	return 0;
}

/* --- the table --- */

const struct bus_property wpas_dbus_if_fixed_properties[] = {
	{"Capabilities", "a{sv}", wpas_dbus_get_capabilities, NULL, 0, NULL,
		"What build and radio can do: `Pairwise` `Group` `GroupMgmt` `KeyMgmt` `Protocol` "
		"`AuthAlg` "
		"`Scan` `Modes` as, `MaxScanSSID` i."},
	{"State", "s", get_state, NULL, BUS_SIGNALLED, NULL, "wpa_state in lower case."},
	{"Scanning", "b", get_scanning, NULL, BUS_SIGNALLED, NULL,
		"A scan is under way, ours or another program's."},
	{"ApScan", "u", get_conf_int, wpas_dbus_set_ap_scan, BUS_SIGNALLED, &ap_scan,
		"1: we scan and select; 0 and 2: the driver selects."},
	{"BSSExpireAge", "u", get_conf_int, wpas_dbus_set_expire_age, 0, &expire_age,
		"Seconds until an unseen BSS is dropped, 10 or more."},
	{"BSSExpireCount", "u", get_conf_int, wpas_dbus_set_expire_count, 0, &expire_count,
		"Scans that miss a BSS until it is dropped, 1 or more."},
	{"Country", "s", get_text, wpas_dbus_set_country, 0, &country,
		"Regulatory domain, two letters; empty: not set."},
	{"Ifname", "s", get_text, NULL, 0, &ifname, "Name of the network interface."},
	{"Driver", "s", get_text, NULL, 0, &driver, "Name of the driver."},
	{"BridgeIfname", "s", get_text, wpas_dbus_set_bridge, 0, &bridge,
		"Bridge the interface is a port of; empty: none."},
	{"ConfigFile", "s", get_text, NULL, 0, &config_file, "Configuration file; empty: none."},
	{"CurrentBSS", "o", get_current_bss, NULL, BUS_SIGNALLED, NULL,
		"Associated with it; `/` without one."},
	{"CurrentNetwork", "o", get_current_network, NULL, BUS_SIGNALLED, NULL,
		"Connected or being connected to; `/` without one."},
	{"CurrentAuthMode", "s", get_auth_mode, NULL, BUS_SIGNALLED, NULL,
		"`INACTIVE` without a connection, `EAP-` and the method, `WPS`, key management as "
		"in STATUS."},
	{"Blobs", "a{say}", wpas_dbus_get_blobs, NULL, 0, NULL, "Blobs and their content."},
	{"BSSs", "ao", get_bsss, NULL, BUS_SIGNALLED, NULL, "What scans found."},
	{"Stations", "ao", get_stations, NULL, BUS_SIGNALLED, NULL, "AP mode: its stations."},
	{"Networks", "ao", get_networks, NULL, 0, NULL, "Configured networks."},
	{"FastReauth", "b", get_conf_int, wpas_dbus_set_fast_reauth, 0, &fast_reauth,
		"EAP fast re-authentication."},
	{"ScanInterval", "i", get_int, wpas_dbus_set_scan_interval, 0, &scan_interval,
		"Seconds between scans that find nothing to connect to."},
	{"PKCS11EnginePath", "s", get_text, NULL, 0, &pkcs11_engine, "Engine of smart cards."},
	{"PKCS11ModulePath", "s", get_text, NULL, 0, &pkcs11_module, "Module of smart cards."},
	{"DisconnectReason", "i", get_int, NULL, BUS_SIGNALLED | BUS_AT_ONCE, &disconnect_reason,
		"Reason code of the last disconnection, negative when it was ours."},
	{"AuthStatusCode", "i", get_int, NULL, BUS_SIGNALLED | BUS_AT_ONCE, &auth_status,
		"Status code of the last authentication."},
	{"AssocStatusCode", "i", get_int, NULL, BUS_SIGNALLED | BUS_AT_ONCE, &assoc_status,
		"Status code of the last association."},
	{"RoamTime", "u", get_int, NULL, BUS_SIGNALLED, &roam_time,
		"Milliseconds the last roam took."},
	{"RoamComplete", "b", get_roam_complete, NULL, BUS_SIGNALLED, NULL,
		"The last roam succeeded."},
	{"ScanInProgress6GHz", "b", get_scanning_6ghz, NULL, BUS_SIGNALLED | BUS_AT_ONCE, NULL,
		"A scan of 6 GHz channels is under way."},
	{"SessionLength", "u", get_int, NULL, BUS_SIGNALLED, &session_length,
		"Milliseconds the last connection lasted."},
	{"BSSTMStatus", "u", get_btm_status, NULL, BUS_SIGNALLED, NULL,
		"Status of the last BSS transition the AP asked for."},
	{"MACAddressRandomizationMask", "a{say}", get_random_masks, wpas_dbus_set_random_masks,
		BUS_ANY_TYPE, NULL,
		"Random addresses of scans: of the kinds (`scan`) that are keys here the bits of "
		"the mask are those of our address, the others random. Can be set as a{sv}, too; "
		"without entries: off."},
	{"MACAddress", "ay", get_address, NULL, BUS_SIGNALLED, NULL, "Our address."},
	{"SignalChange", "a{sv}", wpas_dbus_get_signal_change, NULL, BUS_SIGNALLED, NULL,
		"As SignalPoll, when the strength crossed the threshold of SIGNAL_MONITOR last."},
	{"MultiApRole", "s", get_role, NULL, BUS_SIGNALLED, NULL,
		"Multi-AP: `backhaul` while the link is the backhaul of an AP that offers one; "
		"else empty."},
	{"FourAddress", "b", get_four_addr, NULL, BUS_SIGNALLED, NULL,
		"Frames have four addresses: the interface can be a port of a bridge."},
	{"MultiApProfile", "u", get_profile, NULL, BUS_SIGNALLED, NULL,
		"Multi-AP profile the AP announced; 0: none."},
	{"MultiApPrimaryVlan", "u", get_vlan, NULL, BUS_SIGNALLED, NULL,
		"Primary VLAN the AP announced; 0: none."},
	{0}};
