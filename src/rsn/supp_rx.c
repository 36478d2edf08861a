/* The station's side of the 4-way and the group key handshake (IEEE 802.11-2020, 12.7.6, 12.7.7).
 *
 * Nothing but an authenticated frame moves the replay counter, touches keys or ends the
 * association. Keys that are in place are never installed again, so that repeated messages cannot
 * reset packet numbers. */
#include <errno.h>
#include <string.h>

#include "rsn/supp_i.h"
#include "utils/log.h"

static void drop(const char *what, const char *why)
{
	log_msg(LOG_DBG, "RSN: %s dropped: %s", what, why);
}

/* s->tptk for this ANonce. Returns 0 or negative errno. */
static int make_tptk(struct rsn_supp *s, const uint8_t anonce[NONCE_LEN])
{
	if (s->have_tptk && memcmp(s->tptk_anonce, anonce, NONCE_LEN) == 0)
		return 0;
	s->have_tptk = false;
	int err = ptk_derive(s->pmk, s->pmk_len, s->assoc.akm, s->assoc.pairwise, s->assoc.bssid,
		s->assoc.own, anonce, s->snonce, &s->tptk);
	if (err)
		return err;
	memcpy(s->tptk_anonce, anonce, NONCE_LEN);
	s->have_tptk = true;
	return 0;
}

static bool is_wpa(const struct rsn_supp *s)
{
	return s->assoc.proto == PROTO_WPA;
}

/* WPA repeats the key length in answers, RSN has zero there. */
static uint16_t answer_key_len(const struct rsn_supp *s, const struct rsn_frame *f)
{
	return is_wpa(s) ? f->k.key_len : 0;
}

/* 12.7.6.2: message 1 names the PMKSA the AP uses. With a cached one here, another name means that
 * this handshake cannot succeed. PSKs have no PMKSA to look up, and a PMK just made is tried
 * whatever the AP calls it. */
static bool pmkid_fits(struct rsn_supp *s, const struct rsn_frame *f)
{
	struct kdes kdes;

	if (!s->have_pmkid)
		return true;
	if (kdes_parse(f->k.data, f->k.data_len, &kdes)) {
		drop("message 1", "malformed key data");
		return false;
	}
	if (!kdes.pmkid || memcmp(kdes.pmkid, s->pmkid, PMKID_LEN) == 0)
		return true;
	drop("message 1", "the AP does not use our cached PMKSA");
	/* Message 1 is not authenticated: it may cost a new authentication, never a link. */
	if (s->keyed || s->mismatch_told)
		return false;
	s->mismatch_told = true;
	if (s->ops->pmkid_mismatch)
		s->ops->pmkid_mismatch(s->ctx);
	return false;
}

static void rx_m1(struct rsn_supp *s, const struct rsn_frame *f)
{
	if (!s->pmk_len) {
		log_msg(LOG_WARN, "RSN: message 1 of the 4-way handshake, but there is no %s yet",
			s->assoc.akm & (AKM_PSK | AKM_PSK_SHA256) ? "PSK" : "PMK");
		return;
	}
	if (!pmkid_fits(s, f))
		return;
	if (!s->have_snonce) {
		random_bytes(s->snonce, NONCE_LEN);
		s->have_snonce = true;
		s->have_tptk = false;
	}
	int err = make_tptk(s, f->k.nonce);
	if (err) {
		log_msg(LOG_ERR, "RSN: no pairwise key for %s: %s", cipher_name(s->assoc.pairwise),
			strerror(-err));
		return;
	}
	if (s->state == SUPP_ASSOCIATED) {
		supp_enter(s, SUPP_WAIT_M3, "message 1 received");
		s->ops->on_4way(s->ctx);
	}
	struct eapol_key k = {
		.info = KEY_INFO_PAIRWISE,
		.key_len = answer_key_len(s, f),
		.replay = f->k.replay,
		.data = s->assoc_ie.data,
		.data_len = (uint16_t)s->assoc_ie.len,
	};
	memcpy(k.nonce, s->snonce, NONCE_LEN);
	supp_send(s, &k, s->tptk.kck, s->keyed);
}

