/* The types of configuration values: one row of functions per type. */
#include "config/value_i.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cfg_value_clear(struct cfg_value *v)
{
	str_wipe_free(v->text);
	v->text = NULL;
	bytes_clear(&v->bytes);
}

/* --- numbers --- */

static void int_range(const struct cfg_key *key, int64_t *min, int64_t *max)
{
	bool any = key->min == 0 && key->max == 0;
	*min = any || key->min < INT_MIN ? INT_MIN : key->min;
	*max = any || key->max > INT_MAX ? INT_MAX : key->max;
}

static void int_describe(const struct cfg_key *key, struct strbuf *out)
{
	int64_t min, max;
	int_range(key, &min, &max);
	if (min == INT_MIN && max == INT_MAX)
		strbuf_add(out, "a number");
	else if (max == INT_MAX)
		strbuf_add(out, "a number, at least %lld", (long long)min);
	else
		strbuf_add(out, "a number %lld..%lld", (long long)min, (long long)max);
}

static void bool_describe(const struct cfg_key *key, struct strbuf *out)
{
	strbuf_add(out, "0 or 1");
}

/* Decimal unless it says 0x; 010 is read in octal only where the language has it so. */
static int parse_number(
	const struct cfg_key *key, const char *text, int64_t min, int64_t max, int64_t *out)
{
	const char *digits = text[0] == '-' || text[0] == '+' ? text + 1 : text;
	bool hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
	bool octal = digits[0] == '0' && digits[1] && key->flags & CFG_OCTAL;
	return parse_int(text, hex ? 16 : octal ? 8 : 10, min, max, out);
}

static int expected(const struct cfg_key *key, struct cfg_error *err)
{
	char text[sizeof(err->text) - 16];
	struct strbuf s = strbuf_over(text, sizeof(text));
	cfg_describe(key, &s);
	return cfg_fail(err, "expected %s", text);
}

static int int_parse(
	const struct cfg_key *key, const char *text, struct cfg_value *v, struct cfg_error *err)
{
	int64_t min, max;
	int_range(key, &min, &max);
	return parse_number(key, text, min, max, &v->number) < 0 ? expected(key, err) : 0;
}

static int bool_parse(
	const struct cfg_key *key, const char *text, struct cfg_value *v, struct cfg_error *err)
{
	return parse_number(key, text, 0, 1, &v->number) < 0 ? expected(key, err) : 0;
}

static bool int_equal(const void *field, const struct cfg_value *v)
{
	return *(const int *)field == (int)v->number;
}

static void int_store(void *field, struct cfg_value *v)
{
	*(int *)field = (int)v->number;
}

static bool int_print(const struct cfg_key *key, const void *field, struct strbuf *out)
{
	return strbuf_add(out, "%d", *(const int *)field);
}

/* --- lengths --- */

static void length_describe(const struct cfg_key *key, struct strbuf *out)
{
	if (key->min == key->max && key->max)
		strbuf_add(out, " of %lld bytes", (long long)key->max);
	else if (key->max)
		strbuf_add(out, " of %lld..%lld bytes", (long long)key->min, (long long)key->max);
	else if (key->min)
		strbuf_add(out, " of at least %lld bytes", (long long)key->min);
}

static int check_length(const struct cfg_key *key, size_t len, struct cfg_error *err)
{
	if ((int64_t)len >= key->min && (key->max == 0 || (int64_t)len <= key->max))
		return 0;
	expected(key, err);
	size_t used = strlen(err->text);
	snprintf(err->text + used, sizeof(err->text) - used, ", got %zu", len);
	return -EINVAL;
}

/* --- raw text --- */

static int text_parse(
	const struct cfg_key *key, const char *text, struct cfg_value *v, struct cfg_error *err)
{
	if (check_length(key, strlen(text), err) < 0)
		return -EINVAL;
	return str_replace(&v->text, text) < 0 ? cfg_fail(err, "out of memory") : 0;
}

static bool text_equal(const void *field, const struct cfg_value *v)
{
	const char *old = *(char *const *)field;
	return old && v->text ? strcmp(old, v->text) == 0 : old == v->text;
}

