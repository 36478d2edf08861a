#include "wps/ndef.h"

#include <errno.h>
#include <string.h>

static const char wps_media_type[] = "application/vnd.wfa.wsc";

/* Octet 0 of a record, NDEF 1.0, clause 3.2. */
enum { NDEF_MB = 0x80, NDEF_ME = 0x40, NDEF_CF = 0x20, NDEF_SR = 0x10, NDEF_IL = 0x08 };
#define NDEF_TNF_MASK 0x07

bool ndef_next(struct reader *r, struct ndef_record *out)
{
	if (!reader_ok(r) || reader_at_end(r))
		return false;
	uint8_t flags = reader_u8(r);
	size_t type_len = reader_u8(r);
	size_t payload_len = flags & NDEF_SR ? reader_u8(r) : reader_be32(r);
	size_t id_len = flags & NDEF_IL ? reader_u8(r) : 0;

	if (flags & NDEF_CF)
		r->bad = true;
	out->begin = flags & NDEF_MB;
	out->end = flags & NDEF_ME;
	out->tnf = flags & NDEF_TNF_MASK;
	out->type = reader_sub(r, type_len);
	out->id = reader_sub(r, id_len);
	out->payload = reader_sub(r, payload_len);
	return reader_ok(r);
}

/* Media types are compared without regard to case, RFC 2045, clause 5.1. */
static bool is_wps(const struct ndef_record *rec)
{
	size_t len = reader_left(&rec->type);

	return rec->tnf == NDEF_MEDIA && len == strlen(wps_media_type) &&
	       strncasecmp((const char *)rec->type.p, wps_media_type, len) == 0;
}

int ndef_find_wps(const uint8_t *data, size_t len, struct reader *payload)
{
	struct reader r = reader_of(data, len);
	struct ndef_record rec;
	bool found = false;

	while (ndef_next(&r, &rec)) {
		if (!found && is_wps(&rec)) {
			*payload = rec.payload;
			found = true;
		}
		if (rec.end)
			break;
	}
	if (!reader_ok(&r))
		return -EBADMSG;
	return found ? 0 : -ENOENT;
}

void ndef_write_wps(struct writer *w, const void *payload, size_t len)
{
	bool brief = len <= UINT8_MAX;

	writer_u8(w, (uint8_t)(NDEF_MB | NDEF_ME | (brief ? NDEF_SR : 0) | NDEF_MEDIA));
	writer_u8(w, (uint8_t)strlen(wps_media_type));
	if (brief)
		writer_u8(w, (uint8_t)len);
	else
		writer_be32(w, (uint32_t)len);
	writer_bytes(w, wps_media_type, strlen(wps_media_type));
	writer_bytes(w, payload, len);
}
