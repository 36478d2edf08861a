/* Our supplicant in the place of Debian's, for each key management: the handshake from its start,
 * taken over after the driver ran it, and with a cached PMKSA. Answers are compared octet by octet.
 * This program has its own random_bytes(), so that the core takes the nonces of the capture. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "rsn/frame_i.h"
#include "rsn/supplicant.h"
#include "capture.h"
#include "capture_akms.h"

static uint8_t next_random[NONCE_LEN];

void random_bytes(void *out, size_t len)
{
	assert_true(len <= sizeof(next_random));
	memcpy(out, next_random, len);
}

struct side {
	const struct akm_capture *c;
	struct timers *timers;
	struct rsn_supp *supp;
	struct rsn_supp_assoc assoc;
	uint8_t ie[64], ap_ie[64], pmk[PMK_LEN];
	uint8_t sent[256];
	size_t sent_len;
	bool encrypted;
	unsigned n_sent, on_4way, done_first, done_rekey, group_rekeys, disconnects, mismatches;
	unsigned ptk_sets, gtk_sets;
	uint8_t tk[16], gtk[4][16];
};

static size_t unhex(const char *hex, uint8_t *out, size_t cap)
{
	int n = hex_decode(hex, strlen(hex), out, cap);
	assert_true(n > 0);
	return (size_t)n;
}

static void expect_hex(const uint8_t *got, const char *hex)
{
	uint8_t want[64];
	size_t n = unhex(hex, want, sizeof(want));
	assert_memory_equal(got, want, n);
}

static void on_send(void *ctx, const uint8_t *dst, const uint8_t *packet, size_t len, bool encrypt)
{
	struct side *s = ctx;
	assert_true(len <= sizeof(s->sent));
	memcpy(s->sent, packet, len);
	s->sent_len = len;
	s->encrypted = encrypt;
	s->n_sent++;
}

static int on_set_ptk(void *ctx, unsigned cipher, const uint8_t *tk, size_t len)
{
	struct side *s = ctx;
	assert_int_equal(len, sizeof(s->tk));
	memcpy(s->tk, tk, len);
	s->ptk_sets++;
	return 0;
}

static int on_set_gtk(void *ctx, unsigned cipher, unsigned index, const uint8_t *gtk, size_t len,
	uint64_t rsc, bool tx)
{
	struct side *s = ctx;
	assert_int_equal(len, sizeof(s->gtk[0]));
	memcpy(s->gtk[index], gtk, len);
	s->gtk_sets++;
	return 0;
}

static void on_4way(void *ctx)
{
	((struct side *)ctx)->on_4way++;
}

static void on_group_wait(void *ctx)
{
}

static void on_done(void *ctx, bool first)
{
	struct side *s = ctx;
	if (first)
		s->done_first++;
	else
		s->done_rekey++;
}

static void on_group_rekeyed(void *ctx, unsigned cipher)
{
	((struct side *)ctx)->group_rekeys++;
}

static void on_disconnect(void *ctx, unsigned reason)
{
	((struct side *)ctx)->disconnects++;
}

static void on_mismatch(void *ctx)
{
	((struct side *)ctx)->mismatches++;
}

static const struct rsn_supp_ops ops = {
	.send_eapol = on_send,
	.set_ptk = on_set_ptk,
	.set_gtk = on_set_gtk,
	.on_4way = on_4way,
	.on_group_wait = on_group_wait,
	.on_done = on_done,
	.on_group_rekeyed = on_group_rekeyed,
	.disconnect = on_disconnect,
	.pmkid_mismatch = on_mismatch,
};

static void side_new(struct side *s, const struct akm_capture *c)
{
	uint8_t m2[256];
	struct rsn_frame f;

	*s = (struct side){.c = c, .timers = timers_new()};
	s->supp = rsn_supp_new(s->timers, &ops, s);
	unhex(c->pmk, s->pmk, sizeof(s->pmk));
	/* The element of the association request is the key data of message 2. */
	assert_int_equal(rsn_frame_parse(m2, unhex(c->x[X_M1].tx, m2, sizeof(m2)), &f), 0);
	memcpy(s->ie, f.k.data, f.k.data_len);
	s->assoc = (struct rsn_supp_assoc){.akm = c->akm,
		.pairwise = CIPHER_CCMP,
		.group = CIPHER_CCMP,
		.assoc_ie = s->ie,
		.assoc_ie_len = f.k.data_len,
		.ap_ie = s->ap_ie,
		.ap_ie_len = unhex(c->ap_ie, s->ap_ie, sizeof(s->ap_ie)),
		.eapol_version = 1};
	mac_copy(s->assoc.own, cap_spa);
	mac_copy(s->assoc.bssid, cap_aa);
}

