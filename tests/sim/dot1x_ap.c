#include "dot1x_ap.h"

#include "rsn/frame_i.h"

#define VERSION KEY_VERSION_AES_SHA1
#define AKM AKM_8021X

static const struct driver *const drv = &driver_sim;
static const uint8_t rsne[] = {
	EID_RSN, 20, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0, 0x0f, 0xac, 4, 1, 0, 0, 0x0f, 0xac, 1, 0, 0};

static void send_packet(struct dot1x_ap *a, const uint8_t *packet, size_t len)
{
	assert_int_equal(drv->send_eapol(a->i, a->sta, packet, len, a->keyed), 0);
}

/* --- EAP --- */

static void send_eap(struct dot1x_ap *a, const uint8_t *packet, size_t len)
{
	uint8_t buf[600];
	struct writer w = writer_over(buf, sizeof(buf));

	eapol_write(&w, 2, EAPOL_EAP, packet, len);
	assert_true(writer_ok(&w));
	send_packet(a, buf, w.len);
}

static void send_simple(struct dot1x_ap *a, uint8_t code, uint8_t type)
{
	uint8_t buf[16];
	struct writer w = writer_over(buf, sizeof(buf));

	eap_end(&w, eap_begin(&w, code, a->id, type));
	send_eap(a, buf, w.len);
}

static void begin_eap(struct dot1x_ap *a)
{
	gpsk_server_init(&a->eap);
	a->id++;
	a->step = 1;
	send_simple(a, EAP_REQUEST, EAP_TYPE_IDENTITY);
}

static void begin_handshake(struct dot1x_ap *a);

static void rx_eap(struct dot1x_ap *a, const uint8_t *packet, size_t len)
{
	assert_true(len > 4);
	if (packet[1] != a->id)
		return; /* of an earlier run */
	switch (a->step) {
	case 1:
		gpsk_server_1(&a->eap, ++a->id);
		break;
	case 2:
		assert_true(gpsk_server_rx_2(&a->eap, "user", packet, len));
		gpsk_server_3(&a->eap, ++a->id, GPSK_RIGHT);
		break;
	case 3:
		assert_true(gpsk_server_rx_4(&a->eap, packet, len));
		send_simple(a, EAP_SUCCESS, 0);
		a->step = 0;
		a->eap_runs++;
		memcpy(a->pmk, a->eap.keys.msk, PMK_LEN);
		assert_int_equal(pmkid_derive(a->pmk, PMK_LEN, a->bssid, a->sta, AKM, a->pmkid), 0);
		a->has_pmk = true;
		if (!a->keep_keys)
			begin_handshake(a);
		return;
	default:
		return;
	}
	a->step++;
	send_eap(a, a->eap.out, a->eap.out_len);
}

/* --- handshakes --- */

static void send_key(struct dot1x_ap *a, struct eapol_key *k, bool mic)
{
	uint8_t buf[RSN_FRAME_MAX];
	struct writer w = writer_over(buf, sizeof(buf));

	k->descriptor = KEY_DESC_RSN;
	k->info |= VERSION | KEY_INFO_ACK;
	k->replay = ++a->replay;
	assert_int_equal(rsn_frame_write(&w, 2, k, AKM, mic ? a->ptk.kck : NULL), 0);
	send_packet(a, buf, w.len);
}

static void begin_handshake(struct dot1x_ap *a)
{
	struct eapol_key k = {.info = KEY_INFO_PAIRWISE, .key_len = 16};

	random_bytes(a->anonce, sizeof(a->anonce));
	memcpy(k.nonce, a->anonce, sizeof(k.nonce));
	send_key(a, &k, false);
}

static void add_gtk(struct dot1x_ap *a, struct eapol_key *k, bool with_rsne, uint8_t *out)
{
	uint8_t plain[128];
	struct writer w = writer_over(plain, sizeof(plain));

	if (with_rsne)
		writer_bytes(&w, rsne, sizeof(rsne));
	kde_write_gtk(&w, (uint8_t)a->gtk_index, false, a->gtk[a->gtk_index - 1], 16);
	kde_pad(&w, 0);
	assert_int_equal(rsn_frame_wrap(k, VERSION, a->ptk.kek, plain, w.len, out), 0);
}

static void send_m3(struct dot1x_ap *a)
{
	uint8_t data[RSN_FRAME_MAX];
	struct eapol_key k = {.info = KEY_INFO_PAIRWISE | KEY_INFO_INSTALL | KEY_INFO_MIC |
				      KEY_INFO_SECURE | KEY_INFO_ENCRYPTED,
		.key_len = 16};

	memcpy(k.nonce, a->anonce, sizeof(k.nonce));
	add_gtk(a, &k, true, data);
	send_key(a, &k, true);
}

static void use_gtk(struct dot1x_ap *a)
{
	struct drv_key k = {.cipher = CIPHER_CCMP,
		.index = a->gtk_index,
		.key = a->gtk[a->gtk_index - 1],
		.key_len = 16,
		.set_tx = true};
	assert_int_equal(drv->set_key(a->i, &k), 0);
}

static void complete(struct dot1x_ap *a)
{
	struct drv_key k = {.cipher = CIPHER_CCMP, .addr = a->sta, .key = a->ptk.tk, .key_len = 16};

	assert_int_equal(drv->set_key(a->i, &k), 0);
	assert_int_equal(drv->set_authorized(a->i, a->sta, true), 0);
	a->keyed = true;
	a->handshakes++;
}

