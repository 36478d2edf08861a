/* Global configuration keys: the rows and the values with a form of their own. */
#include "wpa_supplicant/keys.h"

#include <stdlib.h>
#include <string.h>

/* --- lists of numbers --- */

static struct wpas_ints *ints_of(void *obj, const struct cfg_key *key)
{
	return (struct wpas_ints *)((char *)obj + key->offset);
}

static int ints_read(char *text, struct wpas_ints *out)
{
	int64_t n;
	char *save = NULL;

	for (char *w = strtok_r(text, " \t", &save); w; w = strtok_r(NULL, " \t", &save)) {
		if (parse_int(w, 0, 0, INT32_MAX, &n) < 0)
			return -1;
		if (n == 0 && out->count == 0)
			return 0;
		int *items = realloc(out->items, (out->count + 1) * sizeof(*items));
		if (!items)
			return -1;
		out->items = items;
		out->items[out->count++] = (int)n;
	}
	return 0;
}

int wpas_ints_parse(void *obj, const struct cfg_key *key, const char *value, struct cfg_error *err)
{
	struct wpas_ints *field = ints_of(obj, key), parsed = {NULL, 0};
	_cleanup_(freep) char *copy = strdup(value);

	if (!copy || ints_read(copy, &parsed) < 0) {
		free(parsed.items);
		return cfg_fail(err, "expected numbers separated by blanks");
	}
	bool same = parsed.count == field->count &&
		    (parsed.count == 0 || memcmp(parsed.items, field->items,
						  parsed.count * sizeof(*parsed.items)) == 0);
	free(field->items);
	*field = parsed;
	return same ? 1 : 0;
}

bool wpas_ints_print(const void *obj, const struct cfg_key *key, struct strbuf *out)
{
	const struct wpas_ints *field = (const void *)((const char *)obj + key->offset);

	for (size_t i = 0; i < field->count; i++)
		if (!strbuf_add(out, "%s%d", i ? " " : "", field->items[i]))
			return false;
	return field->count > 0;
}

void wpas_ints_free(void *obj, const struct cfg_key *key)
{
	struct wpas_ints *field = ints_of(obj, key);
	free(field->items);
	*field = (struct wpas_ints){NULL, 0};
}

/* --- WPS device types, UUID --- */

static int dev_type_parse(
	void *obj, const struct cfg_key *key, const char *value, struct cfg_error *err)
{
	struct wpas_dev_type *field = (void *)((char *)obj + key->offset), parsed;

	if (wps_type_parse(value, parsed.type) < 0)
		return cfg_fail(err, "expected category-OUI-subcategory, like 1-0050F204-1");
	bool same = memcmp(field, &parsed, sizeof(parsed)) == 0;
	*field = parsed;
	return same ? 1 : 0;
}

static bool dev_type_print(const void *obj, const struct cfg_key *key, struct strbuf *out)
{
	const struct wpas_dev_type *field = (const void *)((const char *)obj + key->offset);
	char text[WPS_TYPE_TEXT_LEN];
	return strbuf_add(out, "%s", wps_type_text(field->type, text));
}

static int dev_types_parse(
	void *obj, const struct cfg_key *key, const char *value, struct cfg_error *err)
{
	struct wpas_dev_types *field = (void *)((char *)obj + key->offset);
	struct wpas_dev_type parsed;

	if (wps_type_parse(value, parsed.type) < 0)
		return cfg_fail(err, "expected category-OUI-subcategory, like 1-0050F204-1");
	for (size_t i = 0; i < field->count; i++)
		if (memcmp(&field->items[i], &parsed, sizeof(parsed)) == 0)
			return 1;
	if (field->count == WPAS_SEC_TYPES)
		return cfg_fail(err, "expected at most %d of these", WPAS_SEC_TYPES);
	field->items[field->count++] = parsed;
	return 0;
}

/* One line per type in a file; GET does not read this key. */
static bool dev_types_print(const void *obj, const struct cfg_key *key, struct strbuf *out)
{
	const struct wpas_dev_types *field = (const void *)((const char *)obj + key->offset);
	char text[WPS_TYPE_TEXT_LEN];

	for (size_t i = 0; i < field->count; i++)
		if (!strbuf_add(out, "%s%s%s", i ? "\n" : "", i ? "sec_device_type=" : "",
			    wps_type_text(field->items[i].type, text)))
			return false;
	return field->count > 0;
}

static int uuid_parse(
	void *obj, const struct cfg_key *key, const char *value, struct cfg_error *err)
{
	struct wpas_uuid *field = (void *)((char *)obj + key->offset), parsed;

	if (wps_uuid_parse(value, parsed.uuid) < 0)
		return cfg_fail(err, "expected a UUID like 12345678-9abc-def0-1234-56789abcdef0");
	bool same = memcmp(field, &parsed, sizeof(parsed)) == 0;
	*field = parsed;
	return same ? 1 : 0;
}

