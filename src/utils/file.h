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

/* The path as it is after a change of the working directory; links stay. Allocated; NULL when out
 * of memory or the directory is gone. */
char *path_absolute(const char *path);

#endif
