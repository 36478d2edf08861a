#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "drivers/nl80211/rtnl_i.h"

static struct nl_req link_req(int type, int flags, int ifindex, unsigned iff, unsigned iff_mask)
{
	const struct ifinfomsg info = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = ifindex,
		.ifi_flags = iff,
		.ifi_change = iff_mask,
	};
	return req_rtnl(type, flags, &info, sizeof(info));
}

struct link_answer {
	struct rt_link *out;
	int err;
};

static void on_link(void *ctx, const struct nlmsghdr *h)
{
	struct link_answer *a = ctx;
	a->err = link_parse(h, a->out);
}

int rt_link_get(struct nl_chan *c, int ifindex, struct rt_link *out)
{
	struct nl_req r = link_req(RTM_GETLINK, 0, ifindex, 0, 0);
	struct link_answer a = {out, -EBADMSG};
	int err = chan_request(c, &r, on_link, &a);
	return err ? err : a.err;
}

int rt_set_up(struct nl_chan *c, int ifindex, bool up)
{
	struct nl_req r = link_req(RTM_SETLINK, 0, ifindex, up ? IFF_UP : 0, IFF_UP);
	return chan_request(c, &r, NULL, NULL);
}

int rt_set_addr(struct nl_chan *c, int ifindex, const uint8_t addr[MAC_LEN])
{
	struct nl_req r = link_req(RTM_SETLINK, 0, ifindex, 0, 0);
	req_put(&r, IFLA_ADDRESS, addr, MAC_LEN);
	return chan_request(c, &r, NULL, NULL);
}

int rt_set_master(struct nl_chan *c, int ifindex, int bridge)
{
	struct nl_req r = link_req(RTM_SETLINK, 0, ifindex, 0, 0);
	req_u32(&r, IFLA_MASTER, (uint32_t)bridge);
	return chan_request(c, &r, NULL, NULL);
}

int rt_set_operstate(struct nl_chan *c, int ifindex, bool dormant_mode, enum rt_operstate state)
{
	struct nl_req r = link_req(RTM_SETLINK, 0, ifindex, 0, 0);
	req_u8(&r, IFLA_LINKMODE, dormant_mode ? 1 : 0);
	req_u8(&r, IFLA_OPERSTATE, (uint8_t)state);
	return chan_request(c, &r, NULL, NULL);
}

int rt_bridge_create(struct nl_chan *c, const char *name)
{
	struct nl_req r = link_req(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, IFF_UP, IFF_UP);
	req_str(&r, IFLA_IFNAME, name);
	struct nlattr *info = req_nest(&r, IFLA_LINKINFO);
	req_str(&r, IFLA_INFO_KIND, "bridge");
	req_nest_end(&r, info);
	return chan_request(c, &r, NULL, NULL);
}

int rt_link_delete(struct nl_chan *c, int ifindex)
{
	struct nl_req r = link_req(RTM_DELLINK, 0, ifindex, 0, 0);
	return chan_request(c, &r, NULL, NULL);
}
