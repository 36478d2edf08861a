/* Firmware of the simulated radio: a station and two access points whose handshakes are all the
 * firmware's, driven through the driver's own requests. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "drivers/sim/sim.h"
#include "rsn/supplicant.h"

#define FREQ 2437
#define MSEC USEC_PER_MSEC
#define MAX_EVENTS 64

static const struct driver *const drv = &driver_sim;
static const uint8_t psk[PMK_LEN] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
static const uint8_t other_psk[PMK_LEN] = {9, 9};
static const uint8_t rsne[] = {
	EID_RSN, 20, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0, 0x0f, 0xac, 2, 0, 0};

struct seen {
	struct drv_event ev; /* its views are gone */
	uint8_t kck[64], kek[64];
	bool has_keys, has_rsne;
};
struct node {
	struct drv *d;
	struct drv_if *i;
	struct seen seen[MAX_EVENTS];
	unsigned count;
	bool close_on_port;
};
struct world {
	struct eloop *loop;
	struct sim_air *air;
	struct node sta, ap[2];
};

static bool has_rsne(const uint8_t *ies, size_t len)
{
	size_t whole;
	return ies && element_find(ies, len, EID_RSN, 0, &whole);
}

static void on_event(void *ctx, const struct drv_event *ev)
{
	struct node *n = ctx;

	/* Of no interest here, and many. */
	if (ev->kind == DRV_EV_MGMT_RX || ev->kind == DRV_EV_SCAN_DONE ||
		ev->kind == DRV_EV_SCAN_STARTED)
		return;
	assert_in_range(n->count, 0, MAX_EVENTS - 1);
	struct seen *s = &n->seen[n->count++];
	*s = (struct seen){.ev = *ev};
	if (ev->kind == DRV_EV_ROAM_AUTH) {
		s->has_rsne = has_rsne(ev->roam_auth.req_ies, ev->roam_auth.req_ies_len);
		s->has_keys = ev->roam_auth.kck && ev->roam_auth.kek;
		if (s->has_keys) {
			memcpy(s->kck, ev->roam_auth.kck, ev->roam_auth.kck_len);
			memcpy(s->kek, ev->roam_auth.kek, ev->roam_auth.kek_len);
		}
	} else if (ev->kind == DRV_EV_CONNECT || ev->kind == DRV_EV_ROAM) {
		s->has_rsne = has_rsne(ev->conn.req_ies, ev->conn.req_ies_len);
	} else if (ev->kind == DRV_EV_STA_NEW) {
		s->has_rsne = has_rsne(ev->mgmt.req_ies, ev->mgmt.req_ies_len);
	}
	if (n->close_on_port && ev->kind == DRV_EV_PORT_AUTHORIZED) {
		drv->if_close(n->i);
		n->i = NULL;
	}
}

static void node_open(struct world *w, struct node *n, const char *ifname, enum drv_iftype type,
	const char *offload)
{
	char params[96];
	int err = 0;

	snprintf(params, sizeof(params), "air=inproc:t%s%s", *offload ? " offload=" : "", offload);
	n->d = drv->init(w->loop, params);
	assert_non_null(n->d);
	struct drv_if_params p = {.ifname = ifname, .type = type, .event = on_event, .ctx = n};
	n->i = drv->if_open(n->d, &p, &err, NULL);
	assert_non_null(n->i);
	assert_ptr_equal(sim_if_find(w->air, ifname), n->i);
}

static void node_close(struct node *n)
{
	if (n->i)
		drv->if_close(n->i);
	if (n->d)
		drv->deinit(n->d);
	*n = (struct node){0};
}

static void start_ap(struct node *n, const uint8_t *pmk)
{
	static const uint8_t tail[] = {EID_RSN, 20, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0, 0x0f, 0xac, 4,
		1, 0, 0, 0x0f, 0xac, 2, 0, 0};
	const uint8_t *own = drv->addr(n->i);
	struct writer w = writer_new(128), r = writer_new(128);

	for (unsigned k = 0; k < 2; k++) {
		struct writer *to = k ? &r : &w;
		mgmt_write(to, k ? STYPE_PROBE_RESP : STYPE_BEACON, mac_broadcast, own, own);
		writer_zeros(to, 8);
		writer_le16(to, 100);
		writer_le16(to, CAP_ESS | CAP_PRIVACY);
		element_put(to, EID_SSID, "net", 3);
	}
	writer_bytes(&r, tail, sizeof(tail));
	struct drv_ap ap = {.freq = FREQ,
		.beacon_int = 100,
		.dtim_period = 2,
		.head = w.buf,
		.head_len = w.len,
		.tail = tail,
		.tail_len = sizeof(tail),
		.probe_resp = r.buf,
		.probe_resp_len = r.len,
		.privacy = true,
		.pmk = pmk};
	assert_int_equal(drv->ap_start(n->i, &ap), 0);
	writer_free(&w);
	writer_free(&r);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	w->loop = eloop_new(ELOOP_VIRTUAL);
	w->air = sim_air_new(w->loop, "t");
	for (unsigned k = 0; k < 2; k++) {
		node_open(w, &w->ap[k], k ? "ap1" : "ap0", DRV_IF_AP, "appsk+apsme");
		start_ap(&w->ap[k], psk);
	}
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	node_close(&w->sta);
	node_close(&w->ap[0]);
	node_close(&w->ap[1]);
	sim_air_free(w->air);
	eloop_free(w->loop);
	free(w);
	return 0;
}

