/* ACCEPT_ACL and DENY_ACL. */
#include "ap/acl.h"
#include "hostapd/hostapd_i.h"

static enum ctrl_result add_mac(struct ap_acl *acl, const char *args)
{
	uint8_t addr[MAC_LEN];
	char value[8];
	int64_t vlan = 0;

	if (mac_parse(args, addr, NULL) < 0)
		return CTRL_FAIL;
	if (ctrl_arg(args, "VLAN_ID", value, sizeof(value)) &&
		parse_int(value, 10, 0, 4094, &vlan) < 0)
		return CTRL_FAIL;
	return ap_acl_add(acl, addr, (int)vlan) < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result del_mac(struct ap_acl *acl, const char *args)
{
	uint8_t addr[MAC_LEN];

	if (acl->count == 0)
		return CTRL_OK; /* sic: not even the address is looked at */
	if (mac_parse(args, addr, NULL) < 0)
		return CTRL_FAIL;
	ap_acl_remove(acl, addr);
	return CTRL_OK;
}

static enum ctrl_result show(const struct ap_acl *acl, struct ctrl_request *req)
{
	for (size_t i = 0; i < acl->count; i++)
		if (!strbuf_add(req->reply, MACSTR " VLAN_ID=%d\n", MAC2STR(acl->entries[i].addr),
			    acl->entries[i].vlan_id))
			break;
	return CTRL_REPLIED;
}

static enum ctrl_result acl_command(
	struct hostapd_bss *b, struct ap_acl *acl, const char *args, struct ctrl_request *req)
{
	enum ctrl_result result = CTRL_OK;
	const char *rest;

	if (strcmp(args, "SHOW") == 0)
		return show(acl, req);
	if (str_starts(args, "ADD_MAC ", &rest))
		result = add_mac(acl, rest);
	else if (str_starts(args, "DEL_MAC ", &rest))
		result = del_mac(acl, rest);
	else if (strcmp(args, "CLEAR") == 0)
		ap_acl_clear(acl);
	else
		return CTRL_FAIL;
	ap_bss_apply_acl(b->ap);
	return result;
}

static enum ctrl_result cmd_accept(void *ctx, char *args, struct ctrl_request *req)
{
	return acl_command(ctx, &hostapd_bss_conf(ctx)->accept, args, req);
}

static enum ctrl_result cmd_deny(void *ctx, char *args, struct ctrl_request *req)
{
	return acl_command(ctx, &hostapd_bss_conf(ctx)->deny, args, req);
}

const struct ctrl_command hostapd_commands_acl[] = {
	{"ACCEPT_ACL", CTRL_ARGS, 0, cmd_accept,
		"<ADD_MAC addr [VLAN_ID=n]|DEL_MAC addr|SHOW|CLEAR> = accept list"},
	{"DENY_ACL", CTRL_ARGS, 0, cmd_deny,
		"<ADD_MAC addr [VLAN_ID=n]|DEL_MAC addr|SHOW|CLEAR> = deny list"},
	{0},
};
