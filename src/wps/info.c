/* WPS content of management frames (WSC 2.0, 8.2). */
#include "wps/wps.h"

#include <errno.h>
#include <string.h>

#include "common/elements.h"
#include "wps/msg_i.h"

static void read_numbers(const struct wps_msg *m, struct wps_info *out)
{
	out->version = (uint8_t)m->v[WA_VERSION].num;
	out->version2 = (uint8_t)m->v[WA_VERSION2].num;
	out->state = m->v[WA_WPS_STATE].num == WPS_STATE_CONFIGURED     ? WPS_STATE_CONFIGURED
		     : m->v[WA_WPS_STATE].num == WPS_STATE_UNCONFIGURED ? WPS_STATE_UNCONFIGURED
									: WPS_STATE_OFF;
	out->ap_setup_locked = m->v[WA_AP_SETUP_LOCKED].num == 1;
	out->selected_registrar = m->v[WA_SELECTED_REGISTRAR].num == 1;
	out->has_password_id = wps_has(m, WA_DEV_PW_ID);
	out->dev_password_id = (uint16_t)m->v[WA_DEV_PW_ID].num;
	out->has_sel_reg_methods = wps_has(m, WA_SEL_REG_METHODS);
	out->sel_reg_methods = (uint16_t)m->v[WA_SEL_REG_METHODS].num;
	out->has_config_methods = wps_has(m, WA_CONFIG_METHODS);
	out->config_methods = (uint16_t)m->v[WA_CONFIG_METHODS].num;
	out->has_request_type = wps_has(m, WA_REQUEST_TYPE);
	out->request_type = (uint8_t)m->v[WA_REQUEST_TYPE].num;
	out->response_type = (uint8_t)m->v[WA_RESPONSE_TYPE].num;
	out->request_to_enroll = m->v[WA_REQUEST_TO_ENROLL].num == 1;
	out->rf_bands = (uint8_t)m->v[WA_RF_BANDS].num;
	out->config_error = (uint16_t)m->v[WA_CONFIG_ERROR].num;
	out->assoc_state = (uint16_t)m->v[WA_ASSOC_STATE].num;
	out->multi_ap = (uint8_t)m->v[WA_MULTI_AP].num;
}

static void read_bytes(const struct wps_msg *m, struct wps_info *out)
{
	out->has_uuid = wps_has(m, WA_UUID_E);
	if (out->has_uuid)
		memcpy(out->uuid, m->v[WA_UUID_E].data, WPS_UUID_LEN);
	out->has_primary_type = wps_has(m, WA_PRIMARY_TYPE);
	if (out->has_primary_type)
		memcpy(out->primary_type, m->v[WA_PRIMARY_TYPE].data, sizeof(out->primary_type));
	struct reader macs = reader_of(m->v[WA_AUTHORIZED_MACS].data, m->v[WA_AUTHORIZED_MACS].len);
	while (reader_left(&macs) >= MAC_LEN &&
		out->authorized_count < ARRAY_SIZE(out->authorized_macs))
		reader_copy(&macs, out->authorized_macs[out->authorized_count++], MAC_LEN);
	wps_text_read(out->device_name, sizeof(out->device_name), &m->v[WA_DEVICE_NAME]);
	wps_text_read(out->manufacturer, sizeof(out->manufacturer), &m->v[WA_MANUFACTURER]);
	wps_text_read(out->model_name, sizeof(out->model_name), &m->v[WA_MODEL_NAME]);
	wps_text_read(out->model_number, sizeof(out->model_number), &m->v[WA_MODEL_NUMBER]);
	wps_text_read(out->serial_number, sizeof(out->serial_number), &m->v[WA_SERIAL]);
}

int wps_info_parse(const uint8_t *data, size_t len, struct wps_info *out)
{
	struct wps_msg m;

	memset(out, 0, sizeof(*out));
	if (wps_msg_read(data, len, &m) < 0)
		return -EBADMSG;
	read_numbers(&m, out);
	read_bytes(&m, out);
	return 0;
}

bool wps_info_pbc_active(const struct wps_info *i)
{
	return i->selected_registrar && i->has_password_id &&
	       i->dev_password_id == DEV_PW_PUSHBUTTON;
}

bool wps_info_authorized(const struct wps_info *i, const uint8_t mac[MAC_LEN])
{
	for (unsigned n = 0; n < i->authorized_count; n++)
		if (mac_equal(i->authorized_macs[n], mac) ||
			mac_is_broadcast(i->authorized_macs[n]))
			return true;
	return false;
}

/* The table's attributes as whole vendor elements. */
int wps_write_element(struct writer *w, enum wps_table t, const struct wps_msg *m)
{
	uint8_t buf[1024];
	struct writer content = writer_over(buf, sizeof(buf));
	int err = wps_msg_write(&content, t, m);
	if (err)
		return err;
	element_put_vendor_fragmented(w, VENDOR_WPS, buf, content.len);
	return writer_ok(w) ? 0 : -EMSGSIZE;
}

void wps_set_version(struct wps_msg *m, const struct wps_device *dev)
{
	wps_set(m, WA_VERSION, 0x10);
	if (dev->version2 >= 0x20) /* WSC 1.0 has no such attribute */
		wps_set(m, WA_VERSION2, dev->version2);
}

int wps_write_probe_req(struct writer *w, const struct wps_device *dev,
	enum wps_dev_password_id pw_id, enum wps_request_type type)
{
	struct wps_msg m = {0};

	wps_set_version(&m, dev);
	wps_set(&m, WA_REQUEST_TYPE, type);
	wps_set(&m, WA_CONFIG_METHODS, dev->config_methods);
	wps_set_data(&m, WA_UUID_E, dev->uuid, WPS_UUID_LEN);
	wps_set(&m, WA_RF_BANDS, dev->rf_bands);
	wps_set(&m, WA_ASSOC_STATE, 0);
	wps_set(&m, WA_CONFIG_ERROR, WPS_CFG_NO_ERROR);
	wps_set(&m, WA_DEV_PW_ID, pw_id);
	wps_set_device(&m, dev);
	if (type == WPS_REQ_ENROLLEE)
		wps_set(&m, WA_REQUEST_TO_ENROLL, 1);
	return wps_write_element(w, WT_PROBE_REQ, &m);
}

int wps_write_assoc_req(struct writer *w, enum wps_request_type type, const struct wps_device *dev)
{
	struct wps_msg m = {0};
	wps_set_version(&m, dev);
	wps_set(&m, WA_REQUEST_TYPE, type);
	return wps_write_element(w, WT_ASSOC_REQ, &m);
}

int wps_write_assoc_resp(struct writer *w, const struct wps_device *dev)
{
	struct wps_msg m = {0};
	wps_set_version(&m, dev);
	wps_set(&m, WA_RESPONSE_TYPE, WPS_RESP_AP);
	return wps_write_element(w, WT_ASSOC_RESP, &m);
}
