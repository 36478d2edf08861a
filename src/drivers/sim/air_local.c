/* The air in memory: for whole networks in one process. Frames take AIRTIME, whatever their length,
 * so they keep their order. Beacons are made only while somebody visits the channel; stations learn
 * of an access point that went silent by name. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "drivers/sim/air_i.h"

#define AIRTIME 100 /* microseconds */
#define LOSS_TIME (1 * USEC_PER_SEC)

enum member_role { ROLE_AP, ROLE_STATION, ROLE_VISITOR, ROLES };

struct channel;
struct member {
	struct local_port *port;
	struct channel *channel;
	LIST_ENTRY(member) link;
};
LIST_HEAD(member_list, member);

struct channel {
	unsigned freq;
	struct member_list members[ROLES];
	UT_hash_handle hh;
};

struct local_port {
	struct air_port *p;
	uint8_t addr[MAC_LEN]; /* as indexed */
	struct member home, off;
	enum member_role home_role;
	struct timer beacon_timer;
	UT_hash_handle by_addr, by_id;
};

struct local_tx {
	struct sim_air *air;
	uint64_t sender;
	char ifname[IFNAMSIZ];
	struct air_tx tx;
	struct timer timer;
	LIST_ENTRY(local_tx) link;
};

struct local_air {
	struct local_port *by_addr, *by_id;
	struct channel *channels;
	LIST_HEAD(, local_tx) flying;
};

static struct local_port *find_addr(struct local_air *la, const uint8_t *addr)
{
	struct local_port *lp;
	HASH_FIND(by_addr, la->by_addr, addr, MAC_LEN, lp);
	if (lp)
		return lp;
	for (lp = la->by_id; lp && !mac_equal(lp->p->scan_addr, addr); lp = lp->by_id.next)
		;
	return lp;
}

static struct local_port *find_id(struct local_air *la, uint64_t id)
{
	struct local_port *lp;
	HASH_FIND(by_id, la->by_id, &id, sizeof(id), lp);
	return lp;
}

static struct channel *find_channel(struct local_air *la, unsigned freq, bool make)
{
	struct channel *c;
	HASH_FIND(hh, la->channels, &freq, sizeof(freq), c);
	if (c || !make)
		return c;
	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->freq = freq;
	HASH_ADD(hh, la->channels, freq, sizeof(c->freq), c);
	return c;
}

/* --- beacons: only while the channel has visitors --- */

static bool has_visitors(const struct local_port *lp)
{
	return lp->home.channel && !LIST_EMPTY(&lp->home.channel->members[ROLE_VISITOR]);
}

static void start_beacons(struct local_port *lp);

static void on_beacon_time(struct timer *t, void *ctx)
{
	struct local_port *lp = ctx;
	struct air_port *p = lp->p;
	_cleanup_(writer_free) struct writer w = writer_new(256);

	if (!has_visitors(lp))
		return;
	start_beacons(lp);
	p->ops->beacon(p->ctx, &w);
	struct bytes frame;
	if (writer_steal(&w, &frame) < 0 || !frame.len)
		return;
	struct air_tx tx = {.frame = frame.data,
		.len = frame.len,
		.freq = p->home,
		.signal_dbm = p->signal_dbm};
	air_send(p, &tx);
}

static void start_beacons(struct local_port *lp)
{
	struct air_port *p = lp->p;
	if (!p->beacon_us || timer_running(&lp->beacon_timer))
		return;
	/* The next target beacon transmission time. */
	uint64_t wait = p->beacon_us - timers_now(p->air->timers) % p->beacon_us;
	timer_start(p->air->timers, &lp->beacon_timer, wait, on_beacon_time, lp);
}

/* --- who is on which channel --- */

static void leave(struct member *m)
{
	if (!m->channel)
		return;
	LIST_REMOVE(m, link);
	m->channel = NULL;
}

static void enter(struct local_port *lp, struct member *m, unsigned freq, enum member_role role)
{
	struct channel *c = find_channel(lp->p->air->priv, freq, true);
	if (!c)
		return;
	m->port = lp;
	m->channel = c;
	LIST_INSERT_HEAD(&c->members[role], m, link);
}

