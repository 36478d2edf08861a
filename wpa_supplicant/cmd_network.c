/* Commands: networks and the connection. */
#include <errno.h>

#include "wpa_supplicant/supplicant_i.h"

/* The network an id names; NULL when there is none. */
static struct wpas_network *network_of(const struct wpas_if *w, const char *text)
{
	int64_t id;

	if (parse_int(text, 10, 0, INT32_MAX, &id) < 0)
		return NULL;
	return wpas_conf_network(w->conf, (unsigned)id);
}

static void list_row(const struct wpas_if *w, const struct wpas_network *n, struct strbuf *out)
{
	char ssid[SSID_TEXT_CAP], bssid[MAC_TEXT_LEN] = "any";
	struct strbuf b = strbuf_over(bssid, sizeof(bssid));
	bool temp = n->disabled_until > timers_now(w->s->timers);

	if (mac_is_zero(n->bssid))
		strbuf_add(&b, "any");
	else
		strbuf_add(&b, MACSTR, MAC2STR(n->bssid));
	strbuf_add(out, "%u\t%s\t%s\t%s%s%s%s\n", n->id,
		ssid_text(n->ssid.data, n->ssid.len, ssid, sizeof(ssid)), bssid,
		w->conn.net == n && (w->conn.associated || (w->ap && w->up)) ? "[CURRENT]" : "",
		n->disabled == 1 || n->held ? "[DISABLED]" : "", temp ? "[TEMP-DISABLED]" : "",
		n->disabled == 2 ? "[P2P-PERSISTENT]" : "");
}

static enum ctrl_result cmd_list(void *ctx, char *args, struct ctrl_request *req)
{
	const struct wpas_if *w = ctx;
	char text[16];
	int64_t last = -1;

