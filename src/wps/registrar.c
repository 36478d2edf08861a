/* BSS-wide registrar: push button window, session overlap, PINs, status, elements (WSC 2.0,
 * clauses 8.2, 10, 11). */
#include "wps/registrar_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "utils/log.h"

/* An enrollee that just got its credential may still send probe requests of the run. */
#define JUST_DONE (5 * USEC_PER_SEC)

void wps_registrar_emit(struct wps_registrar *r, enum wps_reg_event_kind kind)
{
	r->ops->reg_event(r->ctx, kind, NULL, NULL, NULL);
}

static void window_over(struct timer *t, void *ctx)
{
	struct wps_registrar *r = ctx;
	bool pbc = r->selection == SELECTED_PBC;

	wps_registrar_select(r, SELECTED_NOT, "walk time over");
	if (pbc) {
		r->pbc_status = WPS_PBC_TIMED_OUT;
		wps_registrar_emit(r, WPS_REG_PBC_TIMEOUT);
	}
}

void wps_registrar_select(struct wps_registrar *r, enum wps_selected_by next, const char *reason)
{
	static const char *const names[] = {"not selected", "push button", "PIN", "token"};

	log_msg(LOG_DBG, "WPS registrar: %s -> %s (%s)", names[r->selection], names[next], reason);
	r->selection = next;
	if (next == SELECTED_NOT)
		timer_stop(&r->window);
	else
		timer_start(r->timers, &r->window, WPS_WALK_TIME, window_over, r);
	r->ops->elements_changed(r->ctx);
}

/* A copy of *from in mem; *field then points to it, or is NULL like from. */
static int own_bytes(struct bytes *mem, const struct bytes *from, const struct bytes **field)
{
	*field = from ? mem : NULL;
	return bytes_set(mem, from ? from->data : NULL, from ? from->len : 0);
}

/* Returns 0 or -ENOMEM. */
static int own_config(struct wps_registrar *r, const struct wps_registrar_config *cfg)
{
	struct wps_registrar_config *own = &r->cfg;
	const char **texts[] = {&own->dev.device_name, &own->dev.manufacturer, &own->dev.model_name,
		&own->dev.model_number, &own->dev.serial_number};

	*own = *cfg;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (str_replace(&r->texts[i], *texts[i]) < 0)
			return -ENOMEM;
		*texts[i] = r->texts[i];
	}
	if (own_bytes(&r->extra_cred, cfg->extra_cred, &own->extra_cred) < 0 ||
		own_bytes(&r->raw_ap_settings, cfg->raw_ap_settings, &own->raw_ap_settings) < 0 ||
		own_bytes(&r->application_ext, cfg->application_ext, &own->application_ext) < 0 ||
		own_bytes(&r->vendor_ext_m1, cfg->dev.vendor_ext_m1, &own->dev.vendor_ext_m1) < 0)
		return -ENOMEM;
	return 0;
}

struct wps_registrar *wps_registrar_new(struct timers *timers,
	const struct wps_registrar_config *cfg, const struct wps_registrar_ops *ops, void *ctx)
{
	struct wps_registrar *r = calloc(1, sizeof(*r));
	if (!r)
		return NULL;
	r->timers = timers;
	r->ops = ops;
	r->ctx = ctx;
	TAILQ_INIT(&r->pins);
	TAILQ_INIT(&r->tokens);
	r->ap_pin.setup_locked = cfg->setup_locked;
	if (own_config(r, cfg) < 0) {
		wps_registrar_free(r);
		return NULL;
	}
	return r;
}

int wps_registrar_set_config(struct wps_registrar *r, const struct wps_registrar_config *cfg)
{
	bool lock_changed = cfg->setup_locked != r->cfg.setup_locked;

	int err = own_config(r, cfg);
	if (err)
		return err;
	if (lock_changed)
		r->ap_pin.setup_locked = cfg->setup_locked;
	r->ops->elements_changed(r->ctx);
	return 0;
}

static void pin_remove(struct wps_registrar *r, struct wps_pin *p)
{
	TAILQ_REMOVE(&r->pins, p, next);
	bytes_clear(&p->digits);
	free(p);
}

void wps_registrar_free(struct wps_registrar *r)
{
	struct wps_pin *p;

	if (!r)
		return;
	timer_stop(&r->window);
	while ((p = TAILQ_FIRST(&r->pins)))
		pin_remove(r, p);
	wps_tokens_clear(r);
	wps_ap_pin_clear(r);
	wps_externals_clear(r);
	for (size_t i = 0; i < ARRAY_SIZE(r->texts); i++)
		free(r->texts[i]);
	bytes_clear(&r->extra_cred);
	bytes_clear(&r->raw_ap_settings);
	bytes_clear(&r->application_ext);
	bytes_clear(&r->vendor_ext_m1);
	free(r);
}

