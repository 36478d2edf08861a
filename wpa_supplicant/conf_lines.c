#include "wpa_supplicant/conf_lines.h"

#include <stdlib.h>
#include <string.h>

#include "utils/bytes.h"
#include "utils/text.h"

struct conf_lines conf_lines_of(const char *text, size_t len)
{
	return (struct conf_lines){text, text ? text + len : text, 0, NULL, 0};
}

void conf_lines_free(struct conf_lines *it)
{
	if (it->buf)
		wipe(it->buf, it->cap);
	free(it->buf);
	it->buf = NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* `#` starts a comment where the quotes before it are balanced. */
static size_t comment_start(const char *s)
{
	bool quoted = false;
	size_t i = 0;

	for (; s[i] && (s[i] != '#' || quoted); i++)
		quoted ^= s[i] == '"';
	return i;
}

static void cut_comment(char *s)
{
	s[comment_start(s)] = '\0';
}

bool conf_value_is_cut(const char *value)
{
	return value[comment_start(value)] != '\0';
}

static char *strip(char *s)
{
	while (is_blank(*s))
		s++;
	cut_comment(s);
	size_t n = strlen(s);
	while (n && is_blank(s[n - 1]))
		s[--n] = '\0';
	return s;
}

static bool reserve(struct conf_lines *it, size_t len)
{
	if (len < it->cap)
		return true;
	conf_lines_free(it);
	it->cap = len + 256;
	it->buf = malloc(it->cap);
	return it->buf != NULL;
}

bool conf_lines_next(struct conf_lines *it, struct conf_line *out)
{
	if (it->p == it->end)
		return false;
	const char *eol = memchr(it->p, '\n', (size_t)(it->end - it->p));
	size_t len = (size_t)((eol ? eol : it->end) - it->p);

	if (!reserve(it, len))
		return false;
	*out = (struct conf_line){.number = ++it->number, .raw = it->p, .raw_len = len};
	memcpy(it->buf, it->p, len);
	it->buf[len] = '\0';
	out->bad = memchr(it->buf, '\0', len) != NULL;
	if (out->bad)
		it->buf[0] = '\0';
	out->text = strip(it->buf);
	it->p += len + (eol ? 1 : 0);
	return true;
}

#define BLOB_START "blob-base64-"
#define BLOB_OPEN "={"

enum conf_block conf_block_kind(const char *text)
{
	size_t n = strlen(text);

	if (strcmp(text, "network={") == 0)
		return CONF_BLOCK_NETWORK;
	if (strcmp(text, "cred={") == 0 || strcmp(text, "identity={") == 0)
		return CONF_BLOCK_OTHER;
	if (str_starts(text, BLOB_START, NULL) && n > sizeof(BLOB_START BLOB_OPEN) - 1 &&
		strcmp(text + n - 2, BLOB_OPEN) == 0)
		return CONF_BLOCK_BLOB;
	return CONF_BLOCK_NONE;
}

char *conf_blob_name(const char *text)
{
	size_t start = sizeof(BLOB_START) - 1, end = strlen(text) - (sizeof(BLOB_OPEN) - 1);
	return strndup(text + start, end - start);
}
