/* Multi-AP element (Wi-Fi Multi-AP specification R2). */
#include "common/elements.h"

enum multi_ap_sub {
	SUB_EXTENSION = 6,
	SUB_PROFILE = 7,
	SUB_DEFAULT_VLAN = 8,
};
#define PROFILE_MAX 6
#define VLAN_MAX 4094

int elements_multi_ap(const struct elements *e, struct multi_ap *out)
{
	struct reader r = reader_of(e->multi_ap.data, e->multi_ap.len);
	reader_skip(&r, 4); /* OUI and type: that is how it was recognised */
	return multi_ap_parse(r.p, reader_left(&r), out);
}

int multi_ap_parse(const uint8_t *data, size_t len, struct multi_ap *out)
{
	struct reader r = reader_of(data, len);
	struct element sub; /* sub-elements are laid out as elements are */
	bool have_flags = false, have_vlan = false;

	*out = (struct multi_ap){.profile = 1};
	while (element_next(&r, &sub)) {
		struct reader v = reader_of(sub.data, sub.len);
		switch ((enum multi_ap_sub)sub.id) {
		case SUB_EXTENSION:
			out->flags = reader_u8(&v);
			have_flags = true;
			break;
		case SUB_PROFILE:
			out->profile = reader_u8(&v);
			break;
		case SUB_DEFAULT_VLAN:
			out->vlanid = reader_le16(&v);
			have_vlan = true;
			break;
		}
		if (!reader_ok(&v))
			return STATUS_INVALID_IE;
	}
	if (!reader_ok(&r) || !have_flags)
		return STATUS_INVALID_IE;
	if (out->profile > PROFILE_MAX)
		return STATUS_DENIED;
	if (have_vlan && (out->profile < 2 || out->vlanid == 0 || out->vlanid > VLAN_MAX))
		return STATUS_INVALID_IE;
	return 0;
}

void multi_ap_write(struct writer *w, const struct multi_ap *m)
{
	struct writer_mark whole = element_begin_vendor(w, VENDOR_MULTI_AP);
	element_put(w, SUB_EXTENSION, &m->flags, 1);
	if (m->profile >= 2)
		element_put(w, SUB_PROFILE, &m->profile, 1);
	if (m->profile >= 2 && m->vlanid) {
		struct writer_mark vlan = element_begin(w, SUB_DEFAULT_VLAN);
		writer_le16(w, m->vlanid);
		element_end(w, vlan);
	}
	element_end(w, whole);
}
