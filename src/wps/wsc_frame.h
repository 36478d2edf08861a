/* EAP-WSC framing (WSC 2.0, 7.7): fragments of a registration protocol message in both directions.
 * Used by the method of the EAP peer and that of the EAP server. */
#ifndef WPS_WSC_FRAME_H
#define WPS_WSC_FRAME_H

#include "common/eap.h"
#include "utils/bytes.h"

#define WSC_FRAGMENT_SIZE 1398
#define WSC_MESSAGE_MAX 50000 /* a peer must not make us hold more */

struct wsc_frame {
	size_t fragment_size;
	struct bytes in; /* grows only as fragments arrive */
	size_t in_total; /* length told in the first fragment; 0 = none under way */
	enum wsc_op in_op;
	bool in_taken; /* the message was handed out; its bytes go with the next fragment */
	struct bytes out;
	size_t out_sent;
	enum wsc_op out_op;
	bool out_pending;
};

enum wsc_rx {
	WSC_RX_BAD,      /* drop the packet */
	WSC_RX_MESSAGE,  /* a whole message */
	WSC_RX_MORE,     /* a fragment; answer with wsc_frame_write_ack() */
	WSC_RX_FRAG_ACK, /* our fragment arrived; answer with wsc_frame_write() */
};

void wsc_frame_init(struct wsc_frame *f, size_t fragment_size); /* 0 = WSC_FRAGMENT_SIZE */
void wsc_frame_clear(struct wsc_frame *f);
/* Type data of a received packet. The message's view lives until the next call. */
enum wsc_rx wsc_frame_rx(
	struct wsc_frame *f, struct reader data, enum wsc_op *op, const uint8_t **msg, size_t *len);
/* Queues a message to send, taking its bytes. */
void wsc_frame_queue(struct wsc_frame *f, enum wsc_op op, struct bytes *msg);
/* More of the queued message to be sent? */
bool wsc_frame_pending(const struct wsc_frame *f);
/* The next fragment of the queued message as type data. */
void wsc_frame_write(struct wsc_frame *f, struct writer *w);
void wsc_frame_write_ack(struct writer *w);

#endif
