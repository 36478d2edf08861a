/* Who runs the handshakes: the decision as a table (reference of the offload, 6). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "common/rsn_ie.h"
#include "drivers/driver.h"
#include "wpa_supplicant/runner.h"

#define ALL_OFFERS                                                                                 \
	((unsigned)(DRV_CAP_PSK_OFFLOAD | DRV_CAP_1X_OFFLOAD | DRV_CAP_SAE_OFFLOAD |               \
		    DRV_CAP_OWE_OFFLOAD | DRV_CAP_KEY_MGMT_SYNC))

/* Everything in place; a case takes away what it is about. */
#define FACTS(...)                                                                                 \
	{                                                                                          \
		.by_driver = true, .allowed = true, .pmk = true, .sae_password = true, __VA_ARGS__ \
	}

static const struct {
	struct wpas_runner_facts facts;
	enum wpas_runner runner;
} cases[] = {
	/* One offer each, and the AKM it is about. */
	{FACTS(.caps = DRV_CAP_PSK_OFFLOAD, .akm = AKM_PSK), RUNNER_DRV_PSK},
	{FACTS(.caps = DRV_CAP_PSK_OFFLOAD, .akm = AKM_PSK_SHA256), RUNNER_DRV_PSK},
	{FACTS(.caps = DRV_CAP_1X_OFFLOAD, .akm = AKM_8021X), RUNNER_DRV_1X},
	{FACTS(.caps = DRV_CAP_1X_OFFLOAD, .akm = AKM_8021X_SHA256), RUNNER_DRV_1X},
	{FACTS(.caps = DRV_CAP_SAE_OFFLOAD, .akm = AKM_SAE), RUNNER_DRV_SAE},
	{FACTS(.caps = DRV_CAP_OWE_OFFLOAD, .akm = AKM_OWE), RUNNER_DRV_OWE},
	{FACTS(.caps = DRV_CAP_KEY_MGMT_SYNC, .akm = AKM_PSK), RUNNER_HOST_SYNC},
	{FACTS(.caps = DRV_CAP_KEY_MGMT_SYNC, .akm = AKM_8021X), RUNNER_HOST_SYNC},
	/* An offer says nothing about other AKMs. */
	{FACTS(.caps = DRV_CAP_PSK_OFFLOAD, .akm = AKM_8021X), RUNNER_HOST},
	{FACTS(.caps = DRV_CAP_PSK_OFFLOAD, .akm = AKM_SAE), RUNNER_HOST},
	{FACTS(.caps = DRV_CAP_1X_OFFLOAD, .akm = AKM_PSK), RUNNER_HOST},
	{FACTS(.caps = DRV_CAP_SAE_OFFLOAD, .akm = AKM_PSK), RUNNER_HOST},
	{FACTS(.caps = DRV_CAP_1X_OFFLOAD, .akm = AKM_FT_8021X), RUNNER_HOST},
	{FACTS(.caps = DRV_CAP_PSK_OFFLOAD, .akm = AKM_FT_PSK), RUNNER_HOST},
	{FACTS(.caps = 0, .akm = AKM_PSK), RUNNER_HOST},
	{FACTS(.caps = DRV_CAP_AP_PSK_OFFLOAD, .akm = AKM_PSK), RUNNER_HOST},
	/* Without handshake there is nothing to run. */
	{FACTS(.caps = ALL_OFFERS, .akm = AKM_NONE), RUNNER_HOST},
	{FACTS(.caps = ALL_OFFERS, .akm = AKM_WPS), RUNNER_HOST},
	/* The driver that runs all comes before the one that runs some. */
	{FACTS(.caps = ALL_OFFERS, .akm = AKM_PSK), RUNNER_DRV_PSK},
	{FACTS(.caps = ALL_OFFERS, .akm = AKM_8021X), RUNNER_DRV_1X},
	/* Forbidden, refused, or not connect(). */
	{{.caps = ALL_OFFERS, .akm = AKM_PSK, .by_driver = true, .pmk = true}, RUNNER_HOST},
	{FACTS(.caps = ALL_OFFERS, .akm = AKM_PSK, .refused = true), RUNNER_HOST},
	{{.caps = ALL_OFFERS, .akm = AKM_PSK, .allowed = true, .pmk = true}, RUNNER_HOST},
	/* What the offer needs is missing. */
	{{.caps = DRV_CAP_PSK_OFFLOAD, .akm = AKM_PSK, .by_driver = true, .allowed = true},
		RUNNER_HOST},
	{{.caps = DRV_CAP_SAE_OFFLOAD, .akm = AKM_SAE, .by_driver = true, .allowed = true},
		RUNNER_HOST},
};

static void decision(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wpas_runner_choice c = wpas_runner_choose(&cases[i].facts);
		if (c.runner != cases[i].runner)
			print_error("case %zu: %s, expected %s\n", i, wpas_runner_name(c.runner),
				wpas_runner_name(cases[i].runner));
		assert_int_equal(c.runner, cases[i].runner);
		assert_true(strlen(c.why) > 0);
	}
}

static void whose_key_frames(void **state)
{
	assert_false(wpas_runner_is_driver(RUNNER_HOST));
	assert_false(wpas_runner_is_driver(RUNNER_HOST_SYNC));
	for (enum wpas_runner r = RUNNER_DRV_PSK; r <= RUNNER_DRV_1X; r++)
		assert_true(wpas_runner_is_driver(r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decision),
		cmocka_unit_test(whose_key_frames),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
