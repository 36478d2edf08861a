/* A live WPS run, EAP peer against EAP server, with one side's input disturbed by a script: so a
 * fuzzer reaches the states behind the cryptography.
 *
 * Script, a list of operations on packets towards the side under test:
 *   0..3 deliver   4 xor: offset(2) value   5 cut: length(2)   6 own packet with the right id:
 * length(1) bytes 7 twice, and two seconds pass */
#ifndef TESTS_FUZZ_WSC_FUZZ_H
#define TESTS_FUZZ_WSC_FUZZ_H

#include <stdlib.h>
#include <string.h>

#include "eap_peer/eap_peer.h"
#include "eap_server/eap_server.h"
#include "utils/log.h"

#define WSC_FUZZ_STEPS 400

struct wsc_fuzz {
	struct timers *timers;
	struct wps_device dev;
	struct wps_registrar *reg;
	struct eap_peer *peer;
	struct eap_server *server;
	bool test_peer; /* which side is under test */
	struct bytes to_peer, to_server;
	struct reader script;
	uint8_t last_id; /* of the last request */
};

static const char fuzz_key[] = "the right passphrase";
static const char fuzz_registrar[] = "pin=12345670 new_ssid=6e6577 new_auth=WPA2PSK new_encr=CCMP "
				     "new_key=7468652072696768742070617373706872617365";

static void fuzz_to_server(void *ctx, const uint8_t *packet, size_t len)
{
	(void)bytes_set(&((struct wsc_fuzz *)ctx)->to_server, packet, len);
}
static void fuzz_to_peer(void *ctx, const uint8_t *packet, size_t len)
{
	struct wsc_fuzz *f = ctx;
	if (packet[0] == EAP_REQUEST)
		f->last_id = packet[1];
	(void)bytes_set(&f->to_peer, packet, len);
}
static void fuzz_nothing(void *ctx)
{
}
static void fuzz_proposed_peer(void *ctx, uint32_t vendor, uint32_t method, bool nak)
{
}
static void fuzz_proposed_server(void *ctx, uint32_t vendor, uint32_t method)
{
}
static void fuzz_selected(void *ctx, uint32_t vendor, uint32_t method, const char *name)
{
}
static void fuzz_status(void *ctx, const char *status, const char *parameter)
{
}
static void fuzz_peer_over(void *ctx, bool success)
{
}
static void fuzz_server_over(void *ctx, bool success, bool timeout)
{
}
static void fuzz_event(void *ctx, const struct wps_event *ev)
{
	/* Whatever was done to the packets: no credential or settings but those of the other
	 * side. */
	if ((ev->kind == WPS_EVENT_CREDENTIAL || ev->kind == WPS_EVENT_AP_SETTINGS) &&
		(ev->cred->key_len != strlen(fuzz_key) ||
			memcmp(ev->cred->key, fuzz_key, ev->cred->key_len)))
		abort();
}
static void fuzz_reg_event(void *ctx, enum wps_reg_event_kind kind, const struct wps_peer *peer,
	const uint8_t *mac, const struct wps_info *info)
{
}
static int fuzz_settings(void *ctx, struct wps_credential *out)
{
	*out = (struct wps_credential){.ssid = "net",
		.ssid_len = 3,
		.auth_type = WPS_AUTH_WPA2PSK,
		.encr_type = WPS_ENCR_AES,
		.key_len = strlen(fuzz_key)};
	memcpy(out->key, fuzz_key, out->key_len);
	return 0;
}
static int fuzz_credential(void *ctx, const struct wps_peer *peer, struct wps_credential *out)
{
	return fuzz_settings(ctx, out);
}

/* The packet is ours: exactly its bytes, so that a sanitizer sees one too many read. */
static void fuzz_deliver(struct wsc_fuzz *f, bool peer, const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	if (!copy)
		abort();
	if (len)
		memcpy(copy, data, len);
	if (peer)
		eap_peer_rx(f->peer, copy, len);
	else
		eap_server_rx(f->server, copy, len);
	free(copy);
}

static void fuzz_pass(struct wsc_fuzz *f, unsigned sec)
{
	timers_set_now(f->timers, timers_now(f->timers) + sec * USEC_PER_SEC);
	timers_run(f->timers);
}

static void fuzz_own_packet(struct wsc_fuzz *f)
{
	uint8_t buf[300];
	struct writer w = writer_over(buf, sizeof(buf));
	size_t len = reader_u8(&f->script), left = reader_left(&f->script);
	size_t n = len < left ? len : left;
	const uint8_t *data = reader_bytes(&f->script, n);
	struct writer_mark m = eap_begin_expanded(&w, f->test_peer ? EAP_REQUEST : EAP_RESPONSE,
		(uint8_t)(f->last_id + f->test_peer), EAP_VENDOR_WFA, EAP_VENDOR_TYPE_WSC);
	writer_bytes(&w, data, n);
	eap_end(&w, m);
	fuzz_deliver(f, f->test_peer, buf, w.len);
}