static void text_store(void *field, struct cfg_value *v)
{
	char **dst = field;
	str_wipe_free(*dst);
	*dst = steal_ptr(&v->text);
}

static bool text_print(const struct cfg_key *key, const void *field, struct strbuf *out)
{
	const char *text = *(char *const *)field;
	return text && strbuf_add(out, "%s", text);
}

static void text_describe(const struct cfg_key *key, struct strbuf *out)
{
	strbuf_add(out, "text");
	length_describe(key, out);
}

/* --- bytes: strings and hex --- */

static bool bytes_equal_value(const void *field, const struct cfg_value *v)
{
	return bytes_equal(field, v->bytes.data, v->bytes.len);
}

static void bytes_store(void *field, struct cfg_value *v)
{
	struct bytes *dst = field;
	bytes_clear(dst);
	*dst = v->bytes;
	v->bytes = (struct bytes){NULL, 0};
}

static int hex_parse(
	const struct cfg_key *key, const char *text, struct cfg_value *v, struct cfg_error *err)
{
	int ret = hex_decode_bytes(text, &v->bytes);
	if (ret == -ENOMEM)
		return cfg_fail(err, "out of memory");
	if (ret < 0)
		return expected(key, err);
	return check_length(key, v->bytes.len, err);
}

static bool hex_print(const struct cfg_key *key, const void *field, struct strbuf *out)
{
	const struct bytes *b = field;
	return b->len && strbuf_add_hex(out, b->data, b->len);
}

static void hex_describe(const struct cfg_key *key, struct strbuf *out)
{
	strbuf_add(out, "hex digits");
	length_describe(key, out);
}

static int escaped_parse(const char *text, size_t len, struct bytes *out)
{
	uint8_t *raw = malloc(len + 1);
	if (!raw)
		return -ENOMEM;
	int n = unescape(text, len, raw, len);
	int ret = n < 0 ? n : bytes_set(out, raw, (size_t)n);
	wipe(raw, len);
	free(raw);
	return ret;
}

/* "text", P"escapes" or hex. Quotes inside need no escape: the last one ends the string. */
static int string_parse(
	const struct cfg_key *key, const char *text, struct cfg_value *v, struct cfg_error *err)
{
	bool escapes = text[0] == 'P' && text[1] == '"';
	const char *open = escapes ? text + 1 : text;
	size_t len = strlen(open);
	int ret;

	if (open[0] != '"')
		return hex_parse(key, text, v, err);
	if (len < 2 || open[len - 1] != '"')
		return cfg_fail(err, "the closing quote is missing or followed by more text");
	if (escapes)
		ret = escaped_parse(open + 1, len - 2, &v->bytes);
	else
		ret = bytes_set(&v->bytes, open + 1, len - 2);
	if (ret < 0)
		return cfg_fail(err, "out of memory");
	return check_length(key, v->bytes.len, err);
}

static bool string_print(const struct cfg_key *key, const void *field, struct strbuf *out)
{
	const struct bytes *b = field;
	if (!b->len)
		return false;
	if (!is_printable(b->data, b->len))
		return strbuf_add_hex(out, b->data, b->len);
	return strbuf_add(out, "\"%.*s\"", (int)b->len, (const char *)b->data);
}

static void string_describe(const struct cfg_key *key, struct strbuf *out)
{
	strbuf_add(out, "\"text\", P\"text with escapes\" or hex digits");
	length_describe(key, out);
}

/* --- MAC address --- */

static int mac_value_parse(
	const struct cfg_key *key, const char *text, struct cfg_value *v, struct cfg_error *err)
{
	const char *end;
	return mac_parse(text, v->mac, &end) < 0 || *end ? expected(key, err) : 0;
}

static bool mac_value_equal(const void *field, const struct cfg_value *v)
{
	return mac_equal(field, v->mac);
}

static void mac_store(void *field, struct cfg_value *v)
{
	mac_copy(field, v->mac);
}

static bool mac_print(const struct cfg_key *key, const void *field, struct strbuf *out)
{
	const uint8_t *mac = field;
	return !mac_is_zero(mac) && strbuf_add(out, MACSTR, MAC2STR(mac));
}

