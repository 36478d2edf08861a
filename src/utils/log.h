/* Debug log. The sink and level are process-wide on purpose: the LOG_LEVEL
 * command is, and every layer down to utils may log. It is the one exception to
 * "no globals". */
#ifndef UTILS_LOG_H
#define UTILS_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level {
	LOG_EXCESSIVE,
	LOG_MSGDUMP,
	LOG_DBG,
	LOG_INF,
	LOG_WARN,
	LOG_ERR,
};

void log_msg(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void log_hexdump(enum log_level level, const char *title, const void *data, size_t len);
/* Shown only with show-keys (-K), else the length and "[REMOVED]". */
void log_hexdump_key(enum log_level level, const char *title, const void *data, size_t len);

enum log_level log_get_level(void);
void log_set_level(enum log_level level);
bool log_get_timestamps(void);
void log_set_timestamps(bool on);
bool log_get_show_keys(void);
void log_set_show_keys(bool on);

/* Level by name EXCESSIVE MSGDUMP DEBUG INFO WARNING ERROR, any case; -EINVAL if unknown. */
int log_level_parse(const char *name);
const char *log_level_name(enum log_level level);

/* Log to a file (append, mode 0640). Returns 0 or -errno, stdout stays the sink then. */
int log_open_file(const char *path);
/* Closes and opens it again (log rotation). */
int log_reopen_file(void);
void log_close_file(void);
/* To syslog(3) instead of stdout. */
void log_open_syslog(const char *ident);

#endif
