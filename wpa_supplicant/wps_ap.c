/* A WPS run and the access points: which to try, session overlap, our elements. */
#include "wpa_supplicant/supplicant_i.h"

#define PIN_SCANS 3 /* a PIN run tries APs without active registrar after this many scans … */
#define PIN_WAIT (5 * USEC_PER_SEC) /* … and this time */
#define SILENT_AP_TIME 10           /* s for an exchange with an AP whose registrar is not active */
#define EXCHANGE_TIME 70

/* --- attempts so far --- */

static struct wpas_wps_try *find_try(const struct wpas_if *w, const uint8_t *bssid)
{
	for (unsigned i = 0; i < w->wps.tried_count; i++)
		if (mac_equal(w->wps.tried[i].bssid, bssid))
			return (struct wpas_wps_try *)&w->wps.tried[i];
	return NULL;
}

/* A place for this AP; the least tried one makes room. */
static struct wpas_wps_try *add_try(struct wpas_if *w, const uint8_t *bssid)
{
	struct wpas_wps_try *t = &w->wps.tried[0];

	if (w->wps.tried_count < ARRAY_SIZE(w->wps.tried))
		t = &w->wps.tried[w->wps.tried_count++];
	else
		for (size_t i = 1; i < ARRAY_SIZE(w->wps.tried); i++)
			if (w->wps.tried[i].count < t->count)
				t = &w->wps.tried[i];
	*t = (struct wpas_wps_try){.count = 0};
	mac_copy(t->bssid, bssid);
	return t;
}

void wpas_wps_note_failure(struct wpas_if *w)
{
	static const unsigned seconds[] = {1, 2, 5, 10, 20};
	struct wpas_wps_try *t = find_try(w, w->wps.bssid);

	if (mac_is_zero(w->wps.bssid))
		return;
	if (!t)
		t = add_try(w, w->wps.bssid);
	unsigned n = t->count < ARRAY_SIZE(seconds) ? t->count : ARRAY_SIZE(seconds) - 1;
	t->count++;
	t->fitness = w->wps.fitness;
	t->until = timers_now(w->s->timers) + seconds[n] * USEC_PER_SEC;
	wpas_log(w, LOG_DBG,
		"WPS: no success with " MACSTR " (attempt %u), others first, it after %u s",
		MAC2STR(t->bssid), t->count, seconds[n]);
}

unsigned wpas_wps_tries(const struct wpas_if *w, const uint8_t bssid[MAC_LEN])
{
	const struct wpas_wps_try *t = find_try(w, bssid);
	return t ? t->count : 0;
}

/* Failed lately; not when its registrar became active since. */
static bool held_off(const struct wpas_if *w, const struct wpas_bss *b, unsigned fitness)
{
	const struct wpas_wps_try *t = find_try(w, b->key.bssid);
	return t && fitness <= t->fitness && t->until > timers_now(w->s->timers);
}

/* --- which access point --- */

/* An active registrar that waits for a PIN, ours as far as it says. */
static bool pin_active(const struct wpas_if *w, const struct wps_info *i)
{
	if (!i->selected_registrar || wps_info_pbc_active(i))
		return false;
	/* WSC 1.0 knows no AuthorizedMACs. */
	return !i->version2 || wps_info_authorized(i, wpas_if_addr(w));
}

static bool may_try_anybody(const struct wpas_if *w)
{
	uint64_t waited = timers_now(w->s->timers) - w->wps.began;
	return w->wps.scans >= PIN_SCANS && waited >= PIN_WAIT;
}

static unsigned fitness(const struct wpas_if *w, const struct wps_info *i)
{
	bool told = w->wps.net->ssid.len || !mac_is_zero(w->wps.net->bssid);

	switch (w->wps.kind) {
	case WPAS_WPS_PBC:
		return wps_info_pbc_active(i) ? 1 : 0;
	case WPAS_WPS_REG:
		return 1;
	case WPAS_WPS_PIN:
		return pin_active(w, i) ? 2 : may_try_anybody(w) ? 1 : 0;
	case WPAS_WPS_NFC:
		return pin_active(w, i) ? 2 : told || may_try_anybody(w) ? 1 : 0;
	}
	return 0;
}

unsigned wpas_wps_match(const struct wpas_if *w, const struct wpas_bss *b)
{
	const struct bytes *name = &w->wps.net->ssid;
	struct wps_info i;

	if (!wpas_bss_wps(b, &i) || (name->len && !bytes_equal(name, b->key.ssid, b->key.ssid_len)))
		return 0;
	unsigned fit = fitness(w, &i);
	return held_off(w, b, fit) ? 0 : fit;
}

void wpas_wps_attempt(struct wpas_if *w, const struct wpas_bss *b)
{
	struct wps_info i;

	mac_copy(w->wps.bssid, b->key.bssid);
	w->wps.fitness = wpas_bss_wps(b, &i) ? fitness(w, &i) : 0;
}

