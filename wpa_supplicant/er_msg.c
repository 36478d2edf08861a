#include <errno.h>

#include "wpa_supplicant/er_i.h"

/* WSC 2.0, table 28 */
#define ATTR_MAC 0x1020
#define ATTR_MSG_TYPE 0x1022
#define ATTR_REGISTRAR_NONCE 0x1039

int er_msg_read(const uint8_t *msg, size_t len, struct er_msg *out)
{
	struct reader r = reader_of(msg, len);

	*out = (struct er_msg){0};
	while (reader_left(&r) > 0) {
		uint16_t id = reader_be16(&r), n = reader_be16(&r);
		struct reader value = reader_sub(&r, n);
		if (id == ATTR_MSG_TYPE && n == 1 && out->type == 0)
			out->type = reader_u8(&value);
		if (id == ATTR_MAC && n == MAC_LEN && !out->has_mac) {
			reader_copy(&value, out->mac, MAC_LEN);
			out->has_mac = reader_ok(&value);
		}
		if (id == ATTR_REGISTRAR_NONCE && n == sizeof(out->nonce) && !out->has_nonce) {
			reader_copy(&value, out->nonce, sizeof(out->nonce));
			out->has_nonce = reader_ok(&value);
		}
	}
	return reader_ok(&r) && wps_info_parse(msg, len, &out->info) == 0 ? 0 : -EBADMSG;
}

enum wsc_op er_msg_op(unsigned type)
{
	return type == WPS_WSC_ACK    ? WSC_OP_ACK
	       : type == WPS_WSC_NACK ? WSC_OP_NACK
	       : type == WPS_WSC_DONE ? WSC_OP_DONE
				      : WSC_OP_MSG;
}
