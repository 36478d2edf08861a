/* Key management of the driver over nl80211, against a kernel of our own below the sockets: each
 * request attribute by attribute, each event right, short, incomplete and foreign. */
#include "fake_kernel.h"

#include "utils/file.h"

static const struct driver *const drv = &driver_nl80211;
static const uint8_t bss_a[MAC_LEN] = {2, 0, 0, 0, 0, 0xa}, bss_b[MAC_LEN] = {2, 0, 0, 0, 0, 0xb};
static const uint8_t peer[MAC_LEN] = {2, 0, 0, 0, 9, 9};

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
};

static void take(struct bench *b, const uint8_t *data, size_t len)
{
	if (!data)
		return;
	assert_true(b->data_len + len <= sizeof(b->data));
	memcpy(b->data + b->data_len, data, len);
	b->data_len += len;
}

static void on_event(void *ctx, const struct drv_event *ev)
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
}

static void bit(unsigned n)
{
	fk.ext[n / 8] |= (uint8_t)(1u << (n % 8));
	if (fk.ext_len <= n / 8)
		fk.ext_len = n / 8 + 1;
}

static int setup(void **state)
{
	fk.commands = fullmac;
	fk.command_count = ARRAY_SIZE(fullmac);
	mac_copy(fk.bss[0], bss_a);
	mac_copy(fk.bss[1], bss_b);
	fk.bss_associated = -1;
	*state = calloc(1, sizeof(struct bench));
	return *state ? 0 : -1;
}

static void open_with(struct bench *b, enum drv_iftype type, const char *params)
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

static void open_if(struct bench *b, enum drv_iftype type)
{
	open_with(b, type, NULL);
}

static void close_if(struct bench *b)
{
	drv->if_close(b->i);
	drv->deinit(b->d);
	eloop_free(b->loop);
	b->i = NULL;
	b->d = NULL;
	b->loop = NULL;
	fk_forget();
}

static int teardown(void **state)
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
static bool tell(struct bench *b, uint32_t group, struct nl_req *r)
{
	unsigned before = b->events;
	fk_event(group, r);
	eloop_advance(b->loop, 0);
	assert_true(b->events - before <= 1);
	return b->events != before;
}

static unsigned caps(struct bench *b)
{
	return drv->caps(b->i)->flags;
}

/* --- requests --- */

static struct nlattr *tb[NL80211_ATTR_MAX + 1];

/* The attributes of the n-th request of a command; it must be there. */
static const struct fk_request *request(uint8_t cmd, unsigned n)
{
	const struct fk_request *q = fk_nth(cmd, n);
	assert_non_null(q);
	assert_int_equal(genl_attrs(&q->h, tb, NL80211_ATTR_MAX), 0);
	return q;
}

/* Exactly these attributes beside the interface's number; list ends with 0. */
static void assert_only(const int *list)
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

static void assert_attr(const struct nlattr *a, const void *data, size_t len)
{
	assert_non_null(a);
	assert_int_equal(nla_len(a), len);
	assert_memory_equal(nla_data(a), data, len);
}

static uint8_t *pattern(uint8_t *out, size_t len, uint8_t first)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(first + i);
	return out;
}

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

static struct drv_assoc assoc_of(unsigned akm)
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

/* --- events --- */

static void link_up(struct bench *b)
{
	struct drv_assoc a = assoc_of(AKM_PSK);
	struct nl_req r = fk_if_event(NL80211_CMD_CONNECT);
	assert_int_equal(drv->connect(b->i, &a), 0);
	req_put(&r, NL80211_ATTR_MAC, bss_a, MAC_LEN);
	req_u16(&r, NL80211_ATTR_STATUS_CODE, 0);
	assert_true(tell(b, FK_MLME, &r));
	assert_int_equal(b->last.kind, DRV_EV_CONNECT);
	assert_int_equal(b->i->sta.state, LINK_UP);
}

