/* The access point as enrollee against the registrar of an access point, and the lock of the AP PIN
 * on virtual time. */
#include "pair.h"

#include <errno.h>

#define PIN "12345670"
#define WRONG_FIRST "99995670"
#define WRONG_SECOND "12349999"

struct rig {
	struct pair p; /* cfg, timers, the station's device */
	struct wps_credential own, learnt, applied;
	struct bytes learnt_raw, applied_raw;
	unsigned learnings, applies, locked, unlocked, pin_failed, pin_disabled;
	unsigned ap_ok, ap_fails, sta_ok, sta_fails;
	struct wps_event ap_fail, sta_fail;
	struct wps_peer m1; /* the AP as the registrar sees it */
};

static void note_settings(
	const struct wps_event *ev, struct wps_credential *c, struct bytes *raw, unsigned *count)
{
	*c = *ev->cred;
	assert_int_equal(bytes_set(raw, ev->raw, ev->raw_len), 0);
	(*count)++;
}

static void ap_event(void *ctx, const struct wps_event *ev)
{
	struct rig *g = ctx;

	if (ev->kind == WPS_EVENT_AP_SETTINGS)
		note_settings(ev, &g->applied, &g->applied_raw, &g->applies);
	g->ap_ok += ev->kind == WPS_EVENT_SUCCESS;
	g->ap_fails += ev->kind == WPS_EVENT_FAIL;
	if (ev->kind == WPS_EVENT_FAIL)
		g->ap_fail = *ev;
}

static void sta_event(void *ctx, const struct wps_event *ev)
{
	struct rig *g = ctx;

	if (ev->kind == WPS_EVENT_AP_SETTINGS) {
		note_settings(ev, &g->learnt, &g->learnt_raw, &g->learnings);
		g->m1 = *ev->peer;
	}
	g->sta_ok += ev->kind == WPS_EVENT_SUCCESS;
	g->sta_fails += ev->kind == WPS_EVENT_FAIL;
	if (ev->kind == WPS_EVENT_FAIL)
		g->sta_fail = *ev;
}

static void reg_event(void *ctx, enum wps_reg_event_kind kind, const struct wps_peer *peer,
	const uint8_t *mac, const struct wps_info *info)
{
	struct rig *g = ctx;

	g->locked += kind == WPS_REG_SETUP_LOCKED;
	g->unlocked += kind == WPS_REG_SETUP_UNLOCKED;
	g->pin_failed += kind == WPS_REG_AP_PIN_FAILED;
	g->pin_disabled += kind == WPS_REG_AP_PIN_DISABLED;
}

static void changed(void *ctx)
{
	((struct rig *)ctx)->p.changed++;
}

static int credential(void *ctx, const struct wps_peer *peer, struct wps_credential *out)
{
	return -ENOENT;
}

static int ap_settings(void *ctx, struct wps_credential *out)
{
	*out = ((struct rig *)ctx)->own;
	return 0;
}

static const struct wps_registrar_ops ops = {.elements_changed = changed,
	.reg_event = reg_event,
	.run_event = ap_event,
	.credential = credential,
	.ap_settings = ap_settings};

static void up(struct rig *g, const char *pin)
{
	*g = (struct rig){0};
	pair_init(&g->p);
	g->own = g->p.give;
	g->p.cfg.dev.config_methods |= WPS_METHOD_VIRT_PUSHBUTTON;
	g->p.reg = wps_registrar_new(g->p.timers, &g->p.cfg, &ops, g);
	assert_non_null(g->p.reg);
	assert_int_equal(wps_registrar_set_ap_pin(g->p.reg, pin, 0), 0);
}

static void down(struct rig *g)
{
	bytes_clear(&g->learnt_raw);
	bytes_clear(&g->applied_raw);
	pair_clear(&g->p);
}

static void runs(struct rig *g, const char *pin, const struct wps_credential *settings)
{
	const struct wps_ap_registrar_params params = {.dev = &g->p.sta,
		.password = (const uint8_t *)pin,
		.password_len = strlen(pin),
		.settings = settings,
		.peer_mac = g->p.cfg.dev.mac,
		.event = sta_event,
		.ctx = g};

	g->p.enrollee = wps_ap_enrollee_new(g->p.reg, g->p.sta.mac);
	g->p.registrar = wps_ap_registrar_new(&params);
	assert_non_null(g->p.enrollee);
	assert_non_null(g->p.registrar);
}