static struct sim_fw_knobs *open_sta(struct world *w, const char *offload)
{
	node_open(w, &w->sta, "sta0", DRV_IF_STATION, offload);
	return sim_fw_knobs(w->sta.i);
}

/* The nth event of this kind, NULL: fewer. */
static const struct seen *event(const struct node *n, enum drv_event_kind kind, unsigned nth)
{
	for (unsigned k = 0; k < n->count; k++)
		if (n->seen[k].ev.kind == kind && nth-- == 0)
			return &n->seen[k];
	return NULL;
}

static unsigned events(const struct node *n, enum drv_event_kind kind)
{
	unsigned c = 0;
	while (event(n, kind, c))
		c++;
	return c;
}

static const uint8_t *bssid(const struct world *w, unsigned which)
{
	return drv->addr(w->ap[which].i);
}

static struct drv_assoc assoc(const struct world *w)
{
	struct drv_assoc a = {.ssid = (const uint8_t *)"net",
		.ssid_len = 3,
		.ies = rsne,
		.ies_len = sizeof(rsne),
		.pairwise = CIPHER_CCMP,
		.group = CIPHER_CCMP,
		.akm = AKM_PSK,
		.proto = PROTO_RSN,
		.privacy = true,
		.control_port = true};
	mac_copy(a.bssid, bssid(w, 0));
	return a;
}

static void run(struct world *w, unsigned ms)
{
	eloop_advance(w->loop, ms * MSEC);
}

static void connect_psk(struct world *w, const uint8_t *pmk)
{
	struct drv_assoc a = assoc(w);
	a.pmk = pmk;
	assert_int_equal(drv->connect(w->sta.i, &a), 0);
	run(w, 2500); /* with a scan */
}

/* Connected; nobody answers message 1, which comes again and again: withheld from now on. */
static void connect_sync(struct world *w)
{
	struct drv_assoc a = assoc(w);

	assert_int_equal(drv->sync_pmk(w->sta.i, psk, sizeof(psk)), 0);
	assert_int_equal(drv->connect(w->sta.i, &a), 0);
	run(w, 2000);
	assert_int_equal(events(&w->sta, DRV_EV_CONNECT), 1);
	assert_true(events(&w->sta, DRV_EV_EAPOL_RX) > 0);
	sim_fw_knobs(w->sta.i)->withhold_eapol = true;
	w->sta.count = 0;
}

static void roam(struct world *w)
{
	assert_int_equal(sim_fw_roam(w->sta.i, bssid(w, 1)), 0);
	assert_int_equal(sim_fw_roam(w->sta.i, bssid(w, 1)), -EBUSY);
	run(w, 3000);
}

static bool authorized(struct world *w, unsigned which)
{
	struct drv_sta_info info = {0};
	assert_int_equal(drv->sta_info(w->sta.i, bssid(w, which), &info), 0);
	assert_true(info.known & DRV_STA_PORT);
	return info.authorized;
}

/* --- what it offers --- */

