/* nl80211 messages: building requests and reading answers and events. Pure functions over bytes, no
 * socket. */
#ifndef DRIVERS_NL80211_MSG_I_H
#define DRIVERS_NL80211_MSG_I_H

#include <linux/nl80211.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "drivers/driver.h"
#include "drivers/nl80211/ids_i.h"

/* --- a request under construction; `err` is sticky (-ENOMEM, -EMSGSIZE) --- */

struct nl_req {
	struct nl_msg *msg;
	int err;
};

#define NL_REQ_SIZE 4096u
#define NL_REQ_SIZE_AP 20480u  /* beacon, probe response and three lists of elements */
#define NL_REQ_SIZE_CSA 40960u /* that twice */

/* Generic netlink request of `family`; flags: NLM_F_DUMP or 0. */
struct nl_req req_genl(int family, uint8_t cmd, int flags, size_t size);
/* rtnetlink request of `type` with this fixed header in front of the attributes. */
struct nl_req req_rtnl(int type, int flags, const void *header, size_t header_len);
void req_free(struct nl_req *r);
void req_put(struct nl_req *r, int attr, const void *data, size_t len);
void req_u8(struct nl_req *r, int attr, uint8_t v);
void req_u16(struct nl_req *r, int attr, uint16_t v);
void req_u32(struct nl_req *r, int attr, uint32_t v);
void req_flag(struct nl_req *r, int attr);
/* With the final NUL. */
void req_str(struct nl_req *r, int attr, const char *text);
/* Left out when len is 0. */
void req_put_if(struct nl_req *r, int attr, const void *data, size_t len);
struct nlattr *req_nest(struct nl_req *r, int attr);
void req_nest_end(struct nl_req *r, struct nlattr *nest);

/* --- attribute readers: 0 when absent or shorter than the type --- */

static inline uint8_t attr_u8(const struct nlattr *a)
{
	return a && nla_len(a) >= 1 ? nla_get_u8(a) : 0;
}
static inline uint16_t attr_u16(const struct nlattr *a)
{
	return a && nla_len(a) >= 2 ? nla_get_u16(a) : 0;
}
static inline uint32_t attr_u32(const struct nlattr *a)
{
	return a && nla_len(a) >= 4 ? nla_get_u32(a) : 0;
}
static inline uint64_t attr_u64(const struct nlattr *a)
{
	return a && nla_len(a) >= 8 ? nla_get_u64(a) : 0;
}
/* False (and out untouched) when absent or short. */
bool attr_mac(const struct nlattr *a, uint8_t out[MAC_LEN]);
/* The attributes of a generic netlink message. Returns 0 or -EBADMSG. */
int genl_attrs(const struct nlmsghdr *h, struct nlattr **tb, int max);
/* The command, 0 when the message is too short. */
uint8_t genl_cmd(const struct nlmsghdr *h);
/* One u32 attribute without parsing the others; false when absent. */
bool genl_peek_u32(const struct nlmsghdr *h, int attr, uint32_t *out);

/* --- the family --- */

struct nl_family {
	int id;
	uint32_t scan, mlme, regulatory, vendor; /* multicast groups, 0 = absent */
};
int family_parse(const struct nlmsghdr *h, struct nl_family *out);

/* --- the radio --- */

struct nl_phy {
	uint32_t index;
	struct drv_caps caps;
	uint32_t features; /* enum nl80211_feature_flags */
	uint8_t ext_features[16];
	uint8_t commands[32];    /* bit mask of supported commands */
	bool ap_sme;             /* the AP's MLME is in the device */
	bool roams;              /* the firmware picks the BSS */
	bool has_vendor_query;   /* can be asked for its vendor features … */
	bool key_mgmt_sync;      /* … and named this one: interface by interface, kept */
	bool control_port_proto; /* takes the EAPOL ethertype */
	uint8_t addr[MAC_LEN], addr_mask[MAC_LEN];
	unsigned chan_contexts; /* channels it can be on at the same time */
	unsigned refs;
	bool stale; /* channels changed since they were read */
	struct nl_phy *next;
};
/* Merges one message of the split wiphy dump. Returns 0, -EBADMSG, -ENOMEM. */
int wiphy_parse(const struct nlmsghdr *h, struct nl_phy *phy);
/* Works out caps.flags once the dump is complete. */
void wiphy_finish(struct nl_phy *phy);
void wiphy_clear(struct nl_phy *phy);
bool wiphy_has_ext(const struct nl_phy *phy, unsigned feature);
bool wiphy_has_cmd(const struct nl_phy *phy, unsigned cmd);
/* "station, AP, monitor" from a mask of interface types. */
void wiphy_iftype_names(unsigned iftypes, struct strbuf *out);
/* The address of the n-th interface (n >= 1) in the radio's block: first address + n inside the
 * address mask; without a mask a locally administered address. */
void wiphy_nth_addr(const uint8_t first[MAC_LEN], const uint8_t mask[MAC_LEN], unsigned n,
	uint8_t out[MAC_LEN]);

/* --- an interface --- */

struct nl_iface {
	uint32_t ifindex, wiphy, iftype, freq, width;
	uint32_t center[2]; /* MHz; 0 = not told */
	uint8_t addr[MAC_LEN];
	char ifname[IFNAMSIZ];
	uint64_t wdev;
	bool four_addr;
};
int iface_parse(const struct nlmsghdr *h, struct nl_iface *out);

