/* Tries the nl80211 driver by itself on two mac80211_hwsim radios: scan, AP with two BSSs, open
 * association, EAPOL both ways, keys, a 4-address station with its AP_VLAN in a bridge, leaving,
 * and what is left afterwards.
 *
 *   nl80211_try AP_IFNAME STA_IFNAME [DRIVER_PARAMS [debug]]      exit status 0 when every step
 * worked
 *
 * Each step is started once and then asked, by a timer of the loop, whether it is done. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/driver.h"
#include "utils/log.h"

#define STEP_LIMIT (10 * USEC_PER_SEC)
#define POLL_EVERY (10 * USEC_PER_MSEC)
#define FREQ 2437
#define SSID "try"
#define SSID_2 "try-2"

struct seen {
	unsigned count[DRV_EV_STA_GONE + 1];
	unsigned eapol_acked, eapol_len;
	bool eapol_encrypted;
	uint16_t auth_status, assoc_status;
	unsigned disc_reason;
	bool disc_local;
	uint64_t acked_cookie;
};

struct side {
	struct try *t;
	const char *name;
	struct drv *drv;
	struct drv_if *i;
	bool member; /* of an AP: the station is associated */
	struct seen seen;
};

struct
try {
	struct eloop *loop;
	const struct driver *d;
	struct side ap, sta, second;
	struct timer poll;
	size_t step;
	uint64_t step_began;
	bool failed, bss_found, second_found;
	uint64_t assoc_cookie;
	const char *country;
	char names[2][IFNAMSIZ];
};

static const uint8_t eapol_start[] = {2, 1, 0, 0};
static const uint8_t eapol_eap[] = {2, 0, 0, 5, 1, 1, 0, 5, 1};
static const uint8_t rates[] = {0x82, 0x84, 0x8b, 0x96, 0x0c, 0x12, 0x18, 0x24};

static void check(struct try *t, const char *what, int err)
{
	if (!err)
		return;
	printf("FAILED: %s: %s\n", what, strerror(err < 0 ? -err : err));
	t->failed = true;
	eloop_stop(t->loop);
}

static void check_true(struct try *t, const char *what, bool ok)
{
	check(t, what, ok ? 0 : -EPROTO);
}

static void shell(const char *command)
{
	printf("$ %s\n", command);
	fflush(stdout);
	if (system(command) != 0)
		printf("(exit status not 0)\n");
}

/* --- the AP's side of authentication and association --- */

static void reply(struct try *t, struct side *ap, struct writer *w, uint64_t *cookie)
{
	const struct drv_tx tx = {.frame = w->buf, .len = w->len, .cookie = cookie};
	check(t, "send_mgmt", t->d->send_mgmt(ap->i, &tx));
}

static void probe_response(struct try *t, struct side *ap, const uint8_t *to)
{
	uint8_t buf[256];
	struct writer w = writer_over(buf, sizeof(buf));
	const uint8_t *own = t->d->addr(ap->i);
	const uint8_t channel = 6;
	mgmt_write(&w, STYPE_PROBE_RESP, to, own, own);
	writer_zeros(&w, 8);
	writer_le16(&w, 100);
	writer_le16(&w, CAP_ESS);
	element_put(&w, EID_SSID, SSID_2, strlen(SSID_2));
	element_put(&w, EID_SUPP_RATES, rates, sizeof(rates));
	element_put(&w, EID_DS_PARAMS, &channel, 1);
	const struct drv_tx tx = {.frame = buf, .len = w.len, .no_ack = true};
	check(t, "send_mgmt of a probe response", t->d->send_mgmt(ap->i, &tx));
}

