/* CONFIG_TESTING=n: no debug aids. Their commands are unknown, their names are no settings. */
#include "wpa_supplicant/testing.h"

#include <errno.h>

int wpas_testing_set(struct wpas_if *w, const char *name, const char *value)
{
	return -ENOENT;
}

void wpas_testing_flush(struct wpas_if *w)
{
}

void wpas_testing_wps(struct wpas_if *w, struct wps_device *dev)
{
}

bool wpas_testing_eapol_tx(
	struct wpas_if *w, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len)
{
	return false;
}

void wpas_testing_eapol_rx(struct wpas_if *w, const uint8_t src[MAC_LEN], size_t len)
{
}

const struct ctrl_command wpas_cmds_testing[] = {{NULL, CTRL_EXACT, 0, NULL, NULL}};
