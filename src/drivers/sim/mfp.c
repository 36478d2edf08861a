/* Protected management frames, as a kernel does them: marked where both ends have a pairwise key
 * and want protection (a mark stands for the encryption), and frames without the mark are not
 * obeyed. The kernel of a station answers SA Queries by itself. */
#include "drivers/sim/sim_i.h"

#define FC1_PROTECTED 0x40 /* FC_PROTECTED in the second octet */

static bool is_robust(unsigned stype)
{
	return stype == STYPE_DEAUTH || stype == STYPE_DISASSOC || stype == STYPE_ACTION;
}

static bool protects(const struct sim_peer *p)
{
	return p && p->flags & DRV_STA_MFP && p->key.set;
}

void mfp_protect(const struct drv_if *i, uint8_t *frame, size_t len)
{
	struct reader r = reader_of(frame, len);
	struct mgmt_hdr h;

	if (FC_TYPE(frame[0]) == FTYPE_MGMT && mgmt_parse(&r, &h) && !mac_is_group(h.da) &&
		is_robust(FC_STYPE(h.fc)) && protects(peer_find(i, h.da)))
		frame[1] |= FC1_PROTECTED;
}

bool mfp_refuses(const struct drv_if *i, const struct mgmt_hdr *h)
{
	return !mac_is_group(h->da) && is_robust(FC_STYPE(h->fc)) && !(h->fc & FC_PROTECTED) &&
	       protects(peer_find(i, h->sa));
}

void mfp_unprotected(struct drv_if *i, const struct mgmt_hdr *h, struct reader *body)
{
	struct drv_event ev = {
		.kind = DRV_EV_UNPROT_LEAVE, .disc = {.deauth = FC_STYPE(h->fc) == STYPE_DEAUTH}};

	ev.disc.reason = reader_le16(body);
	mac_copy(ev.addr, h->sa);
	if (reader_ok(body) && FC_STYPE(h->fc) != STYPE_ACTION)
		sim_emit(i, &ev);
}

bool mfp_answer(struct drv_if *i, const struct mgmt_hdr *h, struct reader body)
{
	uint8_t category = reader_u8(&body), action = reader_u8(&body);
	uint16_t transaction = reader_le16(&body);

	if (!reader_ok(&body) || category != CATEGORY_SA_QUERY || action != SA_QUERY_REQUEST)
		return false;
	struct writer w = writer_new(32);
	mgmt_write(&w, STYPE_ACTION, h->sa, i->port.addr, h->bssid);
	writer_u8(&w, CATEGORY_SA_QUERY);
	writer_u8(&w, SA_QUERY_RESPONSE);
	writer_le16(&w, transaction);
	sim_transmit(i, &w, 0, false, TX_OTHER, 0);
	return true;
}
