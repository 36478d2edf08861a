/* Taking interfaces into use and giving them back. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "drivers/nl80211/nl80211_i.h"

struct drv_if *if_by_index(struct drv *d, int ifindex)
{
	struct drv_if *i;
	struct wds *w;
	LIST_FOREACH (i, &d->ifs, link) {
		if (i->ifindex == ifindex)
			return i;
		LIST_FOREACH (w, &i->wds, link)
			if (w->ifindex == ifindex)
				return i;
	}
	return NULL;
}

/* --- opening --- */

struct opening {
	struct drv_if *i;
	const struct drv_if_params *p;
	struct strbuf *reason;
};

/* Errors with the same advice wherever they come from. */
static const char *errno_advice(int err)
{
	switch (-err) {
	case EPERM:
	case EACCES:
		return "this needs root or the CAP_NET_ADMIN capability";
	case ERFKILL:
		return "the radio is switched off (rfkill): `rfkill unblock wifi` or its switch "
		       "turns it on";
	case ENODEV:
		return "the interface went away";
	}
	return NULL;
}

__attribute__((format(printf, 3, 4))) static int fail(
	struct opening *o, int err, const char *fmt, ...)
{
	va_list ap;
	if (!o->reason || o->reason->len)
		return err;
	va_start(ap, fmt);
	strbuf_vadd(o->reason, fmt, ap);
	va_end(ap);
	const char *advice = errno_advice(err);
	strbuf_add(o->reason, ": %s", advice ? advice : strerror(-err));
	return err;
}

static int say(struct opening *o, int err, const char *sentence)
{
	if (o->reason && !o->reason->len)
		strbuf_add(o->reason, "%s", sentence);
	return err;
}

static int take_existing(struct opening *o, struct nl_iface *netdev)
{
	struct drv_if *i = o->i;
	struct rt_link link;
	int ifindex = (int)if_nametoindex(o->p->ifname);
	if (!ifindex)
		return say(o, -ENODEV, "no such interface");
	if (if_by_index(i->drv, ifindex))
		return say(o, -EBUSY, "this interface is in use here already");
	int err = netdev_get(i->drv, ifindex, netdev);
	if (err == -ENODEV || err == -EINVAL || err == -EOPNOTSUPP)
		return say(o, -ENODEV, "not a wireless interface (its driver has no nl80211)");
	if (!err)
		err = rt_link_get(&i->drv->rt, ifindex, &link);
	if (err)
		return fail(o, err, "cannot read the interface");
	i->was_up = link.flags & IFF_UP;
	i->was_4addr = netdev->four_addr;
	return 0;
}

static int make_new(struct opening *o, struct nl_iface *netdev)
{
	const struct netdev_new n = {
		.ifname = o->p->ifname,
		.type = o->p->type == DRV_IF_AP ? NL80211_IFTYPE_AP : NL80211_IFTYPE_STATION,
		.addr = o->p->addr,
	};
	int err = netdev_create(o->i->drv, o->p->create_on->phy, &n, netdev);
	if (err == -EEXIST)
		return say(o, err, "a network device of this name exists already");
	if (err)
		return fail(
			o, err, "%s cannot make another interface", o->p->create_on->phy->caps.phy);
	o->i->created = true;
	return 0;
}

static int check_caps(struct opening *o)
{
	char names[256];
	struct strbuf types = strbuf_over(names, sizeof(names));
	const struct drv_caps *c = &o->i->phy->caps;
	bool ap = o->p->type == DRV_IF_AP;
	if (!(c->flags & (ap ? DRV_CAP_AP : DRV_CAP_STATION))) {
		wiphy_iftype_names(c->iftypes, &types);
		if (o->reason)
			strbuf_add(o->reason, "this radio cannot be %s: %s offers only %s",
				ap ? "an access point" : "a station", c->phy, names);
		return -EOPNOTSUPP;
	}
	return 0;
}

static int set_up(struct opening *o)
{
	struct drv_if *i = o->i;
	int err = rt_set_up(&i->drv->rt, i->ifindex, true);
	if (err == -EBUSY)
		return say(o, err,
			"the radio cannot run this interface beside those that are up already (`iw "
			"phy` shows "
			"its interface combinations)");
	if (err)
		return fail(o, err, "cannot bring it up");
	i->up = true;
	return 0;
}

/* Down, of the wanted type and address, up: this also ends whatever an earlier owner left running
 * on it. */
static int prepare_link(struct opening *o, const struct nl_iface *netdev)
{
	struct drv_if *i = o->i;
	bool ap = o->p->type == DRV_IF_AP;
	enum nl80211_iftype type = ap ? NL80211_IFTYPE_AP : NL80211_IFTYPE_STATION;
	const uint8_t *addr = o->p->addr;
	int err = 0;
	i->touched = true;
	if (addr && mac_equal(addr, i->addr))
		addr = NULL;
	if (netdev->iftype != (uint32_t)type || addr || (ap && !i->created))
		err = rt_set_up(&i->drv->rt, i->ifindex, false);
	if (!err && netdev->iftype != (uint32_t)type)
		err = netdev_set_type(i->drv, i->ifindex, type);
	if (err)
		return fail(o, err, "cannot make it %s", ap ? "an access point" : "a station");
	if (addr) {
		err = rt_set_addr(&i->drv->rt, i->ifindex, addr);
		if (err)
			return fail(o, err, "cannot set the address " MACSTR, MAC2STR(addr));
		mac_copy(i->addr, addr);
	}
	return set_up(o);
}

