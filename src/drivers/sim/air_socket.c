/* The air as a directory of Unix datagram sockets: each interface binds DIR/<name>, a frame goes to
 * every socket there, the interface it is addressed to answers with an acknowledgement. Sockets
 * DIR/monNAME get a copy of each frame when its fate is known. DIR/NAME.eth belong to the hubs
 * (hub_socket.c). Datagrams are little-endian, see write_header(). */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "drivers/sim/air_i.h"
#include "drivers/sim/hub_i.h"
#include "drivers/sim/socket_i.h"
#include "utils/log.h"

#define HEADER_LEN 24
#define ACK_WAIT (50 * USEC_PER_MSEC)
#define LOSS_TIME (1 * USEC_PER_SEC)
#define COPY_WAIT (2 * USEC_PER_MSEC)
#define MAX_COPIES 512
#define SEEN 32

enum datagram { DATAGRAM_FRAME = 1, DATAGRAM_ACK = 2, DATAGRAM_COPY = 3 };
enum { FLAG_WANT_ACK = 1, FLAG_ACKED = 2 };

struct header {
	uint8_t type, flags, tries;
	uint16_t freq;
	int8_t signal_dbm;
	uint32_t id;
	uint64_t time_us; /* since 1970 */
};

struct pending {
	struct air_tx tx;
	struct socket_port *port;
	uint32_t id;
	unsigned tries;
	uint64_t time_us;
	bool waiting; /* for its acknowledgement; else behind one to the same receiver */
	struct timer timer;
	TAILQ_ENTRY(pending) link;
};

struct socket_port {
	struct air_port *p;
	int fd;
	struct eloop_fd *watch;
	uint32_t next_id;
	TAILQ_HEAD(, pending) pending;
	struct timer beacon_timer;
	struct {
		uint8_t addr[MAC_LEN];
		uint16_t seq;
	} seen[SEEN]; /* last frame of a transmitter, to know repeated ones */
	unsigned next_seen;
};

/* A copy a monitor had no room for. */
struct copy {
	struct sockaddr_un to;
	uint8_t *data;
	size_t len;
	STAILQ_ENTRY(copy) link;
};

struct socket_air {
	STAILQ_HEAD(, copy) copies;
	unsigned copy_count;
	struct timer copy_timer;
};

static uint64_t wall_clock(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * USEC_PER_SEC + (uint64_t)now.tv_nsec / 1000;
}

static void write_header(struct writer *w, const struct header *h)
{
	writer_bytes(w, "SIMA", 4);
	writer_u8(w, 1);
	writer_u8(w, h->type);
	writer_u8(w, h->flags);
	writer_u8(w, h->tries);
	writer_le16(w, h->freq);
	writer_u8(w, (uint8_t)h->signal_dbm);
	writer_u8(w, 0);
	writer_le32(w, h->id);
	writer_le64(w, h->time_us);
}

static bool read_header(struct reader *r, struct header *h)
{
	const uint8_t *magic = reader_bytes(r, 4);
	uint8_t version = reader_u8(r);
	h->type = reader_u8(r);
	h->flags = reader_u8(r);
	h->tries = reader_u8(r);
	h->freq = reader_le16(r);
	h->signal_dbm = (int8_t)reader_u8(r);
	reader_skip(r, 1);
	h->id = reader_le32(r);
	h->time_us = reader_le64(r);
	return reader_ok(r) && memcmp(magic, "SIMA", 4) == 0 && version == 1;
}

/* --- copies for monitors --- */

static void copy_drop(struct socket_air *sa)
{
	struct copy *c = STAILQ_FIRST(&sa->copies);
	STAILQ_REMOVE_HEAD(&sa->copies, link);
	sa->copy_count--;
	free(c->data);
	free(c);
}

static void on_copy_time(struct timer *t, void *ctx)
{
	struct sim_air *air = ctx;
	struct socket_air *sa = air->priv;
	struct copy *c;

	while ((c = STAILQ_FIRST(&sa->copies))) {
		struct air_port *p = LIST_FIRST(&air->ports);
		const struct socket_port *sp = p ? p->priv : NULL;
		if (sp && socket_send(sp->fd, &c->to, c->data, c->len) == -EAGAIN) {
			timer_start(air->timers, &sa->copy_timer, COPY_WAIT, on_copy_time, air);
			return;
		}
		copy_drop(sa);
	}
}

