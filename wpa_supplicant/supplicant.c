/* The daemon: what its interfaces share. */
#include "wpa_supplicant/supplicant_i.h"

#include <errno.h>
#include <stdlib.h>

#include "wpa_supplicant/ctrl_iface.h"

static int copy_params(struct supplicant *s, const struct supplicant_params *p)
{
	const char *const from[] = {
		p->global_ctrl, p->global_group, p->override_ctrl, p->override_driver};
	const char **to[] = {&s->params.global_ctrl, &s->params.global_group,
		&s->params.override_ctrl, &s->params.override_driver};

	s->params = *p;
	for (size_t i = 0; i < ARRAY_SIZE(from); i++) {
		*to[i] = from[i] ? strdup(from[i]) : NULL;
		if (from[i] && !*to[i])
			return -ENOMEM;
	}
	return 0;
}

static void free_params(struct supplicant *s)
{
	free((char *)s->params.global_ctrl);
	free((char *)s->params.global_group);
	free((char *)s->params.override_ctrl);
	free((char *)s->params.override_driver);
}

struct supplicant *supplicant_new(struct eloop *loop, const struct supplicant_params *p)
{
	struct supplicant *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->loop = loop;
	s->timers = eloop_timers(loop);
	TAILQ_INIT(&s->ifs);
	TAILQ_INIT(&s->drivers);
	int err = copy_params(s, p);
	s->waiting_monitor = p->wait_monitor;
	s->keys = wpas_keys_new();
	s->if_table = wpas_if_table_new();
	s->global_table = wpas_global_table_new();
	if (err == 0 && (!s->keys || !s->if_table || !s->global_table))
		err = -ENOMEM;
	if (err == 0)
		err = wpas_open_global(s);
	if (err == 0 && p->dbus)
		err = wpas_dbus_start(s);
	if (err < 0) {
		supplicant_free(s);
		return NULL;
	}
	return s;
}

void supplicant_free(struct supplicant *s)
{
	struct wpas_if *w;

	if (!s)
		return;
	timer_stop(&s->terminate);
	while ((w = TAILQ_FIRST(&s->ifs)) != NULL)
		wpas_if_remove(w, true);
	wpas_dbus_stop(s);
	ctrl_server_close(s->global);
	ctrl_table_free(s->if_table);
	ctrl_table_free(s->global_table);
	wpas_keys_free(s->keys);
	free_params(s);
	free(s);
}

int supplicant_add_interface(struct supplicant *s, const struct supplicant_if_params *p)
{
	return wpas_if_add(s, p);
}

int supplicant_remove_interface(struct supplicant *s, const char *ifname)
{
	struct wpas_if *w = wpas_if_find(s, ifname);

	if (!w)
		return -ENOENT;
	wpas_if_remove(w, false);
	return 0;
}

int supplicant_reload(struct supplicant *s)
{
	struct wpas_if *w;
	int ret = 0;

	TAILQ_FOREACH (w, &s->ifs, link)
		if (w->conf->path && wpas_if_reconfigure(w) < 0)
			ret = -EINVAL;
	return ret;
}

void supplicant_command(struct supplicant *s, const char *ifname, char *cmd, struct strbuf *reply)
{
	struct ctrl_request req = {.cmd = cmd, .reply = reply};
	struct wpas_if *w = ifname ? wpas_if_find(s, ifname) : NULL;

	if (!ifname)
		wpas_request_global(s, &req);
	else if (w)
		wpas_request_interface(w, &req);
	else
		strbuf_add(reply, "FAIL-NO-IFNAME-MATCH\n");
}

static void on_terminate(struct timer *t, void *ctx)
{
	struct supplicant *s = ctx;
	if (s->params.terminate)
		s->params.terminate(s->params.ctx);
}

/* From a timer, so that the command gets its reply. */
void wpas_terminate(struct supplicant *s)
{
	timer_start(s->timers, &s->terminate, 0, on_terminate, s);
}
