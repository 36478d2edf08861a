#include "utils/writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct writer writer_new(size_t first_cap)
{
	struct writer w = {.grows = true};
	w.buf = malloc(first_cap ? first_cap : 1);
	w.cap = w.buf ? first_cap : 0;
	w.bad = !w.buf;
	return w;
}

void writer_free(struct writer *w)
{
	if (w->grows && w->buf) {
		wipe(w->buf, w->cap);
		free(w->buf);
	}
	*w = (struct writer){.bad = true};
}

int writer_steal(struct writer *w, struct bytes *out)
{
	*out = (struct bytes){NULL, 0};
	if (w->bad) {
		writer_free(w);
		return -EMSGSIZE;
	}
	if (!w->grows)
		return bytes_set(out, w->buf, w->len);
	if (w->len) {
		out->data = w->buf;
		out->len = w->len;
		w->buf = NULL; /* now the caller's */
	}
	writer_free(w);
	return 0;
}

/* Not realloc(): it may leave a copy of key material behind in freed memory. */
static bool grow(struct writer *w, size_t need)
{
	size_t cap = w->cap < 64 ? 64 : w->cap;
	while (cap < need) {
		if (cap > SIZE_MAX / 2)
			return false;
		cap *= 2;
	}
	uint8_t *buf = malloc(cap);
	if (!buf)
		return false;
	memcpy(buf, w->buf, w->len);
	wipe(w->buf, w->len);
	free(w->buf);
	w->buf = buf;
	w->cap = cap;
	return true;
}

uint8_t *writer_reserve(struct writer *w, size_t n)
{
	if (w->bad)
		return NULL;
	if (n > w->cap - w->len && (!w->grows || n > SIZE_MAX - w->len || !grow(w, w->len + n))) {
		w->bad = true;
		return NULL;
	}
	uint8_t *at = w->buf + w->len;
	w->len += n;
	return at;
}

void writer_bytes(struct writer *w, const void *data, size_t n)
{
	if (!n)
		return;
	uint8_t *at = writer_reserve(w, n);
	if (at)
		memcpy(at, data, n);
}

void writer_zeros(struct writer *w, size_t n)
{
	uint8_t *at = n ? writer_reserve(w, n) : NULL;
	if (at)
		memset(at, 0, n);
}

static void put(uint8_t *at, uint64_t v, unsigned width, bool big_endian)
{
	for (unsigned i = 0; i < width; i++)
		at[big_endian ? width - 1 - i : i] = (uint8_t)(v >> (8 * i));
}

static void write_uint(struct writer *w, uint64_t v, unsigned width, bool big_endian)
{
	uint8_t *at = writer_reserve(w, width);
	if (at)
		put(at, v, width, big_endian);
}

void writer_u8(struct writer *w, uint8_t v)
{
	write_uint(w, v, 1, false);
}

void writer_le16(struct writer *w, uint16_t v)
{
	write_uint(w, v, 2, false);
}

void writer_le24(struct writer *w, uint32_t v)
{
	write_uint(w, v, 3, false);
}

void writer_le32(struct writer *w, uint32_t v)
{
	write_uint(w, v, 4, false);
}

void writer_le64(struct writer *w, uint64_t v)
{
	write_uint(w, v, 8, false);
}

void writer_be16(struct writer *w, uint16_t v)
{
	write_uint(w, v, 2, true);
}

void writer_be24(struct writer *w, uint32_t v)
{
	write_uint(w, v, 3, true);
}

void writer_be32(struct writer *w, uint32_t v)
{
	write_uint(w, v, 4, true);
}

void writer_be64(struct writer *w, uint64_t v)
{
	write_uint(w, v, 8, true);
}

struct writer_mark writer_begin(struct writer *w, unsigned width, bool big_endian)
{
	struct writer_mark m = {w->len, width, big_endian};
	writer_zeros(w, width);
	return m;
}

void writer_end(struct writer *w, struct writer_mark m)
{
	if (w->bad)
		return;
	uint64_t len = w->len - (m.at + m.width);
	if (m.width < 8 && len >> (8 * m.width)) {
		w->bad = true;
		return;
	}
	put(w->buf + m.at, len, m.width, m.big_endian);
}
