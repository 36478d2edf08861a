/* AP settings that came by WPS are taken over: by every WPS BSS they reach, in memory and in the
 * configuration file. */
#include "hostapd/wps_settings.h"

#include <errno.h>
#include <stdlib.h>

#include "common/events.h"
#include "hostapd/hostapd_i.h"
#include "utils/file.h"
#include "utils/writer.h"

#define FILE_MAX (16u << 20)
#define EVENT_MAX 4096
/* The station that brought the settings gets the end of its EAP exchange before it is dropped. Not
 * longer: it comes back at once, with the new key. */
#define RELOAD_POLL (10 * USEC_PER_MSEC)
#define RELOAD_POLLS 110 /* as long as somebody is in the middle of WPS */

bool hostapd_wps_reaches(const struct hostapd_bss *from, const struct hostapd_bss *to)
{
	if (from == to)
		return true;
	return !hostapd_bss_conf(from)->wps_independent && !hostapd_bss_conf(to)->wps_independent;
}

/* --- the event --- */

/* What a registrar would have sent, for settings that came from a command. */
static int as_attributes(const struct wps_credential *c, struct bytes *out)
{
	struct writer w = writer_new(128);
	int err = wps_credential_write(&w, c);

	if (err == 0)
		err = writer_steal(&w, out);
	writer_free(&w);
	return err;
}

static void announce(struct hostapd_bss *b, const struct ap_wps_settings *s)
{
	struct bytes made = {0};
	char text[EVENT_MAX];
	struct strbuf event = strbuf_over(text, sizeof(text));

	strbuf_add(&event, EV_WPS_NEW_AP_SETTINGS);
	if (hostapd_bss_conf(b)->wps_cred_processing != 0) {
		if (s->raw)
			strbuf_add_hex(&event, s->raw, s->raw_len);
		else if (as_attributes(s->cred, &made) == 0)
			strbuf_add_hex(&event, made.data, made.len);
	}
	hostapd_bss_event_secret(b, LOG_INF, EV_WPS_NEW_AP_SETTINGS, text);
	bytes_clear(&made);
	wipe(text, sizeof(text));
}

/* --- one radio --- */

/* What each BSS of a radio gets; NULL: it is not reached. In the order of conf->bss. */
struct change {
	struct wps_lines **lines;
	size_t count;
};

static void change_free(struct change *c)
{
	for (size_t i = 0; c->lines && i < c->count; i++) {
		if (c->lines[i])
			wipe(c->lines[i], sizeof(*c->lines[i]));
		free(c->lines[i]);
	}
	free(c->lines);
}

static bool takes(
	const struct hostapd_bss *b, struct hostapd_bss *from, const struct ap_wps_settings *s)
{
	const struct ap_bss_config *cfg = hostapd_bss_conf(b);

	if (!ap_bss_registrar(b->ap) || !hostapd_wps_reaches(from, b))
		return false;
	return !s->first_enrollee || cfg->wps_state == WPS_STATE_UNCONFIGURED;
}

/* Announces on every BSS the settings reach; fills in lines for those that apply them by
 * themselves. Returns how many do, or -ENOMEM. */
static int collect(struct hostapd_iface *i, struct hostapd_bss *from,
	const struct ap_wps_settings *s, struct change *change)
{
	struct hostapd_bss *b;
	size_t n = 0;
	int count = 0;

	change->count = i->conf->bss_count;
	change->lines = calloc(change->count, sizeof(*change->lines));
	if (!change->lines)
		return -ENOMEM;
	for (b = hostapd_bss_first(i); b; b = TAILQ_NEXT(b, link), n++) {
		const struct ap_bss_config *cfg = hostapd_bss_conf(b);
		if (!takes(b, from, s))
			continue;
		announce(b, s);
		if (cfg->wps_cred_processing == 1)
			continue;
		change->lines[n] = calloc(1, sizeof(struct wps_lines));
		if (!change->lines[n])
			return -ENOMEM;
		wps_settings_lines(s->cred, cfg->wps_cred_add_sae != 0, change->lines[n]);
		count++;
	}
	return count;
}

