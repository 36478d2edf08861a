/* Scanning and the table of what was heard. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "drivers/sim/sim_i.h"
#include "utils/log.h"

#define DWELL_BEFORE_PROBE (3 * USEC_PER_MSEC)
#define DWELL_ACTIVE (30 * USEC_PER_MSEC)
#define DWELL_PASSIVE (105 * USEC_PER_MSEC) /* a beacon interval and a bit */
#define BSS_LIFE (30 * USEC_PER_SEC)
#define BSS_MAX 1024
/* A probe response tells more than the beacon, unless it is from an earlier scan. */
#define PROBE_BEATS_BEACON (1 * USEC_PER_SEC)

/* --- table --- */

static void bss_free(struct drv_if *i, struct bss *b)
{
	HASH_DELETE(hh, i->bsses, b);
	bytes_clear(&b->beacon);
	bytes_clear(&b->probe);
	free(b);
}

static bool is_current(const struct drv_if *i, const struct bss *b)
{
	return i->sta.state != STA_IDLE && mac_equal(i->sta.bssid, b->bssid);
}

static bool is_old(const struct drv_if *i, const struct bss *b)
{
	return timers_now(i->d->timers) - b->seen > BSS_LIFE && !is_current(i, b);
}

/* Drops what was not heard since. */
static void drop_before(struct drv_if *i, uint64_t time)
{
	struct bss *b, *next;
	HASH_ITER (hh, i->bsses, b, next)
		if (b->seen < time && !is_current(i, b))
			bss_free(i, b);
}

static struct bss *lookup(const struct drv_if *i, const uint8_t *bssid)
{
	struct bss *b;
	HASH_FIND(hh, i->bsses, bssid, MAC_LEN, b);
	return b;
}

struct bss *bss_find(const struct drv_if *i, const uint8_t *bssid)
{
	struct bss *b = lookup(i, bssid);
	return b && !is_old(i, b) ? b : NULL;
}

const struct bytes *bss_elements(const struct bss *b)
{
	return b->probe_seen && b->probe_seen + PROBE_BEATS_BEACON >= b->beacon_seen ? &b->probe
										     : &b->beacon;
}

static struct bss *bss_get(struct drv_if *i, const uint8_t *bssid)
{
	struct bss *b = lookup(i, bssid);
	uint64_t now = timers_now(i->d->timers);

	if (b)
		return b;
	if (HASH_COUNT(i->bsses) >= BSS_MAX)
		drop_before(i, now > BSS_LIFE ? now - BSS_LIFE : 0);
	if (HASH_COUNT(i->bsses) >= BSS_MAX)
		return NULL;
	b = calloc(1, sizeof(*b));
	if (!b)
		return NULL;
	mac_copy(b->bssid, bssid);
	HASH_ADD(hh, i->bsses, bssid, MAC_LEN, b);
	return b;
}

/* A beacon or probe response. */
void scan_rx(struct drv_if *i, const uint8_t *frame, size_t len, unsigned freq, int signal_dbm)
{
	struct reader r = reader_of(frame, len);
	struct mgmt_hdr h;
	if (!mgmt_parse(&r, &h))
		return;
	uint64_t tsf = reader_le64(&r);
	uint16_t interval = reader_le16(&r), capab = reader_le16(&r);
	struct bss *b = reader_ok(&r) ? bss_get(i, h.bssid) : NULL;
	if (!b) {
		i->drops.malformed++;
		return;
	}
	bool probe = FC_STYPE(h.fc) == STYPE_PROBE_RESP;
	bytes_set(probe ? &b->probe : &b->beacon, r.p, reader_left(&r));
	b->seen = timers_now(i->d->timers);
	*(probe ? &b->probe_seen : &b->beacon_seen) = b->seen;
	b->freq = freq;
	b->signal_dbm = signal_dbm;
	b->tsf = tsf;
	b->beacon_int = interval;
	b->capab = capab;
}

int sim_scan_results(struct drv_if *i, drv_scan_result_fn fn, void *ctx)
{
	struct bss *b, *next;
	uint64_t now = timers_now(i->d->timers);

	HASH_ITER (hh, i->bsses, b, next) {
		if (is_old(i, b)) {
			bss_free(i, b);
			continue;
		}
		const struct bytes *ies = bss_elements(b);
		struct drv_scan_result r = {.freq = b->freq,
			.level_dbm = b->signal_dbm,
			.beacon_int = b->beacon_int,
			.capab = b->capab,
			.tsf = b->tsf,
			.age_ms = (unsigned)((now - b->seen) / USEC_PER_MSEC),
			.ies = ies->data,
			.ies_len = ies->len,
			.beacon_ies = b->beacon.data,
			.beacon_ies_len = b->beacon.len,
			.associated = i->sta.state == STA_ASSOCIATED && is_current(i, b)};
		mac_copy(r.bssid, b->bssid);
		fn(ctx, &r);
	}
	return 0;
}

void scan_free(struct drv_if *i)
{
	struct bss *b, *next;
	HASH_ITER (hh, i->bsses, b, next)
		bss_free(i, b);
	timer_stop(&i->scan.timer);
	bytes_clear(&i->scan.ies);
	i->scan.running = false;
}

/* --- scan --- */

