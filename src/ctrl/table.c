/* Command table: from a datagram to the handler of its verb. */
#include "ctrl/ctrl.h"

#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "utils/bytes.h"

#define LOGGED_MAX 512

struct entry {
	const struct ctrl_command *cmd;
	struct entry *same_verb; /* e.g. one row without and one with arguments */
	UT_hash_handle hh;
};

struct ctrl_table {
	struct entry *by_verb;
	struct entry *entries;
	const struct ctrl_command **prefixes; /* longest first */
	size_t prefix_count;
};

static size_t count_rows(const struct ctrl_command *const *tables, size_t count)
{
	size_t n = 0;
	for (size_t i = 0; i < count; i++)
		for (const struct ctrl_command *c = tables[i]; c->verb; c++)
			n++;
	return n;
}

static void add_row(struct ctrl_table *t, struct entry *e, const struct ctrl_command *c)
{
	struct entry *first;

	if (c->match == CTRL_PREFIX) {
		t->prefixes[t->prefix_count++] = c;
		return;
	}
	e->cmd = c;
	HASH_FIND_STR(t->by_verb, c->verb, first);
	if (!first) {
		HASH_ADD_KEYPTR(hh, t->by_verb, c->verb, strlen(c->verb), e);
		return;
	}
	while (first->same_verb)
		first = first->same_verb;
	first->same_verb = e;
}

static int longer_first(const void *a, const void *b)
{
	const struct ctrl_command *const *x = a, *const *y = b;
	size_t m = strlen((*x)->verb), n = strlen((*y)->verb);
	return m < n ? 1 : m > n ? -1 : 0;
}

struct ctrl_table *ctrl_table_new(const struct ctrl_command *const *tables, size_t count)
{
	size_t rows = count_rows(tables, count);
	struct ctrl_table *t = calloc(1, sizeof(*t));
	if (!t)
		return NULL;
	t->entries = calloc(rows + 1, sizeof(*t->entries));
	t->prefixes = calloc(rows + 1, sizeof(*t->prefixes));
	if (!t->entries || !t->prefixes) {
		ctrl_table_free(t);
		return NULL;
	}
	size_t n = 0;
	for (size_t i = 0; i < count; i++)
		for (const struct ctrl_command *c = tables[i]; c->verb; c++)
			add_row(t, &t->entries[n++], c);
	qsort(t->prefixes, t->prefix_count, sizeof(*t->prefixes), longer_first);
	return t;
}

void ctrl_table_free(struct ctrl_table *t)
{
	if (!t)
		return;
	HASH_CLEAR(hh, t->by_verb);
	free(t->entries);
	free(t->prefixes);
	free(t);
}

static bool arity_fits(enum ctrl_match match, bool has_args)
{
	switch (match) {
	case CTRL_EXACT:
		return !has_args;
	case CTRL_ARGS:
		return has_args;
	case CTRL_OPT:
		return true;
	case CTRL_PREFIX:
		break;
	}
	return false;
}

static const struct ctrl_command *find(const struct ctrl_table *t, char *cmd, char **args)
{
	size_t verb_len = strcspn(cmd, " ");
	bool has_args = cmd[verb_len] == ' ';
	struct entry *e;

	HASH_FIND(hh, t->by_verb, cmd, verb_len, e);
	for (; e; e = e->same_verb) {
		if (arity_fits(e->cmd->match, has_args)) {
			*args = cmd + verb_len + (has_args ? 1 : 0);
			return e->cmd;
		}
	}
	for (size_t i = 0; i < t->prefix_count; i++) {
		size_t n = strlen(t->prefixes[i]->verb);
		if (strncmp(cmd, t->prefixes[i]->verb, n) == 0) {
			*args = cmd + n;
			return t->prefixes[i];
		}
	}
	return NULL;
}

static void log_command(const struct ctrl_command *c, const char *path, const char *args)
{
	enum log_level level = c->flags & CTRL_QUIET ? LOG_EXCESSIVE : LOG_DBG;
	char text[4 * LOGGED_MAX + 1];
	struct strbuf s = strbuf_over(text, sizeof(text));

	if (level < log_get_level())
		return;
	if (c->flags & CTRL_SECRET && *args && !log_get_show_keys())
		strbuf_add(&s, "[REMOVED]");
	else
		strbuf_add_escaped(&s, args, strnlen(args, LOGGED_MAX));
	log_msg(level, "%s: command %s %s", path, c->verb, text);
}

bool ctrl_dispatch(const struct ctrl_table *t, void *ctx, struct ctrl_request *req)
{
	char *args;
	size_t start = req->reply->len;
	const struct ctrl_command *c = find(t, req->cmd, &args);

	if (!c)
		return false;
	log_command(c, req->server ? ctrl_server_path(req->server) : "ctrl", args);
	switch (c->handler(ctx, args, req)) {
	case CTRL_OK:
		if (req->reply->len == start)
			strbuf_add(req->reply, "OK\n");
		break;
	case CTRL_FAIL:
		strbuf_truncate(req->reply, start);
		strbuf_add(req->reply, "FAIL\n");
		break;
	case CTRL_REPLIED:
		break;
	}
	return true;
}

bool ctrl_arg(const char *args, const char *key, char *value, size_t cap)
{
	size_t key_len = strlen(key);

	while (*args) {
		args += strspn(args, " \t");
		size_t n = strcspn(args, " \t");
		if (n > key_len && args[key_len] == '=' && strncmp(args, key, key_len) == 0) {
			size_t len = n - key_len - 1;
			if (len >= cap)
				len = 0;
			memcpy(value, args + key_len + 1, len);
			value[len] = '\0';
			return true;
		}
		args += n;
	}
	return false;
}