	if (ctrl_arg(args, "LAST_ID", text, sizeof(text)) &&
		parse_int(text, 10, 0, INT32_MAX, &last) < 0)
		return CTRL_FAIL;
	strbuf_add(req->reply, "network id / ssid / bssid / flags\n");
	for (size_t i = 0; i < w->conf->net_count && !req->reply->full; i++)
		if (w->conf->nets[i]->id > last || last < 0)
			list_row(w, w->conf->nets[i], req->reply);
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_add(void *ctx, char *args, struct ctrl_request *req)
{
	const struct wpas_network *n = wpas_networks_add(ctx);

	if (!n)
		return CTRL_FAIL;
	strbuf_add(req->reply, "%u\n", n->id);
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_remove(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	struct wpas_network *n;

	if (strcmp(args, "all") == 0) {
		wpas_order_remove_networks(w);
		return CTRL_OK;
	}
	n = network_of(w, args);
	if (!n)
		return CTRL_FAIL;
	wpas_order_remove_network(w, n);
	return CTRL_OK;
}

/* ` freq=…`: where the scan looks first, if one is needed. What names no channel is ignored. */
static void take_freqs(struct wpas_if *w, char *text)
{
	struct wpas_scan_request r = {.purpose = WPAS_SCAN_CONNECT};

	w->scan.once_count = 0;
	if (!text || strncmp(text, "freq=", 5) != 0 || wpas_scan_arg_freqs(w, &r, text + 5) < 0)
		return;
	memcpy(w->scan.once, r.freqs, sizeof(r.freqs));
	w->scan.once_count = r.params.freq_count;
}

/* `<id|any> [freq=…]`. */
static enum ctrl_result cmd_select(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	char *id = strsep(&args, " ");
	struct wpas_network *n = NULL;

	if (strcmp(id, "any") != 0) {
		n = network_of(w, id);
		if (!n || n->disabled == 2)
			return CTRL_FAIL;
	}
	take_freqs(w, args);
	wpas_networks_select(w, n);
	if (w->state >= WPAS_AUTHENTICATING) /* no scan was needed */
		w->scan.once_count = 0;
	return CTRL_OK;
}

static enum ctrl_result cmd_enable(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	char *space = strchr(args, ' ');
	bool connect = true;

	if (space) {
		*space = '\0';
		connect = strcmp(space + 1, "no-connect") != 0;
	}
	if (strcmp(args, "all") == 0) {
		for (size_t i = 0; i < w->conf->net_count; i++)
			wpas_networks_enable(w, w->conf->nets[i], connect);
		return CTRL_OK;
	}
	struct wpas_network *n = network_of(w, args);
	if (!n || n->disabled == 2)
		return CTRL_FAIL;
	wpas_networks_enable(w, n, connect);
	return CTRL_OK;
}

static enum ctrl_result cmd_disable(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;

	if (strcmp(args, "all") == 0) {
		for (size_t i = 0; i < w->conf->net_count; i++)
			wpas_networks_disable(w, w->conf->nets[i]);
		return CTRL_OK;
	}
	struct wpas_network *n = network_of(w, args);
	if (!n || n->disabled == 2)
		return CTRL_FAIL;
	wpas_networks_disable(w, n);
	return CTRL_OK;
}

/* `<id> <var> <value>`, the value up to the end. */
static enum ctrl_result cmd_set(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	char *var = strchr(args, ' '), *value = var ? strchr(var + 1, ' ') : NULL;
	struct cfg_error err;

	if (!value)
		return CTRL_FAIL;
	*var++ = '\0';
	*value++ = '\0';
	struct wpas_network *n = network_of(w, args);
	if (!n)
		return CTRL_FAIL;
	if (wpas_networks_set(w, n, var, value, &err) < 0) {
		wpas_log(w, LOG_DBG, "SET_NETWORK %s: %s", var, err.text);
		return CTRL_FAIL;
	}
	return CTRL_OK;
}

static enum ctrl_result cmd_get(void *ctx, char *args, struct ctrl_request *req)
{
	const struct wpas_if *w = ctx;
	char *var = strchr(args, ' ');

	if (!var)
		return CTRL_FAIL;
	*var++ = '\0';
	const struct wpas_network *n = network_of(w, args);
	return n && wpas_network_get(w->conf, n, var, false, req->reply) ? CTRL_REPLIED : CTRL_FAIL;
}

static enum ctrl_result cmd_dup(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	char *word[4], value[1024];
	struct strbuf v = strbuf_over(value, sizeof(value));
	struct cfg_error err;

	if (split_words(args, word, 4) != 3)
		return CTRL_FAIL;
	const struct wpas_network *a = network_of(w, word[0]);
	struct wpas_network *b = network_of(w, word[1]);
	bool ok = a && b && wpas_network_get(w->conf, a, word[2], true, &v) &&
		  wpas_networks_set(w, b, word[2], value, &err) >= 0;
	wipe(value, sizeof(value));
	return ok ? CTRL_OK : CTRL_FAIL;
}

/* --- connection --- */

static enum ctrl_result cmd_disconnect(void *ctx, char *args, struct ctrl_request *req)
{
	wpas_order_disconnect(ctx);
	return CTRL_OK;
}

static enum ctrl_result cmd_reconnect(void *ctx, char *args, struct ctrl_request *req)
{
	return wpas_order_reconnect(ctx) < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result cmd_reassociate(void *ctx, char *args, struct ctrl_request *req)
{
	return wpas_order_reassociate(ctx) < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result cmd_reattach(void *ctx, char *args, struct ctrl_request *req)
{
	return wpas_order_reattach(ctx) < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result cmd_roam(void *ctx, char *args, struct ctrl_request *req)
{
	uint8_t bssid[MAC_LEN];

	return mac_parse_all(args, bssid) < 0 || wpas_order_roam(ctx, bssid) < 0 ? CTRL_FAIL
										 : CTRL_OK;
}

static enum ctrl_result cmd_bssid(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	char *mac = strchr(args, ' ');
	struct cfg_error err;
	uint8_t addr[MAC_LEN];

	if (!mac)
		return CTRL_FAIL;
	*mac++ = '\0';
	struct wpas_network *n = network_of(w, args);
	if (!n || mac_parse_all(mac, addr) < 0)
		return CTRL_FAIL;
	return wpas_networks_set(w, n, "bssid", mac, &err) < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result cmd_bssid_ignore(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	const struct wpas_ignored *i;
	uint8_t bssid[MAC_LEN];

	args += strspn(args, " ");
	if (!*args) {
		TAILQ_FOREACH (i, &w->ignore.list, link)
			strbuf_add(req->reply, MACSTR "\n", MAC2STR(i->bssid));
		return CTRL_REPLIED;
	}
	if (strcmp(args, "clear") == 0) {
		wpas_ignore_clear(w);
		return CTRL_OK;
	}
	if (mac_parse_all(args, bssid) < 0)
		return CTRL_FAIL;
	wpas_ignore_add(w, bssid);
	return CTRL_OK;
}

static enum ctrl_result cmd_autoconnect(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	int64_t n;

	if (parse_int(args, 10, INT32_MIN, INT32_MAX, &n) < 0)
		return CTRL_FAIL;
	w->autoconnect = n != 0;
	return CTRL_OK;
}

const struct ctrl_command wpas_cmds_network[] = {
	{"LIST_NETWORKS", CTRL_OPT, CTRL_QUIET, cmd_list, "[LAST_ID=n] = networks"},
	{"ADD_NETWORK", CTRL_EXACT, 0, cmd_add, "= new network, its id"},
	{"REMOVE_NETWORK", CTRL_ARGS, 0, cmd_remove, "<id|all> = forget a network"},
	{"SELECT_NETWORK", CTRL_ARGS, 0, cmd_select, "<id|any> [freq=..] = use this network only"},
	{"ENABLE_NETWORK", CTRL_ARGS, 0, cmd_enable, "<id|all> [no-connect] = allow a network"},
	{"DISABLE_NETWORK", CTRL_ARGS, 0, cmd_disable, "<id|all> = do not use a network"},
	{"SET_NETWORK", CTRL_ARGS, CTRL_SECRET, cmd_set, "<id> <var> <value> = set a variable"},
	{"GET_NETWORK", CTRL_ARGS, 0, cmd_get, "<id> <var> = read a variable"},
	{"DUP_NETWORK", CTRL_ARGS, 0, cmd_dup, "<id> <id> <var> = copy a variable"},
	{"DISCONNECT", CTRL_EXACT, 0, cmd_disconnect, "= leave, and stay away"},
	{"RECONNECT", CTRL_EXACT, 0, cmd_reconnect, "= after DISCONNECT"},
	{"REASSOCIATE", CTRL_EXACT, 0, cmd_reassociate, "= connect anew"},
	{"REATTACH", CTRL_EXACT, 0, cmd_reattach, "= reassociate with the same BSS"},
	{"ROAM", CTRL_ARGS, 0, cmd_roam, "<bssid> = move to another BSS"},
	{"BSSID", CTRL_ARGS, 0, cmd_bssid, "<id> <bssid> = bind a network to a BSS"},
	{"BSSID_IGNORE", CTRL_PREFIX, 0, cmd_bssid_ignore,
		"[<bssid>|clear] = BSSs not to be tried"},
	{"BLACKLIST", CTRL_PREFIX, 0, cmd_bssid_ignore, "[<bssid>|clear] = old name of the same"},
	{"STA_AUTOCONNECT", CTRL_ARGS, 0, cmd_autoconnect, "<0|1> = reconnect by itself"},
	{NULL, CTRL_EXACT, 0, NULL, NULL}};
