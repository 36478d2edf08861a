/* Driver "none": an interface without a radio. The station daemon then is an external registrar for
 * WPS over UPnP, or has an interface only for D-Bus and control clients to look at. */
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "drivers/driver.h"
#include "utils/bytes.h"

struct drv {
	char unused; /* it has no state */
};

struct drv_if {
	uint8_t addr[MAC_LEN];
	struct drv_caps caps; /* none */
};

static struct drv *none_init(struct eloop *loop, const char *params)
{
	return calloc(1, sizeof(struct drv));
}

static void none_deinit(struct drv *d)
{
	free(d);
}

static int read_addr(const char *ifname, uint8_t addr[MAC_LEN])
{
	struct ifreq r = {0};
	_cleanup_(closep) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	memcpy(r.ifr_name, ifname, strlen(ifname));
	if (ioctl(fd, SIOCGIFHWADDR, &r) < 0)
		return -errno;
	memcpy(addr, r.ifr_hwaddr.sa_data, MAC_LEN);
	return 0;
}

static struct drv_if *none_open(
	struct drv *d, const struct drv_if_params *p, int *err, struct strbuf *reason)
{
	struct drv_if *i = calloc(1, sizeof(*i));

	*err = i ? 0 : -ENOMEM;
	if (i && (p->type != DRV_IF_STATION || p->create_on)) {
		strbuf_add(reason, "driver none has no radio: it is for wpa_supplicant as external "
				   "registrar only");
		*err = -EOPNOTSUPP;
	} else if (i) {
		*err = read_addr(p->ifname, i->addr);
		if (*err < 0)
			strbuf_add(reason, "there is no interface %s", p->ifname);
	}
	if (*err < 0) {
		free(i);
		return NULL;
	}
	return i;
}

static void none_close(struct drv_if *i)
{
	free(i);
}

static const uint8_t *none_addr(const struct drv_if *i)
{
	return i->addr;
}

static const struct drv_caps *none_caps(struct drv_if *i)
{
	return &i->caps;
}

static int none_scan(struct drv_if *i, const struct drv_scan *s)
{
	return -EOPNOTSUPP;
}

static int none_scan_results(struct drv_if *i, drv_scan_result_fn fn, void *ctx)
{
	return 0;
}

static int none_authenticate(struct drv_if *i, const struct drv_auth *a)
{
	return -EOPNOTSUPP;
}

static int none_associate(struct drv_if *i, const struct drv_assoc *a)
{
	return -EOPNOTSUPP;
}

static int none_deauthenticate(struct drv_if *i, const uint8_t bssid[MAC_LEN], unsigned reason)
{
	return -EOPNOTSUPP;
}

static int none_set_authorized(struct drv_if *i, const uint8_t addr[MAC_LEN], bool authorized)
{
	return -EOPNOTSUPP;
}

static int none_set_key(struct drv_if *i, const struct drv_key *k)
{
	return -EOPNOTSUPP;
}

static int none_send_eapol(struct drv_if *i, const uint8_t dst[MAC_LEN], const uint8_t *packet,
	size_t len, bool encrypt)
{
	return -EOPNOTSUPP;
}

static int none_send_mgmt(struct drv_if *i, const struct drv_tx *tx)
{
	return -EOPNOTSUPP;
}

const struct driver driver_none = {
	.name = "none",
	.description = "no radio (external registrar)",
	.init = none_init,
	.deinit = none_deinit,
	.if_open = none_open,
	.if_close = none_close,
	.addr = none_addr,
	.caps = none_caps,
	.scan = none_scan,
	.scan_results = none_scan_results,
	.authenticate = none_authenticate,
	.associate = none_associate,
	.deauthenticate = none_deauthenticate,
	.set_authorized = none_set_authorized,
	.set_key = none_set_key,
	.send_eapol = none_send_eapol,
	.send_mgmt = none_send_mgmt,
};
