/* BSS transition management: BSS_TM_REQ, DISASSOC_IMMINENT, ESS_DISASSOC. */
#include <errno.h>

#include "common/elements.h"
#include "hostapd/hostapd_i.h"

#define CANDIDATES_CAP 1024
#define VALIDITY 255
#define URL_CAP 256

static struct ap_sta *find(const struct hostapd_bss *b, const char *args, const char **rest)
{
	uint8_t addr[MAC_LEN];

	return mac_parse(args, addr, rest) < 0 ? NULL : ap_sta_find(b->ap, addr);
}

static enum ctrl_result send_request(struct ap_sta *s, const struct ap_btm *r)
{
	int err = ap_sta_btm_request(s, r);

	if (err < 0)
		log_msg(LOG_ERR, "no BSS transition management request to " MACSTR ": %s",
			MAC2STR(ap_sta_addr(s)), strerror(-err));
	return err < 0 ? CTRL_FAIL : CTRL_OK;
}

/* --- arguments of BSS_TM_REQ --- */

static int number(const char *args, const char *key, int64_t max, int64_t *out)
{
	char value[24];

	if (!ctrl_arg(args, key, value, sizeof(value)))
		return 0;
	return parse_int(value, 0, 0, max, out);
}

static int numbers(const char *args, struct ap_btm *r)
{
	int64_t timer = 0, validity = VALIDITY, token = 1;
	int err = number(args, "disassoc_timer", UINT16_MAX, &timer);

	if (err == 0)
		err = number(args, "valid_int", UINT8_MAX, &validity);
	if (err == 0)
		err = number(args, "dialog_token", UINT8_MAX, &token);
	r->timer = (uint16_t)timer;
	r->validity = (uint8_t)validity;
	r->token = (uint8_t)token;
	return err;
}

static int flags(const char *args, struct ap_btm *r)
{
	static const struct {
		const char *key;
		uint8_t bit;
	} rows[] = {{"pref", BTM_CANDIDATES}, {"abridged", BTM_ABRIDGED},
		{"disassoc_imminent", BTM_DISASSOC}, {"link_removal_imminent", BTM_LINK_REMOVAL}};
	int err = 0;

	for (size_t i = 0; err == 0 && i < ARRAY_SIZE(rows); i++) {
		int64_t on = 0;
		err = number(args, rows[i].key, 1, &on);
		r->mode |= on ? rows[i].bit : 0;
	}
	return err;
}

/* "<tsf>,<minutes>" */
static int termination(const char *args, struct ap_btm *r)
{
	char value[48];
	int64_t tsf, minutes;

	if (!ctrl_arg(args, "bss_term", value, sizeof(value)))
		return 0;
	char *comma = strchr(value, ',');
	if (!comma)
		return -EINVAL;
	*comma++ = '\0';
	if (parse_int(value, 10, 0, INT64_MAX, &tsf) < 0 ||
		parse_int(comma, 10, 0, UINT16_MAX, &minutes) < 0)
		return -EINVAL;
	r->termination_tsf = (uint64_t)tsf;
	r->termination_min = (uint16_t)minutes;
	r->mode |= BTM_TERMINATION;
	return 0;
}

/* "<bssid>,<info>,<operating class>,<channel>,<phy>[,<hex>]" as an element, 9.4.2.36. */
static int neighbor(char *text, struct writer *w)
{
	char *field[6] = {NULL};
	_cleanup_(bytes_clear) struct bytes more = {0};
	uint8_t bssid[MAC_LEN];
	int64_t info, number_of[3];
	int n = 0;

	for (char *next = text; next && n < 6; n++) {
		field[n] = next;
		next = n < 5 ? strchr(next, ',') : NULL;
		if (next)
			*next++ = '\0';
	}
	if (n < 5 || mac_parse_all(field[0], bssid) < 0 ||
		parse_int(field[1], 0, 0, UINT32_MAX, &info) < 0 ||
		(field[5] && hex_decode_bytes(field[5], &more) < 0))
		return -EINVAL;
	for (int i = 0; i < 3; i++)
		if (parse_int(field[2 + i], 0, 0, UINT8_MAX, &number_of[i]) < 0)
			return -EINVAL;
	struct writer_mark m = element_begin(w, EID_NEIGHBOR_REPORT);
	writer_bytes(w, bssid, MAC_LEN);
	writer_le32(w, (uint32_t)info);
	for (int i = 0; i < 3; i++)
		writer_u8(w, (uint8_t)number_of[i]);
	writer_bytes(w, more.data, more.len);
	element_end(w, m);
	return writer_ok(w) ? 0 : -EMSGSIZE;
}