static void rx_pairwise(struct dot1x_ap *a, const struct rsn_frame *f)
{
	static const uint8_t none[NONCE_LEN];
	bool m2 = f->k.data_len > 0;

	if (m2 && memcmp(f->k.nonce, none, NONCE_LEN) != 0)
		assert_int_equal(ptk_derive(a->pmk, PMK_LEN, AKM, CIPHER_CCMP, a->bssid, a->sta,
					 a->anonce, f->k.nonce, &a->ptk),
			0);
	if (!rsn_frame_mic_ok(f, AKM, a->ptk.kck))
		fail_msg("wrong MIC in message %d of the 4-way handshake", m2 ? 2 : 4);
	if (m2)
		send_m3(a);
	else
		complete(a);
}

static void rx_key(struct dot1x_ap *a, const uint8_t *packet, size_t len)
{
	struct rsn_frame f;

	assert_int_equal(rsn_frame_parse(packet, len, &f), 0);
	if (f.k.replay != a->replay)
		return;
	if (f.k.info & KEY_INFO_PAIRWISE) {
		rx_pairwise(a, &f);
		return;
	}
	assert_true(rsn_frame_mic_ok(&f, AKM, a->ptk.kck));
	a->group_handshakes++;
	use_gtk(a);
}

void dot1x_ap_rekey(struct dot1x_ap *a)
{
	uint8_t data[RSN_FRAME_MAX];
	struct eapol_key k = {.info = KEY_INFO_MIC | KEY_INFO_SECURE | KEY_INFO_ENCRYPTED};

	a->gtk_index = 3 - a->gtk_index;
	random_bytes(a->gtk[a->gtk_index - 1], 16);
	add_gtk(a, &k, false, data);
	send_key(a, &k, true);
}

void dot1x_ap_reauth(struct dot1x_ap *a)
{
	begin_eap(a);
}

/* --- life --- */

static bool knows(struct dot1x_ap *a, const struct rsn_ie *ie)
{
	if (!ie->pmkid_count)
		return false;
	a->named++;
	if (a->has_pmk && memcmp(ie->pmkids, a->pmkid, 16) == 0)
		return true;
	if (!a->shares || !a->shares->has_pmk)
		return false;
	assert_int_equal(pmkid_derive(a->shares->pmk, PMK_LEN, a->bssid, a->sta, AKM, a->pmkid), 0);
	memcpy(a->pmk, a->shares->pmk, PMK_LEN);
	a->has_pmk = memcmp(ie->pmkids, a->pmkid, 16) == 0;
	return a->has_pmk;
}

static void on_sta_new(struct dot1x_ap *a, const struct drv_event *ev)
{
	size_t len;
	const uint8_t *raw = element_find(ev->mgmt.req_ies, ev->mgmt.req_ies_len, EID_RSN, 0, &len);
	struct rsn_ie ie;

	assert_non_null(raw);
	assert_int_equal(rsn_ie_parse(raw, len, &ie), 0);
	assert_int_equal(ie.akm, AKM);
	mac_copy(a->sta, ev->addr);
	a->keyed = false;
	if (knows(a, &ie)) {
		a->cached++;
		begin_handshake(a);
	} else {
		begin_eap(a);
	}
}

static void on_event(void *ctx, const struct drv_event *ev)
{
	struct dot1x_ap *a = ctx;
	struct eapol_hdr h;
	struct reader body;

	if (ev->kind == DRV_EV_STA_NEW)
		on_sta_new(a, ev);
	if (ev->kind != DRV_EV_EAPOL_RX)
		return;
	assert_true(eapol_parse(ev->eapol.packet, ev->eapol.len, &h, &body));
	if (h.type == EAPOL_START && !a->deaf) {
		a->keep_keys = false;
		begin_eap(a);
	} else if (h.type == EAPOL_EAP)
		rx_eap(a, body.p, reader_left(&body));
	else if (h.type == EAPOL_KEY)
		rx_key(a, ev->eapol.packet, ev->eapol.len);
}

static void write_head(const struct dot1x_ap *a, struct writer *w, bool probe)
{
	mgmt_write(w, probe ? STYPE_PROBE_RESP : STYPE_BEACON, mac_broadcast, a->bssid, a->bssid);
	writer_zeros(w, 8);
	writer_le16(w, 100);
	writer_le16(w, CAP_ESS | CAP_PRIVACY);
	element_put(w, EID_SSID, "net", 3);
}

void dot1x_ap_start(struct net *n, struct dot1x_ap *a, const char *ifname)
{
	struct drv_if_params p = {.ifname = ifname, .type = DRV_IF_AP, .event = on_event, .ctx = a};
	struct writer head = writer_new(128), probe = writer_new(128);
	int err;

	a->d = drv->init(n->loop, "air=inproc:net offload=apsme");
	assert_non_null(a->d);
	a->i = drv->if_open(a->d, &p, &err, NULL);
	assert_non_null(a->i);
	mac_copy(a->bssid, drv->addr(a->i));
	write_head(a, &head, false);
	write_head(a, &probe, true);
	writer_bytes(&probe, rsne, sizeof(rsne));
	struct drv_ap ap = {.freq = 2437,
		.beacon_int = 100,
		.dtim_period = 2,
		.head = head.buf,
		.head_len = head.len,
		.tail = rsne,
		.tail_len = sizeof(rsne),
		.probe_resp = probe.buf,
		.probe_resp_len = probe.len,
		.privacy = true};
	assert_int_equal(drv->ap_start(a->i, &ap), 0);
	writer_free(&head);
	writer_free(&probe);
	a->gtk_index = 1;
	random_bytes(a->gtk[0], 16);
	use_gtk(a);
}

void dot1x_ap_stop(struct dot1x_ap *a)
{
	if (a->i)
		drv->if_close(a->i);
	if (a->d)
		drv->deinit(a->d);
	*a = (struct dot1x_ap){0};
}
