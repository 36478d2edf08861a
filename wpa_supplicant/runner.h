/* Who runs the key handshakes of an association: the host, or the driver (its firmware). Decided
 * once per association by one pure function and kept with it. */
#ifndef WPA_SUPPLICANT_RUNNER_H
#define WPA_SUPPLICANT_RUNNER_H

#include <stdbool.h>

enum wpas_runner {
	RUNNER_HOST,      /* we run them all */
	RUNNER_DRV_PSK,   /* the driver, from the PMK it got with connect() */
	RUNNER_DRV_SAE,   /* the driver, SAE included, from the password */
	RUNNER_DRV_OWE,   /* the driver, with a key exchange of its own */
	RUNNER_DRV_1X,    /* EAP is ours, the handshakes are the driver's */
	RUNNER_HOST_SYNC, /* we, but after a roam of its own the driver may have run them */
};

struct wpas_runner_facts {
	unsigned caps;     /* enum drv_cap_flags */
	unsigned akm;      /* the one negotiated */
	bool by_driver;    /* associated by connect() */
	bool allowed;      /* key_mgmt_offload, globally and of the network */
	bool refused;      /* the driver did not accept connect() with what the offload needs */
	bool pmk;          /* there is a PMK of 32 octets */
	bool sae_password; /* … a password for SAE the driver can be given */
};

struct wpas_runner_choice {
	enum wpas_runner runner;
	const char *why; /* a clause for the log */
};

/* Reference, 6. The first row that fits; HOST when none does. */
struct wpas_runner_choice wpas_runner_choose(const struct wpas_runner_facts *f);
const char *wpas_runner_name(enum wpas_runner r);
/* EAPOL-Key frames are none of our business. */
bool wpas_runner_is_driver(enum wpas_runner r);

#endif
