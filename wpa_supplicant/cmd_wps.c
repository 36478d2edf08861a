/* Commands: WPS runs. */
#include <errno.h>
#include <stdio.h>

#include "wpa_supplicant/supplicant_i.h"

#define PROFILE_MAX 6

/* `multi_ap=N`: 0 or no number is a plain run, as ever; above the largest profile is refused. */
static bool multi_ap_arg(const char *args, unsigned *out)
{
	char text[16];
	int64_t n;

	*out = 0;
	if (!ctrl_arg(args, "multi_ap", text, sizeof(text)) ||
		parse_int(text, 10, INT32_MIN, INT32_MAX, &n) < 0)
		return true;
	*out = n > 0 ? (unsigned)n : 0;
	return n >= 0 && n <= PROFILE_MAX;
}

/* The first word: an address, or none that matters for a station. */
static int pbc_bssid(const char *word, uint8_t mac[MAC_LEN], const uint8_t **bssid)
{
	const char *p2p;
	int err;

	*bssid = NULL;
	if (!word || strcmp(word, "any") == 0 || str_starts(word, "multi_ap=", NULL))
		return 0;
	if (str_starts(word, "p2p_dev_addr=", &p2p)) /* whom an access point waits for */
		return mac_parse_all(p2p, mac);
	err = mac_parse_all(word, mac);
	*bssid = mac;
	return err;
}

/* `[any|MAC|p2p_dev_addr=MAC] [multi_ap=N]`. */
static enum ctrl_result cmd_pbc(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	uint8_t mac[MAC_LEN];
	unsigned multi_ap;
	const uint8_t *bssid;

	if (!multi_ap_arg(args, &multi_ap)) {
		wpas_log(w, LOG_ERR, "WPS_PBC: multi_ap allows 0..%d", PROFILE_MAX);
		return CTRL_FAIL;
	}
	if (pbc_bssid(strtok_r(args, " ", &args), mac, &bssid) < 0)
		return CTRL_FAIL;
	const struct wpas_wps_request run = {
		.kind = WPAS_WPS_PBC, .bssid = bssid, .multi_ap = multi_ap};
	int err = wpas_wps_start(w, &run);
	if (err < 0)
		wpas_log(w, LOG_ERR, "WPS_PBC: not started: %s", strerror(-err));
	if (err == -EBUSY) { /* AP mode; a station learns of an overlap by event */
		strbuf_add(req->reply, "FAIL-PBC-OVERLAP\n");
		return CTRL_REPLIED;
	}
	return err < 0 ? CTRL_FAIL : CTRL_OK;
}

/* `any|MAC|get [PIN [timeout]]`; the time is for AP mode. */
static enum ctrl_result cmd_pin(void *ctx, char *args, struct ctrl_request *req)
{
	char *word[3], made[16];
	uint8_t mac[MAC_LEN];
	int n = split_words(args, word, 3);
	const char *pin = made;
	int64_t timeout = 0;