const struct wps_registrar_config *wps_registrar_cfg(const struct wps_registrar *r)
{
	return &r->cfg;
}

const struct wps_registrar_ops *wps_registrar_ops_of(const struct wps_registrar *r, void **ctx)
{
	*ctx = r->ctx;
	return r->ops;
}

/* --- push button and session overlap, 11.3 --- */

static void seen_remove(struct wps_registrar *r, unsigned i)
{
	r->seen[i] = r->seen[--r->seen_count];
}

static void seen_expire(struct wps_registrar *r)
{
	uint64_t now = timers_now(r->timers);
	for (unsigned i = r->seen_count; i-- > 0;)
		if (now - r->seen[i].at > WPS_WALK_TIME)
			seen_remove(r, i);
}

static unsigned seen_oldest(const struct wps_registrar *r)
{
	unsigned oldest = 0;
	for (unsigned i = 1; i < r->seen_count; i++)
		if (r->seen[i].at < r->seen[oldest].at)
			oldest = i;
	return oldest;
}

static void seen_add(struct wps_registrar *r, const uint8_t *mac, const uint8_t *uuid)
{
	unsigned i = 0;

	seen_expire(r);
	while (i < r->seen_count &&
		(memcmp(r->seen[i].uuid, uuid, WPS_UUID_LEN) || !mac_equal(r->seen[i].mac, mac)))
		i++;
	if (i == WPS_SEEN_MAX)
		i = seen_oldest(r);
	else if (i == r->seen_count)
		r->seen_count++;
	memcpy(r->seen[i].uuid, uuid, WPS_UUID_LEN);
	mac_copy(r->seen[i].mac, mac);
	r->seen[i].at = timers_now(r->timers);
}

/* Two entries of one UUID are one device with two radios. */
bool wps_registrar_overlap(const struct wps_registrar *r)
{
	uint64_t now = timers_now(r->timers);
	const uint8_t *first = NULL;

	for (unsigned i = 0; i < r->seen_count; i++) {
		if (now - r->seen[i].at > WPS_WALK_TIME)
			continue;
		if (first && memcmp(first, r->seen[i].uuid, WPS_UUID_LEN))
			return true;
		first = r->seen[i].uuid;
	}
	return false;
}

static void report_overlap(struct wps_registrar *r)
{
	r->pbc_status = WPS_PBC_OVERLAP;
	wps_registrar_emit(r, WPS_REG_OVERLAP);
}

int wps_registrar_pbc(struct wps_registrar *r)
{
	if (wps_registrar_overlap(r)) {
		report_overlap(r);
		return -EBUSY;
	}
	r->pbc_status = WPS_PBC_ACTIVE;
	wps_registrar_select(r, SELECTED_PBC, "button");
	wps_registrar_emit(r, WPS_REG_PBC_ACTIVE);
	return 0;
}

static enum wps_password_answer pbc_password(
	struct wps_registrar *r, const struct wps_peer *peer, struct bytes *out)
{
	static const char password[] = "00000000";

	seen_add(r, peer->mac, peer->uuid);
	if (r->selection != SELECTED_PBC)
		return WPS_PASSWORD_NONE;
	if (r->pbc_status == WPS_PBC_OVERLAP)
		return WPS_PASSWORD_OVERLAP;
	if (wps_registrar_overlap(r)) {
		report_overlap(r);
		return WPS_PASSWORD_OVERLAP;
	}
	return bytes_set(out, password, strlen(password)) < 0 ? WPS_PASSWORD_NONE : WPS_PASSWORD_OK;
}

void wps_registrar_completed(struct wps_registrar *r, const struct wps_peer *peer, bool pbc)
{
	for (unsigned i = r->seen_count; i-- > 0;)
		if (!memcmp(r->seen[i].uuid, peer->uuid, WPS_UUID_LEN))
			seen_remove(r, i);
	memcpy(r->done_uuid, peer->uuid, WPS_UUID_LEN);
	r->done_until = timers_now(r->timers) + JUST_DONE;
	if (pbc && r->selection == SELECTED_PBC) {
		r->pbc_status = WPS_PBC_DISABLED;
		wps_registrar_select(r, SELECTED_NOT, "enrollee has its credential");
		wps_registrar_emit(r, WPS_REG_PBC_DISABLE);
	}
}