static void ap_frame(struct try *t, struct side *ap, const struct drv_event *ev)
{
	uint8_t buf[256];
	struct writer w = writer_over(buf, sizeof(buf));
	struct reader r = reader_of(ev->mgmt.frame, ev->mgmt.len);
	struct mgmt_hdr h;
	const uint8_t *own = t->d->addr(ap->i);
	struct drv_sta sta = {.listen_interval = 10,
		.rates = rates,
		.rate_count = sizeof(rates),
		.flags_mask = DRV_STA_AUTHENTICATED | DRV_STA_ASSOCIATED | DRV_STA_AUTHORIZED};
	mac_copy(sta.addr, ev->addr);
	if (!mgmt_parse(&r, &h))
		return;
	if (FC_STYPE(h.fc) == STYPE_PROBE_REQ && ap == &t->second)
		probe_response(t, ap, ev->addr);
	if (!mac_equal(h.da, own))
		return;
	if (FC_STYPE(h.fc) == STYPE_AUTH) {
		sta.flags = DRV_STA_AUTHENTICATED;
		sta.rate_count = 0;
		check(t, "sta_set (new)", t->d->sta_set(ap->i, &sta));
		ap->member = false;
		mgmt_write(&w, STYPE_AUTH, ev->addr, own, own);
		writer_le16(&w, AUTH_OPEN);
		writer_le16(&w, 2);
		writer_le16(&w, STATUS_SUCCESS);
		reply(t, ap, &w, NULL);
	} else if (FC_STYPE(h.fc) == STYPE_ASSOC_REQ) {
		sta.change = true;
		sta.aid = 1;
		sta.capab = CAP_ESS | CAP_SHORT_PREAMBLE;
		sta.flags_mask |= DRV_STA_WMM | DRV_STA_SHORT_PREAMBLE;
		sta.flags = DRV_STA_AUTHENTICATED | DRV_STA_ASSOCIATED | DRV_STA_WMM |
			    DRV_STA_SHORT_PREAMBLE;
		/* A station that waited long asks again: the kernel takes a state once. */
		if (!ap->member)
			check(t, "sta_set (associated)", t->d->sta_set(ap->i, &sta));
		ap->member = true;
		mgmt_write(&w, STYPE_ASSOC_RESP, ev->addr, own, own);
		writer_le16(&w, CAP_ESS);
		writer_le16(&w, STATUS_SUCCESS);
		writer_le16(&w, 0xc000 | 1);
		element_put(&w, EID_SUPP_RATES, rates, sizeof(rates));
		reply(t, ap, &w, &t->assoc_cookie);
	}
}

static void on_event(void *ctx, const struct drv_event *ev)
{
	struct side *s = ctx;
	s->seen.count[ev->kind]++;
	struct reader r;
	if (log_get_level() <= LOG_DBG)
		printf("  event %d on %s\n", ev->kind, s->name);
	if (ev->kind == DRV_EV_MGMT_RX) {
		ap_frame(s->t, s, ev);
	} else if (ev->kind == DRV_EV_AUTH || ev->kind == DRV_EV_ASSOC) {
		r = reader_of(ev->mgmt.frame, ev->mgmt.len);
		reader_skip(&r, ev->kind == DRV_EV_AUTH ? 28 : 26);
		uint16_t status = reader_le16(&r);
		*(ev->kind == DRV_EV_AUTH ? &s->seen.auth_status : &s->seen.assoc_status) = status;
	} else if (ev->kind == DRV_EV_EAPOL_RX) {
		s->seen.eapol_len = (unsigned)ev->eapol.len;
		s->seen.eapol_encrypted = ev->eapol.encrypted;
	} else if (ev->kind == DRV_EV_EAPOL_TX_STATUS) {
		s->seen.eapol_acked += ev->eapol.ack && ev->eapol.len == sizeof(eapol_eap) &&
				       memcmp(ev->eapol.packet, eapol_eap, sizeof(eapol_eap)) == 0;
	} else if (ev->kind == DRV_EV_MGMT_TX_STATUS && ev->mgmt.ack) {
		s->seen.acked_cookie = ev->mgmt.cookie;
	} else if (ev->kind == DRV_EV_DISCONNECTED) {
		s->seen.disc_reason = ev->disc.reason;
		s->seen.disc_local = ev->disc.locally_generated;
	}
}

