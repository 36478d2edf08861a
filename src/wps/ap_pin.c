/* The AP PIN: this AP as enrollee of registrars, and the lock against guessing (WSC 2.0, 7.4.1 and
 * AP Setup Locked). */
#include <errno.h>
#include <string.h>

#include "utils/log.h"
#include "wps/registrar_i.h"

#define FAILURES_TO_LOCK 3
#define FAILURES_FOR_GOOD 10
#define LOCK_TIME (60 * USEC_PER_SEC)

const char *wps_registrar_ap_pin(const struct wps_registrar *r)
{
	return r->ap_pin.pin;
}

bool wps_registrar_locked(const struct wps_registrar *r)
{
	return r->ap_pin.locked || r->ap_pin.setup_locked;
}

/* New state of both locks; beacons tell when that makes a difference, an event when none is left.
 */
static void set_lock(struct wps_registrar *r, bool by_failures, bool by_setting, const char *reason)
{
	bool before = wps_registrar_locked(r);

	r->ap_pin.locked = by_failures;
	r->ap_pin.setup_locked = by_setting;
	bool after = wps_registrar_locked(r);
	if (!by_failures)
		timer_stop(&r->ap_pin.unlock);
	if (before == after)
		return;
	log_msg(LOG_DBG, "WPS AP PIN: %s -> %s (%s)", before ? "locked" : "unlocked",
		after ? "locked" : "unlocked", reason);
	r->ops->elements_changed(r->ctx);
	if (!after)
		wps_registrar_emit(r, WPS_REG_SETUP_UNLOCKED);
}

void wps_registrar_lock(struct wps_registrar *r, bool locked)
{
	r->cfg.setup_locked = locked; /* what the next configuration is compared with */
	set_lock(r, r->ap_pin.locked, locked, "configuration");
}

static void forget_failures(struct wps_registrar *r)
{
	r->ap_pin.failures = 0;
	r->ap_pin.lock_time = 0;
}

static void on_unlock(struct timer *t, void *ctx)
{
	struct wps_registrar *r = ctx;

	set_lock(r, false, r->ap_pin.setup_locked, "lock time over");
}

void wps_registrar_ap_pin_failed(struct wps_registrar *r)
{
	struct wps_ap_pin *p = &r->ap_pin;

	if (!p->pin || p->failures >= FAILURES_FOR_GOOD)
		return;
	p->failures++;
	if (p->failures < FAILURES_TO_LOCK)
		return;
	if (!p->lock_time)
		p->lock_time = LOCK_TIME;
	else if (p->failures % FAILURES_TO_LOCK == 0)
		p->lock_time *= 2;
	set_lock(r, true, p->setup_locked, "wrong AP PIN");
	if (p->failures < FAILURES_FOR_GOOD) {
		log_msg(LOG_INF, "WPS: AP PIN wrong %u times, locked for %u s", p->failures,
			(unsigned)(p->lock_time / USEC_PER_SEC));
		timer_start(r->timers, &p->unlock, p->lock_time, on_unlock, r);
	} else {
		log_msg(LOG_WARN,
			"WPS: AP PIN wrong %u times, locked until it is set anew (WPS_AP_PIN)",
			p->failures);
		timer_stop(&p->unlock);
	}
	wps_registrar_emit(r, WPS_REG_SETUP_LOCKED);
}

void wps_registrar_ap_pin_wrong(struct wps_registrar *r, const struct wps_peer *peer)
{
	log_msg(LOG_INF, "WPS: " MACSTR " has a wrong AP PIN", MAC2STR(peer->mac));
	r->ops->reg_event(r->ctx, WPS_REG_AP_PIN_FAILED, peer, peer->mac, NULL);
	wps_registrar_ap_pin_failed(r);
}

void wps_registrar_ap_pin_proven(struct wps_registrar *r)
{
	forget_failures(r);
}

static void on_expiry(struct timer *t, void *ctx)
{
	struct wps_registrar *r = ctx;

	str_wipe_free(steal_ptr(&r->ap_pin.pin));
	wps_registrar_emit(r, WPS_REG_AP_PIN_DISABLED);
}

int wps_registrar_set_ap_pin(struct wps_registrar *r, const char *pin, unsigned timeout)
{
	if (str_replace(&r->ap_pin.pin, pin) < 0)
		return -ENOMEM;
	timer_stop(&r->ap_pin.expiry);
	if (!pin)
		return 0;
	if (timeout)
		timer_start(r->timers, &r->ap_pin.expiry, timeout * USEC_PER_SEC, on_expiry, r);
	forget_failures(r);
	set_lock(r, false, r->ap_pin.setup_locked, "AP PIN set");
	return 0;
}

int wps_registrar_set_own_token(struct wps_registrar *r, uint16_t pw_id, const uint8_t *password,
	size_t password_len, const struct bytes *private_key)
{
	struct wps_oob *t = &r->ap_pin.own_token;

	bytes_clear(&t->password);
	bytes_clear(&t->private_key);
	if (!private_key)
		return 0;
	if (!password_len || !private_key->len)
		return -EINVAL;
	t->id = pw_id;
	int err = bytes_set(&t->password, password, password_len);
	return err ? err : bytes_set(&t->private_key, private_key->data, private_key->len);
}

int wps_registrar_own_password(struct wps_registrar *r, struct wps_run *run)
{
	const struct wps_oob *t = &r->ap_pin.own_token;
	const char *pin = r->ap_pin.pin;
	size_t pin_len = pin ? strlen(pin) : 0;

	run->pw_id = DEV_PW_DEFAULT;
	if (!t->private_key.len)
		return bytes_set(&run->password, pin, pin_len);
	run->pw_id = (enum wps_dev_password_id)t->id;
	int err = bytes_set(&run->password, t->password.data, t->password.len);
	if (!err)
		err = bytes_set(&run->private_key, t->private_key.data, t->private_key.len);
	return err ? err : bytes_set(&run->alt_password, pin, pin_len);
}

void wps_ap_pin_clear(struct wps_registrar *r)
{
	timer_stop(&r->ap_pin.expiry);
	timer_stop(&r->ap_pin.unlock);
	str_wipe_free(steal_ptr(&r->ap_pin.pin));
	bytes_clear(&r->ap_pin.own_token.password);
	bytes_clear(&r->ap_pin.own_token.private_key);
}
