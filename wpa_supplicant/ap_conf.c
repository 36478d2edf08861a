/* What the AP core runs with, from a network with mode=2 and the global keys. */
#include <errno.h>
#include <stdlib.h>

#include "common/ieee80211.h"
#include "wpa_supplicant/ap.h"
#include "wpa_supplicant/supplicant_i.h"

#define DEFAULT_FREQ 2462
#define FREQ_5G 4900

/* IEEE 802.11-2020, table 9-155 (told to stations) and 9.4.2.28; an AP's own queues. */
static const struct ap_wmm_ac wmm[4] = {
	{.aifs = 3, .cwmin = 4, .cwmax = 10},
	{.aifs = 7, .cwmin = 4, .cwmax = 10},
	{.aifs = 2, .cwmin = 3, .cwmax = 4, .txop_limit = 94},
	{.aifs = 2, .cwmin = 2, .cwmax = 3, .txop_limit = 47},
};
static const struct ap_tx_queue queues[4] = {
	{.aifs = 1, .cwmin = 3, .cwmax = 7, .burst = 15},
	{.aifs = 1, .cwmin = 7, .cwmax = 15, .burst = 30},
	{.aifs = 3, .cwmin = 15, .cwmax = 63},
	{.aifs = 7, .cwmin = 15, .cwmax = 1023},
};

static int first_set(int a, int b, int otherwise)
{
	return a ? a : b ? b : otherwise;
}

static int set_radio(const struct wpas_if *w, const struct wpas_network *n,
	struct ap_radio_config *r, struct strbuf *reason)
{
	unsigned freq = n->frequency ? (unsigned)n->frequency : DEFAULT_FREQ;

	*r = (struct ap_radio_config){.driver_params = w->driver->param,
		.hw_mode = freq < FREQ_5G ? HW_MODE_G : HW_MODE_A,
		.channel = (int)freq_to_channel(freq),
		.country3 = 0x20,
		.beacon_int = first_set(n->beacon_int, w->conf->beacon_int, 100),
		.local_pwr_constraint = -1,
		.rts_threshold = DRV_NO_THRESHOLD,
		.fragm_threshold = DRV_NO_THRESHOLD,
		.ieee80211n = !n->disable_ht};
	memcpy(r->wmm_ac, wmm, sizeof(wmm));
	memcpy(r->tx_queue, queues, sizeof(queues));
	if (r->channel)
		return 0;
	strbuf_add(reason, "frequency=%u is no channel", freq);
	return -EINVAL;
}

static int set_secret(const struct wpas_network *n, struct ap_bss_config *b)
{
	if (n->passphrase)
		return str_replace(&b->wpa_passphrase, n->passphrase);
	return bytes_set(&b->wpa_psk, n->psk_hex, sizeof(n->psk_hex));
}

static int set_security(const struct wpas_if *w, const struct wpas_network *n,
	struct ap_bss_config *b, struct strbuf *reason)
{
	const unsigned ours = CIPHER_CCMP | CIPHER_TKIP;

	if (n->key_mgmt & WPAS_KM_NONE)
		return 0;
	if (!(n->key_mgmt & AKM_PSK) || !(n->passphrase || n->has_psk_hex)) {
		strbuf_add(reason, "an access point needs key_mgmt NONE, or WPA-PSK with a psk");
		return -EINVAL;
	}
	b->wpa = (int)(n->proto & (PROTO_WPA | PROTO_RSN));
	b->wpa_key_mgmt = AKM_PSK;
	b->key_mgmt_offload = w->conf->key_mgmt_offload && n->key_mgmt_offload;
	b->wpa_pairwise = n->pairwise & CIPHER_TKIP ? n->pairwise & ours : CIPHER_CCMP;
	b->rsn_pairwise = n->pairwise & CIPHER_CCMP ? CIPHER_CCMP : n->pairwise & ours;
	b->wpa_group_rekey = n->group_rekey ? n->group_rekey : -1;
	b->ieee80211w = b->wpa & PROTO_RSN ? (int)wpas_mfp_wanted(w, n) : 0;
	b->assoc_sa_query_max_timeout = 1000;
	b->assoc_sa_query_retry_timeout = 201;
	return set_secret(n, b);
}

