/* The driver `sim`: instances, interfaces, and the table of its ops. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/sim/fw_i.h"
#include "utils/log.h"

#define DEFAULT_DIR "/run/sim-air"
#define DEFAULT_SIGNAL (-40)
#define PARAMS_HELP                                                                                \
	"dir=PATH, air=inproc:NAME, signal=-100..-1, loss=0..1, seed=NUMBER, country=XX, "         \
	"no4addr=1, force_connect_cmd=0..1, "                                                      \
	"offload=psk+1x+sync+roam+pmksa+rekey+appsk+apsme+nokeys"

/* --- instance --- */

struct params {
	char dir[96], air[64];
	double loss;
	uint32_t seed;
};

static int param_number(const char *value, int64_t min, int64_t max, int64_t *out)
{
	return parse_int(value, 10, min, max, out);
}

static int param(struct drv *d, struct params *p, const char *key, const char *value)
{
	int64_t n = 0;
	const char *name;
	char *end;
	int err = 0;

	if (strcmp(key, "dir") == 0) {
		snprintf(p->dir, sizeof(p->dir), "%s", value);
	} else if (strcmp(key, "air") == 0 && str_starts(value, "inproc:", &name)) {
		snprintf(p->air, sizeof(p->air), "%s", name);
	} else if (strcmp(key, "country") == 0 && strlen(value) == 2) {
		memcpy(d->country, value, 2);
	} else if (strcmp(key, "loss") == 0) {
		p->loss = strtod(value, &end);
		err = *end || !(p->loss >= 0 && p->loss <= 1) ? -ERANGE : 0;
	} else if (strcmp(key, "signal") == 0) {
		err = param_number(value, -100, -1, &n);
		d->signal_dbm = (int)n;
	} else if (strcmp(key, "seed") == 0) {
		err = param_number(value, 0, UINT32_MAX, &n);
		p->seed = (uint32_t)n;
	} else if (strcmp(key, "no4addr") == 0) {
		err = param_number(value, 0, 1, &n);
		d->no_4addr = n;
	} else if (strcmp(key, "force_connect_cmd") == 0) {
		err = param_number(value, 0, 1, &n);
		d->force_connect = n;
	} else if (strcmp(key, "offload") == 0) {
		err = fw_words(value, &d->offload);
	} else {
		err = -EINVAL;
	}
	return err;
}

static int read_params(struct drv *d, struct params *p, const char *text)
{
	char line[512], *words[16];
	const char *env = getenv("SIM_AIR_DIR");

	snprintf(p->dir, sizeof(p->dir), "%s", env && *env ? env : DEFAULT_DIR);
	snprintf(line, sizeof(line), "%s", text ? text : "");
	int n = *line ? split_words(line, words, (int)ARRAY_SIZE(words)) : 0;
	for (int w = 0; w < n; w++) {
		char *eq = strchr(words[w], '=');
		if (eq)
			*eq = 0;
		if (!eq || param(d, p, words[w], eq + 1) < 0) {
			log_msg(LOG_ERR, "sim: driver parameter '%s%s%s' is not one of: %s",
				words[w], eq ? "=" : "", eq ? eq + 1 : "", PARAMS_HELP);
			return -EINVAL;
		}
	}
	return 0;
}

static int find_air(struct drv *d, const struct params *p)
{
	if (p->air[0]) {
		d->air = eloop_shared(d->loop, p->air);
		if (!d->air)
			log_msg(LOG_ERR, "sim: there is no simulated air '%s' in this process",
				p->air);
		return d->air ? 0 : -ENOENT;
	}
	d->air = air_socket_new(d->loop, p->dir);
	if (!d->air) {
		log_msg(LOG_ERR,
			"sim: cannot make the directory %s for the simulated air: %s; set dir= in "
			"the "
			"driver parameters, or SIM_AIR_DIR",
			p->dir, strerror(errno));
		return -EACCES;
	}
	d->owns_air = true;
	sim_air_set_loss(d->air, p->loss, p->seed);
	return 0;
}

static struct drv *sim_init(struct eloop *loop, const char *text)
{
	struct drv *d = calloc(1, sizeof(*d));
	struct params p = {0};

	if (!d)
		return NULL;
	d->loop = loop;
	d->timers = eloop_timers(loop);
	d->signal_dbm = DEFAULT_SIGNAL;
	memcpy(d->country, "00", 3);
	LIST_INIT(&d->ifs);
	if (read_params(d, &p, text) < 0 || find_air(d, &p) < 0) {
		free(d);
		return NULL;
	}
	return d;
}

static void sim_deinit(struct drv *d)
{
	if (d->owns_air)
		sim_air_free(d->air);
	free(d);
}

struct sim_air *sim_air_of(struct drv *d)
{
	return d->air;
}

