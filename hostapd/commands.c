/* Commands of a BSS's control socket: general ones, and how a request finds its row. */
#include "hostapd/hostapd_i.h"

#include <ctype.h>

#include "utils/version.h"

void hostapd_on_bss_request(void *ctx, struct ctrl_request *req)
{
	struct hostapd_bss *b = ctx;

	if (!ctrl_dispatch(b->iface->h->bss_commands, b, req))
		strbuf_add(req->reply, "UNKNOWN COMMAND\n");
}

static enum ctrl_result cmd_ping(void *ctx, char *args, struct ctrl_request *req)
{
	strbuf_add(req->reply, "PONG\n");
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_note(void *ctx, char *args, struct ctrl_request *req)
{
	log_msg(LOG_INF, "NOTE: %s", args);
	return CTRL_OK;
}

static enum ctrl_result cmd_relog(void *ctx, char *args, struct ctrl_request *req)
{
	return log_reopen_file() < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result cmd_close_log(void *ctx, char *args, struct ctrl_request *req)
{
	log_close_file();
	return CTRL_OK;
}

/* "<name> [timestamps]", or "" to ask. */
enum ctrl_result hostapd_cmd_log_level(char *args, struct ctrl_request *req)
{
	char *words[2] = {NULL, NULL};
	int64_t on = log_get_timestamps();
	int n = split_words(args, words, 2);