static void on_loss_time(struct timer *t, void *ctx)
{
	struct air_port *p = ctx;
	struct local_port *ap = find_addr(p->air->priv, p->watched);
	if (p->watching && !(ap && ap->p->home == p->home && ap->p->beacon_us))
		p->ops->lost(p->ctx);
}

/* An access point left channel c: stations that watch it notice after a while, unless it is back.
 */
static void alarm_watchers(struct channel *c, const uint8_t *bssid)
{
	struct member *m;
	LIST_FOREACH (m, &c->members[ROLE_STATION], link) {
		struct air_port *p = m->port->p;
		if (p->watching && mac_equal(p->watched, bssid) && !timer_running(&p->loss_timer))
			timer_start(p->air->timers, &p->loss_timer, LOSS_TIME, on_loss_time, p);
	}
}

static void update_home(struct local_port *lp)
{
	struct air_port *p = lp->p;
	enum member_role role = p->beacon_us ? ROLE_AP : ROLE_STATION;
	struct channel *old = lp->home.channel;

	if ((old ? old->freq : 0) == p->home && lp->home_role == role)
		return;
	leave(&lp->home);
	if (old && lp->home_role == ROLE_AP)
		alarm_watchers(old, lp->addr);
	lp->home_role = role;
	if (p->home)
		enter(lp, &lp->home, p->home, role);
}

static void update_off(struct local_port *lp)
{
	struct channel *old = lp->off.channel;
	struct member *m;

	if ((old ? old->freq : 0) == lp->p->off)
		return;
	leave(&lp->off);
	if (!lp->p->off)
		return;
	enter(lp, &lp->off, lp->p->off, ROLE_VISITOR);
	if (lp->off.channel)
		LIST_FOREACH (m, &lp->off.channel->members[ROLE_AP], link)
			start_beacons(m->port);
}

static void local_changed(struct air_port *p)
{
	struct local_port *lp = p->priv;
	struct local_air *la = p->air->priv;

	if (!mac_equal(lp->addr, p->addr)) {
		HASH_DELETE(by_addr, la->by_addr, lp);
		mac_copy(lp->addr, p->addr);
		HASH_ADD(by_addr, la->by_addr, addr, MAC_LEN, lp);
	}
	if (!p->beacon_us)
		timer_stop(&lp->beacon_timer);
	update_home(lp);
	update_off(lp);
	if (has_visitors(lp))
		start_beacons(lp);
}

static int local_attach(struct air_port *p)
{
	struct local_air *la = p->air->priv;
	struct air_port *q;

	if (find_addr(la, p->addr))
		return -EADDRINUSE;
	LIST_FOREACH (q, &p->air->ports, link)
		if (strcmp(q->name, p->name) == 0)
			return -EBUSY;
	struct local_port *lp = calloc(1, sizeof(*lp));
	if (!lp)
		return -ENOMEM;
	lp->p = p;
	lp->home_role = ROLE_STATION;
	mac_copy(lp->addr, p->addr);
	p->priv = lp;
	HASH_ADD(by_addr, la->by_addr, addr, MAC_LEN, lp);
	HASH_ADD_KEYPTR(by_id, la->by_id, &p->id, sizeof(p->id), lp);
	return 0;
}

static void local_detach(struct air_port *p)
{
	struct local_port *lp = p->priv;
	struct local_air *la = p->air->priv;

	timer_stop(&lp->beacon_timer);
	HASH_DELETE(by_addr, la->by_addr, lp);
	HASH_DELETE(by_id, la->by_id, lp);
	free(lp);
	p->priv = NULL;
}

/* --- frames --- */

static void hear(const struct local_tx *lt, struct air_port *p)
{
	p->ops->rx(p->ctx, lt->tx.frame, lt->tx.len, lt->tx.freq, lt->tx.signal_dbm);
}

static unsigned deliver_unicast(struct local_tx *lt, bool *acked)
{
	struct local_port *to = find_addr(lt->air->priv, lt->tx.frame + 4);
	unsigned most = lt->tx.want_ack ? AIR_MAX_TRIES : 1, tries = 0;
	bool there = to && (to->p->home == lt->tx.freq || to->p->off == lt->tx.freq);

	while (!*acked && tries < most) {
		tries++;
		*acked = !air_attempt_lost(lt->air, lt->tx.frame, lt->tx.len) && there;
	}
	if (*acked)
		hear(lt, to->p);
	return tries;
}

