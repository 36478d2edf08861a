/* What the daemon asks of the firmware, and what tests ask about it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/sim/fw_i.h"
#include "utils/log.h"

#define STATION_WORDS (FW_WORD_PSK | FW_WORD_1X | FW_WORD_SYNC | FW_WORD_ROAM)

static const struct {
	const char *name;
	unsigned word, caps;
} words_table[] = {
	{"psk", FW_WORD_PSK, DRV_CAP_PSK_OFFLOAD},
	{"1x", FW_WORD_1X, DRV_CAP_1X_OFFLOAD},
	{"sync", FW_WORD_SYNC, DRV_CAP_KEY_MGMT_SYNC},
	{"roam", FW_WORD_ROAM, DRV_CAP_ROAMING},
	{"pmksa", FW_WORD_PMKSA, DRV_CAP_PMKSA},
	{"rekey", FW_WORD_REKEY, 0},
	{"appsk", FW_WORD_AP_PSK, DRV_CAP_AP_PSK_OFFLOAD},
	{"apsme", FW_WORD_AP_SME, DRV_CAP_AP_SME},
	{"nokeys", FW_WORD_NO_KEYS, 0},
};

int fw_words(const char *text, unsigned *words)
{
	struct reader r = reader_of(text, strlen(text));

	bool more = true;

	*words = 0;
	while (more) {
		const char *at = (const char *)r.p, *plus = memchr(at, '+', reader_left(&r));
		size_t len = plus ? (size_t)(plus - at) : reader_left(&r), n = 0;
		while (n < ARRAY_SIZE(words_table) && (strlen(words_table[n].name) != len ||
							      memcmp(words_table[n].name, at, len)))
			n++;
		if (n == ARRAY_SIZE(words_table))
			return -EINVAL;
		*words |= words_table[n].word;
		reader_skip(&r, len + (plus ? 1 : 0));
		more = plus != NULL;
	}
	return 0;
}

void fw_caps(unsigned words, unsigned *flags)
{
	for (size_t n = 0; n < ARRAY_SIZE(words_table); n++)
		if (words & words_table[n].word)
			*flags |= words_table[n].caps;
	if (words & STATION_WORDS)
		*flags &= ~(unsigned)DRV_CAP_SME;
	if (words & FW_WORD_NO_KEYS)
		*flags &= ~(unsigned)DRV_CAP_HOST_KEYS;
}

int fw_new(struct drv_if *i)
{
	struct sim_fw *fw = calloc(1, sizeof(*fw));

	if (!fw)
		return -ENOMEM;
	i->fw = fw;
	fw->may_roam = true;
	fw->log = calloc(FW_LOG, sizeof(fw->log[0]));
	fw->supp = rsn_supp_new(i->d->timers, &fw_supp_ops, i);
	return fw->log && fw->supp ? 0 : -ENOMEM;
}

void fw_free(struct drv_if *i)
{
	struct sim_fw *fw = i->fw;

	if (!fw)
		return;
	fw_link_down(i);
	fw_auth_stop(i);
	rsn_supp_free(fw->supp);
	sim_fw_log_clear(i);
	free(fw->log);
	wipe(fw, sizeof(*fw));
	free(fw);
	i->fw = NULL;
}

/* --- the log --- */

static void note(struct drv_if *i, struct sim_fw_record *r, int result)
{
	struct sim_fw *fw = i->fw;

	r->result = result;
	r->time_us = timers_now(i->d->timers);
	if (fw && fw->log_len < FW_LOG)
		fw->log[fw->log_len++] = *r;
	wipe(r, sizeof(*r));
}

static int forced_error(struct drv_if *i, enum sim_fw_ask what)
{
	int err = i->fw ? i->fw->fail[what] : 0;
	if (err)
		i->fw->fail[what] = 0;
	return err;
}

const struct sim_fw_record *sim_fw_asked(const struct drv_if *i, enum sim_fw_ask what, unsigned n)
{
	for (size_t k = 0; i->fw && k < i->fw->log_len; k++)
		if (i->fw->log[k].what == what && n-- == 0)
			return &i->fw->log[k];
	return NULL;
}

