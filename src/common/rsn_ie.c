#include "common/rsn_ie.h"

#include <errno.h>

#include "common/suites_i.h"

#define RSN_VERSION 1
#define PMKID_LEN 16

static bool count_ok(const struct reader *r, uint16_t count, size_t each)
{
	return reader_ok(r) && count > 0 && count <= reader_left(r) / each;
}

/* A selector of the other element's OUI means nothing here. */
static uint32_t read_suite(struct reader *r, enum rsn_proto proto)
{
	uint32_t suite = reader_be32(r);
	uint32_t oui = proto == PROTO_WPA ? OUI_MICROSOFT : OUI_RSN;
	return suite >> 8 == oui ? suite : 0;
}

/* The fields may stop after any complete one (9.4.2.24.1); then the rest keeps its default. */
static bool parse_fields(struct reader *r, struct rsn_ie *out)
{
	uint16_t n;

	if (reader_le16(r) != RSN_VERSION)
		return false;
	if (!reader_left(r))
		return reader_ok(r);
	out->group = cipher_from_suite(read_suite(r, out->proto));
	if (!reader_left(r))
		return reader_ok(r);
	n = reader_le16(r);
	if (!count_ok(r, n, 4))
		return false;
	for (out->pairwise = 0; n; n--)
		out->pairwise |= cipher_from_suite(read_suite(r, out->proto));
	if (!reader_left(r))
		return true;
	n = reader_le16(r);
	if (!count_ok(r, n, 4))
		return false;
	for (out->akm = 0; n; n--)
		out->akm |= akm_from_suite(read_suite(r, out->proto));
	if (!reader_left(r))
		return true;
	out->capab = reader_le16(r);
	return reader_ok(r);
}

/* The fields that only the RSN element has. */
static bool parse_rsn_tail(struct reader *r, struct rsn_ie *out)
{
	if (!reader_left(r))
		return reader_ok(r);
	uint16_t n = reader_le16(r);
	if (n && !count_ok(r, n, PMKID_LEN))
		return false;
	out->pmkid_count = (uint8_t)n; /* an element has no room for more than 15 */
	out->pmkids = n ? reader_bytes(r, (size_t)n * PMKID_LEN) : NULL;
	if (!reader_left(r))
		return reader_ok(r);
	out->group_mgmt = cipher_from_suite(reader_be32(r));
	return reader_ok(r);
}

int rsn_ie_parse(const uint8_t *raw, size_t len, struct rsn_ie *out)
{
	struct reader whole = reader_of(raw, len);
	struct element e;

	if (!element_next(&whole, &e) || !reader_at_end(&whole))
		return -EBADMSG;
	struct reader r = reader_of(e.data, e.len);
	if (e.id == EID_RSN) {
		*out = (struct rsn_ie){.proto = PROTO_RSN,
			.group = CIPHER_CCMP,
			.pairwise = CIPHER_CCMP,
			.akm = AKM_8021X};
		return parse_fields(&r, out) && parse_rsn_tail(&r, out) ? 0 : -EBADMSG;
	}
	if (element_vendor(&e) != VENDOR_WPA)
		return -EBADMSG;
	*out = (struct rsn_ie){.proto = PROTO_WPA,
		.group = CIPHER_TKIP,
		.pairwise = CIPHER_TKIP,
		.akm = AKM_8021X};
	reader_skip(&r, 4);
	return parse_fields(&r, out) ? 0 : -EBADMSG;
}

/* A counted list of selectors; the count goes in front once it is known. */
static void patch_count(struct writer *w, size_t at, uint16_t n)
{
	if (!writer_ok(w))
		return;
	w->buf[at] = (uint8_t)n;
	w->buf[at + 1] = (uint8_t)(n >> 8);
}

static void write_pairwise(struct writer *w, unsigned mask, enum rsn_proto proto)
{
	size_t at = w->len;
	uint16_t n = 0;
	writer_le16(w, 0);
	for (size_t i = 0; i < n_cipher_rows; i++) {
		uint32_t suite = proto == PROTO_WPA ? cipher_rows[i].wpa : cipher_rows[i].rsn;
		if (!(mask & cipher_rows[i].bit) || !suite)
			continue;
		writer_be32(w, suite);
		n++;
	}
	patch_count(w, at, n);
}

static void write_akms(struct writer *w, unsigned mask, enum rsn_proto proto)
{
	size_t at = w->len;
	uint16_t n = 0;
	writer_le16(w, 0);
	for (size_t i = 0; i < n_akm_rows; i++) {
		uint32_t suite = proto == PROTO_WPA ? akm_rows[i].wpa : akm_rows[i].rsn;
		if (!(mask & akm_rows[i].bit) || !suite)
			continue;
		writer_be32(w, suite);
		n++;
	}
	patch_count(w, at, n);
}

void rsn_ie_write(struct writer *w, const struct rsn_ie *ie)
{
	bool wpa = ie->proto == PROTO_WPA;
	struct writer_mark m =
		wpa ? element_begin_vendor(w, VENDOR_WPA) : element_begin(w, EID_RSN);
	writer_le16(w, RSN_VERSION);
	writer_be32(w, wpa ? cipher_suite_wpa(ie->group) : cipher_suite(ie->group));
	write_pairwise(w, ie->pairwise, ie->proto);
	write_akms(w, ie->akm, ie->proto);
	if (!wpa) {
		writer_le16(w, ie->capab);
		if (ie->pmkid_count || ie->group_mgmt) {
			writer_le16(w, ie->pmkid_count);
			writer_bytes(w, ie->pmkids, (size_t)ie->pmkid_count * PMKID_LEN);
		}
		if (ie->group_mgmt)
			writer_be32(w, cipher_suite(ie->group_mgmt));
	}
	element_end(w, m);
}

/* Ciphers of protected data: the others never stand in scan results. */
#define FLAG_CIPHERS                                                                               \
	(CIPHER_CCMP256 | CIPHER_GCMP256 | CIPHER_CCMP | CIPHER_GCMP | CIPHER_TKIP | CIPHER_NONE)

void rsn_ie_flags(struct strbuf *s, const struct rsn_ie *ie)
{
	size_t start = s->len;
	const char *sep = "-";
	bool ok = strbuf_add(s, ie->proto == PROTO_WPA ? "[WPA" : "[WPA2");

	for (size_t i = 0; ok && i < n_akm_rows; i++) {
		if (!(ie->akm & akm_rows[i].bit) || !akm_rows[i].flag)
			continue;
		ok = strbuf_add(s, "%s%s", sep, akm_rows[i].flag);
		sep = "+";
	}
	sep = "-";
	for (size_t i = 0; ok && i < n_cipher_rows; i++) {
		if (!(ie->pairwise & cipher_rows[i].bit & FLAG_CIPHERS))
			continue;
		ok = strbuf_add(s, "%s%s", sep, cipher_rows[i].name);
		sep = "+";
	}
	ok = ok && strbuf_add(s, ie->capab & RSN_CAP_PREAUTH ? "-preauth]" : "]");
	if (!ok)
		strbuf_truncate(s, start); /* whole or not at all */
}
