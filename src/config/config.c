/* Rows: lookup by name, and what all types share when a value is set, printed or freed. */
#include "config/config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "config/value_i.h"
#include "utils/log.h"

struct row {
	const struct cfg_key *key;
	struct row *same_name; /* in another scope */
	UT_hash_handle hh;
};

struct cfg_table {
	const struct cfg_key *keys;
	size_t count;
	struct row *rows;
	struct row *by_name;
};

int cfg_fail(struct cfg_error *err, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return -EINVAL;
}

struct cfg_table *cfg_table_new(const struct cfg_key *keys, size_t count)
{
	struct cfg_table *t = calloc(1, sizeof(*t));
	if (!t)
		return NULL;
	t->rows = calloc(count + 1, sizeof(*t->rows));
	if (!t->rows) {
		free(t);
		return NULL;
	}
	t->keys = keys;
	t->count = count;
	for (size_t i = 0; i < count; i++) {
		struct row *r = &t->rows[i], *first;
		r->key = &keys[i];
		HASH_FIND_STR(t->by_name, keys[i].name, first);
		if (!first) {
			HASH_ADD_KEYPTR(hh, t->by_name, keys[i].name, strlen(keys[i].name), r);
			continue;
		}
		while (first->same_name)
			first = first->same_name;
		first->same_name = r;
	}
	return t;
}

void cfg_table_free(struct cfg_table *t)
{
	if (!t)
		return;
	HASH_CLEAR(hh, t->by_name);
	free(t->rows);
	free(t);
}

const struct cfg_key *cfg_find(const struct cfg_table *t, const char *name, int scope)
{
	struct row *r;
	HASH_FIND_STR(t->by_name, name, r);
	while (r && scope >= 0 && r->key->scope != scope)
		r = r->same_name;
	return r ? r->key : NULL;
}

const struct cfg_key *cfg_at(const struct cfg_table *t, size_t i)
{
	return i < t->count ? &t->keys[i] : NULL;
}

size_t cfg_count(const struct cfg_table *t)
{
	return t->count;
}

static void *field_of(const struct cfg_key *key, void *obj)
{
	return (char *)obj + key->offset;
}

static const void *const_field_of(const struct cfg_key *key, const void *obj)
{
	return (const char *)obj + key->offset;
}

static bool means_unset(const struct cfg_key *key, const char *value)
{
	return (key->flags & CFG_EMPTY_UNSETS && !*value) ||
	       (key->flags & CFG_UNSET_NULL && strcmp(value, "NULL") == 0);
}

/* The zero value of a type is "unset"; a default takes its place. */
static int default_value(const struct cfg_key *key, struct cfg_value *v, struct cfg_error *err)
{
	return key->def ? cfg_type_ops_of(key->type)->parse(key, key->def, v, err) : 0;
}

static int set_plain(
	const struct cfg_key *key, void *field, const char *value, struct cfg_error *err)
{
	const struct cfg_type_ops *ops = cfg_type_ops_of(key->type);
	struct cfg_value v = {0};
	int ret;

	if (means_unset(key, value))
		ret = default_value(key, &v, err);
	else
		ret = ops->parse(key, value, &v, err);
	if (ret == 0) {
		if (key->type == CFG_FLAGS && key->flags & CFG_APPENDS)
			v.number |= *(const unsigned *)field;
		ret = ops->equal(field, &v) ? 1 : 0;
		ops->store(field, &v);
	}
	cfg_value_clear(&v);
	return ret;
}

static int set_custom(
	const struct cfg_key *key, void *obj, const char *value, struct cfg_error *err)
{
	if (means_unset(key, value) && key->free) {
		key->free(obj, key);
		return key->def ? key->parse(obj, key, key->def, err) : 0;
	}
	return key->parse(obj, key, value, err);
}

int cfg_set(const struct cfg_key *key, void *obj, const char *value, struct cfg_error *err)
{
	err->text[0] = '\0';
	if (key->type == CFG_CUSTOM)
		return set_custom(key, obj, value, err);
	if (key->type == CFG_IGNORED) {
		log_msg(LOG_INF, "%s: accepted but without effect here", key->name);
		return 0;
	}
	return set_plain(key, field_of(key, obj), value, err);
}

