/* BSS-wide registrar: push button window, session overlap, PINs, status, elements (WSC 2.0,
 * clauses 8.2, 10, 11). */
#include "wps/registrar_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "utils/log.h"
#include "wps/msg_i.h"

#define SEEN_MAX 32 /* enrollees in push button mode remembered; a flood pushes out the oldest */
#define AUTHORIZED_MAX 5
/* An enrollee that just got its credential may still send probe requests of the run. */
#define JUST_DONE (5 * USEC_PER_SEC)
#define PBC_METHODS (WPS_METHOD_VIRT_PUSHBUTTON | WPS_METHOD_PHY_PUSHBUTTON)

struct pin {
	TAILQ_ENTRY(pin) next;
	uint8_t uuid[WPS_UUID_LEN];
	uint8_t mac[MAC_LEN]; /* for AuthorizedMACs */
	bool wildcard;        /* for any enrollee, still unused */
	bool one_use;         /* was added as wildcard: gone after its run */
	bool locked;          /* a run uses it: parallel runs must not guess halves */
	uint64_t expires;     /* 0 = never */
	struct bytes digits;
};

struct pbc_seen {
	uint8_t uuid[WPS_UUID_LEN];
	uint8_t mac[MAC_LEN];
	uint64_t at;
};

/* What makes us the Selected Registrar. */
enum selection { SELECTED_NOT, SELECTED_PBC, SELECTED_PIN };

struct wps_registrar {
	struct timers *timers;
	struct wps_registrar_config
		cfg; /* points to the copies below: settings change while we run */
	char *texts[5];
	struct bytes extra_cred;
	const struct wps_registrar_ops *ops;
	void *ctx;

	enum selection selection;
	struct timer window; /* runs while selected */
	enum wps_pbc_status pbc_status;
	struct pbc_seen seen[SEEN_MAX];
	unsigned seen_count;
	uint8_t done_uuid[WPS_UUID_LEN];
	uint64_t done_until;

	TAILQ_HEAD(, pin) pins;

	enum wps_last_result last;
	unsigned last_indication;
	uint8_t last_mac[MAC_LEN];
};

static void emit(struct wps_registrar *r, enum wps_reg_event_kind kind)
{
	r->ops->reg_event(r->ctx, kind, NULL, NULL, NULL);
}

static void select_by(struct wps_registrar *r, enum selection next, const char *reason);

static void window_over(struct timer *t, void *ctx)
{
	struct wps_registrar *r = ctx;
	bool pbc = r->selection == SELECTED_PBC;

	select_by(r, SELECTED_NOT, "walk time over");
	if (pbc) {
		r->pbc_status = WPS_PBC_TIMED_OUT;
		emit(r, WPS_REG_PBC_TIMEOUT);
	}
}

static void select_by(struct wps_registrar *r, enum selection next, const char *reason)
{
	static const char *const names[] = {"not selected", "push button", "PIN"};

	log_msg(LOG_DBG, "WPS registrar: %s -> %s (%s)", names[r->selection], names[next], reason);
	r->selection = next;
	if (next == SELECTED_NOT)
		timer_stop(&r->window);
	else
		timer_start(r->timers, &r->window, WPS_WALK_TIME, window_over, r);
	r->ops->elements_changed(r->ctx);
}

/* Returns 0 or -ENOMEM. */
static int own_config(struct wps_registrar *r, const struct wps_registrar_config *cfg)
{
	struct wps_device *dev = &r->cfg.dev;
	const char **texts[] = {&dev->device_name, &dev->manufacturer, &dev->model_name,
		&dev->model_number, &dev->serial_number};

	r->cfg = *cfg;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (str_replace(&r->texts[i], *texts[i]) < 0)
			return -ENOMEM;
		*texts[i] = r->texts[i];
	}
	if (!cfg->extra_cred)
		return 0;
	r->cfg.extra_cred = &r->extra_cred;
	return bytes_set(&r->extra_cred, cfg->extra_cred->data, cfg->extra_cred->len);
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
	if (own_config(r, cfg) < 0) {
		wps_registrar_free(r);
		return NULL;
	}
	return r;
}

