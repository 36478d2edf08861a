#include <string.h>

#include "bus/bus_i.h"
#include "utils/text.h"

bool bus_arg_next(const char **args, struct bus_arg *out)
{
	const char *at = *args ? *args + strspn(*args, " ") : "";
	size_t len = strcspn(at, " ");
	const char *colon = memchr(at, ':', len);

	if (!colon)
		return false;
	out->name = at;
	out->name_len = (int)(colon - at);
	out->type = colon + 1;
	out->type_len = (int)(at + len - colon - 1);
	*args = at + len;
	return true;
}

void bus_args_signature(const char *args, char *out, size_t cap)
{
	struct strbuf s = strbuf_over(out, cap);
	struct bus_arg a;

	while (bus_arg_next(&args, &a))
		strbuf_add(&s, "%.*s", a.type_len, a.type);
}
