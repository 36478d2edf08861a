#include "net.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "utils/log.h"

#define AIR "net"

/* --- events --- */

static void events_add(struct events *e, struct net *n, const char *ifname, const char *text)
{
	char line[4200];
	int len = snprintf(line, sizeof(line), "%.6f %s %s\n",
		(double)timers_now(eloop_timers(n->loop)) / SEC, ifname, text);

	if (e->len + (size_t)len + 1 > e->cap) {
		e->cap = 2 * e->cap + 8192;
		e->text = realloc(e->text, e->cap);
		assert_non_null(e->text);
	}
	memcpy(e->text + e->len, line, (size_t)len + 1);
	e->len += (size_t)len;
}

void events_clear(struct events *e)
{
	free(e->text);
	*e = (struct events){0};
}

/* The nth line with the text; counts those before in *seen. */
static const char *nth_line(const struct events *e, const char *text, unsigned nth, unsigned *seen)
{
	const char *at = e->text;

	for (*seen = 0; at && (at = strstr(at, text)); (*seen)++) {
		const char *line = at;
		while (line > e->text && line[-1] != '\n')
			line--;
		if (*seen == nth)
			return line;
		at = strchr(at, '\n');
	}
	return NULL;
}

unsigned events_count(const struct events *e, const char *text)
{
	unsigned count;
	nth_line(e, text, UINT32_MAX, &count);
	return count;
}

double events_time(const struct events *e, const char *text, unsigned nth)
{
	unsigned seen;
	const char *line = nth_line(e, text, nth, &seen);
	if (!line)
		fail_msg("no event '%s' (%u) in:\n%s", text, nth, e->text ? e->text : "(none)");
	return strtod(line, NULL);
}

/* --- control sockets of hostapd --- */

static int connect_to(struct net *n, const char *name)
{
	struct sockaddr_un own = {.sun_family = AF_UNIX}, peer = {.sun_family = AF_UNIX};
	static const int on = 1;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	/* Binds itself to an abstract name. */
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof(own.sun_family)), 0);
	snprintf(peer.sun_path, sizeof(peer.sun_path), "%s/ctrl/%s", n->dir, name);
	if (connect(fd, (struct sockaddr *)&peer, sizeof(peer)) < 0)
		fail_msg("cannot connect to %s: %s", peer.sun_path, strerror(errno));
	return fd;
}

static const char *request(struct net *n, int fd, const char *cmd)
{
	static char reply[8192];
	ssize_t len = -1;

	assert_int_equal(send(fd, cmd, strlen(cmd), 0), (ssize_t)strlen(cmd));
	for (int i = 0; i < 5 && len < 0; i++) {
		eloop_advance(n->loop, 0);
		len = recv(fd, reply, sizeof(reply) - 1, 0);
	}
	if (len < 0)
		fail_msg("no answer to %s", cmd);
	reply[len] = 0;
	return reply;
}

const char *ap_command(struct net_ap *a, unsigned bss, const char *cmd)
{
	return request(a->net, a->ctrl[bss], cmd);
}

static void on_ap_event(int fd, void *ctx)
{
	struct net_ap *a = ctx;
	char text[4096];
	ssize_t len = recv(fd, text, sizeof(text) - 1, 0);

	if (len <= 0)
		return;
	text[len] = 0;
	char *event = strchr(text, '>');
	if (text[0] == '<' && event)
		events_add(
			&a->events, a->net, fd == a->monitor[0] ? a->ifname : "second", event + 1);
}

static void open_control(struct net_ap *a, unsigned bss)
{
	char name[2 * IFNAMSIZ];
	snprintf(name, sizeof(name), "%s%s", a->ifname, bss ? "_bh" : "");
	a->ctrl[bss] = connect_to(a->net, name);
	a->monitor[bss] = connect_to(a->net, name);
	assert_string_equal(request(a->net, a->monitor[bss], "ATTACH"), "OK\n");
	a->watch[bss] = eloop_add_fd(a->net->loop, a->monitor[bss], on_ap_event, a);
	assert_non_null(a->watch[bss]);
	a->bss_count++;
}

/* --- daemons --- */

static void write_conf(struct net *n, const char *name, char *path, size_t cap, const char *head,
	const char *conf, const char *tail)
{
	snprintf(path, cap, "%s/%s.conf", n->dir, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fprintf(f, "%s%s%s", head, conf, tail) > 0);
	assert_int_equal(fclose(f), 0);
}