static void end_old_link(struct drv_if *i)
{
	/* An association somebody made before us; -ENOTCONN when there is none, -EPERM when its
	 * owner still lives. */
	struct nl_req r = if_req(i, NL80211_CMD_DISCONNECT);
	req_u16(&r, NL80211_ATTR_REASON_CODE, REASON_DEAUTH_LEAVING);
	if (drv_ask(i->drv, &r, NULL, NULL) != -EPERM)
		return;
	log_msg(LOG_WARN,
		"nl80211: %s: another program was connected with it; two cannot share an interface",
		i->ifname);
	(void)rt_set_up(&i->drv->rt, i->ifindex, false);
	(void)rt_set_up(&i->drv->rt, i->ifindex, true);
}

static void on_own_lost(void *ctx)
{
	struct drv_if *i = ctx;
	/* Frames are repeated by their senders; nothing to find out. */
	log_msg(LOG_WARN, "nl80211: %s: the kernel dropped received frames (busy machine)",
		i->ifname);
}

static int open_sockets(struct opening *o)
{
	struct drv_if *i = o->i;
	int err = chan_open(&i->own, NETLINK_GENERIC);
	if (!err)
		err = chan_watch(&i->own, i->drv->loop, on_own_event, on_own_lost, i);
	if (err)
		return fail(o, err, "cannot open a netlink socket");
	if (o->p->type == DRV_IF_AP) {
		err = ap_register(i);
		if (err == -EALREADY || err == -EBUSY)
			return say(o, err,
				"another program already is the access point on this interface");
		if (err)
			return fail(o, err, "cannot receive management frames");
	} else {
		err = sta_register(i);
		if (err)
			log_msg(LOG_DBG, "nl80211: %s: no SA Query answers: %s", i->ifname,
				strerror(-err));
	}
	bool port = i->phy->caps.flags & DRV_CAP_CONTROL_PORT;
	i->control = (struct control_port){
		.tell_ethertype = i->phy->control_port_proto,
		.send_nl80211 = port,
		/* Drivers that came with the first version of the port may never have been asked
		 * to hand over frames. */
		.over_nl80211 =
			port && wiphy_has_ext(i->phy, NL80211_EXT_FEATURE_CONTROL_PORT_NO_PREAUTH),
	};
	if (!i->control.over_nl80211) {
		err = packet_open(&i->packet, i, i->ifindex);
		if (err)
			return fail(o, err, "cannot open a packet socket for EAPOL");
	}
	return 0;
}

static int open_steps(struct opening *o)
{
	struct drv_if *i = o->i;
	struct nl_iface netdev;
	int err = o->p->create_on ? make_new(o, &netdev) : take_existing(o, &netdev);
	if (err)
		return err;
	i->ifindex = (int)netdev.ifindex;
	mac_copy(i->addr, netdev.addr);
	i->phy = phy_get(i->drv, netdev.wiphy, &err);
	if (!i->phy)
		return fail(o, err, "cannot read the radio's capabilities");
	err = check_caps(o);
	if (!err)
		err = prepare_link(o, &netdev);
	if (!err)
		vendor_query(i);
	if (!err)
		err = open_sockets(o);
	if (!err && i->type == DRV_IF_STATION) {
		end_old_link(i);
		if (i->was_4addr)
			log_msg(LOG_INF,
				"nl80211: %s: 4-address mode is on and stays on; an AP that does "
				"not expect it passes "
				"no data (`iw dev %s set 4addr off`)",
				i->ifname, i->ifname);
		(void)nl_set_operstate(i, false);
	}
	return err;
}

struct drv_if *nl_if_open(
	struct drv *d, const struct drv_if_params *p, int *err, struct strbuf *reason)
{
	struct drv_if *i = calloc(1, sizeof(*i));
	if (!i || strlen(p->ifname) >= IFNAMSIZ) {
		*err = i ? -ENAMETOOLONG : -ENOMEM;
		if (reason)
			strbuf_add(
				reason, "%s", i ? "interface name is too long" : "out of memory");
		free(i);
		return NULL;
	}
	i->drv = d;
	i->event = p->event;
	i->ctx = p->ctx;
	i->type = p->type;
	i->own.fd = i->packet.fd = -1;
	i->scan_state = "NO_SCAN";
	LIST_INIT(&i->wds);
	snprintf(i->ifname, sizeof(i->ifname), "%s", p->ifname);
	if (p->bridge)
		snprintf(i->bridge, sizeof(i->bridge), "%s", p->bridge);
	struct opening o = {i, p, reason};
	*err = open_steps(&o);
	LIST_INSERT_HEAD(&d->ifs, i, link);
	if (*err) {
		nl_if_close(i);
		return NULL;
	}
	log_msg(LOG_DBG, "nl80211: %s: ifindex %d " MACSTR " on %s, EAPOL over %s", i->ifname,
		i->ifindex, MAC2STR(i->addr), i->phy->caps.phy,
		i->control.over_nl80211   ? "nl80211"
		: i->control.send_nl80211 ? "nl80211 (sent) and packet socket (received)"
					  : "packet socket");
	return i;
}