/* --- peers, frames --- */

struct sim_peer *peer_find(const struct drv_if *i, const uint8_t *addr)
{
	struct sim_peer *p;
	HASH_FIND(hh, i->peers, addr, MAC_LEN, p);
	return p;
}

struct sim_peer *peer_add(struct drv_if *i, const uint8_t *addr)
{
	struct sim_peer *p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	mac_copy(p->addr, addr);
	p->heard = p->since = timers_now(i->d->timers);
	HASH_ADD(hh, i->peers, addr, MAC_LEN, p);
	return p;
}

void peer_free(struct drv_if *i, struct sim_peer *p)
{
	HASH_DELETE(hh, i->peers, p);
	fw_peer_free(i, p);
	if (p->vlan)
		p->vlan->peer = NULL;
	wipe(p, sizeof(*p));
	free(p);
}

int sim_transmit(struct drv_if *i, struct writer *w, unsigned freq, bool no_ack, enum tx_kind kind,
	uint64_t cookie)
{
	struct bytes frame;
	int err = writer_steal(w, &frame);

	if (err < 0)
		return err;
	i->seq++;
	frame.data[22] = (uint8_t)(i->seq << 4);
	frame.data[23] = (uint8_t)(i->seq >> 4);
	mfp_protect(i, frame.data, frame.len);
	struct air_tx tx = {.frame = frame.data,
		.len = frame.len,
		.freq = freq ? freq : i->port.home,
		.signal_dbm = i->port.signal_dbm,
		.want_ack = !no_ack && !mac_is_group(frame.data + 4),
		.kind = kind,
		.cookie = cookie};
	return air_send(&i->port, &tx);
}

static void on_off_time(struct timer *t, void *ctx)
{
	struct drv_if *i = ctx;
	if (!i->scan.running)
		air_set_off(&i->port, 0);
}

static int sim_send_mgmt(struct drv_if *i, const struct drv_tx *tx)
{
	unsigned freq = tx->freq ? tx->freq : i->port.home;

	if (tx->len < 24 || FC_TYPE(tx->frame[0]) != FTYPE_MGMT || !sim_channel(i, freq))
		return -EINVAL;
	if (freq != i->port.home && freq != i->port.off) {
		if (i->scan.running)
			return -EBUSY;
		air_set_off(&i->port, freq);
		timer_start(
			i->d->timers, &i->off_timer, tx->wait_ms * USEC_PER_MSEC, on_off_time, i);
	}
	struct writer w = writer_new(tx->len);
	writer_bytes(&w, tx->frame, tx->len);
	if (writer_ok(&w) && FC_STYPE(tx->frame[0]) == STYPE_PROBE_RESP && tx->len >= 32) {
		struct writer stamp = writer_over(w.buf + 24, 8);
		writer_le64(&stamp, timers_now(i->d->timers));
	}
	uint64_t cookie = ++i->cookies;
	if (tx->cookie)
		*tx->cookie = cookie;
	return sim_transmit(i, &w, freq, tx->no_ack, tx->no_ack ? TX_OTHER : TX_MGMT, cookie);
}

/* --- interfaces --- */

/* Addresses of a radio's interfaces differ in the last octet: 02:53:xx:xx:xx:x0 and up. */
static void make_addr(const struct drv *d, const char *ifname, unsigned salt, uint8_t addr[MAC_LEN])
{
	uint32_t h = 2166136261u + salt;
	for (const char *c = ifname; *c; c++)
		h = (h ^ (uint8_t)*c) * 16777619u;
	addr[0] = 0x02;
	addr[1] = 0x53;
	addr[2] = (uint8_t)(h >> 24);
	addr[3] = (uint8_t)(h >> 16);
	addr[4] = (uint8_t)(h >> 8);
	addr[5] = h & 0xf0;
}

static int attach(struct drv_if *i, const struct drv_if_params *p)
{
	int err = 0;

	for (unsigned n = 0; n < 16; n++) {
		if (p->addr) {
			mac_copy(i->port.addr, p->addr);
		} else if (p->create_on) {
			mac_copy(i->port.addr, p->create_on->port.addr);
			i->port.addr[5] = (uint8_t)(i->port.addr[5] + n + 1);
		} else {
			make_addr(i->d, p->ifname, n, i->port.addr);
		}
		struct drv_if *other;
		bool taken = false;
		LIST_FOREACH (other, &i->d->ifs, link)
			taken |= mac_equal(other->port.addr, i->port.addr);
		err = taken ? -EADDRINUSE : air_attach(i->d->air, &i->port);
		if (err != -EADDRINUSE || p->addr)
			break;
	}
	return err;
}

