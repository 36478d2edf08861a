/* An enrollee and a registrar run against each other, message by message, without EAP. */
#ifndef TESTS_WPS_PAIR_H
#define TESTS_WPS_PAIR_H

#include <stddef.h>
#include <stdint.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/elements.h"
#include "crypto/crypto.h"
#include "wps/registrar.h"

struct pair {
	struct timers *timers;
	struct wps_device sta;
	struct wps_registrar_config cfg;
	struct wps_registrar *reg;
	struct wps_run *enrollee, *registrar;
	/* what came out */
	unsigned creds, sta_success, sta_fail, ap_success, ap_fail,
		reg_events[WPS_REG_AP_PIN_FAILED + 1], changed;
	unsigned sta_msg, sta_error, sta_indication, ap_msg, ap_error;
	struct wps_credential got, give;
	struct wps_peer seen; /* the enrollee as credential() saw it */
	/* message number `target` (0 = M1) is changed on its way */
	unsigned sent, target;
	void (*change)(struct pair *p, struct bytes *msg);
	unsigned detail;
	size_t last_len;
};

static void pair_sta_event(void *ctx, const struct wps_event *ev)
{
	struct pair *p = ctx;
	if (ev->kind == WPS_EVENT_CREDENTIAL) {
		p->creds++;
		p->got = *ev->cred;
	} else if (ev->kind == WPS_EVENT_SUCCESS) {
		p->sta_success++;
	} else if (ev->kind == WPS_EVENT_FAIL) {
		p->sta_fail++;
		p->sta_msg = ev->msg;
		p->sta_error = ev->config_error;
		p->sta_indication = ev->error_indication;
	}
}

static void pair_ap_event(void *ctx, const struct wps_event *ev)
{
	struct pair *p = ctx;
	if (ev->kind == WPS_EVENT_SUCCESS) {
		p->ap_success++;
	} else if (ev->kind == WPS_EVENT_FAIL) {
		p->ap_fail++;
		p->ap_msg = ev->msg;
		p->ap_error = ev->config_error;
	}
}

static void pair_changed(void *ctx)
{
	((struct pair *)ctx)->changed++;
}

static void pair_reg_event(void *ctx, enum wps_reg_event_kind kind, const struct wps_peer *peer,
	const uint8_t *mac, const struct wps_info *info)
{
	((struct pair *)ctx)->reg_events[kind]++;
}

static int pair_credential(void *ctx, const struct wps_peer *peer, struct wps_credential *out)
{
	struct pair *p = ctx;
	p->seen = *peer;
	*out = p->give;
	return 0;
}

static const struct wps_registrar_ops pair_ops = {.elements_changed = pair_changed,
	.reg_event = pair_reg_event,
	.run_event = pair_ap_event,
	.credential = pair_credential};

static inline void pair_init(struct pair *p)
{
	static const uint8_t type[8] = {0, 6, 0, 0x50, 0xf2, 4, 0, 1};

	*p = (struct pair){.timers = timers_new(), .target = 99};
	p->sta = (struct wps_device){.mac = {2, 0, 0, 0, 1, 0},
		.device_name = "station\nFORGED",
		.manufacturer = "maker",
		.config_methods = WPS_METHOD_VIRT_PUSHBUTTON,
		.rf_bands = WPS_RF_24GHZ,
		.version2 = 0x20};
	p->cfg.dev = (struct wps_device){.mac = {2, 0, 0, 0, 0, 1},
		.device_name = "ap",
		.config_methods = WPS_METHOD_VIRT_DISPLAY | WPS_METHOD_KEYPAD,
		.rf_bands = WPS_RF_24GHZ,
		.wps_state = WPS_STATE_CONFIGURED,
		.version2 = 0x20,
		.ap = true};
	memcpy(p->sta.primary_type, type, 8);
	memcpy(p->cfg.dev.primary_type, type, 8);
	p->cfg.auth_types = WPS_AUTH_WPA2PSK;
	p->cfg.encr_types = WPS_ENCR_AES;
	wps_uuid_from_mac(p->sta.mac, p->sta.uuid);
	wps_uuid_from_mac(p->cfg.dev.mac, p->cfg.dev.uuid);
	p->give = (struct wps_credential){.ssid = "net",
		.ssid_len = 3,
		.auth_type = WPS_AUTH_WPA2PSK,
		.encr_type = WPS_ENCR_AES,
		.key = "passphrase",
		.key_len = 10};
}

static inline void pair_registrar(struct pair *p)
{
	p->reg = wps_registrar_new(p->timers, &p->cfg, &pair_ops, p);
	assert_non_null(p->reg);
}

static inline void pair_runs(struct pair *p, const char *pin, uint8_t multi_ap)
{
	const struct wps_enrollee_params params = {.dev = &p->sta,
		.pw_id = pin ? DEV_PW_DEFAULT : DEV_PW_PUSHBUTTON,
		.password = (const uint8_t *)pin,
		.password_len = pin ? strlen(pin) : 0,
		.multi_ap = multi_ap,
		.event = pair_sta_event,
		.ctx = p};
	p->enrollee = wps_enrollee_new(&params);
	p->registrar = wps_registrar_run_new(p->reg, p->sta.mac);
	assert_non_null(p->enrollee);
	assert_non_null(p->registrar);
}

/* Carries one message over; false when there is none. */
static inline bool pair_carry(struct pair *p, struct wps_run *from, struct wps_run *to)
{
	enum wsc_op op;
	struct bytes msg = {0};

	if (wps_run_next(from, &op, &msg) < 0)
		return false;
	p->last_len = msg.len;
	if (p->sent++ == p->target)
		p->change(p, &msg);
	wps_run_process(to, op, msg.data, msg.len);
	bytes_clear(&msg);
	return true;
}

static inline void pair_play(struct pair *p)
{
	wps_run_process(p->enrollee, WSC_OP_START, NULL, 0);
	while (pair_carry(p, p->enrollee, p->registrar) && pair_carry(p, p->registrar, p->enrollee))
		assert_true(p->sent < 40);
	wps_run_aborted(p->enrollee); /* EAP-Failure */
	wps_run_aborted(p->registrar);
}

static inline void pair_end_runs(struct pair *p)
{
	wps_run_free(p->enrollee);
	wps_run_free(p->registrar);
	p->enrollee = p->registrar = NULL;
}

static inline void pair_clear(struct pair *p)
{
	pair_end_runs(p);
	wps_registrar_free(p->reg);
	assert_int_equal(timers_next(p->timers), UINT64_MAX);
	timers_free(p->timers);
}

#endif