	if (n == 0) {
		strbuf_add(req->reply, "Current level: %s\nTimestamp: %d\n",
			log_level_name(log_get_level()), log_get_timestamps() ? 1 : 0);
		return CTRL_REPLIED;
	}
	int level = log_level_parse(words[0]);
	if (level < 0 || (n > 1 && parse_int(words[1], 10, 0, 1, &on) < 0))
		return CTRL_FAIL;
	log_set_level((enum log_level)level);
	log_set_timestamps(on == 1);
	return CTRL_OK;
}

static enum ctrl_result cmd_log_level(void *ctx, char *args, struct ctrl_request *req)
{
	return hostapd_cmd_log_level(args, req);
}

static enum ctrl_result cmd_get(void *ctx, char *args, struct ctrl_request *req)
{
	if (strcmp(args, "version") == 0)
		strbuf_add(req->reply, "%s", VERSION_TEXT);
	else if (strcmp(args, "tls_library") == 0)
		strbuf_add(req->reply, "none");
	else
		return CTRL_FAIL;
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_status(void *ctx, char *args, struct ctrl_request *req)
{
	const struct hostapd_bss *b = ctx;

	ap_status(b->ap, req->reply);
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_status_driver(void *ctx, char *args, struct ctrl_request *req)
{
	const struct hostapd_bss *b = ctx;

	return ap_driver_status(b->ap, req->reply) ? CTRL_REPLIED : CTRL_FAIL;
}

static enum ctrl_result cmd_get_config(void *ctx, char *args, struct ctrl_request *req)
{
	const struct hostapd_bss *b = ctx;

	ap_get_config(b->ap, req->reply);
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_mib(void *ctx, char *args, struct ctrl_request *req)
{
	const struct hostapd_bss *b = ctx;

	if (strcmp(args, "radius_server") == 0)
		return CTRL_REPLIED; /* there is none: nothing to tell */
	if (*args)
		return CTRL_FAIL;
	ap_mib(b->ap, req->reply);
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_dump_beacon(void *ctx, char *args, struct ctrl_request *req)
{
	const struct hostapd_bss *b = ctx;

	return ap_dump_beacon(b->ap, req->reply) ? CTRL_REPLIED : CTRL_FAIL;
}

static enum ctrl_result cmd_track_sta_list(void *ctx, char *args, struct ctrl_request *req)
{
	const struct hostapd_bss *b = ctx;

	ap_track_list(b->ap, req->reply);
	return CTRL_REPLIED; /* maybe empty */
}

static enum ctrl_result cmd_driver_flags(void *ctx, char *args, struct ctrl_request *req)
{
	const struct hostapd_bss *b = ctx;
	unsigned flags;

	if (!ap_driver_flags(b->ap, &flags))
		return CTRL_FAIL;
	driver_flags_text(flags, req->reply);
	return CTRL_REPLIED;
}

/* Every flag we know of is in the first word. */
static enum ctrl_result cmd_driver_flags2(void *ctx, char *args, struct ctrl_request *req)
{
	const struct hostapd_bss *b = ctx;
	unsigned flags;

	if (!ap_driver_flags(b->ap, &flags))
		return CTRL_FAIL;
	strbuf_add(req->reply, "%016X:\n", 0);
	return CTRL_REPLIED;
}

/* The only thing asked for here is "dpp", which we have not. */
static enum ctrl_result cmd_get_capability(void *ctx, char *args, struct ctrl_request *req)
{
	return CTRL_FAIL;
}

static enum ctrl_result cmd_terminate(void *ctx, char *args, struct ctrl_request *req)
{
	const struct hostapd_bss *b = ctx;

	eloop_stop(b->iface->h->loop);
	return CTRL_OK;
}

/* "" or "probe_rx_events=0|1"; the latter is a new monitor's wish, so a bad one is ignored there.
 */
enum ctrl_result hostapd_cmd_attach(struct ctrl_request *req, const char *args)
{
	const char *value = NULL;
	bool known = ctrl_is_attached(req);
	bool good = str_starts(args, "probe_rx_events=", &value) &&
		    (strcmp(value, "0") == 0 || strcmp(value, "1") == 0);

	if (*args && !good && known)
		return CTRL_FAIL;
	if (ctrl_attach(req) < 0)
		return CTRL_FAIL;
	if (good)
		ctrl_monitor_set_flag(req, AP_MONITOR_PROBE, value[0] == '1');
	return CTRL_OK;
}

static enum ctrl_result cmd_attach(void *ctx, char *args, struct ctrl_request *req)
{
	return hostapd_cmd_attach(req, args);
}

static enum ctrl_result cmd_detach(void *ctx, char *args, struct ctrl_request *req)
{
	return ctrl_detach(req) < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result cmd_level(void *ctx, char *args, struct ctrl_request *req)
{
	int64_t level;

	if (parse_int(args, 10, LOG_EXCESSIVE, LOG_ERR, &level) < 0)
		return CTRL_FAIL;
	return ctrl_monitor_level(req, (enum log_level)level) < 0 ? CTRL_FAIL : CTRL_OK;
}

const struct ctrl_command hostapd_commands_general[] = {
	{"PING", CTRL_EXACT, CTRL_QUIET, cmd_ping, "= is the daemon there? PONG"},
	{"NOTE", CTRL_ARGS, 0, cmd_note, "<text> = write text to the log"},
	{"RELOG", CTRL_PREFIX, 0, cmd_relog, "= reopen the log file"},
	{"CLOSE_LOG", CTRL_EXACT, 0, cmd_close_log, "= stop logging to the file"},
	{"LOG_LEVEL", CTRL_PREFIX, 0, cmd_log_level,
		"[level [0|1]] = show or set log level and timestamps"},
	{"GET", CTRL_ARGS, 0, cmd_get, "<version|tls_library> = facts about the program"},
	{"STATUS", CTRL_EXACT, CTRL_QUIET, cmd_status, "= state of radio and BSSs"},
	{"STATUS-DRIVER", CTRL_EXACT, 0, cmd_status_driver, "= state as the driver sees it"},
	{"GET_CONFIG", CTRL_EXACT, 0, cmd_get_config, "= current configuration"},
	{"MIB", CTRL_OPT, 0, cmd_mib, "= counters of the authenticator"},
	{"DUMP_BEACON", CTRL_EXACT, 0, cmd_dump_beacon, "= Beacon frame, hex"},
	{"TRACK_STA_LIST", CTRL_EXACT, 0, cmd_track_sta_list,
		"= stations the radio has heard (track_sta_max_num)"},
	{"DRIVER_FLAGS", CTRL_EXACT, 0, cmd_driver_flags, "= what the driver can do"},
	{"DRIVER_FLAGS2", CTRL_EXACT, 0, cmd_driver_flags2, "= more of what the driver can do"},
	{"GET_CAPABILITY", CTRL_ARGS, 0, cmd_get_capability, "<name> = optional features"},
	{"TERMINATE", CTRL_EXACT, 0, cmd_terminate, "= end the daemon"},
	{"ATTACH", CTRL_OPT, 0, cmd_attach, "[probe_rx_events=0|1] = send events to this client"},
	{"DETACH", CTRL_EXACT, 0, cmd_detach, "= no more events"},
	{"LEVEL", CTRL_ARGS, 0, cmd_level, "<0..5> = lowest level of events for this client"},
	{0},
};
