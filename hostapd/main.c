/* The hostapd program: options, signals, background. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drivers/driver.h"
#include "hostapd/hostapd.h"
#include "utils/file.h"
#include "utils/log.h"
#include "utils/mac.h"
#include "utils/version.h"
#include "wps/wps.h"

#define EXIT_CONFIG 1
#define EXIT_OPTION 255
#define MAX_LISTED 64
#define STOP_LIMIT 2 /* seconds the shutdown may take */

struct options {
	bool background, syslog;
	int debug; /* -d minus -q */
	const char *pid_file, *log_file, *group, *global;
	char *names; /* of -i, cut at commas */
	const char *bss_files[MAX_LISTED];
	int bss_file_count;
	char **files;
	int file_count;
};

static int usage(void)
{
	fputs("usage: hostapd [-hdBKtvqsS] [-P <PID file>] [-f <log file>] [-e <entropy file>]\n"
	      "               [-g <global ctrl_iface>] [-G <group>] [-i <ifnames>]\n"
	      "               [-b <phy>:<BSS config file>] [-u <MAC>] <config file>...\n"
	      "  -h   this text          -v   version\n"
	      "  -d   more log (-dd ...) -q   less log\n"
	      "  -K   keys in the log    -t   timestamps in the log\n"
	      "  -f   log to a file      -s   log to syslog\n"
	      "  -B   run in the background, with -P write a PID file\n"
	      "  -g   global control socket, -G its group (and of the others)\n"
	      "  -i   interfaces of the config files in order, separated by commas\n"
	      "  -b   one more BSS for the radio with this phy\n"
	      "  -S   radios come up together\n"
	      "  -u   print the WPS UUID of this MAC address\n",
		stderr);
	return EXIT_CONFIG;
}

static int print_uuid(const char *text)
{
	uint8_t mac[MAC_LEN], uuid[WPS_UUID_LEN];
	char out[WPS_UUID_TEXT_LEN];

	if (mac_parse(text, mac, NULL) < 0 || wps_uuid_from_mac(mac, uuid) < 0)
		return EXIT_OPTION;
	printf("%s\n", wps_uuid_text(uuid, out));
	return EXIT_SUCCESS;
}

static int version(void)
{
	fprintf(stderr, "hostapd v%s\n", VERSION_TEXT);
	return EXIT_CONFIG;
}

static int set_group(struct options *o, const char *group)
{
	if (!getgrnam(group)) {
		log_msg(LOG_ERR, "-G: there is no group '%s'", group);
		return EXIT_OPTION;
	}
	o->group = group;
	return -1;
}

static int set_global(struct options *o, const char *path)
{
	if (!strchr(path, '/')) {
		log_msg(LOG_ERR, "-g: '%s' is not a path with a directory", path);
		return EXIT_OPTION;
	}
	o->global = path;
	return -1;
}

static int add_bss_file(struct options *o, const char *spec)
{
	if (!strchr(spec, ':') || o->bss_file_count == MAX_LISTED)
		return EXIT_CONFIG;
	o->bss_files[o->bss_file_count++] = spec;
	return -1;
}

/* One option. Returns -1 to go on, else the exit status. */
static int take_option(struct options *o, int c, char *arg)
{
	switch (c) {
	case 'B':
		o->background = true;
		return -1;
	case 'd':
		o->debug++;
		return -1;
	case 'q':
		o->debug--;
		return -1;
	case 'K':
		log_set_show_keys(true);
		return -1;
	case 't':
		log_set_timestamps(true);
		return -1;
	case 's':
		o->syslog = true;
		return -1;
	case 'S': /* radios come up one after the other without waiting: together enough */
	case 'e': /* the kernel's generator needs no help */
		return -1;
	case 'P':
		o->pid_file = arg;
		return -1;
	case 'f':
		o->log_file = arg;
		return -1;
	case 'i':
		o->names = arg;
		return -1;
	case 'b':
		return add_bss_file(o, arg);
	case 'g':
		return set_global(o, arg);
	case 'G':
		return set_group(o, arg);
	case 'u':
		return print_uuid(arg);
	case 'v':
		return version();
	}
	return usage();
}

static int parse_options(int argc, char **argv, struct options *o)
{
	int c, status;

	while ((c = getopt(argc, argv, "b:Bde:f:g:G:hi:KP:qsStu:v")) != -1) {
		status = take_option(o, c, optarg);
		if (status >= 0)
			return status;
	}
	o->files = argv + optind;
	o->file_count = argc - optind;
	if (o->file_count == 0 && o->bss_file_count == 0 && !o->global)
		return usage();
	return -1;
}

