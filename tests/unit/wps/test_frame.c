/* EAP-WSC fragments without EAP: sizes at the limit, and what the receiver holds. */
#include <stddef.h>
#include <stdint.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "wps/wsc_frame.h"

static enum wsc_rx give(struct wsc_frame *f, uint8_t flags, uint16_t total, size_t n, size_t *len)
{
	uint8_t *packet = malloc(4 + n);
	const uint8_t *msg = NULL;
	struct writer w = writer_over(packet, 4 + n);
	enum wsc_op op;

	writer_u8(&w, WSC_OP_MSG);
	writer_u8(&w, flags);
	if (flags & WSC_FLAG_LENGTH)
		writer_be16(&w, total);
	for (size_t i = 0; i < n; i++)
		writer_u8(&w, (uint8_t)i);
	enum wsc_rx rx = wsc_frame_rx(f, reader_of(packet, w.len), &op, &msg, len);
	if (rx == WSC_RX_MESSAGE && *len)
		assert_int_equal(msg[0], 0);
	free(packet);
	return rx;
}

#define BOTH (WSC_FLAG_LENGTH | WSC_FLAG_MORE)

static void test_limit(void **state)
{
	struct wsc_frame f;
	size_t len;

	wsc_frame_init(&f, 0);
	assert_int_equal(give(&f, BOTH, 50001, 1000, &len), WSC_RX_BAD);
	assert_int_equal(give(&f, BOTH, 65535, 1000, &len), WSC_RX_BAD);
	assert_int_equal(give(&f, 0, 0, 50001, &len), WSC_RX_BAD);
	assert_int_equal(f.in.len, 0);
	assert_int_equal(give(&f, BOTH, 50000, 1000, &len), WSC_RX_MORE);
	for (unsigned i = 2; i < 50; i++) {
		assert_int_equal(give(&f, WSC_FLAG_MORE, 0, 1000, &len), WSC_RX_MORE);
		/* Told lengths are not reserved. */
		assert_int_equal(f.in.len, i * 1000);
	}
	/* More than was told, another length, more to come: none of them harms what is there. */
	assert_int_equal(give(&f, 0, 0, 1001, &len), WSC_RX_BAD);
	assert_int_equal(give(&f, WSC_FLAG_MORE, 0, 1000, &len), WSC_RX_BAD);
	assert_int_equal(give(&f, WSC_FLAG_LENGTH, 49999, 1000, &len), WSC_RX_BAD);
	assert_int_equal(give(&f, 0, 0, 999, &len), WSC_RX_BAD);
	assert_int_equal(give(&f, WSC_FLAG_MORE, 0, 0, &len), WSC_RX_BAD);
	assert_int_equal(give(&f, WSC_FLAG_LENGTH, 50000, 1000, &len), WSC_RX_MESSAGE);
	assert_int_equal(len, 50000);
	/* The next one. */
	assert_int_equal(give(&f, 0, 0, 10, &len), WSC_RX_MESSAGE);
	assert_int_equal(len, 10);
	wsc_frame_clear(&f);
}

/* Whatever the fragment size, what one side writes the other reads. */
static void test_there_and_back(void **state)
{
	static const size_t sizes[] = {0, 1, 2, 7, 8, 15, 16, 17, 1398, 1399, 5000};

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		for (size_t fragment = 1; fragment < 20; fragment++) {
			uint8_t text[5000], buf[64];
			struct wsc_frame from, to;
			struct bytes msg = {0};
			const uint8_t *got = NULL;
			size_t len = 0;
			enum wsc_op op;
			for (size_t j = 0; j < sizeof(text); j++)
				text[j] = (uint8_t)(j * 7);
			wsc_frame_init(&from, fragment);
			wsc_frame_init(&to, fragment);
			assert_int_equal(bytes_set(&msg, text, sizes[i]), 0);
			wsc_frame_queue(&from, WSC_OP_MSG, &msg);
			enum wsc_rx rx = WSC_RX_MORE;
			while (rx == WSC_RX_MORE) {
				struct writer w = writer_over(buf, sizeof(buf));
				wsc_frame_write(&from, &w);
				rx = wsc_frame_rx(&to, reader_of(buf, w.len), &op, &got, &len);
				if (rx != WSC_RX_MORE)
					break;
				w = writer_over(buf, sizeof(buf));
				wsc_frame_write_ack(&w);
				const uint8_t *none;
				size_t zero;
				assert_int_equal(wsc_frame_rx(&from, reader_of(buf, w.len), &op,
							 &none, &zero),
					WSC_RX_FRAG_ACK);
			}
			assert_int_equal(rx, WSC_RX_MESSAGE);
			assert_int_equal(op, WSC_OP_MSG);
			assert_int_equal(len, sizes[i]);
			if (len)
				assert_memory_equal(got, text, len);
			assert_false(wsc_frame_pending(&from));
			wsc_frame_clear(&from);
			wsc_frame_clear(&to);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_there_and_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
