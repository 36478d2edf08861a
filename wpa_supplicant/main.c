/* wpa_supplicant: command line, life of the process. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "drivers/driver.h"
#include "utils/log.h"
#include "utils/version.h"
#include "wpa_supplicant/conf.h"
#include "wpa_supplicant/supplicant.h"

#define EXIT_BAD 255
#define IFS_MAX 64

struct options {
	struct supplicant_params daemon;
	struct supplicant_if_params ifs[IFS_MAX];
	unsigned if_count; /* blocks begun; the last one is being filled */
	const char *pid_file, *log_file;
	char *pid_path; /* absolute */
	int level;
	bool daemonize, syslog;
};

static void print_version(FILE *out)
{
	fprintf(out, "wpa_supplicant v%s\n%s; BSD license, see COPYING\n", VERSION_TEXT,
		COPYRIGHT_TEXT);
}

static void usage(void)
{
	char names[128];
	struct strbuf drivers = strbuf_over(names, sizeof(names));

	driver_names(&drivers);
	print_version(stdout);
	printf("\nusage:\n  wpa_supplicant [-BdhKqstuvW] [-P<pid file>] [-f<log file>] \\\n"
	       "        [-g<global ctrl>] [-G<group>] [-O<ctrl>] [-o<driver>] \\\n"
	       "        -i<ifname> -c<config file> [-C<ctrl>] [-D<driver>] [-p<driver_param>] \\\n"
	       "        [-b<br_ifname>] [-I<config file>] [-N -i<ifname> -c<config file> ...]\n\n"
	       "drivers: %s\n\noptions:\n",
		names);
	puts("  -b = bridge the interface sits in      -B = run in the background\n"
	     "  -c = configuration file                -C = ctrl_interface (only without -c)\n"
	     "  -d = more debug output (-dd even more) -D = driver name[s], comma-separated\n"
	     "  -e = entropy file (ignored)            -f = log to this file\n"
	     "  -g = global control socket             -G = its group\n"
	     "  -h = this text                         -i = interface name\n"
	     "  -I = second configuration file         -K = show keys in debug output\n"
	     "  -N = next interface                    -o = driver of interfaces added later\n"
	     "  -O = ctrl_interface of those           -p = driver parameters\n"
	     "  -P = PID file                          -q = less debug output\n"
	     "  -s = log to syslog                     -t = time stamps\n"
	     "  -u = D-Bus (not in this build)         -v = version\n"
	     "  -W = wait for a control monitor before starting");
}

static struct supplicant_if_params *block(struct options *o)
{
	return &o->ifs[o->if_count - 1];
}

/* Options that only keep their argument: in the block of the interface described, or in the
 * daemon's. */
static const struct {
	int opt;
	bool of_interface;
	size_t offset;
} text_options[] = {
	{'b', true, offsetof(struct supplicant_if_params, bridge)},
	{'c', true, offsetof(struct supplicant_if_params, conf)},
	{'C', true, offsetof(struct supplicant_if_params, ctrl)},
	{'D', true, offsetof(struct supplicant_if_params, driver)},
	{'i', true, offsetof(struct supplicant_if_params, ifname)},
	{'I', true, offsetof(struct supplicant_if_params, conf2)},
	{'p', true, offsetof(struct supplicant_if_params, driver_param)},
	{'f', false, offsetof(struct options, log_file)},
	{'g', false, offsetof(struct options, daemon.global_ctrl)},
	{'G', false, offsetof(struct options, daemon.global_group)},
	{'o', false, offsetof(struct options, daemon.override_driver)},
	{'O', false, offsetof(struct options, daemon.override_ctrl)},
	{'P', false, offsetof(struct options, pid_file)},
};

static bool take_text(struct options *o, int opt, const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(text_options); i++) {
		if (text_options[i].opt != opt)
			continue;
		char *base = text_options[i].of_interface ? (char *)block(o) : (char *)o;
		*(const char **)(base + text_options[i].offset) = text;
		return true;
	}
	return false;
}