static bool just_done(const struct wps_registrar *r, const uint8_t uuid[WPS_UUID_LEN])
{
	return timers_now(r->timers) < r->done_until && !memcmp(r->done_uuid, uuid, WPS_UUID_LEN);
}

void wps_registrar_probe_req(
	struct wps_registrar *r, const uint8_t sa[MAC_LEN], const uint8_t *data, size_t len)
{
	struct wps_info info;

	if (wps_info_parse(data, len, &info) < 0) {
		log_msg(LOG_DBG, "WPS: malformed attributes in a probe request of " MACSTR,
			MAC2STR(sa));
		return;
	}
	if (r->ops->forward_probe)
		r->ops->forward_probe(r->ctx, sa, data, len);
	if (!info.has_uuid || !info.has_password_id)
		return;
	r->ops->reg_event(r->ctx, WPS_REG_ENROLLEE_SEEN, NULL, sa, &info);
	if (info.dev_password_id != DEV_PW_PUSHBUTTON || just_done(r, info.uuid))
		return;
	seen_add(r, sa, info.uuid);
	if (r->selection == SELECTED_PBC && r->pbc_status != WPS_PBC_OVERLAP &&
		wps_registrar_overlap(r))
		report_overlap(r);
}

void wps_registrar_end_pbc(struct wps_registrar *r)
{
	if (r->selection != SELECTED_PBC)
		return;
	r->pbc_status = WPS_PBC_DISABLED;
	wps_registrar_emit(r, WPS_REG_PBC_DISABLE);
}

/* --- PINs --- */

static struct wps_pin *find_pin(struct wps_registrar *r, const uint8_t *uuid, bool wildcard)
{
	struct wps_pin *p;
	TAILQ_FOREACH (p, &r->pins, next)
		if (p->wildcard == wildcard && (wildcard || !memcmp(p->uuid, uuid, WPS_UUID_LEN)))
			return p;
	return NULL;
}

static void expire_pins(struct wps_registrar *r)
{
	uint64_t now = timers_now(r->timers);
	struct wps_pin *p = TAILQ_FIRST(&r->pins), *next;
	for (; p; p = next) {
		next = TAILQ_NEXT(p, next);
		if (p->expires && now >= p->expires)
			pin_remove(r, p);
	}
}

/* Enrollees are told to come only as long as there is a PIN for one of them. */
static uint64_t pin_window(const struct wps_registrar *r, unsigned timeout)
{
	uint64_t own = timeout ? timeout * USEC_PER_SEC : WPS_WALK_TIME;
	uint64_t others = r->selection == SELECTED_PIN ? timer_left(&r->window) : 0;

	if (own > WPS_WALK_TIME)
		own = WPS_WALK_TIME;
	return own > others ? own : others;
}

int wps_registrar_add_pin(struct wps_registrar *r, const uint8_t *uuid, const uint8_t *pin,
	size_t pin_len, unsigned timeout, const uint8_t *mac)
{
	struct wps_pin *p = calloc(1, sizeof(*p));
	if (!p || bytes_set(&p->digits, pin, pin_len) < 0) {
		free(p);
		return -ENOMEM;
	}
	p->wildcard = p->one_use = !uuid;
	if (uuid)
		memcpy(p->uuid, uuid, WPS_UUID_LEN);
	mac_copy(p->mac, mac ? mac : mac_broadcast);
	if (timeout)
		p->expires = timers_now(r->timers) + timeout * USEC_PER_SEC;
	struct wps_pin *old = find_pin(r, uuid, !uuid);
	if (old)
		pin_remove(r, old);
	TAILQ_INSERT_HEAD(&r->pins, p, next);
	uint64_t window = pin_window(r, timeout);
	wps_registrar_end_pbc(r);
	wps_registrar_select(r, SELECTED_PIN, "PIN added");
	timer_start(r->timers, &r->window, window, window_over, r);
	return 0;
}

static enum wps_password_answer pin_password(
	struct wps_registrar *r, const struct wps_peer *peer, struct bytes *out, bool *holds)
{
	expire_pins(r);
	struct wps_pin *p = find_pin(r, peer->uuid, false);
	if (!p)
		p = find_pin(r, NULL, true);
	if (!p) {
		r->ops->reg_event(r->ctx, WPS_REG_PIN_NEEDED, peer, peer->mac, NULL);
		return WPS_PASSWORD_NONE;
	}
	if (p->locked) {
		log_msg(LOG_DBG, "WPS: the PIN is in use by another run");
		return WPS_PASSWORD_NONE;
	}
	if (bytes_set(out, p->digits.data, p->digits.len) < 0)
		return WPS_PASSWORD_NONE;
	if (p->wildcard) {
		/* The one use has begun: from now on it is this enrollee's, and gone after the run.
		 */
		p->wildcard = false;
		memcpy(p->uuid, peer->uuid, WPS_UUID_LEN);
	}
	p->locked = true;
	*holds = true;
	return WPS_PASSWORD_OK;
}