/* --- steps --- */

static void refusals(struct try *t)
{
	const char *const names[] = {"nosuch0", "lo"};
	for (size_t n = 0; n < 2; n++) {
		char text[256];
		struct strbuf reason = strbuf_over(text, sizeof(text));
		int err = 0;
		const struct drv_if_params p = {
			names[n], DRV_IF_STATION, NULL, NULL, NULL, on_event, &t->sta};
		struct drv_if *i = t->d->if_open(t->sta.drv, &p, &err, &reason);
		printf("  %s: %s (%s)\n", names[n], text, strerror(-err));
		check_true(t, "a bad interface is refused with a reason", !i && err < 0 && text[0]);
	}
}

static struct drv_if *open_if(
	struct try *t, struct side *s, enum drv_iftype type, struct drv_if *on)
{
	char text[256] = "";
	struct strbuf reason = strbuf_over(text, sizeof(text));
	int err = 0;
	const struct drv_if_params p = {s->name, type, on, NULL, NULL, on_event, s};
	s->i = t->d->if_open(s->drv, &p, &err, &reason);
	if (!s->i)
		printf("  %s: %s\n", s->name, text);
	else
		printf("  %s is " MACSTR "\n", s->name, MAC2STR(t->d->addr(s->i)));
	check(t, "if_open", err);
	return s->i;
}

static void open_ap(struct try *t)
{
	if (!open_if(t, &t->ap, DRV_IF_AP, NULL) || !open_if(t, &t->second, DRV_IF_AP, t->ap.i))
		return;
	const struct drv_caps *c = t->d->caps(t->ap.i);
	printf("  %s flags 0x%x ciphers 0x%x iftypes 0x%x; 2.4 GHz: %zu channels, %zu rates, HT "
	       "%d; 5 GHz: %zu channels\n",
		c->phy, c->flags, c->ciphers, c->iftypes, c->bands[0].channel_count,
		c->bands[0].rate_count, c->bands[0].ht, c->bands[1].channel_count);
	check(t, "bridge_add", t->d->bridge_add(t->ap.i, "trybr0"));
}

static int start_bss(struct try *t, struct side *s, const char *ssid)
{
	uint8_t head[128], basic[] = {2, 4, 11, 22};
	struct writer w = writer_over(head, sizeof(head));
	const uint8_t *own = t->d->addr(s->i);
	const uint8_t channel = 6;
	mgmt_write(&w, STYPE_BEACON, mac_broadcast, own, own);
	writer_zeros(&w, 8);
	writer_le16(&w, 100);
	writer_le16(&w, CAP_ESS);
	element_put(&w, EID_SSID, ssid, strlen(ssid));
	element_put(&w, EID_SUPP_RATES, rates, sizeof(rates));
	element_put(&w, EID_DS_PARAMS, &channel, 1);
	const struct drv_ap ap = {.freq = FREQ,
		.beacon_int = 100,
		.dtim_period = 2,
		.ssid = (const uint8_t *)ssid,
		.ssid_len = strlen(ssid),
		.head = w.buf,
		.head_len = w.len,
		.basic_rates = basic,
		.basic_rate_count = sizeof(basic)};
	int err = t->d->ap_start(s->i, &ap);
	return err ? err : t->d->ap_update(s->i, &ap);
}

static void start_ap(struct try *t)
{
	check(t, "ap_start", start_bss(t, &t->ap, SSID));
	check(t, "ap_start of the second BSS", start_bss(t, &t->second, SSID_2));
}

static void open_sta(struct try *t)
{
	if (!open_if(t, &t->sta, DRV_IF_STATION, NULL))
		return;
	check(t, "probe_4addr", t->d->probe_4addr(t->sta.i));
}

