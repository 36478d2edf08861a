#include "utils/bytes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void freep(void *pp)
{
	void **p = pp;
	free(*p);
	*p = NULL;
}

void fclosep(void *file_pp)
{
	FILE **f = file_pp;
	if (*f)
		fclose(*f);
	*f = NULL;
}

void closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void wipe(void *p, size_t len)
{
	if (p && len)
		explicit_bzero(p, len);
}

bool bytes_equal_ct(const void *a, const void *b, size_t len)
{
	const volatile uint8_t *x = a, *y = b;
	uint8_t diff = 0;
	for (size_t i = 0; i < len; i++)
		diff |= x[i] ^ y[i];
	return diff == 0;
}

int bytes_set(struct bytes *b, const void *data, size_t len)
{
	uint8_t *copy = NULL;
	if (len) {
		copy = malloc(len);
		if (copy)
			memcpy(copy, data, len);
	}
	bytes_clear(b); /* after the copy: data may point into b */
	if (len && !copy)
		return -ENOMEM;
	b->data = copy;
	b->len = len;
	return 0;
}

void bytes_clear(struct bytes *b)
{
	wipe(b->data, b->len);
	free(b->data);
	b->data = NULL;
	b->len = 0;
}

bool bytes_equal(const struct bytes *a, const void *data, size_t len)
{
	return a->len == len && (len == 0 || memcmp(a->data, data, len) == 0);
}

int str_replace(char **dst, const char *src)
{
	char *copy = NULL;
	if (src) {
		copy = strdup(src);
		if (!copy)
			return -ENOMEM;
	}
	str_wipe_free(*dst);
	*dst = copy;
	return 0;
}

void str_wipe_free(char *s)
{
	if (s)
		wipe(s, strlen(s));
	free(s);
}
