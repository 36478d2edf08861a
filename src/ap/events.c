/* What the driver reports about one BSS interface. */
#include "ap/ap_i.h"

static void on_poll_ok(struct ap_bss *b, const uint8_t *addr)
{
	struct ap_sta *s = ap_sta_find(b, addr);

	if (!s)
		return;
	ap_event(b, LOG_INF, EV_AP_STA_POLL_OK MACSTR, MAC2STR(addr));
	ap_sta_alive(s);
}

static void on_low_ack(struct ap_bss *b, const uint8_t *addr)
{
	struct ap_sta *s = ap_sta_find(b, addr);

	if (!s || !b->cfg->disassoc_low_ack)
		return;
	ap_event(b, LOG_DBG, "STA " MACSTR " does not acknowledge frames any more", MAC2STR(addr));
	ap_sta_disconnect(s, AP_DISASSOC, REASON_DISASSOC_LOW_ACK);
}

/* Class 3 frame (11.3.3): the sender believes it is associated. */
static void on_spurious(struct ap_bss *b, const uint8_t *addr)
{
	const struct ap_sta *s = ap_sta_find(b, addr);

	if (mac_is_group(addr) || (s && s->state != STA_AUTHENTICATED))
		return;
	ap_send_deauth(b, addr, s ? AP_DISASSOC : AP_DEAUTH, REASON_CLASS3);
}

static void on_if_down(struct ap_bss *b)
{
	if (b->if_down)
		return;
	b->if_down = true;
	ap_event(b, LOG_INF, EV_INTERFACE_DISABLED);
	/* The kernel dropped beacon, stations and keys together with the netdev. */
	ap_csa_stop(b);
	b->beaconing = false;
	ap_sta_free_all(b);
}

static void on_if_up(struct ap_bss *b)
{
	char text[256];
	struct strbuf reason = strbuf_over(text, sizeof(text));

	if (!b->if_down)
		return;
	b->if_down = false;
	ap_event(b, LOG_INF, EV_INTERFACE_ENABLED);
	if (b->radio->state == AP_ENABLED && ap_bss_reload(b, &reason) < 0)
		log_msg(LOG_ERR, "%s: not restarted after the interface came up: %s",
			b->cfg->interface, text);
}

static void on_removed(struct ap_bss *b)
{
	log_msg(LOG_ERR,
		"%s: the interface was removed by someone else: DISABLE and ENABLE once it "
		"is back",
		b->cfg->interface);
	on_if_down(b);
}

static void on_stopped(struct ap_bss *b)
{
	char text[256];
	struct strbuf reason = strbuf_over(text, sizeof(text));

	if (!b->beaconing || b->if_down)
		return;
	log_msg(LOG_WARN, "%s: the kernel stopped the access point: starting it again",
		b->cfg->interface);
	b->beaconing = false;
	if (ap_bss_reload(b, &reason) < 0)
		log_msg(LOG_ERR, "%s: %s", b->cfg->interface, text);
}

/* What a daemon that is not only an access point wants to know. */
static void tell_daemon(struct ap_bss *b, const struct drv_event *ev)
{
	const struct ap_radio *r = b->radio;

	if (r->ops->driver_event)
		r->ops->driver_event(r->ctx, b, ev);
}

void ap_on_driver_event(void *ctx, const struct drv_event *ev)
{
	struct ap_bss *b = ctx;
	const struct ap_radio *r = b->radio;
	bool mgmt = ev->kind == DRV_EV_MGMT_RX || ev->kind == DRV_EV_MGMT_TX_STATUS;

	if (!mgmt || !r->ops->divert_mgmt || !r->ops->divert_mgmt(r->ctx, b, ev))
		ap_bss_handle(b, ev);
}

void ap_bss_handle(struct ap_bss *b, const struct drv_event *ev)
{
	switch (ev->kind) {
	case DRV_EV_MGMT_RX:
		ap_mgmt_rx(b, ev);
		break;
	case DRV_EV_MGMT_TX_STATUS:
		ap_mgmt_tx_status(b, ev);
		break;
	case DRV_EV_EAPOL_RX:
		ap_eapol_rx(b, ev->addr, ev->eapol.packet, ev->eapol.len);
		break;
	case DRV_EV_POLL_OK:
		on_poll_ok(b, ev->addr);
		break;
	case DRV_EV_LOW_ACK:
		on_low_ack(b, ev->addr);
		break;
	case DRV_EV_RX_4ADDR:
		ap_rx_4addr(b, ev->addr);
		break;
	case DRV_EV_RX_SPURIOUS:
		on_spurious(b, ev->addr);
		break;
	case DRV_EV_IF_UP:
		on_if_up(b);
		tell_daemon(b, ev);
		break;
	case DRV_EV_IF_DOWN:
		on_if_down(b);
		tell_daemon(b, ev);
		break;
	case DRV_EV_IF_REMOVED:
		on_removed(b);
		tell_daemon(b, ev);
		break;
	case DRV_EV_REGDOM:
		ap_radio_on_regdom(b->radio, ev->regdom.alpha2);
		break;
	case DRV_EV_AP_STOPPED:
		on_stopped(b);
		break;
	case DRV_EV_MICHAEL:
		ap_wpa_mic_failure(b, ev->addr);
		break;
	case DRV_EV_PORT_AUTHORIZED:
		ap_on_port_authorized(b, ev->addr);
		break;
	case DRV_EV_STA_NEW:
		ap_on_sta_new(b, ev);
		break;
	case DRV_EV_STA_GONE:
		ap_on_sta_gone(b, ev->addr);
		break;
	case DRV_EV_CHANNEL_SWITCH_STARTED:
		ap_on_channel_switch_started(b, &ev->chan);
		break;
	case DRV_EV_CHANNEL_SWITCH:
		ap_on_channel_switch(b, &ev->chan);
		break;
	case DRV_EV_SCAN_STARTED:
	case DRV_EV_SCAN_DONE:
	case DRV_EV_AUTH:
	case DRV_EV_AUTH_TIMEOUT:
	case DRV_EV_ASSOC:
	case DRV_EV_ASSOC_TIMEOUT:
	case DRV_EV_CONNECT:
	case DRV_EV_ROAM:
	case DRV_EV_DISCONNECTED:
	case DRV_EV_UNPROT_LEAVE:
	case DRV_EV_EAPOL_TX_STATUS:
	case DRV_EV_BEACON_LOSS:
	case DRV_EV_SIGNAL_CHANGE:
	case DRV_EV_ROAM_AUTH:
	case DRV_EV_REKEYED:
	case DRV_EV_PMKSA_CANDIDATE:
		tell_daemon(b, ev);
		break;
	}
}
