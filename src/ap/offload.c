/* Key management of the driver: it may be the authenticator of a BSS with one PSK (DRV_AP_PSK).
 * Who runs the handshakes is decided when the BSS starts and kept with it; here is the decision,
 * and the wait for the driver's word that a station's handshake is done. */
#include "ap/ap_i.h"

#include <errno.h>

#define GRACE (1 * USEC_PER_SEC) /* also between questions */
#define MAX_QUESTIONS 10
#define GMK_REKEY_DEFAULT 86400

/* --- the decision --- */

static const uint8_t any_station[MAC_LEN];

/* The driver renews keys when it thinks fit. 0 is no wish, but for the group key, which is renewed
 * by default. */
static bool wants_gmk_rekey(const struct ap_bss_config *cfg)
{
	return cfg->wpa_gmk_rekey && cfg->wpa_gmk_rekey != GMK_REKEY_DEFAULT;
}

static bool has_secret(const struct ap_bss_config *cfg)
{
	return cfg->wpa_psk_file || cfg->wpa_passphrase || cfg->wpa_psk.len;
}

/* What the driver's authenticator cannot do, by the names of the keys. It is given one PMK, an RSN
 * element with PSK AKMs (there are no others in this version), and nothing else. */
static void add_hindrances(const struct ap_bss_config *cfg, struct strbuf *out)
{
	const struct {
		bool on;
		const char *key;
	} rows[] = {
		{!cfg->key_mgmt_offload, "key_mgmt_offload=0"},
		{cfg->wpa & PROTO_WPA, "wpa (only 2 is possible)"},
		{cfg->wpa_psk_file != NULL, "wpa_psk_file"},
		{!has_secret(cfg), "wpa_passphrase (there is none)"},
		{cfg->wpa_group_rekey >= 0, "wpa_group_rekey"},
		{cfg->wpa_ptk_rekey != 0, "wpa_ptk_rekey"},
		{cfg->wpa_strict_rekey != 0, "wpa_strict_rekey"},
		{wants_gmk_rekey(cfg), "wpa_gmk_rekey"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].on)
			strbuf_add(out, "%s%s", out->len ? ", " : "", rows[i].key);
}

struct ap_runner_choice ap_runner_choose(const struct ap_bss_config *cfg, unsigned caps)
{
	struct ap_runner_choice c = {.runner = AP_RUNNER_HOST, .possible = true};
	struct strbuf why = strbuf_over(c.why, sizeof(c.why));

	if (!cfg->wpa || !(caps & DRV_CAP_AP_PSK_OFFLOAD))
		return c;
	add_hindrances(cfg, &why);
	if (why.len == 0)
		c.runner = AP_RUNNER_DRV_PSK;
	else
		c.possible = (caps & DRV_CAP_HOST_KEYS) != 0;
	return c;
}

static unsigned caps_of(const struct ap_bss *b)
{
	return b->radio->driver->caps(b->drv_if)->flags;
}

static int check(const struct ap_bss *b, const struct ap_bss_config *cfg, struct strbuf *reason)
{
	const struct ap_runner_choice c = ap_runner_choose(cfg, caps_of(b));

	if (c.possible)
		return 0;
	strbuf_add(reason,
		"the driver runs the handshakes and takes no keys of ours; it cannot do that "
		"with: %s",
		c.why);
	return -EINVAL;
}

int ap_runner_check(const struct ap_bss *b, struct strbuf *reason)
{
	return check(b, b->cfg, reason);
}

int ap_bss_key_mgmt_check(
	const struct ap_bss *b, const struct ap_bss_config *cfg, struct strbuf *reason)
{
	/* The one that is going to come is judged as if it were there. */
	struct ap_bss_config complete = *cfg;
	char some[] = "";

	if (!b->drv_if)
		return 0;
	if (!has_secret(cfg))
		complete.wpa_passphrase = some;
	return check(b, &complete, reason);
}

int ap_runner_decide(struct ap_bss *b, struct strbuf *reason)
{
	const struct ap_runner_choice c = ap_runner_choose(b->cfg, caps_of(b));
	int err = ap_runner_check(b, reason);

	if (err < 0)
		return err;
	b->runner = c.runner;
	if (c.runner == AP_RUNNER_DRV_PSK)
		log_msg(LOG_INF, "key management of %s: driver (it offers that for one PSK)",
			b->cfg->interface);
	else if (c.why[0])
		log_msg(LOG_INF,
			"key management of %s: host (the driver's is not possible with %s)",
			b->cfg->interface, c.why);
	else
		log_msg(LOG_DBG, "key management of %s: host (the driver offers none)",
			b->cfg->interface);
	return 0;
}