static int plug_in(struct drv_if *i, const char *bridge)
{
	struct sim_hub *hub = hub_get(i->d->air, bridge ? bridge : i->port.name);
	if (!hub)
		return -EIO;
	if (!bridge)
		i->own_hub = hub;
	else if (i->own_hub) {
		hub_free(i->own_hub);
		i->own_hub = NULL;
	}
	if (bridge)
		snprintf(i->bridge, sizeof(i->bridge), "%s", bridge);
	hub_plug(hub, &i->plug);
	return 0;
}

static int sim_bridge_add(struct drv_if *i, const char *bridge)
{
	if (!*bridge || strlen(bridge) >= IFNAMSIZ || strchr(bridge, '/'))
		return -EINVAL;
	return plug_in(i, bridge);
}

static void explain(struct strbuf *reason, const struct drv *d, const char *ifname, int err)
{
	if (!reason)
		return;
	if (err == -EBUSY)
		strbuf_add(reason, "%s is already in use on the simulated air %s", ifname,
			d->air->name);
	else
		strbuf_add(reason, "%s cannot join the simulated air %s: %s", ifname, d->air->name,
			strerror(-err));
}

static void sim_if_close(struct drv_if *i)
{
	if (i->scan.running)
		air_set_off(&i->port, 0);
	if (i->ap.running)
		sim_ap_stop(i);
	sta_reset(i);
	scan_free(i);
	ap_free(i);
	sim_sta_flush(i);
	fw_free(i);
	sim_queue_clear(i);
	timer_stop(&i->off_timer);
	timer_stop(&i->sta.timer);
	hub_unplug(&i->plug);
	hub_free(i->own_hub);
	air_detach(&i->port);
	wipe(i->group, sizeof(i->group));
	LIST_REMOVE(i, link);
	free(i);
}

static struct drv_if *sim_if_open(
	struct drv *d, const struct drv_if_params *p, int *err, struct strbuf *reason)
{
	struct drv_if *i = NULL;
	bool good_name = *p->ifname && strlen(p->ifname) < IFNAMSIZ && !strchr(p->ifname, '/') &&
			 !str_starts(p->ifname, "mon", NULL);

	*err = good_name ? -ENOMEM : -EINVAL;
	if (good_name)
		i = calloc(1, sizeof(*i));
	if (!i) {
		explain(reason, d, p->ifname, *err);
		return NULL;
	}
	i->d = d;
	i->type = p->type;
	i->event = p->event;
	i->ctx = p->ctx;
	STAILQ_INIT(&i->events);
	STAILQ_INIT(&i->work);
	LIST_INIT(&i->vlans);
	if (p->create_on)
		memcpy(i->phy, p->create_on->phy, sizeof(i->phy));
	else
		snprintf(i->phy, sizeof(i->phy), "sim-%.15s", p->ifname);
	snprintf(i->port.name, sizeof(i->port.name), "%s", p->ifname);
	i->port.signal_dbm = d->signal_dbm;
	i->port.ops = &sim_port_ops;
	i->port.ctx = i;
	i->plug.deliver = data_from_netdev;
	i->plug.ctx = i;
	sim_caps_init(i);
	*err = attach(i, p);
	if (*err < 0) {
		explain(reason, d, p->ifname, *err);
		free(i);
		return NULL;
	}
	LIST_INSERT_HEAD(&d->ifs, i, link);
	*err = d->offload ? fw_new(i) : 0;
	if (*err == 0)
		*err = plug_in(
			i, p->type == DRV_IF_STATION && p->bridge && *p->bridge ? p->bridge : NULL);
	if (*err < 0) {
		explain(reason, d, p->ifname, *err);
		sim_if_close(i);
		return NULL;
	}
	return i;
}

static const uint8_t *sim_addr(const struct drv_if *i)
{
	return i->port.addr;
}

static int sim_set_addr(struct drv_if *i, const uint8_t addr[MAC_LEN])
{
	if (i->ap.running || i->sta.state != STA_IDLE)
		return -EBUSY;
	if (mac_is_group(addr) || mac_is_zero(addr))
		return -EADDRNOTAVAIL;
	return air_set_addr(&i->port, addr);
}

static const struct drv_caps *sim_caps(struct drv_if *i)
{
	return &i->caps;
}

static int sim_set_country(struct drv *d, const char alpha2[2])
{
	struct drv_if *i;
	struct drv_event ev = {.kind = DRV_EV_REGDOM,
		.regdom = {.initiator = 1 /* user */, .type = memcmp(alpha2, "00", 2) ? 0 : 1}};

	memcpy(d->country, alpha2, 2);
	memcpy(ev.regdom.alpha2, d->country, sizeof(ev.regdom.alpha2));
	LIST_FOREACH (i, &d->ifs, link) {
		sim_caps_update(i);
		sim_emit(i, &ev);
	}
	return 0;
}

