/* Keys for WPS enrollees: a `wps=1 <mac> <64 hex digits>` line of wpa_psk_file for each. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "ap/ap_i.h"
#include "ap/psk_i.h"
#include "utils/file.h"

/* "wps=1 ", address, blank, key, line feed, and one for a last line that lacks its own. */
#define NEW_LINE_MAX (6 + 17 + 1 + 2 * PMK_LEN + 2)

/* One fsync per onboarding in the event loop: a millisecond on flash, some ten on a disk, once for
 * what takes an enrollee seconds. A helper for that would cost more than it saves. */
static int store(struct ap_psks *p, const struct ap_bss_config *cfg, const uint8_t addr[MAC_LEN],
	const uint8_t pmk[PMK_LEN])
{
	char line[NEW_LINE_MAX], hex[2 * PMK_LEN + 1];

	hex_encode(pmk, PMK_LEN, hex, sizeof(hex));
	snprintf(line, sizeof(line), "wps=1 " MACSTR " %s", MAC2STR(addr), hex);
	int err = file_append_line(cfg->wpa_psk_file, line, PSK_FILE_MAX);
	wipe(line, sizeof(line));
	wipe(hex, sizeof(hex));
	if (err < 0) {
		log_msg(LOG_ERR,
			"wpa_psk_file '%s' does not take the key of " MACSTR
			": %s; the enrollee gets none",
			cfg->wpa_psk_file, MAC2STR(addr), strerror(-err));
		return err;
	}
	/* Should this fail, the file is read again next time: it has a new stamp. */
	err = ap_psks_add(p, addr, pmk);
	if (err == 0)
		psk_file_stamp(p, cfg);
	return err;
}

static struct ap_psk *wps_entry(const struct ap_psks *p, const uint8_t *addr)
{
	struct ap_psk *k;

	for (size_t n = 0; (k = psk_peek(p, addr, n)) != NULL; n++)
		if (k->wps)
			return k;
	return NULL;
}

/* What the file says now counts: a line taken out by hand must not be handed out as if it were
 * there. */
static int refresh(struct ap_psks *p, const struct ap_bss_config *cfg)
{
	if (!psk_file_changed(p, cfg))
		return 0;
	log_msg(LOG_INF, "wpa_psk_file '%s' was changed: read again", cfg->wpa_psk_file);
	return ap_psks_load(p, cfg);
}

int ap_psks_wps_ready(struct ap_psks *p, const struct ap_bss_config *cfg, struct strbuf *reason)
{
	static const uint8_t any[MAC_LEN];
	int err = refresh(p, cfg);

	if (err < 0) {
		strbuf_add(reason, "wpa_psk_file '%s' cannot be used: %s", cfg->wpa_psk_file,
			err == -EINVAL ? "it has a bad line (see the log)" : strerror(-err));
		return err;
	}
	if (wps_entry(p, any))
		return 0;
	err = file_append_check(cfg->wpa_psk_file, NEW_LINE_MAX, PSK_FILE_MAX);
	if (err < 0)
		strbuf_add(reason, "wpa_psk_file '%s' cannot take the key of an enrollee: %s",
			cfg->wpa_psk_file, strerror(-err));
	return err;
}

int ap_psks_wps_key(struct ap_psks *p, const struct ap_bss_config *cfg, const uint8_t addr[MAC_LEN],
	uint8_t pmk[PMK_LEN], bool *made)
{
	int err = refresh(p, cfg);

	if (made)
		*made = false;
	if (err < 0)
		return err;
	struct ap_psk *k = wps_entry(p, addr);
	if (k && !psk_ready(p, k))
		return -EIO;
	if (k) {
		memcpy(pmk, k->pmk, PMK_LEN);
		return 0;
	}
	/* A new line for "any station", or for a group, is nothing an enrollee may ask for. */
	if (mac_is_zero(addr) || mac_is_group(addr)) {
		log_msg(LOG_ERR, "WPS: " MACSTR " is no station's address: no key for it",
			MAC2STR(addr));
		return -EADDRNOTAVAIL;
	}
	random_bytes(pmk, PMK_LEN);
	err = store(p, cfg, addr, pmk);
	if (err < 0)
		wipe(pmk, PMK_LEN);
	else if (made)
		*made = true;
	return err;
}

void ap_bss_psk_stored(struct ap_bss *b, const uint8_t addr[MAC_LEN], const uint8_t pmk[PMK_LEN])
{
	if (!b->psks || ap_psks_valid(b->psks, addr, pmk))
		return;
	if (ap_psks_add(b->psks, addr, pmk) < 0)
		log_msg(LOG_ERR, "%s: no memory for the key of " MACSTR ": use RELOAD_WPA_PSK",
			b->cfg->interface, MAC2STR(addr));
}

int ap_bss_wps_ready(struct ap_bss *b)
{
	char text[PATH_MAX + 256];
	struct strbuf reason = strbuf_over(text, sizeof(text));

	if (!b->registrar)
		return -EOPNOTSUPP;
	if (!b->rsn || !b->cfg->wpa_psk_file || b->cfg->skip_cred_build || ap_bss_driver_keys(b))
		return 0;
	int err = ap_psks_wps_ready(b->psks, b->cfg, &reason);
	if (err < 0)
		ap_event(b, LOG_WARN, "WPS refused: %s", text);
	return err;
}
