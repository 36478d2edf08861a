/* Commands about stations. */
#include "hostapd/hostapd_i.h"

#include "common/ieee80211.h"

/* The record in front of another piece of text must fit whole. */
static enum ctrl_result reply_record(const struct ap_sta *s, struct ctrl_request *req)
{
	if (s)
		ap_sta_record(s, req->reply);
	return CTRL_REPLIED; /* an empty reply ends the list */
}

static enum ctrl_result cmd_sta_first(void *ctx, char *args, struct ctrl_request *req)
{
	const struct hostapd_bss *b = ctx;
	return reply_record(ap_sta_first(b->ap), req);
}

static struct ap_sta *find(const struct hostapd_bss *b, const char *args, const char **rest)
{
	uint8_t addr[MAC_LEN];

	if (mac_parse(args, addr, rest) < 0)
		return NULL;
	return ap_sta_find(b->ap, addr);
}

static enum ctrl_result cmd_sta_next(void *ctx, char *args, struct ctrl_request *req)
{
	const struct ap_sta *s = find(ctx, args, NULL);
	return s ? reply_record(ap_sta_next(s), req) : CTRL_FAIL;
}

static enum ctrl_result cmd_sta(void *ctx, char *args, struct ctrl_request *req)
{
	const char *rest;
	const struct ap_sta *s = find(ctx, args, &rest);

	if (!s)
		return CTRL_FAIL;
	if (*rest != ' ')
		return reply_record(s, req);
	if (strcmp(rest, " eapol") == 0 && ap_sta_eapol(s, req->reply))
		return CTRL_REPLIED;
	return CTRL_FAIL;
}

static enum ctrl_result cmd_new_sta(void *ctx, char *args, struct ctrl_request *req)
{
	const struct hostapd_bss *b = ctx;
	uint8_t addr[MAC_LEN];

	if (mac_parse(args, addr, NULL) < 0)
		return CTRL_FAIL;
	return ap_bss_new_sta(b->ap, addr) < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result disconnect(
	const struct hostapd_bss *b, const char *args, enum ap_disconnect how)
{
	uint8_t addr[MAC_LEN];
	char value[8];
	int64_t reason = REASON_PREV_AUTH_NOT_VALID, tx = 1;

	if (mac_parse(args, addr, NULL) < 0)
		return CTRL_FAIL;
	if (ctrl_arg(args, "reason", value, sizeof(value)) &&
		parse_int(value, 10, 0, UINT16_MAX, &reason) < 0)
		return CTRL_FAIL;
	if (ctrl_arg(args, "tx", value, sizeof(value)) && parse_int(value, 10, 0, 1, &tx) < 0)
		return CTRL_FAIL;
	if (ctrl_arg(args, "test", value, sizeof(value)))
		ap_bss_send_disconnect(b->ap, addr, how, (unsigned)reason);
	else
		ap_bss_disconnect(b->ap, addr, how, (unsigned)reason, tx == 1);
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

static enum ctrl_result cmd_poll_sta(void *ctx, char *args, struct ctrl_request *req)
{
	const struct hostapd_bss *b = ctx;
	uint8_t addr[MAC_LEN];

	if (mac_parse(args, addr, NULL) < 0)
		return CTRL_FAIL;
	return ap_bss_poll_sta(b->ap, addr) < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result cmd_sa_query(void *ctx, char *args, struct ctrl_request *req)
{
	struct ap_sta *s = find(ctx, args, NULL);
	return s && ap_sta_sa_query(s) == 0 ? CTRL_OK : CTRL_FAIL;
}

static enum ctrl_result cmd_rekey_gtk(void *ctx, char *args, struct ctrl_request *req)
{
	const struct hostapd_bss *b = ctx;
	return ap_bss_rekey_group(b->ap) < 0 ? CTRL_FAIL : CTRL_OK;
}

const struct ctrl_command hostapd_commands_sta[] = {
	{"STA-FIRST", CTRL_EXACT, CTRL_QUIET, cmd_sta_first, "= record of the first station"},
	{"STA-NEXT", CTRL_ARGS, CTRL_QUIET, cmd_sta_next, "<addr> = record of the station after"},
	{"STA", CTRL_ARGS, CTRL_QUIET, cmd_sta, "<addr> [eapol] = record of one station"},
	{"NEW_STA", CTRL_ARGS, 0, cmd_new_sta, "<addr> = add a station as if associated"},
	{"DEAUTHENTICATE", CTRL_ARGS, 0, cmd_deauthenticate,
		"<addr> [reason=<n>] [tx=0] [test=0] = deauthenticate a station; test: the frame "
		"only"},
	{"DISASSOCIATE", CTRL_ARGS, 0, cmd_disassociate,
		"<addr> [reason=<n>] [tx=0] [test=0] = disassociate a station; test: the frame "
		"only"},
	{"POLL_STA", CTRL_ARGS, 0, cmd_poll_sta, "<addr> = is the station still there?"},
	{"SA_QUERY", CTRL_ARGS, 0, cmd_sa_query,
		"<addr> = is the station, whose frames are protected, still there?"},
	{"REKEY_GTK", CTRL_EXACT, 0, cmd_rekey_gtk, "= new group key now"},
	{0},
};
