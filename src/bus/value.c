#include "bus/value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void put(struct bus_out *o, int type, const void *value)
{
	if (!o->bad && !dbus_message_iter_append_basic(&o->it, type, value))
		o->bad = true;
}

void bus_valid_text(char *s)
{
	if (dbus_validate_utf8(s, NULL))
		return;
	for (; *s; s++)
		if ((unsigned char)*s > 126)
			*s = '?';
}

/* libdbus refuses a message with a text that is not UTF-8, and texts come from the air. */
static void put_invalid(struct bus_out *o, const char *s)
{
	char *copy = strdup(s);

	if (!copy) {
		o->bad = true;
		return;
	}
	bus_valid_text(copy);
	put(o, DBUS_TYPE_STRING, &(const char *){copy});
	free(copy);
}

void bus_put_str(struct bus_out *o, const char *s)
{
	if (dbus_validate_utf8(s, NULL))
		put(o, DBUS_TYPE_STRING, &s);
	else
		put_invalid(o, s);
}

void bus_put_path(struct bus_out *o, const char *path)
{
	if (dbus_validate_path(path, NULL))
		put(o, DBUS_TYPE_OBJECT_PATH, &path);
	else
		o->bad = true;
}

void bus_put_bool(struct bus_out *o, bool v)
{
	put(o, DBUS_TYPE_BOOLEAN, &(dbus_bool_t){v});
}

void bus_put_i16(struct bus_out *o, int16_t v)
{
	put(o, DBUS_TYPE_INT16, &v);
}

void bus_put_u16(struct bus_out *o, uint16_t v)
{
	put(o, DBUS_TYPE_UINT16, &v);
}

void bus_put_i32(struct bus_out *o, int32_t v)
{
	put(o, DBUS_TYPE_INT32, &v);
}

void bus_put_u32(struct bus_out *o, uint32_t v)
{
	put(o, DBUS_TYPE_UINT32, &v);
}

void bus_put_u64(struct bus_out *o, uint64_t v)
{
	put(o, DBUS_TYPE_UINT64, &v);
}

void bus_put_bytes(struct bus_out *o, const void *data, size_t len)
{
	struct bus_out a;
	const void *bytes = data ? data : "";

	bus_open(o, &a, DBUS_TYPE_ARRAY, "y");
	if (!a.bad &&
		!dbus_message_iter_append_fixed_array(&a.it, DBUS_TYPE_BYTE, &bytes, (int)len))
		a.bad = true;
	bus_close(o, &a);
}

void bus_put_strs(struct bus_out *o, const char *const *list, size_t count)
{
	struct bus_out a;

	bus_open(o, &a, DBUS_TYPE_ARRAY, "s");
	for (size_t i = 0; i < count; i++)
		bus_put_str(&a, list[i]);
	bus_close(o, &a);
}

void bus_open(struct bus_out *o, struct bus_out *inner, int type, const char *contents)
{
	inner->bad =
		o->bad || !dbus_message_iter_open_container(&o->it, type, contents, &inner->it);
	if (inner->bad && !o->bad)
		o->bad = true;
}

void bus_close(struct bus_out *o, struct bus_out *inner)
{
	if (o->bad)
		return; /* was never opened */
	if (inner->bad)
		dbus_message_iter_abandon_container(&o->it, &inner->it);
	else if (dbus_message_iter_close_container(&o->it, &inner->it))
		return;
	o->bad = true;
}

/* --- dictionaries --- */

void bus_dict_open(struct bus_out *o, struct bus_dict *d)
{
	d->o = o;
	bus_open(o, &d->array, DBUS_TYPE_ARRAY, "{sv}");
}

void bus_dict_close(struct bus_dict *d)
{
	bus_close(d->o, &d->array);
}

struct bus_out *bus_dict_begin(struct bus_dict *d, const char *key, const char *type)
{
	bus_open(&d->array, &d->entry, DBUS_TYPE_DICT_ENTRY, NULL);
	bus_put_str(&d->entry, key);
	bus_open(&d->entry, &d->value, DBUS_TYPE_VARIANT, type);
	return &d->value;
}

void bus_dict_end(struct bus_dict *d)
{
	bus_close(&d->entry, &d->value);
	bus_close(&d->array, &d->entry);
}

void bus_dict_str(struct bus_dict *d, const char *key, const char *v)
{
	bus_put_str(bus_dict_begin(d, key, "s"), v);
	bus_dict_end(d);
}

