/* The simulated driver in one process on the virtual clock. */
#include "sim_node.h"

#define MSEC USEC_PER_MSEC

struct world {
	struct eloop *loop;
	struct sim_air *air;
	struct node ap, sta;
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	w->loop = eloop_new(ELOOP_VIRTUAL);
	w->air = sim_air_new(w->loop, "t");
	node_open(&w->ap, w->loop, "air=inproc:t", "ap0", DRV_IF_AP);
	node_open(&w->sta, w->loop, "air=inproc:t", "sta0", DRV_IF_STATION);
	node_start_ap(&w->ap);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	node_close(&w->sta);
	node_close(&w->ap);
	sim_air_free(w->air);
	eloop_free(w->loop);
	free(w);
	return 0;
}

static void scan(struct world *w, bool active)
{
	static const uint16_t freqs[] = {2412, FREQ};
	struct drv_scan s = {.ssid_count = active ? 1 : 0, .freqs = freqs, .freq_count = 2};
	assert_int_equal(drv->scan(w->sta.i, &s), 0);
	assert_int_equal(drv->scan(w->sta.i, &s), -EBUSY);
	eloop_advance(w->loop, 400 * MSEC);
}

static void connect_sta(struct world *w, bool control_port)
{
	struct drv_auth a = {.freq = FREQ};
	struct drv_assoc s = {.ssid = (const uint8_t *)"net",
		.ssid_len = 3,
		.freq = FREQ,
		.control_port = control_port,
		.ies = (const uint8_t *)"\xdd\x05\x01\x02\x03\x04\x05",
		.ies_len = 7};
	mac_copy(a.bssid, drv->addr(w->ap.i));
	mac_copy(s.bssid, a.bssid);
	scan(w, true);
	assert_int_equal(drv->associate(w->sta.i, &s), -ENOTCONN);
	assert_int_equal(drv->authenticate(w->sta.i, &a), 0);
	eloop_advance(w->loop, 50 * MSEC);
	assert_true(node_find(&w->sta, DRV_EV_AUTH, 0) >= 0);
	assert_int_equal(drv->associate(w->sta.i, &s), 0);
	eloop_advance(w->loop, 50 * MSEC);
	int e = node_find(&w->sta, DRV_EV_ASSOC, 0);
	assert_true(e >= 0);
	assert_true(w->sta.events[e].req_ies_len > 7 + 5);
}

struct found {
	unsigned count;
	bool probe, beacon;
	int level;
};
static void on_result(void *ctx, const struct drv_scan_result *r)
{
	struct found *f = ctx;
	f->count++;
	f->level = r->level_dbm;
	f->probe = r->ies_len && r->ies_len != r->beacon_ies_len;
	f->beacon = r->beacon_ies_len > 0;
	assert_int_equal(r->freq, FREQ);
	assert_int_equal(r->beacon_int, 100);
	assert_memory_equal(r->ies, "\0\3net", 5);
}

static void test_scan(void **state)
{
	struct world *w = *state;
	struct found f = {0};

	scan(w, false); /* passive: the beacon is enough */
	assert_true(node_find(&w->sta, DRV_EV_SCAN_STARTED, 0) == 0);
	assert_int_equal(node_count(&w->sta, DRV_EV_SCAN_DONE), 1);
	drv->scan_results(w->sta.i, on_result, &f);
	assert_int_equal(f.count, 1);
	assert_true(f.beacon);
	assert_int_equal(f.level, -40);
	assert_int_equal(node_count(&w->ap, DRV_EV_MGMT_RX), 0);

	assert_int_equal(sim_air_set_signal(w->air, drv->addr(w->ap.i), -77), 0);
	scan(w, true);
	assert_int_equal(node_count(&w->ap, DRV_EV_MGMT_RX), 1);
	f = (struct found){0};
	drv->scan_results(w->sta.i, on_result, &f);
	assert_int_equal(f.count, 1);
	assert_true(f.probe);
	assert_int_equal(f.level, -77);

	/* Not heard for half a minute: gone. */
	drv->ap_stop(w->ap.i);
	eloop_advance(w->loop, 31 * USEC_PER_SEC);
	f = (struct found){0};
	drv->scan_results(w->sta.i, on_result, &f);
	assert_int_equal(f.count, 0);
}

