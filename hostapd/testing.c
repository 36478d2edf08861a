/* CONFIG_TESTING=y: commands and settings that let a test play the air's part, or make WPS say what
 * it should not. Not for use in the field: they give away keys. */
#include "hostapd/testing.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "common/ieee80211.h"
#include "hostapd/hostapd_i.h"
#include "rsn/pmksa.h"

#define EVENT_CAP 8192

/* --- events --- */

bool hostapd_testing_eapol_tx(
	struct hostapd_bss *b, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len)
{
	char text[EVENT_CAP];
	struct strbuf s = strbuf_over(text, sizeof(text));

	if (!b->testing.ext_eapol_frame_io)
		return false;
	strbuf_add(&s, "EAPOL-TX " MACSTR " ", MAC2STR(dst));
	strbuf_add_hex(&s, packet, len);
	hostapd_bss_event(b, LOG_INF, 0, text);
	return true;
}

bool hostapd_testing_mgmt(struct hostapd_bss *b, const struct drv_event *ev)
{
	char text[EVENT_CAP];
	struct strbuf s = strbuf_over(text, sizeof(text));
	struct reader r = reader_of(ev->mgmt.frame, ev->mgmt.len);

	if (!b->testing.ext_mgmt_frame_handling)
		return false;
	if (ev->kind == DRV_EV_MGMT_RX)
		strbuf_add(&s, "MGMT-RX ");
	else
		strbuf_add(&s, "MGMT-TX-STATUS stype=%u ok=%d buf=", FC_STYPE(reader_le16(&r)),
			ev->mgmt.ack);
	strbuf_add_hex(&s, ev->mgmt.frame, ev->mgmt.len);
	hostapd_bss_event(b, LOG_INF, 0, text);
	return true;
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

static int set_ext_eapol(struct hostapd_bss *b, const char *value)
{
	return set_bool(&b->testing.ext_eapol_frame_io, value);
}

static int set_ext_mgmt(struct hostapd_bss *b, const char *value)
{
	return set_bool(&b->testing.ext_mgmt_frame_handling, value);
}

static void refresh_wps(struct hostapd *h)
{
	struct hostapd_bss *b, *tmp;

	HASH_ITER (hh, h->by_ifname, b, tmp)
		if (b->ap)
			ap_bss_wps_refresh(b->ap);
}

static int set_wps_version(struct hostapd_bss *b, const char *value)
{
	int64_t n;

	if (parse_int(value, 0, 0, 0xff, &n) < 0)
		return -EINVAL;
	b->iface->h->testing.wps_version = (uint8_t)n;
	refresh_wps(b->iface->h);
	return 0;
}

static int set_wps_flag(struct hostapd_bss *b, bool *flag, const char *value)
{
	int err = set_bool(flag, value);

	if (err == 0)
		refresh_wps(b->iface->h);
	return err;
}

static int set_stub_cred(struct hostapd_bss *b, const char *value)
{
	return set_wps_flag(b, &b->iface->h->testing.wps.stub_cred, value);
}

static int set_corrupt_pkhash(struct hostapd_bss *b, const char *value)
{
	return set_wps_flag(b, &b->iface->h->testing.wps.corrupt_pk_hash, value);
}

static const struct {
	const char *name;
	int (*set)(struct hostapd_bss *b, const char *value);
} settings[] = {
	{"ext_eapol_frame_io", set_ext_eapol},
	{"ext_mgmt_frame_handling", set_ext_mgmt},
	{"wps_version_number", set_wps_version},
	{"wps_testing_stub_cred", set_stub_cred},
	{"wps_corrupt_pkhash", set_corrupt_pkhash},
};

int hostapd_testing_set(struct hostapd_bss *b, const char *name, const char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		if (strcasecmp(settings[i].name, name) == 0)
			return settings[i].set(b, value);
	return -ENOENT;
}

void hostapd_testing_flush(struct hostapd *h)
{
	h->testing = (struct hostapd_testing){0};
	refresh_wps(h);
}

void hostapd_testing_wps_env(const struct hostapd *h, struct ap_wps_env *env)
{
	env->testing = &h->testing.wps;
	/* A device of WSC 1.0 has no Version2. */
	if (h->testing.wps_version)
		env->version2 = h->testing.wps_version < 0x20 ? 0 : h->testing.wps_version;
}

/* --- commands --- */

/* `<address> <hex>[ more]`; the packet is the caller's to free. Returns 0 or -EINVAL. */
static int packet_args(char *args, uint8_t addr[MAC_LEN], struct bytes *packet, const char **more)
{
	const char *rest;

	if (mac_parse(args, addr, &rest) < 0 || *rest != ' ')
		return -EINVAL;
	char *hex = args + (rest - args) + 1, *end = strchr(hex, ' ');
	*more = end ? end + 1 : "";
	if (end)
		*end = '\0';
	return hex_decode_bytes(hex, packet);
}

static enum ctrl_result cmd_eapol_rx(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd_bss *b = ctx;
	_cleanup_(bytes_clear) struct bytes packet = {0};
	struct drv_event ev = {.kind = DRV_EV_EAPOL_RX};
	const char *more;

	if (packet_args(args, ev.addr, &packet, &more) < 0 || *more)
		return CTRL_FAIL;
	ev.eapol.packet = packet.data;
	ev.eapol.len = packet.len;
	ap_bss_handle(b->ap, &ev);
	return CTRL_OK;
}

static enum ctrl_result cmd_eapol_tx(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd_bss *b = ctx;
	_cleanup_(bytes_clear) struct bytes packet = {0};
	uint8_t dst[MAC_LEN];
	const char *more;

	if (packet_args(args, dst, &packet, &more) < 0)
		return CTRL_FAIL;
	bool encrypt = strcmp(more, "encrypt=1") == 0;
	return ap_bss_send_eapol(b->ap, dst, packet.data, packet.len, encrypt) < 0 ? CTRL_FAIL
										   : CTRL_OK;
}

static enum ctrl_result cmd_mgmt_tx(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd_bss *b = ctx;
	_cleanup_(bytes_clear) struct bytes frame = {0};

	if (hex_decode_bytes(args, &frame) < 0 || frame.len == 0)
		return CTRL_FAIL;
	return ap_bss_send_mgmt(b->ap, frame.data, frame.len) < 0 ? CTRL_FAIL : CTRL_OK;
}

/* `… frame=<hex>` or `… buf=<hex>`, the last word. */
static enum ctrl_result inject(
	struct hostapd_bss *b, const char *args, const char *word, struct drv_event *ev)
{
	_cleanup_(bytes_clear) struct bytes frame = {0};
	const char *hex = strstr(args, word);

	if (!b->testing.ext_mgmt_frame_handling || !hex ||
		hex_decode_bytes(hex + strlen(word), &frame) < 0)
		return CTRL_FAIL;
	ev->mgmt.frame = frame.data;
	ev->mgmt.len = frame.len;
	ap_bss_handle(b->ap, ev);
	return CTRL_OK;
}

static enum ctrl_result cmd_mgmt_rx_process(void *ctx, char *args, struct ctrl_request *req)
{
	struct drv_event ev = {.kind = DRV_EV_MGMT_RX};
	char value[16];
	int64_t n;

	if (ctrl_arg(args, "freq", value, sizeof(value)) &&
		parse_int(value, 10, 0, UINT16_MAX, &n) == 0)
		ev.mgmt.freq = (unsigned)n;
	if (ctrl_arg(args, "ssi_signal", value, sizeof(value)) &&
		parse_int(value, 10, -256, 256, &n) == 0)
		ev.mgmt.signal_dbm = (int)n;
	return inject(ctx, args, "frame=", &ev);
}

static enum ctrl_result cmd_mgmt_tx_status(void *ctx, char *args, struct ctrl_request *req)
{
	struct drv_event ev = {.kind = DRV_EV_MGMT_TX_STATUS};
	char value[16];

	ev.mgmt.ack = ctrl_arg(args, "ok", value, sizeof(value)) && strcmp(value, "1") == 0;
	return inject(ctx, args, "buf=", &ev);
}

static enum ctrl_result cmd_get_pmk(void *ctx, char *args, struct ctrl_request *req)
{
	const struct hostapd_bss *b = ctx;
	uint8_t addr[MAC_LEN];

	if (mac_parse_all(args, addr) < 0)
		return CTRL_FAIL;
	const struct ap_sta *s = ap_sta_find(b->ap, addr);
	const uint8_t *pmk = s ? ap_sta_pmk(s) : NULL;
	const struct pmksa *cached = pmk ? NULL : ap_bss_pmksa_find(b->ap, addr);

	if (pmk)
		strbuf_add_hex(req->reply, pmk, 32);
	else if (cached)
		strbuf_add_hex(req->reply, cached->pmk, cached->pmk_len);
	else
		return CTRL_FAIL;
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_rekey_ptk(void *ctx, char *args, struct ctrl_request *req)
{
	const struct hostapd_bss *b = ctx;
	uint8_t addr[MAC_LEN];
	struct ap_sta *s = mac_parse_all(args, addr) < 0 ? NULL : ap_sta_find(b->ap, addr);

	return s && ap_sta_rekey_ptk(s) == 0 ? CTRL_OK : CTRL_FAIL;
}

const struct ctrl_command hostapd_commands_testing[] = {
	{"EAPOL_RX", CTRL_ARGS, 0, cmd_eapol_rx,
		"<source> <hex> = an EAPOL packet, as if received"},
	{"EAPOL_TX", CTRL_ARGS, 0, cmd_eapol_tx,
		"<destination> <hex> [encrypt=1] = send an EAPOL packet"},
	{"MGMT_TX", CTRL_ARGS, 0, cmd_mgmt_tx, "<hex> = send a management frame"},
	{"MGMT_RX_PROCESS", CTRL_ARGS, 0, cmd_mgmt_rx_process,
		"freq=<MHz> datarate=<n> ssi_signal=<n> frame=<hex> = a management frame, as if "
		"received"},
	{"MGMT_TX_STATUS_PROCESS", CTRL_ARGS, 0, cmd_mgmt_tx_status,
		"stype=<n> ok=<0|1> buf=<hex> = transmission status of a management frame"},
	{"GET_PMK", CTRL_ARGS, 0, cmd_get_pmk, "<addr> = pairwise master key of a station, hex"},
	{"REKEY_PTK", CTRL_ARGS, 0, cmd_rekey_ptk, "<addr> = new pairwise key of a station now"},
	{0},
};
