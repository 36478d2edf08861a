/* Built without UPnP (CONFIG_UPNP=n): a configuration that asks for it is refused. */
#include "hostapd/hostapd_i.h"

#include <errno.h>

int hostapd_upnp_up(struct hostapd_bss *b, struct strbuf *reason)
{
	const struct ap_bss_config *cfg = hostapd_bss_conf(b);

	if (!cfg->upnp_iface || !cfg->upnp_iface[0])
		return 0;
	strbuf_add(reason, "upnp_iface=%s: this program was built without UPnP (CONFIG_UPNP=n)",
		cfg->upnp_iface);
	return -EOPNOTSUPP;
}

void hostapd_upnp_down(struct hostapd_bss *b, bool gone)
{
}

bool hostapd_upnp_forward(
	struct hostapd_bss *b, const uint8_t mac[MAC_LEN], const uint8_t *msg, size_t len)
{
	return false;
}

void hostapd_upnp_forward_probe(
	struct hostapd_bss *b, const uint8_t mac[MAC_LEN], const uint8_t *data, size_t len)
{
}