static int load_ap(struct net *n, struct hostapd *daemon, const char *ifname, const char *conf,
	const char *params)
{
	char head[512], path[128], tail[128] = "";

	snprintf(head, sizeof(head),
		"interface=%s\ndriver=sim\ndriver_params=air=inproc:" AIR
		" %s\nctrl_interface=%s/ctrl\n"
		"hw_mode=g\nchannel=6\nieee80211n=1\n",
		ifname, params, n->dir);
	if (strstr(conf, "\nbss="))
		snprintf(tail, sizeof(tail), "ctrl_interface=%s/ctrl\n", n->dir);
	write_conf(n, ifname, path, sizeof(path), head, conf, tail);
	return hostapd_add_file(daemon, path, NULL);
}

struct net_ap *net_ap(struct net *n, const char *ifname, const char *conf)
{
	return net_ap_on(n, ifname, conf, "");
}

struct net_ap *net_ap_on(struct net *n, const char *ifname, const char *conf, const char *params)
{
	struct net_ap *a = calloc(1, sizeof(*a));

	assert_non_null(a);
	assert_true(n->ap_count < ARRAY_SIZE(n->aps));
	a->net = n;
	snprintf(a->ifname, sizeof(a->ifname), "%s", ifname);
	a->daemon = hostapd_new(n->loop);
	assert_non_null(a->daemon);
	n->aps[n->ap_count++] = a;
	assert_int_equal(load_ap(n, a->daemon, ifname, conf, params), 0);
	assert_int_equal(hostapd_start(a->daemon), 0);
	open_control(a, 0);
	if (strstr(conf, "\nbss="))
		open_control(a, 1);
	net_run(n, 0.1);
	assert_non_null(strstr(ap_command(a, 0, "STATUS"), "state=ENABLED"));
	return a;
}

void net_ap_refused(struct net *n, const char *ifname, const char *conf)
{
	net_ap_refused_on(n, ifname, conf, "");
}

void net_ap_refused_on(struct net *n, const char *ifname, const char *conf, const char *params)
{
	struct hostapd *daemon = hostapd_new(n->loop);
	assert_non_null(daemon);
	assert_true(load_ap(n, daemon, ifname, conf, params) < 0 || hostapd_start(daemon) < 0);
	hostapd_free(daemon);
}

void net_ap_stop(struct net_ap *a)
{
	hostapd_free(a->daemon);
	a->daemon = NULL;
	for (unsigned b = 0; b < a->bss_count; b++) {
		eloop_del_fd(a->watch[b]);
		close(a->ctrl[b]);
		close(a->monitor[b]);
	}
	a->bss_count = 0;
}

static void on_sta_event(void *ctx, const char *ifname, const char *text)
{
	struct net_sta *s = ctx;
	events_add(&s->events, s->net, s->ifname, text);
	if (s->hook)
		s->hook(s, text);
}

struct net_sta *net_sta(struct net *n, const char *ifname, const char *conf)
{
	return net_sta_on(n, ifname, conf, "");
}

struct net_sta *net_sta_on(struct net *n, const char *ifname, const char *conf, const char *params)
{
	struct net_sta *s = calloc(1, sizeof(*s));
	char param[96];

	assert_non_null(s);
	if (n->sta_count == n->sta_cap) {
		n->sta_cap = 2 * n->sta_cap + 16;
		n->stas = realloc(n->stas, n->sta_cap * sizeof(struct net_sta *));
		assert_non_null(n->stas);
	}
	n->stas[n->sta_count++] = s;
	s->net = n;
	snprintf(s->ifname, sizeof(s->ifname), "%s", ifname);
	write_conf(n, ifname, s->conf, sizeof(s->conf), "update_config=1\n", conf, "");
	struct supplicant_params p = {.event = on_sta_event, .ctx = s};
	s->daemon = supplicant_new(n->loop, &p);
	assert_non_null(s->daemon);
	snprintf(param, sizeof(param), "air=inproc:" AIR " %s", params);
	struct supplicant_if_params i = {
		.ifname = ifname, .conf = s->conf, .driver = "sim", .driver_param = param};
	assert_int_equal(supplicant_add_interface(s->daemon, &i), 0);
	return s;
}

struct drv_if *net_radio(struct net *n, const char *ifname)
{
	struct drv_if *i = sim_if_find(n->air, ifname);
	assert_non_null(i);
	return i;
}