static void test_words(void **state)
{
	static const struct {
		const char *words;
		unsigned has, lacks;
	} rows[] = {
		{"psk", DRV_CAP_PSK_OFFLOAD | DRV_CAP_HOST_KEYS, DRV_CAP_SME | DRV_CAP_ROAMING},
		{"1x+roam", DRV_CAP_1X_OFFLOAD | DRV_CAP_ROAMING, DRV_CAP_SME | DRV_CAP_PMKSA},
		{"sync+pmksa+rekey", DRV_CAP_KEY_MGMT_SYNC | DRV_CAP_PMKSA,
			DRV_CAP_SME | DRV_CAP_PSK_OFFLOAD},
		{"appsk+nokeys", DRV_CAP_AP_PSK_OFFLOAD | DRV_CAP_SME, DRV_CAP_HOST_KEYS},
		{"apsme", DRV_CAP_AP_SME | DRV_CAP_SME, DRV_CAP_AP_PSK_OFFLOAD},
		{"rekey", DRV_CAP_SME | DRV_CAP_HOST_KEYS, DRV_CAP_KEY_MGMT_SYNC},
	};
	static const char *const bad[] = {"offload=", "offload=psk+", "offload=+psk",
		"offload=psk+psq", "offload=PSK", "offload=ps"};
	struct world *w = *state;

	for (size_t n = 0; n < ARRAY_SIZE(rows); n++) {
		open_sta(w, rows[n].words);
		unsigned flags = drv->caps(w->sta.i)->flags;
		assert_int_equal(flags & rows[n].has, rows[n].has);
		assert_int_equal(flags & rows[n].lacks, 0);
		node_close(&w->sta);
	}
	for (size_t n = 0; n < ARRAY_SIZE(bad); n++) {
		char params[64];
		snprintf(params, sizeof(params), "air=inproc:t %s", bad[n]);
		assert_null(drv->init(w->loop, params));
	}
}

static void test_without_firmware(void **state)
{
	struct world *w = *state;
	const struct drv_pmksa e = {.pmk = psk, .pmk_len = sizeof(psk)};
	const struct drv_rekey r = {.kck = psk, .kek = psk, .kck_len = 16, .kek_len = 16};
	struct drv_assoc a;

	assert_null(open_sta(w, ""));
	a = assoc(w);
	a.pmk = psk;
	assert_int_equal(drv->connect(w->sta.i, &a), -EINVAL);
	a.pmk = NULL;
	a.offload_1x = true;
	assert_int_equal(drv->connect(w->sta.i, &a), -EINVAL);
	assert_int_equal(drv->set_pmk(w->sta.i, bssid(w, 0), psk, 32), -EOPNOTSUPP);
	assert_int_equal(drv->sync_pmk(w->sta.i, psk, 32), -EOPNOTSUPP);
	assert_int_equal(drv->allow_roaming(w->sta.i, true), -EOPNOTSUPP);
	assert_int_equal(drv->pmksa_set(w->sta.i, &e), -EOPNOTSUPP);
	assert_int_equal(drv->pmksa_del(w->sta.i, e.bssid, e.pmkid), -EOPNOTSUPP);
	assert_int_equal(drv->pmksa_flush(w->sta.i), -EOPNOTSUPP);
	assert_int_equal(drv->set_rekey(w->sta.i, &r), -EOPNOTSUPP);
	assert_int_equal(drv->refresh_caps(w->sta.i), 0);
	assert_int_equal(sim_fw_roam(w->sta.i, bssid(w, 0)), -EOPNOTSUPP);
	assert_int_equal(sim_fw_sleep(w->sta.i, true), -EOPNOTSUPP);
	assert_int_equal(sim_fw_count(w->sta.i, SIM_FW_CONNECT), 0);
	sim_fw_fail_next(w->sta.i, SIM_FW_CONNECT, -EIO);
	sim_fw_log_clear(w->sta.i);
}

/* --- handshake --- */

static void test_psk(void **state)
{
	struct world *w = *state;

	open_sta(w, "psk");
	connect_psk(w, psk);
	const struct seen *c = event(&w->sta, DRV_EV_CONNECT, 0),
			  *p = event(&w->sta, DRV_EV_PORT_AUTHORIZED, 0);
	assert_int_equal(w->sta.count, 2);
	assert_true(c < p);
	assert_int_equal(c->ev.conn.status, 0);
	assert_true(c->has_rsne);
	assert_memory_equal(p->ev.addr, bssid(w, 0), MAC_LEN);
	assert_true(authorized(w, 0));
	/* The AP's side. */
	const struct seen *n = event(&w->ap[0], DRV_EV_STA_NEW, 0);
	assert_int_equal(w->ap[0].count, 2);
	assert_non_null(n);
	assert_true(n->has_rsne);
	assert_memory_equal(n->ev.addr, drv->addr(w->sta.i), MAC_LEN);
	assert_non_null(event(&w->ap[0], DRV_EV_PORT_AUTHORIZED, 0));
	/* Leaving. */
	assert_int_equal(drv->deauthenticate(w->sta.i, bssid(w, 0), REASON_DEAUTH_LEAVING), 0);
	run(w, 50);
	assert_non_null(event(&w->ap[0], DRV_EV_STA_GONE, 0));
	const struct seen *d = event(&w->sta, DRV_EV_DISCONNECTED, 0);
	assert_non_null(d);
	assert_true(d->ev.disc.locally_generated);
}

