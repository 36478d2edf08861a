/* Enrollees that access points tell of, and registrar runs with them through PutWLANResponse. */
#include <errno.h>
#include <stdlib.h>

#include "wpa_supplicant/er_i.h"

#define FORGET_TIME (300 * USEC_PER_SEC)
#define RUN_TIME (30 * USEC_PER_SEC) /* between two messages of a run */

/* --- table --- */

static void announce(const struct er_enrollee *e)
{
	const struct wps_info *i = &e->info;
	char uuid[WPS_UUID_TEXT_LEN], type[WPS_TYPE_TEXT_LEN];

	wpas_event(e->ap->er->w,
		"WPS-ER-ENROLLEE-ADD %s " MACSTR " M1=%d config_methods=0x%x dev_passwd_id=%d "
		"pri_dev_type=%s |%s|%s|%s|%s|%s|",
		wps_uuid_text(i->uuid, uuid), MAC2STR(e->mac), e->m1, i->config_methods,
		i->dev_password_id, wps_type_text(i->primary_type, type), i->device_name,
		i->manufacturer, i->model_name, i->model_number, i->serial_number);
}

static void end_run(struct er_enrollee *e)
{
	timer_stop(&e->run_timeout);
	upnp_cp_forget(e->ap->dev, e);
	wps_run_free(steal_ptr(&e->run));
	e->has_nonce = e->heard = false;
	bytes_clear(&e->first);
	bytes_clear(&e->answer);
}

static void enrollee_free(struct er_enrollee *e, bool silent)
{
	char uuid[WPS_UUID_TEXT_LEN];

	end_run(e);
	timer_stop(&e->expire);
	if (!silent)
		wpas_event(e->ap->er->w, "WPS-ER-ENROLLEE-REMOVE %s " MACSTR,
			wps_uuid_text(e->info.uuid, uuid), MAC2STR(e->mac));
	TAILQ_REMOVE(&e->ap->enrollees, e, link);
	e->ap->enrollee_count--;
	free(e);
}

void er_enrollees_clear(struct er_ap *ap, bool silent)
{
	struct er_enrollee *e;

	while ((e = TAILQ_FIRST(&ap->enrollees)))
		enrollee_free(e, silent);
}

void er_enrollees_announce(struct er_ap *ap)
{
	struct er_enrollee *e;

	TAILQ_FOREACH_REVERSE(e, &ap->enrollees, er_enrollee_list, link)
	announce(e);
}

static struct er_enrollee *find_at(const struct er_ap *ap, const uint8_t *uuid, const uint8_t *mac)
{
	struct er_enrollee *e;

	TAILQ_FOREACH (e, &ap->enrollees, link)
		if ((uuid && memcmp(e->info.uuid, uuid, WPS_UUID_LEN) == 0) ||
			(mac && mac_equal(e->mac, mac)))
			return e;
	return NULL;
}

struct er_enrollee *er_enrollee_find(
	const struct wpas_er *er, const uint8_t *uuid, const uint8_t *mac)
{
	struct er_enrollee *e = NULL;
	const struct er_ap *ap;

	TAILQ_FOREACH (ap, &er->aps, link)
		if ((e = find_at(ap, uuid, mac)))
			break;
	return e;
}

static void on_expired(struct timer *t, void *ctx)
{
	enrollee_free(ctx, false);
}

/* A place in the table: the oldest enrollee without a run makes room. NULL: all have one. */
static struct er_enrollee *add(struct er_ap *ap, const uint8_t mac[MAC_LEN])
{
	struct er_enrollee *e = NULL;

	if (ap->enrollee_count == ER_ENROLLEES_MAX) {
		TAILQ_FOREACH_REVERSE(e, &ap->enrollees, er_enrollee_list, link)
		if (!e->run)
			break;
		if (!e)
			return NULL;
		enrollee_free(e, false);
	}
	e = calloc(1, sizeof(*e));
	if (!e)
		return NULL;
	e->ap = ap;
	mac_copy(e->mac, mac);
	TAILQ_INSERT_HEAD(&ap->enrollees, e, link);
	ap->enrollee_count++;
	return e;
}

/* Notes what an enrollee says of itself; each M1 is announced, a probe request only when the
 * enrollee is new. NULL: no room, or it has no UUID. */
static struct er_enrollee *note(
	struct er_ap *ap, const uint8_t mac[MAC_LEN], const struct wps_info *info, bool m1)
{
	struct er_enrollee *e = find_at(ap, NULL, mac);

