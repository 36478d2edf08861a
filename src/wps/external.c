/* External registrars: who of them is selected (SetSelectedRegistrar), WSC 2.0, 8.2 and UPnP. */
#include <errno.h>
#include <string.h>

#include "utils/log.h"
#include "wps/registrar_i.h"

static uint16_t own_methods(const struct wps_registrar *r)
{
	uint16_t methods = r->cfg.dev.config_methods & (uint16_t)~WPS_PBC_METHODS;
	uint16_t buttons = r->cfg.dev.config_methods & WPS_PBC_METHODS;

	if (r->selection != SELECTED_PBC)
		return methods;
	return methods | (buttons ? buttons : WPS_METHOD_VIRT_PUSHBUTTON);
}

static void add_mac(struct wps_selection *s, const uint8_t *mac)
{
	for (unsigned i = 0; i < s->mac_count; i++)
		if (mac_equal(s->macs[i], mac))
			return;
	if (s->mac_count < WPS_AUTHORIZED_MAX)
		mac_copy(s->macs[s->mac_count++], mac);
}

static uint16_t own_password_id(const struct wps_registrar *r)
{
	switch (r->selection) {
	case SELECTED_NOT:
	case SELECTED_PIN:
		return DEV_PW_DEFAULT;
	case SELECTED_PBC:
		return DEV_PW_PUSHBUTTON;
	case SELECTED_TOKEN:
		return TAILQ_EMPTY(&r->tokens) ? DEV_PW_NFC_HANDOVER : TAILQ_FIRST(&r->tokens)->id;
	}
	return DEV_PW_DEFAULT;
}

void wps_registrar_selection(const struct wps_registrar *r, struct wps_selection *out)
{
	const struct wps_pin *p;

	*out = (struct wps_selection){0};
	if (r->selection == SELECTED_NOT)
		return;
	out->selected = true;
	out->dev_password_id = own_password_id(r);
	out->methods = own_methods(r);
	if (r->selection == SELECTED_PIN)
		TAILQ_FOREACH (p, &r->pins, next)
			add_mac(out, p->mac);
	else
		add_mac(out, mac_broadcast);
}

void wps_registrar_union(const struct wps_registrar *r, struct wps_selection *out)
{
	wps_registrar_selection(r, out);
	for (unsigned i = 0; i < WPS_EXTERNAL_MAX; i++) {
		const struct wps_external *e = &r->external[i];
		if (!e->used)
			continue;
		if (!out->selected)
			out->dev_password_id = e->selection.dev_password_id;
		/* A button anywhere is what a station looks for. */
		else if (e->selection.dev_password_id == DEV_PW_PUSHBUTTON)
			out->dev_password_id = DEV_PW_PUSHBUTTON;
		out->selected = true;
		out->methods |= e->selection.methods;
		for (unsigned n = 0; n < e->selection.mac_count; n++)
			add_mac(out, e->selection.macs[n]);
	}
}

static void deselect(struct wps_external *e, const char *reason)
{
	log_msg(LOG_DBG, "WPS: external registrar %08x: selected -> not selected (%s)", e->er,
		reason);
	timer_stop(&e->expiry);
	e->used = false;
	e->registrar->ops->elements_changed(e->registrar->ctx);
}

static void on_expiry(struct timer *t, void *ctx)
{
	deselect(ctx, "walk time over");
}

static struct wps_external *find(struct wps_registrar *r, uint32_t er)
{
	for (unsigned i = 0; i < WPS_EXTERNAL_MAX; i++)
		if (r->external[i].used && r->external[i].er == er)
			return &r->external[i];
	return NULL;
}

/* A free place, or that of the one selected first. */
static struct wps_external *place(struct wps_registrar *r)
{
	struct wps_external *best = &r->external[0];

	for (unsigned i = 0; i < WPS_EXTERNAL_MAX; i++) {
		struct wps_external *e = &r->external[i];
		if (!e->used)
			return e;
		if (timer_left(&e->expiry) < timer_left(&best->expiry))
			best = e;
	}
	return best;
}

static void take(const struct wps_msg *m, struct wps_selection *s)
{
	struct reader macs = reader_of(m->v[WA_AUTHORIZED_MACS].data, m->v[WA_AUTHORIZED_MACS].len);

	*s = (struct wps_selection){.selected = true,
		.dev_password_id = (uint16_t)m->v[WA_DEV_PW_ID].num,
		.methods = (uint16_t)m->v[WA_SEL_REG_METHODS].num};
	while (reader_left(&macs) >= MAC_LEN)
		add_mac(s, reader_bytes(&macs, MAC_LEN));
	/* WSC 1.0 does not say for whom. */
	if (!s->mac_count)
		add_mac(s, mac_broadcast);
}

int wps_registrar_external_selected(
	struct wps_registrar *r, uint32_t er, const uint8_t *msg, size_t len)
{
	struct wps_msg m;

	if (wps_msg_read(msg, len, &m) < 0 || !wps_has(&m, WA_SELECTED_REGISTRAR))
		return -EBADMSG;
	struct wps_external *e = find(r, er);
	if (m.v[WA_SELECTED_REGISTRAR].num != 1) {
		if (e)
			deselect(e, "it says so");
		return 0;
	}
	if (wps_msg_check(&m, WT_SET_SELECTED) < 0)
		return -EBADMSG;
	if (!e)
		e = place(r);
	e->registrar = r;
	e->er = er;
	e->used = true;
	take(&m, &e->selection);
	timer_start(r->timers, &e->expiry, WPS_WALK_TIME, on_expiry, e);
	log_msg(LOG_DBG, "WPS: external registrar %08x: -> selected (device password %u)", er,
		e->selection.dev_password_id);
	r->ops->elements_changed(r->ctx);
	return 0;
}

int wps_write_set_selected(
	struct writer *w, const struct wps_device *dev, const struct wps_selection *s)
{
	struct wps_msg m = {0};

	wps_set_version(&m, dev);
	wps_set(&m, WA_SELECTED_REGISTRAR, s->selected);
	wps_set(&m, WA_DEV_PW_ID, s->dev_password_id);
	wps_set(&m, WA_SEL_REG_METHODS, s->methods);
	wps_set_data(&m, WA_UUID_R, dev->uuid, WPS_UUID_LEN);
	if (s->mac_count && wps_has(&m, WA_VERSION2))
		wps_set_data(&m, WA_AUTHORIZED_MACS, s->macs, s->mac_count * MAC_LEN);
	return wps_msg_write(w, WT_SET_SELECTED, &m);
}

void wps_externals_clear(struct wps_registrar *r)
{
	for (unsigned i = 0; i < WPS_EXTERNAL_MAX; i++)
		timer_stop(&r->external[i].expiry);
}