static void test_wrong_psk(void **state)
{
	struct world *w = *state;

	open_sta(w, "psk");
	connect_psk(w, other_psk);
	assert_int_equal(events(&w->sta, DRV_EV_CONNECT), 1);
	assert_false(authorized(w, 0));
	run(w, 3000);
	const struct seen *d = event(&w->sta, DRV_EV_DISCONNECTED, 0);
	assert_non_null(d);
	assert_int_equal(d->ev.disc.reason, REASON_4WAY_TIMEOUT);
	assert_int_equal(events(&w->sta, DRV_EV_PORT_AUTHORIZED), 0);
	assert_int_equal(events(&w->ap[0], DRV_EV_PORT_AUTHORIZED), 0);
	assert_int_equal(events(&w->ap[0], DRV_EV_STA_GONE), 1);
}

static void test_handshake_first(void **state)
{
	struct world *w = *state;
	struct sim_fw_knobs *k = open_sta(w, "psk");

	k->handshake_first = true;
	connect_psk(w, other_psk);
	assert_int_equal(w->sta.count, 0);
	run(w, 3000);
	const struct seen *c = event(&w->sta, DRV_EV_CONNECT, 0);
	assert_int_equal(w->sta.count, 1);
	assert_int_equal(c->ev.conn.status, STATUS_AUTH_TIMEOUT);
	assert_false(c->ev.conn.timed_out);

	w->sta.count = 0;
	k->port_never = true;
	connect_psk(w, psk);
	assert_int_equal(w->sta.count, 1);
	assert_int_equal(w->sta.seen[0].ev.kind, DRV_EV_CONNECT);
	assert_int_equal(w->sta.seen[0].ev.conn.status, 0);
	assert_true(authorized(w, 0));
}

static bool lose_data(void *ctx, const uint8_t *frame, size_t len)
{
	return FC_TYPE(frame[0]) == FTYPE_DATA;
}

/* Nothing of the handshake gets through: the firmware gives up by itself. */
static void test_no_answer(void **state)
{
	struct world *w = *state;

	open_sta(w, "psk");
	drv->ap_stop(w->ap[0].i);
	node_close(&w->ap[0]);
	/* An AP that never begins. */
	node_open(w, &w->ap[0], "ap0", DRV_IF_AP, "apsme");
	start_ap(&w->ap[0], NULL);
	sim_air_set_filter(w->air, lose_data, NULL);
	connect_psk(w, psk);
	assert_int_equal(events(&w->sta, DRV_EV_CONNECT), 1);
	run(w, 6000);
	const struct seen *d = event(&w->sta, DRV_EV_DISCONNECTED, 0);
	assert_non_null(d);
	assert_int_equal(d->ev.disc.reason, REASON_4WAY_TIMEOUT);
	assert_true(d->ev.disc.locally_generated);
}

static void test_port_knobs(void **state)
{
	struct world *w = *state;
	struct sim_fw_knobs *k = open_sta(w, "psk");
	struct drv_sta_info info;

	k->port_foreign = k->port_unreported = true;
	k->port_delay_ms = 5000;
	connect_psk(w, psk);
	assert_int_equal(events(&w->sta, DRV_EV_PORT_AUTHORIZED), 1);
	assert_memory_not_equal(
		event(&w->sta, DRV_EV_PORT_AUTHORIZED, 0)->ev.addr, bssid(w, 0), MAC_LEN);
	assert_int_equal(drv->sta_info(w->sta.i, bssid(w, 0), &info), 0);
	assert_false(info.known & DRV_STA_PORT);
	run(w, 5000);
	assert_int_equal(events(&w->sta, DRV_EV_PORT_AUTHORIZED), 2);
	assert_memory_equal(
		event(&w->sta, DRV_EV_PORT_AUTHORIZED, 1)->ev.addr, bssid(w, 0), MAC_LEN);
}

/* set_pmk() comes after message 1: that waits. */
static void test_1x(void **state)
{
	struct world *w = *state;
	struct drv_assoc a;

	open_sta(w, "1x");
	a = assoc(w);
	a.offload_1x = true;
	assert_int_equal(drv->set_pmk(w->sta.i, bssid(w, 0), psk, 32), -ENOTCONN);
	assert_int_equal(drv->connect(w->sta.i, &a), 0);
	run(w, 1700);
	assert_int_equal(events(&w->sta, DRV_EV_CONNECT), 1);
	assert_int_equal(events(&w->sta, DRV_EV_EAPOL_RX), 0);
	assert_int_equal(drv->set_pmk(w->sta.i, bssid(w, 1), psk, 32), -EINVAL);
	assert_int_equal(drv->set_pmk(w->sta.i, bssid(w, 0), psk, 16), -EINVAL);
	sim_fw_fail_next(w->sta.i, SIM_FW_SET_PMK, -EIO);
	assert_int_equal(drv->set_pmk(w->sta.i, bssid(w, 0), psk, 32), -EIO);
	assert_int_equal(drv->set_pmk(w->sta.i, bssid(w, 0), psk, 32), 0);
	run(w, 10);
	assert_int_equal(events(&w->sta, DRV_EV_PORT_AUTHORIZED), 1);
	assert_true(authorized(w, 0));
	assert_int_equal(sim_fw_count(w->sta.i, SIM_FW_SET_PMK), 5);
	assert_int_equal(sim_fw_asked(w->sta.i, SIM_FW_SET_PMK, 3)->result, -EIO);
	assert_memory_equal(sim_fw_asked(w->sta.i, SIM_FW_SET_PMK, 4)->pmk.data, psk, 32);
	assert_null(sim_fw_asked(w->sta.i, SIM_FW_SET_PMK, 5));
}