/* --- closing --- */

static void reap(struct timer *t, void *ctx)
{
	struct drv *d = ctx;
	struct drv_if *i;
	(void)t;
	while ((i = LIST_FIRST(&d->dead))) {
		LIST_REMOVE(i, link);
		free(i);
	}
}

static void close_station(struct drv_if *i)
{
	struct drv *d = i->drv;
	struct nl_iface now;
	if (i->sta.state != LINK_IDLE)
		(void)nl_deauthenticate(i, i->sta.bssid, REASON_DEAUTH_LEAVING);
	if (netdev_get(d, i->ifindex, &now) == 0 && now.four_addr != i->was_4addr)
		(void)nl_set_4addr(i, i->was_4addr);
	(void)rt_set_operstate(&d->rt, i->ifindex, false, RT_OPER_UP);
	if (!i->was_up)
		(void)rt_set_up(&d->rt, i->ifindex, false);
}

static bool bridge_has_ports(const char *bridge)
{
	char path[64];
	struct dirent *e;
	bool any = false;

	snprintf(path, sizeof(path), "/sys/class/net/%s/brif", bridge);
	DIR *dir = opendir(path);
	while (dir && !any && (e = readdir(dir)))
		any = e->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return any;
}

static void leave_bridge(struct drv_if *i)
{
	if (i->added_to_bridge)
		(void)rt_set_master(&i->drv->rt, i->ifindex, 0);
	/* A bridge that got other ports meanwhile serves somebody. */
	if (i->created_bridge && !bridge_has_ports(i->bridge))
		(void)rt_link_delete(&i->drv->rt, (int)if_nametoindex(i->bridge));
}

static void close_ap(struct drv_if *i)
{
	struct drv *d = i->drv;
	wds_remove_all(i);
	(void)nl_ap_stop(i);
	leave_bridge(i);
	if (i->created)
		return;
	(void)rt_set_up(&d->rt, i->ifindex, false);
	/* Refused (-EBUSY) while the user has it in a bridge: then it stays an AP interface. */
	(void)netdev_set_type(d, i->ifindex, NL80211_IFTYPE_STATION);
}

void nl_if_close(struct drv_if *i)
{
	struct drv *d;
	if (!i || i->closed)
		return;
	d = i->drv;
	/* From now on nothing is delivered, even by what closing itself causes. */
	i->closed = true;
	if (i->touched)
		(i->type == DRV_IF_AP ? close_ap : close_station)(i);
	if (i->created)
		(void)netdev_delete(d, i->ifindex);
	sta_link_close(i);
	timer_stop(&i->scan_timer);
	packet_close(&i->packet);
	chan_close(&i->own);
	phy_put(d, i->phy);
	i->phy = NULL;
	LIST_REMOVE(i, link);
	/* An event callback of this interface may be running. */
	LIST_INSERT_HEAD(&d->dead, i, link);
	timer_start(eloop_timers(d->loop), &d->reap, 0, reap, d);
}

/* --- address, bridge --- */

int nl_set_addr(struct drv_if *i, const uint8_t addr[MAC_LEN])
{
	int err, up_err;
	if (mac_equal(addr, i->addr))
		return 0;
	err = rt_set_up(&i->drv->rt, i->ifindex, false);
	if (!err)
		err = rt_set_addr(&i->drv->rt, i->ifindex, addr);
	if (!err)
		mac_copy(i->addr, addr);
	up_err = rt_set_up(&i->drv->rt, i->ifindex, true);
	return err ? err : up_err;
}

void nl_set_bridge(struct drv_if *i, const char *bridge)
{
	snprintf(i->bridge, sizeof(i->bridge), "%s", bridge);
}

int nl_bridge_add(struct drv_if *i, const char *bridge)
{
	struct rt_link link;
	int index = (int)if_nametoindex(bridge);
	int err = 0;
	if (!index) {
		err = rt_bridge_create(&i->drv->rt, bridge);
		index = err ? 0 : (int)if_nametoindex(bridge);
		i->created_bridge = !err;
		if (!err)
			log_msg(LOG_INF, "nl80211: bridge %s created", bridge);
	}
	if (!err)
		err = rt_link_get(&i->drv->rt, i->ifindex, &link);
	if (err || link.master == index)
		return err;
	err = rt_set_master(&i->drv->rt, i->ifindex, index);
	if (!err) {
		i->added_to_bridge = true;
		snprintf(i->bridge, sizeof(i->bridge), "%s", bridge);
	}
	return err;
}
