#include "common/eap.h"

#include <errno.h>

#define EAP_HDR_LEN 4

int eap_parse(const uint8_t *packet, size_t len, struct eap_packet *out)
{
	struct reader r = reader_of(packet, len);
	*out = (struct eap_packet){0};
	out->code = reader_u8(&r);
	out->id = reader_u8(&r);
	uint16_t whole = reader_be16(&r);

	if (!reader_ok(&r) || whole < EAP_HDR_LEN || whole > len)
		return -EBADMSG;
	if (out->code < EAP_REQUEST || out->code > EAP_FAILURE)
		return -EBADMSG;
	out->data = reader_sub(&r, whole - EAP_HDR_LEN);
	if (out->code == EAP_SUCCESS || out->code == EAP_FAILURE)
		return 0;
	out->type = reader_u8(&out->data);
	if (out->type == EAP_TYPE_EXPANDED) { /* RFC 3748, 5.7 */
		out->vendor = reader_be24(&out->data);
		out->vendor_type = reader_be32(&out->data);
	}
	return reader_ok(&out->data) ? 0 : -EBADMSG;
}

struct writer_mark eap_begin(struct writer *w, uint8_t code, uint8_t id, uint8_t type)
{
	writer_u8(w, code);
	writer_u8(w, id);
	struct writer_mark m = writer_begin(w, 2, true);
	if (type)
		writer_u8(w, type);
	return m;
}

struct writer_mark eap_begin_expanded(
	struct writer *w, uint8_t code, uint8_t id, uint32_t vendor, uint32_t type)
{
	struct writer_mark m = eap_begin(w, code, id, EAP_TYPE_EXPANDED);
	writer_be24(w, vendor);
	writer_be32(w, type);
	return m;
}

void eap_end(struct writer *w, struct writer_mark m)
{
	/* Unlike most lengths, this one counts the header before it too. */
	if (w->bad)
		return;
	size_t len = w->len - m.at + 2;
	if (len > UINT16_MAX) {
		w->bad = true;
		return;
	}
	w->buf[m.at] = (uint8_t)(len >> 8);
	w->buf[m.at + 1] = (uint8_t)len;
}
