/* Timers and the event loop, mostly on the virtual clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "utils/bytes.h"
#include "utils/eloop.h"

struct shot {
	struct timer t;
	int id;
	struct record *to;
};

struct record {
	int ids[4096];
	size_t n;
	struct timers *h;
};

static void on_shot(struct timer *t, void *ctx)
{
	struct shot *s = ctx;
	s->to->ids[s->to->n++] = s->id;
}

static void test_equal_times_fire_in_start_order(void **state)
{
	struct timers *h = timers_new();
	struct record rec = {.h = h};
	struct shot s[50] = {0};
	for (int i = 0; i < 50; i++) {
		s[i] = (struct shot){.id = i, .to = &rec};
		timer_start(h, &s[i].t, 100, on_shot, &s[i]);
	}
	assert_int_equal(timers_run(h), 0);
	assert_int_equal(timers_next(h), 100);
	timers_set_now(h, 100);
	assert_int_equal(timers_run(h), 50);
	for (int i = 0; i < 50; i++)
		assert_int_equal(rec.ids[i], i);
	assert_int_equal(timers_next(h), UINT64_MAX);
	timers_free(h);
}

/* Against a model: the due times of a pseudo-random mix of starts, restarts and stops. */
static void test_heap_against_model(void **state)
{
	enum { N = 500 };
	struct timers *h = timers_new();
	struct record rec = {.h = h};
	static struct shot s[N];
	static uint64_t due[N]; /* 0 = stopped */
	uint32_t seed = 12345;

	memset(s, 0, sizeof(s));
	memset(due, 0, sizeof(due));
	for (int step = 0; step < 20000; step++) {
		seed = seed * 1664525 + 1013904223;
		int i = (int)((seed >> 8) % N);
		s[i].id = i;
		s[i].to = &rec;
		if ((seed >> 28) < 4) {
			timer_stop(&s[i].t);
			due[i] = 0;
		} else {
			due[i] = 1 + (seed >> 4) % 100000;
			timer_start(h, &s[i].t, due[i], on_shot, &s[i]);
		}
	}
	uint64_t last = 0;
	size_t running = 0;
	for (int i = 0; i < N; i++) {
		running += due[i] != 0;
		assert_int_equal(timer_running(&s[i].t), due[i] != 0);
	}
	while (timers_next(h) != UINT64_MAX) {
		size_t before = rec.n;
		timers_set_now(h, timers_now(h) + timers_next(h));
		assert_true(timers_run(h) > 0);
		for (size_t k = before; k < rec.n; k++) {
			assert_int_equal(due[rec.ids[k]], timers_now(h));
			assert_true(due[rec.ids[k]] >= last);
			last = due[rec.ids[k]];
		}
	}
	assert_int_equal(rec.n, running);
	timers_free(h);
}

static void restart_at_once(struct timer *t, void *ctx)
{
	struct shot *s = ctx;
	s->to->n++;
	timer_start(s->to->h, t, 0, restart_at_once, s);
}

static void test_zero_delay_waits_for_the_next_run(void **state)
{
	struct timers *h = timers_new();
	struct record rec = {.h = h};
	struct shot s = {.to = &rec};
	timer_start(h, &s.t, 0, restart_at_once, &s);
	assert_int_equal(timers_run(h), 1);
	assert_int_equal(timers_run(h), 1);
	assert_int_equal(rec.n, 2);
	timers_free(h);
	assert_false(timer_running(&s.t));
}

static void test_timer_left(void **state)
{
	struct timers *h = timers_new();
	struct record rec = {.h = h};
	struct shot s = {.to = &rec};
	assert_int_equal(timer_left(&s.t), 0);
	timer_start(h, &s.t, 500, on_shot, &s);
	timers_set_now(h, 200);
	assert_int_equal(timer_left(&s.t), 300);
	timers_set_now(h, 100); /* never backwards */
	assert_int_equal(timers_now(h), 200);
	timer_start(h, &s.t, UINT64_MAX, on_shot, &s); /* saturates */
	assert_int_equal(timer_left(&s.t), UINT64_MAX - 200);
	timer_stop(&s.t);
	timer_stop(&s.t);
	timers_free(h);
}

struct pipe_end {
	struct eloop *loop;
	struct eloop_fd *watch, *other;
	int got, fd;
};

static void on_byte(int fd, void *ctx)
{
	struct pipe_end *e = ctx;
	char c;
	assert_int_equal(read(fd, &c, 1), 1);
	e->got++;
	if (c == 'x') {
		eloop_del_fd(e->watch);
		eloop_del_fd(e->other);
		e->watch = e->other = NULL;
	}
}

static void test_descriptors(void **state)
{
	struct eloop *l = eloop_new(ELOOP_VIRTUAL);
	int a[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, a), 0);
	struct pipe_end e = {.loop = l};
	e.watch = eloop_add_fd(l, a[0], on_byte, &e);
	assert_non_null(e.watch);
	assert_int_equal(write(a[1], "abc", 3), 3);
	eloop_advance(l, 0);
	assert_int_equal(e.got, 3);
	assert_null(eloop_add_fd(l, -1, on_byte, &e));
	eloop_free(l);
	close(a[0]);
	close(a[1]);
}

