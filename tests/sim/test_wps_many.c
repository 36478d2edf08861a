/* Hundreds of onboardings in a row, button and PIN in turn, with a key for the device in
 * wpa_psk_file: memory stays flat. SIM_ONBOARDINGS sets how many (500). */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "net.h"
#include "utils/file.h"

#define PIN "12345670"
#define WARM_UP 20 /* until tables and buffers have grown to what they need */
/* Bytes that malloc() may say more: it rounds chunks up to what is left beside them. ASan counts
 * exactly. A leak of 33 bytes in each of 500 runs shows either way. */
#define SLACK (__sanitizer_get_current_allocated_bytes ? 0 : 16384)

size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

/* Bytes in use on the heap by both daemons. */
static size_t heap(void)
{
	if (__sanitizer_get_current_allocated_bytes)
		return __sanitizer_get_current_allocated_bytes();
	return mallinfo2().uordblks;
}

static unsigned wanted_count(void)
{
	const char *wanted = getenv("SIM_ONBOARDINGS");

	return wanted ? (unsigned)strtoul(wanted, NULL, 10) : 500;
}

static void assert_flat(unsigned runs, size_t warm)
{
	size_t now = heap();

	print_message(
		"%u runs: %zu bytes in use after %u, %zu at the end\n", runs, warm, WARM_UP, now);
	assert_true(now <= warm + SLACK);
}

static void command(const char *reply, const char *expected)
{
	assert_string_equal(reply, expected);
}

static void onboard(struct net *n, struct net_ap *a, struct net_sta *s, bool pin)
{
	if (pin) {
		command(ap_command(a, 0, "WPS_PIN any " PIN), "OK\n");
		command(sta_command(s, "WPS_PIN any " PIN), PIN);
	} else {
		command(ap_command(a, 0, "WPS_PBC"), "OK\n");
		command(sta_command(s, "WPS_PBC"), "OK\n");
	}
	assert_true(net_wait(n, &a->events, "WPS-REG-SUCCESS", 1, 30));
	assert_true(net_wait(n, &a->events, "AP-STA-CONNECTED", 1, 30));
	assert_true(net_wait(n, &s->events, "CTRL-EVENT-CONNECTED", 1, 10));
	command(sta_command(s, "REMOVE_NETWORK all"), "OK\n");
	net_run(n, 3);
	events_clear(&a->events);
	events_clear(&s->events);
}

static void many(void **state, const char *psk_file)
{
	struct net *n = *state;
	unsigned count = wanted_count();
	char conf[512];
	size_t warm = 0;

	snprintf(conf, sizeof(conf), AP_WPS "wpa_psk_file=%s\n", psk_file);
	struct net_ap *a = net_ap(n, "ap", conf);
	struct net_sta *s = net_sta(n, "sta", "config_methods=push_button display\n");
	for (unsigned i = 0; i < count; i++) {
		onboard(n, a, s, i & 1);
		if (i == WARM_UP)
			warm = heap();
	}
	assert_flat(count, warm);
}

/* The same for runs that fail in the middle. */
static void test_wrong_pin(void **state)
{
	struct net *n = *state;
	unsigned count = wanted_count() / 4;
	size_t warm = 0;
	struct net_ap *a = net_ap(n, "ap", AP_WPS);
	struct net_sta *s = net_sta(n, "sta", "config_methods=push_button display\n");

	for (unsigned i = 0; i < count; i++) {
		command(ap_command(a, 0, "WPS_PIN any " PIN), "OK\n");
		command(sta_command(s, "WPS_PIN any 24681353"), "24681353");
		assert_true(net_wait(n, &a->events, "WPS-FAIL", 1, 30));
		command(sta_command(s, "WPS_CANCEL"), "OK\n");
		command(ap_command(a, 0, "WPS_CANCEL"), "OK\n");
		net_run(n, 130); /* nothing of it is remembered */
		assert_int_equal(events_count(&a->events, "WPS-REG-SUCCESS"), 0);
		events_clear(&a->events);
		events_clear(&s->events);
		if (i == WARM_UP)
			warm = heap();
	}
	assert_flat(count, warm);
}

static void test_own_key(void **state)
{
	struct net *n = *state;
	char path[96];
	struct bytes content = {0};
	uint8_t mac[MAC_LEN];
	char line[64];

	snprintf(path, sizeof(path), "%s/psk", n->dir);
	assert_int_equal(file_write_atomic(path, "# keys\n", 7), 0);
	many(state, path);
	/* One line: the device that comes again keeps its key. */
	sta_address(n->stas[0], mac);
	snprintf(line, sizeof(line), "# keys\nwps=1 " MACSTR " ", MAC2STR(mac));
	assert_int_equal(file_read(path, 1000, &content), 0);
	assert_memory_equal(content.data, line, strlen(line));
	assert_int_equal(content.len, strlen(line) + 65);
	bytes_clear(&content);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_own_key, net_setup, net_teardown),
		cmocka_unit_test_setup_teardown(test_wrong_pin, net_setup, net_teardown)};
	return cmocka_run_group_tests_name("many onboardings", tests, NULL, NULL);
}
