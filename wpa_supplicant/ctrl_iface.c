#include "wpa_supplicant/ctrl_iface.h"

#include <errno.h>
#include <stdlib.h>

#define REQUEST_MAX 8192
#define REPLY_MAX 4096

struct ctrl_table *wpas_if_table_new(void)
{
	static const struct ctrl_command *const tables[] = {wpas_cmds_basic, wpas_cmds_status,
		wpas_cmds_scan, wpas_cmds_network, wpas_cmds_link, wpas_cmds_wps, wpas_cmds_ap,
		wpas_cmds_er, wpas_cmds_set, wpas_cmds_nfc, wpas_cmds_capab, wpas_cmds_secrets,
		wpas_cmds_pmksa, wpas_cmds_mac_rand, wpas_cmds_testing, wpas_cmds_radio};
	return ctrl_table_new(tables, ARRAY_SIZE(tables));
}

struct ctrl_table *wpas_global_table_new(void)
{
	static const struct ctrl_command *const tables[] = {wpas_cmds_global};
	return ctrl_table_new(tables, ARRAY_SIZE(tables));
}

void wpas_request_interface(void *ctx, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;

	if (!w->drv) {
		strbuf_add(req->reply, "FAIL\n");
		return;
	}
	if (w->s->waiting_monitor && strcmp(req->cmd, "ATTACH") != 0) {
		strbuf_add(req->reply, "FAIL\n");
		return;
	}
	if (!ctrl_dispatch(w->s->if_table, w, req))
		strbuf_add(req->reply, "UNKNOWN COMMAND\n");
}

/* `IFNAME=<if> CMD`. */
static void route(struct supplicant *s, char *text, struct ctrl_request *req)
{
	char *cmd = strchr(text, ' ');

	if (!cmd) {
		strbuf_add(req->reply, "UNKNOWN COMMAND\n");
		return;
	}
	*cmd++ = '\0';
	struct wpas_if *w = wpas_if_find(s, text);
	if (!w) {
		strbuf_add(req->reply, "FAIL-NO-IFNAME-MATCH\n");
		return;
	}
	struct ctrl_request inner = *req;
	inner.cmd = cmd;
	wpas_request_interface(w, &inner);
}

void wpas_request_global(void *ctx, struct ctrl_request *req)
{
	struct supplicant *s = ctx;

	if (strncmp(req->cmd, "IFNAME=", 7) == 0) {
		route(s, req->cmd + 7, req);
		return;
	}
	if (s->waiting_monitor && strcmp(req->cmd, "ATTACH") != 0) {
		strbuf_add(req->reply, "FAIL\n");
		return;
	}
	if (!ctrl_dispatch(s->global_table, s, req))
		strbuf_add(req->reply, "UNKNOWN COMMAND\n");
}

/* `DIR=path GROUP=group`, or a plain directory. text is cut in place. */
static void split_ctrl(char *text, const char **dir, const char **group)
{
	char *g;

	*dir = text;
	if (strncmp(text, "DIR=", 4) != 0)
		return;
	*dir = text + 4;
	g = strstr(text, " GROUP=");
	if (g) {
		*g = '\0';
		*group = g + 7;
	}
}

int wpas_if_open_ctrl(struct wpas_if *w)
{
	const struct wpas_conf *c = w->conf;
	const char *dir, *group = c->ctrl_interface_group;
	int err = 0;

	if (!c->ctrl_interface || !*c->ctrl_interface)
		return 0;
	_cleanup_(freep) char *text = strdup(c->ctrl_interface);
	if (!text)
		return -ENOMEM;
	split_ctrl(text, &dir, &group);
	struct ctrl_params p = {.dir = dir,
		.name = w->name,
		.group = group,
		.dir_mode = group ? 0750 : 0,
		.socket_mode = 0770,
		.max_request = REQUEST_MAX,
		.drop_long = true,
		.max_reply = REPLY_MAX,
		.request = wpas_request_interface,
		.ctx = w};
	w->ctrl = ctrl_server_open(w->s->loop, &p, &err);
	return w->ctrl ? 0 : err;
}

int wpas_open_global(struct supplicant *s)
{
	const char *group = s->params.global_group;
	struct ctrl_params p = {.name = s->params.global_ctrl,
		.group = group,
		.socket_mode = group ? 0770 : 0700,
		.max_request = REQUEST_MAX,
		.drop_long = true,
		.max_reply = REPLY_MAX,
		.request = wpas_request_global,
		.ctx = s};
	int err = 0;

	if (!s->params.global_ctrl)
		return 0;
	s->global = ctrl_server_open(s->loop, &p, &err);
	return s->global ? 0 : err;
}
