/* Firmware of a station: goes to another BSS of its network by itself. */
#include <errno.h>
#include <string.h>

#include "drivers/sim/fw_i.h"
#include "utils/log.h"

/* --- what to ask the new BSS for --- */

/* The one in use if it is offered, else the first of the list that is. */
static unsigned prefer(unsigned offered, unsigned used, const unsigned *order, size_t n)
{
	if (offered & used)
		return used;
	for (size_t k = 0; k < n; k++)
		if (offered & order[k])
			return order[k];
	return 0;
}

static unsigned prefer_cipher(unsigned offered, unsigned used)
{
	static const unsigned order[] = {
		CIPHER_GCMP256, CIPHER_CCMP256, CIPHER_GCMP, CIPHER_CCMP, CIPHER_TKIP};
	return prefer(offered, used, order, ARRAY_SIZE(order));
}

static unsigned prefer_akm(unsigned offered, unsigned used)
{
	static const unsigned order[] = {
		AKM_PSK_SHA256, AKM_PSK, AKM_8021X_SHA256, AKM_8021X, AKM_SAE, AKM_OWE};
	return prefer(offered, used, order, ARRAY_SIZE(order));
}

/* The strongest element of the BSS; 0, or -ENOENT: it has none. */
static int security_of(const struct bss *b, struct rsn_ie *out)
{
	const struct bytes *ies = bss_elements(b);
	size_t len;
	const uint8_t *raw = element_find(ies->data, ies->len, EID_RSN, 0, &len);

	if (!raw)
		raw = element_find(ies->data, ies->len, EID_VENDOR, VENDOR_WPA, &len);
	return raw && rsn_ie_parse(raw, len, out) == 0 ? 0 : -ENOENT;
}

/* Our elements for the new BSS: the security element made anew, the others as the daemon had them.
 */
static int rewrite_ies(struct drv_if *i, const struct rsn_ie *chosen)
{
	struct sim_connect *c = &i->sta.connect;
	struct reader r = reader_of(c->ies.data, c->ies.len);
	struct writer w = writer_new(c->ies.len + 64);
	struct element e;

	rsn_ie_write(&w, chosen);
	while (element_next(&r, &e))
		if (e.id != EID_RSN && !(e.id == EID_VENDOR && element_vendor(&e) == VENDOR_WPA))
			element_put(&w, e.id, e.data, e.len);
	bytes_clear(&c->ies);
	int err = writer_steal(&w, &c->ies);
	c->want.ies = c->ies.data;
	c->want.ies_len = c->ies.len;
	return err;
}

static int choose(struct drv_if *i, const struct bss *b)
{
	struct drv_assoc *want = &i->sta.connect.want;
	const struct fw_pmksa *e = fw_pmksa(i->fw, b->bssid);
	struct rsn_ie ie;

	if (!want->pairwise)
		return 0; /* an open network */
	int err = security_of(b, &ie);
	if (err < 0)
		return err;
	ie.pairwise = prefer_cipher(ie.pairwise, want->pairwise);
	ie.akm = prefer_akm(ie.akm, want->akm);
	if (!ie.pairwise || !ie.akm)
		return -EOPNOTSUPP;
	bool psk = ie.akm & (AKM_PSK | AKM_PSK_SHA256);
	ie.pmkids = !psk && e ? e->pmkid : NULL;
	ie.pmkid_count = ie.pmkids ? 1 : 0;
	want->mfp = want->mfp && ie.capab & RSN_CAP_MFPC;
	ie.capab &= want->mfp ? RSN_CAP_MFPC | RSN_CAP_MFPR : 0;
	ie.group_mgmt = want->mfp ? ie.group_mgmt : 0;
	want->pairwise = ie.pairwise;
	want->group = ie.group;
	want->akm = ie.akm;
	want->proto = ie.proto;
	return rewrite_ies(i, &ie);
}

/* --- on the way --- */

static int look_for_it(struct drv_if *i)
{
	struct sim_connect *c = &i->sta.connect;
	struct drv_scan s = {.ssid_count = 1};

	memcpy(s.ssids[0].ssid, c->ssid, c->want.ssid_len);
	s.ssids[0].len = c->want.ssid_len;
	int err = sim_scan(i, &s);
	c->scanning = err == 0;
	return err;
}

static void stay(struct drv_if *i, const char *why)
{
	log_msg(LOG_INF, "sim: %s: the firmware does not roam: %s", i->port.name, why);
	i->sta.connect.on = i->sta.connect.roam = false;
}

void fw_roam_found(struct drv_if *i)
{
	struct sim_connect *c = &i->sta.connect;
	const struct bss *b = bss_find(i, c->want.bssid);

	if (i->sta.state != STA_ASSOCIATED) {
		c->on = c->roam = false;
		return;
	}
	if (!b || choose(i, b) < 0) {
		stay(i, b ? "the suites do not fit" : "the BSS is not heard");
		return;
	}
	c->want.prev_bssid = c->prev;
	c->want.freq = b->freq;
	if (connect_begin(i, b) < 0)
		connect_timed_out(i, DRV_PHASE_AUTH);
}