static void test_deleting_watches_in_a_callback(void **state)
{
	struct eloop *l = eloop_new(ELOOP_VIRTUAL);
	int a[2], b[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, a), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, b), 0);
	struct pipe_end ea = {.loop = l}, eb = {.loop = l};
	ea.watch = eb.other = eloop_add_fd(l, a[0], on_byte, &ea);
	eb.watch = ea.other = eloop_add_fd(l, b[0], on_byte, &eb);
	assert_int_equal(write(a[1], "x", 1), 1);
	assert_int_equal(write(b[1], "x", 1), 1);
	eloop_advance(l, 1000);
	assert_int_equal(ea.got + eb.got, 1); /* the first to run deleted the other */
	eloop_free(l);
	for (int i = 0; i < 2; i++) {
		close(a[i]);
		close(b[i]);
	}
}

static void on_writable(int fd, void *ctx)
{
	struct pipe_end *e = ctx;
	e->got++;
	eloop_want_output(e->watch, NULL);
}

static void test_output(void **state)
{
	struct eloop *l = eloop_new(ELOOP_VIRTUAL);
	int a[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, a), 0);
	struct pipe_end e = {.loop = l};
	e.watch = eloop_add_fd(l, a[0], on_byte, &e);
	eloop_advance(l, 10);
	assert_int_equal(e.got, 0);
	eloop_want_output(e.watch, on_writable);
	eloop_advance(l, 10);
	assert_int_equal(e.got, 1);
	eloop_free(l);
	close(a[0]);
	close(a[1]);
}

struct ticker {
	struct timer t;
	struct eloop *loop;
	int left;
	uint64_t at[3];
};

static void on_tick(struct timer *t, void *ctx)
{
	struct ticker *k = ctx;
	k->at[--k->left] = timers_now(eloop_timers(k->loop));
	if (k->left)
		timer_start(eloop_timers(k->loop), t, USEC_PER_SEC, on_tick, k);
}

static void test_virtual_time(void **state)
{
	struct eloop *l = eloop_new(ELOOP_VIRTUAL);
	uint64_t start = timers_now(eloop_timers(l));
	struct ticker k = {.loop = l, .left = 3};
	assert_true(start > 0);
	timer_start(eloop_timers(l), &k.t, USEC_PER_SEC, on_tick, &k);
	eloop_advance(l, 2 * USEC_PER_SEC);
	assert_int_equal(k.left, 1);
	assert_int_equal(k.at[1], start + 2 * USEC_PER_SEC);
	eloop_advance(l, 3600 * USEC_PER_SEC);
	assert_int_equal(k.at[0], start + 3 * USEC_PER_SEC);
	assert_int_equal(timers_now(eloop_timers(l)), start + 3602 * USEC_PER_SEC);
	eloop_free(l);
}

static void stop_loop(struct timer *t, void *ctx)
{
	eloop_stop(ctx);
}

static void on_signal(int signo, void *ctx)
{
	eloop_stop(ctx);
}

static void test_real_clock_and_signal(void **state)
{
	struct eloop *l = eloop_new(ELOOP_REAL);
	struct timer t = {0};
	uint64_t start = timers_now(eloop_timers(l));
	timer_start(eloop_timers(l), &t, 5 * USEC_PER_MSEC, stop_loop, l);
	eloop_run(l);
	assert_true(timers_now(eloop_timers(l)) - start >= 5 * USEC_PER_MSEC);
	assert_true(eloop_stopping(l));
	eloop_free(l);

	l = eloop_new(ELOOP_REAL);
	assert_int_equal(eloop_add_signal(l, SIGUSR1, on_signal, l), 0);
	assert_int_equal(eloop_add_signal(l, SIGUSR2, on_signal, l), 0);
	raise(SIGUSR1);
	eloop_run(l);
	assert_true(eloop_stopping(l));
	eloop_free(l);
	sigset_t now;
	sigprocmask(SIG_SETMASK, NULL, &now);
	assert_int_equal(sigismember(&now, SIGUSR1), 0);
}

/* --- a process that was stopped --- */

struct sleeper {
	struct eloop *loop;
	bool heard;
};

static void on_word(int fd, void *ctx)
{
	struct sleeper *s = ctx;
	char c;

	s->heard = read(fd, &c, 1) == 1;
}

static void on_deadline(struct timer *t, void *ctx)
{
	struct sleeper *s = ctx;

	eloop_stop(s->loop);
}

/* Exit status 0: the word was heard before the deadline ran out. */
static void sleep_and_listen(int fd)
{
	struct sleeper s = {.loop = eloop_new(ELOOP_REAL)};
	struct timer deadline = {0};
	char ready = 'r';

	eloop_add_fd(s.loop, fd, on_word, &s);
	timer_start(eloop_timers(s.loop), &deadline, 200 * 1000, on_deadline, &s);
	if (write(fd, &ready, 1) != 1)
		_exit(2);
	eloop_run(s.loop);
	_exit(s.heard ? 0 : 1);
}

static void test_stopped_process_hears_before_timers_run(void **state)
{
	int fds[2], status;
	char ready;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	pid_t child = fork();
	if (child == 0)
		sleep_and_listen(fds[1]);
	assert_int_equal(read(fds[0], &ready, 1), 1);
	usleep(20 * 1000); /* it waits in the loop now */
	kill(child, SIGSTOP);
	assert_int_equal(waitpid(child, &status, WUNTRACED), child);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(write(fds[0], "w", 1), 1);
	usleep(300 * 1000); /* past the deadline */
	kill(child, SIGCONT);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal_times_fire_in_start_order),
		cmocka_unit_test(test_heap_against_model),
		cmocka_unit_test(test_zero_delay_waits_for_the_next_run),
		cmocka_unit_test(test_timer_left),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_deleting_watches_in_a_callback),
		cmocka_unit_test(test_output),
		cmocka_unit_test(test_virtual_time),
		cmocka_unit_test(test_real_clock_and_signal),
		cmocka_unit_test(test_stopped_process_hears_before_timers_run),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
