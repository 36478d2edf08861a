/* Client side of a control socket, used by the CLIs and tests. Blocking, no event loop. */
#ifndef CTRL_CLIENT_H
#define CTRL_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

struct ctrl_client;

/* Connects to a socket path (or `@abstract:NAME`). own_dir: directory of the client's own socket
 * (NULL = /tmp), bound as wpa_ctrl_<pid>-<n>. NULL with errno set on failure. */
struct ctrl_client *ctrl_client_open(const char *path, const char *own_dir);
void ctrl_client_close(struct ctrl_client *c);
int ctrl_client_fd(const struct ctrl_client *c);

/* Sends and waits for the reply. Datagrams that begin with `<` or `IFNAME=` meanwhile go to
 * on_event (may be NULL). Returns the reply length (NUL added, cap-1 at most), -ETIMEDOUT or
 * -errno. */
int ctrl_client_request(struct ctrl_client *c, const char *cmd, size_t len, char *reply, size_t cap,
	int timeout_ms, void (*on_event)(void *ctx, const char *text), void *ctx);
int ctrl_client_attach(struct ctrl_client *c);
int ctrl_client_detach(struct ctrl_client *c);
/* Next event waiting, without blocking: length, 0 when none, or -errno. */
int ctrl_client_recv(struct ctrl_client *c, char *text, size_t cap);

#endif