static void test_roam(void **state)
{
	struct bench *b = *state;
	open_if(b, DRV_IF_STATION);
	link_up(b);
	struct nl_req r = fk_if_event(NL80211_CMD_ROAM);
	req_put(&r, NL80211_ATTR_MAC, bss_b, MAC_LEN);
	req_put(&r, NL80211_ATTR_REQ_IE, "\x30\x01\x01", 3);
	req_put(&r, NL80211_ATTR_RESP_IE, "\x01\x01\x82\x00\x00", 5);
	assert_true(tell(b, FK_MLME, &r));
	assert_int_equal(b->last.kind, DRV_EV_ROAM);
	assert_memory_equal(b->last.addr, bss_b, MAC_LEN);
	assert_int_equal(b->last.conn.req_ies_len, 3);
	assert_int_equal(b->last.conn.resp_ies_len, 5);
	assert_memory_equal(b->i->sta.bssid, bss_b, MAC_LEN);
	assert_int_equal(b->i->sta.freq, 5180); /* of the scan cache */
	/* Without the address nobody knows where to. */
	r = fk_if_event(NL80211_CMD_ROAM);
	assert_false(tell(b, FK_MLME, &r));
	/* The end of the link is the new one's. */
	r = fk_if_event(NL80211_CMD_DISCONNECT);
	req_u16(&r, NL80211_ATTR_REASON_CODE, 15);
	req_flag(&r, NL80211_ATTR_DISCONNECTED_BY_AP);
	assert_true(tell(b, FK_MLME, &r));
	assert_int_equal(b->last.kind, DRV_EV_DISCONNECTED);
	assert_memory_equal(b->last.addr, bss_b, MAC_LEN);
	assert_int_equal(b->last.disc.reason, 15);
	assert_false(b->last.disc.locally_generated);
	r = fk_if_event(NL80211_CMD_ROAM);
	req_put(&r, NL80211_ATTR_MAC, bss_b, MAC_LEN);
	assert_false(tell(b, FK_MLME, &r));
}

/* Of all events about a roam the kernel dropped: the scan cache tells it. */
static void test_roam_unseen(void **state)
{
	struct bench *b = *state;
	open_if(b, DRV_IF_STATION);
	link_up(b);
	fk.bss_associated = 0;
	unsigned before = b->events;
	resync(b->d);
	assert_int_equal(b->events, before);
	fk.bss_associated = 1;
	resync(b->d);
	assert_int_equal(b->events, before + 1);
	assert_int_equal(b->last.kind, DRV_EV_ROAM);
	assert_memory_equal(b->last.addr, bss_b, MAC_LEN);
	assert_int_equal(b->last.conn.req_ies_len, 0);
}

static void test_port_authorized(void **state)
{
	struct bench *b = *state;
	open_if(b, DRV_IF_STATION);
	link_up(b);
	struct nl_req r = fk_if_event(NL80211_CMD_PORT_AUTHORIZED);
	req_put(&r, NL80211_ATTR_MAC, bss_a, MAC_LEN);
	assert_true(tell(b, FK_MLME, &r));
	assert_int_equal(b->last.kind, DRV_EV_PORT_AUTHORIZED);
	assert_memory_equal(b->last.addr, bss_a, MAC_LEN);
	r = fk_if_event(NL80211_CMD_PORT_AUTHORIZED);
	assert_false(tell(b, FK_MLME, &r));
	r = fk_if_event(NL80211_CMD_PORT_AUTHORIZED);
	req_put(&r, NL80211_ATTR_MAC, bss_a, MAC_LEN - 1);
	assert_false(tell(b, FK_MLME, &r));
	/* Another interface's. */
	r = fk_msg(NL80211_CMD_PORT_AUTHORIZED);
	req_u32(&r, NL80211_ATTR_IFINDEX, FK_IFINDEX + 1);
	req_put(&r, NL80211_ATTR_MAC, bss_a, MAC_LEN);
	assert_false(tell(b, FK_MLME, &r));
}