/* --- roams --- */

static void test_roam(void **state)
{
	struct world *w = *state;

	open_sta(w, "psk+roam");
	assert_int_equal(sim_fw_roam(w->sta.i, bssid(w, 1)), -ENOTCONN);
	connect_psk(w, psk);
	assert_int_equal(sim_fw_roam(w->sta.i, bssid(w, 0)), -EALREADY);
	w->sta.count = 0;
	roam(w);
	assert_int_equal(w->sta.count, 2);
	assert_int_equal(w->sta.seen[0].ev.kind, DRV_EV_ROAM);
	assert_true(w->sta.seen[0].has_rsne);
	assert_memory_equal(w->sta.seen[0].ev.addr, bssid(w, 1), MAC_LEN);
	assert_int_equal(w->sta.seen[1].ev.kind, DRV_EV_PORT_AUTHORIZED);
	assert_true(authorized(w, 1));
}

/* Nobody there: it stays where it is, and says nothing. */
static void test_roam_to_nowhere(void **state)
{
	static const uint8_t nobody[MAC_LEN] = {2, 1, 1, 1, 1, 1};
	struct world *w = *state;

	open_sta(w, "psk+roam");
	connect_psk(w, psk);
	w->sta.count = 0;
	assert_int_equal(sim_fw_roam(w->sta.i, nobody), 0);
	run(w, 5000);
	assert_int_equal(w->sta.count, 0);
	assert_true(authorized(w, 0));
	roam(w);
	assert_true(authorized(w, 1));
}

/* The new AP does not answer: the link is lost, from the AP the daemon knows. */
static bool lose_auth(void *ctx, const uint8_t *frame, size_t len)
{
	return frame[0] == FC_MGMT(STYPE_AUTH);
}

static void test_roam_fails(void **state)
{
	struct world *w = *state;

	open_sta(w, "psk+roam");
	connect_psk(w, psk);
	w->sta.count = 0;
	sim_air_set_filter(w->air, lose_auth, NULL);
	roam(w);
	assert_int_equal(w->sta.count, 1);
	assert_int_equal(w->sta.seen[0].ev.kind, DRV_EV_DISCONNECTED);
	assert_memory_equal(w->sta.seen[0].ev.addr, bssid(w, 0), MAC_LEN);
	sim_air_set_filter(w->air, NULL, NULL);
	connect_psk(w, psk);
	assert_true(authorized(w, 0));
}

static void check_keys(const struct world *w, const struct seen *s)
{
	struct rsn_supp_keys k;

	assert_true(sim_fw_keys(w->sta.i, &k));
	assert_true(s->ev.roam_auth.authorized);
	assert_true(s->has_rsne);
	assert_true(s->has_keys);
	assert_int_equal(s->ev.roam_auth.kck_len, k.kck_len);
	assert_memory_equal(s->kck, k.kck, k.kck_len);
	assert_memory_equal(s->kek, k.kek, k.kek_len);
	assert_true(s->ev.roam_auth.has_replay);
	assert_int_equal(s->ev.roam_auth.replay, k.replay);
}

static void test_sync(void **state)
{
	struct world *w = *state;

	open_sta(w, "sync");
	assert_int_equal(drv->sync_pmk(w->sta.i, psk, 0), -EINVAL);
	connect_sync(w);
	assert_int_equal(drv->allow_roaming(w->sta.i, false), 0);
	assert_int_equal(sim_fw_roam(w->sta.i, bssid(w, 1)), -EPERM);
	assert_int_equal(drv->allow_roaming(w->sta.i, true), 0);
	roam(w);
	assert_int_equal(w->sta.count, 2);
	assert_int_equal(w->sta.seen[0].ev.kind, DRV_EV_ROAM);
	assert_int_equal(w->sta.seen[1].ev.kind, DRV_EV_ROAM_AUTH);
	check_keys(w, &w->sta.seen[1]);
	assert_true(authorized(w, 1));
}

