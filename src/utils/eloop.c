#include "utils/eloop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "utils/bytes.h"
#include "utils/log.h"

#define EVENTS_PER_POLL 64
#define VIRTUAL_START (1000 * USEC_PER_SEC) /* not 0, which owners use for "never" */
/* A descriptor that stays ready because its owner never reads would stop virtual time. */
#define MAX_IDLE_ROUNDS 100000

struct eloop_fd {
	struct eloop *loop;
	int fd;
	eloop_fd_fn fn_in, fn_out;
	void *ctx;
	bool dead;
	LIST_ENTRY(eloop_fd) link;
};

struct eloop_signal {
	int signo;
	eloop_signal_fn fn;
	void *ctx;
	SLIST_ENTRY(eloop_signal) link;
};

struct shared {
	char *name;
	void *thing;
	SLIST_ENTRY(shared) link;
};

struct eloop {
	enum eloop_clock clock;
	int epoll;
	int signal_fd;
	struct eloop_fd *signal_watch;
	sigset_t signals, old_mask;
	struct timers *timers;
	bool stopping;
	unsigned dispatching; /* depth; watches are not freed meanwhile */
	LIST_HEAD(, eloop_fd) watches;
	LIST_HEAD(, eloop_fd) dead;
	SLIST_HEAD(, eloop_signal) handlers;
	SLIST_HEAD(, shared) shared;
};

static uint64_t monotonic_usec(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * USEC_PER_SEC + (uint64_t)now.tv_nsec / 1000;
}

struct eloop *eloop_new(enum eloop_clock clock)
{
	struct eloop *l = calloc(1, sizeof(*l));
	if (!l)
		return NULL;
	l->clock = clock;
	l->signal_fd = -1;
	sigemptyset(&l->signals);
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->timers = timers_new();
	if (l->epoll < 0 || !l->timers) {
		eloop_free(l);
		return NULL;
	}
	timers_set_now(l->timers, clock == ELOOP_REAL ? monotonic_usec() : VIRTUAL_START);
	return l;
}

static void free_dead(struct eloop *l)
{
	struct eloop_fd *w;
	while ((w = LIST_FIRST(&l->dead))) {
		LIST_REMOVE(w, link);
		free(w);
	}
}

static void free_shared(struct eloop *l, struct shared *s)
{
	SLIST_REMOVE(&l->shared, s, shared, link);
	free(s->name);
	free(s);
}

static struct shared *find_shared(const struct eloop *l, const char *name)
{
	struct shared *s;
	SLIST_FOREACH (s, &l->shared, link)
		if (strcmp(s->name, name) == 0)
			return s;
	return NULL;
}

int eloop_share(struct eloop *l, const char *name, void *thing)
{
	struct shared *s = find_shared(l, name);

	if (s && thing)
		return -EEXIST;
	if (s)
		free_shared(l, s);
	if (!thing)
		return 0;
	s = calloc(1, sizeof(*s));
	if (!s || !(s->name = strdup(name))) {
		free(s);
		return -ENOMEM;
	}
	s->thing = thing;
	SLIST_INSERT_HEAD(&l->shared, s, link);
	return 0;
}

void *eloop_shared(const struct eloop *l, const char *name)
{
	struct shared *s = find_shared(l, name);
	return s ? s->thing : NULL;
}

void eloop_free(struct eloop *l)
{
	struct eloop_fd *w;
	struct shared *shared;
	struct eloop_signal *s;

	if (!l)
		return;
	while ((w = LIST_FIRST(&l->watches)))
		eloop_del_fd(w);
	free_dead(l);
	while ((s = SLIST_FIRST(&l->handlers))) {
		SLIST_REMOVE_HEAD(&l->handlers, link);
		free(s);
	}
	while ((shared = SLIST_FIRST(&l->shared)))
		free_shared(l, shared);
	if (l->signal_fd >= 0) {
		closep(&l->signal_fd);
		sigprocmask(SIG_SETMASK, &l->old_mask, NULL);
	}
	closep(&l->epoll);
	timers_free(l->timers);
	free(l);
}

struct timers *eloop_timers(struct eloop *l)
{
	return l->timers;
}

static uint32_t wanted_events(const struct eloop_fd *w)
{
	return (w->fn_in ? (uint32_t)EPOLLIN : 0) | (w->fn_out ? (uint32_t)EPOLLOUT : 0);
}

struct eloop_fd *eloop_add_fd(struct eloop *l, int fd, eloop_fd_fn fn, void *ctx)
{
	struct eloop_fd *w = calloc(1, sizeof(*w));
	if (!w)
		return NULL;
	*w = (struct eloop_fd){.loop = l, .fd = fd, .fn_in = fn, .ctx = ctx};
	struct epoll_event ev = {.events = wanted_events(w), .data.ptr = w};
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &ev) < 0) {
		free(w);
		return NULL;
	}
	LIST_INSERT_HEAD(&l->watches, w, link);
	return w;
}

