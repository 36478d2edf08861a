/* A wpa_psk_file: whatever is accepted is found again by address, in order, and what is refused
 * leaves the keys of before. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ap/psk_i.h"
#include "utils/log.h"
#include "utils/mac.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct ap_psks *p)
{
	for (size_t n = 0; n < p->count; n++) {
		const struct ap_psk *k = &p->keys[n];
		const struct ap_psk *next = n + 1 < p->count ? k + 1 : NULL;
		int order = next ? memcmp(k->addr, next->addr, MAC_LEN) : -1;
		if (order > 0 || (order == 0 && k->line <= next->line) || strlen(k->keyid) > 31)
			abort();
		if (mac_is_zero(k->addr) != (n < p->any) || (!k->pmk && !k->passphrase))
			abort();
		size_t at = 0;
		while (psk_peek(p, k->addr, at) != k)
			if (!psk_peek(p, k->addr, at++))
				abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t own[MAC_LEN] = {2, 0, 0, 0, 0, 1}, pmk[PMK_LEN] = {1};
	struct ap_bss_config cfg = {0};
	char path[64];
	int fd = memfd_create("psk", MFD_CLOEXEC);
	struct ap_psks *p = ap_psks_new();

	if (fd >= 0 && p && write(fd, data, size) == (ssize_t)size) {
		log_set_level(LOG_ERR + 1);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		cfg.wpa_psk_file = path;
		bytes_set(&cfg.ssid, "net", 3);
		if (ap_psks_add(p, own, pmk) < 0)
			abort();
		bool taken = ap_psks_load(p, &cfg) == 0;
		if (!taken && (p->count != 1 || !ap_psks_valid(p, own, pmk)))
			abort();
		if (taken)
			check(p);
		bytes_clear(&cfg.ssid);
	}
	ap_psks_free(p);
	if (fd >= 0)
		close(fd);
	return 0;
}
