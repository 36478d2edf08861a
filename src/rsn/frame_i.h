/* EAPOL-Key frames with their MIC, as both roles send and check them. */
#ifndef RSN_FRAME_I_H
#define RSN_FRAME_I_H

#include "rsn/keys.h"

/* Room for the largest frame we build: header, RSN and RSNX element, GTK, padding, wrap. */
#define RSN_FRAME_MAX 768

struct rsn_frame {
	const uint8_t *packet; /* the EAPOL packet without padding behind it */
	size_t len;
	struct eapol_key k;
};

/* Returns 0 or -EBADMSG (not a whole EAPOL-Key frame). Views into packet. */
int rsn_frame_parse(const uint8_t *packet, size_t len, struct rsn_frame *out);
/* Whether the frame's MIC is right under this KCK. */
bool rsn_frame_mic_ok(const struct rsn_frame *f, unsigned akm, const uint8_t kck[16]);
/* Writes the packet into w (which must be empty); with kck its MIC is filled in. Returns 0 or
 * negative errno. */
int rsn_frame_write(struct writer *w, uint8_t eapol_version, const struct eapol_key *k,
	unsigned akm, const uint8_t *kck);
/* Decrypts key data into plain, at least f->k.data_len bytes: RC4 in version 1, else AES key wrap.
 * Returns the plain length or -EBADMSG. */
int rsn_frame_unwrap(const struct rsn_frame *f, const uint8_t kek[16], uint8_t *plain);
/* The other way: plain becomes the key data of k, in out. Takes a fresh IV for version 1; for the
 * others len is a multiple of 8, at least 16. Returns 0 or negative errno. */
int rsn_frame_wrap(struct eapol_key *k, unsigned version, const uint8_t kek[16],
	const uint8_t *plain, size_t len, uint8_t out[RSN_FRAME_MAX]);
/* Descriptor type of the frames of WPA and of RSN. */
static inline uint8_t rsn_frame_descriptor(enum rsn_proto proto)
{
	return proto == PROTO_WPA ? KEY_DESC_WPA : KEY_DESC_RSN;
}

/* Selectors as the element of this protocol has them. */
static inline uint32_t rsn_cipher_suite(enum rsn_proto proto, unsigned cipher)
{
	return proto == PROTO_WPA ? cipher_suite_wpa(cipher) : cipher_suite(cipher);
}
static inline uint32_t rsn_akm_suite(enum rsn_proto proto, unsigned akm)
{
	return proto == PROTO_WPA ? akm_suite_wpa(akm) : akm_suite(akm);
}

/* Suite selector as MIB texts have it: 00-0f-ac-4, and 00-00-00-0 for none. */
#define SUITE_FMT "%02x-%02x-%02x-%u"
#define SUITE_ARG(s)                                                                               \
	(unsigned)((s) >> 24 & 0xff), (unsigned)((s) >> 16 & 0xff), (unsigned)((s) >> 8 & 0xff),   \
		(unsigned)((s)&0xff)

#endif
