/* EAPOL (802.1X) header, EAPOL-Key frames and KDEs (IEEE 802.11-2020, 12.7.2, 12.7.3). */
#ifndef COMMON_EAPOL_KEY_H
#define COMMON_EAPOL_KEY_H

#include "utils/reader.h"
#include "utils/writer.h"

enum eapol_type {
	EAPOL_EAP = 0,
	EAPOL_START = 1,
	EAPOL_LOGOFF = 2,
	EAPOL_KEY = 3,
	EAPOL_ASF_ALERT = 4
};
#define EAPOL_HDR_LEN 4

struct eapol_hdr {
	uint8_t version;
	uint8_t type;
	uint16_t len;
};
/* Reads the header and gives the body of `len` bytes; bytes behind it are padding. False when
 * short. */
bool eapol_parse(const uint8_t *frame, size_t frame_len, struct eapol_hdr *h, struct reader *body);
/* Whole EAPOL packet around a body. */
void eapol_write(struct writer *w, uint8_t version, uint8_t type, const void *body, size_t len);

/* Key Information, 12.7.2 b). */
#define KEY_INFO_VERSION_MASK 0x0007
#define KEY_INFO_PAIRWISE 0x0008
#define KEY_INFO_INDEX(info) ((info) >> 4 & 3) /* WPA: index of the group key */
#define KEY_INFO_INDEX_BITS(index) ((index) << 4)
#define KEY_INFO_INSTALL 0x0040
#define KEY_INFO_ACK 0x0080
#define KEY_INFO_MIC 0x0100
#define KEY_INFO_SECURE 0x0200
#define KEY_INFO_ERROR 0x0400
#define KEY_INFO_REQUEST 0x0800
#define KEY_INFO_ENCRYPTED 0x1000
enum { KEY_DESC_RSN = 2, KEY_DESC_WPA = 254 };
enum {
	KEY_VERSION_AKM_DEFINED = 0,
	KEY_VERSION_RC4_MD5 = 1,
	KEY_VERSION_AES_SHA1 = 2,
	KEY_VERSION_AES_CMAC = 3
};
#define NONCE_LEN 32
#define KEY_MIC_LEN 16
/* Offset of the MIC in the EAPOL frame (header included), for MIC lengths of 16. */
#define EAPOL_KEY_MIC_OFFSET 81
#define EAPOL_KEY_MIN_LEN 99 /* frame without key data */

struct eapol_key {
	uint8_t descriptor;
	uint16_t info;
	uint16_t key_len;
	uint64_t replay;
	uint8_t nonce[NONCE_LEN];
	uint8_t iv[16];
	uint64_t rsc;
	uint8_t mic[KEY_MIC_LEN];
	const uint8_t *data; /* key data, view */
	uint16_t data_len;
};
/* body: of an EAPOL_KEY packet. Returns 0, -EBADMSG (short, or data length past the end). */
int eapol_key_parse(struct reader body, struct eapol_key *k);
/* Whole EAPOL packet with this key frame; rsc is little-endian on the wire in its 8 octets. MIC as
 * in k. */
void eapol_key_write(struct writer *w, uint8_t version, const struct eapol_key *k);

/* KDEs in plain key data. Views. */
struct kdes {
	const uint8_t *rsn; /* whole RSN element(s) */
	size_t rsn_len;
	const uint8_t *wpa;
	size_t wpa_len;
	const uint8_t *rsnx;
	size_t rsnx_len;
	const uint8_t *gtk; /* the key alone */
	size_t gtk_len;
	uint8_t gtk_index;
	bool gtk_tx;
	const uint8_t *igtk;
	size_t igtk_len;
	uint16_t igtk_index;
	uint64_t ipn;         /* its receive counter */
	const uint8_t *pmkid; /* 16 */
	const uint8_t *mac;   /* 6 */
};
/* Unknown KDEs are skipped; padding (0xdd 0x00...) ends it. Returns 0 or -EBADMSG. */
int kdes_parse(const uint8_t *data, size_t len, struct kdes *out);
void kde_write_gtk(struct writer *w, uint8_t index, bool tx, const uint8_t *gtk, size_t len);
/* index 4 or 5; ipn: the transmit counter, 48 bits. */
void kde_write_igtk(
	struct writer *w, uint16_t index, uint64_t ipn, const uint8_t *igtk, size_t len);
void kde_write_pmkid(struct writer *w, const uint8_t pmkid[16]);
/* Pads key data for key wrap: to at least 16 bytes and a multiple of 8 (0xdd, zeros). */
void kde_pad(struct writer *w, size_t start);

#endif
