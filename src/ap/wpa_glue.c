/* RSN of a BSS: from the configuration to the element, the PSK store and the authenticator, and
 * from the authenticator to driver and stations. */
#include "ap/ap_i.h"

#include <errno.h>

#define DEFAULT_GROUP_REKEY 86400
#define DEFAULT_GROUP_REKEY_TKIP 600
#define SUPPORTED_AKMS ((unsigned)(AKM_PSK | AKM_PSK_SHA256))
#define SUPPORTED_CIPHERS                                                                          \
	((unsigned)(CIPHER_TKIP | CIPHER_CCMP | CIPHER_GCMP | CIPHER_CCMP256 | CIPHER_GCMP256))
/* The WPA element has selectors for these alone. */
#define WPA_AKMS ((unsigned)AKM_PSK)
#define WPA_CIPHERS ((unsigned)(CIPHER_TKIP | CIPHER_CCMP))

unsigned ap_bss_pairwise(const struct ap_bss_config *cfg)
{
	return cfg->rsn_pairwise ? cfg->rsn_pairwise : cfg->wpa_pairwise;
}

int ap_bss_send_eapol(struct ap_bss *b, const uint8_t dst[MAC_LEN], const uint8_t *packet,
	size_t len, bool encrypt)
{
	if (!b->drv_if)
		return -ENOTCONN;
	return b->radio->driver->send_eapol(b->drv_if, dst, packet, len, encrypt);
}

void ap_send_eapol(struct ap_bss *b, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len,
	bool encrypt)
{
	const struct ap_radio *r = b->radio;

	if (r->ops->divert_eapol_tx && r->ops->divert_eapol_tx(r->ctx, b, dst, packet, len))
		return;
	int err = ap_bss_send_eapol(b, dst, packet, len, encrypt);
	if (err < 0)
		log_msg(LOG_DBG, "%s: EAPOL to " MACSTR " not sent: %s", b->cfg->interface,
			MAC2STR(dst), strerror(-err));
}

static void on_send_eapol(void *ctx, void *sta_ctx, const uint8_t *packet, size_t len, bool encrypt)
{
	const struct ap_sta *s = sta_ctx;

	ap_send_eapol(ctx, s->addr, packet, len, encrypt);
}

static bool on_psk(void *ctx, void *sta_ctx, unsigned n, struct rsn_psk *out)
{
	const struct ap_bss *b = ctx;
	const struct ap_sta *s = sta_ctx;
	const struct ap_psk *k = ap_psks_get(b->psks, s->addr, n);

	if (!k)
		return false;
	*out = (struct rsn_psk){
		.pmk = k->pmk, .keyid = k->keyid[0] ? k->keyid : NULL, .vlanid = k->vlan_id};
	return true;
}

static int on_set_ptk(void *ctx, void *sta_ctx, unsigned cipher, const uint8_t *tk, size_t len)
{
	const struct ap_bss *b = ctx;
	const struct ap_sta *s = sta_ctx;
	const struct drv_key k = {
		.cipher = cipher, .addr = s->addr, .key = tk, .key_len = len, .set_tx = true};

	return b->radio->driver->set_key(b->drv_if, &k);
}

static int on_set_gtk(void *ctx, unsigned cipher, unsigned index, const uint8_t *gtk, size_t len)
{
	const struct ap_bss *b = ctx;
	const struct drv_key k = {
		.cipher = cipher, .index = index, .key = gtk, .key_len = len, .set_tx = true};

	return b->radio->driver->set_key(b->drv_if, &k);
}

static uint64_t on_gtk_rsc(void *ctx, unsigned index)
{
	const struct ap_bss *b = ctx;
	uint64_t rsc = 0;

	if (b->radio->driver->group_rsc)
		b->radio->driver->group_rsc(b->drv_if, index, &rsc);
	return rsc;
}

static void on_authorized(void *ctx, void *sta_ctx, const struct rsn_psk *psk)
{
	struct ap_sta *s = sta_ctx;

	s->vlan_id = psk ? psk->vlanid : 0;
	ap_sta_authorize(s, psk ? psk->keyid : NULL);
}

static void on_4way_done(void *ctx, void *sta_ctx)
{
	const struct ap_sta *s = sta_ctx;
	ap_event(ctx, LOG_INF, EV_4WAY_COMPLETED MACSTR, MAC2STR(s->addr));
}

static void on_psk_mismatch(void *ctx, void *sta_ctx)
{
	const struct ap_sta *s = sta_ctx;
	ap_event(ctx, LOG_INF, EV_AP_STA_PSK_MISMATCH MACSTR, MAC2STR(s->addr));
}

static void on_disconnect(void *ctx, void *sta_ctx, unsigned reason)
{
	ap_sta_disconnect(sta_ctx, AP_DEAUTH, reason);
}

static void on_countermeasures(void *ctx)
{
	ap_bss_disconnect(ctx, mac_broadcast, AP_DEAUTH, REASON_MIC_FAILURE, true);
}

