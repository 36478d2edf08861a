/* Commands: SET, GET, DUMP. */
#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "utils/version.h"
#include "wpa_supplicant/ctrl_iface.h"

/* --- names that are not configuration keys (reference, 3.10) --- */

static int set_number(const char *value, int *out)
{
	int64_t n;

	if (parse_int(value, 10, 0, INT32_MAX, &n) < 0)
		return -EINVAL;
	*out = (int)n;
	return 0;
}

static int set_fragment_size(struct wpas_if *w, const char *value)
{
	return set_number(value, &w->wps_fragment_size);
}

static int add_mac(struct wpas_macs *list, const uint8_t addr[MAC_LEN])
{
	struct wpas_mac_mask *items = realloc(list->items, (list->count + 1) * sizeof(*items));

	if (!items)
		return -ENOMEM;
	list->items = items;
	mac_copy(items[list->count].addr, addr);
	memset(items[list->count].mask, 0xff, MAC_LEN);
	list->count++;
	return 0;
}

static void free_macs(struct wpas_macs *list)
{
	free(list->items);
	*list = (struct wpas_macs){NULL, 0};
}

static int set_bssid_filter(struct wpas_if *w, const char *value)
{
	struct wpas_macs fresh = {NULL, 0};
	uint8_t addr[MAC_LEN];

	for (value += strspn(value, " "); *value; value += strspn(value, " ")) {
		if (mac_parse(value, addr, &value) < 0 || add_mac(&fresh, addr) < 0) {
			free_macs(&fresh);
			return -EINVAL;
		}
	}
	free_macs(&w->bssid_filter);
	w->bssid_filter = fresh;
	return 0;
}

static void free_disallowed(struct wpas_if *w)
{
	free_macs(&w->disallow_bssid);
	for (size_t i = 0; i < w->disallow_ssid_count; i++)
		bytes_clear(&w->disallow_ssid[i]);
	free(w->disallow_ssid);
	w->disallow_ssid = NULL;
	w->disallow_ssid_count = 0;
}

static int disallow_ssid(struct wpas_if *w, const char *hex)
{
	struct bytes ssid = {NULL, 0};
	struct bytes *all = realloc(w->disallow_ssid, (w->disallow_ssid_count + 1) * sizeof(*all));

	if (!all)
		return -ENOMEM;
	w->disallow_ssid = all;
	if (hex_decode_bytes(hex, &ssid) < 0)
		return -EINVAL;
	all[w->disallow_ssid_count++] = ssid;
	return 0;
}

static int disallow_bssid(struct wpas_if *w, const char *text)
{
	uint8_t addr[MAC_LEN];

	if (mac_parse_all(text, addr) < 0 &&
		(strlen(text) != 12 || hex_decode(text, 12, addr, MAC_LEN) < 0))
		return -EINVAL;
	return add_mac(&w->disallow_bssid, addr);
}

/* `bssid <mac> | ssid <hex> …`; empty = off. */
static int set_disallow(struct wpas_if *w, const char *value)
{
	_cleanup_(freep) char *copy = strdup(value);
	char *save = NULL;
	int err = copy ? 0 : -ENOMEM;

	free_disallowed(w);
	for (char *k = copy ? strtok_r(copy, " ", &save) : NULL; k && err == 0;
		k = strtok_r(NULL, " ", &save)) {
		const char *v = strtok_r(NULL, " ", &save);
		if (v && strcmp(k, "bssid") == 0)
			err = disallow_bssid(w, v);
		else if (v && strcmp(k, "ssid") == 0)
			err = disallow_ssid(w, v);
		else
			err = -EINVAL;
	}
	if (err < 0)
		free_disallowed(w);
	else if (w->conn.bss && w->conn.net && !wpas_select_matches(w, w->conn.bss, w->conn.net)) {
		wpas_leave(w, REASON_DEAUTH_LEAVING);
		wpas_scan_schedule(w, 0);
	}
	return err;
}

/* `<name> <hex>`; replaces one of that name. */
static int set_blob(struct wpas_if *w, const char *value)
{
	const char *hex = strchr(value, ' ');
	_cleanup_(freep) char *name = hex ? strndup(value, (size_t)(hex - value)) : NULL;
	struct bytes data = {NULL, 0};

	if (!name)
		return -EINVAL;
	int err = hex_decode_bytes(hex + 1, &data);
	if (err == 0)
		err = wpas_conf_set_blob(w->conf, name, data.data, data.len);
	bytes_clear(&data);
	if (err == 0)
		wpas_dbus_blob(w, name, true);
	return err;
}

