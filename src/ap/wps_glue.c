/* The WPS registrar of a BSS: its life, the commands on it. */
#include "ap/ap_i.h"

#include <errno.h>

#define OUR_VERSION2 0x20

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

static const struct bytes *some(const struct bytes *b)
{
	return b->len ? b : NULL;
}

/* Everything is borrowed from the configuration; the registrar copies. */
static void registrar_config(struct ap_bss *b, struct wps_registrar_config *c)
{
	const struct ap_bss_config *cfg = b->cfg;
	struct ap_wps_env env = {.version2 = OUR_VERSION2};

	if (b->radio->ops->wps_env)
		b->radio->ops->wps_env(b->radio->ctx, b, &env);
	set_uuid(b, &env);
	b->wps_version2 = env.version2;
	b->wps_testing = env.testing;
	*c = (struct wps_registrar_config){
		.auth_types = ap_wps_auth_types(b),
		.encr_types = ap_wps_encr_types(b),
		.dual_band = env.dual_band || cfg->wps_rf_bands == (WPS_RF_24GHZ | WPS_RF_50GHZ),
		.setup_locked = cfg->ap_setup_locked != 0,
		.extra_cred = some(&cfg->extra_cred),
		.skip_cred_build = cfg->skip_cred_build != 0,
		.raw_ap_settings = some(&cfg->ap_settings),
		.application_ext = some(&cfg->wps_application_ext),
		.pbc_in_m1 = cfg->pbc_in_m1 != 0,
	};
	ap_wps_device(b, &c->dev);
}

/* Runs of external registrars end before the registrar changes or goes. */
static void external_down(struct ap_bss *b, bool gone)
{
	if (b->registrar && b->radio->ops->wps_down)
		b->radio->ops->wps_down(b->radio->ctx, b, gone);
}

static int make_registrar(struct ap_bss *b)
{
	struct wps_registrar_config c;

	registrar_config(b, &c);
	if (b->registrar) {
		external_down(b, false);
		return wps_registrar_set_config(b->registrar, &c);
	}
	b->registrar = wps_registrar_new(b->radio->timers, &c, &ap_wps_registrar_ops, b);
	return b->registrar ? wps_registrar_set_ap_pin(b->registrar, b->ap_pin, 0) : -ENOMEM;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* The configuration's AP PIN counts when it is new: one set by command holds over a reload. */
int ap_bss_wps_take_ap_pin(struct ap_bss *b)
{
	const char *pin = b->cfg->ap_pin;

	if (!b->registrar || same_text(pin, b->ap_pin_conf))
		return 0;
	int err = str_replace(&b->ap_pin_conf, pin);
	return err < 0 ? err : ap_bss_wps_set_ap_pin(b, pin, 0);
}

int ap_wps_setup(struct ap_bss *b, struct strbuf *reason)
{
	const struct ap_bss_config *cfg = b->cfg;
	const char *off = ap_wps_off_reason(cfg);

	if (cfg->wps_state == 0 || off) {
		if (off)
			log_msg(LOG_INF, "%s: WPS is off: %s", cfg->interface, off);
		ap_wps_free(b);
		return 0;
	}
	if (cfg->wps_state != WPS_STATE_UNCONFIGURED)
		wipe(&b->first, sizeof(b->first));
	int err = make_registrar(b);
	if (err == 0)
		err = ap_bss_wps_take_ap_pin(b);
	if (err < 0) {
		strbuf_add(reason, "WPS cannot be set up: %s", strerror(-err));
		return err;
	}
	ap_wps_update_elements(b);
	return b->radio->ops->wps_up ? b->radio->ops->wps_up(b->radio->ctx, b, reason) : 0;
}

void ap_wps_free(struct ap_bss *b)
{
	external_down(b, true);
	wps_registrar_free(steal_ptr(&b->registrar));
	bytes_clear(&b->wps_beacon);
	bytes_clear(&b->wps_probe_resp);
}

void ap_wps_forget(struct ap_bss *b)
{
	ap_wps_free(b);
	ap_wps_peers_clear(b);
	str_wipe_free(steal_ptr(&b->ap_pin));
	str_wipe_free(steal_ptr(&b->ap_pin_conf));
	wipe(&b->first, sizeof(b->first));
}

int ap_bss_wps_set_ap_pin(struct ap_bss *b, const char *pin, unsigned timeout)
{
	if (!b->registrar)
		return -EOPNOTSUPP;
	int err = str_replace(&b->ap_pin, timeout ? NULL : pin);
	return err < 0 ? err : wps_registrar_set_ap_pin(b->registrar, pin, timeout);
}

void ap_bss_wps_refresh(struct ap_bss *b)
{
	if (!b->registrar)
		return;
	int err = make_registrar(b);
	if (err < 0)
		log_msg(LOG_ERR, "%s: WPS stays as it was: %s", b->cfg->interface, strerror(-err));
	ap_wps_update_elements(b);
}

bool ap_bss_wps_busy(const struct ap_bss *b)
{
	const struct ap_sta *s;

	for (s = b->stations; s; s = s->hh.next)
		if (s->eapol && (s->wps || s->maybe_wps))
			return true;
	return false;
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
