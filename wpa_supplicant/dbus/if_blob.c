/* W.Interface: blobs, the files configuration has inside. */
#include <errno.h>

#include "wpa_supplicant/dbus/if_i.h"

static const char *name_of(struct bus_call *call)
{
	const char *name = "";

	bus_get_str(bus_args(call), &name);
	return name;
}

void wpas_dbus_add_blob(void *ctx, struct bus_call *call)
{
	struct wpas_if *w = wpas_dbus_if_of(ctx);
	const char *name = name_of(call);
	const uint8_t *data;
	size_t len;

	if (wpas_conf_blob(w->conf, name)) {
		bus_fail(call, WPAS_E("BlobExists"), NULL);
		return;
	}
	dbus_message_iter_next(bus_args(call));
	bus_get_bytes(bus_args(call), &data, &len);
	int err = wpas_conf_set_blob(w->conf, name, data, len);
	if (err == -EINVAL)
		wpas_dbus_bad_args(call,
			"the name must be printable, without quotes and #, and the data at most "
			"1 MiB");
	else if (err < 0)
		bus_fail(call, DBUS_ERROR_NO_MEMORY, "no memory");
	else
		wpas_dbus_blob(w, name, true);
}

static void unknown(struct bus_call *call)
{
	bus_fail(call, WPAS_E("BlobUnknown"), "Blob id not set");
}

void wpas_dbus_get_blob(void *ctx, struct bus_call *call)
{
	const struct wpas_blob *b = wpas_conf_blob(wpas_dbus_if_of(ctx)->conf, name_of(call));

	if (b)
		bus_put_bytes(bus_reply(call), b->data.data, b->data.len);
	else
		unknown(call);
}

void wpas_dbus_remove_blob(void *ctx, struct bus_call *call)
{
	struct wpas_if *w = wpas_dbus_if_of(ctx);
	const char *name = name_of(call);

	if (wpas_conf_remove_blob(w->conf, name) < 0)
		unknown(call);
	else
		wpas_dbus_blob(w, name, false);
}

int wpas_dbus_get_blobs(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_conf *c = wpas_dbus_if_of(ctx)->conf;
	struct bus_out dict, entry;

	bus_open(out, &dict, DBUS_TYPE_ARRAY, "{say}");
	for (size_t i = 0; i < c->blob_count; i++) {
		bus_open(&dict, &entry, DBUS_TYPE_DICT_ENTRY, NULL);
		bus_put_str(&entry, c->blobs[i].name);
		bus_put_bytes(&entry, c->blobs[i].data.data, c->blobs[i].data.len);
		bus_close(&dict, &entry);
	}
	bus_close(out, &dict);
	return 0;
}

void wpas_dbus_blob(struct wpas_if *w, const char *name, bool added)
{
	wpas_dbus_tell_str(w, added ? "BlobAdded" : "BlobRemoved", name);
}
