/* Monitors: clients that get events. Sending never blocks the daemon; what a slow client does not
 * take is queued for it and tried again. */
#include "ctrl/server_i.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <linux/sockios.h>
#include <time.h>

#include "utils/bytes.h"

#define QUEUE_MAX 2000
#define RETRY_FIRST (20 * USEC_PER_MSEC)
#define RETRY_MAX USEC_PER_SEC
#define ERRORS_MAX 10
#define CLOSE_TRIES 5

/* What became of a datagram. */
enum sent { SENT, SENT_LATER, SENT_GONE };

static struct peer *find_peer(struct ctrl_server *s, const struct sockaddr_un *a, socklen_t len)
{
	struct peer *p;
	TAILQ_FOREACH (p, &s->peers, link)
		if (p->addr_len == len && memcmp(&p->addr, a, len) == 0)
			return p;
	return NULL;
}

static struct peer *add_peer(struct ctrl_server *s, const struct sockaddr_un *a, socklen_t len)
{
	struct peer *p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	memcpy(&p->addr, a, len);
	p->addr_len = len;
	p->level = LOG_INF;
	STAILQ_INIT(&p->queue);
	TAILQ_INSERT_TAIL(&s->peers, p, link);
	return p;
}

static void drop_oldest(struct peer *p)
{
	struct pending *d = STAILQ_FIRST(&p->queue);
	STAILQ_REMOVE_HEAD(&p->queue, link);
	p->queued--;
	wipe(d->data, d->len);
	free(d);
}

static void remove_peer(struct ctrl_server *s, struct peer *p)
{
	while (p->queued)
		drop_oldest(p);
	TAILQ_REMOVE(&s->peers, p, link);
	free(p);
}

/* Address as text for the log: the path, or @name for abstract ones. */
static const char *peer_name(const struct sockaddr_un *a, socklen_t len, char *out, size_t cap)
{
	size_t n = len - offsetof(struct sockaddr_un, sun_path);
	if (n && !a->sun_path[0])
		snprintf(out, cap, "@%.*s", (int)(n - 1), a->sun_path + 1);
	else
		snprintf(out, cap, "%.*s", (int)n, a->sun_path);
	return out;
}

static enum sent try_send(struct ctrl_server *s, struct peer *p, const char *data, size_t len)
{
	const struct sockaddr *to = (const struct sockaddr *)&p->addr;
	char name[sizeof(p->addr.sun_path) + 2];

	if (sendto(s->fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL, to, p->addr_len) >= 0) {
		p->errors = 0;
		return SENT;
	}
	switch (errno) {
	case EAGAIN:
	case ENOBUFS:
		return SENT_LATER;
	case ENOENT:
	case ECONNREFUSED:
	case EPERM:
		break;
	default:
		if (++p->errors <= ERRORS_MAX)
			return SENT_LATER;
	}
	log_msg(LOG_DBG, "%s: client %s is gone (%s)", s->path,
		peer_name(&p->addr, p->addr_len, name, sizeof(name)), strerror(errno));
	return SENT_GONE;
}

/* Unread datagrams of all receivers share our send buffer: events may fill half of it, so that a
 * monitor that does not read cannot keep us from answering others. */
static bool room_for_events(const struct ctrl_server *s)
{
	int unread = 0;
	return ioctl(s->fd, SIOCOUTQ, &unread) < 0 || unread <= s->send_buffer / 2;
}

/* Sends what is queued for p, in order. SENT when the queue is empty. */
static enum sent flush_peer(struct ctrl_server *s, struct peer *p)
{
	while (p->queued) {
		struct pending *d = STAILQ_FIRST(&p->queue);
		if (!room_for_events(s))
			return SENT_LATER;
		enum sent result = try_send(s, p, d->data, d->len);
		if (result != SENT)
			return result;
		s->retry_delay = RETRY_FIRST;
		drop_oldest(p);
	}
	return SENT;
}

static void flush_all(struct ctrl_server *s, bool *left)
{
	struct peer *p = TAILQ_FIRST(&s->peers);
	*left = false;
	while (p) {
		struct peer *next = TAILQ_NEXT(p, link);
		enum sent result = flush_peer(s, p);
		if (result == SENT_GONE || (result == SENT && !p->attached))
			remove_peer(s, p);
		else if (result == SENT_LATER)
			*left = true;
		p = next;
	}
}

static void on_retry(struct timer *t, void *ctx)
{
	struct ctrl_server *s = ctx;
	bool left;

	s->retry_delay = s->retry_delay * 2 < RETRY_MAX ? s->retry_delay * 2 : RETRY_MAX;
	flush_all(s, &left); /* any success makes the delay short again */
	if (left)
		timer_start(eloop_timers(s->loop), t, s->retry_delay, on_retry, s);
}

