#include "drivers/sim/air_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/sim/hub_i.h"

struct sim_air *air_alloc(struct eloop *loop, const char *name, const struct air_backend *be)
{
	struct sim_air *air = calloc(1, sizeof(*air));
	if (!air)
		return NULL;
	air->name = strdup(name);
	if (!air->name) {
		free(air);
		return NULL;
	}
	air->loop = loop;
	air->timers = eloop_timers(loop);
	air->be = be;
	air->rng = 1;
	LIST_INIT(&air->ports);
	return air;
}

void sim_air_free(struct sim_air *air)
{
	if (!air)
		return;
	hub_free_all(air);
	air->be->free(air);
	free(air->name);
	free(air);
}

void sim_air_set_loss(struct sim_air *air, double probability, uint32_t seed)
{
	air->loss = probability;
	air->rng = seed ? seed : 1;
}

void sim_air_set_filter(struct sim_air *air, sim_filter_fn fn, void *ctx)
{
	air->filter = fn;
	air->filter_ctx = ctx;
}

void sim_air_set_monitor(struct sim_air *air, sim_monitor_fn fn, void *ctx)
{
	air->monitor = fn;
	air->monitor_ctx = ctx;
}

/* xorshift32: small, and the same everywhere. */
static uint32_t next_random(struct sim_air *air)
{
	uint32_t x = air->rng;
	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	air->rng = x;
	return x;
}

bool air_attempt_lost(struct sim_air *air, const uint8_t *frame, size_t len)
{
	if (air->filter && air->filter(air->filter_ctx, frame, len))
		return true;
	return air->loss > 0 && next_random(air) < air->loss * 4294967296.0;
}

int air_attach(struct sim_air *air, struct air_port *p)
{
	p->air = air;
	p->id = ++air->next_id;
	int err = air->be->attach(p);
	if (err < 0) {
		p->air = NULL;
		return err;
	}
	LIST_INSERT_HEAD(&air->ports, p, link);
	return 0;
}

void air_detach(struct air_port *p)
{
	if (!p->air)
		return;
	p->home = p->off = 0;
	p->beacon_us = 0;
	p->air->be->changed(p);
	timer_stop(&p->loss_timer);
	LIST_REMOVE(p, link);
	p->air->be->detach(p);
	p->air = NULL;
}

void air_set_home(struct air_port *p, unsigned freq)
{
	if (p->home == freq)
		return;
	p->home = freq;
	p->air->be->changed(p);
}

void air_set_off(struct air_port *p, unsigned freq)
{
	if (p->off == freq)
		return;
	p->off = freq;
	p->air->be->changed(p);
}

int air_set_addr(struct air_port *p, const uint8_t addr[MAC_LEN])
{
	struct air_port *q;
	LIST_FOREACH (q, &p->air->ports, link)
		if (q != p && mac_equal(q->addr, addr))
			return -EADDRINUSE;
	mac_copy(p->addr, addr);
	p->air->be->changed(p);
	return 0;
}

void air_set_beacon(struct air_port *p, uint64_t interval_us)
{
	if (p->beacon_us == interval_us)
		return;
	p->beacon_us = interval_us;
	p->air->be->changed(p);
}

void air_watch(struct air_port *p, const uint8_t *bssid)
{
	p->watching = bssid != NULL;
	if (bssid)
		mac_copy(p->watched, bssid);
	timer_stop(&p->loss_timer);
	p->air->be->changed(p);
}

int air_send(struct air_port *p, struct air_tx *tx)
{
	if (!tx->frame)
		return -ENOMEM;
	int err = tx->len > AIR_MAX_FRAME ? -EMSGSIZE : p->air->be->send(p, tx);
	if (err < 0)
		free(tx->frame);
	tx->frame = NULL;
	return err;
}
