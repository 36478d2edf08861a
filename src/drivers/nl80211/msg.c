/* Netlink requests and the attributes of answers. */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/rtnetlink.h>

#include "drivers/nl80211/msg_i.h"

static struct nl_req req_alloc(size_t size)
{
	struct nl_req r = {nlmsg_alloc_size(size), 0};
	if (!r.msg)
		r.err = -ENOMEM;
	return r;
}

struct nl_req req_genl(int family, uint8_t cmd, int flags, size_t size)
{
	struct nl_req r = req_alloc(size);
	if (!r.err && !genlmsg_put(r.msg, 0, 0, family, 0, flags, cmd, 0))
		r.err = -ENOMEM;
	return r;
}

struct nl_req req_rtnl(int type, int flags, const void *header, size_t header_len)
{
	struct nl_req r = req_alloc(512);
	if (r.err)
		return r;
	if (!nlmsg_put(r.msg, 0, 0, type, 0, flags) ||
		nlmsg_append(r.msg, (void *)header, header_len, NLMSG_ALIGNTO) < 0)
		r.err = -ENOMEM;
	return r;
}

void req_free(struct nl_req *r)
{
	if (r->msg) {
		/* Key material may have been in it. */
		struct nlmsghdr *h = nlmsg_hdr(r->msg);
		if (h->nlmsg_len > NLMSG_HDRLEN)
			wipe(nlmsg_data(h), h->nlmsg_len - NLMSG_HDRLEN);
		nlmsg_free(r->msg);
	}
	r->msg = NULL;
}

void req_put(struct nl_req *r, int attr, const void *data, size_t len)
{
	if (r->err)
		return;
	if (len > UINT16_MAX - NLA_HDRLEN || nla_put(r->msg, attr, (int)len, data) < 0)
		r->err = -EMSGSIZE;
}

void req_u8(struct nl_req *r, int attr, uint8_t v)
{
	req_put(r, attr, &v, sizeof(v));
}

void req_u16(struct nl_req *r, int attr, uint16_t v)
{
	req_put(r, attr, &v, sizeof(v));
}

void req_u32(struct nl_req *r, int attr, uint32_t v)
{
	req_put(r, attr, &v, sizeof(v));
}

void req_flag(struct nl_req *r, int attr)
{
	req_put(r, attr, NULL, 0);
}

void req_str(struct nl_req *r, int attr, const char *text)
{
	req_put(r, attr, text, strlen(text) + 1);
}

void req_put_if(struct nl_req *r, int attr, const void *data, size_t len)
{
	if (data && len)
		req_put(r, attr, data, len);
}

struct nlattr *req_nest(struct nl_req *r, int attr)
{
	if (r->err)
		return NULL;
	struct nlattr *nest = nla_nest_start(r->msg, attr);
	if (!nest)
		r->err = -EMSGSIZE;
	return nest;
}

void req_nest_end(struct nl_req *r, struct nlattr *nest)
{
	if (!r->err && nest)
		nla_nest_end_keep_empty(r->msg, nest);
}

bool attr_mac(const struct nlattr *a, uint8_t out[MAC_LEN])
{
	if (!a || nla_len(a) < MAC_LEN)
		return false;
	mac_copy(out, nla_data(a));
	return true;
}

static bool genl_whole(const struct nlmsghdr *h)
{
	return h->nlmsg_len >= NLMSG_HDRLEN + GENL_HDRLEN;
}

int genl_attrs(const struct nlmsghdr *h, struct nlattr **tb, int max)
{
	if (!genl_whole(h))
		return -EBADMSG;
	const struct genlmsghdr *g = nlmsg_data(h);
	if (nla_parse(tb, max, genlmsg_attrdata(g, 0), genlmsg_attrlen(g, 0), NULL) < 0)
		return -EBADMSG;
	return 0;
}

uint8_t genl_cmd(const struct nlmsghdr *h)
{
	if (!genl_whole(h))
		return 0;
	const struct genlmsghdr *g = nlmsg_data(h);
	return g->cmd;
}

bool genl_peek_u32(const struct nlmsghdr *h, int attr, uint32_t *out)
{
	if (!genl_whole(h))
		return false;
	const struct genlmsghdr *g = nlmsg_data(h);
	const struct nlattr *a = nla_find(genlmsg_attrdata(g, 0), genlmsg_attrlen(g, 0), attr);
	if (!a || nla_len(a) < 4)
		return false;
	*out = nla_get_u32(a);
	return true;
}

