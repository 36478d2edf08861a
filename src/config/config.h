/* Schema engine for configuration languages: a key is a row.
 *
 * Loading, SET, GET, DUMP, saving and the reference manual use the same row.
 * The engine knows types and rows; files, blocks and sections belong to the
 * language (hostapd: hostapd/keys.c, wpa_supplicant: wpa_supplicant/keys.c). */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "utils/text.h"

enum cfg_type {
	CFG_INT,    /* int; decimal or 0x.. ; row's min..max (both 0 = any int) */
	CFG_BOOL,   /* int holding 0 or 1; any other integer is an error */
	CFG_TEXT,   /* char *: the raw rest of the line; min..max = length in bytes (max 0 = any) */
	CFG_STRING, /* struct bytes: "text", P"escapes" or hex; min..max = length in bytes */
	CFG_HEX,    /* struct bytes: hex digits; min..max bytes */
	CFG_MAC,    /* uint8_t[6] */
	CFG_ENUM,   /* int: one word of `words` */
	CFG_FLAGS,  /* unsigned: blank-separated words of `words`, OR-ed */
	CFG_CUSTOM, /* parse/print of the row */
	CFG_IGNORED, /* recognised, out of scope: accepted with a log line */
};

enum cfg_flags {
	CFG_SECRET =
		1
		<< 0, /* never printed but to files; reads back as `*` where the language says so */
	CFG_NO_SAVE = 1 << 1,      /* not written on save */
	CFG_EMPTY_UNSETS = 1 << 2, /* an empty value means "unset" */
	CFG_UNSET_NULL = 1 << 3,   /* the word NULL unsets (strings in network blocks) */
	CFG_APPENDS = 1 << 4,      /* repeated keys add up (not "last one wins") */
	CFG_ALIAS = 1 << 5,        /* second name of another row: parsed, never printed */
	CFG_OCTAL = 1 << 6,        /* 010 is 8; else it is 10 */
};

struct cfg_word {
	const char *word;
	unsigned value;
};

/* Where an error is, and what is wrong. `text` is one line without newline: what was expected. */
struct cfg_error {
	char text[256];
};
/* Fills in the text; returns -EINVAL for `return cfg_fail(err, ...)`. */
int cfg_fail(struct cfg_error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

struct cfg_key {
	const char *name;
	uint8_t scope; /* meaning belongs to the language: radio, bss, global, network … */
	enum cfg_type type;
	size_t offset; /* of the field in the scope's struct */
	int64_t min, max;
	const char *def; /* default in file syntax, NULL = unset; cfg_set_defaults() applies it */
	unsigned flags;
	const struct cfg_word *words; /* for ENUM and FLAGS, ends with a NULL word */
	/* CUSTOM: value is the raw text. Returns 0, 1 (equal to the old value) or cfg_fail(). */
	int (*parse)(
		void *obj, const struct cfg_key *key, const char *value, struct cfg_error *err);
	/* CUSTOM: appends the value in file syntax; returns false when unset (nothing added). */
	bool (*print)(const void *obj, const struct cfg_key *key, struct strbuf *out);
	/* CUSTOM: frees what the field holds. May be NULL. */
	void (*free)(void *obj, const struct cfg_key *key);
	/* CUSTOM with free(): gives dst, whose field is src's bit by bit, a field of its own (empty
	 * when it fails). Only for languages that use cfg_copy_fields(). Returns 0 or -ENOMEM. */
	int (*copy)(void *dst, const void *src, const struct cfg_key *key);
	const char *help; /* one sentence for the reference manual */
};

/* A table indexed by name (hash); built once, shared by all instances. */
struct cfg_table;
struct cfg_table *cfg_table_new(const struct cfg_key *keys, size_t count);
void cfg_table_free(struct cfg_table *t);
/* scope: only rows of this scope, or -1 for any. NULL when unknown. */
const struct cfg_key *cfg_find(const struct cfg_table *t, const char *name, int scope);
/* Rows in table order. */
const struct cfg_key *cfg_at(const struct cfg_table *t, size_t i);
size_t cfg_count(const struct cfg_table *t);

/* Sets every row of the scope to its default (fields must be zero before). */
void cfg_set_defaults(const struct cfg_table *t, int scope, void *obj);
/* Frees every owned field of the scope, wiping secrets. */
void cfg_free_fields(const struct cfg_table *t, int scope, void *obj);
/* dst holds what src holds bit by bit: from now on it owns its fields. Returns 0, or -ENOMEM: then
 * some are empty, and dst is to be freed all the same. */
int cfg_copy_fields(const struct cfg_table *t, int scope, void *dst, const void *src);

/* Parses and stores. On error nothing is stored and err names what is allowed.
 * Returns 0, 1 (stored, but equal to the old value) or -EINVAL. */
int cfg_set(const struct cfg_key *key, void *obj, const char *value, struct cfg_error *err);
/* Appends the value in file syntax; false when unset. Secrets are printed: callers decide. */
bool cfg_print(const struct cfg_key *key, const void *obj, struct strbuf *out);
/* The value equals the default. */
bool cfg_is_default(const struct cfg_key *key, const void *obj);
/* Writes the value of one row of the reference manual: type and range as text. */
void cfg_describe(const struct cfg_key *key, struct strbuf *out);

/* One line of a file, given to the language. `text` has no line end. */
struct cfg_line {
	const char *file;
	unsigned number;
	char *text; /* may be modified; NULL when the line is unusable */
	size_t len;
	const char *problem; /* why text is NULL, one clause; else NULL */
};
/* Calls fn for every line, empty ones too; LF or CRLF ends a line. A line of more than max_len
 * bytes or with a NUL byte is given with text NULL and counts as an error whatever fn returns.
 * fn returns 0 or a negative value, which is counted, not fatal. The buffer is wiped.
 * Returns the number of errors, or -errno when the file cannot be read. */
int cfg_read_lines(
	const char *path, size_t max_len, int (*fn)(void *ctx, struct cfg_line *line), void *ctx);

#endif