static const struct rsn_auth_ops auth_ops = {
	.send_eapol = on_send_eapol,
	.psk = on_psk,
	.set_ptk = on_set_ptk,
	.set_gtk = on_set_gtk,
	.gtk_rsc = on_gtk_rsc,
	.authorized = on_authorized,
	.on_4way_done = on_4way_done,
	.psk_mismatch = on_psk_mismatch,
	.disconnect = on_disconnect,
	.countermeasures = on_countermeasures,
};

void ap_wpa_mic_failure(struct ap_bss *b, const uint8_t addr[MAC_LEN])
{
	struct ap_sta *s = ap_sta_find(b, addr);

	if (b->rsn && !ap_bss_driver_keys(b))
		rsn_auth_mic_failure(b->rsn, s ? s->rsn : NULL);
}

/* The weakest pairwise cipher, so that every station can receive the group's frames. */
unsigned ap_bss_group(const struct ap_bss_config *cfg)
{
	unsigned pairwise = (cfg->wpa & PROTO_RSN ? ap_bss_pairwise(cfg) : 0) |
			    (cfg->wpa & PROTO_WPA ? cfg->wpa_pairwise : 0);

	if (cfg->group_cipher)
		return cfg->group_cipher;
	if (pairwise & CIPHER_TKIP)
		return CIPHER_TKIP;
	if (pairwise & CIPHER_CCMP)
		return CIPHER_CCMP;
	if (pairwise & CIPHER_GCMP)
		return CIPHER_GCMP;
	if (pairwise & CIPHER_GCMP256)
		return CIPHER_GCMP256;
	return pairwise & CIPHER_CCMP256 ? CIPHER_CCMP256 : CIPHER_CCMP;
}

/* One element of those the configuration asks for. */
static int build_ie(struct ap_bss *b, struct rsn_ie *ie, struct writer *w, struct strbuf *reason)
{
	unsigned hw = b->radio->driver->caps(b->drv_if)->ciphers;

	if (ie->akm & ~SUPPORTED_AKMS)
		log_msg(LOG_INF, "%s: of wpa_key_mgmt only WPA-PSK and WPA-PSK-SHA256 are offered",
			b->cfg->interface);
	ie->pairwise &= SUPPORTED_CIPHERS & hw;
	ie->akm &= SUPPORTED_AKMS;
	ie->group = ap_bss_group(b->cfg);
	if (!ie->pairwise || !ie->akm || !(ie->group & hw)) {
		strbuf_add(reason, "no supported %s is left of the configured ones",
			ie->akm ? "cipher (CCMP is in every radio)" : "wpa_key_mgmt (WPA-PSK)");
		return -EOPNOTSUPP;
	}
	rsn_ie_write(w, ie);
	return writer_ok(w) ? 0 : -EMSGSIZE;
}

/* Protected management frames, of which only BIP-CMAC-128 is here. */
static int set_mfp(const struct ap_bss *b, struct rsn_ie *ie, struct strbuf *reason)
{
	static const uint16_t capab[] = {0, RSN_CAP_MFPC, RSN_CAP_MFPC | RSN_CAP_MFPR};
	int wanted = b->cfg->ieee80211w;

	if (!wanted)
		return 0;
	if (!(b->radio->driver->caps(b->drv_if)->ciphers & CIPHER_BIP)) {
		if (wanted == 2) {
			strbuf_add(reason,
				"ieee80211w=2, but this radio does not protect management "
				"frames");
			return -EOPNOTSUPP;
		}
		return 0;
	}
	ie->capab |= capab[wanted];
	ie->group_mgmt = CIPHER_BIP;
	return 0;
}

static int build_ies(struct ap_bss *b, struct strbuf *reason)
{
	const struct ap_bss_config *cfg = b->cfg;
	struct writer rsn = writer_over(b->rsn_raw, sizeof(b->rsn_raw));
	struct writer wpa = writer_over(b->wpa_raw, sizeof(b->wpa_raw));
	int err = 0;

	b->rsn_ie = b->wpa_ie = (struct rsn_ie){0};
	if (cfg->wpa & PROTO_RSN) {
		b->rsn_ie = (struct rsn_ie){.proto = PROTO_RSN,
			.pairwise = ap_bss_pairwise(cfg),
			.akm = cfg->wpa_key_mgmt};
		err = set_mfp(b, &b->rsn_ie, reason);
		if (err == 0)
			err = build_ie(b, &b->rsn_ie, &rsn, reason);
	}
	if (err == 0 && cfg->wpa & PROTO_WPA) {
		b->wpa_ie = (struct rsn_ie){.proto = PROTO_WPA,
			.pairwise = cfg->wpa_pairwise & WPA_CIPHERS,
			.akm = cfg->wpa_key_mgmt & WPA_AKMS};
		err = build_ie(b, &b->wpa_ie, &wpa, reason);
	}
	b->rsn_raw_len = rsn.len;
	b->wpa_raw_len = wpa.len;
	return err;
}

