#include "common/elements.h"

#include <errno.h>

#define ELEMENT_MAX 255
#define VENDOR_HDR 4 /* OUI and type */

bool element_next(struct reader *r, struct element *e)
{
	if (reader_left(r) == 0)
		return false;
	e->id = reader_u8(r);
	e->len = reader_u8(r);
	e->data = reader_bytes(r, e->len);
	return reader_ok(r);
}

uint32_t element_vendor(const struct element *e)
{
	struct reader r = reader_of(e->data, e->len);
	uint32_t v = reader_be32(&r);
	return e->id == EID_VENDOR && reader_ok(&r) ? v : 0;
}

/* Where each kind of element goes. vendor 0: by id alone. */
static const struct {
	uint8_t id;
	uint32_t vendor;
	size_t field;
} kinds[] = {
#define FIELD(f) offsetof(struct elements, f)
	{EID_SSID, 0, FIELD(ssid)},
	{EID_SUPP_RATES, 0, FIELD(supp_rates)},
	{EID_DS_PARAMS, 0, FIELD(ds_params)},
	{EID_TIM, 0, FIELD(tim)},
	{EID_COUNTRY, 0, FIELD(country)},
	{EID_HT_CAP, 0, FIELD(ht_cap)},
	{EID_RSN, 0, FIELD(rsn)},
	{EID_EXT_SUPP_RATES, 0, FIELD(ext_supp_rates)},
	{EID_SUPP_OPER_CLASSES, 0, FIELD(supp_oper_classes)},
	{EID_HT_OPERATION, 0, FIELD(ht_operation)},
	{EID_EXT_CAPAB, 0, FIELD(ext_capab)},
	{EID_VHT_CAP, 0, FIELD(vht_cap)},
	{EID_RSNX, 0, FIELD(rsnx)},
	{EID_VENDOR, VENDOR_WPA, FIELD(wpa)},
	{EID_VENDOR, VENDOR_WMM, FIELD(wmm)},
	{EID_VENDOR, VENDOR_MULTI_AP, FIELD(multi_ap)},
#undef FIELD
};

static void remember(struct elements *out, const struct element *e)
{
	uint32_t vendor = element_vendor(e);
	if (vendor == VENDOR_WPS)
		out->wps_count++;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].id != e->id || kinds[i].vendor != vendor)
			continue;
		struct elem_view *v = (struct elem_view *)((char *)out + kinds[i].field);
		if (!v->data)
			*v = (struct elem_view){e->data, e->len};
		return;
	}
}

int elements_parse(const uint8_t *data, size_t len, struct elements *out)
{
	struct reader r = reader_of(data, len);
	struct element e;

	*out = (struct elements){.all = data, .all_len = len};
	while (element_next(&r, &e))
		remember(out, &e);
	return reader_ok(&r) ? 0 : -EBADMSG;
}

int elements_wps(const uint8_t *data, size_t len, struct bytes *out)
{
	struct writer w = writer_new(0);
	struct reader r = reader_of(data, len);
	struct element e;

	while (element_next(&r, &e))
		if (element_vendor(&e) == VENDOR_WPS)
			writer_bytes(&w, e.data + VENDOR_HDR, e.len - VENDOR_HDR);
	return writer_steal(&w, out) ? -ENOMEM : 0;
}

const uint8_t *element_find(
	const uint8_t *data, size_t len, uint8_t id, uint32_t vendor, size_t *whole_len)
{
	struct reader r = reader_of(data, len);
	struct element e;

	while (element_next(&r, &e)) {
		if (e.id != id || (id == EID_VENDOR && element_vendor(&e) != vendor))
			continue;
		*whole_len = e.len + 2u;
		return e.data - 2;
	}
	*whole_len = 0;
	return NULL;
}

struct writer_mark element_begin(struct writer *w, uint8_t id)
{
	writer_u8(w, id);
	return writer_begin(w, 1, false);
}

void element_end(struct writer *w, struct writer_mark m)
{
	writer_end(w, m);
}

void element_put(struct writer *w, uint8_t id, const void *data, size_t len)
{
	struct writer_mark m = element_begin(w, id);
	writer_bytes(w, data, len);
	element_end(w, m);
}

struct writer_mark element_begin_vendor(struct writer *w, uint32_t vendor)
{
	struct writer_mark m = element_begin(w, EID_VENDOR);
	writer_be32(w, vendor);
	return m;
}

void element_put_vendor_fragmented(struct writer *w, uint32_t vendor, const void *data, size_t len)
{
	struct reader r = reader_of(data, len);
	while (reader_left(&r)) {
		size_t n = reader_left(&r);
		if (n > ELEMENT_MAX - VENDOR_HDR)
			n = ELEMENT_MAX - VENDOR_HDR;
		struct writer_mark m = element_begin_vendor(w, vendor);
		writer_bytes(w, reader_bytes(&r, n), n);
		element_end(w, m);
	}
}
