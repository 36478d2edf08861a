/* 4-way handshake of one station (IEEE 802.11-2020, 12.7.6; state machine 12.7.9).
 *
 * A received frame is told by the replay counter it answers: those of message 1 and message 3 never
 * overlap, so flags that differ between implementations do not matter. */
#include <errno.h>
#include <string.h>

#include "rsn/auth_i.h"
#include "utils/log.h"

#define FIRST_DELAY (100 * USEC_PER_MSEC)
#define NEXT_DELAY USEC_PER_SEC
#define PTK_REKEY_POSTPONE USEC_PER_SEC

static const char *const state_names[] = {
	[AUTH_IDLE] = "IDLE",
	[AUTH_WAIT_M2] = "WAIT-M2",
	[AUTH_WAIT_M4] = "WAIT-M4",
	[AUTH_DONE] = "DONE",
	[AUTH_WAIT_GROUP] = "WAIT-GROUP",
	[AUTH_DISCONNECTED] = "DISCONNECTED",
};

static void send_m1(struct rsn_auth_sta *s);
static void send_m3(struct rsn_auth_sta *s);

void auth_enter(struct rsn_auth_sta *s, enum auth_state state, const char *reason)
{
	log_msg(LOG_DBG, "RSN: " MACSTR " %s -> %s (%s)", MAC2STR(s->addr), state_names[s->state],
		state_names[state], reason);
	s->state = state;
	s->tries = 0;
	timer_stop(&s->retry);
}

void auth_disconnect(struct rsn_auth_sta *s, unsigned reason, const char *why)
{
	struct rsn_auth *a = s->bss;
	auth_enter(s, AUTH_DISCONNECTED, why);
	timer_stop(&s->rekey);
	auth_group_release(s);
	a->ops->disconnect(a->ctx, s->ctx, reason);
}

bool auth_window_has(const struct auth_window *w, uint64_t counter)
{
	return counter >= w->first && counter <= w->last;
}

void auth_window_close(struct auth_window *w)
{
	*w = (struct auth_window){1, 0};
}

/* Message 1 may always be repeated: only messages that carry keys fall under disable_retries. */
bool auth_tries_left(const struct rsn_auth_sta *s, unsigned max)
{
	return s->tries < (s->bss->cfg.disable_retries && s->state != AUTH_WAIT_M2 ? 1 : max);
}

static void handshake_failed(struct rsn_auth_sta *s, const char *why)
{
	s->bss->handshake_failures++;
	auth_disconnect(s, REASON_4WAY_TIMEOUT, why);
}

static void on_retry(struct timer *t, void *ctx)
{
	struct rsn_auth_sta *s = ctx;
	unsigned max = s->bss->cfg.pairwise_retries;

	switch (s->state) {
	case AUTH_WAIT_M2:
		if (auth_tries_left(s, max))
			send_m1(s);
		else
			handshake_failed(s, "no valid answer to message 1 of the 4-way handshake");
		break;
	case AUTH_WAIT_M4:
		if (auth_tries_left(s, max))
			send_m3(s);
		else
			handshake_failed(s, "no valid answer to message 3 of the 4-way handshake");
		break;
	case AUTH_WAIT_GROUP:
		auth_group_retry(s);
		break;
	case AUTH_IDLE:
	case AUTH_DONE:
	case AUTH_DISCONNECTED:
		break;
	}
}

void auth_await(struct rsn_auth_sta *s, unsigned max, uint64_t first_delay)
{
	bool quick = s->tries == 1 && auth_tries_left(s, max);
	timer_start(s->bss->timers, &s->retry, quick ? first_delay : NEXT_DELAY, on_retry, s);
}

void auth_send(
	struct rsn_auth_sta *s, struct eapol_key *k, const uint8_t *kck, struct auth_window *window)
{
	struct rsn_auth *a = s->bss;
	uint8_t buf[RSN_FRAME_MAX];
	struct writer w = writer_over(buf, sizeof(buf));