static struct nl_req rekeyed(const uint8_t *mac, size_t ctr_len)
{
	static const uint8_t ctr[9] = {0, 0, 0, 0, 0, 0, 1, 2, 3};
	struct nl_req r = fk_if_event(NL80211_CMD_SET_REKEY_OFFLOAD);
	req_put_if(&r, NL80211_ATTR_MAC, mac, MAC_LEN);
	struct nlattr *nest = req_nest(&r, NL80211_ATTR_REKEY_DATA);
	req_put_if(&r, NL80211_REKEY_DATA_REPLAY_CTR, ctr, ctr_len);
	req_nest_end(&r, nest);
	return r;
}

static void test_rekeyed(void **state)
{
	static const struct {
		const uint8_t *mac;
		size_t len;
		bool good;
	} rows[] = {{bss_a, 8, true}, {bss_a, 7, false}, {bss_a, 9, false}, {bss_a, 0, false},
		{NULL, 8, false}, {peer, 8, true}};
	struct bench *b = *state;
	open_if(b, DRV_IF_STATION);
	link_up(b);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct nl_req r = rekeyed(rows[i].mac, rows[i].len);
		assert_int_equal(tell(b, FK_MLME, &r), rows[i].good);
		if (!rows[i].good)
			continue;
		assert_int_equal(b->last.kind, DRV_EV_REKEYED);
		assert_memory_equal(b->last.addr, rows[i].mac, MAC_LEN);
		assert_true(b->last.replay == 0x0102);
	}
	struct nl_req r = fk_if_event(NL80211_CMD_SET_REKEY_OFFLOAD);
	req_put(&r, NL80211_ATTR_MAC, bss_a, MAC_LEN);
	assert_false(tell(b, FK_MLME, &r));
}

static void test_candidate(void **state)
{
	struct bench *b = *state;
	open_if(b, DRV_IF_STATION);
	link_up(b);
	for (int preauth = 0; preauth < 2; preauth++) {
		struct nl_req r = fk_if_event(NL80211_CMD_PMKSA_CANDIDATE);
		struct nlattr *nest = req_nest(&r, NL80211_ATTR_PMKSA_CANDIDATE);
		req_u32(&r, NL80211_PMKSA_CANDIDATE_INDEX, 4);
		req_put(&r, NL80211_PMKSA_CANDIDATE_BSSID, bss_b, MAC_LEN);
		if (preauth)
			req_flag(&r, NL80211_PMKSA_CANDIDATE_PREAUTH);
		req_nest_end(&r, nest);
		assert_true(tell(b, FK_MLME, &r));
		assert_int_equal(b->last.kind, DRV_EV_PMKSA_CANDIDATE);
		assert_memory_equal(b->last.addr, bss_b, MAC_LEN);
		assert_int_equal(b->last.candidate.index, 4);
		assert_int_equal(b->last.candidate.preauth, preauth);
	}
	struct nl_req r = fk_if_event(NL80211_CMD_PMKSA_CANDIDATE);
	struct nlattr *nest = req_nest(&r, NL80211_ATTR_PMKSA_CANDIDATE);
	req_put(&r, NL80211_PMKSA_CANDIDATE_BSSID, bss_b, 5);
	req_nest_end(&r, nest);
	assert_false(tell(b, FK_MLME, &r));
	r = fk_if_event(NL80211_CMD_PMKSA_CANDIDATE);
	assert_false(tell(b, FK_MLME, &r));
}

/* --- the vendor's event --- */

struct part {
	int attr;
	size_t len;
	uint8_t first; /* value of the first octet, the others count on */
};

static const struct part roam_parts[] = {{1, 6, 0xb0}, {2, 4, 0x10}, {3, 5, 0x20}, {4, 1, 1},
	{5, 8, 1}, {6, 16, 0x30}, {7, 16, 0x50}, {8, 1, 2}, {11, 32, 0x70}, {12, 16, 0x90},
	{14, 2, 4}};

