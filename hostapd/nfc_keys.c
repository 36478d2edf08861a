/* Configuration keys of the NFC password token. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hostapd/keys.h"
#include "utils/log.h"

/* What is not hex is taken and means "unset", as ever: programs set these keys unconditionally. The
 * token commands then say that the token is incomplete. */
HOSTAPD_PARSER(hostapd_parse_nfc_hex)
{
	struct bytes *dst = (struct bytes *)((char *)obj + key->offset);
	struct bytes parsed = {0};
	int rc = *value ? hex_decode_bytes(value, &parsed) : 0;

	if (rc == -ENOMEM)
		return rc;
	if (rc < 0 || parsed.len > (size_t)key->max) {
		log_msg(LOG_WARN, "%s is not set: expected hex digits, at most %d bytes", key->name,
			(int)key->max);
		bytes_clear(&parsed);
	}
	bytes_clear(dst);
	*dst = parsed;
	return 0;
}

HOSTAPD_PRINTER(hostapd_print_nfc_hex)
{
	const struct bytes *field = (const void *)((const char *)obj + key->offset);

	return field->len && strbuf_add_hex(out, field->data, field->len);
}