	k->descriptor = rsn_frame_descriptor(s->ie.proto);
	k->info |= (uint16_t)eapol_key_version(s->ie.akm, s->ie.pairwise);
	k->replay = ++s->replay;
	if (s->tries++ == 0)
		window->first = k->replay;
	window->last = k->replay;
	int err = rsn_frame_write(&w, a->cfg.eapol_version, k, s->ie.akm, kck);
	if (err) {
		log_msg(LOG_ERR, "RSN: cannot build a key frame for " MACSTR ": %s",
			MAC2STR(s->addr), strerror(-err));
		return; /* the retry timer tries again, then gives up */
	}
	a->ops->send_eapol(a->ctx, s->ctx, buf, w.len, s->installed);
}

static void send_m1(struct rsn_auth_sta *s)
{
	struct eapol_key k = {
		.info = KEY_INFO_PAIRWISE | KEY_INFO_ACK,
		.key_len = (uint16_t)cipher_key_len(s->ie.pairwise),
	};
	memcpy(k.nonce, s->anonce, NONCE_LEN);
	auth_send(s, &k, NULL, &s->m1);
	auth_await(s, s->bss->cfg.pairwise_retries, FIRST_DELAY);
}

/* The key data of message 3: elements and group key, or in WPA the element alone, in the clear. */
static int put_m3_data(struct rsn_auth_sta *s, struct eapol_key *k, uint8_t data[RSN_FRAME_MAX])
{
	const struct rsn_auth *a = s->bss;
	uint64_t gtk = a->group.active;

	if (s->ie.proto == PROTO_WPA) {
		const struct bytes *ie = a->raw_wpa.len ? &a->raw_wpa : &a->raw_ie;
		s->gtk_sent = s->gtk_known;
		k->data = ie->data;
		k->data_len = (uint16_t)ie->len;
		return 0;
	}
	/* A repetition may carry a newer key, but an answer may still be to the first one. */
	if (s->tries == 0)
		s->gtk_sent = gtk;
	k->info |= KEY_INFO_SECURE | KEY_INFO_ENCRYPTED;
	k->rsc = auth_gtk_rsc(a, gtk);
	return auth_put_gtk(s, gtk, true, s->tptk.kek, k, data);
}

static void send_m3(struct rsn_auth_sta *s)
{
	uint8_t data[RSN_FRAME_MAX];
	struct eapol_key k = {
		.info = KEY_INFO_PAIRWISE | KEY_INFO_INSTALL | KEY_INFO_ACK | KEY_INFO_MIC,
		.key_len = (uint16_t)s->tptk.tk_len,
	};
	int err = put_m3_data(s, &k, data);

	if (err) {
		log_msg(LOG_ERR, "RSN: cannot wrap the group key for " MACSTR ": %s",
			MAC2STR(s->addr), strerror(-err));
		auth_disconnect(s, REASON_UNSPECIFIED, "key wrap failed");
		return;
	}
	memcpy(k.nonce, s->anonce, NONCE_LEN);
	auth_send(s, &k, s->tptk.kck, &s->m3);
	auth_await(s, s->bss->cfg.pairwise_retries, FIRST_DELAY);
}

static void begin(struct rsn_auth_sta *s, const char *reason)
{
	random_bytes(s->anonce, NONCE_LEN);
	ptk_wipe(&s->tptk);
	auth_window_close(&s->m1);
	auth_window_close(&s->m3);
	auth_window_close(&s->group);
	auth_enter(s, AUTH_WAIT_M2, reason);
	send_m1(s);
}

void rsn_auth_sta_start(struct rsn_auth_sta *s)
{
	auth_group_release(s);
	timer_stop(&s->rekey);
	ptk_wipe(&s->ptk);
	wipe(s->pmk, sizeof(s->pmk));
	(void)str_replace(&s->keyid, NULL); /* cannot fail without a text */
	s->has_pmk = s->installed = s->authorized = s->requested = false;
	s->gtk_known = GTK_NONE;
	if (rsn_auth_start(s->bss)) {
		auth_disconnect(s, REASON_UNSPECIFIED, "no group key");
		return;
	}
	begin(s, "associated");
}

static void on_ptk_rekey(struct timer *t, void *ctx)
{
	rsn_auth_sta_rekey_ptk(ctx);
}

