/* Bounded reader over received bytes, with sub-views and a sticky error.
 *
 * All reads past the end set `bad`, return zeros or NULL, and keep doing so: a
 * parser reads everything, then asks reader_ok() once. reader_at_end() tells
 * "nothing left" apart from "malformed". */
#ifndef UTILS_READER_H
#define UTILS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct reader {
	const uint8_t *p, *end;
	bool bad;
};

static inline struct reader reader_of(const void *data, size_t len)
{
	const uint8_t *p = data;
	return (struct reader){p, p ? p + len : p, false};
}

static inline size_t reader_left(const struct reader *r)
{
	return r->bad ? 0 : (size_t)(r->end - r->p);
}

static inline bool reader_ok(const struct reader *r)
{
	return !r->bad;
}

/* Nothing left and nothing went wrong. */
static inline bool reader_at_end(const struct reader *r)
{
	return !r->bad && r->p == r->end;
}

/* The next n bytes without copying, or NULL and `bad` if there are fewer. The
 * view lives as long as the data given to reader_of(). */
static inline const uint8_t *reader_bytes(struct reader *r, size_t n)
{
	if (r->bad || (size_t)(r->end - r->p) < n) {
		r->bad = true;
		return NULL;
	}
	const uint8_t *at = r->p;
	if (n)
		r->p += n;
	return at;
}

static inline void reader_skip(struct reader *r, size_t n)
{
	(void)reader_bytes(r, n);
}

/* Copies n bytes to dst, zeros when there are fewer. */
static inline void reader_copy(struct reader *r, void *dst, size_t n)
{
	const uint8_t *at = reader_bytes(r, n);
	if (at && n)
		memcpy(dst, at, n);
	else
		memset(dst, 0, n);
}

/* A reader over the next n bytes; when there are fewer both are bad. */
static inline struct reader reader_sub(struct reader *r, size_t n)
{
	const uint8_t *at = reader_bytes(r, n);
	struct reader sub = {at, at ? at + n : at, r->bad};
	return sub;
}

/* A reader over all that is left; r is at its end afterwards. */
static inline struct reader reader_rest(struct reader *r)
{
	return reader_sub(r, reader_left(r));
}

static inline uint64_t reader_uint(struct reader *r, unsigned bytes, bool big_endian)
{
	const uint8_t *at = reader_bytes(r, bytes);
	uint64_t v = 0;
	if (!at)
		return 0;
	for (unsigned i = 0; i < bytes; i++)
		v |= (uint64_t)at[big_endian ? bytes - 1 - i : i] << (8 * i);
	return v;
}

static inline uint8_t reader_u8(struct reader *r)
{
	return (uint8_t)reader_uint(r, 1, false);
}
static inline uint16_t reader_le16(struct reader *r)
{
	return (uint16_t)reader_uint(r, 2, false);
}
static inline uint32_t reader_le24(struct reader *r)
{
	return (uint32_t)reader_uint(r, 3, false);
}
static inline uint32_t reader_le32(struct reader *r)
{
	return (uint32_t)reader_uint(r, 4, false);
}
static inline uint64_t reader_le64(struct reader *r)
{
	return reader_uint(r, 8, false);
}
static inline uint16_t reader_be16(struct reader *r)
{
	return (uint16_t)reader_uint(r, 2, true);
}
static inline uint32_t reader_be24(struct reader *r)
{
	return (uint32_t)reader_uint(r, 3, true);
}
static inline uint32_t reader_be32(struct reader *r)
{
	return (uint32_t)reader_uint(r, 4, true);
}
static inline uint64_t reader_be64(struct reader *r)
{
	return reader_uint(r, 8, true);
}

#endif
