/* Group key: its life in the BSS, and the group key handshake of a station (IEEE 802.11-2020,
 * 12.7.7).
 *
 * Rekeying makes the next key, tells it to every authorized station and only then transmits with
 * it. Stations that join meanwhile get the key in use with message 3 and learn the next one right
 * after; they do not hold up the switch, or steady joining could put it off for ever. */
#include <errno.h>
#include <string.h>

#include "rsn/auth_i.h"
#include "utils/log.h"

/* Longer than for the 4-way handshake: a station may sleep. */
#define FIRST_DELAY (500 * USEC_PER_MSEC)
/* Several stations leaving at once cause one strict rekeying. */
#define STRICT_DELAY (500 * USEC_PER_MSEC)

static void group_begin(struct rsn_auth *a);

static unsigned gtk_index(uint64_t number)
{
	return 1 + (unsigned)(number & 1);
}

static unsigned igtk_index(uint64_t number)
{
	return 4 + (unsigned)(number & 1);
}

static bool has_igtk(const struct rsn_auth *a)
{
	return a->cfg.ie.group_mgmt != 0;
}

static uint8_t *gtk_slot(struct rsn_auth *a, uint64_t number)
{
	return a->group.gtk[number & 1];
}

static void on_timer(struct timer *t, void *ctx)
{
	rsn_auth_rekey_group(ctx);
}

static void arm(struct rsn_auth *a)
{
	timer_stop(&a->group.timer);
	if (a->cfg.group_rekey)
		timer_start(
			a->timers, &a->group.timer, a->cfg.group_rekey * USEC_PER_SEC, on_timer, a);
}

static int install(struct rsn_auth *a, uint64_t number)
{
	struct rsn_auth_group *g = &a->group;
	int err = a->ops->set_gtk(
		a->ctx, a->cfg.ie.group, gtk_index(number), gtk_slot(a, number), g->gtk_len);

	if (!err && has_igtk(a))
		err = a->ops->set_gtk(a->ctx, a->cfg.ie.group_mgmt, igtk_index(number),
			g->igtk[number & 1], IGTK_LEN);
	g->failed = err != 0;
	if (err)
		log_msg(LOG_ERR,
			"RSN: the driver refused the group key (%s): no multicast until "
			"the next rekeying",
			strerror(-err));
	return err;
}

static void make_keys(struct rsn_auth *a, uint64_t number)
{
	random_bytes(gtk_slot(a, number), a->group.gtk_len);
	random_bytes(a->group.igtk[number & 1], IGTK_LEN);
}

int rsn_auth_start(struct rsn_auth *a)
{
	struct rsn_auth_group *g = &a->group;
	if (g->started)
		return 0;
	if (!g->gtk_len || g->gtk_len > sizeof(g->gtk[0])) {
		log_msg(LOG_ERR, "RSN: no key for group cipher %s; use TKIP, CCMP or GCMP",
			cipher_name(a->cfg.ie.group));
		return -ENOTSUP;
	}
	make_keys(a, g->active);
	int err = install(a, g->active);
	if (err)
		return err;
	g->started = true;
	arm(a);
	return 0;
}

static void switch_keys(struct rsn_auth *a)
{
	struct rsn_auth_group *g = &a->group;
	log_msg(LOG_DBG, "RSN: group key %u in use", gtk_index(g->newest));
	(void)install(a, g->newest); /* logged there; stations know only this key now */
	wipe(gtk_slot(a, g->active), sizeof(g->gtk[0]));
	wipe(g->igtk[g->active & 1], IGTK_LEN);
	g->active = g->newest;
	if (g->again) {
		g->again = false;
		group_begin(a);
	}
}

static void one_less_waiting(struct rsn_auth *a)
{
	if (--a->group.waiting == 0)
		switch_keys(a);
}

static void group_begin(struct rsn_auth *a)
{
	struct rsn_auth_group *g = &a->group;
	struct rsn_auth_sta *s, *next;

	g->newest = g->active + 1;
	make_keys(a, g->newest);
	log_msg(LOG_DBG, "RSN: rekeying the group, next key index %u", gtk_index(g->newest));
	arm(a);
	g->waiting = 1; /* this loop itself, should answers come in while it runs */
	/* One whose message cannot be made is dropped on the way. */
	for (s = TAILQ_FIRST(&a->stas); s; s = next) {
		next = TAILQ_NEXT(s, link);
		if (!s->authorized || s->state == AUTH_DISCONNECTED)
			continue;
		s->holds_switch = true;
		g->waiting++;
		/* In a handshake: it is looked at again when that is over. */
		if (s->state == AUTH_DONE)
			auth_group_check(s);
	}
	one_less_waiting(a);
}

void rsn_auth_rekey_group(struct rsn_auth *a)
{
	struct rsn_auth_group *g = &a->group;
	if (!g->started)
		return;
	if (g->newest != g->active)
		g->again = true;
	else
		group_begin(a);
}

void auth_group_sta_left(struct rsn_auth *a)
{
	struct timer *t = &a->group.timer;
	if (!a->cfg.strict_rekey || !a->group.started)
		return;
	if (!timer_running(t) || timer_left(t) > STRICT_DELAY)
		timer_start(a->timers, t, STRICT_DELAY, on_timer, a);
}

