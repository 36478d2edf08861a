/* An access point with 802.1X for tests: EAP-GPSK server and authenticator in one, for one station
 * at a time. Its radio's firmware answers association; the rest is scripted here. */
#ifndef TESTS_SIM_DOT1X_AP_H
#define TESTS_SIM_DOT1X_AP_H

#include "net.h"
#include "rsn/keys.h"
#include "../unit/eap_peer/gpsk_server.h"

#define DOT1X_STA_WITH(more)                                                                       \
	"network={\nssid=\"net\"\nkey_mgmt=WPA-EAP\neap=GPSK\nidentity=\"user\"\n"                 \
	"password=\"" GPSK_PASSWORD "\"\n" more "}\n"
#define DOT1X_STA DOT1X_STA_WITH("")

struct dot1x_ap {
	struct drv *d;
	struct drv_if *i;
	uint8_t bssid[MAC_LEN], sta[MAC_LEN];
	/* EAP */
	struct gpsk_server eap;
	unsigned step;
	uint8_t id;
	/* keys */
	uint8_t pmk[PMK_LEN], pmkid[16];
	bool has_pmk, keyed;
	bool deaf;                     /* to EAPOL-Start */
	const struct dot1x_ap *shares; /* whose PMK it has, too; NULL: none */
	bool keep_keys; /* no handshake after this conversation, unless the station asked for it */
	uint8_t anonce[NONCE_LEN], gtk[2][16];
	unsigned gtk_index;
	uint64_t replay;
	struct ptk ptk;
	/* what happened */
	unsigned eap_runs, handshakes, group_handshakes, cached, named; /* PMKSAs in requests */
};

void dot1x_ap_start(struct net *n, struct dot1x_ap *a, const char *ifname);
void dot1x_ap_stop(struct dot1x_ap *a); /* fine when it never started */
/* Asks the station to authenticate anew. */
void dot1x_ap_reauth(struct dot1x_ap *a);
/* Sends message 1 of a group handshake with a new key; it is used when the answer came. */
void dot1x_ap_rekey(struct dot1x_ap *a);

#endif
