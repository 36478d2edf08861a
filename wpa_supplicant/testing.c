/* CONFIG_TESTING=y: commands and settings that let a test play the air's part, or make WPS say what
 * it should not. Not for use in the field. */
#include "wpa_supplicant/testing.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "wpa_supplicant/supplicant_i.h"

#define EVENT_CAP 8192

/* --- events --- */

bool wpas_testing_eapol_tx(
	struct wpas_if *w, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len)
{
	char hex[EVENT_CAP];
	struct strbuf s = strbuf_over(hex, sizeof(hex));

	if (!w->testing.ext_eapol_frame_io)
		return false;
	strbuf_add_hex(&s, packet, len);
	wpas_event(w, "EAPOL-TX " MACSTR " %s", MAC2STR(dst), hex);
	return true;
}

void wpas_testing_eapol_rx(struct wpas_if *w, const uint8_t src[MAC_LEN], size_t len)
{
	wpas_event_ctrl(w, "EAPOL-RX " MACSTR " %zu", MAC2STR(src), len);
}

/* --- settings --- */

static int set_bool(bool *out, const char *value)
{
	int64_t n;

	if (parse_int(value, 10, INT32_MIN, INT32_MAX, &n) < 0)
		return -EINVAL;
	*out = n != 0;
	return 0;
}

static int set_ext_eapol(struct wpas_if *w, const char *value)
{
	return set_bool(&w->testing.ext_eapol_frame_io, value);
}

static int set_wps_version(struct wpas_if *w, const char *value)
{
	int64_t n;

	if (parse_int(value, 0, 0, 0xff, &n) < 0)
		return -EINVAL;
	w->testing.wps_version = (uint8_t)n;
	return 0;
}

static int set_stub_cred(struct wpas_if *w, const char *value)
{
	return set_bool(&w->testing.wps.stub_cred, value);
}

static int set_corrupt_pkhash(struct wpas_if *w, const char *value)
{
	return set_bool(&w->testing.wps.corrupt_pk_hash, value);
}

/* An empty value ends it. */
static int set_types(bool *on, uint16_t *types, const char *value)
{
	int64_t n = 0;

	if (*value && parse_int(value, 0, 0, UINT16_MAX, &n) < 0)
		return -EINVAL;
	*on = *value != '\0';
	*types = (uint16_t)n;
	return 0;
}

static int set_auth_types(struct wpas_if *w, const char *value)
{
	return set_types(&w->testing.wps.force_auth, &w->testing.wps.force_auth_types, value);
}

static int set_encr_types(struct wpas_if *w, const char *value)
{
	return set_types(&w->testing.wps.force_encr, &w->testing.wps.force_encr_types, value);
}

static const struct {
	const char *name;
	int (*set)(struct wpas_if *w, const char *value);
} settings[] = {
	{"ext_eapol_frame_io", set_ext_eapol},
	{"wps_version_number", set_wps_version},
	{"wps_testing_stub_cred", set_stub_cred},
	{"wps_corrupt_pkhash", set_corrupt_pkhash},
	{"wps_force_auth_types", set_auth_types},
	{"wps_force_encr_types", set_encr_types},
};

int wpas_testing_set(struct wpas_if *w, const char *name, const char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		if (strcasecmp(settings[i].name, name) != 0)
			continue;
		int err = settings[i].set(w, value);
		wpas_wps_init(w);
		return err;
	}
	return -ENOENT;
}

void wpas_testing_flush(struct wpas_if *w)
{
	w->testing = (struct wpas_testing){0};
	wpas_wps_init(w);
}

void wpas_testing_wps(struct wpas_if *w, struct wps_device *dev)
{
	dev->testing = &w->testing.wps;
	/* A device of WSC 1.0 has no Version2. */
	if (w->testing.wps_version)
		dev->version2 = w->testing.wps_version < 0x20 ? 0 : w->testing.wps_version;
}

/* --- commands --- */

/* `<address> <hex>`; the packet is the caller's to free. Returns 0 or -EINVAL. */
static int packet_args(const char *args, uint8_t addr[MAC_LEN], struct bytes *packet)
{
	const char *rest;

	if (mac_parse(args, addr, &rest) < 0 || *rest != ' ')
		return -EINVAL;
	return hex_decode_bytes(rest + 1, packet);
}

static enum ctrl_result cmd_eapol_rx(void *ctx, char *args, struct ctrl_request *req)
{
	_cleanup_(bytes_clear) struct bytes packet = {0};
	struct drv_event ev = {.kind = DRV_EV_EAPOL_RX};

	if (packet_args(args, ev.addr, &packet) < 0)
		return CTRL_FAIL;
	ev.eapol.packet = packet.data;
	ev.eapol.len = packet.len;
	wpas_glue_rx_eapol(ctx, &ev);
	return CTRL_OK;
}

static enum ctrl_result cmd_eapol_tx(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	_cleanup_(bytes_clear) struct bytes packet = {0};
	uint8_t dst[MAC_LEN];

	if (packet_args(args, dst, &packet) < 0 || !w->drv)
		return CTRL_FAIL;
	return w->ops->send_eapol(w->drv, dst, packet.data, packet.len, false) < 0 ? CTRL_FAIL
										   : CTRL_OK;
}

static enum ctrl_result cmd_event_test(void *ctx, char *args, struct ctrl_request *req)
{
	int64_t n;

	if (parse_int(args, 10, 0, 1000, &n) < 0)
		return CTRL_FAIL;
	for (int64_t i = 1; i <= n; i++)
		wpas_event(ctx, "TEST-EVENT-MESSAGE %d/%d", (int)i, (int)n);
	return CTRL_OK;
}

static enum ctrl_result cmd_key_request(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	char *word[3];
	int64_t error, pairwise;

	if (split_words(args, word, 3) != 2 || parse_int(word[0], 10, 0, 1, &error) < 0 ||
		parse_int(word[1], 10, 0, 1, &pairwise) < 0)
		return CTRL_FAIL;
	if (error)
		wpas_glue_mic_failure(w, pairwise == 1);
	else
		rsn_supp_request(w->rsn, pairwise == 1);
	return CTRL_OK;
}

const struct ctrl_command wpas_cmds_testing[] = {
	{"EAPOL_RX", CTRL_ARGS, 0, cmd_eapol_rx,
		"<source> <hex> = an EAPOL packet, as if received"},
	{"EAPOL_TX", CTRL_ARGS, 0, cmd_eapol_tx, "<destination> <hex> = send an EAPOL packet"},
	{"EVENT_TEST", CTRL_ARGS, 0, cmd_event_test, "<n> = n events TEST-EVENT-MESSAGE"},
	{"KEY_REQUEST", CTRL_ARGS, 0, cmd_key_request,
		"<error 0|1> <pairwise 0|1> = ask for new keys; error: as if a frame had a wrong "
		"Michael MIC"},
	{NULL, CTRL_EXACT, 0, NULL, NULL}};