static void scan(struct try *t)
{
	const uint16_t freqs[] = {FREQ};
	/* Passive: nothing here answers probe requests. */
	const struct drv_scan s = {.freqs = freqs, .freq_count = 1, .flush = true};
	check(t, "scan", t->d->scan(t->sta.i, &s));
	check_true(t, "a second scan is -EBUSY", t->d->scan(t->sta.i, &s) == -EBUSY);
}

static bool scanned(struct try *t)
{
	return t->sta.seen.count[DRV_EV_SCAN_DONE] > 0;
}

static void on_result(void *ctx, const struct drv_scan_result *r)
{
	struct try *t = ctx;
	struct elements e;
	char text[SSID_TEXT_CAP];
	if (elements_parse(r->ies, r->ies_len, &e) < 0)
		return;
	printf("  " MACSTR " %u MHz %d dBm %s age %u ms\n", MAC2STR(r->bssid), r->freq,
		r->level_dbm, ssid_text(e.ssid.data, e.ssid.len, text, sizeof(text)), r->age_ms);
	t->bss_found |= mac_equal(r->bssid, t->d->addr(t->ap.i)) && r->freq == FREQ;
	t->second_found |= mac_equal(r->bssid, t->d->addr(t->second.i));
}

static void results(struct try *t)
{
	check(t, "scan_results", t->d->scan_results(t->sta.i, on_result, t));
	check_true(t, "both BSSs were found", t->bss_found && t->second_found);
}

static void authenticate(struct try *t)
{
	struct drv_auth a = {.ssid = (const uint8_t *)SSID, .ssid_len = 3, .freq = FREQ};
	mac_copy(a.bssid, t->d->addr(t->ap.i));
	check(t, "authenticate", t->d->authenticate(t->sta.i, &a));
}

static bool authenticated(struct try *t)
{
	return t->sta.seen.count[DRV_EV_AUTH] > 0;
}

static void associate(struct try *t)
{
	struct drv_assoc a = {
		.ssid = (const uint8_t *)SSID, .ssid_len = 3, .freq = FREQ, .control_port = true};
	mac_copy(a.bssid, t->d->addr(t->ap.i));
	check_true(t, "authentication was accepted", t->sta.seen.auth_status == 0);
	check(t, "associate", t->d->associate(t->sta.i, &a));
}

static bool associated(struct try *t)
{
	return t->sta.seen.count[DRV_EV_ASSOC] > 0 && t->ap.seen.acked_cookie == t->assoc_cookie &&
	       t->assoc_cookie;
}

static void eapol(struct try *t)
{
	check(t, "EAPOL from the station",
		t->d->send_eapol(t->sta.i, t->d->addr(t->ap.i), eapol_start, 4, false));
	check(t, "EAPOL from the AP",
		t->d->send_eapol(
			t->ap.i, t->d->addr(t->sta.i), eapol_eap, sizeof(eapol_eap), true));
}

static bool eapol_both(struct try *t)
{
	bool status = !(t->d->caps(t->ap.i)->flags & DRV_CAP_EAPOL_TX_STATUS) ||
		      t->ap.seen.eapol_acked == 1;
	return t->ap.seen.eapol_len == 4 && t->sta.seen.eapol_len == sizeof(eapol_eap) && status;
}

static void keys(struct try *t)
{
	static const uint8_t tk[16] = {1, 2, 3}, gtk[16] = {4, 5, 6};
	uint64_t rsc = 99;
	struct drv_key k = {
		.cipher = CIPHER_CCMP, .addr = t->d->addr(t->sta.i), .key = tk, .key_len = 16};
	check(t, "pairwise key, AP", t->d->set_key(t->ap.i, &k));
	k.addr = t->d->addr(t->ap.i);
	check(t, "pairwise key, station", t->d->set_key(t->sta.i, &k));
	struct drv_key g = {
		.cipher = CIPHER_CCMP, .index = 1, .key = gtk, .key_len = 16, .set_tx = true};
	check(t, "group key, AP", t->d->set_key(t->ap.i, &g));
	check(t, "group_rsc", t->d->group_rsc(t->ap.i, 1, &rsc));
	g.rsc = rsc;
	g.set_tx = false;
	check(t, "group key, station", t->d->set_key(t->sta.i, &g));
	check(t, "authorized, AP", t->d->set_authorized(t->ap.i, t->d->addr(t->sta.i), true));
	check(t, "authorized, station", t->d->set_authorized(t->sta.i, t->d->addr(t->ap.i), true));
	check(t, "operstate", t->d->set_operstate(t->sta.i, true));
	printf("  group receive counter %llu\n", (unsigned long long)rsc);
	t->ap.seen.eapol_len = t->sta.seen.eapol_len = t->ap.seen.eapol_acked = 0;
}

