/* wpa_cli all_bss: the whole BSS table, one request per BSS, however long it is. */
#include "wpa_supplicant/cli_bss.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Only the fields of the columns and the id. */
#define MASK "MASK=0x1887"

static const char *field(const char *reply, const char *key, char *out, size_t cap)
{
	size_t n = strlen(key);
	snprintf(out, cap, "N/A");
	for (const char *line = reply; *line;) {
		size_t len = strcspn(line, "\n");
		if (len > n && strncmp(line, key, n) == 0 && line[n] == '=') {
			snprintf(out, cap, "%.*s", (int)(len - n - 1), line + n + 1);
			break;
		}
		line += len + (line[len] == '\n');
	}
	return out;
}

static void print_row(const char *reply)
{
	static const char *const columns[] = {"bssid", "freq", "level", "flags", "ssid"};
	char value[512];

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		printf("%s%s", i ? "\t" : "", field(reply, columns[i], value, sizeof(value)));
	putchar('\n');
}

int wpa_cli_all_bss(struct cli *c, int argc, char **argv)
{
	char reply[4096], id[32], cmd[64] = "BSS FIRST " MASK;

	printf("bssid / frequency / signal level / flags / ssid\n");
	for (;;) {
		int n = cli_request(c, cmd, reply, sizeof(reply));
		if (n < 0) {
			printf("'%s' command %s.\n", cmd, n == -ETIMEDOUT ? "timed out" : "failed");
			return 255;
		}
		if (n == 0 || strcmp(field(reply, "id", id, sizeof(id)), "N/A") == 0)
			return 0;
		print_row(reply);
		snprintf(cmd, sizeof(cmd), "BSS NEXT-%s " MASK, id);
	}
}