const uint8_t *ap_runner_pmk(const struct ap_bss *b)
{
	const struct ap_psk *k = b->psks ? ap_psks_get(b->psks, any_station, 0) : NULL;

	return k ? k->pmk : NULL;
}

bool ap_bss_driver_keys(const struct ap_bss *b)
{
	return b->runner == AP_RUNNER_DRV_PSK;
}

/* --- a station's port --- */

static void open_port(struct ap_sta *s, const char *why)
{
	struct ap_bss *b = s->bss;
	uint8_t addr[MAC_LEN];

	mac_copy(addr, s->addr);
	timer_stop(&s->port.timer);
	log_msg(LOG_DBG, "%s: STA " MACSTR ": handshake done by the driver (%s)", b->cfg->interface,
		MAC2STR(addr), why);
	ap_sta_authorize(s, NULL);
	/* The station is through and believes so. */
	if (s->state != STA_AUTHORIZED)
		ap_sta_disconnect(s, AP_DEAUTH, REASON_UNSPECIFIED);
	else
		ap_event(b, LOG_INF, EV_4WAY_COMPLETED MACSTR, MAC2STR(addr));
}

void ap_sta_left(const struct ap_sta *s)
{
	if (s->port.by_driver && s->state == STA_ASSOCIATED)
		ap_event(s->bss, LOG_INF, EV_AP_STA_PSK_MISMATCH MACSTR, MAC2STR(s->addr));
}

void ap_sta_returns(const struct ap_sta *s)
{
	if (s->port.questions)
		ap_sta_left(s);
}

static void on_grace(struct timer *t, void *ctx);

static void wait_for_driver(struct ap_sta *s)
{
	timer_start(s->bss->radio->timers, &s->port.timer, GRACE, on_grace, s);
}

static void give_up(struct ap_sta *s)
{
	log_msg(LOG_INF, "%s: STA " MACSTR ": the driver did not complete the handshake",
		s->bss->cfg->interface, MAC2STR(s->addr));
	ap_sta_left(s);
	ap_sta_disconnect(s, AP_DEAUTH, REASON_4WAY_TIMEOUT);
}

/* Kernels before 6.12 have no event for access points, so the station's flag is asked for. A driver
 * that does not report it connects stations when they are through. */
static void on_grace(struct timer *t, void *ctx)
{
	struct ap_sta *s = ctx;
	const struct ap_bss *b = s->bss;
	const struct driver *d = b->radio->driver;
	struct drv_sta_info info = {0};
	int err = d->sta_info ? d->sta_info(b->drv_if, s->addr, &info) : -EOPNOTSUPP;

	if (err == -EOPNOTSUPP || (err == 0 && !(info.known & DRV_STA_PORT)))
		open_port(s, "it does not tell, but the station is still here");
	else if (err == 0 && info.authorized)
		open_port(s, "its station record");
	else if (++s->port.questions < MAX_QUESTIONS)
		wait_for_driver(s);
	else
		give_up(s);
}

void ap_port_start(struct ap_sta *s)
{
	s->port.by_driver = true;
	s->port.questions = 0;
	if (s->port.early)
		open_port(s, "event");
	else
		wait_for_driver(s);
}

void ap_port_stop(struct ap_sta *s)
{
	timer_stop(&s->port.timer);
	s->port.by_driver = s->port.early = false;
	s->port.strays = 0;
}

void ap_on_port_authorized(struct ap_bss *b, const uint8_t addr[MAC_LEN])
{
	struct ap_sta *s = ap_sta_find(b, addr);

	if (!s || !ap_bss_driver_keys(b)) {
		log_msg(LOG_DBG, "%s: port of " MACSTR " open, says the driver: %s",
			b->cfg->interface, MAC2STR(addr),
			s ? "not its business here" : "unknown station");
		return;
	}
	/* It may overtake the acknowledgement of our association response. */
	if (s->state == STA_ASSOC_SENT)
		s->port.early = true;
	else if (s->state == STA_ASSOCIATED && s->port.by_driver)
		open_port(s, "event");
}

void ap_stray_key(struct ap_sta *s)
{
	log_msg(s->port.strays++ ? LOG_DBG : LOG_WARN,
		"%s: EAPOL-Key frame of STA " MACSTR
		" dropped: the driver runs the handshake and should have kept it",
		s->bss->cfg->interface, MAC2STR(s->addr));
}
