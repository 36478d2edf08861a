#include "common/eapol_key.h"

#include <errno.h>

#include "common/elements.h"

bool eapol_parse(const uint8_t *frame, size_t frame_len, struct eapol_hdr *h, struct reader *body)
{
	struct reader r = reader_of(frame, frame_len);
	h->version = reader_u8(&r);
	h->type = reader_u8(&r);
	h->len = reader_be16(&r);
	*body = reader_sub(&r, h->len);
	return reader_ok(body);
}

static struct writer_mark eapol_begin(struct writer *w, uint8_t version, uint8_t type)
{
	writer_u8(w, version);
	writer_u8(w, type);
	return writer_begin(w, 2, true);
}

void eapol_write(struct writer *w, uint8_t version, uint8_t type, const void *body, size_t len)
{
	struct writer_mark m = eapol_begin(w, version, type);
	writer_bytes(w, body, len);
	writer_end(w, m);
}

int eapol_key_parse(struct reader body, struct eapol_key *k)
{
	k->descriptor = reader_u8(&body);
	k->info = reader_be16(&body);
	k->key_len = reader_be16(&body);
	k->replay = reader_be64(&body);
	reader_copy(&body, k->nonce, NONCE_LEN);
	reader_copy(&body, k->iv, sizeof(k->iv));
	k->rsc = reader_le64(&body);
	reader_skip(&body, 8); /* reserved */
	reader_copy(&body, k->mic, KEY_MIC_LEN);
	k->data_len = reader_be16(&body);
	k->data = reader_bytes(&body, k->data_len);
	return reader_ok(&body) ? 0 : -EBADMSG;
}

void eapol_key_write(struct writer *w, uint8_t version, const struct eapol_key *k)
{
	struct writer_mark m = eapol_begin(w, version, EAPOL_KEY);
	writer_u8(w, k->descriptor);
	writer_be16(w, k->info);
	writer_be16(w, k->key_len);
	writer_be64(w, k->replay);
	writer_bytes(w, k->nonce, NONCE_LEN);
	writer_bytes(w, k->iv, sizeof(k->iv));
	writer_le64(w, k->rsc);
	writer_zeros(w, 8);
	writer_bytes(w, k->mic, KEY_MIC_LEN);
	writer_be16(w, k->data_len);
	writer_bytes(w, k->data, k->data_len);
	writer_end(w, m);
}

/* KDE types under OUI_RSN, 12.7.2, Table 12-9. */
enum kde_type {
	KDE_GTK = 1,
	KDE_MAC = 3,
	KDE_PMKID = 4,
	KDE_IGTK = 9,
};
#define KDE(type) ((uint32_t)OUI_RSN << 8 | (type))
#define KDE_GTK_TX 0x04
#define IPN_LEN 6

static bool take_igtk(struct kdes *out, struct reader v)
{
	out->igtk_index = reader_le16(&v);
	out->ipn = 0;
	for (unsigned n = 0; n < IPN_LEN; n++)
		out->ipn |= (uint64_t)reader_u8(&v) << 8 * n;
	out->igtk_len = reader_left(&v);
	out->igtk = reader_bytes(&v, out->igtk_len);
	return reader_ok(&v) && out->igtk_len > 0;
}

/* A vendor-typed item; `v` stands behind the OUI and type. False: too short for its type. */
static bool kde_take(struct kdes *out, uint32_t type, const struct element *e, struct reader v)
{
	switch (type) {
	case KDE(KDE_GTK): {
		uint8_t flags = reader_u8(&v);
		reader_skip(&v, 1);
		out->gtk_index = flags & 3;
		out->gtk_tx = flags & KDE_GTK_TX;
		out->gtk_len = reader_left(&v);
		out->gtk = reader_bytes(&v, out->gtk_len);
		break;
	}
	case KDE(KDE_MAC):
		out->mac = reader_bytes(&v, MAC_LEN);
		break;
	case KDE(KDE_PMKID):
		out->pmkid = reader_bytes(&v, 16);
		break;
	case KDE(KDE_IGTK):
		return take_igtk(out, v);
	case VENDOR_WPA:
		out->wpa = e->data - 2;
		out->wpa_len = e->len + 2u;
		break;
	}
	return reader_ok(&v);
}

/* The first RSN element is the one of the beacon, 12.7.6.4. */
static void element_take(struct kdes *out, const struct element *e)
{
	if (e->id == EID_RSN && !out->rsn) {
		out->rsn = e->data - 2;
		out->rsn_len = e->len + 2u;
	} else if (e->id == EID_RSNX && !out->rsnx) {
		out->rsnx = e->data - 2;
		out->rsnx_len = e->len + 2u;
	}
}

/* Padding for key wrap is one 0xdd and zeros; as a vendor item it would have length 0 or none. */
static bool at_padding(const struct reader *r)
{
	return r->p[0] == EID_VENDOR && (reader_left(r) == 1 || r->p[1] == 0);
}

int kdes_parse(const uint8_t *data, size_t len, struct kdes *out)
{
	struct reader r = reader_of(data, len);
	struct element e;

	*out = (struct kdes){0};
	while (reader_left(&r) && !at_padding(&r)) {
		if (!element_next(&r, &e))
			return -EBADMSG;
		uint32_t vendor = element_vendor(&e);
		struct reader v = reader_of(e.data, e.len);
		reader_skip(&v, 4);
		if (!vendor)
			element_take(out, &e);
		else if (!kde_take(out, vendor, &e, v))
			return -EBADMSG;
	}
	return 0;
}

static struct writer_mark kde_begin(struct writer *w, enum kde_type type)
{
	return element_begin_vendor(w, KDE(type));
}

void kde_write_gtk(struct writer *w, uint8_t index, bool tx, const uint8_t *gtk, size_t len)
{
	struct writer_mark m = kde_begin(w, KDE_GTK);
	writer_u8(w, (uint8_t)(index | (tx ? KDE_GTK_TX : 0)));
	writer_u8(w, 0);
	writer_bytes(w, gtk, len);
	element_end(w, m);
}

void kde_write_igtk(struct writer *w, uint16_t index, uint64_t ipn, const uint8_t *igtk, size_t len)
{
	struct writer_mark m = kde_begin(w, KDE_IGTK);

	writer_le16(w, index);
	for (unsigned n = 0; n < IPN_LEN; n++)
		writer_u8(w, (uint8_t)(ipn >> 8 * n));
	writer_bytes(w, igtk, len);
	element_end(w, m);
}

void kde_write_pmkid(struct writer *w, const uint8_t pmkid[16])
{
	struct writer_mark m = kde_begin(w, KDE_PMKID);
	writer_bytes(w, pmkid, 16);
	element_end(w, m);
}

void kde_pad(struct writer *w, size_t start)
{
	size_t len = w->len - start;
	if (len >= 16 && len % 8 == 0)
		return;
	writer_u8(w, EID_VENDOR);
	for (len++; len < 16 || len % 8; len++)
		writer_u8(w, 0);
}