/* One option. Returns -1 to go on, else the exit status. */
static int take(struct options *o, int opt)
{
	if (take_text(o, opt, optarg))
		return -1;
	switch (opt) {
	case 'B':
		o->daemonize = true;
		break;
	case 'd':
		o->level--;
		break;
	case 'e':
		break; /* the kernel has the entropy */
	case 'K':
		log_set_show_keys(true);
		break;
	case 'N':
		if (o->if_count == IFS_MAX) {
			fprintf(stderr, "more than %d interfaces\n", IFS_MAX);
			return EXIT_BAD;
		}
		o->if_count++;
		break;
	case 'q':
		o->level++;
		break;
	case 's':
		o->syslog = true;
		break;
	case 't':
		log_set_timestamps(true);
		break;
	case 'T':
	case 'M':
	case 'm':
	case 'y':
	case 'z':
		fprintf(stderr, "option -%c has no effect in this build\n", opt);
		break;
	case 'u':
		o->daemon.dbus = true;
		break;
	case 'v':
		print_version(stdout);
		return 0;
	case 'L':
		print_version(stdout);
		puts("\nBSD 3-clause license, see the file COPYING.");
		return 0;
	case 'W':
		o->daemon.wait_monitor = true;
		break;
	default:
		usage();
		return 0; /* unknown options too: callers are used to status 0 */
	}
	return -1;
}

static int parse_options(struct options *o, int argc, char **argv)
{
	int opt, status = -1;

	o->if_count = 1;
	o->level = LOG_INF;
	while (status < 0 &&
		(opt = getopt(argc, argv, "b:Bc:C:D:de:f:g:G:hi:I:KLMm:No:O:p:P:qsTtuvWyz:")) != -1)
		status = take(o, opt);
	return status;
}

static void set_up_log(const struct options *o)
{
	int level = o->level < LOG_EXCESSIVE ? LOG_EXCESSIVE
		    : o->level > LOG_ERR     ? LOG_ERR
					     : o->level;

	log_set_level((enum log_level)level);
	if (o->log_file) {
		int err = log_open_file(o->log_file);
		if (err < 0)
			log_msg(LOG_ERR, "%s: cannot log there: %s", o->log_file, strerror(-err));
	}
	if (o->syslog)
		log_open_syslog("wpa_supplicant");
}

/* Only -c: check the file's syntax. */
static int validate(const char *path)
{
	struct wpas_keys *keys = wpas_keys_new();
	unsigned id = 0;

	printf("Validating parsing of %s\n", path);
	fflush(stdout);
	struct wpas_conf *c =
		keys ? wpas_conf_load(wpas_keys_table(keys), path, NULL, &id, NULL) : NULL;
	puts(c ? "Parsing succeeded" : "Parsing failed");
	int status = c ? 0 : EXIT_BAD;
	wpas_conf_free(c);
	wpas_keys_free(keys);
	return status;
}

static bool needs_usage(const struct options *o)
{
	const struct supplicant_if_params *b = &o->ifs[0];
	bool waits = o->daemon.global_ctrl || o->daemon.dbus;

	if (o->if_count == 1 && !b->ifname && !b->conf && !b->ctrl && waits)
		return false;
	for (unsigned i = 0; i < o->if_count; i++)
		if ((!o->ifs[i].ifname || (!o->ifs[i].conf && !o->ifs[i].ctrl)) &&
			(o->if_count > 1 || !waits))
			return true;
	return false;
}

/* --- background --- */

/* The parent waits for the child's verdict, so that its exit status is that of the start.
 * Returns the child's end of the pipe; in the parent this does not return. */
static int to_background(void)
{
	int fds[2];
	unsigned char status = EXIT_BAD;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	fflush(NULL);
	pid_t pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		close(fds[0]);
		setsid();
		return fds[1];
	}
	close(fds[1]);
	if (read(fds[0], &status, 1) != 1)
		status = EXIT_BAD;
	_exit(status);
}

static void background_ready(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	unsigned char ok = 0;

	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		close(null);
	}
	if (chdir("/") < 0)
		log_msg(LOG_DBG, "chdir /: %s", strerror(errno));
	if (write(fd, &ok, 1) != 1)
		log_msg(LOG_DBG, "the starter is gone");
	close(fd);
}

