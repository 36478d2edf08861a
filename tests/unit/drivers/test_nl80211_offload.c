/* What drivers that take part in key management can do and are asked over nl80211: each request
 * attribute by attribute, each error, against a kernel of our own below the sockets. */
#include "nl80211_bench.h"

/* --- capabilities --- */

static void test_caps_none(void **state)
{
	struct bench *b = *state;
	open_if(b, DRV_IF_STATION);
	assert_int_equal(caps(b), DRV_CAP_AP | DRV_CAP_STATION | DRV_CAP_HOST_KEYS | DRV_CAP_PMKSA);
	assert_int_equal(fk_times(NL80211_CMD_VENDOR), 0); /* not asked what it does not have */
}

static void test_caps_bits(void **state)
{
	static const struct {
		unsigned bit, flag;
	} rows[] = {{15, DRV_CAP_PSK_OFFLOAD}, {16, DRV_CAP_1X_OFFLOAD}, {38, DRV_CAP_SAE_OFFLOAD},
		{65, DRV_CAP_OWE_OFFLOAD}, {50, DRV_CAP_AP_PSK_OFFLOAD}};
	struct bench *b = *state;
	unsigned bare;
	open_if(b, DRV_IF_STATION);
	bare = caps(b);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		memset(fk.ext, 0, sizeof(fk.ext));
		fk.ext_len = 0;
		bit(rows[i].bit);
		assert_int_equal(drv->refresh_caps(b->i), 0);
		assert_int_equal(caps(b), bare | rows[i].flag);
		/* The kernel sends as many octets as it knows bits of. */
		fk.ext_len = rows[i].bit / 8;
		assert_int_equal(drv->refresh_caps(b->i), 0);
		assert_int_equal(caps(b), bare);
	}
	/* Neighbours of theirs, and AP bits of what we take from stations. */
	memset(fk.ext, 0, sizeof(fk.ext));
	bit(14), bit(17), bit(37), bit(39), bit(49), bit(51), bit(64), bit(66);
	assert_int_equal(drv->refresh_caps(b->i), 0);
	assert_int_equal(caps(b), bare);
}

static void test_caps_others(void **state)
{
	static const uint32_t none[] = {NL80211_CMD_CONNECT};
	static const uint32_t sme[] = {
		NL80211_CMD_CONNECT, NL80211_CMD_AUTHENTICATE, NL80211_CMD_ASSOCIATE};
	struct bench *b = *state;
	fk.commands = none;
	fk.command_count = ARRAY_SIZE(none);
	fk.roams = fk.ap_sme = true;
	fk.features = NL80211_FEATURE_SAE;
	open_if(b, DRV_IF_STATION);
	assert_int_equal(caps(b), DRV_CAP_AP | DRV_CAP_STATION | DRV_CAP_ROAMING | DRV_CAP_AP_SME |
					  DRV_CAP_EXTERNAL_AUTH);
	/* Who authenticates with us sends SAE frames for us, too. */
	fk.commands = sme;
	fk.command_count = ARRAY_SIZE(sme);
	fk.roams = fk.ap_sme = false;
	assert_int_equal(drv->refresh_caps(b->i), 0);
	assert_int_equal(caps(b), DRV_CAP_AP | DRV_CAP_STATION | DRV_CAP_SME | DRV_CAP_4ADDR_STA);
	/* What cannot be read stays as it was. */
	fk_fail(NL80211_CMD_GET_WIPHY, -EINVAL, 1);
	fk.roams = true;
	assert_int_equal(drv->refresh_caps(b->i), -EINVAL);
	assert_false(caps(b) & DRV_CAP_ROAMING);
}

