/* A hostapd configuration file: loaded, and every value that was accepted printed and set again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hostapd/conf.h"
#include "utils/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a row prints, the same row reads. Keys that name files print nothing. */
static void again(struct hostapd_conf *c, size_t bss)
{
	char text[8192];
	struct cfg_error err;

	for (size_t i = 0; i < cfg_count(c->keys); i++) {
		const struct cfg_key *key = cfg_at(c->keys, i);
		const void *obj = key->scope == 0 ? (void *)&c->radio : (void *)c->bss[bss];
		struct strbuf out = strbuf_over(text, sizeof(text));

		if (key->flags & CFG_ALIAS || !cfg_print(key, obj, &out) || out.full)
			continue;
		if (strlen(text) != out.len)
			continue; /* raw bytes that only `ssid2` can express */
		if (key->type == CFG_INT && !key->def)
			continue; /* unset is a number outside the range */
		if (hostapd_conf_set(c, bss, key->name, text, &err) < 0) {
			fprintf(stderr, "%s=%s: %s\n", key->name, text, err.text);
			abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];
	int fd = memfd_create("conf", MFD_CLOEXEC), errors;
	struct hostapd_conf *c;

	/* Side files are files of the machine: not from here. */
	if (memmem(data, size, "/", 1) || fd < 0 || write(fd, data, size) != (ssize_t)size) {
		close(fd);
		return 0;
	}
	log_set_level(LOG_ERR + 1);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	c = hostapd_conf_load(path, NULL, &errors);
	for (size_t i = 0; c && i < c->bss_count; i++)
		again(c, i);
	hostapd_conf_free(c);
	close(fd);
	return 0;
}
