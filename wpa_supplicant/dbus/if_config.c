/* W.Interface: its configuration as a whole. */
#include <errno.h>

#include "wpa_supplicant/dbus/if_i.h"

void wpas_dbus_save_config(void *ctx, struct bus_call *call)
{
	int err = wpas_save_config(wpas_dbus_if_of(ctx));

	if (err == -EPERM)
		bus_fail(call, WPAS_E("UnknownError"),
			"Not allowed to update configuration (update_config=0)");
	else if (err < 0)
		bus_fail(call, WPAS_E("UnknownError"), "Failed to update configuration");
}

void wpas_dbus_set_pkcs11(void *ctx, struct bus_call *call)
{
	static const char *const keys[] = {"pkcs11_engine_path", "pkcs11_module_path"};
	struct wpas_conf *c = wpas_dbus_if_of(ctx)->conf;
	const char *path = "";
	struct cfg_error err;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		bus_get_str(bus_args(call), &path);
		if (wpas_conf_set(c, keys[i], path, &err) < 0) {
			bus_fail(call, BUS_ERROR_FAILED,
				"Reinit of the EAPOL context with the new PKCS #11 engine and "
				"module path failed.");
			return;
		}
		dbus_message_iter_next(bus_args(call));
	}
}