/* `AUTO`, or bands separated by commas: where scans look that name no channel. */
static int set_band(struct wpas_if *w, const char *value)
{
	static const struct {
		const char *name;
		unsigned band;
	} all[] = {{"2G", 1u << DRV_BAND_2G}, {"5G", 1u << DRV_BAND_5G}, {"6G", 1u << DRV_BAND_6G},
		{"AUTO", 0}};
	_cleanup_(freep) char *copy = strdup(value);
	char *save = NULL;
	unsigned bands = 0;
	bool known = false;

	for (char *p = copy ? strtok_r(copy, ",", &save) : NULL; p;
		p = strtok_r(NULL, ",", &save)) {
		size_t i = 0;
		while (i < ARRAY_SIZE(all) && strcmp(all[i].name, p) != 0)
			i++;
		known = i < ARRAY_SIZE(all);
		if (!known)
			return -EINVAL;
		bands |= all[i].band;
	}
	if (!known)
		return -EINVAL;
	w->scan.bands = bands;
	return 0;
}

static int set_eapol(struct wpas_if *w, enum eapol_supp_time which, const char *value)
{
	int64_t n;

	if (parse_int(value, 10, 0, UINT16_MAX, &n) < 0)
		return -EINVAL;
	eapol_supp_set_time(w->eapol, which, (unsigned)n);
	return 0;
}

static int set_held_period(struct wpas_if *w, const char *value)
{
	return set_eapol(w, EAPOL_SUPP_HELD_PERIOD, value);
}

static int set_auth_period(struct wpas_if *w, const char *value)
{
	return set_eapol(w, EAPOL_SUPP_AUTH_PERIOD, value);
}

static int set_start_period(struct wpas_if *w, const char *value)
{
	return set_eapol(w, EAPOL_SUPP_START_PERIOD, value);
}

static int set_max_start(struct wpas_if *w, const char *value)
{
	return set_eapol(w, EAPOL_SUPP_MAX_START, value);
}

/* In the file 0 is "the default"; here the ranges of the MIB hold (802.11-2020, C.3). */
static int set_mib(struct wpas_if *w, const char *key, const char *value)
{
	struct cfg_error err;
	int n;

	if (set_number(value, &n) < 0 || n == 0)
		return -EINVAL;
	return wpas_set_key(w, key, value, &err);
}

static int set_pmk_lifetime(struct wpas_if *w, const char *value)
{
	return set_mib(w, "dot11RSNAConfigPMKLifetime", value);
}

static int set_pmk_threshold(struct wpas_if *w, const char *value)
{
	return set_mib(w, "dot11RSNAConfigPMKReauthThreshold", value);
}

static int set_sa_timeout(struct wpas_if *w, const char *value)
{
	return set_mib(w, "dot11RSNAConfigSATimeout", value);
}

static int set_accepted(struct wpas_if *w, const char *value)
{
	wpas_log(w, LOG_WARN, "SET … %s: accepted, but this version does not act on it", value);
	return 0;
}

/* Words that only have a meaning for features of other builds are accepted where a harness or a
 * network manager sets them unconditionally. */
static const struct {
	const char *name;
	int (*set)(struct wpas_if *w, const char *value);
} specials[] = {{"wps_fragment_size", set_fragment_size}, {"bssid_filter", set_bssid_filter},
	{"disallow_aps", set_disallow}, {"blob", set_blob}, {"no_keep_alive", set_accepted},
	{"EAPOL::heldPeriod", set_held_period}, {"EAPOL::authPeriod", set_auth_period},
	{"EAPOL::startPeriod", set_start_period}, {"EAPOL::maxStart", set_max_start},
	{"dot11RSNAConfigPMKLifetime", set_pmk_lifetime},
	{"dot11RSNAConfigPMKReauthThreshold", set_pmk_threshold},
	{"dot11RSNAConfigSATimeout", set_sa_timeout}, {"setband", set_band},
	{"relative_rssi", set_accepted}, {"relative_band_adjust", set_accepted},
	{"ric_ies", set_accepted}, {"coloc_intf_elems", set_accepted},
	{"disable_fils", set_accepted}, {"lci", set_accepted}, {"ampdu", set_accepted},
	{"ps", set_accepted}, {"pno", set_accepted}, {"uapsd", set_accepted},
	{"tdls_disabled", set_accepted}, {"roaming", set_accepted},
	{"radio_disabled", set_accepted}};

