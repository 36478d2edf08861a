/* Changed configuration on running radios: RELOAD, RELOAD_CONFIG, SIGHUP. */
#include "hostapd/hostapd_i.h"

#include <errno.h>

#include "ap/acl.h"

#define REASON_CAP 512

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool keeps_stations(const struct ap_bss_config *old, const struct ap_bss_config *new)
{
	return old->config_id && same_text(old->config_id, new->config_id);
}

/* Which BSSs of a radio a reload is for. */
struct reload {
	struct hostapd_iface *i;
	const struct hostapd_bss *only;     /* NULL: not only one */
	const struct hostapd_conf *compare; /* those with an equal config_id keep their stations;
					       NULL: none does */
};

static bool is_meant(const struct reload *r, const struct hostapd_bss *b)
{
	size_t n = hostapd_bss_index(b);

	if (r->only && r->only != b)
		return false;
	return !r->compare || !keeps_stations(r->compare->bss[n], r->i->conf->bss[n]);
}

/* Both log why not. The first one is asked of all, so that a BSS that has to stay as it is does not
 * cost the others their stations. */
static int check(const struct reload *r)
{
	const struct hostapd_bss *b;
	char text[REASON_CAP];
	int result = 0;

	TAILQ_FOREACH (b, &r->i->bsses, link) {
		struct strbuf reason = strbuf_over(text, sizeof(text));
		int err = is_meant(r, b) ? ap_bss_reload_check(b->ap, &reason) : 0;
		if (err == 0)
			continue;
		log_msg(LOG_ERR, "%s: not reloaded, it goes on as it was: %s", b->ifname, text);
		result = err;
	}
	return result;
}

/* Up to the first one that fails, which is in *failed then. */
static int run(const struct reload *r, const struct hostapd_bss **failed)
{
	const struct hostapd_bss *b;
	char text[REASON_CAP];

	TAILQ_FOREACH (b, &r->i->bsses, link) {
		struct strbuf reason = strbuf_over(text, sizeof(text));
		int err = is_meant(r, b) ? ap_bss_reload(b->ap, &reason) : 0;
		if (err == 0)
			continue;
		log_msg(LOG_ERR, "%s: reload failed: %s", b->ifname, text);
		*failed = b;
		return err;
	}
	return 0;
}

/* The configuration is borrowed by the AP core. Returns the one of before. */
static struct hostapd_conf *use(struct hostapd_iface *i, struct hostapd_conf *conf)
{
	struct hostapd_conf *old = i->conf;
	struct hostapd_bss *b;
	size_t n = 0;

	i->conf = conf;
	ap_radio_set_config(i->radio, &conf->radio);
	TAILQ_FOREACH (b, &i->bsses, link)
		ap_bss_set_config(b->ap, conf->bss[n++]);
	return old;
}

/* Those BSSs that run() took down come up again with the configuration in force now. */
static void bring_back(const struct reload *r, const struct hostapd_bss *failed)
{
	const struct hostapd_bss *b;
	char text[REASON_CAP];

	TAILQ_FOREACH (b, &r->i->bsses, link) {
		struct strbuf reason = strbuf_over(text, sizeof(text));
		if (is_meant(r, b) && ap_bss_reload(b->ap, &reason) < 0)
			log_msg(LOG_ERR,
				"%s: is down, the settings it had do not work any more either: %s",
				b->ifname, text);
		else if (is_meant(r, b))
			log_msg(LOG_WARN, "%s: goes on with the settings it had", b->ifname);
		if (b == failed)
			break;
	}
}

