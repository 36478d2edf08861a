/* The simulated air as a directory of sockets, by steps of the virtual clock: what a monitor, an
 * Ethernet host and two daemons see. */
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "sim_node.h"

struct world {
	struct eloop *loop;
	char dir[64], params[96];
	struct node ap, sta;
	int mon;
};

static int bind_in(const char *dir, const char *name)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s/%s", dir, name);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static void send_in(int fd, const char *dir, const char *name, const void *data, size_t len)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	snprintf(a.sun_path, sizeof(a.sun_path), "%s/%s", dir, name);
	assert_int_equal(sendto(fd, data, len, 0, (struct sockaddr *)&a, sizeof(a)), (ssize_t)len);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	w->loop = eloop_new(ELOOP_VIRTUAL);
	snprintf(w->dir, sizeof(w->dir), "/tmp/test-air-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->params, sizeof(w->params), "dir=%s", w->dir);
	w->mon = bind_in(w->dir, "mon0");
	node_open(&w->ap, w->loop, w->params, "ap0", DRV_IF_AP);
	node_open(&w->sta, w->loop, w->params, "sta0", DRV_IF_STATION);
	node_start_ap(&w->ap);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	char path[96];
	node_close(&w->sta);
	node_close(&w->ap);
	eloop_free(w->loop);
	close(w->mon);
	snprintf(path, sizeof(path), "%s/mon0", w->dir);
	unlink(path);
	assert_int_equal(rmdir(w->dir), 0); /* the driver has removed its sockets */
	free(w);
	return 0;
}

static void run_ms(struct world *w, unsigned ms)
{
	for (unsigned n = 0; n < ms; n++)
		eloop_advance(w->loop, USEC_PER_MSEC);
}

/* Frames of this first octet among the copies the monitor got. */
static unsigned drain(struct world *w, uint8_t fc, unsigned *acked)
{
	uint8_t buf[2048];
	unsigned count = 0;
	ssize_t n;

	*acked = 0;
	while ((n = recv(w->mon, buf, sizeof(buf), 0)) > 0) {
		assert_memory_equal(buf, "SIMA\1\3", 6);
		assert_true(n >= 24 + 24);
		if (buf[24] != fc)
			continue;
		assert_int_equal(buf[8] | buf[9] << 8, FREQ);
		count++;
		*acked += (buf[6] & 2) != 0;
	}
	return count;
}

static void join(struct world *w)
{
	static const uint16_t freq = FREQ;
	struct drv_scan s = {.ssid_count = 1, .freqs = &freq, .freq_count = 1};
	struct drv_auth a = {.freq = FREQ};
	struct drv_assoc c = {.ssid = (const uint8_t *)"net", .ssid_len = 3, .freq = FREQ};
	mac_copy(a.bssid, drv->addr(w->ap.i));
	mac_copy(c.bssid, a.bssid);
	assert_int_equal(drv->scan(w->sta.i, &s), 0);
	run_ms(w, 60);
	assert_int_equal(node_count(&w->sta, DRV_EV_SCAN_DONE), 1);
	assert_int_equal(drv->authenticate(w->sta.i, &a), 0);
	run_ms(w, 30);
	assert_int_equal(node_count(&w->sta, DRV_EV_AUTH), 1);
	assert_int_equal(drv->associate(w->sta.i, &c), 0);
	run_ms(w, 30);
	assert_int_equal(node_count(&w->sta, DRV_EV_ASSOC), 1);
}

static void test_frames(void **state)
{
	struct world *w = *state;
	unsigned acked;

	join(w);
	assert_true(drain(w, FC_MGMT(STYPE_ASSOC_REQ), &acked) <= 1);
	assert_int_equal(drv->send_eapol(w->sta.i, drv->addr(w->ap.i), (const uint8_t *)"\2\1\0\0",
				 4, false),
		0);
	run_ms(w, 30);
	assert_int_equal(node_count(&w->ap, DRV_EV_EAPOL_RX), 1);
	int e = node_find(&w->sta, DRV_EV_EAPOL_TX_STATUS, 0);
	assert_true(e >= 0 && w->sta.events[e].ev.eapol.ack);
	assert_int_equal(drain(w, 0x08, &acked), 1);
	assert_int_equal(acked, 1);
}

