/* Version of all four programs: the level of the interface they are compatible with. */
#ifndef UTILS_VERSION_H
#define UTILS_VERSION_H

#define VERSION_TEXT "2.12-devel"
#define COPYRIGHT_TEXT "Copyright (c) 2026, the authors of this repository"

#endif
