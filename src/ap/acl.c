#include "ap/acl.h"

#include <errno.h>
#include <stdlib.h>

/* First entry not below addr. */
static size_t lower_bound(const struct ap_acl *acl, const uint8_t addr[MAC_LEN])
{
	size_t lo = 0, hi = acl->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (memcmp(acl->entries[mid].addr, addr, MAC_LEN) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool is_at(const struct ap_acl *acl, size_t i, const uint8_t addr[MAC_LEN])
{
	return i < acl->count && mac_equal(acl->entries[i].addr, addr);
}

int ap_acl_add(struct ap_acl *acl, const uint8_t addr[MAC_LEN], int vlan_id)
{
	size_t at = lower_bound(acl, addr);
	struct ap_acl_entry *grown;

	if (is_at(acl, at, addr))
		return 0;
	grown = reallocarray(acl->entries, acl->count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	acl->entries = grown;
	memmove(&grown[at + 1], &grown[at], (acl->count - at) * sizeof(*grown));
	mac_copy(grown[at].addr, addr);
	grown[at].vlan_id = vlan_id;
	acl->count++;
	return 0;
}

void ap_acl_remove(struct ap_acl *acl, const uint8_t addr[MAC_LEN])
{
	size_t at = lower_bound(acl, addr);

	if (!is_at(acl, at, addr))
		return;
	acl->count--;
	memmove(&acl->entries[at], &acl->entries[at + 1],
		(acl->count - at) * sizeof(*acl->entries));
}

const struct ap_acl_entry *ap_acl_find(const struct ap_acl *acl, const uint8_t addr[MAC_LEN])
{
	size_t at = lower_bound(acl, addr);

	return is_at(acl, at, addr) ? &acl->entries[at] : NULL;
}

void ap_acl_clear(struct ap_acl *acl)
{
	free(acl->entries);
	*acl = (struct ap_acl){0};
}

int ap_acl_copy(struct ap_acl *dst, const struct ap_acl *src)
{
	struct ap_acl copy = {.count = src->count};

	if (copy.count) {
		copy.entries = calloc(copy.count, sizeof(*copy.entries));
		if (!copy.entries)
			return -ENOMEM;
		memcpy(copy.entries, src->entries, copy.count * sizeof(*copy.entries));
	}
	ap_acl_clear(dst);
	*dst = copy;
	return 0;
}
