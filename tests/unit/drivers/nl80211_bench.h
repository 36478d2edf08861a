/* One interface of the nl80211 driver on the fake kernel, what it asked and what it told. Included
 * by one test program each. */
#ifndef TESTS_UNIT_DRIVERS_NL80211_BENCH_H
#define TESTS_UNIT_DRIVERS_NL80211_BENCH_H

#include "fake_kernel.h"

static const struct driver *const drv = &driver_nl80211;
static const uint8_t bss_a[MAC_LEN] = {2, 0, 0, 0, 0, 0xa}, bss_b[MAC_LEN] = {2, 0, 0, 0, 0, 0xb};

static const uint32_t fullmac[] = {NL80211_CMD_NEW_KEY, NL80211_CMD_SET_PMKSA, NL80211_CMD_CONNECT,
	NL80211_CMD_DISCONNECT, NL80211_CMD_START_AP};

/* --- one interface, and what it told --- */

struct bench {
	struct eloop *loop;
	struct drv *d;
	struct drv_if *i;
	struct drv_event last;
	unsigned events;
	uint8_t data[256]; /* what the last event's views show, one after the other */
	size_t data_len;
	bool close_inside; /* closes the interface from within the next event */
};

static inline void take(struct bench *b, const uint8_t *data, size_t len)
{
	if (!data)
		return;
	assert_true(b->data_len + len <= sizeof(b->data));
	memcpy(b->data + b->data_len, data, len);
	b->data_len += len;
}

static inline void on_event(void *ctx, const struct drv_event *ev)
{
	struct bench *b = ctx;
	b->last = *ev;
	b->events++;
	b->data_len = 0;
	if (ev->kind == DRV_EV_ROAM_AUTH) {
		take(b, ev->roam_auth.req_ies, ev->roam_auth.req_ies_len);
		take(b, ev->roam_auth.resp_ies, ev->roam_auth.resp_ies_len);
		take(b, ev->roam_auth.kck, ev->roam_auth.kck_len);
		take(b, ev->roam_auth.kek, ev->roam_auth.kek_len);
		take(b, ev->roam_auth.pmk, ev->roam_auth.pmk_len);
		take(b, ev->roam_auth.pmkid, ev->roam_auth.pmkid ? 16 : 0);
	} else if (ev->kind == DRV_EV_STA_NEW) {
		take(b, ev->mgmt.req_ies, ev->mgmt.req_ies_len);
	}
	if (!b->close_inside)
		return;
	b->close_inside = false;
	drv->if_close(b->i);
	b->i = NULL;
}

static inline void bit(unsigned n)
{
	fk.ext[n / 8] |= (uint8_t)(1u << (n % 8));
	if (fk.ext_len <= n / 8)
		fk.ext_len = n / 8 + 1;
}

static inline int setup(void **state)
{
	fk.commands = fullmac;
	fk.command_count = ARRAY_SIZE(fullmac);
	mac_copy(fk.bss[0], bss_a);
	mac_copy(fk.bss[1], bss_b);
	fk.bss_associated = -1;
	*state = calloc(1, sizeof(struct bench));
	return *state ? 0 : -1;
}

static inline void open_with(struct bench *b, enum drv_iftype type, const char *params)
{
	char text[256] = "";
	struct strbuf reason = strbuf_over(text, sizeof(text));
	const struct drv_if_params p = {
		.ifname = FK_IFNAME, .type = type, .event = on_event, .ctx = b};
	int err = 0;
	b->loop = eloop_new(ELOOP_VIRTUAL);
	b->d = drv->init(b->loop, params);
	assert_non_null(b->d);
	b->i = drv->if_open(b->d, &p, &err, &reason);
	assert_string_equal(text, "");
	assert_non_null(b->i);
	assert_int_equal(err, 0);
}

static inline void open_if(struct bench *b, enum drv_iftype type)
{
	open_with(b, type, NULL);
}

static inline void close_if(struct bench *b)
{
	drv->if_close(b->i);
	drv->deinit(b->d);
	eloop_free(b->loop);
	b->i = NULL;
	b->d = NULL;
	b->loop = NULL;
	fk_hang_up();
	fk_forget();
}