void auth_group_release(struct rsn_auth_sta *s)
{
	if (!s->holds_switch)
		return;
	s->holds_switch = false;
	one_less_waiting(s->bss);
}

bool auth_mfp(const struct rsn_auth_sta *s)
{
	return rsn_auth_mfp(s->bss, &s->ie);
}

/* A key nothing was sent with yet starts at 0. */
static uint64_t transmit_counter(const struct rsn_auth *a, uint64_t number, unsigned index)
{
	return number == a->group.active ? a->ops->gtk_rsc(a->ctx, index) : 0;
}

int auth_put_gtk(const struct rsn_auth_sta *s, uint64_t number, bool with_ies, const uint8_t *kek,
	struct eapol_key *k, uint8_t out[RSN_FRAME_MAX])
{
	const struct rsn_auth *a = s->bss;
	const uint8_t *gtk = a->group.gtk[number & 1];
	unsigned version = eapol_key_version(s->ie.akm, s->ie.pairwise);
	uint8_t buf[RSN_FRAME_MAX - EAPOL_KEY_MIN_LEN - 8];
	struct writer w = writer_over(buf, sizeof(buf));

	if (s->ie.proto == PROTO_WPA) {
		k->info |= (uint16_t)KEY_INFO_INDEX_BITS(gtk_index(number));
		k->key_len = (uint16_t)a->group.gtk_len;
		return rsn_frame_wrap(k, version, kek, gtk, a->group.gtk_len, out);
	}
	if (with_ies) {
		writer_bytes(&w, a->raw_ie.data, a->raw_ie.len);
		writer_bytes(&w, a->raw_wpa.data, a->raw_wpa.len);
	}
	kde_write_gtk(&w, (uint8_t)gtk_index(number), false, gtk, a->group.gtk_len);
	if (auth_mfp(s))
		kde_write_igtk(&w, (uint16_t)igtk_index(number),
			transmit_counter(a, number, igtk_index(number)), a->group.igtk[number & 1],
			IGTK_LEN);
	if (version != KEY_VERSION_RC4_MD5)
		kde_pad(&w, 0);
	int err = writer_ok(&w) ? rsn_frame_wrap(k, version, kek, buf, w.len, out) : -EMSGSIZE;
	wipe(buf, sizeof(buf));
	return err;
}

uint64_t auth_gtk_rsc(const struct rsn_auth *a, uint64_t number)
{
	return transmit_counter(a, number, gtk_index(number));
}

/* False: it could not be made, the station was given up and may be gone. */
static bool send_group(struct rsn_auth_sta *s)
{
	struct rsn_auth *a = s->bss;
	uint8_t data[RSN_FRAME_MAX];
	struct eapol_key k = {.info = KEY_INFO_ACK | KEY_INFO_MIC | KEY_INFO_SECURE};

	/* One of WPA that joins during a rekeying needs the key in use first. */
	s->gtk_sent = s->gtk_known == GTK_NONE ? a->group.active : a->group.newest;
	if (s->ie.proto == PROTO_RSN)
		k.info |= KEY_INFO_ENCRYPTED;
	k.rsc = auth_gtk_rsc(a, s->gtk_sent);
	int err = auth_put_gtk(s, s->gtk_sent, false, s->ptk.kek, &k, data);
	if (err) {
		log_msg(LOG_ERR, "RSN: cannot wrap the group key for " MACSTR ": %s",
			MAC2STR(s->addr), strerror(-err));
		auth_disconnect(s, REASON_UNSPECIFIED, "key wrap failed");
		return false;
	}
	auth_send(s, &k, s->ptk.kck, &s->group);
	auth_await(s, a->cfg.group_retries, FIRST_DELAY);
	return true;
}

bool auth_group_check(struct rsn_auth_sta *s)
{
	if (s->gtk_known == s->bss->group.newest) {
		auth_group_release(s);
		return true;
	}
	auth_enter(s, AUTH_WAIT_GROUP, "new group key");
	return send_group(s);
}

void auth_group_rx(struct rsn_auth_sta *s, const struct rsn_frame *f)
{
	if (s->state != AUTH_WAIT_GROUP || !auth_window_has(&s->group, f->k.replay) ||
		!rsn_frame_mic_ok(f, s->ie.akm, s->ptk.kck)) {
		log_msg(LOG_DBG,
			"RSN: group message 2 from " MACSTR " with unexpected replay counter or "
			"bad MIC dropped",
			MAC2STR(s->addr));
		return;
	}
	s->gtk_known = s->gtk_sent;
	auth_window_close(&s->group);
	auth_enter(s, AUTH_DONE, "group message 2 received");
	auth_group_check(s); /* there may be a newer one already */
}

void auth_group_retry(struct rsn_auth_sta *s)
{
	static const char why[] = "no valid answer to group message 1";
	if (auth_tries_left(s, s->bss->cfg.group_retries)) {
		send_group(s);
	} else if (s->bss->cfg.no_disconnect_on_group_keyerror) {
		auth_window_close(&s->group);
		auth_enter(s, AUTH_DONE, why);
		auth_group_release(s);
	} else {
		auth_disconnect(s, REASON_GROUP_KEY_TIMEOUT, why);
	}
}