static void keep_copy(
	struct sim_air *air, const struct sockaddr_un *to, const void *data, size_t len)
{
	struct socket_air *sa = air->priv;
	struct copy *c = sa->copy_count < MAX_COPIES ? calloc(1, sizeof(*c)) : NULL;
	if (!c || !(c->data = malloc(len))) {
		free(c);
		return;
	}
	c->to = *to;
	memcpy(c->data, data, len);
	c->len = len;
	STAILQ_INSERT_TAIL(&sa->copies, c, link);
	sa->copy_count++;
	if (!timer_running(&sa->copy_timer))
		timer_start(air->timers, &sa->copy_timer, COPY_WAIT, on_copy_time, air);
}

/* --- one datagram to all sockets of the directory --- */

static bool is_monitor(const char *name)
{
	return str_starts(name, "mon", NULL);
}

static bool is_hub(const char *name)
{
	size_t len = strlen(name);
	return len > 4 && strcmp(name + len - 4, ".eth") == 0;
}

static void send_one(struct socket_port *sp, const char *name, const struct writer *w)
{
	struct socket_air *sa = sp->p->air->priv;
	struct sockaddr_un to;
	bool copy = is_monitor(name);

	if (socket_address(&to, sp->p->air->name, name) < 0)
		return;
	/* Copies stay in order behind those that wait. */
	int err = copy && sa->copy_count ? -EAGAIN : socket_send(sp->fd, &to, w->buf, w->len);
	if (err == -EAGAIN && copy)
		keep_copy(sp->p->air, &to, w->buf, w->len);
	else if (err == -ECONNREFUSED)
		unlink(to.sun_path); /* left by a process that was killed */
}

static void send_all(struct socket_port *sp, const struct writer *w, bool monitors)
{
	DIR *dir = opendir(sp->p->air->name);
	const struct dirent *e;

	if (!dir)
		return;
	while ((e = readdir(dir))) {
		if (e->d_type != DT_SOCK && e->d_type != DT_UNKNOWN)
			continue;
		if (is_hub(e->d_name) || strcmp(e->d_name, sp->p->name) == 0)
			continue;
		if (is_monitor(e->d_name) == monitors)
			send_one(sp, e->d_name, w);
	}
	closedir(dir);
}

static void send_datagram(struct socket_port *sp, const struct air_tx *tx, const struct header *h)
{
	uint8_t buf[HEADER_LEN + AIR_MAX_FRAME];
	struct writer w = writer_over(buf, sizeof(buf));
	write_header(&w, h);
	writer_bytes(&w, tx->frame, tx->len);
	send_all(sp, &w, h->type == DATAGRAM_COPY);
}

/* --- sending --- */

static void pending_free(struct pending *d)
{
	TAILQ_REMOVE(&d->port->pending, d, link);
	timer_stop(&d->timer);
	free(d->tx.frame);
	free(d);
}

static struct header header_of(const struct pending *d, enum datagram type, bool acked)
{
	return (struct header){.type = type,
		.flags = (d->tx.want_ack ? FLAG_WANT_ACK : 0) | (acked ? FLAG_ACKED : 0),
		.tries = (uint8_t)d->tries,
		.freq = (uint16_t)d->tx.freq,
		.signal_dbm = (int8_t)d->tx.signal_dbm,
		.id = d->id,
		.time_us = d->time_us};
}

static void try_send(struct pending *d);

/* The fate of a frame is known; the next one to the same receiver may go. */
static void finish(struct pending *d, bool acked)
{
	struct socket_port *sp = d->port;
	struct pending *next;
	struct header h = header_of(d, DATAGRAM_COPY, acked);
	struct sim_air *air = sp->p->air;

	send_datagram(sp, &d->tx, &h);
	if (air->monitor) {
		struct sim_frame_info info = {timers_now(air->timers), d->tx.freq, d->tx.signal_dbm,
			d->tx.want_ack, acked, d->tries, sp->p->name};
		air->monitor(air->monitor_ctx, &info, d->tx.frame, d->tx.len);
	}
	TAILQ_FOREACH (next, &sp->pending, link)
		if (!next->waiting && mac_equal(next->tx.frame + 4, d->tx.frame + 4))
			break;
	sp->p->ops->tx_done(sp->p->ctx, &d->tx, acked);
	pending_free(d);
	if (next)
		try_send(next);
}

