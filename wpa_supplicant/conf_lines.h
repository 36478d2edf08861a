/* Lines of a configuration text, for reading it and for rewriting it. */
#ifndef WPA_SUPPLICANT_CONF_LINES_H
#define WPA_SUPPLICANT_CONF_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct conf_line {
	unsigned number;
	const char *raw; /* as in the file, without line end; view */
	size_t raw_len;
	char *text; /* comment, blanks around removed; may be modified; valid until the next line */
	bool bad;   /* holds a NUL byte; text is empty */
};

struct conf_lines {
	const char *p, *end;
	unsigned number;
	char *buf;
	size_t cap;
};

struct conf_lines conf_lines_of(const char *text, size_t len);
bool conf_lines_next(struct conf_lines *it, struct conf_line *out);
void conf_lines_free(struct conf_lines *it); /* wipes */
/* Would a reader take part of this value for a comment? Quotes are only counted, so a `"` inside a
 * string turns a later `#` into one. */
bool conf_value_is_cut(const char *value);

enum conf_block { CONF_BLOCK_NONE, CONF_BLOCK_NETWORK, CONF_BLOCK_BLOB, CONF_BLOCK_OTHER };
/* What block this (stripped) line opens. */
enum conf_block conf_block_kind(const char *text);
/* The name in the opening line of a blob; free it. NULL: no memory. */
char *conf_blob_name(const char *text);

#endif
