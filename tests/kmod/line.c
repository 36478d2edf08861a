// SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause
/* Lines of text: what was asked, what is to be said. */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "puppet.h"

struct line *line_new(const char *verb)
{
	struct line *l = kmalloc(sizeof(*l), GFP_ATOMIC);

	if (l)
		l->len = scnprintf(l->text, sizeof(l->text), "%s", verb);
	return l;
}

void line_add(struct line *l, const char *format, ...)
{
	va_list ap;

	if (!l)
		return;
	va_start(ap, format);
	l->len += vscnprintf(l->text + l->len, sizeof(l->text) - l->len, format, ap);
	va_end(ap);
}

void line_hex(struct line *l, const char *name, const void *data, size_t len)
{
	if (!l || !data)
		return;
	line_add(l, " %s=", name);
	len = min(len, (sizeof(l->text) - l->len - 1) / 2);
	bin2hex(l->text + l->len, data, len);
	l->len += 2 * len;
	l->text[l->len] = '\0';
}

void line_mac(struct line *l, const char *name, const u8 *addr)
{
	if (addr)
		line_add(l, " %s=%pM", name, addr);
}

int args_split(struct args *args, char *text)
{
	char *word;

	args->n = 0;
	args->verb = strsep(&text, " \n");
	if (!args->verb || !*args->verb)
		return -EINVAL;
	while ((word = strsep(&text, " \n"))) {
		if (!*word)
			continue;
		if (args->n == ARGS_MAX)
			return -E2BIG;
		args->a[args->n].name = strsep(&word, "=");
		args->a[args->n++].value = word ? word : "";
	}
	return 0;
}

const char *arg_text(const struct args *args, const char *name)
{
	int i;

	for (i = 0; i < args->n; i++)
		if (!strcmp(args->a[i].name, name))
			return args->a[i].value;
	return NULL;
}

bool arg_flag(const struct args *args, const char *name)
{
	const char *value = arg_text(args, name);

	return value && strcmp(value, "0");
}

long arg_num(const struct args *args, const char *name, long def)
{
	const char *value = arg_text(args, name);
	long n;

	return value && !kstrtol(value, 0, &n) ? n : def;
}

int arg_mac(const struct args *args, const char *name, u8 addr[ETH_ALEN])
{
	const char *value = arg_text(args, name);

	if (!value)
		return -ENODATA;
	return mac_pton(value, addr) ? 0 : -EINVAL;
}

int arg_hex(const struct args *args, const char *name, u8 **data, size_t *len)
{
	const char *value = arg_text(args, name);
	int rc;

	*data = NULL;
	*len = 0;
	if (!value)
		return 0;
	*len = strlen(value) / 2;
	*data = kmalloc(*len + 1, GFP_KERNEL);
	if (!*data)
		return -ENOMEM;
	rc = strlen(value) % 2 ? -EINVAL : hex2bin(*data, value, *len);
	if (!rc)
		return 0;
	kfree(*data);
	*data = NULL;
	return -EINVAL;
}
