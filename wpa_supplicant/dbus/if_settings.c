/* W.Interface: properties that can be set. */
#include <errno.h>

#include "wpa_supplicant/dbus/if_i.h"

static int refuse(struct bus_call *call, const char *why)
{
	bus_fail(call, BUS_ERROR_FAILED, "%s", why);
	return -EINVAL;
}

static uint32_t number_of(DBusMessageIter *in)
{
	uint32_t n = 0;

	bus_get_u32(in, &n);
	return n;
}

int wpas_dbus_set_ap_scan(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call)
{
	if (wpas_set_ap_scan(wpas_dbus_if_of(ctx), number_of(in)) < 0)
		return refuse(call, "ap_scan must be 0, 1, or 2");
	return 0;
}

int wpas_dbus_set_expire_age(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call)
{
	if (wpas_set_expire_age(wpas_dbus_if_of(ctx), number_of(in)) < 0)
		return refuse(call, "BSSExpireAge must be >= 10");
	return 0;
}

int wpas_dbus_set_expire_count(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call)
{
	if (wpas_set_expire_count(wpas_dbus_if_of(ctx), number_of(in)) < 0)
		return refuse(call, "BSSExpireCount must be > 0");
	return 0;
}

int wpas_dbus_set_scan_interval(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call)
{
	int32_t n = -1;

	bus_get_i32(in, &n);
	if (wpas_set_scan_interval(wpas_dbus_if_of(ctx), n) < 0)
		return refuse(call, "scan_interval must be >= 0");
	return 0;
}

int wpas_dbus_set_fast_reauth(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call)
{
	bool on = false;

	bus_get_bool(in, &on);
	wpas_dbus_if_of(ctx)->conf->fast_reauth = on;
	return 0;
}

int wpas_dbus_set_country(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call)
{
	struct wpas_if *w = wpas_dbus_if_of(ctx);
	const char *code = "";
	struct cfg_error err;

	bus_get_str(in, &code);
	if (wpas_conf_set(w->conf, "country", code, &err) < 0)
		return refuse(call, "invalid country code");
	wpas_if_apply_country(w);
	return 0;
}

int wpas_dbus_set_bridge(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call)
{
	const char *name = "";

	bus_get_str(in, &name);
	switch (wpas_if_set_bridge(wpas_dbus_if_of(ctx), name)) {
	case 0:
		return 0;
	case -EINVAL:
		return refuse(call, "invalid interface name");
	case -EBUSY:
		return refuse(call, "interface is busy");
	default:
		return refuse(call, "the bridge cannot be used");
	}
}

/* Switches one kind on; 0 or -errno with the error set. */
static int random_kind(
	struct wpas_if *w, const char *kind, DBusMessageIter *in, struct bus_call *call)
{
	const uint8_t *mask;
	size_t len;

	if (bus_get_bytes(in, &mask, &len) < 0) {
		bus_fail(call, BUS_ERROR_INVALID_ARGS, "mask was not a byte array");
		return -EINVAL;
	}
	if (len != MAC_LEN) {
		bus_fail(
			call, BUS_ERROR_INVALID_ARGS, "malformed MAC mask given: 6 bytes expected");
		return -EINVAL;
	}
	int err = wpas_mac_rand_on(w, kind, wpas_if_addr(w), mask);
	if (err == -EINVAL)
		bus_fail(call, BUS_ERROR_INVALID_ARGS, "bad scan type \"%.32s\"", kind);
	else if (err < 0)
		bus_fail(call, BUS_ERROR_FAILED,
			"failed to set up MAC address randomization for %.32s", kind);
	return err;
}

int wpas_dbus_set_random_masks(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call)
{
	struct wpas_if *w = wpas_dbus_if_of(ctx);
	DBusMessageIter dict, value;
	const char *kind;

	if (bus_get_array(in, "{sv}", &dict) < 0 && bus_get_array(in, "{say}", &dict) < 0) {
		bus_fail(call, BUS_ERROR_INVALID_ARGS, "invalid message format");
		return -EINVAL;
	}
	wpas_mac_rand_off(w, "all");
	while (bus_dict_next(&dict, &kind, &value))
		if (random_kind(w, kind, &value, call) < 0)
			return -EINVAL;
	return 0;
}
