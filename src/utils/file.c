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
	struct stat st;
	size_t cap = 4096, len = 0;

	/* At once what it will need, as far as that can be told. */
	if (fstat(fd, &st) == 0 && st.st_size > 4000 && (size_t)st.st_size <= max)
		cap = (size_t)st.st_size + 2;
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

static bool unsupported(int err)
{
	return err == EOPNOTSUPP || err == EINVAL || err == ENOSYS;
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
		if (err && !unsupported(err)) {
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

static int open_temp(const char *path, char temp[PATH_MAX])
{
	if (snprintf(temp, PATH_MAX, "%s.XXXXXX", path) >= PATH_MAX)
		return -ENAMETOOLONG;
	int fd = mkostemp(temp, O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static bool same_content(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* known: what the file must still be just before it is replaced, else -EAGAIN; NULL = anything. */
static int write_by_rename(const char *path, const void *data, size_t len, const struct stat *known)
{
	char temp[PATH_MAX];
	struct stat st;
	const struct stat *old = stat(path, &st) == 0 ? &st : NULL;

	_cleanup_(closep) int fd = open_temp(path, temp);
	if (fd < 0)
		return fd;
	int ret = fill_temp(fd, old, data, len);
	if (ret == 0 && known && (stat(path, &st) < 0 || !same_content(&st, known)))
		ret = -EAGAIN;
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
	int ret = write_by_rename(target, data, len, NULL);
	return try_in_place(ret) ? write_in_place(target, data, len) : ret;
}

/* --- adding to a file --- */

/* An existing regular file that may be written. The mode counts for root, too: a file without any
 * write permission was made so on purpose. */
static int open_existing(const char *path, char target[PATH_MAX], struct stat *st)
{
	if (!realpath(path, target))
		return -errno;
	_cleanup_(closep) int fd = open(target, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, st) < 0)
		return -errno;
	if (!S_ISREG(st->st_mode))
		return -EINVAL;
	if (!(st->st_mode & 0222))
		return -EACCES;
	int ret = fd;
	fd = -1;
	return ret;
}

/* Room behind the end, without a visible change. */
static int reserve(int fd, off_t size, size_t len)
{
	if (fallocate(fd, FALLOC_FL_KEEP_SIZE, size, (off_t)len) < 0 && !unsupported(errno))
		return -errno;
	return 0;
}

static int append_in_place(int fd, const struct stat *st, const void *data, size_t len)
{
	struct stat now;

	if (fstat(fd, &now) < 0 || !same_content(&now, st))
		return -EAGAIN;
	int ret = reserve(fd, st->st_size, len); /* changes the time */
	if (ret < 0)
		return ret;
	if (lseek(fd, st->st_size, SEEK_SET) < 0)
		return -errno;
	ret = write_all(fd, data, len);
	if (ret == 0 && fsync(fd) < 0)
		ret = -errno;
	if (ret < 0)
		(void)!ftruncate(fd, st->st_size);
	return ret;
}

static int append_once(const char *path, const void *data, size_t len, size_t max)
{
	char target[PATH_MAX];
	struct stat st;
	uint8_t *old = NULL;
	_cleanup_(closep) int fd = open_existing(path, target, &st);

	if (fd < 0)
		return fd;
	ssize_t n = read_up_to(fd, max, &old);
	if (n < 0)
		return (int)n;
	size_t size = (size_t)n;
	bool unfinished = size && old[size - 1] != '\n';
	/* The file's content, then what is added to it. */
	size_t added = unfinished + len, whole = size + added;
	uint8_t *new = whole > max ? NULL : malloc(whole);
	int ret = whole > max ? -EFBIG : new ? 0 : -ENOMEM;
	if (ret == 0) {
		memcpy(new, old, size);
		new[size] = '\n';
		memcpy(new + size + unfinished, data, len);
		ret = write_by_rename(target, new, whole, &st);
		if (try_in_place(ret))
			ret = append_in_place(fd, &st, new + size, added);
		wipe(new, whole);
	}
	free(new);
	wipe(old, size);
	free(old);
	return ret;
}

int file_append_line(const char *path, const char *line, size_t max)
{
	char text[1024];
	int ret = -EAGAIN;

	int len = snprintf(text, sizeof(text), "%s\n", line);
	if (len >= (int)sizeof(text))
		ret = -EMSGSIZE;
	for (int tries = 0; tries < 5 && ret == -EAGAIN; tries++)
		ret = append_once(path, text, (size_t)len, max);
	wipe(text, sizeof(text));
	return ret;
}

/* The rename may be refused although a temporary file can be made: a file that is mounted for
 * itself lies on another device than its directory, or on the same, where the room is the same. */
static bool on_its_own_mount(const char *target, const struct stat *st)
{
	char dir[PATH_MAX];
	struct stat parent;

	snprintf(dir, sizeof(dir), "%s", target);
	return stat(dirname(dir), &parent) < 0 || parent.st_dev != st->st_dev;
}

int file_append_check(const char *path, size_t len, size_t max)
{
	char target[PATH_MAX], temp[PATH_MAX];
	struct stat st;
	_cleanup_(closep) int fd = open_existing(path, target, &st);

	if (fd < 0)
		return fd;
	if ((size_t)st.st_size + len > max)
		return -EFBIG;
	if (on_its_own_mount(target, &st))
		return reserve(fd, st.st_size, len);
	_cleanup_(closep) int trial = open_temp(target, temp);
	if (trial < 0)
		return try_in_place(trial) ? reserve(fd, st.st_size, len) : trial;
	int err = posix_fallocate(trial, 0, st.st_size + (off_t)len);
	unlink(temp);
	return -err;
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
