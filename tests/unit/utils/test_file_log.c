/* Files and the log, in a temporary directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>
#include <unistd.h>

#include "utils/bytes.h"
#include "utils/file.h"
#include "utils/log.h"

static char dir[64];

static const char *in_dir(const char *name)
{
	static char path[4][128];
	static unsigned n;
	char *p = path[n++ % 4];
	snprintf(p, sizeof(path[0]), "%s/%s", dir, name);
	return p;
}

static void assert_content(const char *path, const char *want)
{
	struct bytes b = {NULL, 0};
	assert_int_equal(file_read(path, 1 << 20, &b), 0);
	assert_string_equal((char *)b.data, want);
	bytes_clear(&b);
}

static int setup(void **state)
{
	strcpy(dir, "/tmp/test_file_XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	char cmd[128];
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	return system(cmd);
}

static void test_read_limits(void **state)
{
	struct bytes b = {NULL, 0};
	assert_int_equal(file_read(in_dir("none"), 10, &b), -ENOENT);
	assert_int_equal(file_write_atomic(in_dir("f"), "0123456789", 10), 0);
	assert_int_equal(file_read(in_dir("f"), 9, &b), -EFBIG);
	assert_null(b.data);
	assert_int_equal(file_read(in_dir("f"), 10, &b), 0);
	assert_int_equal(b.len, 10);
	bytes_clear(&b);
	assert_int_equal(file_write_atomic(in_dir("f"), "", 0), 0);
	assert_int_equal(file_read(in_dir("f"), 10, &b), 0);
	assert_int_equal(b.len, 0);
	assert_string_equal((char *)b.data, "");
	bytes_clear(&b);
	char big[10000];
	memset(big, 'x', sizeof(big));
	assert_int_equal(file_write_atomic(in_dir("big"), big, sizeof(big)), 0);
	assert_int_equal(file_read(in_dir("big"), sizeof(big), &b), 0);
	assert_true(bytes_equal(&b, big, sizeof(big)));
	bytes_clear(&b);
}

static void test_write_keeps_mode_and_link(void **state)
{
	struct stat st;
	assert_int_equal(file_write_atomic(in_dir("conf"), "old", 3), 0);
	assert_int_equal(stat(in_dir("conf"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600); /* a new one may hold secrets */
	assert_int_equal(chmod(in_dir("conf"), 0644), 0);
	assert_int_equal(symlink("conf", in_dir("link")), 0);
	assert_int_equal(file_write_atomic(in_dir("link"), "newer", 5), 0);
	assert_content(in_dir("conf"), "newer");
	assert_int_equal(lstat(in_dir("link"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(stat(in_dir("conf"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(symlink("later", in_dir("dangling")), 0);
	assert_int_equal(file_write_atomic(in_dir("dangling"), "x", 1), 0);
	assert_content(in_dir("later"), "x");
}

static void test_failed_write_keeps_the_old_content(void **state)
{
	struct rlimit old, tight = {4, 4};
	char big[100];
	memset(big, 'x', sizeof(big));
	assert_int_equal(file_write_atomic(in_dir("keep"), "good", 4), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	tight.rlim_max = old.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	int ret = file_write_atomic(in_dir("keep"), big, sizeof(big));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(ret, -EFBIG);
	assert_content(in_dir("keep"), "good");
	assert_int_equal(file_write_atomic(in_dir("no/such/dir"), "x", 1), -ENOENT);
	assert_int_equal(file_write_atomic(dir, "x", 1), -EINVAL);
}

static void test_append_line(void **state)
{
	struct stat st;

	assert_int_equal(file_append_line(in_dir("list"), "one", 100), -ENOENT);
	assert_int_equal(file_write_atomic(in_dir("list"), "zero", 4), 0);
	assert_int_equal(chmod(in_dir("list"), 0604), 0);
	assert_int_equal(symlink("list", in_dir("listlink")), 0);
	assert_int_equal(file_append_line(in_dir("listlink"), "one", 100), 0);
	assert_int_equal(file_append_line(in_dir("list"), "two", 100), 0);
	assert_content(in_dir("list"), "zero\none\ntwo\n");
	assert_int_equal(lstat(in_dir("listlink"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(stat(in_dir("list"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0604);
	/* Limits and refusals leave it as it is. */
	assert_int_equal(file_append_check(in_dir("list"), 4, 17), 0);
	assert_int_equal(file_append_check(in_dir("list"), 5, 17), -EFBIG);
	assert_int_equal(file_append_line(in_dir("list"), "four", 17), -EFBIG);
	assert_int_equal(chmod(in_dir("list"), 0444), 0);
	assert_int_equal(file_append_check(in_dir("list"), 4, 100), -EACCES);
	assert_int_equal(file_append_line(in_dir("list"), "four", 100), -EACCES);
	assert_content(in_dir("list"), "zero\none\ntwo\n");
	assert_int_equal(file_append_line(dir, "x", 100), -EISDIR);
}

static void test_append_fails_whole(void **state)
{
	struct rlimit old, tight = {16, 16};

	assert_int_equal(file_write_atomic(in_dir("tight"), "0123456789\n", 11), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	tight.rlim_max = old.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	int check = file_append_check(in_dir("tight"), 10, 100);
	int ret = file_append_line(in_dir("tight"), "012345678", 100);
	int fits = file_append_line(in_dir("tight"), "0123", 100);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(check, -EFBIG);
	assert_int_equal(ret, -EFBIG);
	assert_int_equal(fits, 0);
	assert_content(in_dir("tight"), "0123456789\n0123\n");
}

static void test_log_file_and_levels(void **state)
{
	assert_int_equal(log_open_file(in_dir("log")), 0);
	log_msg(LOG_DBG, "hidden");
	log_msg(LOG_INF, "shown %d", 1);
	log_set_level(LOG_MSGDUMP);
	log_hexdump(LOG_MSGDUMP, "frame", "\x01\xfe", 2);
	log_hexdump_key(LOG_MSGDUMP, "PSK", "\x01\xfe", 2);
	log_set_show_keys(true);
	log_hexdump_key(LOG_MSGDUMP, "PSK", "\x01\xfe", 2);
	log_set_show_keys(false);
	log_set_level(LOG_INF);
	assert_content(in_dir("log"), "shown 1\nframe - hexdump(len=2): 01 fe\n"
				      "PSK - hexdump(len=2): [REMOVED]\n"
				      "PSK - hexdump(len=2): 01 fe\n");
	assert_int_equal(rename(in_dir("log"), in_dir("log.1")), 0);
	assert_int_equal(log_reopen_file(), 0);
	log_set_timestamps(true);
	log_msg(LOG_ERR, "later");
	log_set_timestamps(false);
	struct bytes b = {NULL, 0};
	assert_int_equal(file_read(in_dir("log"), 100, &b), 0);
	long long sec;
	long usec;
	char word[16];
	assert_int_equal(sscanf((char *)b.data, "%lld.%6ld: %15s", &sec, &usec, word), 3);
	assert_string_equal(word, "later");
	bytes_clear(&b);
	log_close_file();
	assert_int_equal(log_open_file(in_dir("no/log")), -ENOENT);
}

static void test_level_names(void **state)
{
	assert_int_equal(log_level_parse("debug"), LOG_DBG);
	assert_int_equal(log_level_parse("WARNING"), LOG_WARN);
	assert_int_equal(log_level_parse("loud"), -EINVAL);
	assert_string_equal(log_level_name(LOG_EXCESSIVE), "EXCESSIVE");
	assert_string_equal(log_level_name(LOG_ERR), "ERROR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_limits),
		cmocka_unit_test(test_write_keeps_mode_and_link),
		cmocka_unit_test(test_failed_write_keeps_the_old_content),
		cmocka_unit_test(test_append_line),
		cmocka_unit_test(test_append_fails_whole),
		cmocka_unit_test(test_log_file_and_levels),
		cmocka_unit_test(test_level_names),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
