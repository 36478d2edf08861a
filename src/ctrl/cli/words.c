/* Command words: from what was typed to a datagram. */
#include "ctrl/cli/cli_i.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TAB_FIELDS 8

/* --- finding --- */

static bool has_prefix(const struct cli_word *w, const char *text)
{
	return strncasecmp(w->word, text, strlen(text)) == 0;
}

static const struct cli_word *find_exact(const struct cli_program *p, const char *text)
{
	for (const struct cli_word *w = p->words; w->word; w++)
		if (strcasecmp(w->word, text) == 0)
			return w;
	return NULL;
}

static const struct cli_word *find(const struct cli_program *p, const char *text, int *matches)
{
	const struct cli_word *found = find_exact(p, text);
	*matches = found ? 1 : 0;
	for (const struct cli_word *w = p->words; w->word && !found; w++)
		*matches += has_prefix(w, text);
	for (const struct cli_word *w = p->words; w->word && *matches == 1 && !found; w++)
		if (has_prefix(w, text))
			found = w;
	return found;
}

const struct cli_word *cli_find_word(const struct cli_program *p, const char *text)
{
	int matches;
	return find(p, text, &matches);
}

static int not_found(const struct cli_program *p, const char *text, int matches)
{
	if (matches == 0) {
		printf("Unknown command '%s'\n", text);
		return CLI_EXIT_UNKNOWN;
	}
	printf("Ambiguous command '%s'; possible commands:", text);
	for (const struct cli_word *w = p->words; w->word; w++)
		if (has_prefix(w, text))
			printf(" %s", w->word);
	putchar('\n');
	return CLI_EXIT_UNKNOWN;
}

void cli_list_words(const struct cli_program *p, const char *prefix, bool to_stderr)
{
	FILE *out = to_stderr ? stderr : stdout;
	fputs("commands:\n", out);
	for (const struct cli_word *w = p->words; w->word; w++)
		if (has_prefix(w, prefix))
			fprintf(out, "  %s %s\n", w->word, w->help);
}

/* --- splitting --- */

int cli_split(char *line, char **argv, int max)
{
	int n = 0;
	while (n < max) {
		line += strspn(line, " ");
		if (!*line)
			break;
		argv[n++] = line;
		if (n == max) {
			size_t len = strlen(line);
			while (len && line[len - 1] == ' ')
				line[--len] = '\0';
			break;
		}
		char *quote = *line == '"' ? strrchr(line, '"') : NULL;
		char *end = quote && quote > line ? strchr(quote, ' ') : strchr(line, ' ');
		if (!end)
			break;
		*end = '\0';
		line = end + 1;
	}
	return n;
}

/* --- secrets --- */

static bool names_secret(const char *variable)
{
	static const char *const parts[] = {"psk", "pass", "pin", "wep_key", "secret", "key"};
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (strcasestr(variable, parts[i]))
			return true;
	return false;
}

static bool is_secret(const struct cli_word *w, int argc, char **argv)
{
	if (w->flags & CLI_SECRET)
		return true;
	/* the name is the last argument but the value, so any of the first two */
	for (int i = 1; w->flags & CLI_SET && i < argc && i <= 2; i++)
		if (names_secret(argv[i]))
			return true;
	return false;
}

bool cli_keeps_in_history(const struct cli_program *p, const char *line)
{
	char *copy = strdup(line), *argv[CLI_ARGS_MAX];
	if (!copy)
		return false;
	char **words = argv;
	int n = cli_split(copy, argv, CLI_ARGS_MAX);
	if (n > 1 && p->routes && strncasecmp(argv[0], "IFNAME=", 7) == 0) {
		words++;
		n--;
	}
	const struct cli_word *w = n ? cli_find_word(p, words[0]) : NULL;
	bool keep = n > 0 && !(w && is_secret(w, n, words));
	str_wipe_free(copy);
	return keep;
}

/* --- building --- */

static void add_upper(struct strbuf *s, const char *text)
{
	for (; *text; text++)
		strbuf_add(s, "%c", toupper((unsigned char)*text));
}

static void add_verb(const struct cli_word *w, struct strbuf *s)
{
	if (w->verb)
		strbuf_add(s, "%s", w->verb);
	else
		add_upper(s, w->word);
}

static void add_answer(int argc, char **argv, struct strbuf *s)
{
	strbuf_add(s, "%s:", argv[1]);
	for (int i = 2; i < argc; i++)
		strbuf_add(s, "%s%s", i > 2 ? " " : "", argv[i]);
}