static void on_ack_timeout(struct timer *t, void *ctx)
{
	struct pending *d = ctx;
	if (!d->tx.want_ack || d->tries >= AIR_MAX_TRIES / 2)
		finish(d, false);
	else
		try_send(d);
}

static void try_send(struct pending *d)
{
	struct socket_port *sp = d->port;
	bool lost;

	/* Injected losses cost no time; the wait is for receivers that are busy. */
	do {
		lost = air_attempt_lost(sp->p->air, d->tx.frame, d->tx.len);
		d->tries++;
	} while (lost && d->tx.want_ack && d->tries < AIR_MAX_TRIES);
	d->waiting = true;
	d->time_us = wall_clock();
	if (d->tries > 1)
		d->tx.frame[1] |= FC_RETRY >> 8;
	struct header h = header_of(d, DATAGRAM_FRAME, false);
	if (!lost)
		send_datagram(sp, &d->tx, &h);
	timer_start(
		sp->p->air->timers, &d->timer, d->tx.want_ack ? ACK_WAIT : 0, on_ack_timeout, d);
}

static int socket_air_send(struct air_port *p, const struct air_tx *tx)
{
	struct socket_port *sp = p->priv;
	struct pending *d, *other;

	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	d->tx = *tx;
	d->port = sp;
	d->id = ++sp->next_id;
	/* One at a time to a receiver: a repeated frame must not fall behind its successor. */
	TAILQ_FOREACH (other, &sp->pending, link)
		if (mac_equal(other->tx.frame + 4, tx->frame + 4))
			break;
	TAILQ_INSERT_TAIL(&sp->pending, d, link);
	if (!other)
		try_send(d);
	return 0;
}

/* --- receiving --- */

static void on_ack(struct socket_port *sp, uint32_t id)
{
	struct pending *d;
	TAILQ_FOREACH (d, &sp->pending, link)
		if (d->id == id && d->waiting && d->tx.want_ack) {
			finish(d, true);
			return;
		}
}

static bool seen_before(struct socket_port *sp, const uint8_t *frame)
{
	uint16_t seq = (uint16_t)(frame[22] | frame[23] << 8);
	unsigned i;

	for (i = 0; i < SEEN; i++)
		if (mac_equal(sp->seen[i].addr, frame + 10))
			break;
	if (i < SEEN && (frame[1] & (FC_RETRY >> 8)) && sp->seen[i].seq == seq)
		return true;
	if (i == SEEN)
		i = sp->next_seen++ % SEEN;
	mac_copy(sp->seen[i].addr, frame + 10);
	sp->seen[i].seq = seq;
	return false;
}

static void on_lost(struct timer *t, void *ctx)
{
	struct air_port *p = ctx;
	if (p->watching)
		p->ops->lost(p->ctx);
}

static void heard_beacon(struct air_port *p, const uint8_t *frame)
{
	if (p->watching && mac_equal(p->watched, frame + 16))
		timer_start(p->air->timers, &p->loss_timer, LOSS_TIME, on_lost, p);
}

static void send_ack(struct socket_port *sp, const struct header *h, const struct sockaddr_un *to)
{
	uint8_t buf[HEADER_LEN];
	struct writer w = writer_over(buf, sizeof(buf));
	struct header ack = {.type = DATAGRAM_ACK, .freq = h->freq, .id = h->id};
	write_header(&w, &ack);
	socket_send(sp->fd, to, w.buf, w.len);
}

static void on_frame(struct socket_port *sp, const struct header *h, struct reader *r,
	const struct sockaddr_un *from)
{
	struct air_port *p = sp->p;
	size_t len = reader_left(r);
	const uint8_t *frame = reader_bytes(r, len);
	const uint8_t *ra = frame + 4;

	if (len < 24 || !h->freq || (h->freq != p->home && h->freq != p->off))
		return;
	if (!mac_is_group(ra)) {
		if (!mac_equal(ra, p->addr) && !mac_equal(ra, p->scan_addr))
			return;
		if (h->flags & FLAG_WANT_ACK)
			send_ack(sp, h, from);
		if (seen_before(sp, frame))
			return;
	}
	if (frame[0] == FC_MGMT(STYPE_BEACON))
		heard_beacon(p, frame);
	p->ops->rx(p->ctx, frame, len, h->freq, h->signal_dbm);
}

