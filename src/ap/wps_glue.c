/* The WPS registrar of a BSS: its life, its events, the commands on it. */
#include "ap/ap_i.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

static void on_elements_changed(void *ctx)
{
	ap_wps_update_elements(ctx);
	ap_beacon_refresh(ctx);
}

/* One tab-separated line per enrollee that asks for a PIN. */
static void log_pin_request(const struct ap_bss *b, const struct wps_peer *p)
{
	char uuid[WPS_UUID_TEXT_LEN], type[WPS_TYPE_TEXT_LEN];
	const char *path = b->cfg->wps_pin_requests;
	FILE *f = path ? fopen(path, "ae") : NULL;

	if (!path)
		return;
	if (!f) {
		log_msg(LOG_ERR, "wps_pin_requests '%s' cannot be written: %s", path,
			strerror(errno));
		return;
	}
	fprintf(f, "%lld\t%s\t" MACSTR "\t%s\t%s\t%s\t%s\t%s\t%s\n", (long long)time(NULL),
		wps_uuid_text(p->uuid, uuid), MAC2STR(p->mac), p->device_name, p->manufacturer,
		p->model_name, p->model_number, p->serial_number,
		wps_type_text(p->primary_type, type));
	fclose(f);
}

static void pin_needed(struct ap_bss *b, const struct wps_peer *p)
{
	char uuid[WPS_UUID_TEXT_LEN], type[WPS_TYPE_TEXT_LEN];

	ap_event(b, LOG_INF, EV_WPS_PIN_NEEDED "%s " MACSTR " [%s|%s|%s|%s|%s|%s]",
		wps_uuid_text(p->uuid, uuid), MAC2STR(p->mac), p->device_name, p->manufacturer,
		p->model_name, p->model_number, p->serial_number,
		wps_type_text(p->primary_type, type));
	log_pin_request(b, p);
}

static void enrollee_seen(struct ap_bss *b, const uint8_t *mac, const struct wps_info *i)
{
	char uuid[WPS_UUID_TEXT_LEN], type[WPS_TYPE_TEXT_LEN];

	ap_event(b, LOG_INF, EV_WPS_ENROLLEE_SEEN MACSTR " %s %s 0x%x %u %u [%s]", MAC2STR(mac),
		wps_uuid_text(i->uuid, uuid), wps_type_text(i->primary_type, type),
		i->config_methods, i->dev_password_id, i->request_type, i->device_name);
}

static void on_reg_event(void *ctx, enum wps_reg_event_kind kind, const struct wps_peer *peer,
	const uint8_t *mac, const struct wps_info *info)
{
	struct ap_bss *b = ctx;

	switch (kind) {
	case WPS_REG_PBC_ACTIVE:
		ap_event(b, LOG_INF, EV_WPS_PBC_ACTIVE);
		break;
	case WPS_REG_PBC_DISABLE:
		ap_event(b, LOG_INF, EV_WPS_PBC_DISABLE);
		break;
	case WPS_REG_PBC_TIMEOUT:
		ap_event(b, LOG_INF, EV_WPS_TIMEOUT);
		break;
	case WPS_REG_CANCEL:
		ap_event(b, LOG_INF, EV_WPS_CANCEL);
		break;
	case WPS_REG_OVERLAP:
		ap_event(b, LOG_INF, EV_WPS_OVERLAP);
		break;
	case WPS_REG_PIN_NEEDED:
		pin_needed(b, peer);
		break;
	case WPS_REG_ENROLLEE_SEEN:
		enrollee_seen(b, mac, info);
		break;
	}
}

static void report_fail(struct ap_bss *b, const struct wps_event *ev)
{
	if (ev->error_indication)
		ap_event(b, LOG_INF, EV_WPS_FAIL "msg=%u config_error=%u reason=%u (%s)", ev->msg,
			ev->config_error, ev->error_indication,
			wps_error_indication_text(ev->error_indication));
	else
		ap_event(b, LOG_INF, EV_WPS_FAIL "msg=%u config_error=%u", ev->msg,
			ev->config_error);
}

static void on_run_event(void *ctx, const struct wps_event *ev)
{
	struct ap_bss *b = ctx;
	char uuid[WPS_UUID_TEXT_LEN];

	switch (ev->kind) {
	case WPS_EVENT_SUCCESS:
		ap_event(b, LOG_INF, EV_WPS_SUCCESS);
		break;
	case WPS_EVENT_FAIL:
		report_fail(b, ev);
		break;
	case WPS_EVENT_M2D:
		ap_event(b, LOG_INF, EV_WPS_M2D);
		break;
	case WPS_EVENT_REG_SUCCESS:
		ap_event(b, LOG_INF, EV_WPS_REG_SUCCESS MACSTR " %s", MAC2STR(ev->peer->mac),
			wps_uuid_text(ev->peer->uuid, uuid));
		break;
	case WPS_EVENT_CRED_SENT:
		ap_event(b, LOG_INF, EV_WPS_CRED_SENT MACSTR " %s", MAC2STR(ev->peer->mac),
			ev->cred->backhaul ? "backhaul" : "own");
		break;
	case WPS_EVENT_CREDENTIAL:
	case WPS_EVENT_AP_SETTINGS:
		break; /* enrollee side and external registrars: not from this registrar */
	}
}

