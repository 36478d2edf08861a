#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "crypto/crypto.h"
#include "utils/log.h"

void random_bytes(void *out, size_t len)
{
	uint8_t *p = out;
	while (len) {
		ssize_t n = getrandom(p, len, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			/* Going on with predictable keys would be worse than stopping. */
			log_msg(LOG_ERR, "The kernel gives no random numbers: %m; stopping");
			abort();
		}
		p += n;
		len -= (size_t)n;
	}
}