static bool uuid_print(const void *obj, const struct cfg_key *key, struct strbuf *out)
{
	const struct wpas_uuid *field = (const void *)((const char *)obj + key->offset);
	static const struct wpas_uuid unset;
	char text[WPS_UUID_TEXT_LEN];

	return memcmp(field, &unset, sizeof(unset)) != 0 &&
	       strbuf_add(out, "%s", wps_uuid_text(field->uuid, text));
}

/* --- id of an NFC password token: 0 = unset, which cannot be written --- */

static int nfc_id_parse(
	void *obj, const struct cfg_key *key, const char *value, struct cfg_error *err)
{
	int *field = (void *)((char *)obj + key->offset);
	int64_t id;

	if (parse_int(value, 0, DEV_PW_OOB_FIRST, UINT16_MAX, &id) < 0)
		return cfg_fail(err, "expected a number %d..%d", DEV_PW_OOB_FIRST, UINT16_MAX);
	bool same = *field == (int)id;
	*field = (int)id;
	return same ? 1 : 0;
}

static bool nfc_id_print(const void *obj, const struct cfg_key *key, struct strbuf *out)
{
	const int *field = (const void *)((const char *)obj + key->offset);

	return *field && strbuf_add(out, "%d", *field);
}

/* --- country --- */

static bool is_country_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static int country_parse(
	void *obj, const struct cfg_key *key, const char *value, struct cfg_error *err)
{
	struct wpas_country *field = (void *)((char *)obj + key->offset);

	if (strlen(value) != 2 || !is_country_letter(value[0]) || !is_country_letter(value[1]))
		return cfg_fail(err, "expected two capital letters (ISO 3166), like DE, or 00");
	bool same = strcmp(field->code, value) == 0;
	memcpy(field->code, value, 3);
	return same ? 1 : 0;
}

static bool country_print(const void *obj, const struct cfg_key *key, struct strbuf *out)
{
	const struct wpas_country *field = (const void *)((const char *)obj + key->offset);
	return field->code[0] && strbuf_add(out, "%s", field->code);
}

/* --- rows --- */

#define TO_TEXT(x) #x
#define ROW(n, t)                                                                                  \
	.name = #n, .scope = WPAS_GLOBAL, .type = t, .offset = offsetof(struct wpas_conf, n)
#define ROW_INT(n, lo, hi, d, h)                                                                   \
	{ROW(n, CFG_INT), .min = lo, .max = hi, .flags = CFG_OCTAL, .def = TO_TEXT(d), .help = h},
#define ROW_TEXT(n, lo, hi, h)                                                                     \
	{ROW(n, CFG_TEXT), .min = lo, .max = hi, .flags = CFG_EMPTY_UNSETS, .help = h},
#define ROW_HEX(n, lo, hi, h)                                                                      \
	{ROW(n, CFG_HEX), .min = lo, .max = hi,                                                    \
		.flags = WPAS_NOT_READABLE | ((lo) ? 0 : CFG_EMPTY_UNSETS), .help = h},
#define ROW_CUSTOM(type, n, kind, d, h) {ROW(n, CFG_CUSTOM), .def = d, .help = h, KIND_##kind},

#define KIND_ints                                                                                  \
	.parse = wpas_ints_parse, .print = wpas_ints_print, .free = wpas_ints_free,                \
	.flags = CFG_EMPTY_UNSETS
#define KIND_hidden_ints                                                                           \
	.parse = wpas_ints_parse, .print = wpas_ints_print, .free = wpas_ints_free,                \
	.flags = CFG_EMPTY_UNSETS | WPAS_NOT_READABLE
#define KIND_uuid .parse = uuid_parse, .print = uuid_print, .flags = WPAS_NOT_READABLE
#define KIND_dev_type .parse = dev_type_parse, .print = dev_type_print, .flags = WPAS_NOT_READABLE
#define KIND_dev_types                                                                             \
	.parse = dev_types_parse, .print = dev_types_print, .flags = WPAS_NOT_READABLE | CFG_APPENDS
#define KIND_nfc_id .parse = nfc_id_parse, .print = nfc_id_print
#define KIND_country .parse = country_parse, .print = country_print

const struct cfg_key wpas_global_keys[] = {
	WPAS_GLOBAL_KEYS(ROW_INT, ROW_TEXT, ROW_HEX, ROW_CUSTOM)};
const size_t wpas_global_key_count = ARRAY_SIZE(wpas_global_keys);