static void test_sync_knobs(void **state)
{
	struct world *w = *state;
	struct sim_fw_knobs *k = open_sta(w, "sync");

	connect_sync(w);
	k->roam_auth_first = k->roam_auth_twice = k->roam_auth_foreign = true;
	k->second_delay_ms = 500;
	roam(w);
	const struct seen *s = w->sta.seen;
	assert_int_equal(w->sta.count, 4);
	assert_int_equal(s[0].ev.kind, DRV_EV_ROAM_AUTH);
	assert_memory_not_equal(s[0].ev.addr, bssid(w, 1), MAC_LEN);
	check_keys(w, &s[1]);
	check_keys(w, &s[2]);
	assert_memory_equal(s[1].ev.addr, bssid(w, 1), MAC_LEN);
	assert_int_equal(s[3].ev.kind, DRV_EV_ROAM);

	*k = (struct sim_fw_knobs){.withhold_eapol = true, .hide_keys = true, .counter_ahead = 7};
	w->sta.count = 0;
	assert_int_equal(sim_fw_roam(w->sta.i, bssid(w, 0)), 0);
	run(w, 3000);
	struct rsn_supp_keys keys;
	assert_true(sim_fw_keys(w->sta.i, &keys));
	const struct seen *a = event(&w->sta, DRV_EV_ROAM_AUTH, 0);
	assert_false(a->has_keys);
	assert_int_equal(a->ev.roam_auth.replay, keys.replay + 7);

	*k = (struct sim_fw_knobs){
		.withhold_eapol = true, .hide_counter = true, .no_roam_event = true};
	w->sta.count = 0;
	roam(w);
	assert_int_equal(w->sta.count, 1);
	assert_true(w->sta.seen[0].has_keys);
	assert_false(w->sta.seen[0].ev.roam_auth.has_replay);
}

/* The firmware leaves the handshake to the host. */
static void test_sync_assoc_only(void **state)
{
	struct world *w = *state;
	struct sim_fw_knobs *k = open_sta(w, "sync");

	connect_sync(w);
	k->roam_assoc_only = true;
	k->withhold_eapol = false;
	roam(w);
	const struct seen *a = event(&w->sta, DRV_EV_ROAM_AUTH, 0),
			  *e = event(
				  &w->sta, DRV_EV_EAPOL_RX, events(&w->sta, DRV_EV_EAPOL_RX) - 1);
	assert_non_null(a);
	assert_false(a->ev.roam_auth.authorized);
	assert_false(a->has_keys);
	assert_true(e > a);
	assert_memory_equal(e->ev.addr, bssid(w, 1), MAC_LEN);
	assert_false(authorized(w, 1));
	k->withhold_eapol = true;
	unsigned before = events(&w->sta, DRV_EV_EAPOL_RX);
	run(w, 1500);
	assert_int_equal(events(&w->sta, DRV_EV_EAPOL_RX), before);
}

/* --- other requests --- */

static void test_pmksa(void **state)
{
	struct world *w = *state;
	struct drv_pmksa e = {.bssid = {2, 0, 0, 0, 0, 0},
		.pmkid = {7},
		.pmk = psk,
		.pmk_len = sizeof(psk),
		.lifetime = 1000,
		.threshold = 70};

	open_sta(w, "1x+pmksa");
	for (uint8_t n = 0; n < 16; n++) {
		e.bssid[5] = n;
		assert_int_equal(drv->pmksa_set(w->sta.i, &e), 0);
	}
	assert_int_equal(drv->pmksa_set(w->sta.i, &e), 0); /* the same AP again */
	e.bssid[5] = 16;
	assert_int_equal(drv->pmksa_set(w->sta.i, &e), -ENOSPC);
	const struct sim_fw_record *r = sim_fw_asked(w->sta.i, SIM_FW_PMKSA_SET, 3);
	assert_int_equal(r->addr[5], 3);
	assert_int_equal(r->lifetime, 1000);
	assert_int_equal(r->threshold, 70);
	assert_memory_equal(r->pmk.data, psk, sizeof(psk));
	assert_memory_equal(r->pmkid, e.pmkid, 16);
	e.bssid[5] = 4;
	assert_int_equal(drv->pmksa_del(w->sta.i, e.bssid, psk), -ENOENT);
	assert_int_equal(drv->pmksa_del(w->sta.i, e.bssid, e.pmkid), 0);
	assert_int_equal(drv->pmksa_del(w->sta.i, e.bssid, e.pmkid), -ENOENT);
	e.bssid[5] = 16;
	assert_int_equal(drv->pmksa_set(w->sta.i, &e), 0);
	assert_int_equal(drv->pmksa_flush(w->sta.i), 0);
	assert_int_equal(drv->pmksa_del(w->sta.i, e.bssid, e.pmkid), -ENOENT);
	e.pmk_len = PMK_MAX_LEN + 1;
	assert_int_equal(drv->pmksa_set(w->sta.i, &e), -EINVAL);
	e.pmk_len = 0;
	e.pmk = NULL;
	assert_int_equal(drv->pmksa_set(w->sta.i, &e), 0);
}

