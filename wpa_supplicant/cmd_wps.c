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

/* `[any|MAC] [multi_ap=N]`. */
static enum ctrl_result cmd_pbc(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	uint8_t mac[MAC_LEN];
	unsigned multi_ap;
	const uint8_t *bssid = NULL;

	if (!multi_ap_arg(args, &multi_ap)) {
		wpas_log(w, LOG_ERR, "WPS_PBC: multi_ap allows 0..%d", PROFILE_MAX);
		return CTRL_FAIL;
	}
	char *first = strtok_r(args, " ", &args);
	if (first && strcmp(first, "any") != 0 && strncmp(first, "multi_ap=", 9) != 0) {
		if (mac_parse_all(first, mac) < 0)
			return CTRL_FAIL;
		bssid = mac;
	}
	const struct wpas_wps_request run = {
		.kind = WPAS_WPS_PBC, .bssid = bssid, .multi_ap = multi_ap};
	int err = wpas_wps_start(w, &run);
	if (err < 0)
		wpas_log(w, LOG_ERR, "WPS_PBC: not started: %s", strerror(-err));
	return err < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result cmd_pin(void *ctx, char *args, struct ctrl_request *req)
{
	char *word[3], made[16];
	uint8_t mac[MAC_LEN];
	int n = split_words(args, word, 3);
	const char *pin = made;

	if (n < 1)
		return CTRL_FAIL;
	if (n > 1)
		pin = word[1];
	else
		snprintf(made, sizeof(made), "%08u", wps_pin_generate());
	if (strcmp(word[0], "get") != 0) {
		bool any = strcmp(word[0], "any") == 0;
		if (!any && mac_parse_all(word[0], mac) < 0)
			return CTRL_FAIL;
		const struct wpas_wps_request run = {
			.kind = WPAS_WPS_PIN, .bssid = any ? NULL : mac, .pin = pin};
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

static enum ctrl_result cmd_cancel(void *ctx, char *args, struct ctrl_request *req)
{
	wpas_wps_cancel(ctx);
	return CTRL_OK;
}

const struct ctrl_command wpas_cmds_wps[] = {
	{"WPS_PBC", CTRL_OPT, 0, cmd_pbc, "[any|<bssid>] [multi_ap=<profile>] = push button"},
	{"WPS_PIN", CTRL_ARGS, CTRL_SECRET, cmd_pin, "<any|bssid|get> [PIN] = connect by PIN"},
	{"WPS_CHECK_PIN", CTRL_ARGS, CTRL_SECRET, cmd_check_pin, "<PIN> = check the last digit"},
	{"WPS_CANCEL", CTRL_EXACT, 0, cmd_cancel, "= end the run"},
	{NULL, CTRL_EXACT, 0, NULL, NULL}};