/* Only the words the row lists; others are left out, as ever. */
static void add_suffix(const struct cli_word *w, const char *text, struct strbuf *s)
{
	for (const char *const *v = w->values; *v; v++) {
		if (strcasecmp(*v, text) == 0) {
			strbuf_add(s, "-");
			add_upper(s, *v);
		}
	}
}

static void add_tabs(int argc, char **argv, struct strbuf *s)
{
	for (int i = 1; i <= TAB_FIELDS || i < argc; i++)
		strbuf_add(s, "%s%s", i > 1 ? "\t" : " ", i < argc ? argv[i] : "");
}

static void add_joined(const struct cli_word *w, int argc, char **argv, struct strbuf *s)
{
	if (argc == 1 && w->absent)
		strbuf_add(s, " %s", w->absent);
	for (int i = 1; i < argc; i++) {
		strbuf_add(s, " ");
		if (i <= 8 && w->hex & 1u << (i - 1))
			strbuf_add_hex(s, argv[i], strlen(argv[i]));
		else
			strbuf_add(s, "%s", argv[i]);
	}
	if (w->flags & CLI_SPACE && argc <= 2 && argc <= w->min + 1)
		strbuf_add(s, " ");
}

int cli_build(const struct cli_word *w, int argc, char **argv, struct strbuf *wire)
{
	add_verb(w, wire);
	if (w->max != CLI_ANY && argc > w->max + 1)
		argc = w->max + 1;
	if (w->flags & CLI_ANSWER) {
		add_answer(argc, argv, wire);
	} else if (w->flags & CLI_TABS) {
		add_tabs(argc, argv, wire);
	} else if (w->flags & CLI_SUFFIX) {
		add_suffix(w, argc > 1 ? argv[1] : "", wire);
	} else {
		add_joined(w, argc, argv, wire);
	}
	return wire->full ? -EMSGSIZE : 0;
}

/* --- running --- */

static void wrong_count(const struct cli_word *w, bool too_few)
{
	char text[128];
	struct strbuf verb = strbuf_over(text, sizeof(text));
	unsigned n = too_few ? w->min : w->max;

	if (w->missing) {
		printf("%s\n", w->missing);
		return;
	}
	add_verb(w, &verb);
	printf("Invalid %s command - at %s %u argument%s %s.\n", text, too_few ? "least" : "most",
		n, n == 1 ? " is" : "s are", too_few ? "required" : "allowed");
}

static bool count_fits(const struct cli_word *w, int args, char **argv)
{
	bool too_few = args < w->min || (args < 8 && w->gap & 1u << args);
	bool too_many = w->max != CLI_ANY && args > w->max;

	if (too_few || (too_many && w->flags & CLI_STRICT)) {
		wrong_count(w, too_few);
		return false;
	}
	if (too_many)
		fprintf(stderr, "%s: left out from '%s' on: at most %u arguments are taken\n",
			w->word, argv[w->max], w->max);
	return true;
}

static int send_word(struct cli *c, const struct cli_word *w, int argc, char **argv)
{
	_cleanup_(freep) char *text = malloc(CLI_WIRE_MAX);
	if (!text)
		return CLI_EXIT_ERROR;
	struct strbuf wire = strbuf_over(text, CLI_WIRE_MAX);
	int status = CLI_EXIT_ERROR;
	if (cli_build(w, argc, argv, &wire) < 0 || wire.len > c->program->max_wire)
		printf("Too long command: at most %zu characters.\n", c->program->max_wire);
	else
		status = cli_send(c, text);
	wipe(text, wire.len);
	return status;
}

int cli_execute(struct cli *c, int argc, char **argv)
{
	int matches, status;

	c->route = NULL;
	if (c->program->routes && argc > 1 && strncasecmp(argv[0], "IFNAME=", 7) == 0) {
		c->route = argv[0] + 7;
		argc--;
		argv++;
	}
	const struct cli_word *w = find(c->program, argv[0], &matches);
	if (!w)
		status = not_found(c->program, argv[0], matches);
	else if (argc == 1 && w->overview)
		status = puts(w->overview) < 0 ? CLI_EXIT_ERROR : CLI_EXIT_OK;
	else if (!count_fits(w, argc - 1, argv + 1))
		status = CLI_EXIT_ERROR;
	else
		status = w->run ? w->run(c, argc, argv) : send_word(c, w, argc, argv);
	c->route = NULL;
	return status;
}
