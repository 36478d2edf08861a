/* wpa_cli all_bss. */
#ifndef WPA_SUPPLICANT_CLI_BSS_H
#define WPA_SUPPLICANT_CLI_BSS_H

#include "ctrl/cli/cli.h"

int wpa_cli_all_bss(struct cli *c, int argc, char **argv);

#endif