/* The words `neighbor=…`, in their order; args is taken apart. */
static int neighbors(char *args, struct writer *w)
{
	int err = 0;

	for (char *word = args, *next; err == 0 && word; word = next) {
		const char *value;
		next = strchr(word, ' ');
		if (next)
			*next++ = '\0';
		if (str_starts(word, "neighbor=", &value))
			err = neighbor(word + (value - word), w);
	}
	return err;
}

static enum ctrl_result cmd_bss_tm_req(void *ctx, char *args, struct ctrl_request *req)
{
	uint8_t candidates[CANDIDATES_CAP];
	struct writer w = writer_over(candidates, sizeof(candidates));
	char url[URL_CAP], mbo[2];
	const char *rest;
	struct ap_btm r = {.mode = 0};
	struct ap_sta *s = find(ctx, args, &rest);
	int err = s ? numbers(rest, &r) : -ENOENT;

	if (err == 0)
		err = flags(rest, &r);
	if (err == 0)
		err = termination(rest, &r);
	if (err == 0 && ctrl_arg(rest, "mbo", mbo, sizeof(mbo)))
		err = -EOPNOTSUPP;
	if (err == 0 && ctrl_arg(rest, "url", url, sizeof(url))) {
		r.mode |= BTM_ESS_DISASSOC;
		r.url = url;
		err = *url ? 0 : -EINVAL;
	}
	if (err == 0)
		err = neighbors(args, &w);
	if (err < 0)
		return CTRL_FAIL;
	r.candidates = candidates;
	r.candidates_len = w.len;
	/* A list nobody announces is not looked at. */
	r.mode |= w.len ? BTM_CANDIDATES : 0;
	return send_request(s, &r);
}

/* --- the short ones --- */

/* "<addr> <timer>[ <rest>]" */
static struct ap_sta *timed(void *ctx, const char *args, uint16_t *timer, const char **url)
{
	char number_text[8];
	const char *rest;
	struct ap_sta *s = find(ctx, args, &rest);
	int64_t n;

	if (!s || *rest++ != ' ')
		return NULL;
	size_t len = strcspn(rest, " ");
	if (len >= sizeof(number_text))
		return NULL;
	memcpy(number_text, rest, len);
	number_text[len] = '\0';
	if (parse_int(number_text, 10, 0, UINT16_MAX, &n) < 0)
		return NULL;
	*timer = (uint16_t)n;
	*url = rest[len] == ' ' ? rest + len + 1 : "";
	return s;
}

static enum ctrl_result cmd_disassoc_imminent(void *ctx, char *args, struct ctrl_request *req)
{
	struct ap_btm r = {.token = 1, .validity = VALIDITY, .mode = BTM_DISASSOC};
	const char *url;
	struct ap_sta *s = timed(ctx, args, &r.timer, &url);

	return s ? send_request(s, &r) : CTRL_FAIL;
}

static enum ctrl_result cmd_ess_disassoc(void *ctx, char *args, struct ctrl_request *req)
{
	struct ap_btm r = {
		.token = 1, .validity = VALIDITY, .mode = BTM_DISASSOC | BTM_ESS_DISASSOC};
	struct ap_sta *s = timed(ctx, args, &r.timer, &r.url);

	return s && *r.url ? send_request(s, &r) : CTRL_FAIL;
}

const struct ctrl_command hostapd_commands_wnm[] = {
	{"BSS_TM_REQ", CTRL_ARGS, 0, cmd_bss_tm_req,
		"<addr> [disassoc_timer=] [valid_int=] [dialog_token=] [bss_term=tsf,min] [url=] "
		"[pref=1] [abridged=1] [disassoc_imminent=1] "
		"[neighbor=bssid,info,opclass,channel,phy[,hex]]... = ask a station to go "
		"elsewhere"},
	{"DISASSOC_IMMINENT", CTRL_ARGS, 0, cmd_disassoc_imminent,
		"<addr> <timer> = tell a station that it has to go after timer beacons"},
	{"ESS_DISASSOC", CTRL_ARGS, 0, cmd_ess_disassoc,
		"<addr> <timer> <url> = same, from the whole network, with a page that says why"},
	{0},
};