/* All parts but those of `changed`'s attribute, which is as it says (len SIZE_MAX: left out). */
static struct nl_req roam_auth(const struct part *changed)
{
	uint8_t data[80];
	struct nl_req r = fk_if_event(NL80211_CMD_VENDOR);
	req_u32(&r, NL80211_ATTR_VENDOR_ID, 0x001374);
	req_u32(&r, NL80211_ATTR_VENDOR_SUBCMD, 51);
	struct nlattr *nest = req_nest(&r, NL80211_ATTR_VENDOR_DATA);
	for (size_t i = 0; i < ARRAY_SIZE(roam_parts); i++) {
		const struct part *p = &roam_parts[i];
		if (changed && changed->attr == p->attr)
			p = changed;
		if (p->len != SIZE_MAX)
			req_put(&r, p->attr, pattern(data, p->len, p->first), p->len);
	}
	req_nest_end(&r, nest);
	return r;
}

static void test_roam_auth(void **state)
{
	static const uint8_t to[MAC_LEN] = {0xb0, 0xb1, 0xb2, 0xb3, 0xb4, 0xb5};
	struct bench *b = *state;
	uint8_t want[4 + 5 + 16 + 16 + 32 + 16], *at = want;
	open_if(b, DRV_IF_STATION);
	link_up(b);
	for (size_t i = 0; i < ARRAY_SIZE(roam_parts); i++) {
		const struct part *p = &roam_parts[i];
		if (strchr("\2\3\6\7\13\14", p->attr))
			at = pattern(at, p->len, p->first) + p->len;
	}
	struct nl_req r = roam_auth(NULL);
	assert_true(tell(b, FK_VENDOR, &r));
	assert_int_equal(b->last.kind, DRV_EV_ROAM_AUTH);
	assert_memory_equal(b->last.addr, to, MAC_LEN);
	assert_true(b->last.roam_auth.authorized);
	assert_true(b->last.roam_auth.has_replay);
	assert_true(b->last.roam_auth.replay == 0x0102030405060708);
	assert_int_equal(b->last.roam_auth.kck_len, 16);
	assert_int_equal(b->last.roam_auth.kek_len, 16);
	assert_int_equal(b->last.roam_auth.pmk_len, 32);
	assert_int_equal(b->last.roam_auth.why, 0x0504);
	assert_int_equal(b->data_len, sizeof(want));
	assert_memory_equal(b->data, want, sizeof(want));
	/* Until the kernel says the same, the link is where it was. */
	assert_memory_equal(b->i->sta.bssid, bss_a, MAC_LEN);
}

static void test_roam_auth_parts(void **state)
{
	static const struct {
		struct part part;
		bool good;
	} rows[] = {
		{{1, SIZE_MAX, 0}, false},
		{{2, SIZE_MAX, 0}, false},
		{{3, SIZE_MAX, 0}, false},
		{{4, SIZE_MAX, 0}, false},
		{{1, 5, 0}, false},
		{{1, 7, 0}, false},
		{{2, 0, 0}, true},
		{{3, 0, 0}, true},
		{{4, 0, 0}, false},
		{{4, 2, 0}, false},
		{{4, 1, 0}, true},
		{{4, 1, 2}, true}, /* not what is called authorized */
		{{5, SIZE_MAX, 0}, true},
		{{5, 0, 0}, true},
		{{5, 4, 0}, false},
		{{5, 9, 0}, false},
		{{6, SIZE_MAX, 0}, true},
		{{6, 0, 0}, true},
		{{6, 15, 0}, false},
		{{6, 33, 0}, false},
		{{6, 24, 0}, true},
		{{7, SIZE_MAX, 0}, true},
		{{7, 8, 0}, false},
		{{7, 65, 0}, false},
		{{7, 32, 0}, true},
		{{11, SIZE_MAX, 0}, true},
		{{11, 65, 0}, false},
		{{11, 48, 0}, true},
		{{12, SIZE_MAX, 0}, true},
		{{12, 15, 0}, false},
		{{12, 17, 0}, false},
		{{14, SIZE_MAX, 0}, true},
		{{14, 1, 0}, false},
	};
	struct bench *b = *state;
	open_if(b, DRV_IF_STATION);
	link_up(b);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct part *p = &rows[i].part;
		struct nl_req r = roam_auth(p);
		if (tell(b, FK_VENDOR, &r) != rows[i].good)
			fail_msg("attribute %d with %zd octets", p->attr, p->len);
		if (!rows[i].good)
			continue;
		bool none = p->len == SIZE_MAX || p->len == 0;
		assert_int_equal(b->last.roam_auth.authorized, p->attr != 4);
		assert_int_equal(b->last.roam_auth.has_replay, p->attr != 5);
		assert_int_equal(b->last.roam_auth.kck != NULL, p->attr != 6 || !none);
		assert_int_equal(b->last.roam_auth.kek != NULL, p->attr != 7 || !none);
		assert_int_equal(b->last.roam_auth.pmk != NULL, p->attr != 11 || !none);
		assert_int_equal(b->last.roam_auth.pmkid != NULL, p->attr != 12);
	}
}

