/* CONFIG_UPNP=n: no external registrar. Its commands are unknown commands. */
#include "wpa_supplicant/er.h"
#include "wpa_supplicant/supplicant_i.h"

void wpas_er_stop(struct wpas_if *w)
{
}

void wpas_er_free(struct wpas_if *w)
{
}

struct wps_registrar *wpas_er_registrar(const struct wpas_if *w)
{
	return NULL;
}

const struct wps_credential *wpas_er_settings(const struct wpas_if *w, const char *uuid_or_mac)
{
	return NULL;
}

const struct ctrl_command wpas_cmds_er[] = {{NULL, CTRL_EXACT, 0, NULL, NULL}};