static const struct wps_registrar_ops registrar_ops = {
	.elements_changed = on_elements_changed,
	.reg_event = on_reg_event,
	.run_event = on_run_event,
	.credential = ap_wps_credential,
};

static void set_uuid(struct ap_bss *b, const struct ap_wps_env *env)
{
	static const uint8_t none[WPS_UUID_LEN];

	if (memcmp(b->cfg->uuid, none, sizeof(none)) != 0)
		memcpy(b->uuid, b->cfg->uuid, sizeof(b->uuid));
	else if (env->has_uuid)
		memcpy(b->uuid, env->uuid, sizeof(b->uuid));
	else
		wps_uuid_from_mac(b->addr, b->uuid);
}

int ap_wps_setup(struct ap_bss *b, struct strbuf *reason)
{
	const struct ap_bss_config *cfg = b->cfg;
	const char *off = ap_wps_off_reason(cfg);
	struct ap_wps_env env = {0};

	if (cfg->wps_state == 0)
		return 0;
	if (off) {
		log_msg(LOG_INF, "%s: WPS is off: %s", cfg->interface, off);
		return 0;
	}
	if (b->radio->ops->wps_env)
		b->radio->ops->wps_env(b->radio->ctx, b, &env);
	set_uuid(b, &env);
	struct wps_registrar_config c = {
		.auth_types = ap_wps_auth_types(b),
		.encr_types = ap_wps_encr_types(b),
		.dual_band = env.dual_band,
		.setup_locked = cfg->ap_setup_locked != 0,
		.extra_cred = cfg->extra_cred.len ? &cfg->extra_cred : NULL,
		.skip_cred_build = cfg->skip_cred_build != 0,
	};
	ap_wps_device(b, &c.dev);
	b->registrar = wps_registrar_new(b->radio->timers, &c, &registrar_ops, b);
	if (!b->registrar) {
		strbuf_add(reason, "%s: out of memory for WPS", cfg->interface);
		return -ENOMEM;
	}
	ap_wps_update_elements(b);
	return 0;
}

void ap_wps_free(struct ap_bss *b)
{
	wps_registrar_free(steal_ptr(&b->registrar));
	bytes_clear(&b->wps_beacon);
	bytes_clear(&b->wps_probe_resp);
}

static void refresh(struct bytes *dst, const struct wps_registrar *r,
	int (*write)(const struct wps_registrar *r, struct writer *w))
{
	struct writer w = writer_new(256);

	if (write(r, &w) < 0 || !writer_ok(&w)) {
		writer_free(&w);
		bytes_clear(dst);
		return;
	}
	bytes_clear(dst);
	writer_steal(&w, dst);
}

void ap_wps_update_elements(struct ap_bss *b)
{
	if (!b->registrar)
		return;
	refresh(&b->wps_beacon, b->registrar, wps_registrar_write_beacon);
	refresh(&b->wps_probe_resp, b->registrar, wps_registrar_write_probe_resp);
}

struct wps_registrar *ap_bss_registrar(const struct ap_bss *b)
{
	return b->registrar;
}

bool ap_bss_wps_uuid(const struct ap_bss *b, uint8_t uuid[WPS_UUID_LEN])
{
	if (b->registrar)
		memcpy(uuid, b->uuid, WPS_UUID_LEN);
	return b->registrar != NULL;
}

int ap_bss_wps_pbc(struct ap_bss *b)
{
	return b->registrar ? wps_registrar_pbc(b->registrar) : -EOPNOTSUPP;
}

int ap_bss_wps_cancel(struct ap_bss *b)
{
	struct ap_sta *s, *tmp;

	if (!b->registrar)
		return -EOPNOTSUPP;
	wps_registrar_cancel(b->registrar);
	HASH_ITER (hh, b->stations, s, tmp)
		if (s->eapol && (s->wps || s->maybe_wps))
			ap_sta_disconnect(s, AP_DEAUTH, REASON_PREV_AUTH_NOT_VALID);
	return 0;
}

static const char *pbc_status_text(enum wps_pbc_status s)
{
	switch (s) {
	case WPS_PBC_DISABLED:
		return "Disabled";
	case WPS_PBC_ACTIVE:
		return "Active";
	case WPS_PBC_TIMED_OUT:
		return "Timed-out";
	case WPS_PBC_OVERLAP:
		return "Overlap";
	}
	return "Unknown";
}

void ap_bss_wps_status(const struct ap_bss *b, struct strbuf *out)
{
	static const char *const results[] = {"None", "Success", "Failed"};
	uint8_t mac[MAC_LEN] = {0};
	unsigned ei = 0;
	enum wps_last_result last = WPS_LAST_NONE;
	enum wps_pbc_status pbc = WPS_PBC_DISABLED;

	if (b->registrar) {
		last = wps_registrar_last(b->registrar, &ei, mac);
		pbc = wps_registrar_pbc_status(b->registrar);
	}
	strbuf_add(
		out, "PBC Status: %s\nLast WPS result: %s\n", pbc_status_text(pbc), results[last]);
	if (last == WPS_LAST_FAILED && ei)
		strbuf_add(out, "Failure Reason: %s\n", wps_error_indication_text(ei));
	if (last != WPS_LAST_NONE)
		strbuf_add(out, "Peer Address: " MACSTR "\n", MAC2STR(mac));
}