static void test_vendor_foreign(void **state)
{
	struct bench *b = *state;
	struct nl_req good = roam_auth(NULL), r;
	struct nlattr *v[NL80211_ATTR_MAX + 1];
	open_if(b, DRV_IF_STATION);
	/* No link that could have moved. */
	nlmsg_get(good.msg);
	r = (struct nl_req){good.msg, 0};
	assert_int_equal(genl_attrs(nlmsg_hdr(good.msg), v, NL80211_ATTR_MAX), 0);
	size_t len = (size_t)nla_len(v[NL80211_ATTR_VENDOR_DATA]);
	uint8_t data[512];
	assert_true(len <= sizeof(data));
	memcpy(data, nla_data(v[NL80211_ATTR_VENDOR_DATA]), len);
	assert_false(tell(b, FK_VENDOR, &r));
	nlmsg_free(good.msg);
	link_up(b);
	static const struct {
		uint32_t oui, subcmd;
		int how; /* 0 as it is, 1 without interface, 2 of another radio, 3 without data */
		bool good;
	} rows[] = {{0x001374, 51, 0, true}, {0x001018, 51, 0, false}, {0x001374, 52, 0, false},
		{0x001374, 51, 1, true}, {0x001374, 51, 2, false}, {0x001374, 51, 3, false}};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		r = fk_msg(NL80211_CMD_VENDOR);
		req_u32(&r, NL80211_ATTR_WIPHY, rows[i].how == 2 ? FK_WIPHY + 1 : FK_WIPHY);
		if (rows[i].how == 0 || rows[i].how == 3)
			req_u32(&r, NL80211_ATTR_IFINDEX, FK_IFINDEX);
		req_u32(&r, NL80211_ATTR_VENDOR_ID, rows[i].oui);
		req_u32(&r, NL80211_ATTR_VENDOR_SUBCMD, rows[i].subcmd);
		if (rows[i].how != 3)
			req_put(&r, NL80211_ATTR_VENDOR_DATA, data, len);
		if (tell(b, FK_VENDOR, &r) != rows[i].good)
			fail_msg("row %zu", i);
	}
	/* Every cut of the data: dropped or, behind the last needed attribute, taken. */
	for (size_t cut = 0; cut < len; cut++) {
		r = fk_if_event(NL80211_CMD_VENDOR);
		req_u32(&r, NL80211_ATTR_VENDOR_ID, 0x001374);
		req_u32(&r, NL80211_ATTR_VENDOR_SUBCMD, 51);
		req_put(&r, NL80211_ATTR_VENDOR_DATA, data, cut);
		bool taken = tell(b, FK_VENDOR, &r);
		if (cut < 12 + 8 + 12 + 5)
			assert_false(taken);
	}
}

/* --- access point --- */

static void start_ap(struct bench *b, const uint8_t *pmk)
{
	static const uint8_t head[36] = {0x80};
	struct drv_ap ap = {.freq = 2437,
		.beacon_int = 100,
		.dtim_period = 2,
		.ssid = (const uint8_t *)"home",
		.ssid_len = 4,
		.head = head,
		.head_len = sizeof(head),
		.privacy = true,
		.pairwise = CIPHER_CCMP,
		.group = CIPHER_CCMP,
		.akm = AKM_PSK,
		.protos = PROTO_RSN,
		.pmk = pmk};
	assert_int_equal(drv->ap_start(b->i, &ap), 0);
}

