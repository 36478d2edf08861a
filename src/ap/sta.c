/* Station table of a BSS, and the life of one station. */
#include "ap/ap_i.h"

#include <errno.h>
#include <stdlib.h>

/* Stations that authenticated but did not associate; the oldest makes room, so that a flood of
 * forged authentication frames costs a fixed amount of memory. */
#define HALF_OPEN_MAX 256

static const char *const state_names[] = {
	[STA_AUTHENTICATED] = "AUTHENTICATED",
	[STA_ASSOC_SENT] = "ASSOC_SENT",
	[STA_ASSOCIATED] = "ASSOCIATED",
	[STA_AUTHORIZED] = "AUTHORIZED",
};

static void half_open_insert(struct ap_sta *s)
{
	TAILQ_INSERT_TAIL(&s->bss->half_open, s, half_open);
	s->bss->half_open_count++;
}

static void half_open_remove(struct ap_sta *s)
{
	TAILQ_REMOVE(&s->bss->half_open, s, half_open);
	s->bss->half_open_count--;
}

struct ap_sta *ap_sta_add(struct ap_bss *b, const uint8_t addr[MAC_LEN])
{
	struct ap_sta *s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	/* Only here: a station that falls back to half open may be one of a loop over all, which
	 * must not lose any other. */
	while (b->half_open_count >= HALF_OPEN_MAX)
		ap_sta_free(TAILQ_FIRST(&b->half_open));
	s->bss = b;
	mac_copy(s->addr, addr);
	HASH_ADD(hh, b->stations, addr, MAC_LEN, s);
	half_open_insert(s);
	ap_half_open_start(s);
	return s;
}

struct ap_sta *ap_sta_find(const struct ap_bss *b, const uint8_t addr[MAC_LEN])
{
	struct ap_sta *s;
	HASH_FIND(hh, b->stations, addr, MAC_LEN, s);
	return s;
}

struct ap_sta *ap_sta_first(const struct ap_bss *b)
{
	return b->stations;
}

struct ap_sta *ap_sta_next(const struct ap_sta *s)
{
	return s->hh.next;
}

unsigned ap_bss_sta_count(const struct ap_bss *b)
{
	return b->assoc_count;
}

static bool associated(enum ap_sta_state state)
{
	return state == STA_ASSOCIATED || state == STA_AUTHORIZED;
}

void ap_sta_enter(struct ap_sta *s, enum ap_sta_state state, const char *reason)
{
	struct ap_bss *b = s->bss;

	log_msg(LOG_DBG, "%s: STA " MACSTR " %s -> %s (%s)", b->cfg->interface, MAC2STR(s->addr),
		state_names[s->state], state_names[state], reason);
	if (s->state == STA_AUTHENTICATED && state != STA_AUTHENTICATED)
		half_open_remove(s);
	else if (s->state != STA_AUTHENTICATED && state == STA_AUTHENTICATED)
		half_open_insert(s);
	if (associated(state) && !associated(s->state))
		b->assoc_count++;
	else if (!associated(state) && associated(s->state))
		b->assoc_count--;
	s->state = state;
}

bool ap_aid_assign(struct ap_sta *s)
{
	uint8_t *aids = s->bss->aids;

	for (uint16_t aid = 1; s->aid == 0 && aid <= AP_MAX_AID; aid++) {
		if (aids[aid / 8] & (1 << (aid % 8)))
			continue;
		aids[aid / 8] |= (uint8_t)(1 << (aid % 8));
		s->aid = aid;
	}
	return s->aid != 0;
}

static void aid_release(struct ap_sta *s)
{
	s->bss->aids[s->aid / 8] &= (uint8_t) ~(1 << (s->aid % 8));
	s->aid = 0;
}

static void adjust(unsigned *counter, bool affected, bool on, bool *edge)
{
	if (!affected)
		return;
	*edge |= on ? *counter == 0 : *counter == 1;
	*counter += on ? 1 : -1u;
}

/* Enters the station into (or takes it out of) the radio's protection counters; beacons change at
 * the edges only. */
void ap_sta_count(struct ap_sta *s, bool on)
{
	struct ap_radio *r = s->bss->radio;
	bool edge = false, g = r->chan.band == DRV_BAND_2G;
	struct ap_bss *b;

	if (s->counted == on)
		return;
	s->counted = on;
	adjust(&r->non_erp, g && s->non_erp, on, &edge);
	adjust(&r->no_short_slot, g && !(s->capab & CAP_SHORT_SLOT), on, &edge);
	adjust(&r->no_short_preamble, g && !(s->capab & CAP_SHORT_PREAMBLE), on, &edge);
	adjust(&r->no_ht, r->chan.ht && !s->has_ht, on, &edge);
	adjust(&r->ht20, s->has_ht && !(s->ht_cap[0] & 0x02), on, &edge);
	if (!edge)
		return;
	TAILQ_FOREACH (b, &r->bsses, link)
		ap_beacon_refresh(b);
}

static void tell_authorized(struct ap_sta *s, bool on)
{
	const struct ap_radio *r = s->bss->radio;
	if (r->ops->sta_authorized)
		r->ops->sta_authorized(r->ctx, s->bss, s, on);
}

static void report_disconnected(struct ap_sta *s)
{
	if (s->state != STA_AUTHORIZED)
		return;
	ap_event(s->bss, LOG_INF, EV_AP_STA_DISCONNECTED MACSTR, MAC2STR(s->addr));
	tell_authorized(s, false);
}

