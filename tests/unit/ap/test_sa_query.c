/* SA Query: what a second association request in the name of a protected station leads to
 * (IEEE 802.11-2020, 11.3.5.3, 11.13). */
#include <errno.h>

#include "rig.h"

#include "ap/ap_i.h"

#define TU 1024ull

static const uint8_t rsne[] = {0x30, 0x1a, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0,
	0x0f, 0xac, 2, 0x80, 0, 0, 0, 0, 0x0f, 0xac, 6};

static void rx(const struct writer *w)
{
	struct drv_event ev = {
		.kind = DRV_EV_MGMT_RX, .mgmt = {.frame = w->buf, .len = w->len, .freq = 2437}};
	ap_on_driver_event(rig.bss, &ev);
}

static void send_auth(void)
{
	uint8_t buf[64];
	struct writer w = writer_over(buf, sizeof(buf));
	mgmt_write(&w, STYPE_AUTH, rig_bssid, rig_sta, rig_bssid);
	writer_le16(&w, AUTH_OPEN);
	writer_le16(&w, 1);
	writer_le16(&w, 0);
	rx(&w);
}

static unsigned associate(void)
{
	static const uint8_t rates[] = {1, 8, 0x82, 0x84, 0x8b, 0x96, 12, 24, 48, 108};
	uint8_t buf[256];
	struct writer w = writer_over(buf, sizeof(buf));

	send_auth();
	mgmt_write(&w, STYPE_ASSOC_REQ, rig_bssid, rig_sta, rig_bssid);
	writer_le16(&w, CAP_ESS | CAP_PRIVACY | CAP_SHORT_SLOT);
	writer_le16(&w, 5);
	element_put(&w, EID_SSID, "net", 3);
	writer_bytes(&w, rates, sizeof(rates));
	writer_bytes(&w, rsne, sizeof(rsne));
	rx(&w);
	assert_int_equal(rig.frame[0], STYPE_ASSOC_RESP << 4);
	return rig.frame[26];
}

static void send_query(uint8_t action, uint16_t transaction)
{
	uint8_t buf[64];
	struct writer w = writer_over(buf, sizeof(buf));
	mgmt_write(&w, STYPE_ACTION, rig_bssid, rig_sta, rig_bssid);
	writer_u8(&w, CATEGORY_SA_QUERY);
	writer_u8(&w, action);
	writer_le16(&w, transaction);
	rx(&w);
}

static uint16_t last_query(uint8_t action)
{
	assert_int_equal(rig.frame_len, 28);
	assert_int_equal(rig.frame[0], STYPE_ACTION << 4);
	assert_memory_equal(rig.frame + 4, rig_sta, MAC_LEN);
	assert_int_equal(rig.frame[24], CATEGORY_SA_QUERY);
	assert_int_equal(rig.frame[25], action);
	return (uint16_t)(rig.frame[26] | rig.frame[27] << 8);
}

/* A protected station, its port open. */
static struct ap_sta *member(void)
{
	rig.cfg.ieee80211w = 1;
	rig.cfg.assoc_sa_query_max_timeout = 1000;
	rig.cfg.assoc_sa_query_retry_timeout = 201;
	rig.caps.ciphers |= CIPHER_BIP;
	rig_enable();
	assert_int_equal(associate(), 0);
	ap_assoc_resp_acked(ap_sta_find(rig.bss, rig_sta), true);
	struct ap_sta *s = ap_sta_find(rig.bss, rig_sta);
	assert_non_null(s);
	assert_true(s->mfp);
	ap_sta_authorize(s, NULL);
	return s;
}

static void test_answered(void **state)
{
	struct ap_sta *s = member();
	size_t len;

	assert_int_equal(associate(), STATUS_TRY_LATER);
	const uint8_t *e =
		element_find(rig.frame + 30, rig.frame_len - 30, EID_TIMEOUT_INTERVAL, 0, &len);
	assert_non_null(e);
	assert_memory_equal(e, "\x38\x05\x03\xe8\x03\x00\x00", 7);
	eloop_advance(rig.loop, 201 * TU);
	uint16_t id = last_query(SA_QUERY_REQUEST);
	send_query(SA_QUERY_RESPONSE, (uint16_t)(id + 1)); /* of nobody */
	assert_true(timer_running(&s->sa_query.timer));
	send_query(SA_QUERY_RESPONSE, (uint16_t)(id - 1)); /* to the first one */
	assert_false(timer_running(&s->sa_query.timer));
	unsigned frames = rig.frames;
	eloop_advance(rig.loop, 1200 * TU);
	assert_int_equal(rig.frames, frames);
	assert_int_equal(s->state, STA_AUTHORIZED);
	assert_int_equal(associate(), STATUS_TRY_LATER); /* and again */
}

static void test_not_answered(void **state)
{
	struct ap_sta *s = member();
	unsigned before = rig.frames;

	assert_int_equal(associate(), STATUS_TRY_LATER);
	assert_int_equal(rig.frames - before, 3); /* authentication, query, refusal */
	eloop_advance(rig.loop, 900 * TU);
	assert_int_equal(associate(), STATUS_TRY_LATER);
	assert_int_equal(s->state, STA_AUTHORIZED);
	eloop_advance(rig.loop, 400 * TU);
	assert_int_equal(s->state, STA_AUTHORIZED); /* until it associates */
	assert_int_equal(associate(), 0);
	assert_true(rig_has_event("AP-STA-DISCONNECTED"));
}

static void test_asked(void **state)
{
	struct ap_sta *s = member();

	send_query(SA_QUERY_REQUEST, 0x1234);
	assert_int_equal(last_query(SA_QUERY_RESPONSE), 0x1234);
	assert_int_equal(ap_sta_sa_query(s), 0);
	last_query(SA_QUERY_REQUEST);
	/* Too short: not read. */
	uint8_t buf[64];
	struct writer w = writer_over(buf, sizeof(buf));
	mgmt_write(&w, STYPE_ACTION, rig_bssid, rig_sta, rig_bssid);
	writer_u8(&w, CATEGORY_SA_QUERY);
	unsigned frames = rig.frames;
	rx(&w);
	assert_int_equal(rig.frames, frames);
}

static void test_required_without_hardware(void **state)
{
	char text[256] = "";
	struct strbuf reason = strbuf_over(text, sizeof(text));

	rig.cfg.ieee80211w = 2;
	assert_int_equal(ap_radio_enable(rig.radio, &reason), -EOPNOTSUPP);
	assert_non_null(strstr(text, "ieee80211w=2"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_answered),
		T(test_not_answered),
		T(test_asked),
		T(test_required_without_hardware),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
