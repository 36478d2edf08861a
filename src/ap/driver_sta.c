/* Radios that answer authentication and association frames by themselves (DRV_CAP_AP_SME): what
 * they report about stations becomes the station table; whom we refuse is removed again. */
#include "ap/ap_i.h"

bool ap_driver_mlme(const struct ap_bss *b)
{
	return b->drv_if && b->radio->driver->caps(b->drv_if)->flags & DRV_CAP_AP_SME;
}

void ap_driver_remove(struct ap_bss *b, const uint8_t addr[MAC_LEN])
{
	int err = b->radio->driver->sta_remove(b->drv_if, addr);

	if (err < 0)
		log_msg(LOG_DBG, "%s: STA " MACSTR " not removed by the driver: %s",
			b->cfg->interface, MAC2STR(addr), strerror(-err));
}

/* The fields before the elements are not told: the device has looked at them. */
static int parse(const struct ap_bss *b, const struct drv_event *ev, struct assoc_req *req)
{
	*req = (struct assoc_req){.sa = ev->addr,
		.capab = (uint16_t)(CAP_ESS | CAP_SHORT_PREAMBLE | CAP_SHORT_SLOT |
				    (b->rsn ? CAP_PRIVACY : 0))};
	int status = ap_assoc_parse(b, ev->mgmt.req_ies, ev->mgmt.req_ies_len, req);
	if (req->rate_count)
		return status;
	for (size_t i = 0; i < b->rate_count; i++)
		req->rates[i] = b->rates[i] & (uint8_t)~RATE_BASIC;
	req->rate_count = b->rate_count;
	return status;
}

static int check(struct ap_bss *b, const struct drv_event *ev, struct assoc_req *req)
{
	int vlan;

	if (!ap_acl_allows(b, ev->addr, &vlan)) {
		ap_event(b, LOG_DBG, "STA " MACSTR " not allowed to associate (access list)",
			MAC2STR(ev->addr));
		return STATUS_UNSPECIFIED;
	}
	int status = parse(b, ev, req);
	return status ? status : ap_assoc_check_driver(b, req);
}

static void refuse(struct ap_bss *b, struct ap_sta *s, const uint8_t *addr, int status)
{
	log_msg(LOG_INF, "%s: STA " MACSTR " is sent away again: status %d (%s)", b->cfg->interface,
		MAC2STR(addr), status, status_text((unsigned)status));
	if (s)
		ap_sta_free(s);
	ap_driver_remove(b, addr);
}

static int admit(struct ap_sta *s, const struct assoc_req *req)
{
	/* The driver's entry is that of the new association already. */
	s->in_driver = false;
	uint16_t status = ap_assoc_begin(s, req);
	s->in_driver = status == STATUS_SUCCESS;
	return status;
}

void ap_on_sta_new(struct ap_bss *b, const struct drv_event *ev)
{
	struct assoc_req req;
	uint8_t addr[MAC_LEN];

	mac_copy(addr, ev->addr);
	if (!b->beaconing || !ap_driver_mlme(b) || mac_is_group(addr) || mac_is_zero(addr))
		return;
	struct ap_sta *s = ap_sta_find(b, addr);
	int status = check(b, ev, &req);
	if (status == 0 && !s) {
		s = ap_sta_add(b, addr);
		if (!s)
			status = STATUS_AP_FULL;
	}
	if (status == 0)
		status = admit(s, &req);
	if (status) {
		/* Removed below, once. */
		if (s)
			s->in_driver = false;
		refuse(b, s, addr, status < 0 ? STATUS_UNSPECIFIED : status);
		return;
	}
	ap_assoc_done(s, "associated by the driver");
}

void ap_on_sta_gone(struct ap_bss *b, const uint8_t addr[MAC_LEN])
{
	struct ap_sta *s = ap_sta_find(b, addr);

	if (!s || !ap_driver_mlme(b))
		return;
	log_msg(LOG_DBG, "%s: STA " MACSTR " left, says the driver", b->cfg->interface,
		MAC2STR(addr));
	ap_sta_left(s);
	s->in_driver = false;
	ap_sta_free(s);
}
