/* Command line options, and the way from there to one of the three modes. */
#include "ctrl/cli/cli_i.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "utils/version.h"

#define PING_SECONDS 5

void cli_print_usage(const struct cli_program *p)
{
	fputs(p->usage, p->usage_is_error_text ? stderr : stdout);
	cli_list_words(p, "", p->usage_is_error_text);
}

static int print_version(const struct cli_program *p)
{
	printf("%s v%s\n%s\n", p->name, VERSION_TEXT, COPYRIGHT_TEXT);
	return CLI_EXIT_OK;
}

/* daemon() goes to /: what is opened or run later needs a whole path. */
static int set_absolute(char **dst, const char *path)
{
	char *cwd = path[0] == '/' ? NULL : getcwd(NULL, 0);
	char *text = NULL;
	int n = cwd ? asprintf(&text, "%s/%s", cwd, path) : asprintf(&text, "%s", path);
	free(cwd);
	if (n < 0)
		return -ENOMEM;
	free(*dst);
	*dst = text;
	return 0;
}

static int set_ping(struct cli *c, const char *text)
{
	int64_t seconds;
	if (parse_int(text, 10, 1, INT_MAX / 1000, &seconds) < 0) {
		fprintf(stderr, "-G %s: expected a number of seconds, at least 1\n", text);
		return -EINVAL;
	}
	c->ping_seconds = (unsigned)seconds;
	return 0;
}

static int set_own_dir(struct cli *c, const char *path)
{
	struct stat st;
	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode) || path[0] != '/') {
		fprintf(stderr, "-s %s: expected the whole path of an existing directory\n", path);
		return -EINVAL;
	}
	return str_replace(&c->own_dir, path);
}

static int set_link(struct cli *c, const char *number)
{
	int64_t n;
	char text[64];
	if (parse_int(number, 10, 0, 14, &n) < 0) {
		fprintf(stderr, "-l %s: expected a link number 0..14\n", number);
		return -EINVAL;
	}
	snprintf(text, sizeof(text), "%s_link%d", c->interface ? c->interface : "", (int)n);
	return str_replace(&c->interface, text);
}

static int set_option(struct cli *c, int option, const char *value, const char **link)
{
	switch (option) {
	case 'a':
		return set_absolute(&c->action_file, value);
	case 'P':
		return set_absolute(&c->pid_file, value);
	case 'B':
		c->background = true;
		return 0;
	case 'r':
		c->reconnect = true;
		return 0;
	case 'G':
		return set_ping(c, value);
	case 'g':
		return str_replace(&c->global, value);
	case 'i':
		return str_replace(&c->interface, value);
	case 'p':
		return str_replace(&c->dir, value);
	case 's':
		return set_own_dir(c, value);
	case 'l':
		*link = value;
		return 0;
	}
	cli_print_usage(c->program);
	return -EINVAL;
}

int cli_parse_options(struct cli *c, int argc, char **argv, int *first)
{
	const char *link = NULL;
	int option;

	c->ping_seconds = PING_SECONDS;
	if (str_replace(&c->dir, c->program->dir) < 0)
		return CLI_EXIT_ERROR;
	while ((option = getopt(argc, argv, c->program->options)) != -1) {
		if (option == 'h') {
			cli_print_usage(c->program);
			return CLI_EXIT_OK;
		}
		if (option == 'v')
			return print_version(c->program);
		if (set_option(c, option, optarg, &link) < 0)
			return CLI_EXIT_ERROR;
	}
	if (link && set_link(c, link) < 0)
		return CLI_EXIT_ERROR;
	*first = optind;
	return -1;
}

void cli_free_options(struct cli *c)
{
	free(c->dir);
	free(c->own_dir);
	free(c->global);
	free(c->action_file);
	free(c->pid_file);
	free(c->interface);
}

static int one_shot(struct cli *c, int argc, char **argv)
{
	int err = cli_choose_interface(c);
	if (err == 0)
		err = cli_connect(c, false);
	if (err < 0) {
		c->program->connect_failed(c, err);
		return CLI_EXIT_ERROR;
	}
	int status = cli_execute(c, argc, argv);
	cli_disconnect(c);
	return c->program->always_zero ? CLI_EXIT_OK : status;
}

int cli_main(const struct cli_program *p, int argc, char **argv)
{
	struct cli c = {.program = p};
	int first = argc;

	int status = cli_parse_options(&c, argc, argv, &first);
	if (status < 0 && c.action_file)
		status = cli_act(&c);
	else if (status < 0 && first < argc)
		status = one_shot(&c, argc - first, argv + first);
	else if (status < 0)
		status = cli_interact(&c);
	cli_free_options(&c);
	return status;
}