void bus_dict_path(struct bus_dict *d, const char *key, const char *v)
{
	bus_put_path(bus_dict_begin(d, key, "o"), v);
	bus_dict_end(d);
}

void bus_dict_bool(struct bus_dict *d, const char *key, bool v)
{
	bus_put_bool(bus_dict_begin(d, key, "b"), v);
	bus_dict_end(d);
}

void bus_dict_u16(struct bus_dict *d, const char *key, uint16_t v)
{
	bus_put_u16(bus_dict_begin(d, key, "q"), v);
	bus_dict_end(d);
}

void bus_dict_i32(struct bus_dict *d, const char *key, int32_t v)
{
	bus_put_i32(bus_dict_begin(d, key, "i"), v);
	bus_dict_end(d);
}

void bus_dict_u32(struct bus_dict *d, const char *key, uint32_t v)
{
	bus_put_u32(bus_dict_begin(d, key, "u"), v);
	bus_dict_end(d);
}

void bus_dict_u64(struct bus_dict *d, const char *key, uint64_t v)
{
	bus_put_u64(bus_dict_begin(d, key, "t"), v);
	bus_dict_end(d);
}

void bus_dict_bytes(struct bus_dict *d, const char *key, const void *data, size_t len)
{
	bus_put_bytes(bus_dict_begin(d, key, "ay"), data, len);
	bus_dict_end(d);
}

void bus_dict_strs(struct bus_dict *d, const char *key, const char *const *list, size_t count)
{
	bus_put_strs(bus_dict_begin(d, key, "as"), list, count);
	bus_dict_end(d);
}

/* --- reading --- */

static int get(DBusMessageIter *it, int type, void *value)
{
	if (dbus_message_iter_get_arg_type(it) != type)
		return -EINVAL;
	dbus_message_iter_get_basic(it, value);
	return 0;
}

int bus_get_str(DBusMessageIter *it, const char **v)
{
	return get(it, DBUS_TYPE_STRING, v);
}

int bus_get_path(DBusMessageIter *it, const char **v)
{
	return get(it, DBUS_TYPE_OBJECT_PATH, v);
}

int bus_get_bool(DBusMessageIter *it, bool *v)
{
	dbus_bool_t b = FALSE;
	int err = get(it, DBUS_TYPE_BOOLEAN, &b);

	*v = b;
	return err;
}

int bus_get_i32(DBusMessageIter *it, int32_t *v)
{
	return get(it, DBUS_TYPE_INT32, v);
}

int bus_get_u32(DBusMessageIter *it, uint32_t *v)
{
	return get(it, DBUS_TYPE_UINT32, v);
}

int bus_get_array(DBusMessageIter *it, const char *element, DBusMessageIter *inner)
{
	char *sig = dbus_message_iter_get_signature(it);
	bool fits = sig && sig[0] == 'a' && strcmp(sig + 1, element) == 0;

	dbus_free(sig);
	if (!fits)
		return -EINVAL;
	dbus_message_iter_recurse(it, inner);
	return 0;
}

int bus_get_bytes(DBusMessageIter *it, const uint8_t **data, size_t *len)
{
	DBusMessageIter inner;
	int count = 0;

	*data = NULL;
	*len = 0;
	if (bus_get_array(it, "y", &inner) < 0)
		return -EINVAL;
	if (dbus_message_iter_get_arg_type(&inner) == DBUS_TYPE_BYTE)
		dbus_message_iter_get_fixed_array(&inner, data, &count);
	*len = (size_t)count;
	return 0;
}

bool bus_dict_next(DBusMessageIter *dict, const char **key, DBusMessageIter *value)
{
	DBusMessageIter entry;

	if (dbus_message_iter_get_arg_type(dict) != DBUS_TYPE_DICT_ENTRY)
		return false;
	dbus_message_iter_recurse(dict, &entry);
	if (bus_get_str(&entry, key) < 0)
		return false;
	dbus_message_iter_next(&entry);
	if (dbus_message_iter_get_arg_type(&entry) == DBUS_TYPE_VARIANT)
		dbus_message_iter_recurse(&entry, value);
	else
		*value = entry;
	dbus_message_iter_next(dict);
	return true;
}

bool bus_is(DBusMessageIter *it, const char *type)
{
	char *sig = dbus_message_iter_get_signature(it);
	bool same = sig && strcmp(sig, type) == 0;

	dbus_free(sig);
	return same;
}
