/* Keys of WPS enrollees in wpa_psk_file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ap/psk.h"
#include "utils/file.h"
#include "utils/log.h"
#include "utils/mac.h"

static const uint8_t a[MAC_LEN] = {2, 0, 0, 0, 0, 0xa}, b[MAC_LEN] = {2, 0, 0, 0, 0, 0xb};

struct fixture {
	struct ap_bss_config cfg;
	struct ap_psks *psks;
	char dir[64], path[96];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	log_set_level(LOG_ERR + 1);
	strcpy(f->dir, "/tmp/test-psk-wps-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/psk", f->dir);
	f->cfg.wpa_psk_file = f->path;
	f->psks = ap_psks_new();
	bytes_set(&f->cfg.ssid, "IEEE", 4);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	unlink(f->path);
	/* Nothing is left beside the file. */
	int left = rmdir(f->dir);
	ap_psks_free(f->psks);
	bytes_clear(&f->cfg.ssid);
	free(f);
	return left;
}

static void write_file(const struct fixture *f, const char *content)
{
	FILE *file = fopen(f->path, "w");
	fputs(content, file);
	fclose(file);
}

static void start(struct fixture *f, const char *content)
{
	write_file(f, content);
	chmod(f->path, 0640);
	assert_int_equal(ap_psks_load(f->psks, &f->cfg), 0);
}

static char *content_of(const struct fixture *f)
{
	struct bytes content = {0};
	assert_int_equal(file_read(f->path, 1 << 20, &content), 0);
	return (char *)content.data;
}

static void assert_content(const struct fixture *f, const char *expected)
{
	char *got = content_of(f);
	assert_string_equal(got, expected);
	free(got);
}

static void line_for(const uint8_t *addr, const uint8_t *pmk, char *out, size_t cap)
{
	char hex[2 * PMK_LEN + 1];
	snprintf(out, cap, "wps=1 " MACSTR " %s\n", MAC2STR(addr),
		hex_encode(pmk, PMK_LEN, hex, sizeof(hex)));
}

static int key_for(struct fixture *f, const uint8_t *addr, uint8_t *pmk, bool *made)
{
	return ap_psks_wps_key(f->psks, &f->cfg, addr, pmk, made);
}

static int ready(struct fixture *f, char *text, size_t cap)
{
	struct strbuf reason = strbuf_over(text, cap);
	return ap_psks_wps_ready(f->psks, &f->cfg, &reason);
}

/* Each enrollee has a key of its own, in the file and in use at once; asked again it is the same.
 */
static void test_own_keys(void **state)
{
	static const char old[] = "# mine\n\nkeyid=x 02:00:00:00:00:0a secret of a\n";
	struct fixture *f = *state;
	uint8_t ka[PMK_LEN], kb[PMK_LEN], again[PMK_LEN];
	char expected[512], line[128];
	bool made;
	struct stat st;

	start(f, old);
	assert_int_equal(key_for(f, a, ka, &made), 0);
	assert_true(made);
	assert_int_equal(key_for(f, b, kb, &made), 0);
	assert_true(made);
	assert_memory_not_equal(ka, kb, PMK_LEN);
	line_for(a, ka, line, sizeof(line));
	snprintf(expected, sizeof(expected), "%s%s", old, line);
	line_for(b, kb, line, sizeof(line));
	strcat(expected, line);
	assert_content(f, expected);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);

	const struct ap_psk *k = ap_psks_get(f->psks, a, 0);
	assert_memory_equal(k->pmk, ka, PMK_LEN);
	assert_true(k->wps);
	assert_string_equal(ap_psks_get(f->psks, a, 1)->keyid, "x");
	assert_null(ap_psks_get(f->psks, a, 2));
	assert_true(ap_psks_valid(f->psks, b, kb));
	assert_false(ap_psks_valid(f->psks, b, ka));

	assert_int_equal(key_for(f, a, again, &made), 0);
	assert_false(made);
	assert_memory_equal(again, ka, PMK_LEN);
	assert_content(f, expected);
	/* The same after a restart. */
	ap_psks_free(f->psks);
	f->psks = ap_psks_new();
	assert_int_equal(ap_psks_load(f->psks, &f->cfg), 0);
	assert_int_equal(key_for(f, a, again, &made), 0);
	assert_false(made);
	assert_memory_equal(again, ka, PMK_LEN);
}

