/* A kernel below the driver's sockets: the test program has its own socket(), bind(), setsockopt()
 * and sendto(), which the driver's libraries call instead of libc's. Netlink sockets become socket
 * pairs; a request is answered before sendto() returns, as the kernel does, and kept for the test
 * to look at. Knows one radio with one interface. Included by one test program each. */
#ifndef TESTS_UNIT_DRIVERS_FAKE_KERNEL_H
#define TESTS_UNIT_DRIVERS_FAKE_KERNEL_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "drivers/nl80211/nl80211_i.h"

#define FK_FAMILY 30
#define FK_IFINDEX 7
#define FK_IFNAME "fm0"
#define FK_WIPHY 3
enum { FK_SCAN = 11, FK_MLME, FK_REG, FK_VENDOR }; /* multicast groups */

struct fk_sock {
	int fd, peer;
	int protocol;
	uint32_t groups; /* mask */
};

struct fk_request {
	uint8_t cmd;
	int sock; /* descriptor it came through */
	union {
		struct nlmsghdr h;
		uint8_t bytes[8192];
	};
};

struct fake_kernel {
	struct fk_sock socks[32];
	size_t sock_count;
	struct fk_request log[64];
	size_t count;
	/* The radio. */
	uint8_t ext[16];
	size_t ext_len;
	uint32_t features;
	const uint32_t *commands;
	size_t command_count;
	bool roams, ap_sme, vendor, no_vendor_answer;
	uint8_t vendor_features[5];
	/* The next `fail_times` requests of this command fail. */
	uint8_t fail_cmd;
	int fail_err;
	unsigned fail_times;
	bool nested_data_refused; /* VENDOR: data marked as attributes */
	unsigned sta_flags_mask, sta_flags_set;
	unsigned stations;       /* of a dump: 02:00:00:00:09:00, 01 … */
	uint8_t bss[2][MAC_LEN]; /* in the scan cache: 2437 and 5180 MHz */
	int bss_associated;      /* index, -1 none */
};
static struct fake_kernel fk;

static const uint8_t fk_addr[MAC_LEN] = {2, 0, 0, 0, 7, 0};

/* --- answers --- */

static void fk_write(const struct fk_sock *s, struct nl_req *r, uint32_t seq, int flags)
{
	struct nlmsghdr *h = nlmsg_hdr(r->msg);
	assert_int_equal(r->err, 0);
	h->nlmsg_seq = seq;
	h->nlmsg_flags = (uint16_t)flags;
	assert_int_equal(write(s->peer, h, h->nlmsg_len), h->nlmsg_len);
	req_free(r);
}

static void fk_ack(const struct fk_sock *s, const struct nlmsghdr *to, int err)
{
	struct {
		struct nlmsghdr h;
		struct nlmsgerr e;
	} m = {.h = {sizeof(m), NLMSG_ERROR, NLM_F_CAPPED, to->nlmsg_seq, 0}, .e = {err, *to}};
	assert_int_equal(write(s->peer, &m, sizeof(m)), sizeof(m));
}

static void fk_done(const struct fk_sock *s, const struct nlmsghdr *to)
{
	struct {
		struct nlmsghdr h;
		int err;
	} m = {{sizeof(m), NLMSG_DONE, NLM_F_MULTI, to->nlmsg_seq, 0}, 0};
	assert_int_equal(write(s->peer, &m, sizeof(m)), sizeof(m));
}

static struct nl_req fk_msg(uint8_t cmd)
{
	return req_genl(FK_FAMILY, cmd, 0, 16384);
}

static void fk_family(const struct fk_sock *s, const struct nlmsghdr *to)
{
	static const char *const names[] = {NL80211_MULTICAST_GROUP_SCAN,
		NL80211_MULTICAST_GROUP_MLME, NL80211_MULTICAST_GROUP_REG,
		NL80211_MULTICAST_GROUP_VENDOR};
	struct nl_req r = req_genl(GENL_ID_CTRL, CTRL_CMD_NEWFAMILY, 0, 4096);
	req_u16(&r, CTRL_ATTR_FAMILY_ID, FK_FAMILY);
	struct nlattr *all = req_nest(&r, CTRL_ATTR_MCAST_GROUPS);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct nlattr *one = req_nest(&r, (int)i + 1);
		req_str(&r, CTRL_ATTR_MCAST_GRP_NAME, names[i]);
		req_u32(&r, CTRL_ATTR_MCAST_GRP_ID, FK_SCAN + (uint32_t)i);
		req_nest_end(&r, one);
	}
	req_nest_end(&r, all);
	fk_write(s, &r, to->nlmsg_seq, 0);
	fk_ack(s, to, 0);
}

