/* Commands of the global control socket. */
#include "hostapd/hostapd_i.h"

#include <errno.h>

void hostapd_on_global_request(void *ctx, struct ctrl_request *req)
{
	struct hostapd *h = ctx;

	if (!ctrl_dispatch(h->global_commands, h, req))
		strbuf_add(req->reply, "FAIL\n");
}

static enum ctrl_result cmd_ping(void *ctx, char *args, struct ctrl_request *req)
{
	strbuf_add(req->reply, "PONG\n");
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_relog(void *ctx, char *args, struct ctrl_request *req)
{
	return log_reopen_file() < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result cmd_log_level(void *ctx, char *args, struct ctrl_request *req)
{
	return hostapd_cmd_log_level(args, req);
}

/* "<ifname> <command of that BSS>" */
static enum ctrl_result cmd_ifname(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd *h = ctx;
	char *cmd = strchr(args, ' ');

	if (!cmd)
		return CTRL_FAIL;
	*cmd++ = '\0';
	struct hostapd_bss *b = hostapd_bss_find(h, args);
	if (!b) {
		strbuf_add(req->reply, "FAIL-NO-IFNAME-MATCH\n");
		return CTRL_REPLIED;
	}
	/* Monitors attach to the BSS, so the request counts as one of its socket. */
	struct ctrl_request inner = *req;
	inner.cmd = cmd;
	if (b->ctrl)
		inner.server = b->ctrl;
	hostapd_on_bss_request(b, &inner);
	return CTRL_REPLIED;
}

static enum ctrl_result add_with_dir(struct hostapd *h, const char *ifname, char *rest)
{
	struct cfg_error err = {""};
	char *driver = strchr(rest, ' ');

	if (driver)
		*driver++ = '\0';
	struct hostapd_conf *conf = hostapd_conf_new_default(ifname);
	if (!conf)
		return CTRL_FAIL;
	int rc = hostapd_conf_set(conf, 0, "ctrl_interface", rest, &err);
	if (rc == 0 && driver && driver_find(driver))
		rc = hostapd_conf_set(conf, 0, "driver", driver, &err);
	if (rc < 0) {
		log_msg(LOG_ERR, "ADD %s: %s", ifname, err.text);
		hostapd_conf_free(conf);
		return CTRL_FAIL;
	}
	struct hostapd_iface *i = hostapd_iface_new(h, conf);
	if (!i)
		return CTRL_FAIL;
	if (hostapd_iface_open_sockets(i) == 0)
		return CTRL_OK;
	hostapd_iface_remove(i);
	return CTRL_FAIL;
}

static enum ctrl_result add_with_file(struct hostapd *h, const char *ifname, const char *path)
{
	struct hostapd_conf *conf = hostapd_conf_load(path, ifname, NULL);

	if (!conf)
		return CTRL_FAIL;
	/* The name of the file is not kept: RELOAD_CONFIG works on what SET made of it. */
	str_replace(&conf->path, NULL);
	struct hostapd_iface *i = hostapd_iface_new(h, conf);
	if (!i)
		return CTRL_FAIL;
	if (hostapd_iface_open_sockets(i) == 0)
		return CTRL_OK;
	hostapd_iface_remove(i);
	return CTRL_FAIL;
}

static enum ctrl_result cmd_add(void *ctx, char *args, struct ctrl_request *req)
{
	const char *value;
	char *rest;

	if (str_starts(args, "bss_config=", &value))
		return hostapd_add_phy_bss(ctx, value, true) < 0 ? CTRL_FAIL : CTRL_OK;
	rest = strchr(args, ' ');
	if (!rest || !rest[1])
		return CTRL_FAIL;
	*rest++ = '\0';
	if (str_starts(rest, "config=", &value))
		return add_with_file(ctx, args, value);
	return add_with_dir(ctx, args, rest);
}

static enum ctrl_result cmd_remove(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd_bss *b = hostapd_bss_find(ctx, args);

	if (!b)
		return CTRL_FAIL;
	hostapd_bss_remove(b);
	return CTRL_OK;
}

static enum ctrl_result cmd_interfaces(void *ctx, char *args, struct ctrl_request *req)
{
	const struct hostapd *h = ctx;
	const struct hostapd_iface *i;
	const struct hostapd_bss *b;

	TAILQ_FOREACH (i, &h->ifaces, link)
		TAILQ_FOREACH (b, &i->bsses, link) {
			const char *dir = hostapd_bss_conf(b)->ctrl_interface;
			if (strcmp(args, " ctrl") == 0 || strcmp(args, "ctrl") == 0)
				strbuf_add(req->reply, "%s ctrl_iface=%s\n", b->ifname,
					dir ? dir : "N/A");
			else
				strbuf_add(req->reply, "%s\n", b->ifname);
		}
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_dup_network(void *ctx, char *args, struct ctrl_request *req)
{
	char *words[3];

	if (split_words(args, words, 3) != 3)
		return CTRL_FAIL;
	struct hostapd_bss *from = hostapd_bss_find(ctx, words[0]);
	struct hostapd_bss *to = hostapd_bss_find(ctx, words[1]);
	if (!from || !to)
		return CTRL_FAIL;
	return hostapd_conf_copy_key(from->iface->conf, hostapd_bss_index(from), to->iface->conf,
		       hostapd_bss_index(to), words[2]) < 0
		       ? CTRL_FAIL
		       : CTRL_OK;
}

/* Resets what tests of the field changed for the whole process; there is nothing of that kind here.
 */
static enum ctrl_result cmd_flush(void *ctx, char *args, struct ctrl_request *req)
{
	hostapd_testing_flush(ctx);
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

static enum ctrl_result cmd_terminate(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd *h = ctx;

	eloop_stop(h->loop);
	return CTRL_OK;
}

const struct ctrl_command hostapd_commands_global[] = {
	{"PING", CTRL_EXACT, CTRL_QUIET, cmd_ping, "= is the daemon there? PONG"},
	{"IFNAME=", CTRL_PREFIX, CTRL_SECRET | CTRL_QUIET, cmd_ifname,
		"<ifname> <command> = command of that BSS"},
	{"ADD", CTRL_ARGS, 0, cmd_add,
		"<ifname> <ctrl dir> [driver] | <ifname> config=<file> | bss_config=<phy>:<file>"
		" = add a radio or BSS"},
	{"REMOVE", CTRL_ARGS, 0, cmd_remove, "<ifname> = remove a radio or BSS"},
	{"INTERFACES", CTRL_PREFIX, 0, cmd_interfaces, "[ctrl] = names of all BSSs"},
	{"DUP_NETWORK", CTRL_ARGS, 0, cmd_dup_network, "<from> <to> <key> = copy one value"},
	{"FLUSH", CTRL_EXACT, 0, cmd_flush, "= reset test state"},
	{"RELOG", CTRL_PREFIX, 0, cmd_relog, "= reopen the log file"},
	{"LOG_LEVEL", CTRL_PREFIX, 0, cmd_log_level, "[level [0|1]] = show or set log level"},
	{"ATTACH", CTRL_OPT, 0, cmd_attach, "[probe_rx_events=0|1] = send events to this client"},
	{"DETACH", CTRL_EXACT, 0, cmd_detach, "= no more events"},
	{"TERMINATE", CTRL_EXACT, 0, cmd_terminate, "= end the daemon"},
	{0},
};