unsigned sim_fw_count(const struct drv_if *i, enum sim_fw_ask what)
{
	unsigned n = 0;
	while (sim_fw_asked(i, what, n))
		n++;
	return n;
}

void sim_fw_log_clear(struct drv_if *i)
{
	if (!i->fw || !i->fw->log)
		return;
	wipe(i->fw->log, FW_LOG * sizeof(i->fw->log[0]));
	i->fw->log_len = 0;
}

void sim_fw_fail_next(struct drv_if *i, enum sim_fw_ask what, int err)
{
	if (i->fw)
		i->fw->fail[what] = err;
}

struct sim_fw_knobs *sim_fw_knobs(struct drv_if *i)
{
	return i->fw ? &i->fw->knobs : NULL;
}

void sim_fw_emit(struct drv_if *i, const struct drv_event *ev)
{
	sim_emit(i, ev);
}

struct drv_if *sim_if_find(struct sim_air *air, const char *ifname)
{
	struct air_port *p;
	LIST_FOREACH (p, &air->ports, link)
		if (strcmp(p->name, ifname) == 0)
			return p->ctx;
	return NULL;
}

/* --- requests about handshakes --- */

static bool has(const struct drv_if *i, unsigned cap)
{
	return i->fw && i->caps.flags & cap;
}

static bool capable(const struct drv_if *i, const struct drv_assoc *a)
{
	return (!a->pmk || has(i, DRV_CAP_PSK_OFFLOAD)) &&
	       (!a->offload_1x || has(i, DRV_CAP_1X_OFFLOAD)) &&
	       (!a->sae_password || has(i, DRV_CAP_SAE_OFFLOAD)) &&
	       (!a->bssid_is_hint || has(i, DRV_CAP_ROAMING));
}

static int connect_to(struct drv_if *i, const struct drv_assoc *a)
{
	struct sim_fw *fw = i->fw;

	if (!capable(i, a))
		return -EINVAL;
	if (!fw)
		return sim_connect(i, a);
	fw->runner = a->pmk                                    ? FW_PSK
		     : a->offload_1x                           ? FW_1X
		     : has(i, DRV_CAP_KEY_MGMT_SYNC) && a->akm ? FW_SYNC
							       : FW_HOST;
	/* sync_pmk() may have come before. */
	if (fw->runner != FW_SYNC)
		fw_set_secret(&fw->pmk, a->pmk, a->pmk ? PMK_LEN : 0);
	return sim_connect(i, a);
}

int fw_connect(struct drv_if *i, const struct drv_assoc *a)
{
	struct sim_fw_record r = {.what = SIM_FW_CONNECT,
		.akm = a->akm,
		.flag = a->offload_1x,
		.hint = a->bssid_is_hint};
	int err = forced_error(i, SIM_FW_CONNECT);

	mac_copy(r.addr, a->bssid);
	fw_set_secret(&r.pmk, a->pmk, PMK_LEN);
	if (!err)
		err = connect_to(i, a);
	note(i, &r, err);
	return err;
}

static int take_pmk(struct drv_if *i, const uint8_t *bssid, const uint8_t *pmk, size_t len)
{
	if (!has(i, DRV_CAP_1X_OFFLOAD))
		return -EOPNOTSUPP;
	if (i->sta.state != STA_ASSOCIATED)
		return -ENOTCONN;
	if (i->fw->runner != FW_1X || !mac_equal(bssid, i->sta.bssid) || (len != 32 && len != 48))
		return -EINVAL;
	fw_set_secret(&i->fw->pmk, pmk, len);
	fw_pmk_came(i);
	return 0;
}

int fw_set_pmk(struct drv_if *i, const uint8_t bssid[MAC_LEN], const uint8_t *pmk, size_t len)
{
	struct sim_fw_record r = {.what = SIM_FW_SET_PMK};
	int err = forced_error(i, SIM_FW_SET_PMK);

	mac_copy(r.addr, bssid);
	fw_set_secret(&r.pmk, pmk, len);
	if (!err)
		err = take_pmk(i, bssid, pmk, len);
	note(i, &r, err);
	return err;
}

