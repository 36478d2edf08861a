/* Commands of wpa_supplicant's sockets, one per line of the input; a line beginning with `!` goes
 * to the global socket, `+` lets a second pass. The station lives on simulated air. */
#include <stdlib.h>
#include <string.h>

#include "drivers/sim/sim.h"
#include "utils/log.h"
#include "wpa_supplicant/supplicant.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* These reach files and devices of the machine. */
static bool is_allowed(const char *line)
{
	static const char *const outside[] = {
		"RELOG", "INTERFACE_ADD", "SAVE_CONFIG", "ctrl_interface", "TERMINATE"};

	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++)
		if (strstr(line, outside[i]))
			return false;
	return true;
}

static void run_line(struct supplicant *s, struct eloop *loop, char *line)
{
	static char reply[4096];
	struct strbuf out = strbuf_over(reply, sizeof(reply));

	if (!is_allowed(line))
		return;
	if (line[0] == '+')
		eloop_advance(loop, USEC_PER_SEC);
	else if (line[0] == '!')
		supplicant_command(s, NULL, line + 1, &out);
	else
		supplicant_command(s, "wlan0", line, &out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eloop *loop = eloop_new(ELOOP_VIRTUAL);
	struct sim_air *air = sim_air_new(loop, "fuzz");
	struct supplicant_params p = {0};
	struct supplicant *s = supplicant_new(loop, &p);
	struct supplicant_if_params i = {
		.ifname = "wlan0", .driver = "sim", .driver_param = "air=inproc:fuzz"};
	char *text = malloc(size + 1);

	log_set_level(LOG_ERR + 1);
	if (supplicant_add_interface(s, &i) < 0)
		abort();
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	for (char *line = text, *next; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		run_line(s, loop, line);
	}
	free(text);
	supplicant_free(s);
	sim_air_free(air);
	eloop_free(loop);
	return 0;
}
