/* W.Interface: elements of the user's in frames of ours. */
#include <errno.h>

#include "wpa_supplicant/dbus/if_i.h"

static void refuse(struct bus_call *call, const char *why)
{
	bus_fail(call, BUS_ERROR_INVALID_ARGS, "%s", why);
}

/* The slot the first argument names; NULL: the error is set. */
static struct bytes *slot_of(void *ctx, struct bus_call *call)
{
	int32_t frame = -1;

	bus_get_i32(bus_args(call), &frame);
	struct bytes *slot = wpas_elem_slot(wpas_dbus_if_of(ctx), frame);
	if (!slot)
		refuse(call, "Invalid ID");
	return slot;
}

struct elements_arg {
	struct bytes *slot;
	const uint8_t *data;
	size_t len;
};

/* False: the error is set. */
static bool read_args(void *ctx, struct bus_call *call, struct elements_arg *a)
{
	a->slot = slot_of(ctx, call);
	if (!a->slot)
		return false;
	dbus_message_iter_next(bus_args(call));
	bus_get_bytes(bus_args(call), &a->data, &a->len);
	if (!a->len)
		refuse(call, "Invalid value");
	return a->len > 0;
}

void wpas_dbus_elem_add(void *ctx, struct bus_call *call)
{
	struct elements_arg a;

	if (!read_args(ctx, call, &a))
		return;
	int err = wpas_elem_add(a.slot, a.data, a.len);
	if (err < 0)
		refuse(call, err == -EINVAL ? "Parse error" : "Resize error");
}

void wpas_dbus_elem_get(void *ctx, struct bus_call *call)
{
	const struct bytes *slot = slot_of(ctx, call);

	if (!slot)
		return;
	if (slot->len)
		bus_put_bytes(bus_reply(call), slot->data, slot->len);
	else
		refuse(call, "ID value does not exist");
}

void wpas_dbus_elem_remove(void *ctx, struct bus_call *call)
{
	struct elements_arg a;

	if (!read_args(ctx, call, &a))
		return;
	if (a.len == 1 && a.data[0] == '*')
		bytes_clear(a.slot);
	else if (!wpas_elem_valid(a.data, a.len))
		refuse(call, "Parse error");
	else if (wpas_elem_remove(a.slot, a.data, a.len) < 0)
		refuse(call, "Not found");
}