/* Queues behind what already waits; returns false when out of memory. */
static bool enqueue(struct ctrl_server *s, struct peer *p, const char *data, size_t len)
{
	struct pending *d = malloc(sizeof(*d) + len);
	if (!d)
		return false;
	if (p->queued == QUEUE_MAX)
		drop_oldest(p);
	d->len = len;
	memcpy(d->data, data, len);
	STAILQ_INSERT_TAIL(&p->queue, d, link);
	p->queued++;
	if (!timer_running(&s->retry)) {
		s->retry_delay = RETRY_FIRST;
		timer_start(eloop_timers(s->loop), &s->retry, RETRY_FIRST, on_retry, s);
	}
	return true;
}

/* SENT_LATER: it is in the queue. */
static enum sent send_or_queue(
	struct ctrl_server *s, struct peer *p, const char *data, size_t len, bool is_event)
{
	enum sent result = SENT_LATER;
	if (!p->queued && (!is_event || room_for_events(s)))
		result = try_send(s, p, data, len);
	if (result == SENT_LATER && !enqueue(s, p, data, len))
		log_msg(LOG_ERR, "%s: out of memory, a message to a client is lost", s->path);
	return result;
}

static bool can_answer(socklen_t len)
{
	return len > offsetof(struct sockaddr_un, sun_path);
}

void ctrl_send_reply(struct ctrl_server *s, const struct sockaddr_un *to, unsigned to_len,
	const struct strbuf *r)
{
	if (!can_answer(to_len))
		return; /* an unbound socket wants no answer */
	struct peer *p = find_peer(s, to, to_len);
	if (!p)
		p = add_peer(s, to, to_len);
	if (!p)
		return;
	enum sent result = send_or_queue(s, p, r->buf, r->len, false);
	if (result == SENT_GONE || (result == SENT && !p->attached && !p->queued))
		remove_peer(s, p);
}

static struct peer *monitor_of(struct ctrl_request *req)
{
	struct peer *p = find_peer(req->server, req->from, req->from_len);
	return p && p->attached ? p : NULL;
}

int ctrl_attach(struct ctrl_request *req)
{
	char name[sizeof(req->from->sun_path) + 2];

	if (!can_answer(req->from_len))
		return -EINVAL;
	struct peer *p = find_peer(req->server, req->from, req->from_len);
	if (!p)
		p = add_peer(req->server, req->from, req->from_len);
	if (!p)
		return -ENOMEM;
	if (!p->attached)
		log_msg(LOG_DBG, "%s: monitor %s attached", req->server->path,
			peer_name(&p->addr, p->addr_len, name, sizeof(name)));
	p->attached = true;
	return 0;
}

bool ctrl_is_attached(struct ctrl_request *req)
{
	return monitor_of(req) != NULL;
}

int ctrl_detach(struct ctrl_request *req)
{
	struct peer *p = monitor_of(req);
	if (!p)
		return -ENOENT;
	remove_peer(req->server, p);
	return 0;
}

int ctrl_monitor_level(struct ctrl_request *req, enum log_level level)
{
	struct peer *p = monitor_of(req);
	if (!p)
		return -ENOENT;
	p->level = level;
	return 0;
}

int ctrl_monitor_set_flag(struct ctrl_request *req, unsigned flag, bool on)
{
	struct peer *p = monitor_of(req);
	if (!p)
		return -ENOENT;
	p->flags = on ? p->flags | flag : p->flags & ~flag;
	return 0;
}

bool ctrl_has_monitors(const struct ctrl_server *s, unsigned flag)
{
	struct peer *p;
	if (!s)
		return false;
	TAILQ_FOREACH (p, &s->peers, link)
		if (p->attached && (p->flags & flag) == flag)
			return true;
	return false;
}

void ctrl_event(struct ctrl_server *s, enum log_level level, const char *prefix, unsigned flag,
	const char *text)
{
	if (!ctrl_has_monitors(s, flag))
		return;
	char *data = NULL;
	int len = asprintf(&data, "%s<%d>%s", prefix ? prefix : "", (int)level, text);
	if (len < 0) {
		log_msg(LOG_ERR, "%s: out of memory, an event is lost", s->path);
		return;
	}
	struct peer *p = TAILQ_FIRST(&s->peers);
	while (p) {
		struct peer *next = TAILQ_NEXT(p, link);
		if (p->attached && level >= p->level && (p->flags & flag) == flag &&
			send_or_queue(s, p, data, (size_t)len, true) == SENT_GONE)
			remove_peer(s, p);
		p = next;
	}
	free(data);
}

void ctrl_peers_close(struct ctrl_server *s)
{
	const struct timespec pause = {0, (long)RETRY_FIRST * 1000};
	bool left;

	flush_all(s, &left);
	for (int i = 0; left && i < CLOSE_TRIES; i++) {
		nanosleep(&pause, NULL);
		flush_all(s, &left);
	}
	timer_stop(&s->retry);
	while (!TAILQ_EMPTY(&s->peers))
		remove_peer(s, TAILQ_FIRST(&s->peers));
}