/* The GTK of a message, checked against the cipher. */
static bool gtk_ok(const struct rsn_supp *s, const struct kdes *kdes, const char *what)
{
	if (!kdes->gtk) {
		drop(what, "no group key in it");
		return false;
	}
	if (kdes->gtk_len != cipher_key_len(s->assoc.group) ||
		kdes->gtk_len > sizeof(s->gtk[0].key)) {
		drop(what, "the group key has not the length of the group cipher");
		return false;
	}
	if (kdes->gtk_index == 0) {
		drop(what, "group key index 0 belongs to pairwise keys");
		return false;
	}
	return true;
}

/* The IGTK that belongs to it, where management frames are protected. */
static bool igtk_ok(const struct rsn_supp *s, const struct kdes *kdes, const char *what)
{
	if (!s->assoc.group_mgmt)
		return true;
	if (!kdes->igtk || kdes->igtk_len != cipher_key_len(s->assoc.group_mgmt)) {
		drop(what, "no key for protected management frames in it");
		return false;
	}
	if (kdes->igtk_index < IGTK_FIRST || kdes->igtk_index >= IGTK_FIRST + IGTK_SLOTS) {
		drop(what, "the key for management frames has an index that is not 4 or 5");
		return false;
	}
	return true;
}

static bool group_keys_ok(const struct rsn_supp *s, const struct kdes *kdes, const char *what)
{
	return gtk_ok(s, kdes, what) && igtk_ok(s, kdes, what);
}

/* A key that was installed stays known under its index: by the time the AP uses the other index the
 * old key is dead, but replaying it must not bring it back either. */
static bool known(const struct supp_gtk *slots, size_t count, const uint8_t *key, size_t len)
{
	bool found = false;
	for (size_t i = 0; i < count; i++)
		found |= slots[i].len == len && bytes_equal_ct(slots[i].key, key, len);
	return found;
}

static void remember(struct supp_gtk *slot, const uint8_t *key, size_t len)
{
	memcpy(slot->key, key, len);
	slot->len = len;
}

static int install_igtk(struct rsn_supp *s, const struct kdes *kdes)
{
	if (!s->assoc.group_mgmt || known(s->igtk, IGTK_SLOTS, kdes->igtk, kdes->igtk_len))
		return 0;
	int err = s->ops->set_gtk(s->ctx, s->assoc.group_mgmt, kdes->igtk_index, kdes->igtk,
		kdes->igtk_len, kdes->ipn, false);
	if (!err)
		remember(&s->igtk[kdes->igtk_index - IGTK_FIRST], kdes->igtk, kdes->igtk_len);
	return err;
}

/* 12.7.1.3: in a key of TKIP the MIC key of the authenticator's frames comes first. What it sends
 * with, a station receives with. */
static void station_key(unsigned cipher, const uint8_t *key, size_t len, uint8_t out[32])
{
	memcpy(out, key, len);
	if (cipher != CIPHER_TKIP || len != 32)
		return;
	memcpy(out + 16, key + 24, 8);
	memcpy(out + 24, key + 16, 8);
}

static int install_gtk(struct rsn_supp *s, const struct kdes *kdes, uint64_t rsc)
{
	if (known(s->gtk, GTK_SLOTS, kdes->gtk, kdes->gtk_len)) {
		log_msg(LOG_DBG, "RSN: this group key is in place already, not installed again");
		return 0;
	}
	/* A station has no use for the Tx bit: it sends group frames through the AP. */
	uint8_t key[sizeof(s->gtk[0].key)];
	station_key(s->assoc.group, kdes->gtk, kdes->gtk_len, key);
	int err = s->ops->set_gtk(
		s->ctx, s->assoc.group, kdes->gtk_index, key, kdes->gtk_len, rsc, false);
	wipe(key, sizeof(key));
	if (err)
		return err;
	remember(&s->gtk[kdes->gtk_index], kdes->gtk, kdes->gtk_len);
	return 0;
}

