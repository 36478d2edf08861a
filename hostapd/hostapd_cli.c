/* hostapd_cli: what is particular to it. Everything else is in src/ctrl/cli. */
#include "hostapd/cli_words.h"

#include <stdio.h>
#include <string.h>

static const char usage[] =
	"usage: hostapd_cli [-p<path>] [-i<ifname>] [-hvBr] [-a<path>] \\\n"
	"                   [-P<pid file>] [-G<ping interval>] [command..]\n"
	"\n"
	"Options:\n"
	"   -h           show this text\n"
	"   -v           show the version\n"
	"   -p<path>     directory of hostapd's control sockets (default: /var/run/hostapd)\n"
	"   -i<ifname>   interface (default: the first socket found there)\n"
	"   -l<number>   link of a multi-link BSS: socket <ifname>_link<number>\n"
	"   -s<path>     directory for our own socket (default: /tmp)\n"
	"   -a<file>     run this program for every event of hostapd\n"
	"   -r           with -a: connect again when hostapd comes back\n"
	"   -B           with -a: go to the background\n"
	"   -P<file>     with -a: write the process id to this file\n"
	"   -G<seconds>  how often to check that hostapd answers (default: 5)\n"
	"\n";

static void connect_failed(const struct cli *c, int err)
{
	fprintf(stderr, "Failed to connect to hostapd - wpa_ctrl_open: %s\n", strerror(-err));
}

/* Every event runs the program. */
static bool action(struct cli *c, char *event, struct cli_action *a)
{
	a->count = split_words(event, a->words, CLI_ACTION_WORDS - 2);
	return a->count > 0;
}

static const struct cli_program program = {
	.name = "hostapd_cli",
	.daemon = "hostapd",
	.dir = "/var/run/hostapd",
	.options = "a:BhG:i:l:p:P:rs:v",
	.usage = usage,
	.usage_is_error_text = true,
	.history = ".hostapd_cli_history",
	.words = hostapd_cli_words,
	.max_wire = 4095,
	.always_zero = true,
	.connect_failed = connect_failed,
	.action = action,
};

int main(int argc, char **argv)
{
	return cli_main(&program, argc, argv);
}
