/* Line editing on the terminal. edit_libedit.c or, with CONFIG_LIBEDIT=n, edit_none.c provides
 * edit_open(); edit_plain.c reads lines without editing, for pipes and small systems. */
#ifndef CTRL_CLI_EDIT_H
#define CTRL_CLI_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "utils/eloop.h"

struct edit;

struct edit_user {
	void *ctx;
	void (*line)(void *ctx, char *line);       /* without newline, may be modified */
	void (*end)(void *ctx);                    /* end of input */
	bool (*keep)(void *ctx, const char *line); /* may go into the history */
	/* As cli_complete(). */
	size_t (*complete)(void *ctx, const char *line, size_t at,
		void (*add)(void *add_ctx, const char *candidate), void *add_ctx);
};

/* An implementation. */
struct edit_ops {
	void (*close)(struct edit *e);
	void (*hide)(struct edit *e);
	void (*show)(struct edit *e);
};
struct edit {
	const struct edit_ops *ops;
};

/* Starts reading standard input. history: file, or NULL. NULL on failure. */
struct edit *edit_open(struct eloop *l, const char *name, const char *prompt, const char *history,
	const struct edit_user *user);
struct edit *edit_open_plain(struct eloop *l, const char *prompt, const struct edit_user *user);

/* Saves the history, gives the terminal back. NULL is fine. */
static inline void edit_close(struct edit *e)
{
	if (e)
		e->ops->close(e);
}
/* Around output that comes while the user types. NULL is fine. */
static inline void edit_hide(struct edit *e)
{
	if (e)
		e->ops->hide(e);
}
static inline void edit_show(struct edit *e)
{
	if (e)
		e->ops->show(e);
}

#endif