static void fuzz_step(struct wsc_fuzz *f, struct bytes *packet)
{
	uint8_t op = reader_left(&f->script) ? reader_u8(&f->script) & 7 : 0;
	size_t at;

	switch (op) {
	case 4:
		at = reader_be16(&f->script);
		if (at < packet->len)
			packet->data[at] ^= reader_u8(&f->script);
		break;
	case 5:
		at = reader_be16(&f->script);
		if (at < packet->len)
			packet->len = at;
		break;
	case 6:
		fuzz_own_packet(f);
		break;
	case 7:
		fuzz_deliver(f, f->test_peer, packet->data, packet->len);
		fuzz_pass(f, 2);
		break;
	default:
		break;
	}
	fuzz_deliver(f, f->test_peer, packet->data, packet->len);
}

static void fuzz_play(struct wsc_fuzz *f)
{
	for (unsigned i = 0; i < WSC_FUZZ_STEPS; i++) {
		bool peer = f->to_peer.len;
		struct bytes *from = peer ? &f->to_peer : &f->to_server;
		if (!from->len) {
			if (timers_next(f->timers) == UINT64_MAX)
				break;
			fuzz_pass(f, 5);
			continue;
		}
		struct bytes packet = *from;
		*from = (struct bytes){NULL, 0};
		if (peer == f->test_peer)
			fuzz_step(f, &packet);
		else
			fuzz_deliver(f, peer, packet.data, packet.len);
		bytes_clear(&packet);
	}
}

static void wsc_fuzz_run(bool test_peer, const uint8_t *data, size_t size)
{
	static const struct eap_peer_ops peer_ops = {fuzz_to_server, fuzz_nothing,
		fuzz_proposed_peer, fuzz_selected, fuzz_status, fuzz_peer_over};
	static const struct eap_server_ops server_ops = {
		fuzz_to_peer, fuzz_nothing, fuzz_proposed_server, fuzz_nothing, fuzz_server_over};
	static const struct wps_registrar_ops reg_ops = {.elements_changed = fuzz_nothing,
		.reg_event = fuzz_reg_event,
		.run_event = fuzz_event,
		.credential = fuzz_credential,
		.ap_settings = fuzz_settings};
	const struct wps_registrar_config reg_cfg = {.dev = {.uuid = {1}, .version2 = 0x20},
		.auth_types = WPS_AUTH_WPA2PSK,
		.encr_types = WPS_ENCR_AES};
	struct wsc_fuzz f = {.timers = timers_new(),
		.dev = {.uuid = {2}, .version2 = 0x20},
		.test_peer = test_peer,
		.script = reader_of(data, size)};
	/* First byte: fragment size, so that reassembly is reached as well, and in its highest bit
	 * the roles: the access point is the enrollee then. */
	uint8_t first = reader_left(&f.script) ? reader_u8(&f.script) : 0, fragment = first & 0x7f;
	bool registrar = first & 0x80;

	log_set_level(LOG_ERR);
	f.reg = wps_registrar_new(f.timers, &reg_cfg, &reg_ops, &f);
	const struct eap_server_config server = {.registrar = f.reg, .fragment_size = fragment};
	const struct eap_peer_config peer = {
		.identity = registrar ? WSC_IDENTITY_REGISTRAR : WSC_IDENTITY_ENROLLEE,
		.phase1 = registrar ? fuzz_registrar : "pbc=1 multi_ap=1",
		.wps_dev = &f.dev,
		.wps_event = fuzz_event,
		.wps_ctx = &f,
		.fragment_size = fragment};
	f.peer = eap_peer_new(f.timers, &peer_ops, &f);
	f.server = eap_server_new(f.timers, &server, &server_ops, &f);
	if (!f.reg || !f.peer || !f.server || eap_peer_start(f.peer, &peer) < 0)
		abort();
	(void)wps_registrar_pbc(f.reg);
	if (wps_registrar_set_ap_pin(f.reg, "12345670", 0) < 0)
		abort();
	eap_server_start(f.server);
	fuzz_play(&f);
	eap_peer_free(f.peer);
	eap_server_free(f.server);
	wps_registrar_free(f.reg);
	bytes_clear(&f.to_peer);
	bytes_clear(&f.to_server);
	timers_free(f.timers);
}

#endif
