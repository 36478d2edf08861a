/* Firmware of a station: the handshakes it runs, and how it tells the daemon. */
#include "drivers/sim/fw_i.h"

#include <errno.h>
#include <string.h>

#include "utils/log.h"

#define HANDSHAKE_WAIT (5 * USEC_PER_SEC)

void fw_enter(struct drv_if *i, enum fw_state state, const char *reason)
{
	static const char *const names[] = {
		[FW_IDLE] = "idle", [FW_HANDSHAKE] = "handshake", [FW_DONE] = "done"};

	log_msg(LOG_DBG, "sim: %s: firmware %s -> %s (%s)", i->port.name, names[i->fw->state],
		names[state], reason);
	i->fw->state = state;
	timer_stop(&i->fw->timer);
}

void fw_set_secret(struct sim_fw_secret *s, const uint8_t *data, size_t len)
{
	wipe(s, sizeof(*s));
	if (!data || len > sizeof(s->data))
		return;
	memcpy(s->data, data, len);
	s->len = len;
}

/* --- what it is about --- */

int fw_assoc(const struct drv_if *i, struct rsn_supp_assoc *a)
{
	const struct sim_sta *s = &i->sta;
	const struct bss *b = bss_find(i, s->bssid);
	const uint8_t *ies = s->request.data + s->request_ies;
	size_t len = s->request.len - s->request_ies;
	struct rsn_ie ie;

	*a = (struct rsn_supp_assoc){0};
	if (!b || !s->request.data)
		return -ENOENT;
	a->assoc_ie = element_find(ies, len, EID_RSN, 0, &a->assoc_ie_len);
	if (!a->assoc_ie)
		a->assoc_ie = element_find(ies, len, EID_VENDOR, VENDOR_WPA, &a->assoc_ie_len);
	if (!a->assoc_ie || rsn_ie_parse(a->assoc_ie, a->assoc_ie_len, &ie) < 0)
		return -ENOENT;
	mac_copy(a->own, i->port.addr);
	mac_copy(a->bssid, s->bssid);
	a->proto = ie.proto;
	a->akm = ie.akm;
	a->pairwise = ie.pairwise;
	a->group = ie.group;
	a->group_mgmt = s->mfp ? CIPHER_BIP : 0;
	const struct bytes *ap = bss_elements(b);
	const uint8_t *rsn = element_find(ap->data, ap->len, EID_RSN, 0, &a->ap_ie_len);
	a->ap_wpa = element_find(ap->data, ap->len, EID_VENDOR, VENDOR_WPA, &a->ap_wpa_len);
	a->ap_rsnx = element_find(ap->data, ap->len, EID_RSNX, 0, &a->ap_rsnx_len);
	a->ap_ie = ie.proto == PROTO_WPA ? a->ap_wpa : rsn;
	if (ie.proto == PROTO_WPA) {
		a->ap_ie_len = a->ap_wpa_len;
		a->ap_wpa = NULL;
		a->ap_wpa_len = 0;
	}
	return 0;
}

const struct sim_fw_secret *fw_pmk(const struct drv_if *i)
{
	const struct sim_fw *fw = i->fw;
	bool psk = i->sta.connect.want.akm & (AKM_PSK | AKM_PSK_SHA256 | AKM_FT_PSK);
	const struct fw_pmksa *e = psk ? NULL : fw_pmksa(fw, i->sta.bssid);

	if (e)
		return &e->pmk;
	/* One of sync_pmk() is the PSK: with 802.1X every BSS has a PMK of its own. */
	return fw->pmk.len && (psk || fw->runner == FW_1X) ? &fw->pmk : NULL;
}

/* --- the daemon hears of it --- */

static void report_link(struct drv_if *i)
{
	struct sim_fw *fw = i->fw;

	fw->unreported = false;
	if (fw->reported_roam)
		fw_report_roam(i);
	else
		connect_report(
			i, DRV_EV_CONNECT, STATUS_SUCCESS, reader_of(fw->resp.data, fw->resp.len));
}

