/* Radios and BSSs of the daemon: from configuration objects to AP core and control sockets. */
#include "hostapd/hostapd_i.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define BSS_REQUEST_MAX 4095
#define REPLY_MAX 8192
#define SOCKET_MODE 0770

struct hostapd_bss *hostapd_bss_find(struct hostapd *h, const char *ifname)
{
	struct hostapd_bss *b;

	HASH_FIND_STR(h->by_ifname, ifname, b);
	return b;
}

struct hostapd_bss *hostapd_bss_first(const struct hostapd_iface *i)
{
	return TAILQ_FIRST(&i->bsses);
}

size_t hostapd_bss_index(const struct hostapd_bss *b)
{
	const struct hostapd_bss *at;
	size_t n = 0;

	TAILQ_FOREACH (at, &b->iface->bsses, link) {
		if (at == b)
			break;
		n++;
	}
	return n;
}

struct ap_bss_config *hostapd_bss_conf(const struct hostapd_bss *b)
{
	return b->iface->conf->bss[hostapd_bss_index(b)];
}

static int add_bss(struct hostapd_iface *i, const struct ap_bss_config *cfg)
{
	if (hostapd_bss_find(i->h, cfg->interface)) {
		log_msg(LOG_ERR, "%s: another BSS has this interface name already", cfg->interface);
		return -EEXIST;
	}
	struct hostapd_bss *b = calloc(1, sizeof(*b));
	if (!b)
		return -ENOMEM;
	b->iface = i;
	memcpy(b->ifname, cfg->interface, sizeof(b->ifname));
	b->ap = ap_bss_add(i->radio, cfg, b);
	if (!b->ap) {
		free(b);
		return -ENOMEM;
	}
	TAILQ_INSERT_TAIL(&i->bsses, b, link);
	HASH_ADD_STR(i->h->by_ifname, ifname, b);
	return 0;
}

/* Consumes conf. */
struct hostapd_iface *hostapd_iface_new(struct hostapd *h, struct hostapd_conf *conf)
{
	struct hostapd_iface *i = calloc(1, sizeof(*i));

	if (!i) {
		hostapd_conf_free(conf);
		return NULL;
	}
	i->h = h;
	i->conf = conf;
	TAILQ_INIT(&i->bsses);
	TAILQ_INSERT_TAIL(&h->ifaces, i, link);
	i->radio = ap_radio_new(h->loop, h->fallback, &conf->radio, &hostapd_ap_ops, i);
	int err = i->radio ? 0 : -ENOMEM;
	for (size_t n = 0; err == 0 && n < conf->bss_count; n++)
		err = add_bss(i, conf->bss[n]);
	if (err < 0) {
		hostapd_iface_remove(i);
		return NULL;
	}
	return i;
}

static int open_socket(struct hostapd_bss *b)
{
	const struct ap_bss_config *cfg = hostapd_bss_conf(b);
	const struct ctrl_params p = {
		.dir = cfg->ctrl_interface,
		.name = b->ifname,
		.group = cfg->ctrl_interface_group ? cfg->ctrl_interface_group : b->iface->h->group,
		.socket_mode = SOCKET_MODE,
		.max_request = BSS_REQUEST_MAX,
		.max_reply = REPLY_MAX,
		.request = hostapd_on_bss_request,
		.ctx = b,
	};
	int err = 0;

	if (b->ctrl || !cfg->ctrl_interface || !cfg->ctrl_interface[0])
		return 0;
	b->ctrl = ctrl_server_open(b->iface->h->loop, &p, &err);
	return b->ctrl ? 0 : err;
}

int hostapd_iface_open_sockets(struct hostapd_iface *i)
{
	struct hostapd_bss *b;

	TAILQ_FOREACH (b, &i->bsses, link) {
		int err = open_socket(b);
		if (err < 0)
			return err;
	}
	return 0;
}

