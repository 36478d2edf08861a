/* Keys and the protection of data frames. The cipher is play: the body stays readable and a check
 * value made of the key stands in for the MIC. What is real is who holds which key under which
 * index, and the packet numbers. */
#include <errno.h>
#include <string.h>

#include "drivers/sim/sim_i.h"

#define CCMP_HEADER 8
#define CHECK_LEN 8
#define EXT_IV 0x20

void key_clear(struct sim_key *k)
{
	wipe(k, sizeof(*k));
}

static uint64_t mix(uint64_t h, const uint8_t *data, size_t len)
{
	for (size_t n = 0; n < len; n++)
		h = (h ^ data[n]) * 0x100000001b3ull; /* FNV-1a */
	return h;
}

static uint64_t check_value(
	const struct sim_key *k, uint64_t pn, const uint8_t *ta, const uint8_t *body, size_t len)
{
	uint8_t number[8];
	struct writer w = writer_over(number, sizeof(number));
	writer_le64(&w, pn);
	uint64_t h = mix(0xcbf29ce484222325ull, k->key, k->len);
	h = mix(h, number, sizeof(number));
	h = mix(h, ta, MAC_LEN);
	return mix(h, body, len);
}

void key_protect(struct writer *w, struct sim_key *key, unsigned index, const uint8_t *ta,
	const void *body, size_t len)
{
	if (!key) {
		writer_bytes(w, body, len);
		return;
	}
	uint64_t pn = ++key->tx_pn;
	writer_le16(w, (uint16_t)pn);
	writer_u8(w, 0);
	writer_u8(w, (uint8_t)(EXT_IV | index << 6));
	writer_le32(w, (uint32_t)(pn >> 16));
	writer_bytes(w, body, len);
	writer_le64(w, check_value(key, pn, ta, body, len));
}

unsigned key_index(const uint8_t *body, size_t len)
{
	return len > 3 ? body[3] >> 6 : 0;
}

enum key_result key_unprotect(struct sim_key *key, const uint8_t *ta, struct reader *r)
{
	if (!key || !key->set)
		return KEY_NONE;
	uint64_t pn = reader_le16(r);
	reader_skip(r, 2);
	pn |= (uint64_t)reader_le32(r) << 16;
	size_t left = reader_left(r);
	if (!reader_ok(r) || left < CHECK_LEN)
		return KEY_WRONG;
	struct reader body = reader_sub(r, left - CHECK_LEN);
	if (check_value(key, pn, ta, body.p, left - CHECK_LEN) != reader_le64(r))
		return KEY_WRONG;
	if (pn <= key->rx_pn)
		return KEY_REPLAY;
	key->rx_pn = pn;
	*r = body;
	return KEY_FINE;
}

static int install(struct sim_key *to, const struct drv_key *k)
{
	if (!k->key) {
		key_clear(to);
		return 0;
	}
	if (k->key_len == 0 || k->key_len > sizeof(to->key))
		return -EINVAL;
	/* The same key once more must not start its packet numbers anew. */
	if (to->set && to->len == k->key_len && bytes_equal_ct(to->key, k->key, to->len))
		return 0;
	*to = (struct sim_key){
		.set = true, .cipher = k->cipher, .len = k->key_len, .rx_pn = k->rsc};
	memcpy(to->key, k->key, k->key_len);
	return 0;
}

/* Keys of TKIP hold a MIC key for each direction: what one end sends with, the other receives with.
 * Here both ends keep them as the AP has them. */
static void as_ap(struct drv_key *k, uint8_t swapped[32])
{
	memcpy(swapped, k->key, 16);
	memcpy(swapped + 16, k->key + 24, 8);
	memcpy(swapped + 24, k->key + 16, 8);
	k->key = swapped;
}

static int set_key(struct drv_if *i, const struct drv_key *k)
{
	if (k->addr) {
		struct sim_peer *p = peer_find(i, k->addr);
		return p ? install(&p->key, k) : -ENOENT;
	}
	if (k->index >= GROUP_KEYS)
		return -EINVAL;
	if (k->ifname && strcmp(k->ifname, i->port.name) != 0) {
		struct sim_vlan *v = vlan_find(i, k->ifname);
		return v ? install(&v->group[k->index], k) : -ENOENT;
	}
	int err = install(&i->group[k->index], k);
	/* Indexes 4 and up protect management frames. */
	if (err == 0 && k->key && k->set_tx && k->index < 4)
		i->group_tx = k->index;
	return err;
}

int sim_set_key(struct drv_if *i, const struct drv_key *k)
{
	struct drv_key ours = *k;
	uint8_t swapped[32];

	if (k->key && k->cipher == CIPHER_TKIP && k->key_len == sizeof(swapped) &&
		i->type == DRV_IF_STATION)
		as_ap(&ours, swapped);
	int err = set_key(i, &ours);
	wipe(swapped, sizeof(swapped));
	return err;
}

int sim_group_rsc(struct drv_if *i, unsigned index, uint64_t *rsc)
{
	if (index >= GROUP_KEYS || !i->group[index].set)
		return -ENOENT;
	*rsc = i->group[index].tx_pn;
	return 0;
}
