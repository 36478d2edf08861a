/* 802.1X associations from the first frame to the PMK, and what becomes of it: for the RSN core,
 * the cache, the driver. */
#include "rig.h"

#include "../eap_peer/gpsk_server.h"
#include "common/eapol_key.h"

struct dot1x {
	struct rig *r;
	struct gpsk_server server;
};

/* Associated with ap1, which the network fits. */
static void join(struct dot1x *d)
{
	struct wpas_connect *c = &d->r->w.conn;

	c->associated = true;
	c->was_completed = c->eapol_seen = false;
	d->r->w.state = WPAS_ASSOCIATED;
	mac_copy(c->bssid, ap1);
	wpas_glue_associated(&d->r->w);
}

static struct dot1x dot1x_up(enum wpas_runner runner)
{
	struct dot1x d = {.r = up()};
	struct wpas_if *w = &d.r->w;
	static const char *const keys[][2] = {
		{"eap", "GPSK"}, {"identity", "\"user\""}, {"password", "\"" GPSK_PASSWORD "\""}};
	struct cfg_error err;

	gpsk_server_init(&d.server);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		assert_int_equal(
			wpas_network_set(w->conf, w->conn.net, keys[i][0], keys[i][1], &err), 0);
	w->conn.pairwise = w->conn.group = CIPHER_CCMP;
	w->offload.runner = runner;
	join(&d);
	return d;
}

static void rx(struct dot1x *d, const void *frame, size_t len)
{
	struct drv_event ev = {.kind = DRV_EV_EAPOL_RX};

	mac_copy(ev.addr, ap1);
	ev.eapol.packet = frame;
	ev.eapol.len = len;
	d->r->sent_len = 0;
	wpas_glue_rx_eapol(&d->r->w, &ev);
}