static unsigned group_rekey(const struct ap_bss_config *cfg)
{
	if (cfg->wpa_group_rekey >= 0)
		return (unsigned)cfg->wpa_group_rekey;
	return ap_bss_group(cfg) == CIPHER_TKIP ? DEFAULT_GROUP_REKEY_TKIP : DEFAULT_GROUP_REKEY;
}

static void set_elements(const struct ap_bss *b, struct rsn_auth_config *c)
{
	bool rsn = b->rsn_raw_len != 0;

	c->ie = rsn ? b->rsn_ie : b->wpa_ie;
	c->raw_ie = rsn ? b->rsn_raw : b->wpa_raw;
	c->raw_ie_len = rsn ? b->rsn_raw_len : b->wpa_raw_len;
	if (!rsn)
		return;
	c->wpa_ie = b->wpa_ie;
	c->raw_wpa = b->wpa_raw;
	c->raw_wpa_len = b->wpa_raw_len;
}

static int make_authenticator(struct ap_bss *b)
{
	const struct ap_bss_config *cfg = b->cfg;
	struct rsn_auth_config c = {
		.eapol_version = (uint8_t)cfg->eapol_version,
		.pairwise_retries = cfg->wpa_pairwise_update_count,
		.group_retries = cfg->wpa_group_update_count,
		.disable_retries = cfg->wpa_disable_eapol_key_retries != 0,
		.group_rekey = group_rekey(cfg),
		.ptk_rekey = (unsigned)cfg->wpa_ptk_rekey,
		.strict_rekey = cfg->wpa_strict_rekey != 0,
		.no_disconnect_on_group_keyerror = cfg->no_disconnect_on_group_keyerror != 0,
	};
	set_elements(b, &c);
	mac_copy(c.bssid, b->addr);
	b->rsn = rsn_auth_new(b->radio->timers, &c, &auth_ops, b);
	return b->rsn ? 0 : -ENOMEM;
}

static int load_psks(struct ap_psks *psks, const struct ap_bss_config *cfg, struct strbuf *reason)
{
	int err = psks ? ap_psks_load(psks, cfg) : -ENOMEM;

	if (err < 0)
		strbuf_add(reason, "pre-shared keys cannot be loaded (wpa_passphrase, wpa_psk, "
				   "wpa_psk_file)");
	return err;
}

int ap_wpa_check_psks(const struct ap_bss *b, struct strbuf *reason)
{
	if (!b->cfg->wpa)
		return 0;
	struct ap_psks *psks = ap_psks_new();
	int err = load_psks(psks, b->cfg, reason);
	ap_psks_free(psks);
	return err;
}

int ap_wpa_setup(struct ap_bss *b, struct strbuf *reason)
{
	if (!b->cfg->wpa)
		return 0;
	int err = ap_runner_decide(b, reason);
	if (err == 0)
		err = build_ies(b, reason);
	if (err == 0 && !b->psks)
		b->psks = ap_psks_new();
	if (err == 0)
		err = load_psks(b->psks, b->cfg, reason);
	return err < 0 ? err : make_authenticator(b);
}

static void on_psk_timer(struct timer *t, void *ctx)
{
	struct ap_bss *b = ctx;

	if (ap_psks_derive_one(b->psks))
		timer_start(b->radio->timers, t, 0, on_psk_timer, b);
}

/* One key a turn of the loop: a station that comes first derives its own. */
void ap_wpa_derive_psks(struct ap_bss *b)
{
	if (b->psks)
		timer_start(b->radio->timers, &b->psk_timer, 0, on_psk_timer, b);
}

int ap_wpa_start(struct ap_bss *b, struct strbuf *reason)
{
	int err = b->rsn && !ap_bss_driver_keys(b) ? rsn_auth_start(b->rsn) : 0;

	ap_wpa_derive_psks(b);
	if (err < 0)
		strbuf_add(reason, "the driver does not take the group key: %s", strerror(-err));
	return err;
}

void ap_wpa_free(struct ap_bss *b)
{
	timer_stop(&b->psk_timer);
	rsn_auth_free(steal_ptr(&b->rsn));
	b->runner = AP_RUNNER_HOST;
	b->rsn_raw_len = b->wpa_raw_len = 0;
}

int ap_wpa_sta_new(struct ap_sta *s)
{
	s->rsn = rsn_auth_sta_new(s->bss->rsn, s->addr, s->rsne.data, s->rsne.len, s);
	return s->rsn ? 0 : -ENOMEM;
}

const uint8_t *ap_sta_pmk(const struct ap_sta *s)
{
	return s->rsn ? rsn_auth_sta_pmk(s->rsn) : NULL;
}

int ap_sta_rekey_ptk(struct ap_sta *s)
{
	if (s->port.by_driver)
		log_msg(LOG_ERR, "%s: STA " MACSTR ": its keys are the driver's to renew",
			s->bss->cfg->interface, MAC2STR(s->addr));
	if (!s->rsn)
		return -ENOENT;
	rsn_auth_sta_rekey_ptk(s->rsn);
	return 0;
}
