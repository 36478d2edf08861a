/* libdbus, loaded when there is a bus to join: see utils/lazy.h. The header with its functions is
 * made by the Makefile from libdbus.list. */
#define LIBDBUS_NO_NAMES
#include "bus/libdbus.h"

#include "utils/bytes.h"
#include "utils/lazy.h"

_Static_assert(sizeof(DBUS_SONAME) > 1, "objdump did not tell the name of libdbus");

struct libdbus libdbus;

int libdbus_load(void)
{
#define SYMBOL(fn)                                                                                 \
	{                                                                                          \
#fn, offsetof(struct libdbus, fn)                                                  \
	}
	static const struct lazy_symbol symbols[] = {LIBDBUS_SYMBOLS};

	return lazy_load(DBUS_SONAME, symbols, ARRAY_SIZE(symbols), &libdbus);
}