/* Access lists and the AP PIN are in force from the moment they are set. */
static int keep_immediate(struct hostapd_conf *to, const struct hostapd_conf *from)
{
	for (size_t n = 0; n < to->bss_count; n++) {
		const struct ap_bss_config *src = from->bss[n];
		struct ap_bss_config *dst = to->bss[n];
		if (ap_acl_copy(&dst->accept, &src->accept) < 0 ||
			ap_acl_copy(&dst->deny, &src->deny) < 0 ||
			str_replace(&dst->ap_pin, src->ap_pin) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* Others may have settings that wait for a reload of their own. */
static void keep_others(
	struct hostapd_conf *to, struct hostapd_conf *from, const struct hostapd_bss *only)
{
	for (size_t n = 0; n < to->bss_count; n++) {
		struct ap_bss_config *old = to->bss[n];
		if (n == hostapd_bss_index(only))
			continue;
		to->bss[n] = from->bss[n];
		from->bss[n] = old;
	}
}

/* What SET or a file brought does not work. Values that SET left waiting go with it: they are not
 * what the radio ran with. */
static void take_back(const struct reload *r, const struct hostapd_bss *failed)
{
	struct hostapd_conf *old = r->i->applied ? hostapd_conf_copy(r->i->applied) : NULL;

	if (!old || keep_immediate(old, r->i->conf) < 0) {
		log_msg(LOG_ERR, "%s: is down: no memory for the settings it had", failed->ifname);
		hostapd_conf_free(old);
		return;
	}
	if (r->only)
		keep_others(old, r->i->conf, r->only);
	hostapd_conf_free(use(r->i, old));
	bring_back(r, failed);
}

void hostapd_iface_remember(struct hostapd_iface *i)
{
	hostapd_conf_free(i->applied);
	i->applied = hostapd_conf_copy(i->conf);
}

static void remember_bss(const struct hostapd_bss *b)
{
	struct hostapd_conf *applied = b->iface->applied;
	struct ap_bss_config *copy = hostapd_conf_bss_copy(b->iface->conf, hostapd_bss_conf(b));
	size_t n = hostapd_bss_index(b);

	if (!applied || !copy) {
		hostapd_conf_bss_free(b->iface->conf, copy);
		return;
	}
	hostapd_conf_bss_free(applied, applied->bss[n]);
	applied->bss[n] = copy;
}

static int reload_from_memory(const struct reload *r)
{
	const struct hostapd_bss *failed = NULL;

	if (!ap_radio_active(r->i->radio))
		return 0;
	int err = check(r);
	if (err < 0)
		return err;
	err = run(r, &failed);
	if (err < 0)
		take_back(r, failed);
	else if (r->only)
		remember_bss(r->only);
	else
		hostapd_iface_remember(r->i);
	return err;
}

int hostapd_iface_reload(struct hostapd_iface *i)
{
	return reload_from_memory(&(struct reload){.i = i});
}

int hostapd_bss_reload(struct hostapd_bss *b)
{
	return reload_from_memory(&(struct reload){.i = b->iface, .only = b});
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
	const struct hostapd_bss *failed = NULL;

	if (ap_radio_active(i->radio))
		keep_channel(&new->radio, &i->conf->radio);
	struct hostapd_conf *old = use(i, new);
	const struct reload r = {.i = i, .compare = all ? NULL : old};
	int err = check(&r);
	if (err == 0)
		err = run(&r, &failed);
	if (err == 0) {
		hostapd_conf_free(old);
		if (ap_radio_active(i->radio))
			hostapd_iface_remember(i);
		return 0;
	}
	use(i, old);
	if (failed)
		take_back(&(struct reload){.i = i, .compare = all ? NULL : new}, failed);
	hostapd_conf_free(new);
	return err;
}

/* Consumes conf. */
static bool make_radio(struct hostapd *h, struct hostapd_conf *conf, const char *phy, bool up)
{
	struct hostapd_iface *i = hostapd_iface_new(h, conf);
	char text[REASON_CAP];
	struct strbuf reason = strbuf_over(text, sizeof(text));

	if (!i)
		return false;
	memcpy(i->phy, phy, sizeof(i->phy));
	if (hostapd_iface_open_sockets(i) == 0 && (!up || hostapd_iface_enable(i, &reason) == 0))
		return true;
	hostapd_iface_remove(i);
	return false;
}

/* Runs from the loop: the command that asked for it came through a socket that goes away here. */
static void on_recreate(struct timer *t, void *ctx)
{
	struct hostapd_iface *i = ctx;
	struct hostapd *h = i->h;
	struct hostapd_conf *conf = steal_ptr(&i->next_conf);
	bool up = ap_radio_active(i->radio);
	struct hostapd_conf *old = hostapd_conf_copy(up && i->applied ? i->applied : i->conf);
	char phy[sizeof(i->phy)];

	memcpy(phy, i->phy, sizeof(phy));
	hostapd_iface_remove(i);
	if (make_radio(h, conf, phy, up)) {
		hostapd_conf_free(old);
		return;
	}
	log_msg(LOG_ERR, "the radio could not be set up again from its file: it goes on as it was");
	if (!old || !make_radio(h, old, phy, up))
		log_msg(LOG_ERR, "the radio could not be set up as it was, either: ADD it again");
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
	struct cfg_error err = {""};

	if (!new)
		return -EINVAL;
	if (hostapd_conf_keep_added(new, i->conf, &err) < 0) {
		log_msg(LOG_ERR, "%s: not reloaded: %s", i->conf->bss[0]->interface, err.text);
		hostapd_conf_free(new);
		return -EINVAL;
	}
	if (fits(i->conf, new))
		return swap(i, new, all);
	hostapd_conf_free(i->next_conf);
	i->next_conf = new;
	timer_start(eloop_timers(i->h->loop), &i->recreate, 0, on_recreate, i);
	return 0;
}
