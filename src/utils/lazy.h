/* Libraries that few configurations need, loaded when they are: libcurl, libmicrohttpd and libdbus
 * bring forty others along, which would cost every start 8 ms and 5 MB. */
#ifndef UTILS_LAZY_H
#define UTILS_LAZY_H

#include <stddef.h>

struct lazy_symbol {
	const char *name;
	size_t offset; /* of the function pointer in the table */
};

/* Fills the function pointers of `table` from the shared library. Loading again costs little; it is
 * never unloaded. Returns 0, or -ELIBACC, which was logged. */
int lazy_load(const char *soname, const struct lazy_symbol *symbols, size_t count, void *table);

#endif
