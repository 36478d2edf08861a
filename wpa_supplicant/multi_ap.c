/* Wi-Fi Multi-AP, station side: backhaul element, check of the AP's answer, 4-address mode. */
#include "wpa_supplicant/supplicant_i.h"

#include <errno.h>

void wpas_multi_ap_request(const struct wpas_network *n, struct writer *out)
{
	struct multi_ap m = {.flags = MULTI_AP_BACKHAUL_STA,
		.profile = (uint8_t)(n->multi_ap_profile ? n->multi_ap_profile : 1)};

	if (n->multi_ap_backhaul_sta)
		multi_ap_write(out, &m);
}

const char *wpas_multi_ap_obstacle(int err)
{
	return err == -EBUSY ? "take the interface out of its bridge, or switch 4addr on first (iw "
			       "dev IF set 4addr on)"
			     : "this radio cannot be a backhaul station";
}

static int four_addr_on(struct wpas_if *w)
{
	int err = w->ops->set_4addr ? w->ops->set_4addr(w->drv, true) : -EOPNOTSUPP;

	if (err < 0) {
		wpas_event_at(w, LOG_ERR, "Failed to set 4addr mode");
		wpas_event(w, "MULTI-AP-4ADDR-FAILED errno=%d (%s)", -err, strerror(-err));
		wpas_dbus_multi_ap_failed(w, wpas_multi_ap_obstacle(err));
		return err;
	}
	w->conn.four_addr = true;
	return 0;
}

static int refuse(struct wpas_if *w, const char *why)
{
	wpas_event(w, "MULTI-AP-REFUSED bssid=" MACSTR " %s", MAC2STR(w->conn.bssid), why);
	wpas_dbus_multi_ap_failed(w, why);
	return -EPROTO;
}

int wpas_multi_ap_response(struct wpas_if *w, const uint8_t *ies, size_t len)
{
	struct wpas_connect *c = &w->conn;
	struct elements e;

	c->has_ap_multi_ap = false;
	if (!c->net->multi_ap_backhaul_sta)
		return c->net->enable_4addr_mode && !c->four_addr ? four_addr_on(w) : 0;
	elements_parse(ies, len, &e);
	if (!e.multi_ap.data || elements_multi_ap(&e, &c->ap_multi_ap) != 0)
		return refuse(w, "the AP's answer has no valid Multi-AP element");
	c->has_ap_multi_ap = true;
	if (c->ap_multi_ap.flags & MULTI_AP_BACKHAUL_BSS)
		return c->four_addr ? 0 : four_addr_on(w);
	if (c->ap_multi_ap.flags & MULTI_AP_FRONTHAUL_BSS && c->net->key_mgmt & AKM_WPS)
		return 0; /* only for the registration */
	return refuse(w, "the AP does not offer a backhaul BSS");
}

void wpas_multi_ap_left(struct wpas_if *w)
{
	w->conn.has_ap_multi_ap = false;
	if (!w->conn.four_addr)
		return;
	w->conn.four_addr = false;
	int err = w->drv ? w->ops->set_4addr(w->drv, false) : 0;
	if (err < 0)
		wpas_log(w, LOG_DBG, "4-address mode stays on: %s", strerror(-err));
}

int wpas_multi_ap_probe(struct wpas_if *w)
{
	int err = -EOPNOTSUPP;

	if (wpas_if_caps(w)->flags & DRV_CAP_4ADDR_STA)
		err = w->ops->probe_4addr ? w->ops->probe_4addr(w->drv) : 0;
	if (err < 0)
		wpas_event(w, "MULTI-AP-4ADDR-FAILED errno=%d (%s): %s", -err, strerror(-err),
			wpas_multi_ap_obstacle(err));
	return err;
}

void wpas_multi_ap_status(const struct wpas_if *w, struct strbuf *out)
{
	const struct wpas_connect *c = &w->conn;

	if (!c->net || w->state < WPAS_ASSOCIATED || !c->net->multi_ap_backhaul_sta)
		return;
	strbuf_add(out, "multi_ap_role=%s\n",
		c->has_ap_multi_ap && c->ap_multi_ap.flags & MULTI_AP_BACKHAUL_BSS ? "backhaul_sta"
										   : "onboarding");
	strbuf_add(out, "multi_ap_profile=%d\n",
		c->net->multi_ap_profile ? c->net->multi_ap_profile : 1);
	if (c->has_ap_multi_ap) {
		strbuf_add(out, "multi_ap_ap_profile=%u\n", c->ap_multi_ap.profile);
		if (c->ap_multi_ap.vlanid)
			strbuf_add(out, "multi_ap_vlanid=%u\n", c->ap_multi_ap.vlanid);
	}
	strbuf_add(out, "4addr=%d\n", c->four_addr);
}
