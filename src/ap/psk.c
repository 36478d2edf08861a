/* PSK store: order and look-up. */
#include "ap/psk_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "utils/log.h"
#include "utils/mac.h"

/* Of a key that was added: others may have changed the file, too. All that counts is that it is
 * behind those of the same address. */
#define UNKNOWN_LINE UINT32_MAX

struct ap_psks *ap_psks_new(void)
{
	return calloc(1, sizeof(struct ap_psks));
}

static void key_clear(struct ap_psk *k)
{
	if (!k->passphrase && k->pmk) {
		wipe((uint8_t *)k->pmk, PMK_LEN);
		free((uint8_t *)k->pmk);
	}
	if (k->keyid && k->keyid[0])
		free((char *)k->keyid);
	*k = (struct ap_psk){0};
}

static void clear(struct ap_psks *p)
{
	for (size_t n = 0; n < p->count; n++)
		key_clear(&p->keys[n]);
	free(p->keys);
	ap_passphrases_free(p->passphrases);
	*p = (struct ap_psks){0};
}

void ap_psks_free(struct ap_psks *p)
{
	if (!p)
		return;
	clear(p);
	free(p);
}

uint8_t *psk_copy(const uint8_t pmk[PMK_LEN])
{
	uint8_t *copy = malloc(PMK_LEN);

	if (copy)
		memcpy(copy, pmk, PMK_LEN);
	return copy;
}

static int room_for(struct ap_psks *p, size_t count)
{
	if (count <= p->cap)
		return 0;
	size_t cap = p->cap ? p->cap * 2 : 4;
	struct ap_psk *bigger = reallocarray(p->keys, cap, sizeof(*bigger)); /* no secrets inside */
	if (!bigger)
		return -ENOMEM;
	p->keys = bigger;
	p->cap = cap;
	return 0;
}

int psk_append(struct ap_psks *p, struct ap_psk *key)
{
	if (!key->keyid)
		key->keyid = "";
	if (room_for(p, p->count + 1) < 0) {
		key_clear(key);
		return -ENOMEM;
	}
	p->keys[p->count++] = *key;
	return 0;
}

static int by_order(const void *a, const void *b)
{
	const struct ap_psk *x = a, *y = b;
	int diff = memcmp(x->addr, y->addr, MAC_LEN);

	return diff ? diff : (x->line < y->line) - (x->line > y->line);
}

/* Index of the first key of this address, or where it would be. */
static size_t first_of(const struct ap_psks *p, const uint8_t *addr)
{
	size_t low = 0, high = p->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (memcmp(p->keys[mid].addr, addr, MAC_LEN) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* wpa_psk or wpa_passphrase. */
static int add_configured(struct psk_loading *l)
{
	const struct ap_bss_config *cfg = l->cfg;
	struct ap_psk key = {0};

	if (cfg->wpa_psk.len == PMK_LEN)
		key.pmk = psk_copy(cfg->wpa_psk.data);
	else if (cfg->wpa_passphrase)
		key.passphrase = ap_passphrases_add(l->p->passphrases, cfg->wpa_passphrase, l->old);
	else
		return 0;
	return key.pmk || key.passphrase ? psk_append(l->p, &key) : -ENOMEM;
}

static void put_in_order(struct ap_psks *p)
{
	static const uint8_t after_any[MAC_LEN] = {0, 0, 0, 0, 0, 1};

	if (p->count == 0)
		return;
	qsort(p->keys, p->count, sizeof(*p->keys), by_order);
	p->any = first_of(p, after_any);
	struct ap_psk *fitting = reallocarray(p->keys, p->count, sizeof(*fitting));
	if (!fitting)
		return;
	p->keys = fitting;
	p->cap = p->count;
}

static int load(struct psk_loading *l)
{
	int err = l->p->passphrases ? 0 : -ENOMEM;

	if (err == 0 && l->cfg->wpa_psk_file)
		err = psk_file_load(l);
	if (err == 0)
		err = add_configured(l);
	if (err == 0)
		put_in_order(l->p);
	return err;
}

int ap_psks_load(struct ap_psks *p, const struct ap_bss_config *cfg)
{
	struct ap_psks old = *p;
	struct psk_loading l = {p, old.passphrases, cfg};

	*p = (struct ap_psks){.passphrases = ap_passphrases_new(&cfg->ssid)};
	int err = load(&l);
	if (err < 0) {
		clear(p);
		*p = old;
	} else {
		clear(&old);
	}
	return err;
}

int ap_psks_add(struct ap_psks *p, const uint8_t addr[MAC_LEN], const uint8_t pmk[PMK_LEN])
{
	struct ap_psk key = {.pmk = psk_copy(pmk), .keyid = "", .line = UNKNOWN_LINE, .wps = true};

	mac_copy(key.addr, addr);
	if (!key.pmk || room_for(p, p->count + 1) < 0) {
		key_clear(&key);
		return -ENOMEM;
	}
	size_t at = first_of(p, addr);
	memmove(&p->keys[at + 1], &p->keys[at], (p->count - at) * sizeof(*p->keys));
	p->keys[at] = key;
	p->count++;
	if (mac_is_zero(addr))
		p->any++;
	return 0;
}

const struct ap_psk *psk_ready(const struct ap_psks *p, struct ap_psk *k)
{
	if (!k->pmk)
		k->pmk = ap_passphrase_psk(p->passphrases, k->passphrase);
	if (!k->pmk)
		log_msg(LOG_ERR, "a PSK could not be derived from its passphrase");
	return k->pmk ? k : NULL;
}

struct ap_psk *psk_peek(const struct ap_psks *p, const uint8_t addr[MAC_LEN], size_t n)
{
	size_t own = mac_is_zero(addr) ? p->count : first_of(p, addr);
	size_t at = own + n;

	if (at < p->count && mac_equal(p->keys[at].addr, addr))
		return &p->keys[at];
	while (own < p->count && mac_equal(p->keys[own].addr, addr)) {
		own++;
		n--;
	}
	return n < p->any ? &p->keys[n] : NULL;
}

const struct ap_psk *ap_psks_get(const struct ap_psks *p, const uint8_t addr[MAC_LEN], size_t n)
{
	struct ap_psk *k = psk_peek(p, addr, n);

	return k ? psk_ready(p, k) : NULL;
}

void ap_psks_expect(const struct ap_psks *p, const uint8_t addr[MAC_LEN])
{
	struct ap_psk *k;

	for (size_t n = 0; (k = psk_peek(p, addr, n)) && !mac_is_zero(k->addr); n++)
		psk_ready(p, k);
}

bool ap_psks_derive_one(struct ap_psks *p)
{
	while (p->derived < p->any) {
		struct ap_psk *k = &p->keys[p->derived];
		bool waits = !k->pmk && !ap_passphrase_derived(k->passphrase);
		/* One that fails stays for the station that asks for it. */
		if (waits && !psk_ready(p, k))
			return false;
		p->derived++;
		if (waits)
			break;
	}
	return p->derived < p->any;
}

bool ap_psks_valid(const struct ap_psks *p, const uint8_t addr[MAC_LEN], const uint8_t *pmk)
{
	const struct ap_psk *k;

	for (size_t n = 0; (k = ap_psks_get(p, addr, n)) != NULL; n++)
		if (bytes_equal_ct(k->pmk, pmk, PMK_LEN))
			return true;
	return false;
}
