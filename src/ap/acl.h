/* Accept and deny lists of station addresses, sorted for bsearch. */
#ifndef AP_ACL_H
#define AP_ACL_H

#include "ap/ap_config.h"

/* An address already listed keeps its entry. Returns 0 or -ENOMEM. */
int ap_acl_add(struct ap_acl *acl, const uint8_t addr[MAC_LEN], int vlan_id);
/* Unknown addresses are fine. */
void ap_acl_remove(struct ap_acl *acl, const uint8_t addr[MAC_LEN]);
/* NULL when not listed. */
const struct ap_acl_entry *ap_acl_find(const struct ap_acl *acl, const uint8_t addr[MAC_LEN]);
void ap_acl_clear(struct ap_acl *acl);

/* dst becomes the same list. Returns 0, or -ENOMEM (then dst is as it was). */
int ap_acl_copy(struct ap_acl *dst, const struct ap_acl *src);

#endif