static int install_group_keys(struct rsn_supp *s, const struct kdes *kdes, uint64_t rsc)
{
	int err = install_gtk(s, kdes, rsc);
	return err ? err : install_igtk(s, kdes);
}

static void key_refused(struct rsn_supp *s, const char *which, int err)
{
	log_msg(LOG_ERR, "RSN: the driver refused the %s key: %s", which, strerror(-err));
	s->ops->disconnect(s->ctx, REASON_UNSPECIFIED);
}

/* 12.7.6.4: the elements of message 3 are those of beacon or probe response. */
static bool ies_match(const struct rsn_supp *s, const struct kdes *kdes)
{
	if (!s->ap_ie.len)
		return true; /* nothing to compare with */
	if (is_wpa(s))
		return kdes->wpa && bytes_equal(&s->ap_ie, kdes->wpa, kdes->wpa_len);
	return kdes->rsn && bytes_equal(&s->ap_ie, kdes->rsn, kdes->rsn_len) &&
	       bytes_equal(&s->ap_rsnx, kdes->rsnx, kdes->rsnx_len) &&
	       (!kdes->wpa || bytes_equal(&s->ap_wpa, kdes->wpa, kdes->wpa_len));
}

/* Which key message 3 was made with: the one under negotiation, or for a repetition the one in
 * place. NULL when neither fits. */
static const struct ptk *m3_key(struct rsn_supp *s, const struct rsn_frame *f)
{
	bool same = s->synced || memcmp(s->ptk_anonce, f->k.nonce, NONCE_LEN) == 0;

	if (s->have_ptk && same && rsn_frame_mic_ok(f, s->assoc.akm, s->ptk.kck))
		return &s->ptk;
	if (!s->have_snonce || make_tptk(s, f->k.nonce))
		return NULL;
	return rsn_frame_mic_ok(f, s->assoc.akm, s->tptk.kck) ? &s->tptk : NULL;
}

static void send_m4(struct rsn_supp *s, const struct rsn_frame *f, const uint8_t *kck, bool encrypt)
{
	struct eapol_key k = {
		.info = (uint16_t)(KEY_INFO_PAIRWISE | (is_wpa(s) ? 0 : KEY_INFO_SECURE)),
		.key_len = answer_key_len(s, f),
		.replay = f->k.replay,
	};
	supp_send(s, &k, kck, encrypt);
}

/* The AP did not get message 4. It cannot decrypt one under a key it has yet to install, so the
 * answer goes out as the first one did. */
static void repeat_m4(struct rsn_supp *s, const struct rsn_frame *f, const struct kdes *kdes)
{
	log_msg(LOG_DBG, "RSN: message 3 repeated; answered, keys stay");
	send_m4(s, f, s->ptk.kck, s->was_rekey);
	/* What the driver installed in a handshake of its own is not known here: perhaps just this.
	 */
	if (is_wpa(s) || s->synced)
		return;
	/* Others if the AP rekeyed meanwhile. */
	int err = install_group_keys(s, kdes, f->k.rsc);
	if (err)
		key_refused(s, "group", err);
}

static void done(struct rsn_supp *s, const char *reason, bool first)
{
	supp_enter(s, SUPP_DONE, reason);
	supp_arm_rekey(s);
	s->ops->on_done(s->ctx, first);
}

static int install_ptk(struct rsn_supp *s)
{
	uint8_t key[sizeof(s->tptk.tk)];

	station_key(s->assoc.pairwise, s->tptk.tk, s->tptk.tk_len, key);
	int err = s->ops->set_ptk(s->ctx, s->assoc.pairwise, key, s->tptk.tk_len);
	wipe(key, sizeof(key));
	return err;
}

