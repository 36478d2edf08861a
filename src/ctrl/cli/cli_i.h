/* Inside of the clients' shared code. */
#ifndef CTRL_CLI_CLI_I_H
#define CTRL_CLI_CLI_I_H

#include "ctrl/cli/cli.h"
#include "ctrl/client.h"
#include "utils/eloop.h"

#define CLI_TIMEOUT_MS 10000
#define CLI_REPLY_MAX 16384
#define CLI_ARGS_MAX 10 /* words of a typed line; the last one swallows the rest */
#define CLI_WIRE_MAX 8192

enum cli_status {
	CLI_EXIT_OK = 0,
	CLI_EXIT_UNKNOWN = 1,
	CLI_EXIT_TIMEOUT = 254,
	CLI_EXIT_ERROR = 255,
};

struct edit;

struct cli {
	const struct cli_program *program;
	char *dir, *own_dir, *global, *action_file, *pid_file;
	char *interface;
	const char *route; /* IFNAME= before the command that runs now, or NULL */
	bool background, reconnect;
	unsigned ping_seconds;
	struct ctrl_client *commands, *events; /* events only in interactive and action mode */
	struct eloop *loop;                    /* not in one-shot mode */
	struct eloop_fd *events_watch;
	struct timer ping, retry;
	struct edit *edit;
	bool interactive, quitting;
	bool was_connected; /* for the text of the next connection */
	int exit_status;
};

/* --- options.c --- */
/* Returns -1 to go on, else the exit status. *first is the index of the command. */
int cli_parse_options(struct cli *c, int argc, char **argv, int *first);
void cli_free_options(struct cli *c);
void cli_print_usage(const struct cli_program *p);

/* --- session.c --- */
/* Opens the command connection, and with_events a second one that is attached. 0 or -errno. */
int cli_connect(struct cli *c, bool with_events);
void cli_disconnect(struct cli *c);
/* Takes the first socket of the directory when none was named. 0 or -errno. */
int cli_choose_interface(struct cli *c);
bool cli_ping(struct cli *c);
/* Path of an interface's socket, or the global one. */
void cli_socket_path(const struct cli *c, char *out, size_t cap);
/* Calls fn for every socket of the directory until it returns true. -errno when there is no
 * directory, else 0. */
int cli_each_socket(const struct cli *c, bool (*fn)(void *ctx, const char *name), void *ctx);
/* Text behind `IFNAME=x ` and `<level>`. */
char *cli_event_text(char *event);

/* --- words.c --- */
/* Finds, checks, sends or runs. argv[0] is the command word. Returns the exit status. */
int cli_execute(struct cli *c, int argc, char **argv);
/* Exact name or unique prefix, any case; NULL: not found or ambiguous. */
const struct cli_word *cli_find_word(const struct cli_program *p, const char *text);
/* Splits a typed line in place. A word that starts with `"` reaches to the line's last `"`. */
int cli_split(char *line, char **argv, int max);
bool cli_keeps_in_history(const struct cli_program *p, const char *line);
/* Appends the wire form of a command. Returns 0 or -EMSGSIZE. */
int cli_build(const struct cli_word *w, int argc, char **argv, struct strbuf *wire);
void cli_list_words(const struct cli_program *p, const char *prefix, bool to_stderr);

/* --- interactive.c, action.c --- */
int cli_interact(struct cli *c);
/* `interface X` in interactive mode. */
int cli_switch_interface(struct cli *c);
int cli_act(struct cli *c);

/* --- complete.c --- */
/* Calls add for everything the word under the cursor (line up to `at`) may become. Returns where
 * that word begins. */
size_t cli_complete(struct cli *c, const char *line, size_t at,
	void (*add)(void *ctx, const char *candidate), void *ctx);

#endif
