/* Commands of hostapd_cli. */
#ifndef HOSTAPD_CLI_WORDS_H
#define HOSTAPD_CLI_WORDS_H

#include "ctrl/cli/cli.h"

extern const struct cli_word hostapd_cli_words[]; /* ends with a NULL word */

#endif