int sim_fw_roam(struct drv_if *i, const uint8_t bssid[MAC_LEN])
{
	struct sim_connect *c = &i->sta.connect;

	if (!i->fw)
		return -EOPNOTSUPP;
	if (i->sta.state != STA_ASSOCIATED)
		return -ENOTCONN;
	if (c->on || c->roam || i->scan.running)
		return -EBUSY;
	if (mac_equal(bssid, i->sta.bssid))
		return -EALREADY;
	if (!i->fw->may_roam)
		return -EPERM;
	mac_copy(c->told, sim_told_bssid(i));
	mac_copy(c->prev, i->sta.bssid);
	mac_copy(c->want.bssid, bssid);
	c->on = c->roam = true;
	/* What it knows may be old. */
	int err = look_for_it(i);
	if (err < 0)
		c->on = c->roam = false;
	return err;
}

/* --- the daemon hears of it --- */

static void emit_roam(struct drv_if *i)
{
	struct sim_fw *fw = i->fw;

	i->sta.connect.roam = false;
	i->sta.connect.untold = fw->knobs.no_roam_event;
	if (!fw->knobs.no_roam_event)
		connect_report(
			i, DRV_EV_ROAM, STATUS_SUCCESS, reader_of(fw->resp.data, fw->resp.len));
}

static void tell_keys(const struct drv_if *i, struct drv_event *ev)
{
	const struct sim_fw_knobs *k = &i->fw->knobs;
	struct rsn_supp_keys keys;

	if (!rsn_supp_keys(i->fw->supp, &keys))
		return;
	ev->roam_auth.has_replay = keys.has_replay && !k->hide_counter;
	ev->roam_auth.replay = ev->roam_auth.has_replay ? keys.replay + k->counter_ahead : 0;
	if (k->hide_keys)
		return;
	ev->roam_auth.kck = keys.kck;
	ev->roam_auth.kck_len = keys.kck_len;
	ev->roam_auth.kek = keys.kek;
	ev->roam_auth.kek_len = keys.kek_len;
}

static void emit_roam_auth(struct drv_if *i)
{
	const struct sim_fw *fw = i->fw;
	struct drv_event ev = {.kind = DRV_EV_ROAM_AUTH};

	mac_copy(ev.addr, i->sta.bssid);
	ev.roam_auth.req_ies = i->sta.request.data + i->sta.request_ies;
	ev.roam_auth.req_ies_len = i->sta.request.len - i->sta.request_ies;
	ev.roam_auth.resp_ies = fw->resp.data;
	ev.roam_auth.resp_ies_len = fw->resp.len;
	ev.roam_auth.authorized = fw->state == FW_DONE;
	if (ev.roam_auth.authorized)
		tell_keys(i, &ev);
	if (fw->knobs.roam_auth_foreign) {
		struct drv_event foreign = ev;
		foreign.addr[5] ^= 0xff;
		sim_emit(i, &foreign);
	}
	sim_emit(i, &ev);
	if (fw->knobs.roam_auth_twice)
		sim_emit(i, &ev);
}

static void emit_second(struct drv_if *i)
{
	const struct sim_fw_knobs *k = &i->fw->knobs;

	if (k->roam_auth_first)
		emit_roam(i);
	else if (!k->no_roam_auth)
		emit_roam_auth(i);
}

static void on_second_time(struct timer *t, void *ctx)
{
	emit_second(ctx);
}

void fw_report_roam(struct drv_if *i)
{
	struct sim_fw *fw = i->fw;

	if (fw->runner != FW_SYNC) {
		emit_roam(i);
		return;
	}
	if (!fw->knobs.roam_auth_first)
		emit_roam(i);
	else if (!fw->knobs.no_roam_auth)
		emit_roam_auth(i);
	if (fw->knobs.second_delay_ms)
		timer_start(i->d->timers, &fw->second_timer,
			fw->knobs.second_delay_ms * USEC_PER_MSEC, on_second_time, i);
	else
		emit_second(i);
}

/* --- while the host sleeps --- */

/* The handshake state from what the daemon left with set_rekey(). */
static int sleep_keys(struct drv_if *i)
{
	struct sim_fw *fw = i->fw;
	struct rsn_supp_assoc a;
	struct rsn_supp_keys k = {.kck = fw->rekey.kck.data,
		.kck_len = fw->rekey.kck.len,
		.kek = fw->rekey.kek.data,
		.kek_len = fw->rekey.kek.len,
		.has_replay = true,
		.replay = fw->rekey.replay};

	if (!fw->rekey.kck.len)
		return rsn_supp_has_ptk(fw->supp) ? 0 : -ENOKEY;
	int err = fw_assoc(i, &a);
	return err < 0 ? err : rsn_supp_synced(fw->supp, &a, &k);
}

int sim_fw_sleep(struct drv_if *i, bool asleep)
{
	if (!i->fw)
		return -EOPNOTSUPP;
	int err = asleep ? sleep_keys(i) : 0;
	i->fw->asleep = asleep && err == 0;
	return err;
}

bool sim_fw_keys(const struct drv_if *i, struct rsn_supp_keys *out)
{
	return i->fw && rsn_supp_keys(i->fw->supp, out);
}
