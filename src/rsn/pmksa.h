/* Cache of PMK security associations (IEEE 802.11-2020, 12.6.8.3), of a station or of an access
 * point (aa is the other end then). No I/O: the owner
 * hears of what comes and goes. Found by PMKID, or by AP and network. */
#ifndef RSN_PMKSA_H
#define RSN_PMKSA_H

#include "utils/mac.h"
#include "crypto/crypto.h"
#include "utils/bytes.h"
#include "utils/timer.h"

#define PMKID_LEN 16

struct pmksa {
	uint8_t aa[MAC_LEN];
	uint8_t pmkid[PMKID_LEN];
	uint8_t pmk[PMK_MAX_LEN];
	size_t pmk_len;
	unsigned akm;       /* one enum akm */
	unsigned network;   /* id of the owner's network */
	uint64_t made;      /* timers_now() */
	unsigned lifetime;  /* s, from `made` */
	unsigned reauth;    /* s, from `made`: from then on a full authentication is due */
	bool opportunistic; /* nothing shows yet that the AP has it */
};

struct pmksa_ops {
	/* Each may be NULL. `added` must not remove the entry. `due`: a full authentication is,
	 * from now on; not for an entry that came too late for it. `removed` comes when it is out
	 * of the cache already; its memory is wiped and gone when that returns. */
	void (*added)(void *ctx, const struct pmksa *e);
	void (*due)(void *ctx, const struct pmksa *e);
	void (*removed)(void *ctx, const struct pmksa *e, bool expired);
};

struct pmksa_cache;
struct pmksa_cache *pmksa_cache_new(struct timers *timers, const struct pmksa_ops *ops, void *ctx);
void pmksa_cache_set_capacity(
	struct pmksa_cache *c, unsigned entries); /* of an empty one; else 32 */
void pmksa_cache_free(struct pmksa_cache *c);     /* without `removed` */
/* Copies e; `made` is set to now unless it is in the past and not 0. One of the same AP and
 * network, or with the same PMKID, is replaced; when full (32) the one that expires first goes.
 * NULL when out of memory, pmk_len is 0 or too long, or the lifetime is over (0 is). */
const struct pmksa *pmksa_add(struct pmksa_cache *c, const struct pmksa *e);
/* NULL: none, or expired. akms: mask of those wanted. */
const struct pmksa *pmksa_find(
	const struct pmksa_cache *c, const uint8_t aa[MAC_LEN], unsigned network, unsigned akms);
const struct pmksa *pmksa_find_id(const struct pmksa_cache *c, const uint8_t pmkid[PMKID_LEN]);
/* e: an entry of this cache. */
void pmksa_remove(struct pmksa_cache *c, const struct pmksa *e);
void pmksa_proven(struct pmksa_cache *c, const struct pmksa *e); /* not opportunistic any more */
void pmksa_flush(struct pmksa_cache *c);
void pmksa_flush_network(struct pmksa_cache *c, unsigned network);
/* In the order they came; NULL starts or ends. A change in between ends the walk. */
const struct pmksa *pmksa_next(const struct pmksa_cache *c, const struct pmksa *last);
/* Seconds until it expires; until a full authentication is due (0: it is). Rounded up, so an entry
 * that is there has at least 1 left. */
unsigned pmksa_remaining(const struct pmksa_cache *c, const struct pmksa *e);
unsigned pmksa_reauth_in(const struct pmksa_cache *c, const struct pmksa *e);

#endif
