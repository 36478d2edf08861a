/* Lost frames: each EAPOL frame of a run is lost once, all its tries; and random losses throughout.
 */
#include <stdio.h>
#include <string.h>

#include "conf.h"
#include "net.h"

struct lose_nth {
	unsigned nth, seen;
	uint8_t last[2]; /* sequence control of the one being lost */
	bool losing;
	uint8_t victim[MAC_LEN];
};

static bool is_eapol(const uint8_t *f, size_t len)
{
	size_t body = f[1] & 0x40 ? 32 : 24; /* behind the CCMP header when protected */
	return len > body + 8 && (f[0] & 0x0c) == 8 && f[body + 6] == 0x88 && f[body + 7] == 0x8e;
}

/* Loses the nth EAPOL frame with all its repetitions. */
static bool lose_nth(void *ctx, const uint8_t *f, size_t len)
{
	struct lose_nth *l = ctx;

	if (!is_eapol(f, len))
		return false;
	bool repeated = l->seen && memcmp(l->last, f + 22, 2) == 0 && mac_equal(l->victim, f + 10);
	if (!repeated) {
		l->seen++;
		memcpy(l->last, f + 22, 2);
		mac_copy(l->victim, f + 10);
	}
	l->losing = l->seen == l->nth;
	return l->losing;
}

static void test_psk(void **state)
{
	for (unsigned nth = 1; nth <= 4; nth++) {
		struct lose_nth l = {.nth = nth};
		void *fresh;
		net_setup(&fresh);
		struct net *n = fresh;
		sim_air_set_filter(n->air, lose_nth, &l);
		struct net_ap *a = net_ap(n, "ap", AP_PSK);
		struct net_sta *s = net_sta(n, "sta", STA_PSK);
		uint8_t own[MAC_LEN], host[MAC_LEN] = {2, 0, 0, 0, 0xee, 1};
		if (!net_wait(n, &a->events, "AP-STA-CONNECTED", 1, 15) ||
			!net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", 1, 15))
			fail_msg("message %u of the 4-way handshake lost: no connection", nth);
		/* One retransmission, not a new association. */
		assert_int_equal(events_count(&s->events, "CTRL-EVENT-DISCONNECTED"), 0);
		assert_true(l.seen >= 5);
		sta_address(s, own);
		assert_true(net_data_passes(n, "sta", own, "br0", host));
		net_teardown(&fresh);
	}
}

static void test_wps(void **state)
{
	unsigned total = 1;

	/* Start, identity, M1..M8, done, failure; then the 4-way on the backhaul. */
	for (unsigned nth = 1; nth <= total; nth++) {
		struct lose_nth l = {.nth = nth};
		void *fresh;
		net_setup(&fresh);
		struct net *n = fresh;
		sim_air_set_filter(n->air, lose_nth, &l);
		struct net_ap *a = net_ap(n, "ap", AP_MULTI_AP);
		struct net_sta *s = net_sta(n, "sta", STA_WPS);
		assert_string_equal(ap_command(a, 0, "WPS_PBC"), "OK\n");
		assert_string_equal(sta_command(s, "WPS_PBC multi_ap=1"), "OK\n");
		if (!net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", 1, 100))
			fail_msg("EAPOL frame %u lost: no connection", nth);
		assert_int_equal(events_count(&a->events, "WDS-STA-INTERFACE-ADDED"), 1);
		if (nth == 1)
			total = l.seen - 1; /* one was sent twice */
		net_teardown(&fresh);
	}
	assert_in_range(total, 14, 40);
}

static void random_losses(const char *ap, const char *sta, const char *button)
{
	for (uint32_t seed = 1; seed <= 10; seed++) {
		void *fresh;
		net_setup(&fresh);
		struct net *n = fresh;
		sim_air_set_loss(n->air, 0.6, seed);
		struct net_ap *a = net_ap(n, "ap", ap);
		struct net_sta *s = net_sta(n, "sta", sta);
		if (button) {
			assert_string_equal(ap_command(a, 0, "WPS_PBC"), "OK\n");
			assert_string_equal(sta_command(s, button), "OK\n");
		}
		if (!net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", 1, 115))
			fail_msg("seed %u: no connection", seed);
		net_teardown(&fresh);
	}
}

static void test_random_psk(void **state)
{
	random_losses(AP_PSK, STA_PSK, NULL);
}

static void test_random_wps(void **state)
{
	random_losses(AP_MULTI_AP, STA_WPS, "WPS_PBC multi_ap=1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_psk), cmocka_unit_test(test_wps),
		cmocka_unit_test(test_random_psk), cmocka_unit_test(test_random_wps)};
	return cmocka_run_group_tests_name("loss", tests, NULL, NULL);
}
