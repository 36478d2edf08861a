/* Commands: daemon and interface as a whole. */
#include <errno.h>

#include "wpa_supplicant/supplicant_i.h"

static enum ctrl_result done(int err)
{
	return err < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result cmd_ping(void *ctx, char *args, struct ctrl_request *req)
{
	strbuf_add(req->reply, "PONG\n");
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_ifname(void *ctx, char *args, struct ctrl_request *req)
{
	const struct wpas_if *w = ctx;
	strbuf_add(req->reply, "%s", w->name);
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_note(void *ctx, char *args, struct ctrl_request *req)
{
	log_msg(LOG_INF, "NOTE: %s", args);
	return CTRL_OK;
}

static enum ctrl_result cmd_relog(void *ctx, char *args, struct ctrl_request *req)
{
	log_reopen_file();
	return CTRL_OK;
}

static enum ctrl_result cmd_log_level(void *ctx, char *args, struct ctrl_request *req)
{
	char *word[3];
	int n = split_words(args, word, 3);

	if (n == 0) {
		strbuf_add(req->reply, "Current level: %s\nTimestamp: %d\n",
			log_level_name(log_get_level()), log_get_timestamps());
		return CTRL_REPLIED;
	}
	int level = log_level_parse(word[0]);
	if (level < 0)
		return CTRL_FAIL;
	log_set_level((enum log_level)level);
	if (n > 1)
		log_set_timestamps(word[1][0] != '0');
	return CTRL_OK;
}

static enum ctrl_result cmd_terminate(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	wpas_terminate(w->s);
	return CTRL_OK;
}

static enum ctrl_result cmd_suspend(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;

	w->suspended = true;
	wpas_scan_cancel(w);
	return CTRL_OK;
}

static enum ctrl_result cmd_resume(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;

	w->suspended = false;
	if (w->up && w->state < WPAS_AUTHENTICATING && !w->conn.user_disconnected)
		wpas_scan_schedule(w, 0);
	return CTRL_OK;
}

static enum ctrl_result cmd_flush(void *ctx, char *args, struct ctrl_request *req)
{
	wpas_if_flush(ctx);
	return CTRL_OK;
}

static enum ctrl_result cmd_save_config(void *ctx, char *args, struct ctrl_request *req)
{
	return done(wpas_save_config(ctx));
}

static enum ctrl_result cmd_reconfigure(void *ctx, char *args, struct ctrl_request *req)
{
	return done(wpas_if_reconfigure(ctx));
}

/* 802.1X restart: a WPS run starts its EAP over by associating again; without EAP a new pairwise
 * key is asked for. */
static enum ctrl_result cmd_reauthenticate(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;

	if (w->conn.associated && w->conn.akm == AKM_WPS)
		wpas_attempt_failed(w);
	else if (w->conn.akm & WPAS_AKMS_1X)
		wpas_dot1x_restart(w);
	else if (w->state == WPAS_COMPLETED && rsn_supp_has_ptk(w->rsn))
		rsn_supp_request(w->rsn, true);
	return CTRL_OK;
}

static enum ctrl_result cmd_logon(void *ctx, char *args, struct ctrl_request *req)
{
	wpas_order_logon(ctx, true);
	return CTRL_OK;
}

static enum ctrl_result cmd_logoff(void *ctx, char *args, struct ctrl_request *req)
{
	wpas_order_logon(ctx, false);
	return CTRL_OK;
}

static enum ctrl_result cmd_interfaces(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	wpas_interfaces_list(w->s, args, req->reply);
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_interface_list(void *ctx, char *args, struct ctrl_request *req)
{
	return CTRL_REPLIED; /* only drivers that name their interfaces would list them */
}

static enum ctrl_result cmd_attach(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx, *i;

	if (!req->server || ctrl_attach(req) < 0)
		return CTRL_FAIL;
	if (w->s->waiting_monitor) {
		w->s->waiting_monitor = false;
		TAILQ_FOREACH (i, &w->s->ifs, link)
			wpas_if_start(i);
	}
	return CTRL_OK;
}

static enum ctrl_result cmd_detach(void *ctx, char *args, struct ctrl_request *req)
{
	return req->server ? done(ctrl_detach(req)) : CTRL_FAIL;
}

static enum ctrl_result cmd_level(void *ctx, char *args, struct ctrl_request *req)
{
	int64_t level;

	if (!req->server || parse_int(args, 10, LOG_EXCESSIVE, LOG_ERR, &level) < 0)
		return CTRL_FAIL;
	return done(ctrl_monitor_level(req, (enum log_level)level));
}

const struct ctrl_command wpas_cmds_basic[] = {
	{"PING", CTRL_EXACT, CTRL_QUIET, cmd_ping, "= answers PONG"},
	{"IFNAME", CTRL_EXACT, 0, cmd_ifname, "= name of this interface"},
	{"NOTE", CTRL_ARGS, 0, cmd_note, "<text> = put a note into the log"},
	{"RELOG", CTRL_PREFIX, 0, cmd_relog, "= open the log file again"},
	{"LOG_LEVEL", CTRL_PREFIX, 0, cmd_log_level, "[<level> [<timestamps>]] = show or set"},
	{"TERMINATE", CTRL_EXACT, 0, cmd_terminate, "= end the daemon"},
	{"SUSPEND", CTRL_EXACT, 0, cmd_suspend, "= the system goes to sleep"},
	{"RESUME", CTRL_EXACT, 0, cmd_resume, "= the system woke up"},
	{"FLUSH", CTRL_EXACT, 0, cmd_flush, "= drop networks, BSSs, runs"},
	{"SAVE_CONFIG", CTRL_EXACT, 0, cmd_save_config, "= write the configuration file"},
	{"RECONFIGURE", CTRL_EXACT, 0, cmd_reconfigure, "= read the configuration file again"},
	{"REAUTHENTICATE", CTRL_EXACT, 0, cmd_reauthenticate, "= authenticate again"},
	{"LOGON", CTRL_EXACT, 0, cmd_logon, "= 802.1X logon"},
	{"LOGOFF", CTRL_EXACT, 0, cmd_logoff, "= 802.1X logoff"},
	{"INTERFACES", CTRL_PREFIX, 0, cmd_interfaces, "[ctrl] = interfaces of the daemon"},
	{"INTERFACE_LIST", CTRL_EXACT, 0, cmd_interface_list, "= interfaces the drivers know"},
	{"ATTACH", CTRL_EXACT, 0, cmd_attach, "= receive events"},
	{"DETACH", CTRL_EXACT, 0, cmd_detach, "= no more events"},
	{"LEVEL", CTRL_ARGS, 0, cmd_level, "<level> = lowest level of events wanted"},
	{NULL, CTRL_EXACT, 0, NULL, NULL}};
