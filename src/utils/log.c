#include <syslog.h>
/* syslog.h and our levels both have a LOG_ERR. */
enum {
	TO_SYSLOG_DEBUG = LOG_DEBUG,
	TO_SYSLOG_INFO = LOG_INFO,
	TO_SYSLOG_WARNING = LOG_WARNING,
	TO_SYSLOG_ERR = LOG_ERR,
	TO_SYSLOG_OPTIONS = LOG_PID | LOG_NDELAY,
	TO_SYSLOG_FACILITY = LOG_DAEMON
};
#undef LOG_ERR
#include "utils/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "utils/bytes.h"
#include "utils/file.h"

static struct {
	enum log_level level;
	bool timestamps, show_keys, syslog;
	char *path;
	FILE *file; /* NULL = stdout */
} sink = {.level = LOG_INF};

static const struct {
	const char *name;
	int priority;
} levels[] = {
	[LOG_EXCESSIVE] = {"EXCESSIVE", TO_SYSLOG_DEBUG},
	[LOG_MSGDUMP] = {"MSGDUMP", TO_SYSLOG_DEBUG},
	[LOG_DBG] = {"DEBUG", TO_SYSLOG_DEBUG},
	[LOG_INF] = {"INFO", TO_SYSLOG_INFO},
	[LOG_WARN] = {"WARNING", TO_SYSLOG_WARNING},
	[LOG_ERR] = {"ERROR", TO_SYSLOG_ERR},
};

static FILE *begin_line(void)
{
	FILE *out = sink.file ? sink.file : stdout;
	if (sink.timestamps) {
		struct timespec now;
		clock_gettime(CLOCK_REALTIME, &now);
		fprintf(out, "%lld.%06ld: ", (long long)now.tv_sec, now.tv_nsec / 1000);
	}
	return out;
}

static void end_line(FILE *out)
{
	putc('\n', out);
	fflush(out); /* whoever follows the log sees every line at once, also after a crash */
}

void log_msg(enum log_level level, const char *fmt, ...)
{
	if (level < sink.level)
		return;
	va_list ap;
	va_start(ap, fmt);
	if (sink.syslog) {
		vsyslog(levels[level].priority, fmt, ap);
	} else {
		FILE *out = begin_line();
		vfprintf(out, fmt, ap);
		end_line(out);
	}
	va_end(ap);
}

/* Longer dumps are cut: a frame is shorter, and the length is printed anyway. */
#define DUMP_MAX 4096

static void dump(enum log_level level, const char *title, const void *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *p = data;
	size_t shown = !p ? 0 : len < DUMP_MAX ? len : DUMP_MAX;
	char *text = malloc(3 * shown + 1);
	if (!text)
		return;
	for (size_t i = 0; i < shown; i++) {
		text[3 * i] = ' ';
		text[3 * i + 1] = digits[p[i] >> 4];
		text[3 * i + 2] = digits[p[i] & 0xf];
	}
	text[3 * shown] = '\0';
	log_msg(level, "%s - hexdump(len=%zu):%s%s", title, len, p || !len ? text : " [NULL]",
		shown < len && p ? " ..." : "");
	wipe(text, 3 * shown);
	free(text);
}

void log_hexdump(enum log_level level, const char *title, const void *data, size_t len)
{
	if (level >= sink.level)
		dump(level, title, data, len);
}

void log_hexdump_key(enum log_level level, const char *title, const void *data, size_t len)
{
	if (level < sink.level)
		return;
	if (sink.show_keys)
		dump(level, title, data, len);
	else
		log_msg(level, "%s - hexdump(len=%zu): [REMOVED]", title, len);
}

enum log_level log_get_level(void)
{
	return sink.level;
}

void log_set_level(enum log_level level)
{
	sink.level = level;
}

bool log_get_timestamps(void)
{
	return sink.timestamps;
}

void log_set_timestamps(bool on)
{
	sink.timestamps = on;
}

bool log_get_show_keys(void)
{
	return sink.show_keys;
}

void log_set_show_keys(bool on)
{
	sink.show_keys = on;
}

int log_level_parse(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
		if (strcasecmp(levels[i].name, name) == 0)
			return (int)i;
	return -EINVAL;
}

const char *log_level_name(enum log_level level)
{
	return (size_t)level < ARRAY_SIZE(levels) ? levels[level].name : "?";
}

static FILE *open_log(const char *path)
{
	/* Keys may be in it (-K): not for everyone. */
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	if (fd < 0)
		return NULL;
	FILE *f = fdopen(fd, "a");
	if (!f)
		closep(&fd);
	return f;
}

int log_open_file(const char *path)
{
	FILE *f = open_log(path);
	if (!f)
		return -errno;
	char *absolute = path_absolute(path);
	if (!absolute) {
		fclose(f);
		return -ENOMEM;
	}
	log_close_file();
	free(sink.path);
	sink.path = absolute;
	sink.file = f;
	return 0;
}

int log_reopen_file(void)
{
	if (!sink.path)
		return 0;
	FILE *f = open_log(sink.path);
	if (!f)
		return -errno; /* the old file stays the sink */
	if (sink.file)
		fclose(sink.file);
	sink.file = f;
	return 0;
}

void log_close_file(void)
{
	fclosep(&sink.file);
	freep(&sink.path);
}

void log_open_syslog(const char *ident)
{
	openlog(ident, TO_SYSLOG_OPTIONS, TO_SYSLOG_FACILITY);
	sink.syslog = true;
}