static void test_4addr_data(void **state)
{
	struct world *w = *state;
	uint8_t frame[60] = {2, 0, 0, 0, 0xb, 1, 2, 0, 0, 0, 0xa, 1, 0x08, 0x00}, got[64];
	int a = bind_in(w->dir, "hosta.eth"), b = bind_in(w->dir, "hostb.eth");

	assert_int_equal(drv->bridge_add(w->ap.i, "br0"), 0);
	assert_int_equal(drv->set_4addr(w->sta.i, true), 0);
	send_in(b, w->dir, "br0.eth", "", 0); /* attaches */
	join(w);
	assert_int_equal(node_count(&w->ap, DRV_EV_RX_4ADDR), 1);
	assert_int_equal(drv->wds_sta(w->ap.i, drv->addr(w->sta.i), "ap0.sta1", "br0", true), 0);
	drv->set_authorized(w->ap.i, drv->addr(w->sta.i), true);
	send_in(a, w->dir, "sta0.eth", frame, sizeof(frame));
	run_ms(w, 20);
	assert_int_equal(recv(b, got, sizeof(got), 0), 60);
	assert_memory_equal(got, frame, 60);
	memcpy(frame, got + 6, 6);
	memcpy(frame + 6, got, 6);
	send_in(b, w->dir, "br0.eth", frame, sizeof(frame));
	run_ms(w, 20);
	assert_int_equal(recv(a, got, sizeof(got), 0), 60);
	assert_memory_equal(got, frame, 60);
	close(a);
	close(b);
	char path[96];
	snprintf(path, sizeof(path), "%s/hosta.eth", w->dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/hostb.eth", w->dir);
	unlink(path);
}

static void test_names(void **state)
{
	struct world *w = *state;
	char text[256];
	struct strbuf reason = strbuf_over(text, sizeof(text));
	struct drv_if_params p = {.ifname = "ap0", .event = node_event, .ctx = &w->ap};
	int err = 0;

	struct drv *d = drv->init(w->loop, w->params);
	assert_null(drv->if_open(d, &p, &err, &reason));
	assert_int_equal(err, -EBUSY);
	assert_non_null(strstr(text, "ap0 is already in use on the simulated air /tmp/"));
	/* A socket left by a killed process is taken over. */
	close(bind_in(w->dir, "x0"));
	p.ifname = "x0";
	struct drv_if *i = drv->if_open(d, &p, &err, &reason);
	assert_non_null(i);
	drv->if_close(i);
	drv->deinit(d);
}

static void test_garbage(void **state)
{
	struct world *w = *state;
	uint8_t junk[100];
	uint32_t x = 5;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	for (unsigned n = 0; n < 3000; n++) {
		for (unsigned m = 0; m < sizeof(junk); m++)
			junk[m] = (uint8_t)((x = x * 1103515245 + 12345) >> 16);
		if (n % 4) { /* mostly a good header with a bad frame */
			memcpy(junk, "SIMA\1\1\1", 7);
			junk[8] = FREQ & 0xff;
			junk[9] = FREQ >> 8;
			if (n % 2)
				memcpy(junk + 28, drv->addr(w->ap.i), 6);
			junk[24] &= n % 3 ? 0xfc : 0xff;
		}
		send_in(fd, w->dir, "ap0", junk, x % sizeof(junk));
		eloop_advance(w->loop, 0);
		w->ap.count = 0;
	}
	/* As much to a host socket. */
	send_in(fd, w->dir, "ap0.eth", junk, 5);
	eloop_advance(w->loop, 0);
	close(fd);
	w->ap.count = 0;
	join(w);
}

static void test_ap_killed(void **state)
{
	struct world *w = *state;
	join(w);
	drv->if_close(w->ap.i);
	w->ap.i = NULL;
	run_ms(w, 1300);
	int e = node_find(&w->sta, DRV_EV_DISCONNECTED, 0);
	assert_true(e >= 0 && w->sta.events[e].ev.disc.locally_generated);
	assert_int_equal(node_count(&w->sta, DRV_EV_BEACON_LOSS), 1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_frames), T(test_4addr_data), T(test_names),
		T(test_garbage), T(test_ap_killed)};
	return cmocka_run_group_tests_name("sim sockets", tests, NULL, NULL);
}
