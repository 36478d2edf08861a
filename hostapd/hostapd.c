/* Life of the daemon object. */
#include "hostapd/hostapd_i.h"

#include <errno.h>
#include <stdlib.h>

#define GLOBAL_REQUEST_MAX 4095
#define REPLY_MAX 8192
#define SOCKET_MODE 0770

static int make_tables(struct hostapd *h)
{
	static const struct ctrl_command *const bss_tables[] = {
		hostapd_commands_general,
		hostapd_commands_config,
		hostapd_commands_sta,
		hostapd_commands_acl,
		hostapd_commands_csa,
		hostapd_commands_wnm,
		hostapd_commands_pmksa,
		hostapd_commands_wps,
		hostapd_commands_nfc,
		hostapd_commands_wps_ap,
		hostapd_commands_testing,
	};
	static const struct ctrl_command *const global_tables[] = {hostapd_commands_global};

	h->bss_commands = ctrl_table_new(bss_tables, ARRAY_SIZE(bss_tables));
	h->global_commands = ctrl_table_new(global_tables, ARRAY_SIZE(global_tables));
	return h->bss_commands && h->global_commands ? 0 : -ENOMEM;
}

struct hostapd *hostapd_new(struct eloop *loop)
{
	struct hostapd *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->loop = loop;
	h->fallback = driver_table[0];
	TAILQ_INIT(&h->ifaces);
	if (make_tables(h) < 0 || !h->fallback) {
		hostapd_free(h);
		return NULL;
	}
	return h;
}

void hostapd_free(struct hostapd *h)
{
	if (!h)
		return;
	while (!TAILQ_EMPTY(&h->ifaces)) {
		struct hostapd_iface *last = TAILQ_FIRST(&h->ifaces);
		while (TAILQ_NEXT(last, link))
			last = TAILQ_NEXT(last, link);
		hostapd_iface_remove(last);
	}
	/* Last, so that its monitors hear how the radios went. */
	ctrl_server_close(h->global);
	ctrl_table_free(h->bss_commands);
	ctrl_table_free(h->global_commands);
	free(h);
}

void hostapd_set_group(struct hostapd *h, const char *group)
{
	h->group = group;
}

int hostapd_add_file(struct hostapd *h, const char *path, const char *ifname)
{
	struct hostapd_conf *conf = hostapd_conf_load(path, ifname, NULL);

	if (!conf)
		return -EINVAL;
	struct hostapd_iface *i = hostapd_iface_new(h, conf);
	if (!i)
		return -EINVAL;
	i->essential = true;
	return 0;
}

int hostapd_add_bss_file(struct hostapd *h, const char *spec)
{
	return hostapd_add_phy_bss(h, spec, false);
}

int hostapd_start(struct hostapd *h)
{
	struct hostapd_iface *i;
	char text[512];

	TAILQ_FOREACH (i, &h->ifaces, link) {
		struct strbuf reason = strbuf_over(text, sizeof(text));
		int err = hostapd_iface_open_sockets(i);
		if (err == 0)
			err = hostapd_iface_enable(i, &reason);
		if (err < 0)
			return err;
	}
	return 0;
}

int hostapd_open_global(struct hostapd *h, const char *path)
{
	const char *slash = strrchr(path, '/');
	int err;

	if (!slash)
		return -EINVAL;
	_cleanup_(freep) char *dir = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	if (!dir)
		return -ENOMEM;
	const struct ctrl_params p = {
		.dir = dir,
		.name = slash + 1,
		.group = h->group,
		.socket_mode = SOCKET_MODE,
		.max_request = GLOBAL_REQUEST_MAX,
		.max_reply = REPLY_MAX,
		.request = hostapd_on_global_request,
		.ctx = h,
	};
	h->global = ctrl_server_open(h->loop, &p, &err);
	return h->global ? 0 : err;
}

void hostapd_reload(struct hostapd *h)
{
	struct hostapd_iface *i, *next;

	for (i = TAILQ_FIRST(&h->ifaces); i; i = next) {
		next = TAILQ_NEXT(i, link);
		hostapd_iface_reload_config(i);
	}
}
