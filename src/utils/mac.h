/* EUI-48 addresses. */
#ifndef UTILS_MAC_H
#define UTILS_MAC_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define MAC_LEN 6
#define MAC_TEXT_LEN 18 /* with the final NUL */
#define MACSTR "%02x:%02x:%02x:%02x:%02x:%02x"
#define MAC2STR(a) (a)[0], (a)[1], (a)[2], (a)[3], (a)[4], (a)[5]

static inline bool mac_equal(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, MAC_LEN) == 0;
}
static inline void mac_copy(uint8_t *dst, const uint8_t *src)
{
	memcpy(dst, src, MAC_LEN);
}
static inline bool mac_is_zero(const uint8_t *a)
{
	return (a[0] | a[1] | a[2] | a[3] | a[4] | a[5]) == 0;
}
static inline bool mac_is_broadcast(const uint8_t *a)
{
	return (a[0] & a[1] & a[2] & a[3] & a[4] & a[5]) == 0xff;
}
static inline bool mac_is_group(const uint8_t *a)
{
	return a[0] & 1;
}

/* Parses exactly `xx:xx:xx:xx:xx:xx` at the start of `text`, either case; text
 * behind it is left to the caller: *end (may be NULL) points to it.
 * Returns 0 or -EINVAL. */
int mac_parse(const char *text, uint8_t mac[MAC_LEN], const char **end);
int mac_parse_all(const char *text, uint8_t mac[MAC_LEN]); /* nothing may follow; 0 or -EINVAL */

extern const uint8_t mac_broadcast[MAC_LEN];

#endif