static void test_scan_no_ir(void **state)
{
	struct world *w = *state;
	static const uint16_t freq = 5180;
	struct drv_scan s = {.ssid_count = 1, .freqs = &freq, .freq_count = 1};
	struct drv_ap ap = {.freq = 5180, .beacon_int = 100, .dtim_period = 1};

	/* World-wide domain: no probing and no AP on 5 GHz. */
	drv->ap_stop(w->ap.i);
	assert_int_equal(drv->ap_start(w->ap.i, &ap), -EINVAL);
	assert_int_equal(drv->scan(w->sta.i, &s), 0);
	eloop_advance(w->loop, 90 * MSEC);
	assert_int_equal(node_count(&w->sta, DRV_EV_SCAN_DONE), 0); /* passive takes longer */
	eloop_advance(w->loop, 30 * MSEC);
	assert_int_equal(node_count(&w->sta, DRV_EV_SCAN_DONE), 1);
	drv->set_country(w->sta.d, "DE");
	assert_int_equal(drv->scan(w->sta.i, &s), 0);
	eloop_advance(w->loop, 40 * MSEC);
	assert_int_equal(node_count(&w->sta, DRV_EV_SCAN_DONE), 2);
	int e = node_find(&w->sta, DRV_EV_REGDOM, 0);
	assert_true(e >= 0);
	assert_string_equal(w->sta.events[e].ev.regdom.alpha2, "DE");
}

static void test_timeouts(void **state)
{
	struct world *w = *state;
	struct drv_auth a = {.freq = FREQ};
	mac_copy(a.bssid, drv->addr(w->ap.i));

	assert_int_equal(drv->authenticate(w->sta.i, &a), -ENOENT);
	scan(w, true);
	w->ap.answers = false;
	assert_int_equal(drv->authenticate(w->sta.i, &a), 0);
	assert_int_equal(drv->authenticate(w->sta.i, &a), -EBUSY);
	eloop_advance(w->loop, 590 * MSEC);
	assert_int_equal(node_count(&w->sta, DRV_EV_AUTH_TIMEOUT), 0);
	eloop_advance(w->loop, 20 * MSEC);
	assert_int_equal(node_count(&w->sta, DRV_EV_AUTH_TIMEOUT), 1);
	assert_int_equal(node_count(&w->ap, DRV_EV_MGMT_RX), 1 + 3);
	/* Then it works. */
	w->ap.answers = true;
	connect_sta(w, false);
}

static void test_assoc_refused(void **state)
{
	struct world *w = *state;
	w->ap.assoc_status = STATUS_DENIED;
	connect_sta(w, false);
	const struct drv_sta_info none = {0};
	struct drv_sta_info info = none;
	assert_int_equal(drv->sta_info(w->sta.i, drv->addr(w->ap.i), &info), -ENOENT);
}

static void test_eapol(void **state)
{
	struct world *w = *state;
	const uint8_t *ap = drv->addr(w->ap.i), *sta = drv->addr(w->sta.i);

	assert_int_equal(
		drv->send_eapol(w->sta.i, ap, (const uint8_t *)"\2\1\0\0", 4, false), -ENOTCONN);
	connect_sta(w, true);
	assert_int_equal(drv->send_eapol(w->sta.i, ap, (const uint8_t *)"\2\1\0\0", 4, false), 0);
	assert_int_equal(drv->send_eapol(w->ap.i, sta, (const uint8_t *)"\2\0\0\1x", 5, true), 0);
	eloop_advance(w->loop, 10 * MSEC);
	int e = node_find(&w->ap, DRV_EV_EAPOL_RX, 0);
	assert_true(e >= 0);
	assert_int_equal(w->ap.events[e].len, 4);
	assert_memory_equal(w->ap.events[e].ev.addr, sta, 6);
	assert_false(w->ap.events[e].ev.eapol.encrypted);
	e = node_find(&w->sta, DRV_EV_EAPOL_RX, 0);
	assert_true(e >= 0);
	assert_memory_equal(w->sta.events[e].data, "\2\0\0\1x", 5);
	assert_memory_equal(w->sta.events[e].ev.addr, ap, 6);
	e = node_find(&w->ap, DRV_EV_EAPOL_TX_STATUS, 0);
	assert_true(e >= 0 && w->ap.events[e].ev.eapol.ack);
	assert_memory_equal(w->ap.events[e].data, "\2\0\0\1x", 5);
}

