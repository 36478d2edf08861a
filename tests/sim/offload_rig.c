#include "offload_rig.h"

static const uint8_t host[MAC_LEN] = {2, 0, 0, 0, 0xee, 1};

bool status_says(struct net_sta *s, const char *line)
{
	return strstr(sta_command(s, "STATUS"), line) != NULL;
}

void status_has(struct net_sta *s, const char *line)
{
	if (!status_says(s, line))
		fail_msg("no '%s' in STATUS:\n%s\n%s", line, sta_command(s, "STATUS"),
			s->events.text ? s->events.text : "");
}

/* The AP's radio keeps a log, too; it offers nothing by that. */
static struct net_ap *start_ap(struct net *n, const char *ifname, const char *conf, uint8_t *bssid)
{
	struct net_ap *a = net_ap_on(n, ifname, conf, "offload=rekey");
	mac_copy(bssid, driver_sim.addr(net_radio(n, ifname)));
	return a;
}

struct link link_new(void **state, const char *ap_conf, const char *sta_conf, const char *words)
{
	struct link l = {.n = *state};
	char params[64];

	snprintf(params, sizeof(params), "offload=%s", words);
	l.ap = start_ap(l.n, "ap", ap_conf, l.bssid[0]);
	l.sta = net_sta_on(l.n, "sta", sta_conf, params);
	l.radio = net_radio(l.n, "sta");
	l.fw = sim_fw_knobs(l.radio);
	assert_non_null(l.fw);
	return l;
}

void link_await(const struct link *l)
{
	assert_true(net_wait(l->n, &l->sta->events, CONNECTED, 1, 20));
	net_run(l->n, 0.1);
}

struct link link_up(void **state, const char *ap_conf, const char *sta_conf, const char *words)
{
	struct link l = link_new(state, ap_conf, sta_conf, words);
	link_await(&l);
	return l;
}

void link_other(struct link *l, const char *conf)
{
	l->other = start_ap(l->n, "other", conf, l->bssid[1]);
}

void link_roam(const struct link *l)
{
	assert_int_equal(sim_fw_roam(l->radio, l->bssid[1]), 0);
	net_run(l->n, 4);
}

void link_works(const struct link *l, unsigned which)
{
	uint8_t own[MAC_LEN];
	char line[64];

	snprintf(line, sizeof(line), "bssid=" MACSTR "\n", MAC2STR(l->bssid[which]));
	status_has(l->sta, line);
	status_has(l->sta, "wpa_state=COMPLETED\n");
	sta_address(l->sta, own);
	assert_true(net_data_passes(l->n, "sta", own, which ? "br1" : "br0", host));
}

static const struct sim_fw_record *last_group_key(struct drv_if *i)
{
	const struct sim_fw_record *r = NULL, *next;

	for (unsigned n = 0; (next = sim_fw_asked(i, SIM_FW_KEY_NEW, n)); n++)
		if (mac_is_zero(next->addr))
			r = next;
	return r;
}

unsigned link_group_index(const struct link *l, unsigned which)
{
	const struct sim_fw_record *r =
		last_group_key(net_radio(l->n, which ? l->other->ifname : l->ap->ifname));
	assert_non_null(r);
	return r->index;
}

void link_rekeys(const struct link *l, unsigned which)
{
	struct net_ap *a = which ? l->other : l->ap;
	unsigned before = events_count(&l->sta->events, REKEYED);

	assert_string_equal(ap_command(a, 0, "REKEY_GTK"), "OK\n");
	assert_true(net_wait(l->n, &l->sta->events, REKEYED, before + 1, 5));
	net_run(l->n, 0.1);
	const struct sim_fw_record *ours = last_group_key(l->radio),
				   *theirs = last_group_key(net_radio(l->n, a->ifname));
	assert_non_null(ours);
	assert_non_null(theirs);
	assert_int_equal(ours->result, 0);
	assert_int_equal(ours->index, theirs->index);
	assert_int_equal(ours->key.len, theirs->key.len);
	/* The MIC keys of TKIP change places between the two. */
	assert_memory_equal(ours->key.data, theirs->key.data, 16);
	link_works(l, which);
}

double events_gap(const struct events *e, const char *from, const char *to)
{
	return events_time(e, to, events_count(e, to) - 1) -
	       events_time(e, from, events_count(e, from) - 1);
}
