/* Prints one page of doc/option-reference from the rows the daemons themselves use, so that the
 * pages cannot say anything else. usage: option_reference hostapd|wpa_supplicant|commands|dbus */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostapd/hostapd_i.h"
#include "hostapd/keys.h"
#include "tests/tools/option_reference.h"
#include "wpa_supplicant/keys.h"
#include "wpa_supplicant/supplicant_i.h"

#define VALUE_MAX 2048

const char generated[] =
	"<!-- Made by `make doc` from the tables of the daemons. Do not edit. -->\n\n";

/* --- Markdown --- */

void put_plain(const char *text)
{
	for (; *text; text++) {
		if (strchr("|<*", *text))
			putchar('\\');
		putchar(*text);
	}
}

/* Only the bar would end the cell. */
void put_code(const char *text)
{
	putchar('`');
	for (; *text; text++) {
		if (*text == '|')
			putchar('\\');
		putchar(*text);
	}
	putchar('`');
}

/* --- configuration keys --- */

struct key_rows {
	const struct cfg_key *rows;
	size_t count;
};

/* The row whose other name this is. */
static const struct cfg_key *meant_by(const struct key_rows *k, const struct cfg_key *alias)
{
	for (size_t i = 0; i < k->count; i++) {
		const struct cfg_key *row = &k->rows[i];
		if (row->scope == alias->scope && row->offset == alias->offset &&
			!(row->flags & CFG_ALIAS))
			return row;
	}
	return NULL;
}

/* Custom rows have no description of their own, but maybe words. */
static void put_words(const struct cfg_word *w)
{
	const char *between = "words of ";

	for (; w->word; w++) {
		fputs(between, stdout);
		put_plain(w->word);
		between = ", ";
	}
}

static void put_value(const struct cfg_key *key)
{
	char text[VALUE_MAX];
	struct strbuf s = strbuf_over(text, sizeof(text));

	if (key->type != CFG_CUSTOM) {
		cfg_describe(key, &s);
		put_plain(text);
	} else if (key->words) {
		put_words(key->words);
	}
}

static void put_meaning(const struct key_rows *k, const struct cfg_key *key)
{
	static const struct {
		unsigned flag;
		const char *note;
	} notes[] = {
		{CFG_SECRET, "secret"},
		{CFG_APPENDS, "may be repeated"},
		{CFG_NO_SAVE, "not saved"},
		{WPAS_NOT_READABLE, "not readable by GET"},
	};
	const struct cfg_key *other = key->flags & CFG_ALIAS ? meant_by(k, key) : NULL;

	/* A second name of the same type needs no second explanation. */
	if (key->help && (!other || other->type != key->type))
		put_plain(key->help);
	if (other) {
		fputs(other->type == key->type ? "other name of " : "; other form of ", stdout);
		put_code(other->name);
	}
	for (size_t i = 0; i < ARRAY_SIZE(notes); i++)
		if (key->flags & notes[i].flag)
			printf(" (*%s*)", notes[i].note);
}

static void put_key(const struct key_rows *k, const struct cfg_key *key)
{
	fputs("| ", stdout);
	put_code(key->name);
	fputs(" | ", stdout);
	put_value(key);
	fputs(" | ", stdout);
	if (key->def && *key->def)
		put_code(key->def);
	fputs(" | ", stdout);
	put_meaning(k, key);
	fputs(" |\n", stdout);
}

static void put_keys(const struct key_rows *k, int scope, const char *title, const char *intro)
{
	printf("## %s\n\n%s\n\n| key | value | default | meaning |\n|---|---|---|---|\n", title,
		intro);
	for (size_t i = 0; i < k->count; i++)
		if (k->rows[i].scope == scope)
			put_key(k, &k->rows[i]);
	putchar('\n');
}

static void put_ignored(const char *title, const char *const *names)
{
	printf("## %s\n\nAccepted so that files written for other versions load; this version "
	       "does not act on them.\n\n",
		title);
	for (size_t i = 0; names[i]; i++) {
		if (i)
			fputs(i % 6 ? ", " : ",\n", stdout);
		put_code(names[i]);
	}
	fputs("\n\n", stdout);
}

static void hostapd_page(void)
{
	const struct key_rows k = {hostapd_keys, hostapd_keys_count()};

	printf("# hostapd.conf: every key\n\n%s"
	       "The language is described in hostapd.conf(5) (`doc/man/hostapd.conf.5`). The same "
	       "keys work in `SET` of the\ncontrol socket.\n\n",
		generated);
	put_keys(&k, HOSTAPD_RADIO, "Keys of the radio", "They count for every BSS of the file.");
	put_keys(&k, HOSTAPD_BSS, "Keys of a BSS",
		"They belong to the BSS begun by the last `bss=` line, or to the first one.");
	put_ignored("Known, without effect", hostapd_keys_ignored);
}