void ap_sta_drop_association(struct ap_sta *s, const char *reason)
{
	const struct driver *d = s->bss->radio->driver;

	timer_stop(&s->idle);
	timer_stop(&s->leave);
	ap_sa_query_stop(s);
	ap_port_stop(s);
	s->mfp = false;
	report_disconnected(s);
	ap_sta_count(s, false);
	if (s->state != STA_AUTHENTICATED)
		ap_sta_enter(s, STA_AUTHENTICATED, reason);
	rsn_auth_sta_free(steal_ptr(&s->rsn));
	eapol_auth_free(steal_ptr(&s->eapol));
	ap_wds_remove(s);
	if (s->in_driver)
		d->sta_remove(s->bss->drv_if, s->addr);
	s->in_driver = false;
	s->poll_pending = false;
	s->vlan_id = 0;
	bytes_clear(&s->early_eapol);
	bytes_clear(&s->rsne);
}

void ap_sta_free(struct ap_sta *s)
{
	if (!s)
		return;
	ap_sta_drop_association(s, "removed");
	half_open_remove(s);
	if (s->aid)
		aid_release(s);
	timer_stop(&s->idle);
	HASH_DEL(s->bss->stations, s);
	free(s);
}

void ap_sta_free_all(struct ap_bss *b)
{
	struct ap_sta *s, *tmp;
	HASH_ITER (hh, b->stations, s, tmp)
		ap_sta_free(s);
}

void ap_sta_authorize(struct ap_sta *s, const char *keyid)
{
	const struct driver *d = s->bss->radio->driver;
	int err = d->set_authorized(s->bss->drv_if, s->addr, true);

	/* Firmware that ran the handshake, or answered the station, may have opened it for good. */
	if (err == -EOPNOTSUPP && (s->port.by_driver || (!s->bss->rsn && ap_driver_mlme(s->bss))))
		err = 0;
	if (err < 0) {
		log_msg(LOG_ERR, "%s: STA " MACSTR ": the driver does not open its port: %s",
			s->bss->cfg->interface, MAC2STR(s->addr), strerror(-err));
		return;
	}
	ap_sta_enter(s, STA_AUTHORIZED, "port open");
	ap_event(s->bss, LOG_INF, EV_AP_STA_CONNECTED MACSTR "%s%s", MAC2STR(s->addr),
		keyid && *keyid ? " keyid=" : "", keyid ? keyid : "");
	tell_authorized(s, true);
}

const uint8_t *ap_sta_addr(const struct ap_sta *s)
{
	return s->addr;
}

uint16_t ap_sta_aid(const struct ap_sta *s)
{
	return s->aid;
}

uint16_t ap_sta_capab(const struct ap_sta *s)
{
	return s->capab;
}

void ap_sta_disconnect(struct ap_sta *s, enum ap_disconnect how, unsigned reason)
{
	ap_send_deauth(s->bss, s->addr, how, reason);
	ap_sta_free(s);
}

static void on_leave(struct timer *t, void *ctx)
{
	struct ap_sta *s = ctx;
	ap_sta_disconnect(s, s->leave_how, s->leave_reason);
}

void ap_sta_leave_later(struct ap_sta *s, uint64_t usec, enum ap_disconnect how, unsigned reason)
{
	s->leave_how = how;
	s->leave_reason = reason;
	timer_start(s->bss->radio->timers, &s->leave, usec, on_leave, s);
}

static void disconnect_all(struct ap_bss *b, enum ap_disconnect how, unsigned reason, bool tx)
{
	if (tx)
		ap_send_deauth(b, mac_broadcast, how, reason);
	ap_sta_free_all(b);
}

void ap_bss_disconnect(struct ap_bss *b, const uint8_t addr[MAC_LEN], enum ap_disconnect how,
	unsigned reason, bool tx)
{
	if (!b->drv_if)
		return;
	if (mac_is_broadcast(addr)) {
		disconnect_all(b, how, reason, tx);
		return;
	}
	struct ap_sta *s = ap_sta_find(b, addr);
	if (tx)
		ap_send_deauth(b, addr, how, reason);
	/* Where the device answers stations, there is nothing between associated and unknown. */
	if (s && how == AP_DISASSOC && !ap_driver_mlme(b)) {
		ap_sta_drop_association(s, "disassociated");
		ap_half_open_start(s);
	} else {
		ap_sta_free(s);
	}
}

int ap_bss_new_sta(struct ap_bss *b, const uint8_t addr[MAC_LEN])
{
	if (mac_is_group(addr) || mac_is_zero(addr))
		return -EINVAL;
	if (!b->beaconing)
		return -ENOTCONN;
	if (ap_sta_find(b, addr))
		return 0;
	struct ap_sta *s = ap_sta_add(b, addr);
	if (!s || !ap_aid_assign(s)) {
		ap_sta_free(s);
		return -ENOMEM;
	}
	s->capab = ap_capability(b);
	for (size_t i = 0; i < b->rate_count; i++)
		s->rates[s->rate_count++] = b->rates[i] & (uint8_t)~RATE_BASIC;
	if (!ap_sta_kernel_add(s)) {
		ap_sta_free(s);
		return -EIO;
	}
	ap_sta_enter(s, STA_ASSOCIATED, "added by command");
	ap_inactivity_start(s);
	/* With security it stays unauthorized: nobody is there to run a handshake. */
	if (!b->rsn)
		ap_sta_authorize(s, NULL);
	return 0;
}

int ap_bss_poll_sta(struct ap_bss *b, const uint8_t addr[MAC_LEN])
{
	struct ap_sta *s = ap_sta_find(b, addr);

	if (!s)
		return -ENOENT;
	if (!b->radio->driver->poll_sta)
		return -EOPNOTSUPP;
	return b->radio->driver->poll_sta(b->drv_if, addr, s->wmm);
}