	if (!info->has_uuid)
		return NULL;
	if (e && memcmp(e->info.uuid, info->uuid, WPS_UUID_LEN) != 0) {
		enrollee_free(e, false); /* another device with its address */
		e = NULL;
	}
	bool fresh = !e;
	if (!e)
		e = add(ap, mac);
	if (!e)
		return NULL;
	if (m1 || !e->m1) /* M1 says more */
		e->info = *info;
	e->m1 = e->m1 || m1;
	timer_start(ap->er->w->s->timers, &e->expire, FORGET_TIME, on_expired, e);
	if (fresh || m1)
		announce(e);
	return e;
}

/* --- registrar --- */

static void on_elements_changed(void *ctx)
{
	er_select_changed(ctx);
}

static void log_pin_needed(struct wpas_if *w, const struct wps_peer *p)
{
	char uuid[WPS_UUID_TEXT_LEN], type[WPS_TYPE_TEXT_LEN];

	wpas_log(w, LOG_INF, "WPS-EVENT-PIN-NEEDED %s " MACSTR " [%s|%s|%s|%s|%s|%s]",
		wps_uuid_text(p->uuid, uuid), MAC2STR(p->mac), p->device_name, p->manufacturer,
		p->model_name, p->model_number, p->serial_number,
		wps_type_text(p->primary_type, type));
}

static void on_reg_event(void *ctx, enum wps_reg_event_kind kind, const struct wps_peer *peer,
	const uint8_t *mac, const struct wps_info *info)
{
	struct wpas_er *er = ctx;

	switch (kind) {
	case WPS_REG_PBC_ACTIVE:
		wpas_event(er->w, "WPS-PBC-ACTIVE ");
		break;
	case WPS_REG_PBC_DISABLE:
		wpas_event(er->w, "WPS-PBC-DISABLE ");
		break;
	case WPS_REG_OVERLAP:
		wpas_event(er->w, "WPS-OVERLAP-DETECTED PBC session overlap");
		break;
	case WPS_REG_PIN_NEEDED:
		log_pin_needed(er->w, peer);
		break;
	case WPS_REG_PBC_TIMEOUT: /* told by WPS-ER-AP-SET-SEL-REG sel_reg=0 */
	case WPS_REG_CANCEL:
	case WPS_REG_ENROLLEE_SEEN:
	case WPS_REG_SETUP_LOCKED:
	case WPS_REG_SETUP_UNLOCKED:
	case WPS_REG_AP_PIN_DISABLED:
	case WPS_REG_AP_PIN_FAILED:
		break;
	}
}

static void on_run_event(void *ctx, const struct wps_event *ev)
{
	struct wpas_er *er = ctx;
	char uuid[WPS_UUID_TEXT_LEN];

	switch (ev->kind) {
	case WPS_EVENT_REG_SUCCESS:
		wpas_event(er->w, "WPS-REG-SUCCESS " MACSTR " %s", MAC2STR(ev->peer->mac),
			wps_uuid_text(ev->peer->uuid, uuid));
		break;
	case WPS_EVENT_SUCCESS:
		wpas_event(er->w, "WPS-SUCCESS ");
		break;
	case WPS_EVENT_FAIL:
		wpas_er_emit_fail(er->w, ev);
		break;
	case WPS_EVENT_CREDENTIAL:
	case WPS_EVENT_M2D:
	case WPS_EVENT_CRED_SENT:
	case WPS_EVENT_AP_SETTINGS:
		break;
	}
}

static int on_credential(void *ctx, const struct wps_peer *peer, struct wps_credential *out)
{
	const struct wpas_er *er = ctx;
	const struct wps_credential *c =
		er->current ? er_settings_of(er, er->current->ap->uuid) : NULL;

	if (!c)
		return -ENOENT;
	*out = *c;
	return 0;
}

const struct wps_registrar_ops er_registrar_ops = {
	.elements_changed = on_elements_changed,
	.reg_event = on_reg_event,
	.run_event = on_run_event,
	.credential = on_credential,
};

/* --- runs --- */

static void on_run_timeout(struct timer *t, void *ctx)
{
	struct er_enrollee *e = ctx;

	wpas_log(e->ap->er->w, LOG_DBG, "ER: " MACSTR " is silent, run given up", MAC2STR(e->mac));
	/* One that took another registrar's M2 never was ours to fail. */
	if (e->heard)
		wps_run_aborted(e->run);
	end_run(e);
}

/* A refused answer came too late: another registrar has the word. */
static void on_sent(void *ctx, int err, const uint8_t *msg, size_t len)
{
	struct er_enrollee *e = ctx;

	if (err == 0 || !e->run)
		return;
	wpas_log(e->ap->er->w, LOG_DBG, "ER: answer for " MACSTR " not taken: %s", MAC2STR(e->mac),
		strerror(-err));
	end_run(e);
}