/* --- data --- */

struct host {
	struct sim_host *h;
	unsigned count;
	uint8_t last[64];
};
static void on_eth(void *ctx, const uint8_t *frame, size_t len)
{
	struct host *h = ctx;
	h->count++;
	memcpy(h->last, frame, len < sizeof(h->last) ? len : sizeof(h->last));
}
static void ping(struct world *w, struct host *from, const uint8_t *da, const uint8_t *sa)
{
	uint8_t f[60] = {0};
	mac_copy(f, da);
	mac_copy(f + 6, sa);
	f[12] = 0x08;
	f[20] = 0x55;
	assert_int_equal(sim_host_send(from->h, f, sizeof(f)), 0);
	eloop_advance(w->loop, 10 * MSEC);
}

static const uint8_t host_a[6] = {2, 0, 0, 0, 0xa, 1}, host_b[6] = {2, 0, 0, 0, 0xb, 1};

static void set_ptk(struct node *n, const uint8_t *peer, const char *key)
{
	struct drv_key k = {.cipher = CIPHER_CCMP,
		.addr = peer,
		.key = (const uint8_t *)key,
		.key_len = 16,
		.set_tx = true};
	assert_int_equal(drv->set_key(n->i, &k), 0);
}
static void set_gtk(struct node *n, unsigned index, const char *key, uint64_t rsc)
{
	struct drv_key k = {.cipher = CIPHER_CCMP,
		.index = index,
		.key = (const uint8_t *)key,
		.key_len = 16,
		.rsc = rsc,
		.set_tx = true};
	assert_int_equal(drv->set_key(n->i, &k), 0);
}
static void authorize(struct world *w)
{
	assert_int_equal(drv->set_authorized(w->ap.i, drv->addr(w->sta.i), true), 0);
	assert_int_equal(drv->set_authorized(w->sta.i, drv->addr(w->ap.i), true), 0);
}

static void test_data_keys(void **state)
{
	struct world *w = *state;
	const uint8_t *ap = drv->addr(w->ap.i), *sta = drv->addr(w->sta.i);
	struct host hs = {0}, ha = {0};
	struct sim_drops drops;

	assert_int_equal(drv->bridge_add(w->ap.i, "br0"), 0);
	hs.h = sim_host_attach(w->air, "sta0", on_eth, &hs);
	ha.h = sim_host_attach(w->air, "br0", on_eth, &ha);
	assert_non_null(hs.h);
	assert_non_null(ha.h);
	assert_null(sim_host_attach(w->air, "ap0", on_eth, &ha)); /* it is in the bridge */
	connect_sta(w, true);
	ping(w, &hs, host_b, sta);
	assert_int_equal(ha.count, 0); /* port closed */
	authorize(w);
	ping(w, &hs, host_b, sta);
	assert_int_equal(ha.count, 1);
	set_ptk(&w->ap, sta, "0123456789abcdef");
	ping(w, &hs, host_b, sta);
	assert_int_equal(ha.count, 1); /* unprotected to an AP with a key */
	sim_if_drops(w->ap.i, &drops);
	assert_int_equal(drops.unprotected, 1);
	set_ptk(&w->sta, ap, "wrongwrongwrong!");
	ping(w, &hs, host_b, sta);
	sim_if_drops(w->ap.i, &drops);
	assert_int_equal(drops.bad_key, 1);
	set_ptk(&w->sta, ap, "0123456789abcdef");
	ping(w, &hs, host_b, sta);
	assert_int_equal(ha.count, 2);
	ping(w, &ha, sta, host_b);
	assert_int_equal(hs.count, 1);
	assert_memory_equal(hs.last + 6, host_b, 6);
	ping(w, &hs, host_b, host_a); /* 3 addresses: not for others */
	assert_int_equal(ha.count, 2);
	/* The same key again keeps its packet numbers, a receiver would take them for repeated. */
	set_ptk(&w->sta, ap, "0123456789abcdef");
	ping(w, &hs, host_b, sta);
	assert_int_equal(ha.count, 3);

	set_gtk(&w->ap, 1, "GROUPGROUPGROUP1", 0);
	ping(w, &ha, mac_broadcast, host_b);
	sim_if_drops(w->sta.i, &drops);
	assert_int_equal(drops.no_key, 1);
	uint64_t rsc = 0;
	assert_int_equal(drv->group_rsc(w->ap.i, 1, &rsc), 0);
	assert_int_equal(rsc, 1);
	set_gtk(&w->sta, 1, "GROUPGROUPGROUP1", rsc);
	ping(w, &ha, mac_broadcast, host_b);
	assert_int_equal(hs.count, 2);
	sim_host_detach(hs.h);
	sim_host_detach(ha.h);
}

