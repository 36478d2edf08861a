/* Key derivation, MICs and both cores against a handshake captured from Debian's pair.
 * This program has its own random_bytes(), so that the cores take the nonces of the capture. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "rsn/authenticator.h"
#include "rsn/frame_i.h"
#include "rsn/supplicant.h"
#include "capture.h"

static uint8_t next_random[NONCE_LEN];

void random_bytes(void *out, size_t len)
{
	assert_true(len <= sizeof(next_random));
	memcpy(out, next_random, len);
}

static size_t unhex(const char *hex, uint8_t *out, size_t cap)
{
	int n = hex_decode(hex, strlen(hex), out, cap);
	assert_true(n > 0);
	return (size_t)n;
}

static void expect_hex(const uint8_t *got, const char *hex)
{
	uint8_t want[512];
	size_t n = unhex(hex, want, sizeof(want));
	assert_memory_equal(got, want, n);
}

static void cap_pmk(uint8_t pmk[PMK_LEN])
{
	assert_int_equal(psk_from_passphrase("password", (const uint8_t *)"IEEE", 4, pmk), 0);
}

static void expect_ptk(const struct ptk *p, const char *hex)
{
	uint8_t got[64];
	memcpy(got, p->kck, 16);
	memcpy(got + 16, p->kek, 16);
	memcpy(got + 32, p->tk, p->tk_len);
	assert_int_equal(strlen(hex) / 2, 32 + p->tk_len);
	expect_hex(got, hex);
}

static void test_captured_ptk(void **state)
{
	uint8_t pmk[PMK_LEN], m1[128], snonce[NONCE_LEN], id[16];
	struct rsn_frame f;
	struct ptk p;

	cap_pmk(pmk);
	unhex(cap_snonce, snonce, sizeof(snonce));
	assert_int_equal(rsn_frame_parse(m1, unhex(cap_m1, m1, sizeof(m1)), &f), 0);
	assert_int_equal(ptk_derive(pmk, PMK_LEN, AKM_PSK, CIPHER_CCMP, cap_aa, cap_spa, f.k.nonce,
				 snonce, &p),
		0);
	expect_ptk(&p, cap_ptk);
	/* who is who does not matter */
	assert_int_equal(ptk_derive(pmk, PMK_LEN, AKM_PSK, CIPHER_CCMP, cap_spa, cap_aa, snonce,
				 f.k.nonce, &p),
		0);
	expect_ptk(&p, cap_ptk);
	assert_int_equal(ptk_derive(pmk, PMK_LEN, AKM_PSK_SHA256, CIPHER_GCMP256, cap_aa, cap_spa,
				 f.k.nonce, snonce, &p),
		0);
	expect_ptk(&p, cap_ptk_sha256);
	assert_true(ptk_derive(pmk, PMK_LEN, AKM_FT_SAE, CIPHER_CCMP, cap_aa, cap_spa, f.k.nonce,
			    snonce, &p) < 0);
	assert_true(ptk_derive(pmk, PMK_LEN, AKM_PSK, CIPHER_NONE, cap_aa, cap_spa, f.k.nonce,
			    snonce, &p) < 0);
	assert_int_equal(pmkid_derive(pmk, PMK_LEN, cap_aa, cap_spa, AKM_PSK, id), 0);
	expect_hex(id, cap_pmkid);
	assert_int_equal(pmkid_derive(pmk, PMK_LEN, cap_aa, cap_spa, AKM_PSK_SHA256, id), 0);
	expect_hex(id, cap_pmkid_sha256);
}

static void test_captured_mics(void **state)
{
	static const char *const frames[] = {
		cap_m2, cap_m3, cap_m4, cap_g1_first, cap_g2_first, cap_g1_second, cap_g2_second};
	uint8_t ptk[48], packet[256];
	unhex(cap_ptk, ptk, sizeof(ptk));
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		struct rsn_frame f;
		size_t len = unhex(frames[i], packet, sizeof(packet));
		assert_int_equal(rsn_frame_parse(packet, len, &f), 0);
		assert_true(rsn_frame_mic_ok(&f, AKM_PSK, ptk));
		ptk[0] ^= 1;
		assert_false(rsn_frame_mic_ok(&f, AKM_PSK, ptk));
		ptk[0] ^= 1;
		/* the plain function, over a frame with a zeroed MIC */
		uint8_t mic[KEY_MIC_LEN];
		memset(packet + EAPOL_KEY_MIC_OFFSET, 0, KEY_MIC_LEN);
		assert_int_equal(
			eapol_key_mic(ptk, AKM_PSK, KEY_VERSION_AES_SHA1, packet, len, mic), 0);
		assert_memory_equal(mic, f.k.mic, KEY_MIC_LEN);
		assert_true(
			eapol_key_mic(ptk, AKM_PSK, KEY_VERSION_AKM_DEFINED, packet, len, mic) < 0);
	}
}