static void test_ap(void **state)
{
	struct bench *b = *state;
	uint8_t pmk[32];
	fk.ap_sme = true;
	/* Such a driver need not give us any frame. */
	fk_fail(NL80211_CMD_REGISTER_FRAME, -EINVAL, 99);
	open_if(b, DRV_IF_AP);
	assert_true(caps(b) & DRV_CAP_AP_SME);
	start_ap(b, NULL);
	request(NL80211_CMD_START_AP, 0);
	assert_null(tb[NL80211_ATTR_PMK]);
	assert_int_equal(drv->ap_stop(b->i), 0);
	start_ap(b, pattern(pmk, 32, 1));
	request(NL80211_CMD_START_AP, 1);
	assert_attr(tb[NL80211_ATTR_PMK], pmk, 32);
	assert_int_equal(fk_times(NL80211_CMD_SET_BSS), 0); /* not in its list */

	struct nl_req r = fk_if_event(NL80211_CMD_NEW_STATION);
	req_put(&r, NL80211_ATTR_MAC, peer, MAC_LEN);
	req_put(&r, NL80211_ATTR_IE, "\x30\x01\x01", 3);
	assert_true(tell(b, FK_MLME, &r));
	assert_int_equal(b->last.kind, DRV_EV_STA_NEW);
	assert_memory_equal(b->last.addr, peer, MAC_LEN);
	assert_int_equal(b->data_len, 3);
	r = fk_if_event(NL80211_CMD_PORT_AUTHORIZED);
	req_put(&r, NL80211_ATTR_MAC, peer, MAC_LEN);
	assert_true(tell(b, FK_MLME, &r));
	assert_int_equal(b->last.kind, DRV_EV_PORT_AUTHORIZED);
	assert_memory_equal(b->last.addr, peer, MAC_LEN);
	r = fk_if_event(NL80211_CMD_DEL_STATION);
	req_put(&r, NL80211_ATTR_MAC, peer, MAC_LEN);
	assert_true(tell(b, FK_MLME, &r));
	assert_int_equal(b->last.kind, DRV_EV_STA_GONE);
	r = fk_if_event(NL80211_CMD_NEW_STATION);
	assert_false(tell(b, FK_MLME, &r));

	assert_int_equal(drv->set_authorized(b->i, peer, true), 0);
	request(NL80211_CMD_SET_STATION, 0);
	ONLY(NL80211_ATTR_MAC, NL80211_ATTR_STA_FLAGS2);
	const struct nl80211_sta_flag_update u = {
		1 << NL80211_STA_FLAG_AUTHORIZED, 1 << NL80211_STA_FLAG_AUTHORIZED};
	assert_attr(tb[NL80211_ATTR_STA_FLAGS2], &u, sizeof(u));
}

/* Stations that we put there ourselves come back as events; they are no news. */
static void test_ap_own_stations(void **state)
{
	struct bench *b = *state;
	open_if(b, DRV_IF_AP);
	start_ap(b, NULL);
	for (int gone = 0; gone < 2; gone++) {
		struct nl_req r =
			fk_if_event(gone ? NL80211_CMD_DEL_STATION : NL80211_CMD_NEW_STATION);
		req_put(&r, NL80211_ATTR_MAC, peer, MAC_LEN);
		assert_false(tell(b, FK_MLME, &r));
	}
}

/* Without it an AP whose frames are ours could not work. */
static void test_ap_frames_refused(void **state)
{
	struct bench *b = *state;
	char text[256] = "";
	struct strbuf reason = strbuf_over(text, sizeof(text));
	const struct drv_if_params p = {
		.ifname = FK_IFNAME, .type = DRV_IF_AP, .event = on_event, .ctx = b};
	int err = 0;
	b->loop = eloop_new(ELOOP_VIRTUAL);
	b->d = drv->init(b->loop, NULL);
	fk_fail(NL80211_CMD_REGISTER_FRAME, -EINVAL, 99);
	assert_null(drv->if_open(b->d, &p, &err, &reason));
	assert_int_equal(err, -EINVAL);
	assert_non_null(strstr(text, "cannot receive management frames"));
	/* Somebody else is the AP: for both kinds. */
	fk.ap_sme = true;
	fk_fail(NL80211_CMD_REGISTER_FRAME, -EALREADY, 99);
	text[0] = 0;
	reason = strbuf_over(text, sizeof(text));
	assert_null(drv->if_open(b->d, &p, &err, &reason));
	assert_non_null(strstr(text, "another program"));
}

