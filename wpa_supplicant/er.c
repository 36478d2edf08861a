#include "wpa_supplicant/er.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "upnp/xml.h"
#include "wpa_supplicant/er_i.h"

#define INFO_TRIES 3
#define INFO_AGAIN (5 * USEC_PER_SEC)

struct wpas_er *wpas_er_of(const struct wpas_if *w)
{
	return w->er && !w->er->stopping ? w->er : NULL;
}

struct wps_registrar *wpas_er_registrar(const struct wpas_if *w)
{
	const struct wpas_er *er = wpas_er_of(w);

	return er ? er->reg : NULL;
}

struct er_ap *wpas_er_find_ap(const struct wpas_er *er, const uint8_t *uuid, const uint8_t *mac)
{
	struct er_ap *ap;

	TAILQ_FOREACH (ap, &er->aps, link)
		if (ap->announced && ((uuid && memcmp(ap->uuid, uuid, WPS_UUID_LEN) == 0) ||
					     (mac && mac_equal(ap->mac, mac))))
			return ap;
	return NULL;
}

int wpas_er_target(const char *text, struct er_target *out)
{
	*out = (struct er_target){0};
	if (wps_uuid_parse(text, out->uuid_bytes) == 0)
		out->uuid = out->uuid_bytes;
	else if (mac_parse_all(text, out->mac_bytes) == 0)
		out->mac = out->mac_bytes;
	else
		return -EINVAL;
	return 0;
}

const struct wps_credential *wpas_er_settings(const struct wpas_if *w, const char *uuid_or_mac)
{
	const struct wpas_er *er = wpas_er_of(w);
	struct er_target t;

	if (!er || wpas_er_target(uuid_or_mac, &t) < 0)
		return NULL;
	const struct er_ap *ap = wpas_er_find_ap(er, t.uuid, t.mac);
	return ap ? er_settings_of(er, ap->uuid) : NULL;
}

void wpas_er_emit_fail(struct wpas_if *w, const struct wps_event *ev)
{
	if (ev->error_indication)
		wpas_event(w, "WPS-FAIL msg=%u config_error=%u reason=%u (%s)", ev->msg,
			ev->config_error, ev->error_indication,
			wps_error_indication_text(ev->error_indication));
	else
		wpas_event(w, "WPS-FAIL msg=%u config_error=%u", ev->msg, ev->config_error);
}

/* --- access points --- */

/* As the description has it, on one line: readers of the events split at bars and line ends. */
static void add_text(struct writer *out, const char *text)
{
	struct writer w = writer_new(64);

	xml_write_escaped(&w, text);
	for (size_t i = 0; i < w.len; i++)
		if (w.buf[i] < ' ')
			w.buf[i] = ' ';
	writer_bytes(out, w.buf, w.len);
	writer_u8(out, '|');
	writer_free(&w);
}

static void announce(struct er_ap *ap)
{
	const struct upnp_cp_info *i = upnp_cp_info(ap->dev);
	const char *const texts[] = {i->friendly_name, i->manufacturer, i->model_description,
		i->model_name, i->manufacturer_url, i->model_url};
	char uuid[WPS_UUID_TEXT_LEN], type[WPS_TYPE_TEXT_LEN];
	struct writer all = writer_new(256);

	for (size_t n = 0; n < ARRAY_SIZE(texts); n++)
		add_text(&all, texts[n]);
	writer_u8(&all, 0);
	if (writer_ok(&all))
		wpas_event(ap->er->w,
			"WPS-ER-AP-ADD %s " MACSTR " pri_dev_type=%s wps_state=%d |%s",
			wps_uuid_text(ap->uuid, uuid), MAC2STR(ap->mac),
			wps_type_text(ap->primary_type, type), ap->wps_state, (char *)all.buf);
	writer_free(&all);
}

static void ask_info(struct er_ap *ap);

static void on_again(struct timer *t, void *ctx)
{
	ask_info(ctx);
}

/* M1 as answer of GetDeviceInfo. */
static int take_info(struct er_ap *ap, const uint8_t *msg, size_t len)
{
	static const uint8_t none[WPS_UUID_LEN];
	struct er_msg m;

	if (er_msg_read(msg, len, &m) < 0 || m.type != WPS_M1 || !m.has_mac || !m.info.has_uuid)
		return -EBADMSG;
	if (memcmp(ap->uuid, none, sizeof(none)) == 0)
		memcpy(ap->uuid, m.info.uuid, WPS_UUID_LEN);
	mac_copy(ap->mac, m.mac);
	memcpy(ap->primary_type, m.info.primary_type, sizeof(ap->primary_type));
	ap->wps_state = m.info.state;
	return 0;
}

static void on_info(void *ctx, int err, const uint8_t *msg, size_t len)
{
	struct er_ap *ap = ctx;

	if (err == 0)
		err = take_info(ap, msg, len);
	if (err == 0) {
		ap->announced = true;
		announce(ap);
		er_select_tell_new(ap);
		return;
	}
	wpas_log(ap->er->w, LOG_INF, "ER: '%s' does not tell of itself: %s",
		upnp_cp_info(ap->dev)->friendly_name, strerror(-err));
	if (++ap->tries < INFO_TRIES)
		timer_start(ap->er->w->s->timers, &ap->again, INFO_AGAIN, on_again, ap);
}

static void ask_info(struct er_ap *ap)
{
	int err = upnp_cp_get_device_info(ap->dev, on_info, ap);

	if (err < 0)
		wpas_log(ap->er->w, LOG_INF, "ER: '%s' cannot be asked about itself: %s",
			upnp_cp_info(ap->dev)->friendly_name, strerror(-err));
}

