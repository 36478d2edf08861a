/* connect(): finds the network, authenticates and associates without the daemon. */
#include <errno.h>
#include <string.h>

#include "drivers/sim/fw_i.h"

static void report(struct drv_if *i, const struct drv_event *ev)
{
	struct sim_connect *c = &i->sta.connect;

	/* A roam that failed has cost the link. */
	if (c->roam && ev->conn.status)
		sim_emit_disconnected(i, REASON_UNSPECIFIED, true, true);
	else
		sim_emit(i, ev);
	c->on = c->scanning = c->roam = c->untold = false;
}

static void report_failed(struct drv_if *i, const uint8_t *bssid, unsigned status)
{
	struct drv_event ev = {.kind = DRV_EV_CONNECT, .conn = {.status = status}};
	mac_copy(ev.addr, bssid);
	report(i, &ev);
}

void connect_report(
	struct drv_if *i, enum drv_event_kind kind, unsigned status, struct reader resp_ies)
{
	struct drv_event ev = {.kind = kind, .conn = {.status = status}};

	mac_copy(ev.addr, i->sta.bssid);
	ev.conn.req_ies = i->sta.request.data + i->sta.request_ies;
	ev.conn.req_ies_len = i->sta.request.len - i->sta.request_ies;
	ev.conn.resp_ies = resp_ies.p;
	ev.conn.resp_ies_len = reader_left(&resp_ies);
	report(i, &ev);
}

bool connect_timed_out(struct drv_if *i, enum drv_connect_phase phase)
{
	struct drv_event ev = {.kind = DRV_EV_CONNECT,
		.conn = {.status = STATUS_UNSPECIFIED, .timed_out = true, .phase = phase}};

	if (!i->sta.connect.on)
		return false;
	mac_copy(ev.addr, phase == DRV_PHASE_SCAN ? i->sta.connect.want.bssid : i->sta.bssid);
	report(i, &ev);
	return true;
}

static bool fits(const struct drv_if *i, const struct bss *b)
{
	const struct drv_assoc *a = &i->sta.connect.want;
	const struct bytes *ies = bss_elements(b);
	struct elements e;

	elements_parse(ies->data, ies->len, &e);
	return e.ssid.data && e.ssid.len == a->ssid_len &&
	       memcmp(e.ssid.data, a->ssid, a->ssid_len) == 0 &&
	       (mac_is_zero(a->bssid) || mac_equal(a->bssid, b->bssid)) &&
	       (!a->freq || a->freq == b->freq) && a->privacy == !!(b->capab & CAP_PRIVACY);
}

static const struct bss *strongest(const struct drv_if *i)
{
	const struct bss *best = NULL;
	struct bss *b, *next;

	HASH_ITER (hh, i->bsses, b, next)
		if (bss_find(i, b->bssid) && fits(i, b) &&
			(!best || b->signal_dbm > best->signal_dbm))
			best = b;
	return best;
}

int connect_begin(struct drv_if *i, const struct bss *b)
{
	struct sim_connect *c = &i->sta.connect;
	struct drv_auth auth = {.freq = b->freq, .alg = AUTH_OPEN};

	mac_copy(auth.bssid, b->bssid);
	mac_copy(c->want.bssid, b->bssid);
	return sim_authenticate(i, &auth);
}

/* For the network by its name, on the channel when it is known. */
static int look_for_it(struct drv_if *i)
{
	struct sim_connect *c = &i->sta.connect;
	uint16_t freq = (uint16_t)c->want.freq;
	struct drv_scan s = {
		.ssid_count = 1, .freqs = freq ? &freq : NULL, .freq_count = freq ? 1 : 0};

	memcpy(s.ssids[0].ssid, c->ssid, c->want.ssid_len);
	s.ssids[0].len = c->want.ssid_len;
	int err = i->scan.running ? 0 : sim_scan(i, &s);
	c->scanning = err == 0;
	return err;
}

void connect_scan_done(struct drv_if *i)
{
	struct sim_connect *c = &i->sta.connect;
	const struct bss *b;

	if (!c->on || !c->scanning)
		return;
	c->scanning = false;
	if (c->roam) {
		fw_roam_found(i);
		return;
	}
	b = strongest(i);
	if (!b || connect_begin(i, b) < 0)
		connect_timed_out(i, DRV_PHASE_SCAN);
}

int sim_connect(struct drv_if *i, const struct drv_assoc *a)
{
	struct sim_connect *c = &i->sta.connect;

	if (!a->ssid_len || a->ssid_len > sizeof(c->ssid))
		return -EINVAL;
	int err = bytes_set(&c->ies, a->ies, a->ies_len);
	if (err < 0)
		return err;
	if (i->sta.state == STA_ASSOCIATED)
		sim_leave(i, REASON_PREV_AUTH_NOT_VALID);
	c->want = *a;
	memcpy(c->ssid, a->ssid, a->ssid_len);
	c->want.ssid = c->ssid;
	c->want.ies = c->ies.data;
	c->want.prev_bssid = c->want.pmk = c->want.sae_password = NULL;
	c->on = true;
	c->roam = c->untold = false;
	const struct bss *b = strongest(i);
	err = b ? connect_begin(i, b) : look_for_it(i);
	c->on = err == 0;
	return err;
}

bool connect_auth_done(struct drv_if *i, unsigned status)
{
	struct sim_connect *c = &i->sta.connect;

	if (!c->on)
		return false;
	if (status != STATUS_SUCCESS || sim_associate(i, &c->want) < 0)
		report_failed(i, i->sta.bssid, status ? status : STATUS_UNSPECIFIED);
	return true;
}

bool connect_assoc_done(struct drv_if *i, unsigned status, struct reader elements)
{
	if (!i->sta.connect.on)
		return false;
	i->sta.connect.on = false;
	if (status != STATUS_SUCCESS || !fw_associated(i, elements))
		connect_report(i, DRV_EV_CONNECT, status, elements);
	return true;
}

void connect_cancel(struct drv_if *i)
{
	struct sim_connect *c = &i->sta.connect;

	c->on = c->scanning = c->roam = c->untold = false;
	bytes_clear(&c->ies);
}
