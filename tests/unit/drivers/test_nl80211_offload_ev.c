/* What drivers that take part in key management tell over nl80211: each event right, short,
 * incomplete and foreign. Access points, the port's flag, no key in the log. */
#include "nl80211_bench.h"
#include "utils/file.h"

static const uint8_t peer[MAC_LEN] = {2, 0, 0, 0, 9, 9};

/* --- events --- */

static void test_roam(void **state)
{
	struct bench *b = *state;
	open_if(b, DRV_IF_STATION);
	link_up(b);
	struct nl_req r = roamed(bss_b);
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
	r = roamed(NULL);
	assert_false(tell(b, FK_MLME, &r));
	/* To one the kernel has not in its list any more: not known to be on the old channel. */
	r = roamed(peer);
	assert_true(tell(b, FK_MLME, &r));
	assert_int_equal(b->i->sta.freq, 0);
	r = roamed(bss_b);
	assert_true(tell(b, FK_MLME, &r));
	assert_int_equal(b->i->sta.freq, 5180);
	/* The end of the link is the new one's. */
	r = disconnected(15);
	assert_true(tell(b, FK_MLME, &r));
	assert_int_equal(b->last.kind, DRV_EV_DISCONNECTED);
	assert_memory_equal(b->last.addr, bss_b, MAC_LEN);
	assert_int_equal(b->last.disc.reason, 15);
	assert_false(b->last.disc.locally_generated);
	r = roamed(bss_b);
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
	/* Not lost, but still in the queue: told once, as it came. */
	fk.bss_associated = 0;
	struct nl_req r = roamed(bss_a);
	req_put(&r, NL80211_ATTR_REQ_IE, "\x30\x01\x01", 3);
	fk_event(FK_MLME, &r);
	resync(b->d);
	eloop_advance(b->loop, 0);
	assert_int_equal(b->events, ++before + 1);
	assert_int_equal(b->last.conn.req_ies_len, 3);
	/* What cannot be asked for changes nothing; no BSS at all is the end. */
	fk.bss_associated = -1;
	fk_fail(NL80211_CMD_GET_SCAN, -EBUSY, 1);
	resync(b->d);
	assert_int_equal(b->i->sta.state, LINK_UP);
	resync(b->d); /* not in the list, but the AP is there */
	assert_int_equal(b->i->sta.state, LINK_UP);
	fk_fail(NL80211_CMD_GET_STATION, -EOPNOTSUPP, 1);
	resync(b->d);
	assert_int_equal(b->events, before + 2);
	assert_int_equal(b->last.kind, DRV_EV_DISCONNECTED);
	assert_memory_equal(b->last.addr, bss_a, MAC_LEN);
	assert_int_equal(b->i->sta.state, LINK_IDLE);
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

static struct drv_ap ap_of(const uint8_t *pmk)
{
	static const uint8_t head[36] = {0x80};
	return (struct drv_ap){.freq = 2437,
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
}

static void start_ap(struct bench *b, const uint8_t *pmk)
{
	const struct drv_ap ap = ap_of(pmk);
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
	struct nl_req r = fk_if_event(NL80211_CMD_NEW_STATION);
	req_put(&r, NL80211_ATTR_MAC, peer, MAC_LEN);
	assert_false(tell(b, FK_MLME, &r)); /* of whoever had the interface before */
	start_ap(b, NULL);
	request(NL80211_CMD_START_AP, 0);
	assert_null(tb[NL80211_ATTR_PMK]);
	assert_int_equal(drv->ap_stop(b->i), 0);
	start_ap(b, pattern(pmk, 32, 1));
	request(NL80211_CMD_START_AP, 1);
	assert_attr(tb[NL80211_ATTR_PMK], pmk, 32);
	assert_int_equal(fk_times(NL80211_CMD_SET_BSS), 0); /* not in its list */

	r = fk_if_event(NL80211_CMD_NEW_STATION);
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

/* --- the log --- */

struct logged {
	char path[32];
	enum log_level level;
	struct bytes text;
};

static struct logged log_begin(void)
{
	struct logged l = {"/tmp/test_nl80211_log.XXXXXX", log_get_level(), {0}};
	close(mkstemp(l.path));
	log_set_level(LOG_EXCESSIVE);
	assert_int_equal(log_open_file(l.path), 0);
	return l;
}

static void log_end(struct logged *l)
{
	log_close_file();
	log_set_level(l->level);
	assert_int_equal(file_read(l->path, 1 << 20, &l->text), 0);
	unlink(l->path);
}

static bool has_logged(const struct logged *l, const char *words)
{
	return memmem(l->text.data, l->text.len, words, strlen(words)) != NULL;
}

/* Who wants stations apart is told that this driver does not do it. */
static void test_isolate(void **state)
{
	static const uint32_t with_bss[] = {
		NL80211_CMD_CONNECT, NL80211_CMD_START_AP, NL80211_CMD_SET_BSS};
	struct bench *b = *state;
	for (int able = 0; able < 2; able++)
		for (int wanted = 0; wanted < 2; wanted++) {
			struct drv_ap ap = ap_of(NULL);
			ap.ap_isolate = wanted;
			fk.commands = able ? with_bss : fullmac;
			fk.command_count = able ? ARRAY_SIZE(with_bss) : ARRAY_SIZE(fullmac);
			struct logged l = log_begin();
			open_if(b, DRV_IF_AP);
			assert_int_equal(drv->ap_start(b->i, &ap), 0);
			assert_int_equal(fk_times(NL80211_CMD_SET_BSS), able);
			close_if(b);
			log_end(&l);
			assert_int_equal(
				has_logged(&l, "ap_isolate=1 has no effect"), wanted && !able);
			bytes_clear(&l.text);
		}
}

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
	uint8_t pmk[32];
	struct drv_assoc a = assoc_of(AKM_PSK);
	const struct part bad = {12, 15, 0x90};
	struct logged l = log_begin();
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
	log_end(&l);
	assert_true(has_logged(&l, "malformed PMKID"));
	assert_no_key(&l.text, 0x41, 32);
	assert_no_key(&l.text, 0x30, 16);
	assert_no_key(&l.text, 0x50, 16);
	assert_no_key(&l.text, 0x70, 32);
	bytes_clear(&l.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
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
		CASE(test_isolate),
		CASE(test_log),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
