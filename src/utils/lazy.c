#include "utils/lazy.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "utils/log.h"

int lazy_load(const char *soname, const struct lazy_symbol *symbols, size_t count, void *table)
{
	/* Its exit handlers and thread data must not lose their code. */
	void *lib = dlopen(soname, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

	for (size_t i = 0; lib && i < count; i++) {
		void *fn = dlsym(lib, symbols[i].name);
		if (!fn)
			break;
		memcpy((char *)table + symbols[i].offset, &fn, sizeof(fn));
		if (i + 1 == count) {
			dlclose(lib);
			return 0;
		}
	}
	log_msg(LOG_ERR, "%s is needed, but cannot be loaded: %s", soname, dlerror());
	if (lib)
		dlclose(lib);
	return -ELIBACC;
}