static void on_readable(int fd, void *ctx)
{
	struct socket_port *sp = ctx;
	uint8_t buf[HEADER_LEN + AIR_MAX_FRAME];
	struct sockaddr_un from = {0};
	socklen_t from_len = sizeof(from);
	ssize_t n = recvfrom(fd, buf, sizeof(buf), 0, (struct sockaddr *)&from, &from_len);
	struct header h;

	if (n <= 0)
		return;
	struct reader r = reader_of(buf, (size_t)n);
	if (!read_header(&r, &h)) {
		log_msg(LOG_DBG, "sim: %s got %zd bytes that are no frame", sp->p->name, n);
		return;
	}
	if (h.type == DATAGRAM_ACK)
		on_ack(sp, h.id);
	else if (h.type == DATAGRAM_FRAME)
		on_frame(sp, &h, &r, &from);
}

/* --- ports --- */

static void on_beacon_time(struct timer *t, void *ctx)
{
	struct socket_port *sp = ctx;
	struct air_port *p = sp->p;
	_cleanup_(writer_free) struct writer w = writer_new(256);

	timer_start(p->air->timers, &sp->beacon_timer, p->beacon_us, on_beacon_time, sp);
	p->ops->beacon(p->ctx, &w);
	struct bytes frame;
	if (writer_steal(&w, &frame) < 0 || !frame.len)
		return;
	struct air_tx tx = {.frame = frame.data,
		.len = frame.len,
		.freq = p->home,
		.signal_dbm = p->signal_dbm};
	air_send(p, &tx);
}

static void socket_changed(struct air_port *p)
{
	struct socket_port *sp = p->priv;

	if (!p->beacon_us)
		timer_stop(&sp->beacon_timer);
	else if (!timer_running(&sp->beacon_timer))
		timer_start(p->air->timers, &sp->beacon_timer, 0, on_beacon_time, sp);
	if (p->watching && !timer_running(&p->loss_timer))
		timer_start(p->air->timers, &p->loss_timer, LOSS_TIME, on_lost, p);
}

static int socket_attach(struct air_port *p)
{
	struct socket_port *sp = calloc(1, sizeof(*sp));
	if (!sp)
		return -ENOMEM;
	sp->p = p;
	TAILQ_INIT(&sp->pending);
	sp->fd = socket_bind(p->air->name, p->name);
	if (sp->fd < 0) {
		int err = sp->fd;
		free(sp);
		return err;
	}
	sp->watch = eloop_add_fd(p->air->loop, sp->fd, on_readable, sp);
	p->priv = sp;
	if (!sp->watch) {
		p->air->be->detach(p);
		return -ENOMEM;
	}
	return 0;
}

static void socket_detach(struct air_port *p)
{
	struct socket_port *sp = p->priv;

	while (!TAILQ_EMPTY(&sp->pending)) {
		struct pending *d = TAILQ_FIRST(&sp->pending);
		struct header h = header_of(d, DATAGRAM_COPY, false);
		if (d->waiting)
			send_datagram(sp, &d->tx, &h);
		pending_free(d);
	}
	timer_stop(&sp->beacon_timer);
	eloop_del_fd(sp->watch);
	socket_unbind(sp->fd);
	free(sp);
	p->priv = NULL;
}

static void socket_free(struct sim_air *air)
{
	struct socket_air *sa = air->priv;
	while (!STAILQ_EMPTY(&sa->copies))
		copy_drop(sa);
	timer_stop(&sa->copy_timer);
	free(sa);
}

static const struct air_backend socket_backend = {
	.attach = socket_attach,
	.detach = socket_detach,
	.changed = socket_changed,
	.send = socket_air_send,
	.free = socket_free,
};

bool air_has_sockets(const struct sim_air *air)
{
	return air->be == &socket_backend;
}

struct sim_air *air_socket_new(struct eloop *loop, const char *dir)
{
	if (mkdir(dir, 0770) < 0 && errno != EEXIST)
		return NULL;
	struct sim_air *air = air_alloc(loop, dir, &socket_backend);
	struct socket_air *sa = calloc(1, sizeof(*sa));
	if (!air || !sa) {
		if (air)
			free(air->name);
		free(air);
		free(sa);
		errno = ENOMEM;
		return NULL;
	}
	STAILQ_INIT(&sa->copies);
	air->priv = sa;
	return air;
}
