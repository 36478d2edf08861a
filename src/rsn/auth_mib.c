/* What MIB and STA print about the authenticator: names and order are interface
 * (reference/hostapd-control.md, 6.4 and 6.5). */
#include "rsn/auth_i.h"

#define PMK_LIFETIME 43200
#define PMK_REAUTH_THRESHOLD 70
#define SA_TIMEOUT 60

static const char *truth(bool v)
{
	return v ? "TRUE" : "FALSE";
}

/* hostapdWPAGroupState. */
static unsigned group_state(const struct rsn_auth_group *g)
{
	enum { INIT = 0, SETKEYS = 1, DONE = 2, FATAL = 3 };
	if (g->failed)
		return FATAL;
	if (!g->started)
		return INIT;
	return g->newest == g->active ? DONE : SETKEYS;
}

static void mib_suites(const struct rsn_auth *a, struct strbuf *out)
{
	/* What the last station asked for is what it got: we choose nothing else for it. */
	const struct rsn_ie *last = &a->last_requested;
	uint32_t akm = rsn_akm_suite(last->proto, last->akm);
	uint32_t pairwise = rsn_cipher_suite(last->proto, last->pairwise);
	uint32_t group = rsn_cipher_suite(last->proto, last->group);

	strbuf_add(out,
		"dot11RSNAAuthenticationSuiteSelected=" SUITE_FMT
		"\ndot11RSNAPairwiseCipherSelected=" SUITE_FMT
		"\ndot11RSNAGroupCipherSelected=" SUITE_FMT "\n",
		SUITE_ARG(akm), SUITE_ARG(pairwise), SUITE_ARG(group));
	strbuf_add(out, "dot11RSNAPMKIDUsed=%032u\n", 0u); /* a PSK has no cached PMKSA */
	strbuf_add(out,
		"dot11RSNAAuthenticationSuiteRequested=" SUITE_FMT
		"\ndot11RSNAPairwiseCipherRequested=" SUITE_FMT
		"\ndot11RSNAGroupCipherRequested=" SUITE_FMT "\n",
		SUITE_ARG(akm), SUITE_ARG(pairwise), SUITE_ARG(group));
}

void rsn_auth_mib(const struct rsn_auth *a, struct strbuf *out)
{
	const char *preauth = truth(a->cfg.ie.capab & RSN_CAP_PREAUTH);
	strbuf_add(out,
		"dot11RSNAOptionImplemented=TRUE\n"
		"dot11RSNAPreauthenticationImplemented=%s\n"
		"dot11RSNAEnabled=%s\n"
		"dot11RSNAPreauthenticationEnabled=%s\n"
		"dot11RSNAConfigVersion=1\n"
		"dot11RSNAConfigPairwiseKeysSupported=9999\n",
		preauth, truth(a->cfg.ie.proto == PROTO_RSN), preauth);
	strbuf_add(out,
		"dot11RSNAConfigGroupRekeyStrict=%s\n"
		"dot11RSNAConfigGroupUpdateCount=%u\n"
		"dot11RSNAConfigPairwiseUpdateCount=%u\n"
		"dot11RSNAConfigGroupCipherSize=%zu\n"
		"dot11RSNAConfigPMKLifetime=%d\n"
		"dot11RSNAConfigPMKReauthThreshold=%d\n"
		"dot11RSNAConfigNumberOfPTKSAReplayCounters=0\n"
		"dot11RSNAConfigSATimeout=%d\n",
		truth(a->cfg.strict_rekey), a->cfg.group_retries, a->cfg.pairwise_retries,
		cipher_key_len(a->cfg.ie.group) * 8, PMK_LIFETIME, PMK_REAUTH_THRESHOLD,
		SA_TIMEOUT);
	mib_suites(a, out);
	strbuf_add(out,
		"dot11RSNATKIPCounterMeasuresInvoked=%u\n"
		"dot11RSNA4WayHandshakeFailures=%u\n"
		"dot11RSNAConfigNumberOfGTKSAReplayCounters=0\n"
		"hostapdWPAGroupState=%u\n",
		a->countermeasures_invoked, a->handshake_failures, group_state(&a->group));
}

/* hostapdWPAPTKState: the states of 12.7.9.2 in their usual numbering. */
static unsigned ptk_state(enum auth_state state)
{
	static const uint8_t numbers[] = {
		[AUTH_IDLE] = 0,
		[AUTH_WAIT_M2] = 7,  /* PTKSTART */
		[AUTH_WAIT_M4] = 10, /* PTKINITNEGOTIATING */
		[AUTH_DONE] = 11,    /* PTKINITDONE */
		[AUTH_WAIT_GROUP] = 11,
		[AUTH_DISCONNECTED] = 2,
	};
	return numbers[state];
}

void rsn_auth_sta_mib(const struct rsn_auth_sta *s, struct strbuf *out)
{
	strbuf_add(out,
		"dot11RSNAStatsSTAAddress=" MACSTR "\n"
		"dot11RSNAStatsVersion=1\n"
		"dot11RSNAStatsSelectedPairwiseCipher=" SUITE_FMT "\n"
		"dot11RSNAStatsTKIPLocalMICFailures=%u\n"
		"dot11RSNAStatsTKIPRemoteMICFailures=%u\n",
		MAC2STR(s->addr), SUITE_ARG(rsn_cipher_suite(s->ie.proto, s->ie.pairwise)),
		s->local_mic_failures, s->remote_mic_failures);
	strbuf_add(out,
		"wpa=%d\n"
		"AKMSuiteSelector=" SUITE_FMT "\n"
		"hostapdWPAPTKState=%u\n"
		"hostapdWPAPTKGroupState=%d\n"
		"hostapdMFPR=%d\n",
		s->ie.proto == PROTO_RSN ? 2 : 1, SUITE_ARG(rsn_akm_suite(s->ie.proto, s->ie.akm)),
		ptk_state(s->state), s->state == AUTH_WAIT_GROUP,
		(s->ie.capab & RSN_CAP_MFPR) != 0);
}
