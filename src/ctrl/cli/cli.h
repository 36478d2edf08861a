/* What both command-line clients share. A client is a `struct cli_program`: texts, command rows
 * and the few places where the two differ. */
#ifndef CTRL_CLI_CLI_H
#define CTRL_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "utils/bytes.h"
#include "utils/text.h"

struct cli;

enum cli_flags {
	CLI_SECRET = 1 << 0, /* the line is not kept in the history */
	CLI_SET = 1 << 1,    /* same, when the variable's name says it is a secret */
	CLI_STRICT = 1 << 2, /* more than max arguments are an error, else the rest is left out */
	CLI_ANSWER = 1 << 4, /* answers CTRL-REQ: verb, id, `:`, the rest */
	CLI_SUFFIX = 1 << 5, /* an argument out of `values` follows as `-WORD` */
	CLI_TABS = 1 << 6,   /* arguments separated by TAB, all of them up to 8 */
	CLI_SPACE = 1 << 7,  /* without value the verb is still followed by a space */
};

/* What TAB offers for the first argument. */
enum cli_offer {
	OFFER_NOTHING,
	OFFER_VALUES,
	OFFER_STATIONS,
	OFFER_INTERFACES,
	OFFER_NETWORKS,
	OFFER_BSSIDS,
	OFFER_COMMANDS
};

#define CLI_ANY 255 /* as max: no limit */

struct cli_word {
	const char *word;       /* as typed */
	const char *verb;       /* on the wire; NULL = the word in upper case */
	unsigned char min, max; /* number of arguments */
	unsigned char hex;      /* bit n: argument n is sent as hex digits of its bytes */
	unsigned char gap; /* bit n: exactly n arguments are wrong though between min and max */
	unsigned flags;
	const char
		*missing; /* text when the number of arguments is wrong; NULL = the general one */
	const char
		*overview;  /* printed when there are no arguments at all, which is no error then */
	const char *absent; /* sent when there are no arguments */
	/* Local commands. Returns the exit status. */
	int (*run)(struct cli *c, int argc, char **argv);
	enum cli_offer offer;
	const char *const *values; /* for OFFER_VALUES; ends with NULL */
	const char *help;          /* "<args> = what it does" */
};

/* The program to run for an event of action mode. */
#define CLI_ACTION_WORDS 30
struct cli_action {
	char *words[CLI_ACTION_WORDS + 1]; /* behind the interface name; NULL ends them */
	int count;
};

struct cli_program {
	const char *name, *daemon;
	const char *dir;              /* of the daemon's sockets, by default */
	const char *options;          /* for getopt */
	const char *usage;            /* behind it the commands are listed */
	bool usage_is_error_text;     /* to stderr instead of stdout */
	const char *history;          /* file name in $HOME */
	const char *skip_prefix;      /* sockets that are never chosen by default; may be NULL */
	const struct cli_word *words; /* ends with a NULL word */
	size_t max_wire;              /* longest command the daemon takes */
	bool always_zero;             /* exit status once connected */
	bool routes;                  /* IFNAME=x may precede a command on the global socket */
	bool lists_by_daemon;         /* INTERFACES instead of the directory */
	void (*connect_failed)(const struct cli *c, int err);
	bool (*hides_event)(const char *event); /* interactive mode; may be NULL */
	/* Before the first event. May be NULL. */
	void (*action_begin)(struct cli *c);
	/* Fills in what to run for an event (text without prefix and level, may be modified); false
	 * = nothing. */
	bool (*action)(struct cli *c, char *event, struct cli_action *a);
	const char *ends_with; /* event after which action mode ends; NULL = none */
};

/* One row: W("sta", 1, 2, "<addr> = ...", .offer = OFFER_STATIONS) */
#define W(word_, min_, max_, help_, ...)                                                           \
	{                                                                                          \
		.word = word_, .min = min_, .max = max_, .help = help_, __VA_ARGS__                \
	}

int cli_main(const struct cli_program *p, int argc, char **argv);

/* --- for command rows and the programs' own functions --- */

const char *cli_dir(const struct cli *c);
const char *cli_interface(const struct cli *c); /* NULL on the global socket or when none */
const char *cli_global(const struct cli *c);    /* path of the global socket or NULL */

/* Sends and waits; the reply is NUL-terminated. Returns its length or a negative errno. */
int cli_request(struct cli *c, const char *cmd, char *reply, size_t cap);
/* Same, and prints the reply or what went wrong. Returns the exit status. */
int cli_send(struct cli *c, const char *cmd);
/* Runs a = interface, words; waits for the end. */
void cli_run_action(struct cli *c, const struct cli_action *a);

/* Local commands of both programs. */
int cli_help(struct cli *c, int argc, char **argv);
int cli_license(struct cli *c, int argc, char **argv);
int cli_quit(struct cli *c, int argc, char **argv);
int cli_select_interface(struct cli *c, int argc, char **argv);
int cli_raw(struct cli *c, int argc, char **argv);
int cli_all_sta(struct cli *c, int argc, char **argv);
int cli_list_sta(struct cli *c, int argc, char **argv);

#endif
