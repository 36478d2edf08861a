/* Commands: scanning. */
#include <errno.h>
#include <strings.h>

#include "wpa_supplicant/supplicant_i.h"

static bool supported(const struct drv_caps *caps, unsigned freq)
{
	for (size_t b = 0; b < DRV_BANDS; b++)
		for (size_t i = 0; i < caps->bands[b].channel_count; i++)
			if (caps->bands[b].channels[i].freq == freq)
				return !(caps->bands[b].channels[i].flags & DRV_CHAN_DISABLED);
	return false;
}

static bool add_range(
	const struct drv_caps *caps, struct wpas_scan_request *r, unsigned from, unsigned to)
{
	for (size_t b = 0; b < DRV_BANDS; b++) {
		for (size_t i = 0; i < caps->bands[b].channel_count; i++) {
			unsigned f = caps->bands[b].channels[i].freq;
			if (f < from || f > to || !supported(caps, f))
				continue;
			if (r->params.freq_count == ARRAY_SIZE(r->freqs))
				return false;
			r->freqs[r->params.freq_count++] = (uint16_t)f;
		}
	}
	return true;
}

int wpas_scan_arg_freqs(struct wpas_if *w, struct wpas_scan_request *r, char *value)
{
	const struct drv_caps *caps = wpas_if_caps(w);
	char *save = NULL;
	int64_t from, to;

	for (char *p = strtok_r(value, ",", &save); p; p = strtok_r(NULL, ",", &save)) {
		char *dash = strchr(p, '-');
		if (dash)
			*dash++ = '\0';
		if (parse_int(p, 10, 1, 100000, &from) < 0 ||
			parse_int(dash ? dash : p, 10, 1, 100000, &to) < 0 ||
			!add_range(caps, r, (unsigned)from, (unsigned)to))
			return -EINVAL;
	}
	return r->params.freq_count ? 0 : -EINVAL;
}

static int arg_scan_id(struct wpas_if *w, struct wpas_scan_request *r, char *value)
{
	struct drv_scan *p = &r->params;
	char *save = NULL;
	int64_t id;

	for (char *t = strtok_r(value, ",", &save); t; t = strtok_r(NULL, ",", &save)) {
		if (parse_int(t, 10, 0, INT32_MAX, &id) < 0)
			return -EINVAL;
		const struct wpas_network *n = wpas_conf_network(w->conf, (unsigned)id);
		if (!n || p->ssid_count == ARRAY_SIZE(p->ssids))
			return -EINVAL;
		if (n->ssid.len)
			memcpy(p->ssids[p->ssid_count].ssid, n->ssid.data, n->ssid.len);
		p->ssids[p->ssid_count++].len = n->ssid.len;
	}
	return 0;
}

static int arg_ssid(struct wpas_scan_request *r, const char *hex)
{
	struct drv_scan *p = &r->params;

	if (p->ssid_count == ARRAY_SIZE(p->ssids))
		return -EINVAL;
	int n = hex_decode(hex, strlen(hex), p->ssids[p->ssid_count].ssid, SSID_MAX_LEN);
	if (n <= 0)
		return -EINVAL;
	p->ssids[p->ssid_count++].len = (size_t)n;
	return 0;
}

static int one_arg(struct wpas_if *w, struct wpas_scan_request *r, char *word, bool *wildcard)
{
	if (strncmp(word, "freq=", 5) == 0)
		return wpas_scan_arg_freqs(w, r, word + 5);
	if (strncmp(word, "scan_id=", 8) == 0)
		return arg_scan_id(w, r, word + 8);
	if (strncmp(word, "bssid=", 6) == 0) {
		r->params.bssid = r->bssid;
		return mac_parse_all(word + 6, r->bssid);
	}
	if (strcmp(word, "passive=1") == 0)
		r->passive = true;
	else if (strcmp(word, "only_new=1") == 0)
		r->params.flush = true;
	else if (strcmp(word, "use_id=1") == 0)
		r->use_id = true;
	else if (strcmp(word, "wildcard_ssid=1") == 0)
		*wildcard = true;
	return 0; /* unknown words are ignored */
}

static int parse_args(struct wpas_if *w, char *args, struct wpas_scan_request *r)
{
	char *save = NULL, *word = strtok_r(args, " ", &save);
	bool wildcard = false;
	int err = 0;

	if (word && strcasecmp(word, "TYPE=ONLY") == 0) {
		r->purpose = WPAS_SCAN_ONLY;
		word = strtok_r(NULL, " ", &save);
	}
	for (; word && err == 0; word = strtok_r(NULL, " ", &save)) {
		if (strcmp(word, "ssid") == 0) {
			word = strtok_r(NULL, " ", &save);
			err = word ? arg_ssid(r, word) : -EINVAL;
			if (!word)
				break;
		} else {
			err = one_arg(w, r, word, &wildcard);
		}
	}
	if (wildcard && r->params.ssid_count < ARRAY_SIZE(r->params.ssids))
		r->params.ssids[r->params.ssid_count++].len = 0;
	wpas_scan_order_defaults(w, r);
	return err;
}

