/* Control sockets: Unix datagram server with monitors, and the command table. */
#ifndef CTRL_CTRL_H
#define CTRL_CTRL_H

#include <stdbool.h>
#include <stddef.h>

#include "utils/eloop.h"
#include "utils/log.h"
#include "utils/text.h"

struct ctrl_server;

/* One request. `cmd` is NUL-terminated, at most ctrl_params.max_request bytes, modifiable. The
 * handler appends its reply; nothing appended = empty datagram. */
struct ctrl_request {
	char *cmd;
	struct strbuf *reply;
	struct ctrl_server *server; /* where it came in; with `from` for ATTACH and friends */
	const struct sockaddr_un *from;
	unsigned from_len;
};
typedef void (*ctrl_request_fn)(void *ctx, struct ctrl_request *req);

struct ctrl_params {
	const char *dir;  /* directory of the socket; created 0770 if missing, removed on close if
			     empty */
	const char *name; /* file name in dir; with dir NULL a whole path or `@abstract:NAME` */
	const char
		*group; /* name or number, applied to directory (if dir) and socket; NULL = none */
	unsigned dir_mode;    /* after chgrp; 0 = leave */
	unsigned socket_mode; /* e.g. 0770 */
	size_t max_request;   /* longer ones are cut (hostapd) or dropped (wpa_supplicant) */
	bool drop_long;
	size_t max_reply;
	ctrl_request_fn request;
	void *ctx;
};

/* Opens the socket: a stale file is replaced, one in use is an error. NULL on failure, `err` (may
 * be NULL) gets the negative errno; the reason is logged with the path. */
struct ctrl_server *ctrl_server_open(struct eloop *l, const struct ctrl_params *p, int *err);
/* Unlinks the socket, and the directory if empty. Monitors got what was sent. NULL is fine. */
void ctrl_server_close(struct ctrl_server *s);
const char *ctrl_server_path(const struct ctrl_server *s);

/* Monitors. Attach again is fine (0). Level: events below it are not delivered (default LOG_INF).
 * Return 0, or -ENOENT when the sender is not attached. */
int ctrl_attach(struct ctrl_request *req);
int ctrl_detach(struct ctrl_request *req);
bool ctrl_is_attached(struct ctrl_request *req);
int ctrl_monitor_level(struct ctrl_request *req, enum log_level level);
/* Per-monitor opt-in flags for special events (probe_rx_events); 0 by default. */
int ctrl_monitor_set_flag(struct ctrl_request *req, unsigned flag, bool on);
bool ctrl_has_monitors(const struct ctrl_server *s, unsigned flag);

/* Sends `[prefix]<level>text` to every monitor whose level allows it. Never blocks: a full
 * queue is kept and retried (2000 events, oldest dropped), a vanished monitor is dropped.
 * prefix: NULL or "IFNAME=x ". flag: 0, or only to monitors that have this flag. */
void ctrl_event(struct ctrl_server *s, enum log_level level, const char *prefix, unsigned flag,
	const char *text);

/* --- command table --- */

enum ctrl_match {
	CTRL_EXACT,  /* whole datagram equals the verb */
	CTRL_ARGS,   /* verb, one space, arguments (maybe empty) */
	CTRL_OPT,    /* either of the two */
	CTRL_PREFIX, /* datagram begins with the verb (legacy loose matching); args = the rest */
};

enum ctrl_flags {
	CTRL_SECRET = 1 << 0, /* arguments are redacted in the log */
	CTRL_QUIET = 1 << 1,  /* polled often: logged at EXCESSIVE only */
};

enum ctrl_result {
	CTRL_OK = 0,     /* "OK\n" if the handler appended nothing */
	CTRL_FAIL = -1,  /* "FAIL\n", whatever was appended is dropped */
	CTRL_REPLIED = 1 /* reply as appended, maybe empty */
};

struct ctrl_command {
	const char *verb;
	enum ctrl_match match;
	unsigned flags;
	/* args: text behind the verb and its space, "" if none; modifiable. */
	enum ctrl_result (*handler)(void *ctx, char *args, struct ctrl_request *req);
	const char *help; /* "<args> = what it does", shown by the CLIs */
};

/* Finds the row and runs it. Returns false when no row matches (nothing appended). Tables are
 * looked up by hash of the verb; prefix rows come after exact ones. */
struct ctrl_table;
struct ctrl_table *ctrl_table_new(const struct ctrl_command *const *tables, size_t count);
/* each of `tables` ends with a row whose verb is NULL */
void ctrl_table_free(struct ctrl_table *t);
bool ctrl_dispatch(const struct ctrl_table *t, void *ctx, struct ctrl_request *req);

/* "key=value" words in command arguments: finds ` key=` at word start and copies the value up to
 * the next blank. Returns false when absent. A value that does not fit comes out empty: none of
 * the arguments takes an empty value, so that is refused like any other bad one. */
bool ctrl_arg(const char *args, const char *key, char *value, size_t cap);

#endif