/* --- our supplicant in the place of Debian's */
struct replay {
	uint8_t sent[256];
	size_t sent_len;
	unsigned n_sent, done, rekeyed, disconnects;
	uint8_t tk[16], gtk[4][16];
};

static void supp_send_eapol(
	void *ctx, const uint8_t *dst, const uint8_t *packet, size_t len, bool encrypt)
{
	struct replay *r = ctx;
	assert_true(len <= sizeof(r->sent));
	memcpy(r->sent, packet, len);
	r->sent_len = len;
	r->n_sent++;
}

static int supp_set_ptk(void *ctx, unsigned cipher, const uint8_t *tk, size_t len)
{
	assert_int_equal(len, 16);
	memcpy(((struct replay *)ctx)->tk, tk, len);
	return 0;
}

static int supp_set_gtk(void *ctx, unsigned cipher, unsigned index, const uint8_t *gtk, size_t len,
	uint64_t rsc, bool tx)
{
	assert_int_equal(len, 16);
	memcpy(((struct replay *)ctx)->gtk[index], gtk, len);
	return 0;
}

static void supp_ignore(void *ctx)
{
}

static void supp_done(void *ctx, bool first)
{
	((struct replay *)ctx)->done++;
}

static void supp_rekeyed(void *ctx, unsigned cipher)
{
	((struct replay *)ctx)->rekeyed++;
}

static void supp_disconnect(void *ctx, unsigned reason)
{
	((struct replay *)ctx)->disconnects++;
}

static void feed(struct rsn_supp *s, struct replay *r, const char *rx, const char *tx)
{
	uint8_t packet[256], want[256];
	size_t len = unhex(rx, packet, sizeof(packet));
	unsigned before = r->n_sent;
	rsn_supp_rx(s, cap_aa, packet, len);
	assert_int_equal(r->n_sent, before + 1);
	len = unhex(tx, want, sizeof(want));
	assert_int_equal(r->sent_len, len);
	assert_memory_equal(r->sent, want, len); /* octet by octet what Debian's sent */
}

/* The RSN element both sides of the capture used: it is the key data of message 2. */
static size_t cap_ie(uint8_t ie[64])
{
	uint8_t m2[128];
	struct rsn_frame f;
	assert_int_equal(rsn_frame_parse(m2, unhex(cap_m2, m2, sizeof(m2)), &f), 0);
	memcpy(ie, f.k.data, f.k.data_len);
	return f.k.data_len;
}

static void test_supplicant_replay(void **state)
{
	static const struct rsn_supp_ops ops = {
		.send_eapol = supp_send_eapol,
		.set_ptk = supp_set_ptk,
		.set_gtk = supp_set_gtk,
		.on_4way = supp_ignore,
		.on_group_wait = supp_ignore,
		.on_done = supp_done,
		.on_group_rekeyed = supp_rekeyed,
		.disconnect = supp_disconnect,
	};
	struct replay r = {0};
	struct timers *timers = timers_new();
	struct rsn_supp *s = rsn_supp_new(timers, &ops, &r);
	uint8_t pmk[PMK_LEN], ie[64];
	size_t ie_len = cap_ie(ie);
	struct rsn_supp_assoc assoc = {.akm = AKM_PSK,
		.pairwise = CIPHER_CCMP,
		.group = CIPHER_CCMP,
		.assoc_ie = ie,
		.assoc_ie_len = ie_len,
		.ap_ie = ie,
		.ap_ie_len = ie_len,
		.eapol_version = 1};
	mac_copy(assoc.own, cap_spa);
	mac_copy(assoc.bssid, cap_aa);
	cap_pmk(pmk);
	rsn_supp_set_pmk(s, pmk, PMK_LEN);
	assert_int_equal(rsn_supp_associated(s, &assoc), 0);
	unhex(cap_snonce, next_random, NONCE_LEN);
	feed(s, &r, cap_m1, cap_m2);
	feed(s, &r, cap_m3, cap_m4);
	assert_int_equal(r.done, 1);
	expect_hex(r.tk, cap_ptk + 64);
	expect_hex(r.gtk[2], cap_gtk_0);
	feed(s, &r, cap_g1_first, cap_g2_first);
	expect_hex(r.gtk[1], cap_gtk_1);
	feed(s, &r, cap_g1_second, cap_g2_second);
	expect_hex(r.gtk[2], cap_gtk_2);
	assert_int_equal(r.rekeyed, 2);
	assert_int_equal(r.disconnects, 0);
	rsn_supp_free(s);
	timers_free(timers);
}

