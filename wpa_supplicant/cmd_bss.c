/* Command BSS: one entry or a range of the BSS table. */
#include "wpa_supplicant/supplicant_i.h"

enum bss_field {
	BF_ID = 1 << 0,
	BF_BSSID = 1 << 1,
	BF_FREQ = 1 << 2,
	BF_BEACON_INT = 1 << 3,
	BF_CAPAB = 1 << 4,
	BF_QUAL = 1 << 5,
	BF_NOISE = 1 << 6,
	BF_LEVEL = 1 << 7,
	BF_TSF = 1 << 8,
	BF_AGE = 1 << 9,
	BF_IE = 1 << 10,
	BF_FLAGS = 1 << 11,
	BF_SSID = 1 << 12,
	BF_WPS = 1 << 13,
	BF_DELIM = 1 << 17,
	BF_SNR = 1 << 19,
	BF_THROUGHPUT = 1 << 20,
	BF_UPDATE = 1 << 22,
	BF_BEACON_IE = 1 << 23,
};
#define NOISE_DBM -92

static void add_wps(const struct wpas_bss *b, struct strbuf *out)
{
	struct wps_info i;
	char type[WPS_TYPE_TEXT_LEN];

	if (!wpas_bss_wps(b, &i))
		return;
	strbuf_add(out, "wps_state=%s\n",
		i.state == WPS_STATE_CONFIGURED ? "configured" : "unconfigured");
	if (i.ap_setup_locked)
		strbuf_add(out, "wps_ap_setup_locked=1\n");
	if (i.selected_registrar)
		strbuf_add(out, "wps_selected_registrar=1\n");
	if (i.has_password_id)
		strbuf_add(out, "wps_device_password_id=%u\n", i.dev_password_id);
	if (i.has_sel_reg_methods)
		strbuf_add(
			out, "wps_selected_registrar_config_methods=0x%04x\n", i.sel_reg_methods);
	if (i.has_primary_type)
		strbuf_add(
			out, "wps_primary_device_type=%s\n", wps_type_text(i.primary_type, type));
	if (i.device_name[0]) {
		strbuf_add(out, "wps_device_name=");
		strbuf_add_escaped(out, i.device_name, strlen(i.device_name));
		strbuf_add(out, "\n");
	}
	if (i.has_config_methods)
		strbuf_add(out, "wps_config_methods=0x%04x\n", i.config_methods);
}

static void add_hex_line(const char *key, const struct bytes *b, struct strbuf *out)
{
	strbuf_add(out, "%s=", key);
	strbuf_add_hex(out, b->data, b->len);
	strbuf_add(out, "\n");
}

static void add_radio(
	const struct wpas_if *w, const struct wpas_bss *b, unsigned mask, struct strbuf *out)
{
	if (mask & BF_ID)
		strbuf_add(out, "id=%u\n", b->id);
	if (mask & BF_BSSID)
		strbuf_add(out, "bssid=" MACSTR "\n", MAC2STR(b->key.bssid));
	if (mask & BF_FREQ)
		strbuf_add(out, "freq=%u\n", b->freq);
	if (mask & BF_BEACON_INT)
		strbuf_add(out, "beacon_int=%u\n", b->beacon_int);
	if (mask & BF_CAPAB)
		strbuf_add(out, "capabilities=0x%04x\n", b->capab);
	if (mask & BF_QUAL)
		strbuf_add(out, "qual=0\n");
	if (mask & BF_NOISE)
		strbuf_add(out, "noise=%d\n", NOISE_DBM);
	if (mask & BF_LEVEL)
		strbuf_add(out, "level=%d\n", b->level);
	if (mask & BF_TSF)
		strbuf_add(out, "tsf=%016llu\n", (unsigned long long)b->tsf);
	if (mask & BF_AGE)
		strbuf_add(out, "age=%llu\n",
			(unsigned long long)((timers_now(w->s->timers) - b->seen) / USEC_PER_SEC));
}

static void add_content(
	const struct wpas_if *w, const struct wpas_bss *b, unsigned mask, struct strbuf *out)
{
	if (mask & BF_IE)
		add_hex_line("ie", &b->ies, out);
	if (mask & BF_FLAGS) {
		strbuf_add(out, "flags=");
		wpas_bss_flags(b, wpas_if_addr(w), out);
		strbuf_add(out, "\n");
	}
	if (mask & BF_SSID) {
		strbuf_add(out, "ssid=");
		strbuf_add_escaped(out, b->key.ssid, b->key.ssid_len);
		strbuf_add(out, "\n");
	}
	if (mask & BF_WPS)
		add_wps(b, out);
	if (mask & BF_SNR)
		strbuf_add(out, "snr=%d\n", b->level - NOISE_DBM);
	if (mask & BF_THROUGHPUT)
		strbuf_add(out, "est_throughput=%u\n", wpas_bss_throughput(b));
	if (mask & BF_UPDATE)
		strbuf_add(out, "update_idx=%u\n", b->update_idx);
	if (mask & BF_BEACON_IE && b->beacon_ies.len)
		add_hex_line("beacon_ie", &b->beacon_ies, out);
}

