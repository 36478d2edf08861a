/* What MIB prints about the supplicant: names and order are interface
 * (reference/wpa_supplicant-control.md). */
#include "rsn/supp_i.h"

void rsn_supp_mib(
	const struct rsn_supp *s, const struct rsn_supp_limits *limits, struct strbuf *out)
{
	bool on = s->state != SUPP_IDLE;
	bool keys = s->keyed;
	char pmkid[2 * PMKID_LEN + 1] = ""; /* a PSK has no cached PMKSA */
	enum rsn_proto proto = s->assoc.proto;
	uint32_t akm = rsn_akm_suite(proto, s->assoc.akm),
		 pairwise = rsn_cipher_suite(proto, s->assoc.pairwise),
		 group = rsn_cipher_suite(proto, s->assoc.group);

	strbuf_add(out,
		"dot11RSNAOptionImplemented=TRUE\n"
		"dot11RSNAPreauthenticationImplemented=FALSE\n"
		"dot11RSNAEnabled=%s\n"
		"dot11RSNAPreauthenticationEnabled=FALSE\n"
		"dot11RSNAConfigVersion=1\n"
		"dot11RSNAConfigPairwiseKeysSupported=5\n",
		on && proto != PROTO_WPA ? "TRUE" : "FALSE");
	strbuf_add(out,
		"dot11RSNAConfigGroupCipherSize=%zu\n"
		"dot11RSNAConfigPMKLifetime=%u\n"
		"dot11RSNAConfigPMKReauthThreshold=%u\n"
		"dot11RSNAConfigNumberOfPTKSAReplayCounters=1\n"
		"dot11RSNAConfigSATimeout=%u\n",
		cipher_key_len(s->assoc.group) * 8, limits->pmk_lifetime, limits->pmk_threshold,
		limits->sa_timeout);
	/* Requested in the association; selected once the handshake confirmed it. */
	strbuf_add(out,
		"dot11RSNAAuthenticationSuiteSelected=" SUITE_FMT
		"\ndot11RSNAPairwiseCipherSelected=" SUITE_FMT
		"\ndot11RSNAGroupCipherSelected=" SUITE_FMT "\n",
		SUITE_ARG(keys ? akm : 0), SUITE_ARG(keys ? pairwise : 0),
		SUITE_ARG(keys ? group : 0));
	if (s->have_pmkid)
		hex_encode(s->pmkid, PMKID_LEN, pmkid, sizeof(pmkid));
	strbuf_add(out, "dot11RSNAPMKIDUsed=%s\n", pmkid);
	strbuf_add(out,
		"dot11RSNAAuthenticationSuiteRequested=" SUITE_FMT
		"\ndot11RSNAPairwiseCipherRequested=" SUITE_FMT
		"\ndot11RSNAGroupCipherRequested=" SUITE_FMT "\n",
		SUITE_ARG(akm), SUITE_ARG(pairwise), SUITE_ARG(group));
	strbuf_add(out,
		"dot11RSNAConfigNumberOfGTKSAReplayCounters=0\n"
		"dot11RSNA4WayHandshakeFailures=%u\n",
		s->handshake_failures);
}