int fw_sync_pmk(struct drv_if *i, const uint8_t *pmk, size_t len)
{
	struct sim_fw_record r = {.what = SIM_FW_SYNC_PMK};
	int err = forced_error(i, SIM_FW_SYNC_PMK);

	fw_set_secret(&r.pmk, pmk, len);
	if (!err)
		err = !has(i, DRV_CAP_KEY_MGMT_SYNC) ? -EOPNOTSUPP
		      : !len || len > PMK_MAX_LEN    ? -EINVAL
						     : 0;
	if (!err)
		fw_set_secret(&i->fw->pmk, pmk, len);
	note(i, &r, err);
	return err;
}

int fw_allow_roaming(struct drv_if *i, bool allowed)
{
	struct sim_fw_record r = {.what = SIM_FW_ALLOW_ROAMING, .flag = allowed};
	int err = forced_error(i, SIM_FW_ALLOW_ROAMING);

	if (!err && !has(i, DRV_CAP_KEY_MGMT_SYNC))
		err = -EOPNOTSUPP;
	if (!err)
		i->fw->may_roam = allowed;
	note(i, &r, err);
	return err;
}

int fw_refresh_caps(struct drv_if *i)
{
	struct sim_fw_record r = {.what = SIM_FW_REFRESH_CAPS};
	int err = forced_error(i, SIM_FW_REFRESH_CAPS);

	if (!err && i->fw) {
		sim_caps_init(i);
		i->caps.flags &= ~i->fw->knobs.lost_caps;
	}
	note(i, &r, err);
	return err;
}

/* --- PMKSAs --- */

static struct fw_pmksa *pmksa_slot(struct sim_fw *fw, const uint8_t *bssid)
{
	struct fw_pmksa *free_slot = NULL;

	for (size_t n = 0; n < FW_PMKSAS; n++) {
		struct fw_pmksa *e = &fw->pmksas[n];
		if (e->set && mac_equal(e->bssid, bssid))
			return e;
		if (!e->set && !free_slot)
			free_slot = e;
	}
	return free_slot;
}

const struct fw_pmksa *fw_pmksa(const struct sim_fw *fw, const uint8_t bssid[MAC_LEN])
{
	for (size_t n = 0; n < FW_PMKSAS; n++)
		if (fw->pmksas[n].set && mac_equal(fw->pmksas[n].bssid, bssid))
			return &fw->pmksas[n];
	return NULL;
}

static int pmksa_keep(struct drv_if *i, const struct drv_pmksa *p)
{
	struct fw_pmksa *e;

	if (!has(i, DRV_CAP_PMKSA))
		return -EOPNOTSUPP;
	if (p->pmk_len > PMK_MAX_LEN || p->threshold > 100)
		return -EINVAL;
	e = pmksa_slot(i->fw, p->bssid);
	if (!e)
		return -ENOSPC;
	e->set = true;
	mac_copy(e->bssid, p->bssid);
	memcpy(e->pmkid, p->pmkid, sizeof(e->pmkid));
	fw_set_secret(&e->pmk, p->pmk, p->pmk_len);
	return 0;
}

int fw_pmksa_set(struct drv_if *i, const struct drv_pmksa *p)
{
	struct sim_fw_record r = {
		.what = SIM_FW_PMKSA_SET, .lifetime = p->lifetime, .threshold = p->threshold};
	int err = forced_error(i, SIM_FW_PMKSA_SET);

	mac_copy(r.addr, p->bssid);
	memcpy(r.pmkid, p->pmkid, sizeof(r.pmkid));
	fw_set_secret(&r.pmk, p->pmk, p->pmk_len);
	if (!err)
		err = pmksa_keep(i, p);
	note(i, &r, err);
	return err;
}

static int pmksa_drop(struct drv_if *i, const uint8_t *bssid, const uint8_t *pmkid)
{
	if (!has(i, DRV_CAP_PMKSA))
		return -EOPNOTSUPP;
	for (size_t n = 0; n < FW_PMKSAS; n++) {
		struct fw_pmksa *e = &i->fw->pmksas[n];
		if (!e->set || !mac_equal(e->bssid, bssid) || memcmp(e->pmkid, pmkid, 16) != 0)
			continue;
		wipe(e, sizeof(*e));
		return 0;
	}
	return -ENOENT;
}

