#include "wpa_supplicant/runner.h"

#include <stddef.h>

#include "common/rsn_ie.h"
#include "drivers/driver.h"

#define AKMS_PSK ((unsigned)(AKM_PSK | AKM_PSK_SHA256))
#define AKMS_1X ((unsigned)(AKM_8021X | AKM_8021X_SHA256))

static const struct row {
	unsigned akms, cap;
	enum wpas_runner runner;
	bool needs_pmk, needs_sae_password;
	const char *why;
} rows[] = {
	{AKMS_PSK, DRV_CAP_PSK_OFFLOAD, RUNNER_DRV_PSK, true, false,
		"the driver offers the handshake of PSK networks"},
	{AKMS_1X, DRV_CAP_1X_OFFLOAD, RUNNER_DRV_1X, false, false,
		"the driver offers the handshake of 802.1X networks"},
	{AKM_SAE, DRV_CAP_SAE_OFFLOAD, RUNNER_DRV_SAE, false, true, "the driver offers SAE"},
	{AKM_OWE, DRV_CAP_OWE_OFFLOAD, RUNNER_DRV_OWE, false, false, "the driver offers OWE"},
	{AKMS_PSK | AKMS_1X, DRV_CAP_KEY_MGMT_SYNC, RUNNER_HOST_SYNC, false, false,
		"the driver roams and tells the keys"},
};

static bool fits(const struct row *row, const struct wpas_runner_facts *f)
{
	return row->akms & f->akm && row->cap & f->caps && (f->pmk || !row->needs_pmk) &&
	       (f->sae_password || !row->needs_sae_password);
}

struct wpas_runner_choice wpas_runner_choose(const struct wpas_runner_facts *f)
{
	struct wpas_runner_choice host = {RUNNER_HOST, "the driver offers nothing for this AKM"};

	if (f->akm & (AKM_NONE | AKM_WPS))
		host.why = "there is no handshake";
	else if (!f->allowed)
		host.why = "key_mgmt_offload=0";
	else if (f->refused)
		host.why = "the driver refused to connect with offload";
	else if (!f->by_driver)
		host.why = "the association is ours, too";
	else
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			if (fits(&rows[i], f))
				return (struct wpas_runner_choice){rows[i].runner, rows[i].why};
	return host;
}

const char *wpas_runner_name(enum wpas_runner r)
{
	static const char *const names[] = {[RUNNER_HOST] = "HOST",
		[RUNNER_DRV_PSK] = "DRV_PSK",
		[RUNNER_DRV_SAE] = "DRV_SAE",
		[RUNNER_DRV_OWE] = "DRV_OWE",
		[RUNNER_DRV_1X] = "DRV_1X",
		[RUNNER_HOST_SYNC] = "HOST_SYNC"};

	return names[r];
}

bool wpas_runner_is_driver(enum wpas_runner r)
{
	return r != RUNNER_HOST && r != RUNNER_HOST_SYNC;
}