static void test_caps_vendor(void **state)
{
	struct bench *b = *state;
	fk.vendor = true;
	fk.vendor_features[0] = 0x01;
	open_if(b, DRV_IF_STATION);
	assert_true(caps(b) & DRV_CAP_KEY_MGMT_SYNC);
	request(NL80211_CMD_VENDOR, 0);
	ONLY(NL80211_ATTR_VENDOR_ID, NL80211_ATTR_VENDOR_SUBCMD);
	assert_int_equal(attr_u32(tb[NL80211_ATTR_VENDOR_ID]), 0x001374);
	assert_int_equal(attr_u32(tb[NL80211_ATTR_VENDOR_SUBCMD]), 55);
	/* New channels: the radio is read again, the vendor's answer stays. */
	b->i->phy->stale = true;
	assert_true(caps(b) & DRV_CAP_KEY_MGMT_SYNC);
	/* Other features of the vendor are none of ours. */
	fk.vendor_features[0] = 0xfe;
	fk.vendor_features[3] = 0xff;
	assert_int_equal(drv->refresh_caps(b->i), 0);
	assert_false(caps(b) & DRV_CAP_KEY_MGMT_SYNC);
	/* No answer, and an error, are no feature. */
	fk.vendor_features[0] = 0x01;
	fk.no_vendor_answer = true;
	assert_int_equal(drv->refresh_caps(b->i), 0);
	assert_false(caps(b) & DRV_CAP_KEY_MGMT_SYNC);
	fk.no_vendor_answer = false;
	fk_fail(NL80211_CMD_VENDOR, -EOPNOTSUPP, 1);
	assert_int_equal(drv->refresh_caps(b->i), 0);
	assert_false(caps(b) & DRV_CAP_KEY_MGMT_SYNC);
	assert_int_equal(drv->refresh_caps(b->i), 0);
	assert_true(caps(b) & DRV_CAP_KEY_MGMT_SYNC);
}

/* --- CONNECT --- */

#define CONNECT_ATTRS                                                                              \
	NL80211_ATTR_MAC, NL80211_ATTR_WIPHY_FREQ, NL80211_ATTR_SSID, NL80211_ATTR_WPA_VERSIONS,   \
		NL80211_ATTR_CIPHER_SUITES_PAIRWISE, NL80211_ATTR_CIPHER_SUITE_GROUP,              \
		NL80211_ATTR_AKM_SUITES, NL80211_ATTR_SOCKET_OWNER, NL80211_ATTR_CONTROL_PORT

static void test_connect_psk(void **state)
{
	struct bench *b = *state;
	struct drv_assoc a = assoc_of(AKM_PSK);
	uint8_t pmk[32];
	open_if(b, DRV_IF_STATION);
	assert_int_equal(drv->connect(b->i, &a), 0);
	const struct fk_request *q = request(NL80211_CMD_CONNECT, 0);
	ONLY(CONNECT_ATTRS);
	/* EAPOL comes to the socket that asked, which also ends the link when it closes. */
	assert_int_equal(q->sock, b->i->own.fd);
	fk_forget();
	a.pmk = pattern(pmk, sizeof(pmk), 1);
	assert_int_equal(drv->connect(b->i, &a), 0);
	request(NL80211_CMD_CONNECT, 0);
	ONLY(CONNECT_ATTRS, NL80211_ATTR_PMK);
	assert_attr(tb[NL80211_ATTR_PMK], pmk, 32);
	assert_int_equal(attr_u32(tb[NL80211_ATTR_AKM_SUITES]), 0x000fac02);
	/* The kernel's bits are others than we thought. */
	fk_fail(NL80211_CMD_CONNECT, -EINVAL, 1);
	assert_int_equal(drv->connect(b->i, &a), -EINVAL);
}

static void test_connect_1x_owe(void **state)
{
	struct bench *b = *state;
	struct drv_assoc a = assoc_of(AKM_8021X);
	open_if(b, DRV_IF_STATION);
	a.offload_1x = true;
	assert_int_equal(drv->connect(b->i, &a), 0);
	request(NL80211_CMD_CONNECT, 0);
	ONLY(CONNECT_ATTRS, NL80211_ATTR_WANT_1X_4WAY_HS);
	fk_forget();
	a = assoc_of(AKM_OWE);
	assert_int_equal(drv->connect(b->i, &a), 0);
	request(NL80211_CMD_CONNECT, 0);
	ONLY(CONNECT_ATTRS); /* the driver needs nothing */
	assert_int_equal(attr_u32(tb[NL80211_ATTR_AKM_SUITES]), 0x000fac12);
}

