/* EAPOL frames: the nl80211 control port, or a packet socket per netdev. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "drivers/nl80211/nl80211_i.h"

#define EAPOL_MAX 4096u
#define ETH_HEADER 14u
#define ETH_P_EVERY 3 /* ETH_P_ALL of linux/if_ether.h */

enum protection { NOT_TOLD, ENCRYPTED, IN_CLEAR };

static void emit_rx(struct drv_if *i, const uint8_t *src, const uint8_t *data, size_t len,
	enum protection protection)
{
	struct drv_event e = {.kind = DRV_EV_EAPOL_RX};
	mac_copy(e.addr, src);
	e.eapol.packet = data;
	e.eapol.len = len;
	e.eapol.encrypted = protection == ENCRYPTED;
	e.eapol.in_clear = protection == IN_CLEAR;
	if_emit(i, &e);
}

/* --- control port --- */

static int control_port_send(struct drv_if *i, const uint8_t dst[MAC_LEN], const uint8_t *packet,
	size_t len, bool encrypt)
{
	struct nl_req r = if_req(i, NL80211_CMD_CONTROL_PORT_FRAME);
	req_u16(&r, NL80211_ATTR_CONTROL_PORT_ETHERTYPE, ETH_P_EAPOL);
	req_put(&r, NL80211_ATTR_MAC, dst, MAC_LEN);
	req_put(&r, NL80211_ATTR_FRAME, packet, len);
	if (!encrypt)
		req_flag(&r, NL80211_ATTR_CONTROL_PORT_NO_ENCRYPT);
	return drv_ask(i->drv, &r, NULL, NULL);
}

void eapol_received(struct drv_if *i, const struct nl_event *ev)
{
	if (ev->ethertype != ETH_P_EAPOL || !ev->has_mac || !ev->frame)
		return;
	emit_rx(i, ev->mac, ev->frame, ev->frame_len, ev->no_encrypt ? IN_CLEAR : ENCRYPTED);
}

void eapol_tx_status(struct drv_if *i, const struct nl_event *ev)
{
	struct reader r = reader_of(ev->frame, ev->frame_len);
	struct drv_event e = {.kind = DRV_EV_EAPOL_TX_STATUS};
	reader_copy(&r, e.addr, MAC_LEN);
	reader_skip(&r, ETH_HEADER - MAC_LEN);
	if (!reader_ok(&r))
		return;
	e.eapol.len = reader_left(&r);
	e.eapol.packet = reader_bytes(&r, e.eapol.len);
	e.eapol.ack = ev->ack;
	if_emit(i, &e);
}

/* --- packet socket --- */

static void on_packet(int fd, void *ctx)
{
	struct packet *p = ctx;
	uint8_t buf[EAPOL_MAX];
	struct sockaddr_ll from = {0};
	socklen_t from_len = sizeof(from);
	ssize_t n =
		recvfrom(fd, buf, sizeof(buf), MSG_DONTWAIT, (struct sockaddr *)&from, &from_len);
	if (n < 0 || from.sll_pkttype == PACKET_OUTGOING || from.sll_halen != MAC_LEN)
		return;
	chan_drain(&p->owner->drv->events);
	if (p->fd >= 0)
		emit_rx(p->owner, from.sll_addr, buf, (size_t)n, NOT_TOLD);
}

/* Sees all protocols, so that frames a bridge takes away from its port are seen too; lets only
 * EAPOL through. */
static int attach_filter(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (uint32_t)SKF_AD_OFF + SKF_AD_PROTOCOL),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_EAPOL, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, EAPOL_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog prog = {ARRAY_SIZE(code), code};
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) < 0 ? -errno : 0;
}

int packet_open(struct packet *p, struct drv_if *owner, int ifindex)
{
	const struct sockaddr_ll at = {.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_EVERY),
		.sll_ifindex = ifindex};
	/* Protocol 0: nothing is received before the filter is there. */
	*p = (struct packet){.owner = owner, .ifindex = ifindex};
	p->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (p->fd < 0)
		return -errno;
	int err = attach_filter(p->fd);
	if (!err && bind(p->fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		err = -errno;
	if (!err) {
		p->watch = eloop_add_fd(owner->drv->loop, p->fd, on_packet, p);
		err = p->watch ? 0 : -ENOMEM;
	}
	if (err)
		packet_close(p);
	return err;
}

void packet_close(struct packet *p)
{
	eloop_del_fd(p->watch);
	p->watch = NULL;
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

static int packet_send(
	const struct packet *p, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_EAPOL),
		.sll_ifindex = p->ifindex,
		.sll_halen = MAC_LEN};
	memcpy(to.sll_addr, dst, MAC_LEN);
	if (sendto(p->fd, packet, len, 0, (const struct sockaddr *)&to, sizeof(to)) < 0)
		return -errno;
	return 0;
}

int nl_send_eapol(struct drv_if *i, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len,
	bool encrypt)
{
	if (i->control.send_nl80211)
		return control_port_send(i, dst, packet, len, encrypt);
	/* To a 4-address station too: the AP's own netdev sends 3-address frames, which it takes
	 * before and after it switched its mode. */
	return packet_send(&i->packet, dst, packet, len);
}
