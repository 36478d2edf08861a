/* Commands of hostapd's sockets, one per line of the input; a line beginning with `!` goes to the
 * global socket. The radios behind them exist, but none is brought up by a driver. */
#include <stdlib.h>
#include <string.h>

#include "hostapd/hostapd_i.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* These reach files and devices of the machine. */
static bool is_allowed(const char *line)
{
	static const char *const outside[] = {"ENABLE", "_file", "config=", "ADD ", "RELOG",
		"extra_cred", "ap_settings", "ATTACH", "DETACH", "LEVEL", "NOTE"};

	for (size_t i = 0; i < ARRAY_SIZE(outside); i++)
		if (strstr(line, outside[i]))
			return false;
	return true;
}

static void run_line(struct hostapd *h, struct hostapd_bss *b, char *line)
{
	static char reply[8192];
	struct strbuf out = strbuf_over(reply, sizeof(reply));
	struct ctrl_request req = {.cmd = line, .reply = &out};

	if (!is_allowed(line))
		return;
	if (line[0] != '!') {
		hostapd_on_bss_request(b, &req);
		return;
	}
	req.cmd = line + 1;
	if (strncmp(req.cmd, "REMOVE", 6) != 0)
		hostapd_on_global_request(h, &req);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eloop *loop = eloop_new(ELOOP_VIRTUAL);
	struct hostapd *h = hostapd_new(loop);
	struct hostapd_iface *i = hostapd_iface_new(h, hostapd_conf_new_default("wlan0"));
	char *text = malloc(size + 1);

	log_set_level(LOG_ERR + 1);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	for (char *line = text, *next; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		run_line(h, hostapd_bss_first(i), line);
	}
	free(text);
	hostapd_free(h);
	eloop_free(loop);
	return 0;
}
