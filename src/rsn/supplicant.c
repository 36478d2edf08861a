#include "rsn/supplicant.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rsn/supp_i.h"
#include "utils/log.h"

#define DEFAULT_EAPOL_VERSION 2
#define MIC_WINDOW (60 * USEC_PER_SEC)

static const char *const state_names[] = {
	[SUPP_IDLE] = "IDLE",
	[SUPP_ASSOCIATED] = "ASSOCIATED",
	[SUPP_WAIT_M3] = "WAIT-M3",
	[SUPP_WAIT_GROUP] = "WAIT-GROUP",
	[SUPP_DONE] = "DONE",
};

void supp_enter(struct rsn_supp *s, enum supp_state state, const char *reason)
{
	log_msg(LOG_DBG, "RSN: supplicant %s -> %s (%s)", state_names[s->state], state_names[state],
		reason);
	s->state = state;
}

struct rsn_supp *rsn_supp_new(struct timers *timers, const struct rsn_supp_ops *ops, void *ctx)
{
	struct rsn_supp *s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->timers = timers;
	s->ops = ops;
	s->ctx = ctx;
	return s;
}

void supp_forget_keys(struct rsn_supp *s)
{
	ptk_wipe(&s->ptk);
	ptk_wipe(&s->tptk);
	wipe(s->gtk, sizeof(s->gtk));
	wipe(s->igtk, sizeof(s->igtk));
	wipe(s->snonce, sizeof(s->snonce));
	s->have_snonce = s->have_tptk = s->have_ptk = s->was_rekey = s->have_replay = false;
	s->keyed = s->synced = false;
	s->unverified = 0;
	s->replay = 0;
	s->request_replay = 0;
	timer_stop(&s->rekey);
}

static void forget_assoc(struct rsn_supp *s)
{
	supp_forget_keys(s);
	bytes_clear(&s->assoc_ie);
	bytes_clear(&s->ap_ie);
	bytes_clear(&s->ap_rsnx);
	bytes_clear(&s->ap_wpa);
	s->mic_failed_at = 0;
	s->mismatch_told = false;
	s->assoc = (struct rsn_supp_assoc){0};
}

void rsn_supp_free(struct rsn_supp *s)
{
	if (!s)
		return;
	forget_assoc(s);
	wipe(s, sizeof(*s));
	free(s);
}

void rsn_supp_set_pmk(struct rsn_supp *s, const uint8_t *pmk, size_t len)
{
	uint8_t copy[PMK_MAX_LEN] = {0}; /* it may be a view of ours */

	if (!pmk || len > sizeof(copy))
		len = 0;
	if (len)
		memcpy(copy, pmk, len);
	memcpy(s->pmk, copy, sizeof(copy));
	wipe(copy, sizeof(copy));
	s->pmk_len = len;
	s->have_pmkid = false;
	s->have_tptk = false; /* came from the PMK before */
}

void rsn_supp_set_pmksa(struct rsn_supp *s, const struct pmksa *e)
{
	rsn_supp_set_pmk(s, e->pmk, e->pmk_len);
	memcpy(s->pmkid, e->pmkid, PMKID_LEN);
	s->have_pmkid = true;
}

const uint8_t *rsn_supp_pmk(const struct rsn_supp *s, size_t *len)
{
	*len = s->pmk_len;
	return s->pmk_len ? s->pmk : NULL;
}

int rsn_supp_associated(struct rsn_supp *s, const struct rsn_supp_assoc *a)
{
	forget_assoc(s);
	if (!a) {
		supp_enter(s, SUPP_IDLE, "left the AP");
		return 0;
	}
	if (bytes_set(&s->assoc_ie, a->assoc_ie, a->assoc_ie_len) ||
		bytes_set(&s->ap_ie, a->ap_ie, a->ap_ie_len) ||
		bytes_set(&s->ap_rsnx, a->ap_rsnx, a->ap_rsnx_len) ||
		bytes_set(&s->ap_wpa, a->ap_wpa, a->ap_wpa_len)) {
		forget_assoc(s);
		supp_enter(s, SUPP_IDLE, "out of memory");
		return -ENOMEM;
	}
	s->assoc = *a;
	if (!s->assoc.eapol_version)
		s->assoc.eapol_version = DEFAULT_EAPOL_VERSION;
	if (!s->assoc.proto)
		s->assoc.proto = PROTO_RSN;
	s->assoc.assoc_ie = s->assoc_ie.data;
	s->assoc.ap_ie = s->ap_ie.data;
	s->assoc.ap_rsnx = s->ap_rsnx.data;
	s->assoc.ap_wpa = s->ap_wpa.data;
	supp_enter(s, SUPP_ASSOCIATED, "new association");
	return 0;
}

void supp_send(struct rsn_supp *s, struct eapol_key *k, const uint8_t *kck, bool encrypt)
{
	uint8_t buf[RSN_FRAME_MAX];
	struct writer w = writer_over(buf, sizeof(buf));

	k->descriptor = rsn_frame_descriptor(s->assoc.proto);
	k->info |= (uint16_t)(KEY_INFO_MIC | eapol_key_version(s->assoc.akm, s->assoc.pairwise));
	int err = rsn_frame_write(&w, s->assoc.eapol_version, k, s->assoc.akm, kck);
	if (err)
		log_msg(LOG_ERR, "RSN: cannot build a key frame: %s", strerror(-err));
	else
		s->ops->send_eapol(s->ctx, s->assoc.bssid, buf, w.len, encrypt);
}

static void request(struct rsn_supp *s, bool pairwise, uint16_t more)
{
	if (!s->have_ptk) {
		log_msg(LOG_DBG, "RSN: no pairwise key yet, so no key request");
		return;
	}
	struct eapol_key k = {
		.info = (uint16_t)(KEY_INFO_REQUEST | KEY_INFO_SECURE | more |
				   (pairwise ? KEY_INFO_PAIRWISE : 0)),
		.replay = s->request_replay++,
	};
	supp_send(s, &k, s->ptk.kck, true);
}

void rsn_supp_request(struct rsn_supp *s, bool pairwise)
{
	request(s, pairwise, 0);
}

bool rsn_supp_mic_failure(struct rsn_supp *s, bool pairwise)
{
	uint64_t now = timers_now(s->timers), before = s->mic_failed_at;

	if (!s->keyed || !((s->assoc.pairwise | s->assoc.group) & CIPHER_TKIP))
		return false;
	request(s, pairwise, KEY_INFO_ERROR);
	s->mic_failed_at = now ? now : 1;
	return before && now - before < MIC_WINDOW;
}

static void on_rekey(struct timer *t, void *ctx)
{
	struct rsn_supp *s = ctx;
	supp_arm_rekey(s); /* asks again should the request get lost */
	rsn_supp_request(s, true);
}

void supp_arm_rekey(struct rsn_supp *s)
{
	if (s->assoc.ptk_rekey)
		timer_start(s->timers, &s->rekey, s->assoc.ptk_rekey * USEC_PER_SEC, on_rekey, s);
}

unsigned rsn_supp_pairwise(const struct rsn_supp *s)
{
	return s->assoc.pairwise;
}

unsigned rsn_supp_group(const struct rsn_supp *s)
{
	return s->assoc.group;
}

bool rsn_supp_has_ptk(const struct rsn_supp *s)
{
	return s->have_ptk;
}