static inline int teardown(void **state)
{
	struct bench *b = *state;
	if (b->i)
		drv->if_close(b->i);
	if (b->d)
		drv->deinit(b->d);
	eloop_free(b->loop);
	fk_close();
	free(b);
	return 0;
}

/* The kernel tells; false when nothing came of it. */
static inline bool tell(struct bench *b, uint32_t group, struct nl_req *r)
{
	unsigned before = b->events;
	fk_event(group, r);
	eloop_advance(b->loop, 0);
	assert_true(b->events - before <= 1);
	return b->events != before;
}

static inline struct nl_req connect_result(const uint8_t *mac, uint16_t status)
{
	struct nl_req r = fk_if_event(NL80211_CMD_CONNECT);
	req_put_if(&r, NL80211_ATTR_MAC, mac, MAC_LEN);
	req_u16(&r, NL80211_ATTR_STATUS_CODE, status);
	return r;
}

static inline struct nl_req roamed(const uint8_t *mac)
{
	struct nl_req r = fk_if_event(NL80211_CMD_ROAM);
	req_put_if(&r, NL80211_ATTR_MAC, mac, MAC_LEN);
	return r;
}

static inline struct nl_req disconnected(uint16_t reason)
{
	struct nl_req r = fk_if_event(NL80211_CMD_DISCONNECT);
	req_u16(&r, NL80211_ATTR_REASON_CODE, reason);
	req_flag(&r, NL80211_ATTR_DISCONNECTED_BY_AP);
	return r;
}

static inline unsigned caps(struct bench *b)
{
	return drv->caps(b->i)->flags;
}

/* --- requests --- */

static struct nlattr *tb[NL80211_ATTR_MAX + 1];

/* The attributes of the n-th request of a command; it must be there. */
static inline const struct fk_request *request(uint8_t cmd, unsigned n)
{
	const struct fk_request *q = fk_nth(cmd, n);
	assert_non_null(q);
	assert_int_equal(genl_attrs(&q->h, tb, NL80211_ATTR_MAX), 0);
	return q;
}

/* Exactly these attributes beside the interface's number; list ends with 0. */
static inline void assert_only(const int *list)
{
	for (int a = 0; a <= NL80211_ATTR_MAX; a++) {
		bool listed = a == NL80211_ATTR_IFINDEX;
		for (const int *l = list; *l; l++)
			listed |= *l == a;
		if (listed != (tb[a] != NULL))
			fail_msg("attribute %d is %s", a, listed ? "missing" : "too much");
	}
	assert_int_equal(attr_u32(tb[NL80211_ATTR_IFINDEX]), FK_IFINDEX);
}
#define ONLY(...) assert_only((const int[]){__VA_ARGS__, 0})

static inline void assert_attr(const struct nlattr *a, const void *data, size_t len)
{
	assert_non_null(a);
	assert_int_equal(nla_len(a), len);
	assert_memory_equal(nla_data(a), data, len);
}

static inline uint8_t *pattern(uint8_t *out, size_t len, uint8_t first)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(first + i);
	return out;
}

static inline struct drv_assoc assoc_of(unsigned akm)
{
	struct drv_assoc a = {.ssid = (const uint8_t *)"home",
		.ssid_len = 4,
		.freq = 2437,
		.pairwise = CIPHER_CCMP,
		.group = CIPHER_CCMP,
		.akm = akm,
		.proto = PROTO_RSN,
		.control_port = true};
	mac_copy(a.bssid, bss_a);
	return a;
}

/* Connected with bss_a. */
static inline void link_up(struct bench *b)
{
	struct drv_assoc a = assoc_of(AKM_PSK);
	struct nl_req r = connect_result(bss_a, 0);
	assert_int_equal(drv->connect(b->i, &a), 0);
	assert_true(tell(b, FK_MLME, &r));
	assert_int_equal(b->last.kind, DRV_EV_CONNECT);
	assert_int_equal(b->i->sta.state, LINK_UP);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

#endif
