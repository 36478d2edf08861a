/* SetSelectedRegistrar: access points announce to enrollees that we wait for them. */
#include "wpa_supplicant/er_i.h"

static void report(struct er_ap *ap, enum log_level level, const char *state)
{
	char uuid[WPS_UUID_TEXT_LEN];

	wpas_event_at(ap->er->w, level, "WPS-ER-AP-SET-SEL-REG uuid=%s state=%s",
		wps_uuid_text(ap->uuid, uuid), state);
}

static void on_told(void *ctx, int err, const uint8_t *msg, size_t len)
{
	report(ctx, err < 0 ? LOG_INF : LOG_DBG, err < 0 ? "FAILED" : "DONE");
}

static void tell(struct er_ap *ap, const struct wps_selection *s)
{
	struct wpas_if *w = ap->er->w;
	uint8_t data[512];
	struct writer msg = writer_over(data, sizeof(data));
	char uuid[WPS_UUID_TEXT_LEN];

	wpas_event(w,
		"WPS-ER-AP-SET-SEL-REG uuid=%s state=START sel_reg=%d dev_passwd_id=%u "
		"sel_reg_config_methods=0x%x",
		wps_uuid_text(ap->uuid, uuid), s->selected, s->dev_password_id, s->methods);
	if (wps_write_set_selected(&msg, &w->wps.dev, s) < 0 ||
		upnp_cp_set_selected_registrar(ap->dev, data, msg.len, on_told, ap) < 0)
		report(ap, LOG_INF, "FAILED");
}

/* A push button is for one access point, a PIN for all. */
static bool is_for(const struct er_ap *ap, const struct wps_selection *s)
{
	return s->selected && (s->dev_password_id != DEV_PW_PUSHBUTTON ||
				      memcmp(ap->uuid, ap->er->pbc_uuid, WPS_UUID_LEN) == 0);
}

static void on_select(struct timer *t, void *ctx)
{
	static const struct wps_selection none;
	struct wpas_er *er = ctx;
	struct wps_selection s;
	struct er_ap *ap;

	wps_registrar_selection(er->reg, &s);
	TAILQ_FOREACH (ap, &er->aps, link) {
		bool wanted = is_for(ap, &s);
		if (wanted || ap->told)
			tell(ap, wanted ? &s : &none);
		ap->told = wanted;
	}
}

void er_select_changed(struct wpas_er *er)
{
	timer_start(er->w->s->timers, &er->select, 0, on_select, er);
}

void er_select_tell_new(struct er_ap *ap)
{
	struct wps_selection s;

	wps_registrar_selection(ap->er->reg, &s);
	if (!is_for(ap, &s))
		return;
	tell(ap, &s);
	ap->told = true;
}

void er_select_end(struct wpas_er *er)
{
	static const struct wps_selection none;
	uint8_t data[512];
	struct writer msg = writer_over(data, sizeof(data));
	const struct er_ap *ap;

	timer_stop(&er->select);
	if (wps_write_set_selected(&msg, &er->w->wps.dev, &none) < 0)
		return;
	TAILQ_FOREACH (ap, &er->aps, link)
		if (ap->told)
			upnp_cp_last_selected_registrar(ap->dev, data, msg.len);
}
