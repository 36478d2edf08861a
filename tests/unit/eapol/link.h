/* A station's supplicant and an AP's authenticator joined by a queue of EAPOL frames on a virtual
 * clock. */
#ifndef TESTS_EAPOL_LINK_H
#define TESTS_EAPOL_LINK_H

#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/elements.h"
#include "eapol/eapol_auth.h"
#include "eapol/eapol_supp.h"

#define QUEUE_MAX 64
#define LOG_CAP 4096
#define LINK_ROOM 1024

struct link;
/* Changes or swallows a frame on the air: returns how many copies arrive. There are LINK_ROOM bytes
 * behind it. */
typedef unsigned (*link_filter)(struct link *l, bool to_ap, uint8_t *frame, size_t *len);

struct link {
	struct timers *timers;
	struct wps_device sta_dev;
	struct wps_registrar_config reg_cfg;
	struct wps_registrar *reg;
	struct eapol_auth *auth;
	struct eapol_supp *supp;
	struct {
		bool to_ap;
		struct bytes frame;
	} queue[QUEUE_MAX];
	size_t head, tail;
	link_filter filter;
	unsigned frames;         /* sent so far */
	unsigned target, detail; /* for filters */

	size_t fragment_size;
	struct wps_credential own, backhaul; /* what the AP has to give */
	struct wps_credential got;
	unsigned got_count, cred_sent_backhaul, cred_sent_own;
	uint8_t peer_multi_ap;
	bool supp_over, auth_over, auth_timeout;
	void *owner; /* the test's */
	/* "ap:…" and "sta:…" lines in order */
	char text[LOG_CAP];
	size_t text_len;
};

