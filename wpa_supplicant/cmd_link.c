/* Commands: signal, counters, own elements. */
#include <errno.h>

#include "wpa_supplicant/supplicant_i.h"

static enum ctrl_result cmd_signal_poll(void *ctx, char *args, struct ctrl_request *req)
{
	const struct wpas_if *w = ctx;
	struct strbuf *out = req->reply;
	struct drv_sta_info i;
	char width[WPAS_WIDTH_CAP];

	if (!wpas_link_info(w, &i))
		return CTRL_FAIL;
	strbuf_add(out, "RSSI=%d\nLINKSPEED=%u\nNOISE=9999\nFREQUENCY=%u\n", i.signal_dbm,
		i.has_rates ? i.tx_rate / 10 : 0, i.freq ? i.freq : w->conn.bss->freq);
	if (i.width)
		strbuf_add(out, "WIDTH=%s\n", wpas_width_text(&i, width));
	if (i.width > 20 && i.center[0])
		strbuf_add(out, "CENTER_FRQ1=%u\n", i.center[0]);
	if (i.width > 20 && i.center[1])
		strbuf_add(out, "CENTER_FRQ2=%u\n", i.center[1]);
	if (i.has_signal && i.avg_signal_dbm)
		strbuf_add(out, "AVG_RSSI=%d\n", i.avg_signal_dbm);
	if (i.has_beacon_signal)
		strbuf_add(out, "AVG_BEACON_RSSI=%d\n", i.beacon_signal_dbm);
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_pktcnt_poll(void *ctx, char *args, struct ctrl_request *req)
{
	struct drv_sta_info i;

	if (!wpas_link_info(ctx, &i))
		return CTRL_FAIL;
	strbuf_add(req->reply, "TXGOOD=%llu\nTXBAD=%llu\nRXGOOD=%llu\n",
		(unsigned long long)i.tx_packets, (unsigned long long)i.tx_failed,
		(unsigned long long)i.rx_packets);
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_signal_monitor(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	int64_t threshold = 0, hysteresis = 0;
	char text[16];

	if (ctrl_arg(args, "THRESHOLD", text, sizeof(text)) &&
		parse_int(text, 10, -200, 200, &threshold) < 0)
		return CTRL_FAIL;
	if (ctrl_arg(args, "HYSTERESIS", text, sizeof(text)) &&
		parse_int(text, 10, 0, 200, &hysteresis) < 0)
		return CTRL_FAIL;
	if (!w->drv || !w->ops->signal_monitor || w->bgscan.active)
		return CTRL_FAIL;
	int err = w->ops->signal_monitor(w->drv, (int)threshold, (int)hysteresis);
	return err < 0 ? CTRL_FAIL : CTRL_OK;
}

/* --- own elements --- */

static struct bytes *elem_slot(struct wpas_if *w, char *args, char **rest)
{
	int64_t frame;
	char *space = strchr(args, ' ');

	if (space)
		*space++ = '\0';
	*rest = space;
	return parse_int(args, 10, 0, INT32_MAX, &frame) < 0 ? NULL : wpas_elem_slot(w, frame);
}

static enum ctrl_result with_elements(struct bytes *slot, const char *hex,
	int (*act)(struct bytes *slot, const void *data, size_t len))
{
	struct bytes ies = {NULL, 0};

	if (!slot || !hex)
		return CTRL_FAIL;
	bool ok = hex_decode_bytes(hex, &ies) == 0 && act(slot, ies.data, ies.len) == 0;
	bytes_clear(&ies);
	return ok ? CTRL_OK : CTRL_FAIL;
}

static enum ctrl_result cmd_elem_add(void *ctx, char *args, struct ctrl_request *req)
{
	char *hex;
	struct bytes *slot = elem_slot(ctx, args, &hex);
	return with_elements(slot, hex, wpas_elem_add);
}

static enum ctrl_result cmd_elem_get(void *ctx, char *args, struct ctrl_request *req)
{
	char *rest;
	const struct bytes *slot = elem_slot(ctx, args, &rest);

	if (!slot)
		return CTRL_FAIL;
	strbuf_add_hex(req->reply, slot->data, slot->len);
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_elem_remove(void *ctx, char *args, struct ctrl_request *req)
{
	char *hex;
	struct bytes *slot = elem_slot(ctx, args, &hex);

	if (!slot || !hex || strcmp(hex, "*") != 0)
		return with_elements(slot, hex, wpas_elem_remove);
	bytes_clear(slot);
	return CTRL_OK;
}

const struct ctrl_command wpas_cmds_link[] = {
	{"SIGNAL_POLL", CTRL_PREFIX, CTRL_QUIET, cmd_signal_poll, "= signal of the link"},
	{"SIGNAL_MONITOR", CTRL_PREFIX, 0, cmd_signal_monitor,
		"[THRESHOLD=dBm] [HYSTERESIS=dB] = events on signal changes"},
	{"PKTCNT_POLL", CTRL_PREFIX, CTRL_QUIET, cmd_pktcnt_poll, "= packet counters"},
	{"VENDOR_ELEM_ADD", CTRL_ARGS, 0, cmd_elem_add, "<frame> <hex> = add elements to a frame"},
	{"VENDOR_ELEM_GET", CTRL_ARGS, 0, cmd_elem_get, "<frame> = elements added"},
	{"VENDOR_ELEM_REMOVE", CTRL_ARGS, 0, cmd_elem_remove, "<frame> <hex|*> = take them out"},
	{NULL, CTRL_EXACT, 0, NULL, NULL}};