static enum ctrl_result cmd_scan(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	struct wpas_scan_request r = {.purpose = WPAS_SCAN_COMMAND};

	if (w->state == WPAS_INTERFACE_DISABLED)
		return CTRL_FAIL;
	if (wpas_scan_refused(w)) {
		strbuf_add(req->reply, "FAIL-BUSY\n");
		return CTRL_REPLIED;
	}
	if (parse_args(w, args, &r) < 0)
		return CTRL_FAIL;
	if (r.use_id)
		r.id = ++w->scan.last_id;
	int err = wpas_scan_start(w, &r);
	if (err == -EBUSY) {
		strbuf_add(req->reply, "FAIL-BUSY\n");
		return CTRL_REPLIED;
	}
	if (err < 0)
		wpas_event(w, "CTRL-EVENT-SCAN-FAILED ret=%d", err);
	if (!r.use_id)
		return CTRL_OK;
	strbuf_add(req->reply, "%u\n", r.id);
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_abort(void *ctx, char *args, struct ctrl_request *req)
{
	return wpas_scan_abort(ctx) < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result number(struct wpas_if *w, const char *args, const char *what,
	int (*set)(struct wpas_if *w, int64_t n))
{
	int64_t n;

	if (parse_int(args, 10, INT64_MIN, INT64_MAX, &n) == 0 && set(w, n) == 0)
		return CTRL_OK;
	wpas_event_at(w, LOG_ERR, "Invalid %s %s", what, args);
	return CTRL_FAIL;
}

static enum ctrl_result cmd_interval(void *ctx, char *args, struct ctrl_request *req)
{
	return number(ctx, args, "scan interval", wpas_set_scan_interval);
}

static enum ctrl_result cmd_expire_age(void *ctx, char *args, struct ctrl_request *req)
{
	return number(ctx, args, "bss expiration age", wpas_set_expire_age);
}

static enum ctrl_result cmd_expire_count(void *ctx, char *args, struct ctrl_request *req)
{
	return number(ctx, args, "bss expiration count", wpas_set_expire_count);
}

static enum ctrl_result cmd_ap_scan(void *ctx, char *args, struct ctrl_request *req)
{
	int64_t n;

	if (parse_int(args, 10, 0, 2, &n) < 0)
		return CTRL_FAIL;
	wpas_set_ap_scan(ctx, (unsigned)n);
	return CTRL_OK;
}

static enum ctrl_result cmd_bss_flush(void *ctx, char *args, struct ctrl_request *req)
{
	int64_t age = 0;

	if (parse_int(args, 10, 0, INT32_MAX, &age) < 0)
		age = 0;
	wpas_flush_bsss(ctx, (uint64_t)age * USEC_PER_SEC);
	return CTRL_OK;
}

static enum ctrl_result cmd_autoscan(void *ctx, char *args, struct ctrl_request *req)
{
	struct cfg_error err;
	return wpas_set_autoscan(ctx, args, &err) < 0 ? CTRL_FAIL : CTRL_OK;
}

/* --- results --- */

static void result_row(const struct wpas_if *w, const struct wpas_bss *b, struct strbuf *out)
{
	char row[1024];
	struct strbuf r = strbuf_over(row, sizeof(row));

	strbuf_add(&r, MACSTR "\t%u\t%d\t", MAC2STR(b->key.bssid), b->freq, b->level);
	wpas_bss_flags(b, wpas_if_addr(w), &r);
	strbuf_add(&r, "\t");
	strbuf_add_escaped(&r, b->key.ssid, b->key.ssid_len);
	strbuf_add(out, "%s\n", row);
}

static enum ctrl_result cmd_scan_results(void *ctx, char *args, struct ctrl_request *req)
{
	const struct wpas_if *w = ctx;
	const struct wpas_bss *b;

	strbuf_add(req->reply, "bssid / frequency / signal level / flags / ssid\n");
	TAILQ_FOREACH (b, &w->bss.list, link) {
		if (b->key.ssid_len == 7 && memcmp(b->key.ssid, "DIRECT-", 7) == 0)
			continue;
		if (req->reply->full)
			break;
		result_row(w, b, req->reply);
	}
	return CTRL_REPLIED;
}

extern enum ctrl_result wpas_cmd_bss(void *ctx, char *args, struct ctrl_request *req);

const struct ctrl_command wpas_cmds_scan[] = {
	{"SCAN", CTRL_OPT, 0, cmd_scan, "[TYPE=ONLY] [freq=..] [passive=1] [ssid <hex>] = scan"},
	{"ABORT_SCAN", CTRL_EXACT, 0, cmd_abort, "= stop our scan"},
	{"SCAN_INTERVAL", CTRL_ARGS, 0, cmd_interval, "<s> = time between failed selections"},
	{"AP_SCAN", CTRL_ARGS, 0, cmd_ap_scan, "<0|1|2> = who selects"},
	{"BSS_EXPIRE_AGE", CTRL_ARGS, 0, cmd_expire_age, "<s> = drop BSSs unseen for so long"},
	{"BSS_EXPIRE_COUNT", CTRL_ARGS, 0, cmd_expire_count, "<n> = drop BSSs missed n times"},
	{"BSS_FLUSH", CTRL_OPT, 0, cmd_bss_flush, "<s> = drop BSSs older than this"},
	{"AUTOSCAN", CTRL_ARGS, 0, cmd_autoscan, "<plan> = periodic scans"},
	{"SCAN_RESULTS", CTRL_EXACT, CTRL_QUIET, cmd_scan_results, "= table of BSSs"},
	{"BSS", CTRL_ARGS, CTRL_QUIET, wpas_cmd_bss, "<selector> [MASK=0x..] = details of a BSS"},
	{NULL, CTRL_EXACT, 0, NULL, NULL}};
