/* Multi-AP policy of a BSS (Wi-Fi Multi-AP specification, 5.2): who may associate, what it is told,
 * and the 4-address interface of a backhaul station. */
#include "ap/ap_i.h"

#include <stdio.h>

#define ROLE_BACKHAUL 1 /* bits of multi_ap */
#define ROLE_FRONTHAUL 2
#define DISALLOW_PROFILE1 1 /* bits of multi_ap_client_disallow */
#define DISALLOW_PROFILE2 2
#define MULTI_AP_PROFILE_2 2

static int deny(const struct ap_bss *b, const struct assoc_req *req, const char *why)
{
	log_msg(LOG_INF, "%s: STA " MACSTR " refused by multi_ap=%d: %s", b->cfg->interface,
		MAC2STR(req->sa), b->cfg->multi_ap, why);
	return STATUS_DENIED;
}

static int check_profile(const struct ap_bss *b, const struct assoc_req *req)
{
	bool old = req->multi_ap.profile < MULTI_AP_PROFILE_2;

	if (old && (b->cfg->multi_ap_client_disallow & DISALLOW_PROFILE1))
		return deny(b, req, "profile-1 backhaul stations are disallowed");
	if (!old && (b->cfg->multi_ap_client_disallow & DISALLOW_PROFILE2))
		return deny(b, req, "profile-2 backhaul stations are disallowed");
	return 0;
}

/* req->wps: the station comes for WPS (it is not on the backhaul yet, whatever it will become). */
int ap_multi_ap_check(const struct ap_bss *b, struct assoc_req *req)
{
	bool backhaul = req->has_multi_ap && (req->multi_ap.flags & MULTI_AP_BACKHAUL_STA);

	if (b->cfg->multi_ap == 0)
		return 0;
	if (b->cfg->multi_ap == ROLE_BACKHAUL && !backhaul)
		return deny(b, req, "only backhaul stations are let into a backhaul BSS");
	if (!backhaul || req->wps)
		return 0;
	if (b->cfg->multi_ap == ROLE_FRONTHAUL)
		return deny(b, req, "backhaul stations are not let into a fronthaul BSS");
	return check_profile(b, req);
}

void ap_write_multi_ap(const struct ap_bss *b, struct writer *w)
{
	const struct ap_bss_config *cfg = b->cfg;
	struct multi_ap m = {.profile = (uint8_t)cfg->multi_ap_profile};

	if (cfg->multi_ap & ROLE_BACKHAUL) {
		m.flags |= MULTI_AP_BACKHAUL_BSS;
		m.vlanid = (uint16_t)cfg->multi_ap_vlanid;
	}
	if (cfg->multi_ap & ROLE_FRONTHAUL)
		m.flags |= MULTI_AP_FRONTHAUL_BSS;
	if (cfg->multi_ap_client_disallow & DISALLOW_PROFILE1)
		m.flags |= MULTI_AP_PROFILE1_DISALLOWED;
	if (cfg->multi_ap_client_disallow & DISALLOW_PROFILE2)
		m.flags |= MULTI_AP_PROFILE2_DISALLOWED;
	multi_ap_write(w, &m);
}

static bool is_backhaul_sta(const struct ap_sta *s)
{
	return s->has_multi_ap && (s->multi_ap.flags & MULTI_AP_BACKHAUL_STA);
}

bool ap_multi_ap_wants_wds(const struct ap_sta *s)
{
	const struct ap_bss_config *cfg = s->bss->cfg;

	return cfg->wds_sta != 0 && (cfg->multi_ap & ROLE_BACKHAUL) && is_backhaul_sta(s) &&
	       !s->wps && !s->maybe_wps;
}

const char *ap_multi_ap_role(int multi_ap)
{
	static const char *const roles[] = {
		"none", "backhaul-bss", "fronthaul-bss", "backhaul-bss fronthaul-bss"};
	return roles[multi_ap & 3];
}

const char *ap_multi_ap_sta_role(const struct ap_sta *s)
{
	return is_backhaul_sta(s) ? "backhaul-sta" : "sta";
}

static int change_wds(struct ap_sta *s, const char *ifname, bool on)
{
	struct ap_bss *b = s->bss;
	const struct driver *d = b->radio->driver;
	const char *bridge = b->cfg->wds_bridge ? b->cfg->wds_bridge : b->cfg->bridge;

	return d->wds_sta(b->drv_if, s->addr, ifname, bridge, on);
}

void ap_wds_add(struct ap_sta *s)
{
	struct ap_bss *b = s->bss;
	char ifname[IFNAMSIZ];
	int len = snprintf(ifname, sizeof(ifname), "%s.sta%u", b->cfg->interface, s->aid);

	if (s->wds_ifname[0] || !b->radio->driver->wds_sta)
		return;
	if (!(b->radio->driver->caps(b->drv_if)->flags & DRV_CAP_AP_VLAN)) {
		log_msg(LOG_WARN,
			"%s: no 4-address interface for station " MACSTR
			": the driver has none on an access point",
			b->cfg->interface, MAC2STR(s->addr));
		return;
	}
	if (len < 0 || len >= IFNAMSIZ) {
		log_msg(LOG_ERR,
			"%s.sta%u is too long for an interface name: use a shorter "
			"interface name for the BSS",
			b->cfg->interface, s->aid);
		return;
	}
	int err = change_wds(s, ifname, true);
	if (err < 0) {
		log_msg(LOG_ERR, "%s: no 4-address interface %s for station " MACSTR ": %s",
			b->cfg->interface, ifname, MAC2STR(s->addr), strerror(-err));
		return;
	}
	memcpy(s->wds_ifname, ifname, sizeof(ifname));
	ap_event(b, LOG_INF, EV_WDS_STA_ADDED "ifname=%s sta_addr=" MACSTR, ifname,
		MAC2STR(s->addr));
}

void ap_wds_remove(struct ap_sta *s)
{
	char ifname[IFNAMSIZ];

	if (!s->wds_ifname[0])
		return;
	memcpy(ifname, s->wds_ifname, sizeof(ifname));
	s->wds_ifname[0] = '\0';
	int err = change_wds(s, ifname, false);
	if (err < 0)
		log_msg(LOG_WARN, "%s: 4-address interface %s not removed: %s",
			s->bss->cfg->interface, ifname, strerror(-err));
	ap_event(s->bss, LOG_INF, EV_WDS_STA_REMOVED "ifname=%s sta_addr=" MACSTR, ifname,
		MAC2STR(s->addr));
}

/* wds_sta=1: the first 4-address frame of a station tells that it wants this. */
void ap_rx_4addr(struct ap_bss *b, const uint8_t addr[MAC_LEN])
{
	struct ap_sta *s = ap_sta_find(b, addr);

	if (!s || b->cfg->wds_sta != 1)
		return;
	if (s->state == STA_ASSOCIATED || s->state == STA_AUTHORIZED)
		ap_wds_add(s);
}
