/* EAPOL-Key frames at both roles.
 *
 * Input: first octet, bit 0 the role that receives (1: authenticator), bit 1 the handshake is done
 * already, bit 2 the rest is key data that the fuzzer signs and wraps, so that what lies behind
 * the MIC is reached too. Then for the last kind Key Information (2), else the packet. */
#include <stdlib.h>
#include <string.h>

#include "rsn/authenticator.h"
#include "rsn/supplicant.h"
#include "utils/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TO_AP = 1, CONNECTED = 2, SIGNED = 4 };

static const uint8_t aa[MAC_LEN] = {2, 0, 0, 0, 0, 1}, spa[MAC_LEN] = {2, 0, 0, 0, 0, 2};
static const uint8_t pmk[PMK_LEN] = {1};
static const uint8_t rsne[] = {
	0x30, 0x14, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0, 0x0f, 0xac, 2, 0, 0};

#define PACKET_MAX 1024
struct packet {
	uint8_t data[PACKET_MAX];
	size_t len;
};

struct world {
	struct timers *timers;
	struct rsn_auth *auth;
	struct rsn_auth_sta *sta;
	struct rsn_supp *supp;
	struct packet to_ap, to_sta; /* the last one */
	uint8_t anonce[NONCE_LEN], snonce[NONCE_LEN];
	uint64_t replay;
	bool forged; /* the input may be: no key may be installed from it */
};

static void keep(struct packet *p, const uint8_t *packet, size_t len)
{
	if (len > sizeof(p->data))
		abort();
	memcpy(p->data, packet, len);
	p->len = len;
}

static void no_key_from_forgery(const struct world *w)
{
	if (w->forged)
		abort();
}

static void ap_send(void *ctx, void *sta_ctx, const uint8_t *packet, size_t len, bool encrypt)
{
	keep(&((struct world *)ctx)->to_sta, packet, len);
}
static bool ap_psk(void *ctx, void *sta_ctx, unsigned n, struct rsn_psk *out)
{
	*out = (struct rsn_psk){.pmk = pmk};
	return n == 0;
}
static int ap_set_ptk(void *ctx, void *sta_ctx, unsigned cipher, const uint8_t *tk, size_t len)
{
	no_key_from_forgery(ctx);
	return 0;
}
static int ap_set_gtk(void *ctx, unsigned cipher, unsigned index, const uint8_t *gtk, size_t len)
{
	return 0;
}
static uint64_t ap_gtk_rsc(void *ctx, unsigned index)
{
	return 1;
}
static void ap_authorized(void *ctx, void *sta_ctx, const struct rsn_psk *psk)
{
}
static void ap_ignore(void *ctx, void *sta_ctx)
{
}
static void ap_disconnect(void *ctx, void *sta_ctx, unsigned reason)
{
	struct world *w = ctx;
	rsn_auth_sta_free(w->sta);
	w->sta = NULL;
}

static void sta_send(void *ctx, const uint8_t *dst, const uint8_t *packet, size_t len, bool encrypt)
{
	keep(&((struct world *)ctx)->to_ap, packet, len);
}
static int sta_set_ptk(void *ctx, unsigned cipher, const uint8_t *tk, size_t len)
{
	no_key_from_forgery(ctx);
	return 0;
}
static int sta_set_gtk(void *ctx, unsigned cipher, unsigned index, const uint8_t *gtk, size_t len,
	uint64_t rsc, bool tx)
{
	no_key_from_forgery(ctx);
	return 0;
}
static void sta_ignore(void *ctx)
{
}
static void sta_done(void *ctx, bool first)
{
}
static void sta_rekeyed(void *ctx, unsigned cipher)
{
}
static void sta_disconnect(void *ctx, unsigned reason)
{
	rsn_supp_associated(((struct world *)ctx)->supp, NULL);
}

static const struct rsn_auth_ops ap_ops = {ap_send, ap_psk, ap_set_ptk, ap_set_gtk, ap_gtk_rsc,
	ap_authorized, ap_ignore, ap_ignore, ap_disconnect};
static const struct rsn_supp_ops sta_ops = {sta_send, sta_set_ptk, sta_set_gtk, sta_ignore,
	sta_ignore, sta_done, sta_rekeyed, sta_disconnect};