static void test_connect_sae(void **state)
{
	struct bench *b = *state;
	struct drv_assoc a = assoc_of(AKM_SAE);
	a.sae_password = (const uint8_t *)"correct horse";
	a.sae_password_len = 13;
	a.mfp = true;
	open_if(b, DRV_IF_STATION);
	for (unsigned pwe = 0; pwe < 3; pwe++) {
		a.sae_pwe = pwe;
		assert_int_equal(drv->connect(b->i, &a), 0);
		request(NL80211_CMD_CONNECT, pwe);
		ONLY(CONNECT_ATTRS, NL80211_ATTR_AUTH_TYPE, NL80211_ATTR_SAE_PASSWORD,
			NL80211_ATTR_SAE_PWE, NL80211_ATTR_USE_MFP);
		assert_int_equal(attr_u32(tb[NL80211_ATTR_AUTH_TYPE]), 4);
		assert_attr(tb[NL80211_ATTR_SAE_PASSWORD], "correct horse", 13); /* without 0 */
		assert_int_equal(nla_len(tb[NL80211_ATTR_SAE_PWE]), 1);
		assert_int_equal(attr_u8(tb[NL80211_ATTR_SAE_PWE]), pwe + 1);
	}
}

static void test_connect_hint(void **state)
{
	struct bench *b = *state;
	struct drv_assoc a = assoc_of(AKM_PSK);
	a.bssid_is_hint = true;
	open_if(b, DRV_IF_STATION);
	assert_int_equal(drv->connect(b->i, &a), 0);
	request(NL80211_CMD_CONNECT, 0);
	assert_null(tb[NL80211_ATTR_MAC]);
	assert_null(tb[NL80211_ATTR_WIPHY_FREQ]);
	assert_attr(tb[NL80211_ATTR_MAC_HINT], bss_a, MAC_LEN);
	assert_int_equal(attr_u32(tb[NL80211_ATTR_WIPHY_FREQ_HINT]), 2437);
	/* Nothing to say: nothing said. */
	a.freq = 0;
	memset(a.bssid, 0, MAC_LEN);
	assert_int_equal(drv->connect(b->i, &a), 0);
	request(NL80211_CMD_CONNECT, 1);
	assert_null(tb[NL80211_ATTR_MAC_HINT]);
	assert_null(tb[NL80211_ATTR_WIPHY_FREQ_HINT]);
	assert_null(tb[NL80211_ATTR_MAC]);
}

/* EAPOL is sent over nl80211 with the first version of its control port, received with the second.
 */
static void test_control_port(void **state)
{
	struct bench *b = *state;
	struct drv_assoc a = assoc_of(AKM_PSK);
	bit(26);
	open_if(b, DRV_IF_STATION);
	assert_true(caps(b) & DRV_CAP_CONTROL_PORT);
	assert_true(b->i->packet.fd >= 0);
	assert_int_equal(drv->connect(b->i, &a), 0);
	request(NL80211_CMD_CONNECT, 0);
	assert_null(tb[NL80211_ATTR_CONTROL_PORT_OVER_NL80211]);
	assert_null(tb[NL80211_ATTR_CONTROL_PORT_NO_PREAUTH]);
	assert_int_equal(drv->send_eapol(b->i, bss_a, (const uint8_t *)"\2\3\0\0", 4, false), 0);
	request(NL80211_CMD_CONTROL_PORT_FRAME, 0);
	ONLY(NL80211_ATTR_CONTROL_PORT_ETHERTYPE, NL80211_ATTR_MAC, NL80211_ATTR_FRAME,
		NL80211_ATTR_CONTROL_PORT_NO_ENCRYPT);
	close_if(b);
	bit(42);
	open_if(b, DRV_IF_STATION);
	assert_int_equal(b->i->packet.fd, -1);
	assert_int_equal(drv->connect(b->i, &a), 0);
	request(NL80211_CMD_CONNECT, 0);
	ONLY(CONNECT_ATTRS, NL80211_ATTR_CONTROL_PORT_ETHERTYPE,
		NL80211_ATTR_CONTROL_PORT_OVER_NL80211, NL80211_ATTR_CONTROL_PORT_NO_PREAUTH);
	/* Switched off by the user: neither. */
	close_if(b);
	open_with(b, DRV_IF_STATION, "control_port=0");
	assert_true(b->i->packet.fd >= 0);
	assert_false(b->i->control.send_nl80211);
	assert_int_equal(drv->connect(b->i, &a), 0);
	request(NL80211_CMD_CONNECT, 0);
	ONLY(CONNECT_ATTRS);
}

static void test_disconnect(void **state)
{
	struct bench *b = *state;
	open_if(b, DRV_IF_STATION);
	fk_forget();
	/* A driver that has no other way, also before the first connection. */
	assert_int_equal(drv->deauthenticate(b->i, bss_a, 3), 0);
	request(NL80211_CMD_DISCONNECT, 0);
	ONLY(NL80211_ATTR_REASON_CODE);
	assert_int_equal(fk_times(NL80211_CMD_DEAUTHENTICATE), 0);
}

