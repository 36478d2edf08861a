#include "utils/base64.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "utils/reader.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_write(struct writer *w, const void *data, size_t len)
{
	struct reader r = reader_of(data, len);

	while (reader_left(&r) > 0) {
		size_t n = reader_left(&r) < 3 ? reader_left(&r) : 3;
		uint8_t in[3] = {0};
		reader_copy(&r, in, n);
		uint32_t v = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
		for (unsigned i = 0; i < 4; i++)
			writer_u8(w, i <= n ? (uint8_t)digits[v >> (18 - 6 * i) & 63] : '=');
	}
}

int base64_decode(const char *text, struct bytes *out)
{
	struct writer w = writer_new(strlen(text) * 3 / 4 + 3);
	uint32_t v = 0;
	unsigned count = 0, padding = 0;

	for (; *text; text++) {
		const char *at = strchr(digits, *text);
		if (isspace((unsigned char)*text))
			continue;
		if (*text == '=' && count % 4 >= 2 && padding < 2)
			padding++;
		else if (!at || padding)
			break;
		v = v << 6 | (at ? (uint32_t)(at - digits) : 0);
		if (++count % 4 == 0)
			writer_be24(&w, v & 0xffffff);
	}
	if (*text || count % 4 != 0) {
		writer_free(&w);
		return -EBADMSG;
	}
	if (w.len >= padding)
		w.len -= padding;
	return writer_steal(&w, out);
}