/* WPS is there unless the network says no, or cannot have it (open with a hidden name …). */
static int set_wps(const struct wpas_if *w, const struct wpas_network *n, struct ap_bss_config *b)
{
	const struct wpas_conf *c = w->conf;
	const struct {
		char **to;
		const char *from;
	} texts[] = {{&b->device_name, c->device_name}, {&b->manufacturer, c->manufacturer},
		{&b->model_name, c->model_name}, {&b->model_number, c->model_number},
		{&b->serial_number, c->serial_number}, {&b->config_methods, c->config_methods}};

	if (n->wps_disabled)
		return 0;
	b->wps_state = 2;
	b->eap_server = 1;
	b->pbc_in_m1 = c->pbc_in_m1;
	memcpy(b->uuid, w->wps.dev.uuid, sizeof(b->uuid));
	memcpy(b->device_type, c->device_type.type, sizeof(b->device_type));
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (texts[i].from && str_replace(texts[i].to, texts[i].from) < 0)
			return -ENOMEM;
	if (ap_wps_off_reason(b))
		b->wps_state = 0;
	return 0;
}

static int set_elements(const struct wpas_if *w, struct ap_bss_config *b)
{
	const struct bytes *beacon = &w->conf->ap_vendor_elements,
			   *assoc = &w->conf->ap_assocresp_elements;

	if (bytes_set(&b->vendor_elements, beacon->data, beacon->len) < 0)
		return -ENOMEM;
	return bytes_set(&b->assocresp_elements, assoc->data, assoc->len);
}

int wpas_ap_conf(const struct wpas_if *w, const struct wpas_network *n,
	struct ap_radio_config *radio, struct ap_bss_config *b, struct strbuf *reason)
{
	const struct wpas_conf *c = w->conf;
	int err = set_radio(w, n, radio, reason);

	*b = (struct ap_bss_config){.ignore_broadcast_ssid = n->ignore_broadcast_ssid,
		.auth_algs = 1,
		.max_num_sta = c->max_num_sta,
		.send_probe_response = 1,
		.ap_max_inactivity = first_set(n->ap_max_inactivity, 0, 300),
		.disassoc_low_ack = c->disassoc_low_ack,
		.max_listen_interval = 65535,
		.broadcast_deauth = 1,
		.ap_isolate = c->ap_isolate,
		.dtim_period = first_set(n->dtim_period, c->dtim_period, 2),
		.wmm_enabled = -1,
		.wpa_group_rekey = -1,
		.wpa_group_update_count = 4,
		.wpa_pairwise_update_count = 4,
		.eapol_version = c->eapol_version,
		.wds_sta = -1};
	memcpy(b->interface, w->name, sizeof(b->interface));
	if (err == 0)
		err = bytes_set(&b->ssid, n->ssid.data, n->ssid.len);
	if (err == 0 && w->bridge)
		err = str_replace(&b->bridge, w->bridge);
	if (err == 0)
		err = set_security(w, n, b, reason);
	if (err == 0)
		err = set_wps(w, n, b);
	if (err == 0)
		err = set_elements(w, b);
	return err;
}

void wpas_ap_conf_free(struct ap_bss_config *b)
{
	char **texts[] = {&b->bridge, &b->device_name, &b->manufacturer, &b->model_name,
		&b->model_number, &b->serial_number, &b->config_methods};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		free(*texts[i]);
	str_wipe_free(b->wpa_passphrase);
	bytes_clear(&b->wpa_psk);
	bytes_clear(&b->ssid);
	bytes_clear(&b->vendor_elements);
	bytes_clear(&b->assocresp_elements);
}