static void side_free(struct side *s)
{
	assert_int_equal(s->disconnects, 0);
	rsn_supp_free(s->supp);
	timers_free(s->timers);
}

static void receive(struct side *s, unsigned which)
{
	uint8_t packet[256];
	size_t len = unhex(s->c->x[which].rx, packet, sizeof(packet));

	unhex(s->c->snonce[which >= X_REKEY_M1], next_random, NONCE_LEN);
	rsn_supp_rx(s->supp, cap_aa, packet, len);
}

/* Received, and answered as Debian's did. */
static void answered(struct side *s, unsigned which)
{
	uint8_t want[256];
	size_t len = unhex(s->c->x[which].tx, want, sizeof(want));
	unsigned before = s->n_sent;

	receive(s, which);
	assert_int_equal(s->n_sent, before + 1);
	assert_int_equal(s->sent_len, len);
	assert_memory_equal(s->sent, want, len);
}

static void unanswered(struct side *s, unsigned which)
{
	unsigned before = s->n_sent;
	receive(s, which);
	assert_int_equal(s->n_sent, before);
}

static void expect_keys(const struct side *s, uint64_t replay)
{
	struct rsn_supp_keys k;
	assert_true(rsn_supp_keys(s->supp, &k));
	assert_int_equal(k.kck_len, 16);
	assert_int_equal(k.kek_len, 16);
	expect_hex(k.kck, s->c->kck);
	expect_hex(k.kek, s->c->kek);
	assert_true(k.has_replay);
	assert_int_equal(k.replay, replay);
}

static void group_rekeyings(struct side *s)
{
	answered(s, X_GROUP_1);
	expect_hex(s->gtk[2], s->c->gtk[1]);
	unanswered(s, X_GROUP_1); /* its counter is used */
	answered(s, X_GROUP_2);
	expect_hex(s->gtk[1], s->c->gtk[2]);
	assert_int_equal(s->group_rekeys, 2);
	expect_keys(s, 4);
}

static void pairwise_rekeying(struct side *s)
{
	unsigned gtks = s->gtk_sets, steps = s->on_4way;

	answered(s, X_REKEY_M1);
	assert_true(s->encrypted);
	answered(s, X_REKEY_M3);
	assert_true(s->encrypted);
	expect_hex(s->tk, s->c->tk[1]);
	assert_int_equal(s->gtk_sets, gtks); /* the same as before */
	assert_int_equal(s->on_4way, steps);
	assert_int_equal(s->done_rekey, 1);
}

static void each(void (*test)(const struct akm_capture *c))
{
	for (size_t i = 0; i < ARRAY_SIZE(akm_captures); i++) {
		print_message("-- %s\n", akm_captures[i].name);
		test(&akm_captures[i]);
	}
}

static void host_run(const struct akm_capture *c)
{
	struct side s;
	struct rsn_supp_keys k;

	side_new(&s, c);
	rsn_supp_set_pmk(s.supp, s.pmk, PMK_LEN);
	assert_int_equal(rsn_supp_associated(s.supp, &s.assoc), 0);
	assert_false(rsn_supp_keys(s.supp, &k));
	assert_null(k.kck);
	answered(&s, X_M1);
	assert_false(s.encrypted);
	answered(&s, X_M3);
	assert_int_equal(s.done_first, 1);
	expect_hex(s.tk, c->tk[0]);
	expect_hex(s.gtk[1], c->gtk[0]);
	expect_keys(&s, 2);
	group_rekeyings(&s);
	pairwise_rekeying(&s);
	side_free(&s);
}

static void test_host_run(void **state)
{
	each(host_run);
}