static void test_existing_entries(void **state)
{
	struct fixture *f = *state;
	uint8_t got[PMK_LEN], expected[PMK_LEN];
	bool made;
	char why[256];
	const uint8_t *ssid = (const uint8_t *)"IEEE";

	start(f, "wps=1 02:00:00:00:00:0a preset for a\n"
		 "02:00:00:00:00:0b not for wps\n"
		 "wps=1 00:00:00:00:00:00 for the others\n"
		 "02:00:00:00:00:0a newer, not for wps\n");
	psk_from_passphrase("preset for a", ssid, 4, expected);
	assert_int_equal(key_for(f, a, got, &made), 0);
	assert_false(made);
	assert_memory_equal(got, expected, PMK_LEN);
	psk_from_passphrase("for the others", ssid, 4, expected);
	assert_int_equal(key_for(f, b, got, &made), 0);
	assert_false(made);
	assert_memory_equal(got, expected, PMK_LEN);
	/* Nothing will be written, so it may be read-only. */
	chmod(f->path, 0440);
	assert_int_equal(ready(f, why, sizeof(why)), 0);
}

static void test_last_line_unfinished(void **state)
{
	struct fixture *f = *state;
	uint8_t ka[PMK_LEN];
	char expected[256], line[128];

	start(f, "02:00:00:00:00:0b secret of b");
	assert_int_equal(key_for(f, a, ka, NULL), 0);
	line_for(a, ka, line, sizeof(line));
	snprintf(expected, sizeof(expected), "02:00:00:00:00:0b secret of b\n%s", line);
	assert_content(f, expected);
	assert_int_equal(ap_psks_load(f->psks, &f->cfg), 0);
}

/* The file may be edited at any time; what it says when a key is wanted counts. */
static void test_edited(void **state)
{
	struct fixture *f = *state;
	uint8_t first[PMK_LEN], second[PMK_LEN], got[PMK_LEN];
	char why[256], expected[256], line[128];
	bool made;

	start(f, "# one\n");
	assert_int_equal(key_for(f, a, first, &made), 0);
	/* Its line is taken out, another device is put in. */
	write_file(f, "# two, longer\nwps=1 02:00:00:00:00:0b secret of b\n");
	assert_int_equal(key_for(f, a, second, &made), 0);
	assert_true(made);
	assert_memory_not_equal(first, second, PMK_LEN);
	assert_false(ap_psks_valid(f->psks, a, first));
	line_for(a, second, line, sizeof(line));
	snprintf(expected, sizeof(expected),
		"# two, longer\nwps=1 02:00:00:00:00:0b secret of b\n%s", line);
	assert_content(f, expected);
	psk_from_passphrase("secret of b", (const uint8_t *)"IEEE", 4, first);
	assert_int_equal(key_for(f, b, got, &made), 0);
	assert_false(made);
	assert_memory_equal(got, first, PMK_LEN);
	/* Half edited: nothing is handed out, nothing changed, the old keys stay. */
	write_file(f, "half a li");
	assert_int_equal(key_for(f, a, got, &made), -EINVAL);
	assert_int_equal(ready(f, why, sizeof(why)), -EINVAL);
	assert_non_null(strstr(why, f->path));
	assert_content(f, "half a li");
	assert_true(ap_psks_valid(f->psks, a, second));
}