static void family_group(struct nl_family *f, const char *name, uint32_t id)
{
	const struct {
		const char *name;
		uint32_t *id;
	} groups[] = {
		{NL80211_MULTICAST_GROUP_SCAN, &f->scan},
		{NL80211_MULTICAST_GROUP_MLME, &f->mlme},
		{NL80211_MULTICAST_GROUP_REG, &f->regulatory},
		{NL80211_MULTICAST_GROUP_VENDOR, &f->vendor},
	};
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (strcmp(groups[i].name, name) == 0)
			*groups[i].id = id;
}

static bool attr_is_text(const struct nlattr *a)
{
	return a && nla_len(a) > 0 && memchr(nla_data(a), 0, (size_t)nla_len(a));
}

int family_parse(const struct nlmsghdr *h, struct nl_family *out)
{
	struct nlattr *tb[CTRL_ATTR_MAX + 1];
	*out = (struct nl_family){0};
	if (genl_attrs(h, tb, CTRL_ATTR_MAX) < 0 || !tb[CTRL_ATTR_FAMILY_ID])
		return -EBADMSG;
	out->id = attr_u16(tb[CTRL_ATTR_FAMILY_ID]);
	if (!tb[CTRL_ATTR_MCAST_GROUPS])
		return 0;
	struct nlattr *group;
	int left;
	nla_for_each_nested(group, tb[CTRL_ATTR_MCAST_GROUPS], left)
	{
		struct nlattr *g[CTRL_ATTR_MCAST_GRP_MAX + 1];
		if (nla_parse_nested(g, CTRL_ATTR_MCAST_GRP_MAX, group, NULL) < 0)
			return -EBADMSG;
		if (attr_is_text(g[CTRL_ATTR_MCAST_GRP_NAME]))
			family_group(out, nla_data(g[CTRL_ATTR_MCAST_GRP_NAME]),
				attr_u32(g[CTRL_ATTR_MCAST_GRP_ID]));
	}
	return 0;
}

int iface_parse(const struct nlmsghdr *h, struct nl_iface *out)
{
	struct nlattr *tb[NL80211_ATTR_MAX + 1];
	*out = (struct nl_iface){0};
	if (genl_attrs(h, tb, NL80211_ATTR_MAX) < 0 || !tb[NL80211_ATTR_WIPHY])
		return -EBADMSG;
	out->wiphy = attr_u32(tb[NL80211_ATTR_WIPHY]);
	out->ifindex = attr_u32(tb[NL80211_ATTR_IFINDEX]);
	out->iftype = attr_u32(tb[NL80211_ATTR_IFTYPE]);
	out->freq = attr_u32(tb[NL80211_ATTR_WIPHY_FREQ]);
	out->width = attr_u32(tb[NL80211_ATTR_CHANNEL_WIDTH]);
	out->center[0] = attr_u32(tb[NL80211_ATTR_CENTER_FREQ1]);
	out->center[1] = attr_u32(tb[NL80211_ATTR_CENTER_FREQ2]);
	out->wdev = attr_u64(tb[NL80211_ATTR_WDEV]);
	out->four_addr = attr_u8(tb[NL80211_ATTR_4ADDR]) != 0;
	attr_mac(tb[NL80211_ATTR_MAC], out->addr);
	if (attr_is_text(tb[NL80211_ATTR_IFNAME]))
		snprintf(out->ifname, sizeof(out->ifname), "%s",
			(const char *)nla_data(tb[NL80211_ATTR_IFNAME]));
	return 0;
}

int link_parse(const struct nlmsghdr *h, struct rt_link *out)
{
	*out = (struct rt_link){0};
	if (h->nlmsg_type != RTM_NEWLINK && h->nlmsg_type != RTM_DELLINK)
		return -ENOENT;
	if (h->nlmsg_len < NLMSG_LENGTH(sizeof(struct ifinfomsg)))
		return -EBADMSG;
	const struct ifinfomsg *info = nlmsg_data(h);
	/* The bridge reports its ports with messages of the same type. */
	if (info->ifi_family != AF_UNSPEC)
		return -ENOENT;
	struct nlattr *tb[IFLA_MAX + 1];
	if (nlmsg_parse((struct nlmsghdr *)h, sizeof(*info), tb, IFLA_MAX, NULL) < 0)
		return -EBADMSG;
	out->ifindex = info->ifi_index;
	out->flags = info->ifi_flags;
	out->removed = h->nlmsg_type == RTM_DELLINK;
	out->master = (int)attr_u32(tb[IFLA_MASTER]);
	out->operstate = attr_u8(tb[IFLA_OPERSTATE]);
	attr_mac(tb[IFLA_ADDRESS], out->addr);
	if (attr_is_text(tb[IFLA_IFNAME]))
		snprintf(out->ifname, sizeof(out->ifname), "%s",
			(const char *)nla_data(tb[IFLA_IFNAME]));
	return 0;
}