/* The driver ran the 4-way handshake of the capture and tells what it left. */
static void synced(const struct akm_capture *c)
{
	struct side s;
	uint8_t kck[16], kek[16];
	struct rsn_supp_keys k = {.kck = kck,
		.kck_len = unhex(c->kck, kck, sizeof(kck)),
		.kek = kek,
		.kek_len = unhex(c->kek, kek, sizeof(kek)),
		.has_replay = true,
		.replay = 2};

	side_new(&s, c);
	assert_int_equal(rsn_supp_synced(s.supp, &s.assoc, &k), 0);
	assert_true(rsn_supp_has_ptk(s.supp));
	expect_keys(&s, 2);
	group_rekeyings(&s);
	unanswered(&s, X_REKEY_M1); /* no PMK */
	rsn_supp_set_pmk(s.supp, s.pmk, PMK_LEN);
	pairwise_rekeying(&s);
	assert_int_equal(s.ptk_sets, 1);
	assert_int_equal(s.on_4way + s.done_first, 0);
	side_free(&s);
}

static void test_synced(void **state)
{
	each(synced);
}

/* The suites decide what the keys mean: with another AKM of the same key lengths nothing fits. */
static void other_akm(const struct akm_capture *c)
{
	static const unsigned akms[] = {AKM_PSK, AKM_PSK_SHA256, AKM_SAE, AKM_OWE};

	for (size_t i = 0; i < ARRAY_SIZE(akms); i++) {
		struct side s;
		uint8_t kck[16], kek[16];
		struct rsn_supp_keys k = {.kck = kck,
			.kck_len = unhex(c->kck, kck, sizeof(kck)),
			.kek = kek,
			.kek_len = unhex(c->kek, kek, sizeof(kek))};
		unsigned version = eapol_key_version(akms[i], CIPHER_CCMP);
		if (version && version == eapol_key_version(c->akm, CIPHER_CCMP))
			continue; /* PSK and 802.1X: the same MIC */
		side_new(&s, c);
		s.assoc.akm = akms[i];
		assert_int_equal(rsn_supp_synced(s.supp, &s.assoc, &k), 0);
		if (akms[i] == c->akm)
			answered(&s, X_GROUP_1);
		else
			unanswered(&s, X_GROUP_1);
		side_free(&s);
	}
}

static void test_other_akm(void **state)
{
	each(other_akm);
}

/* --- PMKID in message 1 */

static struct pmksa pmksa_of(const struct side *s)
{
	struct pmksa e = {.pmk_len = PMK_LEN, .akm = s->c->akm};
	memcpy(e.pmk, s->pmk, PMK_LEN);
	if (s->c->pmkid)
		unhex(s->c->pmkid, e.pmkid, sizeof(e.pmkid));
	return e;
}

static bool mib_has(const struct side *s, const char *name, const char *value)
{
	const struct rsn_supp_limits limits = {43200, 70, 60};
	char mib[2048], line[128];
	struct strbuf out = strbuf_over(mib, sizeof(mib));

	rsn_supp_mib(s->supp, &limits, &out);
	snprintf(line, sizeof(line), "\n%s=%s\n", name, value);
	return strstr(mib, line) != NULL;
}

static void pmksa_known(const struct akm_capture *c)
{
	struct side s;

	side_new(&s, c);
	struct pmksa e = pmksa_of(&s);
	rsn_supp_set_pmksa(s.supp, &e);
	assert_int_equal(rsn_supp_associated(s.supp, &s.assoc), 0);
	answered(&s, X_M1);
	answered(&s, X_M3);
	assert_int_equal(s.done_first, 1);
	assert_int_equal(s.mismatches, 0);
	if (c->pmkid)
		assert_true(mib_has(&s, "dot11RSNAPMKIDUsed", c->pmkid));
	rsn_supp_set_pmk(s.supp, s.pmk, PMK_LEN);
	assert_true(mib_has(&s, "dot11RSNAPMKIDUsed", ""));
	side_free(&s);
}

