/* Many stations at one access point. SIM_STATIONS sets how many (200). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "conf.h"
#include "net.h"

static double cpu_seconds(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_utime.tv_sec + (double)u.ru_utime.tv_usec / 1e6;
}

static void test_all_join(void **state)
{
	struct net *n = *state;
	const char *wanted = getenv("SIM_STATIONS");
	unsigned count = wanted ? (unsigned)strtoul(wanted, NULL, 10) : 200;
	struct net_ap *a = net_ap(n, "ap", AP_PSK "max_num_sta=2007\n");
	double cpu = cpu_seconds();
	for (unsigned i = 0; i < count; i++) {
		char name[16];
		snprintf(name, sizeof(name), "s%u", i);
		net_sta(n, name, STA_PSK);
	}
	assert_true(net_wait(n, &a->events, "AP-STA-CONNECTED", count, 60));
	for (unsigned i = 0; i < count; i++)
		assert_true(net_wait(n, &n->stas[i]->events, "CTRL-EVENT-CONNECTED", 1, 1));
	print_message("%u stations connected, %.2f s CPU\n", count, cpu_seconds() - cpu);

	net_run(n, 3600);
	assert_int_equal(events_count(&a->events, "AP-STA-DISCONNECTED"), 0);
	uint8_t own[MAC_LEN], host[MAC_LEN] = {2, 0, 0, 0, 0xee, 1};
	sta_address(n->stas[count / 2], own);
	char name[16];
	snprintf(name, sizeof(name), "s%u", count / 2);
	assert_true(net_data_passes(n, name, own, "br0", host));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all_join, net_setup, net_teardown)};
	return cmocka_run_group_tests_name("many", tests, NULL, NULL);
}