static void finish(struct drv_if *i, bool aborted)
{
	struct sim_scan *s = &i->scan;

	timer_stop(&s->timer);
	s->running = false;
	memset(i->port.scan_addr, 0, MAC_LEN);
	air_set_off(&i->port, 0);
	if (s->req.flush && !aborted)
		drop_before(i, s->started);
	struct drv_event ev = {.kind = DRV_EV_SCAN_DONE, .scan = {.aborted = aborted}};
	if (!s->quiet)
		sim_emit(i, &ev);
	connect_scan_done(i);
}

static void send_probe(struct drv_if *i, const uint8_t *ssid, size_t len)
{
	struct sim_scan *s = &i->scan;
	unsigned freq = s->freqs[s->at];
	const uint8_t *to = s->req.bssid ? s->req.bssid : mac_broadcast;
	struct writer w = writer_new(256);

	mgmt_write(&w, STYPE_PROBE_REQ, to,
		mac_is_zero(i->port.scan_addr) ? i->port.addr : i->port.scan_addr, to);
	element_put(&w, EID_SSID, ssid, len);
	write_rates(&w, freq);
	if (freq < 3000) {
		uint8_t channel = (uint8_t)freq_to_channel(freq);
		element_put(&w, EID_DS_PARAMS, &channel, 1);
	}
	write_ht_cap(&w, i, freq);
	writer_bytes(&w, s->ies.data, s->ies.len);
	sim_transmit(i, &w, freq, true, TX_OTHER, 0);
}

static bool may_probe(const struct drv_if *i)
{
	const struct drv_channel *c = sim_channel(i, i->scan.freqs[i->scan.at]);
	return i->scan.req.ssid_count > 0 && c && !(c->flags & DRV_CHAN_NO_IR);
}

static void on_scan_time(struct timer *t, void *ctx);

static void visit(struct drv_if *i)
{
	struct sim_scan *s = &i->scan;

	if (s->at == s->req.freq_count) {
		finish(i, false);
		return;
	}
	air_set_off(&i->port, s->freqs[s->at]);
	s->probed = false;
	timer_start(i->d->timers, &s->timer, may_probe(i) ? DWELL_BEFORE_PROBE : DWELL_PASSIVE,
		on_scan_time, i);
}

static void on_scan_time(struct timer *t, void *ctx)
{
	struct drv_if *i = ctx;
	struct sim_scan *s = &i->scan;

	if (may_probe(i) && !s->probed) {
		s->probed = true;
		for (unsigned n = 0; n < s->req.ssid_count; n++)
			send_probe(i, s->req.ssids[n].ssid, s->req.ssids[n].len);
		timer_start(i->d->timers, &s->timer, DWELL_ACTIVE, on_scan_time, i);
		return;
	}
	s->at++;
	visit(i);
}

static void take_freqs(struct drv_if *i, const struct drv_band *b, const struct drv_scan *req)
{
	struct sim_scan *s = &i->scan;

	for (size_t n = 0; n < b->channel_count; n++) {
		bool wanted = !req->freqs;
		for (size_t m = 0; req->freqs && m < req->freq_count; m++)
			wanted |= req->freqs[m] == b->channels[n].freq;
		if (wanted && !(b->channels[n].flags & DRV_CHAN_DISABLED))
			s->freqs[s->req.freq_count++] = b->channels[n].freq;
	}
}

static int choose_addr(struct drv_if *i, const struct drv_scan *req)
{
	uint8_t *addr = i->port.scan_addr;

	if (!req->rand_addr)
		return 0;
	if (i->sta.state != STA_IDLE)
		return -EOPNOTSUPP;
	if (getrandom(addr, MAC_LEN, 0) != MAC_LEN)
		return -EIO;
	for (size_t k = 0; k < MAC_LEN; k++)
		addr[k] = (uint8_t)((addr[k] & ~req->rand_mask[k]) |
				    (req->rand_addr[k] & req->rand_mask[k]));
	return 0;
}

int sim_scan(struct drv_if *i, const struct drv_scan *req)
{
	struct sim_scan *s = &i->scan;

	if (s->running || i->sta.state == STA_AUTHENTICATING || i->sta.state == STA_ASSOCIATING)
		return -EBUSY;
	if (req->ssid_count > ARRAY_SIZE(req->ssids))
		return -EINVAL;
	s->req = *req;
	s->req.freq_count = 0;
	take_freqs(i, &i->caps.bands[DRV_BAND_2G], req);
	take_freqs(i, &i->caps.bands[DRV_BAND_5G], req);
	if (s->req.freq_count == 0)
		return -EINVAL;
	int err = choose_addr(i, req);
	if (err == 0)
		err = bytes_set(&s->ies, req->ies, req->ies_len);
	if (err < 0)
		return err;
	if (req->bssid) {
		mac_copy(s->bssid, req->bssid);
		s->req.bssid = s->bssid;
	}
	s->running = true;
	s->at = 0;
	s->started = timers_now(i->d->timers);
	timer_stop(&i->off_timer);
	s->quiet = i->sta.connect.roam;
	struct drv_event ev = {.kind = DRV_EV_SCAN_STARTED};
	if (!s->quiet)
		sim_emit(i, &ev);
	visit(i);
	return 0;
}

int sim_scan_abort(struct drv_if *i)
{
	if (!i->scan.running)
		return -ENOENT;
	finish(i, true);
	return 0;
}
