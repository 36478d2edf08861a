/* Keeping in step with a driver that runs handshakes itself: after a roam or a group rekeying it
 * did while the host slept, the next message of the AP has to find the right keys and counter here.
 */
#include <errno.h>
#include <string.h>

#include "rsn/supp_i.h"
#include "utils/log.h"

/* KCK and KEK into out; *told: there are any. -EINVAL: lengths the AKM does not have. */
static int read_keys(unsigned akm, const struct rsn_supp_keys *k, struct ptk *out, bool *told)
{
	size_t kck_len, kek_len;

	*told = false;
	if (!k->kck || !k->kek)
		return 0;
	if (!akm_key_lens(akm, &kck_len, &kek_len) || k->kck_len != kck_len ||
		k->kek_len != kek_len)
		return -EINVAL;
	memcpy(out->kck, k->kck, kck_len);
	memcpy(out->kek, k->kek, kek_len);
	*told = true;
	return 0;
}

static void take_over(
	struct rsn_supp *s, const struct ptk *ptk, bool told, bool has_replay, uint64_t replay)
{
	s->keyed = s->synced = true;
	s->have_ptk = told;
	s->ptk = *ptk;
	s->have_replay = has_replay;
	s->replay = has_replay ? replay : 0;
	supp_enter(s, SUPP_DONE,
		told ? "the driver ran the handshake, keys taken over"
		     : "the driver ran the handshake, keys unknown");
	if (told)
		supp_arm_rekey(s);
}

int rsn_supp_synced(
	struct rsn_supp *s, const struct rsn_supp_assoc *a, const struct rsn_supp_keys *k)
{
	/* Copies: k may be of rsn_supp_keys(), whose memory a new association wipes. */
	bool told, has_replay = k->has_replay;
	uint64_t replay = k->replay;
	struct ptk ptk = {0};

	int bad = read_keys(a->akm, k, &ptk, &told);
	if (bad)
		log_msg(LOG_WARN,
			"RSN: the driver tells a KCK of %zu and a KEK of %zu octets, not what %s "
			"has: changes of the group key cannot be followed",
			k->kck_len, k->kek_len, akm_name(a->akm, a->proto ? a->proto : PROTO_RSN));
	int err = rsn_supp_associated(s, a);
	if (!err)
		take_over(s, &ptk, told, has_replay, replay);
	ptk_wipe(&ptk);
	return err ? err : bad;
}

bool rsn_supp_rekeyed(struct rsn_supp *s, const uint8_t bssid[MAC_LEN], uint64_t replay)
{
	if (!s->keyed || !mac_equal(bssid, s->assoc.bssid))
		return false;
	if (s->have_replay && replay <= s->replay)
		return false;
	s->replay = replay;
	s->have_replay = true;
	log_msg(LOG_DBG, "RSN: the driver ran a group handshake, counter %llu",
		(unsigned long long)replay);
	return true;
}

bool rsn_supp_keys(const struct rsn_supp *s, struct rsn_supp_keys *out)
{
	*out = (struct rsn_supp_keys){.has_replay = s->have_replay, .replay = s->replay};
	if (!s->have_ptk)
		return false;
	akm_key_lens(s->assoc.akm, &out->kck_len, &out->kek_len);
	out->kck = s->ptk.kck;
	out->kek = s->ptk.kek;
	return true;
}

unsigned rsn_supp_unverified(const struct rsn_supp *s)
{
	return s->unverified;
}