static void eapol_with_keys(struct try *t)
{
	check(t, "EAPOL from the station",
		t->d->send_eapol(t->sta.i, t->d->addr(t->ap.i), eapol_start, 4, true));
	check(t, "EAPOL from the AP",
		t->d->send_eapol(
			t->ap.i, t->d->addr(t->sta.i), eapol_eap, sizeof(eapol_eap), true));
}

static bool eapol_both_encrypted(struct try *t)
{
	/* A packet socket cannot tell. */
	bool tells = t->d->caps(t->ap.i)->flags & DRV_CAP_CONTROL_PORT;
	return eapol_both(t) &&
	       (!tells || (t->ap.seen.eapol_encrypted && t->sta.seen.eapol_encrypted));
}

static void four_addr(struct try *t)
{
	check(t, "4-address mode on", t->d->set_4addr(t->sta.i, true));
}

static bool four_addr_seen(struct try *t)
{
	return t->ap.seen.count[DRV_EV_RX_4ADDR] > 0;
}

static void wds(struct try *t)
{
	int err = t->d->wds_sta(t->ap.i, t->d->addr(t->sta.i), "try.sta1", "nosuchbr", true);
	check_true(t, "a missing bridge is -ENOENT", err == -ENOENT);
	check(t, "wds_sta on",
		t->d->wds_sta(t->ap.i, t->d->addr(t->sta.i), "try.sta1", "trybr0", true));
	shell("iw dev; bridge link");
	t->ap.seen.eapol_len = t->sta.seen.eapol_len = t->ap.seen.eapol_acked = 0;
}

static void info(struct try *t)
{
	struct drv_sta_info s;
	char text[2048];
	struct strbuf status = strbuf_over(text, sizeof(text));
	check(t, "sta_info, station", t->d->sta_info(t->sta.i, t->d->addr(t->ap.i), &s));
	printf("  station: signal %d dBm, tx rate %u, freq %u, width %u\n", s.signal_dbm, s.tx_rate,
		s.freq, s.width);
	check(t, "sta_info, AP", t->d->sta_info(t->ap.i, t->d->addr(t->sta.i), &s));
	printf("  AP: rx %llu tx %llu packets, inactive %u ms\n", (unsigned long long)s.rx_packets,
		(unsigned long long)s.tx_packets, s.inactive_ms);
	check(t, "signal_monitor", t->d->signal_monitor(t->sta.i, -70, 4));
	check_true(t, "status", t->d->status(t->sta.i, &status));
	printf("%s", text);
	check(t, "poll_sta", t->d->poll_sta(t->ap.i, t->d->addr(t->sta.i), false));
}

static bool polled(struct try *t)
{
	return t->ap.seen.count[DRV_EV_POLL_OK] > 0;
}

static void kick(struct try *t)
{
	uint8_t buf[64];
	struct writer w = writer_over(buf, sizeof(buf));
	const uint8_t *own = t->d->addr(t->ap.i);
	mgmt_write(&w, STYPE_DEAUTH, t->d->addr(t->sta.i), own, own);
	writer_le16(&w, 23);
	reply(t, &t->ap, &w, NULL);
}

static bool kicked(struct try *t)
{
	return t->sta.seen.count[DRV_EV_DISCONNECTED] > 0 &&
	       t->ap.seen.count[DRV_EV_MGMT_TX_STATUS] > 2;
}