/* last: nothing is expected any more. */
static void send_answer(struct er_enrollee *e, bool last)
{
	if (!e->answer.len)
		return;
	int err = upnp_cp_put_wlan_response(e->ap->dev, e->mac, e->answer.data, e->answer.len,
		last ? NULL : on_sent, last ? NULL : e);
	if (err < 0)
		wpas_log(e->ap->er->w, LOG_WARN, "ER: answer for " MACSTR " lost: %s",
			MAC2STR(e->mac), strerror(-err));
}

/* M2 has our nonce, by which messages of this run are known. */
static void note_nonce(struct er_enrollee *e)
{
	struct er_msg m;

	if (e->has_nonce || er_msg_read(e->answer.data, e->answer.len, &m) < 0 || !m.has_nonce)
		return;
	e->has_nonce = true;
	memcpy(e->nonce, m.nonce, sizeof(e->nonce));
}

/* Events go to every registrar, also those about another one's run. */
static bool is_ours(const struct er_enrollee *e, const struct er_msg *m)
{
	return !m->has_nonce || (e->has_nonce && memcmp(e->nonce, m->nonce, sizeof(e->nonce)) == 0);
}

static void feed(struct er_enrollee *e, unsigned type, const uint8_t *msg, size_t len)
{
	struct wpas_er *er = e->ap->er;
	struct bytes out = {0};
	enum wsc_op op;

	er->current = e;
	enum wps_result result = wps_run_process(e->run, er_msg_op(type), msg, len);
	er->current = NULL;
	if (result == WPS_R_IGNORED)
		return;
	e->heard = type != WPS_M1;
	bytes_clear(&e->answer);
	if (wps_run_next(e->run, &op, &out) == 0)
		e->answer = out;
	note_nonce(e);
	send_answer(e, result == WPS_R_DONE || result == WPS_R_FAILED);
	switch (result) {
	case WPS_R_CONTINUE:
	case WPS_R_PENDING:
		timer_start(er->w->s->timers, &e->run_timeout, RUN_TIME, on_run_timeout, e);
		break;
	case WPS_R_DONE:
		enrollee_free(e, false); /* it has what it came for */
		break;
	case WPS_R_FAILED:
		end_run(e);
		break;
	case WPS_R_IGNORED:
		break;
	}
}

static void on_m1(struct er_enrollee *e, const uint8_t *msg, size_t len)
{
	struct wpas_er *er = e->ap->er;

	/* The access point may repeat it: a new run would cost a PIN its one use. */
	if (e->run && bytes_equal(&e->first, msg, len)) {
		send_answer(e, false);
		return;
	}
	if (!er_settings_of(er, e->ap->uuid)) {
		wpas_log(er->w, LOG_INF,
			"ER: no settings to give to " MACSTR
			": WPS_ER_LEARN or WPS_ER_SET_CONFIG first",
			MAC2STR(e->mac));
		return;
	}
	end_run(e);
	e->run = wps_registrar_run_new(er->reg, e->mac);
	if (e->run && bytes_set(&e->first, msg, len) == 0)
		feed(e, WPS_M1, msg, len);
}

static void on_eap(struct er_ap *ap, const uint8_t mac[MAC_LEN], const uint8_t *msg, size_t len)
{
	struct er_enrollee *e;
	struct er_msg m;

	if (er_msg_read(msg, len, &m) < 0 || !m.type) {
		wpas_log(ap->er->w, LOG_DBG, "ER: malformed message of " MACSTR, MAC2STR(mac));
		return;
	}
	if (m.type == WPS_M1) {
		e = note(ap, mac, &m.info, true);
		if (e)
			on_m1(e, msg, len);
		return;
	}
	e = find_at(ap, NULL, mac);
	if (e && e->run && is_ours(e, &m))
		feed(e, m.type, msg, len);
}

static void on_probe(struct er_ap *ap, const uint8_t mac[MAC_LEN], const uint8_t *msg, size_t len)
{
	struct wps_info info;

	if (wps_info_parse(msg, len, &info) < 0)
		return;
	note(ap, mac, &info, false);
	wps_registrar_probe_req(ap->er->reg, mac, msg, len);
}

void er_enrollee_event(
	struct er_ap *ap, unsigned type, const uint8_t mac[MAC_LEN], const uint8_t *msg, size_t len)
{
	if (type == UPNP_WLAN_PROBE)
		on_probe(ap, mac, msg, len);
	else if (type == UPNP_WLAN_EAP)
		on_eap(ap, mac, msg, len);
}