static void test_rekey(void **state)
{
	struct world *w = *state;
	struct drv_rekey r = {
		.kck = psk, .kek = other_psk, .kck_len = 16, .kek_len = 16, .replay = 5};

	open_sta(w, "sync+rekey");
	assert_int_equal(drv->set_rekey(w->sta.i, &r), -ENOTCONN);
	connect_sync(w);
	assert_int_equal(sim_fw_sleep(w->sta.i, true), -ENOKEY);
	r.kck_len = 0;
	assert_int_equal(drv->set_rekey(w->sta.i, &r), -EINVAL);
	r.kck_len = 16;
	assert_int_equal(drv->set_rekey(w->sta.i, &r), 0);
	assert_int_equal(sim_fw_sleep(w->sta.i, true), 0);
	struct rsn_supp_keys k;
	assert_true(sim_fw_keys(w->sta.i, &k));
	assert_memory_equal(k.kck, psk, 16);
	assert_memory_equal(k.kek, other_psk, 16);
	assert_int_equal(k.replay, 5);
	assert_int_equal(sim_fw_sleep(w->sta.i, false), 0);
	/* Another AP, other keys. */
	roam(w);
	assert_int_equal(sim_fw_sleep(w->sta.i, true), 0);
	assert_true(sim_fw_keys(w->sta.i, &k));
	assert_memory_not_equal(k.kck, psk, 16);
}

static void test_host_keys(void **state)
{
	struct world *w = *state;
	struct drv_key k = {.cipher = CIPHER_CCMP, .index = 1, .key = psk, .key_len = 16};

	open_sta(w, "psk+nokeys");
	assert_int_equal(drv->set_key(w->sta.i, &k), -EOPNOTSUPP);
	node_close(&w->sta);
	open_sta(w, "psk");
	assert_int_equal(drv->set_key(w->sta.i, &k), 0);
	k.key = NULL;
	assert_int_equal(drv->set_key(w->sta.i, &k), 0);
	const struct sim_fw_record *n = sim_fw_asked(w->sta.i, SIM_FW_KEY_NEW, 0);
	assert_non_null(n);
	assert_int_equal(n->index, 1);
	assert_memory_equal(n->key.data, psk, 16);
	assert_int_equal(sim_fw_count(w->sta.i, SIM_FW_KEY_DEL), 1);
	sim_fw_log_clear(w->sta.i);
	assert_int_equal(sim_fw_count(w->sta.i, SIM_FW_KEY_NEW), 0);
}

static void test_lost_caps(void **state)
{
	struct world *w = *state;
	struct sim_fw_knobs *k = open_sta(w, "psk+roam");
	struct drv_assoc a = assoc(w);

	k->lost_caps = DRV_CAP_PSK_OFFLOAD;
	assert_int_equal(drv->refresh_caps(w->sta.i), 0);
	assert_false(drv->caps(w->sta.i)->flags & DRV_CAP_PSK_OFFLOAD);
	assert_true(drv->caps(w->sta.i)->flags & DRV_CAP_ROAMING);
	a.pmk = psk;
	assert_int_equal(drv->connect(w->sta.i, &a), -EINVAL);
	k->lost_caps = DRV_CAP_ROAMING;
	assert_int_equal(drv->refresh_caps(w->sta.i), 0);
	a.bssid_is_hint = true;
	assert_int_equal(drv->connect(w->sta.i, &a), -EINVAL);
}

/* Every view of an event is a copy. */
static void test_emit(void **state)
{
	struct world *w = *state;
	uint8_t bytes[32] = {1, 2, 3};
	struct drv_event ev = {.kind = DRV_EV_ROAM_AUTH,
		.addr = {2},
		.roam_auth = {.req_ies = bytes,
			.req_ies_len = 3,
			.kck = bytes,
			.kck_len = 16,
			.kek = bytes,
			.kek_len = 32,
			.pmk = bytes,
			.pmk_len = 32,
			.pmkid = bytes}};

	open_sta(w, "sync");
	sim_fw_emit(w->sta.i, &ev);
	ev = (struct drv_event){
		.kind = DRV_EV_PMKSA_CANDIDATE, .candidate = {.index = 3, .preauth = true}};
	sim_fw_emit(w->sta.i, &ev);
	bytes[0] = 99;
	run(w, 1);
	assert_int_equal(w->sta.count, 2);
	assert_true(w->sta.seen[0].has_keys);
	assert_int_equal(w->sta.seen[0].kck[0], 1);
	assert_int_equal(w->sta.seen[0].ev.roam_auth.kek_len, 32);
	assert_int_equal(w->sta.seen[1].ev.candidate.index, 3);
}