static void after_kick(struct try *t)
{
	check_true(t, "the AP's deauthentication is told once, with reason, not as ours",
		t->sta.seen.count[DRV_EV_DISCONNECTED] == 1 && !t->sta.seen.disc_local &&
			t->sta.seen.disc_reason == 23);
	check(t, "wds_sta off", t->d->wds_sta(t->ap.i, t->d->addr(t->sta.i), NULL, NULL, false));
	check(t, "sta_remove", t->d->sta_remove(t->ap.i, t->d->addr(t->sta.i)));
	check(t, "4-address mode off", t->d->set_4addr(t->sta.i, false));
	check(t, "deauthenticate without link",
		t->d->deauthenticate(t->sta.i, t->d->addr(t->ap.i), 3));
}

static bool told_again(struct try *t)
{
	return t->sta.seen.count[DRV_EV_DISCONNECTED] > 1;
}

static void again(struct try *t)
{
	check_true(t, "our own deauthentication is told once, as ours",
		t->sta.seen.count[DRV_EV_DISCONNECTED] == 2 && t->sta.seen.disc_local);
	t->sta.seen = (struct seen){0};
	authenticate(t);
}

static void again_while_up(struct try *t)
{
	t->sta.seen = (struct seen){.auth_status = 1};
	authenticate(t);
}

static void forget(struct try *t)
{
	const uint16_t freqs[] = {2412};
	const struct drv_scan s = {.freqs = freqs, .freq_count = 1, .flush = true};
	check_true(t, "no disconnection is told for the old link",
		!t->sta.seen.count[DRV_EV_DISCONNECTED]);
	t->sta.seen = (struct seen){.auth_status = 1};
	check(t, "scan", t->d->scan(t->sta.i, &s));
}

static void authenticate_forgotten(struct try *t)
{
	struct drv_auth a = {.ssid = (const uint8_t *)SSID_2, .ssid_len = 5, .freq = FREQ};
	mac_copy(a.bssid, t->d->addr(t->second.i));
	check(t, "authenticate with a BSS the kernel forgot", t->d->authenticate(t->sta.i, &a));
}

static void leave_second(struct try *t)
{
	check(t, "deauthenticate", t->d->deauthenticate(t->sta.i, t->d->addr(t->second.i), 3));
}

static void leave(struct try *t)
{
	check(t, "deauthenticate", t->d->deauthenticate(t->sta.i, t->d->addr(t->ap.i), 3));
}

static bool left(struct try *t)
{
	return t->sta.seen.count[DRV_EV_DISCONNECTED] == 1 && t->sta.seen.disc_local;
}

static void link_down(struct try *t)
{
	char command[64];
	snprintf(command, sizeof(command), "ip link set %s down; ip link set %s up", t->sta.name,
		t->sta.name);
	shell(command);
	snprintf(command, sizeof(command), "ip link set %s down", t->sta.name);
	shell(command);
}

static bool link_is_down(struct try *t)
{
	return t->sta.seen.count[DRV_EV_IF_DOWN] > 0;
}

static void country(struct try *t)
{
	char now[3] = "";
	/* Nothing happens when it is the same. */
	(void)t->d->get_country(t->sta.drv, now);
	t->country = strcmp(now, "DE") == 0 ? "FR" : "DE";
	check(t, "set_country", t->d->set_country(t->sta.drv, t->country));
}

static bool country_set(struct try *t)
{
	char now[3];
	return t->sta.seen.count[DRV_EV_REGDOM] > 0 && t->d->get_country(t->sta.drv, now) == 0 &&
	       strcmp(now, t->country) == 0;
}

static void close_all(struct try *t)
{
	struct side *const sides[] = {&t->sta, &t->second, &t->ap};
	for (size_t n = 0; n < ARRAY_SIZE(sides); n++) {
		t->d->if_close(sides[n]->i);
		sides[n]->i = NULL;
	}
	check_true(t, "the second BSS's netdev is gone", !if_nametoindex(t->second.name));
	shell("iw dev; bridge link");
}