static void rx_eap(struct dot1x *d, const uint8_t *eap, size_t len)
{
	uint8_t frame[600];
	struct writer w = writer_over(frame, sizeof(frame));

	eapol_write(&w, 2, EAPOL_EAP, eap, len);
	assert_true(writer_ok(&w));
	rx(d, frame, w.len);
}
#define RX_EAP(d, ...)                                                                             \
	rx_eap(d, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void converse(struct dot1x *d)
{
	const uint8_t *eap = d->r->sent + EAPOL_HDR_LEN;

	RX_EAP(d, 1, 1, 0, 5, 1);
	gpsk_server_1(&d->server, 2);
	rx_eap(d, d->server.out, d->server.out_len);
	assert_true(gpsk_server_rx_2(&d->server, "user", eap, d->r->sent_len - EAPOL_HDR_LEN));
	gpsk_server_3(&d->server, 3, GPSK_RIGHT);
	rx_eap(d, d->server.out, d->server.out_len);
	assert_true(gpsk_server_rx_4(&d->server, eap, d->r->sent_len - EAPOL_HDR_LEN));
}

/* Message 1 of the 4-way handshake, naming a PMKSA unless it is NULL. */
static void rx_message_1(struct dot1x *d, const uint8_t *pmkid)
{
	uint8_t frame[200];
	struct writer w = writer_over(frame, sizeof(frame));

	writer_u8(&w, 2);
	writer_u8(&w, EAPOL_KEY);
	struct writer_mark m = writer_begin(&w, 2, true);
	writer_u8(&w, 2);        /* RSN descriptor */
	writer_be16(&w, 0x008a); /* version 2, pairwise, ack */
	writer_be16(&w, 16);
	writer_be64(&w, 1);
	writer_zeros(&w, 31);
	writer_u8(&w, 9); /* ANonce */
	writer_zeros(&w, 16 + 8 + 8 + 16);
	writer_be16(&w, pmkid ? 22 : 0);
	if (pmkid) {
		writer_bytes(&w, "\xdd\x14\x00\x0f\xac\x04", 6);
		writer_bytes(&w, pmkid, 16);
	}
	writer_end(&w, m);
	assert_true(writer_ok(&w));
	rx(d, frame, w.len);
}

static void assert_pmk(const struct dot1x *d, const uint8_t *want)
{
	size_t len;
	const uint8_t *pmk = rsn_supp_pmk(d->r->w.rsn, &len);

	if (!want) {
		assert_int_equal(len, 0);
		return;
	}
	assert_int_equal(len, PMK_LEN);
	assert_memory_equal(pmk, want, PMK_LEN);
}

static const struct pmksa *cached(const struct dot1x *d)
{
	return pmksa_next(d->r->w.pmksa.cache, NULL);
}

static bool answered_message_1(const struct dot1x *d)
{
	return d->r->sent_len > 90 && d->r->sent[1] == EAPOL_KEY;
}

static void test_host(void **state)
{
	struct dot1x d = dot1x_up(RUNNER_HOST);

	assert_pmk(&d, NULL);
	rx_message_1(&d, NULL); /* too early: there is no PMK */
	assert_false(answered_message_1(&d));
	converse(&d);
	assert_false(d.r->sent_encrypted);
	RX_EAP(&d, 3, 3, 0, 4);
	assert_pmk(&d, d.server.keys.msk);
	assert_memory_equal(cached(&d)->pmk, d.server.keys.msk, PMK_LEN);
	assert_non_null(
		strstr(d.r->events, "CTRL-EVENT-EAP-SUCCESS EAP authentication completed "
				    "successfully\nPMKSA-CACHE-ADDED 02:00:00:00:00:01 0\n"));
	assert_int_equal(d.r->pmks + d.r->syncs, 0);
	rx_message_1(&d, cached(&d)->pmkid);
	assert_true(answered_message_1(&d));
	down(d.r);
}

/* The EAP-Success is lost, message 1 comes: as good. */
static void test_lower_success(void **state)
{
	struct dot1x d = dot1x_up(RUNNER_HOST);

	converse(&d);
	rx_message_1(&d, NULL);
	assert_pmk(&d, d.server.keys.msk);
	assert_true(answered_message_1(&d));
	down(d.r);
}

static void test_failure(void **state)
{
	struct dot1x d = dot1x_up(RUNNER_HOST);

	converse(&d);
	RX_EAP(&d, 4, 3, 0, 4);
	assert_int_equal(d.r->deauth_reason, REASON_8021X_FAILED);
	assert_int_equal(d.r->w.state, WPAS_DISCONNECTED);
	assert_null(cached(&d));
	assert_non_null(strstr(d.r->events,
		"CTRL-EVENT-EAP-FAILURE EAP authentication failed\n"
		"CTRL-EVENT-DISCONNECTED bssid=02:00:00:00:00:01 reason=23 locally_generated=1\n"
		"CTRL-EVENT-SSID-TEMP-DISABLED id=0 ssid=\"\" auth_failures=1 duration=10 "
		"reason=AUTH_FAILED\n"));
	down(d.r);
}

/* The driver gets what the server has, and nothing is left to the RSN core. */
static void test_driver(void **state)
{
	struct dot1x d = dot1x_up(RUNNER_DRV_1X);

	converse(&d);
	RX_EAP(&d, 3, 3, 0, 4);
	assert_int_equal(d.r->pmks, 1);
	assert_memory_equal(d.r->pmk_aa, ap1, MAC_LEN);
	assert_memory_equal(d.r->pmk, d.server.keys.msk, PMK_LEN);
	assert_null(cached(&d)); /* the driver has its own */
	rx_message_1(&d, NULL);
	assert_false(answered_message_1(&d));
	down(d.r);
}

static void test_driver_refuses(void **state)
{
	struct dot1x d = dot1x_up(RUNNER_DRV_1X);

	d.r->answer = -EIO;
	converse(&d);
	RX_EAP(&d, 3, 3, 0, 4);
	assert_int_equal(d.r->pmks, 1);
	assert_int_not_equal(d.r->deauth_reason, 0);
	assert_true(d.r->w.state < WPAS_AUTHENTICATING);
	down(d.r);
}

static void test_host_sync(void **state)
{
	struct dot1x d = dot1x_up(RUNNER_HOST_SYNC);

	converse(&d);
	RX_EAP(&d, 3, 3, 0, 4);
	assert_pmk(&d, d.server.keys.msk);
	assert_int_equal(d.r->syncs, 1);
	assert_memory_equal(d.r->pmk, d.server.keys.msk, PMK_LEN);
	assert_int_equal(d.r->sets, 1);
	down(d.r);
}

/* With keys in place an identity request in clear is nobody's; one that was encrypted is answered,
 * encrypted. */
static void test_in_clear(void **state)
{
	static const uint8_t kck[16] = {1}, kek[16] = {2}, request[] = {2, 0, 0, 5, 1, 9, 0, 5, 1};
	struct rsn_supp_keys k = {.kck = kck, .kek = kek, .kck_len = 16, .kek_len = 16};
	struct dot1x d = dot1x_up(RUNNER_HOST);
	struct drv_event ev = {.kind = DRV_EV_EAPOL_RX};
	struct rsn_supp_assoc a;

	converse(&d);
	RX_EAP(&d, 3, 3, 0, 4);
	wpas_glue_describe(&d.r->w, &a);
	assert_int_equal(rsn_supp_synced(d.r->w.rsn, &a, &k), 0);
	mac_copy(ev.addr, ap1);
	ev.eapol.packet = request;
	ev.eapol.len = sizeof(request);
	ev.eapol.in_clear = true;
	d.r->sent_len = 0;
	wpas_glue_rx_eapol(&d.r->w, &ev);
	assert_int_equal(d.r->sent_len, 0);
	ev.eapol.in_clear = false;
	wpas_glue_rx_eapol(&d.r->w, &ev);
	assert_true(d.r->sent_len > 0 && d.r->sent_encrypted);
	down(d.r);
}

/* The driver knew a PMKSA: no EAP for the association. Later the AP asks for one, which is no new
 * attempt with an end in sight; what comes in clear is still nobody's. */
static void test_reauthentication_of_the_driver(void **state)
{
	static const uint8_t request[] = {2, 0, 0, 5, 1, 9, 0, 5, 1},
			     failure[] = {2, 0, 0, 4, 4, 9, 0, 4};
	struct dot1x d = dot1x_up(RUNNER_DRV_1X);
	struct drv_event port = {.kind = DRV_EV_PORT_AUTHORIZED}, ev = {.kind = DRV_EV_EAPOL_RX};

	assert_false(wpas_offload_joined(&d.r->w));
	mac_copy(port.addr, ap1);
	wpas_offload_event(&d.r->w, &port);
	assert_int_equal(d.r->w.state, WPAS_COMPLETED);
	mac_copy(ev.addr, ap1);
	ev.eapol.packet = request;
	ev.eapol.len = sizeof(request);
	ev.eapol.in_clear = true;
	wpas_glue_rx_eapol(&d.r->w, &ev);
	assert_int_equal(d.r->sent_len, 0);
	ev.eapol.packet = failure;
	ev.eapol.len = sizeof(failure);
	wpas_glue_rx_eapol(&d.r->w, &ev);
	assert_int_equal(d.r->w.state, WPAS_COMPLETED);
	converse(&d);
	RX_EAP(&d, 3, 3, 0, 4);
	assert_int_equal(d.r->pmks, 1);
	pass(d.r, 100);
	assert_int_equal(d.r->w.state, WPAS_COMPLETED);
	assert_int_equal(d.r->deauth_reason, 0);
	down(d.r);
}

/* A roam of the driver with a PMKSA ends what runs with the old AP, and the new one may ask. */
static void test_taken_over(void **state)
{
	struct dot1x d = dot1x_up(RUNNER_HOST_SYNC);

	RX_EAP(&d, 1, 1, 0, 5, 1);
	wpas_dot1x_taken_over(&d.r->w);
	d.r->sent_len = 0;
	pass(d.r, 60);
	assert_int_equal(d.r->sent_len, 0); /* no EAPOL-Start */
	wpas_glue_left(&d.r->w);            /* as a PSK link has it */
	wpas_dot1x_taken_over(&d.r->w);
	converse(&d);
	RX_EAP(&d, 3, 3, 0, 4);
	assert_pmk(&d, d.server.keys.msk);
	wpas_glue_left(&d.r->w);
	assert_pmk(&d, NULL);
	down(d.r);
}

/* The keys are the driver's, so is the question whether the AP still has them. */
static void test_sa_query_of_the_driver(void **state)
{
	struct dot1x d = dot1x_up(RUNNER_DRV_1X);
	struct drv_event ev = {.kind = DRV_EV_UNPROT_LEAVE, .disc = {.reason = REASON_CLASS3}};

	d.r->w.state = WPAS_COMPLETED;
	d.r->w.conn.mfp = 2;
	mac_copy(ev.addr, ap1);
	wpas_sa_query_unprotected(&d.r->w, &ev);
	assert_false(timer_running(&d.r->w.sa_query.timer));
	down(d.r);
}

static void send_element(struct dot1x *d, const uint8_t *pmkid)
{
	uint8_t buf[128];
	struct writer w = writer_over(buf, sizeof(buf));
	struct rsn_ie ie = {.proto = PROTO_RSN,
		.group = CIPHER_CCMP,
		.pairwise = CIPHER_CCMP,
		.akm = AKM_8021X,
		.pmkids = pmkid,
		.pmkid_count = 1};

	rsn_ie_write(&w, &ie);
	assert_int_equal(bytes_set(&d->r->w.conn.rsn_ie, buf, w.len), 0);
}

/* Connected, left, associated again with the PMKID of then in the request. */
static struct dot1x dot1x_again(uint8_t pmk[PMK_LEN])
{
	struct dot1x d = dot1x_up(RUNNER_HOST);

	converse(&d);
	RX_EAP(&d, 3, 3, 0, 4);
	memcpy(pmk, d.server.keys.msk, PMK_LEN);
	d.r->w.conn.was_completed = true;
	wpas_glue_left(&d.r->w);
	send_element(&d, cached(&d)->pmkid);
	join(&d);
	d.r->events[0] = '\0';
	return d;
}

static void test_cached(void **state)
{
	uint8_t pmk[PMK_LEN];
	struct dot1x d = dot1x_again(pmk);

	assert_pmk(&d, pmk);
	d.r->sent_len = 0;
	pass(d.r, 5);
	assert_int_equal(d.r->sent_len, 0); /* no EAPOL-Start */
	rx_message_1(&d, cached(&d)->pmkid);
	assert_true(answered_message_1(&d));
	assert_events(d.r, "");
	down(d.r);
}

static void test_cached_forgotten(void **state)
{
	uint8_t pmk[PMK_LEN];
	struct dot1x d = dot1x_again(pmk);

	converse(&d); /* the AP asks who we are */
	RX_EAP(&d, 3, 3, 0, 4);
	assert_pmk(&d, d.server.keys.msk);
	assert_memory_not_equal(d.server.keys.msk, pmk, PMK_LEN);
	assert_memory_equal(cached(&d)->pmk, d.server.keys.msk, PMK_LEN);
	down(d.r);
}

/* It goes on with another PMK than ours: EAP, begun by us. */
static void test_cached_mismatch(void **state)
{
	static const uint8_t other[16] = {1};
	uint8_t pmk[PMK_LEN];
	struct dot1x d = dot1x_again(pmk);

	rx_message_1(&d, other);
	assert_false(answered_message_1(&d));
	assert_null(cached(&d));
	assert_pmk(&d, NULL);
	pass(d.r, 1);
	assert_int_equal(d.r->sent[1], EAPOL_START);
	converse(&d);
	RX_EAP(&d, 3, 3, 0, 4);
	assert_pmk(&d, d.server.keys.msk);
	down(d.r);
}

/* A PMK under the name it would have with another AP. One that turns out not to know it is not
 * offered it again. */
static void test_opportunistic(void **state)
{
	static const uint8_t other[16] = {1};
	uint8_t pmk[PMK_LEN], pmkid[PMKID_LEN], named[PMKID_LEN];
	struct dot1x d = dot1x_again(pmk);
	struct wpas_if *w = &d.r->w;
	const uint8_t *sent;

	w->conn.net->proactive_key_caching = 1;
	w->conn.akm = AKM_8021X_SHA256;
	mac_copy(w->conn.bssid, ap2);
	assert_null(wpas_pmksa_request(w)); /* another AKM */
	w->conn.akm = AKM_8021X;
	sent = wpas_pmksa_request(w);
	assert_non_null(sent);
	memcpy(named, sent, sizeof(named));
	assert_int_equal(pmkid_derive(pmk, PMK_LEN, ap2, own, AKM_8021X, pmkid), 0);
	assert_memory_equal(named, pmkid, PMKID_LEN);
	assert_true(pmksa_find_id(w->pmksa.cache, named)->opportunistic);
	assert_ptr_equal(wpas_pmksa_request(w), sent); /* once made */
	send_element(&d, named);

	/* 4-way handshake with another PMK, from ap2 */
	join(&d);
	mac_copy(w->conn.bssid, ap2);
	wpas_glue_associated(w);
	wpas_dot1x_pmkid_mismatch(w);
	assert_null(pmksa_find_id(w->pmksa.cache, named));
	assert_pmk(&d, NULL);
	assert_int_equal(d.r->sent[1], EAPOL_START);
	assert_null(wpas_pmksa_request(w));
	mac_copy(w->conn.bssid, other);
	sent = wpas_pmksa_request(w);
	assert_non_null(sent);
	send_element(&d, sent);
	wpas_assoc_status(w, STATUS_INVALID_PMKID);
	assert_null(wpas_pmksa_sent(w));
	assert_null(wpas_pmksa_request(w));
	down(d.r);
}

/* Never is the PMKSA tried again that did not lead to keys. */
static void test_cached_in_vain(void **state)
{
	uint8_t pmk[PMK_LEN];
	struct dot1x d = dot1x_again(pmk);

	rx_message_1(&d, cached(&d)->pmkid);
	wpas_leave(&d.r->w, REASON_DEAUTH_LEAVING);
	assert_null(cached(&d));
	down(d.r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_host),
		cmocka_unit_test(test_lower_success),
		cmocka_unit_test(test_failure),
		cmocka_unit_test(test_driver),
		cmocka_unit_test(test_driver_refuses),
		cmocka_unit_test(test_host_sync),
		cmocka_unit_test(test_in_clear),
		cmocka_unit_test(test_reauthentication_of_the_driver),
		cmocka_unit_test(test_taken_over),
		cmocka_unit_test(test_sa_query_of_the_driver),
		cmocka_unit_test(test_cached),
		cmocka_unit_test(test_cached_forgotten),
		cmocka_unit_test(test_cached_mismatch),
		cmocka_unit_test(test_cached_in_vain),
		cmocka_unit_test(test_opportunistic),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
