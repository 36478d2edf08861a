#include "utils/mac.h"

#include <errno.h>

#include "utils/text.h"

const uint8_t mac_broadcast[MAC_LEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

int mac_parse(const char *text, uint8_t mac[MAC_LEN], const char **end)
{
	uint8_t parsed[MAC_LEN];

	for (int i = 0; i < MAC_LEN; i++) {
		if (i > 0 && *text++ != ':')
			return -EINVAL;
		if (strnlen(text, 2) < 2 || hex_decode(text, 2, &parsed[i], 1) != 1)
			return -EINVAL;
		text += 2;
	}
	mac_copy(mac, parsed);
	if (end)
		*end = text;
	return 0;
}

int mac_parse_all(const char *text, uint8_t mac[MAC_LEN])
{
	const char *end;
	uint8_t parsed[MAC_LEN];

	if (mac_parse(text, parsed, &end) < 0 || *end)
		return -EINVAL;
	mac_copy(mac, parsed);
	return 0;
}