/* --- access point --- */

static void test_ap_removes(void **state)
{
	struct world *w = *state;

	open_sta(w, "psk");
	connect_psk(w, psk);
	w->sta.count = w->ap[0].count = 0;
	assert_int_equal(drv->sta_remove(w->ap[0].i, drv->addr(w->sta.i)), 0);
	run(w, 50);
	assert_non_null(event(&w->sta, DRV_EV_DISCONNECTED, 0));
	assert_int_equal(w->ap[0].count, 0);
	/* Again, over an old record: no leftovers. */
	connect_psk(w, psk);
	connect_psk(w, psk);
	assert_true(authorized(w, 0));
	assert_int_equal(events(&w->ap[0], DRV_EV_STA_NEW), 2);
	assert_int_equal(events(&w->ap[0], DRV_EV_PORT_AUTHORIZED), 2);
}

static void test_ap_refuses(void **state)
{
	struct world *w = *state;
	static const uint8_t tkip[] = {EID_RSN, 20, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0, 0x0f, 0xac, 2,
		1, 0, 0, 0x0f, 0xac, 2, 0, 0};
	struct drv_assoc a;

	open_sta(w, "psk");
	a = assoc(w);
	a.pmk = psk;
	a.ies = tkip;
	assert_int_equal(drv->connect(w->sta.i, &a), 0);
	run(w, 2500);
	assert_int_equal(w->sta.count, 1);
	assert_int_equal(event(&w->sta, DRV_EV_CONNECT, 0)->ev.conn.status, STATUS_PAIRWISE_CIPHER);
	assert_int_equal(w->ap[0].count, 0);
}

static void test_ap_pmk_without_cap(void **state)
{
	struct world *w = *state;
	struct drv_ap ap = {.freq = FREQ, .beacon_int = 100, .dtim_period = 1, .pmk = psk};

	node_close(&w->ap[0]);
	node_open(w, &w->ap[0], "ap0", DRV_IF_AP, "apsme");
	assert_int_equal(drv->ap_start(w->ap[0].i, &ap), -EINVAL);
	assert_memory_equal(
		sim_fw_asked(w->ap[0].i, SIM_FW_AP_START, 0)->pmk.data, psk, sizeof(psk));
}

/* --- ends --- */

static void test_close_in_callback(void **state)
{
	struct world *w = *state;

	open_sta(w, "psk");
	w->sta.close_on_port = true;
	connect_psk(w, psk);
	assert_null(w->sta.i);
	run(w, 5000);
}

static void test_close_under_way(void **state)
{
	struct world *w = *state;
	struct drv_assoc a;

	for (unsigned ms = 1; ms < 1800; ms = ms < 1515 ? ms + 101 : ms + 1) {
		if (ms > 1530)
			ms += 50;
		open_sta(w, "sync+psk+roam");
		a = assoc(w);
		a.pmk = psk;
		assert_int_equal(drv->connect(w->sta.i, &a), 0);
		run(w, ms);
		if (ms > 1700)
			assert_int_equal(sim_fw_roam(w->sta.i, bssid(w, 1)), 0);
		node_close(&w->sta);
		run(w, 20);
		w->ap[0].count = w->ap[1].count = 0;
	}
	open_sta(w, "psk");
	connect_psk(w, psk);
	node_close(&w->ap[0]);
	run(w, 3000);
	assert_non_null(event(&w->sta, DRV_EV_DISCONNECTED, 0));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_words), T(test_without_firmware), T(test_psk),
		T(test_wrong_psk), T(test_handshake_first), T(test_no_answer), T(test_port_knobs),
		T(test_1x), T(test_roam), T(test_roam_to_nowhere), T(test_roam_fails), T(test_sync),
		T(test_sync_knobs), T(test_sync_assoc_only), T(test_pmksa), T(test_rekey),
		T(test_host_keys), T(test_lost_caps), T(test_emit), T(test_ap_removes),
		T(test_ap_refuses), T(test_ap_pmk_without_cap), T(test_close_in_callback),
		T(test_close_under_way)};
	return cmocka_run_group_tests_name("sim firmware", tests, NULL, NULL);
}
