/* Devices that got their credential here: what they said about themselves outlives their WPS
 * association, for the records of the network they join. */
#include "ap/ap_i.h"

#include <stdlib.h>

#define PEERS_MAX 128

/* Kept in the order of their runs. */
struct ap_wps_peer {
	UT_hash_handle hh;
	struct wps_peer device;
};

static struct ap_wps_peer *find(const struct ap_bss *b, const uint8_t mac[MAC_LEN])
{
	struct ap_wps_peer *p;

	HASH_FIND(hh, b->wps_peers, mac, MAC_LEN, p);
	return p;
}

static void forget(struct ap_bss *b, struct ap_wps_peer *p)
{
	HASH_DEL(b->wps_peers, p);
	free(p);
}

void ap_wps_peers_clear(struct ap_bss *b)
{
	struct ap_wps_peer *p, *tmp;

	HASH_ITER (hh, b->wps_peers, p, tmp)
		forget(b, p);
}

void ap_wps_peers_add(struct ap_bss *b, const struct wps_peer *device)
{
	struct ap_wps_peer *p = find(b, device->mac);

	if (p)
		forget(b, p);
	else if (HASH_COUNT(b->wps_peers) == PEERS_MAX)
		forget(b, b->wps_peers);
	p = calloc(1, sizeof(*p));
	if (!p)
		return; /* a few lines less in a record */
	p->device = *device;
	HASH_ADD(hh, b->wps_peers, device.mac, MAC_LEN, p);
}

const struct wps_peer *ap_wps_peers_find(const struct ap_bss *b, const uint8_t mac[MAC_LEN])
{
	const struct ap_wps_peer *p = find(b, mac);

	return p ? &p->device : NULL;
}