static void emit_port(struct drv_if *i, bool foreign)
{
	struct drv_event ev = {.kind = DRV_EV_PORT_AUTHORIZED};

	mac_copy(ev.addr, i->sta.bssid);
	ev.addr[5] ^= foreign ? 0xff : 0;
	sim_emit(i, &ev);
}

static void on_port_time(struct timer *t, void *ctx)
{
	emit_port(ctx, false);
}

static void report_port(struct drv_if *i)
{
	struct sim_fw *fw = i->fw;

	if (fw->knobs.port_foreign)
		emit_port(i, true);
	if (fw->knobs.port_never)
		return;
	if (fw->knobs.port_delay_ms)
		timer_start(i->d->timers, &fw->port_timer, fw->knobs.port_delay_ms * USEC_PER_MSEC,
			on_port_time, i);
	else
		emit_port(i, false);
}

/* Leaves the AP on its own account. */
static void give_up(struct drv_if *i, unsigned reason)
{
	if (!fw_link_failed(i))
		sim_emit_disconnected(i, reason, true, true);
	connect_cancel(i);
	sim_leave(i, reason);
}

bool fw_link_failed(struct drv_if *i)
{
	struct sim_fw *fw = i->fw;

	if (!fw || !fw->unreported || fw->reported_roam)
		return false;
	fw->unreported = false;
	connect_report(i, DRV_EV_CONNECT, STATUS_AUTH_TIMEOUT, reader_of(NULL, 0));
	return true;
}

/* --- handshakes --- */

static void send_eapol(
	void *ctx, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len, bool encrypt)
{
	data_send_eapol(ctx, dst, packet, len, encrypt, TX_OTHER);
}

static int set_ptk(void *ctx, unsigned cipher, const uint8_t *tk, size_t len)
{
	struct drv_if *i = ctx;
	struct drv_key k = {.cipher = cipher, .addr = i->sta.bssid, .key = tk, .key_len = len};
	return sim_set_key(i, &k);
}

static int set_gtk(void *ctx, unsigned cipher, unsigned index, const uint8_t *gtk, size_t len,
	uint64_t rsc, bool tx)
{
	struct drv_key k = {
		.cipher = cipher, .index = index, .key = gtk, .key_len = len, .rsc = rsc};
	return sim_set_key(ctx, &k);
}

static void on_progress(void *ctx)
{
}

static void on_done(void *ctx, bool first)
{
	struct drv_if *i = ctx;
	struct sim_fw *fw = i->fw;

	if (!first)
		return;
	fw_enter(i, FW_DONE, "keys installed");
	i->sta.peer->flags |= DRV_STA_AUTHORIZED;
	if (fw->unreported)
		report_link(i);
	if (fw->runner != FW_SYNC)
		report_port(i);
}

static void on_group_rekeyed(void *ctx, unsigned group_cipher)
{
	struct drv_if *i = ctx;
	struct rsn_supp_keys keys;
	struct drv_event ev = {.kind = DRV_EV_REKEYED};

	if (!i->fw->asleep || !rsn_supp_keys(i->fw->supp, &keys))
		return;
	mac_copy(ev.addr, i->sta.bssid);
	ev.replay = keys.replay;
	sim_emit(i, &ev);
}

static void on_disconnect(void *ctx, unsigned reason)
{
	give_up(ctx, reason);
}

const struct rsn_supp_ops fw_supp_ops = {
	.send_eapol = send_eapol,
	.set_ptk = set_ptk,
	.set_gtk = set_gtk,
	.on_4way = on_progress,
	.on_group_wait = on_progress,
	.on_done = on_done,
	.on_group_rekeyed = on_group_rekeyed,
	.disconnect = on_disconnect,
};

static void on_handshake_time(struct timer *t, void *ctx)
{
	give_up(ctx, REASON_4WAY_TIMEOUT);
}