void rsn_auth_sta_rekey_ptk(struct rsn_auth_sta *s)
{
	switch (s->state) {
	case AUTH_DONE:
		begin(s, "pairwise rekeying");
		break;
	case AUTH_WAIT_GROUP: /* one handshake at a time */
		timer_start(s->bss->timers, &s->rekey, PTK_REKEY_POSTPONE, on_ptk_rekey, s);
		break;
	case AUTH_IDLE:
	case AUTH_WAIT_M2:
	case AUTH_WAIT_M4:
	case AUTH_DISCONNECTED:
		break;
	}
}

/* Whether message 2 was made with this PMK; then s->tptk is the pairwise key. */
static bool try_pmk(struct rsn_auth_sta *s, const struct rsn_frame *f, const uint8_t *pmk)
{
	struct ptk ptk;
	bool ok = ptk_derive(pmk, PMK_LEN, s->ie.akm, s->ie.pairwise, s->bss->cfg.bssid, s->addr,
			  s->anonce, f->k.nonce, &ptk) == 0 &&
		  rsn_frame_mic_ok(f, s->ie.akm, ptk.kck);
	if (ok)
		s->tptk = ptk;
	ptk_wipe(&ptk);
	return ok;
}

static int remember_psk(struct rsn_auth_sta *s, const struct rsn_psk *psk)
{
	int err = str_replace(&s->keyid, psk->keyid);
	if (err)
		return err;
	memcpy(s->pmk, psk->pmk, PMK_LEN);
	s->has_pmk = true;
	/* The store may drop its entry while the station lives on. */
	s->psk = (struct rsn_psk){s->pmk, s->keyid, psk->vlanid, psk->entry};
	return 0;
}

static bool find_psk(struct rsn_auth_sta *s, const struct rsn_frame *f)
{
	struct rsn_auth *a = s->bss;
	struct rsn_psk psk = {0};

	if (s->has_pmk)
		return try_pmk(s, f, s->pmk);
	for (unsigned n = 0; a->ops->psk(a->ctx, s->ctx, n, &psk); n++)
		if (try_pmk(s, f, psk.pmk))
			return remember_psk(s, &psk) == 0;
	return false;
}

/* 12.7.6.3: the element has to be that of the association request. */
static bool m2_ie_ok(const struct rsn_auth_sta *s, const struct rsn_frame *f)
{
	struct kdes kdes;
	if (kdes_parse(f->k.data, f->k.data_len, &kdes))
		return false;
	if (s->ie.proto == PROTO_WPA)
		return kdes.wpa && bytes_equal(&s->raw_ie, kdes.wpa, kdes.wpa_len);
	return kdes.rsn && bytes_equal(&s->raw_ie, kdes.rsn, kdes.rsn_len);
}

static void rx_m2(struct rsn_auth_sta *s, const struct rsn_frame *f)
{
	struct rsn_auth *a = s->bss;

	/* Answers to two transmissions of message 1: only another nonce makes another key. */
	if (s->state == AUTH_WAIT_M4 && memcmp(s->snonce, f->k.nonce, NONCE_LEN) == 0) {
		log_msg(LOG_DBG, "RSN: " MACSTR " repeated message 2 ignored", MAC2STR(s->addr));
		return;
	}
	if (!find_psk(s, f)) {
		log_msg(LOG_INF, "RSN: MIC of message 2 from " MACSTR " fits no PSK",
			MAC2STR(s->addr));
		a->ops->psk_mismatch(a->ctx, s->ctx);
		return;
	}
	if (!m2_ie_ok(s, f)) {
		auth_disconnect(s, REASON_IE_DIFFERENT,
			"RSNE of message 2 differs from the association request");
		return;
	}
	memcpy(s->snonce, f->k.nonce, NONCE_LEN);
	s->m1.first = f->k.replay + 1;
	auth_enter(s, AUTH_WAIT_M4, "message 2 received");
	send_m3(s);
}