static int sim_get_country(struct drv *d, char alpha2[3])
{
	memcpy(alpha2, d->country, 3);
	return 0;
}

static int sim_set_operstate(struct drv_if *i, bool up)
{
	i->sta.operstate_up = up;
	return 0;
}

static int sim_sta_info(struct drv_if *i, const uint8_t addr[MAC_LEN], struct drv_sta_info *out)
{
	const struct sim_peer *p = peer_find(i, addr);
	uint64_t now = timers_now(i->d->timers);

	if (!p)
		return -ENOENT;
	*out = p->count;
	out->inactive_ms = (unsigned)((now - p->heard) / USEC_PER_MSEC);
	out->connected_s = (unsigned)((now - p->since) / USEC_PER_SEC);
	out->has_signal = p->signal_dbm != 0;
	out->signal_dbm = out->avg_signal_dbm = out->beacon_signal_dbm = p->signal_dbm;
	out->has_beacon_signal = out->has_signal && i->type == DRV_IF_STATION;
	out->has_rates = true;
	out->rx_rate = out->tx_rate = 540;
	out->freq = i->port.home;
	out->width = 20;
	out->authorized = p->flags & DRV_STA_AUTHORIZED;
	out->known |= i->fw && i->fw->knobs.port_unreported ? 0 : DRV_STA_PORT;
	return 0;
}

static bool sim_status(struct drv_if *i, struct strbuf *out)
{
	const struct sim_drops *x = &i->drops;

	strbuf_add(out, "ifname=%s\naddr=" MACSTR "\nfreq=%u\nphyname=%s\n", i->port.name,
		MAC2STR(i->port.addr), i->port.home, i->phy);
	if (i->bridge[0])
		strbuf_add(out, "brname=%s\n", i->bridge);
	strbuf_add(out, "air=%s\ncountry=%s\n", i->d->air->name, i->d->country);
	if (i->type == DRV_IF_STATION)
		strbuf_add(out, "link=%s\n4addr=%d\noperstate=%d\n", sta_state_name(i->sta.state),
			i->sta.use_4addr, i->sta.operstate_up);
	return strbuf_add(out,
		"dropped_no_key=%u\ndropped_bad_key=%u\ndropped_replay=%u\ndropped_unprotected=%u\n"
		"dropped_unauthorized=%u\ndropped_class3=%u\ndropped_not_4addr=%u\ndropped_"
		"malformed=%u\n",
		x->no_key, x->bad_key, x->replay, x->unprotected, x->unauthorized, x->class3,
		x->not_4addr, x->malformed);
}

void sim_if_drops(const struct drv_if *i, struct sim_drops *out)
{
	*out = i->drops;
}

const struct driver driver_sim = {
	.name = "sim",
	.description = "simulated air for tests and demos; needs neither hardware nor root",
	.init = sim_init,
	.deinit = sim_deinit,
	.if_open = sim_if_open,
	.if_close = sim_if_close,
	.addr = sim_addr,
	.set_addr = sim_set_addr,
	.caps = sim_caps,
	.set_country = sim_set_country,
	.get_country = sim_get_country,
	.scan = sim_scan,
	.scan_abort = sim_scan_abort,
	.scan_results = sim_scan_results,
	.authenticate = sim_authenticate,
	.associate = sim_associate,
	.connect = fw_connect,
	.deauthenticate = sim_deauthenticate,
	.set_4addr = sim_set_4addr,
	.probe_4addr = sim_probe_4addr,
	.set_operstate = sim_set_operstate,
	.signal_monitor = sim_signal_monitor,
	.set_pmk = fw_set_pmk,
	.sync_pmk = fw_sync_pmk,
	.allow_roaming = fw_allow_roaming,
	.pmksa_set = fw_pmksa_set,
	.pmksa_del = fw_pmksa_del,
	.pmksa_flush = fw_pmksa_flush,
	.set_rekey = fw_set_rekey,
	.refresh_caps = fw_refresh_caps,
	.set_authorized = fw_set_authorized,
	.set_key = fw_set_key,
	.send_eapol = fw_send_eapol,
	.send_mgmt = sim_send_mgmt,
	.sta_info = sim_sta_info,
	.ap_start = fw_ap_start,
	.ap_update = sim_ap_update,
	.channel_switch = sim_channel_switch,
	.ap_stop = sim_ap_stop,
	.sta_set = sim_sta_set,
	.sta_remove = sim_sta_remove,
	.sta_flush = sim_sta_flush,
	.poll_sta = sim_poll_sta,
	.wds_sta = sim_wds_sta,
	.bridge_add = sim_bridge_add,
	.group_rsc = sim_group_rsc,
	.status = sim_status,
};
