#include "wps/msg_i.h"

#include <errno.h>
#include <string.h>

/* SSID, types, key and address, whatever they stand in. */
static int take_settings(const struct wps_msg *m, struct wps_credential *out)
{
	const struct wps_value *key = &m->v[WA_NETWORK_KEY], *ssid = &m->v[WA_SSID];
	bool open =
		m->v[WA_AUTH_TYPE].num == WPS_AUTH_OPEN && m->v[WA_ENCR_TYPE].num == WPS_ENCR_NONE;
	size_t key_len = key->len;

	memset(out, 0, sizeof(*out));
	/* Registrars in the field terminate passphrases with a NUL, and pad SSIDs with some. */
	if (key_len && key->data[key_len - 1] == 0)
		key_len--;
	if (key_len > sizeof(out->key) || (!wps_has(m, WA_NETWORK_KEY) && !open))
		return -EBADMSG;
	out->ssid_len = ssid->len;
	while (out->ssid_len && ssid->data[out->ssid_len - 1] == 0)
		out->ssid_len--;
	if (!out->ssid_len)
		return -ENODATA;
	memcpy(out->ssid, ssid->data, out->ssid_len);
	if (key_len)
		memcpy(out->key, key->data, key_len);
	out->key_len = key_len;
	out->auth_type = (uint16_t)m->v[WA_AUTH_TYPE].num;
	out->encr_type = (uint16_t)m->v[WA_ENCR_TYPE].num;
	mac_copy(out->mac, m->v[WA_MAC].data);
	return 0;
}

static void give_settings(struct wps_msg *m, const struct wps_credential *c)
{
	wps_set_data(m, WA_SSID, c->ssid, c->ssid_len);
	wps_set(m, WA_AUTH_TYPE, c->auth_type);
	wps_set(m, WA_ENCR_TYPE, c->encr_type);
	wps_set_data(m, WA_NETWORK_KEY, c->key, c->key_len);
	wps_set_data(m, WA_MAC, c->mac, MAC_LEN);
}

int wps_credential_read(const uint8_t *data, size_t len, struct wps_credential *out)
{
	struct wps_msg m;

	memset(out, 0, sizeof(*out));
	if (wps_msg_read(data, len, &m) < 0 || wps_msg_check(&m, WT_CREDENTIAL) < 0)
		return -EBADMSG;
	return take_settings(&m, out);
}

int wps_credential_write(struct writer *w, const struct wps_credential *c)
{
	struct wps_msg m = {0};

	wps_set(&m, WA_NETWORK_INDEX, 1);
	give_settings(&m, c);
	writer_be16(w, WPS_ID_CREDENTIAL);
	struct writer_mark len = writer_begin(w, 2, true);
	int err = wps_msg_write(w, WT_CREDENTIAL, &m);
	writer_end(w, len);
	return err;
}

int wps_ap_settings_read(const struct wps_msg *m, struct wps_credential *out)
{
	return take_settings(m, out);
}

int wps_ap_settings_write(struct writer *w, const struct wps_credential *c, bool index)
{
	struct wps_msg m = {0};

	if (index)
		wps_set(&m, WA_NETWORK_INDEX, 1);
	give_settings(&m, c);
	return wps_msg_write(w, WT_SETTINGS_M8_AP, &m);
}

int wps_settings_strip(const struct bytes *plain, struct bytes *out)
{
	struct reader r = reader_of(plain->data, plain->len), value;
	struct writer w = writer_new(plain->len);
	uint16_t id;

	while (wps_tlv_next(&r, &id, &value)) {
		if (id == WPS_ID_E_SNONCE2 || id == WPS_ID_KEY_WRAP_AUTH)
			continue;
		writer_be16(&w, id);
		writer_be16(&w, (uint16_t)reader_left(&value));
		writer_bytes(&w, value.p, reader_left(&value));
	}
	bytes_clear(out);
	return writer_steal(&w, out);
}

/* Control bytes must not reach event lines and logs: a name with a line feed would forge an event.
 */
void wps_text_read(char *dst, size_t cap, const struct wps_value *v)
{
	size_t n = 0;
	for (; n < v->len && n + 1 < cap && v->data[n]; n++)
		dst[n] = v->data[n] < 32 || v->data[n] == 127 ? '_' : (char)v->data[n];
	dst[n] = '\0';
}

void wps_peer_read(const struct wps_msg *m, struct wps_peer *peer)
{
	const struct {
		enum wps_attr attr;
		char *dst;
		size_t cap;
	} texts[] = {
		{WA_DEVICE_NAME, peer->device_name, sizeof(peer->device_name)},
		{WA_MANUFACTURER, peer->manufacturer, sizeof(peer->manufacturer)},
		{WA_MODEL_NAME, peer->model_name, sizeof(peer->model_name)},
		{WA_MODEL_NUMBER, peer->model_number, sizeof(peer->model_number)},
		{WA_SERIAL, peer->serial_number, sizeof(peer->serial_number)},
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		wps_text_read(texts[i].dst, texts[i].cap, &m->v[texts[i].attr]);
	if (wps_has(m, WA_PRIMARY_TYPE))
		memcpy(peer->primary_type, m->v[WA_PRIMARY_TYPE].data, sizeof(peer->primary_type));
	peer->config_methods = (uint16_t)m->v[WA_CONFIG_METHODS].num;
	peer->dev_password_id = (uint16_t)m->v[WA_DEV_PW_ID].num;
	peer->assoc_state = (uint16_t)m->v[WA_ASSOC_STATE].num;
	peer->config_error = (uint16_t)m->v[WA_CONFIG_ERROR].num;
	peer->auth_types = (uint16_t)m->v[WA_AUTH_FLAGS].num;
	peer->encr_types = (uint16_t)m->v[WA_ENCR_FLAGS].num;
	peer->rf_bands = (uint8_t)m->v[WA_RF_BANDS].num;
	peer->multi_ap = (uint8_t)m->v[WA_MULTI_AP].num;
	peer->version2 = (uint8_t)m->v[WA_VERSION2].num;
}