	if (n < 1)
		return CTRL_FAIL;
	if (n > 1)
		pin = word[1];
	else
		snprintf(made, sizeof(made), "%08u", wps_pin_generate());
	if (strcmp(word[0], "get") != 0) {
		bool any = strcmp(word[0], "any") == 0;
		if ((!any && mac_parse_all(word[0], mac) < 0) ||
			(n > 2 && parse_int(word[2], 10, 0, INT32_MAX, &timeout) < 0))
			return CTRL_FAIL;
		const struct wpas_wps_request run = {.kind = WPAS_WPS_PIN,
			.bssid = any ? NULL : mac,
			.pin = pin,
			.timeout = (unsigned)timeout};
		if (wpas_wps_start(ctx, &run) < 0)
			return CTRL_FAIL;
	}
	strbuf_add(req->reply, "%s", pin);
	wipe(made, sizeof(made));
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_check_pin(void *ctx, char *args, struct ctrl_request *req)
{
	char digits[9];
	const char *pin = wpas_wps_check_pin(args, digits);

	if (!pin)
		return CTRL_FAIL;
	if (*pin)
		strbuf_add(req->reply, "%s", pin);
	else
		strbuf_add(req->reply, "FAIL-CHECKSUM\n");
	return CTRL_REPLIED;
}

/* --- WPS_REG: registrar of an access point --- */

static int key_check(const struct wps_credential *c)
{
	uint8_t raw[PMK_LEN];
	bool open = c->auth_type == WPS_AUTH_OPEN;

	if (open != (c->encr_type == WPS_ENCR_NONE))
		return -EINVAL;
	if (open)
		return c->key_len ? -EINVAL : 0;
	if (c->key_len != 2 * PMK_LEN)
		return c->key_len >= 8 && c->key_len <= 63 ? 0 : -EINVAL;
	int ret = hex_decode((const char *)c->key, c->key_len, raw, sizeof(raw));
	wipe(raw, sizeof(raw));
	return ret < 0 ? -EINVAL : 0;
}

/* Up to cap octets from hex; -EINVAL when there are more or it is no hex. */
static int hex_field(const char *hex, uint8_t *out, size_t cap, size_t *len)
{
	size_t n = strlen(hex);
	int ret = n / 2 <= cap ? hex_decode(hex, n, out, cap) : -EINVAL;

	*len = n / 2;
	return ret < 0 ? -EINVAL : 0;
}

/* `ssidhex auth encr keyhex`. What is wrong with it, NULL when nothing is. */
static const char *read_settings(char *args, struct wps_credential *c)
{
	char *word[4];

	memset(c, 0, sizeof(*c));
	for (size_t i = 0; i < ARRAY_SIZE(word); i++) {
		word[i] = strsep(&args, " ");
		if (!word[i])
			return "new settings need four words: SSID in hex, auth, encr, key in hex";
	}
	if (args)
		return "there are words behind the key";
	if (hex_field(word[0], c->ssid, sizeof(c->ssid), &c->ssid_len) < 0 || !c->ssid_len)
		return "the SSID must be 1 to 32 octets in hex";
	if (wpas_wps_auth_parse(word[1], &c->auth_type) < 0)
		return "auth allows OPEN, WPAPSK, WPA2PSK";
	if (wpas_wps_encr_parse(word[2], &c->encr_type) < 0)
		return "encr allows NONE, TKIP, CCMP";
	if (hex_field(word[3], c->key, sizeof(c->key), &c->key_len) < 0 || key_check(c) < 0)
		return "the key must be a passphrase of 8 to 63 characters or 64 hex digits, in "
		       "hex; OPEN and NONE go together and have none";
	return NULL;
}

/* `MAC PIN [ssidhex auth encr keyhex]`; the PIN may be empty. */
static enum ctrl_result cmd_reg(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	struct wps_credential settings;
	uint8_t mac[MAC_LEN];
	char *addr = strsep(&args, " "), *pin = strsep(&args, " ");
	struct wpas_wps_request run = {.kind = WPAS_WPS_REG, .bssid = mac, .pin = pin};
	const char *wrong = NULL;

	if (!pin || mac_parse_all(addr, mac) < 0)
		return CTRL_FAIL;
	if (args) {
		wrong = read_settings(args, &settings);
		run.settings = &settings;
	}
	int err = wrong ? -EINVAL : wpas_wps_start(w, &run);
	if (err < 0)
		wpas_log(w, LOG_ERR, "WPS_REG: not started: %s", wrong ? wrong : strerror(-err));
	if (wrong) /* callers who do not look at the answer wait for this */
		wpas_event(w, "WPS-FAIL ");
	wipe(&settings, sizeof(settings));
	return err < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result cmd_cancel(void *ctx, char *args, struct ctrl_request *req)
{
	wpas_wps_cancel(ctx);
	return CTRL_OK;
}

const struct ctrl_command wpas_cmds_wps[] = {
	{"WPS_PBC", CTRL_OPT, 0, cmd_pbc, "[any|<bssid>] [multi_ap=<profile>] = push button"},
	{"WPS_PIN", CTRL_ARGS, CTRL_SECRET, cmd_pin,
		"<any|bssid|get> [PIN [seconds]] = connect by PIN; AP mode: let a station in by "
		"it"},
	{"WPS_CHECK_PIN", CTRL_ARGS, CTRL_SECRET, cmd_check_pin, "<PIN> = check the last digit"},
	{"WPS_REG", CTRL_ARGS, CTRL_SECRET, cmd_reg,
		"<bssid> <AP PIN> [ssid auth encr key, ssid and key in hex] = read or set an AP"},
	{"WPS_CANCEL", CTRL_EXACT, 0, cmd_cancel, "= end the run"},
	{NULL, CTRL_EXACT, 0, NULL, NULL}};