static void deliver_to(struct local_tx *lt, struct member_list *list)
{
	struct member *m;
	LIST_FOREACH (m, list, link)
		if (m->port->p->id != lt->sender &&
			!air_attempt_lost(lt->air, lt->tx.frame, lt->tx.len))
			hear(lt, m->port->p);
}

/* Frames go to those who can want them, so that a probe request does not cost as much as there are
 * stations. */
static void deliver_group(struct local_tx *lt)
{
	struct channel *c = find_channel(lt->air->priv, lt->tx.freq, false);
	if (!c)
		return;
	if (lt->tx.frame[0] == FC_MGMT(STYPE_BEACON)) {
		deliver_to(lt, &c->members[ROLE_VISITOR]);
		return;
	}
	deliver_to(lt, &c->members[ROLE_AP]);
	if (lt->tx.frame[0] != FC_MGMT(STYPE_PROBE_REQ))
		deliver_to(lt, &c->members[ROLE_STATION]);
}

static void local_tx_free(struct local_tx *lt)
{
	LIST_REMOVE(lt, link);
	timer_stop(&lt->timer);
	free(lt->tx.frame);
	free(lt);
}

static void on_arrival(struct timer *t, void *ctx)
{
	struct local_tx *lt = ctx;
	struct sim_air *air = lt->air;
	unsigned tries = 1;
	bool acked = false;

	if (mac_is_group(lt->tx.frame + 4))
		deliver_group(lt);
	else
		tries = deliver_unicast(lt, &acked);
	if (air->monitor) {
		struct sim_frame_info info = {timers_now(air->timers), lt->tx.freq,
			lt->tx.signal_dbm, lt->tx.want_ack, acked, tries, lt->ifname};
		air->monitor(air->monitor_ctx, &info, lt->tx.frame, lt->tx.len);
	}
	struct local_port *from = find_id(air->priv, lt->sender);
	if (from)
		from->p->ops->tx_done(from->p->ctx, &lt->tx, acked);
	local_tx_free(lt);
}

static int local_send(struct air_port *p, const struct air_tx *tx)
{
	struct local_air *la = p->air->priv;
	struct local_tx *lt = calloc(1, sizeof(*lt));
	if (!lt)
		return -ENOMEM;
	lt->air = p->air;
	lt->sender = p->id;
	memcpy(lt->ifname, p->name, sizeof(lt->ifname));
	lt->tx = *tx;
	LIST_INSERT_HEAD(&la->flying, lt, link);
	timer_start(p->air->timers, &lt->timer, AIRTIME, on_arrival, lt);
	return 0;
}

static void local_free(struct sim_air *air)
{
	struct local_air *la = air->priv;
	struct channel *c, *next;

	while (!LIST_EMPTY(&la->flying))
		local_tx_free(LIST_FIRST(&la->flying));
	HASH_ITER (hh, la->channels, c, next) {
		HASH_DELETE(hh, la->channels, c);
		free(c);
	}
	free(la);
	eloop_share(air->loop, air->name, NULL);
}

static const struct air_backend local_backend = {
	.attach = local_attach,
	.detach = local_detach,
	.changed = local_changed,
	.send = local_send,
	.free = local_free,
};

struct sim_air *sim_air_new(struct eloop *loop, const char *name)
{
	struct sim_air *air = air_alloc(loop, name, &local_backend);
	if (!air)
		return NULL;
	air->priv = calloc(1, sizeof(struct local_air));
	if (!air->priv || eloop_share(loop, name, air) < 0) {
		free(air->priv);
		free(air->name);
		free(air);
		return NULL;
	}
	return air;
}

int sim_air_set_signal(struct sim_air *air, const uint8_t addr[MAC_LEN], int dbm)
{
	struct air_port *p;
	LIST_FOREACH (p, &air->ports, link)
		if (mac_equal(p->addr, addr)) {
			p->signal_dbm = dbm;
			return 0;
		}
	return -ENOENT;
}
