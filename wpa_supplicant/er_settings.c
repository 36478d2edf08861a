/* Settings of access points, by UUID. */
#include <errno.h>
#include <stdlib.h>

#include "wpa_supplicant/er_i.h"

#define PSK_AKMS (AKM_PSK | AKM_PSK_SHA256)

static void entry_free(struct wpas_er *er, struct er_settings *s)
{
	TAILQ_REMOVE(&er->settings, s, link);
	er->settings_count--;
	wipe(s, sizeof(*s));
	free(s);
}

static struct er_settings *find(const struct wpas_er *er, const uint8_t *uuid)
{
	struct er_settings *s;

	TAILQ_FOREACH (s, &er->settings, link)
		if (memcmp(s->uuid, uuid, WPS_UUID_LEN) == 0)
			return s;
	return NULL;
}

const struct wps_credential *er_settings_of(const struct wpas_er *er, const uint8_t *uuid)
{
	const struct er_settings *s = find(er, uuid);

	return s ? &s->cred : NULL;
}

int er_settings_set(struct wpas_er *er, const uint8_t *uuid, const struct wps_credential *cred)
{
	struct er_settings *s = find(er, uuid), *fresh = calloc(1, sizeof(*fresh));

	if (!fresh)
		return -ENOMEM;
	memcpy(fresh->uuid, uuid, WPS_UUID_LEN);
	fresh->cred = *cred;
	if (!s && er->settings_count == ER_SETTINGS_MAX)
		s = TAILQ_LAST(&er->settings, er_settings_list);
	if (s)
		entry_free(er, s);
	TAILQ_INSERT_HEAD(&er->settings, fresh, link);
	er->settings_count++;
	return 0;
}

void er_settings_clear(struct wpas_er *er)
{
	struct er_settings *s;

	while ((s = TAILQ_FIRST(&er->settings)))
		entry_free(er, s);
}

static int psk_settings(const struct wpas_network *n, struct wps_credential *out)
{
	bool rsn = !n->proto || (n->proto & PROTO_RSN);

	out->auth_type = rsn ? WPS_AUTH_WPA2PSK : WPS_AUTH_WPAPSK;
	out->encr_type = !n->pairwise || (n->pairwise & ~(unsigned)CIPHER_TKIP) ? WPS_ENCR_AES
										: WPS_ENCR_TKIP;
	if (n->passphrase) {
		out->key_len = strnlen(n->passphrase, 63);
		memcpy(out->key, n->passphrase, out->key_len);
		return 0;
	}
	if (!n->has_psk_hex)
		return -EINVAL;
	char hex[2 * PMK_LEN + 1];
	hex_encode(n->psk_hex, PMK_LEN, hex, sizeof(hex));
	memcpy(out->key, hex, 2 * PMK_LEN);
	out->key_len = 2 * PMK_LEN;
	wipe(hex, sizeof(hex));
	return 0;
}

int er_settings_of_network(const struct wpas_network *n, struct wps_credential *out)
{
	*out = (struct wps_credential){0};
	if (!n->ssid.len || n->ssid.len > SSID_MAX_LEN)
		return -EINVAL;
	memcpy(out->ssid, n->ssid.data, n->ssid.len);
	out->ssid_len = n->ssid.len;
	if (n->key_mgmt & PSK_AKMS)
		return psk_settings(n, out);
	if (!(n->key_mgmt & WPAS_KM_NONE))
		return -EINVAL;
	out->auth_type = WPS_AUTH_OPEN;
	out->encr_type = WPS_ENCR_NONE;
	return 0;
}
