/* TAB completion: command words, and for the first argument what the row offers. */
#include "ctrl/cli/cli_i.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Candidates that begin with what was typed. */
struct matcher {
	const char *typed;
	size_t len;
	void (*add)(void *ctx, const char *candidate);
	void *ctx;
};

static void offer(const struct matcher *m, const char *candidate)
{
	if (strncasecmp(candidate, m->typed, m->len) == 0)
		m->add(m->ctx, candidate);
}

static bool offer_socket(void *ctx, const char *name)
{
	offer(ctx, name);
	return false;
}

/* First field of every line of a reply but the first `skip` lines. */
static void offer_column(struct cli *c, const struct matcher *m, const char *cmd, int skip)
{
	_cleanup_(freep) char *reply = malloc(CLI_REPLY_MAX);
	if (!reply || cli_request(c, cmd, reply, CLI_REPLY_MAX) <= 0)
		return;
	char *save = NULL;
	for (char *line = strtok_r(reply, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (skip-- > 0)
			continue;
		line[strcspn(line, "\t ")] = '\0';
		offer(m, line);
	}
}

static void offer_stations(struct cli *c, const struct matcher *m)
{
	_cleanup_(freep) char *reply = malloc(CLI_REPLY_MAX);
	char cmd[64] = "STA-FIRST";

	while (reply && cli_request(c, cmd, reply, CLI_REPLY_MAX) > 0 &&
		!str_starts(reply, "FAIL", NULL) && !str_starts(reply, "UNKNOWN", NULL)) {
		reply[strcspn(reply, "\n")] = '\0';
		offer(m, reply);
		snprintf(cmd, sizeof(cmd), "STA-NEXT %.32s", reply);
	}
}

static void offer_words(const struct cli *c, const struct matcher *m)
{
	for (const struct cli_word *w = c->program->words; w->word; w++)
		offer(m, w->word);
}

static void offer_arguments(struct cli *c, const struct cli_word *w, struct matcher *m)
{
	switch (w->offer) {
	case OFFER_NOTHING:
		break;
	case OFFER_VALUES:
		for (const char *const *v = w->values; *v; v++)
			offer(m, *v);
		break;
	case OFFER_STATIONS:
		offer_stations(c, m);
		break;
	case OFFER_INTERFACES:
		cli_each_socket(c, offer_socket, m);
		break;
	case OFFER_NETWORKS:
		offer_column(c, m, "LIST_NETWORKS", 1);
		break;
	case OFFER_BSSIDS:
		offer_column(c, m, "SCAN_RESULTS", 1);
		break;
	case OFFER_COMMANDS:
		offer_words(c, m);
		break;
	}
}

size_t cli_complete(struct cli *c, const char *line, size_t at,
	void (*add)(void *ctx, const char *candidate), void *ctx)
{
	size_t begin = at;
	while (begin > 0 && line[begin - 1] != ' ')
		begin--;
	struct matcher m = {line + begin, at - begin, add, ctx};
	_cleanup_(freep) char *before = strndup(line, begin);
	char *argv[CLI_ARGS_MAX];
	if (!before)
		return begin;

	int argc = cli_split(before, argv, CLI_ARGS_MAX);
	if (argc == 0)
		offer_words(c, &m);
	const struct cli_word *w = argc > 0 ? cli_find_word(c->program, argv[0]) : NULL;
	/* set_network and get_network take the variable as second argument */
	bool variable = w && argc == 2 && w->values && w->offer == OFFER_NETWORKS;
	for (const char *const *v = variable ? w->values : NULL; v && *v; v++)
		offer(&m, *v);
	if (w && argc == 1)
		offer_arguments(c, w, &m);
	return begin;
}