static void test_replay(void **state)
{
	struct world *w = *state;
	const uint8_t *ap = drv->addr(w->ap.i), *sta = drv->addr(w->sta.i);
	struct host hs = {0}, ha = {0};
	struct sim_drops drops;
	struct drv_key gone = {.cipher = CIPHER_CCMP, .addr = ap};

	hs.h = sim_host_attach(w->air, "sta0", on_eth, &hs);
	ha.h = sim_host_attach(w->air, "ap0", on_eth, &ha);
	connect_sta(w, false);
	authorize(w);
	set_ptk(&w->ap, sta, "0123456789abcdef");
	set_ptk(&w->sta, ap, "0123456789abcdef");
	ping(w, &hs, host_b, sta);
	/* A key taken out and put in again starts its numbers anew: what it sends is a replay. */
	assert_int_equal(drv->set_key(w->sta.i, &gone), 0);
	set_ptk(&w->sta, ap, "0123456789abcdef");
	ping(w, &hs, host_b, sta);
	assert_int_equal(ha.count, 1);
	sim_if_drops(w->ap.i, &drops);
	assert_int_equal(drops.replay, 1);
	sim_host_detach(hs.h);
	sim_host_detach(ha.h);
}

static void test_4addr(void **state)
{
	struct world *w = *state;
	const uint8_t *sta = drv->addr(w->sta.i);
	struct host hs = {0}, ha = {0};

	assert_int_equal(drv->probe_4addr(w->sta.i), 0);
	assert_int_equal(drv->set_4addr(w->sta.i, true), 0);
	hs.h = sim_host_attach(w->air, "sta0", on_eth, &hs);
	connect_sta(w, false);
	authorize(w);
	assert_int_equal(node_count(&w->ap, DRV_EV_RX_4ADDR), 1); /* its null frame */
	ping(w, &hs, host_b, host_a);
	assert_int_equal(node_count(&w->ap, DRV_EV_RX_4ADDR), 1); /* told once */
	assert_int_equal(drv->wds_sta(w->ap.i, sta, "ap0.sta1", "br0", true), -ENOENT);
	assert_int_equal(drv->bridge_add(w->ap.i, "br0"), 0);
	ha.h = sim_host_attach(w->air, "br0", on_eth, &ha);
	assert_int_equal(drv->wds_sta(w->ap.i, sta, "ap0.sta1", "br0", true), 0);
	assert_int_equal(drv->wds_sta(w->ap.i, sta, "ap0.sta2", "br0", true), -EEXIST);
	set_ptk(&w->ap, sta, "0123456789abcdef");
	set_ptk(&w->sta, drv->addr(w->ap.i), "0123456789abcdef");
	ping(w, &hs, host_b, host_a);
	assert_int_equal(ha.count, 1);
	assert_memory_equal(ha.last + 6, host_a, 6);
	ping(w, &ha, host_a, host_b); /* a host behind the station */
	assert_int_equal(hs.count, 1);
	assert_memory_equal(hs.last, host_a, 6);
	assert_memory_equal(hs.last + 6, host_b, 6);
	ping(w, &ha, mac_broadcast, host_b); /* once, as 4-address unicast */
	assert_int_equal(hs.count, 2);
	assert_int_equal(drv->wds_sta(w->ap.i, sta, "ap0.sta1", "br0", false), 0);
	ping(w, &ha, host_a, host_b);
	assert_int_equal(hs.count, 2);
	sim_host_detach(hs.h);
	sim_host_detach(ha.h);
}

static void test_no_4addr(void **state)
{
	struct world *w = *state;
	struct node n = {0};
	node_open(&n, w->loop, "air=inproc:t no4addr=1", "sta1", DRV_IF_STATION);
	assert_int_equal(drv->probe_4addr(n.i), -EOPNOTSUPP);
	assert_int_equal(drv->set_4addr(n.i, true), -EOPNOTSUPP);
	assert_false(drv->caps(n.i)->flags & DRV_CAP_4ADDR_STA);
	node_close(&n);
}