enum wps_password_answer wps_registrar_password(
	struct wps_registrar *r, struct wps_run *run, const struct wps_value *key)
{
	const struct wps_peer *peer = &run->peer;

	if (peer->dev_password_id == DEV_PW_PUSHBUTTON)
		return pbc_password(r, peer, &run->password);
	if (wps_is_token_id(peer->dev_password_id)) {
		enum wps_password_answer answer = wps_token_password(r, run, key);
		if (answer == WPS_PASSWORD_NONE)
			r->ops->reg_event(r->ctx, WPS_REG_PIN_NEEDED, peer, peer->mac, NULL);
		return answer;
	}
	return pin_password(r, peer, &run->password, &run->holds_pin);
}

static void pin_done(struct wps_registrar *r, const uint8_t uuid[WPS_UUID_LEN], bool used)
{
	struct wps_pin *p = find_pin(r, uuid, false);

	/* One that is not locked was set while the run had the one before. */
	if (!p || !p->locked)
		return;
	p->locked = false;
	if (!used && !p->one_use)
		return;
	pin_remove(r, p);
	if (r->selection == SELECTED_PIN && TAILQ_EMPTY(&r->pins))
		wps_registrar_select(r, SELECTED_NOT, "no PIN left");
}

void wps_registrar_release(struct wps_registrar *r, struct wps_run *run, bool used)
{
	if (run->holds_pin)
		pin_done(r, run->peer.uuid, used);
	run->holds_pin = false;
	if (run->token)
		wps_token_release(r, run->token, used);
	run->token = 0;
}

/* The enrollee's own PIN comes before the one for all, as in its run. */
static void pin_used_elsewhere(struct wps_registrar *r, const uint8_t uuid[WPS_UUID_LEN])
{
	struct wps_pin *p = find_pin(r, uuid, false);

	if (!p)
		p = find_pin(r, NULL, true);
	if (p)
		pin_remove(r, p);
	if (r->selection == SELECTED_PIN && TAILQ_EMPTY(&r->pins))
		wps_registrar_select(r, SELECTED_NOT, "no PIN left");
}

void wps_registrar_completed_elsewhere(struct wps_registrar *r, const struct wps_peer *peer)
{
	bool pbc = peer->dev_password_id == DEV_PW_PUSHBUTTON;

	wps_registrar_completed(r, peer, pbc);
	if (wps_is_token_id(peer->dev_password_id))
		wps_token_used_elsewhere(r, peer->dev_password_id);
	else if (!pbc)
		pin_used_elsewhere(r, peer->uuid);
}

void wps_registrar_cancel(struct wps_registrar *r)
{
	if (r->selection == SELECTED_PBC) {
		window_over(&r->window, r);
	} else if (r->selection == SELECTED_TOKEN) {
		wps_registrar_select(r, SELECTED_NOT, "cancelled");
	} else if (r->selection == SELECTED_PIN) {
		struct wps_pin *p = find_pin(r, NULL, true);
		if (p)
			pin_remove(r, p);
		wps_registrar_select(r, SELECTED_NOT, "cancelled");
	}
	wps_registrar_emit(r, WPS_REG_CANCEL);
}

/* --- status --- */

void wps_registrar_note(struct wps_registrar *r, const struct wps_event *ev)
{
	bool wrong_password =
		ev->kind == WPS_EVENT_FAIL && ev->config_error == WPS_CFG_DEV_PASSWORD_AUTH_FAILURE;

	r->last = ev->kind == WPS_EVENT_SUCCESS ? WPS_LAST_SUCCESS : WPS_LAST_FAILED;
	r->last_indication = wrong_password ? WPS_EI_AUTH_FAILURE : ev->error_indication;
	mac_copy(r->last_mac, ev->peer->mac);
}

enum wps_pbc_status wps_registrar_pbc_status(const struct wps_registrar *r)
{
	return r->pbc_status;
}

enum wps_last_result wps_registrar_last(
	const struct wps_registrar *r, unsigned *error_indication, uint8_t mac[MAC_LEN])
{
	*error_indication = r->last_indication;
	mac_copy(mac, r->last_mac);
	return r->last;
}