void fw_pmk_came(struct drv_if *i)
{
	struct sim_fw *fw = i->fw;
	const struct sim_fw_secret *pmk = fw_pmk(i);

	rsn_supp_set_pmk(fw->supp, pmk ? pmk->data : NULL, pmk ? pmk->len : 0);
	if (!pmk || fw->state != FW_HANDSHAKE)
		return;
	timer_start(i->d->timers, &fw->timer, HANDSHAKE_WAIT, on_handshake_time, i);
	if (fw->held.len)
		rsn_supp_rx(fw->supp, i->sta.bssid, fw->held.data, fw->held.len);
	bytes_clear(&fw->held);
}

static bool start_handshake(struct drv_if *i)
{
	struct rsn_supp_assoc a;

	if (fw_assoc(i, &a) < 0 || rsn_supp_associated(i->fw->supp, &a) < 0)
		return false;
	fw_enter(i, FW_HANDSHAKE, "associated");
	fw_pmk_came(i);
	return true;
}

static bool runs_handshake(const struct drv_if *i)
{
	const struct sim_fw *fw = i->fw;

	switch (fw->runner) {
	case FW_HOST:
		return false;
	case FW_PSK:
	case FW_1X:
		return true;
	case FW_SYNC:
		return fw->reported_roam && !fw->knobs.roam_assoc_only && fw_pmk(i);
	}
	return false;
}

bool fw_associated(struct drv_if *i, struct reader resp_ies)
{
	struct sim_fw *fw = i->fw;

	if (!fw)
		return false;
	bytes_set(&fw->resp, resp_ies.p, reader_left(&resp_ies));
	fw->unreported = true;
	fw->reported_roam = i->sta.connect.roam;
	bool runs = runs_handshake(i) && start_handshake(i);
	bool first = fw->knobs.handshake_first || fw->runner == FW_SYNC;
	if (!runs || !first || !fw_pmk(i))
		report_link(i);
	return true;
}

void fw_link_down(struct drv_if *i)
{
	struct sim_fw *fw = i->fw;

	if (!fw || !fw->supp)
		return;
	if (fw->state != FW_IDLE)
		fw_enter(i, FW_IDLE, "no link");
	rsn_supp_associated(fw->supp, NULL);
	timer_stop(&fw->port_timer);
	timer_stop(&fw->second_timer);
	bytes_clear(&fw->resp);
	bytes_clear(&fw->held);
	wipe(&fw->rekey, sizeof(fw->rekey));
	fw->unreported = false;
	/* With 802.1X the PMK belongs to the BSS. */
	if (fw->runner == FW_1X)
		fw_set_secret(&fw->pmk, NULL, 0);
}

/* --- EAPOL --- */

static bool is_key_frame(const uint8_t *packet, size_t len)
{
	struct eapol_hdr h;
	struct reader body;
	return eapol_parse(packet, len, &h, &body) && h.type == EAPOL_KEY;
}

static bool sta_takes(struct drv_if *i, const uint8_t *src, const uint8_t *packet, size_t len)
{
	struct sim_fw *fw = i->fw;
	bool offloaded = fw->runner == FW_PSK || fw->runner == FW_1X;

	bool stands_in = fw->asleep && rsn_supp_has_ptk(fw->supp);

	if (!offloaded && fw->state != FW_HANDSHAKE && !stands_in)
		return false;
	if (fw->state == FW_HANDSHAKE && !fw_pmk(i))
		bytes_set(&fw->held, packet, len);
	else
		rsn_supp_rx(fw->supp, src, packet, len);
	return true;
}

bool fw_takes_eapol(struct drv_if *i, const uint8_t *src, const uint8_t *packet, size_t len)
{
	if (!i->fw)
		return false;
	if (is_key_frame(packet, len)) {
		struct sim_peer *p = peer_find(i, src);
		if (i->type == DRV_IF_STATION && sta_takes(i, src, packet, len))
			return true;
		if (p && p->rsn) {
			rsn_auth_sta_rx(p->rsn, packet, len);
			return true;
		}
	}
	return i->fw->knobs.withhold_eapol;
}
