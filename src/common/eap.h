/* EAP packets (RFC 3748, section 4) and EAP-WSC framing (WSC 2.0, section 7.7). */
#ifndef COMMON_EAP_H
#define COMMON_EAP_H

#include "utils/reader.h"
#include "utils/writer.h"

enum eap_code { EAP_REQUEST = 1, EAP_RESPONSE = 2, EAP_SUCCESS = 3, EAP_FAILURE = 4 };
enum eap_type {
	EAP_TYPE_IDENTITY = 1,
	EAP_TYPE_NOTIFICATION = 2,
	EAP_TYPE_NAK = 3,
	EAP_TYPE_GPSK = 51,
	EAP_TYPE_EXPANDED = 254
};
#define EAP_VENDOR_WFA 0x00372a /* 14122 */
#define EAP_VENDOR_TYPE_WSC 1
#define WSC_IDENTITY_ENROLLEE "WFA-SimpleConfig-Enrollee-1-0"
#define WSC_IDENTITY_REGISTRAR "WFA-SimpleConfig-Registrar-1-0"

struct eap_packet {
	uint8_t code, id;
	uint8_t type;    /* requests and responses only, else 0 */
	uint32_t vendor; /* type EXPANDED: vendor id and vendor type */
	uint32_t vendor_type;
	struct reader data; /* type data */
};
/* Returns 0, -EBADMSG (short, length field wrong, unknown code). Bytes behind the length are
 * ignored. */
int eap_parse(const uint8_t *packet, size_t len, struct eap_packet *out);
/* m = eap_begin(w, code, id, type) ... data ... eap_end(w, m). For SUCCESS/FAILURE pass type 0. */
struct writer_mark eap_begin(struct writer *w, uint8_t code, uint8_t id, uint8_t type);
/* Expanded type header (vendor id and type) behind it. */
struct writer_mark eap_begin_expanded(
	struct writer *w, uint8_t code, uint8_t id, uint32_t vendor, uint32_t type);
void eap_end(struct writer *w, struct writer_mark m);

enum wsc_op {
	WSC_OP_START = 1,
	WSC_OP_ACK = 2,
	WSC_OP_NACK = 3,
	WSC_OP_MSG = 4,
	WSC_OP_DONE = 5,
	WSC_OP_FRAG_ACK = 6
};
#define WSC_FLAG_MORE 0x01
#define WSC_FLAG_LENGTH 0x02

#endif