/* The AP lost our PMKSA: no answer until EAP gave another PMK. */
static void pmksa_lost(const struct akm_capture *c)
{
	struct side s;

	if (!c->pmkid)
		return;
	side_new(&s, c);
	struct pmksa e = pmksa_of(&s);
	e.pmkid[15] ^= 1;
	e.pmk[0] ^= 1;
	rsn_supp_set_pmksa(s.supp, &e);
	for (unsigned i = 1; i <= 2; i++) { /* told once in each association */
		assert_int_equal(rsn_supp_associated(s.supp, &s.assoc), 0);
		unanswered(&s, X_M1);
		unanswered(&s, X_M1);
		assert_int_equal(s.mismatches, i);
	}
	assert_int_equal(s.on_4way, 0);
	rsn_supp_set_pmk(s.supp, s.pmk, PMK_LEN);
	answered(&s, X_M1);
	answered(&s, X_M3);
	assert_int_equal(s.done_first, 1);
	side_free(&s);
}

/* A forged or late message 1 takes no link down. */
static void pmksa_other_when_keyed(const struct akm_capture *c)
{
	struct side s;

	if (!c->pmkid)
		return;
	side_new(&s, c);
	struct pmksa e = pmksa_of(&s);
	rsn_supp_set_pmksa(s.supp, &e);
	assert_int_equal(rsn_supp_associated(s.supp, &s.assoc), 0);
	answered(&s, X_M1);
	answered(&s, X_M3);
	e.pmkid[0] ^= 1;
	rsn_supp_set_pmksa(s.supp, &e);
	unanswered(&s, X_REKEY_M1);
	assert_int_equal(s.mismatches, 0);
	answered(&s, X_GROUP_1);
	side_free(&s);
}

static void test_pmkid(void **state)
{
	each(pmksa_known);
	each(pmksa_lost);
	each(pmksa_other_when_keyed);
}

/* Key data of message 1 that is no list of elements. */
static void test_pmkid_malformed(void **state)
{
	struct side s;
	uint8_t packet[256];

	side_new(&s, &akm_captures[0]);
	struct pmksa e = pmksa_of(&s);
	rsn_supp_set_pmksa(s.supp, &e);
	assert_int_equal(rsn_supp_associated(s.supp, &s.assoc), 0);
	size_t len = unhex(s.c->x[X_M1].rx, packet, sizeof(packet));
	for (unsigned n = 0; n < 256; n++) {
		packet[EAPOL_KEY_MIN_LEN + 1] = (uint8_t)n; /* length of the KDE */
		unsigned before = s.n_sent;
		rsn_supp_rx(s.supp, cap_aa, packet, len);
		/* 0: padding, so there is no PMKID */
		assert_int_equal(s.n_sent, before + (n == 0 || n == 20));
	}
	assert_int_equal(s.mismatches, 0);
	side_free(&s);
}

static void test_pmkid_derived(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(akm_captures); i++) {
		const struct akm_capture *c = &akm_captures[i];
		bool eap = c->akm & (AKM_8021X | AKM_8021X_SHA256);
		uint8_t pmk[PMK_LEN], id[16];

		unhex(c->pmk, pmk, sizeof(pmk));
		int err = pmkid_derive(pmk, PMK_LEN, cap_aa, cap_spa, c->akm, id);
		assert_int_equal(err, eap ? 0 : -ENOTSUP);
		if (eap)
			expect_hex(id, c->pmkid);
	}
}

static void test_key_lens(void **state)
{
	size_t kck, kek;

	for (size_t i = 0; i < ARRAY_SIZE(akm_captures); i++) {
		assert_true(akm_key_lens(akm_captures[i].akm, &kck, &kek));
		assert_int_equal(kck, 16);
		assert_int_equal(kek, 16);
	}
	assert_false(akm_key_lens(AKM_SUITE_B_192, &kck, &kek));
	assert_int_equal(kck + kek, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_host_run),
		cmocka_unit_test(test_synced),
		cmocka_unit_test(test_other_akm),
		cmocka_unit_test(test_pmkid),
		cmocka_unit_test(test_pmkid_malformed),
		cmocka_unit_test(test_pmkid_derived),
		cmocka_unit_test(test_key_lens),
	};
	return cmocka_run_group_tests_name("key managements", tests, NULL, NULL);
}