const char *sta_command(struct net_sta *s, const char *cmd)
{
	static char reply[8192];
	char copy[1024];
	struct strbuf out = strbuf_over(reply, sizeof(reply));

	snprintf(copy, sizeof(copy), "%s", cmd);
	supplicant_command(s->daemon, s->ifname, copy, &out);
	return reply;
}

void sta_address(struct net_sta *s, uint8_t mac[MAC_LEN])
{
	const char *status = sta_command(s, "STATUS"), *at = strstr(status, "\naddress=");
	if (!at || mac_parse(at + 9, mac, NULL) < 0)
		fail_msg("no address in STATUS:\n%s", status);
}

/* --- the net --- */

int net_setup(void **state)
{
	struct net *n = calloc(1, sizeof(*n));

	log_set_level(getenv("SIM_DEBUG") ? LOG_DBG : LOG_ERR);
	n->loop = eloop_new(ELOOP_VIRTUAL);
	n->air = sim_air_new(n->loop, AIR);
	snprintf(n->dir, sizeof(n->dir), "/tmp/test-sim-XXXXXX");
	assert_non_null(n->air);
	assert_non_null(mkdtemp(n->dir));
	*state = n;
	return 0;
}

static void remove_files(struct net *n)
{
	char cmd[128];
	snprintf(cmd, sizeof(cmd), "rm -r '%s'", n->dir);
	assert_int_equal(system(cmd), 0);
}

int net_teardown(void **state)
{
	struct net *n = *state;

	for (unsigned i = 0; i < n->sta_count; i++) {
		supplicant_free(n->stas[i]->daemon);
		events_clear(&n->stas[i]->events);
		free(n->stas[i]);
	}
	for (unsigned i = 0; i < n->ap_count; i++) {
		net_ap_stop(n->aps[i]);
		events_clear(&n->aps[i]->events);
		free(n->aps[i]);
	}
	free(n->stas);
	sim_air_free(n->air);
	eloop_free(n->loop);
	remove_files(n);
	free(n);
	return 0;
}

void net_run(struct net *n, double seconds)
{
	eloop_advance(n->loop, (uint64_t)(seconds * SEC));
}

bool net_wait(
	struct net *n, const struct events *e, const char *text, unsigned count, double seconds)
{
	for (double left = seconds; left > 0; left -= 0.01) {
		if (events_count(e, text) >= count)
			return true;
		net_run(n, 0.01);
	}
	if (events_count(e, text) >= count)
		return true;
	print_error("'%s' seen %u times, not %u, within %g s:\n%s\n", text, events_count(e, text),
		count, seconds, e->text ? e->text : "(no events)");
	return false;
}

/* --- data --- */

struct wire {
	struct sim_host *host;
	const uint8_t *mac;
	unsigned unicast, broadcast;
};

static void on_frame(void *ctx, const uint8_t *frame, size_t len)
{
	struct wire *w = ctx;
	if (mac_is_broadcast(frame))
		w->broadcast++;
	else if (mac_equal(frame, w->mac))
		w->unicast++;
}

static bool one_way(struct net *n, struct wire *from, struct wire *to)
{
	uint8_t frame[64] = {0};
	unsigned b = to->broadcast, u = to->unicast;

	mac_copy(frame, mac_broadcast);
	mac_copy(frame + MAC_LEN, from->mac);
	frame[12] = 0x08;
	sim_host_send(from->host, frame, sizeof(frame));
	mac_copy(frame, to->mac);
	sim_host_send(from->host, frame, sizeof(frame));
	net_run(n, 0.05);
	if (to->broadcast != b + 1 || to->unicast != u + 1)
		print_error("from " MACSTR
			    " arrived: %u broadcast, %u unicast instead of one each\n",
			MAC2STR(from->mac), to->broadcast - b, to->unicast - u);
	return to->broadcast == b + 1 && to->unicast == u + 1;
}

bool net_data_passes(struct net *n, const char *port_a, const uint8_t mac_a[MAC_LEN],
	const char *port_b, const uint8_t mac_b[MAC_LEN])
{
	struct wire a = {.mac = mac_a}, b = {.mac = mac_b};

	a.host = sim_host_attach(n->air, port_a, on_frame, &a);
	b.host = sim_host_attach(n->air, port_b, on_frame, &b);
	assert_non_null(a.host);
	assert_non_null(b.host);
	bool passes = one_way(n, &a, &b) && one_way(n, &b, &a);
	sim_host_detach(a.host);
	sim_host_detach(b.host);
	return passes;
}