static void complete(struct rsn_supp *s, const struct rsn_frame *f, const struct kdes *kdes)
{
	bool rekey = s->keyed;

	send_m4(s, f, s->tptk.kck, rekey);
	int err = install_ptk(s);
	if (err) {
		key_refused(s, "pairwise", err);
		return;
	}
	s->ptk = s->tptk;
	memcpy(s->ptk_anonce, f->k.nonce, NONCE_LEN);
	s->have_ptk = s->keyed = true;
	s->synced = false;
	s->was_rekey = rekey;
	ptk_wipe(&s->tptk);
	s->have_tptk = s->have_snonce = false; /* the next handshake takes a new nonce */
	if (!rekey)
		s->ops->on_group_wait(s->ctx);
	if (is_wpa(s) && s->state != SUPP_DONE) {
		supp_enter(s, SUPP_WAIT_GROUP, "pairwise key installed");
		return;
	}
	err = is_wpa(s) ? 0 : install_group_keys(s, kdes, f->k.rsc);
	if (err) {
		key_refused(s, "group", err);
		return;
	}
	done(s, rekey ? "pairwise key changed" : "keys installed", !rekey);
}

/* Checks of an authenticated message 3; plain is its key data. */
static void use_m3(
	struct rsn_supp *s, const struct rsn_frame *f, bool repeated, const struct kdes *kdes)
{
	static const char what[] = "message 3";
	if (!ies_match(s, kdes)) {
		log_msg(LOG_WARN, "RSN: the elements of message 3 differ from those of the beacon: "
				  "this may be an attack on the choice of ciphers");
		s->ops->disconnect(s->ctx, REASON_IE_DIFFERENT);
	} else if (!is_wpa(s) && !group_keys_ok(s, kdes, what)) {
		return; /* said there */
	} else if (f->k.key_len != cipher_key_len(s->assoc.pairwise)) {
		drop(what, "its key length is not that of the pairwise cipher");
	} else if (!(f->k.info & KEY_INFO_INSTALL)) {
		drop(what, "it does not ask to install the key");
	} else if (repeated) {
		repeat_m4(s, f, kdes);
	} else {
		complete(s, f, kdes);
	}
}

/* Key data of message 3 and group message 1 in the clear. In WPA the first is sent so, the second
 * is the bare key. Returns NULL or why it is dropped. */
static const char *open_key_data(const struct rsn_supp *s, const struct rsn_frame *f,
	const uint8_t *kek, uint8_t plain[RSN_FRAME_MAX], struct kdes *kdes)
{
	bool pairwise = f->k.info & KEY_INFO_PAIRWISE;
	if (f->k.data_len > RSN_FRAME_MAX)
		return "more key data than any AP sends";
	if (is_wpa(s) && pairwise)
		return kdes_parse(f->k.data, f->k.data_len, kdes) ? "malformed key data" : NULL;
	int len = rsn_frame_unwrap(f, kek, plain);
	if (len < 0)
		return "its key data does not decrypt";
	if (!is_wpa(s))
		return kdes_parse(plain, (size_t)len, kdes) ? "malformed key data" : NULL;
	*kdes = (struct kdes){
		.gtk = plain, .gtk_len = (size_t)len, .gtk_index = KEY_INFO_INDEX(f->k.info)};
	return NULL;
}

/* A frame for a pairwise key that only the driver knows. The link works, so nothing more happens.
 */
static bool unverifiable(struct rsn_supp *s, const char *what)
{
	if (!s->keyed || s->have_ptk)
		return false;
	s->unverified++;
	log_msg(s->unverified == 1 ? LOG_INF : LOG_DBG,
		"RSN: %s cannot be verified, the driver ran the handshake and did not tell the "
		"keys: dropped, the link stays (%u so far)",
		what, s->unverified);
	return true;
}