/* --- our authenticator in the place of Debian's */
struct ap_replay {
	unsigned n_sent, authorized;
	uint8_t last[256];
	uint8_t pmk[PMK_LEN], tk[16];
};

static void ap_send_eapol(void *ctx, void *sta_ctx, const uint8_t *packet, size_t len, bool encrypt)
{
	struct ap_replay *r = ctx;
	assert_true(len <= sizeof(r->last));
	memcpy(r->last, packet, len);
	r->n_sent++;
}

static bool ap_psk(void *ctx, void *sta_ctx, unsigned n, struct rsn_psk *out)
{
	*out = (struct rsn_psk){.pmk = ((struct ap_replay *)ctx)->pmk};
	return n == 0;
}

static int ap_set_ptk(void *ctx, void *sta_ctx, unsigned cipher, const uint8_t *tk, size_t len)
{
	assert_int_equal(len, 16);
	memcpy(((struct ap_replay *)ctx)->tk, tk, len);
	return 0;
}

static int ap_set_gtk(void *ctx, unsigned cipher, unsigned index, const uint8_t *gtk, size_t len)
{
	return 0;
}

static uint64_t ap_gtk_rsc(void *ctx, unsigned index)
{
	return 0;
}

static void ap_authorized(void *ctx, void *sta_ctx, const struct rsn_psk *psk)
{
	((struct ap_replay *)ctx)->authorized++;
}

static void ap_ignore(void *ctx, void *sta_ctx)
{
}

static void ap_disconnect(void *ctx, void *sta_ctx, unsigned reason)
{
	fail_msg("disconnected with reason %u", reason);
}

static void test_authenticator_replay(void **state)
{
	static const struct rsn_auth_ops ops = {
		.send_eapol = ap_send_eapol,
		.psk = ap_psk,
		.set_ptk = ap_set_ptk,
		.set_gtk = ap_set_gtk,
		.gtk_rsc = ap_gtk_rsc,
		.authorized = ap_authorized,
		.on_4way_done = ap_ignore,
		.psk_mismatch = ap_ignore,
		.disconnect = ap_disconnect,
	};
	struct ap_replay r = {0};
	struct timers *timers = timers_new();
	uint8_t ie[64], packet[256];
	size_t ie_len = cap_ie(ie);
	struct rsn_auth_config cfg = {.raw_ie = ie, .raw_ie_len = ie_len, .eapol_version = 2};
	mac_copy(cfg.bssid, cap_aa);
	assert_int_equal(rsn_ie_parse(ie, ie_len, &cfg.ie), 0);
	cap_pmk(r.pmk);
	struct rsn_auth *a = rsn_auth_new(timers, &cfg, &ops, &r);
	assert_int_equal(rsn_auth_start(a), 0);
	struct rsn_auth_sta *s = rsn_auth_sta_new(a, cap_spa, ie, ie_len, NULL);
	size_t m1_len = unhex(cap_m1, packet, sizeof(packet));
	memcpy(next_random, packet + 17, NONCE_LEN); /* the ANonce */
	rsn_auth_sta_start(s);
	assert_memory_equal(r.last, packet, m1_len); /* octet by octet what Debian's sent */
	rsn_auth_sta_rx(s, packet, unhex(cap_m2, packet, sizeof(packet)));
	assert_int_equal(r.n_sent, 2);
	unhex(cap_m3, packet, sizeof(packet));
	assert_memory_equal(r.last, packet, EAPOL_KEY_MIC_OFFSET); /* then another GTK */
	rsn_auth_sta_rx(s, packet, unhex(cap_m4, packet, sizeof(packet)));
	assert_int_equal(r.authorized, 1);
	expect_hex(r.tk, cap_ptk + 64);
	rsn_auth_sta_free(s);
	rsn_auth_free(a);
	timers_free(timers);
}

static void test_key_versions(void **state)
{
	assert_int_equal(eapol_key_version(AKM_PSK, CIPHER_CCMP), KEY_VERSION_AES_SHA1);
	assert_int_equal(eapol_key_version(AKM_PSK, CIPHER_TKIP), KEY_VERSION_RC4_MD5);
	assert_int_equal(eapol_key_version(AKM_PSK_SHA256, CIPHER_CCMP), KEY_VERSION_AES_CMAC);
	assert_int_equal(eapol_key_version(AKM_SAE, CIPHER_CCMP), KEY_VERSION_AKM_DEFINED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_captured_ptk),
		cmocka_unit_test(test_captured_mics),
		cmocka_unit_test(test_supplicant_replay),
		cmocka_unit_test(test_authenticator_replay),
		cmocka_unit_test(test_key_versions),
	};
	return cmocka_run_group_tests_name("captured handshake", tests, NULL, NULL);
}