int fw_pmksa_del(struct drv_if *i, const uint8_t bssid[MAC_LEN], const uint8_t pmkid[16])
{
	struct sim_fw_record r = {.what = SIM_FW_PMKSA_DEL};
	int err = forced_error(i, SIM_FW_PMKSA_DEL);

	mac_copy(r.addr, bssid);
	memcpy(r.pmkid, pmkid, sizeof(r.pmkid));
	if (!err)
		err = pmksa_drop(i, bssid, pmkid);
	note(i, &r, err);
	return err;
}

int fw_pmksa_flush(struct drv_if *i)
{
	struct sim_fw_record r = {.what = SIM_FW_PMKSA_FLUSH};
	int err = forced_error(i, SIM_FW_PMKSA_FLUSH);

	if (!err && !has(i, DRV_CAP_PMKSA))
		err = -EOPNOTSUPP;
	if (!err)
		wipe(i->fw->pmksas, sizeof(i->fw->pmksas));
	note(i, &r, err);
	return err;
}

/* --- keys --- */

int fw_set_rekey(struct drv_if *i, const struct drv_rekey *data)
{
	struct sim_fw_record r = {
		.what = SIM_FW_SET_REKEY, .replay = data->replay, .akm = data->akm};
	int err = forced_error(i, SIM_FW_SET_REKEY);

	fw_set_secret(&r.kck, data->kck, data->kck_len);
	fw_set_secret(&r.kek, data->kek, data->kek_len);
	if (!err)
		err = !i->fw || !(i->d->offload & FW_WORD_REKEY) ? -EOPNOTSUPP
		      : i->sta.state != STA_ASSOCIATED           ? -ENOTCONN
		      : !data->kck_len || !data->kek_len         ? -EINVAL
								 : 0;
	if (!err)
		i->fw->rekey = r;
	note(i, &r, err);
	return err;
}

int fw_set_key(struct drv_if *i, const struct drv_key *k)
{
	struct sim_fw_record r = {.what = k->key ? SIM_FW_KEY_NEW : SIM_FW_KEY_DEL,
		.index = k->index,
		.cipher = k->cipher};
	int err = forced_error(i, r.what);

	if (k->addr)
		mac_copy(r.addr, k->addr);
	fw_set_secret(&r.key, k->key, k->key_len);
	if (!err)
		err = i->caps.flags & DRV_CAP_HOST_KEYS ? sim_set_key(i, k) : -EOPNOTSUPP;
	note(i, &r, err);
	return err;
}

int fw_send_eapol(struct drv_if *i, const uint8_t dst[MAC_LEN], const uint8_t *packet, size_t len,
	bool encrypt)
{
	struct sim_fw_record r = {.what = SIM_FW_SEND_EAPOL};
	int err = forced_error(i, SIM_FW_SEND_EAPOL);

	mac_copy(r.addr, dst);
	if (!err)
		err = data_send_eapol(i, dst, packet, len, encrypt, TX_EAPOL);
	note(i, &r, err);
	return err;
}

int fw_set_authorized(struct drv_if *i, const uint8_t addr[MAC_LEN], bool authorized)
{
	struct sim_fw_record r = {.what = SIM_FW_AUTHORIZED, .flag = authorized};
	struct sim_peer *p = peer_find(i, addr);
	int err = forced_error(i, SIM_FW_AUTHORIZED);

	mac_copy(r.addr, addr);
	if (!err && !p)
		err = -ENOENT;
	if (!err)
		p->flags = authorized ? p->flags | DRV_STA_AUTHORIZED
				      : p->flags & ~(unsigned)DRV_STA_AUTHORIZED;
	note(i, &r, err);
	return err;
}

int fw_ap_start(struct drv_if *i, const struct drv_ap *ap)
{
	struct sim_fw_record r = {.what = SIM_FW_AP_START, .akm = ap->akm};
	int err = forced_error(i, SIM_FW_AP_START);

	fw_set_secret(&r.pmk, ap->pmk, PMK_LEN);
	if (!err && ap->pmk && !has(i, DRV_CAP_AP_PSK_OFFLOAD))
		err = -EINVAL;
	if (!err)
		err = sim_ap_start(i, ap);
	if (!err) {
		err = fw_auth_start(i, ap);
		if (err)
			sim_ap_stop(i);
	}
	note(i, &r, err);
	return err;
}
