/* Built without libedit (CONFIG_LIBEDIT=n). */
#include "ctrl/cli/edit.h"

struct edit *edit_open(struct eloop *l, const char *name, const char *prompt,
	const char *history_file, const struct edit_user *user)
{
	return edit_open_plain(l, prompt, user);
}
