/* Key management of the driver: what it is told and what it tells. */
#include <errno.h>

#include "drivers/nl80211/nl80211_i.h"

/* --- handshakes by firmware --- */

int nl_set_pmk(struct drv_if *i, const uint8_t bssid[MAC_LEN], const uint8_t *pmk, size_t len)
{
	struct nl_req r = if_req(i, NL80211_CMD_SET_PMK);
	set_pmk_build(&r, bssid, pmk, len);
	return drv_ask(i->drv, &r, NULL, NULL);
}

int nl_set_rekey(struct drv_if *i, const struct drv_rekey *k)
{
	struct nl_req r = if_req(i, NL80211_CMD_SET_REKEY_OFFLOAD);
	rekey_build(&r, k);
	return drv_ask(i->drv, &r, NULL, NULL);
}

int nl_refresh_caps(struct drv_if *i)
{
	int err = phy_reread(i->drv, i->phy);
	if (!err)
		vendor_query(i);
	return err;
}

/* --- PMKSA cache --- */

static int pmksa_send(struct drv_if *i, uint8_t cmd, const struct drv_pmksa *p)
{
	struct nl_req r = if_req(i, cmd);
	if (p)
		pmksa_build(&r, p);
	return drv_ask(i->drv, &r, NULL, NULL);
}

int nl_pmksa_set(struct drv_if *i, const struct drv_pmksa *p)
{
	struct drv_pmksa named = *p;
	int err = pmksa_send(i, NL80211_CMD_SET_PMKSA, p);
	/* Older kernels take no PMK above 48 octets. The driver then only knows the name, and asks
	 * for a handshake. */
	if (err != -ERANGE || !p->pmk)
		return err;
	named.pmk = NULL;
	return pmksa_send(i, NL80211_CMD_SET_PMKSA, &named);
}

int nl_pmksa_del(struct drv_if *i, const uint8_t bssid[MAC_LEN], const uint8_t pmkid[16])
{
	struct drv_pmksa p = {.pmk = NULL};
	mac_copy(p.bssid, bssid);
	memcpy(p.pmkid, pmkid, sizeof(p.pmkid));
	int err = pmksa_send(i, NL80211_CMD_DEL_PMKSA, &p);
	return err == -ENOENT ? 0 : err; /* the driver dropped it by itself */
}

int nl_pmksa_flush(struct drv_if *i)
{
	return pmksa_send(i, NL80211_CMD_FLUSH_PMKSA, NULL);
}

/* --- the vendor's interface --- */

struct features {
	bool sync;
	int err;
};

static void on_features(void *ctx, const struct nlmsghdr *h)
{
	struct features *f = ctx;
	f->err = vendor_features_parse(h, &f->sync);
}

void vendor_query(struct drv_if *i)
{
	struct features f = {false, -EBADMSG};
	if (!i->phy->has_vendor_query)
		return;
	struct nl_req r = if_req(i, NL80211_CMD_VENDOR);
	vendor_build(&r, QCA_GET_FEATURES);
	int err = drv_ask(i->drv, &r, on_features, &f);
	if (!err)
		err = f.err;
	if (err)
		log_msg(LOG_DBG, "nl80211: %s: vendor features cannot be read: %s", i->ifname,
			strerror(-err));
	i->phy->key_mgmt_sync = !err && f.sync;
	if (i->phy->key_mgmt_sync)
		i->phy->caps.flags |= DRV_CAP_KEY_MGMT_SYNC;
	else
		i->phy->caps.flags &= ~(unsigned)DRV_CAP_KEY_MGMT_SYNC;
}

int nl_sync_pmk(struct drv_if *i, const uint8_t *pmk, size_t len)
{
	struct nl_req r = if_req(i, NL80211_CMD_VENDOR);
	vendor_pmk_build(&r, pmk, len);
	return drv_ask(i->drv, &r, NULL, NULL);
}

static int send_roaming(struct drv_if *i, bool allowed, bool nested)
{
	struct nl_req r = if_req(i, NL80211_CMD_VENDOR);
	vendor_roaming_build(&r, allowed, nested);
	return drv_ask(i->drv, &r, NULL, NULL);
}

int nl_allow_roaming(struct drv_if *i, bool allowed)
{
	int err = send_roaming(i, allowed, true);
	/* Kernels since 5.3 check the mark of nested data, for or against it as the driver
	 * declared. */
	return err == -EINVAL ? send_roaming(i, allowed, false) : err;
}

/* --- events --- */

void port_authorized_event(struct drv_if *i, const struct nl_event *ev)
{
	struct drv_event e = {.kind = DRV_EV_PORT_AUTHORIZED};
	if (!ev->has_mac)
		return;
	mac_copy(e.addr, ev->mac);
	if_emit(i, &e);
}

void rekeyed_event(struct drv_if *i, const struct nl_event *ev)
{
	struct drv_event e = {.kind = DRV_EV_REKEYED, .replay = ev->replay};
	if (!ev->has_mac || !ev->has_replay) {
		log_msg(LOG_DBG, "nl80211: %s: report of a group handshake without %s dropped",
			i->ifname, ev->has_mac ? "replay counter" : "address");
		return;
	}
	mac_copy(e.addr, ev->mac);
	if_emit(i, &e);
}

void candidate_event(struct drv_if *i, const struct nl_event *ev)
{
	struct drv_event e = {.kind = DRV_EV_PMKSA_CANDIDATE,
		.candidate = {.index = ev->candidate_index, .preauth = ev->candidate_preauth}};
	if (!ev->has_candidate)
		return;
	mac_copy(e.addr, ev->candidate);
	if_emit(i, &e);
}

void vendor_event(struct drv_if *i, const struct nl_event *ev)
{
	struct drv_event e;
	const char *why;
	if (ev->vendor_id != QCA_OUI || ev->vendor_subcmd != QCA_KEY_MGMT_ROAM_AUTH)
		return;
	if (i->type != DRV_IF_STATION || i->sta.state != LINK_UP) {
		log_msg(LOG_DBG, "nl80211: %s: report of a roam without a link dropped", i->ifname);
		return;
	}
	if (roam_auth_parse(ev->vendor_data, ev->vendor_len, &e, &why) < 0) {
		log_msg(LOG_WARN,
			"nl80211: %s: the driver's report of a roam is dropped: missing or "
			"malformed %s",
			i->ifname, why);
		return;
	}
	if_emit(i, &e);
}
