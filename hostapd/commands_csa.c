/* CHAN_SWITCH: to another channel together with the stations. */
#include <errno.h>

#include "hostapd/hostapd_i.h"

#define REASON_CAP 512
#define COUNT_MAX 255
#define FREQ_MAX 100000 /* MHz */

struct csa_args {
	struct ap_csa csa;
	int64_t secondary, center1, center2, bandwidth, puncturing;
};

static int number(const char *args, const char *key, int64_t min, int64_t max, int64_t *out)
{
	char value[16];

	if (!ctrl_arg(args, key, value, sizeof(value)))
		return 0;
	return parse_int(value, 0, min, max, out);
}

/* `<count> <freq>[ key=value]…[ word]…`; words of a later standard are taken no notice of. */
static int parse(char *args, struct csa_args *a)
{
	char *words[24];
	int64_t count, freq;
	int err = number(args, "sec_channel_offset", -1, 1, &a->secondary);

	if (err == 0)
		err = number(args, "center_freq1", 0, FREQ_MAX, &a->center1);
	if (err == 0)
		err = number(args, "center_freq2", 0, FREQ_MAX, &a->center2);
	if (err == 0)
		err = number(args, "bandwidth", 0, 320, &a->bandwidth);
	if (err == 0)
		err = number(args, "punct_bitmap", 0, UINT16_MAX, &a->puncturing);
	int n = split_words(args, words, ARRAY_SIZE(words));
	if (err < 0 || n < 2 || parse_int(words[0], 10, 0, COUNT_MAX, &count) < 0 ||
		parse_int(words[1], 10, 1, FREQ_MAX, &freq) < 0)
		return -EINVAL;
	for (int i = 2; i < n; i++) {
		a->csa.silent |= strcmp(words[i], "blocktx") == 0;
		a->csa.ht |= strcmp(words[i], "ht") == 0;
	}
	a->csa.count = (unsigned)count;
	a->csa.freq = (unsigned)freq;
	a->csa.secondary = (int)a->secondary;
	return 0;
}

/* The numbers must tell of one channel, and of one we can be on. */
static const char *contradiction(const struct csa_args *a)
{
	int64_t center = (int64_t)a->csa.freq + 10 * a->secondary;

	if (a->bandwidth != 0 && a->bandwidth != 20 && a->bandwidth != 40)
		return "bandwidth can be 20 or 40: wider channels (VHT, HE) are not supported";
	if (a->center2 || a->puncturing)
		return "center_freq2 and punct_bitmap are for channels wider than those supported";
	if ((a->bandwidth == 40) != (a->secondary != 0))
		return "bandwidth=40 and sec_channel_offset=1 or -1 need each other";
	if (a->secondary && !a->csa.ht)
		return "bandwidth=40 needs ht";
	if (a->center1 && a->center1 != center)
		return "center_freq1 is not the middle of that channel";
	return NULL;
}

static enum ctrl_result cmd_chan_switch(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd_bss *b = ctx;
	struct csa_args a = {.csa = {.count = 0}};
	char text[REASON_CAP] = "";
	struct strbuf reason = strbuf_over(text, sizeof(text));
	int err = parse(args, &a);
	const char *wrong = err < 0 ? "<count 0..255> <freq in MHz> and key=value" : NULL;

	if (!wrong)
		wrong = contradiction(&a);
	if (wrong)
		strbuf_add(&reason, "%s", wrong);
	else
		err = ap_radio_channel_switch(b->iface->radio, &a.csa, &reason);
	if (!wrong && err == 0)
		return CTRL_OK;
	log_msg(LOG_ERR, "%s: CHAN_SWITCH: %s", b->ifname, text);
	return CTRL_FAIL;
}

const struct ctrl_command hostapd_commands_csa[] = {
	{"CHAN_SWITCH", CTRL_ARGS, 0, cmd_chan_switch,
		"<count> <freq> [sec_channel_offset=-1|0|1] [center_freq1=] [bandwidth=20|40] "
		"[blocktx] [ht] = to another channel together with the stations, after count "
		"beacons"},
	{0},
};
