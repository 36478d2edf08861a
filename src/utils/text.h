/* Text helpers: hex, strict numbers, 802.11 SSID escaping, bounded string builder. */
#ifndef UTILS_TEXT_H
#define UTILS_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "utils/bytes.h"

/* A text under construction inside caller's memory, always NUL-terminated.
 * What does not fit is not added at all (records stay whole) and `full` is set. */
struct strbuf {
	char *buf;
	size_t len, cap;
	bool full;
};

struct strbuf strbuf_over(char *buf, size_t cap);
/* printf-append; returns true when it fitted entirely. */
bool strbuf_add(struct strbuf *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool strbuf_vadd(struct strbuf *s, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
bool strbuf_add_hex(struct strbuf *s, const void *data, size_t len);
bool strbuf_add_hex_upper(struct strbuf *s, const void *data, size_t len);
/* Appends bytes escaped: \" \\ \e \n \r \t, and \xHH (lower-case) outside 32..126. */
bool strbuf_add_escaped(struct strbuf *s, const void *data, size_t len);
/* Cuts back to an earlier length (a record that did not fit as a whole). */
void strbuf_truncate(struct strbuf *s, size_t len);

/* Decodes an even number of hex digits, either case. Returns the bytes written,
 * -EINVAL (odd or not hex), -EMSGSIZE (more than cap). */
int hex_decode(const char *hex, size_t hex_len, uint8_t *out, size_t cap);
/* Same into owned bytes. Returns 0, -EINVAL, -ENOMEM. */
int hex_decode_bytes(const char *hex, struct bytes *out);
/* Lower-case hex into out (2*len+1 bytes needed); returns out. */
char *hex_encode(const void *data, size_t len, char *out, size_t cap);

/* Whole-text numbers: no junk before or behind, range enforced.
 * base as in strtol. Return 0, -EINVAL, -ERANGE. */
int parse_int(const char *text, int base, int64_t min, int64_t max, int64_t *out);

/* True when text begins with prefix; *rest (may be NULL) then points behind it. */
bool str_starts(const char *text, const char *prefix, const char **rest);

/* P"..." style C escapes (\\ \" \n \r \t \e \xH \xHH \NNN octal; an unknown escape
 * loses its backslash) into bytes. Returns length or -EMSGSIZE. */
int unescape(const char *text, size_t len, uint8_t *out, size_t cap);
/* True when every byte is printable ASCII 32..126. */
bool is_printable(const void *data, size_t len);
/* Escaped text of an SSID into out (4*32+1 is always enough); returns out. */
const char *ssid_text(const uint8_t *ssid, size_t len, char *out, size_t cap);
#define SSID_TEXT_CAP (4 * 32 + 1)

/* Splits `line` in place at runs of blanks; returns the number of tokens (at most max; the
 * last one then holds the rest). */
int split_words(char *line, char **words, int max);

#endif
