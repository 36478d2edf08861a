/* The suite tables, shared by names and element codec. Their order is the order of names in scan
 * results and of selectors in elements we write. */
#ifndef COMMON_SUITES_I_H
#define COMMON_SUITES_I_H

#include <stddef.h>
#include <stdint.h>

struct cipher_row {
	unsigned bit;      /* enum cipher */
	uint32_t rsn, wpa; /* selector in the RSN and in the WPA element; 0 = none */
	size_t key_len;
	const char *name;
};
extern const struct cipher_row cipher_rows[];
extern const size_t n_cipher_rows;

struct akm_row {
	unsigned bit; /* enum akm */
	uint32_t rsn, wpa;
	const char *flag;   /* in scan results; NULL: never there */
	const char *status; /* in STATUS, of RSN */
};
extern const struct akm_row akm_rows[];
extern const size_t n_akm_rows;

#endif
