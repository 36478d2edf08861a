#include "drivers/sim/socket_i.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "utils/bytes.h"

int socket_address(struct sockaddr_un *out, const char *dir, const char *name)
{
	*out = (struct sockaddr_un){.sun_family = AF_UNIX};
	int n = snprintf(out->sun_path, sizeof(out->sun_path), "%s/%s", dir, name);
	return n < 0 || (size_t)n >= sizeof(out->sun_path) ? -ENAMETOOLONG : 0;
}

/* Somebody reads this socket. */
static bool in_use(const struct sockaddr_un *a)
{
	_cleanup_(closep) int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return fd >= 0 && connect(fd, (const struct sockaddr *)a, sizeof(*a)) == 0;
}

int socket_bind(const char *dir, const char *name)
{
	struct sockaddr_un a;
	int err = socket_address(&a, dir, name);
	if (err < 0)
		return err;
	if (in_use(&a))
		return -EBUSY;
	unlink(a.sun_path);
	_cleanup_(closep) int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return -errno;
	int got = fd;
	fd = -1;
	return got;
}

void socket_unbind(int fd)
{
	struct sockaddr_un a = {0};
	socklen_t len = sizeof(a);
	if (getsockname(fd, (struct sockaddr *)&a, &len) == 0 && a.sun_path[0])
		unlink(a.sun_path);
	close(fd);
}

int socket_send(int fd, const struct sockaddr_un *to, const void *data, size_t len)
{
	ssize_t n = sendto(fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)to,
		sizeof(*to));
	return n < 0 ? -errno : 0;
}
