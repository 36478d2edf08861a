#include "utils/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads until the end of the file or max + 1 bytes. Returns the number read or -errno. */
static ssize_t read_up_to(int fd, size_t max, uint8_t **out)
{
	size_t cap = 4096, len = 0;
	uint8_t *buf = malloc(cap);

	while (buf && len <= max) {
		if (len + 1 >= cap) {
			uint8_t *bigger = malloc(cap * 2); /* no realloc: files hold secrets */
			if (bigger)
				memcpy(bigger, buf, len);
			wipe(buf, len);
			free(buf);
			buf = bigger;
			cap *= 2;
			continue;
		}
		ssize_t n = read(fd, buf + len, cap - len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			int err = errno;
			wipe(buf, len);
			free(buf);
			return -err;
		}
		if (n == 0)
			break;
		len += (size_t)n;
	}
	if (!buf)
		return -ENOMEM;
	buf[len] = '\0';
	*out = buf;
	return (ssize_t)len;
}

int file_read(const char *path, size_t max, struct bytes *out)
{
	_cleanup_(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t *data = NULL;

	if (fd < 0)
		return -errno;
	ssize_t n = read_up_to(fd, max, &data);
	if (n < 0)
		return (int)n;
	struct bytes got = {data, (size_t)n};
	if ((size_t)n > max) {
		bytes_clear(&got);
		return -EFBIG;
	}
	bytes_clear(out);
	*out = got; /* an empty file still has its NUL to point to */
	return 0;
}

static int write_all(int fd, const void *data, size_t len)
{
	const char *p = data;
	while (len) {
		ssize_t n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Space is reserved before the first byte changes, so a full disk leaves the old content. */
static int write_in_place(const char *path, const void *data, size_t len)
{
	_cleanup_(closep) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	struct stat old;

	if (fd < 0 || fstat(fd, &old) < 0)
		return -errno;
	if (len > (size_t)old.st_size) {
		int err = posix_fallocate(fd, 0, (off_t)len);
		if (err && err != EOPNOTSUPP && err != EINVAL) {
			(void)!ftruncate(fd, old.st_size);
			return -err;
		}
	}
	int ret = write_all(fd, data, len);
	if (ret == 0 && (ftruncate(fd, (off_t)len) < 0 || fsync(fd) < 0))
		ret = -errno;
	return ret;
}

static void sync_dir_of(const char *path)
{
	char dir[PATH_MAX];
	snprintf(dir, sizeof(dir), "%s", path);
	_cleanup_(closep) int fd = open(dirname(dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		fsync(fd); /* best effort: the content itself is already safe */
}

static int fill_temp(int fd, const struct stat *old, const void *data, size_t len)
{
	if (old &&
		(fchown(fd, old->st_uid, old->st_gid) < 0 || fchmod(fd, old->st_mode & 07777) < 0))
		return -EPERM;
	int ret = write_all(fd, data, len);
	if (ret == 0 && fsync(fd) < 0)
		ret = -errno;
	return ret;
}

/* Errors of the atomic way that only mean "not by rename here". */
static bool try_in_place(int err)
{
	switch (err) {
	case -EACCES:
	case -EPERM:
	case -EROFS:
	case -EBUSY:
	case -EXDEV:
	case -ENAMETOOLONG:
		return true;
	}
	return false;
}

static int write_by_rename(const char *path, const void *data, size_t len)
{
	char temp[PATH_MAX];
	struct stat st;
	const struct stat *old = stat(path, &st) == 0 ? &st : NULL;

	if (snprintf(temp, sizeof(temp), "%s.XXXXXX", path) >= (int)sizeof(temp))
		return -ENAMETOOLONG;
	_cleanup_(closep) int fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int ret = fill_temp(fd, old, data, len);
	if (ret == 0 && rename(temp, path) < 0)
		ret = -errno;
	if (ret < 0)
		unlink(temp);
	else
		sync_dir_of(path);
	return ret;
}

int file_write_atomic(const char *path, const void *data, size_t len)
{
	char target[PATH_MAX];
	struct stat st;

	if (!realpath(path, target)) {
		if (errno != ENOENT)
			return -errno;
		if (lstat(path, &st) == 0) /* a symbolic link to a file that is to be created */
			return write_in_place(path, data, len);
		if (snprintf(target, sizeof(target), "%s", path) >= (int)sizeof(target))
			return -ENAMETOOLONG;
	} else if (stat(target, &st) == 0 && !S_ISREG(st.st_mode)) {
		return -EINVAL;
	}
	int ret = write_by_rename(target, data, len);
	return try_in_place(ret) ? write_in_place(target, data, len) : ret;
}

char *path_absolute(const char *path)
{
	char *out = NULL;

	if (path[0] == '/')
		return strdup(path);
	char *cwd = getcwd(NULL, 0);
	if (cwd && asprintf(&out, "%s/%s", cwd, path) < 0)
		out = NULL;
	free(cwd);
	return out;
}
