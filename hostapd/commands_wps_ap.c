/* WPS commands about this access point itself: its AP PIN and its settings. */
#include "hostapd/hostapd_i.h"

#include <errno.h>
#include <stdio.h>

#define AP_PIN_MAX 8
#define RANDOM_PIN_TIMEOUT 300 /* s */

/* --- AP PIN --- */

struct ap_pin {
	const char *pin; /* NULL = none from now on */
	unsigned timeout;
};

static int do_ap_pin(struct ap_bss *ap, const void *arg)
{
	const struct ap_pin *p = arg;
	struct hostapd_bss *b = ap_bss_user(ap);

	/* A new PIN is a new beginning, also for the next reload. */
	int err = ap_bss_wps_set_ap_pin(ap, p->pin, p->timeout);
	if (err < 0 || !p->pin)
		return err;
	hostapd_bss_conf(b)->ap_setup_locked = 0;
	wps_registrar_lock(ap_bss_registrar(ap), false);
	return 0;
}

static enum ctrl_result set_pin(
	struct hostapd_bss *b, const char *pin, unsigned timeout, struct ctrl_request *req)
{
	if (hostapd_for_wps(b, do_ap_pin, &(struct ap_pin){pin, timeout}) < 0)
		return CTRL_FAIL;
	strbuf_add(req->reply, "%s", pin);
	return CTRL_REPLIED;
}

static int parse_timeout(const char *word, unsigned *timeout)
{
	int64_t n;

	if (!word)
		return 0;
	int err = parse_int(word, 10, 0, UINT32_MAX, &n);
	if (err == 0)
		*timeout = (unsigned)n;
	return err;
}

static enum ctrl_result ap_pin_disable(
	struct hostapd_bss *b, char **words, struct ctrl_request *req)
{
	return hostapd_for_wps(b, do_ap_pin, &(struct ap_pin){NULL, 0}) < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result ap_pin_random(struct hostapd_bss *b, char **words, struct ctrl_request *req)
{
	unsigned timeout = RANDOM_PIN_TIMEOUT;
	char pin[AP_PIN_MAX + 1];

	if (parse_timeout(words[1], &timeout) < 0)
		return CTRL_FAIL;
	snprintf(pin, sizeof(pin), "%08u", wps_pin_generate() % 100000000u);
	enum ctrl_result result = set_pin(b, pin, timeout, req);
	wipe(pin, sizeof(pin));
	return result;
}

static enum ctrl_result ap_pin_get(struct hostapd_bss *b, char **words, struct ctrl_request *req)
{
	const struct wps_registrar *r = ap_bss_registrar(b->ap);
	const char *pin = r ? wps_registrar_ap_pin(r) : NULL;

	if (!pin)
		return CTRL_FAIL;
	strbuf_add(req->reply, "%s", pin);
	return CTRL_REPLIED;
}

static enum ctrl_result ap_pin_set(struct hostapd_bss *b, char **words, struct ctrl_request *req)
{
	unsigned timeout = 0;

	if (!words[1] || strlen(words[1]) > AP_PIN_MAX || parse_timeout(words[2], &timeout) < 0)
		return CTRL_FAIL;
	return set_pin(b, words[1], timeout, req);
}

/* "disable", "random [timeout]", "get", "set <pin> [timeout]" */
static enum ctrl_result cmd_ap_pin(void *ctx, char *args, struct ctrl_request *req)
{
	static const struct {
		const char *word;
		enum ctrl_result (*run)(
			struct hostapd_bss *b, char **words, struct ctrl_request *req);
	} verbs[] = {
		{"disable", ap_pin_disable},
		{"random", ap_pin_random},
		{"get", ap_pin_get},
		{"set", ap_pin_set},
	};
	char *words[3] = {NULL};

	if (split_words(args, words, 3) < 1)
		return CTRL_FAIL;
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (strcmp(words[0], verbs[i].word) == 0)
			return verbs[i].run(ctx, words, req);
	return CTRL_FAIL;
}

/* --- settings --- */

struct type_word {
	const char *word;
	uint16_t type;
};

/* Words are known by their beginning. */
static int parse_type(const char *word, const struct type_word *types, size_t count, uint16_t *out)
{
	for (size_t i = 0; i < count; i++) {
		if (str_starts(word, types[i].word, NULL)) {
			*out = types[i].type;
			return 0;
		}
	}
	return -EINVAL;
}

static int parse_hex(const char *hex, uint8_t *out, size_t cap, size_t *len)
{
	int n = hex_decode(hex, strlen(hex), out, cap);

	*len = n < 0 ? 0 : (size_t)n;
	return n < 0 ? n : 0;
}

static int parse_settings(char **words, int n, struct wps_credential *c)
{
	static const struct type_word auths[] = {
		{"OPEN", WPS_AUTH_OPEN},
		{"WPAPSK", WPS_AUTH_WPAPSK},
		{"WPA2PSK", WPS_AUTH_WPA2PSK},
	};
	static const struct type_word encrs[] = {
		{"NONE", WPS_ENCR_NONE},
		{"TKIP", WPS_ENCR_TKIP},
		{"CCMP", WPS_ENCR_AES},
	};
	int err = n < 2 ? -EINVAL : parse_hex(words[0], c->ssid, sizeof(c->ssid), &c->ssid_len);

	if (err == 0)
		err = parse_type(words[1], auths, ARRAY_SIZE(auths), &c->auth_type);
	c->encr_type = WPS_ENCR_NONE;
	if (err == 0 && n > 2)
		err = parse_type(words[2], encrs, ARRAY_SIZE(encrs), &c->encr_type);
	if (err == 0 && n > 3)
		err = parse_hex(words[3], c->key, sizeof(c->key), &c->key_len);
	return err;
}

/* "<ssid hex> <auth> [<encr> [<key hex>]]" */
static enum ctrl_result cmd_config(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd_bss *b = ctx;
	struct wps_credential c = {0};
	char *words[4];
	int err = parse_settings(words, split_words(args, words, 4), &c);

	if (err == 0 && !ap_bss_registrar(b->ap)) {
		hostapd_explain_no_wps(b);
		err = -EOPNOTSUPP;
	}
	if (err == 0) {
		mac_copy(c.mac, ap_bss_addr(b->ap));
		err = hostapd_wps_settings(b, &(struct ap_wps_settings){.cred = &c});
	}
	wipe(&c, sizeof(c));
	return err < 0 ? CTRL_FAIL : CTRL_OK;
}

const struct ctrl_command hostapd_commands_wps_ap[] = {
	{"WPS_AP_PIN", CTRL_ARGS, CTRL_SECRET, cmd_ap_pin,
		"disable|random [timeout]|get|set <pin> [timeout] = PIN for registrars that want "
		"to "
		"configure this access point"},
	{"WPS_CONFIG", CTRL_ARGS, CTRL_SECRET, cmd_config,
		"<ssid hex> <auth> [<encr> [<key hex>]] = new settings, as from a registrar"},
	{0},
};