static void rx_m4(struct rsn_auth_sta *s, const struct rsn_frame *f)
{
	struct rsn_auth *a = s->bss;
	void *ctx = s->ctx;

	if (!rsn_frame_mic_ok(f, s->ie.akm, s->tptk.kck)) {
		log_msg(LOG_DBG, "RSN: message 4 from " MACSTR " with a bad MIC dropped",
			MAC2STR(s->addr));
		return;
	}
	if (a->ops->set_ptk(a->ctx, ctx, s->ie.pairwise, s->tptk.tk, s->tptk.tk_len)) {
		auth_disconnect(s, REASON_UNSPECIFIED, "the driver refused the pairwise key");
		return;
	}
	s->ptk = s->tptk;
	ptk_wipe(&s->tptk);
	bool first = !s->authorized;
	s->installed = s->authorized = true;
	s->gtk_known = s->gtk_sent;
	auth_enter(s, AUTH_DONE, "message 4 received");
	if (a->cfg.ptk_rekey)
		timer_start(a->timers, &s->rekey, a->cfg.ptk_rekey * USEC_PER_SEC, on_ptk_rekey, s);
	if (!auth_group_check(s))
		return;
	/* Last: the daemon may decide to drop the station. */
	if (first)
		a->ops->authorized(a->ctx, ctx, &s->psk);
	a->ops->on_4way_done(a->ctx, ctx);
}

/* EAPOL-Key request, 12.7.2: authenticated and with a counter of the station's own. */
static void rx_request(struct rsn_auth_sta *s, const struct rsn_frame *f)
{
	if (!s->installed || !rsn_frame_mic_ok(f, s->ie.akm, s->ptk.kck)) {
		log_msg(LOG_DBG, "RSN: key request from " MACSTR " without a valid MIC dropped",
			MAC2STR(s->addr));
		return;
	}
	if (s->requested && f->k.replay <= s->request_replay) {
		log_msg(LOG_DBG, "RSN: replayed key request from " MACSTR " dropped",
			MAC2STR(s->addr));
		return;
	}
	s->requested = true;
	s->request_replay = f->k.replay;
	if (f->k.info & KEY_INFO_ERROR)
		auth_mic_reported(s);
	else if (f->k.info & KEY_INFO_PAIRWISE)
		rsn_auth_sta_rekey_ptk(s);
	else
		rsn_auth_rekey_group(s->bss);
}

static void drop(const struct rsn_auth_sta *s, const char *why)
{
	log_msg(LOG_DBG, "RSN: key frame from " MACSTR " dropped: %s", MAC2STR(s->addr), why);
}

static void rx_pairwise(struct rsn_auth_sta *s, const struct rsn_frame *f)
{
	bool answers_m1 = auth_window_has(&s->m1, f->k.replay);

	switch (s->state) {
	case AUTH_WAIT_M2:
		if (answers_m1)
			rx_m2(s, f);
		else
			drop(s, "replay counter of no message 1 under way");
		break;
	case AUTH_WAIT_M4:
		if (auth_window_has(&s->m3, f->k.replay))
			rx_m4(s, f);
		else if (answers_m1)
			rx_m2(s, f);
		else
			drop(s, "replay counter of no message under way");
		break;
	case AUTH_IDLE:
	case AUTH_DONE:
	case AUTH_WAIT_GROUP:
	case AUTH_DISCONNECTED:
		drop(s, "no 4-way handshake is running");
		break;
	}
}

void rsn_auth_sta_rx(struct rsn_auth_sta *s, const uint8_t *packet, size_t len)
{
	struct rsn_frame f;

	if (rsn_frame_parse(packet, len, &f)) {
		drop(s, "not a whole EAPOL-Key frame");
		return;
	}
	unsigned version = eapol_key_version(s->ie.akm, s->ie.pairwise);
	if (f.k.descriptor != rsn_frame_descriptor(s->ie.proto) ||
		(f.k.info & KEY_INFO_VERSION_MASK) != version) {
		drop(s, "descriptor type or version is not that of the chosen suites");
		return;
	}
	if (!(f.k.info & KEY_INFO_MIC) || (f.k.info & KEY_INFO_ACK))
		drop(s, "flags are not those of a station");
	else if (f.k.info & KEY_INFO_REQUEST)
		rx_request(s, &f);
	else if (f.k.info & KEY_INFO_PAIRWISE)
		rx_pairwise(s, &f);
	else
		auth_group_rx(s, &f);
}