/* --- the port's flag --- */

static void test_sta_port(void **state)
{
	static const struct {
		unsigned mask, set;
		bool known, open;
	} rows[] = {{0, 0, false, false}, {2, 2, true, true}, {2, 0, true, false},
		{4, 6, false, false}};
	struct bench *b = *state;
	struct drv_sta_info info;
	assert_int_equal(1 << NL80211_STA_FLAG_AUTHORIZED, 2);
	open_if(b, DRV_IF_STATION);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		fk.sta_flags_mask = rows[i].mask;
		fk.sta_flags_set = rows[i].set;
		assert_int_equal(drv->sta_info(b->i, bss_a, &info), 0);
		assert_int_equal(!!(info.known & DRV_STA_PORT), rows[i].known);
		assert_int_equal(info.authorized, rows[i].open);
	}
}

/* --- no key in the log --- */

static void assert_no_key(const struct bytes *log, uint8_t first, size_t len)
{
	char hex[64] = "", spaced[64] = "";
	struct strbuf h = strbuf_over(hex, sizeof(hex)), s = strbuf_over(spaced, sizeof(spaced));
	uint8_t raw[8];
	assert_true(len >= sizeof(raw));
	pattern(raw, sizeof(raw), first);
	for (size_t i = 0; i < sizeof(raw); i++) {
		strbuf_add(&h, "%02x", raw[i]);
		strbuf_add(&s, "%s%02x", i ? " " : "", raw[i]);
	}
	assert_null(memmem(log->data, log->len, raw, sizeof(raw)));
	assert_null(memmem(log->data, log->len, hex, h.len));
	assert_null(memmem(log->data, log->len, spaced, s.len));
}

static void test_log(void **state)
{
	struct bench *b = *state;
	char path[] = "/tmp/test_nl80211_log.XXXXXX";
	struct bytes log = {0};
	uint8_t pmk[32];
	struct drv_assoc a = assoc_of(AKM_PSK);
	const struct part bad = {12, 15, 0x90};
	close(mkstemp(path));
	enum log_level level = log_get_level();
	log_set_level(LOG_EXCESSIVE);
	assert_int_equal(log_open_file(path), 0);
	open_if(b, DRV_IF_STATION);
	a.pmk = pattern(pmk, 32, 0x41);
	fk_fail(NL80211_CMD_CONNECT, -EINVAL, 1);
	(void)drv->connect(b->i, &a);
	(void)drv->set_pmk(b->i, bss_a, pmk, 32);
	(void)drv->sync_pmk(b->i, pmk, 32);
	link_up(b);
	struct nl_req r = roam_auth(NULL);
	assert_true(tell(b, FK_VENDOR, &r));
	r = roam_auth(&bad);
	assert_false(tell(b, FK_VENDOR, &r));
	log_close_file();
	log_set_level(level);
	assert_int_equal(file_read(path, 1 << 20, &log), 0);
	unlink(path);
	assert_non_null(memmem(log.data, log.len, "malformed PMKID", 15));
	assert_no_key(&log, 0x41, 32);
	assert_no_key(&log, 0x30, 16);
	assert_no_key(&log, 0x50, 16);
	assert_no_key(&log, 0x70, 32);
	bytes_clear(&log);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

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
		CASE(test_roam),
		CASE(test_roam_unseen),
		CASE(test_port_authorized),
		CASE(test_rekeyed),
		CASE(test_candidate),
		CASE(test_roam_auth),
		CASE(test_roam_auth_parts),
		CASE(test_vendor_foreign),
		CASE(test_ap),
		CASE(test_ap_own_stations),
		CASE(test_ap_frames_refused),
		CASE(test_sta_port),
		CASE(test_log),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