/* --- SET --- */

void wpas_set_warn(const struct wpas_if *w)
{
	if (w->conf->mac_addr || w->conf->preassoc_mac_addr)
		wpas_log(w, LOG_WARN,
			"mac_addr and preassoc_mac_addr are not in this version: our address stays "
			"the permanent one; MAC_RAND_SCAN is there for scans");
}

static void applied(struct wpas_if *w, const char *name)
{
	if (w->ap_scan != w->conf->ap_scan)
		wpas_dbus_changed(w, "ApScan");
	w->ap_scan = w->conf->ap_scan;
	wpas_wps_init(w);
	if (strcmp(name, "country") == 0)
		wpas_if_apply_country(w);
	else if (strcmp(name, "bgscan") == 0)
		wpas_bgscan_restart(w);
	else if (strstr(name, "mac_addr"))
		wpas_set_warn(w);
}

int wpas_set_key(struct wpas_if *w, const char *key, const char *value, struct cfg_error *err)
{
	int ret = wpas_conf_set(w->conf, key, value, err);

	if (ret < 0)
		wpas_log(w, LOG_DBG, "%s: %s", key, err->text);
	else
		applied(w, key);
	return ret;
}

static enum ctrl_result cmd_set(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	char *value = strchr(args, ' ');
	struct cfg_error err;

	if (!value)
		return CTRL_FAIL;
	*value++ = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(specials); i++)
		if (strcasecmp(args, specials[i].name) == 0)
			return specials[i].set(w, value) < 0 ? CTRL_FAIL : CTRL_OK;
	int rc = wpas_testing_set(w, args, value);
	if (rc != -ENOENT)
		return rc < 0 ? CTRL_FAIL : CTRL_OK;
	return wpas_set_key(w, args, value, &err) < 0 ? CTRL_FAIL : CTRL_OK;
}

/* --- GET, DUMP --- */

static enum ctrl_result cmd_get(void *ctx, char *args, struct ctrl_request *req)
{
	const struct wpas_if *w = ctx;
	const struct cfg_key *key = cfg_find(w->conf->keys, args, WPAS_GLOBAL);

	if (strcmp(args, "version") == 0)
		strbuf_add(req->reply, "%s", VERSION_TEXT);
	else if (strcmp(args, "max_command_len") == 0)
		strbuf_add(req->reply, "8192");
	else if (strcmp(args, "tls_library") == 0)
		strbuf_add(req->reply, "OpenSSL build=3 run=3");
	else if (!key || key->flags & WPAS_NOT_READABLE || !cfg_print(key, w->conf, req->reply))
		return CTRL_FAIL;
	return CTRL_REPLIED;
}

static void dump_row(const struct wpas_conf *c, const struct cfg_key *key, struct strbuf *out)
{
	size_t start = out->len;

	strbuf_add(out, "%s=", key->name);
	size_t value = out->len;
	if (!cfg_print(key, c, out)) {
		strbuf_truncate(out, value);
		strbuf_add(out, "null");
	}
	if (!strbuf_add(out, "\n"))
		strbuf_truncate(out, start);
}

static enum ctrl_result cmd_dump(void *ctx, char *args, struct ctrl_request *req)
{
	const struct wpas_if *w = ctx;

	for (size_t i = 0; i < cfg_count(w->conf->keys); i++) {
		const struct cfg_key *key = cfg_at(w->conf->keys, i);
		if (key->scope != WPAS_GLOBAL || key->type == CFG_IGNORED ||
			key->flags & WPAS_NOT_READABLE || strcmp(key->name, "country") == 0)
			continue;
		dump_row(w->conf, key, req->reply);
	}
	return CTRL_REPLIED;
}

void wpas_set_free(struct wpas_if *w)
{
	free_macs(&w->bssid_filter);
	free_disallowed(w);
	for (size_t i = 0; i < WPAS_VENDOR_ELEMS; i++)
		bytes_clear(&w->vendor[i].ies);
	w->wps_fragment_size = 0;
}

const struct ctrl_command wpas_cmds_set[] = {
	{"SET", CTRL_ARGS, CTRL_SECRET, cmd_set, "<var> <value> = set a configuration key"},
	{"GET", CTRL_ARGS, 0, cmd_get, "<var> = read a configuration key"},
	{"DUMP", CTRL_PREFIX, 0, cmd_dump, "= all readable configuration keys"},
	{NULL, CTRL_EXACT, 0, NULL, NULL}};
