/* PMK security associations of stations, put into an access point from outside. */
#include "rsn/pmksa.h"

#include <errno.h>

#include "ap/ap_i.h"

#define CAPACITY 1024

static const struct pmksa_ops ops;

void ap_pmksa_free(struct ap_bss *b)
{
	pmksa_cache_free(steal_ptr(&b->pmksa));
}

int ap_bss_pmksa_add(struct ap_bss *b, const struct pmksa *e)
{
	if (!b->rsn || b->cfg->disable_pmksa_caching)
		return -EOPNOTSUPP;
	if (!b->pmksa) {
		b->pmksa = pmksa_cache_new(b->radio->timers, &ops, b);
		if (!b->pmksa)
			return -ENOMEM;
		pmksa_cache_set_capacity(b->pmksa, CAPACITY);
	}
	return pmksa_add(b->pmksa, e) ? 0 : -EINVAL;
}

void ap_bss_pmksa_flush(struct ap_bss *b)
{
	if (b->pmksa)
		pmksa_flush(b->pmksa);
}

const struct pmksa *ap_bss_pmksa_find(const struct ap_bss *b, const uint8_t addr[MAC_LEN])
{
	const struct pmksa *e = b->pmksa ? pmksa_next(b->pmksa, NULL) : NULL;

	while (e && !mac_equal(e->aa, addr))
		e = pmksa_next(b->pmksa, e);
	return e;
}

void ap_bss_pmksa_list(const struct ap_bss *b, struct strbuf *out)
{
	const struct pmksa *e = b->pmksa ? pmksa_next(b->pmksa, NULL) : NULL;

	if (!b->rsn)
		return;
	strbuf_add(out, "Index / SPA / PMKID / expiration (in seconds) / opportunistic\n");
	for (unsigned index = 1; e; e = pmksa_next(b->pmksa, e), index++) {
		char id[2 * PMKID_LEN + 1];
		if (!strbuf_add(out, "%u " MACSTR " %s %u %d\n", index, MAC2STR(e->aa),
			    hex_encode(e->pmkid, PMKID_LEN, id, sizeof(id)),
			    pmksa_remaining(b->pmksa, e), e->opportunistic))
			break;
	}
}
