/* WPS elements of beacon and probe response (WSC 2.0, 8.2). */
#include "wps/registrar_i.h"

/* The MAC addresses' bytes are borrowed from s. */
static void set_beacon(
	const struct wps_registrar *r, struct wps_msg *m, const struct wps_selection *s)
{
	wps_set_version(m, &r->cfg.dev);
	wps_set(m, WA_WPS_STATE, r->cfg.dev.wps_state);
	if (wps_registrar_locked(r))
		wps_set(m, WA_AP_SETUP_LOCKED, 1);
	if (r->cfg.dual_band)
		wps_set(m, WA_RF_BANDS, r->cfg.dev.rf_bands);
	if (r->cfg.application_ext)
		wps_set_data(m, WA_APPLICATION_EXT, r->cfg.application_ext->data,
			r->cfg.application_ext->len);
	if (!s->selected)
		return;
	wps_set(m, WA_SELECTED_REGISTRAR, 1);
	wps_set(m, WA_DEV_PW_ID, s->dev_password_id);
	wps_set(m, WA_SEL_REG_METHODS, s->methods);
	if (s->mac_count && wps_has(m, WA_VERSION2))
		wps_set_data(m, WA_AUTHORIZED_MACS, s->macs, s->mac_count * MAC_LEN);
}

int wps_registrar_write_beacon(const struct wps_registrar *r, struct writer *w)
{
	struct wps_selection s;
	struct wps_msg m = {0};

	wps_registrar_union(r, &s);
	set_beacon(r, &m, &s);
	if (r->cfg.dual_band)
		wps_set_data(&m, WA_UUID_E, r->cfg.dev.uuid, WPS_UUID_LEN);
	return wps_write_element(w, WT_BEACON, &m);
}

int wps_registrar_write_probe_resp(const struct wps_registrar *r, struct writer *w)
{
	uint16_t buttons = r->cfg.pbc_in_m1 ? 0 : WPS_PBC_METHODS;
	struct wps_selection s;
	struct wps_msg m = {0};

	wps_registrar_union(r, &s);
	set_beacon(r, &m, &s);
	wps_set(&m, WA_RESPONSE_TYPE, WPS_RESP_AP);
	wps_set_data(&m, WA_UUID_E, r->cfg.dev.uuid, WPS_UUID_LEN);
	wps_set_device(&m, &r->cfg.dev);
	/* As an enrollee (of an external registrar) an AP has no push button. */
	wps_set(&m, WA_CONFIG_METHODS, r->cfg.dev.config_methods & (uint16_t)~buttons);
	return wps_write_element(w, WT_PROBE_RESP, &m);
}
