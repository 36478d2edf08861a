/* Datagram sockets in a directory. */
#ifndef DRIVERS_SIM_SOCKET_I_H
#define DRIVERS_SIM_SOCKET_I_H

#include <stddef.h>
#include <sys/un.h>

/* 0, or -ENAMETOOLONG. */
int socket_address(struct sockaddr_un *out, const char *dir, const char *name);
/* A bound, non-blocking socket; takes over the name of a process that is gone. -EBUSY when the name
 * is in use. */
int socket_bind(const char *dir, const char *name);
/* Closes it and removes the name. */
void socket_unbind(int fd);
/* 0 or -errno. */
int socket_send(int fd, const struct sockaddr_un *to, const void *data, size_t len);

#endif
