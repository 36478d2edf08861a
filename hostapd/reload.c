/* Changed configuration on running radios: RELOAD, RELOAD_CONFIG, SIGHUP. */
#include "hostapd/hostapd_i.h"

#include <errno.h>

static int reload_bss(struct hostapd_bss *b)
{
	char text[256];
	struct strbuf reason = strbuf_over(text, sizeof(text));
	int err = ap_bss_reload(b->ap, &reason);

	if (err < 0)
		log_msg(LOG_ERR, "%s: reload failed: %s", b->ifname, text);
	return err;
}

int hostapd_iface_reload(struct hostapd_iface *i)
{
	struct hostapd_bss *b;
	int result = 0;

	if (!ap_radio_active(i->radio))
		return 0;
	TAILQ_FOREACH (b, &i->bsses, link) {
		int err = reload_bss(b);
		if (err < 0)
			result = err;
	}
	return result;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* The new configuration describes the same netdevs on the same driver. */
static bool fits(const struct hostapd_conf *old, const struct hostapd_conf *new)
{
	if (old->bss_count != new->bss_count || !same_text(old->radio.driver, new->radio.driver))
		return false;
	for (size_t n = 0; n < old->bss_count; n++)
		if (strcmp(old->bss[n]->interface, new->bss[n]->interface) != 0)
			return false;
	return true;
}

static bool keeps_stations(const struct ap_bss_config *old, const struct ap_bss_config *new)
{
	return old->config_id && same_text(old->config_id, new->config_id);
}

/* Channel and modes are set at ENABLE; a reload does not move the radio. */
static void keep_channel(struct ap_radio_config *new, const struct ap_radio_config *old)
{
	new->hw_mode = old->hw_mode;
	new->channel = old->channel;
	new->op_class = old->op_class;
	new->secondary_channel = old->secondary_channel;
	new->ht_capab = old->ht_capab;
	new->ieee80211n = old->ieee80211n;
	new->ieee80211ac = old->ieee80211ac;
	new->ieee80211ax = old->ieee80211ax;
}

/* all: reload every BSS, whatever its config_id says. */
static int swap(struct hostapd_iface *i, struct hostapd_conf *new, bool all)
{
	struct hostapd_conf *old = i->conf;
	struct hostapd_bss *b;
	size_t n = 0;
	int result = 0;

	if (ap_radio_active(i->radio))
		keep_channel(&new->radio, &old->radio);
	i->conf = new;
	ap_radio_set_config(i->radio, &new->radio);
	TAILQ_FOREACH (b, &i->bsses, link)
		ap_bss_set_config(b->ap, new->bss[n++]);
	n = 0;
	TAILQ_FOREACH (b, &i->bsses, link) {
		if ((all || !keeps_stations(old->bss[n], new->bss[n])) && reload_bss(b) < 0)
			result = -EIO;
		n++;
	}
	hostapd_conf_free(old);
	return result;
}

/* Runs from the loop: the command that asked for it came through a socket that goes away here. */
static void on_recreate(struct timer *t, void *ctx)
{
	struct hostapd_iface *i = ctx;
	struct hostapd *h = i->h;
	struct hostapd_conf *conf = steal_ptr(&i->next_conf);
	char text[512];
	struct strbuf reason = strbuf_over(text, sizeof(text));

	hostapd_iface_remove(i);
	struct hostapd_iface *fresh = hostapd_iface_new(h, conf);
	if (!fresh || hostapd_iface_open_sockets(fresh) < 0 ||
		hostapd_iface_enable(fresh, &reason) < 0)
		log_msg(LOG_ERR, "the radio could not be set up again from its file: %s", text);
}

int hostapd_iface_reload_config(struct hostapd_iface *i)
{
	return hostapd_iface_reload_file(i, false);
}

int hostapd_iface_reload_file(struct hostapd_iface *i, bool all)
{
	if (!i->conf->path)
		return hostapd_iface_reload(i);
	struct hostapd_conf *new = hostapd_conf_load(i->conf->path, i->conf->given_ifname, NULL);
	if (!new)
		return -EINVAL;
	if (fits(i->conf, new))
		return swap(i, new, all);
	hostapd_conf_free(i->next_conf);
	i->next_conf = new;
	timer_start(eloop_timers(i->h->loop), &i->recreate, 0, on_recreate, i);
	return 0;
}