int hostapd_iface_enable(struct hostapd_iface *i, struct strbuf *reason)
{
	struct cfg_error err = {""};

	if (ap_radio_active(i->radio)) {
		strbuf_add(reason, "already enabled");
		return -EALREADY;
	}
	if (hostapd_conf_check(i->conf, true, &err) < 0) {
		log_msg(LOG_ERR, "%s", err.text);
		strbuf_add(reason, "%s", err.text);
		return -EINVAL;
	}
	return ap_radio_enable(i->radio, reason);
}

/* Events and socket of a BSS that goes for good; the AP core's part must be down already. */
static void say_goodbye(struct hostapd_bss *b)
{
	hostapd_bss_event(b, LOG_INF, 0, "CTRL-EVENT-TERMINATING ");
	ctrl_server_close(steal_ptr(&b->ctrl));
}

static void destroy_bss(struct hostapd_bss *b)
{
	TAILQ_REMOVE(&b->iface->bsses, b, link);
	HASH_DEL(b->iface->h->by_ifname, b);
	ap_bss_remove(b->ap);
	wps_nfc_token_clear(&b->nfc);
	free(b);
}

static void remove_secondary(struct hostapd_bss *b)
{
	hostapd_bss_event(b, LOG_INF, 0, "AP-DISABLED ");
	ap_bss_remove(b->ap); /* it asks for b->ap on its way down */
	b->ap = NULL;
	say_goodbye(b);
	destroy_bss(b);
}

void hostapd_bss_remove(struct hostapd_bss *b)
{
	struct hostapd_iface *i = b->iface;
	size_t index = hostapd_bss_index(b);

	if (index == 0) {
		hostapd_iface_remove(i);
		return;
	}
	remove_secondary(b);
	hostapd_conf_bss_free(i->conf, hostapd_conf_bss_take(i->conf, index));
	if (i->applied)
		hostapd_conf_bss_free(i->applied, hostapd_conf_bss_take(i->applied, index));
}

static void remove_main(struct hostapd_bss *b)
{
	if (ap_radio_active(b->iface->radio))
		ap_radio_disable(b->iface->radio);
	else
		hostapd_bss_event(b, LOG_INF, 0, "AP-DISABLED ");
	say_goodbye(b);
	destroy_bss(b);
}

void hostapd_iface_remove(struct hostapd_iface *i)
{
	struct hostapd_bss *b;

	timer_stop(&i->recreate);
	timer_stop(&i->wps_reload.timer);
	while ((b = TAILQ_LAST(&i->bsses, hostapd_bss_list)) != NULL) {
		if (b == TAILQ_FIRST(&i->bsses))
			remove_main(b);
		else
			remove_secondary(b);
	}
	ap_radio_free(i->radio);
	TAILQ_REMOVE(&i->h->ifaces, i, link);
	hostapd_conf_free(i->conf);
	hostapd_conf_free(i->next_conf);
	hostapd_conf_free(i->applied);
	free(i);
}

bool hostapd_bss_can_rename(const struct hostapd_bss *b, const char *ifname)
{
	return strcmp(b->ifname, ifname) == 0 ||
	       (!ap_radio_active(b->iface->radio) && !hostapd_bss_find(b->iface->h, ifname));
}

void hostapd_bss_rename(struct hostapd_bss *b)
{
	struct hostapd *h = b->iface->h;

	HASH_DEL(h->by_ifname, b);
	memcpy(b->ifname, hostapd_bss_conf(b)->interface, sizeof(b->ifname));
	HASH_ADD_STR(h->by_ifname, ifname, b);
}

/* Phy of a netdev that exists already, "" when it has none. */
static void netdev_phy(const char *ifname, char *phy, size_t cap)
{
	char path[128];

	phy[0] = '\0';
	snprintf(path, sizeof(path), "/sys/class/net/%s/phy80211/name", ifname);
	_cleanup_(fclosep) FILE *f = fopen(path, "re");
	if (f && fgets(phy, (int)cap, f))
		phy[strcspn(phy, "\n")] = '\0';
}

struct hostapd_iface *hostapd_iface_by_phy(struct hostapd *h, const char *phy)
{
	struct hostapd_iface *i;
	char real[32];

