/* Netlink sockets: requests with their answers, and events through the loop. */
#ifndef DRIVERS_NL80211_SOCK_I_H
#define DRIVERS_NL80211_SOCK_I_H

#include <sys/queue.h>

#include "drivers/nl80211/msg_i.h"

/* h lives as long as the call. */
typedef void (*nl_msg_fn)(void *ctx, const struct nlmsghdr *h);
/* The kernel had to drop events. */
typedef void (*nl_lost_fn)(void *ctx);

struct nl_pending; /* an event that came while an answer was awaited */
STAILQ_HEAD(nl_pending_list, nl_pending);

struct nl_chan {
	int fd; /* -1 = closed */
	uint32_t seq;
	struct eloop_fd *watch;
	struct timers *timers;
	struct timer later; /* delivers the pending events */
	struct nl_pending_list pending;
	nl_msg_fn on_event;
	nl_lost_fn on_lost;
	void *ctx;
};

/* protocol: NETLINK_GENERIC or NETLINK_ROUTE. Returns 0 or -errno. */
int chan_open(struct nl_chan *c, int protocol);
/* Closed or never opened (zeroed with fd -1) is fine. */
void chan_close(struct nl_chan *c);
/* Joins a multicast group; 0 is no group (-ENOENT). */
int chan_join(struct nl_chan *c, uint32_t group);
/* Delivers events from the loop from now on. */
int chan_watch(struct nl_chan *c, struct eloop *loop, nl_msg_fn fn, nl_lost_fn lost, void *ctx);
/* Delivers now what is there (bounded). The channel may be closed by a callback. */
void chan_drain(struct nl_chan *c);
/* Sends r (freed in any case) and waits for the kernel's answer, which it gives at once. fn (may be
 * NULL) sees every answering message. Returns 0 or the kernel's -errno; its explanation is logged
 * at debug level. Events that come meanwhile wait for the loop. */
int chan_request(struct nl_chan *c, struct nl_req *r, nl_msg_fn fn, void *ctx);

#endif