static void play(struct rig *g)
{
	while (pair_carry(&g->p, g->p.enrollee, g->p.registrar) &&
		pair_carry(&g->p, g->p.registrar, g->p.enrollee))
		assert_true(g->p.sent < 40);
	wps_run_aborted(g->p.enrollee);
	wps_run_aborted(g->p.registrar);
}

static void once(struct rig *g, const char *pin, const struct wps_credential *settings)
{
	g->p.sent = 0;
	runs(g, pin, settings);
	play(g);
	pair_end_runs(&g->p);
}

static void assert_fails(const struct rig *g, unsigned msg, unsigned config_error)
{
	assert_int_equal(g->sta_fail.msg, msg);
	assert_int_equal(g->sta_fail.config_error, config_error);
	assert_int_equal(g->ap_fail.msg, msg);
	assert_int_equal(g->ap_fail.config_error, config_error);
}

static bool says_locked(const struct rig *g)
{
	uint8_t buf[512], content[512];
	struct writer w = writer_over(buf, sizeof(buf));
	struct wps_info info;

	assert_int_equal(wps_registrar_write_beacon(g->p.reg, &w), 0);
	/* one element: id, length, OUI and type */
	memcpy(content, buf + 6, w.len - 6);
	assert_int_equal(wps_info_parse(content, w.len - 6, &info), 0);
	return info.ap_setup_locked;
}

static void pass(struct rig *g, unsigned sec)
{
	timers_set_now(g->p.timers, timers_now(g->p.timers) + sec * USEC_PER_SEC);
	timers_run(g->p.timers);
}

static void test_learn(void **state)
{
	struct rig g;

	up(&g, PIN);
	once(&g, PIN, NULL);
	assert_int_equal(g.learnings, 1);
	assert_int_equal(g.learnt.ssid_len, 3);
	assert_memory_equal(g.learnt.ssid, "net", 3);
	assert_int_equal(g.learnt.key_len, 10);
	assert_memory_equal(g.learnt.key, "passphrase", 10);
	assert_int_equal(g.learnt.auth_type, WPS_AUTH_WPA2PSK);
	assert_memory_equal(g.learnt.mac, g.p.cfg.dev.mac, MAC_LEN);
	/* Settings alone: no nonce, no Key Wrap Authenticator. */
	assert_memory_equal(g.learnt_raw.data, "\x10\x45\x00\x03net", 7);
	assert_int_equal(g.learnt_raw.len, 7 + 6 + 6 + 14 + 10);
	assert_fails(&g, WPS_M7, WPS_CFG_NO_ERROR);
	assert_int_equal(g.sta_fails, 1);
	assert_int_equal(g.ap_fails, 1);
	assert_int_equal(g.applies, 0);
	/* An AP's button is no way to configure it. */
	assert_int_equal(g.m1.config_methods & WPS_METHOD_PUSHBUTTON, 0);
	down(&g);
}

static void test_configure(void **state)
{
	const struct wps_credential fresh = {.ssid = "other",
		.ssid_len = 5,
		.auth_type = WPS_AUTH_WPA2PSK,
		.encr_type = WPS_ENCR_AES,
		.key = "new passphrase",
		.key_len = 14};
	struct rig g;

	up(&g, PIN);
	once(&g, PIN, &fresh);
	assert_int_equal(g.applies, 1);
	assert_int_equal(g.ap_ok, 1);
	assert_int_equal(g.sta_ok, 1);
	assert_int_equal(g.sta_fails + g.ap_fails, 0);
	assert_int_equal(g.applied.ssid_len, 5);
	assert_memory_equal(g.applied.ssid, "other", 5);
	assert_int_equal(g.applied.key_len, 14);
	assert_memory_equal(g.applied_raw.data, "\x10\x26\x00\x01\x01\x10\x45\x00\x05other", 14);
	down(&g);
}

