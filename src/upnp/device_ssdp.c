/* The device's side of SSDP: announcements, and answers to searches. */
#include "upnp/device_i.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "utils/log.h"

#define MAX_AGE 1800u /* seconds */
#define BURST_ROUNDS 3
#define BURST_GAP (400 * USEC_PER_MSEC)
#define MAX_SEARCHES 40 /* answers under way; more are dropped */
#define MAX_DELAY (5 * USEC_PER_SEC)
#define RECV_BATCH 16 /* datagrams per wake-up: a flood must not stop the loop */

/* What the device announces itself as (UPnP DA 1.0, 1.1.2). type NULL: the UDN itself. */
static const char *const targets[] = {"upnp:rootdevice", NULL, WFA_DEVICE, WFA_SERVICE};

struct search {
	LIST_ENTRY(search) link;
	struct upnp_device *device;
	struct sockaddr_in from;
	unsigned mask; /* of targets to answer */
	struct timer timer;
};

static uint64_t random_below(uint64_t limit)
{
	uint32_t r;

	random_bytes(&r, sizeof(r));
	return limit * r >> 32;
}

static void add_target(
	struct strbuf *s, const struct upnp_device *d, const char *header, const char *target)
{
	ssdp_header(s, header, "%s", target ? target : d->udn);
	if (target)
		ssdp_header(s, "USN", "%s::%s", d->udn, target);
	else
		ssdp_header(s, "USN", "%s", d->udn);
}

static void add_location(struct strbuf *s, const struct upnp_device *d)
{
	struct http_url u = {
		.addr = d->iface.addr, .port = http_server_port(d->http), .path = PATH_DEVICE};
	char text[HTTP_URL_TEXT_LEN];

	ssdp_header(s, "CACHE-CONTROL", "max-age=%u", MAX_AGE);
	ssdp_header(s, "LOCATION", "%s", http_url_text(&u, text));
	ssdp_header(s, "SERVER", "%s", d->server);
}

static void send_message(
	struct upnp_device *d, const struct sockaddr_in *to, const struct strbuf *s)
{
	int err = ssdp_send(d->ssdp_out, to, s);

	if (err < 0)
		log_msg(LOG_DBG, "UPnP: %s: SSDP message not sent: %s", d->iface.name,
			strerror(-err));
}

static void notify_all(struct upnp_device *d, bool alive)
{
	char text[SSDP_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		struct strbuf s = strbuf_over(text, sizeof(text));
		ssdp_begin(&s, SSDP_NOTIFY);
		if (alive)
			add_location(&s, d);
		ssdp_header(&s, "NTS", "%s", alive ? "ssdp:alive" : "ssdp:byebye");
		add_target(&s, d, "NT", targets[i]);
		ssdp_end(&s);
		send_message(d, NULL, &s);
	}
}

/* A few rounds because datagrams get lost, then often enough that no cache forgets us. */
static void on_announce(struct timer *t, void *ctx)
{
	struct upnp_device *d = ctx;
	uint64_t next = BURST_GAP;

	/* Who knows us from before we were cut off has a subscription that we do not know. */
	if (d->announced == 0)
		notify_all(d, false);
	notify_all(d, true);
	if (d->announced < BURST_ROUNDS)
		d->announced++;
	if (d->announced == BURST_ROUNDS)
		next = (MAX_AGE / 3 + random_below(MAX_AGE / 6)) * USEC_PER_SEC;
	timer_start(d->timers, &d->announce, next, on_announce, d);
}

static void free_search(struct search *s)
{
	timer_stop(&s->timer);
	LIST_REMOVE(s, link);
	s->device->search_count--;
	free(s);
}

static void on_answer_due(struct timer *t, void *ctx)
{
	struct search *search = ctx;
	struct upnp_device *d = search->device;
	char text[SSDP_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		struct strbuf s = strbuf_over(text, sizeof(text));
		if (!(search->mask & 1u << i))
			continue;
		ssdp_begin(&s, SSDP_RESPONSE);
		add_location(&s, d);
		ssdp_header(&s, "EXT", "%s", "");
		add_target(&s, d, "ST", targets[i]);
		ssdp_end(&s);
		send_message(d, &search->from, &s);
	}
	free_search(search);
}

static unsigned wanted_targets(const struct upnp_device *d, const char *st)
{
	if (strcmp(st, "ssdp:all") == 0)
		return (1u << ARRAY_SIZE(targets)) - 1;
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++)
		if (strcasecmp(st, targets[i] ? targets[i] : d->udn) == 0)
			return 1u << i;
	return 0;
}

/* Answers spread over the first half of MX, so that the last one is not late on a slow path. */
static void answer_later(
	struct upnp_device *d, const struct sockaddr_in *from, unsigned mask, unsigned mx)
{
	uint64_t spread = mx * USEC_PER_SEC / 2;

	if (d->search_count == MAX_SEARCHES)
		return;
	struct search *s = calloc(1, sizeof(*s));
	if (!s)
		return;
	s->device = d;
	s->from = *from;
	s->mask = mask;
	LIST_INSERT_HEAD(&d->searches, s, link);
	d->search_count++;
	timer_start(d->timers, &s->timer, random_below(spread < MAX_DELAY ? spread : MAX_DELAY),
		on_answer_due, s);
}

static void take_message(
	struct upnp_device *d, const char *data, size_t len, const struct sockaddr_in *from)
{
	struct ssdp_msg m;
	unsigned mx;

	/* Answers leave the subnet for nobody: they would be a tool for floods. */
	if (!upnp_if_near(&d->iface, from->sin_addr))
		return;
	if (ssdp_parse(data, len, &m) < 0 || !ssdp_search_valid(&m, &mx))
		return;
	unsigned mask = wanted_targets(d, m.st);
	if (mask)
		answer_later(d, from, mask, mx);
}

static void on_input(int fd, void *ctx)
{
	char buf[SSDP_MAX];
	struct sockaddr_in from = {0};

	for (int i = 0; i < RECV_BATCH; i++) {
		ssize_t n = ssdp_recv(fd, buf, sizeof(buf), &from);
		if (n == -EMSGSIZE)
			continue;
		if (n < 0)
			return;
		take_message(ctx, buf, (size_t)n, &from);
	}
}

void upnp_device_ssdp_start(struct upnp_device *d)
{
	d->announced = 0;
	timer_start(d->timers, &d->announce, 0, on_announce, d);
}

void upnp_device_ssdp_byebye(struct upnp_device *d)
{
	if (d->announced > 0)
		notify_all(d, false);
}

int upnp_device_ssdp_open(struct upnp_device *d)
{
	d->ssdp_in = ssdp_open_listener(&d->iface);
	if (d->ssdp_in < 0)
		return d->ssdp_in;
	d->ssdp_out = ssdp_open_sender(&d->iface);
	if (d->ssdp_out < 0)
		return d->ssdp_out;
	d->ssdp_watch = eloop_add_fd(d->loop, d->ssdp_in, on_input, d);
	if (!d->ssdp_watch)
		return -ENOMEM;
	upnp_device_ssdp_start(d);
	return 0;
}

void upnp_device_ssdp_close(struct upnp_device *d)
{
	struct search *s;

	upnp_device_ssdp_byebye(d);
	timer_stop(&d->announce);
	while ((s = LIST_FIRST(&d->searches)))
		free_search(s);
	eloop_del_fd(d->ssdp_watch);
	if (d->ssdp_in >= 0)
		close(d->ssdp_in);
	if (d->ssdp_out >= 0)
		close(d->ssdp_out);
}