/* What of GET_WIPHY matters here, in two messages as the split dump does. */
static void fk_wiphy(const struct fk_sock *s, const struct nlmsghdr *to)
{
	const struct nl80211_vendor_cmd_info other = {0x001018, QCA_GET_FEATURES},
					     features = {QCA_OUI, QCA_GET_FEATURES};
	struct nl_req r = fk_msg(NL80211_CMD_NEW_WIPHY);
	req_u32(&r, NL80211_ATTR_WIPHY, FK_WIPHY);
	req_str(&r, NL80211_ATTR_WIPHY_NAME, "phy3");
	struct nlattr *nest = req_nest(&r, NL80211_ATTR_SUPPORTED_IFTYPES);
	req_flag(&r, NL80211_IFTYPE_STATION);
	req_flag(&r, NL80211_IFTYPE_AP);
	req_nest_end(&r, nest);
	nest = req_nest(&r, NL80211_ATTR_SUPPORTED_COMMANDS);
	for (size_t i = 0; i < fk.command_count; i++)
		req_u32(&r, (int)i + 1, fk.commands[i]);
	req_nest_end(&r, nest);
	if (fk.roams)
		req_flag(&r, NL80211_ATTR_ROAM_SUPPORT);
	fk_write(s, &r, to->nlmsg_seq, NLM_F_MULTI);

	r = fk_msg(NL80211_CMD_NEW_WIPHY);
	req_u32(&r, NL80211_ATTR_WIPHY, FK_WIPHY);
	req_u32(&r, NL80211_ATTR_FEATURE_FLAGS, fk.features);
	if (fk.ap_sme)
		req_u32(&r, NL80211_ATTR_DEVICE_AP_SME, 0);
	req_put_if(&r, NL80211_ATTR_EXT_FEATURES, fk.ext, fk.ext_len);
	nest = req_nest(&r, NL80211_ATTR_VENDOR_DATA);
	req_put(&r, 1, &other, sizeof(other));
	if (fk.vendor)
		req_put(&r, 2, &features, sizeof(features));
	req_nest_end(&r, nest);
	fk_write(s, &r, to->nlmsg_seq, NLM_F_MULTI);
	fk_done(s, to);
}

static void fk_interface(const struct fk_sock *s, const struct nlmsghdr *to)
{
	struct nl_req r = fk_msg(NL80211_CMD_NEW_INTERFACE);
	req_u32(&r, NL80211_ATTR_WIPHY, FK_WIPHY);
	req_u32(&r, NL80211_ATTR_IFINDEX, FK_IFINDEX);
	req_str(&r, NL80211_ATTR_IFNAME, FK_IFNAME);
	req_u32(&r, NL80211_ATTR_IFTYPE, NL80211_IFTYPE_STATION);
	req_put(&r, NL80211_ATTR_MAC, fk_addr, MAC_LEN);
	fk_write(s, &r, to->nlmsg_seq, 0);
	fk_ack(s, to, 0);
}

static void fk_scan(const struct fk_sock *s, const struct nlmsghdr *to)
{
	static const uint32_t freqs[] = {2437, 5180};
	for (int i = 0; i < 2; i++) {
		struct nl_req r = fk_msg(NL80211_CMD_NEW_SCAN_RESULTS);
		req_u32(&r, NL80211_ATTR_IFINDEX, FK_IFINDEX);
		struct nlattr *bss = req_nest(&r, NL80211_ATTR_BSS);
		req_put(&r, NL80211_BSS_BSSID, fk.bss[i], MAC_LEN);
		req_u32(&r, NL80211_BSS_FREQUENCY, freqs[i]);
		if (i == fk.bss_associated)
			req_u32(&r, NL80211_BSS_STATUS, NL80211_BSS_STATUS_ASSOCIATED);
		req_nest_end(&r, bss);
		fk_write(s, &r, to->nlmsg_seq, NLM_F_MULTI);
	}
	fk_done(s, to);
}