	TAILQ_FOREACH (i, &h->ifaces, link) {
		if (strcmp(i->phy, phy) == 0 || strcmp(ap_radio_phy(i->radio), phy) == 0)
			return i;
		netdev_phy(hostapd_bss_first(i)->ifname, real, sizeof(real));
		if (strcmp(real, phy) == 0)
			return i;
	}
	return NULL;
}

static int start_added(struct hostapd_bss *b)
{
	char text[256];
	struct strbuf reason = strbuf_over(text, sizeof(text));
	int err = open_socket(b);

	if (err == 0 && ap_radio_state(b->iface->radio) == AP_ENABLED)
		err = ap_bss_start(b->ap, &reason);
	if (err < 0 && reason.len)
		log_msg(LOG_ERR, "%s: %s", b->ifname, text);
	return err;
}

/* The last BSS is not one of the radio's file. Both lists of BSSs stay the same ones. */
static void count_added(struct hostapd_iface *i)
{
	struct hostapd_conf *conf = i->conf;
	struct ap_bss_config *copy =
		i->applied ? hostapd_conf_bss_copy(conf, conf->bss[conf->bss_count - 1]) : NULL;

	conf->added++;
	if (copy && hostapd_conf_bss_append(i->applied, copy) == 0) {
		i->applied->added++;
		return;
	}
	hostapd_conf_bss_free(conf, copy);
	hostapd_conf_free(steal_ptr(&i->applied));
}

int hostapd_iface_add_bss(struct hostapd_iface *i, struct hostapd_conf *conf)
{
	struct hostapd_conf *mine = i->conf;
	struct hostapd_bss *b = NULL;
	int err = conf->bss_count == 1 ? 0 : -EINVAL;

	if (err < 0)
		log_msg(LOG_ERR, "a file for one BSS must define exactly one, it has %zu",
			conf->bss_count);
	if (err == 0 && hostapd_bss_find(i->h, conf->bss[0]->interface))
		err = -EEXIST;
	if (err == 0)
		err = hostapd_conf_bss_append(mine, conf->bss[0]);
	if (err == 0) {
		hostapd_conf_bss_take(conf, 0);
		err = add_bss(i, mine->bss[mine->bss_count - 1]);
		if (err < 0)
			hostapd_conf_bss_free(
				mine, hostapd_conf_bss_take(mine, mine->bss_count - 1));
		else
			count_added(i);
	}
	hostapd_conf_free(conf);
	if (err < 0)
		return err;
	TAILQ_FOREACH (b, &i->bsses, link)
		if (!TAILQ_NEXT(b, link))
			break;
	err = start_added(b);
	if (err < 0)
		hostapd_bss_remove(b);
	return err;
}

static int new_phy_radio(struct hostapd *h, const char *phy, struct hostapd_conf *conf, bool enable)
{
	char text[512];
	struct strbuf reason = strbuf_over(text, sizeof(text));
	struct hostapd_iface *i = hostapd_iface_new(h, conf);

	if (!i)
		return -EINVAL;
	memcpy(i->phy, phy, strlen(phy) + 1);
	i->essential = !enable;
	if (!enable)
		return 0;
	int err = hostapd_iface_open_sockets(i);
	if (err == 0)
		err = hostapd_iface_enable(i, &reason);
	if (err < 0)
		hostapd_iface_remove(i);
	return err;
}

int hostapd_add_phy_bss(struct hostapd *h, const char *spec, bool enable)
{
	const char *colon = strchr(spec, ':');
	char phy[32];

	if (!colon || colon == spec || !colon[1] || (size_t)(colon - spec) >= sizeof(phy)) {
		log_msg(LOG_ERR, "'%s' is not <phy>:<file>", spec);
		return -EINVAL;
	}
	memcpy(phy, spec, (size_t)(colon - spec));
	phy[colon - spec] = '\0';
	struct hostapd_conf *conf = hostapd_conf_load(colon + 1, NULL, NULL);
	if (!conf)
		return -EINVAL;
	struct hostapd_iface *i = hostapd_iface_by_phy(h, phy);
	return i ? hostapd_iface_add_bss(i, conf) : new_phy_radio(h, phy, conf, enable);
}
