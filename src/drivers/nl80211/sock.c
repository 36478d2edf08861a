#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "drivers/nl80211/sock_i.h"
#include "utils/log.h"

/* Largest datagram a kernel sends: dumps fill up to 32 KiB when the reader offers that much. */
#define EVENT_MAX 16384u
#define DUMP_MAX 32768u
/* Events handled before other descriptors get their turn. */
#define DRAIN_MAX 64
#define ANSWER_TIMEOUT_MS 3000
#define EVENT_BUFFER (1 << 20)

struct nl_pending {
	STAILQ_ENTRY(nl_pending) link;
	struct nlmsghdr h[]; /* the whole message */
};

/* Drivers tell keys in events. */
static void pending_free(struct nl_pending *p)
{
	wipe(p->h, p->h->nlmsg_len);
	free(p);
}

static void set_buffers(int fd)
{
	int size = EVENT_BUFFER;
	/* The privileged one may exceed net.core.rmem_max. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

int chan_open(struct nl_chan *c, int protocol)
{
	const struct sockaddr_nl any = {.nl_family = AF_NETLINK};
	int one = 1;
	*c = (struct nl_chan){.fd = -1};
	STAILQ_INIT(&c->pending);
	c->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
	if (c->fd < 0 || bind(c->fd, (const struct sockaddr *)&any, sizeof(any)) < 0) {
		int err = -errno;
		closep(&c->fd);
		c->fd = -1;
		return err;
	}
	set_buffers(c->fd);
	/* Old kernels lack these: then errors come without explanation, in a longer message. */
	(void)setsockopt(c->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	(void)setsockopt(c->fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	return 0;
}

void chan_close(struct nl_chan *c)
{
	struct nl_pending *p;
	if (c->fd < 0)
		return;
	timer_stop(&c->later);
	eloop_del_fd(c->watch);
	c->watch = NULL;
	while ((p = STAILQ_FIRST(&c->pending))) {
		STAILQ_REMOVE_HEAD(&c->pending, link);
		pending_free(p);
	}
	close(c->fd);
	c->fd = -1;
}

int chan_join(struct nl_chan *c, uint32_t group)
{
	if (!group)
		return -ENOENT;
	if (setsockopt(c->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0)
		return -errno;
	return 0;
}

static void deliver(struct nl_chan *c, const struct nlmsghdr *h)
{
	if (c->on_event && h->nlmsg_type >= NLMSG_MIN_TYPE)
		c->on_event(c->ctx, h);
}

/* Delivers what waited; false when a callback closed the channel. */
static bool run_pending(struct nl_chan *c)
{
	struct nl_pending *p;
	while (c->fd >= 0 && (p = STAILQ_FIRST(&c->pending))) {
		STAILQ_REMOVE_HEAD(&c->pending, link);
		deliver(c, p->h);
		pending_free(p);
	}
	return c->fd >= 0;
}

static void on_later(struct timer *t, void *ctx)
{
	(void)t;
	(void)run_pending(ctx);
}

static void keep_for_later(struct nl_chan *c, const struct nlmsghdr *h)
{
	struct nl_pending *p = malloc(sizeof(*p) + h->nlmsg_len);
	if (!p) {
		log_msg(LOG_ERR, "nl80211: out of memory, event dropped");
		return;
	}
	memcpy(p->h, h, h->nlmsg_len);
	STAILQ_INSERT_TAIL(&c->pending, p, link);
	if (c->timers && !timer_running(&c->later))
		timer_start(c->timers, &c->later, 0, on_later, c);
}

/* One datagram from the kernel. Returns its length, or -errno (-EAGAIN: none there). */
static ssize_t receive(struct nl_chan *c, void *buf, size_t cap)
{
	struct sockaddr_nl from = {0};
	struct iovec iov = {buf, cap};
	struct msghdr m = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1};
	for (;;) {
		ssize_t n = recvmsg(c->fd, &m, MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (m.msg_flags & MSG_TRUNC) {
			log_msg(LOG_WARN, "nl80211: kernel message above %zu bytes dropped", cap);
			continue;
		}
		/* Other processes may write to our socket; only the kernel counts. */
		if (from.nl_pid == 0)
			return n;
	}
}

void chan_drain(struct nl_chan *c)
{
	_Alignas(struct nlmsghdr) uint8_t buf[EVENT_MAX];
	if (c->fd < 0 || !run_pending(c))
		return;
	for (int i = 0; i < DRAIN_MAX && c->fd >= 0; i++) {
		ssize_t n = receive(c, buf, sizeof(buf));
		if (n == -ENOBUFS) {
			if (c->on_lost)
				c->on_lost(c->ctx);
			continue;
		}
		if (n < 0)
			return;
		int left = (int)n;
		for (struct nlmsghdr *h = (void *)buf; c->fd >= 0 && nlmsg_ok(h, left);
			h = nlmsg_next(h, &left))
			deliver(c, h);
		wipe(buf, (size_t)n); /* keys, maybe */
	}
}

static void on_readable(int fd, void *ctx)
{
	(void)fd;
	chan_drain(ctx);
}

int chan_watch(struct nl_chan *c, struct eloop *loop, nl_msg_fn fn, nl_lost_fn lost, void *ctx)
{
	c->on_event = fn;
	c->on_lost = lost;
	c->ctx = ctx;
	c->timers = eloop_timers(loop);
	c->watch = eloop_add_fd(loop, c->fd, on_readable, c);
	return c->watch ? 0 : -ENOMEM;
}

/* --- requests --- */

static void log_explanation(const struct nlmsghdr *h, const struct nlmsgerr *e)
{
	size_t at = NLMSG_HDRLEN + sizeof(*e);
	if (!(h->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(h->nlmsg_flags & NLM_F_CAPPED) && e->msg.nlmsg_len > NLMSG_HDRLEN)
		at += NLMSG_ALIGN(e->msg.nlmsg_len - NLMSG_HDRLEN);
	if (at >= h->nlmsg_len)
		return;
	const struct nlattr *text = nla_find(
		(struct nlattr *)((char *)h + at), (int)(h->nlmsg_len - at), NLMSGERR_ATTR_MSG);
	if (text && nla_len(text) > 0)
		log_msg(LOG_DBG, "nl80211: kernel says: %.*s", nla_len(text),
			(const char *)nla_data(text));
}

struct wait {
	uint32_t seq;
	nl_msg_fn fn;
	void *ctx;
	bool done;
	int err;
};

static void handle_answer(struct nl_chan *c, struct wait *w, const struct nlmsghdr *h)
{
	if (h->nlmsg_seq != w->seq) {
		/* Answers to an earlier request that timed out have a sequence number, events none.
		 */
		if (h->nlmsg_seq == 0 && h->nlmsg_type >= NLMSG_MIN_TYPE)
			keep_for_later(c, h);
		return;
	}
	if (h->nlmsg_type == NLMSG_DONE) {
		w->done = true;
		if (h->nlmsg_len >= NLMSG_LENGTH(sizeof(int)))
			w->err = *(const int *)nlmsg_data(h);
	} else if (h->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *e = nlmsg_data(h);
		w->done = true;
		w->err = h->nlmsg_len >= NLMSG_LENGTH(sizeof(*e)) ? e->error : -EBADMSG;
		if (w->err)
			log_explanation(h, e);
	} else if (w->fn && h->nlmsg_type >= NLMSG_MIN_TYPE) {
		w->fn(w->ctx, h);
	}
}

/* Returns 0 when something may be read, -ETIMEDOUT. */
static int wait_readable(int fd)
{
	struct pollfd p = {fd, POLLIN, 0};
	int n;
	do
		n = poll(&p, 1, ANSWER_TIMEOUT_MS);
	while (n < 0 && errno == EINTR);
	return n > 0 ? 0 : -ETIMEDOUT;
}

static int wait_answer(struct nl_chan *c, struct wait *w, uint8_t *buf, size_t cap)
{
	bool lost = false;
	int err = 0;
	while (!w->done && !err) {
		ssize_t n = receive(c, buf, cap);
		if (n == -EAGAIN)
			err = wait_readable(c->fd);
		else if (n == -ENOBUFS)
			lost = true; /* of events; answers have their own room */
		else if (n < 0)
			err = (int)n;
		int left = (int)n;
		for (struct nlmsghdr *h = (void *)buf; n > 0 && nlmsg_ok(h, left);
			h = nlmsg_next(h, &left))
			handle_answer(c, w, h);
		if (n > 0)
			wipe(buf, (size_t)n);
	}
	if (lost && c->on_lost)
		c->on_lost(c->ctx);
	return err ? err : w->err;
}

static int wait_ack(struct nl_chan *c, struct wait *w)
{
	_Alignas(struct nlmsghdr) uint8_t buf[EVENT_MAX];
	return wait_answer(c, w, buf, sizeof(buf));
}

static int wait_dump(struct nl_chan *c, struct wait *w)
{
	_cleanup_(freep) uint8_t *buf = malloc(DUMP_MAX);
	return buf ? wait_answer(c, w, buf, DUMP_MAX) : -ENOMEM;
}

int chan_request(struct nl_chan *c, struct nl_req *r, nl_msg_fn fn, void *ctx)
{
	const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	int err = r->err;
	if (!err && c->fd < 0)
		err = -EBADF;
	if (!err) {
		struct nlmsghdr *h = nlmsg_hdr(r->msg);
		/* Two bits, which mean other things one by one in requests that make something. */
		bool dump = (h->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
		if (++c->seq == 0)
			c->seq = 1;
		h->nlmsg_seq = c->seq;
		h->nlmsg_flags |= (uint16_t)(NLM_F_REQUEST | (dump ? 0 : NLM_F_ACK));
		struct wait w = {c->seq, fn, ctx, false, 0};
		ssize_t n = sendto(c->fd, h, h->nlmsg_len, 0, (const struct sockaddr *)&kernel,
			sizeof(kernel));
		if (n < 0)
			err = -errno;
		else
			err = dump ? wait_dump(c, &w) : wait_ack(c, &w);
	}
	req_free(r);
	return err;
}
