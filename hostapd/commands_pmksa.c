/* PMKSA, PMKSA_FLUSH, PMKSA_ADD: security associations that a controller made elsewhere. */
#include "hostapd/hostapd_i.h"
#include "rsn/pmksa.h"

#define PMK_MIN_LEN 32

static enum ctrl_result cmd_list(void *ctx, char *args, struct ctrl_request *req)
{
	const struct hostapd_bss *b = ctx;

	ap_bss_pmksa_list(b->ap, req->reply);
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_flush(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd_bss *b = ctx;

	ap_bss_pmksa_flush(b->ap);
	return CTRL_OK;
}

/* One bit, of those that programs know. */
static unsigned akm_of(int64_t bits)
{
	static const struct {
		int64_t bit;
		unsigned akm;
	} rows[] = {{1, AKM_8021X}, {1 << 1, AKM_PSK}, {1 << 7, AKM_8021X_SHA256},
		{1 << 8, AKM_PSK_SHA256}, {1 << 10, AKM_SAE}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].bit == bits)
			return rows[i].akm;
	return 0;
}

enum { ARG_SPA, ARG_PMKID, ARG_PMK, ARG_EXPIRY, ARG_AKM, N_ARGS };

static bool parse(char *const word[N_ARGS], struct pmksa *e)
{
	int64_t expiry, akm;
	int len = hex_decode(word[ARG_PMK], strlen(word[ARG_PMK]), e->pmk, sizeof(e->pmk));

	if (mac_parse_all(word[ARG_SPA], e->aa) < 0 || len < PMK_MIN_LEN ||
		hex_decode(word[ARG_PMKID], strlen(word[ARG_PMKID]), e->pmkid, PMKID_LEN) !=
			PMKID_LEN ||
		parse_int(word[ARG_EXPIRY], 10, 1, INT32_MAX, &expiry) < 0 ||
		parse_int(word[ARG_AKM], 0, 0, UINT32_MAX, &akm) < 0)
		return false;
	e->pmk_len = (size_t)len;
	e->lifetime = e->reauth = (unsigned)expiry;
	e->akm = akm_of(akm);
	return true;
}

/* "<addr> <pmkid> <pmk> <expiry s> <akm bit>" */
static enum ctrl_result cmd_add(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd_bss *b = ctx;
	char *word[N_ARGS + 1];
	struct pmksa e = {.opportunistic = false};
	bool ok = split_words(args, word, N_ARGS + 1) == N_ARGS && parse(word, &e) &&
		  ap_bss_pmksa_add(b->ap, &e) == 0;

	wipe(&e, sizeof(e));
	return ok ? CTRL_OK : CTRL_FAIL;
}

const struct ctrl_command hostapd_commands_pmksa[] = {
	{"PMKSA", CTRL_EXACT, 0, cmd_list, "= keys kept for stations"},
	{"PMKSA_FLUSH", CTRL_EXACT, 0, cmd_flush, "= drop them"},
	{"PMKSA_ADD", CTRL_ARGS, CTRL_SECRET, cmd_add,
		"<addr> <pmkid> <pmk> <expiry s> <akm bit> = keep a key for a station"},
	{0},
};
