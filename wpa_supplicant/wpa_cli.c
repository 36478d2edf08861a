/* wpa_cli: what is particular to it. Everything else is in src/ctrl/cli. */
#include "wpa_supplicant/cli_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
	"wpa_cli [-p<path to ctrl sockets>] [-i<ifname>] [-hvBr] [-a<action file>] \\\n"
	"        [-P<pid file>] [-g<global ctrl>] [-G<ping interval>] \\\n"
	"        [-s<directory of our socket>] [command..]\n"
	"  -h = show this text\n"
	"  -v = show the version\n"
	"  -a = run a program for events from wpa_supplicant\n"
	"  -r = with -a: connect again when wpa_supplicant comes back\n"
	"  -B = with -a: go to the background\n"
	"  default path: /var/run/wpa_supplicant\n"
	"  default interface: first interface found in socket path\n";

static void connect_failed(const struct cli *c, int err)
{
	const char *interface = cli_interface(c);

	if (cli_global(c))
		fprintf(stderr,
			"Failed to connect to wpa_supplicant global interface: %s  error: %s\n",
			cli_global(c), strerror(-err));
	else
		fprintf(stderr, "Failed to connect to non-global ctrl_ifname: %s  error: %s\n",
			interface ? interface : "(nil)", strerror(-err));
}

/* One line per BSS and scan would bury the rest. */
static bool hides_event(const char *event)
{
	return str_starts(event, "CTRL-EVENT-BSS-ADDED", NULL) ||
	       str_starts(event, "CTRL-EVENT-BSS-REMOVED", NULL);
}

/* --- action mode --- */

/* Events that are handed to the program as they are. */
static const char *const forwarded[] = {
	"CTRL-EVENT-CHANNEL-SWITCH",
	"CTRL-EVENT-STARTED-CHANNEL-SWITCH",
	"AP-ENABLED",
	"AP-DISABLED",
	"AP-STA-CONNECTED",
	"AP-STA-DISCONNECTED",
	"MESH-GROUP-STARTED",
	"MESH-GROUP-REMOVED",
	"MESH-PEER-CONNECTED",
	"MESH-PEER-DISCONNECTED",
	"P2P-GROUP-STARTED",
	"P2P-GROUP-REMOVED",
	"P2P-CROSS-CONNECT-ENABLE",
	"P2P-CROSS-CONNECT-DISABLE",
	"P2P-GO-NEG-FAILURE",
	"WPS-SUCCESS",
	"WPS-FAIL",
	"WPS-TIMEOUT",
	"WPS-CANCEL",
	"WPS-PBC-ACTIVE",
	"WPS-PIN-ACTIVE",
	"WPS-OVERLAP-DETECTED",
	"ESS-DISASSOC-IMMINENT",
	"HS20-",
	"DPP-CONF",
};

/* What the program was told last, kept where it can see it too: its environment. */
#define ENV_ID "WPA_ID"
#define ENV_ID_STR "WPA_ID_STR"
#define ENV_DIR "WPA_CTRL_DIR"
#define ENV_STATE "WPA_CLI_LINK" /* up, down or unset */

/* Sets a variable to the text behind `key` up to one of the ends; empty when absent. */
static void set_from(const char *name, const char *text, const char *key, const char *ends)
{
	const char *at = strstr(text, key);
	size_t start = at ? strlen(key) : 0;
	size_t len = at ? strcspn(at + start, ends) : 0;
	char value[256] = "";

	if (len >= sizeof(value))
		len = sizeof(value) - 1;
	if (at)
		memcpy(value, at + start, len);
	value[len] = '\0';
	setenv(name, value, 1);
}

static bool state_is(const char *state)
{
	const char *now = getenv(ENV_STATE);
	return now && strcmp(now, state) == 0;
}

static bool say(struct cli_action *a, const char *state, char *word)
{
	setenv(ENV_STATE, state, 1);
	a->words[0] = word;
	a->count = 1;
	return true;
}

static bool connected(struct cli *c, char *event, struct cli_action *a)
{
	static char word[] = "CONNECTED";
	const char *old = getenv(ENV_ID);
	char before[32] = "";

	if (old)
		snprintf(before, sizeof(before), "%s", old);
	set_from(ENV_ID, event, "[id=", " ]");
	set_from(ENV_ID_STR, event, "id_str=", "]");
	setenv(ENV_DIR, cli_dir(c), 1);
	if (state_is("up") && strcmp(before, getenv(ENV_ID)) == 0)
		return false; /* roamed or rekeyed within the same network */
	return say(a, "up", word);
}

static bool disconnected(struct cli_action *a)
{
	static char word[] = "DISCONNECTED";
	return !state_is("down") && say(a, "down", word);
}

static bool action(struct cli *c, char *event, struct cli_action *a)
{
	if (str_starts(event, "CTRL-EVENT-CONNECTED", NULL))
		return connected(c, event, a);
	if (str_starts(event, "CTRL-EVENT-DISCONNECTED", NULL))
		return disconnected(a);
	for (size_t i = 0; i < ARRAY_SIZE(forwarded); i++) {
		if (str_starts(event, forwarded[i], NULL)) {
			a->count = split_words(event, a->words, CLI_ACTION_WORDS - 1);
			return true;
		}
	}
	return false;
}

/* A link that is up already is told at once. */
static void action_begin(struct cli *c)
{
	static char word[] = "CONNECTED";
	struct cli_action a = {.count = 0};
	char status[4096];

	unsetenv(ENV_STATE);
	if (!cli_interface(c) || cli_request(c, "STATUS", status, sizeof(status)) <= 0 ||
		!strstr(status, "wpa_state=COMPLETED\n"))
		return;
	set_from(ENV_ID, status, "\nid=", "\n");
	set_from(ENV_ID_STR, status, "\nid_str=", "\n");
	setenv(ENV_DIR, cli_dir(c), 1);
	say(&a, "up", word);
	cli_run_action(c, &a);
}

static const struct cli_program program = {
	.name = "wpa_cli",
	.daemon = "wpa_supplicant",
	.dir = "/var/run/wpa_supplicant",
	.options = "a:Bg:G:hi:p:P:rs:v",
	.usage = usage,
	.history = ".wpa_cli_history",
	.skip_prefix = "p2p-dev-",
	.words = wpa_cli_words,
	.max_wire = 8191,
	.routes = true,
	.lists_by_daemon = true,
	.connect_failed = connect_failed,
	.hides_event = hides_event,
	.action_begin = action_begin,
	.action = action,
	.ends_with = "CTRL-EVENT-TERMINATING",
};

int main(int argc, char **argv)
{
	return cli_main(&program, argc, argv);
}
