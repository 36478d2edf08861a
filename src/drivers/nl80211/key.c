#include <errno.h>

#include "drivers/nl80211/nl80211_i.h"

static struct nl_req key_req(struct drv_if *i, uint8_t cmd, int ifindex)
{
	struct nl_req r = drv_req(i->drv, cmd);
	req_u32(&r, NL80211_ATTR_IFINDEX, (uint32_t)ifindex);
	return r;
}

static int delete_key(struct drv_if *i, const struct drv_key *k, int ifindex)
{
	struct nl_req r = key_req(i, NL80211_CMD_DEL_KEY, ifindex);
	key_del_build(&r, k);
	int err = drv_ask(i->drv, &r, NULL, NULL);
	/* No such key, or its station is gone: as wanted. */
	return err == -ENOENT || err == -ENOLINK ? 0 : err;
}

static int new_key(struct drv_if *i, const struct drv_key *k, int ifindex)
{
	struct nl_req r = key_req(i, NL80211_CMD_NEW_KEY, ifindex);
	key_new_build(&r, k);
	return drv_ask(i->drv, &r, NULL, NULL);
}

int nl_set_key(struct drv_if *i, const struct drv_key *k)
{
	int ifindex = k->ifname ? (int)if_nametoindex(k->ifname) : i->ifindex;
	if (!ifindex)
		return -ENODEV;
	if (!k->key)
		return delete_key(i, k, ifindex);
	if (!cipher_suite(k->cipher))
		return -EOPNOTSUPP;
	int err = new_key(i, k, ifindex);
	/* Some drivers learn of their own association a little later than we do. */
	if (err && k->addr) {
		log_msg(LOG_DBG, "nl80211: %s: pairwise key refused: %s; once more", i->ifname,
			strerror(-err));
		err = new_key(i, k, ifindex);
	}
	/* A pairwise key is its peer's transmit key by itself. */
	if (err || !k->set_tx || k->addr)
		return err;
	struct nl_req r = key_req(i, NL80211_CMD_SET_KEY, ifindex);
	key_default_build(&r, k);
	return drv_ask(i->drv, &r, NULL, NULL);
}

struct seq_answer {
	uint64_t *rsc;
	int err;
};

static void on_seq(void *ctx, const struct nlmsghdr *h)
{
	struct seq_answer *a = ctx;
	a->err = key_seq_parse(h, a->rsc);
}

int nl_group_rsc(struct drv_if *i, unsigned key_index, uint64_t *rsc)
{
	struct nl_req r = if_req(i, NL80211_CMD_GET_KEY);
	struct seq_answer a = {rsc, -EBADMSG};
	req_u8(&r, NL80211_ATTR_KEY_IDX, (uint8_t)key_index);
	int err = drv_ask(i->drv, &r, on_seq, &a);
	return err ? err : a.err;
}