/* The file is as the radio runs: sections and BSSs are the same ones. */
static int check_file(const struct hostapd_iface *i)
{
	struct hostapd_conf *file = hostapd_conf_load(i->conf->path, i->conf->given_ifname, NULL);
	bool same = file && file->bss_count + i->conf->added == i->conf->bss_count;

	for (size_t n = 0; same && n < file->bss_count; n++)
		same = strcmp(file->bss[n]->interface, i->conf->bss[n]->interface) == 0;
	hostapd_conf_free(file);
	if (same)
		return 0;
	log_msg(LOG_ERR, "'%s' %s: the WPS settings are not written into it", i->conf->path,
		file ? "describes other BSSs than those that run" : "has errors");
	return -EINVAL;
}

static int write_file(const struct hostapd_iface *i, const struct change *change)
{
	const char *path = i->conf->path;
	struct bytes old = {0}, new = {0};
	int err = check_file(i);

	if (err == 0)
		err = file_read(path, FILE_MAX, &old);
	if (err == 0)
		err = wps_settings_rewrite(&old, (const struct wps_lines *const *)change->lines,
			change->count - i->conf->added, &new);
	if (err == 0)
		err = file_write_atomic(path, new.data, new.len);
	bytes_clear(&old);
	bytes_clear(&new);
	return err;
}

/* Their programs and users must know: after the next start the old network is back. */
static void report_unsaved(struct hostapd_iface *i, int err)
{
	char text[512];
	struct strbuf s = strbuf_over(text, sizeof(text));

	strbuf_add(&s,
		"WPS settings are in use but not saved: '%s' cannot be rewritten: %s; make it "
		"writable and configure again, or they are lost at the next start",
		i->conf->path, strerror(-err));
	hostapd_bss_event(hostapd_bss_first(i), LOG_ERR, 0, text);
}

static void on_reload(struct timer *t, void *ctx)
{
	struct hostapd_iface *i = ctx;
	const struct hostapd_bss *b;
	bool busy = false;

	TAILQ_FOREACH (b, &i->bsses, link)
		busy = busy || ap_bss_wps_busy(b->ap);
	if (busy && i->wps_reload.polls++ < RELOAD_POLLS) {
		timer_start(
			eloop_timers(i->h->loop), &i->wps_reload.timer, RELOAD_POLL, on_reload, i);
		return;
	}
	/* Should the file have become unreadable since: memory has the settings, too. */
	if (!i->wps_reload.from_file || hostapd_iface_reload_file(i, true) < 0)
		hostapd_iface_reload(i);
}

static void reload_later(struct hostapd_iface *i, bool from_file)
{
	i->wps_reload.from_file = from_file;
	i->wps_reload.polls = 0;
	timer_start(eloop_timers(i->h->loop), &i->wps_reload.timer, RELOAD_POLL, on_reload, i);
}

/* In memory at once, so that GET_CONFIG and the next enrollee see them. */
static int store(struct hostapd_iface *i, const struct change *change)
{
	struct cfg_error err = {""};

	for (size_t n = 0; n < change->count; n++) {
		int rc = change->lines[n] ? wps_settings_store(i->conf, n, change->lines[n], &err)
					  : 0;
		if (rc < 0) {
			log_msg(LOG_ERR, "%s: WPS settings not taken over: %s",
				i->conf->bss[n]->interface, err.text);
			return rc;
		}
	}
	return 0;
}

static int apply(struct hostapd_iface *i, const struct change *change)
{
	int saved = i->conf->path ? write_file(i, change) : -ENOENT;
	int err = store(i, change);

	if (err < 0)
		return err;
	if (i->conf->path && saved < 0)
		report_unsaved(i, saved);
	reload_later(i, saved == 0);
	return 0;
}

/* --- all radios --- */

int hostapd_wps_settings(struct hostapd_bss *from, const struct ap_wps_settings *received)
{
	struct wps_credential c = *received->cred;
	struct ap_wps_settings s = *received;
	struct hostapd_iface *i;
	const char *why;
	int result = wps_settings_normalise(&c, &why);

	s.cred = &c;
	if (result < 0)
		log_msg(LOG_ERR, "%s: WPS settings refused: %s", from->ifname, why);
	TAILQ_FOREACH (i, &from->iface->h->ifaces, link) {
		struct change change = {0};
		int count = result == 0 ? collect(i, from, &s, &change) : 0;
		if (count > 0)
			count = apply(i, &change);
		if (count < 0)
			result = count;
		change_free(&change);
	}
	wipe(&c, sizeof(c));
	return result;
}
