/* Events of the kernel and of drivers, from the message to the daemon's callback.
 *
 * The input is a series of events: one octet the state of the interface (a station's link, or an AP
 * with or without stations of its own), one octet the command, two octets length, the attributes.
 * The interface's number is put in front, so that every input gets past the dispatcher. */
#include <stdlib.h>

#include "drivers/nl80211/nl80211_i.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FAMILY 30
#define IFINDEX 7
#define IN_PLAY 0x07 /* of the state octet: enum link_state */
#define IS_AP 0x08
#define AP_SME 0x10
#define NO_IFINDEX 0x20 /* the radio's number instead */

static const uint8_t bssid[MAC_LEN] = {2, 0, 0, 0, 0, 0xa};

/* What a view shows must be there. */
static unsigned sum(const uint8_t *data, size_t len)
{
	unsigned n = 0;
	if (!data && len)
		abort();
	for (size_t i = 0; i < len; i++)
		n += data[i];
	return n;
}

static void check_roam_auth(const struct drv_event *ev, volatile unsigned *total)
{
	*total += sum(ev->roam_auth.req_ies, ev->roam_auth.req_ies_len) +
		  sum(ev->roam_auth.resp_ies, ev->roam_auth.resp_ies_len) +
		  sum(ev->roam_auth.kck, ev->roam_auth.kck_len) +
		  sum(ev->roam_auth.kek, ev->roam_auth.kek_len) +
		  sum(ev->roam_auth.pmk, ev->roam_auth.pmk_len) +
		  sum(ev->roam_auth.pmkid, ev->roam_auth.pmkid ? 16 : 0);
	if ((ev->roam_auth.kck && ev->roam_auth.kck_len < 16) || ev->roam_auth.kck_len > 32 ||
		(ev->roam_auth.kek && ev->roam_auth.kek_len < 16) || ev->roam_auth.kek_len > 64 ||
		ev->roam_auth.pmk_len > 64)
		abort();
}

static void on_event(void *ctx, const struct drv_event *ev)
{
	volatile unsigned *total = ctx;
	if (ev->kind == DRV_EV_ROAM_AUTH)
		check_roam_auth(ev, total);
	if (ev->kind == DRV_EV_CONNECT || ev->kind == DRV_EV_ROAM)
		*total += sum(ev->conn.req_ies, ev->conn.req_ies_len) +
			  sum(ev->conn.resp_ies, ev->conn.resp_ies_len);
	if (ev->kind == DRV_EV_MGMT_RX || ev->kind == DRV_EV_MGMT_TX_STATUS ||
		ev->kind == DRV_EV_AUTH || ev->kind == DRV_EV_ASSOC || ev->kind == DRV_EV_STA_NEW)
		*total += sum(ev->mgmt.frame, ev->mgmt.len) +
			  sum(ev->mgmt.req_ies, ev->mgmt.req_ies_len);
	if (ev->kind == DRV_EV_EAPOL_RX || ev->kind == DRV_EV_EAPOL_TX_STATUS)
		*total += sum(ev->eapol.packet, ev->eapol.len);
}

static void one_event(struct drv *d, struct drv_if *i, uint8_t state, uint8_t cmd,
	const uint8_t *attrs, size_t len)
{
	bool radio = state & NO_IFINDEX;
	size_t all = NLMSG_HDRLEN + GENL_HDRLEN + NLA_HDRLEN + sizeof(uint32_t) + len;
	/* Exactly as long, so that the sanitizer sees each octet too many. */
	uint8_t *msg = calloc(1, all);
	if (!msg)
		abort();
	struct nlmsghdr *h = (struct nlmsghdr *)msg;
	*h = (struct nlmsghdr){.nlmsg_len = (uint32_t)all, .nlmsg_type = FAMILY};
	*(struct genlmsghdr *)(msg + NLMSG_HDRLEN) = (struct genlmsghdr){.cmd = cmd};
	uint8_t *at = msg + NLMSG_HDRLEN + GENL_HDRLEN;
	*(struct nlattr *)at = (struct nlattr){.nla_len = NLA_HDRLEN + sizeof(uint32_t),
		.nla_type = radio ? NL80211_ATTR_WIPHY : NL80211_ATTR_IFINDEX};
	*(uint32_t *)(at + NLA_HDRLEN) = radio ? 0 : IFINDEX;
	memcpy(at + NLA_HDRLEN + sizeof(uint32_t), attrs, len);

	i->type = state & IS_AP ? DRV_IF_AP : DRV_IF_STATION;
	i->beaconing = state & IS_AP;
	i->phy->ap_sme = state & AP_SME;
	i->sta.state = (state & IN_PLAY) % (LINK_UP + 1);
	i->sta.kernel_sme = i->sta.state >= LINK_CONNECTING;
	on_nl_event(d, h);
	free(msg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r = reader_of(data, size);
	struct nl_phy phy = {.index = 0};
	volatile unsigned total = 0;
	struct drv d = {.family = {.id = FAMILY}, .phys = &phy};
	struct drv_if i = {.drv = &d,
		.phy = &phy,
		.event = on_event,
		.ctx = (void *)&total,
		.ifname = "fm0",
		.ifindex = IFINDEX};

	log_set_level(LOG_ERR + 1);
	d.req.fd = d.events.fd = d.rt.fd = d.rt_events.fd = i.own.fd = i.packet.fd = -1;
	LIST_INIT(&d.ifs);
	LIST_INIT(&d.dead);
	LIST_INIT(&i.wds);
	mac_copy(i.sta.bssid, bssid);
	LIST_INSERT_HEAD(&d.ifs, &i, link);
	while (reader_left(&r)) {
		uint8_t state = reader_u8(&r), cmd = reader_u8(&r);
		size_t len = reader_le16(&r);
		if (len > reader_left(&r))
			len = reader_left(&r);
		const uint8_t *attrs = reader_bytes(&r, len);
		if (!reader_ok(&r))
			break;
		one_event(&d, &i, state, cmd, attrs, len);
	}
	bytes_clear(&i.sta.auth_data);
	return 0;
}
