#include "utils/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct strbuf strbuf_over(char *buf, size_t cap)
{
	if (cap)
		buf[0] = '\0';
	return (struct strbuf){buf, 0, cap, cap == 0};
}

bool strbuf_vadd(struct strbuf *s, const char *fmt, va_list ap)
{
	size_t room = s->cap - s->len;
	if (!room)
		return false;
	int n = vsnprintf(s->buf + s->len, room, fmt, ap);
	if (n < 0 || (size_t)n >= room) {
		s->buf[s->len] = '\0';
		s->full = true;
		return false;
	}
	s->len += (size_t)n;
	return true;
}

bool strbuf_add(struct strbuf *s, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	bool fitted = strbuf_vadd(s, fmt, ap);
	va_end(ap);
	return fitted;
}

static bool add_hex(struct strbuf *s, const void *data, size_t len, const char *digits)
{
	const uint8_t *p = data;
	size_t room = s->cap - s->len;
	if (!room || len > (room - 1) / 2) {
		s->full = true;
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		s->buf[s->len++] = digits[p[i] >> 4];
		s->buf[s->len++] = digits[p[i] & 0xf];
	}
	s->buf[s->len] = '\0';
	return true;
}

bool strbuf_add_hex(struct strbuf *s, const void *data, size_t len)
{
	return add_hex(s, data, len, "0123456789abcdef");
}

bool strbuf_add_hex_upper(struct strbuf *s, const void *data, size_t len)
{
	return add_hex(s, data, len, "0123456789ABCDEF");
}

static bool add_escaped_byte(struct strbuf *s, uint8_t c)
{
	static const struct {
		uint8_t byte;
		char letter;
	} named[] = {{'"', '"'}, {'\\', '\\'}, {27, 'e'}, {'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}};

	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		if (named[i].byte == c)
			return strbuf_add(s, "\\%c", named[i].letter);
	return c >= 32 && c <= 126 ? strbuf_add(s, "%c", c) : strbuf_add(s, "\\x%02x", c);
}

bool strbuf_add_escaped(struct strbuf *s, const void *data, size_t len)
{
	const uint8_t *p = data;
	size_t start = s->len;

	for (size_t i = 0; i < len; i++) {
		if (!add_escaped_byte(s, p[i])) {
			strbuf_truncate(s, start);
			return false;
		}
	}
	return true;
}

void strbuf_truncate(struct strbuf *s, size_t len)
{
	if (len > s->len || !s->cap)
		return;
	s->len = len;
	s->buf[len] = '\0';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int hex_decode(const char *hex, size_t hex_len, uint8_t *out, size_t cap)
{
	if (hex_len % 2)
		return -EINVAL;
	for (size_t i = 0; i < hex_len; i++)
		if (hex_digit(hex[i]) < 0)
			return -EINVAL;
	if (hex_len / 2 > cap)
		return -EMSGSIZE;
	for (size_t i = 0; i < hex_len / 2; i++)
		out[i] = (uint8_t)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
	return (int)(hex_len / 2);
}

int hex_decode_bytes(const char *hex, struct bytes *out)
{
	size_t len = strlen(hex);
	struct bytes b = {malloc(len / 2 + 1), len / 2};
	if (!b.data)
		return -ENOMEM;
	int n = hex_decode(hex, len, b.data, b.len);
	if (n <= 0) {
		free(b.data);
		b = (struct bytes){NULL, 0};
	}
	if (n < 0)
		return n;
	bytes_clear(out);
	*out = b;
	return 0;
}

char *hex_encode(const void *data, size_t len, char *out, size_t cap)
{
	struct strbuf s = strbuf_over(out, cap);
	strbuf_add_hex(&s, data, len);
	return out;
}

int parse_int(const char *text, int base, int64_t min, int64_t max, int64_t *out)
{
	bool sign = text[0] == '-' || text[0] == '+';
	if (hex_digit(text[sign]) < 0) /* strtoll itself would skip blanks */
		return -EINVAL;
	char *end;
	errno = 0;
	long long v = strtoll(text, &end, base);
	if (end == text || *end)
		return -EINVAL;
	if (errno == ERANGE || v < min || v > max)
		return -ERANGE;
	*out = v;
	return 0;
}

bool str_starts(const char *text, const char *prefix, const char **rest)
{
	size_t n = strlen(prefix);
	if (strncmp(text, prefix, n) != 0)
		return false;
	if (rest)
		*rest = text + n;
	return true;
}

/* Reads up to max digits of the base at text[*at]; false when there is none. */
static bool escape_number(const char *text, size_t len, size_t *at, int base, int max, uint8_t *out)
{
	int v = 0, digits = 0;
	while (digits < max && *at < len) {
		int d = hex_digit(text[*at]);
		if (d < 0 || d >= base)
			break;
		v = v * base + d;
		(*at)++;
		digits++;
	}
	*out = (uint8_t)v;
	return digits > 0;
}

/* The byte an escape stands for; *at is behind the backslash and moves behind the escape. */
static uint8_t unescape_one(const char *text, size_t len, size_t *at)
{
	static const char letters[] = "nrte", bytes[] = "\n\r\t\033";
	uint8_t v;
	char c = text[*at];

	if (c >= '0' && c <= '7') {
		escape_number(text, len, at, 8, 3, &v);
		return v;
	}
	(*at)++;
	if (c == 'x' && escape_number(text, len, at, 16, 2, &v))
		return v;
	const char *letter = c ? strchr(letters, c) : NULL;
	return (uint8_t)(letter ? bytes[letter - letters] : c);
}

int unescape(const char *text, size_t len, uint8_t *out, size_t cap)
{
	size_t n = 0;
	for (size_t i = 0; i < len;) {
		uint8_t c = (uint8_t)text[i++];
		if (c == '\\') {
			if (i == len)
				break;
			c = unescape_one(text, len, &i);
		}
		if (n == cap)
			return -EMSGSIZE;
		out[n++] = c;
	}
	return (int)n;
}

bool is_printable(const void *data, size_t len)
{
	const uint8_t *p = data;
	for (size_t i = 0; i < len; i++)
		if (p[i] < 32 || p[i] > 126)
			return false;
	return true;
}

const char *ssid_text(const uint8_t *ssid, size_t len, char *out, size_t cap)
{
	struct strbuf s = strbuf_over(out, cap);
	strbuf_add_escaped(&s, ssid, len);
	return out;
}

int split_words(char *line, char **words, int max)
{
	int n = 0;
	for (;;) {
		line += strspn(line, " \t");
		if (!*line || n == max)
			return n;
		words[n++] = line;
		if (n == max)
			return n;
		line += strcspn(line, " \t");
		if (*line)
			*line++ = '\0';
	}
}