/* --- requests for key management --- */

static void test_set_pmk(void **state)
{
	static const int errors[] = {-EINVAL, -EOPNOTSUPP, -ENOTCONN};
	static const size_t lens[] = {32, 48};
	struct bench *b = *state;
	uint8_t pmk[48];
	open_if(b, DRV_IF_STATION);
	pattern(pmk, sizeof(pmk), 1);
	for (unsigned i = 0; i < ARRAY_SIZE(lens); i++) {
		assert_int_equal(drv->set_pmk(b->i, bss_a, pmk, lens[i]), 0);
		request(NL80211_CMD_SET_PMK, i);
		ONLY(NL80211_ATTR_MAC, NL80211_ATTR_PMK);
		assert_attr(tb[NL80211_ATTR_MAC], bss_a, MAC_LEN);
		assert_attr(tb[NL80211_ATTR_PMK], pmk, lens[i]);
	}
	for (unsigned i = 0; i < ARRAY_SIZE(errors); i++) {
		fk_fail(NL80211_CMD_SET_PMK, errors[i], 1);
		assert_int_equal(drv->set_pmk(b->i, bss_a, pmk, 32), errors[i]);
	}
}

static void test_pmksa(void **state)
{
	struct bench *b = *state;
	struct drv_pmksa p = {.lifetime = 1, .threshold = 70};
	uint8_t pmk[64];
	open_if(b, DRV_IF_STATION);
	mac_copy(p.bssid, bss_a);
	pattern(p.pmkid, sizeof(p.pmkid), 0x40);
	p.pmk = pattern(pmk, sizeof(pmk), 1);
	p.pmk_len = sizeof(pmk);
	assert_int_equal(drv->pmksa_set(b->i, &p), 0);
	request(NL80211_CMD_SET_PMKSA, 0);
	ONLY(NL80211_ATTR_MAC, NL80211_ATTR_PMKID, NL80211_ATTR_PMK, NL80211_ATTR_PMK_LIFETIME,
		NL80211_ATTR_PMK_REAUTH_THRESHOLD);
	assert_attr(tb[NL80211_ATTR_MAC], bss_a, MAC_LEN);
	assert_attr(tb[NL80211_ATTR_PMKID], p.pmkid, 16);
	assert_attr(tb[NL80211_ATTR_PMK], pmk, 64);
	assert_int_equal(attr_u32(tb[NL80211_ATTR_PMK_LIFETIME]), 1);
	assert_int_equal(nla_len(tb[NL80211_ATTR_PMK_REAUTH_THRESHOLD]), 1);
	assert_int_equal(attr_u8(tb[NL80211_ATTR_PMK_REAUTH_THRESHOLD]), 70);

	/* The kernel refuses zeros and more than a whole. */
	p.lifetime = p.threshold = 0;
	assert_int_equal(drv->pmksa_set(b->i, &p), 0);
	request(NL80211_CMD_SET_PMKSA, 1);
	ONLY(NL80211_ATTR_MAC, NL80211_ATTR_PMKID, NL80211_ATTR_PMK);
	p.threshold = 400;
	assert_int_equal(drv->pmksa_set(b->i, &p), 0);
	request(NL80211_CMD_SET_PMKSA, 2);
	assert_int_equal(attr_u8(tb[NL80211_ATTR_PMK_REAUTH_THRESHOLD]), 100);

	/* Too long a PMK for this kernel: by name alone, once. */
	fk_forget();
	fk_fail(NL80211_CMD_SET_PMKSA, -ERANGE, 1);
	assert_int_equal(drv->pmksa_set(b->i, &p), 0);
	request(NL80211_CMD_SET_PMKSA, 1);
	ONLY(NL80211_ATTR_MAC, NL80211_ATTR_PMKID, NL80211_ATTR_PMK_REAUTH_THRESHOLD);
	fk_forget();
	fk_fail(NL80211_CMD_SET_PMKSA, -ERANGE, 9);
	assert_int_equal(drv->pmksa_set(b->i, &p), -ERANGE);
	assert_int_equal(fk_times(NL80211_CMD_SET_PMKSA), 2);
	p.pmk = NULL;
	assert_int_equal(drv->pmksa_set(b->i, &p), -ERANGE);
	assert_int_equal(fk_times(NL80211_CMD_SET_PMKSA), 3);
	fk_fail(NL80211_CMD_SET_PMKSA, -EOPNOTSUPP, 9);
	p.pmk = pmk;
	assert_int_equal(drv->pmksa_set(b->i, &p), -EOPNOTSUPP);
	assert_int_equal(fk_times(NL80211_CMD_SET_PMKSA), 4);
}

