#include <string.h>

#include "drivers/driver.h"

const struct driver *driver_find(const char *name)
{
	for (size_t i = 0; driver_table[i]; i++)
		if (strcmp(driver_table[i]->name, name) == 0)
			return driver_table[i];
	return NULL;
}

void driver_names(struct strbuf *out)
{
	for (size_t i = 0; driver_table[i]; i++)
		strbuf_add(out, "%s%s", i ? ", " : "", driver_table[i]->name);
}