static void world_up(struct world *w)
{
	struct rsn_auth_config cfg = {.raw_ie = rsne, .raw_ie_len = sizeof(rsne)};
	struct rsn_supp_assoc assoc = {.akm = AKM_PSK,
		.pairwise = CIPHER_CCMP,
		.group = CIPHER_CCMP,
		.assoc_ie = rsne,
		.assoc_ie_len = sizeof(rsne),
		.ap_ie = rsne,
		.ap_ie_len = sizeof(rsne)};
	mac_copy(cfg.bssid, aa);
	mac_copy(assoc.own, spa);
	mac_copy(assoc.bssid, aa);
	if (rsn_ie_parse(rsne, sizeof(rsne), &cfg.ie))
		abort();
	w->timers = timers_new();
	w->auth = rsn_auth_new(w->timers, &cfg, &ap_ops, w);
	w->sta = rsn_auth_sta_new(w->auth, spa, rsne, sizeof(rsne), NULL);
	w->supp = rsn_supp_new(w->timers, &sta_ops, w);
	rsn_supp_set_pmk(w->supp, pmk, PMK_LEN);
	if (rsn_supp_associated(w->supp, &assoc))
		abort();
	rsn_auth_sta_start(w->sta);
}

static void forward(struct world *w, bool to_ap)
{
	if (to_ap)
		rsn_auth_sta_rx(w->sta, w->to_ap.data, w->to_ap.len);
	else
		rsn_supp_rx(w->supp, aa, w->to_sta.data, w->to_sta.len);
}

/* Messages 1 and 2, and the rest when the handshake shall be done. */
static void handshake(struct world *w, bool whole)
{
	memcpy(w->anonce, w->to_sta.data + 17, NONCE_LEN);
	forward(w, false);
	memcpy(w->snonce, w->to_ap.data + 17, NONCE_LEN);
	w->replay = 100;
	forward(w, true);
	if (!whole)
		return;
	forward(w, false);
	forward(w, true);
}

static size_t sign(const struct world *w, uint16_t info, const uint8_t *plain, size_t len,
	uint8_t out[PACKET_MAX])
{
	struct ptk ptk;
	uint8_t padded[512] = {0}, data[520];
	struct eapol_key k = {.descriptor = KEY_DESC_RSN,
		.info = (uint16_t)((info & ~KEY_INFO_VERSION_MASK) | KEY_VERSION_AES_SHA1 |
				   KEY_INFO_MIC),
		.key_len = 16,
		.replay = w->replay,
		.data = data};
	size_t wrapped = len < 16 ? 16 : (len + 7) / 8 * 8;

	if (ptk_derive(pmk, PMK_LEN, AKM_PSK, CIPHER_CCMP, aa, spa, w->anonce, w->snonce, &ptk))
		abort();
	memcpy(k.nonce, w->anonce, NONCE_LEN);
	memcpy(padded, plain, len);
	if (aes_wrap(ptk.kek, 16, padded, wrapped, data))
		abort();
	k.data_len = (uint16_t)(wrapped + 8);
	struct writer wr = writer_over(out, PACKET_MAX);
	eapol_key_write(&wr, 2, &k);
	if (eapol_key_mic(ptk.kck, AKM_PSK, KEY_VERSION_AES_SHA1, out, wr.len,
		    out + EAPOL_KEY_MIC_OFFSET))
		abort();
	return wr.len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world w = {0};
	uint8_t packet[PACKET_MAX];

	if (size < 3 || size > 512)
		return 0;
	log_set_level(LOG_ERR);
	world_up(&w);
	handshake(&w, data[0] & CONNECTED);
	const uint8_t *in = data + 1;
	size_t len = size - 1;
	if (data[0] & SIGNED) {
		len = sign(&w, (uint16_t)(data[1] << 8 | data[2]), data + 3, size - 3, packet);
		in = packet;
	} else {
		w.forged = true;
	}
	if (!(data[0] & TO_AP))
		rsn_supp_rx(w.supp, aa, in, len);
	else if (w.sta)
		rsn_auth_sta_rx(w.sta, in, len);
	w.forged = false;
	timers_set_now(w.timers, 10 * USEC_PER_SEC);
	timers_run(w.timers);
	rsn_auth_sta_free(w.sta);
	rsn_auth_free(w.auth);
	rsn_supp_free(w.supp);
	timers_free(w.timers);
	return 0;
}
