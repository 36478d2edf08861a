/* Configuration files line by line. */
#include "config/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utils/bytes.h"

/* One line without its end into buf (max_len + 2 bytes). Returns its length, which is more than
 * max_len when it had to be cut, or -1 at the end of the file. */
static ssize_t next_line(FILE *f, char *buf, size_t max_len)
{
	size_t n = 0;
	int c = getc(f);

	if (c == EOF)
		return -1;
	for (; c != EOF && c != '\n'; c = getc(f))
		if (n <= max_len)
			buf[n++] = (char)c;
	/* A carriage return in a passphrase is never meant. */
	if (n && n <= max_len && buf[n - 1] == '\r')
		n--;
	buf[n] = '\0';
	return (ssize_t)n;
}

int cfg_read_lines(
	const char *path, size_t max_len, int (*fn)(void *ctx, struct cfg_line *line), void *ctx)
{
	_cleanup_(fclosep) FILE *f = fopen(path, "re");
	if (!f)
		return -errno;
	char *buf = malloc(max_len + 2);
	if (!buf)
		return -ENOMEM;
	struct cfg_line line = {.file = path};
	char too_long[64];
	int errors = 0;
	ssize_t n;

	snprintf(too_long, sizeof(too_long), "longer than %zu characters", max_len);
	while ((n = next_line(f, buf, max_len)) >= 0) {
		line.number++;
		line.len = (size_t)n;
		line.problem = line.len > max_len            ? too_long
			       : memchr(buf, '\0', line.len) ? "holds a NUL byte"
							     : NULL;
		line.text = line.problem ? NULL : buf;
		if (fn(ctx, &line) < 0 || line.problem)
			errors++;
	}
	int ret = ferror(f) ? -EIO : errors;
	wipe(buf, max_len + 2);
	free(buf);
	return ret;
}
