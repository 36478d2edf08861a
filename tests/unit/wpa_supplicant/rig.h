/* An interface with a driver that writes down what it is told, without loop or sockets. */
#ifndef TESTS_WPA_SUPPLICANT_RIG_H
#define TESTS_WPA_SUPPLICANT_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "wpa_supplicant/ctrl_iface.h"
#include "wpa_supplicant/supplicant_i.h"

static const uint8_t own[MAC_LEN] = {2, 0, 0, 0, 1, 0};
static const uint8_t ap1[MAC_LEN] = {2, 0, 0, 0, 0, 1}, ap2[MAC_LEN] = {2, 0, 0, 0, 0, 2};

struct rig {
	struct supplicant s;
	struct wpas_if w;
	struct wpas_keys *keys;
	struct driver ops;
	struct drv_caps caps;
	struct wpas_bss bss;
	int answer; /* of the driver */
	unsigned sets, dels, flushes;
	struct drv_pmksa last;
	uint8_t last_pmk[PMK_MAX_LEN];
	/* set_pmk and sync_pmk */
	unsigned pmks, syncs;
	uint8_t pmk[PMK_MAX_LEN], pmk_aa[MAC_LEN];
	/* send_eapol, deauthenticate */
	uint8_t sent[1024];
	size_t sent_len;
	bool sent_encrypted;
	unsigned deauth_reason;
	char events[1024];
};

/* The driver's instance is the rig. */
static struct rig *rig_of(void *drv)
{
	return drv;
}
static const struct drv_caps *caps(struct drv_if *i)
{
	return &rig_of(i)->caps;
}
static const uint8_t *addr(const struct drv_if *i)
{
	return own;
}
static int connect_it(struct drv_if *i, const struct drv_assoc *a)
{
	return 0;
}
static int pmksa_set(struct drv_if *i, const struct drv_pmksa *p)
{
	struct rig *r = rig_of(i);
	r->sets++;
	r->last = *p;
	memcpy(r->last_pmk, p->pmk, p->pmk_len);
	return r->answer;
}
static int pmksa_del(struct drv_if *i, const uint8_t bssid[MAC_LEN], const uint8_t pmkid[16])
{
	struct rig *r = rig_of(i);
	r->dels++;
	mac_copy(r->last.bssid, bssid);
	memcpy(r->last.pmkid, pmkid, 16);
	return r->answer;
}
static int pmksa_flush_it(struct drv_if *i)
{
	struct rig *r = rig_of(i);
	r->flushes++;
	return r->answer;
}
static int set_pmk(struct drv_if *i, const uint8_t bssid[MAC_LEN], const uint8_t *pmk, size_t len)
{
	struct rig *r = rig_of(i);
	r->pmks++;
	mac_copy(r->pmk_aa, bssid);
	assert_int_equal(len, PMK_LEN);
	memcpy(r->pmk, pmk, len);
	return r->answer;
}
static int sync_pmk(struct drv_if *i, const uint8_t *pmk, size_t len)
{
	struct rig *r = rig_of(i);
	r->syncs++;
	assert_int_equal(len, PMK_LEN);
	memcpy(r->pmk, pmk, len);
	return r->answer;
}
static int send_it(struct drv_if *i, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len,
	bool encrypt)
{
	struct rig *r = rig_of(i);
	assert_true(len <= sizeof(r->sent));
	memcpy(r->sent, packet, len);
	r->sent_len = len;
	r->sent_encrypted = encrypt;
	return 0;
}
static int deauthenticate(struct drv_if *i, const uint8_t bssid[MAC_LEN], unsigned reason)
{
	rig_of(i)->deauth_reason = reason;
	return 0;
}
static int set_authorized(struct drv_if *i, const uint8_t bssid[MAC_LEN], bool authorized)
{
	return 0;
}
static void on_event(void *ctx, const char *ifname, const char *text)
{
	struct rig *r = ctx;
	size_t len = strlen(r->events);
	snprintf(r->events + len, sizeof(r->events) - len, "%s\n", text);
}

static inline struct wpas_network *add_network(struct rig *r)
{
	struct cfg_error err;
	struct wpas_network *n = wpas_conf_add_network(r->w.conf, wpas_conf_free_id(r->w.conf));

	assert_int_equal(wpas_network_set(r->w.conf, n, "key_mgmt", "WPA-EAP", &err), 0);
	return n;
}

static inline struct rig *up(void)
{
	struct rig *r = calloc(1, sizeof(*r));

	r->s.timers = timers_new();
	timers_set_now(r->s.timers, 5 * USEC_PER_SEC);
	r->s.params.event = on_event;
	r->s.params.ctx = r;
	r->keys = wpas_keys_new();
	r->ops = (struct driver){.caps = caps,
		.addr = addr,
		.connect = connect_it,
		.pmksa_set = pmksa_set,
		.pmksa_del = pmksa_del,
		.pmksa_flush = pmksa_flush_it,
		.set_pmk = set_pmk,
		.sync_pmk = sync_pmk,
		.send_eapol = send_it,
		.deauthenticate = deauthenticate,
		.set_authorized = set_authorized};
	r->w = (struct wpas_if){.s = &r->s, .ops = &r->ops, .drv = (struct drv_if *)(void *)r};
	r->w.ap_scan = 1;
	TAILQ_INIT(&r->w.bss.list);
	TAILQ_INIT(&r->w.ignore.list);
	r->w.conf = wpas_conf_new(wpas_keys_table(r->keys));
	assert_int_equal(wpas_glue_init(&r->w), 0);
	r->w.conn = (struct wpas_connect){.net = add_network(r),
		.akm = AKM_8021X,
		.proto = PROTO_RSN,
		.by_driver = true,
		.bss = &r->bss};
	mac_copy(r->w.conn.bssid, ap1);
	return r;
}

static inline void down(struct rig *r)
{
	bytes_clear(&r->w.conn.rsn_ie);
	wpas_scan_cancel(&r->w);
	wpas_glue_free(&r->w);
	timer_stop(&r->w.conn.timeout);
	timer_stop(&r->w.offload.grace);
	wpas_ignore_free(&r->w.ignore);
	wpas_conf_free(r->w.conf);
	wpas_keys_free(r->keys);
	assert_int_equal(timers_next(r->s.timers), UINT64_MAX);
	timers_free(r->s.timers);
	free(r);
}

static inline void pass(struct rig *r, unsigned sec)
{
	timers_set_now(r->s.timers, timers_now(r->s.timers) + sec * USEC_PER_SEC);
	timers_run(r->s.timers);
}

static inline void assert_events(struct rig *r, const char *want)
{
	assert_string_equal(r->events, want);
	r->events[0] = '\0';
}

#endif
