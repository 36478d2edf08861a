/* The functions of libdbus that src/bus and its users call, by their own names, once libdbus_load()
 * has loaded the library. A new one is a line of libdbus.list. */
#ifndef BUS_LIBDBUS_H
#define BUS_LIBDBUS_H

#include <dbus/dbus.h>
#include <stddef.h>

/* struct libdbus { a pointer for each }, LIBDBUS_SYMBOLS, and unless LIBDBUS_NO_NAMES a macro for
 * each name. */
#include "libdbus_names.h"

/* The table is one for the process, as the library is. */
extern struct libdbus libdbus;

/* 0 or -ELIBACC (logged); loaded already: 0. */
int libdbus_load(void);

#endif
