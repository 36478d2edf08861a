/* Random addresses of scans. Scheduled scans are not ours, so only kind `scan` can be switched on.
 */
#include <errno.h>

#include "wpa_supplicant/supplicant_i.h"

static const char *const kinds[] = {"scan", "sched_scan", "sched", "pno"};

static bool known(const char *kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strcmp(kinds[i], kind) == 0)
			return true;
	return false;
}

int wpas_mac_rand_on(struct wpas_if *w, const char *kind, const uint8_t *addr, const uint8_t *mask)
{
	/* Locally administered and unicast (9.2.4.3.4); the rest is random. */
	static const uint8_t local[MAC_LEN] = {0x02}, local_mask[MAC_LEN] = {0x03};
	struct wpas_mac_rand *r = &w->mac_rand;

	if (!known(kind))
		return -EINVAL;
	if (strcmp(kind, "scan") != 0 || !(wpas_if_caps(w)->flags & DRV_CAP_RANDOM_SCAN))
		return -EOPNOTSUPP;
	r->on = true;
	mac_copy(r->addr, addr ? addr : local);
	mac_copy(r->mask, addr ? mask : local_mask);
	return 0;
}

int wpas_mac_rand_off(struct wpas_if *w, const char *kind)
{
	bool all = strcmp(kind, "all") == 0;

	if (!all && !known(kind))
		return -EINVAL;
	if (all || strcmp(kind, "scan") == 0)
		w->mac_rand.on = false;
	return 0;
}

void wpas_mac_rand_scan(const struct wpas_if *w, struct drv_scan *s)
{
	bool wanted = w->mac_rand.on && w->state < WPAS_AUTHENTICATING && s->ssid_count > 0;

	s->rand_addr = wanted ? w->mac_rand.addr : NULL;
	s->rand_mask = wanted ? w->mac_rand.mask : NULL;
}

/* `scan|sched|pno|all enable=0|1 [addr=MAC mask=MAC]` */
static enum ctrl_result cmd_mac_rand(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	char *kind = strtok(args, " "), enable[4] = "", text[MAC_TEXT_LEN];
	char *rest = kind ? strtok(NULL, "") : NULL;
	uint8_t addr[MAC_LEN], mask[MAC_LEN];

	if (!rest || !ctrl_arg(rest, "enable", enable, sizeof(enable)))
		return CTRL_FAIL;
	if (strcmp(enable, "0") == 0)
		return wpas_mac_rand_off(w, kind) < 0 ? CTRL_FAIL : CTRL_OK;
	if (strcmp(enable, "1") != 0)
		return CTRL_FAIL;
	bool has_addr = ctrl_arg(rest, "addr", text, sizeof(text));
	if (has_addr && mac_parse_all(text, addr) < 0)
		return CTRL_FAIL;
	bool has_mask = ctrl_arg(rest, "mask", text, sizeof(text));
	if (has_mask && mac_parse_all(text, mask) < 0)
		return CTRL_FAIL;
	if (has_addr != has_mask || (has_addr && mac_is_group(addr)))
		return CTRL_FAIL;
	return wpas_mac_rand_on(w, kind, has_addr ? addr : NULL, mask) < 0 ? CTRL_FAIL : CTRL_OK;
}

const struct ctrl_command wpas_cmds_mac_rand[] = {
	{"MAC_RAND_SCAN", CTRL_ARGS, 0, cmd_mac_rand,
		"<scan|sched|pno|all> enable=<0|1> [addr=MAC mask=MAC] = random address of scans"},
	{NULL, CTRL_EXACT, 0, NULL, NULL}};