static const struct wpas_bss *by_index(const struct wpas_if *w, unsigned n)
{
	const struct wpas_bss *b;
	TAILQ_FOREACH (b, &w->bss.list, link)
		if (n-- == 0)
			return b;
	return NULL;
}

static const struct wpas_bss *by_number(const struct wpas_if *w, const char *text, char kind)
{
	const struct wpas_bss *b;
	int64_t n;

	if (parse_int(text, 10, 0, UINT32_MAX, &n) < 0)
		return NULL;
	if (kind == 'i')
		return by_index(w, (unsigned)n);
	b = wpas_bss_by_id(&w->bss, (unsigned)n);
	if (kind == 'n') { /* the entry itself may be gone by now */
		TAILQ_FOREACH (b, &w->bss.list, link)
			if (b->id > n)
				break;
	}
	return b;
}

static const struct wpas_bss *pick(const struct wpas_if *w, const char *sel)
{
	uint8_t bssid[MAC_LEN];
	const char *end;

	if (strcmp(sel, "FIRST") == 0)
		return TAILQ_FIRST(&w->bss.list);
	if (strcmp(sel, "LAST") == 0)
		return TAILQ_LAST(&w->bss.list, wpas_bss_list);
	if (strcmp(sel, "CURRENT") == 0)
		return w->state >= WPAS_ASSOCIATED ? w->conn.bss : NULL;
	if (strncmp(sel, "ID-", 3) == 0)
		return by_number(w, sel + 3, 'd');
	if (strncmp(sel, "NEXT-", 5) == 0)
		return by_number(w, sel + 5, 'n');
	if (mac_parse(sel, bssid, &end) == 0 && !*end)
		return wpas_bss_by_addr(&w->bss, bssid);
	return by_number(w, sel, 'i');
}

/* `ALL`, or ids a-b with either side optional. */
static bool parse_range(char *text, int64_t *from, int64_t *to)
{
	*from = 0;
	*to = UINT32_MAX;
	if (strcmp(text, "ALL") == 0)
		return true;
	char *dash = strchr(text, '-');
	if (!dash)
		return false;
	*dash++ = '\0';
	return (!*text || parse_int(text, 10, 0, UINT32_MAX, from) == 0) &&
	       (!*dash || parse_int(dash, 10, 0, UINT32_MAX, to) == 0);
}

/* The whole entry or, when it does not fit, nothing. */
static bool print_one(const struct wpas_if *w, const struct wpas_bss *b, unsigned mask, bool last,
	struct strbuf *out)
{
	size_t start = out->len;

	add_radio(w, b, mask, out);
	add_content(w, b, mask, out);
	if (mask & BF_DELIM)
		strbuf_add(out, last ? "####\n" : "====\n");
	if (out->full)
		strbuf_truncate(out, start);
	return !out->full;
}

static void print_range(
	const struct wpas_if *w, int64_t from, int64_t to, unsigned mask, struct strbuf *out)
{
	const struct wpas_bss *b, *last = NULL;

	TAILQ_FOREACH (b, &w->bss.list, link)
		if (b->id >= from && b->id <= to)
			last = b;
	TAILQ_FOREACH (b, &w->bss.list, link)
		if (b->id >= from && b->id <= to && !print_one(w, b, mask, b == last, out))
			return;
}

enum ctrl_result wpas_cmd_bss(void *ctx, char *args, struct ctrl_request *req)
{
	const struct wpas_if *w = ctx;
	char *word[3];
	int64_t mask = 0, from, to;
	int n = split_words(args, word, 3);

	if (n > 1 && strncmp(word[1], "MASK=", 5) == 0 &&
		parse_int(word[1] + 5, 16, 0, UINT32_MAX, &mask) < 0)
		return CTRL_FAIL;
	if (mask == 0)
		mask = 0xffffffff & ~(int64_t)BF_DELIM;
	if (n < 1)
		return CTRL_REPLIED;
	if (strncmp(word[0], "RANGE=", 6) == 0) {
		if (parse_range(word[0] + 6, &from, &to))
			print_range(w, from, to, (unsigned)mask, req->reply);
		return CTRL_REPLIED;
	}
	const struct wpas_bss *b = pick(w, word[0]);
	if (b)
		print_one(w, b, (unsigned)mask, true, req->reply);
	return CTRL_REPLIED;
}
