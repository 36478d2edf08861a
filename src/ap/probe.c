/* Probe requests: who gets an answer, and what WPS and the monitors learn from them. */
#include "ap/ap_i.h"

#define PROBE_RESP_MAX 3072 /* with 2048 bytes of vendor_elements */

static bool ssid_matches(const struct ap_bss *b, const struct elem_view *ssid)
{
	if (!ssid->data)
		return false;
	if (ssid->len == 0)
		return b->cfg->ignore_broadcast_ssid == 0;
	return bytes_equal(&b->cfg->ssid, ssid->data, ssid->len);
}

/* A request heard from a neighbouring channel is for the APs there. */
static bool other_channel(const struct ap_bss *b, const struct elements *e)
{
	return e->ds_params.len == 1 && e->ds_params.data[0] != b->radio->chan.number;
}

static bool answer(const struct ap_bss *b, const struct mgmt_hdr *h, const struct elements *e)
{
	int vlan;

	if (b->cfg->send_probe_response == 0 || !ssid_matches(b, &e->ssid) || other_channel(b, e))
		return false;
	if (!mac_is_broadcast(h->da) && !mac_equal(h->da, b->addr))
		return false;
	if (b->cfg->no_probe_resp_if_max_sta && b->assoc_count >= (unsigned)b->cfg->max_num_sta &&
		!ap_sta_find(b, h->sa))
		return false;
	if (ap_seen_elsewhere(b, b->cfg->no_probe_resp_if_seen_on, h->sa))
		return false;
	return ap_acl_allows(b, h->sa, &vlan);
}

static void tell_monitors(struct ap_bss *b, const struct mgmt_hdr *h, const struct drv_event *ev)
{
	char text[MGMT_TEXT_MAX];
	struct strbuf s = strbuf_over(text, sizeof(text));

	strbuf_add(&s, "RX-PROBE-REQUEST sa=" MACSTR " signal=%d", MAC2STR(h->sa),
		ev->mgmt.signal_dbm);
	if (b->cfg->notify_mgmt_frames) {
		strbuf_add(&s, " buf=");
		strbuf_add_hex(&s, ev->mgmt.frame, ev->mgmt.len);
	}
	b->radio->ops->event(b->radio->ctx, b, LOG_INF, AP_MONITOR_PROBE, text);
}

static void feed_wps(struct ap_bss *b, const struct mgmt_hdr *h, const struct elements *e)
{
	_cleanup_(bytes_clear) struct bytes content = {0};

	if (b->registrar && e->wps_count && elements_wps(e->all, e->all_len, &content) == 0)
		wps_registrar_probe_req(b->registrar, h->sa, content.data, content.len);
}

void ap_rx_probe_req(
	struct ap_bss *b, const struct mgmt_hdr *h, struct reader *body, const struct drv_event *ev)
{
	uint8_t buf[PROBE_RESP_MAX];
	struct writer w = writer_over(buf, sizeof(buf));
	struct elements e;
	size_t len = reader_left(body);

	if (elements_parse(reader_bytes(body, len), len, &e) < 0)
		return;
	tell_monitors(b, h, ev);
	if (b->radio->ops->probe_req)
		b->radio->ops->probe_req(b->radio->ctx, b, ev);
	feed_wps(b, h, &e);
	if (!answer(b, h, &e))
		return;
	/* Answers to a wildcard come from every AP around: nobody waits for each to be
	 * acknowledged. */
	if (ap_write_probe_resp(b, h->sa, &w) == 0)
		ap_send_frame(b, &w, NULL, mac_is_broadcast(h->da) && e.ssid.len == 0);
}
