/* Files read whole and written so that a crash never leaves half of one. */
#ifndef UTILS_FILE_H
#define UTILS_FILE_H

#include <stddef.h>

#include "utils/bytes.h"

/* Reads a whole file, at most max bytes; a NUL is put behind the data (not
 * counted). Returns 0, -EFBIG, or -errno. */
int file_read(const char *path, size_t max, struct bytes *out);

/* Replaces the content: temporary file in the same directory with the old
 * file's mode and owner, fsync, rename, fsync of the directory. A symbolic link is
 * followed, not replaced. Where a new file or rename is impossible (read-only
 * directory, bind mount) the file is rewritten in place. Returns 0 or -errno;
 * on error the old content is still there (in-place: as far as the kernel allows). */
int file_write_atomic(const char *path, const void *data, size_t len);

/* Adds a line (without its line feed, at most 1000 bytes) to an existing text file and returns when
 * it is on the disk. What others wrote meanwhile is kept. Whole or not at all, in the ways of
 * file_write_atomic(); a last line that lacks its line feed gets it. Returns 0; -EFBIG: longer than
 * max then; -EACCES: no write permission, which counts for root, too; -EAGAIN: it keeps changing;
 * or -errno. */
int file_append_line(const char *path, const char *line, size_t max);
/* Whether len more bytes could be added now; the same errors, among them -ENOSPC. The content stays
 * as it is. */
int file_append_check(const char *path, size_t len, size_t max);

/* The path as it is after a change of the working directory; links stay. Allocated; NULL when out
 * of memory or the directory is gone. */
char *path_absolute(const char *path);

#endif
