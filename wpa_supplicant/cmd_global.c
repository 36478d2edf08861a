/* Commands of the global socket. */
#include <errno.h>

#include "wpa_supplicant/supplicant_i.h"

void wpas_interfaces_list(struct supplicant *s, const char *args, struct strbuf *out)
{
	bool ctrl = strcmp(args, " ctrl") == 0;
	const struct wpas_if *w;

	TAILQ_FOREACH (w, &s->ifs, link) {
		if (ctrl)
			strbuf_add(out, "%s ctrl_iface=%s\n", w->name,
				w->conf->ctrl_interface ? w->conf->ctrl_interface : "N/A");
		else
			strbuf_add(out, "%s\n", w->name);
	}
}

static enum ctrl_result cmd_ping(void *ctx, char *args, struct ctrl_request *req)
{
	strbuf_add(req->reply, "PONG\n");
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_interfaces(void *ctx, char *args, struct ctrl_request *req)
{
	wpas_interfaces_list(ctx, args, req->reply);
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_interface_list(void *ctx, char *args, struct ctrl_request *req)
{
	return CTRL_REPLIED;
}

/* ifname, configuration, driver, ctrl_interface, driver parameters, bridge, create, type, address
 */
enum add_field {
	F_IF,
	F_CONF,
	F_DRV,
	F_CTRL,
	F_PARAM,
	F_BRIDGE,
	F_CREATE,
	F_TYPE,
	F_ADDR,
	F_COUNT
};

static enum ctrl_result cmd_interface_add(void *ctx, char *args, struct ctrl_request *req)
{
	char *f[F_COUNT] = {NULL}, *p = args, *tab;
	uint8_t addr[MAC_LEN];

	for (int i = 0; i < F_COUNT && p; i++, p = tab) {
		tab = strchr(p, '\t');
		if (tab)
			*tab++ = '\0';
		f[i] = *p ? p : NULL;
	}
	if (!f[F_IF] || (f[F_CREATE] && strcmp(f[F_CREATE], "create") != 0))
		return CTRL_FAIL;
	if (f[F_TYPE] && strcmp(f[F_TYPE], "sta") != 0)
		return CTRL_FAIL;
	if (f[F_ADDR] && mac_parse_all(f[F_ADDR], addr) < 0)
		return CTRL_FAIL;
	struct supplicant_if_params params = {.ifname = f[F_IF],
		.conf = f[F_CONF],
		.driver = f[F_DRV],
		.ctrl = f[F_CTRL],
		.driver_param = f[F_PARAM],
		.bridge = f[F_BRIDGE],
		.created = f[F_CREATE],
		.addr = f[F_ADDR] ? addr : NULL};
	return supplicant_add_interface(ctx, &params) < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result cmd_interface_remove(void *ctx, char *args, struct ctrl_request *req)
{
	return supplicant_remove_interface(ctx, args) < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result cmd_terminate(void *ctx, char *args, struct ctrl_request *req)
{
	wpas_terminate(ctx);
	return CTRL_OK;
}

/* Runs an interface command on every interface. */
static enum ctrl_result on_all(struct supplicant *s, const char *cmd)
{
	struct wpas_if *w, *next;
	char text[32], buf[16];

	for (w = TAILQ_FIRST(&s->ifs); w; w = next) {
		next = TAILQ_NEXT(w, link);
		struct strbuf c = strbuf_over(text, sizeof(text)),
			      r = strbuf_over(buf, sizeof(buf));
		strbuf_add(&c, "%s", cmd);
		supplicant_command(s, w->name, text, &r);
	}
	return CTRL_OK;
}

static enum ctrl_result cmd_suspend(void *ctx, char *args, struct ctrl_request *req)
{
	return on_all(ctx, "SUSPEND");
}

static enum ctrl_result cmd_resume(void *ctx, char *args, struct ctrl_request *req)
{
	return on_all(ctx, "RESUME");
}

static enum ctrl_result cmd_save_config(void *ctx, char *args, struct ctrl_request *req)
{
	struct supplicant *s = ctx;
	struct wpas_if *w;
	bool saved = false, failed = false;

	TAILQ_FOREACH (w, &s->ifs, link) {
		int err = wpas_save_config(w);
		saved |= err == 0;
		failed |= err < 0 && err != -EPERM;
	}
	return saved && !failed ? CTRL_OK : CTRL_FAIL;
}

static enum ctrl_result cmd_status(void *ctx, char *args, struct ctrl_request *req)
{
	struct supplicant *s = ctx;
	const struct wpas_if *w;

	TAILQ_FOREACH (w, &s->ifs, link)
		strbuf_add(req->reply, "ifname=%s\naddress=" MACSTR "\n", w->name,
			MAC2STR(wpas_if_addr(w)));
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_relog(void *ctx, char *args, struct ctrl_request *req)
{
	log_reopen_file();
	return CTRL_OK;
}

static enum ctrl_result cmd_note(void *ctx, char *args, struct ctrl_request *req)
{
	log_msg(LOG_INF, "NOTE: %s", args);
	return CTRL_OK;
}

static enum ctrl_result cmd_attach(void *ctx, char *args, struct ctrl_request *req)
{
	struct supplicant *s = ctx;
	struct wpas_if *w;

	if (!req->server || ctrl_attach(req) < 0)
		return CTRL_FAIL;
	if (s->waiting_monitor) {
		s->waiting_monitor = false;
		TAILQ_FOREACH (w, &s->ifs, link)
			wpas_if_start(w);
	}
	return CTRL_OK;
}

static enum ctrl_result cmd_detach(void *ctx, char *args, struct ctrl_request *req)
{
	return req->server && ctrl_detach(req) == 0 ? CTRL_OK : CTRL_FAIL;
}

static enum ctrl_result cmd_dup_network(void *ctx, char *args, struct ctrl_request *req)
{
	struct supplicant *s = ctx;
	char *word[6];
	char value[1024];
	struct strbuf v = strbuf_over(value, sizeof(value));
	struct cfg_error err;
	int64_t from, to;

	if (split_words(args, word, 6) != 5 || parse_int(word[2], 10, 0, INT32_MAX, &from) < 0 ||
		parse_int(word[3], 10, 0, INT32_MAX, &to) < 0)
		return CTRL_FAIL;
	struct wpas_if *src = wpas_if_find(s, word[0]), *dst = wpas_if_find(s, word[1]);
	struct wpas_network *a = src ? wpas_conf_network(src->conf, (unsigned)from) : NULL;
	struct wpas_network *b = dst ? wpas_conf_network(dst->conf, (unsigned)to) : NULL;
	bool ok = a && b && wpas_network_get(src->conf, a, word[4], true, &v) &&
		  wpas_networks_set(dst, b, word[4], value, &err) >= 0;
	wipe(value, sizeof(value));
	return ok ? CTRL_OK : CTRL_FAIL;
}

const struct ctrl_command wpas_cmds_global[] = {
	{"PING", CTRL_EXACT, CTRL_QUIET, cmd_ping, "= answers PONG"},
	{"INTERFACE_ADD", CTRL_ARGS, 0, cmd_interface_add,
		"<if> TAB <conf> TAB ... = use an interface"},
	{"INTERFACE_REMOVE", CTRL_ARGS, 0, cmd_interface_remove, "<if> = give it back"},
	{"INTERFACE_LIST", CTRL_EXACT, 0, cmd_interface_list, "= interfaces the drivers know"},
	{"INTERFACES", CTRL_PREFIX, 0, cmd_interfaces, "[ctrl] = interfaces in use"},
	{"TERMINATE", CTRL_EXACT, 0, cmd_terminate, "= end the daemon"},
	{"SUSPEND", CTRL_EXACT, 0, cmd_suspend, "= the system goes to sleep"},
	{"RESUME", CTRL_EXACT, 0, cmd_resume, "= the system woke up"},
	{"SAVE_CONFIG", CTRL_EXACT, 0, cmd_save_config, "= write all configuration files"},
	{"STATUS", CTRL_PREFIX, CTRL_QUIET, cmd_status, "= interfaces and their addresses"},
	{"RELOG", CTRL_PREFIX, 0, cmd_relog, "= open the log file again"},
	{"NOTE", CTRL_ARGS, 0, cmd_note, "<text> = put a note into the log"},
	{"ATTACH", CTRL_EXACT, 0, cmd_attach, "= receive events of all interfaces"},
	{"DETACH", CTRL_EXACT, 0, cmd_detach, "= no more events"},
	{"DUP_NETWORK", CTRL_ARGS, 0, cmd_dup_network,
		"<if> <if> <id> <id> <var> = copy a network variable"},
	{NULL, CTRL_EXACT, 0, NULL, NULL}};