static void rx_m3(struct rsn_supp *s, const struct rsn_frame *f)
{
	static const char what[] = "message 3";
	uint8_t plain[RSN_FRAME_MAX];
	struct kdes kdes;
	const struct ptk *key = m3_key(s, f);

	if (!key && !s->have_snonce && unverifiable(s, what))
		return;
	if (!key) {
		s->handshake_failures++;
		drop(what, "wrong MIC");
		return;
	}
	s->replay = f->k.replay;
	s->have_replay = true;
	const char *why = open_key_data(s, f, key->kek, plain, &kdes);
	if (why)
		drop(what, why);
	else
		use_m3(s, f, key == &s->ptk, &kdes);
	wipe(plain, sizeof(plain));
}

static void use_group_m1(struct rsn_supp *s, const struct rsn_frame *f, const struct kdes *kdes)
{
	if (!group_keys_ok(s, kdes, "group message 1"))
		return;
	int err = install_group_keys(s, kdes, f->k.rsc);
	if (err) {
		key_refused(s, "group", err);
		return;
	}
	struct eapol_key k = {
		.info = KEY_INFO_SECURE, .key_len = answer_key_len(s, f), .replay = f->k.replay};
	if (is_wpa(s))
		k.info |= (uint16_t)KEY_INFO_INDEX_BITS(kdes->gtk_index);
	supp_send(s, &k, s->ptk.kck, true);
	if (s->state == SUPP_WAIT_GROUP)
		done(s, "group key installed", true);
	else
		s->ops->on_group_rekeyed(s->ctx, s->assoc.group);
}

static void rx_group_m1(struct rsn_supp *s, const struct rsn_frame *f)
{
	static const char what[] = "group message 1";
	uint8_t plain[RSN_FRAME_MAX];
	struct kdes kdes;

	if (unverifiable(s, what))
		return;
	if (!s->have_ptk || !rsn_frame_mic_ok(f, s->assoc.akm, s->ptk.kck)) {
		drop(what, s->have_ptk ? "wrong MIC" : "no pairwise key yet");
		return;
	}
	s->replay = f->k.replay;
	s->have_replay = true;
	const char *why = open_key_data(s, f, s->ptk.kek, plain, &kdes);
	if (why)
		drop(what, why);
	else
		use_group_m1(s, f, &kdes);
	wipe(plain, sizeof(plain));
}

/* Why a frame is not even looked at, or NULL. */
static const char *refuse(const struct rsn_supp *s, const uint8_t *src, const struct rsn_frame *f)
{
	const struct eapol_key *k = &f->k;
	if (s->state == SUPP_IDLE)
		return "no association";
	if (!mac_equal(src, s->assoc.bssid))
		return "not from our AP";
	if (k->descriptor != rsn_frame_descriptor(s->assoc.proto) ||
		(k->info & KEY_INFO_VERSION_MASK) !=
			eapol_key_version(s->assoc.akm, s->assoc.pairwise))
		return "descriptor type or version is not that of the chosen suites";
	if (!(k->info & KEY_INFO_ACK) || (k->info & (KEY_INFO_REQUEST | KEY_INFO_ERROR)))
		return "flags are not those of an AP";
	if (s->have_replay && k->replay <= s->replay)
		return "replayed";
	return NULL;
}

void rsn_supp_rx(struct rsn_supp *s, const uint8_t src[MAC_LEN], const uint8_t *packet, size_t len)
{
	struct rsn_frame f;

	if (rsn_frame_parse(packet, len, &f)) {
		drop("key frame", "not a whole EAPOL-Key frame");
		return;
	}
	const char *why = refuse(s, src, &f);
	if (why)
		drop("key frame", why);
	else if (!(f.k.info & KEY_INFO_PAIRWISE) && (f.k.info & KEY_INFO_MIC))
		rx_group_m1(s, &f);
	else if (!(f.k.info & KEY_INFO_PAIRWISE))
		drop("group message 1", "not authenticated");
	else if (f.k.info & KEY_INFO_MIC)
		rx_m3(s, &f);
	else
		rx_m1(s, &f);
}
