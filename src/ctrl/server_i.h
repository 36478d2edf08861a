/* Inside of the control server, shared by server.c (socket) and monitor.c (who gets events). */
#ifndef CTRL_SERVER_I_H
#define CTRL_SERVER_I_H

#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "ctrl/ctrl.h"

/* A datagram that did not fit into the receiver's queue. */
struct pending {
	STAILQ_ENTRY(pending) link;
	size_t len;
	char data[];
};

/* A client we owe something: a monitor, or one whose reply could not be sent at once. */
struct peer {
	TAILQ_ENTRY(peer) link;
	struct sockaddr_un addr;
	socklen_t addr_len;
	bool attached;
	enum log_level level;
	unsigned flags;
	unsigned errors; /* in a row */
	STAILQ_HEAD(, pending) queue;
	size_t queued;
};

struct ctrl_server {
	struct ctrl_params params; /* texts in it belong to the opener: not used after opening */
	struct eloop *loop;
	struct eloop_fd *watch;
	int fd;
	int send_buffer; /* bytes, of all receivers together */
	struct sockaddr_un addr;
	socklen_t addr_len;
	char *path, *dir; /* dir NULL = none of ours */
	char *request, *reply;
	TAILQ_HEAD(, peer) peers;
	struct timer retry;
	uint64_t retry_delay;
	bool in_request, closing;
};

/* Sends the reply, behind the events that still wait for the same client. */
void ctrl_send_reply(struct ctrl_server *s, const struct sockaddr_un *to, unsigned to_len,
	const struct strbuf *r);
/* Gives slow receivers a last 100 ms, then forgets all. */
void ctrl_peers_close(struct ctrl_server *s);

#endif
