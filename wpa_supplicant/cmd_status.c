/* Commands: STATUS, MIB, driver data. */
#include <arpa/inet.h>
#include <ifaddrs.h>

#include "wpa_supplicant/ap.h"
#include "wpa_supplicant/supplicant_i.h"

static void add_ip(const struct wpas_if *w, struct strbuf *out)
{
	struct ifaddrs *all, *i;
	char text[INET_ADDRSTRLEN];

	if (getifaddrs(&all) < 0)
		return;
	for (i = all; i; i = i->ifa_next) {
		if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET ||
			strcmp(i->ifa_name, w->name) != 0)
			continue;
		const struct sockaddr_in *a = (const void *)i->ifa_addr;
		if (inet_ntop(AF_INET, &a->sin_addr, text, sizeof(text)))
			strbuf_add(out, "ip_address=%s\n", text);
		break;
	}
	freeifaddrs(all);
}

static void add_network(const struct wpas_if *w, struct strbuf *out)
{
	const struct wpas_connect *c = &w->conn;
	const struct wpas_network *n = c->net;

	strbuf_add(out, "ssid=");
	strbuf_add_escaped(out, c->bss->key.ssid, c->bss->key.ssid_len);
	strbuf_add(out, "\nid=%u\n", n->id);
	if (n->id_str.len)
		strbuf_add(out, "id_str=%.*s\n", (int)n->id_str.len, (const char *)n->id_str.data);
	strbuf_add(out, "mode=station\n");
}

static void add_security(const struct wpas_if *w, struct strbuf *out)
{
	const struct wpas_connect *c = &w->conn;
	bool wps = c->akm == AKM_WPS;

	strbuf_add(out, "pairwise_cipher=%s\ngroup_cipher=%s\nkey_mgmt=%s\n",
		cipher_name(c->pairwise), cipher_name(c->group),
		wps ? "WPS" : akm_name(c->akm, c->proto));
	wpas_offload_status(w, out);
	if (c->mfp)
		strbuf_add(out, "pmf=%u\nmgmt_group_cipher=BIP\n", c->mfp);
}

static void add_link(const struct wpas_if *w, struct strbuf *out)
{
	const struct wpas_connect *c = &w->conn;
	struct drv_sta_info info;

	strbuf_add(out, "bssid=" MACSTR "\nfreq=%u\n", MAC2STR(c->bssid), c->bss->freq);
	add_network(w, out);
	if (w->ops->sta_info && w->ops->sta_info(w->drv, c->bssid, &info) == 0) {
		if (info.ht)
			strbuf_add(out, "wifi_generation=4\n");
		if (info.width)
			strbuf_add(out, "channel_width=%u\n", info.width);
	}
	add_security(w, out);
}

static void add_ap(const struct wpas_if *w, bool wps, struct strbuf *out)
{
	const struct wpas_network *n = w->conn.net;
	enum rsn_proto proto = n->proto & PROTO_RSN ? PROTO_RSN : PROTO_WPA;
	bool open = n->key_mgmt & WPAS_KM_NONE;
	const char *cipher = open ? "NONE" : n->pairwise & CIPHER_CCMP ? "CCMP" : "TKIP";

	strbuf_add(
		out, "bssid=" MACSTR "\nfreq=%u\nssid=", MAC2STR(w->conn.bssid), wpas_ap_freq(w));
	strbuf_add_escaped(out, n->ssid.data, n->ssid.len);
	strbuf_add(out, "\nid=%u\n", n->id);
	if (wps && n->passphrase)
		strbuf_add(out, "passphrase=%s\n", n->passphrase);
	strbuf_add(out, "mode=AP\npairwise_cipher=%s\ngroup_cipher=%s\nkey_mgmt=%s\n", cipher,
		cipher, akm_name(open ? AKM_NONE : AKM_PSK, proto));
}

static enum ctrl_result status_driver(const struct wpas_if *w, struct strbuf *out)
{
	return w->drv && w->ops->status && w->ops->status(w->drv, out) ? CTRL_REPLIED : CTRL_FAIL;
}

static enum ctrl_result cmd_status(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	struct strbuf *out = req->reply;
	char uuid[WPS_UUID_TEXT_LEN];

	if (strcmp(args, "-DRIVER") == 0)
		return status_driver(w, out);
	if (wpas_ap_bss(w) && w->state == WPAS_COMPLETED)
		add_ap(w, strcmp(args, "-WPS") == 0, out);
	bool linked = w->state >= WPAS_ASSOCIATED && w->conn.bss && w->conn.net;
	if (linked)
		add_link(w, out);
	strbuf_add(out, "wpa_state=%s\n", wpas_state_name(w->state));
	add_ip(w, out);
	strbuf_add(out, "address=" MACSTR "\n", MAC2STR(wpas_if_addr(w)));
	if (linked && w->conn.akm & (AKM_WPS | WPAS_AKMS_1X))
		eapol_supp_status(w->eapol, strcmp(args, "-VERBOSE") == 0, out);
	strbuf_add(out, "uuid=%s\n", wps_uuid_text(w->wps.dev.uuid, uuid));
	wpas_multi_ap_status(w, out);
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_mib(void *ctx, char *args, struct ctrl_request *req)
{
	const struct wpas_if *w = ctx;
	const struct rsn_supp_limits limits = wpas_pmksa_limits(w);

	rsn_supp_mib(w->rsn, &limits, req->reply);
	eapol_supp_mib(w->eapol, req->reply);
	strbuf_add(req->reply, "dot1xSuppLastEapolFrameSource=" MACSTR "\n",
		MAC2STR(w->conn.eapol_source));
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_driver_flags(void *ctx, char *args, struct ctrl_request *req)
{
	const struct wpas_if *w = ctx;

	driver_flags_text(wpas_if_caps(w)->flags, req->reply);
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_driver_flags2(void *ctx, char *args, struct ctrl_request *req)
{
	strbuf_add(req->reply, "%016llX:\n", 0ull);
	return CTRL_REPLIED;
}

const struct ctrl_command wpas_cmds_status[] = {
	{"STATUS", CTRL_PREFIX, CTRL_QUIET, cmd_status,
		"[-VERBOSE|-DRIVER|-WPS] = state of the link"},
	{"MIB", CTRL_EXACT, CTRL_QUIET, cmd_mib, "= counters and settings"},
	{"DRIVER_FLAGS", CTRL_EXACT, 0, cmd_driver_flags, "= what the driver can do"},
	{"DRIVER_FLAGS2", CTRL_EXACT, 0, cmd_driver_flags2, "= the same, second word"},
	{NULL, CTRL_EXACT, 0, NULL, NULL}};