static inline void link_note(struct link *l, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static inline void link_note(struct link *l, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(l->text + l->text_len, sizeof(l->text) - l->text_len, fmt, ap);
	va_end(ap);
	if (n > 0 && l->text_len + (size_t)n < sizeof(l->text))
		l->text_len += (size_t)n;
}

static inline void link_queue(struct link *l, bool to_ap, const uint8_t *frame, size_t len)
{
	assert_true(l->tail - l->head < QUEUE_MAX);
	size_t at = l->tail++ % QUEUE_MAX;
	l->queue[at].to_ap = to_ap;
	l->queue[at].frame = (struct bytes){0};
	assert_int_equal(bytes_set(&l->queue[at].frame, frame, len), 0);
}

static inline void link_push(struct link *l, bool to_ap, const uint8_t *data, size_t len)
{
	uint8_t *frame = malloc(len + LINK_ROOM);
	memcpy(frame, data, len);
	unsigned copies = l->filter ? l->filter(l, to_ap, frame, &len) : 1;
	l->frames++;
	for (unsigned i = 0; i < copies; i++)
		link_queue(l, to_ap, frame, len);
	free(frame);
}

static void link_wps_event(struct link *l, const char *who, const struct wps_event *ev)
{
	switch (ev->kind) {
	case WPS_EVENT_CREDENTIAL:
		l->got = *ev->cred;
		l->got_count++;
		assert_int_equal(ev->raw[0], 0x10);
		assert_int_equal(ev->raw[1], 0x0e);
		link_note(l, "%s:cred\n", who);
		break;
	case WPS_EVENT_SUCCESS:
		link_note(l, "%s:success\n", who);
		break;
	case WPS_EVENT_FAIL:
		link_note(l, "%s:fail msg=%u config_error=%u reason=%u\n", who, ev->msg,
			ev->config_error, ev->error_indication);
		break;
	case WPS_EVENT_M2D:
		link_note(l, "%s:m2d dev_password_id=%u config_error=%u\n", who,
			ev->peer->dev_password_id, ev->config_error);
		break;
	case WPS_EVENT_REG_SUCCESS:
		link_note(l, "%s:reg-success\n", who);
		break;
	case WPS_EVENT_CRED_SENT:
		*(ev->cred->backhaul ? &l->cred_sent_backhaul : &l->cred_sent_own) += 1;
		link_note(l, "%s:cred-sent\n", who);
		break;
	case WPS_EVENT_AP_SETTINGS:
		link_note(l, "%s:ap-settings %.*s\n", who, (int)ev->cred->ssid_len,
			(const char *)ev->cred->ssid);
		break;
	}
}

/* --- AP --- */
static void ap_elements_changed(void *ctx)
{
}
static void ap_reg_event(void *ctx, enum wps_reg_event_kind kind, const struct wps_peer *peer,
	const uint8_t *mac, const struct wps_info *info)
{
	static const char *const names[] = {[WPS_REG_PBC_ACTIVE] = "pbc-active",
		[WPS_REG_PBC_DISABLE] = "pbc-disable",
		[WPS_REG_PBC_TIMEOUT] = "timeout",
		[WPS_REG_CANCEL] = "cancel",
		[WPS_REG_OVERLAP] = "overlap",
		[WPS_REG_PIN_NEEDED] = "pin-needed",
		[WPS_REG_ENROLLEE_SEEN] = "seen",
		[WPS_REG_SETUP_LOCKED] = "setup-locked",
		[WPS_REG_SETUP_UNLOCKED] = "setup-unlocked",
		[WPS_REG_AP_PIN_DISABLED] = "ap-pin-disabled",
		[WPS_REG_AP_PIN_FAILED] = "ap-pin-failed"};
	link_note(ctx, "ap:%s\n", names[kind]);
}
static void ap_run_event(void *ctx, const struct wps_event *ev)
{
	link_wps_event(ctx, "ap", ev);
}
static int ap_credential(void *ctx, const struct wps_peer *peer, struct wps_credential *out)
{
	struct link *l = ctx;
	l->peer_multi_ap = peer->multi_ap;
	*out = peer->multi_ap == MULTI_AP_BACKHAUL_STA ? l->backhaul : l->own;
	return 0;
}
static void ap_send(void *ctx, const uint8_t *packet, size_t len)
{
	link_push(ctx, false, packet, len);
}
static void ap_result(void *ctx, bool success)
{
	struct link *l = ctx;
	assert_false(success);
	l->auth_over = true;
}
static void ap_started(void *ctx)
{
	link_note(ctx, "ap:eap-started\n");
}
static void ap_proposed(void *ctx, uint32_t vendor, uint32_t method)
{
	link_note(ctx, "ap:proposed vendor=%u method=%u\n", vendor, method);
}
static void ap_retransmit(void *ctx)
{
	link_note(ctx, "ap:retransmit\n");
}
static void ap_finished(void *ctx, bool success, bool timeout)
{
	struct link *l = ctx;
	l->auth_timeout = timeout;
}

/* --- station --- */
static void sta_send(void *ctx, const uint8_t *packet, size_t len)
{
	link_push(ctx, true, packet, len);
}
static void sta_result(void *ctx, bool success)
{
	struct link *l = ctx;
	assert_false(success);
	l->supp_over = true;
}
static void sta_wps_event(void *ctx, const struct wps_event *ev)
{
	link_wps_event(ctx, "sta", ev);
}
static void sta_started(void *ctx)
{
	link_note(ctx, "sta:eap-started\n");
}
static void sta_proposed(void *ctx, uint32_t vendor, uint32_t method, bool nak)
{
	link_note(
		ctx, "sta:proposed vendor=%u method=%u%s\n", vendor, method, nak ? " -> NAK" : "");
}
static void sta_selected(void *ctx, uint32_t vendor, uint32_t method, const char *name)
{
	link_note(ctx, "sta:selected %u %u (%s)\n", vendor, method, name);
}
static void sta_status(void *ctx, const char *status, const char *parameter)
{
	link_note(ctx, "sta:status='%s' parameter='%s'\n", status, parameter);
}

static const struct wps_registrar_ops ap_reg_ops = {.elements_changed = ap_elements_changed,
	.reg_event = ap_reg_event,
	.run_event = ap_run_event,
	.credential = ap_credential};
static const struct eapol_auth_ops ap_ops = {ap_send, ap_result};
static const struct eap_server_ops ap_eap_ops = {.started = ap_started,
	.proposed_method = ap_proposed,
	.retransmit = ap_retransmit,
	.finished = ap_finished};
static const struct eapol_supp_ops sta_ops = {sta_send, sta_result};
static const struct eap_peer_ops sta_eap_ops = {.started = sta_started,
	.proposed_method = sta_proposed,
	.method_selected = sta_selected,
	.status = sta_status};

static void credential(struct wps_credential *c, const char *ssid, const char *key, bool backhaul)
{
	*c = (struct wps_credential){.auth_type = WPS_AUTH_WPA2PSK,
		.encr_type = WPS_ENCR_AES,
		.ssid_len = strlen(ssid),
		.key_len = strlen(key),
		.backhaul = backhaul};
	memcpy(c->ssid, ssid, c->ssid_len);
	memcpy(c->key, key, c->key_len);
}

static inline struct link *link_new(void)
{
	static const uint8_t ap_mac[] = {2, 0, 0, 0, 0, 1}, sta_mac[] = {2, 0, 0, 0, 1, 0};
	static const uint8_t type[8] = {0, 6, 0, 0x50, 0xf2, 4, 0, 1};
	struct link *l = calloc(1, sizeof(*l));

	l->timers = timers_new();
	l->sta_dev = (struct wps_device){.device_name = "station",
		.manufacturer = "maker",
		.model_name = "model",
		.model_number = "1",
		.serial_number = "2",
		.config_methods = WPS_METHOD_VIRT_PUSHBUTTON,
		.rf_bands = WPS_RF_24GHZ,
		.version2 = 0x20};
	l->reg_cfg = (struct wps_registrar_config){
		.dev = {.device_name = "access point",
			.manufacturer = "maker",
			.config_methods = 0x2388,
			.rf_bands = WPS_RF_24GHZ,
			.ap = true,
			.wps_state = WPS_STATE_CONFIGURED,
			.version2 = 0x20},
		.auth_types = WPS_AUTH_WPA2PSK,
		.encr_types = WPS_ENCR_AES,
	};
	mac_copy(l->sta_dev.mac, sta_mac);
	mac_copy(l->reg_cfg.dev.mac, ap_mac);
	memcpy(l->sta_dev.primary_type, type, 8);
	memcpy(l->reg_cfg.dev.primary_type, type, 8);
	wps_uuid_from_mac(sta_mac, l->sta_dev.uuid);
	wps_uuid_from_mac(ap_mac, l->reg_cfg.dev.uuid);
	credential(&l->own, "front", "front passphrase", false);
	credential(&l->backhaul, "back", "back passphrase", true);
	return l;
}

static inline void link_registrar(struct link *l)
{
	l->reg = wps_registrar_new(l->timers, &l->reg_cfg, &ap_reg_ops, l);
	assert_non_null(l->reg);
}

/* Both ends associated; the station with this phase1. */
static inline void link_up_as(
	struct link *l, const char *identity, const char *phase1, const struct wps_oob *oob)
{
	struct eap_server_config server = {.registrar = l->reg, .fragment_size = l->fragment_size};
	struct eap_peer_config peer = {.identity = identity,
		.phase1 = phase1,
		.oob = oob,
		.wps_dev = &l->sta_dev,
		.wps_event = sta_wps_event,
		.wps_ctx = l,
		.fragment_size = l->fragment_size};

	mac_copy(server.peer_mac, l->sta_dev.mac);
	mac_copy(peer.bssid, l->reg_cfg.dev.mac);
	l->auth = eapol_auth_new(l->timers, &server, 2, &ap_ops, &ap_eap_ops, l);
	l->supp = eapol_supp_new(l->timers, &sta_ops, &sta_eap_ops, l);
	assert_non_null(l->auth);
	assert_non_null(l->supp);
	eapol_auth_start(l->auth, false);
	assert_int_equal(eapol_supp_start(l->supp, &peer, 1), 0);
}

static inline void link_up(struct link *l, const char *phase1)
{
	link_up_as(l, WSC_IDENTITY_ENROLLEE, phase1, NULL);
}

static inline void link_deliver(struct link *l)
{
	while (l->head != l->tail) {
		size_t at = l->head++ % QUEUE_MAX;
		struct bytes frame = l->queue[at].frame;
		if (l->queue[at].to_ap)
			eapol_auth_rx(l->auth, frame.data, frame.len);
		else
			eapol_supp_rx(l->supp, frame.data, frame.len);
		bytes_clear(&frame);
	}
}

static inline void link_pass(struct link *l, uint64_t usec)
{
	uint64_t end = timers_now(l->timers) + usec;
	link_deliver(l);
	while (timers_next(l->timers) != UINT64_MAX &&
		timers_now(l->timers) + timers_next(l->timers) <= end) {
		timers_set_now(l->timers, timers_now(l->timers) + timers_next(l->timers));
		timers_run(l->timers);
		link_deliver(l);
	}
	timers_set_now(l->timers, end);
}

static inline void link_down(struct link *l)
{
	link_deliver(l);
	eapol_supp_free(l->supp);
	eapol_auth_free(l->auth);
	l->supp = NULL;
	l->auth = NULL;
	l->supp_over = l->auth_over = false;
}

static inline void link_free(struct link *l)
{
	link_down(l);
	wps_registrar_free(l->reg);
	assert_int_equal(timers_next(l->timers), UINT64_MAX); /* no timer left behind */
	timers_free(l->timers);
	free(l);
}

static inline bool link_has(const struct link *l, const char *line)
{
	return strstr(l->text, line) != NULL;
}

#endif