static const struct {
	const char *name;
	void (*start)(struct try *t);
	bool (*done)(struct try *t); /* NULL: at once */
} steps[] = {
	{"refusals", refusals, NULL},
	{"open the AP", open_ap, NULL},
	{"start it", start_ap, NULL},
	{"open the station", open_sta, NULL},
	{"scan", scan, scanned},
	{"results", results, NULL},
	{"authenticate", authenticate, authenticated},
	{"associate", associate, associated},
	{"EAPOL before keys", eapol, eapol_both},
	{"keys", keys, NULL},
	{"EAPOL with keys", eapol_with_keys, eapol_both_encrypted},
	{"4-address station", four_addr, four_addr_seen},
	{"AP_VLAN", wds, NULL},
	{"EAPOL over AP_VLAN", eapol_with_keys, eapol_both_encrypted},
	{"information, poll", info, polled},
	{"the AP deauthenticates", kick, kicked},
	{"clean up, deauthenticate again", after_kick, told_again},
	{"authenticate again", again, authenticated},
	{"associate again", associate, associated},
	{"authenticate while associated", again_while_up, authenticated},
	{"forget what was found", forget, scanned},
	{"authenticate with the second BSS", authenticate_forgotten, authenticated},
	{"leave it", leave_second, left},
	{"authenticate a third time", again_while_up, authenticated},
	{"associate", associate, associated},
	{"leave", leave, left},
	{"interface down", link_down, link_is_down},
	{"country", country, country_set},
	{"close", close_all, NULL},
};

static void on_poll(struct timer *timer, void *ctx)
{
	struct try *t = ctx;
	if (t->failed)
		return;
	if (t->step && steps[t->step - 1].done && !steps[t->step - 1].done(t)) {
		if (timers_now(eloop_timers(t->loop)) - t->step_began > STEP_LIMIT)
			check(t, steps[t->step - 1].name, -ETIMEDOUT);
	} else if (t->step == ARRAY_SIZE(steps)) {
		eloop_stop(t->loop);
	} else {
		printf("%s\n", steps[t->step].name);
		fflush(stdout);
		t->step_began = timers_now(eloop_timers(t->loop));
		steps[t->step++].start(t);
	}
	timer_start(eloop_timers(t->loop), timer, POLL_EVERY, on_poll, t);
}

int main(int argc, char **argv)
{
	struct try t = {.loop = eloop_new(ELOOP_REAL), .d = driver_find("nl80211")};
	if (argc < 3 || !t.loop || !t.d) {
		fprintf(stderr, "usage: nl80211_try AP_IFNAME STA_IFNAME\n");
		return 2;
	}
	const char *params = argc > 3 ? argv[3] : NULL;
	if (argc > 4)
		log_set_level(LOG_DBG);
	t.ap = (struct side){.t = &t, .name = argv[1], .drv = t.d->init(t.loop, params)};
	t.sta = (struct side){.t = &t, .name = argv[2], .drv = t.d->init(t.loop, params)};
	snprintf(t.names[0], IFNAMSIZ, "%.10s-1", argv[1]);
	t.second = (struct side){.t = &t, .name = t.names[0], .drv = t.ap.drv};
	if (!t.ap.drv || !t.sta.drv)
		return 1;
	timer_start(eloop_timers(t.loop), &t.poll, 0, on_poll, &t);
	eloop_run(t.loop);
	timer_stop(&t.poll);
	t.d->if_close(t.sta.i);
	t.d->if_close(t.second.i);
	t.d->if_close(t.ap.i);
	t.d->deinit(t.sta.drv);
	t.d->deinit(t.ap.drv);
	eloop_free(t.loop);
	printf("%s\n", t.failed ? "FAILED" : "all steps worked");
	return t.failed;
}
