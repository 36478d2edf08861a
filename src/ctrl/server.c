/* The socket of a control server: directory, permissions, stale files, requests. */
#include "ctrl/server_i.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "utils/bytes.h"
#include "utils/file.h"

#define ABSTRACT "@abstract:"
#define NO_GROUP ((gid_t)-1)
#define DIR_MODE 0770
#define SEND_BUFFER (4 << 20)
#define REQUESTS_PER_WAKEUP 16 /* then timers and radios have a turn again */

static bool is_abstract(const struct ctrl_server *s)
{
	return s->addr.sun_path[0] == '\0';
}

static int set_address(struct ctrl_server *s, const struct ctrl_params *p)
{
	const char *name;
	bool abstract = !p->dir && str_starts(p->name, ABSTRACT, &name);
	char *text = NULL;

	if (asprintf(&text, "%s%s%s", p->dir ? p->dir : "", p->dir ? "/" : "", p->name) < 0)
		return -ENOMEM;
	s->path = text;
	s->addr.sun_family = AF_UNIX;
	const char *bound = abstract ? name : s->path;
	size_t len = strlen(bound), room = sizeof(s->addr.sun_path) - 1;
	if (len > room || len == 0) {
		log_msg(LOG_ERR, "%s: name of a control socket must have 1..%zu characters",
			s->path, room);
		return -ENAMETOOLONG;
	}
	memcpy(s->addr.sun_path + (abstract ? 1 : 0), bound, len);
	/* Abstract names are padded with NULs to the full size: clients do so, and every byte
	 * counts. */
	s->addr_len = sizeof(s->addr);
	if (p->dir)
		return str_replace(&s->dir, p->dir);
	return 0;
}

/* A group by name or number. */
static int find_group(const char *text, gid_t *gid)
{
	int64_t number;
	if (!text || !*text) {
		*gid = NO_GROUP;
		return 0;
	}
	const struct group *g = getgrnam(text);
	if (g) {
		*gid = g->gr_gid;
		return 0;
	}
	if (parse_int(text, 10, 0, UINT32_MAX - 1, &number) < 0) {
		log_msg(LOG_ERR,
			"control socket: no group '%s' here: add it (addgroup) or name another one",
			text);
		return -ENOENT;
	}
	*gid = (gid_t)number;
	return 0;
}

/* Group first, so that nobody gets rights of the old group in between. */
static int set_access(const char *path, gid_t gid, unsigned mode)
{
	if (gid != NO_GROUP && lchown(path, (uid_t)-1, gid) < 0) {
		int err = errno;
		log_msg(LOG_ERR, "%s: cannot give it to group %u: %s", path, (unsigned)gid,
			strerror(err));
		return -err;
	}
	if (mode && chmod(path, mode) < 0) {
		int err = errno;
		log_msg(LOG_ERR, "%s: cannot set mode %o: %s", path, mode, strerror(err));
		return -err;
	}
	return 0;
}

static int make_dir(const char *dir, gid_t gid, unsigned mode)
{
	if (mkdir(dir, DIR_MODE) < 0 && errno != EEXIST) {
		int err = errno;
		log_msg(LOG_ERR, "%s: cannot make the directory for control sockets: %s%s", dir,
			strerror(err), err == ENOENT ? " (the one above it must exist)" : "");
		return -err;
	}
	return set_access(dir, gid, mode);
}

/* The name is taken. Returns 0 when it was left over by a dead process and is gone now. */
static int remove_stale(struct ctrl_server *s)
{
	struct stat st;

	if (is_abstract(s)) {
		log_msg(LOG_ERR, "%s: in use by another process", s->path);
		return -EADDRINUSE;
	}
	if (lstat(s->path, &st) == 0 && !S_ISSOCK(st.st_mode)) {
		log_msg(LOG_ERR, "%s: exists and is no socket, left alone", s->path);
		return -EEXIST;
	}
	_cleanup_(closep) int probe = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (probe < 0)
		return -errno;
	if (connect(probe, (struct sockaddr *)&s->addr, s->addr_len) == 0 ||
		errno != ECONNREFUSED) {
		log_msg(LOG_ERR, "%s: exists and seems to be in use: stop the other daemon first",
			s->path);
		return -EADDRINUSE;
	}
	log_msg(LOG_DBG, "%s: removing what a dead process left", s->path);
	return unlink(s->path) < 0 ? -errno : 0;
}

static int bind_socket(struct ctrl_server *s)
{
	const struct sockaddr *a = (const struct sockaddr *)&s->addr;

	s->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		return -errno;
	if (bind(s->fd, a, s->addr_len) == 0)
		return 0;
	int err = -errno;
	if (err == -EADDRINUSE) {
		err = remove_stale(s);
		if (err < 0) {
			closep(&s->fd);
			return err;
		}
		if (bind(s->fd, a, s->addr_len) == 0)
			return 0;
		err = -errno;
	}
	log_msg(LOG_ERR, "%s: cannot open the control socket: %s", s->path, strerror(-err));
	closep(&s->fd);
	return err;
}