static void on_ready(void *ctx, struct upnp_cp_device *d)
{
	struct wpas_er *er = ctx;
	struct er_ap *ap = calloc(1, sizeof(*ap));

	if (!ap)
		return;
	ap->er = er;
	ap->dev = d;
	memcpy(ap->uuid, upnp_cp_info(d)->uuid, WPS_UUID_LEN);
	TAILQ_INIT(&ap->enrollees);
	TAILQ_INSERT_TAIL(&er->aps, ap, link);
	upnp_cp_set_user(d, ap);
	ask_info(ap);
}

static void ap_free(struct er_ap *ap)
{
	er_job_clear(ap);
	er_enrollees_clear(ap, true);
	timer_stop(&ap->again);
	TAILQ_REMOVE(&ap->er->aps, ap, link);
	free(ap);
}

/* Also of one that was never usable: whoever watches sees that it was there. */
static void on_gone(void *ctx, struct upnp_cp_device *d)
{
	struct wpas_er *er = ctx;
	struct er_ap *ap = upnp_cp_user(d);
	char uuid[WPS_UUID_TEXT_LEN];

	if (ap) {
		er_job_abort(ap);
		er_enrollees_clear(ap, false);
	}
	wpas_event(er->w, "WPS-ER-AP-REMOVE %s",
		wps_uuid_text(ap ? ap->uuid : upnp_cp_info(d)->uuid, uuid));
	if (ap)
		ap_free(ap);
}

static void on_wlan_event(void *ctx, struct upnp_cp_device *d, unsigned type, const uint8_t mac[6],
	const uint8_t *msg, size_t len)
{
	struct er_ap *ap = upnp_cp_user(d);

	if (ap)
		er_enrollee_event(ap, type, mac, msg, len);
}

static void on_stopped(void *ctx)
{
	struct wpas_er *er = ctx;

	wpas_er_free(er->w);
}

static const struct upnp_cp_ops cp_ops = {
	.ready = on_ready,
	.gone = on_gone,
	.wlan_event = on_wlan_event,
	.stopped = on_stopped,
};

/* --- start, stop --- */

struct start_args {
	char ifname[IFNAMSIZ];
	struct in_addr filter;
};

static int parse_args(struct wpas_if *w, const char *args, struct start_args *out)
{
	const char *rest = args, *name = w->bridge ? w->bridge : w->name;
	size_t n = strlen(name);

	*out = (struct start_args){0};
	if (str_starts(args, "ifname=", &name)) {
		n = strcspn(name, " ");
		rest = name + n;
		rest += strspn(rest, " ");
	}
	if (n == 0 || n >= sizeof(out->ifname))
		return -EINVAL;
	memcpy(out->ifname, name, n);
	if (*rest && inet_pton(AF_INET, rest, &out->filter) != 1)
		return -EINVAL;
	return 0;
}

static int open_registrar(struct wpas_er *er)
{
	struct wps_registrar_config cfg = {
		.dev = er->w->wps.dev,
		.auth_types = WPS_AUTH_OPEN | WPS_AUTH_WPAPSK | WPS_AUTH_WPA2PSK,
		.encr_types = WPS_ENCR_NONE | WPS_ENCR_TKIP | WPS_ENCR_AES,
		.er = true,
	};

	er->reg = wps_registrar_new(er->w->s->timers, &cfg, &er_registrar_ops, er);
	return er->reg ? 0 : -ENOMEM;
}

static int open_er(struct wpas_if *w, const struct start_args *a)
{
	char why[160] = "";
	struct strbuf reason = strbuf_over(why, sizeof(why));
	struct upnp_if iface;
	int err = upnp_if_get(a->ifname, &iface, &reason);

	if (err < 0) {
		wpas_log(w, LOG_ERR, "WPS_ER_START: %s", why[0] ? why : strerror(-err));
		return err;
	}
	struct wpas_er *er = calloc(1, sizeof(*er));
	if (!er)
		return -ENOMEM;
	w->er = er;
	er->w = w;
	TAILQ_INIT(&er->aps);
	TAILQ_INIT(&er->settings);
	err = open_registrar(er);
	if (err == 0)
		er->cp = upnp_cp_new(w->s->loop, &iface, a->filter, &cp_ops, er, &err);
	if (err < 0)
		wpas_er_free(w);
	return err;
}

int wpas_er_start(struct wpas_if *w, const char *args)
{
	struct wpas_er *er = wpas_er_of(w);
	struct start_args a;
	struct er_ap *ap;

	if (er) {
		TAILQ_FOREACH (ap, &er->aps, link) {
			if (ap->announced)
				announce(ap);
			er_enrollees_announce(ap);
		}
		upnp_cp_search(er->cp);
		return 0;
	}
	if (parse_args(w, args, &a) < 0) {
		wpas_log(w, LOG_ERR, "WPS_ER_START: '%s' is not [ifname=<name>] [<IPv4 address>]",
			args);
		return -EINVAL;
	}
	wpas_er_free(w); /* the last one may still be unsubscribing */
	return open_er(w, &a);
}

void wpas_er_stop(struct wpas_if *w)
{
	struct wpas_er *er = wpas_er_of(w);

	if (!er)
		return;
	er->stopping = true;
	er_select_end(er);
	upnp_cp_stop(er->cp);
	timer_stop(&er->select);
	er_settings_clear(er);
}

void wpas_er_free(struct wpas_if *w)
{
	struct wpas_er *er = steal_ptr(&w->er);
	struct er_ap *ap;

	if (!er)
		return;
	while ((ap = TAILQ_FIRST(&er->aps)))
		ap_free(ap);
	upnp_cp_free(er->cp);
	timer_stop(&er->select);
	wps_registrar_free(er->reg);
	er_settings_clear(er);
	free(er);
}
