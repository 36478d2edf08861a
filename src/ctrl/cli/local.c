/* Commands of both programs that are more than one datagram. */
#include "ctrl/cli/cli_i.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utils/version.h"

static const char license_text[] =
	"Redistribution and use in source and binary forms, with or without\n"
	"modification, are permitted provided that the following conditions are met:\n"
	"\n"
	"1. Redistributions of source code must retain the above copyright notice,\n"
	"   this list of conditions and the following disclaimer.\n"
	"\n"
	"2. Redistributions in binary form must reproduce the above copyright notice,\n"
	"   this list of conditions and the following disclaimer in the documentation\n"
	"   and/or other materials provided with the distribution.\n"
	"\n"
	"3. Neither the name of the copyright holder nor the names of its contributors\n"
	"   may be used to endorse or promote products derived from this software\n"
	"   without specific prior written permission.\n"
	"\n"
	"THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS \"AS IS\"\n"
	"AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE\n"
	"IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE\n"
	"DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE\n"
	"FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL\n"
	"DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR\n"
	"SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER\n"
	"CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY,\n"
	"OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE\n"
	"OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.\n";

int cli_help(struct cli *c, int argc, char **argv)
{
	cli_list_words(c->program, argc > 1 ? argv[1] : "", false);
	return CLI_EXIT_OK;
}

int cli_license(struct cli *c, int argc, char **argv)
{
	printf("%s v%s\n%s\n\n%s\n", c->program->name, VERSION_TEXT, COPYRIGHT_TEXT, license_text);
	return CLI_EXIT_OK;
}

int cli_quit(struct cli *c, int argc, char **argv)
{
	c->quitting = true;
	if (c->loop)
		eloop_stop(c->loop);
	return CLI_EXIT_OK;
}

int cli_raw(struct cli *c, int argc, char **argv)
{
	static const struct cli_word verbatim = {.word = "", .verb = "", .max = CLI_ANY};
	_cleanup_(freep) char *text = malloc(CLI_WIRE_MAX);
	if (!text)
		return CLI_EXIT_ERROR;
	struct strbuf wire = strbuf_over(text, CLI_WIRE_MAX);
	if (cli_build(&verbatim, argc, argv, &wire) < 0 || wire.len > c->program->max_wire + 1) {
		printf("Too long command: at most %zu characters.\n", c->program->max_wire);
		return CLI_EXIT_ERROR;
	}
	return cli_send(c, text + 1); /* without the space that follows the empty verb */
}

static bool print_name(void *ctx, const char *name)
{
	printf("%s\n", name);
	return false;
}

static int list_interfaces(struct cli *c)
{
	printf("Available interfaces:\n");
	if (c->program->lists_by_daemon)
		return cli_send(c, "INTERFACES");
	cli_each_socket(c, print_name, NULL);
	return CLI_EXIT_OK;
}

int cli_select_interface(struct cli *c, int argc, char **argv)
{
	if (argc < 2)
		return list_interfaces(c);
	str_replace(&c->interface, argv[1]);
	free(c->global);
	c->global = NULL;
	if (c->interactive)
		return cli_switch_interface(c);
	if (cli_connect(c, false) == 0)
		return CLI_EXIT_OK;
	printf("Could not connect to interface '%s'\n", c->interface);
	return CLI_EXIT_ERROR;
}

/* Walks all stations. The list ends with FAIL or an empty reply. */
static int each_station(struct cli *c, bool whole)
{
	_cleanup_(freep) char *reply = malloc(CLI_REPLY_MAX);
	char cmd[64] = "STA-FIRST";

	while (reply) {
		int n = cli_request(c, cmd, reply, CLI_REPLY_MAX);
		if (n < 0) {
			printf("'%s' command failed.\n", cmd);
			return CLI_EXIT_ERROR;
		}
		if (n == 0 || str_starts(reply, "FAIL", NULL) || str_starts(reply, "UNKNOWN", NULL))
			return CLI_EXIT_OK;
		size_t address = strcspn(reply, "\n");
		if (whole)
			fputs(reply, stdout);
		else
			printf("%.*s\n", (int)address, reply);
		snprintf(cmd, sizeof(cmd), "STA-NEXT %.*s", (int)(address < 32 ? address : 32),
			reply);
	}
	return CLI_EXIT_ERROR;
}

int cli_all_sta(struct cli *c, int argc, char **argv)
{
	return each_station(c, true);
}

int cli_list_sta(struct cli *c, int argc, char **argv)
{
	return each_station(c, false);
}