void eloop_want_output(struct eloop_fd *w, eloop_fd_fn fn_out)
{
	bool change = !w->fn_out != !fn_out;
	w->fn_out = fn_out;
	if (!change || w->dead)
		return;
	struct epoll_event ev = {.events = wanted_events(w), .data.ptr = w};
	if (epoll_ctl(w->loop->epoll, EPOLL_CTL_MOD, w->fd, &ev) < 0)
		log_msg(LOG_ERR, "cannot watch descriptor %d for output: errno %d", w->fd, errno);
}

void eloop_del_fd(struct eloop_fd *w)
{
	if (!w || w->dead)
		return;
	epoll_ctl(w->loop->epoll, EPOLL_CTL_DEL, w->fd, NULL);
	LIST_REMOVE(w, link);
	if (!w->loop->dispatching) {
		free(w);
		return;
	}
	/* The current batch of events may still point to it. */
	w->dead = true;
	LIST_INSERT_HEAD(&w->loop->dead, w, link);
}

static void dispatch(struct eloop_fd *w, uint32_t events)
{
	if (!w->dead && w->fn_in && (events & (EPOLLIN | EPOLLERR | EPOLLHUP)))
		w->fn_in(w->fd, w->ctx);
	if (!w->dead && w->fn_out && (events & (EPOLLOUT | EPOLLERR)))
		w->fn_out(w->fd, w->ctx);
}

static int wait_events(struct eloop *l, struct epoll_event *ev, uint64_t usec)
{
	struct timespec ts = {(time_t)(usec / USEC_PER_SEC), (long)(usec % USEC_PER_SEC) * 1000};
	int n = epoll_pwait2(l->epoll, ev, EVENTS_PER_POLL, usec == UINT64_MAX ? NULL : &ts, NULL);
	if (n >= 0 || errno != ENOSYS)
		return n;
	/* Before Linux 5.11: whole milliseconds, rounded up so that timers are never early. */
	int ms = usec == UINT64_MAX           ? -1
		 : usec > 3600 * USEC_PER_SEC ? 3600000
					      : (int)((usec + 999) / 1000);
	return epoll_wait(l->epoll, ev, EVENTS_PER_POLL, ms);
}

/* Waits up to usec and runs the callbacks of ready descriptors; returns how many were ready. */
static int poll_once(struct eloop *l, uint64_t usec)
{
	struct epoll_event ev[EVENTS_PER_POLL];
	int n = wait_events(l, ev, usec);

	/* Stopped and continued: what came meanwhile goes before the timers that ran out. */
	if (n < 0 && errno == EINTR)
		n = wait_events(l, ev, 0);
	if (l->clock == ELOOP_REAL)
		timers_set_now(l->timers, monotonic_usec());
	l->dispatching++;
	for (int i = 0; i < n; i++)
		dispatch(ev[i].data.ptr, ev[i].events);
	if (--l->dispatching == 0)
		free_dead(l);
	return n;
}

static void on_signal_fd(int fd, void *ctx)
{
	struct eloop *l = ctx;
	struct signalfd_siginfo info;
	struct eloop_signal *s;

	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		SLIST_FOREACH (s, &l->handlers, link)
			if (s->signo == (int)info.ssi_signo)
				s->fn(s->signo, s->ctx);
	}
}

int eloop_add_signal(struct eloop *l, int signo, eloop_signal_fn fn, void *ctx)
{
	struct eloop_signal *s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	*s = (struct eloop_signal){.signo = signo, .fn = fn, .ctx = ctx};
	sigset_t set = l->signals;
	sigaddset(&set, signo);

	if (l->signal_fd < 0)
		sigprocmask(SIG_SETMASK, NULL, &l->old_mask);
	int fd = signalfd(l->signal_fd, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0 || sigprocmask(SIG_BLOCK, &set, NULL) < 0) {
		int err = errno;
		free(s);
		return -err;
	}
	if (l->signal_fd < 0) {
		l->signal_fd = fd;
		l->signal_watch = eloop_add_fd(l, fd, on_signal_fd, l);
		if (!l->signal_watch) {
			free(s);
			return -ENOMEM;
		}
	}
	l->signals = set;
	SLIST_INSERT_HEAD(&l->handlers, s, link);
	return 0;
}

void eloop_run(struct eloop *l)
{
	while (!l->stopping) {
		timers_set_now(l->timers, monotonic_usec());
		poll_once(l, timers_next(l->timers));
		if (!l->stopping)
			timers_run(l->timers);
	}
}

void eloop_stop(struct eloop *l)
{
	l->stopping = true;
}

bool eloop_stopping(const struct eloop *l)
{
	return l->stopping;
}

static void drain(struct eloop *l)
{
	for (int i = 0; i < MAX_IDLE_ROUNDS; i++)
		if (poll_once(l, 0) <= 0)
			return;
	log_msg(LOG_ERR, "a descriptor stays ready: its owner does not read it");
}

void eloop_advance(struct eloop *l, uint64_t usec)
{
	uint64_t end = timers_now(l->timers) + usec;

	drain(l);
	for (;;) {
		uint64_t left = end - timers_now(l->timers), next = timers_next(l->timers);
		if (next > left)
			break;
		timers_set_now(l->timers, timers_now(l->timers) + next);
		timers_run(l->timers);
		drain(l);
	}
	timers_set_now(l->timers, end);
}