bool cfg_print(const struct cfg_key *key, const void *obj, struct strbuf *out)
{
	if (key->type == CFG_IGNORED || key->flags & CFG_ALIAS)
		return false;
	if (key->type == CFG_CUSTOM)
		return key->print && key->print(obj, key, out);
	return cfg_type_ops_of(key->type)->print(key, const_field_of(key, obj), out);
}

static bool custom_is_default(const struct cfg_key *key, const void *obj)
{
	char text[512];
	struct strbuf s = strbuf_over(text, sizeof(text));
	bool set = cfg_print(key, obj, &s);
	bool same = key->def ? set && strcmp(text, key->def) == 0 : !set && !s.full;
	wipe(text, sizeof(text));
	return same;
}

bool cfg_is_default(const struct cfg_key *key, const void *obj)
{
	struct cfg_value v = {0};
	struct cfg_error err;

	if (key->type == CFG_IGNORED)
		return true;
	if (key->type == CFG_CUSTOM)
		return custom_is_default(key, obj);
	bool same = default_value(key, &v, &err) == 0 &&
		    cfg_type_ops_of(key->type)->equal(const_field_of(key, obj), &v);
	cfg_value_clear(&v);
	return same;
}

void cfg_describe(const struct cfg_key *key, struct strbuf *out)
{
	const struct cfg_type_ops *ops = cfg_type_ops_of(key->type);
	if (ops)
		ops->describe(key, out);
	else if (key->type == CFG_IGNORED)
		strbuf_add(out, "anything, without effect");
	else
		strbuf_add(out, "see text");
}

static bool of_scope(const struct cfg_key *key, int scope)
{
	return (scope < 0 || key->scope == scope) && !(key->flags & CFG_ALIAS);
}

void cfg_set_defaults(const struct cfg_table *t, int scope, void *obj)
{
	struct cfg_error err;

	for (size_t i = 0; i < t->count; i++) {
		const struct cfg_key *key = &t->keys[i];
		if (!key->def || key->type == CFG_IGNORED || !of_scope(key, scope))
			continue;
		if (cfg_set(key, obj, key->def, &err) < 0)
			log_msg(LOG_ERR, "default '%s' of %s does not fit its row: %s", key->def,
				key->name, err.text);
	}
}

void cfg_free_fields(const struct cfg_table *t, int scope, void *obj)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct cfg_key *key = &t->keys[i];
		struct cfg_value unset = {0};
		if (!of_scope(key, scope))
			continue;
		if (key->type == CFG_CUSTOM && key->free)
			key->free(obj, key);
		if (key->type == CFG_TEXT || key->type == CFG_STRING || key->type == CFG_HEX)
			cfg_type_ops_of(key->type)->store(field_of(key, obj), &unset);
	}
}

static int copy_text(char **dst, const char *src)
{
	*dst = src ? strdup(src) : NULL;
	return src && !*dst ? -ENOMEM : 0;
}

static int copy_bytes(struct bytes *dst, const struct bytes *src)
{
	*dst = (struct bytes){0};
	return src->len ? bytes_set(dst, src->data, src->len) : 0;
}

static int copy_field(const struct cfg_key *key, void *dst, const void *src)
{
	if (key->type == CFG_TEXT)
		return copy_text(field_of(key, dst), *(char *const *)const_field_of(key, src));
	if (key->type == CFG_STRING || key->type == CFG_HEX)
		return copy_bytes(field_of(key, dst), const_field_of(key, src));
	return key->type == CFG_CUSTOM && key->copy ? key->copy(dst, src, key) : 0;
}

int cfg_copy_fields(const struct cfg_table *t, int scope, void *dst, const void *src)
{
	int result = 0;

	/* All of them, whatever fails: dst must not share anything. */
	for (size_t i = 0; i < t->count; i++) {
		int err = of_scope(&t->keys[i], scope) ? copy_field(&t->keys[i], dst, src) : 0;
		if (err < 0)
			result = err;
	}
	return result;
}