static void fk_stations(const struct fk_sock *s, const struct nlmsghdr *to)
{
	for (unsigned i = 0; i < fk.stations; i++) {
		const uint8_t addr[MAC_LEN] = {2, 0, 0, 0, 9, (uint8_t)i};
		struct nl_req r = fk_msg(NL80211_CMD_NEW_STATION);
		req_u32(&r, NL80211_ATTR_IFINDEX, FK_IFINDEX);
		req_put(&r, NL80211_ATTR_MAC, addr, MAC_LEN);
		fk_write(s, &r, to->nlmsg_seq, NLM_F_MULTI);
	}
	fk_done(s, to);
}

static void fk_station(const struct fk_sock *s, const struct nlmsghdr *to)
{
	const struct nl80211_sta_flag_update flags = {fk.sta_flags_mask, fk.sta_flags_set};
	if ((to->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP) {
		fk_stations(s, to);
		return;
	}
	struct nl_req r = fk_msg(NL80211_CMD_NEW_STATION);
	struct nlattr *info = req_nest(&r, NL80211_ATTR_STA_INFO);
	req_put(&r, NL80211_STA_INFO_STA_FLAGS, &flags, sizeof(flags));
	req_nest_end(&r, info);
	fk_write(s, &r, to->nlmsg_seq, 0);
	fk_ack(s, to, 0);
}

static void fk_vendor(const struct fk_sock *s, const struct nlmsghdr *to)
{
	struct nlattr *tb[NL80211_ATTR_MAX + 1];
	assert_int_equal(genl_attrs(to, tb, NL80211_ATTR_MAX), 0);
	const struct nlattr *data = tb[NL80211_ATTR_VENDOR_DATA];
	if (attr_u32(tb[NL80211_ATTR_VENDOR_SUBCMD]) == QCA_GET_FEATURES && !fk.no_vendor_answer) {
		struct nl_req r = fk_msg(NL80211_CMD_VENDOR);
		struct nlattr *nest = req_nest(&r, NL80211_ATTR_VENDOR_DATA);
		req_put(&r, QCA_FEATURES_FLAGS, fk.vendor_features, sizeof(fk.vendor_features));
		req_nest_end(&r, nest);
		fk_write(s, &r, to->nlmsg_seq, 0);
	}
	bool marked = data && data->nla_type & NLA_F_NESTED;
	fk_ack(s, to, fk.nested_data_refused && marked ? -EINVAL : 0);
}

static void fk_link(const struct fk_sock *s, const struct nlmsghdr *to)
{
	const struct ifinfomsg info = {.ifi_index = FK_IFINDEX, .ifi_flags = IFF_UP};
	if (to->nlmsg_type == RTM_GETLINK) {
		struct nl_req r = req_rtnl(RTM_NEWLINK, 0, &info, sizeof(info));
		req_put(&r, IFLA_ADDRESS, fk_addr, MAC_LEN);
		req_str(&r, IFLA_IFNAME, FK_IFNAME);
		fk_write(s, &r, to->nlmsg_seq, 0);
	}
	fk_ack(s, to, 0);
}

static void fk_nl80211(const struct fk_sock *s, const struct nlmsghdr *to)
{
	static const struct {
		uint8_t cmd;
		void (*answer)(const struct fk_sock *s, const struct nlmsghdr *to);
	} answers[] = {
		{NL80211_CMD_GET_WIPHY, fk_wiphy},
		{NL80211_CMD_GET_INTERFACE, fk_interface},
		{NL80211_CMD_GET_SCAN, fk_scan},
		{NL80211_CMD_GET_STATION, fk_station},
		{NL80211_CMD_VENDOR, fk_vendor},
	};
	uint8_t cmd = genl_cmd(to);
	assert_true(fk.count < ARRAY_SIZE(fk.log) && to->nlmsg_len <= sizeof(fk.log[0].bytes));
	struct fk_request *q = &fk.log[fk.count++];
	q->cmd = cmd;
	q->sock = s->fd;
	memcpy(q->bytes, to, to->nlmsg_len);
	if (fk.fail_times && fk.fail_cmd == cmd) {
		fk.fail_times--;
		fk_ack(s, to, fk.fail_err);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++)
		if (answers[i].cmd == cmd) {
			answers[i].answer(s, to);
			return;
		}
	fk_ack(s, to, 0);
}

/* --- what libc would do --- */

static struct fk_sock *fk_find(int fd)
{
	/* The newest: descriptors are used again. */
	for (size_t i = fk.sock_count; i; i--)
		if (fk.socks[i - 1].fd == fd)
			return &fk.socks[i - 1];
	return NULL;
}

int socket(int domain, int type, int protocol)
{
	int pair[2];
	if (domain != AF_NETLINK && domain != AF_PACKET)
		return (int)syscall(SYS_socket, domain, type, protocol);
	assert_true(fk.sock_count < ARRAY_SIZE(fk.socks));
	/* Keeps the borders of messages, and has room for a dump. */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | (type & (SOCK_NONBLOCK | SOCK_CLOEXEC)), 0, pair) <
		0)
		return -1;
	fk.socks[fk.sock_count++] = (struct fk_sock){
		.fd = pair[0], .peer = pair[1], .protocol = domain == AF_PACKET ? -1 : protocol};
	return pair[0];
}

