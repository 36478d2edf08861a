/* WPS commands. Unless wps_independent is set on the BSS asked or the one reached, they act on
 * every WPS BSS of the process. */
#include "hostapd/hostapd_i.h"

#include <ctype.h>
#include <errno.h>

#include "common/events.h"

#define PIN_MAX 32

void hostapd_explain_no_wps(struct hostapd_bss *b)
{
	const struct ap_bss_config *cfg = hostapd_bss_conf(b);
	const char *off = ap_wps_off_reason(cfg);
	char text[256];
	struct strbuf s = strbuf_over(text, sizeof(text));

	if (cfg->wps_state == 0)
		off = "wps_state=0; set wps_state=2 and enable again";
	else if (!off && !ap_radio_active(b->iface->radio))
		off = "the access point is not enabled";
	strbuf_add(&s, "WPS refused: %s", off ? off : "enable the access point again");
	hostapd_bss_event(b, LOG_WARN, 0, text);
}

int hostapd_for_wps(
	struct hostapd_bss *from, int (*fn)(struct ap_bss *ap, const void *arg), const void *arg)
{
	struct hostapd *h = from->iface->h;
	struct hostapd_bss *b, *tmp;
	int count = 0, result = 0;

	HASH_ITER (hh, h->by_ifname, b, tmp) {
		if (!ap_bss_registrar(b->ap) || !hostapd_wps_reaches(from, b))
			continue;
		int err = fn(b->ap, arg);
		if (err < 0 && result == 0)
			result = err;
		count++;
	}
	if (count > 0)
		return result;
	hostapd_explain_no_wps(from);
	return -EOPNOTSUPP;
}

static int do_ready(struct ap_bss *ap, const void *arg)
{
	return ap_bss_wps_ready(ap);
}

static int do_pbc(struct ap_bss *ap, const void *arg)
{
	return ap_bss_wps_pbc(ap);
}

static enum ctrl_result cmd_pbc(void *ctx, char *args, struct ctrl_request *req)
{
	if (hostapd_for_wps(ctx, do_ready, NULL) < 0)
		return CTRL_FAIL;
	return hostapd_for_wps(ctx, do_pbc, NULL) < 0 ? CTRL_FAIL : CTRL_OK;
}

static int do_cancel(struct ap_bss *ap, const void *arg)
{
	return ap_bss_wps_cancel(ap);
}

static enum ctrl_result cmd_cancel(void *ctx, char *args, struct ctrl_request *req)
{
	return hostapd_for_wps(ctx, do_cancel, NULL) < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result cmd_status(void *ctx, char *args, struct ctrl_request *req)
{
	const struct hostapd_bss *b = ctx;

	ap_bss_wps_status(b->ap, req->reply);
	return CTRL_REPLIED;
}

struct pin_args {
	bool any;
	uint8_t uuid[WPS_UUID_LEN];
	const char *pin;
	unsigned timeout;
	bool has_mac;
	uint8_t mac[MAC_LEN];
};

static int do_pin(struct ap_bss *ap, const void *arg)
{
	const struct pin_args *p = arg;
	int err = wps_registrar_add_pin(ap_bss_registrar(ap), p->any ? NULL : p->uuid,
		(const uint8_t *)p->pin, strlen(p->pin), p->timeout, p->has_mac ? p->mac : NULL);

	if (err == 0)
		hostapd_bss_event(ap_bss_user(ap), LOG_INF, 0, EV_WPS_PIN_ACTIVE);
	return err;
}

/* "<uuid|any> <pin> [timeout [mac]]" */
static enum ctrl_result cmd_pin(void *ctx, char *args, struct ctrl_request *req)
{
	struct pin_args p = {0};
	char *words[4];
	int64_t timeout = 0;
	int n = split_words(args, words, 4);

	if (n < 2)
		return CTRL_FAIL;
	p.any = strcmp(words[0], "any") == 0;
	if (!p.any && wps_uuid_parse(words[0], p.uuid) < 0)
		return CTRL_FAIL;
	p.pin = words[1];
	if (strlen(p.pin) > PIN_MAX)
		return CTRL_FAIL;
	if (n > 2 && parse_int(words[2], 10, 0, UINT32_MAX, &timeout) < 0)
		return CTRL_FAIL;
	p.timeout = (unsigned)timeout;
	/* An address that cannot be read means "anybody", as ever. */
	p.has_mac = n > 3 && mac_parse(words[3], p.mac, NULL) == 0;
	if (hostapd_for_wps(ctx, do_ready, NULL) < 0)
		return CTRL_FAIL;
	return hostapd_for_wps(ctx, do_pin, &p) < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result cmd_check_pin(void *ctx, char *args, struct ctrl_request *req)
{
	char digits[9];
	size_t n = 0;
	int64_t value;

	for (; *args; args++) {
		if (!isdigit((unsigned char)*args))
			continue;
		if (n == sizeof(digits) - 1)
			return CTRL_FAIL;
		digits[n++] = *args;
	}
	digits[n] = '\0';
	if (n != 4 && n != 8)
		return CTRL_FAIL;
	if (parse_int(digits, 10, 0, 99999999, &value) < 0)
		return CTRL_FAIL;
	if (n == 8 && !wps_pin_valid((uint32_t)value))
		strbuf_add(req->reply, "FAIL-CHECKSUM\n");
	else
		strbuf_add(req->reply, "%s", digits);
	return CTRL_REPLIED;
}

const struct ctrl_command hostapd_commands_wps[] = {
	{"WPS_PBC", CTRL_EXACT, 0, cmd_pbc, "= push button: let one station in for two minutes"},
	{"WPS_CANCEL", CTRL_EXACT, 0, cmd_cancel, "= end a running WPS operation"},
	{"WPS_GET_STATU", CTRL_PREFIX, 0, cmd_status, "= push button window and last result"},
	{"WPS_PIN", CTRL_ARGS, CTRL_SECRET, cmd_pin,
		"<uuid|any> <pin> [timeout [addr]] = expect an enrollee with this PIN"},
	{"WPS_CHECK_PIN", CTRL_ARGS, CTRL_SECRET, cmd_check_pin, "<pin> = is the checksum right?"},
	{0},
};
