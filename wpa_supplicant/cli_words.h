/* Commands of wpa_cli. */
#ifndef WPA_SUPPLICANT_CLI_WORDS_H
#define WPA_SUPPLICANT_CLI_WORDS_H

#include "ctrl/cli/cli.h"

extern const struct cli_word wpa_cli_words[]; /* ends with a NULL word */

#endif