static void pin_remove(struct wps_registrar *r, struct pin *p)
{
	TAILQ_REMOVE(&r->pins, p, next);
	bytes_clear(&p->digits);
	free(p);
}

void wps_registrar_free(struct wps_registrar *r)
{
	struct pin *p;

	if (!r)
		return;
	timer_stop(&r->window);
	while ((p = TAILQ_FIRST(&r->pins)))
		pin_remove(r, p);
	for (size_t i = 0; i < ARRAY_SIZE(r->texts); i++)
		free(r->texts[i]);
	bytes_clear(&r->extra_cred);
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
	if (i == SEEN_MAX)
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
	emit(r, WPS_REG_OVERLAP);
}

int wps_registrar_pbc(struct wps_registrar *r)
{
	if (wps_registrar_overlap(r)) {
		report_overlap(r);
		return -EBUSY;
	}
	r->pbc_status = WPS_PBC_ACTIVE;
	select_by(r, SELECTED_PBC, "button");
	emit(r, WPS_REG_PBC_ACTIVE);
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
		select_by(r, SELECTED_NOT, "enrollee has its credential");
		emit(r, WPS_REG_PBC_DISABLE);
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

/* --- PINs --- */

static struct pin *find_pin(struct wps_registrar *r, const uint8_t *uuid, bool wildcard)
{
	struct pin *p;
	TAILQ_FOREACH (p, &r->pins, next)
		if (p->wildcard == wildcard && (wildcard || !memcmp(p->uuid, uuid, WPS_UUID_LEN)))
			return p;
	return NULL;
}

static void expire_pins(struct wps_registrar *r)
{
	uint64_t now = timers_now(r->timers);
	struct pin *p = TAILQ_FIRST(&r->pins), *next;
	for (; p; p = next) {
		next = TAILQ_NEXT(p, next);
		if (p->expires && now >= p->expires)
			pin_remove(r, p);
	}
}

int wps_registrar_add_pin(struct wps_registrar *r, const uint8_t *uuid, const uint8_t *pin,
	size_t pin_len, unsigned timeout, const uint8_t *mac)
{
	struct pin *p = calloc(1, sizeof(*p));
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
	struct pin *old = find_pin(r, uuid, !uuid);
	if (old)
		pin_remove(r, old);
	TAILQ_INSERT_HEAD(&r->pins, p, next);
	if (r->selection == SELECTED_PBC) {
		r->pbc_status = WPS_PBC_DISABLED;
		emit(r, WPS_REG_PBC_DISABLE);
	}
	select_by(r, SELECTED_PIN, "PIN added");
	return 0;
}

static enum wps_password_answer pin_password(
	struct wps_registrar *r, const struct wps_peer *peer, struct bytes *out, bool *holds)
{
	expire_pins(r);
	struct pin *p = find_pin(r, peer->uuid, false);
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
	struct wps_registrar *r, const struct wps_peer *peer, struct bytes *out, bool *holds_pin)
{
	*holds_pin = false;
	if (peer->dev_password_id == DEV_PW_PUSHBUTTON)
		return pbc_password(r, peer, out);
	return pin_password(r, peer, out, holds_pin);
}

void wps_registrar_pin_done(struct wps_registrar *r, const uint8_t uuid[WPS_UUID_LEN], bool used)
{
	struct pin *p = find_pin(r, uuid, false);

	if (!p)
		return;
	p->locked = false;
	if (!used && !p->one_use)
		return;
	pin_remove(r, p);
	if (r->selection == SELECTED_PIN && TAILQ_EMPTY(&r->pins))
		select_by(r, SELECTED_NOT, "no PIN left");
}

void wps_registrar_cancel(struct wps_registrar *r)
{
	if (r->selection == SELECTED_PBC) {
		window_over(&r->window, r);
	} else if (r->selection == SELECTED_PIN) {
		struct pin *p = find_pin(r, NULL, true);
		if (p)
			pin_remove(r, p);
		select_by(r, SELECTED_NOT, "cancelled");
	}
	emit(r, WPS_REG_CANCEL);
}

/* --- status --- */

void wps_registrar_note(struct wps_registrar *r, const uint8_t mac[MAC_LEN],
	enum wps_last_result result, unsigned error_indication)
{
	r->last = result;
	r->last_indication = error_indication;
	mac_copy(r->last_mac, mac);
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

/* --- elements --- */

static uint16_t selected_methods(const struct wps_registrar *r)
{
	uint16_t methods = r->cfg.dev.config_methods & (uint16_t)~PBC_METHODS;
	uint16_t buttons = r->cfg.dev.config_methods & PBC_METHODS;

	if (r->selection != SELECTED_PBC)
		return methods;
	return methods | (buttons ? buttons : WPS_METHOD_VIRT_PUSHBUTTON);
}

static size_t authorized_macs(const struct wps_registrar *r, uint8_t *out)
{
	struct writer w = writer_over(out, AUTHORIZED_MAX * MAC_LEN);
	const struct pin *p;

	if (r->selection == SELECTED_PBC)
		writer_bytes(&w, mac_broadcast, MAC_LEN);
	else
		TAILQ_FOREACH (p, &r->pins, next)
			writer_bytes(&w, p->mac, MAC_LEN);
	return w.len;
}

static void set_beacon(const struct wps_registrar *r, struct wps_msg *m, uint8_t *macs)
{
	wps_set_version(m, &r->cfg.dev);
	wps_set(m, WA_WPS_STATE, r->cfg.dev.wps_state);
	if (r->cfg.setup_locked)
		wps_set(m, WA_AP_SETUP_LOCKED, 1);
	if (r->cfg.dual_band)
		wps_set(m, WA_RF_BANDS, r->cfg.dev.rf_bands);
	if (r->selection == SELECTED_NOT)
		return;
	wps_set(m, WA_SELECTED_REGISTRAR, 1);
	wps_set(m, WA_DEV_PW_ID, r->selection == SELECTED_PBC ? DEV_PW_PUSHBUTTON : DEV_PW_DEFAULT);
	wps_set(m, WA_SEL_REG_METHODS, selected_methods(r));
	size_t len = r->cfg.dev.version2 ? authorized_macs(r, macs) : 0;
	if (len)
		wps_set_data(m, WA_AUTHORIZED_MACS, macs, len);
}

int wps_registrar_write_beacon(const struct wps_registrar *r, struct writer *w)
{
	uint8_t macs[AUTHORIZED_MAX * MAC_LEN];
	struct wps_msg m = {0};

	set_beacon(r, &m, macs);
	if (r->cfg.dual_band)
		wps_set_data(&m, WA_UUID_E, r->cfg.dev.uuid, WPS_UUID_LEN);
	return wps_write_element(w, WT_BEACON, &m);
}

int wps_registrar_write_probe_resp(const struct wps_registrar *r, struct writer *w)
{
	uint8_t macs[AUTHORIZED_MAX * MAC_LEN];
	struct wps_msg m = {0};

	set_beacon(r, &m, macs);
	wps_set(&m, WA_RESPONSE_TYPE, WPS_RESP_AP);
	wps_set_data(&m, WA_UUID_E, r->cfg.dev.uuid, WPS_UUID_LEN);
	wps_set_device(&m, &r->cfg.dev);
	/* As an enrollee (of an external registrar) an AP has no push button. */
	wps_set(&m, WA_CONFIG_METHODS, r->cfg.dev.config_methods & (uint16_t)~PBC_METHODS);
	return wps_write_element(w, WT_PROBE_RESP, &m);
}
