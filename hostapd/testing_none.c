/* CONFIG_TESTING=n: no debug aids. Their commands are unknown, their names are no settings. */
#include "hostapd/testing.h"

#include <errno.h>

int hostapd_testing_set(struct hostapd_bss *b, const char *name, const char *value)
{
	return -ENOENT;
}

void hostapd_testing_flush(struct hostapd *h)
{
}

void hostapd_testing_wps_env(const struct hostapd *h, struct ap_wps_env *env)
{
}

bool hostapd_testing_eapol_tx(
	struct hostapd_bss *b, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len)
{
	return false;
}

bool hostapd_testing_mgmt(struct hostapd_bss *b, const struct drv_event *ev)
{
	return false;
}

const struct ctrl_command hostapd_commands_testing[] = {{0}};
