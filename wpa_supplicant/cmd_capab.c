/* Command GET_CAPABILITY. */
#include "wpa_supplicant/supplicant_i.h"

static void add_word(struct strbuf *out, size_t start, const char *word)
{
	strbuf_add(out, "%s%s", out->len > start ? " " : "", word);
}

static void add_ciphers(const struct wpas_if *w, struct strbuf *out)
{
	static const struct {
		unsigned cipher;
		const char *name;
	} all[] = {{CIPHER_CCMP256, "CCMP-256"}, {CIPHER_GCMP256, "GCMP-256"},
		{CIPHER_CCMP, "CCMP"}, {CIPHER_GCMP, "GCMP"}, {CIPHER_TKIP, "TKIP"}};
	size_t start = out->len;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (wpas_if_caps(w)->ciphers & all[i].cipher)
			add_word(out, start, all[i].name);
}

static bool cap_pairwise(const struct wpas_if *w, struct strbuf *out)
{
	size_t start = out->len;
	add_ciphers(w, out);
	add_word(out, start, "NONE");
	return true;
}

static bool cap_group(const struct wpas_if *w, struct strbuf *out)
{
	add_ciphers(w, out);
	return true;
}

/* w NULL, here and in modes: what the build can do. */
static bool cap_group_mgmt(const struct wpas_if *w, struct strbuf *out)
{
	if (!w || wpas_if_caps(w)->ciphers & CIPHER_BIP)
		strbuf_add(out, "AES-128-CMAC");
	return true;
}

static bool cap_channels(const struct wpas_if *w, struct strbuf *out)
{
	static const char *const modes[DRV_BANDS] = {"G", "A", "AD", "A"};

	for (size_t b = 0; b < DRV_BANDS; b++) {
		const struct drv_band *band = &wpas_if_caps(w)->bands[b];
		if (!band->channel_count)
			continue;
		strbuf_add(out, "Mode[%s] Channels:", modes[b]);
		for (size_t i = 0; i < band->channel_count; i++)
			if (!(band->channels[i].flags & DRV_CHAN_DISABLED))
				strbuf_add(out, " %u", band->channels[i].number);
		strbuf_add(out, "\n");
	}
	return true;
}

static bool cap_freq(const struct wpas_if *w, struct strbuf *out)
{
	static const char *const modes[DRV_BANDS] = {"G", "A", "AD", "A"};

	for (size_t b = 0; b < DRV_BANDS; b++) {
		const struct drv_band *band = &wpas_if_caps(w)->bands[b];
		if (!band->channel_count)
			continue;
		strbuf_add(out, "Mode[%s] Channels:\n", modes[b]);
		for (size_t i = 0; i < band->channel_count; i++) {
			const struct drv_channel *c = &band->channels[i];
			if (!(c->flags & DRV_CHAN_DISABLED))
				strbuf_add(out, " %u = %u MHz%s%s\n", c->number, c->freq,
					c->flags & DRV_CHAN_NO_IR ? " (NO_IR)" : "",
					c->flags & DRV_CHAN_RADAR ? " (DFS)" : "");
		}
		strbuf_add(out, "\n");
	}
	return true;
}

static bool cap_modes(const struct wpas_if *w, struct strbuf *out)
{
	if (!w || wpas_if_caps(w)->flags & DRV_CAP_AP)
		strbuf_add(out, "AP");
	return true;
}

/* What the host has; OWE and SAE where the driver does them. */
static bool cap_key_mgmt(const struct wpas_if *w, struct strbuf *out)
{
	static const struct {
		unsigned needs; /* DRV_CAP_…; 0 nothing */
		const char *word;
	} all[] = {{0, "NONE"}, {0, "WPA-EAP"}, {0, "WPA-PSK"}, {DRV_CAP_OWE_OFFLOAD, "OWE"},
		{DRV_CAP_SAE_OFFLOAD, "SAE"}, {0, "WPA-EAP-SHA256"}, {0, "WPA-PSK-SHA256"}};
	unsigned has = w && w->conf->key_mgmt_offload ? wpas_if_caps(w)->flags : 0;
	size_t start = out->len;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if ((all[i].needs & has) == all[i].needs)
			add_word(out, start, all[i].word);
	return true;
}

static bool cap_offload(const struct wpas_if *w, struct strbuf *out)
{
	wpas_offload_capability(w, out);
	return true;
}

static const struct {
	const char *name, *words; /* words: the whole answer, when it is fixed */
	bool (*answer)(const struct wpas_if *w, struct strbuf *out);
} fields[] = {{"eap", "GPSK WSC", NULL}, {"pairwise", NULL, cap_pairwise},
	{"group", NULL, cap_group}, {"group_mgmt", NULL, cap_group_mgmt},
	{"key_mgmt", NULL, cap_key_mgmt}, {"proto", "RSN WPA", NULL}, {"auth_alg", "OPEN", NULL},
	{"modes", NULL, cap_modes}, {"channels", NULL, cap_channels}, {"freq", NULL, cap_freq},
	{"tdls", "UNSUPPORTED\n", NULL}, {"ocv", "not supported", NULL},
	{"beacon_prot", "not supported", NULL}, {"p2p2", "not supported", NULL},
	{"pcc_mode", "not supported", NULL}, {"key_mgmt_offload", NULL, cap_offload}};

bool wpas_capability(const struct wpas_if *w, const char *field, struct strbuf *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (strcmp(fields[i].name, field) != 0)
			continue;
		if (fields[i].words)
			strbuf_add(out, "%s", fields[i].words);
		else
			fields[i].answer(w, out);
		return true;
	}
	return false;
}

static enum ctrl_result cmd_get_capability(void *ctx, char *args, struct ctrl_request *req)
{
	char *word[4];
	int n = split_words(args, word, 4);

	return n > 0 && wpas_capability(ctx, word[0], req->reply) ? CTRL_REPLIED : CTRL_FAIL;
}

const struct ctrl_command wpas_cmds_capab[] = {
	{"GET_CAPABILITY", CTRL_ARGS, 0, cmd_get_capability,
		"<eap|pairwise|group|key_mgmt|proto|channels|freq|...> = what this daemon can do"},
	{NULL, CTRL_EXACT, 0, NULL, NULL}};