static void wpa_supplicant_page(void)
{
	const struct key_rows global = {wpas_global_keys, wpas_global_key_count};
	const struct key_rows network = {wpas_network_keys, wpas_network_key_count};

	printf("# wpa_supplicant.conf: every key\n\n%s"
	       "The language is described in wpa_supplicant.conf(5) "
	       "(`doc/man/wpa_supplicant.conf.5`). The global keys work in\n`SET`, those of a "
	       "network in `SET_NETWORK`. Keys of features that are not built (802.1X, SAE, AP "
	       "mode "
	       "…) are kept\nand saved, so that a file survives; they have no effect yet.\n\n",
		generated);
	put_keys(&global, WPAS_GLOBAL, "Global keys",
		"Outside of any block. `text` stands as it is, without quotes.");
	put_keys(&network, WPAS_NETWORK, "Keys of a network block", "Inside `network={` … `}`.");
	put_ignored("Global, known, without effect", wpas_ignored_globals);
	put_ignored("Network, known, without effect", wpas_ignored_networks);
}

/* --- control commands --- */

struct command_group {
	const char *title;
	const struct ctrl_command *rows;
};

static const struct command_group bss_groups[] = {
	{"General", hostapd_commands_general},
	{"Configuration", hostapd_commands_config},
	{"Stations", hostapd_commands_sta},
	{"Access lists", hostapd_commands_acl},
	{"Channel switch", hostapd_commands_csa},
	{"Steering", hostapd_commands_wnm},
	{"Cached keys", hostapd_commands_pmksa},
	{"WPS", hostapd_commands_wps},
	{"NFC", hostapd_commands_nfc},
	{"WPS of this access point", hostapd_commands_wps_ap},
};
static const struct command_group hostapd_global[] = {{NULL, hostapd_commands_global}};
static const struct command_group interface_groups[] = {
	{"General", wpas_cmds_basic},
	{"Status", wpas_cmds_status},
	{"Scanning", wpas_cmds_scan},
	{"Networks and connection", wpas_cmds_network},
	{"Cached keys", wpas_cmds_pmksa},
	{"Link", wpas_cmds_link},
	{"WPS", wpas_cmds_wps},
	{"Access point", wpas_cmds_ap},
	{"NFC", wpas_cmds_nfc},
	{"WPS external registrar", wpas_cmds_er},
	{"Configuration", wpas_cmds_set},
	{"Capabilities", wpas_cmds_capab},
	{"Secrets", wpas_cmds_secrets},
	{"Random addresses", wpas_cmds_mac_rand},
	{"Radio", wpas_cmds_radio},
};
static const struct command_group supplicant_global[] = {{NULL, wpas_cmds_global}};

static const char *open_end(enum ctrl_match match)
{
	switch (match) {
	case CTRL_PREFIX:
		return "…";
	case CTRL_EXACT:
	case CTRL_ARGS:
	case CTRL_OPT:
		break;
	}
	return "";
}

/* The help of a row is `ARGUMENTS = meaning`. */
static void put_command(const struct ctrl_command *c)
{
	const char *meaning = strncmp(c->help, "= ", 2) == 0 ? c->help : strstr(c->help, " = ");
	size_t args_len = meaning ? (size_t)(meaning - c->help) : strlen(c->help);
	char args[VALUE_MAX];

	snprintf(args, sizeof(args), "%.*s", (int)args_len, c->help);
	printf("| `%s`%s | ", c->verb, open_end(c->match));
	if (*args)
		put_code(args);
	fputs(" | ", stdout);
	if (meaning)
		put_plain(meaning + strspn(meaning, " ="));
	fputs(" |\n", stdout);
}

static void put_commands(const char *title, const struct command_group *groups, size_t count)
{
	printf("## %s\n\n", title);
	for (size_t i = 0; i < count; i++) {
		if (groups[i].title)
			printf("### %s\n\n", groups[i].title);
		puts("| command | arguments | meaning |\n|---|---|---|");
		for (const struct ctrl_command *c = groups[i].rows; c->verb; c++)
			put_command(c);
		putchar('\n');
	}
}

static void commands_page(void)
{
	printf("# Control commands\n\n%s"
	       "A command is one datagram: the verb, a space, the arguments. The answer is one "
	       "datagram: text, `OK` or `FAIL`. A verb\nno table has is answered with `UNKNOWN "
	       "COMMAND`, on hostapd's global socket with `FAIL`. `…` behind a verb: whatever\n"
	       "begins with it is taken. The CLIs have a list of their own: `help`.\n\n",
		generated);
	put_commands("hostapd: socket of a BSS", bss_groups, ARRAY_SIZE(bss_groups));
	put_commands("hostapd: global socket", hostapd_global, ARRAY_SIZE(hostapd_global));
	put_commands("wpa_supplicant: socket of an interface", interface_groups,
		ARRAY_SIZE(interface_groups));
	put_commands(
		"wpa_supplicant: global socket", supplicant_global, ARRAY_SIZE(supplicant_global));
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*print)(void);
	} pages[] = {
		{"hostapd", hostapd_page},
		{"wpa_supplicant", wpa_supplicant_page},
		{"commands", commands_page},
		{"dbus", dbus_page},
	};

	for (size_t i = 0; argc == 2 && i < ARRAY_SIZE(pages); i++) {
		if (strcmp(argv[1], pages[i].name) == 0) {
			pages[i].print();
			return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
		}
	}
	fputs("usage: option_reference hostapd|wpa_supplicant|commands|dbus\n", stderr);
	return EXIT_FAILURE;
}