unsigned wpas_wps_exchange_time(const struct wpas_if *w)
{
	return w->wps.kind == WPAS_WPS_PIN && w->wps.fitness < 2 ? SILENT_AP_TIME : EXCHANGE_TIME;
}

/* --- session overlap --- */

/* Registrars are told apart by UUID; one that hides it, by its address. */
static void registrar_id(const struct wpas_bss *b, const struct wps_info *i, uint8_t *id)
{
	memset(id, 0, WPS_UUID_LEN);
	if (i->has_uuid)
		memcpy(id, i->uuid, WPS_UUID_LEN);
	else
		mac_copy(id, b->key.bssid);
}

/* Notes an active registrar. Returns another one active within the walk time; NULL. */
static const struct wpas_wps_seen *note_registrar(
	struct wpas_if *w, const struct wpas_bss *b, const struct wps_info *i)
{
	uint64_t now = timers_now(w->s->timers);
	struct wpas_wps_seen *mine = NULL, *oldest = &w->wps.seen[0];
	const struct wpas_wps_seen *other = NULL;
	uint8_t id[WPS_UUID_LEN];

	registrar_id(b, i, id);
	for (size_t k = 0; k < ARRAY_SIZE(w->wps.seen); k++) {
		struct wpas_wps_seen *s = &w->wps.seen[k];
		bool live = s->used && now - s->at < WPS_WALK_TIME;
		if (live && memcmp(s->uuid, id, sizeof(id)) == 0)
			mine = s;
		else if (live)
			other = s;
		if (!live || (oldest->used && s->at < oldest->at))
			oldest = s;
	}
	if (!mine)
		mine = oldest;
	if (other == mine)
		other = NULL;
	memcpy(mine->uuid, id, sizeof(id));
	mac_copy(mine->bssid, b->key.bssid);
	mine->at = now;
	mine->used = true;
	return other;
}

static bool overlap(struct wpas_if *w)
{
	struct wpas_bss *b;
	struct wps_info i;

	TAILQ_FOREACH (b, &w->bss.list, link) {
		if (b->missed || b->seen < w->wps.began || !wpas_bss_wps(b, &i) ||
			!wps_info_pbc_active(&i))
			continue;
		const struct wpas_wps_seen *other = note_registrar(w, b, &i);
		if (!other)
			continue;
		wpas_event(w, "WPS: PBC overlap detected: " MACSTR " and " MACSTR,
			MAC2STR(other->bssid), MAC2STR(b->key.bssid));
		return true;
	}
	return false;
}

bool wpas_wps_scan_results(struct wpas_if *w)
{
	w->wps.scans++;
	/* A run for one BSSID is not ambiguous. */
	if (w->wps.stored || w->wps.kind != WPAS_WPS_PBC || !mac_is_zero(w->wps.net->bssid) ||
		!overlap(w))
		return true;
	wpas_event(w, "WPS-OVERLAP-DETECTED PBC session overlap");
	wpas_dbus_wps_overlap(w);
	wpas_wps_cancel(w);
	return false;
}

/* --- what programs are told --- */

void wpas_wps_announce(struct wpas_if *w)
{
	static const char *const texts[] = {NULL, "WPS-AP-AVAILABLE ", "WPS-AP-AVAILABLE-PIN ",
		"WPS-AP-AVAILABLE-AUTH ", "WPS-AP-AVAILABLE-PBC "};
	struct wpas_bss *b;
	struct wps_info i;
	unsigned best = 0;

	if (w->state >= WPAS_ASSOCIATED || w->conn.user_disconnected)
		return;
	TAILQ_FOREACH (b, &w->bss.list, link) {
		if (b->missed || !wpas_bss_wps(b, &i))
			continue;
		unsigned kind = wps_info_pbc_active(&i)                    ? 4
				: !i.selected_registrar                    ? 1
				: wps_info_authorized(&i, wpas_if_addr(w)) ? 3
									   : 2;
		if (kind > best)
			best = kind;
	}
	if (best)
		wpas_event_ctrl(w, "%s", texts[best]);
}

/* --- elements --- */

static enum wps_request_type request_type(const struct wpas_if *w)
{
	return w->wps.kind == WPAS_WPS_REG ? WPS_REQ_REGISTRAR : WPS_REQ_ENROLLEE;
}

void wpas_wps_probe_req(struct wpas_if *w, struct writer *out)
{
	if (!w->wps.stored)
		wps_write_probe_req(
			out, &w->wps.dev, (enum wps_dev_password_id)w->wps.pw_id, request_type(w));
}

void wpas_wps_assoc_req(struct wpas_if *w, struct writer *out)
{
	wps_write_assoc_req(out, request_type(w), &w->wps.dev);
}