static void start_log(const struct options *o)
{
	int level = LOG_INF - o->debug;

	log_set_level(level < LOG_EXCESSIVE ? LOG_EXCESSIVE
		      : level > LOG_ERR     ? LOG_ERR
					    : (enum log_level)level);
	if (o->syslog)
		log_open_syslog("hostapd");
	if (o->log_file && log_open_file(o->log_file) < 0)
		log_msg(LOG_ERR, "log file '%s' cannot be opened: logging to stdout", o->log_file);
}

static int load_all(struct hostapd *h, struct options *o)
{
	char *names = o->names;

	for (int i = 0; i < o->file_count; i++) {
		const char *name = names ? strsep(&names, ",") : NULL;
		if (hostapd_add_file(h, o->files[i], name && *name ? name : NULL) < 0) {
			log_msg(LOG_ERR, "Failed to set up interface with %s", o->files[i]);
			return -EINVAL;
		}
	}
	for (int i = 0; i < o->bss_file_count; i++)
		if (hostapd_add_bss_file(h, o->bss_files[i]) < 0)
			return -EINVAL;
	return 0;
}

static void on_deadline(int signo)
{
	_exit(EXIT_CONFIG);
}

static void on_stop(int signo, void *ctx)
{
	struct eloop *loop = ctx;

	log_msg(LOG_DBG, "signal %d: stopping", signo);
	signal(SIGALRM, on_deadline);
	alarm(STOP_LIMIT);
	eloop_stop(loop);
}

static void on_hup(int signo, void *ctx)
{
	hostapd_reload(ctx);
}

/* Until the loop takes them over. */
static void hold_signals(void)
{
	static const int taken[] = {SIGINT, SIGTERM, SIGHUP};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(taken); i++) {
		/* One that was inherited as ignored would never reach the loop. */
		signal(taken[i], SIG_DFL);
		sigaddset(&set, taken[i]);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGUSR1, SIG_IGN);
}

/* After the fork: a signal descriptor wakes the process that began to watch it only. */
static int add_signals(struct eloop *loop, struct hostapd *h)
{
	int err = eloop_add_signal(loop, SIGINT, on_stop, loop);
	if (err == 0)
		err = eloop_add_signal(loop, SIGTERM, on_stop, loop);
	if (err == 0)
		err = eloop_add_signal(loop, SIGHUP, on_hup, h);
	return err;
}

static int write_pid(const char *path)
{
	_cleanup_(fclosep) FILE *f = fopen(path, "we");

	if (!f || fprintf(f, "%u\n", (unsigned)getpid()) < 0) {
		log_msg(LOG_ERR, "PID file '%s' cannot be written: %s", path, strerror(errno));
		return -errno;
	}
	return 0;
}

/* The parent ends once the child has written its PID file, so that whoever waits for it can use it.
 */
static int daemonize(const char *pid_file)
{
	int ready[2];
	char byte;

	if (pipe2(ready, O_CLOEXEC) < 0)
		return -errno;
	pid_t pid = fork();
	if (pid < 0)
		return -errno;
	if (pid > 0) {
		close(ready[1]);
		_exit(read(ready[0], &byte, 1) == 1 ? EXIT_SUCCESS : EXIT_CONFIG);
	}
	close(ready[0]);
	_cleanup_(closep) int signal_ready = ready[1];
	_cleanup_(closep) int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (setsid() < 0 || chdir("/") < 0 || null < 0)
		return -errno;
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	if (pid_file && write_pid(pid_file) < 0)
		return -EIO;
	return write(signal_ready, "", 1) == 1 ? 0 : -EIO;
}

static int serve(struct eloop *loop, struct hostapd *h, struct options *o)
{
	_cleanup_(freep) char *pid_file =
		o->pid_file && o->background ? path_absolute(o->pid_file) : NULL;

	hostapd_set_group(h, o->group);
	if (load_all(h, o) < 0 || hostapd_start(h) < 0) {
		log_msg(LOG_ERR, "Failed to initialize interface");
		return EXIT_CONFIG;
	}
	/* Known to go on without: the radios are up, and that is what counts. */
	if (o->global && hostapd_open_global(h, o->global) < 0)
		log_msg(LOG_ERR, "no global control socket %s: going on without", o->global);
	if (o->background && daemonize(pid_file) < 0)
		return EXIT_CONFIG;
	if (add_signals(loop, h) < 0)
		return EXIT_CONFIG;
	if (!eloop_stopping(loop))
		eloop_run(loop);
	if (pid_file)
		unlink(pid_file);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct options o = {0};
	int status = parse_options(argc, argv, &o);

	if (status >= 0)
		return status;
	start_log(&o);
	hold_signals();
	struct eloop *loop = eloop_new(ELOOP_REAL);
	struct hostapd *h = loop ? hostapd_new(loop) : NULL;
	status = EXIT_CONFIG;
	if (h)
		status = serve(loop, h, &o);
	hostapd_free(h);
	eloop_free(loop);
	log_close_file();
	return status;
}
