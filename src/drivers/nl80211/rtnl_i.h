/* Network devices: rtnetlink requests. */
#ifndef DRIVERS_NL80211_RTNL_I_H
#define DRIVERS_NL80211_RTNL_I_H

#include "drivers/nl80211/sock_i.h"

enum rt_operstate { RT_OPER_DORMANT = 5, RT_OPER_UP = 6 }; /* RFC 2863 */

/* All return 0 or -errno. */
int rt_link_get(struct nl_chan *c, int ifindex, struct rt_link *out);
int rt_set_up(struct nl_chan *c, int ifindex, bool up);
int rt_set_addr(struct nl_chan *c, int ifindex, const uint8_t addr[MAC_LEN]);
/* bridge: its ifindex, 0 takes the port out. */
int rt_set_master(struct nl_chan *c, int ifindex, int bridge);
/* dormant_mode: the link stays IF_OPER_DORMANT on carrier until we say up. */
int rt_set_operstate(struct nl_chan *c, int ifindex, bool dormant_mode, enum rt_operstate state);
int rt_bridge_create(struct nl_chan *c, const char *name);
int rt_link_delete(struct nl_chan *c, int ifindex);

#endif
