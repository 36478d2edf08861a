/* Values of D-Bus messages: appending with a sticky error, reading with type checks. */
#ifndef BUS_VALUE_H
#define BUS_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bus/libdbus.h"

/* Where values are appended. `bad`: something did not fit into memory; the message is worthless. */
struct bus_out {
	DBusMessageIter it;
	bool bad;
};

void bus_put_str(struct bus_out *o, const char *s); /* not UTF-8: replaced byte by byte with '?' */
void bus_valid_text(char *s);                       /* … the same in place */
void bus_put_path(struct bus_out *o, const char *path);
void bus_put_bool(struct bus_out *o, bool v);
void bus_put_i16(struct bus_out *o, int16_t v);
void bus_put_u16(struct bus_out *o, uint16_t v);
void bus_put_i32(struct bus_out *o, int32_t v);
void bus_put_u32(struct bus_out *o, uint32_t v);
void bus_put_u64(struct bus_out *o, uint64_t v);
void bus_put_bytes(struct bus_out *o, const void *data, size_t len);         /* ay */
void bus_put_strs(struct bus_out *o, const char *const *list, size_t count); /* as */

/* A container; `type` DBUS_TYPE_ARRAY, _STRUCT, _DICT_ENTRY or _VARIANT, `contents` as libdbus
 * wants it. Every open is closed. */
void bus_open(struct bus_out *o, struct bus_out *inner, int type, const char *contents);
void bus_close(struct bus_out *o, struct bus_out *inner);

/* a{sv} */
struct bus_dict {
	struct bus_out *o, array, entry, value;
};
void bus_dict_open(struct bus_out *o, struct bus_dict *d);
void bus_dict_close(struct bus_dict *d);
/* One entry: append a value of this type to what is returned, then bus_dict_end(). */
struct bus_out *bus_dict_begin(struct bus_dict *d, const char *key, const char *type);
void bus_dict_end(struct bus_dict *d);
void bus_dict_str(struct bus_dict *d, const char *key, const char *v);
void bus_dict_path(struct bus_dict *d, const char *key, const char *v);
void bus_dict_bool(struct bus_dict *d, const char *key, bool v);
void bus_dict_u16(struct bus_dict *d, const char *key, uint16_t v);
void bus_dict_i32(struct bus_dict *d, const char *key, int32_t v);
void bus_dict_u32(struct bus_dict *d, const char *key, uint32_t v);
void bus_dict_u64(struct bus_dict *d, const char *key, uint64_t v);
void bus_dict_bytes(struct bus_dict *d, const char *key, const void *data, size_t len);
void bus_dict_strs(struct bus_dict *d, const char *key, const char *const *list, size_t count);

/* Reading: `it` stands at a value. Results are views into the message. 0, or -EINVAL: the value
 * has another type. */
int bus_get_str(DBusMessageIter *it, const char **v);
int bus_get_path(DBusMessageIter *it, const char **v);
int bus_get_bool(DBusMessageIter *it, bool *v);
int bus_get_i32(DBusMessageIter *it, int32_t *v);
int bus_get_u32(DBusMessageIter *it, uint32_t *v);
int bus_get_bytes(DBusMessageIter *it, const uint8_t **data, size_t *len); /* ay */
/* Is it an array of this element signature ("ay", "(uu)", "{sv}")? Then *inner stands at the
 * first element (type DBUS_TYPE_INVALID: none). */
int bus_get_array(DBusMessageIter *it, const char *element, DBusMessageIter *inner);
/* Next entry of an a{sv} or a{s…}; *dict from bus_get_array(). *value stands inside of the
 * variant. False: no more. */
bool bus_dict_next(DBusMessageIter *dict, const char **key, DBusMessageIter *value);
/* Signature of the value equals this. */
bool bus_is(DBusMessageIter *it, const char *type);

#endif