static void test_pmksa_del(void **state)
{
	struct bench *b = *state;
	uint8_t pmkid[16];
	open_if(b, DRV_IF_STATION);
	pattern(pmkid, sizeof(pmkid), 0x40);
	assert_int_equal(drv->pmksa_del(b->i, bss_a, pmkid), 0);
	request(NL80211_CMD_DEL_PMKSA, 0);
	ONLY(NL80211_ATTR_MAC, NL80211_ATTR_PMKID);
	assert_attr(tb[NL80211_ATTR_PMKID], pmkid, 16);
	fk_fail(NL80211_CMD_DEL_PMKSA, -ENOENT, 1);
	assert_int_equal(drv->pmksa_del(b->i, bss_a, pmkid), 0);
	fk_fail(NL80211_CMD_DEL_PMKSA, -EINVAL, 1);
	assert_int_equal(drv->pmksa_del(b->i, bss_a, pmkid), -EINVAL);
	assert_int_equal(drv->pmksa_flush(b->i), 0);
	request(NL80211_CMD_FLUSH_PMKSA, 0);
	ONLY(0);
	fk_fail(NL80211_CMD_FLUSH_PMKSA, -EOPNOTSUPP, 1);
	assert_int_equal(drv->pmksa_flush(b->i), -EOPNOTSUPP);
}

