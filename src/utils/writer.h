/* Writer of wire formats into a buffer of fixed or growing size.
 *
 * Overflow is sticky: nothing more is written, writer_ok() says so once at the
 * end. Lengths are back-patched: `m = writer_begin(w, 2, true)` reserves a
 * 2-byte big-endian length, `writer_end(w, m)` fills in the bytes written since
 * (more than the field can express sets the error). */
#ifndef UTILS_WRITER_H
#define UTILS_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "utils/bytes.h"

struct writer {
	uint8_t *buf;
	size_t len, cap;
	bool bad;
	bool grows; /* buf is heap memory owned by the writer */
};

struct writer_mark {
	size_t at;      /* offset of the length field */
	unsigned width; /* its bytes: 1, 2 or 4 */
	bool big_endian;
};

/* Over caller's memory. */
static inline struct writer writer_over(void *buf, size_t cap)
{
	return (struct writer){buf, 0, cap, false, false};
}

/* Growing; end with writer_steal() or writer_free(). */
struct writer writer_new(size_t first_cap);
void writer_free(struct writer *w); /* wipes; also for `_cleanup_` */

static inline bool writer_ok(const struct writer *w)
{
	return !w->bad;
}

/* Moves the bytes out. Returns 0; -EMSGSIZE/-ENOMEM when the writer went bad (out is empty). */
int writer_steal(struct writer *w, struct bytes *out);

/* Reserves n bytes for the caller to fill, NULL on overflow. */
uint8_t *writer_reserve(struct writer *w, size_t n);
void writer_bytes(struct writer *w, const void *data, size_t n);
void writer_zeros(struct writer *w, size_t n);
void writer_u8(struct writer *w, uint8_t v);
void writer_le16(struct writer *w, uint16_t v);
void writer_le24(struct writer *w, uint32_t v);
void writer_le32(struct writer *w, uint32_t v);
void writer_le64(struct writer *w, uint64_t v);
void writer_be16(struct writer *w, uint16_t v);
void writer_be24(struct writer *w, uint32_t v);
void writer_be32(struct writer *w, uint32_t v);
void writer_be64(struct writer *w, uint64_t v);

struct writer_mark writer_begin(struct writer *w, unsigned width, bool big_endian);
void writer_end(struct writer *w, struct writer_mark m);

#endif