int bind(int fd, __CONST_SOCKADDR_ARG addr, socklen_t len)
{
	return fk_find(fd) ? 0 : (int)syscall(SYS_bind, fd, addr.__sockaddr__, len);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	struct fk_sock *s = fk_find(fd);
	uint32_t group;
	if (!s)
		return (int)syscall(SYS_setsockopt, fd, level, name, value, len);
	if (level == SOL_NETLINK && name == NETLINK_ADD_MEMBERSHIP) {
		memcpy(&group, value, sizeof(group));
		s->groups |= 1u << group;
	}
	return 0;
}

ssize_t sendto(
	int fd, const void *buf, size_t len, int flags, __CONST_SOCKADDR_ARG to, socklen_t to_len)
{
	const struct fk_sock *s = fk_find(fd);
	const struct nlmsghdr *h = buf;
	if (!s || s->protocol < 0)
		return syscall(SYS_sendto, fd, buf, len, flags, to.__sockaddr__, to_len);
	if (s->protocol == NETLINK_ROUTE)
		fk_link(s, h);
	else if (h->nlmsg_type == GENL_ID_CTRL)
		fk_family(s, h);
	else
		fk_nl80211(s, h);
	return (ssize_t)len;
}

int poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	/* Answers are there before they are waited for: that would be sleep in the event loop. */
	assert_int_equal(timeout_ms, 0);
	return 0;
}

unsigned if_nametoindex(const char *name)
{
	return strcmp(name, FK_IFNAME) == 0 ? FK_IFINDEX : 0;
}

/* --- for the tests --- */

/* An event to those who joined its group; r is used up. */
static inline void fk_event(uint32_t group, struct nl_req *r)
{
	struct nlmsghdr *h = nlmsg_hdr(r->msg);
	assert_int_equal(r->err, 0);
	for (size_t i = 0; i < fk.sock_count; i++)
		if (fk.socks[i].groups & 1u << group)
			assert_int_equal(write(fk.socks[i].peer, h, h->nlmsg_len), h->nlmsg_len);
	req_free(r);
}

static inline struct nl_req fk_if_event(uint8_t cmd)
{
	struct nl_req r = fk_msg(cmd);
	req_u32(&r, NL80211_ATTR_WIPHY, FK_WIPHY);
	req_u32(&r, NL80211_ATTR_IFINDEX, FK_IFINDEX);
	return r;
}

/* The n-th request of this command since fk_forget(), from 0; NULL. */
static inline const struct fk_request *fk_nth(uint8_t cmd, unsigned n)
{
	for (size_t i = 0; i < fk.count; i++)
		if (fk.log[i].cmd == cmd && n-- == 0)
			return &fk.log[i];
	return NULL;
}

static inline unsigned fk_times(uint8_t cmd)
{
	unsigned n = 0;
	while (fk_nth(cmd, n))
		n++;
	return n;
}

static inline void fk_forget(void)
{
	fk.count = 0;
}

static inline void fk_fail(uint8_t cmd, int err, unsigned times)
{
	fk.fail_cmd = cmd;
	fk.fail_err = err;
	fk.fail_times = times;
}

/* The driver has closed all its sockets. */
static inline void fk_hang_up(void)
{
	for (size_t i = 0; i < fk.sock_count; i++)
		close(fk.socks[i].peer);
	fk.sock_count = 0;
}

static inline void fk_close(void)
{
	fk_hang_up();
	fk = (struct fake_kernel){0};
}

#endif
