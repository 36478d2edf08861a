/* Commands of AP mode; they fail while this interface is a station. */
#include <stdio.h>

#include "common/ieee80211.h"
#include "wpa_supplicant/ap.h"
#include "wpa_supplicant/supplicant_i.h"
#include "wps/wps.h"

#define AP_PIN_TIMEOUT 300 /* s, unless the command says */

/* --- stations --- */

/* An empty reply ends the list. */
static enum ctrl_result reply_record(const struct ap_sta *s, struct ctrl_request *req)
{
	if (s)
		ap_sta_record(s, req->reply);
	return CTRL_REPLIED;
}

static struct ap_sta *find(const struct wpas_if *w, const char *args)
{
	uint8_t addr[MAC_LEN];

	if (!w->ap || mac_parse_all(args, addr) < 0)
		return NULL;
	return ap_sta_find(wpas_ap_bss(w), addr);
}

static enum ctrl_result cmd_sta_first(void *ctx, char *args, struct ctrl_request *req)
{
	const struct wpas_if *w = ctx;
	return w->ap ? reply_record(ap_sta_first(wpas_ap_bss(w)), req) : CTRL_FAIL;
}

static enum ctrl_result cmd_sta_next(void *ctx, char *args, struct ctrl_request *req)
{
	const struct ap_sta *s = find(ctx, args);
	return s ? reply_record(ap_sta_next(s), req) : CTRL_FAIL;
}

static enum ctrl_result cmd_sta(void *ctx, char *args, struct ctrl_request *req)
{
	const struct ap_sta *s = find(ctx, args);
	return s ? reply_record(s, req) : CTRL_FAIL;
}

/* `MAC [reason=N]` */
static enum ctrl_result disconnect(
	const struct wpas_if *w, const char *args, enum ap_disconnect how)
{
	uint8_t addr[MAC_LEN];
	char value[8];
	int64_t reason = REASON_PREV_AUTH_NOT_VALID;

	if (!w->ap || mac_parse(args, addr, NULL) < 0)
		return CTRL_FAIL;
	if (ctrl_arg(args, "reason", value, sizeof(value)) &&
		parse_int(value, 10, 0, UINT16_MAX, &reason) < 0)
		return CTRL_FAIL;
	ap_bss_disconnect(wpas_ap_bss(w), addr, how, (unsigned)reason, true);
	return CTRL_OK;
}

static enum ctrl_result cmd_deauthenticate(void *ctx, char *args, struct ctrl_request *req)
{
	return disconnect(ctx, args, AP_DEAUTH);
}

static enum ctrl_result cmd_disassociate(void *ctx, char *args, struct ctrl_request *req)
{
	return disconnect(ctx, args, AP_DISASSOC);
}

/* --- WPS_AP_PIN --- */

static enum ctrl_result set_pin(
	struct ap_bss *b, const char *pin, const char *timeout, struct ctrl_request *req)
{
	int64_t seconds = AP_PIN_TIMEOUT;

	if ((timeout && parse_int(timeout, 10, 0, INT32_MAX, &seconds) < 0) ||
		ap_bss_wps_set_ap_pin(b, pin, (unsigned)seconds) < 0)
		return CTRL_FAIL;
	strbuf_add(req->reply, "%s", pin);
	return CTRL_REPLIED;
}

static enum ctrl_result random_pin(struct ap_bss *b, const char *timeout, struct ctrl_request *req)
{
	char pin[9];

	snprintf(pin, sizeof(pin), "%08u", wps_pin_generate() % 100000000u);
	enum ctrl_result result = set_pin(b, pin, timeout, req);
	wipe(pin, sizeof(pin));
	return result;
}

static enum ctrl_result get_pin(const struct ap_bss *b, struct ctrl_request *req)
{
	const struct wps_registrar *r = ap_bss_registrar(b);
	const char *pin = r ? wps_registrar_ap_pin(r) : NULL;

	if (!pin)
		return CTRL_FAIL;
	strbuf_add(req->reply, "%s", pin);
	return CTRL_REPLIED;
}

/* `disable`, `random [timeout]`, `get`, `set PIN [timeout]` */
static enum ctrl_result cmd_ap_pin(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	struct ap_bss *b = wpas_ap_bss(w);
	char *words[3] = {NULL};

	if (!b || split_words(args, words, 3) < 1)
		return CTRL_FAIL;
	if (strcmp(words[0], "disable") == 0)
		return ap_bss_wps_set_ap_pin(b, NULL, 0) < 0 ? CTRL_FAIL : CTRL_OK;
	if (strcmp(words[0], "random") == 0)
		return random_pin(b, words[1], req);
	if (strcmp(words[0], "get") == 0)
		return get_pin(b, req);
	if (strcmp(words[0], "set") == 0 && words[1])
		return set_pin(b, words[1], words[2], req);
	return CTRL_FAIL;
}

const struct ctrl_command wpas_cmds_ap[] = {
	{"STA-FIRST", CTRL_EXACT, CTRL_QUIET, cmd_sta_first, "= record of the first station"},
	{"STA-NEXT", CTRL_ARGS, CTRL_QUIET, cmd_sta_next, "<addr> = record of the station after"},
	{"STA", CTRL_ARGS, CTRL_QUIET, cmd_sta, "<addr> = record of one station"},
	{"DEAUTHENTICATE", CTRL_ARGS, 0, cmd_deauthenticate,
		"<addr> [reason=<n>] = deauthenticate a station"},
	{"DISASSOCIATE", CTRL_ARGS, 0, cmd_disassociate,
		"<addr> [reason=<n>] = disassociate a station"},
	{"WPS_AP_PIN", CTRL_ARGS, CTRL_SECRET, cmd_ap_pin,
		"disable | random [<timeout>] | get | set <pin> [<timeout>] = AP PIN for external "
		"registrars"},
	{NULL, CTRL_EXACT, 0, NULL, NULL}};