/* --- loss, leaving --- */

static bool lose_all(void *ctx, const uint8_t *frame, size_t len)
{
	unsigned *count = ctx;
	(*count)++;
	return true;
}

static void test_loss(void **state)
{
	struct world *w = *state;
	const uint8_t *sta = drv->addr(w->sta.i);
	unsigned count = 0;

	connect_sta(w, true);
	sim_air_set_filter(w->air, lose_all, &count);
	drv->send_eapol(w->ap.i, sta, (const uint8_t *)"\2\0\0\0", 4, false);
	eloop_advance(w->loop, 100 * MSEC);
	assert_int_equal(count, 8);
	int e = node_find(&w->ap, DRV_EV_EAPOL_TX_STATUS, 0);
	assert_true(e >= 0 && !w->ap.events[e].ev.eapol.ack);
	assert_int_equal(node_count(&w->sta, DRV_EV_EAPOL_RX), 0);
	sim_air_set_filter(w->air, NULL, NULL);
	/* Retries make up for a third of the frames. */
	sim_air_set_loss(w->air, 0.3, 7);
	for (int n = 0; n < 20; n++)
		drv->send_eapol(w->ap.i, sta, (const uint8_t *)"\2\0\0\0", 4, false);
	eloop_advance(w->loop, 100 * MSEC);
	assert_int_equal(node_count(&w->sta, DRV_EV_EAPOL_RX), 20);
	sim_air_set_loss(w->air, 0, 0);
	/* Nobody there: frames in a row make the AP hear of it. */
	drv->if_close(w->sta.i);
	w->sta.i = NULL;
	for (int n = 0; n < 50; n++)
		drv->send_eapol(w->ap.i, (const uint8_t *)w->ap.events[e].ev.addr,
			(const uint8_t *)"\2\0\0\0", 4, false);
	eloop_advance(w->loop, 100 * MSEC);
	assert_int_equal(node_count(&w->ap, DRV_EV_LOW_ACK), 1);
}

static void test_poll(void **state)
{
	struct world *w = *state;
	struct drv_sta_info info;
	uint8_t sta[6];
	mac_copy(sta, drv->addr(w->sta.i));

	connect_sta(w, false);
	eloop_advance(w->loop, 10 * USEC_PER_SEC);
	assert_int_equal(drv->sta_info(w->ap.i, sta, &info), 0);
	assert_in_range(info.inactive_ms, 9900, 10200);
	assert_int_equal(drv->poll_sta(w->ap.i, sta, false), 0);
	eloop_advance(w->loop, 10 * MSEC);
	assert_int_equal(node_count(&w->ap, DRV_EV_POLL_OK), 1);
	assert_int_equal(drv->sta_info(w->ap.i, sta, &info), 0);
	assert_in_range(info.inactive_ms, 0, 20);
	drv->if_close(w->sta.i);
	w->sta.i = NULL;
	assert_int_equal(drv->poll_sta(w->ap.i, sta, false), 0);
	eloop_advance(w->loop, 10 * MSEC);
	assert_int_equal(node_count(&w->ap, DRV_EV_POLL_OK), 1);
}