static int write_pid_file(struct options *o)
{
	char *cwd = NULL;

	if (!o->pid_file)
		return 0;
	if (o->pid_file[0] != '/')
		cwd = getcwd(NULL, 0);
	int n = asprintf(&o->pid_path, "%s%s%s", cwd ? cwd : "", cwd ? "/" : "", o->pid_file);
	free(cwd);
	if (n < 0)
		return -ENOMEM;
	FILE *f = fopen(o->pid_path, "we");
	if (!f || fprintf(f, "%d\n", (int)getpid()) < 0 || fclose(f) != 0) {
		int err = errno;
		log_msg(LOG_ERR, "%s: cannot write the PID file: %s", o->pid_path, strerror(err));
		return -err;
	}
	return 0;
}

/* --- running --- */

struct process {
	struct eloop *loop;
	struct supplicant *s;
	struct timer warm_up;
	int status;
};

/* Once the interfaces are up and nobody waits for us yet. */
static void on_warm_up(struct timer *t, void *ctx)
{
	crypto_warm_up();
}

static void on_terminate(void *ctx)
{
	struct process *p = ctx;
	eloop_stop(p->loop);
}

static void on_signal(int signo, void *ctx)
{
	struct process *p = ctx;

	if (signo != SIGHUP) {
		eloop_stop(p->loop);
		return;
	}
	log_reopen_file();
	if (supplicant_reload(p->s) < 0)
		log_msg(LOG_ERR, "SIGHUP: a configuration file was refused, the old one stays");
}

static int add_interfaces(struct process *p, const struct options *o)
{
	for (unsigned i = 0; i < o->if_count; i++) {
		const struct supplicant_if_params *b = &o->ifs[i];
		if (b->ifname && supplicant_add_interface(p->s, b) < 0)
			return -1;
	}
	return 0;
}

static int start(struct process *p, struct options *o)
{
	o->daemon.terminate = on_terminate;
	o->daemon.ctx = p;
	p->loop = eloop_new(ELOOP_REAL);
	if (!p->loop || eloop_add_signal(p->loop, SIGTERM, on_signal, p) < 0 ||
		eloop_add_signal(p->loop, SIGINT, on_signal, p) < 0 ||
		eloop_add_signal(p->loop, SIGHUP, on_signal, p) < 0) {
		log_msg(LOG_ERR, "no event loop: %s", strerror(errno));
		return -1;
	}
	p->s = supplicant_new(p->loop, &o->daemon);
	if (!p->s || add_interfaces(p, o) < 0)
		return -1;
	timer_start(eloop_timers(p->loop), &p->warm_up, 0, on_warm_up, NULL);
	return write_pid_file(o) < 0 ? -1 : 0;
}

static int run(struct options *o)
{
	struct process p = {.status = EXIT_BAD};
	int ready = o->daemonize ? to_background() : -1;

	if (o->daemonize && ready < 0) {
		log_msg(LOG_ERR, "cannot go to the background: %s", strerror(-ready));
		return EXIT_BAD;
	}
	set_up_log(o);
	if (start(&p, o) == 0) {
		p.status = 0;
		puts("Successfully initialized wpa_supplicant");
		fflush(stdout);
		if (ready >= 0)
			background_ready(ready);
		eloop_run(p.loop);
	}
	supplicant_free(p.s);
	timer_stop(&p.warm_up);
	eloop_free(p.loop);
	if (o->pid_path)
		unlink(o->pid_path);
	free(o->pid_path);
	log_close_file();
	return p.status;
}

int main(int argc, char **argv)
{
	struct options o = {0};
	int status = parse_options(&o, argc, argv);
	const struct supplicant_if_params *first = &o.ifs[0];

	if (status >= 0)
		return status;
	if (o.if_count == 1 && first->conf && !first->ifname && !first->ctrl &&
		!o.daemon.global_ctrl && !o.daemon.dbus)
		return validate(first->conf);
	if (needs_usage(&o)) {
		usage();
		return EXIT_BAD;
	}
	signal(SIGPIPE, SIG_IGN);
	return run(&o);
}
