/* Stations heard by a radio (track_sta_max_num): for programs that steer, and for BSSs that leave
 * stations to another radio (no_probe_resp_if_seen_on, no_auth_if_seen_on). */
#include "ap/ap_i.h"

#include <stdlib.h>

struct ap_track {
	UT_hash_handle hh;
	TAILQ_ENTRY(ap_track) link;
	uint8_t addr[MAC_LEN];
	uint64_t heard;
	int signal_dbm;
};

static void forget(struct ap_radio *r, struct ap_track *t)
{
	HASH_DEL(r->tracks, t);
	TAILQ_REMOVE(&r->track_order, t, link);
	free(t);
}

static struct ap_track *oldest(const struct ap_radio *r)
{
	return TAILQ_LAST(&r->track_order, ap_track_list);
}

void ap_tracks_clear(struct ap_radio *r)
{
	while (oldest(r))
		forget(r, oldest(r));
}

static void expire(struct ap_radio *r)
{
	uint64_t now = timers_now(r->timers);
	uint64_t age = (uint64_t)r->cfg->track_sta_max_age * USEC_PER_SEC;

	while (oldest(r) && now - oldest(r)->heard > age)
		forget(r, oldest(r));
}

static struct ap_track *find(const struct ap_radio *r, const uint8_t addr[MAC_LEN])
{
	struct ap_track *t;

	HASH_FIND(hh, r->tracks, addr, MAC_LEN, t);
	return t;
}

void ap_track_heard(struct ap_radio *r, const uint8_t addr[MAC_LEN], int signal_dbm)
{
	unsigned max = (unsigned)r->cfg->track_sta_max_num;
	struct ap_track *t = find(r, addr);

	if (t)
		forget(r, t);
	expire(r);
	while (oldest(r) && HASH_COUNT(r->tracks) >= max)
		forget(r, oldest(r));
	t = max ? calloc(1, sizeof(*t)) : NULL;
	if (!t)
		return;
	mac_copy(t->addr, addr);
	t->heard = timers_now(r->timers);
	t->signal_dbm = signal_dbm;
	HASH_ADD(hh, r->tracks, addr, MAC_LEN, t);
	TAILQ_INSERT_HEAD(&r->track_order, t, link);
}

bool ap_radio_has_heard(struct ap_radio *r, const uint8_t addr[MAC_LEN])
{
	expire(r);
	return find(r, addr) != NULL;
}

void ap_track_list(struct ap_bss *b, struct strbuf *out)
{
	struct ap_radio *r = b->radio;
	const struct ap_track *t;

	expire(r);
	TAILQ_FOREACH (t, &r->track_order, link)
		if (!strbuf_add(out, MACSTR " %u %d\n", MAC2STR(t->addr),
			    (unsigned)((timers_now(r->timers) - t->heard) / USEC_PER_SEC),
			    t->signal_dbm))
			break;
}

struct ap_bss *ap_seen_elsewhere(
	const struct ap_bss *b, const char *ifname, const uint8_t addr[MAC_LEN])
{
	const struct ap_radio *r = b->radio;
	struct ap_bss *other = ifname && r->ops->bss_of ? r->ops->bss_of(r->ctx, ifname) : NULL;

	if (!other || !ap_radio_has_heard(other->radio, addr))
		return NULL;
	log_msg(LOG_DBG, "%s: " MACSTR " is left to %s, which has heard it, too", b->cfg->interface,
		MAC2STR(addr), ifname);
	return other;
}