static void set_send_buffer(struct ctrl_server *s)
{
	int size = SEND_BUFFER;
	socklen_t len = sizeof(s->send_buffer);
	/* Without privilege the system's limit is what we get. */
	if (setsockopt(s->fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) < 0)
		(void)setsockopt(s->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	if (getsockopt(s->fd, SOL_SOCKET, SO_SNDBUF, &s->send_buffer, &len) < 0)
		s->send_buffer = 0;
}

static void unlink_socket(struct ctrl_server *s)
{
	if (s->fd >= 0 && !is_abstract(s))
		unlink(s->path);
	if (s->dir)
		rmdir(s->dir); /* only when empty: others may have sockets there */
}

static void destroy(struct ctrl_server *s)
{
	eloop_del_fd(s->watch);
	closep(&s->fd);
	free(s->path);
	free(s->dir);
	free(s->request);
	free(s->reply);
	free(s);
}

static void answer(struct ctrl_server *s, size_t len, struct sockaddr_un *from, socklen_t from_len)
{
	struct strbuf reply = strbuf_over(s->reply, s->params.max_reply);
	struct ctrl_request req = {s->request, &reply, s, from, from_len};

	s->request[len] = '\0';
	s->params.request(s->params.ctx, &req);
	ctrl_send_reply(s, from, from_len, &reply);
	wipe(s->request, len); /* either may hold a passphrase */
	wipe(s->reply, reply.len);
}

/* Returns false when nothing more is to be read. */
static bool receive(struct ctrl_server *s)
{
	struct sockaddr_un from = {.sun_family = AF_UNIX};
	socklen_t from_len = sizeof(from);
	ssize_t n = recvfrom(s->fd, s->request, s->params.max_request, MSG_DONTWAIT | MSG_TRUNC,
		(struct sockaddr *)&from, &from_len);

	if (n < 0)
		return errno == EINTR;
	size_t len = (size_t)n;
	if (len > s->params.max_request) {
		log_msg(LOG_DBG, "%s: request of %zu bytes %s, at most %zu are taken", s->path, len,
			s->params.drop_long ? "dropped" : "cut", s->params.max_request);
		if (s->params.drop_long)
			return true;
		len = s->params.max_request;
	}
	if (from_len > sizeof(from))
		from_len = sizeof(from);
	answer(s, len, &from, from_len);
	return true;
}

static void on_readable(int fd, void *ctx)
{
	struct ctrl_server *s = ctx;

	s->in_request = true;
	for (int i = 0; i < REQUESTS_PER_WAKEUP && !s->closing && receive(s); i++)
		;
	s->in_request = false;
	if (s->closing) {
		ctrl_peers_close(s);
		destroy(s);
	}
}

/* A daemon changes its directory when it goes into the background; the socket is unlinked later. */
static int keep_whole_paths(struct ctrl_server *s)
{
	char *path = path_absolute(s->path);
	char *dir = s->dir ? path_absolute(s->dir) : NULL;

	if (!path || (s->dir && !dir)) {
		free(path);
		free(dir);
		return -ENOMEM;
	}
	free(s->path);
	free(s->dir);
	s->path = path;
	s->dir = dir;
	return 0;
}

static int open_socket(struct ctrl_server *s, const struct ctrl_params *p)
{
	gid_t gid;
	int err = find_group(p->group, &gid);
	if (err == 0)
		err = set_address(s, p);
	if (err == 0 && p->dir)
		err = make_dir(p->dir, gid, p->dir_mode);
	if (err == 0)
		err = bind_socket(s);
	if (err < 0)
		return err;
	if (!is_abstract(s)) {
		err = set_access(s->path, gid, p->socket_mode);
		if (err == 0)
			err = keep_whole_paths(s);
		if (err < 0)
			return err;
	}
	set_send_buffer(s);
	s->watch = eloop_add_fd(s->loop, s->fd, on_readable, s);
	return s->watch ? 0 : -ENOMEM;
}

struct ctrl_server *ctrl_server_open(struct eloop *l, const struct ctrl_params *p, int *err)
{
	struct ctrl_server *s = calloc(1, sizeof(*s));
	int ret = -ENOMEM;

	if (s) {
		s->params = *p;
		s->loop = l;
		s->fd = -1;
		TAILQ_INIT(&s->peers);
		s->request = malloc(p->max_request + 1);
		s->reply = malloc(p->max_reply);
		if (s->request && s->reply)
			ret = open_socket(s, p);
	}
	if (err)
		*err = ret;
	if (ret == 0)
		return s;
	if (s) {
		unlink_socket(s);
		destroy(s);
	}
	return NULL;
}

void ctrl_server_close(struct ctrl_server *s)
{
	if (!s || s->closing)
		return;
	unlink_socket(s);
	if (s->in_request) { /* the command that closes us still gets its reply */
		s->closing = true;
		return;
	}
	ctrl_peers_close(s);
	destroy(s);
}

const char *ctrl_server_path(const struct ctrl_server *s)
{
	return s->path;
}