static void mac_describe(const struct cfg_key *key, struct strbuf *out)
{
	strbuf_add(out, "a MAC address xx:xx:xx:xx:xx:xx");
}

/* --- words --- */

static const struct cfg_word *find_word(const struct cfg_key *key, const char *text, size_t len)
{
	for (const struct cfg_word *w = key->words; w->word; w++)
		if (strlen(w->word) == len && strncmp(w->word, text, len) == 0)
			return w;
	return NULL;
}

static void list_words(const struct cfg_key *key, const char *intro, struct strbuf *out)
{
	strbuf_add(out, "%s", intro);
	for (const struct cfg_word *w = key->words; w->word; w++)
		if (!strbuf_add(out, "%s%s", w == key->words ? " " : ", ", w->word))
			break;
}

static void enum_describe(const struct cfg_key *key, struct strbuf *out)
{
	list_words(key, "one of", out);
}

static void flags_describe(const struct cfg_key *key, struct strbuf *out)
{
	list_words(key, "words of", out);
}

static int enum_parse(
	const struct cfg_key *key, const char *text, struct cfg_value *v, struct cfg_error *err)
{
	const struct cfg_word *w = find_word(key, text, strlen(text));
	if (!w)
		return expected(key, err);
	v->number = w->value;
	return 0;
}

static bool enum_print(const struct cfg_key *key, const void *field, struct strbuf *out)
{
	for (const struct cfg_word *w = key->words; w->word; w++)
		if ((int)w->value == *(const int *)field)
			return strbuf_add(out, "%s", w->word);
	return false;
}

static int flags_parse(
	const struct cfg_key *key, const char *text, struct cfg_value *v, struct cfg_error *err)
{
	unsigned words = 0;

	v->number = 0;
	for (;;) {
		text += strspn(text, " \t");
		size_t len = strcspn(text, " \t");
		if (!len)
			break;
		const struct cfg_word *w = find_word(key, text, len);
		if (!w)
			return expected(key, err);
		v->number |= w->value;
		words++;
		text += len;
	}
	return words ? 0 : expected(key, err);
}

static bool flags_equal(const void *field, const struct cfg_value *v)
{
	return *(const unsigned *)field == (unsigned)v->number;
}

static void flags_store(void *field, struct cfg_value *v)
{
	*(unsigned *)field = (unsigned)v->number;
}

static bool flags_print(const struct cfg_key *key, const void *field, struct strbuf *out)
{
	unsigned left = *(const unsigned *)field;
	size_t start = out->len;

	/* Earlier rows win, so that synonyms are not printed twice. */
	for (const struct cfg_word *w = key->words; w->word; w++) {
		if (!w->value || (left & w->value) != w->value)
			continue;
		if (!strbuf_add(out, "%s%s", out->len > start ? " " : "", w->word)) {
			strbuf_truncate(out, start);
			return false;
		}
		left &= ~w->value;
	}
	return out->len > start;
}

static const struct cfg_type_ops type_ops[] = {
	[CFG_INT] = {int_parse, int_equal, int_store, int_print, int_describe},
	[CFG_BOOL] = {bool_parse, int_equal, int_store, int_print, bool_describe},
	[CFG_TEXT] = {text_parse, text_equal, text_store, text_print, text_describe},
	[CFG_STRING] = {string_parse, bytes_equal_value, bytes_store, string_print,
		string_describe},
	[CFG_HEX] = {hex_parse, bytes_equal_value, bytes_store, hex_print, hex_describe},
	[CFG_MAC] = {mac_value_parse, mac_value_equal, mac_store, mac_print, mac_describe},
	[CFG_ENUM] = {enum_parse, int_equal, int_store, enum_print, enum_describe},
	[CFG_FLAGS] = {flags_parse, flags_equal, flags_store, flags_print, flags_describe},
	[CFG_CUSTOM] = {0},
	[CFG_IGNORED] = {0},
};

const struct cfg_type_ops *cfg_type_ops_of(enum cfg_type type)
{
	return type_ops[type].parse ? &type_ops[type] : NULL;
}