static void test_set_rekey(void **state)
{
	static const int errors[] = {-EOPNOTSUPP, -ERANGE, -ENOTCONN};
	static const uint8_t replay[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	struct nlattr *d[MAX_NL80211_REKEY_DATA + 1];
	struct bench *b = *state;
	uint8_t kck[24], kek[32];
	struct drv_rekey k = {.kck = pattern(kck, 24, 1),
		.kek = pattern(kek, 32, 0x80),
		.kck_len = 24,
		.kek_len = 32,
		.replay = 0x0102030405060708,
		.akm = AKM_PSK};
	open_if(b, DRV_IF_STATION);
	assert_int_equal(drv->set_rekey(b->i, &k), 0);
	request(NL80211_CMD_SET_REKEY_OFFLOAD, 0);
	ONLY(NL80211_ATTR_REKEY_DATA);
	assert_int_equal(
		nla_parse_nested(d, MAX_NL80211_REKEY_DATA, tb[NL80211_ATTR_REKEY_DATA], NULL), 0);
	assert_attr(d[NL80211_REKEY_DATA_KEK], kek, 32);
	assert_attr(d[NL80211_REKEY_DATA_KCK], kck, 24);
	assert_attr(d[NL80211_REKEY_DATA_REPLAY_CTR], replay, 8);
	assert_int_equal(attr_u32(d[NL80211_REKEY_DATA_AKM]), 0x000fac02);
	for (unsigned i = 0; i < ARRAY_SIZE(errors); i++) {
		fk_fail(NL80211_CMD_SET_REKEY_OFFLOAD, errors[i], 1);
		assert_int_equal(drv->set_rekey(b->i, &k), errors[i]);
	}
}

static void test_vendor_requests(void **state)
{
	struct bench *b = *state;
	struct nlattr *v[8];
	uint8_t pmk[32];
	open_if(b, DRV_IF_STATION);
	assert_int_equal(drv->sync_pmk(b->i, pattern(pmk, 32, 1), 32), 0);
	request(NL80211_CMD_VENDOR, 0);
	ONLY(NL80211_ATTR_VENDOR_ID, NL80211_ATTR_VENDOR_SUBCMD, NL80211_ATTR_VENDOR_DATA);
	assert_int_equal(attr_u32(tb[NL80211_ATTR_VENDOR_ID]), 0x001374);
	assert_int_equal(attr_u32(tb[NL80211_ATTR_VENDOR_SUBCMD]), 50);
	assert_attr(tb[NL80211_ATTR_VENDOR_DATA], pmk, 32); /* bare */
	assert_int_equal(tb[NL80211_ATTR_VENDOR_DATA]->nla_type, NL80211_ATTR_VENDOR_DATA);
	fk_fail(NL80211_CMD_VENDOR, -EOPNOTSUPP, 1);
	assert_int_equal(drv->sync_pmk(b->i, pmk, 32), -EOPNOTSUPP);

	for (unsigned allowed = 0; allowed < 2; allowed++) {
		fk_forget();
		assert_int_equal(drv->allow_roaming(b->i, allowed), 0);
		request(NL80211_CMD_VENDOR, 0);
		assert_int_equal(attr_u32(tb[NL80211_ATTR_VENDOR_SUBCMD]), 9);
		assert_true(tb[NL80211_ATTR_VENDOR_DATA]->nla_type & NLA_F_NESTED);
		assert_int_equal(nla_parse_nested(v, 7, tb[NL80211_ATTR_VENDOR_DATA], NULL), 0);
		assert_int_equal(nla_len(v[5]), 4);
		assert_int_equal(attr_u32(v[5]), allowed);
	}
	/* A driver that declared no attributes. */
	fk_forget();
	fk.nested_data_refused = true;
	assert_int_equal(drv->allow_roaming(b->i, false), 0);
	assert_int_equal(fk_times(NL80211_CMD_VENDOR), 2);
	request(NL80211_CMD_VENDOR, 1);
	assert_int_equal(tb[NL80211_ATTR_VENDOR_DATA]->nla_type, NL80211_ATTR_VENDOR_DATA);
	assert_int_equal(nla_parse_nested(v, 7, tb[NL80211_ATTR_VENDOR_DATA], NULL), 0);
	assert_non_null(v[5]);
	fk_fail(NL80211_CMD_VENDOR, -EINVAL, 9);
	assert_int_equal(drv->allow_roaming(b->i, false), -EINVAL);
	assert_int_equal(fk_times(NL80211_CMD_VENDOR), 4);
}

/* A pairwise key that is refused is tried once more, a group key is not. */
static void test_key_retry(void **state)
{
	struct bench *b = *state;
	uint8_t tk[16];
	struct drv_key k = {
		.cipher = CIPHER_CCMP, .addr = bss_a, .key = pattern(tk, 16, 1), .key_len = 16};
	open_if(b, DRV_IF_STATION);
	fk_fail(NL80211_CMD_NEW_KEY, -EINVAL, 1);
	assert_int_equal(drv->set_key(b->i, &k), 0);
	assert_int_equal(fk_times(NL80211_CMD_NEW_KEY), 2);
	fk_forget();
	fk_fail(NL80211_CMD_NEW_KEY, -EINVAL, 9);
	assert_int_equal(drv->set_key(b->i, &k), -EINVAL);
	assert_int_equal(fk_times(NL80211_CMD_NEW_KEY), 2);
	fk_forget();
	k.addr = NULL;
	assert_int_equal(drv->set_key(b->i, &k), -EINVAL);
	assert_int_equal(fk_times(NL80211_CMD_NEW_KEY), 1);
}

/* Nothing of a request is left in memory: the message is kept here beyond its end. */
static void test_wiped(void **state)
{
	struct drv_assoc a = assoc_of(AKM_PSK);
	uint8_t pmk[32];
	struct nl_req r = req_genl(FK_FAMILY, NL80211_CMD_CONNECT, 0, NL_REQ_SIZE);
	a.pmk = pattern(pmk, 32, 1);
	connect_build(&r, &a, &(const struct control_port){0});
	assert_int_equal(r.err, 0);
	struct nl_msg *msg = r.msg;
	struct nlmsghdr *h = nlmsg_hdr(msg);
	const uint8_t *body = nlmsg_data(h);
	size_t len = h->nlmsg_len - NLMSG_HDRLEN;
	assert_non_null(memmem(body, len, pmk, 32));
	nlmsg_get(msg);
	req_free(&r);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(body[i], 0);
	nlmsg_free(msg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_caps_none),
		CASE(test_caps_bits),
		CASE(test_caps_others),
		CASE(test_caps_vendor),
		CASE(test_connect_psk),
		CASE(test_connect_1x_owe),
		CASE(test_connect_sae),
		CASE(test_connect_hint),
		CASE(test_control_port),
		CASE(test_disconnect),
		CASE(test_set_pmk),
		CASE(test_pmksa),
		CASE(test_pmksa_del),
		CASE(test_set_rekey),
		CASE(test_vendor_requests),
		CASE(test_key_retry),
		CASE(test_wiped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