static void test_leaving(void **state)
{
	struct world *w = *state;
	const uint8_t *ap = drv->addr(w->ap.i), *sta = drv->addr(w->sta.i);

	connect_sta(w, false);
	assert_int_equal(drv->deauthenticate(w->sta.i, ap, REASON_DEAUTH_LEAVING), 0);
	assert_int_equal(node_count(&w->sta, DRV_EV_DISCONNECTED), 0); /* not from inside the op */
	unsigned before = node_count(&w->ap, DRV_EV_MGMT_RX);
	eloop_advance(w->loop, 10 * MSEC);
	assert_int_equal(node_count(&w->ap, DRV_EV_MGMT_RX), before + 1);
	int e = node_find(&w->sta, DRV_EV_DISCONNECTED, 0);
	assert_true(e >= 0 && w->sta.events[e].ev.disc.locally_generated);
	assert_int_equal(w->sta.events[e].ev.disc.reason, REASON_DEAUTH_LEAVING);

	w->sta.count = 0;
	connect_sta(w, false);
	struct writer f = writer_new(32);
	mgmt_write(&f, STYPE_DISASSOC, sta, ap, ap);
	writer_le16(&f, REASON_AP_FULL);
	node_send(&w->ap, &f);
	eloop_advance(w->loop, 10 * MSEC);
	e = node_find(&w->sta, DRV_EV_DISCONNECTED, 0);
	assert_true(e >= 0 && !w->sta.events[e].ev.disc.locally_generated);
	assert_false(w->sta.events[e].ev.disc.deauth);
	assert_int_equal(w->sta.events[e].ev.disc.reason, REASON_AP_FULL);

	/* The AP vanishes without a word. */
	w->sta.count = 0;
	connect_sta(w, false);
	drv->ap_stop(w->ap.i);
	eloop_advance(w->loop, 1200 * MSEC);
	assert_int_equal(node_count(&w->sta, DRV_EV_BEACON_LOSS), 1);
	e = node_find(&w->sta, DRV_EV_DISCONNECTED, 0);
	assert_true(e >= 0 && w->sta.events[e].ev.disc.locally_generated);
}

static void test_spurious(void **state)
{
	struct world *w = *state;
	connect_sta(w, false);
	assert_int_equal(drv->sta_remove(w->ap.i, drv->addr(w->sta.i)), 0);
	drv->send_eapol(w->sta.i, drv->addr(w->ap.i), (const uint8_t *)"\2\1\0\0", 4, false);
	eloop_advance(w->loop, 10 * MSEC);
	int e = node_find(&w->ap, DRV_EV_RX_SPURIOUS, 0);
	assert_true(e >= 0);
	assert_memory_equal(w->ap.events[e].ev.addr, drv->addr(w->sta.i), 6);
	assert_int_equal(node_count(&w->ap, DRV_EV_EAPOL_RX), 0);
}

static void test_second_bss(void **state)
{
	struct world *w = *state;
	int err = 0;
	char text[200];
	struct strbuf reason = strbuf_over(text, sizeof(text));
	struct drv_if_params p = {.ifname = "ap0_1",
		.type = DRV_IF_AP,
		.create_on = w->ap.i,
		.event = node_event,
		.ctx = &w->ap};
	struct drv_if *i = drv->if_open(w->ap.d, &p, &err, &reason);
	assert_non_null(i);
	assert_int_equal(drv->addr(i)[5], drv->addr(w->ap.i)[5] + 1);
	assert_null(drv->if_open(w->ap.d, &p, &err, &reason));
	assert_int_equal(err, -EBUSY);
	assert_string_equal(text, "ap0_1 is already in use on the simulated air t");
	drv->if_close(i);
}

static void test_bad_params(void **state)
{
	struct world *w = *state;
	assert_null(drv->init(w->loop, "air=inproc:unknown"));
	assert_null(drv->init(w->loop, "loss=2"));
	assert_null(drv->init(w->loop, "what"));
	assert_null(drv->init(w->loop, "signal=loud"));
}

/* A callback may close the interface it comes from. */
static void close_it(void *ctx, const struct drv_event *ev)
{
	struct node *n = ctx;
	if (n->i)
		drv->if_close(n->i);
	n->i = NULL;
}
static void test_close_in_callback(void **state)
{
	struct world *w = *state;
	struct node n = {0};
	int err = 0;
	struct drv_if_params p = {
		.ifname = "x0", .type = DRV_IF_STATION, .event = close_it, .ctx = &n};
	struct drv_scan s = {.ssid_count = 1};
	n.d = drv->init(w->loop, "air=inproc:t");
	n.i = drv->if_open(n.d, &p, &err, NULL);
	assert_int_equal(drv->scan(n.i, &s), 0);
	drv->scan_abort(n.i); /* a second event waits when the first closes */
	eloop_advance(w->loop, 10 * MSEC);
	assert_null(n.i);
	drv->deinit(n.d);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_scan), T(test_scan_no_ir), T(test_timeouts),
		T(test_assoc_refused), T(test_eapol), T(test_data_keys), T(test_replay),
		T(test_4addr), T(test_no_4addr), T(test_loss), T(test_poll), T(test_leaving),
		T(test_spurious), T(test_second_bss), T(test_bad_params),
		T(test_close_in_callback)};
	return cmocka_run_group_tests_name("sim", tests, NULL, NULL);
}