static void test_configure_upgrades_and_refuses(void **state)
{
	static const struct {
		uint16_t auth, encr, want_auth, want_encr;
		const char *key;
	} rows[] = {
		{WPS_AUTH_WPAPSK, WPS_ENCR_TKIP, WPS_AUTH_WPAPSK | WPS_AUTH_WPA2PSK,
			WPS_ENCR_TKIP | WPS_ENCR_AES, "passphrase"},
		{WPS_AUTH_OPEN, WPS_ENCR_NONE, WPS_AUTH_OPEN, WPS_ENCR_NONE, ""},
		{WPS_AUTH_OPEN, WPS_ENCR_WEP, 0, 0, "abcde"},
		{WPS_AUTH_WPA2PSK, WPS_ENCR_AES, 0, 0, "short"},
		{WPS_AUTH_WPA2PSK, WPS_ENCR_NONE, 0, 0, "passphrase"},
		{0x80, WPS_ENCR_AES, 0, 0, "passphrase"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct wps_credential c = {.ssid = "n",
			.ssid_len = 1,
			.auth_type = rows[i].auth,
			.encr_type = rows[i].encr,
			.key_len = strlen(rows[i].key)};
		struct rig g;

		memcpy(c.key, rows[i].key, c.key_len);
		up(&g, PIN);
		once(&g, PIN, &c);
		assert_int_equal(g.applies, rows[i].want_auth != 0);
		assert_int_equal(g.applied.auth_type, rows[i].want_auth);
		assert_int_equal(g.applied.encr_type, rows[i].want_encr);
		if (!g.applies)
			assert_fails(&g, WPS_M8, WPS_CFG_NO_ERROR);
		down(&g);
	}
}

static void test_raw_settings(void **state)
{
	static const uint8_t raw[] = {0x10, 0x45, 0, 1, 'R', 0x10, 0x03, 0, 2, 0, 1, 0x10, 0x0f, 0,
		2, 0, 1, 0x10, 0x27, 0, 0, 0x10, 0x20, 0, 6, 2, 0, 0, 0, 0, 9};
	const struct bytes file = {(uint8_t *)(uintptr_t)raw, sizeof(raw)};
	struct rig g;

	up(&g, PIN);
	g.p.cfg.raw_ap_settings = &file;
	assert_int_equal(wps_registrar_set_config(g.p.reg, &g.p.cfg), 0);
	once(&g, PIN, NULL);
	assert_int_equal(g.learnings, 1);
	assert_true(bytes_equal(&g.learnt_raw, raw, sizeof(raw)));
	down(&g);
}

static void test_wrong_pin(void **state)
{
	struct rig g;

	up(&g, PIN);
	once(&g, WRONG_FIRST, NULL);
	assert_fails(&g, WPS_M4, WPS_CFG_DEV_PASSWORD_AUTH_FAILURE);
	assert_int_equal(g.pin_failed, 1);
	once(&g, WRONG_SECOND, NULL);
	assert_fails(&g, WPS_M6, WPS_CFG_DEV_PASSWORD_AUTH_FAILURE);
	assert_int_equal(g.pin_failed, 2);
	assert_int_equal(g.learnings, 0);
	assert_int_equal(g.locked, 0);
	/* A success forgets them. */
	once(&g, PIN, NULL);
	assert_int_equal(g.learnings, 1);
	once(&g, WRONG_FIRST, NULL);
	once(&g, WRONG_FIRST, NULL);
	assert_int_equal(g.locked, 0);
	assert_false(says_locked(&g));
	once(&g, WRONG_FIRST, NULL);
	assert_int_equal(g.locked, 1);
	assert_true(says_locked(&g));
	down(&g);
}

static void test_locked_and_without_pin(void **state)
{
	struct rig g;

	up(&g, NULL);
	once(&g, PIN, NULL);
	assert_fails(&g, WPS_M2, WPS_CFG_SETUP_LOCKED);
	assert_int_equal(wps_registrar_set_ap_pin(g.p.reg, PIN, 0), 0);
	wps_registrar_lock(g.p.reg, true);
	assert_true(says_locked(&g));
	once(&g, PIN, NULL);
	assert_fails(&g, WPS_M2, WPS_CFG_SETUP_LOCKED);
	assert_int_equal(g.pin_failed, 0);
	/* The configuration's lock is not the PIN's business. */
	assert_int_equal(wps_registrar_set_ap_pin(g.p.reg, PIN, 0), 0);
	assert_int_equal(g.unlocked, 0);
	assert_true(says_locked(&g));
	wps_registrar_lock(g.p.reg, false);
	assert_int_equal(g.unlocked, 1);
	assert_false(says_locked(&g));
	once(&g, PIN, NULL);
	assert_int_equal(g.learnings, 1);
	down(&g);
}

/* Seconds of every lock: 60, doubled at each third failure more; the tenth is for good. */
static void test_lock_times(void **state)
{
	static const unsigned seconds[] = {60, 60, 60, 120, 120, 120, 240};
	struct rig g;

	up(&g, PIN);
	once(&g, WRONG_FIRST, NULL);
	once(&g, WRONG_FIRST, NULL);
	for (unsigned i = 0; i < ARRAY_SIZE(seconds); i++) {
		assert_false(says_locked(&g));
		once(&g, WRONG_FIRST, NULL);
		assert_int_equal(g.locked, i + 1);
		pass(&g, seconds[i] - 1);
		assert_true(says_locked(&g));
		assert_int_equal(g.unlocked, i);
		/* The right one does not help either. */
		once(&g, PIN, NULL);
		assert_fails(&g, WPS_M2, WPS_CFG_SETUP_LOCKED);
		pass(&g, 1);
		assert_int_equal(g.unlocked, i + 1);
	}
	once(&g, WRONG_FIRST, NULL);
	assert_int_equal(g.locked, 8);
	pass(&g, 1000000);
	assert_true(says_locked(&g));
	assert_int_equal(wps_registrar_set_ap_pin(g.p.reg, PIN, 0), 0);
	assert_int_equal(g.unlocked, 8);
	once(&g, PIN, NULL);
	assert_int_equal(g.learnings, 1);
	down(&g);
}

/* Guesses of runs side by side: those under way end with the lock. */
static void test_parallel_guesses(void **state)
{
	struct wps_run *e[5], *r[5];
	struct rig g;
	unsigned guesses = 0;

	up(&g, PIN);
	for (unsigned i = 0; i < 5; i++) {
		runs(&g, WRONG_FIRST, NULL);
		e[i] = g.p.enrollee;
		r[i] = g.p.registrar;
		assert_true(pair_carry(&g.p, e[i], r[i])); /* M1 */
		assert_true(pair_carry(&g.p, r[i], e[i]));
		assert_true(pair_carry(&g.p, e[i], r[i])); /* M3 */
	}
	for (unsigned i = 0; i < 5; i++) {
		assert_true(pair_carry(&g.p, r[i], e[i]));
		guesses += g.ap_fail.config_error == WPS_CFG_DEV_PASSWORD_AUTH_FAILURE;
		wps_run_free(e[i]);
		wps_run_free(r[i]);
	}
	g.p.enrollee = g.p.registrar = NULL;
	assert_int_equal(guesses, 3);
	assert_int_equal(g.pin_failed, 3);
	assert_int_equal(g.locked, 1);
	down(&g);
}

static void test_pin_expires(void **state)
{
	struct rig g;

	up(&g, NULL);
	assert_int_equal(wps_registrar_set_ap_pin(g.p.reg, PIN, 300), 0);
	pass(&g, 299);
	assert_string_equal(wps_registrar_ap_pin(g.p.reg), PIN);
	pass(&g, 1);
	assert_null(wps_registrar_ap_pin(g.p.reg));
	assert_int_equal(g.pin_disabled, 1);
	once(&g, PIN, NULL);
	assert_fails(&g, WPS_M2, WPS_CFG_SETUP_LOCKED);
	down(&g);
}

/* With its token enabled an AP is configured by those who read it, or with the AP PIN. */
static void test_own_token(void **state)
{
	static const char password[] = "0123456789ABCDEF0123456789ABCDEF";
	struct bytes key = {0};
	struct dh5 *dh = dh5_new();
	struct rig g;

	up(&g, PIN);
	assert_int_equal(dh5_private(dh, &key), 0);
	dh5_free(dh);
	assert_int_equal(wps_registrar_set_own_token(g.p.reg, 0x1234, (const uint8_t *)password,
				 strlen(password), &key),
		0);
	once(&g, PIN, NULL);
	assert_int_equal(g.learnings, 1);
	runs(&g, password, NULL);
	wps_run_free(g.p.registrar);
	const struct wps_ap_registrar_params params = {.dev = &g.p.sta,
		.pw_id = 0x1234,
		.password = (const uint8_t *)password,
		.password_len = strlen(password),
		.event = sta_event,
		.ctx = &g};
	g.p.registrar = wps_ap_registrar_new(&params);
	play(&g);
	pair_end_runs(&g.p);
	assert_int_equal(g.learnings, 2);
	bytes_clear(&key);
	down(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_learn),
		cmocka_unit_test(test_configure),
		cmocka_unit_test(test_configure_upgrades_and_refuses),
		cmocka_unit_test(test_raw_settings),
		cmocka_unit_test(test_wrong_pin),
		cmocka_unit_test(test_locked_and_without_pin),
		cmocka_unit_test(test_lock_times),
		cmocka_unit_test(test_parallel_guesses),
		cmocka_unit_test(test_pin_expires),
		cmocka_unit_test(test_own_token),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
