/* NFC Data Exchange Format (NFC Forum, NDEF 1.0): the one record that WPS needs, alone or inside a
 * connection handover message (Connection Handover 1.2). No memory, no state. */
#ifndef WPS_NDEF_H
#define WPS_NDEF_H

#include "utils/reader.h"
#include "utils/writer.h"

/* One record. The views live as long as the bytes read. */
struct ndef_record {
	bool begin, end; /* MB, ME */
	uint8_t tnf;     /* what `type` is: enum ndef_tnf */
	struct reader type, id, payload;
};
enum ndef_tnf { NDEF_EMPTY, NDEF_WELL_KNOWN, NDEF_MEDIA };

/* The next record of a message. False at the end and on a malformed or chunked record, which sets
 * r->bad. */
bool ndef_next(struct reader *r, struct ndef_record *out);
/* The payload of the first record of media type application/vnd.wfa.wsc; the records in front
 * (Handover Request, Handover Select) and behind may be any. Returns 0, -ENOENT (none),
 * -EBADMSG (a record is malformed; nothing of such a message is used). */
int ndef_find_wps(const uint8_t *data, size_t len, struct reader *payload);
/* A message of one record of that media type; short form up to 255 bytes. */
void ndef_write_wps(struct writer *w, const void *payload, size_t len);

#endif