/* --- scanning --- */

void scan_build(struct nl_req *r, const struct drv_scan *s);
/* One BSS of a GET_SCAN dump; views into h. Returns 0, -ENOENT (message of another kind), -EBADMSG.
 */
int scan_result_parse(const struct nlmsghdr *h, struct drv_scan_result *out);

/* --- association --- */

void crypto_build(
	struct nl_req *r, unsigned protos, unsigned pairwise, unsigned group, unsigned akm);
void auth_build(struct nl_req *r, const struct drv_auth *a);

/* How EAPOL travels. */
struct control_port {
	bool tell_ethertype; /* the radio wants to know it */
	bool send_nl80211;   /* frames of ours through it */
	bool over_nl80211;   /* received ones, to the asking socket; pre-authentication frames stay
				ordinary data */
};
void control_port_build(struct nl_req *r, const struct control_port *c);
/* Of ASSOCIATE. */
void assoc_build(struct nl_req *r, const struct drv_assoc *a, const struct control_port *c);
/* Of CONNECT. */
void connect_build(struct nl_req *r, const struct drv_assoc *a, const struct control_port *c);

/* --- key management of the driver: offload_msg.c --- */

void set_pmk_build(
	struct nl_req *r, const uint8_t bssid[MAC_LEN], const uint8_t *pmk, size_t pmk_len);
void pmksa_build(struct nl_req *r, const struct drv_pmksa *p);
void rekey_build(struct nl_req *r, const struct drv_rekey *k);
void vendor_build(struct nl_req *r, unsigned subcmd);
void vendor_pmk_build(struct nl_req *r, const uint8_t *pmk, size_t len);
/* nested: mark the data as attributes. */
void vendor_roaming_build(struct nl_req *r, bool allowed, bool nested);
/* The answer to QCA_GET_FEATURES. Returns 0 or -EBADMSG. */
int vendor_features_parse(const struct nlmsghdr *h, bool *key_mgmt_sync);
/* The data of a QCA_KEY_MGMT_ROAM_AUTH event; views into it. Returns 0 or -EBADMSG, with what is
 * wrong in *why. */
int roam_auth_parse(const uint8_t *data, size_t len, struct drv_event *out, const char **why);

/* --- AP --- */

void ap_start_build(struct nl_req *r, const struct drv_ap *ap, const struct control_port *c);
void ap_beacon_build(struct nl_req *r, const struct drv_ap *ap);
void ap_queues_build(struct nl_req *r, const struct drv_queue queues[DRV_QUEUES]);
void ap_csa_build(struct nl_req *r, const struct drv_csa *c);
void ap_bss_build(struct nl_req *r, const struct drv_ap *ap);
/* full_state: the radio takes AUTHENTICATED and ASSOCIATED flags. */
void sta_build(struct nl_req *r, const struct drv_sta *s, bool full_state);
void sta_flags_build(struct nl_req *r, unsigned flags, unsigned mask);
int sta_info_parse(const struct nlmsghdr *h, struct drv_sta_info *out);

/* --- keys --- */

void key_new_build(struct nl_req *r, const struct drv_key *k);
void key_default_build(struct nl_req *r, const struct drv_key *k);
void key_del_build(struct nl_req *r, const struct drv_key *k);
/* Sequence counter of a GET_KEY answer. Returns 0 or -EBADMSG. */
int key_seq_parse(const struct nlmsghdr *h, uint64_t *seq);

/* --- events --- */

struct nl_event {
	uint8_t cmd;
	uint32_t ifindex, wiphy;
	bool has_ifindex, has_wiphy;
	uint8_t mac[MAC_LEN];
	bool has_mac;
	const uint8_t *frame;
	size_t frame_len;
	const uint8_t *req_ies;
	size_t req_ies_len;
	uint32_t freq;
	struct drv_chan chan; /* of a channel switch */
	int signal;
	uint64_t cookie;
	bool ack, timed_out, by_ap, no_encrypt, pairwise_key;
	uint16_t reason, ethertype, status;
	uint32_t timeout_reason; /* enum nl80211_timeout_reason */
	const uint8_t *resp_ies;
	size_t resp_ies_len;
	const uint8_t *ies; /* of a station's association request */
	size_t ies_len;
	bool has_replay;
	uint64_t replay; /* Key Replay Counter */
	bool has_candidate, candidate_preauth;
	uint32_t candidate_index;
	uint8_t candidate[MAC_LEN];
	uint32_t vendor_id, vendor_subcmd;
	const uint8_t *vendor_data;
	size_t vendor_len;
	uint8_t reg_initiator, reg_type;
	char alpha2[3];
	bool cqm_rssi, cqm_rssi_high, cqm_loss, cqm_beacon_loss;
	int cqm_level;
};
/* Views into h. Returns 0 or -EBADMSG. */
int event_parse(const struct nlmsghdr *h, struct nl_event *out);

/* --- rtnetlink --- */

struct rt_link {
	int ifindex;
	unsigned flags; /* IFF_* */
	int master;     /* 0 = none */
	uint8_t addr[MAC_LEN];
	char ifname[IFNAMSIZ];
	uint8_t operstate;
	bool removed;
};
/* RTM_NEWLINK / RTM_DELLINK of the whole link (not of a bridge port). Returns 0, -ENOENT (other
 * message), -EBADMSG. */
int link_parse(const struct nlmsghdr *h, struct rt_link *out);

#endif
