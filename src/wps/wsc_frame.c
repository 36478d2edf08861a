#include "wps/wsc_frame.h"

#include <string.h>

#include "utils/log.h"

void wsc_frame_init(struct wsc_frame *f, size_t fragment_size)
{
	*f = (struct wsc_frame){.fragment_size = fragment_size ? fragment_size : WSC_FRAGMENT_SIZE};
}

void wsc_frame_clear(struct wsc_frame *f)
{
	bytes_clear(&f->in);
	bytes_clear(&f->out);
}

static void drop_in(struct wsc_frame *f)
{
	bytes_clear(&f->in);
	f->in_total = 0;
	f->in_taken = false;
}

static bool append(struct wsc_frame *f, const uint8_t *data, size_t len)
{
	struct writer w = writer_new(f->in.len + len);
	writer_bytes(&w, f->in.data, f->in.len);
	writer_bytes(&w, data, len);
	bytes_clear(&f->in);
	return writer_steal(&w, &f->in) == 0;
}

static enum wsc_rx rx_fragment(struct wsc_frame *f, enum wsc_op op, bool more, size_t total,
	struct reader data, const uint8_t **msg, size_t *len)
{
	size_t n = reader_left(&data);
	bool first = !f->in_total;
	size_t whole = first ? total : f->in_total;
	size_t left = whole - f->in.len;

	/* A length told again must be the same; more is to come exactly while something lacks. */
	if (!whole || (total && total != whole) || (!first && op != f->in_op) || !n || n > left ||
		more != (n < left)) {
		log_msg(LOG_DBG,
			"EAP-WSC: a fragment of %zu does not fit where %zu of %zu are "
			"missing, dropped",
			n, left, whole);
		return WSC_RX_BAD; /* those before it stay: it may come again, as it should be */
	}
	if (!append(f, reader_bytes(&data, n), n)) {
		drop_in(f);
		return WSC_RX_BAD;
	}
	f->in_total = whole;
	f->in_op = op;
	if (more)
		return WSC_RX_MORE;
	*msg = f->in.data;
	*len = f->in.len;
	f->in_total = 0;
	f->in_taken = true;
	return WSC_RX_MESSAGE;
}

enum wsc_rx wsc_frame_rx(
	struct wsc_frame *f, struct reader data, enum wsc_op *op, const uint8_t **msg, size_t *len)
{
	uint8_t raw_op = reader_u8(&data);
	uint8_t flags = reader_u8(&data);
	size_t total = flags & WSC_FLAG_LENGTH ? reader_be16(&data) : 0;
	bool more = flags & WSC_FLAG_MORE;

	if (!reader_ok(&data) || raw_op < WSC_OP_START || raw_op > WSC_OP_FRAG_ACK ||
		total > WSC_MESSAGE_MAX)
		return WSC_RX_BAD;
	if (f->in_taken)
		drop_in(f);
	*op = (enum wsc_op)raw_op;
	if (*op == WSC_OP_FRAG_ACK)
		return wsc_frame_pending(f) && f->out_sent ? WSC_RX_FRAG_ACK : WSC_RX_BAD;
	if (wsc_frame_pending(f)) /* only an acknowledgement fits now */
		return WSC_RX_BAD;
	if (more || f->in_total)
		return rx_fragment(f, *op, more, total, data, msg, len);
	if (flags & WSC_FLAG_LENGTH && total != reader_left(&data))
		return WSC_RX_BAD;
	if (reader_left(&data) > WSC_MESSAGE_MAX)
		return WSC_RX_BAD;
	*len = reader_left(&data);
	*msg = reader_bytes(&data, *len);
	return WSC_RX_MESSAGE;
}

void wsc_frame_queue(struct wsc_frame *f, enum wsc_op op, struct bytes *msg)
{
	bytes_clear(&f->out);
	f->out = *msg;
	*msg = (struct bytes){NULL, 0};
	f->out_op = op;
	f->out_sent = 0;
	f->out_pending = true;
}

bool wsc_frame_pending(const struct wsc_frame *f)
{
	return f->out_pending;
}

void wsc_frame_write(struct wsc_frame *f, struct writer *w)
{
	size_t left = f->out.len - f->out_sent;
	bool more = left > f->fragment_size;
	bool length = more && f->out_sent == 0;
	size_t n = more ? f->fragment_size : left;

	writer_u8(w, (uint8_t)f->out_op);
	writer_u8(w, (uint8_t)((more ? WSC_FLAG_MORE : 0) | (length ? WSC_FLAG_LENGTH : 0)));
	if (length)
		writer_be16(w, (uint16_t)f->out.len);
	if (n) /* an empty message has no data to point into */
		writer_bytes(w, f->out.data + f->out_sent, n);
	f->out_sent += n;
	f->out_pending = more;
	if (!more)
		bytes_clear(&f->out);
}

void wsc_frame_write_ack(struct writer *w)
{
	writer_u8(w, WSC_OP_FRAG_ACK);
	writer_u8(w, 0);
}