static void test_not_writable(void **state)
{
	static const char old[] = "02:00:00:00:00:0b secret of b\n";
	struct fixture *f = *state;
	uint8_t got[PMK_LEN], zero[PMK_LEN] = {0};
	char why[256] = "";

	start(f, old);
	assert_int_equal(ready(f, why, sizeof(why)), 0);
	assert_string_equal(why, "");
	assert_content(f, old);
	chmod(f->path, 0444);
	assert_int_equal(ready(f, why, sizeof(why)), -EACCES);
	assert_non_null(strstr(why, f->path));
	assert_non_null(strstr(why, strerror(EACCES)));
	assert_int_equal(key_for(f, a, got, NULL), -EACCES);
	assert_memory_equal(got, zero, PMK_LEN); /* nothing to hand out by mistake */
	assert_content(f, old);
	assert_null(ap_psks_get(f->psks, a, 0));
	unlink(f->path);
	assert_int_equal(ready(f, why, sizeof(why)), -ENOENT);
	assert_int_equal(key_for(f, a, got, NULL), -ENOENT);
	assert_int_equal(access(f->path, F_OK), -1);
}

static void test_no_such_station(void **state)
{
	static const uint8_t zero[MAC_LEN], group[MAC_LEN] = {3, 0, 0, 0, 0, 1};
	struct fixture *f = *state;
	uint8_t got[PMK_LEN];

	start(f, "# nobody\n");
	assert_int_equal(key_for(f, zero, got, NULL), -EADDRNOTAVAIL);
	assert_int_equal(key_for(f, group, got, NULL), -EADDRNOTAVAIL);
	assert_content(f, "# nobody\n");
	/* What is for all is for them, too. */
	write_file(f, "wps=1 00:00:00:00:00:00 for everybody\n");
	assert_int_equal(key_for(f, zero, got, NULL), 0);
}

/* Never longer than what can be read again. */
static void test_file_limit(void **state)
{
	struct fixture *f = *state;
	uint8_t got[PMK_LEN];
	char why[256];

	FILE *file = fopen(f->path, "w");
	for (unsigned i = 0; i < (4u << 20) / 64; i++)
		fprintf(file, "#%062u\n", i);
	fclose(file);
	assert_int_equal(ap_psks_load(f->psks, &f->cfg), 0);
	assert_int_equal(ready(f, why, sizeof(why)), -EFBIG);
	assert_int_equal(key_for(f, a, got, NULL), -EFBIG);
	assert_int_equal(ap_psks_load(f->psks, &f->cfg), 0);
}

/* Killed at any moment: the file is whole, and has every key that was handed out. */
static void test_killed(void **state)
{
	struct fixture *f = *state;
	size_t before = 0;
	char cmd[128];

	start(f, "# start\n");
	for (unsigned round = 0; round < 20; round++) {
		int done[2];
		unsigned handed_out = 0;
		uint8_t seen;
		assert_int_equal(pipe(done), 0);
		pid_t child = fork();
		if (child == 0) {
			uint8_t mac[MAC_LEN] = {2, 1, (uint8_t)round}, pmk[PMK_LEN];
			for (unsigned n = 0;; n++) {
				mac[4] = (uint8_t)(n >> 8);
				mac[5] = (uint8_t)n;
				if (key_for(f, mac, pmk, NULL) < 0 || write(done[1], "k", 1) != 1)
					_exit(1);
			}
		}
		close(done[1]);
		assert_int_equal(read(done[0], &seen, 1), 1);
		usleep(500 + 731 * round % 5000);
		kill(child, SIGKILL);
		for (handed_out = 1; read(done[0], &seen, 1) == 1;)
			handed_out++;
		close(done[0]);
		waitpid(child, NULL, 0);
		char *text = content_of(f);
		size_t len = strlen(text), line = strlen("wps=1 02:01:00:00:00:00 ") + 65;
		free(text);
		assert_int_equal((len - strlen("# start\n")) % line, 0);
		assert_true((len - strlen("# start\n")) / line >= before + handed_out);
		assert_int_equal(ap_psks_load(f->psks, &f->cfg), 0);
		before = (len - strlen("# start\n")) / line;
	}
	/* What the kill interrupted may lie beside it. */
	snprintf(cmd, sizeof(cmd), "rm -f %s.??????", f->path);
	assert_int_equal(system(cmd), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {T(test_own_keys), T(test_existing_entries),
		T(test_last_line_unfinished), T(test_edited), T(test_not_writable),
		T(test_no_such_station), T(test_file_limit), T(test_killed)};
	return cmocka_run_group_tests_name("PSKs of WPS enrollees", tests, NULL, NULL);
}
